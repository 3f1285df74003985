//! Tests of the program as a whole.
//!
//! One binary, one module a topic. Every test works in a directory of its own
//! and runs the program as a user does.

mod suite {
    mod aact;
    mod abbreviations;
    #[cfg(feature = "cluster")]
    mod addresses;
    mod asked;
    mod assistants;
    mod changes;
    mod cli;
    mod containers;
    mod disclosure;
    mod documented;
    mod edits;
    mod emptied;
    mod errors;
    mod evaluation;
    mod exchange;
    mod expansion;
    mod faults;
    mod figures;
    mod formats;
    mod found;
    mod harness;
    mod hints;
    mod hostile;
    mod identities;
    mod injected;
    mod interrupt;
    mod invented;
    mod judged;
    mod kept;
    mod language;
    mod learning;
    mod limits;
    mod links;
    mod machine;
    mod misread;
    mod mixed;
    mod mutations;
    mod outputs;
    mod pictures;
    mod profile;
    mod published;
    mod real;
    mod real_data;
    mod reference;
    mod refresh;
    mod regressions;
    mod remembered;
    mod report;
    mod review;
    mod scan;
    mod screen;
    mod serve;
    mod shapes;
    mod strategies;
    mod sync;
    mod synonyms;
    mod tables;
    mod thesaurus;
    mod together;
    mod vocabulary;
    mod watch;
    mod wordings;
    mod written;
}
