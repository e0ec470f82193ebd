//! Words of a phrase, folded to lower case without accents, and the closed classes that coreference knows.
//!
//! In: characters. Out: [`Word`]s. «the U.S. firm’s» → `the`, `us`, `firm` (an owner: it had `’s`).
//!
//! The same rules and the same lists stand in `training/features.py`; a fixture holds both together.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// One word of a phrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// As written, without dots, apostrophes and a final `'s`.
    pub raw: String,
    /// Lower case, without accents.
    pub folded: String,
    /// Whether it owns what follows (`Ulm's mayor`).
    pub owner: bool,
    /// Where it starts in the phrase, in characters.
    pub start: usize,
}

impl Word {
    /// Whether its first letter is large.
    pub(crate) fn is_capital(&self) -> bool {
        self.raw.chars().next().is_some_and(char::is_uppercase)
    }
}

/// Lower case without accents: `Brünn` → `brunn`.
pub fn fold(word: &str) -> String {
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    word.nfkd().filter(|c| !is_combining_mark(*c)).collect::<String>().to_lowercase()
}

/// The words of a phrase: runs of letters and digits. A dot or apostrophe between two letters does not end a word (`U.S.`,
/// `O'Hara`), nor a hyphen between two capitals (`Osei-Lund`) or in a name that the phrase ends in (`Yoo Sang-hyeok`); a final `'s` goes.
pub(crate) fn words_of(phrase: &[char]) -> Vec<Word> {
    let mut out = Vec::new();
    let mut i = 0;
    while let Some(&first) = phrase.get(i) {
        if !first.is_alphanumeric() {
            i += 1;
            continue;
        }
        let start = i;
        while let Some(&c) = phrase.get(i) {
            let next = phrase.get(i + 1).copied().unwrap_or(' ');
            let goes_on = c.is_alphanumeric()
                || is_combining_mark(c)
                || (matches!(c, '.' | '\'' | '’') && next.is_alphanumeric())
                || (matches!(c, '-' | '‐' | '‑') && first.is_uppercase() && next.is_uppercase())
                || (matches!(c, '-' | '‐' | '‑') && first.is_uppercase() && ends_name(phrase, i + 1, out.last()));
            if !goes_on {
                break;
            }
            i += 1;
        }
        let mut letters = phrase.get(start..i).unwrap_or_default();
        let mut owner = false;
        if let [_, .., '\'' | '’', 's' | 'S'] = letters {
            owner = true;
            letters = letters.get(..letters.len() - 2).unwrap_or_default();
        }
        if !owner && matches!(letters.last(), Some('s' | 'S')) && matches!(phrase.get(i), Some('\'' | '’')) {
            owner = true;
        }
        let raw: String = letters.iter().filter(|c| !matches!(c, '.' | '\'' | '’' | '-' | '‐' | '‑')).collect();
        if !raw.is_empty() {
            out.push(Word { folded: fold(&raw), raw, owner, start });
        }
    }
    out
}

/// Whether a small word behind a hyphen is the last of the phrase, and of a name: one capital word stands before it (`Yoo Sang-hyeok`;
/// not `US Co-owner`).
fn ends_name(phrase: &[char], from: usize, before: Option<&Word>) -> bool {
    let rest = phrase.get(from..).unwrap_or_default();
    let length = rest.iter().take_while(|c| c.is_alphabetic()).count();
    let (half, rest) = rest.split_at(length);
    let half: String = half.iter().collect();
    let is_name = |w: &Word| w.is_capital() && !w.owner && !is_stop(&w.folded) && !is_title(&w.folded);
    length > 1
        && half.chars().all(char::is_lowercase)
        && matches!(rest, [] | ['\'' | '’'] | ['\'' | '’', 's'])
        && before.is_some_and(is_name)
        && !is_title(&half)
        && !is_person(&half)
        && !is_body(&half)
}

/// The classes of words that stand for somebody, in the order of the features.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Pronoun {
    First,
    FirstPlural,
    Second,
    He,
    She,
    It,
    They,
    Relative,
    Demonstrative,
}

/// Which of he, she, it, they can stand for a mention, as bits.
pub(crate) mod mask {
    pub(crate) const HE: u8 = 1;
    pub(crate) const SHE: u8 = 2;
    pub(crate) const IT: u8 = 4;
    pub(crate) const THEY: u8 = 8;
    pub(crate) const ANY: u8 = 15;
}

impl Pronoun {
    /// What it can stand for.
    pub(crate) fn mask(self) -> u8 {
        match self {
            Self::First => mask::HE | mask::SHE,
            Self::He => mask::HE,
            Self::She => mask::SHE,
            Self::It => mask::IT,
            Self::They => mask::THEY,
            Self::FirstPlural | Self::Second | Self::Relative | Self::Demonstrative => mask::ANY,
        }
    }

    /// He, she, it or they.
    pub(crate) fn is_third(self) -> bool {
        matches!(self, Self::He | Self::She | Self::It | Self::They)
    }
}

type Set = HashSet<&'static str>;

fn set(words: &'static str) -> Set {
    words.split_whitespace().collect()
}

static PRONOUNS: LazyLock<HashMap<&'static str, Pronoun>> = LazyLock::new(|| {
    let classes = [
        (Pronoun::First, "i me my mine myself"),
        (Pronoun::FirstPlural, "we us our ours ourselves"),
        (Pronoun::Second, "you your yours yourself yourselves"),
        (Pronoun::He, "he him his himself"),
        (Pronoun::She, "she her hers herself"),
        (Pronoun::It, "it its itself"),
        (Pronoun::They, "they them their theirs themselves themself"),
        (Pronoun::Relative, "who whom whose which"),
        (
            Pronoun::Demonstrative,
            "this that these those both all some others another one neither either none each many several few everyone \
             everybody nobody someone somebody anyone anybody",
        ),
    ];
    classes.iter().flat_map(|(class, words)| words.split_whitespace().map(|w| (w, *class))).collect()
});

/// The pronoun class of a folded word.
pub(crate) fn pronoun(folded: &str) -> Option<Pronoun> {
    PRONOUNS.get(folded).copied()
}

/// `the`.
pub(crate) fn is_definite(folded: &str) -> bool {
    folded == "the"
}

/// `a`, `some`, `many`.
pub(crate) fn is_indefinite(folded: &str) -> bool {
    matches!(folded, "a" | "an" | "some" | "any" | "another" | "several" | "many" | "few" | "no")
}

/// `this` before a noun.
pub(crate) fn is_demonstrative(folded: &str) -> bool {
    matches!(folded, "this" | "that" | "these" | "those" | "such")
}

/// `my`, `their`.
pub(crate) fn is_possessive(folded: &str) -> bool {
    matches!(folded, "my" | "our" | "your" | "his" | "her" | "its" | "their" | "whose")
}

static PREPOSITIONS: LazyLock<Set> = LazyLock::new(|| {
    set(
        "of for in at from on with to by near who whom whose which that against over under between among about inside outside \
         after before during",
    )
});

/// `of`, `who`: what follows is no head.
pub(crate) fn is_preposition(folded: &str) -> bool {
    PREPOSITIONS.contains(folded)
}

/// Words that carry no content of their own.
pub(crate) fn is_stop(folded: &str) -> bool {
    is_definite(folded)
        || is_indefinite(folded)
        || is_demonstrative(folded)
        || is_possessive(folded)
        || is_preposition(folded)
        || matches!(folded, "and" | "or" | "s" | "as")
}

const TITLE_WORDS: &str = "mr mrs ms miss mx sir dame lord lady dr doctor prof professor rev reverend father brother sister imam \
    rabbi sheikh pope president vice prime minister premier chancellor secretary undersecretary deputy assistant acting former \
    interim foreign defence defense interior finance justice health labour labor education environment transport agriculture \
    energy trade senator sen congressman congresswoman representative rep governor gov mayor councillor councilor alderman \
    commissioner mp ambassador envoy consul king queen prince princess duke duchess emperor sultan emir general gen colonel col \
    major maj captain capt lieutenant lt sergeant sgt admiral commander marshal brigadier corporal inspector detective constable \
    officer sheriff chief judge magistrate attorney prosecutor solicitor counsel advocate chairman chairwoman \
    chairperson chair director head leader spokesman spokeswoman spokesperson ceo executive manager coach speaker whip bishop \
    archbishop cardinal monsignor ayatollah mullah herr frau monsieur madame mme don dona senor senora presidente superintendent \
    provost dean rector principal editor pm founder";

static TITLES: LazyLock<Set> = LazyLock::new(|| set(TITLE_WORDS));
static SURNAMES: LazyLock<Set> = LazyLock::new(|| {
    set("king prince dean judge pope major bishop duke marshal sheriff head leader chair provost constable dame")
});
static PARTICLES: LazyLock<Set> =
    LazyLock::new(|| set("van von de da del della di du la le el al bin ibn der den ter dos das do y abu ben"));
static HE_WORDS: LazyLock<Set> = LazyLock::new(|| {
    set(
        "mr sir lord king prince duke emperor sultan father brother son uncle husband grandfather man boy gentleman spokesman \
         chairman congressman businessman policeman fisherman widower nephew grandson bishop archbishop cardinal pope imam \
         monsieur herr don senor salesman craftsman cameraman fireman statesman",
    )
});
static SHE_WORDS: LazyLock<Set> = LazyLock::new(|| {
    set(
        "mrs ms miss lady dame queen princess duchess mother sister daughter aunt wife grandmother woman girl spokeswoman \
         chairwoman congresswoman businesswoman policewoman widow niece granddaughter nun actress madame mme frau dona senora \
         waitress midwife",
    )
});
static PEOPLE_WORDS: LazyLock<Set> = LazyLock::new(|| {
    let mut all = set(TITLE_WORDS);
    all.extend(set(
        "official aide adviser advisor source analyst expert witness resident teacher nurse driver lawyer activist protester \
         politician candidate lawmaker legislator diplomat soldier player striker goalkeeper manager founder owner author writer \
         journalist reporter correspondent editor scientist researcher economist engineer farmer student worker pilot fisher \
         patient victim suspect defendant plaintiff boss banker doctor priest pastor neighbour neighbor friend colleague \
         opponent rival predecessor successor partner parent child baby teenager person peer backbencher",
    ));
    all
});
static BODY_WORDS: LazyLock<Set> = LazyLock::new(|| {
    set(
        "ministry government company firm party bank council court committee commission union agency army navy force board club \
         team group association federation office department parliament senate congress house assembly administration \
         university school hospital institute organisation organization foundation corporation authority regulator \
         cabinet coalition league embassy police opposition militia movement newspaper paper network station broadcaster channel \
         website country state nation republic kingdom city town village region province district report memo letter poll survey \
         study document law bill statement ruling email video photo film book airline airport",
    )
});
static PLURAL_WORDS: LazyLock<Set> = LazyLock::new(|| {
    set(
        "people police men women children families officials troops forces residents fishermen policemen spokesmen businessmen",
    )
});
static ABBREVIATIONS: LazyLock<Set> =
    LazyLock::new(|| set("mr mrs ms dr prof rev gen col maj capt lt sgt sen rep gov st jr sr hon no vs"));

/// A word of an office (`foreign`, `minister`): before a name no part of it, alone a description.
pub(crate) fn is_title(folded: &str) -> bool {
    TITLES.contains(folded)
}

/// A title that is a surname, too, where another name stands before it (`Nora King`).
pub(crate) fn is_surname_title(folded: &str) -> bool {
    SURNAMES.contains(folded)
}

/// A small word inside names (`Joost van Lier`).
pub(crate) fn is_particle(folded: &str) -> bool {
    PARTICLES.contains(folded)
}

/// A word for a man.
pub(crate) fn is_he(folded: &str) -> bool {
    HE_WORDS.contains(folded)
}

/// A word for a woman.
pub(crate) fn is_she(folded: &str) -> bool {
    SHE_WORDS.contains(folded)
}

/// A word for one person.
pub(crate) fn is_person(folded: &str) -> bool {
    PEOPLE_WORDS.contains(folded)
}

/// A word for a body or a thing.
pub(crate) fn is_body(folded: &str) -> bool {
    BODY_WORDS.contains(folded)
}

/// A word for several that has no plural s, or often stands without an article.
pub(crate) fn is_plural(folded: &str) -> bool {
    PLURAL_WORDS.contains(folded)
}

/// A word whose full stop does not end a sentence.
pub(crate) fn is_abbreviation(folded: &str) -> bool {
    ABBREVIATIONS.contains(folded)
}

/// `two` → 2.
pub(crate) fn number(folded: &str) -> Option<u8> {
    const NUMBERS: [&str; 12] =
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    NUMBERS.iter().position(|n| *n == folded).and_then(|n| u8::try_from(n + 1).ok())
}

#[cfg(test)]
mod tests {
    use super::{fold, words_of};

    fn check(phrase: &str, expected: &str) {
        let letters: Vec<char> = phrase.chars().collect();
        let words: Vec<String> =
            words_of(&letters).into_iter().map(|w| if w.owner { w.folded + "*" } else { w.folded }).collect();
        assert_eq!(words.join(" "), expected);
    }

    #[test]
    fn words_lose_dots_accents_and_the_owner_s() {
        check("the U.S. firm’s Oda Brünn", "the us firm* oda brunn");
        check("Nora O'Hara-Lund's 35-year-old", "nora oharalund* 35 year old");
        check("the rivals' boat", "the rivals* boat");
        check("Minister Yoo Sang-hyeok’s", "minister yoo sanghyeok*");
        check("the New York-based firm", "the new york based firm");
        check("US Co-owner", "us co owner");
        check("\"…\"", "");
    }

    #[test]
    fn folding_is_for_all_scripts() {
        assert_eq!(fold("ŁÓDŹ"), "łodz");
        assert_eq!(fold("Ｑuay"), "quay");
    }
}
