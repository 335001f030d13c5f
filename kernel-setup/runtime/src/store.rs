//! The variables that last from cell to cell.
//!
//! The engine generates a store of this interface into every cell, and every cell then compiles a hash map of its own:
//! more than half of a short cell's compilation. The kernel puts this one in its place, which is compiled once.

use std::any::Any;
use std::collections::HashMap;
use std::sync::Arc;

/// What tells the engine that a variable's type has changed, before its name.
pub const VARIABLE_CHANGED_TYPE: &str = "EVCXR_VARIABLE_CHANGED_TYPE:";
/// What tells the engine that a `?` has left the cell.
pub const USER_ERROR_OCCURRED: &str = "EVCXR_ERROR_OCCURRED";

/// The variables by their names.
#[derive(Default)]
pub struct VariableStore {
    variables: HashMap<String, Box<dyn Any>>,
}

/// Makes a store, which lasts as long as the process.
pub fn create_variable_store() -> *mut VariableStore {
    Box::into_raw(Box::default())
}

impl VariableStore {
    /// Keeps a variable.
    pub fn put_variable<T: 'static>(&mut self, name: &str, value: T) {
        self.put(name, Box::new(value));
    }

    /// Whether a variable still has its type; a changed one is told to the engine.
    pub fn check_variable<T: 'static>(&mut self, name: &str) -> bool {
        let same = self.get(name).is_none_or(|value| value.is::<T>());
        if !same {
            changed(name);
        }
        same
    }

    /// Gives a variable back to a cell.
    ///
    /// # Panics
    /// There is none of this name and type, which the engine checks before.
    pub fn take_variable<T: 'static>(&mut self, name: &str) -> T {
        match self.take(name).downcast() {
            Ok(value) => *value,
            Err(_) => panic!("the variable `{name}` has another type"),
        }
    }

    /// A value that is made on first use and shared from then on.
    ///
    /// # Panics
    /// A variable of this name has another type.
    pub fn lazy_arc<T: 'static, F: FnOnce() -> T>(&mut self, name: &str, create: F) -> Arc<T> {
        if self.get(name).is_none() {
            self.put_variable(name, Arc::new(create()));
        }
        let value = self
            .get(name)
            .and_then(|value| value.downcast_ref::<Arc<T>>());
        Arc::clone(value.expect("nothing else has this name"))
    }

    fn put(&mut self, name: &str, value: Box<dyn Any>) {
        self.variables.insert(name.to_owned(), value);
    }

    fn get(&self, name: &str) -> Option<&dyn Any> {
        self.variables.get(name).map(|value| &**value)
    }

    fn take(&mut self, name: &str) -> Box<dyn Any> {
        match self.variables.remove(name) {
            Some(value) => value,
            None => panic!("the variable `{name}` is missing"),
        }
    }
}

fn changed(name: &str) {
    eprintln!("The type of the variable {name} was redefined: its value is lost.");
    println!("{VARIABLE_CHANGED_TYPE}{name}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_comes_back_with_its_value_and_another_type_is_noticed() {
        let mut store = VariableStore::default();
        store.put_variable("a", vec![1, 2]);
        assert!(store.check_variable::<Vec<i32>>("a"));
        assert!(!store.check_variable::<String>("a"));
        assert!(store.check_variable::<String>("unknown"));
        assert_eq!(store.take_variable::<Vec<i32>>("a"), [1, 2]);
    }

    #[test]
    fn a_lazy_value_is_made_once() {
        let mut store = VariableStore::default();
        assert_eq!(*store.lazy_arc("a", || 1), 1);
        assert_eq!(*store.lazy_arc("a", || 2), 1);
    }
}
