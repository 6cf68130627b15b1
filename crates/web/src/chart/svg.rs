//! How is a picture written down? Small pieces all charts share: numbers, escaped text, wrapping.

use std::fmt;

use crate::kit::Markup;

/// A coordinate with one decimal; what is not a number, or lies far outside any picture, becomes harmless.
#[derive(Debug, Clone, Copy)]
pub(super) struct Px(pub(super) f64);

impl fmt::Display for Px {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = if self.0.is_finite() { self.0.clamp(-100_000.0, 100_000.0) } else { 0.0 };
        let rounded = (value * 10.0).round() / 10.0;
        // No "-0": two runs of the same data must give the same bytes.
        write!(f, "{}", if rounded == 0.0 { 0.0 } else { rounded })
    }
}

/// A width or height: never below nothing.
pub(super) fn size(value: f64) -> Px {
    Px(if value.is_finite() { value.max(0.0) } else { 0.0 })
}

/// Text for a picture, escaped.
pub(super) fn text(content: &str) -> Markup {
    Markup::text(content)
}

/// A piece of text at a place, with its classes.
pub(super) fn label(x: f64, y: f64, class: &str, content: &str) -> String {
    format!("<text x=\"{}\" y=\"{}\" class=\"{class}\">{}</text>", Px(x), Px(y), text(content))
}

/// A straight line.
pub(super) fn line(x1: f64, y1: f64, x2: f64, y2: f64, class: &str) -> String {
    format!(
        "<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" class=\"{class}\"/>",
        Px(x1),
        Px(y1),
        Px(x2),
        Px(y2)
    )
}

/// A rectangle; a negative width or height is drawn as none.
pub(super) fn rect(x: f64, y: f64, width: f64, height: f64, class: &str) -> String {
    format!(
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" class=\"{class}\"/>",
        Px(x),
        Px(y),
        size(width),
        size(height)
    )
}

/// "x,y x,y …" for polylines and polygons.
pub(super) fn points(places: &[(f64, f64)]) -> String {
    places.iter().map(|(x, y)| format!("{},{}", Px(*x), Px(*y))).collect::<Vec<_>>().join(" ")
}

/// The width of a text in pixels, a little more than it will take in the page's font.
pub(super) fn text_width(content: &str, font_px: f64) -> f64 {
    let units: f64 = content
        .chars()
        .map(|c| match c {
            'i' | 'j' | 'l' | 't' | 'f' | 'I' | '.' | ',' | ':' | '\'' | ' ' | '|' => 0.3,
            'm' | 'w' | 'M' | 'W' => 0.86,
            c if c.is_ascii_uppercase() || c.is_ascii_digit() => 0.62,
            c if c.is_ascii() => 0.53,
            _ => 0.75,
        })
        .sum();
    units * font_px
}

/// Breaks a text into lines no wider than `max_px`; a longer word stands alone on its line.
pub(super) fn wrap(content: &str, font_px: f64, max_px: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in content.split_whitespace() {
        match lines.last_mut() {
            Some(last) if text_width(&format!("{last} {word}"), font_px) <= max_px => {
                last.push(' ');
                last.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    if lines.is_empty() {
        lines.push(String::new());
    }
    lines
}

/// The opening of a picture that is one image: its title and description are read instead of it.
pub(super) fn open_image(
    id: &str,
    variant: &str,
    width: f64,
    height: f64,
    title: &str,
    description: &str,
) -> String {
    let id = text(id);
    format!(
        "<svg class=\"dm-{variant}\" viewBox=\"0 0 {} {}\" role=\"img\" aria-labelledby=\"{id}-{variant}-title {id}-{variant}-desc\">\
         <title id=\"{id}-{variant}-title\">{}</title><desc id=\"{id}-{variant}-desc\">{}</desc>",
        size(width),
        size(height),
        text(title),
        text(description)
    )
}

/// The opening of a picture that holds links: a group with a name, so that the links can be reached.
pub(super) fn open_group(
    id: &str,
    variant: &str,
    width: f64,
    height: f64,
    title: &str,
    description: &str,
) -> String {
    open_image(id, variant, width, height, title, description).replacen("role=\"img\"", "role=\"group\"", 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coordinate_is_always_a_number() {
        let written: Vec<String> =
            [f64::NAN, f64::INFINITY, -0.0, 1.25, 1e300, -1e300].map(|value| Px(value).to_string()).to_vec();
        assert_eq!(written, ["0", "0", "0", "1.3", "100000", "-100000"]);
        assert_eq!(size(-3.0).to_string(), "0");
    }

    #[test]
    fn lines_are_broken_between_words() {
        assert_eq!(
            wrap("Same payee account, ending 4471", 16.0, 130.0),
            ["Same payee", "account, ending", "4471"]
        );
        assert_eq!(wrap("", 16.0, 100.0), [""]);
        assert_eq!(wrap("Llanfairpwllgwyngyll", 16.0, 10.0), ["Llanfairpwllgwyngyll"]);
    }
}
