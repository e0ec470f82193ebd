"""Writes tests/fixtures/tokens.json: texts with the ids and offsets that the reference gives.

Needs the `tokenizers` package and a BERT uncased `tokenizer.json`: `make_tokens.py tokenizer.json`. The vocabulary is cut
down to the pieces that could occur in these texts, so that the fixture stays small; the reference then runs with that.
"""
import json
import sys
from pathlib import Path

from tokenizers import Tokenizer

TEXTS = [
    "", " ", "\n\t\r", "a", "Hello, World!", "The mayor said: “We won’t pay 1,250.50 euros.”",
    "Zoë Ångström’s café – naïve façade…", "Zoe\u0308 A\u030angstro\u0308m", "e\u0301", "\u0301e", "x\u0301\u0302\u0303y",
    "unaffable antidisestablishmentarianism", "a" * 100, "a" * 101, "b" * 99 + "\u0301c", "U.S.-led, e.g. Mr. O'Neill's",
    "ﬁne ﬀ ½ ² № ™", "İstanbul ISTANBUL ıstanbul", "STRASSE straße ẞ", "Σίσυφος ΣΊΣΥΦΟΣ", "Привет, Ёлка й", "한국어 각", "東京は日本の首都",
    "北京beijing上海", "مرحبا بالعالم", "שָׁלוֹם", "नमस्ते", "ไทย", "👍🏽 👨‍👩‍👧 🇺🇳", "a\u200db\u200bc\ufeffd\u00ade", "a\u00a0b\u2003c\u3000d\u2028e",
    "a\u0000b\ufffdc\u0007d\u0085e", "[SEP]", "the [MASK] was [CLS][SEP] here", "[sep] [SEP [[SEP]] [unused0] ##s", "a_b a-b a+b a=b a|b a~b `a` ^ $5 <b>",
    "“«„‟”»’‘ — – ― ‐ ‑", "Fußball 1.FC №5", "tel: +49(0)30/12", "www.example.invalid/path?q=1&r=2#s", "\ue000 \U0010fffd",
    "\u302ea\u302f", "q\U0001d165\U0001d16d", "ΌΠΩΣ ᾳ ῼ ǅ", "\u0344\u0340\u0341\u0343", "Å Å Å K K", "a\u1dc0b\u20d0c\ufe20d", "١٢٣ 四五 ⅷ",
]


def main():
    reference = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    full = Tokenizer.from_str(json.dumps(reference))
    special = {t["content"] for t in reference["added_tokens"]}
    kept = set(special)
    for text in TEXTS:
        normal = full.normalizer.normalize_str(text)
        kept |= {normal[i:j] for i in range(len(normal)) for j in range(i + 1, min(len(normal), i + 20) + 1)}
    vocabulary = reference["model"]["vocab"]
    pieces = [p for p in sorted(vocabulary, key=vocabulary.get) if p.removeprefix("##") in kept or p in kept]
    ids = {p: i for i, p in enumerate(pieces)}
    reference["model"]["vocab"] = ids
    for token in reference["added_tokens"]:
        token["id"] = ids[token["content"]]
    reference |= {"truncation": None, "padding": None, "post_processor": None}
    small = Tokenizer.from_str(json.dumps(reference))
    cases = []
    for text in TEXTS:
        e = small.encode(text, add_special_tokens=False)
        cases.append([text, [[i, *o] for i, o in zip(e.ids, e.offsets)]])
    lines = ",\n".join(json.dumps(c, ensure_ascii=True) for c in cases)
    out = Path(__file__).parent / "fixtures" / "tokens.json"
    out.write_text('{"vocabulary": ' + json.dumps(" ".join(pieces)) + ',\n"cases": [\n' + lines + "\n]}\n", encoding="ascii")


if __name__ == "__main__":
    main()
