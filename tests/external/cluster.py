"""Compares searches on a cluster of OpenSearch with those in a directory.

    python3 tests/external/cluster.py path/to/trialdex [--nodes N] [--keep DIRECTORY] [INPUT]...

It starts N nodes, one if not said otherwise, indexes the inputs (the corpus if none is named) both
into a directory and onto the cluster, and asks both the searches of `searches()`: parameters,
filters, sorting, the examples of docs/query.md, and random expressions. The same studies have to be found, in the same order
unless scores are as good as equal, with scores that differ by a hundred-thousandth at most, and
with the same remarks. What a cluster is not asked yet has to be an error, which only words near each
other (`MAY_BE_REFUSED`) may be. Where Java or Maven is
missing it says SKIPPED and exits with 0, or with 1 where CI=true. It exits with 1 and a line for
each difference.
"""

import argparse
import json
import os
import random
import re
import shlex
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tools/opensearch"))

from nodes import Missing, Nodes  # noqa: E402

SEED = 90000001
RANDOM = 120

# Scores are printed with four digits after the point.
PRINTED = 1.001e-4
TOLERANCE = 1e-5

WORDS = ["anemia", "aplastic anemia", "insomnia", '"bone marrow"', "cell", "stem cells", "sepsis", "placebo",
         "lung cancer", "heart attack", "insomni*", "pregnancy", "anemai~1", "university", "MI", "children", "safety"]
AREAS = ["Condition", "BriefTitle", "InterventionName", "EligibilityCriteria", "LeadSponsorName", "BriefSummary",
         "ConditionSearch", "InterventionSearch", "TitleSearch", "OutcomeSearch", "LocationSearch", "BasicSearch"]
FIXED = ["AREA[Phase]PHASE2", "AREA[StartDate]RANGE[2010-01-01, 2020-12-31]", "AREA[Sex]FEMALE", "AREA[Phase]MISSING",
         "AREA[EnrollmentCount]RANGE[50, MAX]", "AREA[Location:size]RANGE[2, MAX]", "AREA[MinimumAge]RANGE[18 years, MAX]",
         'SEARCH[Location](AREA[LocationCountry]"United States")', "AREA[LocationGeoPoint]DISTANCE[48.4,10.0,900km]",
         "SEARCH[Location](AREA[LocationCountry]Germany AND NOT AREA[LocationCity]Ulm)",
         "SEARCH[Location](AREA[LocationCountry]France OR SEARCH[Study](anemia))"]
FLAGS = [["aplastic", "anemia"], ["heart", "attack"], ["anemai"], ["anemia", "zzyzx"], ["cell", "safety", "--any"],
         ["--cond", "anemia"], ["--cond", "lymphoma", "--intr", "rituximab"], ["--term", "cell", "--phase", "2"],
         ["insomnia", "--status", "recruiting"], ["anemia", "--country", "Germany"], ["--sort", "StartDate"],
         ["anemia", "--sort", "EnrollmentCount:asc,@relevance"], ["children", "--age", "child"],
         ["--term", "anemia", "--expand", "none"], ["--term", "anemia", "--expand", "term"],
         ["TILT[StudyFirstPostDate]anemia"], ["cell", "--limit", "3", "--offset", "2"], ["NCT90000001"],
         ["sepsis", "--phase", "3", "--country", "Norway"], ["--titles", "anemia"], ["--outc", "survival"],
         ["mesenchymal", "osteoarthritis", "narwhal"], ["small cell lung cancer"], ["EXPANSION[None]Anemia"],
         ["EXPANSION[None]IL-2"], ["EXPANSION[None](bone marrow)"], ["COVERAGE[StartsWith]EXPANSION[None](Bone Marrow)"]]
MAY_BE_REFUSED = ("near each other",)
NOT_YET = [["pregnant NEAR/5 women"], ["anemia", "--explain"]]


def expression(choose, depth=2):
    """A random expression."""
    if depth == 0 or choose.random() < 0.3:
        kind = choose.random()
        word = choose.choice(WORDS)
        if kind < 0.4:
            return word
        if kind < 0.65:
            return f"AREA[{choose.choice(AREAS)}]({word})"
        if kind < 0.75:
            return f"EXPANSION[{choose.choice(['Term', 'Concept', 'Relaxation'])}]({word})"
        return choose.choice(FIXED)
    parts = [expression(choose, depth - 1) for _ in range(choose.choice([2, 2, 3]))]
    if choose.random() < 0.2:
        return f"({parts[0]}) AND NOT ({parts[1]})"
    return choose.choice([" AND ", " OR "]).join(f"({part})" for part in parts)


def documented():
    """What the tables of docs/query.md have with a number of studies."""
    for line in (ROOT / "docs/query.md").read_text().splitlines():
        if row := re.match(r"\| `([^`]+)` \| [\d,]+ \|", line):
            typed = row[1].replace("\\|", "|")
            yield shlex.split(typed) if typed.startswith("--") else [typed]


def searches():
    choose = random.Random(SEED)
    return FLAGS + list(documented()) + [[expression(choose)] for _ in range(RANDOM)]


def asked(program, index, search):
    """The exit code and what was found, or what was said."""
    command = [program, "search", *search, "--index", index, "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        return done.returncode, done.stderr
    found = json.loads(done.stdout)
    del found["tookMs"]
    return done.returncode, found


def difference(one, other):
    """What differs in two answers; nothing where they are equal."""
    if one[0] not in (0, 1) or other[0] not in (0, 1):
        return "" if one == other else f"{str(one[1])[:300]} / {str(other[1])[:300]}"
    one, other = one[1], other[1]
    hits, others = one.pop("hits"), other.pop("hits")
    if one != other:
        return f"{[key for key in one if one[key] != other.get(key)]} differ"
    if {hit["nctId"] for hit in hits} != {hit["nctId"] for hit in others}:
        return "other studies"
    by_number = {hit["nctId"]: hit for hit in others}
    for place, (hit, there) in enumerate(zip(hits, others), 1):
        same = by_number[hit["nctId"]]
        close = lambda score: abs(hit["score"] - score) <= PRINTED + TOLERANCE * hit["score"]
        if not close(same["score"]):
            return f"{hit['nctId']} scores {hit['score']} / {same['score']}"
        if hit["nctId"] != there["nctId"] and not close(there["score"]):
            return f"{hit['nctId']} / {there['nctId']} at place {place}"
        ignored = ("rank", "score")
        if any(hit[key] != same[key] for key in hit if key not in ignored):
            return f"{hit['nctId']} is shown otherwise"
    return ""


def compare(program, directory, address):
    failures = refused = 0
    both = lambda search: [asked(program, index, search) for index in (directory, address)]
    with ThreadPoolExecutor(2) as threads:
        all_searches = searches()
        for search, (one, other) in zip(all_searches, threads.map(both, all_searches)):
            if other[0] == 2 and "on a cluster" in other[1]:
                refused += 1
                if one[0] in (0, 1) and any(kind in other[1] for kind in MAY_BE_REFUSED):
                    continue
            if differs := difference(one, other):
                failures += 1
                print(f"{' '.join(search)}: {differs}")
    for search in NOT_YET:
        code, said = asked(program, address, search)
        if code != 2 or "on a cluster" not in str(said):
            failures += 1
            print(f"{' '.join(search)}: is not refused: {code} {said}")
    failures += differ_beside(program, directory, address)
    print(f"{len(all_searches)} searches compared, {refused} refused, {failures} differences")
    return failures


def differ_beside(program, directory, address):
    """Receipts, tables and single studies."""
    def run(index, *arguments):
        return subprocess.run([program, *arguments, "--index", index], capture_output=True, text=True)

    failures = 0
    with tempfile.TemporaryDirectory() as scratch:
        receipt = f"{scratch}/receipt.json"
        run(address, "search", "anemia", "--format", "ids", "--receipt", receipt)
        verified = run(directory, "verify", receipt)
        if verified.returncode != 0:
            failures += 1
            print(f"a receipt of the cluster is not verified: {verified.stdout}{verified.stderr}")
    for arguments in (["search", "anemia", "--format", "csv"], ["search", "cell", "--format", "ris"],
                      ["search", "anemia", "--count"], ["show", "NCT90000001", "NCT90000009", "--format", "json"],
                      ["show", "NCT99999999"]):
        one, other = run(directory, *arguments), run(address, *arguments)
        if (one.returncode, one.stdout, one.stderr) != (other.returncode, other.stdout, other.stderr):
            failures += 1
            print(f"{' '.join(arguments)}: is another output")
    return failures


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("program")
    arguments.add_argument("inputs", nargs="*", default=[str(ROOT / "corpus")])
    arguments.add_argument("--nodes", type=int, default=1)
    arguments.add_argument("--keep", help="a directory in which the jars stay")
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        try:
            nodes = Nodes(chosen.keep or f"{scratch}/nodes", chosen.nodes)
        except Missing as missing:
            print(f"SKIPPED: searches on a cluster, since {missing} is missing")
            sys.exit(os.environ.get("CI") == "true")
        with nodes:
            directory, address = f"{scratch}/index", f"{nodes.addresses[0]}/trials"
            for index in (directory, address):
                command = [chosen.program, "index", *chosen.inputs, "--index", index, "--quiet"]
                subprocess.run(command, check=True)
            sys.exit(compare(chosen.program, directory, address) > 0)


if __name__ == "__main__":
    main()
