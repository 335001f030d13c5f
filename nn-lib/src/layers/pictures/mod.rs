//! Layers for pictures, (height, width, channels): windows slide over them.

mod average_pooling;
mod conv2d;
mod global_average_pooling;
mod max_pooling;
mod padding;
mod pooling;
mod reshape;
mod window;

pub use average_pooling::AveragePooling2D;
pub use conv2d::Conv2D;
pub use global_average_pooling::GlobalAveragePooling2D;
pub use max_pooling::MaxPooling2D;
pub use padding::Padding;
pub use reshape::Reshape;
pub use window::Pair;
