//! Parameters in hints. A hint names them in braces, `{cond}`, since a command
//! line, a form and a program each have their own way to give them.

use super::Diagnostic;
use super::filters::Filter;
use super::parameter::Parameter;

/// What a request has besides parameters and filters.
const OPTIONS: [&str; 5] = ["any", "area", "explain", "from", "strategy"];

impl Diagnostic {
    /// The hint with each parameter as `spell` writes its name: `cond` becomes
    /// `--cond` on a command line.
    #[must_use]
    pub fn hint_with(&self, spell: impl Fn(&str) -> String) -> String {
        let mut written = String::with_capacity(self.hint.len());
        let mut rest = self.hint.as_str();
        while let Some(at) = rest.find('{') {
            let (before, from) = rest.split_at(at);
            written.push_str(before);
            let name = from[1..].split('}').next().filter(|name| is_parameter(name));
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
    let of_flag = |flag: &str| flag.strip_prefix("--") == Some(name);
    OPTIONS.contains(&name)
        || Filter::ALL.into_iter().any(|filter| of_flag(filter.flag()))
        || Parameter::flags().any(of_flag)
}

/// A parameter as a hint names it.
pub(super) fn in_hint(flag: &str) -> String {
    format!("{{{}}}", flag.trim_start_matches('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_flags(hint: &str) -> String {
        let diagnostic = Diagnostic { span: 0..0, message: String::new(), hint: hint.to_owned() };
        diagnostic.hint_with(|name| format!("--{name}"))
    }

    #[test]
    fn parameters_are_spelled_and_other_braces_stay() {
        let shown = "type `--locn 'Ohio'`, or `--filter '{}'`";
        assert_eq!(with_flags("type `{locn} 'Ohio'`, or `{filter} '{}'`"), shown);
        for same in ["{lung cancer}", "a{2,5}b", "{age", "{", "é{é}", ""] {
            assert_eq!(with_flags(same), same);
        }
    }
}
