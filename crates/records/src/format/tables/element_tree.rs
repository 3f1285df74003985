//! Rows as the elements of lists in lists.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use crate::study::pieces::Piece;

/// Elements of lists, each below another. The first holds the outermost lists.
pub(super) struct ElementTree {
    nodes: Vec<ElementNode>,
    /// Elements by their parent element, their list and their values.
    known: HashMap<(usize, &'static str, String), usize>,
    /// Elements that have something of a group.
    groups: HashSet<(usize, &'static str, String)>,
}

#[derive(Default)]
struct ElementNode {
    values: Map<String, Value>,
    lists: Vec<(&'static str, Vec<usize>)>,
}

/// The outermost element.
pub(super) const ROOT: usize = 0;

impl ElementTree {
    pub(super) fn new() -> Self {
        Self { nodes: vec![ElementNode::default()], known: HashMap::new(), groups: HashSet::new() }
    }

    /// The values of an element.
    pub(super) fn values(&mut self, node: usize) -> &mut Map<String, Value> {
        &mut self.nodes[node].values
    }

    /// Adds an element to a list.
    pub(super) fn push(
        &mut self,
        parent: usize,
        list: &'static str,
        values: Map<String, Value>,
    ) -> usize {
        let node = self.nodes.len();
        self.nodes.push(ElementNode { values, lists: Vec::new() });
        let lists = &mut self.nodes[parent].lists;
        match lists.iter_mut().find(|(known, _)| *known == list) {
            Some((_, elements)) => elements.push(node),
            None => lists.push((list, vec![node])),
        }
        node
    }

    /// Adds a row that has a part of an element of each of the lists `levels`;
    /// each list is in the one before. Elements are the same if their values
    /// are the same, except those of the innermost list. An element with a part
    /// of a group is a new one where that group comes again. Returns the
    /// elements.
    pub(super) fn add(
        &mut self,
        base: usize,
        levels: &[&'static Piece],
        values: &[(&'static Piece, Value)],
    ) -> Vec<usize> {
        let mut path = vec![base];
        for (depth, level) in levels.iter().enumerate() {
            let own = own_values(level, values);
            let parent = path[depth];
            if depth + 1 == levels.len() {
                let parent = self.for_group(&path, levels, &own);
                if let Some(last) = path.last_mut() {
                    *last = parent;
                }
                path.push(self.push(parent, level.key(), own));
                continue;
            }
            let key = (parent, level.key(), Value::Object(own.clone()).to_string());
            let known = self.known.get(&key).copied();
            path.push(known.unwrap_or_else(|| {
                let node = self.push(parent, level.key(), own);
                self.known.insert(key, node);
                node
            }));
        }
        path.split_off(1)
    }

    /// The element that the innermost one goes into: another one of the same
    /// values where the last has its group already.
    fn for_group(
        &mut self,
        path: &[usize],
        levels: &[&'static Piece],
        own: &Map<String, Value>,
    ) -> usize {
        let parent = path.last().copied().unwrap_or(ROOT);
        let Some(group) = own.get("groupId").and_then(Value::as_str) else { return parent };
        let inner = levels.last().map_or("", |level| level.key());
        let fresh = self.groups.insert((parent, inner, group.to_owned()));
        let [.., above, _] = path else { return parent };
        let Some(level) = levels.len().checked_sub(2).and_then(|at| levels.get(at)) else {
            return parent;
        };
        if fresh {
            return parent;
        }
        let values = self.nodes[parent].values.clone();
        let key = (*above, level.key(), Value::Object(values.clone()).to_string());
        let node = self.push(*above, level.key(), values);
        self.known.insert(key, node);
        self.groups.insert((node, inner, group.to_owned()));
        node
    }

    /// An element as an object, with everything below it; `complete` corrects
    /// the elements of a list.
    pub(super) fn object(
        &mut self,
        node: usize,
        complete: &dyn Fn(&str, &mut Map<String, Value>),
    ) -> Map<String, Value> {
        let ElementNode { mut values, lists } = std::mem::take(&mut self.nodes[node]);
        for (list, elements) in lists {
            let elements = elements.into_iter().map(|element| {
                let mut object = self.object(element, complete);
                complete(list, &mut object);
                Value::Object(object)
            });
            values.insert(list.to_owned(), elements.collect());
        }
        values
    }
}

/// The values that belong to an element of that list, by their keys.
fn own_values(level: &Piece, values: &[(&'static Piece, Value)]) -> Map<String, Value> {
    let below = values.iter().filter(|(piece, _)| {
        piece.path.strip_suffix(piece.key()).and_then(|above| above.strip_suffix('.'))
            == Some(level.path)
    });
    below.map(|(piece, value)| (piece.key().to_owned(), value.clone())).collect()
}
