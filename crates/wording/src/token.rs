//! What are the words of a text, and which of them belong to one sentence?
//!
//! Words as Unicode cuts them (UAX 29), in small letters, without accents; hyphens are left out, so that
//! `self-generated` and `self generated` are the same; `didn’t` is `did not`. A line break alone ends no sentence; an
//! empty line, a list item, a heading, a table cell and `. ! ? ;` do.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation as _;

/// A word of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    /// As patterns see it; `,` for a comma.
    pub word: String,
    /// Where it stands in the text, in bytes.
    pub span: Range<usize>,
    /// Written with a capital.
    pub capital: bool,
    /// Whose: `Mia’s`, `his`.
    pub genitive: bool,
    /// Punctuation stands before it that begins a new clause.
    pub clause: bool,
}

/// A sentence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Sentence {
    /// Its words.
    pub tokens: Vec<Token>,
    /// It begins a paragraph.
    pub opens_paragraph: bool,
    /// It is an item of a list.
    pub item: bool,
    /// It ends with a colon: what follows is what it announces.
    pub announces: bool,
}

/// Abbreviations whose dot ends no sentence.
const ABBREVIATIONS: &[&str] = &[
    "e.g", "i.e", "eg", "ie", "mr", "mrs", "ms", "dr", "prof", "st", "approx", "no", "vs", "etc", "s", "ss",
    "p", "para", "ref", "yr", "yrs", "cf",
];

const POSSESSIVE: &[&str] = &["my", "your", "his", "her", "its", "our", "their", "whose"];

/// Cuts a text into sentences.
pub(crate) fn sentences(text: &str) -> Vec<Sentence> {
    let mut cutter =
        Cutter { text, sentences: Vec::new(), current: Sentence::default(), clause: false, lines: 2 };
    cutter.current.opens_paragraph = true;
    for (at, piece) in text.split_word_bound_indices() {
        cutter.piece(at, piece);
    }
    cutter.end(false);
    cutter.sentences
}

struct Cutter<'a> {
    text: &'a str,
    sentences: Vec<Sentence>,
    current: Sentence,
    clause: bool,
    /// Line breaks since the last word.
    lines: usize,
}

impl Cutter<'_> {
    fn piece(&mut self, at: usize, piece: &str) {
        let first = piece.chars().next().unwrap_or(' ');
        if piece.chars().any(char::is_alphanumeric) {
            if self.lines >= 2 {
                self.end(true);
            }
            self.lines = 0;
            self.word(at, piece);
            return;
        }
        match first {
            '\n' | '\r' => {
                self.lines += 1;
                if self.lines == 1 && begins_item(self.text.get(at + piece.len()..).unwrap_or_default()) {
                    self.end(false);
                    self.current.item = true;
                }
            }
            '!' | '?' | ';' | '|' => self.end(false),
            '.' if self.ends_here(at + piece.len()) => self.end(false),
            ',' => {
                let span = at..at + piece.len();
                self.current.tokens.push(Token {
                    word: ",".to_owned(),
                    span,
                    capital: false,
                    genitive: false,
                    clause: false,
                });
                self.clause = true;
            }
            ':' => {
                self.clause = true;
                let rest = self.text.get(at + 1..).unwrap_or_default();
                if rest.trim_start_matches([' ', '\t', '*', '_', '\r']).starts_with('\n') {
                    self.current.announces = true;
                    self.end(false);
                }
            }
            '(' | ')' | '—' | '–' | '…' | '[' | ']' => self.clause = true,
            '\'' | '’' => {
                // `parents’ wishes`
                if let Some(last) = self.current.tokens.last_mut()
                    && last.span.end == at
                    && last.word.ends_with('s')
                    && self.text.get(at + piece.len()..).is_some_and(|rest| rest.starts_with(' '))
                {
                    last.genitive = true;
                }
            }
            _ => {}
        }
    }

    fn ends_here(&self, after: usize) -> bool {
        let rest = self.text.get(after..).unwrap_or_default();
        let spaced =
            rest.is_empty() || rest.starts_with(|c: char| c.is_whitespace() || "\"'”’)]*_<".contains(c));
        let last = self.current.tokens.last().map_or("", |token| token.word.as_str());
        let short =
            ABBREVIATIONS.contains(&last) || (last.len() == 1 && last.chars().all(char::is_alphabetic));
        let lower = rest.trim_start().starts_with(char::is_lowercase);
        spaced && !(short && (lower || last != "i"))
    }

    fn end(&mut self, paragraph: bool) {
        if !self.current.tokens.is_empty() {
            self.sentences.push(std::mem::take(&mut self.current));
        }
        self.current.opens_paragraph |= paragraph;
        self.clause = false;
    }

    fn word(&mut self, at: usize, piece: &str) {
        let span = at..at + piece.len();
        let capital = piece.starts_with(char::is_uppercase);
        let plain = folded(piece);
        let (parts, genitive) = apart(&plain, piece);
        for (index, part) in parts.into_iter().enumerate() {
            let possessive = POSSESSIVE.contains(&part.as_str());
            self.current.tokens.push(Token {
                word: part,
                span: span.clone(),
                capital: capital && index == 0,
                genitive: possessive || (genitive && index == 0),
                clause: self.clause && index == 0,
            });
        }
        self.clause = false;
    }
}

/// Whether the rest of the text begins with an item of a list, a heading or a row of a table.
fn begins_item(rest: &str) -> bool {
    let rest = rest.trim_start_matches([' ', '\t', '>']);
    let digits = rest.chars().take_while(char::is_ascii_digit).count();
    let numbered = digits > 0 && rest.get(digits..).is_some_and(|r| r.starts_with(['.', ')', ':']));
    numbered || rest.starts_with(['-', '*', '•', '–', '#', '|', '·', '▪', '◦', '<'])
}

/// Small letters, straight apostrophes, no accents, one spelling.
fn folded(piece: &str) -> String {
    let mut plain = String::with_capacity(piece.len());
    for c in piece.chars().flat_map(char::to_lowercase) {
        match c {
            '’' | 'ʼ' | '＇' => plain.push('\''),
            'à' | 'á' | 'â' | 'ä' | 'ã' => plain.push('a'),
            'è' | 'é' | 'ê' | 'ë' => plain.push('e'),
            'ì' | 'í' | 'î' | 'ï' | '\u{307}' => plain.push('i'),
            'ò' | 'ó' | 'ô' | 'ö' => plain.push('o'),
            'ù' | 'ú' | 'û' | 'ü' => plain.push('u'),
            'ç' => plain.push('c'),
            '/' | ' ' | '_' => {}
            c => plain.push(c),
        }
    }
    for (from, to) in [
        ("behavior", "behaviour"),
        ("pedophil", "paedophil"),
        ("favor", "favour"),
        ("judgment", "judgement"),
        ("offense", "offence"),
        ("organiz", "organis"),
        ("fantasiz", "fantasis"),
        ("traumatiz", "traumatis"),
    ] {
        if plain.starts_with(from) && !plain.starts_with(to) {
            plain.replace_range(..from.len(), to);
        }
    }
    plain
}

/// A written word as its words: `didn't` as `did`, `not`; and whether it says whose something is.
fn apart(plain: &str, piece: &str) -> (Vec<String>, bool) {
    let two = |a: &str, b: &str| (vec![a.to_owned(), b.to_owned()], false);
    match plain {
        "won't" => return two("will", "not"),
        "can't" | "cant" | "cannot" => return two("can", "not"),
        "shan't" => return two("shall", "not"),
        "didnt" => return two("did", "not"),
        "doesnt" => return two("does", "not"),
        "dont" => return two("do", "not"),
        "isnt" => return two("is", "not"),
        "wasnt" => return two("was", "not"),
        "shouldnt" => return two("should", "not"),
        "wouldnt" => return two("would", "not"),
        "couldnt" => return two("could", "not"),
        "hasnt" => return two("has", "not"),
        "whos" => return two("who", "is"),
        _ => {}
    }
    if let Some(base) = plain.strip_suffix("n't") {
        return two(base, "not");
    }
    let Some((base, ending)) = plain.rsplit_once('\'') else { return (vec![plain.to_owned()], false) };
    match ending {
        "s" if matches!(
            base,
            "he" | "she" | "it" | "who" | "what" | "that" | "there" | "here" | "how" | "where"
        ) =>
        {
            two(base, "is")
        }
        "s" => (vec![base.to_owned()], true),
        "re" => two(base, "are"),
        "ve" => two(base, "have"),
        "ll" => two(base, "will"),
        "m" => two(base, "am"),
        "d" if piece.chars().take(2).all(char::is_uppercase) => (vec![format!("{base}d")], false),
        "d" => two(base, "had"),
        _ => (vec![plain.replace('\'', "")], false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let join = |sentence: &Sentence| {
            sentence.tokens.iter().map(|token| token.word.as_str()).collect::<Vec<_>>().join(" ")
        };
        sentences(text).iter().map(join).collect()
    }

    #[test]
    fn words_and_sentences() {
        assert_eq!(words("She didn’t tell. Self-generated!"), ["she did not tell", "self generated"]);
        assert_eq!(words("He’s naïve, e.g. online."), ["he is naive , e.g online"]);
        assert_eq!(words("putting herself\nat risk\n\nNew"), ["putting herself at risk", "new"]);
        assert_eq!(words("Points:\n- one\n- two"), ["points", "one", "two"]);
        assert_eq!(words("risk-taking behavior"), ["risk taking behaviour"]);
    }

    #[test]
    fn whose() {
        let tokens = sentences("Mia’s parents’ wishes").remove(0).tokens;
        let genitive: Vec<bool> = tokens.iter().map(|token| token.genitive).collect();
        assert_eq!(genitive, [true, true, false]);
    }
}
