//! What does the kill loop ask of a running server? The one place to change when the machine API does.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::invented;
use crate::server::Server;
use crate::visitor::Visitor;

/// How the loop speaks with a server.
pub trait ReportsApi: Sync {
    /// Somebody who may send reports.
    ///
    /// # Errors
    /// When the server offers no way in.
    fn visitor(&self, server: &Server, data: &Path) -> Result<Visitor>;

    /// Sends a report; `Some(id)` when the server has acknowledged it. The same key may be sent again.
    ///
    /// # Errors
    /// When no whole answer comes, or it is a refusal.
    fn send(&self, visitor: &Visitor, key: &str, number: u64) -> Result<String>;

    /// How often each report of the loop is stored, by the number under which it was sent.
    ///
    /// # Errors
    /// When the server does not list them.
    fn stored(&self, visitor: &Visitor) -> Result<BTreeMap<String, usize>>;

    /// Verifies the audit chain; returns how many rows say that a report came in through the API.
    ///
    /// # Errors
    /// When the chain does not verify.
    fn audited(&self, daymark: &Path, data: &Path, export: &Path) -> Result<usize>;
}

/// `POST /api/reports` and `GET /api/reports`, with a bearer token.
#[derive(Debug)]
pub struct JsonApi;

const PATH: &str = "/api/reports";
/// In the data folder, written by `daymark serve --sample`.
const TOKEN_FILE: &str = "api-token";
/// The verb of the audit row of a report that came in through the API.
const AUDIT_VERB: &str = "create case";

impl ReportsApi for JsonApi {
    fn visitor(&self, server: &Server, data: &Path) -> Result<Visitor> {
        let from_file =
            std::fs::read_to_string(data.join(TOKEN_FILE)).ok().map(|text| text.trim().to_owned());
        let token = from_file.or_else(|| token_in(&server.printed()));
        let token = token
            .with_context(|| format!("no API token: neither {TOKEN_FILE} in the data folder nor printed"))?;
        Ok(Visitor::at(&server.address).with_header("authorization", format!("Bearer {token}")))
    }

    fn send(&self, visitor: &Visitor, key: &str, number: u64) -> Result<String> {
        let answer = visitor.post_json(PATH, &invented::report(number), &[("idempotency-key", key)])?;
        ensure!(matches!(answer.status, 200 | 201), "{PATH} answered {}: {}", answer.status, answer.body);
        let body: Value = serde_json::from_str(&answer.body).context("the acknowledgement is no JSON")?;
        let id = body.get("id").and_then(Value::as_str).context("the acknowledgement has no `id`")?;
        Ok(id.to_owned())
    }

    fn stored(&self, visitor: &Visitor) -> Result<BTreeMap<String, usize>> {
        let mut stored = BTreeMap::new();
        let mut next = Some(PATH.to_owned());
        while let Some(path) = next {
            let answer = visitor.get(&path)?;
            ensure!(answer.status == 200, "{path} answered {}", answer.status);
            let page: Value = serde_json::from_str(&answer.body).context("the list is no JSON")?;
            let reports =
                page.get("reports").and_then(Value::as_array).context("the list has no `reports`")?;
            for id in reports.iter().filter_map(|report| report.get("report_id")).filter_map(Value::as_str) {
                *stored.entry(id.to_owned()).or_default() += 1;
            }
            next = page.get("next").and_then(Value::as_str).map(str::to_owned);
        }
        Ok(stored)
    }

    fn audited(&self, daymark: &Path, data: &Path, export: &Path) -> Result<usize> {
        let run = |arguments: &[&str], path: &Path, option: Option<(&str, &Path)>| {
            let mut command = Command::new(daymark);
            command.args(arguments).arg(path);
            if let Some((name, value)) = option {
                command.arg(name).arg(value);
            }
            let output = command.output().context("start `daymark audit`")?;
            let said = format!(
                "{}{}",
                String::from_utf8_lossy(&output.stdout),
                String::from_utf8_lossy(&output.stderr)
            );
            ensure!(output.status.success(), "daymark {}: {said}", arguments.join(" "));
            anyhow::Ok(())
        };
        run(&["audit", "export", "--data"], data, Some(("--out", export)))?;
        run(&["audit", "verify"], export, None)?;
        let text = std::fs::read_to_string(export).context("read the audit export")?;
        Ok(text.lines().filter(|line| line.contains(AUDIT_VERB)).count())
    }
}

fn token_in(printed: &str) -> Option<String> {
    let line = printed.lines().find(|line| line.to_lowercase().contains("api token"))?;
    line.split_whitespace().next_back().map(str::to_owned)
}
