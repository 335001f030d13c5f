//! The types of a notebook's variables as they were when its cells ran the last time.
//!
//! The engine asks rust-analyzer for the type of every `let`, and before its first answer rust-analyzer reads the standard
//! library and nn-lib. That is most of what a kernel's start costs. Where a notebook is run again from its beginning the
//! types are known: they are kept under a hash of all cells so far, of the variables, and of the cell. The cell is then
//! given to the engine with a line for each variable behind its last `let`:
//!
//! ```text
//! let (train, test) = load()?;
//! let train/*known*/: Tensor = train;
//! let test/*known*/: Tensor = test;
//! ```
//!
//! The engine takes the type that is written there. The compiler never sees these lines (standin/rewrite.rs).

use crate::directory::KernelDirectory;
use crate::items::{Cell, Edits};
use crate::standin::{keep_file, read_trusted};
use ra_ap_syntax::SyntaxKind::INFER_TYPE;
use ra_ap_syntax::ast::{self, HasName};
use ra_ap_syntax::{AstNode, Edition, SourceFile, SyntaxNode};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

/// What stands behind the name in a line that tells a known type.
pub const MARK: &str = "/*rust-nn: known*/";

/// The directory with the types, beside the compiled cells.
const TYPES: &str = "types";

/// How much is kept, in bytes: tens of thousands of cells.
const ROOM: u64 = 8 << 20;

/// What a cell contains whose code may be elsewhere, where it can change unseen.
const READS_MORE: [&str; 3] = ["include", "env!", "mod "];

/// The cells of a kernel so far, as far as types depend on them.
pub struct Past {
    /// A hash of the cells; none once something has happened that is not in it.
    cells: Option<String>,
}

impl Past {
    /// The past of a new kernel.
    pub fn new(kernel: &KernelDirectory) -> Past {
        // Another build of nn-lib is another template.
        let template = kernel.template.file_name().unwrap_or_default();
        Past {
            cells: Some(template.to_string_lossy().into_owned()),
        }
    }

    /// What a cell is kept under, if it does the same whenever it follows on these cells.
    pub fn key(&self, variables: &[(String, String)], code: &str) -> Option<String> {
        let commands = code
            .lines()
            .any(|line| line.trim_start().starts_with([':', '!']));
        if commands || READS_MORE.iter().any(|word| code.contains(word)) {
            return None;
        }
        let mut variables: Vec<_> = variables.iter().collect();
        variables.sort();
        let mut hash = Sha256::new();
        hash.update(format!("{:?}", (self.cells.as_ref()?, variables, code)));
        let bytes = hash.finalize();
        Some(
            bytes[..16]
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect(),
        )
    }

    /// Adds a cell that has run.
    pub fn add(&mut self, key: Option<String>) {
        self.cells = key;
    }
}

/// The variables of a cell and their types.
#[derive(Debug, Default, PartialEq)]
pub struct Known(BTreeMap<String, String>);

impl Known {
    /// What is kept for a cell, if it tells the types of all `names`.
    pub fn read(kernel: &KernelDirectory, key: &str, names: &[Name]) -> Option<Known> {
        let places = [&kernel.store(), &kernel.template].map(|place| file(place, key));
        let text = places
            .into_iter()
            .find_map(|file| read_trusted(&file, &kernel.template))?;
        let known = Known(serde_json::from_slice(&text).ok()?);
        let of = |name: &Name| known.0.get(&name.text);
        let all = names
            .iter()
            .all(|name| of(name).is_some_and(|kind| is_type(kind)));
        all.then_some(known)
    }

    /// The types of `names` among the variables, if all are there.
    pub fn among(variables: &[(String, String)], names: &[Name]) -> Option<Known> {
        let of = |name: &Name| variables.iter().find(|(other, _)| *other == name.text);
        let types: Option<BTreeMap<_, _>> = names.iter().map(|name| of(name).cloned()).collect();
        types.map(Known)
    }

    /// Keeps the types for the next time.
    pub fn keep(&self, kernel: &KernelDirectory, key: &str) -> io::Result<()> {
        let file = file(&kernel.store(), key);
        let content = serde_json::to_vec(&self.0)?;
        // What is kept may be wrong, or damaged.
        if std::fs::read(&file).is_ok_and(|kept| kept == content) {
            return Ok(());
        }
        keep_file(&file, &content, ROOM)
    }

    /// The cell with the types of its variables.
    pub fn write_into(&self, code: &str, names: &[Name]) -> String {
        self.edits(code, names).apply(code)
    }

    /// What tells the types of its variables in a cell.
    pub fn edits(&self, code: &str, names: &[Name]) -> Edits {
        let mut edits = Edits::default();
        let Some(end) = end_of_lets(code) else {
            return edits;
        };
        let mut lines = String::new();
        // Behind a comment, which begins in this line.
        if !code[..end].ends_with('\n') && end == code.len() {
            lines += "\n";
        }
        for name in names {
            if let Some(kind) = self.0.get(&name.text) {
                let mutable = if name.is_mutable { "mut " } else { "" };
                lines += &format!("let {mutable}{0}{MARK}: {kind} = {0};\n", name.text);
            }
        }
        edits.insert(end, lines);
        edits
    }
}

/// A variable that a cell declares.
#[derive(Clone, Debug, PartialEq)]
pub struct Name {
    text: String,
    is_mutable: bool,
}

/// The variables of a cell whose types are not written in it, each as it is declared last.
pub fn names(code: &str) -> Vec<Name> {
    let mut names: Vec<Name> = Vec::new();
    for statement in Cell::parse(code).statements {
        let Some(declaration) = ast::LetStmt::cast(statement) else {
            continue;
        };
        let told = declaration.ty().is_some_and(|kind| is_whole(kind.syntax()));
        let Some(pattern) = declaration.pat() else {
            continue;
        };
        if told && matches!(pattern, ast::Pat::IdentPat(_)) {
            // The engine takes what is written, and an earlier variable of the name is none any more.
            let declared = pattern_names(pattern.syntax());
            names.retain(|name| !declared.iter().any(|other| other.text == name.text));
            continue;
        }
        for name in pattern_names(pattern.syntax()) {
            names.retain(|other| other.text != name.text);
            names.push(name);
        }
    }
    names
}

fn pattern_names(pattern: &SyntaxNode) -> Vec<Name> {
    let names = pattern.descendants().filter_map(ast::IdentPat::cast);
    names
        .filter_map(|name| {
            Some(Name {
                text: name.name()?.text().to_string(),
                is_mutable: name.mut_token().is_some(),
            })
        })
        .collect()
}

/// Whether a text is a whole type, and nothing else.
fn is_type(text: &str) -> bool {
    let file = SourceFile::parse(&format!("type A = {text};"), Edition::Edition2024);
    let items = file.syntax_node().children().count();
    file.errors().is_empty() && items == 1 && is_whole(&file.syntax_node())
}

/// Whether a type leaves nothing open.
fn is_whole(kind: &SyntaxNode) -> bool {
    !kind.descendants().any(|node| node.kind() == INFER_TYPE)
}

/// The byte behind the last `let` of a cell, where the engine cuts it from the next statement.
fn end_of_lets(code: &str) -> Option<usize> {
    let cell = Cell::parse(code);
    let is_let = |node: &SyntaxNode| ast::LetStmt::can_cast(node.kind());
    let last = cell.statements.iter().rposition(is_let)?;
    let next = cell.statements.get(last + 1);
    Some(next.map_or(code.len(), |next| cell.range(next).start))
}

fn file(place: &std::path::Path, key: &str) -> PathBuf {
    place.join(TYPES).join(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(types: &[(&str, &str)]) -> Known {
        let types = types
            .iter()
            .map(|(name, kind)| ((*name).to_owned(), (*kind).to_owned()));
        Known(types.collect())
    }

    #[test]
    fn a_line_for_each_variable_stands_behind_the_last_let() {
        let code = "let (a, mut b) = f(); // both\na + b";
        let given = known(&[("a", "u8"), ("b", "Vec<u8>")]).write_into(code, &names(code));
        let expected = format!(
            "let (a, mut b) = f(); // both\nlet a{MARK}: u8 = a;\nlet mut b{MARK}: Vec<u8> = b;\na + b"
        );
        assert_eq!(given, expected);
        let code = "let a = 1; // one";
        let given = known(&[("a", "i32")]).write_into(code, &names(code));
        assert_eq!(given, format!("let a = 1; // one\nlet a{MARK}: i32 = a;\n"));
    }

    #[test]
    fn a_variable_with_a_whole_type_needs_none() {
        let texts =
            |code: &str| -> Vec<String> { names(code).into_iter().map(|name| name.text).collect() };
        assert_eq!(
            texts("let a: u8 = 1; let b: Vec<_> = c; let (d, e): (u8, u8) = f;"),
            ["b", "d", "e"]
        );
        assert_eq!(
            texts("let a = 1; let a: u8 = 2; let Some(g) = h else { return };"),
            ["g"]
        );
        assert_eq!(texts("a + 1"), [""; 0]);
        assert_eq!(texts("{ let inside = 1; }"), [""; 0]);
    }

    #[test]
    fn what_is_no_type_is_not_written_into_a_cell() {
        for text in [
            "u8",
            "Vec<(i32, &'static str)>",
            "Box<dyn Fn(i32) -> i32>",
            "[u8; 4]",
        ] {
            assert!(is_type(text), "{text}");
        }
        for text in ["vec![", "Vec<_>", "", "u8; struct B", "u8 = b; fn"] {
            assert!(!is_type(text), "{text}");
        }
    }

    #[test]
    fn types_depend_on_all_cells_so_far_and_on_the_variables() {
        let mut past = Past {
            cells: Some("template".to_owned()),
        };
        let variables = [("a".to_owned(), "u8".to_owned())];
        let first = past.key(&variables, "let b = a;").unwrap();
        assert_eq!(past.key(&variables, "let b = a;").unwrap(), first);
        assert_ne!(past.key(&[], "let b = a;").unwrap(), first);
        past.add(Some(first.clone()));
        assert_ne!(past.key(&variables, "let b = a;").unwrap(), first);
        assert_eq!(past.key(&variables, ":dep csv = \"1\"\nlet b = a;"), None);
        assert_eq!(past.key(&variables, "let b = include!(\"c.rs\");"), None);
        past.add(None);
        assert_eq!(past.key(&variables, "let b = a;"), None);
    }

    #[test]
    fn types_are_known_of_all_variables_of_a_cell_or_of_none() {
        let variables = [("a".to_owned(), "u8".to_owned())];
        let found = Known::among(&variables, &names("let a = 1;"));
        assert_eq!(found, Some(known(&[("a", "u8")])));
        assert_eq!(
            Known::among(&variables, &names("let a = 1; let b = 2;")),
            None
        );
    }
}
