//! NumPy's archives of arrays (`.npz`), as Keras distributes its data sets.
//!
//! An `.npz` file is a zip archive with one `.npy` array per entry. Nothing in a file is executed, no length in it is
//! believed before the data is there, and every entry's checksum is verified, so a broken file is an error and
//! nothing else.

mod byte_source;
mod npy;
mod pickle;

use super::Pictures;
use super::arrange::Lists;
use crate::notebook::interrupt::{Region, go_on, interrupted};
use crate::{Error, Result};
use byte_source::{ByteSource, Problem};
use flate2::bufread::DeflateDecoder;
use rawzip::{CompressionMethod, FileReader, ZipArchive, ZipArchiveEntryWayfinder};
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

pub use npy::Numbers;

/// The most that one array may take decompressed, in bytes; IMDB's take 14 MB.
const MAX_ARRAY_BYTES: u64 = 256 << 20;
/// The most arrays in an archive.
const MAX_ENTRIES: usize = 1000;

/// An open archive of arrays.
///
/// ```no_run
/// # fn main() -> nn_lib::Result<()> {
/// use nn_lib::datasets::npz::Npz;
/// let archive = Npz::open("imdb.npz")?;
/// println!("{:?}", archive.names());
/// let labels = archive.numbers("y_train")?;
/// assert_eq!(labels.shape, [25_000]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Npz {
    path: PathBuf,
    archive: ZipArchive<FileReader>,
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    name: String,
    method: CompressionMethod,
    place: ZipArchiveEntryWayfinder,
}

impl Npz {
    /// Opens the archive at `path`.
    ///
    /// # Errors
    /// The file cannot be read, or is no zip archive.
    pub fn open(path: impl AsRef<Path>) -> Result<Npz> {
        let path = path.as_ref();
        let file = std::fs::File::open(path).map_err(|error| Error::io("read", path, error))?;
        let broken = |error: rawzip::Error| broken(path, format!("it is no zip archive ({error})"));
        let mut buffer = vec![0; rawzip::RECOMMENDED_BUFFER_SIZE];
        let archive = ZipArchive::from_file(file, &mut buffer).map_err(broken)?;
        let mut entries = Vec::new();
        let mut records = archive.entries(&mut buffer);
        while let Some(record) = records.next_entry().map_err(broken)? {
            let name = String::from_utf8_lossy(record.file_path().as_ref()).into_owned();
            if let Some(name) = name.strip_suffix(".npy")
                && entries.len() < MAX_ENTRIES
            {
                entries.push(Entry {
                    name: name.to_string(),
                    method: record.compression_method(),
                    place: record.wayfinder(),
                });
            }
        }
        Ok(Npz {
            path: path.to_path_buf(),
            archive,
            entries,
        })
    }

    /// The names of the arrays.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        self.entries
            .iter()
            .map(|entry| entry.name.as_str())
            .collect()
    }

    /// The array of numbers called `name`, of any integer or float type.
    ///
    /// # Errors
    /// There is no such array, its elements are not numbers, or the file is damaged.
    pub fn numbers(&self, name: &str) -> Result<Numbers> {
        self.read(name, |source| {
            let header = npy::read_header(source)?;
            npy::read_numbers(source, header)
        })
    }

    /// The array of lists of whole numbers called `name`: one list per review or newswire.
    ///
    /// # Errors
    /// There is no such array, its elements are not such lists, or the file is damaged.
    pub fn sequences(&self, name: &str) -> Result<Vec<Vec<u32>>> {
        self.read(name, |source| {
            let header = npy::read_header(source)?;
            let kind = header.descr.trim_start_matches(['|', '<', '>', '=']);
            if !matches!(kind, "O" | "O8" | "O4") {
                return Err(format!(
                    "it holds elements of type {:?} where lists are expected",
                    header.descr
                ));
            }
            match header.shape[..] {
                [length] => pickle::read_lists(source, length),
                _ => Err(format!(
                    "its shape is {:?} where one axis is expected",
                    header.shape
                )),
            }
        })
    }

    /// The array called `name` as labels: whole numbers, one axis.
    ///
    /// # Errors
    /// As [`Npz::numbers`], and numbers that are negative or not whole.
    pub fn labels(&self, name: &str) -> Result<Vec<u32>> {
        let numbers = self.numbers(name)?;
        if numbers.shape.len() != 1 {
            let problem = format!(
                "its shape is {:?} where one axis is expected",
                numbers.shape
            );
            return Err(self.broken_array(name, problem));
        }
        let labels = numbers.values.iter().map(|&value| {
            let label = value as u32;
            if f64::from(label) == value {
                Ok(label)
            } else {
                Err(value)
            }
        });
        labels.collect::<Result<_, f64>>().map_err(|value| {
            self.broken_array(
                name,
                format!("it has the label {value}, which is no whole number from 0 on"),
            )
        })
    }

    /// The array of bytes called `name`: pictures, (pictures, height, width).
    ///
    /// # Errors
    /// There is no such array, its elements are not bytes, it has another number of axes, or the file is damaged.
    pub fn bytes(&self, name: &str) -> Result<Pictures> {
        let (shape, bytes) = self.read(name, |source| {
            let header = npy::read_header(source)?;
            npy::read_bytes(source, header)
        })?;
        let shape = <[usize; 3]>::try_from(shape).map_err(|shape| {
            let problem = format!("its shape is {shape:?} where pictures have three axes");
            self.broken_array(name, problem)
        })?;
        Pictures::new(shape, bytes)
    }

    /// The pictures `x` with the labels `y`.
    pub(crate) fn pictures(&self, x: &str, y: &str) -> Result<(Pictures, Vec<u32>)> {
        let (pictures, labels) = (self.bytes(x)?, self.labels(y)?);
        if pictures.len() == labels.len() {
            return Ok((pictures, labels));
        }
        let problem = format!(
            "it has {} pictures but {} labels",
            pictures.len(),
            labels.len()
        );
        Err(broken(&self.path, problem))
    }

    /// The lists `x` with the labels `y`.
    pub(crate) fn labelled(&self, x: &str, y: &str) -> Result<Lists> {
        let (lists, labels) = (self.sequences(x)?, self.labels(y)?);
        if lists.len() == labels.len() {
            return Ok((lists, labels));
        }
        let problem = format!("it has {} texts but {} labels", lists.len(), labels.len());
        Err(broken(&self.path, problem))
    }

    /// Hands the decompressed bytes of the array `name` to `parse`; the checksum is verified at their end.
    fn read<T>(
        &self,
        name: &str,
        parse: impl FnOnce(&mut ByteSource<Box<dyn Read + '_>>) -> Result<T, Problem>,
    ) -> Result<T> {
        let entry = self
            .entries
            .iter()
            .find(|entry| entry.name == name)
            .ok_or_else(|| {
                let names = self.names().join(", ");
                broken(
                    &self.path,
                    format!("it has no array {name:?}, only: {names}"),
                )
            })?;
        let place = self.archive.get_entry(entry.place).map_err(|error| {
            self.broken_array(name, format!("it is not where the archive says ({error})"))
        })?;
        let operation = format!("reading {name:?} of {}", self.path.display());
        let _region = Region::begin(&operation)?;
        let packed = BufReader::with_capacity(64 * 1024, UntilInterrupted(place.reader()));
        let unpacked: Box<dyn Read> = match entry.method {
            CompressionMethod::STORE => Box::new(place.verifying_reader(packed)),
            CompressionMethod::DEFLATE => {
                Box::new(place.verifying_reader(DeflateDecoder::new(packed)))
            }
            method => {
                let problem = format!("it is compressed by {method}, not by deflate");
                return Err(self.broken_array(name, problem));
            }
        };
        let mut source = ByteSource::new(Box::new(unpacked.take(MAX_ARRAY_BYTES)) as Box<dyn Read>);
        let parsed = parse(&mut source);
        go_on(&operation)?;
        parsed.map_err(|problem| self.broken_array(name, problem))
    }

    fn broken_array(&self, name: &str, problem: String) -> Error {
        broken(&self.path, format!("in its array {name:?}, {problem}"))
    }
}

/// A reader that fails as soon as the user asks to stop.
struct UntilInterrupted<R>(R);

impl<R: Read> Read for UntilInterrupted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        match interrupted() {
            true => Err(std::io::Error::other("interrupted")),
            false => self.0.read(buffer),
        }
    }
}

fn broken(path: &Path, problem: String) -> Error {
    Error::Format {
        path: path.to_path_buf(),
        format: "NumPy archive (.npz)",
        problem,
        hint: "delete the file, and it will be downloaded again".to_string(),
    }
}
