//! Draws the screen.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Paragraph};
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use trialdex_output::{clean_line, grouped, plural};
use trialdex_review::{QueueOrder, QueueTurn};

use super::app::{ScreenApp, ScreenMode, StudyWalk};
use super::chooser::Chooser;
use super::highlights::{MarkReason, MarkedSpan};
use super::keys::{KeyGroup, ROWS};
use super::line_wrapping::{WrappedLine, wrapped};
use super::study_page::ParagraphRole;

/// Columns and lines that the screen needs.
pub(super) const SMALLEST: (u16, u16) = (80, 24);

/// Lines above the study.
const ABOVE: u16 = 3;

/// Lines below it: the message, and the keys.
const BELOW: u16 = 3;

/// Columns of text at most: longer lines are hard to read.
const WIDEST: usize = 110;

/// Columns left and right of it.
const MARGIN: u16 = 1;

impl ScreenApp {
    pub(super) fn is_too_small(&self) -> bool {
        self.size.0 < SMALLEST.0 || self.size.1 < SMALLEST.1
    }

    /// Columns of a study's text.
    pub(super) fn body_width(&self) -> usize {
        usize::from(self.size.0.saturating_sub(2 * MARGIN)).clamp(10, WIDEST)
    }

    /// Lines of a study's text.
    pub(super) fn body_height(&self) -> usize {
        usize::from(self.size.1.saturating_sub(ABOVE + BELOW)).max(1)
    }

    /// The help, line by line.
    pub(super) fn help_lines(&self) -> Vec<Line<'static>> {
        let keys = ROWS.iter().map(|row| row.keys(true).width()).max().unwrap_or(0);
        let width = self.body_width().saturating_sub(keys + 2).max(10);
        let mut lines = Vec::new();
        for group in KeyGroup::ALL {
            lines.push(Line::styled(group.title(), self.theme.heading()));
            for row in ROWS.iter().filter(|row| row.group == group) {
                let mut first = row.keys(true);
                for span in wrapped(row.help, width) {
                    let pad = " ".repeat(keys + 2 - first.width());
                    let keys = Span::styled(std::mem::take(&mut first), self.theme.title());
                    lines.push(Line::from(vec![keys, pad.into(), row.help[span].into()]));
                }
            }
            lines.push(Line::default());
        }
        lines
    }
}

/// Draws all of it.
pub(super) fn draw(frame: &mut Frame<'_>, app: &ScreenApp) {
    let area = frame.area();
    if (area.width, area.height) != app.size {
        // It has another size since it was asked: it is drawn when all is
        // laid out for that.
        return;
    }
    if app.is_too_small() {
        let (columns, lines) = SMALLEST;
        let (width, height) = app.size;
        let text = format!(
            "trialdex needs {columns} columns and {lines} lines; this terminal has {width} and \
             {height}. Make it larger, or press q."
        );
        let lines = wrapped(&text, usize::from(width.max(1)));
        let lines: Vec<Line<'_>> =
            lines.into_iter().map(|span| text[span].to_owned().into()).collect();
        return frame.render_widget(Paragraph::new(lines), area);
    }
    bar(frame, app, row_of(area, 0));
    progress(frame, app, row_of(area, 1));
    about(frame, app, row_of(area, 2));
    let height = area.height - ABOVE - BELOW;
    let body = Rect { x: MARGIN, y: ABOVE, width: area.width - 2 * MARGIN, height };
    match &app.mode {
        ScreenMode::Help(line) => help(frame, app, body, *line),
        _ => study(frame, app, body),
    }
    if let ScreenMode::Choosing(chooser) = &app.mode {
        list(frame, app, chooser, body);
    }
    said(frame, app, row_of(area, area.height - BELOW));
    footer(frame, app, Rect { y: area.height - BELOW + 1, height: BELOW - 1, ..area });
}

fn row_of(area: Rect, line: u16) -> Rect {
    Rect { y: area.y + line, height: 1, ..area }
}

/// As much of a text as fits, made safe.
fn fit(text: &str, columns: usize) -> String {
    let text = clean_line(text);
    if text.width() <= columns {
        return text.into_owned();
    }
    let mut fitting = String::new();
    let mut width = 0;
    for c in text.chars() {
        width += c.width().unwrap_or(0);
        if width + 1 > columns {
            break;
        }
        fitting.push(c);
    }
    fitting + "…"
}

/// A text on the left and one on the right of a line.
fn sides(left: &str, right: &str, columns: usize) -> String {
    let right = fit(right, columns / 2);
    let left = fit(left, columns.saturating_sub(right.width() + 1));
    let between = columns.saturating_sub(left.width() + right.width());
    format!("{left}{}{right}", " ".repeat(between))
}

/// The review, its reader, and the order.
fn bar(frame: &mut Frame<'_>, app: &ScreenApp, area: Rect) {
    let title = &app.review.state().title;
    let title = if title.is_empty() { "review" } else { title };
    let shown = if app.is_settling() {
        "settling conflicts"
    } else if app.unblind {
        "not blind"
    } else {
        ""
    };
    let walk = match &app.walk {
        StudyWalk::Label(label) => format!("label {label}"),
        StudyWalk::Queue | StudyWalk::Conflicts => String::new(),
    };
    // The title is the first to be cut.
    let parts = [&app.reviewer, shown, &walk, title];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let left = format!(" {}", parts.join(" · "));
    let right = format!("{} ", order_text(app));
    let text = sides(&left, &right, area.width.into());
    frame.render_widget(Line::styled(text, app.theme.bar()), area);
}

fn order_text(app: &ScreenApp) -> String {
    let name = match app.order {
        QueueOrder::Certainty => "certainty",
        QueueOrder::Uncertainty => "uncertainty",
        QueueOrder::Relevance => return "by relevance".to_owned(),
        QueueOrder::Random(_) => return "at random".to_owned(),
    };
    match &app.ranking {
        Some(ranking) => format!("by {name}, {}", ranking.name),
        None => format!("by {name} (nothing learned yet)"),
    }
}

/// How far the reviewer is.
fn progress(frame: &mut Frame<'_>, app: &ScreenApp, area: Rect) {
    let progress = &app.progress;
    let number = |number: usize| grouped(number as u64);
    let mut parts = vec![
        format!("{} of {} decided", number(progress.decided()), number(progress.studies)),
        format!("{} in", number(progress.included)),
        format!("{} out", number(progress.excluded)),
        format!("{} maybe", number(progress.maybe)),
        format!("{} left", number(progress.left())),
    ];
    if let Some((read, drawn)) = progress.sample {
        parts.push(format!("sample {read}/{drawn}"));
    }
    if app.unblind && progress.conflicts > 0 {
        parts.push(plural(progress.conflicts as u64, "conflict", "conflicts"));
    }
    parts.extend(progress.since_include.map(|since| format!("{} since last in", number(since))));
    parts.extend(app.pace.an_hour().map(|rate| format!("{}/h", grouped(rate.into()))));
    let text = fit(&format!(" {}", parts.join(" · ")), area.width.into());
    frame.render_widget(Line::raw(text), area);
}

/// The study, its place, and how much of it is seen.
fn about(frame: &mut Frame<'_>, app: &ScreenApp, area: Rect) {
    let Some(nct) = app.current() else { return };
    let mut spans = vec![Span::styled(format!(" {nct} "), app.theme.heading())];
    let verdict = app.standing().and_then(|study| study.verdict_of(&app.reviewer));
    if let Some(standing) = verdict {
        let style = app.theme.verdict(standing.decision.verdict);
        spans.push(Span::styled(fit(&app.verdict_text(standing), 40), style));
        spans.push("  ".into());
    }
    let place = fit(&place_text(app), 60);
    let title = if app.sheet.scroll == 0 { "" } else { app.sheet.title.as_str() };
    let used: usize = spans.iter().map(Span::width).sum::<usize>() + place.width() + 8;
    spans.push(place.into());
    spans.push(Span::styled(
        fit(&format!("  {title}"), usize::from(area.width).saturating_sub(used)),
        app.theme.title(),
    ));
    frame.render_widget(Line::from(spans), area);
    let (seen, all) = (app.sheet.scroll + app.body_height(), app.sheet.rows.len());
    let part = if seen >= all && app.sheet.scroll == 0 {
        "all ".to_owned()
    } else if seen >= all {
        "end ".to_owned()
    } else {
        format!("{} % ", seen * 100 / all.max(1))
    };
    let at = area.width.saturating_sub(part.width() as u16);
    frame.render_widget(
        Line::styled(part, app.theme.faint()),
        Rect { x: area.x + at, width: area.width - at, ..area },
    );
}

fn place_text(app: &ScreenApp) -> String {
    let Some(nct) = app.current() else { return String::new() };
    let queued = app.waiting.iter().position(|queued| queued.nct == nct);
    let Some(at) = queued else { return String::new() };
    let turn = match (&app.walk, app.waiting[at].turn) {
        (StudyWalk::Queue, QueueTurn::Sample) => ", of your random sample",
        (StudyWalk::Queue, QueueTurn::Changed) => ", changed since you decided",
        (StudyWalk::Queue, QueueTurn::Skipped) => ", put off",
        _ => "",
    };
    format!("{}. of {}{turn}", at + 1, app.waiting.len())
}

/// The part of the study that is seen.
fn study(frame: &mut Frame<'_>, app: &ScreenApp, area: Rect) {
    if app.current().is_none() {
        let text = match &app.walk {
            StudyWalk::Queue => "Nothing is left to read. d lists what you decided, q leaves.",
            StudyWalk::Label(_) => "No study has this label. f chooses another.",
            StudyWalk::Conflicts => "There is no conflict to settle. q leaves.",
        };
        return frame.render_widget(Line::raw(text), area);
    }
    let rows = app.sheet.rows.iter().skip(app.sheet.scroll);
    for (line, row) in (0..area.height).zip(rows) {
        frame.render_widget(line_of(app, row), row_of(area, line));
    }
}

/// A line of a study with its marks.
fn line_of<'a>(app: &'a ScreenApp, row: &WrappedLine) -> Line<'a> {
    let paragraph = &app.sheet.paragraphs[row.paragraph];
    let style = match paragraph.role {
        ParagraphRole::Title => app.theme.title(),
        ParagraphRole::Heading => app.theme.heading(),
        ParagraphRole::Text => Style::new(),
        ParagraphRole::Faint => app.theme.faint(),
    };
    let lead = if row.first {
        Span::styled(paragraph.lead.as_str(), app.theme.faint())
    } else {
        Span::raw(" ".repeat(paragraph.hanging))
    };
    let mut spans = vec![lead];
    let text = &paragraph.text;
    for (span, mark) in pieces(row, &paragraph.marked) {
        let style = mark.map_or(style, |mark| style.patch(app.theme.mark(mark)));
        spans.push(Span::styled(&text[span], style));
    }
    Line::from(spans)
}

/// A line cut where marks begin and end; where several are, the greatest
/// holds.
fn pieces(
    row: &WrappedLine,
    marked: &[MarkedSpan],
) -> Vec<(std::ops::Range<usize>, Option<MarkReason>)> {
    let mut cuts = vec![row.span.start, row.span.end];
    let ends = marked.iter().flat_map(|(span, _)| [span.start, span.end]);
    cuts.extend(ends.filter(|at| row.span.contains(at)));
    cuts.sort_unstable();
    cuts.dedup();
    let pieces = cuts.windows(2).map(|cut| {
        let over = marked.iter().filter(|(span, _)| span.start <= cut[0] && cut[1] <= span.end);
        (cut[0]..cut[1], over.map(|(_, mark)| *mark).max())
    });
    pieces.collect()
}

fn help(frame: &mut Frame<'_>, app: &ScreenApp, area: Rect, line: usize) {
    let lines: Vec<Line<'_>> = app.help_lines().into_iter().skip(line).collect();
    frame.render_widget(Paragraph::new(lines), area);
}

/// A list that is open, over the lower part of the study.
fn list(frame: &mut Frame<'_>, app: &ScreenApp, chooser: &Chooser, body: Rect) {
    let mut lines: Vec<String> = Vec::new();
    for (number, item) in chooser.visible() {
        let on = if item.on { "✓ " } else { "  " };
        let number = if chooser.is_numbered() { format!("{number:>2}  ") } else { String::new() };
        lines.push(format!("{on}{number}{}", item.text));
    }
    lines.extend(chooser.new_text().map(|text| format!("  new: {text}")));
    if lines.is_empty() {
        lines.push("  nothing has this".to_owned());
    }
    let height = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let height = height.saturating_add(2).min(body.height);
    let area = Rect { y: body.y + body.height - height, height, ..body };
    let title = format!(" {} — {} ", chooser.purpose.title(), chooser.purpose.hint());
    let block = Block::bordered().title(title);
    let inner = block.inner(area);
    frame.render_widget(Clear, area);
    frame.render_widget(block, area);
    let shown = usize::from(inner.height);
    let from = (chooser.at + 1).saturating_sub(shown);
    for (line, (at, text)) in (0..inner.height).zip(lines.iter().enumerate().skip(from)) {
        let text = fit(text, inner.width.into());
        let style = if at == chooser.at { app.theme.bar() } else { Style::new() };
        frame.render_widget(Line::styled(text, style), row_of(inner, line));
    }
}

/// The typed text, or the message.
fn said(frame: &mut Frame<'_>, app: &ScreenApp, area: Rect) {
    let (title, line) = match &app.mode {
        // Until the next key, why the typed text could not be written.
        ScreenMode::Typing(..) if app.message.as_ref().is_some_and(|it| it.is_error) => {
            return message(frame, app, area);
        }
        ScreenMode::Typing(prompt, line) => (prompt.title(), line),
        ScreenMode::Choosing(chooser) => ("> ", &chooser.line),
        ScreenMode::Help(_) => {
            let text = " ↑ and ↓ show the rest; any other key goes back";
            return frame.render_widget(Line::raw(text), area);
        }
        ScreenMode::Reading => return message(frame, app, area),
    };
    let before = title.width() + 1;
    let (text, cursor) = line.window(usize::from(area.width).saturating_sub(before + 1));
    let typed = Line::from(vec![
        Span::styled(format!(" {title}"), app.theme.heading()),
        Span::raw(clean_line(&text).into_owned()),
    ]);
    frame.render_widget(typed, area);
    let column = (before + cursor) as u16;
    frame.set_cursor_position(Position { x: area.x + column, y: area.y });
}

fn message(frame: &mut Frame<'_>, app: &ScreenApp, area: Rect) {
    if let Some(message) = &app.message {
        let style = if message.is_error { app.theme.error() } else { Style::new() };
        let text = fit(&format!(" {}", message.text), area.width.into());
        frame.render_widget(Line::styled(text, style), area);
    }
}

/// The keys that count now.
fn footer(frame: &mut Frame<'_>, app: &ScreenApp, area: Rect) {
    let typing = matches!(app.mode, ScreenMode::Typing(..) | ScreenMode::Choosing(_));
    let rows = ROWS
        .iter()
        .filter(|row| (row.group == KeyGroup::Typing) == typing && !row.short.is_empty());
    let mut lines = vec![Line::default()];
    let mut width = 0;
    for row in rows {
        let (keys, short) = (row.keys(false), row.short);
        let needed = keys.width() + short.width() + 3;
        if width + needed > usize::from(area.width) {
            lines.push(Line::default());
            width = 0;
        }
        width += needed;
        let line = lines.len() - 1;
        lines[line].push_span(Span::styled(format!(" {keys}"), app.theme.title()));
        lines[line].push_span(Span::styled(format!(" {short} "), app.theme.faint()));
    }
    frame.render_widget(Paragraph::new(lines), area);
}
