"""What two statements of one story show without any model, and which of them are about one claim.

In: a compiled story. Out: a [`Table`]: for each two of its statements FEATURES numbers (in the order of NAMES) and three labels:
about the same claim, one asserts what the other denies, the same utterance. The head that grows with the trunk reads the first NARROW of
them. `crates/claims/src/features.rs` computes the same numbers; `python claims.py` writes the fixture that holds both together.
"""
import bisect
import json
import math
import unicodedata
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import torch

COMMON = set(
    "a about after all also an and any are as at be because been before being but by can could did do does for from had has have "
    "he her him his i if in into is it its just may me might more must my no not of on one only or our out over s she should so "
    "some t than that the their them then there they this to under up us was we were what when where which who will with would "
    "you your".split())
NEGATIONS = set("no not never nobody nothing none neither nor without t".split())
SOFT = set("ask believe condemn praise predict promise threaten urge warn".split())
NAMES = ("words", "words_share", "actors", "actors_count", "figures", "speaker", "article", "speaker_unknown", "speaker_spoken_of",
         "deny", "deny_one", "accuse", "soft", "negated", "negates", "negates_one", "nested_in", "short", "long", "quoted", "act",
         "same_day", "days_apart", "near", "nested", "body", "document", "headline")
NARROW = len(NAMES)
ACTS = "assert claim reveal deny confirm admit accuse condemn praise warn threaten promise urge ask announce predict believe".split()
SPEAKERS = "person organisation state group anonymous document".split()
NAMES += ("stems", "stems_share", "sentence", "sentence_share", "around", "around_share", "in_sentence_least", "in_sentence_most",
          "in_around_least", "in_around_most", "actors_in_sentence_least", "actors_in_sentence_most", "actors_in_around_least",
          "actors_in_around_most", "sentence_actors", "sentence_actors_share", "around_actors", "around_actors_share", "cues", "cues_share",
          "in_headline_least", "in_headline_most", "words_of_all", "actors_of_all", "pairs", "pairs_share", "pairs_of_all", "threes",
          "threes_share", "threes_of_all", "place_first", "place_last", *(f"act_{act}{one}" for act in ACTS for one in ("", "_one")), "days",
          *(f"speaker_{kind}" for kind in SPEAKERS), "hedged", "other_figures")
FEATURES = len(NAMES)
REACH, HEADLINE = 1000, 300     # code points before and behind a statement that are looked at, and of a headline


def words(text):
    """Runs of letters and digits in lower case; figures keep inner points and commas."""
    out, word = [], ""
    for k, c in enumerate(text):
        inside = c.isalnum() or unicodedata.combining(c) > 0 or (
            c in ".," and word[-1:].isdigit() and word[-1:].isascii() and text[k + 1:k + 2].isdigit() and text[k + 1].isascii())
        if inside:
            word += c.lower()
        elif word:
            out.append(word)
            word = ""
    return out + [word] if word else out


@dataclass
class Told:
    """One statement as the features see it."""
    article: int
    place: int
    id: str
    statement: dict
    words: set
    negates: bool
    actors: set
    speaker: str
    bodies: list
    document: bool
    headline: bool
    day: int
    kind: str           # what the speaker is
    part: float         # where in its article the statement stands, from 0 to 1
    terms: dict         # sets of words and actors, by what they stand in


def sentence_starts(text):
    """Where sentences begin, by a plain rule: behind a line break, and behind an end mark, closing marks and a blank."""
    starts, after_end, broken = [0], False, False
    for k, c in enumerate(text):
        if c.isspace():
            broken |= c == "\n"
            continue
        if k and text[k - 1].isspace() and (after_end or broken):
            starts.append(k)
        after_end, broken = c in ".!?" or (after_end and not text[k - 1].isspace() and c in "\"”’)"), False
    return starts


def terms(article, starts, s, content, actors, headline):
    """What stands in a statement's content, cue and headline, in the sentences that it stands in, and in these with the one before."""
    text = article["text"]
    first = min(x for r in ("source", "cue", "content") for x, _ in s[r])
    last = max(y for r in ("source", "cue", "content") for _, y in s[r])
    place = bisect.bisect_right(starts, first) - 1
    end = starts[bisect.bisect_left(starts, last)] if starts[-1] >= last else len(text)
    near = lambda k: max(starts[k], first - REACH)
    end = min(end, last + REACH)
    inside = lambda x, y: {m["entity"] for m in article["mentions"] if x <= m["span"][0] and m["span"][1] <= y}
    telling = lambda x, y: set(words(text[x:y])) - COMMON
    return {"content": set(content) - COMMON, "stems": {w[:5] for w in set(content) - COMMON},
            "sentence": telling(near(place), end), "around": telling(near(max(0, place - 1)), end), "actors": actors,
            "sentence_actors": inside(near(place), end), "around_actors": inside(near(max(0, place - 1)), end),
            "cue": {w for x, y in s["cue"] for w in words(text[x:y])}, "headline": headline,
            "pairs": set(zip(content, content[1:])), "threes": set(zip(content, content[1:], content[2:]))}


def told(story):
    """The statements of a story in order of article and cue."""
    entities = {e["id"]: e for e in story["entities"]}

    def bodies(entity):
        out = []
        while entity and entity not in out:
            out.append(entity)
            entity = entities.get(entity, {}).get("part_of")
        return out

    for n, a in enumerate(story["articles"]):
        day = date.fromisoformat(a["date"][:10]).toordinal() if len(a.get("date") or "") >= 10 else None
        headline = a["text"].find("\n")
        starts, words_of_headline = sentence_starts(a["text"]), set(words(a["text"][:min(max(0, headline), HEADLINE)])) - COMMON
        order = sorted(a["statements"], key=lambda s: (s["cue"] or s["source"] or s["content"])[0][0])
        for k, s in enumerate(order):
            text = [w for x, y in s["content"] for w in words(a["text"][x:y])]
            actors = {m["entity"] for m in a["mentions"] if any(x <= m["span"][0] and m["span"][1] <= y for x, y in s["content"])}
            begin = min(x for r in ("source", "cue", "content") for x, _ in s[r])
            yield Told(n, k, s["id"], s, set(text) - COMMON, any(w in NEGATIONS for w in text), actors, s["speaker"], bodies(s["speaker"]),
                       entities.get(s["speaker"], {}).get("type") == "document", begin < headline, day,
                       entities.get(s["speaker"], {}).get("type"), k / (len(order) - 1) if len(order) > 1 else 0.0,
                       terms(a, starts, s, text, actors, words_of_headline))


def pair(a, b, rarity):
    """The features of two statements; `rarity` is what a word or an actor counts in this story."""
    s, t = a.statement, b.statement

    def both(is_so):
        return (is_so(a) + is_so(b)) / 2

    def one(is_so):
        return float(is_so(a) != is_so(b))

    common = a.words & b.words
    weight = sum(rarity[w] for w in common)
    possible = min(sum(rarity[w] for w in a.words), sum(rarity[w] for w in b.words))
    actors = a.actors & b.actors
    inside = a.article == b.article
    days = abs(a.day - b.day) if a.day is not None and b.day is not None else 1
    spoken_of = (a.speaker is not None and a.speaker in b.actors) + (b.speaker is not None and b.speaker in a.actors)
    sizes = sorted((len(a.words), len(b.words)))
    return (min(weight, 12) / 4, weight / (possible + 1), min(sum(rarity["actor", e] for e in actors), 6) / 3, min(len(actors), 4) / 4,
            min(sum(w[0].isdigit() for w in common), 3) / 3, float(a.speaker is not None and a.speaker == b.speaker), float(inside),
            both(lambda x: x.speaker is None), spoken_of / 2, both(lambda x: x.statement["act"] == "deny"),
            one(lambda x: x.statement["act"] == "deny"), both(lambda x: x.statement["act"] == "accuse"),
            both(lambda x: x.statement["act"] in SOFT), both(lambda x: x.statement["negated"]), both(lambda x: x.negates),
            one(lambda x: x.negates), float(inside and (s["parent"] == t["id"] or t["parent"] == s["id"])),
            math.log1p(sizes[0]) / 4, math.log1p(sizes[1]) / 4, both(lambda x: x.statement["kind"] != "indirect"),
            float(s["act"] == t["act"]), float(not inside and days == 0), float(not inside and days >= 3),
            1 / (1 + abs(a.place - b.place)) if inside else 0.0, both(lambda x: x.statement["parent"] is not None),
            float(a.speaker != b.speaker and bool(set(a.bodies) & set(b.bodies))), both(lambda x: x.document), both(lambda x: x.headline))


def wider(items):
    """The features beyond NARROW of all pairs, n x n x (FEATURES - NARROW). A term counts the more, the fewer statements have it."""
    n, out = len(items), []

    def weights(one, other):
        """What two kinds of terms have in common, and what each statement's terms of these kinds weigh; by how rare the other kind is."""
        number = {}
        for x in items:
            for t in (*x.terms[one], *x.terms[other]):
                number.setdefault(t, len(number))
        has = [np.zeros((n, len(number) + 1), np.float32) for _ in range(2)]
        for k, x in enumerate(items):
            for table, kind in zip(has, (one, other)):
                for t in x.terms[kind]:
                    table[k, number[t]] = 1
        count = has[1].sum(0)
        rarity = np.log((n + 1) / np.maximum(count, 1)) * (count > 0)
        return (has[0] * rarity) @ has[1].T, (has[0] * rarity).sum(1), (has[1] * rarity).sum(1)

    def alike(kind, most=12, part=4):
        common, weight, _ = weights(kind, kind)
        return [np.minimum(common, most) / part, common / (np.minimum.outer(weight, weight) + 1),
                common / (np.maximum.outer(weight, weight) + 1)]

    def inside(kind, other):
        common, weight, _ = weights(kind, other)
        share = common / (weight[:, None] + 1)
        return [np.minimum(share, share.T), np.maximum(share, share.T)]

    def both(values):
        return (values[:, None] + values[None]) / 2

    def number(of):
        return np.array([float(of(x)) for x in items], np.float32)

    for kind in ("stems", "sentence", "around"):
        out += alike(kind)[:2]
    for kind, other in (("content", "sentence"), ("content", "around"), ("actors", "sentence_actors"), ("actors", "around_actors")):
        out += inside(kind, other)
    for kind in ("sentence_actors", "around_actors", "cue"):
        out += alike(kind)[:2]
    out += [*inside("content", "headline"), alike("content")[2], alike("actors")[2], *alike("pairs", 20, 8), *alike("threes", 20, 8)]
    part = number(lambda x: x.part)
    out += [np.minimum.outer(part, part), np.maximum.outer(part, part)]
    for act in ACTS:
        values = number(lambda x: x.statement["act"] == act)
        out += [both(values), np.abs(values[:, None] - values[None])]
    out.append(np.array([[math.log1p(abs(x.day - y.day)) / 4 if x.day is not None and y.day is not None else math.log1p(1) / 4
                          for y in items] for x in items], np.float32).reshape(n, n))
    out += [both(number(lambda x: x.kind == kind)) for kind in SPEAKERS] + [both(number(lambda x: x.statement["hedged"]))]
    figures = [{w for w in x.words if w[0].isdigit()} for x in items]
    out.append(np.array([[float(bool(x) and bool(y) and not x & y) for y in figures] for x in figures], np.float32).reshape(n, n))
    return np.stack(out, -1)


def labels(s, t, contradictions):
    """(same claim, one asserts what the other denies, same utterance)."""
    claims, other = dict(map(tuple, s["claims"])), dict(map(tuple, t["claims"]))
    common = set(claims) & set(other)
    opposite = any((claims[c] == "denies") != (other[c] == "denies") for c in common)
    for c, d in contradictions:
        for x, y in ((c, d), (d, c)):
            opposite |= claims.get(x) == "asserts" and other.get(y) == "asserts"
    return bool(common), opposite, bool(s["utterance"]) and s["utterance"] == t["utterance"]


@dataclass
class Table:
    """Features (n x n x FEATURES) and labels (n x n x 3) of a story's statements, and where each statement stands."""
    features: torch.Tensor
    labels: torch.Tensor
    index: dict     # (article id, statement id) -> number


def table(story):
    items = list(told(story))
    n = len(items)
    counts = {}
    for x in items:
        for w in (*x.words, *(("actor", a) for a in x.actors)):
            counts[w] = counts.get(w, 0) + 1
    rarity = {w: math.log((n + 1) / c) for w, c in counts.items()}
    f, y = np.zeros((n, n, FEATURES), np.float16), np.zeros((n, n, 3), bool)
    for i in range(n):
        for j in range(i):
            f[i, j, :NARROW] = f[j, i, :NARROW] = pair(items[i], items[j], rarity)
            y[i, j] = y[j, i] = labels(items[i].statement, items[j].statement, story["contradictions"])
    f[:, :, NARROW:] = wider(items)
    names = [f"{story['slug']}/{a['id']}" for a in story["articles"]]
    return Table(torch.tensor(f), torch.tensor(y), {(names[x.article], x.id): k for k, x in enumerate(items)})


FORGET = 0.15   # share of statements whose speaker, and of those whose act, a head does not get to see: the program gets some wrong
SPEAKER = [NAMES.index(n) for n in ("speaker", "speaker_spoken_of", "body", "document", *(f"speaker_{kind}" for kind in SPEAKERS))]
UNKNOWN = NAMES.index("speaker_unknown")
ACT = [NAMES.index(n) for n in ("deny", "deny_one", "accuse", "soft", "act")] + [
    n for n, name in enumerate(NAMES) if name.startswith("act_")]


def forgetful(f, i, j, n):
    """Features of the pairs (i, j) of n statements with the speakers and the acts of some statements hidden."""
    f = f.clone()
    for columns in (SPEAKER, ACT):
        columns = [c for c in columns if c < f.shape[1]]
        hidden = torch.rand(n) < FORGET
        f[:, columns] = torch.where((hidden[i] | hidden[j])[:, None], 0.0, f[:, columns])
        if columns is SPEAKER:
            f[:, UNKNOWN] += (hidden[i].float() + hidden[j].float()) / 2 * (1 - f[:, UNKNOWN])
    return f


def groups(p, least):
    """Average-link groups of n things with pair probabilities p (n x n): the number of each thing's group."""
    n = len(p)
    sums, size, alive = p.copy(), np.ones(n), np.ones(n, bool)
    np.fill_diagonal(sums, -1)
    home = np.arange(n)
    while alive.sum() > 1:
        mean = sums / np.outer(size, size)
        mean[~alive] = -1
        mean[:, ~alive] = -1
        np.fill_diagonal(mean, -1)
        x, y = divmod(int(mean.argmax()), n)
        if mean[x, y] < least:
            break
        sums[x] += sums[y]
        sums[:, x] += sums[:, y]
        size[x] += size[y]
        alive[y] = False
        home[home == y] = x
    return home


def pairwise(found):
    """Best F1 of groups by average link over thresholds, for claims and for utterances; `found`: (probabilities n x n x 3, labels)."""
    said = []
    for name, k, tries in (("claims", 0, (0.15, 0.2, 0.25, 0.3, 0.35, 0.4)), ("utterances", 2, (0.2, 0.25, 0.3, 0.35, 0.45))):
        best = (0.0, 0.0)
        for least in tries:
            right = said_ = gold = 0
            for p, y in found:
                home = groups(p[:, :, k].copy(), least)
                upper = np.triu(np.ones_like(y[:, :, k]), 1) > 0
                same = (home[:, None] == home[None]) & upper
                true = y[:, :, k] & upper
                right, said_, gold = right + (same & true).sum(), said_ + same.sum(), gold + true.sum()
            best = max(best, (2 * right / max(1, said_ + gold), least))
        said.append(f"{name} F1 {best[0]:.3f} at {best[1]}")
    related = [(p[:, :, 1][y[:, :, 0]] > 0.5) == y[:, :, 1][y[:, :, 0]] for p, y in found]
    return ", ".join(said) + f", side {np.concatenate(related).mean():.3f}"


def fixture():
    """An invented story with the features of all its pairs, for the Rust test."""
    def statement(id, text, parts, **more):
        spans = {}
        for r, words_ in zip(("source", "cue", "content"), parts):
            spans[r] = [[text.index(w), text.index(w) + len(w)] for w in words_]
        return {"id": id, **spans, "speaker": None, "act": "assert", "kind": "indirect", "negated": False, "hedged": False,
                "claims": [], "utterance": None, "parent": None, **more}

    a = ("Varga: «Vell took 1,200 crowns»\n\nIna Varga said that Oda Vell had not paid 1,200 crowns. Vell denied it, and a report "
         "found no debt. She called on him to resign, Varga said the minister had told him.")
    b = "Ministry rejects claim of debt\n\nThe ministry has denied that Oda Vell never paid the 1,200 crowns."
    first = [
        statement("s1", a, (["Varga"], [":"], ["«Vell took 1,200 crowns»"]), speaker="varga", kind="direct", act="accuse"),
        statement("s2", a, (["Ina Varga"], ["said"], ["that Oda Vell had not paid 1,200 crowns"]), speaker="varga"),
        statement("s3", a, ([], ["denied"], ["it"]), speaker="vell", act="deny"),
        statement("s4", a, (["a report"], ["found"], ["no debt"]), speaker="report", act="reveal"),
        statement("s5", a, (["She"], ["called on"], ["to resign"]), act="urge", negated=True),
        statement("s6", a, (["the minister"], ["had told"], ["him"]), speaker="minister", parent="s2"),
    ]
    second = [statement("s1", b, (["Ministry"], ["rejects"], ["claim of debt"]), speaker="ministry", act="deny"),
              statement("s2", b, (["The ministry"], ["has denied"], ["that Oda Vell never paid the 1,200 crowns"]), speaker="ministry",
                        act="deny")]

    # Every act, every kind of speaker, a hedge, another figure: so that each feature differs somewhere.
    c, third = "Others speak\n", []
    for k, act in enumerate(act for act in ACTS if act not in ("assert", "accuse", "deny", "reveal", "urge")):
        sentence = f"Speaker {k} spoke of thing {k} and of {90 + k} crowns."
        c += f"\n{sentence}"
        third.append(statement(f"s{k + 1}", c, ([f"Speaker {k} "], [f"poke of thing {k} "], [f"thing {k} and of {90 + k} crowns"]), act=act,
                               speaker=SPEAKERS[k % len(SPEAKERS)], hedged=k % 2 == 1, utterance="u1" if k < 2 else None))

    def mention(text, words_, entity, after=0):
        at = text.index(words_, after)
        return {"entity": entity, "span": [at, at + len(words_)]}

    story = {"slug": "debt", "contradictions": [], "entities": [
        {"id": "varga", "name": "Ina Varga", "type": "person"}, {"id": "vell", "name": "Oda Vell", "type": "person"},
        {"id": "minister", "name": "the minister", "type": "person", "part_of": "ministry"},
        {"id": "ministry", "name": "the ministry", "type": "organisation"}, {"id": "report", "name": "a report", "type": "document"}] + [
        {"id": kind, "name": kind, "type": kind} for kind in SPEAKERS],
        "articles": [
            {"id": "a1", "date": "2024-02-27T10:00Z", "text": a, "statements": first,
             "mentions": [mention(a, "Vell", "vell"), mention(a, "Oda Vell", "vell"), mention(a, "him.", "varga")]},
            {"id": "a2", "date": "2024-03-02", "text": b, "statements": second, "mentions": [mention(b, "Oda Vell", "vell")]},
            {"id": "a3", "date": "2024-03-02", "text": c, "statements": third, "mentions": []}]}
    t = table(story)
    f = t.features.reshape(-1, FEATURES)
    assert all(len(set(column.tolist())) > 1 for column in f.T), [n for n, column in zip(NAMES, f.T) if len(set(column.tolist())) < 2]
    rows = [[i, j, [round(float(x), 4) for x in t.features[i, j].float()]] for i in range(len(t.index)) for j in range(i)]
    return {"names": NAMES, "story": story, "pairs": rows}


if __name__ == "__main__":
    out = Path(__file__).resolve().parent.parent / "crates/claims/tests/fixtures/features.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(fixture(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
