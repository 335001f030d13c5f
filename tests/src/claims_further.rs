//! What the notebooks that go further say in numbers, and what it rests on.

use crate::claims::Basis::{Given, OnRealData, OnStandIn, Printed, Solution};
use crate::claims::{Claim, near};

/// The places of the shares in a row of the chart of 4.5: an epoch, then the shares 0, 0.03, 0.1 and 1.
const NOTHING: usize = 1;
const LITTLE: usize = 2;
const SOME: usize = 3;
const ALL: usize = 4;

/// The rows of the table of 4.5: from, to, columns, naive Bayes, trained.
fn bags(numbers: &[f64]) -> Vec<&[f64]> {
    numbers.chunks(5).collect()
}

/// Every sentence with a number that looks like a result, and others that a run could contradict.
pub const FURTHER_CLAIMS: &[Claim] = &[
    // The line of 3.4 checks it.
    ("4.5", "about 88 of 100 reviews", Given),
    (
        "4.5",
        "The real reviews have more than 88,000 different words",
        OnRealData("train_data.iter().flatten().max()", "Some(", |n| {
            n[0] > 88_000.0
        }),
    ),
    (
        "4.5",
        "the stand-in has 10,000",
        OnStandIn("train_data.iter().flatten().max()", "Some(", |n| {
            n[0] == 9_999.0
        }),
    ),
    (
        "4.5",
        "The words 7 and 3, and the pair 7, 3.",
        Printed("small.get_vocabulary()", "", |n| n == [7.0, 3.0, 7.0, 3.0]),
    ),
    (
        "4.5",
        "The last column tells them apart.",
        Printed("small.apply(&[vec![7, 3]", "", |n| {
            n == [1.0, 1.0, 1.0, 1.0, 1.0, 0.0]
        }),
    ),
    (
        "4.5",
        "So word 0 has",
        Printed("log_count_ratio(&x, &[1, 1, 0], 1.0)", "", |n| {
            near(n[0], 0.588, 0.0005) && near(n[1], 0.511, 0.0005)
        }),
    ),
    (
        "4.5",
        "Its accuracy is good. Its loss is not",
        Printed("start_from(&r, 1.0)?.evaluate(&x_val", "", |n| {
            n[1] > 0.87 && n[0] > 0.5
        }),
    ),
    ("4.5", "0, 0.03 or 1?", Given),
    (
        "4.5",
        "On the real reviews 0.03.",
        OnRealData("Figure::new(\"Where the network begins\")", "table", |n| {
            n[LITTLE] > n[NOTHING] && n[LITTLE] > n[ALL]
        }),
    ),
    (
        "4.5",
        "On the stand-in all three are close together",
        OnStandIn("Figure::new(\"Where the network begins\")", "table", |n| {
            near(n[LITTLE], n[NOTHING], 0.02) && near(n[LITTLE], n[ALL], 0.02)
        }),
    ),
    (
        "4.5",
        "with 0.03 the network has in one epoch what it otherwise learns in several",
        OnRealData("Figure::new(\"Where the network begins\")", "table", |n| {
            n.chunks(5).take(4).all(|row| row[NOTHING] < n[LITTLE])
        }),
    ),
    (
        "4.5",
        "With 0.1 it needs a few epochs more and ends about as well or a little better",
        OnRealData("Figure::new(\"Where the network begins\")", "table", |n| {
            let last = &n[n.len() - 5..];
            n[SOME] < n[LITTLE] && last[SOME] > last[LITTLE] - 0.005
        }),
    ),
    ("4.5", "We take 0.03 and three epochs", Given),
    ("4.5", "begin with 0.03 of", Given),
    (
        "4.5",
        "each step to longer n-grams helps, and training helps in each line",
        OnRealData("bag_of_ngrams(longest, &train_data", "trained", |n| {
            let rows = bags(&n[..15]);
            rows.iter().all(|row| row[4] > row[3])
                && rows
                    .windows(2)
                    .all(|two| two[0][3] < two[1][3] && two[0][4] < two[1][4])
        }),
    ),
    (
        "4.5",
        "triples reach 0.92 of 1",
        OnRealData("bag_of_ngrams(longest, &train_data", "trained", |n| {
            near(bags(n)[2][4], 0.92, 0.005)
        }),
    ),
    (
        "4.5",
        "On the stand-in longer n-grams cannot help",
        OnStandIn("bag_of_ngrams(longest, &train_data", "trained", |n| {
            let rows = bags(n);
            rows[2][4] <= rows[0][4] && rows[2][3] <= rows[0][3]
        }),
    ),
    ("4.5", "about 300 MB at its peak", Given),
    (
        "4.5",
        "The model is a list of not quite a million weights",
        Printed("bag_of_ngrams(longest, &train_data", "trained", |n| {
            (800_000.0..1_000_000.0).contains(&bags(n)[2][2])
        }),
    ),
    (
        "4.5",
        "Close together. They have the same words",
        Printed("let sentences = [", "", |n| near(n[2], n[3], 0.1)),
    ),
    ("4.5", "a share of 0.03 after two", Given),
    (
        "4.5",
        "The last number is that of word 2.",
        Solution("let four = vectorize_sequences", "", |n| {
            near(n[2], 0.56, 0.0005)
        }),
    ),
    (
        "4.5",
        "Far fewer columns, and little is lost.",
        Solution("let mut frequent = NGrams", "", |n| {
            n[0] < 200_000.0 && n[2] > 0.88
        }),
    ),
    (
        "4.5",
        "With as many columns it does not get there.",
        Solution(
            "let mut prepared = start_from",
            "reached after epoch",
            |n| n.is_empty(),
        ),
    ),
    (
        "4.5",
        "it is not better than one layer on all pairs",
        Solution("let mut deep = Sequential", "", |n| n[1] < 0.89),
    ),
    (
        "5.1",
        "At 26 × 26 places.",
        Printed("let maps = edges.predict", "", |n| {
            n == [5.0, 26.0, 26.0, 1.0]
        }),
    ),
    (
        "5.1",
        "the number of pictures and of channels stays",
        Printed("let small = pooled.predict", "becomes", |n| {
            n == [5.0, 13.0, 13.0, 1.0]
        }),
    ),
    (
        "5.1",
        "The dense network has about 100,000 weights.",
        Printed("dense.summary()", "Total params:", |n| {
            near(n[0], 100_000.0, 5_000.0)
        }),
    ),
    (
        "5.1",
        "Fewer, a little more than half as many.",
        Printed("let mut convnet = Model::new", "Total params:", |n| {
            (0.5..0.6).contains(&(n[0] / 101_770.0))
        }),
    ),
    (
        "5.1",
        "Fewer weights, fewer mistakes.",
        Printed("let mut table = Table::new([\"network\"", "dense", |n| {
            n[3] < n[0] && n[5] < n[2]
        }),
    ),
    (
        "5.1",
        "the convnet makes far fewer mistakes than the dense network",
        Printed("let mut table = Table::new([\"network\"", "dense", |n| {
            n[5] < 0.7 * n[2]
        }),
    ),
    ("5.1", "Why is 0.5 pixel of a shift no problem", Given),
    (
        "5.1",
        "28 × 28 places for the window, halved by the pooling",
        Solution("let mut coloured = Sequential", "(None, ", |n| {
            n[..4] == [28.0, 28.0, 8.0, 608.0]
        }),
    ),
    (
        "5.1",
        "Fewer answers are right than for digits, for both.",
        Solution("let mut flat_network = Sequential", "dense ", |n| {
            n[1] < 0.93 && n[3] < 0.93
        }),
    ),
    ("6.1", "ten times as large as usual", Given),
    (
        "6.1",
        "The embedding, with 320,000.",
        Printed("lstm.summary()", "(Embedding)", |n| n[2] == 320_000.0),
    ),
    (
        "6.1",
        "8,320: it uses the same weights",
        Printed("lstm.summary()", "(LSTM)", |n| n[1] == 8_320.0),
    ),
    (
        "6.1",
        "The bags of words are fast, and with so few reviews they are hard to beat.",
        Printed("let mut results = vec![", "", |n| {
            // The best first: weights, accuracy, seconds. The first two are bags.
            n[0] == 160_033.0 && n[3] == 160_017.0 && n[2] < n[8] && n[5] < n[8]
        }),
    ),
    (
        "6.1",
        "uncertain by about half a point to either side",
        Given,
    ),
    (
        "6.1",
        "About one half, like a coin.",
        Printed("let average_of_order =", "average of the words:", |n| {
            near(n[0], 0.5, 0.04)
        }),
    ),
    (
        "6.1",
        "it is right in about half of the cases",
        Printed("let average_of_order =", "average of the words:", |n| {
            near(n[0], 0.5, 0.04)
        }),
    ),
    (
        "6.1",
        "answers nearly always right",
        Printed("let average_of_order =", "LSTM:", |n| n[0] > 0.97),
    ),
    (
        "6.1",
        "It is the mean of the two words.",
        Solution("let mut mean = Sequential", "", |n| n == [2.0, 1.0]),
    ),
    (
        "6.1",
        "5,000 · 8 for the words",
        Solution("let mut small = Sequential", "Total params:", |n| {
            n[0] == 40_213.0
        }),
    ),
    ("6.1", "has the kernel 0.5", Given),
    (
        "6.1",
        "The first line is the answer",
        Solution("let mut simple = Sequential", "last number but one:", |n| {
            near(n[0], 0.4318, 0.0001)
        }),
    ),
    (
        "6.1",
        "The second line shows how the 1 fades",
        Solution("let mut simple = Sequential", "the first of fifty:", |n| {
            n[0] < 0.3
        }),
    ),
    (
        "6.1",
        "It does, with fewer weights",
        Solution("let mut gated = Sequential", "GRU", |n| {
            n[0] > 0.97 && n[1] < n[3]
        }),
    ),
    (
        "6.1",
        "The more words, the better, with less and less gain.",
        Solution("for words in [20, 50, 100, 200]", "", |n| {
            let gains = [n[3] - n[1], n[5] - n[3], n[7] - n[5]];
            gains[2] > 0.0 && gains[0] > gains[1] && gains[1] > gains[2]
        }),
    ),
    (
        "6.2",
        "Its 144 reviews are invented",
        Printed("let table = read_csv", "film-reviews.csv:", |n| {
            n[0] == 144.0
        }),
    ),
    (
        "6.2",
        "141: it leaves out every row",
        Printed("table.drop_missing()", "", |n| n == [141.0]),
    ),
    (
        "6.2",
        "A little more than half of all reviews is positive.",
        Printed("let reviews = table.text_dataset", "", |n| {
            n[0] == 141.0 && n[5] > n[3] && n[5] < 0.55 * n[0]
        }),
    ),
    (
        "6.2",
        "A little more than half again: 23.",
        Printed("let positive = test_labels", "train", |n| n == [43.0, 23.0]),
    ),
    (
        "6.2",
        "more than twice as many columns as texts",
        Printed("let x_train = vectorization", "", |n| {
            n[1] > 2.0 * n[0] && n[1] < 2.5 * n[0]
        }),
    ),
    (
        "6.2",
        "More than ten. With so few texts",
        Printed("let mut splits = Table::new", "test accuracy", |n| {
            let accuracies = n.chunks(2).map(|row| row[1]);
            let highest = accuracies.clone().fold(0.0, f64::max);
            highest - accuracies.fold(1.0, f64::min) > 0.1
        }),
    ),
    ("6.2", "from 0.5 on", Given),
    (
        "6.2",
        "Something, and always the same",
        Printed("opinion(\"Quantum", "", |n| n[0] == n[1]),
    ),
    ("6.2", "The accuracy is 0.88 on 43 texts", Given),
    ("6.2", "have the probabilities 0.9 and 0.4", Given),
    (
        "6.2",
        "Five of the six pairs are in the right order",
        Solution("roc_curve(&[1, 1, 0, 0, 0]", "", |n| {
            near(n[0], 5.0 / 6.0, 0.0001)
        }),
    ),
    (
        "6.2",
        "so the three differ little",
        Solution("let mut modes = Table::new", "test accuracy", |n| {
            n.iter().all(|accuracy| near(*accuracy, n[0], 0.06))
        }),
    ),
];
