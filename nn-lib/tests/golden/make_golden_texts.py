#!/usr/bin/env python3
"""Makes the reference values for texts, splits and curves with Keras and scikit-learn.

    python3 -m venv venv && venv/bin/pip install keras==3.15.1 tensorflow-cpu scikit-learn
    venv/bin/python make_golden_texts.py --output texts --seed 1

Keras's text layers compute with TensorFlow. Texts and numbers are drawn by NumPy from the seed. Point the tests to a
directory of your own making with NN_LIB_GOLDEN_TEXTS:

    venv/bin/python make_golden_texts.py --output /tmp/texts --seed 7
    NN_LIB_GOLDEN_TEXTS=/tmp/texts cargo test --package nn-lib --test golden_texts
"""

import argparse
import json
import os
import pathlib
import tempfile

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from keras.src.utils.dataset_utils import index_directory
from sklearn.metrics import confusion_matrix, roc_auc_score, roc_curve
from sklearn.model_selection import train_test_split

WORDS = [
    "the", "The", "a", "film", "film,", "FILM", "good", "Good!", "bad", "it's", "its", "well-made", "well", "made", "...",
    "영화", "영화,", "재미있다", "Ärger", "ärger", "été", "[UNK]", "#1", "1", "10/10", "(sic)", "a_b", "naïve", "don't", "Straße",
]  # fmt: skip
SPACES = [" ", " ", " ", "  ", "\t", "\n", "\r\n", "\x0b", "\u00a0", "\u3000"]


class Golden:
    def __init__(self, arguments):
        self.rng = np.random.default_rng(arguments.seed)
        self.output = pathlib.Path(arguments.output)
        self.output.mkdir(parents=True, exist_ok=True)

    def text(self, longest=12):
        text = ""
        for _ in range(self.rng.integers(0, longest)):
            text += str(self.rng.choice(WORDS)) + str(self.rng.choice(SPACES))
        return text

    def texts(self, count, longest=12):
        return [self.text(longest) for _ in range(count)] + ["a film", ""]

    def write(self, name, cases):
        with open(self.output / f"{name}.json", "w") as file:
            json.dump(cases, file, ensure_ascii=False, indent=None, separators=(",", ":"))
            file.write("\n")

    def vectorization(self):
        cases = []
        options = [
            {}, {"output_sequence_length": 5}, {"max_tokens": 8}, {"max_tokens": 8, "output_sequence_length": 3},
            {"output_mode": "multi_hot"}, {"output_mode": "count"}, {"output_mode": "tf_idf"},
            {"output_mode": "multi_hot", "max_tokens": 7}, {"output_mode": "tf_idf", "max_tokens": 7},
            {"output_mode": "count", "max_tokens": 60, "pad_to_max_tokens": True},
            {"output_mode": "tf_idf", "max_tokens": 60, "pad_to_max_tokens": True},
            {"output_mode": "multi_hot", "max_tokens": 60, "pad_to_max_tokens": True},
            {"output_mode": "multi_hot", "ngrams": 2}, {"output_mode": "count", "ngrams": 3, "max_tokens": 50},
            {"ngrams": 2}, {"ngrams": (2,)}, {"ngrams": (1, 3), "output_mode": "count"}, {"ngrams": (3, 1)},
            {"split": "character", "output_mode": "count"}, {"split": "character", "ngrams": 2},
            {"standardize": None}, {"standardize": "lower"}, {"standardize": "strip_punctuation"},
            {"standardize": None, "output_mode": "tf_idf"}, {"split": None, "output_mode": "count"},
        ]  # fmt: skip
        for option in options:
            train, test = self.texts(9), self.texts(4)
            layer = keras.layers.TextVectorization(**option)
            if option.get("split", "") is None:
                layer.adapt(np.array(train)[:, None])
                output = layer(np.array(test)[:, None])
            else:
                layer.adapt(train)
                output = layer(test)
            option = {name: list(value) if isinstance(value, tuple) else value for name, value in option.items()}
            cases.append({
                "options": option, "train": train, "test": test,
                "vocabulary": [str(token) for token in layer.get_vocabulary()],
                "output": np.asarray(output).astype(np.float32).tolist(),
            })  # fmt: skip
        self.write("vectorization", cases)

    def lookup(self):
        cases = []
        names = ["good", "bad", "so so", "Good", "긍정", "부정", "[UNK]", ""]
        for option in [{}, {"num_oov_indices": 0}, {"mask_token": ""}, {"mask_token": "bad", "oov_token": "?"},
                       {"max_tokens": 4}, {"output_mode": "one_hot"}, {"output_mode": "one_hot", "mask_token": "bad"},
                       {"output_mode": "one_hot", "max_tokens": 12, "pad_to_max_tokens": True}]:  # fmt: skip
            train = [str(name) for name in self.rng.choice(names, 20)]
            layer = keras.layers.StringLookup(**option)
            layer.adapt(train)
            vocabulary = [str(name) for name in layer.get_vocabulary()]
            unknown = [] if option.get("num_oov_indices") == 0 else ["never"]
            labels = [str(name) for name in self.rng.choice(train, 6)] + unknown
            if option.get("num_oov_indices") == 0:
                labels = [label for label in labels if label != "[UNK]"]
            case = {"options": option, "train": train, "labels": labels, "vocabulary": vocabulary,
                    "output": np.asarray(layer(np.array(labels))).astype(np.float32).tolist()}  # fmt: skip
            if option.get("output_mode", "int") == "int":
                rest = {key: option[key] for key in option if key in ("num_oov_indices", "mask_token", "oov_token")}
                back = keras.layers.StringLookup(vocabulary=vocabulary, invert=True, **rest)
                numbers = list(range(len(vocabulary))) + [len(vocabulary) + 3]
                case["numbers"] = numbers
                case["inverted"] = [name.decode() for name in np.asarray(back(np.array(numbers)))]
            cases.append(case)
        self.write("lookup", cases)

    def split(self):
        cases = []
        for count, classes, test_size, train_size, stratify, seed in [
            (10, 2, 0.25, None, False, 0), (97, 3, 0.2, None, False, 42), (97, 3, 0.2, None, True, 42),
            (60, 4, 0.3, 0.5, True, 7), (60, 4, 0.3, 0.5, False, 7), (1000, 10, 0.1, None, True, 1),
            (50, 7, 0.34, None, True, 123), (24, 5, 0.5, None, True, 3), (31, 2, 0.5, 0.4, True, 99),
        ]:  # fmt: skip
            y = np.concatenate([np.arange(classes).repeat(2), self.rng.integers(0, classes, count - 2 * classes)])
            self.rng.shuffle(y)
            x = np.arange(count)
            parts = train_test_split(x, y, test_size=test_size, train_size=train_size, random_state=seed,
                                     stratify=y if stratify else None)  # fmt: skip
            cases.append({"y": y.tolist(), "test_size": test_size, "train_size": train_size, "seed": seed,
                          "stratify": stratify, "train": parts[0].tolist(), "test": parts[1].tolist()})  # fmt: skip
        self.write("split", cases)

    def curves(self):
        cases = []
        for count, digits in [(4, 2), (40, 1), (200, 2), (200, 6)]:
            y = np.concatenate([[0, 1], self.rng.integers(0, 2, count)])
            score = np.round(np.clip(self.rng.normal(0.3 + 0.4 * y, 0.3), 0, 1), digits)
            fpr, tpr, thresholds = roc_curve(y, score)
            cases.append({"y": y.tolist(), "score": score.tolist(), "fpr": fpr.tolist(), "tpr": tpr.tolist(),
                          "thresholds": thresholds[1:].tolist(), "auc": roc_auc_score(y, score)})  # fmt: skip
        y, answers = self.rng.integers(0, 5, 100), self.rng.integers(0, 5, 100)
        y[:5] = np.arange(5)
        matrix = {"y": y.tolist(), "answers": answers.tolist(), "matrix": confusion_matrix(y, answers).tolist()}
        self.write("curves", {"roc": cases, "confusion": matrix})

    def directory(self):
        files = [("긍정", "하나.txt"), ("긍정", "2.txt"), ("긍정", "10.TXT"), ("긍정", "더/셋.txt"), ("긍정", "notes.md"),
                 ("부정", "b.txt"), ("부정", "a.txt"), ("부정", "a/z.txt"), ("Neutral", "x.txt")]  # fmt: skip
        cases = []
        with tempfile.TemporaryDirectory() as folder:
            for name, file in files:
                path = pathlib.Path(folder) / name / file
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(f"{name}/{file}")
            for shuffle, seed in [(False, 0), (True, 0), (True, 113)]:
                paths, labels, names = index_directory(folder, "inferred", (".txt",), shuffle=shuffle, seed=seed, verbose=False)
                texts = [pathlib.Path(path).read_text() for path in paths]
                cases.append({"shuffle": shuffle, "seed": seed, "texts": texts, "labels": np.asarray(labels).tolist(), "names": names})
        self.write("directory", {"files": files, "cases": cases})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", default="texts")
    parser.add_argument("--seed", type=int, default=1)
    golden = Golden(parser.parse_args())
    for make in (golden.vectorization, golden.lookup, golden.split, golden.curves, golden.directory):
        make()


main()
