"""Where the parts of a graph go: columns from left to right, few crossings, nothing on top of anything.

After Sugiyama, Tagawa and Toda, Methods for visual understanding of hierarchical system structures
(1981): give each node a column; put a dummy node wherever an edge passes through a column; sort each column
by the mean place of its neighbours, back and forth; then move the nodes up and down towards their neighbours.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

SWEEPS = 12


@dataclass(frozen=True)
class Layout:
    """Places of nodes and ways of edges.

    Attributes:
        column: the column of each node, shape (nodes,).
        y: the height of each node's centre, shape (nodes,); larger is further up.
        ways: per edge, the (column, y) that it passes between its ends.
    """

    column: list[int]
    y: np.ndarray
    ways: list[list[tuple[int, float]]]


def layered_layout(heights: list[float], edges: list[tuple[int, int]], gap: float, lane: float) -> Layout:
    """Place the nodes of a graph without cycles.

    Args:
        heights: the height of each node; nodes stand in topological order.
        edges: (from, to) pairs of places in ``heights``.
        gap: the least distance between two nodes of a column.
        lane: the height that an edge takes where it passes through a column.
    """
    n = len(heights)
    columns = _columns(n, edges)
    places, sizes = list(columns), list(heights)
    pieces: list[tuple[int, int]] = []
    chains: list[list[int]] = []
    for start, end in edges:
        chain = [start]
        for column in range(columns[start] + 1, columns[end]):
            chain.append(len(places))
            places.append(column)
            sizes.append(lane)
        chains.append(chain[1:])
        pieces.extend(zip(chain, [*chain[1:], end], strict=True))
    order = _order(places, pieces, n)
    y = _heights(order, pieces, np.array(sizes), gap)
    return Layout(columns, y[:n], [[(places[d], float(y[d])) for d in chain] for chain in chains])


def _columns(n: int, edges: list[tuple[int, int]]) -> list[int]:
    """As far left as the parents allow; then what nothing holds there moves right, to just before its child.

    A node is free if nothing but free nodes with this one child lead to it: moving the whole lot
    shortens the way to the child and lengthens none.
    """
    column = [0] * n
    before, after = _neighbours(edges, n)
    for node in range(n):
        column[node] = 1 + max((column[p] for p in before[node]), default=-1)
    free = [False] * n
    for node in range(n):
        free[node] = all(free[p] and len(set(after[p])) == 1 for p in before[node])
    for node in reversed(range(n)):
        if free[node] and after[node]:
            column[node] = min(column[child] for child in after[node]) - 1
    return column


def _order(places: list[int], pieces: list[tuple[int, int]], n: int) -> list[list[int]]:
    """The nodes of each column from top to bottom: the best order of all the sweeps."""
    before, after = _neighbours(pieces, len(places))
    rank = _first_ranks(before, n, len(places))
    order = [sorted((v for v, c in enumerate(places) if c == k), key=rank.__getitem__) for k in range(max(places) + 1)]
    best, fewest = [list(column) for column in order], _crossings(order, before)
    for sweep in range(SWEEPS):
        forward = sweep % 2 == 1
        for column in order if forward else reversed(order):
            _sort_by_neighbours(column, before if forward else after, order)
        crossings = _crossings(order, before)
        if crossings < fewest:
            best, fewest = [list(column) for column in order], crossings
    return best


def _neighbours(pieces: list[tuple[int, int]], n: int) -> tuple[list[list[int]], list[list[int]]]:
    before: list[list[int]] = [[] for _ in range(n)]
    after: list[list[int]] = [[] for _ in range(n)]
    for start, end in pieces:
        before[end].append(start)
        after[start].append(end)
    return before, after


def _first_ranks(before: list[list[int]], n: int, total: int) -> list[float]:
    """The order in which one meets the nodes going back from the root, first parents first."""
    rank = [float(total)] * total
    stack, met = [n - 1], 0
    while stack:
        node = stack.pop()
        if rank[node] == total:
            rank[node] = met
            met += 1
            stack.extend(reversed(before[node]))
    return rank


def _sort_by_neighbours(column: list[int], neighbours: list[list[int]], order: list[list[int]]) -> None:
    """Sort a column by the mean place of each node's neighbours; a node without any keeps its place."""
    place = {v: i / max(len(c), 1) for c in order for i, v in enumerate(c)}
    wish = {v: float(np.mean([place[u] for u in neighbours[v]])) if neighbours[v] else place[v] for v in column}
    column.sort(key=wish.__getitem__)


def _crossings(order: list[list[int]], before: list[list[int]]) -> int:
    """How many pairs of edges cross, over all neighbouring columns."""
    count = 0
    for left, right in itertools.pairwise(order):
        place = {v: i for i, v in enumerate(left)}
        ends = [place[u] for v in right for u in sorted(before[v], key=place.__getitem__)]
        count += sum(a > b for i, a in enumerate(ends) for b in ends[i + 1 :])
    return count


def _heights(order: list[list[int]], pieces: list[tuple[int, int]], sizes: np.ndarray, gap: float) -> np.ndarray:
    """Heights near the neighbours' mean, in each column's order, at least ``gap`` apart."""
    before, after = _neighbours(pieces, len(sizes))
    y = np.zeros(len(sizes))
    for column in order:
        y[column] = _spread(np.zeros(len(column)), sizes[column], gap)
    for sweep in range(2 * SWEEPS):
        for column in order if sweep % 2 else reversed(order):
            neighbours = [before[v] + after[v] if sweep > 3 else (before if sweep % 2 else after)[v] for v in column]
            wish = [np.mean(y[near]) if near else y[v] for v, near in zip(column, neighbours, strict=True)]
            y[column] = _spread(np.array(wish), sizes[column], gap)
    return y


def _spread(wish: np.ndarray, sizes: np.ndarray, gap: float) -> np.ndarray:
    """The heights nearest to ``wish`` (least squares) that fall from the first to the last without overlap.

    Each node's wish, raised by the room that those above it need, must fall; the nearest falling
    sequence comes from merging neighbours that are out of order (pool adjacent violators).
    """
    room = np.concatenate([[0.0], np.cumsum((sizes[:-1] + sizes[1:]) / 2 + gap)])
    blocks: list[tuple[float, int]] = []  # mean, number of nodes
    for value in wish + room:
        mean, count = float(value), 1
        while blocks and blocks[-1][0] < mean:
            above, others = blocks.pop()
            mean, count = (above * others + mean * count) / (others + count), others + count
        blocks.append((mean, count))
    return np.concatenate([np.full(count, mean) for mean, count in blocks]) - room
