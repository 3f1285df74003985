"""Two processes search at full speed while a third refreshes the index.

The index goes from one of a few known states to another. What each query has
to find in each state is written down before, of indexes built afresh. One
searcher stays and opens the index every fifty queries (benches/soak.rs); the
other is a new process for each query, whose receipt says which state it saw.
"""
import json
import os
import random
import shutil
import subprocess
import threading
import time

from .corpus import Recipe, make_ndjson
from .measure import ENVIRONMENT, memory, quantile, run, say

STATES = 4
SMALL = 20_000
SETTLED = 1_700_000_000
ASKED = (("asthma",), ("lung", "cancer"), ("amended",), ("--cond", "heart failure", "--phase", "2"), ("protocol", "comparator", "pain"),
         ("--term", "AREA[LastUpdatePostDate]RANGE[2026-06-01,MAX]"), ("hepatitis c", "--status", "completed"))


class Soak:
    def __init__(self, programs, directory):
        self.programs, self.directory = programs, directory
        self.failures, self.times, self.samples = [], [], []
        self.refreshes, self.refresh_times, self.states_seen = 0, [], set()
        self.end = threading.Event()

    def command(self, index):
        return [self.programs.trialdex, "index", "input.ndjson", "--prune", "--quiet", "--index", index]

    def put(self, state):
        """Makes a state the input; it differs from the last in its time."""
        place, beside = self.directory / "input.ndjson", self.directory / "input.new"
        beside.unlink(missing_ok=True)
        os.link(self.directory / f"state-{state}.ndjson", beside)
        os.replace(beside, place)
        os.utime(place, (SETTLED + state, SETTLED + state))

    def ask(self, index, words, receipt):
        """Number of hits and all of them, and the digest of the index."""
        done = subprocess.run([self.programs.trialdex, "search", *words, "--index", index, "--format", "ids", "--quiet", "--receipt", receipt],
                              cwd=self.directory, capture_output=True, env=ENVIRONMENT)
        if done.returncode not in (0, 1):
            raise RuntimeError(f"search {' '.join(words)}: exit code {done.returncode}\n{done.stderr.decode()}")
        told = json.loads((self.directory / receipt).read_text())
        return told["index"]["digest"], [told["total"], told["hits"]], done.stdout.split()

    def prepare(self, base, count, queries):
        """Builds each state afresh and writes down the answers."""
        self.answers, self.sent = {}, queries
        for state in range(STATES):
            make_ndjson(self.directory / f"state-{state}.ndjson", base, Recipe(count, state, 0.01, 0.005 if state else 0))
            self.put(state)
            run(*self.command("fresh"), cwd=self.directory)
            run(self.programs.bench("soak"), "record", "fresh", "answers.json", *queries, cwd=self.directory)
            for words in ASKED:
                digest, answer, _ = self.ask("fresh", words, "fresh.json")
                self.answers[digest, words] = answer
            if state == 0:
                (self.directory / "fresh").rename(self.directory / "index")
            else:
                shutil.rmtree(self.directory / "fresh")

    def guarded(self, work):
        try:
            work()
        except BaseException as error:
            # Whatever ends a thread ends the soak, and is told.
            self.failures.append(f"{type(error).__name__}: {error}")
        self.end.set()

    def refresh(self):
        chance, state = random.Random(1), 0
        while not self.end.is_set():
            state = chance.choice([other for other in range(STATES) if other != state])
            self.put(state)
            start = time.monotonic()
            done = subprocess.run(self.command("index"), cwd=self.directory, capture_output=True, env=ENVIRONMENT)
            self.refresh_times.append(time.monotonic() - start)
            self.refreshes += 1
            if done.returncode:
                raise RuntimeError(f"refresh: exit code {done.returncode}\n{done.stderr.decode()}")

    def start_anew(self):
        chance = random.Random(2)
        while not self.end.is_set():
            words = chance.choice(ASKED)
            start = time.monotonic()
            digest, answer, shown = self.ask("index", words, "asked.json")
            self.times.append(time.monotonic() - start)
            if (digest, words) not in self.answers:
                raise RuntimeError(f"search {' '.join(words)}: the index is in a state that never was")
            self.states_seen.add(digest)
            if wrong := differences(answer, self.answers[digest, words]):
                raise RuntimeError(f"search {' '.join(words)}: {wrong}")
            # What is shown is of one search, the receipt of a second one in
            # the same process.
            if shown != [hit["nctId"].encode() for hit in answer[1][:len(shown)]]:
                raise RuntimeError(f"search {' '.join(words)}: shows other hits than its receipt has")

    def stay(self, seconds):
        command = [self.programs.bench("soak"), "ask", "index", "answers.json", str(seconds), "7", *self.sent]
        child = subprocess.Popen(list(map(str, command)), cwd=self.directory, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT)
        sampler = threading.Thread(target=self.sample, args=(child,))
        sampler.start()
        out, said = child.communicate()
        sampler.join()
        if child.returncode:
            raise RuntimeError(f"the searcher that stays: {said.decode()[:4000]}")
        self.figures = json.loads(out)

    def sample(self, child):
        """Memory of the searcher that stays, and segments of the index."""
        while child.returncode is None:
            try:
                meta = json.loads((self.directory / "index/tantivy/meta.json").read_text())
                self.samples.append((memory(child.pid).get("RssAnon", 0.0), len(meta["segments"])))
            except (OSError, ValueError):
                pass
            if self.failures:
                child.kill()
                return
            time.sleep(0.5)


def differences(answer, right):
    """What is wrong with an answer; order is what the searcher that stays looks at."""
    hits, others = ({(hit["nctId"], hit["record"]) for hit in these[1]} for these in (answer, right))
    if answer[0] == right[0] and hits == others:
        return None
    return (f"{answer[0]} hits, should be {right[0]}; these should not be {sorted(hits - others)[:5]}, "
            f"these lack {sorted(others - hits)[:5]}")


def soak(table, programs, base, options):
    directory = options.scratch / "soak"
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir()
    soaking = Soak(programs, directory)
    count = options.small or min(SMALL, options.count)
    say(f"builds {STATES} states of {count:,} studies afresh")
    soaking.prepare(base, count, [options.queries.absolute()] if options.queries else [])
    say("searches and refreshes")
    seconds = options.minutes * 60
    works = (soaking.refresh, soaking.start_anew, lambda: soaking.stay(seconds))
    threads = [threading.Thread(target=soaking.guarded, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if soaking.failures:
        raise SystemExit("\n".join([*soaking.failures, f"see {directory}"]))
    report(table, soaking, count, seconds)
    shutil.rmtree(directory)


def report(table, soaking, count, seconds):
    figures, times = soaking.figures, soaking.times
    table.add(f"soak of {seconds / 60:g} min, {count:,} studies: wrong answers, errors", "0", "0", True)
    table.add("searcher that stays", f"{figures['asked']:,} queries, {figures['perSecond']:,.0f} a second, p50 {figures['p50'] * 1000:.2f} ms, "
              f"p99 {figures['p99'] * 1000:.2f} ms; opened {figures['opened']:,} times, p99 {figures['openP99'] * 1000:.0f} ms")
    table.add("a process for each query", f"{len(times):,}, {len(times) / seconds:,.1f} a second, p50 {quantile(times, 0.5) * 1000:.0f} ms, "
              f"p99 {quantile(times, 0.99) * 1000:.0f} ms")
    table.add("refreshes, each with a new state", f"{soaking.refreshes}, p50 {quantile(soaking.refresh_times, 0.5):.2f} s")
    states = min(figures["states"], len(soaking.states_seen))
    table.add("states that both saw", f"{states}; {figures['changes']} changes", f"{STATES}", states == STATES)
    quarter = max(1, len(soaking.samples) // 4)
    segments = [sample[1] for sample in soaking.samples]
    table.add("segments in the quarters of the time, at most", ", ".join(str(max(segments[at:at + quarter])) for at in range(0, 4 * quarter, quarter) if segments[at:at + quarter]))
    anonymous = [quantile([sample[0] for sample in part], 0.5) for part in (soaking.samples[quarter:2 * quarter] or soaking.samples, soaking.samples[-quarter:])]
    table.most("anonymous memory of the searcher, last by second quarter", anonymous[1] / max(1.0, anonymous[0]), 1.1)
    table.add("the same", f"{anonymous[0]:,.0f} MB, {anonymous[1]:,.0f} MB")
