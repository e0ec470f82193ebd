"""What the words alone say of a statement's act: a linear model over word pieces, beside the head that reads the trunk's vectors.

In: an article's word pieces and the token ranges of a statement. Out: numbers of features, and for each act what they sum to. The trunk has
seen the stories that it learnt from so often that it knows their acts by heart; the words of a cue cannot be learnt so. Both decide together,
as the claim heads do (a product of experts, Hinton 2002). `crates/statements/src/plain_acts.rs` computes the same; `python plain_acts.py`
writes the fixture that holds both together.

    plain_acts.py --main work/main.pt       fits it, two minutes on one core, and writes `act.plain.*` into the file
"""
import argparse
import json
import random
from collections import Counter
from pathlib import Path

import torch
import torch.nn as nn
import torch.nn.functional as F

from data import ACTS, STORIES, Encoded, compiled_stories, story_articles, to_tokens, tokenize, training_slugs

LEAST, EPOCHS, BATCH, RATE, DROP, SMOOTH, SEEDS = 8, 6, 256, 0.01, 0.3, 0.05, 3


def number(kind, *pieces):
    """The feature's number: a hash of 32 bits."""
    h = 0xCBF29CE484222325
    for x in (kind, *pieces):
        h = ((h ^ x) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
        h ^= h >> 29
    return h >> 32


def features(e, source, cue, content):
    """Numbers of a statement's features; the ranges are of tokens, in order."""
    flat = lambda ranges: [e.ids[t] for a, b in ranges for t in range(a, b)]
    s, c, k = flat(source), flat(cue), flat(content)
    at = lambda t: e.ids[t] if 0 <= t < len(e.ids) else 0
    first = min(a for ranges in (source, cue, content) for a, _ in ranges)
    quoted = any(e.quotation[t] for a, b in content for t in range(a, b))
    out = [number(0), number(3, *c), number(10, int(quoted), int(not c), int(not s)), number(11, min(6, len(k).bit_length())),
           number(12, int(e.paragraph_of[first] == 0))]
    out += [number(1, x) for x in c] + [number(2, *pair) for pair in zip(c, c[1:])]
    out += [number(4, x) for x in sorted(set(k))] + [number(4 + n, *k[:n]) for n in (1, 2, 3)]
    out += [number(9, x) for x in sorted(set(s))]
    if c:
        before, after = at(cue[0][0] - 1), at(cue[-1][1])
        out += [number(8, c[-1], k[0] if k else 0), number(14, before), number(15, after), number(16, c[-1], after)]
    if k:
        out += [number(17, k[-1]), number(18, at(content[-1][1]))]
    if c and k:
        out.append(number(13, int(cue[0][0] < content[0][0])))
    return out


def examples(slugs):
    """(features, act) of all statements of the stories."""
    wanted = set(slugs)
    return [(features(e, ranges["source"], ranges["cue"], ranges["content"]), ACTS.index(s["act"]))
            for e in story_articles(compiled_stories(), wanted.__contains__) for _, ranges, s in e.statements]


def packed(rows):
    starts, flat = [], []
    for row in rows:
        starts.append(len(flat))
        flat += row
    return torch.tensor(flat), torch.tensor(starts)


def fit(train, count, seed):
    """A table of count x acts from (rows, act)."""
    rng = random.Random(seed)
    torch.manual_seed(seed)
    table = nn.EmbeddingBag(count, len(ACTS), mode="sum")
    nn.init.zeros_(table.weight)
    opt = torch.optim.AdamW(table.parameters(), lr=RATE, weight_decay=0.01)
    for epoch in range(EPOCHS):
        for g in opt.param_groups:
            g["lr"] = RATE * 0.7 ** epoch
        order = rng.sample(train, len(train))
        for at in range(0, len(order), BATCH):
            some = [([x for x in row if rng.random() > DROP], act) for row, act in order[at:at + BATCH]]
            scores = table(*packed([row for row, _ in some]))
            loss = F.cross_entropy(scores, torch.tensor([act for _, act in some]), label_smoothing=SMOOTH)
            opt.zero_grad()
            loss.backward()
            opt.step()
    return table.weight.detach()


def fixture():
    """An invented text, statements in it and their features."""
    text = ("Mayor: «We paid nothing»\n\nIna Varga did not deny on Monday that the town had paid 1,200 crowns for the gate. \"Ask him,\" she told "
            "reporters, \"not me.\" Fog was forecast.")
    e = tokenize(Encoded("fixture", text, STORIES))
    words = lambda *parts: [[text.index(w), text.index(w) + len(w)] for w in parts]
    spans = [(words("Mayor"), words(":"), words("«We paid nothing»")),
             (words("Ina Varga"), words("did not deny"), words("that the town had paid 1,200 crowns for the gate")),
             (words("she"), words("told"), words('"Ask him,"', '"not me."')), ([], words("was forecast"), words("Fog"))]
    ranges = [[to_tokens(part, e.off) for part in s] for s in spans]
    return {"ids": e.ids, "quotation": e.quotation, "paragraph_of": e.paragraph_of,
            "statements": [{"source": s, "cue": c, "content": k, "features": sorted(features(e, s, c, k))} for s, c, k in ranges]}


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--main")
    a = ap.parse_args()
    if not a.main:
        out = Path(__file__).resolve().parent.parent / "crates/statements/tests/fixtures/plain_acts.json"
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(json.dumps(fixture(), ensure_ascii=False) + "\n", encoding="utf-8")
        return
    torch.set_num_threads(1)
    train_slugs, dev_slugs = training_slugs()
    train, dev = examples(train_slugs), examples(dev_slugs)
    counts = Counter(x for row, _ in train for x in set(row))
    keys = sorted(x for x, n in counts.items() if n >= LEAST)
    place = {x: n for n, x in enumerate(keys)}
    known = lambda rows: [([place[x] for x in row if x in place], act) for row, act in rows]
    train, dev = known(train), known(dev)
    table = sum(fit(train, len(keys), seed) for seed in range(1, SEEDS + 1)) / SEEDS
    scores = F.embedding_bag(packed([row for row, _ in dev])[0], table, packed([row for row, _ in dev])[1], mode="sum")
    acts = torch.tensor([act for _, act in dev])
    print(f"{len(train)} statements, {len(keys)} features; dev: {(scores.argmax(1) == acts).float().mean():.3f} right, "
          f"{F.cross_entropy(scores, acts):.3f} nats")
    state = {k: v for k, v in torch.load(a.main).items() if not k.startswith("act.plain.")}
    torch.save(state | {"act.plain.keys": torch.tensor(keys), "act.plain.weight": table}, a.main)


if __name__ == "__main__":
    main()
