//! Turns words and flags of the command line into a search.

use std::path::Path;
use std::sync::Arc;

use clap::Args;

use trialdex_output::clean_line;
use trialdex_plan::{SearchRequest, UnderstoodSearch, UnderstoodStrategy};
use trialdex_query::dialect::Dialect;
use trialdex_query::{Filter, Parameter, PastedText, pasted};
use trialdex_session::AskedSearch;

use super::console::Console;
use super::dialect_flag::systems;
use super::failure::{Failure, flag, hint_of};
use super::input::{InputPurpose, read_text};
use super::ranking::{RankingArgs, own_of};
use super::strategy_file::{StrategyArgs, chosen};

/// Headings of help.
const AREAS: &str = "Search in one area (each takes an expression)";
const FILTERS: &str = "Filters (do not change the ranking)";

/// What to look for.
#[derive(Debug, Default, Args)]
pub(crate) struct QueryArgs {
    /// Words, "phrases", NCT numbers or an expression such as
    /// `sepsis AND AREA[Phase]PHASE3`; `-` reads it from standard input
    #[arg(value_name = "QUERY")]
    pub(crate) words: Vec<String>,
    /// System that the query is written for: `ovid`, `pubmed` and others, as in
    /// `trialdex translate` [default: trialdex]
    #[arg(long, value_name = "SYSTEM", value_parser = systems())]
    pub(crate) from: Option<Dialect>,
    /// Match studies with any of the words instead of all
    #[arg(long)]
    pub(crate) any: bool,
    /// Area or field to search, such as `BasicSearch` [default: Words]
    #[arg(long, value_name = "AREA")]
    pub(crate) area: Option<String>,
    #[command(flatten)]
    pub(crate) parameters: ParameterArgs,
    #[command(flatten)]
    pub(crate) filters: FilterArgs,
    #[command(flatten)]
    pub(crate) ranking: RankingArgs,
}

/// Expressions in areas of their own, as on the registry's site.
#[derive(Debug, Default, Args)]
pub(crate) struct ParameterArgs {
    /// Condition or disease
    #[arg(long, value_name = "EXPR", help_heading = AREAS)]
    cond: Vec<String>,
    /// Other terms, like the search box of the site
    #[arg(long, value_name = "EXPR", help_heading = AREAS)]
    term: Vec<String>,
    /// Intervention or treatment
    #[arg(long, value_name = "EXPR", help_heading = AREAS)]
    intr: Vec<String>,
    /// Title or acronym
    #[arg(long, value_name = "EXPR", help_heading = AREAS)]
    titles: Vec<String>,
    /// Outcome measure
    #[arg(long, value_name = "EXPR", help_heading = AREAS)]
    outc: Vec<String>,
    /// Sponsor or collaborator
    #[arg(long, value_name = "EXPR", help_heading = AREAS)]
    spons: Vec<String>,
    /// Lead sponsor
    #[arg(long, value_name = "EXPR", help_heading = AREAS)]
    lead: Vec<String>,
    /// Numbers of a study, NCT and others
    #[arg(long, value_name = "EXPR", help_heading = AREAS)]
    id: Vec<String>,
    /// Location of the sites
    #[arg(long, value_name = "EXPR", help_heading = AREAS)]
    locn: Vec<String>,
    /// The site's area for patients; or a patient's record, any of whose words
    /// may match: its text, a file, or `-` for standard input
    #[arg(long, value_name = "EXPR|FILE", help_heading = AREAS)]
    patient: Vec<String>,
}

/// What hits must also match, without an effect on their rank.
#[derive(Debug, Default, Args)]
pub(crate) struct FilterArgs {
    /// Recruitment status, such as `recruiting,completed`
    #[arg(long, value_name = "LIST", help_heading = FILTERS)]
    status: Vec<String>,
    /// Phase, such as `2,3`, `1/2` (both at once), `early 1` or `NA`
    #[arg(long, value_name = "LIST", help_heading = FILTERS)]
    phase: Vec<String>,
    /// Study type: interventional, observational, expanded access
    #[arg(long = "type", value_name = "LIST", help_heading = FILTERS)]
    study_type: Vec<String>,
    /// Sex that the study admits: `female`, `male`; without studies for all
    /// sexes: `only-female`, `only-male`
    #[arg(long, value_name = "LIST", help_heading = FILTERS)]
    sex: Vec<String>,
    /// Age that the study admits, such as `30`, `6 months` or `older`; any age
    /// of a range such as `65+` or `65-80`
    #[arg(long, value_name = "AGE", allow_hyphen_values = true, help_heading = FILTERS)]
    age: Vec<String>,
    /// `with` or `without` posted results
    #[arg(long, value_name = "WHICH", help_heading = FILTERS)]
    results: Vec<String>,
    /// Countries of the sites, by name or ISO code, or regions, such as
    /// `DE,France` or `europe`
    #[arg(long, value_name = "LIST", help_heading = FILTERS)]
    country: Vec<String>,
    /// Sites within a distance, such as `42.36,-71.06,50mi`
    #[arg(long, value_name = "LAT,LON,RADIUS", allow_hyphen_values = true, help_heading = FILTERS)]
    geo: Vec<String>,
    /// NCT numbers
    #[arg(long, value_name = "LIST", help_heading = FILTERS)]
    ids: Vec<String>,
    /// An expression
    #[arg(long, value_name = "EXPR", help_heading = FILTERS)]
    filter: Vec<String>,
    /// Keep studies without a value in the filtered field
    #[arg(long, help_heading = FILTERS)]
    include_missing: bool,
    /// The site's short filters, such as `phase:2 3,status:rec`
    #[arg(long, value_name = "PAIRS", help_heading = FILTERS)]
    agg: Vec<String>,
}

impl QueryArgs {
    /// The plain words and what they are asked of, where there are any; a
    /// patient's record that was pasted is asked of the area for patients.
    pub(crate) fn words(&self) -> Result<Option<(Parameter, String)>, Failure> {
        if self.words.is_empty() {
            return Ok(None);
        }
        let words = typed(&self.words)?;
        Ok(Some((parameter_of_words(&words)?, words)))
    }

    /// What is asked with words and flags.
    pub(crate) fn request(&self) -> Result<SearchRequest, Failure> {
        let words = self.words()?;
        let mut search = self.flags()?;
        search.request.queries.splice(0..0, words);
        Ok(search)
    }

    /// What is asked with flags.
    pub(crate) fn flags(&self) -> Result<SearchRequest, Failure> {
        let mut search = self.ranking.request(self.any);
        let request = &mut search.request;
        request.from = self.from;
        request.area.clone_from(&self.area);
        request.include_missing = self.filters.include_missing;
        for (parameter, values) in self.parameters.values() {
            for value in values {
                let patient = parameter == Parameter::Patient;
                let value = if patient { patient_record(value)? } else { value.clone() };
                request.queries.push((parameter, value));
            }
        }
        for (filter, values) in self.filters.values() {
            request.filters.extend(values.iter().map(|value| (filter, value.clone())));
        }
        Ok(search)
    }
}

impl ParameterArgs {
    fn values(&self) -> [(Parameter, &[String]); 10] {
        [
            (Parameter::Condition, &self.cond),
            (Parameter::Term, &self.term),
            (Parameter::Intervention, &self.intr),
            (Parameter::Titles, &self.titles),
            (Parameter::Outcome, &self.outc),
            (Parameter::Sponsor, &self.spons),
            (Parameter::Lead, &self.lead),
            (Parameter::Id, &self.id),
            (Parameter::Location, &self.locn),
            (Parameter::Patient, &self.patient),
        ]
    }
}

impl FilterArgs {
    fn values(&self) -> [(Filter, &[String]); 11] {
        [
            (Filter::Status, &self.status),
            (Filter::Phase, &self.phase),
            (Filter::Type, &self.study_type),
            (Filter::Sex, &self.sex),
            (Filter::Age, &self.age),
            (Filter::Results, &self.results),
            (Filter::Country, &self.country),
            (Filter::Geo, &self.geo),
            (Filter::Ids, &self.ids),
            (Filter::Expression, &self.filter),
            (Filter::Agg, &self.agg),
        ]
    }
}

/// The words as one text; a word with blanks in it was quoted in the shell
/// and is taken as it is.
fn typed(words: &[String]) -> Result<String, Failure> {
    if words != ["-"] {
        return Ok(words.join(" "));
    }
    Ok(read_text(Path::new("-"), InputPurpose::Query)?.trim().to_owned())
}

/// What plain words are asked of: a patient's record that was pasted, of the
/// area for patients.
fn parameter_of_words(words: &str) -> Result<Parameter, Failure> {
    match pasted(words) {
        PastedText::Words => Ok(Parameter::Words),
        PastedText::Record => Ok(Parameter::Patient),
        PastedText::Unclear => {
            Err(Failure::new("sentences are looked for as a patient's record or not at all").hint(
                "type `--patient FILE`, or `--patient -` for standard input, for a patient's \
                 record; for a search type words, with operators in capitals",
            ))
        }
    }
}

/// Endings of files that a patient's record may be in.
const RECORDS: [&str; 5] = [".txt", ".text", ".md", ".rtf", ".note"];

/// What is typed after `--patient`: a text, a file with one, or `-`. The name
/// of a file has a dot or a slash in it.
fn patient_record(value: &str) -> Result<String, Failure> {
    if value == "-" {
        return typed(&["-".to_owned()]);
    }
    let path = Path::new(value);
    let may_be_file = value.contains(['.', '/', '\\']);
    if may_be_file && path.is_file() {
        return Ok(read_text(path, InputPurpose::Query)?.trim().to_owned());
    }
    let one_word = !value.contains(char::is_whitespace);
    if one_word && RECORDS.iter().any(|ending| value.to_lowercase().ends_with(ending)) {
        return Err(Failure::new(format!("{value}: no such file"))
            .hint("name a file with a patient's record, or `-` for standard input"));
    }
    Ok(value.to_owned())
}

/// What is typed, understood; says on standard error what may have another
/// meaning.
pub(crate) fn typed_search(
    console: &Console,
    arguments: &QueryArgs,
    strategy: &StrategyArgs,
    sort: &[String],
) -> Result<AskedSearch, Failure> {
    let mut search = arguments.request()?;
    search.strategy.clone_from(&strategy.strategy);
    search.sort = sort.to_vec();
    let asked = asked(search)?;
    say_remarks(console, &asked);
    Ok(asked)
}

/// A search as data, understood; a strategy is read from its file.
pub(crate) fn asked(search: SearchRequest) -> Result<AskedSearch, Failure> {
    let Some(typed) = search.strategy.clone() else {
        return with_files(search.understand()?);
    };
    let (strategy, line) = chosen(&typed, &search.request)?;
    asked_line(&Arc::new(strategy), line, search)
}

/// A line of a strategy that is read already.
pub(crate) fn asked_line(
    strategy: &Arc<UnderstoodStrategy>,
    line: u32,
    search: SearchRequest,
) -> Result<AskedSearch, Failure> {
    with_files(search.understand_line(strategy, line)?)
}

/// A search that is understood already, with the synonyms of the file that it
/// names.
pub(crate) fn with_files(mut search: UnderstoodSearch) -> Result<AskedSearch, Failure> {
    let own = own_of(&search.request)?;
    search.understood = search.understood.spelled(flag);
    Ok(AskedSearch::new(search, own.map(Arc::new))?)
}

/// Says on standard error what may be meant otherwise.
pub(crate) fn say_remarks(console: &Console, asked: &AskedSearch) {
    for remark in &asked.search.understood.remarks {
        let place = &remark.typed[remark.notice.span.clone()];
        let (message, hint) = (&remark.notice.message, hint_of(&remark.notice, &remark.typed));
        console.say(&clean_line(&format!("note: `{place}`: {message}; {hint}")));
    }
}
