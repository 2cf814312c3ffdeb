"""The scalar engine gives the numbers of Tensor, of PyTorch and of finite differences."""

from __future__ import annotations

import gc
import weakref

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import dlcourse
from dlcourse.autograd import Value, topological_order, trace

numbers = st.floats(0.3, 2).flatmap(lambda x: st.sampled_from([x, -x]))

EXPRESSIONS = {
    "the talk's f = (x + y) z": lambda x, y, z: (x + y) * z,
    "arithmetic": lambda x, y, z: 2 * x - y / z + 3 / x - (1 - z) + (y - 1) / 2 + x + 1,
    "powers": lambda x, y, z: x**2 + y**3 - z**-1 + (x * x) ** 0.5,
    "functions": lambda x, y, z: x.tanh() + y.exp() * z.relu() + (x * x).log() - (-y).relu(),
    "a value used many times": lambda x, y, z: x * x * x + x * y * x + (z + z) * (z + z),
}


def gradients(f, leaves):
    result = f(*leaves)
    result.backward()
    return [result.data, *(leaf.grad if leaf.grad is not None else 0.0 for leaf in leaves)]


@pytest.mark.parametrize("name", EXPRESSIONS)
@settings(deadline=None, derandomize=True, max_examples=15, database=None)
@given(point=st.tuples(numbers, numbers, numbers))
def test_values_and_gradients_are_those_of_tensor_and_pytorch(name, point):
    f = EXPRESSIONS[name]
    ours = gradients(f, [Value(x) for x in point])
    tensors = gradients(f, [dlcourse.tensor(x, dtype=dlcourse.float64, requires_grad=True) for x in point])
    theirs = gradients(f, [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in point])
    assert ours == pytest.approx([float(x) for x in theirs], rel=1e-9, abs=1e-9)
    assert [float(x) for x in tensors] == pytest.approx([float(x) for x in theirs], rel=1e-9, abs=1e-9)


def test_the_worked_example_of_the_lesson():
    x, y, z = Value(-2.0, label="x"), Value(5.0, label="y"), Value(-4.0, label="z")
    f = (x + y) * z
    f.backward()
    assert (f.data, x.grad, y.grad, z.grad) == (-12, -4, -4, 3)
    assert (f.op, f.label, f.parents[1], x.parents, x.op) == ("*", "", z, (), "")
    assert repr(x) == "Value(data=-2, grad=-4)"


def test_a_second_backward_is_safe_and_leaves_add_up():
    x = Value(3.0)
    y = x * x
    z = y + y
    z.backward()
    z.backward()
    assert (z.grad, y.grad, x.grad) == (1, 2, 24)


def test_backward_on_a_leaf():
    x = Value(1.0)
    x.backward()
    assert x.grad == 1


def test_chains_of_100_000_operations_build_differentiate_and_are_freed():
    x = y = Value(1.0)
    for _ in range(100_000):
        y = y + 1.0
    y.backward()
    assert (y.data, x.grad) == (100_001, 1)
    gc.disable()
    watch = weakref.ref(y)
    del y
    gc.enable()
    assert watch() is None


def test_order_is_topological_and_holds_each_node_once():
    x, y = Value(1.0), Value(2.0)
    s = x + y
    root = s * (s + x) * y
    order = topological_order(root)
    assert len(order) == len({id(node) for node in order}) == 6
    assert order[-1] is root
    for place, node in enumerate(order):
        assert all(id(parent) in map(id, order[:place]) for parent in node.parents)
    t = dlcourse.ones(2, requires_grad=True)
    assert topological_order(t * 2)[-1].op == "*"
    made_from = {"f": ["x", "y"], "y": ["x"], "x": []}
    assert topological_order("f", made_from.get) == ["x", "y", "f"]


def test_trace_reads_values_and_a_students_own_class():
    class Mine:
        def __init__(self, data, parents=(), op=""):
            self.data, self.grad, self.parents, self.op = data, 0.0, parents, op

    a = Mine(2.0)
    graph = trace(Mine(4.0, (a, a), "+"))
    assert [(node.op, node.data, node.label) for node in graph.nodes] == [("", 2.0, ""), ("+", 4.0, "")]
    assert graph.edges == [(0, 1), (0, 1)]
    x = Value(2.0, label="x")
    y = x.tanh()
    y.backward()
    assert [node.label for node in trace(y).nodes] == ["x", ""]
    assert trace(y).nodes[0].grad == x.grad


def test_wrong_operands_are_refused():
    with pytest.raises(TypeError):
        Value(2.0) ** Value(2.0)
    with pytest.raises(TypeError):
        Value(2.0) + "x"
