#!/usr/bin/env python3
"""Makes imdb.npz and reuters.npz, small files of Keras's form, and what Keras makes of them: load_data.json.

usage: make.py            (made with Keras 3.15.1 and NumPy 2.4)
"""

import json
import pathlib

import numpy
from keras.src.datasets import imdb, reuters

here = pathlib.Path(__file__).parent
random = numpy.random.default_rng(1)


def texts(count):
    lists = numpy.empty(count, dtype=object)
    lists[:] = [random.integers(1, 40, random.integers(1, 12)).tolist() for _ in range(count)]
    return lists


imdb_file, reuters_file = here / "imdb.npz", here / "reuters.npz"
numpy.savez(
    imdb_file,
    x_train=texts(9), y_train=random.integers(0, 2, 9), x_test=texts(7), y_test=random.integers(0, 2, 7),
)
numpy.savez(reuters_file, x=texts(23), y=random.integers(0, 46, 23))
imdb.get_file = lambda *_, **__: str(imdb_file)
reuters.get_file = lambda *_, **__: str(reuters_file)

common = [
    {},
    {"num_words": 20},
    {"num_words": 20, "skip_top": 8},
    {"num_words": 20, "oov_char": None},
    {"skip_top": 5, "oov_char": None},
    {"maxlen": 8},
    {"maxlen": 7, "start_char": None},
    {"maxlen": 9, "num_words": 25, "seed": 7},
    {"start_char": None, "index_from": 0},
    {"start_char": 5, "oov_char": 0, "index_from": 10, "num_words": 30},
    {"num_words": 0},
]
cases = []
for name, load, options in [
    *(("imdb", imdb.load_data, options) for options in common),
    *(("reuters", reuters.load_data, options) for options in common),
    *(("reuters", reuters.load_data, {"test_split": split, "num_words": 20}) for split in (0.0, 0.1, 0.35, 0.5)),
]:
    (x_train, y_train), (x_test, y_test) = load(**options)
    plain = lambda x: [[int(word) for word in text] for text in x]
    labels = lambda y: [int(label) for label in y]
    cases.append({
        "dataset": name,
        "options": options,
        "x_train": plain(x_train), "y_train": labels(y_train),
        "x_test": plain(x_test), "y_test": labels(y_test),
    })
(here / "load_data.json").write_text(json.dumps(cases, separators=(",", ":")) + "\n")
print(len(cases), "cases")
