//! `trialdex translate`

use std::io::Write;
use std::path::Path;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use serde_json::json;

use trialdex_output::clean_line;
use trialdex_query::dialect::{Dialect, Translation, guess, or_else, system_named, translate};

use super::args::{ReportFormat, TranslateArgs};
use super::input::{InputPurpose, read_text};
use super::strategy_file::wrong_lines;
use super::{CommandOutcome, Console, Failure};

pub(crate) fn run(console: &mut Console, arguments: &TranslateArgs) -> super::Result {
    let text = read_text(&arguments.file, InputPurpose::List)?;
    let dialect = match arguments.from {
        Some(dialect) => dialect,
        None => guessed(console, &arguments.file, &text)?,
    };
    let translation = translate(&text, dialect);
    match arguments.format {
        ReportFormat::Text => {
            for line in translation.text().lines() {
                writeln!(console.out, "{}", clean_line(line))?;
            }
        }
        ReportFormat::Json => writeln!(console.out, "{}", as_json(&translation))?,
    }
    console.out.flush()?;
    let refused = translation.refused();
    if !refused.is_empty() {
        return Err(wrong_lines(&arguments.file, refused));
    }
    let says_something = translation.lines.iter().any(|line| line.translated.is_some());
    Ok(if says_something { CommandOutcome::Done } else { CommandOutcome::NothingFound })
}

/// The system that a text seems to be written for, for a message.
fn guessed(console: &Console, path: &Path, text: &str) -> Result<Dialect, Failure> {
    let Some(dialect) = guess(text).or_else(|| system_named(text)) else {
        let message = format!("{}: nothing shows what it is written for", path.display());
        return Err(Failure::new(message).hint(format!("type one of {}", keys())));
    };
    let name = dialect.name();
    console.say(&match or_else(text, dialect) {
        Some(other) => {
            let (key, other) = (other.key(), other.name());
            format!("read as written for {name}, or {other}: `--from {key}` says the other")
        }
        None => format!("read as written for {name}; `--from` names another system"),
    });
    Ok(dialect)
}

fn keys() -> String {
    let keys = Dialect::ALL.iter().map(|dialect| format!("`--from {}`", dialect.key()));
    keys.collect::<Vec<_>>().join(", ")
}

/// The flag that says what words or a strategy are written for.
pub(crate) const FROM: &str = "--from";

/// The flag with its value.
pub(crate) fn from_pair(from: Dialect) -> (String, String) {
    (FROM.to_owned(), from.key().to_owned())
}

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

/// What a value of the flag says.
pub(crate) fn dialect_of(key: &str) -> Result<Dialect, Failure> {
    Dialect::of_key(key).ok_or_else(|| {
        Failure::new(format!("`{key}` is no system that is known"))
            .hint(format!("type one of {}", keys()))
    })
}

/// Refuses a file that is written for another system.
pub(crate) fn refuse_foreign(path: &Path, text: &str) -> Result<(), Failure> {
    let Some(dialect) = guess(text) else { return Ok(()) };
    let (path, name, key) = (path.display(), dialect.name(), dialect.key());
    Err(Failure::new(format!("{path}: this is written for {name}")).hint(format!(
        "type `--from {key}`; `trialdex translate {path} --from {key}` shows it in our language"
    )))
}

fn as_json(translation: &Translation) -> serde_json::Value {
    let lines = translation.lines.iter().map(|line| {
        json!({
            "line": line.number,
            "at": line.at,
            "typed": line.typed,
            "translated": line.translated,
            "remarks": line.remarks,
            "refused": line.refused.as_ref().map(|found| &found.message),
        })
    });
    let passed_over = translation
        .passed_over
        .iter()
        .map(|passed| json!({"at": passed.at, "typed": passed.typed, "why": passed.why}));
    json!({
        "schema": "trialdex.translation.v1",
        "from": translation.dialect.key(),
        "lines": lines.collect::<Vec<_>>(),
        "passedOver": passed_over.collect::<Vec<_>>(),
        "expression": translation.expression(),
    })
}
