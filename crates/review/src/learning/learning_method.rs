//! How decisions become a model.

/// How a model learns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LearningMethod {
    /// A linear support vector machine with squared hinge loss.
    #[default]
    Svm,
    /// Logistic regression.
    Logistic,
}

impl LearningMethod {
    /// Its name and the version of its parameters, which a model gives as its
    /// source.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Svm => "svm-1",
            Self::Logistic => "logistic-1",
        }
    }
}
