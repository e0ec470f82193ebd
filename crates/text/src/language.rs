//! The language of a text.
//!
//! In: a text. Out: its ISO 639-1 code, or `None` where there is too little to tell. Function words decide for
//! English, which a wire of one sentence has in plenty; three letters at a time (crate `whatlang`) decide among all
//! others. Names alone («Ortega – Lindqvist») are no language.

/// How much of a text is looked at: more never changed an answer.
const SAMPLE: usize = 4000;

/// English words that are frequent in every kind of text and rare in other languages' (`in`, `die`, `a` are not).
const ENGLISH: [&str; 56] = [
    "the", "and", "of", "to", "that", "is", "was", "for", "with", "said", "by", "has", "have", "had", "not", "are",
    "were", "from", "this", "which", "who", "his", "her", "their", "they", "will", "would", "been", "after", "but",
    "than", "about", "there", "when", "what", "more", "its", "it", "he", "she", "over", "up", "out", "says", "could",
    "before", "into", "where", "should", "our", "your", "you", "we", "how", "why", "as",
];

/// The language of a text as ISO 639-1 code; `None` where there is too little of it to tell.
pub fn language(text: &str) -> Option<&'static str> {
    let sample = text.get(..text.floor_char_boundary(SAMPLE)).unwrap_or(text);
    let (words, english) = count_english(sample);
    let share = f64::from(english) / f64::from(words.max(1));
    // English news has a third to a half of such words, German, Dutch or Scots headlines a twentieth at most.
    if english >= 2 && share >= 0.16 {
        return Some("en");
    }
    let detected = whatlang::detect(sample)?;
    let code = iso_639_1(detected.lang())?;
    if code == "en" {
        return (english >= 1 || (detected.is_reliable() && words >= 4)).then_some("en");
    }
    // A headline full of names looks like any language; one that is reliable, or long, is believed.
    let letters = sample.chars().filter(|c| c.is_alphabetic()).take(200).count();
    let other_script = detected.script() != whatlang::Script::Latin;
    (detected.is_reliable() || other_script || (letters >= 200 && share < 0.05)).then_some(code)
}

/// How many words a text has and how many of them are English function words.
fn count_english(text: &str) -> (u32, u32) {
    let words = text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    words.fold((0, 0), |(words, english), word| {
        (words + 1, english + u32::from(ENGLISH.iter().any(|known| known.eq_ignore_ascii_case(word))))
    })
}

fn iso_639_1(language: whatlang::Lang) -> Option<&'static str> {
    use whatlang::Lang;
    Some(match language {
        Lang::Afr => "af",
        Lang::Aka => "ak",
        Lang::Amh => "am",
        Lang::Ara => "ar",
        Lang::Aze => "az",
        Lang::Bel => "be",
        Lang::Ben => "bn",
        Lang::Bul => "bg",
        Lang::Cat => "ca",
        Lang::Ces => "cs",
        Lang::Cmn => "zh",
        Lang::Dan => "da",
        Lang::Deu => "de",
        Lang::Ell => "el",
        Lang::Eng => "en",
        Lang::Epo => "eo",
        Lang::Est => "et",
        Lang::Fin => "fi",
        Lang::Fra => "fr",
        Lang::Guj => "gu",
        Lang::Heb => "he",
        Lang::Hin => "hi",
        Lang::Hrv => "hr",
        Lang::Hun => "hu",
        Lang::Hye => "hy",
        Lang::Ind => "id",
        Lang::Ita => "it",
        Lang::Jav => "jv",
        Lang::Jpn => "ja",
        Lang::Kan => "kn",
        Lang::Kat => "ka",
        Lang::Khm => "km",
        Lang::Kor => "ko",
        Lang::Lat => "la",
        Lang::Lav => "lv",
        Lang::Lit => "lt",
        Lang::Mal => "ml",
        Lang::Mar => "mr",
        Lang::Mkd => "mk",
        Lang::Mya => "my",
        Lang::Nep => "ne",
        Lang::Nld => "nl",
        Lang::Nob => "nb",
        Lang::Ori => "or",
        Lang::Pan => "pa",
        Lang::Pes => "fa",
        Lang::Pol => "pl",
        Lang::Por => "pt",
        Lang::Ron => "ro",
        Lang::Rus => "ru",
        Lang::Sin => "si",
        Lang::Slk => "sk",
        Lang::Slv => "sl",
        Lang::Sna => "sn",
        Lang::Spa => "es",
        Lang::Srp => "sr",
        Lang::Swe => "sv",
        Lang::Tam => "ta",
        Lang::Tel => "te",
        Lang::Tgl => "tl",
        Lang::Tha => "th",
        Lang::Tuk => "tk",
        Lang::Tur => "tr",
        Lang::Ukr => "uk",
        Lang::Urd => "ur",
        Lang::Uzb => "uz",
        Lang::Vie => "vi",
        Lang::Yid => "yi",
        Lang::Zul => "zu",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::language;

    #[test]
    fn a_short_english_wire_is_english() {
        assert_eq!(language("Brook denies closing of mill was ordered by the council"), Some("en"));
        assert_eq!(language("The mayor of Ulm said that Maria Schmidt had left."), Some("en"));
    }

    #[test]
    fn other_languages_are_told() {
        assert_eq!(language("Der Bürgermeister sagte am Dienstag, die Mühle werde nicht geschlossen."), Some("de"));
        assert_eq!(language("Le maire a déclaré mardi que le moulin ne serait pas fermé cette année."), Some("fr"));
        assert_eq!(language("Мэр заявил во вторник, что мельница не будет закрыта."), Some("ru"));
    }

    #[test]
    fn too_little_is_no_language() {
        assert_eq!(language(""), None);
        assert_eq!(language("Ortega 3 – 1"), None);
    }
}
