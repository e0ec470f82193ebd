//! How runs end: exit codes, files that appear whole or not at all, pipes, full disks.

mod support;

use std::io::Read;
use std::process::Stdio;
use support::{Folder, PIER, has_weights, program};

#[test]
fn wrong_usage_is_two_and_one_line() {
    let folder = Folder::new();
    for arguments in ["extract", "extract --threads none x", "report x", "serve", "extract http://post.example/pier"] {
        let ran = folder.run(arguments).expect(2, &["error:", "right would be"]);
        assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
        assert!(ran.stdout.is_empty());
    }
}

#[test]
fn help_and_version_need_nothing() {
    let folder = Folder::new();
    let help = folder.run("--help").expect(0, &[]);
    assert!(String::from_utf8_lossy(&help.stdout).contains("tellings"));
    let version = folder.run("--version").expect(0, &[]);
    assert_eq!(String::from_utf8_lossy(&version.stdout), format!("tellings {}\n", env!("CARGO_PKG_VERSION")));
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(!folder.run(&format!("completions {shell}")).expect(0, &[]).stdout.is_empty());
    }
    assert!(folder.run("manual").expect(0, &[]).stdout.starts_with(b".ie"));
}

#[test]
fn nothing_to_read_is_three() {
    if !has_weights() {
        return;
    }
    let folder = Folder::new().with("empty/.hidden.txt", PIER);
    folder.run("extract nowhere.txt").expect(3, &["nowhere.txt", "no article could be read"]);
    folder.run("extract empty").expect(3, &["no article could be read"]);
    folder.run("report nowhere.txt -o r.html").expect(3, &["nowhere.txt"]);
    assert_eq!(folder.names(), ["empty"]);
}

#[test]
fn one_missing_file_among_others_is_one() {
    if !has_weights() {
        return;
    }
    let folder = Folder::new().with("a.txt", PIER);
    let ran = folder.run("extract nowhere.txt a.txt").expect(1, &["left out:", "nowhere.txt"]);
    assert_eq!(ran.articles().len(), 1);
    let ran = folder.run("analyze nowhere.txt a.txt").expect(1, &["nowhere.txt"]);
    let analysis: serde_json::Value = serde_json::from_slice(&ran.stdout).expect("one JSON document");
    assert!(analysis["problems"][0]["path"].as_str().is_some_and(|path| path.contains("nowhere.txt")));
}

#[test]
fn unknown_weights_are_three_and_named() {
    let folder = Folder::new().with("a.txt", PIER).with("w.safetensors", "no weights at all").with("empty", "");
    folder.run("extract a.txt --weights nowhere").expect(3, &["nowhere"]);
    for file in ["w.safetensors", "empty", "a.txt"] {
        folder.run(&format!("extract a.txt --weights {file}")).expect(3, &[file, "no weights for this version"]);
    }
}

#[test]
fn a_place_that_cannot_be_written_is_three() {
    if !has_weights() {
        return;
    }
    let folder = Folder::new().with("a.txt", PIER);
    folder.run("extract a.txt -o nowhere/a.jsonl").expect(3, &["nowhere/a.jsonl"]);
    folder.run("extract a.txt -o .").expect(3, &["it is a folder"]);
    assert_eq!(folder.names(), ["a.txt"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_three_and_said() {
    if !has_weights() {
        return;
    }
    let folder = Folder::new().with("a.txt", PIER);
    for command in ["extract a.txt", "analyze a.txt", "report a.txt"] {
        folder.run(&format!("{command} -o /dev/full")).expect(3, &["no space left", "/dev/full"]);
    }
    let full = std::fs::File::options().write(true).open("/dev/full").expect("it is there");
    let mut command = program();
    command.args(["extract", "a.txt"]).current_dir(folder.path()).stdout(full).stderr(Stdio::piped());
    let ran = support::Ran::from(command.output().expect("the program runs"));
    ran.expect(3, &["no space left", "standard output"]);
}

#[test]
fn a_reader_that_closes_the_pipe_is_no_error() {
    if !has_weights() {
        return;
    }
    let mut folder = Folder::new();
    for number in 0..20 {
        folder = folder.with(&format!("{number}.txt"), PIER.replace("pier", &format!("pier {number}")));
    }
    let mut command = program();
    command.args(["extract", "."]).current_dir(folder.path()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program runs");
    let mut stdout = child.stdout.take().expect("piped");
    let mut first = [0; 10];
    stdout.read_exact(&mut first).expect("something comes");
    drop(stdout);
    let mut stderr = String::new();
    child.stderr.take().expect("piped").read_to_string(&mut stderr).expect("read");
    assert_eq!(child.wait().expect("ends").code(), Some(0), "{stderr}");
    assert_eq!(stderr, "");
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_keeps_what_is_complete() {
    if !has_weights() {
        return;
    }
    let mut folder = Folder::new();
    for number in 0..400 {
        folder = folder.with(&format!("in/{number}.txt"), PIER.replace("pier", &format!("pier {number}")));
    }
    let mut command = program();
    command.args(["extract", "in", "-o", "out.jsonl", "--threads", "1"]).current_dir(folder.path());
    let mut child = command.stderr(Stdio::piped()).spawn().expect("the program runs");
    // The temporary file shows that the first article has been read and the handler is in place.
    for _ in 0..600 {
        if folder.names().len() > 1 {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let interrupted = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(interrupted.is_ok_and(|status| status.success()));
    assert_eq!(child.wait().expect("ends").code(), Some(130));
    assert_eq!(folder.names(), ["in", "out.jsonl"]);
    let written = std::fs::read_to_string(folder.path().join("out.jsonl")).expect("written");
    let lines = written.lines().count();
    assert!((2..401).contains(&lines), "{lines} lines");
    assert!(written.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()));
}

#[test]
fn quiet_and_colours_are_obeyed() {
    if !has_weights() {
        return;
    }
    let folder = Folder::new().with("a.txt", PIER);
    let said = folder
        .run("extract a.txt nowhere.txt -v")
        .expect(1, &["articles read", "statements", "speakers", "left out"])
        .stderr;
    assert!(!said.contains('\u{1b}'));
    let painted = folder.run("extract nowhere.txt --color always").expect(3, &["\u{1b}["]).stderr;
    assert!(painted.contains("nowhere.txt"));
    assert!(!folder.run("extract a.txt -q").expect(0, &[]).stderr.contains("articles read"));
    folder.run("analyze a.txt -q").expect(0, &[]);
}
