//! From a query and an index to ranked hits.

mod circle;
mod compile;
mod evidence;
mod explain;
mod explained_records;
mod facets;
mod feedback;
mod filtered;
mod found_hits;
mod hits;
mod inclusion;
mod lacking;
mod lexicon;
mod named;
mod names;
mod occurrences;
mod passages;
mod profile;
mod rank;
mod ranked_search;
pub mod receipt;
mod search_options;
mod searchable_index;
mod searchable_store;
mod site_distances;
mod sites;
mod slot_postings;
#[cfg(test)]
mod small;
mod steady;
mod stop;
mod stretch;
mod surfaces;
mod tilted;
mod unmet;
mod view;
mod windows;
mod wordings;

pub use explain::ScoreExplanation;
pub use explained_records::{ExplainedRecords, LearnedScores, ScoreOrigin};
pub use facets::{Facet, MINUTES_A_YEAR, record_values};
pub use found_hits::{FoundHits, HitCounts};
pub use hits::{Hit, Hits};
pub use inclusion::includes;
pub use lacking::MissingWords;
pub use named::{HitNames, WordNames};
pub use names::{doubtful, look_up, senses, short_forms};
pub use passages::{Passage, PassagePlace, Passages};
pub use profile::{Profile, ProfileStep, measured};
pub use ranked_search::search;
pub use search_options::{HitWindow, SearchOptions};
pub use searchable_index::{IndexHits, SearchableIndex};
pub use surfaces::stands_in;
pub use trialdex_plan::feedback::LearnedWord;
pub use trialdex_plan::wordings::OtherWording;
pub use trialdex_plan::{
    Abbreviation, AlsoName, AlsoSearched, ClauseMatching, Disclosure, FilterOmission, FunnelStep,
    InterpretedWords, KnownConcept, LookedUp, Model, NameVerdict, OtherName, PairOfNames, Sense,
    SenseChoice, ShortForm, Synonym, SynonymKind, WordMatches, look_up_without_index,
};
pub use unmet::unmet_parts;
pub use wordings::first_of_words;
