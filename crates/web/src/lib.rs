//! Daymark: web.
