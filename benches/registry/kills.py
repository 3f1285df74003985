"""Runs that are ended by SIGKILL leave the state before or after."""
import collections
import hashlib
import io
import json
import os
import random
import shutil
import signal
import subprocess
import time
import zipfile

from .corpus import Base, Recipe, study_path
from .measure import ENVIRONMENT, run, say

VERSIONS = 4
SMALL = 2_000
SETTLED = 1_700_000_000

# What a run does to the directory of the index, as it can be seen from outside.
EVENTS = ("a moment", "a segment", "a deletion", "a ledger", "a commit", "a merge", "a moment of a first build")


class Inputs:
    """A file of lines, an archive and a folder that change from version to
    version: some studies are amended, some go, some come."""

    def __init__(self, directory, base, count):
        self.directory, self.texts = directory, {}
        base = Base(base)
        for version in range(VERSIONS):
            recipe = Recipe(count, version, change=0.14, gone=0.02)
            self.texts[version] = [(at, text.encode()) for at in range(count) if (text := base.study(at, recipe))]
        self.turn = 0

    def write(self, version):
        """Puts the files of a version in place, each a little later than the
        last ones, and all old enough to be relied upon."""
        self.turn += 1
        texts = self.texts[version]
        self._file("lines.ndjson", b"\n".join(text for at, text in texts if at % 10 < 6))
        self._archive([text for at, text in texts if 6 <= at % 10 < 9])
        files = {study_path(self.directory / "files", text, at): text for at, text in texts if at % 10 == 9}
        for path in set((self.directory / "files").rglob("*.json")) - set(files):
            path.unlink()
        for path, text in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists() or path.read_bytes() != text:
                self._file(path, text)

    def _file(self, path, data):
        path = self.directory / path
        path.write_bytes(data)
        os.utime(path, (SETTLED + self.turn, SETTLED + self.turn))

    def _archive(self, texts):
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.writestr("studies.json", b"[" + b",".join(texts) + b"]")
        self._file("studies.zip", made.getvalue())


class Indexing:
    """`trialdex index` over all inputs into an index."""

    def __init__(self, programs, directory):
        self.programs, self.directory = programs, directory
        self.checks = subprocess.run([programs.trialdex, "check", "--help"], capture_output=True, env=ENVIRONMENT).returncode == 0

    def command(self, index):
        # Little memory, so that there are several segments.
        return [self.programs.trialdex, "index", "lines.ndjson", "studies.zip", "files", "--prune", "--quiet",
                "--memory", "50", "--threads", "2", "--index", index]

    def whole(self, index):
        run(*self.command(index), cwd=self.directory)

    def state(self, index):
        """All that an index says it holds; `None` where there is none."""
        told = self._told("status", "--format", "json", "--index", index, good=(0, 2))
        if not told:
            return None
        status = json.loads(told)
        counts = [status[name] for name in ("studies", "sources", "formats", "duplicates", "kept", "rejected", "notStudies", "latestUpdate")]
        lines = self._told("export", "--index", index).splitlines()
        stored = hashlib.sha256(b"\n".join(sorted(lines))).hexdigest()
        self._told("search", "--term", "ALL", "--limit", "1", "--format", "ids", "--quiet", "--receipt", "receipt.json",
                   "--index", index)
        receipt = json.loads((self.directory / "receipt.json").read_text())
        found = sorted((hit["nctId"], hit["record"]) for hit in receipt["hits"])
        if self.checks:
            self._told("check", "--index", index)
        digest = hashlib.sha256(json.dumps(found).encode()).hexdigest()
        return json.dumps([counts, len(lines), stored, receipt["total"], receipt["index"]["digest"], digest])

    def _told(self, *words, good=(0,)):
        done = subprocess.run([self.programs.trialdex, *words], cwd=self.directory, capture_output=True, env=ENVIRONMENT)
        if done.returncode not in good:
            raise SystemExit(f"trialdex {' '.join(words)}: exit code {done.returncode}\n{done.stderr.decode()}")
        return done.stdout


class Watching:
    """Waits for something to be seen in the directory of an index."""

    SUFFIXES = {"a segment": ".store", "a deletion": ".del", "a merge": ".store"}

    def __init__(self, event, index):
        self.event, self.index, self.before, self.at_commit = event, index, seen(index), None

    def happened(self):
        now = seen(self.index)
        new = now - (self.at_commit or self.before)
        if self.event == "a ledger":
            return any(name.startswith("ledger-") for name in new)
        committed = any(name.startswith("meta.json ") for name in new)
        if self.event == "a merge" and self.at_commit is None:
            # A segment that comes after the commit is one of others.
            self.at_commit = now if committed else None
            return False
        if self.event == "a commit":
            return committed
        return any(name.endswith(self.SUFFIXES[self.event]) for name in new)


def seen(index):
    """Names of files in an index; that of each commit is another one."""
    found = set()
    for folder in (index, index / "tantivy"):
        try:
            for entry in os.scandir(folder):
                changed = f" {entry.stat().st_mtime_ns}" if entry.name == "meta.json" else ""
                found.add(entry.name + changed)
        except FileNotFoundError:
            pass
    return found


def killed(indexing, index, event, chance, longest):
    """Starts a run and kills it; whether it was still under way."""
    watching = Watching(event, indexing.directory / index)
    child = subprocess.Popen(indexing.command(index), cwd=indexing.directory, stderr=subprocess.DEVNULL, env=ENVIRONMENT)
    if "moment" in event:
        time.sleep(chance.random() * longest)
    else:
        while child.poll() is None and not watching.happened():
            time.sleep(0.0002)
        # Every other time at once.
        time.sleep(chance.choice((0, chance.random() * 0.02)))
    child.send_signal(signal.SIGKILL)
    return child.wait() == -signal.SIGKILL


def kills(table, programs, base, options):
    directory = options.scratch / "kills"
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir()
    count = options.small or min(SMALL, options.count)
    inputs, indexing = Inputs(directory, base, count), Indexing(programs, directory)
    states, longest = {}, {}
    for version in range(VERSIONS):
        inputs.write(version)
        start = time.monotonic()
        indexing.whole(f"fresh-{version}")
        longest["first"] = max(time.monotonic() - start, longest.get("first", 0))
        states[version] = indexing.state(f"fresh-{version}")
    if len(set(states.values())) < VERSIONS:
        raise SystemExit("versions cannot be told apart")
    chance, version, tally = random.Random(1), 0, collections.Counter()
    inputs.write(version)
    indexing.whole("index")
    inputs.write(1)
    start, version = time.monotonic(), 1
    indexing.whole("index")
    longest["next"] = time.monotonic() - start
    for turn in range(options.kills):
        event, known = EVENTS[turn % len(EVENTS)], states[version]
        if turn % 20 == 0:
            say(f"{turn} kills")
        version = chance.choice([other for other in range(VERSIONS) if other != version])
        first = event.endswith("first build")
        if first:
            shutil.rmtree(directory / "index")
            known = None
        if event == "a merge":
            # Segments are merged when there are several small ones.
            for between in (1, 2, 3) if version == 0 else (0, 1 + version % 3):
                inputs.write(between)
                indexing.whole("index")
            known = states[between]
        inputs.write(version)
        hit = killed(indexing, "index", event, chance, longest["first" if first else "next"])
        left = indexing.state("index")
        if left not in (known, states[version]):
            raise SystemExit(f"kill {turn}, {event}: the index is neither as before nor as after\n{left}\n{known}\n{states[version]}\nsee {directory}")
        indexing.whole("index")
        if indexing.state("index") != states[version]:
            raise SystemExit(f"kill {turn}, {event}: the next run does not complete it\nsee {directory}")
        tally["killed" if hit else "over before", "before" if left == known else "after"] += 1
        tally[event] += hit
    report(table, tally, indexing, count)
    shutil.rmtree(directory)


def report(table, tally, indexing, count):
    under_way = sum(number for what, number in tally.items() if what[0] == "killed")
    done = sum(number for what, number in tally.items() if isinstance(what, tuple))
    table.add(f"kills of runs over {count:,} studies", f"{done}, of which {under_way} came before the end", "no other state than before or after", True)
    table.add("found as before, as after", f"{tally['killed', 'before']}, {tally['killed', 'after']}")
    table.add("killed after", ", ".join(f"{event} {tally[event]}" for event in EVENTS), "each", all(tally[event] for event in EVENTS))
    table.add("completed by the next run, equal to a fresh build", f"{done}", f"{done}", True)
    if not indexing.checks:
        table.add("`trialdex check` after each", "there is no such command")
