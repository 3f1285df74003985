//! Who asks a cluster, whom to trust, and what is said where it does not answer.

use trialdex_cluster::{Access, AddressError, ClusterError, Credentials};
use trialdex_engine::index::IndexError;

use super::failure::Failure;

/// The user that a cluster is asked as.
const USER: &str = "TRIALDEX_CLUSTER_USER";

/// The file with the user's password.
const PASSWORD_FILE: &str = "TRIALDEX_CLUSTER_PASSWORD_FILE";

/// The file with a key of the API, in place of user and password.
const KEY_FILE: &str = "TRIALDEX_CLUSTER_API_KEY_FILE";

/// The file with the certificates of one's own authority.
const AUTHORITY: &str = "TRIALDEX_CLUSTER_CA";

/// Plain HTTP to other machines is allowed, where this is `1`.
const INSECURE: &str = "TRIALDEX_CLUSTER_INSECURE";

/// Who asks, and whom to trust, by the environment.
pub(crate) fn access() -> Result<Access, Failure> {
    let named = |variable| std::env::var(variable).ok().filter(|value| !value.is_empty());
    let secret = |variable, file: &str| -> Result<String, Failure> {
        let secret = String::from_utf8(content(variable, file)?)
            .map_err(|_| Failure::new(format!("{variable}: {file}: is no text")))?;
        Ok(secret.trim_end_matches(['\r', '\n']).to_owned())
    };
    let credentials = match (named(USER), named(PASSWORD_FILE), named(KEY_FILE)) {
        (Some(_), _, Some(_)) => {
            return Err(Failure::new(format!("{USER} and {KEY_FILE} are both set"))
                .hint("set the one or the other"));
        }
        (Some(_), None, None) => {
            return Err(Failure::new(format!("{USER} is set, and {PASSWORD_FILE} is not"))
                .hint(format!("name the file with the password: {PASSWORD_FILE}=FILE")));
        }
        (Some(name), Some(file), None) => {
            Some(Credentials::User { name, password: secret(PASSWORD_FILE, &file)? })
        }
        (None, _, Some(file)) => Some(Credentials::Key(secret(KEY_FILE, &file)?)),
        (None, _, None) => None,
    };
    let authorities = named(AUTHORITY).map(|file| content(AUTHORITY, &file)).transpose()?;
    Ok(Access { credentials, authorities, insecure: named(INSECURE).as_deref() == Some("1") })
}

/// What is in the file that a variable names.
fn content(variable: &str, file: &str) -> Result<Vec<u8>, Failure> {
    std::fs::read(file).map_err(|error| Failure::new(format!("{variable}: {file}: {error}")))
}

impl From<AddressError> for Failure {
    fn from(error: AddressError) -> Self {
        let failure = Self::new(error.to_string());
        match error {
            AddressError::Password => failure.hint(format!(
                "{USER} names the user, and {PASSWORD_FILE} a file with the password"
            )),
            AddressError::Plain(_) => failure.hint(format!(
                "begin it with `https://`; {INSECURE}=1 allows plain HTTP to other machines"
            )),
            AddressError::Shape(_) | AddressError::Name(_) => failure.hint(
                "type scheme, host, port and a name in small letters, such as \
                 `https://search.example.org:9200/ctgov`",
            ),
        }
    }
}

impl From<ClusterError> for Failure {
    fn from(error: ClusterError) -> Self {
        if let ClusterError::Directory(error) = error {
            return error.into();
        }
        let failure = Self::new(error.to_string());
        match error {
            ClusterError::Unreachable { .. } => {
                failure.hint("see whether the cluster runs, and whether the address is right")
            }
            ClusterError::Refused { status: 401 | 403, .. } => failure.hint(format!(
                "{USER} names the user, and {PASSWORD_FILE} a file with the password; or {KEY_FILE} \
                 names a file with a key"
            )),
            ClusterError::Authority(_) => failure
                .hint(format!("{AUTHORITY} names a file with certificates in the form of PEM")),
            ClusterError::Missing(address) => {
                failure.hint(format!("build one with `trialdex index PATH --index {address}`"))
            }
            ClusterError::Foreign(_) => failure.hint(
                "index the sources under another name: `trialdex index PATH --index ADDRESS`",
            ),
            ClusterError::WithoutOrigins(_) => failure.hint(
                "an earlier trialdex made it; index the sources under another name: `trialdex index \
                 PATH --index ADDRESS`",
            ),
            ClusterError::OtherFormat { .. } | ClusterError::OtherFields(_) => failure
                .hint("index the sources once more: `trialdex index PATH --index ADDRESS`"),
            ClusterError::Unable { server, .. } => failure.hint(format!(
                "see which machines are away or have too much to do: `curl {server}/_cat/health`, \
                 `curl {server}/_cat/nodes`"
            )),
            ClusterError::Blocked { .. } | ClusterError::Unplaced { .. } => failure.hint(
                "make room on the disks of the cluster, or add a machine, and run `trialdex index` \
                 again; the name stands for what it stood for",
            ),
            ClusterError::NotTaken { .. } => failure.hint(
                "see whether all machines of the cluster run, and run `trialdex index` again; the \
                 name stands for what it stood for",
            ),
            ClusterError::Gone(_) => {
                failure.hint("run it again: the name stands for another version now")
            }
            ClusterError::Overtaken { .. } => failure.hint(
                "let one run at a time write to a name, and run `trialdex index` again if it has \
                 other studies",
            ),
            ClusterError::Partial { .. } => failure
                .hint("see which machines of the cluster are away; no answer is given from a part"),
            ClusterError::Unequal { .. } => {
                failure.hint("the name stands for what it stood for; run `trialdex index` again")
            }
            ClusterError::NotYet(_) => failure.hint(
                "index the sources into a directory for it: `trialdex index PATH --index DIR`",
            ),
            ClusterError::Plan(_) => {
                failure.hint("type more letters before `*`, or ask for the parts one by one")
            }
            ClusterError::Stopped => IndexError::Stopped.into(),
            ClusterError::Refused { .. }
            | ClusterError::Unreadable { .. }
            | ClusterError::Directory(_) => failure,
        }
    }
}
