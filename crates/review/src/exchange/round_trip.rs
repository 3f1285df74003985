//! Tests that written decisions come back.

use proptest::prelude::*;

use super::decision_writer::{DecisionFormat, DecisionWriter, TargetProgram};
use super::export_row::{ExportRow, exported};
use super::{
    ImportOptions, ImportPlan, ImportTally, ImportedFile, Opinion, StudyDecisions, plan, read,
};
use crate::event::{Act, Event, Verdict};
use crate::state::ReviewState;
use trialdex_records::study::NctId;

const FORMATS: [DecisionFormat; 3] =
    [DecisionFormat::Csv, DecisionFormat::Ris, DecisionFormat::JsonLines];
const READERS: [TargetProgram; 4] =
    [TargetProgram::Any, TargetProgram::Asreview, TargetProgram::Rayyan, TargetProgram::Covidence];

fn written(studies: &[ExportRow], format: DecisionFormat, reader: TargetProgram) -> Vec<u8> {
    let mut out = Vec::new();
    let mut writer = DecisionWriter::new(&mut out, format, reader).expect("a heading");
    for study in studies {
        writer.write(study).expect("written");
    }
    writer.finish().expect("finished");
    out
}

fn back(studies: &[ExportRow], format: DecisionFormat, reader: TargetProgram) -> ImportedFile {
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

fn decisions() -> impl Strategy<Value = StudyDecisions> {
    let opinions = prop::collection::btree_map(filled(), opinion(), 0..4);
    (opinions, prop::option::of((filled(), verdict()))).prop_map(|(opinions, settled)| {
        let named = opinions.into_iter();
        let named = named.map(|(name, it)| Opinion { reviewer: Some(name), ..it });
        let settled = settled.map(|(name, verdict)| Opinion {
            reviewer: Some(name),
            verdict: Some(verdict),
            ..Opinion::default()
        });
        StudyDecisions { opinions: named.collect(), settled, together: None }
    })
}

fn study(number: u32) -> impl Strategy<Value = ExportRow> {
    let texts = prop::collection::vec(hostile(), 0..3);
    (hostile(), hostile(), texts.clone(), texts, decisions()).prop_map(
        move |(title, summary, authors, keywords, decisions)| ExportRow {
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
    #![proptest_config(ProptestConfig::with_cases(60))]

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
    fn whatever_is_read_is_kept(text in prop::collection::vec(hostile(), 0..20), sep in "[,\n\t;]") {
        for head in HEADS {
            let file = format!("{head}{}", text.join(&sep));
            let Ok(import) = read(file.as_bytes(), "any") else { continue };
            let kept = import.studies.len() + import.repeated + import.unnumbered.len();
            prop_assert_eq!(kept, import.total + import.shared);
            let Some(first) = import.studies.first() else { continue };
            let (nct, decisions) = (first.nct, first.decisions.clone());
            let study = ExportRow { nct, decisions, ..ExportRow::default() };
            for format in FORMATS {
                for reader in READERS {
                    let again = back(std::slice::from_ref(&study), format, reader);
                    let again = &again.studies[0].decisions;
                    prop_assert_eq!(again, &study.decisions, "{:?} {:?}", format, reader);
                }
            }
        }
    }
}

/// Beginnings of files.
const HEADS: [&str; 6] = [
    "",
    "nct,title,abstract,notes,included,verdict,reason,labels,note,reviewer\nNCT90000001,x,",
    "title;accession number;asreview_label;asreview_note;tags\nx;NCT90000001;",
    "TY  - JOUR\nAN  - NCT90000001\nN1  - ",
    "{",
    "[\n",
];

const AT: &str = "2026-01-01T00:00:00Z";
const OPTIONS: ImportOptions<'static> =
    ImportOptions { reviewer: "me", source: Some("file"), verdict: None };

fn planned(import: &ImportedFile, events: &[Event], options: ImportOptions<'_>) -> ImportPlan {
    plan(import, events, &ReviewState::of(events), options, &mut |_| None)
}

/// Events with what an import adds to them.
fn taken(
    mut events: Vec<Event>,
    import: &ImportedFile,
    options: ImportOptions<'_>,
) -> (Vec<Event>, ImportTally) {
    let planned = planned(import, &events, options);
    for (who, act) in planned.acts {
        let seq = events.last().map_or(1, |last| last.seq + 1);
        events.push(Event::new(seq, AT, &who, act));
    }
    (events, planned.tally)
}

/// All decisions, without times, and without the keys of reasons.
fn decided(events: &[Event]) -> Vec<(NctId, StudyDecisions)> {
    let state = ReviewState::of(events);
    let studies = state.studies().into_iter().map(|study| {
        let mut decisions = exported(&state, study, None, None).decisions;
        let settled = decisions.settled.iter_mut();
        for opinion in decisions.opinions.iter_mut().chain(settled) {
            opinion.at = None;
            opinion.reason_key = None;
            opinion.labels.sort();
        }
        (study.nct, decisions)
    });
    studies.collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn a_review_made_of_an_export_says_the_same(studies in (study(1), study(2))) {
        let studies = [studies.0, studies.1];
        let import = back(&studies, DecisionFormat::JsonLines, TargetProgram::Any);
        let (first, tally) = taken(Vec::new(), &import, OPTIONS);
        prop_assert_eq!((tally.new, tally.outside.len()), (2, 0));
        let again = planned(&import, &first, OPTIONS);
        prop_assert_eq!(again.acts, vec![], "the same file adds nothing");
        let state = ReviewState::of(&first);
        let out: Vec<ExportRow> =
            state.studies().into_iter().map(|it| exported(&state, it, None, None)).collect();
        for format in FORMATS {
            for reader in READERS {
                let import = back(&out, format, reader);
                let (second, _) = taken(Vec::new(), &import, OPTIONS);
                prop_assert_eq!(decided(&second), decided(&first), "{:?} {:?}", format, reader);
                // What a review says already is not said again.
                let same = planned(&import, &first, ImportOptions { source: None, ..OPTIONS });
                prop_assert_eq!(same.acts, vec![], "{:?} {:?}", format, reader);
            }
        }
    }
}

const TABLE: &str = "\
NCT Number,Title,Verdict,Reason,Labels,Note,Reviewer
NCT90000001,A,include,,\"x; y\",first,ann
NCT90000002,B,excluded,Wrong population,,,bo
NCT90000001,A again,exclude,Too small,,,ann
,C,include,,,,
NCT90000003,D,,,,,
";

fn kinds(acts: &[(String, Act)]) -> Vec<String> {
    let kinds = acts.iter().map(|(who, act)| match act {
        Act::Source(source) => format!("{who}: {} records", source.identified()),
        Act::Reason { key, .. } => format!("{who}: reason {key}"),
        Act::Decide(it) => format!("{who}: {} {} {:?}", it.nct, it.verdict, it.reason),
        Act::Label { label, .. } => format!("{who}: label {label}"),
        Act::Note { text, .. } => format!("{who}: note {text}"),
        other => format!("{other:?}"),
    });
    kinds.collect()
}

#[test]
fn a_table_becomes_events() {
    let import = read(TABLE.as_bytes(), "t.csv").expect("records");
    assert_eq!((import.total, import.repeated, import.unnumbered.len()), (5, 1, 1));
    let told: Vec<(u64, &str)> =
        import.problems.iter().map(|it| (it.line, it.what.as_str())).collect();
    let otherwise = "NCT90000001 was decided otherwise in line 2";
    assert_eq!(told, [(4, otherwise), (5, "no registry number: `C`")]);
    let population = Act::Reason { key: "pop".into(), wording: "wrong population".into() };
    let events = vec![Event::new(1, AT, "me", population)];
    let verdict = Some(Verdict::Maybe);
    let planned = planned(&import, &events, ImportOptions { verdict, ..OPTIONS });
    assert_eq!(
        kinds(&planned.acts),
        [
            "me: 5 records",
            "ann: reason too-small",
            "ann: NCT90000001 exclude Some(\"too-small\")",
            "ann: label x",
            "ann: label y",
            "ann: note first",
            "bo: NCT90000002 exclude Some(\"pop\")",
            "me: NCT90000003 maybe None",
        ]
    );
    assert_eq!(planned.records.len(), 3);
    let tally = ImportTally {
        records: 5,
        new: 3,
        lacking: (90_000_001..=90_000_003).filter_map(NctId::from_number).collect(),
        repeated: 1,
        unnumbered: 1,
        decided: 4,
        verdicts: 3,
        labels: 2,
        notes: 1,
        reasons: 2,
        new_reasons: 1,
        ..ImportTally::default()
    };
    assert_eq!(planned.tally, tally);
}

#[test]
fn studies_of_others_are_named() {
    let import = read(TABLE.as_bytes(), "t.csv").expect("records");
    let planned = planned(&import, &[], ImportOptions { source: None, ..OPTIONS });
    assert_eq!(planned.acts, vec![]);
    let numbers: Vec<String> = planned.tally.outside.iter().map(ToString::to_string).collect();
    assert_eq!(numbers, ["NCT90000001", "NCT90000002", "NCT90000003"]);
}

#[test]
fn decisions_on_studies_that_were_not_there_are_taken_over_later() {
    let first = "title,nct_id,verdict\nOne,NCT90000001,include\n";
    let first = read(first.as_bytes(), "one.csv").expect("records");
    let both =
        format!("{}Two,NCT90000002,exclude\n", "title,nct_id,verdict\nOne,NCT90000001,maybe\n");
    let both = read(both.as_bytes(), "two.csv").expect("records");
    let (events, _) = taken(Vec::new(), &first, OPTIONS);
    let (events, tally) = taken(events, &both, ImportOptions { source: None, ..OPTIONS });
    assert_eq!((tally.verdicts, tally.outside.len()), (1, 1));
    // As the program says: adding them makes them part of the review.
    let (events, tally) = taken(events, &both, OPTIONS);
    assert_eq!((tally.new, tally.verdicts, tally.unchanged), (1, 1, 1));
    let (_, again) = taken(events, &both, OPTIONS);
    assert_eq!((again.verdicts, again.unchanged), (0, 2));
}

#[test]
fn a_verdict_may_be_given_when_a_file_is_read_again() {
    let table =
        "title,nct_id,verdict,reason\nOne,NCT90000001,exclude,Too small\nTwo,NCT90000002,,\n";
    let import = read(table.as_bytes(), "t.csv").expect("records");
    let (events, _) = taken(Vec::new(), &import, OPTIONS);
    let given = ImportOptions { verdict: Some(Verdict::Exclude), ..OPTIONS };
    let (events, tally) = taken(events, &import, given);
    assert_eq!((tally.verdicts, tally.unchanged), (1, 1));
    let (_, again) = taken(events.clone(), &import, given);
    assert_eq!((again.verdicts, again.unchanged), (0, 2));
    // The reason stays where another file gives none.
    let bare = read(b"title,nct_id,verdict\nOne,NCT90000001,exclude\n", "b.csv").expect("records");
    let (_, tally) = taken(events, &bare, ImportOptions { source: None, ..OPTIONS });
    assert_eq!((tally.verdicts, tally.unchanged), (0, 1));
}

#[test]
fn what_another_program_adds_is_the_importers() {
    let opinion = Opinion {
        reviewer: Some("ann".to_owned()),
        verdict: Some(Verdict::Exclude),
        labels: vec!["x".to_owned()],
        ..Opinion::default()
    };
    let decisions = StudyDecisions { opinions: vec![opinion], ..StudyDecisions::default() };
    let nct = NctId::from_number(90_000_001);
    let study = ExportRow { nct, decisions: decisions.clone(), ..ExportRow::default() };
    let table = written(&[study], DecisionFormat::Csv, TargetProgram::Asreview);
    let table = String::from_utf8(table).expect("UTF-8");
    // Screened again in ASReview, which puts its own columns in place.
    let rescreened = table.replacen(",0,0,", ",0,1,", 1);
    let noted = rescreened.replacen("[\"\"x\"\"]\",,", "[\"\"x\"\",\"\"z\"\"]\",seen,", 1);
    assert_ne!(rescreened, noted);
    let import = read(noted.as_bytes(), "t.csv").expect("records");
    let mut expected = decisions.opinions;
    expected.push(Opinion {
        verdict: Some(Verdict::Include),
        labels: vec!["z".to_owned()],
        note: Some("seen".to_owned()),
        ..Opinion::default()
    });
    assert_eq!(import.studies[0].decisions.opinions, expected);
}

#[test]
fn asreview_may_make_a_table_of_references() {
    let opinion = Opinion {
        reviewer: Some("ann".to_owned()),
        verdict: Some(Verdict::Exclude),
        reason: Some("Wrong dose,".to_owned()),
        ..Opinion::default()
    };
    let decisions = StudyDecisions { opinions: vec![opinion], ..StudyDecisions::default() };
    let nct = NctId::from_number(90_000_001);
    let study = ExportRow { nct, decisions: decisions.clone(), ..ExportRow::default() };
    let references = written(&[study], DecisionFormat::Ris, TargetProgram::Any);
    let references = String::from_utf8(references).expect("UTF-8");
    // It takes its own notes out, and joins the others.
    let notes = references.lines().filter_map(|line| line.strip_prefix("N1  - "));
    let notes: Vec<&str> = notes.filter(|note| !note.starts_with("ASReview")).collect();
    let cell = notes.join(";").replace('"', "\"\"");
    let table =
        format!(",title,accession_number,notes,asreview_label\n0,,NCT90000001,\"{cell}\",0\n");
    let import = read(table.as_bytes(), "t.csv").expect("records");
    assert_eq!((&import.studies[0].decisions, import.problems), (&decisions, vec![]));
}

#[test]
fn covidence_and_rayyan_are_read_as_they_export() {
    let covidence = "Title,Authors,Abstract,Published Year,Published Month,Journal,Volume,Issue,\
        Pages,Accession Number,DOI,Ref,Covidence #,Study,Notes,Tags\n\
        Tea,\"Doe, J\",Of tea NCT90000001.,1990,,J,26,4,1-2,107. Language: English,,65,#1581,\
        Doe 1990,Exclusion reason: Wrong study design; ,SRH\n";
    let import = read(covidence.as_bytes(), "c.csv").expect("records");
    let record = &import.studies[0];
    let opinion = Opinion {
        verdict: Some(Verdict::Exclude),
        reason: Some("Wrong study design".to_owned()),
        labels: vec!["SRH".to_owned()],
        ..Opinion::default()
    };
    assert_eq!((record.year, &record.decisions.opinions), (Some(1990), &vec![opinion]));
    let rayyan = "key,title,year,month,day,journal,issn,volume,issue,pages,authors,url,language,\
        publisher,location,abstract,notes,doi,keywords\nrayyan-1,Tea,2021,,,,,,,,\"Doe, J\",\
        https://clinicaltrials.gov/study/NCT90000002,,,,,\"Section: 1 | RAYYAN-INCLUSION: \
        {\"\"Ann\"\"=>\"\"Included\"\", \"\"Bo\"\"=>\"\"Excluded\"\"} | RAYYAN-EXCLUSION-REASONS: wrong dose\",,\n";
    let import = read(rayyan.as_bytes(), "r.csv").expect("records");
    let opinions = &import.studies[0].decisions.opinions;
    let said: Vec<_> = opinions
        .iter()
        .map(|it| (it.reviewer.as_deref(), it.verdict, it.reason.as_deref()))
        .collect();
    let bo = (Some("Bo"), Some(Verdict::Exclude), Some("wrong dose"));
    assert_eq!(said, [(Some("Ann"), Some(Verdict::Include), None), bo, (None, None, None)]);
    // The note that the record came with.
    assert_eq!(opinions[2].note.as_deref(), Some("Section: 1"));
}
