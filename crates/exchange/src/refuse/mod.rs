//! Is this a picture, a film, or something that could carry one? Then it is refused before anything reads it.
//!
//! Daymark never accepts, stores or describes an image. The checks here are an allow-list in spirit: text, and
//! workbooks made of text, go on; everything with another signature stops. The answer says what kind of file it
//! was and nothing about what it shows; pages add the right place to go, whose address lives in content.
//!
//! Sources: the formats' own specifications. Differs: text formats (SVG, `data:` addresses), polyglots and
//! encoded runs are found by rules of our own, because signature libraries do not look for them.
//! When not to use: this is no virus scanner.

mod container;
mod encoded;
mod signature;
mod xml;

pub(crate) use container::check_workbook;
pub use container::{Caps, MAX_INFLATED, MAX_MEMBERS, MAX_RATIO};

use std::fmt;

/// What sort of thing was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RefusedKind {
    /// A still image.
    Image,
    /// A film or a moving image.
    Video,
    /// A sound.
    Audio,
    /// A document that can hold images: PDF, Word, old Office, RTF.
    Document,
    /// An archive or disk image.
    Archive,
    /// A program.
    Program,
    /// Text that hides a file: base64, hexadecimal, a `data:` address.
    Encoded,
    /// A workbook with parts other than cells: pictures, macros, embedded files, links.
    WorkbookPart,
    /// A file that would unpack to far more than its size.
    Bomb,
    /// Neither text nor a workbook.
    Binary,
}

impl RefusedKind {
    /// The word that pages and content use to choose guidance.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Video => "video",
            Self::Audio => "audio",
            Self::Document => "document",
            Self::Archive => "archive",
            Self::Program => "program",
            Self::Encoded => "encoded",
            Self::WorkbookPart => "workbook-part",
            Self::Bomb => "bomb",
            Self::Binary => "binary",
        }
    }

    /// Whether the page should show where an image of a child is reported (helplines and police live in content).
    pub const fn needs_signpost(self) -> bool {
        matches!(self, Self::Image | Self::Video | Self::Encoded | Self::Document | Self::WorkbookPart)
    }

    /// The sentence for the person who sent it. Kind, without blame, and without any address or number.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Image | Self::Video => {
                "This looks like a picture or a film, so it was not kept and nobody here has seen it. \
                 Please do not send it on or make copies. The places that can help with it are named below."
            }
            Self::Audio => "This looks like a sound recording. Only text and tables are taken here.",
            Self::Document => {
                "This document can hold pictures, so it was not kept. \
                 Please copy the facts into the template, without any picture."
            }
            Self::Archive => {
                "Archives are not taken. Please send the one table that is meant, as CSV or XLSX."
            }
            Self::Program => "This is a program, not a table. It was not kept.",
            Self::Encoded => {
                "Part of this text is a file in disguise (a long encoded stretch), so it was not kept. \
                 Please write what happened in words. If it is a picture, the places that can help are named below."
            }
            Self::WorkbookPart => {
                "This workbook holds more than cells: pictures, drawings, macros, embedded files or links. \
                 It was not kept. Please save the sheet alone as CSV, or copy the cells into an empty workbook."
            }
            Self::Bomb => {
                "This file would unpack to far more than a table needs, so it was not opened. \
                 Please save the sheet alone as CSV."
            }
            Self::Binary => {
                "This is neither text nor a workbook. Please send the table as CSV (UTF-8) or XLSX."
            }
        }
    }
}

/// Something was refused. It says what kind, never what it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The sort, for choosing guidance.
    pub kind: RefusedKind,
    /// The format, for the refusal record: `JPEG image`.
    pub what: String,
    /// The sentence to show.
    pub sentence: &'static str,
}

impl Refused {
    pub(crate) fn new(kind: RefusedKind, what: impl Into<String>) -> Self {
        Self { kind, what: what.into(), sentence: kind.sentence() }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "refused ({}): {}", self.what, self.sentence)
    }
}

impl std::error::Error for Refused {}

/// How far into a file a signature is looked for at any place, in bytes.
pub(crate) const ROAM: usize = 1024;

/// Lets text and plain workbooks pass; refuses everything that is or hides something else.
///
/// Works on the bytes alone: names and declared types do not count.
///
/// # Errors
/// [`Refused`] with the kind, the format and a sentence for the sender.
pub fn refuse_images(bytes: &[u8]) -> Result<(), Refused> {
    if bytes.starts_with(b"PK\x03\x04") {
        return check_workbook(bytes, &Caps::default()).map(drop);
    }
    signature::check(bytes)?;
    let text = match utf16(bytes) {
        Some(text) => std::borrow::Cow::Owned(text.into_bytes()),
        None => std::borrow::Cow::Borrowed(bytes),
    };
    if text.iter().any(|b| *b < 0x20 && !matches!(*b, b'\t' | b'\n' | b'\r' | 0x0c)) {
        return Err(Refused::new(RefusedKind::Binary, "binary data"));
    }
    encoded::check(&text, 0)
}

/// As [`refuse_images`], for a text that has been taken out of a form, a cell or a message.
///
/// # Errors
/// [`Refused`], as [`refuse_images`].
pub fn refuse_images_in_text(text: &str) -> Result<(), Refused> {
    signature::check(text.as_bytes())?;
    encoded::check(text.as_bytes(), 0)
}

/// The text of a file that begins with a UTF-16 byte order mark.
pub(crate) fn utf16(bytes: &[u8]) -> Option<String> {
    let (rest, little) = match bytes {
        [0xff, 0xfe, rest @ ..] => (rest, true),
        [0xfe, 0xff, rest @ ..] => (rest, false),
        _ => return None,
    };
    let (pairs, left) = rest.as_chunks::<2>();
    let units =
        pairs.iter().map(|pair| if little { u16::from_le_bytes(*pair) } else { u16::from_be_bytes(*pair) });
    let text: Result<String, _> = char::decode_utf16(units).collect();
    text.ok().filter(|_| left.is_empty())
}

#[cfg(test)]
mod tests;
