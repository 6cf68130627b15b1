//! Is this XML as a spreadsheet writes it, or does it make its reader work? Looked at once, from front to back, without
//! building anything.
//!
//! Source: ECMA-376 Part 2 (a package's XML is UTF-8 or UTF-16 and declares no DTD). Differs: UTF-16 is refused, because
//! no spreadsheet writes it and everything here is looked for in UTF-8.

use super::Refused;
use super::container::bomb;

/// Most attributes of one element: readers compare each with all before it.
const MAX_ATTRIBUTES: usize = 128;
/// Most bytes of one tag.
const MAX_TAG: usize = 64 * 1024;
/// Most elements that are open at once.
const MAX_DEPTH: usize = 64;
/// Most shared strings: each costs memory in the reader, however short.
const MAX_SHARED_STRINGS: usize = 1_000_000;

/// Refuses XML that is not UTF-8, defines its own words, nests deeply, or has far too many attributes or texts.
pub(super) fn check(content: &[u8]) -> Result<(), Refused> {
    if content.starts_with(&[0xff, 0xfe]) || content.starts_with(&[0xfe, 0xff]) || content.contains(&0) {
        return Err(bomb("XML that is not UTF-8"));
    }
    let (mut depth, mut n_strings) = (0_usize, 0_usize);
    let mut rest = content;
    while let Some(at) = rest.iter().position(|b| *b == b'<') {
        rest = rest.get(at + 1..).unwrap_or_default();
        rest = match rest {
            [b'!', b'-', b'-', after @ ..] => behind(after, b"-->"),
            [b'!', b'[', b'C', b'D', b'A', b'T', b'A', b'[', after @ ..] => behind(after, b"]]>"),
            [b'!', ..] => return Err(bomb("XML that defines its own words")),
            [b'?', after @ ..] => behind(after, b"?>"),
            [b'/', ..] => {
                depth = depth.saturating_sub(1);
                behind(rest, b">")
            }
            _ => {
                let tag = Tag::read(rest)?;
                n_strings += usize::from(matches!(rest, [b's', b'i', b'>' | b'/' | b' ', ..]));
                depth += usize::from(!tag.is_empty);
                if depth > MAX_DEPTH {
                    return Err(bomb("XML that is nested too deeply"));
                }
                if n_strings > MAX_SHARED_STRINGS {
                    return Err(bomb("workbook with too many texts"));
                }
                rest.get(tag.n_bytes..).unwrap_or_default()
            }
        };
    }
    Ok(())
}

/// What follows the next `end`; nothing when it does not come.
fn behind<'a>(rest: &'a [u8], end: &[u8]) -> &'a [u8] {
    let at = rest.windows(end.len()).position(|window| window == end);
    at.and_then(|at| rest.get(at + end.len()..)).unwrap_or_default()
}

/// A tag that opens an element.
struct Tag {
    n_bytes: usize,
    is_empty: bool,
}

impl Tag {
    /// Reads to the `>` that is not inside quotes.
    fn read(rest: &[u8]) -> Result<Self, Refused> {
        let (mut quote, mut n_attributes, mut before) = (None, 0, 0);
        for (at, b) in rest.iter().enumerate() {
            match (quote, *b) {
                (None, b'>') => return Ok(Self { n_bytes: at + 1, is_empty: before == b'/' }),
                (None, b'"' | b'\'') => {
                    quote = Some(*b);
                    n_attributes += 1;
                }
                (Some(open), b) if open == b => quote = None,
                _ => {}
            }
            if n_attributes > MAX_ATTRIBUTES || at > MAX_TAG {
                return Err(bomb("XML with far too many attributes"));
            }
            before = *b;
        }
        Ok(Self { n_bytes: rest.len(), is_empty: false })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(xml: &str, what: &str) {
        assert_eq!(check(xml.as_bytes()).unwrap_err().what, what, "{xml:.80}");
    }

    #[test]
    fn what_spreadsheets_write_passes() {
        let attributes: String = (0..100).map(|n| format!(" a{n}='>'")).collect();
        for xml in [
            "<?xml version=\"1.0\"?><sst><si><t>1 &lt; 2 \" ' =</t></si></sst>",
            "<!-- it's <a comment> --><a><![CDATA[<!DOCTYPE]]></a>",
            &format!("<a{attributes}/>"),
            &"<a>".repeat(60),
            &"<a/>".repeat(10_000),
            "",
        ] {
            assert_eq!(check(xml.as_bytes()), Ok(()), "{xml:.80}");
        }
    }

    #[test]
    fn what_makes_a_reader_work_is_refused() {
        let own_words = "XML that defines its own words";
        refused("<!DOCTYPE a [<!ENTITY b \"c\">]><a/>", own_words);
        refused("<!doctype a><a/>", own_words);
        // A quote in a comment or a tag hides nothing.
        refused("<!-- \" --><!DOCTYPE a>", own_words);
        refused("<a b='>\"'><!ELEMENT c ANY>", own_words);
        let attributes: String = (0..200).map(|n| format!(" a{n}='>'")).collect();
        refused(&format!("<a{attributes}/>"), "XML with far too many attributes");
        refused(&format!("<a b='{}'/>", "x".repeat(70_000)), "XML with far too many attributes");
        refused(&"<a>".repeat(65), "XML that is nested too deeply");
        refused(&"<si/>".repeat(1_000_001), "workbook with too many texts");
        let wide: Vec<u8> = "<a/>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(check(&wide).unwrap_err().what, "XML that is not UTF-8");
    }
}
