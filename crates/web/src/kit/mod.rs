//! What is a page made of? One struct per component, each with its template beside it.
//!
//! A component is built with `new` and struct update, and put into a page template with `{{ component }}`:
//! it is already escaped, because every text it holds is a [`Markup`], and a `Markup` is made from plain
//! text (escaped) or from another component. Class names are those of govuk-frontend where it has the
//! component (`conformance` compares with its own fixtures) and start with `dm-` where it has not.

pub mod back_link;
pub mod breadcrumbs;
pub mod button;
pub mod character_count;
pub mod checkboxes;
pub mod csrf_field;
pub mod date_input;
pub mod details;
pub mod error_summary;
pub mod field;
pub mod fieldset;
pub mod flags;
pub mod form_problems;
pub mod identity_bar;
pub mod inset_text;
pub mod key;
pub mod language;
pub mod layout;
pub mod linked_case;
pub mod markup;
pub mod nav_link;
pub mod not_known;
pub mod notification_banner;
pub mod pagination;
pub mod panel;
pub mod plan;
pub mod radios;
pub mod select;
pub mod stats;
pub mod sub_navigation;
pub mod summary_list;
pub mod table;
pub mod tag;
pub mod task_list;
pub mod text_input;
pub mod textarea;
pub mod timeline;
pub mod warning_text;

#[cfg(test)]
mod conformance;
#[cfg(test)]
mod gallery;
#[cfg(test)]
pub(crate) mod tests;

pub use back_link::BackLink;
pub use breadcrumbs::Breadcrumbs;
pub use button::{Button, ButtonStyle};
pub use character_count::CharacterCount;
pub use checkboxes::Checkboxes;
pub use csrf_field::CsrfField;
pub use date_input::{DateInput, DatePart};
pub use details::Details;
pub use error_summary::{ErrorItem, ErrorSummary};
pub use field::{ErrorMessage, HeadingSize, Legend};
pub use fieldset::Fieldset;
pub use flags::{Flag, FlagLevel, Flags};
pub use form_problems::FormProblems;
pub use identity_bar::IdentityBar;
pub use inset_text::InsetText;
pub use key::{Key, KeyItem, Swatch};
pub use language::Language;
pub use layout::{LanguageLink, Phase, PublicLayout, QuickExit, SignedIn, StaffLayout};
pub use linked_case::{LinkStrength, LinkedCase};
pub use markup::Markup;
pub use nav_link::NavLink;
pub use not_known::NotKnown;
pub use notification_banner::NotificationBanner;
pub use pagination::{PageItem, Pagination};
pub use panel::Panel;
pub use plan::{Plan, PlanStep, Urgency};
pub use radios::{Choice, Radios};
pub use select::{Select, SelectOption};
pub use stats::{Stat, Stats};
pub use sub_navigation::SubNavigation;
pub use summary_list::{RowAction, SummaryList, SummaryRow};
pub use table::{Cell, Table};
pub use tag::{Tag, TagColour};
pub use task_list::{Task, TaskList, TaskStatus};
pub use text_input::TextInput;
pub use textarea::Textarea;
pub use timeline::{Timeline, TimelineItem};
pub use warning_text::WarningText;
