//! From the lists of a file to what `load_data` returns: order, reserved indices, rare words, long texts.

/// The options of Keras that change the sequences, for one data set.
#[derive(Clone, Debug)]
pub(crate) struct Preparation {
    pub(crate) num_words: Option<usize>,
    pub(crate) skip_top: usize,
    pub(crate) maxlen: Option<usize>,
    pub(crate) start_char: Option<u32>,
    pub(crate) oov_char: Option<u32>,
    pub(crate) index_from: u32,
}

/// Lists and their labels.
pub(crate) type Lists = (Vec<Vec<u32>>, Vec<u32>);

impl Preparation {
    /// Puts `lists` and `labels` in the given order, marks starts, shifts indices, and leaves out texts that are too
    /// long: with the start mark, a text must be *shorter* than `maxlen`, as in Keras.
    pub(crate) fn arrange(
        &self,
        mut lists: Vec<Vec<u32>>,
        labels: &[u32],
        order: &[usize],
    ) -> Lists {
        let starts = usize::from(self.start_char.is_some());
        let maxlen = self
            .maxlen
            .filter(|&maxlen| maxlen > 0)
            .unwrap_or(usize::MAX);
        let mut arranged = (
            Vec::with_capacity(order.len()),
            Vec::with_capacity(order.len()),
        );
        for &place in order {
            let words = std::mem::take(&mut lists[place]);
            if words.len() + starts >= maxlen {
                continue;
            }
            let mut sequence = Vec::with_capacity(words.len() + starts);
            sequence.extend(self.start_char);
            // Without a start mark Keras shifts as well; a shift by 0 changes nothing.
            sequence.extend(
                words
                    .iter()
                    .map(|word| word.saturating_add(self.index_from)),
            );
            arranged.0.push(sequence);
            arranged.1.push(labels[place]);
        }
        arranged
    }

    /// Replaces (or, without `oov_char`, removes) the words below `skip_top` and from `num_words` on. Where
    /// `num_words` is not given it is the greatest index there is, which is thereby replaced too: so does Keras.
    pub(crate) fn limit(&self, sets: &mut [&mut Vec<Vec<u32>>]) {
        let num_words = match self.num_words.filter(|&num_words| num_words > 0) {
            Some(num_words) => num_words as u64,
            None => {
                let indices = sets.iter().flat_map(|set| set.iter()).flatten();
                u64::from(indices.max().copied().unwrap_or(0))
            }
        };
        let skip_top = self.skip_top as u64;
        let kept = |index: u32| (skip_top..num_words).contains(&u64::from(index));
        for sequence in sets.iter_mut().flat_map(|set| set.iter_mut()) {
            match self.oov_char {
                Some(unknown) => {
                    for index in sequence {
                        *index = if kept(*index) { *index } else { unknown };
                    }
                }
                None => sequence.retain(|&index| kept(index)),
            }
        }
    }
}
