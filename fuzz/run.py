#!/usr/bin/env python3
"""Runs the fuzz targets, each for some minutes, and says what came of it.

    cargo install cargo-fuzz
    fuzz/run.py                            # every target, ten minutes each
    fuzz/run.py --seconds 60 json xml      # two of them, a minute each

Seeds are made from the sample corpus and the documentation. What is found
stays in fuzz/artifacts/TARGET; CONTRIBUTING.md says what to do with it.
"""

import argparse
import concurrent.futures
import gzip
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

FUZZ = Path(__file__).resolve().parent
ROOT = FUZZ.parent
CORPUS = ROOT / "corpus"
HOST = "x86_64-unknown-linux-gnu"

# Target, its dictionary, and bytes of an input at most. Short ones are tried
# more often; limits of the size are tests', not the fuzzer's.
TARGETS = {
    "container": ("studies", 16384),
    "csv": ("studies", 4096),
    "json": ("studies", 8192),
    "json_v1": ("studies", 4096),
    "json_v2": ("studies", 4096),
    "page": ("studies", 4096),
    "xml": ("studies", 4096),
    "query": ("requests", 2048),
    "request": ("requests", 2048),
    "evaluation": ("requests", 4096),
    "synonyms": ("requests", 2048),
    "vocabulary": ("requests", 8192),
    "ledger": ("requests", 4096),
    "receipt": ("requests", 2048),
    "decisions": ("references", 4096),
}


def studies():
    """The invented studies of API v2."""
    for path in sorted((CORPUS / "v2").glob("*.json")):
        yield json.loads(path.read_bytes())


def small_studies():
    """Each module of each study beside the study's number."""
    for study in studies():
        sections = study.items()
        modules = [
            (section, module, value)
            for section, modules in sections if isinstance(modules, dict)
            for module, value in modules.items()
        ]
        number = study["protocolSection"]["identificationModule"]["nctId"]
        for section, module, value in modules:
            small = {"protocolSection": {"identificationModule": {"nctId": number}}}
            if module != "identificationModule":
                small.setdefault(section, {})[module] = value
            yield compact(small)


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def v1_studies():
    text = (CORPUS / "v1.json").read_text()
    decoder = json.JSONDecoder()
    for found in re.finditer(r'\{\s*"ProtocolSection"', text):
        study, _ = decoder.raw_decode(text, found.start())
        yield compact(study)
        for module, value in study["ProtocolSection"].items():
            number = study["ProtocolSection"]["IdentificationModule"]["NCTId"]
            small = {"IdentificationModule": {"NCTId": number}, module: value}
            yield compact({"ProtocolSection": small})


def pages():
    return [path.read_bytes() for path in files("module-pages")]


def files(below):
    return sorted(path for path in (CORPUS / below).rglob("*") if path.is_file())


def tables():
    for name in ["ctg-studies.csv", "SearchResults.tsv"]:
        head, *rows = (CORPUS / name).read_bytes().splitlines(keepends=True)
        yield from (head + row for row in rows)


def packed(text):
    """The text in every container, and containers in one another."""
    tar, zipped = io.BytesIO(), io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as archive:
        entry = tarfile.TarInfo("a.json")
        entry.size = len(text)
        archive.addfile(entry, io.BytesIO(text))
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.json", text)
        archive.writestr("b.json.gz", gzip.compress(text))
        archive.writestr("c.tar", tar.getvalue())
    plain = [text, tar.getvalue(), zipped.getvalue(), gzip.compress(text)]
    more = [gzip.compress(tar.getvalue()), gzip.compress(zipped.getvalue())]
    zstd = shutil.which("zstd")
    frames = [subprocess.run([zstd, "-c"], input=one, capture_output=True).stdout
              for one in plain] if zstd else []
    return plain + more + frames


def typed():
    """What stands in backticks and code in the documentation of queries."""
    for name in ["query.md", "thesaurus.md", "fields.md"]:
        path = ROOT / "docs" / name
        if path.exists():
            yield from (one.encode() for one in re.findall(r"`([^`\n]+)`", path.read_text()))


def requests():
    for number, expression in enumerate(typed()):
        yield bytes([number % 16]) + expression
    for flags in [
        "--cond anemia\n--status RECRUITING\n--phase 2,3",
        "marrow\n--sex female\n--age 30\n--country Poland",
        "--locn Kraków\n--geo distance(50.06,19.94,100km)\n--results with",
        "--area ConditionSearch\naplastic anemia OR leukemia\n--agg results:with",
        "--patient 54 year old woman with chest pain\n--ids NCT90000001",
    ]:
        yield b"\x02" + flags.encode()


def judged():
    judgments = "1 0 NCT90000001 2\n1 0 NCT90000002 0\n2 0 NCT90000003 1\n"
    run = "1 Q0 NCT90000001 1 12.5 run\n2 Q0 NCT90000002 1 3 run\n"
    yield (judgments + "\f" + run).encode()
    yield b"1\taplastic anemia\n2\tchest pain\n"
    yield b'<topics><topic number="1">aplastic anemia</topic></topics>'
    yield b"<top>\n<num> Number: 1\n<title> anemia\n<desc> Description:\nchest pain\n</top>\n"


def vocabularies():
    table = "D000001\tHeart Attack\tMyocardial Infarction|MI\tC14.280\nD000002\tPain\tAche\tC23\n"
    yield table.encode() + b"\f\x20\x00\x01\x90\x00\xff"
    yield b"*NEWRECORD\nRECTYPE = D\nMH = Pain\nENTRY = Ache|T1\nMN = C23.888\nUI = D010146\n"
    yield (b"<DescriptorRecordSet><DescriptorRecord><DescriptorUI>D010146</DescriptorUI>"
           b"<DescriptorName><String>Pain</String></DescriptorName><TreeNumberList><TreeNumber>"
           b"C23</TreeNumber></TreeNumberList><ConceptList><Concept><TermList><Term><String>Ache"
           b"</String></Term></TermList></Concept></ConceptList></DescriptorRecord>"
           b"</DescriptorRecordSet>")


def ledgers():
    path = b"/a.json"
    source = bytes([len(path)]) + path + b"\x05\x01\x80\x80\x80\x80\x10\x00"
    entry = b"\x00\x81\xf7\xf4\x2a\x01\x00\x00" + b"\x80\x90\x5a\x03\x09" + b"\x07" * 16
    reject = b"\x00\x00\x01\x01m\x03\x04\x03cut"
    yield b"\x01" + source + b"\x01" + entry + b"\x01" + reject
    yield b"\x00\x00\x00"
    yield compact({"format": 3, "program": "0.1.0", "ledger": 7,
                   "written": "2026-01-01T00:00:00Z"})


def receipts():
    yield compact({
        "schema": "trialdex.receipt.v1", "program": "0.1.0", "date": "2026-01-01T00:00:00Z",
        "typed": [["", "aplastic anemia"], ["--cond", "leukemia"]],
        "understood": "aplastic AND anemia",
        "index": {"digest": "00", "studies": 3, "latestUpdate": "2025-01"},
        "required": 2, "clauses": 2, "total": 1,
        "hits": [{"nctId": "NCT90000002", "record": "0011223344556677"}],
    })


def references():
    """A record each of RIS, of tables and of JSON, decided on."""
    yield b"1.\nTY  - JOUR\nTI  - Tea\nAN  - NCT90000001\nN1  - ASReview_relevant\nER  - \n"
    yield b"TY  - JOUR\nUR  - https://clinicaltrials.gov/study/NCT90000001\nN1  - RAYYAN-INCLUSION: " \
        b"{\"a\"=>\"Excluded\"} | RAYYAN-EXCLUSION-REASONS: dose | USER-NOTES: {\"a\"=>[\"b\"]}\nER  - \n"
    yield b"nct,title,verdict,reason,labels,note,reviewer\nNCT90000001,Tea,exclude,dose,\"a; b\",c,d\n"
    yield b"Title,Accession Number,Notes,Tags\nTea,NCT90000001,Exclusion reason: dose; ,a\n"
    yield b"title\tabstract\tlabel_included\nTea\tNCT90000001\t1\n"
    yield b"{\"nctId\":\"NCT90000001\",\"title\":\"Tea\",\"decisions\":{\"opinions\":[{\"verdict\":\"maybe\"}]}}\n"


def seeds(target):
    small = list(small_studies())
    lines = [b"[" + b",\n".join(small[at:at + 3]) + b"]" for at in range(0, len(small), 9)]
    return {
        "container": lambda: [one for text in small[::20] for one in packed(text)]
        + [path.read_bytes() for path in CORPUS.glob("*.*z*")],
        "csv": lambda: tables(),
        "json": lambda: lines + list(v1_studies()) + [b"{\"studies\":" + one + b"}" for one in lines],
        "json_v1": lambda: v1_studies(),
        "json_v2": lambda: small,
        "page": lambda: pages(),
        "xml": lambda: (path.read_bytes() for path in files("xml")),
        "query": lambda: list(typed()) + [b"1. anemia\n2. #1 AND leukemia\n"],
        "request": lambda: requests(),
        "evaluation": lambda: judged(),
        "synonyms": lambda: [b"# ours\nheart attack = myocardial infarction = MI\na => b\n"],
        "vocabulary": lambda: vocabularies(),
        "ledger": lambda: ledgers(),
        "receipt": lambda: receipts(),
        "decisions": lambda: references(),
    }[target]()


def prepare(target, longest):
    """Writes the seeds of a target; gives their directory."""
    directory = FUZZ / "corpus" / target
    directory.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds(target)):
        (directory / f"seed-{number:04}").write_bytes(seed[:longest])
    found = FUZZ / "found" / target
    for path in sorted(found.glob("*")) if found.is_dir() else []:
        shutil.copy(path, directory / f"found-{path.name}")
    return directory


def fuzz(target, arguments, binaries):
    """Runs a target; gives executions, coverage, and what was found."""
    dictionary, longest = TARGETS[target]
    corpus = prepare(target, longest)
    artifacts = FUZZ / "artifacts" / target
    artifacts.mkdir(parents=True, exist_ok=True)
    known = set(artifacts.iterdir())
    log = FUZZ / "artifacts" / f"{target}.log"
    # A process of its own tries inputs, so that what is found ends only that.
    # Each process makes an index of the corpus before the first receipt.
    timeout = arguments.timeout * (6 if target == "receipt" else 1)
    command = [
        "nice", "-n", "19", str(binaries / target), str(corpus),
        "-fork=1", "-ignore_crashes=1", "-ignore_ooms=1", "-ignore_timeouts=1",
        f"-dict={FUZZ / 'dictionary' / (dictionary + '.dict')}",
        f"-artifact_prefix={artifacts}/",
        f"-max_len={longest}", f"-max_total_time={arguments.seconds}",
        f"-rss_limit_mb={arguments.memory}", f"-timeout={timeout}",
    ]
    with open(log, "wb") as out:
        subprocess.run(command, stdout=out, stderr=out, cwd=FUZZ, check=False)
    text = log.read_text(errors="replace")
    states = re.findall(r"^#(\d+): cov: (\d+) ft: (\d+)", text, re.M) or [("0", "0", "0")]
    new = sorted(set(artifacts.iterdir()) - known)
    return (*map(int, states[-1]), [path for path in new if path.is_file()])


def table(results):
    print(f"{'target':<12}{'executions':>12}{'edges':>8}{'features':>10}{'found':>7}")
    for target, (executions, edges, features, found) in results.items():
        print(f"{target:<12}{executions:>12,}{edges:>8,}{features:>10,}{len(found):>7}")
    for _, _, _, found in results.values():
        for path in found:
            print(f"  {path.relative_to(ROOT)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("targets", nargs="*", default=[], help="all, if none is named")
    parser.add_argument("--seconds", type=int, default=600, help="for each target")
    parser.add_argument("--jobs", type=int, default=1, help="targets at the same time")
    parser.add_argument("--memory", type=int, default=1024, help="megabytes of a process")
    parser.add_argument("--timeout", type=int, default=20, help="seconds of one input")
    parser.add_argument("--target-dir", default=str(FUZZ / "target"))
    parser.add_argument("--no-build", action="store_true")
    arguments = parser.parse_intermixed_args()
    unknown = set(arguments.targets) - set(TARGETS)
    if unknown:
        sys.exit(f"no such target: {', '.join(sorted(unknown))}; there are {', '.join(TARGETS)}")
    if not arguments.no_build:
        # There is no unsafe code for an address sanitizer to look at.
        build = ["cargo", "+nightly", "fuzz", "build", "-s", "none",
                 "--target-dir", arguments.target_dir]
        subprocess.run(build, cwd=ROOT, check=True)
    binaries = Path(arguments.target_dir) / HOST / "release"
    targets = arguments.targets or list(TARGETS)
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        running = {one: pool.submit(fuzz, one, arguments, binaries) for one in targets}
        results = {}
        for target, future in running.items():
            results[target] = future.result()
            print(f"{target}: done", file=sys.stderr, flush=True)
    table(results)
    return 1 if any(found for *_, found in results.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
