"""Reads exports back with other people's readers and compares.

    python3 tests/external/readback.py path/to/trialdex [index]

RIS is read by rispy (https://pypi.org/project/rispy), tables by Python's csv.
What they read has to be what `export --format jsonl` says. Without an index,
one is built of records made to break such files. Exits with 1 and a line for
each difference.
"""

import csv
import io
import json
import os
import re
import subprocess
import sys
import tempfile

import rispy

# Text that has broken exports: ends and beginnings of entries, line breaks of
# all kinds, quotes, delimiters, formulas, controls, directions, escapes.
HOSTILE = [
    "ER  - ",
    "one\nER  - \nTY  - JOUR\nTI  - two",
    "one\r\nER  - \r\nTY  - JOUR\r\nTI  - two",
    "one\rTY  - JOUR\rtwo",
    "one\u2028ER  - \u2028two\u2029three\u0085four",
    "one\x0bTY  - A\x0cER  - \x1cTY  - B\x1dC\x1eD",
    "  leading and trailing \t ",
    'say "yes", she said; it\'s "',
    "a,b;c\td|e",
    "=HYPERLINK(\"https://example.org\")",
    "+1", "-1", "@SUM(A1)", "\t=1", "\r=1",
    "\x1b[31mred\x1b]8;;x\x1b\\",
    "\u202eesrever\u2066",
    "\\> 5 \\[mg\\] \\* 1\\)",
    "\ufeffmark", "日本語, العربية, 🧪", "0" * 40000,
    "   ", "\n", " =1", "\n=1", "\u200b+1", "\uff1d1", "'=1", "'tis", "\u2009-1",
]

# What a cell begins with that gets an apostrophe in front: a break or a tab,
# or a sign of a formula, also behind blanks, what has no width, and
# apostrophes.
FORMULA = re.compile("'*([\\t\\r\\n]|[\\s\ufeff\u200b]*[=+\\-@\uff1d\uff0b\uff0d\uff20])")


def study(number, text):
    """A study that has the text wherever text can be."""
    return {
        "protocolSection": {
            "identificationModule": {
                "nctId": f"NCT9{number:07}",
                "orgStudyIdInfo": {"id": text},
                "briefTitle": text,
                "officialTitle": text,
                "acronym": text,
            },
            "statusModule": {"overallStatus": "COMPLETED", "studyFirstSubmitDate": "2021-02-03"},
            "sponsorCollaboratorsModule": {
                "leadSponsor": {"name": text, "class": "OTHER"},
                "collaborators": [{"name": text}, {"name": "Second"}],
            },
            "descriptionModule": {"briefSummary": text},
            "conditionsModule": {"conditions": [text, "Fever"], "keywords": [text]},
            "armsInterventionsModule": {"interventions": [{"type": "DRUG", "name": text}]},
            "outcomesModule": {"primaryOutcomes": [{"measure": text, "timeFrame": text}]},
            "contactsLocationsModule": {"overallOfficials": [{"name": text}]},
        }
    }


def unescaped(text):
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)


def one_line(text):
    """A value as RIS holds it: one line, controls replaced."""
    # Python's split() takes \x1c to \x1f for white space, Unicode does not.
    words = re.split(r"[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+", unescaped(text))
    steers = r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
    return re.sub(steers, "\ufffd", " ".join(words)).strip(" ")


def section(record, module):
    return record.get("protocolSection", {}).get(module, {})


def expected_ris(record):
    identification = section(record, "identificationModule")
    conditions = section(record, "conditionsModule")
    interventions = section(record, "armsInterventionsModule").get("interventions", [])
    keywords = conditions.get("conditions", []) + conditions.get("keywords", [])
    keywords += [item["name"] for item in interventions if "name" in item]
    title = identification.get("briefTitle", identification.get("officialTitle", ""))
    return {
        "type_of_reference": "DBASE",
        "accession_number": identification["nctId"],
        "title": one_line(title),
        "abstract": one_line(section(record, "descriptionModule").get("briefSummary", "")),
        "keywords": [line for line in map(one_line, keywords) if line],
        "publisher": one_line(
            section(record, "sponsorCollaboratorsModule").get("leadSponsor", {}).get("name", "")
        ),
        "urls": [f"https://clinicaltrials.gov/study/{identification['nctId']}"],
    }


def cell(text):
    return "'" + text if FORMULA.match(text) else text


def expected_row(record):
    identification = section(record, "identificationModule")
    sponsors = section(record, "sponsorCollaboratorsModule")
    outcomes = section(record, "outcomesModule").get("primaryOutcomes", [])
    parts = [
        ", ".join(item[key] for key in ("measure", "description", "timeFrame") if item.get(key))
        for item in outcomes
    ]
    return {
        "NCT Number": identification["nctId"],
        "Study Title": cell(identification.get("briefTitle", "")),
        "Acronym": cell(identification.get("acronym", "")),
        "Brief Summary": cell(section(record, "descriptionModule").get("briefSummary", "")),
        "Conditions": cell("|".join(section(record, "conditionsModule").get("conditions", []))),
        "Primary Outcome Measures": cell("|".join(parts)),
        "Sponsor": cell(sponsors.get("leadSponsor", {}).get("name", "")),
        "Collaborators": cell("|".join(item["name"] for item in sponsors.get("collaborators", []))),
    }


def differences(kind, expected, found):
    for want, have in zip(expected, found):
        for key, value in want.items():
            if have.get(key, [] if isinstance(value, list) else "") != value:
                yield f"{kind}: {key}: {value!r:.200} is read as {have.get(key)!r:.200}"
    if len(expected) != len(found):
        yield f"{kind}: {len(expected)} studies, {len(found)} read"


def compared(program, index):
    def export(form):
        run = [program, "export", "--index", index, "--format", form]
        return subprocess.run(run, check=True, stdout=subprocess.PIPE).stdout.decode()

    records = [json.loads(line) for line in export("jsonl").split("\n") if line]
    whole = json.loads(export("json"))
    if whole != {"totalCount": len(records), "studies": records}:
        yield "json: is not what jsonl says"
    if export("ids").split() != [section(record, "identificationModule")["nctId"] for record in records]:
        yield "ids: are not those of jsonl"
    yield from differences("ris", [expected_ris(record) for record in records], rispy.loads(export("ris")))
    csv.field_size_limit(1 << 30)
    rows = list(csv.DictReader(io.StringIO(export("csv"), newline="")))
    yield from differences("csv", [expected_row(record) for record in records], rows)
    print(f"{len(records)} studies read back", file=sys.stderr)


def main():
    program = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as scratch:
        index = sys.argv[2] if len(sys.argv) > 2 else os.path.join(scratch, "index")
        if len(sys.argv) == 2:
            dump = os.path.join(scratch, "hostile.ndjson")
            with open(dump, "w", encoding="utf-8") as out:
                for number, text in enumerate(HOSTILE, 1):
                    print(json.dumps(study(number, text)), file=out)
            subprocess.run([program, "index", dump, "--index", index, "--strict", "--quiet"], check=True)
        found = list(compared(program, index))
    for difference in found:
        print(difference)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
