//! How often does what happen? Every share of the invented region, in one place.
//!
//! Where a published figure exists the table follows it (named beside it); everything else is an assumption
//! and says so. The same tables are what the marginal test compares the output with, and
//! `docs/designs/sample.md` lists them with their sources. They are no evidence of prevalence.

use crate::chance::Table;

/// A weighted list of codes.
pub(crate) type Codes = Table<&'static str>;

/// What the person behind it wanted, as far as a reader can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) enum Motive {
    #[default]
    Financial,
    Sexual,
    Relational,
    Mixed,
    Sadistic,
}

impl Motive {
    /// Shares: over two thirds financial (Thorn 2024), the rest assumed.
    pub const SHARES: [(Self, f64); 5] = [
        (Self::Financial, 62.0),
        (Self::Sexual, 22.0),
        (Self::Relational, 9.0),
        (Self::Mixed, 5.0),
        (Self::Sadistic, 2.0),
    ];

    /// The code in `motive`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Financial => "financial",
            Self::Sexual => "sexual",
            Self::Relational => "relational",
            Self::Mixed => "mixed",
            Self::Sadistic => "sadistic",
        }
    }

    /// Follows the tables for financially motivated extortion.
    pub const fn is_financial(self) -> bool {
        matches!(self, Self::Financial | Self::Mixed)
    }
}

/// Gender given motive: 90 % boys (Thorn 2024; Internet Watch Foundation 92 %); the others assumed.
pub(crate) const fn gender(motive: Motive) -> &'static Codes {
    match motive {
        Motive::Financial => &[("boy", 90.0), ("girl", 9.0), ("non-binary", 0.7), ("another", 0.3)],
        Motive::Sexual | Motive::Sadistic => {
            &[("boy", 16.0), ("girl", 82.0), ("non-binary", 1.5), ("another", 0.5)]
        }
        Motive::Relational => &[("boy", 26.0), ("girl", 72.0), ("non-binary", 1.5), ("another", 0.5)],
        Motive::Mixed => &[("boy", 50.0), ("girl", 48.0), ("non-binary", 1.5), ("another", 0.5)],
    }
}

/// Age band given motive (within Internet Watch Foundation and Report Remove age figures; assumed).
pub(crate) const fn age_band(motive: Motive) -> &'static Codes {
    match motive {
        Motive::Financial => &[("11-13", 3.0), ("14-15", 39.0), ("16-17", 58.0)],
        Motive::Sexual | Motive::Sadistic => {
            &[("7-10", 4.0), ("11-13", 36.0), ("14-15", 40.0), ("16-17", 20.0)]
        }
        Motive::Relational => &[("11-13", 10.0), ("14-15", 45.0), ("16-17", 45.0)],
        Motive::Mixed => &[("7-10", 2.0), ("11-13", 20.0), ("14-15", 39.0), ("16-17", 39.0)],
    }
}

/// Special educational needs: England about 18 %, odds raised by 1.4 (assumed).
pub(crate) const SEND: &Codes = &[("ehcp", 6.2), ("sen-support", 17.3), ("none", 76.5)];

/// Care status: looked after or in need 3 % (assumed).
pub(crate) const CARE_STATUS: &Codes =
    &[("none", 97.0), ("child-in-need", 1.3), ("child-protection-plan", 0.5), ("looked-after", 1.2)];

/// Whether the child told somebody that they are LGBTQ+ (assumed).
pub(crate) const LGBTQ: &Codes = &[("yes", 6.0), ("no", 21.0), ("declined", 3.0), ("not-asked", 70.0)];

/// Where it began, boys mostly (Thorn 2024 about 45 and 32 %; the tail assumed). `unknown`: asked, not known.
pub(crate) const PLATFORM_FINANCIAL: &Codes = &[
    ("instagram", 44.0),
    ("snapchat", 30.0),
    ("tiktok", 8.0),
    ("facebook", 4.0),
    ("discord", 4.0),
    ("roblox", 1.0),
    ("console-gaming", 2.0),
    ("dating-style-app", 3.0),
    ("whatsapp", 0.7),
    ("telegram", 0.5),
    ("x", 0.4),
    ("reddit", 0.2),
    ("youtube", 0.2),
    ("unknown", 2.0),
];

/// Where it began, girls mostly (NSPCC 2024 for Snapchat where known; the rest assumed).
pub(crate) const PLATFORM_SEXUAL: &Codes = &[
    ("snapchat", 42.0),
    ("instagram", 22.0),
    ("tiktok", 10.0),
    ("discord", 9.0),
    ("roblox", 6.0),
    ("console-gaming", 3.0),
    ("whatsapp", 3.0),
    ("telegram", 1.5),
    ("youtube", 1.0),
    ("random-chat", 1.5),
    ("x", 0.6),
    ("kik", 0.4),
];

/// Where it moved to (assumed).
pub(crate) const MOVED_TO: &Codes = &[
    ("", 28.0),
    ("snapchat", 30.0),
    ("whatsapp", 16.0),
    ("telegram", 8.0),
    ("imessage", 5.0),
    ("discord", 5.0),
    ("google-chat", 4.0),
    ("signal", 2.0),
    ("unknown", 2.0),
];

/// How contact began (hacked friends: National Crime Agency; the rest assumed).
pub(crate) const APPROACH: &Codes = &[
    ("follow-request", 40.0),
    ("mutual-friend", 25.0),
    ("suggested-account", 10.0),
    ("gaming", 8.0),
    ("random-chat", 6.0),
    ("hacked-friend", 5.0),
    ("group-server", 2.5),
    ("live-stream", 1.5),
    ("dating-style-app", 1.0),
    ("advert-job-modelling", 1.0),
];

/// Share of first contacts through a mutual friend inside a school pool (assumed).
pub(crate) const MUTUAL_FRIEND_IN_POOL: f64 = 0.60;

/// How the picture came about, before fakes began to rise (Thorn 2025; assumed).
pub(crate) const EXCHANGE: &Codes = &[
    ("from-child", 78.0),
    ("covert-recording", 14.0),
    ("ai-faked", 4.0),
    ("none", 2.0),
    ("hacked-stolen", 2.0),
];

/// What kind of picture (assumed).
pub(crate) const IMAGE_KIND: &Codes = &[("still", 70.0), ("video", 22.0), ("live", 8.0)];

/// Who would be told; several may be named (assumed).
pub(crate) const THREAT_TO: &[(&str, f64)] = &[
    ("friends-followers", 0.70),
    ("family", 0.62),
    ("school", 0.35),
    ("public-internet", 0.22),
    ("partner", 0.05),
];

/// How the threat was made (assumed).
pub(crate) const THREAT_MEANS: &Codes = &[
    ("contact-list-shown", 42.0),
    ("screenshots", 30.0),
    ("countdown", 12.0),
    ("group-tag", 5.0),
    ("fake-police-lawyer", 4.0),
    ("doxxing", 3.0),
    ("hacked-account", 3.0),
    ("other", 1.0),
];

/// How long the child was given (assumed).
pub(crate) const DEADLINE: &Codes = &[("minutes", 22.0), ("hours", 33.0), ("days", 15.0), ("none", 30.0)];

/// Whether it was carried out (assumed). The first two together are "none known, 70 %".
pub(crate) const LEAK: &Codes =
    &[("threatened", 55.0), ("none-known", 15.0), ("partial", 22.0), ("public", 4.0), ("unknown", 4.0)];

/// How it was paid (United Kingdom, assumed).
pub(crate) const PAYMENT_METHOD: &Codes = &[
    ("gift-card", 30.0),
    ("bank-transfer", 20.0),
    ("card-link", 7.0),
    ("paypal", 18.0),
    ("app-bank", 12.0),
    ("crypto", 5.0),
    ("cash-app", 3.0),
    ("remittance", 3.0),
    ("in-game", 1.5),
    ("cash", 0.5),
];

/// Whose money it was (siblings: the case of Tim; the rest assumed). `unknown`: asked, not known.
pub(crate) const PAYMENT_OWNER: &Codes = &[
    ("child", 62.0),
    ("parent", 22.0),
    ("sibling", 8.0),
    ("grandparent", 3.0),
    ("friend", 3.0),
    ("unknown", 2.0),
];

/// Whether the money came back: 12 % (assumed).
pub(crate) const RECOVERED: &Codes = &[("none", 88.0), ("part", 7.0), ("full", 5.0)];

/// Days from the threat to the first report: the bounds of each part of the mixture (assumed).
pub(crate) const DISCLOSURE_DELAY: &Table<(u16, u16)> =
    &[((0, 1), 40.0), ((2, 7), 25.0), ((8, 60), 20.0), ((61, 365), 10.0), ((366, 1_000), 5.0)];

/// Who was told first (assumed).
pub(crate) const FIRST_TOLD: &Codes = &[
    ("friend", 22.0),
    ("parent", 26.0),
    ("school", 18.0),
    ("police", 8.0),
    ("platform", 6.0),
    ("helpline", 9.0),
    ("sibling", 5.0),
    ("discovered", 6.0),
];

/// How much likelier girls are to tell this person first, in percentage points; boys make up for it (assumed).
pub(crate) const FIRST_TOLD_GIRLS: [(&str, f64); 4] =
    [("friend", 6.0), ("parent", -3.0), ("platform", -2.0), ("helpline", -1.0)];

/// The police outcome (adapted from force figures for comparable crimes).
pub(crate) const OUTCOME: &Codes = &[
    ("oc18", 45.0),
    ("oc15", 17.0),
    ("oc14", 14.0),
    ("oc16", 12.0),
    ("open", 8.0),
    ("charge", 2.0),
    ("oc20", 1.0),
    ("oc21", 0.5),
    ("oc22", 0.5),
];

/// Whether parents know: 82 % (assumed).
pub(crate) const PARENTS_INFORMED: &Codes = &[("yes", 82.0), ("no", 12.0), ("planned", 6.0)];

/// Report months, mean 1 (assumed).
pub(crate) const MONTH_FACTORS: [f64; 12] =
    [0.98, 1.00, 1.05, 0.95, 1.02, 1.03, 1.02, 0.90, 1.02, 1.06, 1.06, 0.91];

/// Incident weekdays, Monday first (assumed).
pub(crate) const WEEKDAY_FACTORS: [f64; 7] = [0.95, 0.95, 0.97, 0.98, 1.05, 1.08, 1.02];

/// What keeps the weekdays as tabled although schools report on weekdays and two in five reports come within a
/// day: acceptance weights fitted by hand to [`WEEKDAY_FACTORS`]; the calendar test judges the result.
pub(crate) const WEEKDAY_CORRECTION: [f64; 7] = [0.905, 0.937, 0.955, 0.980, 1.060, 1.170, 1.015];

/// Incident hours: first minute of the block, its length, its share (assumed).
pub(crate) const HOUR_BLOCKS: &Table<(u16, u16)> =
    &[((21 * 60, 5 * 60), 55.0), ((16 * 60, 5 * 60), 30.0), ((2 * 60, 14 * 60), 15.0)];

/// Volume by year, 2024 = 1 (NCMEC and Internet Watch Foundation growth; before 2024 assumed).
pub(crate) const YEAR_LEVELS: [(i32, f64); 6] =
    [(2021, 0.45), (2022, 0.60), (2023, 0.80), (2024, 1.0), (2025, 1.6), (2026, 2.0)];

/// Which agency hears of it first (schools: the North Yorkshire experience; the rest assumed).
pub(crate) const ENTERING_SCHOOL: f64 = 42.0;

/// Shares of fields that a report leaves out (assumed; platform: NSPCC 2024).
pub(crate) mod missing {
    pub const AMOUNT: f64 = 0.35;
    pub const PAYEE: f64 = 0.55;
    pub const PLATFORM: f64 = 0.12;
    pub const MINUTE: f64 = 0.40;
    pub const SEND: f64 = 0.40;
    pub const FIRST_ACCOUNT: f64 = 0.18;
    pub const SCRIPT: f64 = 0.60;
    pub const ETHNICITY_NOT_STATED: f64 = 0.22;
    pub const EXCHANGE: f64 = 0.12;
    /// For fields without a figure of their own.
    pub const OTHER: f64 = 0.08;
}

/// Ethnic group where stated, by kind of area (approximate 2021 Census shares of 10- to 17-year-olds).
pub(crate) const fn ethnicity(profile: crate::area::Profile) -> &'static Codes {
    use crate::area::Profile;
    match profile {
        Profile::Capital => &[
            ("w1", 32.0),
            ("w2", 1.0),
            ("w3", 0.2),
            ("w9", 10.0),
            ("m1", 3.0),
            ("m2", 2.0),
            ("m3", 2.5),
            ("m9", 3.5),
            ("a1", 5.5),
            ("a2", 5.0),
            ("a3", 7.0),
            ("a4", 1.3),
            ("a9", 4.5),
            ("b1", 4.5),
            ("b2", 12.0),
            ("b9", 2.0),
            ("o2", 2.0),
            ("o9", 2.0),
        ],
        Profile::City => &[
            ("w1", 58.0),
            ("w2", 0.5),
            ("w3", 0.3),
            ("w9", 5.0),
            ("m1", 2.2),
            ("m2", 0.9),
            ("m3", 2.0),
            ("m9", 1.2),
            ("a1", 5.5),
            ("a2", 11.5),
            ("a3", 2.6),
            ("a4", 0.6),
            ("a9", 1.9),
            ("b1", 1.2),
            ("b2", 3.8),
            ("b9", 0.8),
            ("o2", 1.0),
            ("o9", 1.0),
        ],
        Profile::Mixed => &[
            ("w1", 79.0),
            ("w2", 0.4),
            ("w3", 0.3),
            ("w9", 5.2),
            ("m1", 1.4),
            ("m2", 0.8),
            ("m3", 1.6),
            ("m9", 1.2),
            ("a1", 2.0),
            ("a2", 2.0),
            ("a3", 0.7),
            ("a4", 0.5),
            ("a9", 1.3),
            ("b1", 0.5),
            ("b2", 1.8),
            ("b9", 0.4),
            ("o2", 0.5),
            ("o9", 0.4),
        ],
        Profile::Rural => &[
            ("w1", 89.5),
            ("w2", 0.3),
            ("w3", 0.3),
            ("w9", 4.2),
            ("m1", 0.8),
            ("m2", 0.4),
            ("m3", 1.0),
            ("m9", 0.7),
            ("a1", 0.6),
            ("a2", 0.5),
            ("a3", 0.3),
            ("a4", 0.3),
            ("a9", 0.5),
            ("b1", 0.1),
            ("b2", 0.3),
            ("b9", 0.1),
            ("o2", 0.1),
            ("o9", 0.1),
        ],
    }
}

/// The share of a gender over all motives.
pub(crate) fn gender_share(code: &str) -> f64 {
    Motive::SHARES
        .iter()
        .map(|(motive, share)| {
            let table = gender(*motive);
            let total: f64 = table.iter().map(|(_, weight)| weight).sum();
            let of: f64 = table.iter().filter(|(g, _)| *g == code).map(|(_, weight)| weight).sum();
            share / 100.0 * of / total
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up_to_a_hundred() {
        let tables: [(&str, &Codes); 16] = [
            ("send", SEND),
            ("care", CARE_STATUS),
            ("lgbtq", LGBTQ),
            ("platform financial", PLATFORM_FINANCIAL),
            ("platform sexual", PLATFORM_SEXUAL),
            ("moved", MOVED_TO),
            ("exchange", EXCHANGE),
            ("leak", LEAK),
            ("method", PAYMENT_METHOD),
            ("owner", PAYMENT_OWNER),
            ("first told", FIRST_TOLD),
            ("outcome", OUTCOME),
            ("parents", PARENTS_INFORMED),
            ("means", THREAT_MEANS),
            ("deadline", DEADLINE),
            ("approach", APPROACH),
        ];
        for (name, table) in tables {
            let total: f64 = table.iter().map(|(_, weight)| weight).sum();
            assert!((total - 100.0).abs() < 0.01, "{name}: {total}");
        }
    }

    #[test]
    fn about_two_thirds_are_boys() {
        assert!((gender_share("boy") - 0.645).abs() < 0.005);
    }
}
