//! Statics of earlier cells, found again in their objects.
//!
//! ```text
//! <kernel>/statics/compiled        the statics that the last object defines: "symbol object" in each line
//! <kernel>/statics/<symbol>        the object that has defined a static, once it was loaded
//! <kernel>/statics/<object>        the object itself, for the linker
//! ```
//!
//! The linker only needs to know an object's name: the process of the cells has it loaded already, and the loader finds
//! it there by that name.

use super::linker::Linker;
use super::rewrite::lasting;
use crate::directory::KernelDirectory;
use crate::items::SYMBOL;
use ra_ap_syntax::ast::{self, HasAttrs, HasName, HasVisibility};
use ra_ap_syntax::{AstNode, Edition, SourceFile};
use sha2::{Digest, Sha256};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The statics in the code of a cell.
#[derive(Debug, Default)]
pub struct Statics {
    /// Those that this cell defines.
    defined: Vec<String>,
    /// The objects that have defined the others.
    objects: Vec<PathBuf>,
}

impl Statics {
    /// Declares in `code` what earlier cells have defined. No line is moved.
    pub fn declare(kernel: &KernelDirectory, code: &mut String) -> Statics {
        let mut statics = Statics::default();
        if !code.contains(SYMBOL) {
            return statics;
        }
        let directory = kernel.statics();
        let tree = SourceFile::parse(code, Edition::Edition2024).syntax_node();
        let mut declarations = Vec::new();
        for item in tree.descendants().filter_map(ast::Static::cast) {
            let Some(symbol) = symbol(&item) else {
                continue;
            };
            let object = fs::read_to_string(directory.join(&symbol));
            match (object, declaration(&item, &symbol)) {
                (Ok(object), Some(text)) => {
                    declarations.push((item.syntax().text_range(), text));
                    let object = directory.join(object);
                    if !statics.objects.contains(&object) {
                        statics.objects.push(object);
                    }
                }
                _ => statics.defined.push(symbol),
            }
        }
        for (range, text) in declarations.into_iter().rev() {
            code.replace_range(usize::from(range.start())..usize::from(range.end()), &text);
        }
        statics.defined.sort();
        statics.objects.sort();
        statics
    }

    /// What the compiler has to tell the linker.
    pub fn arguments(&self, linker: &Linker) -> Vec<String> {
        let objects = self.objects.iter();
        let mut arguments: Vec<String> = objects
            .map(|path| format!("-Clink-arg={}", path.display()))
            .collect();
        arguments.extend(self.object().map(|name| linker.name_option(&name)));
        arguments
    }

    /// Keeps a new object for the cells after it.
    pub fn keep(&self, kernel: &KernelDirectory, object: &Path) -> io::Result<()> {
        let directory = kernel.statics();
        let list = directory.join(COMPILED);
        let Some(name) = self.object() else {
            return match fs::remove_file(list) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            };
        };
        fs::create_dir_all(&directory)?;
        let kept = directory.join(&name);
        let _ = fs::remove_file(&kept);
        fs::hard_link(object, kept)?;
        let lines: String = self
            .defined
            .iter()
            .map(|symbol| format!("{symbol} {name}\n"))
            .collect();
        fs::write(list, lines)
    }

    /// The name of the object of this cell, if it defines statics: the same in every kernel.
    fn object(&self) -> Option<String> {
        if self.defined.is_empty() {
            return None;
        }
        let hash = Sha256::digest(self.defined.join(" "));
        let hash: String = hash[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        Some(format!("rust_nn_{hash}{}", std::env::consts::DLL_SUFFIX))
    }
}

const COMPILED: &str = "compiled";

/// Takes note that the last object is being loaded: from now on its statics are there.
pub fn loaded(kernel: &KernelDirectory) -> io::Result<()> {
    let directory = kernel.statics();
    let list = directory.join(COMPILED);
    let Ok(lines) = fs::read_to_string(&list) else {
        return Ok(());
    };
    for (symbol, object) in lines.lines().filter_map(|line| line.split_once(' ')) {
        fs::write(directory.join(symbol), object)?;
    }
    fs::remove_file(list)
}

/// Takes note that a new process has begun, in which nothing is loaded.
pub fn forget(kernel: &KernelDirectory) -> io::Result<()> {
    match fs::remove_dir_all(kernel.statics()) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// The name for the linker that the kernel has given a static.
fn symbol(item: &ast::Static) -> Option<String> {
    item.attrs().find_map(|attribute| {
        let text = attribute.syntax().text().to_string();
        let from = text.find(SYMBOL)?;
        Some(text[from..].split('"').next()?.to_owned())
    })
}

/// A static as a declaration, in as many lines.
fn declaration(item: &ast::Static, symbol: &str) -> Option<String> {
    let (name, kind) = (item.name()?, item.ty()?);
    // What is left out in the type of a static is `'static`; in a declaration it has to be written.
    let kind = lasting(&kind.syntax().text().to_string());
    let visible = item.visibility().map_or_else(String::new, |visible| {
        format!("{} ", visible.syntax().text())
    });
    let form = if item.mut_token().is_some() {
        "static mut"
    } else {
        "safe static"
    };
    let conditions: String = item
        .attrs()
        .map(|attribute| attribute.syntax().text().to_string())
        .filter(|text| text.contains("cfg"))
        .collect();
    let mut text = format!(
        "unsafe extern \"Rust\" {{ {conditions}#[link_name = \"{symbol}\"] {visible}{form} {name}: {kind}; }}"
    );
    let lines = |text: &str| text.matches('\n').count();
    let missing = lines(&item.syntax().text().to_string()).saturating_sub(lines(&text));
    text.push_str(&"\n".repeat(missing));
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: &str = "/// Calls.\n#[unsafe(export_name = \"rust_nn_static_a_0_0_CALLS\")]\npub static CALLS: Mutex<\n  u8> = Mutex::new(0);\nfn f() {\n#[unsafe(export_name = \"rust_nn_static_b_0_0_N\")]\nstatic mut N: u8 = 0; }\n";

    #[test]
    fn references_in_the_type_of_a_declared_static_are_static() {
        let code = "static B: Mutex<(&Mutex<u8>, &'static str, fn(&u8), Cow<'_, str>)> = b();";
        let file = SourceFile::parse(code, Edition::Edition2024).syntax_node();
        let item = file.children().find_map(ast::Static::cast).unwrap();
        let text = declaration(&item, "b").unwrap();
        assert!(
            text.contains(
                "B: Mutex<(&'static Mutex<u8>, &'static str, fn(&u8), Cow<'static, str>)>; }"
            ),
            "{text}"
        );
    }

    #[test]
    fn a_static_is_defined_once_and_declared_from_then_on() {
        let directory = tempfile::tempdir().unwrap();
        let kernel = KernelDirectory {
            path: directory.path().to_owned(),
            template: PathBuf::new(),
        };
        let object = directory.path().join("object");
        fs::write(&object, "").unwrap();

        let mut code = CODE.to_owned();
        let first = Statics::declare(&kernel, &mut code);
        assert_eq!(
            (code.as_str(), first.defined.len(), first.objects.len()),
            (CODE, 2, 0)
        );
        assert!(first.arguments(&Linker::System)[0].contains("rust_nn_"));
        first.keep(&kernel, &object).unwrap();
        // It has been compiled, but not loaded.
        assert_eq!(Statics::declare(&kernel, &mut code).defined.len(), 2);
        loaded(&kernel).unwrap();

        let second = Statics::declare(&kernel, &mut code);
        assert_eq!((second.defined.len(), second.objects.len()), (0, 1));
        assert!(second.objects[0].exists());
        assert!(code.contains("unsafe extern \"Rust\" { #[link_name = \"rust_nn_static_a_0_0_CALLS\"] pub safe static CALLS: Mutex<\n  u8>; }"), "{code}");
        assert!(code.contains("] static mut N: u8; }"), "{code}");
        assert_eq!(code.lines().count(), CODE.lines().count());
        second.keep(&kernel, &object).unwrap();

        forget(&kernel).unwrap();
        let mut code = CODE.to_owned();
        assert_eq!(Statics::declare(&kernel, &mut code).defined.len(), 2);
    }
}
