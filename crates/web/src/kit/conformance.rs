//! Do our components write what govuk-frontend's own macros write? Its `fixtures.json` says.
//!
//! For each component the options we support are read from a fixture, and the HTML is compared after both
//! sides are brought to one form (attribute order, white space, character references). Fixtures that use
//! other options are left out and counted. Without `node_modules` (run `npm ci --ignore-scripts`) the test says
//! that it skips.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::radios::Choice;
use super::*;

/// A fixture's options; reading marks what was understood.
struct Options<'a> {
    value: &'a Value,
    known: &'static [&'static str],
}

impl Options<'_> {
    fn all_known(&self) -> bool {
        self.value.as_object().is_some_and(|map| map.keys().all(|key| self.known.contains(&key.as_str())))
    }
}

fn only(value: &Value, known: &'static [&'static str]) -> Option<()> {
    Options { value, known }.all_known().then_some(())
}

fn string(value: &Value, key: &str) -> String {
    match value.get(key) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// `{text}` or `{html}` with nothing else.
fn markup(value: &Value) -> Option<Markup> {
    only(value, &["text", "html"])?;
    content(value, "text", "html")
}

fn content(value: &Value, text: &str, html: &str) -> Option<Markup> {
    if let Some(Value::String(html)) = value.get(html) {
        return Some(Markup::built(html.clone()));
    }
    value.get(text).map(|_| Markup::from(string(value, text)))
}

fn optional<T>(value: &Value, key: &str, read: impl Fn(&Value) -> Option<T>) -> Option<Option<T>> {
    match value.get(key) {
        None | Some(Value::Null) => Some(None),
        Some(inner) => read(inner).map(Some),
    }
}

fn error(value: &Value) -> Option<ErrorMessage> {
    only(value, &["text", "html", "visuallyHiddenText"])?;
    let prefix = match value.get("visuallyHiddenText") {
        None => "Error",
        Some(_) => return None,
    };
    Some(ErrorMessage { text: content(value, "text", "html")?, prefix })
}

fn size_of(classes: &str, stem: &str) -> Option<HeadingSize> {
    let sizes = [HeadingSize::Small, HeadingSize::Medium, HeadingSize::Large, HeadingSize::ExtraLarge];
    if classes.is_empty() {
        return Some(HeadingSize::Body);
    }
    sizes.into_iter().find(|size| size.suffix().is_some_and(|suffix| classes == format!("{stem}--{suffix}")))
}

fn label(value: &Value) -> Option<(Markup, HeadingSize, bool)> {
    let label = value.get("label")?;
    only(label, &["text", "html", "classes", "isPageHeading"])?;
    let heading = label.get("isPageHeading").is_some_and(|heading| heading == true);
    Some((content(label, "text", "html")?, size_of(&string(label, "classes"), "govuk-label")?, heading))
}

fn legend(value: &Value) -> Option<Legend> {
    let legend = value.get("legend")?;
    only(value, &["legend"])?;
    only(legend, &["text", "html", "classes", "isPageHeading"])?;
    Some(Legend {
        text: content(legend, "text", "html")?,
        size: size_of(&string(legend, "classes"), "govuk-fieldset__legend")?,
        is_page_heading: legend.get("isPageHeading").is_some_and(|heading| heading == true),
    })
}

fn text_input(o: &Value) -> Option<String> {
    only(
        o,
        &[
            "label",
            "name",
            "id",
            "hint",
            "errorMessage",
            "classes",
            "prefix",
            "suffix",
            "value",
            "type",
            "inputmode",
            "autocomplete",
            "spellcheck",
        ],
    )?;
    let (label, label_size, label_is_page_heading) = label(o)?;
    let width = match string(o, "classes").as_str() {
        "" => 0,
        classes => classes.strip_prefix("govuk-input--width-")?.parse().ok()?,
    };
    let kind = match string(o, "type").as_str() {
        "" => "",
        "number" => "number",
        "email" => "email",
        _ => return None,
    };
    let inputmode = match string(o, "inputmode").as_str() {
        "" => "",
        "decimal" => "decimal",
        _ => return None,
    };
    let autocomplete = match string(o, "autocomplete").as_str() {
        "" => "",
        "postal-code" => "postal-code",
        _ => return None,
    };
    let component = TextInput {
        name: string(o, "name"),
        id: string(o, "id"),
        label,
        label_size,
        label_is_page_heading,
        hint: optional(o, "hint", markup)?,
        error: optional(o, "errorMessage", error)?,
        value: string(o, "value"),
        kind,
        width,
        prefix: optional(o, "prefix", markup)?,
        suffix: optional(o, "suffix", markup)?,
        inputmode,
        autocomplete,
        spellcheck: o.get("spellcheck").and_then(Value::as_bool),
        not_known: None,
    };
    Some(component.to_string())
}

fn textarea(o: &Value) -> Option<String> {
    only(o, &["label", "name", "id", "hint", "errorMessage", "value", "rows", "spellcheck"])?;
    let (label, label_size, label_is_page_heading) = label(o)?;
    let component = Textarea {
        name: string(o, "name"),
        id: string(o, "id"),
        label,
        label_size,
        label_is_page_heading,
        hint: optional(o, "hint", markup)?,
        error: optional(o, "errorMessage", error)?,
        value: string(o, "value"),
        rows: string(o, "rows").parse().unwrap_or(0),
        spellcheck: o.get("spellcheck").and_then(Value::as_bool),
        not_known: None,
    };
    Some(component.to_string())
}

fn character_count(o: &Value) -> Option<String> {
    only(
        o,
        &[
            "label",
            "name",
            "id",
            "hint",
            "errorMessage",
            "value",
            "rows",
            "spellcheck",
            "maxlength",
            "threshold",
        ],
    )?;
    let (label, label_size, label_is_page_heading) = label(o)?;
    let component = CharacterCount {
        name: string(o, "name"),
        id: string(o, "id"),
        label,
        label_size,
        label_is_page_heading,
        hint: optional(o, "hint", markup)?,
        error: optional(o, "errorMessage", error)?,
        value: string(o, "value"),
        rows: string(o, "rows").parse().unwrap_or(0),
        max_length: string(o, "maxlength").parse().ok()?,
        threshold_percent: string(o, "threshold").parse().ok(),
        spellcheck: o.get("spellcheck").and_then(Value::as_bool),
    };
    Some(component.to_string())
}

fn select(o: &Value) -> Option<String> {
    only(o, &["label", "name", "id", "hint", "errorMessage", "items", "value"])?;
    let (label, HeadingSize::Body, false) = label(o)? else { return None };
    let mut selected = o.get("value").map(|_| string(o, "value"));
    let mut options = Vec::new();
    for item in o.get("items")?.as_array()? {
        only(item, &["value", "text", "selected", "disabled"])?;
        // Values that are neither text nor number, and choices that refuse to be selected, do not occur in ours.
        if item.get("value")?.is_boolean() || item.get("selected").is_some_and(|selected| selected == false) {
            return None;
        }
        if item.get("selected").is_some_and(|selected| selected == true) {
            selected = Some(string(item, "value"));
        }
        options.push(SelectOption {
            value: string(item, "value"),
            text: string(item, "text"),
            disabled: item.get("disabled").is_some_and(|disabled| disabled == true),
        });
    }
    let component = Select {
        name: string(o, "name"),
        id: string(o, "id"),
        label,
        hint: optional(o, "hint", markup)?,
        error: optional(o, "errorMessage", error)?,
        options,
        selected,
    };
    Some(component.to_string())
}

/// The choices, and the values that are taken.
fn choices(o: &Value) -> Option<(Vec<Choice>, Vec<String>)> {
    let mut taken = Vec::new();
    let mut choices = Vec::new();
    for item in o.get("items")?.as_array()? {
        if let Some(divider) = item.get("divider").and_then(Value::as_str) {
            choices.push(Choice::divider(divider));
            continue;
        }
        only(item, &["value", "text", "html", "hint", "checked", "disabled", "conditional", "behaviour"])?;
        if item.get("checked").is_some_and(|checked| checked == true) {
            taken.push(string(item, "value"));
        } else if item.get("checked").is_some() {
            return None;
        }
        choices.push(Choice {
            value: string(item, "value"),
            text: content(item, "text", "html")?,
            hint: optional(item, "hint", markup)?,
            disabled: item.get("disabled").is_some_and(|disabled| disabled == true),
            conditional: optional(item, "conditional", markup)?,
            exclusive: string(item, "behaviour") == "exclusive",
            is_divider: false,
        });
    }
    Some((choices, taken))
}

fn radios(o: &Value) -> Option<String> {
    only(o, &["name", "idPrefix", "fieldset", "hint", "errorMessage", "items", "value", "classes"])?;
    let (choices, taken) = choices(o)?;
    let selected = o.get("value").map(|_| string(o, "value")).or_else(|| taken.first().cloned());
    let classes = string(o, "classes");
    if !["", "govuk-radios--inline", "govuk-radios--small", "govuk-radios--inline govuk-radios--small"]
        .contains(&classes.as_str())
    {
        return None;
    }
    let component = Radios {
        name: string(o, "name"),
        id_prefix: string(o, "idPrefix"),
        legend: optional(o, "fieldset", legend)?,
        hint: optional(o, "hint", markup)?,
        error: optional(o, "errorMessage", error)?,
        choices,
        selected,
        inline: classes.contains("inline"),
        small: classes.contains("small"),
    };
    Some(component.to_string())
}

fn checkboxes(o: &Value) -> Option<String> {
    only(o, &["name", "idPrefix", "fieldset", "hint", "errorMessage", "items", "values", "classes"])?;
    let (choices, mut selected) = choices(o)?;
    if let Some(values) = o.get("values") {
        selected.extend(values.as_array()?.iter().filter_map(Value::as_str).map(str::to_owned));
    }
    let small = match string(o, "classes").as_str() {
        "" => false,
        "govuk-checkboxes--small" => true,
        _ => return None,
    };
    let component = Checkboxes {
        name: string(o, "name"),
        id_prefix: string(o, "idPrefix"),
        legend: optional(o, "fieldset", legend)?,
        hint: optional(o, "hint", markup)?,
        error: optional(o, "errorMessage", error)?,
        choices,
        selected,
        small,
    };
    Some(component.to_string())
}

fn date_input(o: &Value) -> Option<String> {
    only(o, &["id", "namePrefix", "fieldset", "hint", "errorMessage", "values"])?;
    let name = string(o, "id");
    let prefix = string(o, "namePrefix");
    let values = o.get("values").unwrap_or(&Value::Null);
    let value = |part: &str| {
        let key = if prefix.is_empty() { part.to_owned() } else { format!("{prefix}-{part}") };
        string(values, &key)
    };
    let component = DateInput {
        legend: optional(o, "fieldset", legend)?,
        hint: optional(o, "hint", markup)?,
        error: optional(o, "errorMessage", error)?,
        error_parts: Vec::new(),
        day: value("day"),
        month: value("month"),
        year: value("year"),
        not_known: None,
        name: name.clone(),
    };
    // Ours always starts field names with the id; the fixture's own prefix takes its place.
    let theirs = if prefix.is_empty() { String::new() } else { format!("{prefix}-") };
    Some(component.to_string().replace(&format!(" name=\"{name}-"), &format!(" name=\"{theirs}")))
}

fn button(o: &Value) -> Option<String> {
    only(o, &["text", "html", "classes", "href", "name", "value", "type", "preventDoubleClick", "id"])?;
    let style = match string(o, "classes").as_str() {
        "" => ButtonStyle::Main,
        "govuk-button--secondary" => ButtonStyle::Secondary,
        "govuk-button--warning" => ButtonStyle::Warning,
        _ => return None,
    };
    if o.get("preventDoubleClick").is_some_and(|prevent| prevent == false) {
        return None;
    }
    let component = Button {
        text: content(o, "text", "html")?,
        style,
        href: o.get("href").map(|_| string(o, "href")),
        name: string(o, "name"),
        value: string(o, "value"),
        plain: string(o, "type") == "button",
        prevent_double_click: o.get("preventDoubleClick").is_some(),
        prints: false,
        id: string(o, "id"),
    };
    Some(component.to_string())
}

fn error_summary(o: &Value) -> Option<String> {
    only(
        o,
        &["titleText", "titleHtml", "errorList", "descriptionText", "descriptionHtml", "disableAutoFocus"],
    )?;
    if o.get("disableAutoFocus").is_some_and(|disable| disable == false) {
        return None;
    }
    let mut items = Vec::new();
    for item in o.get("errorList").and_then(Value::as_array).into_iter().flatten() {
        only(item, &["text", "html", "href"])?;
        let href = item.get("href").map(|_| string(item, "href"));
        items.push(ErrorItem { message: content(item, "text", "html")?, href });
    }
    let component = ErrorSummary {
        title: content(o, "titleText", "titleHtml")?,
        description: content(o, "descriptionText", "descriptionHtml"),
        items,
        leaves_focus: o.get("disableAutoFocus").is_some(),
    };
    Some(component.to_string())
}

fn summary_list(o: &Value) -> Option<String> {
    only(o, &["rows", "classes"])?;
    let no_border = match string(o, "classes").as_str() {
        "" => false,
        "govuk-summary-list--no-border" => true,
        _ => return None,
    };
    let mut rows = Vec::new();
    for row in o.get("rows")?.as_array()? {
        only(row, &["key", "value", "actions"])?;
        let mut actions = Vec::new();
        if let Some(given) = row.get("actions") {
            only(given, &["items"])?;
            for action in given.get("items")?.as_array()? {
                only(action, &["text", "html", "href", "visuallyHiddenText"])?;
                actions.push(RowAction {
                    text: content(action, "text", "html")?,
                    href: string(action, "href"),
                    about: string(action, "visuallyHiddenText"),
                });
            }
            if actions.is_empty() {
                return None;
            }
        }
        rows.push(SummaryRow { key: markup(row.get("key")?)?, value: markup(row.get("value")?)?, actions });
    }
    Some(SummaryList { rows, no_border }.to_string())
}

fn table(o: &Value) -> Option<String> {
    only(o, &["caption", "captionClasses", "head", "rows", "firstCellIsHeader"])?;
    let cells = |row: &Value| -> Option<Vec<Cell>> {
        let mut cells = Vec::new();
        for cell in row.as_array()? {
            only(cell, &["text", "html", "format"])?;
            cells.push(Cell {
                content: content(cell, "text", "html")?,
                is_number: string(cell, "format") == "numeric",
            });
        }
        Some(cells)
    };
    let mut rows = Vec::new();
    for row in o.get("rows")?.as_array()? {
        rows.push(cells(row)?);
    }
    let component = Table {
        stacked: false,
        caption: string(o, "caption"),
        caption_size: size_of(&string(o, "captionClasses"), "govuk-table__caption")?,
        head: optional(o, "head", cells)?.unwrap_or_default(),
        rows,
        first_cell_is_header: o.get("firstCellIsHeader").is_some_and(|header| header == true),
    };
    Some(component.to_string())
}

fn tag(o: &Value) -> Option<String> {
    only(o, &["text", "html", "classes"])?;
    let colours = [
        TagColour::Plain,
        TagColour::Green,
        TagColour::Blue,
        TagColour::Yellow,
        TagColour::Red,
        TagColour::Grey,
    ];
    let names =
        ["", "govuk-tag--green", "govuk-tag--blue", "govuk-tag--yellow", "govuk-tag--red", "govuk-tag--grey"];
    let (_, colour) = names.into_iter().zip(colours).find(|(name, _)| *name == string(o, "classes"))?;
    Some(Tag { text: content(o, "text", "html")?, colour }.to_string())
}

fn details(o: &Value) -> Option<String> {
    only(o, &["summaryText", "summaryHtml", "text", "html", "open"])?;
    let component = Details {
        summary: content(o, "summaryText", "summaryHtml")?,
        content: content(o, "text", "html")?,
        open: o.get("open").is_some_and(|open| open == true),
    };
    Some(component.to_string())
}

fn inset_text(o: &Value) -> Option<String> {
    only(o, &["text", "html"])?;
    Some(InsetText { content: content(o, "text", "html")? }.to_string())
}

fn warning_text(o: &Value) -> Option<String> {
    only(o, &["text", "html", "iconFallbackText"])?;
    if o.get("iconFallbackText").is_some_and(|spoken| spoken != "Warning") {
        return None;
    }
    Some(WarningText::new(content(o, "text", "html")?).to_string())
}

fn panel(o: &Value) -> Option<String> {
    only(o, &["titleText", "titleHtml", "text", "html"])?;
    Some(Panel { title: content(o, "titleText", "titleHtml")?, body: content(o, "text", "html") }.to_string())
}

fn notification_banner(o: &Value) -> Option<String> {
    only(o, &["text", "html", "type", "titleText", "titleHtml"])?;
    let success = match string(o, "type").as_str() {
        "" => false,
        "success" => true,
        _ => return None,
    };
    let usual = if success { "Success" } else { "Important" };
    let component = NotificationBanner {
        title: content(o, "titleText", "titleHtml").unwrap_or_else(|| usual.into()),
        content: content(o, "text", "html")?,
        is_long: o.get("html").is_some(),
        success,
    };
    Some(component.to_string())
}

fn breadcrumbs(o: &Value) -> Option<String> {
    only(o, &["items"])?;
    let mut component = Breadcrumbs::default();
    for item in o.get("items")?.as_array()? {
        only(item, &["text", "html", "href"])?;
        let text = content(item, "text", "html")?;
        match item.get("href") {
            Some(_) if component.here.is_none() => {
                component.above.push(NavLink::new(text, string(item, "href")))
            }
            None if component.here.is_none() => component.here = Some(text),
            _ => return None,
        }
    }
    Some(component.to_string())
}

fn back_link(o: &Value) -> Option<String> {
    only(o, &["text", "html", "href"])?;
    let text = content(o, "text", "html").filter(|text| !text.is_empty());
    o.get("href").filter(|href| *href != "")?;
    Some(BackLink { href: string(o, "href"), text: text.unwrap_or_else(|| "Back".into()) }.to_string())
}

fn pagination(o: &Value) -> Option<String> {
    only(o, &["items", "previous", "next"])?;
    let arrow = |arrow: &Value| -> Option<String> {
        only(arrow, &["href"])?;
        Some(string(arrow, "href"))
    };
    let mut items = Vec::new();
    for item in o.get("items")?.as_array()? {
        only(item, &["number", "href", "current", "ellipsis"])?;
        if item.get("ellipsis").is_some_and(|ellipsis| ellipsis == true) {
            items.push(PageItem::Gap);
        } else {
            items.push(PageItem::Page {
                number: string(item, "number").parse().ok()?,
                href: string(item, "href"),
                current: item.get("current").is_some_and(|current| current == true),
            });
        }
    }
    Some(
        Pagination { previous: optional(o, "previous", arrow)?, next: optional(o, "next", arrow)?, items }
            .to_string(),
    )
}

fn task_list(o: &Value) -> Option<String> {
    only(o, &["items", "idPrefix"])?;
    let mut tasks = Vec::new();
    for item in o.get("items")?.as_array()? {
        only(item, &["title", "href", "hint", "status"])?;
        let status = item.get("status")?;
        only(status, &["text", "html", "tag"])?;
        let status = match status.get("tag") {
            Some(given) => {
                only(given, &["text", "html", "classes"])?;
                let colour = match string(given, "classes").as_str() {
                    "" => TagColour::Plain,
                    "govuk-tag--red" => TagColour::Red,
                    "govuk-tag--blue" => TagColour::Blue,
                    _ => return None,
                };
                TaskStatus::Tag(Tag { text: content(given, "text", "html")?, colour })
            }
            None => TaskStatus::Text(content(status, "text", "html")?),
        };
        tasks.push(Task {
            title: markup(item.get("title")?)?,
            href: item.get("href").map(|_| string(item, "href")),
            hint: optional(item, "hint", markup)?,
            status,
        });
    }
    Some(TaskList { id_prefix: string(o, "idPrefix"), tasks }.to_string())
}

fn fieldset(o: &Value) -> Option<String> {
    only(o, &["legend", "html", "describedBy"])?;
    let component = Fieldset {
        legend: match o.get("legend") {
            Some(_) => {
                let wrapper = serde_json::json!({ "legend": o.get("legend")? });
                Some(legend(&wrapper)?)
            }
            None => None,
        },
        described_by: string(o, "describedBy"),
        role: None,
        content: Markup::built(string(o, "html")),
    };
    Some(component.to_string())
}

/// Tags with sorted attributes, and texts, each on its line.
fn normal(html: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = html;
    while !rest.is_empty() {
        let (text, from_tag) = rest.split_at(rest.find('<').unwrap_or(rest.len()));
        let words = decode(text).split_whitespace().collect::<Vec<_>>().join(" ");
        if !words.is_empty() {
            out.push(words);
        }
        let Some(end) = end_of_tag(from_tag) else { break };
        let (tag, after) = from_tag.split_at(end);
        if !tag.starts_with("<!--") {
            out.push(normal_tag(tag));
        }
        rest = after;
    }
    out
}

fn end_of_tag(text: &str) -> Option<usize> {
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '>' if !quoted => return Some(at + 1),
            _ => {}
        }
    }
    None
}

fn normal_tag(tag: &str) -> String {
    let inner = tag.trim_matches(['<', '>']).trim_end_matches('/').trim();
    let (name, mut rest) = inner.split_once(char::is_whitespace).unwrap_or((inner, ""));
    let mut attributes: BTreeMap<String, String> = BTreeMap::new();
    while !rest.trim().is_empty() {
        rest = rest.trim_start();
        let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let (attribute, after) = rest.split_at(end);
        match after.strip_prefix("=\"").and_then(|value| value.split_once('"')) {
            Some((value, after)) => {
                let mut words: Vec<String> = decode(value).split_whitespace().map(str::to_owned).collect();
                if attribute == "class" {
                    words.sort();
                }
                attributes.insert(attribute.to_owned(), words.join(" "));
                rest = after;
            }
            None => {
                attributes.insert(attribute.to_owned(), String::new());
                rest = after;
            }
        }
    }
    let attributes: Vec<String> =
        attributes.iter().map(|(name, value)| format!("{name}={value:?}")).collect();
    format!("<{name} {}>", attributes.join(" "))
}

fn decode(text: &str) -> String {
    [
        ("&#60;", "<"),
        ("&lt;", "<"),
        ("&#62;", ">"),
        ("&gt;", ">"),
        ("&#34;", "\""),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&amp;", "&"),
        ("&#38;", "&"),
    ]
    .iter()
    .fold(text.to_owned(), |text, (reference, c)| text.replace(reference, c))
}

type Render = fn(&Value) -> Option<String>;

/// Component, how it is rendered from a fixture's options, and how many fixtures must at least be covered.
const COMPONENTS: [(&str, Render, usize); 22] = [
    ("back-link", back_link, 1),
    ("breadcrumbs", breadcrumbs, 6),
    ("button", button, 13),
    ("character-count", character_count, 13),
    ("checkboxes", checkboxes, 24),
    ("date-input", date_input, 5),
    ("details", details, 6),
    ("error-summary", error_summary, 15),
    ("fieldset", fieldset, 14),
    ("input", text_input, 27),
    ("inset-text", inset_text, 3),
    ("notification-banner", notification_banner, 10),
    ("pagination", pagination, 4),
    ("panel", panel, 6),
    ("radios", radios, 23),
    ("select", select, 5),
    ("summary-list", summary_list, 11),
    ("table", table, 8),
    ("tag", tag, 7),
    ("task-list", task_list, 5),
    ("textarea", textarea, 10),
    ("warning-text", warning_text, 5),
];

#[test]
fn components_write_what_govuk_frontend_writes() {
    let root =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../node_modules/govuk-frontend/dist/govuk/components");
    if !root.exists() {
        println!("skipped: no node_modules; run `npm ci --ignore-scripts` to compare with govuk-frontend");
        return;
    }
    let mut wrong = Vec::new();
    let mut n_covered_in_all = 0;
    for (component, render, least) in COMPONENTS {
        let text = std::fs::read_to_string(root.join(component).join("fixtures.json")).expect("fixtures");
        let file: Value = serde_json::from_str(&text).expect("JSON");
        let fixtures = file["fixtures"].as_array().expect("a list");
        let mut n_covered = 0;
        for fixture in fixtures {
            let Some(ours) = render(&fixture["options"]) else { continue };
            n_covered += 1;
            let theirs = fixture["html"].as_str().unwrap_or_default();
            if normal(&ours) != normal(theirs) {
                let ours = normal(&ours);
                let theirs = normal(theirs);
                let first = ours.iter().zip(&theirs).find(|(a, b)| a != b);
                wrong.push(format!("{component}, {}: first difference {first:#?}", fixture["name"]));
            }
        }
        n_covered_in_all += n_covered;
        println!("{component}: {n_covered} of {} fixtures compared", fixtures.len());
        if n_covered < least {
            wrong.push(format!("{component}: only {n_covered} fixtures were compared, {least} expected"));
        }
    }
    println!("{n_covered_in_all} fixtures compared in all");
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn differences_that_matter_are_seen() {
    let base = normal("<p class=\"b a\" id=\"x\">one  two</p>");
    assert_eq!(base, normal("<p id=\"x\" class=\"a b\">\n one two </p>"));
    assert_ne!(base, normal("<p id=\"y\" class=\"a b\">one two</p>"));
    assert_ne!(base, normal("<p id=\"x\" class=\"a b\">one</p>"));
}
