//! The flow diagram as a picture: black lines on white, for print as it is.

use std::fmt::Write;

use super::PrismaCounts;
use super::boxes::{BoxRow, BoxText, DiagramStage, stages};
use super::text_width::{measure, wrap};
use trialdex_records::study::clean;

/// Sizes in the units of SVG, which are pixels by default.
const SIZE: f64 = 13.0;
const LINE: f64 = 17.0;
const PAD: f64 = 10.0;
const INDENT: f64 = 14.0;
const BAND: f64 = 30.0;
const FRAME: f64 = 330.0;
const GAP: f64 = 50.0;
const MARGIN: f64 = 10.0;

/// Where columns begin.
const LEFT: f64 = MARGIN + BAND + 15.0;
const RIGHT: f64 = LEFT + FRAME + GAP;
const WIDTH: f64 = RIGHT + FRAME + MARGIN;

/// The middle of the left column, where the way goes down.
const WAY: f64 = LEFT + FRAME / 2.0;

const STYLE: &str = "text{font-family:Arial,Helvetica,'Liberation Sans','DejaVu Sans',sans-serif;\
    font-size:13px;fill:#000}\
    .frame{fill:#fff;stroke:#000;stroke-width:1}\
    .band{fill:#e8e8e8;stroke:#000;stroke-width:1}\
    .stage{font-weight:bold;text-anchor:middle}\
    .way{fill:none;stroke:#000;stroke-width:1.2}";

/// The flow diagram of a review with this title, as a document of its own.
#[must_use]
pub fn svg(title: &str, counts: &PrismaCounts) -> String {
    let mut picture = SvgPicture { body: String::new(), below: MARGIN, from: None };
    for stage in stages(counts) {
        picture.stage(&stage);
    }
    let height = picture.below - GAP + MARGIN;
    let title = escaped(&format!("PRISMA 2020 flow diagram: {title}"));
    let description = escaped(&described(counts));
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" \
         viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-labelledby=\"title description\">\n\
         <title id=\"title\">{title}</title>\n\
         <desc id=\"description\">{description}</desc>\n\
         <defs><style>{STYLE}</style>\
         <marker id=\"head\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"8\" \
         markerHeight=\"8\" orient=\"auto\"><path d=\"M0 0L10 5L0 10z\"/></marker></defs>\n\
         <rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#fff\"/>\n{}</svg>\n",
        picture.body
    )
}

/// The diagram in words, for who cannot see it.
fn described(counts: &PrismaCounts) -> String {
    let mut said = Vec::new();
    for stage in stages(counts) {
        let frames = stage.rows.into_iter().flat_map(|row| [row.left, row.right]).flatten();
        for frame in frames {
            let entries: Vec<String> = frame.into_iter().map(|entry| entry.text).collect();
            said.push(format!("{}.", entries.join("; ").replace(":;", ":")));
        }
    }
    said.join(" ")
}

struct SvgPicture {
    body: String,
    /// Where the next row begins.
    below: f64,
    /// Where the way down leaves the last frame.
    from: Option<f64>,
}

/// A frame with its lines broken.
struct FrameLines {
    /// Each with how far it is set in.
    lines: Vec<(String, f64)>,
    height: f64,
}

impl FrameLines {
    fn of(frame: &BoxText) -> Self {
        let mut lines = Vec::new();
        for entry in frame {
            let indent = if entry.part { INDENT } else { 0.0 };
            // A number stays with what says that it is one.
            let text = clean::line(&entry.text).replace("(n = ", "(n\u{a0}=\u{a0}");
            let broken = wrap(&text, SIZE, FRAME - 2.0 * PAD - indent);
            // What goes on in another line is set in further.
            let more = |at: usize| if at > 0 { indent + INDENT / 2.0 } else { indent };
            let broken = if broken.len() > 1 {
                wrap(&text, SIZE, FRAME - 2.0 * PAD - indent - INDENT / 2.0)
            } else {
                broken
            };
            lines.extend(broken.into_iter().enumerate().map(|(at, line)| (line, more(at))));
        }
        let height = lines.len() as f64 * LINE + 2.0 * PAD;
        Self { lines, height }
    }
}

impl SvgPicture {
    fn stage(&mut self, stage: &DiagramStage) {
        let top = self.below;
        // A band is at least as long as its name.
        let name = measure(stage.name, SIZE) + 2.0 * PAD;
        let least = if stage.rows.len() == 1 { name } else { 0.0 };
        for row in &stage.rows {
            self.row(row, least);
        }
        let bottom = self.below - GAP;
        let (height, middle) = (bottom - top, f64::midpoint(top, bottom));
        let x = MARGIN + BAND / 2.0 + SIZE / 3.0;
        self.put(&format!(
            "<rect class=\"band\" x=\"{MARGIN}\" y=\"{top}\" width=\"{BAND}\" height=\"{height}\" \
             rx=\"6\"/>\n<text class=\"stage\" transform=\"translate({x} {middle}) rotate(-90)\">{}\
             </text>",
            stage.name
        ));
    }

    fn row(&mut self, row: &BoxRow, least: f64) {
        let (left, right) =
            (row.left.as_ref().map(FrameLines::of), row.right.as_ref().map(FrameLines::of));
        let height =
            [&left, &right].into_iter().flatten().map(|set| set.height).fold(least, f64::max);
        let (top, middle) = (self.below, self.below + height / 2.0);
        if let Some(set) = &left {
            let y = middle - set.height / 2.0;
            if let Some(from) = self.from {
                self.put(&format!(
                    "<path class=\"way\" marker-end=\"url(#head)\" d=\"M{WAY} {from}V{y}\"/>"
                ));
            }
            self.frame(set, LEFT, y);
            self.from = Some(y + set.height);
        }
        if let Some(set) = &right {
            let y = middle - set.height / 2.0;
            let start = if left.is_some() { LEFT + FRAME } else { WAY };
            self.put(&format!(
                "<path class=\"way\" marker-end=\"url(#head)\" d=\"M{start} {middle}H{RIGHT}\"/>"
            ));
            self.frame(set, RIGHT, y);
        }
        self.below = top + height + GAP;
    }

    fn frame(&mut self, set: &FrameLines, x: f64, y: f64) {
        let height = set.height;
        self.put(&format!(
            "<rect class=\"frame\" x=\"{x}\" y=\"{y}\" width=\"{FRAME}\" height=\"{height}\"/>"
        ));
        for (number, (line, indent)) in set.lines.iter().enumerate() {
            let (x, y) = (x + PAD + indent, y + PAD + number as f64 * LINE + SIZE);
            self.put(&format!("<text x=\"{x}\" y=\"{y}\">{}</text>", escaped(line)));
        }
    }

    fn put(&mut self, element: &str) {
        let _ = writeln!(self.body, "{element}");
    }
}

/// A text as XML 1.0 can hold it.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in clean::line(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
