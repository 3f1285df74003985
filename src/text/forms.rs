//! Which written forms are the same word: singular and plural, British and
//! American spelling.
//!
//! The rules for plurals extend those of Harman ("How effective is
//! suffixing?", JASIS 42, 1991) by the endings of medical Latin and Greek.
//! Verb forms are not conflated: the registry's own search does not do so
//! either.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use tantivy::tokenizer::{Token, TokenFilter, TokenStream, Tokenizer};

/// Plurals that no rule gives, and words that look like plurals.
#[rustfmt::skip]
const IRREGULAR: &[(&str, &str)] = &[
    ("bacteria", "bacterium"), ("children", "child"), ("criteria", "criterion"), ("doses", "dose"),
    ("feet", "foot"), ("indices", "index"), ("lice", "louse"), ("matrices", "matrix"),
    ("men", "man"), ("metastases", "metastasis"), ("mice", "mouse"), ("overdoses", "overdose"),
    ("phenomena", "phenomenon"), ("shoes", "shoe"), ("teeth", "tooth"), ("toes", "toe"),
    ("women", "woman"), ("noses", "nose"), ("purposes", "purpose"), ("exposes", "expose"),
    ("vertices", "vertex"), ("abuses", "abuse"), ("uses", "use"), ("fuses", "fuse"),
    ("misuses", "misuse"), ("glucoses", "glucose"), ("series", "series"), ("species", "species"),
    ("gas", "gas"), ("bias", "bias"), ("pancreas", "pancreas"), ("its", "its"), ("his", "his"),
    ("was", "was"), ("has", "has"), ("does", "does"), ("yes", "yes"), ("aids", "aids"),
];

/// Endings of plurals and what they become, tried in order; an empty plural
/// ending would be all words.
#[rustfmt::skip]
const PLURALS: &[(&str, &str)] = &[
    ("eies", "eies"), ("aies", "aies"), ("ies", "y"),
    ("yses", "ysis"), ("oses", "osis"), ("eses", "esis"),
    ("auses", "ause"), ("ouses", "ouse"), ("uses", "us"),
    ("sses", "ss"), ("xes", "x"), ("aches", "ache"), ("ches", "ch"), ("shes", "sh"),
    ("oes", "o"), ("aes", "aes"), ("ees", "ee"), ("es", "e"),
    ("brae", "bra"), ("ulae", "ula"), ("mata", "ma"),
    ("us", "us"), ("ss", "ss"), ("is", "is"), ("s", ""),
];

/// British spellings inside words and the American ones, each with the
/// letters that it has to stand at the beginning of (`^`), or anywhere.
#[rustfmt::skip]
const SPELLINGS: &[(&str, &str)] = &[
    ("aem", "em"), ("^haem", "hem"), ("anaes", "anes"), ("paed", "ped"), ("caec", "cec"), ("gynaec", "gynec"),
    ("^aetio", "etio"), ("faec", "fec"), ("caesar", "cesar"), ("orthopaed", "orthoped"),
    ("^oes", "es"), ("^oed", "ed"), ("oedem", "edem"), ("^foet", "fet"), ("rrhoea", "rrhea"), ("pnoea", "pnea"),
    ("coeli", "celi"), ("oestr", "estr"), ("homoeo", "homeo"), ("manoeuv", "maneuv"),
    ("tumour", "tumor"), ("colour", "color"), ("behaviour", "behavior"), ("labour", "labor"),
    ("favour", "favor"), ("humour", "humor"), ("odour", "odor"), ("flavour", "flavor"), ("rumour", "rumor"),
    ("vapour", "vapor"), ("^neighbour", "neighbor"),
    ("isation", "ization"), ("sulph", "sulf"), ("^centre", "center"), ("^fibre", "fiber"), ("litre", "liter"),
    ("^programme", "program"), ("titre", "titer"), ("calibre", "caliber"),
    ("counsell", "counsel"), ("labell", "label"), ("modell", "model"), ("travell", "travel"),
    ("fulfil", "fulfill"), ("enrolment", "enrollment"), ("ageing", "aging"), ("^grey", "gray"),
    ("leucocyt", "leukocyt"), ("leucopeni", "leukopeni"), ("aluminium", "aluminum"), ("^dietician", "dietitian"),
];

/// Words in `-ise` and `-yse` whose American form has a `z`, by what stands
/// before the ending.
#[rustfmt::skip]
const Z_STEMS: &[&str] = &[
    "randomi", "hospitali", "characteri", "minimi", "maximi", "optimi", "standardi", "categori", "stabili",
    "immuni", "sensiti", "metaboli", "mobili", "normali", "organi", "recogni", "summari", "utili", "visuali",
    "individuali", "locali", "generali", "steril", "sterili", "anal", "paral", "hydrol", "dial", "catal",
    "cauteri", "crystalli", "neutrali", "oxidi", "polymeri", "prioriti", "finali", "speciali", "symboli",
    "institutionali", "desensiti", "customi", "computeri", "emphasi", "hypothesi", "synthesi", "revasculari",
    "vasculari", "recanali", "emboli", "moisturi", "vapori", "nebuli", "humani", "harmoni", "colori",
];

/// Gives each word the form that all its forms share.
#[derive(Debug, Clone, Copy)]
pub(super) struct Forms;

/// A tokenizer whose words get their shared form.
#[derive(Debug, Clone)]
pub(super) struct Formed<T> {
    inner: T,
    buffer: String,
}

/// Its words.
pub(super) struct FormedStream<'a, T> {
    tail: T,
    buffer: &'a mut String,
}

impl TokenFilter for Forms {
    type Tokenizer<T: Tokenizer> = Formed<T>;

    fn transform<T: Tokenizer>(self, inner: T) -> Formed<T> {
        Formed { inner, buffer: String::new() }
    }
}

impl<T: Tokenizer> Tokenizer for Formed<T> {
    type TokenStream<'a> = FormedStream<'a, T::TokenStream<'a>>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Self::TokenStream<'a> {
        FormedStream { tail: self.inner.token_stream(text), buffer: &mut self.buffer }
    }
}

impl<T: TokenStream> TokenStream for FormedStream<'_, T> {
    fn advance(&mut self) -> bool {
        let more = self.tail.advance();
        if more {
            shared_form(&mut self.tail.token_mut().text, self.buffer);
        }
        more
    }

    fn token(&self) -> &Token {
        self.tail.token()
    }

    fn token_mut(&mut self) -> &mut Token {
        self.tail.token_mut()
    }
}

/// Turns a folded word into the form that all its forms share. `buffer` is
/// room to work in.
fn shared_form(word: &mut String, buffer: &mut String) {
    // Short words and those with digits are codes and symbols.
    if word.len() < 3 || !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return;
    }
    singular(word);
    if word.len() > 4 {
        american(word, buffer);
    }
}

fn singular(word: &mut String) {
    // Every plural that is not in the table ends so.
    if !word.ends_with(['s', 'e', 'a', 'n', 't', 'h']) {
        return;
    }
    if let Some((_, one)) = IRREGULAR.iter().find(|(many, _)| *many == word.as_str()) {
        word.clear();
        word.push_str(one);
        return;
    }
    if !word.ends_with('s') && !word.ends_with("ae") && !word.ends_with("mata") {
        return;
    }
    let ending = PLURALS.iter().find(|(many, _)| word.len() > many.len() && word.ends_with(many));
    if let Some((many, one)) = ending {
        // What is left is a word, not a letter or two.
        if word.len() - many.len() + one.len() >= 2 {
            word.truncate(word.len() - many.len());
            word.push_str(one);
        }
    }
}

/// [`SPELLINGS`] by the letter that the British one begins with.
static BY_LETTER: LazyLock<[Vec<Spelling>; 26]> = LazyLock::new(|| {
    let mut by_letter: [Vec<Spelling>; 26] = Default::default();
    for (british, american) in SPELLINGS {
        let bare = british.trim_start_matches('^');
        let letter = usize::from(bare.as_bytes()[0] - b'a');
        by_letter[letter].push(Spelling { at_start: bare != *british, british: bare, american });
    }
    by_letter
});

/// A row of [`SPELLINGS`].
struct Spelling {
    at_start: bool,
    british: &'static str,
    american: &'static str,
}

fn american(word: &mut String, buffer: &mut String) {
    let mut at = 0;
    while at + 1 < word.len() {
        let rest = &word[at..];
        let letter = usize::from(rest.as_bytes()[0] - b'a');
        let spelling = BY_LETTER[letter].iter().find(|spelling| {
            // Where the American form is longer, it may be there already.
            rest.starts_with(spelling.british)
                && !rest.starts_with(spelling.american)
                && (at == 0 || !spelling.at_start)
        });
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

/// Letters that a beginning has at least, so that it does not stand for too
/// many words.
const SHORTEST: usize = 3;

/// How the shared forms of words begin whose written forms begin with folded
/// letters: `haem` is `hem` there, `tumou` is `tumor`, `therapie` is `therapy`.
pub(super) fn beginnings(typed: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::from([typed.to_owned()]);
    if !typed.bytes().all(|byte| byte.is_ascii_lowercase()) || typed.is_empty() {
        return found;
    }
    let mut spelt = typed.to_owned();
    american(&mut spelt, &mut String::new());
    let whole = if spelt.len() < SHORTEST { typed } else { spelt.as_str() };
    let mut plural = format!("{typed}s");
    singular(&mut plural);
    found.insert(whole.to_owned());
    found.insert(plural);
    found.extend(SPELLINGS.iter().filter_map(|row| spelt_on(whole, *row)));
    if let Some(stem) = whole.strip_suffix('s')
        && Z_STEMS.contains(&stem.strip_suffix('y').unwrap_or(stem))
    {
        found.insert(format!("{stem}z"));
    }
    found.retain(|one| one == typed || one.len() >= SHORTEST && !one.starts_with(typed));
    found
}

/// A beginning that breaks off within a British spelling, with the American
/// one in its place; two letters of it have to be there.
fn spelt_on(typed: &str, (british, american): (&str, &str)) -> Option<String> {
    let bare = british.trim_start_matches('^');
    let alike = bare.bytes().zip(american.bytes()).take_while(|(one, other)| one == other).count();
    let fewest = (alike + 1).max(2);
    let length = (fewest..bare.len()).rev().find(|length| typed.ends_with(&bare[..*length]))?;
    let before = &typed[..typed.len() - length];
    (before.is_empty() || bare == british).then(|| format!("{before}{american}"))
}

/// `randomised` becomes `randomized`.
fn with_z(word: &mut String) {
    for ending in ["se", "sed", "sing", "ser"] {
        let Some(before) = word.strip_suffix(ending) else { continue };
        let stem = before.strip_suffix('y').unwrap_or(before);
        if Z_STEMS.contains(&stem) && (stem.len() < before.len() || stem.ends_with('i')) {
            let at = before.len();
            word.replace_range(at..=at, "z");
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(word: &str) -> String {
        let (mut word, mut buffer) = (word.to_owned(), String::new());
        shared_form(&mut word, &mut buffer);
        word
    }

    #[test]
    fn a_beginning_is_that_of_all_spellings() {
        for (typed, shared) in [
            ("haem", "hem"),
            ("haemat", "hemat"),
            ("anae", "anes"),
            ("leukae", "leukem"),
            ("tumou", "tumor"),
            ("randomis", "randomiz"),
            ("hospitalisa", "hospitalization"),
            ("analys", "analyz"),
            ("therapie", "therapy"),
            ("metastase", "metastasis"),
            ("oes", "estr"),
        ] {
            let found = beginnings(typed);
            assert!(found.contains(shared) && found.contains(typed), "{typed}: {found:?}");
        }
        for typed in ["cas", "mas", "les", "tumor", "sta", "il2", "ß"] {
            assert_eq!(beginnings(typed), BTreeSet::from([typed.to_owned()]));
        }
    }

    #[test]
    fn plurals_meet_their_singular() {
        for (one, many) in [
            ("biopsy", "biopsies"),
            ("diagnosis", "diagnoses"),
            ("analysis", "analyses"),
            ("prosthesis", "prostheses"),
            ("virus", "viruses"),
            ("cause", "causes"),
            ("disease", "diseases"),
            ("illness", "illnesses"),
            ("complex", "complexes"),
            ("headache", "headaches"),
            ("branch", "branches"),
            ("tumor", "tumors"),
            ("vertebra", "vertebrae"),
            ("carcinoma", "carcinomata"),
            ("child", "children"),
            ("knee", "knees"),
            ("metastasis", "metastases"),
            ("dose", "doses"),
            ("cancer", "cancers"),
        ] {
            assert_eq!(form(one), form(many), "{one}");
        }
    }

    #[test]
    fn british_words_meet_american_ones() {
        for (british, american) in [
            ("anaemia", "anemia"),
            ("anaemias", "anemia"),
            ("ischaemic", "ischemic"),
            ("haemophilia", "hemophilia"),
            ("paediatrics", "pediatric"),
            ("oedema", "edema"),
            ("lymphoedema", "lymphedema"),
            ("oesophageal", "esophageal"),
            ("oestrogen", "estrogen"),
            ("tumours", "tumor"),
            ("behavioural", "behavioral"),
            ("randomised", "randomized"),
            ("randomisation", "randomization"),
            ("analysed", "analyzed"),
            ("diarrhoea", "diarrhea"),
            ("apnoea", "apnea"),
            ("anaesthesia", "anesthesia"),
            ("gynaecological", "gynecological"),
            ("leukaemia", "leukemia"),
            ("sulphate", "sulfate"),
            ("centres", "center"),
            ("fulfilled", "fulfilled"),
        ] {
            assert_eq!(form(british), form(american), "{british}");
        }
    }

    #[test]
    fn different_words_stay_apart() {
        for (one, other) in [
            ("virus", "vir"),
            ("diabetes", "diabetic"),
            ("exercise", "exert"),
            ("disease", "dizease"),
            ("precise", "precize"),
            ("il2", "il12"),
            ("does", "doe"),
            ("aids", "aid"),
            ("randomise", "random"),
        ] {
            assert_ne!(form(one), form(other), "{one}");
        }
        assert_eq!(form("exercised"), "exercised");
        assert_eq!(form("bcl2s"), "bcl2s");
    }

    #[test]
    fn a_form_is_its_own_form() {
        for word in ["diabetes", "viruses", "anaemias", "randomises", "aplasias", "series"] {
            assert_eq!(form(&form(word)), form(word), "{word}");
        }
    }
}
