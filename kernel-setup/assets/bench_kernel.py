"""Measures the classroom's kernel, and beside it evcxr's own: start, restart, latency of short cells, memory.

The argument is JSON: the command lines `ours` and `stock` (or null), and the sources of `nn_lib`, which the stock
kernel loads by `:dep`. The kernels take turns, so that what else the machine does meets both.
"""

import json
import platform
import statistics
import subprocess
import sys
import time
import uuid

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager

ROUNDS = 3

# What a chapter has between its trainings.
CELLS = [
    'let words = vec!["a", "b", "c"];',
    "words.len()",
    'println!("{}", words[0]);',
    "let lengths: Vec<usize> = words.iter().map(|word| word.len()).collect();",
    "lengths",
    "let t = Tensor::from(vec![1.0, 2.0, 3.0]);",
    "t.shape()",
    "let mut model = Sequential::new();",
    "model.add(Dense::new(16).activation(Activation::Relu).input_shape(10_000));",
    "let half = t.shape()[0] as f32 / 2.0;\nhalf",
]


def run(client, code):
    """Runs a cell and returns the seconds from the request to idle. No cell is the same as one before: it is compiled."""
    code += f"\n// {uuid.uuid4()}"
    said = []
    start = time.perf_counter()
    reply = client.execute_interactive(code, timeout=900, output_hook=said.append)
    took = time.perf_counter() - start
    if reply["content"]["status"] != "ok":
        said = "\n".join(str(message["content"]) for message in said)
        sys.exit(f"the cell failed: {code}\n{reply['content']}\n{said}")
    return took


def memory(pid):
    """The resident memory of a process and its descendants, in MiB."""
    lines = subprocess.run(["ps", "-e", "-o", "pid=,ppid=,rss="], capture_output=True, text=True).stdout.splitlines()
    rows = [tuple(map(int, line.split())) for line in lines]
    family = {pid}
    while True:
        more = {child for child, parent, _ in rows if parent in family} - family
        if not more:
            return sum(rss for process, _, rss in rows if process in family) / 1024
        family |= more


def measure(argv, first):
    """One life of a kernel: a dictionary of what was measured."""
    manager = KernelManager()
    manager._kernel_spec = KernelSpec(argv=argv, display_name="measured", language="rust")
    start = time.perf_counter()
    manager.start_kernel(stderr=subprocess.DEVNULL)
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=120)
    answered = time.perf_counter() - start
    run(client, first)
    measured = {"kernel_info, s": answered, "start to first result, s": time.perf_counter() - start}
    time.sleep(5)
    measured["cells"] = [run(client, code) for code in CELLS]
    time.sleep(2)
    measured["memory of the warm kernel, MiB"] = memory(manager.provisioner.pid)
    start = time.perf_counter()
    manager.restart_kernel(now=True, stderr=subprocess.DEVNULL)
    client.wait_for_ready(timeout=120)
    run(client, first)
    measured["restart to first result, s"] = time.perf_counter() - start
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    return measured


def main():
    plan = json.loads(sys.argv[1])
    load = f':dep nn-lib = {{ path = "{plan["nn_lib"]}" }}\nuse nn_lib::prelude::*;\n1 + 1'
    kernels = {"ours": (plan["ours"], "1 + 1")}
    if plan["stock"]:
        kernels["stock"] = (plan["stock"], load)
    lives = {name: [] for name in kernels}
    for turn in range(ROUNDS):
        for name, (argv, first) in kernels.items():
            print(f"round {turn + 1} of {ROUNDS}: {name}", file=sys.stderr)
            lives[name].append(measure(argv, first))

    rows = [key for key in lives["ours"][0] if key != "cells"]
    table = {key: {name: statistics.median(life[key] for life in lives[name]) for name in lives} for key in rows}
    cells = {
        name: [statistics.median(life["cells"][place] for life in lives[name]) for place in range(len(CELLS))]
        for name in lives
    }
    table["median cell, s"] = {name: statistics.median(cells[name]) for name in cells}
    for place, code in enumerate(CELLS):
        table[f"  {code.splitlines()[0][:44]}"] = {name: cells[name][place] for name in cells}

    print(f"{platform.machine()}, {platform.system()}, medians of {ROUNDS} rounds")
    header = "".join(f"{name:>10}" for name in lives) + ("     ratio" if "stock" in lives else "")
    print(f"{'':46}{header}")
    for key, row in table.items():
        line = f"{key:46}" + "".join(f"{value:10.3f}" for value in row.values())
        if "stock" in row:
            line += f"{row['ours'] / row['stock']:10.2f}"
        print(line)


if __name__ == "__main__":
    main()
