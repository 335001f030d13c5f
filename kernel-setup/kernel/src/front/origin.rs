//! Finds the part of a cell that a part of the generated code comes from.
//!
//! The engine copies each statement of the cell into its code, as it is and on lines of its own.

use ra_ap_syntax::ast::{self, AstNode};
use ra_ap_syntax::{Edition, SourceFile};
use serde_json::Value;
use std::ops::Range;

/// What is put before a cell, so that its statements can be parsed.
pub const BEFORE: &str = "fn f(){";

/// Where the statements of a cell lie in the generated code.
pub struct Origin {
    statements: Vec<Statement>,
}

/// One statement: where it lies in the generated code, and where it begins in the cell.
struct Statement {
    generated: Range<usize>,
    cell: usize,
}

impl Origin {
    /// Looks for the statements of `cell` in `generated`.
    pub fn new(cell: &str, generated: &str) -> Origin {
        let body = ["fn run_user_code_", "fn evcxr_analysis_wrapper("];
        let mut from = body
            .iter()
            .find_map(|head| generated.find(head))
            .unwrap_or_default();
        let mut statements = Vec::new();
        for range in split(cell) {
            let text = &cell[range.clone()];
            let mut lines = format!("\n{text}");
            if !text.ends_with('\n') {
                lines.push('\n');
            }
            // Functions and types stand before the body, in any order; statements stand in it, in theirs.
            let within = generated[from..].find(&lines).map(|at| from + at);
            let Some(at) = within.or_else(|| generated.find(&lines)) else {
                continue;
            };
            let start = at + 1;
            statements.push(Statement {
                generated: start..start + text.len(),
                cell: range.start,
            });
            if within.is_some() {
                from = start + text.len() - 1;
            }
        }
        Origin { statements }
    }

    /// The part of the cell that a part of the generated code was copied from.
    pub fn range(&self, generated: Range<usize>) -> Option<Range<usize>> {
        let covers = |statement: &&Statement| {
            let part = &statement.generated;
            part.start <= generated.start && generated.end <= part.end
        };
        // Where one ends at the place at which the next begins, what begins there is the next one's.
        let statement = self.statements.iter().rfind(covers)?;
        let moved = |at: usize| at - statement.generated.start + statement.cell;
        Some(moved(generated.start)..moved(generated.end))
    }

    /// The part of the cell that a span of the compiler's names, or the macro that it lies in.
    pub fn span(&self, span: &Value) -> Option<Range<usize>> {
        let file = span["file_name"].as_str()?;
        if file != "src/lib.rs" && !file.ends_with("cell/src/lib.rs") {
            return self.span(span.get("expansion")?.get("span")?);
        }
        let byte = |name: &str| usize::try_from(span[name].as_u64()?).ok();
        self.range(byte("byte_start")?..byte("byte_end")?)
    }
}

/// The statements of a cell, as the engine splits it: each with the space behind it.
fn split(cell: &str) -> Vec<Range<usize>> {
    let start = rust_begins(cell);
    let code = &cell[start..];
    let file = SourceFile::parse(&format!("{BEFORE}{code}\n}}"), Edition::Edition2024);
    let statements = file
        .syntax_node()
        .children()
        .next()
        .and_then(ast::Fn::cast)
        .and_then(|function| function.body()?.stmt_list());
    let Some(statements) = statements else {
        return Vec::new();
    };
    // The first statement has the space before it as well.
    let mut starts: Vec<usize> = statements
        .syntax()
        .children()
        .map(|child| usize::from(child.text_range().start()) - BEFORE.len())
        .collect();
    if let Some(first) = starts.first_mut() {
        *first = 0;
    }
    starts.push(code.len());
    starts
        .windows(2)
        .filter(|ends| ends[0] < ends[1].min(code.len()))
        .map(|ends| start + ends[0]..start + ends[1].min(code.len()))
        .collect()
}

/// The last statement of a cell, without the space around it.
pub fn last_statement(cell: &str) -> Range<usize> {
    let Some(last) = split(cell).pop() else {
        return 0..0;
    };
    let text = &cell[last.clone()];
    let start = last.start + (text.len() - text.trim_start().len());
    start..last.start + text.trim_end().len()
}

/// The byte at which the cell's commands end and its Rust code begins.
pub fn rust_begins(cell: &str) -> usize {
    let mut at = 0;
    for line in cell.split_inclusive('\n') {
        let text = line.trim_start_matches(' ');
        let passed = line.starts_with(['!']) || text.starts_with(':') || line.starts_with("//");
        if !passed && !line.trim().is_empty() {
            break;
        }
        at += line.len();
    }
    at
}

/// The code with blanks for the engine's own commands, which are no Rust: every part keeps its place.
pub fn without_commands(code: &str) -> String {
    let mut rust = String::with_capacity(code.len());
    for line in code.split_inclusive('\n') {
        let text = line.trim_start();
        match text.starts_with([':', '!']) && !text.starts_with("::") {
            true => rust.extend(line.bytes().map(|b| if b == b'\n' { '\n' } else { ' ' })),
            false => rust += line,
        }
    }
    rust
}

#[cfg(test)]
mod tests {
    use super::*;

    const GENERATED: &str = "#![allow(dead_code)]\nfn g() {\n    h();\n}\n\
        pub extern \"C\" fn run_user_code_1(\n x: u8) {\nh(); \nlet é = 1;\n\n(\nh()\n).evcxr_display();\nh(); \n}\n";

    fn found(cell: &str, generated: Range<usize>) -> Option<&str> {
        let range = Origin::new(cell, GENERATED).range(generated)?;
        Some(&cell[range])
    }

    #[test]
    fn a_statement_a_last_expression_and_a_function_are_found() {
        let cell = ":vars\nfn g() {\n    h();\n}\nh(); let é = 1;\n\nh()";
        let at = |text: &str, from: usize| {
            let start = from + GENERATED[from..].find(text).unwrap();
            start..start + text.len()
        };
        assert_eq!(found(cell, at("é = 1", 0)), Some("é = 1"));
        let last = at("\nh()\n)", 0).start + 1;
        let range = Origin::new(cell, GENERATED).range(last..last + 3);
        assert_eq!(range, Some(cell.len() - 3..cell.len()));
        let within = at("h();\n}", 0);
        assert_eq!(found(cell, within.start..within.start + 3), Some("h()"));
    }

    #[test]
    fn code_of_other_cells_and_of_the_engine_has_no_place_in_the_cell() {
        let cell = "let é = 1;\n";
        let elsewhere = GENERATED.find("h();").unwrap();
        assert_eq!(found(cell, elsewhere..elsewhere + 3), None);
        assert_eq!(found(cell, 0..5), None);
    }

    #[test]
    fn of_two_equal_statements_the_first_is_the_first() {
        let cell = "h(); let é = 1;\n\nh(); ";
        let origin = Origin::new(cell, GENERATED);
        let second = GENERATED.rfind("h();").unwrap();
        assert_eq!(origin.range(second..second + 3), Some(18..21));
        let first = GENERATED.find("\nh(); \n").unwrap() + 1;
        assert_eq!(origin.range(first..first + 3), Some(0..3));
    }
}
