#!/usr/bin/env python3
"""Holds the names that records give for one another against MeSH.

  trialdex index STUDIES --index INDEX
  python3 benches/synonyms.py --program target/release/trialdex INDEX

All names of interventions and conditions of the index are looked up in a copy
of it that knows nothing of MeSH, so that the records alone say what means the
same. A pair of names is right if MeSH knows both and has them as one concept,
wrong if it has them as two. Pairs of which MeSH does not know both sides are
for people to judge: `--sample FILE` writes 200 of those that a search with
MeSH takes, drawn at random, with the studies that say so.

It works with any version of the program that has `thesaurus --format json`,
so that two versions can be compared.
"""

import argparse
import collections
import concurrent.futures
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

SEED = 13
SAMPLE = 200
VOCABULARY = ("MeSH", "narrower in MeSH")
# A vocabulary that knows nothing of medicine.
EMPTY = "X000001\tzyzzyva quokka\t\tX01\n"


def names(program, index):
    """Names of interventions, and conditions and terms of studies with one of each."""
    found = set()
    export = subprocess.Popen([program, "export", "--index", index], stdout=subprocess.PIPE, text=True)
    for line in export.stdout:
        study = json.loads(line)
        protocol = study.get("protocolSection", {})
        for arm in protocol.get("armsInterventionsModule", {}).get("interventions") or []:
            given = [arm.get("name") or "", *(arm.get("otherNames") or [])]
            if len(given) > 1:
                found.update(given)
        conditions = protocol.get("conditionsModule", {}).get("conditions") or []
        meshes = study.get("derivedSection", {}).get("conditionBrowseModule", {}).get("meshes") or []
        if len(conditions) == len(meshes) == 1:
            found.update([conditions[0], meshes[0].get("term") or ""])
    kept = {" ".join(name.lower().split()) for name in found}
    return sorted(name for name in kept if 0 < len(name) <= 100 and not name.startswith("-"))


def look_up(program, index, name):
    command = [program, "thesaurus", "--format", "json", "--index", index, "--", name]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    return json.loads(run.stdout) if run.stdout else None


def look_all_up(program, index, names):
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        found = pool.map(lambda name: look_up(program, index, name), names)
        return {name: looked for name, looked in zip(names, found) if looked}


def words(name):
    """A name without what differs between ways of writing it."""
    return re.sub("[^a-z0-9]", "", name.lower()).removesuffix("s")


def pairs(looked_up):
    """Pairs that records give and a search takes: the two names, with sources and studies."""
    taken, written = {}, {}
    for name, looked in looked_up.items():
        for other in looked["names"]:
            said = [source for source in other["sources"] if source["source"] not in VOCABULARY]
            known = len(said) < len(other["sources"])
            if said and not known and other["searched"]:
                studies = max(source.get("studies", 0) for source in said)
                key = tuple(sorted((name, other["name"].lower()), key=words))
                if (known_as := written.setdefault(tuple(map(words, key)), key)) != key:
                    key = known_as
                sources = tuple(sorted(source["source"] for source in said))
                taken[key] = (sources, max(studies, taken.get(key, ((), 0))[1]), looked["studies"], other["studies"])
    return taken


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("index")
    parser.add_argument("--program", default="trialdex")
    parser.add_argument("--sample", help="file for pairs that people have to judge")
    parser.add_argument("--wrong", help="file for the pairs that MeSH has as two concepts")
    options = parser.parse_args()
    program = os.path.abspath(options.program) if os.path.sep in options.program else options.program
    every = names(program, options.index)
    with tempfile.TemporaryDirectory() as work:
        bare = os.path.join(work, "index")
        shutil.copytree(options.index, bare)
        table = os.path.join(work, "empty.tsv")
        with open(table, "w", encoding="utf-8") as file:
            file.write(EMPTY)
        subprocess.run([program, "thesaurus", "import", table, "--index", bare], check=True, capture_output=True)
        mined = pairs(look_all_up(program, bare, every))
    with_mesh = look_all_up(program, options.index, every)
    others = sorted({name for pair in mined for name in pair} - set(with_mesh))
    known = {**look_all_up(program, options.index, others), **with_mesh}
    concepts = {
        name: {concept["id"] for concept in looked["concepts"] }
        for name, looked in known.items()
    }
    counts = collections.defaultdict(lambda: [0, 0, 0])
    wrong = []
    for pair, (sources, studies, *_) in sorted(mined.items()):
        one, other = (concepts.get(name, set()) for name in pair)
        verdict = 2 if not (one and other) else 0 if one & other else 1
        if verdict == 1:
            wrong.append((*pair, studies))
        for source in (*sources, "all"):
            counts[source][verdict] += 1
    print("| source | pairs | one concept | two concepts | precision | MeSH lacks one |")
    print("|---|---|---|---|---|---|")
    for source, (right, two, unknown) in sorted(counts.items()):
        precision = 100 * right / max(right + two, 1)
        print(f"| {source} | {right + two + unknown:,} | {right:,} | {two:,} | {precision:.1f} % | {unknown:,} |")
    if options.wrong:
        with open(options.wrong, "w", encoding="utf-8") as file:
            file.writelines("\t".join(map(str, row)) + "\n" for row in wrong)
    taken = pairs(with_mesh)
    print(f"\nwith MeSH {len(taken):,} pairs are taken from records that MeSH itself does not give")
    if options.sample:
        drawn = random.Random(SEED).sample(sorted(taken.items()), min(SAMPLE, len(taken)))
        with open(options.sample, "w", encoding="utf-8") as file:
            for (one, other), (sources, *numbers) in drawn:
                file.write("\t".join([one, other, ",".join(sources), *map(str, numbers)]) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
