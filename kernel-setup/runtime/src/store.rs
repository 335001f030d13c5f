//! The variables that last from cell to cell.
//!
//! The engine generates a store of this interface into every cell, and every cell then compiles a hash map of its own:
//! more than half of a short cell's compilation. The kernel puts this one in its place, which is compiled once.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::Arc;

/// What tells the engine that a variable's type has changed, before its name.
pub const VARIABLE_CHANGED_TYPE: &str = "EVCXR_VARIABLE_CHANGED_TYPE:";
/// What tells the engine that a `?` has left the cell.
pub const USER_ERROR_OCCURRED: &str = "EVCXR_ERROR_OCCURRED";

/// The variables by their names: each an `Option<T>`, empty while a cell has it.
///
/// What is generic here is compiled in every cell, for every type of its variables, and so it is little. `extern "C"`
/// promises the compiler that a call does not unwind: a cell takes all variables at its beginning and puts them back at its
/// end, and if every one of these calls could leave the others behind to be dropped, a cell of a notebook with 170
/// variables would take the compiler fifteen times as long.
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
    #[inline(never)]
    #[allow(improper_ctypes_definitions)] // Both sides are Rust.
    pub extern "C" fn put_variable<T: 'static>(&mut self, name: &str, value: T) {
        let slot = self.get_mut(name);
        match slot.and_then(|slot| slot.downcast_mut::<Option<T>>()) {
            Some(slot) => *slot = Some(value),
            None => self.put(name, Box::new(Some(value))),
        }
    }

    /// Whether a variable still has its type; a changed one is told to the engine.
    pub fn check_variable<T: 'static>(&mut self, name: &str) -> bool {
        self.has_type(name, TypeId::of::<Option<T>>())
    }

    /// Gives a variable back to a cell.
    ///
    /// # Panics
    /// There is none of this name and type, which the engine checks before: this ends the process.
    #[inline(never)]
    #[allow(improper_ctypes_definitions)] // Both sides are Rust.
    pub extern "C" fn take_variable<T: 'static>(&mut self, name: &str) -> T {
        let slot = self.get_mut(name);
        let slot = slot.and_then(|slot| slot.downcast_mut::<Option<T>>());
        match slot.and_then(Option::take) {
            Some(value) => value,
            None => missing(name),
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
            .and_then(|value| value.downcast_ref::<Option<Arc<T>>>());
        let value = value.and_then(Option::as_ref);
        Arc::clone(value.expect("nothing else has this name"))
    }

    fn put(&mut self, name: &str, value: Box<dyn Any>) {
        self.variables.insert(name.to_owned(), value);
    }

    fn get(&self, name: &str) -> Option<&dyn Any> {
        self.variables.get(name).map(|value| &**value)
    }

    /// Compiled here once: looking into the map where a cell's types are known would compile the map in every cell.
    fn get_mut(&mut self, name: &str) -> Option<&mut dyn Any> {
        self.variables.get_mut(name).map(|value| &mut **value)
    }

    fn has_type(&self, name: &str, id: TypeId) -> bool {
        let same = self.get(name).is_none_or(|value| value.type_id() == id);
        if !same {
            changed(name);
        }
        same
    }
}

fn missing(name: &str) -> ! {
    panic!("the variable `{name}` is missing, or has another type")
}

fn changed(name: &str) {
    eprintln!(
        "The variable {name} is gone: this cell defines its type anew, or something else of its name."
    );
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
