//! The kernels that a workspace keeps by columns: borrowed from their layers for training, or copied for predicting.

use std::cell::Cell;
use std::sync::Arc;

use crate::column_kernel::{ByColumns, ColumnKernel};
use crate::compute::LANES;
use crate::layers::{Locked, SharedLayer};
use crate::models::{Compiled, Plan};
use crate::optimizers::Clip;
use crate::regularizers::Regularizer;
use crate::tensor::{Storage, Tensor};

/// For each layer of a plan the kernel that is kept by columns, if there is one.
#[derive(Default)]
pub(crate) struct Kernels(Vec<Option<Kept>>);

/// A kernel by columns.
#[derive(Clone)]
pub(crate) struct Kept {
    pub(crate) kernel: Arc<ColumnKernel>,
    /// Which of the layer's variables it is.
    pub(crate) place: usize,
    /// The address of that variable's values.
    values: usize,
    /// Whether it is borrowed; otherwise it is a copy.
    borrowed: bool,
    /// Whether the derivative of the penalty is still to be added to the gradient of the running step.
    pub(crate) penalized: Cell<bool>,
}

impl Kept {
    /// What the layer's forward and backward calls are given.
    pub(crate) fn view(&self, training: bool) -> ByColumns<'_> {
        ByColumns {
            kernel: &self.kernel,
            values: self.values,
            training,
        }
    }
}

impl Kernels {
    /// Copies of the kernels that read these inputs, for computing outputs alone.
    pub(crate) fn copies(plan: &Plan, x: &[Tensor]) -> Kernels {
        let copy = |(nth, layer): (usize, &SharedLayer)| {
            let layer = layer.lock_to_read();
            let place = place_of_kernel(plan, nth, &layer, x)?;
            Some(keep(&layer, place, &[], false))
        };
        Kernels(plan.layers.iter().enumerate().map(copy).collect())
    }

    /// Borrows the kernels that read these inputs, with what the optimizer remembers of them, unless they are borrowed
    /// already.
    ///
    /// Clipping needs a gradient as a whole before any weight moves: then the kernels stay where they are. So do kernels
    /// that are filled up with zeros, if their penalty would move these.
    pub(crate) fn borrow(&mut self, plan: &Plan, compiled: &mut Compiled, x: &[Tensor]) {
        if compiled.optimizer.clip() != Clip::None {
            return;
        }
        self.0.resize(plan.layers.len(), None);
        let mut first = 0;
        for (nth, layer) in plan.layers.iter().enumerate() {
            let layer = layer.lock();
            let (number, variables) = (first, layer.variables().len());
            first += variables;
            let place = place_of_kernel(plan, nth, &layer, x);
            drop(layer);
            let Some(place) = place.filter(|_| self.0[nth].is_none()) else {
                continue;
            };
            let mut layer = plan.layers[nth].lock_to_change();
            let kernel = layer.variables()[place];
            let penalty = kernel.regularizer.filter(Regularizer::moves_zero);
            if penalty.is_some() && !kernel.shape[1].is_multiple_of(LANES) {
                continue;
            }
            let slots = compiled.slots_of(number + place, kernel.values.len());
            let kept = keep(&layer, place, slots, true);
            layer.lend(&kept.kernel, place);
            self.0[nth] = Some(kept);
        }
    }

    /// The same kernels for other inputs of the plan, as far as these are multi-hot too.
    pub(crate) fn shared(&self, plan: &Plan, x: &[Tensor]) -> Kernels {
        let shared = |(nth, kept): (usize, &Option<Kept>)| {
            let fits = place_of_kernel(plan, nth, &plan.layers[nth].lock(), x).is_some();
            kept.clone().filter(|_| fits)
        };
        Kernels(self.0.iter().enumerate().map(shared).collect())
    }

    /// Gives every kernel back: weights to the layers, the optimizer's memory to `compiled`.
    ///
    /// # Panics
    /// If an optimizer of one's own has panicked in a thread that moved the weights, and no caller has seen the panic yet.
    pub(crate) fn give_back(&mut self, plan: &Plan, compiled: Option<&mut Compiled>) {
        let mut slots = compiled.map(|compiled| &mut compiled.slots);
        let mut failed = false;
        let mut first = 0;
        for (layer, kept) in plan.layers.iter().zip(std::mem::take(&mut self.0)) {
            let mut layer = layer.lock();
            let variables = layer.variables().len();
            if let Some(kept) = kept.filter(|kept| kept.borrowed) {
                if layer.has_lent(&kept.kernel) {
                    layer.end_loan();
                }
                let slots = slots
                    .as_mut()
                    .and_then(|all| all.get_mut(first + kept.place));
                kept.kernel
                    .store_memory(slots.map_or(&mut [], Vec::as_mut_slice));
                failed |= kept.kernel.has_failed();
            }
            first += variables;
        }
        if failed && !std::thread::panicking() {
            panic!("{}", crate::column_kernel::FAILED);
        }
    }

    /// Locks a layer for a pass through it, with its kernel if that is kept by columns. A kernel that another
    /// model has taken back is left out.
    pub(crate) fn lock<'a>(&self, plan: &'a Plan, nth: usize) -> (Locked<'a>, Option<&Kept>) {
        let layer = &plan.layers[nth];
        let Some(kept) = self.0.get(nth).and_then(Option::as_ref) else {
            return (layer.lock_to_read(), None);
        };
        let locked = layer.lock();
        if !kept.borrowed || locked.has_lent(&kept.kernel) {
            return (locked, Some(kept));
        }
        drop(locked);
        (layer.lock_to_read(), None)
    }

    /// The same for changing the layer's weights. The workspace gives up a kernel that another model has taken back; the
    /// caller gets it, for the gradient that it still holds.
    pub(crate) fn lock_to_change<'a>(
        &mut self,
        plan: &'a Plan,
        nth: usize,
    ) -> (Locked<'a>, Option<&Kept>, Option<Kept>) {
        let layer = &plan.layers[nth];
        let Some(kept) = self.0.get_mut(nth) else {
            return (layer.lock_to_change(), None, None);
        };
        let locked = layer.lock();
        if kept
            .as_ref()
            .is_some_and(|kept| locked.has_lent(&kept.kernel))
        {
            return (locked, kept.as_ref(), None);
        }
        drop(locked);
        (layer.lock_to_change(), None, kept.take())
    }

    /// Whether a variable of a layer is kept by columns.
    pub(crate) fn has(&self, layer: usize, place: usize) -> bool {
        let kept = self.0.get(layer).and_then(Option::as_ref);
        kept.is_some_and(|kept| kept.place == place)
    }
}

/// A kernel of a locked layer, by columns.
fn keep(layer: &Locked<'_>, place: usize, slots: &[Vec<f32>], borrowed: bool) -> Kept {
    let variable = layer.variables()[place];
    let (dimension, units) = (variable.shape[0], variable.shape[1]);
    let kernel = ColumnKernel::new(&variable.values, slots, dimension, units);
    Kept {
        kernel: Arc::new(kernel),
        place,
        values: variable.values.as_ptr() as usize,
        borrowed,
        penalized: Cell::new(false),
    }
}

/// Which variable of a layer may be kept by columns for these inputs: a matrix, whose layer reads in each application one
/// input of the model, and that is multi-hot.
fn place_of_kernel(plan: &Plan, nth: usize, layer: &Locked<'_>, x: &[Tensor]) -> Option<usize> {
    let place = layer
        .kernel_by_columns()
        .filter(|_| layer.takes_multi_hot())?;
    let kernel = *layer.variables().get(place)?;
    let fits = kernel.shape.len() == 2 && reads_only_multi_hot(plan, nth, x, kernel.shape[0]);
    fits.then_some(place)
}

/// Whether each application of a layer reads one input of the model, and that is multi-hot, of this dimension.
fn reads_only_multi_hot(plan: &Plan, layer: usize, x: &[Tensor], dimension: usize) -> bool {
    let multi_hot = |node: &usize| {
        let input = plan.inputs.iter().position(|input| input == node);
        input
            .and_then(|input| x.get(input))
            .is_some_and(|x| match &x.storage {
                Storage::MultiHot(rows) => rows.decks().is_some() && rows.dimension() == dimension,
                Storage::Dense { .. } => false,
            })
    };
    let mut applications = plan.nodes.iter().filter(|node| node.layer == Some(layer));
    applications.all(|node| node.inputs.len() == 1 && multi_hot(&node.inputs[0]))
}
