//! In which order names are offered: what a reader most likely means comes first.

/// What is completed.
pub enum Order {
    /// What follows a dot or a path.
    Members,
    /// A name by itself, in a notebook that has these of its own.
    Names(Vec<String>),
}

/// What every type has.
const EVERY_TYPE: [&str; 14] = [
    "borrow",
    "borrow_mut",
    "clone",
    "clone_from",
    "clone_into",
    "eq",
    "fmt",
    "from",
    "into",
    "ne",
    "to_owned",
    "try_from",
    "try_into",
    "type_id",
];

/// What is everywhere in Rust and seldom written in a cell. Macros are seldom written too, but for `USUAL_MACROS`.
const SELDOM: [&str; 31] = [
    "align_of",
    "align_of_val",
    "AsMut",
    "AsRef",
    "AsyncFn",
    "AsyncFnMut",
    "AsyncFnOnce",
    "core",
    "crate",
    "DoubleEndedIterator",
    "Drop",
    "ExactSizeIterator",
    "Extend",
    "extern",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "FromIterator",
    "Future",
    "Into",
    "IntoFuture",
    "IntoIterator",
    "is_x86_feature_detected",
    "size_of",
    "size_of_val",
    "ToOwned",
    "TryFrom",
    "TryInto",
    "union",
    "unsafe",
];

const USUAL_MACROS: [&str; 10] = [
    "assert!",
    "assert_eq!",
    "column!",
    "dbg!",
    "eprintln!",
    "format!",
    "panic!",
    "print!",
    "println!",
    "vec!",
];

/// Values that are none of the notebook's; primitive types are of the same kind for the engine.
const NO_VARIABLES: [&str; 4] = ["Err", "None", "Ok", "Some"];

impl Order {
    /// The smaller the number, the earlier in the list. `kind` is the engine's word for what has the name.
    pub fn rank(&self, name: &str, kind: &str) -> u8 {
        match self {
            Order::Members => match (EVERY_TYPE.contains(&name), kind) {
                (true, _) => 2,
                (false, "function") => 0,
                (false, _) => 1,
            },
            Order::Names(own) => {
                let is_macro = name.ends_with('!');
                let seldom = SELDOM.contains(&name) || is_macro && !USUAL_MACROS.contains(&name);
                // Variables of this cell, which has not run.
                let is_value = kind == "instance" && !is_macro && !NO_VARIABLES.contains(&name);
                match own.iter().any(|own| own == name) {
                    true => 0,
                    false if seldom => 2,
                    false if is_value && !is_primitive(name) => 0,
                    false => 1,
                }
            }
        }
    }
}

fn is_primitive(name: &str) -> bool {
    let size = name.strip_prefix(['i', 'u', 'f']);
    matches!(name, "bool" | "char" | "str")
        || matches!(size, Some("8" | "16" | "32" | "64" | "128" | "size"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_order<'a>(order: &Order, names: &[(&'a str, &str)]) -> Vec<&'a str> {
        let mut names = names.to_vec();
        names.sort_by_key(|(name, kind)| (order.rank(name, kind), name.to_lowercase()));
        names.into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn a_models_own_methods_come_before_what_every_type_has() {
        let names = ["into", "fit", "add"].map(|name| (name, "function"));
        let names = [&names[..], &[("seed", "instance")]].concat();
        let order = in_order(&Order::Members, &names);
        assert_eq!(order, ["add", "fit", "seed", "into"]);
    }

    #[test]
    fn the_notebooks_own_names_come_first_and_what_cells_seldom_need_last() {
        let own = Order::Names(vec!["model".to_owned(), "Point".to_owned()]);
        let names = [
            ("align_of", "function"),
            ("is_x86_feature_detected", "instance"),
            ("module_path!", "function"),
            ("println!", "function"),
            ("mod", "keyword"),
            ("usize", "instance"),
            ("Dense", "class"),
            ("Some", "instance"),
            ("of_this_cell", "instance"),
            ("f", "instance"),
            ("Point", "class"),
            ("model", "instance"),
        ];
        let expected = [
            "f",
            "model",
            "of_this_cell",
            "Point",
            "Dense",
            "mod",
            "println!",
            "Some",
            "usize",
            "align_of",
            "is_x86_feature_detected",
            "module_path!",
        ];
        assert_eq!(in_order(&own, &names), expected);
    }
}
