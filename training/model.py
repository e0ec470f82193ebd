"""The trunk (all-MiniLM-L6-v2 with added feature embeddings) and the heads on it.

Names are those of the weights file that `export.py` writes and the Rust crate `encoder` reads; D is 384.
"""
import math

import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.torch import load

from claims import FEATURES as CLAIM_FEATURES
from data import ACTS, MENTION_WIDTH, TYPES, ZONES, minilm_file

D = 384
READER, READER_LAYERS, HALF = 128, 2, 96   # width, layers and half window of the reader for each cue
LEAST = -3.0                               # first score of a span that is looked at once more
DROP = 0.3                                 # before the heads that learn from stories alone, which are few
SPAN, MENTION, PAIR, CLAIM = 96, 192, 64, 128   # widths: span scores, mention vectors, coreference, claims
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
        costs = torch.zeros(5, 5)
        costs[:, 1] = costs[:, 3] = -2.0                            # to begin a piece costs something
        s.transitions = nn.Parameter(costs)                         # from a tag (row) to the next one

    def allowed(s):
        """Transitions with those ruled out that no sequence has: a further tag without its first."""
        out = torch.zeros(5, 5, dtype=torch.bool)
        out[[0, 3, 4, 0, 1, 2], [2, 2, 2, 4, 4, 4]] = True
        return s.transitions.masked_fill(out.to(s.transitions.device), -1e4)

    def likelihood(s, scores, gold, real):
        """Minus the log likelihood of each window's gold tags (N x W, real tokens first) among all sequences: a linear-chain CRF
        (Lafferty et al. 2001), whose best sequence the program decodes. Before the first token stands an O."""
        step = s.allowed()
        alpha = step[0] + scores[:, 0]
        true = alpha.gather(1, gold[:, :1])[:, 0]
        for t in range(1, scores.shape[1]):
            on = real[:, t]
            more = torch.logsumexp(alpha[:, :, None] + step[None], 1) + scores[:, t]
            alpha = torch.where(on[:, None], more, alpha)
            true = true + torch.where(on, step[gold[:, t - 1], gold[:, t]] + scores[:, t].gather(1, gold[:, t:t + 1])[:, 0], 0.0)
        return torch.logsumexp(alpha, 1) - true

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
        return s.tags(F.dropout(x, 0.1, s.training)), first, real, F.dropout(torch.cat([cue, pooled], -1), DROP, s.training)


class Mentions(nn.Module):
    """Which spans are mentions (a score for each first and last token), their vectors and types."""

    def __init__(s):
        super().__init__()
        s.start, s.end = nn.Linear(D, SPAN), nn.Linear(D, SPAN)
        s.open, s.close = nn.Linear(D, 1), nn.Linear(D, 1)
        s.width = nn.Parameter(torch.zeros(MENTION_WIDTH))
        s.vector, s.kind, s.keep = nn.Linear(3 * D, MENTION), nn.Linear(MENTION, len(TYPES)), nn.Linear(MENTION, 1)
        nn.init.constant_(s.open.bias, -3.0)

    def scores(s, h):
        """B x T x MENTION_WIDTH: first score of the span from token t over k + 1 tokens. Those above `LEAST` are looked at once more:
        with what `keep` makes of their vectors added, a span above zero is a mention."""
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
        x = torch.cat([h[row, a], h[row, e - 1], span_means(h, spans)], -1)
        return F.relu(s.vector(F.dropout(x, DROP, s.training)))


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
        return s.score(F.dropout(F.relu(x + s.features(f)), DROP, s.training))[:, 0]


class Claims(nn.Module):
    """Of two statements of a story: about one claim? on different sides of it? one utterance? From what each says in its article."""

    def __init__(s):
        super().__init__()
        s.vector = nn.Linear(3 * D, CLAIM)
        s.pair, s.out = nn.Linear(2 * CLAIM + 1 + CLAIM_FEATURES, CLAIM), nn.Linear(CLAIM, 3)

    def forward(s, content, cue, sentence, i, j, f):
        """Mean vectors of content and cue and the sentence vector of each statement; pairs (i, j) with features f: three logits each."""
        sentence = F.normalize(sentence, dim=-1)
        x = torch.cat([content, cue, 20 * sentence], -1)
        u = s.vector(F.dropout(x, DROP, s.training))
        a, b = u[i], u[j]
        likeness = (sentence[i] * sentence[j]).sum(-1, keepdim=True)
        x = F.dropout(torch.cat([a * b, (a - b).abs(), 3 * likeness, f], -1), 0.1, s.training)
        return s.out(F.dropout(F.relu(s.pair(x)), DROP, s.training))


class Model(nn.Module):
    def __init__(s):
        super().__init__()
        s.trunk, s.cue, s.reader = Trunk(), nn.Linear(D, 3), Reader()
        s.act, s.flags = nn.Linear(D + READER, len(ACTS)), nn.Linear(D + READER, 2)
        s.mention, s.coref, s.claims = Mentions(), Coreference(), Claims()
        s.sentence, s.zone = nn.Linear(D, D), nn.Linear(D, len(ZONES))
        nn.init.eye_(s.sentence.weight)
        nn.init.zeros_(s.sentence.bias)

    def load_shipped(s, tensors):
        """Starts from a weights file that `export.py` wrote: rows of eight bits become numbers again. What it lacks stays as it is."""
        own = s.state_dict()
        names = {"trunk.type": "trunk.token_type"}
        for key, value in tensors.items():
            if key.endswith(".scale"):
                continue
            scale = tensors.get(key.removesuffix("weight") + "scale") if key.endswith(".weight") else None
            value = value.float() if scale is None else value.float() * scale[:, None]
            key = names.get(key, key.replace("mention.type.", "mention.kind."))
            if key in own:     # the claim heads of the file have other names: `train_claims.py` makes them anew
                to = own[key]
                if to.numel() == value.numel():
                    own[key] = value.reshape(to.shape)
                else:
                    own[key][:len(value)] = value     # positions beyond the window are not shipped
        s.load_state_dict(own)

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
