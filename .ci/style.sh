#!/usr/bin/env bash
# Formatting, lints, documentation, and dependencies that nothing uses.
. "$(dirname "$0")/common.sh"

cargo fmt --all --check
cargo clippy --workspace --all-targets --release -- -D warnings
RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --release
if tools; then
  cargo shear
else
  not_run "cargo shear: its program could not be installed"
fi
