//! Other words that a search proposes for those that its first hits lack.

use serde_json::{Value, json};

use super::harness::{ProgramRun, Sandbox};
use super::invented::record;

/// Studies of which those with two of the words of `kidney stone former` have none of the third;
/// a tenth of all say `glomerular` instead of `kidney`.
fn of_kidneys() -> Sandbox {
    let groups = [(12, "Glomerular stone former"), (20, "Kidney scones"), (100, "Tea and cake")];
    let sandbox = Sandbox::new();
    let titles = groups.iter().flat_map(|(studies, title)| std::iter::repeat_n(title, *studies));
    let records = (1..).zip(titles).map(|(number, title)| record(number, title) + "\n");
    sandbox.write("studies.jsonl", records.collect::<String>());
    sandbox.index(&["studies.jsonl"]);
    sandbox
}

/// What is typed after `trialdex` in the hints of a run.
fn hints(run: &ProgramRun) -> Vec<&str> {
    run.err
        .lines()
        .filter_map(|line| line.split_once("; hint: try `trialdex ")?.1.strip_suffix('`'))
        .collect()
}

#[test]
fn a_word_that_the_first_hits_lack_gets_another_one_to_try() {
    let sandbox = of_kidneys();
    let run =
        sandbox.run(&["search", "--any", "kidney", "stone", "former", "--format", "ids"]).success();
    assert!(run.err.contains("none of the first 10 hits has `kidney`"), "{run:?}");
    let hints = hints(&run);
    assert_eq!(hints, ["search --any 'glomerular stone former'"]);
    // The command works as it stands, and has nothing to add.
    let again = sandbox.shell(&format!("trialdex {} --format ids", hints[0])).success();
    assert_eq!((again.out.lines().count(), again.err.contains("hint: try")), (12, false));
    // The hits are those of a search without a hint.
    let quiet = ["search", "--any", "kidney stone former", "--format", "ids", "--quiet"];
    assert_eq!(sandbox.run(&quiet).success().out, run.out);
}

#[test]
fn programs_get_other_words_with_the_query() {
    let sandbox = of_kidneys();
    let search = ["search", "--any", "kidney stone former", "--format", "json", "--limit", "10"];
    let found: Value = sandbox.run(&search).success().json();
    let expected = json!([{"typed": "kidney", "first": 10, "other": "glomerular"}]);
    assert_eq!(found["query"]["wordings"], expected);
    // Receipts have nothing of it.
    sandbox.run(&["search", "--any", "kidney stone former", "--receipt", "kept.json"]).success();
    let kept = std::fs::read_to_string(sandbox.path("kept.json")).expect("a receipt");
    assert!(!kept.contains("wordings") && kept.contains("\"ranking\": 3"), "{kept}");
}

#[test]
fn no_other_words_are_proposed_beside_more_than_plain_words() {
    let sandbox = of_kidneys();
    for arguments in [
        &["search", "kidney OR stone OR former"][..],
        &["search", "--any", "kidney stone former", "--status", "RECRUITING", "--include-missing"],
        &["search", "--any", "kidney stone former", "--sort", "NCTId"],
        &["search", "--any", "kidney stone former", "--offset", "1"],
        &["search", "--any", "kidney stone former", "--count"],
        &["search", "--any", "stone former"],
        &["search", "stone former"],
        &["search", "--any", "--cond", "kidney stone former"],
    ] {
        let run = sandbox.run(arguments);
        assert!(!run.err.contains("hint: try"), "{arguments:?} {run:?}");
    }
}
