#!/usr/bin/env bash
# What the tests need of the system, where it is missing and may be installed.
. "$(dirname "$0")/common.sh"

# The engine infers types from the standard library's source; style needs two more components.
if command -v rustup > /dev/null; then
  rustup component add rust-src rustfmt clippy || echo "note: rustup could not look for components"
  rustup target add wasm32-unknown-unknown || echo "note: rustup could not look for WebAssembly's library"
fi

# Without Python's venv module no Jupyter can be installed; without Chromium the browser's tests are ignored.
if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
  missing=()
  python3 -c 'import venv, ensurepip' 2> /dev/null || missing+=(python3 python3-venv)
  command -v cc > /dev/null || missing+=(gcc libc6-dev)
  command -v chromium > /dev/null || command -v google-chrome > /dev/null || missing+=(chromium)
  if [ "${#missing[@]}" -gt 0 ]; then
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}"; } ||
      echo "note: could not install ${missing[*]}"
  fi
fi
