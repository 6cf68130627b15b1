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
        }
    }
}

impl HtmlSafe for Table {}
