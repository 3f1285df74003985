//! Trees, messages, and that printing and parsing are inverse.

use super::*;
use crate::expression::{expression, read};
use crate::geo_circle::DistanceUnit;
use crate::meaning::{Coverage, Expansion, WordMatching};
use crate::syntax::Hierarchy;
use crate::syntax::RangeBound;
use crate::syntax::SearchScope;
use crate::word_syntax::whole;

fn tree(typed: &str) -> Expr {
    match expression(typed) {
        Ok(parsed) => parsed.expr,
        Err(wrong) => panic!("{typed}: {wrong:?}"),
    }
}

fn printed(typed: &str) -> String {
    tree(typed).to_string()
}

/// Every diagnostic as place, message and hint.
fn complaints(typed: &str) -> Vec<String> {
    let wrong = expression(typed).expect_err(typed);
    wrong.iter().map(|one| format!("{:?} {}; {}", one.span, one.message, one.hint)).collect()
}

fn messages(typed: &str) -> Vec<String> {
    let wrong = expression(typed).expect_err(typed);
    wrong.into_iter().map(|one| one.message).collect()
}

#[test]
fn precedence_and_implicit_and() {
    for (typed, expected) in [
        ("lung   cancer", "lung cancer"),
        ("a b OR c", "a b OR c"),
        ("a OR b AND c", "a OR b AND c"),
        ("(a OR b) AND c", "(a OR b) AND c"),
        ("((a)) AND (b AND c)", "a AND b AND c"),
        ("pain NOT cancer", "pain AND NOT cancer"),
        ("a AND NOT b", "a AND NOT b"),
        ("NOT NOT a", "NOT NOT a"),
        ("lung cancer (NSCLC)", "lung cancer AND NSCLC"),
        ("lung \"overall survival\"", "lung AND \"overall survival\""),
        ("Carcinoma NOT Otherwise Specified", "Carcinoma AND NOT Otherwise Specified"),
        (", diabetes,, hypertension ,", "diabetes AND hypertension"),
        ("AREA[Phase]PHASE2 OR PHASE3", "AREA[Phase]PHASE2 OR PHASE3"),
        ("AREA[StdAge] ( CHILD OR ADULT )", "AREA[StdAge](CHILD OR ADULT)"),
        ("EXPAND[None]COVER[FullMatch] \"x y\"", "EXPANSION[None]COVERAGE[FullMatch]\"x y\""),
        ("AREA[GENDER]\\ALL", "AREA[Sex]\\ALL"),
        ("AREA[x] NOT (a OR b)", "AREA[x]NOT (a OR b)"),
        (
            "TILT[StudyFirstPostDate]\u{201c}heart attack\u{201d}",
            "TILT[StudyFirstPostDate]\"heart attack\"",
        ),
        ("SEARCH[Location](a b)", "SEARCH[Location]a b"),
        ("MIN MAX 5 mg", "MIN MAX 5 mg"),
        ("ALL AND MISSING", "ALL AND MISSING"),
        ("RANGE[ MIN,16  years ]", "RANGE[MIN, 16 years]"),
        ("RANGE[\"Active, not\", \"MAX\"]", "RANGE[\"Active, not\", \"MAX\"]"),
        ("DISTANCE[39.0019296, -77.1,3.098 km]", "DISTANCE[39.0019296, -77.1, 3.098km]"),
        (
            "bone NEAR/3 \"stem cell\" NEAR/3 graft AND x",
            "bone NEAR/3 \"stem cell\" NEAR/3 graft AND x",
        ),
        ("anemi* OR anemia~ \"bone marro*\"", "anemi* OR anemia~1 AND \"bone marro*\""),
    ] {
        assert_eq!(printed(typed), expected, "{typed}");
    }
}

#[test]
fn places_are_those_of_the_typed_text() {
    let typed = "  a b OR (AREA[Phase] PHASE2)";
    let ExprKind::Or(parts) = tree(typed).kind else { panic!("{typed}") };
    let spans: Vec<&str> = parts.iter().map(|part| &typed[part.span.clone()]).collect();
    assert_eq!(spans, ["a b", "(AREA[Phase] PHASE2)"]);
}

#[test]
fn messages_say_what_to_type() {
    for (typed, expected) in [
        ("", "0..0 no words to look for; type some, such as `trialdex search aplastic anemia`"),
        (" , ", "0..3 no words to look for; type some, such as `trialdex search aplastic anemia`"),
        (
            "OR a",
            "0..2 there is nothing before `OR`; type what to look for before it, or `\\OR` for the word",
        ),
        (
            "a AND",
            "2..5 there is nothing after `AND`; type what to look for after it, or `\\AND` for the word",
        ),
        (
            "a AND OR b",
            "2..5 there is nothing after `AND`; type what to look for after it, or `\\AND` for the word",
        ),
        (
            "a NOT",
            "2..5 there is nothing after `NOT`; type what is not wanted after it, or `\\NOT` for the word",
        ),
        (
            "AREA[Phase]",
            "0..11 there is nothing after `AREA[Phase]`; type what to look for after it, such as `AREA[Phase]NA`",
        ),
        (
            "a ()",
            "2..4 there is nothing between the parentheses; type what to look for in between, or leave them out",
        ),
        (
            "(a",
            "0..1 the parenthesis is not closed; type `)` where the group ends, or leave `(` out",
        ),
        (
            "a) b",
            "1..2 no parenthesis is open here; type `(` where the group begins, or leave `)` out",
        ),
        (
            "cancer[ti]",
            "6..10 this is written for PubMed; type `AREA[TitleSearch]cancer`, or add `{from} pubmed`",
        ),
        (
            "\"heart attack\"[MeSH Terms]",
            "14..26 this is written for PubMed; type `EXPLODE[MeSH]\"heart attack\"`, or add `{from} pubmed`",
        ),
        (
            "cancer [Title/Abstract]",
            "7..23 this is written for PubMed; type `cancer`, or add `{from} pubmed`",
        ),
        (
            "COVERAGE[FullMatc]x",
            "9..17 invalid coverage: `FullMatc`; type `FullMatch`; there are `Contains`, `FullMatch`, `StartsWith`, `EndsWith`",
        ),
        (
            "EXPANSION[x]x",
            "10..11 invalid expansion: `x`; there are `None`, `Term`, `Concept`, `Relaxation`, `Lossy`",
        ),
        ("SEARCH[Site]x", "7..11 invalid scope: `Site`; there are `Study`, `Location`"),
        (
            "RANGE[2020]",
            "6..10 a range has two bounds; type both with a comma between: `AREA[StartDate]RANGE[2020-01-01, MAX]`",
        ),
        (
            "RANGE[, 2020]",
            "6..6 a bound of the range is missing; type a value, or `MIN` for an open end",
        ),
        (
            "RANGE[MAX, MIN]",
            "6..9 `MAX` cannot be this bound of a range; type a value, or `MIN` for an open end",
        ),
        (
            "DISTANCE[1,2]",
            "9..12 `1,2` is not a place and a radius; type latitude, longitude and radius: `39.0,-77.1,50mi`",
        ),
        (
            "a NEAR/3",
            "2..8 `NEAR/3` belongs between words or phrases; type words on both sides: `bone NEAR/3 marrow`, `(bone OR stem) NEAR/3 (marrow OR graft)`",
        ),
        (
            "(AREA[X]a) NEAR/3 b",
            "0..10 `NEAR` joins words, phrases, and `OR` or `NEAR` of these; type `AREA` and other operators before all of it: `AREA[Condition](a NEAR/3 (b OR c))`",
        ),
        (
            "a AND &",
            "6..7 `&` has no letter or digit to look for; leave it out; `ALL` means every study",
        ),
    ] {
        assert_eq!(complaints(typed), [expected], "{typed}");
    }
}

#[test]
fn all_that_is_wrong_is_said_at_once_in_the_order_of_the_text() {
    let typed = "area[X](a OR) AND DISTANCE(1,2,3mi) ] COVERAGE[Some]x \"y";
    assert_eq!(
        messages(typed),
        [
            "operators are written in capitals",
            "there is nothing after `OR`",
            "`DISTANCE` takes brackets after it",
            "invalid coverage: `Some`",
            "the quote is not closed",
        ]
    );
}

#[test]
fn nesting_is_bounded() {
    let nested = |open: &str, close: &str, levels: usize| {
        format!("{}a{}", open.repeat(levels), close.repeat(levels))
    };
    let deep = ["more than 100 parentheses and prefixes are nested"];
    for (open, close) in [("(", ")"), ("NOT ", ""), ("AREA[Phase]", ""), ("NOT (", ")")] {
        let fits =
            100 / open.split_inclusive(['T', ']', '(']).filter(|p| !p.trim().is_empty()).count();
        assert!(expression(&nested(open, close, fits)).is_ok(), "{open}");
        assert_eq!(messages(&nested(open, close, fits + 1)), deep, "{open}");
    }
}

#[test]
fn a_long_text_of_anything_is_read() {
    let long = 100_000;
    for part in [
        "(",
        ")",
        "a ",
        "\"",
        "\"\" ",
        "AREA[",
        "AREA[x]",
        "AREA[x]a ",
        "NOT ",
        "[",
        "]",
        "[a",
        ",",
        "\\",
        "AND ",
        "OR ",
        "a OR ",
        "NEAR/3 ",
        "a NEAR/3 ",
        "RANGE[",
        "DISTANCE(",
        "'a ",
        "a. ",
        "(a ",
        "a) ",
        "AREA ",
        "a[ti] ",
        "x~9 ",
        "\u{201c}",
        "title:a ",
        "-a ",
    ] {
        let reading = read(&part.repeat(long / part.len()));
        assert!(reading.report.finish().len() <= 51, "{part}");
        assert!(reading.notices.len() <= 20, "{part}");
    }
}

/// A small generator of numbers (xorshift), for the same trees in every run.
struct TreeSeed(u64);

impl TreeSeed {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % most as u64) as usize
    }

    fn of<T: Copy>(&mut self, from: &[T]) -> T {
        let at = self.below(from.len());
        from[at]
    }

    fn word(&mut self, quoted: bool) -> QueryWord {
        const TEXTS: [&str; 22] = [
            "lung",
            "AND",
            "OR",
            "NOT",
            "AREA",
            "ALL",
            "MISSING",
            "MIN",
            "NEAR/3",
            "a(b)",
            "x\"y",
            "b\\c",
            "anemi*",
            "word~1",
            "[ti]",
            "3,5",
            "d'Arcy",
            "\u{201c}q\u{201d}",
            "é",
            "title:x",
            "an**",
            "MK-3475",
        ];
        let mut word = whole(self.of(&TEXTS), 0..0);
        if word.text == "lung" {
            word.matching = match self.below(if quoted { 2 } else { 4 }) {
                1 => WordMatching::Beginning,
                2 => WordMatching::Similar(1),
                3 => WordMatching::Similar(2),
                _ => WordMatching::Whole,
            };
        }
        word
    }

    fn term(&mut self) -> TermExpr {
        let quoted = self.below(3) == 0;
        let words = (0..=self.below(3)).map(|_| self.word(quoted)).collect();
        TermExpr { words, quoted }
    }

    fn bound(&mut self) -> Option<RangeBound> {
        const TEXTS: [&str; 5] = ["2020-01", "16 years", "MIN", "MAX", "Active, not"];
        let text = (self.of(&TEXTS)).to_owned();
        (self.below(3) > 0).then_some(RangeBound { text, span: 0..0 })
    }

    fn prefix(&mut self) -> ExprPrefix {
        const NAMES: [&str; 5] = ["BriefTitle", "Words", "Phase:size", "nothing", "BasicSearch"];
        let name = BracketedName { text: (self.of(&NAMES)).to_owned(), span: 0..0 };
        match self.below(6) {
            0 => ExprPrefix::Area(name),
            5 => ExprPrefix::Explode(Hierarchy::Mesh),
            1 => ExprPrefix::Tilt(name),
            2 => ExprPrefix::Search(self.of(&[SearchScope::Study, SearchScope::Location])),
            3 => ExprPrefix::Coverage(self.of(&[Coverage::FullMatch, Coverage::Contains])),
            _ => ExprPrefix::Expansion(self.of(&[Expansion::None, Expansion::Lossy])),
        }
    }

    fn beside(&mut self, depth: usize) -> Expr {
        let kind = match self.below(if depth == 0 { 1 } else { 5 }) {
            3 => ExprKind::Or((0..2).map(|_| self.lone_beside()).collect()),
            4 => ExprKind::Near((0..2).map(|_| self.beside(depth - 1)).collect(), 3),
            _ => ExprKind::Term(self.term()),
        };
        Expr::new(kind)
    }

    fn lone_beside(&mut self) -> Expr {
        Expr::new(ExprKind::Term(self.term()))
    }

    fn source(&mut self) -> ExprKind {
        match self.below(8) {
            0 => ExprKind::Missing,
            1 => ExprKind::All,
            2 => ExprKind::Range(self.bound(), self.bound()),
            3 => ExprKind::Distance(GeoCircle {
                lat: self.below(1800) as f64 / 10.0 - 90.0,
                lon: self.below(3600) as f64 / 10.0 - 180.0,
                radius: (1 + self.below(5000)) as f64 / 10.0,
                unit: self.of(&[DistanceUnit::Miles, DistanceUnit::Kilometres]),
            }),
            4 => {
                let distance = self.below(101) as u32;
                let operands = (0..2 + self.below(2)).map(|_| self.beside(2));
                ExprKind::Near(operands.collect(), distance)
            }
            _ => ExprKind::Term(self.term()),
        }
    }

    fn tree(&mut self, depth: usize) -> Expr {
        let kind = match self.below(if depth == 0 { 2 } else { 7 }) {
            0 | 1 => self.source(),
            2 => ExprKind::Not(Box::new(self.tree(depth - 1))),
            3 | 4 => ExprKind::Within(self.prefix(), Box::new(self.tree(depth - 1))),
            joined => {
                let parts = (0..2 + self.below(3)).map(|_| self.tree(depth - 1)).collect();
                let expr = if joined == 5 { Expr::all(parts) } else { Expr::any(parts) };
                expr.expect("two parts").kind
            }
        };
        Expr::new(kind)
    }
}

#[test]
fn printing_and_parsing_are_inverse() {
    let mut seed = TreeSeed(0x7219_5d1e_0000_0001);
    for _ in 0..3000 {
        let tree = seed.tree(4);
        let text = tree.to_string();
        let read = expression(&text).unwrap_or_else(|wrong| panic!("{text}: {wrong:?}"));
        assert_eq!(read.expr.clone().without_spans(), tree.without_spans(), "{text}");
        assert_eq!(read.expr.to_string(), text);
    }
}

#[test]
fn noise_is_read_or_refused() {
    const PARTS: [&str; 24] = [
        "a",
        "AND",
        "OR",
        "NOT",
        "(",
        ")",
        "[",
        "]",
        "\"",
        ",",
        "AREA[Phase]",
        "AREA[",
        "RANGE[1,2]",
        "DISTANCE[",
        "NEAR/2",
        "\\",
        "é",
        "*",
        "~",
        " ",
        "SEARCH[Location]",
        "MISSING",
        "'",
        ":",
    ];
    let mut seed = TreeSeed(0x0123_4567_89ab_cdef);
    for _ in 0..3000 {
        let noise: String = (0..seed.below(20)).map(|_| seed.of(&PARTS)).collect();
        match expression(&noise) {
            Ok(parsed) => {
                let text = parsed.expr.to_string();
                let again = expression(&text).unwrap_or_else(|wrong| panic!("{text}: {wrong:?}"));
                assert_eq!(again.expr.without_spans(), parsed.expr.without_spans(), "{noise}");
            }
            Err(wrong) => {
                assert!(!wrong.is_empty(), "{noise}");
                for one in wrong {
                    assert!(noise.get(one.span.clone()).is_some(), "{noise}: {:?}", one.span);
                }
            }
        }
    }
}

#[test]
fn signs_of_plain_text_are_passed_over() {
    for (typed, printed) in [
        ("What helps (in children)?", "What helps AND in children"),
        ("S(+)-ketamine", "S AND \\-ketamine"),
        ("(R)-ketamine", "R AND \\-ketamine"),
        ("[18F]FDG PET", "18F FDG PET"),
        ("[68Ga]Ga-PSMA-11 imaging", "68Ga Ga-PSMA-11 imaging"),
        ("N-[4-(methyl)phenyl]acetamide", "N- 4- AND methyl AND phenyl acetamide"),
        ("benzo[a]pyrene", "benzo a pyrene"),
        ("emission tomography [PET]", "emission tomography PET"),
        ("a ] b [", "a b"),
        ("p.(Val600Glu), 1,25(OH)2D3", "p. AND Val600Glu AND 1 AND 25 AND OH AND 2D3"),
    ] {
        let parsed = expression(typed).expect(typed);
        assert_eq!(parsed.expr.to_string(), printed, "{typed}");
        assert_eq!(parsed.notices, [], "{typed}");
    }
    // An operator needs something to look for.
    for typed in ["a AND ?", "AREA[BriefTitle]&", "NOT ?", "(+)", "?"] {
        assert!(expression(typed).is_err(), "{typed}");
    }
}
