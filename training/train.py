"""Trains the trunk with all its heads: `train.py --out work/main.pt [--recipe all|clean] [--steps 3000] [--device cpu|cuda]`.

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

import claims
import features
from data import (MENTION_WIDTH, POLNEAR, WORK, Endless, Stories, compiled_stories, digest, encode, polnear, story_articles, tokenizer,
                  training_slugs, window, window_starts)
from model import LEAST, Model, Trunk, span_means

STORY_WINDOWS, POLNEAR_WINDOWS = 5, 4   # a step's story windows are of one story
MOST_CUES = 96
RENAME = 0.5    # share of stories whose persons get other family names, drawn anew each epoch
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
    path = WORK / f"phrases-{name}-{digest(e.text for e in articles)}.pt"
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
    e = e.base or e
    if e.context is None:
        spans = [m[4] for m in e.mentions]
        infos = features.prepare(e.text, spans)
        index = features.word_index(infos)
        e.context = [[(j, features.pair(infos, i, j)) for j in features.antecedents(infos, i, index)] for i in range(len(infos))]
    return e.context


MOST_SPANS = 1500   # spans of a step that are looked at once more


def span_loss(model, h, b, ws, rng):
    """Binary cross entropy of all spans up to the greatest width, and of the likelier ones looked at once more, over story windows; a
    share per gold mention."""
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
    par, mask = b["paragraph_of"][rows], b["mask"][rows]
    ok = inside[None] & mask[:, at] & (par[:, at] == par[:, :, None])
    each = F.binary_cross_entropy_with_logits(s.float(), gold, reduction="none")
    first = (each * ok).sum() / max(8, count)
    again = (ok & ((s > LEAST) | (gold > 0))).nonzero().tolist()
    if not again:
        return first
    scale = max(1, len(again) / MOST_SPANS) / max(8, count)
    again = rng.sample(again, min(len(again), MOST_SPANS))
    kept = model.mention.keep(model.mention.vectors(h[rows], [(n, x, x + k + 1) for n, x, k in again]))[:, 0]
    n, x, k = torch.tensor(again, device=dev).T
    return first + F.binary_cross_entropy_with_logits(s[n, x, k].float() + kept.float(), gold[n, x, k], reduction="sum") * scale


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


def statement_vectors(model, h, told):
    """Mean vectors of content and cue, and sentence vectors, of statements [(row, cue of a window)]."""
    def means(role):
        spans = [(r, x, y) for r, c in told for x, y in c[role] or [(c["a"], c["b"])]]
        of = torch.tensor([n for n, (_, c) in enumerate(told) for _ in c[role] or [0]], device=h.device)
        long = torch.tensor([y - x for _, x, y in spans], device=h.device, dtype=h.dtype)[:, None]
        sums = torch.zeros(len(told), h.shape[-1], device=h.device).index_add(0, of, span_means(h, spans) * long)
        return sums / torch.zeros(len(told), 1, device=h.device).index_add(0, of, long)

    content = means("content")
    return content, means("cue"), model.sentence(content)


def claim_loss(model, h, ws, tables):
    """Of all pairs of different statements in the windows of one story: same claim, which side, same utterance."""
    told, seen = [], set()
    for r, w in enumerate(ws):
        if w["convention"] != POLNEAR:
            for c in w["cues"]:
                key = (w["article"].id, c["id"])
                if c["whole"] and key not in seen:
                    seen.add(key)
                    told.append((r, c, key))
    if len(told) < 2:
        return 0.0
    table = tables[told[0][2][0].partition("/")[0]]
    at = torch.tensor([table.index[key] for _, _, key in told])
    i, j = torch.tril_indices(len(told), len(told), -1)
    f, y = table.features[at[i], at[j]].float(), table.labels[at[i], at[j]].float()
    if model.training:
        f = claims.forgetful(f, i, j, len(told))
    content, cue, sentence = statement_vectors(model, h, [(r, c) for r, c, _ in told])
    dev = h.device
    out = model.claims(content, cue, sentence, i.to(dev), j.to(dev), f.to(dev))
    y = y.to(dev)
    loss = 2 * F.binary_cross_entropy_with_logits(out[:, 0], y[:, 0]) + F.binary_cross_entropy_with_logits(out[:, 2], y[:, 2])
    related = y[:, 0] > 0
    if related.any():
        loss = loss + 0.2 * F.binary_cross_entropy_with_logits(out[related, 1], y[related, 1])
    return loss


def begun(gold):
    """Tags N x W in which every further tag has a first: a piece cut by the window's edge or by another one begins there."""
    before = torch.cat([torch.zeros_like(gold[:, :1]), gold[:, :-1]], 1)
    alone = (gold % 2 == 0) & (gold > 0) & (before != gold) & (before != gold - 1)
    return gold - alone.long()


def losses(model, ws, vectors, device, rng, tables):
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
            tags, first, real, both = model.reader(h, [(i, c["a"], c["b"]) for i, c in cues], b["mask"])
            act, flags = model.act(both), model.flags(both)
        gold = torch.full(tags.shape[:2], -100)
        for n, (_, c) in enumerate(cues):
            t = c["tags"][int(first[n]):int(first[n]) + tags.shape[1]]
            gold[n, :len(t)] = torch.tensor(t)
        out["reader"] = F.cross_entropy(tags.float().transpose(1, 2), gold.to(device),
                                        weight=torch.tensor([1.0, 3.0, 1.5, 3.0, 1.0], device=device))
        out["sequence"] = 0.1 * model.reader.likelihood(tags.float(), begun(gold.clamp(min=0)).to(device), real).mean()
        acts = torch.tensor([c["act"] for _, c in cues], device=device)
        if (acts >= 0).any():
            k = acts >= 0
            wanted = torch.tensor([c["flags"] for _, c in cues], device=device)
            out["act"] = 0.3 * F.cross_entropy(act.float()[k], acts[k], label_smoothing=0.05)
            out["flags"] = 0.3 * F.binary_cross_entropy_with_logits(flags.float()[k], wanted[k])
    out["mention"] = 0.15 * span_loss(model, h, b, ws, rng)
    kind, antecedent = coreference_loss(model, h, ws, rng)
    out["type"], out["coreference"] = 0.2 * kind, 0.4 * antecedent
    out["claims"] = claim_loss(model, h, ws, tables)
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
def judge(model, articles, vectors, device, tables):
    """Losses over the articles kept back for choices, and plain shares: mentions, pairs of statements."""
    model.eval()
    total, n, rng = {}, 0, random.Random(7)
    hits = {"mention": [0, 0, 0]}
    told = {}
    for e in articles:
        ws = [window(e, a) for a in window_starts(len(e.ids), 256)]
        for k, v in losses(model, ws, vectors, device, rng, tables).items():
            total[k] = total.get(k, 0.0) + float(v)
        n += 1
        b = collate(ws, device)
        with torch.autocast(device, dtype=torch.bfloat16):
            h = model.trunk(b)
        s = model.mention.scores(h.float())
        slug = e.id.partition("/")[0]
        for i, w in enumerate(ws):
            for c in w["cues"]:
                if c["whole"]:
                    got = statement_vectors(model, h.float(), [(i, c)])
                    told.setdefault(slug, {})[tables[slug].index[e.id, c["id"]]] = [v[0] for v in got]
            gold = {(x, y) for _, x, y, _, _ in w["mentions"]}
            likely = [(x, x + k + 1) for x, k in (s[i] > LEAST).nonzero().tolist() if x + k < len(w["ids"])
                      and w["paragraph_of"][x] == w["paragraph_of"][x + k]]
            if likely:
                kept = model.mention.keep(model.mention.vectors(h.float(), [(i, *x) for x in likely]))[:, 0].tolist()
                likely = [x for x, more in zip(likely, kept) if float(s[i, x[0], x[1] - x[0] - 1]) + more > 0]
            said = set(likely)
            hits["mention"][0] += len(gold & said)
            hits["mention"][1] += len(gold)
            hits["mention"][2] += len(said)
    found = []
    for slug, got in told.items():
        at = torch.tensor(sorted(got))
        content, cue, sentence = (torch.stack([got[int(k)][v] for k in at]) for v in range(3))
        i, j = torch.tril_indices(len(at), len(at), -1)
        p = torch.zeros(len(at), len(at), 3)
        p[i, j] = model.claims(content, cue, sentence, i.to(device), j.to(device), tables[slug].features[at[i], at[j]].float().to(device)).sigmoid().cpu()
        found.append(((p + p.transpose(0, 1)).numpy(), tables[slug].labels[at][:, at].numpy()))
    model.train()
    tp, g, p = hits["mention"]
    return " ".join(f"{k} {v / n:.3f}" for k, v in total.items()) + f" | mentions F1 {2 * tp / max(1, g + p):.3f}, {claims.pairwise(found)}"


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--out", default="work/main.pt")
    ap.add_argument("--recipe", choices=["all", "clean"], default="all")
    ap.add_argument("--start", help="the shipped weights, a trial's safetensors, or an earlier --out to start from")
    ap.add_argument("--device", default="cpu")
    ap.add_argument("--threads", type=int, default=0)
    ap.add_argument("--steps", type=int, default=3000)
    ap.add_argument("--rate", type=float, default=1.0)
    ap.add_argument("--flat", action="store_true", help="keep the rate after the warm-up: for a run that another one goes on from")
    ap.add_argument("--seed", type=int, default=1)
    a = ap.parse_args()
    if a.threads:
        torch.set_num_threads(a.threads)
    torch.manual_seed(a.seed)
    rng = random.Random(a.seed)
    train, dev = training_slugs()
    stories = compiled_stories()
    own = list(story_articles(stories, lambda s: s in train))
    kept = list(story_articles(stories, lambda s: s in dev))
    pol = [encode(x, POLNEAR) for x in polnear("train")] if a.recipe == "all" else []
    tables = {s["slug"]: claims.table(s) for s in stories if s["slug"] in {*train, *dev}}
    vectors = phrase_vectors(own + kept, "stories") | (phrase_vectors(pol, "polnear") if pol else {})
    marks = [tokenizer().encode(c, add_special_tokens=False).ids[0] for c in "“”\""]
    print(f"{len(own)} story articles, {len(kept)} kept back, {len(pol)} of PolNeAR", flush=True)

    model = Model()
    if a.start and a.start.endswith(".safetensors"):
        tensors = load_file(a.start)
        if any(k.startswith("trunk.") for k in tensors):
            model.trunk.load_minilm()
            model.load_shipped(tensors)
        else:
            model.load_trial(tensors)
    else:
        model.trunk.load_minilm()
        if a.start:
            own = model.state_dict()     # a head that the start lacks begins untrained; `train_claims.py` makes its own anew
            model.load_state_dict({**own, **{k: v for k, v in torch.load(a.start).items() if k in own}})
    model.to(a.device).train()
    params = [(n, p) for n, p in model.named_parameters() if p.requires_grad]
    new = ("mention", "coref", "sentence", "zone", "claims")
    groups = [[p for n, p in params if n.startswith("trunk.layers")],
              [p for n, p in params if n.startswith(new)],
              [p for n, p in params if not n.startswith(new) and not n.startswith("trunk.layers")]]
    rates = [a.rate * r for r in (1.2e-4, 8e-4, 4e-4)]
    opt = torch.optim.AdamW([{"params": g} for g in groups], lr=1e-4, weight_decay=0.01, betas=(0.9, 0.98))
    average = {n: p.detach().clone() for n, p in params}
    story_queue, pol_queue = Stories(own, 10 + a.seed, STORY_WINDOWS, RENAME), Endless(pol, 20 + a.seed) if pol else None
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
        ws = story_queue.take() + (pol_queue.take(POLNEAR_WINDOWS) if pol_queue else [])
        ws = [disturb(w, rng, marks) for w in ws]
        for g, r in zip(opt.param_groups, rates):
            g["lr"] = r * min(1, (step + 1) / 100) * (1 if a.flat else 0.5 * (1 + math.cos(math.pi * step / a.steps)) * 0.97 + 0.03)
        parts = losses(model, ws, vectors, a.device, rng, tables)
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
        if step % 300 == 0 or step == a.steps:
            state = averaged()
            torch.save(state, a.out)
            torch.save({"model": model.state_dict(), "opt": opt.state_dict(), "average": average, "step": step,
                        "rng": [story_queue.rng.getstate()]}, checkpoint)
            other = Model().to(a.device)
            other.load_state_dict(state)
            print("dev:", judge(other, kept, vectors, a.device, tables), flush=True)


if __name__ == "__main__":
    main()
