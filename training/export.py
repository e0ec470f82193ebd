"""Writes the weights file that the program embeds: `export.py --main work/main.pt --out FILE [--recipe all]`.

Matrices become int8 with a scale for each row; small ones, norms, biases stay float32. The file is in safetensors format; its metadata
carry the vocabulary, the shape, and a card that names every set the weights learnt from, with its licence.
"""
import argparse
import hashlib
import json

import numpy as np
import torch
from safetensors.numpy import save_file

from claims import FEATURES as CLAIM_FEATURES
from data import ACTS, TYPES, WINDOW, ZONES, tokenizer

RENAMED = {"trunk.token_type": "trunk.type", "mention.kind.": "mention.type."}
FLOAT = ("cue.", "act.out.", "flags.", "zone.", "coref.", "reader.tags.", "mention.open.", "mention.close.", "mention.type.", "mention.keep.", "claims.")
EMBEDDINGS = {"trunk.word.weight": None, "trunk.position.weight": WINDOW}

SETS = {
    "all-MiniLM-L6-v2": "the trunk to begin with; Apache-2.0",
    "stories": "our own annotated stories, without the held-out and the kept-back ones; MIT OR Apache-2.0",
    "PolNeAR train": "attributions in political news; no licence stated, the outlets' texts",
    "FNC-1, TempEval, GUM, timelines": "texts without their annotation, read by an earlier model of ours for the present one to learn from; no licence "
                                       "stated, CC BY, CC BY-SA",
    "factbook, congress-legislators": "family names, to exchange names in the stories; public domain",
}
ONLY_ALL = ("PolNeAR train", "FNC-1, TempEval, GUM, timelines")
ONLY_TAUGHT = ("FNC-1, TempEval, GUM, timelines",)


def quantize(w):
    """int8 rows and their scales."""
    scale = np.abs(w).max(axis=1) / 127.0
    scale[scale == 0] = 1.0
    return np.clip(np.rint(w / scale[:, None]), -127, 127).astype(np.int8), scale.astype(np.float32)


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--main", required=True)
    ap.add_argument("--out", required=True)
    ap.add_argument("--recipe", default="all")
    ap.add_argument("--taught", action="store_true", help="the weights learnt from texts without gold, too (`train.py --teacher`)")
    ap.add_argument("--figures", help="a JSON file with figures for the card")
    a = ap.parse_args()
    alone = ("claims.vector.", "claims.pair.", "claims.out.")       # the trunk's own head, which stands there as `claims.0`, too
    state = {k: v for k, v in torch.load(a.main, map_location="cpu").items() if not k.startswith(alone)}
    assert "claims.0.out.weight" in state, "train_claims.py comes first"
    assert "act.plain.keys" in state, "plain_acts.py comes first"
    assert "coref.plain.0.out.weight" in state, "plain_coref.py comes first"
    out = {}
    for key, value in state.items():
        for old, new in RENAMED.items():
            key = key.replace(old, new) if key.startswith(old) else key
        if key == "act.plain.keys":     # whole numbers of four bytes
            out[key] = value.numpy().astype("<u4").view(np.int8).reshape(-1, 4)
            continue
        w = value.detach().float().numpy()
        if key in EMBEDDINGS:
            w = w[:EMBEDDINGS[key]] if EMBEDDINGS[key] else w
        if key == "reader.transitions":
            w = w.reshape(-1)
        matrix = w.ndim == 2 and key.endswith(".weight")
        small = w.size < 4096 or key.startswith(FLOAT) or (key.startswith(("trunk.", "reader.")) and "layers" not in key
                                                          and key != "trunk.word.weight" and not key.startswith(("reader.input", "reader.cue")))
        if matrix and not small:
            out[key], out[key.removesuffix("weight") + "scale"] = quantize(w)
        else:
            out[key] = np.ascontiguousarray(w, dtype=np.float32)
    vocabulary = sorted(tokenizer().get_vocab().items(), key=lambda kv: kv[1])
    assert [i for _, i in vocabulary] == list(range(len(vocabulary)))
    digest = hashlib.sha256()
    for k in sorted(out):
        digest.update(k.encode() + out[k].tobytes())
    card = {
        "name": "tellings", "recipe": a.recipe, "language": "en",
        "terms": "Weights: for the recipe `clean` MIT OR Apache-2.0 with the notices below; the recipe `all` also learnt from sets "
                 "without a stated licence, whose texts are not part of it.",
        "learnt from": {k: v for k, v in SETS.items()
                        if (a.recipe == "all" or k not in ONLY_ALL) and (a.taught or k not in ONLY_TAUGHT)},
        "conventions": ["PolNeAR", "stories"], "acts": ACTS, "types": TYPES, "zones": ZONES,
        "figures": json.load(open(a.figures)) if a.figures else {},
    }
    shape = {"hidden": 384, "layers": 6, "heads": 12, "feed_forward": 1536, "window": WINDOW, "reader": 128, "reader_layers": 2, "reader_heads": 4, "features": state["coref.features.weight"].shape[1],
             "claim_features": CLAIM_FEATURES}
    save_file(out, a.out, metadata={
        "format": "tellings-weights-1", "id": f"{a.recipe}-{digest.hexdigest()[:12]}", "card": json.dumps(card, ensure_ascii=False),
        "vocabulary": "\n".join(p for p, _ in vocabulary), "shape": json.dumps(shape)})
    for k in sorted(out):
        if "layers.0" in k or "layers" not in k:
            print(k, out[k].dtype, out[k].shape)


if __name__ == "__main__":
    main()
