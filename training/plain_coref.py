"""What a pair of mentions shows without any vector, as a judge of its own beside the trunk's coreference head.

In: the features of `features.py`. Out: a score for each antecedent; above zero means the same. The trunk knows the people of its own
stories by heart, so its head trusts vectors too much elsewhere; features cannot be learnt so. Both decide together by the weighted mean of
their scores (a product of experts, Hinton 2002). `crates/actors/src/coreference.rs` computes the same.

    plain_coref.py --main work/main.pt       fits the heads, five minutes on one core, and writes `coref.plain.*` into the file
"""
import argparse
import random

import torch
import torch.nn as nn
import torch.nn.functional as F

from batches import coreference_pairs
from data import compiled_stories, story_articles, training_slugs
from features import FEATURES

HEADS, EPOCHS, RATE, WIDTH = 3, 3, 3e-3, 64


class PlainCoreference(nn.Module):
    def __init__(s):
        super().__init__()
        s.hidden, s.out = nn.Linear(FEATURES, WIDTH), nn.Linear(WIDTH, 1)

    def forward(s, f):
        """Features ... x FEATURES to scores."""
        return s.out(F.dropout(F.relu(s.hidden(F.dropout(f, 0.05, s.training))), 0.2, s.training))[..., 0]


def article_pairs(e):
    """(features n x most x FEATURES, which places hold a candidate, which hold the same entity); place 0 is nobody."""
    context, entity = coreference_pairs(e), [m[3] for m in e.mentions]
    most = max((len(js) for js, _ in context), default=0)
    if not most:
        return None
    features = torch.zeros(len(context), most, FEATURES)
    there, right = torch.zeros(len(context), most + 1, dtype=torch.bool), torch.zeros(len(context), most + 1, dtype=torch.bool)
    there[:, 0] = True
    for i, (js, f) in enumerate(context):
        if js:
            features[i, :len(js)], there[i, 1:len(js) + 1] = f, True
            right[i, 1:len(js) + 1] = torch.tensor([entity[i] == entity[j] for j in js])
    right[:, 0] = ~right.any(1)
    return features.half(), there, right


def loss_of(head, article):
    """Minus the log likelihood that some right antecedent, or nobody, is chosen, on average over mentions; and the share of right choices."""
    features, there, right = article
    scores = F.pad(head(features.float()), (1, 0)).masked_fill(~there, -1e4)
    loss = (scores.logsumexp(1) - scores.masked_fill(~right, -1e4).logsumexp(1)).mean()
    return loss, right.gather(1, scores.argmax(1, keepdim=True)).float().mean()


def fit(articles, seed):
    rng = random.Random(seed)
    torch.manual_seed(seed)
    head = PlainCoreference()
    opt = torch.optim.AdamW(head.parameters(), lr=RATE, weight_decay=0.02)
    step, steps = 0, EPOCHS * len(articles)
    for _ in range(EPOCHS):
        for article in rng.sample(articles, len(articles)):
            for g in opt.param_groups:
                g["lr"] = RATE * (1 - step / steps) + 1e-5
            step += 1
            opt.zero_grad()
            loss_of(head, article)[0].backward()
            opt.step()
    return head.eval()


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--main", required=True)
    a = ap.parse_args()
    torch.set_num_threads(1)
    train, dev = ([p for e in story_articles(compiled_stories(), set(slugs).__contains__) if (p := article_pairs(e))] for slugs in training_slugs())
    print(f"{len(train)} articles", flush=True)
    state = {k: v for k, v in torch.load(a.main).items() if not k.startswith("coref.plain.")}
    for n in range(HEADS):
        head = fit(train, n + 1)
        with torch.no_grad():
            loss, right = (sum(x) / len(dev) for x in zip(*(loss_of(head, p) for p in dev)))
        print(f"head {n}: dev {loss:.4f} nats, {right:.4f} right", flush=True)
        state |= {f"coref.plain.{n}.{k}": v for k, v in head.state_dict().items()}
    torch.save(state, a.main)


if __name__ == "__main__":
    main()
