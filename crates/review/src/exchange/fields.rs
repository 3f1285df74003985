//! What other programs call the parts of a record.

use super::words::Said;

/// A part of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
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

impl Column {
    /// Whether relevant or not is said in it.
    pub(super) fn is_decision(self) -> bool {
        matches!(self, Self::Verdict | Self::Included | Self::Screened)
    }

    /// What it is used for; `None` where that depends on what is in it.
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
const HEADINGS: [(&str, Column); 140] = [
    ("title", Column::Title), ("primarytitle", Column::Title), ("studytitle", Column::Title),
    ("brieftitle", Column::Title), ("articletitle", Column::Title), ("documenttitle", Column::Title),
    ("abstract", Column::Abstract), ("notesabstract", Column::Abstract),
    ("abstractnote", Column::Abstract), ("briefsummary", Column::Abstract),
    ("summary", Column::Abstract), ("description", Column::Abstract),
    ("authors", Column::Authors), ("firstauthors", Column::Authors),
    ("authornames", Column::Authors), ("author", Column::Authors),
    ("keywords", Column::Keywords), ("conditions", Column::Keywords), ("manualtags", Column::Keywords),
    ("year", Column::Year), ("publishedyear", Column::Year), ("publicationyear", Column::Year),
    ("url", Column::Url), ("urls", Column::Url), ("studyurl", Column::Url), ("link", Column::Url),
    ("doi", Column::Doi),
    ("nctid", Column::Number), ("nctnumber", Column::Number), ("nct", Column::Number),
    ("accessionnumber", Column::Number), ("registrynumber", Column::Number),
    ("trialid", Column::Number), ("trialregistration", Column::Number),
    ("id", Column::Key), ("key", Column::Key), ("recordid", Column::Key), ("docid", Column::Key),
    ("studyid", Column::Key), ("ref", Column::Key), ("covidence", Column::Key), ("study", Column::Key),
    ("notes", Column::Notes), ("researchnotes", Column::Notes),
    ("included", Column::Included), ("label", Column::Included),
    ("finalincluded", Column::Included), ("labelincluded", Column::Included),
    ("includedlabel", Column::Included), ("includedfinal", Column::Included),
    ("includedflag", Column::Included), ("include", Column::Included),
    ("asreviewlabel", Column::Screened), ("asreviewtags", Column::ScreenedTags),
    ("asreviewnote", Column::ScreenedNote), ("exportednoteslabelled", Column::ScreenedNote),
    ("asreviewusername", Column::Reviewer), ("reviewer", Column::Reviewer),
    ("verdict", Column::Verdict), ("decision", Column::Verdict),
    ("reason", Column::Reason), ("exclusionreason", Column::Reason),
    ("reasonforexclusion", Column::Reason),
    ("labels", Column::Labels), ("note", Column::Note), ("tags", Column::Tags),
    ("comment", Column::Note), ("comments", Column::Note), ("remarks", Column::Note),
    ("usernotes", Column::Note),
    ("screenedby", Column::Reviewer), ("reviewedby", Column::Reviewer),
    ("decidedby", Column::Reviewer), ("reviewers", Column::Reviewer),
    ("reviewername", Column::Reviewer), ("username", Column::Reviewer),
    ("screener", Column::Reviewer), ("assessor", Column::Reviewer), ("user", Column::Reviewer),
    ("nctno", Column::Number), ("nctcode", Column::Number), ("ctgovid", Column::Number),
    ("clinicaltrialsgovid", Column::Number), ("clinicaltrialsgovidentifier", Column::Number),
    ("registrationnumber", Column::Number), ("trialregistrationnumber", Column::Number),
    ("registryid", Column::Number), ("trialnumber", Column::Number),
    ("refid", Column::Key), ("articleid", Column::Key), ("itemid", Column::Key),
    ("fileattachments", Column::Attachment), ("linkattachments", Column::Attachment),
    ("filename", Column::Attachment), ("fulltextfilename", Column::Attachment),
    ("pubyear", Column::Year), ("urllink", Column::Url), ("automatictags", Column::Keywords),
    ("decisions", Column::Decisions), ("trialdex", Column::Decisions),
    ("titel", Column::Title), ("titre", Column::Title), ("título", Column::Title),
    ("titulo", Column::Title), ("titolo", Column::Title), ("zusammenfassung", Column::Abstract),
    ("résumé", Column::Abstract), ("resumen", Column::Abstract), ("autoren", Column::Authors),
    ("auteurs", Column::Authors), ("autores", Column::Authors), ("autori", Column::Authors),
    ("schlagwörter", Column::Keywords), ("jahr", Column::Year), ("année", Column::Year),
    ("año", Column::Year), ("anno", Column::Year), ("nctnummer", Column::Number),
    ("registernummer", Column::Number), ("studiennummer", Column::Number),
    ("exclusionreasons", Column::Reason), ("reasonsforexclusion", Column::Reason),
    ("reasons", Column::Reason), ("bemerkung", Column::Note), ("bemerkungen", Column::Note),
    ("kommentar", Column::Note), ("anmerkung", Column::Note), ("commentaire", Column::Note),
    ("commentaires", Column::Note), ("remarque", Column::Note), ("notas", Column::Note),
    ("comentario", Column::Note), ("comentarios", Column::Note), ("opmerking", Column::Note),
    ("opmerkingen", Column::Note), ("notizen", Column::Note), ("gutachter", Column::Reviewer),
    ("évaluateur", Column::Reviewer), ("revisor", Column::Reviewer),
    ("beoordelaar", Column::Reviewer),
];

/// The column with that heading.
pub(super) fn column(heading: &str) -> Option<Column> {
    let plain: String = heading.chars().filter(|c| c.is_alphanumeric()).collect();
    let plain = plain.to_lowercase();
    let known = |text: &str| HEADINGS.iter().find(|(known, _)| *known == text);
    // Colandr and others say of each column whose it is.
    let bare = || plain.strip_prefix("citation").or_else(|| plain.strip_prefix("reference"));
    known(&plain).or_else(|| known(bare()?)).map(|(_, column)| *column)
}

/// What one reviewer says of a record in columns of decisions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Vote {
    /// Who; `None` where the columns do not say.
    pub(super) reviewer: Option<String>,
    pub(super) said: Said,
    /// The column that counts, and what is in it.
    pub(super) column: String,
    pub(super) cell: String,
    pub(super) reason: Option<String>,
    /// A column that does not count, since another one has a verdict, with a
    /// cell that is no known decision.
    pub(super) passed_over: Option<(String, String)>,
}

/// The parts of a record as the file has them, without those that are blank.
#[derive(Debug)]
pub(super) struct Fields {
    /// The line that the record begins in, from 1.
    pub(super) line: u64,
    /// The sheet that it is in, where a file has several.
    pub(super) sheet: Option<String>,
    /// Whether its file has columns of decisions, and what they say.
    pub(super) is_voted: bool,
    pub(super) votes: Vec<Vote>,
    cells: Vec<(Column, String)>,
}

impl Fields {
    pub(super) fn new(line: u64) -> Self {
        Self { line, sheet: None, is_voted: false, votes: Vec::new(), cells: Vec::new() }
    }

    pub(super) fn put(&mut self, column: Column, text: &str) {
        if !text.trim().is_empty() {
            self.cells.push((column, text.to_owned()));
        }
    }

    /// All texts of a column.
    pub(super) fn all(&self, column: Column) -> impl Iterator<Item = &str> {
        let of_column = self.cells.iter().filter(move |(known, _)| *known == column);
        of_column.map(|(_, text)| text.as_str())
    }

    /// The first text of a column.
    pub(super) fn first(&self, column: Column) -> Option<&str> {
        self.all(column).next()
    }

    /// The parts of a list, whether they are cells of their own or parted by
    /// semicolons.
    pub(super) fn list(&self, column: Column) -> Vec<String> {
        let parts = self.all(column).flat_map(|text| text.split([';', '|']));
        parts.map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_known_however_they_are_written() {
        assert_eq!(column("Covidence #"), Some(Column::Key));
        assert_eq!(column(" Label_Included"), Some(Column::Included));
        assert_eq!(column("asreview_label"), Some(Column::Screened));
        assert_eq!(column("Sponsor"), None);
    }

    #[test]
    fn every_heading_stands_once() {
        for (at, (heading, _)) in HEADINGS.iter().enumerate() {
            assert!(!HEADINGS[at + 1..].iter().any(|(other, _)| other == heading), "{heading}");
        }
    }
}
