//! Tables of the protocol whose rows belong to rows of one another.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::relational_rows::{RelationalRow, StudyTables};
use super::result_columns::{CHILDREN, ChildTable, PARENTS};
use super::{object, simple, values};
use crate::format::ConversionNotes;
use crate::study::pieces::{self, Piece};
use crate::study::{Study, put};

/// Elements of a list, and the position of each one that a row with an id made.
struct LinkedElements {
    list: &'static Piece,
    elements: Vec<Map<String, Value>>,
    by_id: HashMap<String, usize>,
}

/// The rows of a study in these tables; they are taken out.
pub(super) fn study(tables: &mut StudyTables, notes: &mut ConversionNotes) -> Study {
    let mut study = Study::new();
    let mut lists: HashMap<&str, LinkedElements> = HashMap::new();
    for (table, list) in PARENTS {
        if let Some(list) = pieces::named(list) {
            let elements = elements(list, table, tables.take(table), &mut study, notes);
            lists.insert(table, elements);
        }
    }
    for child in &CHILDREN {
        for row in tables.take(child.table) {
            let parent = lists.get_mut(child.parent);
            let parent = parent.and_then(|parent| parent.of(row.get(child.column)));
            match parent {
                Some(parent) => add(parent, child, &row, notes),
                None => notes.unplaced(&format!("{} without {}", child.table, child.parent)),
            }
        }
    }
    for row in tables.take("design_group_interventions") {
        let arm = lists.get_mut("design_groups");
        let arm = arm.and_then(|arms| arms.of(row.get("designgroupid")));
        let label = arm.and_then(|arm| arm.get("label").cloned());
        let interventions = lists.get_mut("interventions");
        let intervention = interventions.and_then(|all| all.of(row.get("interventionid")));
        match intervention.zip(label) {
            Some((intervention, label)) => put(intervention, "armGroupLabels", true, label),
            None => notes.unplaced("design_group_interventions without their rows"),
        }
    }
    for (table, _) in PARENTS {
        let Some(LinkedElements { list, elements, .. }) = lists.remove(table) else { continue };
        for element in elements {
            study.put(list, Value::Object(element));
        }
    }
    study
}

impl LinkedElements {
    fn of(&mut self, id: Option<&str>) -> Option<&mut Map<String, Value>> {
        self.elements.get_mut(*self.by_id.get(id?)?)
    }
}

/// The elements that the rows of a table are; what else they say goes into
/// the study.
fn elements(
    list: &'static Piece,
    table: &str,
    rows: Vec<RelationalRow>,
    study: &mut Study,
    notes: &mut ConversionNotes,
) -> LinkedElements {
    let mut found = LinkedElements { list, elements: Vec::new(), by_id: HashMap::new() };
    for row in rows {
        let mut said = simple(&row, table, notes);
        for element in said.take_list(list) {
            let Value::Object(element) = element else { continue };
            if let Some(id) = row.get("id") {
                found.by_id.insert(id.to_owned(), found.elements.len());
            }
            found.elements.push(element);
        }
        study.merge(said);
    }
    found
}

/// Adds a row to the element that it belongs to.
fn add(
    parent: &mut Map<String, Value>,
    child: &ChildTable,
    row: &RelationalRow,
    notes: &mut ConversionNotes,
) {
    let Some(list) = pieces::named(child.list) else { return };
    let values = values(row, child.table, notes);
    let added = match list.is_structure() {
        false => values.into_iter().next().map(|(_, value)| value),
        true => {
            let mut element = object(values);
            if let Some((key, value)) = child.given.filter(|_| !element.is_empty()) {
                element.insert(key.to_owned(), value.into());
            }
            (!element.is_empty()).then_some(Value::Object(element))
        }
    };
    if let Some(added) = added {
        put(parent, list.key(), true, added);
    }
}
