#!/usr/bin/env python3
"""Holds the answers of `trialdex serve` against the registry's own description of its API:

    tests/external/server.py PROGRAM INDEX OAS [--minutes N]

PROGRAM is trialdex, INDEX an index, OAS the file `ctg-oas-v2.yaml`. Every answer has to be as that
file says, on studies of the index in whole and in part; then schemathesis makes requests up. Needs
`schemathesis`, which brings all else, and `pytrials`.
"""

import argparse
import csv
import gzip
import io
import json
import re
import subprocess
import sys
import urllib.error
import urllib.request
import zipfile
from pathlib import Path
from urllib.parse import urlencode

import jsonschema
import yaml

# Studies of a page, and pages at most that are validated as a whole.
PAGE, PAGES = 500, 60


class Server:
    """The program while it serves an index at a free port."""

    def __init__(self, program, index):
        command = [program, "serve", "--index", index, "--listen", "127.0.0.1:0", "--log", "error"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.base = self.process.stdout.readline().strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        assert self.process.wait(60) == 0, "the server did not end as it should"

    def get(self, path, headers=None, **parameters):
        """Status, headers and body."""
        url = self.base + path + ("?" + urlencode(parameters) if parameters else "")
        try:
            answer = urllib.request.urlopen(urllib.request.Request(url, headers=headers or {}))
            return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    def json(self, path, **parameters):
        status, headers, body = self.get(path, **parameters)
        assert (status, headers["content-type"]) == (200, "application/json"), (path, status, body)
        return json.loads(body)


class Description:
    """The registry's description, as a JSON Schema of each operation."""

    def __init__(self, path):
        self.text = yaml.safe_load(Path(path).read_text())
        # What is no schema of an answer's own may be followed from it.
        self.root = {"components": self.text["components"]}

    def schema(self, path):
        content = self.text["paths"][path]["get"]["responses"]["200"]["content"]
        return {**content["application/json"]["schema"], **self.root}

    def faults(self, path, answer):
        validator = jsonschema.Draft4Validator(
            self.schema(path), format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER
        )
        for fault in validator.iter_errors(answer):
            yield ".".join(str(step) for step in fault.absolute_path), fault.message[:200]


def check(name, faults):
    faults = list(faults)
    for place, message in faults[:20]:
        print(f"{name}: {place}: {message}", file=sys.stderr)
    print(f"{name}: {len(faults)} faults")
    return len(faults)


def pages(server, **parameters):
    token = {}
    while True:
        page = server.json("/studies", **parameters, **token)
        yield page
        if "nextPageToken" not in page:
            return
        token = {"pageToken": page["nextPageToken"]}


def whole_studies(server, description):
    """All studies, in whole."""
    seen, faults = [], []
    for number, page in zip(range(PAGES), pages(server, pageSize=PAGE, countTotal="true")):
        faults += description.faults("/studies", page)
        seen += [study["protocolSection"]["identificationModule"]["nctId"] for study in page["studies"]]
        total = page["totalCount"] if number == 0 else total
    assert len(seen) == len(set(seen)), "a study came twice"
    assert len(seen) == min(total, PAGE * PAGES), (len(seen), total)
    print(f"{len(seen)} of {total} studies, each once")
    return check("/studies", faults)


def one_study(server, description):
    nct = next(pages(server, fields="NCTId", pageSize=1))["studies"][0]
    nct = nct["protocolSection"]["identificationModule"]["nctId"]
    faults = check("/studies/{nctId}", description.faults("/studies/{nctId}", server.json(f"/studies/{nct}")))
    _, _, body = server.get(f"/studies/{nct}", format="json.zip")
    archive = zipfile.ZipFile(io.BytesIO(body))
    assert json.loads(archive.read(f"{nct}.json")) == server.json(f"/studies/{nct}")
    _, _, body = server.get("/studies", {"Accept-Encoding": "gzip"}, pageSize=20)
    assert gzip.decompress(body) == server.get("/studies", pageSize=20)[2]
    _, headers, body = server.get("/studies", format="csv", pageSize=300, countTotal="true")
    rows = list(csv.DictReader(io.StringIO(body.decode())))
    total = int(headers["x-total-count"])
    assert len(rows) == min(300, total) and all(re.match(r"NCT\d{8}$", row["NCT Number"]) for row in rows)
    return faults


def others(server, description):
    faults = 0
    for path in ["/studies/metadata", "/studies/search-areas", "/studies/enums", "/version", "/stats/size"]:
        faults += check(path, description.faults(path, server.json(path)))
    fields = "Phase,Condition,EnrollmentCount,StartDate,HasResults,MinimumAge,NumLocations"
    values = server.json("/stats/field/values", fields=fields)
    assert [row["piece"] for row in values] == fields.split(",")
    faults += check("/stats/field/values", description.faults("/stats/field/values", values))
    # The description has one schema for values of all types, by name.
    sizes = server.json("/stats/field/sizes", fields="Phase,Condition,Location")
    return faults + check("/stats/field/sizes", description.faults("/stats/field/sizes", sizes))


def client(server):
    """A client that knows nothing of us but the address."""
    from pytrials.client import ClinicalTrials

    # All that differs is the address.
    ClinicalTrials._BASE_URL = server.base + "/"
    trials = ClinicalTrials()
    found = trials.get_study_fields(
        search_expr="ALL", fields=["NCT Number", "Study Title"], max_studies=20, fmt="csv"
    )
    assert found[0] == ["NCT Number", "Study Title"] and len(found) > 1, found[:2]
    print(f"pytrials: {len(found) - 1} studies")


def made_up(server, oas, minutes):
    """Requests that schemathesis makes up."""
    # The file leaves out the types of CSV and RIS, which it has as formats.
    checks = "not_a_server_error,status_code_conformance,response_schema_conformance"
    checks += ",unsupported_method"
    tool = Path(sys.executable).with_name("schemathesis")
    command = [tool, "run", oas, "--url", server.base, "--checks", checks]
    command += ["--max-time", str(int(60 * minutes))]
    return subprocess.run(command, check=False).returncode


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("index")
    parser.add_argument("oas")
    parser.add_argument("--minutes", type=float, default=0)
    given = parser.parse_args()
    description = Description(given.oas)
    with Server(given.program, given.index) as server:
        client(server)
        faults = one_study(server, description) + others(server, description)
        faults += whole_studies(server, description)
        if given.minutes:
            faults += made_up(server, given.oas, given.minutes)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
