"""Makes fit_trainings.json: trainings with combinations of layers, losses, optimizers and callbacks that the other files
leave out, 23 samples in batches of 5.

Run with Keras 3.15 on JAX: KERAS_BACKEND=jax python make_golden_trainings.py
"""

import json
import os
import pathlib

os.environ.setdefault("KERAS_BACKEND", "jax")

import keras
import numpy as np
from keras import callbacks, layers, losses, metrics, optimizers
from keras.layers import Dense
from keras.optimizers.schedules import PiecewiseConstantDecay
from keras.regularizers import L1, L2, L1L2

HERE = pathlib.Path(__file__).parent
RNG = np.random.default_rng(31)
X = RNG.normal(size=(23, 6)).astype(np.float32)
REVERSED = X[:, ::-1].copy()
YES = (X[:, :3].sum(axis=1) > 0).astype(np.float32)
WEIGHT = RNG.uniform(0.2, 3, size=23).astype(np.float32)
CLASS = RNG.integers(0, 3, size=23).astype(np.float32)
ONE_HOT = np.eye(3, dtype=np.float32)[CLASS.astype(int)]
MANY = RNG.integers(0, 2, size=(23, 3)).astype(np.float32)
NUMBERS = (X @ RNG.normal(size=(6, 2))).astype(np.float32)
CASES = []


def lists(value):
    if isinstance(value, list):
        return [lists(part) for part in value]
    return np.asarray(value, dtype=np.float32).tolist()


def case(name, model, x, y, biases=True, **options):
    if biases:
        for weight in model.trainable_variables:
            if len(weight.shape) == 1:
                weight.assign(RNG.normal(size=weight.shape).astype(np.float32) * 0.1)
    initial = lists(model.get_weights())
    history = model.fit(x, y, shuffle=False, verbose=0, batch_size=5, **options).history
    results = model.evaluate(x, y, verbose=0, batch_size=4, return_dict=True)
    CASES.append(
        {
            "name": name,
            "initial_weights": initial,
            "history": {key: lists(values) for key, values in sorted(history.items())},
            "evaluate": {key: float(value) for key, value in sorted(results.items())},
            "final_weights": lists(model.get_weights()),
        }
    )
    print(name)


def stack(*parts):
    return keras.Sequential([keras.Input((6,)), *parts])


def compiled(model, optimizer, loss, names=("accuracy",), **options):
    model.compile(optimizer, loss, metrics=list(names), **options)
    return model


def binary(optimizer):
    return compiled(stack(Dense(4, "tanh"), Dense(1, "sigmoid")), optimizer, "binary_crossentropy")


def two_inputs():
    return keras.Input((6,)), keras.Input((6,))


def graphs():
    a, b = two_inputs()
    shared = Dense(4, "gelu", kernel_regularizer=L1L2(0.01, 0.02), bias_regularizer=L2(0.1), name="shared")
    left, right = shared(a), shared(b)
    one = Dense(1, "sigmoid", name="one", bias_regularizer=L1(0.05))(layers.Multiply()([left, right]))
    two = Dense(3, "softmax", name="two")(layers.Maximum()([left, right]))
    model = compiled(
        keras.Model([a, b], [one, two]),
        optimizers.Adam(0.02, amsgrad=True, clipnorm=0.5),
        ["binary_crossentropy", "sparse_categorical_crossentropy"],
        [["accuracy", "auc"], ["accuracy", metrics.SparseTopKCategoricalAccuracy(k=2)]],
        loss_weights=[0.3, 2.0],
    )
    case("two_outputs_with_weights", model, [X, REVERSED], [YES, CLASS], epochs=3, sample_weight=WEIGHT)

    a = keras.Input((6,))
    mean = layers.Average()([Dense(1, "sigmoid")(a), Dense(1, "sigmoid")(Dense(3, "tanh")(a))])
    model = compiled(keras.Model(a, mean), "rmsprop", "binary_crossentropy")
    case("mean_of_two_sigmoids", model, X, YES, epochs=3)

    tower = stack(Dense(4, "exponential", use_bias=False), Dense(3, "tanh"))
    a, b = two_inputs()
    sum_of_both = layers.Add()([tower(a), tower(b)])
    output = Dense(2)(layers.Concatenate()([tower(a), tower(b), sum_of_both]))
    model = compiled(keras.Model([a, b], output), optimizers.Adagrad(0.05, clipvalue=0.1), "mae", ["mse"])
    case("model_as_layer", model, [X * np.float32(0.3), REVERSED * np.float32(0.3)], NUMBERS, epochs=3)

    a = keras.Input((6,))
    first = Dense(3, "softmax", name="first")(a)
    second = Dense(1, "sigmoid", name="second")(first)
    model = compiled(
        keras.Model(a, [first, second]),
        optimizers.Adam(0.03),
        ["categorical_crossentropy", "binary_crossentropy"],
        [["accuracy"], ["accuracy"]],
    )
    case("output_that_feeds_another", model, X, [ONE_HOT, YES], epochs=3)

    model = keras.Sequential(
        [
            keras.Input((2, 3)),
            Dense(4, "softplus", kernel_regularizer=L1(0.01)),
            Dense(3, "softmax"),
            layers.Flatten(),
            layers.Activation("leaky_relu"),
            Dense(2),
        ]
    )
    compiled(model, optimizers.SGD(0.05), "huber", ["mae", "mse"])
    options = {"epochs": 3, "validation_split": 0.3, "sample_weight": WEIGHT}
    case("more_axes", model, X.reshape(23, 2, 3), NUMBERS, **options)


def stacks():
    penalized = Dense(4, "tanh", bias_regularizer=L1(0.01)), Dense(1, "sigmoid", bias_regularizer=L1L2(0.02, 0.03))
    model = compiled(stack(*penalized), optimizers.RMSprop(0.01), "binary_crossentropy")
    case("l1_on_biases_of_zero", model, X, YES, biases=False, epochs=3)

    loss = losses.SparseCategoricalCrossentropy(from_logits=True)
    model = compiled(stack(Dense(5, "relu"), Dense(3)), optimizers.Adagrad(0.1), loss)
    options = {"epochs": 3, "class_weight": {0: 0.2, 2: 3.0}, "validation_split": 0.2}
    case("sparse_logits_with_class_weight", model, X, CLASS, **options)

    optimizer = optimizers.SGD(0.1, momentum=0.8, nesterov=True, global_clipnorm=0.4)
    loss = losses.CategoricalCrossentropy(from_logits=True)
    model = compiled(stack(Dense(5, "silu"), Dense(3)), optimizer, loss, ["accuracy", "categorical_crossentropy"])
    case("categorical_logits", model, X, ONE_HOT, epochs=3)

    loss = losses.BinaryCrossentropy(from_logits=True)
    model = stack(Dense(5, "elu"), Dense(1))
    compiled(model, optimizers.RMSprop(0.02, momentum=0.5), loss, [metrics.BinaryAccuracy(threshold=0.0)])
    case("binary_logits", model, X, YES, epochs=3, sample_weight=WEIGHT, validation_split=0.4)

    names = [
        "accuracy",
        "binary_accuracy",
        metrics.Precision(name="precision"),
        metrics.Precision(thresholds=0.7, name="precision"),
        "recall",
        "auc",
    ]
    model = compiled(stack(Dense(5, "selu"), Dense(3, "sigmoid")), optimizers.Adam(0.02), "binary_crossentropy", names)
    case("several_labels_and_metrics_of_one_name", model, X, MANY, epochs=3, sample_weight=WEIGHT)

    model = binary(optimizers.RMSprop(PiecewiseConstantDecay([4, 9], [0.1, 0.05, 0.01])))
    case("initial_epoch_and_schedule", model, X, YES, epochs=5, initial_epoch=2)
    scheduler = callbacks.LearningRateScheduler(lambda epoch, rate: rate / (1 + epoch))
    options = {"epochs": 5, "initial_epoch": 2, "callbacks": [scheduler]}
    case("initial_epoch_and_scheduler", binary(optimizers.SGD(0.3)), X, YES, **options)


def early_stopping():
    def stopping(name, rate, epochs=12, **arguments):
        callback = callbacks.EarlyStopping(**arguments)
        options = {"epochs": epochs, "validation_split": 0.3, "callbacks": [callback]}
        case(name, binary(optimizers.SGD(rate)), X, YES, **options)

    best = {"restore_best_weights": True}
    stopping("stop_min_delta", 0.2, monitor="val_loss", min_delta=0.02, patience=1)
    stopping("stop_auto", 0.5, monitor="val_accuracy", patience=2, **best)
    stopping("stop_max", 0.5, monitor="val_accuracy", mode="max", min_delta=0.2, patience=2, **best)
    stopping("stop_wrong_mode", 0.2, monitor="val_loss", mode="max", patience=3, **best)
    stopping("stop_start_from_epoch", 2.0, monitor="val_loss", start_from_epoch=4, patience=1, **best)
    stopping("stop_without_patience", 2.0, monitor="val_loss", patience=0)
    stopping("stop_never", 0.05, epochs=4, monitor="loss", patience=5, **best)


def main():
    keras.utils.set_random_seed(31)
    graphs()
    stacks()
    early_stopping()
    content = {
        "source": f"Keras {keras.__version__}, JAX backend, float32; make_golden_trainings.py",
        "x": lists(X),
        "reversed": lists(REVERSED),
        "yes": lists(YES),
        "weight": lists(WEIGHT),
        "class": lists(CLASS),
        "one_hot": lists(ONE_HOT),
        "many": lists(MANY),
        "numbers": lists(NUMBERS),
        "cases": CASES,
    }
    (HERE / "fit_trainings.json").write_text(json.dumps(content) + "\n")


if __name__ == "__main__":
    main()
