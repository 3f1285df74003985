"""Runs programs and watches what they take: time, memory, bytes, cores."""
import json
import os
import pathlib
import platform
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CORES = len(os.sched_getaffinity(0))
TICKS = os.sysconf("SC_CLK_TCK")
# Seconds between two looks at a process, less for one that has just begun.
PERIOD, FIRST_PERIOD = 0.02, 0.002
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("TRIALDEX_")} | {"TRIALDEX_CONFIG": ""}


class Programs:
    """The program and the benchmarks, built in a profile."""

    def __init__(self, profile):
        self._profile = profile
        self._built = {}
        self.trialdex = os.environ.get("REGISTRY_PROGRAM") or self.bench("trialdex")

    def bench(self, name):
        if not self._built:
            self._built = self._build()
        return self._built[name]

    def _build(self):
        # The program comes with the benchmarks; a build of its own would compile most of it once more,
        # since libraries that only tests need turn on features of others.
        wanted = [word for bench in ("throughput", "queries", "soak") for word in ("--bench", bench)]
        command = ["cargo", "bench", "--no-run", "--profile", self._profile, *wanted, "--locked",
                   "--message-format=json-render-diagnostics"]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
        messages = (json.loads(line) for line in done.stdout.splitlines())
        return {message["target"]["name"]: message["executable"] for message in messages if message.get("executable")}


class Run:
    """What a process took. Memory is in MB, `written` in bytes."""

    def __init__(self):
        self.seconds = self.cpu = self.peak = self.anonymous = self.mapped = 0.0
        self.written = self.asked_to_write = 0
        self.moments = [(0.0, 0.0)]
        self.status = None
        self.out = b""

    def use_of_cores(self, begin=0.0):
        """Processor time by what there was, after a share of the time."""
        start = begin * self.seconds
        before = max((moment for moment in self.moments if moment[0] <= start), default=(0.0, 0.0))
        return (self.cpu - before[1]) / max(1e-9, (self.seconds - before[0]) * CORES)


def run(*command, out=subprocess.DEVNULL, cwd=None, good=(0,)):
    """Runs a command to its end; `out=PIPE` keeps what it says."""
    measured, start = Run(), time.monotonic()
    child = subprocess.Popen([str(word) for word in command], stdout=out, stderr=subprocess.PIPE, cwd=cwd, env=ENVIRONMENT)
    said = {}
    readers = [threading.Thread(target=lambda name, stream: said.__setitem__(name, stream.read()), args=pair)
               for pair in (("out", child.stdout), ("err", child.stderr)) if pair[1]]
    for reader in readers:
        reader.start()
    watch(child.pid, measured, start)
    measured.seconds = time.monotonic() - start
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    measured.cpu = usage.ru_utime + usage.ru_stime
    for reader in readers:
        reader.join()
    measured.status, measured.out = child.returncode, said.get("out", b"")
    if child.returncode not in good:
        raise SystemExit(f"{' '.join(map(str, command))}: exit code {child.returncode}\n{said['err'].decode()}")
    return measured


def watch(pid, measured, start):
    """Looks at a process until it has ended; the dead is left to be waited
    for, since it still tells what it wrote."""
    while not os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT | os.WNOHANG):
        note(pid, measured, start)
        time.sleep(FIRST_PERIOD if time.monotonic() - start < 0.3 else PERIOD)
    note(pid, measured, start)


def note(pid, measured, start):
    try:
        fields = memory(pid)
        measured.peak = max(measured.peak, fields.get("VmHWM", 0.0))
        measured.anonymous = max(measured.anonymous, fields.get("RssAnon", 0.0))
        measured.mapped = max(measured.mapped, fields.get("RssFile", 0.0))
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        measured.moments.append((time.monotonic() - start, (int(stat[11]) + int(stat[12])) / TICKS))
        for line in pathlib.Path(f"/proc/{pid}/io").read_text().splitlines():
            name, _, value = line.partition(": ")
            if name == "write_bytes":
                measured.written = int(value)
            elif name == "wchar":
                measured.asked_to_write = int(value)
    except OSError:
        pass


def memory(pid):
    """Memory of a process in MB, by the system's names."""
    found = {}
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        name, _, value = line.partition(":")
        if name.startswith(("Vm", "Rss")):
            found[name] = int(value.split()[0]) / 1000
    return found


def size(path):
    """Bytes of a file, or of all files below a directory."""
    path = pathlib.Path(path)
    return path.stat().st_size if path.is_file() else sum(at.stat().st_size for at in path.rglob("*") if at.is_file())


def quantile(times, share):
    ordered = sorted(times)
    return ordered[max(1, -(-len(ordered) * int(share * 100) // 100)) - 1] if ordered else 0.0


class Table:
    """The rows: what was measured, the figure, what it should be."""

    def __init__(self):
        self.rows, self.missed = [], 0

    def add(self, what, figure, aim="", held=None):
        """`held` says whether the aim is reached; `None` where there is none."""
        word = {None: "", True: "yes", False: "**no**"}[held]
        self.missed += held is False
        self.rows.append(f"| {what} | {figure} | {aim} | {word} |")
        print(self.rows[-1], flush=True)

    def most(self, what, value, limit, unit="", digits=2):
        """A figure that should not be greater."""
        self.add(what, f"{value:,.{digits}f}{unit}", f"≤ {limit:,g}{unit}", value <= limit)

    def least(self, what, value, limit, unit="", digits=2):
        """A figure that should not be smaller."""
        self.add(what, f"{value:,.{digits}f}{unit}", f"≥ {limit:,g}{unit}", value >= limit)

    @staticmethod
    def head():
        print("| what | figure | aim | held |\n|---|---|---|---|", flush=True)


def say(text):
    """What goes on, for who waits."""
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def machine(programs):
    """What the figures are of."""
    def told(*command):
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
        return done.stdout.strip() or "unknown"
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    changed = " with changes" if told("git", "status", "--porcelain", "--untracked-files=no") != "unknown" else ""
    return "\n".join([
        f"* {CORES} cores ({platform.machine()}), {memory_gb:.0f} GB of memory, {platform.system()} {platform.release()}",
        f"* {told('rustc', '--version')}, {told(programs.trialdex, '--version')}, "
        f"commit {told('git', 'rev-parse', '--short', 'HEAD')}{changed}",
        f"* {time.strftime('%Y-%m-%d')}"])
