use super::*;

fn found(text: &str) -> Vec<(&str, &str)> {
    definitions(text).into_iter().map(|found| (found.short, found.long)).collect()
}

#[track_caller]
fn assert_found(cases: &[(&str, &str, &str)]) {
    for (text, short, long) in cases {
        assert_eq!(found(text), [(*short, *long)], "{text}");
    }
}

#[track_caller]
fn assert_none(texts: &[&str]) {
    for text in texts {
        assert_eq!(found(text), [], "{text}");
    }
}

#[test]
fn short_forms_follow_their_long_forms() {
    assert_found(&[
        ("given mesenchymal stem cells (MSC) twice", "MSC", "mesenchymal stem cells"),
        ("patients with multiple myeloma (MM)", "MM", "multiple myeloma"),
        ("rise of alanine aminotransferase (ALT)", "ALT", "alanine aminotransferase"),
        ("a dose given subcutaneously (SC)", "SC", "subcutaneously"),
        (
            "the European Organisation for Research and Treatment of Cancer (EORTC)",
            "EORTC",
            "European Organisation for Research and Treatment of Cancer",
        ),
        ("Chimeric antigen receptor T cells (CAR-T)", "CAR-T", "Chimeric antigen receptor T cells"),
        (
            "change of Patient Health Questionnaire-9 (PHQ-9)",
            "PHQ-9",
            "Patient Health Questionnaire-9",
        ),
        ("free circulating tumor DNA (ctDNA)", "ctDNA", "circulating tumor DNA"),
        (
            "score of health-related quality of life (HRQoL)",
            "HRQoL",
            "health-related quality of life",
        ),
        ("10 milligrams (mg) a day", "mg", "milligrams"),
        (
            "area under the plasma concentration-time curve (AUC)",
            "AUC",
            "area under the plasma concentration-time curve",
        ),
        ("treated with 17-allylaminogeldanamycin (AAG)", "AAG", "17-allylaminogeldanamycin"),
    ]);
}

#[test]
fn long_forms_follow_their_short_forms() {
    assert_found(&[
        ("history of ALS (amyotrophic lateral sclerosis)", "ALS", "amyotrophic lateral sclerosis"),
        (
            "NSAIDs (nonsteroidal anti-inflammatory drugs, e.g. ibuprofen)",
            "NSAIDs",
            "nonsteroidal anti-inflammatory drugs",
        ),
        (
            "CHOP (cyclophosphamide, hydroxydaunorubicin, Oncovin, prednisone)",
            "CHOP",
            "cyclophosphamide, hydroxydaunorubicin, Oncovin, prednisone",
        ),
        ("by ECG (electrocardiogram)", "ECG", "electrocardiogram"),
        ("with PKU (also known as phenylketonuria)", "PKU", "phenylketonuria"),
    ]);
}

#[test]
fn the_first_item_of_a_bracket_counts() {
    assert_found(&[
        ("mesenchymal stem cells (MSCs; n = 5)", "MSCs", "mesenchymal stem cells"),
        ("mesenchymal stem cells (MSC, from bone marrow)", "MSC", "mesenchymal stem cells"),
        ("odds ratio (OR = 1.5)", "OR", "odds ratio"),
        ("overall survival (hereafter OS)", "OS", "overall survival"),
        ("overall survival (\"OS\")", "OS", "overall survival"),
        ("overall survival (OS or survival)", "OS", "overall survival"),
    ]);
}

#[test]
fn brackets_stand_in_brackets() {
    assert_found(&[
        ("cells (mesenchymal stem cells [MSC])", "MSC", "mesenchymal stem cells"),
        ("mesenchymal stem cells [MSC]", "MSC", "mesenchymal stem cells"),
        (r"mesenchymal stem cells \(MSC\)", "MSC", "mesenchymal stem cells"),
        (r"mesenchymal stem cells \[MSC\] \> 5", "MSC", "mesenchymal stem cells"),
    ]);
    let expected =
        [("TNF", "Tumour necrosis factor"), ("TNFR", "Tumour necrosis factor (TNF) receptor")];
    let text = "Tumour necrosis factor (TNF) receptor (TNFR)";
    assert_eq!(found(text), expected);
    assert_eq!(without_brackets(expected[1].1), "Tumour necrosis factor receptor");
    assert_eq!(without_brackets("interleukin (IL)-6"), "interleukin-6");
    assert_eq!(without_brackets("no bracket"), "no bracket");
}

#[test]
fn greek_letters_are_their_names() {
    assert_found(&[
        ("interferon gamma (IFN-γ)", "IFN-γ", "interferon gamma"),
        ("interferon-γ (IFNg)", "IFNg", "interferon-γ"),
        ("β-hydroxybutyrate (BHB)", "BHB", "β-hydroxybutyrate"),
    ]);
}

#[test]
fn a_sentence_or_an_entry_is_the_limit() {
    assert_none(&[
        "We study the multiple. Myeloma (MM1)",
        "* Overall\n* survival (OS)",
        "Overall\n\nsurvival (OS)",
        "overall; survival (OS)",
    ]);
    // Old records break lines within sentences.
    let text = "at the overall\n      survival (OS)";
    assert_eq!(found(text), [("OS", "overall\n      survival")]);
    assert_found(&[("at St. Jude Hospital (SJH)", "SJH", "St. Jude Hospital")]);
}

#[test]
fn other_brackets_define_nothing() {
    assert_none(&[
        "number of participants (n = 20)",
        "a dose of 5 mg (5mg)",
        "a dose of five milligrams (5 mg)",
        "as shown before (2010)",
        "some eggs and other food (e.g., milk)",
        "in each group (n=5)",
        "on Day 1 (D1)",
        "the experimental arm A (Arm A)",
        "no severe pain in patients (pain)",
        "MSC therapy (MSC)",
        "CAR T cells (CAR-T)",
        "eczema and sensitised against food allergens (egg)",
        "is responsible (R)",
        "of the (OT)",
        "()",
        "(",
        "a (b",
        "(MSC)",
        "[",
        "x ((((MSC))))",
    ]);
}

#[test]
fn noise_is_taken_without_panic() {
    let pieces = [
        "(",
        ")",
        "[",
        "]",
        "\\",
        " ",
        "MSC",
        "mesenchymal stem cells",
        "γ",
        "é",
        "\u{2019}s",
        "\n",
        ". ",
        "-",
        "1",
        "İ",
        "ﬁ",
        "\u{301}",
        "日本",
        "\"",
        "=",
        ";",
        "s",
    ];
    // A linear congruential generator (Knuth's MMIX).
    let mut state: u64 = 20_031_103;
    for _ in 0..4000 {
        let mut text = String::new();
        for _ in 0..24 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            text.push_str(pieces[(state >> 33) as usize % pieces.len()]);
        }
        for AbbreviationDefinition { short, long } in definitions(&text) {
            assert!(text.contains(short) && text.contains(long), "{text}");
            assert!(!short.is_empty() && short.len() < long.len() * 4, "{text}");
        }
        let _ = without_brackets(&text);
    }
}

#[test]
fn hostile_texts_are_taken_in_time() {
    for hostile in ["(", "a (", "MSC (", "(ab)", "[((ab ", "mesenchymal stem cells (MSC) "] {
        let text = hostile.repeat(200_000 / hostile.len());
        assert!(definitions(&text).len() <= text.len() / hostile.len());
    }
}
