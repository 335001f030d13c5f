//! How the library talks to a notebook: rich output, displays that change in place, interrupts.
//!
//! In a plain terminal the same calls print text.

mod bundle;
mod cells;
#[cfg(feature = "notebook")]
pub mod check;
mod escape;
pub mod explore;
pub mod interrupt;
mod live;
mod regions;
#[cfg(all(feature = "notebook", unix))]
mod signal;
pub(crate) mod stage;
mod table;
#[cfg(feature = "notebook")]
mod words;

pub use bundle::Bundle;
pub use cells::{Cell, Cells};
pub(crate) use escape::escaped;
pub use interrupt::{begin_cell, clear_interrupt, end_cell, interrupted};
pub use live::LiveDisplay;
pub use table::Table;

use serde_json::{Value, json};
use stage::Stage;
use std::io::Write;
#[cfg(feature = "notebook")]
use std::sync::LazyLock;

/// Who reads the standard output of this process.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    not(feature = "notebook"),
    expect(dead_code, reason = "without the feature there is the terminal alone")
)]
pub(crate) enum FrontEnd {
    /// The Rust kernel of this project: displays that change in place, cooperative interrupts.
    NnKernel,
    /// Another kernel on evcxr: one block per form, no updates.
    Evcxr,
    /// A person or a file.
    Terminal,
}

#[cfg(feature = "notebook")]
static FRONT_END: LazyLock<FrontEnd> = LazyLock::new(|| {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if set("RUST_NN_KERNEL") {
        FrontEnd::NnKernel
    } else if set("EVCXR_IS_RUNTIME") {
        FrontEnd::Evcxr
    } else {
        FrontEnd::Terminal
    }
});

pub(crate) fn front_end() -> FrontEnd {
    #[cfg(feature = "notebook")]
    return *FRONT_END;
    #[cfg(not(feature = "notebook"))]
    FrontEnd::Terminal
}

/// Whether the program runs in a cell of a notebook.
pub fn in_notebook() -> bool {
    front_end() != FrontEnd::Terminal
}

/// Shows a bundle at once; in a terminal its text.
pub fn display(bundle: &Bundle) {
    if let Some(stage) = Stage::current() {
        return stage.show(bundle, None);
    }
    match front_end() {
        FrontEnd::NnKernel => send(bundle, None, false),
        FrontEnd::Evcxr => emit(&bundle.evcxr_blocks()),
        FrontEnd::Terminal => emit(&format!("{}\n", bundle.plain_text())),
    }
}

/// Empties the output of the running cell; with `wait`, only when the next output comes. Nothing in a terminal.
pub fn clear_output(wait: bool) {
    if let Some(stage) = Stage::current() {
        return stage.clear(wait);
    }
    if front_end() == FrontEnd::NnKernel {
        emit(&block(
            "application/vnd.rust-nn.clear-output+json",
            &json!({ "wait": wait }).to_string(),
        ));
    }
}

/// Prints text at once, also a part of a line.
pub(crate) fn print_text(text: &str) {
    match Stage::current() {
        Some(stage) => stage.print(text),
        None => emit(text),
    }
}

/// A message in the place of what cannot be shown.
pub(crate) fn problem(text: &str) -> Bundle {
    let html = format!(
        "<div role=\"alert\" style=\"border-left:4px solid #d55e00;padding:.4em .8em;white-space:pre-wrap\">{}</div>",
        escaped(text)
    );
    Bundle::text(text).html(html)
}

/// Sends a bundle to the project's kernel, as a new display or as the new content of an old one.
fn send(bundle: &Bundle, display_id: Option<&str>, update: bool) {
    if let Some(stage) = Stage::current() {
        return stage.show(bundle, display_id);
    }
    let mut message =
        json!({ "data": bundle.data(), "metadata": bundle.metadata(), "update": update });
    if let Some(id) = display_id {
        message["display_id"] = Value::from(id);
    }
    emit(&block(
        "application/vnd.rust-nn.display+json",
        &message.to_string(),
    ));
}

/// A block of rich content as evcxr's kernels read it from the standard output.
fn block(mime: &str, content: &str) -> String {
    format!("EVCXR_BEGIN_CONTENT {mime}\n{content}\nEVCXR_END_CONTENT\n")
}

/// Writes in one piece, so that output of other threads does not come between. A closed output is no error here:
/// nobody is left to read it.
fn emit(text: &str) {
    let mut stdout = std::io::stdout().lock();
    let _ = stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush());
}
