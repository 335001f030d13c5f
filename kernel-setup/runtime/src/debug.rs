//! `dbg!` in a cell: the standard library's tells the place in the code that the cell was compiled as.

/// Prints an expression, its value and its place to standard error, and returns the value.
///
/// As [`std::dbg!`], but the place is that in the notebook: `[cell [3]:1:9] n * 2 = 8`.
///
/// ```
/// assert_eq!(rust_nn_runtime::dbg!(4 * 2) + 1, 9);
/// assert_eq!(rust_nn_runtime::dbg!(1, "two"), (1, "two"));
/// ```
#[macro_export]
macro_rules! dbg {
    () => {
        $crate::debugged(file!(), line!(), column!(), "")
    };
    ($value:expr $(,)?) => {
        // What the expression borrows lives as long as the whole statement.
        match $value {
            value => {
                let text = ::std::format!("{} = {:#?}", stringify!($value), &value);
                $crate::debugged(file!(), line!(), column!(), &text);
                value
            }
        }
    };
    ($($value:expr),+ $(,)?) => {
        ($($crate::dbg!($value)),+,)
    };
}

/// Hands what [`dbg!`](crate::dbg) prints to the kernel, which knows the place in the notebook.
pub fn debugged(file: &str, line: u32, column: u32, text: &str) {
    let (place, text) = (crate::place(file, line, column), crate::json(text));
    crate::block(
        "application/vnd.rust-nn.dbg+json",
        &format!("{{{place},\"text\":{text}}}"),
    );
}
