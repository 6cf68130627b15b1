//! What holds for every chart, whatever the data: sizes are numbers, text is escaped, nothing is inline.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::kit::{Language, LinkStrength};

/// Everything a picture must be, whatever it shows.
fn check(chart: &Chart) {
    for picture in [&chart.wide, &chart.narrow] {
        let svg = picture.as_str();
        for word in ["NaN", "inf", "style=", "<script", "javascript:"] {
            assert!(!svg.contains(word), "`{word}` in {svg}");
        }
        for name in ["width=\"-", "height=\"-", "r=\"-"] {
            assert!(!svg.contains(name), "a negative size in {svg}");
        }
        assert_eq!(svg.matches("<svg").count(), 1, "one picture");
        assert_eq!(svg.matches("<title").count(), 1, "one title");
        assert_eq!(svg.matches("<desc").count(), 1, "one description");
        assert!(svg.matches("class=\"dm-grid\"").count() <= 10, "too many gridlines in {svg}");
    }
    for row in &chart.twin.rows {
        assert_eq!(row.len(), chart.twin.columns.len(), "{row:?}");
    }
}

fn band(values: &[(f64, f64, u64)]) -> BandChart {
    let weeks = values
        .iter()
        .enumerate()
        .map(|(index, (middle, spread, observed))| Week {
            monday: date(2025, 12, 1)
                .saturating_add(jiff::Span::new().days(7 * i64::try_from(index).unwrap_or(0))),
            observed: if *observed < 5 { Count::Hidden } else { Count::Exact(*observed) },
            expected: (index % 7 != 3).then_some(Expected {
                middle: *middle,
                lower: middle - spread,
                upper: middle + spread,
            }),
            above: observed % 5 == 0,
        })
        .collect();
    BandChart {
        id: "b".to_owned(),
        title: "Cases <each> week".to_owned(),
        description: "\"A\" & b".to_owned(),
        language: Language::English,
        weeks,
        note: Some(BandNote { headline: "Above".to_owned(), detail: String::new() }),
    }
}

fn waterfall(start_bits: f64, steps: &[f64]) -> Waterfall {
    let steps =
        steps.iter().map(|bits| Step { label: "Same <payee> account, ending 4471".to_owned(), bits: *bits });
    Waterfall {
        id: "w".to_owned(),
        title: "Why".to_owned(),
        description: String::new(),
        start_bits,
        steps: steps.collect(),
    }
}

proptest! {
    #[test]
    fn any_weeks_can_be_drawn(values in prop::collection::vec((-1e300..1e300f64, -1e300..1e300f64, 0..u64::MAX), 0..120)) {
        check(&band(&values).draw());
    }

    #[test]
    fn any_evidence_can_be_drawn(start in -1e300..1e300f64, steps in prop::collection::vec(-1e300..1e300f64, 0..30)) {
        let waterfall = waterfall(start, &steps);
        check(&waterfall.draw());
        prop_assert!((0.0..=1.0).contains(&probability(waterfall.result_bits())));
    }

    #[test]
    fn any_rates_can_be_drawn(rates in prop::collection::vec((0..=u8::MAX, 0..=u8::MAX, -1e300..1e300f64, 0..u64::MAX), 0..60)) {
        let tiles = rates.iter().map(|(column, row, rate, cases)| Tile {
            short: "<NY".to_owned(),
            name: "North \"Yorkshire\"".to_owned(),
            column: *column,
            row: *row,
            value: match cases % 3 {
                0 => TileValue::Hidden,
                1 => TileValue::NotRecorded,
                _ => TileValue::Rate { cases: *cases, rate: *rate },
            },
            href: "#\"x".to_owned(),
        });
        let map = TileMap {
            id: "t".to_owned(),
            title: "Rates".to_owned(),
            description: String::new(),
            unit: "per 100,000 people".to_owned(),
            cuts: [1.0, 1.5, 2.2],
            tiles: tiles.collect(),
        };
        check(&map.draw());
    }
}

#[test]
fn any_network_can_be_drawn() {
    for n_nodes in [0, 1, 3, 8, 9, 75] {
        let nodes = (0..n_nodes).map(|number| NetworkNode {
            label: format!("NY-<{number}>"),
            href: (number % 2 == 0).then(|| format!("#case-{number}")),
            may_open: number % 3 == 0,
        });
        let links = (0..n_nodes + 5).map(|number| NetworkLink {
            from: number / 2,
            to: number + 1,
            strength: if number % 2 == 0 { LinkStrength::Strong } else { LinkStrength::Possible },
            why: "Payee & account, name, message".to_owned(),
        });
        let network = Network {
            id: "n".to_owned(),
            title: "Network".to_owned(),
            description: String::new(),
            nodes: nodes.collect(),
            links: links.collect(),
        };
        let chart = network.draw();
        check(&chart);
        assert!(chart.wide.as_str().matches("class=\"dm-pill").count() <= network::MOST_NODES);
    }
}

#[test]
fn text_from_records_is_escaped() {
    let svg = waterfall(-9.6, &[6.9]).draw().wide;
    assert!(svg.as_str().contains("&#60;payee&#62;"), "{svg}");
    let svg = band(&[(8.0, 4.0, 9)]).draw().wide;
    assert!(svg.as_str().contains("Cases &#60;each&#62; week"), "{svg}");
}

#[test]
fn chances_are_told_as_people_tell_them() {
    let told = [-9.6, -2.75, 0.0, 3.2, 12.0, -40.0].map(|bits| chance_in_words(probability(bits)));
    assert_eq!(
        told,
        [
            "about 1 in 777",
            "13 in 100",
            "50 in 100",
            "90 in 100",
            "more than 99 in 100",
            "less than 1 in 1,000,000"
        ]
    );
}

#[test]
fn the_table_counts_up_to_the_same_result_as_the_picture() {
    let waterfall = waterfall(-9.6, &[6.9, 2.9, 2.6, 1.0, 0.5, -1.1]);
    let last = waterfall.draw().twin.rows.last().and_then(|row| row.last().cloned()).unwrap_or_default();
    assert_eq!(last, chance_in_words(probability(waterfall.result_bits())));
    assert_eq!(last, "90 in 100");
}

#[test]
fn evidence_against_a_link_differs_by_shape_and_sign_too() {
    let svg = waterfall(-9.6, &[6.9, -1.1]).draw().wide;
    assert_eq!(svg.as_str().matches("<polygon class=\"dm-against\"").count(), 1, "{svg}");
    assert!(svg.as_str().contains("\u{2212}1.1"), "{svg}");
    let (low, high) = waterfall::extent_of(&waterfall(-9.6, &[]));
    assert!(low.0 < -9.6 && high.0 > 6.6, "99 in 100 is always on the axis");
}

#[test]
fn counts_under_five_are_never_told() {
    let chart = band(&[(8.0, 4.0, 9), (8.0, 4.0, 3), (8.0, 4.0, 11)]).draw();
    assert_eq!(chart.twin.rows[1][1], "hidden");
    assert!(chart.wide.as_str().contains("fill=\"url(#b-wide-hatch)\""), "{}", chart.wide);
    assert_eq!(chart.wide.as_str().matches("<polyline class=\"dm-recorded\"").count(), 2, "the line breaks");
}

#[test]
fn the_same_data_give_the_same_bytes() {
    let draw = || band(&[(8.0, 4.0, 9), (7.0, 4.0, 6)]).draw().wide;
    assert_eq!(draw(), draw());
}
