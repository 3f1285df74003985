//! Opens a page in the browser.

use std::env;
use std::process::{Command, Stdio};

/// Opens a page by `BROWSER`, or by what the system has for it; whether that
/// could be started. Nothing is opened over ssh, where no browser would be
/// seen.
pub(super) fn open(url: &str) -> bool {
    let browser = env::var("BROWSER").ok().filter(|browser| !browser.trim().is_empty());
    if let Some(browser) = browser {
        // Several can be named, with `:` between; `%s` is replaced by the page.
        return browser.split(':').any(|command| started(command, url));
    }
    let shown = cfg!(any(windows, target_os = "macos"))
        || ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| env::var_os(name).is_some());
    let usual = if cfg!(windows) {
        "explorer"
    } else if cfg!(target_os = "macos") {
        "open"
    } else {
        "xdg-open"
    };
    shown && started(usual, url)
}

fn started(command: &str, url: &str) -> bool {
    let mut words = command.split_whitespace();
    let Some(program) = words.next() else { return false };
    let arguments: Vec<String> = words.map(|word| word.replace("%s", url)).collect();
    let mut browser = Command::new(program);
    if !command.contains("%s") {
        browser.arg(url);
    }
    // What it prints would be written across the screen.
    let started = browser
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let Ok(mut child) = started else { return false };
    // It is waited for, so that no dead process stays.
    std::thread::spawn(move || child.wait());
    true
}
