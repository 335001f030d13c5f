//! Builds nn-lib and its dependencies once, so that a notebook's kernel starts warm.
//!
//! A *template* is a directory in the cache, named after everything that its build depends on:
//!
//! ```text
//! template-<key>/
//!   nn-lib/     the library's sources, free of the workspace
//!   runtime/    what every cell calls: display, panics, input
//!   library/    the source of the standard library, as far as type inference reads it
//!   cell/       the package that a cell is compiled as: Cargo.toml, Cargo.lock, src/lib.rs
//!   target/     the build
//!   crates/     what cargo has built for notebooks that asked for crates of their own
//!   private-names  methods and fields that no cell can use
//!   recipe.json how to compile a cell without asking cargo
//!   complete    written last; locked (shared) by every kernel that uses the template
//! ```
//!
//! A kernel copies `cell/` into a directory of its own. `target/` is never added to: it stays what nn-lib was built as.
//!
//! Reading order: [`ensure`](ensure()), `fingerprint.rs`, `crate_sources.rs`, `std_source.rs`, `recipe.rs`, `build.rs`, `clone.rs`.

mod build;
mod build_once;
mod clone;
mod crate_sources;
mod error;
mod fingerprint;
mod installed;
mod lookup;
pub mod pipes;
pub mod private_names;
pub mod processors;
pub mod recipe;
mod std_source;
mod toolchain;
mod user_cache;

pub use build_once::ensure;
pub use clone::{clone_package, crates_build, in_use};
pub use error::{Error, Result};
pub use installed::{MANIFEST, installed_data, is_installed};
pub use lookup::find;
pub use toolchain::Toolchain;
pub use user_cache::user_cache;

/// The names of the crates that every cell can use.
pub const PRELOADED: [&str; 2] = ["nn-lib", "rust-nn-runtime"];
