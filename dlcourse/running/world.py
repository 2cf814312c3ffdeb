"""The world that a notebook's cells find in the sandbox: the names of the set-up cell, and little else.

Libraries that answers may not use can be imported, so that a cell with such an import is not lost as a whole; they
complain when they are used. They are not merely hidden: the sandbox's file system does not hold them.
"""

from __future__ import annotations

import builtins
import importlib
import importlib.abc
import importlib.machinery
import linecache
import sys
from collections.abc import Callable, Collection
from types import ModuleType
from typing import Any

_COURSE = "dlcourse"
_HERE = "dlcourse.running"
_SETUP = ("check", "hint", "nn", "optim", "progress", "solution")
_RUN_THE_BODY = ("time", "timeit", "capture", "prun")
_HARMLESS = ("matplotlib", "time", "timeit", "config", "autosave", "autoreload", "load_ext", "reload_ext", "precision")


class NotHere(AttributeError):  # so that `from library import name` looks for a module of that name
    """A library that answers may not use was used."""


class _Absent(ModuleType):
    """Stands for a module that is not here."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise NotHere(self._complaint())

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        raise NotHere(self._complaint())

    def _complaint(self) -> str:
        library = self.__name__.partition(".")[0]
        what = self.__name__ if library == _COURSE else library
        return f"{what} is not available to answers: write it with Python and NumPy."


class AbsentLibraries(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Makes the named libraries importable as stand-ins."""

    def __init__(self, names: Collection[str]) -> None:
        self.names = frozenset(names)

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        """A spec for a library that is not here, or None."""
        of_the_course = fullname.startswith(f"{_COURSE}.") and not f"{fullname}.".startswith(f"{_HERE}.")
        if of_the_course or fullname.partition(".")[0] in self.names:
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        """The stand-in."""
        return _Absent(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """A stand-in has nothing to execute."""


class _Lazy(ModuleType):
    """Imports a module when it is first used: Matplotlib takes longer to load than most answers to run."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(importlib.import_module(self.__name__), name)


class Shell:
    """What ``get_ipython()`` gives: enough for the magics that notebooks hold. It runs no command of the system."""

    def __init__(self, execute: Callable[[str], None]) -> None:
        self._execute = execute
        self.ignored: list[str] = []

    def run_cell_magic(self, name: str, line: str, body: str) -> None:
        """Run the body of ``%%time`` and its kin; leave out others."""
        if name in _RUN_THE_BODY:
            self._execute(body)
        else:
            self._ignore(f"%%{name}")

    def run_line_magic(self, name: str, line: str, **kwargs: Any) -> None:
        """Run the statement after ``%time`` and its kin; leave out others."""
        if name in _RUN_THE_BODY and line.strip() and not line.lstrip().startswith("-"):
            self._execute(line)
        elif name not in _HARMLESS:
            self._ignore(f"%{name}")

    def system(self, command: str) -> None:
        """Leave out ``!command``."""
        self._ignore(f"!{command}")

    def getoutput(self, command: str, **kwargs: Any) -> list[str]:
        """Leave out ``!command``, whose output is empty."""
        self._ignore(f"!{command}")
        return []

    def __getattr__(self, name: str) -> Callable[..., None]:
        """Whatever else a notebook asks of its shell does nothing."""
        return lambda *args, **kwargs: None

    def _ignore(self, what: str) -> None:
        self.ignored.append(what[:80])


class World:
    """The names that cells share, in a module ``__main__`` of their own."""

    def __init__(self, absent: Collection[str]) -> None:
        sys.meta_path.insert(0, AbsentLibraries(absent))
        self.main = ModuleType("__main__")
        sys.modules["__main__"] = self.main
        self.names = self.main.__dict__
        self.shell = Shell(self._execute_here)
        self._cells = 0
        self._set_up()

    def _set_up(self) -> None:
        course = importlib.import_module(_COURSE)
        self.names.update(__builtins__=builtins, np=importlib.import_module("numpy"), dlcourse=course)
        self.names.update(plt=_Lazy("matplotlib.pyplot"), display=lambda *args, **kwargs: None)
        for name in _SETUP:
            found = getattr(course, name, None)
            self.names[name] = found or importlib.import_module(f"{_COURSE}.{name}")
        self.names["get_ipython"] = lambda: self.shell

    def run(self, code: str) -> list[str]:
        """Execute a cell so that its functions have a source; gives the magics that were left out."""
        self.shell.ignored = []
        self._execute_here(code)
        return self.shell.ignored

    def _execute_here(self, code: str) -> None:
        self._cells += 1
        file = f"<cell {self._cells}>"
        linecache.cache[file] = (len(code), None, code.splitlines(keepends=True), file)
        exec(compile(code, file, "exec", dont_inherit=True), self.names)
