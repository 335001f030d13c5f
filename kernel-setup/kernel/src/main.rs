//! The Jupyter kernel.
fn main() {
    evcxr::runtime_hook();
}
