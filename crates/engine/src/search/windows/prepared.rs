//! Plans that are prepared to go through the segments of an index.

use tantivy::query::{EnableScoring, Weight};
use tantivy::{Score, SegmentReader};

use super::combined::{Any, Best, Constant, Every, Everything};
use super::evidence::EvidencePart;
use super::member::Member;
use super::part::Part;
use super::remembered::Remembered;
use super::timed::{Timed, name_of};
use super::walked::Walked;
use crate::search::evidence::Evidence;
use crate::search::profile::Profile;
use crate::search::view::IndexView;
use crate::study_sets::StudySet;
use trialdex_plan::Node;

/// A plan that is prepared for all segments.
pub(in crate::search) enum Prepared {
    Everything,
    Nothing,
    /// Parts that a hit has, one at least, and those that it lacks.
    Every(Vec<Prepared>, Vec<Prepared>),
    Any(Vec<Prepared>, usize),
    Best(Vec<Prepared>, Score),
    Constant(Box<Prepared>, Score),
    Evidence(Evidence),
    /// What was looked up before; each of it scores 0.
    Remembered(StudySet),
    /// What tantivy goes through.
    Walked(Box<dyn Weight>),
    /// A step of a search that is measured, by its number.
    Timed(Box<Prepared>, Profile, usize),
}

impl Prepared {
    /// Prepares a plan, whose parts are opened with scores or without.
    pub(in crate::search) fn new(
        view: &IndexView<'_>,
        node: &Node,
        scored: bool,
    ) -> tantivy::Result<Self> {
        Self::measured(view, node, scored, None)
    }

    /// The same; each part is a step where the search is measured.
    pub(in crate::search) fn measured(
        view: &IndexView<'_>,
        node: &Node,
        scored: bool,
        profile: Option<&Profile>,
    ) -> tantivy::Result<Self> {
        let Some(profile) = profile else { return Self::of(view, node, scored, None) };
        let timed = |step: usize, node: &Node, scored| {
            let part = profile.within(step, || Self::of(view, node, scored, None))?;
            Ok(Self::Timed(Box::new(part), profile.clone(), step))
        };
        match (node, name_of(node)) {
            // What is worth nothing is the filters of a search.
            (Node::Constant(inner, 0.0), _) if matches!(&**inner, Node::Every(_)) => {
                let Node::Every(filters) = &**inner else { return timed(0, node, scored) };
                let filters = filters.iter().enumerate();
                let filters = filters.map(|(at, filter)| timed(profile.filter(at), filter, false));
                let filters = Self::Every(filters.collect::<tantivy::Result<_>>()?, Vec::new());
                Ok(Self::Constant(Box::new(filters), 0.0))
            }
            (_, Some(name)) => timed(profile.step(&name), node, scored),
            (_, None) => Self::of(view, node, scored, Some(profile)),
        }
    }

    fn of(
        view: &IndexView<'_>,
        node: &Node,
        scored: bool,
        profile: Option<&Profile>,
    ) -> tantivy::Result<Self> {
        let of = |part: &Node, scored| Self::measured(view, part, scored, profile);
        let all = |parts: &[Node]| {
            let all = parts.iter().map(|part| of(part, scored));
            all.collect::<tantivy::Result<Vec<_>>>()
        };
        Ok(match node {
            Node::All => Self::Everything,
            Node::None => Self::Nothing,
            Node::Every(parts) => {
                let (mut had, mut lacked) = (Vec::new(), Vec::new());
                for part in parts {
                    match part {
                        Node::Not(inner) => lacked.push(of(inner, false)?),
                        part => had.push(of(part, scored)?),
                    }
                }
                if had.is_empty() {
                    had.push(Self::Everything);
                }
                Self::Every(had, lacked)
            }
            Node::Not(inner) => Self::Every(vec![Self::Everything], vec![of(inner, false)?]),
            Node::Any(parts, least) => Self::Any(all(parts)?, *least),
            Node::Best(parts, tie) => Self::Best(all(parts)?, *tie),
            Node::Constant(inner, score) => Self::Constant(Box::new(of(inner, false)?), *score),
            Node::Evidence(evidence) => Self::Evidence(view.evidence(evidence)?),
            Node::Terms(..) | Node::Interval(..) if !scored => match view.set_of(node)? {
                Some(set) => Self::Remembered(set),
                None => Self::Walked(walked(view, node, scored)?),
            },
            Node::Terms(..)
            | Node::Interval(..)
            | Node::Within(..)
            | Node::AtSite(..)
            | Node::AsWritten { .. }
            | Node::Inclusion(..)
            | Node::Tilted(..)
            | Node::Itself(_) => Self::Walked(walked(view, node, scored)?),
        })
    }

    /// The part of a segment, with scores or without, as it was prepared.
    pub(super) fn open(
        &self,
        reader: &SegmentReader,
        scored: bool,
    ) -> tantivy::Result<Box<dyn Part>> {
        let open = |part: &Self, scored| Ok(Member::new(part.open(reader, scored)?, scored));
        let members = |parts: &[Self]| {
            parts.iter().map(|part| open(part, scored)).collect::<tantivy::Result<Vec<_>>>()
        };
        Ok(match self {
            Self::Everything => Box::new(Everything { end: reader.max_doc() }),
            Self::Nothing => Box::new(Everything { end: 0 }),
            Self::Every(had, lacked) => {
                let had = had.iter().map(|part| open(part, scored && !part.adds_nothing()));
                let lacked = lacked.iter().map(|part| open(part, false));
                let had = had.collect::<tantivy::Result<_>>()?;
                Box::new(Every::new(had, lacked.collect::<tantivy::Result<_>>()?))
            }
            Self::Any(parts, least) => Box::new(Any::new(members(parts)?, *least)),
            Self::Best(parts, share) => Box::new(Best::new(members(parts)?, *share)),
            Self::Constant(inner, score) => {
                Box::new(Constant::new(inner.open(reader, false)?, *score))
            }
            Self::Evidence(evidence) => Box::new(EvidencePart::open(evidence, reader, scored)?),
            Self::Remembered(set) => Box::new(Remembered { docs: set.docs(reader) }),
            Self::Walked(weight) => Box::new(Walked::new(weight.scorer(reader, 1.0)?, scored)),
            Self::Timed(part, profile, step) => {
                let part = profile.within(*step, || part.open(reader, scored))?;
                Box::new(Timed::new(part, profile.clone(), *step))
            }
        })
    }

    /// How many documents of a segment it has, where the index says so: those of one list, which
    /// no refresh took any out of.
    pub(super) fn known_count(&self, reader: &SegmentReader) -> tantivy::Result<Option<u64>> {
        match self {
            Self::Everything => Ok(Some(u64::from(reader.num_docs()))),
            Self::Nothing => Ok(Some(0)),
            Self::Constant(inner, _) => inner.known_count(reader),
            Self::Evidence(Evidence { sources, .. }) => match sources.as_slice() {
                [only] => only.known_count(reader),
                _ => Ok(None),
            },
            _ => Ok(None),
        }
    }

    /// Whether all its documents score 0.
    fn adds_nothing(&self) -> bool {
        match self {
            Self::Constant(_, 0.0) | Self::Everything => true,
            Self::Timed(part, ..) => part.adds_nothing(),
            _ => false,
        }
    }
}

fn walked(view: &IndexView<'_>, node: &Node, scored: bool) -> tantivy::Result<Box<dyn Weight>> {
    let scoring = match scored {
        true => EnableScoring::enabled_from_searcher(&view.searcher),
        false => EnableScoring::disabled_from_searcher(&view.searcher),
    };
    view.query(node)?.weight(scoring)
}
