//! `daymark token`: lets a machine send reports, or stops it.

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::{Context, bail};
use daymark_access::Standing;
use daymark_store::{api_token, member};
use daymark_vocab::{AgencyId, Clock, OsEntropy, SystemClock, entropy};
use jiff::SignedDuration;

use crate::place::{self, Place};

/// Lets a machine send reports for an agency, or stops it.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Issues a token and prints it once: it is not kept and cannot be shown again.
    #[command(after_help = "Example:\n  daymark token issue --agency north-yorkshire-schools \\\n    \
--member alice.brantwood@example.org --label records-system")]
    Issue(Issue),
    /// Revokes every token of an agency with this label.
    #[command(
        after_help = "Example:\n  daymark token revoke --agency north-yorkshire-schools --label records-system"
    )]
    Revoke(Revoke),
}

#[derive(Debug, clap::Args)]
struct Issue {
    #[command(flatten)]
    place: Place,
    /// Whose cases the reports become.
    #[arg(long, value_name = "ID")]
    agency: AgencyId,
    /// As whom the machine acts: a member's sign-in address. What they may not do, it may not do.
    #[arg(long, value_name = "ADDRESS")]
    member: String,
    /// Which machine it is for; not a person's name.
    #[arg(long, value_name = "TEXT")]
    label: String,
    /// For how many days it works.
    #[arg(long, value_name = "N", default_value_t = 365, value_parser = clap::value_parser!(u16).range(1..=365))]
    days: u16,
}

#[derive(Debug, clap::Args)]
struct Revoke {
    #[command(flatten)]
    place: Place,
    /// Whose tokens.
    #[arg(long, value_name = "ID")]
    agency: AgencyId,
    /// Which machine's.
    #[arg(long, value_name = "TEXT")]
    label: String,
}

/// Issues or revokes.
///
/// # Errors
/// When there is no such member, or the database cannot be used.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    place::block_on(async {
        match &args.command {
            Command::Issue(issue) => issue_token(issue).await,
            Command::Revoke(revoke) => revoke_tokens(revoke).await,
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

async fn issue_token(args: &Issue) -> anyhow::Result<()> {
    let store = args.place.open().await?;
    let now = SystemClock.now();
    let mut tx = store.write("issue api token").await?;
    let found = member::by_sign_in(&mut tx, &args.member).await?;
    let found = found
        .into_iter()
        .map(|found| found.member)
        .find(|member| member.agency == args.agency && member.standing == Standing::Active)
        .with_context(|| format!("nobody active in `{}` signs in with this address", args.agency))?;
    let secret = data_encoding::BASE64URL_NOPAD.encode(&entropy::bytes::<32>(&OsEntropy)?);
    let new = api_token::NewToken {
        member: &found,
        secret: &secret,
        label: &args.label,
        expires_at: now + SignedDuration::from_hours(24 * i64::from(args.days)),
    };
    api_token::issue(&mut tx, &new, now).await?;
    tx.commit().await?;
    store.close().await;
    writeln!(io::stdout().lock(), "{secret}")?;
    Ok(())
}

async fn revoke_tokens(args: &Revoke) -> anyhow::Result<()> {
    let store = args.place.open().await?;
    let mut tx = store.write("revoke api token").await?;
    let n = api_token::revoke(&mut tx, &args.agency, &args.label, SystemClock.now()).await?;
    tx.commit().await?;
    store.close().await;
    if n == 0 {
        bail!("`{}` has no live token with this label", args.agency);
    }
    writeln!(io::stdout().lock(), "{n} revoked")?;
    Ok(())
}
