"""Backpropagation with single numbers: the engine that lesson 04 builds, whole."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable
from typing import Any


def topological_order(root: Any, parents: Callable[[Any], Iterable] = operator.attrgetter("parents")) -> list:
    """All nodes that ``root`` was computed from, each one after its parents; ``root`` is the last.

    ``parents`` says what a node was computed from. A list replaces recursion, so the graph may be of any depth.
    """
    order, seen, stack = [], set(), [root]
    while stack:
        node = stack.pop()
        if node is None:  # all that lay above this mark is placed: the parents of the node below it
            order.append(stack.pop())
        elif id(node) not in seen:
            seen.add(id(node))
            stack += (node, None, *parents(node))
    return order


class Value:
    """A number that remembers which numbers it was computed from, and its slope along each of them.

    After ``backward()`` on a result, ``grad`` says how fast that result changes with this number.

    Attributes:
        data: the number.
        grad: the derivative of the result with respect to this number.
        parents: the values it was computed from; none for a number that was put in (a leaf).
        slopes: its local derivatives, one per parent.
        op: the operation that made it, such as ``"+"``; empty for a leaf.
        label: a name for drawings.
    """

    def __init__(self, data: float, label: str = "", parents: tuple = (), slopes: tuple = (), op: str = "") -> None:
        self.data = data
        self.grad = 0.0
        self.parents = parents
        self.slopes = slopes
        self.op = op
        self.label = label

    def __repr__(self) -> str:
        return f"Value(data={self.data:.4g}, grad={self.grad:.4g})"

    def __add__(self, other: Value | float) -> Value:
        other = as_value(other)
        return Value(self.data + other.data, parents=(self, other), slopes=(1.0, 1.0), op="+")

    def __mul__(self, other: Value | float) -> Value:
        other = as_value(other)
        return Value(self.data * other.data, parents=(self, other), slopes=(other.data, self.data), op="*")

    def __pow__(self, n: float) -> Value:
        return Value(self.data**n, parents=(self,), slopes=(n * self.data ** (n - 1),), op=f"**{n}")

    def relu(self) -> Value:
        """The number itself where it is positive, 0 elsewhere; its slope is 1 or 0."""
        return Value(max(self.data, 0.0), parents=(self,), slopes=(float(self.data > 0),), op="relu")

    def tanh(self) -> Value:
        """The hyperbolic tangent; its slope is 1 − tanh²."""
        y = math.tanh(self.data)
        return Value(y, parents=(self,), slopes=(1 - y * y,), op="tanh")

    def exp(self) -> Value:
        """The exponential, which is its own slope."""
        y = math.exp(self.data)
        return Value(y, parents=(self,), slopes=(y,), op="exp")

    def log(self) -> Value:
        """The natural logarithm; its slope is 1/x."""
        return Value(math.log(self.data), parents=(self,), slopes=(1 / self.data,), op="log")

    def __neg__(self) -> Value:
        return self * -1

    def __sub__(self, other: Value | float) -> Value:
        return self + -as_value(other)

    def __truediv__(self, other: Value | float) -> Value:
        return self * as_value(other) ** -1

    def __rsub__(self, other: float) -> Value:
        return other + -self

    def __rtruediv__(self, other: float) -> Value:
        return other * self**-1

    __radd__, __rmul__ = __add__, __mul__

    def backward(self) -> None:
        """Set ``grad`` on everything that this value was computed from, by the chain rule.

        Inner nodes start afresh at each call; leaves add up over calls, as PyTorch's do.
        """
        order = topological_order(self)
        for node in order:
            if node.parents:
                node.grad = 0.0
        self.grad += 1.0
        for node in reversed(order):
            for parent, slope in zip(node.parents, node.slopes, strict=True):
                parent.grad += slope * node.grad


def as_value(x: Value | float) -> Value:
    """A number as a ``Value``; a ``Value`` as it is."""
    return x if isinstance(x, Value) else Value(x)
