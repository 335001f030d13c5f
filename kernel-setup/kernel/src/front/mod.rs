//! The front end: what Jupyter sees.
//!
//! Reading order: `server.rs` (the sockets), `session.rs` (what is shared), `worker.rs` (cells,
//! one after the other), `output.rs` (what they print), `failure.rs` (how they fail).

mod compile_errors;
mod complete_code;
mod completion;
mod failure;
mod history;
mod info;
mod inspection;
mod iopub;
mod output;
mod place;
mod server;
mod session;
mod tap;
mod wire;
mod worker;

pub use server::serve;
