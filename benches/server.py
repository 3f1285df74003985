#!/usr/bin/env python3
"""Measures `trialdex serve` under load, beside its aims.

  python3 benches/server.py                              600,000 studies, ten minutes
  python3 benches/server.py --count 20000 --minutes 1    a try of some minutes

Makes studies as `benches/registry.py` does, indexes them, starts the server,
asks it with wrk (Debian has a package of that name), and prints one table:

* how long a start takes, and until the first search is answered;
* when statistics are first answered, and how fast they are then;
* requests a second and times of `/studies?query.term=` at full speed;
* a rate of mixed requests that is held while the index is refreshed;
* the same beside connections that are silent, slow, read nothing or break;
* the memory of the server at most, after all that.

Requests come from --queries, JSON lines with `params` such as were sent to the
registry's API; those that are refused there are left out. The index of the
last run with as many studies is taken again.
"""
import argparse
import os
import pathlib
import shutil
import sys

from registry import serving
from registry.building import built_index, given
from registry.corpus import Corpora
from registry.measure import ENVIRONMENT, ROOT, Programs, Table, machine, run


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=600_000, help="studies (default: 600000)")
    parser.add_argument("--base", type=pathlib.Path, required=True, metavar="FILE", help="base studies, NDJSON")
    parser.add_argument("--queries", type=pathlib.Path, metavar="FILE", help="requests, JSON lines with `params`")
    parser.add_argument("--minutes", type=float, default=10, help="how long the rate is held (default: 10)")
    parser.add_argument("--rate", type=int, default=1_000, help="mixed requests a second (default: 1000)")
    parser.add_argument("--connections", type=int, default=64, help="connections that they come by (default: 64)")
    parser.add_argument("--every", type=float, default=60, metavar="SECONDS", help="between two refreshes (default: 60)")
    parser.add_argument("--bad", type=int, default=1_000, metavar="N", help="bad connections (default: 1000)")
    parser.add_argument("--seconds", type=int, default=20, help="how long other loads take (default: 20)")
    parser.add_argument("--scratch", type=pathlib.Path, default=ROOT / "target" / "registry", metavar="DIR",
                        help="where corpora and indexes are kept (default: target/registry)")
    parser.add_argument("--profile", default="bench", metavar="NAME",
                        help="profile of the program (default: bench); REGISTRY_PROGRAM names another program")
    parser.add_argument("--strict", action="store_true", help="exit with 1 where an aim is missed")
    return parser.parse_args()


def main():
    options = arguments()
    if not shutil.which("wrk"):
        raise SystemExit("wrk is not installed; try `apt-get install wrk`")
    options.scratch = options.scratch.absolute()
    options.scratch.mkdir(parents=True, exist_ok=True)
    serving.raise_limit()
    programs = Programs(options.profile)
    base = options.base.absolute()
    corpora = Corpora(options.scratch / f"corpora-{base.stem}", base, options.count)
    index = options.scratch / f"served-{base.stem}-{options.count}"
    ENVIRONMENT["TMPDIR"] = str(options.scratch)
    if not (index / "tantivy").exists():
        built_index(programs, given(corpora, "ndjson"), index)
    (index / "statistics.json.gz").unlink(missing_ok=True)
    table = Table()
    print(f"{options.count:,} studies\n\n{machine(programs)}\n")
    table.head()
    with serving.Server(programs, index) as server:
        serving.statistics(table, server)
    serving.starts(table, programs, index)
    with serving.Server(programs, index) as server:
        terms = serving.answered(server, serving.terms_of(options))
        paths = serving.answered(server, serving.paths_of(options))
        serving.throughput(table, server, terms, options, options.scratch)
        serving.held(table, programs, server, paths, index, base, options, options.scratch)
        serving.bad_connections(table, server, paths, options, options.scratch)
        serving.memory_of(table, server)
    print(f"\n{table.missed} aims are missed" if table.missed else "\nevery aim is held")
    return 1 if options.strict and table.missed else 0


if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main())
