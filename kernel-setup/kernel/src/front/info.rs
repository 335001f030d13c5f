//! What the kernel says about itself.

use serde_json::{Value, json};

/// The content of a `kernel_info_reply`.
pub fn reply(rust_version: &str) -> Value {
    json!({
        "status": "ok",
        "protocol_version": "5.4",
        "implementation": "rust-nn",
        "implementation_version": env!("CARGO_PKG_VERSION"),
        "language_info": {
            "name": "rust",
            "version": rust_version,
            "mimetype": "text/rust",
            "file_extension": ".rs",
            "pygments_lexer": "rust",
            "codemirror_mode": "rust",
        },
        "banner": format!(
            "Rust {rust_version} with nn-lib {}\n`use nn_lib::prelude::*` is done; `:help` lists commands.",
            env!("CARGO_PKG_VERSION")
        ),
        "help_links": [
            { "text": "The Rust book", "url": "https://doc.rust-lang.org/book/" },
            { "text": "The standard library", "url": "https://doc.rust-lang.org/std/" },
        ],
        "debugger": false,
        "supported_features": [],
    })
}
