//! Where the system wants a user's caches to be.

use std::path::PathBuf;

use etcetera::BaseStrategy;
use etcetera::base_strategy::choose_native_strategy;

/// `$XDG_CACHE_HOME` or `~/.cache`, on macOS `~/Library/Caches`; `None` for a user without a home directory.
pub fn user_cache() -> Option<PathBuf> {
    let directory = choose_native_strategy().ok()?.cache_dir();
    directory.is_absolute().then_some(directory)
}
