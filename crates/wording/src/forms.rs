//! Which forms does an English word take? `put~` in a pattern means put, puts and putting.
//!
//! Regular endings are made by rule; a form that no English writer uses does no harm, because nobody writes it.

/// Words whose forms no rule makes: the word as patterns name it, then its other forms.
const IRREGULAR: &[&[&str]] = &[
    &["act", "acts", "acted", "acting"],
    &["be", "is", "was", "were", "been", "being", "are"],
    &["become", "becomes", "became", "becoming"],
    &["begin", "begins", "began", "begun", "beginning"],
    &["bring", "brings", "brought", "bringing"],
    &["choose", "chooses", "chose", "chosen", "choosing"],
    &["come", "comes", "came", "coming"],
    &["deal", "deals", "dealt", "dealing"],
    &["fall", "falls", "fell", "fallen", "falling"],
    &["find", "finds", "found", "finding"],
    &["get", "gets", "got", "gotten", "getting"],
    &["give", "gives", "gave", "given", "giving"],
    &["go", "goes", "went", "gone", "going"],
    &["hang", "hangs", "hung", "hanged", "hanging"],
    &["have", "has", "had", "having"],
    &["hide", "hides", "hid", "hidden", "hiding"],
    &["keep", "keeps", "kept", "keeping"],
    &["know", "knows", "knew", "known", "knowing"],
    &["lay", "lays", "laid", "laying"],
    &["lead", "leads", "led", "leading"],
    &["leave", "leaves", "left", "leaving"],
    &["make", "makes", "made", "making"],
    &["meet", "meets", "met", "meeting"],
    &["pay", "pays", "paid", "paying"],
    &["put", "puts", "putting"],
    &["run", "runs", "ran", "running"],
    &["say", "says", "said", "saying"],
    &["see", "sees", "saw", "seen", "seeing"],
    &["seek", "seeks", "sought", "seeking"],
    &["sell", "sells", "sold", "selling"],
    &["send", "sends", "sent", "sending"],
    &["sleep", "sleeps", "slept", "sleeping"],
    &["speak", "speaks", "spoke", "spoken", "speaking"],
    &["spend", "spends", "spent", "spending"],
    &["split", "splits", "splitting"],
    &["steal", "steals", "stole", "stolen", "stealing"],
    &["swap", "swaps", "swapped", "swapping"],
    &["take", "takes", "took", "taken", "taking"],
    &["teach", "teaches", "taught", "teaching"],
    &["tell", "tells", "told", "telling"],
    &["think", "thinks", "thought", "thinking"],
    &["understand", "understands", "understood", "understanding"],
    &["write", "writes", "wrote", "written", "writing"],
];

/// Longer words that double their last letter.
const DOUBLING: &[&str] = &["commit", "admit", "permit", "transfer", "refer", "compel", "label"];

/// All forms of a word, the word itself first.
///
/// - `word`: in small letters, as patterns name it: `put`, `picture`.
pub fn forms(word: &str) -> Vec<String> {
    if let Some(irregular) = IRREGULAR.iter().find(|forms| forms.first() == Some(&word)) {
        return irregular.iter().map(|form| (*form).to_owned()).collect();
    }
    let mut forms = vec![word.to_owned()];
    let letters: Vec<char> = word.chars().collect();
    let (last, before) =
        (letters.last().copied().unwrap_or(' '), letters.iter().rev().nth(1).copied().unwrap_or(' '));
    let stem = |n: usize| letters.iter().take(letters.len().saturating_sub(n)).collect::<String>();
    let vowel = |c: char| "aeiou".contains(c);
    let hisses = matches!(last, 's' | 'x' | 'z') || (last == 'h' && matches!(before, 'c' | 's'));
    if last == 'y' && !vowel(before) {
        forms.extend([format!("{}ies", stem(1)), format!("{}ied", stem(1)), format!("{word}ing")]);
    } else if last == 'e' {
        forms.extend([format!("{word}s"), format!("{word}d"), format!("{}ing", stem(1))]);
    } else if hisses {
        forms.extend([format!("{word}es"), format!("{word}ed"), format!("{word}ing")]);
    } else {
        let one_beat = letters.iter().filter(|c| vowel(**c)).count() == 1;
        let doubles = (one_beat
            && letters.len() > 2
            && vowel(before)
            && !vowel(last)
            && !matches!(last, 'w' | 'x' | 'y'))
            || DOUBLING.contains(&word);
        let base = if doubles { format!("{word}{last}") } else { word.to_owned() };
        forms.extend([format!("{word}s"), format!("{base}ed"), format!("{base}ing")]);
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_as_people_write_them() {
        for (word, wanted) in [
            ("put", "put puts putting"),
            ("place", "place places placed placing"),
            ("chat", "chat chats chatted chatting"),
            ("comply", "comply complies complied complying"),
            ("commit", "commit commits committed committing"),
            ("engage", "engage engages engaged engaging"),
            ("sext", "sext sexts sexted sexting"),
            ("stop", "stop stops stopped stopping"),
            ("boyfriend", "boyfriend boyfriends boyfriended boyfriending"),
        ] {
            assert_eq!(forms(word).join(" "), wanted);
        }
    }
}
