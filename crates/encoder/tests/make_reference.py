"""Writes tests/fixtures/reference.json: what PyTorch computes in floats with the weights of `examples/reference_weights`.

    cargo run -p tellings-encoder --example reference_weights /tmp/weights.safetensors
    python tests/make_reference.py /tmp/weights.safetensors

Needs torch and safetensors. The weights are random, the same every time, and so are the inputs.
"""
import json
import random
import sys
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file

WINDOW, OVERLAP, TOKENS = 320, 64, 600
KEPT = [0, 1, 130, 178, 209, 210, 211, 241, 300, 357, 389, 390, 420, 598, 599]


class Network:
    def __init__(s, path):
        s.w = {k: v.double() for k, v in load_file(path).items()}

    def table(s, name):
        w = s.w[name + ".weight"]
        return w * s.w[name + ".scale"][:, None] if name + ".scale" in s.w else w

    def linear(s, name, x):
        return F.linear(x, s.table(name), s.w[name + ".bias"])

    def norm(s, name, x, eps=1e-12):
        return F.layer_norm(x, x.shape[-1:], s.w[name + ".weight"], s.w[name + ".bias"], eps)

    def layers(s, prefix, heads, x):
        i = 0
        while f"{prefix}.{i}.qkv.weight" in s.w:
            p = f"{prefix}.{i}."
            n, d = x.shape
            q, k, v = s.linear(p + "qkv", x).view(n, 3, heads, d // heads).permute(1, 2, 0, 3)
            a = F.scaled_dot_product_attention(q[None], k[None], v[None])[0]
            x = s.norm(p + "n1", x + s.linear(p + "o", a.transpose(0, 1).reshape(n, d)))
            x = s.norm(p + "n2", x + s.linear(p + "f2", F.gelu(s.linear(p + "f1", x))))
            i += 1
        return x

    def trunk(s, t, convention):
        n = len(t["ids"])
        out = [None] * n
        count = 1 if n <= WINDOW else -(-(n - OVERLAP) // (WINDOW - OVERLAP))
        overlap = OVERLAP if count > 1 else 0
        windows = [(i * (n - overlap) // count, (i + 1) * (n - overlap) // count + overlap) for i in range(count)]
        for a, b in windows:
            x = s.table("trunk.word")[t["ids"][a:b]] + s.table("trunk.position")[:b - a] + s.w["trunk.type"]
            for f in ("shape", "quotation", "paragraph"):
                x = x + s.table("trunk." + f)[t[f][a:b]]
            x = s.norm("trunk.norm", x + s.table("trunk.convention")[convention])
            x = s.layers("trunk.layers", 12, x)
            for i in range(a, b):
                far = min(i - a if a else n, b - 1 - i if b < n else n)
                if out[i] is None or far > out[i][0]:
                    out[i] = (far, x[i - a])
        return torch.stack([v for _, v in out])


def main():
    net, rng = Network(sys.argv[1]), random.Random(8)
    pieces = net.w["trunk.word.weight"].shape[0]
    some = lambda n, end: [rng.randrange(end) for _ in range(n)]
    tokens = {"ids": some(TOKENS, pieces), "shape": some(TOKENS, 7), "quotation": some(TOKENS, 4), "paragraph": some(TOKENS, 3)}
    rounded = lambda x: [[round(v, 4) for v in row] for row in x.tolist()]
    texts = []
    for n in (1, 600):
        part = {k: v[:n] for k, v in tokens.items()}
        rows = [i for i in KEPT if i < n]
        texts.append({"tokens": n, "rows": rows, "vectors": rounded(net.trunk(part, n % 2)[rows])})
    x = torch.tensor([[(i * 31 + j * 17) % 101 / 50 - 1 for j in range(128)] for i in range(200)], dtype=torch.float64)
    y = torch.cat([net.layers("reader.layers", 4, part) for part in x.split([7, 192, 1])])
    rows = [0, 6, 7, 100, 198, 199]
    out = {"input": tokens, "texts": texts, "reader": {"lengths": [7, 192, 1], "rows": rows, "vectors": rounded(y[rows])}}
    path = Path(__file__).parent / "fixtures" / "reference.json"
    path.write_text(json.dumps(out, separators=(",", ":")).replace('"texts"', '\n"texts"').replace('"reader"', '\n"reader"') + "\n")


if __name__ == "__main__":
    main()
