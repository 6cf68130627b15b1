//! The trends, as people meet them: over an invented region whose weeks are known.

use std::collections::BTreeMap;

use daymark_access::{Record, Staff, Standing, may, verb};
use daymark_sample::{Column, Plan, Scenario, invent};
use daymark_store::agency::{self, Agency};
use daymark_store::case_file::NewCase;
use daymark_store::entity::NewEntity;
use daymark_store::import_batch::{self, NewRow};
use daymark_vocab::{
    AgencyId, AgencyKind, Clock, Confidence, EntityKind, Fact, FactKind, Known, Moment, OsEntropy, Role,
    Source, Value,
};
use jiff::ToSpan;
use jiff::civil::{Date, date};

use crate::testing::{POLICE, SCHOOL, TestApp};

/// North Yorkshire, where the test agencies work.
const HERE: &str = "E23000009";
const CLEVELAND: &str = "E23000013";
/// The Monday of the last complete week; the test's clock stands at the Monday after.
const LAST: Date = date(2026, 11, 16);

/// One report of the invented region.
#[derive(Debug, Clone)]
struct Invented {
    agency: String,
    area: String,
    received_on: Date,
    gender: &'static str,
    demand: &'static str,
    payee: Option<&'static str>,
}

fn report(agency: &str, area: &str, received_on: Date) -> Invented {
    Invented {
        agency: agency.to_owned(),
        area: area.to_owned(),
        received_on,
        gender: "boy",
        demand: "money",
        payee: None,
    }
}

/// `per_week(weeks_ago)` reports in each of the last `n_weeks` weeks.
fn weeks(agency: &str, area: &str, n_weeks: i64, per_week: impl Fn(i64) -> i64) -> Vec<Invented> {
    let day = |weeks_ago: i64, number: i64| LAST.saturating_add((number % 5 - 7 * weeks_ago).days());
    (0..n_weeks)
        .flat_map(|ago| (0..per_week(ago)).map(move |number| day(ago, number)))
        .map(|day| report(agency, area, day))
        .collect()
}

/// Between 4 and 8 a week, without a trend.
fn ordinary(ago: i64) -> i64 {
    4 + (ago * 7 + ago / 3) % 5
}

fn entity(
    kind: EntityKind,
    ordinal: i64,
    fields: &[(&str, Value)],
    by: &Staff,
    at: jiff::Timestamp,
) -> NewEntity {
    let fact = |value: &Value| Fact {
        value: Known::Yes(value.clone()),
        kind: FactKind::Fact,
        source: Source::NotRecorded,
        confidence: Confidence::Unverified,
        recorded_by: by.member.clone(),
        recorded_at: at,
    };
    let facts = fields.iter().map(|(field, value)| (field.parse().unwrap(), fact(value))).collect();
    NewEntity { kind, ordinal, facts }
}

fn code(text: &str) -> Value {
    Value::Code(text.to_owned())
}

fn member_of(agency: &str, role: Role, app: &TestApp) -> Staff {
    Staff {
        member: daymark_vocab::MemberId::random(&OsEntropy).unwrap(),
        agency: agency.parse().unwrap(),
        agency_kind: AgencyKind::School,
        roles: [role].into(),
        standing: Standing::Active,
        step_up_at: Some(app.clock.now()),
    }
}

/// Puts reports into the store through the door that imports use, and counts them.
async fn fill(app: &TestApp, reports: Vec<Invented>) {
    let now = app.clock.now();
    let mut by_agency: BTreeMap<String, Vec<Invented>> = BTreeMap::new();
    for report in reports {
        by_agency.entry(report.agency.clone()).or_default().push(report);
    }
    for (number, (slug, reports)) in by_agency.into_iter().enumerate() {
        let id: AgencyId = slug.parse().unwrap();
        let mut tx = app.app.store.write("fill the invented region").await.unwrap();
        if agency::find(&mut tx, &id).await.unwrap().is_none() {
            let new = Agency {
                id: id.clone(),
                name: format!("{slug} (invented)"),
                kind: AgencyKind::Police,
                area: reports[0].area.parse().unwrap(),
                prefix: format!("T{number}"),
                contact: "01632 960000".to_owned(),
            };
            agency::add(&mut tx, &new, now).await.unwrap();
        }
        let staff = member_of(&slug, Role::SafeguardingLead, app);
        let grant = may::<verb::ImportReports>(&staff, &Record::agency(id), now).unwrap();
        let row = |(place, report): (usize, &Invented)| {
            let mut entities = vec![
                entity(
                    EntityKind::Report,
                    0,
                    &[
                        ("report.received_on", Value::Moment(Moment::day(report.received_on))),
                        ("report.area", code(&report.area)),
                    ],
                    &staff,
                    now,
                ),
                entity(EntityKind::Child, 0, &[("child.gender", code(report.gender))], &staff, now),
                entity(EntityKind::Demand, 0, &[("demand.kind", code(report.demand))], &staff, now),
            ];
            if let Some(payee) = report.payee {
                let fields = [
                    ("account.selector_kind", code("bank-account")),
                    ("account.selector", Value::Text(payee.to_owned().into())),
                ];
                entities.push(entity(EntityKind::Account, 0, &fields, &staff, now));
            }
            NewRow {
                external_id: format!("SYN-{}-{place}", report.received_on),
                digest: [u8::try_from(place % 251).unwrap(); 32],
                case: NewCase {
                    area: report.area.parse().unwrap(),
                    lead: None,
                    next_check_on: None,
                    entities,
                    parts: Vec::new(),
                    import: None,
                },
            }
        };
        let rows = reports.iter().enumerate().map(row).collect();
        import_batch::import(&mut tx, &grant, [u8::try_from(number).unwrap(); 32], rows, "test", now)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
    app.app.trends.refresh(&app.app).await.unwrap();
}

/// The text of a page without its tags.
fn text_of(html: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for letter in html.chars() {
        match letter {
            '<' => inside = true,
            '>' => {
                inside = false;
                out.push(' ');
            }
            letter if !inside => out.push(letter),
            _ => {}
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn a_clear_rise_is_said_in_plain_words() {
    let app = TestApp::new().await;
    let rise = |ago: i64| if ago < 3 { 23 - 2 * ago } else { ordinary(ago) };
    fill(&app, weeks(SCHOOL, HERE, 290, rise)).await;
    let page = app.lead().await.get("/trends").await;
    assert_eq!(page.status, 200);
    let text = text_of(&page.body);
    for words in [
        "Reports in North Yorkshire have been above the expected range for 3 weeks",
        "North Yorkshire: 23 reports last week",
        "Check now",
        "By chance alone a week like this would come up less than once in 1,000.",
        "It has been above the expected range in 3 weeks since 2 November.",
        "Last week, 16 to 22 November 23",
        "Chance alone would put fewer than 1 of them",
    ] {
        assert!(text.contains(words), "{words}\n{text}");
    }
    assert!(!text.contains("See the cases"), "a safeguarding lead has no such list");

    let coordinator = app.visitor(SCHOOL, Role::PanelCoordinator).await;
    let page = coordinator.get("/trends").await;
    write_for_a_look("trends-rise", &page.body);
    let href = link_after(&page.body, "/trends/cases?").replace("&#38;", "&").replace("&amp;", "&");
    let cases = coordinator.get(&href).await;
    assert_eq!(cases.status, 200);
    let text = text_of(&cases.body);
    assert!(text.contains("You may see 63 cases."), "{text}");
    assert_eq!(cases.body.matches("<tr ").count(), 64, "a head and as many rows as were said");

    let flag = link_after(&page.body, "/trends/flags/");
    let flag = coordinator.get(&flag).await;
    assert_eq!(flag.status, 200);
    let text = text_of(&flag.body);
    for words in ["The week of 2 November 2026", "What else could explain it", "Compared with"] {
        assert!(text.contains(words), "{words}\n{text}");
    }
}

/// The first address on the page that begins so.
fn link_after(html: &str, beginning: &str) -> String {
    let at = html.find(&format!("href=\"{beginning}")).expect("a link");
    html[at + 6..].split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_flag_keeps_its_address_while_the_rise_goes_on() {
    let app = TestApp::new().await;
    let rise = |ago: i64| if ago < 3 { 23 - 2 * ago } else { ordinary(ago) };
    fill(&app, weeks(SCHOOL, HERE, 290, rise)).await;
    let before = link_after(&app.lead().await.get("/trends").await.body, "/trends/flags/");
    app.clock.advance(jiff::SignedDuration::from_hours(7 * 24));
    let more: Vec<Invented> =
        (0..25).map(|number| report(SCHOOL, HERE, LAST.saturating_add((7 + number % 5).days()))).collect();
    fill(&app, more).await;
    let page = app.lead().await.get("/trends").await;
    assert_eq!(link_after(&page.body, "/trends/flags/"), before);
    assert!(text_of(&page.body).contains("25 reports last week"));
}

#[tokio::test]
async fn a_holiday_dip_raises_no_flag() {
    let app = TestApp::new().await;
    let dip = |ago: i64| if (3..5).contains(&ago) { 0 } else { ordinary(ago) };
    fill(&app, weeks(SCHOOL, HERE, 290, dip)).await;
    let page = app.lead().await.get("/trends").await;
    let text = text_of(&page.body);
    assert!(text.contains("What to look at (0)"), "{text}");
    assert!(text.contains("Reports in North Yorkshire are within the expected range"), "{text}");
}

#[tokio::test]
async fn threat_t30_small_numbers_appear_nowhere() {
    let app = TestApp::new().await;
    // Two agencies; no week reaches five in the one, few do in the other.
    let mut reports = weeks(SCHOOL, HERE, 290, |ago| ago % 3);
    reports.extend(weeks(POLICE, HERE, 290, |ago| (ago * 5) % 7));
    reports.extend(weeks("cleveland-police", CLEVELAND, 290, |ago| (ago * 11) % 8));
    for (place, report) in reports.iter_mut().enumerate() {
        report.demand = ["money", "more-images", "silence"][place % 3];
        report.gender = ["girl", "boy"][place % 2];
    }
    fill(&app, reports).await;
    let lead = app.lead().await;
    let mut n_hidden = 0;
    let queries = [
        String::new(),
        format!("area={CLEVELAND}"),
        "area=all".to_owned(),
        "demand=money".to_owned(),
        "demand=silence&period=104".to_owned(),
        format!("agency={SCHOOL}"),
        format!("agency={POLICE}&period=13"),
    ];
    for query in queries {
        for path in ["/trends", "/trends.csv"] {
            for table in ["weeks", "areas"] {
                let answer = lead.get(&format!("{path}?{query}&table={table}")).await;
                assert_eq!(answer.status, 200, "{path}?{query}");
                for column in counts_in(&answer.body, path) {
                    assert!(!["1", "2", "3", "4"].contains(&column.as_str()), "{path}?{query}: {column}");
                    n_hidden += usize::from(column == "hidden");
                }
            }
        }
    }
    assert!(n_hidden > 100, "the region is sparse: {n_hidden}");
}

/// The cells that hold counts: numbers on the page, the column of reports in a file, the headline numbers.
fn counts_in(body: &str, path: &str) -> Vec<String> {
    if path.ends_with(".csv") {
        let head: Vec<&str> = body.lines().next().unwrap().split(',').collect();
        let place = head.iter().position(|name| *name == "reports").unwrap();
        return body.lines().skip(1).map(|line| line.split(',').nth(place).unwrap().to_owned()).collect();
    }
    let numeric = body.split("govuk-table__cell--numeric\">").skip(1);
    let headline = body.split("<dd><b>").skip(1);
    numeric.chain(headline).map(|rest| rest.split('<').next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn threat_t31_hidden_numbers_cannot_be_had_by_adding_up() {
    let app = TestApp::new().await;
    let mut reports = weeks(SCHOOL, HERE, 290, |ago| 6 + ago % 4);
    reports.extend(weeks(POLICE, HERE, 290, |ago| 2 + ago % 2));
    fill(&app, reports).await;
    let lead = app.lead().await;
    let column = async |query: &str| -> Vec<Option<u64>> {
        let file = lead.get(&format!("/trends.csv?{query}")).await;
        assert_eq!(file.status, 200);
        counts_in(&file.body, ".csv").iter().map(|cell| cell.parse().ok()).collect()
    };
    let all = column("").await;
    let school = column(&format!("agency={SCHOOL}")).await;
    let police = column(&format!("agency={POLICE}")).await;
    assert!(police.iter().all(Option::is_none));
    for ((all, school), _) in all.iter().zip(&school).zip(&police) {
        let rest = all.zip(*school).map(|(all, school)| all - school);
        assert!(rest.is_none_or(|rest| rest == 0 || rest >= 5), "{all:?} - {school:?}");
    }
}

#[tokio::test]
async fn strangers_and_other_roles_are_refused() {
    let app = TestApp::new().await;
    fill(&app, weeks(SCHOOL, HERE, 290, ordinary)).await;
    let cases = format!("/trends/cases?area={HERE}&weeks=2026-11-02..2026-11-16");
    for path in ["/trends", "/trends.csv", cases.as_str(), "/trends/flags/f00"] {
        assert_eq!(app.stranger().get(path).await.status, 303, "{path}");
        let trainer = app.visitor(SCHOOL, Role::Trainer).await.get(path).await;
        assert!([403, 404].contains(&trainer.status), "{path}: {}", trainer.status);
    }
    assert_eq!(app.lead().await.get(&cases).await.status, 403);
    assert_eq!(app.lead().await.get("/trends/flags/f00").await.status, 404);
    let other = app.visitor(POLICE, Role::Analyst).await.get(&cases).await;
    assert!(text_of(&other.body).contains("None of these cases is open to you."));
}

#[tokio::test]
async fn what_cannot_be_read_is_named_all_at_once() {
    let app = TestApp::new().await;
    let answer = app.lead().await.get("/trends?area=nowhere&period=7&demand=kindness&agency=A%20B").await;
    assert_eq!(answer.status, 400);
    for field in ["Area:", "Period:", "Type of demand:", "Recorded by:"] {
        assert!(answer.body.contains(field), "{field}");
    }
    let coordinator = app.visitor(SCHOOL, Role::PanelCoordinator).await;
    let answer = coordinator.get("/trends/cases?area=x&weeks=2026-11-30..2026-11-02").await;
    assert_eq!(answer.status, 400);
    assert!(answer.body.contains("area:") && answer.body.contains("weeks:"));
}

#[tokio::test]
async fn before_the_first_count_the_page_says_so() {
    let app = TestApp::new().await;
    let page = app.lead().await.get("/trends").await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("The figures are being counted"));
    assert_eq!(app.lead().await.get("/trends.csv").await.status, 503);
}

#[tokio::test]
async fn agencies_that_begin_to_record_explain_a_rise() {
    let app = TestApp::new().await;
    let mut reports = weeks(SCHOOL, HERE, 290, ordinary);
    for new in ["new-school", POLICE] {
        reports.extend(weeks(new, HERE, 7, |_| 8));
    }
    fill(&app, reports).await;
    let text = text_of(&app.lead().await.get("/trends").await.body);
    for words in [
        "2 agencies started recording in October",
        "Part of the rise in North Yorkshire may be better recording.",
    ] {
        assert!(text.contains(words), "{words}\n{text}");
    }
    let elsewhere =
        text_of(&app.visitor(POLICE, Role::Analyst).await.get("/trends?area=E23000001").await.body);
    assert!(elsewhere.contains("No reports here yet"), "{elsewhere}");
    assert!(text.contains("Without them it is within the expected range."), "{text}");
}

#[tokio::test]
async fn one_account_in_three_areas_is_a_flag_without_the_account() {
    const ACCOUNT: &str = "00-00-00 12345678";
    let app = TestApp::new().await;
    let mut reports = Vec::new();
    for (agency, area) in [(SCHOOL, HERE), (POLICE, CLEVELAND), ("durham-police", "E23000008")] {
        reports.extend(weeks(agency, area, 290, ordinary));
        for day in [3, 9] {
            let received_on = LAST.saturating_sub(day.days());
            reports.push(Invented { payee: Some(ACCOUNT), ..report(agency, area, received_on) });
        }
    }
    fill(&app, reports).await;
    let page = app.lead().await.get("/trends").await;
    let text = text_of(&page.body);
    assert!(text.contains("Same payment account in 6 cases, 3 areas"), "{text}");
    assert!(!page.body.contains("12345678"));
}

#[tokio::test]
async fn more_girls_than_last_year_is_said_with_both_shares() {
    let app = TestApp::new().await;
    let mut reports = weeks(SCHOOL, HERE, 290, |ago| 8 + ago % 4);
    for (place, report) in reports.iter_mut().enumerate() {
        let recent = report.received_on >= LAST.saturating_sub(21.days());
        report.gender = if (recent && place % 4 > 0) || place % 4 == 0 { "girl" } else { "boy" };
        if recent && place % 4 == 1 {
            report.gender = "boy";
        }
    }
    fill(&app, reports).await;
    let text = text_of(&app.lead().await.get("/trends").await.body);
    assert!(text.contains("More girls than in the year before, North Yorkshire"), "{text}");
    assert!(text.contains("in the year before."), "{text}");
}

/// The demonstration's region through the same door; also writes the pages for a look.
#[tokio::test]
async fn the_demonstration_finds_its_rise() {
    let app = TestApp::new().await;
    let plan =
        Plan { n_reports: 4_000, seed: 1, scenario: Scenario::NorthYorkshire, until: date(2026, 11, 22) };
    let region = invent(&plan);
    let known = |text: &str, list: &[&'static str]| list.iter().copied().find(|word| *word == text);
    let reports = region.reports.iter().map(|row| {
        let kinds =
            ["money", "gift-card", "crypto", "more-images", "live-act", "meeting", "silence", "other"];
        Invented {
            gender: known(row.get(Column::ChildGender), &["girl", "boy", "non-binary"]).unwrap_or("another"),
            demand: known(row.get(Column::Demand1Kind), &kinds).unwrap_or("other"),
            ..report(
                row.get(Column::Agency),
                row.get(Column::Area),
                row.get(Column::ReceivedOn).parse::<Moment>().unwrap().date(),
            )
        }
    });
    fill(&app, reports.collect()).await;
    let coordinator = app.visitor(SCHOOL, Role::PanelCoordinator).await;
    let page = coordinator.get("/trends").await;
    assert_eq!(page.status, 200);
    let text = text_of(&page.body);
    write_for_a_look("trends", &page.body);
    for (name, path) in [
        ("trends-area", format!("/trends?area={CLEVELAND}")),
        ("trends-all", "/trends?area=all&period=104".to_owned()),
        ("trends-cases", format!("/trends/cases?area={HERE}&weeks=2026-11-02..2026-11-16")),
        ("how-we-calculate", "/how-we-calculate".to_owned()),
    ] {
        let answer = coordinator.get(&path).await;
        assert_eq!(answer.status, 200, "{path}");
        write_for_a_look(name, &answer.body);
    }
    let flag = coordinator.get(&link_after(&page.body, "/trends/flags/")).await;
    write_for_a_look("trends-flag", &flag.body);
    for words in ["North Yorkshire: ", "More girls than in the year before, North Yorkshire"] {
        assert!(text.contains(words), "{words}\n{text}");
    }
}

/// Beside the gallery's pages: `target/gallery/<name>.html` with `/assets`.
fn write_for_a_look(name: &str, html: &str) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/gallery");
    std::fs::create_dir_all(folder.join("assets")).unwrap();
    crate::edge::assets::write_all(&folder.join("assets"));
    std::fs::write(folder.join(format!("{name}.html")), html).unwrap();
}
