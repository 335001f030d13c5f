//! The front end: what Jupyter sees.
//!
//! Reading order: `server.rs` (the sockets), `session.rs` (what is shared), `worker.rs` (the
//! engine's thread), `execute.rs` (a cell), `output.rs` (what it prints), `failure.rs` (how it
//! fails).

mod attend;
mod backlog;
mod compile_errors;
mod complete_code;
mod completion;
mod completion_site;
mod documentation;
mod ending;
mod execute;
mod failure;
mod help;
mod hints;
mod history;
mod info;
mod inspection;
mod iopub;
mod knowledge;
mod losses;
mod origin;
mod output;
mod place;
mod remarks;
mod server;
mod session;
mod subscriber;
mod suggestions;
mod syntax_errors;
mod tap;
mod text;
mod variable_errors;
mod warnings;
mod wire;
mod worker;

pub use server::serve;
