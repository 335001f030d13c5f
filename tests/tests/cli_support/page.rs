//! What a page would load, by its text and by a browser that opens it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use classroom_tests::browser;
use classroom_tests::trials::{BROWSER, Missing, missing};

use super::Home;

/// The values of everything in a page that a browser would fetch by itself.
pub fn fetched(page: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for (tag, attribute) in [
        ("<img", "src=\""),
        ("<img", "srcset=\""),
        ("<script", "src=\""),
        ("<link", "href=\""),
        ("<iframe", "src=\""),
        ("<video", "src=\""),
        ("<video", "poster=\""),
        ("<audio", "src=\""),
        ("<source", "src"),
        ("<object", "data=\""),
        ("<embed", "src=\""),
        ("<image", "href=\""),
        ("<use", "href=\""),
        ("<input", "src=\""),
        ("<table", "background=\""),
    ] {
        for part in page.split(tag).skip(1) {
            let inside = part.split('>').next().unwrap_or_default();
            found.extend(
                inside
                    .split(attribute)
                    .nth(1)
                    .and_then(|rest| rest.split('"').next()),
            );
        }
    }
    for sign in ["url(", "@import"] {
        found.extend(page.split(sign).skip(1).map(|rest| {
            rest.split([')', ';'])
                .next()
                .unwrap_or_default()
                .trim_matches(['"', '\''])
                .trim_start_matches("&quot;")
        }));
    }
    found
}

/// What of `fetched` lies outside of the page.
pub fn outside(page: &str) -> Vec<&str> {
    let found = fetched(page).into_iter();
    found
        .filter(|url| !url.starts_with("data:") && !url.starts_with('#'))
        .collect()
}

/// The browser, or that it is missing.
pub fn found_browser() -> Result<PathBuf, Missing> {
    browser::find().ok_or_else(|| missing(BROWSER, "no Chromium and no Chrome"))
}

/// The requests for other machines that the browser makes when it opens a page, and the page's final document.
pub fn opened(home: &Home, file: &Path) -> Result<(Vec<String>, String), Missing> {
    let browser = found_browser()?;
    let log = home.path().join("net.json");
    let output = Command::new(browser)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
        ])
        .args(["--no-first-run", "--virtual-time-budget=5000", "--dump-dom"])
        .arg(format!("--log-net-log={}", log.display()))
        .arg(format!(
            "--user-data-dir={}",
            home.path().join("profile").display()
        ))
        .arg(file)
        .output()
        .expect("the browser starts");
    let log = fs::read_to_string(log).expect("the browser keeps a log");
    let requests = log
        .split("\"url\":\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next());
    let outward = requests.filter(|url| {
        url.contains("example.org")
            || url.contains("jsdelivr")
            || url.contains("cdnjs")
            || url.contains("unpkg")
    });
    Ok((
        outward.map(str::to_owned).collect(),
        String::from_utf8_lossy(&output.stdout).into_owned(),
    ))
}
