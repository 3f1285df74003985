#!/usr/bin/env python3
"""Feeds the program what was made to break it, at two sizes each.

    benches/hostile.py target/release/trialdex
    benches/hostile.py target/release/trialdex --scale 8 "json: *"

Of each shape, the second input is twice as large as the first. The program
must not need more than three times as long for it, nor more memory than a
bound that does not depend on the input; and it must end by itself. `--scale`
makes all inputs larger.
"""

import argparse
import fnmatch
import gzip
import io
import os
import random
import string
import struct
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
import zlib
from pathlib import Path

# Megabytes: what indexing may use (`--memory 50`), a few records of the
# largest size, the directory of a zip of as many members as are read.
BOUND = 1500

# Shorter runs are not compared: starting the program takes as long.
NOISE = 0.5

STUDY = ('{"protocolSection":{"identificationModule":{"nctId":"NCT%08d","briefTitle":"One"},'
         '"descriptionModule":{"briefSummary":%s}}}')
XML = "<clinical_study><id_info><nct_id>NCT90000001</nct_id></id_info>%s</clinical_study>"
MB = 1 << 20


def study(number=90000001, summary='"x"'):
    return (STUDY % (number, summary)).encode()


def gzipped(pieces):
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=6) as packed:
        for piece in pieces:
            packed.write(piece)
    return out.getvalue()


def tarred(members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in members:
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return out.getvalue()


def zipped(members, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


def kernel(size):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(b'{"x":"' + b" " * size) + packer.flush()


def local(name, packed, size, crc):
    return struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 0, crc, len(packed), size,
                       len(name), 0) + name


def central(name, packed, size, crc, offset):
    return struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 8, 0, 0, crc, packed, size,
                       len(name), 0, 0, 0, 0, 0, offset) + name


def directory(entries, start):
    content = b"".join(entries)
    count = len(entries)
    if count < 0xffff:
        return content + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(content),
                                     start, 0)
    end = start + len(content)
    record = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, len(content),
                         start)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, end, 1)
    last = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xffff, 0xffff, 0xffffffff, 0xffffffff, 0)
    return content + record + locator + last


def overlapping(count):
    """All entries are the same kernel (Fifield 2019, full overlap)."""
    packed = kernel(80 * MB)
    name = b"0" * 7
    start = local(name, packed, 80 * MB, 0) + packed
    entries = [central(b"%07d" % at, len(packed), 80 * MB, 0, 0) for at in range(count)]
    return start + directory(entries, len(start))


def quoted(count):
    """Each member's data quotes the next local header as a stored block
    (Fifield 2019, quoted overlap)."""
    packed, size = kernel(4 * MB), 4 * MB
    files = []
    tail, length = packed, size
    for at in reversed(range(count)):
        header = local(b"%07d" % at, tail, length, 0)
        files.append((at, len(tail), length, header))
        quote = struct.pack("<BHH", 0, len(header), len(header) ^ 0xffff)
        tail, length = quote + header + tail, length + len(header)
    body, entries = b"", []
    offset = 0
    first = True
    for at, packed_length, length, header in reversed(files):
        block = b"" if first else struct.pack("<BHH", 0, len(header), len(header) ^ 0xffff)
        body += block
        entries.append(central(b"%07d" % at, packed_length, length, 0, len(body)))
        body += header
        first = False
    body += packed
    return body + directory(entries, len(body))


def many_members(count):
    """A zip of so many empty members, and one study."""
    body = local(b"a", b"", 0, 0)
    entries = [central(b"%07d.json" % at, 0, 0, 0, 0) for at in range(count)]
    return body + directory(entries, len(body))


def nested(depth, size):
    content = gzipped([b'{"x":"', b" " * size])
    for _ in range(depth):
        content = gzipped([content])
    return content


def skippable(count):
    """Frames of zstd that hold nothing."""
    return b"\x50\x2a\x4d\x18\0\0\0\0" * count


def once(records):
    """Studies of 300,000 words, each of which occurs once."""
    letters = random.Random(7)
    return b"\n".join(
        study(90000000 + at, '"%s"' % " ".join(
            "".join(letters.choices(string.ascii_lowercase, k=9)) for _ in range(300_000)))
        for at in range(records))


# Shape: what makes the input of a size, and the first size.
SHAPES = {
    "gzip: a bomb": (lambda n: gzipped([b'{"x":"'] + [b" " * MB] * n), 128),
    "gzip: many empty members": (lambda n: gzip.compress(b"") * n, 200_000),
    "gzip: bombs in one another": (lambda n: nested(4, n * MB), 64),
    "zstd: many frames": (skippable, 1_000_000),
    "tar: many members": (lambda n: gzipped([tarred((f"{at}.json", b"{}") for at in range(n))]),
                          5_000),
    "tar: zeros without end": (lambda n: gzipped([b"\0" * 257 + b"ustar\x0000" + b"\0" * 248]
                                                 + [b"\0" * MB] * n), 64),
    "zip: entries over one another": (overlapping, 2_000),
    "zip: quoted overlap": (quoted, 250),
    "zip: many members": (many_members, 100_000),
    "json: deep arrays": (lambda n: b"[" * n + b"]" * n, 4 * MB),
    "json: deep objects": (lambda n: b'{"a":' * n, 2 * MB),
    "json: deep inside a study": (lambda n: study(summary="[" * n + "]" * n), 4 * MB),
    "json: a long string": (lambda n: study(summary='"' + "x" * n + '"'), 12 * MB),
    "json: a string without end": (lambda n: study()[:-4] + b"x" * n, 40 * MB),
    "json: a line without end": (lambda n: b'{"a":1,' + b'"b":2,' * n, 8 * MB),
    "json: sections that are not closed": (lambda n: b'{"protocolSection":' * n, MB // 2),
    "json: sections closed wrongly": (lambda n: b'{"protocolSection":]' * n, MB // 8),
    "json: escapes": (lambda n: study(summary='"' + "\\\\" * n + '"'), 6 * MB),
    "json: lone surrogates": (lambda n: study(summary='"' + "\\ud800" * n + '"'), 2 * MB),
    "json: duplicate keys": (
        lambda n: b'{"protocolSection":{' + b'"a":1,' * n + b'"b":2}}', MB // 2),
    "json: many keys": (
        lambda n: b'{"protocolSection":{' + b",".join(b'"k%d":1' % at for at in range(n)) + b"}}",
        200_000),
    "json: enormous numbers": (lambda n: study(summary="9" * n), 8 * MB),
    "json: many values in a list": (lambda n: study(summary="[" + "1," * n + "1]"), MB),
    "json: numbers beside a study": (lambda n: b"[" + study() + b",1" * n + b"]", 8 * MB),
    "json: lists of numbers": (lambda n: b"[" + b"[1]," * n + study() + b"]", 4 * MB),
    "json: nuls": (lambda n: study(summary='"' + "\0" * n + '"'), 8 * MB),
    "json: many small studies": (
        lambda n: b"\n".join(study(90000000 + at) for at in range(n)), 5_000),
    "json: one study again and again": (lambda n: (study() + b"\n") * n, 20_000),
    "xml: deep": (lambda n: (XML % ("<a>" * n + "</a>" * n)).encode(), MB),
    "xml: attributes": (
        lambda n: (XML % ("<a " + " ".join(f'b{at}="1"' for at in range(n)) + "/>")).encode(),
        200_000),
    "xml: the same element": (lambda n: (XML % ("<keyword>x</keyword>" * n)).encode(), 200_000),
    "xml: unknown elements": (
        lambda n: (XML % "".join(f"<e{at}>x</e{at}>" for at in range(n))).encode(), 200_000),
    "xml: a comment without end": (lambda n: b"<clinical_study><!--" + b"x" * n, 12 * MB),
    "xml: tags without end": (lambda n: b"<clinical_study " * n, MB),
    "xml: laughs": (
        lambda n: ("<!DOCTYPE x [" + '<!ENTITY l0 "lol">' + "".join(
            f'<!ENTITY l{at} "&l{at - 1};&l{at - 1};">' for at in range(1, n))
            + "]>" + XML % f"<brief_title>&l{n - 1};</brief_title>").encode(), 50_000),
    "xml: entities": (lambda n: (XML % ("<brief_title>" + "&amp;" * n)).encode(), 2 * MB),
    "csv: a quote without end": (
        lambda n: b'NCT Number,Study Title\nNCT90000001,"' + b"x,\n" * n, 10 * MB),
    "csv: cells of a row": (
        lambda n: b"NCT Number,Study Title\nNCT90000001" + b",x" * n, 4 * MB),
    "csv: cells of a heading": (
        lambda n: b"NCT Number" + b",Study Title" * n + b"\nNCT90000001,x\n", 1_000),
    "csv: empty rows": (lambda n: b"NCT Number,Study Title\n" + b"\n" * n, 16 * MB),
    "csv: values of a list": (
        lambda n: b"NCT Number,Conditions,Locations\nNCT90000001," + b"x|" * n
        + b",y" + b"|y" * n, 100_000),
    "page: labels": (
        lambda n: b"NCT ID: NCT90000001\n" + b"Condition: x\n" * n, 50_000),
    "page: unknown labels": (
        lambda n: b"NCT ID: NCT90000001\n" + b"".join(b"Label%d: x\n" % at for at in range(n)),
        50_000),
    "page: paths": (lambda n: b"NCT ID: NCT90000001\n" + b"X path is as follows:\n" * n, 50_000),
    "page: lines": (
        lambda n: b"NCT ID: NCT90000001\nBrief Summary: x\n" + b"* y\n" * n, 500_000),
    "text: parentheses": (lambda n: study(summary='"' + "(" * n + '"'), MB),
    "text: abbreviations": (
        lambda n: study(summary='"' + "heart attack (HA) " * n + '"'), 50_000),
    "text: criteria": (
        lambda n: study(summary='"x"').replace(
            b'"descriptionModule"', b'"eligibilityModule":{"eligibilityCriteria":"'
            + b"exclusion criteria: x " * n + b'"},"descriptionModule"'), 100_000),
    "text: one long word": (lambda n: study(summary='"' + "a" * n + '"'), 4 * MB),
    "text: hyphens": (lambda n: study(summary='"' + "a-" * n + '"'), 500_000),
    "text: numerals": (lambda n: study(summary='"' + "one hundred " * n + '"'), 200_000),
    "text: words that occur once": (once, 4),
    "text: combining marks": (lambda n: study(summary='"e' + "\u0301" * n + '"'), MB),
}


def high_water(process):
    """Kilobytes that a process had in memory at most so far."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0
    found = (line.split()[1] for line in lines if line.startswith("VmHWM:"))
    return int(next(found, 0))


def measured(program, content, directory):
    """Seconds and megabytes of one run, and how it ended."""
    path = Path(directory) / "hostile"
    path.write_bytes(content)
    index = Path(directory) / "index"
    command = [program, "index", str(path), "--index", str(index), "--threads", "1",
               "--memory", "50", "--format", "json"]
    environment = {**os.environ, "TRIALDEX_CONFIG": ""}
    start = time.monotonic()
    with open(Path(directory) / "audit", "wb") as out:
        child = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL, env=environment)
    peak, ended = 0, 0
    while not ended:
        # The system's own figure has this process's memory in it.
        peak = max(peak, high_water(child.pid))
        time.sleep(0.005)
        ended, status, usage = os.wait4(child.pid, os.WNOHANG)
    took = time.monotonic() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    subprocess.run(["rm", "-rf", str(index)], check=True)
    busy = usage.ru_utime + usage.ru_stime
    return min(busy, took), peak / 1024, child.returncode


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("shapes", nargs="*", help="patterns of the shapes' names")
    parser.add_argument("--scale", type=float, default=1)
    arguments = parser.parse_intermixed_args()
    wrong = []
    print(f"{'shape':<36}{'bytes':>13}{'s':>8}{'twice':>8}{'ratio':>7}{'MB':>7}", flush=True)
    for name, (make, size) in SHAPES.items():
        if arguments.shapes and not any(fnmatch.fnmatch(name, one) for one in arguments.shapes):
            continue
        size = int(size * arguments.scale)
        with tempfile.TemporaryDirectory() as directory:
            content = make(size)
            first, _, code = measured(arguments.program, content, directory)
            content = make(2 * size)
            second, peak, again = measured(arguments.program, content, directory)
        ratio = second / max(first, 0.001)
        said = []
        if second > NOISE and ratio > 3:
            said.append("slower than its size")
        if peak > BOUND:
            said.append(f"more than {BOUND} MB")
        if code or again:
            said.append(f"ended with {code} and {again}")
        print(f"{name:<36}{len(content):>13,}{first:>8.2f}{second:>8.2f}{ratio:>7.1f}{peak:>7.0f}"
              f"  {', '.join(said)}", flush=True)
        if said:
            wrong.append(name)
    if wrong:
        sys.exit(f"{len(wrong)} shapes break the rules: {', '.join(wrong)}")


if __name__ == "__main__":
    main()
