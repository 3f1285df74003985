use super::*;

/// Lines in our language; one that says nothing is empty.
fn lines(text: &str, dialect: Dialect) -> Vec<String> {
    let translation = translate(text, dialect);
    let lines = translation.lines.into_iter().map(|line| line.translated.unwrap_or_default());
    lines.collect()
}

fn one(text: &str, dialect: Dialect) -> String {
    lines(text, dialect).join(" / ")
}

#[test]
fn ovid() {
    let ovid = |text: &str| one(text, Dialect::Ovid);
    assert_eq!(ovid("exp Heparin/"), "EXPLODE[MeSH]Heparin");
    assert_eq!(ovid("Heparin/ad, tu [Administration & Dosage]"), "Heparin");
    assert_eq!(
        ovid("(heparin or low molecular weight heparin$).ti,ab."),
        "heparin OR \"low molecular weight heparin*\""
    );
    assert_eq!(ovid("(vein$ adj3 thrombo#is).tw."), "vein* NEAR/2 thrombo#is");
}
