//! Greek letters as their names, and where a word of several scripts is
//! parted: `TNFα` is `TNF` and `alpha`, `IL6` is `IL` and `6`.

use super::numerals;

/// Names by the code point of the small letter, from `α` on. The final sigma
/// has the name of the other one.
const NAMES: [&str; 25] = [
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa",
    "lambda", "mu", "nu", "xi", "omicron", "pi", "rho", "sigma", "sigma", "tau", "upsilon", "phi",
    "chi", "psi", "omega",
];

/// Letters that look like another form of a Greek one: symbols of Unicode's
/// Greek block, and Latin letters that records have in their place.
#[rustfmt::skip]
const ALIKE: &[(char, &str)] = &[
    ('\u{b5}', "mu"), ('ϐ', "beta"), ('ϑ', "theta"), ('ϕ', "phi"), ('ϖ', "pi"), ('ϰ', "kappa"),
    ('ϱ', "rho"), ('ϵ', "epsilon"), ('ϴ', "theta"), ('ɑ', "alpha"), ('ɣ', "gamma"), ('ɛ', "epsilon"),
    ('ꞵ', "beta"),
];

/// What follows a `µ` in a unit, and the unit in letters: a microgram is `ug`.
#[rustfmt::skip]
const UNITS: &[(&str, &str)] = &[
    ("g", "ug"), ("l", "ul"), ("m", "um"), ("mol", "umol"), ("ci", "uci"), ("gy", "ugy"), ("iu", "uiu"),
    ("kat", "ukat"), ("v", "uv"), ("w", "uw"), ("a", "ua"), ("s", "us"), ("sv", "usv"), ("eq", "ueq"),
    ("grams", "ug"), ("gr", "ug"),
];

/// First letters of Unicode's mathematical Greek alphabets, each of 58 signs:
/// capitals, nabla, small letters and variants.
const MATHEMATICAL: u32 = 0x1d6a8;

/// Runs of one kind that a word is parted into at most; more are a sequence
/// or an identifier.
const MOST_RUNS: usize = 5;

/// A run of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LetterRun {
    /// Bytes of the word.
    pub(super) from: usize,
    pub(super) to: usize,
    /// Its replacement, if any.
    pub(super) name: Option<&'static str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RunKind {
    Digits,
    Letters,
    /// A character with a name, which is a run of its own.
    Named,
}

/// Parts a word where letters, digits and Greek letters meet. Nothing is
/// added where it is all of one kind or of too many.
pub(super) fn runs(word: &str, into: &mut Vec<LetterRun>) {
    into.clear();
    let mut kind = None;
    for (at, c) in word.char_indices() {
        let to = at + c.len_utf8();
        let next = kind_of(word, at, c);
        match into.last_mut() {
            Some(run) if kind == Some(next) && next != RunKind::Named => run.to = to,
            _ => {
                let name = if next == RunKind::Named { name_of(c) } else { None };
                into.push(LetterRun { from: at, to, name });
            }
        }
        kind = Some(next);
    }
    units(word, into);
    if into.len() > MOST_RUNS || into.len() == 1 && into[0].name.is_none() || is_greek(word) {
        into.clear();
    }
}

/// Whether a word is one of the Greek language, not a name made of letters.
fn is_greek(word: &str) -> bool {
    word.chars().count() > 2 && word.chars().all(|c| matches!(c, '\u{370}'..='\u{3ff}'))
}

fn kind_of(word: &str, at: usize, c: char) -> RunKind {
    if c.is_ascii_alphabetic() {
        RunKind::Letters
    } else if name_of(c).is_some() && (c != 'ß' || is_beta(word, at)) {
        RunKind::Named
    } else if c.is_numeric() {
        RunKind::Digits
    } else {
        RunKind::Letters
    }
}

/// `ß` where no German word has it: at the beginning, and at the end after
/// capitals or digits.
fn is_beta(word: &str, at: usize) -> bool {
    let after = word[at..].chars().nth(1);
    let ends = !after.is_some_and(char::is_alphabetic);
    word[..at].chars().next_back().is_none_or(|before| !before.is_lowercase() && ends)
}

fn name_of(c: char) -> Option<&'static str> {
    let small = match c {
        'ß' => return Some("beta"),
        'Α'..='Ω' => u32::from(c) - u32::from('Α'),
        'α'..='ω' => u32::from(c) - u32::from('α'),
        '\u{1d6a8}'..='\u{1d7c9}' => return mathematical((u32::from(c) - MATHEMATICAL) % 58),
        _ => {
            let alike = ALIKE.iter().find(|(alike, _)| *alike == c).map(|(_, name)| *name);
            return alike.or_else(|| numerals::spelt(c));
        }
    };
    NAMES.get(small as usize).copied()
}

/// The name of a sign by its place in a mathematical alphabet.
fn mathematical(place: u32) -> Option<&'static str> {
    const VARIANTS: [&str; 6] = ["epsilon", "theta", "kappa", "phi", "rho", "pi"];
    match place {
        // The sign for a capital theta is where small letters have the
        // final sigma. 25 and 51 are signs of calculus.
        17 => Some("theta"),
        0..=24 => Some(NAMES[place as usize]),
        26..=50 => Some(NAMES[place as usize - 26]),
        52..=57 => Some(VARIANTS[place as usize - 52]),
        _ => None,
    }
}

/// Joins `µ` with the unit that follows it.
fn units(word: &str, runs: &mut Vec<LetterRun>) {
    let mut at = 0;
    while at + 1 < runs.len() {
        let (one, next) = (runs[at], runs[at + 1]);
        let follows = &word[next.from..next.to];
        let unit = UNITS.iter().find(|(letters, _)| follows.eq_ignore_ascii_case(letters));
        if let (Some("mu"), Some((_, unit))) = (one.name, unit) {
            runs[at] = LetterRun { from: one.from, to: next.to, name: Some(unit) };
            runs.remove(at + 1);
        }
        at += 1;
    }
}

/// Whether a word is the name of a letter that is beside others in names
/// of genes and drugs.
pub(super) fn is_name(word: &str) -> bool {
    // `eta`, `mu`, `nu`, `pi`, `xi` and others of few letters end and begin
    // other words.
    word.len() > 3 && NAMES.contains(&word)
}

/// A word that begins or ends with the name of a Greek letter, parted there:
/// `tnfalpha`, `betablocker`.
pub(super) fn parted(word: &str) -> Option<(&str, &str)> {
    let names = || NAMES.iter().filter(|name| is_name(name));
    let ends = names().find_map(|name| word.strip_suffix(name).map(|rest| rest.len()));
    let begins = names().find(|name| word.starts_with(**name)).map(|name| name.len());
    let at = ends.or(begins).filter(|at| (1..word.len()).contains(at))?;
    Some(word.split_at(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(word: &str) -> Vec<&str> {
        let mut found = Vec::new();
        runs(word, &mut found);
        found.iter().map(|run| run.name.unwrap_or(&word[run.from..run.to])).collect()
    }

    #[test]
    fn words_are_parted_where_scripts_meet() {
        assert_eq!(parts("TNFα"), ["TNF", "alpha"]);
        assert_eq!(parts("IL1β"), ["IL", "1", "beta"]);
        assert_eq!(parts("COVID19"), ["COVID", "19"]);
        assert_eq!(parts("αvβ6"), ["alpha", "v", "beta", "6"]);
        assert_eq!(parts("γδT"), ["gamma", "delta", "T"]);
        assert_eq!(parts("SpO₂"), ["SpO", "₂"]);
        for whole in ["cancer", "2024", "a1b2c3d4", "Αθήνα", "Gießen", "naïve"] {
            assert_eq!(parts(whole), [""; 0], "{whole}");
        }
    }

    #[test]
    fn letters_have_their_names() {
        for (letter, name) in
            [("Σ", "sigma"), ("ς", "sigma"), ("Ω", "omega"), ("µ", "mu"), ("μ", "mu")]
        {
            assert_eq!(parts(letter), [name], "{letter}");
        }
        for (sign, name) in
            [("\u{1d6c2}", "alpha"), ("\u{1d6d3}", "sigma"), ("\u{1d714}", "omega"), ("ϕ", "phi")]
        {
            assert_eq!(parts(sign).first(), Some(&name), "{sign}");
        }
        assert_eq!(parts("TGFß"), ["TGF", "beta"]);
        assert_eq!(parts("ß2"), ["beta", "2"]);
        assert_eq!(parts("ßhCG"), ["beta", "hCG"]);
    }

    #[test]
    fn units_are_no_letters() {
        assert_eq!(parts("µg"), ["ug"]);
        assert_eq!(parts("μmol"), ["umol"]);
        assert_eq!(parts("50μL"), ["50", "ul"]);
        assert_eq!(parts("µPlacebo"), ["mu", "Placebo"]);
    }

    #[test]
    fn names_of_letters_end_and_begin_words() {
        assert_eq!(parted("tnfalpha"), Some(("tnf", "alpha")));
        assert_eq!(parted("betablocker"), Some(("beta", "blocker")));
        assert_eq!(parted("alpha"), None);
        assert_eq!(parted("cancer"), None);
    }
}
