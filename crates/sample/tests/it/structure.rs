//! Campaigns, pools, columns, order and volume: what linkage and watch must find.

use super::*;
use std::collections::{BTreeMap, BTreeSet};

/// As the template names them.
const HEADER: &str = "report_id,agency,received_on,area,disclosure_route,first_told,first_responder,origin_reference,child_ref,child_age_band,child_gender,child_ethnicity,child_send,child_care_status,child_education_urn,child_lgbtq,motive,approach,first_contact_at,first_image_at,first_threat_at,happened_from,happened_to,platform_first,platforms_moved_to,exchange,image_kind,face_visible,threat_to,threat_means,threat_deadline,script_id,leak_status,others_at_risk,persona_claimed_gender,persona_claimed_age,persona_claimed_role,suspect,relationship,handles,display_names,phones,emails,payment_accounts,ibans,payment_tags,wallets,urls,demand_1_kind,demand_1_amount,demand_1_currency,demand_1_method,demand_2_kind,demand_2_amount,demand_2_currency,demand_2_method,payment_1_amount,payment_1_currency,payment_1_method,payment_1_owner,payment_1_aware,payment_1_on,payment_2_amount,payment_2_currency,payment_2_method,payment_2_owner,payment_2_aware,payment_2_on,payment_3_amount,payment_3_currency,payment_3_method,payment_3_owner,payment_3_aware,payment_3_on,debt,debt_bondage,continued_after_payment,recovered,suicide_risk,imagery_handling,parents_informed,account_removed,support_weeks,outcome_code,child_voice,notes,synthetic";

#[test]
fn columns_are_those_of_the_template() {
    let names: Vec<&str> = Column::ALL.iter().map(|column| column.name()).collect();
    assert_eq!(names.join(","), HEADER);
    let mut bytes = Vec::new();
    daymark_sample::write_reports(&region(Scenario::National, 3, 1), &mut bytes).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.starts_with(HEADER));
    let rows =
        csv::Reader::from_reader(text.as_bytes()).into_records().collect::<Result<Vec<_>, _>>().unwrap();
    assert_eq!(rows.len(), 3);
}

#[test]
fn rows_come_in_the_order_of_receipt_and_end_on_the_last_day() {
    let region = region(Scenario::NorthYorkshire, 5_000, 7);
    assert_eq!(region.reports.len(), 5_000);
    let keys: Vec<(&str, &str)> =
        region.reports.iter().map(|r| (r.get(Column::ReceivedOn), r.id())).collect();
    assert!(keys.is_sorted());
    assert!(keys.last().unwrap().0 <= "2026-11-22" && keys[0].0 >= "2021-11-22");
    assert!(keys.last().unwrap().0 > "2026-11-15" && keys[0].0 < "2022-01-15");
    for (report, truth) in region.reports.iter().zip(&region.truth) {
        assert_eq!(report.id(), truth.report_id);
        assert_eq!(report.get(Column::Synthetic), "true");
    }
}

#[test]
fn campaigns_have_a_median_of_three_children_and_a_long_tail() {
    let region = region(Scenario::National, 20_000, 7);
    let mut children = BTreeMap::<&str, BTreeSet<&str>>::new();
    for truth in &region.truth {
        if let Some(campaign) = &truth.campaign_id {
            children.entry(campaign).or_default().insert(&truth.child_id);
        }
    }
    let mut sizes: Vec<usize> = children.values().map(BTreeSet::len).collect();
    sizes.sort_unstable();
    let (median, p90) = (sizes[sizes.len() / 2], sizes[sizes.len() * 9 / 10]);
    println!("{} campaigns: median {median}, p90 {p90}, largest {}", sizes.len(), sizes[sizes.len() - 1]);
    assert_eq!(median, 3);
    assert!((20..=30).contains(&p90), "{p90}");
    assert!(sizes[sizes.len() - 1] <= 400);
}

#[test]
fn pools_hold_their_share_of_the_children_mostly_in_one_school() {
    let region = region(Scenario::National, 20_000, 7);
    let firsts = first_reports(&region);
    for (motive, share) in [("financial", 0.18), ("sexual", 0.35)] {
        let of: Vec<_> = firsts.iter().filter(|(r, _)| r.get(Column::Motive) == motive).collect();
        let pooled = of.iter().filter(|(_, t)| t.pool_id.is_some()).count() as f64 / of.len() as f64;
        assert!((pooled - share).abs() < 0.02, "{motive}: {pooled}");
    }
    let lone = firsts.iter().filter(|(_, t)| t.campaign_id.is_none()).count() as f64 / firsts.len() as f64;
    // A quarter of the non-relational 91 %, and the relational 9 %.
    assert!((lone - 0.3175).abs() < 0.02, "{lone}");
    let mut pools = BTreeMap::<&str, Vec<&SampleReport>>::new();
    for (report, truth) in &firsts {
        if let Some(pool) = &truth.pool_id {
            pools.entry(pool).or_default().push(report);
        }
    }
    let (mut same_area, mut pairs) = (0, 0);
    for members in pools.values() {
        assert!((2..=9).contains(&members.len()));
        for member in &members[1..] {
            pairs += 1;
            same_area += usize::from(member.get(Column::Area) == members[0].get(Column::Area));
        }
    }
    let share = f64::from(same_area as u32) / f64::from(pairs);
    println!("{} pools; {share:.2} of members in the area of the first", pools.len());
    assert!(share > 0.65, "{share}");
}

#[test]
fn one_case_in_two_agencies_shares_no_reference_but_its_truth() {
    let region = region(Scenario::National, 20_000, 7);
    let mut cases = BTreeMap::<&str, Vec<(&SampleReport, &Truth)>>::new();
    for (report, truth) in region.reports.iter().zip(&region.truth) {
        cases.entry(&truth.child_id).or_default().push((report, truth));
    }
    let (mut quoted, mut copies, mut conflicts) = (0_u32, 0_u32, 0_u32);
    for reports in cases.values().filter(|reports| reports.len() > 1) {
        let first = reports[0];
        for (report, truth) in &reports[1..] {
            copies += 1;
            assert_ne!(report.get(Column::Agency), first.0.get(Column::Agency));
            assert_ne!(report.get(Column::ChildRef), first.0.get(Column::ChildRef));
            assert_eq!(truth.campaign_id, first.1.campaign_id);
            let origin = report.get(Column::OriginReference);
            assert!(origin.is_empty() || origin == first.0.id());
            quoted += u32::from(!origin.is_empty());
            conflicts += u32::from(report.get(Column::ChildAgeBand) != first.0.get(Column::ChildAgeBand));
        }
    }
    let share = f64::from(quoted) / f64::from(copies);
    assert!((0.45..0.55).contains(&share), "{share}");
    assert!(conflicts > 0);
    let references: BTreeSet<&str> = region.reports.iter().map(|r| r.get(Column::ChildRef)).collect();
    assert_eq!(references.len(), region.reports.len());
}

#[test]
fn counts_are_more_uneven_than_chance_alone() {
    // Force-months of one year of growth removed by comparing each with its own year's mean.
    let region = region(Scenario::National, 50_000, 7);
    let mut counts = BTreeMap::<(&str, &str, &str), f64>::new();
    for (report, _) in first_reports(&region) {
        let on = report.get(Column::ReceivedOn);
        *counts.entry((report.get(Column::Area), &on[..4], &on[5..7])).or_default() += 1.0;
    }
    let mut per_year = BTreeMap::<(&str, &str), Vec<f64>>::new();
    for ((area, year, _), n) in counts {
        if ("2022"..="2025").contains(&year) {
            per_year.entry((area, year)).or_default().push(n);
        }
    }
    // Moments: variance = mean + mean² / k, pooled over areas and years.
    let (mut excess, mut squares) = (0.0, 0.0);
    for months in per_year.values().filter(|months| months.len() == 12) {
        let mean = months.iter().sum::<f64>() / 12.0;
        let variance = months.iter().map(|n| (n - mean).powi(2)).sum::<f64>() / 11.0;
        excess += variance - mean;
        squares += mean * mean;
    }
    let k = squares / excess;
    println!("implied k: {k:.2}");
    assert!((1.5..5.0).contains(&k), "{k}");
}

#[test]
fn agencies_files_hold_each_report_once() {
    let region = region(Scenario::NorthYorkshire, 2_000, 7);
    let mut rows = 0;
    for agency in &region.agencies {
        let mut bytes = Vec::new();
        daymark_sample::write_reports_of(&region, agency.id.as_str(), &mut bytes).unwrap();
        for row in csv::Reader::from_reader(bytes.as_slice()).into_records() {
            assert_eq!(&row.unwrap()[1], agency.id.as_str());
            rows += 1;
        }
    }
    assert_eq!(rows, 2_000);
    for member in daymark_sample::people::members() {
        assert!(region.agencies.iter().any(|agency| agency.id == member.agency), "{}", member.agency);
    }
}

/// Every controlled value is one that the record catalogue knows.
#[test]
fn codes_are_those_of_the_record_catalogue() {
    let catalogue = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content/record");
    let mut codes = BTreeMap::<String, BTreeSet<String>>::new();
    for entry in std::fs::read_dir(&catalogue).expect("content/record is part of the repository") {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "toml") {
            continue;
        }
        let entity: toml::Table = std::fs::read_to_string(&path).unwrap().parse().unwrap();
        for field in entity["field"].as_array().unwrap() {
            let (Some(column), Some(values)) = (field.get("column"), field.get("values")) else { continue };
            let known = values.as_array().unwrap().iter();
            let known =
                known.map(|value| value["code"].as_str().unwrap().to_owned()).collect::<BTreeSet<_>>();
            for n in ["1", "2", "3"] {
                codes.insert(column.as_str().unwrap().replace("{n}", n), known.clone());
            }
        }
    }
    assert!(codes.len() > 20, "{}", codes.len());
    let region = region(Scenario::NewPlatform, 5_000, 3);
    for column in Column::ALL {
        let Some(known) = codes.get(column.name()) else { continue };
        for cell in region.reports.iter().map(|r| r.get(*column)).filter(|cell| is_known(cell)) {
            for code in cell.split('|') {
                assert!(known.contains(code), "{}: {code}", column.name());
            }
        }
    }
}
