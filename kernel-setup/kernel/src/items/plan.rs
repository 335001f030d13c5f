//! What one cell does to the table of items, and the code that the engine is given for it.

use super::Items;
use super::cell::Cell;
use super::edits::Edits;
use super::impls;
use super::item::Item;
use super::macros;
use super::source::Source;
use ra_ap_syntax::ast::{self, AstNode};
use ra_ap_syntax::{Edition, SourceFile, SyntaxNode};
use std::collections::HashSet;

/// What a cell does to the table.
pub struct Plan {
    /// The reader's code and the engine's.
    pub source: Source,
    /// What the reader is to be told once the cell has run.
    pub notes: Vec<String>,
    /// The engine's code without the earlier items, and where those go.
    own: Source,
    place: usize,
    /// The cell's items.
    pub(super) new: Vec<Item>,
    /// Earlier items in another form than before, or that come back.
    pub(super) changed: Vec<Item>,
    /// Earlier items that the cell replaces and that have another name in the engine's table.
    dropped: Vec<Item>,
    /// Earlier items that do not fit the cell's.
    pub(super) aside: Vec<Item>,
    /// Earlier items that come back if they can.
    pub(super) returning: HashSet<String>,
    /// Types that are not what they were.
    affected: HashSet<String>,
    /// The variables of these types, and those that have the name of something that the cell defines.
    pub retyped: Vec<String>,
}

impl Plan {
    pub(super) fn new(
        items: &Items,
        variables: &[(String, String)],
        code: &str,
        number: usize,
    ) -> Plan {
        let mut own = Source::new(code);
        let notes = macros::expand(&mut own, &items.macros());
        let cell = Cell::parse(&own.given);
        let first = cell
            .statements
            .iter()
            .find(|node| !ast::Attr::can_cast(node.kind()));
        let mut plan = Plan {
            source: Source::default(),
            notes,
            place: first.map_or(cell.rust, |node| cell.range(node).start),
            own: Source::default(),
            new: Vec::new(),
            changed: Vec::new(),
            dropped: Vec::new(),
            aside: Vec::new(),
            returning: HashSet::new(),
            affected: HashSet::new(),
            retyped: Vec::new(),
        };
        let mut edits = Edits::default();
        for statement in &cell.statements {
            plan.add(items, &cell, statement, number, &mut edits);
        }
        // The first item's name goes behind the earlier items.
        let place = plan.place;
        own.change(edits);
        plan.own = own;
        plan.place = place;
        plan.bring_back(items);
        plan.renew(items);
        plan.retype(variables);
        plan.write();
        plan
    }

    /// Adds the items of a statement.
    fn add(
        &mut self,
        items: &Items,
        cell: &Cell,
        statement: &SyntaxNode,
        number: usize,
        edits: &mut Edits,
    ) {
        for mut item in Item::of(statement, number) {
            if item.block.is_some() && self.new.iter().any(|other| other.key == item.key) {
                // Both stay, and the compiler says what is wrong with them.
                item.key = format!("{}_{}", item.key, self.new.len());
            }
            let place = |node: &SyntaxNode| cell.range(node).start;
            if item.is_unnamed() {
                edits.insert(place(statement), item.remove() + "\n");
            }
            let hash = items.symbols.mark(statement, place, edits);
            if hash.is_some() {
                let mut marks = Edits::default();
                let start = place(statement);
                items
                    .symbols
                    .mark(statement, |node| place(node) - start, &mut marks);
                item.given = marks.apply(&item.text);
                item.note_statics(statement, hash);
            }
            self.replace_members(items, &item);
            self.new.retain(|other| other.key != item.key);
            self.new.push(item);
        }
    }

    /// Takes out of earlier blocks what a new block defines again.
    fn replace_members(&mut self, items: &Items, new: &Item) {
        let Some((head, members)) = new
            .block
            .as_ref()
            .and_then(|block| Some((&block.head, block.members.as_ref()?)))
        else {
            return;
        };
        for earlier in &items.table {
            let current = self.changed.iter().position(|item| item.key == earlier.key);
            let earlier = current.map_or(earlier, |at| &self.changed[at]).clone();
            let Some(block) = earlier.block.as_ref().filter(|block| block.head == *head) else {
                continue;
            };
            let Some(old) = &block.members else { continue };
            if earlier.key == new.key || !old.iter().any(|name| members.contains(name)) {
                continue;
            }
            self.changed.retain(|item| item.key != earlier.key);
            self.take_members(&earlier, members);
        }
    }

    /// Takes members out of an earlier block.
    pub(super) fn take_members(&mut self, earlier: &Item, members: &[String]) {
        let mut rest = earlier.clone();
        match (
            impls::without(&earlier.text, members),
            impls::without(&earlier.given, members),
        ) {
            (Some(text), Some(given)) => {
                (rest.text, rest.given) = (text, given);
                if let Some(kept) = rest.block.as_mut().and_then(|block| block.members.as_mut()) {
                    kept.retain(|name| !members.contains(name));
                }
                self.changed.push(rest);
            }
            _ => self.dropped.push(rest),
        }
    }

    /// Leaves an earlier item out for good.
    pub(super) fn drop_item(&mut self, item: Item) {
        self.dropped.push(item);
    }

    /// Lets earlier items that did not fit come back, where the cell defines what they mention.
    fn bring_back(&mut self, items: &Items) {
        let names: HashSet<String> = self.new.iter().map(|item| item.key.clone()).collect();
        for item in &items.aside {
            let replaced = self.new.iter().any(|new| new.key == item.key);
            if !replaced && !item.mentions.is_disjoint(&names) {
                self.returning.insert(item.key.clone());
                self.changed.push(item.clone());
            }
        }
    }

    /// Makes statics anew whose types the cell defines again.
    fn renew(&mut self, items: &Items) {
        let shapes = |list: &[Item], key: &str| {
            list.iter()
                .find(|item| item.key == key)
                .and_then(|item| item.shape.clone())
        };
        let changed: HashSet<String> = items
            .table
            .iter()
            // The import of another type is noticed by the type.
            .filter(|old| old.shape.is_some() && !old.text.starts_with("use "))
            .filter(|old| self.new.iter().any(|new| new.key == old.key))
            .filter(|old| shapes(&self.new, &old.key) != old.shape)
            .map(Item::type_name)
            .collect();
        if changed.is_empty() {
            return;
        }
        self.affected = items.affected(changed);
        for item in &items.table {
            let Some((_, names)) = &item.statics else {
                continue;
            };
            let elsewhere = self
                .new
                .iter()
                .chain(&self.changed)
                .any(|other| other.key == item.key);
            if elsewhere || names.is_disjoint(&self.affected) {
                continue;
            }
            let file = SourceFile::parse(&item.text, Edition::Edition2024).syntax_node();
            let Some(node) = file.children().next() else {
                continue;
            };
            let mut edits = Edits::default();
            let mut renewed = item.clone();
            let place = |node: &SyntaxNode| usize::from(node.text_range().start());
            items.symbols.mark(&node, place, &mut edits);
            renewed.given = edits.apply(&item.text);
            self.changed.push(renewed);
            let mut types: Vec<&str> = names
                .intersection(&self.affected)
                .map(String::as_str)
                .collect();
            types.sort_unstable();
            self.notes.push(format!(
                "{}: `{}` was defined again",
                Plan::starts_anew(item),
                types.join("`, `")
            ));
        }
    }

    /// What is said of an item whose statics start anew.
    pub(super) fn starts_anew(item: &Item) -> String {
        format!("the static in `{}` starts anew", item.title)
    }

    /// Finds the variables whose types are not what they were, and those that would stand before what the cell defines:
    /// as in Rust, a variable goes before a function of its name, but here the later of the two is meant.
    fn retype(&mut self, variables: &[(String, String)]) {
        let affected = |kind: &str| {
            let mut words = kind.split(|c: char| !c.is_alphanumeric() && c != '_');
            let mut traits = self.affected.iter().filter(|name| name.starts_with("dyn "));
            words.any(|word| self.affected.contains(word))
                || traits.any(|name| kind.contains(name.as_str()))
        };
        let replaced = |name: &str| {
            let mut new = self.new.iter();
            new.any(|item| item.key == name && item.is_value())
        };
        let retyped = variables
            .iter()
            .filter(|(name, kind)| affected(kind) || replaced(name));
        self.retyped = retyped.map(|(name, _)| name.clone()).collect();
        self.retyped.sort_unstable();
    }

    /// Writes the engine's code.
    pub(super) fn write(&mut self) {
        let mut text = String::new();
        for item in &self.changed {
            text += &item.put();
        }
        for item in self.dropped.iter().chain(&self.aside) {
            text += &item.remove();
            text.push('\n');
        }
        if !self.retyped.is_empty() {
            // The engine looks at the variables only where there is something to run.
            text += "();\n";
        }
        let mut edits = Edits::default();
        if !text.is_empty() {
            edits.insert(self.place, text);
        }
        self.source = self.own.clone();
        self.source.change(edits);
    }

    /// Whether the cell defines anything.
    pub fn defines(&self) -> bool {
        !self.new.is_empty()
    }

    pub(super) fn defined(&self) -> impl Iterator<Item = &Item> {
        self.new.iter().chain(&self.changed)
    }

    pub(super) fn put_aside(&self) -> impl Iterator<Item = &Item> {
        self.aside.iter()
    }

    pub(super) fn replaced(&self) -> impl Iterator<Item = &str> {
        let all = self.defined().chain(&self.dropped).chain(&self.aside);
        all.map(|item| item.key.as_str())
    }
}

/// The bytes of the text that the compiler was given that stand for an item.
pub(super) fn found_in(item: &Item, code: &str) -> Option<std::ops::Range<usize>> {
    let text = item.given.trim();
    let start = code.find(text).or_else(|| {
        // A static of an earlier cell is only declared: its name for the linker is still there.
        let before = text.find("#[unsafe(export_name")?;
        let symbol = text[before..].split('"').nth(1)?;
        let at = code.find(symbol)?;
        match &text[..before] {
            "" => code[..at].rfind('\n').map(|newline| newline + 1),
            head => code[..at].rfind(head),
        }
    })?;
    let end = (start + text.len()).min(code.len());
    Some(start..code.floor_char_boundary(end))
}
