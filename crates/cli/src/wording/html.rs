//! The words of an HTML page: tags, scripts, styles, code and comments are not words; `blockquote` and `q` are quoted.

use super::document::Document;

/// Elements whose text is not read.
const NOT_READ: &[&str] = &["script", "style", "code", "pre", "template", "svg", "noscript"];
/// Elements inside a sentence.
const INLINE: &[&str] = &[
    "a", "abbr", "b", "bdi", "cite", "data", "dfn", "em", "font", "i", "ins", "mark", "q", "s", "small",
    "span", "strong", "sub", "sup", "time", "u", "wbr",
];
/// Elements that quote.
const QUOTING: &[&str] = &["blockquote", "q"];
/// Entities that writers use.
const ENTITIES: &[(&str, &str)] = &[
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("nbsp", " "),
    ("rsquo", "’"),
    ("lsquo", "‘"),
    ("rdquo", "”"),
    ("ldquo", "“"),
    ("ndash", "–"),
    ("mdash", "—"),
    ("hellip", "…"),
    ("pound", "£"),
    ("shy", ""),
    ("iuml", "ï"),
    ("eacute", "é"),
];

/// Takes the words out of a page that was read whole.
pub fn read(plain: Document) -> Document {
    let source = plain.source().to_owned();
    let mut document = Document::of(source.clone());
    let mut open: Vec<usize> = Vec::new();
    let mut at = 0;
    while let Some(rest) = source.get(at..).filter(|rest| !rest.is_empty()) {
        if rest.starts_with("<!--") {
            at += rest.find("-->").map_or(rest.len(), |end| end + 3);
        } else if let Some((name, closes, length)) = tag(rest) {
            if !closes && NOT_READ.contains(&name.as_str()) {
                let close = format!("</{name}");
                at += rest.to_ascii_lowercase().find(&close).unwrap_or(rest.len());
                document.push(" ", at);
                continue;
            }
            if QUOTING.contains(&name.as_str()) {
                match (closes, open.pop()) {
                    (true, Some(start)) => document.quoted.push(start..document.text.len()),
                    (true, None) => {}
                    (false, before) => {
                        open.extend(before);
                        open.push(document.text.len());
                    }
                }
            }
            let part = if INLINE.contains(&name.as_str()) {
                ""
            } else if name == "br" {
                "\n"
            } else {
                "\n\n"
            };
            document.push(part, at);
            at += length;
        } else if let Some((words, length)) = entity(rest) {
            document.push(&words, at);
            at += length;
        } else {
            let end = rest
                .char_indices()
                .skip(1)
                .find(|(_, c)| matches!(c, '<' | '&'))
                .map_or(rest.len(), |(n, _)| n);
            document.push(rest.get(..end).unwrap_or_default(), at);
            at += end;
        }
    }
    document.quoted.extend(open.into_iter().map(|start| start..document.text.len()));
    document
}

/// The name of the tag at the beginning, whether it closes, and how long it is.
fn tag(rest: &str) -> Option<(String, bool, usize)> {
    let inside = rest.strip_prefix('<')?;
    if !inside.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')) {
        return None;
    }
    let mut quote = None;
    let end = rest.char_indices().find(|(_, c)| {
        match (quote, *c) {
            (None, '"' | '\'') => quote = Some(*c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
        *c == '>' && quote.is_none()
    });
    let length = end.map_or(rest.len(), |(n, _)| n + 1);
    let closes = inside.starts_with('/');
    let name: String =
        inside.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
    Some((name.to_ascii_lowercase(), closes, length))
}

fn entity(rest: &str) -> Option<(String, usize)> {
    let name = rest.strip_prefix('&')?;
    let end = name.char_indices().take(10).find(|(_, c)| *c == ';').map(|(n, _)| n)?;
    let name = name.get(..end)?;
    let words = match name.strip_prefix('#') {
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?.to_string()
        }
        None => ENTITIES.iter().find(|(known, _)| *known == name)?.1.to_owned(),
    };
    Some((words, end + 2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wording::document;

    #[test]
    fn a_page_is_its_words() {
        let page = "<!DOCTYPE html><title>T</title><style>money mule</style><p class=\"a>b\">She didn&rsquo;t <b>tell</b></p><blockquote>my words</blockquote><q>mine</q> end";
        let document = read(document::text(page.as_bytes().to_vec()).unwrap());
        let words: Vec<&str> = document.text.split_whitespace().collect();
        assert_eq!(words.join(" "), "T She didn’t tell my words mine end");
        let quoted: Vec<&str> = document.quoted.iter().map(|r| document.text[r.clone()].trim()).collect();
        assert_eq!(quoted, ["my words", "mine"]);
        assert_eq!(document.place(document.text.find("tell").unwrap()), (1, page.find("tell").unwrap() + 1));
    }
}
