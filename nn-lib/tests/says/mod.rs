//! A mistake is an error that says certain things.

use nn_lib::Result;

/// Checks that there is an error, and that its message has all of these parts.
#[track_caller]
pub fn says<T: std::fmt::Debug>(result: Result<T>, parts: &[&str]) {
    let message = result.expect_err("this is a mistake").to_string();
    for part in parts {
        assert!(message.contains(part), "{message:?} does not say {part:?}");
    }
}
