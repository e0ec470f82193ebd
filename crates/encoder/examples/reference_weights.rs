//! Writes the weights of `tests/reference.rs` for `tests/make_reference.py`: `reference_weights OUT.safetensors`.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("usage: reference_weights OUT.safetensors")?;
    std::fs::write(path, encoder::testing::reference().bytes())?;
    Ok(())
}
