"""Texts as sequences in Keras, with the keys of nn-lib's example bench_sequences.

usage: sequences.py jax|tensorflow lstm|average

10,000 texts of 500 words out of 10,000, Embedding(32), LSTM(32) or the average of the words, Dense(1, sigmoid), batches of 128,
RMSprop. Prints one JSON object; the network is trained on two batches first, so that its compilation does not count.
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
# Frequent words have small indices, as in the reviews: the square of an even distribution.
x = (random.random((10_000, 500)) ** 2 * 9_999 + 1).astype("int32")
y = np.arange(len(x)) % 2
middle = layers.LSTM(32) if sys.argv[2] == "lstm" else layers.GlobalAveragePooling1D()
model = keras.Sequential([layers.Input((500,)), layers.Embedding(10_001, 32), middle, layers.Dense(1, activation="sigmoid")])
model.compile("rmsprop", "binary_crossentropy", metrics=["accuracy"])

result = {"backend": sys.argv[1], "data": "random"}
# A last batch that is smaller is compiled as well: 10,000 = 78 * 128 + 16.
model.fit(x[: 128 + 16], y[: 128 + 16], batch_size=128, verbose=0)
start = time.perf_counter()
model.fit(x, y, batch_size=128, verbose=0)
result["epoch"] = time.perf_counter() - start
result["total"] = time.perf_counter() - STARTED
result["peak_rss_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps(result))
