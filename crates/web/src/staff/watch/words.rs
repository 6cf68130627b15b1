//! How is it said? Findings and flags in plain words, without a number that may not be shown.

use daymark_surveillance::series::Dimension;
use daymark_surveillance::{Audience, Shown, Verdict, Week, explain};
use daymark_vocab::AreaCode;
use jiff::civil::Date;

use super::form::values;
use crate::app::App;
use crate::chart::{Count, Expected};
use crate::kit::Language;
use crate::trends::flag::{Finding, Flag, Level, Rise};
use crate::trends::mix_change::Share;
use crate::trends::raise::is_alarm;
use crate::trends::recording::RecordingChange;
use crate::trends::{Snapshot, View};

/// `2 November`
pub fn day(date: Date) -> String {
    format!("{} {}", date.day(), month(date))
}

/// `2 November 2026`
pub fn full_day(date: Date) -> String {
    format!("{} {}", day(date), date.year())
}

fn month(date: Date) -> &'static str {
    Language::English.month(date.month()).unwrap_or_default()
}

/// `16 to 22 November`
pub fn week_words(week: Week) -> String {
    let (monday, sunday) = (week.monday(), week.plus(1).monday().yesterday().unwrap_or(week.monday()));
    if monday.month() == sunday.month() {
        format!("{} to {}", monday.day(), day(sunday))
    } else {
        format!("{} to {}", day(monday), day(sunday))
    }
}

/// The name of an area; England and Wales for all of them.
pub fn place(app: &App, area: Option<&AreaCode>) -> String {
    area.map_or_else(|| "England and Wales".to_owned(), |area| app.area_name(area.as_str()))
}

/// A count in words. The same word stands for both reasons to hide it, so that it tells nothing.
pub fn number(shown: Shown) -> String {
    count(shown).words()
}

/// A count for charts.
pub const fn count(shown: Shown) -> Count {
    match shown {
        Shown::Count(count) => Count::Exact(count),
        Shown::UnderFive => Count::Hidden,
    }
}

/// The expected range in whole cases, as the sentence of the engine rounds it: inwards.
pub fn expected(verdict: &Verdict) -> Option<Expected> {
    let upper = verdict.upper_bound?.floor();
    let lower = verdict.lower_bound.unwrap_or(0.0).ceil().min(upper);
    Some(Expected { middle: verdict.expected?, lower, upper })
}

/// `expected 3 to 13`
pub fn expected_words(verdict: Option<&Verdict>) -> String {
    match verdict.and_then(expected) {
        Some(range) if range.upper == 0.0 => "expected none".to_owned(),
        Some(range) if range.lower == range.upper => format!("expected {}", range.upper),
        Some(range) => format!("expected {} to {}", range.lower, range.upper),
        None => "too few past weeks to say what to expect".to_owned(),
    }
}

/// Whether a week of a view stands above the range, and may be called so.
pub fn is_above(view: &View, verdict: &Verdict) -> bool {
    is_alarm(verdict) && matches!(view.shown.week(verdict.week), Shown::Count(_))
}

/// How many weeks up to the last are above the range without a break.
pub fn weeks_above(view: &View, last: Week) -> usize {
    let latest = view.verdicts.iter().rev();
    let mut week = last;
    let run = latest.take_while(|verdict| {
        let goes_on = verdict.week == week && is_above(view, verdict);
        week = week.plus(-1);
        goes_on
    });
    run.count()
}

/// The finding that stands over the chart.
pub fn chart_finding(what: &str, view: &View, last: Week) -> String {
    let latest = view.verdicts.last().filter(|verdict| verdict.week == last);
    let Some(verdict) = latest else {
        return format!("{what}: too few past weeks to say what to expect");
    };
    match weeks_above(view, last) {
        0 => {}
        1 => return format!("{what} were above the expected range last week"),
        n => return format!("{what} have been above the expected range for {n} weeks"),
    }
    if let Some(verdict) = view.verdicts.iter().rev().take(4).find(|verdict| is_above(view, verdict)) {
        let week = day(verdict.week.monday());
        return format!("{what} were above the expected range in the week of {week}, and not last week");
    }
    let below = verdict
        .lower_bound
        .is_some_and(|lower| matches!(view.shown.week(last), Shown::Count(n) if (n as f64) < lower));
    if below {
        format!("{what} were below the expected range last week")
    } else {
        format!("{what} are within the expected range")
    }
}

/// `Instagram`, `the demand “Money”`, `girls`, `ages 11 to 13`
pub fn part(app: &App, dimension: Dimension, code: &str) -> String {
    let label = |field: &str| {
        let value = values(app, field).iter().find(|value| value.code == code);
        value.map_or_else(|| code.to_owned(), |value| value.label.clone())
    };
    match dimension {
        Dimension::Area => app.area_name(code),
        Dimension::Platform => {
            let platform = app.content.platforms().iter().find(|platform| platform.code == code);
            platform.map_or_else(|| code.to_owned(), |platform| platform.label.clone())
        }
        Dimension::Demand => format!("the demand “{}”", label("demand.kind")),
        Dimension::Gender => match code {
            "girl" => "girls".to_owned(),
            "boy" => "boys".to_owned(),
            _ => lower_first(&label("child.gender")),
        },
        Dimension::AgeBand => format!("ages {}", label("child.age_band")),
    }
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

fn in_words(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// The finding of a flag in a few words.
pub fn flag_title(app: &App, snapshot: &Snapshot, flag: &Flag) -> String {
    match &flag.finding {
        Finding::Rise(rise) => {
            let when = if rise.verdict.week == snapshot.last {
                "last week".to_owned()
            } else {
                format!("in the week of {}", day(rise.verdict.week.monday()))
            };
            let place = place(app, flag.areas.iter().next());
            let what = match &rise.of {
                Some((dimension, code)) => format!("{place}, {}", part(app, *dimension, code)),
                None => place,
            };
            match rise.shown {
                Shown::Count(n) => format!("{what}: {n} reports {when}"),
                Shown::UnderFive => format!("{what}: more reports than expected {when}"),
            }
        }
        Finding::SharedPayee { n_cases: Shown::Count(n), n_areas, .. } => {
            format!("Same payment account in {n} cases, {n_areas} areas")
        }
        Finding::SharedPayee { n_areas, .. } => format!("Same payment account in {n_areas} areas"),
        Finding::MixChange { now, before, .. } => {
            let more = if now.percent() >= before.percent() { "More" } else { "Fewer" };
            format!("{more} girls than in the year before, {}", place(app, flag.areas.iter().next()))
        }
        Finding::Recording { change, .. } => recording_title(change),
    }
}

fn agencies(n: usize) -> String {
    if n == 1 { "1 agency".to_owned() } else { format!("{n} agencies") }
}

fn recording_title(change: &RecordingChange) -> String {
    let began = (!change.began.is_empty()).then(|| {
        format!("{} started recording in {}", agencies(change.began.len()), month(change.since.monday()))
    });
    let stopped =
        (!change.stopped.is_empty()).then(|| format!("{} stopped recording", agencies(change.stopped.len())));
    [began, stopped].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// What the flag says beside its title, a sentence or two each.
pub fn flag_paragraphs(app: &App, flag: &Flag) -> Vec<String> {
    let place = place(app, flag.areas.iter().next());
    match &flag.finding {
        Finding::Rise(rise) => rise_paragraphs(app, rise),
        Finding::SharedPayee { first_on, last_on, .. } => {
            vec![format!("First seen {}, last seen {}.", day(*first_on), day(*last_on))]
        }
        Finding::MixChange { now, before, .. } => {
            vec![format!(
                "{}% of reports in the last 4 weeks; {}% in the year before.",
                now.percent(),
                before.percent()
            )]
        }
        Finding::Recording { change, has_rise } => {
            let mut said = Vec::new();
            match (change.began.is_empty(), has_rise) {
                (false, true) => said.push(format!("Part of the rise in {place} may be better recording.")),
                (false, false) => said.push(format!("A rise in {place} may be better recording.")),
                (true, _) => {}
            }
            if !change.stopped.is_empty() {
                said.push(format!("A fall in {place} may be missing reports."));
            }
            said
        }
    }
}

fn rise_paragraphs(app: &App, rise: &Rise) -> Vec<String> {
    let mut first = Vec::new();
    if matches!(rise.shown, Shown::Count(_)) {
        let sentence = explain("", &rise.verdict, Audience::Wider);
        first.extend([sentence.expected, sentence.chance].into_iter().flatten());
    }
    if rise.n_weeks > 1 {
        first.push(format!(
            "It has been above the expected range in {} weeks since {}.",
            rise.n_weeks,
            day(rise.since.monday())
        ));
    }
    let mut said = vec![first.join(" ")];
    if !rise.mostly.is_empty() {
        let parts: Vec<String> =
            rise.mostly.iter().map(|(dimension, code)| part(app, *dimension, code)).collect();
        said.push(format!("Most above what is usual there: {}.", in_words(&parts)));
    }
    match rise.without_new_agencies {
        Some(true) => said.push(
            "Agencies began to record here lately. Without them it is above the expected range as well."
                .into(),
        ),
        Some(false) => said.push(
            "Agencies began to record here lately. Without them it is within the expected range.".into(),
        ),
        None => {}
    }
    said.retain(|paragraph| !paragraph.is_empty());
    said
}

/// What somebody could do next.
pub fn next_steps(flag: &Flag) -> Vec<&'static str> {
    match (&flag.finding, flag.level) {
        (Finding::Rise(_), Level::KeepWatching) => vec![
            "Look again when the next week is complete.",
            "Ask the agencies that recorded most whether something changed in how they record.",
        ],
        (Finding::Rise(_), _) => vec![
            "Look through the cases: is it one incident that many reported, or many incidents?",
            "Ask the agencies that recorded most whether something changed in how they record.",
            "If the cases look alike, bring the pool to the partnership and agree who leads.",
            "Tell schools and services in the area what to look for, without details of any case.",
        ],
        (Finding::SharedPayee { .. }, _) => vec![
            "Agree which police force leads on the account, and tell the others.",
            "Ask the lead to tell the bank or the payment service: an account can be frozen.",
            "Look at the pool of these cases for other children.",
        ],
        (Finding::MixChange { .. }, _) => vec![
            "Look at what is demanded and where contact begins: it may be another kind of harm.",
            "Check that what you tell schools and parents fits the children who are reported now.",
        ],
        (Finding::Recording { .. }, _) => vec![
            "Ask the agencies what changed before you compare this area with its past.",
            "Compare only agencies that recorded all the time: choose one under “Recorded by”.",
        ],
    }
}

/// A share, where it may be said.
pub fn share(share: Share) -> Option<String> {
    share.may_be_said().then(|| format!("{}%", share.percent()))
}
