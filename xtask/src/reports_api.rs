//! What does the kill loop ask of a running server? The one place to change when the machine API does.
//!
//! Three doors, all of them the product's own: `POST /api/reports` with a token of `daymark token issue`; the number of
//! cases on the lead's list; and `daymark audit export` on the data at rest. The machine API lists nothing, on purpose,
//! so whether a report is stored is asked by sending it again without a key: it must be known, under the same number.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

use crate::invented::{self, external_id};
use crate::server::{SampleSignIn, Server, sign_ins};
use crate::visitor::Visitor;

/// What became of one report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The case's number, such as `WYP-0007`.
    pub case: String,
    /// Whether this request opened it.
    pub is_new: bool,
}

/// What a server answered to a list of reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answered {
    /// Acknowledged: each report, in the order sent.
    Taken(Vec<Taken>),
    /// Too many requests: not before this time has passed.
    Later(Duration),
}

/// How the loop speaks with a server.
pub trait Reports: Sync {
    /// Sends the reports with these numbers in one request. The same key may be sent again.
    ///
    /// # Errors
    /// When no whole answer comes, or it is a refusal.
    fn send(&self, key: Option<&str>, numbers: &[u64]) -> Result<Answered>;

    /// How many cases the agency has, as its lead's list counts them.
    ///
    /// # Errors
    /// When the list does not answer or says no number.
    fn n_cases(&self) -> Result<usize>;
}

/// The agency of the sample region that starts without a case: whatever it has, the loop sent.
const AGENCY: &str = "west-yorkshire-police";
/// What the numbers of that agency's cases begin with.
const PREFIX: &str = "WYP";
const PATH: &str = "/api/reports";
/// The verb of the audit row of a case that the machine API opened.
const AUDIT_VERB: &str = "submit-report-api";
/// Printed by `daymark serve --sample`, before the address of the agency's lead.
const LEAD_MARK: &str = "To import by hand, as ";

/// A real server: one visitor with a token, one with the lead's session.
#[derive(Debug, Clone)]
pub struct Door {
    machine: Visitor,
    lead: Visitor,
}

impl Door {
    /// The lead of the agency, from what `daymark serve --sample` printed when it filled its database.
    ///
    /// # Errors
    /// When it printed no such person.
    pub fn lead(first: &Server) -> Result<SampleSignIn> {
        let printed = first.printed();
        let email = address_of_lead(&printed).context("the server named nobody who imports by hand")?;
        let all = sign_ins(&printed);
        all.into_iter().find(|one| one.email == email).context("the lead is not among the sample sign-ins")
    }

    /// Issues a token on data at rest. (SQLite has one writer, and this must not wait for the server.)
    ///
    /// # Errors
    /// When `daymark token issue` fails.
    pub fn issue_token(daymark: &Path, data: &Path, lead: &SampleSignIn) -> Result<String> {
        let mut command = Command::new(daymark);
        command.args(["token", "issue", "--label", "kill-loop", "--agency", AGENCY, "--member", &lead.email]);
        let output = command.arg("--data").arg(data).output().context("start `daymark token issue`")?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "daymark token issue: {said}");
        Ok(String::from_utf8(output.stdout).context("the token is no text")?.trim().to_owned())
    }

    /// Knocks with the token, and signs in as the lead.
    ///
    /// # Errors
    /// When the lead cannot sign in.
    pub fn open(server: &Server, token: &str, lead: &SampleSignIn) -> Result<Self> {
        let machine = Visitor::at(&server.address).with_header("authorization", format!("Bearer {token}"));
        Ok(Self { machine, lead: Visitor::at(&server.address).sign_in(lead)? })
    }

    /// The same people at another address: the server was started again on another port.
    #[must_use]
    pub fn moved_to(&self, server: &Server) -> Self {
        Self { machine: self.machine.moved_to(&server.address), lead: self.lead.moved_to(&server.address) }
    }

    /// The same people over connections of their own.
    #[must_use]
    pub fn beside(&self) -> Self {
        Self { machine: self.machine.beside(), lead: self.lead.beside() }
    }
}

impl Reports for Door {
    fn send(&self, key: Option<&str>, numbers: &[u64]) -> Result<Answered> {
        let body: Vec<Value> = numbers.iter().map(|number| invented::report(*number)).collect();
        let headers: Vec<(&str, &str)> = key.iter().map(|key| ("idempotency-key", *key)).collect();
        let answer = self.machine.post_json(PATH, &Value::Array(body), &headers)?;
        match answer.status {
            200 | 201 => taken(&answer.body, numbers).map(Answered::Taken),
            429 => Ok(Answered::Later(Duration::from_secs(answer.retry_after.unwrap_or(1)))),
            status => bail!("{PATH} answered {status}: {}", answer.body),
        }
    }

    fn n_cases(&self) -> Result<usize> {
        // A list counts its newest 2,000 at most: asked for by the first digit of the number, each is shorter.
        let of = |digit: usize| {
            let path = format!("/cases?reference={PREFIX}-{digit}");
            let page = self.lead.get(&path)?;
            ensure!(page.status == 200, "{path} answered {}", page.status);
            counted(&page.body).with_context(|| format!("{path} says no number of cases"))
        };
        (0..10).map(of).sum()
    }
}

/// Verifies the agency's audit chain on data at rest; the ids of the cases that the machine API opened.
///
/// # Errors
/// When the export fails or a chain does not verify.
pub fn audited(daymark: &Path, data: &Path, export: &Path) -> Result<Vec<String>> {
    let run = |command: &mut Command| {
        let output = command.output().context("start `daymark audit`")?;
        let said = [output.stdout, output.stderr].concat();
        ensure!(output.status.success(), "daymark audit: {}", String::from_utf8_lossy(&said));
        anyhow::Ok(())
    };
    let mut take_away = Command::new(daymark);
    take_away.args(["audit", "export", "--agency", AGENCY, "--data"]).arg(data).arg("--out").arg(export);
    run(&mut take_away)?;
    run(Command::new(daymark).args(["audit", "verify"]).arg(export))?;
    let text = std::fs::read_to_string(export).context("read the audit export")?;
    opened_in(&text)
}

/// The cases whose opening stands in an export.
fn opened_in(export: &str) -> Result<Vec<String>> {
    let mut ids = Vec::new();
    for line in export.lines() {
        let row: Value = serde_json::from_str(line).context("a line of the audit export is no JSON")?;
        let text = |field: &str| row.get(field).and_then(Value::as_str).unwrap_or_default();
        if text("verb") == AUDIT_VERB && text("subject_kind") == "Case" {
            ids.push(text("subject_id").to_owned());
        }
    }
    Ok(ids)
}

/// The acknowledgement, which must speak of each report that was sent, in its order.
fn taken(body: &str, numbers: &[u64]) -> Result<Vec<Taken>> {
    let body: Value = serde_json::from_str(body).context("the acknowledgement is no JSON")?;
    let reports = body.get("reports").and_then(Value::as_array).context("it has no `reports`")?;
    ensure!(reports.len() == numbers.len(), "{} sent, {} acknowledged", numbers.len(), reports.len());
    let read = |(report, number): (&Value, &u64)| {
        let text = |field: &str| report.get(field).and_then(Value::as_str).unwrap_or_default();
        ensure!(text("report_id") == external_id(*number), "another report was acknowledged");
        let is_new = match text("became") {
            "opened" => true,
            "known" => false,
            other => bail!("a report became `{other}`"),
        };
        ensure!(!text("case").is_empty(), "no case was acknowledged");
        Ok(Taken { case: text("case").to_owned(), is_new })
    };
    reports.iter().zip(numbers).map(read).collect()
}

/// The number in `<p … role="status">12 cases</p>`.
fn counted(page: &str) -> Option<usize> {
    let status = page.split_once("role=\"status\">")?.1.split('<').next()?.trim();
    if status.starts_with("No case") {
        return Some(0);
    }
    status.split(' ').next()?.parse().ok()
}

fn address_of_lead(printed: &str) -> Option<&str> {
    let rest = printed.split_once(LEAD_MARK)?.1;
    rest.split_whitespace().next().map(|word| word.trim_end_matches(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_server_says_is_read_and_what_it_leaves_out_is_an_error() {
        let body = r#"{"reports":[{"report_id":"KILL-00000007","case":"WYP-0001","became":"opened"}]}"#;
        assert_eq!(taken(body, &[7]).unwrap(), [Taken { case: "WYP-0001".to_owned(), is_new: true }]);
        for (body, numbers) in [
            (body, &[8][..]),
            (body, &[7, 8]),
            (r#"{"reports":[{"report_id":"KILL-00000007","case":"","became":"opened"}]}"#, &[7]),
            (r#"{"reports":[{"report_id":"KILL-00000007","case":"WYP-0001","became":"lost"}]}"#, &[7]),
            ("{}", &[7]),
        ] {
            assert!(taken(body, numbers).is_err(), "{body}");
        }
        assert_eq!(counted("<p class=\"govuk-body\" role=\"status\">1 case</p>"), Some(1));
        assert_eq!(counted("<p role=\"status\">214 cases</p>"), Some(214));
        assert_eq!(counted("<p role=\"status\">No case fits.</p>"), Some(0));
        assert_eq!(counted("<p>214 cases</p>"), None);
        let printed = "…\nTo import by hand, as sam@example.org:\n  /data/x.csv\n";
        assert_eq!(address_of_lead(printed), Some("sam@example.org"));
    }

    #[test]
    fn audit_rows_of_other_verbs_and_records_are_no_openings() {
        let row = |verb: &str, kind: &str| {
            format!(
                "{{\"kind\":\"row\",\"verb\":\"{verb}\",\"subject_kind\":\"{kind}\",\"subject_id\":\"c1\"}}\n"
            )
        };
        let export = "{\"kind\":\"head\",\"agency\":\"a\",\"n_rows\":3,\"hash\":\"\"}\n".to_owned()
            + &row("submit-report-api", "Case")
            + &row("submit-report-api", "Agency")
            + &row("create-case", "Case");
        assert_eq!(opened_in(&export).unwrap(), ["c1"]);
        assert!(opened_in("not json").is_err());
    }
}
