"""Reads exports of a review back with other people's readers and compares.

    python3 tests/external/reviews.py path/to/trialdex

A review is made of records that have broken such files, and decided on in every
way. RIS is read by rispy (https://pypi.org/project/rispy), tables by Python's
csv, both by the loader of ASReview (https://pypi.org/project/asreview), the flow
diagram by Python's XML parser. Exits with 1 and a line for each difference.
"""

import csv
import json
import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

import rispy
from asreview.data.loader import _get_reader, _get_writer, load_records
from asreview.data.utils import convert_ris_list_columns_to_string

from readback import HOSTILE, one_line, study

# Verdicts in turn, and what they are to ASReview.
VERDICTS = [("--include", 1), ("--exclude", 0), ("--maybe", None), (None, None)]
RIS_LABELS = {1: "ASReview_relevant", 0: "ASReview_irrelevant", None: "ASReview_not_seen"}
READERS = ["any", "asreview", "rayyan", "covidence"]


class Review:
    def __init__(self, program, scratch):
        self.program, self.scratch = program, scratch
        self.environment = dict(os.environ, TRIALDEX_REVIEWER="Ann \"A\" O'Neil | x")

    def run(self, *arguments):
        run = [self.program, *arguments]
        done = subprocess.run(
            run, cwd=self.scratch, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        if done.returncode > 1:
            raise SystemExit(f"{run}: {done.stderr.decode()}")
        return done.stdout

    def make(self, texts):
        """Studies with these texts, each decided on and noted in its own way."""
        with open(os.path.join(self.scratch, "dump.ndjson"), "w", encoding="utf-8") as out:
            for number, text in enumerate(texts, 1):
                record = study(number, text)
                record["protocolSection"]["conditionsModule"]["conditions"].append("everywhere")
                print(json.dumps(record), file=out)
        self.run("index", "dump.ndjson", "--index", "index", "--quiet")
        self.run("review", "new", "hostile", "--query", "everywhere", "--index", "index")
        labels = {}
        for number, text in enumerate(texts, 1):
            nct = f"NCT9{number:07}"
            flag, labels[nct] = VERDICTS[number % len(VERDICTS)]
            said = ["--note", text, "--label", text.strip() or "blank"]
            if len(text) > 10000 or "\0" in text:
                said = ["--note", "long"]
            if flag == "--exclude" and number % 8 == 1:
                said += ["--reason", "population"]
            said = [f"{name}={value}" for name, value in zip(said[::2], said[1::2])]
            self.run("review", "decide", "hostile", nct, *([flag] if flag else []), *said)
        return labels

    def export(self, form, reader):
        name = f"{reader}.{form}"
        with open(os.path.join(self.scratch, name), "wb") as out:
            out.write(self.run("review", "export", "hostile", "--format", form, "--for", reader))
        return os.path.join(self.scratch, name)


def compare(kind, expected, found):
    for nct in sorted(set(expected) | set(found)):
        if expected.get(nct, "nothing") != found.get(nct, "nothing"):
            yield f"{kind}: {nct}: {expected.get(nct, 'nothing')!r} is read as {found.get(nct, 'nothing')!r}"


def bare(title):
    """A title as every reader shows it: in a line, without the marks of a formula."""
    return one_line(one_line(title).lstrip("'"))


def of_asreview(path):
    """Labels as ASReview loads them, by title, which is what it knows."""
    found = {}
    for record in load_records(path):
        label = None if record.included is None else int(record.included)
        found.setdefault(bare(record.title or ""), []).append(str(label))
    return {title: sorted(marks) for title, marks in found.items()}


def ris(review, reader, labels, titles):
    path = review.export("ris", reader)
    with open(path, encoding="utf-8", newline="") as file:
        records = rispy.loads(file.read())
    yield from compare(f"ris {reader}", titles, {it["accession_number"]: it.get("title", "") for it in records})
    if reader in ("any", "asreview"):
        marks = {it["accession_number"]: it["notes"][0] for it in records}
        yield from compare(f"ris {reader}", {nct: RIS_LABELS[label] for nct, label in labels.items()}, marks)


def table(review, reader, labels, titles):
    path = review.export("csv", reader)
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    key = {"any": "key", "asreview": "record_id", "rayyan": "key", "covidence": "Accession Number"}[reader]
    title = "Title" if reader == "covidence" else "title"
    found = {row[key]: bare(row[title]) for row in rows}
    yield from compare(f"csv {reader}", {nct: bare(text) for nct, text in titles.items()}, found)
    if any(None in row or None in row.values() for row in rows):
        yield f"csv {reader}: a row has more or fewer cells than headings"
    if "included" in rows[0]:
        shown = {nct: "" if label is None else str(label) for nct, label in labels.items()}
        yield from compare(f"csv {reader}", shown, {row[key]: row["included"] for row in rows})


def by_asreview(review, labels, titles):
    expected = {}
    for nct, title in titles.items():
        expected.setdefault(bare(title), []).append(str(labels[nct]))
    expected = {title: sorted(marks) for title, marks in expected.items()}
    for form in ("ris", "csv"):
        for reader in ("any", "asreview"):
            found = of_asreview(os.path.join(review.scratch, f"{reader}.{form}"))
            yield from compare(f"asreview, {form} for {reader}", expected, found)


def through_asreview(path, kind):
    """The file as ASReview writes it after a project in which nothing was decided anew."""
    frame = _get_reader(path).read_data(path)
    frame = frame.loc[:, ~frame.columns.str.startswith("asreview_")]
    frame["asreview_label"] = frame["included"].astype("Int64").astype(object)
    frame["asreview_label"] = frame["asreview_label"].where(frame["asreview_label"].notna(), None)
    if path.endswith(".ris") and kind != "ris":
        frame = convert_ris_list_columns_to_string(frame)
    written = f"{path}.asreview.{kind}"
    _get_writer(written).write_data(frame, written)
    return written


def comes_back(review):
    """What was exported says nothing new to the review that it came from."""
    before = review.run("review", "history", "hostile", "--format", "json")
    kinds = {"csv": ["csv", "tsv"], "ris": ["ris", "csv", "tsv"]}
    for form in kinds:
        for reader in ("any", "asreview"):
            for kind in kinds[form]:
                written = through_asreview(review.export(form, reader), kind)
                review.run("review", "import", "hostile", written)
                if review.run("review", "history", "hostile", "--format", "json") != before:
                    yield f"{reader}.{form} as {kind} from ASReview changed the review"
                    return
    for form in ("csv", "ris", "jsonl"):
        for reader in READERS:
            review.export(form, reader)
            review.run("review", "import", "hostile", f"{reader}.{form}")
            if review.run("review", "history", "hostile", "--format", "json") != before:
                yield f"{reader}.{form}: an import of what was exported changed the review"
                return


def diagram(review):
    root = ElementTree.fromstring(review.run("review", "report", "hostile", "--format", "svg"))
    text = "".join(root.itertext()).replace("\u00a0", " ")
    counts = json.loads(review.run("review", "report", "hostile", "--format", "json"))["counts"]
    for what, count in [("Records screened", counts["screened"]), ("Records excluded", counts["excluded"])]:
        if f"{what} (n = {count})" not in text:
            yield f"svg: {what} is not {count}"


def differences(program, scratch):
    review = Review(program, scratch)
    texts = [text for text in HOSTILE if text.strip()]
    labels = review.make(texts)
    titles = {f"NCT9{number:07}": one_line(text) for number, text in enumerate(texts, 1)}
    for reader in READERS:
        yield from ris(review, reader, labels, titles)
        yield from table(review, reader, labels, titles)
    yield from by_asreview(review, labels, titles)
    yield from comes_back(review)
    yield from diagram(review)
    print(f"{len(texts)} studies read back in {2 * len(READERS)} files", file=sys.stderr)


def main():
    csv.field_size_limit(1 << 30)
    program = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as scratch:
        found = list(differences(program, scratch))
    for difference in found:
        print(difference[:500])
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
