//! What do the colours and shapes of this chart stand for? Stands above the chart.

use askama::Template;
use askama::filters::HtmlSafe;

use super::Markup;

/// A sample of how something is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Swatch {
    /// The line of recorded counts.
    Recorded,
    /// The band of expected counts.
    Expected,
    /// A count outside the band.
    Flag,
    /// Evidence for a link.
    For,
    /// Evidence against a link.
    Against,
    /// The outcome of all evidence.
    Outcome,
    /// The n-th tint of a scale, 1 to 4.
    Tint(u8),
    /// A number that is not told: hatched.
    Hidden,
    /// No sample: the words say it.
    None,
}

impl Swatch {
    fn class(self) -> String {
        match self {
            Self::Recorded => "dm-swatch dm-swatch--recorded".to_owned(),
            Self::Expected => "dm-swatch dm-swatch--expected".to_owned(),
            Self::Flag => "dm-swatch dm-swatch--flag".to_owned(),
            Self::For => "dm-swatch dm-swatch--for".to_owned(),
            Self::Against => "dm-swatch dm-swatch--against".to_owned(),
            Self::Outcome => "dm-swatch dm-swatch--outcome".to_owned(),
            Self::Tint(tint) => format!("dm-swatch dm-swatch--tint-{}", tint.clamp(1, 4)),
            Self::Hidden => "dm-swatch dm-swatch--hidden".to_owned(),
            Self::None => String::new(),
        }
    }
}

/// The key of a chart.
#[derive(Debug, Clone, Default, PartialEq, Eq, Template)]
#[template(path = "kit/key/template.html")]
pub struct Key {
    /// What the key explains, for those who cannot see it; empty says nothing.
    pub label: String,
    /// The entries.
    pub items: Vec<KeyItem>,
}

/// One entry of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyItem {
    /// The sample.
    pub swatch: Swatch,
    /// What it stands for.
    pub text: Markup,
}

impl KeyItem {
    /// A sample and its meaning.
    pub fn new(swatch: Swatch, text: impl Into<Markup>) -> Self {
        Self { swatch, text: text.into() }
    }
}

impl HtmlSafe for Key {}
