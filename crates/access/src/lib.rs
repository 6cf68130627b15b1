//! Daymark: access.
