//! The body of the fuzz target `extract` over a small corpus; the other targets' stand in `crates/read/tests/fuzzed.rs`.

#[path = "../../../fuzz/src/whole.rs"]
mod whole;

#[test]
fn odd_input_of_every_kind_goes_through_extract() {
    let said = "Ines Orr said on Monday: “The mill is closed.” Bram Penn denied that she had said so.";
    let inputs = [
        String::new(),
        said.to_owned(),
        said.chars().rev().collect(),
        format!("<p>{said}</p><blockquote>{said}"),
        format!("{{\"text\": \"{}\", \"zones\": 7}}\n{{\"text\": null}}\n[]", said.replace('"', "'")),
        format!("{}\u{0}{}", said.replace(' ', "\u{a0}\u{200b}"), "“".repeat(200)),
        "said ".repeat(300),
    ];
    for input in &inputs {
        for kind in 0..4 {
            whole::extract(kind, input.as_bytes());
            whole::extract(kind, input.as_bytes().get(..input.len() / 2).unwrap_or(&[]));
        }
    }
}
