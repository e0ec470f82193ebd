//! PDF files made to waste time and room: each ends soon, in little memory, with a clear word.

use flate2::{Compression, write::ZlibEncoder};
use model::{Article, Problem};
use read::{Options, articles_from_bytes};
use std::fmt::Write as _;
use std::io::Write as _;
use std::time::Instant;

const PAGE: &str = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> /XObject << /X 6 0 R >> >> >>";
const FONT: &str = "<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>";
const WORDS: &[u8] = b"BT /F 12 Tf 1 0 0 1 50 700 Tm (The mill of Hale closed on Monday.) Tj ET";

/// A file of one page: its program is object 4, and what else is wanted comes behind the font.
fn file(contents: Vec<u8>, others: &[Vec<u8>]) -> Vec<u8> {
    let fixed = ["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", PAGE];
    let mut objects: Vec<Vec<u8>> = fixed.iter().map(|object| object.as_bytes().to_vec()).collect();
    objects.push(contents);
    objects.push(FONT.into());
    objects.extend_from_slice(others);
    with(&objects, "")
}

fn with(objects: &[Vec<u8>], trailer: &str) -> Vec<u8> {
    let mut file = b"%PDF-1.4\n".to_vec();
    let mut table = String::new();
    for (number, object) in objects.iter().enumerate() {
        writeln!(table, "{:010} 00000 n ", file.len()).expect("a string takes all");
        file.extend([format!("{} 0 obj\n", number + 1).as_bytes(), object, b"\nendobj\n"].concat());
    }
    let count = objects.len() + 1;
    let start = file.len();
    let end = format!(
        "xref\n0 {count}\n0000000000 65535 f \n{table}trailer << /Size {count} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n"
    );
    file.extend(end.as_bytes());
    file
}

fn stream(about: &str, bytes: &[u8]) -> Vec<u8> {
    let head = format!("<< {about} /Length {} >>\nstream\n", bytes.len());
    [head.as_bytes(), bytes, b"\nendstream"].concat()
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("memory takes all");
    encoder.finish().expect("memory takes all")
}

/// Blanks without end, packed.
fn bomb(mebibytes: usize) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    let blank = vec![b' '; 1 << 20];
    for _ in 0..mebibytes {
        encoder.write_all(&blank).expect("memory takes all");
    }
    encoder.finish().expect("memory takes all")
}

fn read(bytes: Vec<u8>) -> Result<Article, Problem> {
    let start = Instant::now();
    let read = articles_from_bytes(bytes, "mill.pdf", &Options::default()).next().expect("a file gives something");
    assert!(start.elapsed().as_secs() < 30, "it took {:?}", start.elapsed());
    let advice = ["save", "ocrmypdf"];
    if let Err(problem) = &read {
        assert!(
            problem.message.contains("`mill.pdf`") && advice.iter().any(|word| problem.message.contains(word)),
            "{}",
            problem.message
        );
    }
    read
}

/// Where this system says it: the most memory that this process ever had, in MiB.
fn most_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1024
}

#[track_caller]
fn is_refused(bytes: Vec<u8>) {
    assert_eq!(read(bytes).expect_err("it costs too much").code, "unpacks-without-end");
}

#[track_caller]
fn is_read(bytes: Vec<u8>) {
    assert_eq!(read(bytes).expect("there is text").text, "The mill of Hale closed on Monday.");
}

#[test]
fn what_is_packed_in_any_honest_way_is_read() {
    let hex: String = packed(WORDS).iter().map(|byte| format!("{byte:02x}")).collect::<String>() + ">";
    is_read(file(stream("", WORDS), &[]));
    is_read(file(stream("/Filter /FlateDecode", &packed(WORDS)), &[]));
    is_read(file(stream("/Filter [/FlateDecode /FlateDecode]", &packed(&packed(WORDS))), &[]));
    is_read(file(stream("/Filter [/ASCIIHexDecode /Fl#61teDecode]", hex.as_bytes()), &[]));
    is_read(file(stream("/Filter 6 0 R", &packed(WORDS)), &[b"/FlateDecode".to_vec()]));
}

#[test]
fn bombs_are_refused_before_they_unpack() {
    let once = bomb(400);
    for (name, about, bytes) in [
        ("program", "/Filter /FlateDecode", once.clone()),
        ("twice", "/Filter [/FlateDecode /FlateDecode]", packed(&once)),
        ("thrice", "/Filter [/Fl /Fl /Fl]", packed(&packed(&once))),
        ("written so that few see it", "/Filter /#46lateDecode", once.clone()),
        ("objects", "/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode", once.clone()),
        ("named elsewhere", "/Filter 6 0 R", once.clone()),
        ("many layers", "/Filter [/Fl /Fl /Fl /Fl /Fl]", WORDS.to_vec()),
    ] {
        eprintln!("{name}");
        is_refused(file(stream(about, &bytes), &[b"/FlateDecode".to_vec()]));
    }
    // A length that lies, a check that is cut off: it is unpacked all the same.
    let cut =
        [&b"<< /Filter /FlateDecode /Length 7 >>\nstream\n"[..], &once[..once.len() - 9], b"\nendstream"].concat();
    is_refused(file(cut, &[]));
    // A table of objects that is one.
    let table = stream("/Type /XRef /W [1 4 1] /Size 9 /Root 1 0 R /Filter /FlateDecode", &once);
    is_refused([b"%PDF-1.5\n1 0 obj\n".to_vec(), table, b"\nendobj\nstartxref\n9\n%%EOF".to_vec()].concat());
    assert!(most_memory() < 700, "{} MiB", most_memory());
}

#[test]
fn what_is_stored_once_and_used_often_is_counted_by_use() {
    let eight = bomb(8);
    // One program for a hundred pages.
    let count = 100;
    let kids: String = (0..count).map(|page| format!("{} 0 R ", 5 + page)).collect();
    let mut objects = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        format!("<< /Type /Pages /Kids [{kids}] /Count {count} >>").into_bytes(),
        FONT.into(),
        stream("/Filter /FlateDecode", &eight),
    ];
    objects.extend((0..count).map(|_| b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>".to_vec()));
    is_refused(with(&objects, ""));
    // One program a hundred times on a page.
    let often = PAGE.replace("4 0 R", &format!("[{}]", "4 0 R ".repeat(100)));
    let page = file(stream("/Filter /FlateDecode", &eight), &[]);
    let at = page.windows(PAGE.len()).position(|part| part == PAGE.as_bytes()).expect("it is there");
    is_refused([&page[..at], often.as_bytes(), &page[at + PAGE.len()..]].concat());
    // One form drawn a hundred times.
    let form = stream("/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Filter /FlateDecode", &eight);
    is_refused(file(stream("", "/X Do ".repeat(100).as_bytes()), &[form]));
    // One font file for a hundred fonts.
    let mut others = vec![stream("/Filter /FlateDecode", &eight), b"<< /FontFile2 6 0 R >>".to_vec()];
    others.extend(
        (0..100).map(|number| format!("<< /Type /Font /Subtype /TrueType /FontDescriptor 7 0 R /N {number} >>").into()),
    );
    is_refused(file(stream("", WORDS), &others));
}

#[test]
fn programs_that_run_long_end() {
    // A million operators are a thick newspaper's.
    is_read(file(stream("", &[&b"1 0 0 1 0 0 cm ".repeat(1_000_000), WORDS].concat()), &[]));
    is_refused(file(stream("/Filter /FlateDecode", &packed(&b"n ".repeat(11_000_000))), &[]));
    is_refused(file(stream("", &b"0 0 9 9 re ".repeat(1_100_000)), &[]));
    is_refused(file(stream("", &b"q ".repeat(100_000)), &[]));
    is_refused(file(stream("", format!("BT /F 1 Tf ({}) Tj ET", "a".repeat(2 << 20)).as_bytes()), &[]));
    // Forms that draw each other, ten times at each of thirty steps; one that draws itself.
    let form = |next: usize| {
        let about =
            format!("/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X {next} 0 R >> >>");
        stream(&about, &b"/X Do ".repeat(10))
    };
    is_refused(file(stream("", b"/X Do"), &(7..37).map(form).collect::<Vec<_>>()));
    is_read(file(stream("", &[b"/X Do ", WORDS].concat()), &[form(6)]));
    assert!(most_memory() < 1500, "{} MiB", most_memory());
}

#[test]
fn rows_without_end_make_no_room() {
    for about in [
        "/Filter /FlateDecode /DecodeParms << /Predictor 15 /Columns 99999999999999 >>",
        "/Filter /FlateDecode /DecodeParms << /Predictor 2 /BitsPerComponent 4 /Columns 999999999999999999 >>",
        "/Filter [/FlateDecode] /DecodeParms [<< /Predictor 15 /Col#75mns 99999999999999 >>]",
        "/Filter /FlateDecode /DecodeParms 6 0 R",
        "/Filter /FlateDecode /DecodeParms << /Predictor 15 /Columns 7                              0 R >>",
    ] {
        let others = [&b"<< /Predictor 15 /Columns 99999999999999 >>"[..], b"99999999999999"];
        is_refused(file(stream(about, &packed(WORDS)), &others.map(<[u8]>::to_vec)));
    }
}

#[test]
fn pages_that_refer_to_themselves_and_broken_files_end() {
    let objects = |kids: &str| {
        vec![
            b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
            format!("<< /Type /Pages /Parent 2 0 R /Kids [{kids}] /Count 9 >>").into_bytes(),
            PAGE.into(),
            stream("", WORDS),
            FONT.into(),
        ]
    };
    is_read(with(&objects("2 0 R 3 0 R 2 0 R"), ""));
    let _ = read(with(&objects("2 0 R"), ""));
    // Lists in lists, dictionaries in dictionaries, without end.
    for deep in ["[", "<<", "<< /A ", "("] {
        let _ = read(with(&[objects("3 0 R"), vec![deep.repeat(300_000).into_bytes()]].concat(), ""));
        let _ = read(file(stream("", deep.repeat(300_000).as_bytes()), &[]));
    }
    // Words that are not closed, and pages without end that take four bytes each, open and packed.
    is_refused([b"%PDF-1.4\n".to_vec(), b"1 0 obj << /A (\n".repeat(100_000)].concat());
    let kids = "<<>>".repeat(1_000_001);
    is_refused(with(&objects(&kids), ""));
    is_refused(file(stream("/Filter /FlateDecode", &packed(kids.as_bytes())), &[]));
    // Streams that end nowhere.
    let _ = read([b"%PDF-1.4\n".to_vec(), b"1 0 obj << /Length 9 >>\nstream\n".repeat(20_000)].concat());
    let whole = file(stream("/Filter /FlateDecode", &packed(WORDS)), &[]);
    for end in (9..whole.len()).step_by(5) {
        let _ = read(whole[..end].to_vec());
    }
    // Its length lies; its bytes are there.
    for length in ["0", "3", "99999999", "-1", "4 0 R"] {
        let lying = [format!("<< /Length {length} >>\nstream\n").as_bytes(), WORDS, b"\nendstream"].concat();
        is_read(file(lying, &[]));
    }
}

#[test]
fn what_is_read_again_and_again_is_counted() {
    // Behind each dictionary a comment that holds all others.
    is_refused([&b"%PDF-1.4\n"[..], &b"<<>>%".repeat(700_000)].concat());
    // Lengths that lead to blanks without end, before a word that ends a stream and before one that does not.
    for word in ["endstream", "end"] {
        let head = "<< /Length 1000000 >>\nstream\n".repeat(30_000);
        is_refused(["%PDF-1.4\n", &head, &" ".repeat(2_000_000), word].concat().into_bytes());
    }
    // The same where the length stands elsewhere; and one picture drawn again and again before blanks.
    let elsewhere = |streams: usize, length: usize, blanks: usize| {
        let one = format!("<< /Length {} 0 R >>\nstream\nx\nendstream", 6 + streams).into_bytes();
        let length = format!("{length}{}", " ".repeat(blanks)).into_bytes();
        file(stream("", WORDS), &[vec![one; streams], vec![length]].concat())
    };
    is_refused(elsewhere(20_000, 3_000_000, 4_000_000));
    is_read(elsewhere(1_000, 1, 4_000));
    let picture = |blanks: usize| {
        let blanks = " ".repeat(blanks);
        format!("<< /Subtype /Image /Length 1 >>\nstream\nx{blanks}\nendstream").into_bytes()
    };
    let drawn = [&b"/X Do ".repeat(10_000)[..], WORDS].concat();
    is_refused(file(stream("", &drawn), &[picture(1_000_000)]));
    is_read(file(stream("", &drawn), &[picture(4_000)]));
    // Streams that share a tail of which nothing comes out.
    let tail = [&b"\x00\x00\x00\xff\xff".repeat(4_000_000)[..], b"\x01\x00\x00\xff\xff"].concat();
    let sharing = |count: u16| -> Vec<u8> {
        let mut file = b"%PDF-1.4\n".to_vec();
        for number in 0..count {
            let over = (count - number - 1) * 60;
            let length = 5 + usize::from(over) + tail.len();
            let packed = [&b"\x00"[..], &over.to_le_bytes(), &(!over).to_le_bytes()].concat();
            let head = format!("<</Filter/FlateDecode/Length {length}>>");
            file.extend([format!("{head:<48}stream\n").as_bytes(), &packed].concat());
        }
        [&file[..], &tail, b"\nendstream"].concat()
    };
    is_refused(sharing(800));
    // A few are not what is refused: this one has no pages.
    assert_eq!(read(sharing(10)).expect_err("it has no pages").code, "broken-pdf");
}

#[test]
fn pages_of_pieces_without_end_are_one_block() {
    // Letters far from each other: many on few lines, and stripes that no second line divides.
    let row = |y: usize, count: usize, from: usize| -> String {
        let letters: String = (0..count).map(|x| format!("1 0 0 1 {} {y} Tm (a) Tj ", from + 3 * x)).collect();
        format!("BT /F 1 Tf {letters} ET ")
    };
    let all: String = (0..1500).map(|y| row(y * 2, 60, 0)).collect();
    let wide: String = (0..1500).map(|y| if y == 750 { row(y * 2, 9000, 0) } else { row(y * 2, 2, 90_000) }).collect();
    for page in [all, wide] {
        let read = read(file(stream("/Filter /FlateDecode", &packed(page.as_bytes())), &[]));
        assert!(read.is_ok_and(|article| article.text.matches('a').count() >= 11_000));
    }
}

#[test]
fn what_is_locked_says_how_to_unlock_it() {
    let encrypt = "/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O (aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa) /U (bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb) >> /ID [(a) (a)]";
    let objects = [b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(), b"<< /Type /Pages /Kids [] /Count 0 >>".to_vec()];
    assert_eq!(read(with(&objects, encrypt)).expect_err("it asks for a password").code, "pdf-with-password");
    // What holds objects and is locked cannot be looked at.
    let objects = [&objects[..], &[stream("/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode", b"locked")]].concat();
    assert_eq!(read(with(&objects, encrypt)).expect_err("it is locked").code, "pdf-with-password");
}
