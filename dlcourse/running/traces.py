"""An exception in a student's code, told with the student's own line and none of ours."""

from __future__ import annotations

import linecache
import sysconfig
import traceback
from pathlib import Path

_OURS = str(Path(__file__).resolve().parent.parent)
_LIBRARIES = tuple({sysconfig.get_paths()[key] for key in ("stdlib", "purelib", "platlib")})

_ADVICE = {
    "RecursionError": "Your code calls itself again and again without coming to an end. Which call should "
    "answer at once, without a further one?",
    "MemoryError": "Your code asks for more memory than there is.",
    "SystemExit": "Your code calls exit(). Use return to leave a function.",
}


def explain(error: BaseException) -> str:
    """The exception's type and message, and the line of the student's code where it arose.

    Lines of the course, of the standard library and of installed packages are passed over: the last
    line that is none of these is the one to look at.
    """
    name = type(error).__name__
    if name in _ADVICE:
        told = f"{name}: {_ADVICE[name]}"
    else:
        message = _message(error)
        told = f"{name}: {message}" if message else f"{name}."
    return told + _student_line(error)


def raised_by(error: BaseException) -> str:
    """The name of the function, or of the class of the method, that raised the exception itself."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    name = trace.tb_frame.f_code.co_qualname if trace else ""
    return name.rpartition("<locals>.")[2].partition(".")[0]


def _message(error: BaseException) -> str:
    try:
        text = str(error)
    except Exception:  # the student's exception class may be broken as well
        return "(its message cannot be shown)"
    return text if len(text) <= 300 else f"{text[:296]} ..."


def _student_line(error: BaseException) -> str:
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if _is_students(frame.filename)]
    if not own:
        return "\nIt happened when the check went on with what your code gave."
    frame = own[0] if isinstance(error, RecursionError) else own[-1]
    line = (frame.line or linecache.getline(frame.filename, frame.lineno or 0)).strip()
    where = Path(frame.filename).name if Path(frame.filename).exists() else "the cell"
    place = f"\nIt happened in line {frame.lineno} of {where}, in {frame.name}"
    return f"{place}:\n    {line}" if line else f"{place}."


def _is_students(filename: str) -> bool:
    if filename.startswith("<frozen"):
        return False
    path = filename if filename.startswith("<") else str(Path(filename).resolve())
    return not path.startswith((_OURS, *_LIBRARIES))
