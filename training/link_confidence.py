"""How probable a link is: fits the maps of `crates/actors/src/confidence.rs`, and prints its tables.

    training/run link_confidence.py ROWS.jsonl [OTHER_ROWS.jsonl]
    rows: cargo run --release -p tellings --example link_confidence -- SET.jsonl WEIGHTS rows

In: links with the confidence that the program gives them and whether they are right, of stories that the weights never saw. Out: for each
kind of link a base and a slope over the log odds of that confidence (two numbers a kind, by Newton's steps), which stand in place of what
the program has where that is (0, 1); else they go on top of it. With other rows the error there, before and after.
"""
import json
import sys

import numpy as np

SUREST, SMALL = 0.999, 1.0
KINDS = ("joins name", "joins description", "joins pronoun", "opens name", "opens description", "opens pronoun", "joins first-person",
         "across named", "across nameless")


def kind_of(kind):
    return "opens pronoun" if kind == "opens first-person" else kind


def read(path):
    rows = {}
    for line in open(path):
        slug, kind, confidence, right, _ = json.loads(line)
        rows.setdefault(kind_of(kind), []).append((slug, confidence, right))
    return rows


def log_odds(p):
    p = np.clip(p, 1 - SUREST, SUREST)
    return np.log(p / (1 - p))


def fit(rows):
    x = np.stack([np.ones(len(rows)), log_odds(np.array([r[1] for r in rows]))], 1)
    y = np.array([float(r[2]) for r in rows])
    w, prior = np.array([0.0, 1.0]), np.array([0.0, 1.0])
    loss = lambda w: np.logaddexp(0, x @ w).sum() - y @ (x @ w) + SMALL / 2 * ((w - prior) ** 2).sum()
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(x @ w, -30, 30)))
        slope = x.T @ (y - p) - SMALL * (w - prior)
        bend = (x * (p * (1 - p))[:, None]).T @ x + SMALL * np.eye(2)
        step = np.linalg.solve(bend, slope)
        while loss(w + step) > loss(w) + 1e-9:
            step /= 2
        w = w + step
    return w


def error(rows, w):
    p = 1 / (1 + np.exp(-(w[0] + w[1] * log_odds(np.array([r[1] for r in rows])))))
    y = np.array([float(r[2]) for r in rows])
    bins = np.minimum((p * 10).astype(int), 9)
    return sum(abs((p - y)[bins == b].sum()) for b in range(10)), len(rows)


def main():
    rows = read(sys.argv[1])
    other = read(sys.argv[2]) if len(sys.argv) > 2 else {}
    sums = {}
    for kind in KINDS:
        if kind not in rows:
            continue
        w = fit(rows[kind])
        halves = []
        for k in range(2):
            slugs = sorted({r[0] for r in rows[kind]})
            inside = set(slugs[k::2])
            part = fit([r for r in rows[kind] if r[0] in inside])
            halves.append(error([r for r in rows[kind] if r[0] not in inside], part))
        crossed = 100 * sum(e for e, _ in halves) / sum(n for _, n in halves)
        line = f"{kind}: ({w[0]:.2f}, {w[1]:.2f}); {len(rows[kind])} links, error {crossed:.1f} points on the other half of the stories"
        if kind in other:
            before, after, n = error(other[kind], np.array([0.0, 1.0]))[0], error(other[kind], w)[0], len(other[kind])
            line += f"; elsewhere {100 * before / n:.1f} before, {100 * after / n:.1f} after ({n})"
            whole = sums.setdefault(kind.split()[0], [0, 0, 0])
            whole[0], whole[1], whole[2] = whole[0] + before, whole[1] + after, whole[2] + n
        print(line)
    steps = {}
    for kind in rows:
        if kind.startswith("across"):
            for _, confidence, right in rows[kind]:
                steps.setdefault(round(confidence, 3), []).append(right)
    for confidence, rights in sorted(steps.items()):
        if len(rights) >= 20:
            print(f"across, given as {confidence}: {len(rights)}, right {np.mean(rights):.3f}")


if __name__ == "__main__":
    main()
