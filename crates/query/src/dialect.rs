//! Translates search strategies of other systems into our language.
//!
//! [`guess()`] says which system a text is written for, [`translate`] gives its
//! lines in our language, with what had to change in meaning beside each.
//! What cannot be said here is left out, and named.
//!
//! Sources of the rules: Ovid's "Advanced Searching" help, PubMed's User
//! Guide, the Cochrane Library's "Search manager help", Embase's "Search
//! syntax", EBSCOhost's "Field codes" and "Proximity", Web of Science's
//! "Search operators", Scopus' "How do I search for a document".

mod additions;
mod database_blocks;
mod database_limits;
mod date_limits;
mod field_codes;
mod field_equivalents;
mod field_signs;
mod form;
mod guess;
mod headings;
mod ictrp;
mod line_lexer;
mod line_parser;
mod line_writer;
mod methods;
mod missing_operators;
mod notes;
mod products;
mod recognise;
mod registry;
mod scopus;
mod strategy_page;
mod systems;
mod terms;
mod value;
mod wos;

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;

use super::{Diagnostic, Parameter, Request, StrategyLineError};
pub(super) use field_codes::is_tag;
pub(super) use field_equivalents::{FieldEquivalent, is_field, is_function, listed, nearest};
pub use guess::{guess, or_else};
pub(super) use headings::is_aspect;
use line_writer::name_of_line;
pub(super) use recognise::{recognised, sure_words};
use strategy_page::COUNT;
use strategy_page::LineRefusal;
pub use strategy_page::PassedOver;
use strategy_page::plain_signs;
pub use strategy_page::system_named;
pub(super) use strategy_page::{StrategyEntry, StrategyPage, combination, is_remark, numbered};
use value::PartValue;

/// A system that searches are written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dialect {
    /// Ovid, with MEDLINE, Embase, PsycINFO and others.
    Ovid,
    /// PubMed.
    PubMed,
    /// The Cochrane Library with CENTRAL.
    Cochrane,
    /// Embase.com.
    Embase,
    /// EBSCOhost, with CINAHL and others.
    Ebsco,
    /// Web of Science.
    WebOfScience,
    /// Scopus.
    Scopus,
    /// The retired site of ClinicalTrials.gov, and `Search Details` lines.
    ClinicalTrials,
    /// The Cochrane Register of Studies.
    Crs,
    /// ProQuest, with PsycINFO, ERIC and others.
    ProQuest,
    /// The portal of the BVS, with LILACS and others.
    Bvs,
    /// Epistemonikos.
    Epistemonikos,
    /// Europe PMC.
    EuropePmc,
    /// APA PsycNet.
    PsycNet,
    /// IEEE Xplore.
    Ieee,
    /// Google Scholar.
    Scholar,
    /// The search portal of the ICTRP.
    Ictrp,
    /// The ISRCTN registry.
    Isrctn,
    /// The EU Clinical Trials Register.
    EuRegister,
}

/// Each dialect with the name that is typed for it and the name of the
/// system.
const NAMES: [(Dialect, &str, &str); 19] = [
    (Dialect::Ovid, "ovid", "Ovid"),
    (Dialect::PubMed, "pubmed", "PubMed"),
    (Dialect::Cochrane, "cochrane", "the Cochrane Library"),
    (Dialect::Embase, "embase", "Embase.com"),
    (Dialect::Ebsco, "ebsco", "EBSCOhost"),
    (Dialect::WebOfScience, "wos", "Web of Science"),
    (Dialect::Scopus, "scopus", "Scopus"),
    (Dialect::ClinicalTrials, "ctgov", "ClinicalTrials.gov"),
    (Dialect::Crs, "crs", "the Cochrane Register of Studies"),
    (Dialect::ProQuest, "proquest", "ProQuest"),
    (Dialect::Bvs, "bvs", "the BVS"),
    (Dialect::Epistemonikos, "epistemonikos", "Epistemonikos"),
    (Dialect::EuropePmc, "europepmc", "Europe PMC"),
    (Dialect::PsycNet, "psycnet", "APA PsycNet"),
    (Dialect::Ieee, "ieee", "IEEE Xplore"),
    (Dialect::Scholar, "scholar", "Google Scholar"),
    (Dialect::Ictrp, "ictrp", "the ICTRP"),
    (Dialect::Isrctn, "isrctn", "ISRCTN"),
    (Dialect::EuRegister, "euctr", "the EU Clinical Trials Register"),
];

impl Dialect {
    /// All of them.
    pub const ALL: [Self; 19] = [
        Self::Ovid,
        Self::PubMed,
        Self::Cochrane,
        Self::Embase,
        Self::Ebsco,
        Self::WebOfScience,
        Self::Scopus,
        Self::ClinicalTrials,
        Self::Crs,
        Self::ProQuest,
        Self::Bvs,
        Self::Epistemonikos,
        Self::EuropePmc,
        Self::PsycNet,
        Self::Ieee,
        Self::Scholar,
        Self::Ictrp,
        Self::Isrctn,
        Self::EuRegister,
    ];

    /// The system whose rules hold: the Cochrane Register of Studies has those
    /// of the Cochrane Library, and fields of its own.
    fn rules(self) -> Self {
        if self == Self::Crs { Self::Cochrane } else { self }
    }

    /// Whether its lines are named `S1`.
    fn names_with_s(self) -> bool {
        matches!(self, Self::Ebsco | Self::ProQuest)
    }

    fn row(self) -> (&'static str, &'static str) {
        let row = NAMES.iter().find(|(dialect, ..)| *dialect == self);
        row.map_or(("", ""), |(_, key, name)| (key, name))
    }

    /// The name that is typed for it, such as `ovid`.
    #[must_use]
    pub fn key(self) -> &'static str {
        self.row().0
    }

    /// The name of the system, such as `Ovid`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().1
    }

    /// The dialect of a name that is typed, such as `ovid`.
    #[must_use]
    pub fn of_key(key: &str) -> Option<Self> {
        NAMES.iter().find(|(_, known, _)| *known == key).map(|(dialect, ..)| *dialect)
    }
}

/// A strategy in our language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Translation {
    /// What it was written for.
    pub dialect: Dialect,
    /// Its lines, in their order.
    pub lines: Vec<TranslatedLine>,
    /// What of the text is no line of the strategy.
    pub passed_over: Vec<PassedOver>,
}

/// A line of a strategy in our language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TranslatedLine {
    /// The number that it is named by; counted from 1 where lines have none.
    pub number: u32,
    /// Line of the text, from 1.
    pub at: usize,
    /// As typed, without its number and count of hits.
    pub typed: String,
    /// In our language; other lines are named as `#3`. `None` where nothing
    /// of the line can be said.
    pub translated: Option<String>,
    /// What changed in meaning, is left out, or is not understood.
    pub remarks: Vec<String>,
    /// Which strategy of the text it belongs to, from 0.
    pub strategy: usize,
    /// Why it is not read, where nothing says what some of its words are. A
    /// strategy with such a line is not run.
    pub refused: Option<Diagnostic>,
}

impl Translation {
    /// The strategy as numbered lines, with remarks as lines that begin with
    /// `//`.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = writeln!(text, "// written for {}", self.dialect.name());
        let counts = self.passed_over.iter().filter(|passed| passed.why == COUNT).count();
        if counts > 0 {
            let lines = if counts == 1 { "line" } else { "lines" };
            let _ = writeln!(text, "// counts of hits elsewhere are skipped on {counts} {lines}");
        }
        for passed in self.passed_over.iter().filter(|passed| passed.why != COUNT) {
            let (at, typed, why) = (passed.at, &passed.typed, passed.why);
            let _ = writeln!(text, "// line {at} is skipped, {why}: {typed}");
        }
        for line in &self.lines {
            for notice in line.notices() {
                let _ = writeln!(text, "// {notice}");
            }
            if let Some(translated) = &line.translated {
                let _ = writeln!(text, "{}. {translated}", line.number);
            }
        }
        text
    }

    /// The remark about skipped parts that count.
    #[must_use]
    pub fn around(&self) -> Option<String> {
        let mut around = self.passed_over.iter().filter(|passed| passed.why != COUNT);
        let first = around.next()?;
        let (at, typed, why) = (first.at, &first.typed, first.why);
        Some(match around.count() {
            0 => format!("line {at} is skipped, {why}: `{typed}`"),
            more => format!("line {at} is skipped, {why}: `{typed}`, and {more} more"),
        })
    }

    /// Lines with words whose meaning is unclear.
    #[must_use]
    pub fn refused(&self) -> Vec<StrategyLineError> {
        let wrong = |line: &TranslatedLine| {
            let diagnostics = vec![line.refused.clone()?];
            Some(StrategyLineError { at: line.at, typed: line.typed.clone(), diagnostics })
        };
        self.lines.iter().filter_map(wrong).collect()
    }

    /// The remarks about all lines, without those about skipped text.
    #[must_use]
    pub fn notices(&self) -> Vec<String> {
        let said = |line: &TranslatedLine| line.notices();
        self.lines.iter().flat_map(said).collect()
    }

    /// The last line that says anything, with the lines that it names put in;
    /// `None` also where the whole strategy grows too long by that.
    #[must_use]
    pub fn expression(&self) -> Option<String> {
        let last = self.lines.iter().rposition(|line| line.translated.is_some())?;
        let mut whole: Vec<(u32, String)> = Vec::new();
        let mut bytes = 0;
        for line in &self.lines[..=last] {
            let Some(translated) = &line.translated else { continue };
            let filled = super::strategy::filled(translated, |number| {
                let known = whole.iter().rev().find(|(known, _)| *known == number);
                known.map(|(_, text)| text.as_str())
            })?;
            bytes += filled.len();
            if bytes > super::strategy::LONGEST_OF_ALL {
                return None;
            }
            whole.push((line.number, filled));
        }
        whole.pop().map(|(_, text)| text)
    }
}

impl TranslatedLine {
    /// The remarks about it, with its number.
    #[must_use]
    pub fn notices(&self) -> Vec<String> {
        let name = match self.number {
            0 => format!("line {}", self.at),
            number => format!("#{number}"),
        };
        let out = self.translated.is_none();
        let out = out.then(|| format!("{name} is left out: {}", self.typed));
        let refused = self.refused.iter().map(|found| format!("{name}: {}", found.message));
        let remarks = self.remarks.iter().map(|remark| format!("{name}: {remark}"));
        out.into_iter().chain(refused).chain(remarks).collect()
    }
}

/// A strategy of another system in our language.
#[must_use]
pub fn translate(text: &str, dialect: Dialect) -> Translation {
    let mut known = EarlierLines::default();
    let (mut lines, mut passed_over): (Vec<TranslatedLine>, Vec<PassedOver>) = Default::default();
    let mut strategies = 0;
    for block in database_blocks::of(text, dialect) {
        let of = block.dialect.rules();
        let page = StrategyPage::read(&block.text, Some(of));
        let begin = lines.len();
        for mut entry in page.entries {
            entry.strategy += strategies;
            known.begin(entry.strategy);
            lines.push(translated(entry, of, &mut known));
        }
        strategies = lines.last().map_or(0, |last| last.strategy + 1);
        passed_over.extend(page.passed_over);
        if let Some(first) = lines.get_mut(begin).filter(|_| block.dialect != dialect) {
            let name = block.dialect.name();
            first.remarks.push(format!("below `{}`, lines are read as of {name}", block.heading));
        }
    }
    Translation { dialect, lines, passed_over }
}

/// A line of a page in our language.
fn translated(entry: StrategyEntry, dialect: Dialect, known: &mut EarlierLines) -> TranslatedLine {
    let LineTranslation { said: mut translated, mut remarks, mut value, refused } =
        line(&entry.text, dialect, known);
    let refused = entry.refused.or(refused).map(|refusal| Diagnostic {
        span: 0..entry.typed.len(),
        message: refusal.message,
        hint: refusal.hint,
    });
    if refused.is_some() {
        (translated, remarks, value) = (None, Vec::new(), PartValue::left_out());
    }
    remarks.extend(entry.remarks);
    let typed_number = entry.number;
    let number = if typed_number == 0 { 0 } else { known.add(typed_number, value) };
    if number != typed_number {
        let why = if known.strategy == 0 { "as one above" } else { "as one of a strategy above" };
        remarks.push(format!("it was #{typed_number}, {why}; those below name this one"));
    }
    let StrategyEntry { at, typed, strategy, .. } = entry;
    TranslatedLine { number, at, typed, translated, remarks, strategy, refused }
}

/// The lines above one.
#[derive(Debug, Default)]
struct EarlierLines {
    /// Which strategy of the text they belong to, from 0.
    strategy: usize,
    /// Their numbers as typed.
    numbers: BTreeSet<u32>,
    /// All numbers that lines are named by here.
    taken: BTreeSet<u32>,
    /// What lines are named by here whose number another one had before.
    renamed: HashMap<u32, u32>,
    highest: u32,
    /// What they come to; those that are not here find what they say.
    values: HashMap<u32, PartValue>,
}

impl EarlierLines {
    /// Forgets the lines of the strategy before.
    fn begin(&mut self, strategy: usize) {
        if strategy != self.strategy {
            let (taken, highest) = (std::mem::take(&mut self.taken), self.highest);
            *self = Self { strategy, taken, highest, ..Self::default() };
        }
    }

    /// Adds a line, and gives the number that it is named by here.
    fn add(&mut self, typed: u32, value: PartValue) -> u32 {
        self.numbers.insert(typed);
        let again = self.taken.contains(&typed);
        let number = if again { self.highest + 1 } else { typed };
        self.highest = self.highest.max(number);
        self.taken.insert(number);
        if again {
            self.renamed.insert(typed, number);
        }
        let whole = name_of_line(number);
        self.values.insert(typed, value.named(&whole));
        number
    }

    /// What a line is named by here.
    fn name(&self, typed: u32) -> u32 {
        self.renamed.get(&typed).copied().unwrap_or(typed)
    }
}

/// What a line says in our language.
struct LineTranslation {
    /// `None` where nothing of it can be said.
    said: Option<String>,
    remarks: Vec<String>,
    value: PartValue,
    /// Why it is not read: it names a line that is not there, or has words
    /// whose meaning is unclear.
    refused: Option<LineRefusal>,
}

/// A line in our language, and the remarks about it.
fn line(typed: &str, dialect: Dialect, known: &EarlierLines) -> LineTranslation {
    let mut whole = unchecked(typed, dialect, known);
    let details = dialect == Dialect::ClinicalTrials && registry::has_parts(typed);
    let wrong = whole.said.as_deref().filter(|_| !details).and_then(not_understood);
    if let Some(wrong) = wrong {
        whole.remarks.push(format!("it cannot be said here: {wrong}"));
        whole.said = None;
        whole.value = PartValue::left_out();
    }
    whole
}

/// The same, where the one who asks looks whether it is understood.
fn unchecked(typed: &str, dialect: Dialect, known: &EarlierLines) -> LineTranslation {
    if let Some(said) = of_registry(typed).filter(|_| dialect == Dialect::ClinicalTrials) {
        return said;
    }
    let mut writer = line_writer::LineWriter::new(dialect, known);
    let additions::StrippedLine { mut text, mut limits } = additions::parted(typed, dialect);
    if dialect == Dialect::WebOfScience {
        let (search, filters) = wos::filters(&text);
        limits.extend(filters);
        text = search;
    }
    text = systems::prepared(&text, dialect);
    let of = guess::other_than(&text, dialect);
    if let Some(of) = of {
        writer.say(format!("it is written for {}, and read so", of.name()));
        writer = writer.of(of);
    }
    let tokens = line_lexer::tokens(&text, of.unwrap_or(dialect), &known.numbers);
    let prose = notes::prose(&tokens, of.unwrap_or(dialect))
        .or_else(|| missing_operators::side_by_side(&tokens, of.unwrap_or(dialect)));
    let (node, wrong) = line_parser::parse(tokens, of.unwrap_or(dialect));
    writer.say_all(wrong);
    let search = node.map(|node| writer.value(&node));
    let values: Vec<PartValue> = limits.iter().map(|limit| writer.limited(limit)).collect();
    let value = match search {
        // Of a line that cannot be said, its limits alone would find too much.
        Some(value) if value.is_left_out() || values.is_empty() => value,
        None if values.is_empty() => PartValue::left_out(),
        search => PartValue::all(search.into_iter().chain(values).collect()),
    };
    if value.is_everything() {
        writer.say("the line finds every study".to_owned());
    } else if value.is_nothing() {
        writer.say("the line finds no study".to_owned());
    }
    let said = value.meant().map(|set| set.clone().expr().to_string());
    let refused = prose.or_else(|| writer.missing().map(strategy_page::no_line));
    LineTranslation { said, remarks: writer.remarks(), value, refused }
}

/// A line of ClinicalTrials.gov that is our own language, or a form with parts.
fn of_registry(typed: &str) -> Option<LineTranslation> {
    if let Some(said) = registry::as_it_is(typed) {
        let (remarks, text) = (Vec::new(), said.to_string());
        return Some(LineTranslation {
            said: Some(text),
            remarks,
            value: PartValue::said(said),
            refused: None,
        });
    }
    registry::has_parts(typed).then(|| {
        let (expr, remarks) = registry::details(typed);
        let said = expr.as_ref().map(ToString::to_string);
        LineTranslation { said, remarks, value: expr.into(), refused: None }
    })
}

/// What our own language finds wrong with a line.
fn not_understood(said: &str) -> Option<String> {
    // A word means the lines that it names.
    let filled = super::strategy::filled(said, |_| Some("a"))?;
    let queries = vec![(Parameter::Words, filled)];
    let wrong = Request { queries, ..Request::default() }.understand().err()?;
    let first = wrong.diagnostics().next();
    Some(first.map_or_else(|| "it is not understood".to_owned(), |found| found.message.clone()))
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod written_forms;
