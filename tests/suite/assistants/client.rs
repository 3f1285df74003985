//! A client of the protocol on the program's standard input and output.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout};

use serde_json::{Value, json};

use super::super::harness::Sandbox;

/// The version of the protocol with `initialize`, and the one without.
pub(in crate::suite) const EARLIER: &str = "2025-11-25";
pub(in crate::suite) const LATEST: &str = "2026-07-28";

/// A client that speaks one version of the protocol.
pub(in crate::suite) struct Client {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    era: &'static str,
    last: u64,
}

impl Client {
    /// Starts the program, and begins as the version has it.
    pub(in crate::suite) fn start(sandbox: &Sandbox, flags: &[&str], era: &'static str) -> Self {
        let (mut child, input) = sandbox.start_fed(&[&["mcp"], flags].concat());
        let output = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut client = Self { child, input, output, era, last: 0 };
        if era == EARLIER {
            let begun = client.request(
                "initialize",
                json!({"protocolVersion": era, "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}),
            );
            assert_eq!(begun["result"]["protocolVersion"], era, "{begun}");
            client.send(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
        } else {
            let found = client.request("server/discover", json!({}));
            let versions = found["result"]["supportedVersions"].to_string();
            assert!(versions.contains(era), "{found}");
        }
        client
    }

    fn send(&mut self, message: &Value) {
        writeln!(self.input, "{message}").expect("sent");
    }

    /// The answer to a request. All that is written is a message in a line.
    pub(in crate::suite) fn request(&mut self, method: &str, mut params: Value) -> Value {
        self.last += 1;
        if self.era == LATEST {
            params["_meta"] = json!({
                "io.modelcontextprotocol/protocolVersion": self.era,
                "io.modelcontextprotocol/clientCapabilities": {},
                "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
            });
        }
        let id = self.last;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        let mut line = String::new();
        self.output.read_line(&mut line).expect("a line");
        let answer: Value = serde_json::from_str(&line).expect("a message");
        assert_eq!((&answer["jsonrpc"], &answer["id"]), (&json!("2.0"), &json!(id)), "{line}");
        let steers = |c: char| c.is_control() && c != '\n';
        assert!(!line.contains(steers), "{line:?}");
        answer
    }

    /// Calls a tool; its answer is the same as text and as structure.
    fn call(&mut self, tool: &str, arguments: Value) -> (bool, Value) {
        let mut params = json!({"name": tool});
        params["arguments"] = arguments;
        let answer = self.request("tools/call", params);
        let result = &answer["result"];
        let text = result["content"][0]["text"].as_str().expect("a text");
        let structure = &result["structuredContent"];
        assert_eq!(&serde_json::from_str::<Value>(text).expect("JSON"), structure);
        (result["isError"] == true, structure.clone())
    }

    /// The answer of a tool.
    pub(in crate::suite) fn tool(&mut self, tool: &str, arguments: Value) -> Value {
        let (is_error, answer) = self.call(tool, arguments);
        assert!(!is_error, "{tool}: {answer}");
        answer
    }

    /// What a tool says is wrong with a call.
    pub(in crate::suite) fn tool_error(&mut self, tool: &str, arguments: Value) -> Value {
        let (is_error, answer) = self.call(tool, arguments);
        assert!(is_error && answer["error"].is_string(), "{tool}: {answer}");
        answer
    }

    /// Closes the input, at which the program ends with nothing more to say.
    pub(in crate::suite) fn end(mut self) {
        drop(self.input);
        let mut rest = String::new();
        while self.output.read_line(&mut rest).expect("the rest") > 0 {}
        assert_eq!(rest, "");
        assert!(self.child.wait().expect("an end").success());
    }
}
