//! Helpers shared by the end-to-end tests.

/// The browser of this machine.
#[path = "../../kernel-setup/src/browser.rs"]
pub mod browser;
pub mod claims;
pub mod claims_further;
pub mod editions;
pub mod exercises;
pub mod exercises_further;
pub mod kernel;
pub mod kernel_client;
pub mod kernel_left;
pub mod kernel_shared;
pub mod kernel_widgets;
pub mod notebook;
pub mod ports;
pub mod silent_subscriber;
/// Tests that may be unable to run on a machine.
#[path = "../../nn-lib/tests/support/mod.rs"]
pub mod trials;

/// The layer of one's own that the contributors' guide shows is a test.
#[cfg(doctest)]
#[doc = include_str!("../../CONTRIBUTING.md")]
pub struct ContributingGuide;
