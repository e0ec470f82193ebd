//! Puts the weights into the program, if they are there.
//!
//! A checkout without `weights/tellings.safetensors` builds all the same; that program asks for `--weights FILE`.

use std::path::PathBuf;

fn main() {
    let folder = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let file = folder.join("weights").join("tellings.safetensors");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=weights");
    let bytes = if file.is_file() {
        println!("cargo::rerun-if-changed={}", file.display());
        format!("include_bytes!({:?})", file.display().to_string())
    } else {
        "&[]".to_owned()
    };
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it")).join("embedded.rs");
    std::fs::write(out, bytes).expect("cargo's own folder can be written");
}
