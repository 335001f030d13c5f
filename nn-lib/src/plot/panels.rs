//! Several figures side by side.

use super::figure::Figure;
use super::output::Drawing;
use super::scene::Scene;
use crate::notebook::explore::shows;
use crate::{Error, Result};
use std::path::Path;

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

impl Panels {
    /// The figures from left to right, each in its own size.
    pub fn new(figures: impl Into<Vec<Figure>>) -> Panels {
        Panels {
            figures: figures.into(),
        }
    }

    /// Writes the picture to a file: SVG or PNG, by the name's ending.
    ///
    /// # Errors
    /// As for [`Figure::save`].
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        self.drawing()?.save(path.as_ref())
    }

    /// The picture as an SVG document.
    ///
    /// # Errors
    /// A figure that cannot be drawn.
    pub fn svg(&self) -> Result<String> {
        Ok(self.drawing()?.svg())
    }

    /// The picture as a PNG file with two pixels for each of its own.
    ///
    /// # Errors
    /// A figure that cannot be drawn.
    pub fn png(&self) -> Result<Vec<u8>> {
        Ok(self.drawing()?.png())
    }

    /// Shows the figures at once, in the middle of a cell.
    pub fn show(&self) {
        super::output::show("Panels", self.drawing());
    }

    /// What the Rust kernel calls when the panels are the last expression of a cell.
    #[doc(hidden)]
    pub fn evcxr_display(&self) {
        self.show();
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
}
