//! The words of a document, and where each of them stood.

use std::fmt;
use std::ops::Range;

/// The words of a document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    /// What is checked.
    pub text: String,
    /// Parts that are quoted, in bytes of `text`.
    pub quoted: Vec<Range<usize>>,
    /// What a person opens: for text files the file itself, for others the paragraphs, one a line.
    source: String,
    /// Byte of `text` → byte of `source`, ascending; between two steps both advance alike.
    steps: Vec<(usize, usize)>,
}

/// A document that cannot be read: where, why, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    line: usize,
    column: usize,
    message: String,
    hint: &'static str,
}

impl Unreadable {
    /// A problem with the file as a whole.
    pub fn new(message: impl Into<String>, hint: &'static str) -> Self {
        Self { line: 1, column: 1, message: message.into(), hint }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {} ({})", self.line, self.column, self.message, self.hint)
    }
}

impl Document {
    /// A document that is built piece by piece.
    pub fn of(source: String) -> Self {
        Self { source, ..Self::default() }
    }

    /// The source.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Appends words that stand at byte `at` of the source.
    pub fn push(&mut self, words: &str, at: usize) {
        self.steps.push((self.text.len(), at));
        self.text.push_str(words);
    }

    /// The line and column in the source, both from 1, the column in characters.
    pub fn place(&self, byte: usize) -> (usize, usize) {
        let step = self
            .steps
            .partition_point(|(text, _)| *text <= byte)
            .checked_sub(1)
            .and_then(|n| self.steps.get(n));
        let at = step.map_or(byte, |(text, source)| source + (byte - text)).min(self.source.len());
        let at = (0..=at).rev().find(|at| self.source.is_char_boundary(*at)).unwrap_or(0);
        let before = self.source.get(..at).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        (line, before.get(start..).unwrap_or_default().chars().count() + 1)
    }
}

/// Reads plain text.
///
/// # Errors
/// When it is not UTF-8, at the byte that is not; or when it holds a zero byte, as pictures and archives do.
pub fn text(bytes: Vec<u8>) -> Result<Document, Unreadable> {
    let wrong = |before: &[u8], message: &str, hint: &'static str| {
        let before = String::from_utf8_lossy(before);
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        Unreadable {
            line: before.matches('\n').count() + 1,
            column: before.get(start..).unwrap_or_default().chars().count() + 1,
            message: message.to_owned(),
            hint,
        }
    };
    if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
        let before = bytes.get(..at).unwrap_or_default();
        return Err(wrong(before, "this is no text", "save it as text in UTF-8; images are never read"));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let before = error.as_bytes().get(..at).unwrap_or_default();
        wrong(before, "this byte is not UTF-8", "save the file as text in UTF-8")
    })?;
    let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
    let mut document = Document::of(text.clone());
    document.push(&text, 0);
    Ok(document)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_follow_the_source() {
        let mut document = Document::of("<p>Zoë</p>\n<p>é was</p>".to_owned());
        document.push("Zoë", 3);
        document.push("\n\n", 7);
        document.push("é was", 15);
        assert_eq!(document.place(0), (1, 4));
        let was = document.text.find("was").unwrap();
        assert_eq!(document.place(was), (2, 6));
    }

    #[test]
    fn bad_bytes_are_named_with_their_place() {
        assert_eq!(
            text(b"one\ntw\xff".to_vec()).unwrap_err().to_string(),
            "2:3: this byte is not UTF-8 (save the file as text in UTF-8)"
        );
        assert!(text(b"\x89PNG\x00".to_vec()).unwrap_err().to_string().contains("this is no text"));
    }
}
