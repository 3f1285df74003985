//! Says on standard error what became of the words of a search.

use std::collections::BTreeSet;

use trialdex_engine::index::VOCABULARY_FILE;
use trialdex_engine::search::{InterpretedWords, OtherWording, Synonym, SynonymKind, senses};
use trialdex_output::{clean_line, plural};
use trialdex_session::AnyIndex;

use super::console::Console;
use super::failure::Failure;
use super::mistyped::as_typed;

/// Names truncated or misspelt words that were only partly looked for.
pub(crate) fn say_what_is_cut(console: &Console, understood: &[InterpretedWords]) {
    let cut = understood.iter().filter(|words| words.cut);
    for typed in cut.map(|words| words.typed.as_str()).collect::<BTreeSet<_>>() {
        console.say(&clean_line(&format!(
            "note: more words or names fit `{typed}` than are looked for; the commonest were"
        )));
    }
}

/// Says that not all names are known, where the vocabulary is damaged.
pub(crate) fn say_what_is_damaged(console: &Console, index: &AnyIndex) -> Result<(), Failure> {
    if let Some(store) = index.directory()
        && !store.vocabulary_is_whole()?
    {
        let file = store.directory().join(VOCABULARY_FILE);
        console.say(&clean_line(&format!(
            "note: {} is damaged: other names of what is looked for may be missing; make it again with \
             `trialdex thesaurus import`, or remove it",
            file.display()
        )));
    }
    Ok(())
}

/// Letters of an abbreviation at most.
const LONGEST_ABBREVIATION: usize = 6;

/// Says what abbreviations may mean whose long forms are not looked for.
pub(crate) fn say_what_is_ambiguous(
    console: &Console,
    index: &AnyIndex,
    understood: &[InterpretedWords],
) -> Result<(), Failure> {
    const MOST: usize = 3;
    const FEWEST_STUDIES: u64 = 2;
    let alone = understood.iter().filter(|words| {
        let letters = words.typed.chars().all(|c| c.is_ascii_uppercase());
        letters && (2..=LONGEST_ABBREVIATION).contains(&words.typed.len())
    });
    let alone = alone.filter(|it| it.synonyms.iter().all(|name| name.kind == SynonymKind::Form));
    for typed in alone.map(|words| words.typed.as_str()).collect::<BTreeSet<_>>() {
        let senses = senses(index, typed)?.into_iter();
        let senses = senses.filter(|sense| sense.studies >= FEWEST_STUDIES).take(MOST);
        let names: Vec<String> = senses
            .map(|sense| {
                let studies = plural(sense.studies, "study", "studies");
                format!("`{}` ({studies})", sense.written)
            })
            .collect();
        if !names.is_empty() {
            console.say(&clean_line(&format!(
                "note: `{typed}` may mean {}; hint: type the name that is meant with `OR {typed}`, or alone",
                names.join(", ")
            )));
        }
    }
    Ok(())
}

/// Misspelt words that are asked about at most.
const MOST_ASKED: usize = 5;

/// Asks of words that no study has whether others are meant.
pub(crate) fn say_what_is_meant(console: &mut Console, meant: Vec<(&str, Synonym)>) {
    for (typed, meant) in meant.into_iter().take(MOST_ASKED) {
        // Not before the reader of a pager is through: it would be written
        // across the text.
        console.close();
        let studies = meant.found.map(|found| format!(" ({})", plural(found, "study", "studies")));
        let (name, studies) = (&meant.written, studies.unwrap_or_default());
        console
            .say(&clean_line(&format!("no study has `{typed}`: did you mean `{name}`{studies}?")));
    }
}

/// Says which words none of the first hits has, and what may be typed in their place; `any` of the
/// words was asked for.
pub(crate) fn say_other_wordings(
    console: &mut Console,
    typed: &str,
    any: bool,
    wordings: &[OtherWording],
) {
    for OtherWording { typed: word, first, other } in wordings {
        let Some(other) = with_another(typed, word, other) else { continue };
        console.close();
        let flag = if any { "--any " } else { "" };
        console.say(&clean_line(&format!(
            "note: none of the first {first} hits has `{word}`; hint: try `trialdex search {flag}{}`",
            as_typed(&other)
        )));
    }
}

/// A query with another word in place of one; `None` where it is not a word of it.
fn with_another(typed: &str, word: &str, other: &str) -> Option<String> {
    let words: Vec<&str> = typed.split_whitespace().collect();
    let at = words.iter().position(|it| it.eq_ignore_ascii_case(word))?;
    Some([&words[..at], &[other], &words[at + 1..]].concat().join(" "))
}
