"""Whom a description means: fits the logistic model of `crates/actors/src/across/identity.rs`, and prints its table of weights.

    training/run identity.py ROWS.jsonl        rows: cargo run --release -p tellings --example identity_rows -- TRAINING.jsonl WEIGHTS

In: choices, each a description with those whom it may mean and what each shows. Of these at most one is chosen; that it means none
of them weighs 1. What the program left open counts in full, descriptions that were cut off by lot count CUT. Only stories for training.
"""
import json
import sys

import numpy as np

CUT, SMALL, STEPS = 0.2, 0.01, 500
NAMES = ("one of them at all; in the same article; mentions against the one told of most; told of most; share of its article's mentions; "
         "its noun among their offices; its noun in their words, by how few have it; other words shared; its titles are theirs; "
         "other titles; same owner; other owner; same sex, told; mentions in its sentences; known; before it in the article; nearest "
         "before; how near; first in the article; indefinite; somebody's; «this»; pronouns alone; pronouns alone, nearest before; its "
         "mentions; an office; same article, its noun among their offices; same article, no noun of theirs").split("; ")


def pack(rows):
    n, f = max(len(r["rows"]) for r in rows), len(NAMES)
    x, there, right = np.zeros((len(rows), n, f)), np.zeros((len(rows), n), bool), np.zeros((len(rows), n), bool)
    for i, row in enumerate(rows):
        for j, (is_right, shown) in enumerate(row["rows"]):
            x[i, j], there[i, j], right[i, j] = shown, True, is_right
    return x, there, right, np.array([1.0 if r["found"] else CUT for r in rows])


def odds(x, there, w):
    """(probability of each, of nobody)"""
    z = np.where(there, x @ w, -1e9)
    top = np.maximum(z.max(1), 0)
    e, nobody = np.exp(z - top[:, None]) * there, np.exp(-top)
    whole = e.sum(1) + nobody
    return e / whole[:, None], nobody / whole


def fit(rows):
    x, there, right, weight = pack(rows)
    w, m, v = np.zeros(len(NAMES)), np.zeros(len(NAMES)), np.zeros(len(NAMES))
    for step in range(1, STEPS + 1):
        p, _ = odds(x, there, w)
        mine = p * right
        wanted = mine / np.maximum(mine.sum(1), 1e-12)[:, None]
        slope = -((wanted - p)[:, :, None] * x * weight[:, None, None]).sum((0, 1)) / weight.sum() + SMALL * w
        m, v = .9 * m + .1 * slope, .99 * v + .01 * slope * slope
        w -= 0.05 * m / (1 - .9 ** step) / (np.sqrt(v / (1 - .99 ** step)) + 1e-8)
    return w


def judge(rows):
    """Fitted on four fifths of the stories, judged on what was left open in the last, in turn."""
    slugs, all_p, all_right, means = sorted({r["slug"] for r in rows}), [], [], 0
    for k in range(5):
        other = set(slugs[k::5])
        w = fit([r for r in rows if r["slug"] not in other])
        x, there, right, _ = pack([r for r in rows if r["slug"] in other and r["found"]])
        p, _ = odds(x, there, w)
        best = p.argmax(1)
        all_p.append(p.max(1)), all_right.append(right[np.arange(len(right)), best])
        means += right.any(1).sum()
    p, right = np.concatenate(all_p), np.concatenate(all_right)
    for sure in (.3, .4, .5, .6, .7, .8):
        print(f"from {sure} on: {(p >= sure).sum()} joined, right {right[p >= sure].mean():.3f}; {means} of {len(p)} mean one", file=sys.stderr)


def main():
    rows = [json.loads(line) for line in open(sys.argv[1])]
    columns = []
    for of_class in (0, 1):
        own = [r for r in rows if r["class"] == of_class]
        judge(own)
        columns.append(fit(own))
    for name, a, b in zip(NAMES, *columns):
        print(f"    ({a:.2f}, {b:.2f}), // {name}")


if __name__ == "__main__":
    main()
