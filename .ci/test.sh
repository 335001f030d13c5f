#!/usr/bin/env bash
# Every test, and no test left out that could have run here.
. "$(dirname "$0")/common.sh"

log="$target/ci-test.log"
cargo test --release "$@" 2>&1 | tee "$log"
.ci/ignored.sh "$log"
