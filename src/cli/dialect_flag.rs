//! The flag that says which system a text is written for.

use std::path::Path;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use trialdex_query::dialect::{Dialect, guess};

use super::failure::Failure;

/// Databases that are asked for by their names, and their systems.
const DATABASES: [(&str, Dialect); 3] =
    [("central", Dialect::Cochrane), ("cinahl", Dialect::Ebsco), ("lilacs", Dialect::Bvs)];

/// The values of the flag.
pub(crate) fn systems() -> impl TypedValueParser<Value = Dialect> {
    let values = Dialect::ALL.map(|system| {
        let databases = DATABASES.iter().filter(|(_, of)| *of == system).map(|(name, _)| *name);
        PossibleValue::new(system.key()).aliases(databases)
    });
    PossibleValuesParser::new(values).try_map(|name| {
        let database = DATABASES.iter().find(|(known, _)| *known == name);
        let system = database.map(|(_, system)| *system).or_else(|| Dialect::of_key(&name));
        system.ok_or("no such system")
    })
}

pub(crate) fn keys() -> String {
    let keys = Dialect::ALL.iter().map(|dialect| format!("`--from {}`", dialect.key()));
    keys.collect::<Vec<_>>().join(", ")
}

/// Refuses a file that is written for another system.
pub(crate) fn refuse_foreign(path: &Path, text: &str) -> Result<(), Failure> {
    let Some(dialect) = guess(text) else { return Ok(()) };
    let (path, name, key) = (path.display(), dialect.name(), dialect.key());
    Err(Failure::new(format!("{path}: this is written for {name}")).hint(format!(
        "type `--from {key}`; `trialdex translate {path} --from {key}` shows it in our language"
    )))
}
