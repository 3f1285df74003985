//! A directory to work in, and the program run in it.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Output, Stdio};
use std::time::{Duration, SystemTime};

use serde_json::Value;
use tempfile::TempDir;

/// The program under test.
const PROGRAM: &str = env!("CARGO_BIN_EXE_trialdex");

/// Variables that change what the program writes.
const VARIABLES: [&str; 11] = [
    "TRIALDEX_INDEX",
    "TRIALDEX_COLOR",
    "TRIALDEX_PAGER",
    "TRIALDEX_LIMIT",
    "TRIALDEX_FORMAT",
    "TRIALDEX_SYNONYMS",
    "TRIALDEX_REVIEWER",
    "NO_COLOR",
    "TERM",
    "FORCE_HYPERLINK",
    "COLUMNS",
];

/// A directory of its own for every test; it goes when the test ends.
pub(super) struct Sandbox {
    directory: TempDir,
}

impl Sandbox {
    pub(super) fn new() -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let sandbox = Self { directory };
        fs::create_dir(sandbox.root()).expect("a directory to work in");
        sandbox
    }

    /// A sandbox with these files in it.
    pub(super) fn with(files: &[(&str, &[u8])]) -> Self {
        let sandbox = Self::new();
        for (name, bytes) in files {
            sandbox.write(name, bytes);
        }
        sandbox
    }

    /// Where the program runs: not the temporary directory itself, so that
    /// what escapes by `..` can be seen.
    pub(super) fn root(&self) -> PathBuf {
        self.directory.path().join("work")
    }

    /// The directory around the one that the program runs in.
    pub(super) fn outside(&self) -> &Path {
        self.directory.path()
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.root().join(name)
    }

    /// Writes a file and the directories above it.
    pub(super) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("directories");
        fs::write(path, bytes).expect("a file written");
    }

    pub(super) fn remove(&self, name: &str) {
        fs::remove_file(self.path(name)).expect("a file removed");
    }

    /// Sets the files' time of modification so far back that the program can
    /// rely on it.
    pub(super) fn age(&self, names: &[&str]) {
        let long_ago = SystemTime::now() - Duration::from_secs(3600);
        for name in names {
            let file = fs::File::options().write(true).open(self.path(name)).expect("a file");
            file.set_modified(long_ago).expect("a time of modification set");
        }
    }

    /// The program with these arguments, ready to be run here.
    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(arguments);
        self.prepare(&mut command);
        command
    }

    /// Makes a command run here, whatever the environment of the tests.
    pub(super) fn prepare(&self, command: &mut Command) {
        command.current_dir(self.root()).stdin(Stdio::null());
        for variable in VARIABLES {
            command.env_remove(variable);
        }
        // Whoever runs the tests may have a configuration.
        command.env("TRIALDEX_CONFIG", "");
        // Decisions have the name of whoever made them.
        command.env("USER", "ann");
    }

    /// Runs a line of the shell, in which the program is called `trialdex`. All
    /// of its output comes on standard output, in order.
    pub(super) fn shell(&self, line: &str) -> ProgramRun {
        let directory = Path::new(PROGRAM).parent().expect("a directory").to_owned();
        let others = std::env::var_os("PATH").unwrap_or_default();
        let all = [directory].into_iter().chain(std::env::split_paths(&others));
        let path = std::env::join_paths(all).expect("directories");
        let mut command = Command::new("sh");
        command.args(["-c", &format!("exec 2>&1; {line}")]).env("PATH", path);
        self.prepare(&mut command);
        ProgramRun::of(command.output().expect("a shell"))
    }

    pub(super) fn run(&self, arguments: &[&str]) -> ProgramRun {
        ProgramRun::of(self.command(arguments).output().expect("the program runs"))
    }

    /// Runs the program with `feed` writing to its standard input.
    pub(super) fn run_fed(
        &self,
        arguments: &[&str],
        feed: impl FnOnce(&mut dyn Write) + Send,
    ) -> ProgramRun {
        let (child, mut input) = self.start_fed(arguments);
        std::thread::scope(|scope| {
            scope.spawn(move || feed(&mut input));
            ProgramRun::of(child.wait_with_output().expect("the program ends"))
        })
    }

    /// Starts the program with a pipe for standard input.
    pub(super) fn start_fed(&self, arguments: &[&str]) -> (Child, ChildStdin) {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let input = child.stdin.take().expect("a pipe");
        (child, input)
    }

    /// Indexes, which must succeed, and gives the audit.
    pub(super) fn index(&self, arguments: &[&str]) -> JsonAudit {
        let all: Vec<&str> =
            ["index", "--format", "json"].into_iter().chain(arguments.iter().copied()).collect();
        self.run(&all).success().audit()
    }

    /// Indexes what `feed` writes to standard input.
    pub(super) fn index_fed(&self, feed: impl FnOnce(&mut dyn Write) + Send) -> JsonAudit {
        self.run_fed(&["index", "--format", "json", "-"], feed).success().audit()
    }

    /// The whole record of a study, which must be in the index.
    pub(super) fn show(&self, nct: &str) -> Value {
        let run = self.run(&["show", nct, "--format", "json"]).success();
        serde_json::from_str(&run.out).expect("a study as JSON")
    }

    /// Whether the index holds a study.
    pub(super) fn holds(&self, nct: &str) -> bool {
        self.run(&["show", nct, "--format", "json"]).code == Some(0)
    }

    /// Titles of all studies with the word that every invented study has.
    pub(super) fn titles(&self) -> BTreeMap<String, String> {
        titles_in(self, "index")
    }
}

/// Titles by NCT number of the invented studies in an index.
pub(super) fn titles_in(sandbox: &Sandbox, index: &str) -> BTreeMap<String, String> {
    let search = ["search", "invented", "--limit", "0", "--format", "tsv", "--index", index];
    let run = sandbox.run(&[&search[..], &["--fields", "NCTId,BriefTitle"]].concat());
    assert!(matches!(run.code, Some(0 | 1)), "{run:?}");
    let rows = run.out.lines().skip(1).map(|line| {
        let cells: Vec<&str> = line.split('\t').collect();
        (cells[2].to_owned(), cells[3].to_owned())
    });
    rows.collect()
}

/// What a run of the program left behind.
#[derive(Debug)]
pub(super) struct ProgramRun {
    pub(super) code: Option<i32>,
    pub(super) out: String,
    pub(super) err: String,
}

impl ProgramRun {
    pub(super) fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).expect("UTF-8 on standard output"),
            err: String::from_utf8(output.stderr).expect("UTF-8 on standard error"),
        }
    }

    /// The run, which must have succeeded.
    pub(super) fn success(self) -> Self {
        self.ended(0)
    }

    /// The run, which must have ended with that code.
    pub(super) fn ended(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:?}");
        self
    }

    pub(super) fn audit(&self) -> JsonAudit {
        JsonAudit { json: self.json() }
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.out).expect("JSON on standard output")
    }
}

/// The JSON audit of a run of `index`.
#[derive(Debug)]
pub(super) struct JsonAudit {
    pub(super) json: Value,
}

impl JsonAudit {
    /// A count that must be there.
    pub(super) fn count(&self, key: &str) -> u64 {
        self.json[key].as_u64().unwrap_or_else(|| panic!("no number `{key}` in {}", self.json))
    }

    /// Several counts, to be compared at once.
    pub(super) fn counts<const N: usize>(&self, keys: [&str; N]) -> [u64; N] {
        keys.map(|key| self.count(key))
    }

    /// Reason of each reject, with its file's name and member: `a.zip!/b:
    /// reason`.
    pub(super) fn rejects(&self) -> Vec<String> {
        let rejects = self.json["rejects"].as_array().expect("a list of rejects");
        rejects.iter().map(shown_reject).collect()
    }

    /// The one reject that there must be.
    pub(super) fn reject(&self) -> String {
        let rejects = self.rejects();
        assert_eq!(rejects.len(), 1, "{rejects:#?}");
        rejects.concat()
    }

    /// Fails where records have come or gone without being counted.
    pub(super) fn adds_up(&self) -> &Self {
        let [records, pages] = self.counts(["records", "pages"]);
        let outcomes = ["added", "updated", "unchanged", "duplicates"].map(|key| self.count(key));
        let joined = self.count("joined");
        assert_eq!(records + joined, outcomes.iter().sum::<u64>() + pages, "{}", self.json);
        self
    }
}

fn shown_reject(reject: &Value) -> String {
    let path = reject["path"].as_str().expect("a path");
    let name = Path::new(path).file_name().unwrap_or_default().to_string_lossy();
    let member = reject["member"].as_str().map(|member| format!("!/{member}")).unwrap_or_default();
    format!("{name}{member}: {}", reject["reason"].as_str().expect("a reason"))
}

/// Fails unless everything in `expected` is in `value`, at the same places.
pub(super) fn assert_holds(value: &Value, expected: &Value, context: &str) {
    match expected {
        Value::Object(object) => {
            for (key, below) in object {
                let there = value.get(key).unwrap_or(&Value::Null);
                assert_holds(there, below, &format!("{context}.{key}"));
            }
        }
        Value::Array(elements) => {
            let there = value.as_array().map_or(0, Vec::len);
            assert_eq!(there, elements.len(), "elements of {context} in {value}");
            for (at, below) in elements.iter().enumerate() {
                assert_holds(&value[at], below, &format!("{context}[{at}]"));
            }
        }
        scalar => assert_eq!(value, scalar, "{context}"),
    }
}

/// Every file below a directory, with its path from there.
pub(super) fn files_below(directory: &Path) -> Vec<String> {
    let walk = walkdir::WalkDir::new(directory).sort_by_file_name();
    let files = walk
        .into_iter()
        .map(|entry| entry.expect("an entry"))
        .filter(|entry| entry.file_type().is_file());
    let below = |path: &Path| path.strip_prefix(directory).expect("below").display().to_string();
    files.map(|entry| below(entry.path())).collect()
}

/// Copies a directory.
pub(super) fn copy_directory(from: &Path, to: &Path) {
    for name in files_below(from) {
        let target = to.join(&name);
        fs::create_dir_all(target.parent().expect("a parent")).expect("directories");
        fs::copy(from.join(&name), target).expect("a file copied");
    }
}
