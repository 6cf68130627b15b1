//! Which platforms are reports about?

use crate::field::CodeValue;
use crate::problem::Place;
use crate::section::{Located, Section};

/// A platform, or a kind of platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Platform {
    /// The code in files and store.
    pub code: String,
    /// The name on pages.
    pub label: String,
    /// Other ways in which people write it (`insta`, `snap`), lower case.
    pub also: Vec<String>,
    /// Where it is written.
    pub place: Place,
}

/// Reads `lists/platforms.toml`.
pub(crate) fn read(section: &mut Section<'_>) -> Vec<Platform> {
    let mut platforms = Vec::new();
    for mut table in section.tables("platform") {
        let place = table.place();
        platforms.push(Platform {
            code: table.text("code"),
            label: table.text("label"),
            also: table.texts("also").into_iter().map(|Located { text, .. }| text).collect(),
            place,
        });
        table.finish();
    }
    platforms
}

/// The platforms as a list to choose from.
pub(crate) fn as_values(platforms: &[Platform]) -> Vec<CodeValue> {
    platforms
        .iter()
        .map(|platform| CodeValue {
            code: platform.code.clone(),
            label: platform.label.clone(),
            hint: None,
            place: platform.place.clone(),
        })
        .collect()
}
