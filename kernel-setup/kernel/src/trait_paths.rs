//! The paths of traits in the types of a cell's variables.
//!
//! rust-analyzer writes the type of a boxed trait without the trait's path: `Box<dyn Error>` is the type that `join` of a
//! thread, `catch_unwind` and many an error come with. Where the notebook has no such name, or something else has it, the
//! compiler refuses the type and says what could be imported. The cell is then tried again with the whole types told
//! (variable_types.rs):
//!
//! ```text
//! let answer = std::thread::spawn(|| 42).join();
//! let answer/*known*/: Result<i32, Box<dyn std::any::Any + Send>> = answer;
//! ```

use crate::items::Edits;
use crate::items::source::Source;
use crate::variable_types::{self, Known};
use ra_ap_syntax::ast::{self, AstNode};
use ra_ap_syntax::{Edition, SourceFile};
use serde_json::Value;
use std::collections::BTreeMap;

/// The paths that each name of a trait may stand for.
type Paths = BTreeMap<String, Vec<String>>;

/// The ways to write a cell in which the paths are told, one after the other.
pub struct Ways {
    cell: Source,
    declared: Vec<(String, String)>,
    paths: Paths,
    taken: usize,
}

impl Ways {
    /// The ways for a cell whose compilation ended with these errors of the compiler.
    pub fn new<'a>(
        cell: &Source,
        declared: Vec<(String, String)>,
        errors: impl Iterator<Item = &'a Value>,
    ) -> Ways {
        Ways {
            cell: cell.clone(),
            declared,
            paths: paths(errors),
            taken: 0,
        }
    }

    /// The next way, if there is another.
    pub fn next(&mut self) -> Option<Source> {
        let most = self.paths.values().map(Vec::len).max()?;
        if self.taken == most {
            return None;
        }
        let names = variable_types::names(&self.cell.given);
        let whole = |(name, kind): &(String, String)| {
            let kind = with_paths(kind, &self.paths, self.taken);
            (name.clone(), kind)
        };
        let whole: Vec<(String, String)> = self.declared.iter().map(whole).collect();
        self.taken += 1;
        if whole == self.declared {
            return None;
        }
        let mut cell = self.cell.clone();
        cell.change(Known::among(&whole, &names)?.edits(&self.cell.given, &names));
        Some(cell)
    }
}

/// What the compiler offers to import in the place of names that are no traits.
fn paths<'a>(errors: impl Iterator<Item = &'a Value>) -> Paths {
    let mut paths = Paths::new();
    for error in errors {
        for offer in error["children"].as_array().into_iter().flatten() {
            let message = offer["message"].as_str().unwrap_or_default();
            if !message.starts_with("consider importing") || !message.contains("trait") {
                continue;
            }
            for span in offer["spans"].as_array().into_iter().flatten() {
                let text = span["suggested_replacement"].as_str().unwrap_or_default();
                let path = text.trim().strip_prefix("use ");
                if let Some(path) = path.and_then(|path| path.strip_suffix(';'))
                    && let Some((_, name)) = path.rsplit_once("::")
                {
                    let known = paths.entry(name.to_owned()).or_default();
                    if !known.iter().any(|other| other == path) {
                        known.push(path.to_owned());
                    }
                }
            }
        }
    }
    paths
}

/// A type with the paths of its traits; of several, the one with this number or the last.
fn with_paths(kind: &str, paths: &Paths, nth: usize) -> String {
    const BEFORE: &str = "type A = ";
    let file = SourceFile::parse(&format!("{BEFORE}{kind};"), Edition::Edition2024);
    let mut edits = Edits::default();
    let objects = file.syntax_node();
    let objects = objects.descendants().filter_map(ast::DynTraitType::cast);
    let bounds = objects.flat_map(|object| {
        let bounds = object.type_bound_list();
        bounds.into_iter().flat_map(|bounds| bounds.bounds())
    });
    for bound in bounds {
        let Some(ast::Type::PathType(bound)) = bound.ty() else {
            continue;
        };
        let Some(path) = bound.path().filter(|path| path.qualifier().is_none()) else {
            continue;
        };
        let name = path.segment().and_then(|segment| segment.name_ref());
        let Some(name) = name else { continue };
        let known = paths.get(&name.text().to_string());
        if let Some(whole) = known.and_then(|known| known.get(nth).or(known.last())) {
            let range = name.syntax().text_range();
            let place = |at: ra_ap_syntax::TextSize| usize::from(at) - BEFORE.len();
            edits.replace(place(range.start())..place(range.end()), whole);
        }
    }
    edits.apply(kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn offering(texts: &[&str]) -> Value {
        let spans = texts
            .iter()
            .map(|text| json!({ "suggested_replacement": text }));
        let spans: Vec<Value> = spans.collect();
        json!({ "children": [{ "message": "consider importing this trait", "spans": spans }] })
    }

    #[test]
    fn a_trait_object_gets_the_path_that_the_compiler_offers() {
        let paths = paths([&offering(&["use std::any::Any;\n"])].into_iter());
        let kind = |kind| with_paths(kind, &paths, 0);
        assert_eq!(
            kind("Result<Any, Box<dyn Any + Send + 'static>>"),
            "Result<Any, Box<dyn std::any::Any + Send + 'static>>"
        );
        assert_eq!(
            kind("Box<dyn Fn(&dyn Any)>"),
            "Box<dyn Fn(&dyn std::any::Any)>"
        );
        assert_eq!(kind("Box<dyn core::any::Any>"), "Box<dyn core::any::Any>");
    }

    #[test]
    fn of_several_paths_each_is_tried() {
        let error = offering(&["use std::fmt::Write;\n", "use std::io::Write;\n"]);
        let declared = vec![("out".to_owned(), "Box<dyn Write>".to_owned())];
        let cell = Source::new("let out = f();\nout");
        let mut ways = Ways::new(&cell, declared, [&error].into_iter());
        for path in ["std::fmt::Write", "std::io::Write"] {
            let way = ways.next().unwrap();
            assert!(
                way.given.contains(&format!(": Box<dyn {path}> = out;")),
                "{}",
                way.given
            );
            assert_eq!(way.cell, cell.cell);
        }
        assert!(ways.next().is_none());
    }

    #[test]
    fn what_names_no_trait_is_tried_once() {
        let declared = vec![("a".to_owned(), "Vec<u8>".to_owned())];
        let error = offering(&["use std::any::Any;\n"]);
        let mut ways = Ways::new(&Source::new("let a = f();"), declared, [&error].into_iter());
        assert!(ways.next().is_none());
        let mut none = Ways::new(&Source::new("let a = f();"), Vec::new(), [].into_iter());
        assert!(none.next().is_none());
    }
}
