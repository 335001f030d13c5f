//! The types of the crate `hashbrown` that lie inside the standard library's `HashMap` and `HashSet`.
//!
//! The toolchain's source has only `core`, `alloc` and `std`. Without these types rust-analyzer cannot tell whether
//! an iterator or an entry of a map has a size, and then not which methods it has.
#![allow(dead_code, missing_docs)]

pub enum TryReserveError {
    CapacityOverflow,
    AllocError { layout: crate::alloc::Layout },
}

pub mod hash_map {
    use crate::marker::PhantomData;

    pub struct HashMap<K, V, S, A>(PhantomData<(K, V, S, A)>);
    pub struct Iter<'a, K, V>(PhantomData<&'a (K, V)>);
    pub struct IterMut<'a, K, V>(PhantomData<&'a mut (K, V)>);
    pub struct IntoIter<K, V, A>(PhantomData<(K, V, A)>);
    pub struct Drain<'a, K, V, A>(PhantomData<&'a mut (K, V, A)>);
    pub struct ExtractIf<'a, K, V, F, A>(PhantomData<&'a mut (K, V, F, A)>);
    pub struct RustcOccupiedEntry<'a, K, V, A>(PhantomData<&'a mut (K, V, A)>);
    pub struct RustcVacantEntry<'a, K, V, A>(PhantomData<&'a mut (K, V, A)>);
    pub enum RustcEntry<'a, K, V, A> {
        Occupied(RustcOccupiedEntry<'a, K, V, A>),
        Vacant(RustcVacantEntry<'a, K, V, A>),
    }
}

pub mod hash_set {
    use crate::marker::PhantomData;

    pub struct HashSet<T, S, A>(PhantomData<(T, S, A)>);
    pub struct Iter<'a, T>(PhantomData<&'a T>);
    pub struct IntoIter<T, A>(PhantomData<(T, A)>);
    pub struct Drain<'a, T, A>(PhantomData<&'a mut (T, A)>);
    pub struct ExtractIf<'a, T, F, A>(PhantomData<&'a mut (T, F, A)>);
    pub struct OccupiedEntry<'a, T, S, A>(PhantomData<&'a mut (T, S, A)>);
    pub struct VacantEntry<'a, T, S, A>(PhantomData<&'a mut (T, S, A)>);
    pub enum Entry<'a, T, S, A> {
        Occupied(OccupiedEntry<'a, T, S, A>),
        Vacant(VacantEntry<'a, T, S, A>),
    }
}
