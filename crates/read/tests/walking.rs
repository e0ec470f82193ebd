//! Reading from the file system, as the commands do.

use model::{Article, Problem};
use read::{Options, articles};
use std::fs;
use std::path::Path;

fn write(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a file stands in a folder")).expect("folders can be made");
    fs::write(path, bytes).expect("files can be written");
}

fn read(paths: &[&str]) -> Vec<Result<Article, Problem>> {
    let paths: Vec<String> = paths.iter().map(|path| (*path).to_owned()).collect();
    articles(&paths, &Options::default()).collect()
}

/// Last part of the path of each article, code of each problem.
fn names(found: &[Result<Article, Problem>]) -> Vec<String> {
    found
        .iter()
        .map(|item| match item {
            Ok(article) => article.path.as_deref().and_then(|p| p.rsplit('/').next()).unwrap_or("").to_owned(),
            Err(problem) => format!("!{}", problem.code),
        })
        .collect()
}

#[test]
fn folders_are_walked_in_order_of_names_and_hidden_ones_skipped() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let root = folder.path();
    write(root, "b.txt", "Mill closes\n\nIt rained.");
    write(root, "a/z.md", "Kiln cracks\n\nIt was old.");
    write(root, "Z.txt", "Boat sinks\n\nTwo men swam.");
    write(root, ".hidden.txt", "No.");
    write(root, ".git/x.txt", "No.");
    write(root, "c.jsonl", "{\"text\": \"One.\", \"path\": \"one\"}\n{\"text\": \"Two.\", \"path\": \"two\"}\n");
    write(root, "page.html", "<p>It snowed.</p>");
    write(root, "page_files/script.js", "x()");
    let found = read(&[&root.to_string_lossy()]);
    assert_eq!(names(&found), ["Z.txt", "z.md", "b.txt", "one", "two", "page.html"]);
}

#[test]
fn what_cannot_be_read_is_named() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let root = folder.path();
    write(root, "a.bin", [0_u8, 1, 2, 3, 0, 200, 255, 7, 0, 0]);
    write(root, "b.txt", "");
    write(root, "c.txt", " \n ");
    write(root, "d.xml", "<?xml version='1.0'?><weather></weather>");
    write(root, "e.txt", "Mill closes\n\nIt rained.");
    let given = root.to_string_lossy();
    let missing = format!("{given}/missing.txt");
    let found = read(&[&given, &missing, "https://dalepost.example/mill"]);
    assert_eq!(
        names(&found),
        ["!binary-file", "!empty-file", "!empty-file", "!unsupported-format", "e.txt", "!not-found", "!no-network"]
    );
    for problem in found.iter().filter_map(|item| item.as_ref().err()) {
        let path = problem.path.as_deref().expect("a problem names its file");
        assert!(problem.message.contains(path), "{}", problem.message);
    }
}

#[cfg(unix)]
#[test]
fn links_that_lead_back_end() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let root = folder.path();
    write(root, "in/a.txt", "Mill closes\n\nIt rained.");
    std::os::unix::fs::symlink(root, root.join("in/loop")).expect("links can be made");
    std::os::unix::fs::symlink(root.join("nowhere"), root.join("in/broken")).expect("links can be made");
    let found = read(&[&root.to_string_lossy()]);
    assert_eq!(names(&found), ["a.txt", "!unreadable-file", "!folder-seen-twice"]);
}

#[test]
fn reading_twice_gives_the_same() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let root = folder.path();
    write(root, "a.txt", "outlet: Dale Post\ndate: 2023-03-14\n\nMill closes\n\nIt rained.");
    write(root, "b.html", "<title>Kiln cracks</title><p>It was old.</p>");
    let given = root.to_string_lossy();
    assert_eq!(read(&[&given]), read(&[&given]));
}

#[test]
fn files_are_opened_only_when_asked_for() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let root = folder.path();
    write(root, "a.txt", "Mill closes\n\nIt rained.");
    write(root, "b.txt", "Kiln cracks\n\nIt was old.");
    let mut reading = articles(&[root.to_string_lossy().into_owned()], &Options::default());
    assert!(reading.next().is_some_and(|item| item.is_ok()));
    fs::remove_file(root.join("b.txt")).expect("files can be removed");
    assert!(reading.next().is_some_and(|item| item.is_err_and(|problem| problem.code == "unreadable-file")));
    assert!(reading.next().is_none());
}
