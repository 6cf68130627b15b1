//! Daymark: exchange.
