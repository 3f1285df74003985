//! The columns of a sheet that decisions are read from.

use std::collections::{HashMap, HashSet};

use crate::exchange::scale::DecisionScale;

/// Decisions of one reviewer: of its columns, the first that says something.
#[derive(Debug)]
pub(super) struct ReviewerColumns {
    pub(super) reviewer: Option<String>,
    pub(super) columns: Vec<(usize, DecisionScale)>,
    /// Columns of reasons, the first that says something.
    pub(super) reasons: Vec<usize>,
    /// Columns of several people, which count where none of those above says
    /// anything and all of them say the same: nobody had to decide.
    pub(super) agreeing: Vec<(usize, DecisionScale)>,
}

/// What the columns of a sheet are used for.
#[derive(Default)]
pub(super) struct ColumnPlan {
    /// All decisions are in one column, as this program writes them.
    pub(super) own: bool,
    pub(super) groups: Vec<ReviewerColumns>,
    /// The groups that read a column, each with the place of the column among
    /// those of its decisions.
    pub(super) readers: HashMap<usize, Vec<(usize, Option<usize>)>>,
    /// Columns that are read as decisions, and are not used.
    pub(super) passed_over: HashSet<usize>,
    pub(super) reasons: HashSet<usize>,
}

/// The cells of a row by their columns.
pub(super) type RowCells<'a> = HashMap<usize, Vec<&'a str>>;
