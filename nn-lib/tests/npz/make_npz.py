#!/usr/bin/env python3
"""Makes the small archives of this directory: the same three lists and labels, as NumPy and Python write or wrote them.

usage: make_npz.py            (made with NumPy 2.4 and Python 3.11)
"""

import io
import pathlib
import pickle
import pickletools
import zipfile

import numpy

here = pathlib.Path(__file__).parent
lists = numpy.empty(4, dtype=object)
lists[:] = [[1, 255, 256, 65535, 65536, 2_000_000_000], [], [7], list(range(1500))]
labels = numpy.array([1, 0, 45, 3])


def npy(descr, shape, data, version=1):
    header = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': ({shape},), }}".encode()
    length = len(header).to_bytes(2 if version == 1 else 4, "little")
    return b"\x93NUMPY" + bytes([version, 0]) + length + header + data


def write(name, x, y, compression=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(here / name, "w", compression) as archive:
        for member, content in (("x.npy", x), ("y.npy", y)):
            archive.writestr(zipfile.ZipInfo(member), content, compression)


def of_array(array):
    buffer = io.BytesIO()
    numpy.save(buffer, array)
    return buffer.getvalue()


for protocol in (2, 3, 4, 5):
    x = npy("|O", 4, pickle.dumps(lists, protocol=protocol), version=min(protocol - 1, 3))
    write(f"protocol{protocol}.npz", x, of_array(labels.astype(["<i8", ">i4", "|u1", "<f8"][protocol - 2])))

# NumPy 1 called the module numpy.core.multiarray.
old = pickle.dumps(lists, protocol=2).replace(b"numpy._core.multiarray", b"numpy.core.multiarray")
write("numpy1.npz", npy("|O", 4, old), of_array(labels), zipfile.ZIP_STORED)

# Python 2 pickled bytes as SHORT_BINSTRING, and the type's name is O4 on a 32-bit machine.
state = b"(K\x01K\x02\x85cnumpy\ndtype\nU\x02O4K\x00K\x01\x87R(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK?tb\x89"
python2 = (
    b"\x80\x02cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R"
    + state
    + b"](]q\x00(K\x05K\x06e]q\x01\x8a\x01\x07aetb."
)
pickle.loads(python2, encoding="latin1")
write("python2.npz", npy("|O", "2L", python2), of_array(labels[:2]))

# Without the memo, as pickletools.optimize leaves it.
optimized = pickletools.optimize(pickle.dumps(lists, protocol=4))
write("optimized.npz", npy("|O", 4, optimized), of_array(labels.astype("<i2")))

# What must be refused: code, other elements, bombs.
class Malicious:
    def __reduce__(self):
        import os

        return os.system, ("echo executed",)


def objects(*items):
    array = numpy.empty(len(items), dtype=object)
    array[:] = items
    return pickle.dumps(array, protocol=4)


# The size of what is not an array of lists is given as 1.
for name, data in {
    "code": objects(Malicious()),
    "text": objects("a review"),
    "negative": objects([1, -1]),
    "huge": objects([2**70]),
    "mixed": objects([1, [2]]),
    "nested": objects([[[1]]]),
    "fraction": objects([1.5]),
    "truth": objects([True]),
    "dictionary": objects({"a": 1}),
    "list": pickle.dumps([[1]], protocol=4),
}.items():
    write(f"refused_{name}.npz", npy("|O", 1, data), of_array(labels[:1]))

# Bare arrays, for tests that damage them where no checksum protects them.
small = numpy.empty(2, dtype=object)
small[:] = [[1, 300, 70000], [2]]
for protocol in (2, 4):
    data = npy("|O", 2, pickle.dumps(small, protocol=protocol))
    (here / f"protocol{protocol}.npy").write_bytes(data)
