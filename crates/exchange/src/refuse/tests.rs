//! Every format in every disguise is refused; ordinary tables are taken. All bytes are invented: headers, no pictures.

use std::io::{Cursor, Write};

use data_encoding::{BASE64, BASE64URL, HEXLOWER};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::*;

/// Name and the first bytes of each format, filled up to a plausible size.
fn corpus() -> Vec<(&'static str, Vec<u8>)> {
    let filled = |head: &[u8]| -> Vec<u8> {
        // A fixed run of all byte values, as compressed data has.
        head.iter()
            .copied()
            .chain((0..600_u32).map(|i| (i.wrapping_mul(167).wrapping_add(13) >> 1) as u8))
            .collect()
    };
    let iso = |brand: &[u8]| filled(&[&b"\x00\x00\x00\x18ftyp"[..], brand, b"\x00\x00\x00\x00mif1"].concat());
    let riff = |form: &[u8]| filled(&[&b"RIFF\x40\x02\x00\x00"[..], form].concat());
    let mut transport = vec![0_u8; 188 * 4];
    transport.iter_mut().step_by(188).for_each(|b| *b = 0x47);
    let mut tar = vec![b'a'; 512];
    tar[257..263].copy_from_slice(b"ustar\x00");
    let mut tga = filled(b"\x00\x00\x02\x00");
    tga.extend_from_slice(b"TRUEVISION-XFILE.\x00");
    let mut emf = vec![0_u8; 100];
    emf[0] = 1;
    emf[40..44].copy_from_slice(b" EMF");
    vec![
        ("jpg", filled(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00")),
        ("jpg-exif", filled(b"\xff\xd8\xff\xe1\x00\x10Exif\x00")),
        ("jpg-raw", filled(b"\xff\xd8\xff\xdb\x00\x43")),
        ("png", filled(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")),
        ("mng", filled(b"\x8aMNG\r\n\x1a\n")),
        ("gif87", filled(b"GIF87a\x01\x00\x01\x00")),
        ("gif89", filled(b"GIF89a\x01\x00\x01\x00")),
        ("webp", riff(b"WEBPVP8 ")),
        ("webp-lossless", riff(b"WEBPVP8L")),
        ("avi", riff(b"AVI LIST")),
        ("wav", riff(b"WAVEfmt ")),
        ("heic", iso(b"heic")),
        ("heix", iso(b"heix")),
        ("heif", iso(b"mif1")),
        ("avif", iso(b"avif")),
        ("cr3", iso(b"crx ")),
        ("mp4", iso(b"isom")),
        ("mp42", iso(b"mp42")),
        ("m4v", iso(b"M4V ")),
        ("3gp", iso(b"3gp5")),
        ("mov", iso(b"qt  ")),
        ("mov-old", filled(b"\x00\x00\x00\x20moov\x00\x00\x00\x18mvhd")),
        ("jxl", filled(b"\xff\x0a\xfa\x1f\x01\x91")),
        ("jxl-box", filled(b"\x00\x00\x00\x0cJXL \r\n\x87\n")),
        ("jp2", filled(b"\x00\x00\x00\x0cjP  \r\n\x87\n")),
        ("j2k", filled(b"\xff\x4f\xff\x51\x00\x29")),
        ("bmp", filled(b"BM\x36\x10\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00\x28\x00\x00\x00")),
        ("tiff-le", filled(b"II*\x00\x08\x00\x00\x00")),
        ("tiff-be", filled(b"MM\x00*\x00\x00\x00\x08")),
        ("raf", filled(b"FUJIFILMCCD-RAW 0201")),
        ("orf", filled(b"IIRO\x08\x00\x00\x00")),
        ("psd", filled(b"8BPS\x00\x01\x00\x00")),
        ("xcf", filled(b"gimp xcf file\x00")),
        ("ico", filled(b"\x00\x00\x01\x00\x01\x00\x10\x10")),
        ("exr", filled(b"\x76\x2f\x31\x01\x02\x00\x00\x00")),
        ("hdr", filled(b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n")),
        ("qoi", filled(b"qoif\x00\x00\x00\x10")),
        ("pcx", filled(b"\x0a\x05\x01\x08")),
        ("ppm", filled(b"P6\n64 64\n255\n")),
        ("tga", tga),
        ("emf", emf),
        (
            "svg",
            b"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"><rect width=\"1\"/></svg>"
                .repeat(3),
        ),
        ("svg-prefixed", b"<s:SVG xmlns:s=\"http://www.w3.org/2000/svg\">\n<s:rect/></s:SVG>".repeat(3)),
        ("webm", filled(b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81webm")),
        ("flv", filled(b"FLV\x01\x05\x00\x00\x00\x09")),
        ("wmv", filled(b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9")),
        ("mpg", filled(b"\x00\x00\x01\xba\x44\x00")),
        ("ts", transport),
        ("ogv", filled(b"OggS\x00\x02\x00\x00")),
        ("mp3", filled(b"ID3\x04\x00\x00\x00\x00")),
        ("pdf", filled(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")),
        ("rtf", filled(b"{\\rtf1\\ansi{\\pict")),
        ("doc", filled(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00\x00")),
        ("rar", filled(b"Rar!\x1a\x07\x01\x00")),
        ("7z", filled(b"7z\xbc\xaf\x27\x1c\x00\x04")),
        ("gz", filled(b"\x1f\x8b\x08\x00\x00\x00\x00\x00")),
        ("xz", filled(b"\xfd7zXZ\x00\x00\x04")),
        ("zst", filled(b"\x28\xb5\x2f\xfd\x04\x58")),
        ("tar", tar),
        ("sqlite", filled(b"SQLite format 3\x00\x10\x00")),
        ("exe", filled(b"MZ\x90\x00\x03\x00\x00\x00")),
    ]
}

fn archive(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in members {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        writer.start_file(*name, options).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn workbook_with(extra: &[(&str, &[u8])]) -> Vec<u8> {
    let mut members: Vec<(&str, &[u8])> =
        vec![("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"<workbook/>")];
    members.extend_from_slice(extra);
    archive(&members)
}

fn cell(text: &str) -> Vec<u8> {
    format!("report_id,notes\nr-1,\"{text}\"\n").into_bytes()
}

/// The disguises of one file.
fn disguises(bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let base64 = BASE64.encode(bytes);
    let wrapped: Vec<&str> =
        base64.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect();
    let twice = BASE64.encode(base64.as_bytes());
    vec![
        ("as it is (the name does not count)", bytes.to_vec()),
        ("after a line of text", [&b"report_id,notes\n"[..], bytes].concat()),
        ("base64 in a cell", cell(&base64)),
        ("base64 after a word", cell(&format!("see{base64}"))),
        ("base64 wrapped at 76", cell(&wrapped.join("\r\n"))),
        ("base64 for addresses", cell(&BASE64URL.encode(bytes))),
        ("base64 twice", cell(&twice)),
        ("base64 four times", cell(&BASE64.encode(BASE64.encode(twice.as_bytes()).as_bytes()))),
        ("hexadecimal", cell(&HEXLOWER.encode(bytes))),
        ("data: address", cell(&format!("data:image/png;base64,{base64}"))),
        ("data: address without a type", cell(&format!("data:;base64,{base64}"))),
        ("in a zip", archive(&[("holiday.txt", bytes)])),
        ("media of a workbook", workbook_with(&[("xl/media/image1.bin", bytes)])),
        ("a sheet of a workbook", workbook_with(&[("xl/worksheets/sheet1.xml", bytes)])),
        ("printer settings of a workbook", workbook_with(&[("xl/printerSettings/p1.bin", bytes)])),
        ("embedded in a workbook", workbook_with(&[("xl/embeddings/object1.bin", bytes)])),
        ("base64 in a workbook's texts", workbook_with(&[("xl/sharedStrings.xml", base64.as_bytes())])),
        ("before a workbook", [bytes, &workbook_with(&[])[..]].concat()),
        ("after a workbook", [&workbook_with(&[])[..], bytes].concat()),
    ]
}

#[test]
fn threat_t01_every_format_in_every_disguise_is_refused() {
    let formats = corpus();
    assert!(formats.len() >= 40, "{}", formats.len());
    let mut n_tried = 0;
    let mut taken = Vec::new();
    for (format, bytes) in &formats {
        for (disguise, sent) in disguises(bytes) {
            n_tried += 1;
            if refuse_images(&sent).is_ok() {
                taken.push(format!("{format}: {disguise}"));
            }
        }
    }
    assert!(taken.is_empty(), "{} of {n_tried} taken: {taken:#?}", taken.len());
}

#[track_caller]
fn check_kind(bytes: &[u8], expected: RefusedKind) {
    assert_eq!(refuse_images(bytes).map_err(|r| r.kind), Err(expected));
}

#[test]
fn the_answer_says_what_kind_it_was() {
    let formats = corpus();
    let of = |name: &str| &formats.iter().find(|(format, _)| *format == name).unwrap().1;
    check_kind(of("heic"), RefusedKind::Image);
    check_kind(of("mov"), RefusedKind::Video);
    check_kind(of("pdf"), RefusedKind::Document);
    check_kind(of("svg"), RefusedKind::Image);
    check_kind(&cell(&BASE64.encode(of("png"))), RefusedKind::Encoded);
    check_kind(&workbook_with(&[("xl/media/image1.png", of("png"))]), RefusedKind::WorkbookPart);
    check_kind(&workbook_with(&[("xl/vbaProject.bin", b"x")]), RefusedKind::WorkbookPart);
    check_kind(&workbook_with(&[("xl/externalLinks/externalLink1.xml", b"<x/>")]), RefusedKind::WorkbookPart);
    check_kind(&workbook_with(&[("docProps/thumbnail.jpeg", b"x")]), RefusedKind::WorkbookPart);
    check_kind(&archive(&[("word/document.xml", b"<x/>")]), RefusedKind::Document);
    check_kind(&archive(&[("reports.csv", b"report_id\n")]), RefusedKind::Archive);
    check_kind(b"report_id\x00", RefusedKind::Binary);
    let refused = refuse_images(of("jpg")).unwrap_err();
    assert_eq!((refused.what.as_str(), refused.kind.needs_signpost()), ("JPEG image", true));
    assert!(
        !refused.sentence.contains(|c: char| c.is_ascii_digit()),
        "numbers and addresses live in content"
    );
}

#[test]
fn ordinary_tables_and_texts_are_taken() {
    let long_address = format!("https://example.org/{}", "path/of-a/page/".repeat(20));
    let notes = [
        "She was told to pay £250 by Friday. (Invented.)",
        "BMX track, II. section, P1 parking, ID3 tag, RIFF, ftyp, MZ",
        "a < b, svg is a word, the data: was late, data:image is not an address here",
        &long_address,
        &"-".repeat(400),
        &"ha".repeat(300),
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        &"very ordinary words ".repeat(200),
    ];
    for text in notes.iter().filter(|text| !text.contains("data:image")) {
        assert_eq!(refuse_images(&cell(text)), Ok(()), "{text}");
    }
    let digest = HEXLOWER.encode(&[0xab; 64]);
    assert_eq!(refuse_images(&cell(&digest)), Ok(()));
    let mut utf16 = vec![0xff, 0xfe];
    utf16.extend("report_id,notes\r\nr-1,café\r\n".encode_utf16().flat_map(u16::to_le_bytes));
    assert_eq!(refuse_images(&utf16), Ok(()));
    assert_eq!(refuse_images(b""), Ok(()));
    assert_eq!(refuse_images(&workbook_with(&[("xl/worksheets/sheet1.xml", b"<worksheet/>")])), Ok(()));
}

#[test]
fn bombs_are_refused_before_they_unpack() {
    let zeros = vec![b' '; 32 * 1024 * 1024];
    check_kind(&workbook_with(&[("xl/worksheets/sheet1.xml", &zeros)]), RefusedKind::Bomb);
    let laughs = b"<?xml version=\"1.0\"?><!DOCTYPE lolz [<!ENTITY lol \"lol\"><!ENTITY l2 \"&lol;&lol;\">]><sst>&l2;</sst>";
    check_kind(&workbook_with(&[("xl/sharedStrings.xml", laughs)]), RefusedKind::Bomb);
    let names: Vec<String> = (0..300).map(|n| format!("xl/worksheets/sheet{n}.xml")).collect();
    let many: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b"<x/>"[..])).collect();
    check_kind(&workbook_with(&many), RefusedKind::Bomb);
}
