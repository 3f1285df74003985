//! Converts British spelling to American.
//!
//! Both forms of each row occur in real records. Verb forms in `-ise` follow
//! the letters before that ending; those few that end so in both countries are
//! listed.

use std::collections::BTreeSet;
use std::sync::LazyLock;

/// British spellings inside words and the American ones: at the beginning of
/// the word (`^`), at its end (`$`), or anywhere.
#[rustfmt::skip]
const SPELLINGS: &[(&str, &str)] = &[
    ("aem", "em"), ("^haem", "hem"), ("anaes", "anes"), ("paed", "ped"), ("caec", "cec"), ("gynaec", "gynec"),
    ("^aetio", "etio"), ("faec", "fec"), ("caesar", "cesar"), ("caesium", "cesium"), ("aesthe", "esthe"),
    ("naev", "nev"), ("palaeo", "paleo"), ("chimaer", "chimer"), ("archaeo", "archeo"), ("alisab", "alizab"),
    ("^oes", "es"), ("soesoph", "sesoph"), ("ooesoph", "oesoph"), ("^oed", "ed"), ("oedem", "edem"), ("foet", "fet"), ("rrhoea", "rrhea"),
    ("pnoea", "pnea"), ("coeli", "celi"), ("oestr", "estr"), ("homoeo", "homeo"), ("manoeuv", "maneuv"),
    ("poeia", "peia"), ("coerule", "cerule"), ("amoeb", "ameb"),
    ("tumour", "tumor"), ("colour", "color"), ("behaviour", "behavior"), ("labour", "labor"),
    ("favour", "favor"), ("humour", "humor"), ("odour", "odor"), ("flavour", "flavor"), ("rumour", "rumor"),
    ("vapour", "vapor"), ("neighbour", "neighbor"), ("harbour", "harbor"), ("endeavour", "endeavor"),
    ("vigour", "vigor"), ("honour", "honor"), ("rigour", "rigor"), ("savour", "savor"), ("mould", "mold"),
    ("isation", "ization"), ("sulph", "sulf"), ("centred", "centered"), ("centring", "centering"),
    ("centre$", "center"), ("fibre", "fiber"), ("litre$", "liter"), ("metre$", "meter"), ("theatre$", "theater"),
    ("titre", "titer"), ("calibre", "caliber"), ("programme$", "program"),
    ("analogue$", "analog"), ("homologue$", "homolog"), ("dialogue$", "dialog"), ("catalogue$", "catalog"),
    ("counsell", "counsel"), ("^labell", "label"), ("olabell", "olabel"), ("modell", "model"), ("travell", "travel"), ("signall", "signal"),
    ("cancelled", "canceled"), ("cancelling", "canceling"), ("trialled", "trialed"), ("trialling", "trialing"),
    ("channell", "channel"), ("tunnell", "tunnel"), ("levelled", "leveled"), ("initialled", "initialed"),
    ("fulfil", "fulfill"), ("enrolment", "enrollment"), ("^enrol$", "enroll"), ("skilful", "skillful"),
    ("ageing", "aging"), ("judgement", "judgment"), ("acknowledgement", "acknowledgment"), ("^grey", "gray"),
    ("defence", "defense"), ("offence", "offense"), ("licenc", "licens"), ("^practis", "practic"),
    ("sceptic", "skeptic"), ("^pyjama", "pajama"), ("^plough", "plow"), ("yoghurt", "yogurt"), ("artefact", "artifact"),
    ("leucocyt", "leukocyt"), ("leucopeni", "leukopeni"), ("leucoenceph", "leukoenceph"), ("leucotri", "leukotri"),
    ("aluminium", "aluminum"), ("^dietician", "dietitian"), ("^neurone$", "neuron"), ("diskect", "discect"),
    ("tranquillis", "tranquiliz"), ("tranquilliz", "tranquiliz"), ("amfetamin", "amphetamin"),
];

/// Whole words of four letters at most: a unit, and spellings that are parts
/// of other words too.
const WHOLE: &[(&str, &str)] = &[("alfa", "alpha"), ("disk", "disc"), ("mcg", "ug")];

/// What is before the ending in verbs in `-ise` whose American form has
/// a `z`.
#[rustfmt::skip]
const Z_ENDINGS: &[&str] = &[
    "ali", "ani", "ari", "asi", "ati", "egi", "eri", "esi", "eti", "gni", "ici", "idi", "ili", "imi", "ini", "iti",
    "lli", "ogi", "oli", "omi", "oni", "ori", "oti", "phi", "rdi", "rgi", "thi", "uli", "uni", "uri", "uti", "yli", "ymi",
];

/// The same in verbs in `-yse`.
const ZY_ENDINGS: &[&str] = &["anal", "catal", "dial", "hydrol", "electrol", "paral"];

/// What is before `-ise` in words that have none.
const NO_Z: &[&str] = &["ceri", "promi", "treati", "vali"];

/// Letters before the `-se` of a verb; `arise` and `anise` have fewer.
const SHORTEST_STEM: usize = 4;

/// The first letters of words whose British spelling begins with this one, where that is another.
pub(super) fn first_letters(british: char) -> impl Iterator<Item = char> {
    let spellings =
        SPELLINGS.iter().chain(WHOLE).map(|(marked, american)| (bare(marked), american));
    let firsts = spellings.filter_map(|(british, american)| {
        Some((british.chars().next()?, american.chars().next()?))
    });
    let others = firsts.filter(move |(one, other)| *one == british && one != other);
    others.map(|(_, other)| other).collect::<BTreeSet<char>>().into_iter()
}

/// Gives a word of few letters the spelling that counts.
pub(super) fn short(word: &mut String) {
    if let Some((_, whole)) = WHOLE.iter().find(|(other, _)| *other == word.as_str()) {
        word.clear();
        word.push_str(whole);
    }
}

/// Gives a word of small letters its American spelling. `buffer` is room to
/// work in.
pub(super) fn american(word: &mut String, buffer: &mut String) {
    let mut at = 0;
    while at + 1 < word.len() {
        let rest = &word[at..];
        let spelling = BY_LETTERS[pair(rest)].iter().find(|spelling| spelling.is_here(rest, at));
        if let Some(spelling) = spelling {
            buffer.clear();
            buffer.push_str(&word[..at]);
            buffer.push_str(spelling.american);
            buffer.push_str(&word[at + spelling.british.len()..]);
            std::mem::swap(word, buffer);
        }
        at += 1;
    }
    with_z(word);
}

/// A row of [`SPELLINGS`].
struct SpellingPair {
    at_start: bool,
    at_end: bool,
    british: &'static str,
    american: &'static str,
}

impl SpellingPair {
    /// Whether it begins here, `at` bytes into a word.
    fn is_here(&self, rest: &str, at: usize) -> bool {
        // Where the American form is longer, it may be there already.
        // The third letter decides most often, and is cheap to compare.
        rest.as_bytes().get(2) == Some(&self.british.as_bytes()[2])
            && rest.starts_with(self.british)
            && !(self.american.len() > self.british.len() && rest.starts_with(self.american))
            && (at == 0 || !self.at_start)
            && (rest.len() == self.british.len() || !self.at_end)
    }
}

/// [`SPELLINGS`] by the two letters that the British one begins with.
static BY_LETTERS: LazyLock<Vec<Vec<SpellingPair>>> = LazyLock::new(|| {
    let mut by_letters: Vec<Vec<SpellingPair>> = (0..26 * 26).map(|_| Vec::new()).collect();
    for (marked, american) in SPELLINGS {
        let (at_start, at_end) = (marked.starts_with('^'), marked.ends_with('$'));
        let british = bare(marked);
        by_letters[pair(british)].push(SpellingPair { at_start, at_end, british, american });
    }
    by_letters
});

/// The first two of some small letters, as a number.
fn pair(letters: &str) -> usize {
    let bytes = letters.as_bytes();
    usize::from(bytes[0] - b'a') * 26 + usize::from(bytes[1] - b'a')
}

/// A row's letters without the signs for its place.
fn bare(marked: &'static str) -> &'static str {
    marked.trim_start_matches('^').trim_end_matches('$')
}

/// `randomised` becomes `randomized`.
fn with_z(word: &mut String) {
    for ending in ["se", "sed", "sing", "ser"] {
        let Some(stem) = word.strip_suffix(ending) else { continue };
        if takes_z(stem) {
            let at = stem.len();
            word.replace_range(at..=at, "z");
            return;
        }
    }
}

/// Whether the `s` after a stem is a `z` in American.
fn takes_z(stem: &str) -> bool {
    let ends = |endings: &[&str]| endings.iter().any(|ending| stem.ends_with(ending));
    match stem.strip_suffix('y') {
        Some(stem) => ZY_ENDINGS.iter().any(|ending| stem.ends_with(ending)),
        None => stem.len() >= SHORTEST_STEM && ends(Z_ENDINGS) && !ends(NO_Z),
    }
}

/// How the American forms of words begin whose British ones begin so.
pub(super) fn beginnings(typed: &str) -> BTreeSet<String> {
    let mut found: BTreeSet<String> =
        SPELLINGS.iter().filter_map(|row| spelt_on(typed, *row)).collect();
    let whole = WHOLE.iter().filter(|(other, _)| other.starts_with(typed));
    found.extend(whole.map(|(_, whole)| (*whole).to_owned()));
    if let Some(stem) = typed.strip_suffix('s')
        && takes_z(stem)
    {
        found.insert(format!("{stem}z"));
    }
    found
}

/// A beginning that breaks off within a British spelling, with the American
/// one in its place; two letters of it have to be there.
fn spelt_on(typed: &str, (marked, american): (&'static str, &str)) -> Option<String> {
    let british = bare(marked);
    let alike = british.bytes().zip(american.bytes()).take_while(|(one, other)| one == other);
    let fewest = (alike.count() + 1).max(2);
    let length = (fewest..british.len()).rev().find(|at| typed.ends_with(&british[..*at]))?;
    let before = &typed[..typed.len() - length];
    (before.is_empty() || !marked.starts_with('^')).then(|| format!("{before}{american}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelt(word: &str) -> String {
        let (mut word, mut buffer) = (word.to_owned(), String::new());
        if word.len() > 4 {
            american(&mut word, &mut buffer)
        } else {
            short(&mut word)
        }
        word
    }

    #[test]
    fn british_words_are_made_american() {
        for (british, expected) in [
            ("multicentre", "multicenter"),
            ("centred", "centered"),
            ("millimetre", "millimeter"),
            ("programme", "program"),
            ("analogue", "analog"),
            ("defence", "defense"),
            ("practised", "practiced"),
            ("licence", "license"),
            ("judgement", "judgment"),
            ("enrol", "enroll"),
            ("skilful", "skillful"),
            ("anaesthetise", "anesthetize"),
            ("tranquilliser", "tranquilizer"),
            ("cauterised", "cauterized"),
            ("anonymised", "anonymized"),
            ("necrotising", "necrotizing"),
            ("hydrolysed", "hydrolyzed"),
            ("amoebic", "amebic"),
            ("oestradiol", "estradiol"),
            ("transoesophageal", "transesophageal"),
            ("gastrooesophageal", "gastroesophageal"),
            ("radiolabelled", "radiolabeled"),
            ("homoeopathic", "homeopathic"),
            ("naevus", "nevus"),
            ("leucoencephalopathy", "leukoencephalopathy"),
            ("remodelling", "remodeling"),
            ("neighbourhood", "neighborhood"),
            ("alfa", "alpha"),
            ("mcg", "ug"),
        ] {
            assert_eq!(spelt(british), expected);
        }
    }

    #[test]
    fn words_of_both_countries_stay() {
        for word in [
            "exercise",
            "precise",
            "promise",
            "compromised",
            "arising",
            "advise",
            "treatise",
            "programmed",
            "trimetrexate",
            "leucovorin",
            "alfalfa",
            "enrolled",
            "fulfill",
            "symmetrical",
            "disease",
            "otherwise",
            "surprise",
            "anise",
            "gastroesophageal",
            "immunocompromised",
            "glabellar",
        ] {
            assert_eq!(spelt(word), word);
        }
    }
}
