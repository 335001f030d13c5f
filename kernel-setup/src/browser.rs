//! The browser of this machine: it prints pages as PDF. The tests look at pages with it, too.

use std::path::{Path, PathBuf};

const NAMES: [&str; 6] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
];
const ON_A_MAC: &str = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

/// Chromium or a relative of it: what `CHROME` names, or one that has a usual name.
pub fn find() -> Option<PathBuf> {
    let given = std::env::var_os("CHROME").map(PathBuf::from);
    let usual = || NAMES.iter().find_map(|name| which::which(name).ok());
    let on_a_mac = || Some(Path::new(ON_A_MAC).to_owned()).filter(|path| path.is_file());
    given
        .filter(|path| path.is_file())
        .or_else(usual)
        .or_else(on_a_mac)
}
