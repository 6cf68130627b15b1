//! Why may these two cases be linked? Each piece of evidence as a step from the starting chance to the result.
//!
//! Steps are match weights in bits (one bit doubles the odds); the axis reads in plain chances. Evidence
//! against a link has another colour, an arrow's point to the left and a minus sign.

use std::fmt::Write as _;

#[cfg(test)]
use super::svg::Px;
use super::svg::{self, label, line, points, rect, text_width, wrap};
use super::{Chart, Twin};
use crate::kit::{Key, KeyItem, Markup, Swatch};

/// One suggested link, piece by piece.
#[derive(Debug, Clone)]
pub struct Waterfall {
    /// Unique on the page; ids start with it.
    pub id: String,
    /// "Why NY-0231 and LC-1187 may be linked".
    pub title: String,
    /// What can be seen, for those who cannot.
    pub description: String,
    /// log₂ of the odds that any two cases belong together, before evidence.
    pub start_bits: f64,
    /// The evidence, in the order to show it.
    pub steps: Vec<Step>,
}

/// One piece of evidence.
#[derive(Debug, Clone)]
pub struct Step {
    /// What was compared, and how it came out: "Same payee account, ending 4471".
    pub label: String,
    /// Its match weight: above nought for a link, below against.
    pub bits: f64,
}

/// log₂ odds as a probability.
pub fn probability(bits: f64) -> f64 {
    if bits.is_nan() { 0.5 } else { 1.0 / (1.0 + (-bits.clamp(-200.0, 200.0)).exp2()) }
}

/// A probability as people say it: `about 1 in 777`, `13 in 100`, `more than 99 in 100`.
pub fn chance_in_words(probability: f64) -> String {
    if probability.is_nan() || probability <= 1e-6 {
        "less than 1 in 1,000,000".to_owned()
    } else if probability < 0.0095 {
        let one_in = (1.0 / probability).round().clamp(1.0, 1e6);
        format!("about 1 in {}", super::grouped(one_in as u64))
    } else if probability > 0.99 {
        "more than 99 in 100".to_owned()
    } else {
        format!("{} in 100", (probability * 100.0).round())
    }
}

/// The chances an axis may name, with their words.
const TICKS: [(f64, &str); 9] = [
    (1e-6, "1 in 1,000,000"),
    (1e-5, "1 in 100,000"),
    (1e-4, "1 in 10,000"),
    (1e-3, "1 in 1,000"),
    (0.01, "1 in 100"),
    (0.1, "1 in 10"),
    (0.5, "50:50"),
    (0.9, "9 in 10"),
    (0.99, "99 in 100"),
];

/// Beyond this, a bar says no more than "certain"; it keeps the picture readable.
const MOST_BITS: f64 = 40.0;

#[derive(Clone, Copy)]
struct Frame {
    variant: &'static str,
    width: f64,
    /// Where bars may lie.
    left: f64,
    right: f64,
    /// Whether labels stand above their bars instead of beside them.
    labels_above: bool,
    bar: f64,
}

const WIDE: Frame =
    Frame { variant: "wide", width: 640.0, left: 268.0, right: 598.0, labels_above: false, bar: 26.0 };
const NARROW: Frame =
    Frame { variant: "narrow", width: 360.0, left: 12.0, right: 312.0, labels_above: true, bar: 20.0 };

/// A row of the picture: where its bar begins and ends, in bits.
struct Row {
    label: String,
    from: f64,
    to: f64,
    kind: RowKind,
}

#[derive(Clone, Copy, PartialEq)]
enum RowKind {
    Start,
    For,
    Against,
    Outcome,
}

impl Waterfall {
    /// The log₂ odds after all evidence.
    pub fn result_bits(&self) -> f64 {
        self.steps.iter().fold(tame(self.start_bits), |sum, step| sum + tame(step.bits))
    }

    /// Draws the waterfall.
    pub fn draw(&self) -> Chart {
        Chart {
            title: self.title.clone(),
            description: self.description.clone(),
            key: Key {
                label: String::new(),
                items: vec![
                    KeyItem::new(Swatch::For, "Makes a link more likely"),
                    KeyItem::new(Swatch::Against, "Makes a link less likely"),
                    KeyItem::new(Swatch::Outcome, "Result"),
                ],
            },
            wide: Markup::built(self.picture(WIDE)),
            narrow: Markup::built(self.picture(NARROW)),
            twin: self.twin(),
            class: "dm-waterfall",
        }
    }

    fn twin(&self) -> Twin {
        let mut so_far = tame(self.start_bits);
        let start = vec![
            "Starting point: any two cases".to_owned(),
            String::new(),
            chance_in_words(probability(so_far)),
        ];
        let steps = self.steps.iter().map(|step| {
            so_far += tame(step.bits);
            vec![step.label.clone(), signed(tame(step.bits)), chance_in_words(probability(so_far))]
        });
        let mut rows = vec![start];
        rows.extend(steps);
        Twin {
            caption:
                "Evidence for and against a link. Each point doubles the odds; each minus point halves them."
                    .to_owned(),
            columns: ["Evidence", "Points", "Chance so far"].map(str::to_owned).to_vec(),
            rows,
            numbers: vec![false, true, true],
        }
    }

    fn rows(&self, origin: f64) -> Vec<Row> {
        let mut so_far = tame(self.start_bits);
        let mut rows = vec![Row {
            label: "Starting point: any two cases".to_owned(),
            from: origin,
            to: so_far,
            kind: RowKind::Start,
        }];
        for step in &self.steps {
            let from = so_far;
            so_far += tame(step.bits);
            let kind = if step.bits < 0.0 { RowKind::Against } else { RowKind::For };
            rows.push(Row { label: step.label.clone(), from, to: so_far, kind });
        }
        rows.push(Row { label: "Result".to_owned(), from: origin, to: so_far, kind: RowKind::Outcome });
        rows
    }

    /// The lowest and highest bits on the axis: all bars, 50:50, and a little air.
    fn extent(&self) -> (f64, f64) {
        let mut so_far = tame(self.start_bits);
        let (mut low, mut high) = (so_far.min(-1.0), so_far.max(6.7));
        for step in &self.steps {
            so_far += tame(step.bits);
            low = low.min(so_far);
            high = high.max(so_far);
        }
        (low - 0.7, high + 0.3)
    }

    fn picture(&self, frame: Frame) -> String {
        let (low, high) = self.extent();
        let x = |bits: f64| frame.left + (bits - low) / (high - low) * (frame.right - frame.left);
        let label_width = if frame.labels_above { frame.width - 20.0 } else { frame.left - 10.0 };
        let rows: Vec<(Row, Vec<String>)> = self
            .rows(low)
            .into_iter()
            .map(|row| {
                let lines = wrap(&row.label, 16.0, label_width);
                (row, lines)
            })
            .collect();

        let mut body = String::new();
        let top = 36.0;
        let mut y = top;
        let mut join: Option<(f64, f64)> = None;
        for (row, lines) in &rows {
            let n_lines = lines.len() as f64;
            let (row_height, bar_y) = if frame.labels_above {
                (n_lines * 19.0 + frame.bar + 17.0, y + n_lines * 19.0 + 4.0)
            } else {
                let height = (n_lines * 19.0 + 8.0).max(42.0);
                (height, y + (height - frame.bar) / 2.0)
            };
            if let (Some((at, from_y)), false) = (join, row.kind == RowKind::Start) {
                body.push_str(&line(at, from_y, at, bar_y, "dm-join"));
            }
            let first_line = if frame.labels_above {
                y + 15.0
            } else {
                bar_y + frame.bar / 2.0 + 5.5 - (n_lines - 1.0) * 9.5
            };
            let bold = if row.kind == RowKind::Outcome { " dm-bold" } else { "" };
            for (number, words) in lines.iter().enumerate() {
                let at = if frame.labels_above { frame.left } else { 0.0 };
                body.push_str(&label(
                    at,
                    first_line + number as f64 * 19.0,
                    &format!("dm-t16 dm-halo{bold}"),
                    words,
                ));
            }
            draw_bar(&mut body, row, frame, bar_y, &x);
            join = Some((x(row.to), bar_y + frame.bar));
            y += row_height;
        }
        let bottom = y + 4.0;
        let caption = if frame.labels_above {
            "Chance of the same person or group"
        } else {
            "Chance that the same person or group is behind both"
        };
        let caption_x = if frame.labels_above { frame.width / 2.0 } else { (frame.left + frame.right) / 2.0 };

        let mut out = svg::open_image(
            &self.id,
            frame.variant,
            frame.width,
            bottom + 28.0,
            &self.title,
            &self.description,
        );
        draw_axis(&mut out, frame, low, high, bottom, &x);
        out.push_str(&body);
        out.push_str(&label(caption_x, bottom + 18.0, "dm-t14 dm-middle", caption));
        out.push_str("</svg>");
        out
    }
}

fn draw_bar(out: &mut String, row: &Row, frame: Frame, y: f64, x: &impl Fn(f64) -> f64) {
    let (left, right) = (x(row.from.min(row.to)), x(row.from.max(row.to)));
    let width = (right - left).max(1.5);
    match row.kind {
        RowKind::Start => out.push_str(&rect(left, y, width, frame.bar, "dm-start")),
        RowKind::For => {
            out.push_str(&rect(left, y, width, frame.bar, "dm-for"));
            out.push_str(&label(
                right + 6.0,
                y + frame.bar / 2.0 + 5.0,
                "dm-bold dm-for dm-halo",
                &signed(row.to - row.from),
            ));
        }
        RowKind::Against => {
            let point = left + (width / 2.0).min(8.0);
            let shape = [
                (left, y + frame.bar / 2.0),
                (point, y),
                (left + width, y),
                (left + width, y + frame.bar),
                (point, y + frame.bar),
            ];
            let _ = write!(out, "<polygon class=\"dm-against\" points=\"{}\"/>", points(&shape));
            out.push_str(&label(
                left + width + 6.0,
                y + frame.bar / 2.0 + 5.0,
                "dm-bold dm-against dm-halo",
                &signed(row.to - row.from),
            ));
        }
        RowKind::Outcome => {
            out.push_str(&rect(left, y, width, frame.bar, "dm-outcome"));
            let words = chance_in_words(probability(row.to));
            let baseline = y + frame.bar / 2.0 + 5.5;
            let words_width = text_width(&words, 16.0);
            if words_width + 16.0 < width {
                out.push_str(&label(right - 8.0, baseline, "dm-t16 dm-bold dm-end dm-on-dark", &words));
            } else if right + 8.0 + words_width < frame.width {
                out.push_str(&label(right + 8.0, baseline, "dm-t16 dm-bold dm-outcome dm-halo", &words));
            } else {
                out.push_str(&label(
                    frame.width - 4.0,
                    baseline,
                    "dm-t16 dm-bold dm-end dm-outcome dm-halo",
                    &words,
                ));
            }
        }
    }
}

/// Ticks that lie on the axis and leave each other room; 50:50 always stays.
fn draw_axis(out: &mut String, frame: Frame, low: f64, high: f64, bottom: f64, x: &impl Fn(f64) -> f64) {
    let bits = |chance: f64| (chance / (1.0 - chance)).log2();
    let on_axis = TICKS.iter().filter(|(chance, _)| (low..=high).contains(&bits(*chance)));
    let mut shown: Vec<(f64, &str)> = Vec::new();
    // The middle first, then outwards by distance from it, so that what matters most is never crowded out.
    let mut ticks: Vec<(f64, &str)> = on_axis.map(|(chance, words)| (bits(*chance), *words)).collect();
    ticks.sort_by(|a, b| a.0.abs().total_cmp(&b.0.abs()));
    for (at, words) in ticks {
        let half = text_width(words, 14.0) / 2.0;
        let inside = x(at) - half >= 0.0 && x(at) + half <= frame.width;
        let free = shown.iter().all(|(other, other_words)| {
            (x(*other) - x(at)).abs() >= half + text_width(other_words, 14.0) / 2.0 + 2.0
        });
        if inside && free {
            shown.push((at, words));
        }
    }
    for (at, words) in shown {
        let class = if at == 0.0 { "dm-even" } else { "dm-grid" };
        out.push_str(&line(x(at), 32.0, x(at), bottom, class));
        out.push_str(&label(x(at), 25.0, "dm-t14 dm-middle", words));
    }
}

/// A weight that can be drawn: a number, within reason.
fn tame(bits: f64) -> f64 {
    if bits.is_nan() { 0.0 } else { bits.clamp(-MOST_BITS, MOST_BITS) }
}

/// `+6.9`, `−1.1` with a real minus sign.
fn signed(bits: f64) -> String {
    let rounded = (bits * 10.0).round() / 10.0;
    if rounded < 0.0 { format!("\u{2212}{:.1}", -rounded) } else { format!("+{:.1}", rounded.abs()) }
}

/// Where the axis begins and ends, for the tests.
#[cfg(test)]
pub(super) fn extent_of(waterfall: &Waterfall) -> (Px, Px) {
    let (low, high) = waterfall.extent();
    (Px(low), Px(high))
}
