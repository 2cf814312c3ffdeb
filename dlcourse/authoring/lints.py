"""The rules of a lesson's source that can be read off it, one small function each.

A rule takes a lesson and yields a :class:`Problem` for each breach.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

from dlcourse.authoring.errors import Problem
from dlcourse.authoring.head import HEAD_ID, SETUP_ID
from dlcourse.authoring.notebook import Recipe
from dlcourse.authoring.outputs import drawing
from dlcourse.authoring.source import Lesson, SourceCell

MAX_LINES = 25

_ADDRESS = re.compile(r"\b(?:https?|ftp)://|\bwww\.\w|\bgit\+")
_INSTALL = re.compile(r"\b(?:pip3?|conda|mamba|uv)\s+install\b|[%!]\s*pip\b|\bensurepip\b")
_MAGIC = re.compile(r"^\s*(?:[%!]|#\s*%\w)")
_ABSOLUTE = re.compile(r"(?:/(?:tmp|home|root|usr|var|etc|opt|mnt|content|work|Users)\b|~/|[A-Za-z]:\\|\.{1,2}/)")
_FILE = re.compile(r"[\w. /\\-]+\.(?:npz|npy|csv|tsv|txt|json|pkl|png|jpe?g|svg|gz|zip|h5|pt)")
_READS_OR_WRITES = {
    "open", "load", "save", "savez", "savez_compressed", "savefig", "loadtxt", "savetxt", "genfromtxt",
    "imread", "imsave", "read_csv", "to_csv", "fromfile", "tofile",
}  # fmt: skip
_WORKING_FOLDER = {"os.getcwd", "os.chdir", "Path.cwd"}

_IMAGE = re.compile(r"!\[(?P<alt>[^\]]*)\]\((?P<target>[^)]*)\)")
_LINK = re.compile(r"(?<!!)\[(?P<text>[^\]]*)\]\((?P<target>[^)]*)\)")
_IMG_TAG = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_OUTSIDE_TAG = re.compile(r"<(?:link|script|iframe|video|audio|object|embed|style)\b|@import\b", re.IGNORECASE)
_NOT_PROSE = re.compile(r"```.*?```|`[^`\n]*`|\$\$.*?\$\$|\$[^$\n]+\$", re.DOTALL)
_TARGET = re.compile(r"(?:https?://[^\s\"]+|#[^\s\"]+|\d\d_\w+\.ipynb(?:#[^\s\"]+)?)(?:\s+\"[^\"]*\")?")

Rule = Callable[[Recipe], Iterator[Problem]]


def lint(recipe: Recipe) -> list[Problem]:
    """Every breach of every rule, in the order of the file."""
    found = [problem for rule in RULES for problem in rule(recipe)]
    return sorted(found, key=lambda problem: problem.line)


# --- Code ------------------------------------------------------------------------------------------------


def no_address_in_code(recipe: Recipe) -> Iterator[Problem]:
    """Only the set-up cell, which the builder writes, names an address."""
    for cell, number, text in _code_lines(recipe.lesson):
        if _ADDRESS.search(text):
            yield _problem(recipe, cell, number, "an address in code: load data through dlcourse.data")


def no_install(recipe: Recipe) -> Iterator[Problem]:
    """Only the set-up cell installs."""
    for cell, number, text in _code_lines(recipe.lesson):
        if _INSTALL.search(text):
            yield _problem(recipe, cell, number, "nothing is installed outside the set-up cell")


def plain_python(recipe: Recipe) -> Iterator[Problem]:
    """A lesson runs as a script too: no magics, no syntax errors."""
    for cell in _code_cells(recipe.lesson):
        magics = [(n, t) for n, t in enumerate(cell.text.splitlines()) if _MAGIC.match(t)]
        for number, text in magics:
            yield _problem(recipe, cell, number, f"a lesson is plain Python, without {text.split()[0]!r}")
        try:
            ast.parse(cell.text)
        except SyntaxError as error:
            if not magics:
                yield _problem(recipe, cell, (error.lineno or 1) - 1, f"syntax error: {error.msg}")


def no_paths(recipe: Recipe) -> Iterator[Problem]:
    """Nothing in a lesson depends on where it runs."""
    for cell in _code_cells(recipe.lesson):
        for node in _nodes(cell):
            message = _path_message(node)
            if message:
                yield _problem(recipe, cell, getattr(node, "lineno", 1) - 1, message)


def _path_message(node: ast.AST) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and _ABSOLUTE.match(node.value):
        return f"the path {node.value!r} is not the same everywhere"
    if isinstance(node, ast.Name) and node.id == "__file__":
        return "a notebook has no __file__"
    if isinstance(node, ast.Attribute) and ast.unparse(node) in _WORKING_FOLDER:
        return "a lesson does not depend on the working folder"
    if isinstance(node, ast.Call) and _called(node) in _READS_OR_WRITES:
        names = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        if any(map(_FILE.fullmatch, names)):
            return f"the file {names[0]!r} lies in the working folder: use a temporary folder, or dlcourse.data"
    return ""


def short_cells(recipe: Recipe) -> Iterator[Problem]:
    """A cell holds one idea."""
    for cell in _code_cells(recipe.lesson):
        count = len(cell.text.splitlines())
        if cell.kind == "code" and count > MAX_LINES:
            message = f"{count} lines of code in a cell, more than {MAX_LINES}: split it, or use the package"
            yield Problem(recipe.lesson.path, cell.line, message)


def claims_assert_silently(recipe: Recipe) -> Iterator[Problem]:
    """A claim asserts something, and shows nothing."""
    for cell in recipe.lesson.cells:
        if cell.kind != "claim":
            continue
        nodes = _nodes(cell)
        calls = [node for node in nodes if isinstance(node, ast.Call)]
        if not any(isinstance(n, ast.Assert) for n in nodes) and not any("assert" in _called(c) for c in calls):
            yield Problem(recipe.lesson.path, cell.line, "this claim asserts nothing")
        for call in calls:
            if _called(call) in ("print", "display", "show"):
                yield _problem(recipe, cell, call.lineno - 1, "a claim shows nothing: students never see it")


def plots_end_with_semicolon(recipe: Recipe) -> Iterator[Problem]:
    """The value of a last line that draws, ``<Axes: ...>``, is noise below the picture."""
    for cell in recipe.lesson.cells:
        last = drawing(cell.text) if cell.kind == "code" else None
        if last is not None and not cell.text.rstrip().endswith(";"):
            yield _problem(recipe, cell, last.lineno - 1, "end the plot call with `;`, or its value is printed")


# --- Text ------------------------------------------------------------------------------------------------


def no_outside_pictures(recipe: Recipe) -> Iterator[Problem]:
    """In Colab there is nothing but the notebook, and nothing is loaded from elsewhere: figures are drawn."""
    for cell, number, text in _markdown_lines(recipe.lesson):
        targets = [match["target"] for match in _IMAGE.finditer(text)]
        targets += [m[1] for tag in _IMG_TAG.findall(text) if (m := re.search(r"src\s*=\s*[\"']?([^\"'\s>]*)", tag))]
        for target in targets:
            if not target.startswith("data:"):
                yield _problem(
                    recipe, cell, number, f"the picture {target!r} is not in the notebook: draw it in a cell"
                )
        if match := _OUTSIDE_TAG.search(text):
            yield _problem(recipe, cell, number, f"{match[0]} brings scripts or styles; the text is plain Markdown")


def pictures_have_alternatives(recipe: Recipe) -> Iterator[Problem]:
    """Who cannot see a picture reads its text alternative."""
    for cell, number, text in _markdown_lines(recipe.lesson):
        silent = any(not match["alt"].strip() for match in _IMAGE.finditer(text))
        silent = silent or any(not re.search(r"alt\s*=\s*[\"'][^\"']+", tag) for tag in _IMG_TAG.findall(text))
        if silent:
            yield _problem(recipe, cell, number, "a picture without a text alternative")


def links_are_whole(recipe: Recipe) -> Iterator[Problem]:
    """A link has words and a target: an address, a heading, or the notebook of a lesson that exists."""
    for cell, number, text in _markdown_lines(recipe.lesson):
        for match in _LINK.finditer(text):
            target = match["target"].strip()
            if not match["text"].strip() or not _TARGET.fullmatch(target):
                message = f"not a link to an address, a heading or a lesson: {match[0]}"
                yield _problem(recipe, cell, number, message)
            elif target[:2].isdigit() and target.partition(".")[0] not in _lesson_names(recipe):
                yield _problem(recipe, cell, number, f"there is no lesson {target} (yet): name it without a link")


def _lesson_names(recipe: Recipe) -> set[str]:
    return {name for name, _ in recipe.titles.values()}


# --- Exercises and ids -----------------------------------------------------------------------------------


def each_exercise_once(recipe: Recipe) -> Iterator[Problem]:
    """What is registered for the lesson is in the lesson, and the other way round."""
    lesson = recipe.lesson
    used = {cell.exercise for cell in lesson.exercises()}
    for cell in lesson.exercises():
        if cell.exercise not in recipe.exercises:
            message = f"lesson {lesson.number} has no exercise called {cell.exercise!r} in dlcourse/exercises"
            yield Problem(lesson.path, cell.line, message)
    for name in recipe.exercises:
        if name not in used:
            yield Problem(lesson.path, 0, f"exercise {name!r} is registered for this lesson, but has no cell here")


def exercises_follow_what_they_need(recipe: Recipe) -> Iterator[Problem]:
    """An exercise that builds on another one stands after it."""
    seen: set[str] = set()
    for cell in recipe.lesson.exercises():
        for needed in getattr(recipe.exercises.get(cell.exercise), "requires", ()):
            if needed not in seen:
                message = f"exercise {cell.exercise!r} builds on {needed!r}, which must stand before it"
                yield Problem(recipe.lesson.path, cell.line, message)
        seen.add(cell.exercise)


def ids_stay_free(recipe: Recipe) -> Iterator[Problem]:
    """The builder's own ids are not used by the author."""
    taken = {HEAD_ID, SETUP_ID}
    taken |= {f"{name}-{role}" for name in recipe.exercises for role in ("answer", "check")}
    for cell in recipe.lesson.cells:
        if cell.kind in ("markdown", "code") and cell.id in taken:
            yield Problem(recipe.lesson.path, cell.line, f"the id {cell.id!r} belongs to the builder")


RULES: tuple[Rule, ...] = (
    no_address_in_code,
    no_install,
    plain_python,
    no_paths,
    short_cells,
    claims_assert_silently,
    plots_end_with_semicolon,
    no_outside_pictures,
    pictures_have_alternatives,
    links_are_whole,
    each_exercise_once,
    exercises_follow_what_they_need,
    ids_stay_free,
)


# --- Helpers ---------------------------------------------------------------------------------------------


def _problem(recipe: Recipe, cell: SourceCell, offset: int, message: str) -> Problem:
    return Problem(recipe.lesson.path, cell.first_line + offset, message)


def _code_cells(lesson: Lesson) -> list[SourceCell]:
    return [cell for cell in lesson.cells if cell.kind in ("code", "claim")]


def _code_lines(lesson: Lesson) -> Iterator[tuple[SourceCell, int, str]]:
    for cell in _code_cells(lesson):
        for number, text in enumerate(cell.text.splitlines()):
            yield cell, number, text


def _markdown_lines(lesson: Lesson) -> Iterator[tuple[SourceCell, int, str]]:
    """The lines of the text cells, with code and formulas blanked out."""
    for cell in lesson.cells:
        if cell.kind == "markdown":
            prose = _NOT_PROSE.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), cell.text)
            for number, text in enumerate(prose.splitlines()):
                yield cell, number, text


def _nodes(cell: SourceCell) -> list[ast.AST]:
    try:
        return list(ast.walk(ast.parse(cell.text)))
    except SyntaxError:  # plain_python reports it
        return []


def _called(call: ast.Call) -> str:
    """The last part of what is called: ``savefig`` for ``fig.savefig(...)``."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""
