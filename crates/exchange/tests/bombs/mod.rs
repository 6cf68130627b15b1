//! Workbooks that would take gigabytes, minutes or more than a table: each must be refused, within memory and time.
//!
//! All are made here. "Honest" content is different enough to pass a check of ratios, so that only the cap that is
//! meant can refuse it.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// A workbook and what it tries.
pub struct Bomb {
    /// What it tries.
    pub name: &'static str,
    /// The file.
    pub bytes: Vec<u8>,
}

/// One member of a workbook: its name, its content, and whether it is packed.
pub struct Part {
    name: String,
    content: Vec<u8>,
    packed: bool,
}

const MIB: usize = 1024 * 1024;
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
pub const NO_STRINGS: &[u8] = b"<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"/>";

fn part(name: impl Into<String>, content: impl Into<Vec<u8>>) -> Part {
    Part { name: name.into(), content: content.into(), packed: true }
}

/// The parts of a minimal workbook around one sheet and its shared strings.
fn parts(sheet: &[u8], shared: &[u8]) -> Vec<Part> {
    let relation = |id: u8, kind: &str, target: &str| {
        format!("<Relationship Id=\"r{id}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>")
    };
    let relations = |inner: String| format!("<Relationships xmlns=\"{PACKAGE}\">{inner}</Relationships>");
    let inner = relation(1, "worksheet", "worksheets/sheet1.xml")
        + &relation(2, "sharedStrings", "sharedStrings.xml")
        + &relation(3, "styles", "styles.xml");
    vec![
        part(
            "[Content_Types].xml",
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>",
        ),
        part("_rels/.rels", relations(relation(1, "officeDocument", "xl/workbook.xml"))),
        part("xl/workbook.xml", book("<sheets><sheet name=\"s\" sheetId=\"1\" r:id=\"r1\"/></sheets>")),
        part("xl/_rels/workbook.xml.rels", relations(inner)),
        part("xl/worksheets/sheet1.xml", sheet),
        part("xl/sharedStrings.xml", shared),
    ]
}

fn book(inner: &str) -> String {
    format!("<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\">{inner}</workbook>")
}

fn zipped(parts: &[Part]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for part in parts {
        let method = if part.packed { CompressionMethod::Deflated } else { CompressionMethod::Stored };
        let options = SimpleFileOptions::default().compression_method(method);
        writer.start_file(part.name.as_str(), options).unwrap();
        writer.write_all(&part.content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A minimal workbook around one sheet and its shared strings.
pub fn workbook(sheet: &[u8], shared: &[u8]) -> Vec<u8> {
    zipped(&parts(sheet, shared))
}

/// A workbook of one cell, with further parts; one of the same name takes the place of the usual one.
fn with(more: Vec<Part>) -> Vec<u8> {
    let mut all = parts(&one_cell(), NO_STRINGS);
    all.retain(|usual| !more.iter().any(|part| part.name == usual.name));
    all.extend(more);
    zipped(&all)
}

/// A sheet around its rows.
pub fn sheet(data: &str) -> Vec<u8> {
    format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{data}</sheetData></worksheet>").into_bytes()
}

fn cell(at: &str) -> String {
    format!("<c r=\"{at}\"><v>1</v></c>")
}

fn one_cell() -> Vec<u8> {
    sheet(&format!("<row r=\"1\">{}</row>", cell("A1")))
}

/// A number that looks like any other: the same for the same `n`.
fn mixed(n: u64) -> u64 {
    let n = (n ^ (n >> 31)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (n ^ (n >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9)
}

/// Invented words of about `n_bytes`.
fn words(n_bytes: usize) -> String {
    let mut text = String::with_capacity(n_bytes + 20);
    for n in 0.. {
        if text.len() >= n_bytes {
            break;
        }
        text.push_str(&format!("{:x} ", mixed(n) >> 24));
    }
    text
}

fn inline(text: &str) -> Vec<u8> {
    sheet(&format!("<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>{text}</t></is></c></row>"))
}

fn laughs(root: &str, end: &str) -> Vec<u8> {
    let mut text = "<?xml version=\"1.0\"?><!DOCTYPE l [<!ENTITY a \"ha\">".to_owned();
    for n in 0..9 {
        let before = if n == 0 { "&a;".to_owned() } else { format!("&a{};", n - 1) };
        text.push_str(&format!("<!ENTITY a{n} \"{}\">", before.repeat(10)));
    }
    text.push_str(&format!("]>{root}&a8;{end}"));
    text.into_bytes()
}

fn utf16(text: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(text);
    [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

/// Puts `new` in the place of `old` as often as it stands there, which must be at least once.
fn patched(mut bytes: Vec<u8>, old: &[u8], new: &[u8]) -> Vec<u8> {
    assert_eq!(old.len(), new.len());
    let places: Vec<usize> =
        (0..bytes.len() - old.len()).filter(|at| bytes[*at..].starts_with(old)).collect();
    assert!(!places.is_empty(), "nothing to change");
    for at in places {
        bytes[at..at + old.len()].copy_from_slice(new);
    }
    bytes
}

/// Changes bytes of every header of the directory at the end: `at` is the place inside the header.
fn in_directory(mut bytes: Vec<u8>, at: usize, new: &[u8]) -> Vec<u8> {
    let headers: Vec<usize> =
        (0..bytes.len() - 4).filter(|place| bytes[*place..].starts_with(b"PK\x01\x02")).collect();
    for header in headers {
        bytes[header + at..header + at + new.len()].copy_from_slice(new);
    }
    bytes
}

/// The same for the headers before each member.
fn in_local(mut bytes: Vec<u8>, at: usize, new: &[u8]) -> Vec<u8> {
    let headers: Vec<usize> =
        (0..bytes.len() - 4).filter(|place| bytes[*place..].starts_with(b"PK\x03\x04")).collect();
    for header in headers {
        bytes[header + at..header + at + new.len()].copy_from_slice(new);
    }
    bytes
}

/// Cells far apart, and figures that lie about how many there are.
fn sparse() -> Vec<Bomb> {
    let corners = |one: &str, row: u64, two: &str| {
        let data = format!("<row r=\"1\">{}</row><row r=\"{row}\">{}</row>", cell(one), cell(two));
        workbook(&sheet(&data), NO_STRINGS)
    };
    let dimension = format!(
        "<worksheet xmlns=\"{MAIN}\"><dimension ref=\"A1:XFD1048576\"/><sheetData><row r=\"1\">{}</row></sheetData></worksheet>",
        cell("XFD1")
    );
    // 40 million places, of which 200,000 hold something.
    let wide: String = (1..=200_000)
        .map(|n| format!("<row r=\"{n}\"><c r=\"GR{n}\"><v>{}</v></c></row>", mixed(n) >> 44))
        .collect();
    let rows: String = (1..=201_000)
        .map(|n| format!("<row r=\"{n}\"><c r=\"A{n}\"><v>{}</v></c></row>", mixed(n) >> 40))
        .collect();
    let columns: String = (0..400_000)
        .map(|n: u64| format!("<c r=\"{}1\"><v>{}</v></c>", column(n % 16_384), mixed(n) >> 40))
        .collect();
    vec![
        Bomb { name: "corners: A1 and ZZ1048576", bytes: corners("A1", 1_048_576, "ZZ1048576") },
        Bomb { name: "corners: A1 and XFD1048576", bytes: corners("A1", 1_048_576, "XFD1048576") },
        Bomb { name: "a row number of 32 bits", bytes: corners("A1", 4_294_967_295, "A4294967295") },
        Bomb { name: "a row number of 70 bits", bytes: corners("A1", 1, "A1180591620717411303424") },
        Bomb { name: "a column of seven letters", bytes: corners("A1", 1, "ZZZZZZZ1") },
        Bomb { name: "one row to XFD", bytes: corners("A1", 1, "XFD1") },
        Bomb { name: "a dimension of the whole sheet", bytes: workbook(dimension.as_bytes(), NO_STRINGS) },
        Bomb { name: "40 million empty places", bytes: workbook(&sheet(&wide), NO_STRINGS) },
        Bomb { name: "one row too many", bytes: workbook(&sheet(&rows), NO_STRINGS) },
        Bomb {
            name: "one row of 400,000 cells",
            bytes: workbook(&sheet(&format!("<row r=\"1\">{columns}</row>")), NO_STRINGS),
        },
    ]
}

/// The letters of a column, from 0.
fn column(mut n: u64) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(char::from(b'A' + u8::try_from(n % 26).unwrap()));
        if n < 26 {
            break;
        }
        n = n / 26 - 1;
    }
    letters.iter().rev().collect()
}

/// Much from little: ratios of a thousand to one, in every part that a reader opens.
fn ratios() -> Vec<Bomb> {
    let blank = || vec![b' '; 12 * MIB];
    let spaces = |name: &str| with(vec![part(name, blank())]);
    let open = format!("<worksheet xmlns=\"{MAIN}\"><sheetData>");
    let million = |piece: &str| [b"<sst>".to_vec(), piece.repeat(1_000_000).into_bytes()].concat();
    let many: Vec<Part> =
        (0..150).map(|n| part(format!("xl/worksheets/sheet{}.xml", n + 2), vec![b' '; 100_000])).collect();
    vec![
        Bomb { name: "1000:1 in a cell", bytes: workbook(&inline(&" ".repeat(12 * MIB)), NO_STRINGS) },
        Bomb { name: "1000:1 in the sheet", bytes: spaces("xl/worksheets/sheet1.xml") },
        Bomb { name: "1000:1 in the shared strings", bytes: spaces("xl/sharedStrings.xml") },
        Bomb { name: "1000:1 in the styles", bytes: spaces("xl/styles.xml") },
        Bomb { name: "1000:1 in the workbook", bytes: spaces("xl/workbook.xml") },
        Bomb { name: "1000:1 in the relations", bytes: spaces("xl/_rels/workbook.xml.rels") },
        Bomb { name: "1000:1 in the content types", bytes: spaces("[Content_Types].xml") },
        Bomb { name: "1000:1 in the properties", bytes: spaces("docProps/app.xml") },
        Bomb { name: "1000:1 in 150 sheets", bytes: with(many) },
        Bomb {
            name: "two million rows that say nothing",
            bytes: {
                let rows = [open.into_bytes(), b"<row/>".repeat(2_000_000)].concat();
                workbook(&rows, NO_STRINGS)
            },
        },
        Bomb { name: "a million empty texts", bytes: workbook(&one_cell(), &million("<si><t/></si>")) },
        Bomb { name: "a million levels", bytes: workbook(&million("<a>"), NO_STRINGS) },
    ]
}

/// Honest content, only far too much of it.
fn honest() -> Vec<Bomb> {
    let strings = |n: u64| -> Vec<u8> {
        let all: String = (0..n).map(|n| format!("<si><t>{:x}</t></si>", mixed(n))).collect();
        format!("<sst>{all}</sst>").into_bytes()
    };
    // One text of 60 KiB in 100,000 cells: six gigabytes from six megabytes.
    let long = words(60 * 1024);
    let shared = format!("<sst><si><t>{long}</t></si></sst>");
    let again: String = (1..=100_000)
        .map(|n| {
            format!(
                "<row r=\"{n}\"><c r=\"A{n}\" t=\"s\"><v>0</v></c><c r=\"B{n}\"><v>{}</v></c></row>",
                mixed(n) >> 40
            )
        })
        .collect();
    let sheets: Vec<Part> =
        (0..16).map(|n| part(format!("xl/worksheets/sheet{}.xml", n + 2), inline(&words(5 * MIB)))).collect();
    let attributes: String = (0..60_000_u64).map(|n| format!(" a{:x}=\"\"", mixed(n) >> 20)).collect();
    let few: String = (0..300_u64).map(|n| format!(" a{:x}=\"\"", mixed(n) >> 20)).collect();
    let rows: String =
        (1..=5_000).map(|n| format!("<row r=\"{n}\"{few}><c{few}><v>1</v></c></row>")).collect();
    let names: String = (0..900_000_u64)
        .map(|n| format!("<definedName name=\"n{:x}\">s!$A$1</definedName>", mixed(n) >> 24))
        .collect();
    let named = book(&format!(
        "<sheets><sheet name=\"s\" sheetId=\"1\" r:id=\"r1\"/></sheets><definedNames>{names}</definedNames>"
    ));
    let listed: String = (0..200_000_u64)
        .map(|n| format!("<sheet name=\"s{:x}\" sheetId=\"{n}\" r:id=\"r1\"/>", mixed(n) >> 24))
        .collect();
    let styles: String =
        (0..700_000_u64).map(|n| format!("<xf numFmtId=\"{}\" fontId=\"{}\"/>", n, mixed(n) >> 40)).collect();
    let formats = format!("<styleSheet xmlns=\"{MAIN}\"><cellXfs>{styles}</cellXfs></styleSheet>");
    vec![
        Bomb { name: "1.1 million different texts", bytes: workbook(&one_cell(), &strings(1_100_000)) },
        Bomb { name: "one text in 100,000 cells", bytes: workbook(&sheet(&again), shared.as_bytes()) },
        Bomb { name: "one cell of 20 MiB", bytes: workbook(&inline(&words(20 * MIB)), NO_STRINGS) },
        Bomb { name: "one cell of 65 KiB", bytes: workbook(&inline(&words(65 * 1024)), NO_STRINGS) },
        Bomb { name: "80 MiB of sheets", bytes: with(sheets) },
        Bomb {
            name: "60,000 attributes",
            bytes: workbook(&sheet(&format!("<row r=\"1\"><c{attributes}><v>1</v></c></row>")), NO_STRINGS),
        },
        Bomb { name: "5,000 times 300 attributes", bytes: workbook(&sheet(&rows), NO_STRINGS) },
        Bomb { name: "900,000 defined names", bytes: with(vec![part("xl/workbook.xml", named)]) },
        Bomb {
            name: "200,000 sheets in the list",
            bytes: with(vec![part("xl/workbook.xml", book(&format!("<sheets>{listed}</sheets>")))]),
        },
        Bomb { name: "700,000 styles", bytes: with(vec![part("xl/styles.xml", formats)]) },
        Bomb {
            name: "more than 20 MiB, unpacked",
            bytes: with(vec![Part {
                packed: false,
                ..part("xl/worksheets/sheet2.xml", inline(&words(21 * MIB)))
            }]),
        },
    ]
}

/// Words that an XML file defines itself.
fn laughing() -> Vec<Bomb> {
    let outside = b"<?xml version=\"1.0\"?><!DOCTYPE s [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><sst><si><t>&x;</t></si></sst>";
    let parameters = b"<!doctype s [<!entity % p \"<!ENTITY q 'ha'>\"> %p;]><sst/>";
    let (strings, end) = ("<sst><si><t>", "</t></si></sst>");
    vec![
        Bomb { name: "a billion laughs: texts", bytes: workbook(&one_cell(), &laughs(strings, end)) },
        Bomb {
            name: "a billion laughs: sheet",
            bytes: workbook(&laughs("<worksheet>", "</worksheet>"), NO_STRINGS),
        },
        Bomb {
            name: "a billion laughs: workbook",
            bytes: with(vec![part("xl/workbook.xml", laughs("<workbook>", "</workbook>"))]),
        },
        Bomb {
            name: "a billion laughs: relations",
            bytes: with(vec![part(
                "xl/_rels/workbook.xml.rels",
                laughs("<Relationships>", "</Relationships>"),
            )]),
        },
        Bomb {
            name: "a billion laughs: styles",
            bytes: with(vec![part("xl/styles.xml", laughs("<styleSheet>", "</styleSheet>"))]),
        },
        Bomb {
            name: "a billion laughs in UTF-16",
            bytes: workbook(&one_cell(), &utf16(&laughs(strings, end))),
        },
        Bomb { name: "a file of the machine", bytes: workbook(&one_cell(), outside) },
        Bomb { name: "small letters and parameters", bytes: workbook(&one_cell(), parameters) },
    ]
}

/// Archives in archives, and archives that lie about themselves.
fn archives() -> Vec<Bomb> {
    let good = || workbook(&one_cell(), NO_STRINGS);
    let inner = zipped(&[part("a.xml", vec![b' '; 10 * MIB])]);
    let many = (0..60_000).map(|n| Part { packed: false, ..part(format!("xl/p{n}.xml"), "") }).collect();
    let end = |good: Vec<u8>| good.len() - 22;
    let twice = {
        let both = with(vec![part("xl/worksheets/sheet2.xml", inline(&words(5 * MIB)))]);
        patched(both, b"xl/worksheets/sheet2.xml", b"xl/worksheets/sheet1.xml")
    };
    // Every header of the directory names the first member's place: each member is the same packed bytes.
    let overlapping =
        in_directory(with(vec![part("xl/worksheets/sheet2.xml", inline(&words(MIB)))]), 42, &[0; 4]);
    let lying = |n: u32| in_local(in_directory(good(), 24, &n.to_le_bytes()), 22, &n.to_le_bytes());
    vec![
        Bomb { name: "an archive in a sheet", bytes: workbook(&inner, NO_STRINGS) },
        Bomb {
            name: "an archive as embedded file",
            bytes: with(vec![part("xl/embeddings/a.xlsx", inner.clone())]),
        },
        Bomb {
            name: "archives and nothing else",
            bytes: zipped(&[part("a.zip", inner.clone()), part("b.zip", inner)]),
        },
        Bomb { name: "60,000 members", bytes: with(many) },
        Bomb { name: "two members of one name", bytes: twice },
        Bomb { name: "members that overlap", bytes: overlapping },
        Bomb {
            name: "unpacked sizes of 0",
            bytes: in_directory(workbook(&inline(&" ".repeat(12 * MIB)), NO_STRINGS), 24, &[0; 4]),
        },
        Bomb { name: "unpacked sizes of 4 GiB", bytes: lying(0xffff_fff0) },
        Bomb {
            name: "packed sizes of 4 GiB",
            bytes: in_directory(good(), 20, &0xffff_fff0_u32.to_le_bytes()),
        },
        Bomb {
            name: "a method that nobody knows",
            bytes: in_local(in_directory(good(), 10, &[99, 0]), 8, &[99, 0]),
        },
        Bomb { name: "an encrypted workbook", bytes: in_local(in_directory(good(), 8, &[1, 0]), 6, &[1, 0]) },
        Bomb {
            name: "a directory of 65,535 members",
            bytes: {
                let (mut bytes, at) = (good(), end(good()));
                bytes[at + 8..at + 12].copy_from_slice(&[0xff; 4]);
                bytes
            },
        },
        Bomb {
            name: "a directory beyond the end",
            bytes: {
                let (mut bytes, at) = (good(), end(good()));
                bytes[at + 16..at + 20].copy_from_slice(&0x7fff_ffff_u32.to_le_bytes());
                bytes
            },
        },
        Bomb { name: "5 MiB behind the end", bytes: [good(), vec![b' '; 5 * MIB]].concat() },
    ]
}

/// All of them, one group after the other so that no more than one group is in memory.
pub fn groups() -> [fn() -> Vec<Bomb>; 5] {
    [sparse, ratios, honest, laughing, archives]
}
