#!/usr/bin/env python3
"""Measures trialdex with as many studies as the registry has.

  python3 benches/registry.py all                       everything, 600,000 studies
  python3 benches/registry.py build refresh             some of the parts
  python3 benches/registry.py --count 2000 all          a try of a minute or two

Makes the corpora, runs the parts that are named, and prints one table with a
row for each figure and what was aimed at. The parts:

  corpus    makes the corpora alone; other parts make what they need
  build     from each form, beside bare tantivy and Lucene, with memory, bytes and cores
  refresh   nothing changed, the input touched, 1 % of the studies changed
  ask       searches in process and as whole processes, beside bare tantivy
  growth    the same figures for a sixtieth, a sixth and all of the studies
  kills     runs ended by SIGKILL; a few thousand studies, whatever --count
  soak      searches while the index is refreshed; a few thousand studies, too

Base records are studies of API v2, one a line (--base); without such a file
they are those of the sample corpus, so that everything can be run without real
data. Corpora are kept in --scratch, which needs about 70 kB of disk for each
study, and should not be in memory. Each part can be run alone: what it needs of
another, such as an index, is made, or taken from the last run. With 600,000
studies and two cores, the corpora take about five minutes, `build` 25, `refresh`
6, `ask` 8, `kills` 8, and `soak` what --minutes says.
"""
import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from registry import asking, building, kills, soak
from registry.corpus import Corpora
from registry.lucene import Lucene
from registry.measure import ENVIRONMENT, ROOT, Programs, Table, machine, run, say

PARTS = ("corpus", "build", "refresh", "ask", "growth", "kills", "soak")

# Studies for whose number the aims are meant, at least.
MEANINGFUL = 100_000

# Bytes of disk that all parts need for a study at most.
DISK = 70_000


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="+", choices=(*PARTS, "all"), metavar="PART", help=", ".join((*PARTS, "all")))
    parser.add_argument("--count", type=int, default=600_000, help="studies (default: 600000)")
    parser.add_argument("--base", type=pathlib.Path, metavar="FILE", help="base studies, NDJSON")
    parser.add_argument("--queries", type=pathlib.Path, metavar="FILE",
                        help="requests sent to the registry's API, JSON lines with `params`")
    parser.add_argument("--scratch", type=pathlib.Path, default=ROOT / "target" / "registry", metavar="DIR",
                        help="where corpora and indexes are kept (default: target/registry)")
    parser.add_argument("--kills", type=int, default=200, metavar="N")
    parser.add_argument("--minutes", type=float, default=10, help="how long the soak takes")
    parser.add_argument("--small", type=int, metavar="N",
                        help="studies of kills and soak (default: 2,000 and 20,000, or --count where that is less)")
    parser.add_argument("--rounds", type=int, default=20, help="turns of each query")
    parser.add_argument("--profile", default="bench", metavar="NAME",
                        help="profile that the programs are built in (default: bench); another one says nothing about the aims")
    parser.add_argument("--strict", action="store_true", help="exit with 1 where an aim is missed")
    return parser.parse_args()


def sample(programs, scratch):
    """The studies of the sample corpus, one a line."""
    path = scratch / "sample.ndjson"
    if not path.exists():
        with tempfile.TemporaryDirectory(dir=scratch) as index:
            run(programs.trialdex, "index", ROOT / "corpus", "--index", index, "--quiet")
            exported = run(programs.trialdex, "export", "--index", index, out=subprocess.PIPE)
        path.write_bytes(exported.out)
    return path


def main():
    options = arguments()
    parts = PARTS if "all" in options.parts else options.parts
    options.scratch = options.scratch.absolute()
    options.scratch.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(options.scratch).free < options.count * DISK:
        say(f"warning: {options.scratch} may be too full for {options.count:,} studies")
    # Other indexes are made in temporary directories, which may be in memory.
    temporary = options.scratch / "tmp"
    temporary.mkdir(exist_ok=True)
    ENVIRONMENT["TMPDIR"] = str(temporary)
    programs = Programs(options.profile)
    base = options.base.absolute() if options.base else sample(programs, options.scratch)
    corpora = Corpora(options.scratch / f"corpora-{base.stem}", base, options.count)
    indexes = options.scratch / f"indexes-{base.stem}-{options.count}"
    indexes.mkdir(exist_ok=True)
    lucene = Lucene(options.scratch)
    table = Table()
    print(f"{options.count:,} studies\n\n{machine(programs)}\n")
    if options.count < MEANINGFUL:
        print("So few studies say nothing about the aims, only that everything runs.\n")
    table.head()
    for part in parts:
        say(part)
        if part == "corpus":
            corpora.make_all()
        elif part == "build":
            building.build(table, programs, corpora, indexes, lucene)
        elif part == "refresh":
            building.refresh(table, programs, corpora, indexes)
        elif part == "ask":
            asking.ask(table, programs, corpora, indexes, options)
            lucene.ask(table, indexes / "lucene", options.rounds)
        elif part == "growth":
            asking.growth(table, programs, corpora, indexes, options)
        elif part == "kills":
            kills.kills(table, programs, base, options)
        else:
            soak.soak(table, programs, base, options)
    print(f"\n{table.missed} aims are missed" if table.missed else "\nevery aim is held")
    return 1 if options.strict and table.missed else 0


if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main())
