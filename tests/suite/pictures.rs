//! Compares the pictures of the README with the program: a search and the
//! screen of a review in a terminal, drawn as SVG.
//!
//! `TRIALDEX_BLESS=1 cargo test --test main pictures` draws them again.
#![cfg(unix)]

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use vt100::{Cell, Color, Screen};

use super::harness::{Sandbox, copy_directory};
use super::screen::{Terminal, size};

/// Width of a column and height of a line, in units of the picture.
const COLUMN: f32 = 8.4;
const LINE: f32 = 18.0;
/// Room around the text, and above it for the bar of the window.
const MARGIN: f32 = 16.0;
const BAR: f32 = 30.0;

/// Colours of a dark terminal.
const BACKGROUND: &str = "#1b1f24";
const FOREGROUND: &str = "#d7dce2";
/// The sixteen colours that a terminal names by number.
const NAMED: [&str; 16] = [
    "#484f58", "#ff7b72", "#7ee787", "#f2cc60", "#79c0ff", "#d2a8ff", "#76e3ea", "#d7dce2",
    "#8b949e", "#ffa198", "#a5f3b0", "#f8e3a1", "#a5d6ff", "#e2c5ff", "#b3f0ff", "#ffffff",
];

/// How a run of characters looks.
#[derive(PartialEq)]
struct Style {
    foreground: String,
    background: Option<String>,
    bold: bool,
    italic: bool,
    underlined: bool,
    dim: bool,
}

fn named(color: Color) -> Option<String> {
    match color {
        Color::Default => None,
        Color::Idx(index) => Some(NAMED.get(usize::from(index)).unwrap_or(&FOREGROUND).to_string()),
        Color::Rgb(red, green, blue) => Some(format!("#{red:02x}{green:02x}{blue:02x}")),
    }
}

impl Style {
    fn of(cell: &Cell) -> Self {
        let (mut foreground, mut background) = (named(cell.fgcolor()), named(cell.bgcolor()));
        if cell.inverse() {
            let front = foreground.take().unwrap_or_else(|| FOREGROUND.to_owned());
            foreground = Some(background.unwrap_or_else(|| BACKGROUND.to_owned()));
            background = Some(front);
        }
        Self {
            foreground: foreground.unwrap_or_else(|| FOREGROUND.to_owned()),
            background,
            bold: cell.bold(),
            italic: cell.italic(),
            underlined: cell.underline(),
            dim: cell.dim(),
        }
    }

    fn attributes(&self) -> String {
        let mut attributes = format!(" fill=\"{}\"", self.foreground);
        for (holds, attribute) in [
            (self.bold, " font-weight=\"bold\""),
            (self.italic, " font-style=\"italic\""),
            (self.underlined, " text-decoration=\"underline\""),
            (self.dim, " opacity=\"0.65\""),
        ] {
            attributes.push_str(if holds { attribute } else { "" });
        }
        attributes
    }
}

/// A run of characters that look alike: column, text and style.
fn runs(screen: &Screen, line: u16) -> Vec<(u16, String, Style)> {
    let mut runs: Vec<(u16, String, Style)> = Vec::new();
    for column in 0..screen.size().1.get() {
        let Some(cell) = screen.cell(line, column).filter(|cell| !cell.is_wide_continuation())
        else {
            continue;
        };
        let style = Style::of(cell);
        let text = if cell.has_contents() { cell.contents() } else { " " };
        match runs.last_mut() {
            Some((_, before, same)) if *same == style => before.push_str(text),
            _ => runs.push((column, text.to_owned(), style)),
        }
    }
    runs
}

/// A text in an element; blanks do not collapse there.
fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace(' ', "\u{a0}")
}

/// The elements of a line of the screen.
fn drawn_line(screen: &Screen, line: u16, svg: &mut String) {
    let top = BAR + MARGIN + f32::from(line) * LINE;
    for (column, text, style) in runs(screen, line) {
        let place = |column: usize, length: usize, down: f32| {
            let left = MARGIN + f32::from(u16::try_from(column).expect("a column")) * COLUMN;
            let width = f32::from(u16::try_from(length).expect("a length")) * COLUMN;
            (format!("x=\"{left:.1}\" y=\"{:.1}\"", top + down), format!("{width:.1}"))
        };
        let column = usize::from(column);
        if let Some(background) = &style.background {
            let (at, width) = place(column, text.chars().count(), 0.0);
            let size = format!("width=\"{width}\" height=\"{LINE}\"");
            writeln!(svg, "<rect {at} {size} fill=\"{background}\"/>").expect("text");
        }
        let words = text.trim();
        if !words.is_empty() {
            let indented = text.chars().take_while(|c| *c == ' ').count();
            let (at, width) = place(column + indented, words.chars().count(), LINE * 0.75);
            let attributes = style.attributes();
            let words = escaped(words);
            writeln!(svg, "<text {at} textLength=\"{width}\"{attributes}>{words}</text>")
                .expect("text");
        }
    }
}

/// What a terminal shows, as a picture of its first lines.
fn drawn(screen: &Screen, title: &str, lines: u16) -> String {
    let width = f32::from(screen.size().1.get()) * COLUMN + 2.0 * MARGIN;
    let height = f32::from(lines) * LINE + 2.0 * MARGIN + BAR;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" \
         width=\"{width:.0}\" font-family=\"ui-monospace, SFMono-Regular, Menlo, Consolas, \
         'DejaVu Sans Mono', monospace\" font-size=\"14\">\n\
         <title>{0}</title>\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{BACKGROUND}\"/>\n\
         <text x=\"{MARGIN}\" y=\"21\" fill=\"#8b949e\">$ {0}</text>\n",
        escaped(title)
    );
    for line in 0..lines {
        drawn_line(screen, line, &mut svg);
    }
    svg + "</svg>\n"
}

/// A sandbox with an index of the sample corpus.
fn indexed() -> Sandbox {
    let sandbox = Sandbox::new();
    copy_directory(&Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus"), &sandbox.path("corpus"));
    sandbox.index(&["corpus"]);
    sandbox
}

/// A search as a terminal of 100 columns shows it.
fn search() -> String {
    let words = ["aplastic", "anemia", "mesenchymal"];
    let sandbox = indexed();
    let mut command = sandbox.command(&["search", "--color", "always", "--limit", "2"]);
    let output = command.args(words).env("COLUMNS", "100").output().expect("the program runs");
    let text = String::from_utf8(output.stdout).expect("text")
        + "\n"
        + &String::from_utf8(output.stderr).expect("text");
    let mut parser = vt100::Parser::new(size(60), size(100), 0);
    parser.process(timeless(&text).replace('\n', "\r\n").as_bytes());
    let shown = parser.screen().contents();
    let lines = u16::try_from(shown.trim_end().lines().count()).expect("a number of lines");
    drawn(parser.screen(), "trialdex search aplastic anemia mesenchymal --limit 2", lines)
}

/// A text in which every duration is 1 ms.
fn timeless(text: &str) -> String {
    let Some((before, after)) = text.split_once(" ms") else { return text.to_owned() };
    let number = before.trim_end_matches(|c: char| c.is_ascii_digit());
    format!("{number}1 ms{after}")
}

/// The screen of a review after some decisions, in the middle of a study.
fn screen() -> String {
    let sandbox = indexed();
    let query = ["--query", "aplastic anemia", "--query", "mesenchymal stem cells"];
    sandbox.run(&[&["review", "new", "cells"][..], &query].concat()).success();
    let decide = |numbers: &[&str], flags: &[&str]| {
        sandbox.run(&[&["review", "decide", "cells"], numbers, flags].concat()).success();
    };
    decide(&["NCT90000001", "NCT90000002"], &["--include"]);
    decide(&["NCT90000009"], &["--exclude", "--reason", "design"]);
    let terminal = Terminal::run(sandbox.command(&["review", "cells"]), &[], (30, 96));
    terminal.wait_for("NCT90000006");
    terminal.settled();
    terminal.screen(|screen| drawn(screen, "trialdex review cells", 30))
}

/// Compares a picture with its file, or writes it.
fn held(name: &str, picture: &str) {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/images").join(name);
    if std::env::var_os("TRIALDEX_BLESS").is_some() {
        fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        fs::write(&path, picture).expect("a picture written");
    }
    let there = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        there == picture,
        "docs/images/{name} is not what the program shows; \
         `TRIALDEX_BLESS=1 cargo test --test main pictures` draws it again"
    );
}

#[test]
fn the_picture_of_a_search_is_what_the_program_shows() {
    held("search.svg", &search());
}

#[test]
fn the_picture_of_the_screen_is_what_the_program_shows() {
    held("screen.svg", &screen());
}
