//! Charts over two numeric axes: points, lines and histograms together.

use super::frame::{Captions, Frame, Wanted};
use super::geometry::{Point, Rect};
use super::histogram::{Bins, Histogram};
use super::legend::{Entry, Key, Legend};
use super::mark::Mark;
use super::scene::Scene;
use super::series::{Series, Style};
use super::theme;
use super::theme::Color;
use super::ticks::Scale;
use crate::{Error, Result};

/// What is drawn, checked and counted, with its colour.
enum Layer {
    Series(Series, usize),
    Bins(Bins),
}

/// What was asked of the axes.
pub(crate) struct Axes {
    pub(crate) x_range: Option<(f64, f64)>,
    pub(crate) y_range: Option<(f64, f64)>,
    pub(crate) x_scale: Scale,
    pub(crate) y_scale: Scale,
}

impl Axes {
    /// Refuses a logarithmic axis that would begin at zero or below; a histogram's counts do.
    pub(super) fn check(&self, counts: bool) -> Result<()> {
        let (x, y) = ((self.x_scale, self.x_range), (self.y_scale, self.y_range));
        for (name, (scale, range), zero) in [("x", x, false), ("y", y, counts)] {
            let logarithmic = scale == Scale::Logarithmic;
            if logarithmic && (zero || range.is_some_and(|(low, _)| low <= 0.0)) {
                let hint =
                    format!("leave log_{name}() away, or give {name}_range a low end above zero");
                return Err(Error::invalid(
                    format!("log_{name}"),
                    "values above zero",
                    "an axis that begins at zero or below",
                )
                .with_hint(hint));
            }
        }
        Ok(())
    }

    /// The pairs of a series that have a place on these axes.
    pub(super) fn seen(&self, series: &Series) -> Series {
        let mut series = series.clone();
        for (scale, values) in [(self.x_scale, &mut series.x), (self.y_scale, &mut series.y)] {
            if scale == Scale::Logarithmic {
                let hidden = values.iter_mut().filter(|v| **v <= 0.0);
                hidden.for_each(|v| *v = f64::NAN);
            }
        }
        series
    }
}

/// What stands for a series in the legend; `kind` is the form of its points.
pub(super) fn key(style: Style, kind: usize) -> Key {
    match style {
        Style::Points => Key::Marker(kind),
        Style::Line => Key::Line,
        Style::Path => Key::Path,
    }
}

/// Draws points, lines and histograms on an empty sheet.
pub(crate) fn draw(
    scene: &mut Scene,
    captions: &Captions,
    marks: &[Mark],
    axes: &Axes,
) -> Result<()> {
    let layers = layers(marks, axes)?;
    let (x, y) = wanted(axes, &layers)?;
    let entries: Vec<Entry> = marks
        .iter()
        .zip(&layers)
        .enumerate()
        .map(|(index, (mark, layer))| entry(mark, layer, theme::series_color(index)))
        .collect();
    let room = f64::from(scene.width) - 60.0;
    let size = (scene.width, scene.height);
    let legend = Legend::new(entries.clone(), room);

    let chart = |height: f64| -> (Rect, Scene, Vec<Point>) {
        let mut sheet = Scene::new(size.0, size.1);
        let frame = Frame::new(sheet.bounds(), captions, &x, &y, height, 0.0);
        frame.draw_grid(&mut sheet);
        let mut obstacles = Vec::new();
        // Lines lie on top of areas, points on top of both.
        let height_of = |entry: &Entry| match entry.key {
            Key::Area => 0,
            Key::Line => 1,
            Key::Path | Key::Marker(_) => 2,
        };
        let mut order: Vec<(&Layer, &Entry)> = layers.iter().zip(&entries).collect();
        order.sort_by_key(|(_, entry)| height_of(entry));
        for (layer, entry) in order {
            obstacles.extend(match layer {
                Layer::Series(series, kind) => series.draw(&mut sheet, &frame, entry.color, *kind),
                Layer::Bins(bins) => bins.draw(&mut sheet, &frame, entry.color),
            });
        }
        frame.draw_axes(&mut sheet, true);
        (frame.plot, sheet, obstacles)
    };
    legend.draw_on(scene, room, chart);
    Ok(())
}

fn layers(marks: &[Mark], axes: &Axes) -> Result<Vec<Layer>> {
    let histograms: Vec<&Histogram> = marks
        .iter()
        .filter_map(|mark| {
            if let Mark::Histogram(histogram) = mark {
                Some(histogram)
            } else {
                None
            }
        })
        .collect();
    let mut counted = super::histogram::count(&histograms)?.into_iter();
    let mut dotted = 0;
    let mut layers = Vec::new();
    for mark in marks {
        if let Mark::Series(series) = mark {
            let series = axes.seen(series);
            series.check()?;
            let kind = dotted;
            dotted += usize::from(series.style == Style::Points);
            layers.push(Layer::Series(series, kind));
        } else if let Some(bins) = counted.next() {
            layers.push(Layer::Bins(bins));
        }
    }
    Ok(layers)
}

/// What the two axes have to show.
fn wanted(axes: &Axes, layers: &[Layer]) -> Result<(Wanted, Wanted)> {
    let (mut all_x, mut all_y, mut counts) = (Vec::new(), Vec::new(), false);
    for layer in layers {
        match layer {
            Layer::Series(series, _) => {
                for (x, y) in series.pairs() {
                    all_x.push(x);
                    all_y.push(y);
                }
            }
            Layer::Bins(bins) => {
                all_x.extend(&bins.edges);
                all_y.extend(&bins.counts);
                counts = true;
            }
        }
    }
    axes.check(counts)?;
    let x = Wanted::numbers(&all_x, axes.x_range, axes.x_scale);
    let y = if counts {
        Wanted::numbers_from_zero(&all_y, axes.y_range, 0.05)
    } else {
        Wanted::numbers(&all_y, axes.y_range, axes.y_scale)
    };
    Ok((x, y))
}

fn entry(mark: &Mark, layer: &Layer, color: Color) -> Entry {
    let label = match mark {
        Mark::Series(series) => series.label.clone(),
        Mark::Histogram(histogram) => histogram.label.clone(),
        _ => String::new(),
    };
    match layer {
        Layer::Series(series, kind) => Entry {
            key: key(series.style, *kind),
            color,
            label,
        },
        Layer::Bins(_) => Entry {
            key: Key::Area,
            color: color.translucent(0.6),
            label,
        },
    }
}
