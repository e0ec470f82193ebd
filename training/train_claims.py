"""Trains the claim head once more, on whole stories, over the trunk that `train.py` made: `train_claims.py --main work/main.pt [--folds 4]`.

While the trunk learns, the head sees only pairs within a few windows; here it sees all pairs of a story. The trunk stays as it is. Several
heads that began at different numbers decide together, by their mean probability: on the stories kept back that is worth three to four points
of F1 over one. Writes them into the same file as `claims.0`, `claims.1`, … `--folds` prints what a head does on stories it did not learn from.
"""
import argparse
import random
import re
import time

import torch
import torch.nn.functional as F

import claims
from data import STORIES, WINDOW, compiled_stories, own_stories, story_articles, training_slugs
from model import Claims, Model
from batches import collate

OVERLAP = 64
HEADS = 3


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


def fit(known, epochs, seed):
    """A head trained on stories [(vectors, table)]."""
    torch.manual_seed(seed)
    rng = random.Random(seed)
    head = Claims()
    opt = torch.optim.AdamW(head.parameters(), lr=1e-3, weight_decay=0.05)
    steps, step = epochs * len(known), 0
    for _ in range(epochs):
        order = list(known)
        rng.shuffle(order)
        for vectors, table in order:
            n = len(table.index)
            i, j = torch.tril_indices(n, n, -1)
            y = table.labels[i, j].float()
            keep = (y.sum(1) > 0) | (torch.rand(len(i)) < 0.5)
            i, j, y = i[keep], j[keep], y[keep]
            for g in opt.param_groups:
                g["lr"] = 1e-3 * (1 - step / steps) + 1e-5
            step += 1
            out = head(*vectors, i, j, claims.forgetful(table.features[i, j].float(), i, j, n))
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
def probabilities(head, vectors, table):
    """n x n x 3, symmetric."""
    n = len(table.index)
    i, j = torch.tril_indices(n, n, -1)
    p = torch.zeros(n, n, 3)
    p[i, j] = head(*vectors, i, j, table.features[i, j].float()).sigmoid()
    return (p + p.transpose(0, 1)).numpy()


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--main", default="work/main.pt")
    ap.add_argument("--epochs", type=int, default=10)
    ap.add_argument("--folds", type=int, default=0)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--threads", type=int, default=1)
    a = ap.parse_args()
    torch.set_num_threads(a.threads)
    state = torch.load(a.main)
    state = {k: v for k, v in state.items() if not re.match(r"claims\.\d", k)}
    model = Model()
    model.load_state_dict(state)
    model.eval()
    train, dev = training_slugs()
    begin = time.time()
    known = {}
    for story in compiled_stories():
        if story["slug"] in {*train, *dev}:
            table = claims.table(story)
            known[story["slug"]] = (story_vectors(model, story, table), table)
    print(f"{len(known)} stories read in {time.time() - begin:.0f} s", flush=True)
    found = lambda heads, slugs: [(sum(probabilities(h, *known[s]) for h in heads) / len(heads), known[s][1].labels.numpy()) for s in slugs]
    if a.folds:
        rng = random.Random(5)
        ours = {s["slug"] for s in own_stories()}
        shared = [s for s in train + dev if s not in ours]
        rng.shuffle(shared)
        own = [s for s in train if s in ours]
        out = []
        for k in range(a.folds):
            kept = shared[k::a.folds]
            head = fit([known[s] for s in shared + own if s not in kept], a.epochs, a.seed)
            out += found([head], kept)
        print(f"{a.folds} folds, {len(own)} own stories in each: {claims.pairwise(out)}", flush=True)
        return
    heads = [fit([known[s] for s in train], a.epochs, a.seed + n) for n in range(HEADS)]
    print("dev:", claims.pairwise(found(heads[:1], dev)), "; together", claims.pairwise(found(heads, dev)), flush=True)
    state.update({f"claims.{n}.{k}": v for n, head in enumerate(heads) for k, v in head.state_dict().items()})
    torch.save(state, a.main)


if __name__ == "__main__":
    main()
