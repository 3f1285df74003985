//! What was written comes back.

use proptest::prelude::*;

use super::row::Exported;
use super::write::{DecisionFormat, DecisionWriter, Reader};
use super::{Decisions, Import, Opinion, read};
use crate::study::NctId;
use crate::triage::event::Verdict;

const FORMATS: [DecisionFormat; 3] =
    [DecisionFormat::Csv, DecisionFormat::Ris, DecisionFormat::JsonLines];
const READERS: [Reader; 4] = [Reader::Any, Reader::Asreview, Reader::Rayyan, Reader::Covidence];

fn written(studies: &[Exported], format: DecisionFormat, reader: Reader) -> Vec<u8> {
    let mut out = Vec::new();
    let mut writer = DecisionWriter::new(&mut out, format, reader).expect("a heading");
    for study in studies {
        writer.write(study).expect("written");
    }
    writer.finish().expect("finished");
    out
}

fn back(studies: &[Exported], format: DecisionFormat, reader: Reader) -> Import {
    read(&written(studies, format, reader), "back").expect("records")
}

/// Text that has broken files.
fn hostile() -> impl Strategy<Value = String> + Clone {
    let pieces = prop::sample::select(vec![
        "ER  - ",
        "\nTY  - JOUR\nTI  - x",
        "\r\nER  - \r\n",
        "\r",
        "\u{2028}",
        "\u{85}",
        "\u{0b}",
        "\u{1b}[31m",
        "\u{202e}",
        "\u{1c}",
        "\"",
        "'",
        "=1+1",
        "'=",
        "+",
        "-",
        "@x",
        "\t",
        ",",
        ";",
        " | ",
        "RAYYAN-INCLUSION: {\"Z\"=>\"Included\"}",
        "RAYYAN-LABELS: a,b",
        "TRIALDEX: {}",
        "USER-NOTES: ",
        "trialdex: {}",
        "ASReview_relevant",
        "ASReview_irrelevant",
        "Exclusion reason: y; ",
        "asreview_note: 1",
        "{",
        "}",
        "\\",
        "=>",
        "#{1}",
        "日本",
        "µ",
        "\u{feff}",
        "NCT90000009",
        "1",
        "include",
        "   ",
        "word",
        "<p>",
        "</p>",
        "\u{1f9ea}",
    ]);
    prop::collection::vec(pieces, 0..5).prop_map(|pieces| pieces.concat())
}

fn filled() -> impl Strategy<Value = String> {
    hostile().prop_map(|text| format!("x{text}"))
}

fn verdict() -> impl Strategy<Value = Verdict> {
    prop::sample::select(Verdict::ALL.to_vec())
}

fn opinion() -> impl Strategy<Value = Opinion> {
    let labels = prop::collection::btree_set(filled(), 0..3);
    (prop::option::of(verdict()), prop::option::of(hostile()), labels, prop::option::of(filled()))
        .prop_map(|(verdict, reason, labels, note)| Opinion {
            reviewer: None,
            verdict,
            reason: reason.filter(|_| verdict == Some(Verdict::Exclude)),
            labels: labels.into_iter().collect(),
            note,
            ..Opinion::default()
        })
        .prop_filter("an empty opinion is none", |opinion| !opinion.is_empty())
}

fn decisions() -> impl Strategy<Value = Decisions> {
    let opinions = prop::collection::btree_map(filled(), opinion(), 0..4);
    (opinions, prop::option::of((filled(), verdict()))).prop_map(|(opinions, settled)| {
        let named = opinions.into_iter();
        let named = named.map(|(name, it)| Opinion { reviewer: Some(name), ..it });
        let settled = settled.map(|(name, verdict)| Opinion {
            reviewer: Some(name),
            verdict: Some(verdict),
            ..Opinion::default()
        });
        Decisions { opinions: named.collect(), settled }
    })
}

fn study(number: u32) -> impl Strategy<Value = Exported> {
    let texts = prop::collection::vec(hostile(), 0..3);
    (hostile(), hostile(), texts.clone(), texts, decisions()).prop_map(
        move |(title, summary, authors, keywords, decisions)| Exported {
            nct: NctId::from_number(90_000_000 + number),
            rank: Some(number as usize),
            title,
            summary,
            authors,
            keywords,
            year: Some(2021),
            decisions,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn decisions_come_back_as_they_were(studies in (study(1), study(2), study(3))) {
        let studies = [studies.0, studies.1, studies.2];
        for format in FORMATS {
            for reader in READERS {
                let import = back(&studies, format, reader);
                prop_assert_eq!(import.total, 3, "{:?} {:?}", format, reader);
                prop_assert_eq!(&import.problems, &[], "{:?} {:?}", format, reader);
                for (record, study) in import.studies.iter().zip(&studies) {
                    prop_assert_eq!(record.nct, study.nct);
                    prop_assert_eq!(record.year, Some(2021));
                    prop_assert_eq!(&record.decisions, &study.decisions, "{:?} {:?}", format, reader);
                }
            }
        }
    }

    #[test]
    fn nothing_that_is_read_panics(text in prop::collection::vec(hostile(), 0..20), sep in "[,\n\t;]") {
        for head in ["", "title,abstract,notes,included\n", "TY  - JOUR\nN1  - ", "{", "[\n"] {
            let file = format!("{head}{}", text.join(&sep));
            let _ = read(file.as_bytes(), "any");
        }
    }
}
