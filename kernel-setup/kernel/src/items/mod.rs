//! The notebook's items, from cell to cell.
//!
//! The engine keeps items by their names, and compiles all of them again with every cell. What has no name it keeps for
//! ever: an `impl` that is edited and run again would stand beside the old one. So a cell's code is changed on its way to
//! the engine: what has no name follows an empty module that has one; earlier items that the cell replaces in part are
//! given once more; calls of macros that make items become the items; and statics get names for the linker.
//!
//! Reading order: `item.rs`, `plan.rs` (what a cell does to the table), `earlier.rs` (what no longer fits), then the
//! special cases: `impls.rs`, `macros.rs`, `statics.rs`, `uses.rs`. `cell.rs` cuts a cell into statements; `source.rs`
//! and `edits.rs` find places in the reader's text.

mod cell;
mod earlier;
mod edits;
mod impls;
mod item;
mod macros;
mod plan;
pub mod source;
mod statics;
mod uses;

pub use cell::{Cell, has_command};
pub use edits::Edits;
pub use item::{LEFT_OUT, UNNAMED};
pub use plan::Plan;
pub use statics::SYMBOL;

use item::Item;
use ra_ap_syntax::ast::{self, AstNode};
use ra_ap_syntax::{Edition, SourceFile};
use statics::Symbols;
use std::collections::HashSet;

/// The table of items.
#[derive(Default)]
pub struct Items {
    /// The items that every cell is compiled with.
    table: Vec<Item>,
    /// Earlier items that no longer compile; they come back when what they need is there again.
    aside: Vec<Item>,
    symbols: Symbols,
}

impl Items {
    /// What the cell `code` does to the table, where these are the variables and their types.
    pub fn plan(&self, variables: &[(String, String)], code: &str, number: usize) -> Plan {
        Plan::new(self, variables, code, number)
    }

    /// Takes over what a cell that has run has done.
    pub fn commit(&mut self, plan: &Plan) {
        for item in plan.defined() {
            if let Some((hash, _)) = &item.statics {
                self.symbols.count(hash);
            }
        }
        let gone: HashSet<&str> = plan.replaced().collect();
        self.table.retain(|item| !gone.contains(&*item.key));
        self.aside.retain(|item| !gone.contains(&*item.key));
        self.table.extend(plan.defined().cloned());
        self.aside.extend(plan.put_aside().cloned());
    }

    /// Whether the reader knows a name of the engine's table.
    pub fn shows(&self, name: &str) -> bool {
        !name.starts_with(UNNAMED) && !self.aside.iter().any(|item| item.key == name)
    }

    /// Whether there are statics, which a new process starts anew.
    pub fn have_statics(&self) -> bool {
        self.table.iter().any(|item| item.statics.is_some())
    }

    fn macros(&self) -> macros::Macros {
        let macros = self
            .table
            .iter()
            .filter(|item| item.text.contains("macro_rules!"));
        let definitions = macros.filter_map(|item| {
            let file = SourceFile::parse(&item.text, Edition::Edition2024).tree();
            let definition = file.syntax().children().find_map(ast::MacroRules::cast)?;
            macros::definition_of(&definition)
        });
        definitions.collect()
    }

    /// The names of all types that are others where `changed` are.
    fn affected(&self, changed: HashSet<String>) -> HashSet<String> {
        let mut affected = changed;
        loop {
            let more: Vec<String> = self
                .table
                .iter()
                .filter(|item| item.shape.is_some() && !affected.contains(&item.type_name()))
                .filter(|item| !item.mentions.is_disjoint(&affected))
                .map(Item::type_name)
                .collect();
            if more.is_empty() {
                return affected;
            }
            affected.extend(more);
        }
    }
}
