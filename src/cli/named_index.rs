//! The index that is named: a directory, or an address on a cluster.

use std::path::Path;

#[cfg(feature = "cluster")]
use trialdex_cluster::{Access, Address, Client, ClusterIndex};
use trialdex_session::{AnyError, AnyIndex};

use super::build::open_or_build as directory;
#[cfg(feature = "cluster")]
use super::cluster_access::access;
use super::console::Console;
use super::failure::Failure;

/// What an address begins with.
const SCHEMES: [&str; 2] = ["http://", "https://"];

/// The address of an index; `None` where it is in a directory.
pub(crate) fn address_of(index: &Path) -> Option<&str> {
    index.to_str().filter(|text| SCHEMES.iter().any(|scheme| text.starts_with(scheme)))
}

/// Opens an index.
pub(crate) fn open(index: &Path) -> Result<AnyIndex, Failure> {
    match address_of(index) {
        Some(address) => opener(address)?().map_err(Failure::from),
        None => Ok(AnyIndex::in_directory(index)?),
    }
}

/// Opens an index; where there is no directory of that name but there is a `./corpus`, builds it.
pub(crate) fn open_or_build(console: &Console, index: &Path) -> Result<AnyIndex, Failure> {
    match address_of(index) {
        Some(_) => open(index),
        None => Ok(directory(console, index)?.into()),
    }
}

/// Opens the latest state of an index whenever it is asked to.
pub(crate) type Opener = Box<dyn Fn() -> Result<AnyIndex, AnyError> + Send + Sync>;

/// What opens an index, again and again.
pub(crate) fn opener_of(index: &Path) -> Result<Opener, Failure> {
    if let Some(address) = address_of(index) {
        return opener(address);
    }
    let directory = index.to_owned();
    Ok(Box::new(move || AnyIndex::in_directory(&directory)))
}

#[cfg(feature = "cluster")]
fn opener(address: &str) -> Result<Opener, Failure> {
    let (address, access) = addressed(address)?;
    Ok(Box::new(move || {
        let client = Client::new(&address, &access)?;
        Ok(ClusterIndex::open(address.clone(), client)?.into())
    }))
}

/// An address, and who asks there.
#[cfg(feature = "cluster")]
pub(crate) fn addressed(address: &str) -> Result<(Address, Access), Failure> {
    let access = access()?;
    Ok((Address::parse(address, access.insecure)?, access))
}

#[cfg(not(feature = "cluster"))]
fn opener(_: &str) -> Result<Opener, Failure> {
    Err(without_clusters())
}

/// Refuses an address.
#[cfg(not(feature = "cluster"))]
pub(crate) fn without_clusters() -> Failure {
    Failure::new("this trialdex is built without indexes on a cluster")
        .hint("name a directory with `--index`, or build trialdex with the feature `cluster`")
}
