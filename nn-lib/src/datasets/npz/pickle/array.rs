//! What NumPy names in the pickle of an array, and the array itself.

use super::super::byte_source::Problem;
use super::lists::too_many_words;
use super::{Global, MAX_WORDS, Machine, Object, Value};
use std::io::Read;

impl<R: Read> Machine<'_, R> {
    pub(super) fn global(&mut self, module: &[u8], name: &[u8]) -> Result<(), Problem> {
        let global = match (module, name) {
            (b"numpy.core.multiarray" | b"numpy._core.multiarray", b"_reconstruct") => {
                Global::Reconstruct
            }
            (b"numpy", b"ndarray") => Global::NdArray,
            (b"numpy", b"dtype") => Global::Dtype,
            (b"_codecs", b"encode") => Global::Encode,
            _ => {
                return Err(format!(
                    "it asks for {}.{}, which an array of lists does not need (nothing of it was run)",
                    String::from_utf8_lossy(module),
                    String::from_utf8_lossy(name)
                ));
            }
        };
        self.create(Object::Global(global))
    }

    /// REDUCE: what would call a function in Python makes the thing meant here.
    pub(super) fn reduce(&mut self) -> Result<(), Problem> {
        let (arguments, function) = (self.pop_object()?, self.pop_object()?);
        let Object::Tuple(arguments) = &self.objects[arguments] else {
            return Err("it calls a function without arguments".into());
        };
        let first = match arguments.first() {
            Some(Value::Object(id)) => Some(&self.objects[*id]),
            _ => None,
        };
        let made = match (&self.objects[function], first) {
            (Object::Global(Global::Reconstruct), Some(Object::Global(Global::NdArray))) => {
                Object::Array { elements: None }
            }
            (Object::Global(Global::Dtype), Some(Object::Text(text))) => Object::Dtype {
                of_objects: matches!(text.as_slice(), b"O" | b"O8" | b"O4" | b"|O"),
            },
            (Object::Global(Global::Encode), Some(Object::Text(text))) => {
                Object::Text(text.clone())
            }
            _ => return Err("it calls something that an array of lists does not need".into()),
        };
        self.create(made)
    }

    /// BUILD: gives the array its state (version, shape, type, order, elements).
    pub(super) fn build(&mut self) -> Result<(), Problem> {
        let (state, target) = (self.pop_object()?, self.top_object()?);
        let Object::Tuple(state) = &self.objects[state] else {
            return Err("it has an array without a state".into());
        };
        match self.objects[target] {
            Object::Dtype { .. } => Ok(()),
            Object::Array { .. } => {
                let [
                    _,
                    Value::Object(_),
                    Value::Object(dtype),
                    _,
                    Value::Object(list),
                ] = state[..]
                else {
                    return Err("it has an array whose state is not understood".into());
                };
                if !matches!(self.objects[dtype], Object::Dtype { of_objects: true }) {
                    return Err("it has an array of another type where lists are expected".into());
                }
                self.objects[target] = Object::Array {
                    elements: Some(list),
                };
                Ok(())
            }
            _ => Err("it gives a state to something that is no array".into()),
        }
    }

    /// The lists of the array on top of the stack, each moved out; one that occurs again is copied.
    pub(super) fn result(mut self) -> Result<Vec<Vec<u32>>, Problem> {
        let array = self.pop_object()?;
        let Object::Array {
            elements: Some(elements),
        } = self.objects[array]
        else {
            return Err("it is no array".into());
        };
        let ids = match std::mem::replace(&mut self.objects[elements], Object::Taken) {
            Object::Lists(ids) => ids,
            Object::Numbers(numbers) if numbers.is_empty() => Vec::new(),
            _ => return Err("its elements are not lists".into()),
        };
        let mut lists: Vec<Vec<u32>> = Vec::with_capacity(ids.len());
        let mut place_of = vec![usize::MAX; self.objects.len()];
        for id in ids {
            let list = match std::mem::replace(&mut self.objects[id], Object::Taken) {
                Object::Numbers(numbers) => numbers,
                Object::Taken if place_of[id] != usize::MAX => {
                    let copy = lists[place_of[id]].clone();
                    self.words += copy.len();
                    copy
                }
                _ => return Err("an element is not a list of numbers".into()),
            };
            if self.words > MAX_WORDS {
                return Err(too_many_words());
            }
            place_of[id] = lists.len();
            lists.push(list);
        }
        Ok(lists)
    }
}
