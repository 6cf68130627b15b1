//! Daymark: content.
