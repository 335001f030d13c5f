#!/usr/bin/env bash
# How much of nn-lib its own tests run through: lines and functions, file by file, and in all.
#
# .ci/coverage.sh [--html ...]   more options of `cargo llvm-cov` follow
. "$(dirname "$0")/common.sh"

tools || { echo "cargo llvm-cov could not be installed"; exit 1; }
# LLVM's programs of the compiler's own version: rustup's component, or the system's package.
version="$(rustc -vV | sed -n 's/^LLVM version: \([0-9]*\).*/\1/p')"
if [ -z "${LLVM_COV:-}" ] && command -v "llvm-cov-$version" > /dev/null; then
  LLVM_COV="$(command -v "llvm-cov-$version")"
  LLVM_PROFDATA="$(command -v "llvm-profdata-$version")"
  export LLVM_COV LLVM_PROFDATA
fi
cargo llvm-cov --release --package nn-lib "$@"
