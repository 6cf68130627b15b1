//! What was asked of the trends: area, period, kind of demand, agency.

use daymark_content::CodeValue;
use daymark_surveillance::Week;
use daymark_vocab::{AgencyId, AreaCode, FieldId};
use jiff::civil::Date;
use serde::Deserialize;

use crate::app::App;
use crate::edge::error_page::PageError;
use crate::trends::counting::Selection;

/// The word for every area, demand or agency.
pub const ALL: &str = "all";
/// The periods to choose from: weeks and words.
pub const PERIODS: [(usize, &str); 3] =
    [(13, "Last 3 months"), (52, "Last 12 months"), (104, "Last 2 years")];

/// The filter as it was sent.
#[derive(Debug, Default, Deserialize)]
pub struct RawFilter {
    #[serde(default)]
    area: String,
    #[serde(default)]
    period: String,
    #[serde(default)]
    demand: String,
    #[serde(default)]
    agency: String,
    /// Which table a file holds: `weeks` or `areas`.
    #[serde(default)]
    pub table: String,
}

/// The filter, read.
#[derive(Debug, Clone)]
pub struct Filter {
    /// Which reports.
    pub selection: Selection,
    /// How many weeks.
    pub n_weeks: usize,
    /// Why it is not quite what was asked, as a sentence.
    pub narrowed: Option<&'static str>,
}

impl RawFilter {
    /// Reads the filter; the area is `own` where none was chosen.
    ///
    /// # Errors
    /// [`PageError::BadRequest`] with every problem.
    pub fn parse(&self, app: &App, own: &AreaCode) -> Result<Filter, PageError> {
        let mut problems = Vec::new();
        let area = match self.area.as_str() {
            "" => Some(own.clone()),
            ALL => None,
            code => match known_area(app, code) {
                Some(area) => Some(area),
                None => {
                    problems.push("Area: choose a police force area from the list.".to_owned());
                    None
                }
            },
        };
        let n_weeks = match self.period.as_str() {
            "" => 52,
            text => match PERIODS.iter().find(|(n, _)| n.to_string() == text) {
                Some((n, _)) => *n,
                None => {
                    problems.push("Period: choose one from the list.".to_owned());
                    52
                }
            },
        };
        let demand = chosen(&self.demand);
        if demand.is_some_and(|code| !demands(app).iter().any(|value| value.code == code)) {
            problems.push("Type of demand: choose one from the list.".to_owned());
        }
        let agency = match chosen(&self.agency).map(str::parse::<AgencyId>) {
            None => None,
            Some(Ok(agency)) => Some(agency),
            Some(Err(_)) => {
                problems.push("Recorded by: choose an agency from the list.".to_owned());
                None
            }
        };
        if !problems.is_empty() {
            return Err(PageError::BadRequest { problems });
        }
        let mut selection = Selection { area, demand: demand.map(str::to_owned), agency };
        let mut narrowed = None;
        if selection.agency.is_some() && selection.area.is_none() {
            selection.agency = None;
            narrowed = Some("An agency can be chosen within one area only. This shows all agencies.");
        }
        if selection.agency.is_some() && selection.demand.is_some() {
            selection.demand = None;
            narrowed = Some(
                "A type of demand and an agency cannot be chosen together: the numbers would be so small that they could point to a child. This shows all types.",
            );
        }
        if selection.demand.is_some() && selection.area.is_none() {
            selection.demand = None;
            narrowed = Some("A type of demand can be chosen within one area only. This shows all types.");
        }
        Ok(Filter { selection, n_weeks, narrowed })
    }
}

impl Filter {
    /// The filter as the end of an address.
    pub fn query(&self) -> String {
        let Selection { area, demand, agency } = &self.selection;
        format!(
            "area={}&period={}&demand={}&agency={}",
            area.as_ref().map_or(ALL, AreaCode::as_str),
            self.n_weeks,
            demand.as_deref().unwrap_or(ALL),
            agency.as_ref().map_or(ALL, AgencyId::as_str)
        )
    }
}

fn chosen(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty() && *text != ALL)
}

fn known_area(app: &App, code: &str) -> Option<AreaCode> {
    let code: AreaCode = code.parse().ok()?;
    app.content.area(&code).map(|area| area.code.clone())
}

/// The values of a field of the record catalogue.
pub fn values<'a>(app: &'a App, field: &str) -> &'a [CodeValue] {
    let field: Option<FieldId> = field.parse().ok();
    field.and_then(|field| app.content.catalogue().field(&field)).map_or(&[], |field| &field.values)
}

/// The kinds of demand.
pub fn demands(app: &App) -> &[CodeValue] {
    values(app, "demand.kind")
}

/// What was asked of the cases behind a figure.
#[derive(Debug, Default, Deserialize)]
pub struct RawCases {
    #[serde(default)]
    area: String,
    #[serde(default)]
    weeks: String,
}

/// An area and its weeks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedCases {
    /// The area.
    pub area: AreaCode,
    /// The first week.
    pub from: Week,
    /// The last week.
    pub to: Week,
}

impl RawCases {
    /// Reads area and weeks, such as `2026-11-02..2026-11-16`: any day of the first and of the last week.
    ///
    /// # Errors
    /// [`PageError::BadRequest`] with every problem.
    pub fn parse(&self, app: &App) -> Result<AskedCases, PageError> {
        let mut problems = Vec::new();
        let area = known_area(app, &self.area);
        if area.is_none() {
            problems.push("area: name a police force area by its code, such as E23000009.".to_owned());
        }
        let weeks = self.weeks.split_once("..").and_then(|(from, to)| {
            let week = |text: &str| text.parse::<Date>().ok().map(Week::containing);
            Some((week(from)?, week(to)?)).filter(|(from, to)| from <= to)
        });
        if weeks.is_none() {
            problems.push(
                "weeks: write two days with two full stops between, such as 2026-11-02..2026-11-16."
                    .to_owned(),
            );
        }
        match (area, weeks) {
            (Some(area), Some((from, to))) => Ok(AskedCases { area, from, to }),
            _ => Err(PageError::BadRequest { problems }),
        }
    }
}

impl AskedCases {
    /// Where the cases of an area and its weeks are.
    pub fn href(area: &AreaCode, from: Week, to: Week) -> String {
        format!("/trends/cases?area={area}&weeks={}..{}", from.monday(), to.monday())
    }
}
