//! Several figures side by side.

use super::data::Table;
use super::figure::Figure;
use super::output::{Drawing, picture_methods};
use super::scene::Scene;
use crate::notebook::explore::shows;
use crate::{Error, Result};

/// Figures in one row, shown and saved as one picture.
///
/// ```
/// use nn_lib::plot::{Figure, Panels};
///
/// let loss = Figure::new("Loss").line(1..=3, [0.5, 0.3, 0.2], "loss").size(320, 240);
/// let accuracy = Figure::new("Accuracy").line(1..=3, [0.7, 0.8, 0.9], "accuracy").size(320, 240);
/// let both = Panels::new([loss, accuracy]);
/// assert!(both.svg()?.contains("width=\"640\""));
/// # Ok::<(), nn_lib::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a chart shows itself as the last expression of a cell, without a semicolon, or by `.show()`"]
pub struct Panels {
    figures: Vec<Figure>,
}

shows!(Panels, |panels| super::output::quick(
    "Panels",
    panels.drawing()
));

picture_methods!(Panels, title);

impl Panels {
    /// The figures from left to right, each in its own size.
    pub fn new(figures: impl Into<Vec<Figure>>) -> Panels {
        Panels {
            figures: figures.into(),
        }
    }

    fn title(&self) -> &str {
        "Panels"
    }

    pub(crate) fn drawing(&self) -> Result<Drawing> {
        let scenes = self
            .figures
            .iter()
            .map(Figure::scene)
            .collect::<Result<Vec<Scene>>>()?;
        let width: u32 = scenes.iter().map(|scene| scene.width).sum();
        let height = scenes.iter().map(|scene| scene.height).max().unwrap_or(0);
        if scenes.is_empty() || width > 8000 {
            let received = format!("{} figures, {width} pixels wide", scenes.len());
            return Err(Error::invalid(
                "Panels",
                "one or more figures, together at most 8000 pixels wide",
                received,
            ));
        }
        let mut scene = Scene::new(width, height);
        let mut x = 0.0;
        for panel in &scenes {
            scene.place(panel, (x, 0.0));
            x += f64::from(panel.width);
        }
        let descriptions: Vec<String> = self.figures.iter().map(Figure::description).collect();
        Ok(Drawing {
            scene,
            title: "Charts side by side".to_string(),
            description: descriptions.join("\n"),
        })
    }

    /// The numbers of each figure.
    pub(crate) fn tables(&self) -> Vec<Table> {
        self.figures.iter().filter_map(Figure::table).collect()
    }
}
