"""The small tables of the course: CSV files that travel inside the package, in ``dlcourse/datasets``."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from importlib.resources import files

import numpy as np

_FOLDER = files("dlcourse") / "datasets"
_WIDEST = 36  # letters of a cell that are printed


class Table:
    """Named columns of equal length: ``table["year"]`` is an array, ``len(table)`` the number of rows.

    A column of whole numbers is int64, one of other numbers float64 with NaN where a cell is empty, and
    every other one holds strings, "" where a cell is empty.
    """

    def __init__(self, name: str, columns: dict[str, np.ndarray]) -> None:
        self.name = name
        self._columns = columns

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns' names, in order."""
        return tuple(self._columns)

    def __getitem__(self, column: str) -> np.ndarray:
        if column not in self._columns:
            raise KeyError(f"The table {self.name!r} has no column {column!r}. It has: {', '.join(self.columns)}.")
        return self._columns[column]

    def __len__(self) -> int:
        return len(next(iter(self._columns.values())))

    def select(self, chosen: np.ndarray, columns: Sequence[str] | None = None) -> Table:
        """Give the rows at ``chosen`` (N booleans, or places), and these columns only; all where None."""
        names = self.columns if columns is None else columns
        return Table(self.name, {name: self[name][chosen] for name in names})

    def __repr__(self) -> str:
        printed = [[name, *map(_printed, values)] for name, values in self._columns.items()]
        widths = [max(map(len, cells)) for cells in printed]
        is_text = [values.dtype.kind == "U" for values in self._columns.values()]
        lines = (
            "  ".join(
                cell.ljust(width) if left else cell.rjust(width)
                for cell, width, left in zip(row, widths, is_text, strict=True)
            ).rstrip()
            for row in zip(*printed, strict=True)
        )
        return "\n".join(lines)


def load_table(name: str) -> Table:
    """Read one of the course's small tables, such as ``"ilsvrc_2012"``.

    Where each comes from, and under which licence, stands in ``datasets/README.md``.

    Raises:
        ValueError: there is no table of that name.
    """
    if name not in table_names():
        raise ValueError(f"There is no table called {name!r}. The tables are: {', '.join(table_names())}.")
    header, *rows = csv.reader((_FOLDER / f"{name}.csv").read_text(encoding="utf-8").splitlines())
    return Table(name, {column: _column(cells) for column, *cells in zip(header, *rows, strict=True)})


def table_names() -> list[str]:
    """The names that :func:`load_table` knows."""
    return sorted(path.name.removesuffix(".csv") for path in _FOLDER.iterdir() if path.name.endswith(".csv"))


def _column(cells: list[str]) -> np.ndarray:
    for convert in (int, lambda cell: float(cell or "nan")):
        try:
            return np.array([convert(cell) for cell in cells])
        except ValueError:
            continue
    return np.array(cells)


def _printed(value: np.str_ | np.integer | np.floating) -> str:
    if isinstance(value, np.str_):
        return value if len(value) <= _WIDEST else value[: _WIDEST - 1] + "…"
    if isinstance(value, np.integer):
        return str(value)
    if np.isnan(value):
        return ""
    return f"{value:,.0f}" if abs(value) < 1e8 and value.is_integer() else f"{value:.4g}"
