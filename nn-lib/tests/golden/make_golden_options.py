"""Makes fit_options.json: trainings with options of `fit` that the other files leave out.

Run with Keras 3.15 on JAX: KERAS_BACKEND=jax python make_golden_options.py
"""

import json
import os
import pathlib

os.environ.setdefault("KERAS_BACKEND", "jax")

import keras
import numpy as np
from keras import layers, optimizers

HERE = pathlib.Path(__file__).parent


def lists(value):
    return np.asarray(value, dtype=np.float32).tolist()


def main():
    rng = np.random.default_rng(5)
    x = rng.normal(size=(20, 6)).astype(np.float32)
    y = (x.sum(axis=1) > 0).astype(np.float32)
    sample_weight = rng.uniform(0.2, 3.0, size=20).astype(np.float32)
    one_hot = np.eye(3, dtype=np.float32)[rng.integers(0, 3, size=20)]
    cases = []

    def case(name, model, targets, **options):
        initial = [lists(w) for w in model.get_weights()]
        history = model.fit(x, targets, shuffle=False, verbose=0, batch_size=6, **options)
        cases.append(
            {
                "name": name,
                "initial_weights": initial,
                "y": lists(targets),
                "history": {k: lists(v) for k, v in sorted(history.history.items())},
                "final_weights": [lists(w) for w in model.get_weights()],
            }
        )

    def binary():
        model = keras.Sequential([keras.Input((6,)), layers.Dense(4, "tanh"), layers.Dense(1, "sigmoid")])
        model.compile(optimizers.SGD(0.2), "binary_crossentropy", metrics=["accuracy", "auc", "precision"])
        return model

    case("sample_weight_and_split", binary(), y, epochs=3, sample_weight=sample_weight, validation_split=0.3)
    case("class_weight_and_split", binary(), y, epochs=3, class_weight={0: 0.5, 1: 2.0}, validation_split=0.25)

    model = keras.Sequential([keras.Input((6,)), layers.Dense(4, "tanh"), layers.Dense(3, "softmax")])
    model.compile(optimizers.Adam(0.05, clipnorm=0.1), "categorical_crossentropy", metrics=["accuracy"])
    case("class_weight_on_one_hot_rows", model, one_hot, epochs=3, class_weight={0: 0.5, 2: 2.0})

    model = binary()
    scheduler = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.5 if epoch else rate)
    case("learning_rate_scheduler", model, y, epochs=4, callbacks=[scheduler])

    model = binary()
    model.optimizer.learning_rate.assign(3.0)
    stopping = keras.callbacks.EarlyStopping("val_loss", patience=2, restore_best_weights=True)
    case("early_stopping", model, y, epochs=30, validation_split=0.3, callbacks=[stopping])

    inputs = keras.Input((6,))
    a = layers.Dense(4, "relu")(inputs)
    b = layers.Dense(4, "elu")(layers.Dense(3, "tanh")(inputs))
    c = layers.Multiply()([a, layers.Dense(4, "sigmoid")(b)])
    merged = layers.Concatenate()([layers.Average()([a, b]), c, layers.Maximum()([a, b])])
    model = keras.Model(inputs, layers.Dense(1, "sigmoid")(merged))
    model.compile(optimizers.RMSprop(0.05, momentum=0.9, centered=True), "binary_crossentropy", metrics=["accuracy"])
    case("branches", model, y, epochs=3)

    content = {
        "source": f"Keras {keras.__version__}, JAX backend, float32; make_golden_options.py",
        "x": lists(x),
        "sample_weight": lists(sample_weight),
        "cases": cases,
    }
    (HERE / "fit_options.json").write_text(json.dumps(content) + "\n")


if __name__ == "__main__":
    main()
