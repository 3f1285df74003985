//! What was found out about names, remembered.
//!
//! Which names mean the same follows from an index, a vocabulary and the
//! user's own list, none of which changes while an index is open.

use std::fmt;
use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

use lru::LruCache;

use crate::error::PlanResult;
use crate::name_candidate::Synonym;

/// Names that are remembered at most, with all that is said of each.
const MOST: NonZeroUsize = NonZeroUsize::new(2_000).expect("some names");

/// What was asked of names: the ways of writing one, the words beside it, and
/// the digest of the user's own list.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct NameQuestion {
    pub(crate) asked: NameAspect,
    pub(crate) ways: Vec<Vec<String>>,
    pub(crate) context: Vec<String>,
    pub(crate) own: Option<String>,
}

/// What is asked of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum NameAspect {
    /// What it is also called.
    Synonyms,
    /// What is narrower.
    Narrower,
}

/// Other names, and whether there are more.
pub(crate) type FoundNames = (Vec<Synonym>, bool);

/// What was found out about names in one state of an index.
pub struct NameMemory(Mutex<LruCache<NameQuestion, FoundNames>>);

impl Default for NameMemory {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(MOST)))
    }
}

impl fmt::Debug for NameMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NameMemory").finish_non_exhaustive()
    }
}

impl NameMemory {
    /// The answer to a question, remembered or `found` now.
    pub(crate) fn get_or_find(
        &self,
        question: NameQuestion,
        find: impl FnOnce() -> PlanResult<FoundNames>,
    ) -> PlanResult<FoundNames> {
        if let Some(known) = self.names().get(&question) {
            return Ok(known.clone());
        }
        let found = find()?;
        self.names().put(question, found.clone());
        Ok(found)
    }

    fn names(&self) -> std::sync::MutexGuard<'_, LruCache<NameQuestion, FoundNames>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
