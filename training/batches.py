"""What a training step reads, as tensors: `batch(windows, tables, rng)`; and `Stream`, which makes them in worker processes.

A batch is a dict of CPU tensors (B windows of T tokens):

    ids, shape, quotation, paragraph, paragraph_of, mask, cue    B x T; `cue` is the gold, -100 beyond the text
    convention, labelled                  B; without gold a window serves for learning from a teacher only
    cue_at (row, first, end), tags, act, flags       N statements for the reader; tags N x W, -100 outside
    span_at (row, first, end), span_type             M mentions
    pair_i, pair_j, pair_features, pair_at (anaphor, place), antecedents      candidate pairs of coreference: `antecedents` tells which
                                          are right, by anaphor and place; place 0 stands for none of them
    told (place in the story's table), told_content, told_cue (statement, row, first, end), claim_i, claim_j, claim_features, claim_labels      pairs of statements
    phrases (row, first, end), zones (row, token, zone)
"""
import random

import torch

import claims
import features
from data import POLNEAR, STORIES, Endless, Stories, window
from model import HALF, window_of

MOST_CUES, MOST_PHRASES = 96, 48     # for nine windows


def collate(ws):
    T = max(len(w["ids"]) for w in ws)
    keys = ("ids", "shape", "quotation", "paragraph", "paragraph_of")
    b = {k: torch.zeros(len(ws), T, dtype=torch.long) for k in keys}
    b["mask"], b["cue"] = torch.zeros(len(ws), T, dtype=torch.bool), torch.full((len(ws), T), -100)
    for i, w in enumerate(ws):
        n = len(w["ids"])
        b["mask"][i, :n] = True
        for k in (*keys, "cue"):
            b[k][i, :n] = torch.tensor(w[k])
    b["convention"] = torch.tensor([w["convention"] for w in ws])
    b["labelled"] = torch.tensor([w["article"].labelled if "article" in w else True for w in ws])
    return b


def rows(of, width):
    return torch.tensor(of, dtype=torch.long).reshape(-1, width)


def coreference_pairs(e):
    """Candidate pairs of an article's mentions, by anaphor: antecedents, and their features as a tensor."""
    e = e.base or e
    if e.context is None:
        spans = [m[4] for m in e.mentions]
        infos = features.prepare(e.text, spans)
        index = features.word_index(infos)
        candidates = [list(features.antecedents(infos, i, index)) for i in range(len(infos))]
        e.context = [(js, torch.tensor([features.pair(infos, i, j) for j in js], dtype=torch.float)) for i, js in enumerate(candidates)]
    return e.context


def add_coreference(b, ws):
    spans, types, I, J, feats, at, right = [], [], [], [], [], [], []
    anaphors = 0
    for r, w in enumerate(ws):
        if not w["mentions"]:
            continue
        context, place = coreference_pairs(w["article"]), {i: len(spans) + n for n, (i, *_) in enumerate(w["mentions"])}
        entity = {i: ent for i, _, _, _, ent in w["mentions"]}
        spans += [(r, x, y) for _, x, y, _, _ in w["mentions"]]
        types += [k for _, _, _, k, _ in w["mentions"]]
        for i in place:
            js, of = context[i]
            here = [n for n, j in enumerate(js) if j in place]
            if here:      # the candidates of one anaphor share a row of `antecedents`
                feats.append(of if len(here) == len(js) else of[here])
                for n, k in enumerate(here, 1):
                    j = js[k]
                    I.append(place[i]), J.append(place[j]), at.append((anaphors, n))
                    right.append(entity[i] is not None and entity[i] == entity[j])
                anaphors += 1
    b["span_at"], b["span_type"] = rows(spans, 3), torch.tensor(types, dtype=torch.long)
    b["pair_i"], b["pair_j"], b["pair_at"] = torch.tensor(I, dtype=torch.long), torch.tensor(J, dtype=torch.long), rows(at, 2)
    b["pair_features"] = torch.cat([torch.zeros(0, features.FEATURES), *feats])
    gold = torch.zeros(anaphors, 1 + (int(b["pair_at"][:, 1].max()) if at else 0), dtype=torch.bool)
    if at:
        gold[b["pair_at"][:, 0], b["pair_at"][:, 1]] = torch.tensor(right)
        gold[:, 0] = ~gold.any(1)
    b["antecedents"] = gold


def add_claims(b, ws, tables, forget):
    content, cue, of, places = [], [], {}, []
    for r, w in enumerate(ws):
        slug = w["article"].id.partition("/")[0]
        if w["convention"] == POLNEAR or slug not in tables or not w["article"].labelled:
            continue
        mine = of.setdefault(slug, {})
        for c in w["cues"]:
            key = (w["article"].id, c["id"])
            if c["whole"] and key not in mine:
                n = mine[key] = len(places)
                places.append(tables[slug].index[key])
                content += [(n, r, x, y) for x, y in c["content"] or [(c["a"], c["b"])]]
                cue += [(n, r, x, y) for x, y in c["cue"] or [(c["a"], c["b"])]]
    I, J, feats, labels = [], [], [], []
    for slug, mine in of.items():
        if len(mine) < 2:
            continue
        numbers = torch.tensor(sorted(mine.values()))
        at = torch.tensor([places[n] for n in numbers])
        i, j = torch.tril_indices(len(at), len(at), -1)
        f = tables[slug].features[at[i], at[j]].float()
        feats.append(claims.forgetful(f, i, j, len(at)) if forget else f)
        labels.append(tables[slug].labels[at[i], at[j]].float())
        I.append(numbers[i]), J.append(numbers[j])
    b["told"], b["told_content"], b["told_cue"] = torch.tensor(places, dtype=torch.long), rows(content, 4), rows(cue, 4)
    none = torch.zeros(0, dtype=torch.long)
    b["claim_i"], b["claim_j"] = torch.cat([none, *I]), torch.cat([none, *J])
    b["claim_features"] = torch.cat([torch.zeros(0, claims.FEATURES), *feats])
    b["claim_labels"] = torch.cat([torch.zeros(0, 3), *labels])


def batch(ws, tables, rng, forget=True):
    b = collate(ws)
    share = max(1, round(len(ws) / 9))
    cues = [(i, c) for i, w in enumerate(ws) for c in w["cues"] if c["whole"]]
    cues = rng.sample(cues, min(MOST_CUES * share, len(cues)))
    b["cue_at"] = rows([(i, c["a"], c["b"]) for i, c in cues], 3)
    T = b["ids"].shape[1]
    first = window_of(b["cue_at"], b["mask"].sum(1), T)
    b["tags"] = torch.full((len(cues), min(2 * HALF, T)), -100)
    for n, (_, c) in enumerate(cues):
        t = c["tags"][int(first[n]):int(first[n]) + b["tags"].shape[1]]
        b["tags"][n, :len(t)] = torch.tensor(t)
    b["act"] = torch.tensor([c["act"] for _, c in cues], dtype=torch.long)
    b["flags"] = torch.tensor([c["flags"] for _, c in cues]).reshape(-1, 2)
    add_coreference(b, ws)
    add_claims(b, ws, tables, forget)
    phrases = [(r, x, y) for r, w in enumerate(ws) for _, x, y in w["phrases"]]
    b["phrases"] = rows(rng.sample(phrases, min(MOST_PHRASES * share, len(phrases))), 3)
    b["zones"] = rows([(r, t, z) for r, w in enumerate(ws) for t, z in w["zones"]], 3)
    return b


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


class Stream(torch.utils.data.IterableDataset):
    """Batches without end: windows of `stories` stories (`size` each), `pol` of PolNeAR, `more` without gold. Each worker takes its share
    of the articles, so that what is computed once for an article is computed once. `often` says how many times an epoch a story is read."""

    def __init__(self, own, polnear, texts, tables, marks, seed, stories=1, size=5, pol=4, more=0, rename=0.5, often=lambda _: 1):
        self.own, self.polnear, self.texts, self.tables, self.marks, self.seed = own, polnear, texts, tables, marks, seed
        self.stories, self.size, self.pol, self.more, self.rename, self.often = stories, size, pol, more, rename, often

    def __iter__(self):
        info = torch.utils.data.get_worker_info()
        k, n = (info.id, info.num_workers) if info else (0, 1)
        torch.set_num_threads(1 if info else torch.get_num_threads())
        rng = random.Random(self.seed * 1000 + k)
        torch.manual_seed(self.seed * 1000 + k) if info else None
        slugs = sorted({e.id.partition("/")[0] for e in self.own})
        mine = set(slugs[k::n])
        own = Stories([e for e in self.own if e.id.partition("/")[0] in mine], rng.random(), self.size, self.rename, self.often)
        pol = Endless(self.polnear[k::n], rng.random()) if self.polnear else None
        texts = Endless(self.texts[k::n], rng.random()) if self.more else None
        while True:
            ws = [w for _ in range(self.stories) for w in own.take()]
            ws += pol.take(self.pol) if pol else []
            ws += texts.take(self.more) if texts else []
            yield batch([disturb(w, rng, self.marks) for w in ws], self.tables, rng)
