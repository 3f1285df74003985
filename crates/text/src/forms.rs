//! Which written forms are the same word: singular and plural, British and
//! American spelling.
//!
//! Verb forms are not conflated: the registry's own search does not do so
//! either.

use std::collections::BTreeSet;

use tantivy::tokenizer::{Token, TokenFilter, TokenStream, Tokenizer};

use super::plurals::singular;
use super::spelling::{self, american};

/// Gives each word the form that all its forms share.
#[derive(Debug, Clone, Copy)]
pub(super) struct FormFilter;

/// A tokenizer whose words get their shared form.
#[derive(Debug, Clone)]
pub(super) struct FormTokenizer<T> {
    inner: T,
    buffer: String,
}

/// Its words.
pub(super) struct FormedStream<'a, T> {
    tail: T,
    buffer: &'a mut String,
}

impl TokenFilter for FormFilter {
    type Tokenizer<T: Tokenizer> = FormTokenizer<T>;

    fn transform<T: Tokenizer>(self, inner: T) -> FormTokenizer<T> {
        FormTokenizer { inner, buffer: String::new() }
    }
}

impl<T: Tokenizer> Tokenizer for FormTokenizer<T> {
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
    } else {
        spelling::short(word);
    }
}

/// The fewest letters of a word's beginning, so that it does not match too many
/// words.
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
    found.extend(spelling::beginnings(whole));
    found.retain(|one| one == typed || one.len() >= SHORTEST && !one.starts_with(typed));
    found
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
            ("multicentr", "multicenter"),
            ("programme", "program"),
            ("personalis", "personaliz"),
            ("alf", "alpha"),
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
