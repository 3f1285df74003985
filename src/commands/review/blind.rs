//! Hides from a blinded reviewer what others decided.

use std::collections::BTreeSet;

use trialdex_output::clean_line;
use trialdex_review::ReviewState;

use crate::cli::Console;

/// Says whose decisions, notes and labels were left out; not how many these
/// are, nor what they say.
pub(super) fn say_unseen(console: &Console, state: &ReviewState, reviewer: &str) {
    let unseen = others(state, reviewer);
    if unseen.is_empty() {
        return;
    }
    let unseen = unseen.into_iter().collect::<Vec<_>>().join(", ");
    console.say(&clean_line(&format!(
        "what others decided and noted is left out ({unseen}): `--unblind` includes it"
    )));
}

/// Others with a verdict, a note or a label.
fn others<'a>(state: &'a ReviewState, reviewer: &str) -> BTreeSet<&'a str> {
    let studies = state.studies().into_iter();
    let all = studies.flat_map(|study| {
        let labels = study.labels.iter().filter(|(_, labels)| !labels.is_empty());
        let settled = study.settled.iter().map(|standing| &standing.reviewer);
        let seen = study.verdicts.keys().chain(study.notes.keys()).chain(settled);
        seen.chain(labels.map(|(who, _)| who))
    });
    all.map(String::as_str).filter(|who| *who != reviewer).collect()
}
