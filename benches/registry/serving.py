"""A server, and those who ask it."""
import http.client
import json
import os
import pathlib
import random
import re
import socket
import struct
import subprocess
import threading
import time
import urllib.parse

from .corpus import Base, Recipe, number
from .measure import ENVIRONMENT, ROOT, memory, quantile, run, say

SCRIPT = ROOT / "benches" / "registry" / "requests.lua"
PREFIX = "/api/v2"
CONNECTIONS = 16
STARTS = 20
# Of a hundred requests: searches of the file, one study, a page of CSV, facts about the data.
MIX = (("search", 75), ("study", 15), ("csv", 5), ("facts", 5))
FACTS = ("/version", "/studies/enums", "/stats/field/values?fields=Phase", "/stats/size", "/studies/metadata")
# Asked where there is no file of requests.
PLAIN = ("asthma", "lung cancer", "type 2 diabetes", "aplastic anemia", "heart failure", '"bone marrow" transplant',
         "hepatitis c OR hepatitis b", "AREA[Phase]PHASE2 AND cancer", "children vaccine safety", "pembrolizumab",
         "AREA[StartDate]RANGE[2015-01-01,2016-12-31] AND pain", "multiple sclerosis", "knee pain exercise", "placebo")


class Server:
    """The program as it serves an index."""

    def __init__(self, programs, index):
        start = time.monotonic()
        command = [str(programs.trialdex), "serve", "--index", str(index), "--listen", "127.0.0.1:0", "--log", "error"]
        self.child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT)
        self.address = self.child.stdout.readline().strip().removesuffix(PREFIX)
        self.started = time.monotonic() - start
        self.host = self.address.removeprefix("http://")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.child.terminate()
        self.child.wait()

    def get(self, path):
        """Status and body."""
        connection = http.client.HTTPConnection(self.host, timeout=120)
        connection.request("GET", PREFIX + path)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, body

    def memory(self):
        return memory(self.child.pid)


def paths_of(options):
    """Requests that were sent to the registry, or some of our own."""
    if not options.queries:
        return [f"/studies?query.term={urllib.parse.quote_plus(words)}" for words in PLAIN]
    lines = options.queries.read_text().splitlines()
    return ["/studies?" + urllib.parse.urlencode(json.loads(line)["params"]) for line in lines if line.strip()]


def terms_of(options):
    """The words and expressions of all requests, each as `query.term`."""
    found = []
    for path in paths_of(options):
        pairs = urllib.parse.parse_qsl(path.partition("?")[2])
        found += [value for name, value in pairs if name.startswith("query.")]
    return [f"/studies?query.term={urllib.parse.quote_plus(value)}" for value in dict.fromkeys(found)]


def answered(server, paths):
    """Those of some paths that are answered: what the registry refuses is refused."""
    good = [path for path in paths if server.get(path)[0] == 200]
    say(f"{len(good)} of {len(paths)} requests are answered")
    return good


def mixed(paths, count, seed=1):
    """A thousand requests of all kinds."""
    chance = random.Random(seed)
    kinds = [kind for kind, share in MIX for _ in range(share)]
    made = []
    for _ in range(1_000):
        kind = chance.choice(kinds)
        if kind == "search":
            made.append(chance.choice(paths))
        elif kind == "study":
            made.append(f"/studies/{number(chance.randrange(count))}")
        elif kind == "csv":
            made.append("/studies?format=csv&pageSize=20&query.cond=" + chance.choice(("cancer", "pain", "asthma", "sleep")))
        else:
            made.append(chance.choice(FACTS))
    return made


def wrk(server, paths, seconds, scratch, connections=CONNECTIONS, rate=None):
    """What wrk measured: times in milliseconds."""
    listed = scratch / "paths"
    listed.write_text("".join(f"{PREFIX}{path}\n" for path in paths))
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "60s", "-s", str(SCRIPT), server.address, "--", str(listed)]
    command += [str(rate)] if rate else []
    done = subprocess.run(command, capture_output=True, text=True)
    found = re.search(r"^JSON (.*)$", done.stdout, re.M)
    if not found:
        raise SystemExit(f"wrk: {done.stdout}{done.stderr}")
    told = json.loads(found[1])
    if told["refused"] or told["broken"]:
        say(f"{told['refused']} refused, {told['broken']} broken; the last: {told['last']}")
    return told


def starts(table, programs, index):
    """Until the address is told, and until a first search is answered."""
    told, first = [], []
    for _ in range(STARTS):
        start = time.monotonic()
        with Server(programs, index) as server:
            told.append(server.started)
            server.get("/studies?query.term=asthma")
            first.append(time.monotonic() - start)
    table.most("start, until the address is told: median", quantile(told, 0.5), 0.3, " s", 3)
    table.add("the same with the answer to a first search: median, most", f"{quantile(first, 0.5):.3f} s, {max(first):.3f} s")


def statistics(table, server):
    """The first answers with statistics, which are counted after the first start."""
    start, refused = time.monotonic(), 0
    while server.get("/stats/size")[0] != 200:
        refused += 1
        time.sleep(1)
    table.add("first start until statistics are answered, and refusals before", f"{time.monotonic() - start:.1f} s, {refused}")
    table.add("memory after that, at most", f"{server.memory()['VmHWM']:,.0f} MB")
    times = []
    for path in 20 * ("/stats/size", "/stats/field/values?fields=Phase,Condition", "/stats/field/sizes"):
        start = time.monotonic()
        server.get(path)
        times.append(time.monotonic() - start)
    table.add("statistics later: median", f"{quantile(times, 0.5) * 1000:.1f} ms")


def throughput(table, server, paths, options, scratch):
    for connections in (1, CONNECTIONS):
        say(f"asks at full speed, {connections} connections")
        found = wrk(server, paths, options.seconds, scratch, connections)
        rate = found["requests"] / found["seconds"]
        table.add(f"`query.term`, {connections} connections: requests a second, p50, p99",
                  f"{rate:,.0f}, {found['p50']:.1f} ms, {found['p99']:.1f} ms")
        table.most("the same: requests that failed", found["refused"] + found["broken"], 0, digits=0)


class Refreshing(threading.Thread):
    """Writes to the index again and again."""

    def __init__(self, programs, index, base, options, scratch):
        super().__init__(daemon=True)
        self.programs, self.index, self.options = programs, index, options
        self.base, self.dump = Base(base), scratch / "amended.ndjson"
        self.end, self.count, self.failed = threading.Event(), 0, None

    def run(self):
        try:
            while not self.end.wait(self.options.every):
                self.count += 1
                amended = max(1, self.options.count // 1_000)
                recipe = Recipe(self.options.count, self.count, 1.0)
                chosen = random.Random(self.count).sample(range(self.options.count), amended)
                self.dump.write_text("".join(self.base.study(at, recipe) + "\n" for at in chosen))
                run(self.programs.trialdex, "index", self.dump, "--index", self.index, "--quiet")
        except (SystemExit, OSError) as error:
            self.failed = error


def held(table, programs, server, paths, index, base, options, scratch):
    """A rate that is held while the index is written to."""
    minutes = f"{options.minutes:g} minutes"
    say(f"asks {options.rate} times a second for {minutes}")
    refreshing = Refreshing(programs, index, base, options, scratch)
    refreshing.start()
    found = wrk(server, mixed(paths, options.count), int(options.minutes * 60), scratch, options.connections, options.rate)
    refreshing.end.set()
    refreshing.join()
    if refreshing.failed:
        raise SystemExit(f"refresh: {refreshing.failed}")
    table.least(f"mixed requests a second for {minutes}, {refreshing.count} refreshes meanwhile",
                found["requests"] / found["seconds"], round(0.99 * options.rate), digits=0)
    table.most("the same: requests that failed", found["refused"] + found["broken"], 0, digits=0)
    table.most("the same: p99", found["p99"], 50, " ms", 1)
    table.add("the same: p50, most", f"{found['p50']:.1f} ms, {found['most']:,.0f} ms")


class Bad:
    """Connections that are silent, slow, read nothing or break."""

    def __init__(self, server, count):
        host, _, port = server.host.partition(":")
        self.sockets = []
        head = f"GET {PREFIX}/studies?pageSize=1000 HTTP/1.1\r\nHost: {server.host}\r\n"
        for at in range(count):
            stream = socket.create_connection((host, int(port)))
            if at % 4 == 1:
                stream.sendall(head.encode())
            elif at % 4 == 2:
                stream.sendall(f"{head}\r\n".encode())
            elif at % 4 == 3:
                # It is reset, not closed.
                stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                stream.sendall(f"{head}\r\n".encode())
                stream.close()
                continue
            self.sockets.append(stream)

    def close(self):
        for stream in self.sockets:
            stream.close()


def bad_connections(table, server, paths, options, scratch):
    say(f"asks beside {options.bad} bad connections")
    rate = max(1, options.rate // 2)
    alone = wrk(server, mixed(paths, options.count), options.seconds, scratch, options.connections, rate)
    bad = Bad(server, options.bad)
    beside = wrk(server, mixed(paths, options.count), options.seconds, scratch, options.connections, rate)
    bad.close()
    what = f"beside {options.bad:,} connections that are silent, slow, read nothing or break"
    table.add(f"{rate:,} mixed requests a second {what}: p99, and without them", f"{beside['p99']:.1f} ms, {alone['p99']:.1f} ms")
    table.most("the same: requests that failed", beside["refused"] + beside["broken"], 0, digits=0)


def memory_of(table, server):
    found = server.memory()
    table.most("memory of the server at most, mapped files counted", found["VmHWM"], 400, " MB", 0)
    table.add("anonymous memory of the server at the end", f"{found['RssAnon']:,.0f} MB")


def raise_limit():
    """As many open files as the system allows."""
    import resource
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
