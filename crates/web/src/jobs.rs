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

/// The jobs that run for as long as the server: audit logs are checked once, links and trends are made anew when reports
/// came in, sessions are swept.
pub async fn run_forever(app: App) {
    let mut minute = tokio::time::interval(std::time::Duration::from_secs(60));
    beside("check the audit logs", app.clone(), |app| async move { app.audit_checks.check_all(&app).await })
        .await;
    loop {
        tokio::select! {
            _ = minute.tick() => {
                if let Err(error) = sweep(&app).await {
                    tracing::error!(job = "sweep sessions", %error, "a job failed");
                }
            }
            () = app.matching.wanted() => {
                beside("match", app.clone(), |app| async move { app.matching.refresh(&app).await }).await;
                beside("count weeks", app.clone(), |app| async move { app.trends.refresh(&app).await }).await;
            }
        }
    }
}

/// Runs a job on a thread that answers no requests: reading a hundred thousand rows must not hold a page up.
async fn beside<F>(name: &'static str, app: App, job: impl FnOnce(App) -> F + Send + 'static)
where
    F: Future<Output = Result<(), PageError>>,
{
    let here = tokio::runtime::Handle::current();
    let done = tokio::task::spawn_blocking(move || here.block_on(job(app))).await;
    match done {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::error!(job = name, %error, "a job failed"),
        Err(_) => tracing::error!(job = name, "a job ended before it was done"),
    }
}

async fn sweep(app: &App) -> Result<(), PageError> {
    let mut tx = app.store.write("sweep sessions").await?;
    daymark_store::session::sweep(&mut tx, &app.limits, app.clock.now()).await?;
    crate::edge::unsent::sweep(&mut tx, app.clock.now()).await?;
    Ok(tx.commit().await?)
}
