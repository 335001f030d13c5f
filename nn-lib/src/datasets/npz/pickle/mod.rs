//! The part of Python's pickle format that NumPy writes for an array of lists of whole numbers.
//!
//! A pickle is a program for a small stack machine. Only the instructions that build such an array are carried out;
//! it may name four functions of NumPy and Python, which stand for themselves and are never called, so a file can do
//! nothing but fail. Format: Python's `pickletools.py`, protocols 2 to 5; module names of NumPy 1 and 2.

mod array;
mod lists;
mod stack;

use super::byte_source::{ByteSource, Problem};
use std::io::Read;

/// The numbers of all lists together; 256 MiB as `u32`. IMDB has 6 million per set.
const MAX_WORDS: usize = 1 << 26;
/// Values on the stack; Python's pickler piles up about a thousand.
const MAX_STACK: usize = 1 << 18;
/// Lists, tuples and texts; IMDB has 25,000 per set.
const MAX_OBJECTS: usize = 1 << 19;
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
}

#[cfg(test)]
mod tests;
