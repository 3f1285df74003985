use super::*;
use crate::MatchOptions;

fn strategy(text: &str) -> Result<Vec<StrategyLine>, Vec<StrategyLineError>> {
    super::strategy(text, &Request::default())
}

#[test]
fn lines_may_name_those_above() {
    let lines = strategy("1. aplastic anemia\n\n#2 MSC OR \"stem cell\"\n3 #1 AND #2\n");
    let lines = lines.expect("a strategy");
    assert_eq!(lines[2].whole, "(aplastic anemia) AND (MSC OR \"stem cell\")");
    assert_eq!((lines[2].names_others, lines[2].at), (true, 4));
    assert!(is_strategy("// mine\n1. a\n2) b\n") && !is_strategy("a\n1. b\n"));
    assert!(!is_strategy("1\ta\n"));
}

#[test]
fn what_is_wrong_is_shown_where_it_was_typed() {
    let wrong = strategy("1. sepsis\n2. #1 AND (\n3. #7\n4. \"#1\" #1 OR\n").expect_err("wrong");
    let places: Vec<(usize, &str)> = wrong
        .iter()
        .flat_map(|line| {
            line.diagnostics.iter().map(|found| (line.at, &line.typed[found.span.clone()]))
        })
        .collect();
    assert_eq!(places, [(2, "("), (3, "#7"), (4, "OR")]);
}

#[test]
fn lines_may_be_named_as_elsewhere() {
    for (text, whole) in [
        ("1. a\n2. b\n3. 1 or 2\n", "(a) OR (b)"),
        ("1. a\n2. b\n3. or/1-2\n", "(a) OR (b)"),
        ("1.a\n2.b\n3.(1 AND 2) not 1\n", "((a) AND (b)) NOT (a)"),
        ("S1 a\nS2 b\nS3 S1 AND (S2 OR c)\n", "(a) AND ((b) OR c)"),
        ("#1\ta\t217\n#2\tb\t5\n#3\t#1 OR #2\t219\n", "(a) OR (b)"),
        ("1. x\n2. a OR\n   b\n3. #2 AND c\n", "(a OR b) AND c"),
    ] {
        let lines = strategy(text).expect(text);
        assert_eq!(lines.last().map(|line| line.whole.as_str()), Some(whole), "{text}");
    }
    let lines = strategy("1. 5 fluorouracil\n2. 2019\n3. #1 AND 5\n");
    assert_eq!(lines.map(|lines| lines.len()), Ok(3));
    assert!(strategy("1. a\n2. 1 or 7\n").is_err());
}

#[test]
fn what_is_written_for_another_system_is_refused() {
    for line in [
        "exp Heparin/",
        "heparin.ti,ab.",
        "heparin adj3 dose",
        "TI heparin",
        "a or b",
        "limit 1 to humans",
    ] {
        let wrong = strategy(&format!("1. a\n2. {line}\n3. #2\n")).expect_err(line);
        assert_eq!((wrong.len(), wrong[0].at), (1, 2), "{line}");
    }
}

#[test]
fn a_wrong_line_is_reported_once() {
    let wrong = strategy("1. sepsis )\n# a remark\nfever\n2. #1 AND shock\n").expect_err("wrong");
    let places: Vec<usize> = wrong.iter().map(|line| line.at).collect();
    assert_eq!(places, [1, 3]);
}

#[test]
fn a_number_names_one_line() {
    let wrong = strategy("1. sepsis\n2. shock\n1. fever\n").expect_err("wrong");
    assert_eq!((wrong.len(), wrong[0].at, wrong[0].typed.as_str()), (1, 3, "fever"));
}

#[test]
fn a_list_of_numbers_is_any_of_them_wherever_it_is_named() {
    let lines = strategy("1. NCT90000001, NCT90000002\n2. #1 AND sepsis\n").expect("lines");
    assert_eq!(lines[1].whole, "(NCT90000001 OR NCT90000002) AND sepsis");
}

#[test]
fn words_match_in_the_manner_that_is_asked_for() {
    let manner =
        MatchOptions { expand: Some(crate::WordExpansion::Term), ..MatchOptions::default() };
    let like = Request { manner, area: Some("BriefTitle".to_owned()), ..Request::default() };
    let lines = super::strategy("1. sepsis\n", &like).expect("a line");
    assert_eq!(lines[0].understood.text, "AREA[BriefTitle]EXPANSION[Term]sepsis");
}

#[test]
fn a_line_is_left_out_of_those_that_name_it() {
    let text = "1. a\n2. b OR c\n3. #1 OR #2\n4. d\n5. #3 AND #4 NOT AREA[Phase]NA\n\
                6. #2 OR (#2 AND #4)\n7. #5 NOT #6\n";
    let lines = strategy(text).expect("lines");
    let without = |at: usize, number| lines[at - 1].without(number);
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(without(3, 1), text("b OR c"));
    assert_eq!(without(5, 2), text("a AND d AND NOT AREA[Phase]NA"));
    assert_eq!(without(5, 3), text("d AND NOT AREA[Phase]NA"));
    assert_eq!(without(6, 2), text("d"));
    assert_eq!(without(7, 6), text("(a OR b OR c) AND d AND NOT AREA[Phase]NA"));
    assert_eq!(
        without(7, 4),
        text("(a OR b OR c) AND NOT AREA[Phase]NA AND NOT (b OR c OR b OR c)")
    );
    assert_eq!((without(1, 3), lines[0].has(3)), (text("a"), false));
    let alone = strategy("1. a\n2. #1\n3. NOT #2\n").expect("lines");
    assert_eq!((alone[2].without(1), alone[2].has(1)), (None, true));
}

#[test]
fn names_of_names_do_not_grow_without_end() {
    let mut text = "1. sepsis\n".to_owned();
    for line in 2..40 {
        text += &format!("{line}. #{0} OR #{0} OR #{0}\n", line - 1);
    }
    assert!(strategy(&text).is_err());
}

#[test]
fn all_lines_together_are_bounded() {
    let mut text = format!("1. {}\n", "a".repeat(20_000));
    for line in 2..1_000 {
        text += &format!("{line}. #1\n");
    }
    let wrong = strategy(&text).expect_err("too long");
    let message = &wrong[0].diagnostics[0].message;
    assert!(message.contains("the strategy is too long"), "{message}");
}
