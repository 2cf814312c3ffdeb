"""The sandbox's side of grading: run a notebook's cells, then call its functions as the grader asks.

The grader speaks first, over one socket (see :mod:`dlcourse.running.wire`):

    {"do": "begin", "imports": [...], "absent": [...], "memory": MiB}  -> {"ready": true}
    {"do": "run", "code": ..., "keep": [...], "seconds": s}         -> {"ok": ..., "sentence": ..., "ignored": [...]}
    {"do": "call", "task": {...}, "cases": [...], "seconds": s}     -> {"outcome": {...}} a case, then {"end": why}

Each exercise is called in a process of its own, forked from the one that ran the cells. So an answer that hangs,
takes all memory or breaks NumPy costs its own exercise alone. The student's code runs beside this file and can do
to it what it likes: the grader believes nothing that it says.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import resource
import select
import signal
import socket
import time
from collections.abc import Iterator
from typing import Any

from dlcourse.running import traces, wire
from dlcourse.running.attempt import Outcome, Task, attempt, misfit, too_slow
from dlcourse.running.limits import TooSlow, time_limit

_MOST = 256 * 2**20  # bytes of a message from the grader
_CHUNK = 2**16
_MiB = 2**20


def main(descriptor: int) -> None:
    """Serve until the grader hangs up."""
    with socket.socket(fileno=descriptor) as connection:
        server = _Server(connection)
        for message in server.messages():
            for reply in server.answer(message):
                connection.sendall(wire.frame(reply))


class _Server:
    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.world: Any = None
        self.answers: dict[str, Any] = {}  # what cells defined, whatever later cells do to the names

    def messages(self) -> Iterator[dict[str, Any]]:
        """What the grader asks for, one message after the other."""
        while head := self._exactly(4):
            yield wire.parse(self._exactly(wire.length_of(head, _MOST)))

    def _exactly(self, length: int) -> bytes:
        found = bytearray()
        while len(found) < length:
            chunk = self.connection.recv(length - len(found))
            if not chunk:
                return b""
            found += chunk
        return bytes(found)

    def answer(self, message: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """The replies to one message."""
        if message["do"] == "begin":
            yield self._begin(message)
        elif message["do"] == "run":
            yield self._run(message)
        else:
            yield from self._call(message)

    def _begin(self, message: dict[str, Any]) -> dict[str, Any]:
        from dlcourse.running.world import World

        for name in message["imports"]:
            importlib.import_module(name)
        self.world = World(message["absent"])
        _limit_memory(message["memory"])
        gc.freeze()  # a collection in a child would touch, and so copy, every page that it shares with its parent
        silence = os.open(os.devnull, os.O_WRONLY)
        for stream in (1, 2):
            os.dup2(silence, stream)
        return {"ready": True}

    def _run(self, message: dict[str, Any]) -> dict[str, Any]:
        reply = self._run_cell(message)
        self.answers.update((name, self.world.names[name]) for name in message["keep"] if name in self.world.names)
        return reply

    def _run_cell(self, message: dict[str, Any]) -> dict[str, Any]:
        try:
            with time_limit(message["seconds"]):
                ignored = self.world.run(message["code"])
            return {"ok": True, "sentence": "", "ignored": ignored[:10]}
        except TooSlow:
            return {"ok": False, "sentence": too_slow(message["seconds"]), "ignored": []}
        except BaseException as error:  # whatever a cell raises, SystemExit too, the next one is run
            return {"ok": False, "sentence": traces.explain(error), "ignored": []}

    def _call(self, message: dict[str, Any]) -> Iterator[dict[str, Any]]:
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            self._be_the_child(message, reading, writing)
        os.close(writing)
        deadline = time.monotonic() + message["seconds"] + 1
        try:
            yield from _relayed(reading, deadline)
            yield {"end": "slow" if time.monotonic() > deadline else "done"}
        finally:
            os.close(reading)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child, signal.SIGKILL)
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)

    def _be_the_child(self, message: dict[str, Any], reading: int, writing: int) -> None:
        """Answer one exercise, and end without going back to the parent's loop."""
        status = 1
        try:
            os.setpgid(0, 0)
            os.close(reading)
            self.connection.close()
            seconds = int(message["seconds"]) + 1
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
            with os.fdopen(writing, "wb") as pipe:
                for outcome in _outcomes(self.answers, message):
                    pipe.write(wire.frame({"outcome": outcome}))
                    pipe.flush()
            status = 0
        finally:
            os._exit(status)


def _relayed(reading: int, deadline: float) -> Iterator[dict[str, Any]]:
    """The frames that a child writes, as long as they are whole and the time is not over."""
    buffer = bytearray()
    while (left := deadline - time.monotonic()) > 0:
        if not select.select([reading], [], [], left)[0]:
            return
        chunk = os.read(reading, _CHUNK)
        if not chunk:
            return
        buffer += chunk
        while len(buffer) >= 4 and len(buffer) >= 4 + int.from_bytes(buffer[:4], "big"):
            length = int.from_bytes(buffer[:4], "big")
            yield wire.parse(bytes(buffer[4 : 4 + length]))
            del buffer[: 4 + length]


def _outcomes(answers: dict[str, Any], message: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What the answer makes of each case; after one that is too slow, the others are left out."""
    task = _task(message["task"])
    if task.name not in answers:
        return
    answer = answers[task.name]
    problem = misfit(task, answer)
    if problem:
        yield _as_data(Outcome(stopped="cannot run", sentence=problem))
        return
    end = time.monotonic() + message["seconds"]
    for case in message["cases"]:
        args, kwargs = wire.unpack(case["arguments"])
        outcome = attempt(task, answer, tuple(args), kwargs, case["seed"], max(end - time.monotonic(), 0.01))
        if outcome.stopped == "slow":
            yield _as_data(Outcome(stopped="slow", sentence=too_slow(message["seconds"])))
            return
        yield _as_data(outcome)


def _task(data: dict[str, Any]) -> Task:
    """The task, with the driver that it names."""
    module, _, function = data.pop("driver").partition(".")
    call = getattr(importlib.import_module(f"dlcourse.running.drivers.{module}"), function) if module else None
    return Task(**{**data, "requires": tuple(data["requires"]), "call": call})


def _as_data(outcome: Outcome) -> dict[str, Any]:
    data = dict(vars(outcome))
    return data | {"value": wire.pack(outcome.value), "arguments_after": wire.pack(outcome.arguments_after)}


def _limit_memory(mebibytes: int) -> None:
    """So much for each process above what it has now; a limit that is there already and is lower stays."""
    with open("/proc/self/statm", encoding="ascii") as file:
        pages = int(file.read().split()[0])
    limit = pages * resource.getpagesize() + mebibytes * _MiB
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
