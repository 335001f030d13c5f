//! Which way a value that is watched gets better.

/// Whether a monitored value gets better upwards or downwards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mode {
    /// Upwards for accuracy, precision, recall and AUC, downwards for everything else.
    #[default]
    Auto,
    /// Smaller is better.
    Min,
    /// Larger is better.
    Max,
}

impl Mode {
    /// Whether `value` is better than `best` by more than `margin`.
    pub(crate) fn improves(self, monitor: &str, value: f32, best: f32, margin: f32) -> bool {
        let upwards = match self {
            Mode::Max => true,
            Mode::Min => false,
            Mode::Auto => ["acc", "auc", "precision", "recall"]
                .iter()
                .any(|name| monitor.contains(name)),
        };
        if upwards {
            value - margin > best || best.is_nan()
        } else {
            value + margin < best || best.is_nan()
        }
    }
}
