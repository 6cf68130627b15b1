//! Routes for machines: a token instead of a session, JSON instead of pages.

pub mod reports;
