//! Links of the documentation: each leads to a file and a heading that exist.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::harness::files_below;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn documents() -> Vec<PathBuf> {
    let docs = files_below(&root().join("docs")).into_iter().map(|name| format!("docs/{name}"));
    let others =
        ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "corpus/README.md"];
    let names = docs.chain(others.map(str::to_owned)).filter(|name| name.ends_with(".md"));
    names.map(|name| root().join(name)).collect()
}

/// The lines of a document outside of blocks of code.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut code = false;
    text.lines().filter(move |line| {
        let fence = line.starts_with("```");
        code ^= fence;
        !code && !fence
    })
}

/// What a heading is called in an address, as GitHub makes it.
fn anchor(heading: &str) -> String {
    let title = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = title.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// The anchors of a document; a heading that is there twice gets a number.
fn anchors(text: &str) -> Vec<String> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let headings = prose(text).filter(|line| line.starts_with('#'));
    headings
        .map(|heading| {
            let name = anchor(heading);
            let before = seen.entry(name.clone()).or_default();
            *before += 1;
            if *before == 1 { name } else { format!("{name}-{}", *before - 1) }
        })
        .collect()
}

/// The targets of links to other places of the repository.
fn targets(text: &str) -> Vec<String> {
    // A link may be broken over two lines.
    let text = prose(text).collect::<Vec<_>>().join(" ");
    let ends = text.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
    let targets = ends.map(|(target, _)| target.to_owned());
    targets.filter(|target| !target.contains("://") && !target.contains(' ')).collect()
}

/// What is wrong with a link, if anything.
fn broken(from: &Path, target: &str) -> Option<String> {
    let (file, heading) = target.split_once('#').unwrap_or((target, ""));
    let path = if file.is_empty() { from.to_owned() } else { from.parent()?.join(file) };
    if !path.exists() {
        return Some(format!("{}: no file `{target}`", from.display()));
    }
    if heading.is_empty() {
        return None;
    }
    let text = fs::read_to_string(&path).expect("a document");
    let known = anchors(&text).iter().any(|anchor| anchor == heading);
    (!known).then(|| format!("{}: no heading `{target}`", from.display()))
}

#[test]
fn links_lead_to_files_and_headings() {
    let mut links = 0;
    let mut wrong = Vec::new();
    for path in documents() {
        let text = fs::read_to_string(&path).expect("a document");
        for target in targets(&text) {
            links += 1;
            wrong.extend(broken(&path, &target));
        }
    }
    assert!(links > 100, "{links} links were found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_broken_link_is_found() {
    let page = root().join("docs/query.md");
    assert_eq!(broken(&page, "ranking.md#the-constants"), None);
    assert!(broken(&page, "nowhere.md").is_some() && broken(&page, "#nothing").is_some());
    assert_eq!(
        anchor("## Beginnings, nearness, likeness (ours)"),
        "beginnings-nearness-likeness-ours"
    );
}
