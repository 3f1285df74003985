//! The elements of the legacy XML as a tree, made of the tables.

use std::sync::LazyLock;

use crate::study::pieces::{self, Piece};

use super::element_target::{ElementRule, ElementTarget};
use super::{archive, element_table};

/// A place for one value: its piece, and its path below the list element
/// that it belongs to.
#[derive(Debug, Clone, Copy)]
pub(super) struct ValuePath {
    pub(super) piece: &'static Piece,
    pub(super) key: &'static str,
    /// Whether it refers to a group of participants.
    pub(super) group: bool,
}

/// What becomes of an element.
#[derive(Debug)]
pub(super) enum ElementRole {
    /// Only its parts matter.
    Through,
    Leaf(ValuePath),
    Element {
        list: ValuePath,
        given: &'static [(&'static str, &'static str)],
    },
    Addition,
    Rule(ElementRule),
    Implied,
    Unplaced,
}

/// An element at its place in the record.
#[derive(Debug)]
pub(super) struct ElementStep {
    pub(super) name: &'static str,
    pub(super) role: ElementRole,
    /// What its text is, where it is an element of a list.
    pub(super) text: Option<ValuePath>,
    attributes: Vec<(&'static str, ValuePath)>,
    children: Vec<ElementStep>,
}

impl ElementStep {
    fn new(name: &'static str) -> Self {
        Self {
            name,
            role: ElementRole::Through,
            text: None,
            attributes: Vec::new(),
            children: Vec::new(),
        }
    }

    pub(super) fn child(&self, name: &str) -> Option<&ElementStep> {
        self.children.iter().find(|child| child.name == name)
    }

    pub(super) fn attribute(&self, name: &str) -> Option<ValuePath> {
        self.attributes.iter().find(|(known, _)| *known == name).map(|(_, leaf)| *leaf)
    }

    /// Whether it gathers values of its own.
    pub(super) fn gathers(&self) -> bool {
        matches!(self.role, ElementRole::Element { .. } | ElementRole::Addition)
    }

    fn child_made(&mut self, name: &'static str) -> &mut ElementStep {
        let at = self.children.iter().position(|child| child.name == name);
        let at = at.unwrap_or_else(|| {
            self.children.push(ElementStep::new(name));
            self.children.len() - 1
        });
        &mut self.children[at]
    }
}

/// The steps below `clinical_study`.
pub(super) static ROOT: LazyLock<ElementStep> = LazyLock::new(|| {
    let mut root = ElementStep::new("clinical_study");
    for (path, place) in element_table::ROWS.iter().chain(archive::ROWS) {
        add(&mut root, path, place);
    }
    root
});

/// Adds a row to the tree; the rows of a list come before those of its parts.
fn add(root: &mut ElementStep, path: &'static str, place: &ElementTarget) {
    let mut parts = path.split('@');
    let (elements, attribute) = (parts.next().unwrap_or_default(), parts.next());
    let text = elements.ends_with("/text()");
    let elements = elements.trim_end_matches("/text()");
    let leaf = |name: &str, within: &str| {
        let piece = pieces::named(name).expect("a piece");
        let key = piece.path.strip_prefix(within).expect("a path below the list's");
        ValuePath { piece, key: key.trim_start_matches('.'), group: path.ends_with("group_id") }
    };
    let (mut step, mut within) = (root, "");
    let mut above = "";
    for name in elements.split('/') {
        above = within;
        step = step.child_made(name);
        if let ElementRole::Element { list, .. } = &step.role {
            within = list.piece.path;
        }
    }
    match (place, attribute) {
        (ElementTarget::Piece(name), Some(attribute)) => {
            step.attributes.push((attribute, leaf(name, within)));
        }
        (ElementTarget::Piece(name), None) if text => step.text = Some(leaf(name, within)),
        (ElementTarget::Piece(name), None) => step.role = ElementRole::Leaf(leaf(name, above)),
        (ElementTarget::Element(name, given), _) => {
            step.role = ElementRole::Element { list: leaf(name, above), given };
        }
        (ElementTarget::Addition(name), _) => {
            debug_assert!(leaf(name, above).key.is_empty(), "{path} adds to {name}");
            step.role = ElementRole::Addition;
        }
        (ElementTarget::Rule(rule), _) => step.role = ElementRole::Rule(*rule),
        (ElementTarget::Implied, _) => step.role = ElementRole::Implied,
        (ElementTarget::Unplaced, _) => step.role = ElementRole::Unplaced,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A value below a list would make an object of the list.
    fn check(step: &ElementStep, path: &str, within: &str) {
        let path = format!("{path}/{}", step.name);
        let of_step = match &step.role {
            ElementRole::Leaf(leaf) => Some(leaf),
            ElementRole::Element { list, .. } => Some(list),
            _ => None,
        };
        let below = match &step.role {
            ElementRole::Element { list, .. } => list.piece.path,
            _ => within,
        };
        let of_parts = step.text.iter().chain(step.attributes.iter().map(|(_, leaf)| leaf));
        let leaves = of_step.map(|leaf| (leaf, within)).into_iter();
        for (leaf, within) in leaves.chain(of_parts.map(|leaf| (leaf, below))) {
            let mut above = leaf.piece.path;
            while let Some((parent, _)) =
                above.rsplit_once('.').filter(|(parent, _)| *parent != within)
            {
                assert!(pieces::at(parent).is_some_and(|piece| !piece.list), "{path}: {parent}");
                above = parent;
            }
        }
        step.children.iter().for_each(|child| check(child, &path, below));
    }

    #[test]
    fn every_value_has_its_place_in_the_list_that_is_open() {
        check(&ROOT, "", "");
        assert!(element_table::ROWS.len() > 300);
    }
}
