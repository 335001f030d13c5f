//! What the kernel says about itself.

use super::session::Session;
use serde_json::{Value, json};
use std::sync::OnceLock;

/// The content of a `kernel_info_reply`.
pub fn reply(session: &Session) -> Value {
    let rust_version = rust_version(session);
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

/// The version of the compiler, such as `1.95.0`.
fn rust_version(session: &Session) -> &'static str {
    static VERSION: OnceLock<String> = OnceLock::new();
    VERSION.get_or_init(|| {
        let recipe = session.kernel.recipe().ok();
        recipe
            .and_then(|recipe| {
                recipe
                    .toolchain
                    .version
                    .split(' ')
                    .nth(1)
                    .map(str::to_owned)
            })
            .unwrap_or_else(|| "unknown".to_owned())
    })
}
