"""Lesson 04: the talks' numbers come out, and what students are compared with agrees with PyTorch."""

from __future__ import annotations

import sys

import numpy as np
import pytest
import torch

import dlcourse
from dlcourse import exercises, nn, optim
from dlcourse.autograd.scalar import Value
from dlcourse.checks.judging import evaluate, make_trials, recognise


def reference(name: str):
    return exercises.get(name).reference


def leaves(*arrays: np.ndarray) -> list[torch.Tensor]:
    return [torch.tensor(array, requires_grad=True) for array in arrays]


# --- the talks' numbers ------------------------------------------------------------------------------


def the_talks_arrays() -> list[np.ndarray]:
    random = np.random.RandomState(0)
    return [random.rand(4, 5) for _ in range(3)]


def test_the_talks_graph_gives_8_80812307798_and_its_three_gradients():
    t1, t2, t3 = the_talks_arrays()
    tensors = [dlcourse.tensor(t, requires_grad=True) for t in (t1, t2, t3)]
    c = ((tensors[0] + tensors[1]) * tensors[2]).sum()
    c.backward()
    assert f"{c.item():.11f}" == "8.80812307798"
    for tensor, by_hand in zip(tensors, (t3, t3, t1 + t2), strict=True):
        np.testing.assert_allclose(tensor.grad.data, by_hand, rtol=1e-12)


def test_the_talks_graph_is_the_same_in_pytorch():
    t1, t2, t3 = leaves(*the_talks_arrays())
    c = ((t1 + t2) * t3).sum()
    c.backward()
    assert f"{c.item():.11f}" == "8.80812307798"
    np.testing.assert_allclose(t3.grad, (t1 + t2).detach())


# The network of the section "Forward and back, with numbers": made so that the talk's slopes come out.
WEIGHTS = [
    np.array([[1.0, 0.5], [0.2, -0.3]]),
    np.array([[0.5, 0.5], [-2.5, -1.6]]),
    np.array([[0.3, 1.0], [-0.8, -1.0], [1.0, 0.0]]),
]
BIASES = [np.zeros(2), np.array([0.0, 3.0]), np.array([0.5, 0.45, 0.1])]


def talks_network() -> nn.Sequential:
    layers = [nn.Linear(2, 2), nn.Linear(2, 2), nn.Linear(2, 3)]
    for layer, weight, bias in zip(layers, WEIGHTS, BIASES, strict=True):
        layer.weight.data[...] = weight
        layer.bias.data[...] = bias
    return nn.Sequential(layers[0], nn.ReLU(), layers[1], nn.ReLU(), layers[2])


def test_the_talks_slopes_and_steps_come_out_of_a_network_and_its_optimiser():
    network = talks_network()
    weights = [network[i].weight for i in (0, 2, 4)]
    optimizer = optim.SGD(network.parameters(), lr=0.1)
    guess = network(dlcourse.tensor([[1.0, -1.0]]))
    nn.MSELoss()(guess, dlcourse.tensor([[1.0, 0.0, 0.0]])).backward()
    slopes = [weight.grad.data[:2, 0] for weight in weights]
    np.testing.assert_allclose(slopes, [[-2.0, -1.1], [0.5, 0.5], [0.2, -0.3]], rtol=1e-5)
    optimizer.step()
    np.testing.assert_allclose([weight.data[0, 0] for weight in weights], [1.20, 0.45, 0.28], rtol=1e-6)


def test_the_update_takes_0_3_to_0_28_and_1_0_to_1_20():
    new = reference("sgd_update")([np.array([0.3, 0.5, 1.0])], [np.array([0.2, 0.5, -2.0])], 0.1)
    np.testing.assert_allclose(new, [[0.28, 0.45, 1.20]], rtol=1e-12)


# --- the scalar engine against PyTorch ---------------------------------------------------------------

FOUR_OPERATIONS = {
    "the small graph": lambda x, y, z: (x + y) * z,
    "splits": lambda x, y, z: x * x + x * y + x,
    "a switch in the middle": lambda x, y, z: ((x + y) * x).relu() * (x + y) + z * x * y,
}
MORE_OPERATIONS = {
    "quotients and powers": lambda x, y, z: x / (y * y + 1) - z**3 + 2 / (x * x + 1),
    "functions": lambda x, y, z: (x * y).tanh() * z.exp() + (x * x + 1).log() + (x * z).relu(),
    "long paths beside short ones": lambda x, y, z: ((x + y).tanh() * x).tanh() * (x + y) + x,
}
ENGINES = [(Value, f) for f in (FOUR_OPERATIONS | MORE_OPERATIONS).values()]
ENGINES += [(reference("Value"), f) for f in FOUR_OPERATIONS.values()]


@pytest.mark.parametrize(("value_class", "expression"), ENGINES)
def test_scalar_engines_give_pytorchs_gradients(value_class, expression):
    for numbers in np.random.default_rng(0).normal(size=(10, 3)):
        ours = [value_class(float(number)) for number in numbers]
        theirs = leaves(*numbers)
        result, expected = expression(*ours), expression(*theirs)
        result.backward()
        expected.backward()
        assert result.data == pytest.approx(expected.item(), rel=1e-12)
        for value, tensor in zip(ours, theirs, strict=True):
            assert value.grad == pytest.approx(0.0 if tensor.grad is None else tensor.grad.item(), rel=1e-9)


def test_the_lessons_pytorch_lines_run_with_either_import():
    for library in (dlcourse, torch):
        x, y, z = (library.tensor([number], requires_grad=True) for number in (3.0, -1.0, 4.0))
        f = ((x + y) * z).sum()
        f.backward()
        assert [x.grad.item(), y.grad.item(), z.grad.item()] == [4.0, 4.0, 2.0]


# --- the references of the exercises against PyTorch -------------------------------------------------


def test_chain_rule_gives_pytorchs_slopes():
    x, y, z = leaves(*np.array([1.5, -2.0, 0.5]))
    f = (x * y + z) ** 2
    f.backward()
    expected = (f.item(), x.grad.item(), y.grad.item(), z.grad.item())
    assert reference("chain_rule")(1.5, -2.0, 0.5) == pytest.approx(expected)


def test_linear_and_relu_backward_give_pytorchs_gradients():
    rng = np.random.default_rng(0)
    x, weight, bias, arriving = (rng.normal(size=shape) for shape in ((5, 3), (2, 3), (2,), (5, 2)))
    tx, tw, tb = leaves(x, weight, bias)
    torch.nn.functional.linear(tx, tw, tb).backward(torch.tensor(arriving))
    for got, tensor in zip(reference("linear_backward")(arriving, x, weight), (tx, tw, tb), strict=True):
        np.testing.assert_allclose(got, tensor.grad, rtol=1e-12)
    x[0, 0] = 0
    (tx,) = leaves(x)
    torch.relu(tx).backward(torch.ones(5, 3))
    np.testing.assert_array_equal(reference("relu_backward")(np.ones((5, 3)), x), tx.grad)


@pytest.mark.parametrize("shape", [(4,), (1, 4), (3, 1), (2, 3, 4), (2, 1, 4), (1, 1, 1), ()])
def test_unbroadcast_gives_pytorchs_gradient(shape):
    rng = np.random.default_rng(0)
    small, factor = rng.normal(size=shape), rng.normal(size=(2, 3, 4))
    (tensor,) = leaves(small)
    (tensor * torch.tensor(factor)).sum().backward()
    np.testing.assert_allclose(reference("unbroadcast")(factor, shape), tensor.grad, rtol=1e-12)


@pytest.mark.parametrize(
    ("name", "loss"),
    [
        ("softmax_cross_entropy_backward", torch.nn.functional.cross_entropy),
        ("hinge_backward", lambda s, t: 5 * torch.nn.functional.multi_margin_loss(s, t)),  # theirs: / classes
    ],
)
def test_losses_give_pytorchs_gradient(name, loss):
    rng = np.random.default_rng(0)
    scores, labels = rng.normal(0, 2, (7, 5)), rng.integers(0, 5, 7)
    (tensor,) = leaves(scores)
    loss(tensor, torch.tensor(labels)).backward()
    np.testing.assert_allclose(reference(name)(scores, labels), tensor.grad, rtol=1e-9, atol=1e-15)


def test_network_gradients_are_pytorchs():
    rng = np.random.default_rng(0)
    x, labels = rng.normal(size=(8, 3)), rng.integers(0, 4, 8)
    weights = [rng.normal(size=shape) for shape in ((6, 3), (6,), (4, 6), (4,))]
    w1, b1, w2, b2 = tensors = leaves(*weights)
    scores = torch.relu(torch.tensor(x) @ w1.T + b1) @ w2.T + b2
    torch.nn.functional.cross_entropy(scores, torch.tensor(labels)).backward()
    for got, tensor in zip(reference("network_gradients")(x, labels, *weights), tensors, strict=True):
        np.testing.assert_allclose(got, tensor.grad, rtol=1e-9, atol=1e-15)


def test_moving_the_data_raises_the_probability_of_the_target_and_keeps_pictures_pictures():
    rng = np.random.default_rng(0)
    x, target = rng.uniform(0, 1, (6, 20)), rng.integers(0, 4, 6)
    weight, bias = rng.normal(size=(4, 20)), rng.normal(size=4)
    moved = reference("move_the_data")(x, target, weight, bias, 0.1, 30)

    def loss(pictures: np.ndarray) -> float:
        scores = torch.tensor(pictures @ weight.T + bias)
        return torch.nn.functional.cross_entropy(scores, torch.tensor(target)).item()

    assert loss(moved) < 0.5 * loss(x)
    assert moved.min() >= 0
    assert moved.max() <= 1


def test_gradient_check_accepts_the_right_gradient_and_names_the_size_of_an_error():
    x = np.random.default_rng(0).normal(size=(3, 2))
    check = reference("gradient_check")
    assert check(lambda x: np.sin(x).sum(), x, np.cos(x)) < 1e-8
    assert check(lambda x: np.sin(x).sum(), x, np.cos(x) + 0.25) == pytest.approx(0.25, abs=1e-8)


# --- answers that only seem right --------------------------------------------------------------------


def value_with(backward):
    """The lesson's engine with another walk back."""
    source = exercises.get("Value").solution_source
    names = {"topological_order": reference("topological_order")}
    exec(source, names)
    names["Value"].backward = backward
    return names["Value"]


def judged(name: str, answer):
    exercise = exercises.get(name)
    report = evaluate(exercise, answer, make_trials(exercise, 0))
    found = recognise(report)
    return report.points, found and found.name


def along_every_path(self):
    for value in reference("topological_order")(self, lambda value: value.parents):
        value.grad = 0.0 if value.parents else value.grad
    to_do = [(self, 1.0)]
    while to_do:
        value, arriving = to_do.pop()
        value.grad += arriving
        to_do.extend((p, arriving * s) for p, s in zip(value.parents, value.slopes, strict=True))


def test_a_walk_along_every_path_is_stopped_at_once_and_named():
    assert judged("Value", value_with(along_every_path)) == (3, "walks_every_path")


@pytest.mark.parametrize("raised_before", [False, True])
def test_a_raised_recursion_limit_does_not_help_and_is_put_back(raised_before):
    def with_a_higher_limit(root, parents):
        if not raised_before:
            sys.setrecursionlimit(100_000)
        order = []

        def visit(node):
            if node not in order:
                for parent in parents(node):
                    visit(parent)
                order.append(node)

        visit(root)
        return order

    before = sys.getrecursionlimit()
    limit = 50_000 if raised_before else before
    sys.setrecursionlimit(limit)
    try:
        points, name = judged("topological_order", with_a_higher_limit)
        assert points < 2
        assert name == ("recursion" if raised_before else "raises_the_recursion_limit")
        assert sys.getrecursionlimit() == limit
    finally:
        sys.setrecursionlimit(before)


def listed_when_met(root, parents):
    order, to_do = [], [root]
    while to_do:
        node = to_do.pop()
        if node not in order:
            order.append(node)
            to_do.extend(parents(node))
    return order


def test_listing_nodes_when_they_are_met_earns_nothing_and_is_named():
    found = judged("topological_order", lambda root, parents: listed_when_met(root, parents)[::-1])
    assert found == (0, "placed_when_first_met")
    assert judged("topological_order", listed_when_met) == (0, "root_first")
