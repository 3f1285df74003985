//! What the columns of a table mean, by their headings.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::Reader;
use crate::study::is_nothing;
use crate::study::pieces::{self, Kind, Piece, fold};

/// How the cells of a column are read.
#[derive(Clone, Copy)]
pub(super) enum Reading {
    /// One value of that piece, or several separated by `|` where the piece
    /// is a list.
    Piece(&'static str),
    /// In its own way.
    Cell(fn(&mut Reader, &str)),
    /// Nothing that the NCT number does not say.
    Implied,
}

/// The columns by their folded heading: those of today's download, of the
/// classic site's in its last years, and of the classic site's before 2017.
#[rustfmt::skip]
static COLUMNS: &[(&str, Reading)] = &[
    ("nctnumber", Reading::Implied),
    ("nctid", Reading::Implied),
    ("rank", Reading::Implied),
    ("studyurl", Reading::Implied),
    ("url", Reading::Implied),
    ("studytitle", Reading::Piece("BriefTitle")),
    ("title", Reading::Piece("BriefTitle")),
    ("studystatus", Reading::Piece("OverallStatus")),
    ("status", Reading::Piece("OverallStatus")),
    ("recruitment", Reading::Piece("OverallStatus")),
    ("recruitmentstatus", Reading::Piece("OverallStatus")),
    ("studyresults", Reading::Cell(Reader::results)),
    ("conditions", Reading::Piece("Condition")),
    ("interventions", Reading::Cell(Reader::interventions)),
    ("primaryoutcomemeasures", Reading::Cell(|row, cell| row.outcomes("PrimaryOutcome", cell))),
    ("secondaryoutcomemeasures", Reading::Cell(|row, cell| row.outcomes("SecondaryOutcome", cell))),
    ("otheroutcomemeasures", Reading::Cell(|row, cell| row.outcomes("OtherOutcome", cell))),
    // The classic column holds all outcomes and does not tell which of them
    // are primary: to call one of them so would be invented.
    ("outcomemeasures", Reading::Cell(|row, cell| row.outcomes("OtherOutcome", cell))),
    ("sponsor", Reading::Piece("LeadSponsorName")),
    ("collaborators", Reading::Cell(Reader::collaborators)),
    ("sponsorcollaborators", Reading::Cell(Reader::sponsors)),
    ("gender", Reading::Piece("Sex")),
    ("age", Reading::Cell(Reader::ages)),
    ("ages", Reading::Cell(Reader::ages)),
    ("agegroups", Reading::Cell(Reader::ages)),
    ("phases", Reading::Piece("Phase")),
    ("enrollment", Reading::Piece("EnrollmentCount")),
    ("fundertype", Reading::Cell(Reader::funders)),
    ("fundedbys", Reading::Cell(Reader::funders)),
    ("studytype", Reading::Cell(Reader::study_type)),
    ("studytypes", Reading::Cell(Reader::study_type)),
    ("studydesign", Reading::Cell(Reader::design)),
    ("studydesigns", Reading::Cell(Reader::design)),
    ("otherids", Reading::Cell(Reader::other_ids)),
    ("startdate", Reading::Piece("StartDate")),
    ("primarycompletiondate", Reading::Piece("PrimaryCompletionDate")),
    ("primarycompletion", Reading::Piece("PrimaryCompletionDate")),
    ("completiondate", Reading::Piece("CompletionDate")),
    ("completion", Reading::Piece("CompletionDate")),
    ("firstposted", Reading::Piece("StudyFirstPostDate")),
    ("firstreceived", Reading::Piece("StudyFirstSubmitDate")),
    ("resultsfirstposted", Reading::Piece("ResultsFirstPostDate")),
    ("firstreceivedresultsdate", Reading::Piece("ResultsFirstSubmitDate")),
    ("resultsfirstreceived", Reading::Piece("ResultsFirstSubmitDate")),
    ("lastupdateposted", Reading::Piece("LastUpdatePostDate")),
    ("lastupdated", Reading::Piece("LastUpdateSubmitDate")),
    ("lastverified", Reading::Piece("StatusVerifiedDate")),
    ("locations", Reading::Cell(Reader::locations)),
    ("studydocuments", Reading::Cell(Reader::documents)),
    // Tables of other programs, the AACT database among them.
    ("eligibility", Reading::Piece("EligibilityCriteria")),
    ("criteria", Reading::Piece("EligibilityCriteria")),
    ("minage", Reading::Piece("MinimumAge")),
    ("maxage", Reading::Piece("MaximumAge")),
    ("acceptshealthyvolunteers", Reading::Piece("HealthyVolunteers")),
    ("enrolment", Reading::Piece("EnrollmentCount")),
    ("enrolmenttype", Reading::Piece("EnrollmentType")),
    ("allocation", Reading::Piece("DesignAllocation")),
    ("masking", Reading::Cell(Reader::masking)),
    ("mainsponsor", Reading::Piece("LeadSponsorName")),
    ("studystartdate", Reading::Piece("StartDate")),
    ("registrationdate", Reading::Piece("StudyFirstSubmitDate")),
    ("hassummaryresults", Reading::Piece("HasResults")),
    ("summaryresultsdate", Reading::Piece("ResultsFirstSubmitDate")),
    ("versiondate", Reading::Cell(Reader::version)),
    ("lastupdate", Reading::Piece("LastUpdatePostDate")),
    ("lastupdatedate", Reading::Piece("LastUpdatePostDate")),
    ("sourceclass", Reading::Piece("OrgClass")),
    ("studyfirstsubmitteddate", Reading::Piece("StudyFirstSubmitDate")),
    ("studyfirstsubmittedqcdate", Reading::Piece("StudyFirstSubmitQCDate")),
    ("studyfirstposteddate", Reading::Piece("StudyFirstPostDate")),
    ("studyfirstposteddatetype", Reading::Piece("StudyFirstPostDateType")),
    ("resultsfirstsubmitteddate", Reading::Piece("ResultsFirstSubmitDate")),
    ("resultsfirstsubmittedqcdate", Reading::Piece("ResultsFirstSubmitQCDate")),
    ("resultsfirstposteddate", Reading::Piece("ResultsFirstPostDate")),
    ("resultsfirstposteddatetype", Reading::Piece("ResultsFirstPostDateType")),
    ("dispositionfirstsubmitteddate", Reading::Piece("DispFirstSubmitDate")),
    ("dispositionfirstsubmittedqcdate", Reading::Piece("DispFirstSubmitQCDate")),
    ("dispositionfirstposteddate", Reading::Piece("DispFirstPostDate")),
    ("dispositionfirstposteddatetype", Reading::Piece("DispFirstPostDateType")),
    ("lastupdatesubmitteddate", Reading::Piece("LastUpdateSubmitDate")),
    ("lastupdateposteddate", Reading::Piece("LastUpdatePostDate")),
    ("lastupdateposteddatetype", Reading::Piece("LastUpdatePostDateType")),
    ("expandedaccesstypeindividual", Reading::Piece("ExpAccTypeIndividual")),
    ("expandedaccesstypeintermediate", Reading::Piece("ExpAccTypeIntermediate")),
    ("expandedaccesstypetreatment", Reading::Piece("ExpAccTypeTreatment")),
    ("expandedaccessnctid", Reading::Piece("ExpandedAccessNCTId")),
    ("plantoshareipd", Reading::Piece("IPDSharing")),
    ("plantoshareipddescription", Reading::Piece("IPDSharingDescription")),
    ("ipdtimeframe", Reading::Piece("IPDSharingTimeFrame")),
    ("ipdaccesscriteria", Reading::Piece("IPDSharingAccessCriteria")),
    ("ipdurl", Reading::Piece("IPDSharingURL")),
    ("verificationdate", Reading::Piece("StatusVerifiedDate")),
    // Said by the dates, the number and the lists beside them.
    ("startmonthyear", Reading::Implied),
    ("verificationmonthyear", Reading::Implied),
    ("completionmonthyear", Reading::Implied),
    ("primarycompletionmonthyear", Reading::Implied),
    ("numberofarms", Reading::Implied),
    ("numberofgroups", Reading::Implied),
    ("createdat", Reading::Implied),
    ("updatedat", Reading::Implied),
    ("versionnumber", Reading::Implied),
    ("totalversions", Reading::Implied),
];

pub(super) fn reading(column: &str) -> Option<Reading> {
    let folded = fold(column);
    COLUMNS
        .iter()
        .find(|(known, _)| *known == folded)
        .map(|(_, reading)| *reading)
        .or_else(|| CALLED.get(&folded).map(|piece| Reading::Piece(piece.name)))
        .or_else(|| pieces::at(column).map(|piece| Reading::Piece(piece.name)))
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
        Reading::Piece(name) => name,
        Reading::Cell(_) => {
            let folded = fold(column);
            LISTS.iter().find(|(known, _)| *known == folded)?.1
        }
        Reading::Implied => return None,
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
    is_nothing(cell)
        && match reading(column) {
            Some(Reading::Piece(name)) => pieces::named(name).is_none_or(
                |piece| !matches!(piece.kind, Kind::Enum(known) if known.constant(cell).is_some()),
            ),
            _ => true,
        }
}
