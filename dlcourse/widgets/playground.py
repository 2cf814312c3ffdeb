"""A network to play with: data, features and structure to choose from, trained by the course's engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from dlcourse import autograd, data, nn, optim

Points = tuple[np.ndarray, np.ndarray]


def _stretched(make: Callable[..., Points], factor: float, noise: str, low: float, high: float) -> Callable:
    """A toy set, stretched to some ±4 units, its noise between ``low`` and ``high``."""

    def points(n: int, seed: int, share: float, **options: Any) -> Points:
        x, y = make(n, seed, **{noise: low + share * (high - low)}, **options)
        return x * np.float32(factor), y

    return points


DATA_SETS: dict[str, Callable[..., Points]] = {
    "clouds": _stretched(data.two_clouds, 1.2, "spread", 0.4, 1.6),
    "circles": _stretched(data.circles, 3.0, "noise", 0.0, 0.3),
    "xor": _stretched(data.xor, 2.0, "noise", 0.1, 0.7),
    "spiral": _stretched(data.spiral, 4.0, "noise", 0.0, 0.12),
}

FEATURES: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "x1": lambda x1, x2: x1,
    "x2": lambda x1, x2: x2,
    "x1²": lambda x1, x2: x1**2,
    "x2²": lambda x1, x2: x2**2,
    "x1x2": lambda x1, x2: x1 * x2,
    "sin x1": lambda x1, x2: np.sin(x1),
    "sin x2": lambda x1, x2: np.sin(x2),
}

ACTIVATIONS: dict[str, type[nn.Module]] = {
    "tanh": nn.Tanh,
    "ReLU": nn.ReLU,
    "sigmoid": nn.Sigmoid,
    "identity": nn.Identity,
}


class Playground:
    """A small classifier of two classes of points in the plane, trained by stochastic gradient descent.

    Change any attribute, then ``reset()``; learning rate, L2 and batch size act from the next epoch on.

    Args:
        data_set: "clouds", "circles", "xor" or "spiral".
        features: what the network sees: names from ``FEATURES``.
        hidden: the number of neurons in each hidden layer; empty for logistic regression.
        activation: "tanh", "ReLU", "sigmoid" or "identity".
        learning_rate: the step of SGD (its momentum is 0.9).
        l2: the factor of the L2 penalty, SGD's ``weight_decay``.
        batch_size: examples per step.
        noise: from 0 (clean) to 1 (hardly separable).
        seed: the source of points, first weights and order of batches.
        n: how many points to train on; as many others test.

    Attributes:
        x, y, x_test, y_test: the points, (n, 2), and their classes, (n,).
        model: the network.
        train_losses, test_losses: mean losses, the first ones before any training, then one per epoch.

    Raises:
        ValueError: a choice does not exist, or a number is out of its range.
    """

    def __init__(
        self,
        data_set: str = "circles",
        features: Sequence[str] = ("x1", "x2"),
        hidden: Sequence[int] = (4,),
        activation: str = "tanh",
        learning_rate: float = 0.03,
        l2: float = 0.0,
        batch_size: int = 16,
        noise: float = 0.3,
        seed: int = 0,
        n: int = 200,
    ) -> None:
        self.data_set, self.features, self.hidden, self.activation = data_set, features, hidden, activation
        self.learning_rate, self.l2, self.batch_size = learning_rate, l2, batch_size
        self.noise, self.seed, self.n = noise, seed, n
        self.reset()

    def reset(self) -> None:
        """Draw the points, forget all training, and start from fresh weights."""
        self._check()
        x, y = DATA_SETS[self.data_set](2 * self.n, self.seed, self.noise, **self._options())
        self.x, self.y, self.x_test, self.y_test = x[: self.n], y[: self.n], x[self.n :], y[self.n :]
        with own_randomness(self.seed):
            self.model = nn.Sequential(*self._layers())
        self.optimizer = optim.SGD(self.model.parameters(), lr=self.learning_rate, momentum=0.9)
        self.loss_fn = nn.CrossEntropyLoss()
        self.rng = np.random.default_rng(self.seed)
        self.train_losses: list[float] = []
        self.test_losses: list[float] = []
        self._note_losses()

    def train(self, epochs: int = 1) -> list[float]:
        """Train on; the mean loss over the training points after each of these epochs.

        A training that diverges ends with a loss of nan or infinity, without an error.
        """
        for group in self.optimizer.param_groups:
            group["lr"], group["weight_decay"] = self.learning_rate, self.l2
        with np.errstate(all="ignore"):
            for _ in range(epochs):
                for x, y in data.batches(self.inputs(self.x), self.y, self.batch_size, rng=self.rng):
                    self._step(x, y)
                self._note_losses()
        return self.train_losses[len(self.train_losses) - epochs :]

    def predict(self, x: np.ndarray) -> np.ndarray:
        """The probability of the second class at points of shape (N, 2), as shape (N,)."""
        scores = self._scores(x)
        with np.errstate(all="ignore"):
            return 0.5 + 0.5 * np.tanh((scores[:, 1] - scores[:, 0]) / 2)  # softmax of two scores

    def accuracy(self) -> tuple[float, float]:
        """The share of training points, and of test points, that are classified right."""
        pairs = ((self.x, self.y), (self.x_test, self.y_test))
        train, test = (float(np.mean((self.predict(x) > 0.5) == y)) for x, y in pairs)
        return train, test

    @property
    def diverged(self) -> bool:
        """Whether the loss is no longer a number, or ten times what it was before any training."""
        return not self.train_losses[-1] <= 10 * self.train_losses[0]

    def inputs(self, x: np.ndarray) -> np.ndarray:
        """The chosen features of points of shape (N, 2), as shape (N, number of features)."""
        return np.stack([FEATURES[name](x[:, 0], x[:, 1]) for name in self.features], axis=1).astype(np.float32)

    @property
    def sizes(self) -> list[int]:
        """Neurons per layer, inputs first."""
        return [len(self.features), *self.hidden, 2]

    def _options(self) -> dict[str, Any]:
        return {"classes": 2, "turns": 0.9} if self.data_set == "spiral" else {}

    def _layers(self) -> Iterator[nn.Module]:
        for k in range(len(self.sizes) - 1):
            if k:
                yield ACTIVATIONS[self.activation]()
            yield nn.Linear(self.sizes[k], self.sizes[k + 1])

    def _step(self, x: np.ndarray, y: np.ndarray) -> None:
        loss = self.loss_fn(self.model(autograd.tensor(x)), autograd.tensor(y))
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()

    def _note_losses(self) -> None:
        self.train_losses.append(self._loss(self.x, self.y))
        self.test_losses.append(self._loss(self.x_test, self.y_test))

    def _scores(self, x: np.ndarray) -> np.ndarray:
        with autograd.no_grad(), np.errstate(all="ignore"):
            return self.model(autograd.tensor(self.inputs(x))).numpy()

    def _loss(self, x: np.ndarray, y: np.ndarray) -> float:
        with autograd.no_grad(), np.errstate(all="ignore"):
            return self.loss_fn(autograd.tensor(self._scores(x)), autograd.tensor(y)).item()

    def _check(self) -> None:
        for what, chosen, known in (
            ("data set", [self.data_set], DATA_SETS),
            ("feature", self.features, FEATURES),
            ("activation", [self.activation], ACTIVATIONS),
        ):
            for name in chosen:
                if name not in known:
                    raise ValueError(f"There is no {what} {name!r}; there are {', '.join(known)}.")
        if not self.features:
            raise ValueError(f"Choose at least one feature: {', '.join(FEATURES)}.")
        if not all(isinstance(size, (int, np.integer)) and size > 0 for size in self.hidden):
            raise ValueError(f"hidden holds the neurons of each hidden layer, at least 1, but is {self.hidden}.")
        if not 0 <= self.noise <= 1:
            raise ValueError(f"noise lies between 0 and 1, but is {self.noise}.")
        if self.batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, but is {self.batch_size}.")


@contextmanager
def own_randomness(seed: int) -> Iterator[None]:
    """Let the engine draw from this seed inside, and go on outside as if nothing had happened."""
    state = autograd.generator().bit_generator.state
    autograd.manual_seed(seed)
    try:
        yield
    finally:
        autograd.manual_seed(0).bit_generator.state = state
