//! Who wrote and photographed: bylines, agency credits, datelines, captions.
//!
//! In: one paragraph. Out: whether it is nothing but a credit or a caption, and the agencies that it names.
//! «(HALE TV with AP and REUTERS)» → agencies AP, Reuters. «HALE, March 3 (Northwire) – The mill …» → Northwire.

use std::ops::Range;

/// How agencies are written and what they are called here.
const AGENCIES: [(&str, &str); 44] = [
    ("aap", "AAP"),
    ("afp", "AFP"),
    ("agence france presse", "AFP"),
    ("agence france-presse", "AFP"),
    ("agerpres", "Agerpres"),
    ("anadolu", "Anadolu"),
    ("anadolu agency", "Anadolu"),
    ("ani", "ANI"),
    ("ansa", "ANSA"),
    ("ap", "AP"),
    ("apa", "APA"),
    ("associated press", "AP"),
    ("belga", "Belga"),
    ("bernama", "Bernama"),
    ("bloomberg", "Bloomberg"),
    ("bloomberg news", "Bloomberg"),
    ("canadian press", "The Canadian Press"),
    ("deutsche presse-agentur", "dpa"),
    ("dpa", "dpa"),
    ("efe", "EFE"),
    ("ians", "IANS"),
    ("interfax", "Interfax"),
    ("irna", "IRNA"),
    ("kyodo", "Kyodo"),
    ("kyodo news", "Kyodo"),
    ("lusa", "Lusa"),
    ("pa", "PA"),
    ("pa media", "PA"),
    ("press association", "PA"),
    ("press trust of india", "PTI"),
    ("pti", "PTI"),
    ("reuters", "Reuters"),
    ("ria novosti", "RIA Novosti"),
    ("sapa", "SAPA"),
    ("sputnik", "Sputnik"),
    ("tanjug", "Tanjug"),
    ("tass", "TASS"),
    ("the associated press", "AP"),
    ("the canadian press", "The Canadian Press"),
    ("thomson reuters", "Reuters"),
    ("ukrinform", "Ukrinform"),
    ("upi", "UPI"),
    ("xinhua", "Xinhua"),
    ("yonhap", "Yonhap"),
];

/// The name under which a known agency goes here.
pub(crate) fn known_agency(name: &str) -> Option<&'static str> {
    let name = name.trim().to_lowercase();
    AGENCIES.binary_search_by(|(known, _)| (*known).cmp(name.as_str())).ok().and_then(|i| AGENCIES.get(i)).map(|a| a.1)
}

/// Whether a paragraph is the caption of a picture: it carries a photographer's credit.
pub(crate) fn is_caption(paragraph: &str) -> bool {
    let length = paragraph.chars().count();
    if length > 700 {
        return false;
    }
    let lower = paragraph.to_lowercase();
    const STARTS: [&str; 29] = [
        "beitragsbild",
        "bild:",
        "bildquelle",
        "credit:",
        "credits:",
        "crédit photo",
        "crédits photo",
        "crédit :",
        "fotos:",
        "fot.",
        "illustration:",
        "image illustrative",
        "kuva:",
        "symbolbild",
        "titelbild",
        "photo:",
        "photo by",
        "photo credit",
        "photograph:",
        "image:",
        "image credit",
        "image source",
        "picture:",
        "pictured:",
        "file photo",
        "file picture",
        "file image",
        "foto:",
        "in this photo",
    ];
    if STARTS.iter().any(|start| lower.starts_with(start)) {
        return true;
    }
    // `Text: Ines Orr. Photos: Bram Penn` credits both for the whole article.
    if ["text:", "words:", "interview:", "story:"].iter().any(|start| lower.starts_with(start)) {
        return false;
    }
    has_agency_and_photographer(paragraph)
        || has_credit_in_brackets(&lower)
        || ends_with_photo_credit(&lower)
        || has_agency_before_bar(paragraph)
        || ends_with_library(&lower)
}

/// `REUTERS/Bram Penn`, `AP Photo/Ines Orr`, `Bram Penn/AFP`.
fn has_agency_and_photographer(paragraph: &str) -> bool {
    if paragraph.contains("AP Photo") || paragraph.contains("AFP Photo") || paragraph.contains("via Getty") {
        return true;
    }
    const PHOTO: [&str; 12] =
        ["REUTERS", "Reuters", "AFP", "EPA", "AP", "Getty Images", "Getty", "EFE", "Xinhua", "TASS", "PA", "Anadolu"];
    paragraph.match_indices('/').take(20).any(|(at, _)| {
        let (before, after) = (&paragraph[..at], &paragraph[at + 1..]);
        let names_after = after.chars().next().is_some_and(char::is_uppercase);
        let names_before = before.chars().next_back().is_some_and(char::is_alphabetic);
        let agency_before = PHOTO
            .iter()
            .any(|agency| before.strip_suffix(agency).is_some_and(|rest| !rest.ends_with(char::is_alphanumeric)));
        let agency_after = PHOTO
            .iter()
            .any(|agency| after.strip_prefix(agency).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric)));
        // `AP/Reuters` in running text is rare and always a credit; `PA/…` needs the end of the paragraph.
        (agency_before && names_after) || (agency_after && names_before && after.chars().count() <= 40)
    })
}

/// `(Photo: Northwire)`, `[Image: Dale Post]` at the end.
fn has_credit_in_brackets(lower: &str) -> bool {
    let end = lower.trim_end_matches('.');
    let Some(open) = end.rfind(['(', '[']).filter(|_| end.ends_with([')', ']'])) else { return false };
    let inner = end[open..].trim_matches(['(', ')', '[', ']', ' ']);
    const WORDS: [&str; 13] = [
        "photo",
        "photograph",
        "image",
        "picture",
        "credit:",
        "file photo",
        "getty",
        "foto",
        "screenshot",
        "screengrab",
        "handout",
        "courtesy of",
        "photograph by",
    ];
    inner.chars().count() <= 90
        && (WORDS.iter().any(|word| inner.starts_with(word))
            || inner.ends_with("/ap photo")
            || inner.ends_with("/getty images"))
        && !inner.contains(" shows")
}

/// `Beet hall of the factory, Friday. Photo: Ines Orr`, `The quay. File photo`, `– Picture by Bram Penn`.
fn ends_with_photo_credit(lower: &str) -> bool {
    const WORDS: [&str; 16] = [
        "photo:",
        "photos:",
        "photograph:",
        "photographs:",
        "picture:",
        "pictures:",
        "pic:",
        "pics:",
        "image:",
        "images:",
        "foto:",
        "photo by ",
        "picture by ",
        "photograph by ",
        "image by ",
        "video still:",
    ];
    let end = lower.trim_end_matches(['.', ')', ']', ' ']);
    if ["file photo", "file picture", "file image", "(file", "[file", "/ handout", "| handout"]
        .iter()
        .any(|word| end.ends_with(word))
    {
        return true;
    }
    // A name is short, so that only the end is looked through.
    const END: usize = 300;
    let mut from = end.len().saturating_sub(END);
    while !end.is_char_boundary(from) {
        from += 1;
    }
    WORDS.iter().any(|word| {
        end.get(from..).unwrap_or("").rfind(word).map(|at| from + at).is_some_and(|at| {
            let before = end.get(..at).unwrap_or("").trim_end();
            let name = end.get(at + word.len()..).unwrap_or("");
            // The credit is a sentence of its own; «she posted a photo by mistake» is none.
            let apart = before.is_empty()
                || before.ends_with(['.', '!', '?', '"', '”', '’', '|', '–', '—', '-', '…', ')', '(', '[']);
            apart && !name.trim().is_empty() && name.chars().count() <= 60 && !name.contains(". ")
        })
    })
}

/// `Bram Penn, AFP | The mill of Hale`.
fn has_agency_before_bar(paragraph: &str) -> bool {
    let Some((before, after)) = paragraph.split_once(" | ") else { return false };
    let agency = before.rsplit([',', '/']).next().unwrap_or(before);
    before.chars().count() <= 80 && !after.is_empty() && known_agency(agency.trim_start_matches('©')).is_some()
}

fn ends_with_library(lower: &str) -> bool {
    const ENDS: [&str; 8] =
        ["getty images", "shutterstock", "istock", "alamy", "wikimedia commons", "pa wire", "pa images", "ap photo"];
    let end = lower.trim_end_matches(['.', ')', ']']);
    ENDS.iter().any(|library| end.ends_with(library))
}

/// Whether a paragraph is nothing but a byline, a credit, a dateline or a date.
pub(crate) fn is_credit(paragraph: &str) -> bool {
    let length = paragraph.chars().count();
    if length > 300 {
        return false;
    }
    is_byline(paragraph)
        || is_agency_credit(paragraph)
        || is_staff_credit(paragraph)
        || (length <= 90 && (is_date_line(paragraph) || is_bare_dateline(paragraph)))
}

/// `By Ines Orr and Bram Penn, political editor`: capitalised words, no verb, no full stop.
pub(crate) fn is_byline(paragraph: &str) -> bool {
    !byline_names(paragraph).is_empty() || is_posted_by(paragraph)
}

fn is_posted_by(paragraph: &str) -> bool {
    let lower = paragraph.trim_end_matches(':').to_lowercase();
    let our = [
        "by our ",
        "from our correspondent",
        "from our special",
        "from our own",
        "translated from ",
        "translated by ",
        "interview by ",
    ];
    if lower.chars().count() <= 80
        && our.iter().any(|start| lower.starts_with(start))
        && !lower.ends_with(['.', '!', '?'])
    {
        return true;
    }
    matches!(lower.as_str(), "posted by" | "written by" | "by" | "author" | "authors" | "about the author")
}

/// The names in a byline; none where the paragraph is none.
pub(crate) fn byline_names(paragraph: &str) -> Vec<String> {
    const LEADS: [&str; 12] = [
        "By ",
        "BY ",
        "by ",
        "By: ",
        "Posted by ",
        "posted by ",
        "Written by ",
        "Words by ",
        "Text by ",
        "Submitted by ",
        "Author: ",
        "From ",
    ];
    let Some(rest) = LEADS.iter().find_map(|lead| paragraph.strip_prefix(lead)) else { return Vec::new() };
    let from = paragraph.starts_with("From ");
    let rest = rest.split(['|', '•', '·']).next().unwrap_or(rest).trim();
    // `By Ines Orr in Hale`, `From Ines Orr in Hale`: where the place follows, a name stood before it.
    let (rest, placed) = match rest.rsplit_once(" in ") {
        Some((name, place)) if place.split_whitespace().count() <= 3 && place.starts_with(char::is_uppercase) => {
            (name, true)
        }
        _ => (rest, false),
    };
    if rest.chars().count() > 120 || rest.ends_with(['.', '!', '?', ';']) && !rest.ends_with("Jr.") {
        return Vec::new();
    }
    let mut names = Vec::new();
    let parts = rest.split(',').flat_map(|part| part.split(" and ")).flat_map(|part| part.split(" & "));
    for (index, part) in parts.map(str::trim).enumerate() {
        if is_name(part) {
            names.push(part.to_owned());
        } else if index == 0 || !is_office(part) {
            return Vec::new();
        }
    }
    // `From Hale` is a place: without a second word there is no name.
    if from && !placed { Vec::new() } else { names }
}

/// Two to five capitalised words with small particles between them.
pub(crate) fn is_name(part: &str) -> bool {
    const PARTICLES: [&str; 14] =
        ["de", "da", "del", "della", "di", "dos", "du", "van", "von", "der", "den", "la", "al", "bin"];
    const NO_NAMES: [&str; 30] = [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
        "January",
        "February",
        "March",
        "April",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
        "Christmas",
        "Easter",
        "The",
        "This",
        "That",
        "All",
        "No",
        "Contrast",
        "Law",
        "Then",
        "Now",
        "Today",
    ];
    let words: Vec<&str> = part.split_whitespace().collect();
    let capital = |word: &&str| word.starts_with(char::is_uppercase) && !word.contains(|c: char| c.is_ascii_digit());
    (2..=5).contains(&words.len())
        && words.first().is_some_and(capital)
        && words.last().is_some_and(capital)
        && words.iter().all(|word| capital(word) || PARTICLES.contains(word))
        && !words.iter().any(|word| NO_NAMES.contains(word))
}

/// `political editor`, `Dale Post Staff Writer`, `BBC News`, `in Hale`: what follows a name in a byline.
fn is_office(part: &str) -> bool {
    const WORDS: [&str; 20] = [
        "editor",
        "correspondent",
        "reporter",
        "writer",
        "columnist",
        "staff",
        "news",
        "bureau",
        "chief",
        "analyst",
        "press",
        "post",
        "times",
        "agency",
        "agencies",
        "desk",
        "service",
        "contributor",
        "producer",
        "journalist",
    ];
    let lower = part.to_lowercase();
    let words: Vec<&str> = lower.split_whitespace().collect();
    words.len() <= 6
        && (words.iter().any(|word| WORDS.contains(word))
            || known_agency(part).is_some()
            || (words.len() <= 3 && words.first() == Some(&"in")))
}

/// «Ines Orr is a journalist who writes on mills.»
pub(crate) fn is_author_note(paragraph: &str) -> bool {
    const WORK: [&str; 14] = [
        "journalist",
        "reporter",
        "correspondent",
        "columnist",
        "freelance",
        "freelancer",
        "staff writer",
        "editor",
        "contributing",
        "senior writer",
        "contributor",
        "blogger",
        "producer",
        "commentator",
    ];
    let length = paragraph.chars().count();
    let Some(at) =
        paragraph.find(" is a ").or_else(|| paragraph.find(" is an ")).or_else(|| paragraph.find(" is the "))
    else {
        return false;
    };
    if length > 400 || !is_name(&paragraph[..at]) || paragraph.contains(['“', '"']) {
        return false;
    }
    let described: String = paragraph[at..].to_lowercase().split_whitespace().take(7).collect::<Vec<_>>().join(" ");
    WORK.iter().any(|work| described.contains(work))
}

/// `Reporting by …; Editing by …`, `X contributed to this report.`
fn is_staff_credit(paragraph: &str) -> bool {
    const STARTS: [&str; 12] = [
        "reporting by",
        "additional reporting",
        "editing by",
        "edited by",
        "writing by",
        "compiled by",
        "translated by",
        "translation:",
        "translation by",
        "with additional reporting",
        "with reporting by",
        "with inputs from",
    ];
    const ENDS: [&str; 7] = [
        "contributed to this report",
        "contributed to this article",
        "contributed to this story",
        "contributed reporting",
        "contributed to reporting",
        "contributed to this piece",
        "contributed research",
    ];
    let lower = paragraph.trim_matches(['(', ')', '[', ']', ' ', '.', '—', '–', '-', '*']).to_lowercase();
    let quotes = paragraph.contains(['“', '"']);
    !quotes
        && (STARTS.iter().any(|start| lower.starts_with(start)) && lower.chars().count() <= 200
            || ENDS.iter().any(|end| lower.ends_with(end)))
}

/// A paragraph of agency names only: `(HALE TV with AP, AFP and REUTERS)`, `AFP`, `– Reuters`.
fn is_agency_credit(paragraph: &str) -> bool {
    paragraph.chars().count() <= 120 && !agencies_of_credit(paragraph).is_empty()
}

/// The outlet before «with» in an agency credit: `HALE TV`.
pub(crate) fn outlet_of_credit(paragraph: &str) -> Option<&str> {
    let inner = credit_words(paragraph);
    let (outlet, agencies) = inner.split_once(" with ")?;
    let outlet = outlet.trim();
    let named =
        outlet.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit()) && outlet.split_whitespace().count() <= 4;
    (named && !listed_agencies(agencies).is_empty() && known_agency(outlet).is_none()).then_some(outlet)
}

fn credit_words(paragraph: &str) -> &str {
    paragraph.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']' | '.' | '—' | '–' | '-' | '*' | '/')
    })
}

fn agencies_of_credit(paragraph: &str) -> Vec<String> {
    let inner = credit_words(paragraph);
    let listed = match inner.split_once(" with ") {
        Some((outlet, list))
            if outlet.split_whitespace().count() <= 4
                && outlet.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit()) =>
        {
            list
        }
        _ => ["With ", "with ", "From ", "Source: ", "Sources: "]
            .iter()
            .find_map(|lead| inner.strip_prefix(lead))
            .unwrap_or(inner),
    };
    listed_agencies(listed)
}

/// Names of agencies with commas, slashes and «and» between them; none where anything else is among them.
fn listed_agencies(list: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut known = 0;
    for part in list.split([',', '/', '+', '|']).flat_map(|part| part.split(" and ")).flat_map(|part| part.split(" & "))
    {
        let part = part.trim();
        if part.is_empty() || matches!(part, "agencies" | "news agencies" | "Agencies" | "wires") {
            continue;
        }
        match known_agency(part) {
            Some(agency) => {
                known += 1;
                names.push(agency.to_owned());
            }
            None if part.split_whitespace().count() <= 3 && part.starts_with(char::is_uppercase) => {
                names.push(part.to_owned())
            }
            None => return Vec::new(),
        }
    }
    // One known name makes a list of agencies out of a list of names.
    if known == 0 || (names.len() > 2 && known * 2 < names.len()) { Vec::new() } else { names }
}

/// The agencies that a paragraph credits with the text: an agency credit, a dateline, «contributed to this report».
pub(crate) fn agencies(paragraph: &str) -> Vec<String> {
    if paragraph.chars().count() <= 120 {
        let found = agencies_of_credit(paragraph);
        if !found.is_empty() {
            return found;
        }
    }
    if let Some(dateline) = dateline(paragraph) {
        return dateline.agency.into_iter().map(|name| known_agency(&name).map_or(name, str::to_owned)).collect();
    }
    if is_staff_credit(paragraph) || (is_byline(paragraph)) {
        let words = paragraph.trim_end_matches('.').replace(" contributed to", ",").replace(" by ", " , ");
        return words
            .split([',', ';', '(', ')'])
            .flat_map(|p| p.split(" and "))
            .filter_map(known_agency)
            .map(str::to_owned)
            .collect();
    }
    Vec::new()
}

/// What stands before the first words of a report: `HALE, March 3 (Northwire) – `.
pub(crate) struct Dateline {
    /// The agency in brackets.
    pub agency: Option<String>,
    /// Bytes of the paragraph that it takes, with the dash.
    pub bytes: Range<usize>,
}

/// The dateline of a report, if its first words look like one.
pub(crate) fn dateline(paragraph: &str) -> Option<Dateline> {
    /// Place, date and agency never take more.
    const LONGEST: usize = 90;
    let head = paragraph.get(..paragraph.floor_char_boundary(LONGEST))?;
    let first_word = head.split([' ', ',', '/', '(']).next()?;
    let shouted = first_word.chars().count() >= 3
        && first_word.chars().all(|c| c.is_uppercase() || matches!(c, '-' | '.' | '\''));
    if let (Some(open), Some(close)) = (head.find('('), head.find(')')) {
        let agency = head.get(open + 1..close)?.trim();
        let rest = head.get(close + 1..)?;
        let dash = rest.trim_start().starts_with(['–', '—', '-', ':']) || rest.trim().is_empty();
        let place = head.get(..open)?.trim();
        let named = (1..=4).contains(&agency.split_whitespace().count()) && agency.starts_with(char::is_uppercase);
        let is_agency = known_agency(agency).is_some() || (shouted && named);
        let place_fits = place.is_empty() || (place.chars().count() <= 60 && place.starts_with(char::is_uppercase));
        if dash && is_agency && place_fits && close > open {
            let lead = rest.len() - rest.trim_start().len();
            let after = rest.trim_start();
            let mark = after.chars().next().filter(|c| matches!(c, '–' | '—' | '-' | ':')).map_or(0, char::len_utf8);
            return Some(Dateline { agency: Some(agency.to_owned()), bytes: 0..close + 1 + lead + mark });
        }
    }
    if !shouted {
        return None;
    }
    // `HALE, March 3 –`, `HALE —`: capitals and a dash.
    let dash = head
        .find(['–', '—'])
        .or_else(|| head.find(" - ").map(|i| i + 1))
        .or_else(|| head.find(" -- ").map(|i| i + 1))?;
    let place = head.get(..dash)?.trim();
    let few = place.split_whitespace().count() <= 6
        && place.split_whitespace().all(|word| !word.starts_with(char::is_lowercase));
    let width = head.get(dash..)?.chars().next().map_or(1, char::len_utf8);
    few.then(|| Dateline { agency: None, bytes: 0..dash + width })
}

/// `HALE, March 3 (Northwire)` on a line of its own.
fn is_bare_dateline(paragraph: &str) -> bool {
    dateline(paragraph).is_some_and(|dateline| {
        paragraph.get(dateline.bytes.end..).is_none_or(|rest| !rest.contains(char::is_alphanumeric))
    })
}

/// Nothing but a date, with «Published», «Updated» before it or a time behind it.
pub(crate) fn is_date_line(paragraph: &str) -> bool {
    let Some(first) = text::find_times(paragraph, None).into_iter().next() else { return false };
    if !matches!(first.precision, text::TimePrecision::Day | text::TimePrecision::Minute) {
        return false;
    }
    const FILLERS: [&str; 36] = [
        "published",
        "posted",
        "updated",
        "last",
        "modified",
        "first",
        "created",
        "date",
        "on",
        "at",
        "am",
        "pm",
        "a",
        "p",
        "m",
        "gmt",
        "utc",
        "est",
        "edt",
        "et",
        "pst",
        "pdt",
        "bst",
        "cet",
        "cest",
        "ist",
        "local",
        "time",
        "the",
        "by",
        "issued",
        "print",
        "edition",
        "hrs",
        "h",
        "z",
    ];
    const DAYS: [&str; 14] = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
        "sat",
        "sun",
    ];
    let positions = text::Positions::new(paragraph);
    let (start, end) = (positions.byte(first.span.start()), positions.byte(first.span.end()));
    let rest = [paragraph.get(..start).unwrap_or(""), paragraph.get(end..).unwrap_or("")].join(" ").to_lowercase();
    rest.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).all(|word| {
        word.bytes().all(|b| b.is_ascii_digit())
            || FILLERS.contains(&word)
            || DAYS.contains(&word)
            || super::dates::is_month(word)
    })
}

#[cfg(test)]
mod tests {
    use super::{AGENCIES, agencies, byline_names, dateline, outlet_of_credit};

    #[test]
    fn the_table_is_sorted() {
        assert!(AGENCIES.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn agencies_are_read_from_credits_and_datelines() {
        assert_eq!(agencies("(HALE TV with AP, AFP and REUTERS)"), ["AP", "AFP", "Reuters"]);
        assert_eq!(agencies("HALE, March 3 (Northwire) – The mill closed."), ["Northwire"]);
        assert_eq!(agencies("(Reuters) - The mill closed."), ["Reuters"]);
        assert_eq!(agencies("The Associated Press contributed to this report."), ["AP"]);
        assert_eq!(agencies("Reuters said the mill (closed) was old."), [""; 0]);
    }

    #[test]
    fn the_outlet_stands_before_with() {
        assert_eq!(outlet_of_credit("(HALE TV with AP, AFP and REUTERS)"), Some("HALE TV"));
        assert_eq!(outlet_of_credit("He left with Bram."), None);
    }

    #[test]
    fn bylines_have_names_and_no_verbs() {
        assert_eq!(
            byline_names("By Ines Orr and Bram van der Penn, political editor"),
            ["Ines Orr", "Bram van der Penn"]
        );
        assert_eq!(byline_names("By Tuesday Hale was dry"), [""; 0]);
        assert_eq!(byline_names("By Ines Orr's own account the mill closed"), [""; 0]);
    }

    #[test]
    fn a_dateline_ends_with_its_dash() {
        let line = "HALE, March 3 (Northwire) – The mill closed.";
        assert_eq!(dateline(line).map(|d| line[d.bytes].to_owned()), Some("HALE, March 3 (Northwire) –".into()));
        assert!(dateline("The mill – a ruin – closed.").is_none());
        assert!(dateline("NATO said – wrongly – that it was open.").is_none());
    }
}
