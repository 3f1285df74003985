//! The names of the parts of a record in other programs.

use super::decision_words::CellVerdict;

/// A part of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ImportColumn {
    Title,
    Abstract,
    Authors,
    Keywords,
    Year,
    Url,
    Doi,
    /// The number in a database.
    Number,
    /// Another name of the record.
    Key,
    Notes,
    /// Relevant or not, as ASReview has it before screening.
    Included,
    /// The same, after screening.
    Screened,
    ScreenedTags,
    ScreenedNote,
    Reviewer,
    Verdict,
    Reason,
    Labels,
    Note,
    /// Covidence's tags.
    Tags,
    /// All decisions in JSON.
    Decisions,
    /// Text of the user's own: a note, unless it is a number of a program.
    Custom,
    /// A file on somebody's disk, whose name says nothing of the record.
    Attachment,
    /// Looked at for a number alone.
    Other,
}

impl ImportColumn {
    /// Whether it contains relevant or not relevant.
    pub(super) fn is_decision(self) -> bool {
        matches!(self, Self::Verdict | Self::Included | Self::Screened)
    }

    /// Its use; `None` if that depends on its content.
    pub(super) fn used_for(self) -> Option<&'static str> {
        Some(match self {
            Self::Title => "title",
            Self::Abstract => "abstract",
            Self::Authors => "authors",
            Self::Keywords => "keywords",
            Self::Year => "year",
            Self::Number => "number",
            Self::Notes | Self::Note | Self::ScreenedNote | Self::Custom => "note",
            Self::ScreenedTags | Self::Labels | Self::Tags => "labels",
            Self::Reviewer => "reviewer",
            Self::Reason => "reason",
            Self::Decisions => "decisions",
            Self::Attachment => "not used",
            Self::Url
            | Self::Doi
            | Self::Key
            | Self::Included
            | Self::Screened
            | Self::Verdict
            | Self::Other => return None,
        })
    }
}

/// Headings of tables and keys of JSON, in letters and digits alone, in the
/// order in which the first one that is there counts.
///
/// ASReview's are those of `asreview/data/base.py` and of the export in
/// version 3.0.8; Rayyan's those of its gem `rayyan-formats-core`; Covidence's
/// those of exports that were published with reviews, such as
/// <https://zenodo.org/records/15063583>. The registry's are those of its own
/// tables.
#[rustfmt::skip]
const HEADINGS: [(&str, ImportColumn); 140] = [
    ("title", ImportColumn::Title), ("primarytitle", ImportColumn::Title), ("studytitle", ImportColumn::Title),
    ("brieftitle", ImportColumn::Title), ("articletitle", ImportColumn::Title), ("documenttitle", ImportColumn::Title),
    ("abstract", ImportColumn::Abstract), ("notesabstract", ImportColumn::Abstract),
    ("abstractnote", ImportColumn::Abstract), ("briefsummary", ImportColumn::Abstract),
    ("summary", ImportColumn::Abstract), ("description", ImportColumn::Abstract),
    ("authors", ImportColumn::Authors), ("firstauthors", ImportColumn::Authors),
    ("authornames", ImportColumn::Authors), ("author", ImportColumn::Authors),
    ("keywords", ImportColumn::Keywords), ("conditions", ImportColumn::Keywords), ("manualtags", ImportColumn::Keywords),
    ("year", ImportColumn::Year), ("publishedyear", ImportColumn::Year), ("publicationyear", ImportColumn::Year),
    ("url", ImportColumn::Url), ("urls", ImportColumn::Url), ("studyurl", ImportColumn::Url), ("link", ImportColumn::Url),
    ("doi", ImportColumn::Doi),
    ("nctid", ImportColumn::Number), ("nctnumber", ImportColumn::Number), ("nct", ImportColumn::Number),
    ("accessionnumber", ImportColumn::Number), ("registrynumber", ImportColumn::Number),
    ("trialid", ImportColumn::Number), ("trialregistration", ImportColumn::Number),
    ("id", ImportColumn::Key), ("key", ImportColumn::Key), ("recordid", ImportColumn::Key), ("docid", ImportColumn::Key),
    ("studyid", ImportColumn::Key), ("ref", ImportColumn::Key), ("covidence", ImportColumn::Key), ("study", ImportColumn::Key),
    ("notes", ImportColumn::Notes), ("researchnotes", ImportColumn::Notes),
    ("included", ImportColumn::Included), ("label", ImportColumn::Included),
    ("finalincluded", ImportColumn::Included), ("labelincluded", ImportColumn::Included),
    ("includedlabel", ImportColumn::Included), ("includedfinal", ImportColumn::Included),
    ("includedflag", ImportColumn::Included), ("include", ImportColumn::Included),
    ("asreviewlabel", ImportColumn::Screened), ("asreviewtags", ImportColumn::ScreenedTags),
    ("asreviewnote", ImportColumn::ScreenedNote), ("exportednoteslabelled", ImportColumn::ScreenedNote),
    ("asreviewusername", ImportColumn::Reviewer), ("reviewer", ImportColumn::Reviewer),
    ("verdict", ImportColumn::Verdict), ("decision", ImportColumn::Verdict),
    ("reason", ImportColumn::Reason), ("exclusionreason", ImportColumn::Reason),
    ("reasonforexclusion", ImportColumn::Reason),
    ("labels", ImportColumn::Labels), ("note", ImportColumn::Note), ("tags", ImportColumn::Tags),
    ("comment", ImportColumn::Note), ("comments", ImportColumn::Note), ("remarks", ImportColumn::Note),
    ("usernotes", ImportColumn::Note),
    ("screenedby", ImportColumn::Reviewer), ("reviewedby", ImportColumn::Reviewer),
    ("decidedby", ImportColumn::Reviewer), ("reviewers", ImportColumn::Reviewer),
    ("reviewername", ImportColumn::Reviewer), ("username", ImportColumn::Reviewer),
    ("screener", ImportColumn::Reviewer), ("assessor", ImportColumn::Reviewer), ("user", ImportColumn::Reviewer),
    ("nctno", ImportColumn::Number), ("nctcode", ImportColumn::Number), ("ctgovid", ImportColumn::Number),
    ("clinicaltrialsgovid", ImportColumn::Number), ("clinicaltrialsgovidentifier", ImportColumn::Number),
    ("registrationnumber", ImportColumn::Number), ("trialregistrationnumber", ImportColumn::Number),
    ("registryid", ImportColumn::Number), ("trialnumber", ImportColumn::Number),
    ("refid", ImportColumn::Key), ("articleid", ImportColumn::Key), ("itemid", ImportColumn::Key),
    ("fileattachments", ImportColumn::Attachment), ("linkattachments", ImportColumn::Attachment),
    ("filename", ImportColumn::Attachment), ("fulltextfilename", ImportColumn::Attachment),
    ("pubyear", ImportColumn::Year), ("urllink", ImportColumn::Url), ("automatictags", ImportColumn::Keywords),
    ("decisions", ImportColumn::Decisions), ("trialdex", ImportColumn::Decisions),
    ("titel", ImportColumn::Title), ("titre", ImportColumn::Title), ("título", ImportColumn::Title),
    ("titulo", ImportColumn::Title), ("titolo", ImportColumn::Title), ("zusammenfassung", ImportColumn::Abstract),
    ("résumé", ImportColumn::Abstract), ("resumen", ImportColumn::Abstract), ("autoren", ImportColumn::Authors),
    ("auteurs", ImportColumn::Authors), ("autores", ImportColumn::Authors), ("autori", ImportColumn::Authors),
    ("schlagwörter", ImportColumn::Keywords), ("jahr", ImportColumn::Year), ("année", ImportColumn::Year),
    ("año", ImportColumn::Year), ("anno", ImportColumn::Year), ("nctnummer", ImportColumn::Number),
    ("registernummer", ImportColumn::Number), ("studiennummer", ImportColumn::Number),
    ("exclusionreasons", ImportColumn::Reason), ("reasonsforexclusion", ImportColumn::Reason),
    ("reasons", ImportColumn::Reason), ("bemerkung", ImportColumn::Note), ("bemerkungen", ImportColumn::Note),
    ("kommentar", ImportColumn::Note), ("anmerkung", ImportColumn::Note), ("commentaire", ImportColumn::Note),
    ("commentaires", ImportColumn::Note), ("remarque", ImportColumn::Note), ("notas", ImportColumn::Note),
    ("comentario", ImportColumn::Note), ("comentarios", ImportColumn::Note), ("opmerking", ImportColumn::Note),
    ("opmerkingen", ImportColumn::Note), ("notizen", ImportColumn::Note), ("gutachter", ImportColumn::Reviewer),
    ("évaluateur", ImportColumn::Reviewer), ("revisor", ImportColumn::Reviewer),
    ("beoordelaar", ImportColumn::Reviewer),
];

/// The column with that heading.
pub(super) fn column(heading: &str) -> Option<ImportColumn> {
    let plain: String = heading.chars().filter(|c| c.is_alphanumeric()).collect();
    let plain = plain.to_lowercase();
    let known = |text: &str| HEADINGS.iter().find(|(known, _)| *known == text);
    // Colandr and others name the reviewer of each column.
    let bare = || plain.strip_prefix("citation").or_else(|| plain.strip_prefix("reference"));
    known(&plain).or_else(|| known(bare()?)).map(|(_, column)| *column)
}

/// The decision of one reviewer about a record, in columns of decisions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Vote {
    /// Who; `None` where the columns do not say.
    pub(super) reviewer: Option<String>,
    pub(super) said: CellVerdict,
    /// The column that counts, and its value.
    pub(super) column: String,
    pub(super) cell: String,
    pub(super) reason: Option<String>,
    /// A column that does not count, since another one has a verdict, with a
    /// cell that is no known decision.
    pub(super) passed_over: Option<(String, String)>,
}

/// The parts of a record as the file has them, without those that are blank.
#[derive(Debug)]
pub(super) struct ImportFields {
    /// The line that the record begins in, from 1.
    pub(super) line: u64,
    /// The sheet that it is in, where a file has several.
    pub(super) sheet: Option<String>,
    /// Whether its file has columns of decisions, and what they say.
    pub(super) is_voted: bool,
    pub(super) votes: Vec<Vote>,
    cells: Vec<(ImportColumn, String)>,
}

impl ImportFields {
    pub(super) fn new(line: u64) -> Self {
        Self { line, sheet: None, is_voted: false, votes: Vec::new(), cells: Vec::new() }
    }

    pub(super) fn put(&mut self, column: ImportColumn, text: &str) {
        if !text.trim().is_empty() {
            self.cells.push((column, text.to_owned()));
        }
    }

    /// All texts of a column.
    pub(super) fn all(&self, column: ImportColumn) -> impl Iterator<Item = &str> {
        let of_column = self.cells.iter().filter(move |(known, _)| *known == column);
        of_column.map(|(_, text)| text.as_str())
    }

    /// The first text of a column.
    pub(super) fn first(&self, column: ImportColumn) -> Option<&str> {
        self.all(column).next()
    }

    /// The parts of a list, whether they are cells of their own or parted by
    /// semicolons.
    pub(super) fn list(&self, column: ImportColumn) -> Vec<String> {
        let parts = self.all(column).flat_map(|text| text.split([';', '|']));
        parts.map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_known_however_they_are_written() {
        assert_eq!(column("Covidence #"), Some(ImportColumn::Key));
        assert_eq!(column(" Label_Included"), Some(ImportColumn::Included));
        assert_eq!(column("asreview_label"), Some(ImportColumn::Screened));
        assert_eq!(column("Sponsor"), None);
    }

    #[test]
    fn every_heading_stands_once() {
        for (at, (heading, _)) in HEADINGS.iter().enumerate() {
            assert!(!HEADINGS[at + 1..].iter().any(|(other, _)| other == heading), "{heading}");
        }
    }
}
