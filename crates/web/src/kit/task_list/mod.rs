//! What is still to be done, and how far is each part?

use askama::Template;
use askama::filters::HtmlSafe;

use super::{Markup, Tag};

/// Tasks with their state.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "kit/task_list/template.html")]
pub struct TaskList {
    /// What ids start with; one word for each list of a page.
    pub id_prefix: String,
    /// The tasks.
    pub tasks: Vec<Task>,
}

/// One task.
#[derive(Debug, Clone)]
pub struct Task {
    /// What is to be done.
    pub title: Markup,
    /// Where; `None` when it cannot be started yet.
    pub href: Option<String>,
    /// When it is due, or what it needs.
    pub hint: Option<Markup>,
    /// How far it is.
    pub status: TaskStatus,
}

/// How far a task is.
#[derive(Debug, Clone)]
pub enum TaskStatus {
    /// Plain words: "Completed".
    Text(Markup),
    /// A tag: it wants attention.
    Tag(Tag),
}

impl TaskList {
    fn prefix(&self) -> &str {
        if self.id_prefix.is_empty() { "task-list" } else { &self.id_prefix }
    }
}

impl HtmlSafe for TaskList {}
