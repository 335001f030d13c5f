"""Reference values of Keras for the layers beyond Dense, and for short trainings with them.

    KERAS_BACKEND=jax python make_golden_layers.py FOLDER SEED

writes FOLDER/layers.json and FOLDER/fits.json; those beside this script are of Keras 3.15.1 with JAX in float32, seed 20.

A case of layers.json: a layer with `config` and `weights` (those that learn) and `state` (those that do not) was given `x`, and
`mask` where there is one; `y` is its output, `grad_x` and `grad_weights` are the derivatives of the sum of `y * upstream`, and
`state_after` is the state after a step of training. Numbers are written with nine digits, which is all of a float32.

A case of fits.json: a stack of `layers` was trained from `initial_weights`, without shuffling.
"""
import json, os, sys
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "jax")
import jax, keras, numpy as np
from keras import layers as L, regularizers as R

folder, seed = Path(sys.argv[1]), int(sys.argv[2])
random = np.random.default_rng(seed)
keras.utils.set_random_seed(seed)


def plain(value):
    """Arrays as lists; floats with nine digits."""
    value = np.asarray(value)
    if value.dtype.kind != "f":
        return value.tolist()
    rounded = np.array([float(f"{number:.9g}") for number in value.reshape(-1)], dtype=float)
    return rounded.reshape(value.shape).tolist()


def normal(*shape):
    return random.normal(0, 1, shape).astype("float32")


def layer_case(kind, config, x, training=False, mask=None):
    layer = getattr(L, kind)(**config)
    layer(x[:1])  # builds it
    for weight in layer.trainable_weights:
        weight.assign(random.normal(0, 0.5, weight.shape).astype("float32"))
    others = [own for own in layer.non_trainable_variables if own.dtype == "float32"]  # a dropout's seed is none
    for own in others:
        own.assign(np.abs(random.normal(1, 0.3, own.shape)).astype("float32"))
    weights, state = [w.value for w in layer.trainable_weights], [plain(own.value) for own in others]
    fixed = [own.value for own in layer.non_trainable_variables]
    options = {"training": training} if kind == "BatchNormalization" else {}
    if mask is not None:
        options["mask"] = mask
    call = lambda weights, x: layer.stateless_call(weights, fixed, x, **options)
    y, after = call(weights, x)
    upstream = normal(*y.shape)
    total = lambda weights, x: (call(weights, x)[0] * upstream).sum()
    by_x = plain(jax.grad(total, argnums=1)(weights, x)) if x.dtype.kind == "f" else None
    after = [new for new, own in zip(after, layer.non_trainable_variables) if own.dtype == "float32"]
    return {
        "layer": kind, "config": config, "training": training, "x": plain(x), "mask": None if mask is None else mask.tolist(),
        "weights": [plain(w) for w in weights], "state": state, "y": plain(y), "upstream": plain(upstream), "grad_x": by_x,
        "grad_weights": [plain(g) for g in jax.grad(total)(weights, x)], "state_after": [plain(s) for s in after],
    }


def pictures():
    for shape, config in [
        ((5, 5, 1), dict(filters=3, kernel_size=3, activation="relu")),
        ((6, 5, 2), dict(filters=2, kernel_size=(2, 3), padding="same", activation="gelu")),
        ((7, 6, 2), dict(filters=2, kernel_size=(4, 2), strides=(3, 2), padding="same", use_bias=False)),
        ((7, 7, 1), dict(filters=2, kernel_size=3, dilation_rate=2, activation="softmax")),
        ((6, 7, 1), dict(filters=2, kernel_size=(3, 2), dilation_rate=(1, 2), padding="same")),
        ((5, 4, 4), dict(filters=6, kernel_size=2, groups=2, activation="silu")),
        ((3, 3, 2), dict(filters=4, kernel_size=1, strides=2, activation="tanh")),
        ((2, 3, 1), dict(filters=2, kernel_size=5, padding="same")),
    ]:
        yield layer_case("Conv2D", config, normal(2, *shape))
    for kind in ("MaxPooling2D", "AveragePooling2D"):
        for shape, config in [
            ((5, 4, 3), dict(pool_size=2)),
            ((5, 7, 1), dict(pool_size=(3, 2), strides=(2, 1), padding="same")),
            ((6, 5, 2), dict(pool_size=3, strides=1)),
            ((4, 5, 1), dict(pool_size=2, strides=3, padding="same")),
        ]:
            yield layer_case(kind, config, normal(2, *shape))
    # Numbers of which many are the largest.
    yield layer_case("MaxPooling2D", dict(pool_size=3, strides=1), random.integers(0, 2, (2, 5, 5, 2)).astype("float32"))
    for keepdims in (False, True):
        yield layer_case("GlobalAveragePooling2D", dict(keepdims=keepdims), normal(2, 3, 4, 2))


def sequences():
    mask = np.array([[1, 1, 1, 0], [0, 1, 0, 1], [1, 0, 0, 0]], bool)
    for keepdims in (False, True):
        yield layer_case("GlobalAveragePooling1D", dict(keepdims=keepdims), normal(2, 3, 2))
    yield layer_case("GlobalAveragePooling1D", {}, normal(3, 4, 2), mask=mask)
    yield layer_case("Embedding", dict(input_dim=7, output_dim=3), random.integers(0, 7, (3, 5)))
    yield layer_case("Embedding", dict(input_dim=5, output_dim=17, mask_zero=True), random.integers(0, 5, (2, 4)))
    none = np.array([[1, 1, 0, 0], [0, 0, 0, 0], [0, 0, 1, 1]], bool)  # one sample counts nowhere
    for kind, more in [
        ("SimpleRNN", [dict(activation="relu", use_bias=False), dict(activation="gelu")]),
        ("LSTM", [dict(activation="relu", recurrent_activation="hard_sigmoid", unit_forget_bias=False), dict(use_bias=False)]),
        ("GRU", [dict(reset_after=False), dict(reset_after=False, use_bias=False), dict(use_bias=False),
                 dict(activation="silu", recurrent_activation="tanh")]),
    ]:
        yield layer_case(kind, dict(units=3), normal(2, 4, 2))
        yield layer_case(kind, dict(units=2, return_sequences=True), normal(2, 3, 3))
        yield layer_case(kind, dict(units=2), normal(3, 4, 2), mask=mask)
        yield layer_case(kind, dict(units=2, return_sequences=True), normal(3, 4, 2), mask=none)
        yield layer_case(kind, dict(units=2, go_backwards=True, return_sequences=True), normal(3, 4, 2), mask=mask)
        for config in more:
            yield layer_case(kind, dict(units=2, **config), normal(2, 3, 2))


def normalization():
    for shape in ((5, 3), (2, 2, 3, 2)):
        for training in (True, False):
            yield layer_case("BatchNormalization", dict(momentum=0.8), normal(*shape), training=training)
    yield layer_case("BatchNormalization", dict(center=False, epsilon=0.1), normal(5, 3), training=True)
    yield layer_case("BatchNormalization", dict(scale=False), normal(5, 3), training=True)
    mask = np.array([[1, 1, 0], [1, 0, 0]], bool)
    yield layer_case("BatchNormalization", dict(momentum=0.5), normal(2, 3, 2), training=True, mask=mask)
    for shape, config in [((4, 5), {}), ((2, 3, 4), dict(epsilon=1e-5)), ((3, 4), dict(center=False)), ((3, 4), dict(scale=False))]:
        yield layer_case("LayerNormalization", config, normal(*shape))


def training(name, stack, x, y, loss, optimizer, metrics=("accuracy",)):
    model = keras.Sequential([L.Input(x.shape[1:], dtype=x.dtype), *stack])
    model.compile(optimizer=optimizer, loss=loss, metrics=list(metrics))
    initial = [plain(w) for w in model.get_weights()]
    epochs, batch_size = 3, 5
    history = model.fit(x, y, epochs=epochs, batch_size=batch_size, shuffle=False, verbose=0).history
    simple = lambda value: value is None or isinstance(value, (int, float, str, bool, list, tuple, dict))
    return {
        "name": name, "loss": loss, "epochs": epochs, "batch_size": batch_size,
        "layers": [{"class": type(own).__name__, "config": {k: v for k, v in own.get_config().items() if simple(v)}} for own in model.layers],
        "optimizer": {k: v for k, v in keras.optimizers.serialize(model.optimizer)["config"].items() if simple(v)},
        "x": plain(x), "y": plain(y), "initial_weights": initial, "history": history,
        "final_weights": [plain(w) for w in model.get_weights()], "predict": plain(model.predict(x, verbose=0)),
    }


def trainings():
    O, classes = keras.optimizers, "sparse_categorical_crossentropy"
    x, y = normal(12, 7, 6, 2), random.integers(0, 3, 12)
    yield training("convnet", [
        L.Conv2D(4, 3, activation="relu", padding="same", kernel_regularizer=R.L2(0.01), bias_regularizer=R.L1(0.01)),
        L.MaxPooling2D(2), L.Conv2D(3, 2, strides=2, activation="relu", padding="same"), L.AveragePooling2D((2, 1), padding="same"),
        L.Flatten(), L.Dense(3, activation="softmax")], x, y, classes, O.RMSprop(0.01))
    yield training("normalized_convnet", [
        L.Reshape((6, 7, 2)), L.Conv2D(4, 3, use_bias=False), L.BatchNormalization(momentum=0.7), L.Activation("relu"),
        L.GlobalAveragePooling2D(), L.BatchNormalization(scale=False, gamma_regularizer=None, beta_regularizer=R.L2(0.1)),
        L.Dense(3, activation="softmax")], x, y, classes, O.AdamW(0.01, weight_decay=0.1, clipnorm=0.5))
    words, labels = random.integers(1, 15, (12, 6)), random.integers(0, 2, 12)
    words[::3, 3:] = 0
    words[1::4, :2] = 0
    embedding = lambda: L.Embedding(15, 4, mask_zero=True, embeddings_regularizer=R.L2(0.001))
    yield training("average_of_words", [embedding(), L.Dense(5, activation="relu"), L.GlobalAveragePooling1D(), L.Dense(1, activation="sigmoid")],
                   words, labels, "binary_crossentropy", O.Adam(0.02))
    yield training("masked_everywhere", [
        embedding(), L.LSTM(4, return_sequences=True, kernel_regularizer=R.L2(0.01), recurrent_regularizer=R.L2(0.01)), L.BatchNormalization(momentum=0.5),
        L.GRU(3, return_sequences=True), L.LayerNormalization(), L.SimpleRNN(3), L.Dense(1, activation="sigmoid")],
        words, labels, "binary_crossentropy", O.RMSprop(0.01))
    yield training("forgotten_mask", [embedding(), L.Flatten(), L.Dense(1, activation="sigmoid")], words, labels, "binary_crossentropy", O.SGD(0.5))


cases = [case for part in (pictures, sequences, normalization) for case in part()]
fits = list(trainings())
folder.mkdir(parents=True, exist_ok=True)
for name, content in (("layers.json", cases), ("fits.json", fits)):
    body = ",\n".join(json.dumps(case, separators=(",", ":")) for case in content)
    (folder / name).write_text('{"keras":"%s","seed":%d,"cases":[\n%s\n]}\n' % (keras.__version__, seed, body))
print(len(cases), "layers,", len(fits), "trainings")
