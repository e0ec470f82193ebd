"""What a pair of mentions shows without any model: the features of coreference.

In: an article's text and its mentions as code-point spans sorted by (start, -end). Out: for a mention i (anaphor) and an
earlier one j (antecedent) a list of FEATURES numbers from 0 to 1, in the order of NAMES; and which earlier mentions are
looked at for each. crates/actors/src/features.rs computes the same numbers; tests/fixtures/features.json, made by
`python features.py`, holds both together.

    infos = prepare(text, spans)
    for i in range(len(spans)):
        for j in antecedents(infos, i):
            f = pair(infos, i, j)
"""
import itertools
import json
import math
import unicodedata
from functools import lru_cache
from pathlib import Path

NEAR = 64   # the nearest mentions before
FAR = 16    # and as many names further off that share a word

# --- closed classes of words -------------------------------------------------------------------------------------------

PRONOUNS = {}
FIRST, FIRST_PLURAL, SECOND, HE, SHE, IT, THEY, RELATIVE, DEMONSTRATIVE = range(9)
for _class, _words in (
        (FIRST, "i me my mine myself"), (FIRST_PLURAL, "we us our ours ourselves"),
        (SECOND, "you your yours yourself yourselves"), (HE, "he him his himself"), (SHE, "she her hers herself"),
        (IT, "it its itself"), (THEY, "they them their theirs themselves themself"),
        (RELATIVE, "who whom whose which"),
        (DEMONSTRATIVE, "this that these those both all some others another one neither either none each many several few "
                        "everyone everybody nobody someone somebody anyone anybody")):
    for _w in _words.split():
        PRONOUNS[_w] = _class

DEFINITE = set("the".split())
INDEFINITE = set("a an some any another several many few no".split())
DEMONSTRATIVES = set("this that these those such".split())
POSSESSIVES = set("my our your his her its their whose".split())
PREPOSITIONS = set("of for in at from on with to by near who whom whose which that against over under between among about "
                   "inside outside after before during".split())
STOP = DEFINITE | INDEFINITE | DEMONSTRATIVES | POSSESSIVES | PREPOSITIONS | set("and or the s as".split())
# Words of offices: before a name they are no part of it; alone they are a description.
TITLES = set(
    "mr mrs ms miss mx sir dame lord lady dr doctor prof professor rev reverend father brother sister imam rabbi sheikh pope "
    "president vice prime minister premier chancellor secretary undersecretary deputy assistant acting former interim "
    "foreign defence defense interior finance justice health labour labor education environment transport agriculture energy trade "
    "senator sen congressman congresswoman representative rep governor gov mayor councillor councilor alderman commissioner mp "
    "ambassador envoy consul king queen prince princess duke duchess emperor sultan emir general gen colonel col major maj "
    "captain capt lieutenant lt sergeant sgt admiral commander marshal brigadier corporal inspector detective constable officer "
    "sheriff chief judge justice magistrate attorney prosecutor solicitor counsel advocate chairman chairwoman chairperson chair director "
    "head leader spokesman spokeswoman spokesperson ceo executive manager coach speaker whip bishop archbishop "
    "cardinal monsignor ayatollah mullah herr frau monsieur madame mme don dona senor senora "
    "presidente superintendent provost dean rector principal editor pm ceo founder".split())
# Titles that are surnames, too, where another name stands before them (`Nora King`).
SURNAMES = set("king prince dean judge pope major bishop duke marshal sheriff head leader chair provost constable dame".split())
# Small words inside names (`Joost van Lier`).
PARTICLES = set("van von de da del della di du la le el al bin ibn der den ter dos das do y abu ben".split())
OFFICES = {"state", "staff"}   # what an office is for, where the word is no title itself
HE_WORDS = set("mr sir lord king prince duke emperor sultan father brother son uncle husband grandfather man boy gentleman "
               "spokesman chairman congressman businessman policeman fisherman widower nephew grandson bishop archbishop cardinal "
               "pope imam monsieur herr don senor salesman craftsman cameraman fireman statesman".split())
SHE_WORDS = set("mrs ms miss lady dame queen princess duchess mother sister daughter aunt wife grandmother woman girl spokeswoman "
                "chairwoman congresswoman businesswoman policewoman widow niece granddaughter nun actress madame mme frau "
                "dona senora waitress midwife".split())
PEOPLE_WORDS = TITLES | set(
    "official aide adviser advisor source analyst expert witness resident teacher nurse driver lawyer activist protester "
    "politician candidate lawmaker legislator diplomat soldier player striker goalkeeper manager founder owner author writer "
    "journalist reporter correspondent editor scientist researcher economist engineer farmer student worker pilot fisher patient "
    "victim suspect defendant plaintiff boss banker doctor priest pastor neighbour neighbor friend colleague opponent rival "
    "predecessor successor partner parent child baby teenager person peer backbencher ex-minister".split())
BODY_WORDS = set(
    "ministry government company firm party bank council court committee commission union agency army navy force board club team "
    "group association federation office department parliament senate congress house assembly administration council university "
    "school hospital institute organisation organization foundation company corporation authority regulator cabinet coalition league "
    "embassy police opposition militia movement newspaper paper network station broadcaster channel website country state nation republic "
    "kingdom city town village region province district report memo letter poll survey study document law bill statement ruling email "
    "video photo film book airline airport".split())
PLURAL_WORDS = set("people police men women children families officials police troops forces residents fishermen policemen "
                   "spokesmen businessmen".split())
NUMBERS = {w: n for n, w in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), 1)}
ABBREVIATIONS = set("mr mrs ms dr prof rev gen col maj capt lt sgt sen rep gov st jr sr hon no vs".split())

M_HE, M_SHE, M_IT, M_THEY, M_ANY = 1, 2, 4, 8, 15
PRONOUN_MASK = {FIRST: 3, FIRST_PLURAL: 15, SECOND: 15, HE: 1, SHE: 2, IT: 4, THEY: 8, RELATIVE: 15, DEMONSTRATIVE: 15}

NAMES = (
    "same_text same_content same_last same_head overlap jaccard i_within_j j_within_i acronym surname first_name close_spelling "
    "names_clash first_names_clash full_word_shared head_in_j "
    "i_first i_first_plural i_second i_he i_she i_it i_they i_relative i_demonstrative "
    "j_first j_first_plural j_second j_he j_she j_it j_they j_relative j_demonstrative "
    "same_pronoun_class pronoun_clash agree clash "
    "same_paragraph next_paragraph paragraphs mentions_between next_mention characters nested same_sentence next_sentence "
    "i_quoted j_quoted same_quotation "
    "i_definite i_indefinite j_definite j_indefinite i_demonstrative_word i_name j_name j_headline numbers_clash apposition "
    "j_opens_sentence name_for_description j_frequency i_opens_sentence quotation_differs "
    "joint_differs").split()
FEATURES = len(NAMES)


def fold(s):
    """Lower case without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", s) if unicodedata.category(c)[0] != "M").lower()


def quote_state(text):
    """0 outside, 1 inside, 2 opening, 3 closing, for each character; an open mark ends with its paragraph."""
    state, inside = [0] * len(text), False
    for i, ch in enumerate(text):
        if ch == "\n":
            inside = False
        elif ch in "“«„":
            state[i], inside = 2, True
        elif ch in "”»":
            state[i], inside = 3, False
        elif ch == '"':
            after = text[i + 1] if i + 1 < len(text) else " "
            before = text[i - 1] if i else " "
            if not inside and not (after.isspace() and not before.isspace()):
                state[i], inside = 2, True
            else:
                state[i], inside = 3, False
        else:
            state[i] = int(inside)
    return state


def ends_name(rest, before):
    """Whether a small word behind a hyphen is the last of the phrase, and of a name: one capital word stands before it."""
    half = "".join(itertools.takewhile(str.isalpha, rest))
    rest = rest[len(half):]
    return (len(half) > 1 and all(c.islower() for c in half) and rest in ("", "'", "’", "'s", "’s") and bool(before)
            and before[-1][0][:1].isupper() and not before[-1][2]
            and before[-1][1] not in STOP and before[-1][1] not in TITLES
            and half not in TITLES and half not in PEOPLE_WORDS and half not in BODY_WORDS)


def words_of(s):
    """[(word as written, folded, has 's, start)]: runs of letters and digits; a dot or apostrophe between two letters does not
    end a word (`U.S.` -> us, `O'Hara` -> ohara), nor a hyphen between two capitals (`Osei-Lund`) or in a name that the phrase
    ends in (`Yoo Sang-hyeok`); a final 's goes."""
    out, i, n = [], 0, len(s)
    while i < n:
        if not s[i].isalnum():
            i += 1
            continue
        j, start = i, i
        while j < n and (s[j].isalnum() or unicodedata.category(s[j])[0] == "M"
                         or (s[j] in ".'’" and j + 1 < n and s[j + 1].isalnum())
                         or (s[j] in "-‐‑" and s[i].isupper() and j + 1 < n
                             and (s[j + 1].isupper() or ends_name(s[j + 1:], out)))):
            j += 1
        raw = s[i:j]
        i = j
        owner = len(raw) > 2 and raw[-2] in "'’" and raw[-1] in "sS"
        if owner:
            raw = raw[:-2]
        elif raw[-1] in "sS" and i < n and s[i] in "'’":
            owner = True
        raw = "".join(c for c in raw if c not in ".'’-‐‑")
        if raw:
            out.append((raw, fold(raw), owner, start))
    return out


class Info:
    """One mention with all that its pairs need."""
    __slots__ = ("start end index paragraph sentence quoted quotation opens pronoun name words content full head last "
                 "definite indefinite demonstrative numbers mask acronym initials headline frequency first_content joint").split()


def prepare(text, spans):
    """Infos of the mentions; `spans` sorted by (start, -end)."""
    quotes = quote_state(text)
    n = len(text)
    # per character: paragraph, sentence, quotation; and where sentences open
    paragraph, sentence, quotation, opens = [0] * (n + 1), [0] * (n + 1), [0] * (n + 1), [False] * (n + 1)
    p, s, q, fresh, seen_text, lower = 0, 0, 0, True, False, set()
    i = 0
    while i < n:
        ch = text[i]
        if quotes[i] == 2:
            q += 1
        if ch == "\n":
            if seen_text:
                p, s, seen_text = p + 1, s + 1, False
            fresh = True
        elif not ch.isspace():
            seen_text = True
            if ch.isalnum():
                opens[i] = fresh
                fresh = False
        paragraph[i], sentence[i], quotation[i] = p, s, q
        if ch in ".!?" and not fresh:
            j = i + 1
            while j < n and text[j] in "\"'”’»)":
                j += 1
            if j < n and text[j].isspace() and text[j] != "\n":
                k = j
                while k < n and text[k].isspace() and text[k] != "\n":
                    k += 1
                w = i
                while w > 0 and text[w - 1].isalnum():
                    w -= 1
                word = text[w:i]
                short = ch == "." and (fold(word) in ABBREVIATIONS or (len(word) == 1 and word.isupper()))
                if k < n and not text[k].islower() and not short:
                    # the marks that close the sentence belong to it
                    for x in range(i + 1, j):
                        if quotes[x] == 2:
                            q += 1
                        paragraph[x], sentence[x], quotation[x] = p, s, q
                    s += 1
                    fresh = True
                    i = j
                    continue
        i += 1
    paragraph[n], sentence[n], quotation[n] = p, s, q
    # words that the article also writes small are no names where a sentence or headline makes them large
    for raw, folded, _, _ in words_of(text):
        if raw[:1].islower():
            lower.add(folded)

    infos, counts = [], {}
    for index, (a, b) in enumerate(spans):
        m = Info()
        m.start, m.end, m.index = a, b, index
        m.paragraph, m.sentence = paragraph[a], sentence[a]
        m.quoted = quotes[a] in (1, 2) if a < n else False
        m.quotation = quotation[a]
        m.headline = m.paragraph == 0
        first = a
        while first < b and not text[first].isalnum():
            first += 1
        m.opens = opens[first] if first < b else False
        read_words(m, text[a:b], lower)
        infos.append(m)
        if m.last:
            counts[m.last] = counts.get(m.last, 0) + 1
    for m in infos:
        m.frequency = counts.get(m.last, 0)
    share_masks(text, infos)
    return infos


def after_office(words, folded):
    """Where the name begins in `Secretary of State Ana Ruiz`, else 0: a title, `of`, what the office is for, a capital word."""
    for k in range(1, len(words) - 2):
        if (folded[k] == "of" and folded[k - 1] in TITLES and (folded[k + 1] in TITLES or folded[k + 1] in OFFICES)
                and words[k + 2][0][:1].isupper()):
            return k + 2
    return 0


def read_words(m, phrase, lower):
    """Fills in what the words of the mention show."""
    words = words_of(phrase)
    folded = [w[1] for w in words]
    m.full = frozenset(w for w in folded if w not in STOP)
    m.pronoun = -1
    if len(words) == 1 and not (len(words[0][0]) > 1 and words[0][0].isupper()):
        m.pronoun = PRONOUNS.get(folded[0], -1)
    m.definite = bool(folded) and folded[0] in DEFINITE
    m.indefinite = bool(folded) and folded[0] in INDEFINITE
    m.demonstrative = len(folded) > 1 and folded[0] in DEMONSTRATIVES
    skip = bool(folded) and (folded[0] in DEFINITE or folded[0] in INDEFINITE or folded[0] in POSSESSIVES
                             or folded[0] in DEMONSTRATIVES)
    m.words = tuple(folded[1:] if skip else folded)
    m.numbers = frozenset(str(NUMBERS.get(w, w)) for w in folded if w in NUMBERS or w[:1].isdigit())
    # the core: after the last owner (`Ulm's mayor`), before the first preposition or comma
    comma = phrase.find(",")
    office = after_office(words, folded)
    end = len(words)
    for k, (_, w, _, at) in enumerate(words):
        if k > office and (w in PREPOSITIONS or (comma >= 0 and at > comma)):
            end = k
            break
    start = office
    for k in range(office, end - 1):
        if words[k][2]:
            start = k + 1
    core = [k for k in range(start, end) if folded[k] not in STOP]
    m.head = folded[core[-1]] if core else ""

    def is_capital(k):
        raw, w = words[k][0], folded[k]
        if not raw[:1].isupper() or w in STOP:
            return False
        return not ((m.headline or (k == 0 and m.opens)) and w in lower)

    # a name ends in a capital word that is no title; `flight 417` is not decided by its number
    run = []
    if m.pronoun < 0 and core:
        last = core[-1]
        if folded[last][:1].isdigit() and len(core) > 1:
            last = core[-2]
        before = last - 1
        title = folded[last] in TITLES and not (
            folded[last] in SURNAMES and before >= start and is_capital(before) and folded[before] not in TITLES)
        if is_capital(last) and not title:
            k = last
            while k >= start and (is_capital(k) or (folded[k] in PARTICLES and k < last)) and (folded[k] not in TITLES or k == last):
                run.insert(0, k)
                k -= 1
            while run and folded[run[0]] in PARTICLES and not is_capital(run[0]):
                run.pop(0)
            if core[-1] != last:
                run.append(core[-1])
    m.name = bool(run)
    joined = False
    if m.name:
        content = [folded[k] for k in run]
        # `Bank of Spain`: what follows belongs to the name of a body
        if end < len(words) - 1 and folded[end] in ("of", "for") and (len(run) == 1 or m.head in BODY_WORDS):
            k = end
            while k < len(words) and (is_capital(k) or folded[k] in STOP) and not words[k - 1][2]:
                if is_capital(k):
                    content.append(folded[k])
                    joined = True
                k += 1
        m.last = folded[run[-1]]
    elif m.pronoun < 0:
        content = [w for w in folded if w not in STOP]
        m.last = m.head
    else:
        content, m.last = [], ""
    # `Ines and Bram` has the words of both and the surname of neither
    m.joint = m.pronoun < 0 and "and" in folded[start:end] and m.head not in TITLES and not joined
    if m.joint and m.name:
        content = [folded[k] for k in range(start, len(words)) if is_capital(k) and folded[k] not in TITLES]
        m.last = ""
    m.content = frozenset(content)
    m.first_content = content[0] if content else ""
    m.acronym = ""
    if m.name and not joined:
        letters = [words[k][0] for k in run]
        if len(letters) == 1 and 2 <= len(letters[0]) <= 7 and letters[0].isupper():
            m.acronym = folded[run[0]]
        elif len(letters) > 1 and all(len(x) == 1 for x in letters):
            m.acronym = "".join(folded[k] for k in run)
    m.initials = "".join(w[:1] for w in (content if m.name else [w for w in folded if w not in STOP]))
    m.mask = mask_of(m, [folded[k] for k in range(start, end)])


def mask_of(m, core):
    """Which of he, she, it, they can stand for it."""
    if m.pronoun >= 0:
        return PRONOUN_MASK[m.pronoun]
    while core and core[0] in STOP:
        core = core[1:]
    opener = core[0] if core else ""
    if m.joint:
        return M_THEY
    if m.head == "police":
        return M_IT | M_THEY
    if m.head in PLURAL_WORDS or NUMBERS.get(opener, 0) > 1:
        return M_THEY
    for w in (opener, m.head):
        if w in HE_WORDS:
            return M_HE
        if w in SHE_WORDS:
            return M_SHE
    if m.head in BODY_WORDS:
        return M_IT | M_THEY
    if m.head in PEOPLE_WORDS or (m.name and opener in TITLES):
        return M_HE | M_SHE
    if not m.name and len(m.head) > 3 and m.head[-1] == "s" and m.head[-2] not in "sui":
        return M_THEY
    return M_ANY


def share_masks(text, infos):
    """A name takes what its other bearings and its apposition show (`Mr Vell … Vell`; `Ana Ruiz, a spokeswoman`)."""
    known = {}
    for k, m in enumerate(infos):
        if not m.name or not m.last or m.mask in (M_THEY, M_IT | M_THEY):
            continue
        mask = m.mask
        if mask == M_ANY and k + 1 < len(infos):
            o = infos[k + 1]
            if not o.name and o.pronoun < 0 and o.mask != M_ANY and text[m.end:o.start] == ", ":
                mask = o.mask
        for key in ((m.last,), m.content):
            known[key] = known.get(key, M_ANY) & mask
    for m in infos:
        if m.name and m.last and m.mask in (M_ANY, M_HE | M_SHE):
            shared = known.get((m.last,) if len(m.content) == 1 else m.content, M_ANY) & m.mask
            if shared:
                m.mask = shared


def antecedents(infos, i, by_word=None):
    """Earlier mentions that are looked at for i, nearest first: the NEAR nearest, and up to FAR names further off that share a
    content word. `by_word`: see `word_index`; without it one is made."""
    near = list(range(i - 1, max(-1, i - 1 - NEAR), -1))
    m = infos[i]
    if m.pronoun >= 0 or i <= NEAR:
        return near
    by_word = word_index(infos) if by_word is None else by_word
    far = set()
    for w in m.content:
        taken = 0
        places = by_word.get(w, ())
        k = lower_bound(places, i - NEAR)
        while k > 0 and taken < FAR:
            k -= 1
            taken += 1
            far.add(places[k])
    return near + sorted(far, reverse=True)[:FAR]


def lower_bound(places, limit):
    a, b = 0, len(places)
    while a < b:
        c = (a + b) // 2
        if places[c] < limit:
            a = c + 1
        else:
            b = c
    return a


def word_index(infos):
    """word -> indices of the name mentions that have it, ascending."""
    out = {}
    for m in infos:
        if m.name:
            for w in m.content:
                out.setdefault(w, []).append(m.index)
    return out


@lru_cache(maxsize=1 << 16)
def is_close(a, b):
    """One letter apart (from 5 letters on), or two (from 8 on)."""
    if a == b or min(len(a), len(b)) < 5 or abs(len(a) - len(b)) > 2:
        return False
    limit = 2 if min(len(a), len(b)) >= 8 else 1
    row = list(range(len(b) + 1))
    for x, ca in enumerate(a, 1):
        before, row[0] = row[0], x
        for y, cb in enumerate(b, 1):
            before, row[y] = row[y], min(row[y] + 1, row[y - 1] + 1, before + (ca != cb))
    return row[-1] <= limit


def pair(infos, i, j):
    """The features of anaphor i with antecedent j < i."""
    a, b = infos[i], infos[j]
    f = [0.0] * FEATURES
    ap, bp = a.pronoun, b.pronoun
    if ap < 0 and bp < 0:
        shared = len(a.content & b.content)
        smaller = min(len(a.content), len(b.content))
        f[0] = float(bool(a.words) and a.words == b.words)
        f[1] = float(shared > 0 and shared == len(a.content) == len(b.content) and a.joint == b.joint)
        f[2] = float(a.last != "" and a.last == b.last)
        f[3] = float(a.head != "" and a.head == b.head)
        f[4] = shared / smaller if smaller else 0.0
        union = len(a.content) + len(b.content) - shared
        f[5] = shared / union if union else 0.0
        f[6] = float(0 < shared == len(a.content) < len(b.content))
        f[7] = float(0 < shared == len(b.content) < len(a.content))
        acronym = (a.acronym != "" and len(b.content) > 1 and a.acronym == b.initials) or \
                  (b.acronym != "" and len(a.content) > 1 and b.acronym == a.initials)
        f[8] = float(acronym)
        if a.name and b.name:
            one_a, one_b = len(a.content) == 1, len(b.content) == 1
            f[9] = float(a.last == b.last and one_a != one_b)
            f[10] = float((one_a and not one_b and a.last == b.first_content) or (one_b and not one_a and b.last == a.first_content))
            f[11] = float(is_close(a.last, b.last))
            f[12] = float(shared == 0 and not acronym and not f[11])
            f[13] = float(a.last == b.last and not one_a and not one_b and a.first_content != b.first_content
                          and a.first_content[:1] != b.first_content[:1])
        f[14] = float(bool(a.full & b.full))
        f[15] = float(a.head != "" and a.head in b.full)
    if ap >= 0:
        f[16 + ap] = 1.0
    if bp >= 0:
        f[25 + bp] = 1.0
    if ap >= 0 and bp >= 0:
        f[34] = float(ap == bp)
        f[35] = float(ap != bp and HE <= ap <= THEY and HE <= bp <= THEY)
    both = a.mask & b.mask
    if a.mask != M_ANY and b.mask != M_ANY and not (ap >= 0 and bp >= 0):
        f[36] = float(both != 0)
        f[37] = float(both == 0)
    paragraphs = a.paragraph - b.paragraph
    f[38] = float(paragraphs == 0)
    f[39] = float(paragraphs == 1)
    f[40] = min(paragraphs, 16) / 16
    between = i - j
    f[41] = min(math.log2(between) / 8, 1.0)
    f[42] = float(between == 1)
    f[43] = min(math.log2(1 + a.start - b.start) / 16, 1.0)
    f[44] = float(a.end <= b.end)
    f[45] = float(a.sentence == b.sentence)
    f[46] = float(a.sentence == b.sentence + 1)
    f[47] = float(a.quoted)
    f[48] = float(b.quoted)
    f[49] = float(a.quoted and b.quoted and a.quotation == b.quotation)
    f[50] = float(a.definite)
    f[51] = float(a.indefinite)
    f[52] = float(b.definite)
    f[53] = float(b.indefinite)
    f[54] = float(a.demonstrative)
    f[55] = float(a.name)
    f[56] = float(b.name)
    f[57] = float(b.headline)
    f[58] = float(bool(a.numbers) and bool(b.numbers) and not (a.numbers & b.numbers))
    f[59] = float(b.end < a.start <= b.end + 2 and a.sentence == b.sentence)
    f[60] = float(b.opens)
    f[61] = float(ap < 0 and bp < 0 and a.name != b.name)
    f[62] = min(math.log2(1 + b.frequency) / 6, 1.0)
    f[63] = float(a.opens)
    f[64] = float(a.quoted != b.quoted)
    f[65] = float(a.joint != b.joint)
    return f


def all_pairs(text, spans):
    """[(i, j, features)] of all pairs that are looked at."""
    infos = prepare(text, spans)
    index = word_index(infos)
    return [(i, j, pair(infos, i, j)) for i in range(len(infos)) for j in antecedents(infos, i, index)]


# --- the fixture -------------------------------------------------------------------------------------------------------

EXAMPLES = [
    ("Mayor of Hale denies closing the quay", ["Mayor of Hale", "Hale"],
     "The mayor, Oda Brünn, told the Port of Hale Authority (PHA) on Monday that “I never signed. My office was asked, we said "
     "no,” she said. Mr. Tarn, a spokesman for the PHA, said the U.S. firm’s letter was in its files.",
     ["The mayor", "Oda Brünn", "the Port of Hale Authority", "Hale", "PHA", "I", "My office", "My", "we", "she", "Mr. Tarn",
      "a spokesman for the PHA", "the PHA", "the U.S. firm", "U.S.", "its"],
     "Brunn’s rivals, Tarn and two O'Hara brothers, said they had seen it. \"He lied,\" said Gil O’Hara! His sister Nora O'Hara "
     "thanked Bruenn; those who had asked were told that three officials knew.",
     ["Brunn", "Brunn’s rivals", "Tarn", "two O'Hara brothers", "they", "it", "He", "Gil O’Hara", "His sister", "His",
      "Nora O'Hara", "Bruenn", "those", "who", "three officials"]),
    ("Police say US FIRM paid Vellmark", ["Police", "US FIRM", "Vellmark"],
     "Police said on Tuesday that US police had met Velmark Ltd. The police said this company paid. “Nobody knew",
     ["Police", "US police", "US", "Velmark Ltd", "The police", "this company", "Nobody"],
     "“It paid us,” said A. B. Lund, 35-year-old head of Eurasia's Vellmark Group. Lund, K. and Karin Lund left. The 35-year-old "
     "said the company’s chairwoman had told him so; which he denied.",
     ["It", "us", "A. B. Lund", "35-year-old head of Eurasia's Vellmark Group", "Eurasia", "Vellmark Group", "Lund, K.",
      "Karin Lund", "The 35-year-old", "the company", "the company’s chairwoman", "him", "which", "he"]),
]


def fixture():
    out = []
    for parts in EXAMPLES:
        text, spans, place = "", [], 0
        for k in range(0, len(parts), 2):
            base = len(text)
            place = base
            text += parts[k] + "\n\n"
            for words in parts[k + 1]:
                at = text.find(words, place)
                at = at if at >= 0 else text.find(words, base)
                assert at >= 0, words
                spans.append((at, at + len(words)))
                place = at
        text = text.rstrip("\n")
        spans = sorted(set(spans), key=lambda s: (s[0], -s[1]))
        pairs = [[i, j, [round(x, 6) for x in f]] for i, j, f in all_pairs(text, spans)]
        out.append({"text": text, "spans": spans, "pairs": pairs})
    # far names: a long list
    names = [f"Name{chr(97 + k % 26)}{chr(97 + k // 26)} Vell{chr(97 + k % 7)}" for k in range(100)]
    text, spans = "List of names\n\n", []
    for w in names:
        spans.append((len(text), len(text) + len(w)))
        text += w + ", "
    infos = prepare(text, spans)
    index = word_index(infos)
    out.append({"text": text, "spans": spans, "antecedents": [antecedents(infos, i, index) for i in range(len(spans))]})
    return {"names": NAMES, "examples": out}


if __name__ == "__main__":
    target = Path(__file__).resolve().parents[1] / "crates/actors/tests/fixtures/features.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(fixture(), ensure_ascii=False) + "\n", encoding="utf-8")
    print(target.name, FEATURES, "features")
