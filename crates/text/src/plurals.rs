//! The singular of a word.
//!
//! The rules extend those of Harman ("How effective is suffixing?", JASIS 42,
//! 1991) by the endings of medical Latin and Greek. Genitives of names stay
//! as they are: `pneumoniae`, `pylori`.

/// Plurals that no rule gives, and words that look like plurals; sorted.
#[rustfmt::skip]
const IRREGULAR: &[(&str, &str)] = &[
    ("abuses", "abuse"), ("algae", "alga"), ("alveoli", "alveolus"), ("always", "always"),
    ("apices", "apex"), ("appendices", "appendix"), ("atlas", "atlas"), ("atria", "atrium"),
    ("axes", "axis"), ("axillae", "axilla"), ("bacteria", "bacterium"), ("bias", "bias"),
    ("biases", "bias"), ("bronchi", "bronchus"), ("bursae", "bursa"), ("calculi", "calculus"),
    ("calories", "calorie"), ("calves", "calf"), ("calyces", "calyx"), ("canaliculi", "canaliculus"),
    ("canvas", "canvas"), ("caries", "caries"), ("cervices", "cervix"), ("children", "child"),
    ("childrens", "child"), ("chooses", "choose"), ("closes", "close"), ("confuses", "confuse"),
    ("cookies", "cookie"), ("corpora", "corpus"), ("cortices", "cortex"), ("crises", "crisis"),
    ("criteria", "criterion"), ("criterias", "criterion"), ("crura", "crus"), ("curricula", "curriculum"),
    ("dies", "die"), ("diffuses", "diffuse"), ("diverticula", "diverticulum"), ("does", "does"),
    ("doses", "dose"), ("emboli", "embolus"), ("endothelia", "endothelium"), ("epithelia", "epithelium"),
    ("excuses", "excuse"), ("fasciae", "fascia"), ("feet", "foot"), ("femora", "femur"),
    ("foci", "focus"), ("foramina", "foramen"), ("fornices", "fornix"), ("fossae", "fossa"),
    ("fundi", "fundus"), ("fungi", "fungus"), ("fuses", "fuse"), ("ganglia", "ganglion"), ("gas", "gas"),
    ("gases", "gas"), ("genera", "genus"), ("glomeruli", "glomerulus"), ("glucoses", "glucose"),
    ("gyri", "gyrus"), ("halves", "half"), ("has", "has"), ("helices", "helix"), ("his", "his"),
    ("housewives", "housewife"), ("indices", "index"), ("infuses", "infuse"), ("irides", "iris"),
    ("irises", "iris"), ("its", "its"), ("kilocalories", "kilocalorie"), ("knives", "knife"),
    ("lacunae", "lacuna"), ("larvae", "larva"), ("larynges", "larynx"), ("lens", "lens"),
    ("lenses", "lens"), ("lice", "louse"), ("lies", "lie"), ("loci", "locus"), ("loses", "lose"),
    ("lumina", "lumen"), ("matrices", "matrix"), ("maxillae", "maxilla"), ("men", "man"),
    ("menisci", "meniscus"), ("mens", "man"), ("metastases", "metastasis"), ("mice", "mouse"),
    ("microdoses", "microdose"), ("midwives", "midwife"), ("misuses", "misuse"),
    ("mitochondria", "mitochondrion"), ("movies", "movie"), ("mucosae", "mucosa"), ("naevi", "nevus"),
    ("nevi", "nevus"), ("news", "news"), ("nidi", "nidus"), ("noses", "nose"), ("nuclei", "nucleus"),
    ("odds", "odds"), ("ostia", "ostium"), ("ova", "ovum"), ("overdoses", "overdose"),
    ("pancreas", "pancreas"), ("pancreases", "pancreas"), ("papillae", "papilla"), ("pelvises", "pelvis"),
    ("perhaps", "perhaps"), ("phalanges", "phalanx"), ("pharynges", "pharynx"),
    ("phenomena", "phenomenon"), ("pies", "pie"), ("plasmodia", "plasmodium"), ("plexi", "plexus"),
    ("poses", "pose"), ("purposes", "purpose"), ("quizzes", "quiz"), ("rabies", "rabies"),
    ("radii", "radius"), ("refuses", "refuse"), ("reuses", "reuse"), ("scabies", "scabies"),
    ("selfies", "selfie"), ("septa", "septum"), ("sequelae", "sequela"), ("sera", "serum"),
    ("series", "series"), ("shelves", "shelf"), ("shoes", "shoe"), ("species", "species"),
    ("spectra", "spectrum"), ("stimuli", "stimulus"), ("strata", "stratum"), ("sulci", "sulcus"),
    ("symposia", "symposium"), ("teeth", "tooth"), ("termini", "terminus"), ("testes", "testis"),
    ("texas", "texas"), ("thalami", "thalamus"), ("thrombi", "thrombus"), ("ties", "tie"),
    ("toes", "toe"), ("tophi", "tophus"), ("trabeculae", "trabecula"), ("underlies", "underlie"),
    ("uses", "use"), ("vertebrae", "vertebra"), ("vertices", "vertex"), ("villi", "villus"),
    ("was", "was"), ("wives", "wife"), ("women", "woman"), ("womens", "woman"), ("yes", "yes"),
];

/// Abbreviations that end in `s` in the singular; sorted. They are those that
/// real records write in capitals at least four times as often as in any
/// other way, and at least ten times. Whether a word is in capitals does not
/// count: queries are not.
#[rustfmt::skip]
const ABBREVIATIONS: &[&str] = &[
    "acs", "adas", "afrs", "ags", "ahfs", "ahs", "aids", "als", "ams", "anrs", "aps", "ards", "ases",
    "ats", "aws", "bbs", "bcs", "bms", "bocs", "bts", "cas", "cbds", "ccs", "cds", "cfs", "cgms", "chs",
    "cirs", "clas", "cms", "cns", "cos", "cpps", "crps", "crs", "csms", "cvs", "cws", "dbs", "ders",
    "des", "dfs", "dheas", "dms", "efs", "ehs", "ems", "ens", "eos", "ers", "ets", "ews", "facs", "fas",
    "fbs", "fcps", "fes", "ffs", "fhs", "fms", "frcs", "furs", "fxs", "gbs", "gcs", "gds", "ghs", "gls",
    "gos", "gsrs", "hads", "hds", "heds", "hes", "hhs", "hns", "hps", "hras", "hts", "ias", "ibs",
    "icos", "ics", "ids", "ihs", "ilbs", "ims", "ios", "iras", "irs", "kcs", "koos", "kps", "kras",
    "lcs", "les", "los", "lps", "lqts", "luts", "madrs", "mas", "mbbs", "mbs", "mcs", "mds", "mers",
    "mfs", "mhs", "mods", "mrs", "mtfs", "mts", "nas", "ncs", "ngs", "nhs", "nirs", "nmrs", "nns",
    "nos", "nprs", "nps", "nras", "nrs", "oars", "ohs", "ohts", "oms", "ons", "ors", "osas", "ots",
    "pandas", "pas", "pbs", "pcos", "pcs", "pds", "pfs", "phs", "pics", "pms", "pns", "poms", "prs",
    "pws", "qls", "qrs", "raas", "rads", "rars", "ras", "rds", "rfs", "rirs", "rls", "rms", "rns",
    "ros", "rrms", "sads", "sahs", "saps", "sars", "sas", "scs", "ses", "sids", "sirs", "slos", "sms",
    "sos", "sras", "srs", "ssrs", "sts", "svs", "tas", "tens", "tls", "tms", "tpms", "tps", "uas",
    "uls", "urs", "uws", "vas", "vats", "vls", "vns", "wgs", "whs", "wihs", "xfs",
];

/// Endings of plurals in `-es` and what they become, tried in order.
#[rustfmt::skip]
const ENDINGS: &[(&str, &str)] = &[
    ("eies", "eies"), ("aies", "aies"), ("ies", "y"),
    ("yses", "ysis"), ("poses", "pose"), ("closes", "close"), ("oses", "osis"), ("eses", "esis"),
    ("auses", "ause"), ("ouses", "ouse"), ("uses", "us"),
    ("sses", "ss"), ("xes", "x"), ("aches", "ache"), ("ches", "ch"), ("shes", "sh"),
    ("oes", "o"), ("aes", "aes"), ("ees", "ee"), ("itides", "itis"),
];

/// Endings of Latin and Greek plurals without an `s`.
const CLASSICAL: &[(&str, &str)] = &[
    ("ulae", "ula"),
    ("mata", "ma"),
    ("bacteria", "bacterium"),
    ("cocci", "coccus"),
    ("bacilli", "bacillus"),
];

/// Where the rows of a sorted table begin that have each first letter. Every
/// word of a text is looked for, so that it is worth it.
const fn starts<const ROWS: usize>(first: [u8; ROWS]) -> [usize; 27] {
    let (mut starts, mut letter) = ([ROWS; 27], 0);
    while letter < 26 {
        let mut row = 0;
        while row < ROWS && first[row] < b'a' + letter {
            row += 1;
        }
        starts[letter as usize] = row;
        letter += 1;
    }
    starts
}

const ABBREVIATION_STARTS: [usize; 27] = {
    let (mut first, mut row) = ([0; ABBREVIATIONS.len()], 0);
    while row < first.len() {
        first[row] = ABBREVIATIONS[row].as_bytes()[0];
        row += 1;
    }
    starts(first)
};

const IRREGULAR_STARTS: [usize; 27] = {
    let (mut first, mut row) = ([0; IRREGULAR.len()], 0);
    while row < first.len() {
        first[row] = IRREGULAR[row].0.as_bytes()[0];
        row += 1;
    }
    starts(first)
};

/// The rows of a table with a first letter.
fn of_letter<T>(rows: &'static [T], starts: &[usize; 27], letter: u8) -> &'static [T] {
    let letter = usize::from(letter - b'a');
    &rows[starts[letter]..starts[letter + 1]]
}

/// Turns a word of three small letters or more into its singular.
pub(super) fn singular(word: &mut String) {
    let bytes = word.as_bytes();
    let letter = bytes[0];
    let [.., third, second, last] = bytes else { return };
    // Every plural ends in one of these.
    match (third, second, last) {
        (_, _, b's' | b'a' | b'i')
        | (_, b'a', b'e')
        | (b'i', b'c', b'e')
        | (b'm' | b'r', b'e', b'n')
        | (b'e', b'e' | b't', b't' | b'h') => {}
        _ => return,
    }
    let (second, last) = (*second, *last);
    let abbreviations = of_letter(ABBREVIATIONS, &ABBREVIATION_STARTS, letter);
    if last == b's' && abbreviations.contains(&word.as_str()) {
        return;
    }
    let irregular = of_letter(IRREGULAR, &IRREGULAR_STARTS, letter);
    if let Some((_, one)) = irregular.iter().find(|(many, _)| *many == word.as_str()) {
        word.clear();
        word.push_str(one);
        return;
    }
    match (second, last) {
        (b'e', b's') => without_ending(word, ENDINGS, 1),
        (b'u' | b's' | b'i', b's') => {}
        (_, b's') => {
            word.pop();
        }
        _ => without_ending(word, CLASSICAL, 0),
    }
}

/// Replaces the first of some endings that a word has, or else cuts letters
/// off.
fn without_ending(word: &mut String, endings: &[(&str, &str)], else_cut: usize) {
    // What is left is a word, not a letter or two.
    let fits = |(many, one): &&(&str, &str)| {
        word.len() > many.len() && word.ends_with(many) && word.len() - many.len() + one.len() >= 2
    };
    match endings.iter().find(fits) {
        Some((many, one)) => {
            word.truncate(word.len() - many.len());
            word.push_str(one);
        }
        None => word.truncate(word.len() - else_cut),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(word: &str) -> String {
        let mut word = word.to_owned();
        singular(&mut word);
        word
    }

    #[test]
    fn tables_are_sorted() {
        assert!(IRREGULAR.is_sorted());
        assert!(ABBREVIATIONS.is_sorted());
    }

    #[test]
    fn classical_plurals_have_a_singular() {
        for (many, expected) in [
            ("thrombi", "thrombus"),
            ("enterococci", "enterococcus"),
            ("mycobacteria", "mycobacterium"),
            ("fistulae", "fistula"),
            ("vertebrae", "vertebra"),
            ("vasculitides", "vasculitis"),
            ("phalanges", "phalanx"),
            ("cervices", "cervix"),
            ("diverticula", "diverticulum"),
            ("leiomyomata", "leiomyoma"),
            ("testes", "testis"),
        ] {
            assert_eq!(one(many), expected);
        }
        for name in ["pneumoniae", "influenzae", "pylori", "typhi", "media", "india", "alumni"] {
            assert_eq!(one(name), name);
        }
    }

    #[test]
    fn abbreviations_are_no_plurals() {
        for name in ["kras", "mds", "sars", "aids", "ards", "ibs", "news", "lens", "caries"] {
            assert_eq!(one(name), name);
        }
        assert_eq!(one("mscs"), "msc");
        assert_eq!(one("rcts"), "rct");
    }

    #[test]
    fn names_of_drugs_keep_their_ending() {
        for name in ["sirolimus", "everolimus", "cannabis", "clematis", "fungus"] {
            assert_eq!(one(name), name);
        }
    }

    #[test]
    fn verbs_lose_their_ending_alone() {
        for (many, expected) in [
            ("diagnoses", "diagnosis"),
            ("tuberculoses", "tuberculosis"),
            ("proposes", "propose"),
            ("closes", "close"),
            ("chooses", "choose"),
        ] {
            assert_eq!(one(many), expected);
        }
    }
}
