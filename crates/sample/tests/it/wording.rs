//! Is there any sexual, threatening or instructing word? A small filter over everything people would read.

use super::*;

/// Words that have no business in invented text. `sexual` stands in one controlled list (`motive`), not in text.
const BANNED: [&str; 44] = [
    "nude",
    "nudes",
    "naked",
    "sex",
    "sexual",
    "sexually",
    "sext",
    "sexting",
    "sextortion",
    "porn",
    "breast",
    "genital",
    "penis",
    "vagina",
    "masturbat",
    "explicit",
    "intimate",
    "undress",
    "strip",
    "lingerie",
    "underwear",
    "orgasm",
    "rape",
    "kill",
    "die",
    "dead",
    "knife",
    "gun",
    "stab",
    "shoot",
    "beat",
    "hang",
    "hurt",
    "blood",
    "bitch",
    "slut",
    "whore",
    "fuck",
    "shit",
    "cunt",
    "expose",
    "ruin",
    "destroy",
    "pervert",
];

#[test]
fn no_banned_word_in_any_text_of_any_scenario() {
    let columns = [Column::Notes, Column::ChildVoice, Column::DisplayNames, Column::Handles, Column::Emails];
    let mut n_words = 0;
    for scenario in Scenario::ALL {
        for report in &region(scenario, 4_000, 17).reports {
            for column in columns {
                for word in report.get(column).to_lowercase().split(|c: char| !c.is_alphabetic()) {
                    n_words += 1;
                    assert!(!BANNED.contains(&word), "{}: {word} in {}", column.name(), report.get(column));
                }
            }
        }
        assert!(!scenario.sentence().to_lowercase().contains("threat"));
    }
    assert!(n_words > 500_000, "{n_words}");
}

#[test]
fn the_filter_would_find_one() {
    assert!("He would Kill".to_lowercase().split(' ').any(|word| BANNED.contains(&word)));
}

#[test]
fn a_child_is_quoted_only_in_the_column_for_it() {
    let region = region(Scenario::National, 2_000, 19);
    let voiced = region.reports.iter().filter(|r| !r.get(Column::ChildVoice).is_empty()).count();
    assert!((1_100..1_300).contains(&voiced), "{voiced}");
    assert!(
        region.reports.iter().all(|r| !daymark_sample::words::has_blaming_phrase(r.get(Column::ChildVoice)))
    );
}
