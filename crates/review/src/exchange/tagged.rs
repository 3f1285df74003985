//! Tagged formats that are not RIS: PubMed's and CENTRAL's.
//!
//! PubMed: <https://www.nlm.nih.gov/bsd/mms/medlineelements.html>. CENTRAL is
//! the text that the Cochrane Library exports citations as.

use super::ImportProblem;
use super::import_fields::ImportColumn;
use super::record_sheet::{RecordSheet, SheetRow};

/// Lines that are searched for a format.
const LOOK: usize = 10;

/// Tags of PubMed.
const PUBMED: [(&str, ImportColumn); 12] = [
    ("TI", ImportColumn::Title),
    ("BTI", ImportColumn::Title),
    ("AB", ImportColumn::Abstract),
    ("FAU", ImportColumn::Authors),
    ("MH", ImportColumn::Keywords),
    ("OT", ImportColumn::Keywords),
    ("DP", ImportColumn::Year),
    ("SI", ImportColumn::Number),
    ("LID", ImportColumn::Doi),
    ("AID", ImportColumn::Doi),
    ("PMID", ImportColumn::Key),
    ("GN", ImportColumn::Note),
];

/// Tags of CENTRAL.
const CENTRAL: [(&str, ImportColumn); 9] = [
    ("TI", ImportColumn::Title),
    ("AB", ImportColumn::Abstract),
    ("AU", ImportColumn::Authors),
    ("KY", ImportColumn::Keywords),
    ("YR", ImportColumn::Year),
    ("C3", ImportColumn::Number),
    ("DOI", ImportColumn::Doi),
    ("ID", ImportColumn::Key),
    ("US", ImportColumn::Url),
];

type TaggedValue<'a> = fn(&'a str) -> Option<(&'a str, &'a str)>;

/// The records of such a file and the name of its format; `None` where it is
/// neither.
pub(super) fn sheet(text: &str) -> Option<(&'static str, (RecordSheet, Vec<ImportProblem>))> {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty()).take(LOOK);
    let first = lines.next()?.trim_start_matches('\u{feff}');
    if first.starts_with("PMID- ") {
        let begins = |line: &str| line.starts_with("PMID- ");
        return Some(("PubMed's format (NBIB)", records(text, pubmed, begins, &PUBMED)));
    }
    let second = lines.next().unwrap_or_default();
    if is_count(first) && central(second).is_some() {
        return Some(("CENTRAL's citations", records(text, central, is_count, &CENTRAL)));
    }
    None
}

/// `Record #1 of 2`.
fn is_count(line: &str) -> bool {
    let numbers = line.trim().strip_prefix("Record #").and_then(|rest| rest.split_once(" of "));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    numbers.is_some_and(|(one, all)| digits(one) && digits(all))
}

/// `FAU - Doe, Ann`: a tag of up to four letters, filled up with blanks.
fn pubmed(line: &str) -> Option<(&str, &str)> {
    let (tag, rest) = line.split_at_checked(4)?;
    let tag = tag.trim_end();
    let value = rest.strip_prefix('-')?;
    is_tag(tag).then(|| (tag, value.trim()))
}

/// `AU: Doe A`.
fn central(line: &str) -> Option<(&str, &str)> {
    let (tag, value) = line.split_once(':')?;
    (is_tag(tag) && tag.len() <= 3 && (value.is_empty() || value.starts_with(' ')))
        .then(|| (tag, value.trim()))
}

fn is_tag(tag: &str) -> bool {
    let letters = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    (2..=4).contains(&tag.len()) && tag.bytes().all(letters)
}

fn records<'a>(
    text: &'a str,
    tagged: TaggedValue<'a>,
    begins: fn(&str) -> bool,
    tags: &[(&str, ImportColumn)],
) -> (RecordSheet, Vec<ImportProblem>) {
    let (mut sheet, mut problems) = (RecordSheet::default(), Vec::new());
    let mut open: Option<SheetRow> = None;
    for (number, line) in (1..).zip(text.lines()) {
        if begins(line.trim_start_matches('\u{feff}')) {
            open.replace(SheetRow::new(number)).into_iter().for_each(|row| sheet.push(row));
        }
        let Some(row) = &mut open else {
            if !line.trim().is_empty() {
                problems.push(ImportProblem::new(number, "text outside of any record"));
            }
            continue;
        };
        let indented = line.starts_with(' ');
        match tagged(line.trim_start_matches('\u{feff}')).filter(|_| !indented) {
            Some((tag, value)) => {
                let order = tags.iter().position(|(known, _)| *known == tag);
                let column = order.map_or(ImportColumn::Other, |at| tags[at].1);
                let place = sheet.place(tag, Some(column), order.unwrap_or(tags.len()));
                row.cells.push((place, value.to_owned()));
            }
            None if line.trim().is_empty() || begins(line) => {}
            None => {
                if let Some((_, value)) = row.cells.last_mut() {
                    value.push(' ');
                    value.push_str(line.trim());
                }
            }
        }
    }
    open.into_iter().for_each(|row| sheet.push(row));
    (sheet, problems)
}

#[cfg(test)]
mod tests {
    use super::super::read;

    #[test]
    fn pubmed_is_read() {
        let text = "\nPMID- 90000001\nTI  - A trial of tea for \n      colds.\nFAU - Doe, Ann\n\
                    DP  - 2020 Aug 6\nSI  - ClinicalTrials.gov/NCT90000001\n\n\
                    PMID- 90000002\nTI  - Two.\nAB  - As in NCT90000001.\n\
                    SI  - ISRCTN/ISRCTN12345678\nSI  - ClinicalTrials.gov/NCT90000002\n\
                    SI  - ClinicalTrials.gov/NCT90000003\n";
        let import = read(text.as_bytes(), "p.nbib").expect("records");
        assert_eq!((import.format, import.total), ("PubMed's format (NBIB)", 2));
        let first = &import.studies[0];
        assert_eq!(first.title, "A trial of tea for colds.");
        assert_eq!((first.year, first.authors.as_slice()), (Some(2020), &["Doe, Ann".into()][..]));
        let numbers: Vec<u32> =
            import.studies.iter().filter_map(|it| Some(it.nct?.number())).collect();
        assert_eq!(numbers, [90_000_001, 90_000_002, 90_000_003]);
    }

    #[test]
    fn citations_of_central_are_read() {
        let text = "Record #1 of 2\nID: CN-01\nAU: NCT90000001,\nTI: Tea\nSO: https://clinicaltrials.gov/show/NCT90000001\n\
                    YR: 2020\nC3: CTgov NCT90000001\n\nRecord #2 of 2\nID: CN-02\nAU: Doe A\nAU: Poe B\nTI: Cups\n of tea\n\
                    AB: NCT90000002: a trial\n";
        let import = read(text.as_bytes(), "c.txt").expect("records");
        assert_eq!((import.format, import.total), ("CENTRAL's citations", 2));
        assert_eq!(import.studies[0].authors, Vec::<String>::new(), "a number is no author");
        let second = &import.studies[1];
        assert_eq!((second.title.as_str(), second.authors.len()), ("Cups of tea", 2));
        assert_eq!(second.line, 9);
    }
}
