//! What is changing? Counts weeks, judges them, keeps the answer until reports come in.
//!
//! [`Trends::refresh`] reads the coarse facts of six years and makes a [`Snapshot`] that never changes: whoever reads it
//! sees one state of things, with the time at which it was made. The judging runs beside the requests' threads.

pub mod counting;
pub mod flag;
pub mod mix_change;
pub mod raise;
pub mod recording;
pub mod shown;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, RwLock};

use daymark_store::{agency, coarse, link, selector};
use daymark_surveillance::{Shown, Verdict, Week};
use daymark_vocab::{AgencyId, AreaCode, FlagId};
use jiff::{Timestamp, ToSpan};

use crate::app::App;
use crate::edge::error_page::PageError;

use counting::{Report, Selection};
use flag::Flag;
use mix_change::Share;
use raise::{Ground, Tested};
use shown::{ShownWeeks, part_of, shown_weeks};

/// How many years of reports are read: five to compare with, one to look at.
const YEARS_READ: i64 = 6;

/// The trends service.
#[derive(Debug, Default)]
pub struct Trends {
    current: RwLock<Option<Arc<Snapshot>>>,
}

/// One state of things.
#[derive(Debug)]
pub struct Snapshot {
    /// When it was made.
    pub made_at: Timestamp,
    /// The last week that is complete.
    pub last: Week,
    /// The reports up to then.
    pub reports: Vec<Report>,
    /// Everything unusual, the most urgent first.
    pub flags: Vec<Flag>,
    /// How much was looked at.
    pub tested: Tested,
    /// The reports of the last four weeks by area, as they may be shown.
    pub area_sums: BTreeMap<AreaCode, Shown>,
    /// Area and week of the recent reports whose case is linked to another.
    linked: Vec<(AreaCode, Week)>,
    /// Selections that were asked for, with the number of weeks: judged once.
    views: Mutex<Views>,
}

/// Views by what is selected and how many weeks of it are judged; `None` where nothing was recorded.
type Views = BTreeMap<(Selection, usize), Option<Arc<View>>>;

/// So many views are kept of one state of things; then they are forgotten, and made again when asked for.
const MOST_VIEWS: usize = 500;

/// A selection as pages show it.
#[derive(Debug, Clone)]
pub struct View {
    /// The counts as they may be shown.
    pub shown: ShownWeeks,
    /// The engine's answer for the weeks asked for, as far as there is enough past.
    pub verdicts: Vec<Verdict>,
    /// The last four weeks and the four before them.
    pub sums: (Shown, Shown),
    /// Girls, of the last four weeks and of the year before.
    pub girls: (Share, Share),
    /// How many of the last four weeks are linked to another case; `None` for a narrower selection than an area.
    pub linked: Option<Shown>,
    /// The agencies that recorded something in the selection's area (anywhere when it has none).
    pub agencies: BTreeSet<AgencyId>,
}

impl Trends {
    /// The present state; `None` until the first one is made.
    pub fn current(&self) -> Option<Arc<Snapshot>> {
        self.current.read().ok()?.clone()
    }

    /// Counts and judges anew.
    ///
    /// # Errors
    /// [`PageError`] when the store does not answer.
    pub async fn refresh(&self, app: &App) -> Result<(), PageError> {
        let now = app.clock.now();
        let today = jiff::tz::TimeZone::UTC.to_datetime(now).date();
        let last = Week::containing(today).plus(-1);
        let end = last.plus(1).monday();
        let mut tx = app.store.read("count weeks").await?;
        let rows = coarse::since(&mut tx, last.monday().saturating_sub(YEARS_READ.years())).await?;
        let payees = selector::shared_payees(
            &mut tx,
            end.saturating_sub(raise::PAYEE_DAYS.days()),
            raise::PAYEE_AREAS,
        )
        .await?;
        let linked = link::linked_since(&mut tx, last.plus(-3).monday()).await?;
        let agencies = agency::all(&mut tx).await?;
        drop(tx);

        let made = tokio::task::spawn_blocking(move || {
            let reports: Vec<Report> = rows
                .into_iter()
                .filter(|(_, coarse)| coarse.received_on < end)
                .map(|(agency, coarse)| Report::new(agency, coarse))
                .collect();
            let at_work: Vec<_> = agencies.into_iter().map(|agency| (agency.id, agency.area)).collect();
            let (flags, tested) =
                raise::flags(Ground { reports: &reports, payees: &payees, at_work: &at_work, last });
            let linked = linked.into_iter().map(|(area, day)| (area, Week::containing(day))).collect();
            let area_sums = counting::areas(&reports)
                .into_iter()
                .filter_map(|area| {
                    let shown = shown_weeks(&reports, last, &Selection::area(area.clone()))?;
                    Some((area, shown.last_sum()))
                })
                .collect();
            Snapshot {
                made_at: now,
                last,
                reports,
                flags,
                tested,
                area_sums,
                linked,
                views: Mutex::default(),
            }
        })
        .await
        .map_err(|_| PageError::Internal { doing: "count weeks" })?;
        tracing::info!(
            n_reports = made.reports.len(),
            n_flags = made.flags.len(),
            n_series = made.tested.n_series,
            "counted weeks"
        );
        let mut current =
            self.current.write().map_err(|_| PageError::Internal { doing: "keep the counted weeks" })?;
        *current = Some(Arc::new(made));
        Ok(())
    }
}

impl Snapshot {
    /// One flag.
    pub fn flag(&self, id: &FlagId) -> Option<&Flag> {
        self.flags.iter().find(|flag| flag.id == *id)
    }

    /// A selection with its last `n_weeks` weeks judged; `None` when its area has recorded nothing. Slow when it is asked
    /// for the first time.
    pub fn view(&self, selection: &Selection, n_weeks: usize) -> Option<Arc<View>> {
        if let Some(known) = self.known_view(selection, n_weeks) {
            return known;
        }
        let made = self.make_view(selection, n_weeks).map(Arc::new);
        if let Ok(mut views) = self.views.lock() {
            if views.len() >= MOST_VIEWS {
                views.clear();
            }
            views.insert((selection.clone(), n_weeks), made.clone());
        }
        made
    }

    /// The same where it was asked for before; `None` where it was not.
    pub fn known_view(&self, selection: &Selection, n_weeks: usize) -> Option<Option<Arc<View>>> {
        self.views.lock().ok()?.get(&(selection.clone(), n_weeks)).cloned()
    }

    fn make_view(&self, selection: &Selection, n_weeks: usize) -> Option<View> {
        let whole = selection.whole();
        let counts = counting::weekly(
            &self.reports,
            self.last,
            |report| whole.holds(report),
            |report| selection.holds(report),
        )?;
        let shown = shown_weeks(&self.reports, self.last, selection)?;
        let verdicts = (counts.len().saturating_sub(n_weeks)..counts.len())
            .filter_map(|index| raise::judge(&counts, index))
            .map(|(verdict, _)| verdict)
            .collect();
        let sum = |place: usize| shown.sums.get(place).copied().unwrap_or(Shown::Count(0));
        let sums = (sum(0), sum(1));
        Some(View {
            verdicts,
            sums,
            girls: raise::girls(&self.reports, selection, self.last),
            linked: (*selection == whole).then(|| self.linked(&whole)),
            agencies: counting::agencies(&self.reports, selection.area.as_ref()),
            shown,
        })
    }

    fn linked(&self, whole: &Selection) -> Shown {
        let weeks = self.last.plus(-3)..=self.last;
        let in_weeks = |week: &Week| weeks.contains(week);
        let area = |area: &AreaCode| whole.area.as_ref().is_none_or(|asked| asked == area);
        let n = self.linked.iter().filter(|(of, week)| area(of) && in_weeks(week)).count();
        let all = self.reports.iter().filter(|report| whole.holds(report) && in_weeks(&report.week)).count();
        part_of(n as u64, all as u64)
    }

    /// How many reports an area has from one week to another, all agencies together. Not to be shown as it is.
    pub fn n_reports(&self, selection: &Selection, from: Week, to: Week) -> u64 {
        let in_weeks = |report: &&Report| (from..=to).contains(&report.week) && selection.holds(report);
        self.reports.iter().filter(in_weeks).count() as u64
    }
}
