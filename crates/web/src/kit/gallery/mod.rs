//! What does everything look like? Three pages with an example of every component and chart.
//!
//! A test writes them to `target/gallery/` with the style sheets beside, for screenshots and for axe, and pins
//! their HTML. All people, cases and figures are invented.

use askama::Template;
use jiff::civil::date;

use super::*;
use crate::chart::{
    BandChart, BandNote, Chart, Count, Expected, Network, NetworkLink, NetworkNode, Step, Tile, TileMap,
    TileValue, Waterfall, Week, police_areas::POLICE_AREAS,
};
use crate::edge::csrf::CsrfToken;

#[derive(Template)]
#[template(path = "kit/gallery/case.html")]
struct CasePage {
    layout: StaffLayout,
    identity: IdentityBar,
    breadcrumbs: Breadcrumbs,
    parts: SubNavigation,
    network: Chart,
    linked: Vec<LinkedCase>,
    glance: SummaryList,
    timeline: Timeline,
}

#[derive(Template)]
#[template(path = "kit/gallery/trends.html")]
struct TrendsPage {
    layout: StaffLayout,
    filters: Vec<Select>,
    update: Button,
    stats: Stats,
    counts: Chart,
    map: Chart,
    flags: Flags,
}

#[derive(Template)]
#[template(path = "kit/gallery/parts.html")]
struct PartsPage {
    layout: StaffLayout,
    parts: Vec<Markup>,
    plan: Plan,
}

#[derive(Template)]
#[template(path = "kit/gallery/young.html")]
struct YoungPage {
    layout: PublicLayout,
}

fn staff(title: &str, current: &str) -> StaffLayout {
    let rooms = ["Start", "Disclosure guide", "Cases", "Trends", "Intelligence", "Training", "Programme"];
    StaffLayout {
        languages: vec![
            LanguageLink { language: Language::English, href: "/".to_owned() },
            LanguageLink { language: Language::Welsh, href: "/cy/".to_owned() },
        ],
        navigation: rooms.map(|room| NavLink::new(room, "#").current_when(room == current)).to_vec(),
        signed_in: Some(SignedIn {
            name: "Sam Okafor".to_owned(),
            agency: "North Yorkshire safeguarding partnership".to_owned(),
            sign_out: "/sign-out".to_owned(),
            csrf: CsrfToken::new(&[1; 32]),
        }),
        ..StaffLayout::new(title)
    }
}

fn case_page() -> CasePage {
    let waterfall = Waterfall {
        id: "why-lc-1187".to_owned(),
        title: "Why NY-0231 and LC-1187 may be linked".to_owned(),
        description: "Starts low, at about 1 in 777. The same payee account adds most. A different payment method takes a little away. Ends at 90 in 100. The table below has every value.".to_owned(),
        start_bits: -9.6,
        steps: [
            ("Same payee account, ending 4471", 6.9),
            ("Same opening message, 92% alike", 2.9),
            ("Account names 1 letter apart", 2.6),
            ("First contact 6 days apart", 1.0),
            ("Neighbouring police areas", 0.5),
            ("Different payment method", -1.1),
        ]
        .map(|(label, bits)| Step { label: label.to_owned(), bits })
        .to_vec(),
    }
    .draw();
    let question = Radios {
        inline: true,
        small: true,
        ..Radios::new(
            "agree",
            Legend::new("Do you agree these cases are linked?"),
            vec![
                Choice::new("positive", "Yes"),
                Choice::new("negative", "No"),
                Choice::new("unsure", "Not sure yet"),
            ],
        )
    };
    let linked = |reference: &str, area: &str, strength, chance: &str, reason: Markup, content| LinkedCase {
        id: format!("link-{reference}"),
        reference: reference.to_owned(),
        href: (reference != "WY-2310").then(|| "#".to_owned()),
        area: area.into(),
        strength,
        chance: chance.to_owned(),
        reason,
        content,
    };
    let node = |label: &str| NetworkNode {
        label: label.to_owned(),
        href: Some(format!("#link-{label}")),
        may_open: label != "WY-2310",
    };
    let edge = |from, to, strength, why: &str| NetworkLink { from, to, strength, why: why.to_owned() };
    let strong = Markup::join([
        Markup::paragraph(Markup::strong("Why it was suggested")),
        Markup::of(&waterfall),
        Markup::of(&waterfall.details("")),
        Markup::from(&question),
        Markup::of(&Button::submit("Save my decision")),
    ]);
    CasePage {
        layout: staff("Case NY-0231: linked cases", "Cases"),
        identity: IdentityBar {
            label: "Case summary".to_owned(),
            items: [
                ("Case", "NY-0231"),
                ("Status", "Open, high concern"),
                ("Police area", "North Yorkshire"),
                ("Next check-in", "23 November"),
            ]
            .map(|(name, value)| (name.into(), value.into()))
            .to_vec(),
        },
        breadcrumbs: Breadcrumbs {
            above: vec![NavLink::new("Start", "#"), NavLink::new("Cases", "#")],
            here: Some("NY-0231".into()),
        },
        parts: SubNavigation {
            label: "Case sections".to_owned(),
            links: ["Overview", "Child and family support", "Linked cases (3)", "Actions (2)", "Who has seen this"]
                .map(|part| NavLink::new(part, "#").current_when(part.starts_with("Linked")))
                .to_vec(),
        },
        network: Network {
            id: "network".to_owned(),
            title: "Network of 4 cases".to_owned(),
            description: "The same information is in the list of linked cases.".to_owned(),
            nodes: ["NY-0231", "LC-1187", "CL-0642", "WY-2310"].map(node).to_vec(),
            links: vec![
                edge(0, 1, LinkStrength::Strong, "Payee account, name, message"),
                edge(0, 2, LinkStrength::Possible, "Message"),
                edge(0, 3, LinkStrength::Possible, "Account name"),
                edge(1, 2, LinkStrength::Strong, "Payee account"),
            ],
        }
        .draw(),
        linked: vec![
            linked(
                "LC-1187",
                "Lancashire",
                LinkStrength::Strong,
                "about 90 in 100",
                Markup::join([
                    "Mostly because ".into(),
                    Markup::strong("both payments went to the same payee account"),
                    ". This account appears in only 2 of 4,812 cases.".into(),
                ]),
                strong,
            ),
            linked(
                "CL-0642",
                "Cleveland",
                LinkStrength::Possible,
                "about 41 in 100",
                Markup::join([
                    "The opening message is 78% alike. No shared account or payment. ".into(),
                    Markup::link("#", "Why CL-0642 was suggested"),
                ]),
                Markup::default(),
            ),
            linked(
                "WY-2310",
                "West Yorkshire",
                LinkStrength::Possible,
                "about 36 in 100",
                Markup::join([
                    "Account names follow the same pattern. You need permission from West Yorkshire to see more. ".into(),
                    Markup::link("#", "Ask to see case WY-2310"),
                ]),
                Markup::default(),
            ),
        ],
        glance: SummaryList {
            no_border: true,
            rows: [
                ("Child", "Aged 15, boy"),
                ("Harm", "Money demanded, threat to share"),
                ("Lead", "Sam Okafor"),
                ("Sharing", "Police and social care. Not school"),
            ]
            .map(|(key, value)| SummaryRow::new(key, value))
            .to_vec(),
        },
        timeline: Timeline {
            items: [
                ("Links suggested", "the matching service", "22 November 2026, 06:10", "3 possible links found overnight. None shared yet."),
                ("Payment added", "Sam Okafor", "21 November 2026, 16:42", "£250 to payee ending 4471. Bank told, reference held."),
                ("Police informed", "Sam Okafor", "21 November 2026, 11:05", "101 call. Crime reference recorded."),
            ]
            .map(|(title, by, when, description)| TimelineItem {
                title: title.into(),
                by: by.into(),
                when: when.to_owned(),
                datetime: String::new(),
                description: description.into(),
            })
            .to_vec(),
        },
    }
}

fn trends_page() -> TrendsPage {
    let counts: [u64; 52] = [
        3, 6, 8, 2, 6, 7, 5, 8, 8, 5, 10, 10, 11, 12, 10, 10, 6, 11, 8, 9, 7, 7, 8, 12, 5, 6, 10, 12, 10, 4,
        3, 9, 6, 5, 9, 9, 7, 7, 7, 9, 7, 7, 7, 3, 8, 7, 7, 2, 11, 15, 19, 23,
    ];
    let weeks = counts.iter().enumerate().map(|(index, count)| {
        let angle = index as f64 / 52.0 * std::f64::consts::TAU;
        let middle = 7.5 - 2.0 * (angle + 0.9).cos();
        Week {
            monday: date(2025, 12, 1)
                .saturating_add(jiff::Span::new().days(7 * i64::try_from(index).expect("small"))),
            observed: Count::Exact(*count),
            expected: Some(Expected { middle, lower: middle * 0.3, upper: middle * 1.75 }),
            above: index >= 49,
        }
    });
    let tiles = POLICE_AREAS.iter().enumerate().map(|(index, area)| Tile {
        short: area.short.to_owned(),
        name: area.name.to_owned(),
        column: area.column,
        row: area.row,
        value: match area.short {
            "WAR" | "COL" => TileValue::Hidden,
            "DOR" => TileValue::NotRecorded,
            "NYK" => TileValue::Rate { cases: 26, rate: 3.5 },
            "CLV" => TileValue::Rate { cases: 20, rate: 2.7 },
            _ => TileValue::Rate { cases: 9 + index as u64, rate: 0.6 + (index * 7 % 13) as f64 / 8.0 },
        },
        href: format!("#{}", area.code),
    });
    let options = |texts: &[&str]| texts.iter().map(|text| SelectOption::new(*text, *text)).collect();
    let flag = |level, title: &str, paragraphs: &[&str]| Flag {
        level,
        title: title.into(),
        paragraphs: paragraphs.iter().map(|text| (*text).into()).collect(),
    };
    TrendsPage {
        layout: staff("Trends", "Trends"),
        filters: vec![
            Select::new("area", "Area", options(&["North Yorkshire", "All areas"])),
            Select::new("period", "Period", options(&["Last 12 months", "Last 13 weeks"])),
            Select::new("demand", "Type of demand", options(&["All types", "Money"])),
            Select::new("agency", "Recorded by", options(&["All agencies", "Police"])),
        ],
        update: Button { prevent_double_click: false, ..Button::submit("Update") },
        stats: Stats {
            stats: vec![
                Stat::new("This week", "23", "expected 3 to 13"),
                Stat::new("Last 4 weeks", "68", "up from 29 in the 4 weeks before"),
                Stat::new("Girls", "61%", "39% in the 12 months before"),
                Stat::new("Linked to another case", "31%", "21 of 68 cases"),
            ],
        },
        counts: BandChart {
            id: "weekly".to_owned(),
            title: "Cases recorded each week, North Yorkshire, December 2025 to November 2026".to_owned(),
            description:
                "Between 2 and 12 a week until early November. Then 15, 19 and 23: above the expected range."
                    .to_owned(),
            language: Language::English,
            weeks: weeks.collect(),
            note: Some(BandNote {
                headline: "Above expected range".to_owned(),
                detail: "3 weeks in a row".to_owned(),
            }),
        }
        .draw(),
        map: TileMap {
            id: "areas".to_owned(),
            title: "Cases per 100,000 people by police force area, last 4 weeks".to_owned(),
            description: "Highest in North Yorkshire and Cleveland. The table has every area.".to_owned(),
            unit: "per 100,000 people".to_owned(),
            cuts: [1.0, 1.5, 2.2],
            tiles: tiles.collect(),
        }
        .draw(),
        flags: Flags {
            flags: vec![
                flag(
                    FlagLevel::CheckNow,
                    "North Yorkshire: 23 cases this week",
                    &[
                        "We expected 3 to 13. By chance alone, a week like this would come up about once in 400.",
                        "One school reported 5 of them.",
                    ],
                ),
                flag(
                    FlagLevel::KeepWatching,
                    "More girls than last year",
                    &[
                        "61% of cases in the last 4 weeks; 39% in the year before. Demands are for more images, not money.",
                    ],
                ),
                flag(
                    FlagLevel::DataQuality,
                    "2 agencies started recording in October",
                    &["Part of the rise in Cleveland may be better recording."],
                ),
            ],
        },
    }
}

fn parts_page() -> PartsPage {
    let mut problems = FormProblems::new(Language::English);
    problems.add_at("began-on", "began-on-month", "Month must be between 1 and 12");
    problems.add("reference", "Enter the reference of the report");
    let summary = problems.summary().expect("there are problems");
    let part = |component: &dyn std::fmt::Display| Markup::built(component.to_string());
    let task = |title: &str, hint: &str, status| Task {
        title: title.into(),
        href: Some("#".to_owned()),
        hint: Some(hint.into()),
        status,
    };
    let parts = vec![
        part(&summary),
        part(&NotificationBanner::success("The case was saved")),
        part(&TextInput {
            hint: Some("For example NY-0231. Never a name.".into()),
            error: problems.of("reference"),
            width: 10,
            spellcheck: Some(false),
            ..TextInput::new("reference", "Reference of the report")
        }),
        part(&TextInput {
            prefix: Some("£".into()),
            suffix: Some("in all".into()),
            width: 5,
            inputmode: "decimal",
            not_known: Some(NotKnown::new("amount", "Amount paid", "declined")),
            ..TextInput::new("amount", "Amount paid")
        }),
        part(&DateInput {
            hint: Some("For example 27 3 2026".into()),
            error: problems.of("began-on"),
            error_parts: vec![DatePart::Month],
            day: "7".to_owned(),
            month: "17".to_owned(),
            year: "2026".to_owned(),
            not_known: Some(NotKnown::new("began-on", "When contact began", "")),
            ..DateInput::new("began-on", Legend::new("When did contact begin?"))
        }),
        part(
            &Radios {
                hint: Some("As the child told it.".into()),
                selected: Some("not-asked".to_owned()),
                ..Radios::new(
                    "image",
                    Legend::new("Has an image been shared on?"),
                    vec![
                        Choice {
                            conditional: Some(part(&TextInput::new("where", "On which platform?"))),
                            ..Choice::new("yes", "Yes")
                        },
                        Choice::new("no", "No").with_hint("As far as the child knows"),
                    ],
                )
            }
            .or_not_known(),
        ),
        part(&Checkboxes {
            selected: vec!["family".to_owned()],
            ..Checkboxes::new(
                "threat-to",
                Legend::new("Whom was it threatened to tell?"),
                vec![
                    Choice::new("family", "Family"),
                    Choice::new("school", "School"),
                    Choice::divider("or"),
                    Choice { exclusive: true, ..Choice::new("none", "None of these") },
                ],
            )
        }),
        part(&CharacterCount {
            hint: Some("Facts only. Never describe an image.".into()),
            ..CharacterCount::new("notes", "What happened", 2000)
        }),
        part(&Textarea { rows: 3, ..Textarea::new("voice", "The child’s own words") }),
        part(&Select::new(
            "platform",
            "Where contact began",
            vec![SelectOption::new("", "Choose one"), SelectOption::new("instagram", "Instagram")],
        )),
        part(&SummaryList::new(vec![
            SummaryRow::new("Child’s age", "15").changed_at("#", "child’s age"),
            SummaryRow::new("Parents know", "Not yet").changed_at("#", "whether parents know"),
            SummaryRow::new("Rules version", "2026-11-04"),
        ])),
        part(&TaskList {
            id_prefix: "open".to_owned(),
            tasks: vec![
                task(
                    "Confirm the child’s bank has been told - case NY-0231",
                    "Due today, 4pm",
                    TaskStatus::Tag(Tag::new("Due today", TagColour::Red)),
                ),
                task(
                    "Check in with a family after 2 weeks - case NY-0198",
                    "Due 27 November",
                    TaskStatus::Text("Not started".into()),
                ),
            ],
        }),
        part(&InsetText::new("Invented data.")),
        part(&WarningText::new("Do not reply to the account, and do not delete anything.")),
        part(&Details::new(
            "Routes we left out, and why",
            Markup::paragraph("You answered “No” to links with hate."),
        )),
        part(&Pagination::of(5, 12, |page| format!("?page={page}")).expect("many pages")),
        part(&BackLink::new("/")),
        part(&CsrfField { token: CsrfToken::new(&[2; 32]) }),
        part(&Button::link("Create referral summary", "#")),
        part(&Button::print("Print this plan")),
        part(&Button { style: ButtonStyle::Warning, ..Button::submit("Delete this draft") }),
    ];
    let step = |title: &str, urgency, when: &str, action: Button| {
        PlanStep {
        title: title.into(),
        urgency,
        when: when.into(),
        what: "Blackmailing a child over images is a crime and the child is the victim. Ask for a crime reference number.".into(),
        why: "You told us the threats are still coming, and that money has been taken.".into(),
        stay_safe: Some("Stay with the child while you call. Tell them what you will say before you say it.".into()),
        action: Some(action),
        more: Markup::link("#", &format!("Mark as done: {title}")),
    }
    };
    PartsPage {
        layout: StaffLayout { has_errors: true, ..staff("Components", "Start") },
        parts,
        plan: Plan {
            steps: vec![
                step(
                    "Tell the police - 101, or 999 if there is danger now",
                    Urgency::Now,
                    "Do this now",
                    Button::link("Call 101", "tel:101"),
                ),
                step(
                    "Help the child use Report Remove",
                    Urgency::Today,
                    "Today, with the child",
                    Button::link("Open Report Remove", "#").secondary(),
                ),
                step(
                    "Plan support for the child and the family",
                    Urgency::ThisWeek,
                    "This week",
                    Button::link("Add check-ins to the case", "#").secondary(),
                ),
            ],
        },
    }
}

fn young_page() -> YoungPage {
    YoungPage {
        layout: PublicLayout {
            note: Some("You do not need to sign in. We do not ask who you are.".into()),
            quick_exit: Some(QuickExit { href: "/leave".to_owned(), text: "Exit this page".into() }),
            for_young_people: true,
            languages: vec![LanguageLink { language: Language::Welsh, href: "/cy/".to_owned() }],
            ..PublicLayout::new("Help and advice")
        },
    }
}

fn pages() -> [(&'static str, String); 4] {
    [
        ("case", case_page().render().expect("rendered")),
        ("trends", trends_page().render().expect("rendered")),
        ("parts", parts_page().render().expect("rendered")),
        ("young", young_page().render().expect("rendered")),
    ]
}

/// The pages with hashes taken out of file names: they differ with and without Node.
fn steady(html: &str) -> String {
    let mut out = String::new();
    for line in html.lines() {
        if line.contains("/assets/govuk-") || line.trim().is_empty() {
            continue;
        }
        let mut rest = line;
        while let Some((before, from)) = rest.split_once("/assets/") {
            let (name, after) = from.split_once('"').expect("a quoted address");
            let stem = name.rsplit_once('-').map_or(name, |(stem, _)| stem);
            out.push_str(&format!("{before}/assets/{stem}\""));
            rest = after;
        }
        out.push_str(rest);
        out.push('\n');
    }
    out
}

#[test]
fn every_page_of_examples_is_as_it_was() {
    for (name, html) in pages() {
        insta::assert_snapshot!(name, steady(&html));
    }
}

#[test]
fn ids_are_unique_and_labels_lead_somewhere() {
    for (page, html) in pages() {
        let ids: Vec<&str> = attribute_values(&html, " id=\"");
        let unique: std::collections::BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), unique.len(), "{page}: an id is used twice");
        for name in [" for=\"", " aria-labelledby=\"", " aria-describedby=\"", " href=\"#link-"] {
            for value in attribute_values(&html, name) {
                for id in value.split_whitespace() {
                    let id = if name.contains("link-") { format!("link-{id}") } else { id.to_owned() };
                    assert!(
                        id == "link-NY-0231" || unique.contains(id.as_str()),
                        "{page}: {name}{id} leads nowhere"
                    );
                }
            }
        }
    }
}

fn attribute_values<'a>(html: &'a str, opening: &str) -> Vec<&'a str> {
    html.split(opening).skip(1).map(|rest| rest.split('"').next().unwrap_or_default()).collect()
}

/// Writes the pages for a look: `target/gallery/<page>.html` with `/assets` beside them.
#[test]
fn the_pages_can_be_looked_at() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/gallery");
    std::fs::create_dir_all(folder.join("assets")).expect("a folder");
    crate::edge::assets::write_all(&folder.join("assets"));
    for (name, html) in pages() {
        std::fs::write(folder.join(format!("{name}.html")), html).expect("written");
    }
    assert!(folder.join("case.html").exists());
}
