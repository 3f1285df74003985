//! Names that look like one that is none.

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
    let wanted = pairs(name);
    let mut scored: Vec<(f64, &'static Piece)> = pieces::all()
        .iter()
        .map(|piece| {
            let score = likeness(&wanted, piece.name);
            (if piece.is_structure() { score - 0.1 } else { score }, piece)
        })
        .filter(|(score, _)| *score >= ALIKE)
        .collect();
    let depth = |piece: &Piece| piece.path.matches('.').count();
    scored.sort_by(|(one, piece), (other, another)| {
        other.total_cmp(one).then_with(|| depth(piece).cmp(&depth(another)))
    });
    scored.into_iter().take(OFFERED).map(|(_, piece)| piece.name).collect()
}

/// Up to three names that `AREA[...]` knows and that look like a name: first
/// those that differ in capitals alone, then areas and pieces by likeness.
#[must_use]
pub fn nearest_areas(name: &str) -> Vec<&'static str> {
    let areas = AREAS.iter().chain([&WORDS]).map(|area| area.name);
    let same = |known: &&'static str| known.eq_ignore_ascii_case(name);
    let pieces = pieces::all().iter().map(|piece| piece.name);
    let mut found: Vec<&'static str> = areas.clone().chain(pieces).filter(same).collect();
    found.extend(nearest_of(name, areas));
    found.extend(nearest_pieces(name));
    let mut seen = BTreeSet::new();
    found.retain(|known| seen.insert(*known));
    found.truncate(OFFERED);
    found
}

/// Up to three of some names that share the most pairs of letters with one.
pub fn nearest_of<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let wanted = pairs(name);
    let mut scored: Vec<(f64, &str)> = known
        .map(|known| (likeness(&wanted, known), known))
        .filter(|(score, _)| *score >= ALIKE)
        .collect();
    scored.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    scored.into_iter().take(OFFERED).map(|(_, known)| known).collect()
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
