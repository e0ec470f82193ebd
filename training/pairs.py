"""Pairs of statements for the pair model: what the two sides look like as word pieces, and which labels they have.

A pair has three labels, each 0, 1 or unknown: are the two about the same claim (the same proposition, asserted or denied), do
they contradict each other, are they the same utterance. The Rust crate `claims` writes its sides the same way.
"""
import json
import random
import re
from dataclasses import dataclass

import torch

from data import SHARED, compiled_stories, held_out, read_zst, tokenizer

CLS, SEP = 101, 102
MOST = 128            # word pieces of a pair
UNKNOWN = -1.0
PRONOUNS = set("he she it they him her them his hers its their theirs i me my mine we us our ours himself herself itself "
               "themselves myself ourselves".split())
DEV_EVERY = 13        # every 13th story that may be trained on is kept back for choices


@dataclass(frozen=True)
class Side:
    """One statement as the pair model reads it: who, the cue's words, the content with pronouns resolved."""
    speaker: str
    cue: str
    content: str


def training_slugs():
    """(slugs to train on, slugs for choices): both without the held-out ones."""
    slugs = sorted(s["slug"] for s in compiled_stories() if s["slug"] not in held_out())
    dev = set(slugs[DEV_EVERY // 2::DEV_EVERY])
    return [s for s in slugs if s not in dev], sorted(dev)


def pieces_text(text, pieces, mentions=(), names=None):
    """The pieces joined by ' … '; behind each pronoun that stands for a named entity its name in brackets."""
    out = []
    for a, b in pieces:
        at, words = a, []
        for m in mentions:
            x, y = m["span"]
            if a <= x and y <= b and x >= at and text[x:y].lower() in PRONOUNS:
                words.append(text[at:y] + f" ({names[m['entity']]})")
                at = y
        words.append(text[at:b])
        out.append("".join(words))
    return re.sub(r"\s+", " ", " … ".join(out)).strip()


def story_sides(story):
    """(article id, statement, Side as found by a perfect reader, Side with nothing resolved) of all statements."""
    names = {e["id"]: e["name"] for e in story["entities"]}
    for a in story["articles"]:
        for s in a["statements"]:
            source = pieces_text(a["text"], s["source"])
            cue = pieces_text(a["text"], s["cue"])
            speaker = names.get(s["speaker"], source)
            resolved = pieces_text(a["text"], s["content"], a["mentions"], names)
            yield a["id"], s, Side(speaker, cue, resolved), Side(source, cue, pieces_text(a["text"], s["content"]))


def story_labels(s, t, contradictions):
    """(same claim, contradicts, same utterance) of two statements of one story."""
    claims = {c: x for c, x in s["claims"]}
    other = {c: x for c, x in t["claims"]}
    shared = set(claims) & set(other)
    same = float(bool(shared))
    opposite, agree, unsure = False, False, False
    for c in shared:
        if "questions" in (claims[c], other[c]):
            unsure = True
        elif claims[c] != other[c]:
            opposite = True
        else:
            agree = True
    for c, d in contradictions:
        for x, y in ((c, d), (d, c)):
            if claims.get(x) == "asserts" and other.get(y) == "asserts":
                opposite = True
    contradicts = 1.0 if opposite else 0.0 if agree or not unsure else UNKNOWN
    utterance = float(bool(s["utterance"]) and s["utterance"] == t["utterance"])
    return same, contradicts, utterance


def story_pairs(story):
    """All pairs of statements of a story: (i, j, labels) over `story_sides`."""
    sides = list(story_sides(story))
    out = []
    for i in range(len(sides)):
        for j in range(i):
            out.append((i, j, story_labels(sides[i][1], sides[j][1], story["contradictions"])))
    return sides, out


def joined(pieces):
    """A text, or a list of pieces as one text."""
    return " … ".join(pieces) if isinstance(pieces, list) else pieces or ""


def hard_pairs():
    """The written pairs: (Side, Side, labels, group)."""
    for path in sorted((SHARED / "data/pairs").glob("pairs*.jsonl")):
        for line in open(path, encoding="utf-8"):
            r = json.loads(line)
            sides = [Side(*(joined(x.get(k)) for k in ("source", "cue")), joined(x.get("content")) or x["text"])
                     for x in (r["a"], r["b"])]
            if r["label"] == "same":
                same, contradicts = 1.0, 0.0
            elif r["label"] == "neither":
                same, contradicts = 0.0, 0.0
            else:
                denial = (r["a"]["act"] == "deny") != (r["b"]["act"] == "deny") or "denial" in r["kind"]
                same, contradicts = (1.0 if denial else UNKNOWN), 1.0
            utterance = float(bool(r.get("same_utterance"))) if "same_utterance" in r else UNKNOWN
            yield (*sides, (same, contradicts, utterance), r["group"])


def nli_pairs(recipe):
    """Public pairs: entailment is taken as the same claim. `clean`: only sets whose licence lets weights be shipped."""
    clean = {("fever", "train"), ("fever_symmetric", "dev"), ("snli_revised", "train"), ("conjnli", "train_automatic")}
    more = {("climate_fever", "train"), ("covidfact", "train")} if recipe == "all" else set()
    rng = random.Random(5)
    for r in read_zst(SHARED / "data/pairs/nli.jsonl.zst"):
        key = (r["set"], r["part"])
        if key not in clean | more or r["set"] == "conjnli" and rng.random() > 0.25:
            continue
        same = {"entailment": 1.0, "neutral": 0.0, "contradiction": UNKNOWN}.get(r["label"])
        if same is None:
            continue
        yield Side("", "", joined(r["a"])), Side("", "", joined(r["b"])), (same, float(r["label"] == "contradiction"), UNKNOWN)


_cache = {}


def word_pieces(s):
    if s not in _cache:
        _cache[s] = tokenizer().encode(s, add_special_tokens=False).ids if s else []
    return _cache[s]


def encode(a, b):
    """ids and segments of a pair: [CLS] A [SEP] B [SEP]; speaker and cue 0 / 2, content 1 / 3, marks 4."""
    room = (MOST - 3) // 2
    sides = []
    for side in (a, b):
        head = word_pieces(side.speaker)[:12] + word_pieces(side.cue)[:8]
        sides.append((head, word_pieces(side.content)))
    most = [room, room]     # what one side does not need the other may have
    for k in (0, 1):
        need = len(sides[k][0]) + len(sides[k][1])
        if need < room:
            most[1 - k] = MOST - 3 - need
    ids, segment = [CLS], [4]
    for k, (head, content) in enumerate(sides):
        content = content[:max(0, most[k] - len(head))]
        ids += head + content + [SEP]
        segment += [2 * k] * len(head) + [2 * k + 1] * len(content) + [4]
    return ids, segment


def batch(pairs, device="cpu"):
    """Padded tensors of encoded pairs [(ids, segment)]."""
    T = max(len(p[0]) for p in pairs)
    ids, segment = torch.zeros(len(pairs), T, dtype=torch.long), torch.full((len(pairs), T), 4)
    mask = torch.zeros(len(pairs), T, dtype=torch.bool)
    for n, (x, y) in enumerate(pairs):
        ids[n, :len(x)], segment[n, :len(x)], mask[n, :len(x)] = torch.tensor(x), torch.tensor(y), True
    return ids.to(device), segment.to(device), mask.to(device)
