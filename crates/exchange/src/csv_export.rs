//! CSV that a spreadsheet shows and never runs: cells that could be a formula get an apostrophe in front.
//!
//! Source: OWASP ASVS 5.0 1.2.10. Differs: full-width signs count too, because some programs fold them; a plain
//! negative number is left alone only in columns that are numbers ([`Cell::Number`]).
//! When not to use: for files that a program reads back exactly; use [`plain_row`] there.

/// One cell of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell<'t> {
    /// Words: made safe.
    Text(&'t str),
    /// A number that we computed: written as it is.
    Number(i64),
    /// Nothing.
    Empty,
}

/// Signs that begin a formula, in some program or other.
const STARTS_FORMULA: [char; 12] =
    ['=', '+', '-', '@', '\t', '\r', '\n', '\0', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];

/// The text with an apostrophe in front when a spreadsheet could take it for a formula.
///
/// White space and invisible characters in front do not hide a sign.
pub fn safe(text: &str) -> String {
    let visible = text.trim_start_matches(|c: char| {
        c.is_whitespace() && !STARTS_FORMULA.contains(&c)
            || daymark_vocab::selector::text::is_invisible(c) && c != '\0'
    });
    let first_is_control = text.starts_with(STARTS_FORMULA);
    if first_is_control || visible.starts_with(STARTS_FORMULA) { format!("'{text}") } else { text.to_owned() }
}

/// One line, with CRLF, every text cell made safe and quoted where needed.
pub fn row(cells: &[Cell<'_>]) -> String {
    let texts: Vec<String> = cells
        .iter()
        .map(|cell| match cell {
            Cell::Text(text) => quoted(&safe(text)),
            Cell::Number(number) => number.to_string(),
            Cell::Empty => String::new(),
        })
        .collect();
    format!("{}\r\n", texts.join(","))
}

/// One line, with CRLF, quoted where needed and otherwise unchanged.
pub fn plain_row<T: AsRef<str>>(cells: &[T]) -> String {
    let texts: Vec<String> = cells.iter().map(|cell| quoted(cell.as_ref())).collect();
    format!("{}\r\n", texts.join(","))
}

fn quoted(text: &str) -> String {
    let needs = text.contains([',', '"', '\n', '\r', ';', '\t', '\'']) || text.trim() != text;
    if needs { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(row(&[Cell::Text(text)]), format!("{expected}\r\n"), "{text:?}");
    }

    #[test]
    fn threat_t42_formulas_become_words() {
        check("=1+1", "\"'=1+1\"");
        check("+44 7700 900123", "\"'+44 7700 900123\"");
        check("-2", "\"'-2\"");
        check("@name", "\"'@name\"");
        check(" =1", "\"' =1\"");
        check("\u{200b}=1", "\"'\u{200b}=1\"");
        check("＝1", "\"'＝1\"");
        check("\t=1", "\"'\t=1\"");
        check("a, b", "\"a, b\"");
        check("say \"no\"", "\"say \"\"no\"\"\"");
        check("plain", "plain");
        assert_eq!(row(&[Cell::Number(-2), Cell::Empty]), "-2,\r\n");
    }

    proptest! {
        #[test]
        fn nothing_starts_a_formula_and_nothing_is_lost(text in "[=+\\-@\t\r\0 '\"a-z,;\n＝\u{200b}]{0,12}") {
            let line = row(&[Cell::Text(&text), Cell::Text("end")]);
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(line.as_bytes());
            let record = reader.records().next().unwrap().unwrap();
            let cell = record.get(0).unwrap();
            prop_assert_eq!(record.get(1), Some("end"));
            prop_assert!(!cell.starts_with(STARTS_FORMULA));
            let marked = format!("'{text}");
            prop_assert!(cell == text || cell == marked);
        }
    }
}
