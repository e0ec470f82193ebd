//! Plain English for counts, names, dates, acts and relations.
//!
//! In: numbers, names, dates as the model holds them. Out: the words that a reader sees. «2011-10-12T17:40Z» →
//! «12 October 2011, 17:40»; 3, «outlet» → «three outlets». No word here says what is true.

use model::{Act, Kind, Stance, Verdict};

/// Small numbers as words, large ones with a thin group mark.
pub(crate) fn small(n: usize) -> String {
    const WORDS: [&str; 13] =
        ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    WORDS.get(n).map_or_else(|| grouped(n), |word| (*word).to_owned())
}

/// `12345` → `12,345`.
pub(crate) fn grouped(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `three outlets`; `one outlet`.
pub(crate) fn count(n: usize, one: &str) -> String {
    if n == 1 { format!("{} {one}", small(n)) } else { format!("{} {one}s", small(n)) }
}

/// First letter large.
pub(crate) fn cap(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// `A, B and C`; `A, B and four more` beyond the limit.
pub(crate) fn joined<S: AsRef<str>>(items: &[S], limit: usize) -> String {
    let mut shown: Vec<String> = items.iter().map(|item| item.as_ref().to_owned()).collect();
    if shown.len() > limit.max(1) {
        let more = shown.len() - limit.max(1) + 1;
        shown.truncate(limit.max(1) - 1);
        shown.push(format!("{} more", small(more)));
    }
    match shown.pop() {
        None => String::new(),
        Some(last) if shown.is_empty() => last,
        Some(last) => format!("{} and {last}", shown.join(", ")),
    }
}

/// At most `max` characters, cut between words, with dots where something was cut.
pub(crate) fn clip(text: &str, max: usize) -> String {
    let text = one_line(text);
    if text.chars().count() <= max {
        return text;
    }
    let head: String = text.chars().take(max.saturating_sub(1)).collect();
    let cut = match head.rfind(' ') {
        Some(at) if at * 2 > head.len() => head.get(..at).unwrap_or(&head),
        _ => &head,
    };
    format!("{} …", cut.trim_end_matches([',', ';', ' ']))
}

/// A claim's text as a heading: «that the bridge was safe» → «The bridge was safe».
pub(crate) fn proposition(text: &str) -> String {
    let text = one_line(text);
    let bare = match text.split_once(' ') {
        // «That is wrong» is a sentence, «that is» no conjunction.
        Some((that, rest)) if that.eq_ignore_ascii_case("that") => {
            let next = rest.split(' ').next().unwrap_or_default();
            let verb =
                matches!(next, "is" | "was" | "has" | "had" | "would" | "will" | "can" | "could" | "may" | "might");
            if verb { text.as_str() } else { rest }
        }
        _ => text.as_str(),
    };
    cap(bare)
}

/// Runs of white space as one blank, none at the ends.
pub(crate) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A calendar date with what else the value tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Date {
    pub(crate) year: u32,
    pub(crate) month: Option<u32>,
    pub(crate) day: Option<u32>,
    /// `17:40`, or a part of the day (`MO`, `AF`, `EV`, `NI`).
    pub(crate) clock: Option<String>,
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

impl Date {
    /// Reads `2019`, `2019-01`, `2019-01-24`, `2019-01-24T09:30Z`, `2019-01-24TEV`; `None` for all else.
    pub(crate) fn parse(value: &str) -> Option<Self> {
        let (day_part, clock_part) = match value.split_once(['T', ' ']) {
            Some((day, clock)) => (day, Some(clock)),
            None => (value, None),
        };
        let mut numbers = day_part.split('-');
        let year_text = numbers.next()?;
        if year_text.len() != 4 {
            return None;
        }
        let year = year_text.parse().ok()?;
        let month = match numbers.next() {
            None => None,
            Some(text) => Some(text.parse::<u32>().ok().filter(|m| (1..=12).contains(m))?),
        };
        let day = match numbers.next() {
            None => None,
            Some(text) => Some(text.parse::<u32>().ok().filter(|d| (1..=31).contains(d))?),
        };
        if numbers.next().is_some() {
            return None;
        }
        let clock = clock_part.and_then(|clock| {
            let digits: Vec<char> = clock.chars().filter(char::is_ascii_digit).take(4).collect();
            match digits[..] {
                [a, b, c, d] => Some(format!("{a}{b}:{c}{d}")),
                [a, b] => Some(format!("{a}{b}:00")),
                _ => ["MO", "AF", "EV", "NI"].iter().find(|part| clock.starts_with(**part)).map(|p| (*p).to_owned()),
            }
        });
        Some(Self { year, month, day, clock })
    }

    /// `12 October 2011`, `October 2011`, `2011`.
    pub(crate) fn long(&self) -> String {
        match (self.month_name(), self.day) {
            (Some(month), Some(day)) => format!("{day} {month} {}", self.year),
            (Some(month), None) => format!("{month} {}", self.year),
            _ => self.year.to_string(),
        }
    }

    /// `12 Oct`, `Oct 2011`, `2011`.
    pub(crate) fn short(&self) -> String {
        match (self.month_name().and_then(|m| m.get(..3)), self.day) {
            (Some(month), Some(day)) => format!("{day} {month}"),
            (Some(month), None) => format!("{month} {}", self.year),
            _ => self.year.to_string(),
        }
    }

    /// `12 October`.
    pub(crate) fn day_month(&self) -> Option<String> {
        Some(format!("{} {}", self.day?, self.month_name()?))
    }

    pub(crate) fn month_name(&self) -> Option<&'static str> {
        MONTHS.get(usize::try_from(self.month?.checked_sub(1)?).ok()?).copied()
    }

    /// `Wednesday`; by Sakamoto's congruence.
    pub(crate) fn weekday(&self) -> Option<&'static str> {
        const SHIFT: [u32; 12] = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4];
        let month = self.month?;
        let year = if month < 3 { self.year.checked_sub(1)? } else { self.year };
        let shift = SHIFT.get(usize::try_from(month.checked_sub(1)?).ok()?)?;
        let n = (year + year / 4 - year / 100 + year / 400 + shift + self.day?) % 7;
        WEEKDAYS.get(usize::try_from(n).ok()?).copied()
    }

    /// `17:40` where the value has a clock time.
    pub(crate) fn time(&self) -> Option<&str> {
        self.clock.as_deref().filter(|clock| clock.contains(':'))
    }
}

/// `12 October 2011, 17:40`; what is no date is given as it stands.
pub(crate) fn when(value: &str, clock: bool) -> String {
    match Date::parse(value) {
        None => value.to_owned(),
        Some(date) => match date.time() {
            Some(time) if clock => format!("{}, {time}", date.long()),
            _ => date.long(),
        },
    }
}

/// `12–15 October 2011`; only what both ends tell is said once.
pub(crate) fn from_to(first: Option<&str>, last: Option<&str>) -> Option<String> {
    let (first, last) = match (first, last) {
        (Some(first), Some(last)) => (first, last),
        (Some(one), None) | (None, Some(one)) => return Some(when(one, false)),
        (None, None) => return None,
    };
    let (a, b) = (when(first, false), when(last, false));
    if a == b {
        return Some(a);
    }
    if let (Some(x), Some(y)) = (Date::parse(first), Date::parse(last))
        && x.year == y.year
        && let (Some(from), Some(to)) = (x.day, y.day)
    {
        if x.month == y.month {
            return Some(format!("{from}–{b}"));
        }
        let _ = to;
        return Some(format!("{} – {b}", x.day_month().unwrap_or(a)));
    }
    Some(format!("{a} – {b}"))
}

/// How it was said: `said`, `denied`, `did not say`.
pub(crate) fn act(act: Act, negated: bool) -> String {
    if negated {
        return format!("did not {}", act_base(act));
    }
    match act {
        Act::Assert => "said",
        Act::Claim => "claimed",
        Act::Reveal => "revealed",
        Act::Deny => "denied",
        Act::Confirm => "confirmed",
        Act::Admit => "admitted",
        Act::Accuse => "accused",
        Act::Condemn => "condemned",
        Act::Praise => "praised",
        Act::Warn => "warned",
        Act::Threaten => "threatened",
        Act::Promise => "promised",
        Act::Urge => "urged",
        Act::Ask => "asked",
        Act::Announce => "announced",
        Act::Predict => "predicted",
        Act::Believe => "believed",
    }
    .to_owned()
}

fn act_base(act: Act) -> &'static str {
    match act {
        Act::Assert => "say",
        other => other.word(),
    }
}

/// `quoted`, `partly quoted`, `reported`.
pub(crate) fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Direct => "quoted",
        Kind::Mixed => "partly quoted",
        Kind::Indirect => "reported",
    }
}

/// `says so`, `denies`, `questions`.
pub(crate) fn stance(stance: Stance) -> &'static str {
    match stance {
        Stance::Asserts => "says so",
        Stance::Denies => "denies",
        Stance::Questions => "questions",
    }
}

/// The word of a verdict, small.
pub(crate) fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Disputed => "disputed",
        Verdict::Denied => "denied",
        Verdict::Single => "single",
        Verdict::Open => "open",
        Verdict::Agreed => "agreed",
    }
}

/// What a verdict means, in the words of the contract.
pub(crate) fn verdict_means(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Disputed => "somebody asserts it, and somebody denies it or asserts a claim that contradicts it",
        Verdict::Denied => "only denials are found",
        Verdict::Single => "asserted from one origin, denied by nobody",
        Verdict::Open => "only questioned, predicted, hedged or negated",
        Verdict::Agreed => "asserted from two or more independent origins, denied by nobody",
    }
}

/// A relation as a verb and the side it stands on: `for`, `against`, `ask` or `plain`.
pub(crate) fn relation(relation: &str) -> (String, &'static str) {
    let (verb, side) = match relation {
        "support" => ("supports", "for"),
        "recognize" | "recognise" => ("recognises", "for"),
        "cooperate" => ("works with", "for"),
        "praise" => ("praises", "for"),
        "agree" => ("agrees with", "for"),
        "aid" => ("helps", "for"),
        "negotiate" => ("negotiates with", "for"),
        "consult" => ("talks with", "for"),
        "urge" => ("urges", "ask"),
        "ask" => ("asks", "ask"),
        "demand" => ("makes demands of", "ask"),
        "request" => ("makes requests of", "ask"),
        "oppose" => ("opposes", "against"),
        "disapprove" | "criticize" | "criticise" => ("criticises", "against"),
        "reject" => ("rejects", "against"),
        "accuse" => ("accuses", "against"),
        "deny" => ("denies the word of", "word"),
        "threaten" => ("threatens", "against"),
        "warn" => ("warns", "against"),
        "sanction" => ("sanctions", "against"),
        "condemn" => ("condemns", "against"),
        "protest" => ("protests against", "against"),
        "arrest" => ("arrests", "against"),
        "coerce" => ("puts pressure on", "against"),
        "fight" | "assault" => ("fights", "against"),
        other => return (format!("{}:", other.replace(['-', '_'], " ")), "plain"),
    };
    (verb.to_owned(), side)
}

/// The sign of a stance and the letter of its class.
pub(crate) fn sign(stance: Stance) -> (&'static str, &'static str) {
    match stance {
        Stance::Asserts => ("+", "a"),
        Stance::Denies => ("−", "d"),
        Stance::Questions => ("?", "k"),
    }
}

/// All stances in the order of the page.
pub(crate) const STANCES: [Stance; 3] = [Stance::Asserts, Stance::Denies, Stance::Questions];

/// All verdicts in the order of the board.
pub(crate) const VERDICTS: [Verdict; 5] =
    [Verdict::Disputed, Verdict::Denied, Verdict::Single, Verdict::Open, Verdict::Agreed];

/// Words that stand for somebody without naming them.
pub(crate) fn is_pronoun(text: &str) -> bool {
    const PRONOUNS: &str = " i me my mine myself we us our ours ourselves you your yours he him his himself she her hers \
        herself it its itself they them their theirs themselves who whom whose which that this these those one ";
    let lower = text.trim().to_lowercase();
    !lower.is_empty() && !lower.contains(' ') && PRONOUNS.contains(&format!(" {lower} "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_say_no_more_than_they_hold() {
        assert_eq!(when("2011-10-12T17:40Z", true), "12 October 2011, 17:40");
        assert_eq!(when("2011-10", true), "October 2011");
        assert_eq!(when("2011-W41", true), "2011-W41");
        assert_eq!(when("2011-13-01", false), "2011-13-01");
        assert_eq!(Date::parse("2011-10-12").and_then(|d| d.weekday()), Some("Wednesday"));
        assert_eq!(from_to(Some("2011-10-12"), Some("2011-10-15")).as_deref(), Some("12–15 October 2011"));
        assert_eq!(from_to(Some("2011-09-30"), Some("2011-10-15")).as_deref(), Some("30 September – 15 October 2011"));
    }

    #[test]
    fn long_words_are_cut_between_words() {
        assert_eq!(clip("one two three", 9), "one two …");
        assert_eq!(clip("short", 9), "short");
        assert_eq!(joined(&["A", "B", "C", "D"], 3), "A, B and two more");
        assert_eq!(grouped(1234567), "1,234,567");
    }
}
