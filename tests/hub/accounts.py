"""Accounts of this machine for a test, and what their processes take."""

import os
import pwd
import secrets
import signal
import subprocess
import time
from contextlib import contextmanager, suppress


@contextmanager
def accounts(number, beginning):
    """So many new accounts with homes and passwords, as (name, password); at the end nothing of them is left."""
    made = []
    try:
        for place in range(1, number + 1):
            name, password = f"{beginning}{place:02d}", secrets.token_urlsafe(12)
            number = free_number()
            command = ["useradd", "--create-home", "--user-group", "--shell", "/bin/bash", "--uid", str(number), name]
            subprocess.run(command, check=True)
            made.append((name, password))
        lines = "".join(f"{name}:{password}\n" for name, password in made)
        subprocess.run(["chpasswd"], input=lines, text=True, check=True)
        yield made
    finally:
        for name, _ in made:
            end_processes(name)
            subprocess.run(["userdel", "--remove", name], check=True, stderr=subprocess.DEVNULL)


def free_number():
    """A number that no account has, and no process: one in a container may have a number without an account."""
    taken = {entry.pw_uid for entry in pwd.getpwall()}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with suppress(OSError):
            taken.add(os.stat(f"/proc/{pid}").st_uid)
    # Far from those that systems give out by themselves.
    first = 30_000 + secrets.randbelow(20_000)
    return next(number for number in range(first, first + 10_000) if number not in taken)


def processes(name):
    """The processes of an account: {pid: command line}."""
    uid, found = pwd.getpwnam(name).pw_uid, {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.stat(f"/proc/{pid}").st_uid == uid:
                line = open(f"/proc/{pid}/cmdline", "rb").read()
                if line:  # one that has ended has none
                    found[int(pid)] = line.replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            pass
    return found


def end_processes(name):
    for sign in (signal.SIGTERM, signal.SIGKILL):
        for pid in processes(name):
            try:
                os.kill(pid, sign)
            except ProcessLookupError:
                pass
        for _ in range(20):
            if not processes(name):
                return
            time.sleep(0.1)


def memory(pids):
    """MiB of these processes: pages that several processes share count for each in equal parts."""
    kilobytes = 0
    for pid in pids:
        try:
            for line in open(f"/proc/{pid}/smaps_rollup"):
                if line.startswith("Pss:"):
                    kilobytes += int(line.split()[1])
        except OSError:
            pass
    return kilobytes / 1024
