//! The classroom's command line.
fn main() {}
