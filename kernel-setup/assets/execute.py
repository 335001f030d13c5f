"""Executes notebooks, several at once, and writes them as pages; tells its progress as JSON lines.

Standard input: one line of JSON, the plan (see `main`); its end means that the caller is gone.
Standard output: one JSON object per line, field "event".
"""

import asyncio
import json
import os
import sys
import threading
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

import contents
from languages import Language, surroundings
from read import Unreadable, read

# The type of the output that a front end with Jupyter widgets shows.
WIDGET = "application/vnd.jupyter.widget-view+json"

events = None  # the real standard output, once it is kept from everybody else


def tell(event, **fields):
    print(json.dumps({"event": event, **fields}), file=events, flush=True)


class Job:
    """One notebook, and the kernel if one was started for it."""

    def __init__(self, plan, given):
        self.path = Path(given["path"])
        self.name = given["name"]
        self.sources = given["sources"]
        self.executed = given["executed"]
        self.notebook = read(self.path)
        self.environment = {**os.environ, **surroundings(Language(plan["language"], self.notebook))}
        self.cells = [i for i, cell in enumerate(self.notebook.cells) if cell.cell_type == "code" and cell.source.strip()]
        self.client = NotebookClient(
            self.notebook,
            kernel_name="rust-nn",
            timeout=plan["timeout"],
            startup_timeout=300,
            resources={"metadata": {"path": str(self.path.parent)}},
            record_timing=False,
            on_cell_execute=self.begin,
            on_cell_executed=self.end,
        )
        self.place = 0

    def tell(self, event, **fields):
        tell(event, name=self.name, **fields)

    async def start_kernel(self):
        self.client.km = self.client.create_kernel_manager()
        await self.client.async_start_new_kernel(env=self.environment)
        await self.client.async_start_new_kernel_client()

    async def stop_kernel(self, now=False):
        if self.client.km is not None and self.client.km.has_kernel:
            if self.client.kc is not None:
                self.client.kc.stop_channels()
            await self.client.km.shutdown_kernel(now=now)

    def begin(self, cell, cell_index):
        if cell_index in self.cells:
            self.place = self.cells.index(cell_index) + 1
            self.started = time.monotonic()
            first = next((line.strip() for line in cell.source.splitlines() if line.strip()), "")
            self.tell("cell", place=self.place, cells=len(self.cells), source=first)

    def end(self, cell, cell_index, execute_reply):
        if cell_index in self.cells:
            self.tell("executed", place=self.place, seconds=time.monotonic() - self.started)

    async def execute(self):
        begun = time.monotonic()
        self.tell("notebook", cells=len(self.cells))
        await self.start_kernel()
        for index, cell in enumerate(self.notebook.cells):
            await self.client.async_execute_cell(cell, index)
        info = await self.client.kc.kernel_info(reply=True, timeout=60)
        self.notebook.metadata["language_info"] = info["content"]["language_info"]
        self.leave_widgets()
        self.tell("done", seconds=time.monotonic() - begun)

    def leave_widgets(self):
        """Controls do not move without their kernel, and other programs draw them with scripts from the network: their first result stays."""
        self.notebook.metadata.pop("widgets", None)
        for index in self.cells:
            for output in self.notebook.cells[index].outputs:
                output.get("data", {}).pop(WIDGET, None)

    def failure(self, error):
        """What to print about the cell that failed."""
        cell = self.notebook.cells[self.cells[self.place - 1]] if self.place else None
        if isinstance(error, CellExecutionError) and cell is not None:
            outputs = [output for output in cell.outputs if output.output_type == "error"]
            message = "\n".join(outputs[-1].traceback) if outputs else str(error)
            if outputs and not message.strip():
                message = f"{outputs[-1].ename}: {outputs[-1].evalue}"
            printed = "".join(output.text for output in cell.outputs if output.get("name") == "stderr")
            message = printed[-4000:] + message
        elif isinstance(error, CellTimeoutError):
            message = f"The cell took longer than {self.client.timeout} s (--timeout allows more)."
        elif isinstance(error, DeadKernelError):
            message = "The kernel died while it executed this cell."
        else:
            message = f"{type(error).__name__}: {error}"
        return {"place": self.place, "cells": len(self.cells), "source": cell.source if cell else "", "message": message}


class Failed(Exception):
    """A notebook has failed, and its failure was told."""


async def run(plan, waiting, stopping):
    jobs = []  # all whose kernels may live
    background = []  # pages that are written and kernels that end while the next notebook runs
    hurry = True

    async def work():
        while waiting:
            job = waiting.pop(0)
            jobs.append(job)
            try:
                await job.execute()
            except asyncio.CancelledError:
                job.tell("stopped")
                raise
            except DeadKernelError if stopping.is_set() else ():  # what nbclient makes of a cancellation
                job.tell("stopped")
                return
            except (CellExecutionError, CellTimeoutError, DeadKernelError, RuntimeError, OSError) as error:
                job.tell("failed", **job.failure(error))
                stopping.set()
                raise Failed from error
            background.append(asyncio.create_task(asyncio.to_thread(write, plan, job)))
            background.append(asyncio.create_task(job.stop_kernel()))

    workers = [asyncio.create_task(work()) for _ in range(min(plan["jobs"], len(waiting)))]
    try:
        await asyncio.gather(*workers)
        hurry = False
        await asyncio.gather(*background)
        return True
    except Failed:
        return False
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.wait(workers, timeout=10)
        await asyncio.gather(*background, *(job.stop_kernel(hurry) for job in jobs), return_exceptions=True)


def write(plan, job):
    """Writes the executed notebook and its pages."""
    try:
        target = Path(plan["output"]) / job.executed
        # By this the command line knows the file as its own, as long as nobody edits the cells.
        job.notebook.metadata["cargo_notebook"] = {"sources": job.sources}
        replace(target, nbformat.writes(job.notebook))
        job.tell("written", files=[str(target), *pages(plan, job, job.notebook)])
    except OSError as error:
        job.tell("unwritten", text=f"{error.filename or plan['output']}: {error.strerror or error}")
        raise Failed from error


def render_only(plan, jobs):
    """Pages of what the last run left, or of the outputs that the notebook itself holds."""
    for job in jobs:
        notebook = executed_before(plan, job) or job.notebook
        if job.cells and not any(cell.cell_type == "code" and cell.outputs for cell in notebook.cells):
            job.tell("note", text="has no outputs yet (or was changed since): `cargo notebook run` makes them")
        try:
            job.tell("written", files=pages(plan, job, notebook))
        except OSError as error:
            job.tell("unwritten", text=f"{error.filename or plan['output']}: {error.strerror or error}")
            return False
    return True


def executed_before(plan, job):
    """What a run has made of the same cells."""
    for directory in (plan["output"], plan["executed"]):
        for name in (job.executed, f"{job.name}.ipynb", f"{job.name}.executed.ipynb", job.path.name):
            path = Path(directory) / name
            try:
                if path.is_file() and sources(found := read(path)) == sources(job.notebook):
                    return found
            except Unreadable:
                pass
    return None


def sources(notebook):
    return [(cell.cell_type, cell.source) for cell in notebook.cells]


def pages(plan, job, notebook):
    """Writes the pages and tells once what they had to leave."""
    if not plan["formats"]:
        return []
    import render  # takes a while; while notebooks are executed, it is loaded in the background

    results = {Path(other["path"]).resolve(): other["name"] for other in plan["notebooks"]}
    font = plan["font"] if "paper" in plan["formats"] else None
    content = render.Notebook(notebook, job.path, results, plan["language"], font, plan["solutions"])
    files = []
    for kind in plan["formats"]:
        ending = ".slides.html" if kind == "slides" else ".html"
        target = Path(plan["output"]) / f"{job.name}{ending}"
        replace(target, render.slides(content) if kind == "slides" else render.page(content, contents.neighbours(plan, job.name)))
        files.append(str(target))
    for line in content.report.lines():
        job.tell("note", text=line)
    return files


def write_index(plan, language):
    """The list of what is in the output folder, where several notebooks were written."""
    folder = Path(plan["output"])
    if plan["formats"] and len(plan["notebooks"]) > 1 and contents.is_ours(folder):
        import render

        replace(folder / contents.INDEX, render.index(contents.index(folder), language))


def replace(path, text):
    """Writes a file so that nobody ever reads half of it, and nothing is left of one that could not be finished."""
    partial = path.with_name(f".{os.getpid()}-{threading.get_ident()}.partial")
    try:
        partial.write_text(text, encoding="utf-8")
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


async def run_for_caller(plan, jobs):
    """Runs until the caller is gone, which is when standard input closes."""
    loop, task, stopping = asyncio.get_running_loop(), asyncio.current_task(), asyncio.Event()

    def watch():
        sys.stdin.read()
        loop.call_soon_threadsafe(stopping.set)
        loop.call_soon_threadsafe(task.cancel)

    threading.Thread(target=watch, daemon=True).start()
    return await run(plan, jobs, stopping)


def read_all(plan):
    """The notebooks, or `None` when one of them cannot be read: then nothing is executed."""
    jobs, good = [], True
    for given in plan["notebooks"]:
        try:
            jobs.append(Job(plan, given))
            given["title"] = contents.title(jobs[-1].notebook, jobs[-1].path)
        except Unreadable as error:
            tell("unreadable", name=given["name"], text=f"{given['path']}: {error}")
            good = False
    return jobs if good else None


def main():
    global events
    events = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # a library that prints does not disturb the events
    plan = json.loads(sys.stdin.readline())
    jobs = read_all(plan)
    if jobs is None:
        return 1
    try:
        Path(plan["output"]).mkdir(parents=True, exist_ok=True)
        first = jobs[0].notebook  # jobs that are done are no longer in the list
        good = asyncio.run(run_for_caller(plan, jobs)) if plan["execute"] else render_only(plan, jobs)
        if good:
            write_index(plan, Language(plan["language"], first))
    except ModuleNotFoundError as missing:
        tell("unavailable", text=f"a Python package is missing: {missing}")
        good = False
    except (KeyboardInterrupt, asyncio.CancelledError):
        good = False
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
