"""Compares the measures of `trialdex eval` with those of trec_eval.

    python3 tests/external/measures.py path/to/trialdex [QRELS RUN]

trec_eval is asked through ir_measures (https://pypi.org/project/ir-measures)
and its provider pytrec_eval. Without files, judgments and runs are made up:
with ties, grades, unjudged documents, topics without relevant documents, and
several queries for a topic. Significance is compared with p-values worked out
here: Student's by integrating its density, that of randomization by trying all
signs. Exits with 1 and a line for each difference.
"""

import itertools
import json
import math
import os
import random
import subprocess
import sys
import tempfile

import ir_measures
from ir_measures import AP, P, R, nDCG
from ir_measures.providers import PytrecEvalProvider

MEASURES = {
    "ndcg10": nDCG @ 10,
    "precision10": P @ 10,
    "map": AP,
    "recall100": R @ 100,
    "recall1000": R @ 1000,
    "judgedNdcg10": nDCG(judged_only=True) @ 10,
}

TOLERANCE = 1e-6

# 10,000 draws of a probability have a standard deviation of at most 0.005.
CHANCE = 0.02

SEED = 20141


def made_up(directory):
    """Judgments and two runs, as files."""
    draw = random.Random(SEED)
    paths = [os.path.join(directory, name) for name in ("qrels.txt", "run.txt", "baseline.txt")]
    documents = [f"NCT9{number:07}" for number in range(3000)]
    qrels, runs = [], ([], [])
    for topic in range(1, 13):
        judged = draw.sample(documents, draw.choice([3, 40, 400]))
        # Grades as they occur: -1 is none, -2 is a bad one; of topic 5 all are 0.
        grades = [0] if topic == 5 else [-2, -1, 0, 0, 0, 1, 1, 2, 3]
        qrels += [f"{topic}\t0\t{document}\t{draw.choice(grades)}" for document in judged]
        # One document that is relevant for certain.
        if topic != 5:
            qrels.append(f"{topic} 0 NCT99999999 1")
        queries = [str(topic)] if topic % 3 else [f"{topic}-{letter}" for letter in "ABC"]
        for run, query in itertools.product(runs, queries):
            found = draw.sample(documents, draw.choice([2, 50, 1500])) + draw.sample(judged, 2)
            for rank, document in enumerate(dict.fromkeys(found), 1):
                # Few scores, so that many are the same; some differ only
                # beyond single precision; ranks say nothing.
                score = draw.choice([draw.randrange(5), draw.random() * 5, 2 + 1e-12 * rank])
                run.append(f"{query} Q0 {document} {rank} {score!r} made-up")
    draw.shuffle(qrels)
    for run in runs:
        draw.shuffle(run)
    for path, lines in zip(paths, (qrels, *runs)):
        with open(path, "w", encoding="ascii") as out:
            out.write("".join(line + "\n" for line in lines))
    return paths


def topic_of(query, topics):
    return query if query in topics else query.rpartition("-")[0]


def of_trec_eval(qrels_path, run_path):
    """Values by query and measure, and queries by topic."""
    qrels = list(ir_measures.read_trec_qrels(qrels_path))
    run = list(ir_measures.read_trec_run(run_path))
    topics = {judgment.query_id for judgment in qrels}
    relevant = {judgment.query_id for judgment in qrels if judgment.relevance >= 1}
    queries = {query: topic_of(query, topics) for query in {found.query_id for found in run}}
    queries = {query: topic for query, topic in queries.items() if topic in relevant}
    # trec_eval knows queries of no topic but themselves: each gets its judgments.
    by_topic = {}
    for judgment in qrels:
        by_topic.setdefault(judgment.query_id, []).append(judgment)
    own = [
        ir_measures.Qrel(query, judgment.doc_id, judgment.relevance)
        for query, topic in queries.items()
        for judgment in by_topic[topic]
    ]
    evaluator = PytrecEvalProvider().evaluator(MEASURES.values(), own)
    values = {}
    for metric in evaluator.iter_calc([found for found in run if found.query_id in queries]):
        values[metric.query_id, str(metric.measure)] = metric.value
    return values, queries


def mean(values):
    values = list(values)
    return math.fsum(values) / len(values)


def student(differences):
    """The two-sided probability of Student's t, by Simpson's rule."""
    count = len(differences)
    average = mean(differences)
    variance = math.fsum((value - average) ** 2 for value in differences) / (count - 1)
    if variance == 0:
        return None
    t = abs(average) / math.sqrt(variance / count)
    freedom = count - 1
    scale = math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2)
    scale = math.exp(scale) / math.sqrt(freedom * math.pi)

    def density(x):
        return scale * (1 + x * x / freedom) ** (-(freedom + 1) / 2)

    steps = 20000
    width = t / steps
    inner = sum((4 if step % 2 else 2) * density(step * width) for step in range(1, steps))
    return 1 - 2 * (density(0) + inner + density(t)) * width / 3


def randomization(differences):
    """The share of all assignments of signs whose mean is as far from 0."""
    differences = [value for value in differences if abs(value) > 1e-9]
    if len(differences) > 16:
        return None
    observed = abs(sum(differences)) - 1e-9
    signs = itertools.product((1, -1), repeat=len(differences))
    sums = [abs(sum(sign * value for sign, value in zip(one, differences))) for one in signs]
    return sum(value >= observed for value in sums) / len(sums)


def differs(what, found, expected, tolerance=TOLERANCE):
    if expected is not None and (found is None or abs(found - expected) > tolerance):
        yield f"{what}: {found}, not {expected}"


def compared(report, values, queries):
    """Differences of a report from what trec_eval says of the same run."""
    if {topic["topic"] for topic in report["perTopic"]} != set(queries.values()):
        yield "the topics are not the same"
    by_topic = {key: {} for key in MEASURES}
    for topic in report["perTopic"]:
        own = {query for query, of in queries.items() if of == topic["topic"]}
        if {query["query"] for query in topic["queries"]} != own:
            yield f"{topic['topic']}: the queries are not the same"
        for key, measure in MEASURES.items():
            for query in topic["queries"]:
                expected = values[query["query"], str(measure)]
                yield from differs(f"{query['query']} {key}", query["scores"][key], expected)
            expected = mean(values[query, str(measure)] for query in own)
            by_topic[key][topic["topic"]] = expected
            yield from differs(f"{topic['topic']} {key}", topic["scores"][key], expected)
    for key, topics in by_topic.items():
        yield from differs(f"mean {key}", report["mean"][key], mean(topics.values()))


def compared_runs(comparison):
    """Differences of a comparison from what its topics say."""
    for key, paired in comparison["measures"].items():
        pairs = [(topic["run"][key], topic["baseline"][key]) for topic in comparison["perTopic"]]
        differences = [run - baseline for run, baseline in pairs]
        yield from differs(f"{key} difference", paired["difference"], mean(differences))
        yield from differs(f"{key} Student", paired["pStudent"], student(differences))
        random_p = randomization(differences)
        yield from differs(f"{key} randomization", paired["pRandomization"], random_p, CHANCE)
        outcomes = [sum(sign * value > 1e-9 for value in differences) for sign in (1, -1)]
        if [paired["wins"], paired["losses"]] != outcomes:
            yield f"{key}: wins and losses are not {outcomes}"


def evaluated(program, qrels, run, *more):
    line = [program, "eval", "--qrels", qrels, "--from", run, "--per-topic", "--format", "json"]
    out = subprocess.run([*line, *more], check=True, stdout=subprocess.PIPE).stdout
    return json.loads(out)


def main():
    program = os.path.abspath(sys.argv[1])
    found = []
    with tempfile.TemporaryDirectory() as scratch:
        if len(sys.argv) > 2:
            (qrels, run), baseline = sys.argv[2:4], None
        else:
            qrels, run, baseline = made_up(scratch)
        report = evaluated(program, qrels, run)
        values, queries = of_trec_eval(qrels, run)
        found += compared(report, values, queries)
        if baseline:
            found += compared_runs(evaluated(program, qrels, run, "--baseline", baseline)["comparison"])
    topics, count = report["topics"], len(values)
    print(f"{count} values of {len(queries)} queries for {topics} topics compared", file=sys.stderr)
    for difference in found:
        print(difference)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
