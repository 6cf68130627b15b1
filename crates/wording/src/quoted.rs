//! Which parts of a text are somebody else's words?
//!
//! Quotation marks, straight or curled, double or single, that open and close within a paragraph; and paragraphs that
//! begin with a label such as `Child’s words:`.

use std::ops::Range;

/// The longest quotation, in characters: beyond it a mark was forgotten.
const LONGEST: usize = 1_500;

/// The quoted parts of a text, in bytes, ascending.
///
/// - `labels`: in small letters with straight apostrophes; a paragraph that begins with one and a colon is quoted.
pub(crate) fn quoted(text: &str, labels: &[String]) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut start = 0;
    for paragraph in paragraphs(text) {
        let part = text.get(paragraph.clone()).unwrap_or_default();
        start = paragraph.start.max(start);
        marks(part, start, &mut ranges);
        labelled(part, start, labels, &mut ranges);
    }
    ranges.sort_by_key(|range| range.start);
    ranges
}

/// Paragraphs in bytes: an empty line ends one.
fn paragraphs(text: &str) -> Vec<Range<usize>> {
    let (mut paragraphs, mut start, mut at) = (Vec::new(), 0, 0);
    for line in text.split_inclusive('\n') {
        if line.trim().is_empty() && start < at {
            paragraphs.push(start..at);
            start = at;
        }
        at += line.len();
    }
    paragraphs.push(start..text.len());
    paragraphs
}

fn marks(text: &str, offset: usize, ranges: &mut Vec<Range<usize>>) {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let at = |i: usize| chars.get(i).map(|(_, c)| *c);
    let mut i = 0;
    while let Some(&(byte, c)) = chars.get(i) {
        let before = i.checked_sub(1).and_then(at);
        let opens = match c {
            '“' | '«' | '„' => true,
            '"' | '‘' => !before.is_some_and(char::is_alphanumeric),
            '\'' => {
                !before.is_some_and(char::is_alphanumeric)
                    && at(i + 1).is_some_and(|next| next.is_alphanumeric() || next == '…')
            }
            _ => false,
        };
        if !opens {
            i += 1;
            continue;
        }
        let single = matches!(c, '\'' | '‘');
        let close = (i + 1..chars.len().min(i + LONGEST)).find(|j| {
            let after = at(j + 1);
            let closes = match c {
                '“' | '„' => matches!(at(*j), Some('”' | '"' | '“')),
                '«' => at(*j) == Some('»'),
                '"' => matches!(at(*j), Some('"' | '”')),
                '‘' => at(*j) == Some('’'),
                _ => matches!(at(*j), Some('\'' | '’')),
            };
            closes && (!single || !after.is_some_and(char::is_alphanumeric))
        });
        match close {
            Some(j) => {
                let end = chars.get(j + 1).map_or(text.len(), |(byte, _)| *byte);
                ranges.push(offset + byte..offset + end);
                i = j + 1;
            }
            None => i += 1,
        }
    }
}

fn labelled(text: &str, offset: usize, labels: &[String], ranges: &mut Vec<Range<usize>>) {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let lower = line.trim_start_matches(|c: char| !c.is_alphanumeric()).to_lowercase().replace('’', "'");
        if let Some((label, rest)) = lower.split_once(':') {
            let label = label.trim_matches(|c: char| !c.is_alphanumeric());
            let unquoted = rest.trim_start_matches(['*', '_', ' ']);
            if labels.iter().any(|known| known == label) && !unquoted.starts_with(['"', '“', '\'', '‘']) {
                ranges.push(offset + at..offset + text.len());
                return;
            }
        }
        at += line.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, wanted: &[&str]) {
        let labels = ["child's words".to_owned()];
        let found: Vec<&str> = quoted(text, &labels).into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, wanted, "{text}");
    }

    #[test]
    fn quotation_marks() {
        check("She said “I sent it” and left.", &["“I sent it”"]);
        check("She said \"I sent it\" and left.", &["\"I sent it\""]);
        check("the 'boyfriend' isn't here, it's 'late'", &["'boyfriend'", "'late'"]);
        check("‘I don’t know’, she said", &["‘I don’t know’"]);
        check("the boys' phones and the girls' bags", &[]);
        check("an “open mark\n\nand another ” later", &[]);
        check("5\" by 7\" photographs", &[]);
    }

    #[test]
    fn a_label_quotes_its_paragraph() {
        check(
            "Facts first.\n\nChild’s words: I was silly\nand more\n\nFacts.",
            &["Child’s words: I was silly\nand more\n"],
        );
        check("**Child's words:** \"Silly\" he said", &["\"Silly\""]);
    }
}
