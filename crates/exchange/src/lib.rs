//! What comes in as a file, and what goes out as one: refusals first, then reports, templates, exports, STIX.
//!
//! Nothing here stores or shares anything. Bytes become parsed values with every problem at its place, or
//! values become bytes. No image is ever decoded, kept or described: see [`refuse`].

pub mod csv_export;
pub mod harmless;
pub mod problem;
pub mod refuse;
pub mod reports;
pub mod stix;
pub mod template;

pub use problem::Problem;
pub use refuse::{Refused, refuse_images};
