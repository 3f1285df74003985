//! The parameters of a request, by name.

use percent_encoding::percent_decode_str;

use super::api_error::ApiError;

/// Bytes of a query at most.
const LONGEST: usize = 64 << 10;

/// Parameters that were given, the last of those with the same name.
#[derive(Debug, Default)]
pub(crate) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Reads the part of an address after `?`. Names that are not `known` are refused, as the
    /// registry does.
    pub(crate) fn read(query: Option<&str>, known: &[&str]) -> Result<Self, ApiError> {
        let query = query.unwrap_or_default();
        if query.len() > LONGEST {
            return Err(ApiError::bad_request(format!(
                "The parameters have more than {LONGEST} bytes"
            )));
        }
        let mut given = Self::default();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decoded(name)?, decoded(value)?);
            if !known.contains(&name.as_str()) {
                return Err(unknown(&name, known));
            }
            given.0.retain(|(before, _)| *before != name);
            given.0.push((name, value));
        }
        Ok(given)
    }

    /// The value of a parameter; `None` also where it is empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.given(name).filter(|value| !value.trim().is_empty())
    }

    /// The value of a parameter, which may be empty.
    pub(crate) fn given(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The items of a list, parted by commas or bars.
    pub(crate) fn list(&self, name: &str) -> Option<Vec<&str>> {
        let items = self.get(name)?.split([',', '|']);
        Some(items.map(str::trim).filter(|item| !item.is_empty()).collect())
    }

    /// The items of a list that has at least one if it is given at all.
    pub(crate) fn filled_list(&self, name: &str) -> Result<Option<Vec<&str>>, ApiError> {
        match (self.given(name), self.list(name)) {
            (Some(_), None) => Err(empty(name)),
            (_, Some(items)) if items.is_empty() => Err(empty(name)),
            (_, items) => Ok(items),
        }
    }

    /// One of some values; the first where the parameter is not given.
    pub(crate) fn choice<T: Copy>(
        &self,
        name: &str,
        values: &[(&str, T)],
        default: T,
    ) -> Result<T, ApiError> {
        let Some(given) = self.given(name) else { return Ok(default) };
        let known = values.iter().find(|(value, _)| *value == given);
        known.map(|(_, value)| *value).ok_or_else(|| ApiError::value(name, given))
    }

    /// `true` or `false`, which is what counts where it is not given.
    pub(crate) fn flag(&self, name: &str) -> Result<bool, ApiError> {
        self.choice(name, &[("true", true), ("false", false)], false)
    }
}

fn empty(name: &str) -> ApiError {
    ApiError::bad_request(format!("Parameter `{name}` must not be empty"))
}

fn unknown(name: &str, known: &[&str]) -> ApiError {
    let prefix = name.split_once('.').map(|(prefix, _)| format!("{prefix}."));
    match prefix {
        Some(prefix) if !known.iter().any(|known| known.starts_with(&prefix)) => {
            ApiError::bad_request(format!("Invalid prefix in parameter name: {name}"))
        }
        _ => ApiError::bad_request(format!("`{name}` is unknown parameter")),
    }
}

/// `+` and `%5B` as the characters that they encode.
fn decoded(text: &str) -> Result<String, ApiError> {
    let blanks = text.replace('+', " ");
    let bytes = percent_decode_str(&blanks);
    let text =
        bytes.decode_utf8().map_err(|_| ApiError::bad_request("Parameters are not UTF-8"))?;
    Ok(text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [&str; 4] = ["format", "query.cond", "fields", "countTotal"];

    fn refused(query: &str) -> String {
        Parameters::read(Some(query), &KNOWN).expect_err(query).text
    }

    #[test]
    fn values_are_decoded_and_the_last_counts() {
        let query = "query.cond=a+%26+%C3%A9&&format=csv&format=json&fields=NCTId%7CPhase,Sex";
        let given = Parameters::read(Some(query), &KNOWN).expect("read");
        assert_eq!(given.get("query.cond"), Some("a & é"));
        assert_eq!(given.get("format"), Some("json"));
        assert_eq!(given.list("fields"), Some(vec!["NCTId", "Phase", "Sex"]));
        assert_eq!(given.flag("countTotal"), Ok(false));
    }

    #[test]
    fn messages_are_those_of_the_registry() {
        assert_eq!(refused("recrs=a"), "`recrs` is unknown parameter");
        assert_eq!(refused("filter.phase=2"), "Invalid prefix in parameter name: filter.phase");
        assert_eq!(refused("query.recrs=2"), "`query.recrs` is unknown parameter");
        assert_eq!(refused("format=%ff"), "Parameters are not UTF-8");
        let given = Parameters::read(Some("countTotal=yes&fields="), &KNOWN).expect("read");
        let wrong = given.flag("countTotal").expect_err("no flag").text;
        assert_eq!(wrong, "Invalid value in parameter `countTotal`: `yes`");
        let wrong = given.filled_list("fields").expect_err("empty").text;
        assert_eq!(wrong, "Parameter `fields` must not be empty");
    }
}
