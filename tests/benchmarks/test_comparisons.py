"""What is compared does the same work on both sides."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import dlcourse
from benchmarks import bounds, engines, mnist_cnn, networks, operations, tricks
from benchmarks.harness import Bench
from benchmarks.networks import Network, Trainer, random_images
from dlcourse import autograd, nn

QUICK = Bench(threads=1, quick=True)
SMALL = Network("LeNet", networks.lenet, 8, random_images(16))


NETWORKS = [
    Network("MLP", networks.mlp, 8, random_images(16, (784,))),
    SMALL,
    Network("CNN", networks.cnn, 4, random_images(8)),
    Network("words", networks.bag_of_words, 4, networks.random_words(8), "Adam"),
]


@pytest.mark.parametrize("network", NETWORKS, ids=lambda network: network.name)
def test_both_libraries_train_each_network_alike(network):
    ours, theirs = networks.pair(QUICK, network)
    with torch.no_grad():
        assert np.allclose(ours.infer().data, theirs.infer().numpy(), rtol=1e-2, atol=1e-3)


def test_the_network_for_mnist_is_trained_alike():
    images = random_images(16)
    network = Network("MNIST", mnist_cnn.build, 8, images._replace(x=images.x.astype(np.float64)))
    weights = network.build(torch.nn).state_dict()
    trainers = [Trainer(lib, network, weights) for lib in (dlcourse, torch)]
    for trainer in trainers:  # with batch norm, float32's rounding grows too fast to tell it from a mistake
        trainer.model.double()
        trainer.optimizer = trainer.lib.optim.SGD(trainer.model.parameters(), **network.settings())
    networks.require_same_losses("MNIST", *trainers)


def test_no_time_is_taken_of_networks_that_compute_different_losses():
    with pytest.raises(RuntimeError, match="losses differ"):
        networks.require_same_losses("LeNet", Trainer(dlcourse, SMALL), Trainer(dlcourse, SMALL))


@pytest.mark.parametrize("operation", operations.OPERATIONS, ids=lambda operation: operation.name)
def test_both_libraries_give_the_same_for_each_operation(operation):
    operations.cases(operation)


def test_no_time_is_taken_of_operations_that_differ():
    wrong = operations.Operation("wrong", lambda lib, x: x * (1 if lib is torch else 2), ((3,),))
    with pytest.raises(RuntimeError, match="differ"):
        operations.cases(wrong)


@pytest.mark.parametrize(("training", "products"), [(False, 3), (True, 8)])
def test_the_first_layer_has_no_gradient_to_pass_on(training, products, monkeypatch):
    multiply = networks.matrix_products(networks.mlp(nn, 8), dlcourse.zeros(4, 784), training)
    calls = []
    monkeypatch.setattr(np, "matmul", lambda a, b, out: calls.append(a.shape[0] * a.shape[1] * b.shape[1]))
    multiply()
    assert len(calls) == products
    forward = 4 * (784 * 8 + 8 * 8 + 8 * 10)
    assert sum(calls) == (3 * forward - 4 * 784 * 8 if training else forward)


def test_the_products_of_a_convolution_come_in_pieces_but_are_all_there(monkeypatch):
    model = nn.Sequential(nn.Conv2d(4, 8, 3, padding=1))
    multiply = networks.matrix_products(model, dlcourse.zeros(64, 4, 28, 28), training=False)
    calls = []
    monkeypatch.setattr(np, "matmul", lambda a, b, out: calls.append(a.shape[0] * a.shape[1] * b.shape[1]))
    multiply()
    assert len(calls) > 1
    assert sum(calls) == pytest.approx(8 * 4 * 9 * 64 * 28 * 28, rel=0.01)


@pytest.mark.parametrize("trick", tricks.TRICKS, ids=lambda trick: trick.name)
def test_a_trick_changes_the_way_but_not_the_result(trick):
    tricks.compare(QUICK, trick, SMALL)


def test_a_profile_names_each_operation_and_leaves_the_engine_as_it_was():
    record = dlcourse.Tensor.from_op
    trainer = Trainer(dlcourse, SMALL)
    spent = bounds.profile(trainer, 2, QUICK.clock)
    assert {"conv2d", "linear", "max_pool2d", "cross_entropy"} <= {
        name.split(",")[0].split("_relu")[0] for name in spent
    }
    assert {"optimiser, step", "taking the batch"} <= spent.keys()
    assert all(seconds >= 0 for seconds in spent.values())
    assert dlcourse.Tensor.from_op is record


def test_an_engine_of_single_numbers_learns():
    step = engines.scalar_step(autograd.Value, (8, 6, 4))
    losses = [step() for _ in range(20)]
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < 0.8 * losses[0]
