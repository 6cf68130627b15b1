//! How many decisions per second? `cargo bench -p daymark-access` prints them; `cargo test` only runs it briefly.

use std::time::{Duration, Instant};

use daymark_access::{Action, Decision, Record, Staff, Standing, Visitor, decide};
use daymark_vocab::{AgencyKind, Role};
use jiff::Timestamp;

fn lead() -> Result<Staff, Box<dyn std::error::Error>> {
    Ok(Staff {
        member: "lead".parse()?,
        agency: "school-a".parse()?,
        agency_kind: AgencyKind::School,
        roles: [Role::SafeguardingLead, Role::Practitioner].into(),
        standing: Standing::Active,
        step_up_at: None,
    })
}

/// Asks again and again for a while.
///
/// - returns decisions per second on one core, and how many of them permitted.
fn rate(for_how_long: Duration, mut ask: impl FnMut() -> Decision) -> (f64, u64) {
    let (start, mut n_asked, mut n_permitted) = (Instant::now(), 0_u32, 0);
    while start.elapsed() < for_how_long {
        for _ in 0..100 {
            n_permitted += u64::from(matches!(ask(), Decision::Permitted(_)));
            n_asked += 1;
        }
    }
    (f64::from(n_asked) / start.elapsed().as_secs_f64(), n_permitted)
}

#[allow(clippy::print_stdout, reason = "a bench reports on stdout")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let measured = std::env::args().any(|argument| argument == "--bench");
    let for_how_long = Duration::from_millis(if measured { 3_000 } else { 20 });
    let (now, who) = (Timestamp::UNIX_EPOCH, lead()?);
    let own = Record::case("case-1".parse()?, "school-a".parse()?).assigned_to(["lead".parse()?]);
    let other = Record::case("case-2".parse()?, "police-b".parse()?).released_to(["charity-c".parse()?]);
    let rows = [
        ("read a case of one's agency", rate(for_how_long, || decide(&who, Action::ReadCase, &own, now))),
        ("read another agency's case", rate(for_how_long, || decide(&who, Action::ReadCase, &other, now))),
        (
            "open an identity, step-up missing",
            rate(for_how_long, || decide(&who, Action::OpenIdentity, &own, now)),
        ),
        ("visitor signs in", rate(for_how_long, || decide(Visitor, Action::SignIn, &Record::system(), now))),
    ];
    for (what, (per_second, n_permitted)) in rows {
        println!("{what:<36}{per_second:>10.0} decisions/s  ({n_permitted} permitted)");
    }
    Ok(())
}
