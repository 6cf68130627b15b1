use super::*;

fn check(items: Vec<ErrorItem>, expected: &[&str]) {
    let html = ErrorSummary { items, ..ErrorSummary::default() }.to_string();
    let mut rest = html.as_str();
    for piece in expected {
        match rest.find(piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => panic!("`{piece}` is missing, or not in order, in:\n{html}"),
        }
    }
}

#[test]
fn problems_keep_the_order_of_the_form() {
    check(
        vec![
            ErrorItem::at("Enter the day", "began-on-day"),
            ErrorItem::general("Choose at least one agency"),
            ErrorItem::at("Say how the child is now", "wellbeing"),
        ],
        &[
            "<h2 class=\"govuk-error-summary__title\">There is a problem</h2>",
            "<li><a href=\"#began-on-day\">Enter the day</a></li>",
            "<li>Choose at least one agency</li>",
            "<li><a href=\"#wellbeing\">Say how the child is now</a></li>",
        ],
    );
}

#[test]
fn what_the_person_typed_is_shown_not_obeyed() {
    check(
        vec![ErrorItem::at("`<script>` is not a date", "x\"onfocus=\"y")],
        &["href=\"#x&#34;onfocus=&#34;y\"", "`&#60;script&#62;` is not a date"],
    );
}

#[test]
fn without_problems_there_is_no_empty_list() {
    let html = ErrorSummary::default().to_string();
    assert!(!html.contains("<ul"), "{html}");
}
