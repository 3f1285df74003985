//! Another name for something: why it is looked for, and what becomes of it.

/// Why another name is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SynonymKind {
    /// It means the same.
    Name,
    /// It is the name of something narrower.
    Narrower,
    /// Another form of the word.
    Form,
    /// What may be meant by a word that no study has.
    Spelling,
}

/// Another name for something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Synonym {
    /// Why it is looked for.
    pub kind: SynonymKind,
    /// As its source writes it, or in lower case.
    pub written: String,
    /// Its words as they are in the index.
    pub terms: Vec<String>,
    /// Where it is said that the two are the same.
    pub source: &'static str,
    /// Studies that say so; 0 where it is not studies that do.
    pub studies: u64,
    /// Studies that have it, where that was counted.
    pub found: Option<u64>,
}

/// What becomes of another name in a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameVerdict {
    /// It is looked for.
    Taken,
    /// It is, as another source has it, too.
    Repeated,
    /// It need not be: the words themselves are in it.
    FoundAnyway,
    /// No study has it.
    Absent,
    /// There are more names than are looked for, and this is not among the
    /// first.
    TooMany,
    /// It is a part of the name, or of what an abbreviation stands for, and may
    /// be broader.
    Broader,
    /// It is the name of a control, or says that there is none.
    Control,
    /// One of the two lists several things.
    Several,
    /// One of the two is of so few letters that it means many things.
    TooShort,
    /// The vocabulary has the two as different concepts.
    OtherConcept,
    /// Too few studies say so.
    Unsure,
    /// Of the studies that give one of the names another name, too few give
    /// it the other one.
    OneSided,
    /// Most studies that have it do not have the name: it means something
    /// else there.
    Elsewhere,
    /// It would bring in more studies than the name itself has, and no
    /// vocabulary says that the two are the same.
    Outnumbering,
}

impl NameVerdict {
    /// Whether it is doubted that the names mean the same.
    #[must_use]
    pub fn is_doubt(self) -> bool {
        self >= Self::Broader
    }
}

/// Another name, and what becomes of it.
#[derive(Debug, Clone)]
pub(crate) struct NameCandidate {
    pub(crate) synonym: Synonym,
    pub(crate) verdict: NameVerdict,
}

impl NameCandidate {
    pub(crate) fn taken(synonym: Synonym) -> Self {
        Self { synonym, verdict: NameVerdict::Taken }
    }
}
