//! Signs are found however little of a line is looked at.

use proptest::prelude::*;

use super::*;

/// Parts of lines, with the signs of many systems among them.
const PARTS: [&str; 40] = [
    "heparin",
    "Heparin",
    "exp",
    "explode",
    "adj",
    "adj3",
    "ADJ",
    "same",
    "SAME",
    "near",
    "NEAR/3",
    "next",
    "n3",
    "w2",
    "limit",
    "5",
    "to",
    "TI",
    "AB",
    "TS",
    "=",
    "(",
    ")",
    "[tiab]",
    ".ti,ab.",
    ":ti,ab",
    "/exp",
    "/",
    "\"",
    "mesh descriptor",
    "{or #1",
    "{and #2",
    "title:(",
    "tw:(",
    "src:med",
    "in the title",
    "inregister",
    "and",
    "\u{e9}t\u{e9}",
    "phases are",
];

/// A place of a sign, found by looking for each by itself.
fn found_one_by_one(small: &str) -> Vec<(Dialect, u32, usize, usize)> {
    let begins = |at: usize, sign: &str| {
        !sign.starts_with(|c: char| c.is_alphanumeric())
            || !small[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, ':' | '_' | '-'))
    };
    let found = NAMED.iter().filter_map(|(sign, dialect, weight)| {
        let at = small.match_indices(sign).map(|(at, _)| at).find(|at| begins(*at, sign))?;
        Some((*dialect, *weight, at, at + sign.len()))
    });
    found.collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn words_that_say_nothing_are_no_signs(
        parts in prop::collection::vec(prop::sample::select(&PARTS[..]), 1..7),
        glue in prop::sample::select(&["", " "][..]),
    ) {
        let line = parts.join(glue);
        let mut finder = SignFinder { line: &line, signs: Vec::new() };
        let words = words(&line);
        for at in (0..words.len()).filter(|at| says_nothing(&line[words[*at].clone()])) {
            finder.word(&words, at);
        }
        prop_assert_eq!(finder.signs.len(), 0, "{}", line);
    }

    #[test]
    fn named_signs_are_all_found_in_one_pass(
        parts in prop::collection::vec(prop::sample::select(&PARTS[..]), 1..5),
        signs in prop::collection::vec(prop::sample::select(&NAMED[..]), 0..4),
        glue in prop::sample::select(&["", " "][..]),
    ) {
        let signs = signs.iter().map(|(sign, ..)| *sign);
        let line = parts.into_iter().chain(signs).collect::<Vec<_>>().join(glue);
        let small = line.to_ascii_lowercase();
        prop_assert_eq!(named_signs(&small), found_one_by_one(&small), "{}", line);
        prop_assert_eq!(place_of("mesh descriptor", &small), small.find("mesh descriptor"));
    }
}
