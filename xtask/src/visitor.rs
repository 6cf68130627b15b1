//! Somebody who asks a server for pages over loopback, keeps the session cookie and can sign in.
//!
//! It reads forms as a browser without script does: by the kind of each field, not by names that may change.

use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use ureq::Agent;
use ureq::http::Response;

use crate::server::SampleSignIn;

/// A visitor with a connection pool of its own.
#[derive(Debug, Clone)]
pub struct Visitor {
    agent: Agent,
    address: String,
    headers: Vec<(&'static str, String)>,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The body.
    pub body: String,
    /// How long to wait before asking again, in seconds, where the server says so.
    pub retry_after: Option<u64>,
    cookie: Option<String>,
}

impl Visitor {
    /// A stranger, at `http://localhost:PORT`. No proxy is asked and no redirect is followed.
    pub fn at(address: &str) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .timeout_global(Some(Duration::from_secs(30)));
        Self { agent: config.build().new_agent(), address: address.to_owned(), headers: Vec::new() }
    }

    /// The same, with one more header in each request.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.retain(|(existing, _)| *existing != name);
        self.headers.push((name, value.into()));
        self
    }

    /// The same session over connections of its own, as another browser window would have.
    pub fn beside(&self) -> Self {
        Self { headers: self.headers.clone(), ..Self::at(&self.address) }
    }

    /// The same person at another address: the server was started again on another port.
    pub fn moved_to(&self, address: &str) -> Self {
        Self { headers: self.headers.clone(), ..Self::at(address) }
    }

    /// Asks for a page.
    ///
    /// # Errors
    /// When no whole answer comes.
    pub fn get(&self, path: &str) -> Result<Answer> {
        let mut request = self.agent.get(format!("{}{path}", self.address));
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        answer(request.call()?)
    }

    /// Sends a form.
    ///
    /// # Errors
    /// When no whole answer comes.
    pub fn post_form(&self, path: &str, fields: &[(String, String)]) -> Result<Answer> {
        let mut request = self.agent.post(format!("{}{path}", self.address));
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        answer(request.send_form(fields.iter().map(|(name, value)| (name.as_str(), value.as_str())))?)
    }

    /// Sends JSON.
    ///
    /// # Errors
    /// When no whole answer comes.
    pub fn post_json(
        &self,
        path: &str,
        body: &serde_json::Value,
        headers: &[(&str, &str)],
    ) -> Result<Answer> {
        let mut request =
            self.agent.post(format!("{}{path}", self.address)).header("content-type", "application/json");
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        answer(request.send(body.to_string())?)
    }

    /// Signs in as a person of the invented region: the page shows the security code of this moment.
    ///
    /// # Errors
    /// When the page has no such form, or refuses.
    pub fn sign_in(self, person: &SampleSignIn) -> Result<Self> {
        let page = self.get("/sign-in")?;
        ensure!(page.status == 200, "/sign-in answers {}", page.status);
        let code = after(&page.body, "data-sample-code").and_then(|rest| between(rest, ">", "<"));
        let code = code.context("/sign-in shows no sample code: is this a sample region?")?.trim().to_owned();
        let fields = inputs(&page.body).into_iter().filter_map(|input| {
            let value = match (input.kind.as_str(), input.autocomplete.as_str()) {
                ("email", _) | (_, "username" | "email") => person.email.clone(),
                ("password", _) => person.password.clone(),
                (_, "one-time-code") => code.clone(),
                _ => input.value,
            };
            (!input.name.is_empty()).then_some((input.name, value))
        });
        let answer = self.post_form("/sign-in", &fields.collect::<Vec<_>>())?;
        let Some(cookie) = answer.cookie else {
            bail!("signing in was answered with {} and no session", answer.status)
        };
        Ok(self.with_header("cookie", cookie))
    }
}

fn answer(mut response: Response<ureq::Body>) -> Result<Answer> {
    let header =
        |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let cookie = header("set-cookie").and_then(|cookie| cookie.split(';').next().map(str::to_owned));
    let retry_after = header("retry-after").and_then(|seconds| seconds.parse().ok());
    let status = response.status().as_u16();
    // A workbook is no text; whoever asks for one looks at the status alone.
    let body = response.body_mut().with_config().limit(64 * 1024 * 1024).read_to_vec()?;
    let body = String::from_utf8_lossy(&body).into_owned();
    Ok(Answer { status, body, retry_after, cookie })
}

/// One `<input>` of a page.
#[derive(Debug, PartialEq, Eq)]
struct Input {
    name: String,
    kind: String,
    value: String,
    autocomplete: String,
}

fn inputs(page: &str) -> Vec<Input> {
    let tags = page.split("<input").skip(1).filter_map(|rest| rest.split('>').next());
    let read = |tag: &str, attribute: &str| {
        let found = after(tag, &format!(" {attribute}=\"")).and_then(|rest| rest.split('"').next());
        found.unwrap_or_default().replace("&amp;", "&").replace("&#x2f;", "/")
    };
    tags.map(|tag| Input {
        name: read(tag, "name"),
        kind: read(tag, "type"),
        value: read(tag, "value"),
        autocomplete: read(tag, "autocomplete"),
    })
    .collect()
}

fn after<'a>(text: &'a str, mark: &str) -> Option<&'a str> {
    text.split_once(mark).map(|(_, rest)| rest)
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> Option<&'a str> {
    after(text, from)?.split(to).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_by_their_kind() {
        let page = r#"<form><input type="hidden" name="back" value="/start"><input class="x" id="e" name="email" type="email" autocomplete="username">"#;
        let found = inputs(page);
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].name.as_str(), found[0].value.as_str()), ("back", "/start"));
        assert_eq!((found[1].kind.as_str(), found[1].autocomplete.as_str()), ("email", "username"));
    }

    #[test]
    fn the_sample_code_is_found() {
        let page = "<strong data-sample-code>123456</strong>";
        assert_eq!(after(page, "data-sample-code").and_then(|rest| between(rest, ">", "<")), Some("123456"));
    }
}
