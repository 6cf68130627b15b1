//! What do workers write, and what do children say? Neutral sentences, with the wording habits that a wording
//! check should find, and those it should leave alone.
//!
//! No sentence here is sexual or threatening, describes an image, or could serve as a script. The habits are
//! the plain blaming and minimising phrases of the professional guides (The Children's Society 2024 and others),
//! in narrative voice; the guarded ones quote, negate or criticise the same phrases.

use std::sync::LazyLock;

use crate::chance::Chance;

/// Share of notes with at least one blaming phrase, by gender: girls 32 %, boys 21 %, others 25 % (assumed).
pub(crate) fn blaming_share(gender: &str) -> f64 {
    match gender {
        "girl" => 0.32,
        "boy" => 0.21,
        _ => 0.25,
    }
}

/// Share of notes with a guarded mention (assumed).
pub(crate) const GUARDED: f64 = 0.15;

/// Phrases that blame or minimise; `{self}`, `{they}` and `{They}` follow the child's gender.
pub(crate) const BLAMING: [&str; 22] = [
    "{They} put {self} at risk online.",
    "{They} got {self} into trouble online.",
    "{They} fell for a scam.",
    "Parent told that it was just a scam.",
    "{They} agreed to pay.",
    "{They} chose to pay.",
    "{They} should have known better.",
    "{They} should have known the risks.",
    "{They} has been making poor choices.",
    "This looks like attention-seeking.",
    "{They} was naïve about who this was.",
    "{They} was gullible.",
    "{They} failed to disclose for some time.",
    "{They} refuses to engage with support.",
    "{They} won't engage with the worker.",
    "The family is hard to reach.",
    "{They} failed to protect {self}.",
    "{They} has been contacting adults online.",
    "This seems to be a lifestyle choice.",
    "{They} is streetwise and mature for {their} age.",
    "Some disguised compliance was seen.",
    "{They} absconded from school that day.",
];

/// The same habits quoted, negated or criticised: nothing to find.
pub(crate) const GUARDED_SENTENCES: [&str; 10] = [
    "Told {them} that it was not {their} fault; nobody should say that a child “fell for a scam”.",
    "Staff reminded not to write that a child “put themselves at risk”.",
    "Dad asked “why did they agree to pay?”; we explained that payment was made under pressure.",
    "We do not think {they} should have known better, and said so.",
    "Mum said “they should have known better”; we talked about who is responsible.",
    "It is never a lifestyle choice; this was discussed in supervision.",
    "Read the guidance “Why language matters: hard to reach” with the team.",
    "Earlier note said “attention-seeking”; corrected, as this was distress.",
    "Nobody failed to disclose here: the duty to notice is with adults.",
    "Challenged the phrase “poor choices” in the referral form.",
];

const ACTIONS: [&str; 14] = [
    "Parents told the same evening.",
    "Referred to the multi-agency hub.",
    "Advice given: do not pay, do not reply, keep the messages.",
    "The profile page was noted, nothing else was looked at.",
    "Device not examined.",
    "A named adult at school was agreed.",
    "Follow-up call planned for the next day.",
    "The platform was asked to remove the account.",
    "The bank was informed.",
    "Report Remove explained and offered.",
    "Safety plan agreed and written down.",
    "Support offered to the family.",
    "Pastoral lead will check in every week.",
    "Strategy discussion requested.",
];

const OPENINGS: [(&str, &str); 14] = [
    ("school", "A friend came to the safeguarding lead."),
    ("school", "Told to a form tutor at the end of the day."),
    ("school", "Pastoral staff noticed a change and asked."),
    ("police", "Call taken by the control room."),
    ("police", "Reported at the front counter with a parent."),
    ("police", "Online report received overnight."),
    ("social-care", "Contact received at the front door."),
    ("social-care", "Raised by the allocated worker after a visit."),
    ("health", "Mentioned at an appointment."),
    ("health", "Raised by the school nurse."),
    ("youth-service", "Told to a youth worker at a session."),
    ("charity", "Came through the helpline."),
    ("charity", "Told to a mentor."),
    ("ceop", "Report received through the online form."),
];

const VOICES: [&str; 24] = [
    "I was scared and I did not know who to tell.",
    "I just want it to stop.",
    "I don't want everyone at school to know.",
    "I thought I would be in trouble.",
    "Please don't tell my nan.",
    "I feel stupid but you said it is not my fault.",
    "I haven't slept properly for a week.",
    "I want my phone back.",
    "I want someone to check if my friends are ok.",
    "They seemed nice at first.",
    "I am glad I told someone.",
    "I want to know what happens next.",
    "I'd rather talk by text than on the phone.",
    "I want my mum to be there.",
    "I don't want my dad to be angry.",
    "I kept thinking it would go away.",
    "I used my birthday money.",
    "My friend said I should tell you.",
    "I want to go back to football.",
    "I feel better now it is out.",
    "Can you make the account go away?",
    "I am worried about my little sister seeing something.",
    "I don't want to change schools.",
    "Nobody asked me before.",
];

/// What the notes may mention of a case.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mentions<'a> {
    /// The reporting agency's word: `school`, `police`, …
    pub teller: &'static str,
    pub gender: &'static str,
    pub platform: &'static str,
    pub moved_to: &'static str,
    pub claimed_age: Option<i64>,
    /// The sum asked for, when it is recorded.
    pub asked: Option<i64>,
    pub payer: &'static str,
    /// The day of the week, where that is all that is remembered.
    pub weekday: Option<usize>,
    pub school_year: Option<u8>,
    pub origin: Option<&'a str>,
}

/// A note of two to seven sentences.
pub(crate) fn notes(chance: &mut Chance, mentions: Mentions<'_>) -> String {
    let mut sentences: Vec<String> = Vec::new();
    let openings: Vec<&str> =
        OPENINGS.iter().filter(|(teller, _)| *teller == mentions.teller).map(|(_, text)| *text).collect();
    sentences.push(chance.one_of(&openings).to_owned());
    if let Some(year) = mentions.school_year {
        sentences.push(format!("The child is in Year {year}; others in the same year are affected."));
    }
    if let Some(day) = mentions.weekday {
        const DAYS: [&str; 7] =
            ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
        let day = DAYS.get(day).copied().unwrap_or("Friday");
        sentences.push(format!("It began on a {day}; the date is not remembered."));
    }
    if let Some(first) = platform_word(chance, mentions.platform).filter(|_| chance.yes(0.6)) {
        sentences.push(match platform_word(chance, mentions.moved_to) {
            Some(next) => format!("Contact began on {first} and moved to {next}."),
            None => format!("Contact began on {first}."),
        });
    }
    if let Some(age) = mentions.claimed_age.filter(|_| chance.yes(0.3)) {
        sentences.push(format!("The person using the account claimed to be {age}."));
    }
    if let Some(sum) = mentions.asked.filter(|_| chance.yes(0.3)) {
        sentences.push(format!("The account demanded {sum} pounds."));
    }
    if !matches!(mentions.payer, "" | "child" | "unknown") && chance.yes(0.5) {
        let owner = mentions.payer;
        sentences.push(format!("Money was paid from the account of a {owner}, who is affected too."));
    }
    if let Some(origin) = mentions.origin {
        sentences.push(format!("See also {origin} from the other agency."));
    }
    for _ in 0..1 + chance.below(2) {
        let action = chance.one_of(&ACTIONS).to_owned();
        if !sentences.contains(&action) {
            sentences.push(action);
        }
    }
    let mut written: Vec<String> = sentences.into_iter().map(|plain| typed(chance, &plain)).collect();
    // Wording habits are put in as they are: a slip in them would make the share of findings a guess.
    if chance.yes(blaming_share(mentions.gender)) {
        let place = 1 + chance.below(written.len());
        let phrase = chance.one_of(&BLAMING);
        written.insert(place, in_gender(phrase, mentions.gender));
    }
    if chance.yes(GUARDED) {
        let phrase = chance.one_of(&GUARDED_SENTENCES);
        written.push(in_gender(phrase, mentions.gender));
    }
    written.join(" ")
}

/// One or two sentences as a child said them.
pub(crate) fn child_voice(chance: &mut Chance) -> String {
    let first = chance.one_of(&VOICES);
    let second = chance.one_of(&VOICES);
    if first != second && chance.yes(0.4) { format!("{first} {second}") } else { first.to_owned() }
}

/// Fits the pronouns of a phrase to the child.
pub(crate) fn in_gender(phrase: &str, gender: &str) -> String {
    let (they, them, their, reflexive) = match gender {
        "girl" => ("she", "her", "her", "herself"),
        "boy" => ("he", "him", "his", "himself"),
        _ => ("they", "them", "their", "themselves"),
    };
    let capital = match gender {
        "girl" => "She",
        "boy" => "He",
        _ => "They",
    };
    let fitted = phrase
        .replace("{They}", capital)
        .replace("{they}", they)
        .replace("{them}", them)
        .replace("{their}", their)
        .replace("{self}", reflexive);
    if capital == "They" {
        fitted
            .replace("They has ", "They have ")
            .replace("They was ", "They were ")
            .replace("They is ", "They are ")
            .replace("They refuses ", "They refuse ")
    } else {
        fitted
    }
}

/// The platform as workers write it, short forms included.
fn platform_word(chance: &mut Chance, code: &str) -> Option<&'static str> {
    let words: &[&'static str] = match code {
        "instagram" => &["Instagram", "Instagram", "Insta", "IG"],
        "snapchat" => &["Snapchat", "Snapchat", "snap", "SC"],
        "tiktok" => &["TikTok", "TikTok", "TT"],
        "whatsapp" => &["WhatsApp", "Whatsapp"],
        "facebook" => &["Facebook", "FB"],
        "discord" => &["Discord"],
        "telegram" => &["Telegram"],
        "roblox" => &["Roblox"],
        "console-gaming" => &["a console game"],
        "imessage" => &["iMessage", "FaceTime"],
        "google-chat" => &["Google Chat"],
        "signal" => &["Signal"],
        "live-stream" => &["a live-stream app"],
        _ => return None,
    };
    Some(chance.one_of(words))
}

/// Four in a hundred words with a slip: two letters swapped, or one left out.
fn typed(chance: &mut Chance, sentence: &str) -> String {
    let words: Vec<String> = sentence
        .split(' ')
        .map(|word| {
            let core = word.trim_end_matches(['.', ',', ';', ':']);
            let plain = core.len() > 3 && core.bytes().all(|b| b.is_ascii_lowercase());
            // Not quite half of all words are plain.
            if !plain || !chance.yes(0.086) {
                return word.to_owned();
            }
            let mut letters: Vec<char> = word.chars().collect();
            let place = 1 + chance.below(core.len() - 2);
            if chance.yes(0.5) {
                letters.swap(place, place + 1);
            } else {
                letters.remove(place);
            }
            letters.into_iter().collect()
        })
        .collect();
    words.join(" ")
}

/// Does this note hold one of the blaming phrases in narrative voice?
pub fn has_blaming_phrase(note: &str) -> bool {
    static FITTED: LazyLock<Vec<String>> = LazyLock::new(|| in_every_gender(&BLAMING));
    FITTED.iter().any(|phrase| note.contains(phrase.as_str()))
}

/// Does this note hold one of the guarded mentions?
pub fn has_guarded_mention(note: &str) -> bool {
    static FITTED: LazyLock<Vec<String>> = LazyLock::new(|| in_every_gender(&GUARDED_SENTENCES));
    FITTED.iter().any(|phrase| note.contains(phrase.as_str()))
}

fn in_every_gender(phrases: &[&str]) -> Vec<String> {
    ["girl", "boy", "another"]
        .into_iter()
        .flat_map(|gender| phrases.iter().map(move |phrase| in_gender(phrase, gender)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_follow_the_child() {
        assert_eq!(in_gender(BLAMING[0], "girl"), "She put herself at risk online.");
        assert_eq!(in_gender(BLAMING[8], "another"), "They have been making poor choices.");
    }

    #[test]
    fn no_guarded_mention_counts_as_blame() {
        for phrase in GUARDED_SENTENCES {
            for gender in ["girl", "boy", "another"] {
                assert!(!has_blaming_phrase(&in_gender(phrase, gender)), "{phrase}");
            }
        }
    }

    #[test]
    fn about_four_words_in_a_hundred_have_a_slip() {
        let mut chance = Chance::new(51, 0);
        let plain = ACTIONS.join(" ");
        let (mut wrong, mut all) = (0, 0);
        for _ in 0..400 {
            let made = typed(&mut chance, &plain);
            wrong += made.split(' ').zip(plain.split(' ')).filter(|(l, r)| l != r).count();
            all += plain.split(' ').count();
        }
        let share = f64::from(u32::try_from(wrong).unwrap()) / f64::from(u32::try_from(all).unwrap());
        assert!((0.025..0.05).contains(&share), "{share}");
    }
}
