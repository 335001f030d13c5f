#!/usr/bin/env bash
# Reads what `cargo test` has printed, and fails on a test that was ignored without need.
#
# A test may be ignored when `ignored.txt` names it (it takes long, and CONTRIBUTING.md says how to run it), or when its
# reason begins with "needs ..." and this machine really has not what it needs.
#
# .ci/ignored.sh LOG
. "$(dirname "$0")/common.sh"
log="$1"

# Whether this machine has what a test says that it needs; the words are those of `nn-lib/tests/support/mod.rs`.
has() {
  case "$1" in
    "the real data") [ -n "${NN_LIB_DATA:-}" ] ;;
    "the real pictures") [ -f "${NN_LIB_DATA:-}/mnist.npz" ] && [ -d "${NN_LIB_DATA:-}/fashion-mnist" ] ;;
    "a browser") command -v chromium chromium-browser google-chrome > /dev/null ;;
    "Python's packages") python3 -c 'import venv, ensurepip' 2> /dev/null && has "a network" ;;
    "a network") (cd / && CARGO_NET_RETRY=0 CARGO_HTTP_TIMEOUT=5 cargo info --quiet cfg-if > /dev/null 2>&1) ;;
    "the rights of root") mounts ;;
    "interrupts") (($((16#$(sed -n 's/^SigIgn:\s*//p' /proc/self/status 2> /dev/null || echo 0))) % 4 < 2)) ;;
    *) true ;;
  esac
}

mounts() {
  local directory
  directory="$(mktemp -d)"
  mount -t tmpfs tmpfs "$directory" 2> /dev/null && umount "$directory"
  local result=$?
  rmdir "$directory"
  return $result
}

unexpected=0
# "test NAME ... ignored, REASON" by the built-in harness, "test NAME ... ignored (REASON)" by the other one.
while IFS=$'\t' read -r name reason; do
  need="$(sed -n 's/^needs \([^:]*\):.*/\1/p' <<< "$reason")"
  if grep -qxF -- "$name" .ci/ignored.txt; then
    continue
  fi
  if [ -n "$need" ] && ! has "$need"; then
    not_run "the test $name: $reason"
  else
    echo "ignored without need: $name ($reason)"
    unexpected=$((unexpected + 1))
  fi
done < <(sed -nE 's/^test (.*[^ ]) +\.\.\. ignored(, (.*)| \((.*)\))?$/\1'$'\t''\3\4/p' "$log")

if [ "$unexpected" -gt 0 ]; then
  echo "$unexpected tests were ignored that should have run. One that takes long belongs into .ci/ignored.txt."
  exit 1
fi
