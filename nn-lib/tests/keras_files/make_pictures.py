#!/usr/bin/env python3
"""Makes mnist.npz and fashion-mnist/, small files of Keras's form, and what Keras makes of them: load_pictures.json.

usage: make_pictures.py            (made with Keras 3.15.1 and NumPy 2.4)
"""

import gzip
import json
import pathlib
import struct

import numpy
from keras.src.datasets import fashion_mnist, mnist

here = pathlib.Path(__file__).parent
random = numpy.random.default_rng(2)


def pictures(count):
    return random.integers(0, 256, (count, 28, 28)).astype(numpy.uint8), random.integers(0, 10, count).astype(numpy.uint8)


(x_train, y_train), (x_test, y_test) = pictures(5), pictures(3)
mnist_file, folder = here / "mnist.npz", here / "fashion-mnist"
numpy.savez_compressed(mnist_file, x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)
folder.mkdir(exist_ok=True)
for name, (x, y) in {"train": pictures(4), "t10k": pictures(2)}.items():
    images = struct.pack(">BBBBIII", 0, 0, 8, 3, *x.shape) + x.tobytes()
    labels = struct.pack(">BBBBI", 0, 0, 8, 1, *y.shape) + y.tobytes()
    (folder / f"{name}-images-idx3-ubyte.gz").write_bytes(gzip.compress(images, mtime=0))
    (folder / f"{name}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(labels, mtime=0))
mnist.get_file = lambda *_, **__: str(mnist_file)
fashion_mnist.get_file = lambda name, **_: str(folder / name)


def loaded(load):
    (x_train, y_train), (x_test, y_test) = load()
    # Of each picture its sum, and the sum of its pixels times their places: another order would give another one.
    sums = lambda x: [[int(p.sum()), int((p.reshape(-1).astype(int) * numpy.arange(p.size)).sum())] for p in x]
    return {
        "x_train": sums(x_train), "y_train": y_train.tolist(), "x_test": sums(x_test), "y_test": y_test.tolist(),
    }


cases = {"mnist": loaded(mnist.load_data), "fashion_mnist": loaded(fashion_mnist.load_data)}
(here / "load_pictures.json").write_text(json.dumps(cases, separators=(",", ":")) + "\n")
