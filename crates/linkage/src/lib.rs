//! Daymark: linkage.
