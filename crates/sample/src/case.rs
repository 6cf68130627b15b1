//! What happened to one child? Draws every detail of a case, in the order in which one thing leads to another:
//! motive → gender, age → platform; motive → delays; demand → paid → continued; leak → harm.

use crate::area::AREAS;
use crate::campaign::{Account, Campaign, Payee, PayeeSelector, Persona};
use crate::chance::Chance;
use crate::day::{Day, Minute};
use crate::handle;
use crate::place::{Placed, Schools};
use crate::scenario::Scenario;
use crate::tables::{self, Motive};

/// Something that was demanded.
#[derive(Debug, Clone, Default)]
pub(crate) struct Demand {
    pub kind: &'static str,
    pub amount: Option<i64>,
    pub currency: &'static str,
    pub method: &'static str,
}

/// A payment that was made.
#[derive(Debug, Clone)]
pub(crate) struct Payment {
    pub amount: i64,
    pub currency: &'static str,
    pub method: &'static str,
    pub owner: &'static str,
    pub aware: &'static str,
    pub on: Day,
}

/// A case as it was, before anybody wrote it down.
#[derive(Debug)]
pub(crate) struct Case {
    pub motive: Motive,
    pub area: usize,
    pub urn: String,
    pub age_band: &'static str,
    pub gender: &'static str,
    pub ethnicity: &'static str,
    pub send: &'static str,
    pub care_status: &'static str,
    pub lgbtq: &'static str,
    pub approach: &'static str,
    pub contact: Minute,
    pub image: Minute,
    pub threat: Minute,
    pub ended: Day,
    pub platform: &'static str,
    pub moved_to: &'static str,
    pub exchange: &'static str,
    pub image_kind: &'static str,
    pub face_visible: bool,
    pub threat_to: Vec<&'static str>,
    pub threat_means: Vec<&'static str>,
    pub deadline: &'static str,
    pub script: String,
    pub leak: &'static str,
    pub others_at_risk: &'static str,
    pub persona: Persona,
    pub suspect: &'static str,
    pub relationship: &'static str,
    pub accounts: Vec<Account>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub url: Option<String>,
    pub payees: Vec<Payee>,
    /// The payee is written down by every agency.
    pub payee_certain: bool,
    pub demands: Vec<Demand>,
    pub payments: Vec<Payment>,
    pub debt: &'static str,
    pub debt_bondage: bool,
    pub continued: &'static str,
    pub recovered: &'static str,
    pub suicide_risk: &'static str,
    pub parents: &'static str,
    pub account_removed: bool,
    pub support_weeks: i64,
    pub first_told: &'static str,
    pub outcome: &'static str,
    pub school_year: Option<u8>,
}

/// What a case depends on beyond itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting {
    pub scenario: Scenario,
    pub until: Day,
    /// Share of reports in the last thirty days, which are mostly still open.
    pub recent_share: f64,
}

/// Draws the details of a placed case.
pub(crate) fn invent(
    chance: &mut Chance,
    placed: &Placed,
    campaign: &mut Campaign,
    setting: Setting,
) -> Case {
    let motive = placed.motive;
    let special = placed.special;
    let rank = placed.campaign.map_or(0, |(_, rank)| rank);
    let gender = if special.girls && chance.yes(0.92) { "girl" } else { chance.pick(tables::gender(motive)) };
    let age_band = chance.pick(special.ages.unwrap_or_else(|| tables::age_band(motive)));

    let (contact, image, threat) = timing(chance, motive, placed.day, special.flagged_late);
    let ended = Day(threat.day().0 + (chance.exponential(6.0) as i32).min(placed.day.0 - threat.day().0));

    let mut accounts: Vec<Account> = campaign.account(chance, rank).cloned().into_iter().collect();
    let mut platform = accounts.first().map_or("unknown", |account| account.platform);
    let share = setting.scenario.new_platform_share(placed.area, placed.day, setting.until);
    if chance.yes(share) {
        platform = "live-stream";
        accounts = accounts.iter().map(|account| campaign.elsewhere(chance, account, platform)).collect();
    }
    let moved_to = moved_to(chance, platform);
    if let (Some(first), false) = (accounts.first().cloned(), matches!(moved_to, "" | "unknown"))
        && chance.yes(0.7)
    {
        accounts.push(campaign.elsewhere(chance, &first, moved_to));
    }
    if chance.yes(0.03) {
        let common = chance.below(handle::COMMON.len());
        let name = handle::COMMON.get(common).copied().unwrap_or_default().to_owned();
        let platform = if platform == "unknown" { "instagram" } else { platform };
        accounts.push(Account { id: format!("common-{common}"), platform, handle: name });
    }
    let uses_phone = matches!(moved_to, "whatsapp" | "signal" | "imessage" | "telegram");
    let phone = campaign.phone.clone().filter(|_| chance.yes(if uses_phone { 0.7 } else { 0.04 }));

    let demands = demands(chance, motive, special.more_images);
    let wants_money = demands.iter().any(|demand| is_money(demand.kind));
    let paid = special.pays
        || chance.yes(match motive {
            // 38 % of all financial cases, of which 95.6 % demand money.
            Motive::Financial if wants_money => 0.3975,
            Motive::Mixed if wants_money => 0.30,
            Motive::Relational | Motive::Sexual | Motive::Sadistic => 0.03,
            Motive::Financial | Motive::Mixed => 0.0,
        });
    let payee = campaign.payee(rank).cloned().unwrap_or_default();
    let payments = if paid {
        payments(chance, &demands, &payee, special.pays, threat.day(), placed.day)
    } else {
        Vec::new()
    };
    let mut payees = Vec::new();
    let by_account = payments.iter().any(|payment| payment.method == payee.method);
    if by_account || (wants_money && payments.is_empty() && chance.yes(0.3)) {
        payees.push(payee);
    }
    if paid && chance.yes(0.02) {
        // A shop that many people pay for good reasons: a decoy.
        let shop = format!("paypal:zz-syn-games-shop-{}", 1 + chance.below(5));
        payees.push(Payee { method: "paypal", selector: PayeeSelector::Tag(shop) });
    }

    let lgbtq = chance.pick(tables::LGBTQ);
    let leak = chance.pick(tables::LEAK);
    let mut threat_means = vec![chance.pick(tables::THREAT_MEANS)];
    if lgbtq == "yes" && chance.yes(0.30) && !threat_means.contains(&"doxxing") {
        threat_means.push("doxxing");
    }
    let debt_bondage = chance.yes(if motive.is_financial() { 0.09 } else { 0.14 });
    let (suspect, relationship) = person(chance, motive);
    Case {
        motive,
        area: placed.area,
        urn: Schools::urn(placed.area, placed.school),
        age_band,
        gender,
        ethnicity: AREAS.get(placed.area).map_or("ns", |area| chance.pick(tables::ethnicity(area.profile))),
        send: chance.pick(tables::SEND),
        care_status: chance.pick(tables::CARE_STATUS),
        lgbtq,
        approach: approach(chance, motive, placed.pool.is_some()),
        contact,
        image,
        threat,
        ended,
        platform,
        moved_to,
        exchange: exchange(chance, setting.scenario.fake_share(placed.day, setting.until)),
        image_kind: chance.pick(tables::IMAGE_KIND),
        face_visible: chance.yes(0.55),
        threat_to: tables::THREAT_TO.iter().filter(|(_, p)| chance.yes(*p)).map(|(code, _)| *code).collect(),
        threat_means,
        deadline: chance.pick(tables::DEADLINE),
        script: campaign.scripts.get(chance.below(campaign.scripts.len())).cloned().unwrap_or_default(),
        leak,
        others_at_risk: others_at_risk(chance, placed.pool.is_some()),
        persona: campaign.personas.get(chance.below(campaign.personas.len())).cloned().unwrap_or_default(),
        suspect,
        relationship,
        accounts,
        phone,
        email: campaign.email.clone().filter(|_| chance.yes(0.3)),
        url: campaign.url.clone().filter(|_| chance.yes(0.4)),
        payees,
        payee_certain: special.pays,
        demands,
        debt: debt(chance, debt_bondage, !payments.is_empty()),
        debt_bondage,
        continued: if payments.is_empty() { "" } else { chance.pick(&[("yes", 27.0), ("no", 73.0)]) },
        recovered: if payments.is_empty() { "" } else { chance.pick(tables::RECOVERED) },
        payments,
        suicide_risk: suicide_risk(chance, lgbtq == "yes", matches!(leak, "partial" | "public")),
        parents: chance.pick(tables::PARENTS_INFORMED),
        account_removed: chance.yes(0.65),
        support_weeks: support_weeks(chance, gender),
        first_told: first_told(chance, gender),
        outcome: outcome(chance, placed.day, setting),
        school_year: special.school_year,
    }
}

/// Kinds of demand that money meets.
pub(crate) fn is_money(kind: &str) -> bool {
    matches!(kind, "money" | "gift-card" | "crypto")
}

/// First contact, first image, first threat. Incidents favour weekends, evenings, December and August.
fn timing(
    chance: &mut Chance,
    motive: Motive,
    reported: Day,
    flagged_late: bool,
) -> (Minute, Minute, Minute) {
    let slow = !motive.is_financial();
    let mut day = reported;
    for _ in 0..8 {
        let delay = if flagged_late { chance.between(150, 900) as i32 } else { delay_days(chance, slow) };
        day = reported.plus(-delay);
        let of_weekday = |factors: &[f64; 7]| factors.get(day.weekday()).copied().unwrap_or(1.0);
        let weekday = of_weekday(&tables::WEEKDAY_FACTORS) * of_weekday(&tables::WEEKDAY_CORRECTION);
        let month = match day.civil().1 {
            12 => 1.08,
            8 => 1.05,
            _ => 1.0,
        };
        if chance.yes(weekday * month / (1.08 * 1.17 * 1.08)) {
            break;
        }
    }
    let (start, length) = chance.pick(tables::HOUR_BLOCKS);
    let clock = (i64::from(start) + chance.below(usize::from(length)) as i64) % (24 * 60);
    let threat = Minute(day.minute().0 + clock);
    // Minutes. Financial: contact to image 2.5 h (p10 0.3 h, p90 3 d), image to threat 20 min; others 9 d and 5 d.
    let (to_threat, to_image) = if slow {
        (chance.log_normal(5.0 * 1_440.0, 1.0), chance.log_normal(9.0 * 1_440.0, 0.9))
    } else {
        (chance.log_normal(20.0, 1.2), chance.skewed(18.0, 150.0, 4_320.0))
    };
    let image = Minute(threat.0 - (to_threat.min(400.0 * 1_440.0) as i64));
    let contact = Minute(image.0 - (to_image.min(400.0 * 1_440.0) as i64));
    (contact, image, threat)
}

/// Days from threat to report; twice as long where images were wanted.
fn delay_days(chance: &mut Chance, slow: bool) -> i32 {
    let (low, high) = chance.pick(tables::DISCLOSURE_DELAY);
    let (low, high) = (f64::from(low), f64::from(high) + 1.0);
    let days = if low < 8.0 {
        low + chance.unit() * (high - low)
    } else {
        (low.ln() + chance.unit() * (high / low).ln()).exp()
    };
    if slow { (2.0 * days) as i32 } else { days as i32 }
}

/// How contact began; in school pools through mutual friends more often, elsewhere less, on average as tabled.
fn approach(chance: &mut Chance, motive: Motive, pooled: bool) -> &'static str {
    if motive == Motive::Relational {
        return "in-person-first";
    }
    let pool_share = match motive {
        Motive::Financial => 0.18,
        Motive::Mixed => 0.25,
        _ => 0.35,
    };
    let mutual = if pooled {
        tables::MUTUAL_FRIEND_IN_POOL
    } else {
        (0.25 - tables::MUTUAL_FRIEND_IN_POOL * pool_share) / (1.0 - pool_share)
    };
    if chance.yes(mutual) {
        return "mutual-friend";
    }
    loop {
        let drawn = chance.pick(tables::APPROACH);
        if drawn != "mutual-friend" {
            return drawn;
        }
    }
}

/// Where it moved to: never to where it already was, and over all first platforms as tabled.
fn moved_to(chance: &mut Chance, platform: &str) -> &'static str {
    /// Share of first contacts on Snapchat, from the two platform tables.
    const ON_SNAPCHAT: f64 = 0.339;
    let from_snapchat = |code: &str, share: f64| if code == "snapchat" { 0.0 } else { share / 0.70 };
    let table: Vec<(&'static str, f64)> = tables::MOVED_TO
        .iter()
        .map(|(code, share)| {
            let share = share / 100.0;
            let there = from_snapchat(code, share);
            let weight = if platform == "snapchat" { there } else { share - ON_SNAPCHAT * there };
            (*code, weight)
        })
        .collect();
    let drawn = chance.pick(&table);
    if drawn == platform { "" } else { drawn }
}

/// How the picture came about; the share of fakes moves, the others give way in proportion.
fn exchange(chance: &mut Chance, fake_share: f64) -> &'static str {
    if chance.yes(fake_share) {
        return "ai-faked";
    }
    loop {
        let drawn = chance.pick(tables::EXCHANGE);
        if drawn != "ai-faked" {
            return drawn;
        }
    }
}

/// One or two demands. Financial: money 80 %, gift card 45 %; images 85 %, live 25 %, recruiting 10 %.
fn demands(chance: &mut Chance, motive: Motive, more_images: bool) -> Vec<Demand> {
    let kinds: [&'static str; 2] = match motive {
        Motive::Financial => match (chance.yes(0.80), chance.yes(0.45)) {
            (true, true) => ["money", "gift-card"],
            (true, false) => [
                "money",
                chance.pick(&[("", 55.0), ("more-images", 25.0), ("others-images", 14.0), ("crypto", 6.0)]),
            ],
            (false, true) => {
                ["gift-card", chance.pick(&[("", 60.0), ("more-images", 25.0), ("others-images", 15.0)])]
            }
            (false, false) => {
                [chance.pick(&[("crypto", 60.0), ("account-access", 25.0), ("others-images", 15.0)]), ""]
            }
        },
        Motive::Sexual | Motive::Sadistic => {
            if more_images || chance.yes(0.85) {
                let second = [
                    ("live-act", 18.8),
                    ("recruit-others", 8.2),
                    ("silence", 14.0),
                    ("others-images", 8.0),
                    ("meeting", 6.0),
                    ("continue-relationship", 5.0),
                    ("", 40.0),
                ];
                ["more-images", chance.pick(&second)]
            } else {
                match (chance.yes(0.60), chance.yes(0.20)) {
                    (true, true) => ["live-act", "recruit-others"],
                    (true, false) => ["live-act", ""],
                    (false, true) => ["recruit-others", ""],
                    (false, false) => ["meeting", "silence"],
                }
            }
        }
        Motive::Relational => {
            [chance.pick(&[("continue-relationship", 60.0), ("silence", 25.0), ("more-images", 15.0)]), ""]
        }
        Motive::Mixed => {
            let money = chance.pick(&[("money", 65.0), ("gift-card", 35.0)]);
            [money, if more_images || chance.yes(0.85) { "more-images" } else { "" }]
        }
    };
    let currency = chance.pick(&[("GBP", 92.0), ("USD", 6.0), ("EUR", 2.0)]);
    let asked = round_sum(chance.skewed(30.0, 150.0, 900.0));
    kinds
        .into_iter()
        .filter(|kind| !kind.is_empty())
        .map(|kind| Demand {
            kind,
            amount: is_money(kind).then_some(asked),
            currency: if is_money(kind) { currency } else { "" },
            method: match kind {
                "money" => chance.pick(&[
                    ("bank-transfer", 38.0),
                    ("paypal", 26.0),
                    ("app-bank", 18.0),
                    ("card-link", 10.0),
                    ("cash-app", 4.0),
                    ("remittance", 4.0),
                ]),
                "gift-card" => "gift-card",
                "crypto" => "crypto",
                _ => "",
            },
        })
        .collect()
}

/// Sums as people name them: fives, tens, fifties.
fn round_sum(pounds: f64) -> i64 {
    let step = match pounds {
        p if p < 100.0 => 5.0,
        p if p < 500.0 => 10.0,
        _ => 50.0,
    };
    ((pounds / step).round() * step).clamp(5.0, 7_500.0) as i64
}

/// One payment, or a series; each the asked sum times Beta(2, 2).
fn payments(
    chance: &mut Chance,
    demands: &[Demand],
    payee: &Payee,
    by_account: bool,
    threat: Day,
    reported: Day,
) -> Vec<Payment> {
    let has = |kind: &str| demands.iter().any(|demand| demand.kind == kind);
    // Over all who pay, 30 % by gift card.
    let gift = match (has("money"), has("gift-card"), has("crypto")) {
        (false, true, _) => 0.90,
        (true, true, _) => 0.55,
        (true, false, _) => 0.02,
        (false, false, true) => 0.0,
        (false, false, false) => 0.30,
    };
    let method = if !by_account && chance.yes(gift) { "gift-card" } else { payee.method };
    let asked = demands.iter().find_map(|demand| demand.amount).unwrap_or(100);
    let currency = demands.iter().find(|d| !d.currency.is_empty()).map_or("GBP", |d| d.currency);
    let mut n = 1;
    while n < 3 && !chance.yes(0.55) {
        n += 1;
    }
    let owner = chance.pick(tables::PAYMENT_OWNER);
    let mut on = threat;
    (0..n)
        .map(|_| {
            on = on.plus(chance.one_of(&[0, 0, 0, 1, 1, 2, 4])).min(reported.max(threat));
            let amount = (asked as f64 * chance.beta_2_2()).round().max(5.0) as i64;
            let aware = match owner {
                "child" | "unknown" => "",
                _ => chance.pick(&[("no", 62.0), ("later", 22.0), ("yes", 16.0)]),
            };
            Payment { amount, currency, method, owner, aware, on }
        })
        .collect()
}

/// What the debt is, when there is one (assumed).
fn debt(chance: &mut Chance, bondage: bool, paid: bool) -> &'static str {
    match (bondage, paid) {
        (true, _) => chance.pick(&[
            ("invented", 45.0),
            ("instalments", 30.0),
            ("working-off", 15.0),
            ("recruiting", 10.0),
        ]),
        (false, true) => chance.pick(&[("none", 85.0), ("borrowed", 15.0)]),
        (false, false) => "none",
    }
}

/// Whether anybody is suspected, and who that is to the child (assumed).
fn person(chance: &mut Chance, motive: Motive) -> (&'static str, &'static str) {
    if motive == Motive::Relational {
        let relationship = chance.pick(&[
            ("ex-partner", 48.0),
            ("peer-known", 40.0),
            ("family", 2.0),
            ("adult-known", 10.0),
        ]);
        let suspect = match relationship {
            "family" | "adult-known" => "yes-adult",
            _ => chance.pick(&[("yes-child", 55.0), ("believed-known-offline", 45.0)]),
        };
        (suspect, relationship)
    } else if motive.is_financial() {
        let suspect = chance.pick(&[("no", 84.0), ("believed-overseas", 14.0), ("yes-adult", 2.0)]);
        (suspect, chance.pick(&[("unknown-online", 70.0), ("claimed-peer", 22.0), ("organised-group", 8.0)]))
    } else {
        let suspect = chance.pick(&[
            ("no", 80.0),
            ("yes-adult", 8.0),
            ("yes-child", 6.0),
            ("believed-known-offline", 6.0),
        ]);
        (suspect, chance.pick(&[("unknown-online", 52.0), ("claimed-peer", 44.0), ("adult-known", 4.0)]))
    }
}

/// Thoughts 15 % of those asked (28 % where the child is known to be LGBTQ+), attempts 2 %; after a leak 1.6 times.
fn suicide_risk(chance: &mut Chance, lgbtq: bool, leaked: bool) -> &'static str {
    if chance.yes(0.30) {
        return "not-asked";
    }
    let factor = if leaked { 1.6 } else { 1.0 };
    let thoughts = if lgbtq { 0.28 } else { 0.15 } * factor;
    let attempt = 0.02 * factor;
    chance.pick(&[
        ("thoughts", thoughts * 0.88),
        ("plan", thoughts * 0.12),
        ("attempt", attempt),
        ("none", 1.0 - thoughts - attempt),
    ])
}

/// Weeks of support: over twelve for 12 % of boys and 18 % of girls (too few, says the source).
fn support_weeks(chance: &mut Chance, gender: &str) -> i64 {
    let long = match gender {
        "boy" => 0.12,
        "girl" => 0.18,
        _ => 0.15,
    };
    if chance.yes(long) {
        13 + (chance.exponential(8.0) as i64).min(40)
    } else {
        chance.pick(&[(0, 34.0), (1, 16.0), (2, 12.0), (4, 12.0), (6, 12.0), (8, 7.0), (10, 4.0), (12, 3.0)])
    }
}

/// Who was told first: girls tell friends more often, boys parents and services; over all as tabled.
fn first_told(chance: &mut Chance, gender: &str) -> &'static str {
    let girls_to_others = tables::gender_share("girl") / (1.0 - tables::gender_share("girl"));
    let table: Vec<(&'static str, f64)> = tables::FIRST_TOLD
        .iter()
        .map(|(code, share)| {
            let tilt: f64 = tables::FIRST_TOLD_GIRLS.iter().filter(|(c, _)| c == code).map(|(_, t)| t).sum();
            let shift = if gender == "girl" { tilt } else { -tilt * girls_to_others };
            (*code, (share + shift).max(0.0))
        })
        .collect();
    chance.pick(&table)
}

/// The police outcome; reports of the last month are mostly still open, older ones less than tabled.
fn outcome(chance: &mut Chance, reported: Day, setting: Setting) -> &'static str {
    const OPEN_WHEN_RECENT: f64 = 0.60;
    let recent = reported > setting.until.plus(-30);
    let share = setting.recent_share;
    let open =
        if recent { OPEN_WHEN_RECENT } else { ((0.08 - OPEN_WHEN_RECENT * share) / (1.0 - share)).max(0.01) };
    if chance.yes(open) {
        return "open";
    }
    loop {
        let drawn = chance.pick(tables::OUTCOME);
        if drawn != "open" {
            return drawn;
        }
    }
}

/// How many others may be at risk; nearly always some where there is a pool (assumed).
fn others_at_risk(chance: &mut Chance, pooled: bool) -> &'static str {
    if pooled {
        chance.pick(&[("2-5", 52.0), ("1", 22.0), ("6-plus", 16.0), ("none", 4.0), ("unknown", 6.0)])
    } else {
        chance.pick(&[("none", 46.0), ("1", 12.0), ("2-5", 8.0), ("6-plus", 2.0), ("unknown", 32.0)])
    }
}
