//! Why a cluster does not do what it is asked.

use trialdex_plan::PlanError;

/// Why a cluster does not do what it is asked.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// It cannot be reached, or does not answer in time, again and again.
    #[error("{server} does not answer: {problem}")]
    Unreachable {
        /// Scheme, host and port.
        server: String,
        /// What happened at the last attempt.
        problem: String,
    },
    /// It answers, and cannot do what it is asked, again and again.
    #[error("{server} cannot do it now ({status}): {problem}")]
    Unable {
        /// Scheme, host and port.
        server: String,
        /// The status of its last answer.
        status: u16,
        /// What it says.
        problem: String,
    },
    /// It takes nothing: a disk is full, or somebody has blocked it.
    #[error("{place} takes no studies: {problem}")]
    Blocked {
        /// The server or the index.
        place: String,
        /// What it says.
        problem: String,
    },
    /// No machine has room for a version.
    #[error("no machine of the cluster takes {index}: {problem}")]
    Unplaced {
        /// The engine's index.
        index: String,
        /// What it says.
        problem: String,
    },
    /// Some of many documents are not taken, again and again.
    #[error("{left} documents of {index} are not taken: {problem}")]
    NotTaken {
        /// The engine's index.
        index: String,
        /// Documents of the last request.
        left: usize,
        /// What it says of one of them.
        problem: String,
    },
    /// The version was removed meanwhile.
    #[error("{0} was removed while it was in use")]
    Gone(String),
    /// Another run has let the name stand for its version.
    #[error("another run has sent a version of {name} meanwhile, and {index} is not used")]
    Overtaken {
        /// The version that is not used.
        index: String,
        /// The name.
        name: String,
    },
    /// The certificates of one's own authority cannot be read.
    #[error("the certificates of the authority cannot be read: {0}")]
    Authority(String),
    /// It refuses a request.
    #[error("{server} refuses a request ({status}): {problem}")]
    Refused {
        /// Scheme, host and port.
        server: String,
        /// The status of its answer.
        status: u16,
        /// What it says.
        problem: String,
    },
    /// It answers from a part of the studies.
    #[error("{index} cannot be searched as a whole: {problem}")]
    Partial {
        /// The version that was asked.
        index: String,
        /// What is missing.
        problem: String,
    },
    /// It answers in a shape that is not known.
    #[error("{index} gives an answer that cannot be read: {problem}")]
    Unreadable {
        /// The version that was asked.
        index: String,
        /// What is wrong.
        problem: String,
    },
    /// There is no index of that name.
    #[error("there is no index {0}")]
    Missing(String),
    /// The name is that of an index which this program has not made.
    #[error("{0} is an index that trialdex has not made")]
    Foreign(String),
    /// It was made by a program with another layout.
    #[error("{index} has format {found}, and this program reads format {known}")]
    OtherFormat {
        /// The version.
        index: String,
        /// Its format.
        found: u64,
        /// The format of this program.
        known: u32,
    },
    /// Its fields are those of another program.
    #[error("{0} has other fields than this program reads")]
    OtherFields(String),
    /// It does not say where its studies are from.
    #[error("{0} does not say where its studies are from, and what could not be read")]
    WithoutOrigins(String),
    /// What arrived is not what was sent.
    #[error("{index} does not hold what was sent: {problem}")]
    Unequal {
        /// The version.
        index: String,
        /// What differs.
        problem: String,
    },
    /// Somebody asked to stop.
    #[error("the search was stopped")]
    Stopped,
    /// A cluster is not asked this yet.
    #[error("{0} on a cluster")]
    NotYet(String),
    /// The search looks at too much, or names cannot be looked up.
    #[error(transparent)]
    Plan(PlanError),
    /// The index in a directory that is sent cannot be read.
    #[error(transparent)]
    Directory(#[from] trialdex_engine::index::IndexError),
}

impl From<PlanError> for ClusterError {
    /// What went wrong on the cluster while a plan was made is said as itself.
    fn from(error: PlanError) -> Self {
        match error {
            PlanError::Lexicon(inner) => match inner.downcast::<Self>() {
                Ok(own) => *own,
                Err(other) => Self::Plan(PlanError::Lexicon(other)),
            },
            other => Self::Plan(other),
        }
    }
}

impl From<ClusterError> for PlanError {
    fn from(error: ClusterError) -> Self {
        match error {
            ClusterError::Plan(error) => error,
            error => Self::Lexicon(Box::new(error)),
        }
    }
}
