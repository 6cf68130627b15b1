//! Gathers the files pages refer to, names each by its content, and lists the names.
//!
//! Own files come from `assets/`. What `cargo xtask assets` made lies in `assets/built/` (not committed);
//! when that folder is empty, `fallback.css` is the base style sheet. No network, no Node.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

fn main() -> Result<(), Box<dyn Error>> {
    // The folder is watched with all that is in it: it exists even when `built/` does not.
    println!("cargo::rerun-if-changed=assets");
    println!("cargo::rerun-if-changed=build.rs");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    let target = out.join("assets");
    if target.exists() {
        fs::remove_dir_all(&target)?;
    }
    fs::create_dir_all(&target)?;

    let own = Path::new("assets");
    let built = own.join("built");
    let mut names: Vec<(String, String)> = Vec::new();
    for entry in fs::read_dir(own)? {
        let name = entry?.file_name().into_string().map_err(|_| "a file name that is not text")?;
        let served = [".css", ".js", ".svg"].iter().any(|ending| name.ends_with(ending));
        if served && name != "fallback.css" {
            names.push((name.clone(), copy(&own.join(&name), &name, &target)?));
        }
    }
    let manifest = built.join("manifest.json");
    if manifest.exists() {
        let listed: std::collections::BTreeMap<String, String> =
            serde_json::from_slice(&fs::read(&manifest)?)?;
        for (plain, hashed) in listed {
            fs::copy(built.join(&hashed), target.join(&hashed))?;
            names.push((plain, hashed));
        }
    } else {
        println!(
            "cargo::warning=pages use our own fallback.css; run `cargo xtask assets` (needs Node) for the full style sheet"
        );
        names.push(("base.css".to_owned(), copy(&own.join("fallback.css"), "base.css", &target)?));
    }
    names.sort();
    fs::write(out.join("asset_names.rs"), format!("&{names:?}"))?;
    Ok(())
}

/// Copies a file to `<stem>-<hash>.<extension>` and returns that name.
fn copy(source: &Path, plain: &str, target: &Path) -> Result<String, Box<dyn Error>> {
    let content = fs::read(source).map_err(|error| format!("{}: {error}", source.display()))?;
    let hash = data_encoding::HEXLOWER.encode(&Sha256::digest(&content));
    let (stem, extension) = plain.rsplit_once('.').ok_or("a file name has an extension")?;
    let hashed = format!("{stem}-{}.{extension}", hash.get(..12).ok_or("a hash is longer")?);
    fs::write(target.join(&hashed), content)?;
    Ok(hashed)
}
