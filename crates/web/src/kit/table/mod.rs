//! What are the figures? A table with a caption, headed columns, and numbers set to the right.

use askama::Template;
use askama::filters::HtmlSafe;

use super::{HeadingSize, Markup};

/// A table.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "kit/table/template.html")]
pub struct Table {
    /// What the table shows.
    pub caption: String,
    /// How large the caption is set.
    pub caption_size: HeadingSize,
    /// The columns' headings.
    pub head: Vec<Cell>,
    /// The rows, each as long as the head.
    pub rows: Vec<Vec<Cell>>,
    /// Whether each row's first cell names the row.
    pub first_cell_is_header: bool,
    /// Whether rows become lists on a phone, each cell under its column's name, instead of scrolling sideways.
    ///
    /// The style sheet then lays table parts out as blocks, so they carry their roles: some browsers forget them.
    pub stacked: bool,
}

/// One cell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cell {
    /// What it says.
    pub content: Markup,
    /// Whether it is a number, set to the right.
    pub is_number: bool,
}

impl Cell {
    /// A number, a percentage, a date: set to the right.
    pub fn number(content: impl Into<Markup>) -> Self {
        Self { content: content.into(), is_number: true }
    }
}

impl<T: Into<Markup>> From<T> for Cell {
    fn from(content: T) -> Self {
        Self { content: content.into(), is_number: false }
    }
}

impl Table {
    /// A table whose rows are named by their first cell.
    pub fn new(caption: impl Into<String>, head: Vec<Cell>, rows: Vec<Vec<Cell>>) -> Self {
        Self {
            caption: caption.into(),
            caption_size: HeadingSize::Small,
            head,
            rows,
            first_cell_is_header: true,
            stacked: false,
        }
    }

    /// The same table, with rows that become lists on a phone.
    #[must_use]
    pub const fn stacked(mut self) -> Self {
        self.stacked = true;
        self
    }

    /// The name of a column, for the cells that stand alone on a phone.
    fn label(&self, column: &usize) -> Markup {
        self.head.get(*column).map(|cell| cell.content.clone()).unwrap_or_default()
    }
}

impl HtmlSafe for Table {}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(table: &Table) -> String {
        table.render().unwrap()
    }

    #[test]
    fn a_stacked_table_names_the_column_of_each_cell_and_keeps_its_roles() {
        let head = ["Case", "Next <check>"].map(Cell::from).to_vec();
        let table = Table::new("Cases", head, vec![vec!["NY-1".into(), "1 Dec".into()]]);
        assert!(!html(&table).contains("role="), "an ordinary table needs none");
        let stacked = html(&table.stacked());
        assert!(stacked.contains("data-label=\"Next &#60;check&#62;\">1 Dec</td>"), "{stacked}");
        for role in ["table", "rowgroup", "row", "columnheader", "rowheader", "cell"] {
            assert!(stacked.contains(&format!("role=\"{role}\"")), "{role}");
        }
    }
}
