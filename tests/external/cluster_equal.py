"""Compares what is said of an index on a cluster with what is said of the same one in a directory:
explanations of scores, the commands beside searches, reviews, a server and the tools of an assistant.

`cluster.py` calls `differ()`, which prints a line for each difference and gives their number.
"""

import json
import os
import re
import subprocess
import tempfile
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlencode

# Scores of JSON have four digits behind the point, explanations have all.
PRINTED = 1.001e-4
TOLERANCE = 1e-5

EXPLAINED = [["aplastic", "anemia"], ["heart", "attack"], ["anemai"], ["cell", "safety", "--any"], ["anemia", "zzyzx"],
             ["--cond", "lymphoma", "--intr", "rituximab"], ["--term", "cell", "--phase", "2"], ["stem cells OR anemia"],
             ['AREA[BriefTitle]"bone marrow" OR insomni*'], ["TILT[StudyFirstPostDate]anemia"], ["children", "--age", "child"],
             ["small cell lung cancer"], ["--term", "anemia", "--expand", "none"], ["anemia", "--sort", "StartDate"],
             ["EXPANSION[None]IL-2"], ['SEARCH[Location](AREA[LocationCountry]"United States") AND cell'],
             ["placebo", "--model", "likeness=0.3", "--model", "feedback=0.6", "--model", "feedback_hits=3", "--model", "kept_hits=2"], ["cell", "--limit", "9", "--offset", "4"]]

COMMANDS = [["fields"], ["fields", "--format", "json"], ["fields", "Phase"], ["fields", "StartDate", "--format", "json"],
            ["fields", "NumArmGroups"], ["fields", "OutcomeMeasure"], ["fields", "BriefTitle", "--limit", "3"],
            ["thesaurus", "heart", "attack"], ["thesaurus", "MI", "--with", "heart failure"], ["thesaurus", "MI", "--format", "json"],
            ["thesaurus", "heart diseases", "--explode"], ["thesaurus", "--doubtful"], ["thesaurus", "anemia", "--doubtful"],
            ["thesaurus", "zzyzx"], ["show", "--sources", "NCT90000001", "NCT90000002", "NCT99999999"],
            ["show", "--sources", "NCT90000003", "--format", "json"], ["status", "--rejects"],
            ["changes", "--since", "2015-01-01", "anemia", "--format", "jsonl"], ["changes", "--since", "2999-01-01"],
            ["search", "MI"], ["search", "anemia", "--profile", "--format", "ids", "--quiet"]]

PATHS = [("/studies", {}), ("/studies", {"countTotal": "true"}), ("/studies", {"query.cond": "anemia", "countTotal": "true"}),
         ("/studies", {"query.term": "cell", "pageSize": "3"}), ("/studies", {"query.intr": "placebo", "fields": "NCTId,Phase"}),
         ("/studies", {"query.term": "heart attack", "pageSize": "50", "countTotal": "true", "fields": "NCTId"}),
         ("/studies", {"query.titles": "anemia", "format": "csv"}), ("/studies", {"query.outc": "survival", "fields": "NCTId|BriefTitle"}),
         ("/studies", {"query.term": "anemai", "fields": "NCTId", "countTotal": "true"}), ("/studies", {"query.term": "zzyzx"}),
         ("/studies", {"query.cond": "lymphoma", "sort": "StartDate:desc", "fields": "NCTId,StartDate"}),
         ("/studies", {"sort": "EnrollmentCount:asc", "pageSize": "20", "fields": "NCTId"}),
         ("/studies", {"filter.overallStatus": "COMPLETED", "countTotal": "true", "fields": "NCTId"}),
         ("/studies", {"filter.ids": "NCT90000001,NCT90000003,NCT99999999", "fields": "NCTId"}),
         ("/studies", {"filter.geo": "distance(48.4,10.0,900km)", "countTotal": "true", "fields": "NCTId"}),
         ("/studies", {"filter.geo": "distance(39.0,-77.1,5000mi)", "fields": "NCTId", "pageSize": "40",
                       "geoDecay": "func:linear,scale:100km,offset:10km,decay:0.1"}),
         ("/studies", {"filter.advanced": "AREA[StartDate]RANGE[2010-01-01, 2020-12-31]", "fields": "NCTId"}),
         ("/studies", {"query.term": "AREA[Phase]PHASE2 AND cell", "markupFormat": "legacy", "pageSize": "2"}),
         ("/studies", {"query.locn": "Germany", "fields": "NCTId,LocationCity", "pageSize": "5"}),
         ("/studies", {"query.spons": "university", "countTotal": "true", "fields": "@query"}),
         ("/studies", {"query.term": "(cell"}), ("/studies", {"pageSize": "x"}), ("/studies", {"fields": "Nonsense"}),
         ("/studies/NCT90000001", {}), ("/studies/NCT90000002", {"fields": "NCTId,BriefTitle"}), ("/studies/NCT99999999", {}),
         ("/studies/NCT90000003", {"format": "csv"}), ("/studies/NCT90000003", {"format": "ris"}),
         ("/studies/NCT90000003", {"format": "fhir.json"}), ("/studies/NCT9", {}), ("/studies/metadata", {}),
         ("/studies/search-areas", {}), ("/studies/enums", {}), ("/stats/size", {}), ("/stats/field/values", {"fields": "Phase,Condition"}),
         ("/stats/field/values", {"types": "DATE,INTEGER,BOOLEAN"}), ("/stats/field/sizes", {"fields": "Condition,Location"}),
         ("/stats/field/values", {"fields": "BriefTitle"})]

CALLS = [("search", {"query": "anemia"}), ("search", {"cond": "lymphoma", "intr": "rituximab", "detail": "full"}),
         ("search", {"query": "heart attack", "fields": "Phase,Condition", "limit": 4}), ("search", {"query": "anemai zzyzx"}),
         ("search", {"ids": "NCT90000001,NCT99999999"}), ("count", {"query": "cell", "by": "phase"}), ("count", {"by": "year", "cond": "anemia"}),
         ("count", {"query": "zzyzx"}), ("study", {"id": "NCT90000001"}), ("study", {"id": "NCT90000999"}), ("study", {"id": "nonsense"}),
         ("passages", {"id": "NCT90000001", "query": "anemia OR cell"}), ("passages", {"id": "NCT90000001", "field": "BriefTitle"}),
         ("fields", {"name": "Phase"}), ("fields", {"query": "start date"}), ("thesaurus", {"term": "heart attack"}),
         ("thesaurus", {"term": "MI", "with": "heart failure", "explode": True})]


def run(program, index, *arguments, **more):
    return subprocess.run([program, *arguments, "--index", index], capture_output=True, text=True, **more)


def close(one, other, printed=PRINTED):
    return abs(one - other) <= printed + TOLERANCE * abs(one)


def alike(one, other, printed=PRINTED):
    """Whether two values are the same but for the last digits of their numbers."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key], printed) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(alike(*pair, printed) for pair in zip(one, other))
    if isinstance(one, float) and isinstance(other, (int, float)):
        return close(one, other, printed)
    return one == other


def sorted_parts(explained):
    """An explanation with parts that score alike in one order."""
    parts = [sorted_parts(part) for part in explained["parts"]]
    return {**explained, "parts": sorted(parts, key=lambda part: json.dumps([part["label"], part["terms"], part["pieces"]]))}


def adds_up(explained, score):
    """Whether the parts of a score add up to it."""
    if not close(explained["score"], score, 1e-4 * max(1, abs(score))):
        return False
    is_sum = explained["label"] == "sum"
    return not is_sum or close(sum(part["score"] for part in explained["parts"]), explained["score"], 1e-3)


class Comparison:
    """The indexes that are compared, and the differences so far."""

    def __init__(self, program, directory, address):
        self.program, self.indexes, self.failures, self.compared = program, (directory, address), 0, 0

    def fail(self, said):
        self.failures += 1
        print(said)

    def both(self, *arguments, **more):
        return [run(self.program, index, *arguments, **more) for index in self.indexes]

    def same(self, what, one, other):
        self.compared += 1
        if not alike(one, other):
            self.fail(f"{what}: {str(one)[:300]} / {str(other)[:300]}")

    def explanations(self):
        """Why hits have their scores: the same words, as much as in a directory."""
        for search in EXPLAINED:
            one, other = self.both("search", *search, "--explain", "--format", "json", *([] if "--limit" in search else ["--limit", "12"]))
            what = f"{' '.join(search)} --explain"
            if other.returncode not in (0, 1):
                self.fail(f"{what}: {other.stderr}")
                continue
            one, other = json.loads(one.stdout), json.loads(other.stdout)
            hits, others = one.pop("hits"), {hit["nctId"]: hit for hit in other.pop("hits")}
            one.pop("tookMs"), other.pop("tookMs")
            self.same(what, one, other)
            for hit in hits:
                # Hits whose scores are as good as equal may be behind the last one.
                there = others.get(hit["nctId"])
                if there is None:
                    continue
                explained = there["explanation"]
                if not adds_up(explained, there["score"]):
                    self.fail(f"{what}: {hit['nctId']} scores {there['score']}, explained are {explained}")
                self.compared += 1
                if not alike(sorted_parts(hit["explanation"]), sorted_parts(explained), 1e-5):
                    self.fail(f"{what}: {hit['nctId']}: {hit['explanation']} / {explained}")
        one, other = self.both("search", "anemia", "--explain")
        pattern = re.compile(r"\d+ ms|\d+\.\d+")
        self.same("search anemia --explain", pattern.sub("", one.stdout), pattern.sub("", other.stdout))

    def commands(self, scratch):
        for arguments in COMMANDS:
            one, other = self.both(*arguments)
            shown = [re.sub(r"\d+ ms", "", done.stdout) for done in (one, other)]
            self.same(" ".join(arguments), (one.returncode, one.stderr, shown[0]), (other.returncode, other.stderr, shown[1]))
        rejects = [json.loads(done.stdout) for done in self.both("status", "--rejects", "--format", "json")]
        for key in ("rejects", "rejected", "notStudies", "formats", "duplicates", "sources", "studies", "latestUpdate"):
            self.same(f"status: {key}", rejects[0][key], rejects[1][key])
        checked = run(self.program, self.indexes[1], "check")
        if checked.returncode != 0 or "is whole" not in checked.stdout:
            self.fail(f"check: {checked.stdout}{checked.stderr}")
        receipt = f"{scratch}/receipt.json"
        run(self.program, self.indexes[0], "search", "anemia", "--format", "ids", "--receipt", receipt)
        one, other = self.both("changes", "--since", receipt)
        self.same("changes since a receipt", (one.returncode, one.stdout), (other.returncode, other.stdout))
        for pair in (self.indexes, self.indexes[::-1]):
            between = run(self.program, self.indexes[0], "changes", "--between", *pair)
            if between.returncode != 1:
                self.fail(f"changes between two engines: {between.stdout}{between.stderr}")
        looks = []
        for at, index in enumerate(self.indexes):
            watched = ["--list", f"{scratch}/watched-{at}.json"]
            run(self.program, index, "watch", "add", "cells", "cell", "--name-hits", *watched)
            first = run(self.program, index, "watch", "--format", "jsonl", *watched)
            second = run(self.program, index, "watch", "--format", "jsonl", *watched)
            looks.append((first.stdout, first.stderr, second.returncode, second.stdout))
        self.same("watch", *looks)

    def reviews(self, scratch):
        """A review is a file; its searches are run on either engine."""
        outputs = []
        environment = {**os.environ, "TRIALDEX_REVIEWER": "ann"}
        for at, index in enumerate(self.indexes):
            review, said = f"{scratch}/review-{at}", []
            for arguments in (["new", review, "--query", "anemia"], ["search", review, "--cond", "lymphoma"], ["status", review],
                              ["list", review], ["next", review], ["update", review], ["export", review, "--format", "csv"]):
                done = run(self.program, index, "review", *arguments, env=environment)
                text = re.sub(r"review-\d", "review", (done.stdout + done.stderr).replace(review, "REVIEW"))
                said.append((arguments[0], done.returncode, re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z|\d{4}-\d\d-\d\d", "", text)))
            outputs.append(said)
        for one, other in zip(*outputs):
            self.same(f"review {one[0]}", one, other)

    def servers(self):
        with Server(self.program, self.indexes[0]) as one, Server(self.program, self.indexes[1]) as other:
            for path, parameters in PATHS:
                self.same(f"{path}?{urlencode(parameters)}", one.get(path, parameters), other.get(path, parameters))
            # Pages follow each other to the same end.
            pages = [list(server.pages({"query.term": "cell", "pageSize": "7", "fields": "NCTId"})) for server in (one, other)]
            self.same("pages", *pages)

    def tools(self):
        answers = [called(self.program, index) for index in self.indexes]
        for (name, arguments), one, other in zip(CALLS, *answers):
            self.same(f"{name} {arguments}", one, other)
        if len(answers[1]) != len(CALLS):
            self.fail(f"{len(answers[1])} of {len(CALLS)} calls were answered")


class Server:
    """The program while it serves an index at a free port."""

    def __init__(self, program, index):
        command = [program, "serve", "--index", index, "--listen", "127.0.0.1:0", "--log", "error"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.base = self.process.stdout.readline().strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(60)

    def get(self, path, parameters):
        """Status, type and body, without what names the state of the index."""
        try:
            answer = urllib.request.urlopen(f"{self.base}{path}?{urlencode(parameters)}", timeout=120)
            status, headers, text = answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.headers["content-type"], error.read().decode()
        kind = headers["content-type"]
        if kind != "application/json":
            return status, kind, text
        body = json.loads(text)
        if isinstance(body, dict) and "nextPageToken" in body:
            body["nextPageToken"] = "a token"
        return status, kind, body

    def pages(self, parameters):
        """The numbers on all pages."""
        token = {}
        while True:
            answer = json.load(urllib.request.urlopen(f"{self.base}/studies?{urlencode({**parameters, **token})}"))
            yield [study["protocolSection"]["identificationModule"]["nctId"] for study in answer["studies"]]
            if "nextPageToken" not in answer:
                return
            token = {"pageToken": answer["nextPageToken"]}


def called(program, index):
    """The answers of the tools, without what names the state of the index."""
    requests = [{"jsonrpc": "2.0", "id": 0, "method": "initialize",
                 "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}},
                {"jsonrpc": "2.0", "method": "notifications/initialized"}]
    for at, (name, arguments) in enumerate(CALLS, 1):
        requests.append({"jsonrpc": "2.0", "id": at, "method": "tools/call", "params": {"name": name, "arguments": arguments}})
    process = subprocess.Popen([program, "mcp", "--index", index], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    answers = {}
    for request in requests:
        process.stdin.write(json.dumps(request) + "\n")
        process.stdin.flush()
        if "id" in request:
            answer = json.loads(process.stdout.readline())
            answers[answer["id"]] = answer
    process.stdin.close()
    process.wait(60)
    return [without_state(answers[at].get("result", answers[at].get("error"))) for at in range(1, len(CALLS) + 1)]


def without_state(result):
    structure = (result or {}).get("structuredContent")
    if structure is None:
        return result
    return {key: value for key, value in structure.items() if key not in ("index", "cursor", "receipt")}


def differ(program, directory, address):
    """The number of differences, each of which is printed."""
    comparison = Comparison(program, directory, address)
    with tempfile.TemporaryDirectory() as scratch:
        comparison.explanations()
        comparison.commands(scratch)
        comparison.reviews(scratch)
        comparison.servers()
        comparison.tools()
    print(f"{comparison.compared} answers of other commands compared, {comparison.failures} differences")
    return comparison.failures


def ask(address, body=None, method=None):
    """The answer of the engine."""
    headers = {"content-type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address, data, headers, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def differ_in_checks(program, server):
    """What a check says of a version that somebody has changed. The index `refreshed` is there."""
    failures = 0
    address, version = f"{server}/refreshed", next(iter(ask(f"{server}/_alias/refreshed")))

    def checked(what, code, *said, flags=()):
        nonlocal failures
        done = run(program, address, "check", *flags)
        if done.returncode != code or not all(text in done.stdout for text in said):
            failures += 1
            print(f"check {what}: {done.returncode} {done.stdout}{done.stderr}")

    checked("of a whole version", 0, "is whole", "and read")
    checked("of a whole version", 0, "is whole", flags=["--quick"])
    # A version takes nothing once it is whole.
    ask(f"{server}/{version},{version}-terms/_settings", {"index.blocks.write": False}, method="PUT")
    found = ask(f"{server}/{version}/_search?size=1", {"sort": [{"nct": "asc"}], "docvalue_fields": ["nct", "digest"]})
    hit = found["hits"]["hits"][0]
    kept, path = hit["_source"], f"{server}/{version}/_doc/{hit['_id']}?refresh=true"
    numbers = {name: values[0] for name, values in hit["fields"].items()}
    changed = {**kept, **numbers, "study": kept["study"].replace("a", "b")}
    ask(path, changed, method="PUT")
    checked("with a changed record", 4, "not what was sent", hit["_id"])
    # Its other fields are gone, too.
    checked("with a changed record", 4, "as many studies as it says do not have", flags=["--quick"])
    ask(path, method="DELETE")
    checked("without a study", 4, "studies are there", "index the sources under another name")
    ask(f"{server}/{version}-terms/_doc/zone_Words.0?refresh=true", method="DELETE")
    checked("without terms", 4, "lists of terms are there", flags=["--quick"])
    refused = run(program, address, "check", "--repair")
    if refused.returncode != 2 or "--repair does not work on a cluster" not in refused.stderr:
        failures += 1
        print(f"check --repair: {refused.stdout}{refused.stderr}")
    return failures
