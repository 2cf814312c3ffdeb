"""Computation graphs: all of it drawn, and nothing on top of anything else."""

import functools
import itertools

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from dlcourse import plots, randn
from dlcourse.autograd import Value, trace
from dlcourse.plots.graphs import GraphDrawing, symbol


def product_of_sum():
    x, y, z = Value(-2.0, "x"), Value(5.0, "y"), Value(-4.0, "z")
    f = (x + y) * z
    f.label = "f"
    f.backward()
    return f


def squared_error():
    w, b, loss = Value(0.3, "w"), Value(1.0, "b"), 0.0
    for x, y in [(1.0, 2.0), (2.0, 3.0)]:
        loss = (w * x + b - y) ** 2 + loss
    loss.label = "loss"
    loss.backward()
    return loss


def shared():
    a = Value(3.0, "a")
    b = a * a
    c = (b + a) * b
    c.backward()
    return c


def random_graph(seed, operations=14):
    rng = np.random.default_rng(seed)
    values = [Value(float(rng.normal()), name) for name in ("weight", "bias", "x1", "", "")]
    for k in range(operations):
        a, b = (values[i] for i in rng.integers(max(0, len(values) - 6), len(values), 2))
        new = [lambda a=a, b=b: a + b, lambda a=a, b=b: a * b, lambda a=a: a.tanh(), lambda a=a: a.relu()]
        values.append(new[rng.integers(4)]())
        values[-1].label = f"value {k}" if k % 3 == 0 else ""
    root = values[-1]
    for value in values[-5:-1]:
        root = root + value
    root.backward()
    return root


GRAPHS = {
    "product": product_of_sum,
    "squared error": squared_error,
    "shared": shared,
    **{f"random {seed}": lambda seed=seed: random_graph(seed) for seed in range(6)},
}


@functools.cache
def drawn(name):
    """The drawing of a graph, made once for all that is asked of it."""
    ax = plots.draw_graph(GRAPHS[name]())
    ax.figure.canvas.draw()
    return ax


def boxes(items):
    return [item.get_window_extent() for item in items]


def overlaps(a, b, slack=0.5):
    return min(a.x1, b.x1) - max(a.x0, b.x0) > slack and min(a.y1, b.y1) - max(a.y0, b.y0) > slack


def rims(ax):
    return [patch for patch in ax.patches if isinstance(patch, FancyBboxPatch)]


def arrows(ax):
    return [patch for patch in ax.patches if isinstance(patch, FancyArrowPatch)]


@pytest.mark.parametrize("name", GRAPHS)
def test_nothing_overlaps(name):
    ax = drawn(name)
    for items in (ax.texts, rims(ax)):
        assert not any(overlaps(a, b) for a, b in itertools.combinations(boxes(items), 2))
    width, height = ax.figure.canvas.get_width_height()
    for box in boxes(rims(ax)) + boxes(ax.texts):
        assert box.x0 >= 0
        assert box.y0 >= 0
        assert box.x1 <= width
        assert box.y1 <= height


@pytest.mark.parametrize("name", GRAPHS)
def test_letters_stay_inside_their_boxes(name):
    ax = drawn(name)
    frames = boxes(rims(ax))
    for text, box in zip(ax.texts, boxes(ax.texts), strict=True):
        if text.get_text() not in ("value", "gradient"):
            assert any(f.x0 <= box.x0 and box.x1 <= f.x1 and f.y0 <= box.y0 and box.y1 <= f.y1 for f in frames)


@pytest.mark.parametrize("name", GRAPHS)
def test_no_arrow_runs_through_a_box(name):
    ax = drawn(name)
    frames = boxes(rims(ax))
    for arrow in arrows(ax):
        path = arrow.get_transform().transform_path(arrow.get_path())
        line = path.interpolated(10).to_polygons(closed_only=False)[0]
        for frame in frames:
            inside = (line > [frame.x0 + 2, frame.y0 + 2]) & (line < [frame.x1 - 2, frame.y1 - 2])
            assert not inside.all(axis=1).any()


def test_every_number_operation_and_edge_is_there():
    ax = plots.draw_graph(product_of_sum())
    written = sorted(t.get_text() for t in ax.texts)
    names, ops, legend = ["f", "x", "y", "z"], ["+", "×"], ["gradient", "value"]
    numbers = ["−2", "5", "3", "−4", "−12", "−4", "−4", "−4", "3", "1"]
    assert written == sorted(names + ops + legend + numbers)
    assert len(rims(ax)) == 5 + 2
    assert len(arrows(ax)) == 4 + 2  # the edges, and one from each operation to its result


def test_the_computation_runs_from_left_to_right():
    ax = plots.draw_graph(product_of_sum())
    x = {t.get_text(): t.get_position()[0] for t in ax.texts}
    assert x["x"] < x["+"] < x["z"] < x["×"] < x["f"]


def test_a_number_used_twice_sends_two_arrows():
    ax = plots.draw_graph(shared())
    assert len(arrows(ax)) == 6 + 3


def test_show_chooses_what_stands_in_the_boxes():
    ax = plots.draw_graph(product_of_sum(), show=("data",))
    assert "1" not in {t.get_text() for t in ax.texts}
    with pytest.raises(ValueError, match='"data", "grad" or both'):
        plots.draw_graph(product_of_sum(), show=("value",))


def test_arrays_show_their_shape_and_a_missing_gradient_is_a_dash():
    t1, t2, t3 = (randn(4, 5, requires_grad=True) for _ in range(3))
    t1.label, t2.label, t3.label = "t1", "t2", "t3"
    c = ((t1 + t2) * t3).sum()
    c.label = "c"
    ax = plots.draw_graph(c)
    written = [t.get_text() for t in ax.texts]
    assert written.count("4×5") == 5
    assert written.count("–") == 6
    assert "sum" in written
    c.backward(retain_graph=True)
    assert [t.get_text() for t in plots.draw_graph(c).texts].count("4×5") >= 8


class Homemade:
    """What a student writes: no labels, no slots, nothing but the four names."""

    def __init__(self, data, parents=(), op=""):
        self.data, self.grad, self.parents, self.op = data, 0.0, parents, op


def test_a_students_own_class_can_be_drawn():
    root = Homemade(3.0, (Homemade(1.0), Homemade(2.0)), "+")
    written = [t.get_text() for t in plots.draw_graph(root).texts]
    assert {"1", "2", "3", "+"} <= set(written)


def test_a_graph_as_plain_data_can_be_drawn():
    ax = plots.draw_graph(trace(product_of_sum()))
    assert len(rims(ax)) == 7


def test_a_single_number_can_be_drawn():
    assert len(rims(plots.draw_graph(Value(1.0, "x")))) == 1


def test_letters_shrink_to_fit_given_axes():
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3))
    for ax in (left, right):
        assert plots.draw_graph(product_of_sum(), ax=ax) is ax
    figure.canvas.draw()
    for ax in (left, right):
        assert not any(overlaps(a, b) for a, b in itertools.combinations(boxes(ax.texts), 2))
        frame = ax.get_window_extent()
        assert all(frame.x0 - 1 <= b.x0 and b.x1 <= frame.x1 + 1 for b in boxes(ax.texts))


def test_an_unreadably_large_graph_is_refused():
    x = Value(1.0)
    for _ in range(200):
        x = x.tanh()
    with pytest.raises(ValueError, match="201 nodes cannot be read"):
        plots.draw_graph(x)


def test_what_stands_out_is_drawn_in_its_own_way():
    drawing = GraphDrawing(product_of_sum())
    plain = drawing.draw()
    lit = drawing.draw(lit=[0], lit_edges=[0], backwards=True)
    assert {a.get_linewidth() for a in arrows(plain)} == {1.1}
    thick = [a for a in arrows(lit) if a.get_linewidth() > 2]
    assert len(thick) == 2  # the edge, and from the operation on
    assert [p.get_facecolor() for p in rims(lit)] != [p.get_facecolor() for p in rims(plain)]


@pytest.mark.parametrize(
    ("op", "sign"),
    [
        ("*", "×"),
        ("+", "+"),
        ("**2", "x²"),
        ("**-1", "x⁻¹"),
        ("**0.5", "x⁰·⁵"),
        ("matmul", "@"),
        ("cross_entropy", "cross entropy"),
        ("pow", "xⁿ"),
    ],
)
def test_operations_have_signs(op, sign):
    assert symbol(op) == sign
