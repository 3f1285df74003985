"""How long searches take, and what memory."""
import fcntl
import json
import os
import pathlib
import re
import shutil
import subprocess
import time

from .building import built_index, given
from .measure import ENVIRONMENT, memory, quantile, run, say

# The first hit is waited for so often.
STARTS = 30
COLD_STARTS = 5
WORDS = ("asthma", "lung cancer", "type 2 diabetes", "aplastic anemia", "heart failure")
PAGE = 4096

# Finds nearly all studies, so that dates alone say how many.
MANY = "(study OR trial OR patients OR participants OR comparator OR protocol)"


def ask(table, programs, corpora, indexes, options):
    index = index_of(programs, corpora, indexes)
    figures = queries(programs, index, options)
    in_process(table, figures)
    starts(table, programs, index)
    resident(table, programs, index)
    streams(table, programs, index, corpora.count)


def index_of(programs, corpora, indexes):
    """The index of NDJSON, of the last run where there is one."""
    index = indexes / "ndjson"
    if not (indexes / "ndjson.json").exists():
        built = built_index(programs, given(corpora, "ndjson"), index)
        kept = {"seconds": built.seconds, "peak": built.peak, "anonymous": built.anonymous}
        (indexes / "ndjson.json").write_text(json.dumps(kept))
    return index


def queries(programs, index, options, *flags):
    """Rows and ratios of the benchmark of queries: name to milliseconds."""
    say("asks in process")
    sent = ("--queries", options.queries) if options.queries else ("--own",)
    done = run(programs.bench("queries"), "--index", index, "--rounds", options.rounds, *sent, *flags, out=subprocess.PIPE)
    text = done.out.decode()
    found = {"rows": {}, "ratios": {}, "memory": {}}
    for line in text.splitlines():
        if row := re.fullmatch(r"\| (.*) \| ([\d.]+) ms \| ([\d.]+) ms \| ([\d.]+) ms \|", line):
            found["rows"][row[1]] = tuple(map(float, row.groups()[1:]))
        elif ratio := re.match(r"ratio, (.*): median ([\d.]+), most ([\d.]+)", line):
            found["ratios"][ratio[1]] = float(ratio[2]), float(ratio[3])
        elif held := re.match(r"memory, (\w+):\s+(\d+) kB", line):
            found["memory"][held[1]] = int(held[2]) / 1000
    return found


def in_process(table, figures):
    rows = figures["rows"]
    plain = rows["plain words, in process"]
    for name, times in rows.items():
        table.add(f"{name}: p50, p99, most", ", ".join(f"{time:.2f} ms" for time in times))
    table.most("plain words: p50", plain[0], 15, " ms")
    table.most("plain words: p99", plain[1], 100, " ms")
    for name, (median, most) in figures["ratios"].items():
        limit = 1.5 if name.startswith("typed words") else None
        if limit:
            table.most(f"{name}, by the median of queries", median, limit)
        else:
            table.add(f"{name}, by the median of queries", f"{median:.2f}, at most {most:.2f}")
    table.add("memory in process after real requests", ", ".join(f"{name} {mb:,.0f} MB" for name, mb in figures["memory"].items()))


def starts(table, programs, index):
    """From the start of a process to its first hit."""
    warm = [first_hit(programs, index, WORDS[turn % len(WORDS)]) for turn in range(STARTS)][len(WORDS):]
    table.most("start of a process to its first hit: p50", quantile(warm, 0.5) * 1000, 100, " ms", 1)
    table.add("the same: p99", f"{quantile(warm, 0.99) * 1000:.1f} ms")
    caches = pathlib.Path("/proc/sys/vm/drop_caches")
    if not os.access(caches, os.W_OK):
        table.add("the same with nothing of the index in memory", "not measured: only root can drop caches")
        return
    cold = []
    for turn in range(COLD_STARTS):
        os.sync()
        try:
            caches.write_text("3")
        except OSError:
            table.add("the same with nothing of the index in memory", "not measured: caches cannot be dropped")
            return
        cold.append(first_hit(programs, index, WORDS[turn % len(WORDS)]))
    table.add("the same with nothing of the index in memory: median, most",
              f"{quantile(cold, 0.5) * 1000:.0f} ms, {max(cold) * 1000:.0f} ms")


def first_hit(programs, index, words):
    start = time.monotonic()
    command = [programs.trialdex, "search", words, "--any", "--index", str(index), "--limit", "1", "--format", "ids"]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=ENVIRONMENT)
    hit = child.stdout.readline()
    seconds = time.monotonic() - start
    child.stdout.close()
    # Of few studies, none may have the words.
    if child.wait() not in (0, 1) or not (hit.startswith(b"NCT") or not hit):
        raise SystemExit(f"search {words}: {hit} and exit code {child.returncode}")
    return seconds


def resident(table, programs, index):
    """Memory of a search that is stopped while it writes its hits: its pipe
    holds less than they are."""
    most = {"VmHWM": 0.0, "RssAnon": 0.0}
    for words in WORDS:
        read, write = os.pipe()
        fcntl.fcntl(write, fcntl.F_SETPIPE_SZ, PAGE)
        command = [programs.trialdex, "search", words, "--any", "--index", str(index), "--format", "jsonl"]
        child = subprocess.Popen(command, stdout=write, stderr=subprocess.DEVNULL, env=ENVIRONMENT)
        os.close(write)
        os.read(read, 1)
        time.sleep(0.05)
        for name, megabytes in memory(child.pid).items():
            if name in most:
                most[name] = max(most[name], megabytes)
        os.close(read)
        child.wait()
    table.most("memory of a search, mapped files counted", most["VmHWM"], 200, " MB", 0)
    table.add("anonymous memory of a search", f"{most['RssAnon']:,.0f} MB")


def streams(table, programs, index, count):
    """Memory while all hits are written, a sixtieth and a sixth of the studies."""
    few, many = (f"{MANY} AND AREA[StartDate]RANGE[2000-01-01,{end}]" for end in ("2000-05-31", "2004-03-31"))
    numbers = [hits(programs, index, query) for query in (few, many)]
    table.add("hits that are written", f"{numbers[0]:,} and {numbers[1]:,} of {count:,} studies")
    for form in ("ids", "csv", "jsonl"):
        say(f"writes all hits as {form}")
        took = [run(programs.trialdex, "search", query, "--limit", 0, "--format", form, "--index", index) for query in (few, many)]
        growth = took[1].anonymous - took[0].anonymous
        table.most(f"all hits as {form}: growth of anonymous memory", growth, 20, " MB", 1)
        table.add("the same: seconds, memory with mapped files", f"{took[1].seconds:.2f} s, {took[0].peak:,.0f} and {took[1].peak:,.0f} MB")


def hits(programs, index, query):
    return int(run(programs.trialdex, "search", query, "--count", "--index", index, out=subprocess.PIPE).out)


def growth(table, programs, corpora, indexes, options):
    """The same for a sixtieth, a sixth, and all of the studies."""
    for count in (corpora.count // 60, corpora.count // 6, corpora.count):
        if count == corpora.count:
            index = index_of(programs, corpora, indexes)
            built = json.loads((indexes / "ndjson.json").read_text())
        else:
            lines, index = indexes / f"first-{count}.ndjson", indexes / f"first-{count}"
            with open(corpora.ndjson(), "rb") as studies, open(lines, "wb") as out:
                out.writelines(line for line, _ in zip(studies, range(count)))
            built = vars(built_index(programs, lines, index))
        rows = queries(programs, index, options, "--alone")["rows"]
        real, plain = rows["real queries, in process"], rows["plain words, in process"]
        start = quantile([first_hit(programs, index, WORDS[turn % len(WORDS)]) for turn in range(STARTS)], 0.5)
        table.add(f"{count:,} studies: build a study, peak and anonymous memory",
                  f"{built['seconds'] / count * 1000:.2f} ms, {built['peak']:,.0f} MB, {built['anonymous']:,.0f} MB")
        table.add("the same: real requests p50, p99; plain words p50, p99; process to first hit",
                  f"{real[0]:.2f} ms, {real[1]:.2f} ms; {plain[0]:.2f} ms, {plain[1]:.2f} ms; {start * 1000:.1f} ms")
        if count != corpora.count:
            lines.unlink()
            shutil.rmtree(index)
