//! Files of other programs for screening.

use trialdex_review::exchange::{
    DecisionFormat, DecisionWriter, ExportRow, ImportedRecord, TargetProgram, labelled, read,
};

const FORMATS: [DecisionFormat; 3] =
    [DecisionFormat::Csv, DecisionFormat::Ris, DecisionFormat::JsonLines];
const READERS: [TargetProgram; 4] =
    [TargetProgram::Any, TargetProgram::Asreview, TargetProgram::Rayyan, TargetProgram::Covidence];

/// No record is lost, and what was read can be written so that it is read as
/// the same.
pub(super) fn decisions(bytes: &[u8]) {
    let (import, labelled) = (read(bytes, "any"), labelled(bytes));
    assert_eq!(import.is_ok(), labelled.is_ok());
    let (Ok(import), Ok((labelled, _))) = (import, labelled) else { return };
    assert_eq!(labelled.len(), import.total);
    let kept = import.studies.len() + import.repeated + import.unnumbered.len();
    assert_eq!(kept, import.total + import.shared, "a record is lost");
    let Some(study) = import.studies.first() else { return };
    for format in FORMATS {
        for reader in READERS {
            comes_back(study, format, reader);
        }
    }
}

fn comes_back(study: &ImportedRecord, format: DecisionFormat, reader: TargetProgram) {
    let exported = ExportRow {
        nct: study.nct,
        title: study.title.clone(),
        summary: study.summary.clone(),
        authors: study.authors.clone(),
        keywords: study.keywords.clone(),
        decisions: study.decisions.clone(),
        ..ExportRow::default()
    };
    let mut out = Vec::new();
    let mut writer = DecisionWriter::new(&mut out, format, reader).expect("a heading");
    writer.write(&exported).expect("written");
    writer.finish().expect("finished");
    let back = read(&out, "back").expect("a record");
    let [one] = back.studies.as_slice() else { panic!("{} studies", back.studies.len()) };
    assert_eq!(one.nct, study.nct);
    assert_eq!(one.decisions, study.decisions, "{format:?} {reader:?}");
}
