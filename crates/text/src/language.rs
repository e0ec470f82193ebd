//! The language of a text.

/// The language of a text as ISO 639-1 code; `None` where there is too little of it to tell.
pub fn language(text: &str) -> Option<&'static str> {
    let info = whatlang::detect(text)?;
    Some(match info.lang() {
        whatlang::Lang::Eng => "en",
        _ => return None,
    })
}
