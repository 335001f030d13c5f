//! The threads that share large dense work; all cells of a notebook use the same ones.
//!
//! A training with large products runs *within* them, see [`within`]: then the thread that cuts the work takes back what
//! no other has begun, and on a machine that is busy with other things nobody waits for a late one.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

#[cfg(feature = "threads")]
use rayon_core::{ThreadPool, ThreadPoolBuilder};

/// The variable by which the number of threads is chosen.
const THREADS: &str = "NN_LIB_THREADS";
/// The largest number of threads that is accepted: a larger one is a typing error.
const MOST: usize = 1024;

/// How many threads to use: `NN_LIB_THREADS`, or as many as the process is given processors. Where a container, a service
/// or `taskset` allows it fewer than the machine has, the system says so: the quota of the control group and of those
/// above it, and the processors that the process may run on.
pub(crate) fn threads() -> usize {
    static CHOSEN: OnceLock<usize> = OnceLock::new();
    *CHOSEN.get_or_init(|| {
        let given = std::thread::available_parallelism().map_or(1, usize::from);
        let wanted = std::env::var_os(THREADS).filter(|text| !text.is_empty());
        wanted.map_or(given, |text| {
            number(&text.to_string_lossy()).unwrap_or_else(|problem| {
                eprintln!("nn-lib: {problem}; {given} are used, as many as there are processors");
                given
            })
        })
    })
}

/// The number in the variable.
fn number(text: &str) -> Result<usize, String> {
    let number = text.trim().parse().ok();
    number
        .filter(|number| (1..=MOST).contains(number))
        .ok_or_else(|| {
            format!("{THREADS} is \"{text}\", which is no number of threads from 1 to {MOST}")
        })
}

/// The threads; `None` where one is all there is.
#[cfg(feature = "threads")]
fn pool() -> Option<&'static ThreadPool> {
    static POOL: OnceLock<Option<ThreadPool>> = OnceLock::new();
    let pool = POOL.get_or_init(|| {
        let builder = ThreadPoolBuilder::new().num_threads(threads());
        let named = builder.thread_name(|number| format!("nn-lib dense {number}"));
        // Where the system refuses threads, the calling one does everything.
        (threads() > 1).then(|| named.build().ok()).flatten()
    });
    pool.as_ref()
}

/// Whether a training runs within the threads.
static OCCUPIED: AtomicBool = AtomicBool::new(false);

/// Given up when the training ends, by a panic too.
struct Occupation;

impl Drop for Occupation {
    fn drop(&mut self) {
        OCCUPIED.store(false, Ordering::Release);
    }
}

/// Does a training on one of the threads, so that it can share parts of its work out to the others.
///
/// A second one at the same time runs on the thread that calls. In the pool a thread that waits for a part of the first
/// training would take up the whole second one meanwhile, while it has a layer locked that the second may need.
pub(crate) fn within<R: Send>(training: impl FnOnce() -> R + Send) -> R {
    if OCCUPIED.swap(true, Ordering::Acquire) {
        return training();
    }
    let _occupation = Occupation;
    on_a_thread(training)
}

#[cfg(feature = "threads")]
fn on_a_thread<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    match pool() {
        Some(pool) => pool.install(work),
        None => work(),
    }
}

#[cfg(not(feature = "threads"))]
fn on_a_thread<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    work()
}

/// How many threads share large dense work.
fn workers() -> usize {
    #[cfg(feature = "threads")]
    return pool().map_or(1, ThreadPool::current_num_threads);
    #[cfg(not(feature = "threads"))]
    1
}

/// Does both, side by side where there are threads.
pub(crate) fn both<A: Send, B>(
    one: impl FnOnce() -> A + Send,
    other: impl FnOnce() -> B,
) -> (A, B) {
    if cfg!(target_family = "wasm") {
        return (one(), other());
    }
    std::thread::scope(|scope| {
        let one = scope.spawn(one);
        let other = other();
        let one = one.join();
        (
            one.unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            other,
        )
    })
}

/// Into how many pieces so much work is to be cut, where a piece must be `least` at least.
pub(crate) fn pieces(work: usize, least: usize) -> usize {
    let worthwhile = (work / least).max(1);
    match worthwhile {
        1 => 1,
        several => several.min(workers()),
    }
}

/// Does the work on each piece, side by side.
pub(crate) fn share<T: Send>(pieces: impl IntoIterator<Item = T>, work: impl Fn(T) + Send + Sync) {
    let mut pieces: Vec<T> = pieces.into_iter().collect();
    let last = pieces.pop();
    if pieces.is_empty() {
        return last.into_iter().for_each(work);
    }
    // Without threads `pieces` has said 1, and this line is not reached. The pieces lock no layer.
    #[cfg(feature = "threads")]
    on_a_thread(|| {
        rayon_core::scope(|scope| {
            let work = &work;
            for piece in pieces {
                scope.spawn(move |_| work(piece));
            }
            last.into_iter().for_each(work);
        });
    });
    #[cfg(not(feature = "threads"))]
    pieces.into_iter().chain(last).for_each(work);
}

/// Does the work on each of the pieces, side by side if it is worth while. The pieces are the same for any number of threads.
pub(crate) fn share_if<T: Send>(
    worthwhile: bool,
    pieces: impl IntoIterator<Item = T>,
    work: impl Fn(T) + Send + Sync,
) {
    if worthwhile && workers() > 1 {
        share(pieces, work);
    } else {
        pieces.into_iter().for_each(work);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_piece_is_worked_on_once() {
        let mut numbers: Vec<u32> = (0..1000).collect();
        share(numbers.chunks_mut(7), |piece| {
            piece.iter_mut().for_each(|number| *number += 1);
        });
        assert!(numbers.into_iter().eq(1..1001));
    }

    #[test]
    fn of_two_trainings_at_once_one_runs_where_it_was_called() {
        let here = || std::thread::current().id();
        let caller = here();
        within(|| {
            let first = here();
            assert!(within(here) == first, "the second runs in place");
        });
        let panicked = std::panic::catch_unwind(|| within(|| panic!("on purpose")));
        assert!(panicked.is_err());
        assert!(!OCCUPIED.load(Ordering::Relaxed));
        assert!(threads() == 1 || within(here) != caller);
    }

    #[test]
    fn a_number_of_threads_is_understood_and_anything_else_is_named() {
        assert_eq!(number(" 3 "), Ok(3));
        for text in ["0", "-1", "two", "1.5", "1025", "99999999999999999999"] {
            let problem = number(text).unwrap_err();
            assert!(problem.contains("NN_LIB_THREADS") && problem.contains(text));
        }
    }

    #[test]
    fn little_work_is_one_piece() {
        assert_eq!(pieces(0, 10), 1);
        assert_eq!(pieces(19, 10), 1);
        assert!(pieces(1000, 10) <= threads());
    }
}
