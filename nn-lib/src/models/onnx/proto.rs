//! The bytes of an ONNX file: the few messages that a model consists of, in the wire format of protocol buffers.
//!
//! A message is a list of fields; each begins with its number and its kind (0: a whole number, 2: bytes with their length, 5: four
//! bytes). Whole numbers have 7 bits in each byte, the lowest first. Formats: <https://protobuf.dev/programming-guides/encoding/>
//! and <https://github.com/onnx/onnx/blob/main/onnx/onnx.proto>, whose numbers stand in the calls below.

/// The types of numbers, `TensorProto.DataType`.
pub(super) const FLOAT: u64 = 1;
const INT64: u64 = 7;
const BOOL: u64 = 9;

/// A message in the making.
#[derive(Clone, Debug, Default)]
pub(super) struct Message(Vec<u8>);

impl Message {
    /// A whole number.
    pub(super) fn number(mut self, field: u64, value: u64) -> Message {
        self.varint(field << 3);
        self.varint(value);
        self
    }

    /// Bytes: a text, a message, packed numbers.
    pub(super) fn bytes(mut self, field: u64, bytes: &[u8]) -> Message {
        self.varint(field << 3 | 2);
        self.varint(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
        self
    }

    pub(super) fn text(self, field: u64, text: &str) -> Message {
        self.bytes(field, text.as_bytes())
    }

    pub(super) fn message(self, field: u64, message: &Message) -> Message {
        self.bytes(field, &message.0)
    }

    /// A list: a field for each.
    pub(super) fn messages(self, field: u64, messages: &[Message]) -> Message {
        messages
            .iter()
            .fold(self, |all, own| all.message(field, own))
    }

    fn float(mut self, field: u64, value: f32) -> Message {
        self.varint(field << 3 | 5);
        self.0.extend_from_slice(&value.to_le_bytes());
        self
    }

    fn varint(&mut self, mut value: u64) {
        while value > 0x7f {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

/// An attribute of a node.
pub(super) enum Attribute<'a> {
    Int(i64),
    Float(f32),
    Ints(&'a [i64]),
    Graph(&'a Message),
}

impl Attribute<'_> {
    pub(super) fn encode(&self, name: &str) -> Message {
        let own = Message::default().text(1, name);
        let (own, kind) = match self {
            Attribute::Float(value) => (own.float(2, *value), 1),
            Attribute::Int(value) => (own.number(3, *value as u64), 2),
            Attribute::Graph(graph) => (own.message(6, graph), 5),
            Attribute::Ints(values) => {
                let all = values
                    .iter()
                    .fold(own, |own, value| own.number(8, *value as u64));
                (all, 7)
            }
        };
        own.number(20, kind)
    }
}

/// A tensor of 32-bit floats with its name.
pub(super) fn floats(name: &str, shape: &[usize], values: &[f32]) -> Message {
    let bytes: Vec<u8> = values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect();
    tensor(name, shape, FLOAT, &bytes)
}

/// A list of whole numbers with its name.
pub(super) fn integers(name: &str, values: &[i64]) -> Message {
    let bytes: Vec<u8> = values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect();
    tensor(name, &[values.len()], INT64, &bytes)
}

fn tensor(name: &str, shape: &[usize], kind: u64, bytes: &[u8]) -> Message {
    let axes = shape
        .iter()
        .fold(Message::default(), |own, axis| own.number(1, *axis as u64));
    axes.number(2, kind).text(8, name).bytes(9, bytes)
}

/// An input or an output of a graph. An axis without a length is the batch.
pub(super) fn value(name: &str, shape: &[Option<usize>]) -> Message {
    input(name, FLOAT, shape)
}

/// The truth value of each sample, an input of a loop's body.
pub(super) fn flags(name: &str) -> Message {
    input(name, BOOL, &[None])
}

fn input(name: &str, kind: u64, shape: &[Option<usize>]) -> Message {
    let axes = shape.iter().map(|axis| match axis {
        Some(length) => Message::default().number(1, *length as u64),
        None => Message::default().text(2, "batch"),
    });
    let shape = Message::default().messages(1, &axes.collect::<Vec<_>>());
    let tensor = Message::default().number(1, kind).message(2, &shape);
    let kind = Message::default().message(1, &tensor);
    Message::default().text(1, name).message(2, &kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of the description of the format.
    #[test]
    fn fields_are_written_as_the_format_says() {
        assert_eq!(
            Message::default().number(1, 150).into_bytes(),
            [0x08, 0x96, 0x01]
        );
        let text = Message::default().text(2, "testing").into_bytes();
        assert_eq!(text, [&[0x12, 0x07], &b"testing"[..]].concat());
        let inner = Message::default().number(1, 150);
        let outer = Message::default().message(3, &inner).into_bytes();
        assert_eq!(outer, [0x1a, 0x03, 0x08, 0x96, 0x01]);
        let negative = Message::default().number(1, -1_i64 as u64).into_bytes();
        assert_eq!(negative.len(), 11, "ten bytes, as int64 has them");
        let float = Message::default().float(1, 1.0).into_bytes();
        assert_eq!(float, [0x0d, 0, 0, 0x80, 0x3f]);
    }
}
