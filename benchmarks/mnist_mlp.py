"""MNIST with the MLP 784-225-225-10 on the course's engine: lesson 05's recipe, over several seeds.

    python benchmarks/mnist_mlp.py [--seeds 0 1 2 3 4 5] [--epochs 20]

Prints the test error and the seconds, reading the data included. The data come from the cache, the folder
or address in DLCOURSE_MIRROR, or the network. The test images are looked at once, after the training.
"""

from __future__ import annotations

import argparse
import time

import dlcourse
from dlcourse import data, nn, optim, training


def train(mnist: data.Dataset, seed: int, epochs: int, batch_size: int = 128) -> nn.Module:
    """Shifts of at most a pixel keep it from learning the images by heart; the rate falls to zero."""
    dlcourse.manual_seed(seed)
    model = nn.Sequential(nn.Linear(784, 225), nn.ReLU(), nn.Linear(225, 225), nn.ReLU(), nn.Linear(225, 10))
    optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    steps = -(-len(mnist.x_train) // batch_size)
    schedule = optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=0.1, epochs=epochs, steps_per_epoch=steps, pct_start=0.2, cycle_momentum=False
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--epochs", type=int, default=20)
    options = parser.parse_args()
    for seed in options.seeds:
        start = time.perf_counter()
        mnist = data.load_mnist(flat=True)
        model = train(mnist, seed, options.epochs)
        error = 1 - training.evaluate(model, mnist.x_test, mnist.y_test).accuracy
        print(f"seed {seed}: test error {error:.2%}, {time.perf_counter() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
