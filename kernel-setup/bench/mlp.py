"""A dense network in Keras, with the keys of nn-lib's example bench_mlp.

usage: mlp.py jax|tensorflow

60,000 rows of 784 random numbers, Dense(512, relu), Dense(10, softmax), batches of 128, RMSprop, 5 epochs. Prints one
JSON object; the network is trained twice and fit5 is the second time, so that its compilation does not count.
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
x = random.random((60_000, 784), dtype="float32")
y = random.integers(0, 10, len(x))
stack = [
    layers.Input((784,)),
    layers.Dense(512, activation="relu"),
    layers.Dense(10, activation="softmax"),
]
model = keras.Sequential(stack)
model.compile("rmsprop", "sparse_categorical_crossentropy", metrics=["accuracy"])

result = {"backend": sys.argv[1], "data": "random"}
for name in ("fit5_first", "fit5"):
    start = time.perf_counter()
    model.fit(x, y, epochs=5, batch_size=128, verbose=0)
    result[name] = time.perf_counter() - start
start = time.perf_counter()
model.predict(x, batch_size=512, verbose=0)
result["predict"] = time.perf_counter() - start
result["total"] = time.perf_counter() - STARTED
result["peak_rss_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps(result))
