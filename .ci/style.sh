#!/usr/bin/env bash
# Formatting, lints, documentation, dependencies that nothing uses, and circles between the files of nn-lib.
. "$(dirname "$0")/common.sh"

cargo fmt --all --check
python3 nn-lib/tests/rooms.py
cargo clippy --workspace --all-targets --release -- -D warnings
RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --release
if tools; then
  cargo shear
else
  not_run "cargo shear: its program could not be installed"
fi
