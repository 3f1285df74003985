#!/usr/bin/env python3
"""Replays reviews with this program's learner and with ASReview's default one.

  cargo build --release
  python3 benches/triage.py DOCUMENTS QRELS [--topics odd] [--seeds 3] [--others 1000] [--jobs 1]
      [--program target/release/trialdex] [--asreview FILE] [--work DIR] [--only trialdex]

DOCUMENTS has a study of API v2 a line (also .zst, with the program `zstd`), QRELS lines
of `topic 0 study grade`. A set is made for each topic with five or more relevant studies:
its judged studies, those of grade 1 and 2 being includes, among others that are drawn from
the rest. Text is what both learn from: title, summary and description. Each seed draws an
include and an exclude that are decided at the beginning; from there on both programs read
what they are most certain of, and learn after every decision, until the last include.

Sets and results are kept in WORK, so that a second call goes on where the first ended;
delete what is to be made again. ASReview is installed from PyPI into WORK, unless `--asreview`
names its program. Measures are worked out here, from the order in which each program read,
and those that `trialdex review simulate` prints are held against them.
"""
import argparse, csv, io, json, pathlib, random, resource, sqlite3, statistics, subprocess, sys, tempfile, time, zipfile
from concurrent.futures import ThreadPoolExecutor

ROOT = pathlib.Path(__file__).resolve().parent.parent
FEWEST = 5
MEASURES = {"wss95": "WSS@95", "recall10": "recall at 10 % read", "atd": "ATD", "loss": "loss"}
# Less is better of these.
LOWER = {"atd", "loss"}
SYSTEMS = ["trialdex", "asreview"]


def lines_of(path):
    """The lines of a file, which may be compressed with zstd."""
    if path.suffix == ".zst":
        packed = subprocess.run(["zstd", "-dc", path], stdout=subprocess.PIPE, check=True).stdout
        return io.TextIOWrapper(io.BytesIO(packed), encoding="utf-8")
    return path.open(encoding="utf-8")


def texts_of(documents):
    """Title and abstract of each study, by its number."""
    texts = {}
    for line in lines_of(documents):
        protocol = json.loads(line)["protocolSection"]
        names, described = protocol["identificationModule"], protocol.get("descriptionModule", {})
        abstract = [described.get("briefSummary"), described.get("detailedDescription")]
        title = names.get("briefTitle") or names.get("officialTitle") or ""
        texts[names["nctId"]] = (title, "\n\n".join(filter(None, abstract)))
    return texts


def judgments_of(qrels):
    """Grades of the studies of each topic that has enough of relevant ones."""
    topics = {}
    for line in qrels.read_text(encoding="utf-8").splitlines():
        topic, _, study, grade = line.split()
        topics.setdefault(topic, {})[study] = int(grade)
    enough = {topic: grades for topic, grades in topics.items()
              if sum(grade > 0 for grade in grades.values()) >= FEWEST}
    return dict(sorted(enough.items(), key=lambda topic: int(topic[0])))


def make_set(path, topic, grades, texts, others):
    """Writes the studies of a topic as ASReview reads them, in an order by chance."""
    chance = random.Random(f"others of {topic}")
    judged = sorted(study for study in grades if study in texts)
    rest = chance.sample(sorted(texts.keys() - grades.keys()), others)
    studies = judged + rest
    chance.shuffle(studies)
    with path.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["nct_id", "title", "abstract", "included"])
        for study in studies:
            rows.writerow([study, *texts[study], int(grades.get(study, 0) > 0)])


def labels_of(path):
    with path.open(encoding="utf-8", newline="") as rows:
        return [int(row["included"]) for row in csv.DictReader(rows)]


def priors_of(topic, seed, labels):
    """An include and an exclude, as rows."""
    chance = random.Random(f"priors of {topic}, {seed}")
    return [chance.choice([row for row, label in enumerate(labels) if label == wanted]) for wanted in (1, 0)]


def trialdex(asked, path, priors):
    """Rows in the order of reading, the measures it prints, and seconds."""
    command = [asked.program, "review", "simulate", path, "--prior-rows", ",".join(map(str, priors)),
               "--format", "json", "--quiet", *asked.flags.split()]
    start = time.time()
    done = checked(command)
    seconds = time.time() - start
    run = json.loads(done.stdout)["runs"][0]
    return [step["row"] for step in run["order"]], run["measures"], seconds


def asreview(asked, path, priors):
    with tempfile.TemporaryDirectory(dir=asked.work) as scratch:
        project = pathlib.Path(scratch) / "run.asreview"
        command = [asked.asreview, "simulate", path, "--prior-idx", *priors, "--seed", 1, "--output", project]
        start = time.time()
        checked(command)
        seconds = time.time() - start
        with zipfile.ZipFile(project) as archive:
            name = next(name for name in archive.namelist() if name.endswith("results.db"))
            archive.extract(name, scratch)
        with sqlite3.connect(pathlib.Path(scratch) / name) as results:
            read = results.execute("SELECT record_id FROM results WHERE training_set IS NOT NULL ORDER BY rowid")
            return [row for row, in read], None, seconds


def checked(command):
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}: exit code {done.returncode}\n{done.stderr.decode()}")
    return done


def measures_of(order, labels, priors):
    """The measures of an order of reading; what is not in it comes last, without includes."""
    found = [labels[row] for row in order]
    total, includes = len(labels) - len(priors), sum(labels) - sum(labels[row] for row in priors)
    assert sum(found) == includes, "reading ended before the last include"
    ranks = [rank for rank, label in enumerate(found, 1) if label]
    needed = ranks[-(-includes * 95 // 100) - 1]
    area = sum(total - rank + 1 for rank in ranks)
    best = includes * (total - (includes - 1) / 2)
    return {
        "wss95": (total - needed) / total - 0.05,
        "recall10": sum(rank <= total // 10 for rank in ranks) / includes,
        "atd": statistics.mean(ranks),
        "loss": (best - area) / (includes * (total - includes)),
    }


def processor():
    """Seconds of processor that programs have taken; right for one job at a time."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def replay(asked, system, topic, seed):
    """The result of one simulation, from an earlier time where there is one."""
    kept = asked.work / "results" / f"{topic}-{seed}-{system}.json"
    if kept.exists():
        return json.loads(kept.read_text())
    path = asked.work / "sets" / f"{topic}.csv"
    labels = labels_of(path)
    priors = priors_of(topic, seed, labels)
    before = processor()
    order, printed, seconds = {"trialdex": trialdex, "asreview": asreview}[system](asked, path, priors)
    measures = measures_of(order, labels, priors)
    for name, value in (printed or {}).items():
        if name in measures and abs(measures[name] - value) > 1e-9:
            sys.exit(f"{path}: {name} is {measures[name]}, but {system} says {value}")
    result = {"topic": topic, "seed": seed, "read": len(order), "seconds": seconds, "processor": processor() - before,
              **measures}
    kept.write_text(json.dumps(result))
    return result


def table(head, rows):
    return "\n".join(f"| {' | '.join(line)} |" for line in [head, ["---"] * len(head), *rows])


def mean_of(results, name):
    """The mean of the means over seeds, each topic counting the same."""
    topics = {}
    for result in results:
        topics.setdefault(result["topic"], []).append(result[name])
    return statistics.mean(map(statistics.mean, topics.values()))


def by_topic(results, name):
    topics = {}
    for result in results:
        topics.setdefault(result["topic"], []).append(result[name])
    return {topic: statistics.mean(values) for topic, values in topics.items()}


def report(results):
    """Tables of the systems side by side, of those simulations that all have."""
    names = list(results)
    print(table(["learner", *MEASURES.values(), "seconds a simulation"],
                [[name, *(f"{mean_of(results[name], key):.4f}" for key in [*MEASURES, "seconds"])] for name in names]))
    if len(names) < 2:
        return
    ours, theirs = results[names[0]], results[names[1]]
    print()
    rows = []
    for key, title in MEASURES.items():
        one, other = by_topic(ours, key), by_topic(theirs, key)
        better = [(other[topic] - one[topic]) * (1 if key in LOWER else -1) for topic in one]
        counts = [sum(value > 1e-12 for value in better), sum(abs(value) <= 1e-12 for value in better),
                  sum(value < -1e-12 for value in better)]
        rows.append([title, *map(str, counts)])
    print(table(["topics by", "trialdex better", "the same", "ASReview better"], rows))
    whole = [sum(result["seconds"] for result in side) for side in (ours, theirs)]
    print(f"\n{len(ours)} simulations of {len(by_topic(ours, 'atd'))} topics: {whole[0]:.1f} s and {whole[1]:.1f} s, "
          f"{whole[1] / whole[0]:.0f} times as long")
    if all("processor" in result for result in ours + theirs):
        whole = [sum(result["processor"] for result in side) for side in (ours, theirs)]
        print(f"of processor: {whole[0]:.1f} s and {whole[1]:.1f} s, {whole[1] / whole[0]:.0f} times as long")


def chosen(asked, topics):
    """Topics by name, or every other one, by the rank of their numbers."""
    if asked.topics in ("odd", "even"):
        return list(topics)[(0 if asked.topics == "odd" else 1)::2]
    return list(topics) if asked.topics == "all" else asked.topics.split(",")


def prepared_asreview(asked):
    """ASReview's program, installed where none is named."""
    venv = asked.work / "venv"
    if not (venv / "bin" / "asreview").exists():
        checked([sys.executable, "-m", "venv", venv])
        checked([venv / "bin" / "pip", "install", "--quiet", "asreview>=3"])
    return venv / "bin" / "asreview"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("documents", type=pathlib.Path)
    parser.add_argument("qrels", type=pathlib.Path)
    parser.add_argument("--topics", default="all", help="all, odd, even (first, third ... or second, fourth ...), or numbers")
    parser.add_argument("--seeds", type=int, default=3, help="simulations of each topic")
    parser.add_argument("--others", type=int, default=1000, help="studies beside the judged ones")
    parser.add_argument("--jobs", type=int, default=1, help="simulations at the same time")
    parser.add_argument("--program", type=pathlib.Path, default=ROOT / "target/release/trialdex")
    parser.add_argument("--asreview", type=pathlib.Path, help="ASReview's program")
    parser.add_argument("--flags", default="", help="more flags for `trialdex review simulate`")
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "target/triage")
    parser.add_argument("--only", choices=SYSTEMS, help="one of the two")
    return parser.parse_args()


def main(asked):
    (asked.work / "sets").mkdir(parents=True, exist_ok=True)
    (asked.work / "results").mkdir(exist_ok=True)
    systems = [asked.only] if asked.only else SYSTEMS
    if "asreview" in systems and not asked.asreview:
        asked.asreview = prepared_asreview(asked)
    judged, texts = judgments_of(asked.qrels), {}
    topics = chosen(asked, judged)
    for topic in topics:
        path = asked.work / "sets" / f"{topic}.csv"
        if not path.exists():
            texts = texts or texts_of(asked.documents)
            make_set(path, topic, judged[topic], texts, asked.others)
    wanted = [(system, topic, seed) for seed in range(1, asked.seeds + 1) for topic in topics for system in systems]
    with ThreadPoolExecutor(asked.jobs) as pool:
        done = list(pool.map(lambda simulation: replay(asked, *simulation), wanted))
    results = {system: [] for system in systems}
    for (system, *_), result in zip(wanted, done):
        results[system].append(result)
    report(results)


if __name__ == "__main__":
    main(arguments())
