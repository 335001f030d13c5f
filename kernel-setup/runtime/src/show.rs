//! The value of a cell's last expression, shown as its `Debug` text.

use std::fmt::{self, Debug, Write};

/// The longest text that a result shows, in bytes: a notebook with megabytes of digits in it
/// neither opens nor saves well.
const LONGEST: usize = 64 * 1024;

/// Shows a value at the end of a cell.
///
/// The engine ends a cell with `(expression).evcxr_display()`. A type with a method of this name
/// (a figure, a tensor) shows itself; every other type with `Debug` is shown by this trait, which
/// saves the engine a second compilation.
pub trait Show {
    /// Sends the value to the notebook.
    fn evcxr_display(&self);
}

impl<T: Debug + ?Sized> Show for T {
    fn evcxr_display(&self) {
        // The value of a statement such as `println!()` is nothing to look at.
        if std::any::type_name::<T>() == "()" {
            return;
        }
        crate::block("application/vnd.rust-nn.result", &show_text(self));
    }
}

/// The `Debug` text of a value, cut with a notice where it is longer than 64 KiB.
///
/// ```
/// assert_eq!(rust_nn_runtime::show_text(&vec![1, 2]), "[1, 2]");
/// assert!(rust_nn_runtime::show_text(&vec![0u8; 100_000]).ends_with("(cut after 65536 bytes)"));
/// ```
pub fn show_text<T: Debug + ?Sized>(value: &T) -> String {
    let mut text = Limited::default();
    if write!(text, "{value:?}").is_err() && text.full {
        text.text
            .push_str(&format!("… (cut after {LONGEST} bytes)"));
    }
    text.text
}

/// A string that stops the formatting as soon as it is full.
#[derive(Default)]
struct Limited {
    text: String,
    full: bool,
}

impl Write for Limited {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        let room = LONGEST - self.text.len();
        if piece.len() <= room {
            self.text.push_str(piece);
            return Ok(());
        }
        self.text
            .push_str(&piece[..piece.floor_char_boundary(room)]);
        self.full = true;
        Err(fmt::Error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_characters() {
        let text = show_text(&"é".repeat(LONGEST));
        assert!(text.ends_with("… (cut after 65536 bytes)"));
        assert!(text.len() < LONGEST + 40);
    }

    #[test]
    fn a_type_with_its_own_method_is_preferred() {
        #[derive(Debug)]
        struct Own;
        impl Own {
            fn evcxr_display(&self) -> &'static str {
                "own"
            }
        }
        let (value, reference) = (Own, &Own);
        assert_eq!(value.evcxr_display(), "own");
        assert_eq!(reference.evcxr_display(), "own");
    }
}
