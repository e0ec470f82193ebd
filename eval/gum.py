"""GUM's news and interviews as gold for mentions and coreference: `python eval/gum.py PART GUM.jsonl OUT.jsonl`.

GUM marks every noun phrase; Tellings only what can speak or be spoken of. So people, organizations and places are kept; the rest is left
out of gold, and mentions of it that are found count as too many. Appositions are mentions here as there. One story a document.
"""
import json
import sys

KEPT = {"person": "person", "organization": "organisation", "place": "place"}

part, source, target = sys.argv[1:4]
with open(source, encoding="utf-8") as lines, open(target, "w", encoding="utf-8") as out:
    for line in lines:
        document = json.loads(line)
        if document["genre"] not in ("news", "interview") or document["part"] != part:
            continue
        mentions = [m for m in document["mentions"] if m["type"] in KEPT]
        types = {m["entity"]: KEPT[m["type"]] for m in mentions}
        story = {
            "slug": document["id"],
            "entities": [{"id": e, "name": e, "type": kind} for e, kind in sorted(types.items())],
            "claims": None,
            "articles": [{
                "id": f"{document['id']}/a1",
                "text": document["text"],
                "date": document["date"],
                "statements": [],
                "mentions": [{"entity": m["entity"], "span": m["span"]} for m in mentions],
            }],
        }
        out.write(json.dumps(story, ensure_ascii=False) + "\n")
