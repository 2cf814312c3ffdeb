"""Turn what IPython adds to Python (``%magic``, ``!command``, ``name?``) into calls of ``get_ipython()``.

IPython's own transformer starts anew after each line that it changes, and has a pattern that takes minutes on a
hostile line; this one reads a cell once. What it leaves alone, the parser will complain about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# Magics that run Python: what they run stands in their place, so that the names it binds are the notebook's.
_RUNNERS = r"(?:time|timeit|capture|prun)\b"
_RUN_THE_CELL = re.compile(rf"(?:\s*%%{_RUNNERS}[^\n]*(?:\n|\Z))+")
_CELL_MAGIC = re.compile(r"\s*%%(\w+)[ \t]*([^\n]*)(?:\n|\Z)")
_RUNS_THE_LINE = re.compile(rf"%{_RUNNERS}[ \t]+(?P<code>[^-\s].*)", re.S)
_PROMPT = re.compile(r"(?:>>> ?|In \[\d+\]: ?)")
_CONTINUED_PROMPT = re.compile(r"^(?:>>> ?|\.\.\. ?|In \[\d+\]: ?|[ ]+\.\.\.: ?)", re.M)

# One statement of a line: a magic or a command, perhaps with names that take its result, or a question.
_ASSIGNED = re.compile(r"(?P<targets>[^\n\"'#=!%?()]+=[ \t]*)?(?P<mark>%|!!|!)(?P<text>.*)", re.S)
_MAGIC = re.compile(r"(\w[\w.]*)[ \t]*(.*)", re.S)
_ASKS = re.compile(r"\?\??[ \t]*(%{0,2}[\w.*]+)[ \t]*|(%{0,2}[\w.*]+)[ \t]*\?\??[ \t]*")

# What stands between the beginnings of statements.
_PIECE = re.compile(
    r"""(?P<long>'''|\"\"\") | (?P<text>'(?:[^'\\\n]|\\.)*'? | "(?:[^"\\\n]|\\.)*"?) | (?P<comment>\#[^\n]*)
    | (?P<opens>[\[({]) | (?P<closes>[\])}]) | (?P<goes_on>\\\n) | (?P<line>\n) | [^'"\#\[\](){}\\\n]+ | .""",
    re.X | re.S,
)
_LINE = re.compile(r"(?:[^\n\\]|\\.|\\\n|\\\Z)*", re.S)  # to its end, and on where a backslash says so


def as_python(source: str) -> str:
    """A cell as Python, its lines where they were."""
    source = _without_prompts(_without_indent(source))
    runs = _RUN_THE_CELL.match(source)
    if runs:
        return "\n" * runs[0].count("\n") + as_python(source[runs.end() :])
    magic = _CELL_MAGIC.match(source)
    if magic is None:
        return "".join(_translated(source))
    return f"get_ipython().run_cell_magic({magic[1]!r}, {magic[2].strip()!r}, {source[magic.end() :]!r})\n"


def _without_indent(source: str) -> str:
    """IPython takes the first line's indentation from all lines that begin with it."""
    first = source.lstrip("\n")
    indent = first[: len(first) - len(first.lstrip(" \t"))]
    return re.sub(f"^{indent}", "", source, flags=re.M) if indent else source


def _without_prompts(source: str) -> str:
    return _CONTINUED_PROMPT.sub("", source) if _PROMPT.match(source) else source


def _translated(source: str) -> Iterator[str]:
    place, depth = 0, 0
    starts = True  # whether a statement begins here
    while place < len(source):
        if starts:
            line = _LINE.match(source, place)
            assert line is not None  # it matches nothing at all, too
            code = _statement(line[0])
            if code is not None:
                yield code + "\n" * line[0].count("\n")
                place = line.end()
            starts = False
            continue
        piece = _PIECE.match(source, place)
        assert piece is not None
        end = piece.end()
        if piece["long"]:
            end = _end_of_long_text(source, end, piece["long"])
        depth = max(depth + bool(piece["opens"]) - bool(piece["closes"]), 0)
        starts = bool(piece["line"]) and depth == 0
        yield source[place:end]
        place = end


def _end_of_long_text(source: str, place: int, mark: str) -> int:
    while True:
        found = source.find(mark, place)
        if found < 0:
            return len(source)
        before = source[place:found]
        if (len(before) - len(before.rstrip("\\"))) % 2 == 0:
            return found + len(mark)
        place = found + 1


def _statement(line: str) -> str | None:
    """The Python of a line that is no Python; None for others."""
    code = line.strip()
    indent = line[: len(line) - len(line.lstrip())]
    if not code or not ("%" in code or "!" in code or "?" in code):
        return None
    asks = _ASKS.fullmatch(code)
    if asks:
        return f"{indent}get_ipython().run_line_magic('pinfo', {(asks[1] or asks[2])!r})"
    found = _ASSIGNED.match(code)
    if found is None:
        return None
    text = found["text"].replace("\\\n", " ").strip()
    targets = found["targets"] or ""
    if found["mark"] != "%":
        call = "getoutput" if targets or found["mark"] == "!!" else "system"
        return f"{indent}{targets}get_ipython().{call}({text!r})"
    runs = _RUNS_THE_LINE.fullmatch(f"%{text}")
    if runs:
        return f"{indent}{targets}{runs['code']}"
    magic = _MAGIC.fullmatch(text)
    if magic is None:
        return None
    return f"{indent}{targets}get_ipython().run_line_magic({magic[1]!r}, {magic[2]!r})"
