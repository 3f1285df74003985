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
    ("chooses", "choose"), ("closes", "close"), ("confuses", "confuse"), ("cookies", "cookie"),
    ("corpora", "corpus"), ("cortices", "cortex"), ("crises", "crisis"), ("criteria", "criterion"),
    ("crura", "crus"), ("curricula", "curriculum"), ("dies", "die"), ("diffuses", "diffuse"),
    ("diverticula", "diverticulum"), ("does", "does"), ("doses", "dose"), ("emboli", "embolus"),
    ("endothelia", "endothelium"), ("epithelia", "epithelium"), ("excuses", "excuse"),
    ("fasciae", "fascia"), ("feet", "foot"), ("femora", "femur"), ("foci", "focus"),
    ("foramina", "foramen"), ("fornices", "fornix"), ("fossae", "fossa"), ("fundi", "fundus"),
    ("fungi", "fungus"), ("fuses", "fuse"), ("ganglia", "ganglion"), ("gas", "gas"), ("gases", "gas"),
    ("genera", "genus"), ("glomeruli", "glomerulus"), ("glucoses", "glucose"), ("gyri", "gyrus"),
    ("halves", "half"), ("has", "has"), ("helices", "helix"), ("his", "his"), ("housewives", "housewife"),
    ("indices", "index"), ("infuses", "infuse"), ("irides", "iris"), ("irises", "iris"), ("its", "its"),
    ("kilocalories", "kilocalorie"), ("knives", "knife"), ("lacunae", "lacuna"), ("larvae", "larva"),
    ("larynges", "larynx"), ("lens", "lens"), ("lenses", "lens"), ("lice", "louse"), ("lies", "lie"),
    ("loci", "locus"), ("loses", "lose"), ("lumina", "lumen"), ("matrices", "matrix"),
    ("maxillae", "maxilla"), ("men", "man"), ("menisci", "meniscus"), ("metastases", "metastasis"),
    ("mice", "mouse"), ("microdoses", "microdose"), ("midwives", "midwife"), ("misuses", "misuse"),
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
    ("was", "was"), ("wives", "wife"), ("women", "woman"), ("yes", "yes"),
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

/// Endings of plurals and what they become, tried in order; an empty plural
/// ending would be all words.
#[rustfmt::skip]
const ENDINGS: &[(&str, &str)] = &[
    ("eies", "eies"), ("aies", "aies"), ("ies", "y"),
    ("yses", "ysis"), ("poses", "pose"), ("closes", "close"), ("oses", "osis"), ("eses", "esis"),
    ("auses", "ause"), ("ouses", "ouse"), ("uses", "us"),
    ("sses", "ss"), ("xes", "x"), ("aches", "ache"), ("ches", "ch"), ("shes", "sh"),
    ("oes", "o"), ("aes", "aes"), ("ees", "ee"), ("itides", "itis"), ("es", "e"),
    ("us", "us"), ("ss", "ss"), ("is", "is"), ("s", ""),
];

/// Endings of Latin and Greek plurals without an `s`.
const CLASSICAL: &[(&str, &str)] = &[
    ("ulae", "ula"),
    ("mata", "ma"),
    ("bacteria", "bacterium"),
    ("cocci", "coccus"),
    ("bacilli", "bacillus"),
];

/// Turns a word in small letters into its singular.
pub(super) fn singular(word: &mut String) {
    // Every plural ends so.
    let Some(last @ (b's' | b'e' | b'a' | b'n' | b't' | b'h' | b'i')) = word.bytes().next_back()
    else {
        return;
    };
    if last == b's' && ABBREVIATIONS.binary_search(&word.as_str()).is_ok() {
        return;
    }
    if let Ok(at) = IRREGULAR.binary_search_by(|(many, _)| (*many).cmp(word.as_str())) {
        word.clear();
        word.push_str(IRREGULAR[at].1);
        return;
    }
    let endings = if last == b's' { ENDINGS } else { CLASSICAL };
    let ending = endings.iter().find(|(many, _)| word.len() > many.len() && word.ends_with(many));
    if let Some((many, one)) = ending {
        // What is left is a word, not a letter or two.
        if word.len() - many.len() + one.len() >= 2 {
            word.truncate(word.len() - many.len());
            word.push_str(one);
        }
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
