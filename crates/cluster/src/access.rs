//! Who asks a cluster, and what is trusted.

use std::fmt;

/// Who asks, whom to trust, and whether a connection may be plain.
#[derive(Debug, Clone, Default)]
pub struct Access {
    /// Sent with every request.
    pub credentials: Option<Credentials>,
    /// Certificates of authorities in the form of PEM, which are trusted in place of those that
    /// browsers know.
    pub authorities: Option<Vec<u8>>,
    /// Plain HTTP is allowed to other machines than this one.
    pub insecure: bool,
}

/// What shows who asks.
#[derive(Clone)]
pub enum Credentials {
    /// A user.
    User {
        /// Its name.
        name: String,
        /// Its password.
        password: String,
    },
    /// A key of an API, as it is sent, or as its name and its secret with a colon between.
    Key(String),
}

impl fmt::Debug for Credentials {
    /// Without what is secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User { name, .. } => f.debug_struct("User").field("name", name).finish(),
            Self::Key(_) => f.write_str("Key"),
        }
    }
}
