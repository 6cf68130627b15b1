//! What is unusual? A flag, with what it is about, how unusual it is and what else could explain it.

use std::collections::BTreeSet;

use daymark_surveillance::series::Dimension;
use daymark_surveillance::{Shown, Verdict, Week};
use daymark_vocab::{AgencyId, AreaCode, FlagId};
use jiff::civil::Date;
use sha2::{Digest, Sha256};

use super::mix_change::Share;
use super::recording::RecordingChange;

/// How soon to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Look today.
    CheckNow,
    /// Look again next week.
    KeepWatching,
    /// The figures themselves may have changed.
    DataQuality,
}

/// Something unusual, with an id that stays while it lasts.
#[derive(Debug, Clone, PartialEq)]
pub struct Flag {
    /// Made from the series and the first week of the present run.
    pub id: FlagId,
    /// How soon to look.
    pub level: Level,
    /// The areas it concerns; none for the whole country.
    pub areas: BTreeSet<AreaCode>,
    /// The agencies whose figures it speaks of: they read it.
    pub agencies: BTreeSet<AgencyId>,
    /// What it is.
    pub finding: Finding,
    /// Smaller is more unusual: a chance, doubled for each doubt about the recording.
    pub(super) rank: f64,
}

/// What is unusual.
#[derive(Debug, Clone, PartialEq)]
pub enum Finding {
    /// More reports than expected.
    Rise(Rise),
    /// One account to pay into in several areas.
    SharedPayee {
        /// How many cases, as it may be shown.
        n_cases: Shown,
        /// How many areas.
        n_areas: usize,
        /// The day of the first of these reports.
        first_on: Date,
        /// The day of the last of them.
        last_on: Date,
    },
    /// The share of girls is not what it was.
    MixChange {
        /// The last four weeks.
        now: Share,
        /// The year before them.
        before: Share,
        /// Chance alone gives such a difference as often as this.
        p_value: f64,
    },
    /// Agencies began or stopped to report.
    Recording {
        /// Who and where.
        change: RecordingChange,
        /// Whether reports there are above the expected range.
        has_rise: bool,
    },
}

/// More reports than expected.
#[derive(Debug, Clone, PartialEq)]
pub struct Rise {
    /// What is counted inside the area; `None` for all its reports.
    pub of: Option<(Dimension, String)>,
    /// The first week of the present run.
    pub since: Week,
    /// How many of the weeks since then are above the range.
    pub n_weeks: usize,
    /// The engine's answer for the latest of them.
    pub verdict: Verdict,
    /// Its count, as it may be shown.
    pub shown: Shown,
    /// Of all findings as unusual as this, the share that chance alone would give (Benjamini and Hochberg).
    pub q_value: f64,
    /// How many years it was compared with.
    pub years_back: u16,
    /// Which parts of the area's reports are above their own range as well, the most unusual first.
    pub mostly: Vec<(Dimension, String)>,
    /// Whether it is still above the range without the agencies that began lately; `None` when none began.
    pub without_new_agencies: Option<bool>,
}

impl Flag {
    /// The id of what began in a week: the same words give the same id.
    pub(super) fn id(parts: &[&str]) -> Option<FlagId> {
        let digest = Sha256::digest(parts.join("|"));
        let hex = data_encoding::HEXLOWER.encode(digest.get(..12)?);
        format!("f{hex}").parse().ok()
    }
}

/// The word of a dimension in ids and addresses.
pub const fn dimension_code(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Area => "area",
        Dimension::Platform => "platform",
        Dimension::Demand => "demand",
        Dimension::Gender => "gender",
        Dimension::AgeBand => "age-band",
    }
}
