//! `impl` blocks: which of them stand for each other.
//!
//! A block for a trait replaces the earlier one for the same trait and type. A block without a trait replaces what it
//! defines again; what else earlier blocks define for the type is kept.

use super::cell::{digest, words};
use ra_ap_syntax::ast::{self, AstNode, HasGenericParams, HasName};
use ra_ap_syntax::{Edition, SourceFile, SyntaxNode};

/// What a block is for.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// The trait, if it is for one, and the type, in which parameters have numbers for names.
    pub head: String,
    /// As the reader would call it: `impl Display for Point`.
    pub title: String,
    /// The methods, constants and types of a block without a trait.
    pub members: Option<Vec<String>>,
}

impl Block {
    /// Reads the head and the members of a block.
    pub fn of(item: &ast::Impl) -> Block {
        let parameters = parameters(item);
        let renamed = |node: &SyntaxNode| -> String {
            let word = |word: String| match parameters.iter().position(|name| *name == word) {
                Some(number) => format!("#{number}"),
                None => word,
            };
            words(node)
                .into_iter()
                .map(word)
                .collect::<Vec<_>>()
                .join(" ")
        };
        let of_type = item.self_ty();
        let subject = of_type.as_ref().map(|kind| renamed(kind.syntax()));
        let subject = subject.unwrap_or_default();
        let called = of_type.map_or_else(String::new, |kind| kind.syntax().text().to_string());
        match item.trait_() {
            Some(of_trait) => Block {
                head: format!("{} for {subject}", renamed(of_trait.syntax())),
                title: format!("impl {} for {called}", of_trait.syntax().text()),
                members: None,
            },
            None => Block {
                head: subject,
                title: format!("impl {called}"),
                members: Some(members(item).into_iter().map(|(name, _)| name).collect()),
            },
        }
    }

    /// A name for the block in the engine's table: the same for a block that replaces it as a whole.
    pub fn key(&self) -> String {
        let members = self.members.as_ref().map(|members| {
            let mut members = members.clone();
            members.sort();
            members.join(" ")
        });
        digest(&format!("{}{{{}}}", self.head, members.unwrap_or_default()))
    }
}

/// The block without some of its members; `None` if nothing remains.
pub fn without(text: &str, names: &[String]) -> Option<String> {
    let file = SourceFile::parse(text, Edition::Edition2024).tree();
    let block = file.syntax().descendants().find_map(ast::Impl::cast)?;
    let mut rest = text.to_owned();
    let all = members(&block);
    let (gone, kept): (Vec<_>, Vec<_>) = all.iter().partition(|(name, _)| names.contains(name));
    if kept.is_empty() {
        return None;
    }
    for (_, node) in gone.iter().rev() {
        let range = node.text_range();
        rest.replace_range(usize::from(range.start())..usize::from(range.end()), "");
    }
    Some(rest)
}

/// The member of a block that covers a byte of the block's text.
pub fn member_at(text: &str, at: usize) -> Option<String> {
    let file = SourceFile::parse(text, Edition::Edition2024).tree();
    let block = file.syntax().descendants().find_map(ast::Impl::cast)?;
    let covers = |node: &SyntaxNode| {
        let range = node.text_range();
        (usize::from(range.start())..usize::from(range.end())).contains(&at)
    };
    let mut members = members(&block).into_iter();
    members.find_map(|(name, node)| covers(&node).then_some(name))
}

fn members(block: &ast::Impl) -> Vec<(String, SyntaxNode)> {
    let list = block.assoc_item_list();
    let items = list.iter().flat_map(ast::AssocItemList::assoc_items);
    items
        .filter_map(|item| {
            let name = match &item {
                ast::AssocItem::Const(item) => item.name(),
                ast::AssocItem::Fn(item) => item.name(),
                ast::AssocItem::TypeAlias(item) => item.name(),
                ast::AssocItem::MacroCall(_) => None,
            };
            Some((name?.to_string(), item.syntax().clone()))
        })
        .collect()
}

/// The names of the parameters of types, lifetimes and constants.
fn parameters(block: &ast::Impl) -> Vec<String> {
    let list = block.generic_param_list();
    let parameters = list.iter().flat_map(ast::GenericParamList::generic_params);
    parameters
        .filter_map(|parameter| match parameter {
            ast::GenericParam::ConstParam(it) => it.name().map(|name| name.to_string()),
            ast::GenericParam::TypeParam(it) => it.name().map(|name| name.to_string()),
            ast::GenericParam::LifetimeParam(it) => it.lifetime().map(|name| name.to_string()),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(text: &str) -> Block {
        let file = SourceFile::parse(text, Edition::Edition2024).tree();
        Block::of(
            &file
                .syntax()
                .descendants()
                .find_map(ast::Impl::cast)
                .unwrap(),
        )
    }

    #[test]
    fn a_block_for_a_trait_is_the_same_for_the_same_trait_and_type() {
        let first = block("impl<T: Debug> Show for Pair<T> { fn show(&self) {} }");
        let second =
            block("/// Shown.\nimpl<U> Show for Pair<U>\nwhere U: Copy { fn show(&self) { 1; } }");
        assert_eq!(first.key(), second.key());
        for other in [
            "impl Show for Pair<u8> {}",
            "impl<T> Hide for Pair<T> {}",
            "impl<T> Show for T {}",
        ] {
            assert_ne!(first.key(), block(other).key(), "{other}");
        }
        assert_eq!(first.title, "impl Show for Pair<T>");
    }

    #[test]
    fn a_block_without_a_trait_goes_by_its_members() {
        let first = block("impl Counter { fn next(&mut self) {} const A: u8 = 1; }");
        assert_eq!(
            first.members.as_deref(),
            Some(&["next".to_owned(), "A".to_owned()][..])
        );
        assert_eq!(
            first.key(),
            block("impl Counter { const A: u8 = 2; fn next() {} }").key()
        );
        assert_ne!(first.key(), block("impl Counter { fn next() {} }").key());
    }

    #[test]
    fn a_member_goes_with_its_comments_and_the_others_stay() {
        let text = "impl A {\n    /// One.\n    #[inline]\n    fn one() {}\n    fn two() { 2; }\n}";
        assert_eq!(
            without(text, &["one".to_owned()]).unwrap(),
            "impl A {\n    \n    fn two() { 2; }\n}"
        );
        assert_eq!(without(text, &["one".to_owned(), "two".to_owned()]), None);
        assert_eq!(
            member_at(text, text.find('2').unwrap()).as_deref(),
            Some("two")
        );
    }
}
