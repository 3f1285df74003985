"""Makes corpora of the size of the registry out of a few base studies.

A made study has the modules of several base studies, so that the lengths and
the shapes of records stay what they are. Its description has sentences of
other studies and words that no other study has: a code of the protocol, and
now and then the coined name of a drug, so that the vocabulary keeps growing
as it does in the registry. Everything follows from the seed and the study's
position: the first thousand studies are the same in every corpus of a base.
"""
import json
import multiprocessing
import os
import pathlib
import random
import re
import shutil
import zipfile

# Numbers that begin with NCT9 are kept for invented studies.
FIRST, STEP, MOST = 90_000_001, 12, 800_000
CHUNK = 500
# The share of studies that the second version of a corpus amends.
CHANGE = 0.01
FOLDER = 1000

# Modules that describe one treatment of one disease, and so come from one study.
OF_MAIN = ("conditionsModule", "armsInterventionsModule", "outcomesModule")
SYLLABLES = ("ba", "cor", "du", "fen", "gli", "lex", "mor", "nav", "oti", "pra", "quil", "ro", "sel", "tuv", "vel", "zan")
ENDINGS = ("mab", "tinib", "gliptin", "parib", "stat", "vir", "cel", "sartan")

encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def number(at):
    """The number of the study at a position."""
    return f"NCT{FIRST + at * STEP:08d}"


class Base:
    """Base studies, taken apart into encoded modules."""

    def __init__(self, path):
        self.mains, self.donors, self.studies = [], {}, 0
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                if line.strip():
                    self._add(json.loads(line))
        if not self.mains:
            raise SystemExit(f"{path}: no study with a title and a description")

    def _add(self, study):
        self.studies += 1
        protocol = study.get("protocolSection", {})
        description = protocol.get("descriptionModule", {})
        text = " ".join(description.get(key, "") for key in ("briefSummary", "detailedDescription"))
        for name, module in protocol.items():
            if name not in ("identificationModule", "descriptionModule", "statusModule"):
                self.donors.setdefault(name, []).append(encode(module))
        if not text.strip() or "identificationModule" not in protocol:
            return
        kept = {name: encode(protocol[name]) for name in OF_MAIN if name in protocol}
        sections = {name: encode(study[name]) for name in ("resultsSection", "derivedSection") if name in study}
        self.mains.append({
            "identification": protocol["identificationModule"],
            "status": protocol.get("statusModule", {}),
            "description": description,
            "sentences": re.split(r"(?<=[.!?])\s+", text)[:60],
            "kept": kept,
            "sections": sections,
        })

    def study(self, at, recipe):
        """The made study at a position, as one line of JSON; `None` where the
        recipe leaves it out."""
        if recipe.leaves_out(at):
            return None
        changed = recipe.amends(at)
        chance = random.Random(recipe.seed << 32 | at)
        main, modules = self.mains[chance.randrange(len(self.mains))], {}
        code = "".join(chance.choice("ABCDEFGHKLMNPRSTVXZ") for _ in range(3)) + f"-{chance.randrange(10**6)}"
        modules["identificationModule"] = encode({
            **main["identification"], "nctId": number(at), "orgStudyIdInfo": {"id": f"{code}/{at}"}, "nctIdAliases": [],
            "secondaryIdInfos": [{"id": f"R{at:07d}"}]})
        modules["statusModule"] = encode(self._status(main["status"], chance, changed))
        modules["descriptionModule"] = encode(self._description(main, chance, code, changed and recipe.version))
        for name, encoded in self.donors.items():
            if name in OF_MAIN:
                if name in main["kept"]:
                    modules[name] = main["kept"][name]
            elif chance.random() * self.studies < len(encoded):
                modules[name] = encoded[chance.randrange(len(encoded))]
        sections = {"protocolSection": as_object(modules), **main["sections"]}
        sections["hasResults"] = "true" if "resultsSection" in sections else "false"
        return as_object(sections)

    def _description(self, main, chance, code, version):
        sentences = []
        for donor in (main, self.mains[chance.randrange(len(self.mains))], self.mains[chance.randrange(len(self.mains))]):
            theirs = donor["sentences"]
            begin = chance.randrange(len(theirs))
            sentences += theirs[begin:begin + chance.randrange(1, 6)]
        sentences.append(f"Protocol code {code}.")
        if chance.random() < 0.3:
            drug = "".join(chance.choice(SYLLABLES) for _ in range(3)) + chance.choice(ENDINGS)
            sentences.append(f"The comparator is {drug}.")
        if version:
            sentences.append(f"Amended, version {version}.")
        own = main["description"].get("detailedDescription", "")
        return {**main["description"], "detailedDescription": " ".join([own, *sentences]).strip()}

    def _status(self, status, chance, changed):
        year, month, day = chance.randrange(2000, 2025), chance.randrange(1, 13), chance.randrange(1, 29)
        updated = "2026-06-15" if changed else f"{year + 1}-{month:02d}-{day:02d}"
        return {"overallStatus": "COMPLETED", **status, "startDateStruct": {"date": f"{year}-{month:02d}"},
                "lastUpdatePostDateStruct": {"date": updated, "type": "ACTUAL"}}


def as_object(members):
    return "{" + ",".join(f'"{name}":{value}' for name, value in members.items()) + "}"


class Recipe:
    """Which studies of how many: `change` is the share that a version amends,
    `gone` the share that it leaves out."""

    def __init__(self, count, version=0, change=0.0, gone=0.0, seed=1):
        if count > MOST:
            raise SystemExit(f"at most {MOST:,} studies have numbers")
        self.count, self.version, self.change, self.gone, self.seed = count, version, change, gone, seed

    def _fate(self, at):
        return random.Random((self.seed << 8 | self.version) << 32 | at).random()

    def leaves_out(self, at):
        return self.version > 0 and self._fate(at) < self.gone

    def amends(self, at):
        return self.version > 0 and self.gone <= self._fate(at) < self.gone + self.change


_base, _recipe = None, None


def _begin(base, recipe):
    global _base, _recipe
    _base, _recipe = Base(base), recipe


def _chunk(begin):
    end = min(begin + CHUNK, _recipe.count)
    return [line.encode() for line in (_base.study(at, _recipe) for at in range(begin, end)) if line]


def lines(base, recipe):
    """All studies as lines without their ends, made by two processes."""
    with multiprocessing.Pool(2, _begin, (base, recipe)) as pool:
        for chunk in pool.imap(_chunk, range(0, recipe.count, CHUNK)):
            yield from chunk


def unfinished(path):
    return path.with_name(path.name + ".unfinished")


def make_ndjson(path, base, recipe):
    """Writes the studies one a line, unless that is done already."""
    if not path.exists():
        with open(unfinished(path), "wb", buffering=1 << 20) as out:
            for line in lines(base, recipe):
                out.write(line + b"\n")
        os.replace(unfinished(path), path)
    return path


def make_amended(path, ndjson, base, recipe):
    """The same for a version that leaves nothing out, from the first one."""
    if not path.exists():
        base = Base(base)
        with open(unfinished(path), "wb", buffering=1 << 20) as out:
            for at, line in enumerate(read_lines(ndjson)):
                out.write((base.study(at, recipe).encode() if recipe.amends(at) else line) + b"\n")
        os.replace(unfinished(path), path)
    return path


def read_lines(ndjson):
    with open(ndjson, "rb", buffering=1 << 20) as studies:
        for line in studies:
            yield line.rstrip(b"\n")


def make_zip(path, ndjson):
    """Writes the studies as one JSON array, the only member of an archive."""
    if not path.exists():
        with zipfile.ZipFile(unfinished(path), "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            with archive.open("studies.json", "w", force_zip64=True) as out:
                between = b"[\n"
                for line in read_lines(ndjson):
                    out.write(between + line)
                    between = b",\n"
                out.write(b"\n]\n")
        os.replace(unfinished(path), path)
    return path


def study_path(folder, line, at):
    nct = re.search(rb"NCT\d{8}", line).group().decode()
    return folder / f"{at // FOLDER:04d}" / f"{nct}.json"


def make_files(folder, ndjson):
    """Writes a file for each study, a thousand a folder."""
    if not folder.exists():
        begun = unfinished(folder)
        shutil.rmtree(begun, ignore_errors=True)
        for at, line in enumerate(read_lines(ndjson)):
            path = study_path(begun, line, at)
            if at % FOLDER == 0:
                path.parent.mkdir(parents=True)
            path.write_bytes(line)
        os.replace(begun, folder)
    return folder


def differing(one, other):
    """Positions and lines of the studies that differ between two files of as
    many lines."""
    for at, (here, there) in enumerate(zip(read_lines(one), read_lines(other))):
        if here != there:
            yield at, here, there


class Corpora:
    """Made corpora, kept in a directory from run to run."""

    def __init__(self, directory, base, count):
        self.directory, self.base, self.count = pathlib.Path(directory), base, count
        self.directory.mkdir(parents=True, exist_ok=True)

    def ndjson(self, version=0):
        name = f"studies-{self.count}" + (f"-{version}" if version else "") + ".ndjson"
        if version:
            return make_amended(self.directory / name, self.ndjson(), self.base, Recipe(self.count, version, CHANGE))
        return make_ndjson(self.directory / name, self.base, Recipe(self.count))

    def zip(self, version=0):
        lines = self.ndjson(version)
        return make_zip(lines.with_suffix(".zip"), lines)

    def files(self, version=0):
        """The folder with the studies of that version; only those that may
        differ are written."""
        folder = make_files(self.directory / f"files-{self.count}", self.ndjson())
        mark = folder.with_name(folder.name + ".version")
        known = mark.read_text() if mark.exists() else "0"
        if known != str(version):
            mark.unlink(missing_ok=True)
            for at, first, later in differing(self.ndjson(), self.ndjson(1)):
                study_path(folder, first, at).write_bytes(later if version else first)
            mark.write_text(str(version))
        return folder

    def make_all(self):
        """Makes every form; those of the same lines side by side."""
        self.ndjson()
        self.ndjson(1)
        makers = [multiprocessing.Process(target=self._make, args=(form,)) for form in ("zips", "files")]
        for maker in makers:
            maker.start()
        for maker in makers:
            maker.join()
        if any(maker.exitcode for maker in makers):
            raise SystemExit("the corpora could not be made")

    def _make(self, form):
        if form == "zips":
            self.zip()
            self.zip(1)
        else:
            make_files(self.directory / f"files-{self.count}", self.ndjson())
