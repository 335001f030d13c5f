//! A statistical twin of Reuters: as many newswires on each of the 46 topics, of the same lengths, with the same words.
//!
//! Each word of a newswire is drawn on its own: with a probability that differs from newswire to newswire from the words
//! of its topic, else from the words of all newswires.

use super::super::WordIndex;
use super::super::arrange::Lists;
use super::alias::Alias;
use super::tables::{Lengths, Words, number};
use crate::datasets::topics::TOPICS;
use crate::error::Result;
use crate::notebook::interrupt::go_on;
use crate::random::RandomState;

/// How much newswires say about their topics: how many of a hundred draw none, an eighth, ..., all of their words from
/// it. Chosen so that the chapter's network fares as on the real newswires (test accuracy 0.78 after nine epochs).
const ON_TOPIC: [f64; 9] = [7.0, 7.0, 9.0, 13.0, 20.0, 19.0, 14.0, 8.0, 3.0];

/// The words with their counts in all newswires and in those of the topics that they are typical of.
fn words() -> Words {
    Words::new(include_bytes!("../../../data/reuters_words.tsv.gz"))
}

/// The words of the twin and their ranks.
pub(crate) fn word_index() -> WordIndex {
    words().index()
}

/// The newswires, topic by topic: lists of word ranks (a rare word has the rank after all others) and topics. The same
/// on every machine.
pub(crate) fn lists() -> Result<Lists> {
    let (overall, by_topic) = distributions();
    let lengths = Lengths::new(include_str!("../../../data/reuters_lengths.tsv"));
    let on_topic = Alias::new(&ON_TOPIC);
    let newswires = include_str!("../../../data/reuters_topics.tsv").lines();
    let newswires = newswires.filter_map(|line| Some(number(line.split_once('\t')?.1)));
    let mut random = RandomState::new(1);
    let mut lists = Vec::new();
    let mut labels = Vec::new();
    for (topic, count) in (0..).zip(newswires) {
        for _ in 0..count {
            go_on("reuters::load_data")?;
            let share = on_topic.draw(random.next_u32());
            let length = lengths.draw(&mut random);
            let draw = |_| {
                let from_topic = random.up_to(7) < share;
                let words = if from_topic {
                    &by_topic[topic as usize]
                } else {
                    &overall
                };
                match words.draw(random.next_u32()) {
                    0 => words.len() as u32,
                    rank => rank,
                }
            };
            lists.push((1..length).map(draw).collect());
            labels.push(topic);
        }
    }
    Ok((lists, labels))
}

/// The words of all newswires and those of each topic.
fn distributions() -> (Alias, Vec<Alias>) {
    let words = words();
    let lines: Vec<(f64, &str)> = words
        .lines()
        .map(|(_, counts)| {
            let (total, typical) = counts.split_once('\t').expect("a total, then topics");
            (f64::from(number(total)), typical)
        })
        .collect();
    let totals: Vec<f64> = lines.iter().map(|(total, _)| *total).collect();
    // Where a word is not typical of a topic, it is as frequent there as its share of all words lets expect; the
    // weights need no common sum for that, only the topic's share of all words.
    let all: f64 = totals.iter().sum();
    let mut typical: Vec<Vec<(usize, f64)>> = vec![Vec::new(); TOPICS.len()];
    for (rank, (_, pairs)) in lines.iter().enumerate() {
        for pair in pairs.split_terminator(' ') {
            let (topic, count) = pair.split_once(':').expect("a topic, then a count");
            typical[number(topic) as usize].push((rank, f64::from(number(count))));
        }
    }
    let by_topic = typical.iter().map(|pairs| {
        let counted: f64 = pairs.iter().map(|(_, count)| count).sum();
        // Half of a topic's words, roughly, are its typical ones.
        let mut weights: Vec<f64> = totals.iter().map(|total| total / all * counted).collect();
        for &(rank, count) in pairs {
            weights[rank] = count;
        }
        Alias::new(&weights)
    });
    (Alias::new(&totals), by_topic.collect())
}
