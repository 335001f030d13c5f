//! Adds the runtime's calls to the code that the engine has generated for a cell.
//!
//! - Its function first calls `begin_cell`, which prepares a fresh process, forgets an interrupt of an earlier cell, and
//!   says whether the cell is to run at all; and last `end_cell`, which shows text without a newline. Between the two, an
//!   interrupt may end the process; nn-lib is told of both.
//! - The store of variables is the runtime's, compiled already, in the place of one that every cell compiles.
//! - The error of a failed `?` is handed to the kernel instead of being printed.
//! - The trait that shows a result is in scope: the engine's first attempt at showing it succeeds
//!   and saves a compilation.
//! - The engine's second attempt at showing a result does what the first does. The engine makes it whenever anything in
//!   the last expression was refused, a moved variable for instance, and then a chart would be shown as text, and a loop
//!   as `()`.
//! - What shows a result in the engine's second attempt says that it is one.
//! - Variables whose types the cell defines again are lost: the engine is told so before anything reads their values.
//! - `dbg!` is the runtime's, which tells the place in the notebook.
//! - Items that are no more leave nothing behind.
//! - Macros can be called before the place of their definition, which the engine puts anywhere among the other items.
//! - Lines that tell the engine known types (variable_types.rs) are comments for the compiler.
//! - Where a cell is only checked, variables of earlier cells are arguments; they last, and so their references are
//!   `'static`: without it, a `&str` is the error that is told instead of the cell's own.
//!
//! No line is added and nothing is moved: the places in the compiler's messages stay right.

use crate::items::LEFT_OUT;
use crate::variable_types::MARK;
use ra_ap_syntax::ast::{self, HasAttrs, HasName};
use ra_ap_syntax::{AstNode, Edition, SourceFile};

/// What a cell's function begins with.
const BEGIN: &str = " if !rust_nn_runtime::begin_cell(::nn_lib::notebook::begin_cell, ::nn_lib::notebook::end_cell) \
                     { return evcxr_variable_store; }";

/// What a cell's function ends with.
const END: &str = "rust_nn_runtime::end_cell(::nn_lib::notebook::end_cell); ";

/// The engine's code with the runtime's calls in it; `retyped` are the variables whose types are not what they were.
pub fn patch(code: &str, retyped: &[String]) -> String {
    let mut code = code.to_owned();
    for name in retyped {
        lose(&mut code, name);
    }
    leave_out(&mut code);
    hide_known(&mut code);
    let heads = [
        "VariableStore)\n  -> *mut evcxr_internal_runtime::VariableStore {",
        "(\nevcxr_variable_store: *mut u8) -> *mut u8 {",
    ];
    for head in heads {
        if let Some(at) = code.find(head) {
            code.insert_str(at + head.len(), BEGIN);
            break;
        }
    }
    let store = "mod evcxr_internal_runtime {";
    if let Some(from) = code.find(store).map(|at| at + store.len())
        && let Some(length) =
            code[from..].find("\n}\n#[unsafe(no_mangle)]\npub extern \"C\" fn run_user_code")
    {
        let lines = code[from..from + length].matches('\n').count();
        let ready = format!(" pub use rust_nn_runtime::store::*;{}", "\n".repeat(lines));
        code.replace_range(from..from + length, &ready);
    }
    let tail = "\nevcxr_variable_store\n}\n";
    if let Some(at) = code.rfind(tail) {
        code.insert_str(at + 1, END);
    }
    if let Some(at) = code.find("struct EvcxrUserCodeError {}") {
        for format in ["{}", "{:?}", "{:#?}"] {
            let print = format!("eprintln!(\"{format}\", error);");
            if let Some(found) = code[at..].find(&print) {
                let call =
                    format!("rust_nn_runtime::question_mark(&format!(\"{format}\", error));");
                code.replace_range(at + found..at + found + print.len(), &call);
                break;
            }
        }
    }
    show_in_one_way(&mut code);
    let arguments = "async fn evcxr_analysis_wrapper(";
    if let Some(from) = code.find(arguments).map(|at| at + arguments.len())
        && let Some(length) = code[from..].find("\n) -> Result<(), EvcxrUserCodeError>")
    {
        let lasting = lasting(&code[from..from + length]);
        code.replace_range(from..from + length, &lasting);
    }
    code.push_str(" use rust_nn_runtime::Show as _;");
    let macros = macros(&code);
    if code.contains("dbg!") && !names_dbg(&code) {
        code.push_str(" use rust_nn_runtime::dbg;");
    }
    for name in macros {
        code.push_str(&format!(" pub(crate) use {name};"));
    }
    code.push('\n');
    code
}

/// The variables that the code stores, and their types as the engine writes them.
pub fn declared(code: &str) -> Vec<(String, String)> {
    let of = |line: &str| {
        let rest = line.split_once("evcxr_variable_store.put_variable::<")?.1;
        let (kind, name) = rest.rsplit_once(">(stringify!(")?;
        let (name, _) = name.split_once("), ")?;
        Some((name.to_owned(), kind.to_owned()))
    };
    code.lines().filter_map(of).collect()
}

/// Puts the first way of showing a result in the place of the second.
fn show_in_one_way(code: &mut String) {
    const SECOND: [&str; 2] = ["\nevcxr_send_text_plain(&format!(\"{:?}\",&(\n", "\n)));\n"];
    const FIRST: [&str; 2] = ["\n(\n", "\n).evcxr_display();\n"];
    // The reader's code lies between the two.
    if let (Some(start), Some(end)) = (code.find(SECOND[0]), code.rfind(SECOND[1]))
        && start < end
    {
        code.replace_range(end..end + SECOND[1].len(), FIRST[1]);
        code.replace_range(start..start + SECOND[0].len(), FIRST[0]);
    }
}

/// Takes out the lines that stand for items which are no more, and which the compiler would name as left out.
fn leave_out(code: &mut String) {
    while let Some(at) = code.find(LEFT_OUT) {
        let end = code[at..]
            .find('\n')
            .map_or(code.len(), |length| at + length);
        code.replace_range(at..end, "");
    }
}

/// Leaves the mark of a line that tells a known type, and nothing else of it: no line moves, and the place beside the
/// compiled cells is that of the cell without such lines.
fn hide_known(code: &mut String) {
    if code.contains(MARK) {
        let lines = code.split_inclusive('\n');
        let hidden = lines.map(|line| match line.contains(MARK) {
            true => format!("{MARK}\n"),
            false => line.to_owned(),
        });
        *code = hidden.collect();
    }
}

/// Lets the check of a variable's type fail: the engine then drops the variable, and says so. The cell is compiled
/// without the variable, whose type may not exist any more.
fn lose(code: &mut String, name: &str) {
    const STORE: &str = "evcxr_variable_store.";
    let end = format!("(stringify!({name}));");
    let check = |line: &str| {
        let (before, rest) = line.split_once(&format!("{STORE}check_variable::<"))?;
        let kind = rest.strip_suffix(&end)?.strip_suffix('>')?;
        Some((before.to_owned(), kind.to_owned()))
    };
    let Some((_, kind)) = code.lines().find_map(check) else {
        return;
    };
    let put = format!("{STORE}put_variable::<{kind}>(stringify!({name}), {name});");
    let take = format!("{STORE}take_variable::<{kind}>{end}");
    let lines = code.split_inclusive('\n').map(|line| {
        let text = line.trim_end_matches('\n');
        match check(text) {
            // No variable is the store itself.
            Some((before, _)) => {
                format!(
                    "{before}{STORE}check_variable::<rust_nn_runtime::store::VariableStore>{end}\n"
                )
            }
            None if text == put || text.starts_with("let ") && text.ends_with(&take) => {
                "\n".to_owned()
            }
            None => line.to_owned(),
        }
    });
    *code = lines.collect();
}

/// The macros that items of the notebook define.
fn macros(code: &str) -> Vec<String> {
    if !code.contains("macro_rules!") {
        return Vec::new();
    }
    let file = SourceFile::parse(code, Edition::Edition2024).tree();
    let macros = file.syntax().children().filter_map(ast::MacroRules::cast);
    let exported = |item: &ast::MacroRules| {
        let mut attributes = item.attrs();
        attributes.any(|attribute| {
            attribute
                .syntax()
                .text()
                .to_string()
                .contains("macro_export")
        })
    };
    let names = macros
        .filter(|item| !exported(item))
        .filter_map(|item| item.name());
    names.map(|name| name.to_string()).collect()
}

/// Whether the reader has a `dbg` of their own.
fn names_dbg(code: &str) -> bool {
    let file = SourceFile::parse(code, Edition::Edition2024).tree();
    let items = file.syntax().children();
    let mut named = items
        .filter(|item| ast::Use::can_cast(item.kind()) || ast::MacroRules::can_cast(item.kind()));
    named.any(|item| match ast::MacroRules::cast(item.clone()) {
        Some(own) => own.name().is_some_and(|name| name.text() == "dbg"),
        None => item.text().to_string().contains("dbg"),
    })
}

/// Types with `'static` where a lifetime is left out, except in the signatures of functions, where it means any.
pub fn lasting(types: &str) -> String {
    let mut lasting = String::with_capacity(types.len());
    // For every open parenthesis, whether it is that of a signature: `Fn(`, `fn(`.
    let mut open: Vec<bool> = Vec::new();
    for (at, character) in types.char_indices() {
        lasting.push(character);
        match character {
            '(' => open.push(types[..at].ends_with(char::is_alphanumeric)),
            ')' => drop(open.pop()),
            '&' if !open.contains(&true) && !types[at + 1..].starts_with('\'') => {
                lasting.push_str("'static ");
            }
            // `Chars<'_>`
            '_' if !open.contains(&true) && types[..at].ends_with('\'') => {
                lasting.pop();
                lasting.push_str("static");
            }
            _ => {}
        }
    }
    lasting
}

#[cfg(test)]
mod tests {
    use super::*;

    const WITHOUT_VARIABLES: &str = "#![allow(unused_imports, unused_mut, dead_code)]
#[unsafe(no_mangle)]
pub extern \"C\" fn run_user_code_0(
evcxr_variable_store: *mut u8) -> *mut u8 {
if std::panic::catch_unwind(||{
(42).evcxr_display();
}).is_err() {
    println!(\"EVCXR_PANIC_NOTIFICATION\");
}
evcxr_variable_store
}
";

    #[test]
    fn the_function_starts_and_ends_with_a_call_and_no_line_moves() {
        let patched = patch(WITHOUT_VARIABLES, &[]);
        assert!(patched.contains(&format!("*mut u8 {{{BEGIN}\nif std")));
        assert!(patched.contains(&format!("\n{END}evcxr_variable_store\n}}\n")));
        let lines = |code: &str| code.lines().count();
        assert_eq!(lines(&patched), lines(WITHOUT_VARIABLES) + 1);
        assert!(patched.ends_with("\n use rust_nn_runtime::Show as _;\n"));
    }

    #[test]
    fn the_store_of_variables_is_the_runtimes_and_no_line_moves() {
        let code = "mod evcxr_internal_runtime {\nuse a;\nfn b() {\n}\n\n}\n#[unsafe(no_mangle)]\npub extern \"C\" fn run_user_code_1(\n";
        let patched = patch(code, &[]);
        assert!(patched.starts_with(
            "mod evcxr_internal_runtime { pub use rust_nn_runtime::store::*;\n\n\n\n\n}\n#[unsafe"
        ));
        assert!(!patched.contains("use a;"));
    }

    #[test]
    fn references_of_earlier_cells_are_static_where_a_cell_is_checked() {
        let code = "async fn evcxr_analysis_wrapper(\ns: &str,\nf: Box<dyn Fn(&str) -> bool>,\npair: (&str, &'static [u8]),\n\
                    ) -> Result<(), EvcxrUserCodeError> {\nlet t = &s;\nOk(())\n}\n";
        let patched = patch(code, &[]);
        assert!(patched.contains(
            "(\ns: &'static str,\nf: Box<dyn Fn(&str) -> bool>,\npair: (&'static str, &'static [u8]),\n) -> Result"
        ));
        assert!(patched.contains("let t = &s;"));
    }

    #[test]
    fn the_second_attempt_at_showing_a_result_is_the_first_and_no_line_moves() {
        let code = "fn evcxr_send_text_plain(text: &str) { }\nevcxr_send_text_plain(&format!(\"{:?}\",&(\nf(\n)\n)));\nstore\n";
        let patched = patch(code, &[]);
        assert!(
            patched.contains("\n(\nf(\n)\n).evcxr_display();\nstore\n"),
            "{patched}"
        );
    }

    #[test]
    fn the_variables_that_code_stores_are_read_with_their_types() {
        let code =
            "{\nevcxr_variable_store.put_variable::<Vec<(u8, char)>>(stringify!(a), a);\nb(a)\n}";
        let expected = [("a".to_owned(), "Vec<(u8, char)>".to_owned())];
        assert_eq!(declared(code), expected);
    }

    #[test]
    fn a_variable_whose_type_was_defined_again_fails_its_check() {
        let line = |kind: &str, name: &str| {
            format!(
                "vars_ok &= evcxr_variable_store.check_variable::<{kind}>(stringify!({name}));\n"
            )
        };
        let code = [line("Vec<C>", "cs"), line("C", "c")].concat();
        let lost = line("rust_nn_runtime::store::VariableStore", "c");
        let patched = patch(&code, &["c".to_owned(), "unknown".to_owned()]);
        assert!(
            patched.starts_with(&[line("Vec<C>", "cs"), lost].concat()),
            "{patched}"
        );
        // The cell is compiled without it: its type may not exist any more.
        let take = |name: &str| {
            format!(
                "let mut {name} = evcxr_variable_store.take_variable::<C>(stringify!({name}));\n"
            )
        };
        let put = |name: &str| {
            format!("evcxr_variable_store.put_variable::<C>(stringify!({name}), {name});\n")
        };
        let code = [line("C", "c"), take("c"), take("d"), put("d"), put("c")].concat();
        let patched = patch(&code, &["c".to_owned()]);
        let rest = ["\n".to_owned(), take("d"), put("d"), "\n".to_owned()].concat();
        assert!(patched.contains(&rest), "{patched}");
    }

    #[test]
    fn items_that_are_no_more_leave_an_empty_line() {
        let patched = patch(
            &format!("fn a() {{}}\n{LEFT_OUT}b {{}}\nfn c() {{}}\n"),
            &[],
        );
        assert!(patched.starts_with("fn a() {}\n\nfn c() {}\n"), "{patched}");
    }

    #[test]
    fn macros_can_be_called_before_their_definition() {
        let patched = patch(
            "fn f() { a!() }\nmacro_rules! a { () => { 1 } }\n#[macro_export]\nmacro_rules! b { () => {} }\n",
            &[],
        );
        assert!(
            patched.ends_with("Show as _; pub(crate) use a;\n"),
            "{patched}"
        );
    }

    #[test]
    fn the_error_of_a_question_mark_is_handed_over() {
        let code = "
            struct EvcxrUserCodeError {}
            impl<T: std::fmt::Display> From<T> for EvcxrUserCodeError {
                fn from(error: T) -> Self {
                    eprintln!(\"{}\", error);
                    println!(\"{}\", evcxr_internal_runtime::USER_ERROR_OCCURRED);
";
        let patched = patch(code, &[]);
        assert!(patched.contains(
            "\n                    rust_nn_runtime::question_mark(&format!(\"{}\", error));\n"
        ));
        assert!(!patched.contains("eprintln"));
    }
}
