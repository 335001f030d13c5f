"""JupyterLab that ends with its caller: when standard input closes, the server stops."""

import os
import signal
import sys
import threading


def end_with_caller(stream):
    stream.read()
    os.kill(os.getpid(), signal.SIGTERM)


def main():
    # The server itself reads nothing: its input is replaced before it starts.
    stream = os.fdopen(os.dup(0), "rb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    threading.Thread(target=end_with_caller, args=(stream,), daemon=True).start()
    from jupyterlab.labapp import main as lab

    return lab(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
