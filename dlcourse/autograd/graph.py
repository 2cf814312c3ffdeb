"""The computation graph as plain data, for drawing."""

from dataclasses import dataclass
from typing import Any

from dlcourse.autograd.scalar import topological_order
from dlcourse.autograd.tensor import raw


@dataclass(frozen=True)
class Node:
    """One number or array of the graph: what it holds, and the operation that made it."""

    label: str
    op: str
    data: Any
    grad: Any


@dataclass(frozen=True)
class Graph:
    """A computation graph.

    Attributes:
        nodes: the nodes, parents before children; the last one is the root.
        edges: pairs (parent, child) of places in ``nodes``.
    """

    nodes: list[Node]
    edges: list[tuple[int, int]]


def trace(root: Any) -> Graph:
    """The graph that ``root`` was computed by.

    Args:
        root: a Tensor, a Value, or any object with ``data``, ``grad``, ``parents``, ``op`` (and ``label``).

    Raises:
        RuntimeError: ``root`` is a tensor whose graph ``backward()`` has freed.
    """
    if getattr(root, "op", "") and not root.parents:
        raise RuntimeError("backward() has freed this graph. Draw it before, or call backward(retain_graph=True).")
    order = topological_order(root)
    place = {id(node): i for i, node in enumerate(order)}
    nodes = [Node(getattr(n, "label", ""), n.op, n.data, raw(n.grad)) for n in order]
    edges = [(place[id(parent)], place[id(child)]) for child in order for parent in child.parents]
    return Graph(nodes, edges)
