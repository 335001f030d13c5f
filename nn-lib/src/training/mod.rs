//! Training: what a model does with data.

mod column_kernels;
mod display;
mod display_view;
mod evaluation;
mod fit;
mod fit_options;
mod history;
mod inputs;
mod k_fold;
mod learner;
mod learning_rate;
mod output_state;
mod predict;
mod predict_options;
mod record;
mod samples;
mod series;
mod step;
mod update;
mod workspace;

pub use display::{TrainingDisplay, Verbose};
pub use evaluation::Evaluation;
pub use fit_options::Fit;
pub use history::History;
pub use inputs::Tensors;
pub use k_fold::{Fold, k_fold};
pub use learning_rate::{LearningRateFinder, LearningRates};
pub use predict_options::{Evaluate, Predict};
pub use series::Series;
