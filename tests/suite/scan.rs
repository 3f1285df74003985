//! Compares the hits of words near each other, and of patterns in words, with a
//! plain scan of all records, which uses no index.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::PathBuf;

use trialdex_records::study::{NctId, areas, criteria};
use trialdex_text as text;

use super::identities::{Ground, within};
use super::real_data::real;

/// Fields whose texts are scanned, and the pieces that each looks in.
const FIELDS: [(&str, &[&str]); 6] = [
    ("BriefSummary", &["BriefSummary"]),
    ("DetailedDescription", &["DetailedDescription"]),
    ("EligibilityCriteria", &["EligibilityCriteria"]),
    ("Keyword", &["Keyword"]),
    ("Condition", &["Condition"]),
    ("TitleSearch", &["Acronym", "BriefTitle", "OfficialTitle"]),
];

/// Queries of each field of the sample corpus, and of real records, which take
/// longer to scan.
const QUERIES: [usize; 2] = [60, 20];

/// A word of a query.
#[derive(Debug, Clone)]
enum Form {
    Whole(String),
    Beginning(String),
    Pattern(String),
}

/// What is asked.
#[derive(Debug, Clone)]
enum ScanQuery {
    Phrase(Vec<Form>),
    Any(Vec<ScanQuery>),
    Near(Vec<ScanQuery>, u32),
}

impl fmt::Display for ScanQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |parts: &[ScanQuery], between: &str| {
            let inner = |part: &ScanQuery| match part {
                ScanQuery::Phrase(_) => part.to_string(),
                _ => format!("({part})"),
            };
            parts.iter().map(inner).collect::<Vec<_>>().join(between)
        };
        match self {
            Self::Phrase(words) => {
                let words = words.iter().map(|word| match word {
                    Form::Whole(text) | Form::Pattern(text) => text.clone(),
                    Form::Beginning(text) => format!("{text}*"),
                });
                write!(f, "\"{}\"", words.collect::<Vec<_>>().join(" "))
            }
            Self::Any(any) => f.write_str(&joined(any, " OR ")),
            Self::Near(parts, distance) => {
                f.write_str(&joined(parts, &format!(" NEAR/{distance} ")))
            }
        }
    }
}

/// A word of a record's text.
struct ScanToken {
    /// As it is written, in small letters without accents.
    surface: String,
    /// Its form in an index, and that of all parts where it is joined to
    /// others.
    terms: Vec<String>,
    /// The same by their numbers.
    ids: Vec<usize>,
}

/// The words of a text by their positions.
fn tokens(value: &str) -> Vec<ScanToken> {
    let mut tokens: Vec<(usize, ScanToken)> = Vec::new();
    let mut joined = Vec::new();
    for word in text::words(&mut text::analyzer(), value) {
        if word.parts > 1 {
            joined.push(word);
            continue;
        }
        let surface = text::folded_surface(&value[word.span.clone()]);
        tokens.push((
            word.span.start,
            ScanToken { surface, terms: vec![word.term], ids: Vec::new() },
        ));
    }
    for whole in joined {
        let first = tokens.binary_search_by_key(&whole.span.start, |(start, _)| *start);
        tokens[first.expect("the first part of a whole")].1.terms.push(whole.term);
    }
    tokens.into_iter().map(|(_, token)| token).collect()
}

/// The texts of a field, value by value.
struct Texts {
    values: Vec<(NctId, Vec<ScanToken>)>,
    /// The terms of each way of writing.
    forms: BTreeMap<String, BTreeSet<String>>,
    /// Words that are written with hyphens, too.
    joined: BTreeSet<String>,
    /// Numbers of all terms.
    ids: BTreeMap<String, usize>,
}

impl Texts {
    /// Those of an area; plain words leave out what criteria exclude.
    fn of(ground: &Ground, area: &str, pieces: &[&str]) -> Self {
        let (forms, joined) = (BTreeMap::new(), BTreeSet::new());
        let mut texts = Self { values: Vec::new(), forms, joined, ids: BTreeMap::new() };
        for nct in ground.every() {
            let study = ground.study(*nct);
            for (piece, value) in pieces
                .iter()
                .flat_map(|piece| study.texts(piece).into_iter().map(move |of| (piece, of)))
            {
                if area == areas::WORDS.name && *piece == criteria::PIECE {
                    let included =
                        criteria::parts(value).into_iter().filter(|part| !part.exclusion);
                    included.for_each(|part| texts.add(*nct, &value[part.span]));
                } else {
                    texts.add(*nct, value);
                }
            }
        }
        texts
    }

    /// Adds a value of a study.
    fn add(&mut self, nct: NctId, value: &str) {
        let mut tokens = tokens(value);
        for token in &mut tokens {
            let ids = token.terms.iter().map(|term| {
                let next = self.ids.len();
                *self.ids.entry(term.clone()).or_insert(next)
            });
            token.ids = ids.collect();
            let term = token.terms[0].clone();
            self.forms.entry(token.surface.clone()).or_default().insert(term);
            self.joined.extend(token.terms[1..].iter().cloned());
        }
        self.values.push((nct, tokens));
    }

    /// Terms of a word of a query.
    fn terms(&self, word: &Form) -> BTreeSet<String> {
        let folded = |text: &str| text::words(&mut text::parts_analyzer(), text)[0].term.clone();
        match word {
            Form::Whole(text) => BTreeSet::from([folded(text)]),
            Form::Beginning(text) => {
                let beginnings = text::beginnings(text, false);
                let all = self.forms.values().flatten().chain(&self.joined);
                let begin = all.filter(|term| beginnings.iter().any(|one| term.starts_with(one)));
                begin.cloned().chain([folded(text)]).collect()
            }
            Form::Pattern(pattern) => {
                let forms = self.forms.iter();
                let fit = forms.filter(|(surface, _)| fits(pattern.as_bytes(), surface.as_bytes()));
                fit.flat_map(|(_, terms)| terms.iter().cloned()).collect()
            }
        }
    }

    /// The studies that a query describes.
    fn studies(&self, asked: &ScanQuery) -> BTreeSet<NctId> {
        let looked = self.looked(asked);
        let found = self.values.iter().filter(|(_, tokens)| !looked.ways(tokens).is_empty());
        found.map(|(nct, _)| *nct).collect()
    }

    fn looked(&self, asked: &ScanQuery) -> ScanTerms {
        let all = |parts: &[ScanQuery]| parts.iter().map(|part| self.looked(part)).collect();
        match asked {
            ScanQuery::Phrase(words) => {
                let slots = words.iter().map(|word| {
                    let mut any = vec![false; self.ids.len()];
                    for term in self.terms(word) {
                        if let Some(id) = self.ids.get(&term) {
                            any[*id] = true;
                        }
                    }
                    any
                });
                ScanTerms::Phrase(slots.collect())
            }
            ScanQuery::Any(any) => ScanTerms::Any(all(any)),
            ScanQuery::Near(parts, distance) => ScanTerms::Near(all(parts), *distance),
        }
    }
}

/// Whether a word fits a pattern of ASCII letters.
fn fits(pattern: &[u8], word: &[u8]) -> bool {
    match (pattern.split_first(), word.split_first()) {
        (None, _) => word.is_empty(),
        (Some((b'*', rest)), None) => fits(rest, word),
        (Some((b'*', rest)), Some((_, shorter))) => fits(rest, word) || fits(pattern, shorter),
        (Some((b'?', rest)), None) => fits(rest, word),
        (Some((b'?', rest)), Some((_, shorter))) => fits(rest, word) || fits(rest, shorter),
        (Some((sign, rest)), Some((letter, shorter))) => {
            (*sign == b'#' || sign == letter) && fits(rest, shorter)
        }
        (Some(_), None) => false,
    }
}

/// The same with the terms of words, by their numbers.
enum ScanTerms {
    Phrase(Vec<Vec<bool>>),
    Any(Vec<ScanTerms>),
    Near(Vec<ScanTerms>, u32),
}

/// Positions of all words that make up a match.
type MatchPositions = BTreeSet<usize>;

impl ScanTerms {
    /// All ways in which a text matches.
    fn ways(&self, tokens: &[ScanToken]) -> BTreeSet<MatchPositions> {
        match self {
            Self::Phrase(slots) => {
                let fits = |start: &usize| {
                    let mut beside = tokens[*start..].iter().zip(slots);
                    beside.all(|(token, terms)| token.ids.iter().any(|id| terms[*id]))
                };
                let starts = (0..(tokens.len() + 1).saturating_sub(slots.len())).filter(fits);
                starts.map(|start| (start..start + slots.len()).collect()).collect()
            }
            Self::Any(any) => any.iter().flat_map(|one| one.ways(tokens)).collect(),
            Self::Near(parts, distance) => {
                let mut ways = Vec::new();
                for part in parts {
                    match part.ways(tokens) {
                        none if none.is_empty() => return none,
                        some => ways.push(some),
                    }
                }
                chains(&ways, *distance)
            }
        }
    }
}

/// Ways to take one of each, each near the one before it, no word twice.
fn chains(ways: &[BTreeSet<MatchPositions>], distance: u32) -> BTreeSet<MatchPositions> {
    // All words so far, and those of the last part.
    let mut chains: BTreeSet<(MatchPositions, MatchPositions)> =
        ways[0].iter().map(|way| (way.clone(), way.clone())).collect();
    for next in &ways[1..] {
        let mut longer = BTreeSet::new();
        for (all, last) in &chains {
            for way in next.iter().filter(|way| all.is_disjoint(way)) {
                if between(last, way) <= distance as usize {
                    longer.insert((all.union(way).copied().collect(), way.clone()));
                }
            }
        }
        chains = longer;
    }
    chains.into_iter().map(|(all, _)| all).collect()
}

/// The number of words between two parts of a text.
fn between(one: &MatchPositions, other: &MatchPositions) -> usize {
    let ends = |way: &MatchPositions| (*way.first().expect("a word"), *way.last().expect("a word"));
    let ((first, last), (start, end)) = (ends(one), ends(other));
    start.saturating_sub(last + 1).max(first.saturating_sub(end + 1))
}

/// Numbers that are the same in each run.
struct Draws(u64);

impl Draws {
    fn below(&mut self, bound: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % bound.max(1)
    }

    /// Words that follow one another somewhere from a place on.
    fn phrase(&mut self, texts: &Texts, tokens: &[ScanToken], from: usize) -> Option<ScanQuery> {
        let length = [1, 1, 1, 2][self.below(4)].min(tokens.len().saturating_sub(from));
        let words = &tokens[from..from + length];
        let plain = words.iter().all(|token| {
            let surface = token.surface.as_str();
            let alone = text::words(&mut text::analyzer(), surface);
            surface.bytes().all(|c| c.is_ascii_lowercase())
                && surface.len() > 1
                && matches!(alone.as_slice(), [only] if only.term == token.terms[0])
                && token.terms.len() == 1
                && text::parted(&token.terms[0]).is_none()
                && !texts.joined.contains(&token.terms[0])
        });
        let surfaces: Vec<&str> = words.iter().map(|token| token.surface.as_str()).collect();
        let meet = words.windows(2).any(|pair| text::meet(&pair[0].terms[0], &pair[1].terms[0]));
        let numbered = text::in_digits(&surfaces) != surfaces;
        if words.is_empty() || !plain || meet || numbered {
            return None;
        }
        let mut forms: Vec<Form> =
            surfaces.iter().map(|surface| Form::Whole((*surface).to_owned())).collect();
        let last = forms.len() - 1;
        forms[last] = self.form(surfaces[last]);
        Some(ScanQuery::Phrase(forms))
    }

    /// A word, sometimes with a sign in the place of letters.
    fn form(&mut self, surface: &str) -> Form {
        let (first, rest) = surface.split_at(surface.len().min(4));
        match self.below(8) {
            0 if rest.len() > 1 => Form::Beginning(format!("{first}{}", &rest[..1])),
            1 if rest.len() > 2 => Form::Pattern(format!("{first}#{}", &rest[1..])),
            2 if rest.len() > 2 => Form::Pattern(format!("{first}?{rest}")),
            3 if rest.len() > 3 => Form::Pattern(format!("*{rest}")),
            4 if rest.len() > 3 => Form::Pattern(format!("{first}*{}", &rest[2..])),
            _ => Form::Whole(surface.to_owned()),
        }
    }

    /// A phrase about a place of a text, or alternatives with one of it.
    fn operand(&mut self, texts: &Texts, at: usize, place: usize) -> Option<ScanQuery> {
        let tokens = &texts.values[at].1;
        let near = (place + self.below(9)).saturating_sub(4).min(tokens.len().saturating_sub(1));
        let one = self.phrase(texts, tokens, near)?;
        if self.below(2) == 0 {
            return Some(one);
        }
        let other = &texts.values[self.below(texts.values.len())].1;
        let from = self.below(other.len());
        Some(ScanQuery::Any(vec![one, self.phrase(texts, other, from)?]))
    }

    fn asked(&mut self, texts: &Texts) -> Option<ScanQuery> {
        let at = self.below(texts.values.len());
        let place = self.below(texts.values.get(at)?.1.len());
        let distance = u32::try_from(self.below(7)).ok()?;
        let mut operand = || self.operand(texts, at, place);
        let (one, two, three) = (operand()?, operand()?, operand()?);
        Some(match self.below(6) {
            0 => ScanQuery::Near(vec![one, two, three], distance),
            1 => ScanQuery::Near(vec![one.clone(), two, one], distance),
            2 => ScanQuery::Near(
                vec![ScanQuery::Near(vec![one, two], distance), three],
                distance / 2,
            ),
            3 => {
                let inner = ScanQuery::Near(vec![two.clone(), three], distance);
                ScanQuery::Near(vec![one, ScanQuery::Any(vec![inner, two])], distance)
            }
            _ => ScanQuery::Near(vec![one, two], distance),
        })
    }
}

/// What is asked in a field without other names.
fn found(ground: &Ground, area: &str, asked: &ScanQuery) -> BTreeSet<NctId> {
    ground.term(&format!("AREA[{area}]EXPANSION[Term]({asked})"))
}

/// The same from behind.
fn turned(asked: &ScanQuery) -> ScanQuery {
    match asked {
        ScanQuery::Phrase(_) => asked.clone(),
        ScanQuery::Any(any) => ScanQuery::Any(any.iter().rev().map(turned).collect()),
        ScanQuery::Near(parts, distance) => {
            ScanQuery::Near(parts.iter().rev().map(turned).collect(), *distance)
        }
    }
}

/// The same with all distances greater.
fn looser(asked: &ScanQuery) -> ScanQuery {
    match asked {
        ScanQuery::Phrase(_) => asked.clone(),
        ScanQuery::Any(any) => ScanQuery::Any(any.iter().map(looser).collect()),
        ScanQuery::Near(parts, distance) => {
            ScanQuery::Near(parts.iter().map(looser).collect(), distance + 2)
        }
    }
}

/// What each alternative of the first part finds, together.
fn either(ground: &Ground, area: &str, asked: &ScanQuery) -> Option<BTreeSet<NctId>> {
    let ScanQuery::Near(parts, distance) = asked else { return None };
    let (ScanQuery::Any(any), rest) = parts.split_first()? else { return None };
    let each = any.iter().map(|one| {
        let parts = std::iter::once(one.clone()).chain(rest.iter().cloned()).collect();
        found(ground, area, &ScanQuery::Near(parts, *distance))
    });
    Some(each.flatten().collect())
}

/// Compares the hits with those of a scan; returns the number of queries with
/// hits.
fn hold_against_a_scan(ground: &Ground, queries: usize) -> usize {
    let (mut draws, mut hits) = (Draws(20_260_101), 0);
    let words: Vec<&str> =
        areas::WORDS.parts.iter().flat_map(|part| part.pieces).copied().collect();
    for (area, pieces) in FIELDS.into_iter().chain([(areas::WORDS.name, words.as_slice())]) {
        let texts = Texts::of(ground, area, pieces);
        let drawn = (0..queries * 8).filter_map(|_| draws.asked(&texts)).take(queries);
        for asked in drawn {
            let what = format!("AREA[{area}]EXPANSION[Term]({asked})");
            let there = found(ground, area, &asked);
            assert_eq!(there, texts.studies(&asked), "{what}");
            assert_eq!(there, found(ground, area, &turned(&asked)), "from behind: {what}");
            within(&there, &found(ground, area, &looser(&asked)), &what);
            if let Some(either) = either(ground, area, &asked) {
                assert_eq!(there, either, "alternatives apart: {what}");
            }
            hits += usize::from(!there.is_empty());
        }
        if area != areas::WORDS.name {
            hold_patterns(ground, area, &texts, &mut draws);
        }
    }
    hits
}

/// Compares what words with signs for letters find.
fn hold_patterns(ground: &Ground, area: &str, texts: &Texts, draws: &mut Draws) {
    let surfaces: Vec<&String> = texts.forms.keys().collect();
    for _ in 0..QUERIES[0] {
        let surface = surfaces[draws.below(surfaces.len())];
        if surface.bytes().all(|c| c.is_ascii_lowercase())
            && let form @ Form::Pattern(_) = draws.form(surface)
        {
            let asked = ScanQuery::Phrase(vec![form]);
            assert_eq!(found(ground, area, &asked), texts.studies(&asked), "{area}: {asked}");
        }
    }
}

#[test]
fn a_scan_of_the_sample_corpus_finds_the_same() {
    let hits = hold_against_a_scan(&Ground::sample(), QUERIES[0]);
    assert!(hits > 50, "{hits} queries found something");
}

#[test]
fn a_scan_of_real_records_finds_the_same() {
    let Some(path) = real("ctg-studies-635.json.zip") else { return };
    let ground = Ground::new(&[PathBuf::from(path)]);
    let hits = hold_against_a_scan(&ground, QUERIES[1]);
    assert!(hits > 50, "{hits} queries found something");
}
