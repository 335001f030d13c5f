#!/bin/sh
# Builds the image of .binder/Dockerfile from a bundle, without a container engine, and runs a notebook in it as its user.
#
#     sudo tests/image.sh nn-lib-classroom-VERSION-x86_64-linux.tar.gz
#
# It needs buildah and mmdebstrap, and a network for Debian's packages and JupyterHub. What it makes, it removes.
set -eu
bundle=$(realpath -- "$1")
repository=$(realpath -- "$(dirname -- "$0")/..")
notebook=/opt/rust-nn/current/notebooks/3.4-classifying-movie-reviews.ipynb
certificates=/etc/ssl/certs/ca-certificates.crt
place=$(mktemp -d)
engine() {
    buildah --root "$place/storage" --runroot "$place/run" --storage-driver vfs "$@"
}
clean() {
    engine rm --all > /dev/null 2>&1 || true
    engine rmi --all --force > /dev/null 2>&1 || true
    rm -rf "$place"
}
trap clean EXIT
trap 'exit 130' INT TERM

# A base: the system, as a registry's image of Debian has it.
mmdebstrap --quiet --variant=minbase --include=ca-certificates bookworm "$place/base.tar"
base=$(engine from scratch)
engine add --quiet "$base" "$place/base.tar" / > /dev/null
engine commit --quiet "$base" localhost/base > /dev/null
engine rm "$base" > /dev/null
rm "$place/base.tar"

# What the image is made from: the recipe and the bundle, without the rest of the repository.
mkdir "$place/context"
cp -r "$repository/.binder" "$repository/.dockerignore" "$place/context"
cp "$bundle" "$place/context/nn-lib-classroom-bundle.tar.gz"
engine bud --quiet --isolation chroot --volume "$certificates:$certificates:ro" --file "$place/context/.binder/Dockerfile" \
    --build-arg TREE=bundle --build-arg BASE=localhost/base --build-arg PIP_CERT="$certificates" \
    --tag localhost/classroom "$place/context"

class=$(engine from localhost/classroom)
student() {
    engine run --isolation chroot "$class" -- "$@"
}
test "$(student id -un)" = jovyan
student jupyterhub-singleuser --version
student rust-nn run --output /home/jovyan/out "$notebook"
# A server lays out the chapter.
student timeout 20 tini -- jupyter lab --ip=127.0.0.1 --port=0 --no-browser > "$place/server.log" 2>&1 || true
student test -f /home/jovyan/nn-lib-classroom/3.4-classifying-movie-reviews.ipynb
engine images --format '{{.Name}} {{.Size}}'
echo "1 passed, 0 failed"
