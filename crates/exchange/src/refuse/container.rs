//! Is this archive a workbook of cells and nothing else? Every member is named, unpacked within caps, and looked at.
//!
//! Declared sizes are not believed: what is unpacked is counted here. Gaps between members are not allowed,
//! because a gap can hold what no member names.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::{Refused, RefusedKind, encoded, signature, xml};

/// Most members of a workbook.
pub const MAX_MEMBERS: usize = 200;
/// Most bytes that all members together may unpack to.
pub const MAX_INFLATED: u64 = 64 * 1024 * 1024;
/// Most bytes that one packed byte may unpack to (after the first 64 KiB, which any member may reach).
pub const MAX_RATIO: u64 = 100;
/// Most bytes that a member may unpack to which is neither a sheet nor the shared strings: lists of sheets, names and
/// styles are short in a table, and the reader holds all of them.
const MAX_SMALL: u64 = 4 * 1024 * 1024;

/// How much a workbook may unpack to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caps {
    /// All members together, in bytes.
    pub inflated: u64,
    /// Unpacked bytes per packed byte.
    pub ratio: u64,
    /// Members.
    pub members: usize,
}

impl Default for Caps {
    fn default() -> Self {
        Self { inflated: MAX_INFLATED, ratio: MAX_RATIO, members: MAX_MEMBERS }
    }
}

pub(super) fn bomb(what: &str) -> Refused {
    Refused::new(RefusedKind::Bomb, what)
}

fn broken() -> Refused {
    Refused::new(RefusedKind::Binary, "a broken or encrypted archive")
}

/// Refuses all but a plain workbook.
pub(crate) fn check_workbook(bytes: &[u8], caps: &Caps) -> Result<(), Refused> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| broken())?;
    if archive.len() > caps.members {
        return Err(bomb("an archive with too many members"));
    }
    let names: Vec<String> =
        archive.file_names().filter_map(|name| name.ok().map(|n| n.into_owned())).collect();
    let has = |wanted: &str| names.iter().any(|name| name.eq_ignore_ascii_case(wanted));
    if !has("[Content_Types].xml") || !has("xl/workbook.xml") {
        return Err(not_a_workbook(&mut archive, &names));
    }
    // All names first, so that the sentence names the worst part whatever the order of members.
    names.iter().try_for_each(|name| check_name(name))?;
    check_no_gaps(&mut archive, bytes)?;
    let mut inflated = 0_u64;
    for index in 0..archive.len() {
        inflated += check_member(&mut archive, index, caps, inflated)?;
    }
    Ok(())
}

/// The plainest word for an archive that is no workbook: what its members are, where they can be told.
fn not_a_workbook(archive: &mut ZipArchive<Cursor<&[u8]>>, names: &[String]) -> Refused {
    if names.iter().any(|name| name.starts_with("word/") || name.starts_with("ppt/") || name == "mimetype") {
        return Refused::new(RefusedKind::Document, "document that can hold pictures");
    }
    for index in 0..archive.len() {
        let mut head = Vec::new();
        if let Ok(member) = archive.by_index(index)
            && member.take(4096).read_to_end(&mut head).is_ok()
            && let Some((what, kind)) = signature::find(&head)
        {
            return Refused::new(kind, format!("{what} in an archive"));
        }
    }
    Refused::new(RefusedKind::Archive, "ZIP archive")
}

/// Members that a plain workbook has; everything else is refused by its folder or name.
fn check_name(name: &str) -> Result<(), Refused> {
    let lower = name.to_ascii_lowercase().replace('\\', "/");
    let part = |what: &str| Err(Refused::new(RefusedKind::WorkbookPart, what));
    if lower.contains("/media/") || lower.starts_with("media/") || lower.contains("thumbnail") {
        return part("picture in a workbook");
    }
    if lower.contains("/drawings/") || lower.contains("/charts/") || lower.contains("/diagrams/") {
        return part("drawing in a workbook");
    }
    if lower.contains("/embeddings/") || lower.contains("/activex/") || lower.contains("/ctrlprops/") {
        return part("embedded file in a workbook");
    }
    if lower.contains("vbaproject") || lower.contains("/macrosheets/") || lower.contains("vbadata") {
        return part("macro in a workbook");
    }
    if lower.contains("/externallinks/")
        || lower.contains("connections.xml")
        || lower.contains("/querytables/")
    {
        return part("link to another file in a workbook");
    }
    let folders = ["_rels/", "docprops/", "xl/", "customxml/", "docmetadata/"];
    let known = lower == "[content_types].xml" || folders.iter().any(|folder| lower.starts_with(folder));
    let safe = !lower.contains("..")
        && (lower.ends_with(".xml") || lower.ends_with(".rels") || lower.ends_with('/'));
    let printer = lower.starts_with("xl/printersettings/") && lower.ends_with(".bin");
    if known && (safe || printer) { Ok(()) } else { part("unknown part of a workbook") }
}

/// Members must follow one another from the first byte to the directory, and nothing may follow that.
fn check_no_gaps(archive: &mut ZipArchive<Cursor<&[u8]>>, bytes: &[u8]) -> Result<(), Refused> {
    let hidden = || Refused::new(RefusedKind::Binary, "hidden bytes in an archive");
    let mut spans = Vec::with_capacity(archive.len());
    for index in 0..archive.len() {
        let member = archive.by_index_raw(index).map_err(|_| broken())?;
        let start = member.data_start().ok_or_else(broken)?;
        spans.push((member.header_start(), start.saturating_add(member.compressed_size())));
    }
    spans.sort_unstable();
    let mut end = 0;
    // After its data a member may carry a descriptor of at most 24 bytes.
    for (start, stop) in spans.into_iter().chain([(archive.central_directory_start(), 0)]) {
        if start < end || start - end > 24 {
            return Err(hidden());
        }
        end = stop;
    }
    let tail = bytes.len().checked_sub(22).and_then(|at| bytes.get(at..)).unwrap_or_default();
    if tail.starts_with(b"PK\x05\x06") && archive.comment().is_empty() { Ok(()) } else { Err(hidden()) }
}

/// Unpacks one member within the caps and looks at all of it; returns its unpacked size in bytes.
fn check_member(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    index: usize,
    caps: &Caps,
    so_far: u64,
) -> Result<u64, Refused> {
    let member = archive.by_index(index).map_err(|_| broken())?;
    let name = member.name().map(|name| name.to_ascii_lowercase()).unwrap_or_default();
    let is_large = name.starts_with("xl/worksheets/") || name.contains("sharedstrings");
    let by_name = if is_large { caps.inflated } else { MAX_SMALL };
    let by_ratio = member.compressed_size().saturating_mul(caps.ratio).max(64 * 1024);
    let declared = member.size();
    let left = caps.inflated.saturating_sub(so_far).min(by_ratio).min(by_name);
    let mut content = Vec::new();
    member.take(left + 1).read_to_end(&mut content).map_err(|_| broken())?;
    let size = content.len() as u64;
    if size > left {
        return Err(bomb("archive that unpacks to too much"));
    }
    if size != declared {
        return Err(bomb("archive that lies about its sizes"));
    }
    if let Some((what, kind)) = signature::find(&content) {
        return Err(Refused::new(kind, format!("{what} in a workbook")));
    }
    if name.ends_with(".xml") || name.ends_with(".rels") {
        xml::check(&content)?;
        let links_out = || content.windows(14).any(|w| w == b"TargetMode=\"Ex");
        if name.ends_with(".rels") && !name.contains("worksheets/_rels") && links_out() {
            return Err(Refused::new(RefusedKind::WorkbookPart, "link to another file in a workbook"));
        }
    } else if content.len() > 64 * 1024 {
        return Err(Refused::new(RefusedKind::WorkbookPart, "unknown part of a workbook"));
    }
    encoded::check(&content, 0)?;
    Ok(size)
}
