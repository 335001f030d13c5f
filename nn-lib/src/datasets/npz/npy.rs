//! One array of NumPy's `.npy` format: a header in Python's notation, then the numbers.
//!
//! Format: <https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>, versions 1 to 3.

use super::byte_source::{ByteSource, Problem};
use std::io::Read;

/// The most numbers of an array: 256 MiB of memory.
const MAX_NUMBERS: usize = 1 << 25;

/// The most elements of an array of bytes; MNIST's 60,000 pictures have 47 million.
const MAX_BYTES: usize = 1 << 28;

/// What the header of an array says.
#[derive(Debug, PartialEq)]
pub(crate) struct Header {
    /// The kind of element, such as `<i8` or `|O`.
    pub(crate) descr: String,
    /// Whether the first axis varies fastest.
    pub(crate) fortran_order: bool,
    /// Elements along each axis.
    pub(crate) shape: Vec<usize>,
}

impl Header {
    /// How many elements there are, if they are in row-major order and no more than `most`.
    fn count(&self, most: usize) -> Result<usize, Problem> {
        if self.fortran_order && self.shape.len() > 1 {
            return Err("it is in Fortran order, which is not supported".into());
        }
        let mut axes = self.shape.iter();
        let count = axes.try_fold(1_usize, |product, &axis| product.checked_mul(axis));
        let count = count.filter(|&count| count <= most);
        count.ok_or_else(|| "its shape is too large".into())
    }
}

/// An array of numbers, in row-major order.
#[derive(Clone, Debug, PartialEq)]
pub struct Numbers {
    /// Elements along each axis.
    pub shape: Vec<usize>,
    /// The elements; whole numbers of up to 53 bits are exact.
    pub values: Vec<f64>,
}

/// Reads the header.
pub(crate) fn read_header<R: Read>(source: &mut ByteSource<R>) -> Result<Header, Problem> {
    if source.array::<6>()? != *b"\x93NUMPY" {
        return Err("it does not begin as an array of NumPy does".into());
    }
    let [major, minor] = source.array::<2>()?;
    let length = match major {
        1 => u16::from_le_bytes(source.array()?) as usize,
        2 | 3 => u32::from_le_bytes(source.array()?) as usize,
        _ => return Err(format!("version {major}.{minor} of the format is unknown")),
    };
    let text = source.bytes(length)?;
    parse_header(&text).ok_or_else(|| {
        let text = String::from_utf8_lossy(&text);
        let start: String = text.chars().take(120).collect();
        format!("its header is not understood: {}", start.trim())
    })
}

/// Reads the numbers after the header.
pub(crate) fn read_numbers<R: Read>(
    source: &mut ByteSource<R>,
    header: Header,
) -> Result<Numbers, Problem> {
    let convert = converter(&header.descr).ok_or_else(|| {
        format!(
            "it holds elements of type {:?} where numbers are expected",
            header.descr
        )
    })?;
    let count = header.count(MAX_NUMBERS)?;
    // The header's word on the count is not trusted with memory: the numbers are pushed as they come.
    let mut values = Vec::new();
    while values.len() < count {
        let window = source.window(convert.size)?;
        let whole = (window.len() / convert.size).min(count - values.len());
        if whole == 0 {
            return Err(format!("it ends after {} of {count} numbers", values.len()));
        }
        let bytes = &window[..whole * convert.size];
        values.extend(bytes.chunks_exact(convert.size).map(|b| convert.number(b)));
        source.consume(whole * convert.size);
    }
    if source.finish()? {
        return Err(format!("it goes on after its {count} numbers"));
    }
    Ok(Numbers {
        shape: header.shape,
        values,
    })
}

/// Reads the elements of an array of bytes after the header: its shape, and the bytes in row-major order.
pub(crate) fn read_bytes<R: Read>(
    source: &mut ByteSource<R>,
    header: Header,
) -> Result<(Vec<usize>, Vec<u8>), Problem> {
    if !matches!(&*header.descr, "|u1" | "<u1" | ">u1" | "=u1") {
        let received = header.descr;
        return Err(format!(
            "it holds elements of type {received:?} where bytes are expected"
        ));
    }
    let count = header.count(MAX_BYTES)?;
    let mut bytes = Vec::new();
    while bytes.len() < count {
        let window = source.window(1)?;
        let some = window.len().min(count - bytes.len());
        if some == 0 {
            return Err(format!("it ends after {} of {count} bytes", bytes.len()));
        }
        bytes.extend_from_slice(&window[..some]);
        source.consume(some);
    }
    if source.finish()? {
        return Err(format!("it goes on after its {count} bytes"));
    }
    Ok((header.shape, bytes))
}

/// How the bytes of one element become a number.
struct Converter {
    size: usize,
    big_endian: bool,
    kind: u8,
}

/// The converter for a type such as `<i8`; `None` where the elements are not numbers.
fn converter(descr: &str) -> Option<Converter> {
    let (order, kind, size) = match descr.as_bytes() {
        [
            order @ (b'<' | b'>' | b'|' | b'='),
            kind,
            size @ b'1'..=b'8',
        ] => (*order, *kind, usize::from(*size - b'0')),
        _ => return None,
    };
    let known = matches!(
        (kind, size),
        (b'i' | b'u', 1 | 2 | 4 | 8) | (b'f', 4 | 8) | (b'b', 1)
    );
    let big_endian = order == b'>' || (order == b'=' && cfg!(target_endian = "big"));
    known.then_some(Converter {
        size,
        big_endian,
        kind,
    })
}

impl Converter {
    fn number(&self, bytes: &[u8]) -> f64 {
        // The element's bits, least significant byte first, with the sign carried up to 64 bits.
        let mut bits = [0; 8];
        for (place, &byte) in bits.iter_mut().zip(bytes) {
            *place = byte;
        }
        if self.big_endian {
            bits[..self.size].reverse();
        }
        let bits = u64::from_le_bytes(bits);
        match (self.kind, self.size) {
            (b'f', 4) => f64::from(f32::from_bits(bits as u32)),
            (b'f', _) => f64::from_bits(bits),
            (b'i', size) => {
                let unused = 64 - 8 * size as u32;
                ((bits << unused) as i64 >> unused) as f64
            }
            _ => bits as f64,
        }
    }
}

/// Parses `{'descr': '<i8', 'fortran_order': False, 'shape': (25000,), }`.
fn parse_header(text: &[u8]) -> Option<Header> {
    let mut rest = std::str::from_utf8(text).ok()?.trim().strip_prefix('{')?;
    let (mut descr, mut fortran_order, mut shape) = (None, None, None);
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix('}') {
            if !after.trim().is_empty() {
                return None;
            }
            return Some(Header {
                descr: descr?,
                fortran_order: fortran_order?,
                shape: shape?,
            });
        }
        let (key, after) = quoted(rest)?;
        rest = after.trim_start().strip_prefix(':')?.trim_start();
        match key {
            "descr" => {
                let (value, after) = quoted(rest)?;
                descr = Some(value.to_string());
                rest = after;
            }
            "fortran_order" => {
                let (value, after) = match rest.strip_prefix("False") {
                    Some(after) => (false, after),
                    None => (true, rest.strip_prefix("True")?),
                };
                fortran_order = Some(value);
                rest = after;
            }
            "shape" => {
                let (inside, after) = rest.strip_prefix('(')?.split_once(')')?;
                let numbers = inside.split(',').map(str::trim);
                let axes = numbers.filter(|axis| !axis.is_empty());
                // Python 2 wrote long integers as `25000L`.
                let axes = axes.map(|axis| axis.trim_end_matches('L').parse().ok());
                shape = Some(axes.collect::<Option<Vec<usize>>>()?);
                rest = after;
            }
            _ => return None,
        }
        rest = rest.trim_start();
        rest = rest.strip_prefix(',').unwrap_or(rest);
    }
}

/// Splits a text in quotes from what follows it.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let quote = text.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    text[1..].split_once(quote)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn array(descr: &str, shape: &str, data: &[u8]) -> Result<Numbers, Problem> {
        let header =
            format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n");
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((header.len() as u16).to_le_bytes());
        bytes.extend(header.as_bytes());
        bytes.extend(data);
        let mut source = ByteSource::new(&bytes[..]);
        let header = read_header(&mut source)?;
        read_numbers(&mut source, header)
    }

    #[test]
    fn every_numeric_type_is_read_in_both_byte_orders() {
        for (descr, data) in [
            ("<i8", [-3_i64, 7].map(i64::to_le_bytes).concat()),
            (">i8", [-3_i64, 7].map(i64::to_be_bytes).concat()),
            ("<i4", [-3_i32, 7].map(i32::to_le_bytes).concat()),
            (">i2", [-3_i16, 7].map(i16::to_be_bytes).concat()),
            ("|i1", [-3_i8, 7].map(i8::to_le_bytes).concat()),
            ("<f4", [-3_f32, 7.].map(f32::to_le_bytes).concat()),
            (">f8", [-3_f64, 7.].map(f64::to_be_bytes).concat()),
        ] {
            assert_eq!(
                array(descr, "(2,)", &data).unwrap().values,
                [-3., 7.],
                "{descr}"
            );
        }
        for (descr, data) in [
            ("|u1", vec![200, 7]),
            (">u4", [200_u32, 7].map(u32::to_be_bytes).concat()),
            ("<u8", [200_u64, 7].map(u64::to_le_bytes).concat()),
        ] {
            assert_eq!(
                array(descr, "(2,)", &data).unwrap().values,
                [200., 7.],
                "{descr}"
            );
        }
        assert_eq!(array("|b1", "(2,)", &[1, 0]).unwrap().values, [1., 0.]);
    }

    #[test]
    fn shapes_of_any_rank_are_read() {
        assert_eq!(array("|u1", "(2, 3)", &[0; 6]).unwrap().shape, [2, 3]);
        assert_eq!(array("|u1", "()", &[9]).unwrap().values, [9.]);
        assert!(array("|u1", "(0,)", &[]).unwrap().values.is_empty());
    }

    #[test]
    fn arrays_that_are_not_what_they_say_are_refused() {
        let problem = |descr, shape, data: &[u8]| array(descr, shape, data).unwrap_err();
        assert!(problem("|O", "(2,)", &[0; 2]).contains("\"|O\""));
        assert!(problem("<c8", "(1,)", &[0; 8]).contains("\"<c8\""));
        assert!(problem("<f2", "(1,)", &[0; 2]).contains("\"<f2\""));
        assert!(problem("|u1", "(3,)", &[0; 2]).contains("ends after 2 of 3"));
        assert!(problem("|u1", "(2,)", &[0; 3]).contains("goes on after"));
        assert!(problem("<i8", "(30000000,)", &[0; 8]).contains("ends after 1 of"));
        assert!(problem("<i8", "(1152921504606846976,)", &[0; 8]).contains("too large"));
        assert!(problem("|u1", "(9999999999, 9999999999)", &[0]).contains("too large"));
        assert!(problem("|u1", "(99999999999999999999,)", &[0]).contains("not understood"));
        assert!(problem("|u1", "(-1,)", &[0]).contains("not understood"));
    }

    #[test]
    fn a_header_of_a_later_version_has_a_longer_length() {
        let text = b"{'descr': '|O', 'fortran_order': True, 'shape': (5L,), }";
        for version in [2, 3] {
            let mut bytes = b"\x93NUMPY".to_vec();
            bytes.extend([version, 0]);
            bytes.extend((text.len() as u32).to_le_bytes());
            bytes.extend(text);
            let header = read_header(&mut ByteSource::new(&bytes[..])).unwrap();
            assert_eq!(
                (header.descr.as_str(), header.fortran_order, header.shape),
                ("|O", true, vec![5])
            );
        }
        let unknown = read_header(&mut ByteSource::new(&b"\x93NUMPY\x04\x00"[..]));
        assert!(unknown.unwrap_err().contains("version 4.0"));
    }
}
