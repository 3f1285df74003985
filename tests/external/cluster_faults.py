"""Lets the machines of a cluster fail while it is written to and read.

    python3 tests/external/cluster_faults.py path/to/trialdex [--keep DIRECTORY] [NAME]...

It starts three nodes of OpenSearch and makes two sets of studies of the sample records. Then it runs
the scenarios of `SCENARIOS`, or those that are named: nodes that are killed while studies are sent
and searched for, the elected manager among them; shards without a copy; two nodes of three; servers
that have too much to do; full disks; two runs at once; versions that are switched and removed.

In each of them, no study may be lost, each answer is the one of an index in a directory or an error,
and each error comes in time, names the place and says what to type. It exits with 1 and a line for
each that is not so; where Java or Maven is missing, it says SKIPPED and exits with 0, or with 1 where
CI=true.
"""

import argparse
import itertools
import json
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / "tests/external"), str(ROOT / "tools/opensearch"), str(ROOT / "benches")]

from cluster import asked, difference  # noqa: E402
from loopback import Proxy, refused  # noqa: E402
from nodes import nodes_or_skip  # noqa: E402
from registry.corpus import Base, Recipe  # noqa: E402

STUDIES = 400
SEED = 90000001

# Seconds in which a question, and a run that writes, ends in an answer or an error: what
# docs/engine.md says, and what a busy machine takes beside that.
ASKING, WRITING = 75, 130

# Searches while something fails; `cell` learns from its first hits, and is asked for in turns.
SEARCHES = [["anemia"], ["cell"], ["AREA[Phase]PHASE2 AND bone marrow"], ["insomni*", "--sort", "StartDate"],
            ["SEARCH[Location](AREA[LocationCountry]Germany)"], ["--cond", "lymphoma", "--intr", "rituximab"]]

PLACE = r"http://127\.0\.0\.1:\d+|(?:trials|other|both)(?:-v\d+)?"
WRONG = ("does not answer", "cannot do it now", "cannot be searched as a whole", "takes no studies", "are not taken",
         "was removed while it was in use", "has sent a version", "no machine of the cluster takes")


def send(address, method="GET", body=None):
    """What a node answers."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address, data, {"content-type": "application/json"}, method=method)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


class Faults:
    """Nodes, two sets of studies, and what is wrong so far."""

    def __init__(self, program, nodes, scratch):
        self.program, self.nodes, self.scratch, self.failures = program, nodes, scratch, 0
        base = self.studies_of_corpus()
        recipes = {"first": Recipe(STUDIES), "second": Recipe(STUDIES, version=1, change=0.08, gone=0.04)}
        self.exports, self.answers = {}, {}
        for name, recipe in recipes.items():
            lines = [base.study(at, recipe) for at in range(STUDIES)]
            Path(self.dump(name)).write_text("\n".join(filter(None, lines)) + "\n")
            index = f"{scratch}/index-{name}"
            subprocess.run([program, "index", self.dump(name), "--index", index, "--quiet"], check=True)
            self.exports[name] = subprocess.run([program, "export", "--index", index], capture_output=True, check=True).stdout
            self.answers[name] = [asked(program, index, search) for search in SEARCHES]

    def studies_of_corpus(self):
        index, path = f"{self.scratch}/corpus", Path(self.scratch) / "corpus.jsonl"
        subprocess.run([self.program, "index", str(ROOT / "corpus"), "--index", index, "--quiet"], check=True)
        path.write_bytes(subprocess.run([self.program, "export", "--index", index], capture_output=True, check=True).stdout)
        return Base(path)

    def dump(self, name):
        return f"{self.scratch}/{name}.jsonl"

    def fail(self, said):
        self.failures += 1
        print(f"  {said}", flush=True)

    def address(self, name="trials", hosts=None):
        hosts = hosts or [address.removeprefix("http://") for address in self.nodes.addresses]
        return f"http://{','.join(hosts)}/{name}"

    def run(self, *arguments):
        """Exit code, output, what is said, and seconds."""
        start = time.monotonic()
        done = subprocess.run([self.program, *arguments], capture_output=True)
        return done.returncode, done.stdout, done.stderr.decode(), time.monotonic() - start

    def index(self, name, address):
        return self.run("index", self.dump(name), "--prune", "--index", address)

    def send(self, name, address, what="a run"):
        """A run that has to succeed."""
        code, _, said, seconds = self.index(name, address)
        if code != 0:
            self.fail(f"{what} fails: {said}")
        return said, seconds

    def holds(self, address, *names):
        """Every study of one of some sets is there, and none else."""
        code, exported, said, _ = self.run("export", "--index", address)
        if code != 0 or exported not in [self.exports[name] for name in names]:
            self.fail(f"{address} does not hold {' or '.join(names)}: {len(exported.splitlines())} studies {said[-300:]}")

    def is_clear(self, what, code, said, seconds, limit, *phrases):
        """An error comes in time, says what and where, and what to type."""
        is_one = code == 2 and any(phrase in said for phrase in phrases or WRONG)
        if not (is_one and re.search(PLACE, said) and "hint: " in said):
            self.fail(f"{what}: is no clear error: exit code {code}: {said[-400:]}")
        if seconds > limit:
            self.fail(f"{what}: takes {seconds:.0f} s")

    def right(self, address, *names):
        """Every search has the answer of one of some sets."""
        for at, search in enumerate(SEARCHES):
            self.compare(at, asked(self.program, address, search), names, False)

    def compare(self, at, answer, names, may_fail):
        """Whether an answer is an error, which may be."""
        if may_fail and answer[0] not in (0, 1):
            return True
        copies = [json.loads(json.dumps([self.answers[name][at], answer])) for name in names]
        differences = [difference(*copy) for copy in copies]
        if all(differences):
            self.fail(f"{' '.join(SEARCHES[at])}: {differences[0]}")
        return False


class Readers:
    """Searches one after another, by some at once, until it ends."""

    def __init__(self, faults, address, *names, may_fail=True, readers=2):
        self.faults, self.address, self.names, self.may_fail = faults, address, names, may_fail
        self.asked, self.errors, self.slowest = 0, 0, 0.0
        self.ended = threading.Event()
        self.threads = [threading.Thread(target=self.read, args=(at,)) for at in range(readers)]

    def read(self, first):
        for at in itertools.count(first):
            if self.ended.is_set():
                return
            at %= len(SEARCHES)
            start = time.monotonic()
            answer = asked(self.faults.program, self.address, SEARCHES[at])
            seconds = time.monotonic() - start
            self.asked, self.slowest = self.asked + 1, max(self.slowest, seconds)
            if self.faults.compare(at, answer, self.names, self.may_fail):
                self.errors += 1
                self.faults.is_clear(" ".join(SEARCHES[at]), *answer, seconds, ASKING)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        for thread in self.threads:
            thread.join()
        print(f"  {self.asked} searches, {self.errors} errors, the slowest in {self.slowest:.1f} s")


class Meanwhile:
    """A rule that does a deed in the middle of a request, the `nth` of its kind."""

    def __init__(self, nth, kind, deed):
        self.left, self.kind, self.deed, self.proxy = nth, kind, deed, None
        self.lock = threading.Lock()

    def __call__(self, asked):
        with self.lock:
            self.left -= self.kind(asked)
            is_now = self.kind(asked) and self.left == 0
        if is_now:
            threading.Timer(0.02, self.deed).start()
        answer = self.proxy.forward(asked)
        if is_now:
            time.sleep(0.1)
        return answer


def proxies(nodes, rule, first=0):
    """A proxy before each node, the first of them by a rule."""
    places = [first, *(at for at in range(len(nodes.addresses)) if at != first)]
    made = [Proxy(nodes.addresses[at], rule if at == first else None) for at in places]
    if isinstance(rule, Meanwhile):
        rule.proxy = made[0]
    return made


def killed_in_a_bulk(faults, victim):
    """A node dies while it is sent studies; another set is searched for meanwhile."""
    faults.send("first", faults.address(), "a first run")
    killed = threading.Event()
    rule = Meanwhile(2, lambda asked: asked.is_bulk(), lambda: (faults.nodes.kill(victim), killed.set()))
    made = proxies(faults.nodes, rule, victim)
    others = [proxy.host for proxy in made[1:]]
    with Readers(faults, faults.address(hosts=others), "first", "second"):
        address = faults.address(hosts=[proxy.host for proxy in made])
        _, seconds = faults.send("second", address, "a run whose node dies")
    if not killed.wait(1):
        faults.fail("no node was killed")
    print(f"  sent in {seconds:.0f} s")
    faults.holds(faults.address(hosts=others), "second")
    faults.nodes.revive(victim)
    for address in faults.nodes.addresses:
        faults.right(f"{address}/trials", "second")
    stop(made)


def stop(made):
    for proxy in made:
        proxy.stop()


def bulk_kill(faults):
    """A node dies while it is sent studies."""
    manager = faults.nodes.manager()
    killed_in_a_bulk(faults, (manager + 1) % 3)


def manager_kill(faults):
    """The elected manager dies while it is sent studies."""
    killed_in_a_bulk(faults, faults.nodes.manager())


def search_kill(faults):
    """A node dies in the middle of a search, and so does the manager then."""
    faults.send("second", faults.address())
    for victim in ((faults.nodes.manager() + 2) % 3, None):
        victim = faults.nodes.manager() if victim is None else victim
        rule = Meanwhile(12, lambda asked: asked.is_search(), lambda: faults.nodes.kill(victim))
        made = proxies(faults.nodes, rule, victim)
        with Readers(faults, faults.address(hosts=[proxy.host for proxy in made]), "second", may_fail=False):
            faults.nodes.processes[victim].wait(60)
            time.sleep(6)
        stop(made)
        faults.nodes.revive(victim)


def no_copy(faults):
    """A shard without a copy is away: no answer is given from the others."""
    faults.send("second", faults.address())
    version = next(iter(send(f"{faults.nodes.addresses[0]}/_alias/trials")))
    settings = {"index": {"auto_expand_replicas": False, "number_of_replicas": 0}}
    send(f"{faults.nodes.addresses[0]}/{version}/_settings", "PUT", settings)
    victim = (faults.nodes.manager() + 1) % 3
    others = faults.address(hosts=[address.removeprefix("http://") for at, address in enumerate(faults.nodes.addresses)
                                   if at != victim])
    faults.nodes.kill(victim)
    with Readers(faults, others, "second") as readers:
        time.sleep(8)
    if not readers.errors:
        faults.fail("every search is answered without a shard")
    code, exported, said, seconds = faults.run("export", "--index", others)
    faults.is_clear("export without a shard", code, said, seconds, ASKING)
    faults.nodes.revive(victim)
    faults.right(faults.address(), "second")
    settings = {"index": {"auto_expand_replicas": "0-1"}}
    send(f"{faults.nodes.addresses[0]}/{version}/_settings", "PUT", settings)


def two_dead(faults):
    """Two nodes of three die while studies are sent: nothing can be written, and nothing is lost."""
    faults.send("second", faults.address())
    last = faults.nodes.manager()
    victims = [at for at in range(3) if at != last]
    rule = Meanwhile(2, lambda asked: asked.is_bulk(), lambda: [faults.nodes.kill(at) for at in victims])
    made = proxies(faults.nodes, rule, last)
    with Readers(faults, faults.address(hosts=[made[0].host]), "second", readers=1):
        code, _, said, seconds = faults.index("first", faults.address(hosts=[proxy.host for proxy in made]))
    faults.is_clear("a run without a majority", code, said, seconds, WRITING)
    print(f"  given up in {seconds:.0f} s: {said.splitlines()[0] if said else said}")
    stop(made)
    faults.nodes.revive(*victims)
    faults.right(faults.address(), "second")
    faults.send("first", faults.address(), "a run after the nodes came back")
    faults.holds(faults.address(), "first")


class Busy:
    """A rule that refuses every third request, and every third document of others."""

    def __init__(self, always=False):
        self.chance, self.always, self.proxy = random.Random(SEED), always, None
        self.refused = self.items = 0

    def __call__(self, asked):
        if self.always or self.chance.random() < 0.33:
            self.refused += 1
            status = self.chance.choice([429, 503])
            return status, refused("too much to do")
        return self.some(asked) if asked.is_bulk() else self.proxy.forward(asked)

    def some(self, asked):
        """Hands on some of the documents, and says of the others that they are to come later."""
        lines, deeds = asked.body.decode().splitlines(), []
        while lines:
            kind = next(iter(json.loads(lines[0])))
            size = 1 if kind == "delete" else 2
            deeds.append((kind, lines[:size], self.chance.random() < 0.33))
            lines = lines[size:]
        asked.body = "".join(f"{line}\n" for _, deed, is_late in deeds if not is_late for line in deed).encode()
        status, body = self.proxy.forward(asked) if asked.body else (200, b'{"items": []}')
        if status != 200:
            return status, body
        taken = iter(json.loads(body)["items"])
        late = {"status": 429, "error": {"type": "rejected_execution_exception", "reason": "too much to do"}}
        items = [{kind: late} if is_late else next(taken) for kind, _, is_late in deeds]
        self.items += sum(is_late for _, _, is_late in deeds)
        return 200, json.dumps({"errors": True, "items": items}).encode()


def busy(faults):
    """Servers that have too much to do, now and then and always."""
    rule = Busy()
    with Proxy(faults.nodes.addresses[0], rule) as proxy:
        rule.proxy = proxy
        address = faults.address(hosts=[proxy.host])
        for name in ("first", "second"):
            faults.send(name, address, "a run on a busy server")
            faults.holds(address, name)
            faults.right(address, name)
        print(f"  {rule.refused} requests and {rule.items} documents refused")
        rule.always = True
        answers = [("a search", ["search", "anemia", "--index", address], ASKING)]
        for what, arguments, limit in answers:
            code, _, said, seconds = faults.run(*arguments)
            faults.is_clear(what, code, said, seconds, limit, "cannot do it now")
            print(f"  {what} is given up in {seconds:.0f} s")


def disk_full(faults):
    """No disk has room any longer, before and while studies are sent."""
    faults.send("first", faults.address())
    node = faults.nodes.addresses[0]
    block = {"index.blocks.read_only_allow_delete": True}
    rule = Meanwhile(2, lambda asked: asked.is_bulk(), lambda: send(f"{node}/trials-v*/_settings", "PUT", block))
    with Proxy(node, rule) as proxy:
        rule.proxy = proxy
        code, _, said, seconds = faults.index("second", faults.address(hosts=[proxy.host]))
    faults.is_clear("a run that fills a disk", code, said, seconds, WRITING, "takes no studies")
    with Readers(faults, faults.address(), "first", may_fail=False):
        time.sleep(2)
    send(f"{node}/trials-v*/_settings", "PUT", {"index.blocks.read_only_allow_delete": None})
    watermark = "cluster.routing.allocation.disk"
    full = {f"{watermark}.threshold_enabled": True, f"{watermark}.watermark.low": "900tb", f"{watermark}.watermark.high": "800tb",
            f"{watermark}.watermark.flood_stage": "700tb", "cluster.info.update.interval": "10s"}
    send(f"{node}/_cluster/settings", "PUT", {"persistent": full})
    code, _, said, seconds = faults.index("second", faults.address())
    faults.is_clear("a run on full disks", code, said, seconds, WRITING, "takes no studies", "no machine of the cluster takes")
    print(f"  {said.splitlines()[0] if said else said}")
    faults.right(faults.address(), "first")
    # The cluster itself removes its block once there is room, and here nobody looks any longer.
    open_again = {name: None for name in full} | {f"{watermark}.threshold_enabled": False, "cluster.blocks.create_index": None}
    send(f"{node}/_cluster/settings", "PUT", {"persistent": open_again})
    send(f"{node}/_all/_settings", "PUT", {"index.blocks.read_only_allow_delete": None})
    faults.nodes.wait(3)
    faults.send("second", faults.address(), "a run after there is room")
    faults.holds(faults.address(), "second")


def switched(faults):
    """The name stands for one version and then for another while it is read."""
    faults.send("first", faults.address())
    with Readers(faults, faults.address(), "first", "second", may_fail=False):
        for name in ("second", "first", "second"):
            faults.send(name, faults.address())


def two_writers(faults):
    """Two runs at once: the name stands for what one of them has sent, and who fails is told."""
    for turn in ("a first time", "again"):
        done = {}
        writers = [threading.Thread(target=lambda name=name: done.__setitem__(name, faults.index(name, faults.address("both"))))
                   for name in ("first", "second")]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        succeeded = [name for name, (code, *_) in done.items() if code == 0]
        if not succeeded:
            faults.fail(f"both runs fail {turn}")
        for name, (code, _, said, seconds) in done.items():
            if code != 0:
                faults.is_clear(f"{name} {turn}", code, said, seconds, WRITING, "has sent a version", "was removed")
        faults.holds(faults.address("both"), *(succeeded or done))
        print(f"  {' and '.join(succeeded)} succeeded {turn}")


def dropped(faults):
    """A version is removed while it is read."""
    faults.send("first", faults.address("other"))
    node = faults.nodes.addresses[0]
    version = next(iter(send(f"{node}/_alias/other")))
    remove = Meanwhile(2, lambda asked: asked.is_search(), lambda: None)
    with Proxy(node, None) as proxy:
        def rule(asked):
            remove.left -= asked.is_search()
            if asked.is_search() and remove.left == 0:
                send(f"{node}/{version}", "DELETE")
            return proxy.forward(asked)

        proxy.rule = rule
        code, _, said, seconds = faults.run("export", "--index", faults.address("other", [proxy.host]))
    faults.is_clear("an export of a version that is removed", code, said, seconds, ASKING, "was removed")
    faults.send("second", faults.address("other"), "a run after its version was removed")
    faults.holds(faults.address("other"), "second")


SCENARIOS = {scenario.__name__: scenario for scenario in (
    bulk_kill, manager_kill, search_kill, no_copy, two_dead, busy, disk_full, switched, two_writers, dropped)}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("program")
    arguments.add_argument("scenarios", nargs="*", metavar="NAME", help=", ".join(SCENARIOS))
    arguments.add_argument("--keep", help="a directory in which the jars stay")
    chosen = arguments.parse_intermixed_args()
    with tempfile.TemporaryDirectory() as scratch:
        with nodes_or_skip("faults of a cluster", chosen.keep or f"{scratch}/nodes", 3) as nodes:
            start = time.monotonic()
            faults = Faults(chosen.program, nodes, scratch)
            for name in chosen.scenarios or SCENARIOS:
                began, before = time.monotonic(), faults.failures
                print(f"{name}: {SCENARIOS[name].__doc__ or ''}".splitlines()[0], flush=True)
                SCENARIOS[name](faults)
                wrong = faults.failures - before
                print(f"  {wrong} wrong, {time.monotonic() - began:.0f} s", flush=True)
            print(f"{faults.failures} wrong in all, {time.monotonic() - start:.0f} s")
            sys.exit(faults.failures > 0)


if __name__ == "__main__":
    main()
