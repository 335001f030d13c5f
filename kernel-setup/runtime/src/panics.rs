//! A panic becomes one block with its message and place, instead of a page of backtrace.

use std::panic::PanicHookInfo;
use std::sync::Once;
use std::thread::ThreadId;

/// Prepares a fresh process for cells: called at the start of every cell, done at the first.
pub(crate) fn start() {
    static STARTED: Once = Once::new();
    STARTED.call_once(|| {
        let cells = std::thread::current().id();
        std::panic::set_hook(Box::new(move |info| report(info, cells)));
    });
}

/// Tells the kernel about a panic, in the order of the other output; `cells` is the thread that cells run on.
fn report(info: &PanicHookInfo<'_>, cells: ThreadId) {
    let message = info.payload_as_str().unwrap_or("(a value without a text)");
    let (file, line, column) = info.location().map_or(("", 0, 0), |place| {
        (place.file(), place.line(), place.column())
    });
    let thread = std::thread::current();
    // Cells have a standard library of their own, for which theirs is not the main thread.
    let name = if thread.id() == cells {
        "main"
    } else {
        thread.name().unwrap_or("<unnamed>")
    };
    crate::block(
        "application/vnd.rust-nn.panic+json",
        &format!(
            "{{\"message\":{},\"file\":{},\"line\":{line},\"column\":{column},\"thread\":{}}}",
            json(message),
            json(file),
            json(name)
        ),
    );
}

/// A string as JSON writes it.
fn json(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            c if (c as u32) < 0x20 => quoted.push_str(&format!("\\u{:04x}", c as u32)),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    #[test]
    fn quotes_newlines_and_control_characters_are_escaped() {
        assert_eq!(super::json("a\"b\\\n\u{1b}é"), r#""a\"b\\\n\u001bé""#);
    }
}
