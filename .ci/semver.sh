#!/usr/bin/env bash
# From the first release on: nothing public of nn-lib breaks without a new number.
. "$(dirname "$0")/common.sh"

# A release is a tag such as v0.1.0.
release="$(git tag --list 'v[0-9]*' --sort=-version:refname | head -n 1)"
if [ -z "$release" ]; then
  not_run "cargo semver-checks: nn-lib has no release yet that it could be compared with"
elif ! cargo semver-checks --version > /dev/null 2>&1; then
  not_run "cargo semver-checks: not installed (cargo install --locked cargo-semver-checks)"
else
  cargo semver-checks --package nn-lib --baseline-rev "$release"
fi
