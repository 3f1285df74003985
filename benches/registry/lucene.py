"""Lucene beside the program, where Java and Maven are: one field for all strings of a study."""
import pathlib
import re
import shutil
import subprocess

from .measure import CORES, ROOT, quantile, run, say, size

PAGE = ROOT / "benches" / "lucene"
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
HEAP = "-Xmx2g"


class Lucene:
    """The page of Java, compiled into a directory with the libraries that it needs."""

    def __init__(self, scratch):
        self._classes = pathlib.Path(scratch) / "lucene"
        self.missing = next((tool for tool in ("java", "javac", "mvn") if not shutil.which(tool)), None)

    def run(self, *words, **options):
        if not (self._classes / "Studies.class").exists():
            self._compile()
        path = f"{self._classes / 'lib' / '*'}:{self._classes}"
        return run("java", HEAP, "-cp", path, "Studies", *words, **options)

    def _compile(self):
        say("fetches Lucene")
        libraries = self._classes / "lib"
        subprocess.run(["mvn", "-q", "-B", "-f", PAGE / "pom.xml", COPY, f"-DoutputDirectory={libraries}"], check=True)
        subprocess.run(["javac", "-cp", f"{libraries}/*", "-d", self._classes, PAGE / "Studies.java"], check=True)

    def build(self, table, studies, index, ours_cpu, ours_size):
        """Builds an index with Lucene, beside the seconds of processors and the bytes of ours."""
        if self.missing:
            table.add("Lucene", f"left out, since `{self.missing}` is not here")
            return
        say("Lucene indexes the NDJSON")
        shutil.rmtree(index, ignore_errors=True)
        built = self.run("index", studies, index, CORES)
        whole = size(index)
        table.add("Lucene 9.12.3, all strings as one field", f"{built.seconds:,.1f} s, {built.cpu:,.1f} s of processors, {whole / 1e6:,.0f} MB")
        table.most("build from NDJSON: processor time by that of Lucene", ours_cpu / built.cpu, 1.25)
        table.most("bytes of the index by those of Lucene's", ours_size / whole, 1.25)

    def ask(self, table, index, rounds):
        """The plain words of `benches/queries.rs`, as Lucene answers them: any of the words."""
        if self.missing or not index.exists():
            return
        say("asks Lucene")
        page = (ROOT / "benches" / "queries.rs").read_text()
        plain = re.search(r"const PLAIN: \[&str; (\d+)\] = \[(.*?)\];", page, re.DOTALL)
        words = re.findall(r'"([^"]+)"', plain[2])
        assert len(words) == int(plain[1])
        questions = index.with_suffix(".questions")
        questions.write_text("\n".join(words))
        asked = self.run("ask", index, questions, rounds, out=subprocess.PIPE)
        rows = [line.split("\t") for line in asked.out.decode().splitlines()]
        for name, column in (("best ten", 0), ("best ten and an exact total", 1)):
            times = [float(row[column]) / 1000 for row in rows]
            figures = ", ".join(f"{time:.2f} ms" for time in (quantile(times, 0.5), quantile(times, 0.99), max(times)))
            table.add(f"plain words, Lucene, {name}: p50, p99, most", figures)
