//! Parts that are made of parts.

use tantivy::{DocId, Score, TERMINATED};

use super::bits::{Bits, WINDOW};
use super::part::Part;
use super::window::Window;

/// A part with its own window.
pub(super) struct Member {
    part: Box<dyn Part>,
    window: Window,
    /// Whether its scores count.
    scored: bool,
}

impl Member {
    pub(super) fn new(part: Box<dyn Part>, scored: bool) -> Self {
        Self { part, window: Window::new(scored), scored }
    }

    /// What it adds to a score at most.
    fn most(&self) -> Score {
        if self.scored { self.part.most() } else { 0.0 }
    }

    /// Which documents of a window it has.
    fn mark(&mut self, base: DocId, within: &Bits) -> &Bits {
        self.window.begin(base);
        self.part.mark(&mut self.window, within);
        &self.window.found
    }

    /// Scores those of its documents that are wanted, and gives each with its
    /// score.
    fn score(&mut self, wanted: &Bits, mut take: impl FnMut(usize, Score)) {
        if self.scored {
            let mut wanted = wanted.clone();
            wanted.keep(&self.window.found);
            self.part.score(&mut self.window, &wanted);
            wanted.iter().for_each(|at| take(at, self.window.scores[at]));
        }
    }
}

/// The first document from `from` on that any member may have.
fn next_of_any(members: &mut [Member], from: DocId) -> DocId {
    let next = members.iter_mut().map(|member| member.part.next(from));
    next.min().unwrap_or(TERMINATED)
}

/// What it takes to go through the documents of all members.
fn cost_of_all(members: &[Member]) -> u64 {
    members.iter().map(|member| member.part.cost()).sum()
}

/// Scores documents by the sum of those members that have them.
fn add_up(members: &mut [Member], window: &mut Window, wanted: &Bits) {
    wanted.iter().for_each(|at| window.scores[at] = 0.0);
    for member in members {
        member.score(wanted, |at, score| window.scores[at] += score);
    }
}

/// Members that are told apart where it is asked which documents are
/// promising; the others count as if each document had them.
const TOLD_APART: usize = 8;

/// What is promising of documents that score the sum of those members that
/// have them.
struct SufficientMembers<'a> {
    /// Those with the highest scores first, [`TOLD_APART`] at most; of each
    /// what it gives at most, and what those after it give together.
    members: Vec<(&'a Bits, Score, Score)>,
    bar: Score,
    promising: Bits,
}

impl<'a> SufficientMembers<'a> {
    fn promising(members: &'a [Member], found: &Bits, bar: Score) -> Bits {
        let mut by_most: Vec<(&Bits, Score)> =
            members.iter().map(|member| (&member.window.found, member.most())).collect();
        by_most.sort_unstable_by(|one, other| other.1.total_cmp(&one.1));
        let told_apart = by_most.len().min(TOLD_APART);
        let (first, others) = by_most.split_at(told_apart);
        let sum = |members: &[(&Bits, Score)]| members.iter().map(|(_, most)| most).sum::<Score>();
        let members = first.iter().enumerate().map(|(at, &(found, most))| {
            let after = sum(&first[at + 1..]);
            (found, most, after)
        });
        let mut sufficient = Self { members: members.collect(), bar, promising: Bits::none() };
        sufficient.add(0, found, sum(others));
        sufficient.promising
    }

    /// Adds those documents `having` members before `at` that score `sum` at
    /// most, with any of the other ones that are enough.
    fn add(&mut self, at: usize, having: &Bits, sum: Score) {
        if sum >= self.bar {
            return self.promising.add(having);
        }
        let Some(&(found, most, rest)) = self.members.get(at) else { return };
        if sum + most + rest < self.bar {
            return;
        }
        let mut with = having.clone();
        with.keep(found);
        if !with.is_empty() {
            self.add(at + 1, &with, sum + most);
        }
        self.add(at + 1, having, sum);
    }
}

/// The documents that all parts have, and none of the excluded ones. They
/// score the sum of the parts.
pub(super) struct Every {
    members: Vec<Member>,
    excluded: Vec<Member>,
    /// The members, those first that take least.
    order: Vec<usize>,
}

impl Every {
    pub(super) fn new(members: Vec<Member>, excluded: Vec<Member>) -> Self {
        let mut order: Vec<usize> = (0..members.len()).collect();
        order.sort_by_key(|at| members[*at].part.cost());
        Self { members, excluded, order }
    }
}

impl Part for Every {
    fn next(&mut self, from: DocId) -> DocId {
        let mut doc = from;
        for at in &self.order {
            doc = self.members[*at].part.next(doc);
            if doc == TERMINATED {
                break;
            }
        }
        doc
    }

    fn mark(&mut self, window: &mut Window, within: &Bits) {
        let (base, mut left) = (window.base, within.clone());
        for at in &self.order {
            left.keep(self.members[*at].mark(base, &left));
            if left.is_empty() {
                return;
            }
        }
        for excluded in &mut self.excluded {
            left.remove(excluded.mark(base, &left));
        }
        window.found = left;
    }

    fn score(&mut self, window: &mut Window, wanted: &Bits) {
        add_up(&mut self.members, window, wanted);
    }

    fn cost(&self) -> u64 {
        self.members.iter().map(|member| member.part.cost()).min().unwrap_or(0)
    }

    fn most(&self) -> Score {
        self.members.iter().map(Member::most).sum()
    }

    fn promising(&self, found: &Bits, bar: Score) -> Bits {
        let mosts: Vec<Score> = self.members.iter().map(Member::most).collect();
        let mut promising = found.clone();
        for (at, member) in self.members.iter().enumerate().filter(|(_, member)| member.scored) {
            let others = mosts[..at].iter().chain(&mosts[at + 1..]).sum::<Score>();
            promising.keep(&member.part.promising(found, bar - others));
        }
        promising
    }
}

/// The documents that so many parts have at least. They score the sum of
/// those that they have.
pub(super) struct Any {
    members: Vec<Member>,
    least: usize,
    /// How many parts have each document, where one is not enough.
    counts: Vec<u32>,
}

impl Any {
    pub(super) fn new(members: Vec<Member>, least: usize) -> Self {
        Self { members, least, counts: vec![0; if least > 1 { WINDOW } else { 0 }] }
    }

    /// Leaves out what too few parts have.
    fn keep_those_of_enough(&mut self, window: &mut Window) {
        self.counts.fill(0);
        for member in &self.members {
            member.window.found.iter().for_each(|at| self.counts[at] += 1);
        }
        let mut few = Bits::none();
        let has_few = |at: &usize| (self.counts[*at] as usize) < self.least;
        window.found.iter().filter(has_few).for_each(|at| few.insert(at));
        window.found.remove(&few);
    }
}

impl Part for Any {
    fn next(&mut self, from: DocId) -> DocId {
        next_of_any(&mut self.members, from)
    }

    fn mark(&mut self, window: &mut Window, within: &Bits) {
        for member in &mut self.members {
            window.found.add(member.mark(window.base, within));
        }
        if self.least > 1 {
            self.keep_those_of_enough(window);
        }
    }

    fn score(&mut self, window: &mut Window, wanted: &Bits) {
        add_up(&mut self.members, window, wanted);
    }

    fn cost(&self) -> u64 {
        cost_of_all(&self.members)
    }

    fn most(&self) -> Score {
        self.members.iter().map(Member::most).sum()
    }

    fn promising(&self, found: &Bits, bar: Score) -> Bits {
        SufficientMembers::promising(&self.members, found, bar)
    }
}

/// The documents that any part has. They score what the best part gives them,
/// and of the other ones a share.
pub(super) struct Best {
    members: Vec<Member>,
    share: Score,
    sums: Box<[Score; WINDOW]>,
}

impl Best {
    pub(super) fn new(members: Vec<Member>, share: Score) -> Self {
        Self { members, share, sums: Box::new([0.0; WINDOW]) }
    }
}

impl Part for Best {
    fn next(&mut self, from: DocId) -> DocId {
        next_of_any(&mut self.members, from)
    }

    fn mark(&mut self, window: &mut Window, within: &Bits) {
        for member in &mut self.members {
            window.found.add(member.mark(window.base, within));
        }
    }

    fn score(&mut self, window: &mut Window, wanted: &Bits) {
        let (most, sums) = (&mut window.scores, &mut self.sums);
        wanted.iter().for_each(|at| (most[at], sums[at]) = (0.0, 0.0));
        for member in &mut self.members {
            member.score(wanted, |at, score| {
                (most[at], sums[at]) = (most[at].max(score), sums[at] + score);
            });
        }
        wanted.iter().for_each(|at| most[at] += (sums[at] - most[at]) * self.share);
    }

    fn cost(&self) -> u64 {
        cost_of_all(&self.members)
    }

    /// What its best part and the shares of the other ones come to; a part may give anything, so
    /// nothing is subtracted.
    fn most(&self) -> Score {
        let (mut best, mut others) = (0.0, 0.0);
        for most in self.members.iter().map(Member::most) {
            others += Score::min(best, most);
            best = Score::max(best, most);
        }
        if self.share > 0.0 { best + others * self.share } else { best }
    }
}

/// The documents of a part, each with one score.
pub(super) struct Constant {
    part: Box<dyn Part>,
    score: Score,
}

impl Constant {
    pub(super) fn new(part: Box<dyn Part>, score: Score) -> Self {
        Self { part, score }
    }
}

impl Part for Constant {
    fn next(&mut self, from: DocId) -> DocId {
        self.part.next(from)
    }

    fn mark(&mut self, window: &mut Window, within: &Bits) {
        self.part.mark(window, within);
    }

    fn score(&mut self, window: &mut Window, wanted: &Bits) {
        wanted.iter().for_each(|at| window.scores[at] = self.score);
    }

    fn cost(&self) -> u64 {
        self.part.cost()
    }

    fn most(&self) -> Score {
        self.score
    }
}

/// Every document of a segment, or none of it; each scores 0.
pub(super) struct Everything {
    /// The document after the last one.
    pub(super) end: DocId,
}

impl Part for Everything {
    fn next(&mut self, from: DocId) -> DocId {
        if from < self.end { from } else { TERMINATED }
    }

    fn mark(&mut self, window: &mut Window, within: &Bits) {
        let places = self.end.saturating_sub(window.base) as usize;
        if places >= WINDOW {
            window.found.add(within);
        } else {
            let there = within.iter().take_while(|at| *at < places);
            there.for_each(|at| window.found.insert(at));
        }
    }

    fn score(&mut self, window: &mut Window, wanted: &Bits) {
        wanted.iter().for_each(|at| window.scores[at] = 0.0);
    }

    fn cost(&self) -> u64 {
        u64::from(self.end)
    }

    fn most(&self) -> Score {
        0.0
    }
}
