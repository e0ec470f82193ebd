"""Masked-language training beside the other losses (Devlin et al. 2019): of text without gold a share of the word pieces is hidden, and the trunk
says what stood there. Shape and quotation features stay visible, as they are where the program reads."""
import torch
import torch.nn as nn
import torch.nn.functional as F

from model import D

SHARE, HIDDEN = 0.15, 103     # of all word pieces; BERT's [MASK]


class Masked(nn.Module):
    """What a trunk's vector says of a hidden word piece; weights of the last layer are the trunk's own word embeddings. It is not shipped."""

    def __init__(self, vocabulary):
        super().__init__()
        self.dense, self.norm, self.bias = nn.Linear(D, D), nn.LayerNorm(D, eps=1e-12), nn.Parameter(torch.zeros(vocabulary))

    def loss(self, trunk, b, device):
        """The mean loss, in nats a hidden piece, over a collated batch."""
        ids = b["ids"]
        chosen = (torch.rand(ids.shape, device=device) < SHARE) & b["mask"] & (ids > 999)     # below stand BERT's own marks
        how = torch.rand(ids.shape, device=device)
        seen = torch.where(chosen & (how < 0.8), HIDDEN, ids)
        seen = torch.where(chosen & (how > 0.9), torch.randint_like(ids, 1000, trunk.word.num_embeddings), seen)
        with torch.autocast(device, dtype=torch.bfloat16):
            h = trunk({**b, "ids": seen})[chosen]
            logits = F.linear(self.norm(F.gelu(self.dense(h))), trunk.word.weight) + self.bias
        return F.cross_entropy(logits.float(), ids[chosen])
