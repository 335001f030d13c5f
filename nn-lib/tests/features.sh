#!/bin/sh
# Compiles nn-lib with each of its features alone, without any, and for WebAssembly. A warning is an error.
#
# sh nn-lib/tests/features.sh
set -eu
cd "$(dirname "$0")/../.."
export RUSTFLAGS="${RUSTFLAGS:-} -D warnings"
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-target}/features"
check() {
    echo "nn-lib $*"
    cargo check --quiet --package nn-lib --lib --no-default-features "$@"
}
check
for features in datasets notebook plot threads plot,notebook datasets,notebook,threads; do
    check --features "$features"
done
wasm=wasm32-unknown-unknown
if [ -d "$(rustc --print sysroot)/lib/rustlib/$wasm" ]; then
    check --target $wasm
    check --target $wasm --features plot
else
    echo "skipped: this toolchain has no library for $wasm; rustup target add $wasm"
fi
