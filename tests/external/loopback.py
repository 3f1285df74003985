"""A server on the loopback address that stands between a program and another server."""

import gzip
import http.client
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Asked:
    """A request, its body unpacked."""

    def __init__(self, method, path, headers, body):
        self.method, self.path, self.headers, self.body = method, path, headers, body

    def is_bulk(self):
        return "/_bulk" in self.path

    def is_search(self):
        return "/_search" in self.path


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    proxy = None

    def answer(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if self.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        try:
            status, answered = self.proxy.rule(Asked(self.command, self.path, self.headers, body))
        except (OSError, http.client.HTTPException):
            # The server behind has gone, and so does this one, as far as this connection can tell.
            self.close_connection = True
            return
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(answered)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answered)

    def log_message(self, *_):
        pass

    do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = answer


class Proxy:
    """Answers by `rule`, which is given what is asked and gives a status and a body; without one,
    everything is handed on to a server."""

    def __init__(self, server, rule=None, tls=None):
        self.server = server.removeprefix("http://")
        self.rule = rule or self.forward
        handler = type("ProxyHandler", (Handler,), {"proxy": self})
        self.listener = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        if tls:
            self.listener.socket = tls.wrap_socket(self.listener.socket, server_side=True)
        self.host = f"127.0.0.1:{self.listener.server_address[1]}"
        threading.Thread(target=self.listener.serve_forever, daemon=True).start()

    def forward(self, asked):
        """Status and body of what the server answers."""
        connection = http.client.HTTPConnection(self.server, timeout=100)
        kept = {name: asked.headers[name] for name in ("content-type",) if name in asked.headers}
        try:
            connection.request(asked.method, asked.path, asked.body, kept)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def stop(self):
        self.listener.shutdown()
        self.listener.server_close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def refused(reason, kind="rejected_execution_exception"):
    """The body of a refusal, as the engine writes it."""
    error = {"type": kind, "reason": reason}
    return json.dumps({"error": {"root_cause": [error], **error}}).encode()
