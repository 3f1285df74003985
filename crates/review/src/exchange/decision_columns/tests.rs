use crate::exchange::read;

/// The verdicts on each study, in the order of the file.
fn verdicts(text: &str) -> String {
    let import = read(text.as_bytes(), "a.csv").expect("records");
    let studies = import.studies.iter().map(|study| {
        let opinions = study.decisions.opinions.iter().map(|opinion| {
            let who = opinion.reviewer.as_deref().map(|who| format!("{who}:"));
            let verdict = opinion.verdict.map_or("none", |verdict| verdict.name());
            format!("{}{verdict}", who.unwrap_or_default())
        });
        opinions.collect::<Vec<_>>().join("+")
    });
    studies.collect::<Vec<_>>().join(" ")
}

#[test]
fn codes_mean_what_their_heading_says() {
    let below = |heading: &str| {
        verdicts(&format!("nct,{heading}\nNCT90000001,1\nNCT90000002,2\nNCT90000003,0\n"))
    };
    assert_eq!(below("Decision (1=include; 2=maybe; 0=exclude)"), "include maybe exclude");
    assert_eq!(below("Decision: exclude=1 / include=2 / unclear=0"), "exclude include maybe");
    assert_eq!(below("\"Excluded (1=yes, 2=no, 0=unclear)\""), "exclude include maybe");
    let refused =
        read(b"nct,decision\nNCT90000001,1\nNCT90000002,2\n", "a.csv").expect_err("codes");
    assert_eq!(refused.to_string(), "`decision` has 1 and 2, and nothing says what they mean");
    assert!(refused.hint(str::to_owned).contains("`map include=1,exclude=2`"), "{refused:?}");
}

#[test]
fn an_x_is_a_mark_where_nothing_else_is_below() {
    assert_eq!(verdicts("nct,Excluded\nNCT90000001,x\nNCT90000002,\n"), "exclude ");
    let mixed = "nct,Decision\nNCT90000001,x\nNCT90000002,include\n";
    assert_eq!(verdicts(mixed), " include");
    let abstrackr =
        "(internal) id,nct,consensus\n1,NCT90000001,x\n2,NCT90000002,o\n3,NCT90000003,-1\n";
    assert_eq!(verdicts(abstrackr), "maybe  exclude");
    let both = read(b"nct,Include,Exclude\nNCT90000001,x,x\nNCT90000002,x,\n", "a.csv");
    let said = &both.expect("records").problems[0].what;
    assert!(said.starts_with("`x` in `Include` and `x` in `Exclude` is no known"), "{said}");
}

#[test]
fn codes_may_be_explained_without_commas() {
    let below = |heading: &str| {
        verdicts(&format!("nct,{heading}\nNCT90000001,1\nNCT90000002,2\nNCT90000003,3\n"))
    };
    for heading in [
        "Decision (1=no 2=yes 3=maybe)",
        "Decision (1 = no 2 = yes 3 = maybe)",
        "Decision [exclude=1 include=2 unclear=3]",
        "Decision: do not include = 1 include = 2 not sure = 3",
        "Decision (1=no and 2=yes and 3=maybe)",
        "Decision (1: no 2: yes 3: maybe)",
    ] {
        assert_eq!(below(heading), "exclude include maybe", "{heading}");
    }
}

#[test]
fn columns_of_abstrackr_have_the_names_of_people() {
    let votes = "(internal) id,nct,ann,bo,cy\n1,NCT90000001,1,-1,o\n2,NCT90000002,x,0,1\n";
    assert_eq!(verdicts(votes), "ann:include+bo:exclude ann:maybe+bo:maybe+cy:include");
}

#[test]
fn a_column_of_decisions_alone_comes_before_one_of_labels() {
    for file in [
        "<custom1>Exclude</custom1><label>Wrong dose</label>",
        "<label>Wrong dose</label><custom1>Exclude</custom1>",
    ] {
        let text = format!(
            "<xml><records><record><titles><title>A</title></titles><accession-num>NCT90000001\
             </accession-num>{file}</record><record><titles><title>B</title></titles>\
             <accession-num>NCT90000002</accession-num><custom1>Include</custom1>\
             <label>Include</label></record></records></xml>"
        );
        assert_eq!(verdicts(&text), "exclude include", "{file}");
    }
    assert_eq!(verdicts("nct,Ineligible\nNCT90000001,yes\nNCT90000002,no\n"), "exclude include");
}

#[test]
fn letters_name_people() {
    let votes = "nct,Vote A,Vote B\nNCT90000001,include,exclude\n";
    assert_eq!(verdicts(votes), "A:include+B:exclude");
    let letters = "nct,Reviewer A,Reviewer B,Reviewer C,Reviewer D\n\
                   NCT90000001,include,exclude,maybe,exclude\n";
    let all = "Reviewer A:include+Reviewer B:exclude+Reviewer C:maybe+Reviewer D:exclude";
    assert_eq!(verdicts(letters), all);
    let names = "nct,Decision (Le),Decision (Anna)\nNCT90000001,include,exclude\n";
    assert_eq!(verdicts(names), "Le:include+Anna:exclude");
    let short = "nct,R1,R2\nNCT90000001,include,exclude\n";
    assert_eq!(verdicts(short), "R1:include+R2:exclude");
}

#[test]
fn thousands_of_people_may_decide() {
    let many = 6_400;
    let column = |named: &dyn Fn(usize) -> String| (0..many).map(named).collect::<String>();
    let headings = column(&|number| format!(",Decision (Anna {number})"));
    let cells = column(&|number| format!(",{}", ["include", "exclude"][number % 2]));
    let said = verdicts(&format!("nct{headings}\nNCT90000001{cells}\n"));
    assert_eq!(said.split('+').count(), many);
}

#[test]
fn nobody_decides_where_all_agree() {
    let text = "nct,Screener 1,Screener 2,Adjudication\nNCT90000001,include,exclude,exclude\n\
                NCT90000002,exclude,exclude,\nNCT90000003,include,exclude,\n\
                NCT90000004,include,,\n";
    assert_eq!(verdicts(text), "exclude exclude  ");
    let stages =
        "nct,Title/abstract,Full text,Final\nNCT90000001,include,,\nNCT90000002,exclude,,exclude\n";
    assert_eq!(verdicts(stages), " exclude");
}

#[test]
fn moments_and_names_are_no_decisions() {
    let text = "nct,decision,decided_at,decided_by\nNCT90000001,include,2024-01-01,ann\n\
                NCT90000002,,2024-01-02,bo\nNCT90000003,exclude,2024-01-02,ann; bo\n";
    assert_eq!(verdicts(text), "ann:include  exclude");
}

#[test]
fn what_follows_a_reason_of_covidence_is_a_note() {
    let text =
        b"Title,Accession Number,Notes\nA,NCT90000001,Exclusion reason: Wrong dose; ask Ann\n";
    let import = read(text, "a.csv").expect("records");
    let opinion = &import.studies[0].decisions.opinions[0];
    assert_eq!(opinion.reason.as_deref(), Some("Wrong dose"));
    assert_eq!(opinion.note.as_deref(), Some("ask Ann"));
}

#[test]
fn what_is_no_decision_beside_one_that_counts_is_named() {
    let import = |text: &str| read(text.as_bytes(), "a.jsonl").expect("records");
    for (beside, shown) in [
        (r#""decision":"definitely""#, "`definitely` in `decision`"),
        (r#""decisions":"definitely""#, "`definitely` in `decisions`"),
        (
            r#""decisions":{"opinions":[{"verdict":"definitely"}]}"#,
            r#"`{"opinions":[{"verdict":"definitely"}]}` in `decisions`"#,
        ),
    ] {
        let import = import(&format!(r#"{{"nctId":"NCT90000001","included":1,{beside}}}"#));
        let verdict = import.studies[0].decisions.opinions[0].verdict;
        assert_eq!(verdict, Some(crate::event::Verdict::Include), "{beside}");
        let said: Vec<&str> = import.problems.iter().map(|it| it.what.as_str()).collect();
        assert_eq!(said, [format!("{shown} is no known decision: `included` counts")]);
    }
    let known = import(r#"{"nctId":"NCT90000001","included":1,"decision":"include"}"#);
    assert!(known.problems.is_empty(), "{:?}", known.problems);
}
