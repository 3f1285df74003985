//! Parts that are made of parts.

use tantivy::{DocId, Score, TERMINATED};

use super::bits::Bits;
use super::member::Member;
use super::part::Part;
use super::span::WINDOW;
use super::strips::StripScores;
use super::sufficient::{SufficientMembers, most_of, score_sufficient};
use super::window::Window;

/// The first document from `from` on that any member may have.
fn next_of_any(members: &mut [Member], from: DocId) -> DocId {
    let next = members.iter_mut().map(|member| member.part.next(from));
    next.min().unwrap_or(TERMINATED)
}

/// What it takes to go through the documents of all members.
fn cost_of_all(members: &[Member]) -> u64 {
    members.iter().map(|member| member.part.cost()).sum()
}

/// Lets documents score the sum of what those members give that have them.
fn add_up(members: &[Member], window: &mut Window, wanted: &Bits) {
    wanted.iter().for_each(|at| window.scores[at] = 0.0);
    for member in members {
        member.each(wanted, |at, score| window.scores[at] += score);
    }
}

fn sum(scores: impl Iterator<Item = StripScores>) -> StripScores {
    scores.fold(StripScores::all(0.0), |sum, most| sum + most)
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
        self.members.iter_mut().for_each(|member| member.score(wanted));
        add_up(&self.members, window, wanted);
    }

    fn cost(&self) -> u64 {
        self.members.iter().map(|member| member.part.cost()).min().unwrap_or(0)
    }

    fn most(&self) -> StripScores {
        most_of(&self.members, 1.0)
    }

    /// What one member gives too little of for the rest to make up for it is not
    /// looked at by the members after it.
    fn score_promising(&mut self, window: &mut Window, wanted: &Bits, bars: StripScores) -> Bits {
        let most: Vec<StripScores> = self.members.iter().map(Member::most).collect();
        let mut promising = wanted.clone();
        for (at, member) in self.members.iter_mut().enumerate() {
            let others = sum(most[..at].iter().chain(&most[at + 1..]).copied());
            promising = member.score_promising(&promising, bars - others);
        }
        add_up(&self.members, window, &promising);
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
        self.members.iter_mut().for_each(|member| member.score(wanted));
        add_up(&self.members, window, wanted);
    }

    fn cost(&self) -> u64 {
        cost_of_all(&self.members)
    }

    fn most(&self) -> StripScores {
        most_of(&self.members, 1.0)
    }

    fn score_promising(&mut self, window: &mut Window, wanted: &Bits, bars: StripScores) -> Bits {
        let promising = SufficientMembers::promising(&self.members, 1.0, wanted, bars);
        let promising = score_sufficient(&mut self.members, &promising, bars);
        add_up(&self.members, window, &promising);
        promising
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

    /// Lets documents score by what those members give that have them.
    fn join(&mut self, window: &mut Window, wanted: &Bits) {
        let (most, sums) = (&mut window.scores, &mut self.sums);
        wanted.iter().for_each(|at| (most[at], sums[at]) = (0.0, 0.0));
        for member in &self.members {
            member.each(wanted, |at, score| {
                (most[at], sums[at]) = (most[at].max(score), sums[at] + score);
            });
        }
        wanted.iter().for_each(|at| most[at] += (sums[at] - most[at]) * self.share);
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
        self.members.iter_mut().for_each(|member| member.score(wanted));
        self.join(window, wanted);
    }

    fn cost(&self) -> u64 {
        cost_of_all(&self.members)
    }

    fn most(&self) -> StripScores {
        most_of(&self.members, self.share)
    }

    fn score_promising(&mut self, window: &mut Window, wanted: &Bits, bars: StripScores) -> Bits {
        let promising = SufficientMembers::promising(&self.members, self.share, wanted, bars);
        let promising = score_sufficient(&mut self.members, &promising, bars);
        self.join(window, &promising);
        promising
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

    fn most(&self) -> StripScores {
        StripScores::all(self.score)
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

    fn most(&self) -> StripScores {
        StripScores::all(0.0)
    }
}
