//! Every habit with what is said of it, and texts that show none.

use crate::query::parser::expression;

/// Place, message and hint of each notice.
fn said(typed: &str) -> Vec<String> {
    let parsed = expression(typed).expect(typed);
    let said = parsed.notices.iter();
    said.map(|one| format!("{}: {}; {}", &typed[one.span.clone()], one.message, one.hint)).collect()
}

#[test]
fn every_habit_is_recognised() {
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
            "a not b",
            "not: `not` is looked for like any other word; type `a NOT b` to exclude what follows",
        ),
        ("a && b", "&&: `&&` means nothing here; type `a AND b`"),
        ("a || b", "||: `||` means nothing here; type `a OR b`"),
        (
            "bone adj3 marrow",
            "adj3: `adj3` is looked for like any other word; type `bone NEAR/3 marrow` for words that stand near each other",
        ),
        (
            "bone adj \"marrow cell\"",
            "adj: `adj` is looked for like any other word; type `bone NEAR/1 \"marrow cell\"` for words that stand near each other",
        ),
        (
            "bone N3 marrow",
            "N3: `N3` is looked for like any other word; type `bone NEAR/3 marrow` for words that stand near each other",
        ),
        (
            "bone w/2 marrow",
            "w/2: `w/2` is looked for like any other word; type `bone NEAR/2 marrow` for words that stand near each other",
        ),
        (
            "bone near3 marrow",
            "near3: `near3` is looked for like any other word; type `bone NEAR/3 marrow` for words that stand near each other",
        ),
        (
            "anemi$",
            "anemi$: `anemi$` does not stand for other endings; type `anemi*` for all words that begin so",
        ),
        ("anemia.ti,ab.", "anemia.ti: `.ti` names no field here; type `AREA[TitleSearch]anemia`"),
        (
            "anemia.mp.",
            "anemia.mp.: `.mp` names no field here; type `anemia` alone; plain words are looked for in many fields",
        ),
        (
            "anemia/exp",
            "anemia/exp: `/exp` is not understood as a subject heading; type `EXPLODE[MeSH]anemia` for the heading and all below it",
        ),
        ("a -cancer", "-cancer: `-` before `cancer` does not exclude it; type `NOT cancer`"),
        (
            "+cancer",
            "+cancer: `+` before `cancer` means nothing here; type `cancer`; all words are looked for as it is",
        ),
        (
            "title:anemia",
            "title:anemia: `title:` is looked for like any other word; type `AREA[BriefTitle]anemia` to look in one field",
        ),
        (
            "title:\"a b\"",
            "title:: `title:` is looked for like any other word; type `AREA[BriefTitle]\"a b\"` to look in one field",
        ),
        (
            "phase:2",
            "phase:2: `phase:` is looked for like any other word; type `AREA[Phase]PHASE2` to look in one field",
        ),
        (
            "brieftitle:x",
            "brieftitle:x: `brieftitle:` is looked for like any other word; type `AREA[BriefTitle]x` to look in one field",
        ),
        (
            "m?n",
            "m?n: `?` within a word stands for nothing; type the words that are meant, with `OR` between them",
        ),
        (
            "'bone marrow'",
            "'bone: single quotes do not make a phrase; type double quotes: `\"bone marrow\"`",
        ),
        (
            "\"bone marrow\" ~3 x",
            "~3: `~3` after a phrase means nothing here; type `bone NEAR/3 marrow` for words that stand near each other",
        ),
        (
            "anemia~3",
            "anemia~3: `~3` asks for words that are too different; type `anemia~1` or `anemia~2`",
        ),
        (
            "ALL leukemia",
            "ALL: `ALL` stands for every study here; type `\\ALL` or `\"ALL\"` for the word",
        ),
        (
            "distance(1,2)",
            "distance: `distance(` is looked for like any other word; type `AREA[LocationGeoPoint]DISTANCE[39.0, -77.1, 50mi]`",
        ),
        (
            "teeth MISSING",
            "MISSING: `MISSING` stands for studies without a value here; type `\\MISSING` or `\"MISSING\"` for the word",
        ),
    ] {
        assert_eq!(said(typed), [expected], "{typed}");
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
        "anti-PD-1",
        "d'Arcy x",
        "why?",
        "Merck Sharp & Dohme LLC",
        "AREA[Phase]ALL",
        "U.S. FDA",
        "n of 1",
        "near misses",
        "3.098km",
        "and/or x",
        "-5 degrees",
        "a\\~3 b",
        "http://x",
        "patients' wishes",
    ] {
        assert_eq!(said(typed), Vec::<String>::new(), "{typed}");
    }
}
