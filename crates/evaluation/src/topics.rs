//! Reads topics: lines of words, or the files of TREC.

use std::collections::HashSet;

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::{MalformedInput, numbered_lines};

const LINE: &str = "write a topic as `id<TAB>words`, or give a topic file of TREC";

const XML: &str = "a topic file of TREC has `<topic number=\"1\">text</topic>` elements";

const OLDER: &str =
    "an older topic file of TREC has `<top>`, `<num>`, `<title>` and `<desc>` in each topic";

/// A topic, or a query for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// Its name, without blanks.
    pub id: String,
    /// What is asked, in one line: words, or paragraphs.
    pub text: String,
}

/// Reads topics. The text itself shows what it is:
///
/// * lines of `id<TAB>words`;
/// * XML with `<topic number="1">text</topic>` elements, or `id` for
///   `number`. Of elements within a topic, the texts are put together;
/// * `<top>` with `<num>`, `<title>` and `<desc>`, closed or not. Title and
///   description are put together; of narratives and others nothing is taken.
///
/// # Errors
///
/// The first topic that cannot be read, has no id or no words, or has the id
/// of one before; a file without any.
pub fn topics(text: &str) -> Result<Vec<Topic>, MalformedInput> {
    let text = text.trim_start_matches('\u{feff}');
    let (found, hint) = if !text.trim_start().starts_with('<') {
        (lines(text)?, LINE)
    } else if text.to_ascii_lowercase().contains("<top>") {
        (older(text), OLDER)
    } else {
        (xml(text)?, XML)
    };
    if found.is_empty() {
        return Err(MalformedInput::whole("no topics in it", hint));
    }
    checked(found, hint)
}

/// A topic with the line where it begins, as far as it was read.
#[derive(Debug, Default)]
struct TopicDraft {
    line: usize,
    id: String,
    text: String,
}

fn checked(found: Vec<TopicDraft>, hint: &str) -> Result<Vec<Topic>, MalformedInput> {
    let mut known = HashSet::new();
    let mut topics = Vec::new();
    for TopicDraft { line, id, text } in found {
        let (id, text) = (id.trim(), text.split_whitespace().collect::<Vec<_>>().join(" "));
        let problem = if id.is_empty() {
            "a topic without a number".to_owned()
        } else if id.contains(char::is_whitespace) {
            format!("the id `{id}` has blanks in it, which a run cannot have")
        } else if !known.insert(id.to_owned()) {
            format!("a second topic `{id}`")
        } else if !text.contains(char::is_alphanumeric) {
            format!("topic `{id}` has no words")
        } else {
            topics.push(Topic { id: id.to_owned(), text });
            continue;
        };
        return Err(MalformedInput::at(line, problem, hint));
    }
    Ok(topics)
}

fn lines(text: &str) -> Result<Vec<TopicDraft>, MalformedInput> {
    let topics = numbered_lines(text).map(|(line, content)| {
        let (id, words) = content.split_once('\t').ok_or_else(|| {
            MalformedInput::at(line, "no tab between id and words".to_owned(), LINE)
        })?;
        Ok(TopicDraft { line, id: id.to_owned(), text: words.to_owned() })
    });
    topics.collect()
}

fn line_at(text: &str, byte: u64) -> usize {
    let end = usize::try_from(byte).unwrap_or(usize::MAX).min(text.len());
    text.as_bytes()[..end].iter().filter(|byte| **byte == b'\n').count() + 1
}

fn xml(text: &str) -> Result<Vec<TopicDraft>, MalformedInput> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    reader.config_mut().allow_dangling_amp = true;
    let mut reading = TopicReader { source: text, topics: Vec::new(), open: None };
    loop {
        let start = reader.buffer_position();
        match reader.read_event() {
            Ok(Event::Eof) => break,
            Ok(event) => reading.take(&event, start),
            Err(error) => {
                let line = line_at(text, reader.error_position());
                return Err(MalformedInput::at(line, format!("not valid XML: {error}"), XML));
            }
        }
    }
    match reading.open {
        Some((topic, _)) => {
            let problem = format!("topic `{}` is not closed", topic.id);
            Err(MalformedInput::at(topic.line, problem, XML))
        }
        None => Ok(reading.topics),
    }
}

/// Topics of an XML file while it is read.
struct TopicReader<'a> {
    source: &'a str,
    topics: Vec<TopicDraft>,
    /// The topic that is read, and how many elements are open in it.
    open: Option<(TopicDraft, usize)>,
}

impl TopicReader<'_> {
    /// Reads the markup at a byte of the source.
    fn take(&mut self, event: &Event<'_>, start: u64) {
        let Some((topic, depth)) = &mut self.open else {
            if let Event::Start(tag) = event
                && tag.name().as_ref() == "topic"
            {
                let line = line_at(self.source, start);
                self.open = Some((TopicDraft { line, id: number(tag), text: String::new() }, 0));
            }
            return;
        };
        match event {
            Event::Text(text) => topic.text.push_str(text),
            Event::CData(text) => topic.text.push_str(text),
            Event::GeneralRef(reference) => push_reference(reference, &mut topic.text),
            Event::Start(_) => {
                topic.text.push(' ');
                *depth += 1;
            }
            Event::End(_) if *depth > 0 => {
                topic.text.push(' ');
                *depth -= 1;
            }
            Event::End(_) => self.topics.extend(self.open.take().map(|(topic, _)| topic)),
            _ => {}
        }
    }
}

/// The character that a reference means; one that means nothing stays.
fn push_reference(reference: &BytesRef<'_>, text: &mut String) {
    match (reference.resolve_char_ref(), resolve_predefined_entity(reference)) {
        (Ok(Some(meant)), _) => text.push(meant),
        (_, Some(meant)) => text.push_str(meant),
        _ => text.extend(["&", reference, ";"]),
    }
}

/// The number of a topic, empty if it has none.
fn number(tag: &BytesStart<'_>) -> String {
    let mut attributes = tag.attributes();
    let mut read = attributes.with_checks(false).flatten();
    let id = read.find(|one| matches!(one.key.as_ref(), "number" | "id"));
    id.map(|one| one.value.into_owned()).unwrap_or_default()
}

/// Files whose tags need not be closed and whose text is not escaped.
fn older(text: &str) -> Vec<TopicDraft> {
    let mut topics: Vec<TopicDraft> = Vec::new();
    let mut field = String::new();
    for (at, _) in text.match_indices('<') {
        let part = &text[at + 1..];
        let part = &part[..part.find('<').unwrap_or(part.len())];
        let (content, begins) = match tag(part) {
            Some((name, content)) => {
                field = name;
                (content.trim_start(), true)
            }
            // A sign in the text, as in `age < 5`: no part of any word.
            None => (part, false),
        };
        if field == "top" && begins {
            topics.push(TopicDraft { line: line_at(text, at as u64), ..TopicDraft::default() });
        }
        let Some(topic) = topics.last_mut() else { continue };
        let label = |name| if begins { after_label(content, name) } else { content };
        match field.as_str() {
            "num" => topic.id.push_str(label("Number:")),
            "title" => topic.text.extend([" ", label("Topic:")]),
            "desc" => topic.text.extend([" ", label("Description:")]),
            _ => {}
        }
    }
    topics
}

/// Name and content of the tag that begins after a `<`; a `/` is part of the
/// name.
fn tag(part: &str) -> Option<(String, &str)> {
    let (tag, content) = part.split_once('>')?;
    let name = tag.split_whitespace().next()?;
    let letters = name.strip_prefix('/').unwrap_or(name);
    let is_name = !letters.is_empty() && letters.bytes().all(|byte| byte.is_ascii_alphabetic());
    (is_name && tag.starts_with(name)).then(|| (name.to_ascii_lowercase(), content))
}

fn after_label<'a>(content: &'a str, label: &str) -> &'a str {
    match content.split_at_checked(label.len()) {
        Some((first, rest)) if first.eq_ignore_ascii_case(label) => rest,
        _ => content,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, String)> {
        let topics = topics(text).expect("topics").into_iter();
        topics.map(|topic| (topic.id, topic.text)).collect()
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected.iter().map(|(id, text)| ((*id).to_owned(), (*text).to_owned())).collect()
    }

    fn problem(text: &str) -> (Option<usize>, String) {
        let malformed = topics(text).expect_err("malformed");
        (malformed.line, malformed.problem)
    }

    #[test]
    fn lines_have_a_tab_after_the_id() {
        let text = "\u{feff}1-A\taplastic  anemia \r\n\r\n2\ta < b\tc\r\n";
        assert_eq!(read(text), pairs(&[("1-A", "aplastic anemia"), ("2", "a < b c")]));
    }

    #[test]
    fn xml_topics_are_paragraphs_or_have_parts() {
        let text = "<?xml version='1.0'?>\r\n<topics task=\"x\">\r\n  <topic number=\"1\">\r\n\
            A 5&#x2011;year-old, SpO2 &lt; 90 &amp; R&D &foo;\r\n in pain.</topic><!-- c -->\r\n\
            <topic id='b'><disease>Melanoma</disease><gene>BRAF<b/>V600E</gene></topic></topics>";
        let expected = [
            ("1", "A 5\u{2011}year-old, SpO2 < 90 & R&D &foo; in pain."),
            ("b", "Melanoma BRAF V600E"),
        ];
        assert_eq!(read(text), pairs(&expected));
    }

    #[test]
    fn older_topics_need_not_close_their_tags() {
        let text = "<top>\n\n<num> Number: 301 \n<title> International Crime & <5 Cases\n\n\
            <desc> Description: \nIdentify them,\nall.\n\n<narr> Narrative: \nNot this.\n\n</top>\n\
            <TOP><NUM>2014-1</NUM><TITLE>Chest pain</TITLE></TOP>\n";
        let expected = [
            ("301", "International Crime & 5 Cases Identify them, all."),
            ("2014-1", "Chest pain"),
        ];
        assert_eq!(read(text), pairs(&expected));
    }

    #[test]
    fn what_is_no_topic_is_said_with_its_line() {
        let said = |line, problem: &str| (Some(line), problem.to_owned());
        assert_eq!(problem("\n"), (None, "no topics in it".to_owned()));
        assert_eq!(problem("<topics></topics>"), (None, "no topics in it".to_owned()));
        assert_eq!(problem("1\ta\n2 b\n"), said(2, "no tab between id and words"));
        assert_eq!(problem("1\ta\n1\tb\n"), said(2, "a second topic `1`"));
        assert_eq!(problem("1\t --\n"), said(1, "topic `1` has no words"));
        assert_eq!(problem("\tb\n"), said(1, "a topic without a number"));
        let blanks = "the id `1 A` has blanks in it, which a run cannot have";
        assert_eq!(problem("1 A\tb\n"), said(1, blanks));
        assert_eq!(
            problem("<topics>\n<topic>a</topic></topics>"),
            said(2, "a topic without a number")
        );
        assert_eq!(problem("<topics>\n<topic number='1'>a"), said(2, "topic `1` is not closed"));
        assert_eq!(problem("<top>\n<title>a</top>"), said(1, "a topic without a number"));
        let (line, problem) = problem("<topics>\n<topic number='1'>a</topics>");
        assert_eq!(line, Some(2));
        assert!(problem.starts_with("not valid XML: "), "{problem}");
    }
}
