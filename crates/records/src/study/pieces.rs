//! Look-ups over the data model: a piece by its name, its path or its label.

use std::collections::HashMap;
use std::sync::LazyLock;

pub use super::piece::{Piece, PieceKind};
use super::table::PIECES;

/// A name as it is compared where people write it: letters and digits in
/// lower case.
#[must_use]
pub fn fold(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Position of a piece in [`all`].
pub type PieceId = u16;

impl Piece {
    /// Its position in [`all`].
    #[must_use]
    pub fn id(&self) -> PieceId {
        BY_NAME[self.name]
    }
}

/// Every piece, structures included, parents before their children.
#[must_use]
pub fn all() -> &'static [Piece] {
    PIECES
}

/// The pieces that hold values, in the model's order.
pub fn leaves() -> impl Iterator<Item = &'static Piece> {
    PIECES.iter().filter(|piece| !piece.is_structure())
}

static SITES: LazyLock<&'static Piece> = LazyLock::new(|| {
    PIECES.iter().find(|piece| piece.nested).expect("a piece whose elements are told apart")
});

/// The list of a study's sites, the one list with elements that conditions can
/// be restricted to.
#[must_use]
pub fn sites() -> &'static Piece {
    &SITES
}

/// Whether the piece holds values of single sites.
#[must_use]
pub fn is_of_site(piece: &Piece) -> bool {
    piece.is_below(sites())
}

static BY_NAME: LazyLock<HashMap<&'static str, PieceId>> = LazyLock::new(|| {
    let older = (0..)
        .zip(PIECES)
        .flat_map(|(id, piece)| piece.older_names.iter().map(move |name| (*name, id)));
    let current = (0..).zip(PIECES).map(|(id, piece)| (piece.name, id));
    older.chain(current).collect()
});

static BY_PATH: LazyLock<HashMap<&'static str, PieceId>> =
    LazyLock::new(|| (0..).zip(PIECES).map(|(id, piece)| (piece.path, id)).collect());

/// The piece with this name, today's or an older one, matched exactly.
#[must_use]
pub fn named(name: &str) -> Option<&'static Piece> {
    BY_NAME.get(name).map(|id| &PIECES[usize::from(*id)])
}

/// The piece at this dotted path.
#[must_use]
pub fn at(path: &str) -> Option<&'static Piece> {
    BY_PATH.get(path).map(|id| &PIECES[usize::from(*id)])
}

/// The model as a tree, for walking a study beside it.
#[derive(Debug)]
pub struct ModelNode {
    /// The piece, `None` at the root.
    pub piece: Option<PieceId>,
    children: Vec<(&'static str, ModelNode)>,
}

impl ModelNode {
    /// The node below this one with that JSON key.
    #[must_use]
    pub fn child(&self, key: &str) -> Option<&ModelNode> {
        self.children.iter().find(|(known, _)| *known == key).map(|(_, node)| node)
    }

    /// The JSON keys of the nodes below this one, in the model's order.
    pub fn keys(&self) -> impl Iterator<Item = &'static str> {
        self.children.iter().map(|(key, _)| *key)
    }

    /// The piece of this node, `None` at the root.
    #[must_use]
    pub fn piece(&self) -> Option<&'static Piece> {
        self.piece.map(|id| &PIECES[usize::from(id)])
    }
}

static ROOT: LazyLock<ModelNode> = LazyLock::new(|| {
    let mut root = ModelNode { piece: None, children: Vec::new() };
    for (id, piece) in (0..).zip(PIECES) {
        let mut node = &mut root;
        let mut steps = piece.path.split('.').peekable();
        while let Some(step) = steps.next() {
            if steps.peek().is_none() {
                node.children.push((step, ModelNode { piece: Some(id), children: Vec::new() }));
                break;
            }
            let at = node.children.iter().position(|(key, _)| *key == step);
            node = &mut node.children[at.expect("parents stand before their children")].1;
        }
    }
    root
});

/// The root of the model.
#[must_use]
pub fn root() -> &'static ModelNode {
    &ROOT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_paths_are_unique() {
        let older: usize = PIECES.iter().map(|piece| piece.older_names.len()).sum();
        assert_eq!(BY_NAME.len(), PIECES.len() + older);
        assert_eq!(BY_PATH.len(), PIECES.len());
        assert_eq!(leaves().count(), 342);
    }

    #[test]
    fn older_names_lead_to_the_piece_of_today() {
        assert_eq!(named("GENDER").map(|piece| piece.name), Some("Sex"));
        assert_eq!(named("BriefTitle").map(Piece::key), Some("briefTitle"));
        assert!(named("brieftitle").is_none());
    }

    #[test]
    fn the_tree_reaches_every_piece() {
        for piece in all() {
            let node = piece.path.split('.').try_fold(root(), ModelNode::child);
            assert_eq!(node.and_then(ModelNode::piece).map(|found| found.name), Some(piece.name));
        }
    }

    #[test]
    fn areas_name_known_pieces() {
        for area in crate::study::areas::AREAS {
            for name in area.parts.iter().flat_map(|part| part.pieces) {
                assert!(named(name).is_some(), "{} names {name}", area.name);
            }
        }
    }
}
