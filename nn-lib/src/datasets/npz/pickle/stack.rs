//! The stack of the machine, its objects, and what it keeps for later.

use super::super::byte_source::Problem;
use super::{MAX_OBJECTS, MAX_STACK, Machine, Object, Value};
use std::io::Read;

impl<R: Read> Machine<'_, R> {
    pub(super) fn push(&mut self, value: Value) -> Result<(), Problem> {
        if self.stack.len() >= MAX_STACK {
            return Err("its pickle piles up too many values".into());
        }
        self.stack.push(value);
        Ok(())
    }

    pub(super) fn pop(&mut self) -> Result<Value, Problem> {
        self.stack
            .pop()
            .ok_or_else(|| "its pickle takes a value where there is none".to_string())
    }

    pub(super) fn pop_object(&mut self) -> Result<usize, Problem> {
        match self.pop()? {
            Value::Object(id) => Ok(id),
            other => Err(format!("it has {} out of place", kind(other))),
        }
    }

    pub(super) fn pop_to_mark(&mut self) -> Result<Vec<Value>, Problem> {
        let mark = self
            .stack
            .iter()
            .rposition(|value| matches!(value, Value::Mark))
            .ok_or("its pickle ends a group that never began")?;
        let items = self.stack.split_off(mark + 1);
        self.stack.pop();
        Ok(items)
    }

    pub(super) fn top_object(&self) -> Result<usize, Problem> {
        match self.stack.last() {
            Some(Value::Object(id)) => Ok(*id),
            _ => Err("it adds to something that is no list".into()),
        }
    }

    pub(super) fn create(&mut self, object: Object) -> Result<(), Problem> {
        if self.objects.len() >= MAX_OBJECTS {
            return Err("its pickle has too many parts".into());
        }
        self.objects.push(object);
        self.push(Value::Object(self.objects.len() - 1))
    }

    pub(super) fn tuple(&mut self, count: usize) -> Result<(), Problem> {
        let start = self.stack.len().checked_sub(count);
        let items = self
            .stack
            .split_off(start.ok_or("its pickle takes a value where there is none")?);
        self.create(Object::Tuple(items))
    }

    pub(super) fn pop_text(&mut self) -> Result<Vec<u8>, Problem> {
        let id = self.pop_object()?;
        match &self.objects[id] {
            Object::Text(text) => Ok(text.clone()),
            _ => Err("it has a name that is no text".into()),
        }
    }

    pub(super) fn memoize(&mut self, index: usize) -> Result<(), Problem> {
        let value = *self
            .stack
            .last()
            .ok_or("its pickle keeps a value where there is none")?;
        match index.cmp(&self.memo.len()) {
            std::cmp::Ordering::Less => self.memo[index] = value,
            std::cmp::Ordering::Equal if index < MAX_OBJECTS => self.memo.push(value),
            _ => return Err("its pickle keeps a value in a place out of order".into()),
        }
        Ok(())
    }

    pub(super) fn recall(&mut self, index: usize) -> Result<(), Problem> {
        let value = self.memo.get(index).copied();
        self.push(value.ok_or("its pickle recalls a value that was not kept")?)
    }
}

/// What a value is, in words.
pub(super) fn kind(value: Value) -> String {
    match value {
        Value::None => "None".into(),
        Value::Bool => "a truth value".into(),
        Value::Int(number) => format!("the number {number}"),
        Value::Mark => "the start of a group".into(),
        Value::Object(_) => "a list or text".into(),
    }
}
