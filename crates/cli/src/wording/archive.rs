//! The words of .docx and .pptx: paragraphs out of their XML. Images are never unpacked.
//!
//! Declared sizes are not believed: what is unpacked is counted. Entities of one's own are not expanded.

use std::io::{Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::document::{Document, Unreadable};

/// Which kind of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Word processing.
    Docx,
    /// Slides.
    Pptx,
}

/// Most members of an archive.
const MOST_MEMBERS: usize = 10_000;
/// Most bytes that the parts with words may unpack to, together.
const MOST_UNPACKED: u64 = 64 * 1024 * 1024;

/// A paragraph.
struct Paragraph {
    words: String,
    quoted: bool,
}

/// Reads the words of an archive.
///
/// # Errors
/// When it is no archive, holds no words where its kind holds them, or unpacks to more than 64 MiB.
pub fn read(bytes: &[u8], kind: Kind) -> Result<Document, Unreadable> {
    let hint = "open it and save it again as .docx, .pptx or .txt";
    let broken = |what: &str| Unreadable::new(format!("{what} is broken"), hint);
    let mut archive = ZipArchive::new(Cursor::new(bytes))
        .map_err(|_| Unreadable::new("this is no .docx or .pptx: it is no archive, or it is locked", hint))?;
    if archive.len() > MOST_MEMBERS {
        return Err(Unreadable::new("holds too many parts", hint));
    }
    let mut names: Vec<String> = archive
        .file_names()
        .filter_map(|name| Some(name.ok()?.into_owned()))
        .filter(|name| has_words(name, kind))
        .collect();
    names.sort_by_key(|name| (order(name), number(name), name.clone()));
    if names.is_empty() {
        return Err(Unreadable::new("holds no part with words", hint));
    }
    let (mut paragraphs, mut left) = (Vec::new(), MOST_UNPACKED);
    for name in names {
        let member = archive.by_name(&name).map_err(|_| broken(&name))?;
        let mut xml = Vec::new();
        member.take(left + 1).read_to_end(&mut xml).map_err(|_| broken(&name))?;
        left = left
            .checked_sub(xml.len() as u64)
            .ok_or_else(|| Unreadable::new("unpacks to more than 64 MiB of words", "split it"))?;
        let xml = String::from_utf8(xml).map_err(|_| broken(&name))?;
        read_paragraphs(&xml, &mut paragraphs).map_err(|_| broken(&name))?;
    }
    Ok(document(&paragraphs))
}

fn has_words(name: &str, kind: Kind) -> bool {
    match kind {
        Kind::Docx => matches!(
            name,
            "word/document.xml" | "word/footnotes.xml" | "word/endnotes.xml" | "word/comments.xml"
        ),
        Kind::Pptx => {
            (name.starts_with("ppt/slides/slide") || name.starts_with("ppt/notesSlides/notesSlide"))
                && name.ends_with(".xml")
        }
    }
}

fn order(name: &str) -> usize {
    let parts = [
        "word/document",
        "word/footnotes",
        "word/endnotes",
        "word/comments",
        "ppt/slides/",
        "ppt/notesSlides/",
    ];
    parts.iter().position(|part| name.starts_with(part)).unwrap_or(parts.len())
}

fn number(name: &str) -> u32 {
    name.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap_or(0)
}

/// Paragraphs of WordprocessingML and DrawingML alike: `p` holds runs of `t`.
fn read_paragraphs(xml: &str, paragraphs: &mut Vec<Paragraph>) -> Result<(), quick_xml::Error> {
    let mut reader = Reader::from_str(xml);
    let (mut words, mut quoted, mut in_text) = (String::new(), false, false);
    loop {
        match reader.read_event()? {
            Event::Start(tag) => match tag.local_name().as_ref() {
                "t" => in_text = true,
                "pStyle" => quoted |= is_quote_style(&tag),
                _ => {}
            },
            Event::Empty(tag) => match tag.local_name().as_ref() {
                "br" | "cr" | "tab" => words.push(' '),
                "noBreakHyphen" => words.push('-'),
                "pStyle" => quoted |= is_quote_style(&tag),
                "p" => paragraphs.push(Paragraph { words: String::new(), quoted: false }),
                _ => {}
            },
            Event::End(tag) => match tag.local_name().as_ref() {
                "t" => in_text = false,
                "p" => {
                    let words = std::mem::take(&mut words).replace(['\n', '\r'], " ");
                    paragraphs.push(Paragraph { words, quoted: std::mem::take(&mut quoted) });
                }
                _ => {}
            },
            Event::Text(text) if in_text => words.push_str(&text.xml10_content()),
            Event::CData(text) if in_text => words.push_str(&text.xml10_content()),
            Event::GeneralRef(reference) if in_text => {
                let known = reference.resolve_char_ref()?;
                let named = match &*reference.xml10_content() {
                    "amp" => Some('&'),
                    "lt" => Some('<'),
                    "gt" => Some('>'),
                    "quot" => Some('"'),
                    "apos" => Some('\''),
                    _ => None,
                };
                words.extend(known.or(named));
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// `Quote`, `IntenseQuote`, `BlockQuotation`.
fn is_quote_style(tag: &BytesStart<'_>) -> bool {
    tag.attributes().flatten().any(|attribute| attribute.value.to_lowercase().contains("quot"))
}

/// One line a paragraph in the source, an empty line between them in the text.
fn document(paragraphs: &[Paragraph]) -> Document {
    let source: String = paragraphs.iter().map(|paragraph| format!("{}\n", paragraph.words)).collect();
    let mut document = Document::of(source);
    let mut at = 0;
    for paragraph in paragraphs {
        let start = document.text.len();
        document.push(&paragraph.words, at);
        if paragraph.quoted {
            document.quoted.push(start..document.text.len());
        }
        at += paragraph.words.len() + 1;
        document.push("\n\n", at - 1);
    }
    document
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in parts {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(text.as_bytes()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn paragraphs_of_a_letter() {
        let xml = "<w:document xmlns:w=\"w\"><w:body><w:p><w:r><w:t>Tom &amp; </w:t></w:r><w:r><w:t>Jo</w:t></w:r></w:p>\
                   <w:p><w:pPr><w:pStyle w:val=\"IntenseQuote\"/></w:pPr><w:r><w:t>theirs</w:t></w:r></w:p>\
                   <w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:r><w:t>one</w:t><w:br/><w:t>two</w:t></w:r></w:p></w:body></w:document>";
        let document =
            read(&archive(&[("word/document.xml", xml), ("word/media/image1.png", "not read")]), Kind::Docx)
                .unwrap();
        assert_eq!(document.text, "Tom & Jo\n\ntheirs\n\none two\n\n");
        assert_eq!(&document.text[document.quoted[0].clone()], "theirs");
        assert_eq!(document.place(document.text.find("two").unwrap()), (3, 5));
    }

    #[test]
    fn slides_in_their_order() {
        let slide = |words: &str| {
            format!("<p:sld xmlns:a=\"a\" xmlns:p=\"p\"><a:p><a:r><a:t>{words}</a:t></a:r></a:p></p:sld>")
        };
        let (two, ten) = (slide("two"), slide("ten"));
        let document =
            read(&archive(&[("ppt/slides/slide10.xml", &ten), ("ppt/slides/slide2.xml", &two)]), Kind::Pptx)
                .unwrap();
        assert_eq!(document.text, "two\n\nten\n\n");
    }

    #[test]
    fn what_is_no_document_is_refused() {
        assert!(read(b"no archive", Kind::Docx).unwrap_err().to_string().contains("no archive"));
        assert!(
            read(&archive(&[("a.txt", "x")]), Kind::Docx)
                .unwrap_err()
                .to_string()
                .contains("no part with words")
        );
        let broken = archive(&[("word/document.xml", "<w:p><w:t>x</w:q>")]);
        assert!(read(&broken, Kind::Docx).unwrap_err().to_string().contains("is broken"));
    }
}
