//! A kernel that several tests use one after the other: most tests do not need one of their own, and a start takes
//! seconds.

use crate::kernel::Kernel;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard};

/// The kernels of this test program. They end with it: they watch the process that has started them.
static KERNELS: [Mutex<Option<Kernel>>; 2] = [const { Mutex::new(None) }; 2];

/// A kernel without variables, until this is dropped.
pub struct Shared(MutexGuard<'static, Option<Kernel>>);

impl Kernel {
    /// A kernel that has been used by other tests, without their variables, functions and types.
    pub fn shared() -> Shared {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let place = NEXT.fetch_add(1, Ordering::Relaxed) % KERNELS.len();
        let mut kernel = KERNELS[place].lock().unwrap_or_else(|lock| {
            // A test has failed in the middle of something: its kernel is not used again.
            KERNELS[place].clear_poison();
            let mut kernel = lock.into_inner();
            *kernel = None;
            kernel
        });
        match &mut *kernel {
            Some(kernel) => drop(kernel.ok(":clear")),
            none => *none = Some(Kernel::start()),
        }
        Shared(kernel)
    }
}

impl Deref for Shared {
    type Target = Kernel;

    fn deref(&self) -> &Kernel {
        self.0.as_ref().expect("it has been started")
    }
}

impl DerefMut for Shared {
    fn deref_mut(&mut self) -> &mut Kernel {
        self.0.as_mut().expect("it has been started")
    }
}
