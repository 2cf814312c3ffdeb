"""The exercises of lesson 04, backpropagation from scratch, in the order in which the lesson asks them."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from dlcourse.exercises.core import Case, Misshapen, exercise
from dlcourse.running.drivers import lesson04 as drivers

Rng = np.random.Generator
Cases = Iterator[Case]


# --- the chain rule by hand ----------------------------------------------------------------------


def _chain_rule_cases(rng: Rng) -> Cases:
    yield Case(2.0, 3.0, 1.0)
    yield Case(-1.0, 4.0, 2.0)
    for _ in range(5):
        yield Case(*(float(number) for number in rng.normal(0, 2, 3).round(2)))


@exercise(
    lesson="04",
    points=1,
    cases=_chain_rule_cases,
    equivalent_mutants=("df_ds * 1 -> df_ds / 1  # a factor of 1", "df_ds * 1 -> df_ds / 1 (2)  # a factor of 1"),
    hints=[
        "Name the two numbers on the way: p = x * y, then s = p + z. Then f = s * s, one small step after the other.",
        "Go back from f. How fast does f = s² grow with s? That slope, 2s, is what arrives at s.",
        "The sum passes what arrives on to p and to z unchanged. The product multiplies it by the *other* factor.",
    ],
)
def chain_rule(x, y, z):
    """Compute f = (x * y + z)² and its slopes, by hand.

    Go forward first and keep every number on the way. Then go backward from f, one local
    slope at a time.

    Args:
        x, y, z: three numbers.

    Returns:
        A tuple of four numbers: f, df/dx, df/dy, df/dz.

    Example:
        chain_rule(2.0, 3.0, 1.0) gives (49.0, 42.0, 28.0, 14.0).
    """
    p = x * y
    s = p + z
    f = s * s
    df_ds = 2 * s
    df_dp = df_ds * 1
    df_dz = df_ds * 1
    df_dx = df_dp * y
    df_dy = df_dp * x
    return f, df_dx, df_dy, df_dz


@chain_rule.mistake(
    "The slopes for x and y have changed places. If x grows by a little, x * y grows by y times as much: "
    "the local slope of a product is the *other* factor."
)
def product_keeps_its_own_factor(x, y, z):
    s = x * y + z
    return s * s, 2 * s * x, 2 * s * y, 2 * s


@chain_rule.mistake(
    "These are the slopes of s = x * y + z, and f comes after s. Multiply each by the slope with which f "
    "answers to s: slopes along a path multiply."
)
def stops_before_the_square(x, y, z):
    s = x * y + z
    return s * s, y, x, 1.0


@chain_rule.mistake(
    "All your slopes are half of what they should be. Look at f = s * s once more: s goes in twice, and "
    "each of the two ways contributes a slope of s."
)
def square_counted_once(x, y, z):
    s = x * y + z
    return s * s, s * y, s * x, s


@chain_rule.mistake(
    "All three slopes are equal: you passed on what arrived at the product without multiplying by the "
    "product's own slopes. A sum copies, a product multiplies."
)
def product_copies(x, y, z):
    s = x * y + z
    return s * s, 2 * s, 2 * s, 2 * s


# --- the order of the walk back --------------------------------------------------------------------


_SMALL_GRAPHS = (
    ({"f": ["q", "z"], "q": ["x", "y"], "x": [], "y": [], "z": []}, "f"),
    ({"f": ["a", "c"], "c": ["b"], "b": ["a"], "a": ["x"], "x": []}, "f"),
    ({"f": ["c", "a"], "c": ["b"], "b": ["a"], "a": ["x"], "x": []}, "f"),
    ({"square": ["x", "x"], "x": [], "elsewhere": ["square"]}, "square"),
)


def _random_graph(rng: Rng, size: int) -> dict[str, list[str]]:
    """Node i has up to three parents among the nodes before it; the last node reaches several."""
    graph: dict[str, list[str]] = {"n0": []}
    for i in range(1, size):
        chosen = rng.choice(i, size=min(i, int(rng.integers(1, 4))), replace=False)
        graph[f"n{i}"] = [f"n{j}" for j in chosen]
    return graph


def _order_cases(rng: Rng) -> Cases:
    for graph, root in _SMALL_GRAPHS:
        yield Case(graph, root)
    for size in (6, 8, 10):
        yield Case(_random_graph(rng, size), f"n{size - 1}")
    deep: dict[str, list[str]] = {"n0": [], "n1": ["n0"]}
    for i in range(2, 1500):  # n0 is used by all, and is met now before, now after the long way
        deep[f"n{i}"] = ["n0", f"n{i - 1}"] if i % 2 else [f"n{i - 1}", "n0"]
    yield Case(deep, "n1499", part="a graph 1500 deep")


def _kind_of_order(order: list[str], graph: dict[str, list[str]], root: str) -> str:
    """The order in words; wrong ones of one kind get the same words."""
    if len(order) > 1 and order[0] == root:
        return "root stands first"
    place = {node: i for i, node in enumerate(order)}
    for node in place:
        if any(place.get(parent, -1) > place[node] for parent in graph.get(node, [])):
            return "a node stands before one of its parents"
    return "parents first"


def _about_the_order(order: Any, graph: dict[str, list[str]], root: str) -> Any:
    """What matters about an order: there are many right ones."""
    if order in (drivers.TOO_DEEP, drivers.LIMIT_RAISED):
        return order
    if not (isinstance(order, list) and all(isinstance(node, str) for node in order)):
        raise Misshapen("Your answer should be a list of the nodes themselves.")
    listed = sorted(order) if len(order) <= 40 else f"{len(set(order))} different ones"
    return {"how many nodes": len(order), "which nodes (sorted)": listed, "order": _kind_of_order(order, graph, root)}


@exercise(
    lesson="04",
    points=2,
    cases=_order_cases,
    call=drivers.walk,
    view=_about_the_order,
    hints=[
        "A node may be put into the list once all its parents are in it. Parents first: that is the whole rule.",
        "With recursion: visit each parent first, then append the node itself. A set of nodes already "
        "visited keeps each of them from being placed twice.",
        "Without recursion: keep a list of work to do. When a node comes off it for the first time, put "
        "it back with the mark 'parents have been visited', then put its parents on top. When it comes "
        "off with the mark, append it.",
    ],
)
def topological_order(root, parents):
    """List every node that root was made from, each one after all of its parents.

    The graph may be thousands of nodes deep, so recursion is not enough: use a list of
    nodes still to do.

    Args:
        root: the node at the end of the graph.
        parents: a function; parents(node) gives the nodes that node was made from.

    Returns:
        A list that holds each node once, parents before children, root last.

    Example:
        made_from = {"f": ["q", "z"], "q": ["x", "y"], "x": [], "y": [], "z": []}
        topological_order("f", made_from.get) may give ["z", "y", "x", "q", "f"].
    """
    order, seen = [], set()
    to_do = [(root, False)]
    while to_do:
        node, parents_are_placed = to_do.pop()
        if parents_are_placed:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            to_do.append((node, True))
            to_do.extend((parent, False) for parent in parents(node))
    return order


@topological_order.mistake(
    "Right for small graphs, but in a deep one Python runs out of calls, and a higher limit only moves the "
    "wall. Do what the recursion does with a list of your own: take the last entry, and put back what has to "
    "be done later."
)
def recursion(root, parents):
    order, seen = [], set()

    def visit(node):
        if node not in seen:
            seen.add(node)
            for parent in parents(node):
                visit(parent)
            order.append(node)

    visit(root)
    return order


@topological_order.mistake(
    "A node was placed when it was first met, but it was also used to make a node that stands before it. "
    "Place a node only when everything it was made from is in the list. On a list of work a node comes up "
    "twice: once to put its parents on top, once to be written down."
)
def placed_when_first_met(root, parents):
    order, seen, to_do = [], set(), [root]
    while to_do:
        node = to_do.pop()
        if node not in seen:
            seen.add(node)
            order.append(node)
            to_do.extend(parents(node))
    return order[::-1]


@topological_order.mistake(
    "You list a node when you first meet it, level by level, and turn the list round at the end. A node "
    "that is used early *and* late in the graph then lands in the wrong place. Append a node only after "
    "all its parents."
)
def level_by_level(root, parents):
    order, seen, queue = [], set(), [root]
    while queue:
        node = queue.pop(0)
        if node not in seen:
            seen.add(node)
            order.append(node)
            queue.extend(parents(node))
    return order[::-1]


@topological_order.mistake(
    "You write a node down before you visit its parents, and turn the list round at the end. A node that is "
    "used twice is then listed too early for one of its uses. Parents first, then the node; and keep a list "
    "of work of your own, or a deep graph needs too many calls."
)
def node_before_its_parents(root, parents):
    order, seen = [], set()

    def visit(node):
        if node not in seen:
            seen.add(node)
            order.append(node)
            for parent in parents(node):
                visit(parent)

    visit(root)
    return order[::-1]


@topological_order.mistake(
    "You raise Python's recursion limit. That moves the wall, and with a graph that is deep enough it ends "
    "in a crash. Keep a list of the work that is still to do; the limit is put back after this check."
)
def raises_the_recursion_limit(root, parents):
    sys.setrecursionlimit(100_000)
    return recursion(root, parents)


@topological_order.mistake(
    "Some nodes stand in your list more than once. A node that is used twice is reached on two paths: "
    "remember which nodes you have seen."
)
def forgets_what_it_has_seen(root, parents):
    order, to_do = [], [(root, False)]
    while to_do:
        node, parents_are_placed = to_do.pop()
        if parents_are_placed:
            order.append(node)
        else:
            to_do.append((node, True))
            to_do.extend((parent, False) for parent in parents(node))
    return order


@topological_order.mistake(
    "Your list runs from the root to the inputs. It is to be in the order in which the numbers were "
    "computed, parents first and root last: turn it round, and see whether each node then comes after its "
    "parents."
)
def root_first(root, parents):
    return topological_order.reference(root, parents)[::-1]


# --- the scalar engine -------------------------------------------------------------------------------


def _value_cases(rng: Rng) -> Cases:
    def numbers(*names: str) -> dict[str, float]:
        return {name: float(rng.normal(0, 2).__round__(1)) or 0.5 for name in names}

    local, slopes, twice = "local slopes", "slopes", "slopes after calling backward() twice"
    yield Case("x + y", {"x": 3.0, "y": -1.0}, local, part="add")
    yield Case("x + y", numbers("x", "y"), local, part="add")
    yield Case("x * y", {"x": 3.0, "y": -1.0}, local, part="mul")
    yield Case("x * y", numbers("x", "y"), local, part="mul")
    for x in (2.0, -3.0, 0.5, 0.0):
        yield Case("x.relu()", {"x": x}, local, part="relu")
    yield Case("(x + y) * z", {"x": 3.0, "y": -1.0, "z": 4.0}, slopes, part="backward")
    yield Case("x * x + x", {"x": 3.0}, slopes, part="backward")
    yield Case("(x * y + x).relu() * (x * y)", numbers("x", "y"), slopes, part="backward")
    yield Case("(x + y) * z", {"x": 3.0, "y": -1.0, "z": 4.0}, twice, part="backward")
    yield Case("x + y", {"x": 0.0, "y": 1.0}, slopes, part="backward", repeat=1200)
    yield Case("x + x", {"x": 1.0}, slopes, part="backward", repeat=60)


class Value:
    """A number that remembers how it was made.

    Write four methods. `x + y`, `x * y` and `x.relu()` return a new Value that holds the
    result, its parents, the name of the operation ("+", "*", "relu") and one local slope for
    each parent. Both x and y are Values. ReLU is max(0, x); its slope at 0 counts as 0. The
    second argument of Value is the label, so name the others: parents=..., slopes=..., op=...

    `f.backward()` sets f.grad to 1 and fills in the grad of everything that f was made from.
    Values with parents start each call from 0; values without parents add up over calls.
    Your `topological_order` from above will serve; parents are in `value.parents`.

    Example:
        x, y, z = Value(3.0), Value(-1.0), Value(4.0)
        f = (x + y) * z
        f.backward()            # x.grad is 4.0, y.grad is 4.0, z.grad is 2.0
    """

    def __init__(self, data, label="", parents=(), slopes=(), op=""):
        self.data = data  # the number
        self.grad = 0.0  # how fast the result changes with this number
        self.label = label  # a name for drawings
        self.parents = parents  # the Values that this one was made from
        self.slopes = slopes  # one local slope for each parent
        self.op = op  # the operation that made it

    def __repr__(self):
        return f"Value(data={self.data:.4g}, grad={self.grad:.4g})"

    def __add__(self, other):
        return Value(self.data + other.data, parents=(self, other), slopes=(1.0, 1.0), op="+")

    def __mul__(self, other):
        return Value(self.data * other.data, parents=(self, other), slopes=(other.data, self.data), op="*")

    def relu(self):
        return Value(max(0.0, self.data), parents=(self,), slopes=(float(self.data > 0),), op="relu")

    def backward(self):
        order = topological_order(self, lambda value: value.parents)
        for value in order:
            if value.parents:
                value.grad = 0.0
        self.grad = 1.0
        for value in reversed(order):
            for parent, slope in zip(value.parents, value.slopes, strict=True):
                parent.grad += slope * value.grad


value_exercise = exercise(
    lesson="04",
    points=4,
    cases=_value_cases,
    call=drivers.drive_value,
    given=("__init__", "__repr__"),
    requires=("topological_order",),
    hints=[
        "The forward methods are one line each: Value(result, parents=..., slopes=..., op=...). If x "
        "grows by a little, how much does x + y grow? And x * y? Those are the slopes.",
        "backward() visits the values from the result to the leaves: topological_order(self, lambda value: "
        "value.parents), read from its end.",
        "At each value, give every parent its share: the local slope times the value's own grad. A parent "
        "may get several shares: they add up.",
        "Before the walk, set grad to 0 for every value that has parents, and then self.grad to 1.",
    ],
)(Value)


def _edited_value(name: str, *changes: tuple[str, str]) -> type:
    """The reference with one slip: a mistake shown as what it is, a change of a few characters."""
    source = inspect.getsource(Value)
    for old, new in changes:
        if old not in source:
            raise ValueError(f"the reference of Value has no {old!r} to change for the mistake {name!r}")
        source = source.replace(old, new)
    names: dict[str, Any] = {"topological_order": topological_order.reference}
    exec(source, names)
    wrong = names["Value"]
    wrong.__name__ = wrong.__qualname__ = name
    return wrong


_VALUE_MISTAKES = (
    (
        "plain_assignment",
        "parent.grad += slope",
        "parent.grad = slope",
        "A value that is used twice keeps only the last share of its gradient. Where paths meet on the "
        "way back, their contributions add up.",
    ),
    (
        "product_keeps_its_own_factor",
        "slopes=(other.data, self.data)",
        "slopes=(self.data, other.data)",
        "The two slopes of your product have changed places. If self grows by a little, the product grows by "
        "*other* times as much.",
    ),
    (
        "sum_with_slopes_of_a_product",
        "slopes=(1.0, 1.0)",
        "slopes=(other.data, self.data)",
        "Your sum has the slopes of a product. If self grows by 0.1, how much does self + other grow?",
    ),
    (
        "relu_passes_everything",
        "float(self.data > 0)",
        "1.0",
        "Your ReLU lets the gradient through everywhere. Where its input is negative the output is flat: "
        "its slope there is 0.",
    ),
    (
        "relu_open_at_zero",
        "self.data > 0",
        "self.data >= 0",
        "At exactly 0 the slope of ReLU is a matter of agreement. Here, as in PyTorch, it counts as 0.",
    ),
    (
        "relu_slope_without_a_tuple",
        "slopes=(float(self.data > 0),)",
        "slopes=float(self.data > 0)",
        "slopes is a tuple with one slope for each parent, also where there is only one parent: write "
        "(1.0,), with the comma.",
    ),
    (
        "stale_inner_gradients",
        "value.grad = 0.0",
        "pass",
        "Right the first time, wrong the second: the values in the middle still hold their gradients of "
        "the first walk, and these are passed on again. Values with parents have to start each walk from "
        "0.",
    ),
    (
        "leaves_start_afresh",
        "if value.parents:",
        "if True:",
        "A second backward() wipes out what the first one left in the leaves. Here leaves add up over calls, "
        "as PyTorch's do; only values with parents start from 0.",
    ),
    (
        "walks_forward",
        "reversed(order)",
        "order",
        "You walk from the leaves to the result: at each value the gradient has not arrived yet, so there "
        "is nothing to pass on. Begin at the result.",
    ),
)
for _name, _old, _new, _sentence in _VALUE_MISTAKES:
    value_exercise.mistake(_sentence)(_edited_value(_name, (_old, _new)))

_ADD, _MUL, _RELU = (
    ', parents=(self, other), slopes=(1.0, 1.0), op="+"',
    ', parents=(self, other), slopes=(other.data, self.data), op="*"',
    ', parents=(self,), slopes=(float(self.data > 0),), op="relu"',
)

value_exercise.mistake(
    "Your results don't know what they were made from. Give each new Value its parents=... and its "
    "slopes=..., one slope for each parent: the walk back has nothing else to go by."
)(_edited_value("forgets_the_parents", (_ADD, ""), (_MUL, ""), (_RELU, "")))

value_exercise.mistake(
    "The second argument of Value is the label, so your parents ended up as the label and your slopes as the "
    "parents (Node had no label). Name them: parents=..., slopes=..., op=..."
)(
    _edited_value(
        "in_the_order_of_node",
        (_ADD, ', (self, other), (1.0, 1.0), "+"'),
        (_MUL, ', (self, other), (other.data, self.data), "*"'),
        (_RELU, ', (self,), (float(self.data > 0),), "relu"'),
    )
)

value_exercise.mistake(
    "Your operations return a number. It has no parents and no slopes, and the walk back ends there: return "
    "a new Value that holds the number."
)(
    _edited_value(
        "returns_a_number",
        (f"Value(self.data + other.data{_ADD})", "self.data + other.data"),
        (f"Value(self.data * other.data{_MUL})", "self.data * other.data"),
        (f"Value(max(0.0, self.data){_RELU})", "max(0.0, self.data)"),
    )
)


def _value_mistake(method: str, sentence: str) -> Callable:
    """Record the reference with one method exchanged for the decorated function."""

    def record(wrong: Callable) -> Callable:
        made = _edited_value(wrong.__name__)
        setattr(made, method, wrong)
        value_exercise.mistake(sentence)(made)
        return wrong

    return record


@_value_mistake(
    "__add__",
    "Your sum changes one of its own inputs. Then x is no longer what it was, and the graph has no node for "
    "the sum: return a new Value and leave self and other alone.",
)
def adds_into_self(self, other):
    self.data = self.data + other.data
    return self


@_value_mistake(
    "backward",
    "You walk along every path, and their number doubles with each x + x: sixty of them would take thousands "
    "of years. Visit each value once, in reverse topological order, when all its shares have arrived.",
)
def walks_every_path(self, arriving=1.0):
    self.grad += arriving
    for parent, slope in zip(self.parents, self.slopes, strict=True):
        parent.backward(arriving * slope)


@_value_mistake(
    "backward",
    "Right for small graphs, but on 1,200 additions Python runs out of calls inside each other. Your "
    "topological_order gives the order without recursion.",
)
def finds_the_order_by_recursion(self):
    order = recursion(self, lambda value: value.parents)
    for value in order:
        value.grad = value.grad if not value.parents else 0.0
    self.grad = 1.0
    for value in reversed(order):
        for parent, slope in zip(value.parents, value.slopes, strict=True):
            parent.grad += slope * value.grad


@_value_mistake(
    "backward",
    "You raise Python's recursion limit. That only moves the wall; the limit is put back after this check. "
    "Your topological_order needs no recursion.",
)
def asks_for_more_recursion(self):
    sys.setrecursionlimit(100_000)
    finds_the_order_by_recursion(self)


# --- is it right? ----------------------------------------------------------------------------------

_GRADIENTS: dict[str, Callable] = {  # of the functions that the driver calls by these names
    "sum of cubes": lambda x: 3 * x**2,
    "sum of squares": lambda x: 2 * x,
    "sum of sines times the first": lambda x: (
        np.cos(x) * x.flat[0] + np.sin(x).sum() * (np.arange(x.size).reshape(x.shape) == 0)
    ),
}


def _gradient_check_cases(rng: Rng) -> Cases:
    def case(name: str, shape: tuple[int, ...], h: float, errors: int) -> Case:
        x = rng.normal(0, 1, shape).round(1)
        gradient = _GRADIENTS[name](x)
        for i in rng.choice(x.size, size=errors, replace=False):
            gradient.flat[i] += rng.choice([-1, 1]) * rng.uniform(0.5, 3)
        return Case(name, x, gradient.round(6), h)

    def with_the_default_h(name: str) -> Case:
        x = rng.normal(0, 1, 3).round(1)
        return Case(name, x, _GRADIENTS[name](x))

    yield Case("sum of squares", np.array([1.0, -2.0]), np.array([2.0, -4.0]), 1e-4)
    yield Case("sum of squares", np.array([1.0, -2.0]), np.array([2.0, -1.0]), 1e-4)
    yield Case("sum of squares", np.array([1.0, -2.0]), np.array([0.5, -4.0]), 1e-4)
    yield with_the_default_h("sum of cubes")
    yield case("sum of cubes", (3,), 0.1, 0)
    yield case("sum of cubes", (4,), 0.1, 2)
    yield case("sum of sines times the first", (2, 3), 0.05, 0)
    yield case("sum of sines times the first", (2, 3), 1e-4, 2)


@exercise(
    lesson="04",
    points=2,
    cases=_gradient_check_cases,
    call=drivers.drive_gradient_check,
    equivalent_mutants=(
        "f, x, gradient, h=1e-05 -> f, x, gradient, h=-1e-05  # up and down change places",
        "np.zeros(x.shape) -> np.ones(x.shape)  # every entry is overwritten",
    ),
    rtol=1e-4,
    atol=1e-5,
    hints=[
        "Central difference for one entry: nudge this entry alone up by h, then down by h, and divide the "
        "change of f by the distance between the two, 2h.",
        "for i in np.ndindex(x.shape): runs over all entries of an array of any shape. Make a fresh copy "
        "of x for each nudge, so that nothing is left behind.",
        "At the end: np.abs(numeric - gradient) / np.maximum(1, np.abs(numeric)), and of that the largest entry.",
    ],
)
def gradient_check(f, x, gradient, h=1e-5):
    """Compare a claimed gradient with central differences.

    The error of an entry is |numeric - claimed| / max(1, |numeric|): relative where the slope
    is large, absolute where it is small.

    Args:
        f: a function that takes an array like x and returns a number.
        x: a float array of any shape; it must not be changed.
        gradient: the gradient of f at x as somebody claims it, in the shape of x.
        h: the size of the nudge.

    Returns:
        The largest error over all entries, a number.

    Example:
        x = np.array([1.0, -2.0])
        gradient_check(lambda x: (x**2).sum(), x, 2 * x) gives about 0.
    """
    numeric = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        nudge = np.zeros(x.shape)
        nudge[i] = h
        numeric[i] = (f(x + nudge) - f(x - nudge)) / (2 * h)
    error = np.abs(numeric - gradient) / np.maximum(1, np.abs(numeric))
    return error.max()


def _largest_error(numeric: np.ndarray, gradient: np.ndarray) -> float:
    return (np.abs(numeric - gradient) / np.maximum(1, np.abs(numeric))).max()


def _nudges(x: np.ndarray, h: float) -> Iterator[tuple[tuple[int, ...], np.ndarray]]:
    for i in np.ndindex(x.shape):
        nudge = np.zeros(x.shape)
        nudge[i] = h
        yield i, nudge


@gradient_check.mistake(
    "You nudge upwards only. The forward difference is off by an amount in proportion to h; nudge up "
    "*and* down and most of that error cancels."
)
def forward_difference(f, x, gradient, h=1e-5):
    numeric = np.zeros(x.shape)
    for i, nudge in _nudges(x, h):
        numeric[i] = (f(x + nudge) - f(x)) / h
    return _largest_error(numeric, gradient)


@gradient_check.mistake("Your slopes are twice as steep as they are. From x - h to x + h is a distance of 2h, not h.")
def divides_by_h(f, x, gradient, h=1e-5):
    numeric = np.zeros(x.shape)
    for i, nudge in _nudges(x, h):
        numeric[i] = (f(x + nudge) - f(x - nudge)) / h
    return _largest_error(numeric, gradient)


@gradient_check.mistake(
    "You nudge all entries at once, so every entry gets the sum of all slopes. Nudge one entry at a time "
    "and hold the others still."
)
def nudges_all_at_once(f, x, gradient, h=1e-5):
    numeric = np.full(x.shape, (f(x + h) - f(x - h)) / (2 * h))
    return _largest_error(numeric, gradient)


@gradient_check.mistake(
    "A nudge stays behind: when you turn to the next entry, the one before is still moved. Put it back, "
    "or nudge a fresh copy each time."
)
def leaves_the_nudge_in(f, x, gradient, h=1e-5):
    moved, numeric = x.copy(), np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        moved[i] += h
        up = f(moved)
        moved[i] -= 2 * h
        numeric[i] = (up - f(moved)) / (2 * h)
    return _largest_error(numeric, gradient)


@gradient_check.mistake(
    "No nudge moves f: up and down are two names for one array, so it goes up by h and down again before f "
    "looks at it. Make copies: x.copy()."
)
def two_names_for_one_array(f, x, gradient, h=1e-5):
    numeric = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        up, down = x, x
        up[i] += h
        down[i] -= h
        numeric[i] = (f(up) - f(down)) / (2 * h)
    return _largest_error(numeric, gradient)


@gradient_check.mistake(
    "You return the largest difference as it is. Where the slope is steep, the error is to be measured by "
    "the slope: divide by max(1, |numeric|), entry by entry."
)
def difference_as_it_is(f, x, gradient, h=1e-5):
    numeric = np.zeros(x.shape)
    for i, nudge in _nudges(x, h):
        numeric[i] = (f(x + nudge) - f(x - nudge)) / (2 * h)
    return np.abs(numeric - gradient).max()


@gradient_check.mistake(
    "You average the errors. One wrong entry among a thousand right ones would hide in the mean: return the largest."
)
def mean_error(f, x, gradient, h=1e-5):
    numeric = np.zeros(x.shape)
    for i, nudge in _nudges(x, h):
        numeric[i] = (f(x + nudge) - f(x - nudge)) / (2 * h)
    return (np.abs(numeric - gradient) / np.maximum(1, np.abs(numeric))).mean()


@gradient_check.mistake(
    "The sign gets in: a claim that is too large gives a negative error, and the maximum overlooks it. "
    "Take the absolute value of the difference."
)
def signed_error(f, x, gradient, h=1e-5):
    numeric = np.zeros(x.shape)
    for i, nudge in _nudges(x, h):
        numeric[i] = (f(x + nudge) - f(x - nudge)) / (2 * h)
    return ((numeric - gradient) / np.maximum(1, np.abs(numeric))).max()


# --- arrays: broadcasting --------------------------------------------------------------------------


def _unbroadcast_cases(rng: Rng) -> Cases:
    def gradient(*shape: int) -> np.ndarray:
        return rng.normal(0, 2, shape).round(1)

    yield Case(np.arange(6.0).reshape(2, 3), (3,), part="new axes in front")
    yield Case(gradient(4, 2), (2,), part="new axes in front")
    yield Case(gradient(3, 2, 4), (2, 4), part="new axes in front")
    yield Case(gradient(2, 3), (), part="new axes in front")
    yield Case(np.arange(6.0).reshape(2, 3), (2, 1), part="axes of length one")
    yield Case(gradient(4, 3), (1, 3), part="axes of length one")
    yield Case(gradient(2, 3, 4), (2, 1, 4), part="axes of length one")
    yield Case(gradient(3, 2, 4), (2, 1), part="axes of length one")
    yield Case(gradient(2, 3), (2, 3), part="nothing to do")


@exercise(
    lesson="04",
    points=3,
    cases=_unbroadcast_cases,
    hints=[
        "Broadcasting used one number several times. Which rule says what happens to the gradients of a "
        "value that is used several times?",
        "First the axes that broadcasting put in front: there are gradient.ndim - len(shape) of them. Sum over them.",
        "Then the axes that have length 1 in shape: sum over these with keepdims=True, so that the 1 stays.",
    ],
)
def unbroadcast(gradient, shape):
    """Bring the gradient of a broadcast array back to the array's own shape.

    In `a + b` or `a * b`, NumPy stretches the smaller array: it puts new axes in front, and it
    repeats along axes of length 1. The gradient arrives in the stretched shape.

    Args:
        gradient: an array in the stretched shape.
        shape: the shape that the array had before, a tuple.

    Returns:
        An array in that shape: each entry has the gradients of all its copies added up.

    Example:
        unbroadcast(np.ones((200, 3)), (3,)) gives [200. 200. 200.].
    """
    in_front = gradient.ndim - len(shape)
    gradient = gradient.sum(axis=tuple(range(in_front)))
    stretched = tuple(axis for axis, length in enumerate(shape) if length == 1)
    return gradient.sum(axis=stretched, keepdims=True)


@unbroadcast.mistake(
    "You average over the copies. Each copy changes the result on its own, so their contributions add up: "
    "a sum, not a mean."
)
def averages_the_copies(gradient, shape):
    copies = gradient.size / max(1, np.prod(shape))
    return unbroadcast.reference(gradient, shape) / copies


@unbroadcast.mistake(
    "You keep the gradient of one copy and drop the others. All copies are the same number: add up what "
    "arrives at each of them."
)
def keeps_one_copy(gradient, shape):
    in_front = (0,) * (gradient.ndim - len(shape))
    return gradient[(*in_front, *(slice(length) for length in shape))]


@unbroadcast.mistake(
    "You average over the first axis. The copies' gradients add up: a sum, not a mean. And which axes were "
    "stretched depends on the two shapes: compare them."
)
def mean_of_the_rows(gradient, shape):
    return gradient.mean(axis=0)


@unbroadcast.mistake(
    "You keep the first row and drop the others. Splits add: every copy's gradient counts. And which axes "
    "were stretched depends on the two shapes: compare them."
)
def first_row(gradient, shape):
    return gradient[0]


@unbroadcast.mistake(
    "You always sum over axis 0. How many axes broadcasting put in front depends on the two shapes, and an "
    "axis of length 1 may have been stretched as well."
)
def sum_of_the_rows(gradient, shape):
    return gradient.sum(axis=0)


@unbroadcast.mistake(
    "The axes in front are right. But an axis of length 1 is stretched by broadcasting too, and you left "
    "it stretched: sum over it as well."
)
def forgets_axes_of_length_one(gradient, shape):
    return gradient.sum(axis=tuple(range(gradient.ndim - len(shape))))


@unbroadcast.mistake(
    "The numbers are right, the shape is not: summing over an axis of length 1 removed it. keepdims=True keeps the 1."
)
def loses_axes_of_length_one(gradient, shape):
    stretched = tuple(axis for axis, length in enumerate(shape) if length == 1)
    return unbroadcast.reference(gradient, shape).squeeze(axis=stretched)


# --- layers ------------------------------------------------------------------------------------------


def _linear_cases(rng: Rng) -> Cases:
    yield Case(np.array([[1.0, 0.0, -1.0]]), np.array([[2.0, 3.0]]), np.arange(6.0).reshape(3, 2))
    for n, inside, out in ((2, 3, 2), (4, 2, 3), (5, 3, 1), (3, 3, 3)):
        yield Case(*(rng.normal(0, 1, shape).round(1) for shape in ((n, out), (n, inside), (out, inside))))


@exercise(
    lesson="04",
    points=3,
    cases=_linear_cases,
    hints=[
        "Write down the shapes: grad_output (N, out), x (N, in), weight (out, in). Every gradient has the "
        "shape of the thing that it belongs to.",
        "grad_x must be (N, in): which product of grad_output and weight has this shape? grad_weight must "
        "be (out, in): which product of grad_output and x?",
        "The bias was broadcast over the N rows. Its gradient is what unbroadcast gives: the sum over the rows.",
    ],
)
def linear_backward(grad_output, x, weight):
    """Go backward through the layer y = x @ weight.T + bias.

    Args:
        grad_output: the gradient that arrives at y, shape (N, out).
        x: what the layer was given, shape (N, in).
        weight: the layer's weights, shape (out, in).

    Returns:
        A tuple of three gradients: for x (to pass back), for weight and for bias (for the
        update); shapes (N, in), (out, in) and (out,).
    """
    grad_x = grad_output @ weight
    grad_weight = grad_output.T @ x
    grad_bias = grad_output.sum(axis=0)
    return grad_x, grad_weight, grad_bias


@linear_backward.mistake(
    "Your gradient for weight lies on its side. It must have the weight's own shape, (out, in), or the "
    "two can't be subtracted."
)
def weight_gradient_on_its_side(grad_output, x, weight):
    return grad_output @ weight, x.T @ grad_output, grad_output.sum(axis=0)


@linear_backward.mistake(
    "The bias's gradient still has a row for each example. The same bias was used in every row, so its "
    "gradients add up."
)
def bias_not_summed(grad_output, x, weight):
    return grad_output @ weight, grad_output.T @ x, grad_output


@linear_backward.mistake(
    "The shapes in grad_output @ weight.T don't fit. Forward, weight.T took you from inputs to outputs; "
    "on the way back you go from outputs to inputs. Write the three shapes beside each other."
)
def transposes_the_weight(grad_output, x, weight):
    return grad_output @ weight.T, grad_output.T @ x, grad_output.sum(axis=0)


@linear_backward.mistake(
    "You average over the examples. Whether the loss is a mean is the loss's business, and grad_output has "
    "that factor in it already. The layer adds up."
)
def averages_over_the_batch(grad_output, x, weight):
    return grad_output @ weight, grad_output.T @ x / len(x), grad_output.mean(axis=0)


@linear_backward.mistake(
    "The bias's gradient is averaged. The same bias is used for every example, and splits *add*; a mean in "
    "the loss is in grad_output already."
)
def bias_averaged(grad_output, x, weight):
    return grad_output @ weight, grad_output.T @ x, grad_output.mean(axis=0)


@linear_backward.mistake(
    "For the bias you sum along the rows. Each unit has one bias, used for all examples: sum over the examples, axis 0."
)
def bias_summed_along_the_rows(grad_output, x, weight):
    return grad_output @ weight, grad_output.T @ x, grad_output.sum(axis=1)


@linear_backward.mistake(
    "For the bias you sum over everything, and one number is left. Each unit has a bias of its own: sum over "
    "the examples only, axis 0."
)
def bias_summed_to_one_number(grad_output, x, weight):
    return grad_output @ weight, grad_output.T @ x, grad_output.sum()


@linear_backward.mistake(
    "The three gradients are right, but not in the order asked for: first the one to pass back (x), then "
    "weight, then bias."
)
def other_order(grad_output, x, weight):
    return grad_output.T @ x, grad_output.sum(axis=0), grad_output @ weight


def _relu_cases(rng: Rng) -> Cases:
    yield Case(np.array([5.0, -6.0, 7.0, 8.0]), np.array([2.0, 3.0, -1.0, 0.0]))
    yield Case(np.array([-0.5, 4.0, -2.0]), np.array([-2.0, 0.5, 3.0]))
    for shape in ((4,), (3, 4), (2, 2, 3)):
        yield Case(rng.normal(0, 2, shape).round(1), rng.normal(0, 2, shape).round(1))


@exercise(
    lesson="04",
    points=1,
    cases=_relu_cases,
    hints=[
        "ReLU's local slope is 1 where its input was positive and 0 elsewhere. What do slopes along a path do?",
        "x > 0 is an array of True and False, and in a product these count as 1 and 0.",
    ],
)
def relu_backward(grad_output, x):
    """Go backward through y = max(0, x), entry by entry.

    The slope at exactly 0 counts as 0.

    Args:
        grad_output: the gradient that arrives at y, an array of any shape.
        x: what ReLU was given, in the same shape.

    Returns:
        The gradient for x, in the same shape.

    Example:
        relu_backward(np.array([5.0, -6.0, 7.0]), np.array([2.0, 3.0, -1.0])) gives [5. -6. 0.].
    """
    return grad_output * (x > 0)


@relu_backward.mistake(
    "You looked at the sign of the gradient. ReLU lets a gradient pass, of either sign, where its *input* was positive."
)
def mask_of_gradient(grad_output, x):
    return grad_output * (grad_output > 0)


@relu_backward.mistake("This is ReLU's local slope. Slopes along a path multiply: bring in what arrives, grad_output.")
def local_slope_only(grad_output, x):
    return (x > 0).astype(float)


@relu_backward.mistake(
    "You multiply by ReLU's output. The backward pass needs its *slope*, which is 1 wherever the input was positive."
)
def multiplies_by_the_output(grad_output, x):
    return grad_output * np.maximum(x, 0)


@relu_backward.mistake("Nearly. At an input of exactly 0 the slope counts as 0 here, as it does in PyTorch.")
def open_at_zero(grad_output, x):
    return grad_output * (x >= 0)


# --- the update ------------------------------------------------------------------------------------


def _update_cases(rng: Rng) -> Cases:
    yield Case([np.array([0.3, 0.5, 1.0])], [np.array([0.2, 0.5, -2.0])], 0.1)
    for rate in (0.5, 0.01, 2.0):
        shapes = ((3, 2), (3,), (1, 3))
        parameters = [rng.normal(0, 1, shape).round(2) for shape in shapes]
        yield Case(parameters, [rng.normal(0, 1, shape).round(2) for shape in shapes], rate)


@exercise(
    lesson="04",
    points=1,
    cases=_update_cases,
    hints=[
        "The gradient points uphill, and the loss is to go down.",
        "zip(parameters, gradients) gives the pairs that belong together. New value = old value minus "
        "rate times slope.",
    ],
)
def sgd_update(parameters, gradients, rate):
    """Take one step of gradient descent.

    Args:
        parameters: a list of arrays.
        gradients: a list of arrays, one for each parameter, in its shape.
        rate: the learning rate, a number.

    Returns:
        A list of new arrays: each parameter, one step further downhill.

    Example:
        sgd_update([np.array([0.3])], [np.array([0.2])], 0.1) gives [array([0.28])].
    """
    return [parameter - rate * gradient for parameter, gradient in zip(parameters, gradients, strict=True)]


@sgd_update.mistake("You climb: the gradient points to where the loss grows. Go the other way.")
def climbs(parameters, gradients, rate):
    return [p + rate * g for p, g in zip(parameters, gradients, strict=True)]


@sgd_update.mistake("A full step of the gradient's own length: the learning rate is missing.")
def forgets_the_rate(parameters, gradients, rate):
    return [p - g for p, g in zip(parameters, gradients, strict=True)]


@sgd_update.mistake("These are the steps alone. Subtract them from the parameters and return where you arrive.")
def returns_the_step(parameters, gradients, rate):
    return [rate * g for g in gradients]


@sgd_update.mistake(
    "Python stopped with a TypeError. parameters and gradients are *lists* of arrays, and a list knows "
    "neither minus nor times a number: go through the pairs, one array at a time."
)
def treats_the_lists_as_arrays(parameters, gradients, rate):
    return parameters - rate * gradients


@sgd_update.mistake(
    "Only the first parameter comes back: your return stands inside the loop, and ends it in the first round."
)
def returns_in_the_first_round(parameters, gradients, rate):
    for p, g in zip(parameters, gradients, strict=True):
        return [p - rate * g]
    return []


@sgd_update.mistake(
    "All your steps are equally long: you used the gradient's sign only. A steep slope asks for a larger step."
)
def sign_of_the_gradient(parameters, gradients, rate):
    return [p - rate * np.sign(g) for p, g in zip(parameters, gradients, strict=True)]


# --- the losses --------------------------------------------------------------------------------------


def _scores_cases(rng: Rng) -> Cases:
    ordinary, large = "scores of ordinary size", "scores in the thousands"
    yield Case(np.array([[2.0, 1.0, 0.0]]), np.array([0]), part=ordinary)
    yield Case(np.array([[0.5, -1.0], [3.0, 1.0], [0.0, 0.2]]), np.array([1, 0, 1]), part=ordinary)
    for n, classes in ((2, 3), (4, 5), (6, 3)):
        yield Case(rng.normal(0, 2, (n, classes)).round(1), rng.integers(0, classes, n), part=ordinary)
    huge = np.array([[1000.0, 0.0, -500.0], [-2000.0, -1000.0, -3000.0]])
    yield Case(huge, np.array([1, 1]), part=large)


@exercise(
    lesson="04",
    points=2,
    cases=_scores_cases,
    hints=[
        "The result of the derivation: probabilities minus a one-hot row, divided by the number of examples.",
        "Softmax along axis 1; subtract each row's largest score first, or e^1000 overflows.",
        "p[np.arange(len(labels)), labels] picks the entry of the true class in every row.",
    ],
)
def softmax_cross_entropy_backward(scores, labels):
    """Go backward through softmax and mean cross-entropy in one step.

    The loss is the mean over the examples of -log(p[true class]), with p = softmax(scores).

    Args:
        scores: one row of scores for each example, shape (N, classes); of any size.
        labels: the true class of each example, integers of shape (N,).

    Returns:
        The gradient of the loss with respect to scores, shape (N, classes).

    Example:
        softmax_cross_entropy_backward(np.array([[0.0, 0.0]]), np.array([1])) gives [[0.5 -0.5]].
    """
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    p = p / p.sum(axis=1, keepdims=True)
    p[np.arange(len(labels)), labels] -= 1
    return p / len(labels)


def _softmax(scores: np.ndarray, axis: int = 1) -> np.ndarray:
    e = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def _one_hot(labels: np.ndarray, classes: int) -> np.ndarray:
    return np.eye(classes)[labels]


@softmax_cross_entropy_backward.mistake(
    "The loss is a *mean* over the examples, so each example has a share of 1/N in it. Your gradient is "
    "that of the sum."
)
def forgets_the_mean(scores, labels):
    return _softmax(scores) - _one_hot(labels, scores.shape[1])


@softmax_cross_entropy_backward.mistake(
    "The sign is turned round. Raising the true class's score lowers the loss, so its gradient must be negative."
)
def turned_round(scores, labels):
    return (_one_hot(labels, scores.shape[1]) - _softmax(scores)) / len(labels)


@softmax_cross_entropy_backward.mistake(
    "These are the probabilities alone: the labels have no say yet. Subtract 1 at each row's true class."
)
def probabilities_only(scores, labels):
    return _softmax(scores) / len(labels)


@softmax_cross_entropy_backward.mistake(
    "Your softmax runs down the columns: it compares examples with each other. Each *row* is to sum to one."
)
def softmax_down_the_columns(scores, labels):
    return (_softmax(scores, axis=0) - _one_hot(labels, scores.shape[1])) / len(labels)


@softmax_cross_entropy_backward.mistake(
    "Right for ordinary scores, but e^1000 does not fit into a float. Subtract the largest score of each "
    "row first: softmax does not change."
)
def overflows(scores, labels):
    with np.errstate(all="ignore"):
        e = np.exp(scores)
        return (e / e.sum(axis=1, keepdims=True) - _one_hot(labels, scores.shape[1])) / len(labels)


@softmax_cross_entropy_backward.mistake(
    "You subtract the largest score of the whole array. A row far below it then has only zeros to divide by "
    "each other: subtract the largest of each *row*, axis=1 with keepdims=True."
)
def one_maximum_for_all_rows(scores, labels):
    with np.errstate(all="ignore"):
        e = np.exp(scores - scores.max())
        return (e / e.sum(axis=1, keepdims=True) - _one_hot(labels, scores.shape[1])) / len(labels)


@softmax_cross_entropy_backward.mistake(
    "p[:, labels] takes these columns in *every* row, so each row pays for the other rows' classes too. One "
    "entry for each row is wanted: give the row numbers, np.arange(len(labels)), as well."
)
def columns_of_all_labels(scores, labels):
    p = _softmax(scores)
    p[:, labels] -= 1
    return p / len(labels)


@softmax_cross_entropy_backward.mistake(
    "You divide by the number of entries. The loss is a mean over the *examples*, and there are len(labels) of them."
)
def mean_over_all_entries(scores, labels):
    return (_softmax(scores) - _one_hot(labels, scores.shape[1])) / scores.size


@softmax_cross_entropy_backward.mistake(
    "Two things. The loss is a *mean*: each example has a share of 1/N. And e^1000 does not fit into a "
    "float: subtract the largest score of each row before the exponential."
)
def forgets_the_mean_and_overflows(scores, labels):
    with np.errstate(all="ignore"):
        return overflows(scores, labels) * len(labels)


# --- a whole network -------------------------------------------------------------------------------


def _network_cases(rng: Rng) -> Cases:
    for n, inside, hidden, classes in ((1, 2, 2, 2), (3, 2, 4, 3), (5, 3, 6, 3), (6, 4, 4, 4), (4, 2, 5, 2)):
        shapes = ((hidden, inside), (hidden,), (classes, hidden), (classes,))
        x = rng.normal(0, 1, (n, inside)).round(1)
        labels = rng.integers(0, classes, n)
        w1, b1, w2, b2 = (rng.normal(0, 1, shape).round(1) for shape in shapes)
        yield Case(x, labels, w1, b1 + 0.005, w2, b2)  # so that no rounding decides whether a z is above 0


@exercise(
    lesson="04",
    points=4,
    cases=_network_cases,
    requires=("linear_backward", "relu_backward", "softmax_cross_entropy_backward"),
    hints=[
        "First go forward and give each result a name: z = x @ w1.T + b1, then h = max(0, z), then scores "
        "= h @ w2.T + b2.",
        "Then read these lines from the last to the first. Each has its backward function, and you have "
        "written all three.",
        "The second layer was given h. ReLU was given z. The first layer was given x, and nobody needs "
        "the gradient for x here.",
    ],
)
def network_gradients(x, labels, w1, b1, w2, b2):
    """Compute all gradients of a network with one hidden layer.

    The network: scores = relu(x @ w1.T + b1) @ w2.T + b2, under softmax and mean
    cross-entropy. Your linear_backward, relu_backward and softmax_cross_entropy_backward
    are all that is needed.

    Args:
        x: the examples, shape (N, in).
        labels: their classes, integers of shape (N,).
        w1, b1: the hidden layer, shapes (hidden, in) and (hidden,).
        w2, b2: the output layer, shapes (classes, hidden) and (classes,).

    Returns:
        A tuple: the gradients for w1, b1, w2, b2, each in its parameter's shape.
    """
    z = x @ w1.T + b1
    h = np.maximum(z, 0)
    scores = h @ w2.T + b2

    grad_scores = softmax_cross_entropy_backward(scores, labels)
    grad_h, grad_w2, grad_b2 = linear_backward(grad_scores, h, w2)
    grad_z = relu_backward(grad_h, z)
    _, grad_w1, grad_b1 = linear_backward(grad_z, x, w1)
    return grad_w1, grad_b1, grad_w2, grad_b2


def _backward_by_hand(x, labels, w1, b1, w2, b2, hidden, passes):
    """The four gradients, given what the hidden layer puts out and where its gradient passes."""
    z = x @ w1.T + b1
    h = hidden(z)
    g = softmax_cross_entropy_backward.reference(h @ w2.T + b2, labels)
    grad_z = passes(g @ w2, z)
    return grad_z.T @ x, grad_z.sum(axis=0), g.T @ h, g.sum(axis=0)


def _relu(z: np.ndarray) -> np.ndarray:
    return np.maximum(z, 0)


@network_gradients.mistake(
    "The output layer is right, the hidden one is not: on the way back you went past the ReLU. Units that "
    "were switched off must not get a gradient."
)
def skips_the_relu(x, labels, w1, b1, w2, b2):
    return _backward_by_hand(x, labels, w1, b1, w2, b2, _relu, lambda g, z: g)


@network_gradients.mistake(
    "The output layer is right, the hidden one is not: you masked by the sign of the gradient. ReLU "
    "passes it where its own input z was positive."
)
def masks_by_the_gradient(x, labels, w1, b1, w2, b2):
    return _backward_by_hand(x, labels, w1, b1, w2, b2, _relu, lambda g, z: g * (g > 0))


@network_gradients.mistake("There is no ReLU in your forward pass: without it the two layers are one linear layer.")
def linear_forward(x, labels, w1, b1, w2, b2):
    return _backward_by_hand(x, labels, w1, b1, w2, b2, lambda z: z, lambda g, z: g)


@network_gradients.mistake(
    "You go back through a ReLU, but forward you left it out: h is max(0, z), and the second layer gets h."
)
def relu_on_the_way_back_only(x, labels, w1, b1, w2, b2):
    return _backward_by_hand(x, labels, w1, b1, w2, b2, lambda z: z, lambda g, z: g * (z > 0))


@network_gradients.mistake(
    "The arguments of relu_backward have changed places: first the gradient that arrives, then what ReLU was given."
)
def relu_backward_with_swapped_arguments(x, labels, w1, b1, w2, b2):
    return _backward_by_hand(x, labels, w1, b1, w2, b2, _relu, lambda g, z: z * (g > 0))


@network_gradients.mistake(
    "All is right but w2's gradient: going back, you told the second layer that it was given z. It was given h."
)
def second_layer_told_z(x, labels, w1, b1, w2, b2):
    z = x @ w1.T + b1
    g = softmax_cross_entropy_backward.reference(_relu(z) @ w2.T + b2, labels)
    grad_w1, grad_b1, _, grad_b2 = network_gradients.reference(x, labels, w1, b1, w2, b2)
    return grad_w1, grad_b1, g.T @ z, grad_b2


@network_gradients.mistake(
    "Five gradients came back, and four are asked for. The one for x is not needed: nobody updates the data."
)
def gradient_for_x_too(x, labels, w1, b1, w2, b2):
    z = x @ w1.T + b1
    g = softmax_cross_entropy_backward.reference(_relu(z) @ w2.T + b2, labels)
    grad_x = (g @ w2 * (z > 0)) @ w1
    return grad_x, *network_gradients.reference(x, labels, w1, b1, w2, b2)


@network_gradients.mistake(
    "The numbers are right, the order is not: the hidden layer's two gradients come first, then the output layer's."
)
def last_layer_first(x, labels, w1, b1, w2, b2):
    first, second, third, fourth = network_gradients.reference(x, labels, w1, b1, w2, b2)
    return third, fourth, first, second


def _hinge_cases(rng: Rng) -> Cases:
    yield Case(np.array([[3.0, 2.5, 0.0]]), np.array([0]))
    yield Case(np.array([[0.0, 1.0, 5.0], [4.0, 0.0, 1.0]]), np.array([1, 0]))
    yield Case(np.array([[1.0, 1.5, 0.5], [0.0, 2.0, -1.0]]), np.array([0, 1]))
    for n, classes in ((3, 3), (5, 4), (4, 6)):
        scores, labels = rng.normal(0, 1.5, (n, classes)).round(2), rng.integers(0, classes, n)
        scores[np.arange(n), labels] += 0.005  # so that no rounding decides whether a margin is above 0
        yield Case(scores, labels)


@exercise(
    lesson="04",
    points=2,
    cases=_hinge_cases,
    hints=[
        "max(0, m) is a ReLU of the margin m = score - true score + 1: its slope is 1 where the margin is positive.",
        "Each wrong class with a positive margin gets 1. The true score goes into every margin, with a "
        "minus: splits add.",
        "So the true class gets minus the number of positive margins in its row. At the end, divide by N.",
    ],
)
def hinge_backward(scores, labels):
    """Go backward through the mean multi-class hinge loss.

    An example's loss is the sum, over all wrong classes j, of
    max(0, scores[j] - scores[true] + 1). The loss is the mean over the N examples.

    Args:
        scores: one row of scores for each example, shape (N, classes).
        labels: the true class of each example, integers of shape (N,).

    Returns:
        The gradient of the loss with respect to scores, shape (N, classes).

    Example:
        hinge_backward(np.array([[3.0, 2.5, 0.0]]), np.array([0])) gives [[-1. 1. 0.]].
    """
    rows = np.arange(len(labels))
    margins = scores - scores[rows, labels][:, None] + 1
    gradient = (margins > 0).astype(float)
    gradient[rows, labels] = 0
    gradient[rows, labels] = -gradient.sum(axis=1)
    return gradient / len(labels)


def _too_close(scores: np.ndarray, labels: np.ndarray, margin: float = 1) -> np.ndarray:
    """1.0 for the wrong classes that come too close to the true one."""
    rows = np.arange(len(labels))
    close = (scores - scores[rows, labels][:, None] + margin > 0).astype(float)
    close[rows, labels] = 0
    return close


@hinge_backward.mistake(
    "You push the wrong classes down but never the true one up. The true score goes into every margin, with a minus."
)
def true_class_left_out(scores, labels):
    return _too_close(scores, labels) / len(labels)


@hinge_backward.mistake(
    "The true class gets -1, however many wrong classes come too close. Its score is used in each of "
    "these margins: splits add."
)
def true_class_once(scores, labels):
    close = _too_close(scores, labels)
    close[np.arange(len(labels)), labels] = -np.minimum(close.sum(axis=1), 1)
    return close / len(labels)


@hinge_backward.mistake(
    "The true class gets -1 in every row. It gets minus the *number* of wrong classes that come too close, "
    "and where there are none, it gets 0."
)
def true_class_always(scores, labels):
    close = _too_close(scores, labels)
    close[np.arange(len(labels)), labels] = -1
    return close / len(labels)


@hinge_backward.mistake(
    "You count the true class among its own rivals: against itself it has the margin 1. The sum runs over "
    "the *wrong* classes, so leave it out before you count."
)
def true_class_counted(scores, labels):
    close = _too_close(scores, labels)
    close[np.arange(len(labels)), labels] = -close.sum(axis=1) - 1
    return close / len(labels)


@hinge_backward.mistake(
    "You pass on the margins themselves. max(0, m) is a ReLU, and where it is open, its slope is 1, however "
    "large the margin."
)
def margins_for_slopes(scores, labels):
    rows = np.arange(len(labels))
    margins = np.maximum(scores - scores[rows, labels][:, None] + 1, 0)
    margins[rows, labels] = 0
    margins[rows, labels] = -margins.sum(axis=1)
    return margins / len(labels)


@hinge_backward.mistake(
    "The loss is a *mean* over the examples: each has a share of 1/N in it. Your gradient is that of the sum."
)
def hinge_without_the_mean(scores, labels):
    return hinge_backward.reference(scores, labels) * len(labels)


@hinge_backward.mistake(
    "You count a wrong class only once it has overtaken the true one. The hinge wants a lead of 1: the "
    "margin is score - true score + 1."
)
def no_margin(scores, labels):
    close = _too_close(scores, labels, margin=0)
    close[np.arange(len(labels)), labels] = -close.sum(axis=1)
    return close / len(labels)


# --- moving the data -------------------------------------------------------------------------------


def _move_cases(rng: Rng) -> Cases:
    weight = np.array([[2.0, -1.0], [-1.0, 2.0]])
    yield Case(np.array([[0.9, 0.1]]), np.array([1]), weight, np.zeros(2), 0.5, 1)
    yield Case(np.array([[0.9, 0.1]]), np.array([1]), weight, np.zeros(2), 0.5, 3)
    for n, pixels, classes, steps in ((1, 4, 3, 4), (3, 5, 3, 6), (2, 6, 4, 10)):
        weight = rng.normal(0, 2, (classes, pixels)).round(1)
        x = rng.uniform(0, 1, (n, pixels)).round(2)
        target = rng.integers(0, classes, n)
        yield Case(x, target, weight, rng.normal(0, 1, classes).round(1), 0.5, steps)


@exercise(
    lesson="04",
    points=3,
    cases=_move_cases,
    requires=("linear_backward", "softmax_cross_entropy_backward"),
    hints=[
        "Each step has four lines: scores, gradient at the scores, gradient at x, move.",
        "linear_backward gives three gradients. For once, it is the first that we want.",
        "After each move, np.clip(x, 0, 1) brings back what has left the range of a pixel.",
    ],
)
def move_the_data(x, target, weight, bias, rate, steps):
    """Descend on the data: change x, not the weights, until the classifier sees the target.

    The classifier is linear, scores = x @ weight.T + bias, under softmax and mean
    cross-entropy with the *target* classes as labels. In each step, compute the gradient with
    respect to x, take a step of gradient descent, and clip x to the range 0 to 1 of a pixel.

    Args:
        x: the pictures, shape (N, pixels), values from 0 to 1; must not be changed in place.
        target: the classes that the classifier shall see, integers of shape (N,).
        weight, bias: the classifier, shapes (classes, pixels) and (classes,).
        rate: the learning rate.
        steps: how many steps to take.

    Returns:
        The moved pictures, shape (N, pixels).
    """
    for _ in range(steps):
        scores = x @ weight.T + bias
        grad_scores = softmax_cross_entropy_backward(scores, target)
        grad_x, _, _ = linear_backward(grad_scores, x, weight)
        x = np.clip(x - rate * grad_x, 0, 1)
    return x


def _grad_of_data(x: np.ndarray, target: np.ndarray, weight: np.ndarray, bias: np.ndarray) -> np.ndarray:
    return softmax_cross_entropy_backward.reference(x @ weight.T + bias, target) @ weight


@move_the_data.mistake(
    "You walk uphill: with every step the classifier believes less in the target. Subtract the gradient."
)
def walks_uphill(x, target, weight, bias, rate, steps):
    for _ in range(steps):
        x = np.clip(x + rate * _grad_of_data(x, target, weight, bias), 0, 1)
    return x


@move_the_data.mistake("Some values have left the range 0 to 1: that is no picture any more. Clip after each step.")
def leaves_the_range(x, target, weight, bias, rate, steps):
    for _ in range(steps):
        x = x - rate * _grad_of_data(x, target, weight, bias)
    return x


@move_the_data.mistake(
    "You clip once, at the end. Clip after *each* step: the next gradient is to be taken at a picture, and "
    "beyond the range there is none."
)
def clips_at_the_end(x, target, weight, bias, rate, steps):
    for _ in range(steps):
        x = x - rate * _grad_of_data(x, target, weight, bias)
    return np.clip(x, 0, 1)


@move_the_data.mistake(
    "You move the weights. Here the classifier stands still and the picture moves: of linear_backward's "
    "three gradients, take the one for x."
)
def moves_the_weights(x, target, weight, bias, rate, steps):
    for _ in range(steps):
        g = softmax_cross_entropy_backward.reference(x @ weight.T + bias, target)
        weight = weight - rate * (g.T @ x)
    return weight


@move_the_data.mistake(
    "You use the gradient of the first step for all steps. When x has moved, the scores have changed, and "
    "with them the slopes: compute them afresh in each step."
)
def one_gradient_for_all_steps(x, target, weight, bias, rate, steps):
    gradient = _grad_of_data(x, target, weight, bias)
    for _ in range(steps):
        x = np.clip(x - rate * gradient, 0, 1)
    return x


@move_the_data.mistake("You take a single step, however many are asked for.")
def one_step(x, target, weight, bias, rate, steps):
    return np.clip(x - rate * _grad_of_data(x, target, weight, bias), 0, 1)
