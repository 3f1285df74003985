//! Systems whose fields are names before a colon or a parenthesis, such as
//! `tw:(gout)`, `TITLE:"gout"`, `TI,AB(gout)` and `"All Metadata":gout`.
//!
//! Source: APA PsycNet's help on "Searchable fields" for its names. Those of
//! the other systems were written without their help at hand.

use super::field::DialectField;
use super::systems::Dialect;
use crate::word_list::WordList;
use trialdex_records::study::pieces;

const CONDITION: DialectField = DialectField::Area("ConditionSearch");
const INTERVENTION: DialectField = DialectField::Area("InterventionSearch");

/// Fields and their names, folded.
type FieldNames = &'static [(DialectField, WordList)];

const PROQUEST: FieldNames = &[
    (DialectField::Text, WordList("noft|tiab|tisuab|abti|summary|diskw")),
    (DialectField::All, WordList("ft|tx|all|anywhere")),
    (DialectField::Title, WordList("ti|title|otitle|alttitle|subtitle")),
    (DialectField::Abstract, WordList("ab|abstract")),
    (DialectField::Keyword, WordList("if|identifier|kw|keyword|diskwexact|ifexact")),
    (DialectField::HeadingWord, WordList("su|subject|mesh|mjmesh|emb|mjemb|mainsubject|sub")),
    (
        DialectField::ALONE,
        WordList("suexact|meshexact|mainsubjectexact|embexact|subexact|subjectexact"),
    ),
    (
        DialectField::EXPLODED,
        WordList(
            "suexactexplode|meshexactexplode|mainsubjectexactexplode|embexactexplode|\
             subexactexplode|meshexplode|embexplode",
        ),
    ),
    (DialectField::MAJOR, WordList("mjmeshexact|mjembexact|mjsub|mjsubexact|majr")),
    (
        DialectField::Heading { explode: true, major: true },
        WordList("mjmeshexactexplode|mjembexactexplode|mjsubexactexplode"),
    ),
    (DialectField::Substance, WordList("subst|substance|rn|sbex|tn")),
    (DialectField::Person, WordList("au|author|auexact")),
    (DialectField::Affiliation, WordList("af|aff|affiliation|org")),
    (DialectField::Date, WordList("pd|py|yr|pubdate|publicationdate")),
    (
        DialectField::PublicationType,
        WordList("dtype|rtype|rtypeexact|dtypeexact|pt|pstype|me|meexact|age|ageexact|po|poexact"),
    ),
    (
        DialectField::Foreign,
        WordList(
            "la|laexact|lan|pub|pubexact|pubid|so|jn|is|issn|isbn|an|cc|stype|udate|ud|fdb|db|\
             peer|loc|locexact|country|cp|pb|doi|disid|sch|dg|adv|exactloc|cl",
        ),
    ),
];

const BVS: FieldNames = &[
    (DialectField::Text, WordList("tw|palavras|words|tiab")),
    (DialectField::Title, WordList("ti|title|titulo|tibvs")),
    (DialectField::Abstract, WordList("ab|abstract|resumo")),
    (DialectField::Keyword, WordList("kw")),
    (
        DialectField::ALONE,
        WordList("mh|mhcluster|subjectdescriptor|descritordeassunto|dedecs|mhexact"),
    ),
    (DialectField::MAJOR, WordList("mj|mjexact|majr")),
    (DialectField::Subheading, WordList("sh")),
    (DialectField::Person, WordList("au|author")),
    (DialectField::Affiliation, WordList("af|afiliacao")),
    (DialectField::Date, WordList("yearcluster|dp|py|year|ano")),
    (DialectField::PublicationType, WordList("pt|limit|limits|limite|typeofstudy|type|ct")),
    (
        DialectField::Foreign,
        WordList(
            "db|la|instance|collection|ta|da|entrydate|fulltext|cp|pais|paisassunto|\
             countryofassociation|clinicalaspect|journal|id|st|is|cc|mt|network|pmcid|services|\
             afcountry|bvs",
        ),
    ),
];

const EPISTEMONIKOS: FieldNames = &[
    (DialectField::Text, WordList("titleorabstract|advancedtitleorabstract")),
    (DialectField::Title, WordList("title|titleen|titlees|advancedtitleen|advancedtitle")),
    (
        DialectField::Abstract,
        WordList("abstract|abstracten|abstractes|advancedabstracten|advancedabstract"),
    ),
    (DialectField::Keyword, WordList("keywords|keyword")),
    (DialectField::Person, WordList("author|authors")),
    (DialectField::Date, WordList("year|publicationyear")),
    (DialectField::PublicationType, WordList("classification|type|publicationtype")),
    (DialectField::Foreign, WordList("source|journal|doi|language|database|minyear|created")),
];

const EUROPE_PMC: FieldNames = &[
    (DialectField::Text, WordList("titleabs|methods|results|intro|discuss|concl|other|suppl|fig")),
    (DialectField::All, WordList("body|text")),
    (DialectField::Title, WordList("title")),
    (DialectField::Abstract, WordList("abstract")),
    (DialectField::Keyword, WordList("kw|keyword")),
    (DialectField::EXPLODED, WordList("mesh")),
    (CONDITION, WordList("disease|diseaseid")),
    (DialectField::Substance, WordList("chem|chebitermid|chebiterm|substance")),
    (DialectField::Person, WordList("auth|authfirst|authlast|investigator")),
    (DialectField::Affiliation, WordList("aff")),
    (DialectField::Date, WordList("firstpdate|pubyear|ppdate|epdate|ppdated|epdated|pdate")),
    (DialectField::PublicationType, WordList("pubtype")),
    (
        DialectField::Foreign,
        WordList(
            "src|extid|pmcid|doi|journal|issn|essn|isbn|lang|language|hasabstract|haspdf|hasft|\
             hasfulltext|hasreflist|hasdata|hassuppl|hastmaccessionnumbers|haslabslinks|hasdoi|\
             openaccess|inepmc|inpmc|creationdate|updatedate|firstidate|cited|cites|grantid|\
             grantagency|license|sortdate|sortcited|authmanid|authorid|authorroles|volume|issue|\
             page|pageinfo|accessionid|accessiontype|organism|geneprotein|goterm|efo|\
             resourcename|embargodate|preprint|ver",
        ),
    ),
];

const PSYCNET: FieldNames = &[
    (DialectField::All, WordList("anyfield|anyfields|fulltext")),
    (DialectField::Title, WordList("title|ti|documenttitle")),
    (DialectField::Abstract, WordList("abstract|ab")),
    (DialectField::Keyword, WordList("keyconcepts")),
    // They are those of titles and index terms, too.
    (DialectField::Text, WordList("keywords|keyword")),
    (DialectField::ALONE, WordList("indexterms|indexterm|subject|it|de")),
    (DialectField::EXPLODED, WordList("mesh|medicalsubjectheadings")),
    (DialectField::Person, WordList("author|authors")),
    (DialectField::Affiliation, WordList("affiliation|authoraffiliation")),
    (DialectField::Date, WordList("year|publicationyear|publicationdate|daterange")),
    (
        DialectField::PublicationType,
        WordList("methodology|documenttype|publicationtype|agegroup|populationgroup|population"),
    ),
    (
        DialectField::Foreign,
        WordList(
            "language|journaltitle|publication|publisher|peerreviewedjournalsonly|peerreviewed|\
             classification|testsandmeasures|releasedate|doi|location|publicationname|source|\
             sourcetitle|grantsponsorship",
        ),
    ),
];

const IEEE: FieldNames = &[
    (DialectField::All, WordList("allmetadata|fulltextmetadata|fulltextonly|fulltextallmetadata")),
    (DialectField::Title, WordList("documenttitle|title")),
    (DialectField::Abstract, WordList("abstract")),
    (
        DialectField::Keyword,
        WordList(
            "authorkeywords|indexterms|ieeeterms|inspeccontrolledterms|inspecnoncontrolledterms",
        ),
    ),
    (DialectField::ALONE, WordList("meshterms")),
    (DialectField::Person, WordList("authors|author")),
    (DialectField::Affiliation, WordList("authoraffiliations|authoraffiliation")),
    (DialectField::Date, WordList("publicationyear|year")),
    (
        DialectField::Foreign,
        WordList(
            "publicationtitle|publicationnumber|issn|isbn|doi|articlenumber|standardnumber|\
             conferencelocation|parentpublicationnumber|funding",
        ),
    ),
];

const SCHOLAR: FieldNames = &[
    (DialectField::Title, WordList("intitle|allintitle")),
    (DialectField::All, WordList("intext|allintext")),
    (DialectField::Person, WordList("author|allinauthor")),
    (DialectField::Foreign, WordList("source|site|filetype|inurl|after|before")),
];

const ICTRP: FieldNames = &[
    (DialectField::Title, WordList("title|publictitle|scientifictitle")),
    (CONDITION, WordList("condition|conditions")),
    (INTERVENTION, WordList("intervention|interventions")),
    (DialectField::Area("LeadSponsorName"), WordList("primarysponsor|sponsor")),
    (DialectField::Number, WordList("trialid|secondaryid|mainid")),
    (DialectField::Area("LocationCountry"), WordList("country|countries|recruitmentcountry")),
    (DialectField::Area("OverallStatus"), WordList("recruitmentstatus|recruitment")),
    (DialectField::Area("Phase"), WordList("phase|phases")),
    (DialectField::Area("Sex"), WordList("gender")),
    (DialectField::Area("StudyType"), WordList("studytype")),
    (DialectField::Date, WordList("dateofenrolment|dateenrollment")),
    (DialectField::Foreign, WordList("dateofregistration|registrationdate|synonyms|exportdate")),
];

const ISRCTN: FieldNames = &[
    (DialectField::Title, WordList("title|publictitle|scientifictitle|acronym")),
    (CONDITION, WordList("condition|conditioncategory|conditions")),
    (INTERVENTION, WordList("intervention|interventions|drugnames|interventiontype")),
    (
        DialectField::Area("OutcomeSearch"),
        WordList("primaryoutcome|secondaryoutcome|outcome|outcomes"),
    ),
    (
        DialectField::Area("EligibilitySearch"),
        WordList("inclusion|exclusion|participantinclusioncriteria"),
    ),
    (DialectField::Area("SponsorSearch"), WordList("sponsor|sponsors|funder|funders")),
    (
        DialectField::Area("LocationCountry"),
        WordList("recruitmentcountry|country|trialcentrecountry"),
    ),
    (DialectField::Area("Phase"), WordList("phase")),
    (DialectField::Area("OverallStatus"), WordList("overallstatus|recruitmentstatus|status")),
    (DialectField::Area("Sex"), WordList("gender")),
    (
        DialectField::Number,
        WordList("isrctn|secondaryid|eudractnumber|protocolserialnumber|nctnumber"),
    ),
    (DialectField::Date, WordList("overallstartdate|recruitmentstart|startdate")),
    (
        DialectField::Foreign,
        WordList(
            "dateassigned|dateapplied|lastedited|agerange|ipdsharing|trialdesign|\
             primarystudydesign|plainenglishsummary",
        ),
    ),
];

const EU_REGISTER: FieldNames = &[
    (DialectField::Title, WordList("title|fulltitle")),
    (CONDITION, WordList("condition|medicalcondition|disease|therapeuticarea")),
    (INTERVENTION, WordList("product|productname|activesubstance|inn|tradename")),
    (DialectField::Area("LeadSponsorName"), WordList("sponsor|sponsorname")),
    (DialectField::Area("LocationCountry"), WordList("country|membersstate")),
    (DialectField::Area("Phase"), WordList("phase|trialphase")),
    (DialectField::Area("OverallStatus"), WordList("status|trialstatus")),
    (DialectField::Area("Sex"), WordList("gender")),
    (DialectField::Number, WordList("eudractnumber|eudract|ctnumber")),
    (DialectField::Date, WordList("startdate|datefrom|dateto")),
    (DialectField::Foreign, WordList("age|resultsstatus|rarediseases|orphan")),
];

/// The fields of a system; none for those whose fields have other forms.
fn names(dialect: Dialect) -> Option<FieldNames> {
    Some(match dialect {
        Dialect::ProQuest => PROQUEST,
        Dialect::Bvs => BVS,
        Dialect::Epistemonikos => EPISTEMONIKOS,
        Dialect::EuropePmc => EUROPE_PMC,
        Dialect::PsycNet => PSYCNET,
        Dialect::Ieee => IEEE,
        Dialect::Scholar => SCHOLAR,
        Dialect::Ictrp => ICTRP,
        Dialect::Isrctn => ISRCTN,
        Dialect::EuRegister => EU_REGISTER,
        _ => return None,
    })
}

/// Whether fields of a system are names before a colon or a parenthesis.
pub(super) fn has_names(dialect: Dialect) -> bool {
    names(dialect).is_some()
}

/// Systems with such fields that join operands side by side.
pub(super) fn joins_by_blanks(dialect: Dialect) -> bool {
    matches!(
        dialect,
        Dialect::Scholar
            | Dialect::Bvs
            | Dialect::Epistemonikos
            | Dialect::EuropePmc
            | Dialect::Ieee
            | Dialect::Isrctn
    )
}

/// The field of a name as it is typed in such a system.
pub(super) fn field(name: &str, dialect: Dialect) -> Option<DialectField> {
    let name = pieces::fold(name);
    let known = names(dialect)?.iter().find(|(_, known)| known.contains(&name));
    known.map(|(field, _)| *field)
}

/// Whether a text (in small letters) before a colon is a name of a system's
/// fields, or part of its form.
pub(super) fn is_name(small: &str, dialect: Dialect) -> bool {
    // The ICTRP writes the choices of its form after colons.
    dialect == Dialect::Ictrp || field(small.trim_start_matches(['(', '"']), dialect).is_some()
}

#[cfg(test)]
mod tests;
