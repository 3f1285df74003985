//! Parameters in hints. A hint names them in braces, `{cond}`, since a command
//! line, a form and a program each have their own way to give them.

use super::Diagnostic;
use super::diagnostics::in_hint;
use super::filters::Filter;
use super::parameter::Parameter;

/// What a request has besides parameters and filters.
const OPTIONS: [&str; 5] = ["any", "area", "explain", "from", "strategy"];

/// How a front end writes the name of a parameter or option: `cond` becomes `--cond` on a command
/// line, and stays as it is by default.
#[derive(Debug, Clone, Copy)]
pub struct Spelling(pub fn(&str) -> String);

impl Spelling {
    /// A name as it is written.
    #[must_use]
    pub fn of(self, name: &str) -> String {
        (self.0)(name)
    }
}

impl Default for Spelling {
    fn default() -> Self {
        Self(str::to_owned)
    }
}

impl Diagnostic {
    /// The hint with each parameter as `spell` writes its name: `cond` becomes
    /// `--cond` on a command line. What `typed` has in braces at the place that
    /// the hint is about is quoted, and stays as it is.
    #[must_use]
    pub fn hint_with(&self, typed: &str, spell: impl Fn(&str) -> String) -> String {
        let place = typed.get(self.span.clone()).unwrap_or_default();
        let mut written = String::with_capacity(self.hint.len());
        let mut rest = self.hint.as_str();
        while let Some(at) = rest.find('{') {
            let (before, from) = rest.split_at(at);
            written.push_str(before);
            let name = from[1..]
                .split('}')
                .next()
                .filter(|name| is_parameter(name) && !place.contains(&in_hint(name)));
            match name {
                Some(name) if from.len() > name.len() + 1 => {
                    written.push_str(&spell(name));
                    rest = &from[name.len() + 2..];
                }
                _ => {
                    written.push('{');
                    rest = &from[1..];
                }
            }
        }
        written + rest
    }
}

fn is_parameter(name: &str) -> bool {
    let has_name = |parameter: Parameter| parameter != Parameter::Words;
    OPTIONS.contains(&name)
        || Filter::named(name).is_some()
        || Parameter::named(name).is_some_and(has_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_flags(typed: &str, hint: &str) -> String {
        let (span, message) = (0..typed.len(), String::new());
        let diagnostic = Diagnostic { span, message, hint: hint.to_owned() };
        diagnostic.hint_with(typed, |name| format!("--{name}"))
    }

    #[test]
    fn parameters_are_spelled_and_other_braces_stay() {
        let shown = "type `--locn 'Ohio'`, or `--filter '{}'`";
        assert_eq!(with_flags("Ohio", "type `{locn} 'Ohio'`, or `{filter} '{}'`"), shown);
        for same in ["{lung cancer}", "a{2,5}b", "{age", "{", "é{é}", ""] {
            assert_eq!(with_flags("", same), same);
        }
    }

    #[test]
    fn braces_that_were_typed_are_quoted() {
        let shown = "type `--age '{any}'`; `\\age:{any}` is the word";
        let hint = "type `{age} '{any}'`; `\\age:{any}` is the word";
        assert_eq!(with_flags("age:{any}", hint), shown);
    }
}
