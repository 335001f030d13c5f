#!/usr/bin/env bash
# What `deny.toml` says of the dependencies: licences, sources, and known vulnerabilities.
. "$(dirname "$0")/common.sh"

if ! tools; then
  not_run "cargo deny: its program could not be installed"
  exit 0
fi
# It reads the manifest of every crate, also of those for other systems.
if ! cargo fetch --locked --quiet; then
  not_run "cargo deny: not all crates can be downloaded"
  exit 0
fi
cargo deny --locked check --hide-inclusion-graph bans licenses sources
# The list of known vulnerabilities is a repository, which must be within reach, now or at an earlier time.
if GIT_TERMINAL_PROMPT=0 cargo deny fetch db 2> /dev/null; then
  cargo deny --locked check advisories
else
  not_run "cargo deny check advisories: the list of known vulnerabilities cannot be downloaded"
fi
