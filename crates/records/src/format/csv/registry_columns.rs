//! What the columns of a table mean, by their headings.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::CsvRowReader;
use crate::study::is_nothing;
use crate::study::pieces::{self, Piece, PieceKind, fold};

/// How the cells of a column are read.
#[derive(Clone, Copy)]
pub(super) enum ColumnRule {
    /// One value of that piece, or several separated by `|` where the piece
    /// is a list.
    Piece(&'static str),
    /// In its own way.
    Cell(fn(&mut CsvRowReader, &str)),
    /// Nothing that the NCT number does not say.
    Implied,
}

/// The columns by their folded heading: those of today's download, of the
/// classic site's in its last years, and of the classic site's before 2017.
#[rustfmt::skip]
static COLUMNS: &[(&str, ColumnRule)] = &[
    ("nctnumber", ColumnRule::Implied),
    ("nctid", ColumnRule::Implied),
    ("rank", ColumnRule::Implied),
    ("studyurl", ColumnRule::Implied),
    ("url", ColumnRule::Implied),
    ("studytitle", ColumnRule::Piece("BriefTitle")),
    ("title", ColumnRule::Piece("BriefTitle")),
    ("studystatus", ColumnRule::Piece("OverallStatus")),
    ("status", ColumnRule::Piece("OverallStatus")),
    ("recruitment", ColumnRule::Piece("OverallStatus")),
    ("recruitmentstatus", ColumnRule::Piece("OverallStatus")),
    ("studyresults", ColumnRule::Cell(CsvRowReader::results)),
    ("conditions", ColumnRule::Piece("Condition")),
    ("interventions", ColumnRule::Cell(CsvRowReader::interventions)),
    ("primaryoutcomemeasures", ColumnRule::Cell(|row, cell| row.outcomes("PrimaryOutcome", cell))),
    ("secondaryoutcomemeasures", ColumnRule::Cell(|row, cell| row.outcomes("SecondaryOutcome", cell))),
    ("otheroutcomemeasures", ColumnRule::Cell(|row, cell| row.outcomes("OtherOutcome", cell))),
    // The classic column holds all outcomes and does not tell which of them
    // are primary: to call one of them so would be invented.
    ("outcomemeasures", ColumnRule::Cell(|row, cell| row.outcomes("OtherOutcome", cell))),
    ("sponsor", ColumnRule::Piece("LeadSponsorName")),
    ("collaborators", ColumnRule::Cell(CsvRowReader::collaborators)),
    ("sponsorcollaborators", ColumnRule::Cell(CsvRowReader::sponsors)),
    ("gender", ColumnRule::Piece("Sex")),
    ("age", ColumnRule::Cell(CsvRowReader::ages)),
    ("ages", ColumnRule::Cell(CsvRowReader::ages)),
    ("agegroups", ColumnRule::Cell(CsvRowReader::ages)),
    ("phases", ColumnRule::Piece("Phase")),
    ("enrollment", ColumnRule::Piece("EnrollmentCount")),
    ("fundertype", ColumnRule::Cell(CsvRowReader::funders)),
    ("fundedbys", ColumnRule::Cell(CsvRowReader::funders)),
    ("studytype", ColumnRule::Cell(CsvRowReader::study_type)),
    ("studytypes", ColumnRule::Cell(CsvRowReader::study_type)),
    ("studydesign", ColumnRule::Cell(CsvRowReader::design)),
    ("studydesigns", ColumnRule::Cell(CsvRowReader::design)),
    ("otherids", ColumnRule::Cell(CsvRowReader::other_ids)),
    ("startdate", ColumnRule::Piece("StartDate")),
    ("primarycompletiondate", ColumnRule::Piece("PrimaryCompletionDate")),
    ("primarycompletion", ColumnRule::Piece("PrimaryCompletionDate")),
    ("completiondate", ColumnRule::Piece("CompletionDate")),
    ("completion", ColumnRule::Piece("CompletionDate")),
    ("firstposted", ColumnRule::Piece("StudyFirstPostDate")),
    ("firstreceived", ColumnRule::Piece("StudyFirstSubmitDate")),
    ("resultsfirstposted", ColumnRule::Piece("ResultsFirstPostDate")),
    ("firstreceivedresultsdate", ColumnRule::Piece("ResultsFirstSubmitDate")),
    ("resultsfirstreceived", ColumnRule::Piece("ResultsFirstSubmitDate")),
    ("lastupdateposted", ColumnRule::Piece("LastUpdatePostDate")),
    ("lastupdated", ColumnRule::Piece("LastUpdateSubmitDate")),
    ("lastverified", ColumnRule::Piece("StatusVerifiedDate")),
    ("locations", ColumnRule::Cell(CsvRowReader::locations)),
    ("studydocuments", ColumnRule::Cell(CsvRowReader::documents)),
    // Tables of other programs, the AACT database among them.
    ("eligibility", ColumnRule::Piece("EligibilityCriteria")),
    ("criteria", ColumnRule::Piece("EligibilityCriteria")),
    ("minage", ColumnRule::Piece("MinimumAge")),
    ("maxage", ColumnRule::Piece("MaximumAge")),
    ("acceptshealthyvolunteers", ColumnRule::Piece("HealthyVolunteers")),
    ("enrolment", ColumnRule::Piece("EnrollmentCount")),
    ("enrolmenttype", ColumnRule::Piece("EnrollmentType")),
    ("allocation", ColumnRule::Piece("DesignAllocation")),
    ("masking", ColumnRule::Cell(CsvRowReader::masking)),
    ("mainsponsor", ColumnRule::Piece("LeadSponsorName")),
    ("studystartdate", ColumnRule::Piece("StartDate")),
    ("registrationdate", ColumnRule::Piece("StudyFirstSubmitDate")),
    ("hassummaryresults", ColumnRule::Piece("HasResults")),
    ("summaryresultsdate", ColumnRule::Piece("ResultsFirstSubmitDate")),
    ("versiondate", ColumnRule::Cell(CsvRowReader::version)),
    ("lastupdate", ColumnRule::Piece("LastUpdatePostDate")),
    ("lastupdatedate", ColumnRule::Piece("LastUpdatePostDate")),
    ("sourceclass", ColumnRule::Piece("OrgClass")),
    ("studyfirstsubmitteddate", ColumnRule::Piece("StudyFirstSubmitDate")),
    ("studyfirstsubmittedqcdate", ColumnRule::Piece("StudyFirstSubmitQCDate")),
    ("studyfirstposteddate", ColumnRule::Piece("StudyFirstPostDate")),
    ("studyfirstposteddatetype", ColumnRule::Piece("StudyFirstPostDateType")),
    ("resultsfirstsubmitteddate", ColumnRule::Piece("ResultsFirstSubmitDate")),
    ("resultsfirstsubmittedqcdate", ColumnRule::Piece("ResultsFirstSubmitQCDate")),
    ("resultsfirstposteddate", ColumnRule::Piece("ResultsFirstPostDate")),
    ("resultsfirstposteddatetype", ColumnRule::Piece("ResultsFirstPostDateType")),
    ("dispositionfirstsubmitteddate", ColumnRule::Piece("DispFirstSubmitDate")),
    ("dispositionfirstsubmittedqcdate", ColumnRule::Piece("DispFirstSubmitQCDate")),
    ("dispositionfirstposteddate", ColumnRule::Piece("DispFirstPostDate")),
    ("dispositionfirstposteddatetype", ColumnRule::Piece("DispFirstPostDateType")),
    ("lastupdatesubmitteddate", ColumnRule::Piece("LastUpdateSubmitDate")),
    ("lastupdateposteddate", ColumnRule::Piece("LastUpdatePostDate")),
    ("lastupdateposteddatetype", ColumnRule::Piece("LastUpdatePostDateType")),
    ("expandedaccesstypeindividual", ColumnRule::Piece("ExpAccTypeIndividual")),
    ("expandedaccesstypeintermediate", ColumnRule::Piece("ExpAccTypeIntermediate")),
    ("expandedaccesstypetreatment", ColumnRule::Piece("ExpAccTypeTreatment")),
    ("expandedaccessnctid", ColumnRule::Piece("ExpandedAccessNCTId")),
    ("plantoshareipd", ColumnRule::Piece("IPDSharing")),
    ("plantoshareipddescription", ColumnRule::Piece("IPDSharingDescription")),
    ("ipdtimeframe", ColumnRule::Piece("IPDSharingTimeFrame")),
    ("ipdaccesscriteria", ColumnRule::Piece("IPDSharingAccessCriteria")),
    ("ipdurl", ColumnRule::Piece("IPDSharingURL")),
    ("verificationdate", ColumnRule::Piece("StatusVerifiedDate")),
    // Said by the dates, the number and the lists beside them.
    ("startmonthyear", ColumnRule::Implied),
    ("verificationmonthyear", ColumnRule::Implied),
    ("completionmonthyear", ColumnRule::Implied),
    ("primarycompletionmonthyear", ColumnRule::Implied),
    ("numberofarms", ColumnRule::Implied),
    ("numberofgroups", ColumnRule::Implied),
    ("createdat", ColumnRule::Implied),
    ("updatedat", ColumnRule::Implied),
    ("versionnumber", ColumnRule::Implied),
    ("totalversions", ColumnRule::Implied),
];

pub(super) fn reading(column: &str) -> Option<ColumnRule> {
    let folded = fold(column);
    COLUMNS
        .iter()
        .find(|(known, _)| *known == folded)
        .map(|(_, reading)| *reading)
        .or_else(|| CALLED.get(&folded).map(|piece| ColumnRule::Piece(piece.name)))
        .or_else(|| pieces::at(column).map(|piece| ColumnRule::Piece(piece.name)))
}

/// Columns read in their own way that hold one list of the study, by their
/// folded heading. The others do not tell what it is that a study has not.
const LISTS: [(&str, &str); 7] = [
    ("interventions", "Intervention"),
    ("primaryoutcomemeasures", "PrimaryOutcome"),
    ("secondaryoutcomemeasures", "SecondaryOutcome"),
    ("otheroutcomemeasures", "OtherOutcome"),
    ("collaborators", "Collaborator"),
    ("locations", "Location"),
    ("studydocuments", "LargeDoc"),
];

/// The piece that a study has no value of where a cell of the column is empty.
pub(super) fn said_empty(column: &str) -> Option<&'static Piece> {
    let name = match reading(column)? {
        ColumnRule::Piece(name) => name,
        ColumnRule::Cell(_) => {
            let folded = fold(column);
            LISTS.iter().find(|(known, _)| *known == folded)?.1
        }
        ColumnRule::Implied => return None,
    };
    pieces::named(name)
}

/// Leaves by their folded names: titles that only one has, older names,
/// today's names, the later before the earlier.
static CALLED: LazyLock<HashMap<String, &'static Piece>> = LazyLock::new(|| {
    let mut titles = HashMap::new();
    for piece in pieces::leaves() {
        titles.entry(fold(piece.label)).or_insert_with(Vec::new).push(piece);
    }
    titles.remove("");
    let titled = titles.into_iter().filter(|(_, titled)| titled.len() == 1);
    let titled = titled.map(|(title, titled)| (title, titled[0]));
    let older = pieces::leaves()
        .flat_map(|piece| piece.older_names.iter().map(move |name| (fold(name), piece)));
    let current = pieces::leaves().map(|piece| (fold(piece.name), piece));
    titled.chain(older).chain(current).collect()
});

/// Whether a cell numbers its row, as tables of R and Python begin.
pub(super) fn is_row_number(cell: &str) -> bool {
    cell.len() <= 9 && cell.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a cell has a word of a program for nothing. Of constants, `NA` and
/// `None` can be some.
pub(super) fn lacks(column: &str, cell: &str) -> bool {
    is_nothing(cell) && match reading(column) {
        Some(ColumnRule::Piece(name)) => pieces::named(name).is_none_or(
            |piece| !matches!(piece.kind, PieceKind::Enum(known) if known.constant(cell).is_some()),
        ),
        _ => true,
    }
}
