//! Pickles of every kind of damage give an error and nothing else.

use super::super::npy;
use super::*;

// Made by tests/npz/make_npz.py: [[1, 300, 70000], [2]].
const SAMPLES: [&[u8]; 2] = [
    include_bytes!("../../../../tests/npz/protocol2.npy"),
    include_bytes!("../../../../tests/npz/protocol4.npy"),
];

fn read(bytes: impl Read) -> Result<Vec<Vec<u32>>, Problem> {
    let mut source = ByteSource::new(bytes);
    let header = npy::read_header(&mut source)?;
    match header.shape[..] {
        [length] if header.descr == "|O" => read_lists(&mut source, length),
        _ => Err("not an array of lists".into()),
    }
}

/// What a pickle without a `.npy` header around it gives.
fn unpickle(bytes: impl Read) -> Problem {
    read_lists(&mut ByteSource::new(bytes), 1).unwrap_err()
}

#[test]
fn a_pickle_without_a_checksum_survives_every_change_of_a_byte() {
    for sample in SAMPLES {
        assert_eq!(read(sample).unwrap(), [vec![1, 300, 70000], vec![2]]);
        let mut bytes = sample.to_vec();
        for place in 0..bytes.len() {
            let original = bytes[place];
            for change in [0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xff] {
                bytes[place] = original ^ change;
                // Some changes make other numbers; what matters is that each gives an answer.
                if let Ok(lists) = read(&bytes[..]) {
                    assert_eq!(lists.len(), 2);
                }
            }
            bytes[place] = original;
        }
    }
}

#[test]
fn a_pickle_cut_off_at_any_byte_is_an_error() {
    for sample in SAMPLES {
        for length in 0..sample.len() {
            assert!(read(&sample[..length]).is_err(), "{length}");
        }
    }
}

#[test]
fn a_pickle_that_arrives_byte_by_byte_is_read() {
    struct Trickle<'a>(&'a [u8]);
    impl Read for Trickle<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let count = buffer.len().min(1);
            self.0.read(&mut buffer[..count])
        }
    }
    assert_eq!(
        read(Trickle(SAMPLES[1])).unwrap(),
        [vec![1, 300, 70000], vec![2]]
    );
}

#[test]
fn endless_pickles_come_to_an_end() {
    for (instruction, problem) in [
        (&b"N"[..], "piles up too many values"),
        (b"(", "piles up too many values"),
        (b"(K\x01", "piles up too many values"),
        (b"]0", "too many parts"),
        (b"]\x85", "too many parts"),
        (b"N\x940", "out of order"),
    ] {
        let found = unpickle(b"\x80\x04"[..].chain(Endless(instruction, 0)));
        assert!(found.contains(problem), "{instruction:?}: {found}");
    }
}

/// The same instruction again and again.
struct Endless(&'static [u8], usize);

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        for place in &mut *buffer {
            *place = self.0[self.1];
            self.1 = (self.1 + 1) % self.0.len();
        }
        Ok(buffer.len())
    }
}

#[test]
fn a_length_that_the_data_does_not_have_reserves_nothing() {
    let texts = [
        &b"\x80\x04X\xff\xff\xff\xff"[..],
        b"\x80\x04\x8d\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\x80\x04r\xff\xff\xff\xff",
        b"\x80\x04Nr\xff\xff\xff\xff",
        b"\x80\x04j\xff\xff\xff\xff",
    ];
    for bytes in texts {
        assert!(!unpickle(bytes).is_empty());
    }
}
