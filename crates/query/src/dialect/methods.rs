//! Publication types and headings that say how a study was done: what fields
//! of a record say the same.

use trialdex_records::study::pieces;

/// The translation of a method's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MethodMeaning {
    /// A field that says it, as an expression.
    Said(&'static str),
    /// Nothing that is known of a study, and why.
    Unsayable(&'static str),
    /// A kind of publication, which no study is, and why.
    Never(&'static str),
    /// What every study is, and why.
    Always(&'static str),
    /// What no study is of, and why.
    Nowhere(&'static str),
}

use crate::word_list::WordList;
use MethodMeaning::{Always, Never, Nowhere, Said, Unsayable};

const RANDOMIZED: MethodMeaning = Said("AREA[DesignAllocation]RANDOMIZED");
const CONTROLLED: MethodMeaning = Said("AREA[DesignAllocation](RANDOMIZED OR NON_RANDOMIZED)");
const TRIAL: MethodMeaning = Said("AREA[StudyType]INTERVENTIONAL");
const OBSERVED: MethodMeaning = Said("AREA[StudyType]OBSERVATIONAL");
const BLINDED: MethodMeaning = Said("AREA[DesignMasking](DOUBLE OR TRIPLE OR QUADRUPLE)");
const CHILD: MethodMeaning = Said("AREA[StdAge]CHILD");
const ADULT: MethodMeaning = Said("AREA[StdAge]ADULT");
/// Of 18 or 19 years and above, with no upper end.
const GROWN: MethodMeaning = Said("AREA[StdAge](ADULT OR OLDER_ADULT)");
const OLD: MethodMeaning = Said("AREA[StdAge]OLDER_ADULT");
const OF_HUMANS: MethodMeaning = Always("all studies here are of humans");
const OF_ANIMALS: MethodMeaning = Nowhere("no study here is of animals");
/// What an exploded heading such as `exp Animals/` comes to.
pub(super) const TAKES_IN_HUMANS: MethodMeaning =
    Always("humans are below this heading, and all studies here are of humans");
const NO_FIELD: MethodMeaning = Unsayable("no field of a record says so");
const PUBLICATION: MethodMeaning = Never("records of studies are no publications");

/// Folded names of publication types, headings, Emtree terms and limits.
const METHODS: [(MethodMeaning, WordList); 28] = [
    (
        NO_FIELD,
        WordList(
            "hasabstract|comparativestudy|evaluationstudy|evaluationstudies|multicenterstudy|\
             multicenterstudiesastopic|validationstudy|twinstudy",
        ),
    ),
    (
        RANDOMIZED,
        WordList(
            "randomizedcontrolledtrial|randomisedcontrolledtrial|randomizedcontrolledtrials|\
             randomizedcontrolledtrialastopic|randomizedcontrolledtrialsastopic|randomallocation|\
             randomization|randomisation|randomassignment|randomsample|\
             randomizedcontrolledtrialpublicationtype|equivalencetrial|equivalencetrialsastopic|\
             clustertrial|randomizedclinicaltrial|randomizedclinicaltrials|\
             randomizedcontrolledtrialtopic",
        ),
    ),
    (
        CONTROLLED,
        WordList(
            "controlledclinicaltrial|controlledclinicaltrials|controlledclinicaltrialsastopic|\
             controlledclinicaltrialtopic|controlledstudy|controlledtrial|\
             nonrandomizedcontrolledtrialsastopic",
        ),
    ),
    (
        TRIAL,
        WordList(
            "clinicaltrial|clinicaltrials|clinicaltrialsastopic|clinicaltrialall|clinicalstudy|\
             pragmaticclinicaltrial|pragmaticclinicaltrialsastopic|adaptiveclinicaltrial|\
             adaptiveclinicaltrialsastopic|clinicaltrialtopic|interventionstudy|\
             interventionstudies|clinicaltrialveterinary|clinicaltrialprotocol|\
             experimentaldesign|trial",
        ),
    ),
    (
        Said("AREA[Phase](EARLY_PHASE1 OR PHASE1)"),
        WordList(
            "clinicaltrialphasei|clinicaltrialsphaseiastopic|phase1clinicaltrial|\
             clinicaltrialphase1|phaseiclinicaltrial",
        ),
    ),
    (
        Said("AREA[Phase]PHASE2"),
        WordList(
            "clinicaltrialphaseii|clinicaltrialsphaseiiastopic|phase2clinicaltrial|\
             clinicaltrialphase2|phaseiiclinicaltrial",
        ),
    ),
    (
        Said("AREA[Phase]PHASE3"),
        WordList(
            "clinicaltrialphaseiii|clinicaltrialsphaseiiiastopic|phase3clinicaltrial|\
             clinicaltrialphase3|phaseiiiclinicaltrial",
        ),
    ),
    (
        Said("AREA[Phase]PHASE4"),
        WordList(
            "clinicaltrialphaseiv|clinicaltrialsphaseivastopic|phase4clinicaltrial|\
             clinicaltrialphase4|phaseivclinicaltrial",
        ),
    ),
    (OBSERVED, WordList("observationalstudy|observationalstudiesastopic|observationalstudytopic")),
    (
        BLINDED,
        WordList(
            "doubleblindmethod|doubleblindprocedure|tripleblindprocedure|doubleblindstudies|\
             tripleblindstudies",
        ),
    ),
    (
        Said("AREA[DesignMasking](SINGLE OR DOUBLE OR TRIPLE OR QUADRUPLE)"),
        WordList("singleblindmethod|singleblindprocedure|singleblindstudies"),
    ),
    (
        Said("AREA[DesignInterventionModel]CROSSOVER"),
        WordList("crossoverstudies|crossoverprocedure|crossoverstudy|crossoverdesign"),
    ),
    (Said("AREA[DesignInterventionModel]FACTORIAL"), WordList("factorialdesign")),
    (Said("AREA[DesignInterventionModel]PARALLEL"), WordList("paralleldesign")),
    (
        Said("AREA[DesignObservationalModel]COHORT"),
        WordList("cohortstudies|cohortanalysis|cohortstudy"),
    ),
    (
        Said("AREA[DesignObservationalModel]CASE_CONTROL"),
        WordList("casecontrolstudies|casecontrolstudy"),
    ),
    (
        Said("AREA[DesignTimePerspective]PROSPECTIVE OR AREA[StudyType]INTERVENTIONAL"),
        WordList("prospectivestudies|prospectivestudy"),
    ),
    (
        Said("AREA[DesignTimePerspective]RETROSPECTIVE"),
        WordList("retrospectivestudies|retrospectivestudy"),
    ),
    (
        Said("AREA[DesignTimePerspective]CROSS_SECTIONAL"),
        WordList("crosssectionalstudies|crosssectionalstudy"),
    ),
    (
        CHILD,
        WordList(
            "child|childpreschool|infant|infantnewborn|newborn|adolescent|pediatrics|\
             preschoolchild|schoolchild|allchild|allchild0to18years|allinfant",
        ),
    ),
    (GROWN, WordList("adult|adults|alladult|alladult19plusyears|alladult19years|adult19years")),
    (ADULT, WordList("youngadult|middleaged")),
    (OLD, WordList("aged|aged80andover|veryelderly|elderly|frailelderly")),
    (Said("AREA[Sex](FEMALE OR \"ALL\")"), WordList("female|females")),
    (Said("AREA[Sex](MALE OR \"ALL\")"), WordList("male|males")),
    (
        OF_HUMANS,
        WordList(
            "human|humans|homosapiens|humanexperiment|humansandanimals|inhumans|humanpopulation|\
             population|allhumans",
        ),
    ),
    (
        OF_ANIMALS,
        WordList(
            "animal|animals|animalsonly|otheranimals|inanimals|animalslaboratory|\
             laboratoryanimals|animalpopulation|animalstudies|animalstudy|modelsanimal|\
             diseasemodelsanimal|animaldiseasemodel|animalexperimentation|animalexperiment|\
             animalmodel|animaldiseases|animaltissue|animalcell|nonhuman|nonhumans|rat|rats|\
             mouse|mice|rodentia|rodent|rodents|dog|dogs|cat|cats|rabbit|rabbits|swine|sheep|\
             cattle|vertebrate|vertebrates|invertebrate|invertebrates",
        ),
    ),
    (
        Unsayable("no field of a record says it of a study"),
        WordList("humantissue|humancell|normalhuman"),
    ),
];

/// Folded names of kinds of publications.
const PUBLICATIONS: WordList = WordList(
    "letter|editorial|comment|commentary|note|review|reviews|systematicreview|\
     systematicreviews|metaanalysis|metaanalyses|metaanalysisastopic|casereports|casereport|\
     casestudy|casestudies|news|newspaperarticle|historicalarticle|biography|interview|\
     guideline|practiceguideline|erratum|retractedpublication|lecture|anecdotesastopic|\
     conferenceabstract|conferencepaper|conferencereview|conferenceproceeding|article|\
     journalarticle|articleinpress|shortsurvey|surveys|book|bookchapter|addresses|\
     patienteducationhandout|technicalreport|abstractreport|preprint|proceedingspaper",
);

/// The translation of a method's name, in a field of methods or as a heading.
pub(super) fn method(name: &str) -> Option<MethodMeaning> {
    let folded = pieces::fold(name);
    if PUBLICATIONS.contains(folded.as_str()) {
        return Some(PUBLICATION);
    }
    METHODS.iter().find(|(_, names)| names.contains(&folded)).map(|(method, _)| *method)
}

/// Folded names of headings that humans are below in MeSH and Emtree.
const ABOVE_HUMANS: WordList = WordList(
    "animals|animal|chordata|vertebrates|vertebrate|mammals|mammal|eutheria|primates|primate|\
     haplorhini|catarrhini|hominidae|hominid|eukaryota|eukaryote|organisms|organism",
);

/// Whether humans are below a heading: exploded, it takes in every study.
pub(super) fn takes_in_humans(name: &str) -> bool {
    ABOVE_HUMANS.contains(pieces::fold(name).as_str())
}

/// Subheadings for actions, by MEDLINE's codes and names, and the type of
/// intervention with the same meaning.
///
/// Source: "MEDLINE Subheadings" of the National Library of Medicine.
const TREATMENTS: [(&str, WordList); 3] = [
    (
        "AREA[InterventionType](DRUG OR BIOLOGICAL OR COMBINATION_PRODUCT)",
        WordList("dt|drugtherapy"),
    ),
    ("AREA[InterventionType]PROCEDURE", WordList("su|surgery")),
    ("AREA[InterventionType]RADIATION", WordList("rt|radiotherapy")),
];

/// The meaning of a subheading without a heading, such as `drug therapy.fs.`.
pub(super) fn subheading(name: &str) -> MethodMeaning {
    let folded = pieces::fold(name);
    let said = TREATMENTS.iter().find(|(_, names)| names.contains(&folded));
    said.map_or(Unsayable("no field of a record says it"), |(said, _)| Said(said))
}
