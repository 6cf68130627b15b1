//! The passes that look at all files together: references, meaning, words. (Shape is read in place.)

#[cfg(test)]
mod bad;
mod catalogue;
mod question;

use std::collections::BTreeMap;

use crate::content::Content;
use crate::file::ContentFile;
use crate::problem::{Check, Findings, Place};
use crate::{avoid, calendar, case, help, journey, law, preferred_term, response, route, rule, wording};

/// Whatever is named exists, and is named once.
pub(crate) fn references(content: &Content, findings: &Findings) {
    catalogue::references(content.catalogue(), findings);
    route::check_references(content.routes(), findings);
    rule::check_references(content.rules(), content.routes(), findings);
    case::check_references(content.cases(), content.routes(), content.rules(), findings);
    journey::check_references(content.questions(), findings);
    response::check_references(content.response(), findings);
    law::check_references(content.laws(), findings);
    help::check_references(content.help(), content.routes(), findings);
    wording::check_references(content.wording(), content.guard_words(), findings);
    unique("rule", content.wording().values().map(|r| (r.rule.as_str(), &r.place)), findings);
    preferred_term::check_references(content.terms(), findings);
    area_references(content, findings);
    let platforms = content.platforms();
    unique("platform", platforms.iter().map(|p| (p.code.as_str(), &p.place)), findings);
}

/// What is said makes sense.
pub(crate) fn meaning(content: &Content, folder: &str, findings: &Findings) {
    catalogue::meaning(content.catalogue(), folder, findings);
    route::check_meaning(content.routes(), findings);
    rule::check_meaning(content.rules(), content.routes(), folder, findings);
    case::check_meaning(content.cases(), content.routes(), content.rules(), findings);
    journey::check_meaning(content.questions(), findings);
    response::check_meaning(content.response(), findings);
    law::check_meaning(content.laws(), findings);
    calendar::check(content.calendar(), findings);
    area_meaning(content, findings);
}

/// How it is said to people.
pub(crate) fn words(content: &Content, files: &[ContentFile], findings: &Findings) {
    question::check(content.catalogue(), findings);
    question::check_journey(content.questions(), findings);
    avoid::check(files, content.avoided(), findings);
}

/// Reports every name after its first.
pub(crate) fn unique<'a>(what: &str, names: impl Iterator<Item = (&'a str, &'a Place)>, findings: &Findings) {
    let mut seen: BTreeMap<&str, &Place> = BTreeMap::new();
    for (name, place) in names {
        if let Some(first) = seen.get(name) {
            findings.at(
                place,
                Check::Duplicate,
                format!("{what} `{name}` is there twice"),
                format!("the first is on line {} of {}: rename or remove one", first.line, first.file),
            );
        } else {
            seen.insert(name, place);
        }
    }
}

fn area_references(content: &Content, findings: &Findings) {
    let areas = content.areas();
    unique("area", areas.iter().map(|area| (area.code.as_str(), &area.place)), findings);
    unique("area name", areas.iter().map(|area| (area.slug.as_str(), &area.place)), findings);
    unique("abbreviation", areas.iter().map(|area| (area.abbreviation.as_str(), &area.place)), findings);
    for area in areas {
        for neighbour in &area.neighbours {
            let mutual = content.area(neighbour).is_some_and(|other| other.neighbours.contains(&area.code));
            if !mutual {
                findings.at(
                    &area.place,
                    Check::MissingReference,
                    format!("`{neighbour}` is a neighbour of `{}` but not the other way round", area.code),
                    "name each border in both areas, with codes that exist",
                );
            }
        }
    }
}

fn area_meaning(content: &Content, findings: &Findings) {
    let areas = content.areas();
    for (index, area) in areas.iter().enumerate() {
        let shape = |fine: bool, message: String, hint: &str| {
            if !fine {
                findings.at(&area.place, Check::AreaShape, message, hint);
            }
        };
        let letters =
            area.abbreviation.len() == 3 && area.abbreviation.bytes().all(|b| b.is_ascii_uppercase());
        shape(letters, format!("`{}` is not three capitals", area.abbreviation), "write `NYK`");
        shape(
            area.population_thousands > 0,
            format!("nobody lives in `{}`", area.name),
            "give its inhabitants in thousands",
        );
        let on_the_map = (-8.0..=2.0).contains(&area.centre.0) && (49.0..=56.5).contains(&area.centre.1);
        shape(
            on_the_map,
            format!("the middle of `{}` lies outside England and Wales", area.name),
            "write [longitude, latitude]",
        );
        let taken = areas.iter().take(index).find(|other| other.tile == area.tile);
        let other = taken.map_or("", |other| other.name.as_str());
        shape(
            taken.is_none(),
            format!("`{}` lies on the tile of `{other}`", area.name),
            "give each area a tile of its own",
        );
    }
}
