//! Does every bound and alarm equal R's on the simulated series (42 scenarios, three of each)?

use std::collections::BTreeMap;
use std::fs::File;

use daymark_surveillance::farrington::{Compat, Config, Year, judge_weeks};
use daymark_surveillance::{Week, WeeklyCounts};
use jiff::civil::date;

use crate::reference::{Agreement, Reference, folder};

fn check(file: &str, config: &Config, n_weeks: usize) {
    let Some(folder) = folder() else { return };
    let mut series: BTreeMap<(String, String), WeeklyCounts> = BTreeMap::new();
    for name in ["y", "nocurrent"] {
        let path = folder.join(format!("../sim_temporal/{name}_wide.csv"));
        for row in csv::Reader::from_reader(File::open(path).unwrap()).records() {
            let row = row.unwrap();
            let counts = row.iter().skip(2).map(|count| count.parse().unwrap()).collect();
            let counts = WeeklyCounts::new(Week::containing(date(2010, 1, 4)), counts);
            series.insert((name.to_owned(), format!("{} {}", &row[0], &row[1])), counts);
        }
    }
    let config = Config { year: Year::Weeks(52), ..config.clone() };
    let mut agreement = Agreement::default();
    let mut reader = csv::Reader::from_reader(File::open(folder.join(file)).unwrap());
    for row in reader.deserialize() {
        let fields: BTreeMap<String, String> = row.unwrap();
        let key = (fields["file"].clone(), format!("{} {}", fields["scenario"], fields["rep"]));
        let place = fields["week"].parse::<usize>().unwrap() - 1;
        let verdict = judge_weeks(&series[&key], place..place + 1, &config).remove(0).unwrap();
        agreement.compare(&verdict, &Reference::new(fields));
    }
    eprintln!("{file}: {agreement:?}");
    agreement.assert_equal(n_weeks);
}

#[test]
fn negative_binomial() {
    let config = Config { compat: Compat::R, fewest_cases: 0, ..Config::noufaily() };
    check("sim_farringtonFlexible_nb.csv", &config, 12_348);
}

#[test]
fn as_the_original() {
    let config = Config { compat: Compat::R, alpha: 0.01, fewest_cases: 0, ..Config::farrington_1996() };
    check("sim_farringtonFlexible_orig.csv", &config, 8_232);
}
