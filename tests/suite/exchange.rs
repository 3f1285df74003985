//! Decisions out to other programs and in from them, from the command line.

use insta::assert_snapshot;
use serde_json::json;

use super::harness::{ProgramRun, Sandbox};

/// Three studies, a review of them called `tea`, and decisions of two people.
pub(super) fn decided() -> Sandbox {
    let study = |number: u32, title: &str| {
        json!({"protocolSection": {
            "identificationModule": {"nctId": format!("NCT9000000{number}"), "briefTitle": title},
            "statusModule": {"overallStatus": "COMPLETED", "studyFirstSubmitDate": "2021-02-03"},
            "descriptionModule": {"briefSummary": "Tea, \"green\" or black."},
            "conditionsModule": {"conditions": ["Colds", "Thirst"]},
            "contactsLocationsModule": {"overallOfficials": [{"name": "Ana Silva, MD"}]},
        }})
    };
    let studies = [study(1, "Tea for Colds"), study(2, "=Tea;Cups"), study(3, "Iced Tea")];
    let dump: String = studies.iter().map(|study| format!("{study}\n")).collect();
    let sandbox = Sandbox::with(&[("dump.ndjson", dump.as_bytes())]);
    sandbox.index(&["dump.ndjson"]);
    sandbox.run(&["review", "new", "tea", "--query", "tea"]).success();
    let decide = |line: &[&str]| {
        sandbox.run(&[&["review", "decide", "tea"], line].concat()).success();
    };
    decide(&[
        "NCT90000001",
        "--include",
        "--label",
        "hot",
        "--note",
        "a \"note\"",
        "--reviewer",
        "ann",
    ]);
    decide(&["NCT90000002", "--exclude", "--reason", "population", "--reviewer", "ann"]);
    decide(&["NCT90000002", "--maybe", "--reviewer", "bo"]);
    sandbox
}

/// What is written, with every time made the same.
fn exported(sandbox: &Sandbox, line: &str) -> String {
    let words: Vec<&str> = line.split(' ').collect();
    let run =
        sandbox.run(&[&["review", "export", "tea", "--reviewer", "ann"], &words[..]].concat());
    let mut text = run.success().out;
    let mut from = 0;
    while let Some(at) = text[from..].find("at\":\"2").or_else(|| text[from..].find("at\"\":\"\"2"))
    {
        let digit = from + at + text[from + at..].find('2').expect("a digit");
        text.replace_range(digit..digit + "2026-01-01T00:00:00Z".len(), "TIME");
        from = digit;
    }
    text
}

fn imported(sandbox: &Sandbox, name: &str, file: &str, flags: &[&str]) -> ProgramRun {
    sandbox.write("in", file);
    let line = ["review", "import", name, "in", "--reviewer", "cy"];
    sandbox.run(&[&line, flags].concat()).success()
}

#[test]
fn tables_have_the_columns_of_their_readers() {
    let sandbox = decided();
    assert_snapshot!(exported(&sandbox, "--unblind"), @r###"
    key,title,abstract,authors,keywords,year,url,included,verdict,reason,labels,note,reviewers,rank,notes,trialdex
    NCT90000002,'=Tea;Cups,"Tea, ""green"" or black.","Silva, Ana",Colds;Thirst,2021,https://clinicaltrials.gov/study/NCT90000002,,conflict,Wrong population,,,ann; bo,1,"RAYYAN-INCLUSION: {""ann""=>""Excluded"", ""bo""=>""Maybe""} | RAYYAN-EXCLUSION-REASONS: Wrong population","{""opinions"":[{""reviewer"":""ann"",""verdict"":""exclude"",""reasonKey"":""population"",""reason"":""Wrong population"",""at"":""TIME""},{""reviewer"":""bo"",""verdict"":""maybe"",""at"":""TIME""}]}"
    NCT90000003,Iced Tea,"Tea, ""green"" or black.","Silva, Ana",Colds;Thirst,2021,https://clinicaltrials.gov/study/NCT90000003,,,,,,,2,,"{""opinions"":[]}"
    NCT90000001,Tea for Colds,"Tea, ""green"" or black.","Silva, Ana",Colds;Thirst,2021,https://clinicaltrials.gov/study/NCT90000001,1,include,,hot,"a ""note""",ann,3,"RAYYAN-INCLUSION: {""ann""=>""Included""} | RAYYAN-LABELS: hot | USER-NOTES: {""ann""=>[""a \""note\""""]}","{""opinions"":[{""reviewer"":""ann"",""verdict"":""include"",""labels"":[""hot""],""note"":""a \""note\"""",""at"":""TIME""}]}"
    "###);
    assert_snapshot!(exported(&sandbox, "--for asreview"), @r###"
    record_id,title,abstract,authors,keywords,year,url,included,asreview_label,asreview_tags,asreview_note,trialdex
    NCT90000002,'=Tea;Cups,"Tea, ""green"" or black.","Silva, Ana",Colds;Thirst,2021,https://clinicaltrials.gov/study/NCT90000002,0,0,,,"{""opinions"":[{""reviewer"":""ann"",""verdict"":""exclude"",""reasonKey"":""population"",""reason"":""Wrong population"",""at"":""TIME""}]}"
    NCT90000003,Iced Tea,"Tea, ""green"" or black.","Silva, Ana",Colds;Thirst,2021,https://clinicaltrials.gov/study/NCT90000003,,,,,"{""opinions"":[]}"
    NCT90000001,Tea for Colds,"Tea, ""green"" or black.","Silva, Ana",Colds;Thirst,2021,https://clinicaltrials.gov/study/NCT90000001,1,1,"[""hot""]","a ""note""","{""opinions"":[{""reviewer"":""ann"",""verdict"":""include"",""labels"":[""hot""],""note"":""a \""note\"""",""at"":""TIME""}]}"
    "###);
    assert_snapshot!(exported(&sandbox, "--for rayyan --unblind"), @r###"
    key,title,year,month,day,journal,issn,volume,issue,pages,authors,url,language,publisher,location,abstract,notes,keywords
    NCT90000002,'=Tea;Cups,2021,,,,,,,,"Silva, Ana",https://clinicaltrials.gov/study/NCT90000002,,,,"Tea, ""green"" or black.","RAYYAN-INCLUSION: {""ann""=>""Excluded"", ""bo""=>""Maybe""} | RAYYAN-EXCLUSION-REASONS: Wrong population | TRIALDEX: {""opinions"":[{""reviewer"":""ann"",""verdict"":""exclude"",""reasonKey"":""population"",""reason"":""Wrong population"",""at"":""TIME""},{""reviewer"":""bo"",""verdict"":""maybe"",""at"":""TIME""}]}",Colds;Thirst
    NCT90000003,Iced Tea,2021,,,,,,,,"Silva, Ana",https://clinicaltrials.gov/study/NCT90000003,,,,"Tea, ""green"" or black.","TRIALDEX: {""opinions"":[]}",Colds;Thirst
    NCT90000001,Tea for Colds,2021,,,,,,,,"Silva, Ana",https://clinicaltrials.gov/study/NCT90000001,,,,"Tea, ""green"" or black.","RAYYAN-INCLUSION: {""ann""=>""Included""} | RAYYAN-LABELS: hot | USER-NOTES: {""ann""=>[""a \""note\""""]} | TRIALDEX: {""opinions"":[{""reviewer"":""ann"",""verdict"":""include"",""labels"":[""hot""],""note"":""a \""note\"""",""at"":""TIME""}]}",Colds;Thirst
    "###);
    assert_snapshot!(exported(&sandbox, "--for covidence"), @r###"
    Title,Authors,Abstract,Published Year,Published Month,Journal,Volume,Issue,Pages,Accession Number,DOI,Ref,Covidence #,Study,Notes,Tags,trialdex
    '=Tea;Cups,"Silva, Ana","Tea, ""green"" or black.",2021,,,,,,NCT90000002,,,,NCT90000002,Exclusion reason: Wrong population; ,,"{""opinions"":[{""reviewer"":""ann"",""verdict"":""exclude"",""reasonKey"":""population"",""reason"":""Wrong population"",""at"":""TIME""}]}"
    Iced Tea,"Silva, Ana","Tea, ""green"" or black.",2021,,,,,,NCT90000003,,,,NCT90000003,,,"{""opinions"":[]}"
    Tea for Colds,"Silva, Ana","Tea, ""green"" or black.",2021,,,,,,NCT90000001,,,,NCT90000001,,hot,"{""opinions"":[{""reviewer"":""ann"",""verdict"":""include"",""labels"":[""hot""],""note"":""a \""note\"""",""at"":""TIME""}]}"
    "###);
}

#[test]
fn references_have_the_notes_of_their_readers() {
    let sandbox = decided();
    assert_snapshot!(exported(&sandbox, "--format ris --unblind").replace('\r', ""), @r###"
    TY  - DBASE
    ID  - NCT90000002
    TI  - =Tea;Cups
    AU  - Silva, Ana
    AB  - Tea, "green" or black.
    N1  - ASReview_not_seen
    N1  - RAYYAN-INCLUSION: {"ann"=>"Excluded", "bo"=>"Maybe"} | RAYYAN-EXCLUSION-REASONS: Wrong population
    N1  - trialdex: {"opinions":[{"reviewer":"ann","verdict":"exclude","reasonKey":"population","reason":"Wrong population","at":"TIME"},{"reviewer":"bo","verdict":"maybe","at":"TIME"}]}
    KW  - Colds
    KW  - Thirst
    PY  - 2021
    DB  - ClinicalTrials.gov
    AN  - NCT90000002
    UR  - https://clinicaltrials.gov/study/NCT90000002
    ER  - 

    TY  - DBASE
    ID  - NCT90000003
    TI  - Iced Tea
    AU  - Silva, Ana
    AB  - Tea, "green" or black.
    N1  - ASReview_not_seen
    N1  - trialdex: {"opinions":[]}
    KW  - Colds
    KW  - Thirst
    PY  - 2021
    DB  - ClinicalTrials.gov
    AN  - NCT90000003
    UR  - https://clinicaltrials.gov/study/NCT90000003
    ER  - 

    TY  - DBASE
    ID  - NCT90000001
    TI  - Tea for Colds
    AU  - Silva, Ana
    AB  - Tea, "green" or black.
    N1  - ASReview_relevant
    N1  - RAYYAN-INCLUSION: {"ann"=>"Included"} | RAYYAN-LABELS: hot | USER-NOTES: {"ann"=>["a \"note\""]}
    N1  - trialdex: {"opinions":[{"reviewer":"ann","verdict":"include","labels":["hot"],"note":"a \"note\"","at":"TIME"}]}
    KW  - Colds
    KW  - Thirst
    PY  - 2021
    DB  - ClinicalTrials.gov
    AN  - NCT90000001
    UR  - https://clinicaltrials.gov/study/NCT90000001
    ER  -
    "###);
    assert_snapshot!(exported(&sandbox, "--format jsonl --verdict include"), @r###"{"nctId":"NCT90000001","title":"Tea for Colds","abstract":"Tea, \"green\" or black.","authors":["Silva, Ana"],"keywords":["Colds","Thirst"],"year":2021,"url":"https://clinicaltrials.gov/study/NCT90000001","rank":3,"included":1,"verdict":"include","decisions":{"opinions":[{"reviewer":"ann","verdict":"include","labels":["hot"],"note":"a \"note\"","at":"TIME"}]}}"###);
}

#[test]
fn another_review_takes_over_all_of_it() {
    let sandbox = decided();
    sandbox.run(&["review", "new", "other", "--query", "nothing-of-the-kind"]);
    for (at, flags) in
        ["--format csv", "--format ris --for rayyan", "--format jsonl"].iter().enumerate()
    {
        let words: Vec<&str> = flags.split(' ').collect();
        let export = ["review", "export", "tea", "--reviewer", "ann", "--unblind"];
        let file = sandbox.run(&[&export, &words[..]].concat()).success().out;
        let run = imported(&sandbox, "other", &file, &["--add"]);
        let verdicts = if at == 0 { "3 verdicts" } else { "0 verdicts" };
        assert!(run.err.contains(verdicts), "{run:?}");
        let list =
            |name| sandbox.run(&["review", "list", name, "--unblind", "--reviewer", "ann"]).out;
        assert_eq!(list("other"), list("tea"));
    }
    let bo = sandbox.run(&["review", "list", "other", "--verdict", "maybe", "--reviewer", "bo"]);
    assert!(bo.out.contains("NCT90000002"), "{bo:?}");
}

#[test]
fn what_is_not_taken_over_is_named() {
    let sandbox = decided();
    let file = "title,url,label_included,sponsor\nTea,https://clinicaltrials.gov/study/NCT90000003,1,\n\
                Of two,NCT90000001 NCT90000002,0,\nOther,NCT90000009,0,X\nNone,,0,\n\
                Short,NCT9000001,1,\nStrange,NCT90000003,later,\n";
    let run = imported(&sandbox, "tea", file, &[]);
    assert_snapshot!(run.err, @r###"
    in: `title`: title; `url`: number; `label_included`: verdict (`0` as exclude, `1` as include); `sponsor`: not used
    in:3: a report of NCT90000001 and NCT90000002: it counts for each
    in:5: no registry number: `None`
    in:6: `NCT9000001` has 7 digits, a registry number has 8: `Short`
    in:7: `later` in `label_included` is no known decision: nothing that was decided is taken from this record
    in: 6 records of CSV: 3 in the review, 1 not in it, 1 repeated, 2 without a registry number, 1 more of reports of several studies, 1 with a decision that cannot be read
    3 verdicts, 0 labels, 0 notes and 0 reasons taken over; 0 there already
    hint: `--map include=WORD,exclude=WORD,none=WORD` says what words mean
    not in the review: NCT90000009; `--add` adds them
    "###);
    let again = imported(&sandbox, "tea", file, &[]);
    assert!(again.err.contains("0 verdicts"), "{again:?}");
    sandbox.write("in", "nothing of the kind");
    let run = sandbox.run(&["review", "import", "tea", "in", "--reviewer", "cy"]).ended(2);
    assert!(run.err.contains("in: no RIS, no JSON") && run.err.contains("hint:"), "{run:?}");
}

/// What each study of the review came to, a line each.
fn listed(sandbox: &Sandbox, reviewer: &str) -> String {
    let line = ["review", "list", "tea", "--verdict", "decided", "--reviewer", reviewer];
    sandbox.run(&line).out
}

#[test]
fn every_column_is_named_with_its_use() {
    let sandbox = decided();
    let file = "Trial;Title;Screening 1;Screening 2;Final decision;Why excluded\n\
                nct 90000001;A;include;exclude;include;\n\
                NCT90000002 (ongoing);B;exclude;exclude;Exclude;dose\n\
                NCT90000003;C;include;include;dunno;dose\n";
    let run = imported(&sandbox, "tea", file, &[]);
    assert_snapshot!(run.err, @r###"
    in: `Trial`: number; `Title`: title; `Screening 1`: verdict where `Final decision` says nothing and all agree; `Screening 2`: verdict where `Final decision` says nothing and all agree; `Final decision`: verdict; `Why excluded`: reason
    in:4: `dunno` in `Final decision` is no known decision: nothing that was decided is taken from this record
    in: 3 records of CSV: 3 in the review, 1 with a decision that cannot be read
    2 verdicts, 0 labels, 0 notes and 1 reason (1 new to the list) taken over; 0 there already
    hint: `--map include=WORD,exclude=WORD,none=WORD` says what words mean
    "###);
    assert_snapshot!(listed(&sandbox, "cy"), @r###"
    NCT90000002  exclude  [dose] =Tea;Cups
    NCT90000001  include  Tea for Colds
    "###);
    let json = imported(&sandbox, "tea", file, &["--format", "json", "--dry-run"]).json();
    assert_eq!(json["files"][0]["columns"][0]["usedFor"], "number");
    assert_eq!(json["files"][0]["tally"]["unread"], 1);
}

#[test]
fn columns_of_named_reviewers_are_theirs() {
    let sandbox = decided();
    let file = "nct,Reviewer 1,Reviewer 2,Reviewer 2 reason\nNCT90000001,include,exclude,dose\n\
                NCT90000003,exclude,exclude,\n";
    let run = imported(&sandbox, "tea", file, &[]);
    assert!(run.err.contains("`Reviewer 1`: verdict of `Reviewer 1`"), "{run:?}");
    assert_snapshot!(listed(&sandbox, "Reviewer 2"), @r###"
    NCT90000003  exclude  Iced Tea
    NCT90000001  exclude  [dose] Tea for Colds
    "###);
    let include = listed(&sandbox, "Reviewer 1");
    assert!(include.contains("NCT90000001  include"), "{include}");
}

#[test]
fn columns_that_differ_need_a_choice() {
    let sandbox = decided();
    let file = "nct,Screening 1,Screening 2\nNCT90000001,1,0\nNCT90000003,1,1\n";
    sandbox.write("in", file);
    let line = ["review", "import", "tea", "in", "--reviewer", "cy"];
    let refused = sandbox.run(&line).ended(2);
    assert_snapshot!(refused.err, @r###"
    error: in: line 2: `Screening 1` and `Screening 2` hold decisions that differ, and nothing says which counts
    hint: choose one with `--decision-column 'Screening 2'`, or give each its reviewer: `--decision-column 'ANN=Screening 1' --decision-column 'BO=Screening 2'`
    "###);
    assert_eq!(listed(&sandbox, "cy"), "", "nothing was taken");
    let both = ["--decision-column", "ann=Screening 1", "--decision-column", "bo=Screening 2"];
    sandbox.run(&[&line[..], &both[..]].concat()).success();
    assert!(listed(&sandbox, "bo").contains("NCT90000001  exclude"));
    let chosen = ["--decision-column", "screening 2", "--map", "exclude=1,none=0"];
    let run = sandbox.run(&[&line[..], &chosen[..]].concat()).success();
    assert!(run.err.contains("`Screening 2`: verdict (`1` as exclude)"), "{run:?}");
    assert_snapshot!(listed(&sandbox, "cy"), @"NCT90000003  exclude  Iced Tea");
    let unknown = sandbox.run(&[&line[..], &["--decision-column", "x"]].concat()).ended(2);
    assert!(unknown.err.contains("its columns are `nct`, `Screening 1`"), "{unknown:?}");
}

#[test]
fn a_report_of_two_trials_counts_for_both() {
    let sandbox = decided();
    let file = "TI  - Two\nAB  - NCT90000007 and NCT90000008.\nTY  - JOUR\n\
                N1  - Ask the author\nRN  - mine\nU1  - my own\nL1  - internal-pdf://NCT90000009.pdf\n\
                ER  - \n";
    let run = imported(&sandbox, "tea", file, &["--add"]);
    assert!(run.err.contains("in:1: a report of NCT90000007 and NCT90000008"), "{run:?}");
    let list = sandbox.run(&["review", "list", "tea", "--reviewer", "cy"]).out;
    assert!(list.contains("NCT90000008  unread   Two — Ask the author mine my own"), "{list}");
    let report = sandbox.run(&["review", "report", "tea", "--format", "json"]).json();
    let number = |name: &str| report["counts"][name].as_u64().expect("a number");
    assert_eq!((number("identified"), number("shared"), number("studies")), (4, 1, 5));
    assert_eq!(number("duplicates"), 0);
}

#[test]
fn a_review_is_merged_and_not_imported() {
    let sandbox = decided();
    let refused = sandbox.run(&["review", "import", "tea", "tea.review"]).ended(2);
    assert!(refused.err.contains("review merge"), "{refused:?}");
}

#[test]
fn a_dry_run_changes_nothing() {
    let sandbox = decided();
    let before = std::fs::read(sandbox.path("tea.review")).expect("a review");
    let file = "nct,title,verdict\nNCT90000003,Tea,include\nNCT90000008,More,include\n";
    let run = imported(&sandbox, "tea", file, &["--add", "--dry-run"]);
    assert!(run.err.contains("1 new to it") && run.err.contains("2 verdicts"), "{run:?}");
    assert_eq!(std::fs::read(sandbox.path("tea.review")).expect("a review"), before);
}

#[test]
fn what_an_import_added_goes_with_it() {
    let sandbox = decided();
    let reasons = || sandbox.run(&["review", "reasons", "tea"]).success().out;
    let before = reasons();
    let file = "nct,decision,reason,tags\nNCT90000003,exclude,Wrong cup,cold\n";
    imported(&sandbox, "tea", file, &[]).success();
    assert!(reasons().contains("Wrong cup"));
    sandbox.run(&["review", "undo", "tea", "--reviewer", "cy"]).success();
    assert_eq!(reasons(), before);
    // What somebody else decided for it since keeps it.
    imported(&sandbox, "tea", file, &[]).success();
    let decide = ["review", "decide", "tea", "NCT90000001", "--exclude", "--reason", "wrong-cup"];
    sandbox.run(&[&decide[..], &["--reviewer", "bo"]].concat()).success();
    sandbox.run(&["review", "undo", "tea", "--reviewer", "cy"]).success();
    assert!(reasons().contains("wrong-cup  Wrong cup"));
}

#[test]
fn studies_that_the_index_lacks_are_named() {
    let sandbox = decided();
    let lacking: Vec<String> = (1..=23).map(|number| format!("NCT900990{number:02}")).collect();
    let list = format!("NCT90000001\n{}\n", lacking.join("\n"));
    let run = imported(&sandbox, "tea", &list, &["--add", "--dry-run"]).success();
    let named = format!("not in the index, and added as the file has them: {}", lacking[0]);
    assert!(run.err.contains(&named) && run.err.contains("and 3 more (`--all` names"), "{run:?}");
    let run = imported(&sandbox, "tea", &list, &["--add", "--dry-run", "--all"]).success();
    assert!(run.err.contains(&lacking.join(", ")), "{run:?}");
    let json = imported(&sandbox, "tea", &list, &["--add", "--format", "json"]).success().json();
    assert_eq!(json["files"][0]["tally"]["lacking"], json!(lacking));
    sandbox.write("none.txt", "NCT90099055\n");
    let line = ["review", "import", "tea", "none.txt", "--add", "--index", "nowhere"];
    assert!(sandbox.run(&line).success().err.contains("added as the file has them; `--index"));
}
