//! `daymark serve`: the whole web application.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use axum::serve::ListenerExt;
use daymark_store::setting;
use daymark_vocab::{OsEntropy, SystemClock};
use daymark_web::edge::panics;
use daymark_web::{App, Parts, jobs};
use metrics_exporter_prometheus::PrometheusBuilder;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

use crate::fill::{self, Filled};
use crate::place::{self, Place};

/// Serves the whole web application.
///
/// Without further words: a SQLite database in `./daymark-data`, made with its keys when it is not there.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  daymark serve --sample --data sample-region\n  \
daymark serve --data /srv/daymark --listen 127.0.0.1:8080\n\n\
It speaks plain HTTP: put a reverse proxy with TLS in front. Logs go to standard error as JSON, without personal data.")]
pub struct Args {
    #[command(flatten)]
    place: Place,
    /// Where to listen.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Fill an empty database with an invented region, and print its sign-ins.
    #[arg(long)]
    sample: bool,
    /// How many reports the invented region has.
    #[arg(long, value_name = "N", default_value_t = 5000, requires = "sample")]
    reports: usize,
    /// What is logged, such as `info` or `warn,daymark_web=debug`.
    #[arg(long, value_name = "FILTER", default_value = "warn,daymark_web=info,daymark_store=info")]
    log: String,
}

/// Serves until ctrl-c or SIGTERM.
///
/// # Errors
/// When the database, the key file, the access rules or the address cannot be used.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let filter = EnvFilter::try_new(&args.log).context("--log")?;
    tracing_subscriber::fmt().json().with_writer(io::stderr).with_env_filter(filter).init();
    std::panic::set_hook(Box::new(panics::log_place));
    place::block_on(serve(args))?;
    Ok(ExitCode::SUCCESS)
}

async fn serve(args: &Args) -> anyhow::Result<()> {
    daymark_access::check_rules().context("the access rules")?;
    let listener = TcpListener::bind(args.listen)
        .await
        .with_context(|| format!("cannot listen on {}: choose another with --listen", args.listen))?;
    let store = args.place.open_or_make().await?;
    let mut tx = store.read("is this the sample region").await?;
    let is_sample = args.sample || setting::get(&mut tx, fill::SETTING).await?.is_some();
    drop(tx);
    let metrics = PrometheusBuilder::new().install_recorder().context("the metrics cannot be kept")?;
    let app = App::new(Parts {
        store: store.clone(),
        content: place::content()?,
        clock: Arc::new(SystemClock),
        entropy: Arc::new(OsEntropy),
        metrics: Some(metrics),
        import_worker: Some(std::env::current_exe().context("where this program is")?),
        is_sample,
    });
    if args.sample {
        let filled = fill::fill(&app, &args.place.data, args.reports).await?;
        app.matching.refresh(&app).await.context("links cannot be made")?;
        app.trends.refresh(&app).await.context("weeks cannot be counted")?;
        announce_sample(&filled)?;
    } else {
        app.matching.want();
    }
    let address = listener.local_addr()?;
    {
        let mut out = io::stdout().lock();
        writeln!(out, "Daymark is at http://{address}/ — press ctrl-c to stop")?;
        out.flush()?;
    }
    // Without this an answer can wait 40 ms for the other side's acknowledgement.
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    let server = axum::serve(listener, daymark_web::router(app.clone())).with_graceful_shutdown(stopped());
    tokio::select! {
        served = server => served.context("serving")?,
        () = jobs::run_forever(app) => {}
    }
    store.close().await;
    Ok(())
}

fn announce_sample(filled: &Filled) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "An invented region: {} reports of {} agencies.", filled.n_reports, filled.n_agencies)?;
    writeln!(
        out,
        "\nSample sign-ins: address, password, what they do, where. The sign-in page shows the security code.\n"
    )?;
    let width = |column: fn(&fill::SignIn) -> &str| {
        filled.sign_ins.iter().map(|one| column(one).len()).max().unwrap_or(0)
    };
    let (address, role) = (width(|one| &one.address), width(|one| &one.role));
    for one in &filled.sign_ins {
        writeln!(out, "  {:address$}  {}  {:role$}  {}", one.address, fill::PASSWORD, one.role, one.agency)?;
    }
    writeln!(out, "\nTo import by hand, as {}:\n  {}\n", filled.importer, filled.file.display())?;
    Ok(())
}

/// Waits for ctrl-c or SIGTERM.
async fn stopped() {
    let interrupted = async {
        // Without the signal there is nothing to wait for: the other one still stops us.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    let terminated = async {
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}
