"""The layered layout alone."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcourse.plots.layout import _spread, layered_layout

numbers = st.lists(st.floats(-50, 50), min_size=1, max_size=12)


@given(numbers)
def test_spread_keeps_order_and_distance(wish):
    sizes = np.linspace(0.5, 2, len(wish))
    y = _spread(np.array(wish), sizes, gap=0.25)
    assert (y[:-1] - y[1:] >= (sizes[:-1] + sizes[1:]) / 2 + 0.25 - 1e-9).all()


@given(numbers)
def test_spread_moves_nothing_that_needs_no_moving(wish):
    apart = np.cumsum(np.abs(wish) + 3.0)[::-1]
    assert np.allclose(_spread(apart, np.ones(len(wish)), gap=0.5), apart)


def test_spread_moves_as_little_as_possible():
    assert np.allclose(_spread(np.array([0.0, 0.0, 9.0]), np.ones(3), gap=0.0), [4.0, 3.0, 2.0])
    assert np.allclose(_spread(np.array([9.0, 0.0, 0.0]), np.ones(3), gap=0.0), [9.0, 0.5, -0.5])


@st.composite
def graphs(draw):
    n = draw(st.integers(2, 14))
    edges = [(draw(st.integers(0, end - 1)), end) for end in range(1, n) for _ in range(draw(st.integers(0, 2)))]
    return n, edges + [(start, n - 1) for start in range(n - 1) if all(start != a for a, _ in edges)]


@settings(max_examples=40, deadline=None)
@given(graphs())
def test_edges_lead_right_and_column_neighbours_stay_apart(graph):
    n, edges = graph
    layout = layered_layout([1.0] * n, edges, gap=0.3, lane=0.1)
    assert all(layout.column[a] < layout.column[b] for a, b in edges)
    assert min(layout.column) == 0
    for column in set(layout.column):
        y = sorted(layout.y[k] for k in range(n) if layout.column[k] == column)
        assert all(b - a >= 1.3 - 1e-9 for a, b in itertools.pairwise(y))
    for (start, end), way in zip(edges, layout.ways, strict=True):
        assert [c for c, _ in way] == list(range(layout.column[start] + 1, layout.column[end]))


def test_inputs_stand_next_to_where_they_are_used():
    # 0 → 1 → 2 → 4 ← 3: the late input 3 stands beside 2
    layout = layered_layout([1.0] * 5, [(0, 1), (1, 2), (2, 4), (3, 4)], gap=0.3, lane=0.1)
    assert layout.column == [0, 1, 2, 2, 3]


def test_a_chain_that_only_its_own_inputs_feed_moves_as_a_whole():
    # 0 → 1 → 2 → 5 ← 4 ← 3
    layout = layered_layout([1.0] * 6, [(0, 1), (1, 2), (2, 5), (3, 4), (4, 5)], gap=0.3, lane=0.1)
    assert layout.column == [0, 1, 2, 1, 2, 3]


@pytest.mark.parametrize("swap", [False, True])
def test_two_chains_do_not_cross(swap):
    edges = [(0, 2), (1, 3), (2, 4), (3, 4)]
    layout = layered_layout([1.0] * 5, edges[::-1] if swap else edges, gap=0.3, lane=0.1)
    y = layout.y
    assert (y[0] > y[1]) == (y[2] > y[3])
