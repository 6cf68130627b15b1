//! Daymark: sample.
