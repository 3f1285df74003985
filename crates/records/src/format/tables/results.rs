//! Tables of results: groups, participant flow, baseline, outcomes, events.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value, json};

use super::element_tree::{ElementTree, ROOT};
use super::relational_rows::{RelationalRow, StudyTables};
use super::result_columns::{TOTALS, TREES};
use super::{aact_text, object, values};
use crate::format::ConversionNotes;
use crate::format::derived::{group_id, reporting_status};
use crate::study::pieces::{self, Piece};
use crate::study::{Study, put_path, typed};

/// Units that are analysed unless a row names others.
const PARTICIPANTS: &str = "Participants";

/// Adds the rows of a study in these tables; they are taken out.
pub(super) fn add(study: &mut Study, tables: &mut StudyTables, notes: &mut ConversionNotes) {
    let mut results = ResultsBuilder::new(tables.take("result_groups"), notes);
    results.flow(tables);
    results.baseline(tables);
    results.outcomes(tables);
    results.events(tables);
    let ResultsBuilder { modules, .. } = results;
    for (path, mut tree) in modules {
        let module = tree.object(ROOT, &|list, element| {
            if list == "outcomeMeasures" {
                reporting_status(element);
            }
        });
        for (key, value) in module {
            put_path(study.as_map_mut(), &format!("resultsSection.{path}.{key}"), value);
        }
    }
}

struct ResultsBuilder<'n> {
    notes: &'n mut ConversionNotes,
    /// Groups that no module has taken.
    groups: Vec<RelationalRow>,
    /// Codes of groups by the ids of their rows.
    codes: HashMap<String, Value>,
    modules: Vec<(&'static str, ElementTree)>,
}

impl<'n> ResultsBuilder<'n> {
    fn new(groups: Vec<RelationalRow>, notes: &'n mut ConversionNotes) -> Self {
        let codes = groups.iter().filter_map(|row| {
            Some((row.get("id")?.to_owned(), group_id(row.get("ctgovgroupcode")?)?))
        });
        Self { notes, codes: codes.collect(), groups, modules: Vec::new() }
    }

    /// How the cells of a row are read. The code of its group may be in the
    /// table of groups only.
    fn values(&mut self, row: &RelationalRow, table: &str) -> Vec<(&'static Piece, Value)> {
        let mut found = values(row, table, self.notes);
        let group =
            levels(table).last().and_then(|level| pieces::at(&format!("{}.groupId", level.path)));
        let code = || self.codes.get(row.get("resultgroupid")?).cloned();
        if let Some(piece) = group.filter(|group| found.iter().all(|it| it.0.name != group.name))
            && let Some(code) = code()
        {
            found.push((piece, code));
        }
        found
    }

    fn add(
        &mut self,
        tree: &mut ElementTree,
        base: usize,
        row: &RelationalRow,
        table: &str,
    ) -> Vec<usize> {
        let values = self.values(row, table);
        if values.is_empty() { Vec::new() } else { tree.add(base, &levels(table), &values) }
    }

    /// Adds the groups of a kind that `wanted` names.
    fn take_groups(
        &mut self,
        tree: &mut ElementTree,
        base: usize,
        kind: &str,
        wanted: &dyn Fn(&RelationalRow) -> bool,
    ) {
        let start = &kind.to_lowercase()[..1];
        let is_of = |row: &RelationalRow| {
            let written = row.get("resulttype").unwrap_or_default().to_lowercase();
            written.starts_with(start) && wanted(row)
        };
        for row in self.groups.iter().filter(|row| is_of(row)).cloned().collect::<Vec<_>>() {
            self.add(tree, base, &row, kind);
        }
    }

    fn flow(&mut self, tables: &mut StudyTables) {
        let mut tree = ElementTree::new();
        self.take_groups(&mut tree, ROOT, "Participant Flow", &|_| true);
        for table in ["milestones", "drop_withdrawals"] {
            for row in tables.take(table) {
                self.add(&mut tree, ROOT, &row, table);
            }
        }
        self.modules.push(("participantFlowModule", tree));
    }

    fn baseline(&mut self, tables: &mut StudyTables) {
        let mut tree = ElementTree::new();
        self.take_groups(&mut tree, ROOT, "Baseline", &|_| true);
        let mut overall = HashMap::new();
        for row in tables.take("baseline_counts") {
            let values = self.values(&row, "baseline_counts");
            let group = values.iter().find(|(piece, _)| piece.key() == "groupId");
            let group = group.map(|(_, group)| group.clone()).unwrap_or_default();
            let units = row.get("units").unwrap_or(PARTICIPANTS).to_owned();
            overall.insert((units, group.to_string()), row.get("count").map(str::to_owned));
            tree.add(ROOT, &levels("baseline_counts"), &values);
        }
        let mut analyzed = AnalyzedMeasures::default();
        for row in tables.take("baseline_measurements") {
            let values = self.values(&row, "baseline_measurements");
            let group = values.iter().find(|(piece, _)| piece.key() == "groupId");
            let group = group.map(|(_, group)| group.clone());
            if let [measure, class, ..] =
                tree.add(ROOT, &levels("baseline_measurements"), &values)[..]
            {
                analyzed.take(measure, class, group, &row);
            }
        }
        analyzed.place(&mut tree, &overall);
        self.modules.push(("baselineCharacteristicsModule", tree));
    }

    fn outcomes(&mut self, tables: &mut StudyTables) {
        let mut tree = ElementTree::new();
        let mut outcomes = HashMap::new();
        for row in tables.take("outcomes") {
            let values = object(self.values(&row, "outcomes"));
            let node = tree.push(ROOT, "outcomeMeasures", values);
            outcomes.insert(row.get("id").unwrap_or_default().to_owned(), node);
        }
        let analyses = tables.take("outcome_analyses");
        let of_analysis: HashMap<&str, &str> = analyses
            .iter()
            .filter_map(|row| Some((row.get("id")?, row.get("outcomeid")?)))
            .collect();
        let groups_of_analyses = tables.take("outcome_analysis_groups");
        let counts = tables.take("outcome_counts");
        let measurements = tables.take("outcome_measurements");
        // An older table of groups does not tell the outcome of a group.
        let of_rows = counts.iter().chain(&measurements).map(|row| (row.get("outcomeid"), row));
        let of_groups = groups_of_analyses.iter().map(|row| {
            (row.get("outcomeanalysisid").and_then(|id| of_analysis.get(id).copied()), row)
        });
        let used: HashSet<(&str, &str)> = of_rows
            .chain(of_groups)
            .filter_map(|(outcome, row)| outcome.zip(row.get("resultgroupid")))
            .collect();
        for (id, node) in &outcomes {
            self.take_groups(&mut tree, *node, "Outcome", &|row| match row.get("outcomeid") {
                Some(outcome) => outcome == id,
                None => row.get("id").is_some_and(|group| used.contains(&(id.as_str(), group))),
            });
        }
        self.add_to_outcomes(&mut tree, &outcomes, "outcome_counts", &counts);
        self.add_to_outcomes(&mut tree, &outcomes, "outcome_measurements", &measurements);
        self.analyses(&mut tree, &outcomes, &analyses, groups_of_analyses);
        self.modules.push(("outcomeMeasuresModule", tree));
    }

    /// Adds the rows of a table to the outcomes that they name.
    fn add_to_outcomes(
        &mut self,
        tree: &mut ElementTree,
        outcomes: &HashMap<String, usize>,
        table: &'static str,
        rows: &[RelationalRow],
    ) {
        for row in rows {
            match row.get("outcomeid").and_then(|id| outcomes.get(id)) {
                Some(node) => drop(self.add(tree, *node, row, table)),
                None => self.notes.unplaced(&format!("{table} without outcomes")),
            }
        }
    }

    fn analyses(
        &mut self,
        tree: &mut ElementTree,
        outcomes: &HashMap<String, usize>,
        rows: &[RelationalRow],
        groups: Vec<RelationalRow>,
    ) {
        let mut analyses = HashMap::new();
        for row in rows {
            let Some(outcome) = row.get("outcomeid").and_then(|id| outcomes.get(id)) else {
                self.notes.unplaced("outcome_analyses without outcomes");
                continue;
            };
            let mut values = object(self.values(row, "outcome_analyses"));
            let modifier = row.get("pvaluemodifier").filter(|_| row.get("pvalueraw").is_none());
            if let (Some(modifier), Some(Value::String(value))) =
                (modifier, values.get_mut("pValue"))
            {
                value.insert_str(0, modifier);
            }
            let node = tree.push(*outcome, "analyses", values);
            analyses.insert(row.get("id").unwrap_or_default().to_owned(), node);
        }
        for row in groups {
            let code = row.get("ctgovgroupcode").and_then(group_id);
            let code = code.or_else(|| self.codes.get(row.get("resultgroupid")?).cloned());
            let analysis = row.get("outcomeanalysisid").and_then(|id| analyses.get(id));
            match analysis.zip(code) {
                Some((analysis, code)) => {
                    crate::study::put(tree.values(*analysis), "groupIds", true, code);
                }
                None => self.notes.unplaced("outcome_analysis_groups without outcome_analyses"),
            }
        }
    }

    fn events(&mut self, tables: &mut StudyTables) {
        let mut tree = ElementTree::new();
        let totals = self.totals(tables.take("reported_event_totals"));
        let rows = tables.take("reported_events");
        for (column, name) in [
            ("frequencythreshold", "EventsFrequencyThreshold"),
            ("timeframe", "EventsTimeFrame"),
            ("description", "EventsDescription"),
        ] {
            let said = rows.iter().find_map(|row| {
                let cell = row.get(column)?;
                Some(aact_text::lines(row, column, cell).into_owned())
            });
            if let (Some(piece), Some(said)) = (pieces::named(name), said) {
                tree.values(ROOT).insert(piece.key().to_owned(), said.into());
            }
        }
        self.event_groups(&mut tree, totals);
        for row in rows {
            let kind = row.get("eventtype").unwrap_or_default().to_lowercase();
            let table = if kind.starts_with('s') { "serious events" } else { "other events" };
            self.add(&mut tree, ROOT, &row, table);
        }
        self.modules.push(("adverseEventsModule", tree));
    }

    /// The groups of events with their sums.
    fn event_groups(
        &mut self,
        tree: &mut ElementTree,
        mut totals: Vec<(Value, Map<String, Value>)>,
    ) {
        let start = |row: &RelationalRow| {
            row.get("resulttype").is_some_and(|kind| kind.starts_with(['R', 'r', 'E', 'e']))
        };
        let groups: Vec<RelationalRow> =
            self.groups.iter().filter(|row| start(row)).cloned().collect();
        for row in groups {
            let mut values = object(self.values(&row, "Reported Event"));
            let at = totals.iter().position(|(code, _)| Some(code) == values.get("id"));
            if let Some(at) = at {
                values.extend(totals.remove(at).1);
            }
            tree.push(ROOT, "eventGroups", values);
        }
        for (code, sums) in totals {
            let mut values = Map::new();
            values.insert("id".to_owned(), code);
            values.extend(sums);
            tree.push(ROOT, "eventGroups", values);
        }
    }

    /// Sums of events by the code of their group.
    fn totals(&mut self, rows: Vec<RelationalRow>) -> Vec<(Value, Map<String, Value>)> {
        let mut found: Vec<(Value, Map<String, Value>)> = Vec::new();
        for row in rows {
            let kind = row.get("eventtype").or(row.get("classification")).unwrap_or_default();
            let kind = kind.to_lowercase();
            let known = TOTALS.iter().find(|(known, ..)| kind.contains(known));
            let code = row.get("ctgovgroupcode").and_then(group_id);
            let Some(((_, affected, at_risk), code)) = known.zip(code) else {
                self.notes.unplaced("reported_event_totals.event_type");
                continue;
            };
            let at = found.iter().position(|(known, _)| *known == code).unwrap_or_else(|| {
                found.push((code, Map::new()));
                found.len() - 1
            });
            for (column, name) in [("subjectsaffected", affected), ("subjectsatrisk", at_risk)] {
                if let (Some(piece), Some(cell)) = (pieces::named(name), row.get(column))
                    && let Some(value) = typed(piece, cell)
                {
                    found[at].1.insert(piece.key().to_owned(), value);
                }
            }
        }
        found
    }
}

/// The lists that a row of a table has an element of.
fn levels(table: &str) -> Vec<&'static Piece> {
    let names = TREES.iter().find(|(known, _)| *known == table).map_or(&[][..], |row| row.1);
    names.iter().filter_map(|name| pieces::named(name)).collect()
}

/// How many were analysed, by measure and class.
#[derive(Default)]
struct AnalyzedMeasures {
    measures: Vec<(usize, Vec<AnalyzedCount>)>,
}

/// A number of those analysed in a class.
struct AnalyzedCount {
    class: usize,
    units: String,
    group: Value,
    count: String,
}

impl AnalyzedMeasures {
    fn take(&mut self, measure: usize, class: usize, group: Option<Value>, row: &RelationalRow) {
        let (Some(group), Some(count)) = (group, row.get("numberanalyzed")) else { return };
        let units = row.get("numberanalyzedunits").unwrap_or(PARTICIPANTS).to_owned();
        if self.measures.last().is_none_or(|(last, _)| *last != measure) {
            self.measures.push((measure, Vec::new()));
        }
        if let Some((_, counts)) = self.measures.last_mut() {
            let same = |known: &AnalyzedCount| {
                known.class == class && known.units == units && known.group == group
            };
            if !counts.iter().rev().take(64).any(same) {
                counts.push(AnalyzedCount { class, units, group, count: count.to_owned() });
            }
        }
    }

    /// Numbers that differ from those of the whole baseline belong to the
    /// classes; AACT repeats those of the whole where a class has none.
    fn place(self, tree: &mut ElementTree, overall: &HashMap<(String, String), Option<String>>) {
        for (measure, counts) in self.measures {
            let units = counts.iter().map(|counted| counted.units.as_str());
            if let Some(units) = units.clone().find(|units| *units != PARTICIPANTS) {
                let units = units.into();
                tree.values(measure).insert("denomUnitsSelected".to_owned(), units);
            }
            let as_whole = counts.iter().all(|counted| {
                let key = (counted.units.clone(), counted.group.to_string());
                overall.get(&key).is_some_and(|count| count.as_ref() == Some(&counted.count))
            });
            if as_whole {
                continue;
            }
            for counted in counts {
                let denoms = tree.values(counted.class).entry("denoms");
                let denoms =
                    denoms.or_insert_with(|| json!([{"units": counted.units, "counts": []}]));
                if let Some(Value::Array(counts)) = denoms.pointer_mut("/0/counts") {
                    counts.push(json!({"groupId": counted.group, "value": counted.count}));
                }
            }
        }
    }
}
