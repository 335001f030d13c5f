//! Texts with the numbers of their classes.

#[cfg(any(feature = "datasets", test))]
use std::collections::HashMap;
use std::fmt;

use super::Labels;

/// Texts of one's own, the class of each as a number, and the names of the classes.
///
/// A class's number is its place among the names, which are sorted: by their numbers if all are numbers, otherwise by the
/// alphabet.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TextDataset {
    /// The texts.
    pub texts: Vec<String>,
    /// The class of each text, from 0.
    pub labels: Labels,
    /// The name of each class.
    pub class_names: Vec<String>,
}

impl TextDataset {
    /// Texts and the name of the class of each.
    #[cfg(any(feature = "datasets", test))]
    pub(super) fn new(texts: Vec<String>, classes: &[String]) -> TextDataset {
        let mut names: Vec<&String> = classes.iter().collect();
        names.sort_unstable();
        names.dedup();
        let numbers: Option<Vec<f64>> = names.iter().map(|name| name.parse().ok()).collect();
        if let Some(numbers) = numbers {
            let mut numbered: Vec<(f64, &String)> = numbers.into_iter().zip(names).collect();
            numbered.sort_by(|(a, _), (b, _)| a.total_cmp(b));
            names = numbered.into_iter().map(|(_, name)| name).collect();
        }
        let places: HashMap<&String, u32> = names.iter().copied().zip(0..).collect();
        let labels: Vec<u32> = classes.iter().map(|class| places[class]).collect();
        TextDataset {
            texts,
            labels: Labels::from(labels),
            class_names: names.into_iter().cloned().collect(),
        }
    }

    /// The number of texts.
    #[must_use]
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there are no texts.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }
}

/// `120 texts of 2 classes: 0 negative (60), 1 positive (60)`.
impl fmt::Debug for TextDataset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut counts = vec![0; self.class_names.len()];
        self.labels
            .iter()
            .for_each(|label| counts[*label as usize] += 1);
        write!(
            f,
            "{} texts of {} classes:",
            self.len(),
            self.class_names.len()
        )?;
        for (number, (name, count)) in self.class_names.iter().zip(counts).enumerate() {
            let separator = if number == 0 { "" } else { "," };
            write!(f, "{separator} {number} {name} ({count})")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes(names: &[&str]) -> TextDataset {
        let names: Vec<String> = names.iter().map(|name| name.to_string()).collect();
        TextDataset::new(vec!["t".to_string(); names.len()], &names)
    }

    #[test]
    fn classes_are_numbered_in_the_order_of_their_names() {
        let reviews = classes(&["긍정", "부정", "긍정"]);
        assert_eq!(reviews.labels[..], [0, 1, 0]);
        assert_eq!(
            format!("{reviews:?}"),
            "3 texts of 2 classes: 0 긍정 (2), 1 부정 (1)"
        );
        assert_eq!(classes(&["10", "9", "1"]).class_names, ["1", "9", "10"]);
        assert_eq!(classes(&["b", "9", "10"]).class_names, ["10", "9", "b"]);
    }
}
