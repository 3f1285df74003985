//! How many clauses of a query a study has to have.

use trialdex_query::UnderstoodRequest;

/// How many of a query's clauses a study has to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClauseMatching {
    /// All.
    All,
    /// All; where no study has all, as many as any study has.
    Closest,
    /// At least one.
    Any,
}

impl ClauseMatching {
    /// Studies with fewer of the words than all are for plain words alone: an
    /// expression finds what it says, or nothing.
    #[must_use]
    pub fn of(understood: &UnderstoodRequest) -> Self {
        if understood.plain_words { Self::Closest } else { Self::All }
    }
}
