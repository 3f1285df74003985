//! The text in the boxes of the flow diagram.

use super::{AGAIN, PrismaCounts};

/// A line of a box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BoxLine {
    pub(super) text: String,
    /// Indented, as a part of the line above.
    pub(super) part: bool,
}

/// Text in a frame.
pub(super) type BoxText = Vec<BoxLine>;

/// Frames side by side. Where there is no left one, the way down goes past.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct BoxRow {
    pub(super) left: Option<BoxText>,
    pub(super) right: Option<BoxText>,
}

/// A part of the diagram.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct DiagramStage {
    pub(super) name: &'static str,
    pub(super) rows: Vec<BoxRow>,
}

fn entry(what: &str, count: usize) -> BoxLine {
    BoxLine { text: format!("{what} (n = {count})"), part: false }
}

fn part(what: &str, count: usize) -> BoxLine {
    BoxLine { part: true, ..entry(what, count) }
}

/// The diagram from above to below.
pub(super) fn stages(counts: &PrismaCounts) -> [DiagramStage; 3] {
    let identified = BoxRow { left: Some(identified(counts)), right: Some(removed(counts)) };
    let mut screening = Vec::new();
    if let Some(left) = not_screened(counts) {
        screening.push(BoxRow {
            left: Some(vec![entry("Records to be screened", counts.studies)]),
            right: Some(left),
        });
    }
    screening.push(BoxRow {
        left: Some(vec![entry("Records screened", counts.screened)]),
        right: Some(excluded(counts)),
    });
    if let Some(pending) = pending(counts) {
        screening.push(BoxRow { left: None, right: Some(pending) });
    }
    let included = vec![entry("Studies included in the review", counts.included)];
    [
        DiagramStage { name: "Identification", rows: vec![identified] },
        DiagramStage { name: "Screening", rows: screening },
        DiagramStage { name: "Included", rows: vec![BoxRow { left: Some(included), right: None }] },
    ]
}

/// Studies that are not read by all who must.
fn not_screened(counts: &PrismaCounts) -> Option<BoxText> {
    let left = counts.unread + counts.waiting;
    let mut frame = vec![entry("Records not yet screened", left)];
    if counts.waiting > 0 {
        frame.push(part("Read by fewer people than must", counts.waiting));
    }
    (left > 0).then_some(frame)
}

fn identified(counts: &PrismaCounts) -> BoxText {
    let mut frame = vec![entry("Records identified", counts.identified)];
    let (searches, files): (Vec<_>, Vec<_>) = counts.sources.iter().partition(|it| it.search);
    for (title, sources) in [("ClinicalTrials.gov", searches), ("Other files", files)] {
        if sources.is_empty() {
            continue;
        }
        let all: usize = sources.iter().map(|source| source.identified).sum();
        frame.push(entry(title, all));
        for source in sources {
            frame.push(part(&source.name, source.identified));
            if source.later > 0 {
                let again = format!("{}, {AGAIN}", source.name);
                frame.push(part(&again, source.later));
            }
        }
    }
    if counts.elsewhere > 0 {
        frame.push(entry("Decided without a source", counts.elsewhere));
    }
    frame
}

fn removed(counts: &PrismaCounts) -> BoxText {
    let mut frame = vec![
        BoxLine { text: "Records removed before screening:".to_owned(), part: false },
        part("Duplicate records", counts.duplicates),
    ];
    if counts.unnumbered > 0 {
        frame.push(part("Records without registration number", counts.unnumbered));
    }
    if counts.shared > 0 {
        frame.push(entry("Further studies of reports of several", counts.shared));
    }
    frame
}

fn excluded(counts: &PrismaCounts) -> BoxText {
    let mut frame = vec![entry("Records excluded", counts.excluded)];
    frame.extend(counts.reasons.iter().map(|(wording, count)| part(wording, *count)));
    frame
}

/// Studies that may become part of the review.
fn pending(counts: &PrismaCounts) -> Option<BoxText> {
    let all = counts.maybe + counts.conflicts;
    let mut frame = vec![entry("Records awaiting classification", all)];
    for (what, count) in
        [("To be looked at again", counts.maybe), ("Reviewers disagree", counts.conflicts)]
    {
        if count > 0 {
            frame.push(part(what, count));
        }
    }
    (all > 0).then_some(frame)
}
