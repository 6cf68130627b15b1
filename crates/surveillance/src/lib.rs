//! Daymark: surveillance.
