use super::*;

#[test]
fn lines_are_joined_in_all_forms() {
    let labelled = |label: &str| match label {
        "a" | "population" => Some(1),
        "b" | "intervention" | "concept 2" => Some(2),
        _ => None,
    };
    let of = |text: &str| joined(text, Dialect::Ovid, &labelled);
    for (text, expected) in [
        ("combine 1 and 2", "#1 AND #2"),
        ("1 & 2", "#1 AND #2"),
        ("1 or/2-3", "#1 OR (#2 OR #3)"),
        ("or/1-5,7", "#1 OR #2 OR #3 OR #4 OR #5 OR #7"),
        ("#1-#3 OR", "#1 OR #2 OR #3"),
        ("S1 and S2 and (S3 or S4)", "#1 AND #2 AND (#3 OR #4)"),
        ("1 through 3/or", "#1 OR #2 OR #3"),
        ("(1 or 2) not 3", "(#1 OR #2) NOT #3"),
        ("Set 1 AND Set 2", "#1 AND #2"),
        ("Line 1 AND line 2", "#1 AND #2"),
        ("A AND B", "#1 AND #2"),
        ("Population and Intervention", "#1 AND #2"),
        ("concept 1 AND concept 2", "#1 AND #2"),
        ("combine 1-3 with OR", "#1 OR #2 OR #3"),
        ("1-3 or", "#1 OR #2 OR #3"),
        ("1 and not 2", "#1 NOT #2"),
        ("(or/1-2) and 3", "(#1 OR #2) AND #3"),
        ("1-2/or and 3", "(#1 OR #2) AND #3"),
    ] {
        let said = match of(text) {
            Some(LineCombination::Lines(said, _)) => said,
            other => format!("{other:?}"),
        };
        assert_eq!(said, expected, "{text}");
    }
    for text in ["1,2", "1 and/or 2", "1 + 2", "all of the above", "1 2 or 3"] {
        assert!(matches!(of(text), Some(LineCombination::Unclear(_))), "{text}: {:?}", of(text));
    }
    for text in ["2019 or 2020", "5 fluorouracil", "gout or 2", "#3", "type 1 or 2", "2019"] {
        assert_eq!(of(text), None, "{text}");
    }
    let limited = |text: &str| limited(text).map(|(said, _)| said);
    assert_eq!(limited("3 and limit to humans").as_deref(), Some("limit 3 to humans"));
    assert_eq!(limited("limit 3 to humans").as_deref(), Some("limit 3 to humans"));
    assert_eq!(limited("limit of detection"), None);
}
