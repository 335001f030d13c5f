//! While notebooks become pages: the closure runs for every combination of positions.

use super::exploration::Exploration;

/// The variable by which the command line says what becomes of the notebook.
const VARIABLE: &str = "NN_LIB_EXPLORE";

/// Whether the notebook becomes a page.
pub fn is_wanted() -> bool {
    std::env::var_os(VARIABLE).is_some_and(|value| value == "page")
}

/// Shows controls that work on a page.
pub fn show(exploration: Exploration) {
    super::once::show(exploration);
}
