#!/usr/bin/env python3
"""Nodes of OpenSearch on this machine, for tests.

    tools/opensearch/nodes.py DIRECTORY N [PORT]

It fetches the jars that `3.8.0.lock` names through Maven, once, and compares them with their
checksums; then it starts N nodes on the loopback address, prints the address of each when all are
one cluster, and runs until its standard input ends. The data of the nodes is in DIRECTORY and is
removed at the end; the jars stay. It exits with 69 where Java 21 or Maven is missing.

`Nodes` does the same for a test in Python.
"""

import hashlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
VERSION = "3.8.0"
LEAST_JAVA = 21
MISSING = 69
PATIENCE = 400
HEAP = os.environ.get("TRIALDEX_TEST_HEAP", "512m")

# What the distribution calls modules, as far as an index of trialdex uses them.
MODULES = [
    "org.opensearch.transport.Netty4ModulePlugin",
    "org.opensearch.analysis.common.CommonAnalysisModulePlugin",
    "org.opensearch.painless.PainlessModulePlugin",
]


class Missing(Exception):
    """Something that nodes need is not on this machine."""


def java_home():
    """The home of a JDK that is new enough."""
    homes = [os.environ.get("JAVA_HOME")]
    homes += [str(Path(javac).resolve().parent.parent) for javac in [shutil.which("javac")] if javac]
    homes += sorted(str(home) for home in Path("/usr/lib/jvm").glob("*"))
    for home in filter(None, homes):
        javac = Path(home, "bin", "javac")
        if not javac.exists():
            continue
        said = subprocess.run([javac, "-version"], capture_output=True, text=True)
        found = re.search(r"javac (\d+)", said.stdout + said.stderr)
        if found and int(found[1]) >= LEAST_JAVA:
            return Path(home)
    raise Missing(f"a JDK of version {LEAST_JAVA} or later")


def locked():
    lines = (HERE / f"{VERSION}.lock").read_text().split("\n")
    for line in filter(None, lines):
        digest, coordinates = line.split()
        group, artifact, version = coordinates.split(":")
        yield digest, group, artifact, version


def project():
    """A project of Maven that depends on the jars and on nothing that these name."""
    all_but = "<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>"
    dependencies = "".join(
        f"<dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId>"
        f"<version>{version}</version>{all_but}</dependency>"
        for _, group, artifact, version in locked()
    )
    return (
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
        "<groupId>trialdex</groupId><artifactId>nodes</artifactId><version>1</version>"
        f"<dependencies>{dependencies}</dependencies></project>"
    )


def install(place, java):
    """The class path of a node."""
    jars, classes = place / "jars", place / "classes"
    if not (place / "complete").exists():
        if not shutil.which("mvn"):
            raise Missing("Maven (mvn)")
        shutil.rmtree(place, ignore_errors=True)
        classes.mkdir(parents=True)
        (place / "pom.xml").write_text(project())
        goal = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
        command = ["mvn", "-B", "-q", "-f", place / "pom.xml", goal, f"-DoutputDirectory={jars}"]
        subprocess.run(command, check=True)
        for digest, _, artifact, version in locked():
            jar = jars / f"{artifact}-{version}.jar"
            if hashlib.sha256(jar.read_bytes()).hexdigest() != digest:
                sys.exit(f"{jar} is not the one that {VERSION}.lock names")
        source = HERE / "TestNode.java"
        subprocess.run([java / "bin/javac", "-nowarn", "-cp", f"{jars}/*", "-d", classes, source], check=True)
        (place / "complete").touch()
    return f"{classes}:{jars}/*"


def free_ports(count):
    """Ports that nobody listens on."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [taken.getsockname()[1] for taken in sockets]
    for taken in sockets:
        taken.close()
    return ports


def ask(address, timeout=10):
    with urllib.request.urlopen(address, timeout=timeout) as answer:
        return json.load(answer)


class Nodes:
    """Some nodes that are one cluster; `addresses` has the address of each."""

    def __init__(self, directory, count, first_port=None):
        java = java_home()
        directory = Path(directory).resolve()
        self.class_path = install(directory / VERSION, java)
        self.java, self.data = java / "bin/java", directory / f"data-{os.getpid()}"
        shutil.rmtree(self.data, ignore_errors=True)
        ports = free_ports(2 * count)
        self.ports, self.inner = ports[:count], ports[count:]
        if first_port:
            self.ports = list(range(first_port, first_port + count))
        self.addresses = [f"http://127.0.0.1:{port}" for port in self.ports]
        self.processes = [None] * count
        try:
            for at in range(count):
                self.start(at)
            self.wait(count)
        except BaseException:
            self.stop()
            raise

    def start(self, at):
        """Starts a node, with the data that it had."""
        home = self.data / f"node-{at}"
        fresh = not home.exists()
        home.mkdir(parents=True, exist_ok=True)
        names = ",".join(f"node-{other}" for other in range(len(self.ports)))
        settings = {
            "path.home": home,
            "cluster.name": "trialdex",
            "node.name": f"node-{at}",
            "network.host": "127.0.0.1",
            "http.port": self.ports[at],
            "transport.port": self.inner[at],
            "discovery.seed_hosts": ",".join(f"127.0.0.1:{port}" for port in self.inner),
            "cluster.routing.allocation.disk.threshold_enabled": "false",
            "indices.query.bool.max_clause_count": 65536,
            "action.auto_create_index": "false",
        }
        if fresh:
            settings["cluster.initial_cluster_manager_nodes"] = names
        command = [self.java, f"-Xms{HEAP}", f"-Xmx{HEAP}", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
        command += ["-Dlog4j2.level=WARN", f"-Djava.io.tmpdir={home}", "-cp", self.class_path, "TestNode"]
        command += [f"{key}={value}" for key, value in settings.items()] + ["--", *MODULES]
        with open(home / "log", "a") as log:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.processes[at] = process

    def wait(self, count):
        """Waits until so many nodes are one cluster whose shards are all there."""
        end = time.monotonic() + PATIENCE
        path = f"_cluster/health?wait_for_nodes={count}&wait_for_status=green&timeout=5s"
        while True:
            try:
                if not ask(f"{self.addresses[0]}/{path}")["timed_out"]:
                    return
            except OSError:
                pass
            ended = [at for at, process in enumerate(self.processes) if process.poll() is not None]
            if ended or time.monotonic() > end:
                log = (self.data / f"node-{(ended or [0])[0]}" / "log").read_text()
                sys.exit(f"the nodes do not become a cluster:\n{log[-3000:]}")
            time.sleep(0.5)

    def kill(self, at):
        """Ends a node at once, as if its machine had died."""
        self.processes[at].kill()
        self.processes[at].wait()

    def revive(self, *places):
        """Starts nodes again that were killed, and waits until all are one cluster."""
        for at in places:
            self.start(at)
        self.wait(len(self.processes))

    def manager(self):
        """The place of the node that the cluster has elected."""
        elected = ask(f"{self.addresses[0]}/_cat/cluster_manager?format=json")
        return int(elected[0]["node"].removeprefix("node-"))

    def stop(self):
        """Ends all nodes, and removes their data."""
        running = [process for process in self.processes if process and process.poll() is None]
        for process in running:
            process.terminate()
        for process in running:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.data, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def nodes_or_skip(what, directory, count):
    """Nodes for a test; where something is missing, the test ends and says so: with 1 where
    CI=true, since nobody reads it there."""
    try:
        return Nodes(directory, count)
    except Missing as missing:
        print(f"SKIPPED: {what}, since {missing} is missing")
        sys.exit(os.environ.get("CI") == "true")


def main():
    directory, count, *port = sys.argv[1:]
    try:
        nodes = Nodes(directory, int(count), int(port[0]) if port else None)
    except Missing as missing:
        print(f"OpenSearch needs {missing}, which is not on this machine", file=sys.stderr)
        sys.exit(MISSING)
    with nodes:
        print("\n".join(nodes.addresses), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
