//! The front end: what Jupyter sees.
//!
//! Reading order: `sockets/` (who is asked what), `session.rs` (what is shared), `worker.rs` (the
//! engine's thread), `execute.rs` (a cell), `output.rs` (what it prints), `failure.rs` (how it
//! fails).

mod cell;
mod cell_location;
mod cell_outcome;
mod comms;
mod compile_errors;
mod complete_code;
mod completion;
mod completion_order;
mod completion_site;
mod documentation;
mod execute;
mod failure;
mod help;
mod hint_source;
mod hints;
mod history;
mod info;
mod inspection;
mod inspection_site;
mod lost_variables;
mod origin;
mod output;
mod relay_link;
mod remarks;
mod session;
mod shutdown;
mod sockets;
mod suggestions;
mod syntax_errors;
mod utf8;
mod variable_errors;
mod warnings;
mod wire;
mod worker;

pub use sockets::serve;
