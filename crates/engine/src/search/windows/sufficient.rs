//! Which documents have enough of some parts to be among the best.

use tantivy::Score;

use super::bits::Bits;
use super::member::Member;
use super::strips::StripScores;

/// Members that are told apart where it is asked which documents are
/// promising; the others count as if each document had them.
const TOLD_APART: usize = 8;

/// What a document scores at most by some members: what the best gives, and a share of what the
/// others give.
#[derive(Clone, Copy)]
struct AtMost {
    best: StripScores,
    others: StripScores,
}

impl AtMost {
    const NOTHING: Self = Self { best: StripScores::all(0.0), others: StripScores::all(0.0) };

    fn of(member: &Member) -> Self {
        Self { best: member.most(), ..Self::NOTHING }
    }

    /// What members of two kinds give.
    fn and(self, other: Self) -> Self {
        let less = self.best.joined(other.best, Score::min);
        let best = self.best.joined(other.best, Score::max);
        Self { best, others: self.others + other.others + less }
    }

    /// A part may give anything, so nothing is subtracted.
    fn score(self, share: Score) -> StripScores {
        if share > 0.0 { self.best + self.others.map(|score| score * share) } else { self.best }
    }
}

/// What all members give at most, with a share of what those give that are not the best.
pub(super) fn most_of(members: &[Member], share: Score) -> StripScores {
    members.iter().map(AtMost::of).fold(AtMost::NOTHING, AtMost::and).score(share)
}

/// What is promising of documents that score what the best of their members gives, with a share of
/// what their others give; with a share of 1, this is the sum of all.
pub(super) struct SufficientMembers<'a> {
    /// Those with the highest scores first, [`TOLD_APART`] at most; of each
    /// what it gives at most, and what those after it give together.
    members: Vec<(&'a Bits, AtMost, AtMost)>,
    share: Score,
    bars: StripScores,
    promising: Bits,
}

impl<'a> SufficientMembers<'a> {
    pub(super) fn promising(
        members: &'a [Member],
        share: Score,
        found: &Bits,
        bars: StripScores,
    ) -> Bits {
        let mut by_most: Vec<(&Bits, AtMost)> =
            members.iter().map(|member| (&member.window.found, AtMost::of(member))).collect();
        by_most.sort_by(|one, other| other.1.best.greatest().total_cmp(&one.1.best.greatest()));
        let told_apart = by_most.len().min(TOLD_APART);
        let (first, others) = by_most.split_at(told_apart);
        let all = |members: &[(&Bits, AtMost)]| {
            members.iter().map(|(_, most)| *most).fold(AtMost::NOTHING, AtMost::and)
        };
        let members = first.iter().enumerate().map(|(at, &(found, most))| {
            let after = all(&first[at + 1..]);
            (found, most, after)
        });
        let (members, promising) = (members.collect(), Bits::none());
        let mut sufficient = Self { members, share, bars, promising };
        sufficient.add(0, found, all(others));
        sufficient.promising
    }

    /// Adds those documents `having` members before `at` that give so much at
    /// most, with any of the other ones that are enough.
    fn add(&mut self, at: usize, having: &Bits, before: AtMost) {
        let suffices = before.score(self.share).reach(self.bars);
        self.promising.add(&having.of_strips(suffices));
        let Some(&(found, most, rest)) = self.members.get(at) else { return };
        let mut may = before.and(most).and(rest).score(self.share).reach(self.bars);
        may.iter_mut().zip(suffices).for_each(|(may, does)| *may &= !does);
        let having = having.of_strips(may);
        if having.is_empty() {
            return;
        }
        let mut with = having.clone();
        with.keep(found);
        if !with.is_empty() {
            self.add(at + 1, &with, before.and(most));
        }
        self.add(at + 1, &having, before);
    }
}

/// Scores those documents of members that are wanted, but for those that no other member has, where
/// this one gives less than `bars` say. Says which documents are left.
pub(super) fn score_sufficient(members: &mut [Member], wanted: &Bits, bars: StripScores) -> Bits {
    let (mut any, mut several) = (Bits::none(), Bits::none());
    for member in &*members {
        let mut again = any.clone();
        again.keep(&member.window.found);
        several.add(&again);
        any.add(&member.window.found);
    }
    let mut left = wanted.clone();
    left.keep(&several);
    for member in members {
        let mut alone = member.of(wanted);
        alone.remove(&several);
        member.score(&left);
        left.add(&member.score_promising(&alone, bars));
    }
    left
}
