//! The known names that are most like an unknown one.

use std::collections::BTreeSet;

use super::areas::{AREAS, WORDS};
use super::pieces::{self, Piece};

/// How many names are offered.
const OFFERED: usize = 3;

/// How alike a name has to be, from 0 to 1.
const ALIKE: f64 = 0.5;

/// The pairs of letters of a name, in lower case.
fn pairs(text: &str) -> BTreeSet<[u8; 2]> {
    let folded = text.to_ascii_lowercase();
    folded.as_bytes().windows(2).map(|pair| [pair[0], pair[1]]).collect()
}

/// How many pairs of letters two names share, from 0 to 1 (Dice's
/// coefficient).
fn likeness(wanted: &BTreeSet<[u8; 2]>, name: &str) -> f64 {
    let own = pairs(name);
    let common = own.intersection(wanted).count() as f64;
    2.0 * common / (own.len() + wanted.len()).max(1) as f64
}

/// Up to three piece names that share the most pairs of letters with a name,
/// values before structures, shallow before deep.
#[must_use]
pub fn nearest_pieces(name: &str) -> Vec<&'static str> {
    best(scored_pieces(name))
}

/// The pieces that look like a name, shallow before deep; structures count a
/// little less.
fn scored_pieces(name: &str) -> Vec<(f64, &'static str)> {
    let wanted = pairs(name);
    let mut pieces: Vec<&Piece> = pieces::all().iter().collect();
    pieces.sort_by_key(|piece| piece.path.matches('.').count());
    let scored = pieces.into_iter().map(|piece| {
        let score = likeness(&wanted, piece.name);
        (if piece.is_structure() { score - 0.1 } else { score }, piece.name)
    });
    scored.filter(|(score, _)| *score >= ALIKE).collect()
}

fn scored<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Vec<(f64, &'a str)> {
    let wanted = pairs(name);
    let scored = known.map(|known| (likeness(&wanted, known), known));
    scored.filter(|(score, _)| *score >= ALIKE).collect()
}

/// The names with the best scores; those of the same score stay as they are.
fn best(mut scored: Vec<(f64, &str)>) -> Vec<&str> {
    scored.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    scored.into_iter().take(OFFERED).map(|(_, name)| name).collect()
}

/// Up to three names that `AREA[...]` knows and that look like a name: first
/// one that differs in capitals alone, then areas and pieces by similarity.
#[must_use]
pub fn nearest_areas(name: &str) -> Vec<&'static str> {
    let areas = AREAS.iter().chain([&WORDS]).map(|area| area.name);
    let mut found = scored_pieces(name);
    found.extend(scored(name, areas));
    for (score, known) in &mut found {
        if known.eq_ignore_ascii_case(name) {
            *score = f64::INFINITY;
        }
    }
    best(found)
}

/// Up to three of some names that share the most pairs of letters with one.
pub fn nearest_of<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    best(scored(name, known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_come_before_likeness() {
        assert_eq!(nearest_areas("brieftitle").first(), Some(&"BriefTitle"));
        assert_eq!(nearest_areas("conditionsearch").first(), Some(&"ConditionSearch"));
        assert_eq!(nearest_areas("Contition").first(), Some(&"Condition"));
        assert!(nearest_areas("xyzzy").is_empty());
    }

    #[test]
    fn the_likest_of_some_names_comes_first() {
        let known = ["PHASE1", "PHASE2", "NA"];
        assert_eq!(nearest_of("PHASE2b", known.into_iter()).first(), Some(&"PHASE2"));
        assert!(nearest_of("x", known.into_iter()).is_empty());
    }
}
