//! Compares numbers in the prose of the documentation with the code, or with
//! the page that they were measured on.

use std::fs;
use std::path::Path;

use trialdex_engine::search::Model;
use trialdex_output::grouped;
use trialdex_query::dialect::Dialect;
use trialdex_records::source::ReadLimits;

fn page(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    // However lines are broken.
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Asserts that a page has a text.
fn says(name: &str, text: &str) {
    assert!(page(name).contains(text), "{name} does not say `{text}`");
}

#[test]
fn the_minimum_rust_is_that_of_the_package() {
    let needed = format!("({} or later)", env!("CARGO_PKG_RUST_VERSION"));
    for name in ["README.md", "CONTRIBUTING.md"] {
        says(name, &needed);
    }
}

#[test]
fn constants_of_the_ranking_are_those_of_the_model() {
    let model = Model::default();
    says("docs/query.md", &format!("synonym counts {} of", model.synonym));
    says("docs/query.md", &format!("trials may have count {}.", model.filler));
    for (name, value) in [
        ("k1", model.k1),
        ("b", model.b),
        ("synonym", model.synonym),
        ("form", model.form),
        ("filler", model.filler),
        ("rarity", model.rarity),
        ("topicality", model.topicality),
        ("tie", model.tie),
        ("feedback", model.feedback),
        ("likeness", model.likeness),
        ("contrast", model.contrast),
    ] {
        says("docs/ranking.md", &format!("| `{name}` | {value} |"));
    }
    for (name, value) in
        [("feedback_hits", model.feedback_hits), ("feedback_words", model.feedback_words)]
    {
        says("docs/ranking.md", &format!("| `{name}` | {value} |"));
    }
}

#[test]
fn the_systems_of_strategies_are_all_named() {
    says("README.md", &format!("written for {} other systems", Dialect::ALL.len()));
    let rows = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/translate.md"));
    let rows = rows.expect("a page");
    let table = rows.split("| `--from` | system |").nth(1).expect("a table of systems");
    let named = table.lines().skip(2).take_while(|line| line.starts_with("| `")).count();
    assert_eq!(named, Dialect::ALL.len());
}

#[test]
fn limits_are_those_of_the_reader() {
    let limits = ReadLimits::default();
    for row in [
        format!("| bytes of one record | {} MiB | `--max-record` (MB) |", limits.record >> 20),
        format!("| {} | `--max-values` |", grouped(limits.values as u64)),
        format!(
            "| cells of one row of a table | {} | `--max-cells` |",
            grouped(limits.cells as u64)
        ),
        format!("| {} times | `--max-ratio` |", limits.ratio),
        format!("| {} GiB | `--max-unpacked` (GB) |", limits.unpacked >> 30),
        format!("| {} | `--max-members` |", grouped(limits.members)),
        format!("| containers inside each other | {} | `--max-depth` |", limits.depth),
        format!("| {} GiB | `--max-spool` (GB) |", limits.spool >> 30),
    ] {
        says("docs/formats.md", &row);
    }
}

/// What the README promises has been measured: each row of its figures, with
/// the page that it is from and the numbers as they are written there.
#[test]
fn figures_of_the_readme_are_those_that_were_measured() {
    for (shown, measured, pages) in [
        (
            "0.263; SQLite FTS5 0.238, Lucene 0.240, with RM3 0.240",
            &["0.2634", "0.2381", "0.2399", "0.2401"][..],
            "ranking",
        ),
        ("1,002 studies/s, at most 593 MB", &["1,002 studies/s", "593 MB"], "benchmarks"),
        ("0.72 s", &["0.72 s of"], "benchmarks"),
        (
            "0.44 ms, 0.95 ms",
            &["plain words, in process: p50, p99, most | 0.44 ms, 0.95 ms"],
            "benchmarks",
        ),
        ("10.1 ms", &["start of a process to its first hit: p50 | 10.1 ms"], "benchmarks"),
    ] {
        says("README.md", shown);
        for number in measured {
            says(&format!("docs/{pages}.md"), number);
        }
    }
}

#[test]
fn further_names_are_counted() {
    let table = include_str!("../../crates/text/src/vocabulary/further.tsv");
    let rows: Vec<&str> = table.lines().filter(|line| !line.starts_with('#')).collect();
    let names: usize = rows.iter().map(|row| row.split('|').count()).sum();
    says("docs/thesaurus.md", &format!("has {names} names of {} headings", rows.len()));
}
