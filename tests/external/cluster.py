"""Compares searches on a cluster of OpenSearch with those in a directory.

    python3 tests/external/cluster.py path/to/trialdex [--nodes N] [--keep DIRECTORY] [INPUT]...

It starts N nodes, one if not said otherwise, indexes the inputs (the corpus if none is named) both
into a directory and onto the cluster, and asks both the searches of `searches()`: parameters,
filters, sorting, the examples of docs/query.md, and random expressions. The same studies have to be
found, in the same order unless scores are as good as equal, with scores that differ by a
hundred-thousandth at most, and with the same remarks. What a cluster is not asked yet has to be an
error, which only words near each other (`MAY_BE_REFUSED`) may be. The other commands have to print
the same: facets, batch, eval, verify, and export, whose output is indexed again; so do both engines
after refreshes. A key and an authority of one's own are tried through a proxy that ends TLS, and of
three nodes or more one is ended. Where Java or Maven is missing it says SKIPPED and exits with 0, or
with 1 where CI=true; the same holds for openssl and the proxy. It exits with 1 and a
line for each difference.
"""

import argparse
import json
import os
import random
import re
import shlex
import shutil
import ssl
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tools/opensearch"))

from cluster_equal import differ, differ_in_checks  # noqa: E402
from loopback import Proxy  # noqa: E402
from nodes import ask, nodes_or_skip  # noqa: E402

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
NOT_YET = [["pregnant NEAR/5 women"]]


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


STRATEGY = """1. anemia
2. "bone marrow" OR aplastic
3. #1 AND #2
4. AREA[Phase]PHASE2
5. #3 NOT #4
"""
QUERIES = "a\taplastic anemia\nb\tcell therapy\nc\tzzyzx\n"
JUDGED = "a 0 NCT90000001 1\na 0 NCT90000002 2\nb 0 NCT90000003 1\n"
FACETS = [["status,phase,type,sponsor"], ["Condition,Keyword,InterventionName"], ["year,age,sex,country"],
          ["StartDate,LastUpdatePostDate,EnrollmentCount,MinimumAge,MaximumAge"], ["HasResults,HealthyVolunteers"],
          ["LocationCity,LocationState,OverallOfficialAffiliation"], ["Location:size,Condition:size"],
          ["OrgStudyId,BriefTitle,LocationFacility,DesignMasked"], ["OutcomeMeasureType,AgreementPISponsorEmployee"],
          ["phase,country", "anemia"], ["sponsor,year", "--cond", "lymphoma", "--phase", "2"],
          ["Condition", "cell", "safety", "--any"], ["status", "zzyzx"]]


def commands(scratch):
    """Commands that have to print the same on both engines."""
    (Path(scratch) / "strategy.txt").write_text(STRATEGY)
    (Path(scratch) / "queries.tsv").write_text(QUERIES)
    (Path(scratch) / "judged.txt").write_text(JUDGED)
    strategy, queries, judged = (f"{scratch}/{name}" for name in ("strategy.txt", "queries.tsv", "judged.txt"))
    yield from (["search", "anemia", "--format", "csv"], ["search", "cell", "--format", "ris"],
                ["search", "anemia", "--count"], ["show", "NCT90000001", "NCT90000009", "--format", "json"],
                ["show", "NCT99999999"])
    for fields in FACETS:
        yield ["facets", *fields, "--format", "json"]
    yield ["facets", "phase,Condition", "anemia", "--limit", "3"]
    yield ["facets", "country", "--format", "csv", "--limit", "2"]
    for more in ([], ["--format", "json", "--studies"], ["--yield"], ["--yield", "--of", "3", "--format", "json"]):
        yield ["batch", strategy, *more]
    for more in ([], ["--format", "json", "--studies"], ["--any"], ["--format", "trec", "--limit", "5"]):
        yield ["batch", queries, *more]
    yield ["eval", "--topics", queries, "--qrels", judged, "--per-topic"]
    for kind in ("jsonl", "json", "csv", "ris", "ids"):
        yield ["export", "--format", kind]
    yield ["export", "NCT90000009", "NCT90000001", "NCT99999999", "NCT90000001"]


def alike(one, other):
    """Whether two outputs are the same but for the last digits of numbers."""
    if one == other:
        return True
    number = r"-?\d+\.\d+(?:[eE]-?\d+)?"
    if re.split(number, one) != re.split(number, other):
        return False
    pairs = zip(re.findall(number, one), re.findall(number, other))
    return all(abs(float(a) - float(b)) <= PRINTED + TOLERANCE * abs(float(a)) for a, b in pairs)


def differ_beside(program, directory, address):
    """All other commands."""
    def run(index, *arguments, **more):
        command = [program, *arguments, "--index", index]
        return subprocess.run(command, capture_output=True, text=True, **more)

    failures = 0

    def fail(said):
        nonlocal failures
        failures += 1
        print(said)

    with tempfile.TemporaryDirectory() as scratch:
        for arguments in commands(scratch):
            one, other = run(directory, *arguments), run(address, *arguments)
            same = (one.returncode, one.stderr) == (other.returncode, other.stderr)
            exact = arguments[0] in ("export", "facets", "show")
            if not same or not (one.stdout == other.stdout if exact else alike(one.stdout, other.stdout)):
                fail(f"{' '.join(arguments)}: is another output: {other.stdout[:300]}{other.stderr}")
        strategy = f"{scratch}/strategy.txt"
        for wrote, reads in ((address, directory), (directory, address), (address, address)):
            for name, asked in (("words", ["anemia", "cell", "--any"]), ("line", ["--strategy", f"{strategy}#5"])):
                receipt = f"{scratch}/{name}.json"
                run(wrote, "search", *asked, "--format", "ids", "--receipt", receipt)
                verified = run(reads, "verify", receipt)
                if verified.returncode != 0 or "the same records" not in verified.stdout:
                    fail(f"a receipt is not verified: {verified.stdout}{verified.stderr}")
        # A receipt of what is there no longer, or was not there.
        receipt = json.loads(Path(f"{scratch}/words.json").read_text())
        receipt["hits"][0]["nctId"] = "NCT99999999"
        Path(f"{scratch}/changed.json").write_text(json.dumps(receipt))
        one, other = (run(index, "verify", f"{scratch}/changed.json", "--format", "json") for index in (directory, address))
        if one.returncode != 1 or (one.returncode, one.stdout) != (other.returncode, other.stdout):
            fail(f"a changed receipt is compared otherwise: {one.stdout}{one.stderr} / {other.stdout}{other.stderr}")
        exported = run(address, "export").stdout
        back = f"{scratch}/back"
        run(back, "index", "-", "--quiet", input=exported)
        if run(back, "export").stdout != exported:
            fail("what is exported and indexed again is not the same")
    return failures


def differ_after_refresh(program, directory, server):
    """Refreshes of a small index, on both engines. The inputs change, and both have to hold the same."""
    failures = 0
    with tempfile.TemporaryDirectory() as scratch:
        dump, here, there = Path(scratch) / "dump.jsonl", f"{scratch}/here", f"{server}/refreshed"
        exported = subprocess.run([program, "export", "--index", directory], capture_output=True, text=True, check=True)
        studies = exported.stdout.splitlines(keepends=True)
        renamed = studies[4].replace('"briefTitle":"', '"briefTitle":"Renamed: ', 1)
        added = studies[5].replace(json.loads(studies[5])["protocolSection"]["identificationModule"]["nctId"], "NCT90009999")
        later = studies[:4] + [renamed] + studies[5:-2] + [added]
        few = later[: len(later) // 3]
        runs = [("a first version", studies, [], "sent as refreshed-v1"), ("nothing new", studies, [], "nothing was sent"),
                ("some new", later, [], "what differs from the version before"),
                ("some gone", later, ["--prune"], "what differs from the version before"),
                ("some rejected", later[1:] + ['{"protocolSection": {\n'], ["--prune"], "nothing was sent"),
                ("many gone", few, ["--prune=all"], "all studies, since too few studies"),
                ("the rest again", later, [], "all studies, since too few studies")]
        for name, lines, flags, expected in runs:
            dump.write_text("".join(lines))
            said = []
            for index in (here, there):
                command = [program, "index", str(dump), "--index", index, *flags]
                done = subprocess.run(command, capture_output=True, text=True)
                said.append(done.stderr)
            if expected not in said[1]:
                failures += 1
                print(f"a refresh with {name} does not say `{expected}`: {said[1]}")
            if counted(said[0]) != counted(said[1]):
                failures += 1
                print(f"a refresh with {name} counts otherwise: {said[0]} / {said[1]}")
            for arguments in (["export"], ["search", "anemia", "--count", "--quiet"], ["search", "renamed", "--format", "ids"],
                              ["facets", "Condition,year", "--format", "json"]):
                outputs = [subprocess.run([program, *arguments, "--index", index], capture_output=True, text=True).stdout
                           for index in (here, there)]
                if outputs[0] != outputs[1]:
                    failures += 1
                    print(f"{' '.join(arguments)} after a refresh with {name}: is another output")
        versions = sorted(name for name in ask(f"{server}/refreshed-v*/_settings") if not name.endswith("-terms"))
        if versions != ["refreshed-v4", "refreshed-v5"]:
            failures += 1
            print(f"versions that are left: {versions}")
    return failures


def counted(said):
    """What an audit says of the studies."""
    return [line for line in said.splitlines() if re.match(r"studies:|nothing changed|kept ", line)]


KEY = "ApiKey a2V5OnNlY3JldA=="


def differ_by_access(program, directory, server):
    """A key and an authority of one's own."""
    if not shutil.which("openssl"):
        print("SKIPPED: a key and an authority of one's own, since openssl is missing")
        return int(os.environ.get("CI") == "true")
    failures = 0
    with tempfile.TemporaryDirectory() as scratch:
        key, certificate, authority = (f"{scratch}/{name}.pem" for name in ("key", "certificate", "authority"))
        made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-days", "2"]
        of_authority = ["-subj", "/CN=authority", "-keyout", f"{scratch}/signing.pem", "-out", authority]
        of_server = ["-subj", "/CN=server", "-addext", "subjectAltName=IP:127.0.0.1", "-addext",
                     "basicConstraints=critical,CA:FALSE", "-CA", authority, "-CAkey", f"{scratch}/signing.pem",
                     "-keyout", key, "-out", certificate]
        for command in (of_authority, of_server):
            subprocess.run([*made, *command], check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)

        def with_key(asked):
            """Hands requests with the right key on."""
            right = asked.headers.get("authorization") == KEY
            return guard.forward(asked) if right else (401, b'{"error": "no such key"}')

        guard = Proxy(server, with_key, context)
        address = f"https://{guard.host}/trials"
        secret = Path(f"{scratch}/secret")
        secret.write_text("key:secret\n")
        known = {"TRIALDEX_CLUSTER_CA": authority, "TRIALDEX_CLUSTER_API_KEY_FILE": str(secret)}
        search = ["search", "anemia", "--format", "ids", "--index"]
        expected = subprocess.run([program, *search, directory], capture_output=True, text=True).stdout
        for missing, code, said in ((None, 0, expected), ("TRIALDEX_CLUSTER_CA", 2, "does not answer"),
                                    ("TRIALDEX_CLUSTER_API_KEY_FILE", 2, "(401): no such key")):
            environment = {**os.environ, **{name: value for name, value in known.items() if name != missing}}
            done = subprocess.run([program, *search, address], capture_output=True, text=True, env=environment)
            if done.returncode != code or said not in done.stdout + done.stderr:
                failures += 1
                print(f"without {missing}: {done.returncode} {done.stdout[:200]}{done.stderr}")
        guard.stop()
    return failures


def differ_without_a_node(program, directory, nodes):
    """A node of several is ended: the others answer."""
    hosts = ",".join(address.removeprefix("http://") for address in nodes.addresses)
    nodes.kill(0)
    search = ["search", "anemia", "--format", "ids", "--index"]
    one, other = (subprocess.run([program, *search, index], capture_output=True, text=True)
                  for index in (directory, f"http://{hosts}/trials"))
    if one.stdout == other.stdout:
        return 0
    print(f"without a node: {other.returncode} {other.stdout[:200]}{other.stderr}")
    return 1


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("program")
    arguments.add_argument("inputs", nargs="*", default=[str(ROOT / "corpus")])
    arguments.add_argument("--nodes", type=int, default=1)
    arguments.add_argument("--keep", help="a directory in which the jars stay")
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        with nodes_or_skip("searches on a cluster", chosen.keep or f"{scratch}/nodes", chosen.nodes) as nodes:
            directory, address = f"{scratch}/index", f"{nodes.addresses[0]}/trials"
            for index in (directory, address):
                command = [chosen.program, "index", *chosen.inputs, "--index", index, "--quiet"]
                subprocess.run(command, check=True)
            failures = compare(chosen.program, directory, address)
            failures += differ(chosen.program, directory, address)
            failures += differ_after_refresh(chosen.program, directory, nodes.addresses[0])
            failures += differ_in_checks(chosen.program, nodes.addresses[0])
            failures += differ_by_access(chosen.program, directory, nodes.addresses[0])
            if chosen.nodes > 2:
                failures += differ_without_a_node(chosen.program, directory, nodes)
            print(f"{failures} differences in all")
            sys.exit(failures > 0)


if __name__ == "__main__":
    main()
