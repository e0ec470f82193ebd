"""The trunk (all-MiniLM-L6-v2 with added feature embeddings), the heads on it, and a trunk of base size to learn from.

Names are those of the weights file that `export.py` writes and the Rust crate `encoder` reads; D is 384. Only the small trunk ships.
"""
import math

import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.torch import load

from claims import FEATURES as CLAIM_FEATURES, NARROW
from data import ACTS, MENTION_WIDTH, TYPES, WINDOW, ZONES, minilm_file

D = 384
READER, READER_LAYERS, HALF = 128, 2, 80   # width, layers and half window of the reader for each cue
LEAST = -3.0                               # first score of a span that is looked at once more
DROP = 0.3                                 # before the heads that learn from stories alone, which are few
SPAN, MENTION, PAIR, CLAIM, PLAIN, ACT = 96, 192, 64, 128, 128, 256   # widths: span scores, mention vectors, coreference, claims, claims' plain heads, acts
FEATURES = 0
try:
    from features import FEATURES          # number of pair features
except ImportError:
    pass


def span_means(h, spans):
    """Means of h over (row, first, end) ranges, by running sums: one gather in place of a slice for each span."""
    row, a, e = torch.as_tensor(spans, device=h.device).T
    sums = F.pad(h.cumsum(1), (0, 0, 1, 0))
    return (sums[row, e] - sums[row, a]) / (e - a)[:, None]


def rounded(x, dim):
    """x as the program has it: whole numbers of eight bits with a scale along `dim`; to learning it is x (Bengio et al. 2013)."""
    scale = x.detach().abs().amax(dim, keepdim=True).clamp(min=1e-6) / 127
    return x + ((x / scale).round() * scale - x).detach()


class Layer(nn.Module):
    """A post-norm transformer layer as in BERT. With `eight` its attention computes in eight bits, as the program's does."""
    eight = False

    def __init__(s, d, heads, ff, drop=0.05):
        super().__init__()
        s.h, s.p = heads, drop
        s.qkv, s.o, s.n1 = nn.Linear(d, 3 * d), nn.Linear(d, d), nn.LayerNorm(d, eps=1e-12)
        s.f1, s.f2, s.n2 = nn.Linear(d, ff), nn.Linear(ff, d), nn.LayerNorm(d, eps=1e-12)

    def forward(s, x, mask):
        B, T, C = x.shape
        q, k, v = s.qkv(x).view(B, T, 3, s.h, C // s.h).permute(2, 0, 3, 1, 4)
        if s.eight:
            q, k, v = rounded(q, -1), rounded(k, -1), rounded(v, -2)
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
    width = D

    def __init__(s, layers=6):
        super().__init__()
        d = s.width
        s.word, s.position, s.token_type = nn.Embedding(30522, d), nn.Embedding(512, d), nn.Parameter(torch.zeros(d))
        s.norm = nn.LayerNorm(d, eps=1e-12)
        s.shape, s.quotation = nn.Embedding(8, d), nn.Embedding(4, d)
        s.paragraph, s.convention = nn.Embedding(3, d), nn.Embedding(2, d)
        for e in (s.shape, s.quotation, s.paragraph, s.convention):
            nn.init.normal_(e.weight, std=0.01)
        s.word.weight.requires_grad = False
        s.layers = nn.ModuleList([Layer(d, 12, 4 * d) for _ in range(layers)])

    def load_minilm(s):
        w, g = minilm()
        s.word.weight.data.copy_(g("embeddings.word_embeddings.weight"))
        s.position.weight.data.copy_(g("embeddings.position_embeddings.weight"))
        s.token_type.data.copy_(g("embeddings.token_type_embeddings.weight")[0])
        s.norm.weight.data.copy_(g("embeddings.LayerNorm.weight"))
        s.norm.bias.data.copy_(g("embeddings.LayerNorm.bias"))
        load_bert_layers(s.layers, w, g)

    def mask(s, b):
        """What attention may see, or how much more it is to look there."""
        return b["mask"][:, None, None, :]

    def forward(s, b):
        x = s.word(b["ids"]) + s.position.weight[:b["ids"].shape[1]] + s.token_type
        x = x + s.shape(b["shape"]) + s.quotation(b["quotation"]) + s.paragraph(b["paragraph"])
        x = F.dropout(s.norm(x + s.convention(b["convention"])[:, None]), 0.1, s.training)
        mask = s.mask(b)
        for l in s.layers:
            x = l(x, mask)
        return x


class LargeTrunk(Trunk):
    """all-mpnet-base-v2 with the same added embeddings: twelve layers, 768 wide, distances between tokens in attention (Song et al. 2020).
    Its word pieces are those of the small trunk, four places on."""
    width, BUCKETS, FURTHEST = 768, 32, 128

    def __init__(s):
        super().__init__(12)
        s.relative = nn.Embedding(s.BUCKETS, 12)
        back = torch.arange(WINDOW)[:, None] - torch.arange(WINDOW)[None]    # T5's buckets: half for each side, near ones exact
        half, near = s.BUCKETS // 2, s.BUCKETS // 4
        far = near + (back.abs().clamp(min=1).float() / near).log() / math.log(s.FURTHEST / near) * (half - near)
        bucket = torch.where(back.abs() < near, back.abs(), far.long().clamp(max=half - 1)) + (back < 0) * half
        s.register_buffer("bucket", bucket, persistent=False)

    def load_mpnet(s, w):
        """`w`: the tensors of the package's model.safetensors."""
        s.word.weight.data.copy_(w["embeddings.word_embeddings.weight"][4:4 + 30522])
        s.position.weight.data.copy_(w["embeddings.position_embeddings.weight"][2:])
        s.norm.weight.data.copy_(w["embeddings.LayerNorm.weight"])
        s.norm.bias.data.copy_(w["embeddings.LayerNorm.bias"])
        s.relative.weight.data.copy_(w["encoder.relative_attention_bias.weight"])
        for i, l in enumerate(s.layers):
            p = f"encoder.layer.{i}."
            for x in ("weight", "bias"):
                getattr(l.qkv, x).data.copy_(torch.cat([w[f"{p}attention.attn.{k}.{x}"] for k in "qkv"]))
                getattr(l.o, x).data.copy_(w[f"{p}attention.attn.o.{x}"])
                getattr(l.n1, x).data.copy_(w[f"{p}attention.LayerNorm.{x}"])
                getattr(l.f1, x).data.copy_(w[f"{p}intermediate.dense.{x}"])
                getattr(l.f2, x).data.copy_(w[f"{p}output.dense.{x}"])
                getattr(l.n2, x).data.copy_(w[f"{p}output.LayerNorm.{x}"])

    def mask(s, b):
        T = b["ids"].shape[1]
        far = s.relative(s.bucket[:T, :T]).permute(2, 0, 1)[None]
        return far.masked_fill(~b["mask"][:, None, None, :], -1e4).to(torch.bfloat16 if torch.is_autocast_enabled(far.device.type) else far.dtype)


def window_of(cues, lengths, T):
    """First tokens of the reader's windows for cues (row, first, end), whose rows of T tokens have so many real ones: none leaves those."""
    row, a, e = cues.T
    return torch.minimum(((a + e) // 2 - HALF).clamp(min=0), (lengths[row] - min(2 * HALF, T)).clamp(min=0))


class Reader(nn.Module):
    """For each cue: tags of its own source and content over a window round it; act, negated, hedged."""

    def __init__(s, d=D):
        super().__init__()
        s.input, s.cue = nn.Linear(d, READER), nn.Linear(d, READER)
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
        (Lafferty et al. 2001), whose best sequence the program decodes. Before the first token stands an O. The sum over sequences is a
        product of matrices, taken in pairs."""
        step = s.allowed()
        begin = torch.cat([torch.zeros_like(gold[:, :1]), gold[:, :-1]], 1)
        true = ((step[begin, gold] + scores.gather(2, gold[..., None])[..., 0]) * real).sum(1)
        nothing = torch.full((5, 5), -1e4, device=scores.device).fill_diagonal_(0.0)
        m = torch.where(real[..., None, None], step + scores[:, :, None, :], nothing)
        while m.shape[1] > 1:
            if m.shape[1] % 2:
                m = torch.cat([m, nothing.expand(len(m), 1, 5, 5)], 1)
            m = torch.logsumexp(m[:, ::2, :, :, None] + m[:, 1::2, None, :, :], 3)
        return torch.logsumexp(m[:, 0, 0], 1) - true

    def forward(s, h, cues, mask):
        """cues: (row, first, end). Tag scores N x W x 5, first token of each window, real tokens, vectors of the cue, and what `Acts` needs besides."""
        T, dev = h.shape[1], h.device
        cues = torch.as_tensor(cues, device=dev)
        W = min(2 * HALF, T)
        row, a, e = cues.T
        first = window_of(cues, mask.sum(1), T)
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
        return s.tags(F.dropout(x, 0.1, s.training)), first, real, torch.cat([cue, pooled], -1), (h, row, idx, x)


class Acts(nn.Module):
    """The act of a statement, from its cue and from what the reader found: the vectors of its content, the reader's of content and source."""

    def __init__(s, d=D):
        super().__init__()
        s.hidden, s.out = nn.Linear(2 * d + 3 * READER, ACT), nn.Linear(ACT, len(ACTS))

    def forward(s, cue, told, tags):
        """`cue` and `told` as the reader gives them, tags N x W; a statement without source or content has zeros for them."""
        h, row, idx, x = told
        content, source = (tags >= 3).to(x.dtype), ((tags == 1) | (tags == 2)).to(x.dtype)
        content, source = (m / m.sum(1, keepdim=True).clamp(min=1) for m in (content, source))
        means = [torch.einsum("nw,nwd->nd", m, v) for m, v in ((content, h[row[:, None], idx].to(x.dtype)), (content, x), (source, x))]
        x = F.dropout(torch.cat([cue, *means], -1), DROP, s.training)
        return s.out(F.dropout(F.relu(s.hidden(x)), DROP, s.training))


class Mentions(nn.Module):
    """Which spans are mentions (a score for each first and last token), their vectors and types."""

    def __init__(s, d=D):
        super().__init__()
        s.start, s.end = nn.Linear(d, SPAN), nn.Linear(d, SPAN)
        s.open, s.close = nn.Linear(d, 1), nn.Linear(d, 1)
        s.width = nn.Parameter(torch.zeros(MENTION_WIDTH))
        s.vector, s.kind, s.keep = nn.Linear(3 * d, MENTION), nn.Linear(MENTION, len(TYPES)), nn.Linear(MENTION, 1)
        nn.init.constant_(s.open.bias, -3.0)

    def scores(s, h):
        """B x T x MENTION_WIDTH: first score of the span from token t over k + 1 tokens. Those above `LEAST` are looked at once more:
        with what `keep` makes of their vectors added, a span above zero is a mention."""
        a, b = s.start(h) / math.sqrt(SPAN), s.end(h)
        o, c = s.open(h)[..., 0], s.close(h)[..., 0]
        out = []
        for k in range(min(MENTION_WIDTH, h.shape[1])):
            v = F.pad((a[:, :a.shape[1] - k] * b[:, k:]).sum(-1) + c[:, k:], (0, k))
            out.append(v + o + s.width[k])
        return F.pad(torch.stack(out, -1), (0, MENTION_WIDTH - len(out)), value=-1e4)

    def vectors(s, h, spans):
        """spans: (row, first, end) -> M x MENTION, relu'd."""
        row, a, e = torch.as_tensor(spans, device=h.device).T
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

    def __init__(s, d=D):
        super().__init__()
        s.vector = nn.Linear(3 * d, CLAIM)
        s.pair, s.out = nn.Linear(2 * CLAIM + 1 + NARROW, CLAIM), nn.Linear(CLAIM, 3)

    def forward(s, content, cue, sentence, i, j, f):
        """Mean vectors of content and cue and the sentence vector of each statement; pairs (i, j) with features f, of which it reads the first NARROW: three logits each."""
        sentence = F.normalize(sentence, dim=-1)
        x = torch.cat([content, cue, 20 * sentence], -1)
        u = s.vector(F.dropout(x, DROP, s.training))
        a, b = u[i], u[j]
        likeness = (sentence[i] * sentence[j]).sum(-1, keepdim=True)
        x = F.dropout(torch.cat([a * b, (a - b).abs(), 3 * likeness, f[:, :NARROW]], -1), 0.1, s.training)
        return s.out(F.dropout(F.relu(s.pair(x)), DROP, s.training))


class PlainClaims(nn.Module):
    """The same from what shows without any model alone: it cannot learn stories by heart."""

    def __init__(s):
        super().__init__()
        s.pair, s.out = nn.Linear(CLAIM_FEATURES, PLAIN), nn.Linear(PLAIN, 3)

    def forward(s, f):
        return s.out(F.dropout(F.relu(s.pair(F.dropout(f, 0.05, s.training))), 0.2, s.training))


class Model(nn.Module):
    def __init__(s, trunk=None):
        super().__init__()
        s.trunk = trunk or Trunk()
        d = s.trunk.width
        s.cue, s.reader = nn.Linear(d, 3), Reader(d)
        s.act, s.flags = Acts(d), nn.Linear(d + READER, 2)
        s.mention, s.coref, s.claims = Mentions(d), Coreference(), Claims(d)
        s.sentence, s.zone = nn.Linear(d, d), nn.Linear(d, len(ZONES))
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
            key = names.get(key, key.replace("mention.type.", "mention.kind.").replace("claims.0.", "claims."))
            if key in own:
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
                 "ro": "reader.tags", "flag": "flags"}
        s.trunk.load_minilm()
        renamed = {}
        for key, value in tensors.items():
            head, _, rest = key.partition(".")
            if head == "act":      # a trial's acts saw the cue alone: ours begin untrained
                continue
            key = names[head] + ("." + rest if rest else "")
            if key == "reader.distance.weight":      # a trial's windows were wider
                cut = (len(value) - len(s.reader.distance.weight)) // 2
                value = value[cut:cut + len(s.reader.distance.weight)]
            renamed[key] = value.float()
        missing, unexpected = s.load_state_dict(renamed, strict=False)
        assert not unexpected, unexpected
