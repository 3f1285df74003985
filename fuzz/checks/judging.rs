//! Files that rankings are measured with.

use std::collections::HashSet;

use trialdex_evaluation::{Comparison, Evaluation, Judgments, Measure, Run, topics};

/// Topics, judgments and a run, a form feed between; each is also read from
/// the whole.
pub(super) fn evaluation(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    asked(&text);
    let mut parts = text.split('\x0c');
    let (first, second) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    asked(second);
    let (Ok(judgments), Ok(run)) = (Judgments::parse(first), Run::parse(second)) else {
        return;
    };
    for ranking in run.rankings() {
        let documents: HashSet<&String> = ranking.documents.iter().collect();
        assert_eq!(documents.len(), ranking.documents.len(), "a document twice");
    }
    let [complete, found] = [true, false].map(|all| Evaluation::new(&judgments, &run, all));
    for topic in complete.topics.iter().chain(&found.topics) {
        for measure in Measure::ALL {
            let score = topic.scores.get(measure);
            assert!(score.is_finite() && score >= 0.0, "{measure:?} is {score}");
        }
    }
    let _ = Comparison::new(&complete, &found);
}

/// Topics that are read can be written as lines, which are read as the same.
fn asked(text: &str) {
    let Ok(read) = topics(text) else { return };
    let ids: HashSet<&str> = read.iter().map(|topic| topic.id.as_str()).collect();
    assert_eq!(ids.len(), read.len(), "an id twice");
    for topic in &read {
        assert!(!topic.id.is_empty() && !topic.id.contains(char::is_whitespace), "{topic:?}");
        assert!(!topic.text.trim().is_empty() && !topic.text.contains('\n'), "{topic:?}");
    }
    // What begins like a topic file of TREC would be read as one.
    if read[0].id.starts_with(['<', '#', '\u{feff}']) {
        return;
    }
    let lines: String =
        read.iter().map(|topic| format!("{}\t{}\n", topic.id, topic.text)).collect();
    let comments = read.iter().any(|topic| topic.id.starts_with('#'));
    assert!(comments || topics(&lines).as_ref() == Ok(&read), "not the same again: {lines:?}");
}
