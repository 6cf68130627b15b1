//! Which format do these bytes begin with, or carry in their first kibibyte?

use std::sync::LazyLock;

use super::RefusedKind::{Archive, Audio, Document, Image, Program, Video};
use super::{ROAM, Refused, RefusedKind};

/// One signature: where it stands, what it is, and whether it is looked for at any place of the first kibibyte.
struct Signature {
    what: &'static str,
    kind: RefusedKind,
    at: usize,
    bytes: &'static [u8],
    roams: bool,
}

const fn fixed(what: &'static str, kind: RefusedKind, at: usize, bytes: &'static [u8]) -> Signature {
    Signature { what, kind, at, bytes, roams: false }
}

const fn roams(what: &'static str, kind: RefusedKind, bytes: &'static [u8]) -> Signature {
    Signature { what, kind, at: 0, bytes, roams: true }
}

/// Four bytes or more may roam; shorter ones, and words that a text could begin a cell with, stand at their place.
const SIGNATURES: &[Signature] = &[
    roams("JPEG image", Image, b"\xff\xd8\xff\xe0"),
    roams("JPEG image", Image, b"\xff\xd8\xff\xe1"),
    roams("JPEG image", Image, b"\xff\xd8\xff\xe2"),
    roams("JPEG image", Image, b"\xff\xd8\xff\xdb"),
    roams("JPEG image", Image, b"\xff\xd8\xff\xee"),
    roams("JPEG image", Image, b"\xff\xd8\xff\xfe"),
    fixed("JPEG image", Image, 0, b"\xff\xd8\xff"),
    roams("PNG image", Image, b"\x89PNG\r\n\x1a\n"),
    roams("MNG image", Image, b"\x8aMNG\r\n\x1a\n"),
    roams("JNG image", Image, b"\x8bJNG\r\n\x1a\n"),
    roams("GIF image", Image, b"GIF87a"),
    roams("GIF image", Image, b"GIF89a"),
    fixed("WebP image", Image, 8, b"WEBPVP8"),
    roams("WebP image", Image, b"WEBPVP8"),
    fixed("AVI film", Video, 8, b"AVI LIST"),
    roams("AVI film", Video, b"AVI LIST"),
    fixed("animated cursor", Image, 8, b"ACON"),
    fixed("WAVE sound", Audio, 8, b"WAVEfmt"),
    roams("HEIC image", Image, b"ftyphei"),
    roams("HEIC image", Image, b"ftyphev"),
    roams("HEIF image", Image, b"ftypmif1"),
    roams("HEIF image", Image, b"ftypmsf1"),
    roams("AVIF image", Image, b"ftypavi"),
    roams("Canon raw image", Image, b"ftypcrx "),
    roams("JPEG XL image", Image, b"\x00\x00\x00\x0cJXL \r\n\x87\n"),
    roams("QuickTime film", Video, b"ftypqt  "),
    roams("MP4 film", Video, b"ftypisom"),
    roams("MP4 film", Video, b"ftypiso"),
    roams("MP4 film", Video, b"ftypmp4"),
    roams("MP4 film", Video, b"ftypM4"),
    roams("MP4 film", Video, b"ftypavc1"),
    roams("3GP film", Video, b"ftyp3g"),
    roams("DASH film", Video, b"ftypdash"),
    fixed("ISO media file", Video, 4, b"ftyp"),
    fixed("QuickTime film", Video, 4, b"moov"),
    fixed("QuickTime film", Video, 4, b"mdat"),
    fixed("QuickTime film", Video, 4, b"wide\x00"),
    fixed("JPEG XL image", Image, 0, b"\xff\x0a"),
    roams("JPEG 2000 image", Image, b"\x00\x00\x00\x0cjP  \r\n\x87\n"),
    roams("JPEG 2000 image", Image, b"\xff\x4f\xff\x51"),
    roams("TIFF image", Image, b"II*\x00"),
    roams("TIFF image", Image, b"MM\x00*"),
    roams("BigTIFF image", Image, b"II+\x00"),
    roams("BigTIFF image", Image, b"MM\x00+"),
    roams("Olympus raw image", Image, b"IIRO\x08\x00"),
    roams("Panasonic raw image", Image, b"IIU\x00"),
    roams("Fuji raw image", Image, b"FUJIFILMCCD-RAW"),
    roams("Sigma raw image", Image, b"FOVb"),
    roams("Photoshop image", Image, b"8BPS\x00"),
    roams("GIMP image", Image, b"gimp xcf "),
    fixed("icon", Image, 0, b"\x00\x00\x01\x00"),
    fixed("cursor", Image, 0, b"\x00\x00\x02\x00"),
    fixed("Apple icon", Image, 0, b"icns\x00"),
    fixed("DDS image", Image, 0, b"DDS |"),
    roams("OpenEXR image", Image, b"\x76\x2f\x31\x01"),
    roams("Radiance image", Image, b"#?RADIANCE"),
    fixed("PCX image", Image, 0, b"\x0a\x05\x01"),
    fixed("FLIF image", Image, 0, b"FLIF"),
    fixed("BPG image", Image, 0, b"BPG\xfb"),
    fixed("QOI image", Image, 0, b"qoif\x00"),
    fixed("farbfeld image", Image, 0, b"farbfeld\x00"),
    fixed("SGI image", Image, 0, b"\x01\xda"),
    fixed("Sun raster image", Image, 0, b"\x59\xa6\x6a\x95"),
    roams("XPM image", Image, b"/* XPM */"),
    fixed("Windows metafile", Image, 0, b"\xd7\xcd\xc6\x9a"),
    fixed("enhanced metafile", Image, 40, b" EMF"),
    roams("DjVu document", Document, b"AT&TFORM"),
    roams("Matroska or WebM film", Video, b"\x1a\x45\xdf\xa3"),
    fixed("Flash film", Video, 0, b"FLV\x01"),
    roams("Windows Media film", Video, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11"),
    fixed("MPEG film", Video, 0, b"\x00\x00\x01\xba"),
    fixed("MPEG film", Video, 0, b"\x00\x00\x01\xb3"),
    fixed("RealMedia film", Video, 0, b".RMF\x00"),
    fixed("Ogg film or sound", Video, 0, b"OggS\x00"),
    roams("Ogg film or sound", Video, b"OggS\x00\x02"),
    fixed("MP3 sound", Audio, 0, b"ID3\x02"),
    fixed("MP3 sound", Audio, 0, b"ID3\x03"),
    fixed("MP3 sound", Audio, 0, b"ID3\x04"),
    fixed("FLAC sound", Audio, 0, b"fLaC\x00"),
    fixed("AMR sound", Audio, 0, b"#!AMR"),
    roams("PDF document", Document, b"%PDF-"),
    roams("PostScript document", Document, b"%!PS-Adobe"),
    roams("RTF document", Document, b"{\\rtf1"),
    roams(
        "Office document of the old kind, or an encrypted one",
        Document,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    ),
    roams("ZIP archive", Archive, b"PK\x03\x04"),
    fixed("empty ZIP archive", Archive, 0, b"PK\x05\x06"),
    fixed("split ZIP archive", Archive, 0, b"PK\x07\x08"),
    roams("RAR archive", Archive, b"Rar!\x1a\x07"),
    roams("7-Zip archive", Archive, b"7z\xbc\xaf\x27\x1c"),
    fixed("gzip archive", Archive, 0, b"\x1f\x8b"),
    roams("gzip archive", Archive, b"\x1f\x8b\x08\x00"),
    fixed("bzip2 archive", Archive, 4, b"1AY&SY"),
    roams("xz archive", Archive, b"\xfd7zXZ\x00"),
    roams("Zstandard archive", Archive, b"\x28\xb5\x2f\xfd"),
    fixed("LZ4 archive", Archive, 0, b"\x04\x22\x4d\x18"),
    fixed("tar archive", Archive, 257, b"ustar"),
    roams("tar archive", Archive, b"ustar\x00"),
    roams("tar archive", Archive, b"ustar  \x00"),
    fixed("cabinet archive", Archive, 0, b"MSCF\x00"),
    roams("SQLite database", Archive, b"SQLite format 3\x00"),
    roams("program", Program, b"\x7fELF"),
    fixed("program", Program, 0, b"MZ\x90\x00"),
    fixed("program", Program, 0, b"\xca\xfe\xba\xbe"),
    fixed("Flash program", Program, 0, b"CWS\x09"),
];

/// Refuses bytes that carry a known signature.
pub(super) fn check(bytes: &[u8]) -> Result<(), Refused> {
    match find(bytes) {
        Some((what, kind)) => Err(Refused::new(kind, what)),
        None => Ok(()),
    }
}

/// The format whose signature the bytes carry.
pub(super) fn find(bytes: &[u8]) -> Option<(&'static str, RefusedKind)> {
    let head = bytes.get(..bytes.len().min(ROAM + 16)).unwrap_or_default();
    // The ones that roam say more exactly what it is, so they are asked first.
    let roaming = (0..head.len()).find_map(|at| {
        let rest = head.get(at..)?;
        BY_FIRST_BYTE.get(usize::from(*rest.first()?))?.iter().find(|s| rest.starts_with(s.bytes))
    });
    let at_its_place = |s: &&Signature| head.get(s.at..).is_some_and(|rest| rest.starts_with(s.bytes));
    let named = roaming.copied().or_else(|| SIGNATURES.iter().find(at_its_place));
    named.map(|s| (s.what, s.kind)).or_else(|| by_rule(bytes, head))
}

/// The roaming signatures, by their first byte.
static BY_FIRST_BYTE: LazyLock<Vec<Vec<&'static Signature>>> = LazyLock::new(|| {
    let first = |byte: u8| SIGNATURES.iter().filter(move |s| s.roams && s.bytes.first() == Some(&byte));
    (0..=u8::MAX).map(|byte| first(byte).collect()).collect()
});

/// Formats that a fixed run of bytes cannot tell.
fn by_rule(bytes: &[u8], head: &[u8]) -> Option<(&'static str, RefusedKind)> {
    if is_bitmap(head) {
        return Some(("BMP image", Image));
    }
    if is_netpbm(head) {
        return Some(("Netpbm image", Image));
    }
    if [0, 188, 376].iter().all(|at| bytes.get(*at) == Some(&0x47)) && bytes.contains(&0) {
        return Some(("MPEG transport stream", Video));
    }
    if bytes.ends_with(b"TRUEVISION-XFILE.\x00") {
        return Some(("TGA image", Image));
    }
    None
}

/// `BM`, a size, four reserved noughts, and a header length that exists.
fn is_bitmap(head: &[u8]) -> bool {
    let header_length = head.get(14..18).and_then(|b| <[u8; 4]>::try_from(b).ok()).map(u32::from_le_bytes);
    head.starts_with(b"BM")
        && head.get(6..10) == Some(&[0; 4])
        && header_length.is_some_and(|n| matches!(n, 12 | 16 | 40 | 52 | 56 | 64 | 108 | 124))
}

/// `P1` to `P6`, white space, and two numbers.
fn is_netpbm(head: &[u8]) -> bool {
    let Some([b'P', b'1'..=b'6', gap, rest @ ..]) = head.get(..head.len().min(64)) else { return false };
    let mut words = rest.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let number = |word: Option<&[u8]>| word.is_some_and(|w| w.iter().all(u8::is_ascii_digit));
    gap.is_ascii_whitespace() && number(words.next()) && number(words.next())
}
