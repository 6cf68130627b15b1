//! May this service help this person? Nation, age, age in the image, and who asks.
//!
//! Not knowing an age is not being of age: a service for under 18s stays open, one for adults stays shut.

use daymark_content::{Ages, Route};

use crate::facts::Facts;

/// Why a route is not for the person; `None` when it is.
pub(crate) fn unsuited(route: &Route, facts: &Facts) -> Option<String> {
    let (nation, asker) = (facts.nation(), facts.asker());
    let name = route.name_in(nation);
    if !route.nations.contains(&nation) {
        return Some(format!("{name} does not serve where the child lives."));
    }
    if !route.askers.is_empty() && !route.askers.contains(&asker) {
        return Some(format!("{name} is for others: {}", route.who));
    }
    if let Some(ages) = route.ages.filter(|ages| !admits(*ages, facts.age())) {
        return Some(match facts.age() {
            Some(_) => format!("{name} is for people {}.", aged(ages)),
            None => format!("{name} is for people {}, and the age is not known.", aged(ages)),
        });
    }
    if let Some(ages) = route.image_ages.filter(|ages| !admits(*ages, facts.age_in_image())) {
        return Some(match facts.age_in_image() {
            Some(_) => format!("{name} is for images of people who were {} in them.", aged(ages)),
            None => format!(
                "{name} is for images of people who were {} in them, and that is not known.",
                aged(ages)
            ),
        });
    }
    None
}

/// Whether a person of this age may use it.
fn admits(ages: Ages, years: Option<u32>) -> bool {
    years.map_or(ages.from.is_none(), |years| ages.contains(years))
}

fn aged(ages: Ages) -> String {
    match (ages.from, ages.below) {
        (None, Some(_)) => ages.to_string(),
        _ => format!("of {ages}"),
    }
}
