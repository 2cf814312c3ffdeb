"""What each trick of the engine brings: the same network, with the trick and without it, in turns."""

from __future__ import annotations

import contextlib
import importlib
import pkgutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial, reduce
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

import numpy as np

from benchmarks import report
from benchmarks.harness import Bench, Comparison
from benchmarks.networks import (
    Data,
    Network,
    Trainer,
    bag_of_words,
    cnn,
    lenet,
    mlp,
    random_images,
    random_words,
    require_same_losses,
)

MLP_32, MLP_128, MLP_512, LENET, CNN = (
    Network(f"{name}, batch {batch}", build, batch, random_images(10 * batch, shape))
    for name, build, batch, shape in (
        ("MLP", mlp, 32, (784,)), ("MLP", mlp, 128, (784,)), ("MLP", mlp, 512, (784,)),
        ("LeNet", lenet, 128, (1, 28, 28)), ("CNN 32, 64", cnn, 128, (1, 28, 28)),
    )
)  # fmt: skip
LENET_32 = LENET._replace(name="LeNet, batch 32", batch=32)
WORDS = Network("embedding and mean, batch 64, Adam", bag_of_words, 64, random_words(640), "Adam")
WIDE = Network("MLP of width 1024, batch 32", partial(mlp, width=1024), 32, MLP_32.data)
WIDE_ADAM = WIDE._replace(name=f"{WIDE.name}, Adam", optimizer="Adam")


class Trick(NamedTuple):
    """``undo`` makes a trainer do without it; ``prepare`` brings both trainers to where it matters."""

    name: str
    undo: Callable[[Trainer, Network], None]
    networks: tuple[Network, ...]
    prepare: Callable[[Trainer], None] = lambda trainer: None


def separate_relu(trainer: Trainer, network: Network) -> None:
    """Call each layer by itself, where ``Sequential`` joins a layer and the ReLU after it."""
    layers = list(trainer.model)
    trainer.model.forward = lambda x: reduce(lambda x, layer: layer(x), layers, x)


def an_array_a_parameter(trainer: Trainer, network: Network) -> None:
    """A group for each parameter: each gets arrays, and updates, of its own."""
    groups = [{"params": [parameter]} for parameter in trainer.model.parameters()]
    trainer.optimizer = type(trainer.optimizer)(groups, **network.settings())


def gradients_copied(trainer: Trainer, network: Network) -> None:
    """The products make arrays of their own, which are then copied to where the optimiser wants them."""
    for parameter in trainer.model.parameters():
        parameter.grad_buffer = lambda: None


def gradient_of_the_input(trainer: Trainer, network: Network) -> None:
    """Ask for the gradient that nobody needs."""
    forward = trainer.model.forward
    trainer.model.forward = lambda x: forward(x.requires_grad_())


def separate_cross_entropy(trainer: Trainer, network: Network) -> None:
    """The logarithm of softmax, then the loss of its result."""
    functional = trainer.lib.nn.functional
    trainer.loss = lambda scores, labels: functional.nll_loss(functional.log_softmax(scores, 1), labels)


def products_as_written(trainer: Trainer, network: Network) -> None:
    """Multiply without regard to which side of the result is longer."""
    _replaced(trainer, "dlcourse.nn.functional", "product", np.matmul)


def squares_in_one_piece(trainer: Trainer, network: Network) -> None:
    """Let the threads of OpenBLAS wait for each other in a product that has as many rows as columns."""
    _replaced(trainer, "dlcourse.nn.machine", "_square_product", lambda a, b, out: np.matmul(a, b, out=out))


def rows_one_after_another(trainer: Trainer, network: Network) -> None:
    """Let each image come from memory when the one before it has been copied."""
    _replaced(trainer, "dlcourse.autograd.shapes", "_rows", lambda x, index: x.take(index, 0))


def more_images_than_a_cache_holds(trainer: Trainer) -> None:
    """As many as MNIST has."""
    trainer.feed(Data(*(np.resize(part.data, (60_000, *part.shape[1:])) for part in (trainer.x, trainer.y))))


def weights_row_by_row(trainer: Trainer, network: Network) -> None:
    """Let the numbers of all weights lie in memory as they are counted."""
    with mock.patch("dlcourse.optim.flat._order", return_value="C"):
        trainer.optimizer = type(trainer.optimizer)(trainer.model.parameters(), **network.settings())


def relu_before_pooling(trainer: Trainer, network: Network) -> None:
    """Apply ReLU to what the convolution gives, not to the quarter of it that the pooling leaves."""
    joined = type(trainer.model).forward
    layers = list(trainer.model)
    pools = [i for i, layer in enumerate(layers) if type(layer).__name__ == "MaxPool2d"]
    parts = [trainer.lib.nn.Sequential(*layers[start:end]) for start, end in pairwise([0, *pools, len(layers)])]
    trainer.model.forward = lambda x: reduce(lambda x, part: joined(part, x), parts, x)


def one_core_at_a_time(trainer: Trainer, network: Network) -> None:
    """Do a convolution's work in one piece, of which the matrix products alone use several cores."""
    _replaced(trainer, "dlcourse.nn.convolution", "in_shares", lambda work, n, *_: [work(range(n))])


def few_numbers_shared(trainer: Trainer, network: Network) -> None:
    """Share the work of small convolutions, too."""
    _replaced(trainer, "dlcourse.nn.machine", "FEW", 0)


def shares_handed_out_by_an_executor(trainer: Trainer, network: Network) -> None:
    """Let ``concurrent.futures`` hand out the shares of a convolution's work."""
    pool = ThreadPoolExecutor()

    def side_by_side(work: Callable, shares: list[range]) -> list[Any]:
        others = [pool.submit(work, share) for share in shares[1:]]
        return [work(shares[0]), *(other.result() for other in others)]

    _replaced(trainer, "dlcourse.nn.machine", "_side_by_side", side_by_side)


def scaled_and_added_by_numpy(trainer: Trainer, network: Network) -> None:
    """Let NumPy write a · x to memory, and then add it, on one core."""

    def add_scaled(y: np.ndarray, a: float, x: np.ndarray) -> None:
        y += a * x

    _replaced(trainer, "dlcourse.optim.flat", "add_scaled", add_scaled)


def memory_multiplied(trainer: Trainer, network: Network) -> None:
    """Shrink all that the optimiser remembers at each step."""
    update = importlib.import_module("dlcourse.optim.flat").Scaled.update

    def at_once(self: Any, keep: float, values: np.ndarray, share: float = 1.0) -> Any:
        self.numbers *= keep
        return update(self, 1.0, values, share)

    _replaced(trainer, "dlcourse.optim.flat.Scaled", "update", at_once)


def faded_memory_kept(trainer: Trainer, network: Network) -> None:
    """Let what the optimiser remembers fade as far as numbers go."""
    _replaced(trainer, "dlcourse.optim.flat", "FADED", 0.0)


def half_of_the_inputs_fall_silent(trainer: Trainer) -> None:
    """As pixels do that are black in all images but a few: from now on their weights get no gradient."""
    trainer.x = trainer.x.clone()
    trainer.x.data[:, ::2] = 0
    for _ in range(1200):
        trainer.step()


def rows_added_by_numpy(trainer: Trainer, network: Network) -> None:
    """Add up the gradients of an embedding by ``np.add.at``, which is faster at numbers than at rows."""

    def add_rows(out: np.ndarray, places: np.ndarray, rows: np.ndarray) -> None:
        numbers = places[:, None] * out.shape[1] + np.arange(out.shape[1])
        np.add.at(out.reshape(-1), numbers.ravel(), rows.ravel())

    _replaced(trainer, "dlcourse.nn.functional", "add_rows", add_rows)


def _replaced(trainer: Trainer, owner: str, name: str, value: Any) -> None:
    """Put ``value`` in the place of an attribute of a module, or of a class, during the trainer's steps."""
    replaced = mock.patch.object(pkgutil.resolve_name(owner), name, value)
    trainer.step = replaced(trainer.step)  # type: ignore[method-assign]


def in_float64(trainer: Trainer, network: Network) -> None:
    """All numbers twice as long."""
    trainer.model.double()
    trainer.x = trainer.x.double()
    trainer.optimizer = type(trainer.optimizer)(trainer.model.parameters(), **network.settings())


TRICKS = [
    Trick("ReLU in one operation with the layer before it", separate_relu, (MLP_32, MLP_128, LENET, CNN)),
    Trick("optimiser over one flat array", an_array_a_parameter, (MLP_32, LENET)),
    Trick("scaling and adding in one call of BLAS", scaled_and_added_by_numpy, (MLP_32, MLP_128, WIDE, WIDE_ADAM)),
    Trick("the optimiser's memory shrunk by one number", memory_multiplied, (MLP_32, MLP_128, WIDE, WIDE_ADAM)),
    Trick(
        "what has faded from the optimiser's memory set to 0, where half of the inputs fell silent",
        faded_memory_kept,
        (MLP_32,),
        half_of_the_inputs_fall_silent,
    ),
    Trick("gradients written to their place by the product", gradients_copied, (MLP_32, MLP_128)),
    Trick("no gradient of the input", gradient_of_the_input, (MLP_32, MLP_128, LENET, CNN)),
    Trick("softmax and cross-entropy in one operation", separate_cross_entropy, (MLP_32, MLP_128)),
    Trick("the longer side of a product first", products_as_written, (MLP_32, MLP_128)),
    Trick("the last column of a square product apart", squares_in_one_piece, (MLP_32, MLP_128, MLP_512)),
    Trick("the longer side of a weight first", weights_row_by_row, (MLP_32, MLP_128, MLP_512)),
    Trick(
        "the first number of each row looked for at once, with 60,000 images",
        rows_one_after_another,
        (MLP_128, MLP_512),
        more_images_than_a_cache_holds,
    ),
    Trick("ReLU after the pooling", relu_before_pooling, (LENET, CNN)),
    Trick("a convolution's shares side by side on all cores", one_core_at_a_time, (LENET, CNN)),
    Trick("one share where there are few numbers", few_numbers_shared, (LENET_32,)),
    Trick("these shares handed out by a queue, not by an executor", shares_handed_out_by_an_executor, (LENET, CNN)),
    Trick("an embedding's gradients added up in rounds", rows_added_by_numpy, (WORDS,)),
    Trick("float32 instead of float64", in_float64, (MLP_32, MLP_128, LENET, CNN)),
]


def compare(bench: Bench, trick: Trick, network: Network) -> Comparison:
    """Training steps with and without the trick, from the same weights, after both gave the same losses."""
    lib = importlib.import_module("dlcourse")
    using = Trainer(lib, network)
    weights = {name: values.data.copy() for name, values in using.model.state_dict().items()}
    without = Trainer(lib, network, weights)
    trick.undo(without, network)
    require_same_losses(trick.name, using, without)
    for trainer in (using, without):
        trick.prepare(trainer)
    return bench.compare(using.step, without.step)


def run(bench: Bench, folder: Path) -> str:
    """The table; a ratio of 0.8 means that a step takes a fifth less time with the trick."""
    found = [(trick.name, network, compare(bench, trick, network)) for trick in TRICKS for network in trick.networks]
    memory = "freed memory kept for the next array"
    found += [(memory, network, kept_memory(bench, name)) for name, network in _CHILDREN.items()]
    rows = [[name, network.name, *report.ratios(result)[:4]] for name, network, result in found]
    return report.table(["trick", "network", "with", "without", "ratio", "quartiles"], rows)


# ---------------------------------------------------------------- a trick that a process decides on once


_CHILDREN = {"mlp": MLP_128, "lenet": LENET, "cnn": CNN}


def kept_memory(bench: Bench, name: str) -> Comparison:
    """The setting of the C library's memory, which holds for a whole process: processes take turns."""
    command = [sys.executable, "-m", "benchmarks.tricks", name, str(bench.threads)]

    def seconds(which: str) -> float:
        return float(subprocess.run([*command, which], capture_output=True, text=True, check=True).stdout)

    pairs = [(seconds("kept"), seconds("returned")) for _ in range(2 if bench.quick else 5)]
    return Comparison(*map(list, zip(*pairs, strict=True)))


def _child(name: str, threads: str, which: str) -> float:
    """Seconds of a training step in this process."""
    hidden = mock.patch("ctypes.CDLL", return_value=None)  # the engine's import finds no C library to set
    with hidden if which == "returned" else contextlib.nullcontext():
        importlib.import_module("dlcourse.nn")
    trainer = Trainer(importlib.import_module("dlcourse"), _CHILDREN[name])
    return Bench(int(threads), quick=True).time(trainer.step, seconds=2.0)


if __name__ == "__main__":
    print(_child(*sys.argv[1:]))
