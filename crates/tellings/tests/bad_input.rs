//! Input that is no article, or hardly one: a clear word, the right exit code, no panic, bounded memory.
//!
//! The sizes here are small enough for every run; `TELLINGS_SLOW` adds the full ones.

mod support;

use serde_json::Value;
use std::process::Stdio;
use support::{Folder, PIER, Ran, has_weights, is_slow_wanted, program, spans_lie_inside};

/// Reads one file beside a good one: the good one must come through, the run must end as said.
fn check(name: &str, bytes: &[u8], code: i32, words: &[&str]) -> Vec<Value> {
    let folder = Folder::new().with(name, bytes).with("good.txt", PIER);
    let ran = folder.run(&format!("extract {name} good.txt")).expect(code, words);
    let articles = ran.articles();
    articles.iter().for_each(spans_lie_inside);
    let good = articles.last().expect("the good one is there");
    assert_eq!(good["path"], "good.txt");
    assert!(!good["statements"].as_array().expect("a list").is_empty());
    articles
}

/// Runs with at most about a gigabyte of address space.
fn run_in_a_gigabyte(folder: &Folder, arguments: &str) -> Ran {
    let program = program().get_program().to_os_string();
    let mut command = std::process::Command::new("sh");
    command.arg("-c").arg("ulimit -v 1048576; exec \"$0\" \"$@\"").arg(program);
    command.args(arguments.split_whitespace()).current_dir(folder.path()).stdin(Stdio::null());
    Ran::from(command.output().expect("a shell runs"))
}

fn sentences(words: usize) -> String {
    let sentence = "The harbour office said on Monday that the old pier of the town was closed to all boats. ";
    sentence.repeat(words / sentence.split_whitespace().count() + 1)
}

#[test]
fn empty_and_binary_files_are_named_and_the_rest_is_read() {
    if !has_weights() {
        return;
    }
    check("bad.txt", b"", 1, &["bad.txt"]);
    check("bad.txt", b" \n\n \t\r\n", 1, &["bad.txt"]);
    check("bad.html", b"<html><body></body></html>", 1, &["bad.html"]);
    check("bad.jsonl", b"{\"text\": \"torn", 1, &["bad.jsonl"]);
    let binary: Vec<u8> = (0..20_000u32).map(|number| (number.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    check("bad.txt", &binary, 1, &["bad.txt"]);
    check("bad.bin", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3e\0", 1, &["bad.bin"]);
}

#[test]
fn odd_letters_do_no_harm() {
    if !has_weights() {
        return;
    }
    let nulls = PIER.replace("pier", "pi\0er");
    check("odd.txt", nulls.as_bytes(), 0, &[]);
    for marks in ["“Unpaired, she said.", "She said ”unpaired“ and «left", "''''\"\"\"\" said \"", "‘’‘’‘ he said ’"]
    {
        check("odd.txt", format!("Headline of the day\n\n{marks}\n\n{}", sentences(60)).as_bytes(), 0, &[]);
    }
    let joiners = PIER.replace('e', "e\u{301}\u{200d}\u{202e}");
    check("odd.txt", joiners.as_bytes(), 0, &[]);
}

#[test]
fn lone_surrogates_are_replaced_or_named() {
    if !has_weights() {
        return;
    }
    let folder = Folder::new()
        .with("a.jsonl", format!("{{\"text\": \"Mayor \\ud800 denies\\n\\n{}\"}}\n", sentences(40)))
        .with("good.txt", PIER);
    let ran = folder.run("extract a.jsonl good.txt");
    assert!(matches!(ran.code, Some(0 | 1)), "{}", ran.stderr);
    assert!(ran.code == Some(0) || ran.stderr.contains("a.jsonl"), "{}", ran.stderr);
    // UTF-16 with half a pair, UTF-8 with an encoded half.
    let mut utf16: Vec<u8> = vec![0xff, 0xfe];
    for unit in PIER.encode_utf16().chain([0xd800, u16::from(b'x')]) {
        utf16.extend(unit.to_le_bytes());
    }
    let articles = check("odd.txt", &utf16, 0, &[]);
    assert!(articles[0]["text"].as_str().expect("a text").contains("Ines Varga"));
    check("odd.txt", &[PIER.as_bytes(), b"\xed\xa0\x80 end"].concat(), 0, &[]);
}

#[test]
fn other_scripts_are_kept_and_not_analysed() {
    if !has_weights() {
        return;
    }
    let arabic = "نفى رئيس البلدية يوم الثلاثاء أنه أمر بإغلاق الرصيف القديم في الميناء. وقال للصحفيين إنه لم يوقع أي أمر من هذا القبيل.";
    let chinese = "市长周二否认曾下令关闭旧码头。她对记者说,她从未签署过这样的命令。港务局发言人说,市长打过两次电话。";
    for text in [arabic, chinese] {
        let articles = check("other.txt", text.as_bytes(), 1, &["other.txt", "language-not-analysed"]);
        assert_eq!(articles[0]["problems"][0]["code"], "language-not-analysed");
        assert_eq!(articles[0]["statements"].as_array().map(Vec::len), Some(0));
    }
}

#[cfg(unix)]
#[test]
fn link_loops_end_and_unreadable_files_are_named() {
    if !has_weights() {
        return;
    }
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = Folder::new().with("in/a.txt", PIER).with("in/deep/b.txt", PIER.replace("pier", "bridge"));
    symlink(folder.path().join("in"), folder.path().join("in/deep/loop")).expect("linked");
    symlink("self", folder.path().join("in/self")).expect("linked");
    symlink("nowhere", folder.path().join("in/dangling")).expect("linked");
    let ran = folder.run("extract in");
    assert!(matches!(ran.code, Some(0 | 1)), "{}", ran.stderr);
    assert_eq!(ran.articles().len(), 2);

    let folder = Folder::new().with("in/a.txt", PIER).with("in/secret.txt", PIER);
    let secret = folder.path().join("in/secret.txt");
    std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o0)).expect("set");
    if std::fs::read(&secret).is_ok() {
        eprintln!("SKIPPED: this user may read every file, so an unreadable one could not be tested");
        return;
    }
    let ran = folder.run("extract in").expect(1, &["secret.txt", "ermission denied"]);
    assert_eq!(ran.articles().len(), 1);
}

#[test]
fn a_long_article_is_read_in_parts_in_bounded_memory() {
    if !has_weights() {
        return;
    }
    let folder = Folder::new().with("long.txt", format!("Pier closed\n\n{}", sentences(13_000)));
    let ran = run_in_a_gigabyte(&folder, "extract long.txt -v --threads 2").expect(0, &["long-article"]);
    let articles = ran.articles();
    spans_lie_inside(&articles[0]);
    let statements = articles[0]["statements"].as_array().expect("a list");
    assert!(statements.len() > 300, "{} statements", statements.len());
    let ids: std::collections::BTreeSet<&str> = statements.iter().filter_map(|s| s["id"].as_str()).collect();
    assert_eq!(ids.len(), statements.len(), "ids are unique over the parts");
}

#[test]
fn marks_alone_are_no_trouble() {
    if !has_weights() {
        return;
    }
    let folder = Folder::new().with("marks.txt", "\"".repeat(20_000)).with("good.txt", PIER);
    let ran = run_in_a_gigabyte(&folder, "extract marks.txt good.txt --threads 2");
    assert!(matches!(ran.code, Some(0 | 1)), "{:?} {}", ran.code, ran.stderr);
    ran.articles().iter().for_each(spans_lie_inside);
}

#[test]
fn full_sizes_pass_in_a_gigabyte() {
    if !has_weights() || !is_slow_wanted() {
        return;
    }
    let folder = Folder::new()
        .with("words.txt", format!("Pier closed\n\n{}", sentences(200_000)))
        .with("line.txt", sentences(9_500_000))
        .with("marks.txt", "\"".repeat(1_000_000));
    for file in ["words.txt", "line.txt", "marks.txt"] {
        let start = std::time::Instant::now();
        let ran = run_in_a_gigabyte(&folder, &format!("extract {file} --threads 2 -o out.jsonl"));
        assert!(matches!(ran.code, Some(0 | 1)), "{file}: {:?} {}", ran.code, ran.stderr);
        eprintln!("{file}: {:?} in {:?}\n{}", ran.code, start.elapsed(), ran.stderr);
    }
}
