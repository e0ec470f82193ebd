"""The mean of several checkpoints: `soup.py OUT.pt A.pt B.pt … [--only act coref]`. Averages along one path of training often beat its last step.
With `--only` just the parts whose names begin so are meant, all others are A's. Whole numbers are A's, too."""
import argparse

import torch

ap = argparse.ArgumentParser(description=__doc__)
ap.add_argument("out")
ap.add_argument("parts", nargs="+")
ap.add_argument("--only", nargs="+", default=("",))
a = ap.parse_args()
first, *others = [torch.load(p, map_location="cpu") for p in a.parts]


def mean(k, v):
    same = [s[k].float() for s in others if k in s] if v.is_floating_point() and k.startswith(tuple(a.only)) else []
    return (v.float() + sum(same)) / (1 + len(same)) if same else v


torch.save({k: mean(k, v) for k, v in first.items()}, a.out)
