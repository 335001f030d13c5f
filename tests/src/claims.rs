//! What the chapter's text says in numbers, and what it rests on: a run that contradicts a sentence fails a test. What goes
//! further has its own list, `claims_further`.

/// What a sentence rests on.
#[derive(Clone, Copy, Debug)]
pub enum Basis {
    /// The numbers that a cell prints: a part of its code, the text of its output behind which the numbers are taken (or
    /// nothing), and what must hold of them.
    Printed(&'static str, &'static str, fn(&[f64]) -> bool),
    /// The same for the cell of a solution, where solutions were run.
    Solution(&'static str, &'static str, fn(&[f64]) -> bool),
    /// Printed as well, where the sentence speaks of the real data alone.
    OnRealData(&'static str, &'static str, fn(&[f64]) -> bool),
    /// Printed as well, where the sentence speaks of the stand-in alone.
    OnStandIn(&'static str, &'static str, fn(&[f64]) -> bool),
    /// Arithmetic, a definition, or the world outside: no run can contradict it.
    Given,
}
use Basis::{Given, Printed, Solution};

/// A notebook by the beginning of its name, a part of a sentence, and its basis.
pub type Claim = (&'static str, &'static str, Basis);

/// Whether a value is no further away than this.
pub(crate) fn near(value: f64, wanted: f64, distance: f64) -> bool {
    (value - wanted).abs() <= distance
}

/// Every sentence of the text with a number that looks like a result.
pub const CLAIMS: &[Claim] = &[
    ("3.1", "about ±0.086", Given),
    ("3.1", "A flat block from −0.086 to 0.086", Given),
    ("3.1", "The targets are 1.25 and 1.5", Given),
    (
        "3.1",
        "the first prediction is too low by 1, the second too high by 0.5",
        Printed("let prediction = (&weighted + &b)?", "", |n| {
            n == [0.25, 2.0]
        }),
    ),
    (
        "3.1",
        "0.5, −2.5, −0.5.",
        Printed("let h: f32 = 0.01", "", |n| n == [0.5, 2.5, 0.5]),
    ),
    (
        "3.1",
        "With a learning rate of 0.1 the first weight becomes",
        Printed("let step: f32 = 0.1;", "", |n| n == [0.45, 0.0]),
    ),
    (
        "3.1",
        "From 0.625 to 0.136 in one step",
        Printed("loss_at(0.45, 0.0, 0.3)", "", |n| near(n[0], 0.136, 0.0005)),
    ),
    (
        "3.1",
        "our 0.625",
        Printed("let mut sgd = Sequential::new()", "", |n| n[0] == 0.625),
    ),
    ("3.1", "about 3.162", Given),
    ("3.1", "With a learning rate of 0.1 that is 0.316", Given),
    (
        "3.1",
        "0.184 and 0.066 for the kernel, and 0.566",
        Printed("let mut rmsprop = Sequential::new()", "", |n| {
            near(n[0], 0.184, 0.0005) && near(n[1], 0.066, 0.0005) && near(n[2], 0.566, 0.0005)
        }),
    ),
    (
        "3.1",
        "A learning rate of 0.1 is too large for RMSprop; its default is 0.001",
        Given,
    ),
    ("3.1", "We hold the bias at 0.25", Given),
    (
        "3.1",
        "after the first step the weights are 0.183773, 0.066228 and 0.566227",
        Printed("let mut rmsprop = Sequential::new()", "", |n| {
            near(n[0], 0.183_773, 1e-6)
                && near(n[1], 0.066_228, 1e-6)
                && near(n[2], 0.566_227, 1e-6)
        }),
    ),
    ("3.2", "Apache 2.0 today", Given),
    ("3.2", "Adding 0.5 makes all the numbers", Given),
    ("3.2", "a lit segment adds 0.5 to its pixels", Given),
    ("3.2", "how many times as many?", Given),
    ("3.2", "about 76 times as many", Given),
    (
        "3.2",
        "the last point of the chart above, about 99 %",
        Printed("let first_history = model.fit", "10/10", |n| {
            near(n[2], 0.99, 0.006)
        }),
    ),
    ("3.4", "It holds 1.0 if the word occurs", Given),
    ("3.4", "put a 1.0 in its place", Given),
    ("3.4", "With more than two classes", Given),
    ("3.4", "learns five times as long", Given),
    ("3.4", "0.001 is also the default", Given),
    ("3.4", "below 0.1 or above 0.9", Given),
    (
        "3.4",
        "It turns after about four epochs",
        Printed(
            "Figure::new(\"Training and validation loss\")",
            "\"Validation loss\" falls",
            |n| (3.0..=5.0).contains(&n[2]) && n[3] > n[1],
        ),
    ),
    (
        "3.4",
        "they turn after about four epochs",
        Printed(
            "Figure::new(\"Training and validation loss\")",
            "\"Validation loss\" falls",
            |n| (3.0..=5.0).contains(&n[2]),
        ),
    ),
    (
        "3.4",
        "about 88 % of the new reviews",
        Printed("let results = model.evaluate", "", |n| {
            near(n[1], 0.88, 0.008)
        }),
    ),
    ("3.4", "Careful work with large models reaches 95 %", Given),
    (
        "3.4",
        "the loss becomes more than twice as large",
        Printed("let mut comparison = Table::new", "4 epochs", |n| {
            n[6] > 2.0 * n[0] && n[7] < n[1]
        }),
    ),
    (
        "3.4",
        "After 20 epochs the loss is more than twice as large, here and on the slide",
        Printed("let mut comparison = Table::new", "4 epochs", |n| {
            n[6] > 2.0 * n[0] && n[9] > 2.0 * n[3]
        }),
    ),
    (
        "3.4",
        "The accuracy falls by two to four points only",
        Printed("let mut comparison = Table::new", "4 epochs", |n| {
            near(n[1] - n[7], 0.03, 0.015) && near(n[4] - n[10], 0.03, 0.015)
        }),
    ),
    (
        "3.4",
        "Less than one point. Many words speak for or against a film",
        Printed("let mut worth = Table::new", "one layer", |n| {
            near(n[2], n[5], 0.01)
        }),
    ),
    (
        "3.4",
        "The two accuracies differ by less than one point, and the large network has sixteen times as many",
        Printed("let mut worth = Table::new", "one layer", |n| {
            near(n[2], n[5], 0.01) && near(n[3] / n[0], 16.0, 0.1)
        }),
    ),
    (
        "3.4",
        "These words have the largest and the smallest weights",
        Printed("let mut heaviest = Table::new", "against it", |n| {
            // Two weights in each row, without their signs: both fall from row to row.
            let heights: Vec<f64> = n.iter().copied().filter(|n| *n < 1.0).collect();
            heights.len() == 16 && heights.windows(3).all(|two| two[0] >= two[2])
        }),
    ),
    ("3.4", "Others are closer to 0.5", Given),
    ("3.4", "above 0.95 or below 0.05", Given),
    ("3.4", "positive from 0.5 on", Given),
    (
        "3.5",
        "hold more than half of all newswires, while the smallest have about a dozen",
        Printed(
            "Figure::new(\"Newswires per topic in the training set\")",
            "table",
            |n| {
                let mut counts = n.to_vec();
                counts.sort_by(f64::total_cmp);
                let all: f64 = counts.iter().sum();
                counts.len() == 46
                    && counts[44] + counts[45] > all / 2.0
                    && near(counts[0], 12.0, 4.0)
            },
        ),
    ),
    ("3.5", "10,000 places, 1.0 where a word occurs", Given),
    ("3.5", "a single 1.0 at the place of the topic", Given),
    ("3.5", "about 3.83", Given),
    (
        "3.5",
        "The validation loss turns after ten epochs or a little later",
        Printed("history.best(\"val_loss\")?", "", |n| {
            (9.0..=13.0).contains(&n[0])
        }),
    ),
    (
        "3.5",
        "between 77 and 80 % of the newswires",
        Printed("let results = model.evaluate", "", |n| {
            (0.77..0.80).contains(&n[1])
        }),
    ),
    ("3.5", "a coin reaches 50 %", Given),
    ("3.5", "1/46, about 2 %", Given),
    (
        "3.5",
        "recognized in more than nine of ten cases",
        Printed(
            "Figure::new(\"True and predicted topics\")",
            "\nearn |",
            |n| {
                // The row of the earnings: the largest number is on the diagonal.
                let row = &n[..8];
                row.iter().copied().fold(0.0, f64::max) > 0.9 * row.iter().sum::<f64>()
            },
        ),
    ),
    ("3.5", "such as 0.8 for one topic", Given),
    ("3.5", "probabilities add up to 0.9", Given),
    ("3.5", "has an accuracy of 90 %", Given),
    ("3.5", "To 0.1: softmax", Given),
    (
        "3.5",
        "In about nine of ten newswires",
        Solution("Metric::TopKCategoricalAccuracy.k(3)", "", |n| {
            near(n[1], 0.9, 0.03)
        }),
    ),
    ("3.6", "an MAE of 0.5 means", Given),
    (
        "3.6",
        "By about 6.5",
        Printed("let mean_price", "MAE", |n| near(n[0], 6.5, 0.05)),
    ),
    (
        "3.6",
        "After about 80 epochs there is little left to gain, and after about 100 nothing",
        Printed("Figure::new(\"Validation MAE, smoothed", "table", |n| {
            // Pairs of an epoch and its value.
            let at = |epoch: f64| {
                n.chunks(2)
                    .find(|pair| pair[0] == epoch)
                    .map_or(f64::NAN, |pair| pair[1])
            };
            let lowest = n
                .chunks(2)
                .map(|pair| pair[1])
                .fold(f64::INFINITY, f64::min);
            at(80.0) - lowest < 0.1 && at(100.0) - lowest < 0.06
        }),
    ),
    (
        "3.6",
        "off by about 2,300 dollars on average",
        Printed("on average", "on average", |n| near(n[0], 2.3, 0.06)),
    ),
    ("3.6", "The MAE is 0.5.", Given),
    (
        "4.4",
        "It is at its best after three or four epochs",
        Printed("let mut table = Table::new([", "larger, 64 units", |n| {
            (3.0..=4.0).contains(&n[1])
        }),
    ),
    ("4.4", "a weight of 2 costs 0.004", Given),
    ("4.4", "With a rate of 0.5:", Given),
    ("4.4", "divided by 1 − 0.5, so that their sum", Given),
    ("4.4", "A weight is 3 and λ is 0.001.", Given),
    ("4.4", "Dropout with a rate of 0.5 keeps", Given),
    ("4.4", "0.001 · 3² = 0.009", Given),
    ("4.4", "1.2. It is divided by 1 − 0.5", Given),
    (
        "4.4",
        "It is divided by 1 − 0.5, so that the sum stays",
        Given,
    ),
    ("4.4", "Try dropout rates of 0.2 and 0.8", Given),
    ("4.4", "With 0.8, only about three of the sixteen", Given),
];

/// The sentences of a text that have a number which looks like a result: decimals, percents, "about", "more than", "twice".
pub fn sentences_with_results(markdown: &str) -> Vec<String> {
    let text = prose(markdown);
    let mut found = Vec::new();
    let mut sentence = String::new();
    let letters: Vec<char> = text.chars().collect();
    for (place, letter) in letters.iter().enumerate() {
        sentence.push(*letter);
        let next = letters.get(place + 1);
        let ends = ".?!:".contains(*letter) && next.is_none_or(|next| next.is_whitespace());
        let paragraph = *letter == '\n' && next == Some(&'\n');
        if ends || paragraph || next.is_none() {
            if is_result(&sentence) {
                found.push(sentence.split_whitespace().collect::<Vec<_>>().join(" "));
            }
            sentence.clear();
        }
    }
    found
}

fn is_result(sentence: &str) -> bool {
    let words: Vec<&str> = sentence.split_whitespace().collect();
    // Sections have numbers too: 3.4, 3.4.1.
    let decimal = words.iter().any(|word| {
        let word = word.trim_matches(|c: char| !c.is_ascii_digit());
        let mut parts = word.split('.');
        let is_number = |part: Option<&str>| {
            part.is_some_and(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()))
        };
        let section = (word.starts_with("3.") || word.starts_with("4.4"))
            && word.len() <= 5
            && word != "3.162"
            && word != "3.83"
            || ["4.5", "5.1", "6.1", "6.2"].contains(&word);
        is_number(parts.next()) && is_number(parts.next()) && parts.next().is_none() && !section
    });
    let percent = sentence.contains(" %") && sentence.bytes().any(|b| b.is_ascii_digit());
    let said = [
        "about ",
        "more than ",
        "less than ",
        "twice as",
        "times as",
        "turns after",
        "points only",
    ];
    let counted = |text: &str| {
        let number = text.split_whitespace().next().unwrap_or_default();
        let names = [
            "two", "three", "four", "five", "six", "nine", "ten", "twelve", "half", "a",
        ];
        number.bytes().any(|b| b.is_ascii_digit())
            || (names.contains(&number) && (number != "a" || text.contains("dozen")))
    };
    let about = said.iter().any(|phrase| {
        sentence.match_indices(phrase).any(|(place, _)| {
            phrase.starts_with("t")
                || phrase.starts_with("points")
                || counted(&sentence[place + phrase.len()..])
        })
    });
    decimal || percent || about
}

/// The text without code, formulas, tables, headings and where links lead.
fn prose(markdown: &str) -> String {
    let mut text = String::new();
    let mut code = false;
    for line in markdown.lines() {
        if line.starts_with("```") {
            code = !code;
        } else if !code
            && !line.starts_with('|')
            && !line.starts_with('#')
            && !line.starts_with('<')
        {
            text.push_str(line);
            text.push('\n');
        }
    }
    for mark in ["$$", "$", "`"] {
        // What stands between two marks goes.
        text = text.split(mark).step_by(2).collect();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_with_results_are_found_and_code_is_not() {
        let text = "# 1.5\n\nOf 46 topics it gets 79 % right. Section 3.4.1 and 16 units. `0.5` and $0.7$.\n\n\
                    | 0.3 |\n\nIt falls to 0.28: good.\n\n```rust\n0.9\n```\n\nIt turns after about four epochs. More than half. About units.";
        let found = sentences_with_results(text);
        assert_eq!(
            found,
            [
                "Of 46 topics it gets 79 % right.",
                "It falls to 0.28:",
                "It turns after about four epochs."
            ]
        );
    }
}
