//! Where numbers come from: real data, or a stand-in for it.

/// The built-in stand-ins that numbers were computed from; none for real data and for numbers of one's own.
///
/// The stand-in's reviews carry it, and what the library makes of them: tensors, a history, a prediction, a chart. Who takes
/// plain numbers out, as by `to_vec()`, leaves it behind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Origin(u8);

impl Origin {
    pub(crate) const IMDB: Origin = Origin(1);
    pub(crate) const REUTERS: Origin = Origin(2);
    pub(crate) const MNIST: Origin = Origin(4);
    pub(crate) const FASHION_MNIST: Origin = Origin(8);

    /// The origin of what is computed from both.
    pub(crate) fn and(self, other: Origin) -> Origin {
        Origin(self.0 | other.0)
    }

    /// The origin of what is computed from all of these.
    pub(crate) fn of_all<'a>(tensors: impl IntoIterator<Item = &'a super::Tensor>) -> Origin {
        let origins = tensors.into_iter().map(|tensor| tensor.origin);
        origins.fold(Origin::default(), Origin::and)
    }

    /// A few words for the title of a chart, `IMDB stand-in, not the real data`; none for other numbers.
    pub fn notice(self) -> Option<String> {
        let known = [
            (Origin::IMDB, "IMDB"),
            (Origin::REUTERS, "Reuters"),
            (Origin::MNIST, "MNIST"),
            (Origin::FASHION_MNIST, "Fashion-MNIST"),
        ];
        let names: Vec<&str> = known
            .into_iter()
            .filter(|(origin, _)| self.0 & origin.0 != 0)
            .map(|(_, name)| name)
            .collect();
        (!names.is_empty()).then(|| format!("{} stand-in, not the real data", names.join(" and ")))
    }
}
