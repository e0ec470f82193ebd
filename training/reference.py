"""Writes what the float model says about an invented text, for the Rust side to be compared with:
`reference.py --main work/main.pt --pair work/pair.pt --out ../crates/tellings/tests/fixtures/reference.json`.

Tokens and features must be equal there; scores within the tolerance that the test states, since the program computes in int8.
"""
import argparse
import json

import torch

from data import STORIES, Encoded, tokenize
from model import Model, PairModel
from pairs import Side, encode
from train import collate
from train_pairs import scores

TEXT = """Harbour chief denies closing quay

PORT HALE, March 3 - Harbour master Oda Brünn denied on Monday that she had ordered the fishing quay closed. "I signed nothing," she told reporters outside the customs house. “Ask the ministry.”

The Fishermen's Union said Brünn's deputy, Tomas Vell, had admitted that the order came from her office — a claim that the ministry’s spokesman called ‘a fairy tale’.

Two officials who asked not to be named said the U.S. firm Kestrel Ltd. was expected to take over the quay in 2027. According to a memo seen by The Hale Post, the price was $4.5m.

Sign up for our newsletter: the day's news at 7 a.m."""

SIDES = [
    (Side("Oda Brünn", "denied", "that she (Oda Brünn) had ordered the fishing quay closed"), Side("Oda Brünn", "told", "\"I (Oda Brünn) signed nothing,\"")),
    (Side("Tomas Vell", "had admitted", "that the order came from her (Oda Brünn) office"), Side("Oda Brünn", "denied", "that she (Oda Brünn) had ordered the fishing quay closed")),
    (Side("a memo", "According to", "the price was $4.5m"), Side("two officials", "said", "the U.S. firm Kestrel Ltd. was expected to take over the quay in 2027")),
]


@torch.no_grad()
def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--main", required=True)
    ap.add_argument("--pair", required=True)
    ap.add_argument("--out", required=True)
    a = ap.parse_args()
    model, pair = Model(), PairModel()
    model.load_state_dict(torch.load(a.main))
    pair.load_state_dict(torch.load(a.pair))
    model.eval(), pair.eval()
    e = tokenize(Encoded("reference", TEXT, STORIES))
    w = {"ids": e.ids, "shape": e.shape, "quotation": e.quotation, "paragraph": e.paragraph, "paragraph_of": e.paragraph_of,
         "cue": [0] * len(e.ids), "convention": STORIES}
    b = collate([w], "cpu")
    h = model.trunk(b)
    cue = model.cue(h)[0]
    runs, at = [], 0
    inside = (cue.argmax(-1) > 0).tolist()
    while at < len(inside):
        end = at + 1
        while end < len(inside) and inside[at] and inside[end]:
            end += 1
        if inside[at]:
            runs.append((at, end))
        at = end
    tags, first, _, both = model.reader(h, [(0, x, y) for x, y in runs], b["mask"])
    marks = torch.stack([h[0, t] for t, _, _ in e.marks])
    rounded = lambda x, n=3: [[round(v, n) for v in row] for row in x.tolist()]
    out = {
        "text": TEXT, "ids": e.ids, "offsets": e.off, "shape": e.shape, "quotation": e.quotation, "paragraph": e.paragraph,
        "vectors": rounded(h[0, ::7]), "cue": rounded(cue), "zone": rounded(model.zone(marks)),
        "cues": [{"tokens": list(r), "first": int(f), "tags": rounded(t), "act": rounded(x[None])[0], "flags": rounded(y[None])[0]}
                 for r, f, t, x, y in zip(runs, first, tags, model.act(both), model.flags(both))],
        "pairs": [dict(zip(("ids", "segment"), encode(s, t)), scores=p) for (s, t), p in zip(SIDES, rounded(scores(pair, SIDES)))],
    }
    with open(a.out, "w", encoding="utf-8") as f:
        json.dump(out, f, ensure_ascii=False)
        f.write("\n")


if __name__ == "__main__":
    main()
