//! Which cases may belong together with this one? A small network; the list beside it says the same.
//!
//! Cases are pills with their reference, this case is filled; a solid line is a strong link, a dashed one a
//! possible link. Pills stand on a grid. Which pill stands where is found by trying swaps while lines get
//! shorter, cross less and pass under fewer pills; no chance is involved, so the same data give the same
//! picture. Above eight cases the reasons on the lines are left to the list.

use std::collections::BTreeSet;

use super::svg::{self, label, line, rect, text_width, wrap};
use super::{Chart, Twin};
use crate::kit::{Key, KeyItem, LinkStrength, Markup, Swatch};

/// The most cases that are drawn; the table has all.
pub const MOST_NODES: usize = 60;

/// With more cases than this, reasons are not written on the lines.
const MOST_LABELLED: usize = 8;

/// One case and its neighbours.
#[derive(Debug, Clone)]
pub struct Network {
    /// Unique on the page; ids start with it.
    pub id: String,
    /// "Network of 4 cases".
    pub title: String,
    /// What can be seen, for those who cannot.
    pub description: String,
    /// The cases; the first is the one this page is about.
    pub nodes: Vec<NetworkNode>,
    /// The suggested links.
    pub links: Vec<NetworkLink>,
}

/// One case.
#[derive(Debug, Clone)]
pub struct NetworkNode {
    /// Its reference, or "Case in West Yorkshire" where this person may not see more. Never a name.
    pub label: String,
    /// Where it leads: its entry in the list on this page; `None` for no link.
    pub href: Option<String>,
    /// Whether this person may open it; one they may not has a dashed outline.
    pub may_open: bool,
}

/// One suggested link.
#[derive(Debug, Clone)]
pub struct NetworkLink {
    /// Index of a case in `nodes`.
    pub from: usize,
    /// Index of another.
    pub to: usize,
    /// How much speaks for it.
    pub strength: LinkStrength,
    /// The main reason in a few words: "Payee account".
    pub why: String,
}

#[derive(Clone, Copy)]
struct Frame {
    variant: &'static str,
    width: f64,
    n_columns: usize,
    row_height: f64,
}

/// A place for a pill.
#[derive(Clone, Copy, Debug)]
struct Spot {
    x: f64,
    y: f64,
}

impl Network {
    /// Draws the network.
    pub fn draw(&self) -> Chart {
        let few = self.nodes.len() <= MOST_LABELLED;
        let wide = Frame {
            variant: "wide",
            width: 640.0,
            n_columns: if few { 4 } else { 5 },
            row_height: if few { 92.0 } else { 74.0 },
        };
        let narrow = Frame {
            variant: "narrow",
            width: 360.0,
            n_columns: if few { 2 } else { 3 },
            row_height: if few { 112.0 } else { 78.0 },
        };
        Chart {
            title: self.title.clone(),
            description: self.description.clone(),
            key: Key {
                label: String::new(),
                items: [
                    "Solid line: strong",
                    "Dashed line: possible, needs a person to check",
                    "Filled: this case",
                ]
                .map(|words| KeyItem::new(Swatch::None, words))
                .to_vec(),
            },
            wide: Markup::built(self.picture(wide)),
            narrow: Markup::built(self.picture(narrow)),
            twin: self.twin(),
            class: "dm-network",
        }
    }

    fn twin(&self) -> Twin {
        let name = |index: usize| self.nodes.get(index).map_or_else(String::new, |node| node.label.clone());
        let row = |link: &NetworkLink| {
            let strength = match link.strength {
                LinkStrength::Strong => "strong",
                LinkStrength::Possible => "possible",
                LinkStrength::SameReport => "may be the same report",
            };
            vec![name(link.from), name(link.to), strength.to_owned(), link.why.clone()]
        };
        Twin {
            caption: self.title.clone(),
            columns: ["Case", "May belong with", "Strength", "Why"].map(str::to_owned).to_vec(),
            rows: self.links.iter().map(row).collect(),
            numbers: vec![false; 4],
        }
    }

    /// Links between two different cases that are drawn.
    fn drawn_links(&self) -> Vec<&NetworkLink> {
        let n_drawn = self.nodes.len().min(MOST_NODES);
        self.links
            .iter()
            .filter(|link| link.from != link.to && link.from < n_drawn && link.to < n_drawn)
            .collect()
    }

    fn picture(&self, frame: Frame) -> String {
        let n_drawn = self.nodes.len().min(MOST_NODES);
        let links = self.drawn_links();
        let ends: Vec<(usize, usize)> = links.iter().map(|link| (link.from, link.to)).collect();
        let arrangement = Arrangement::new(frame, n_drawn, &ends);
        let mut out = svg::open_group(
            &self.id,
            frame.variant,
            frame.width,
            arrangement.height,
            &self.title,
            &self.description,
        );
        for link in &links {
            let (Some(from), Some(to)) = (arrangement.spot(link.from), arrangement.spot(link.to)) else {
                continue;
            };
            let class = match link.strength {
                LinkStrength::Strong => "dm-strong-link",
                LinkStrength::Possible | LinkStrength::SameReport => "dm-possible-link",
            };
            out.push_str(&line(from.x, from.y, to.x, to.y, class));
        }
        if n_drawn <= MOST_LABELLED {
            let pills = (0..n_drawn).filter_map(|node| arrangement.spot(node));
            let mut taken: Vec<Place> = pills
                .map(|spot| Place { spot, width: arrangement.pill_width.min(110.0), height: 50.0 })
                .collect();
            for link in &links {
                if let (Some(from), Some(to)) = (arrangement.spot(link.from), arrangement.spot(link.to)) {
                    draw_reason(&mut out, from, to, &link.why, &mut taken);
                }
            }
        }
        for (index, node) in self.nodes.iter().enumerate().take(n_drawn) {
            if let Some(spot) = arrangement.spot(index) {
                draw_pill(&mut out, node, spot, index == 0, arrangement.pill_width);
            }
        }
        out.push_str("</svg>");
        out
    }
}

/// A rectangle that is already written on, by its middle.
struct Place {
    spot: Spot,
    width: f64,
    height: f64,
}

impl Place {
    /// How much of this place the other one covers; nought when they are apart.
    fn overlap(&self, other: &Self) -> f64 {
        let across = (self.width + other.width) / 2.0 - (self.spot.x - other.spot.x).abs();
        let down = (self.height + other.height) / 2.0 - (self.spot.y - other.spot.y).abs();
        across.max(0.0) * down.max(0.0)
    }
}

/// Writes the reason on its line, as near to the middle as pills and other reasons allow.
fn draw_reason(out: &mut String, from: Spot, to: Spot, why: &str, taken: &mut Vec<Place>) {
    if why.trim().is_empty() {
        return;
    }
    let lines = wrap(why, 15.0, 118.0);
    let width = lines.iter().map(|words| text_width(words, 15.0)).fold(0.0, f64::max) + 8.0;
    let height = lines.len() as f64 * 20.0 + 4.0;
    let at = |share: f64| Place {
        spot: Spot { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share },
        width,
        height,
    };
    let covered = |place: &Place| taken.iter().map(|other| other.overlap(place)).sum::<f64>();
    let shares = [0.5, 0.42, 0.58, 0.35, 0.65, 0.28, 0.72];
    let places = shares.map(at);
    // Ties go to the first, which is nearest to the middle.
    let Some(place) = places.into_iter().min_by(|a, b| covered(a).total_cmp(&covered(b))) else { return };
    let Spot { x, y } = place.spot;
    out.push_str(&rect(x - width / 2.0, y - height / 2.0, width, height, "dm-label-ground"));
    for (number, words) in lines.iter().enumerate() {
        out.push_str(&label(x, y - height / 2.0 + 17.0 + number as f64 * 20.0, "dm-middle", words));
    }
    taken.push(place);
}

fn draw_pill(out: &mut String, node: &NetworkNode, spot: Spot, is_this: bool, most_width: f64) {
    let lines = wrap(&node.label, 16.0, most_width - 18.0);
    let text = lines.iter().map(|words| text_width(words, 16.0)).fold(0.0, f64::max);
    let width = (text + 26.0).clamp(90.0_f64.min(most_width), most_width);
    let height = 26.0 + lines.len() as f64 * 20.0;
    let (pill, words_class) = match (is_this, node.may_open) {
        (true, _) => ("dm-pill dm-pill--this", "dm-middle dm-bold dm-pill-text--this"),
        (false, true) => ("dm-pill", "dm-middle dm-bold dm-pill-text"),
        (false, false) => ("dm-pill dm-pill--closed", "dm-middle dm-bold dm-pill-text"),
    };
    let spoken = match (is_this, node.may_open) {
        (true, _) => format!("{} (this case)", node.label),
        (false, true) => format!("Case {}", node.label),
        (false, false) => format!("{} (you may not open it)", node.label),
    };
    if let Some(href) = &node.href {
        out.push_str(&format!("<a href=\"{}\" aria-label=\"{}\">", svg::text(href), svg::text(&spoken)));
    }
    let radius = (height / 2.0).min(23.0);
    out.push_str(&format!(
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{}\" class=\"{pill}\"/>",
        svg::Px(spot.x - width / 2.0),
        svg::Px(spot.y - height / 2.0),
        svg::size(width),
        svg::size(height),
        svg::size(radius)
    ));
    for (number, words) in lines.iter().enumerate() {
        out.push_str(&label(spot.x, spot.y - height / 2.0 + 28.5 + number as f64 * 20.0, words_class, words));
    }
    if node.href.is_some() {
        out.push_str("</a>");
    }
}

/// Which case stands where.
struct Arrangement<'a> {
    spots: Vec<Spot>,
    /// For each case the index of its spot; no two share one.
    places: Vec<usize>,
    links: &'a [(usize, usize)],
    pill_width: f64,
    height: f64,
}

impl<'a> Arrangement<'a> {
    fn new(frame: Frame, n_nodes: usize, links: &'a [(usize, usize)]) -> Self {
        let n_columns = frame.n_columns;
        let n_rows = (n_nodes * 7).div_ceil(n_columns * 4).max(3);
        let column_width = frame.width / n_columns as f64;
        // Every other column is a little lower, so that few lines run under a third case.
        let drop = frame.row_height * 0.4;
        let spots: Vec<Spot> = (0..n_rows * n_columns)
            .map(|index| {
                let (row, column) = (index / n_columns, index % n_columns);
                let lower = if column % 2 == 1 { drop } else { 0.0 };
                Spot {
                    x: (column as f64 + 0.5) * column_width,
                    y: (row as f64 + 0.5) * frame.row_height + lower,
                }
            })
            .collect();
        // This case stands left, half-way down; the others take the free spots nearest to it, in their order.
        let start = n_rows / 2 * n_columns;
        let mut nearest: Vec<usize> = (0..spots.len()).collect();
        if let Some(centre) = spots.get(start).copied() {
            let far = |index: &usize| spots.get(*index).map_or(f64::MAX, |spot| distance(*spot, centre));
            nearest.sort_by(|a, b| far(a).total_cmp(&far(b)).then(a.cmp(b)));
        }
        nearest.truncate(n_nodes);
        let height = n_rows as f64 * frame.row_height + drop;
        let mut arrangement = Self { spots, places: nearest, links, pill_width: column_width - 12.0, height };
        arrangement.improve();
        arrangement.fill(frame, column_width);
        arrangement
    }

    fn spot(&self, node: usize) -> Option<Spot> {
        self.places.get(node).and_then(|place| self.spots.get(*place)).copied()
    }

    /// Tries every spot for every case but this one, keeping what costs less, until nothing does or the
    /// budget is spent (some milliseconds).
    fn improve(&mut self) {
        let n_links = self.links.len().max(1);
        let one_cost = n_links * (self.places.len() + n_links);
        let mut budget = (400_000 / one_cost.max(1)).clamp(50, 4_000);
        let mut cost = self.cost();
        loop {
            let before = cost;
            for node in 1..self.places.len() {
                for place in 0..self.spots.len() {
                    if budget == 0 {
                        return;
                    }
                    budget -= 1;
                    let old = self.places.clone();
                    self.put(node, place);
                    let now = self.cost();
                    if now + 1e-9 < cost {
                        cost = now;
                    } else {
                        self.places = old;
                    }
                }
            }
            if cost >= before {
                return;
            }
        }
    }

    /// Spreads the columns in use over the whole width, and cuts off the rows nobody stands in.
    fn fill(&mut self, frame: Frame, column_width: f64) {
        let used: Vec<Spot> = (0..self.places.len()).filter_map(|node| self.spot(node)).collect();
        let Some(first) = used.first().copied() else { return };
        let (mut left, mut right, mut top, mut bottom) = (first.x, first.x, first.y, first.y);
        for spot in used {
            (left, right) = (left.min(spot.x), right.max(spot.x));
            (top, bottom) = (top.min(spot.y), bottom.max(spot.y));
        }
        // Never below one: pills that stood apart stay apart.
        let stretch =
            if right > left { ((frame.width - column_width) / (right - left)).max(1.0) } else { 1.0 };
        let above = frame.row_height / 2.0;
        for spot in &mut self.spots {
            spot.x = column_width / 2.0 + (spot.x - left) * stretch;
            spot.y = above + spot.y - top;
        }
        self.height = bottom - top + frame.row_height;
    }

    /// Moves a case; whoever stood there takes its old place, but this case stays where it is.
    fn put(&mut self, node: usize, place: usize) {
        let Some(old) = self.places.get(node).copied() else { return };
        let taken_by = self.places.iter().position(|other| *other == place);
        if taken_by == Some(0) {
            return;
        }
        if let Some(slot) = taken_by.and_then(|other| self.places.get_mut(other)) {
            *slot = old;
        }
        if let Some(slot) = self.places.get_mut(node) {
            *slot = place;
        }
    }

    /// How hard the picture is to read: length of lines, pills in their way, crossings, crowded labels.
    fn cost(&self) -> f64 {
        let drawn: Vec<(usize, usize, Spot, Spot)> = self
            .links
            .iter()
            .filter_map(|(from, to)| Some((*from, *to, self.spot(*from)?, self.spot(*to)?)))
            .collect();
        let labelled = self.places.len() <= MOST_LABELLED;
        let mut cost = 0.0;
        for (index, (from, to, a, b)) in drawn.iter().enumerate() {
            let middle = Spot { x: f64::midpoint(a.x, b.x), y: f64::midpoint(a.y, b.y) };
            cost += distance(*a, *b) / 150.0;
            for node in 0..self.places.len() {
                let Some(spot) = self.spot(node) else { continue };
                if node != *from && node != *to && passes(*a, *b, spot, self.pill_width) {
                    cost += 8.0;
                }
                let crowded = (spot.x - middle.x).abs() < self.pill_width / 2.0 + 55.0
                    && (spot.y - middle.y).abs() < 46.0;
                if labelled && crowded {
                    cost += 6.0;
                }
            }
            for (other_from, other_to, c, d) in drawn.iter().skip(index + 1) {
                let other = Spot { x: f64::midpoint(c.x, d.x), y: f64::midpoint(c.y, d.y) };
                if labelled && (other.x - middle.x).abs() < 120.0 && (other.y - middle.y).abs() < 46.0 {
                    cost += 4.0;
                }
                let meet = BTreeSet::from([from, to, other_from, other_to]).len() < 4;
                if !meet && cross(*a, *b, *c, *d) {
                    cost += 3.0;
                }
            }
        }
        cost
    }
}

fn distance(a: Spot, b: Spot) -> f64 {
    (a.x - b.x).hypot(a.y - b.y)
}

/// Whether the line from `a` to `b` runs under a pill at `spot`: its nearest point, with the pill as an ellipse.
fn passes(a: Spot, b: Spot, spot: Spot, pill_width: f64) -> bool {
    let (half_width, half_height) = (pill_width / 2.0 + 4.0, 30.0);
    let scaled = |p: Spot| ((p.x - spot.x) / half_width, (p.y - spot.y) / half_height);
    let ((ax, ay), (bx, by)) = (scaled(a), scaled(b));
    let (dx, dy) = (bx - ax, by - ay);
    let length_squared = (dx * dx + dy * dy).max(1e-9);
    let share = (-(ax * dx + ay * dy) / length_squared).clamp(0.0, 1.0);
    (ax + dx * share).hypot(ay + dy * share) < 1.0
}

/// Whether two lines cross.
fn cross(a: Spot, b: Spot, c: Spot, d: Spot) -> bool {
    let side = |p: Spot, q: Spot, r: Spot| (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x);
    side(a, b, c) * side(a, b, d) < 0.0 && side(c, d, a) * side(c, d, b) < 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_cases_stand_in_one_place_and_this_case_stays() {
        for n_nodes in [1, 2, 4, 9, 30, 60] {
            let links: Vec<(usize, usize)> = (1..n_nodes).map(|node| (node / 3, node)).collect();
            let frame = Frame { variant: "wide", width: 640.0, n_columns: 5, row_height: 74.0 };
            let arrangement = Arrangement::new(frame, n_nodes, &links);
            let places: BTreeSet<_> = arrangement.places.iter().collect();
            assert_eq!(places.len(), n_nodes, "{n_nodes} cases");
            assert!(arrangement.spot(0).is_some_and(|spot| spot.x < 640.0 / 5.0), "{n_nodes} cases");
        }
    }

    #[test]
    fn lines_cross_when_their_ends_lie_on_either_side() {
        let at = |x: f64, y: f64| Spot { x, y };
        assert!(cross(at(0.0, 0.0), at(10.0, 10.0), at(0.0, 10.0), at(10.0, 0.0)));
        assert!(!cross(at(0.0, 0.0), at(10.0, 0.0), at(0.0, 5.0), at(10.0, 5.0)));
    }
}
