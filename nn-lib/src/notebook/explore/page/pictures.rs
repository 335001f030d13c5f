//! Results packed for a page: what they have in common is there once.
//!
//! The packed text has a line for each new line of a result, `+` and the line, and a line for each result, `=` and the
//! lines that it consists of: pairs of a first line and how many. All of it is compressed with gzip and written in
//! base64; the script undoes the three in turn.

use std::collections::HashMap;
use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;

/// The results so far.
pub struct Pictures {
    /// Of each line that was there, its place.
    lines: HashMap<String, usize>,
    packed: GzEncoder<Vec<u8>>,
}

impl Default for Pictures {
    fn default() -> Pictures {
        Pictures {
            lines: HashMap::new(),
            packed: GzEncoder::new(Vec::new(), Compression::best()),
        }
    }
}

impl Pictures {
    /// Adds a result.
    pub fn add(&mut self, html: &str) {
        let mut text = String::new();
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for line in html.split('\n') {
            let new = self.lines.len();
            let place = *self.lines.entry(line.to_owned()).or_insert(new);
            if place == new {
                text.push('+');
                text.push_str(line);
                text.push('\n');
            }
            match runs.last_mut() {
                Some((first, count)) if *first + *count == place => *count += 1,
                _ => runs.push((place, 1)),
            }
        }
        let pairs: Vec<String> = runs.iter().map(|(a, b)| format!("{a} {b}")).collect();
        text.push('=');
        text.push_str(&pairs.join(" "));
        text.push('\n');
        self.packed
            .write_all(text.as_bytes())
            .expect("memory can be written to");
    }

    /// About how many bytes they take on a page.
    pub fn size(&self) -> usize {
        self.packed.get_ref().len().div_ceil(3) * 4
    }

    /// All of them, in base64.
    pub fn packed(self) -> String {
        let bytes = self.packed.finish().expect("memory can be written to");
        STANDARD.encode(bytes)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::GzDecoder;

    use super::*;

    /// As the script does it.
    fn unpacked(packed: &str) -> Vec<String> {
        let bytes = STANDARD.decode(packed).unwrap();
        let mut text = String::new();
        GzDecoder::new(&bytes[..])
            .read_to_string(&mut text)
            .unwrap();
        let (mut lines, mut results) = (Vec::new(), Vec::new());
        for line in text.strip_suffix('\n').unwrap().split('\n') {
            match line.split_at(1) {
                ("+", new) => lines.push(new.to_owned()),
                (_, pairs) => {
                    let numbers: Vec<usize> =
                        pairs.split(' ').map(|n| n.parse().unwrap()).collect();
                    let parts = numbers.chunks(2).flat_map(|p| &lines[p[0]..p[0] + p[1]]);
                    results.push(parts.cloned().collect::<Vec<_>>().join("\n"));
                }
            }
        }
        results
    }

    #[test]
    fn every_result_comes_back_with_each_of_its_bytes() {
        let results = [
            "<svg>\n<a/>\n<b/>\n</svg>\n",
            "",
            "<svg>\n<a/>\n<c/>\n</svg>\n",
            "\n\n+=\n+\r\n= 1 2\u{e9}",
            "<svg>\n<a/>\n<b/>\n</svg>\n",
        ];
        let mut pictures = Pictures::default();
        results.iter().for_each(|html| pictures.add(html));
        assert_eq!(unpacked(&pictures.packed()), results);
    }

    #[test]
    fn what_results_have_in_common_is_there_once() {
        // A hundred lines of noise, far longer together than what gzip looks back to.
        let mut state = 1u64;
        let mut noise = || {
            let letter = |_| {
                state = state.wrapping_mul(6364136223846793005).wrapping_add(1);
                char::from(b'a' + (state >> 60) as u8)
            };
            (0..1000).map(letter).collect::<String>()
        };
        let common: Vec<String> = (0..100).map(|_| noise()).collect();
        let size = |count: usize| {
            let mut pictures = Pictures::default();
            for k in 0..count {
                pictures.add(&format!("{}\n{k}", common.join("\n")));
            }
            pictures.packed().len()
        };
        let (one, fifty) = (size(1), size(50));
        assert!(fifty < one + one / 20, "{one} {fifty}");
    }
}
