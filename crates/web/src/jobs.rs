//! What runs beside the requests? Each job has a name, runs one at a time, and its failure is logged, never lost.

use std::future::Future;

use crate::app::App;
use crate::edge::error_page::PageError;

/// Starts a job that outlives the request. A failure is logged under its name.
#[allow(clippy::disallowed_methods, reason = "the one place that starts tasks; it keeps their errors")]
pub fn start(name: &'static str, job: impl Future<Output = Result<(), PageError>> + Send + 'static) {
    tokio::spawn(async move {
        if let Err(error) = job.await {
            tracing::error!(job = name, %error, "a job failed");
        }
    });
}

/// The jobs that run for as long as the server: links and trends are made anew when reports came in, sessions are swept.
pub async fn run_forever(app: App) {
    let mut minute = tokio::time::interval(std::time::Duration::from_secs(60));
    loop {
        tokio::select! {
            _ = minute.tick() => {
                if let Err(error) = sweep(&app).await {
                    tracing::error!(job = "sweep sessions", %error, "a job failed");
                }
            }
            () = app.matching.wanted() => {
                if let Err(error) = app.matching.refresh(&app).await {
                    tracing::error!(job = "match", %error, "a job failed");
                }
                if let Err(error) = app.trends.refresh(&app).await {
                    tracing::error!(job = "count weeks", %error, "a job failed");
                }
            }
        }
    }
}

async fn sweep(app: &App) -> Result<(), PageError> {
    let mut tx = app.store.write("sweep sessions").await?;
    daymark_store::session::sweep(&mut tx, &app.limits, app.clock.now()).await?;
    crate::edge::unsent::sweep(&mut tx, app.clock.now()).await?;
    Ok(tx.commit().await?)
}
