//! Numbers into lists, and lists into the list of all: nearly all of a file.

use super::super::byte_source::Problem;
use super::stack::kind;
use super::{LONGEST, MAX_OBJECTS, MAX_WORDS, Machine, Object, Value};
use std::io::Read;

impl<R: Read> Machine<'_, R> {
    /// MARK: nearly always followed by the numbers of one list, which are read here in one go.
    pub(super) fn numbers_after_mark(&mut self) -> Result<(), Problem> {
        self.push(Value::Mark)?;
        self.run.clear();
        loop {
            let window = self.source.window(LONGEST)?;
            let mut at = 0;
            while let Some(&[code, a, b, c, d, ..]) = window.get(at..at + LONGEST) {
                let (number, size) = match code {
                    b'K' => (u32::from(a), 2),
                    b'M' => (u32::from(u16::from_le_bytes([a, b])), 3),
                    b'J' if d < 0x80 => (u32::from_le_bytes([a, b, c, d]), 5),
                    0x95 => {
                        at += 9;
                        continue;
                    }
                    _ => break,
                };
                self.run.push(number);
                at += size;
            }
            let done = at == 0 || window.len() - at >= LONGEST;
            self.source.consume(at);
            if self.words + self.run.len() > MAX_WORDS {
                return Err(too_many_words());
            }
            if done {
                break;
            }
        }
        if self.run.is_empty() {
            return Ok(());
        }
        if self.source.window(1)?.first() == Some(&b'e') {
            self.source.consume(1);
            let _ = self.pop()?;
            return self.append_run();
        }
        for index in 0..self.run.len() {
            let number = self.run[index];
            self.push(Value::Int(number.into()))?;
        }
        Ok(())
    }

    /// APPENDS of the numbers just read.
    fn append_run(&mut self) -> Result<(), Problem> {
        let list = self.top_object()?;
        let Object::Numbers(numbers) = &mut self.objects[list] else {
            return Err("it adds a number to something that is no list of numbers".into());
        };
        self.words += self.run.len();
        if numbers.is_empty() {
            numbers.reserve_exact(self.run.len());
        }
        numbers.extend_from_slice(&self.run);
        Ok(())
    }

    /// APPEND and APPENDS of values on the stack: numbers to a list of numbers, lists to a list of lists.
    pub(super) fn append(&mut self, items: &[Value]) -> Result<(), Problem> {
        if items.is_empty() {
            return Ok(());
        }
        let list = self.top_object()?;
        if let Value::Object(_) = items[0] {
            let ids = items.iter().map(|item| match item {
                Value::Object(id) => Ok(*id),
                _ => Err("it mixes lists and numbers".to_string()),
            });
            let ids: Vec<usize> = ids.collect::<Result<_, _>>()?;
            return match &mut self.objects[list] {
                Object::Lists(lists) if lists.len() + ids.len() > MAX_OBJECTS => {
                    Err("it has too many lists".into())
                }
                Object::Lists(lists) => {
                    lists.extend(ids);
                    Ok(())
                }
                object @ Object::Numbers(_) => {
                    if matches!(object, Object::Numbers(numbers) if !numbers.is_empty()) {
                        return Err("it mixes lists and numbers".into());
                    }
                    *object = Object::Lists(ids);
                    Ok(())
                }
                _ => Err("it adds a list to something that is no list".into()),
            };
        }
        self.run.clear();
        for item in items {
            match item {
                Value::Int(number) => self.run.push(u32::try_from(*number).map_err(|_| {
                    format!("it has the number {number} where a word index from 0 to 4294967295 is expected")
                })?),
                other => return Err(format!("it has {} in a list of numbers", kind(*other))),
            }
        }
        if self.words + self.run.len() > MAX_WORDS {
            return Err(too_many_words());
        }
        self.append_run()
    }
}

pub(super) fn too_many_words() -> Problem {
    format!("it has more than {MAX_WORDS} numbers")
}
