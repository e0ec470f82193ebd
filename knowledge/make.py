"""Makes the knowledge tables from public data: `python knowledge/make.py FOLDER-OF-SHARED-KNOWLEDGE`.

In: the csv files described in DATA (countries_mledoze, factbook_*, us_congress, petrarch_*). Out, beside this script:

    states_mledoze.csv   iso2,iso3,name,official,other names,capitals,demonyms        ODbL, see LICENSES.md
    states_factbook.csv  iso2,name,long name,former names,capital,nouns,adjectives    public domain
    heads.csv            iso2,office,name,from,to                                     public domain
    officials.csv        iso2,name,other names,from,to                                MIT (petrarch2)
    bodies.csv           name,other names,type,iso2 of its state                      MIT (petrarch2)
    roles.csv            word,plural,type                                             MIT (petrarch2)

Several values in one cell stand between `|`. `seats.csv` is written by hand and not touched.
"""
import csv
import gzip
import re
import sys
import unicodedata
from pathlib import Path

HERE = Path(__file__).resolve().parent
MONTHS = {m: n for n, m in enumerate(
    "january february march april may june july august september october november december".split(), 1)}
FACTBOOK_NAMES = {   # factbook's name: ISO 3166-1 alpha-2, where the two sources write it differently
    "Burma": "MM", "Congo, Democratic Republic of the": "CD", "Congo, Republic of the": "CG", "Cote d'Ivoire": "CI", "Czechia": "CZ",
    "Gambia, The": "GM", "Bahamas, The": "BS", "Korea, North": "KP", "Korea, South": "KR", "Micronesia, Federated States of": "FM",
    "Turkey (Turkiye)": "TR", "Turkey": "TR", "Holy See (Vatican City)": "VA", "Cabo Verde": "CV", "Eswatini": "SZ", "North Macedonia": "MK",
    "Sao Tome and Principe": "ST", "Timor-Leste": "TL", "West Bank": "PS", "Gaza Strip": "PS", "Macau": "MO", "Hong Kong": "HK",
    "Saint Vincent and the Grenadines": "VC", "United States": "US", "United Kingdom": "GB", "Curacao": "CW", "Kosovo": "XK"}


def rows(folder, name):
    path = folder / name
    opened = gzip.open(path, "rt", encoding="utf-8", newline="") if name.endswith(".gz") else open(path, encoding="utf-8", newline="")
    with opened as f:
        return list(csv.DictReader(f))


def write(name, head, lines):
    lines = sorted({tuple(x) for x in lines})
    with open(HERE / name, "w", encoding="utf-8", newline="") as f:
        w = csv.writer(f, lineterminator="\n")
        w.writerow(head)
        w.writerows(lines)
    print(name, len(lines), "rows", (HERE / name).stat().st_size, "bytes")


def plain(s):
    return "".join(c for c in unicodedata.normalize("NFKD", s) if not unicodedata.combining(c)).lower()


def is_latin(s):
    return all(c.isascii() or "LATIN" in unicodedata.name(c, "") or not c.isalpha() for c in s)


def title_case(s):
    small = {"of", "the", "and", "for", "in", "on", "de", "des", "du", "la", "to", "del", "y", "e", "a", "al", "van", "von", "der", "den", "bin"}
    out = []
    for k, w in enumerate(s.split()):
        low = w.lower()
        out.append(low if k and low in small else "-".join(p[:1].upper() + p[1:].lower() for p in w.split("-")))
    return " ".join(out)


def iso_date(text):
    m = re.match(r"(?:(\d{1,2}) )?(?:([A-Za-z]+) )?(\d{4})$", text.strip())
    if not m:
        return ""
    day, month, year = m.groups()
    month = MONTHS.get((month or "").lower())
    if month and day:
        return f"{year}-{month:02}-{int(day):02}"
    return f"{year}-{month:02}" if month else year


def states(folder):
    out, by_name, iso3 = [], {}, {}
    for r in rows(folder, "countries_mledoze.csv"):
        other = [s for s in r["other_spellings"].split("|") if len(s) > 3 and is_latin(s) and not re.search(r"[ɐ-ʯ]", s)]
        capitals = [c for c in r["capitals"].split("|") if c]
        demonyms = [d for d in r["demonyms_en"].split("|") if d]
        out.append((r["iso2"], r["iso3"], r["name"], r["official_name"], "|".join(other), "|".join(capitals), "|".join(demonyms)))
        for n in [r["name"], r["official_name"], *other]:
            by_name.setdefault(plain(n), r["iso2"])
        iso3[r["iso3"]] = r["iso2"]
    write("states_mledoze.csv", ["iso2", "iso3", "name", "official", "other_names", "capitals", "demonyms"], out)
    return by_name, iso3


def nouns(text):
    """`Motswana (singular), Batswana (plural)` -> both; `Algerian(s)` -> Algerian, Algerians; `Chinese (singular and plural)`."""
    out = []
    for part in re.split(r"[,;]| or ", text):
        part = re.sub(r"\((?!s\))[^)]*\)", "", part).strip(" .")
        if part.endswith("(s)"):
            out += [part[:-3], part[:-3] + "s"]
        elif re.match(r"^[A-Z][\w' -]{2,30}$", part):
            out.append(part)
    return list(dict.fromkeys(out))


def factbook(folder, by_name):
    out, codes = [], {}
    for r in rows(folder, "factbook_countries.csv"):
        name = r["name"]
        iso = FACTBOOK_NAMES.get(name) or by_name.get(plain(name)) or by_name.get(plain(r["long_name"]))
        if not iso:
            continue
        codes[r["gec_code"]] = iso
        former = [re.sub(r"\([^)]*\)", "", f).strip() for f in re.split(r"[,;]", r["former_names"])]
        former = [f for f in former if re.match(r"^[A-Z][\w' -]{4,40}$", f)]
        capital = re.split(r"[,;(]", r["capital"])[0].strip()
        capital = capital if re.match(r"^[A-Z][\w'. -]{2,30}$", capital) and "note" not in capital else ""
        long_name = r["long_name"] if len(r["long_name"]) < 70 and "none" not in r["long_name"] else ""
        short = name if "," not in name and "(" not in name else ""
        out.append((iso, short, long_name, "|".join(former), capital, "|".join(nouns(r["nationality_noun"])),
                    "|".join(nouns(r["nationality_adjective"]))))
    write("states_factbook.csv", ["iso2", "name", "long_name", "former_names", "capital", "nouns", "adjectives"], out)
    return codes


TITLES = ("Interim President", "Acting President", "President", "Prime Minister", "King", "Queen", "Emperor", "Chancellor", "Premier",
          "Governor General", "Grand Duke", "Prince", "Sultan", "Amir", "Supreme Leader", "Chairman", "Taoiseach", "Chief Executive", "Governor")


def heads(folder, codes):
    out = []
    for r in rows(folder, "factbook_leaders.csv"):
        iso = codes.get(r["gec_code"])
        text = re.sub(r"\([^)]*\)", "", r["title_and_name"]).split(";")[0].strip()
        title = next((t for t in TITLES if text.startswith(t + " ")), "")
        name = text[len(title):].strip(" ,")
        since = iso_date(r["since"])
        if not iso or not title or not name or len(name) > 60:
            continue
        # Family names stand in capitals. So do Roman numerals, which stay.
        name = " ".join(title_case(w) if w.isupper() and not re.fullmatch(r"[IVX]+\.?", w) else w for w in name.split())
        office = re.sub(r"^(Interim|Acting) ", "", title).lower()
        out.append((iso, office, name, since, ""))
    for r in rows(folder, "us_congress.csv"):
        if r["office"] in ("president", "vice president") and r["start"] >= "1945":
            out.append(("US", r["office"], " ".join(x for x in (r["nickname"] or r["first"], r["last"]) if x), r["start"], r["end"]))
    write("heads.csv", ["iso2", "office", "name", "from", "to"], out)


def petrarch(folder, iso3):
    officials, bodies = {}, {}
    for r in rows(folder, "petrarch_actors.csv.gz"):
        actor, code = r["actor"].strip(" _"), r["code"] or ""
        aliases = [a.strip(" _") for a in (r["aliases"] or "").split("|") if a.strip(" _")]
        dated = bool(r["from"] or r["to"])
        words = actor.split()
        if r["list"] == "countries" and code[3:6] == "GOV" and dated and code[:3] in iso3 and 2 <= len(words) <= 5:
            if (r["to"] or "9999") < "2009" or not re.fullmatch(r"[A-Z .'-]+", actor):
                continue
            own = [a for a in aliases if 2 <= len(a.split()) <= 4 and re.fullmatch(r"[A-Z .'-]+", a)
                   and not re.search(r"\b(PRESIDENT|MINISTER|SECRETARY|AMBASSADOR|GENERAL|PRIME|LEADER|CHIEF|KING)\b", a)]
            key = (iso3[code[:3]], title_case(actor))
            row = officials.setdefault(key, [set(), "9999", ""])
            row[0].update(title_case(a) for a in own[:6])
            row[1] = min(row[1], r["from"] or "9999")
            row[2] = max(row[2], r["to"] or "9999")
        elif r["list"] in ("international", "milnonstate") and not dated and len(words) <= 8:
            if code[:3] in ("IGO", "NGO", "IMG") and len(code) <= 9 or r["list"] == "milnonstate":
                name = re.sub(r"\s*\([A-Z' -]+\)", "", actor)
                short = re.findall(r"\(([A-Z' -]{2,8})\)", actor)
                if not re.fullmatch(r"[A-Z0-9 .'&-]+", name) or len(name) < 4:
                    continue
                acronyms = {a for a in aliases + short if re.fullmatch(r"[A-Z]{3,7}", a)}
                # the table has many words once each; only bodies with other names or an international code are kept
                if not aliases and not short and not code.startswith("IGO"):
                    continue
                full = [title_case(a) for a in aliases if a not in acronyms and len(a) > 5][:8]
                shown = name if len(words) == 1 and len(name) <= 6 else title_case(name)
                iso = next((iso3[code[k:k + 3]] for k in (0, 3) if code[k:k + 3] in iso3), "")
                bodies[shown] = ("|".join(sorted(acronyms) + full), "group" if code.endswith("REB") else "organisation", iso)
    write("officials.csv", ["iso2", "name", "other_names", "from", "to"],
          [(iso, name, "|".join(sorted(a - {name})), "" if f == "9999" else f, "" if t == "9999" else t)
           for (iso, name), (a, f, t) in officials.items()])
    write("bodies.csv", ["name", "other_names", "type", "state"], [(n, *rest) for n, rest in bodies.items()])


AGENT_TYPES = {"GOV": "office", "MIL": "force", "REB": "group", "COP": "force", "JUD": "person", "CVL": "person", "EDU": "person", "HLH": "person",
               "BUS": "person", "LAB": "person", "OPP": "group", "MED": "channel", "PTY": "group", "LEG": "person", "CRM": "person",
               "REF": "group", "AGR": "person", "SPY": "organisation", "NGO": "organisation", "IGO": "organisation"}
BODIES = re.compile(r"\b(MINISTRY|DEPARTMENT|GOVERNMENT|PARTY|COURT|ARMY|NAVY|BANK|UNION|COUNCIL|COMMITTEE|COMMISSION|AGENCY|SERVICE|OFFICE|"
                    r"FORCE|FORCES|COMPANY|FIRM|PARLIAMENT|SENATE|CONGRESS|CABINET|ASSEMBLY|UNIVERSITY|SCHOOL|HOSPITAL|ORGANI[SZ]ATION|POLICE)$")


def roles(folder):
    out = {}
    for r in rows(folder, "petrarch_agents.csv"):
        word = r["agent"].strip(" _")
        if len(word.split()) != 1 or not re.fullmatch(r"[A-Z-]{3,20}", word):
            continue
        kind = AGENT_TYPES.get((r["code"] or "").strip("~")[:3])
        if not kind:
            continue
        if BODIES.search(word):
            kind = "organisation"
        elif kind in ("office", "force", "group", "channel"):
            # one word of an office is mostly a person: minister, soldier, rebel
            kind = "person" if re.search(r"(ER|OR|IST|MAN|ENT|IAN|ANT|EE|EL|ICIAN|AN)$", word) else \
                {"office": "organisation", "force": "organisation"}.get(kind, kind)
        plural = (r["irregular_plural"] or "").lower()
        out.setdefault(word.lower(), (plural, kind))
    write("roles.csv", ["word", "plural", "type"], [(w, *x) for w, x in out.items()])


def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parents[1] / "shared/data/knowledge"
    by_name, iso3 = states(folder)
    heads(folder, factbook(folder, by_name))
    petrarch(folder, iso3)
    roles(folder)


if __name__ == "__main__":
    main()
