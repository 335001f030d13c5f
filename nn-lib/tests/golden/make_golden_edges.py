"""Makes the files of the folder `edges`: activations and losses where numbers are extreme, equal, or exactly right.

Run with Keras 3.15 on JAX: KERAS_BACKEND=jax python make_golden_edges.py
"""

import json
import pathlib

import jax
import keras
import numpy as np
from keras import losses
from make_golden import ACTIVATIONS, plain

FOLDER = pathlib.Path(__file__).parent / "edges"
EDGES = [
    [100, -100, 0, -0.0],
    [1e-6, -1e-6, 1e-3, -1e-3],
    [80, -80, 50, -50],
    [20, -20, 30, -30],
    [5, -5, 9, -9],
    [1e-20, -1e-20, 15, -15],
]


def write(name, cases):
    source = f"Keras {keras.__version__}, JAX backend, float32; make_golden_edges.py"
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{name}.json").write_text(json.dumps({"source": source, "cases": cases}) + "\n")


def activations():
    cases = []
    upstream = np.random.default_rng(21).normal(size=(6, 4)).astype(np.float32)
    for name in ACTIVATIONS:
        x = np.minimum(np.array(EDGES, dtype=np.float32), 80 if name == "exponential" else 100)
        y, pullback = jax.vjp(keras.activations.get(name), jax.numpy.asarray(x))
        (grad,) = pullback(jax.numpy.asarray(upstream))
        cases.append({"name": name, "x": plain(x), "y": plain(y), "upstream": plain(upstream), "grad": plain(grad)})
    write("activations", cases)


def all_losses():
    binary = "binary_crossentropy", losses.BinaryCrossentropy
    categorical = "categorical_crossentropy", losses.CategoricalCrossentropy
    sparse = "sparse_categorical_crossentropy", losses.SparseCategoricalCrossentropy
    yes_no = [[1], [0], [1], [0], [1], [0]]
    one_hot, classes = np.eye(4), [0, 1, 2, 3]
    odd_sums = [[0, 0, 0, 0], [0.5, 0.5, 0, 0], [1, 1, 0, 0], [0.25] * 4]
    sure = [[1, 0, 0, 0], [1, 0, 0, 0], [1e-8, 1e-8, 1e-8, 1], [0.1, 0.2, 0.3, 0.4]]
    far = [[100, -100, 0, 0], [100, -100, 0, 0], [1000] * 4, [-1000, 0, 0, -500]]
    plan = [
        (binary, {}, yes_no, [[0], [1], [1], [0], [1e-8], [1 - 1e-8]]),
        (binary, {}, yes_no, [[1e-6], [0.999999], [0.9999], [1e-4], [2e-7], [1e-7]]),
        (binary, {"from_logits": True}, yes_no, [[100], [100], [-100], [-100], [80], [0]]),
        (categorical, {}, one_hot, sure),
        (categorical, {}, one_hot, [[0.25] * 4, [2] * 4, [1e-3, 1e-3, 1e-3, 1], [3, 0, 0, 1]]),
        (categorical, {}, odd_sums, [[0.1, 0.2, 0.3, 0.4]] * 4),
        (categorical, {"from_logits": True}, one_hot, far),
        (categorical, {"from_logits": True}, odd_sums, [[1, 2, 3, -4]] * 4),
        (sparse, {}, classes, sure),
        (sparse, {"from_logits": True}, classes, far),
        (("huber", losses.Huber), {"delta": 0.5}, [[0] * 4], [[0.5, -0.5, 0.5001, 0]]),
        (("mse", losses.MeanSquaredError), {}, [[1, 2]], [[1, 3e4]]),
        (("mae", losses.MeanAbsoluteError), {}, [[1, 2, 3]], [[1, 2.5, 2]]),
    ]
    cases = []
    for (name, kind), options, y_true, y_pred in plan:
        y_true, y_pred = np.asarray(y_true, np.float32), np.asarray(y_pred, np.float32)
        loss = kind(**options)
        value, grad = jax.value_and_grad(lambda p: loss(y_true, p))(jax.numpy.asarray(y_pred))
        lists = {"y_true": plain(y_true), "y_pred": plain(y_pred), "value": float(value), "grad": plain(grad)}
        cases.append({"name": name, "from_logits": False, **options, **lists})
    write("losses", cases)


if __name__ == "__main__":
    activations()
    all_losses()
