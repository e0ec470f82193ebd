"""The mean of several checkpoints of one run: `soup.py OUT.pt A.pt B.pt …`. Averages along one path of training often beat its last step.
Whole numbers are taken from the first."""
import sys

import torch

out, *parts = sys.argv[1:]
states = [torch.load(p, map_location="cpu") for p in parts]
torch.save({k: sum(s[k].float() for s in states) / len(states) if v.is_floating_point() else v for k, v in states[0].items()}, out)
