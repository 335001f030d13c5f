//! `Figure`: a chart described step by step, shown by a notebook or saved to a file.

use super::bars::Bars;
use super::data;
use super::frame::Captions;
use super::heat_map::HeatMap;
use super::heights;
use super::histogram::Histogram;
use super::labels::{Labels, Rows};
use super::mark::Mark;
use super::output::{Drawing, picture_methods};
use super::pairs::Axes;
use super::pictures::Pictures;
use super::scene::Scene;
use super::series::{Series, Style};
use super::ticks::Scale;
use crate::notebook::Bundle;
use crate::notebook::explore::shows;
use crate::precompiled::Precompiled;
use crate::tensor::{Number, Origin, Tensor, Values};
use crate::{Error, Result};

const USUAL_SIZE: (u32, u32) = (640, 420);

/// A chart: a title, labels, and what is drawn.
///
/// As the last expression of a cell it shows itself; [`Figure::show`] shows it in the middle of a cell and
/// [`Figure::save`] writes it to a file. Numbers may be a `Vec`, a slice, an array or a range of any number type.
/// A NaN or infinite value leaves a gap. A mistake, such as lengths that differ, is said in place of the chart.
///
/// ```
/// use nn_lib::plot::Figure;
///
/// let loss = [0.51, 0.30, 0.22, 0.18];
/// let val_loss = [0.38, 0.30, 0.28, 0.29];
/// let epochs = 1..=4;
/// let figure = Figure::new("Training and validation loss")
///     .points(&epochs, &loss, "Training loss")
///     .line(&epochs, &val_loss, "Validation loss")
///     .x_label("Epochs")
///     .y_label("Loss");
/// assert!(figure.svg()?.contains("Validation loss"));
/// # Ok::<(), nn_lib::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a chart shows itself as the last expression of a cell, without a semicolon, or by `.show()`"]
pub struct Figure {
    pub(super) captions: Precompiled<Captions>,
    pub(super) marks: Precompiled<Vec<Mark>>,
    pub(super) x_range: Option<(f64, f64)>,
    pub(super) y_range: Option<(f64, f64)>,
    pub(super) x_scale: Scale,
    pub(super) y_scale: Scale,
    pub(super) heights: heights::Wanted,
    pub(super) size: Option<(u32, u32)>,
    origin: Origin,
}

picture_methods!(Figure, title);

shows!(Figure, Figure::quick);

impl Figure {
    /// An empty figure of 640 x 420 pixels; one of pictures is as high as they need.
    pub fn new(title: impl Into<String>) -> Figure {
        Figure::empty(title.into())
    }

    fn empty(title: String) -> Figure {
        Figure {
            captions: Precompiled::new(Captions {
                title,
                ..Captions::default()
            }),
            marks: Precompiled::new(Vec::new()),
            x_range: None,
            y_range: None,
            x_scale: Scale::Linear,
            y_scale: Scale::Linear,
            heights: heights::Wanted::default(),
            size: None,
            origin: Origin::default(),
        }
    }

    /// Adds a series drawn as dots.
    pub fn points(self, x: impl Values, y: impl Values, label: impl Into<String>) -> Figure {
        self.series(Style::Points, &x, &y, label.into())
    }

    /// Adds a series drawn as a line from value to value.
    pub fn line(self, x: impl Values, y: impl Values, label: impl Into<String>) -> Figure {
        self.series(Style::Line, &x, &y, label.into())
    }

    /// Adds a line from value to value with a dot at each, and a ring at the first one: the steps of a search.
    pub fn path(self, x: impl Values, y: impl Values, label: impl Into<String>) -> Figure {
        self.series(Style::Path, &x, &y, label.into())
    }

    fn series(self, style: Style, x: &dyn Values, y: &dyn Values, label: String) -> Figure {
        let origin = x.origin().and(y.origin());
        let (x, y) = (x.to_values(), y.to_values());
        self.of(origin)
            .with(Mark::Series(Series { style, x, y, label }))
    }

    /// Adds a bar for each name; a second call with the same names puts its bars beside the first ones.
    pub fn bars(self, names: impl Labels, values: impl Values, label: impl Into<String>) -> Figure {
        let origin = values.origin();
        self.of(origin).with(Mark::Bars(Bars::new(
            names.to_labels(),
            values.to_values(),
            label.into(),
            false,
        )))
    }

    /// Adds bars that grow to the right, which leaves room for long names.
    pub fn horizontal_bars(
        self,
        names: impl Labels,
        values: impl Values,
        label: impl Into<String>,
    ) -> Figure {
        let origin = values.origin();
        self.of(origin).with(Mark::Bars(Bars::new(
            names.to_labels(),
            values.to_values(),
            label.into(),
            true,
        )))
    }

    /// Adds a histogram: how many of the values fall into each of `bins` intervals of equal width.
    pub fn histogram(self, values: impl Values, bins: usize, label: impl Into<String>) -> Figure {
        let origin = values.origin();
        self.of(origin).with(Mark::Histogram(Histogram {
            values: values.to_values(),
            bins,
            label: label.into(),
        }))
    }

    /// Draws a table of numbers as coloured cells, each with its number where it fits; the first row on top.
    pub fn heat_map(
        self,
        rows: impl Rows,
        row_names: impl Labels,
        column_names: impl Labels,
    ) -> Figure {
        let origin = rows.origin();
        let (rows, columns) = (
            row_names.to_labels(),
            (rows.to_rows(), column_names.to_labels()),
        );
        self.of(origin).with(Mark::HeatMap(HeatMap::Cells {
            rows: columns.0,
            row_names: rows,
            column_names: columns.1,
        }))
    }

    /// Draws grey pictures in rows, each with its name below it: paper for 0, ink for the largest number of the picture. Where
    /// some numbers are negative, vermilion is below and blue is above zero, on one scale for all pictures.
    ///
    /// # Shapes
    /// (pictures, height, width), or with a last axis of length 1; a name for each, `""` for none.
    ///
    /// ```
    /// use nn_lib::prelude::*;
    /// let checks = Tensor::from([[0.0, 1.0, 1.0, 0.0], [1.0, 0.0, 0.0, 1.0]]).reshape([2, 2, 2])?;
    /// let figure = Figure::new("Checks").pictures(&checks, ["one", "two"]).size(320, 200);
    /// assert!(figure.svg()?.contains("two"));
    /// # Ok::<(), nn_lib::Error>(())
    /// ```
    pub fn pictures(self, pictures: &Tensor, names: impl Labels) -> Figure {
        let names = names.to_labels();
        self.of(pictures.origin())
            .with(Mark::Pictures(Pictures::new(pictures, names)))
    }

    /// Counts how often each true class (row) was predicted as each class (column) and draws the counts.
    ///
    /// Both lists hold class numbers from 0; `names` names the classes.
    pub fn confusion_matrix(
        self,
        truth: impl Values,
        predicted: impl Values,
        names: impl Labels,
    ) -> Figure {
        let origin = truth.origin().and(predicted.origin());
        let mut figure = self.of(origin).with(Mark::HeatMap(HeatMap::Confusion {
            truth: truth.to_values(),
            predicted: predicted.to_values(),
            names: names.to_labels(),
        }));
        let captions = &mut *figure.captions;
        for (label, default) in [
            (&mut captions.x_label, "Predicted class"),
            (&mut captions.y_label, "True class"),
        ] {
            if label.is_empty() {
                *label = default.to_string();
            }
        }
        figure
    }

    /// Says below the title which stand-ins for data sets some of the numbers come from.
    pub(crate) fn of(mut self, origin: Origin) -> Figure {
        self.origin = self.origin.and(origin);
        self
    }

    pub(super) fn with(mut self, mark: Mark) -> Figure {
        self.marks.push(mark);
        self
    }

    /// A smaller line below the title.
    pub fn subtitle(mut self, text: impl Into<String>) -> Figure {
        self.captions.subtitle = text.into();
        self
    }

    /// The words below the x axis.
    pub fn x_label(mut self, text: impl Into<String>) -> Figure {
        self.captions.x_label = text.into();
        self
    }

    /// The words beside the y axis.
    pub fn y_label(mut self, text: impl Into<String>) -> Figure {
        self.captions.y_label = text.into();
        self
    }

    /// Shows exactly the x values from `low` to `high`; what lies outside is cut off.
    pub fn x_range(mut self, low: impl Number, high: impl Number) -> Figure {
        self.x_range = Some((low.to_f64(), high.to_f64()));
        self
    }

    /// Shows exactly the y values from `low` to `high`; what lies outside is cut off.
    pub fn y_range(mut self, low: impl Number, high: impl Number) -> Figure {
        self.y_range = Some((low.to_f64(), high.to_f64()));
        self
    }

    /// Makes the y axis logarithmic: each power of ten takes the same room, values up to zero are left out.
    pub fn log_y(mut self) -> Figure {
        self.y_scale = Scale::Logarithmic;
        self
    }

    /// The size in pixels, from 160 x 120 to 4000 x 4000.
    pub fn size(mut self, width: u32, height: u32) -> Figure {
        self.size = Some((width, height));
        self
    }

    fn title(&self) -> &str {
        &self.captions.title
    }

    /// The chart where it is soon replaced by the next.
    pub(crate) fn quick(&self) -> Bundle {
        super::output::quick(self.title(), self.drawing())
    }

    pub(crate) fn drawing(&self) -> Result<Drawing> {
        let scene = self.scene()?;
        Ok(Drawing {
            scene,
            title: self.captions.title.clone(),
            description: self.description(),
        })
    }

    pub(crate) fn scene(&self) -> Result<Scene> {
        let (width, height) = self.size.unwrap_or(USUAL_SIZE);
        if !(160..=4000).contains(&width) || !(120..=4000).contains(&height) {
            return Err(Error::invalid(
                "Figure",
                "a size from 160 x 120 to 4000 x 4000",
                format!("{width} x {height}"),
            ));
        }
        for (name, range) in [("x_range", self.x_range), ("y_range", self.y_range)] {
            if let Some((low, high)) = range
                && !(super::series::drawable(low) && super::series::drawable(high) && low < high)
            {
                return Err(Error::invalid(
                    name,
                    "a low end below the high end",
                    format!("{low} and {high}"),
                ));
            }
        }
        let captions = Captions {
            notice: self.origin.notice().unwrap_or_default(),
            ..Captions::clone(&self.captions)
        };
        let axes = Axes {
            x_range: self.x_range,
            y_range: self.y_range,
            x_scale: self.x_scale,
            y_scale: self.y_scale,
        };
        let height = match (self.size, &self.marks[..]) {
            (None, [Mark::Pictures(pictures)]) => pictures.height(width, height, &captions)?,
            _ => height,
        };
        let mut scene = Scene::new(width, height);
        let any = |is: fn(&Mark) -> bool| self.marks.iter().any(is);
        match &self.marks[..] {
            [] => Err(
                Error::invalid("Figure", "something to draw", "an empty figure").with_hint(
                    "add .points(..), .line(..), .bars(..), .histogram(..), .heat_map(..) or .surface(..)",
                ),
            ),
            [Mark::HeatMap(map)] => map.draw(&mut scene, &captions),
            [Mark::Pictures(pictures)] => pictures.draw(&mut scene, &captions),
            [Mark::Bars(_), ..] if self.marks.iter().all(|mark| matches!(mark, Mark::Bars(_))) => {
                let groups = self.marks.iter().filter_map(|mark| match mark {
                    Mark::Bars(bars) => Some(bars),
                    _ => None,
                });
                super::bars::draw(
                    &mut scene,
                    &captions,
                    &groups.collect::<Vec<_>>(),
                    (self.x_range, self.y_range),
                )
            }
            marks if any(|mark| matches!(mark, Mark::Surface(_))) => {
                super::surface_chart::draw(&mut scene, &captions, marks, &axes, &self.heights)
            }
            _ if any(|mark| matches!(mark, Mark::Contour(_))) => {
                Err(Error::invalid("contour", "a surface to draw it on", "none")
                    .with_hint("add .surface(&grid, heights)"))
            }
            _ if any(|mark| {
                matches!(mark, Mark::Bars(_) | Mark::HeatMap(_) | Mark::Pictures(_))
            }) =>
            {
                Err(Error::invalid(
                    "Figure",
                    "bars, a heat map or pictures alone",
                    "several kinds of chart in one figure",
                )
                .with_hint(
                    "make one figure for each and put them side by side with Panels::new([a, b]); \
                     .surface(..) is a heat map that lines and points may lie on",
                ))
            }
            marks => super::pairs::draw(&mut scene, &captions, marks, &axes),
        }?;
        Ok(scene)
    }

    /// The chart in words, for a terminal and for readers who cannot see it.
    pub(crate) fn description(&self) -> String {
        let marks = self.marks.iter();
        let marks: Vec<String> = marks
            .map(|mark| mark.description(&self.captions.x_label))
            .collect();
        format!("Figure {:?}: {}", self.captions.title, marks.join("; "))
    }

    /// The numbers that the chart shows, for a page.
    pub(crate) fn table(&self) -> Option<data::Table> {
        data::table(&self.captions.title, &self.captions.x_label, &self.marks)
    }

    fn tables(&self) -> Vec<data::Table> {
        self.table().into_iter().collect()
    }
}
