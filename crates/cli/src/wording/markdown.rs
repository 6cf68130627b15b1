//! The words of a Markdown document: code, links' addresses, comments and front matter are not words; block quotes are quoted.

use std::ops::Range;

use super::document::Document;

/// Takes the words out of a text that was read whole.
pub fn read(plain: Document) -> Document {
    let source = plain.source().to_owned();
    let mut document = Document::of(source.clone());
    let (mut at, mut fence, mut front, mut comment) = (0, None::<String>, false, false);
    for (number, line) in source.split_inclusive('\n').enumerate() {
        let start = at;
        at += line.len();
        let trimmed = line.trim();
        let marker: String = trimmed.chars().take_while(|c| matches!(c, '`' | '~')).collect();
        if number == 0 && trimmed == "---" {
            front = true;
        } else if front {
            front = trimmed != "---";
        } else if let Some(open) = &fence {
            if marker.len() >= open.len()
                && trimmed.len() == marker.len()
                && marker.starts_with(open.as_str())
            {
                fence = None;
            }
        } else if marker.len() >= 3 {
            fence = Some(marker);
        } else {
            let from = document.text.len();
            words_of_line(&mut document, line, start, &mut comment);
            if trimmed.starts_with('>') {
                let quoted = from..document.text.len();
                document.quoted.push(quoted);
            }
            continue;
        }
        // Code parts paragraphs.
        document.push("\n\n", start);
    }
    document
}

fn words_of_line(document: &mut Document, line: &str, start: usize, comment: &mut bool) {
    let mut at = 0;
    while at < line.len() {
        let rest = line.get(at..).unwrap_or_default();
        if *comment {
            let Some(end) = rest.find("-->") else { return document.push("\n", start + line.len() - 1) };
            *comment = false;
            at += end + 3;
            continue;
        }
        if rest.starts_with("<!--") {
            *comment = true;
            at += 4;
            continue;
        }
        match skipped(rest) {
            Some(skip) => {
                document.push(" ", start + at);
                at += skip.end;
            }
            None => {
                let next = rest
                    .char_indices()
                    .skip(1)
                    .find(|(_, c)| matches!(c, '`' | ']' | '<'))
                    .map_or(rest.len(), |(n, _)| n);
                document.push(rest.get(..next).unwrap_or_default(), start + at);
                at += next;
            }
        }
    }
}

/// What at the beginning of `rest` holds no words: code, a link's address, a tag.
fn skipped(rest: &str) -> Option<Range<usize>> {
    if rest.starts_with('`') {
        let ticks = rest.chars().take_while(|c| *c == '`').count();
        let inside = rest.get(ticks..)?;
        let end = inside.find(&"`".repeat(ticks))?;
        return Some(0..ticks + end + ticks);
    }
    if rest.starts_with("](") || rest.starts_with("][") {
        let close = if rest.starts_with("](") { ')' } else { ']' };
        return rest.get(2..)?.find(close).map(|end| 0..end + 3);
    }
    if rest.starts_with('<') && rest.get(1..)?.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/') {
        return rest.find('>').map(|end| 0..end + 1);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wording::document;

    #[test]
    fn code_and_quotes_are_not_the_authors_words() {
        let text = "---\ntitle: x\n---\n# Head\n\nSee `code` and [a link](http://x.example/).\n\n```sh\nmoney mule\n```\n\n> quoted line\n\nlast <b>word</b> <!-- no\nno --> end\n";
        let document = read(document::text(text.as_bytes().to_vec()).unwrap());
        let words: Vec<&str> = document.text.split_whitespace().collect();
        assert_eq!(words.join(" "), "# Head See and [a link . > quoted line last word end");
        assert_eq!(document.text[document.quoted[0].clone()].trim(), "> quoted line");
        assert_eq!(document.place(document.text.find("last").unwrap()).0, 14);
    }
}
