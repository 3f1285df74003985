#!/usr/bin/env python3
"""Measures rankings on judged sets: this one, SQLite's FTS5, bare tantivy, Lucene.

  cargo build --release
  python3 benches/ranking.py --documents PATH... --set NAME QUERIES QRELS [--set ...]
      [--ablations] [--program target/release/trialdex] [--work DIR] [--into docs/ranking.md]

PATH is anything that `trialdex index` reads; all documents are in one index. QUERIES has lines of
id<TAB>words, QRELS lines of `topic 0 study grade`. Queries are averaged within topics (20141-A1
belongs to 20141) before topics are, and topics of all sets count alike where they are pooled. Any
word of a query will do, and 1,000 hits of each count.

The others have the texts of each study in one field, in two ways: titles, summary and description,
or conditions, interventions and keywords besides. FTS5 is that of Python's sqlite3, with its
stemmer; bare tantivy is benches/plain.rs; Lucene is benches/lucene/Ranking.java, left out where
`java`, `javac` or `mvn` is not there. p is of the paired, two-sided randomization test over topics,
of 10,000 draws.

`--ablations` varies one constant of the model after another. Where PyPI's ir_measures and
pytrec_eval-terrier are installed, all values are compared with those of trec_eval. Tables are
printed as Markdown; `--into` also writes them into a document, between `<!-- table NAME -->` and
`<!-- end -->`.
"""
import argparse, importlib.util, json, pathlib, random, re, shutil, sqlite3, subprocess, sys, tempfile, time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "benches" / "lucene"
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
HITS = 1000
DRAWS = 10_000
MEASURES = {"ndcg10": "nDCG@10", "recall100": "recall@100"}

# What the program can do without, to see what each part is worth.
PARTS = {
    "`--no-feedback`: no learned words and no vectors": ["--no-feedback"],
    "no vectors: `likeness=0`": ["--model", "likeness=0"],
    "no learned words: `feedback=0`": ["--model", "feedback=0"],
    "no synonyms: `--expand term`": ["--expand", "term"],
    "BM25F alone": ["--expand", "term", "--no-feedback", "--model", "form=0", "--model", "topicality=0",
                    "--model", "rarity=0", "--model", "filler=1", "--model", "tie=0"],
}

# Values of each constant beside the default.
VARIED = {
    "k1": [0.9, 1.5, 3], "b": [0.4, 0.5, 0.75], "synonym": [0, 0.3, 1], "form": [0, 0.2, 0.8],
    "filler": [0, 0.5, 1], "rarity": [0, 0.3, 0.6], "topicality": [0, 0.15, 0.45],
    "tie": [0, 0.5, 1], "likeness": [0.1, 0.3, 1], "feedback": [0.4, 1.2], "contrast": [1, 1.5, 3],
    "feedback_hits": [5, 20], "kept_hits": [1, 5, 20], "feedback_words": [10, 15, 30],
}


class JudgedSet:
    """Queries and judgments."""

    def __init__(self, name, queries, qrels):
        self.name, self.queries, self.qrels = name, pathlib.Path(queries), qrels

    def asked(self):
        lines = self.queries.read_text(encoding="utf-8").splitlines()
        return [line.split("\t", 1) for line in lines if "\t" in line]


class Ranking:
    """A way to rank: its scores, by set and topic."""

    def __init__(self, name):
        self.name, self.scores, self.seconds = name, {}, 0.0

    def mean(self, measure, name=None):
        values = [scores[measure] for (of, _), scores in self.scores.items() if name in (None, of)]
        return sum(values) / len(values)


class Bench:
    def __init__(self, asked, work):
        self.program = str(pathlib.Path(asked.program).resolve())
        self.documents = asked.documents
        self.sets = [JudgedSet(*of) for of in asked.set]
        # Indexes and runs of an earlier time have no part in this one.
        shutil.rmtree(work / "made", ignore_errors=True)
        self.work, self.libraries = work / "made", work / "lucene"
        self.work.mkdir()
        self.index = self.work / "index"
        self.checks = all(map(importlib.util.find_spec, ("ir_measures", "pytrec_eval")))

    def ranking(self, name, run_of):
        """The runs of all sets; `run_of` writes that of one into a file."""
        def evaluate(judged, run):
            with run.open("wb") as out:
                run_of(judged, out)
            return ["--from", run]
        return self.evaluated(name, evaluate)

    def trialdex(self, name, *flags):
        """The program itself, in its own order, also where scores are the same."""
        return self.evaluated(name, lambda judged, run: ["--index", self.index, "--run", run, *flags])

    def evaluated(self, name, source):
        """The scores of what `source` gives to `eval`, of each set."""
        ranking = Ranking(name)
        for judged in self.sets:
            run = self.work / f"{re.sub('[^a-z0-9.]+', '-', f'{name} {judged.name}'.lower())}.run"
            start = time.time()
            flags = source(judged, run)
            command = [self.program, "eval", "--topics", judged.queries, "--qrels", judged.qrels,
                       "--format", "json", "--quiet", *flags]
            report = json.loads(checked(command, stdout=subprocess.PIPE).stdout)
            ranking.seconds += time.time() - start
            if self.checks:
                checked([sys.executable, ROOT / "tests/external/measures.py", self.program, judged.qrels, run],
                        stderr=subprocess.DEVNULL)
            for topic in report["perTopic"]:
                ranking.scores[judged.name, topic["topic"]] = topic["scores"]
        print(f"{name}: {ranking.mean('ndcg10'):.4f} {ranking.mean('recall100'):.4f}", file=sys.stderr)
        return ranking

    def texts(self):
        """Writes what the others index, in two ways: a line of JSON for each study."""
        exported = self.work / "studies.jsonl"
        with exported.open("wb") as out:
            checked([self.program, "export", "--index", self.index, "--quiet"], stdout=out)
        paths = {way: self.work / f"{way}.jsonl" for way in ("short", "long")}
        files = {way: path.open("w", encoding="utf-8") for way, path in paths.items()}
        with exported.open(encoding="utf-8") as studies:
            for study in map(json.loads, studies):
                number, texts = texts_of(study)
                for way, file in files.items():
                    text = "\n".join(filter(None, texts[way]))
                    file.write(json.dumps({"id": number, "contents": text}) + "\n")
        for file in files.values():
            file.close()
        exported.unlink()
        return paths

    def fts5(self, name, texts):
        """SQLite's full-text search: one column, Porter's stemmer, any of the words, its bm25()."""
        base = sqlite3.connect(self.work / f"{texts.stem}.sqlite")
        base.execute("create virtual table studies using fts5(id unindexed, contents, tokenize = 'porter unicode61')")
        with texts.open(encoding="utf-8") as lines:
            rows = ((text["id"], text["contents"]) for text in map(json.loads, lines))
            base.executemany("insert into studies values (?, ?)", rows)
        base.commit()
        best = "select id, -bm25(studies) from studies where contents match ? order by bm25(studies), id limit ?"

        def run_of(judged, out):
            for query, words in judged.asked():
                typed = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", words))
                for rank, (number, score) in enumerate(base.execute(best, (typed, HITS)), 1):
                    out.write(f"{query} Q0 {number} {rank} {score:.6f} fts5\n".encode())
        return self.ranking(name, run_of)

    def tantivy(self, name, texts):
        built = checked(["cargo", "bench", "--bench", "plain", "--no-run", "--locked", "--quiet",
                         "--message-format=json", "--manifest-path", ROOT / "Cargo.toml"], stdout=subprocess.PIPE).stdout
        messages = map(json.loads, built.splitlines())
        plain = next(said["executable"] for said in messages
                     if said.get("target", {}).get("name") == "plain" and said.get("executable"))
        index = self.work / f"plain-{texts.stem}"
        checked([plain, "index", texts, index])
        return self.ranking(name, lambda judged, out: checked([plain, "ask", index, judged.queries], stdout=out))

    def lucene(self, texts):
        """Whether Lucene has an index of the texts."""
        missing = [tool for tool in ("java", "javac", "mvn") if not shutil.which(tool)]
        if missing:
            print(f"Lucene is left out, since `{missing[0]}` is not here", file=sys.stderr)
            return False
        if not (self.libraries / "Ranking.class").exists():
            lib = self.libraries / "lib"
            checked(["mvn", "-q", "-B", "-f", PAGE / "pom.xml", COPY, f"-DoutputDirectory={lib}"])
            checked(["javac", "-cp", f"{lib}/*", "-d", self.libraries, PAGE / "Ranking.java"])
        checked([*self.java(), "index", texts, self.work / f"lucene-{texts.stem}"])
        return True

    def java(self):
        return ["java", "-cp", f"{self.libraries / 'lib' / '*'}:{self.libraries}", "Ranking"]

    def lucene_ranking(self, name, texts, k1, b, rm3):
        def run_of(judged, out):
            checked([*self.java(), "rank", self.work / f"lucene-{texts.stem}", judged.queries, HITS, k1, b, rm3], stdout=out)
        return self.ranking(name, run_of)


def texts_of(study):
    """The number of a study and its texts, in each way."""
    protocol = study["protocolSection"]
    names = protocol["identificationModule"]
    described = protocol.get("descriptionModule", {})
    conditions = protocol.get("conditionsModule", {})
    arms = protocol.get("armsInterventionsModule", {}).get("interventions", [])
    short = [names.get("briefTitle"), names.get("officialTitle"),
             described.get("briefSummary"), described.get("detailedDescription")]
    more = [*conditions.get("conditions", []), *conditions.get("keywords", []), *(arm.get("name") for arm in arms)]
    return names["nctId"], {"short": short, "long": short + more}


def checked(command, **more):
    """Runs a program; ends everything where it fails."""
    done = subprocess.run([str(word) for word in command], **more)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}: exit code {done.returncode}")
    return done


def p_of(one, other, measure):
    """How probable so large a mean difference is by chance alone."""
    differences = [one.scores[topic][measure] - other.scores[topic][measure] for topic in one.scores]
    observed, chance = abs(sum(differences)), random.Random(7)
    extreme = 1
    for _ in range(DRAWS):
        drawn = sum(value if chance.getrandbits(1) else -value for value in differences)
        extreme += abs(drawn) >= observed - 1e-12
    return extreme / (DRAWS + 1)


def shown(p):
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def table_of(bench, rankings, base):
    """All rankings by set and pooled; p compares each with the base on all topics."""
    head = ["ranking", *(f"{judged.name}: {title}" for judged in bench.sets for title in MEASURES.values()),
            *(f"**pooled: {title}**" for title in MEASURES.values()), *(f"p of {title}" for title in MEASURES.values()), "seconds"]
    rows = []
    for ranking in rankings:
        names = [judged.name for judged in bench.sets] + [None]
        values = [f"{ranking.mean(key, name):.4f}" for name in names for key in MEASURES]
        tested = ["-" if ranking is base else shown(p_of(ranking, base, key)) for key in MEASURES]
        rows.append([ranking.name, *values, *tested, f"{ranking.seconds:.1f}"])
    return table(head, rows)


def others(bench):
    """The rankings of other engines."""
    texts = bench.texts()
    ways = {"short": "titles, summary, description", "long": "conditions, interventions, keywords besides"}
    for way, said in ways.items():
        yield bench.fts5(f"FTS5, {said}", texts[way])
        yield bench.tantivy(f"bare tantivy, {said}", texts[way])
        if bench.lucene(texts[way]):
            for k1, b in ((0.9, 0.4), (1.2, 0.75)):
                yield bench.lucene_ranking(f"Lucene (k1 {k1}, b {b}), {said}", texts[way], k1, b, "false")
            yield bench.lucene_ranking(f"Lucene (k1 0.9, b 0.4) and RM3, {said}", texts[way], 0.9, 0.4, "true")


def summary(bench, ours, peers):
    """What is gained over the best of the others, pooled and in each set."""
    rows = []
    for key, title in MEASURES.items():
        for name in [None, *(judged.name for judged in bench.sets)]:
            best = max(peers, key=lambda peer: peer.mean(key, name))
            gained = ours.mean(key, name) - best.mean(key, name)
            p = shown(p_of(ours, best, key)) if name is None else "-"
            rows.append([title, name or "**pooled**", best.name, f"{best.mean(key, name):.4f}", f"{ours.mean(key, name):.4f}",
                         f"{gained:+.4f}", f"{gained / best.mean(key, name):+.1%}", p])
    return table(["measure", "set", "best of the others", "its", "trialdex", "difference", "of its", "p"], rows)


def variants(bench):
    for name, values in VARIED.items():
        for value in values:
            yield bench.trialdex(f"`{name}={value}`", "--model", f"{name}={value}")


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
    parser.add_argument("--documents", nargs="+", required=True)
    parser.add_argument("--set", nargs=3, action="append", required=True, metavar=("NAME", "QUERIES", "QRELS"))
    parser.add_argument("--program", default=ROOT / "target/release/trialdex")
    parser.add_argument("--work", type=pathlib.Path, help="directory to keep indexes, runs and Lucene in")
    parser.add_argument("--ablations", action="store_true", help="vary the model")
    parser.add_argument("--into", type=pathlib.Path, help="document to write the tables into")
    return parser.parse_args()


def main(asked, work):
    bench = Bench(asked, work)
    start = time.time()
    checked([bench.program, "index", *bench.documents, "--index", bench.index, "--quiet"])
    print(f"indexed in {time.time() - start:.1f} s", file=sys.stderr)
    tables = {}
    ours = bench.trialdex("**trialdex**")
    parts = [bench.trialdex(f"trialdex, {name}", *flags) for name, flags in PARTS.items()]
    peers = list(others(bench))
    tables["systems"] = table_of(bench, [*peers, *reversed(parts), ours], ours)
    tables["tests"] = summary(bench, ours, peers)
    if asked.ablations:
        tables["ablations"] = table_of(bench, [ours, *variants(bench)], ours)
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
