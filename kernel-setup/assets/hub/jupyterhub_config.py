"""JupyterHub for a class: one account on this machine for each student, one installation for all.

Started as root:

    /opt/rust-nn/current/hub/jupyterhub

Everything that a class usually changes is in the first part, and can be said by a variable of the hub's environment:
RUST_NN_HUB_GROUP=students for the group. What goes further has its place in /etc/rust-nn/jupyterhub_config.py, which is
read after this file and survives a new installation.
"""

import grp
import os
import resource
import sys
from pathlib import Path

from jupyterhub.spawner import LocalProcessSpawner

c = get_config()  # noqa: F821 (the hub gives it)
programs = Path(sys.prefix) / "bin"


# ---- What a class changes ----


def setting(name, default):
    """A value that a variable of the hub's environment can change."""
    return os.environ.get(f"RUST_NN_HUB_{name}") or default


# Where the browser finds the hub. For a network that you do not trust, put a web server with HTTPS before it.
c.JupyterHub.bind_url = setting("URL", "http://:8000")

# Everybody who has a password on this machine may log in; with a group's name, its members only.
students = setting("GROUP", "")

# The hub's own files: who is logged in, and the keys of their cookies.
state = Path(setting("STATE", "/var/lib/rust-nn-hub"))

# For each student: processors that computations use at once, gigabytes that one process may take (0: any amount),
# processes and threads.
threads = int(setting("THREADS", "1"))
gigabytes = float(setting("GIGABYTES", "4"))
tasks = int(setting("TASKS", "512"))

# A server that nobody has used for so many seconds is stopped; a kernel of an open notebook earlier than that.
idle_server = int(setting("IDLE_SERVER", "3600"))
idle_kernel = int(setting("IDLE_KERNEL", "2700"))

# A folder with the data sets' files (imdb.npz, reuters.npz), readable for all: then no student downloads them. Or a
# mirror of your own, from which each student takes them once.
data = setting("DATA", "")
mirror = setting("DATA_URL", "")


# ---- Who may log in ----

c.JupyterHub.authenticator_class = "pam"
c.PAMAuthenticator.service = setting("PAM_SERVICE", "login")
# The hub opens no session: on some systems that needs a terminal.
c.PAMAuthenticator.open_sessions = False
if students:
    c.PAMAuthenticator.allowed_groups = {students}
else:
    c.Authenticator.allow_all = True
c.PAMAuthenticator.admin_groups = {group.gr_name for group in grp.getgrall()} & {"sudo", "wheel"}


# ---- What is started for a student ----


class StudentSpawner(LocalProcessSpawner):
    """A process of the student's own, within limits. It reads no settings of the hub's administrator."""

    def make_preexec_fn(self, name):
        become_student = super().make_preexec_fn(name)

        def prepare():
            # What is begun by many at once does not stop the hub from answering.
            os.nice(5)
            os.umask(0o077)
            limits = [(resource.RLIMIT_NPROC, tasks), (resource.RLIMIT_CORE, 0)]
            if gigabytes:
                limits.append((resource.RLIMIT_AS, int(gigabytes * 2**30)))
            for kind, most in limits:
                resource.setrlimit(kind, (most, most))
            become_student()

        return prepare


c.JupyterHub.spawner_class = StudentSpawner
c.Spawner.cmd = [sys.executable, "-I", str(programs / "jupyterhub-singleuser")]
c.Spawner.default_url = "/lab/tree/nn-lib-classroom"
c.Spawner.args = [
    f"--MappingKernelManager.cull_idle_timeout={idle_kernel}",
    "--MappingKernelManager.cull_interval=60",
    # A tab that is left open does not keep a kernel for the night.
    "--MappingKernelManager.cull_connected=True",
]
# PATH has the installation's Jupyter first for terminals; nothing else of the hub's environment reaches a student.
c.Spawner.env_keep = ["LANG", "LC_ALL", "TZ"]
c.Spawner.environment = {
    "PATH": f"{programs}:/usr/local/bin:/usr/bin:/bin",
    # The folder below the student's home that the chapter is copied to.
    "RUST_NN_NOTEBOOKS": "nn-lib-classroom",
    "NN_LIB_THREADS": str(threads),
    **({"NN_LIB_DATA": data} if data else {}),
    **({"NN_LIB_DATA_URL": mirror} if mirror else {}),
}
# A whole class logs in within a minute. All of them wait a little longer then; a limit would send some of them away.
c.JupyterHub.concurrent_spawn_limit = 0
c.Spawner.start_timeout = 300
c.Spawner.http_timeout = 300


# ---- The hub itself ----

state.mkdir(mode=0o700, parents=True, exist_ok=True)
c.JupyterHub.cookie_secret_file = str(state / "cookie_secret")
c.JupyterHub.db_url = f"sqlite:///{state / 'jupyterhub.sqlite'}"
c.ConfigurableHTTPProxy.pid_file = str(state / "proxy.pid")
c.ConfigurableHTTPProxy.command = setting("PROXY", "configurable-http-proxy").split()
# The ports between hub and proxy; only this machine reaches them.
c.JupyterHub.hub_bind_url = setting("HUB_URL", "http://127.0.0.1:8081")
c.ConfigurableHTTPProxy.api_url = setting("PROXY_URL", "http://127.0.0.1:8001")
c.JupyterHub.services = [
    {
        "name": "idle-culler",
        "command": [
            sys.executable,
            "-I",
            "-m",
            "jupyterhub_idle_culler",
            f"--timeout={idle_server}",
            "--cull-every=60",
        ],
    }
]
c.JupyterHub.load_roles = [
    {
        "name": "idle-culler",
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
        "services": ["idle-culler"],
    }
]

further = Path(setting("FURTHER", "/etc/rust-nn/jupyterhub_config.py"))
if further.is_file():
    load_subconfig(str(further))  # noqa: F821 (the hub gives it)
