"""One student of a hub: logs in with a password, opens a notebook, runs its cells as JupyterLab does, and leaves."""

import asyncio
import json
import time
import uuid

import aiohttp


class Failed(Exception):
    """What did not work, in a sentence."""


class Student:
    def __init__(self, hub, name, password):
        self.hub, self.name, self.password = hub, name, password
        self.times = {}
        self.kernel = None

    async def __aenter__(self):
        # Each has a browser of their own: cookies are not shared.
        jar = aiohttp.CookieJar(unsafe=True)
        self.http = aiohttp.ClientSession(cookie_jar=jar, timeout=aiohttp.ClientTimeout(total=600))
        self.began = time.monotonic()
        return self

    async def __aexit__(self, *_):
        await self.http.close()

    def note(self, what):
        self.times[what] = time.monotonic() - self.began

    async def ask(self, method, path, expected=(200, 201, 202, 204), **content):
        async with self.http.request(method, self.hub + path, **content) as answer:
            text = await answer.text()
            if answer.status not in expected:
                raise Failed(f"{self.name}: {method} {path}: {answer.status} {text[:500]}")
            return json.loads(text) if "json" in answer.headers.get("Content-Type", "") else text

    async def log_in(self):
        await self.ask("GET", "/hub/login")
        xsrf = next(cookie.value for cookie in self.http.cookie_jar if cookie.key == "_xsrf")
        form = {"username": self.name, "password": self.password, "_xsrf": xsrf}
        # The answer leads on to the page that starts the server; the test starts it by itself.
        await self.ask("POST", "/hub/login", (302,), data=form, allow_redirects=False)
        # The login is a new session with a mark of its own.
        await self.ask("GET", "/hub/token")
        xsrf = [c.value for c in self.http.cookie_jar if c.key == "_xsrf" and c["path"].startswith("/hub")]
        headers = {"X-XSRFToken": xsrf[-1], "Referer": self.hub + "/hub/token"}
        answer = await self.ask("POST", f"/hub/api/users/{self.name}/tokens", headers=headers, json={})
        self.http.headers["Authorization"] = f"token {answer['token']}"
        self.note("logged in")

    async def start_server(self):
        await self.ask("POST", f"/hub/api/users/{self.name}/server")
        while True:
            user = await self.ask("GET", f"/hub/api/users/{self.name}")
            server = user["servers"].get("")
            if server and server["ready"]:
                break
            if not server or not server["pending"]:
                raise Failed(f"{self.name}: the server did not start")
            await asyncio.sleep(0.5)
        await self.ask("GET", f"/user/{self.name}/lab")
        self.note("server ready")

    async def run(self, notebook, number=None):
        """Runs all cells, or the first ones; returns what they printed and showed as text."""
        place = f"/user/{self.name}/api/contents/{notebook}"
        content = (await self.ask("GET", place))["content"]
        cells = [cell["source"] for cell in content["cells"] if cell["cell_type"] == "code"]
        cells = cells[:number]
        session = {"path": notebook, "name": "", "type": "notebook", "kernel": {"name": "rust-nn"}}
        answer = await self.ask("POST", f"/user/{self.name}/api/sessions", json=session)
        self.kernel = answer["kernel"]["id"]
        address = f"{self.hub}/user/{self.name}/api/kernels/{self.kernel}/channels"
        shown = []
        async with self.http.ws_connect(address, max_msg_size=0) as socket:
            for number, source in enumerate(cells, 1):
                shown += await self.execute(socket, source, number)
                if number == 1:
                    self.note("first result")
        self.note("notebook done")
        return "\n".join(shown)

    async def execute(self, socket, source, number):
        request = uuid.uuid4().hex
        header = {
            "msg_id": request, "msg_type": "execute_request", "username": self.name,
            "session": self.kernel, "date": "", "version": "5.3",
        }
        content = {
            "code": "".join(source), "silent": False, "store_history": True, "user_expressions": {},
            "allow_stdin": False, "stop_on_error": True,
        }
        message = {
            "channel": "shell", "header": header, "parent_header": {}, "metadata": {}, "content": content,
        }
        await socket.send_json(message)
        shown, waited_for = [], {"execute_reply", "idle"}
        while waited_for:
            answer = await asyncio.wait_for(socket.receive(), 600)
            if answer.type != aiohttp.WSMsgType.TEXT:
                raise Failed(f"{self.name}: the connection to the kernel ended in cell {number}")
            answer = json.loads(answer.data)
            if answer["parent_header"].get("msg_id") != request:
                continue
            content, kind = answer["content"], answer["header"]["msg_type"]
            if kind == "error" or content.get("status") == "error":
                text = "\n".join(content.get("traceback", []))
                raise Failed(f"{self.name}: cell {number} failed:\n{text}")
            if kind == "stream":
                shown.append(content["text"])
            elif "data" in content:
                shown.append("".join(content["data"].get("text/plain", "")))
            elif kind == "execute_reply":
                waited_for.discard("execute_reply")
            elif kind == "status" and content["execution_state"] == "idle":
                waited_for.discard("idle")
        return shown

    async def leave(self):
        await self.ask("DELETE", f"/user/{self.name}/api/kernels/{self.kernel}")
        await self.ask("DELETE", f"/hub/api/users/{self.name}/server")
        for _ in range(240):
            user = await self.ask("GET", f"/hub/api/users/{self.name}")
            if not user["servers"]:
                return
            await asyncio.sleep(0.25)
        raise Failed(f"{self.name}: the server does not stop")
