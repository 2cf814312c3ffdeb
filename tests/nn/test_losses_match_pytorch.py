"""Each loss gives PyTorch's values and gradients for every reduction, and explains bad targets."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import dlcourse
from dlcourse import nn
from dlcourse.nn import functional as F

quick = settings(
    deadline=None, derandomize=True, max_examples=6, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
shapes = st.lists(st.integers(1, 4), min_size=1, max_size=3)
reductions = pytest.mark.parametrize("reduction", ["mean", "sum", "none"])


def draw(kind: str, shape: list[int]) -> np.ndarray:
    rng = np.random.default_rng(sum(shape))
    return {
        "any": lambda: rng.normal(size=shape) * 2,
        "probabilities": lambda: rng.uniform(0.01, 0.99, size=shape),
        "signs": lambda: rng.choice([-1.0, 1.0], size=shape),
    }[kind]()


POINTWISE = {
    "MSELoss": ("any", "any", {}),
    "L1Loss": ("any", "any", {}),
    "HuberLoss": ("any", "any", {"delta": 1.3}),
    "BCELoss": ("probabilities", "probabilities", {}),
    "BCEWithLogitsLoss": ("any", "probabilities", {}),
    "SoftMarginLoss": ("any", "signs", {}),
}


@pytest.mark.parametrize("name", POINTWISE)
@reductions
@quick
@given(shape=shapes)
def test_losses_of_numbers(same_functions, dtype, name, reduction, shape):
    kind, target_kind, options = POINTWISE[name]
    target = draw(target_kind, shape).astype(dtype)
    ours, theirs = (getattr(m, name)(reduction=reduction, **options) for m in (nn, torch.nn))
    same_functions(
        lambda x: ours(x, dlcourse.tensor(target)),
        lambda x: theirs(x, torch.tensor(target)),
        [draw(kind, shape)],
        dtype,
    )


@pytest.mark.parametrize("name", ["mse_loss", "l1_loss", "huber_loss"])
def test_the_target_may_have_a_gradient_too(same_functions, dtype, name):
    x, t = np.random.default_rng(0).normal(size=(2, 3, 4))
    same_functions(getattr(F, name), getattr(torch.nn.functional, name), [x, t], dtype)


CLASSES = {
    "CrossEntropyLoss": {},
    "CrossEntropyLoss weighted": {"weight": True},
    "NLLLoss": {},
    "NLLLoss weighted": {"weight": True},
}


def both_losses(name: str, classes: int, dtype: str, reduction: str):
    options = dict(CLASSES[name])
    weight = np.linspace(0.5, 2, classes).astype(dtype)
    weighted = options.pop("weight", False)
    for m, make in ((nn, dlcourse.tensor), (torch.nn, torch.tensor)):
        extra = {"weight": make(weight)} if weighted else {}
        yield getattr(m, name.split()[0])(reduction=reduction, **options, **extra)


@pytest.mark.parametrize("name", CLASSES)
@reductions
@quick
@given(n=st.integers(1, 6), classes=st.integers(2, 5), rest=st.lists(st.integers(1, 3), max_size=2))
def test_losses_of_classes(same_functions, dtype, name, reduction, n, classes, rest):
    x = draw("any", [n, classes, *rest])
    y = np.random.default_rng(0).integers(0, classes, size=(n, *rest))
    ours, theirs = both_losses(name, classes, dtype, reduction)
    same_functions(lambda x: ours(x, dlcourse.tensor(y)), lambda x: theirs(x, torch.tensor(y)), [x], dtype)


def test_cross_entropy_of_one_sample_without_a_batch(same_functions, dtype):
    x = draw("any", [4])
    same_functions(
        lambda x: F.cross_entropy(x, dlcourse.tensor(2)),
        lambda x: torch.nn.functional.cross_entropy(x, torch.tensor(2)),
        [x],
        dtype,
    )


def test_cross_entropy_does_not_overflow():
    x = dlcourse.tensor([[1e4, -1e4, 0.0]], requires_grad=True)
    loss = F.cross_entropy(x, dlcourse.tensor([1]))
    loss.backward()
    assert loss.item() == 2e4
    assert np.allclose(x.grad.data, [[1, -1, 0]])


def test_hinge_loss_is_its_formula(same_functions, dtype):
    t = draw("signs", [4, 3]).astype(dtype)
    same_functions(
        lambda x: F.hinge_loss(x, dlcourse.tensor(t)),
        lambda x: (1 - torch.tensor(t) * x).clamp(min=0).mean(),
        [draw("any", [4, 3])],
        dtype,
    )


SCORES = dlcourse.tensor(np.zeros((3, 4)))


@pytest.mark.parametrize(
    ("loss", "target", "error", "words"),
    [
        (nn.CrossEntropyLoss(), [0.0, 1.0, 2.0], TypeError, "whole numbers"),
        (nn.CrossEntropyLoss(), [0, 1], ValueError, r"\(3, 4\) need labels of shape \(3,\), but got \(2,\)"),
        (nn.CrossEntropyLoss(), [[0], [1], [2]], ValueError, r"shape \(3,\), but got \(3, 1\)"),
        (nn.CrossEntropyLoss(), [0, 1, 4], IndexError, "from 0 to 3"),
        (nn.NLLLoss(), [0, -1, 2], IndexError, "found -1 to 2"),
        (nn.MSELoss(), [1.0, 2.0, 3.0], ValueError, r"\(3, 4\) and the target \(3,\)"),
        (nn.CrossEntropyLoss(reduction="average"), [0, 1, 2], ValueError, "'average'"),
        (nn.MSELoss(reduction="average"), np.zeros((3, 4)), ValueError, "'average'"),
        (nn.BCELoss(), np.zeros((3, 3)), ValueError, r"\(3, 3\)"),
    ],
)
def test_bad_targets_are_explained(loss, target, error, words):
    with pytest.raises(error, match=words):
        loss(SCORES, dlcourse.tensor(target))


def test_scores_given_as_probabilities_are_explained():
    with pytest.raises(ValueError, match="with_logits"):
        nn.BCELoss()(dlcourse.tensor([1.5]), dlcourse.tensor([1.0]))
