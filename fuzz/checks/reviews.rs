//! Files of other programs for screening.

use trialdex_review::exchange::{
    DecisionFormat, DecisionWriter, Exported, Imported, Reader, labelled, read,
};

const FORMATS: [DecisionFormat; 3] =
    [DecisionFormat::Csv, DecisionFormat::Ris, DecisionFormat::JsonLines];
const READERS: [Reader; 4] = [Reader::Any, Reader::Asreview, Reader::Rayyan, Reader::Covidence];

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

fn comes_back(study: &Imported, format: DecisionFormat, reader: Reader) {
    let exported = Exported {
        nct: study.nct,
        title: study.title.clone(),
        summary: study.summary.clone(),
        authors: study.authors.clone(),
        keywords: study.keywords.clone(),
        decisions: study.decisions.clone(),
        ..Exported::default()
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
