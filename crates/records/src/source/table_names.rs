//! Tables that belong together: each has a part of every study, joined by its
//! number. They are recognised by the names of their files, since `conditions`
//! and `keywords` have the same headings.

use std::path::Path;

use super::SourcePlace;

/// A table of a set: its names, and headings, one of which must be there.
struct KnownTable {
    names: &'static [&'static str],
    headings: &'static [&'static str],
}

const fn known(names: &'static [&'static str], headings: &'static [&'static str]) -> KnownTable {
    KnownTable { names, headings }
}

/// Tables that have several rows of a study, or one with a part of it. The
/// first name is the one that AACT, the registry as a database, has for it.
static SIDE: &[KnownTable] = &[
    known(&["conditions", "condition"], &["name", "condition", "conditionname"]),
    known(&["keywords", "keyword"], &["name", "keyword"]),
    known(&["countries"], &["name", "country"]),
    known(&["facilities", "locations", "sites"], &["name", "facility", "city", "country"]),
    known(&["interventions", "intervention"], &["name", "intervention", "interventionname"]),
    known(&["design_groups", "arm_groups", "arms"], &["title", "label", "armgrouplabel"]),
    known(
        &["sponsors", "sponsors_collaborators", "collaborators"],
        &["name", "sponsor", "collaborator"],
    ),
    known(&["brief_summaries"], &["description", "briefsummary"]),
    known(&["detailed_descriptions"], &["description", "detaileddescription"]),
    known(&["eligibilities", "eligibility"], &["criteria", "gender", "sex", "minimumage"]),
    known(&["designs"], &["allocation", "interventionmodel", "primarypurpose"]),
    known(&["design_outcomes"], &["measure"]),
    known(&["id_information"], &["idvalue"]),
    known(&["browse_conditions"], &["meshterm"]),
    known(&["browse_interventions"], &["meshterm"]),
    known(&["overall_officials"], &["name"]),
    known(&["responsible_parties"], &["responsiblepartytype", "organization"]),
    known(&["central_contacts"], &["name"]),
    known(&["study_references"], &["citation", "pmid"]),
    known(&["links"], &["url"]),
    known(&["ipd_information_types"], &["name"]),
    known(&["documents"], &["documentid", "documenttype"]),
    known(&["provided_documents"], &["hasprotocol", "hassap", "hasicf"]),
    known(&["intervention_other_names"], &["interventionid"]),
    known(&["design_group_interventions"], &["interventionid", "designgroupid"]),
    known(&["facility_contacts"], &["facilityid"]),
    known(&["facility_investigators"], &["facilityid"]),
    known(&["retractions"], &["referenceid"]),
    known(&["pending_results"], &["event"]),
    known(&["result_groups"], &["ctgovgroupcode", "resulttype"]),
    known(&["result_contacts"], &["organization", "name"]),
    known(&["result_agreements"], &["piemployee", "restrictiveagreement", "agreement"]),
    known(&["participant_flows"], &["recruitmentdetails", "preassignmentdetails"]),
    known(&["milestones"], &["ctgovgroupcode", "resultgroupid", "period"]),
    known(&["drop_withdrawals"], &["ctgovgroupcode", "resultgroupid", "period"]),
    known(&["baseline_counts"], &["ctgovgroupcode", "resultgroupid"]),
    known(&["baseline_measurements"], &["ctgovgroupcode", "resultgroupid"]),
    known(&["outcomes"], &["outcometype", "timeframe", "title"]),
    known(&["outcome_counts"], &["outcomeid"]),
    known(&["outcome_measurements"], &["outcomeid"]),
    known(&["outcome_analyses"], &["outcomeid"]),
    known(&["outcome_analysis_groups"], &["outcomeanalysisid"]),
    known(&["reported_events"], &["adverseeventterm", "organsystem"]),
    known(&["reported_event_totals"], &["eventtype", "classification"]),
];

/// Names of tables with a row a study, which belong to those beside them.
const MAIN: [&str; 4] = ["studies", "study", "trials", "clinical_trials"];

/// A heading that only AACT's table of studies has.
const OF_AACT: &str = "studyfirstsubmittedqcdate";

/// Tables of AACT that are not of studies, or are worked out from the others.
static LEFT: &[&str] = &["calculated_values", "search_results"];

/// Headings of a list of studies, which no table of a set has but its first.
const OF_A_LIST: [&str; 5] =
    ["brieftitle", "studytitle", "studystatus", "overallstatus", "nctnumber"];

/// What a table with such a name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TableRole {
    /// A table of a set, by the name that AACT has for it; `studies` is that
    /// with a row a study.
    Read(&'static str),
    /// One that has nothing of a study which others do not have.
    Left(&'static str),
}

/// The table of a set that a file or member is, by its name and heading.
pub(super) fn part(place: &SourcePlace, heading: &[String]) -> Option<TableRole> {
    let name = stem(place.member.as_deref().unwrap_or(&place.path));
    let has = |wanted: &str| heading.iter().any(|heading| heading == wanted);
    let side = SIDE.iter().find(|table| table.names.contains(&name.as_str()));
    if let Some(table) = side.filter(|table| table.headings.iter().any(|heading| has(heading))) {
        return (!has("brieftitle")).then_some(TableRole::Read(table.names[0]));
    }
    // A table that somebody made or downloaded may have the same name.
    let own = OF_A_LIST.iter().any(|heading| has(heading));
    if let Some(left) = LEFT.iter().find(|left| !own && **left == name) {
        return Some(TableRole::Left(left));
    }
    let beside = || place.member.is_none() && has_side_tables(Path::new(&*place.path));
    let main = has(OF_AACT) || (MAIN.contains(&name.as_str()) && beside());
    main.then_some(TableRole::Read("studies"))
}

/// The name of a table: that of its file in small letters, without directories
/// and endings.
fn stem(path: &str) -> String {
    let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let name = file.split('.').next().unwrap_or(file).to_lowercase();
    let bare = ["aact_", "ctgov_", "ctgov-"].iter().find_map(|front| name.strip_prefix(front));
    bare.unwrap_or(&name).replace(['-', ' '], "_")
}

/// Whether a table of a set is in the directory of a file.
fn has_side_tables(path: &Path) -> bool {
    let listed = path.parent().and_then(|directory| std::fs::read_dir(directory).ok());
    listed.into_iter().flatten().filter_map(Result::ok).any(|entry| {
        let file = entry.file_name();
        let name = file.to_string_lossy();
        let table = [".csv", ".tsv", ".txt", ".psv"].iter().any(|ending| name.contains(ending));
        table && SIDE.iter().any(|side| side.names.contains(&stem(&name).as_str()))
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn tables_are_told_by_name_and_heading() {
        let part = |path: &str, heading: &str| {
            let place = SourcePlace { path: Arc::from(path), member: None, before: (0, 0) };
            let heading: Vec<String> = heading.split(',').map(str::to_owned).collect();
            part(&place, &heading)
        };
        assert_eq!(part("/a/conditions.txt", "id,nctid,name"), Some(TableRole::Read("conditions")));
        assert_eq!(
            part("/a/aact_locations.csv", "nctid,city"),
            Some(TableRole::Read("facilities"))
        );
        assert_eq!(part("/a/conditions.csv", "nctid,brieftitle,condition"), None);
        assert_eq!(part("/a/outcomes.txt", "id,nctid,title"), Some(TableRole::Read("outcomes")));
        assert_eq!(part("/a/outcomes.csv", "nctid,pain"), None);
        let worked_out = Some(TableRole::Left("calculated_values"));
        assert_eq!(part("/a/calculated_values.txt", "id,nctid"), worked_out);
        assert_eq!(part("/a/search_results.csv", "nctnumber,studytitle,studystatus"), None);
        assert_eq!(part("/none/studies.csv", "nctid,title"), None);
        assert_eq!(
            part("/none/x.csv", "nctid,studyfirstsubmittedqcdate"),
            Some(TableRole::Read("studies"))
        );
    }
}
