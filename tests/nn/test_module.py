"""Modules: what they find in themselves, how they print, save, load, freeze and refuse."""

from __future__ import annotations

import copy
import pickle
import re

import numpy as np
import pytest
import torch

import dlcourse
from dlcourse import nn
from dlcourse.nn import functional as F


def build(m):
    return m.Sequential(m.Linear(4, 3), m.BatchNorm1d(3), m.ReLU(), m.Sequential(m.Linear(3, 3), m.Tanh()))


def test_names_and_shapes_are_those_of_pytorch():
    ours, theirs = build(nn), build(torch.nn)
    assert [(n, p.shape) for n, p in ours.named_parameters()] == [
        (n, tuple(p.shape)) for n, p in theirs.named_parameters()
    ]
    assert list(ours.state_dict()) == list(theirs.state_dict())
    assert [n for n, _ in ours.named_children()] == ["0", "1", "2", "3"]


@pytest.mark.parametrize(
    "make",
    [
        lambda m: m.Sequential(m.Linear(4, 3), m.ReLU(), m.Sequential(m.Linear(3, 3, bias=False), m.Tanh())),
        lambda m: m.Sequential(m.Flatten(), m.Dropout(0.2), m.PReLU(), m.ModuleList([m.Identity()])),
        lambda m: m.Sequential(m.LeakyReLU(0.1), m.ELU(), m.GELU(), m.SiLU(), m.Sigmoid(), m.Softmax(dim=1)),
    ],
)
def test_repr_is_that_of_pytorch(make):
    """But for ``inplace``, which PyTorch's releases print differently."""
    assert repr(make(nn)) == re.sub(", inplace=(True|False)", "", repr(make(torch.nn)))


@pytest.mark.parametrize(
    ("module", "text"),
    [
        (nn.LayerNorm(3), "LayerNorm(normalized_shape=(3,), eps=1e-05)"),
        (nn.BatchNorm2d(3), "BatchNorm2d(num_features=3, eps=1e-05, momentum=0.1)"),
        (nn.Embedding(5, 2), "Embedding(num_embeddings=5, embedding_dim=2)"),
        (nn.CrossEntropyLoss(weight=dlcourse.ones(3)), "CrossEntropyLoss(reduction='mean')"),
        (nn.VLReLU(0.25), "VLReLU(negative_slope=0.25)"),
    ],
)
def test_repr_names_every_setting_that_is_short(module, text):
    """PyTorch leaves out some of these names."""
    assert repr(module) == text


def test_settings_can_be_given_by_place_or_name_and_changed_later():
    layer = nn.LeakyReLU(0.5)
    assert layer(dlcourse.tensor([-2.0])).item() == -1
    layer.negative_slope = 0.25
    assert layer(dlcourse.tensor([-2.0])).item() == -0.5
    with pytest.raises(TypeError, match="slope"):
        nn.LeakyReLU(slope=0.5)


def test_a_layer_made_of_a_function_can_be_subclassed_copied_and_pickled():
    class Steep(nn.LeakyReLU):
        def __init__(self):
            super().__init__(negative_slope=0.5)

    assert Steep()(dlcourse.tensor([-2.0])).item() == -1
    copied = pickle.loads(pickle.dumps(copy.deepcopy(nn.LeakyReLU(0.5))))
    assert copied(dlcourse.tensor([-2.0])).item() == -1


def test_attributes_are_found_replaced_and_removed():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.scale = nn.Parameter(np.ones(2))
            self.layers = nn.ModuleList([nn.Linear(2, 2)])
            self.nothing = None

        def forward(self, x):
            for layer in self.layers:
                x = F.relu(layer(x))
            return x * self.scale

    net = Net()
    net.layers.append(nn.Linear(2, 2))
    assert [n for n, _ in net.named_parameters()] == [
        "scale", "layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias",
    ]  # fmt: skip
    assert net(dlcourse.ones(3, 2)).shape == (3, 2)
    net.scale = nn.Parameter(np.zeros(2))
    del net.layers
    assert [n for n, _ in net.named_parameters()] == ["scale"]
    assert not net.scale.data.any()


def test_a_shared_layer_is_listed_once_and_saved_under_both_names():
    layer = nn.Linear(2, 2)
    net = nn.Sequential(layer, layer)
    assert len(list(net.parameters())) == 2
    assert len(list(net.modules())) == 2
    assert list(net.state_dict()) == ["0.weight", "0.bias", "1.weight", "1.bias"]


def test_train_and_eval_reach_everything():
    net = build(nn)
    assert not any(m.training for m in net.eval().modules())
    assert all(m.training for m in net.train().modules())


def test_loading_is_refused_with_all_reasons_and_changes_nothing():
    net = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1))
    before = copy.deepcopy(net.state_dict())
    state = {"0.weight": np.zeros((3, 2)), "0.bias": np.zeros(4), "1.weight": np.zeros((1, 3)), "2.bias": np.zeros(1)}
    with pytest.raises(RuntimeError) as error:
        net.load_state_dict(state)
    for words in ("0.bias has shape (4,)", "(3,) in the module", "missing 1.bias", "unexpected 2.bias"):
        assert words in str(error.value)
    assert all(np.array_equal(before[k].data, t.data) for k, t in net.state_dict().items())


def test_a_pytorch_state_can_be_loaded():
    ours, theirs = build(nn), build(torch.nn)
    ours.load_state_dict(theirs.state_dict())
    assert np.array_equal(ours[0].weight.data, theirs[0].weight.detach().numpy())


def test_sequential_behaves_like_a_list():
    net = build(nn)
    assert len(net) == 4
    assert isinstance(net[-1], nn.Sequential)
    assert [type(m).__name__ for m in net[:2]] == ["Linear", "BatchNorm1d"]
    x = dlcourse.ones(2, 4)
    for layer in net.eval():
        x = layer(x)
    assert np.allclose(x.data, net(dlcourse.ones(2, 4)).data)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: nn.Sequential(nn.Linear(2, 2), F.relu), TypeError, "takes modules"),
        (lambda: nn.Module()(1), NotImplementedError, "forward"),
        (lambda: nn.Linear(3, 2)(dlcourse.ones(4, 5)), ValueError, r"\(\.\.\., 3\), but got \(4, 5\)"),
        (lambda: nn.Conv2d(3, 2, 3)(dlcourse.ones(4, 1, 5, 5)), ValueError, "3 channels"),
        (lambda: nn.Conv2d(1, 2, 3)(dlcourse.ones(4, 5, 5)), ValueError, r"\(N, C, H, W\)"),
        (lambda: nn.Conv2d(1, 2, 7)(dlcourse.ones(4, 1, 5, 5)), ValueError, "does not fit"),
        (lambda: nn.BatchNorm1d(3)(dlcourse.ones(4, 5)), ValueError, r"\(4, 5\)"),
        (lambda: nn.BatchNorm1d(3)(dlcourse.ones(1, 3)), ValueError, "more than one"),
        (lambda: nn.LayerNorm(3)(dlcourse.ones(4, 5)), ValueError, r"\(4, 5\)"),
        (lambda: nn.Embedding(3, 2)(dlcourse.tensor([0, 3])), IndexError, "0 to 2, but found 0 to 3"),
        (lambda: nn.Embedding(3, 2)(dlcourse.tensor([0.5])), TypeError, "whole numbers"),
        (lambda: nn.Dropout(1.5)(dlcourse.ones(2)), ValueError, "1.5"),
        (lambda: F.prelu(dlcourse.ones(2, 3), dlcourse.ones(2)), ValueError, "2 slopes"),
        (lambda: F.maxout(dlcourse.ones(2, 3), 2), ValueError, "2 pieces"),
        (lambda: F.gelu(dlcourse.ones(2), approximate="yes"), ValueError, "'yes'"),
        (lambda: nn.Linear(2, 2).to("cuda"), RuntimeError, "cuda"),
    ],
)
def test_mistakes_are_explained(call, error, words):
    with pytest.raises(error, match=words):
        call()
