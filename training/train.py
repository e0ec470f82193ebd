"""Trains the trunk with all its heads: `train.py --out work/main.pt [--recipe all|clean] [--steps 2600] [--device cpu|cuda]`.

Each step reads windows of stories and, in recipe `all`, as many of PolNeAR. Losses are masked where a set does not mark a layer.
Sentence vectors are kept near those of the untouched trunk. A moving average of the weights is what is saved. Resumes from its
checkpoint; the seed is fixed.
"""
import argparse
import math
import random
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file

import features
from data import MENTION_WIDTH, POLNEAR, WORK, Endless, compiled_stories, encode, polnear, story_articles, tokenizer
from model import Model, Trunk, span_means
from pairs import training_slugs

STORY_WINDOWS, POLNEAR_WINDOWS = 4, 4
MOST_CUES = 96
AVERAGE = 0.997


def collate(ws, device):
    T = max(len(w["ids"]) for w in ws)
    keys = ("ids", "shape", "quotation", "paragraph", "paragraph_of")
    b = {k: torch.zeros(len(ws), T, dtype=torch.long) for k in keys}
    b["mask"], b["cue"] = torch.zeros(len(ws), T, dtype=torch.bool), torch.full((len(ws), T), -100)
    for i, w in enumerate(ws):
        n = len(w["ids"])
        b["mask"][i, :n] = True
        for k in keys:
            b[k][i, :n] = torch.tensor(w[k])
        b["cue"][i, :n] = torch.tensor(w["cue"])
    b["convention"] = torch.tensor([w["convention"] for w in ws])
    return {k: v.to(device) for k, v in b.items()}


def disturb(w, rng, marks):
    """Small damage as real pages have it: other quotation marks, lost capitals, a headline in title case."""
    if rng.random() < 0.2:
        open_mark, close_mark, straight = marks
        if rng.random() < 0.5:
            w["ids"] = [straight if i in (open_mark, close_mark) else i for i in w["ids"]]
        else:
            w["ids"] = [(open_mark if q == 2 else close_mark) if i == straight and q >= 2 else i
                        for i, q in zip(w["ids"], w["quotation"])]
    r = rng.random()
    if r < 0.04:
        w["shape"] = [0 if s in (1, 2) else s for s in w["shape"]]
    elif r < 0.12:
        w["shape"] = [1 if s == 0 and p == 2 else s for s, p in zip(w["shape"], w["paragraph"])]
    return w


@torch.no_grad()
def phrase_vectors(articles, name):
    """The untouched trunk's vectors of all phrases of the articles, one tensor an article; computed once."""
    path = WORK / f"phrases-{name}.pt"
    if path.exists():
        return torch.load(path)
    trunk = Trunk()
    trunk.load_minilm()
    for e in (trunk.shape, trunk.quotation, trunk.paragraph, trunk.convention):
        torch.nn.init.zeros_(e.weight)
    trunk.eval()
    jobs = [(e.id, k, [101, *e.ids[a:b][:126], 102]) for e in articles for k, (a, b) in enumerate(e.phrases)]
    jobs.sort(key=lambda j: len(j[2]))
    out = {e.id: torch.zeros(len(e.phrases), 384, dtype=torch.float16) for e in articles}
    for k in range(0, len(jobs), 64):
        part = jobs[k:k + 64]
        T = max(len(j[2]) for j in part)
        ids, mask = torch.zeros(len(part), T, dtype=torch.long), torch.zeros(len(part), T, dtype=torch.bool)
        for n, (_, _, x) in enumerate(part):
            ids[n, :len(x)], mask[n, :len(x)] = torch.tensor(x), True
        zero = torch.zeros_like(ids)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            h = trunk({"ids": ids, "shape": zero, "quotation": zero, "paragraph": zero, "convention": zero[:, 0], "mask": mask})
        v = F.normalize((h.float() * mask[..., None]).sum(1), dim=-1).half()
        for n, (id_, at, _) in enumerate(part):
            out[id_][at] = v[n]
    torch.save(out, path)
    return out


def coreference_pairs(e):
    """Candidate pairs of an article's gold mentions: (i, j) -> features, by anaphor."""
    if e.context is None:
        spans = [m[4] for m in e.mentions]
        infos = features.prepare(e.text, spans)
        index = features.word_index(infos)
        e.context = [[(j, features.pair(infos, i, j)) for j in features.antecedents(infos, i, index)] for i in range(len(infos))]
    return e.context


def span_loss(model, h, b, ws):
    """Binary cross entropy of all spans up to the greatest width, over story windows; a share per gold mention."""
    rows = [i for i, w in enumerate(ws) if w["convention"] != POLNEAR]
    if not rows:
        return 0.0
    s = model.mention.scores(h[rows])
    T, dev = s.shape[1], s.device
    gold = torch.zeros(s.shape, device=dev)
    count = 0
    for n, r in enumerate(rows):
        for _, x, y, _, _ in ws[r]["mentions"]:
            gold[n, x, y - x - 1] = 1.0
            count += 1
    at = torch.arange(T, device=dev)[:, None] + torch.arange(MENTION_WIDTH, device=dev)[None]
    inside = at < T
    at = at.clamp(max=T - 1)
    par, mask, mark = b["paragraph_of"][rows], b["mask"][rows], b["paragraph"][rows]
    ok = inside[None] & mask[:, at] & (par[:, at] == par[:, :, None])
    each = F.binary_cross_entropy_with_logits(s.float(), gold, reduction="none")
    return (each * ok).sum() / max(8, count)


def coreference_loss(model, h, ws, rng):
    """Types of gold mentions, and the likelihood of the right antecedents (or of none), over story windows."""
    spans, items = [], []
    for r, w in enumerate(ws):
        if w["mentions"]:
            items.append((w, len(spans)))
            spans += [(r, x, y) for _, x, y, _, _ in w["mentions"]]
    if not spans:
        return 0.0, 0.0
    m = model.mention.vectors(h, spans)
    types = torch.tensor([k for w, _ in items for _, _, _, k, _ in w["mentions"]], device=h.device)
    type_loss = F.cross_entropy(model.mention.kind(m), types)
    I, J, feats, groups, golds = [], [], [], [], []
    for w, base in items:
        context = coreference_pairs(w["article"])
        place = {i: base + n for n, (i, *_) in enumerate(w["mentions"])}
        entity = {i: ent for i, _, _, _, ent in w["mentions"]}
        for i in place:
            candidates = [(j, f) for j, f in context[i] if j in place]
            if not candidates:
                continue
            groups.append(len(candidates))
            for j, f in candidates:
                I.append(place[i]), J.append(place[j]), feats.append(f)
                golds.append(entity[i] == entity[j])
    if not groups:
        return type_loss, 0.0
    dev = h.device
    s = model.coref(m, torch.tensor(I, device=dev), torch.tensor(J, device=dev), torch.tensor(feats, device=dev))
    width = max(groups) + 1
    logits = torch.full((len(groups), width), -1e4, device=dev)
    gold = torch.zeros(len(groups), width, dtype=torch.bool, device=dev)
    row = torch.repeat_interleave(torch.arange(len(groups)), torch.tensor(groups))
    col = torch.cat([torch.arange(g) for g in groups]) + 1
    row, col = row.to(dev), col.to(dev)
    logits = logits.index_put((row, col), s)
    gold[row, col] = torch.tensor(golds, device=dev)
    logits = torch.cat([torch.zeros(len(groups), 1, device=dev), logits[:, 1:]], 1)
    gold[:, 0] = ~gold[:, 1:].any(1)
    likely = logits.logsumexp(1) - logits.masked_fill(~gold, -1e4).logsumexp(1)
    return type_loss, likely.mean()


def losses(model, ws, vectors, device, rng):
    b = collate(ws, device)
    with torch.autocast(device, dtype=torch.bfloat16):
        h = model.trunk(b)
        cue = model.cue(h)
    h = h.float()
    out = {"cue": F.cross_entropy(cue.float().transpose(1, 2), b["cue"], weight=torch.tensor([1.0, 2.0, 2.0], device=device))}
    cues = [(i, c) for i, w in enumerate(ws) for c in w["cues"] if c["whole"]]
    if cues:
        cues = rng.sample(cues, min(MOST_CUES, len(cues)))
        with torch.autocast(device, dtype=torch.bfloat16):
            tags, first, _, both = model.reader(h, [(i, c["a"], c["b"]) for i, c in cues], b["mask"])
            act, flags = model.act(both), model.flags(both)
        gold = torch.full(tags.shape[:2], -100)
        for n, (_, c) in enumerate(cues):
            t = c["tags"][int(first[n]):int(first[n]) + tags.shape[1]]
            gold[n, :len(t)] = torch.tensor(t)
        out["reader"] = F.cross_entropy(tags.float().transpose(1, 2), gold.to(device),
                                        weight=torch.tensor([1.0, 3.0, 1.5, 3.0, 1.0], device=device))
        acts = torch.tensor([c["act"] for _, c in cues], device=device)
        if (acts >= 0).any():
            k = acts >= 0
            wanted = torch.tensor([c["flags"] for _, c in cues], device=device)
            out["act"] = 0.3 * F.cross_entropy(act.float()[k], acts[k], label_smoothing=0.05)
            out["flags"] = 0.3 * F.binary_cross_entropy_with_logits(flags.float()[k], wanted[k])
    out["mention"] = 0.15 * span_loss(model, h, b, ws)
    kind, antecedent = coreference_loss(model, h, ws, rng)
    out["type"], out["coreference"] = 0.2 * kind, 0.4 * antecedent
    phrases = [(r, w["article"].id, k, x, y) for r, w in enumerate(ws) for k, x, y in w["phrases"]]
    if phrases:
        phrases = rng.sample(phrases, min(48, len(phrases)))
        pooled = span_means(h, [(r, x, y) for r, _, _, x, y in phrases])
        wanted = torch.stack([vectors[a][k].float() for _, a, k, _, _ in phrases]).to(device)
        out["sentence"] = 0.5 * (1 - F.cosine_similarity(model.sentence(pooled), wanted)).mean()
    zones = [(r, t, z) for r, w in enumerate(ws) for t, z in w["zones"]]
    if zones:
        row, at, _ = torch.tensor(zones, device=device).T
        marks = h[row, at]
        out["zone"] = 0.2 * F.cross_entropy(model.zone(marks), torch.tensor([z for _, _, z in zones], device=device))
    return out


@torch.no_grad()
def judge(model, articles, vectors, device):
    """Losses over the articles kept back for choices, and plain shares: cue tags, mentions, antecedents."""
    from data import window, window_starts
    model.eval()
    total, n, rng = {}, 0, random.Random(7)
    hits = {"mention": [0, 0, 0]}
    for e in articles:
        ws = [window(e, a) for a in window_starts(len(e.ids), 256)]
        for k, v in losses(model, ws, vectors, device, rng).items():
            total[k] = total.get(k, 0.0) + float(v)
        n += 1
        b = collate(ws, device)
        with torch.autocast(device, dtype=torch.bfloat16):
            h = model.trunk(b)
        s = model.mention.scores(h.float())
        for i, w in enumerate(ws):
            gold = {(x, y) for _, x, y, _, _ in w["mentions"]}
            said = {(int(x), int(x + k) + 1) for x, k in (s[i] > 0).nonzero() if int(x + k) < len(w["ids"])
                    and w["paragraph_of"][int(x)] == w["paragraph_of"][int(x + k)]}
            hits["mention"][0] += len(gold & said)
            hits["mention"][1] += len(gold)
            hits["mention"][2] += len(said)
    model.train()
    tp, g, p = hits["mention"]
    return " ".join(f"{k} {v / n:.3f}" for k, v in total.items()) + f" | mentions F1 {2 * tp / max(1, g + p):.3f}"


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--out", default="work/main.pt")
    ap.add_argument("--recipe", choices=["all", "clean"], default="all")
    ap.add_argument("--start", help="a trial's safetensors or an earlier --out to start from")
    ap.add_argument("--device", default="cpu")
    ap.add_argument("--threads", type=int, default=0)
    ap.add_argument("--steps", type=int, default=2600)
    ap.add_argument("--rate", type=float, default=1.0)
    a = ap.parse_args()
    if a.threads:
        torch.set_num_threads(a.threads)
    torch.manual_seed(1)
    rng = random.Random(1)
    train, dev = training_slugs()
    stories = compiled_stories()
    own = list(story_articles(stories, lambda s: s in train))
    kept = list(story_articles(stories, lambda s: s in dev))
    pol = [encode(x, POLNEAR) for x in polnear("train")] if a.recipe == "all" else []
    vectors = phrase_vectors(own + kept, "stories") | (phrase_vectors(pol, "polnear") if pol else {})
    marks = [tokenizer().encode(c, add_special_tokens=False).ids[0] for c in "“”\""]
    print(f"{len(own)} story articles, {len(kept)} kept back, {len(pol)} of PolNeAR", flush=True)

    model = Model()
    if a.start and a.start.endswith(".safetensors"):
        model.load_trial(load_file(a.start))
    else:
        model.trunk.load_minilm()
        if a.start:
            model.load_state_dict(torch.load(a.start))
    model.to(a.device).train()
    params = [(n, p) for n, p in model.named_parameters() if p.requires_grad]
    new = ("mention", "coref", "sentence", "zone")
    groups = [[p for n, p in params if n.startswith("trunk.layers")],
              [p for n, p in params if n.startswith(new)],
              [p for n, p in params if not n.startswith(new) and not n.startswith("trunk.layers")]]
    rates = [a.rate * r for r in (1.2e-4, 8e-4, 4e-4)]
    opt = torch.optim.AdamW([{"params": g} for g in groups], lr=1e-4, weight_decay=0.01, betas=(0.9, 0.98))
    average = {n: p.detach().clone() for n, p in params}
    story_queue, pol_queue = Endless(own, 11), Endless(pol, 12) if pol else None
    checkpoint, step = Path(a.out + ".checkpoint"), 0
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=False)
        model.load_state_dict(saved["model"])
        opt.load_state_dict(saved["opt"])
        average, step = saved["average"], saved["step"]
        story_queue.rng.setstate(saved["rng"][0])
        print(f"resumed at step {step}", flush=True)

    def averaged():
        """The state with averaged weights in place of the last ones."""
        state = model.state_dict()
        return {k: average.get(k, v) for k, v in state.items()}

    begin, first_step, seen = time.time(), step, {}
    while step < a.steps:
        ws = story_queue.take(STORY_WINDOWS) + (pol_queue.take(POLNEAR_WINDOWS) if pol_queue else [])
        ws = [disturb(w, rng, marks) for w in ws]
        for g, r in zip(opt.param_groups, rates):
            g["lr"] = r * min(1, (step + 1) / 100) * (0.5 * (1 + math.cos(math.pi * step / a.steps)) * 0.97 + 0.03)
        parts = losses(model, ws, vectors, a.device, rng)
        L = sum(parts.values())
        opt.zero_grad()
        L.backward()
        torch.nn.utils.clip_grad_norm_([p for _, p in params], 1.0)
        opt.step()
        step += 1
        with torch.no_grad():
            decay = min(AVERAGE, step / (step + 20))
            for n, p in params:
                average[n].lerp_(p, 1 - decay)
        for k, v in parts.items():
            seen[k] = 0.95 * seen.get(k, float(v)) + 0.05 * float(v)
        if step % 50 == 0:
            print(step, a.steps, " ".join(f"{k} {v:.3f}" for k, v in seen.items()),
                  f"{(time.time() - begin) / (step - first_step):.2f} s/step", flush=True)
        if step % 400 == 0 or step == a.steps:
            state = averaged()
            torch.save(state, a.out)
            torch.save({"model": model.state_dict(), "opt": opt.state_dict(), "average": average, "step": step,
                        "rng": [story_queue.rng.getstate()]}, checkpoint)
            other = Model().to(a.device)
            other.load_state_dict(state)
            print("dev:", judge(other, kept, vectors, a.device), flush=True)


if __name__ == "__main__":
    main()
