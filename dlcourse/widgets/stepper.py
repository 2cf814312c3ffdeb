"""Backpropagation in slow motion: forward number by number, then back gradient by gradient."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from matplotlib.axes import Axes

from dlcourse.autograd import Graph, Value, topological_order, trace
from dlcourse.plots.graphs import GraphDrawing, symbol
from dlcourse.plots.style import number

UNKNOWN = "?"


@dataclass(frozen=True)
class Step:
    """One moment of the walk through the graph; nodes are places in the graph's list of nodes.

    Attributes:
        sentence: what happens now.
        known: the nodes whose value is known.
        grads: node -> its gradient as far as it has been added up.
        lit: the nodes that the sentence is about.
        lit_edges: the edges that it is about, as places in the graph's list of edges.
        backwards: whether something flows back along them.
    """

    sentence: str
    known: frozenset[int]
    grads: dict[int, float]
    lit: tuple[int, ...] = ()
    lit_edges: tuple[int, ...] = ()
    backwards: bool = False


class BackpropStepper:
    """All steps of the forward and the backward pass through a small graph, and a place among them.

    It computes the gradients itself, by the chain rule from ``slopes``, and changes nothing in the graph.

    Args:
        root: the result of a computation with ``Value``, or with a class that has the same ``data``,
            ``parents``, ``slopes`` and ``op``; f = (x + y)·z at x = −2, y = 5, z = −4 where None.

    Attributes:
        graph: the graph, inner nodes without a label named v1, v2, ...
        steps: the steps, in order.
        position: the place of the current step, from 0.

    Raises:
        TypeError: a node's ``data`` is not a single number, or it has no ``slopes`` (one per parent).
    """

    def __init__(self, root: Any = None) -> None:
        root = example() if root is None else root
        self._order = topological_order(root)
        self._check()
        place = {id(node): k for k, node in enumerate(self._order)}
        self._parents = [[place[id(p)] for p in node.parents] for node in self._order]
        self._depth = self._depths()
        self.graph = self._named(trace(root))
        self.steps = [self._start(), *self._forward(), *self._backward()]
        self.steps.append(self._end(self.steps[-1]))
        self.position = 0

    @property
    def step(self) -> Step:
        """The current step."""
        return self.steps[self.position]

    def go(self, position: int) -> Step:
        """Go to a step; places before the first and after the last one give these."""
        self.position = min(max(int(position), 0), len(self.steps) - 1)
        return self.step

    def draw(self, ax: Axes | None = None) -> Axes:
        """Draw the graph as far as it is known at the current step."""
        step = self.step
        nodes = [
            replace(node, data=float(node.data) if k in step.known else UNKNOWN, grad=step.grads.get(k, UNKNOWN))
            for k, node in enumerate(self.graph.nodes)
        ]
        return self.drawing.draw(ax, nodes, step.lit, step.lit_edges, step.backwards)

    @cached_property
    def drawing(self) -> GraphDrawing:
        """The graph laid out, the same for all steps."""
        last = self.steps[-1].grads
        final = [replace(node, grad=last[k]) for k, node in enumerate(self.graph.nodes)]
        return GraphDrawing(Graph(final, self.graph.edges), room="−0.00")

    def _check(self) -> None:
        for node in self._order:
            if getattr(node.data, "size", 1) != 1:
                raise TypeError(
                    f"The stepper walks through single numbers, but a node holds shape {node.data.shape}. "
                    "Use Value, or draw the graph of arrays with plots.draw_graph."
                )
            slopes = getattr(node, "slopes", None)
            if node.parents and (slopes is None or len(slopes) != len(node.parents)):
                raise TypeError(
                    f"The node made by {node.op!r} has {len(node.parents)} parents and needs as many slopes "
                    f"(its local derivatives), but slopes is {slopes!r}."
                )

    def _edges(self, k: int) -> list[int]:
        """The places of the edges that lead to a node, one per parent."""
        return [i for i, (_, end) in enumerate(self.graph.edges) if end == k]

    def _depths(self) -> list[int]:
        """How many operations lie before each node, at most."""
        depth: list[int] = []
        for parents in self._parents:
            depth.append(1 + max((depth[p] for p in parents), default=-1))
        return depth

    def _walk(self, direction: int) -> list[int]:
        """The nodes from inputs to result (direction 1) or back (−1), first parents first."""
        return sorted(range(len(self._order)), key=lambda k: (direction * self._depth[k], -k))

    def _named(self, graph: Graph) -> Graph:
        """The graph with a label on every inner node, so that sentences can speak of them."""
        taken = {node.label for node in graph.nodes}
        free = (f"v{k}" for k in range(1, 10**6) if f"v{k}" not in taken)
        return Graph([n if n.label or not n.op else replace(n, label=next(free)) for n in graph.nodes], graph.edges)

    def _name(self, k: int) -> str:
        return self.graph.nodes[k].label or self._value(k)

    def _value(self, k: int) -> str:
        return number(self._order[k].data)

    def _formula(self, k: int, terms: list[str]) -> str:
        """The operation of a node written over these terms, such as ``x + y``."""
        op = self._order[k].op
        sign = symbol(op)
        if len(terms) == 2 and len(sign) == 1 and not sign.isalpha():
            return f"{terms[0]} {sign} {terms[1]}"
        if op.startswith("**") and len(terms) == 1:
            return f"{terms[0]}{sign.removeprefix('x')}"
        return f"{sign}({', '.join(terms)})"

    def _start(self) -> Step:
        known = [k for k in self._walk(1) if not self._parents[k]]
        named = [f"{self._name(k)} = {self._value(k)}" for k in known if self.graph.nodes[k].label]
        given = f": {', '.join(named)}" if named else ""
        return Step(f"The inputs are given{given}.", frozenset(known), {}, tuple(known))

    def _forward(self) -> list[Step]:
        """A step per operation, parents first."""
        known = set(self._start().known)
        steps = []
        for k in self._walk(1):
            parents = self._parents[k]
            if not parents:
                continue
            known.add(k)
            names = self._formula(k, [self._name(p) for p in parents])
            values = self._formula(k, [_bracketed(self._value(p)) for p in parents])
            sentence = f"Forward: {self._name(k)} = {names} = {values} = {self._value(k)}."
            steps.append(Step(sentence, frozenset(known), {}, (k,), tuple(self._edges(k))))
        return steps

    def _backward(self) -> list[Step]:
        """The gradient of the result, 1; then a step per edge, against the arrows."""
        everything, root = frozenset(range(len(self._order))), len(self._order) - 1
        grads = {root: 1.0}
        name = self._name(root)
        first = f"Backward: the gradient of {name} with respect to itself is 1. From here we go back."
        steps = [Step(first, everything, dict(grads), (root,))]
        for k in self._walk(-1):
            slopes = getattr(self._order[k], "slopes", ())
            for parent, slope, edge in zip(self._parents[k], slopes, self._edges(k), strict=True):
                sentence = self._pass_on(k, parent, float(slope), grads)
                steps.append(Step(sentence, everything, dict(grads), (parent,), (edge,), True))
        return steps

    def _pass_on(self, k: int, parent: int, slope: float, grads: dict[int, float]) -> str:
        """Add a node's part to its parent's gradient in ``grads``; the sentence that tells it."""
        part = grads[k] * slope
        names = self._formula(k, [self._name(p) for p in self._parents[k]])
        factor = self._slope(k, parent, slope)
        product = f"{_bracketed(number(grads[k]))} × {_bracketed(number(slope))} = {number(part)}"
        sentence = (
            f"Backward: {self._name(k)} = {names} passes its gradient, times {factor}, "
            f"to {self._name(parent)}: {product}."
        )
        if parent in grads:
            total = grads[parent] + part
            sentence += (
                f" Gradients that meet are added: {_bracketed(number(grads[parent]))} + "
                f"{_bracketed(number(part))} = {number(total)}."
            )
        grads[parent] = grads.get(parent, 0.0) + part
        return sentence

    def _slope(self, k: int, parent: int, slope: float) -> str:
        """Where the local derivative comes from, in words."""
        others = [p for p in self._parents[k] if p != parent]
        sign = symbol(self._order[k].op)
        if sign == "×" and len(others) == 1:
            return f"the other factor {self._name(others[0])}"
        if sign == "+":
            return "1"
        return f"the slope {number(slope)}"

    def _end(self, last: Step) -> Step:
        """What the gradients are good for, said of the first named input."""
        root = self._name(len(self._order) - 1)
        inputs = [k for k in self._walk(1) if not self._parents[k] and self.graph.nodes[k].label]
        sentence = "Done: every number knows its gradient."
        if inputs:
            k = inputs[0]
            sentence += (
                f" Raise {self._name(k)} by a little, such as 0.01, and {root} changes by about "
                f"{number(last.grads[k])} × 0.01 = {number(0.01 * last.grads[k])}."
            )
        return Step(sentence, last.known, last.grads)


def example() -> Value:
    """The lesson's graph, f = (x + y)·z at x = −2, y = 5, z = −4."""
    x, y, z = Value(-2.0, "x"), Value(5.0, "y"), Value(-4.0, "z")
    q = x + y
    q.label = "q"
    f = q * z
    f.label = "f"
    return f


def _bracketed(text: str) -> str:
    """A negative number in brackets, as one writes it after a sign."""
    return f"({text})" if text.startswith("−") else text
