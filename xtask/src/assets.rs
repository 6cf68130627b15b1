//! How do govuk-frontend's style sheet, scripts and our font get into the build, without committing them?
//!
//! `cargo xtask assets` runs `npm ci --ignore-scripts` for the versions pinned in `package.json`, rewrites
//! the ready-made style sheet (no GDS Transport, no crest, our font and colours), bundles the scripts of the
//! components in use, copies the font files and writes all of it, named by content, to
//! `crates/web/assets/built/` with a `manifest.json`. `crates/web/build.rs` embeds that folder when it is
//! there. Nothing in it is committed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};
use sha2::{Digest as _, Sha256};

const FONT: &str = "Atkinson Hyperlegible Next";
const FONT_STACK: &str =
    r#""Atkinson Hyperlegible Next",system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",Arial,sans-serif"#;

/// What our pages set differently from govuk-frontend.
const BRAND: &str = ":root{--govuk-brand-colour:#23395d;--govuk-link-colour:#1f4f8f;--govuk-link-hover-colour:#12305a;\
--govuk-surface-background-colour:#f2f5f9;--govuk-surface-border-colour:#9db0c9;--govuk-template-background-colour:#f2f5f9}";

/// Subset, weight and the characters it holds. Welsh needs `latin-ext`: ŵ and ŷ are U+0175 and U+0177.
const FONT_FILES: [(&str, u16, &str); 4] = [
    ("latin", 400, LATIN),
    ("latin", 700, LATIN),
    ("latin-ext", 400, LATIN_EXT),
    ("latin-ext", 700, LATIN_EXT),
];
const LATIN: &str = "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+2000-206F,U+20AC,U+2122,U+2190-2193,U+2212";
const LATIN_EXT: &str = "U+0100-02BA,U+02BD-02C5,U+1E00-1EFF";

/// govuk-frontend's package holds no licence file; its README names the MIT License, and this is its text.
const GOVUK_LICENCE: &str = "govuk-frontend is served under the MIT License:\n
Copyright (c) 2017 Crown Copyright (Government Digital Service)\n
Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the \"Software\"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:\n
The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.\n
THE SOFTWARE IS PROVIDED \"AS IS\", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.\n";

/// Builds `crates/web/assets/built/` anew.
///
/// # Errors
/// When Node is missing, a version differs from the pinned one, or the style sheet no longer has the shape
/// the rewriting relies on; the folder is then left as it was.
pub fn run() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask lies in the workspace")?;
    npm_ci(root)?;
    let modules = root.join("node_modules");
    let pinned = pinned_version(root, "govuk-frontend")?;

    let mut files = Built::default();
    let mut font_faces = String::new();
    let font_folder = modules.join("@fontsource/atkinson-hyperlegible-next");
    for (subset, weight, range) in FONT_FILES {
        let name = format!("atkinson-hyperlegible-next-{subset}-{weight}-normal.woff2");
        let hashed = files.add(
            &format!("atkinson-{subset}-{weight}.woff2"),
            read(&font_folder.join("files").join(&name))?,
        )?;
        font_faces.push_str(&format!(
            "@font-face{{font-family:\"{FONT}\";font-weight:{weight};font-display:swap;src:url({hashed}) format(\"woff2\");unicode-range:{range}}}"
        ));
    }
    let original = fs::read_to_string(modules.join("govuk-frontend/dist/govuk/govuk-frontend.min.css"))
        .context("read govuk-frontend's style sheet")?;
    let style = rewrite(&original, &pinned, &font_faces)?;
    files.add("base.css", style.into_bytes())?;
    files.add("govuk.js", bundle(root)?)?;
    files.add("licence-govuk-frontend.txt", GOVUK_LICENCE.as_bytes().to_vec())?;
    files.add("licence-atkinson-hyperlegible-next.txt", read(&font_folder.join("LICENSE"))?)?;

    let target = root.join("crates/web/assets/built");
    files.write(&target)?;
    for (plain, (hashed, content)) in &files.files {
        eprintln!("{:>8} bytes  {plain} as {hashed}", content.len());
    }
    Ok(())
}

/// Plain name to hashed name and content.
#[derive(Default)]
struct Built {
    files: BTreeMap<String, (String, Vec<u8>)>,
}

impl Built {
    fn add(&mut self, plain: &str, content: Vec<u8>) -> Result<String> {
        let digest = Sha256::digest(&content);
        let hash: String = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        let (stem, extension) = plain.rsplit_once('.').context("a file name has an extension")?;
        let hashed = format!("{stem}-{hash}.{extension}");
        self.files.insert(plain.to_owned(), (hashed.clone(), content));
        Ok(hashed)
    }

    /// Writes a new folder beside the old one and puts it in its place.
    fn write(&self, target: &Path) -> Result<()> {
        let beside = target.with_extension("new");
        if beside.exists() {
            fs::remove_dir_all(&beside)?;
        }
        fs::create_dir_all(&beside)?;
        let mut manifest: BTreeMap<&str, &str> = BTreeMap::new();
        for (plain, (hashed, content)) in &self.files {
            fs::write(beside.join(hashed), content)?;
            manifest.insert(plain, hashed);
        }
        fs::write(beside.join("manifest.json"), serde_json::to_string_pretty(&manifest)?)?;
        if target.exists() {
            fs::remove_dir_all(target)?;
        }
        fs::rename(&beside, target).context("put the new folder in place")
    }
}

fn npm_ci(root: &Path) -> Result<()> {
    let status = Command::new("npm")
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .current_dir(root)
        .status()
        .context(
            "start npm; without Node the build uses crates/web/assets/fallback.css and needs no assets",
        )?;
    ensure!(status.success(), "npm ci failed: {status}");
    Ok(())
}

fn pinned_version(root: &Path, package: &str) -> Result<String> {
    let text = fs::read_to_string(root.join("package.json")).context("read package.json")?;
    let json: serde_json::Value = serde_json::from_str(&text).context("package.json is not JSON")?;
    let version = json.pointer(&format!("/dependencies/{package}")).and_then(serde_json::Value::as_str);
    version.map(str::to_owned).with_context(|| format!("package.json does not pin {package}"))
}

fn read(path: &PathBuf) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("read {}", path.display()))
}

/// The ready-made style sheet without what is not ours to use, with our font and colours.
fn rewrite(original: &str, version: &str, font_faces: &str) -> Result<String> {
    ensure!(
        original.contains(&format!("--govuk-frontend-version:\"{version}\"")),
        "the style sheet is not of govuk-frontend {version}"
    );
    let mut style = drop_between(original, "/*", "*/", |comment| comment.contains("Calvert"));
    style = drop_between(&style, "/*#", "*/", |comment| comment.contains("sourceMappingURL"));
    style = drop_between(&style, "@font-face{", "}", |face| face.contains("GDS Transport"));
    style = style.replace("GDS Transport,arial,sans-serif", FONT_STACK);
    // The crest belongs to a footer we do not have; no rule of ours may point outside /assets.
    style = drop_urls(&style)?;
    for forbidden in ["GDS Transport", "Calvert", "crest", "/assets/", "data:", "url(", "sourceMappingURL"] {
        if style.contains(forbidden) {
            bail!("the rewritten style sheet still contains `{forbidden}`");
        }
    }
    ensure!(style.matches(FONT).count() > 50, "the font family was not replaced everywhere");
    let (charset, rest) = style.split_at_checked("@charset \"UTF-8\";".len()).context("a style sheet")?;
    ensure!(charset.starts_with("@charset"), "the style sheet no longer starts with its character set");
    Ok(format!("{charset}{font_faces}{rest}{BRAND}"))
}

/// Drops each piece from `start` to the next `end` for which `unwanted` holds.
fn drop_between(text: &str, start: &str, end: &str, unwanted: impl Fn(&str) -> bool) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, from)) = rest.split_once(start) {
        let Some((inner, after)) = from.split_once(end) else { break };
        kept.push_str(before);
        if !unwanted(inner) {
            kept.push_str(start);
            kept.push_str(inner);
            kept.push_str(end);
        }
        rest = after;
    }
    kept.push_str(rest);
    kept
}

/// Replaces every `url(…)` of the original by `none`: after the fonts only the crest is left.
fn drop_urls(style: &str) -> Result<String> {
    let mut kept = String::with_capacity(style.len());
    let mut rest = style;
    while let Some((before, from)) = rest.split_once("url(") {
        let (target, after) = from.split_once(')').context("a url without an end")?;
        ensure!(target.contains("crest"), "an address we did not expect: {target}");
        kept.push_str(before);
        kept.push_str("none");
        rest = after;
    }
    kept.push_str(rest);
    Ok(kept)
}

/// The scripts of the components in use, in one file, fit for `trusted-types 'none'`.
fn bundle(root: &Path) -> Result<Vec<u8>> {
    let output = Command::new(root.join("node_modules/.bin/esbuild"))
        .arg("crates/web/assets/govuk_entry.mjs")
        .args(["--bundle", "--minify", "--format=esm", "--target=es2020", "--legal-comments=none"])
        .current_dir(root)
        .output()
        .context("start esbuild")?;
    ensure!(output.status.success(), "esbuild failed: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).context("esbuild wrote no text")?;
    for sink in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "DOMParser", "eval("] {
        if text.contains(sink) {
            bail!("the bundled scripts use `{sink}`, which our content policy forbids");
        }
    }
    Ok(text.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = "@charset \"UTF-8\";:root{--govuk-frontend-version:\"6.6.0\"}/*! (c) Margaret Calvert */@font-face{font-family:GDS Transport;src:url(/assets/fonts/a.woff2)}.x{background:url(/assets/images/govuk-crest.svg) no-repeat}";

    fn with_families(n: usize) -> String {
        format!("{SMALL}{}", ".a{font-family:GDS Transport,arial,sans-serif}".repeat(n))
    }

    #[test]
    fn what_is_not_ours_to_use_is_gone() {
        let style = rewrite(&with_families(58), "6.6.0", "@font-face{}").expect("rewritten");
        assert!(!style.contains("GDS Transport") && !style.contains("crest") && !style.contains("Calvert"));
        assert!(style.starts_with("@charset \"UTF-8\";@font-face{}"));
        assert!(style.ends_with(BRAND));
    }

    #[test]
    fn another_version_or_shape_is_refused() {
        assert!(rewrite(&with_families(58), "6.7.0", "").is_err());
        assert!(rewrite(&with_families(3), "6.6.0", "").is_err());
        let elsewhere = format!("{}.y{{background:url(//elsewhere.example/x)}}", with_families(58));
        assert!(rewrite(&elsewhere, "6.6.0", "").is_err());
    }
}
