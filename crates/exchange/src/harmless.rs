//! Reads the lists of selectors that say nothing about an offender (`content/harmless/*.toml`).

use daymark_vocab::selector::{Harmless, HarmlessEffect, Reason, SelectorKind};
use serde::Deserialize;

use crate::problem::Problem;

/// One authored list.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    id: String,
    status: Status,
    version: u32,
    owner: String,
    effect: String,
    why: String,
    #[serde(default)]
    verified_on: Option<toml::value::Datetime>,
    #[serde(default)]
    review_due: Option<toml::value::Datetime>,
    sources: Vec<Source>,
    entries: Vec<Entry>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Status {
    Draft,
    Live,
    Retired,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    name: String,
    year: u16,
    #[serde(default, rename = "part")]
    _part: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    whose: String,
    kind: String,
    value: String,
    #[serde(default)]
    platform: Option<String>,
}

/// What came of the lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadHarmless {
    /// The live lists, ready to ask.
    pub harmless: Harmless,
    /// Per file, all problems.
    pub problems: Vec<(String, Problem)>,
}

/// Reads lists. Drafts and retired lists are checked and left out.
///
/// - `files`: path below `content/` and text of each.
pub fn read_harmless(files: &[(&str, &str)]) -> ReadHarmless {
    let mut read = ReadHarmless::default();
    for (path, text) in files {
        let mut problem = |line: u64, message: String, hint: &str| {
            read.problems.push(((*path).to_owned(), Problem::of_line(line, message, hint)));
        };
        let list: List = match toml::from_str(text) {
            Ok(list) => list,
            Err(error) => {
                let at = error.span().map_or(0, |span| span.start);
                let before = text.get(..at).unwrap_or_default();
                let line = 1 + before.bytes().filter(|b| *b == b'\n').count() as u64;
                problem(
                    line,
                    error.message().to_owned(),
                    "compare it with the other lists in `content/harmless/`",
                );
                continue;
            }
        };
        if format!("{}.toml", list.id) != *path {
            problem(1, "the id does not equal the path".to_owned(), "write the path without `.toml`");
        }
        if list.sources.iter().any(|s| s.name.is_empty() || s.year < 1990) || list.sources.is_empty() {
            problem(
                1,
                "a source has no name or no year".to_owned(),
                "name where each entry can be looked up",
            );
        }
        if list.owner.is_empty() || list.why.is_empty() || list.version == 0 {
            problem(
                1,
                "owner, why and version must be filled in".to_owned(),
                "say who looks after the list, and why",
            );
        }
        if list.status == Status::Live && list.verified_on.is_none() && list.review_due.is_none() {
            problem(1, "neither verified nor due for review".to_owned(), "add `review_due`");
        }
        let Ok(effect) = list.effect.parse::<HarmlessEffect>() else {
            problem(1, "not an effect".to_owned(), "use `no-link` or `note`");
            continue;
        };
        for entry in &list.entries {
            let reason =
                Reason { list: list.id.clone(), version: list.version, effect, whose: entry.whose.clone() };
            let mut spare = Harmless::default();
            let target = if list.status == Status::Live { &mut read.harmless } else { &mut spare };
            let added = match (entry.kind.as_str(), entry.kind.parse::<SelectorKind>()) {
                ("domain", _) => target.add_domain(&entry.value, reason).map_err(|e| e.to_string()),
                (_, Ok(kind)) => target
                    .add(kind, entry.platform.as_deref(), &entry.value, reason)
                    .map_err(|e| e.to_string()),
                (_, Err(error)) => Err(error.to_string()),
            };
            if let Err(message) = added {
                let line =
                    text.lines().position(|line| line.contains(&entry.value)).map_or(0, |at| at as u64 + 1);
                problem(line, format!("{}: {message}", entry.whose), "repair the entry");
            }
        }
    }
    read
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use daymark_vocab::selector::Selector;

    use super::*;

    const SHIPPED: [(&str, &str); 4] = [
        ("harmless/banks.toml", include_str!("../../../content/harmless/banks.toml")),
        ("harmless/helplines.toml", include_str!("../../../content/harmless/helplines.toml")),
        ("harmless/platform-support.toml", include_str!("../../../content/harmless/platform-support.toml")),
        ("harmless/shared-services.toml", include_str!("../../../content/harmless/shared-services.toml")),
    ];

    #[test]
    fn the_shipped_lists_and_their_effects_do_not_change_unnoticed() {
        let read = read_harmless(&SHIPPED);
        assert_eq!(read.problems, []);
        let mut lists: BTreeMap<(&str, u32, &str), usize> = BTreeMap::new();
        let entries: Vec<_> = read.harmless.entries().collect();
        for (_, reason) in &entries {
            *lists.entry((&reason.list, reason.version, reason.effect.code())).or_default() += 1;
        }
        // A change here changes which cases are joined: raise the version of the list and say so in CHANGELOG.md.
        let expected = [
            (("harmless/banks", 1, "no-link"), 23),
            (("harmless/helplines", 1, "no-link"), 29),
            (("harmless/platform-support", 1, "no-link"), 16),
            (("harmless/shared-services", 1, "note"), 7),
        ];
        assert_eq!(lists.into_iter().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn shipped_lists_answer() {
        let harmless = read_harmless(&SHIPPED).harmless;
        let ask = |kind, platform, text| {
            let selector = Selector::parse(kind, platform, text).unwrap();
            harmless.is_harmless(&selector).map(|reason| (reason.whose.clone(), reason.effect))
        };
        let childline = Some(("Childline".to_owned(), HarmlessEffect::NoLink));
        assert_eq!(ask(SelectorKind::Phone, None, "08001111"), childline);
        assert_eq!(ask(SelectorKind::Url, None, "https://www.childline.org.uk/remove/"), childline);
        assert!(ask(SelectorKind::Phone, None, "999").is_some());
        assert!(ask(SelectorKind::Handle, Some("snap"), "TeamSnapchat").is_some());
        assert!(
            ask(SelectorKind::DisplayName, None, "instagram USER")
                .is_some_and(|r| r.1 == HarmlessEffect::Note)
        );
        assert_eq!(ask(SelectorKind::Phone, None, "07700 900123"), None);
        assert_eq!(ask(SelectorKind::Handle, Some("instagram"), "teamsnapchat"), None);
    }

    #[track_caller]
    fn check(change: (&str, &str), expected: &str) {
        let text = SHIPPED[3].1.replace(change.0, change.1);
        assert_ne!(text, SHIPPED[3].1, "the change must change something");
        let read = read_harmless(&[("harmless/shared-services.toml", &text)]);
        let all: Vec<String> = read.problems.iter().map(|(_, problem)| problem.to_string()).collect();
        assert!(all.iter().any(|problem| problem.contains(expected)), "{all:?}");
    }

    #[test]
    fn bad_lists_are_refused_with_their_line() {
        check(("effect = \"note\"", "effect = \"ignore\""), "not an effect");
        check(("harmless/shared-services", "harmless/other"), "id does not equal the path");
        check(("linktr.ee", "two words"), "17:0: ");
        check(("kind = \"url\"", "kind = \"web\""), "a kind of identifier");
        check(("owner =", "colour ="), "unknown field");
        check(("review_due = 2027-05-31\n", ""), "review_due");
        check(("version = 1", "version = 0"), "version");
    }

    #[test]
    fn drafts_are_checked_and_left_out() {
        let text = SHIPPED[3].1.replace("status = \"live\"", "status = \"draft\"");
        let read = read_harmless(&[("harmless/shared-services.toml", &text)]);
        assert_eq!((read.problems.len(), read.harmless.n_entries()), (0, 0));
    }
}
