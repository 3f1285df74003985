//! The rules of the architecture, held against the code.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

/// What each module of the library may import, besides itself.
const IMPORTS: [(&str, &[&str]); 12] = [
    ("files", &[]),
    ("study", &[]),
    ("text", &[]),
    ("workbook", &[]),
    ("source", &["workbook"]),
    ("format", &["study", "source"]),
    ("query", &["study"]),
    ("index", &["files", "study", "text", "source", "format"]),
    ("search", &["study", "text", "query", "index"]),
    // The learner reads words as an index does.
    ("triage", &["files", "study", "text", "search", "workbook"]),
    // Rankings of anybody: it knows documents by their names alone.
    ("evaluation", &[]),
    // Hits are shown with the query as it was understood.
    ("output", &["study", "search", "query", "evaluation"]),
];

/// Modules that may name tantivy.
const TANTIVY: [&str; 3] = ["text", "index", "search"];

/// What a library must not do: print, exit, read the environment or the
/// clock.
const FORBIDDEN: [&str; 10] = [
    "println!",
    "eprintln!",
    "print!",
    "eprint!",
    "dbg!",
    "process::exit",
    "std::env",
    "io::stdout",
    "io::stderr",
    "SystemTime::now",
];

/// A line that breaks a rule.
struct Violation {
    file: String,
    line: usize,
    rule: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.rule)
    }
}

/// A file of a module, as code without comments and texts.
struct Source {
    name: String,
    module: String,
    /// Modules between the file and the crate's root.
    depth: usize,
    code: String,
}

impl Source {
    fn new(name: &str, text: &str) -> Self {
        let below = name.strip_prefix("src/").expect("a file of the library");
        let module = below.split('/').next().expect("a module").to_owned();
        let depth = below.matches('/').count() + usize::from(!below.ends_with("mod.rs"));
        Self { name: name.to_owned(), module, depth, code: code_only(text) }
    }

    /// The line that stands at a byte of the code.
    fn violation(&self, at: usize, rule: String) -> Violation {
        let line = self.code[..at].matches('\n').count() + 1;
        Violation { file: self.name.clone(), line, rule }
    }

    /// Every module of the crate that the code names, and where.
    fn imports(&self) -> Vec<(usize, String)> {
        let from_below = format!("{}::", ["super"].repeat(self.depth).join("::"));
        let roots = ["crate::", from_below.as_str()];
        let mut imports = Vec::new();
        for root in roots {
            for at in words(&self.code, root) {
                imports.extend(first_names(&self.code, at + root.len()));
            }
        }
        imports
    }
}

/// Where `word` stands without being the end of a longer name or path.
fn words<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let part = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let at = code.match_indices(word).map(|(at, _)| at);
    at.filter(move |at| !code[..*at].ends_with(part))
}

/// The names that a path goes on with: one, or those in braces.
fn first_names(code: &str, at: usize) -> Vec<(usize, String)> {
    let Some(list) = code[at..].strip_prefix('{') else {
        return vec![(at, name_at(&code[at..]))];
    };
    let (mut names, mut depth, mut wanted) = (Vec::new(), 1, true);
    for (offset, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => wanted = true,
            _ if wanted && depth == 1 && !c.is_whitespace() => {
                names.push((at + 1 + offset, name_at(&list[offset..])));
                wanted = false;
            }
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    names
}

fn name_at(code: &str) -> String {
    code.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// The imports that the table does not allow.
fn forbidden_imports(source: &Source) -> Vec<Violation> {
    let row = IMPORTS.iter().find(|(module, _)| *module == source.module);
    let Some((module, allowed)) = row else {
        return vec![source.violation(0, format!("`{}` is not in the table", source.module))];
    };
    let layer = |name: &str| IMPORTS.iter().any(|(known, _)| *known == name) || name == "cli";
    let wrong = source
        .imports()
        .into_iter()
        .filter(|(_, name)| layer(name) && name != module && !allowed.contains(&name.as_str()));
    wrong
        .map(|(at, name)| source.violation(at, format!("`{module}` must not import `{name}`")))
        .collect()
}

/// What a library must not do, and tantivy where it must not be known.
fn forbidden_names(source: &Source) -> Vec<Violation> {
    let mut names = FORBIDDEN.to_vec();
    if !TANTIVY.contains(&source.module.as_str()) {
        names.push("tantivy");
    }
    if source.module != "search" {
        names.push("Instant::now");
    }
    let mut found = Vec::new();
    for name in names {
        let at = source.code.match_indices(name).map(|(at, _)| at);
        let whole = at
            .filter(|at| !source.code[..*at].ends_with(|c: char| c.is_alphanumeric() || c == '_'));
        let rule = format!("`{}` must not use `{name}`", source.module);
        found.extend(whole.map(|at| source.violation(at, rule.clone())));
    }
    found
}

/// The text with comments and the insides of texts and characters blanked;
/// lines stay where they are.
fn code_only(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let (kept, hidden) = next_piece(rest);
        code.push_str(&rest[..kept]);
        let blank = rest[kept..kept + hidden].chars();
        code.extend(blank.map(|c| if c == '\n' { '\n' } else { ' ' }));
        rest = &rest[kept + hidden..];
    }
    code
}

/// Lengths of what is kept at the beginning of a text, and of what is hidden
/// after it.
fn next_piece(text: &str) -> (usize, usize) {
    let first = text.chars().next().map_or(0, char::len_utf8);
    if text.starts_with("//") {
        return (0, text.find('\n').unwrap_or(text.len()));
    }
    if text.starts_with("/*") {
        return (0, text.find("*/").map_or(text.len(), |end| end + 2));
    }
    if let Some(hashes) = raw_hashes(text) {
        let close = format!("\"{}", "#".repeat(hashes));
        let open = hashes + 2;
        return (0, text[open..].find(&close).map_or(text.len(), |end| open + end + close.len()));
    }
    match text.as_bytes()[0] {
        b'"' => (0, quoted(text, '"')),
        b'\'' if is_character(text) => (0, quoted(text, '\'')),
        byte if byte.is_ascii_alphanumeric() || byte == b'_' => (name_at(text).len(), 0),
        _ => (first, 0),
    }
}

/// Number of `#` where a raw text begins.
fn raw_hashes(text: &str) -> Option<usize> {
    let rest = text.strip_prefix('r')?;
    let hashes = rest.len() - rest.trim_start_matches('#').len();
    rest[hashes..].starts_with('"').then_some(hashes)
}

/// A character, not a lifetime.
fn is_character(text: &str) -> bool {
    let mut after = text.chars().skip(1);
    match (after.next(), after.next()) {
        (Some('\\'), _) => true,
        (_, closing) => closing == Some('\''),
    }
}

/// Length of a text or character with its quotes.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        if c == quote && !escaped {
            return at + 1;
        }
        escaped = c == '\\' && !escaped;
    }
    text.len()
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Files of the modules, the binary's left out.
fn library() -> Vec<Source> {
    let walk = walkdir::WalkDir::new(root().join("src")).min_depth(2).sort_by_file_name();
    let files = walk.into_iter().map(|entry| entry.expect("an entry").into_path());
    let code = files.filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    let sources = code.map(|path| {
        let name = path.strip_prefix(root()).expect("below").display().to_string();
        Source::new(&name, &fs::read_to_string(&path).expect("code"))
    });
    sources.filter(|source| source.module != "cli").collect()
}

fn listed(violations: &[Violation]) -> String {
    violations.iter().map(|violation| format!("{violation}\n")).collect()
}

#[test]
fn modules_import_what_the_table_allows() {
    let sources = library();
    assert!(sources.len() > 30, "the library was found");
    let violations: Vec<Violation> = sources.iter().flat_map(forbidden_imports).collect();
    assert!(violations.is_empty(), "\n{}", listed(&violations));
}

#[test]
fn the_library_neither_prints_nor_exits_nor_looks_around() {
    let violations: Vec<Violation> = library().iter().flat_map(forbidden_names).collect();
    assert!(violations.is_empty(), "\n{}", listed(&violations));
}

#[test]
fn the_table_names_every_module_of_the_library() {
    let text = fs::read_to_string(root().join("src/lib.rs")).expect("code");
    let mut declared: Vec<&str> =
        text.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let mut known = IMPORTS.map(|(module, _)| module);
    declared.sort_unstable();
    known.sort_unstable();
    assert_eq!(declared, known);
}

#[test]
fn only_the_binary_declares_the_command_line() {
    let main = fs::read_to_string(root().join("src/main.rs")).expect("code");
    assert!(main.contains("\nmod cli;\n"));
    assert!(main.lines().count() < 60, "`main` reads as a table");
    let library = fs::read_to_string(root().join("src/lib.rs")).expect("code");
    assert!(!code_only(&library).contains("cli"));
    assert!(Path::new(&root().join("src/cli/mod.rs")).exists());
}

/// What is found wrong with a file of that name.
fn found_in(name: &str, text: &str) -> String {
    let source = Source::new(name, text);
    listed(
        &[forbidden_imports(&source), forbidden_names(&source)]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>(),
    )
}

#[test]
fn planted_violations_are_found() {
    for (name, text, expected) in [
        (
            "src/study/x.rs",
            "\nuse crate::index::Store;\n",
            "src/study/x.rs:2: `study` must not import `index`\n",
        ),
        (
            "src/format/mod.rs",
            "use crate::{\n    study::{self, Study},\n    query::Query,\n};\n",
            "src/format/mod.rs:3: `format` must not import `query`\n",
        ),
        (
            "src/query/mod.rs",
            "fn a() -> crate::search::Hit {}",
            "src/query/mod.rs:1: `query` must not import `search`\n",
        ),
        (
            "src/query/mod.rs",
            "use super::index;",
            "src/query/mod.rs:1: `query` must not import `index`\n",
        ),
        (
            "src/text/a.rs",
            "use super::super::study::Age;",
            "src/text/a.rs:1: `text` must not import `study`\n",
        ),
        (
            "src/output/a.rs",
            "use crate::cli::Console;",
            "src/output/a.rs:1: `output` must not import `cli`\n",
        ),
        (
            "src/output/a.rs",
            "\n\nuse tantivy::Index;",
            "src/output/a.rs:3: `output` must not use `tantivy`\n",
        ),
        (
            "src/index/a.rs",
            "std::process::exit(1)",
            "src/index/a.rs:1: `index` must not use `process::exit`\n",
        ),
        (
            "src/index/a.rs",
            "let a = 'x'; println!(\"a\")",
            "src/index/a.rs:1: `index` must not use `println!`\n",
        ),
        ("src/gadget/a.rs", "", "src/gadget/a.rs:1: `gadget` is not in the table\n"),
    ] {
        assert_eq!(found_in(name, text), expected, "{text}");
    }
}

#[test]
fn what_is_allowed_is_not_found() {
    for (name, text) in [
        ("src/format/a.rs", "use crate::study::Study;\nuse crate::source::{Record, Format};\n"),
        ("src/study/a.rs", "// crate::index\n/* crate::index\n */ let a = \"crate::index\"; 'a\n"),
        ("src/study/a.rs", "let a = r#\"use crate::index\"#; let quote = '\"'; let b = '\\'';"),
        ("src/study/a.rs", "pub(crate) fn a<'a>(b: &'a str) {}"),
        ("src/output/a.rs", "use super::study::write_study; use super::super::search::Hits;"),
        ("src/index/a.rs", "let version = env!(\"CARGO_PKG_VERSION\"); writeln!(out)"),
    ] {
        assert_eq!(found_in(name, text), "", "{text}");
    }
}
