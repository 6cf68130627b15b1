//! How does somebody who does not program say which words a rule looks for?
//!
//! ```text
//! (put~ | place~) [..1] {self} ..3 (at | in) ..2 risk
//! ```
//! | written | meaning |
//! |---|---|
//! | `risk` | this word; capitals, accents and hyphens do not matter, `didn’t` is two words: `did not` |
//! | `put~` | the word in all its forms: put, puts, putting |
//! | `promiscu*` | every word that begins so |
//! | `(a | b c)` | one of these |
//! | `[a | b]` | one of these, or nothing |
//! | `..` `..5` | up to three (five) words whatever they are, but no comma |
//! | `,` `^` | a comma; the beginning of the sentence |
//! | `{child}` | a slot: whoever is meant by it, or a named set of words |
//! | `<` `>` | what is shown to the writer, where it is not all of it |
//!
//! Every pattern has an end: nothing repeats without bound, so the time to look is proportional to the text.

/// A pattern, read.
pub type Sequence = Vec<Element>;

/// One piece of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Element {
    /// This word.
    Word(String),
    /// This word in all its forms.
    Forms(String),
    /// Every word that begins so.
    Starts(String),
    /// A slot or a named set.
    Slot(String),
    /// Up to so many words.
    Gap(u8),
    /// One of several sequences.
    Choice(Vec<Sequence>),
    /// One of several sequences, or nothing.
    Maybe(Vec<Sequence>),
    /// A comma.
    Comma,
    /// The beginning of the sentence.
    Start,
    /// What is shown.
    Shown(Sequence),
}

/// Words that a gap spans when it names no number.
const USUAL_GAP: u8 = 3;
/// The widest gap: wider ones join what does not belong together.
const WIDEST_GAP: u8 = 8;

/// A pattern that cannot be read: the character (from 0) at which, what is wrong, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternError {
    /// Characters before the place.
    pub at: usize,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: &'static str,
}

/// Reads a pattern.
///
/// # Errors
/// The first thing that cannot be read.
pub fn parse(text: &str) -> Result<Sequence, PatternError> {
    let mut reader = Reader { chars: text.chars().collect(), at: 0 };
    let sequence = reader.sequence(&[])?;
    if reader.at < reader.chars.len() {
        return Err(reader.wrong("a bracket closes that was never opened", "take it out, or open it"));
    }
    if !holds_a_word(&sequence) {
        return Err(PatternError {
            at: 0,
            message: "the pattern names no word".to_owned(),
            hint: "add a word that must be there, outside of `[ ]`",
        });
    }
    if shown_parts(&sequence) > 1 {
        return Err(PatternError {
            at: 0,
            message: "two parts of the pattern are to be shown".to_owned(),
            hint: "keep one pair of `<` and `>`",
        });
    }
    Ok(sequence)
}

/// Reads a set: like a pattern, but it may consist of slots alone.
///
/// # Errors
/// The first thing that cannot be read.
pub fn parse_set(text: &str) -> Result<Sequence, PatternError> {
    let mut reader = Reader { chars: text.chars().collect(), at: 0 };
    let sequence = reader.sequence(&[])?;
    if reader.at < reader.chars.len() || sequence.is_empty() {
        return Err(reader.wrong("the set is empty or a bracket is too many", "write `(picture~ | photo~)`"));
    }
    Ok(sequence)
}

/// The slots and sets that a pattern names.
pub fn slots(sequence: &[Element]) -> Vec<&str> {
    let mut found = Vec::new();
    for element in sequence {
        match element {
            Element::Slot(name) => found.push(name.as_str()),
            Element::Choice(parts) | Element::Maybe(parts) => {
                found.extend(parts.iter().flat_map(|part| slots(part)));
            }
            Element::Shown(part) => found.extend(slots(part)),
            _ => {}
        }
    }
    found
}

fn holds_a_word(sequence: &[Element]) -> bool {
    sequence.iter().any(|element| match element {
        Element::Word(_) | Element::Forms(_) | Element::Starts(_) => true,
        Element::Slot(name) => !BUILT_IN.contains(&name.as_str()),
        Element::Choice(parts) => parts.iter().all(|part| holds_a_word(part)),
        Element::Shown(part) => holds_a_word(part),
        _ => false,
    })
}

fn shown_parts(sequence: &[Element]) -> usize {
    sequence
        .iter()
        .map(|element| match element {
            Element::Shown(part) => 1 + shown_parts(part),
            Element::Choice(parts) | Element::Maybe(parts) => {
                parts.iter().map(|part| shown_parts(part)).sum()
            }
            _ => 0,
        })
        .sum()
}

/// The slots that every pattern may name; further ones are the sets of `words/guards.toml`.
///
/// `child`, `suspect`, `worker`, `parent`: a noun, name or pronoun that stands for one. `their`: whose (`his`, `Mia’s`).
/// `number`: `14`, `fourteen`. `any`: one word.
pub const BUILT_IN: [&str; 7] = ["child", "suspect", "worker", "parent", "their", "number", "any"];

struct Reader {
    chars: Vec<char>,
    at: usize,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn wrong(&self, message: impl Into<String>, hint: &'static str) -> PatternError {
        PatternError { at: self.at, message: message.into(), hint }
    }

    fn sequence(&mut self, until: &[char]) -> Result<Sequence, PatternError> {
        let mut sequence = Vec::new();
        while let Some(next) = self.peek() {
            if until.contains(&next) || matches!(next, ')' | ']' | '>' | '|') {
                break;
            }
            if let Some(element) = self.element(next)? {
                sequence.push(element);
            }
        }
        Ok(sequence)
    }

    fn element(&mut self, next: char) -> Result<Option<Element>, PatternError> {
        let element = match next {
            c if c.is_whitespace() => {
                self.at += 1;
                return Ok(None);
            }
            '(' => Element::Choice(self.bracket(')')?),
            '[' => Element::Maybe(self.bracket(']')?),
            '<' => {
                let mut parts = self.bracket('>')?;
                if parts.len() != 1 {
                    return Err(
                        self.wrong("`|` between `<` and `>`", "put the choice in brackets: `<(a | b)>`")
                    );
                }
                Element::Shown(parts.pop().unwrap_or_default())
            }
            '{' => self.slot()?,
            '.' => self.gap()?,
            ',' => {
                self.at += 1;
                Element::Comma
            }
            '^' => {
                self.at += 1;
                Element::Start
            }
            _ => self.word()?,
        };
        Ok(Some(element))
    }

    fn bracket(&mut self, close: char) -> Result<Vec<Sequence>, PatternError> {
        let opened = self.at;
        self.at += 1;
        let mut parts = Vec::new();
        loop {
            let part = self.sequence(&[close])?;
            if part.is_empty() {
                return Err(self.wrong("nothing stands between the brackets or bars", "write a word there"));
            }
            parts.push(part);
            match self.peek() {
                Some('|') => self.at += 1,
                Some(found) if found == close => {
                    self.at += 1;
                    return Ok(parts);
                }
                _ => {
                    self.at = opened;
                    return Err(self.wrong("this bracket does not close", "close it with its own kind"));
                }
            }
        }
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> String {
        let mut text = String::new();
        while let Some(c) = self.peek().filter(|c| wanted(*c)) {
            text.push(c);
            self.at += 1;
        }
        text
    }

    fn slot(&mut self) -> Result<Element, PatternError> {
        self.at += 1;
        let name = self.take_while(|c| c.is_ascii_lowercase() || c == '-');
        if name.is_empty() || self.peek() != Some('}') {
            return Err(self.wrong("a slot is a name in braces", "write `{child}`"));
        }
        self.at += 1;
        Ok(Element::Slot(name))
    }

    fn gap(&mut self) -> Result<Element, PatternError> {
        let dots = self.take_while(|c| c == '.').len();
        let digits = self.take_while(|c| c.is_ascii_digit());
        let width = if digits.is_empty() { Some(USUAL_GAP) } else { digits.parse().ok() };
        match width {
            Some(width @ 1..=WIDEST_GAP) if dots == 2 => Ok(Element::Gap(width)),
            _ => Err(self.wrong("this is no gap", "write `..` for up to three words, or `..1` to `..8`")),
        }
    }

    fn word(&mut self) -> Result<Element, PatternError> {
        let word = self.take_while(|c| c.is_lowercase() || c.is_ascii_digit());
        if word.is_empty() {
            let found = self.peek().unwrap_or(' ');
            return Err(self.wrong(
                format!("`{found}` has no meaning in a pattern"),
                "write words in small letters, without apostrophes (`did not`) or hyphens (`self generated`)",
            ));
        }
        Ok(match self.peek() {
            Some('~') => {
                self.at += 1;
                Element::Forms(word)
            }
            Some('*') => {
                self.at += 1;
                Element::Starts(word)
            }
            _ => Element::Word(word),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_reads() {
        let word = |text: &str| Element::Word(text.to_owned());
        assert_eq!(
            parse("{child} <put~ [..1] {self}> .. (at | in) risk*").unwrap(),
            vec![
                Element::Slot("child".to_owned()),
                Element::Shown(vec![
                    Element::Forms("put".to_owned()),
                    Element::Maybe(vec![vec![Element::Gap(1)]]),
                    Element::Slot("self".to_owned()),
                ]),
                Element::Gap(3),
                Element::Choice(vec![vec![word("at")], vec![word("in")]]),
                Element::Starts("risk".to_owned()),
            ]
        );
    }

    #[track_caller]
    fn refused(text: &str, at: usize, message: &str) {
        let error = parse(text).unwrap_err();
        assert_eq!((error.at, error.message.as_str()), (at, message), "{text}");
    }

    #[test]
    fn what_cannot_be_read_is_named_with_its_place() {
        refused("put (a | b", 4, "this bracket does not close");
        refused("put) a", 3, "a bracket closes that was never opened");
        refused("didn’t", 4 + 1 - 1, "`’` has no meaning in a pattern");
        refused("put ...", 7, "this is no gap");
        refused("put ..9", 7, "this is no gap");
        refused("{Child} put", 1, "a slot is a name in braces");
        refused("[put] {child}", 0, "the pattern names no word");
        refused("<a> b <c>", 0, "two parts of the pattern are to be shown");
        refused("(a | )", 5, "nothing stands between the brackets or bars");
    }
}
