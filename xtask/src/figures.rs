//! Where do measured figures go? Into a result file, and, when asked, into their section of `docs/benchmarks.md`.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::console::say;
use crate::workspace::Workspace;

const PAGE: &str = "docs/benchmarks.md";

/// Writes a result file whole or not at all, with the commit it was measured on.
///
/// # Errors
/// When the folder or the file cannot be written.
pub fn write_result(workspace: &Workspace, file: &Path, mut result: Value) -> Result<()> {
    if let Some(fields) = result.as_object_mut() {
        fields.insert("commit".to_owned(), workspace.commit().into());
    }
    let text = format!("{}\n", serde_json::to_string_pretty(&result)?);
    write_text(file, &text)?;
    let shown = file.strip_prefix(&workspace.root).unwrap_or(file);
    say(format_args!("written: {}", shown.display()));
    Ok(())
}

/// Puts a table between `<!-- name -->` and `<!-- /name -->` of the page of figures; makes page and section if absent.
///
/// # Errors
/// When the page cannot be written.
pub fn write_section(workspace: &Workspace, name: &str, command: &str, table: &str) -> Result<()> {
    write_section_of(workspace, PAGE, name, command, table)
}

/// Like [`write_section`], for another page.
///
/// # Errors
/// When the page cannot be written.
pub fn write_section_of(
    workspace: &Workspace,
    page: &str,
    name: &str,
    command: &str,
    table: &str,
) -> Result<()> {
    let file = workspace.join(page);
    let text = fs::read_to_string(&file).unwrap_or_else(|_| "# Benchmarks\n".to_owned());
    let section = format!("Measured on {} by `{command}`.\n\n{table}", workspace.commit());
    write_text(&file, &with_section(&text, name, &section))?;
    say(format_args!("written: {page}, section {name}"));
    Ok(())
}

/// Writes a file whole or not at all.
///
/// # Errors
/// When it cannot be written.
pub fn write_text(file: &Path, text: &str) -> Result<()> {
    let folder = file.parent().context("a result file lies in a folder")?;
    fs::create_dir_all(folder).with_context(|| format!("make {}", folder.display()))?;
    let beside = file.with_extension("part");
    fs::write(&beside, text).with_context(|| format!("write {}", beside.display()))?;
    fs::rename(&beside, file).with_context(|| format!("write {}", file.display()))
}

fn with_section(page: &str, name: &str, section: &str) -> String {
    let (open, close) = (format!("<!-- {name} -->"), format!("<!-- /{name} -->"));
    let whole = format!("{open}\n{}\n{close}", section.trim_end());
    let parts = page.split_once(&open).and_then(|(before, rest)| Some((before, rest.split_once(&close)?.1)));
    match parts {
        Some((before, after)) => format!("{before}{whole}{after}"),
        None => format!("{}\n\n{whole}\n", page.trim_end()),
    }
}

/// A Markdown table.
pub fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let mut text = format!("| {} |\n|{}\n", head.join(" | "), "---|".repeat(head.len()));
    for row in rows {
        text.push_str(&format!("| {} |\n", row.join(" | ")));
    }
    text
}

/// The value below which this share of an ascending list lies (nearest rank); 0 for an empty list.
pub fn quantile(ascending: &[u64], share: f64) -> u64 {
    let rank = (share * ascending.len() as f64).ceil().max(1.0) as usize;
    ascending.get(rank.min(ascending.len()).saturating_sub(1)).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_by_nearest_rank() {
        let hundred: Vec<u64> = (1..=100).collect();
        for (share, value) in [(0.5, 50), (0.99, 99), (0.999, 100), (1.0, 100), (0.0, 1)] {
            assert_eq!(quantile(&hundred, share), value, "{share}");
        }
        assert_eq!(quantile(&[], 0.5), 0);
        assert_eq!(quantile(&[7], 0.99), 7);
    }

    #[test]
    fn a_section_is_replaced_in_its_place() {
        let first = with_section("# Benchmarks\n\nHello.", "web", "old");
        let page = format!("{first}\nAfter.\n");
        let second = with_section(&page, "web", "new");
        assert!(
            second.contains("Hello.") && second.contains("<!-- web -->\nnew\n<!-- /web -->\n\nAfter."),
            "{second}"
        );
        assert!(!second.contains("old"));
        assert_eq!(with_section(&second, "web", "new"), second);
    }
}
