//! References in XML: those of EndNote, which other reference managers write,
//! too, and those of PubMed.

use super::ImportProblem;
use super::import_fields::ImportColumn;
use super::record_sheet::{RecordSheet, SheetRow};
use trialdex_records::workbook::elements::{XmlNode, walk};

/// A kind of XML: its name, the element of a record, what the elements in it
/// are, and whether others are looked at.
struct XmlRecordFormat {
    name: &'static str,
    record: &'static str,
    elements: &'static [(&'static str, ImportColumn)],
    others: bool,
}

const KINDS: [XmlRecordFormat; 2] = [
    XmlRecordFormat {
        name: "EndNote XML",
        record: "record",
        elements: &[
            ("titles/title", ImportColumn::Title),
            ("abstract", ImportColumn::Abstract),
            ("contributors/authors/author", ImportColumn::Authors),
            ("keywords/keyword", ImportColumn::Keywords),
            ("dates/year", ImportColumn::Year),
            ("urls/related-urls/url", ImportColumn::Url),
            ("urls/web-urls/url", ImportColumn::Url),
            ("urls/pdf-urls/url", ImportColumn::Attachment),
            ("electronic-resource-num", ImportColumn::Doi),
            ("accession-num", ImportColumn::Number),
            ("rec-number", ImportColumn::Key),
            ("notes", ImportColumn::Notes),
            ("research-notes", ImportColumn::Notes),
            ("database", ImportColumn::Attachment),
            ("source-app", ImportColumn::Attachment),
        ],
        others: true,
    },
    XmlRecordFormat {
        name: "PubMed XML",
        record: "PubmedArticle",
        elements: &[
            ("MedlineCitation/Article/ArticleTitle", ImportColumn::Title),
            ("MedlineCitation/Article/Abstract/AbstractText", ImportColumn::Abstract),
            ("MedlineCitation/Article/AuthorList/Author", ImportColumn::Authors),
            ("MedlineCitation/MeshHeadingList/MeshHeading/DescriptorName", ImportColumn::Keywords),
            ("MedlineCitation/KeywordList/Keyword", ImportColumn::Keywords),
            ("MedlineCitation/Article/Journal/JournalIssue/PubDate/Year", ImportColumn::Year),
            ("MedlineCitation/Article/ELocationID", ImportColumn::Doi),
            (
                "MedlineCitation/Article/DataBankList/DataBank/AccessionNumberList/AccessionNumber",
                ImportColumn::Number,
            ),
            ("MedlineCitation/PMID", ImportColumn::Key),
        ],
        others: false,
    },
];

/// The records of a text in XML, and the name of its kind; `None` where it is
/// of neither.
pub(super) fn sheet(text: &str) -> Option<(&'static str, (RecordSheet, Vec<ImportProblem>))> {
    let begins = text.trim_start_matches('\u{feff}').trim_start().starts_with('<');
    let has = |kind: &&XmlRecordFormat| {
        let tag = format!("<{}", kind.record);
        text.match_indices(&tag)
            .any(|(at, _)| text[at + tag.len()..].starts_with(['>', ' ', '\n', '\r', '\t', '/']))
    };
    let kind = KINDS.iter().filter(|_| begins).find(has)?;
    let mut reading = XmlRecordReader::new(text, kind);
    let broken = walk(text, &mut |node, at| reading.take(node, at));
    let mut problems = Vec::new();
    if let Err((at, what)) = broken {
        let line = reading.line(at);
        problems.push(ImportProblem::new(line, format!("broken XML, read up to here: {what}")));
    }
    Some((kind.name, (reading.sheet, problems)))
}

struct XmlRecordReader<'a> {
    text: &'a str,
    kind: &'a XmlRecordFormat,
    sheet: RecordSheet,
    row: Option<SheetRow>,
    /// Elements that are open in a record.
    path: Vec<String>,
    /// What is read of one whose path is known, and how deep it is.
    open: Option<(usize, String)>,
    /// Text of an element that is not known.
    other: String,
    /// The line of a byte, and that byte.
    at: (u64, usize),
}

impl<'a> XmlRecordReader<'a> {
    fn new(text: &'a str, kind: &'a XmlRecordFormat) -> Self {
        Self {
            text,
            kind,
            sheet: RecordSheet::default(),
            row: None,
            path: Vec::new(),
            open: None,
            other: String::new(),
            at: (1, 0),
        }
    }

    /// The line of a byte that does not come before one that was asked for.
    fn line(&mut self, at: u64) -> u64 {
        let to = usize::try_from(at).unwrap_or(usize::MAX).clamp(self.at.1, self.text.len());
        let between = &self.text.as_bytes()[self.at.1..to];
        self.at = (self.at.0 + between.iter().filter(|byte| **byte == b'\n').count() as u64, to);
        self.at.0
    }

    fn take(&mut self, node: &XmlNode<'_>, at: u64) {
        match node {
            XmlNode::Start(tag) => {
                let name = tag.name();
                let name = name.as_ref();
                if self.row.is_some() {
                    self.start(name);
                } else if name == self.kind.record {
                    self.row = Some(SheetRow::new(self.line(at)));
                }
            }
            XmlNode::Text(text) => {
                if let Some((_, value)) = &mut self.open {
                    value.push_str(text);
                } else if self.path.len() == 1 || (self.path.len() == 2 && self.kind.others) {
                    self.other.push_str(text);
                }
            }
            XmlNode::End if self.row.is_some() => self.end(),
            XmlNode::End => {}
        }
    }

    fn start(&mut self, name: &str) {
        self.path.push(name.to_owned());
        if let Some((_, value)) = &mut self.open {
            // Names in a name: `<LastName>Doe</LastName><ForeName>Ann`.
            if !value.is_empty() {
                value.push(' ');
            }
            return;
        }
        let path = self.path.join("/");
        if self.kind.elements.iter().any(|(known, _)| *known == path) {
            self.open = Some((self.path.len(), String::new()));
            self.other.clear();
        }
    }

    fn end(&mut self) {
        let depth = self.path.len();
        let path = self.path.join("/");
        let Some(row) = &mut self.row else { return };
        if depth == 0 {
            let row = self.row.take().unwrap_or_default();
            self.sheet.push(row);
            return;
        }
        match self.open.take() {
            Some((opened, value)) if opened == depth => {
                let known = self.kind.elements.iter().position(|(known, _)| *known == path);
                let column = known.map(|at| self.kind.elements[at].1);
                let place = self.sheet.place(&path, column, known.unwrap_or_default());
                row.cells.push((place, value.trim().to_owned()));
            }
            open @ Some(_) => self.open = open,
            None if depth == 1 => {
                let other = std::mem::take(&mut self.other);
                if self.kind.others && !other.trim().is_empty() {
                    let order = self.kind.elements.len();
                    let place = self.sheet.place(&path, Some(ImportColumn::Other), order);
                    row.cells.push((place, other.trim().to_owned()));
                }
            }
            None => {}
        }
        self.path.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use crate::event::Verdict;

    const ENDNOTE: &str = "<?xml version=\"1.0\"?><xml><records>\n<record><rec-number>1</rec-number>\
        <titles><title><style face=\"normal\">Tea &amp; colds</style></title></titles>\
        <accession-num><style>NCT90000001</style></accession-num>\
        <urls><pdf-urls><url>internal-pdf://NCT90000009.pdf</url></pdf-urls></urls>\
        <notes>Ask</notes><custom3><style>Included</style></custom3></record>\n\
        <record><titles><title>B</title></titles><urls><related-urls><url>\
        https://clinicaltrials.gov/study/NCT90000002</url></related-urls></urls>\
        <custom3>Excluded</custom3></record></records></xml>";

    #[test]
    fn endnote_is_read_with_its_custom_fields() {
        let import = read(ENDNOTE.as_bytes(), "a.xml").expect("records");
        assert_eq!((import.format, import.total, import.problems.len()), ("EndNote XML", 2, 0));
        let first = &import.studies[0];
        assert_eq!((first.title.as_str(), first.line), ("Tea & colds", 2));
        let said: Vec<_> =
            import.studies.iter().map(|it| it.decisions.opinions[0].verdict).collect();
        assert_eq!(said, [Some(Verdict::Include), Some(Verdict::Exclude)]);
        assert_eq!(first.decisions.opinions[0].note.as_deref(), Some("Ask"));
    }

    #[test]
    fn a_file_that_breaks_off_is_read_up_to_there() {
        let cut = &ENDNOTE[..ENDNOTE.len() - 60];
        let import = read(cut.as_bytes(), "a.xml").expect("records");
        assert_eq!(import.studies.len(), 1);
        assert!(import.problems[0].what.starts_with("broken XML"), "{:?}", import.problems);
    }

    #[test]
    fn pubmed_gives_the_numbers_of_its_data_banks() {
        let text = "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article>\
            <ArticleTitle>T</ArticleTitle><DataBankList><DataBank><DataBankName>ClinicalTrials.gov\
            </DataBankName><AccessionNumberList><AccessionNumber>NCT90000001</AccessionNumber>\
            </AccessionNumberList></DataBank></DataBankList></Article></MedlineCitation>\
            <PubmedData><ReferenceList><Reference>NCT90000009</Reference></ReferenceList>\
            </PubmedData></PubmedArticle></PubmedArticleSet>";
        let import = read(text.as_bytes(), "a.xml").expect("a record");
        assert_eq!(import.studies[0].nct.map(|nct| nct.number()), Some(90_000_001));
    }
}
