#!/usr/bin/env python3
"""Makes the reference values of this directory with Keras.

    python3 -m venv venv && venv/bin/pip install keras==3.15.1 jax
    venv/bin/python make_golden.py --output more --seed 1

Every number is computed by Keras on its JAX backend in float32; only the inputs come from NumPy's generator, from the
seed. The files `activations`, `losses`, `metrics`, `optimizers` and `fit_*` were made with another draw of the inputs
(same layout); those below `more/` are this script's own. Point the tests to a directory of your own making with
NN_LIB_GOLDEN:

    venv/bin/python make_golden.py --output /tmp/golden --seed 7 --rows 40 --units 9
    NN_LIB_GOLDEN=/tmp/golden cargo test --package nn-lib golden
"""

import argparse
import json
import os
import pathlib

os.environ["KERAS_BACKEND"] = "jax"
os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax
import keras
import numpy as np
from keras import layers, losses, metrics, optimizers, regularizers

ACTIVATIONS = [
    "linear", "relu", "sigmoid", "tanh", "softmax", "leaky_relu",
    "elu", "selu", "softplus", "gelu", "silu", "exponential",
]  # fmt: skip


def plain(values):
    """Arrays as nested lists: json writes the shortest digits that give the same double."""
    return np.asarray(values, dtype=np.float32).tolist()


class Golden:
    """Draws inputs of the asked size and writes cases to files."""

    def __init__(self, arguments):
        self.rng = np.random.default_rng(arguments.seed)
        self.seed = arguments.seed
        self.rows = arguments.rows
        self.units = arguments.units
        self.steps = arguments.steps
        self.output = pathlib.Path(arguments.output)
        self.output.mkdir(parents=True, exist_ok=True)

    def normal(self, *shape, scale=1.0):
        return (self.rng.normal(size=shape) * scale).astype(np.float32)

    def probabilities(self, rows, units):
        if units == 1:
            return self.rng.uniform(0.02, 0.98, size=(rows, 1)).astype(np.float32)
        return np.asarray(jax.nn.softmax(self.normal(rows, units)))

    def classes(self, rows, units):
        return self.rng.integers(0, units, size=rows)

    def one_hot(self, rows, units):
        return np.eye(units, dtype=np.float32)[self.classes(rows, units)]

    def yes_or_no(self, rows, units):
        return self.rng.integers(0, 2, size=(rows, units)).astype(np.float32)

    def write(self, name, content):
        source = f"Keras {keras.__version__}, JAX backend, float32"
        path = self.output / f"{name}.json"
        path.write_text(json.dumps({"source": source, "seed": self.seed, **content}) + "\n")
        print(path)

    def activations(self):
        cases = []
        for name in ACTIVATIONS:
            x = self.normal(self.rows, self.units, scale=2.0)
            far = 20.0 if name == "exponential" else 40.0
            x[0, :3] = [0.0, far, -far]
            upstream = self.normal(self.rows, self.units)
            y, pullback = jax.vjp(keras.activations.get(name), jax.numpy.asarray(x))
            (grad,) = pullback(jax.numpy.asarray(upstream))
            cases.append(
                {"name": name, "x": plain(x), "y": plain(y), "upstream": plain(upstream), "grad": plain(grad)}
            )
        self.write("activations", {"cases": cases})

    def losses(self):
        rows, units = self.rows, self.units
        saturated = self.probabilities(rows, 1)
        saturated[:2, 0] = [0.0, 1.0]
        logits = self.normal(rows, 1, scale=8.0)
        logits[:2, 0] = [60.0, -60.0]
        soft = self.probabilities(rows, units)
        numbers, predicted = self.normal(rows, units), self.normal(rows, units)
        binary = "binary_crossentropy", losses.BinaryCrossentropy
        categorical = "categorical_crossentropy", losses.CategoricalCrossentropy
        sparse = "sparse_categorical_crossentropy", losses.SparseCategoricalCrossentropy
        plan = [
            (binary, {}, self.yes_or_no(rows, 1), self.probabilities(rows, 1)),
            (binary, {}, self.yes_or_no(rows, 1), saturated),
            (binary, {}, self.yes_or_no(rows, units), self.probabilities(rows, units)),
            (binary, {}, soft, self.probabilities(rows, units)),
            (binary, {"from_logits": True}, self.yes_or_no(rows, 1), logits),
            (binary, {"from_logits": True}, soft, self.normal(rows, units, scale=4.0)),
            (categorical, {}, self.one_hot(rows, units), self.probabilities(rows, units)),
            (categorical, {}, self.one_hot(rows, units), 3.0 * self.probabilities(rows, units)),
            (categorical, {}, soft, self.probabilities(rows, units)),
            (categorical, {"from_logits": True}, self.one_hot(rows, units), self.normal(rows, units, scale=3.0)),
            (categorical, {"from_logits": True}, soft, self.normal(rows, units, scale=3.0)),
            (sparse, {}, self.classes(rows, units), self.probabilities(rows, units)),
            (sparse, {"from_logits": True}, self.classes(rows, units), self.normal(rows, units, scale=3.0)),
            (("mse", losses.MeanSquaredError), {}, numbers, predicted),
            (("mae", losses.MeanAbsoluteError), {}, numbers, predicted),
            (("huber", losses.Huber), {}, numbers, predicted),
            (("huber", losses.Huber), {"delta": 0.7}, numbers, predicted),
            (("mse", losses.MeanSquaredError), {}, numbers[:, :1], predicted[:, :1]),
        ]
        cases = []
        for (name, kind), options, y_true, y_pred in plan:
            y_true = y_true.astype(np.float32)
            loss = kind(**options)
            value, grad = jax.value_and_grad(lambda p: loss(y_true, p))(jax.numpy.asarray(y_pred))
            cases.append(
                {
                    "name": name,
                    "from_logits": False,
                    **options,
                    "y_true": plain(y_true),
                    "y_pred": plain(y_pred),
                    "value": float(value),
                    "grad": plain(grad),
                }
            )
        self.write("losses", {"cases": cases})

    def metrics(self):
        rows, units = max(self.rows, 20), self.units
        yes, sure = self.yes_or_no(rows, 1), self.probabilities(rows, 1)
        many, many_sure = self.yes_or_no(rows, units), self.probabilities(rows, units) * 2 % 1
        on_threshold = np.round(sure * 199) / np.float32(199)
        tied = np.round(self.probabilities(rows, units), 1)
        one_hot, classes = self.one_hot(rows, units), self.classes(rows, units)
        numbers, predicted = self.normal(rows, units), self.normal(rows, units)
        weight = self.rng.uniform(0.0, 2.0, size=rows).astype(np.float32)
        k = min(2, units)
        plan = [
            ("binary_accuracy", metrics.BinaryAccuracy, {}, yes, sure),
            ("binary_accuracy", metrics.BinaryAccuracy, {}, many, many_sure),
            ("binary_accuracy", metrics.BinaryAccuracy, {"threshold": 0.3}, yes, sure),
            ("categorical_accuracy", metrics.CategoricalAccuracy, {}, one_hot, tied),
            ("sparse_categorical_accuracy", metrics.SparseCategoricalAccuracy, {}, classes, tied),
            ("top_k_categorical_accuracy", metrics.TopKCategoricalAccuracy, {"k": k}, one_hot, tied),
            ("sparse_top_k_categorical_accuracy", metrics.SparseTopKCategoricalAccuracy, {"k": k}, classes, tied),
            ("precision", metrics.Precision, {}, yes, sure),
            ("precision", metrics.Precision, {"thresholds": 0.7}, many, many_sure),
            ("recall", metrics.Recall, {}, yes, sure),
            ("recall", metrics.Recall, {"thresholds": 0.3}, many, many_sure),
            ("auc", metrics.AUC, {}, yes, sure),
            ("auc", metrics.AUC, {}, yes, on_threshold),
            ("auc", metrics.AUC, {}, many, many_sure),
            ("mse", metrics.MeanSquaredError, {}, numbers, predicted),
            ("mae", metrics.MeanAbsoluteError, {}, numbers, predicted),
            ("root_mean_squared_error", metrics.RootMeanSquaredError, {}, numbers[:, :1], predicted[:, :1]),
            ("binary_crossentropy", metrics.BinaryCrossentropy, {}, yes, sure),
        ]
        cases = []
        for name, kind, options, y_true, y_pred in plan:
            for sample_weight in [None, weight]:
                metric = kind(**options)
                # In two batches, as training does it.
                for part in [slice(0, rows // 3), slice(rows // 3, rows)]:
                    some = None if sample_weight is None else sample_weight[part]
                    metric.update_state(y_true[part], y_pred[part], sample_weight=some)
                case = {"name": name, "y_true": plain(y_true), "y_pred": plain(y_pred), "value": float(metric.result())}
                if "thresholds" in options:
                    case["threshold"] = options["thresholds"]
                case.update({key: value for key, value in options.items() if key != "thresholds"})
                if sample_weight is not None:
                    case["sample_weight"] = plain(sample_weight)
                cases.append(case)
        self.write("metrics", {"cases": cases})

    def optimizers(self):
        decay = {"name": "ExponentialDecay", "initial_learning_rate": 0.05, "decay_steps": 3, "decay_rate": 0.7}
        plan = [
            ("sgd", {"learning_rate": 0.05}),
            ("sgd", {"learning_rate": 0.05, "momentum": 0.9}),
            ("sgd", {"learning_rate": 0.05, "momentum": 0.9, "nesterov": True}),
            ("sgd", {"learning_rate": decay, "momentum": 0.5}),
            ("sgd", {"learning_rate": 0.05, "clipnorm": 1.5}),
            ("sgd", {"learning_rate": 0.05, "global_clipnorm": 1.5}),
            ("sgd", {"learning_rate": 0.05, "clipvalue": 0.4}),
            ("rmsprop", {"learning_rate": 0.001}),
            ("rmsprop", {"learning_rate": 0.01, "rho": 0.8, "momentum": 0.5, "epsilon": 1e-6}),
            ("rmsprop", {"learning_rate": 0.01, "centered": True}),
            ("rmsprop", {"learning_rate": 0.01, "rho": 0.95, "momentum": 0.3, "centered": True}),
            ("rmsprop", {"learning_rate": decay}),
            ("adam", {"learning_rate": 0.002}),
            ("adam", {"learning_rate": 0.002, "beta_1": 0.8, "beta_2": 0.99, "epsilon": 1e-5}),
            ("adam", {"learning_rate": 0.002, "amsgrad": True}),
            ("adam", {"learning_rate": decay, "clipnorm": 1.0}),
            ("adagrad", {"learning_rate": 0.01}),
            ("adagrad", {"learning_rate": 0.01, "initial_accumulator_value": 0.5, "epsilon": 1e-4}),
        ]
        kinds = {
            "sgd": optimizers.SGD,
            "rmsprop": optimizers.RMSprop,
            "adam": optimizers.Adam,
            "adagrad": optimizers.Adagrad,
        }
        cases = []
        for name, config in plan:
            initial = self.normal(self.rows, self.units)
            scales = 10.0 ** self.rng.uniform(-3, 1.3, size=self.steps)
            grads = [self.normal(self.rows, self.units, scale=scale) for scale in scales]
            grads[-1][0] = 0.0
            optimizer = kinds[name](**{**config, "learning_rate": schedule(config["learning_rate"])})
            weights = keras.Variable(initial)
            optimizer.build([weights])
            after = []
            for grad in grads:
                optimizer.apply([jax.numpy.asarray(grad)], [weights])
                after.append(plain(weights.value))
            cases.append(
                {
                    "name": name,
                    "config": config,
                    "initial": plain(initial),
                    "grads": plain(grads),
                    "after_each_step": after,
                }
            )
        self.write("optimizers", {"cases": cases})

    def schedules(self):
        plan = [
            {"name": "ExponentialDecay", "initial_learning_rate": 0.1, "decay_steps": 7, "decay_rate": 0.9},
            {"name": "ExponentialDecay", "initial_learning_rate": 0.1, "decay_steps": 7, "decay_rate": 0.9, "staircase": True},
            {"name": "InverseTimeDecay", "initial_learning_rate": 0.1, "decay_steps": 5, "decay_rate": 0.5},
            {"name": "InverseTimeDecay", "initial_learning_rate": 0.1, "decay_steps": 5, "decay_rate": 0.5, "staircase": True},
            {"name": "PolynomialDecay", "initial_learning_rate": 0.1, "decay_steps": 11, "end_learning_rate": 0.01, "power": 1.0},
            {"name": "PolynomialDecay", "initial_learning_rate": 0.1, "decay_steps": 11, "end_learning_rate": 0.01, "power": 2.5},
            {"name": "PolynomialDecay", "initial_learning_rate": 0.1, "decay_steps": 11, "end_learning_rate": 0.01, "power": 0.5, "cycle": True},
            {"name": "CosineDecay", "initial_learning_rate": 0.1, "decay_steps": 13, "alpha": 0.0},
            {"name": "CosineDecay", "initial_learning_rate": 0.01, "decay_steps": 13, "alpha": 0.1, "warmup_target": 0.2, "warmup_steps": 6},
            {"name": "PiecewiseConstantDecay", "boundaries": [5, 12], "values": [0.1, 0.03, 0.004]},
        ]  # fmt: skip
        steps = list(range(30))
        cases = [
            {"config": config, "steps": steps, "values": [float(schedule(config)(step)) for step in steps]}
            for config in plan
        ]
        self.write("schedules", {"cases": cases})

    # Whole training runs, shuffling off, from stored initial weights.

    def fit(self, name, describe, model, x, y, x_val, y_val, epochs, batch_size, weight_names=False, **options):
        for weight in model.weights:
            if len(weight.shape) == 2:
                limit = np.sqrt(6.0 / sum(weight.shape))
                weight.assign(self.rng.uniform(-limit, limit, size=weight.shape).astype(np.float32))
        initial = [plain(w) for w in model.get_weights()]
        history = model.fit(
            x, y, validation_data=(x_val, y_val), epochs=epochs, batch_size=batch_size, shuffle=False, verbose=0, **options
        ).history
        lists = lambda v: [plain(part) for part in v] if isinstance(v, list) else plain(v)
        content = {"describe": describe}
        if weight_names:
            content["weight_names"] = [w.path for w in model.weights]
        content |= {
            "initial_weights": initial,
            "x": lists(x),
            "y": lists(y),
            "x_val": lists(x_val),
            "y_val": lists(y_val),
            "epochs": epochs,
            "batch_size": batch_size,
            "shuffle": False,
        }
        if "class_weight" in options:
            content["class_weight"] = {str(k): v for k, v in options["class_weight"].items()}
        content |= {"history": dict(sorted((k, [float(e) for e in v]) for k, v in history.items()))}
        if not isinstance(y, list):
            content["evaluate"] = [float(v) for v in model.evaluate(x_val, y_val, batch_size=batch_size, verbose=0)]
        content["predict"] = lists(model.predict(x_val, verbose=0))
        content["final_weights"] = [plain(w) for w in model.get_weights()]
        self.write(f"fit_{name}", content)

    def fits(self):
        rows, validation, features = 23, 9, 7
        x, x_val = self.normal(rows, features), self.normal(validation, features)
        dense = layers.Dense

        def labels(f):
            return f(x), f(x_val)

        direction = self.normal(features, 1)
        y, y_val = labels(lambda data: (data @ direction > 0).astype(np.float32))
        model = keras.Sequential(
            [keras.Input((features,)), dense(5, "relu"), dense(4, "relu"), dense(1, "sigmoid")]
        )
        model.compile(optimizers.RMSprop(0.01), "binary_crossentropy", metrics=["accuracy"])
        self.fit(
            "binary_rmsprop",
            "Dense(5,relu)-Dense(4,relu)-Dense(1,sigmoid); 23 rows, batch 6: the last batch is partial; RMSprop(0.01)",
            model, x, y, x_val, y_val, epochs=4, batch_size=6,
        )  # fmt: skip

        model = keras.Sequential([keras.Input((features,)), dense(5, "relu"), dense(1, "sigmoid")])
        model.compile(optimizers.RMSprop(0.01), "binary_crossentropy", metrics=["accuracy"])
        self.fit(
            "class_weight", "Dense(5,relu)-Dense(1,sigmoid); RMSprop(0.01); class_weight {0: 1.0, 1: 2.5}",
            model, x, y, x_val, y_val, epochs=3, batch_size=6, class_weight={0: 1.0, 1: 2.5},
        )  # fmt: skip

        model = keras.Sequential(
            [
                keras.Input((features,)),
                dense(5, "relu", kernel_regularizer=regularizers.L2(0.01)),
                dense(1, "sigmoid", kernel_regularizer=regularizers.L1(0.003)),
            ]
        )
        model.compile(optimizers.RMSprop(0.01), "binary_crossentropy", metrics=["accuracy"])
        self.fit(
            "l2", "Dense(5,relu,L2(0.01))-Dense(1,sigmoid,L1(0.003)); RMSprop(0.01); loss and val_loss include the penalties",
            model, x, y, x_val, y_val, epochs=4, batch_size=6,
        )  # fmt: skip

        classes = self.rng.integers(0, 4, size=rows), self.rng.integers(0, 4, size=validation)
        one_hot = [np.eye(4, dtype=np.float32)[c] for c in classes]
        model = keras.Sequential([keras.Input((features,)), dense(6, "tanh"), dense(4, "softmax")])
        model.compile(optimizers.Adam(0.01), "categorical_crossentropy", metrics=["accuracy"])
        self.fit(
            "categorical_adam", "Dense(6,tanh)-Dense(4,softmax), one-hot targets; Adam(0.01)",
            model, x, one_hot[0], x_val, one_hot[1], epochs=3, batch_size=8,
        )  # fmt: skip

        model = keras.Sequential([keras.Input((features,)), dense(6, "relu"), dense(4, "softmax")])
        model.compile(optimizers.SGD(0.1, momentum=0.9), "sparse_categorical_crossentropy", metrics=["accuracy"])
        self.fit(
            "sparse_categorical_sgd", "Dense(6,relu)-Dense(4,softmax), integer targets; SGD(0.1, momentum 0.9)",
            model, x, classes[0], x_val, classes[1], epochs=3, batch_size=8,
        )  # fmt: skip

        price = self.normal(features, 1, scale=2.0)
        y, y_val = labels(lambda data: (data @ price + self.normal(len(data), 1, scale=0.3)).astype(np.float32))
        model = keras.Sequential([keras.Input((features,)), dense(8, "relu"), dense(8, "relu"), dense(1)])
        model.compile(optimizers.RMSprop(0.005), "mse", metrics=["mae"])
        self.fit(
            "regression_rmsprop", "Dense(8,relu)-Dense(8,relu)-Dense(1); mse, mae; batch 1; RMSprop(0.005)",
            model, x, y, x_val, y_val, epochs=4, batch_size=1,
        )  # fmt: skip

        a, b = keras.Input((features,), name="a"), keras.Input((features,), name="b")
        shared = dense(4, "relu", name="shared")
        left, right = shared(a), shared(b)
        sentiment = dense(1, "sigmoid", name="sentiment")(layers.Concatenate()([left, right]))
        topic = dense(3, "softmax", name="topic")(layers.Add()([left, right]))
        model = keras.Model([a, b], [sentiment, topic])
        model.compile(
            optimizers.RMSprop(0.01),
            loss=["binary_crossentropy", "categorical_crossentropy"],
            loss_weights=[1.0, 0.5],
            metrics=[["accuracy"], ["accuracy"]],
        )
        ys = [[self.yes_or_no(n, 1), self.one_hot(n, 3)] for n in (rows, validation)]
        self.fit(
            "functional",
            "inputs a,b (7); shared Dense(4,relu); Concatenate -> Dense(1,sigmoid) 'sentiment'; "
            "Add -> Dense(3,softmax) 'topic'; loss weights 1.0, 0.5; RMSprop(0.01)",
            model, [x, self.normal(rows, features)], ys[0], [x_val, self.normal(validation, features)], ys[1],
            epochs=3, batch_size=6, weight_names=True,
        )  # fmt: skip

    def fit_imdb(self, data):
        """From `imdb.npz` in the directory `data`; the initial weights go to a file of their own."""
        (train, labels), _ = keras.datasets.imdb.load_data(
            path=str(pathlib.Path(data).resolve() / "imdb.npz"), num_words=10_000
        )
        x = np.zeros((3000, 10_000), dtype=np.float32)
        for row, words in enumerate(train[:3000]):
            x[row, words] = 1.0
        y = labels[:3000].astype(np.float32)
        model = keras.Sequential(
            [keras.Input((10_000,)), layers.Dense(16, "relu"), layers.Dense(16, "relu"), layers.Dense(1, "sigmoid")]
        )
        for weight in model.weights:
            if len(weight.shape) == 2:
                limit = np.sqrt(6.0 / sum(weight.shape))
                weight.assign(self.rng.uniform(-limit, limit, size=weight.shape).astype(np.float32))
        np.savez(
            self.output / "imdb_initial_weights.npz", **{f"w{i}": w for i, w in enumerate(model.get_weights())}
        )
        model.compile("rmsprop", "binary_crossentropy", metrics=["accuracy"])
        history = model.fit(
            x[:2000], y[:2000], validation_data=(x[2000:], y[2000:]), epochs=5, batch_size=512, shuffle=False, verbose=0
        ).history
        self.write(
            "fit_imdb",
            {
                "describe": "Dense(16,relu)-Dense(16,relu)-Dense(1,sigmoid), RMSprop default, batch 512, shuffle off; rows "
                "0..2000 of load_data(num_words=10000) train, validated on rows 2000..3000; initial weights in "
                "imdb_initial_weights.npz (w0 kernel1 (10000,16), w1 bias1, ...)",
                "history": dict(sorted((k, [float(e) for e in v]) for k, v in history.items())),
                "predict_first_10": plain(model.predict(x[:10], verbose=0)),
            },
        )


def schedule(config):
    """The learning rate that a configuration describes: a number, or a schedule's class name and arguments."""
    if not isinstance(config, dict):
        return config
    arguments = {key: value for key, value in config.items() if key != "name"}
    return getattr(optimizers.schedules, config["name"])(**arguments)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", default="more", help="directory to write to (default: more)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the inputs (default: 1)")
    parser.add_argument("--rows", type=int, default=4, help="samples, or rows of a weight (default: 4)")
    parser.add_argument("--units", type=int, default=4, help="units per sample, 3 or more (default: 4)")
    parser.add_argument("--steps", type=int, default=6, help="optimizer steps (default: 6)")
    parser.add_argument("--data", help="directory with imdb.npz; without it fit_imdb is left out")
    arguments = parser.parse_args()
    if arguments.units < 3 or arguments.rows < 3:
        parser.error("--rows and --units must be 3 or more")
    golden = Golden(arguments)
    golden.activations()
    golden.losses()
    golden.metrics()
    golden.optimizers()
    golden.schedules()
    golden.fits()
    if arguments.data:
        golden.fit_imdb(arguments.data)


if __name__ == "__main__":
    main()
