//! Daymark: testkit.
