//! Fields of other systems, and where to look for what they hold.
//!
//! Sources: Ovid's field guides of MEDLINE, Embase and PsycINFO, PubMed's
//! "Search field tags", the Cochrane Library's "Search manager help", Embase's
//! "Field codes", EBSCOhost's "Field codes" of CINAHL, Web of Science's
//! "Field tags", Scopus' "Field specification", and for `AREAS` the tags of
//! the retired site of ClinicalTrials.gov.

use super::field::DialectField;
use super::named_fields;
use super::systems::Dialect;
use crate::word_list::WordList;
use trialdex_records::study::pieces;

/// Names of fields, folded, that mean the same in all systems.
const FIELDS: [(DialectField, WordList); 15] = [
    (DialectField::Subheading, WordList("fs|xs|subheading|meshsubheading")),
    (
        DialectField::Text,
        WordList(
            "tiab|titleabstract|tw|textword|textwords|mp|ts|topic|titleabskey|titleabs|\
             titleabskeyauth|abskey|dq|bt|tikwab|xb",
        ),
    ),
    (DialectField::All, WordList("af|all|allfields|tx|alltext|ft|ot1")),
    (DialectField::Title, WordList("ti|title|tt|to|titleoriginal|m_titl|mtitl")),
    (DialectField::Abstract, WordList("ab|abs|abstract")),
    (
        DialectField::Keyword,
        WordList(
            "kw|kf|key|ak|kp|kwd|ot|otherterm|authkey|keyword|keywords|id|authorkeywords|kq|ky|\
             eh|emt|mc|dn1",
        ),
    ),
    (DialectField::EXPLODED, WordList("mh|mesh|meshterms|meshheading|meshheadings")),
    (DialectField::ALONE, WordList("sh|de|dj|xm|subjectheading|sj")),
    (DialectField::HeadingWord, WordList("hw|su|mw|indexterms|subject|descriptor")),
    (
        DialectField::PublicationType,
        WordList("pt|publicationtype|ptyp|it|itemtype|dt|documenttype|doctype|ty|zt"),
    ),
    (
        DialectField::Substance,
        WordList(
            "nm|rn|substancename|supplementaryconcept|pharmacologicalaction|pa|registrynumber|\
             tradename|ecrnnumber|tn|dy|chemname|casregnumber|nc|ps|px|rx|ui|tr|drugname",
        ),
    ),
    (
        DialectField::Person,
        WordList("au|author|auth|fa|authors|authlastname|authorfirst|authorlast|ir|investigator"),
    ),
    (DialectField::Affiliation, WordList("ad|affiliation|affil|in|af1|cs|ff|org|oo")),
    (
        DialectField::Date,
        WordList(
            "dp|pdat|yr|py|pubyear|datepublication|publicationdate|epdat|ppdat|pd|pubdate|\
             pubdatetxt|dop|yearpublished",
        ),
    ),
    (DialectField::Number, WordList("si|secondarysourceid|cn|nctid|nctnumber|trialnumber")),
];

/// Fields that no record of a study has anything for.
const FOREIGN: [WordList; 3] = [
    // The Cochrane Register of Studies.
    WordList(
        "target|crscreated|crsmodified|crsincentral|dl|ep|dv|ca|sc|pb|ox|fx|fs1|dd|dm|pu|cf|\
         bn|sn|wp|et|lnk|zc|wc|cu|fo",
    ),
    // Days that a record came into a database, or was changed there.
    WordList("edat|crdt|dcom|mhda|dateentry|datecreate|dateentrez|datecompletion|dateadded|lr"),
    WordList(
        "la|lang|language|lg|sb|filter|subset|jn|jw|so|ta|journal|jt|is|ed|dc|ez|da|an|pm|\
         pmid|cp|pl|lim|gr|gn|vi|ip|pg|issn|isbn|doi|do|st|sa|em|up|rd|st1|cc|cl|ct|cy|\
         srctitle|exactsrctitle|subjarea|source|index|srctype|pubstage|openaccess|fundall|\
         fundsponsor|fundno|affilcountry|afid|auid|conf|grantnumber|placeofpublication|\
         transliteratedtitle|lm|sd|li",
    ),
];

/// Tags of the retired site beside names of fields, and their areas.
const AREAS: [(&str, &str); 31] = [
    ("disease", "ConditionSearch"),
    ("condition", "ConditionSearch"),
    ("conditions", "ConditionSearch"),
    ("treatment", "InterventionSearch"),
    ("intervention", "InterventionSearch"),
    ("interventions", "InterventionSearch"),
    ("outcome", "OutcomeSearch"),
    ("outcomes", "OutcomeSearch"),
    ("sponsor", "SponsorSearch"),
    ("sponsors", "SponsorSearch"),
    ("leadsponsor", "LeadSponsorName"),
    ("location", "LocationSearch"),
    ("country", "LocationCountry"),
    ("state", "LocationState"),
    ("city", "LocationCity"),
    ("phase", "Phase"),
    ("studytypes", "StudyType"),
    ("recruitment", "OverallStatus"),
    ("status", "OverallStatus"),
    ("gender", "Sex"),
    ("drug", "InterventionSearch"),
    ("eligibility", "EligibilitySearch"),
    ("locations", "LocationSearch"),
    ("cntry", "LocationCountry"),
    ("year", "StartDate"),
    ("date", "StartDate"),
    ("age", "StdAge"),
    ("enrollment", "EnrollmentCount"),
    ("studytype", "StudyType"),
    ("agegroup", "StdAge"),
    ("idnumber", "IdSearch"),
];

/// The field of a name or code as it is typed, such as `ti`, `Title/Abstract`
/// or `mesh:noexp`.
pub(super) fn field(code: &str, dialect: Dialect) -> Option<DialectField> {
    if named_fields::has_names(dialect) {
        return named_fields::field(code, dialect);
    }
    let (name, rest) = code.split_once([':', '~']).map_or((code, ""), |(name, rest)| (name, rest));
    let name = pieces::fold(name);
    let bare = pieces::fold(rest) == "noexp";
    match (name.as_str(), dialect) {
        ("mh" | "mesh" | "meshterms", _) if bare => Some(DialectField::ALONE),
        ("majr" | "meshmajortopic", _) => {
            Some(DialectField::Heading { explode: !bare, major: true })
        }
        ("mh", Dialect::Ebsco) => Some(DialectField::ALONE),
        // `FT Y` limits to records with full text.
        ("ft", Dialect::Ebsco) => None,
        ("mm" | "mj", _) => Some(DialectField::MAJOR),
        ("dt", Dialect::Ebsco) => Some(DialectField::Date),
        ("tn" | "dn", Dialect::Embase | Dialect::Ovid) => Some(DialectField::Substance),
        ("ps", Dialect::PubMed) => Some(DialectField::Person),
        ("de", Dialect::WebOfScience) | ("id", Dialect::Ovid) => Some(DialectField::Keyword),
        ("filter" | "subset", Dialect::PubMed) => Some(DialectField::PublicationType),
        ("sh", Dialect::PubMed) => Some(DialectField::Subheading),
        // Days of entry; research areas; texts of abstracts.
        ("dt", Dialect::Embase | Dialect::Ovid)
        | ("su", Dialect::WebOfScience)
        | ("text", Dialect::PubMed)
        | ("so", _) => Some(DialectField::Foreign),
        (name, Dialect::ClinicalTrials) => registry_field(name),
        (name, _) => common_field(name).or_else(|| {
            let of_pubmed = dialect == Dialect::PubMed && ["disease", "treatment"].contains(&name);
            if of_pubmed { registry_field(name) } else { None }
        }),
    }
}

/// The field of a name, folded, that means the same in all systems.
fn common_field(name: &str) -> Option<DialectField> {
    let known = FIELDS.iter().find(|(_, names)| names.contains(name));
    let foreign = || FOREIGN.iter().any(|names| names.contains(name));
    known.map(|(field, _)| *field).or_else(|| foreign().then_some(DialectField::Foreign))
}

/// What a tag of the retired site means.
fn registry_field(name: &str) -> Option<DialectField> {
    if let Some((_, area)) = AREAS.iter().find(|(known, _)| *known == name) {
        return Some(DialectField::Area(area));
    }
    let by_name = pieces::all().iter().find(|piece| pieces::fold(piece.name) == name);
    let by_title = || pieces::all().iter().find(|piece| pieces::fold(piece.label) == name);
    let older = || {
        pieces::all()
            .iter()
            .find(|piece| piece.older_names.iter().any(|older| pieces::fold(older) == name))
    };
    by_name.or_else(older).or_else(by_title).map(|piece| DialectField::Area(piece.name))
}

/// Whether all codes of a list are fields, such as `ti,ab,kw`.
pub(super) fn are_fields(codes: &str, dialect: Dialect) -> bool {
    let mut parts = codes.split([',', '.']).map(str::trim).peekable();
    parts.peek().is_some()
        && parts.all(|code| !code.is_empty() && code.len() < 14 && field(code, dialect).is_some())
}
