//! What are the invented accounts called? Handles that look like handles and can belong to nobody.
//!
//! Every handle begins with `zz_syn_`; nothing in this file ever changes more of that beginning than its case.

use std::collections::BTreeSet;

use crate::chance::Chance;

/// The beginning that marks a handle as invented.
pub(crate) const MARK: &str = "zz_syn_";

const GIVEN: [&str; 48] = [
    "lily", "emma", "chloe", "mia", "ava", "ruby", "ella", "grace", "freya", "isla", "poppy", "daisy",
    "amber", "jade", "tia", "leah", "zara", "nina", "kaya", "maya", "alfie", "jake", "leo", "finn", "max",
    "kai", "tyler", "josh", "ryan", "callum", "noah", "theo", "ollie", "rory", "evan", "owen", "rhys",
    "dylan", "cerys", "megan", "erin", "orla", "priya", "aisha", "yasmin", "sana", "ines", "lena",
];

const NOUNS: [&str; 60] = [
    "rose", "star", "sky", "moon", "sun", "snow", "river", "bloom", "cloud", "pixel", "wave", "echo",
    "ember", "fern", "maple", "mint", "coco", "neon", "lunar", "dawn", "breeze", "panda", "fox", "robin",
    "wren", "otter", "koala", "comet", "orbit", "north", "harbour", "meadow", "willow", "acorn", "pebble",
    "coral", "lagoon", "marble", "indigo", "scarlet", "copper", "silver", "piano", "guitar", "drum", "skate",
    "rally", "goal", "court", "racer", "tempo", "lyric", "canvas", "sketch", "lemon", "berry", "cherry",
    "olive", "clover", "ivy",
];

/// Handles that turn up in cases which have nothing to do with each other: decoys.
pub(crate) const COMMON: [&str; 12] = [
    "zz_syn_emma_x",
    "zz_syn_chloe.07",
    "zz_syn_mia_xo",
    "zz_syn_jake08",
    "zz_syn_lily.rose",
    "zz_syn_ava2009",
    "zz_syn_leo_07",
    "zz_syn_its_ella",
    "zz_syn_grace.xx",
    "zz_syn_noah_10",
    "zz_syn_ruby_r",
    "zz_syn_finn09",
];

/// Makes handles, each new one unlike all before.
#[derive(Debug, Default)]
pub(crate) struct Handles {
    taken: BTreeSet<String>,
    recent: Vec<String>,
}

impl Handles {
    /// A handle nobody has yet.
    pub fn fresh(&mut self, chance: &mut Chance) -> String {
        loop {
            let given = chance.one_of(&GIVEN);
            let noun = chance.one_of(&NOUNS);
            let n = chance.below(1_000);
            let initial = (b'a' + chance.below(26) as u8) as char;
            let tail = match chance.below(9) {
                0 => format!("{given}{noun}{:02}", n % 100),
                1 => format!("{given}_{noun}_{n}"),
                2 => format!("{given}.{noun}{:02}", n % 100),
                3 => format!("{noun}{given}{n}"),
                4 => format!("{given}{initial}.{n}"),
                5 => format!("its{given}{noun}{}", n % 10),
                6 => format!("{given}x{noun}{:02}", n % 100),
                7 => format!("{noun}.{given}.{initial}{}", n % 10),
                _ => format!("{given}{noun}_{initial}{:02}", n % 100),
            };
            let handle = format!("{MARK}{tail}");
            if self.taken.insert(handle.clone()) {
                self.remember(chance, &handle);
                return handle;
            }
        }
    }

    /// A handle that resembles one of somebody else's: a hard negative.
    pub fn resembling(&mut self, chance: &mut Chance) -> String {
        let model = self.recent.get(chance.below(self.recent.len())).cloned();
        for _ in 0..8 {
            let Some(model) = &model else { break };
            let handle = variant(chance, model);
            if self.taken.insert(handle.clone()) {
                return handle;
            }
        }
        self.fresh(chance)
    }

    fn remember(&mut self, chance: &mut Chance, handle: &str) {
        if self.recent.len() < 200 {
            self.recent.push(handle.to_owned());
        } else {
            let place = chance.below(200);
            if let Some(old) = self.recent.get_mut(place) {
                handle.clone_into(old);
            }
        }
    }
}

/// The same hands, registered again: one to three small edits of the name.
pub(crate) fn variant(chance: &mut Chance, handle: &str) -> String {
    let mut tail: Vec<char> = tail_of(handle);
    for _ in 0..=chance.below(2) {
        let place = chance.below(tail.len());
        match chance.below(6) {
            0 => tail.push(digit(chance)),
            1 => tail.extend([digit(chance), digit(chance)]),
            2 => swap_first(
                chance,
                &mut tail,
                &[('l', '1'), ('o', '0'), ('i', '1'), ('e', '3'), ('s', '5'), ('a', '4')],
            ),
            3 => tail.insert(place, tail.get(place).copied().unwrap_or('x')),
            4 => tail.insert(place.max(1), if chance.yes(0.5) { '_' } else { '.' }),
            _ => tail.push('x'),
        }
    }
    let made = joined(&tail);
    if made == handle { format!("{made}{}", chance.below(10)) } else { made }
}

/// How a worried person writes it down: one slip, always a visible one. Spaces go around the name, never into it:
/// a handle with a space inside is refused on import, and rightly.
pub(crate) fn miswritten(chance: &mut Chance, handle: &str) -> String {
    for _ in 0..12 {
        let made = slip(chance, handle);
        if made != handle {
            return made;
        }
    }
    format!("@{handle}")
}

fn slip(chance: &mut Chance, handle: &str) -> String {
    let mut tail = tail_of(handle);
    let place = chance.below(tail.len().saturating_sub(1));
    match chance.below(12) {
        0 => return handle.to_uppercase(),
        1 => {
            let mut letters = handle.chars();
            return letters
                .next()
                .map(|first| first.to_ascii_uppercase())
                .into_iter()
                .chain(letters)
                .collect();
        }
        2 => return format!("@{handle}"),
        3 => return format!("@ {handle} "),
        4 => tail.retain(|c| !matches!(c, '_' | '.')),
        5 => swap_first(chance, &mut tail, &[('o', '0'), ('0', 'o')]),
        6 => swap_first(chance, &mut tail, &[('l', '1'), ('l', 'I'), ('1', 'l'), ('i', 'l')]),
        7 => return joined(&tail).replacen("rn", "m", 1),
        8 => tail.swap(place, place + 1),
        9 => {
            tail.remove(place);
        }
        10 => tail
            .iter_mut()
            .filter(|c| matches!(c, '_' | '.'))
            .for_each(|c| *c = if *c == '_' { '.' } else { '_' }),
        _ => tail.push('✨'),
    }
    joined(&tail)
}

/// Replaces the first letter that one of the exchanges knows.
fn swap_first(chance: &mut Chance, tail: &mut [char], exchanges: &[(char, char)]) {
    let (from, to) = chance.one_of(exchanges);
    if let Some(letter) = tail.iter_mut().find(|letter| **letter == from) {
        *letter = to;
    }
}

fn tail_of(handle: &str) -> Vec<char> {
    handle.strip_prefix(MARK).unwrap_or(handle).chars().collect()
}

fn joined(tail: &[char]) -> String {
    MARK.chars().chain(tail.iter().copied()).collect()
}

fn digit(chance: &mut Chance) -> char {
    (b'0' + chance.below(10) as u8) as char
}

/// Is this, however it was written down, one of ours?
pub fn is_marked(written: &str) -> bool {
    written
        .trim_start_matches(['@', ' '])
        .get(..MARK.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(MARK))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_happens_the_mark_stays() {
        let mut chance = Chance::new(11, 0);
        let mut handles = Handles::default();
        for _ in 0..3_000 {
            let root = handles.fresh(&mut chance);
            let again = variant(&mut chance, &root);
            let written = miswritten(&mut chance, &again);
            assert!(is_marked(&root) && is_marked(&again) && is_marked(&written), "{written}");
            assert_ne!(again, root);
            assert_ne!(written, again);
            assert!(again.chars().count().abs_diff(root.chars().count()) <= 4, "{root} {again}");
            assert!(!written.contains(['|', ':']), "{written}");
        }
        assert!(COMMON.iter().all(|handle| is_marked(handle)));
        assert!(!is_marked("lily.rose"));
    }

    #[test]
    fn fresh_handles_are_all_different() {
        let mut chance = Chance::new(12, 0);
        let mut handles = Handles::default();
        let made: BTreeSet<String> = (0..20_000).map(|_| handles.fresh(&mut chance)).collect();
        assert_eq!(made.len(), 20_000);
        let near = handles.resembling(&mut chance);
        assert!(!made.contains(&near));
    }
}
