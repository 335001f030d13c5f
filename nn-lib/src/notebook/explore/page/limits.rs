//! How much of a page its controls may take, and which of them to coarsen where that is not enough.

use std::sync::{Mutex, MutexGuard};

use super::super::scale::{Scale, ScaleKind};
use super::super::spec::{Kind, Spec, combinations};

/// As many results a page holds: the closure runs once for each.
const MOST_RESULTS: usize = 500;
/// As many bytes of a page its controls take: what is still sent by mail and opened at once.
const MOST_BYTES: usize = 3 * 1024 * 1024;

/// What the controls take so far: a process executes one notebook, which becomes one page.
static TAKEN: Mutex<Taken> = Mutex::new(Taken {
    results: 0,
    bytes: 0,
});

struct Taken {
    results: usize,
    bytes: usize,
}

fn taken() -> MutexGuard<'static, Taken> {
    TAKEN.lock().unwrap_or_else(|lock| lock.into_inner())
}

/// The room on the page for the controls of one title.
pub struct Room {
    title: String,
    controls: Vec<Spec>,
}

impl Room {
    /// Takes the room for a result at each position, before any of them is computed.
    pub fn of(title: &str, controls: &[Spec]) -> Result<Room, String> {
        let room = Room {
            title: title.to_owned(),
            controls: controls.to_vec(),
        };
        let count = combinations(controls);
        let mut taken = taken();
        let left = MOST_RESULTS - taken.results;
        if count > left {
            return Err(room.too_many(count, left));
        }
        taken.results += count;
        Ok(room)
    }

    /// Refuses more bytes than the page has left; `done` results are among them.
    pub fn check(&self, bytes: usize, done: usize) -> Result<(), String> {
        let left = MOST_BYTES - taken().bytes;
        if bytes <= left {
            return Ok(());
        }
        let count = combinations(&self.controls);
        Err(format!(
            "{:?} is too large for a page: {done} of its {count} results take more than the {} that are left of 3 MiB. {}",
            self.title,
            size(left),
            self.way_out(
                done * 9 / 10,
                " Smaller charts help as well: .size(480, 320)."
            )
        ))
    }

    /// Takes so many bytes of the page.
    pub fn take(&self, bytes: usize) -> Result<(), String> {
        self.check(bytes, combinations(&self.controls))?;
        taken().bytes += bytes;
        Ok(())
    }

    fn too_many(&self, count: usize, left: usize) -> String {
        let others = match MOST_RESULTS - left {
            0 => String::new(),
            taken => format!(", of which the controls before take {taken}"),
        };
        let counts = (self.controls.iter()).filter(|control| control.count() > 1);
        let product: Vec<String> = counts
            .map(|control| format!("{} of {:?}", control.count(), control.name))
            .collect();
        let count = match count {
            usize::MAX => "too many".to_owned(),
            count => count.to_string(),
        };
        format!(
            "{:?} has {count} positions ({}), and a page holds {MOST_RESULTS} results{others}. {}",
            self.title,
            product.join(" x "),
            self.way_out(left, "")
        )
    }

    /// What to do so that about `most` positions are left.
    fn way_out(&self, most: usize, besides: &str) -> String {
        let steps = coarser(&self.controls, most);
        let first = if steps.is_empty() {
            "Leave one of the controls away, or give it fewer positions".to_owned()
        } else {
            format!("Make it coarser: {}", steps.join(", and "))
        };
        format!(
            "{first}.{besides} `cargo notebook export --no-widgets` shows the first result alone."
        )
    }
}

/// `1.8 MiB`
fn size(bytes: usize) -> String {
    format!("{:.1} MiB", bytes as f64 / f64::from(1024 * 1024))
}

/// A slider of which every so many positions are left.
struct Coarse<'a> {
    control: &'a Spec,
    scale: &'a Scale,
    stride: usize,
}

impl Coarse<'_> {
    /// How many positions of the slider are left.
    fn places(&self) -> usize {
        (self.scale.count - 1) / self.stride + 1
    }

    /// How many positions the control then has.
    fn count(&self) -> usize {
        match self.control.kind {
            Kind::Range(_) => self.places() * (self.places() + 1) / 2,
            _ => self.places(),
        }
    }

    /// Takes the next larger step that a reader can write.
    fn widen(&mut self) {
        self.stride += 1;
        if self.scale.kind == ScaleKind::Logarithmic {
            let per_decade = self.per_decade();
            while self.stride < per_decade && !per_decade.is_multiple_of(self.stride) {
                self.stride += 1;
            }
        }
    }

    fn per_decade(&self) -> usize {
        (1.0 / self.scale.step).round() as usize
    }

    fn can_widen(&self) -> bool {
        let positions = self.places() > 2;
        match self.scale.kind {
            ScaleKind::Logarithmic => positions && self.stride < self.per_decade(),
            ScaleKind::Whole | ScaleKind::Real => positions,
        }
    }

    /// `.step(4) on "units" leaves 16 of its 64 positions`
    fn words(&self) -> String {
        let step = match self.scale.kind {
            ScaleKind::Logarithmic => format!(".per_decade({})", self.per_decade() / self.stride),
            ScaleKind::Whole => format!(".step({})", self.scale.step * self.stride as f64),
            ScaleKind::Real => {
                // Without the digits that a product of binary fractions has at its end.
                let step = format!("{:.9}", self.scale.step * self.stride as f64);
                let short = step.trim_end_matches('0');
                let point = if short.ends_with('.') { "0" } else { "" };
                format!(".step({short}{point})")
            }
        };
        let (left, all) = (self.count(), self.control.count());
        format!(
            "{step} on {:?} leaves {left} of its {all} positions",
            self.control.name
        )
    }
}

/// The larger steps with which at most `most` positions are left, in words; none where no steps do.
fn coarser(controls: &[Spec], most: usize) -> Vec<String> {
    let sliders = controls.iter().filter_map(|control| match &control.kind {
        Kind::Slider(scale) | Kind::Range(scale) => Some(Coarse {
            control,
            scale,
            stride: 1,
        }),
        _ => None,
    });
    let mut sliders: Vec<Coarse<'_>> = sliders.collect();
    let others = controls
        .iter()
        .filter(|control| !matches!(control.kind, Kind::Slider(_) | Kind::Range(_)));
    let others = others.map(Spec::count).fold(1, usize::saturating_mul);
    let count = |sliders: &[Coarse<'_>]| {
        let counts = sliders.iter().map(Coarse::count);
        counts.fold(others, usize::saturating_mul)
    };
    while count(&sliders) > most {
        let wide = sliders.iter_mut().filter(|slider| slider.can_widen());
        let Some(longest) = wide.max_by_key(|slider| slider.count()) else {
            return Vec::new();
        };
        longest.widen();
    }
    let changed = sliders.iter().filter(|slider| slider.stride > 1);
    changed.map(Coarse::words).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notebook::explore::spec::Position;

    fn slider(name: &str, scale: Scale) -> Spec {
        Spec {
            name: name.to_owned(),
            kind: Kind::Slider(scale),
            start: Position::Place(0),
        }
    }

    fn whole(name: &str, last: f64) -> Spec {
        slider(name, Scale::even(1.0, last, 1.0, true).unwrap())
    }

    #[test]
    fn the_longest_slider_gets_a_step_with_which_the_page_is_large_enough() {
        let words = coarser(&[whole("units", 64.0), whole("epochs", 20.0)], 500);
        assert_eq!(
            words,
            [".step(3) on \"units\" leaves 22 of its 64 positions"]
        );
        let real = slider("rate", Scale::even(0.0, 1.0, 0.001, false).unwrap());
        let words = coarser(&[real], 500);
        assert_eq!(
            words,
            [".step(0.003) on \"rate\" leaves 334 of its 1001 positions"]
        );
    }

    #[test]
    fn several_sliders_are_coarsened_until_it_is_enough() {
        let words = coarser(&[whole("a", 100.0), whole("b", 100.0)], 100);
        assert_eq!(words.len(), 2, "{words:?}");
        let rate = slider("rate", Scale::logarithmic(1e-4, 1.0, 12).unwrap());
        assert_eq!(
            coarser(&[rate], 20),
            [".per_decade(4) on \"rate\" leaves 17 of its 49 positions"]
        );
    }

    #[test]
    fn what_no_step_mends_has_no_suggestion() {
        let choice = Spec {
            name: "word".to_owned(),
            kind: Kind::Choice((0..600).map(|k| k.to_string()).collect()),
            start: Position::Place(0),
        };
        assert!(coarser(&[choice, whole("units", 64.0)], 500).is_empty());
    }
}
