//! Turns words and flags of the command line into a query.

use std::fmt;
use std::path::Path;
use std::rc::Rc;

use clap::Args;

use trialdex_engine::search::receipt::{Receipt, UsedStrategy};
use trialdex_engine::search::{ClauseMatching, Disclosure, Hits, Model, SearchOptions};
use trialdex_output::clean_line;
use trialdex_query::dialect::Dialect;
use trialdex_query::meaning::SearchTarget;
use trialdex_query::{
    Diagnostic, Filter, LanguageVersion, Parameter, PastedText, Request, RequestRemark, SortKey,
    UnderstoodRequest, pasted, plain_request, sort_order,
};
use trialdex_text::vocabulary::OwnSynonyms;

use super::console::Console;
use super::dialect_flag::{FROM, dialect_of, from_pair, systems};
use super::failure::{Failure, hint_of};
use super::input::{InputPurpose, read_text};
use super::ranking::RankingArgs;
use super::strategy_file::{StrategyArgs, StrategyFile, chosen};

/// The flag that names a line of a strategy.
pub(crate) const STRATEGY: &str = "--strategy";

/// The flag that takes in studies without a value of what is filtered by.
const INCLUDE_MISSING: &str = "--include-missing";

/// The flag of `batch` that says what its queries are, and its values.
pub(crate) const AS: &str = "--as";
pub(crate) const EXPRESSIONS: &str = "expressions";
pub(crate) const WORDS: &str = "words";

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
    /// The plain words as a pair without a flag, where there are any; a
    /// patient's record that was pasted is one of `--patient`.
    pub(crate) fn words(&self) -> Result<Option<(String, String)>, Failure> {
        if self.words.is_empty() {
            return Ok(None);
        }
        let words = typed(&self.words)?;
        Ok(Some((flag_of_words(&words)?.to_owned(), words)))
    }

    /// What else was typed: pairs of flag and value.
    pub(crate) fn flags(&self) -> Result<Vec<(String, String)>, Failure> {
        let mut pairs = Vec::new();
        let (parameters, filters) = (&self.parameters, &self.filters);
        let values: [(&str, &[String]); 21] = [
            ("--cond", &parameters.cond),
            ("--term", &parameters.term),
            ("--intr", &parameters.intr),
            ("--titles", &parameters.titles),
            ("--outc", &parameters.outc),
            ("--spons", &parameters.spons),
            ("--lead", &parameters.lead),
            ("--id", &parameters.id),
            ("--locn", &parameters.locn),
            ("--patient", &parameters.patient),
            ("--status", &filters.status),
            ("--phase", &filters.phase),
            ("--type", &filters.study_type),
            ("--sex", &filters.sex),
            ("--age", &filters.age),
            ("--results", &filters.results),
            ("--country", &filters.country),
            ("--geo", &filters.geo),
            ("--ids", &filters.ids),
            ("--filter", &filters.filter),
            ("--agg", &filters.agg),
        ];
        for (flag, values) in values {
            for value in values {
                let value = if flag == "--patient" { patient(value)? } else { value.clone() };
                pairs.push((flag.to_owned(), value));
            }
        }
        pairs.extend(self.from.map(from_pair));
        pairs.extend(self.area.iter().map(|area| ("--area".to_owned(), area.clone())));
        if filters.include_missing {
            pairs.push((INCLUDE_MISSING.to_owned(), String::new()));
        }
        if self.any {
            pairs.push(("--any".to_owned(), String::new()));
        }
        pairs.extend(self.ranking.pairs());
        Ok(pairs)
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

/// The flag that plain words go to: a patient's record that was pasted is one
/// of `--patient`.
fn flag_of_words(words: &str) -> Result<&'static str, Failure> {
    match pasted(words) {
        PastedText::Words => Ok(Parameter::Words.flag()),
        PastedText::Record => Ok(Parameter::Patient.flag()),
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
fn patient(value: &str) -> Result<String, Failure> {
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

/// What is asked, understood.
pub(crate) struct ParsedQuery {
    /// Pairs of flag and value.
    pub(crate) pairs: Vec<(String, String)>,
    /// All of it as people typed it.
    pub(crate) typed: String,
    pub(crate) understood: UnderstoodRequest,
    /// What plain words are looked for in, where there are any.
    pub(crate) area: Option<String>,
    pub(crate) model: Model,
    pub(crate) own: Option<OwnSynonyms>,
    /// The strategy, and the number of its line that is asked for.
    pub(crate) strategy: Option<(Rc<StrategyFile>, u32)>,
    /// What the flags are taken to mean.
    pub(crate) sense: LanguageVersion,
    /// Whether the typed text is refused today, and the recorded expression of
    /// a receipt replaces it.
    pub(crate) recorded: bool,
}

impl ParsedQuery {
    /// Understands the typed text; says on standard error what may have another
    /// meaning.
    pub(crate) fn new(
        console: &Console,
        arguments: &QueryArgs,
        strategy: &StrategyArgs,
    ) -> Result<Self, Failure> {
        let words = arguments.words()?;
        let strategy = strategy.strategy.clone().map(|typed| (STRATEGY.to_owned(), typed));
        let pairs = words.into_iter().chain(strategy).chain(arguments.flags()?);
        let asked = Self::from_pairs(pairs.collect(), None)?;
        asked.say_remarks(console);
        Ok(asked)
    }

    /// Says on standard error what may be meant otherwise.
    pub(crate) fn say_remarks(&self, console: &Console) {
        for remark in &self.understood.remarks {
            let place = &remark.typed[remark.notice.span.clone()];
            let (message, hint) = (&remark.notice.message, hint_of(&remark.notice, &remark.typed));
            console.say(&clean_line(&format!("note: `{place}`: {message}; {hint}")));
        }
    }

    /// The same from pairs of flag and value; `kept` is the strategy that one
    /// of them names, where it was written down.
    pub(crate) fn from_pairs(
        pairs: Vec<(String, String)>,
        kept: Option<&UsedStrategy>,
    ) -> Result<Self, Failure> {
        Self::in_sense(pairs, kept, LanguageVersion::Today)
    }

    /// The same with flags that mean what they meant at some time.
    fn in_sense(
        pairs: Vec<(String, String)>,
        kept: Option<&UsedStrategy>,
        sense: LanguageVersion,
    ) -> Result<Self, Failure> {
        let (request, ranking) = request(&pairs)?;
        let request = Request { sense, ..request };
        let named = pairs.iter().find(|(flag, _)| flag == STRATEGY);
        if named.is_some() {
            // What is wrong with the area is not wrong with every line.
            let queries = vec![(Parameter::Words, "area".to_owned())];
            let tried = Request { queries, filters: Vec::new(), ..request.clone() };
            tried.understand()?;
        }
        let strategy = named.map(|(_, typed)| chosen(typed, kept, &request)).transpose()?;
        let strategy = strategy.map(|(strategy, line)| (Rc::new(strategy), line));
        Self::of(pairs, request, &ranking, strategy)
    }

    /// A line of a strategy that is read already.
    pub(crate) fn line(
        strategy: &Rc<StrategyFile>,
        line: u32,
        flags: Vec<(String, String)>,
    ) -> Result<Self, Failure> {
        let (request, ranking) = request(&flags)?;
        let named = (STRATEGY.to_owned(), format!("{}#{line}", strategy.file));
        let pairs = [named].into_iter().chain(flags).collect();
        Self::of(pairs, request, &ranking, Some((strategy.clone(), line)))
    }

    fn of(
        mut pairs: Vec<(String, String)>,
        mut request: Request,
        ranking: &RankingArgs,
        strategy: Option<(Rc<StrategyFile>, u32)>,
    ) -> Result<Self, Failure> {
        if let Some((strategy, number)) = &strategy {
            // Its lines are in our language.
            request.from = None;
            let line = strategy.line(Some(*number))?;
            request.queries.push((Parameter::Words, line.whole.clone()));
            let named = pairs.iter_mut().filter(|(flag, _)| flag == STRATEGY);
            named.for_each(|(_, typed)| *typed = format!("{}#{number}", strategy.file));
        }
        let words = request.queries.iter().any(|(parameter, _)| *parameter == Parameter::Words);
        let area = words
            .then(|| request.area.clone().unwrap_or_else(|| Parameter::Words.area().to_owned()));
        let area = area.map(|area| SearchTarget::named(&area).map_or(area, |target| target.name));
        let taken_as = pairs.iter().find(|(flag, _)| flag == AS).map(|(_, kind)| kind.as_str());
        let mut understood = match taken_as {
            Some(WORDS) => plain_request(&plain_words(&request), request.manner),
            _ => request.understand()?,
        };
        // Batches find exactly the search's hits, or nothing.
        understood.plain_words &= taken_as.is_none();
        if let Some((strategy, number)) = &strategy {
            of_lines(&mut understood, strategy, *number)?;
        }
        let typed = pairs.iter().map(|(flag, value)| [flag.as_str(), value.as_str()].join(" "));
        let typed = typed.map(|part| part.trim().to_owned()).collect::<Vec<_>>().join(" ");
        let sense = request.sense;
        let (model, own) = (ranking.model(), ranking.own()?);
        Ok(Self { typed, understood, area, pairs, model, own, strategy, sense, recorded: false })
    }

    /// All studies that are asked for, by relevance.
    pub(crate) fn wish(&self) -> SearchOptions<'_> {
        SearchOptions {
            matching: ClauseMatching::of(&self.understood),
            model: self.model,
            own: self.own.as_ref(),
            ..SearchOptions::new(&self.understood.question)
        }
    }

    /// What a number of hits takes in and leaves out.
    pub(crate) fn disclosure(
        &self,
        hits: &Hits<'_>,
        wish: &SearchOptions<'_>,
    ) -> Result<Disclosure, Failure> {
        Ok(hits.disclosure(wish, &self.understood.parts)?)
    }

    /// Whether nothing is asked.
    pub(crate) fn is_empty(&self) -> bool {
        !self.pairs.iter().any(|(flag, _)| Self::is_question(flag))
    }

    /// Whether a flag, or its absence, names what to look for.
    pub(crate) fn is_question(flag: &str) -> bool {
        flag == STRATEGY || Parameter::of_flag(flag).is_some() || Filter::of_flag(flag).is_some()
    }
}

/// What is asked with pairs of flag and value, a strategy aside, and how words
/// are ranked.
fn request(pairs: &[(String, String)]) -> Result<(Request, RankingArgs), Failure> {
    let mut request = Request::default();
    let mut ranking = RankingArgs::default();
    for (flag, value) in pairs {
        match flag.as_str() {
            STRATEGY => {}
            AS if [EXPRESSIONS, WORDS].contains(&value.as_str()) => {}
            "--any" => request.manner.any = true,
            INCLUDE_MISSING => request.include_missing = true,
            "--area" => request.area = Some(value.clone()),
            FROM => request.from = Some(dialect_of(value)?),
            _ if ranking.take(flag, value)? => {}
            _ => {
                if let Some(parameter) = Parameter::of_flag(flag) {
                    request.queries.push((parameter, value.clone()));
                } else if let Some(filter) = Filter::of_flag(flag) {
                    request.filters.push((filter, value.clone()));
                } else {
                    return Err(Failure::new(format!("`{flag}` is no flag of a search")));
                }
            }
        }
    }
    request.manner = ranking.manner(request.manner.any);
    Ok((request, ranking))
}

/// All plain words of a request.
fn plain_words(request: &Request) -> String {
    let words = request.queries.iter().filter(|(it, _)| *it == Parameter::Words);
    words.map(|(_, typed)| typed.as_str()).collect::<Vec<_>>().join(" ")
}

/// Remarks about a line of a strategy appear with the lines that are part of
/// it, where they were typed. It finds its own hits, or nothing.
fn of_lines(
    understood: &mut UnderstoodRequest,
    strategy: &StrategyFile,
    number: u32,
) -> Result<(), Failure> {
    let whole = &strategy.line(Some(number))?.whole;
    understood.remarks.retain(|remark| remark.typed != *whole);
    let parts = strategy.parts_of(number);
    understood.remarks.extend(parts.flat_map(|line| line.understood.remarks.clone()));
    understood.plain_words = false;
    Ok(())
}

/// A search that was written down, to be run again.
pub(crate) struct ReplayedSearch {
    pub(crate) asked: ParsedQuery,
    /// What its hits are sorted by, as typed and as understood.
    pub(crate) sort: Vec<String>,
    pub(crate) order: Vec<SortKey>,
    /// How the typed text is read today, compared with its receipt.
    pub(crate) otherwise: Option<ReadingChange>,
}

/// How the typed text of a search is read differently today.
#[derive(Debug)]
pub(crate) enum ReadingChange {
    /// It is run as the receipt says; today it is read as this expression, or
    /// refused.
    AsAtFirst(Option<String>),
    /// It is read, and run, as this expression.
    AsToday(String),
}

impl fmt::Display for ReadingChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AsAtFirst(Some(today)) => write!(
                f,
                "what was typed means `{today}` today; it is run in its old sense, as its receipt \
                 says"
            ),
            Self::AsAtFirst(None) => {
                f.write_str("what was typed is refused today; it is run as its receipt says")
            }
            Self::AsToday(today) => write!(
                f,
                "what was typed means `{today}` today, and is run so, not as its receipt says"
            ),
        }
    }
}

impl ReplayedSearch {
    pub(crate) fn of(receipt: &Receipt) -> Result<Self, Failure> {
        let (sort, pairs): (Vec<_>, Vec<_>) =
            receipt.typed.iter().cloned().partition(|(flag, _)| flag == "--sort");
        let sort: Vec<String> = sort.into_iter().map(|(_, key)| key).collect();
        let (asked, otherwise) = as_understood(pairs, receipt)?;
        Ok(Self { asked, order: order(&sort)?, sort, otherwise })
    }
}

/// Understands the typed text as its receipt recorded it: the flags have
/// today's meaning or, if that differs, their first meaning. If neither fits,
/// today's counts.
fn as_understood(
    pairs: Vec<(String, String)>,
    receipt: &Receipt,
) -> Result<(ParsedQuery, Option<ReadingChange>), Failure> {
    let kept = receipt.strategy.as_deref();
    // Backslashes before words that are refused without them are newer.
    let same = |asked: &ParsedQuery| {
        asked.understood.text.replace('\\', "") == receipt.understood.replace('\\', "")
    };
    let today = ParsedQuery::from_pairs(pairs.clone(), kept);
    if today.as_ref().is_ok_and(same) {
        return Ok((today?, None));
    }
    match (ParsedQuery::in_sense(pairs.clone(), kept, LanguageVersion::First), today) {
        (Ok(first), today) if same(&first) => {
            let today = today.ok().map(|today| today.understood.text);
            Ok((first, Some(ReadingChange::AsAtFirst(today))))
        }
        (_, Ok(today)) => {
            let otherwise = ReadingChange::AsToday(today.understood.text.clone());
            Ok((today, Some(otherwise)))
        }
        (_, Err(refused)) => {
            let recorded = as_recorded(pairs, receipt).map_err(|_| refused)?;
            Ok((recorded, Some(ReadingChange::AsAtFirst(None))))
        }
    }
}

/// The recorded expression of a receipt, in place of the typed text.
fn as_recorded(pairs: Vec<(String, String)>, receipt: &Receipt) -> Result<ParsedQuery, Failure> {
    let typed = receipt.understood.clone();
    // The expression contains how its words match, and its language.
    let said = ["--any", "--area", "--expand", "--explode", AS, FROM, INCLUDE_MISSING];
    let kept = pairs
        .into_iter()
        .filter(|(flag, _)| !ParsedQuery::is_question(flag) && !said.contains(&&**flag));
    let pairs = [(String::new(), typed.clone())].into_iter().chain(kept).collect();
    let mut asked = ParsedQuery::in_sense(pairs, None, LanguageVersion::First)?;
    asked.recorded = true;
    asked.understood.plain_words = false;
    asked.understood.remarks = vec![RequestRemark {
        flag: String::new(),
        notice: Diagnostic {
            span: 0..typed.len(),
            message: "this version refuses what was typed for this search".to_owned(),
            hint: "the expression that its receipt recorded is run".to_owned(),
        },
        typed,
    }];
    Ok(asked)
}

/// The sort order of hits: at most two keys, however they were typed.
pub(crate) fn order(typed: &[String]) -> Result<Vec<SortKey>, Failure> {
    if typed.is_empty() {
        return Ok(Vec::new());
    }
    let typed = typed.join(",");
    sort_order(&typed).map_err(|diagnostic| {
        let mut failure = Failure::new("the hits cannot be sorted so");
        failure.mark(&format!("--sort {typed}"), diagnostic, "--sort ".len());
        failure
    })
}
