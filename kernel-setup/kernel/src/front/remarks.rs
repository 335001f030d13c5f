//! What a reader may not expect of a cell that has run.

use crate::items::Cell;
use ra_ap_syntax::ast::{self, AstNode, HasName};

/// A `main` that nothing calls.
pub fn about(code: &str) -> Option<String> {
    let cell = Cell::parse(code);
    let function = |node: &ra_ap_syntax::SyntaxNode| {
        let function = ast::Fn::cast(node.clone())?;
        function.name().map(|name| name.to_string())
    };
    let defined = cell
        .statements
        .iter()
        .any(|node| function(node).as_deref() == Some("main"));
    let called = cell
        .statements
        .iter()
        .filter(|node| !ast::Item::can_cast(node.kind()))
        .any(|node| node.text().to_string().contains("main("));
    (defined && !called).then(|| {
        "nothing has called `main`: a cell needs none, its statements run as they stand. Take them out of \
         `fn main() { … }`, or write `main()` below it."
            .to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::about;

    #[test]
    fn a_main_that_nothing_calls_is_remarked() {
        assert!(
            about("fn main() { f(); }")
                .unwrap()
                .contains("write `main()`")
        );
        for code in ["fn main() {}\nmain()", "fn f() {}", "let main = 1;"] {
            assert_eq!(about(code), None, "{code}");
        }
    }
}
