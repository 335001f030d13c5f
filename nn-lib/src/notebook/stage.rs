//! Where a closure of [`explore`](super::explore::explore()) shows what it shows: under its controls, not in the output
//! of a cell.
//!
//! While a thread is on a stage, [`display`](super::display), live displays and the lines of a training go there, and
//! [`interrupted`](super::interrupted()) asks whether the stage is still wanted.

use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use super::Bundle;

thread_local! {
    static CURRENT: RefCell<Option<Stage>> = const { RefCell::new(None) };
}

/// One thing that was shown.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// Lines of text.
    Text(String),
    /// Something rich; with a name, it may change in place.
    Rich(Option<String>, Bundle),
}

/// What one run of a closure shows, and whether it is still wanted.
#[derive(Clone)]
pub struct Stage(Arc<Inner>);

struct Inner {
    /// Whether the run is no longer wanted.
    dismissed: AtomicBool,
    /// Whether the run has been told so: then what it gives may be incomplete.
    noticed: AtomicBool,
    /// Whether it is no part of a cell: then an interrupt of a cell is not for it.
    apart: bool,
    /// How far the run is, in a line.
    progress: Mutex<String>,
    shown: Mutex<Vec<Item>>,
    /// An empty stage that is cleared when the next thing comes.
    clears: AtomicBool,
    changed: Box<dyn Fn() + Send + Sync>,
}

impl Stage {
    /// An empty stage of a cell, which tells of each change.
    pub(crate) fn new(changed: impl Fn() + Send + Sync + 'static) -> Stage {
        Stage::of(changed, false)
    }

    /// An empty stage of a run that belongs to no cell.
    #[cfg(all(feature = "notebook", unix))]
    pub(crate) fn apart(changed: impl Fn() + Send + Sync + 'static) -> Stage {
        Stage::of(changed, true)
    }

    fn of(changed: impl Fn() + Send + Sync + 'static, apart: bool) -> Stage {
        Stage(Arc::new(Inner {
            dismissed: AtomicBool::new(false),
            noticed: AtomicBool::new(false),
            apart,
            progress: Mutex::default(),
            shown: Mutex::default(),
            clears: AtomicBool::new(false),
            changed: Box::new(changed),
        }))
    }

    /// The stage that the calling thread is on.
    pub(crate) fn current() -> Option<Stage> {
        CURRENT.with_borrow(Clone::clone)
    }

    /// Does something on the stage.
    pub(crate) fn play<R>(&self, action: impl FnOnce() -> R) -> R {
        on(Some(self.clone()), action)
    }

    /// The run is no longer wanted: it is to end soon.
    #[cfg(all(feature = "notebook", unix))]
    pub(crate) fn dismiss(&self) {
        self.0.dismissed.store(true, Ordering::SeqCst);
    }

    /// Whether the run is no longer wanted; the run asks.
    pub(crate) fn is_dismissed(&self) -> bool {
        let dismissed = self.0.dismissed.load(Ordering::Relaxed);
        if dismissed {
            self.0.noticed.store(true, Ordering::Relaxed);
        }
        dismissed
    }

    /// Whether the run was told that it is no longer wanted.
    #[cfg(all(feature = "notebook", unix))]
    pub(crate) fn was_told(&self) -> bool {
        self.0.noticed.load(Ordering::Relaxed)
    }

    /// Whether the run belongs to no cell.
    pub(crate) fn is_apart(&self) -> bool {
        self.0.apart
    }

    /// Says how far the run is.
    pub(crate) fn tell_progress(&self, line: String) {
        *self
            .0
            .progress
            .lock()
            .unwrap_or_else(|lock| lock.into_inner()) = line;
        (self.0.changed)();
    }

    /// How far the run is, in a line.
    #[cfg(all(feature = "notebook", unix))]
    pub(crate) fn progress(&self) -> String {
        let progress = self.0.progress.lock();
        progress.unwrap_or_else(|lock| lock.into_inner()).clone()
    }

    /// Everything that is on the stage now.
    pub(crate) fn shown(&self) -> Vec<Item> {
        self.lock().clone()
    }

    /// Shows a bundle, or changes the one of this name.
    pub(crate) fn show(&self, bundle: &Bundle, name: Option<&str>) {
        self.change(|shown| {
            let new = Item::Rich(name.map(str::to_owned), bundle.clone());
            let old = shown.iter_mut().find(
                |item| matches!(item, Item::Rich(Some(own), _) if Some(own.as_str()) == name),
            );
            match old {
                Some(old) => *old = new,
                None => shown.push(new),
            }
        });
    }

    /// Adds text to what is shown.
    pub(crate) fn print(&self, text: &str) {
        self.change(|shown| match shown.last_mut() {
            Some(Item::Text(last)) => last.push_str(text),
            _ => shown.push(Item::Text(text.to_owned())),
        });
    }

    /// Empties the stage, at once or when the next thing comes.
    pub(crate) fn clear(&self, wait: bool) {
        self.0.clears.store(true, Ordering::SeqCst);
        if !wait {
            self.change(|_| {});
        }
    }

    fn change(&self, change: impl FnOnce(&mut Vec<Item>)) {
        {
            let mut shown = self.lock();
            if self.0.clears.swap(false, Ordering::SeqCst) {
                shown.clear();
            }
            change(&mut shown);
        }
        (self.0.changed)();
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Item>> {
        self.0.shown.lock().unwrap_or_else(|lock| lock.into_inner())
    }
}

/// Does something for the reader of the cell, on no stage.
#[cfg(all(feature = "notebook", unix))]
pub(crate) fn off<R>(action: impl FnOnce() -> R) -> R {
    on(None, action)
}

impl std::fmt::Debug for Stage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stage").finish_non_exhaustive()
    }
}

/// The action, to be done by another thread on the stage of this one.
pub(crate) fn carried<R>(action: impl FnOnce() -> R) -> impl FnOnce() -> R {
    let stage = Stage::current();
    move || on(stage, action)
}

/// Does something on a stage, or on none, and then goes back to where the thread was, by a panic too.
fn on<R>(stage: Option<Stage>, action: impl FnOnce() -> R) -> R {
    struct Back(Option<Stage>);
    impl Drop for Back {
        fn drop(&mut self) {
            CURRENT.set(self.0.take());
        }
    }
    let _back = Back(CURRENT.replace(stage));
    action()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notebook::{LiveDisplay, clear_output, display};

    #[test]
    fn what_a_thread_shows_on_a_stage_stays_there() {
        let stage = Stage::new(|| {});
        stage.play(|| {
            display(&Bundle::text("lost"));
            clear_output(true);
            stage.print("one ");
            stage.print("line\n");
            let mut live = LiveDisplay::new();
            live.finish(Bundle::text("first"));
            live.finish(Bundle::text("second"));
        });
        assert!(Stage::current().is_none());
        let shown = stage.shown();
        assert_eq!(shown.len(), 2);
        assert_eq!(shown[0], Item::Text("one line\n".to_owned()));
        assert!(matches!(&shown[1], Item::Rich(Some(_), b) if b.plain_text() == "second"));
    }

    #[test]
    fn a_panic_leaves_the_stage() {
        let stage = Stage::new(|| {});
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            stage.play(|| panic!("on purpose"));
        }));
        assert!(panicked.is_err() && Stage::current().is_none());
    }

    #[test]
    fn work_that_is_carried_to_another_thread_stays_on_the_stage() {
        let stage = Stage::new(|| {});
        let work = stage.play(|| carried(|| display(&Bundle::text("from afar"))));
        std::thread::spawn(work).join().unwrap();
        assert_eq!(stage.shown().len(), 1);
    }
}
