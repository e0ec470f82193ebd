"""Trains the claim heads that read no vectors, and puts them into the file beside the trunk's own: `train_claims.py --main work/main.pt`.

The trunk has seen the stories that it learnt from so often that its vectors say which of their statements are about one claim; a head
fitted to those vectors afterwards learns to trust them, and is worse on other stories than the head that grew with the trunk. What shows
without any model cannot be learnt by heart. Both kinds decide together, by a weighted mean of their scores (a product of experts, Hinton 2002).
Writes `claims.0` (the trunk's own) and `claims.plain.0`, `claims.plain.1`, …
"""
import argparse
import random
import re
import time

import torch
import torch.nn.functional as F

import claims
from data import STORIES, WINDOW, compiled_stories, story_articles, training_slugs
from model import Model, PlainClaims
from batches import collate

OVERLAP = 64
HEADS, RATE = 3, 2e-3
PLAIN = (0.6, 0.6, 0.4)     # what they count for each score, against the trunk's own


@torch.no_grad()
def article_vectors(model, e):
    """The trunk's vector of each token, read in equal windows as the program reads them."""
    n = len(e.ids)
    count = 1 if n <= WINDOW else -(-(n - OVERLAP) // (WINDOW - OVERLAP))
    overlap = OVERLAP if count > 1 else 0
    parts = [(i * (n - overlap) // count, (i + 1) * (n - overlap) // count + overlap) for i in range(count)]
    ws = []
    for a, b in parts:
        w = {k: getattr(e, k)[a:b] for k in ("ids", "shape", "quotation", "paragraph", "paragraph_of")}
        ws.append({**w, "cue": [0] * (b - a), "convention": STORIES})
    with torch.autocast("cpu", dtype=torch.bfloat16):
        h = model.trunk(collate(ws)).float()
    out, at = [], 0
    for k, (a, b) in enumerate(parts):
        to = b if k + 1 == count else (parts[k + 1][0] + b - 1) // 2 + 1
        out.append(h[k, at - a:to - a])
        at = to
    return torch.cat(out)


@torch.no_grad()
def story_vectors(model, story, table):
    """(content, cue, sentence) of a story's statements in the table's order."""
    out = [None] * len(table.index)
    for e in story_articles([story], lambda _: True):
        h = article_vectors(model, e)[None]
        for (x, y), ranges, s in e.statements:
            mean = lambda spans: torch.stack([h[0, a:b].sum(0) for a, b in spans]).sum(0) / sum(b - a for a, b in spans)
            content, cue = mean(ranges["content"] or [(x, y)]), mean(ranges["cue"] or [(x, y)])
            out[table.index[e.id, s["id"]]] = (content, cue, model.sentence(content))
    return [torch.stack(v) for v in zip(*out)]


def fit(tables, epochs, seed):
    """A head over features, trained on stories' tables."""
    torch.manual_seed(seed)
    rng = random.Random(seed)
    head = PlainClaims()
    opt = torch.optim.AdamW(head.parameters(), lr=RATE, weight_decay=0.05)
    steps, step = epochs * len(tables), 0
    for _ in range(epochs):
        for table in rng.sample(tables, len(tables)):
            n = len(table.index)
            i, j = torch.tril_indices(n, n, -1)
            y = table.labels[i, j].float()
            for g in opt.param_groups:
                g["lr"] = RATE * (1 - step / steps) + 1e-5
            step += 1
            out = head(claims.forgetful(table.features[i, j].float(), i, j, n))
            side = y[:, 0] + y[:, 1] > 0
            loss = F.binary_cross_entropy_with_logits(out[:, 0], y[:, 0]) + F.binary_cross_entropy_with_logits(out[:, 2], y[:, 2])
            if side.any():
                loss = loss + 0.3 * F.binary_cross_entropy_with_logits(out[side, 1], y[side, 1])
            opt.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(head.parameters(), 1.0)
            opt.step()
    return head.eval()


@torch.no_grad()
def probabilities(grown, plain, vectors, table):
    """n x n x 3, symmetric, of the trunk's own head and of plain ones together; either may be left out."""
    n = len(table.index)
    i, j = torch.tril_indices(n, n, -1)
    f = table.features[i, j].float()
    own = grown(*vectors, i, j, f) if grown else 0
    other = sum(head(f) for head in plain) / len(plain) if plain else 0
    share = torch.tensor(PLAIN) if grown and plain else float(bool(plain))
    p = torch.zeros(n, n, 3)
    p[i, j] = ((1 - share) * own + share * other).sigmoid()
    return (p + p.transpose(0, 1)).numpy()


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--main", default="work/main.pt")
    ap.add_argument("--epochs", type=int, default=8)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--threads", type=int, default=1)
    a = ap.parse_args()
    torch.set_num_threads(a.threads)
    state = {k: v for k, v in torch.load(a.main).items() if not re.match(r"claims\.(\d|plain)", k)}
    model = Model()
    model.load_state_dict({k: v for k, v in state.items() if k in model.state_dict()})
    model.eval()
    train, dev = training_slugs()
    begin = time.time()
    stories = {s["slug"]: s for s in compiled_stories()}
    tables = {slug: claims.table(stories[slug]) for slug in [*train, *dev]}
    vectors = {slug: story_vectors(model, stories[slug], tables[slug]) for slug in dev}
    print(f"{len(tables)} stories read in {time.time() - begin:.0f} s", flush=True)
    plain = [fit([tables[s] for s in train], a.epochs, a.seed + n) for n in range(HEADS)]
    for name, grown, heads in (("the trunk's own", model.claims, []), ("plain", None, plain), ("together", model.claims, plain)):
        found = [(probabilities(grown, heads, vectors[s], tables[s]), tables[s].labels.numpy()) for s in dev]
        print(f"dev, {name}: {claims.pairwise(found)}", flush=True)
    state |= {f"claims.0.{k}": v for k, v in model.claims.state_dict().items()}
    state |= {f"claims.plain.{n}.{k}": v for n, head in enumerate(plain) for k, v in head.state_dict().items()}
    torch.save(state, a.main)


if __name__ == "__main__":
    main()
