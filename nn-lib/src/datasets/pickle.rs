//! The part of Python's pickle format that NumPy writes for an array of lists of whole numbers.
//!
//! A pickle is a program for a small stack machine. Only the instructions that build such an array are carried out;
//! it may name four functions of NumPy and Python, which stand for themselves and are never called, so a file can do
//! nothing but fail. Format: Python's `pickletools.py`, protocols 2 to 5; module names of NumPy 1 and 2.

use super::byte_source::{ByteSource, Problem};
use std::io::Read;

/// The numbers of all lists together; 256 MiB as `u32`. IMDB has 6 million per set.
const MAX_WORDS: usize = 1 << 26;
/// Values on the stack; Python's pickler piles up about a thousand.
const MAX_STACK: usize = 1 << 20;
/// Lists, tuples and texts; IMDB has 25,000 per set.
const MAX_OBJECTS: usize = 1 << 21;
/// Bytes that the longest fast instruction takes.
const LONGEST: usize = 9;

/// A value on the stack. What is compound lives in the machine's `objects`, so no value owns another one.
#[derive(Clone, Copy, Debug)]
enum Value {
    None,
    Bool,
    Int(i64),
    Mark,
    Object(usize),
}

/// The functions and types that a pickled array names.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Global {
    Reconstruct,
    NdArray,
    Dtype,
    Encode,
}

#[derive(Debug)]
enum Object {
    Text(Vec<u8>),
    Global(Global),
    Tuple(Vec<Value>),
    Numbers(Vec<u32>),
    Lists(Vec<usize>),
    Dtype { of_objects: bool },
    Array { elements: Option<usize> },
    Taken,
}

/// Reads the pickled array whose elements are lists of whole numbers; `length` is what the `.npy` header promises.
pub(crate) fn read_lists<R: Read>(
    source: &mut ByteSource<R>,
    length: usize,
) -> Result<Vec<Vec<u32>>, Problem> {
    let mut machine = Machine {
        source,
        stack: Vec::new(),
        objects: Vec::new(),
        memo: Vec::new(),
        run: Vec::new(),
        words: 0,
    };
    while machine.step()? {}
    let lists = machine.result()?;
    if lists.len() != length {
        return Err(format!(
            "its header promises {length} lists, but it has {}",
            lists.len()
        ));
    }
    if source.finish()? {
        return Err("it goes on after its end".into());
    }
    Ok(lists)
}

struct Machine<'a, R> {
    source: &'a mut ByteSource<R>,
    stack: Vec<Value>,
    objects: Vec<Object>,
    memo: Vec<Value>,
    /// Numbers just read that are not on the stack yet: nearly all of the file goes from here into its list.
    run: Vec<u32>,
    words: usize,
}

impl<R: Read> Machine<'_, R> {
    /// Carries out one instruction; `false` at the end of the program.
    fn step(&mut self) -> Result<bool, Problem> {
        match self.source.byte()? {
            0x80 => {
                let protocol = self.source.byte()?;
                if !(2..=5).contains(&protocol) {
                    return Err(format!("protocol {protocol} of pickle is unknown"));
                }
            }
            0x95 => {
                let _ = self.source.array::<8>()?;
            } // FRAME: only a hint for reading ahead
            b'.' => return Ok(false),
            b'(' => self.numbers_after_mark()?,
            b'0' => {
                let _ = self.pop()?;
            }
            b'N' => self.push(Value::None)?,
            0x88 | 0x89 => self.push(Value::Bool)?,
            b'K' => {
                let [byte] = self.source.array()?;
                self.push(Value::Int(byte.into()))?;
            }
            b'M' => {
                let number = u16::from_le_bytes(self.source.array()?);
                self.push(Value::Int(number.into()))?;
            }
            b'J' => {
                let number = i32::from_le_bytes(self.source.array()?);
                self.push(Value::Int(number.into()))?;
            }
            0x8a => self.long()?,
            b'U' | b'C' | 0x8c => {
                let length = self.source.byte()?;
                self.text(length.into())?;
            }
            b'T' | b'B' | b'X' => {
                let length = u32::from_le_bytes(self.source.array()?);
                self.text(length.into())?;
            }
            0x8d | 0x8e => {
                let length = u64::from_le_bytes(self.source.array()?);
                self.text(length)?;
            }
            b']' => self.create(Object::Numbers(Vec::new()))?,
            b')' => self.create(Object::Tuple(Vec::new()))?,
            0x85 => self.tuple(1)?,
            0x86 => self.tuple(2)?,
            0x87 => self.tuple(3)?,
            b't' => {
                let items = self.pop_to_mark()?;
                self.create(Object::Tuple(items))?;
            }
            b'a' => {
                let item = self.pop()?;
                self.append(&[item])?;
            }
            b'e' => {
                let items = self.pop_to_mark()?;
                self.append(&items)?;
            }
            0x94 => self.memoize(self.memo.len())?,
            b'q' => {
                let index = self.source.byte()?;
                self.memoize(index.into())?;
            }
            b'r' => {
                let index = u32::from_le_bytes(self.source.array()?);
                self.memoize(index as usize)?;
            }
            b'h' => {
                let index = self.source.byte()?;
                self.recall(index.into())?;
            }
            b'j' => {
                let index = u32::from_le_bytes(self.source.array()?);
                self.recall(index as usize)?;
            }
            b'c' => {
                let (module, name) = (self.source.line()?, self.source.line()?);
                self.global(&module, &name)?;
            }
            0x93 => {
                let (name, module) = (self.pop_text()?, self.pop_text()?);
                self.global(&module, &name)?;
            }
            b'R' => self.reduce()?,
            b'b' => self.build()?,
            other => {
                return Err(format!(
                    "its pickle has the instruction 0x{other:02x}, which an array of lists does not need"
                ));
            }
        }
        Ok(true)
    }

    /// MARK: nearly always followed by the numbers of one list, which are read here in one go.
    fn numbers_after_mark(&mut self) -> Result<(), Problem> {
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
    fn append(&mut self, items: &[Value]) -> Result<(), Problem> {
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

    fn push(&mut self, value: Value) -> Result<(), Problem> {
        if self.stack.len() >= MAX_STACK {
            return Err("its pickle piles up too many values".into());
        }
        self.stack.push(value);
        Ok(())
    }

    fn pop(&mut self) -> Result<Value, Problem> {
        self.stack
            .pop()
            .ok_or_else(|| "its pickle takes a value where there is none".to_string())
    }

    fn pop_object(&mut self) -> Result<usize, Problem> {
        match self.pop()? {
            Value::Object(id) => Ok(id),
            other => Err(format!("it has {} out of place", kind(other))),
        }
    }

    fn pop_to_mark(&mut self) -> Result<Vec<Value>, Problem> {
        let mark = self
            .stack
            .iter()
            .rposition(|value| matches!(value, Value::Mark))
            .ok_or("its pickle ends a group that never began")?;
        let items = self.stack.split_off(mark + 1);
        self.stack.pop();
        Ok(items)
    }

    fn top_object(&self) -> Result<usize, Problem> {
        match self.stack.last() {
            Some(Value::Object(id)) => Ok(*id),
            _ => Err("it adds to something that is no list".into()),
        }
    }

    fn create(&mut self, object: Object) -> Result<(), Problem> {
        if self.objects.len() >= MAX_OBJECTS {
            return Err("its pickle has too many parts".into());
        }
        self.objects.push(object);
        self.push(Value::Object(self.objects.len() - 1))
    }

    fn tuple(&mut self, count: usize) -> Result<(), Problem> {
        let start = self.stack.len().checked_sub(count);
        let items = self
            .stack
            .split_off(start.ok_or("its pickle takes a value where there is none")?);
        self.create(Object::Tuple(items))
    }

    /// LONG1: a whole number in two's complement of any length; eight bytes are enough for a word index.
    fn long(&mut self) -> Result<(), Problem> {
        let length = usize::from(self.source.byte()?);
        let bytes = self.source.bytes(length)?;
        let negative = bytes.last().is_some_and(|&byte| byte >= 0x80);
        let mut wide = if negative { [0xff; 8] } else { [0; 8] };
        wide.get_mut(..length)
            .ok_or_else(|| format!("it has a number of {length} bytes"))?
            .copy_from_slice(&bytes);
        self.push(Value::Int(i64::from_le_bytes(wide)))
    }

    fn text(&mut self, length: u64) -> Result<(), Problem> {
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        if length > 1024 {
            return Err(format!(
                "it has a text of {length} bytes where numbers are expected"
            ));
        }
        let text = self.source.bytes(length)?;
        self.create(Object::Text(text))
    }

    fn pop_text(&mut self) -> Result<Vec<u8>, Problem> {
        let id = self.pop_object()?;
        match &self.objects[id] {
            Object::Text(text) => Ok(text.clone()),
            _ => Err("it has a name that is no text".into()),
        }
    }

    fn memoize(&mut self, index: usize) -> Result<(), Problem> {
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

    fn recall(&mut self, index: usize) -> Result<(), Problem> {
        let value = self.memo.get(index).copied();
        self.push(value.ok_or("its pickle recalls a value that was not kept")?)
    }

    fn global(&mut self, module: &[u8], name: &[u8]) -> Result<(), Problem> {
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
    fn reduce(&mut self) -> Result<(), Problem> {
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
    fn build(&mut self) -> Result<(), Problem> {
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
    fn result(mut self) -> Result<Vec<Vec<u32>>, Problem> {
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

fn too_many_words() -> Problem {
    format!("it has more than {MAX_WORDS} numbers")
}

fn kind(value: Value) -> String {
    match value {
        Value::None => "None".into(),
        Value::Bool => "a truth value".into(),
        Value::Int(number) => format!("the number {number}"),
        Value::Mark => "the start of a group".into(),
        Value::Object(_) => "a list or text".into(),
    }
}
