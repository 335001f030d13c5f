#!/usr/bin/env bash
# What the scripts beside this file share. To be sourced.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
target="${CARGO_TARGET_DIR:-target}"
mkdir -p "$target"

# Says that a check could not be run here, and why: in the middle, and once more at the end of `.ci/run`.
not_run() {
  echo "not run: $*"
  if [ -n "${NOT_RUN:-}" ]; then
    echo "not run: $*" >> "$NOT_RUN"
  fi
}

# Puts the programs of `tools.txt` on the PATH, in the versions that it says. False where they cannot be had.
tools() {
  local place="$target/ci-tools"
  if ! cmp -s .ci/tools.txt "$place/installed"; then
    python3 -m venv --clear "$place" &&
      "$place/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r .ci/tools.txt &&
      cp .ci/tools.txt "$place/installed" || return 1
  fi
  PATH="$(cd "$place/bin" && pwd):$PATH"
}
