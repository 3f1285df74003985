use std::collections::BTreeSet;

use super::*;

/// Lines in our language; one that says nothing is empty.
fn lines(text: &str, dialect: Dialect) -> Vec<String> {
    let translation = translate(text, dialect);
    let lines = translation.lines.into_iter().map(|line| line.translated.unwrap_or_default());
    lines.collect()
}

fn one(text: &str, dialect: Dialect) -> String {
    lines(text, dialect).join(" / ")
}

#[test]
fn ovid() {
    let ovid = |text: &str| one(text, Dialect::Ovid);
    assert_eq!(ovid("exp Heparin/"), "EXPLODE[MeSH]Heparin");
    assert_eq!(ovid("Heparin/ad, tu [Administration & Dosage]"), "Heparin");
    assert_eq!(
        ovid("(heparin or low molecular weight heparin$).ti,ab."),
        "heparin OR \"low molecular weight heparin*\""
    );
    assert_eq!(ovid("(vein$ adj3 thrombo#is).tw."), "vein* NEAR/2 thrombo#is");
}

fn remarks(text: &str, dialect: Dialect) -> Vec<String> {
    translate(text, dialect).lines.into_iter().flat_map(|line| line.remarks).collect()
}

#[test]
fn counts_are_said_once() {
    let text = "1 exp Gout/ (120)\n2 colchicine.mp. (45)\n3 1 and 2 (7)\n";
    let written = translate(text, Dialect::Ovid).text();
    assert_eq!(written.matches("counts of hits elsewhere").count(), 1, "{written}");
    assert!(written.contains("skipped on 3 lines"), "{written}");
}

#[test]
fn pubmed() {
    let pubmed = |text: &str| one(text, Dialect::PubMed);
    assert_eq!(
        pubmed("#1\tSearch gout[MeSH Terms:noexp] OR colchicine[Text Word]\t1,204\n"),
        "gout OR colchicine"
    );
    assert_eq!(
        pubmed("febuxostat[Supplementary Concept] OR uloric[Title/Abstract]"),
        "AREA[InterventionSearch]febuxostat OR uloric"
    );
    assert_eq!(
        pubmed("gout[tiab] AND \"randomized controlled trial\"[Publication Type]"),
        "gout AND AREA[DesignAllocation]RANDOMIZED"
    );
    let text = "#1 Search gout OR podagra\n#2 Search #1 Filters: Humans, Clinical Trial, \
                Randomized Controlled Trial, from 2015 - 2024 Sort by: Most Recent\n";
    assert_eq!(
        lines(text, Dialect::PubMed),
        [
            "gout OR podagra",
            "#1 AND (AREA[StudyType]INTERVENTIONAL OR AREA[DesignAllocation]RANDOMIZED) \
             AND AREA[StartDate]RANGE[2015, 2024]"
        ]
    );
    let said = remarks(text, Dialect::PubMed);
    assert!(said.iter().any(|said| said.contains("`Humans` is true of every study")), "{said:?}");
    assert!(said.iter().any(|said| said.contains("Most Recent")), "{said:?}");
    // A search for the word.
    assert_eq!(pubmed("Search AND rescue"), "Search AND rescue");
}

#[test]
fn cochrane() {
    let cochrane = |text: &str| one(text, Dialect::Cochrane);
    assert_eq!(
        cochrane("(gout next attack*):ti,ab,kw (Word variations have been searched)"),
        "\"gout attack*\""
    );
    assert_eq!(cochrane("gout in Title Abstract Keyword AND pain in All Text"), "gout AND pain");
    let text = "| ID | Search | Hits |\n|:--|:--|--:|\n\
                | \\#1 | MeSH descriptor: [Gout] explode all trees | 310 |\n\
                | \\#2 | colchicin\\*:ti,ab | 95 |\n\
                | \\#3 | \\#1 and \\#2 with Publication Year from 2010 to 2021, in Trials | 12 |\n";
    assert_eq!(
        lines(text, Dialect::Cochrane),
        ["EXPLODE[MeSH]Gout", "colchicin*", "#1 AND #2 AND AREA[StartDate]RANGE[2010, 2021]"]
    );
    let text = "#1: gout\n#2: pain\n#3: #1 and #2 with Cochrane Library publication date Between \
                Jan 2010 and Dec 2020, in Trials\n";
    assert_eq!(lines(text, Dialect::Cochrane), ["gout", "pain", "#1 AND #2"]);
    assert_eq!(remarks(text, Dialect::Cochrane).len(), 2);
}

#[test]
fn embase() {
    let embase = |text: &str| one(text, Dialect::Embase);
    assert_eq!(embase("'gout'/exp AND colchicin*:ti,ab"), "EXPLODE[MeSH]gout AND colchicin*");
    let text = "#1 'gout'/de\n#2 #1 NOT ([conference abstract]/it OR [letter]/it)\n\
                #3 #1 AND [2010-2020]/py AND [humans]/lim\n";
    assert_eq!(
        lines(text, Dialect::Embase),
        ["gout", "#1", "#1 AND AREA[StartDate]RANGE[2010, 2020]"]
    );
    let said = remarks(text, Dialect::Embase);
    assert!(said.iter().any(|said| said.contains("nothing is excluded")), "{said:?}");
}

#[test]
fn ebscohost() {
    let text = "S1\t(MH \"Gout+\") OR TI gout* OR AB podagra\tExpanders - Apply equivalent \
                subjects\nSearch modes - Boolean/Phrase\t1,020\n\
                S2\tTI (joint N3 pain)\t\t88\n\
                S3\tS1 AND S2\tLimiters - Published Date: 20100101-20231231; English Language; \
                Age Groups: All Adult\t12\n";
    assert_eq!(
        lines(text, Dialect::Ebsco),
        [
            "EXPLODE[MeSH]Gout OR AREA[TitleSearch]gout* OR podagra",
            "AREA[TitleSearch]joint NEAR/3 pain",
            "#1 AND #2 AND AREA[StartDate]RANGE[2010-01-01, 2023-12-31] AND AREA[StdAge](ADULT OR OLDER_ADULT)"
        ]
    );
    let said = remarks(text, Dialect::Ebsco);
    for named in ["English Language", "Expanders", "Search modes", "another thesaurus"] {
        assert!(said.iter().any(|said| said.contains(named)), "{named}: {said:?}");
    }
    let limited = |date: &str| {
        remarks(&format!("S1 TI gout Limiters - Published Date: {date}"), Dialect::Ebsco)
    };
    let said = limited("01/02/2010-31/12/2015");
    assert!(said.iter().any(|said| said.contains("first in `01/02/2010`")), "{said:?}");
    let said = limited("31/13/2010");
    assert!(said.iter().any(|said| said.contains("31/13/2010` is left out")), "{said:?}");
}

#[test]
fn web_of_science() {
    let text = "# 1 TS=(gout OR podagra)\nIndexes=SCI-EXPANDED Timespan=All years\n\
                # 2 TI=(colchicin* NEAR/3 dos$)\n# 3 #2 AND #1\n\
                Indexes=SCI-EXPANDED, SSCI Timespan=2010-2020\n";
    assert_eq!(
        lines(text, Dialect::WebOfScience),
        [
            "gout OR podagra",
            "AREA[TitleSearch]colchicin* NEAR/3 dos*",
            "#2 AND #1 AND AREA[StartDate]RANGE[2010, 2020]"
        ]
    );
    assert!(remarks(text, Dialect::WebOfScience).iter().any(|said| said.contains("All years")));
}

#[test]
fn scopus() {
    let scopus = |text: &str| one(text, Dialect::Scopus);
    assert_eq!(
        scopus("TITLE-ABS-KEY(gout AND {joint pain}) AND PUBYEAR > 2014 AND NOT INDEX(medline)"),
        "gout AND \"joint pain\" AND AREA[StartDate]RANGE[2015, MAX]"
    );
    assert_eq!(
        scopus("TITLE(gout) AND PUBYEAR BEF 2020 AND (LIMIT-TO ( LANGUAGE , \"English\" ) )"),
        "AREA[TitleSearch]gout AND AREA[StartDate]RANGE[MIN, 2019]"
    );
    assert_eq!(
        scopus(
            "KEY(gout) AND (LIMIT-TO(PUBYEAR,2015) OR LIMIT-TO(PUBYEAR,2016)) \
             AND (EXCLUDE(DOCTYPE, \"le\")) AND DOCTYPE(ar OR re)"
        ),
        "AREA[Keyword]gout AND (AREA[StartDate]RANGE[2015, 2015] OR \
         AREA[StartDate]RANGE[2016, 2016])"
    );
    let said = remarks("TITLE(gout) AND EXCLUDE(LANGUAGE, \"German\")", Dialect::Scopus);
    assert!(said.iter().any(|said| said.contains("German")), "{said:?}");
}

#[test]
fn the_retired_site() {
    let ctgov = |text: &str| one(text, Dialect::ClinicalTrials);
    assert_eq!(
        ctgov("Completed Studies | Gout | colchicine OR febuxostat | Phase 3"),
        "AREA[OverallStatus]COMPLETED AND Gout AND (colchicine OR febuxostat) AND \
         AREA[Phase]PHASE3"
    );
    assert_eq!(ctgov("gout [DISEASE]"), "AREA[ConditionSearch]gout");
}

#[test]
fn lines_of_another_system_within_a_strategy_are_read_as_such() {
    let text = "1. TI warfarin\n2. warfarin NEXT dose\n3. AB warfarin\n4. (MH \"Warfarin+\")\n\
                5. warfarin:ti,ab,kw\n6. MeSH descriptor: [Warfarin] explode all trees\n\
                7. warfarin.tw.\n";
    assert_eq!(
        lines(text, Dialect::Ovid),
        [
            "AREA[TitleSearch]warfarin",
            "\"warfarin dose\"",
            "warfarin",
            "EXPLODE[MeSH]Warfarin",
            "warfarin",
            "EXPLODE[MeSH]Warfarin",
            "warfarin"
        ]
    );
    let said = translate(text, Dialect::Ovid);
    for line in &said.lines[..6] {
        assert!(line.remarks.iter().any(|said| said.contains("and read so")), "{line:?}");
    }
}

fn is_refused(text: &str) -> bool {
    recognised(text, &BTreeSet::new(), false).is_some()
}

#[test]
fn what_is_written_for_another_system_is_refused_wherever_it_is_typed() {
    for text in [
        "(warfarin or dabigatran).ti,ab.",
        "(warfarin OR dabigatran).tw",
        "exp Warfarin/",
        "warfarin.pt.",
        "(warfarin OR dabigatran):ti,ab,kw",
        "MeSH descriptor: warfarin explode all trees",
        "TI warfarin OR AB warfarin",
        "(MM \"Gout\")",
        "DE \"Gout\"",
        "SU (gout)",
        "TX \"gout\"",
        "warfarin.af",
        "TITLE(warfarin)",
        "warfarin NEAR dose",
        "1-3/or",
        "p53/exp",
        "exp Warfarin/ad",
        "Warfarin/ad, tu",
        "limit 1 to humans",
        "warfarin NEXT dose",
        "(MH \"Warfarin+\")",
        "warfarin[tiab] OR dabigatran[tiab]",
        "TS=(warfarin)",
        "TITLE-ABS-KEY(warfarin)",
        "'warfarin'/exp",
    ] {
        assert!(is_refused(text), "{text}");
    }
}

#[test]
fn plain_words_are_never_refused() {
    for text in [
        "TI 20 mg",
        "PET/CT",
        "lymphoma AND PET/CT",
        "chemo/RT",
        "ICU/ED",
        "MELD/Na",
        "MM stage",
        "MH susceptibility",
        "DOSES NEAR TOXICITY",
        "AB blood group",
        "type AB blood",
        "AB positive plasma",
        "either/or",
        "and/or",
        "NEXT generation sequencing",
        "next generation sequencing",
        "IL-2/IL-15",
        "PT/INR",
        "he/she",
        "C#",
        "5-FU/leucovorin",
        "COVID?",
        "what is asthma?",
        "near infrared",
        "limit of detection",
        "limit sodium to 2 g",
        "T1 N2 M0 cancer",
        "p53 W 20",
        "U.S. pat. no.",
        "COVID-19 (SARS-CoV-2)",
        "HER2+ breast cancer",
        "q.i.d. dosing",
        "100 mg/m2",
        "vitamin B12/folate",
        "sars[cov2]",
        "AREA[Phase]PHASE3",
        "EXPANSION[Term]asthma AND AREA[StartDate]RANGE[2020, MAX]",
        "SEARCH[Location](AREA[LocationCity]Paris)",
        "heart NEAR/3 attack",
        "filters: blue light",
        "search strategies in dementia",
    ] {
        assert!(!is_refused(text), "{text}: {:?}", recognised(text, &BTreeSet::new(), false));
    }
}

#[test]
fn signs_that_words_look_like_count_in_numbered_lines() {
    for text in ["TI gout", "SU gout", "TX gout"] {
        assert!(is_refused(text), "{text}");
    }
    for text in ["MH gout", "MM gout", "gout/dt"] {
        assert!(!is_refused(text), "{text}");
        assert!(recognised(text, &BTreeSet::new(), true).is_some(), "{text}");
    }
    assert!(recognised("lymphoma AND PET/CT", &BTreeSet::new(), true).is_none());
    let said = recognised("TI gout", &BTreeSet::new(), true).expect("refused");
    assert!(said.hint.ends_with("type `\"TI\"` for plain words"), "{}", said.hint);
    assert!(recognised("\"TI\" gout", &BTreeSet::new(), true).is_none());
}

#[test]
fn lines_without_numbers_may_end_in_names_of_lines() {
    for (text, dialect) in [
        ("Search for gout:\ngout.tw.\ncolchicine.tw.\n1 and 2\n", Dialect::Ovid),
        ("gout:ti\ncolchicine:ti\n#1 AND #2\n", Dialect::Cochrane),
    ] {
        assert_eq!(lines(text, dialect).last().map(String::as_str), Some("#1 AND #2"), "{text}");
        assert_eq!(lines(text, dialect).len(), 3, "{text}");
    }
}

#[test]
fn numbers_of_our_own_lines_are_words() {
    let texts = |text: &str| -> Vec<String> {
        StrategyPage::read(text, None).entries.into_iter().map(|entry| entry.text).collect()
    };
    assert_eq!(texts("1. diabetes type 2\n2. covid 19\n"), ["diabetes type 2", "covid 19"]);
    assert_eq!(texts("1. vitamin b  12\n"), ["vitamin b  12"]);
    assert_eq!(texts("1. gout\t120\n2. pain\t9\n"), ["gout", "pain"]);
    let wrapped = "1. gout or\n2. (pain or\ncentral venous or\nstroke).tw.\n3. heart.tw.\ncentral retinal vein occlusion\n";
    let read = StrategyPage::read(wrapped, Some(Dialect::Ovid));
    assert!(read.passed_over.is_empty(), "{:?}", read.passed_over);
}

#[test]
fn lists_of_lines_are_bounded() {
    assert_eq!(strategy_page::list_of_numbers("1-1000,1-1000", false), None);
}

#[test]
fn an_exclusion_that_lacks_a_part_is_left_out() {
    let text = "1. gout.tw.\n2. (animal* or rat).tw. and english.la.\n3. 1 not 2\n";
    assert_eq!(lines(text, Dialect::Ovid)[2], "#1");
    let said = remarks(text, Dialect::Ovid);
    assert!(said.iter().any(|said| said.contains("exclude too much")), "{said:?}");
    // Less is excluded where one of several is left out.
    let text = "1. gout.tw.\n2. rat.tw. or letter.pt.\n3. 1 not 2\n";
    assert_eq!(lines(text, Dialect::Ovid)[2], "#1 AND NOT #2");
    let text = "1. gout.tw.\n2. rat.tw. or (mouse.tw. and english.la.)\n3. 1 not 2\n";
    assert_eq!(lines(text, Dialect::Ovid)[2], "#1 AND NOT rat");
}

#[test]
fn what_is_true_of_all_studies_or_of_none_is_reckoned_with() {
    for (typed, expected) in [
        ("humans/", "ALL"),
        ("2 or human/", "ALL"),
        ("gout.tw. or humans/", "ALL"),
        ("gout.tw. and humans/", "gout"),
        ("gout.tw. not humans/", "NOT ALL"),
        ("animals/", "NOT ALL"),
        ("exp Animals/", "ALL"),
        ("gout.tw. or animals/", "gout"),
        ("animals/ not humans/", "NOT ALL"),
        ("exp animals/ not humans/", "NOT ALL"),
        ("gout.tw. not (animals/ not humans/)", "gout"),
        ("gout.tw. not (exp animals/ not (exp animals/ and humans/))", "gout"),
        ("gout.tw. not (animals/ not (animals/ and humans/))", "gout"),
        ("gout.tw. and (humans/ or english.la.)", "gout"),
        ("gout.tw. not letter.pt.", "gout"),
        ("english.la. or humans/", "ALL"),
        ("english.la. and animals/", "NOT ALL"),
    ] {
        assert_eq!(lines(typed, Dialect::Ovid), [expected], "{typed}");
    }
    let text = "1. animals/\n2. humans/\n3. 1 not 2\n4. gout.tw.\n5. 4 not 3\n6. 4 or 2\n";
    assert_eq!(lines(text, Dialect::Ovid)[4..], ["#4", "ALL"]);
    assert_eq!(lines("gout OR humans[mh]", Dialect::PubMed), ["ALL"]);
    assert_eq!(lines("gout NOT (animals[mh] NOT humans[mh])", Dialect::PubMed), ["gout"]);
    assert_eq!(lines("gout NOT (animals[mh:noexp] NOT humans[mh])", Dialect::PubMed), ["gout"]);
    assert_eq!(lines("'human'/de OR gout:ti", Dialect::Embase), ["ALL"]);
    assert_eq!(lines("TI gout NOT (MH \"Animals+\" NOT MH \"Human\")", Dialect::Ebsco).len(), 1);
}

#[test]
fn numbers_in_a_text_name_no_lines() {
    let ovid = |line: &str| {
        let text = format!("1. gout.tw.\n2. pain.tw.\n3. {line}\n");
        lines(&text, Dialect::Ovid).pop().unwrap_or_default()
    };
    for line in ["((type 1 or 2) adj2 diabetes).tw.", "(pain or 2).tw."] {
        assert!(!ovid(line).contains('#'), "{line}: {}", ovid(line));
    }
    assert_eq!(ovid("(1 or 2) and heparin.tw."), "(#1 OR #2) AND heparin");
    let refused = translate("1. gout.tw.\n2. 1 and 9\n", Dialect::Ovid).refused();
    assert_eq!(refused[0].diagnostics[0].message, "there is no line `#9` above");
}

#[test]
fn long_lines_are_read_in_time() {
    let text = format!("1. {}\n2. gout.tw.\n", "(".repeat(200_000));
    assert_eq!(lines(&text, Dialect::Ovid).len(), 2);
}

#[test]
fn many_marks_of_additions_are_read_in_time() {
    for part in ["from 2010 ", "limits: english ", "\"from 2010\" in trials "] {
        let text = format!("#1 gout\n#2 #1 {}\n", part.repeat(8_000));
        assert_eq!(lines(&text, Dialect::Cochrane).len(), 2, "{part}");
    }
}

#[test]
fn many_words_near_each_other_are_read_in_time() {
    let text = "heparin adj3 ".repeat(20_000);
    assert_eq!(lines(&text, Dialect::Ovid).len(), 1);
    assert_eq!(guess(&"[".repeat(300_000)), None);
}

#[test]
fn embase_and_the_cochrane_library_are_told_apart_by_what_one_of_them_has() {
    let shared = "#2 pain:ti,ab,kw\n#3 (gout NEAR/3 pain):ti,ab,kw\n#4 #1 AND #2\n";
    assert_eq!(guess(&format!("#1 'gout'/exp\n{shared}")), Some(Dialect::Embase));
    let text = format!("#1 [mh gout]\n{shared}#5 gout:ab,ti\n#6 pain:de\n#7 pain:tn\n");
    assert_eq!(guess(&text), Some(Dialect::Cochrane));
    assert_eq!(guess(shared), Some(Dialect::Cochrane));
    assert_eq!(or_else(shared, Dialect::Cochrane), Some(Dialect::Embase));
    assert_eq!(or_else("#1 [mh gout]\n", Dialect::Cochrane), None);
}
