"""The trunk (all-MiniLM-L6-v2 with added feature embeddings), the heads on it, and the pair model.

Names are those of the weights file that `export.py` writes and the Rust crate `encoder` reads; D is 384.
"""
import math

import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.torch import load

from data import ACTS, MENTION_WIDTH, TYPES, ZONES, minilm_file

D = 384
READER, READER_LAYERS, HALF = 128, 2, 96   # width, layers and half window of the reader for each cue
SPAN, MENTION, PAIR = 96, 192, 64          # widths: span scores, mention vectors, coreference
FEATURES = 0
try:
    from features import FEATURES          # number of pair features
except ImportError:
    pass


def span_means(h, spans):
    """Means of h over (row, first, end) ranges, by running sums: one gather in place of a slice for each span."""
    row, a, e = torch.tensor(spans, device=h.device).T
    sums = F.pad(h.cumsum(1), (0, 0, 1, 0))
    return (sums[row, e] - sums[row, a]) / (e - a)[:, None]


class Layer(nn.Module):
    """A post-norm transformer layer as in BERT."""

    def __init__(s, d, heads, ff, drop=0.05):
        super().__init__()
        s.h, s.p = heads, drop
        s.qkv, s.o, s.n1 = nn.Linear(d, 3 * d), nn.Linear(d, d), nn.LayerNorm(d, eps=1e-12)
        s.f1, s.f2, s.n2 = nn.Linear(d, ff), nn.Linear(ff, d), nn.LayerNorm(d, eps=1e-12)

    def forward(s, x, mask):
        B, T, C = x.shape
        q, k, v = s.qkv(x).view(B, T, 3, s.h, C // s.h).permute(2, 0, 3, 1, 4)
        a = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)   # dropout in here would cost the fast path
        x = s.n1(x + F.dropout(s.o(a.transpose(1, 2).reshape(B, T, C)), s.p, s.training))
        return s.n2(x + F.dropout(s.f2(F.gelu(s.f1(x))), s.p, s.training))


def load_bert_layers(layers, w, g):
    for i, l in enumerate(layers):
        p = f"encoder.layer.{i}."
        for x in ("weight", "bias"):
            getattr(l.qkv, x).data.copy_(torch.cat([g(f"{p}attention.self.{k}.{x}") for k in ("query", "key", "value")]))
            getattr(l.o, x).data.copy_(g(f"{p}attention.output.dense.{x}"))
            getattr(l.n1, x).data.copy_(g(f"{p}attention.output.LayerNorm.{x}"))
            getattr(l.f1, x).data.copy_(g(f"{p}intermediate.dense.{x}"))
            getattr(l.f2, x).data.copy_(g(f"{p}output.dense.{x}"))
            getattr(l.n2, x).data.copy_(g(f"{p}output.LayerNorm.{x}"))


def minilm():
    w = load(minilm_file("model.safetensors"))
    return w, lambda suffix: w[next(k for k in w if k.endswith(suffix))]


class Trunk(nn.Module):
    def __init__(s):
        super().__init__()
        s.word, s.position, s.token_type = nn.Embedding(30522, D), nn.Embedding(512, D), nn.Parameter(torch.zeros(D))
        s.norm = nn.LayerNorm(D, eps=1e-12)
        s.shape, s.quotation = nn.Embedding(8, D), nn.Embedding(4, D)
        s.paragraph, s.convention = nn.Embedding(3, D), nn.Embedding(2, D)
        for e in (s.shape, s.quotation, s.paragraph, s.convention):
            nn.init.normal_(e.weight, std=0.01)
        s.layers = nn.ModuleList([Layer(D, 12, 1536) for _ in range(6)])

    def load_minilm(s):
        w, g = minilm()
        s.word.weight.data.copy_(g("embeddings.word_embeddings.weight"))
        s.position.weight.data.copy_(g("embeddings.position_embeddings.weight"))
        s.token_type.data.copy_(g("embeddings.token_type_embeddings.weight")[0])
        s.norm.weight.data.copy_(g("embeddings.LayerNorm.weight"))
        s.norm.bias.data.copy_(g("embeddings.LayerNorm.bias"))
        load_bert_layers(s.layers, w, g)
        s.word.weight.requires_grad = False

    def forward(s, b):
        x = s.word(b["ids"]) + s.position.weight[:b["ids"].shape[1]] + s.token_type
        x = x + s.shape(b["shape"]) + s.quotation(b["quotation"]) + s.paragraph(b["paragraph"])
        x = F.dropout(s.norm(x + s.convention(b["convention"])[:, None]), 0.1, s.training)
        for l in s.layers:
            x = l(x, b["mask"][:, None, None, :])
        return x


class Reader(nn.Module):
    """For each cue: tags of its own source and content over a window round it; act, negated, hedged."""

    def __init__(s):
        super().__init__()
        s.input, s.cue = nn.Linear(D, READER), nn.Linear(D, READER)
        s.distance, s.inside = nn.Embedding(2 * HALF + 2, READER), nn.Embedding(2, READER)
        s.norm = nn.LayerNorm(READER)
        s.layers = nn.ModuleList([Layer(READER, 4, READER * 3) for _ in range(READER_LAYERS)])
        s.tags = nn.Linear(READER, 5)

    def forward(s, h, cues, mask):
        """cues: (row, first, end). Tag scores N x W x 5, first token of each window, real tokens, pooled 2 x vectors."""
        T, dev = h.shape[1], h.device
        W = min(2 * HALF, T)
        row, a, e = (torch.tensor([c[i] for c in cues], device=dev) for i in range(3))
        n = mask.sum(1)[row]                                        # real tokens of the row: windows do not leave them
        first = torch.minimum(((a + e) // 2 - HALF).clamp(min=0), (n - W).clamp(min=0))
        idx = first[:, None] + torch.arange(W, device=dev)[None]
        inside = (idx >= a[:, None]) & (idx < e[:, None])
        cue = span_means(h, cues)
        dist = torch.where(idx < a[:, None], idx - a[:, None], torch.where(idx >= e[:, None], idx - e[:, None] + 1, 0))
        x = s.input(h)[row[:, None], idx] + s.cue(cue)[:, None]
        x = x + s.distance(dist.clamp(-HALF, HALF) + HALF) + s.inside(inside.long())
        x, real = s.norm(x), mask[row[:, None], idx]
        for l in s.layers:
            x = l(x, real[:, None, None, :])
        pooled = (x * inside[..., None]).sum(1) / inside.sum(1, keepdim=True).clamp(min=1)
        return s.tags(x), first, real, torch.cat([cue, pooled], -1)


class Mentions(nn.Module):
    """Which spans are mentions (a score for each first and last token), their vectors and types."""

    def __init__(s):
        super().__init__()
        s.start, s.end = nn.Linear(D, SPAN), nn.Linear(D, SPAN)
        s.open, s.close = nn.Linear(D, 1), nn.Linear(D, 1)
        s.width = nn.Parameter(torch.zeros(MENTION_WIDTH))
        s.vector, s.kind = nn.Linear(3 * D, MENTION), nn.Linear(MENTION, len(TYPES))
        nn.init.constant_(s.open.bias, -3.0)

    def scores(s, h):
        """B x T x MENTION_WIDTH: score of the span from token t over k + 1 tokens."""
        a, b = s.start(h) / math.sqrt(SPAN), s.end(h)
        o, c = s.open(h)[..., 0], s.close(h)[..., 0]
        out = []
        for k in range(MENTION_WIDTH):
            v = F.pad((a[:, :a.shape[1] - k] * b[:, k:]).sum(-1) + c[:, k:], (0, k))
            out.append(v + o + s.width[k])
        return torch.stack(out, -1)

    def vectors(s, h, spans):
        """spans: (row, first, end) -> M x MENTION, relu'd."""
        row, a, e = torch.tensor(spans, device=h.device).T
        return F.relu(s.vector(torch.cat([h[row, a], h[row, e - 1], span_means(h, spans)], -1)))


class Coreference(nn.Module):
    """How well an earlier mention serves as antecedent of a later one."""

    def __init__(s):
        super().__init__()
        s.anaphor, s.antecedent = nn.Linear(MENTION, PAIR), nn.Linear(MENTION, PAIR)
        s.left, s.right = nn.Linear(MENTION, PAIR), nn.Linear(MENTION, PAIR)
        s.product, s.features, s.score = nn.Linear(PAIR, PAIR), nn.Linear(max(FEATURES, 1), PAIR), nn.Linear(PAIR, 1)

    def forward(s, m, i, j, f):
        """Scores of the pairs (anaphor i, antecedent j) with features f: one number a pair."""
        x = s.anaphor(m)[i] + s.antecedent(m)[j] + s.product(s.left(m)[i] * s.right(m)[j])
        return s.score(F.relu(x + s.features(f)))[:, 0]


class Model(nn.Module):
    def __init__(s):
        super().__init__()
        s.trunk, s.cue, s.reader = Trunk(), nn.Linear(D, 3), Reader()
        s.act, s.flags = nn.Linear(D + READER, len(ACTS)), nn.Linear(D + READER, 2)
        s.mention, s.coref = Mentions(), Coreference()
        s.sentence, s.zone = nn.Linear(D, D), nn.Linear(D, len(ZONES))
        nn.init.eye_(s.sentence.weight)
        nn.init.zeros_(s.sentence.bias)

    def load_trial(s, tensors):
        """Starts the statement part from a trial's tensors, whose names were shorter."""
        names = {"pe": "trunk.position", "te": "trunk.token_type", "ne": "trunk.norm", "sh": "trunk.shape", "qe": "trunk.quotation",
                 "pf": "trunk.paragraph", "conv": "trunk.convention", "layers": "trunk.layers", "cue": "cue", "rp": "reader.input",
                 "rc": "reader.cue", "rd": "reader.distance", "rm": "reader.inside", "rn": "reader.norm", "rl": "reader.layers",
                 "ro": "reader.tags", "act": "act", "flag": "flags"}
        s.trunk.load_minilm()
        renamed = {}
        for key, value in tensors.items():
            head, _, rest = key.partition(".")
            renamed[names[head] + ("." + rest if rest else "")] = value.float()
        missing, unexpected = s.load_state_dict(renamed, strict=False)
        assert not unexpected, unexpected


class PairModel(nn.Module):
    """Reads two statements together: about the same claim? which side? the same utterance?"""

    def __init__(s):
        super().__init__()
        s.word, s.position, s.segment = nn.Embedding(30522, D), nn.Embedding(512, D), nn.Embedding(6, D)
        s.norm = nn.LayerNorm(D, eps=1e-12)
        s.layers = nn.ModuleList([Layer(D, 12, 1536) for _ in range(6)])
        s.hidden, s.out = nn.Linear(D, D), nn.Linear(D, 3)

    def load_minilm(s):
        w, g = minilm()
        s.word.weight.data.copy_(g("embeddings.word_embeddings.weight"))
        s.word.weight.requires_grad = False
        s.position.weight.data.copy_(g("embeddings.position_embeddings.weight"))
        s.segment.weight.data.copy_(g("embeddings.token_type_embeddings.weight")[0][None] + torch.randn(6, D) * 0.01)
        s.norm.weight.data.copy_(g("embeddings.LayerNorm.weight"))
        s.norm.bias.data.copy_(g("embeddings.LayerNorm.bias"))
        load_bert_layers(s.layers, w, g)

    def forward(s, ids, segment, mask):
        x = s.word(ids) + s.position.weight[:ids.shape[1]] + s.segment(segment)
        x = F.dropout(s.norm(x), 0.1, s.training)
        for l in s.layers:
            x = l(x, mask[:, None, None, :])
        pooled = (x * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        return s.out(F.dropout(F.relu(s.hidden(pooled)), 0.1, s.training))
