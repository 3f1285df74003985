#!/usr/bin/env python3
"""Builds, refreshes, questions and kills `trialdex index` on many studies.

  cargo build --release
  python3 benches/scale.py sizes [COUNT]     60,000 studies by default
  python3 benches/scale.py kill [TIMES]      60 kills by default

The studies are those of corpus/v2 under new numbers. All is done in a
temporary directory. `sizes` prints seconds and peak memory of each step;
`kill` ends refreshes by SIGKILL at random moments (seeded) and fails unless
the index then holds exactly the state before or after, the next run completes
it, and the end equals an index built afresh.
"""
import hashlib, json, os, pathlib, random, signal, subprocess, sys, tempfile, time, zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
PROGRAM = str(TARGET / "release" / "trialdex")


def studies(count, version=0):
    """Texts of `count` studies; every seventh differs between versions."""
    texts = [json.dumps(json.loads(path.read_text())) for path in sorted((ROOT / "corpus/v2").glob("*.json"))]
    numbers = [json.loads(text)["protocolSection"]["identificationModule"]["nctId"] for text in texts]
    for at in range(count):
        text = texts[at % len(texts)].replace(numbers[at % len(texts)], f"NCT{at + 1:08d}")
        if version and at % 7 == version % 7:
            text = text.replace('"briefTitle": "', f'"briefTitle": "Version {version} ', 1)
        yield text


def step(name, *arguments):
    """Runs the program; prints how long it took and how much memory."""
    start = time.time()
    child = subprocess.Popen([PROGRAM, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    said = child.stderr.read().decode()
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        sys.exit(f"{name}: {said}")
    print(f"| {name} | {time.time() - start:.2f} | {usage.ru_maxrss // 1000} MB |", flush=True)


def sizes(count):
    lines = pathlib.Path("studies.ndjson")
    # Written one by one: a child's peak counts that of this process at its start.
    with lines.open("w") as out:
        out.writelines(text + "\n" for text in studies(count))
    with zipfile.ZipFile("studies.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for at, text in enumerate(studies(count)):
            archive.writestr(f"{at // 1000}/{at}.json", text)
    for at, text in enumerate(studies(count)):
        path = pathlib.Path(f"files/{at // 1000}/{at}.json")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    time.sleep(3)  # Files younger than two seconds are read again.
    print(f"{count} studies, {lines.stat().st_size / 1e6:.0f} MB of JSON\n\n| step | seconds | peak memory |\n|---|---|---|")
    for name, source in [("NDJSON", str(lines)), ("a zip", "studies.zip"), ("files in folders", "files")]:
        step(f"build from {name}", "index", source, "--index", f"{source}.index")
        step(f"refresh of {name}, nothing changed", "index", source, "--index", f"{source}.index")
    ask = ["search", "the", "--index", "files.index", "--format"]
    step("20 hits", *ask, "text")
    for form in ["ids", "csv", "jsonl"]:
        step(f"all hits as {form}", *ask, form, "--limit", "0")


def state(index):
    """Digest of all titles in an index; `None` without one."""
    words = ["a", "of", "in", "the", "and", "with", "for"]
    done = subprocess.run(
        [PROGRAM, "search", *words, "--any", "--limit", "0", "--format", "csv", "--fields", "NCTId,BriefTitle", "--index", index],
        capture_output=True)
    rows = sorted(line.split(b",", 2)[2] for line in done.stdout.splitlines()[1:])
    return None if done.returncode == 2 else (len(rows), hashlib.sha256(b"\n".join(rows)).hexdigest())


def kill(times):
    chance, source = random.Random(1), pathlib.Path("studies.ndjson")
    arguments = [PROGRAM, "index", str(source), "-q", "--index"]
    source.write_text("\n".join(studies(3000)))
    start = time.time()
    subprocess.run([*arguments, "index"], check=True)
    longest, seen = time.time() - start, {"before": 0, "after": 0}
    before = state("index")
    for version in range(1, times + 1):
        source.write_text("\n".join(studies(3000, version)))
        child = subprocess.Popen([*arguments, "index"], stderr=subprocess.DEVNULL)
        time.sleep(chance.random() * longest)
        child.send_signal(signal.SIGKILL)
        child.wait()
        killed = state("index")
        subprocess.run([*arguments, "index"], check=True)
        after = state("index")
        if after == before or killed not in (before, after):
            sys.exit(f"kill {version}: {killed} is neither {before} nor {after}")
        seen["before" if killed == before else "after"] += 1
        before = after
    subprocess.run([*arguments, "fresh"], check=True)
    if state("fresh") != before:
        sys.exit("the index differs from one built afresh")
    print(f"{times} kills, found as {seen}; the end equals an index built afresh: {before[0]} studies")


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in ("sizes", "kill"):
        sys.exit(__doc__)
    number = int(sys.argv[2]) if len(sys.argv) > 2 else {"sizes": 60000, "kill": 60}[sys.argv[1]]
    with tempfile.TemporaryDirectory() as scratch:
        os.chdir(scratch)
        {"sizes": sizes, "kill": kill}[sys.argv[1]](number)
