//! Every habit with its diagnostic, and texts that show none.

use proptest::prelude::*;

use super::{Habit, TokenPlace, TypedText, WORDS, of_word, sign_habits};
use crate::Diagnostic;
use crate::diagnostics::DiagnosticReport;
use crate::expression::expression;
use crate::lexer::tokens;

fn shown(typed: &str, found: &[Diagnostic]) -> Vec<String> {
    let said = found.iter();
    said.map(|one| format!("{}: {}; {}", &typed[one.span.clone()], one.message, one.hint)).collect()
}

/// Place, message and hint of each notice.
fn noted(typed: &str) -> Vec<String> {
    shown(typed, &expression(typed).expect(typed).notices)
}

/// What to type instead of a text that is refused.
fn instead(typed: &str) -> String {
    let wrong = expression(typed).expect_err(typed);
    let hint = wrong.first().map(|one| one.hint.as_str()).unwrap_or_default();
    hint.split('`').nth(1).unwrap_or_default().to_owned()
}

#[test]
fn what_is_typed_for_another_system_is_refused() {
    for (typed, whole) in [
        ("a && b", "a AND b"),
        ("a || b", "a OR b"),
        ("a | b", "a OR b"),
        ("!cancer", "NOT cancer"),
        ("a -cancer", "a NOT cancer"),
        ("+asthma -cancer", "asthma NOT cancer"),
        ("asthma AND/OR copd", "asthma OR copd"),
        ("asthma near child", "asthma NEAR/5 child"),
        ("\"bone marrow\"~3 x", "bone NEAR/3 marrow AND x"),
        ("asthma^2", "asthma"),
        ("{bone marrow}", "\"bone marrow\""),
        ("title:anemia", "AREA[TitleSearch]anemia"),
        ("title:\"a b\"", "AREA[TitleSearch]\"a b\""),
        ("Title: asthma", "AREA[TitleSearch]asthma"),
        ("Condition: heart failure", "AREA[ConditionSearch]heart failure"),
        ("sponsor: Pfizer", "AREA[SponsorSearch]Pfizer"),
        ("status: recruiting", "AREA[OverallStatus]RECRUITING"),
        ("phase:2", "AREA[Phase]PHASE2"),
        ("phase=2", "AREA[Phase]PHASE2"),
        ("asthma phase=2", "asthma AND AREA[Phase]PHASE2"),
        ("sex=female", "AREA[Sex](FEMALE OR \"ALL\")"),
        ("enrollment>100", "AREA[EnrollmentCount]RANGE[101, MAX]"),
        ("enrollment >= 100", "AREA[EnrollmentCount]RANGE[100, MAX]"),
        ("start date: 2015", "AREA[StartDate]2015"),
        ("age > 65", "{age} \'>65'"),
        ("-placebo depression", "(NOT placebo) AND depression"),
        ("!asthma copd", "(NOT asthma) AND copd"),
        ("gout -child severe", "gout AND (NOT child) AND severe"),
        ("gout -child", "gout NOT child"),
        ("age>65 years", "{age} \'>65 years'"),
        ("brieftitle:x", "AREA[BriefTitle]x"),
        ("ab:asthma", "asthma"),
        ("tw:(asthma)", "(asthma)"),
        ("TOPIC: (asthma)", "(asthma)"),
        ("ti(asthma)", "AREA[TitleSearch](asthma)"),
        ("MESH.EXACT(\"Asthma\")", "EXPLODE[MeSH](\"Asthma\")"),
        ("Asthma/drug therapy", "EXPLODE[MeSH]Asthma"),
        ("asthma since 2015", "asthma AND AREA[StartDate]RANGE[2015, MAX]"),
        ("asthma after 2015", "asthma AND AREA[StartDate]RANGE[2016, MAX]"),
        ("asthma before 2015", "asthma AND AREA[StartDate]RANGE[MIN, 2014]"),
        ("asthma 2015-2020", "asthma AND AREA[StartDate]RANGE[2015, 2020]"),
        ("asthma from 2015 to 2020", "asthma AND AREA[StartDate]RANGE[2015, 2020]"),
        ("https://doi.org/10.9999/x.1", "AREA[ReferenceCitation]\"10.9999/x.1\""),
        ("-\"bone marrow\" gout", "(NOT \"bone marrow\") AND gout"),
        ("gout -\"bone marrow\"", "gout NOT \"bone marrow\""),
        ("gout -(child OR adult) severe", "gout AND (NOT (child OR adult)) AND severe"),
        ("gout \u{ac}child", "gout NOT child"),
        ("gout since January 2020", "gout AND AREA[StartDate]RANGE[2020-01, MAX]"),
        ("gout since 2020-01-31", "gout AND AREA[StartDate]RANGE[2020-01-31, MAX]"),
        ("gout after March 2015", "gout AND AREA[StartDate]RANGE[2015-04, MAX]"),
        ("gout prior to 15 March 2015", "gout AND AREA[StartDate]RANGE[MIN, 2015-03-14]"),
        ("gout 2015 - 2020", "gout AND AREA[StartDate]RANGE[2015, 2020]"),
        ("gout 2015 to present", "gout AND AREA[StartDate]RANGE[2015, MAX]"),
        ("gout 2015+", "gout AND AREA[StartDate]RANGE[2015, MAX]"),
        (
            "gout between January 2010 and March 2015",
            "gout AND AREA[StartDate]RANGE[2010-01, 2015-03]",
        ),
        ("phase: II", "AREA[Phase]PHASE2"),
        ("phase: not 2", "NOT AREA[Phase]PHASE2"),
        ("sex: women", "AREA[Sex](FEMALE OR \"ALL\")"),
        ("status: open", "AREA[OverallStatus]RECRUITING"),
        ("country: not US", "NOT AREA[LocationCountryCode]US"),
        ("country: Germany, France", "AREA[LocationCountryCode](\"DE\" OR \"FR\")"),
        ("tumo$r", "tumo?r"),
        ("titel:gout", "AREA[TitleSearch]gout"),
        ("site:leipzig", "AREA[LocationSearch]leipzig"),
        ("sample size > 100", "AREA[EnrollmentCount]RANGE[101, MAX]"),
        ("10.9999/S01(20)3-5", "AREA[ReferenceCitation]\"10.9999/S01(20)3-5\""),
        ("doi: 10.9999/S01(20)3-5", "AREA[ReferenceCitation]\"10.9999/S01(20)3-5\""),
        ("PMID: 90000001", "AREA[ReferencePMID]90000001"),
        ("anemia~3", "anemia~1"),
        ("distance(1,2)", "AREA[LocationGeoPoint]DISTANCE[39.0, -77.1, 50mi]"),
        ("gout|asthma", "gout OR asthma"),
        ("gout&&asthma", "gout AND asthma"),
        ("gout AND-NOT child", "gout NOT child"),
        ("gout EXCEPT child", "gout NOT child"),
        ("gout WITHOUT child", "gout NOT child"),
        ("gout BUT NOT child", "gout NOT child"),
        ("gout ODER asthma", "gout OR asthma"),
        ("gout XOR asthma", "(a OR b) NOT (a AND b)"),
    ] {
        assert_eq!(instead(typed), whole, "{typed}");
        if !whole.starts_with("{age}") {
            let parsed = expression(whole).unwrap_or_else(|wrong| panic!("{whole}: {wrong:?}"));
            assert_eq!(parsed.notices, [], "{whole}");
        }
    }
}

#[test]
fn what_may_be_words_is_noted() {
    for (typed, expected) in [
        (
            "a or b",
            "or: `or` is looked for like any other word; type `a OR b` for either of the two",
        ),
        (
            "head and neck",
            "and: `and` is looked for like any other word; type `head AND neck` if both are wanted, or leave it out",
        ),
        (
            "bone N3 marrow",
            "N3: `N3` is looked for like any other word; type `bone NEAR/3 marrow` for words near each other",
        ),
        (
            "an$",
            "an$: `an$` does not match other endings; type the words that are meant, with `OR` between them",
        ),
        (
            "90000001",
            "90000001: `90000001` is looked for like any other word; type `NCT90000001` for the number of a study",
        ),
        (
            "NCT9OOOOOO1 gout",
            "NCT9OOOOOO1: `NCT9OOOOOO1` is looked for like any other word; type `NCT90000001` for the number of a study",
        ),
        (
            "colour:red",
            "colour:red: no field is called `colour`: its words are looked for; `trialdex fields` lists what can be compared",
        ),
        (
            "gout in 2020",
            "in 2020: years are looked for as words; type `AREA[StartDate]2020` for the start of a study",
        ),
        (
            "gout last 5 years",
            "last 5 years: a time is looked for as words; type the first year or month, as in `AREA[StartDate]RANGE[2020, MAX]`, for the start of a study",
        ),
        (
            "women aged 18-45 gout",
            "aged 18-45: ages and sexes are looked for as words; type `{age} '18-45'` beside the other words",
        ),
        (
            "gout 65 years and older",
            "65 years and older: ages and sexes are looked for as words; type `{age} '65 years and older'` beside the other words",
        ),
        (
            "gout under 12",
            "under 12: ages and sexes are looked for as words; type `{age} 'under 12'` beside the other words",
        ),
        (
            "gout women only",
            "women only: ages and sexes are looked for as words; type `{sex} only-female` beside the other words",
        ),
        (
            "gout >65",
            "gout >65: no field is called `gout`: its words are looked for; type `{age} '>65'` for ages beside the other words",
        ),
        (
            "gout > 2015",
            "gout > 2015: no field is called `gout`: its words are looked for; type `AREA[StartDate]RANGE[2016, MAX]` for the start of a study",
        ),
        (
            "~anemia",
            "~anemia: `~` is no operator here; type `anemia~1` for words like it, or `NOT anemia` to exclude it",
        ),
        (
            "bone adj3 marrow",
            "adj3: `adj3` is looked for like any other word; type `bone NEAR/3 marrow` for words near each other",
        ),
        (
            "bone w/2 marrow",
            "w/2: `w/2` is looked for like any other word; type `bone NEAR/2 marrow` for words near each other",
        ),
        (
            "bone near3 marrow",
            "near3: `near3` is looked for like any other word; type `bone NEAR/3 marrow` for words near each other",
        ),
        (
            "teeth MISSING",
            "MISSING: `MISSING` means studies without a value here; type `\\MISSING` or `\"MISSING\"` for the word",
        ),
        (
            "m*n",
            "m*n: `*` within a word has no meaning; type the words that are meant, with `OR` between them",
        ),
        (
            "'bone marrow'",
            "'bone: single quotes do not make a phrase; type double quotes: `\"bone marrow\"`",
        ),
        (
            "BMI<30",
            "BMI<30: no field is called `BMI`: its words are looked for; `trialdex fields` lists what can be compared",
        ),
        (
            "influenza vaccine 2015-2016",
            "2015-2016: years are looked for as words; type `AREA[StartDate]RANGE[2015, 2016]` for the start of a study",
        ),
        (
            "metformin after 2000 mg",
            "after 2000: years are looked for as words; type `AREA[StartDate]RANGE[2001, MAX]` for the start of a study",
        ),
        (
            "https://clinicaltrials.gov/study/NCT90000001",
            "https://clinicaltrials.gov/study/NCT90000001: of the address, the number `NCT90000001` is looked for; type `NCT90000001`",
        ),
        (
            "ALL leukemia",
            "ALL: `ALL` means every study here; type `\\ALL` or `\"ALL\"` for the word",
        ),
    ] {
        assert_eq!(noted(typed), [expected], "{typed}");
    }
}

#[test]
fn words_that_join_are_noted_with_the_expression_they_may_mean() {
    for (typed, words, said) in [
        ("either gout or asthma", "or", "gout OR asthma"),
        ("both gout and asthma", "and", "gout AND asthma"),
        ("neither gout nor asthma", "nor", "NOT (gout OR asthma)"),
        ("gout, asthma, or copd", "or", "gout OR asthma OR copd"),
        ("gout, asthma or copd", "or", "gout OR asthma OR copd"),
        ("gout, asthma, and copd", "and", "gout AND asthma AND copd"),
        ("lung or breast cancer", "or", "lung OR breast cancer"),
        ("condition (gout or asthma)", "or", "condition (gout OR asthma)"),
        ("gout but not asthma", "but not", "gout NOT asthma"),
        ("gout and not asthma", "and not", "gout NOT asthma"),
        ("gout, not asthma", "not", "gout NOT asthma"),
        ("gout without asthma", "without", "gout NOT asthma"),
        ("gout except asthma", "except", "gout NOT asthma"),
        ("gout other than asthma", "other than", "gout NOT asthma"),
        ("not gout", "not", "NOT gout"),
        ("gout - asthma", "-", "gout NOT asthma"),
        ("gout + copd - asthma", "-", "gout + copd NOT asthma"),
    ] {
        let noted = noted(typed);
        let expected = format!("type `{said}`");
        assert!(noted[0].starts_with(&format!("{words}: ")), "{typed}: {noted:?}");
        assert!(noted.len() == 1 && noted[0].contains(&expected), "{typed}: {noted:?}");
        expression(said).unwrap_or_else(|wrong| panic!("{said}: {wrong:?}"));
    }
    let both = &noted("lung or breast cancer")[0];
    assert!(both.ends_with("or `(lung OR breast) cancer`, for either of the two"), "{both}");
}

#[test]
fn signs_without_a_counterpart_are_noted_among_plain_words() {
    for (typed, message) in [
        ("some lymphoma (SL))", "): no parenthesis is open here"),
        ("some disease (with a form", "(: the parenthesis is not closed"),
        (
            "drug x in the treatment of Crohn\"s disease of children",
            "\": the quote is not closed, and makes no phrase",
        ),
    ] {
        let noted = noted(typed);
        assert!(noted.len() == 1 && noted[0].starts_with(message), "{typed}: {noted:?}");
    }
    for typed in ["(gout", "gout)", "(gout or asthma", "\"bone marrow", "gout AND (asthma OR copd"]
    {
        assert!(expression(typed).is_err(), "{typed}");
    }
}

#[test]
fn quotes_of_other_languages_make_phrases() {
    for (open, close) in [
        ('\u{ab}', '\u{bb}'),
        ('\u{2039}', '\u{203a}'),
        ('\u{201e}', '"'),
        ('\u{300c}', '\u{300d}'),
    ] {
        let typed = format!("{open}bone marrow{close} gout");
        assert_eq!(
            expression(&typed).map(|parsed| parsed.expr.to_string()),
            Ok("\"bone marrow\" AND gout".to_owned()),
            "{typed}"
        );
    }
}

#[test]
fn plain_words_show_no_habit() {
    for typed in [
        "lung cancer",
        "T2 N3 M0",
        "and",
        "\"a or b\"",
        "CD4:CD8 1:1",
        "CD4+/CD8+",
        "IL-2/IL-15",
        "mg/ml his/her",
        "HER2+ TI-RADS",
        "anti-PD-1",
        "d'Arcy x",
        "why?",
        "Merck Sharp & Dohme LLC",
        "AREA[Phase]ALL",
        "U.S. FDA",
        "n of 1",
        "near misses",
        "near infrared spectroscopy",
        "patients near the end of life",
        "10^6 cells kg/m^2",
        "phase 2",
        "age related macular degeneration",
        "S1 S100 protein",
        "exp",
        "50% reduction",
        "\u{2265}65 years",
        "3.098km",
        "and/or x",
        "-5 degrees",
        "(R)-ketamine",
        "a\\~3 b",
        "\\title:x \\-y \\age > 65",
        "http://x",
        "patients' wishes",
        "asthma 2015",
        "migraine without aura",
        "drug a with or without drug b",
        "gout + asthma",
        "R&D",
        "5 - 10 mg",
        "over 65 mg daily",
        "5 years follow up",
        "in vitro 2020",
        "anemia [colour]",
        "anemia []",
        "HLA-B*27",
        "adj3",
        "teeth w/2",
        "near3",
    ] {
        assert_eq!(noted(typed), Vec::<String>::new(), "{typed}");
    }
}

#[test]
fn titles_are_never_refused() {
    for typed in [
        "Treatment: a randomised trial of budesonide and formoterol in children with asthma",
        "A trial of drug X -drug Y in adults (age > 65) with acute leukaemia in remission",
        "Influenza vaccine in the seasons from 2015 to 2020 in adults and children of all ages",
    ] {
        assert!(expression(typed).is_ok(), "{typed}");
    }
}

#[test]
fn words_are_printed_so_that_they_stay_words() {
    for typed in [
        "\\\u{ab}a b\u{bb}",
        "\\title:x",
        "\\-child y",
        "a \\near b",
        "a \\AND\\/OR b",
        "\\heparin.tw",
    ] {
        let printed = expression(typed).expect(typed).expr.to_string();
        let again = expression(&printed).unwrap_or_else(|wrong| panic!("{printed}: {wrong:?}"));
        assert_eq!(again.expr.to_string(), printed, "{typed}");
    }
}

/// Parts of texts, with the habits of many systems among them.
const PARTS: [&str; 48] = [
    "asthma",
    "Asthma",
    "since",
    "2015",
    "March",
    "2015-2020",
    "2015+",
    ">=2015",
    "from",
    "to",
    "last",
    "five",
    "years",
    "aged",
    "65",
    "over",
    "women",
    "only",
    "and",
    "or",
    "nor",
    "not",
    "but",
    "without",
    "NEAR",
    "near",
    "n3",
    "adj",
    "W/2",
    "XOR",
    "-",
    "-cancer",
    "~x",
    "a|b",
    "&&",
    "and/or",
    "asthma^2",
    "{a",
    "b}",
    "anemi$",
    "m?n",
    "'bone",
    "marrow'",
    "title:",
    "phase=2",
    "BMI<30",
    "doi",
    "Gout/diagnosis",
];

/// The habit of a word by all functions, whatever they need.
fn of_word_by_all(place: TokenPlace, word: &str) -> Option<Habit> {
    let mut shown = WORDS.iter().filter_map(|(_, habit)| habit(place, word));
    shown.next().or_else(|| sign_habits::single_quotes(place, word))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn no_habit_is_missed_for_what_it_needs(
        parts in prop::collection::vec(prop::sample::select(&PARTS[..]), 1..9),
        glue in prop::sample::select(&[" ", " ", " ", "", "\u{a0}"][..]),
    ) {
        let typed = parts.join(glue);
        let found = tokens(&typed, &mut DiagnosticReport::default());
        let text = TypedText::new(&typed, &found);
        for at in 0..found.len() {
            let place = TokenPlace { text, at };
            if let Some(word) = text.bare(at) {
                prop_assert_eq!(of_word(place, word), of_word_by_all(place, word), "{}", typed);
            }
        }
    }
}
