//! Daymark: store.
