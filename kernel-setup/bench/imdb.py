"""The movie reviews in Keras or scikit-learn, with the keys of nn-lib's example bench_imdb.

usage: imdb.py jax|tensorflow|sklearn DIRECTORY_OF_IMDB_NPZ

Prints one JSON object: seconds, and MiB for peak_rss_mib. For Keras the network is trained twice in the process and
fit20 is the second time, so that its compilation does not count.
"""

import json
import os
import resource
import sys
import time
import warnings

BACKEND, DIRECTORY = sys.argv[1:]
WORDS, HELD_OUT = 10_000, 10_000
STARTED = time.perf_counter()
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np

result = {"backend": BACKEND}


def timed(name, work):
    start = time.perf_counter()
    value = work()
    result[name] = time.perf_counter() - start
    return value


def load():
    """Keras's order and preparation of the reviews, of the file that is here."""
    with np.load(os.path.join(DIRECTORY, "imdb.npz"), allow_pickle=True) as archive:
        sets = [(archive[f"x_{part}"], archive[f"y_{part}"]) for part in ("train", "test")]
    random = np.random.RandomState(113)
    prepared = []
    for reviews, labels in sets:
        order = np.arange(len(reviews))
        random.shuffle(order)
        words = [[1] + [w + 3 if w + 3 < WORDS else 2 for w in reviews[i]] for i in order]
        prepared.append((words, labels[order].astype("float32")))
    return prepared


def multi_hot(reviews):
    rows = np.zeros((len(reviews), WORDS), dtype="float32")
    for row, words in zip(rows, reviews):
        row[words] = 1.0
    return rows


def sparse(reviews):
    from scipy.sparse import csr_matrix

    columns = [sorted(set(words)) for words in reviews]
    ends = np.cumsum([0] + [len(words) for words in columns])
    ones = np.ones(ends[-1], dtype="float32")
    return csr_matrix((ones, np.concatenate(columns), ends), shape=(len(reviews), WORDS))


def with_keras(train, test):
    os.environ["KERAS_BACKEND"] = BACKEND
    import keras
    from keras import layers

    def network():
        stack = [
            layers.Input((WORDS,)),
            layers.Dense(16, activation="relu"),
            layers.Dense(16, activation="relu"),
            layers.Dense(1, activation="sigmoid"),
        ]
        model = keras.Sequential(stack)
        model.compile("rmsprop", "binary_crossentropy", metrics=["accuracy"])
        return model

    x, x_test = timed("vectorize", lambda: (multi_hot(train[0]), multi_hot(test[0])))
    y, y_test = train[1], test[1]
    options = {
        "epochs": 20,
        "batch_size": 512,
        "validation_data": (x[:HELD_OUT], y[:HELD_OUT]),
        "verbose": 0,
    }
    for name in ("fit20_first", "fit20"):
        model = network()
        history = timed(name, lambda: model.fit(x[HELD_OUT:], y[HELD_OUT:], **options)).history
        result["val_accuracy"], result["val_loss"] = history["val_accuracy"], history["val_loss"]
    model = network()
    timed("fit4", lambda: model.fit(x, y, epochs=4, batch_size=512, verbose=0))
    result["evaluate_result"] = timed("evaluate", lambda: model.evaluate(x_test, y_test, verbose=0))
    timed("predict", lambda: model.predict(x_test, verbose=0))


def with_sklearn(train, test):
    from sklearn.neural_network import MLPClassifier

    x, x_test = timed("vectorize", lambda: (sparse(train[0]), sparse(test[0])))

    def network(epochs):
        return MLPClassifier((16, 16), batch_size=512, max_iter=epochs, n_iter_no_change=1000)

    # Adam, since scikit-learn has no RMSprop; the reviews held out are scored after each epoch, as Keras does.
    def fit20():
        model = network(20)
        for _ in range(20):
            model.partial_fit(x[HELD_OUT:], train[1][HELD_OUT:], classes=[0, 1])
            model.score(x[:HELD_OUT], train[1][:HELD_OUT])

    warnings.simplefilter("ignore")  # that four epochs did not converge
    timed("fit20", fit20)
    model = network(4)
    timed("fit4", lambda: model.fit(x, train[1]))
    result["evaluate_result"] = [None, timed("evaluate", lambda: model.score(x_test, test[1]))]
    timed("predict", lambda: model.predict_proba(x_test))


train, test = timed("load", load)
(with_sklearn if BACKEND == "sklearn" else with_keras)(train, test)
result["total"] = time.perf_counter() - STARTED
result["peak_rss_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps(result))
