//! How many processors the classroom's programs may keep busy.
//!
//! `NN_LIB_THREADS` says it for the library, for the kernel and for the command line. Otherwise it is what the system
//! gives to the process: the processors that it may run on, and no more than the quota of its control group.

use std::num::NonZeroUsize;
use std::process::Command;

/// The variable; nn-lib reads it too.
pub const THREADS: &str = "NN_LIB_THREADS";

/// More than that are a slip of the pen.
const MOST: usize = 1024;

/// What the variable says; `None` where it is not set.
///
/// # Errors
/// A sentence for the user: it is no number of threads.
pub fn chosen() -> Result<Option<NonZeroUsize>, String> {
    let text = std::env::var_os(THREADS).filter(|text| !text.is_empty());
    text.map(|text| number(&text.to_string_lossy())).transpose()
}

/// As many as are chosen, or given by the system.
pub fn processors() -> NonZeroUsize {
    let given = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    chosen().ok().flatten().unwrap_or_else(given)
}

/// Tells the number that was chosen to a program that reads other variables: to cargo, and to libraries on rayon's
/// threads, unless the user has told them already.
pub fn hand_on(command: &mut Command) {
    let Ok(Some(threads)) = chosen() else { return };
    for name in ["CARGO_BUILD_JOBS", "RAYON_NUM_THREADS"] {
        if std::env::var_os(name).is_none() {
            command.env(name, threads.to_string());
        }
    }
}

fn number(text: &str) -> Result<NonZeroUsize, String> {
    let number = text.trim().parse().ok();
    let number = number.filter(|number| *number <= MOST);
    number.and_then(NonZeroUsize::new).ok_or_else(|| {
        format!("{THREADS} is \"{text}\", which is no number of threads from 1 to {MOST}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_threads_is_understood_and_anything_else_is_named() {
        assert_eq!(number(" 3 ").unwrap().get(), 3);
        for text in ["0", "-1", "two", "1.5", "1025", "99999999999999999999"] {
            let problem = number(text).unwrap_err();
            assert!(problem.contains("NN_LIB_THREADS") && problem.contains(text));
        }
    }
}
