//! Lines that are written for another system, each alone, wherever a query is
//! typed or read: an error with what to type, and never a count.

use std::path::Path;

use super::harness::{ProgramRun, Sandbox, copy_directory};

/// Lines of several systems, as strategies have them.
const LINES: [&str; 14] = [
    "(anemia or leukemia).ti,ab.",
    "(anemia OR leukemia).tw",
    "exp Anemia/",
    "anemia.pt.",
    "(anemia OR leukemia):ti,ab,kw",
    "MeSH descriptor: anemia explode all trees",
    "an#emia.mp.",
    "TI anemia",
    "limit 1 to humans",
    "anemia NEXT dose",
    "AB anemia",
    "(MH \"Anemia+\")",
    "https://clinicaltrials.gov/search?cond=anemia&intr=iron",
    "https://pubmed.ncbi.nlm.nih.gov/?term=anemia%5Btiab%5D&sort=date",
];

fn refused(run: &ProgramRun, line: &str) -> Option<String> {
    let hints = run.err.contains("hint: ");
    let counted = run.out.lines().any(|out| out.chars().any(|c| c.is_ascii_digit()));
    (run.code != Some(2) || !hints || counted)
        .then(|| format!("{line}: {:?}\n{}{}", run.code, run.out, run.err))
}

#[test]
fn no_line_for_another_system_is_taken_for_words() {
    let sandbox = Sandbox::new();
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    copy_directory(&corpus, &sandbox.path("corpus"));
    sandbox.index(&["corpus"]);
    let mut wrong = Vec::new();
    for line in LINES {
        sandbox.write("line.txt", format!("{line}\n"));
        sandbox.write("numbered.txt", format!("1. {line}\n"));
        for arguments in [
            &["search", line][..],
            &["search", "--count", &format!("1. {line}")],
            &["facets", "phase", line],
            &["batch", "line.txt"],
            &["batch", "numbered.txt"],
            &["review", "new", "one.review", "--query", line],
            &["review", "new", "two.review", "--strategy", "numbered.txt"],
        ] {
            wrong.extend(refused(&sandbox.run(arguments), &arguments.join(" ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn titles_in_a_list_are_words_and_small_operators_are_named() {
    let sandbox = Sandbox::new();
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    copy_directory(&corpus, &sandbox.path("corpus"));
    sandbox.index(&["corpus"]);
    sandbox.write("titles.tsv", "a\tEffect of TI therapy and MH services\nb\tanemia or leukemia\n");
    let run = sandbox.run(&["batch", "titles.tsv"]).success();
    assert_eq!(run.out.lines().count(), 2);
    assert!(run.err.contains("note: line 1: taken for words; if it is written for EBSCOhost"));
    assert!(run.err.contains("note: line 2: `or` is read as a word of the query"), "{}", run.err);
    sandbox.write("searches.tsv", "a\tTI effect of iron and AB anemia\n");
    let refused = sandbox.run(&["batch", "searches.tsv"]).ended(2);
    assert!(refused.err.contains("`--as words` takes each query for words"), "{}", refused.err);
    sandbox.run(&["batch", "searches.tsv", "--as", "words"]).success();
}
