"""Trains the trunk with all its heads: `train.py --out work/main.pt [--recipe all|clean] [--steps 3000] [--device cpu|cuda]`.

Each step reads windows of stories and, in recipe `all`, of PolNeAR. Losses are masked where a set does not mark a layer. Sentence vectors
are kept near those of the model begun with. A moving average of the weights is what is saved. Resumes from
its checkpoint; the seed is fixed.

`--large MODEL.safetensors` trains a teacher of base size (all-mpnet-base-v2) in place of the small trunk. `--teacher A.pt …` learns from
teachers besides the gold (Hinton et al. 2015), on text without gold, too: at each place the teacher's probabilities are the target.
"""
import argparse
import copy
import math
import multiprocessing
import random
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file

import claims
from batches import Stream, batch, collate, rows
from data import (POLNEAR, STORIES, WINDOW, Encoded, Endless, compiled_stories, encode, plain_texts, polnear, story_articles, tokenize, tokenizer,
                  training_slugs, window, window_starts)
from masked import Masked
from model import DROP, LEAST, Layer, LargeTrunk, Model, span_means

AVERAGE = 0.997
HEADS = ("act", "coref", "zone", "claims")     # what learns with `--heads`
MOST_SPANS = 1500   # spans of a step of five story windows that are looked at once more


def mean_vectors(h, places, count):
    """Mean vectors of `count` statements over their places (statement, row, first, end)."""
    of, spans = places[:, 0], places[:, 1:]
    long = (spans[:, 2] - spans[:, 1]).to(h.dtype)[:, None]
    sums = torch.zeros(count, h.shape[-1], device=h.device).index_add(0, of, span_means(h, spans) * long)
    return sums / torch.zeros(count, 1, device=h.device).index_add(0, of, long).clamp(min=1)


def outputs(model, b, device):
    """Everything that the model says of a batch, as float32 scores. Acts are judged on the model's own source and content, in training on those of
    `b` for every other cue, where it has them."""
    with torch.autocast(device, dtype=torch.bfloat16):
        h = model.trunk(b)
        o = {"cue": model.cue(h).float()}
        if len(b["cue_at"]):
            tags, _, real, both, told = model.reader(h, b["cue_at"], b["mask"])
            found = tags.argmax(-1)
            if model.training:
                known = (b["tags"] > 0).any(1) & (torch.rand(len(found), device=found.device) < 0.5)
                found = torch.where(known[:, None], b["tags"], found)
            act, flags = model.act(both, told, found), model.flags(F.dropout(both, DROP, model.training))
            o |= {"tags": tags.float(), "real": real, "act": act.float(), "flags": flags.float()}
    h = h.float()
    o["h"], o["first"] = h, model.mention.scores(h).float()
    if len(b["span_at"]):
        m = model.mention.vectors(h, b["span_at"])
        o["type"] = model.mention.kind(m)
        if len(b["pair_i"]):
            scores = model.coref(m, b["pair_i"], b["pair_j"], b["pair_features"])
            table = torch.full(b["antecedents"].shape, -1e4, device=h.device)
            table[:, 0] = 0.0
            o["antecedent"] = table.index_put(tuple(b["pair_at"].T), scores.float())
    if len(b["claim_i"]):
        count = int(b["told_cue"][-1, 0]) + 1
        content, cue = (mean_vectors(h, b[k], count) for k in ("told_content", "told_cue"))
        o["claims"] = model.claims(content, cue, model.sentence(content), b["claim_i"], b["claim_j"], b["claim_features"])
    if len(b["phrases"]):
        o["phrases"] = model.sentence(span_means(h, b["phrases"]))
    if len(b["zones"]):
        row, at, _ = b["zones"].T
        o["zone"] = model.zone(h[row, at])
    return o


def kept(model, o, at):
    """Scores of spans (row, token, width - 1) as mentions once they are looked at once more: those far from it stay what they were."""
    row, x, k = at.T
    first = o["first"][row, x, k]
    return first, first + model.mention.keep(model.mention.vectors(o["h"], torch.stack([row, x, x + k + 1], 1)))[:, 0].float()


def spans_again(o, b):
    """Gold spans B x T x width as 0 and 1, which spans are allowed, and those (row, token, width - 1) that are looked at once more."""
    s = o["first"].detach()
    gold = torch.zeros_like(s)
    row, x, y = b["span_at"].T
    gold[row, x, y - x - 1] = 1.0
    T, dev = s.shape[1], s.device
    at = torch.arange(T, device=dev)[:, None] + torch.arange(s.shape[2], device=dev)[None]
    inside = at < T
    at = at.clamp(max=T - 1)
    ok = inside[None] & b["mask"][:, at] & (b["paragraph_of"][:, at] == b["paragraph_of"][:, :, None])
    ok &= (b["convention"] == STORIES)[:, None, None]
    again = (ok & ((s > LEAST) | (gold > 0))).nonzero()
    scale = max(1.0, len(again) / (MOST_SPANS * max(1, len(s) / 9)))
    if scale > 1:
        again = again[torch.randperm(len(again), device=dev)[:int(len(again) / scale)]]
    return gold, ok, again, scale


def losses(model, b, device, teachers=(), keeper=None, everywhere=True):
    """Losses of a batch against its gold, and against the mean probabilities of the teachers where there are any. Sentence vectors are held to
    those of `keeper`."""
    said = asked(teachers, b, device) if teachers else []
    if said and "tags" in said[0]:      # a cue without gold: what the teachers take for its source and content
        unknown = ~b["labelled"][b["cue_at"][:, 0]]
        b = {**b, "tags": torch.where(unknown[:, None], sum(t["tags"].softmax(-1) for t in said).argmax(-1), b["tags"])}
    o = outputs(model, b, device)
    labelled = b["labelled"]
    dev = labelled.device
    gold_cue = b["cue"].masked_fill(~labelled[:, None], -100)
    out = {"cue": F.cross_entropy(o["cue"].transpose(1, 2), gold_cue, weight=torch.tensor([1.0, 2.0, 2.0], device=dev))}
    has = labelled[b["cue_at"][:, 0]] if "tags" in o else None
    if has is not None and has.any():
        tags, gold = o["tags"][has], b["tags"][has]
        out["reader"] = F.cross_entropy(tags.transpose(1, 2), gold, weight=torch.tensor([1.0, 3.0, 1.5, 3.0, 1.0], device=dev))
        out["sequence"] = 0.1 * model.reader.likelihood(tags, begun(gold.clamp(min=0)), o["real"][has]).mean()
        k = has & (b["act"] >= 0)
        if k.any():
            out["act"] = 0.5 * F.cross_entropy(o["act"][k], b["act"][k], label_smoothing=0.05)
            out["flags"] = 0.3 * F.binary_cross_entropy_with_logits(o["flags"][k], b["flags"][k])
    gold, ok, again, scale = spans_again(o, b)
    ours = ok & labelled[:, None, None]
    known = labelled[again[:, 0]]
    count = max(8.0, float((gold * ours).sum()))
    if ours.any():
        first = (F.binary_cross_entropy_with_logits(o["first"], gold, reduction="none") * ours).sum() / count
        _, total = kept(model, o, again[known])
        row, x, k = again[known].T
        out["mention"] = 0.15 * (first + F.binary_cross_entropy_with_logits(total, gold[row, x, k], reduction="sum") * scale / count)
    if "type" in o:
        has = labelled[b["span_at"][:, 0]]
        if has.any():
            out["type"] = 0.2 * F.cross_entropy(o["type"][has], b["span_type"][has])
    if "antecedent" in o:
        # an anaphor's row is that of any of its pairs
        row = torch.zeros(len(o["antecedent"]), dtype=torch.long, device=dev)
        row[b["pair_at"][:, 0]] = b["span_at"][b["pair_i"], 0]
        has = labelled[row]
        if has.any():
            s, g = o["antecedent"][has], b["antecedents"][has]
            out["coreference"] = 0.4 * (s.logsumexp(1) - s.masked_fill(~g, -1e4).logsumexp(1)).mean()
    if "claims" in o:
        y, c = b["claim_labels"], o["claims"]
        loss = 2 * F.binary_cross_entropy_with_logits(c[:, 0], y[:, 0]) + F.binary_cross_entropy_with_logits(c[:, 2], y[:, 2])
        related = y[:, 0] > 0
        if related.any():
            loss = loss + 0.2 * F.binary_cross_entropy_with_logits(c[related, 1], y[related, 1])
        out["claims"] = loss
    if "phrases" in o and keeper is not None:
        with torch.no_grad(), torch.autocast(device, dtype=torch.bfloat16):
            vectors = keeper.sentence(span_means(keeper.trunk(b).float(), b["phrases"])).float()
        out["sentence"] = 0.5 * (1 - F.cosine_similarity(o["phrases"], vectors)).mean()
    if "zone" in o:
        out["zone"] = 0.2 * F.cross_entropy(o["zone"], b["zones"][:, 2])
    if teachers:
        out |= taught(model, o, b, teachers, said, (ok, again, scale) if everywhere else None)
    return out


@torch.no_grad()
def asked(teachers, b, device):
    """What each teacher says of a batch."""
    return [outputs(teacher, b, device) for teacher in teachers]


def taught(model, o, b, teachers, said, spans):
    """How far the model's probabilities are from the mean of what the teachers said, by the same weights as the losses against gold; without
    `spans` cues and readers alone, in PolNeAR's convention alone."""
    share = 1 / len(teachers)
    mean = {}
    with torch.no_grad():
        for teacher, t in zip(teachers, said):
            p = {"cue": t["cue"].softmax(-1)}
            if spans:
                first, total = kept(teacher, t, spans[1])
                p |= {"first": t["first"].sigmoid(), "again": torch.where(first > LEAST, total, first).sigmoid()}
            for name in ("tags", "act", "type", "antecedent"):
                if name in t:
                    p[name] = t[name].softmax(-1)
            for name in ("flags", "claims"):
                if name in t:
                    p[name] = t[name].sigmoid()
            for name, q in p.items():
                mean[name] = mean.get(name, 0.0) + share * q

    def far(name, keep=None):
        """Cross entropy of the teachers' classes, less their own entropy: zero where both say the same."""
        p, logits = mean[name], o[name]
        if keep is not None:
            p, logits = p[keep], logits[keep]
        return (p * (p.clamp(min=1e-6).log() - logits.log_softmax(-1))).sum(-1)

    def far_binary(logits, p):
        return F.binary_cross_entropy_with_logits(logits, p, reduction="none") - F.binary_cross_entropy_with_logits(
            p.clamp(1e-6, 1 - 1e-6).logit(), p, reduction="none")

    if not spans:
        here = b["convention"] == POLNEAR
        out = {"t-cue": 2 * far("cue", b["mask"] & here[:, None]).mean()}
        if "tags" in o:
            real = o["real"] & here[b["cue_at"][:, 0]][:, None]
            if real.any():
                out["t-reader"] = 1.5 * far("tags", real).mean()
        return out
    ok, again, scale = spans
    out = {"t-cue": 2 * far("cue", b["mask"]).mean()}
    if "tags" in o:
        out["t-reader"] = 1.5 * far("tags", o["real"]).mean()
        out["t-act"] = 0.5 * far("act").mean()
        out["t-flags"] = 0.3 * far_binary(o["flags"], mean["flags"]).mean()
    count = max(8.0, float((mean["first"] * ok).sum()))
    _, total = kept(model, o, again)
    out["t-mention"] = 0.15 * ((far_binary(o["first"], mean["first"]) * ok).sum() + far_binary(total, mean["again"]).sum() * scale) / count
    if "type" in o:
        out["t-type"] = 0.2 * far("type").mean()
    if "antecedent" in o:
        out["t-coreference"] = 0.4 * far("antecedent").mean()
    if "claims" in o:
        out["t-claims"] = 2 * far_binary(o["claims"], mean["claims"]).mean()
    return out


def begun(gold):
    """Tags N x W in which every further tag has a first: a piece cut by the window's edge or by another one begins there."""
    before = torch.cat([torch.zeros_like(gold[:, :1]), gold[:, :-1]], 1)
    alone = (gold % 2 == 0) & (gold > 0) & (before != gold) & (before != gold - 1)
    return gold - alone.long()


@torch.no_grad()
def read_plain(model, texts, device, everywhere):
    """Articles without gold: where the model finds cues and mentions, the teachers are asked. If they are asked everywhere, PolNeAR's texts and two
    of three others are read in the stories' convention; else all are in PolNeAR's."""
    model.eval()
    articles = [tokenize(Encoded(i, t, POLNEAR if not everywhere or n % 3 == 0 and not of_polnear else STORIES, labelled=False))
                for n, (i, t, of_polnear) in enumerate(texts)]
    jobs = [(e, a) for e in articles for a in window_starts(len(e.ids), WINDOW - 64)]
    jobs.sort(key=lambda j: len(j[0].ids) - j[1])
    for k in range(0, len(jobs), 64):
        part = jobs[k:k + 64]
        b = to(collate([window(e, a) for e, a in part]) | {"span_at": rows([], 3)}, device)
        with torch.autocast(device, dtype=torch.bfloat16):
            h = model.trunk(b)
            cue = model.cue(h)
        o = {"h": h.float(), "first": model.mention.scores(h.float())}
        _, _, again, _ = spans_again(o, b)
        mentions = again[kept(model, o, again)[1] > 0].tolist()

        def ours(r, x):
            """Whether the middle of the window, or the article's edge, decides token x of row r."""
            e, a = part[r]
            return (a == 0 or x >= 32) and (x < WINDOW - 32 or a + WINDOW >= len(e.ids))

        for r, tags in enumerate(cue.argmax(-1).tolist()):
            e, a = part[r]
            n = min(WINDOW, len(e.ids) - a)
            for x in range(n):
                if tags[x] and (x == 0 or not tags[x - 1] or tags[x] == 1) and ours(r, x):
                    y = x + 1
                    while y < n and tags[y] == 2:
                        y += 1
                    e.statements.append(((a + x, a + y), {"source": [], "cue": [(a + x, a + y)], "content": []}, {"id": str(a + x)}))
        for r, x, k in mentions:
            e, a = part[r]
            span = (e.off[a + x][0], e.off[a + x + k][1])
            if ours(r, x) and span[1] > span[0]:
                e.mentions.append((a + x, a + x + k + 1, 0, None, span))
    for e in articles:
        e.statements = list({s[0]: s for s in e.statements}.values())
        e.mentions = sorted({m[:2]: m for m in e.mentions}.values(), key=lambda m: (m[4][0], -m[4][1]))
    return articles


def to(b, device):
    """A batch on the device."""
    return {k: v.to(device, non_blocking=True) for k, v in b.items()}


@torch.no_grad()
def judge(model, articles, tables, device):
    """Losses over articles kept back for choices, and plain shares: acts, readers' windows and antecedents all right; mentions; pairs of statements."""
    model.eval()
    total, rng, right, spans, told = {}, random.Random(7), {}, [0, 0, 0], {}
    for e in articles:
        b = to(batch([window(e, a) for a in window_starts(len(e.ids), 256)], tables, rng, forget=False), device)
        for k, v in losses(model, b, device).items():
            total[k] = total.get(k, 0.0) + float(v) / len(articles)
        o = outputs(model, b, device)
        pairs = [("antecedent", o["antecedent"].softmax(1)[b["antecedents"].bool()].sum() / len(o["antecedent"]), len(o["antecedent"]))] if "antecedent" in o else []
        if "tags" in o:
            k = b["act"] >= 0
            same = ((o["tags"].argmax(-1) == b["tags"]) | (b["tags"] < 0)).all(1)
            pairs += [("exact", same.float().mean(), len(same)), ("act", (o["act"].argmax(-1) == b["act"])[k].float().mean(), int(k.sum()))]
        for name, share, n in pairs:
            if n:
                had = right.setdefault(name, [0.0, 0])
                had[0], had[1] = had[0] + float(share) * n, had[1] + n
        gold, ok, again, _ = spans_again(o, b)
        _, score = kept(model, o, again)
        row, x, k = again.T
        spans[0] += int((gold[row, x, k] > 0)[score > 0].sum())
        spans[1] += int((gold * ok).sum())
        spans[2] += int((score > 0).sum())
        slug = e.id.partition("/")[0]
        if len(b["told"]):
            content, cue = (mean_vectors(o["h"], b[k], len(b["told"])) for k in ("told_content", "told_cue"))
            for n, *v in zip(b["told"].tolist(), content, cue, model.sentence(content)):
                told.setdefault(slug, {})[n] = v
    found = []
    for slug, got in told.items():
        at = torch.tensor(sorted(got))
        content, cue, sentence = (torch.stack([got[int(k)][v] for k in at]) for v in range(3))
        i, j = torch.tril_indices(len(at), len(at), -1)
        p = torch.zeros(len(at), len(at), 3)
        p[i, j] = model.claims(content, cue, sentence, i.to(device), j.to(device), tables[slug].features[at[i], at[j]].float().to(device)).sigmoid().cpu()
        found.append(((p + p.transpose(0, 1)).numpy(), tables[slug].labels[at][:, at].numpy()))
    model.train()
    tp, g, p = spans
    said = " ".join(f"{k} {v:.3f}" for k, v in total.items()) + " |" + "".join(f" {k} {a / n:.3f}" for k, (a, n) in right.items())
    return said + (f" mentions F1 {2 * tp / max(1, g + p):.3f}" if g else "") + (f", {claims.pairwise(found)}" if found else "")


def begin(a):
    """The model to train, as `--large` or `--start` says, and the one whose sentence vectors it keeps."""
    if a.large:
        model = Model(LargeTrunk())
        if a.large.endswith(".safetensors"):
            model.trunk.load_mpnet(load_file(a.large))
        else:
            model.load_state_dict({**model.state_dict(), **torch.load(a.large, map_location="cpu")})
        return model, None
    model = Model()
    if a.start and a.start.endswith(".safetensors"):
        tensors = load_file(a.start)
        if any(k.startswith("trunk.") for k in tensors):
            model.load_shipped(tensors)
        else:
            model.load_trial(tensors)
    elif a.start:
        own = model.state_dict()     # a head that the start lacks, or has in another size, begins untrained
        had = torch.load(a.start, map_location="cpu")
        model.load_state_dict({**own, **{k: v for k, v in had.items() if k in own and v.shape == own[k].shape}})
    else:
        model.trunk.load_minilm()
    keeper = copy.deepcopy(model)
    if not a.start:
        for e in (keeper.trunk.shape, keeper.trunk.quotation, keeper.trunk.paragraph, keeper.trunk.convention):
            torch.nn.init.zeros_(e.weight)
    return model, keeper.eval().requires_grad_(False)


def load_teacher(path):
    state = torch.load(path, map_location="cpu")
    model = Model(LargeTrunk() if "trunk.relative.weight" in state else None)
    model.load_state_dict(state)
    return model.eval().requires_grad_(False)


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--out", default="work/main.pt")
    ap.add_argument("--recipe", choices=["all", "clean"], default="all")
    ap.add_argument("--start", help="the shipped weights, a trial's safetensors, or an earlier --out to start from")
    ap.add_argument("--large", help="all-mpnet-base-v2's tensors, or a teacher's earlier --out: train a teacher")
    ap.add_argument("--teacher", nargs="*", default=[], help="what --large made: learn from it, too")
    ap.add_argument("--device", default="cpu")
    ap.add_argument("--threads", type=int, default=0)
    ap.add_argument("--workers", type=int, default=0, help="processes that make batches")
    ap.add_argument("--steps", type=int, default=3000)
    ap.add_argument("--seconds", type=float, help="train so long in place of so many steps")
    ap.add_argument("--every", type=int, default=300, help="steps between checkpoints")
    ap.add_argument("--windows", type=int, nargs=3, default=[1, 4, 0], help="a step's stories, windows of PolNeAR, windows without gold")
    ap.add_argument("--often", nargs=2, metavar=("PREFIX", "TIMES"), default=("", "1"), help="stories whose names begin so are read so many times as often: "
                    "new ones, where a trunk knows the others")
    ap.add_argument("--heads", metavar="PREFIX", help="only some heads learn, from stories whose names begin so: such as the trunk has not seen, since "
                    "it knows the others by heart")
    ap.add_argument("--taught", choices=["all", "polnear"], default="all", help="where the teachers' word counts: so a model that knows the "
                    "stories learns PolNeAR from one that knows it")
    ap.add_argument("--texts", type=int, default=4000, help="how many texts without gold are read")
    ap.add_argument("--masked", type=int, default=0, help="windows of a step in which hidden words are to be told")
    ap.add_argument("--rate", type=float, default=1.0)
    ap.add_argument("--flat", action="store_true", help="keep the rate after the warm-up: for a run that another one goes on from")
    ap.add_argument("--eight", action="store_true", help="attention in eight bits, as in the program: for the last steps of what ships")
    ap.add_argument("--seed", type=int, default=1)
    a = ap.parse_args()
    if a.threads:
        torch.set_num_threads(a.threads)
    torch.manual_seed(a.seed)
    start = time.time()
    train, dev = training_slugs()
    stories = compiled_stories()
    with multiprocessing.Pool(max(1, a.workers)) as pool:
        known = [s for s in stories if s["slug"] in {*train, *dev}]
        tables = dict(zip((s["slug"] for s in known), pool.map(claims.table, known, chunksize=1)))
    own = list(story_articles(stories, lambda s: s in train))
    if a.heads:
        own = [e for e in own if e.id.startswith(a.heads)]
    held = list(story_articles(stories, lambda s: s in dev))
    pol = [encode(x, POLNEAR) for x in polnear("train")] if a.recipe == "all" else []
    pol_held = [encode(x, POLNEAR) for x in polnear("dev")] if a.recipe == "all" else []
    marks = [tokenizer().encode(c, add_special_tokens=False).ids[0] for c in "“”\""]
    print(f"{len(own)} story articles, {len(held)} kept back, {len(pol)} of PolNeAR, read in {time.time() - start:.0f} s", flush=True)

    model, keeper = begin(a)
    model.to(a.device)
    for layer in model.modules():
        if isinstance(layer, Layer):
            layer.eight = a.eight
    keeper = keeper.to(a.device) if keeper else None
    teachers = [load_teacher(t).to(a.device) for t in a.teacher]
    texts = []
    if teachers and a.windows[2]:
        texts = list(plain_texts())
        reader = model if a.taught == "all" else teachers[0]
        texts = read_plain(reader, random.Random(a.seed).sample(texts, min(a.texts, len(texts))), a.device, a.taught == "all")
        print(f"{len(texts)} texts without gold, {sum(len(e.statements) for e in texts)} cues, {sum(len(e.mentions) for e in texts)} mentions, "
              f"{time.time() - start:.0f} s", flush=True)
    words = Masked(model.trunk.word.num_embeddings).to(a.device) if a.masked else None
    if words:
        unread = [tokenize(Encoded(i, t, POLNEAR if n % 2 else STORIES, labelled=False)) for n, (i, t, _) in enumerate(plain_texts())]
        unread += [e for e in own]
        hidden = Endless(unread, a.seed)
        print(f"{len(unread)} texts with hidden words, {time.time() - start:.0f} s", flush=True)
    model.train()
    if a.heads:
        model.requires_grad_(False)
        for n in HEADS:
            getattr(model, n).requires_grad_(True)
    params = [(n, p) for n, p in model.named_parameters() if p.requires_grad]
    new = ("mention", "coref", "sentence", "zone", "claims", "act")
    groups = [[p for n, p in params if n.startswith("trunk.layers")],
              [p for n, p in params if n.startswith(new)],
              [p for n, p in params if not n.startswith(new) and not n.startswith("trunk.layers")]]
    rates = [a.rate * r for r in ((3e-5 if a.large else 1.2e-4), 8e-4, 4e-4)]
    if words:
        groups.append(list(words.parameters()))
        rates.append(a.rate * 8e-4)
    opt = torch.optim.AdamW([{"params": g} for g in groups], lr=1e-4, weight_decay=0.01, betas=(0.9, 0.98), fused=a.device != "cpu")
    names, tensors = [n for n, _ in params], [p for _, p in params]
    average = {n: p.detach().clone() for n, p in params}
    checkpoint, step = Path(a.out + ".checkpoint"), 0
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=False)
        model.load_state_dict(saved["model"])
        opt.load_state_dict(saved["opt"])
        average, step = saved["average"], saved["step"]
        print(f"resumed at step {step}", flush=True)
    prefix, times = a.often[0], int(a.often[1])
    stream = Stream(own, pol, texts, tables, marks, a.seed * 10000 + step, a.windows[0], pol=a.windows[1], more=a.windows[2], often=lambda slug: times if slug.startswith(prefix) else 1)
    batches = iter(torch.utils.data.DataLoader(stream, batch_size=None, num_workers=a.workers, pin_memory=a.device != "cpu",
                                               prefetch_factor=6 if a.workers else None))

    def averaged():
        """The state with averaged weights in place of the last ones."""
        state = model.state_dict()
        return {k: average.get(k, v) for k, v in state.items()}

    train_from, first_step, seen, done = time.time(), step, {}, False
    while not done:
        b = to(next(batches), a.device)
        if a.heads:
            model.trunk.eval()
        gone = (time.time() - train_from) / a.seconds if a.seconds else step / a.steps
        for g, r in zip(opt.param_groups, rates):
            g["lr"] = r * min(1, (step + 1) / 100) * (1 if a.flat else 0.5 * (1 + math.cos(math.pi * min(1, gone))) * 0.97 + 0.03)
        parts = losses(model, b, a.device, teachers, keeper, a.taught == "all")
        if words:
            parts["masked"] = 0.2 * words.loss(model.trunk, to(collate(hidden.take(a.masked)), a.device), a.device)
        opt.zero_grad()
        sum(parts.values()).backward()
        torch.nn.utils.clip_grad_norm_(tensors, 1.0)
        opt.step()
        step += 1
        done = gone >= 1 if a.seconds else step >= a.steps
        with torch.no_grad():
            torch._foreach_lerp_([average[n] for n in names], tensors, 1 - min(AVERAGE, step / (step + 20)))
        if step % 10 == 0:
            for k, v in parts.items():
                seen[k] = 0.8 * seen.get(k, float(v.detach())) + 0.2 * float(v.detach())
        if step % 50 == 0:
            print(step, f"{gone:.2f}", " ".join(f"{k} {v:.3f}" for k, v in seen.items()),
                  f"{(time.time() - train_from) / (step - first_step):.3f} s/step", flush=True)
        if step % a.every == 0 or done:
            state = averaged()
            torch.save(state, a.out)
            torch.save({"model": model.state_dict(), "opt": opt.state_dict(), "average": average, "step": step}, checkpoint)
            other = copy.deepcopy(model)
            other.load_state_dict(state)
            print("dev:", judge(other, held, tables, a.device), flush=True)
            if pol_held:
                print("PolNeAR dev:", judge(other, pol_held, {}, a.device), flush=True)


if __name__ == "__main__":
    main()
