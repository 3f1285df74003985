//! Where an index on a cluster is.

use std::fmt;
use std::net::IpAddr;

/// The address of an index: scheme, hosts, ports and name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Scheme, host and port of each server, at least one, without a slash at the end.
    pub(crate) servers: Vec<String>,
    /// The name of the index.
    pub(crate) name: String,
}

/// Why a text is no address of an index.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It has another shape.
    #[error("`{0}` is not the address of an index on a cluster")]
    Shape(String),
    /// It has a user or a password in it.
    #[error("the address of an index has a user or a password in it")]
    Password,
    /// It is plain HTTP to another machine.
    #[error("`{0}` is plain HTTP to another machine, which anybody between can read and change")]
    Plain(String),
    /// The engine has no such names.
    #[error("`{0}` cannot be the name of an index")]
    Name(String),
}

impl Address {
    /// Whether a text is meant as an address rather than as a directory.
    #[must_use]
    pub fn is_meant(text: &str) -> bool {
        ["http://", "https://"].iter().any(|scheme| text.to_ascii_lowercase().starts_with(scheme))
    }

    /// Reads `https://host:9200/name`, or `https://one:9200,two:9200/name` where a cluster has
    /// several servers.
    ///
    /// # Errors
    ///
    /// What has another shape, a password in it, or is plain HTTP to another machine where that is
    /// not allowed.
    pub fn parse(text: &str, insecure: bool) -> Result<Self, AddressError> {
        let shape = || AddressError::Shape(text.to_owned());
        let (scheme, rest) = text.split_once("://").ok_or_else(shape)?;
        let scheme = scheme.to_ascii_lowercase();
        // A password is not shown, whatever else is wrong.
        if rest.contains('@') {
            return Err(AddressError::Password);
        }
        let (hosts, name) = rest.trim_end_matches('/').split_once('/').ok_or_else(shape)?;
        let hosts: Vec<&str> = hosts.split(',').map(str::trim).collect();
        if !matches!(scheme.as_str(), "http" | "https") || hosts.contains(&"") {
            return Err(shape());
        }
        if !is_name(name) {
            return Err(AddressError::Name(name.to_owned()));
        }
        let server = |host: &&str| format!("{scheme}://{host}");
        match hosts.iter().find(|host| scheme == "http" && !insecure && !is_loopback(host)) {
            Some(plain) => Err(AddressError::Plain(server(plain))),
            None => Ok(Self { servers: hosts.iter().map(server).collect(), name: name.to_owned() }),
        }
    }

    /// The name of the index.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut servers = self.servers.iter();
        write!(f, "{}", servers.next().map_or("", String::as_str))?;
        for server in servers {
            write!(f, ",{}", server.split_once("://").map_or(server.as_str(), |(_, host)| host))?;
        }
        write!(f, "/{}", self.name)
    }
}

/// What the engine takes for a name; a name is not mistaken for one of its versions.
fn is_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    let version = name.rsplit_once("-v").is_some_and(|(_, number)| {
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    });
    let begins = name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
    begins && name.len() <= 200 && name.chars().all(plain) && !version
}

fn is_loopback(host: &str) -> bool {
    let host = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_server_and_a_name() {
        let address = Address::parse("https://search.example.org:9200/ctgov/", false);
        let address = address.expect("an address");
        assert_eq!(address.to_string(), "https://search.example.org:9200/ctgov");
        assert_eq!(address.name(), "ctgov");
        let several = Address::parse("https://one:9200,two:9201/x", false).expect("an address");
        assert_eq!(several.servers, ["https://one:9200", "https://two:9201"]);
        assert_eq!(several.to_string(), "https://one:9200,two:9201/x");
        for text in ["http://127.0.0.1:9200/x", "http://localhost/x", "http://[::1]:9200/x"] {
            assert!(Address::parse(text, false).is_ok(), "{text}");
            assert!(Address::is_meant(text), "{text}");
        }
        assert!(!Address::is_meant("index") && !Address::is_meant("./http"));
    }

    #[test]
    fn what_is_unsafe_or_no_address_is_refused() {
        let refused = |text: &str| Address::parse(text, false).expect_err(text);
        let with_password = refused("https://me:secret@host/x");
        assert_eq!(with_password, AddressError::Password);
        assert!(!with_password.to_string().contains("secret"));
        assert_eq!(refused("http://host:9200/x"), AddressError::Plain("http://host:9200".into()));
        assert_eq!(
            refused("http://localhost.example.org/x"),
            AddressError::Plain("http://localhost.example.org".into())
        );
        assert!(Address::parse("http://host:9200/x", true).is_ok());
        assert_eq!(
            refused("http://localhost,other:9200/x"),
            AddressError::Plain("http://other:9200".into())
        );
        assert!(matches!(refused("https://host:9200"), AddressError::Shape(_)));
        assert!(matches!(refused("https://host:9200,/x"), AddressError::Shape(_)));
        assert!(matches!(refused("ftp://host/x"), AddressError::Shape(_)));
        for name in ["", "_all", "A", "a/b", "a-v3", "a,b", "a*"] {
            let text = format!("https://host/{name}");
            assert!(Address::parse(&text, false).is_err(), "{text}");
        }
    }
}
