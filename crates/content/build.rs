//! Rebuilds the crate when a file appears in or leaves `content/`.
//!
//! The embedding macro follows changes to files that it has seen; only cargo can notice a new one.

#![allow(clippy::print_stdout, reason = "cargo reads a build script's instructions from its standard output")]

fn main() {
    println!("cargo::rerun-if-changed=../../content");
}
