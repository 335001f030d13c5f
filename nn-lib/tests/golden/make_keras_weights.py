#!/usr/bin/env python3
"""Keras models with all kinds of weights: keras_weights/NAME.safetensors, as the documentation of load_keras_weights writes it, and
keras_weights/outputs.json with what each computes.

usage: KERAS_BACKEND=jax make_keras_weights.py        (made with Keras 3.15.1 and safetensors 0.8)
"""

import json
import pathlib

import keras
import numpy
import safetensors.numpy
from keras import layers

here = pathlib.Path(__file__).parent / "keras_weights"
keras.utils.set_random_seed(3)
random = numpy.random.default_rng(3)


def pictures():
    return keras.Sequential([
        keras.Input((7, 6, 2)), layers.Conv2D(3, 3, padding="same", strides=2), layers.BatchNormalization(),
        layers.Activation("relu"), layers.MaxPooling2D(2), layers.Dropout(0.5), layers.Flatten(), layers.LayerNormalization(),
        layers.Dense(2, activation="softmax"),
    ])


def words():
    return keras.Sequential([
        keras.Input((5,)), layers.Embedding(9, 4, mask_zero=True), layers.LSTM(3, return_sequences=True),
        layers.GRU(3, return_sequences=True), layers.GRU(2, reset_after=False, return_sequences=True), layers.SimpleRNN(2),
        layers.Dense(1),
    ])


def branches():
    a, b = keras.Input((3,)), keras.Input((4,))
    shared = layers.Dense(3)
    left, right = layers.Dense(3, activation="tanh")(a), layers.Dense(3, use_bias=False)(b)
    both = layers.Concatenate()([shared(left), shared(right), left])
    return keras.Model([a, b], [layers.Dense(2)(both), layers.Dense(1)(right)])


def numbers(array):
    array = numpy.asarray(array, numpy.float32)
    return {"shape": array.shape, "values": [float(value) for value in array.reshape(-1)]}


cases = {}
inputs = {
    "pictures": [random.normal(size=(2, 7, 6, 2))],
    "words": [numpy.array([[0, 0, 3, 1, 8], [2, 5, 0, 0, 0], [1, 2, 3, 4, 5]])],
    "branches": [random.normal(size=(2, 3)), random.normal(size=(2, 4))],
}
for make in (pictures, words, branches):
    model, name = make(), make.__name__
    model.set_weights([
        numpy.abs(random.normal(size=w.shape)) if w.path.endswith("variance") else 0.5 * random.normal(size=w.shape)
        for w in model.weights
    ])
    weights = {f"{nth:04} {own.path}": own.numpy() for nth, own in enumerate(model.weights)}
    safetensors.numpy.save_file(weights, here / f"{name}.safetensors")
    x = [numpy.asarray(own, numpy.float32) for own in inputs[name]]
    outputs = model.predict(x if len(x) > 1 else x[0], verbose=0)
    outputs = outputs if isinstance(outputs, list) else [outputs]
    cases[name] = {"inputs": [numbers(own) for own in x], "outputs": [numbers(own) for own in outputs]}
(here / "outputs.json").write_text(json.dumps(cases, separators=(",", ":")) + "\n")
