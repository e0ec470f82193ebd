"""Trains the pair model: `train_pairs.py --out work/pair.pt [--recipe all|clean] [--device cpu|cuda] [--minutes 60]`.

Two phases: public and written pairs first, then written pairs and pairs from within stories: all related ones, the unrelated
ones most alike in words, some at random. Resumes from its checkpoint. Prints how it does on story sets kept back for choices.
"""
import argparse
import math
import random
import time
from pathlib import Path

import torch
import torch.nn.functional as F

from data import compiled_stories
from model import PairModel
from pairs import UNKNOWN, batch, encode, hard_pairs, nli_pairs, story_pairs, training_slugs

BATCH = 32
WEIGHTS = (1.0, 1.0, 0.5)   # losses of same claim, contradicts, same utterance


def content_words(side):
    return set(w.strip(".,;:!?\"'“”‘’()").lower() for w in side.content.split() if len(w) > 3)


def likeness(a, b):
    return len(a & b) / (1 + min(len(a), len(b)))


def story_set(slugs, rng):
    """Pairs of training stories in three lists: related, unrelated but alike, unrelated."""
    related, alike, rest = [], [], []
    for story in compiled_stories():
        if story["slug"] not in slugs:
            continue
        sides, pairs = story_pairs(story)
        words = [content_words(s[2]) for s in sides]
        unrelated = []
        for i, j, labels in pairs:
            if any(x == 1.0 for x in labels):
                related.append((sides[i], sides[j], labels))
            else:
                unrelated.append((likeness(words[i], words[j]), i, j, labels))
        unrelated.sort(key=lambda u: -u[0])
        cut = len(unrelated) // 8
        alike += [(sides[i], sides[j], labels) for _, i, j, labels in unrelated[:cut]]
        rest += [(sides[i], sides[j], labels) for _, i, j, labels in unrelated[cut:]]
    for x in (related, alike, rest):
        rng.shuffle(x)
    return related, alike, rest


def stories_epoch(sets, rng, at_random):
    """One epoch: all related pairs, as many alike ones, some at random; sides resolved four times in five."""
    related, alike, rest = sets
    chosen = related + rng.sample(alike, min(len(alike), len(related))) + rng.sample(rest, min(len(rest), int(len(related) * at_random)))
    out = []
    for s, t, labels in chosen:
        a, b = (x[2] if rng.random() < 0.8 else x[3] for x in (s, t))
        out.append((a, b, labels) if rng.random() < 0.5 else (b, a, labels))
    return out


def batches(examples, rng):
    """Shuffled batches of pairs of like length."""
    rng.shuffle(examples)
    coded = [(encode(a, b), labels) for a, b, labels in examples]
    out = []
    for k in range(0, len(coded), BATCH * 16):
        pool = sorted(coded[k:k + BATCH * 16], key=lambda c: len(c[0][0]))
        out += [pool[i:i + BATCH] for i in range(0, len(pool), BATCH)]
    rng.shuffle(out)
    return out


def loss_of(model, chunk, device):
    ids, segment, mask = batch([c[0] for c in chunk], device)
    gold = torch.tensor([c[1] for c in chunk], device=device)
    with torch.autocast(device, dtype=torch.bfloat16):
        out = model(ids, segment, mask)
    out, known = out.float(), (gold != UNKNOWN).float()
    each = F.binary_cross_entropy_with_logits(out, gold.clamp(min=0), reduction="none") * known
    return sum(w * each[:, k].sum() / known[:, k].sum().clamp(min=1) for k, w in enumerate(WEIGHTS))


@torch.no_grad()
def scores(model, pairs, device="cpu"):
    """Probabilities (N x 3) of pairs of sides."""
    model.eval()
    coded = [encode(a, b) for a, b in pairs]
    order = sorted(range(len(coded)), key=lambda i: len(coded[i][0]))
    out = torch.zeros(len(coded), 3)
    for k in range(0, len(order), 64):
        part = order[k:k + 64]
        with torch.autocast(device, dtype=torch.bfloat16):
            out[part] = model(*batch([coded[i] for i in part], device)).float().sigmoid().cpu()
    return out


def judge(model, slugs, device, rng):
    """F1 of same claim at the best threshold, side right among the gold ones found, over candidates of dev stories."""
    chosen, gold = [], []
    for story in compiled_stories():
        if story["slug"] in slugs:
            sides, pairs = story_pairs(story)
            words = [content_words(s[2]) for s in sides]
            for i, j, labels in pairs:
                if any(x == 1.0 for x in labels) or likeness(words[i], words[j]) > 0.2 or rng.random() < 0.15:
                    weight = 1.0 if any(x == 1.0 for x in labels) or likeness(words[i], words[j]) > 0.2 else 1 / 0.15
                    chosen.append((sides[i][2], sides[j][2]))
                    gold.append((*labels, weight))
    p, g = scores(model, chosen, device), torch.tensor(gold)
    said = []
    for name, k in (("same claim", 0), ("utterance", 2)):
        best = (0, 0, 0, 0)
        for t in [x / 20 for x in range(4, 20)]:
            hit = p[:, k] > t
            tp = float((hit & (g[:, k] == 1)).sum())
            precision = tp / max(1.0, float(g[hit, 3].sum()))
            recall = tp / max(1.0, float((g[:, k] == 1).sum()))
            f = 2 * precision * recall / max(1e-9, precision + recall)
            best = max(best, (f, t, precision, recall))
        said.append(f"{name} F1 {best[0]:.3f} at {best[1]} (P {best[2]:.2f} R {best[3]:.2f})")
    found = (p[:, 0] > 0.5) & (g[:, 0] == 1) & (g[:, 1] != UNKNOWN)
    right = ((p[:, 1] > 0.5) == (g[:, 1] > 0.5))[found]
    said.append(f"side {float(right.float().mean()):.3f} of {int(found.sum())}")
    model.train()
    return "; ".join(said)


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--out", default="work/pair.pt")
    ap.add_argument("--recipe", choices=["all", "clean"], default="all")
    ap.add_argument("--device", default="cpu")
    ap.add_argument("--threads", type=int, default=0)
    ap.add_argument("--first", type=float, default=1.0, help="epochs of public and written pairs")
    ap.add_argument("--second", type=float, default=2.0, help="epochs of written and story pairs")
    ap.add_argument("--written", type=float, default=1.0, help="share of the written pairs that is used")
    ap.add_argument("--start", help="weights of an earlier run to begin with")
    ap.add_argument("--random", type=float, default=0.5, help="unrelated pairs at random for each related one")
    a = ap.parse_args()
    if a.threads:
        torch.set_num_threads(a.threads)
    torch.manual_seed(1)
    rng = random.Random(1)
    train, dev = training_slugs()
    model = PairModel()
    model.load_minilm()
    if a.start:
        model.load_state_dict(torch.load(a.start))
    model.to(a.device).train()
    hard = list(hard_pairs())
    groups = sorted({h[3] for h in hard})
    kept = set(groups[::20])
    written = [h[:3] for h in hard if h[3] not in kept]
    written = rng.sample(written, int(a.written * len(written)))
    public = list(nli_pairs(a.recipe)) if a.first else []
    sets = story_set(set(train), rng)
    print(f"{len(public)} public, {len(written)} written, {[len(x) for x in sets]} story pairs", flush=True)

    plan = []
    for n in range(math.ceil(a.first)):
        share = min(1.0, a.first - n)
        plan.append(("public", share))
    for n in range(math.ceil(a.second)):
        plan.append(("story", min(1.0, a.second - n)))
    sizes = {"public": (len(public) + len(written)) / BATCH, "story": (len(written) + (2 + a.random) * len(sets[0])) / BATCH}
    total = int(sum(sizes[kind] * share for kind, share in plan))
    params = [(n, p) for n, p in model.named_parameters() if p.requires_grad]
    opt = torch.optim.AdamW([{"params": [p for n, p in params if not n.startswith("layers")]},
                             {"params": [p for n, p in params if n.startswith("layers")]}], lr=1e-4, weight_decay=0.01,
                            betas=(0.9, 0.98))
    checkpoint = Path(a.out + ".checkpoint")
    step, done = 0, 0
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=False)
        model.load_state_dict(saved["model"])
        opt.load_state_dict(saved["opt"])
        step, done = saved["step"], saved["done"]
        rng.setstate(saved["rng"])
        print(f"resumed at step {step}", flush=True)
    begin, first_step = time.time(), step
    for part, (kind, share) in enumerate(plan):
        if part < done:
            continue
        examples = written + (public if kind == "public" else stories_epoch(sets, rng, a.random))
        for chunk in batches(examples, rng)[:int(sizes[kind] * share)]:
            for g, r in zip(opt.param_groups, (4e-4, 1.5e-4)):
                g["lr"] = r * min(1, (step + 1) / 100) * (0.5 * (1 + math.cos(math.pi * min(1, step / total))) * 0.97 + 0.03)
            L = loss_of(model, chunk, a.device)
            opt.zero_grad()
            L.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            opt.step()
            step += 1
            if step % 50 == 0:
                print(step, total, round(L.item(), 3), f"{(time.time() - begin) / (step - first_step):.2f} s/step", flush=True)
            if step % 350 == 0:
                print("dev:", judge(model, dev, a.device, random.Random(3)), flush=True)
                torch.save(model.state_dict(), a.out)
        torch.save({"model": model.state_dict(), "opt": opt.state_dict(), "step": step, "done": part + 1, "rng": rng.getstate()},
                   checkpoint)
    torch.save(model.state_dict(), a.out)
    print("dev:", judge(model, dev, a.device, random.Random(3)), flush=True)


if __name__ == "__main__":
    main()
