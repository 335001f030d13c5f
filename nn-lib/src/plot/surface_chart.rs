//! A surface as coloured bands, with the lines and points that lie on it.

use super::bands::{Loop, Relief, nested, traced};
use super::frame::{Captions, Frame, Wanted};
use super::geometry::{Point, Rect};
use super::heights::{self, Heights};
use super::legend::{Entry, Key, Legend};
use super::mark::Mark;
use super::pairs::{Axes, key};
use super::scene::{Scene, Shape};
use super::series::{Series, Style, clipped, drawable, sampled};
use super::surface::{Contour, Surface};
use super::theme;
use super::theme::Color;
use super::ticks::Scale;
use crate::{Error, Result};

/// The colours of what lies on a surface, in their order: none of them is the surface's own blue, and with a middle the
/// first two are its sides. A rim of paper keeps them apart from it.
const COLORS: [Color; 5] = [
    Color::new(213, 94, 0),
    Color::new(0, 114, 178),
    Color::new(0, 158, 115),
    Color::new(204, 121, 167),
    theme::INK,
];
const RIM: f64 = 1.5;

/// Draws the surface among `marks` with the lines and points on it.
pub(crate) fn draw(
    scene: &mut Scene,
    captions: &Captions,
    marks: &[Mark],
    axes: &Axes,
    wanted: &heights::Wanted,
) -> Result<()> {
    let mut surfaces = marks.iter().filter_map(|mark| match mark {
        Mark::Surface(surface) => Some(surface),
        _ => None,
    });
    let (Some(surface), None) = (surfaces.next(), surfaces.next()) else {
        return Err(
            Error::invalid("surface", "one surface in a figure", "two").with_hint(
                "make one figure for each and put them side by side with Panels::new([a, b])",
            ),
        );
    };
    axes.check(false)?;
    surface.check(axes.x_scale, axes.y_scale, wanted.scale)?;
    let known = || surface.heights.iter().copied().filter(|v| drawable(*v));
    let (low, high) = known().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| {
        (low.min(v), high.max(v))
    });
    let heights = Heights::new(low, high, wanted);
    let layers = layers(marks, axes)?;
    let entries: Vec<Entry> = layers.iter().map(|layer| layer.entry.clone()).collect();
    let room = f64::from(scene.width) - 60.0;
    let legend = Legend::new(entries, room);

    let size = (scene.width, scene.height);
    let chart = |above: f64| -> (Rect, Scene, Vec<Point>) {
        let mut sheet = Scene::new(size.0, size.1);
        let ends = |places: &[f64], given: Option<(f64, f64)>, scale| {
            let whole = (places[0], places[places.len() - 1]);
            Wanted::numbers(places, Some(given.unwrap_or(whole)), scale)
        };
        let x = ends(&surface.x, axes.x_range, axes.x_scale);
        let y = ends(&surface.y, axes.y_range, axes.y_scale);
        let bar = heights.room(&captions.z_label);
        let frame = Frame::new(sheet.bounds(), captions, &x, &y, above, bar);
        let relief = Placed::new(surface, &frame, wanted.scale);
        relief.paint(&mut sheet, &heights, frame.plot);
        let mut obstacles = Vec::new();
        for layer in &layers {
            obstacles.extend(layer.draw(&mut sheet, &frame, &relief));
        }
        frame.draw_axes(&mut sheet, true);
        heights.draw_bar(&mut sheet, frame.plot, &captions.z_label);
        (frame.plot, sheet, obstacles)
    };
    legend.draw_on(scene, room, chart);
    Ok(())
}

/// A surface whose grid has its places on the sheet.
struct Placed {
    across: Vec<f64>,
    up: Vec<f64>,
    /// As they are, or their logarithms: what is equally far apart in the colours.
    heights: Vec<f64>,
    scale: Scale,
}

impl Placed {
    fn new(surface: &Surface, frame: &Frame, scale: Scale) -> Placed {
        let height = |v: &f64| {
            if drawable(*v) {
                scaled(*v, scale)
            } else {
                f64::NAN
            }
        };
        Placed {
            across: surface.x.iter().map(|x| frame.across(*x)).collect(),
            up: surface.y.iter().map(|y| frame.up(*y)).collect(),
            heights: surface.heights.iter().map(height).collect(),
            scale,
        }
    }

    fn relief(&self) -> Relief<'_> {
        Relief {
            across: &self.across,
            up: &self.up,
            heights: &self.heights,
        }
    }

    /// The bands, and the thin lines of equal height.
    fn paint(&self, sheet: &mut Scene, heights: &Heights, plot: Rect) {
        let limits = heights.limits.iter().map(|v| scaled(*v, self.scale));
        let levels: Vec<f64> = [f64::NEG_INFINITY].into_iter().chain(limits).collect();
        for outline in nested(&self.relief(), &levels) {
            let color = match (outline.level, outline.hollow()) {
                (0, true) => theme::GRID,
                (0, false) | (1, true) => heights.above(None),
                (level, true) => heights.above(Some(level - 2)),
                (level, false) => heights.above(Some(level - 1)),
            };
            let corners = outline.polygon(plot);
            if corners.len() > 2 {
                sheet.shapes.push(Shape::Polygon(corners, color));
            }
        }
        for height in &heights.lines {
            for piece in self.at(*height, plot) {
                sheet.line(piece, 1.0, theme::INK.mix(theme::PAPER, 0.35));
            }
        }
    }

    /// The lines through all places of this height.
    fn at(&self, height: f64, plot: Rect) -> Vec<Vec<Point>> {
        let loops = traced(&self.relief(), scaled(height, self.scale), 0);
        let lines = loops.iter().flat_map(Loop::lines);
        lines.flat_map(|line| clipped(&line, plot)).collect()
    }
}

fn scaled(height: f64, scale: Scale) -> f64 {
    match scale {
        Scale::Linear => height,
        Scale::Logarithmic => height.log10(),
    }
}

/// What lies on the surface, with its line of the legend.
struct Layer<'a> {
    on: On<'a>,
    entry: Entry,
}

enum On<'a> {
    Series(Series, usize),
    Contour(&'a Contour),
}

/// The lines and points in the order in which they are drawn: contours, lines, points.
fn layers<'a>(marks: &'a [Mark], axes: &Axes) -> Result<Vec<Layer<'a>>> {
    let (mut colors, mut dotted) = (COLORS.iter().cycle(), 0);
    let mut layers: Vec<Layer<'a>> = Vec::new();
    for mark in marks {
        match mark {
            Mark::Series(series) => {
                let series = axes.seen(series);
                series.check()?;
                let kind = dotted;
                dotted += usize::from(series.style == Style::Points);
                let entry = Entry {
                    key: key(series.style, kind),
                    color: *colors.next().expect("it never ends"),
                    label: series.label.clone(),
                };
                layers.push(Layer {
                    on: On::Series(series, kind),
                    entry,
                });
            }
            Mark::Contour(contour) => {
                if !drawable(contour.height) {
                    let received = contour.height.to_string();
                    return Err(Error::invalid("contour", "a finite height", received));
                }
                let entry = Entry {
                    key: Key::Line,
                    color: theme::INK,
                    label: contour.label.clone(),
                };
                layers.push(Layer {
                    on: On::Contour(contour),
                    entry,
                });
            }
            Mark::Surface(_) => {}
            Mark::Histogram(_) | Mark::Bars(_) | Mark::HeatMap(_) | Mark::Pictures(_) => {
                return Err(Error::invalid(
                    "surface",
                    "lines, points and contours on a surface",
                    "another kind of chart in the same figure",
                )
                .with_hint(
                    "make one figure for each and put them side by side with Panels::new([a, b])",
                ));
            }
        }
    }
    layers.sort_by_key(|layer| match &layer.on {
        On::Contour(_) => 0,
        On::Series(series, _) if series.style == Style::Line => 1,
        On::Series(series, _) if series.style == Style::Points => 2,
        On::Series(..) => 3,
    });
    Ok(layers)
}

impl Layer<'_> {
    fn draw(&self, sheet: &mut Scene, frame: &Frame, surface: &Placed) -> Vec<Point> {
        let mut above = Scene::new(sheet.width, sheet.height);
        above.shapes.clear();
        let obstacles = match &self.on {
            On::Series(series, kind) => series.draw(&mut above, frame, self.entry.color, *kind),
            On::Contour(contour) => {
                let above_zero = surface.scale == Scale::Linear || contour.height > 0.0;
                let lines = if above_zero {
                    surface.at(contour.height, frame.plot)
                } else {
                    Vec::new()
                };
                let places = lines.iter().flat_map(|line| sampled(line)).collect();
                for line in lines {
                    above.line(line, theme::LINE_WIDTH, self.entry.color);
                }
                places
            }
        };
        for shape in &above.shapes {
            if let Shape::Line(points, width, _) = shape {
                sheet.line(points.clone(), width + 2.0 * RIM, theme::PAPER);
            }
        }
        sheet.shapes.extend(above.shapes);
        obstacles
    }
}
