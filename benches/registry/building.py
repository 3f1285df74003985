"""How long an index takes to build and to refresh, and what it costs."""
import json
import os
import shutil
import subprocess
import time

from .corpus import CHANGE, study_path, differing
from .measure import run, say, size

FORMS = {"NDJSON": "ndjson", "one array in a zip": "zip", "files in folders": "files"}

# Time of modification of inputs; a later one of a file that is written anew.
SETTLED = 1_700_000_000


def build(table, programs, corpora, indexes, lucene):
    """Builds from each form, beside bare tantivy with ready-made documents."""
    bare = bare_tantivy(programs, corpora)
    table.add("bare tantivy, ready-made documents", f"{bare['studies'] / bare['seconds']:,.0f} studies/s, {bare['peakKb'] / 1000:,.0f} MB at most")
    digests = set()
    for form, name in FORMS.items():
        index = indexes / name
        built = built_index(programs, given(corpora, name), index)
        table.least(f"build from {form}: rate by that of bare tantivy", bare["seconds"] / built.seconds, 0.7)
        # Says more where other programs run at the same time.
        table.add("the same by processor time", f"{bare['cpu'] / built.cpu:.2f}")
        if name == "ndjson":
            figures_of_build(table, built, index, corpora)
            lucene.build(table, corpora.ndjson(), indexes / "lucene", built.cpu, size(index))
        else:
            table.add(f"build from {form}", f"{built.seconds:,.1f} s, {built.peak:,.0f} MB at most")
        digests.add(digest(programs, index))
        kept = {"seconds": built.seconds, "peak": built.peak, "anonymous": built.anonymous}
        (indexes / f"{name}.json").write_text(json.dumps(kept))
    table.add("digests of the three indexes", f"{len(digests)} different", "1", len(digests) == 1)


def given(corpora, name, version=0):
    """The input of a form, in a place that does not depend on the version."""
    made = getattr(corpora, name)(version)
    if name == "files":
        return made
    place = corpora.directory / f"input-{corpora.count}.{name}"
    beside = place.with_name(place.name + ".new")
    beside.unlink(missing_ok=True)
    os.link(made, beside)
    os.replace(beside, place)
    os.utime(place, (SETTLED + version, SETTLED + version))
    return place


def built_index(programs, source, index, *flags):
    say(f"builds {index.name}")
    shutil.rmtree(index, ignore_errors=True)
    settle(source)
    return run(programs.trialdex, "index", source, "--index", index, "--quiet", *flags)


def settle(source):
    """Waits until files are old enough to be relied upon, and everything is
    written that was to be."""
    subprocess.run(["sync"], check=True)
    if source.is_dir():
        time.sleep(2.5)


def figures_of_build(table, built, index, corpora):
    studies, whole = corpora.count, size(index)
    table.add("build from NDJSON", f"{studies / built.seconds:,.0f} studies/s, {built.seconds:,.1f} s")
    table.most("its peak memory, mapped files counted", built.peak, 1000, " MB", 0)
    table.add("its peak of anonymous memory", f"{built.anonymous:,.0f} MB")
    table.most("bytes it wrote, by those of the index", max(built.written, built.asked_to_write) / whole, 2.5)
    table.add("bytes it sent to the disk, by those of the index", f"{built.written / whole:.2f}")
    table.most("bytes of the index, by those of the NDJSON", whole / size(corpora.ndjson()), 1.0)
    table.least("use of all cores while building", built.use_of_cores(), 0.9)
    table.least("the same in the last tenth of the time", built.use_of_cores(0.9), 0.9)


def bare_tantivy(programs, corpora):
    """Seconds of bare tantivy; its documents are made before and then removed."""
    throughput, documents = programs.bench("throughput"), corpora.directory / "documents"
    shutil.rmtree(documents, ignore_errors=True)
    say("makes documents for bare tantivy")
    step(throughput, "documents", corpora.ndjson(), documents)
    say("bare tantivy indexes them")
    measured = step(throughput, "bare", documents)
    shutil.rmtree(documents)
    return measured


def step(throughput, *words):
    """Figures of a step; `cpu` is its processor time without that of feeding."""
    done = run(throughput, "--child", *words, out=subprocess.PIPE)
    measured = json.loads(done.out)
    return {**measured, "cpu": done.cpu - measured["feeding"]}


def digest(programs, index):
    """The digest of all studies in an index, as receipts have it."""
    receipt = index.with_suffix(".receipt")
    # No study has such a number, so that the receipt has no hits.
    run(programs.trialdex, "search", "--id", "NCT00000001", "--index", index, "--receipt", receipt, "--quiet", good=(0, 1))
    return json.loads(receipt.read_text())["index"]["digest"]


def refresh(table, programs, corpora, indexes):
    """Refreshes each index: nothing changed, the input touched, 1 % changed."""
    for form, name in FORMS.items():
        index = indexes / name
        source = given(corpora, name)
        settle(source)
        if not (indexes / f"{name}.json").exists():
            built = built_index(programs, source, index)
            (indexes / f"{name}.json").write_text(json.dumps({"seconds": built.seconds}))
        whole = json.loads((indexes / f"{name}.json").read_text())["seconds"]
        refreshed(programs, source, index)
        still = refreshed(programs, source, index)
        if name == "files":
            walk = min(step(programs.bench("throughput"), "walk", source)["seconds"] for _ in range(3))
            table.most("refresh of files in folders, nothing changed, by walking them", still / walk, 2)
            table.add("the same in seconds, and walking them", f"{still:,.2f} s, {walk:,.2f} s")
            base = still
        else:
            read = min(step(programs.bench("throughput"), "read", source)["seconds"] for _ in range(2))
            os.utime(source, (SETTLED + 100, SETTLED + 100))
            base = refreshed(programs, source, index)
            table.add(f"refresh of {form}, untouched", f"{still:,.2f} s")
            table.most(f"refresh of {form}, touched, by reading it once", base / read, 1.5)
            table.add("the same in seconds, and reading it", f"{base:,.2f} s, {read:,.2f} s")
        changed(table, programs, corpora, (form, name, index), base, whole)


def changed(table, programs, corpora, which, base, whole):
    form, name, index = which
    source = given(corpora, name, 1)
    settle(source)
    seconds = refreshed(programs, source, index)
    table.most(f"refresh of {form}, {CHANGE:.0%} changed, beyond that, by a whole build", (seconds - base) / whole, 0.05, digits=3)
    table.add("the same in seconds", f"{seconds:,.2f} s of {whole:,.1f} s")
    counted = json.loads(run(programs.trialdex, "status", "--format", "json", "--index", index, out=subprocess.PIPE).out)
    table.add("studies in the index then", f"{counted['studies']:,} in {counted['segments']} segments", f"{corpora.count:,}",
              counted["studies"] == corpora.count)
    # As it was, for other parts.
    refreshed(programs, given(corpora, name), index)


def refreshed(programs, source, index):
    say(f"refreshes {index.name}")
    return run(programs.trialdex, "index", source, "--index", index, "--quiet").seconds
