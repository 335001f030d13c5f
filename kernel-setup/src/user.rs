//! Who runs this program.

/// The system knows users by numbers; the variables `USER` and `HOME` may say anything in a container.
#[cfg(unix)]
pub fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Elsewhere there is no such user.
#[cfg(not(unix))]
pub fn is_root() -> bool {
    false
}
