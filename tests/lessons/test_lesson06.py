"""Lesson 06: the talks' numbers come out, the references agree with PyTorch, and students' own networks run."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from dlcourse import data, exercises
from dlcourse.checks import mine, own_code

PARTS = ("conv2d", "conv2d_backward", "max_pool2d", "max_pool2d_backward")
LENET = [(5, 1), (2, 2), (5, 1), (2, 2)]


def reference(name: str):
    return exercises.get(name).reference


# --- the talks' numbers ------------------------------------------------------------------------------


def test_the_famous_filter_gives_its_nine_numbers():
    image = np.array([[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0.0]])
    cross = np.array([[1, 0, 1], [0, 1, 0], [1, 0, 1.0]])
    out = reference("conv2d")(image[None, None], cross[None, None], np.zeros(1))
    assert out[0, 0].tolist() == [[4, 3, 4], [2, 4, 3], [2, 3, 4]]


def test_lenets_receptive_field_and_first_layer():
    assert reference("receptive_field")(LENET) == 16
    assert reference("count_conv_parameters")(1, 6, 5) == 156


# --- the references against PyTorch --------------------------------------------------------------------


@pytest.mark.parametrize(("stride", "padding"), [(1, 0), (2, 1), (3, 2)])
def test_convolution_agrees_with_pytorch(stride, padding):
    rng = np.random.default_rng(0)
    x, w, b = rng.normal(size=(3, 2, 9, 8)), rng.normal(size=(4, 2, 3, 3)), rng.normal(size=4)
    theirs = torch.nn.functional.conv2d(*map(torch.tensor, (x, w, b)), stride=stride, padding=padding)
    np.testing.assert_allclose(reference("conv2d")(x, w, b, stride, padding), theirs.numpy(), rtol=1e-10, atol=1e-12)
    sides = [reference("conv_output_size")(side, 3, stride, padding) for side in (9, 8)]
    assert sides == list(theirs.shape[2:])


def test_the_ways_back_agree_with_pytorch():
    rng = np.random.default_rng(0)
    x, w, b = (torch.tensor(rng.normal(size=s), requires_grad=True) for s in ((3, 2, 9, 8), (4, 2, 4, 4), (4,)))
    maps = torch.nn.functional.conv2d(x, w, b)
    maps.retain_grad()
    pooled = torch.nn.functional.max_pool2d(maps[:, :, :, :4], 2)
    g = rng.normal(size=tuple(pooled.shape))
    pooled.backward(torch.tensor(g))
    back = reference("max_pool2d_backward")(g, maps[:, :, :, :4].detach().numpy(), 2)
    np.testing.assert_allclose(back, maps.grad[:, :, :, :4].numpy())
    ours = reference("conv2d_backward")(maps.grad.numpy(), x.detach().numpy(), w.detach().numpy())
    for own, theirs in zip(ours, (x, w, b), strict=True):
        np.testing.assert_allclose(own, theirs.grad.numpy(), rtol=1e-10, atol=1e-12)


def test_im2col_agrees_with_pytorchs_unfold():
    x = np.random.default_rng(0).normal(size=(2, 3, 7, 6))
    theirs = torch.nn.functional.unfold(torch.tensor(x), 3, stride=2).transpose(1, 2).reshape(-1, 27)
    np.testing.assert_array_equal(reference("im2col")(x, 3, 2), theirs.numpy())


def test_balanced_accuracy_agrees_with_scikit_learn():
    from sklearn.metrics import balanced_accuracy_score

    truth, predicted = np.random.default_rng(0).integers(4, size=(2, 200))
    assert reference("balanced_accuracy")(truth, predicted) == pytest.approx(balanced_accuracy_score(truth, predicted))


# --- the network of the student's own answers ------------------------------------------------------------


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("DLCOURSE_ANSWERS", str(tmp_path))
    own_code._memory.__init__()  # what was announced in other tests
    return tmp_path


def solve(folder, names=None):
    for exercise in exercises.for_lesson("06"):
        if names is None or exercise.name in names:
            (folder / f"{exercise.name}.py").write_text("import numpy as np\n\n" + exercise.solution_source)


def gradient(parameters, x, y):
    """As in the lesson: forward, and back through the same stations."""
    w, b, W, c = parameters
    z = mine.conv2d(x, w, b)
    pooled = mine.max_pool2d(np.maximum(z, 0), 2)
    flat = pooled.reshape(len(x), -1)
    slopes = reference("softmax_cross_entropy_backward")(flat @ W.T + c, y)
    d_flat, d_W, d_c = reference("linear_backward")(slopes, flat, W)
    d_maps = mine.max_pool2d_backward(d_flat.reshape(pooled.shape), np.maximum(z, 0), 2)
    _, d_w, d_b = mine.conv2d_backward(d_maps * (z > 0), x, w)
    return [d_w, d_b, d_W, d_c]


def errors_after_training(epochs=4):
    rng, digits = np.random.default_rng(0), data.load_digits(flat=False)
    x, y = digits.x_train - digits.x_train.mean(), digits.y_train
    parameters = [rng.normal(0, 0.4, (8, 1, 3, 3)), np.zeros(8), rng.normal(0, 0.1, (10, 72)), np.zeros(10)]
    for _ in range(epochs):
        parameters = reference("train_epoch")(parameters, gradient, x, y, 0.2, 50, rng)
    w, b, W, c = parameters
    maps = mine.max_pool2d(np.maximum(mine.conv2d(x, w, b), 0), 2)
    return np.mean((maps.reshape(len(x), -1) @ W.T + c).argmax(1) != y)


def test_a_solved_set_trains_a_network_and_says_that_it_is_yours(folder, capsys):
    solve(folder)
    assert errors_after_training() < 0.3
    told = capsys.readouterr().out
    for part in PARTS:
        assert f"{part}: yours" in told


def test_a_wrong_answer_falls_back_and_says_so_and_the_others_stay(folder, capsys):
    solve(folder)
    right = exercises.get("conv2d_backward").solution_source
    wrong = right.replace("grad_weight +=", "grad_weight -=")
    assert wrong != right
    (folder / "conv2d_backward.py").write_text(wrong)
    assert errors_after_training() < 0.3
    told = capsys.readouterr().out
    assert "conv2d_backward: the course's (yours fails its check: " in told
    assert "conv2d: yours" in told


ODD = """import numpy as np

calls = []


def max_pool2d(x, size):
    calls.append(x.shape)
    rows, columns = x.shape[2] // size, x.shape[3] // size
    corners = [x[:, :, i : rows * size : size, j : columns * size : size] for i in range(size) for j in range(size)]
    return np.sort(np.stack(corners), axis=0)[-1]
"""


def test_an_odd_but_right_answer_is_the_one_that_is_called(folder, capsys):
    solve(folder, PARTS)
    (folder / "max_pool2d.py").write_text(ODD)
    calls = mine.max_pool2d.__globals__["calls"]
    before = len(calls)
    assert errors_after_training(epochs=1) < 0.9
    assert len(calls) > before + 20
    assert (50, 8, 6, 6) in calls[before:]
    assert "max_pool2d: yours" in capsys.readouterr().out
