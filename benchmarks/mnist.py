"""What the trainings on MNIST share: one recipe, and the table of what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import dlcourse
from benchmarks import report
from benchmarks.harness import Bench
from dlcourse import data, nn, optim, training

Train = Callable[[data.Dataset, int, int], nn.Module]


def fit(build: Callable[[Any], Any], mnist: data.Dataset, seed: int, epochs: int, batch_size: int = 128) -> nn.Module:
    """Momentum, a rate that rises to 0.1 and falls to zero, and shifts of a pixel against learning by heart."""
    dlcourse.manual_seed(seed)
    model = build(nn)
    optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    schedule = optim.lr_scheduler.OneCycleLR(
        optimizer,
        max_lr=0.1,
        total_steps=epochs * -(-len(mnist.x_train) // batch_size),
        pct_start=0.2,
        cycle_momentum=False,
    )
    training.fit(
        model,
        (mnist.x_train, mnist.y_train),
        nn.CrossEntropyLoss(),
        optimizer,
        epochs=epochs,
        batch_size=batch_size,
        scheduler=schedule,
        augment=lambda x, rng: data.random_shift(x, rng, pixels=1),
        progress=False,
    )
    return model


def outcomes(bench: Bench, train: Train, epochs: int, flat: bool) -> str:
    """Accuracy on the test images, which are looked at once, and seconds from reading the files to that figure."""
    epochs = 1 if bench.quick else epochs
    rows = []
    for seed in bench.seeds:
        start = time.perf_counter()
        mnist = data.load_mnist(flat=flat, required=False, progress=False)
        if mnist is None:
            return "Not measured: MNIST was not here."
        model = train(mnist, seed, epochs)
        accuracy = training.evaluate(model, mnist.x_test, mnist.y_test).accuracy or 0.0
        seconds = time.perf_counter() - start
        rows.append([str(seed), f"{accuracy:.2%}", f"{1 - accuracy:.2%}", f"{seconds:.0f} s"])
        print(f"seed {seed}: {accuracy:.2%}, {seconds:.0f} s", flush=True)
    note = f"{epochs} epochs, with `dlcourse`; the time includes reading the data and the test."
    return f"{note}\n\n{report.table(['seed', 'test accuracy', 'test error', 'time'], rows)}"
