//! The second factor's address as a picture that an authenticator app reads. Drawn without style attributes.

use fast_qr::{ECL, QRBuilder};

/// White around the code, in modules; readers need four.
const QUIET: usize = 4;

/// A QR code as a path in a view box.
#[derive(Debug)]
pub struct Qr {
    /// Width and height of the view box.
    pub size: usize,
    /// One square for each dark module.
    pub path: String,
}

/// Draws a text; `None` when it is too long for a QR code.
pub fn draw(text: &str) -> Option<Qr> {
    let code = QRBuilder::new(text).ecl(ECL::M).build().ok()?;
    let mut path = String::new();
    for (row, modules) in code.data.chunks(code.size).take(code.size).enumerate() {
        for (column, module) in modules.iter().enumerate() {
            if module.value() {
                path.push_str(&format!("M{} {}h1v1h-1z", column + QUIET, row + QUIET));
            }
        }
    }
    Some(Qr { size: code.size + 2 * QUIET, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_corners_are_there() {
        let qr = draw("otpauth://totp/Daymark:a@example.org?secret=ABC&issuer=Daymark").unwrap();
        let last = qr.size - QUIET - 1;
        for corner in [format!("M{QUIET} {QUIET}h"), format!("M{last} {QUIET}h"), format!("M{QUIET} {last}h")]
        {
            assert!(qr.path.contains(&corner), "{corner}");
        }
        assert!(draw(&"x".repeat(5_000)).is_none());
    }
}
