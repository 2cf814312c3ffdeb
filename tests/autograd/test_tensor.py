"""How a Tensor behaves: the graph, gradients and who owns them, errors, switches, NumPy beside it."""

from __future__ import annotations

import copy
import gc
import pickle
import subprocess
import sys
import weakref

import numpy as np
import pytest
import torch

import dlcourse
from dlcourse.autograd import Tensor, gradcheck, trace

DEEP = 100_000


def leaf(*shape: int) -> Tensor:
    return dlcourse.tensor(np.arange(1.0, 1 + np.prod(shape)).reshape(shape), requires_grad=True)


# ------------------------------------------------------------------------------------ the graph


def test_a_chain_of_100_000_operations_differentiates_and_is_freed():
    x = leaf(2)
    y = x
    for _ in range(DEEP):
        y = y + 1.0
    y.sum().backward()
    assert x.grad.tolist() == [1, 1]


def test_a_deep_graph_can_be_dropped_without_backward():
    y = leaf(2)
    for _ in range(DEEP):
        y = y * 1.0
    watch = weakref.ref(y)
    del y
    assert watch() is None


def test_backward_leaves_nothing_for_the_garbage_collector():
    gc.collect()
    gc.disable()
    try:
        x = leaf(3)
        inner = (x * 2).tanh()
        loss = inner.sum()
        watches = [weakref.ref(inner), weakref.ref(loss)]
        loss.backward()
        del inner, loss
        assert [watch() for watch in watches] == [None, None]
    finally:
        gc.enable()


def test_backward_frees_inner_results_as_it_goes():
    x = leaf(3)
    inner = (x * 2).tanh()
    watch = weakref.ref(inner)
    loss = inner.sum()
    del inner
    assert watch() is not None
    loss.backward()
    assert watch() is None


def test_a_diamond_visits_each_node_once():
    x = leaf()
    y = x
    for _ in range(60):  # 2^60 paths
        y = y + y
    y.backward()
    assert x.grad.item() == 2.0**60


def test_an_operation_can_be_written_outside_the_engine():
    def tanh(x):
        y = np.tanh(x.data)
        return Tensor.from_op(y, (x,), lambda g: (g * (1 - y * y),), "my tanh")

    x = leaf(2, 3)
    y = tanh(x)
    assert (y.op, y.parents, y.is_leaf, y.requires_grad) == ("my tanh", (x,), False, True)
    assert gradcheck(tanh, x)


def test_no_gradient_is_computed_where_nobody_asks():
    asked = []

    def double(x):
        return Tensor.from_op(x.data * 2, (x,), lambda g: asked.append(x) or (g * 2,), "double")

    x, constant = leaf(2), dlcourse.ones(2)
    assert double(constant).parents == ()
    (double(x) * double(constant)).sum().backward()
    assert asked == [x]
    assert constant.grad is None


def test_a_backward_function_with_a_wrong_shape_is_named():
    y = Tensor.from_op(np.ones(3), (leaf(3),), lambda g: (g.sum(keepdims=True),), "wrong")
    with pytest.raises(RuntimeError, match=r"\(1,\).*\(3,\)"):
        y.sum().backward()


# ------------------------------------------------------------------------------------ gradients


def test_gradients_add_up_over_calls_and_over_uses():
    x = leaf(3)
    (x * 2 + x).sum().backward()
    (x * 3).sum().backward()
    assert x.grad.tolist() == [6, 6, 6]


def test_two_leaves_never_share_a_gradient_array():
    a, b, c = leaf(3), leaf(3), leaf(3)
    g = np.ones(3)
    (a + b + c).backward(g)
    arrays = [a.grad.data, b.grad.data, c.grad.data, g]
    for i, one in enumerate(arrays):
        for other in arrays[:i]:
            assert not np.shares_memory(one, other)
    assert all(array.flags.writeable for array in arrays)
    a.grad.add_(1)
    assert b.grad.tolist() == [1, 1, 1]


def test_a_gradient_is_written_into_the_buffer_that_the_leaf_carries():
    flat = np.zeros(6)
    a, b = leaf(2, 2), leaf(2)
    a._grad_buffer, b._grad_buffer = Tensor(flat[:4].reshape(2, 2)), Tensor(flat[4:])
    for _ in range(2):  # a second round overwrites what the first one left
        a.grad = b.grad = None
        ((a + b) * 2).sum().backward()
        assert flat.tolist() == [2, 2, 2, 2, 4, 4]
        assert a.grad is a._grad_buffer
    (a * 1).sum().backward()
    assert flat.tolist() == [3, 3, 3, 3, 4, 4]


def test_a_backward_function_may_write_straight_into_the_buffer():
    def product(x, w):
        return Tensor.from_op(
            x.data @ w.data, (x, w), lambda g: (None, np.matmul(x.data.T, g, out=w.grad_buffer())), "product"
        )

    x, w = dlcourse.tensor(np.ones((3, 2))), leaf(2, 2)
    (product(x, w) + product(x, w)).sum().backward()
    assert w.grad.tolist() == [[6, 6], [6, 6]]
    w._grad_buffer, w.grad = Tensor(np.zeros((2, 2))), None
    (product(x, w) + product(x, w)).sum().backward()  # the second use must not overwrite the first
    assert w._grad_buffer.tolist() == [[6, 6], [6, 6]]


def test_inner_gradients_are_kept_on_request_only():
    x = leaf(2)
    y = x * 2
    z = y * 3
    y.retain_grad()
    z.sum().backward()
    assert y.grad.tolist() == [3, 3]
    assert z.grad is None
    with pytest.raises(RuntimeError, match="require"):
        dlcourse.ones(1).retain_grad()


def test_detach_cuts_the_graph_and_shares_memory():
    x = leaf(2)
    d = (x * 2).detach()
    assert not d.requires_grad
    assert d.is_leaf
    (x * d).sum().backward()
    assert x.grad.tolist() == [2, 4]
    assert np.shares_memory(x.detach().data, x.data)


def test_backward_with_a_gradient_for_a_tensor_that_is_not_a_number():
    x = leaf(2)
    (x * x).backward(gradient=dlcourse.tensor([1.0, 10.0]))
    assert x.grad.tolist() == [2, 40]
    leaf(1).sum().backward()
    x = leaf(1, 1)
    (x * 3).backward()  # one element of any shape will do
    assert x.grad.tolist() == [[3]]


def test_backward_on_a_leaf():
    x = leaf()
    x.backward()
    x.backward()
    assert x.grad.item() == 2


# --------------------------------------------------------------------------------------- errors


def test_a_second_backward_is_refused_and_says_what_to_do():
    x = leaf(2)
    y = x * 2
    loss = y.sum()
    loss.backward()
    with pytest.raises(RuntimeError, match="retain_graph=True"):
        loss.backward()
    with pytest.raises(RuntimeError, match="second time"):
        (y * 3).sum().backward()  # through a part that the first one freed
    assert x.grad.tolist() == [2, 2]


def test_a_second_backward_is_possible_on_a_retained_graph():
    x = leaf(2)
    loss = (x * x).sum()
    loss.backward(retain_graph=True)
    loss.backward()
    assert x.grad.tolist() == [4, 8]


def test_errors_say_what_is_wrong():
    x, y = leaf(2, 3), leaf(4)
    for action, words in [
        (lambda: (x * 2).backward(), r"single number.*\(2, 3\).*sum"),
        (lambda: (x * 2).backward(np.ones(3)), r"\(3,\).*\(2, 3\)"),
        (lambda: dlcourse.ones(1).backward(), "does not require grad"),
        (lambda: x + y, r"\(2, 3\) and \(4,\)"),
        (lambda: dlcourse.where(x > 1, x, y), r"\(2, 3\) and \(4,\)"),
        (lambda: dlcourse.maximum(x, y), r"\(2, 3\) and \(4,\)"),
        (lambda: x > y, r"\(2, 3\) and \(4,\)"),
        (lambda: x @ y, r"\(2, 3\) and \(4,\)"),
        (lambda: x @ x, r"\(2, 3\) and \(2, 3\)"),
        (lambda: x.reshape(4, 2), r"\(2, 3\).*\(4, 2\)"),
        (lambda: dlcourse.cat([x, leaf(2, 2)]), r"\(2, 3\) and \(2, 2\)"),
        (lambda: dlcourse.stack([x, y]), r"\(2, 3\) and \(4,\)"),
        (lambda: leaf(1, 2, 3).t(), r"\(1, 2, 3\)"),
        (lambda: bool(x > 1), r"\(2, 3\).*any"),
        (lambda: x.item(), r"\(2, 3\)"),
        (lambda: x.numpy(), "detach"),
        (lambda: np.exp(x), "detach"),
        (lambda: np.asarray(x), "detach"),
        (lambda: dlcourse.arange(3).mean(), "float"),
        (lambda: dlcourse.tensor([1, 2], requires_grad=True), "floating"),
        (lambda: x.to("cuda"), "cuda"),
        (lambda: dlcourse.zeros(2, 3).add_(x), "lost.*stack"),
        (lambda: dlcourse.zeros(2, 3).copy_(x), "lost.*stack"),
        (lambda: dlcourse.zeros(2, 3, device="cuda:0"), "cuda"),
    ]:
        with pytest.raises(RuntimeError, match=words):
            action()


def test_unknown_options_are_refused():
    x = leaf(2, 3)
    for action in (lambda: x.norm(2), lambda: x.sum(dims=0), lambda: x.std(ddof=1), lambda: dlcourse.ones(2, typ=int)):
        with pytest.raises(TypeError):
            action()


def test_wrong_types_are_named():
    for wrong in ("x", ["x"], None, {1: 2}):
        with pytest.raises(TypeError, match=r"holds numbers, not"):
            dlcourse.tensor(wrong)
        with pytest.raises(TypeError, match=r"holds numbers, not"):
            leaf(2) + wrong
    with pytest.raises(TypeError, match="list"):
        dlcourse.exp([1.0])
    with pytest.raises(TypeError, match="list"):
        dlcourse.from_numpy([1.0])


# ------------------------------------------------------------------------------------- switches


def test_nothing_is_recorded_under_no_grad():
    x = leaf(2)

    @dlcourse.no_grad()
    def decorated():
        return x * 2

    @dlcourse.no_grad
    def bare():
        with dlcourse.set_grad_enabled(True):
            assert (x * 2).requires_grad
        return x * 2

    with dlcourse.no_grad():
        assert not dlcourse.is_grad_enabled()
        inside = x * 2
    for y in (inside, decorated(), bare()):
        assert (y.requires_grad, y.is_leaf, y.parents, y.op) == (False, True, (), "")
    assert dlcourse.is_grad_enabled()
    with pytest.raises(ZeroDivisionError), dlcourse.no_grad():
        raise ZeroDivisionError
    assert dlcourse.is_grad_enabled()


def test_a_decorated_function_may_call_itself():
    @dlcourse.no_grad()
    def count(n):
        return n and count(n - 1)

    count(3)
    assert dlcourse.is_grad_enabled()


# ------------------------------------------------------------------------------------- in place


def test_in_place_changes_under_no_grad_keep_the_array():
    x = leaf(2)
    array = x.data
    with dlcourse.no_grad():
        x += 1
        x *= 2
        x -= dlcourse.tensor([1.0, 2.0])
        x /= 3
        x.add_(dlcourse.ones(2), alpha=3).sub_(1).mul_(2).div_(2)
        x[0] = 7
    assert x.data is array
    np.testing.assert_allclose(array, [7, 10 / 3])
    assert x.requires_grad
    assert x.is_leaf


def test_in_place_methods_return_the_tensor():
    x = dlcourse.ones(3)
    assert x.zero_() is x
    assert x.fill_(3).tolist() == [3, 3, 3]
    assert x.copy_(dlcourse.arange(3)).tolist() == [0, 1, 2]
    assert x.dtype == dlcourse.float32


def change_in_place(x):
    x += 1


def assign_in_place(x):
    x[0] = 1


@pytest.mark.parametrize("change", [change_in_place, assign_in_place, lambda x: x.mul_(2), lambda x: x.zero_()])
def test_a_leaf_that_requires_grad_is_not_changed_in_place(change):
    x = leaf(2)
    with pytest.raises(RuntimeError, match="no_grad"):
        change(x)
    assert x.tolist() == [1, 2]


def test_data_may_be_assigned_and_changed_as_scripts_do():
    w = leaf(2)
    w.grad = dlcourse.ones(2, dtype=dlcourse.float64)
    w.data -= 0.5 * w.grad.data
    w.data = w.data - 0.5 * w.grad
    w.data -= w.grad
    assert isinstance(w.data, np.ndarray)
    assert w.tolist() == [-1, 0]
    w.data = dlcourse.zeros(2)
    assert isinstance(w.data, np.ndarray)


# ---------------------------------------------------------------------- creation and conversions


def test_types_of_new_tensors():
    for data in (1.5, [1.0, 2], [1, 2], 3, True, [[True]], np.ones(2), np.ones(2, np.float32), np.float64(1)):
        assert f"torch.{dlcourse.tensor(data).dtype}" == str(torch.tensor(data).dtype)
    assert Tensor([1.0]).dtype == dlcourse.float32
    assert dlcourse.tensor([1, 2], dtype=dlcourse.float64).dtype == np.float64
    assert dlcourse.tensor([dlcourse.tensor(1.0), dlcourse.tensor(2.0)]).tolist() == [1, 2]


def test_tensor_copies_and_from_numpy_shares():
    array = np.zeros(2)
    copied, shared, same = dlcourse.tensor(array), dlcourse.from_numpy(array), dlcourse.as_tensor(array)
    array += 1
    assert (copied.tolist(), shared.tolist(), same.tolist()) == ([0, 0], [1, 1], [1, 1])
    assert dlcourse.as_tensor(shared) is shared


CREATED = {
    "zeros": lambda m: m.zeros(2, 3), "zeros of a tuple": lambda m: m.zeros((2, 3)),
    "ones": lambda m: m.ones(()),
    "full": lambda m: m.full((2,), 1.5), "full of integers": lambda m: m.full((2,), 3),
    "arange": lambda m: m.arange(4), "arange of floats": lambda m: m.arange(0, 1, 0.25),
    "linspace": lambda m: m.linspace(0, 1, 5), "eye": lambda m: m.eye(2), "eye 2 x 3": lambda m: m.eye(2, 3),
    "zeros_like": lambda m: m.zeros_like(m.arange(3)), "ones_like": lambda m: m.ones_like(m.zeros(2)),
    "full_like": lambda m: m.full_like(m.zeros(2), 2), "dtype": lambda m: m.zeros(2, dtype=m.long),
    "device": lambda m: m.ones(2, device=m.device("cpu")), "size": lambda m: m.ones(m.zeros(2, 3).shape),
    "float": lambda m: m.arange(3).float(), "double": lambda m: m.ones(3).double(),
    "long": lambda m: m.tensor([1.7, -1.7]).long(), "bool": lambda m: m.tensor([0.0, 2.0]).bool(),
    "to": lambda m: m.tensor([1, 2]).to(m.float64).to("cpu"),
    "to by name": lambda m: m.tensor([1, 2]).to(device=m.device("cpu"), dtype=m.float32),
    "int": lambda m: m.ones(1).int(), "neg of integers": lambda m: -m.arange(3),
    "abs of integers": lambda m: abs(m.tensor([-2, 3])), "exp of integers": lambda m: m.exp(m.arange(3)),
    "sign of integers": lambda m: m.sign(m.tensor([-2, 3])), "relu of integers": lambda m: m.relu(m.tensor([-2, 3])),
    "numel": lambda m: m.tensor([m.ones(2, 3).numel(), m.ones(2, 3).dim(), m.ones(2, 3).size(1)]),
    "T": lambda m: m.ones(2, 3).T.contiguous(), "mm": lambda m: m.mm(m.ones(2, 3), m.ones(3, 1)),
}  # fmt: skip


@pytest.mark.parametrize("name", CREATED)
def test_creation_and_conversion_as_in_pytorch(name):
    ours, theirs = CREATED[name](dlcourse), CREATED[name](torch)
    np.testing.assert_allclose(ours.numpy(), theirs.numpy())
    assert f"torch.{ours.dtype}" == str(theirs.dtype)


def test_random_tensors_follow_the_seed():
    def draw():
        dlcourse.manual_seed(3)
        return [
            dlcourse.randn(2, 3), dlcourse.rand((2,)), dlcourse.randint(0, 5, (4,)),
            dlcourse.randint(5, (2, 2)),
            dlcourse.randperm(6), dlcourse.randn_like(dlcourse.ones(2)), dlcourse.rand_like(dlcourse.ones(2)),
        ]  # fmt: skip

    first, second = draw(), draw()
    assert [x.tolist() for x in first] == [x.tolist() for x in second]
    assert [str(x.dtype) for x in first] == ["float32"] * 2 + ["int64"] * 3 + ["float32"] * 2
    assert [x.shape for x in first] == [(2, 3), (2,), (4,), (2, 2), (6,), (2,), (2,)]
    assert sorted(first[4].tolist()) == list(range(6))
    assert dlcourse.autograd.random.generator().random() != dlcourse.autograd.random.generator().random()
    assert not dlcourse.cuda.is_available()


def test_conversions_to_python_and_numpy():
    x = dlcourse.tensor([[1.0, 2.0], [3.0, 4.0]])
    assert (x[0, 0].item(), float(x[0, 1]), int(x[1, 0]), len(x)) == (1, 2, 3, 2)
    assert [row.tolist() for row in x] == [[1, 2], [3, 4]]
    assert list(range(3))[dlcourse.tensor(2)] == 2
    assert f"{x.sum():.2f} {x[0]}" == "10.00 tensor([1., 2.])"
    assert bool(x[0, 0] == 1)
    assert (x.equal(x.clone()), x.allclose(x + 1e-9), x.allclose(x + 1)) == (True, True, False)
    assert np.shares_memory(x.numpy(), x.data)
    assert np.asarray(x, dtype=np.float64).dtype == np.float64
    assert np.array(x).base is None
    assert (x == None) is False  # noqa: E711
    assert len({x, x, x.clone()}) == 2


def test_numpy_accepts_tensors_and_mixed_arithmetic_stays_ours():
    x = dlcourse.tensor([1.0, 2.0], requires_grad=True)
    array = np.array([3.0, 4.0], dtype=np.float32)
    for y in (array * x, array + x, array - x, array / x, np.float32(2) * x, array @ x):
        assert isinstance(y, Tensor)
        assert (y.dtype, y.requires_grad) == (np.float32, True)
    plain = x.detach()
    assert np.exp(plain).tolist() == np.exp(plain.numpy()).tolist()
    assert np.sum(plain) == 3
    assert np.mean([plain, plain], axis=0).tolist() == [1, 2]
    assert np.concatenate([plain, plain]).tolist() == [1, 2, 1, 2]
    assert isinstance(array < plain, Tensor)


REPRESENTED = [
    lambda m: m.tensor([1.0, 2.0]), lambda m: m.tensor([1.5, -0.25]), lambda m: m.tensor(3),
    lambda m: m.tensor(True),
    lambda m: m.tensor([[1, 2], [3, 4]]), lambda m: m.ones(2, requires_grad=True),
    lambda m: m.tensor([0.0, 12.3456789]),
    lambda m: m.tensor([[0.5, 1.0], [2.0, 3.0]]),
]  # fmt: skip


@pytest.mark.parametrize("make", REPRESENTED)
def test_tensors_look_like_pytorchs(make):
    assert repr(make(dlcourse)) == repr(make(torch))


def test_results_and_other_types_show_what_they_are():
    assert repr(leaf(1)) == "tensor([1.], dtype=float64, requires_grad=True)"
    assert repr(dlcourse.ones(1, requires_grad=True).tanh()) == "tensor([0.7616], grad_fn=<tanh>)"


def test_tensors_can_be_copied_and_pickled():
    x = leaf(2)
    x.sum().backward()
    for y in (copy.deepcopy(x), pickle.loads(pickle.dumps(x))):
        assert (y.tolist(), y.grad.tolist(), y.requires_grad) == ([1, 2], [1, 1], True)
        assert not np.shares_memory(x.data, y.data)


# ------------------------------------------------------------------------- gradcheck, trace, import


def test_gradcheck_names_the_input_and_the_entry_that_differ():
    def wrong(a, b):
        return Tensor.from_op(
            a.data * b.data, (a, b), lambda g: (g * b.data, g * a.data * np.array([1, 1, 2])), "wrong"
        )

    with pytest.raises(RuntimeError, match=r"input 1, entry \[2\]: backward\(\) gives .* \(1 of 3 entries differ\)"):
        gradcheck(wrong, (leaf(3), leaf(3)))


def test_gradcheck_works_on_float32_and_leaves_the_inputs_alone():
    x = dlcourse.randn(2, 3, requires_grad=True)
    before = x.tolist()
    assert gradcheck(lambda x, n: (x * n).exp().sum(0), (x, dlcourse.tensor(2.0)))
    assert (x.tolist(), x.grad) == (before, None)
    assert gradcheck(lambda x: (x * 0).detach() + x[0], x)
    with pytest.raises(ValueError, match="requires_grad"):
        gradcheck(lambda x: x, dlcourse.ones(2))


def test_trace_gives_the_graph_as_plain_data():
    x, y = leaf(2), leaf(2)
    x.label = "x"
    root = (x * y + x).sum()
    root.backward(retain_graph=True)
    graph = trace(root)
    assert [node.op for node in graph.nodes][-3:] == ["*", "+", "sum"]
    assert len(graph.nodes) == 5
    by_label = {node.label: i for i, node in enumerate(graph.nodes)}
    assert isinstance(graph.nodes[by_label["x"]].grad, np.ndarray)
    ops = {(graph.nodes[a].op or "leaf", graph.nodes[b].op) for a, b in graph.edges}
    assert ops == {("leaf", "*"), ("leaf", "+"), ("*", "+"), ("+", "sum")}
    assert all(parent < child for parent, child in graph.edges)


def test_trace_of_a_freed_graph_says_what_to_do():
    loss = (leaf(2) * 2).sum()
    loss.backward()
    with pytest.raises(RuntimeError, match="retain_graph=True"):
        trace(loss)


def test_importing_the_engine_loads_numpy_and_the_standard_library_alone():
    code = """
import sys
import numpy.random
before = set(sys.modules)
import dlcourse.autograd
allowed = sys.stdlib_module_names | {"numpy", "dlcourse"}
print(sorted({name.split(".")[0] for name in set(sys.modules) - before} - allowed))
print(sorted(name for name in sys.modules if name.startswith("dlcourse.") and "autograd" not in name))
"""
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert output.split("\n")[:2] == ["[]", "[]"]


def test_every_public_name_exists_and_is_served_by_the_package():
    for name in dlcourse.autograd.__all__:
        assert getattr(dlcourse, name) is getattr(dlcourse.autograd, name)


SCRIPT = """
x = torch.linspace(-1, 1, 20, dtype=torch.float64).reshape(-1, 1)
y = 2 * x**2 - x + 0.5
w1 = (torch.arange(8, dtype=torch.float64).reshape(1, 8) / 8 - 0.4).requires_grad_()
b1 = torch.zeros(8, dtype=torch.float64, requires_grad=True)
w2 = torch.full((8, 1), 0.3, dtype=torch.float64, requires_grad=True)
losses = []
for step in range(100):
    hidden = (x @ w1 + b1).tanh()
    loss = ((hidden @ w2 - y) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        for p in (w1, b1, w2):
            p -= 0.1 * p.grad
            p.grad.zero_()
    losses.append(loss.item())
"""


def test_one_script_gives_the_same_loss_curve_with_both_libraries():
    curves = []
    for module in (dlcourse, torch):
        names = {"torch": module}
        exec(SCRIPT, names)
        curves.append(names["losses"])
    np.testing.assert_allclose(curves[0], curves[1], rtol=1e-9)
    assert curves[0][-1] < 0.2 * curves[0][0]
