//! A layer that several graphs and models share, and the training that has borrowed its weights.
//!
//! A training on multi-hot rows borrows the kernel of its first layer and keeps it by columns ([`ColumnKernel`]). For as
//! long the values in the layer are out of date. So there are three ways to a layer:
//!
//! - [`lock`](SharedLayer::lock), for its name and shapes;
//! - [`lock_to_read`](SharedLayer::lock_to_read), which first copies the borrowed weights back, as they are after the last
//!   finished step: for another model with this layer, on another thread;
//! - [`lock_to_change`](SharedLayer::lock_to_change), which also ends the loan: the training sees that its kernel is no
//!   longer borrowed, and goes on with the values in the layer.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Layer;
use crate::column_kernel::ColumnKernel;
use crate::precompiled::Precompiled;

/// A layer that several graphs and models share.
#[derive(Clone)]
pub(crate) struct SharedLayer(Arc<Mutex<Held>>);

struct Held {
    layer: Box<dyn Layer>,
    loan: Option<Precompiled<Loan>>,
}

/// A kernel that a training has borrowed.
struct Loan {
    kernel: Arc<ColumnKernel>,
    /// Which of the layer's variables it is.
    place: usize,
}

/// The layer, unless it is in use.
impl fmt::Debug for SharedLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.try_lock() {
            Ok(held) => write!(
                f,
                "SharedLayer({} {:?})",
                held.layer.kind(),
                held.layer.base()
            ),
            Err(_) => f.write_str("SharedLayer(in use)"),
        }
    }
}

/// A locked layer: no other thread uses it.
pub(crate) struct Locked<'a>(MutexGuard<'a, Held>);

impl SharedLayer {
    pub(crate) fn new(layer: Box<dyn Layer>) -> SharedLayer {
        SharedLayer(Arc::new(Mutex::new(Held { layer, loan: None })))
    }

    /// The shared layer of this builder, made on first use.
    pub(crate) fn of(layer: &dyn Layer) -> SharedLayer {
        let shared = &layer.base().shared;
        shared
            .get_or_init(|| SharedLayer::new(layer.boxed_clone()))
            .clone()
    }

    /// A copy with weights of its own.
    pub(crate) fn copy(&self) -> SharedLayer {
        SharedLayer::new(self.lock_to_read().boxed_clone())
    }

    /// The layer, whose weights may be out of date. Never held while another layer is locked: two models that have the same
    /// layers in another order would wait for each other.
    pub(crate) fn lock(&self) -> Locked<'_> {
        Locked(self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The layer with its weights as they are after the last finished step.
    pub(crate) fn lock_to_read(&self) -> Locked<'_> {
        let mut locked = self.lock();
        locked.copy_back();
        locked
    }

    /// The layer, for changing its weights. A loan ends here.
    pub(crate) fn lock_to_change(&self) -> Locked<'_> {
        let mut locked = self.lock();
        locked.end_loan();
        locked
    }

    pub(crate) fn is(&self, other: &SharedLayer) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Locked<'_> {
    /// Lends the variable at `place`; until the loan ends, its weights are those of the kernel.
    pub(crate) fn lend(&mut self, kernel: &Arc<ColumnKernel>, place: usize) {
        let kernel = Arc::clone(kernel);
        self.0.loan = Some(Precompiled::new(Loan { kernel, place }));
    }

    /// Whether the layer's loan is still of this kernel.
    pub(crate) fn has_lent(&self, kernel: &Arc<ColumnKernel>) -> bool {
        let loan = self.0.loan.as_ref();
        loan.is_some_and(|loan| Arc::ptr_eq(&loan.kernel, kernel))
    }

    /// Copies borrowed weights into the layer, which keeps them from now on.
    pub(crate) fn end_loan(&mut self) {
        self.copy_back();
        self.0.loan = None;
    }

    /// Copies borrowed weights into the layer.
    fn copy_back(&mut self) {
        let Held { layer, loan } = &mut *self.0;
        if let Some(loan) = loan
            && let Some(variable) = layer.variables_mut().into_iter().nth(loan.place)
        {
            loan.kernel.store_weights(&mut variable.values);
        }
    }
}

impl Deref for Locked<'_> {
    type Target = dyn Layer;

    fn deref(&self) -> &(dyn Layer + 'static) {
        self.0.layer.as_ref()
    }
}

impl DerefMut for Locked<'_> {
    fn deref_mut(&mut self) -> &mut (dyn Layer + 'static) {
        self.0.layer.as_mut()
    }
}
