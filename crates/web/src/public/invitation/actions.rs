//! Accepting.

use axum::extract::{Path, State};
use daymark_store::member;
use daymark_vocab::Private;

use super::form::RawAcceptance;
use super::pages;
use crate::app::App;
use crate::edge::error_page::{PageError, PageResult};
use crate::edge::form::Form;
use crate::edge::second_factor;
use crate::kit::{FormProblems, Language};

/// How many recovery codes there are.
const RECOVERY_CODES: usize = 8;

/// `POST /invitation/{token}`
pub async fn accept(
    State(app): State<App>,
    Path(token): Path<String>,
    Form(raw): Form<RawAcceptance>,
) -> PageResult {
    let now = app.clock.now();
    // The token stands in for the session's token: only whoever holds the link can send this form.
    let found = pages::invited(&app, &token).await?;
    if raw.seed.len() != 40 || !raw.seed.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(PageError::BadRequest {
            problems: vec!["Open your link again and start afresh.".to_owned()],
        });
    }
    let seed = raw.seed.clone();
    let words = format!("{} {} daymark", found.name.reveal(), found.sign_in.reveal());
    let theirs: Vec<&str> =
        words.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let asked = match raw.parse(&theirs) {
        Ok(asked) => asked,
        Err(problems) => return pages::page(&found, &token, &seed, &problems),
    };
    let secret = pages::secret_of(&token, &seed);
    let Some(step) = second_factor::step_of(&secret, &asked.code, now) else {
        let mut problems = FormProblems::new(Language::English);
        problems.add(
            "code",
            "This is not the code that the app shows now. Wait for the next one, and check that the phone’s clock is right",
        );
        return pages::page(&found, &token, &seed, &problems);
    };
    let hash = app.passwords.hash(asked.password, app.random()?).await?;
    let codes = recovery_codes(&app)?;
    let mut tx = app.store.write("accept an invitation").await?;
    // INVARIANT: a link works once; whoever was quicker has used it up.
    let Some(found) = member::invited(&mut tx, &token, now).await? else { return Err(PageError::NotFound) };
    member::accept(&mut tx, &found, &hash, &Private::new(secret), &codes, now).await?;
    member::use_second_factor_step(&mut tx, &found, step).await?;
    tx.commit().await?;
    pages::accepted(codes)
}

/// Codes of 80 random bits, in four groups that can be read out.
fn recovery_codes(app: &App) -> Result<Vec<String>, PageError> {
    (0..RECOVERY_CODES)
        .map(|_| {
            let text = data_encoding::BASE32_NOPAD.encode(&app.random::<10>()?).to_ascii_lowercase();
            let groups: Vec<_> = text.as_bytes().chunks(4).map(String::from_utf8_lossy).collect();
            Ok(groups.join("-"))
        })
        .collect()
}
