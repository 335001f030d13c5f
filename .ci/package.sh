#!/usr/bin/env bash
# nn-lib packs as the registry would get it, and passes its own tests from the packed files.
. "$(dirname "$0")/common.sh"

# Files that are not committed yet are packed as well; a fresh clone has none.
cargo package --package nn-lib --no-verify --allow-dirty --target-dir "$target"
place="$(cd "$target/package" && pwd)"
version="$(sed -n '/workspace.package/,/^$/s/^version = "\(.*\)"/\1/p' Cargo.toml)"
rm -rf "$place/unpacked"
mkdir "$place/unpacked"
tar -xzf "$place/nn-lib-$version.crate" -C "$place/unpacked"
# A directory of its own among the workspace's would be taken for a member of it.
cd "$place/unpacked/nn-lib-$version"
printf '\n[workspace]\n' >> Cargo.toml
# Unoptimized, with checks of every addition: this compiles faster, and the other tests are the optimized ones.
CARGO_PROFILE_DEV_DEBUG=0 cargo test --target-dir "$place/build"
