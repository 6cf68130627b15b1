//! Closed lists of words in authored files, so that a wrong one can be answered with the right ones.

use daymark_vocab::selector::SelectorKind;
use daymark_vocab::{EntityKind, FactKind};

/// A closed list of words.
pub(crate) trait Word: Copy + 'static {
    /// All of them, in the order in which a hint names them.
    fn all() -> &'static [Self];
    /// The word in files.
    fn word(self) -> &'static str;
}

impl Word for EntityKind {
    fn all() -> &'static [Self] {
        Self::ALL
    }

    fn word(self) -> &'static str {
        self.code()
    }
}

impl Word for FactKind {
    fn all() -> &'static [Self] {
        Self::ALL
    }

    fn word(self) -> &'static str {
        self.code()
    }
}

impl Word for SelectorKind {
    fn all() -> &'static [Self] {
        Self::ALL
    }

    fn word(self) -> &'static str {
        self.code()
    }
}

/// Declares an enum with its word in files.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant,)+ }

        impl $name {
            /// All, in their order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word in files.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl $crate::word::Word for $name {
            fn all() -> &'static [Self] {
                Self::ALL
            }

            fn word(self) -> &'static str {
                self.code()
            }
        }
    };
}
pub(crate) use words;

/// The words of a list as a hint shows them.
pub(crate) fn listed<W: Word>() -> String {
    listed_texts(W::all().iter().map(|word| word.word()))
}

/// Texts as a hint shows them: `a`, `b`, `c`.
pub(crate) fn listed_texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = texts.into_iter().map(|text| format!("`{text}`")).collect();
    quoted.join(", ")
}

/// Whether `text` is a code: `a–z`, `0–9` and single `-` between them.
pub(crate) fn is_code(text: &str) -> bool {
    !text.is_empty()
        && text.split('-').all(|part| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        })
}
