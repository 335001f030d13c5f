"""The book's convnet in Keras, with the keys of nn-lib's example bench_convnet.

usage: convnet.py jax|tensorflow

60,000 random pictures of 28 x 28, batches of 64, RMSprop. Prints one JSON object; the network is trained on two batches first, so
that its compilation does not count.
"""

import json
import os
import resource
import sys
import time

STARTED = time.perf_counter()
os.environ["KERAS_BACKEND"] = sys.argv[1]
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
from keras import layers

random = np.random.default_rng(1)
x = random.random((60_000, 28, 28, 1), dtype="float32")
y = random.integers(0, 10, len(x))
model = keras.Sequential([
    layers.Input((28, 28, 1)),
    layers.Conv2D(32, 3, activation="relu"),
    layers.MaxPooling2D(2),
    layers.Conv2D(64, 3, activation="relu"),
    layers.MaxPooling2D(2),
    layers.Conv2D(64, 3, activation="relu"),
    layers.Flatten(),
    layers.Dense(64, activation="relu"),
    layers.Dense(10, activation="softmax"),
])
model.compile("rmsprop", "sparse_categorical_crossentropy", metrics=["accuracy"])

result = {"backend": sys.argv[1], "data": "random"}
# A last batch that is smaller is compiled as well: 60,000 = 937 * 64 + 32.
model.fit(x[: 64 + 32], y[: 64 + 32], batch_size=64, verbose=0)
start = time.perf_counter()
model.fit(x, y, batch_size=64, verbose=0)
result["epoch"] = time.perf_counter() - start
result["total"] = time.perf_counter() - STARTED
result["peak_rss_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps(result))
