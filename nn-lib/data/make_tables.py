#!/usr/bin/env python3
"""Makes the compact tables of this directory from public word statistics.

usage: make_tables.py STATISTICS

STATISTICS is a directory with counts (no texts) taken from the training sets of IMDB and Reuters and with Boston
housing as Keras distributes it:

    imdb_word_counts.tsv     rank, word, count in negative, count in positive reviews; rank 0 = all rarer words
    imdb_lengths.tsv         upper edge of a bin of review lengths, reviews
    reuters_word_counts.tsv  rank, word, topic:count ...; rank 0 = all rarer words
    reuters_lengths.tsv      upper edge of a bin of newswire lengths, newswires
    reuters_topics.tsv       topic, name, newswires
    boston_housing.npz       arrays x (506 x 13) and y (506); needs NumPy
"""

import gzip
import pathlib
import sys

statistics = pathlib.Path(sys.argv[1])
here = pathlib.Path(__file__).parent


def rows(name):
    lines = (statistics / name).read_text(encoding="utf-8").split("\n")
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def write_gz(name, lines):
    text = "".join(line + "\n" for line in lines)
    packed = gzip.compress(text.encode("utf-8"), compresslevel=9, mtime=0)
    (here / name).write_bytes(packed)
    print(name, len(packed), "bytes")


def write(name, lines):
    (here / name).write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    print(name, (here / name).stat().st_size, "bytes")


def imdb():
    table = rows("imdb_word_counts.tsv")
    assert [int(rank) for rank, *_ in table] == list(range(len(table)))
    write_gz("imdb_words.tsv.gz", ["\t".join(row[1:]) for row in table])
    write("imdb_lengths.tsv", ["\t".join(row) for row in rows("imdb_lengths.tsv")])


def reuters():
    """Keeps, of a word's counts per topic, those of the topics that it is typical of."""
    table = rows("reuters_word_counts.tsv")
    assert [int(rank) for rank, *_ in table] == list(range(len(table)))
    counts = []
    for _, word, pairs in table:
        pairs = [map(int, pair.split(":")) for pair in pairs.split()]
        counts.append((word, {topic: count for topic, count in pairs}))
    in_topic = [0] * 46
    for _, by_topic in counts:
        for topic, count in by_topic.items():
            in_topic[topic] += count
    in_all = sum(in_topic)
    lines = []
    for word, by_topic in counts:
        total = sum(by_topic.values())
        typical = [
            f"{topic}:{count}"
            for topic, count in sorted(by_topic.items())
            if count >= 2 and count * in_all > 2 * total * in_topic[topic]
        ]
        lines.append(f"{word}\t{total}\t{' '.join(typical)}")
    write_gz("reuters_words.tsv.gz", lines)
    write("reuters_lengths.tsv", ["\t".join(row) for row in rows("reuters_lengths.tsv")])
    write("reuters_topics.tsv", ["\t".join(row[1:]) for row in rows("reuters_topics.tsv")])


def boston():
    import numpy

    archive = numpy.load(statistics / "boston_housing.npz")
    table = numpy.column_stack([archive["x"], archive["y"]])
    number = lambda value: repr(float(value)).removesuffix(".0")
    write("boston_housing.csv", [",".join(map(number, row)) for row in table])


imdb()
reuters()
boston()
