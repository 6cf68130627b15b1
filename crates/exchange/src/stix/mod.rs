//! STIX 2.1 objects, one file per kind. What partners' systems send and take.

pub mod identity;
mod object;
