"""Writes what the float model says about an invented text, for the Rust side to be compared with:
`reference.py --main work/main.pt --out ../crates/tellings/tests/fixtures/reference.json`.

Tokens and features must be equal there; scores within the tolerance that the test states, since the program computes in int8.
"""
import argparse
import json

import torch

from claims import FEATURES
from data import STORIES, Encoded, to_tokens, tokenize
from model import Model, PlainClaims
from batches import collate
from train import mean_vectors
from train_claims import PLAIN

TEXT = """Harbour chief denies closing quay

PORT HALE, March 3 - Harbour master Oda Brünn denied on Monday that she had ordered the fishing quay closed. "I signed nothing," she told reporters outside the customs house. “Ask the ministry.”

The Fishermen's Union said Brünn's deputy, Tomas Vell, had admitted that the order came from her office — a claim that the ministry’s spokesman called ‘a fairy tale’.

Two officials who asked not to be named said the U.S. firm Kestrel Ltd. was expected to take over the quay in 2027. According to a memo seen by The Hale Post, the price was $4.5m.

Sign up for our newsletter: the day's news at 7 a.m."""

STATEMENTS = [("denied", "that she had ordered the fishing quay closed"), ("told", "\"I signed nothing,\""),
              ("had admitted", "that the order came from her office")]


@torch.no_grad()
def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--main", required=True)
    ap.add_argument("--out", required=True)
    a = ap.parse_args()
    model = Model()
    state = torch.load(a.main)
    model.load_state_dict({k: v for k, v in state.items() if k in model.state_dict()})
    plain = []
    while f"claims.plain.{len(plain)}.out.bias" in state:
        name = f"claims.plain.{len(plain)}."
        plain.append(PlainClaims())
        plain[-1].load_state_dict({k.removeprefix(name): v for k, v in state.items() if k.startswith(name)})
        plain[-1].eval()
    model.eval()
    e = tokenize(Encoded("reference", TEXT, STORIES))
    w = {"ids": e.ids, "shape": e.shape, "quotation": e.quotation, "paragraph": e.paragraph, "paragraph_of": e.paragraph_of,
         "cue": [0] * len(e.ids), "convention": STORIES}
    b = collate([w])
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
    tags, first, _, both, told = model.reader(h, [(0, x, y) for x, y in runs], b["mask"])
    marks = torch.stack([h[0, t] for t, _, _ in e.marks])
    rounded = lambda x, n=3: [[round(v, n) for v in row] for row in x.tolist()]
    spans = [[[TEXT.index(w), TEXT.index(w) + len(w)] for w in words] for words in STATEMENTS]
    cue_mean, content = (mean_vectors(h, torch.tensor([(n, 0, *to_tokens([s[r]], e.off)[0]) for n, s in enumerate(spans)]), len(spans))
                         for r in (0, 1))
    sentence = model.sentence(content)
    i, j = torch.tensor([0, 0, 1]), torch.tensor([1, 2, 2])
    features = torch.tensor([[(k * 7 + p * 3) % 5 / 4 for k in range(FEATURES)] for p in range(3)])
    share = torch.tensor(PLAIN)
    scores = ((1 - share) * model.claims(content, cue_mean, sentence, i, j, features) + share * sum(head(features) for head in plain) / len(plain)).sigmoid()
    out = {
        "text": TEXT, "ids": e.ids, "offsets": e.off, "shape": e.shape, "quotation": e.quotation, "paragraph": e.paragraph,
        "vectors": rounded(h[0, ::7]), "cue": rounded(cue), "zone": rounded(model.zone(marks)),
        "cues": [{"tokens": list(r), "first": int(f), "tags": rounded(t), "act": rounded(x[None])[0], "flags": rounded(y[None])[0]}
                 for r, f, t, x, y in zip(runs, first, tags, model.act(both, told, tags.argmax(-1)), model.flags(both))],
        "statements": spans, "features": features.tolist(), "pairs": rounded(scores),
    }
    with open(a.out, "w", encoding="utf-8") as f:
        json.dump(out, f, ensure_ascii=False)
        f.write("\n")


if __name__ == "__main__":
    main()
