//! Parts whose time is measured.

use tantivy::DocId;

use super::bits::Bits;
use super::part::Part;
use super::strips::StripScores;
use super::window::Window;
use crate::search::profile::Profile;
use trialdex_plan::Node;

/// A part that is a step of a search that is measured.
pub(super) struct Timed {
    part: Box<dyn Part>,
    profile: Profile,
    step: usize,
}

impl Timed {
    pub(super) fn new(part: Box<dyn Part>, profile: Profile, step: usize) -> Self {
        Self { part, profile, step }
    }
}

impl Part for Timed {
    fn next(&mut self, from: DocId) -> DocId {
        self.profile.within(self.step, || self.part.next(from))
    }

    fn mark(&mut self, window: &mut Window, within: &Bits) {
        self.profile.within(self.step, || self.part.mark(window, within));
    }

    fn score(&mut self, window: &mut Window, wanted: &Bits) {
        self.profile.within(self.step, || self.part.score(window, wanted));
    }

    fn cost(&self) -> u64 {
        self.part.cost()
    }

    fn most(&self) -> StripScores {
        self.part.most()
    }

    fn score_promising(&mut self, window: &mut Window, wanted: &Bits, bars: StripScores) -> Bits {
        self.profile.within(self.step, || self.part.score_promising(window, wanted, bars))
    }
}

/// What the step of a part of a plan is called; `None` of a part whose time is
/// that of the parts it is made of.
pub(super) fn name_of(node: &Node) -> Option<String> {
    Some(match node {
        Node::Evidence(evidence) => {
            let label = &evidence.label;
            let mut synonyms: Vec<_> =
                evidence.sources.iter().filter_map(|source| source.synonym).collect();
            synonyms.sort_unstable();
            synonyms.dedup();
            match synonyms.len() {
                0 => format!("words `{label}`"),
                1 => format!("words `{label}` and 1 other name"),
                names => format!("words `{label}` and {names} other names"),
            }
        }
        Node::Terms(..) | Node::Interval(..) | Node::Itself(_) => "values".to_owned(),
        Node::Within(..) => "distances".to_owned(),
        Node::AtSite(..) => "conditions of one site".to_owned(),
        Node::AsWritten { text, .. } => format!("`{text}` as written"),
        Node::Inclusion(..) => "words in criteria for inclusion".to_owned(),
        Node::Tilted(..) => "tilt".to_owned(),
        Node::All
        | Node::None
        | Node::Every(_)
        | Node::Not(_)
        | Node::Any(..)
        | Node::Best(..)
        | Node::Constant(..) => return None,
    })
}
