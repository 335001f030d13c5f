#!/usr/bin/env bash
# The code compiles with the oldest Rust that `Cargo.toml` promises (`rust-version`).
. "$(dirname "$0")/common.sh"

oldest="$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml)"
case "$(rustc --version)" in
  "rustc $oldest".*)
    echo "Rust $oldest, the oldest that Cargo.toml promises, is the one that compiles everything else here."
    exit 0
    ;;
esac
if ! rustup run "$oldest.0" rustc --version 2> /dev/null &&
  ! rustup toolchain install "$oldest.0" --profile minimal 2> /dev/null; then
  not_run "the check with Rust $oldest: this machine has another one, and cannot get it"
  exit 0
fi
export CARGO_TARGET_DIR="$target/msrv" RUSTUP_TOOLCHAIN="$oldest.0"
cargo check --locked --all-targets
cargo check --locked --package rust-nn-kernel
