//! The translation of a part of a line, exact or between bounds, and how `AND`,
//! `OR` and `NOT` combine such parts.
//!
//! Some parts are true of all studies (`humans`), some of none (`animals`),
//! and of some nothing can be said (`english.lg.`). Each part therefore has two
//! bounds: what it finds at least and at most. What is written lies between
//! them: a part that cannot be said is left out of an `AND` and of an `OR`,
//! and nothing is excluded that was not surely meant.

use crate::syntax::{Expr, ExprKind};

/// A set of studies.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum StudySet {
    /// All of them.
    Everything,
    /// None of them.
    Nothing,
    /// Those that an expression finds.
    Found(Expr),
}

/// What a part comes to.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum PartValue {
    /// Exactly the meaning of the original.
    Exact(StudySet),
    /// Something between two bounds.
    Between(Box<ValueBounds>),
    /// A kind of publication, which no study is: a limit to it cannot be meant
    /// of studies, and an alternative adds nothing.
    Never,
}

/// The bounds of a part that cannot be translated exactly.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ValueBounds {
    /// What is surely found.
    pub(super) least: StudySet,
    /// Beyond it, nothing is found.
    pub(super) most: StudySet,
    /// What is written for it, between the two; `None` where it is left out.
    pub(super) meant: Option<StudySet>,
}

impl From<Option<Expr>> for PartValue {
    fn from(expr: Option<Expr>) -> Self {
        expr.map_or_else(Self::left_out, Self::said)
    }
}

impl StudySet {
    /// As an expression.
    pub(super) fn expr(self) -> Expr {
        match self {
            Self::Everything => Expr::new(ExprKind::All),
            Self::Nothing => not(Expr::new(ExprKind::All)),
            Self::Found(expr) => expr,
        }
    }

    fn map(self, change: &impl Fn(Expr) -> Expr) -> Self {
        match self {
            Self::Found(expr) => Self::Found(change(expr)),
            other => other,
        }
    }

    /// What is in all of the sets.
    fn all(sets: impl Iterator<Item = Self>) -> Self {
        let mut found: Vec<Expr> = Vec::new();
        for set in sets {
            match set {
                Self::Nothing => return Self::Nothing,
                Self::Everything => {}
                Self::Found(expr) => found.push(expr),
            }
        }
        Expr::all(found).map_or(Self::Everything, Self::Found)
    }

    /// What is in any of the sets.
    fn any(sets: impl Iterator<Item = Self>) -> Self {
        let mut found: Vec<Expr> = Vec::new();
        for set in sets {
            match set {
                Self::Everything => return Self::Everything,
                Self::Nothing => {}
                Self::Found(expr) => found.push(expr),
            }
        }
        Expr::any(found).map_or(Self::Nothing, Self::Found)
    }

    /// What is not in the set.
    fn not(self) -> Self {
        match self {
            Self::Everything => Self::Nothing,
            Self::Nothing => Self::Everything,
            Self::Found(expr) => Self::Found(not(expr)),
        }
    }
}

fn not(expr: Expr) -> Expr {
    match expr.kind {
        ExprKind::Not(inner) => *inner,
        _ => Expr::new(ExprKind::Not(Box::new(expr))),
    }
}

impl ValueBounds {
    /// As a value, exact where the bounds meet.
    pub(super) fn value(self) -> PartValue {
        if self.least == self.most {
            return PartValue::Exact(self.least);
        }
        let nothing = self.meant.is_none() && self.least != StudySet::Nothing;
        let meant = if nothing { Some(self.least.clone()) } else { self.meant };
        PartValue::Between(Box::new(Self { meant, ..self }))
    }
}

impl PartValue {
    /// Just what an expression finds.
    pub(super) fn said(expr: Expr) -> Self {
        Self::Exact(StudySet::Found(expr))
    }

    /// Nothing is known of the part.
    pub(super) fn left_out() -> Self {
        Self::Between(Box::new(ValueBounds {
            least: StudySet::Nothing,
            most: StudySet::Everything,
            meant: None,
        }))
    }

    /// What is written finds more than was meant.
    pub(super) fn at_most(expr: Expr) -> Self {
        let most = StudySet::Found(expr);
        let meant = Some(most.clone());
        Self::Between(Box::new(ValueBounds { least: StudySet::Nothing, most, meant }))
    }

    /// What is written for it; `None` where nothing can be.
    pub(super) fn meant(&self) -> Option<&StudySet> {
        match self {
            Self::Exact(set) => Some(set),
            Self::Between(bounds) => bounds.meant.as_ref(),
            Self::Never => None,
        }
    }

    pub(super) fn is_left_out(&self) -> bool {
        self.meant().is_none()
    }

    pub(super) fn is_everything(&self) -> bool {
        *self == Self::Exact(StudySet::Everything)
    }

    pub(super) fn is_nothing(&self) -> bool {
        *self == Self::Exact(StudySet::Nothing)
    }

    /// The same with other expressions.
    pub(super) fn map(self, change: impl Fn(Expr) -> Expr) -> Self {
        match self {
            Self::Exact(set) => Self::Exact(set.map(&change)),
            Self::Between(bounds) => Self::Between(Box::new(ValueBounds {
                least: bounds.least.map(&change),
                most: bounds.most.map(&change),
                meant: bounds.meant.map(|meant| meant.map(&change)),
            })),
            Self::Never => Self::Never,
        }
    }

    /// The value of a line, for those that name it. What is written for it has
    /// its name; bounds that are long are given up, which widens them.
    pub(super) fn named(self, name: &Expr) -> Self {
        const LONGEST: usize = 2_000;
        let named = |set: StudySet| match set {
            StudySet::Found(_) => StudySet::Found(name.clone()),
            other => other,
        };
        match self {
            Self::Exact(set) => Self::Exact(named(set)),
            Self::Between(bounds) => {
                let ValueBounds { least, most, meant } = *bounds;
                let bound = |set: StudySet, far: StudySet| match set {
                    set if Some(&set) == meant.as_ref() => named(set),
                    StudySet::Found(expr) if expr.to_string().len() > LONGEST => far,
                    set => set,
                };
                let (least, most) =
                    (bound(least, StudySet::Nothing), bound(most, StudySet::Everything));
                Self::Between(Box::new(ValueBounds { least, most, meant: meant.map(named) }))
            }
            Self::Never => Self::Never,
        }
    }

    /// Its bounds; a limit to a kind of publication has none.
    pub(super) fn bounds(self) -> ValueBounds {
        match self {
            Self::Exact(set) => {
                ValueBounds { least: set.clone(), most: set.clone(), meant: Some(set) }
            }
            Self::Between(bounds) => *bounds,
            Self::Never => {
                ValueBounds { least: StudySet::Nothing, most: StudySet::Everything, meant: None }
            }
        }
    }

    /// The sets of parts that are all exact.
    fn exact(parts: Vec<Self>) -> Result<Vec<StudySet>, Vec<Self>> {
        if !parts.iter().all(|part| matches!(part, Self::Exact(_))) {
            return Err(parts);
        }
        let set = |part| match part {
            Self::Exact(set) => Some(set),
            _ => None,
        };
        Ok(parts.into_iter().filter_map(set).collect())
    }

    /// What all parts are.
    pub(super) fn all(parts: Vec<Self>) -> Self {
        let parts = match Self::exact(parts) {
            Ok(sets) => return Self::Exact(StudySet::all(sets.into_iter())),
            Err(parts) => parts,
        };
        if !parts.is_empty() && parts.iter().all(|part| *part == Self::Never) {
            return Self::Never;
        }
        let says = |part: &Self| !part.is_everything() && !part.is_left_out();
        let (left_out, says_something) =
            (parts.iter().any(Self::is_left_out), parts.iter().any(says));
        let parts: Vec<ValueBounds> = parts.into_iter().map(Self::bounds).collect();
        let meant = |part: &ValueBounds| part.meant.clone().unwrap_or_else(|| part.most.clone());
        let joined = ValueBounds {
            least: StudySet::all(parts.iter().map(|part| part.least.clone())),
            most: StudySet::all(parts.iter().map(|part| part.most.clone())),
            meant: (says_something || !left_out).then(|| StudySet::all(parts.iter().map(meant))),
        };
        joined.value()
    }

    /// What any of the parts is.
    pub(super) fn any(parts: Vec<Self>) -> Self {
        let mut parts = match Self::exact(parts) {
            Ok(sets) => return Self::Exact(StudySet::any(sets.into_iter())),
            Err(parts) => parts,
        };
        let any_never = parts.contains(&Self::Never);
        parts.retain(|part| *part != Self::Never && !part.is_nothing());
        if parts.is_empty() {
            return if any_never { Self::Never } else { Self::Exact(StudySet::Nothing) };
        }
        let left_out = parts.iter().all(Self::is_left_out);
        let parts: Vec<ValueBounds> = parts.into_iter().map(Self::bounds).collect();
        let meant = |part: &ValueBounds| part.meant.clone().unwrap_or_else(|| part.least.clone());
        let joined = ValueBounds {
            least: StudySet::any(parts.iter().map(|part| part.least.clone())),
            most: StudySet::any(parts.iter().map(|part| part.most.clone())),
            meant: (!left_out).then(|| StudySet::any(parts.iter().map(meant))),
        };
        joined.value()
    }

    /// What one part is without another.
    pub(super) fn except(self, without: Self) -> Self {
        if without == Self::Never || self == Self::Never {
            return self;
        }
        let says_nothing = self.is_left_out() || (self.is_everything() && without.is_left_out());
        let (kept, without) = (self.bounds(), without.bounds());
        let both =
            |kept: StudySet, without: StudySet| StudySet::all([kept, without.not()].into_iter());
        let meant = kept.meant.filter(|_| !says_nothing);
        let left = ValueBounds {
            meant: meant.map(|meant| both(meant, without.least.clone())),
            least: both(kept.least, without.most),
            most: both(kept.most, without.least),
        };
        left.value()
    }
}

#[cfg(test)]
mod tests;
