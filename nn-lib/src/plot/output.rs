//! Where a finished drawing goes: a file, the notebook, the terminal.

use super::data::Table;
use super::scene::Scene;
use super::{bitmap, paint};
use crate::notebook::Bundle;
use crate::notebook::stage::Stage;
use crate::{Error, Result, notebook};
use std::path::Path;

/// A scene with the words that stand for it.
pub(crate) struct Drawing {
    pub scene: Scene,
    pub title: String,
    pub description: String,
}

impl Drawing {
    pub(crate) fn svg(&self) -> String {
        paint::svg(&self.scene, &self.title, &self.description)
    }

    pub(crate) fn png(&self) -> Vec<u8> {
        bitmap::png(&self.scene)
    }

    /// The drawing in every form that a front end may want, with the numbers that it shows.
    pub(crate) fn bundle(&self, tables: &[Table]) -> Bundle {
        let tables = tables.iter().map(Table::json).collect();
        let bundle = self.quick_bundle().tables(tables);
        #[cfg(feature = "notebook")]
        let bundle = bundle.png(&self.png(), self.scene.width, self.scene.height);
        bundle
    }

    /// The drawing for one that is soon replaced by the next: SVG and text only.
    pub(crate) fn quick_bundle(&self) -> Bundle {
        Bundle::text(self.description.clone()).svg(self.svg())
    }

    pub(crate) fn save(&self, path: &Path) -> Result<()> {
        let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase());
        let content = match ending.as_deref() {
            Some("svg") => self.svg().into_bytes(),
            Some("png") => self.png(),
            _ => {
                return Err(Error::invalid(
                    "save",
                    "a file name that ends in .png or .svg",
                    path.display().to_string(),
                ));
            }
        };
        std::fs::write(path, content).map_err(|source| Error::io("write", path, source))
    }
}

/// A drawing that is soon replaced by the next, or why there is none.
pub(crate) fn quick(title: &str, drawing: Result<Drawing>) -> Bundle {
    match drawing {
        Ok(drawing) if notebook::in_notebook() => drawing.quick_bundle(),
        Ok(drawing) => Bundle::text(drawing.description),
        Err(error) => problem(title, &error),
    }
}

/// What a figure, panels and a diagram have in common: saving and showing. The type has `drawing` and `tables`, and names itself by
/// `$title` in an error that stands in its place.
macro_rules! picture_methods {
    ($picture:ident, $title:ident) => {
        impl $picture {
            /// Writes the picture to a file: SVG or PNG, by the name's ending.
            ///
            /// # Errors
            /// What cannot be drawn, another ending, or a file that cannot be written.
            pub fn save(&self, path: impl AsRef<std::path::Path>) -> $crate::Result<()> {
                self.drawing()?.save(path.as_ref())
            }

            /// The picture as an SVG document.
            ///
            /// # Errors
            /// What cannot be drawn.
            pub fn svg(&self) -> $crate::Result<String> {
                Ok(self.drawing()?.svg())
            }

            /// The picture as a PNG file with two pixels for each of its own, sharp on a high-density screen.
            ///
            /// # Errors
            /// What cannot be drawn.
            pub fn png(&self) -> $crate::Result<Vec<u8>> {
                Ok(self.drawing()?.png())
            }

            /// Shows the picture at once, in the middle of a cell; in a terminal its description.
            pub fn show(&self) {
                $crate::plot::output::show(self.$title(), self.drawing(), || self.tables());
            }

            /// What the Rust kernel calls when the picture is the last expression of a cell.
            #[doc(hidden)]
            pub fn evcxr_display(&self) {
                self.show();
            }
        }
    };
}
pub(super) use picture_methods;

/// Shows a drawing, or in its place why there is none. The tables are made for a picture that stays alone.
pub(crate) fn show(title: &str, drawing: Result<Drawing>, tables: impl FnOnce() -> Vec<Table>) {
    match drawing {
        drawing if Stage::current().is_some() => notebook::display(&quick(title, drawing)),
        Ok(drawing) if notebook::in_notebook() => notebook::display(&drawing.bundle(&tables())),
        Ok(drawing) => notebook::display(&Bundle::text(drawing.description)),
        Err(error) => notebook::display(&problem(title, &error)),
    }
}

/// A message in the place of a chart.
fn problem(title: &str, error: &Error) -> Bundle {
    notebook::problem(&format!("the chart {title:?} cannot be drawn: {error}"))
}
