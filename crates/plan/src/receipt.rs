//! What a search gave, written down so that anybody can run it again.
//!
//! PRISMA-S (Rethlefsen et al., Systematic Reviews 2021; 10:39) asks for the
//! strategy exactly as run, its limits, the date and the number of records. A
//! receipt has those, and the records themselves by number and digest.
//!
//! An engine writes a receipt, and compares it with what it finds later; what a
//! receipt says needs none.

mod recorded_search;
mod replay;
#[cfg(test)]
pub(crate) mod tests;

pub use self::recorded_search::{Contents, Kept, Receipt, ReceiptError, SCHEMA, VocabularyUsed};
pub use self::replay::{ReadingChange, ReplayedSearch};
pub use crate::used_strategy::{LeftOutLine, UsedLine, UsedStrategy};
