//! A cell of the reader's: run with the items of the cells before it.

use crate::engine::Engine;
use crate::items::source::Source;
use crate::items::{self, Items, Plan};
use crate::trait_paths::Ways;
use evcxr::{Error, EvalOutputs};

/// How often a cell is tried, each time without the earlier items that did not fit.
const TRIES: usize = 8;

/// What came of a cell.
pub struct Run {
    /// The engine's answer.
    pub result: Result<EvalOutputs, Error>,
    /// The cell's code, as the reader wrote it and as the engine was given it.
    pub source: Source,
    /// What the reader is to be told.
    pub notes: Vec<String>,
    /// What is lost if the cell fails.
    pub losses: Losses,
    /// For each error of the compiler, the earlier item that it is in, and that item's cell.
    pub owners: Vec<Option<(String, usize)>>,
}

/// What a cell takes with it if it fails.
#[derive(Default)]
pub struct Losses {
    /// The variables that were there before it and are not there after it.
    pub variables: Vec<String>,
    /// Whether there are statics, which a new process starts anew.
    pub statics: bool,
    /// Whether the cell defines items.
    pub items: bool,
}

impl Engine {
    /// Compiles and runs a cell of the reader's, with the items of earlier cells that fit it.
    pub fn run(&mut self, code: &str, number: usize) -> Run {
        if items::has_command(code, &[":clear"]) {
            self.items = Items::default();
        }
        let before = self.variables();
        let mut plan = self.items.plan(&before, code, number);
        let mut result = self.try_plan(&plan);
        let mut ways: Option<Ways> = None;
        for _ in 1..TRIES {
            let Err(Error::CompilationErrors(errors)) = &result else {
                break;
            };
            let compiled = self.compiled();
            let errors = || errors.iter().map(|error| &error.json);
            if !self.items.mend(&mut plan, errors(), &compiled) {
                // One way of several is wrong if the types do not fit; other errors are the cell's own.
                if ways.is_some() && !errors().any(|error| error["code"]["code"] == "E0308") {
                    break;
                }
                let declared = self.kernel.declared();
                let ways = ways.get_or_insert_with(|| Ways::new(&plan.source, declared, errors()));
                match ways.next() {
                    Some(source) => plan.source = source,
                    None => break,
                }
            }
            result = self.try_plan(&plan);
        }
        let mut owners = Vec::new();
        match &result {
            Ok(_) => self.items.commit(&plan),
            Err(Error::CompilationErrors(errors)) => {
                let compiled = self.compiled();
                owners = errors
                    .iter()
                    .map(|error| self.items.owner(&error.json, &compiled))
                    .collect();
                plan.notes.clear();
            }
            Err(_) => plan.notes.clear(),
        }
        let losses = Losses {
            variables: self.gone(&before, &plan.retyped),
            statics: self.items.have_statics(),
            items: plan.defines(),
        };
        Run {
            result,
            source: plan.source,
            notes: plan.notes,
            losses,
            owners,
        }
    }

    /// The variables that were there before, and whose types are what they were.
    fn gone(&self, before: &[(String, String)], retyped: &[String]) -> Vec<String> {
        let after = self.variables();
        let is_there = |name: &str| after.iter().any(|(other, _)| other == name);
        let names = before.iter().map(|(name, _)| name.clone());
        let mut gone: Vec<String> = names
            .filter(|name| !is_there(name) && !retyped.contains(name))
            .collect();
        gone.sort();
        gone
    }

    fn try_plan(&mut self, plan: &Plan) -> Result<EvalOutputs, Error> {
        // The full disk that makes this fail stops the compilation as well.
        let _ = self.kernel.set_retyped(&plan.retyped);
        let result = self.execute_cell(&plan.source.given);
        let _ = self.kernel.set_retyped(&[]);
        result
    }

    /// The code that the compiler was given last.
    fn compiled(&self) -> String {
        let file = self.kernel.cell().join("src").join("lib.rs");
        std::fs::read_to_string(file).unwrap_or_default()
    }
}
