//! Is this week above what past weeks predict? A line of weekly counts over the band of what was expected.
//!
//! Weeks above the band are marked by a diamond as well as by colour. Counts that are not told have no
//! place on the scale: a hatched strip at the foot stands for them, of one height for all, and the line breaks there.

use std::fmt::Write as _;

use jiff::civil::Date;

use super::svg::{self, Px, label, line, points, rect};
use super::{Chart, Count, Twin, WHY_HIDDEN};
use crate::kit::{Key, KeyItem, Language, Markup, Swatch};

/// The height of the strip that stands for a count that is not told: of no count in particular.
const HIDDEN_STRIP: f64 = 12.0;

/// Weekly counts with what was expected.
#[derive(Debug, Clone)]
pub struct BandChart {
    /// Unique on the page; ids start with it.
    pub id: String,
    /// Measure, place, period.
    pub title: String,
    /// What can be seen, for those who cannot.
    pub description: String,
    /// The language of month names.
    pub language: Language,
    /// The weeks, ascending, no gaps.
    pub weeks: Vec<Week>,
    /// Words beside the last marked week.
    pub note: Option<BandNote>,
}

/// One ISO week.
#[derive(Debug, Clone)]
pub struct Week {
    /// Its Monday.
    pub monday: Date,
    /// Cases recorded.
    pub observed: Count,
    /// What was expected; `None` while there is too little past.
    pub expected: Option<Expected>,
    /// Whether the week is above the band (an alarm of the detector, not recomputed here).
    pub above: bool,
}

/// What past weeks predict, in cases/week.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Expected {
    /// The middle.
    pub middle: f64,
    /// The lower end of the range.
    pub lower: f64,
    /// The upper end of the range.
    pub upper: f64,
}

/// A direct label.
#[derive(Debug, Clone)]
pub struct BandNote {
    /// In bold: "Above expected range".
    pub headline: String,
    /// Under it: "3 weeks in a row"; may be empty.
    pub detail: String,
}

struct Frame {
    variant: &'static str,
    width: f64,
    height: f64,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
    n_labels: usize,
}

const WIDE: Frame = Frame {
    variant: "wide",
    width: 640.0,
    height: 320.0,
    left: 44.0,
    right: 622.0,
    top: 16.0,
    bottom: 276.0,
    n_labels: 6,
};
const NARROW: Frame = Frame {
    variant: "narrow",
    width: 360.0,
    height: 300.0,
    left: 38.0,
    right: 346.0,
    top: 14.0,
    bottom: 260.0,
    n_labels: 3,
};

impl BandChart {
    /// Draws the chart.
    pub fn draw(&self) -> Chart {
        Chart {
            title: self.title.clone(),
            description: self.description.clone(),
            key: self.key(),
            wide: Markup::built(self.picture(&WIDE)),
            narrow: Markup::built(self.picture(&NARROW)),
            twin: self.twin(),
            class: "",
        }
    }

    fn key(&self) -> Key {
        let mut items = vec![
            KeyItem::new(Swatch::Recorded, "Recorded"),
            KeyItem::new(Swatch::Expected, "Expected range"),
        ];
        if self.weeks.iter().any(|week| week.above) {
            items.push(KeyItem::new(Swatch::Flag, "Above range"));
        }
        if self.weeks.iter().any(|week| week.observed == Count::Hidden) {
            items.push(KeyItem::new(Swatch::Hidden, format!("Hidden: {WHY_HIDDEN}")));
        }
        Key { label: String::new(), items }
    }

    fn twin(&self) -> Twin {
        let row = |week: &Week| {
            let range = week.expected.map_or_else(
                || "not enough past weeks".to_owned(),
                |expected| format!("{} to {}", whole(expected.lower), whole(expected.upper)),
            );
            let above = if week.above { "above" } else { "" };
            vec![self.week_words(week.monday), week.observed.words(), range, above.to_owned()]
        };
        Twin {
            caption: self.title.clone(),
            columns: ["Week", "Recorded", "Expected range", "Above range"].map(str::to_owned).to_vec(),
            rows: self.weeks.iter().map(row).collect(),
            numbers: vec![false, true, false, false],
        }
    }

    /// "2 to 8 November 2026".
    fn week_words(&self, monday: Date) -> String {
        let sunday = monday.saturating_add(jiff::Span::new().days(6));
        let month = |date: Date| self.language.month(date.month()).unwrap_or_default();
        let to = match self.language {
            Language::English => "to",
            Language::Welsh => "i",
        };
        if monday.month() == sunday.month() {
            format!("{} {to} {} {} {}", monday.day(), sunday.day(), month(sunday), sunday.year())
        } else {
            format!(
                "{} {} {to} {} {} {}",
                monday.day(),
                month(monday),
                sunday.day(),
                month(sunday),
                sunday.year()
            )
        }
    }

    fn picture(&self, frame: &Frame) -> String {
        let mut out = svg::open_image(
            &self.id,
            frame.variant,
            frame.width,
            frame.height,
            &self.title,
            &self.description,
        );
        let step = axis_step(self.highest());
        let top_value = (self.highest() / step).ceil().max(1.0) * step;
        let y = |value: f64| frame.bottom - (value / top_value).clamp(0.0, 1.0) * (frame.bottom - frame.top);
        let n_steps = (self.weeks.len().max(2) - 1) as f64;
        let x = |index: usize| frame.left + index as f64 / n_steps * (frame.right - frame.left);

        // INVARIANT: `axis_step` gives at most five steps, so there are at most six gridlines.
        let mut value = 0.0;
        while value <= top_value + step / 2.0 {
            out.push_str(&line(frame.left, y(value), frame.right, y(value), "dm-grid"));
            out.push_str(&label(frame.left - 8.0, y(value) + 5.0, "dm-end", &axis_words(value)));
            value += step;
        }
        self.draw_band(&mut out, &x, &y);
        self.draw_counts(&mut out, frame, &x, &y);
        self.draw_months(&mut out, frame, &x);
        self.draw_note(&mut out, frame, &x, &y);
        out.push_str("</svg>");
        out
    }

    /// The highest value on the chart; at least one.
    fn highest(&self) -> f64 {
        let values = self.weeks.iter().flat_map(|week| {
            let upper = week.expected.map_or(0.0, |expected| expected.upper);
            [drawn(week.observed), if upper.is_finite() { upper } else { 0.0 }]
        });
        values.fold(1.0, f64::max).min(1e12)
    }

    fn draw_band(&self, out: &mut String, x: &impl Fn(usize) -> f64, y: &impl Fn(f64) -> f64) {
        for run in runs(&self.weeks, |week| week.expected.is_some()) {
            let places: Vec<(f64, Expected)> =
                run.filter_map(|index| Some((x(index), self.weeks.get(index)?.expected?))).collect();
            let upper = places.iter().map(|(x, expected)| (*x, y(expected.upper)));
            let lower = places.iter().rev().map(|(x, expected)| (*x, y(expected.lower)));
            let outline: Vec<(f64, f64)> = upper.chain(lower).collect();
            let middle: Vec<(f64, f64)> =
                places.iter().map(|(x, expected)| (*x, y(expected.middle))).collect();
            let _ = write!(out, "<polygon class=\"dm-band\" points=\"{}\"/>", points(&outline));
            let _ = write!(out, "<polyline class=\"dm-expected\" points=\"{}\"/>", points(&middle));
        }
    }

    fn draw_counts(
        &self,
        out: &mut String,
        frame: &Frame,
        x: &impl Fn(usize) -> f64,
        y: &impl Fn(f64) -> f64,
    ) {
        let hidden: Vec<usize> = self
            .weeks
            .iter()
            .enumerate()
            .filter_map(|(index, week)| (week.observed == Count::Hidden).then_some(index))
            .collect();
        if !hidden.is_empty() {
            let id = format!("{}-{}-hatch", svg::text(&self.id), frame.variant);
            out.push_str(&hatch(&id));
            let width = ((frame.right - frame.left) / self.weeks.len().max(1) as f64).clamp(2.0, 24.0);
            for index in hidden {
                let left = (x(index) - width / 2.0).max(frame.left);
                let _ = write!(
                    out,
                    "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"url(#{id})\" class=\"dm-tile\"/>",
                    Px(left),
                    Px(frame.bottom - HIDDEN_STRIP),
                    svg::size(width.min(frame.right - left)),
                    svg::size(HIDDEN_STRIP)
                );
            }
        }
        for run in runs(&self.weeks, |week| week.observed != Count::Hidden) {
            let places: Vec<(f64, f64)> =
                run.filter_map(|index| Some((x(index), y(drawn(self.weeks.get(index)?.observed))))).collect();
            if let [(x, y)] = places.as_slice() {
                let _ = write!(out, "<circle cx=\"{}\" cy=\"{}\" r=\"3\" class=\"dm-dot\"/>", Px(*x), Px(*y));
            }
            let _ = write!(out, "<polyline class=\"dm-recorded\" points=\"{}\"/>", points(&places));
        }
        for (index, week) in self.weeks.iter().enumerate().filter(|(_, week)| week.above) {
            let (x, y) = (x(index), y(drawn(week.observed)));
            let _ = write!(out, "<path class=\"dm-diamond\" d=\"M{} {}l8 8-8 8-8-8z\"/>", Px(x), Px(y - 8.0));
        }
    }

    fn draw_months(&self, out: &mut String, frame: &Frame, x: &impl Fn(usize) -> f64) {
        let last = self.weeks.len().saturating_sub(1);
        let n_labels = frame.n_labels.min(self.weeks.len()).max(1);
        let mut year = None;
        for number in 0..n_labels {
            let index = if n_labels == 1 { 0 } else { number * last / (n_labels - 1) };
            let Some(week) = self.weeks.get(index) else { continue };
            let name: String =
                self.language.month(week.monday.month()).unwrap_or_default().chars().take(3).collect();
            let shown_year = (year != Some(week.monday.year())).then(|| format!(" {}", week.monday.year()));
            year = Some(week.monday.year());
            let anchor = if number == 0 {
                "dm-t14"
            } else if number + 1 == n_labels {
                "dm-t14 dm-end"
            } else {
                "dm-t14 dm-middle"
            };
            let words = format!("{name}{}", shown_year.unwrap_or_default());
            out.push_str(&label(x(index), frame.bottom + 24.0, anchor, &words));
            out.push_str(&line(x(index), frame.bottom, x(index), frame.bottom + 6.0, "dm-tick"));
        }
    }

    /// The words stand left of the last marked week, where the line has not yet been.
    fn draw_note(&self, out: &mut String, frame: &Frame, x: &impl Fn(usize) -> f64, y: &impl Fn(f64) -> f64) {
        let Some(note) = &self.note else { return };
        let marked: Vec<usize> =
            self.weeks.iter().enumerate().filter(|(_, week)| week.above).map(|(index, _)| index).collect();
        // The last but one when there are several: its leader crosses nothing.
        let Some(index) = marked.iter().rev().nth(usize::from(marked.len() > 1)) else { return };
        let Some(week) = self.weeks.get(*index) else { return };
        let (mark_x, mark_y) = (x(*index), y(drawn(week.observed)));
        let width = svg::text_width(&note.headline, 16.0).max(svg::text_width(&note.detail, 15.0));
        let fits_left = mark_x - 45.0 - width > frame.left;
        let (edge, text_x, anchor) = if fits_left {
            (mark_x - 11.0, mark_x - 45.0, " dm-end")
        } else {
            (mark_x + 11.0, mark_x + 45.0, "")
        };
        let text_y = (mark_y - 14.0).clamp(frame.top + 16.0, frame.bottom - 30.0);
        let leader_end = if fits_left { text_x + 5.0 } else { text_x - 5.0 };
        out.push_str(&line(edge, mark_y, leader_end, text_y + 6.0, "dm-leader"));
        out.push_str(&label(
            text_x,
            text_y,
            &format!("dm-t16 dm-bold dm-note-text dm-halo{anchor}"),
            &note.headline,
        ));
        out.push_str(&label(text_x, text_y + 19.0, &format!("dm-note-text dm-halo{anchor}"), &note.detail));
    }
}

/// The pattern for counts that are not told.
pub(super) fn hatch(id: &str) -> String {
    format!(
        "<defs><pattern id=\"{id}\" width=\"9\" height=\"9\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">{}{}</pattern></defs>",
        rect(0.0, 0.0, 9.0, 9.0, "dm-hatch-ground"),
        rect(0.0, 0.0, 3.0, 9.0, "dm-hatch-line")
    )
}

/// Where a count is drawn; one that is not told has no place of its own.
fn drawn(count: Count) -> f64 {
    match count {
        Count::Exact(count) => count as f64,
        Count::Hidden => 0.0,
    }
}

/// The stretches of weeks for which `holds` is true.
fn runs(weeks: &[Week], holds: impl Fn(&Week) -> bool) -> Vec<std::ops::Range<usize>> {
    let mut found: Vec<std::ops::Range<usize>> = Vec::new();
    for (index, week) in weeks.iter().enumerate() {
        if !holds(week) {
            continue;
        }
        match found.last_mut() {
            Some(run) if run.end == index => run.end = index + 1,
            _ => found.push(index..index + 1),
        }
    }
    found
}

/// A step of 1, 2 or 5 times a power of ten, with at most five steps up to `highest`.
fn axis_step(highest: f64) -> f64 {
    let rough = (highest / 5.0).max(0.2);
    let power = 10f64.powf(rough.log10().floor());
    let step =
        [1.0, 2.0, 5.0, 10.0].into_iter().map(|times| times * power).find(|step| *step >= rough * 0.999);
    step.unwrap_or(power * 10.0).max(1.0)
}

fn axis_words(value: f64) -> String {
    super::grouped(value.round().clamp(0.0, 1e15) as u64)
}

/// An end of a range in whole cases.
fn whole(value: f64) -> String {
    axis_words(if value.is_finite() { value } else { 0.0 })
}
