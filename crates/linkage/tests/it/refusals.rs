//! Bad input is refused with every problem at once, and sentences are as promised.

use daymark_linkage::{Judged, LinkError, Model, Options, Table, TableBuilder, explain, link};
use daymark_vocab::Judgement;

use super::{Record, model, table};

#[test]
fn columns_that_are_missing_are_all_named() {
    let table = TableBuilder::new(["A", "B"]).build().unwrap();
    let Err(LinkError::Records(problems)) = link(&table, None, &model(), &[], &Options::default()) else {
        panic!("must be refused");
    };
    let fields: Vec<&str> = problems.iter().filter_map(|problem| problem.field.as_deref()).collect();
    assert_eq!(fields, ["day", "handles", "phones", "platform"]);
}

#[test]
fn cells_that_cannot_be_read_are_all_named_with_their_line_and_without_their_text() {
    let text = "id,handles,phones,platform,day\n1,a,,x,2026-03-14\n2,a,,x,soon\n3,a,,x,14/03/2026\n";
    let table = Table::from_csv(text.as_bytes(), "id").unwrap();
    let Err(LinkError::Records(problems)) = link(&table, None, &model(), &[], &Options::default()) else {
        panic!("must be refused");
    };
    let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "3:1: `day`: is not a date such as `2026-03-14` (correct the cell or leave it empty)",
            "4:1: `day`: is not a date such as `2026-03-14` (correct the cell or leave it empty)",
        ]
    );
}

#[test]
fn problems_of_two_tables_are_told_apart() {
    let good =
        Table::from_csv("id,handles,phones,platform,day\n1,a,,x,2026-03-14\n".as_bytes(), "id").unwrap();
    let bad = Table::from_csv("id,handles,phones,platform,day\n1,a,,x,soon\n".as_bytes(), "id").unwrap();
    for (left, right, in_right_table) in [(&good, &bad, true), (&bad, &good, false)] {
        match link(left, Some(right), &model(), &[], &Options::default()) {
            Err(LinkError::Records(problems)) => {
                let places: Vec<(bool, Option<u64>)> =
                    problems.iter().map(|problem| (problem.in_right_table, problem.line)).collect();
                assert_eq!(places, [(in_right_table, Some(2))]);
            }
            other => panic!("must be refused: {other:?}"),
        }
    }
}

fn three() -> Table {
    let record = |id: &str| Record {
        id: id.to_owned(),
        handles: vec!["h".to_owned()],
        phones: vec![],
        platform: None,
        day: None,
    };
    table(&[record("A"), record("B"), record("C")])
}

#[test]
fn judgements_that_cannot_all_be_true_are_named() {
    let judged = |l, r, judgement| Judged { l, r, judgement };
    let judged = [
        judged(0, 1, Judgement::Positive),
        judged(1, 2, Judgement::Positive),
        judged(2, 0, Judgement::Negative),
    ];
    match link(&three(), None, &model(), &judged, &Options::default()) {
        Err(LinkError::Judgements(torn)) => assert_eq!(torn.0, [("A".to_owned(), "C".to_owned())]),
        other => panic!("must be refused: {other:?}"),
    }
}

#[test]
fn rows_that_are_not_there_are_refused() {
    let judged = [Judged { l: 0, r: 7, judgement: Judgement::Positive }];
    let refused = link(&three(), None, &model(), &judged, &Options::default());
    assert_eq!(refused, Err(LinkError::NoSuchRow { row: 7 }));
    let trained = link(&three(), None, &model(), &[], &Options::default()).unwrap().trained;
    assert_eq!(explain(&three(), None, &trained, 0, 3), Err(LinkError::NoSuchRow { row: 3 }));
}

#[test]
fn the_built_in_model_explains_a_shared_account_in_plain_words() {
    let cases = Model::cases();
    let columns: Vec<&str> = cases.comparisons.iter().map(|comparison| comparison.column.as_str()).collect();
    let mut text = format!("report_id,origin_reference,{}\n", columns.join(","));
    for n in 0..400 {
        let cell = |column: &&str| match *column {
            "payment_accounts" if n < 2 => "00-00-00 12345678".to_owned(),
            "received_on" => format!("2026-03-{:02}", n % 28 + 1),
            "approach" => ["unknown", "befriending"][n % 2].to_owned(),
            _ => String::new(),
        };
        text.push_str(&format!("R-{n:04},,{}\n", columns.iter().map(cell).collect::<Vec<_>>().join(",")));
    }
    let table = Table::from_csv(text.as_bytes(), "report_id").unwrap();
    let found = link(&table, None, &cases, &[], &Options::default()).unwrap();
    assert_eq!(found.pairs.len(), 1);
    let explained = explain(&table, None, &found.trained, 0, 1).unwrap();
    assert_eq!(
        explained.mostly_because,
        "Mostly because both reports name the same payment account. It appears in only 2 of 400 reports."
    );
    let approach = explained.steps.iter().find(|step| step.comparison == "approach").unwrap();
    assert_eq!(approach.comparison_vector_value, -1, "`unknown` is not a value");
    assert!(!format!("{explained:?}").contains("12345678"), "values never print");
}
