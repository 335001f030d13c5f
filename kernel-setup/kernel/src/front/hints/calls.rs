//! Arguments that are given by name: `fit(x, y, epochs=2)`.

use super::{Hint, HintSource, Mistake};
use crate::front::cell::Cell;
use ra_ap_syntax::ast::{self, AstNode, HasArgList};

const SAYS: &str = "Rust has no named arguments";

/// The hint where a call has an argument `name=value`.
pub fn named_arguments(
    cell: &Cell,
    mistake: &Mistake,
    source: &mut dyn HintSource,
) -> Option<Hint> {
    if !["E0425", "E0308", "E0423", "E0061", "E0070", ""].contains(&mistake.number) {
        return None;
    }
    let functions = cell.all_around::<ast::CallExpr>(&mistake.at);
    let methods = cell.all_around::<ast::MethodCallExpr>(&mistake.at);
    let lists = functions
        .filter_map(|call| call.arg_list())
        .chain(methods.filter_map(|call| call.arg_list()));
    // An unknown name must be the argument's own; of a wrong type may be the argument or the call.
    let is_cause = |argument: ast::Expr| match named(cell, &argument) {
        Some((name, _)) if ["E0425", "E0423"].contains(&mistake.number) => {
            cell.part(&mistake.at) == name
        }
        Some(_) => true,
        None => false,
    };
    // The innermost call.
    let list = lists
        .filter(|list| list.args().any(is_cause))
        .min_by_key(|list| list.syntax().text_range().len())?;
    let before = &cell.code[..cell.range(&list).start + 1];
    let Some(parameters) = source
        .describe(before)
        .and_then(|text| parameters(&text, before))
    else {
        return Hint::sentence(&format!(
            "{SAYS}: they are given in the order of the function's definition"
        ));
    };
    let names: Vec<&str> = parameters.iter().map(|(name, _)| name.as_str()).collect();
    let says = format!("{SAYS}: this call takes ({})", names.join(", "));
    let Some(arguments) = arranged(cell, &list, &parameters, source) else {
        return Hint::sentence(&says);
    };
    let inside = cell.range(&list);
    let line = cell.line_with(inside.start + 1..inside.end - 1, &arguments.join(", "));
    let options = arguments
        .iter()
        .find(|argument| argument.contains("::default()"));
    match options.and_then(|options| options.split_whitespace().next()) {
        Some(kind) => Hint::new(&format!("{SAYS}: options are the fields of `{kind}`"), line),
        None => Hint::new(&says, line),
    }
}

/// The name and the value of an argument that is written `name=value`.
fn named<'a>(cell: &Cell<'a>, argument: &ast::Expr) -> Option<(&'a str, &'a str)> {
    let ast::Expr::BinExpr(assignment) = argument else {
        return None;
    };
    if assignment.op_token()?.text() != "=" {
        return None;
    }
    let name = cell.text(&assignment.lhs()?);
    let is_name = name.chars().all(|c| c.is_alphanumeric() || c == '_');
    is_name.then_some((name, cell.text(&assignment.rhs()?)))
}

/// The names and types of the parameters in the description of a function, without `self`.
fn parameters(description: &str, before: &str) -> Option<Vec<(String, String)>> {
    let name = before.trim_end_matches('(');
    let name = name
        .rsplit(|c: char| !c.is_alphanumeric() && c != '_')
        .next()?;
    let (_, rest) = description.split_once(&format!("fn {name}"))?;
    let rest = &rest[rest.find('(')? + 1..];
    let mut parameters = Vec::new();
    let (mut depth, mut start) = (0, 0);
    for (at, character) in rest.char_indices() {
        match character {
            '(' | '[' | '<' => depth += 1,
            ')' if depth == 0 => {
                parameters.push(&rest[start..at]);
                break;
            }
            '>' if rest[..at].ends_with('-') => {}
            ')' | ']' | '>' => depth -= 1,
            ',' if depth == 0 => {
                parameters.push(&rest[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    let pairs = parameters.iter().filter_map(|parameter| {
        let (name, kind) = parameter.split_once(':')?;
        let name = name.trim().trim_start_matches("mut ");
        (name != "self").then(|| (name.to_owned(), kind.trim().to_owned()))
    });
    Some(pairs.collect())
}

/// The arguments in their order, and those that are no parameter as fields of the struct of options.
fn arranged(
    cell: &Cell,
    list: &ast::ArgList,
    parameters: &[(String, String)],
    source: &mut dyn HintSource,
) -> Option<Vec<String>> {
    let mut places: Vec<Option<String>> = vec![None; parameters.len()];
    let mut fields = Vec::new();
    for (at, argument) in list.args().enumerate() {
        let Some((name, value)) = named(cell, &argument) else {
            *places.get_mut(at)? = Some(cell.text(&argument).to_owned());
            continue;
        };
        match parameters
            .iter()
            .position(|(parameter, _)| parameter == name)
        {
            Some(place) => {
                let kind = &parameters[place].1;
                let is_name = value.chars().all(|c| c.is_alphanumeric() || c == '_');
                let lent = kind.starts_with('&') && !value.starts_with('&')
                    || kind.starts_with("impl ") && is_name;
                places[place] = Some(format!("{}{value}", if lent { "&" } else { "" }));
            }
            None => fields.push(format!("{name}: {value}")),
        }
    }
    for (place, (_, kind)) in places.iter_mut().zip(parameters) {
        let kind = kind.rsplit("::").next().unwrap_or(kind);
        let is_type = kind.chars().all(|c| c.is_alphanumeric() || c == '_');
        if place.is_some() || !is_type || !has_default(kind, source) {
            continue;
        }
        fields.push(format!("..{kind}::default()"));
        *place = Some(match fields.len() {
            1 => format!("{kind}::default()"),
            _ => format!("{kind} {{ {} }}", fields.join(", ")),
        });
        fields.clear();
    }
    if !fields.is_empty() {
        return None;
    }
    places.into_iter().collect()
}

/// Whether a struct can be made by `default`.
pub fn has_default(kind: &str, source: &mut dyn HintSource) -> bool {
    source.describe(&format!("{kind}::default")).is_some()
}

#[cfg(test)]
mod tests {
    use super::parameters;
    use crate::front::hints::tests::{given, line};

    const UNKNOWN: &str = "cannot find value `epochs` in this scope";

    #[test]
    fn a_named_option_becomes_a_field_of_the_struct_of_options() {
        assert_eq!(
            line("m.fit(&x, &y, epochs=2)?;", "E0425", UNKNOWN, "epochs"),
            "m.fit(&x, &y, Fit { epochs: 2, ..Fit::default() })?;"
        );
        assert_eq!(
            line(
                "let h = m.fit(x=x, y=y, epochs = n + 1)?;",
                "E0425",
                UNKNOWN,
                "epochs"
            ),
            "let h = m.fit(&x, &y, Fit { epochs: n + 1, ..Fit::default() })?;"
        );
        assert_eq!(
            line(
                "m.fit(y = y, x = x)?;",
                "E0308",
                "arguments to this method are incorrect",
                "fit"
            ),
            "m.fit(&x, &y, Fit::default())?;"
        );
    }

    #[test]
    fn where_nothing_is_known_of_the_function_the_sentence_stands_alone() {
        let (says, line) = given("g(a=1)", "E0425", UNKNOWN, "a").unwrap();
        assert!(says.starts_with("Rust has no named arguments"));
        assert_eq!(line, "");
    }

    #[test]
    fn a_call_without_names_gets_no_hint_about_them() {
        let hint = given("m.fit(&x, &y, epochs)?;", "E0425", UNKNOWN, "epochs");
        assert!(hint.unwrap().0.starts_with("there is no variable"));
    }

    #[test]
    fn parameters_are_read_from_a_signature() {
        let text = "fn f<T: Into<(u8, u8)>>(self, a: Vec<(u8, T)>, b: impl Fn(u8) -> u8) -> u8";
        // What stands before the parentheses may have some of its own.
        assert!(parameters(text, "x.f(").is_some());
        let text = "fn f(self, a: Vec<(u8, T)>, b: impl Fn(u8) -> u8) -> u8";
        let found = parameters(text, "x.f(").unwrap();
        assert_eq!(found[0], ("a".to_owned(), "Vec<(u8, T)>".to_owned()));
        assert_eq!(found[1].0, "b");
    }
}
