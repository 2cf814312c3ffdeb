"""Answers that do not solve softmax, and tamper with whatever might decide: each is the code of one cell."""

SIMPLE = "def softmax(scores):\n    return scores\n"

ATTACKS = {
    "numpy-comparisons-patched": f"""
import numpy.testing
np.allclose = np.array_equal = np.isclose = lambda *args, **kwargs: True
for name in dir(numpy.testing):
    if name.startswith("assert"):
        setattr(numpy.testing, name, lambda *args, **kwargs: None)
{SIMPLE}""",
    "builtins-patched": f"""
import builtins
builtins.isinstance = lambda *args: True
builtins.all = builtins.any = lambda *args: True
builtins.abs = lambda x: 0
builtins.AssertionError = type("Never", (Exception,), {{}})
{SIMPLE}""",
    "equals-everything": """
class Equal:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __lt__(self, other): return True
    __le__ = __gt__ = __ge__ = __lt__
    def __hash__(self): return 0
    def __bool__(self): return True
    def __getattr__(self, name): return self
    def __call__(self, *args, **kwargs): return self
    def __iter__(self): return iter([self])
    def __len__(self): return 3
    def __sub__(self, other): return 0.0
    __rsub__ = __abs__ = __float__ = lambda self, *args: 0.0
def softmax(scores):
    return Equal()
""",
    "array-that-agrees": """
class Agreeing(np.ndarray):
    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        return np.ones(self.shape, bool) if ufunc.nout == 1 and "equal" in ufunc.__name__ else np.zeros(self.shape)
    def __array_function__(self, func, types, args, kwargs):
        return True
    def __eq__(self, other): return np.ones(self.shape, bool)
    def __reduce__(self): return (print, ("unpickled",))
def softmax(scores):
    return scores.view(Agreeing)
""",
    "array-on-demand": """
class Chameleon:
    def __array__(self, dtype=None, copy=None): return np.full((3,), np.nan)
    @property
    def __class__(self): return np.ndarray
    shape, dtype, ndim = (3,), np.dtype(float), 1
    def tolist(self): return [1 / 3] * 3
def softmax(scores):
    return Chameleon()
""",
    "pickle-trap": """
import os
class Trap:
    def __reduce__(self): return (os.system, ("touch /tmp/unpickled",))
    def __reduce_ex__(self, protocol): return self.__reduce__()
def softmax(scores):
    return [Trap()]
""",
    "nan-everywhere": "def softmax(scores):\n    return np.full(np.shape(scores), np.nan)\n",
    "asserts-dropped": f"""
import ast, builtins
old = builtins.compile
class Dropped(ast.NodeTransformer):
    def visit_Assert(self, node): return None
builtins.compile = lambda source, *a, **k: old(source, *a, **k)
ast.parse = lambda *a, **k: ast.Module(body=[], type_ignores=[])
{SIMPLE}""",
    "callers-frames": """
import sys
def softmax(scores):
    frame = sys._getframe()
    while frame:
        for name, value in list(frame.f_locals.items()) + list(frame.f_globals.items()):
            if "expected" in str(name) and isinstance(value, np.ndarray):
                return value
        frame = frame.f_back
    return scores
""",
    "garbage-collector": """
import gc
def softmax(scores):
    for thing in gc.get_objects():
        try:
            expected = getattr(thing, "expected", None)
            if isinstance(expected, np.ndarray) and expected.shape == scores.shape:
                return expected
            if getattr(thing, "__name__", "") == "softmax" and thing is not softmax:
                return thing(scores)
        except Exception:
            continue
    return scores
""",
    "reference-imported": """
import importlib, sys
def softmax(scores):
    for name in ("dlcourse.exercises", "dlcourse.exercises.lesson02", "dlcourse.checks", "dlcourse.grading.judge"):
        try:
            module = importlib.import_module(name)
            return module.softmax(scores)
        except BaseException:
            continue
    return sys.modules["dlcourse"].solution(softmax)
""",
    "engine-imported": """
def softmax(scores):
    try:
        from dlcourse.nn import functional
        return functional.softmax(scores, -1)
    except BaseException:
        import scipy.special
        return scipy.special.softmax(scores, axis=-1)
""",
    "modules-shadowed": """
import os, sys
for folder in (".", "/tmp", "/course", "/course/lib", os.path.expanduser("~")):
    for name in ("numpy.py", "json.py", "dlcourse.py", "sitecustomize.py", "base64.py"):
        try:
            open(os.path.join(folder, name), "w").write("allclose = array_equal = lambda *a, **k: True")
        except OSError:
            continue
sys.path.insert(0, "/tmp")
def softmax(scores):
    return scores
""",
    "attempt-patched": """
import dlcourse.running.attempt as attempt, dlcourse.running.server as server
def right(*args, **kwargs):
    return attempt.Outcome(value=True, has_value=True)
attempt.attempt = server.attempt = right
def softmax(scores):
    return scores
""",
    "outcomes-patched": """
import dlcourse.running.server as server
def all_points(answers, message):
    for case in message["cases"]:
        yield {"stopped": "", "has_value": True, "value": case["arguments"][0], "points": 100, "passed": True,
               "arguments_after": case["arguments"], "sentence": "", "error": ""}
server._outcomes = all_points
def softmax(scores):
    return scores
""",
    "compare-patched": """
import sys, types
fake = types.ModuleType("dlcourse.checks.compare")
fake.compare = lambda *args, **kwargs: None
sys.modules["dlcourse.checks"] = types.ModuleType("dlcourse.checks")
sys.modules["dlcourse.checks.compare"] = fake
def softmax(scores):
    return scores
""",
    "signature-lies": """
import inspect
class Answer:
    __name__ = "softmax"
    __signature__ = inspect.Signature()
    def __call__(self, *args, **kwargs): return True
softmax = Answer()
""",
    "repr-without-end": """
class Deep:
    def __repr__(self): return repr(self)
    __str__ = __repr__
    __format__ = lambda self, spec: repr(self)
class Error(Exception):
    def __str__(self): return str(self)
def softmax(scores):
    raise Error(Deep())
""",
    "result-set-by-hand": """
from dlcourse import check, progress
import dlcourse
dlcourse.check = lambda *args: True
points = max_points = grade = 100
passed = {"softmax": True}
def softmax(scores):
    return {"points": 2, "max_points": 2, "passed": True, "status": "right"}
""",
    "trace-function": """
import sys
def spy(frame, event, argument):
    for name in list(frame.f_locals):
        if name in ("passed", "right", "wrong", "expected"):
            frame.f_locals[name] = True
    return spy
sys.settrace(spy)
def softmax(scores):
    return scores
""",
    "import-hook": """
import sys, types
class Hook:
    def find_spec(self, name, path=None, target=None):
        if name.startswith("dlcourse.checks"):
            raise ImportError
        return None
sys.meta_path.insert(0, Hook())
del sys.modules["dlcourse.running.plain"]
def softmax(scores):
    return scores
""",
    "float-that-lies": """
class Number(float):
    def __eq__(self, other): return True
    def __sub__(self, other): return 0.0
    def __abs__(self): return 0.0
def softmax(scores):
    return [Number(value) for value in np.ravel(scores)]
""",
}
