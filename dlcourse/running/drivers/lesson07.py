"""What drives the answers to the exercises of lesson 07."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

# What a case says by name, since a case holds plain data only. All of them work on tensors and on arrays.
FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "sum of squares": lambda t: (t**2).sum(),
    "cube of the first": lambda t: t[0] ** 3 * 2,
    "product of neighbours": lambda t: (t[1:] * t[:-1]).sum(),
    "square of the mean": lambda t: t.mean() ** 2,
}


def call_with_function(answer: Callable[..., Any], f: str, x: np.ndarray) -> Any:
    """Call an answer with the function called ``f``."""
    return answer(FUNCTIONS[f], x)


def call_torch_mlp(answer: Callable[..., Any], sizes: list[int], weights: list[np.ndarray], x: np.ndarray) -> Any:
    """Shapes of the parameters, and the output where they are filled with ``weights``."""
    import torch

    model = answer(list(sizes))
    parameters = list(model.parameters())
    shapes = [list(p.shape) for p in parameters]
    with torch.no_grad():
        for parameter, value in zip(parameters, weights, strict=False):
            if parameter.shape == value.shape:
                parameter.copy_(torch.tensor(value))
        if not parameters:  # the layers are hidden, and their weights random
            return {"shapes of the parameters": shapes, "output": None}
        return {"shapes of the parameters": shapes, "output": model(torch.tensor(x, dtype=torch.float32))}


def call_training_loop(answer: Callable[..., Any], weight: np.ndarray, batches: list[Any], epochs: int) -> Any:
    """Train a linear model under squared error; what the answer gives, and where the weights end."""
    import torch

    model = torch.nn.Linear(3, 2, bias=False).double()
    with torch.no_grad():
        model.weight.copy_(torch.tensor(weight))
    loader = [(torch.tensor(x), torch.tensor(y)) for x, y in batches]
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    losses = answer(model, loader, torch.nn.MSELoss(), optimizer, epochs)
    return {"losses": losses, "weights after the training": model.weight}


TRANSFORMS: dict[str, Callable[[Any], Any]] = {"flip": lambda image: image.flip(-1), "invert": lambda image: 1 - image}


def call_digits_dataset(answer: Callable[..., Any], images: np.ndarray, labels: np.ndarray, transform: str) -> Any:
    """What the dataset says of itself, its last example, and the first batch that a loader makes of it."""
    import torch

    seen = []

    def watched(image: Any) -> Any:
        seen.append(image)
        return TRANSFORMS[transform](image)

    dataset = answer(images, labels, watched) if transform in TRANSFORMS else answer(images, labels)
    before = len(seen)
    image, label = dataset[len(labels) - 1]
    transformed = len(seen) > before
    x, y = next(iter(torch.utils.data.DataLoader(dataset, batch_size=2)))
    return {
        "length": len(dataset), "last image": image, "its dtype": str(image.dtype), "last label": int(label),
        "the transform ran as it was read": transformed, "a batch": x, "its labels": y,
    }  # fmt: skip


def call_accuracy(answer: Callable[..., Any], batches: list[Any], classes: int) -> Any:
    """Ask a model whose scores are the inputs themselves; in training mode, it shifts them by a class."""
    import torch

    class Scores(torch.nn.Module):
        def forward(self, x: Any) -> Any:
            return x.roll(1, dims=1) if self.training else x

    return answer(Scores(), [(torch.tensor(x), torch.tensor(y)) for x, y in batches], classes)


def call_freeze(answer: Callable[..., Any], sizes: list[int], count: int) -> Any:
    """Freeze layers of a small network: what the answer gives, and which parameters are still to be trained."""
    import torch

    layers = [torch.nn.Linear(m, n) for m, n in pairwise(sizes)]
    model = torch.nn.Sequential(*layers)
    given = answer(model, count)
    return {"returned": given, "still trained": [p.requires_grad for p in model.parameters()]}
