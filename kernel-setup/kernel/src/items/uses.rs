//! The names that a `use` brings, each with the line that the engine makes of it.

use ra_ap_syntax::AstNode;
use ra_ap_syntax::ast::{self, HasName};

/// The names and their lines; names without a line of their own (`*`, `_`) are left out.
pub fn names(item: &ast::Use) -> Vec<(String, String)> {
    let mut found = Vec::new();
    if let Some(tree) = item.use_tree() {
        walk(&tree, "", &mut found);
    }
    found
}

fn walk(tree: &ast::UseTree, before: &str, found: &mut Vec<(String, String)>) {
    let path = tree.path().map(|path| path.syntax().text().to_string());
    let path = path.unwrap_or_default().replace(char::is_whitespace, "");
    let path = path.trim_start_matches("::");
    let whole = match (before, path) {
        ("", path) => path.to_owned(),
        (before, "" | "self") => before.to_owned(),
        (before, path) => format!("{before}::{path}"),
    };
    if let Some(list) = tree.use_tree_list() {
        for tree in list.use_trees() {
            walk(&tree, &whole, found);
        }
        return;
    }
    if tree.star_token().is_some() {
        return;
    }
    let last = whole.rsplit("::").next().unwrap_or_default();
    match tree.rename() {
        Some(rename) => {
            if let Some(name) = rename.name() {
                found.push((name.to_string(), format!("use {whole} as {name};")));
            }
        }
        None => found.push((last.to_owned(), format!("use {whole};"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ra_ap_syntax::{Edition, SourceFile};

    #[test]
    fn each_name_has_its_line() {
        let code = "use std::{fmt::{self, Display as D}, collections::*, io as _, env};";
        let file = SourceFile::parse(code, Edition::Edition2024).tree();
        let item = file.syntax().children().find_map(ast::Use::cast).unwrap();
        let found = names(&item);
        let found: Vec<(&str, &str)> = found.iter().map(|(a, b)| (&**a, &**b)).collect();
        assert_eq!(
            found,
            [
                ("fmt", "use std::fmt;"),
                ("D", "use std::fmt::Display as D;"),
                ("env", "use std::env;"),
            ]
        );
    }
}
