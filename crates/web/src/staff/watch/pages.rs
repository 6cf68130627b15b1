//! The trends page.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{Html, IntoResponse};
use daymark_access::{Action, Record, Scope, scope_for_list, verb};
use daymark_store::agency;
use daymark_surveillance::{Shown, Week};
use daymark_vocab::{AgencyId, AreaCode};
use jiff::Timestamp;

use super::form::{ALL, AskedCases, Filter, PERIODS, RawFilter, demands};
use super::words;
use crate::app::App;
use crate::chart::{BandChart, BandNote, Chart, HIDDEN, Tile, TileMap, TileValue, Week as ChartWeek};
use crate::edge::error_page::{PageError, PageResult};
use crate::edge::session::Who;
use crate::kit::{
    Button, Details, Flag as KitFlag, FlagLevel, Flags, Language, Markup, Select, SelectOption, StaffLayout,
    Stat, Stats,
};
use crate::staff::frame;
use crate::trends::flag::{Finding, Flag, Level};
use crate::trends::{Snapshot, View, counting};

/// How many flags stand open beside the chart.
const FLAGS_OPEN: usize = 6;

#[derive(Template)]
#[template(path = "staff/watch/trends.html")]
struct TrendsPage {
    layout: StaffLayout,
    filters: Vec<Select>,
    update: Button,
    narrowed: Option<&'static str>,
    figures: Option<Figures>,
    flags: Flags,
    more_flags: Option<Details>,
    n_flags: usize,
    tested: String,
    made: String,
}

struct Figures {
    stats: Stats,
    finding: String,
    counts: Chart,
    counts_details: Details,
    map_finding: String,
    map: Chart,
    map_details: Details,
}

/// What a page needs of the agencies.
pub(super) struct Agencies(Vec<agency::Agency>);

impl Agencies {
    /// All of them, by name.
    pub async fn read(app: &App) -> Result<Self, PageError> {
        let mut tx = app.store.read("agencies for the trends").await?;
        Ok(Self(agency::all(&mut tx).await?))
    }

    /// The area in which an agency works.
    pub fn area_of(&self, id: &AgencyId) -> Result<AreaCode, PageError> {
        let found = self.0.iter().find(|agency| agency.id == *id);
        found.map(|agency| agency.area.clone()).ok_or(PageError::Internal { doing: "find your agency" })
    }

    /// Its name; its id where it has left.
    pub fn name(&self, id: &AgencyId) -> String {
        self.0
            .iter()
            .find(|agency| agency.id == *id)
            .map_or_else(|| id.to_string(), |agency| agency.name.clone())
    }
}

/// `GET /trends`
pub async fn show(State(app): State<App>, who: Who, Query(raw): Query<RawFilter>) -> PageResult {
    let now = app.clock.now();
    who.may::<verb::ReadTrends>(&Record::system(), now)?;
    let agencies = Agencies::read(&app).await?;
    let filter = raw.parse(&app, &agencies.area_of(&who.staff.agency)?)?;
    let snapshot = app.trends.current();
    let view = match &snapshot {
        Some(snapshot) => view(snapshot, &filter).await?,
        None => None,
    };
    let readable: Vec<&Flag> = snapshot
        .iter()
        .flat_map(|snapshot| &snapshot.flags)
        .filter(|flag| who.could::<verb::ReadFlag>(&record(flag), now))
        .collect();
    let sees_cases = sees_cases(&who);
    let kit_flags: Vec<KitFlag> = match snapshot.as_deref() {
        Some(snapshot) => readable.iter().map(|flag| kit_flag(&app, snapshot, flag, sees_cases)).collect(),
        None => Vec::new(),
    };
    let n_flags = kit_flags.len();
    let (open, closed) = kit_flags.split_at(n_flags.min(FLAGS_OPEN));
    let more = Flags { flags: closed.to_vec() };
    let page = TrendsPage {
        layout: frame(&app, &who, "Trends", "/trends"),
        filters: selects(&app, view.as_deref(), &agencies, &filter),
        update: Button { prevent_double_click: false, ..Button::submit("Update") },
        narrowed: filter.narrowed,
        figures: snapshot
            .as_deref()
            .zip(view.as_deref())
            .map(|(snapshot, view)| figures(&app, snapshot, &agencies, &filter, view)),
        flags: Flags { flags: open.to_vec() },
        more_flags: (!closed.is_empty())
            .then(|| Details::new(format!("Show {} more", closed.len()), Markup::of(&more))),
        n_flags,
        tested: snapshot.as_deref().map(tested).unwrap_or_default(),
        made: snapshot.as_deref().map(|snapshot| made(snapshot.made_at, snapshot)).unwrap_or_default(),
    };
    let html = page.render().map_err(|_| PageError::Internal { doing: "show the trends" })?;
    Ok(Html(html).into_response())
}

/// The selection with its weeks judged, beside the threads that answer requests.
pub(super) async fn view(snapshot: &Arc<Snapshot>, filter: &Filter) -> Result<Option<Arc<View>>, PageError> {
    if let Some(known) = snapshot.known_view(&filter.selection, filter.n_weeks) {
        return Ok(known);
    }
    let (snapshot, filter) = (Arc::clone(snapshot), filter.clone());
    tokio::task::spawn_blocking(move || snapshot.view(&filter.selection, filter.n_weeks))
        .await
        .map_err(|_| PageError::Internal { doing: "judge the weeks" })
}

/// A flag as a record: whom its figures concern.
pub(super) fn record(flag: &Flag) -> Record {
    Record::flag(flag.id.clone(), flag.agencies.iter().cloned())
}

/// Whether this person has a list of cases behind figures.
pub(super) fn sees_cases(who: &Who) -> bool {
    scope_for_list(&who.staff, Action::ReadTrendCases) != Scope::None
}

fn selects(app: &App, view: Option<&View>, agencies: &Agencies, filter: &Filter) -> Vec<Select> {
    let with_all = |all: &str, options: Vec<SelectOption>| {
        let mut list = vec![SelectOption::new(ALL, all)];
        list.extend(options);
        list
    };
    let chosen = |name: &str, label: &str, options, value: String| Select {
        selected: Some(value),
        ..Select::new(name, label, options)
    };
    let selection = &filter.selection;
    let mut areas: Vec<_> = app.content.areas().iter().collect();
    areas.sort_by(|a, b| a.name.cmp(&b.name));
    let areas = areas.iter().map(|area| SelectOption::new(area.code.to_string(), area.name.clone()));
    let periods = PERIODS.iter().map(|(n, text)| SelectOption::new(n.to_string(), *text));
    let kinds = demands(app).iter().map(|value| SelectOption::new(value.code.clone(), value.label.clone()));
    let mut recorded_by: Vec<SelectOption> = view
        .filter(|_| selection.area.is_some())
        .into_iter()
        .flat_map(|view| &view.agencies)
        .map(|id| SelectOption::new(id.to_string(), agencies.name(id)))
        .collect();
    recorded_by.sort_by(|a, b| a.text.cmp(&b.text));
    let word = |text: Option<&str>| text.unwrap_or(ALL).to_owned();
    vec![
        chosen(
            "area",
            "Area",
            with_all("England and Wales", areas.collect()),
            word(selection.area.as_ref().map(AreaCode::as_str)),
        ),
        chosen("period", "Period", periods.collect(), filter.n_weeks.to_string()),
        chosen(
            "demand",
            "Type of demand",
            with_all("All types", kinds.collect()),
            word(selection.demand.as_deref()),
        ),
        chosen(
            "agency",
            "Recorded by",
            with_all("All agencies", recorded_by),
            word(selection.agency.as_ref().map(AgencyId::as_str)),
        ),
    ]
}

fn figures(app: &App, snapshot: &Snapshot, agencies: &Agencies, filter: &Filter, view: &View) -> Figures {
    let place = words::place(app, filter.selection.area.as_ref());
    let counts = band_chart(app, snapshot, agencies, filter, view).draw();
    let map = tile_map(app, snapshot, filter).draw();
    let file = |table: &str, text: &str| {
        Markup::paragraph(Markup::link(&format!("/trends.csv?{}&table={table}", filter.query()), text))
    };
    let details = |chart: &Chart, table: &str| Details {
        summary: "Show as a table, or download".into(),
        ..chart.details(file(table, "Download this table (CSV)"))
    };
    Figures {
        stats: stats(snapshot, view),
        finding: words::chart_finding(&subject(app, agencies, filter, &place), view, snapshot.last),
        counts_details: details(&counts, "weeks"),
        counts,
        map_finding: map_finding(app, snapshot),
        map_details: details(&map, "areas"),
        map,
    }
}

/// `Reports in North Yorkshire`, with what narrows them.
fn subject(app: &App, agencies: &Agencies, filter: &Filter, place: &str) -> String {
    let selection = &filter.selection;
    let demand = selection.demand.as_ref().and_then(|code| {
        demands(app).iter().find(|value| value.code == *code).map(|value| value.label.clone())
    });
    match (demand, &selection.agency) {
        (Some(label), _) => format!("Reports in {place} with the demand “{label}”"),
        (None, Some(agency)) => format!("Reports in {place} recorded by {}", agencies.name(agency)),
        (None, None) => format!("Reports in {place}"),
    }
}

fn stats(snapshot: &Snapshot, view: &View) -> Stats {
    let last = view.verdicts.last().filter(|verdict| verdict.week == snapshot.last);
    let sum_context = match view.sums {
        (Shown::Count(now), Shown::Count(before)) if now > before => {
            format!("up from {before} in the 4 weeks before")
        }
        (Shown::Count(now), Shown::Count(before)) if now < before => {
            format!("down from {before} in the 4 weeks before")
        }
        (Shown::Count(_), Shown::Count(before)) => format!("as in the 4 weeks before: {before}"),
        _ => "one of the two cannot be shown".to_owned(),
    };
    let mut stats = vec![
        Stat::new(
            format!("Last week, {}", words::week_words(snapshot.last)),
            words::number(view.shown.week(snapshot.last)),
            words::expected_words(last),
        ),
        Stat::new("Last 4 weeks", words::number(view.sums.0), sum_context),
    ];
    if let Some(linked) = view.linked {
        let (now, before) = view.girls;
        stats.push(match (words::share(now), words::share(before)) {
            (Some(now), Some(before)) => Stat::new("Girls", now, format!("{before} in the 12 months before")),
            _ => Stat::new("Girls", HIDDEN, "too few reports to say"),
        });
        stats.push(match (linked, view.sums.0) {
            (Shown::Count(n), Shown::Count(of)) if of > 0 => Stat::new(
                "Linked to another case",
                format!("{}%", (n * 200 + of) / (2 * of)),
                format!("{n} of {of} reports in 4 weeks"),
            ),
            _ => Stat::new("Linked to another case", HIDDEN, "too few reports to say"),
        });
    }
    Stats { stats }
}

fn band_chart(
    app: &App,
    snapshot: &Snapshot,
    agencies: &Agencies,
    filter: &Filter,
    view: &View,
) -> BandChart {
    let n_weeks = i64::try_from(filter.n_weeks).unwrap_or(52);
    let first = snapshot.last.plus(1 - n_weeks).max(view.shown.first);
    let n_shown = snapshot.last.weeks_since(first);
    let weeks: Vec<ChartWeek> = (0..=n_shown)
        .map(|number| {
            let week = first.plus(number);
            let verdict = view.verdicts.iter().find(|verdict| verdict.week == week);
            ChartWeek {
                monday: week.monday(),
                observed: words::count(view.shown.week(week)),
                expected: verdict.and_then(words::expected),
                above: verdict.is_some_and(|verdict| words::is_above(view, verdict)),
            }
        })
        .collect();
    let n_above = words::weeks_above(view, snapshot.last);
    let place = words::place(app, filter.selection.area.as_ref());
    let subject = subject(app, agencies, filter, &place);
    BandChart {
        id: "weekly".to_owned(),
        title: format!(
            "{subject} each week, {} to {}",
            words::full_day(first.monday()),
            words::full_day(snapshot.last.plus(1).monday().yesterday().unwrap_or(snapshot.last.monday()))
        ),
        description: format!(
            "{}. The table below has every week.",
            words::chart_finding(&subject, view, snapshot.last)
        ),
        language: Language::English,
        weeks,
        note: (n_above > 0).then(|| BandNote {
            headline: "Above expected range".to_owned(),
            detail: if n_above == 1 { "last week".to_owned() } else { format!("{n_above} weeks in a row") },
        }),
    }
}

/// The tiles of all areas, in the order of their names.
pub(super) fn tiles(app: &App, snapshot: &Snapshot, filter: &Filter) -> Vec<Tile> {
    let mut areas: Vec<_> = app.content.areas().iter().collect();
    areas.sort_by(|a, b| a.name.cmp(&b.name));
    let tile = |area: &&daymark_content::Area| Tile {
        short: area.abbreviation.clone(),
        name: area.name.clone(),
        column: u8::try_from(area.tile.0).unwrap_or(0),
        row: u8::try_from(area.tile.1).unwrap_or(0),
        value: match snapshot.area_sums.get(&area.code) {
            None => TileValue::NotRecorded,
            Some(Shown::UnderFive) => TileValue::Hidden,
            Some(Shown::Count(cases)) => TileValue::Rate {
                cases: *cases,
                rate: *cases as f64 * 100.0 / f64::from(area.population_thousands.max(1)),
            },
        },
        href: format!("/trends?area={}&period={}", area.code, filter.n_weeks),
    };
    areas.iter().map(tile).collect()
}

fn tile_map(app: &App, snapshot: &Snapshot, filter: &Filter) -> TileMap {
    let tiles = tiles(app, snapshot, filter);
    let rates = rates(&tiles);
    let at = |quarter: usize| rates.get(rates.len() * quarter / 4).map_or(0.0, |(rate, _)| *rate);
    let rounded = |rate: f64| (rate * 10.0).round() / 10.0;
    let first = rounded(at(1)).max(0.1);
    let second = rounded(at(2)).max(first + 0.1);
    let third = rounded(at(3)).max(second + 0.1);
    TileMap {
        id: "areas".to_owned(),
        title: format!(
            "Reports per 100,000 people by police force area, {} to {}",
            words::day(snapshot.last.plus(-3).monday()),
            words::full_day(snapshot.last.plus(1).monday().yesterday().unwrap_or(snapshot.last.monday()))
        ),
        description: format!("{}. The table below has every area.", map_finding(app, snapshot)),
        unit: "per 100,000 people".to_owned(),
        cuts: [first, second, third],
        tiles,
    }
}

/// Rates that are shown, with their areas, ascending.
fn rates(tiles: &[Tile]) -> Vec<(f64, &str)> {
    let mut rates: Vec<(f64, &str)> = tiles
        .iter()
        .filter_map(|tile| match tile.value {
            TileValue::Rate { rate, .. } => Some((rate, tile.name.as_str())),
            TileValue::Hidden | TileValue::NotRecorded => None,
        })
        .collect();
    rates.sort_by(|a, b| a.0.total_cmp(&b.0));
    rates
}

fn map_finding(app: &App, snapshot: &Snapshot) -> String {
    let filter = Filter { selection: counting::Selection::default(), n_weeks: 52, narrowed: None };
    let tiles = tiles(app, snapshot, &filter);
    let highest: Vec<String> = rates(&tiles)
        .iter()
        .rev()
        .filter(|(rate, _)| *rate > 0.0)
        .take(3)
        .map(|(_, name)| (*name).to_owned())
        .collect();
    match highest.as_slice() {
        [] => "No area has five reports or more in the last 4 weeks".to_owned(),
        [one] => format!("The rate is highest in {one}"),
        [one, two] => format!("Rates are highest in {one} and {two}"),
        [one, two, three, ..] => format!("Rates are highest in {one}, {two} and {three}"),
    }
}

fn kit_flag(app: &App, snapshot: &Snapshot, flag: &Flag, sees_cases: bool) -> KitFlag {
    let level = match flag.level {
        Level::CheckNow => FlagLevel::CheckNow,
        Level::KeepWatching => FlagLevel::KeepWatching,
        Level::DataQuality => FlagLevel::DataQuality,
    };
    let mut paragraphs: Vec<Markup> =
        words::flag_paragraphs(app, flag).into_iter().map(Markup::from).collect();
    let title = words::flag_title(app, snapshot, flag);
    if let Some(href) = cases_href(flag, snapshot.last).filter(|_| sees_cases) {
        paragraphs.push(Markup::join([
            Markup::link(&href, "See the cases"),
            Markup::hidden(&format!("behind: {title}")),
        ]));
    }
    KitFlag { level, title: Markup::link(&format!("/trends/flags/{}", flag.id), &title), paragraphs }
}

/// Where the cases behind a flag are, where one area and its weeks say which.
pub(super) fn cases_href(flag: &Flag, last: Week) -> Option<String> {
    let area = flag.areas.iter().next().filter(|_| flag.areas.len() == 1)?;
    match &flag.finding {
        Finding::Rise(rise) => Some(AskedCases::href(area, rise.since, rise.verdict.week)),
        Finding::MixChange { .. } => Some(AskedCases::href(area, last.plus(-3), last)),
        Finding::SharedPayee { .. } | Finding::Recording { .. } => None,
    }
}

/// How much was looked at, and what chance alone would flag.
fn tested(snapshot: &Snapshot) -> String {
    let tested = &snapshot.tested;
    let years = match tested.years_back {
        None => return "There are too few past weeks to work out flags.".to_owned(),
        Some((1, 1)) => "the year".to_owned(),
        Some((fewest, most)) if fewest == most => format!("the {most} years"),
        Some((fewest, most)) => format!("{fewest} to {most} years"),
    };
    let by_chance = match tested.by_chance.round() {
        n if n < 1.0 => "fewer than 1".to_owned(),
        n => format!("about {n}"),
    };
    format!(
        "We looked at {} series of weekly counts, each against {years} before. Chance alone would put {by_chance} of them above the expected range last week; {} were.",
        tested.n_series, tested.n_alarms
    )
}

fn made(at: Timestamp, snapshot: &Snapshot) -> String {
    let at = jiff::tz::TimeZone::UTC.to_datetime(at);
    format!(
        "Counted on {} at {:02}:{:02} (UTC), from {} reports.",
        words::full_day(at.date()),
        at.hour(),
        at.minute(),
        words::number(Shown::of(snapshot.reports.len() as u64))
    )
}
