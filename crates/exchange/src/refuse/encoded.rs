//! Does a text hide a file? SVG, `data:` addresses, base64 and hexadecimal, once or several times over.

use data_encoding::{BASE64_NOPAD, BASE64URL_NOPAD, HEXLOWER_PERMISSIVE};

use super::signature;
use super::{Refused, RefusedKind};

/// Shortest encoded run that is decoded, in characters.
const MIN_RUN: usize = 128;

/// From this length a run of mixed characters is refused even when nothing in it is recognised.
const LONG_RUN: usize = 1024;

/// How often a decoded text is looked into again.
const MAX_DEPTH: usize = 4;

/// Decoded bytes that are looked at, per run.
const MAX_DECODED: usize = 64 * 1024;

/// A line of a wrapped run has at least this many characters.
const MIN_WRAPPED: usize = 32;

/// Refuses text that carries a picture or a file in disguise.
pub(super) fn check(text: &[u8], depth: usize) -> Result<(), Refused> {
    if let Some(what) = named_in_text(text) {
        return Err(Refused::new(what.1, what.0));
    }
    for run in runs(text) {
        check_run(&run, depth)?;
    }
    Ok(())
}

/// `<svg …>` (with any prefix) and `data:` addresses of anything but plain words.
fn named_in_text(text: &[u8]) -> Option<(&'static str, RefusedKind)> {
    let at = |i: usize| text.get(i).map(u8::to_ascii_lowercase);
    let is = |i: usize, word: &[u8]| word.iter().enumerate().all(|(n, b)| at(i + n) == Some(*b));
    for (i, b) in text.iter().enumerate() {
        match b.to_ascii_lowercase() {
            b'<' | b'&' => {
                let after = if is(i, b"&lt;") { i + 4 } else { i + 1 };
                let name = text.get(after..(after + 24).min(text.len())).unwrap_or_default();
                let end = name.iter().position(|b| matches!(b, b' ' | b'>' | b'/' | b'\t' | b'\n' | b'\r'));
                let tag = name.get(..end.unwrap_or(name.len())).unwrap_or_default();
                let ends = end.is_some() || name.len() < 24;
                if ends && is_svg(tag) && (*b == b'<' || is(i, b"&lt;")) {
                    return Some(("SVG image", RefusedKind::Image));
                }
            }
            b'd' if is(i, b"data:") => {
                let rest =
                    text.get(i + 5..(i + 133).min(text.len())).unwrap_or_default().to_ascii_lowercase();
                let media = [&b"image/"[..], b"video/", b"audio/", b"application/", b"font/"];
                if media.iter().any(|kind| rest.starts_with(kind)) || encoded_data(&rest) {
                    return Some(("data: address", RefusedKind::Encoded));
                }
            }
            _ => {}
        }
    }
    None
}

/// `svg`, with any prefix.
fn is_svg(tag: &[u8]) -> bool {
    let (prefix, name) = tag.split_at(tag.len().saturating_sub(3));
    name.eq_ignore_ascii_case(b"svg") && prefix.last().is_none_or(|b| *b == b':')
}

/// `…;base64,` before any white space.
fn encoded_data(rest: &[u8]) -> bool {
    let word = rest.split(|b| b.is_ascii_whitespace() || *b == b',').next().unwrap_or_default();
    word.ends_with(b";base64")
}

/// Runs of encoding characters, of at least [`MIN_RUN`]; wrapped lines are joined.
fn runs(text: &[u8]) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    let mut run: Vec<u8> = Vec::new();
    let mut line_length = 0_usize;
    let mut gap = 0_usize;
    for b in text.iter().copied().chain([b'\0']) {
        if b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'-' | b'_' | b'=') {
            if gap > 0 {
                line_length = 0;
                gap = 0;
            }
            run.push(b);
            line_length += 1;
        } else if matches!(b, b'\n' | b'\r' | b' ' | b'\t' | b'\\') && line_length >= MIN_WRAPPED && gap < 4 {
            gap += 1;
        } else {
            if run.len() >= MIN_RUN {
                all.push(std::mem::take(&mut run));
            }
            run.clear();
            line_length = 0;
            gap = 0;
        }
    }
    all
}

fn check_run(run: &[u8], depth: usize) -> Result<(), Refused> {
    let plain: Vec<u8> = run.iter().copied().filter(|b| *b != b'=').take(MAX_DECODED * 2).collect();
    for decoded in decodings(&plain) {
        if let Some((what, kind)) = signature::find(&decoded) {
            return Err(Refused::new(RefusedKind::Encoded, format!("{what} in disguise ({})", kind.code())));
        }
        let is_text = decoded.iter().all(|b| (0x20..0x7f).contains(b) || matches!(b, b'\n' | b'\r' | b'\t'));
        if is_text && depth < MAX_DEPTH {
            check(&decoded, depth + 1)?;
        }
    }
    if run.len() >= LONG_RUN && is_mixed(run) {
        return Err(Refused::new(RefusedKind::Encoded, "long encoded text"));
    }
    Ok(())
}

/// What the run decodes to: hexadecimal, and base64 of both alphabets at each of the four alignments.
fn decodings(plain: &[u8]) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    let hex_end = plain.len() - plain.len() % 2;
    if let Some(bytes) = plain.get(..hex_end).and_then(|run| HEXLOWER_PERMISSIVE.decode(run).ok()) {
        all.push(bytes);
    }
    for start in 0..4 {
        let shifted = plain.get(start..).unwrap_or_default();
        let whole = shifted.get(..shifted.len() - shifted.len() % 4).unwrap_or_default();
        let decoded = BASE64_NOPAD.decode(whole).or_else(|_| BASE64URL_NOPAD.decode(whole));
        all.extend(decoded.ok());
    }
    all
}

/// Capitals, small letters and digits all through: nobody writes so. Every quarter of the run must be mixed.
fn is_mixed(run: &[u8]) -> bool {
    run.chunks(run.len().div_ceil(4).max(1)).all(|part| {
        part.iter().any(u8::is_ascii_uppercase)
            && part.iter().any(u8::is_ascii_lowercase)
            && part.iter().any(u8::is_ascii_digit)
    })
}
