//! A judged miniature in the repository: floors for how good the ranking is.
//!
//! What it is made of is in `tests/data/judged/README.md`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use trialdex_evaluation::{
    Evaluation, Judgments, Measure, MeasureScores, QueryRanking, Run, Topic, topics,
};

use super::harness::Sandbox;

/// A way to ask for the topics, and what it has to reach.
struct Floors {
    /// Means over all topics.
    all: [(Measure, f64); 3],
    /// nDCG@10 by kind of topic.
    kinds: [(&'static str, f64); 8],
}

/// Any word of a topic will do, as in `trialdex eval`. What was measured is
/// up to 0.01 above, so that the loss of one place in two topics fails.
const ANY_WORD: Floors = Floors {
    all: [(Measure::Ndcg10, 0.955), (Measure::Precision10, 0.21), (Measure::Recall100, 0.999)],
    kinds: [
        ("everyday", 0.95),
        ("short", 0.965),
        ("derived", 0.91),
        ("drug", 0.99),
        ("spelt", 0.895),
        ("quoted", 0.99),
        ("several", 0.985),
        ("words", 0.95),
    ],
};

/// A topic is typed as it is, as people search: hits have all of its words,
/// or most of them.
const AS_TYPED: Floors = Floors {
    all: [(Measure::Ndcg10, 0.845), (Measure::Precision10, 0.158), (Measure::Recall100, 0.815)],
    kinds: [
        ("everyday", 0.93),
        ("short", 0.80),
        ("derived", 0.60),
        ("drug", 0.94),
        ("spelt", 0.78),
        ("quoted", 0.99),
        ("several", 0.89),
        ("words", 0.77),
    ],
};

/// What ranking can be made to do without, each on the command line.
const LOSSES: [(&str, [&str; 2]); 6] = [
    ("lengths of texts", ["--model", "b=0"]),
    ("saturation", ["--model", "k1=1000"]),
    ("how often a word occurs", ["--model", "k1=0"]),
    ("synonyms", ["--expand", "term"]),
    ("other forms of a word", ["--model", "form=0"]),
    ("what common words are worth less", ["--model", "filler=1"]),
];

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/judged").join(name)
}

fn text(name: &str) -> String {
    fs::read_to_string(file(name)).expect("a file of the miniature")
}

/// An index of the miniature and the sample corpus.
fn indexed() -> Sandbox {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let (corpus, studies) = (corpus.display().to_string(), file("studies.ndjson"));
    let sandbox = Sandbox::new();
    sandbox.index(&[&corpus, &studies.display().to_string()]);
    sandbox
}

/// How good hits with any of the words are, with more arguments.
fn any_word(sandbox: &Sandbox, more: &[&str]) -> Evaluation {
    let topics = file("topics.tsv").display().to_string();
    let batch = ["batch", &topics, "--as", "words", "--any", "--format", "trec"];
    let run = sandbox.run(&[&batch, more].concat()).success();
    evaluated(Run::parse(&run.out).expect("a run"))
}

/// How good the hits of a search are.
fn as_typed(sandbox: &Sandbox) -> Evaluation {
    let mut run = Run::default();
    for Topic { id, text } in topics(&text("topics.tsv")).expect("topics") {
        let search = ["search", &text, "--format", "ids", "--limit", "100"];
        let documents = sandbox.run(&search).out.lines().map(str::to_owned).collect();
        run.push(QueryRanking { query: id, documents });
    }
    evaluated(run)
}

fn evaluated(mut run: Run) -> Evaluation {
    let asked = topics(&text("topics.tsv")).expect("topics");
    run.complete(asked.iter().map(|topic| topic.id.as_str()));
    let judgments = Judgments::parse(&text("qrels.txt")).expect("judgments");
    let evaluation = Evaluation::new(&judgments, &run, true);
    assert_eq!(evaluation.set_aside, Default::default());
    assert_eq!(evaluation.queries(), asked.len());
    evaluation
}

/// nDCG@10 by kind of topic.
fn by_kind(evaluation: &Evaluation) -> BTreeMap<&str, f64> {
    let mut kinds: BTreeMap<&str, Vec<MeasureScores>> = BTreeMap::new();
    for topic in &evaluation.topics {
        let kind = topic.topic.trim_end_matches(|digit: char| digit.is_ascii_digit());
        kinds.entry(kind).or_default().push(topic.scores);
    }
    let mean = |scores: Vec<MeasureScores>| MeasureScores::mean(scores).get(Measure::Ndcg10);
    kinds.into_iter().map(|(kind, scores)| (kind, mean(scores))).collect()
}

/// What is below its floor.
fn below(evaluation: &Evaluation, floors: &Floors) -> Vec<String> {
    let mut below = Vec::new();
    let mut hold = |name: &str, value: f64, floor: f64| {
        if value < floor {
            below.push(format!("{name} {value:.4}, at least {floor}"));
        }
    };
    for (measure, floor) in floors.all {
        hold(measure.title(), evaluation.mean.get(measure), floor);
    }
    let kinds = by_kind(evaluation);
    assert!(kinds.keys().all(|kind| floors.kinds.iter().any(|(name, _)| name == kind)));
    for (kind, floor) in floors.kinds {
        hold(&format!("{kind}: nDCG@10"), kinds[kind], floor);
    }
    below
}

fn holds(evaluation: &Evaluation, floors: &Floors) {
    let below = below(evaluation, floors);
    let mut topics = String::new();
    for topic in &evaluation.topics {
        let value = topic.scores.get(Measure::Ndcg10);
        let _ = writeln!(topics, "{:10} {value:.4}", topic.topic);
    }
    assert!(below.is_empty(), "{below:#?}\nnDCG@10 by topic:\n{topics}");
}

#[test]
fn the_ranking_is_as_good_as_it_was() {
    let sandbox = indexed();
    holds(&any_word(&sandbox, &[]), &ANY_WORD);
    holds(&as_typed(&sandbox), &AS_TYPED);
}

#[test]
fn a_part_of_the_ranking_cannot_be_lost_unnoticed() {
    let sandbox = indexed();
    for (part, arguments) in LOSSES {
        let evaluation = any_word(&sandbox, &arguments);
        assert!(!below(&evaluation, &ANY_WORD).is_empty(), "without {part}, all floors hold");
    }
}

#[test]
fn judgments_are_of_topics_and_studies_that_are_there() {
    let sandbox = indexed();
    let asked = topics(&text("topics.tsv")).expect("topics");
    let judgments = Judgments::parse(&text("qrels.txt")).expect("judgments");
    let judged: Vec<&str> = judgments.topics().iter().map(|topic| topic.id.as_str()).collect();
    assert_eq!(judged, asked.iter().map(|topic| topic.id.as_str()).collect::<Vec<_>>());
    let all = sandbox.run(&["export", "--format", "ids"]).success().out;
    let qrels = text("qrels.txt");
    for line in qrels.lines() {
        let number = line.split(' ').nth(2).expect("a study");
        assert!(all.lines().any(|id| id == number), "{number} is not in the index");
    }
}
