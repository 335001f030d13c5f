"""A class on one server: all log in at once, each runs a notebook, all leave. Prints the table of docs/class.md.

    sudo PREFIX/environment/bin/python tests/hub/class_at_once.py --prefix PREFIX [--students 20]

It makes accounts for the test and removes them, and starts a hub of its own on free ports with its own state.
"""

import argparse
import asyncio
import contextlib
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from accounts import accounts, memory, processes
from student import Failed, Student

STEPS = ["logged in", "server ready", "first result", "notebook done"]


def free_ports(number):
    sockets = [socket.socket() for _ in range(number)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


@contextlib.contextmanager
def hub(prefix, proxy, log):
    """The installation's own hub, as its administrator starts it; gives its address and process."""
    public, inner, api = free_ports(3)
    address = f"http://127.0.0.1:{public}"
    with tempfile.TemporaryDirectory() as state:
        settings = {
            "URL": address, "HUB_URL": f"http://127.0.0.1:{inner}", "PROXY_URL": f"http://127.0.0.1:{api}",
            "STATE": state, "PROXY": proxy, "DATA": os.environ.get("NN_LIB_DATA", ""),
        }
        environment = os.environ | {f"RUST_NN_HUB_{name}": value for name, value in settings.items()}
        process = subprocess.Popen(
            [prefix / "current/hub/jupyterhub"], env=environment, cwd=state, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            start_new_session=True,
        )
        try:
            wait_for(address, process)
            yield address, process.pid
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
            finally:
                # A hub that is ended while it starts leaves its proxy behind.
                with contextlib.suppress(OSError, ValueError):
                    os.kill(int(Path(state, "proxy.pid").read_text()), signal.SIGTERM)


def wait_for(address, process):
    for _ in range(300):
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/hub/api", timeout=5):
            return
        if process.poll() is not None:
            raise Failed("the hub does not start; its log is above")
        time.sleep(0.2)
    raise Failed("the hub does not answer")


async def attend(student, notebook, cells, leave):
    async with student:
        await student.log_in()
        await student.start_server()
        text = await student.run(notebook, cells)
        if not cells and "val" not in text:
            raise Failed(f"{student.name}: the notebook shows no training")
        # What everybody takes is looked at while all kernels are idle.
        await leave.wait()
        await student.leave()


async def lesson(address, people, notebook, cells):
    """All at once; gives the students and the memory of each, measured while all kernels are idle."""
    students = [Student(address, *person) for person in people]
    leave = asyncio.Event()
    tasks = [asyncio.create_task(attend(student, notebook, cells, leave)) for student in students]
    started = time.monotonic()
    while any("notebook done" not in student.times for student in students):
        failed = [task for task in tasks if task.done() and task.exception()]
        if failed:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            raise failed[0].exception()
        if time.monotonic() - started > 1800:
            raise Failed("the class is not done after half an hour")
        await asyncio.sleep(0.5)
    await asyncio.sleep(5)
    used = []
    for student in students:
        running = processes(student.name)
        kernel = {pid for pid, line in running.items() if "rust-nn-kernel" in line}
        values = {pid for pid in kernel if "--child" in running[pid]}
        used.append((memory(set(running) - kernel), memory(kernel - values), memory(values)))
    leave.set()
    await asyncio.gather(*tasks)
    return students, used


def table(students, used, hub_memory):
    print(f"\n{len(students)} students at once, {os.cpu_count()} processors\n")
    print("| from the log-in to | median, s | last, s |\n| --- | ---: | ---: |")
    for step in STEPS:
        times = [student.times[step] for student in students]
        print(f"| {step} | {statistics.median(times):.1f} | {max(times):.1f} |")
    server, kernel, values = (statistics.median(part) for part in zip(*used))
    each = statistics.mean(sum(parts) for parts in used)
    kernels = statistics.mean(kernel + values for _, kernel, values in used)
    print("\n| memory, MiB | |\n| --- | ---: |")
    print(f"| a student's JupyterLab | {server:.0f} |")
    print(f"| an idle kernel: engine | {kernel:.0f} |\n| the variables of its notebook | {values:.0f} |")
    print(f"| hub and proxy | {hub_memory:.0f} |")
    # Two gigabytes are for the system and for what is computed.
    room = (24 - 2) * 1024 - hub_memory
    print(f"| students with JupyterLab and an idle kernel on 24 GB, 2 of them for the system | {int(room / each)} |")
    print(f"| idle kernels alone | {int(room / kernels)} |")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--prefix", type=Path, required=True, help="the installation")
    arguments.add_argument("--students", type=int, default=20)
    arguments.add_argument("--notebook", default="nn-lib-classroom/3.4-classifying-movie-reviews.ipynb")
    arguments.add_argument("--cells", type=int, help="so many of the notebook's cells (default: all)")
    arguments.add_argument("--proxy", default="configurable-http-proxy", help="the proxy's command")
    arguments.add_argument("--log", type=Path, help="where the hub's log goes")
    chosen = arguments.parse_args()
    if os.geteuid() != 0:
        sys.exit("only root can make accounts and start a hub for them: run it with sudo")
    with contextlib.ExitStack() as stack:
        log = stack.enter_context(open(chosen.log, "w") if chosen.log else tempfile.TemporaryFile("w+"))
        people = stack.enter_context(accounts(chosen.students, "nnclass"))
        try:
            with hub(chosen.prefix, chosen.proxy, log) as (address, pid):
                students, used = asyncio.run(lesson(address, people, chosen.notebook, chosen.cells))
                hub_memory = memory(session_of(pid))
        except Failed as failure:
            if not chosen.log:
                log.seek(0)
                print("\n".join(log.read().splitlines()[-60:]), file=sys.stderr)
            sys.exit(str(failure))
        left = {name: processes(name) for name, _ in people if processes(name)}
        if left:
            sys.exit(f"processes are left: {left}")
    table(students, used, hub_memory)


def session_of(pid):
    """The hub's own processes: hub, proxy, culler."""
    found = []
    for other in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            if os.getsid(int(other)) == pid and os.stat(f"/proc/{other}").st_uid == 0:
                found.append(int(other))
    return found


if __name__ == "__main__":
    main()
