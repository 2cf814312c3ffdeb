"""The exercises of lesson 07, "Frameworks".

Most answers need PyTorch, which the course does not bring along. So their references and mistakes stand
inside functions that are called with it when they are first wanted (``needs`` of the exercise).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from dlcourse.exercises.core import LIBRARIES, Case, exercise
from dlcourse.running.drivers import lesson07 as drivers

_LIBRARIES = (*LIBRARIES, "torch", "torchvision")

# --- run_graph -----------------------------------------------------------------------------------

_SUM_TIMES = [("a", "add", ("t1", "t2")), ("b", "multiply", ("a", "t3")), ("c", "sum", ("b",))]
_DIFFERENCE = [("d", "subtract", ("x", "y")), ("e", "multiply", ("d", "d")), ("f", "sum", ("e",))]
_REUSE = [("u", "add", ("x", "x")), ("v", "subtract", ("u", "y")), ("w", "multiply", ("v", "u"))]


def _run_graph_cases(rng: np.random.Generator) -> Iterator[Case]:
    def feed(*names: str, shape: tuple[int, ...] = (2,)) -> dict[str, np.ndarray]:
        return {name: rng.uniform(0.5, 3, size=shape).round(1) for name in names}

    yield Case(_SUM_TIMES, feed("t1", "t2", "t3"), "c", part="the last node")
    yield Case(_SUM_TIMES, feed("t1", "t2", "t3", shape=(4, 5)), "c", part="the last node")
    yield Case(_DIFFERENCE, feed("x", "y", shape=(3,)), "e", part="any node")
    yield Case(_REUSE, feed("x", "y", shape=(3,)), "v", part="any node")
    yield Case(_SUM_TIMES, feed("t1", "t2", "t3"), "t2", part="any node")
    yield Case(_SUM_TIMES, feed("t1", "t2"), "a", part="what it needs")
    yield Case(_REUSE, feed("x"), "u", part="what it needs")


@exercise(
    lesson="07",
    libraries=_LIBRARIES,
    points=1,
    cases=_run_graph_cases,
    hints=[
        "What is known before anything runs? The feed. So begin with a copy of it, `values = dict(feed)`.",
        "The nodes stand in an order in which each one's inputs are known. Walk through them and store each result "
        "under the node's name.",
        "`getattr(np, 'add')` is np.add. So a node is `values[name] = getattr(np, operation)(*(values[i] for i in "
        "inputs))`.",
    ],
)
def run_graph(nodes, feed, target):
    """Run a static graph: compute the node called `target`.

    nodes: a list of tuples (name, operation, inputs). The operation is the name of a NumPy function, such
    as "add"; `inputs` is a tuple of names, of earlier nodes or of placeholders.
    feed: a dict, name of each placeholder -> its array. It must stay as it is.
    target: the name of a node or a placeholder. Nodes behind it are not run: their placeholders may be missing.

    Example: run_graph([("a", "add", ("x", "y"))], {"x": np.array([1.0]), "y": np.array([2.0])}, "a")
    gives array([3.]).
    """
    values = dict(feed)
    for name, operation, inputs in nodes:
        if target in values:
            break
        values[name] = getattr(np, operation)(*(values[i] for i in inputs))
    return values[target]


@run_graph.mistake("You return the last node, whichever was asked for. The answer is the node called `target`.")
def last_node(nodes, feed, target):
    values = dict(feed)
    for name, operation, inputs in nodes:
        values[name] = getattr(np, operation)(*(values[i] for i in inputs))
    return values[nodes[-1][0]]


@run_graph.mistake(
    "You store the results in `feed`, which belongs to the caller. Work on a copy: `values = dict(feed)`."
)
def feed_filled(nodes, feed, target):
    for name, operation, inputs in nodes:
        feed[name] = getattr(np, operation)(*(feed[i] for i in inputs))
    return feed[target]


@run_graph.mistake("You run the whole graph, also what lies behind the target. Stop as soon as the target is known.")
def whole_graph(nodes, feed, target):
    values = dict(feed)
    for name, operation, inputs in nodes:
        values[name] = getattr(np, operation)(*(values[i] for i in inputs))
    return values[target]


@run_graph.mistake("The inputs are turned round, which shows in a difference. They stand in order: first, second.")
def inputs_reversed(nodes, feed, target):
    values = dict(feed)
    for name, operation, inputs in nodes:
        values[name] = getattr(np, operation)(*(values[i] for i in reversed(inputs)))
    return values[target]


@run_graph.mistake(
    "The inputs go in as one list. NumPy's function wants them one by one; a star does that: `function(*inputs)`."
)
def inputs_in_a_list(nodes, feed, target):
    values = dict(feed)
    for name, operation, inputs in nodes:
        values[name] = getattr(np, operation)([values[i] for i in inputs])
    return values[target]


@run_graph.mistake("You give the dict of all values. One of them was asked for: values[target].")
def all_values(nodes, feed, target):
    values = dict(feed)
    for name, operation, inputs in nodes:
        values[name] = getattr(np, operation)(*(values[i] for i in inputs))
    return values


# --- torch_gradient ------------------------------------------------------------------------------


def _torch_gradient_cases(rng: np.random.Generator) -> Iterator[Case]:
    for name, shape in zip(drivers.FUNCTIONS, ((2,), (3,), (4,), (2, 3)), strict=True):
        yield Case(name, rng.uniform(0.5, 2, size=shape).round(1))


@exercise(
    lesson="07",
    libraries=_LIBRARIES,
    points=1,
    cases=_torch_gradient_cases,
    call=drivers.call_with_function,
    needs="torch",
    hints=[
        "It is what you did with the course's own Tensor: make one that wants a gradient, run f, go backward.",
        "`torch.tensor(x, requires_grad=True)` copies the array. `f(...)` gives a tensor with one number.",
        "Three lines: `t = torch.tensor(x, requires_grad=True)`, `f(t).backward()`, `return t.grad.numpy()`.",
    ],
)
def torch_gradient(torch: Any) -> Callable[..., Any]:
    def torch_gradient(f, x):
        """The gradient of f at x, by PyTorch's autograd.

        f: a function that takes a tensor and gives a tensor with a single number.
        x: an array of floats.

        Returns an array of x's shape: the slope of f in the direction of each entry.
        """
        t = torch.tensor(x, requires_grad=True)
        f(t).backward()
        return t.grad.numpy()

    return torch_gradient


@torch_gradient.mistake(
    "That is f's value. Its slopes stand in the grad of the tensor that you gave to f, after backward()."
)
def value_instead(torch: Any) -> Callable[..., Any]:
    return lambda f, x: f(torch.tensor(x)).numpy()


@torch_gradient.mistake("Every entry is twice as large: backward() ran twice, and gradients add up in .grad.")
def backward_twice(torch: Any) -> Callable[..., Any]:
    def wrong(f, x):
        t = torch.tensor(x, requires_grad=True)
        f(t).backward()
        f(t).backward()
        return t.grad.numpy()

    return wrong


@torch_gradient.mistake(
    "The tensor does not ask for a gradient, so there is no graph to walk back: requires_grad=True."
)
def no_requires_grad(torch: Any) -> Callable[..., Any]:
    def wrong(f, x):
        t = torch.tensor(x)
        f(t).backward()
        return t.grad.numpy()

    return wrong


@torch_gradient.mistake(
    "You return None. A tensor's .grad is None until backward() has run from the result; and backward() itself returns "
    "nothing: it leaves the slopes in the .grad of the tensor that you gave to f."
)
def no_backward(torch: Any) -> Callable[..., Any]:
    def wrong(f, x):
        t = torch.tensor(x, requires_grad=True)
        f(t)
        return t.grad

    return wrong


@torch_gradient.mistake("That is x itself. Its slopes stand beside it: after backward(), in the tensor's .grad.")
def the_point_itself(torch: Any) -> Callable[..., Any]:
    def wrong(f, x):
        t = torch.tensor(x, requires_grad=True)
        f(t).backward()
        return t.detach().numpy()

    return wrong


@torch_gradient.mistake(
    "x is an array, and an array can't ask for a gradient. Make a tensor of it: torch.tensor(x, requires_grad=True)."
)
def array_asked(torch: Any) -> Callable[..., Any]:
    def wrong(f, x):
        x.requires_grad = True
        f(x).backward()
        return x.grad

    return wrong


@torch_gradient.mistake("The signs are turned: that is the direction of descent. The gradient itself points uphill.")
def downhill(torch: Any) -> Callable[..., Any]:
    def wrong(f, x):
        t = torch.tensor(x, requires_grad=True)
        f(t).backward()
        return -t.grad.numpy()

    return wrong


# --- TorchMLP ------------------------------------------------------------------------------------


def _torch_mlp_cases(rng: np.random.Generator) -> Iterator[Case]:
    for sizes, n, part in (
        ([2, 2], 1, "one layer"),
        ([3, 2], 4, "one layer"),
        ([2, 3, 2], 2, "hidden layers"),
        ([4, 5, 3, 2], 8, "hidden layers"),
    ):
        weights = []
        for m, k in pairwise(sizes):
            weights += [rng.normal(size=(k, m)).round(1), rng.normal(size=k).round(1)]
        yield Case(sizes, weights, rng.normal(size=(n, sizes[0])).round(1), part=part)


@exercise(
    lesson="07",
    libraries=_LIBRARIES,
    points=2,
    cases=_torch_mlp_cases,
    call=drivers.call_torch_mlp,
    needs="torch",
    hints=[
        "Three things make a module: `super().__init__()` first, then the layers as attributes, and forward.",
        "Build a list of layers: `torch.nn.Linear(m, n)` for each pair of neighbours in sizes, `torch.nn.ReLU()` "
        "between two "
        "of them. `torch.nn.Sequential(*layers)` registers them all.",
        "`for m, n in zip(sizes[:-1], sizes[1:]): layers += [torch.nn.Linear(m, n), torch.nn.ReLU()]`, and then "
        "`self.layers = torch.nn.Sequential(*layers[:-1])`: without the last ReLU.",
    ],
)
def TorchMLP(torch: Any) -> type:
    class TorchMLP(torch.nn.Module):
        """A multilayer perceptron: linear layers with a ReLU between two of them, and none after the last.

        sizes: numbers of neurons, inputs first; TorchMLP([64, 32, 10]) has two linear layers.
        Calling it on a tensor of shape (N, sizes[0]) gives the scores, shape (N, sizes[-1]).
        """

        def __init__(self, sizes):
            super().__init__()
            layers = []
            for k in range(len(sizes) - 1):
                layers += [torch.nn.Linear(sizes[k], sizes[k + 1]), torch.nn.ReLU()]
            self.layers = torch.nn.Sequential(*layers[:-1])

        def forward(self, x):
            return self.layers(x)

    return TorchMLP


def _linear_layers(torch: Any, sizes: list[int]) -> list[Any]:
    return [torch.nn.Linear(m, n) for m, n in pairwise(sizes)]


@TorchMLP.mistake("There is a ReLU behind the last layer, so no score can be negative. Put it between layers only.")
def relu_at_the_end(torch: Any) -> type:
    class Wrong(torch.nn.Module):
        def __init__(self, sizes):
            super().__init__()
            self.layers = torch.nn.ModuleList(_linear_layers(torch, sizes))

        def forward(self, x):
            for layer in self.layers:
                x = torch.relu(layer(x))
            return x

    return Wrong


@TorchMLP.mistake("No bend stands between the layers, so they are one linear layer in disguise. Put a ReLU there.")
def no_bend(torch: Any) -> type:
    class Wrong(torch.nn.Module):
        def __init__(self, sizes):
            super().__init__()
            self.layers = torch.nn.Sequential(*_linear_layers(torch, sizes))

        def forward(self, x):
            return self.layers(x)

    return Wrong


@TorchMLP.mistake(
    "Your module has no parameters: layers in a plain Python list are not seen. An optimiser would train nothing. Use "
    "torch.nn.Sequential or torch.nn.ModuleList."
)
def plain_list(torch: Any) -> type:
    class Wrong(torch.nn.Module):
        def __init__(self, sizes):
            super().__init__()
            self.layers = _linear_layers(torch, sizes)

        def forward(self, x):
            for layer in self.layers[:-1]:
                x = torch.relu(layer(x))
            return self.layers[-1](x)

    return Wrong


@TorchMLP.mistake(
    "Call super().__init__() first: it makes the registers into which layers are put as they are assigned."
)
def no_super(torch: Any) -> type:
    class Wrong(torch.nn.Module):
        def __init__(self, sizes):
            self.layers = torch.nn.Sequential(*_linear_layers(torch, sizes))

        def forward(self, x):
            return self.layers(x)

    return Wrong


@TorchMLP.mistake("You return probabilities. CrossEntropyLoss applies softmax itself and wants the raw scores.")
def softmax_inside(torch: Any) -> type:
    class Wrong(torch.nn.Module):
        def __init__(self, sizes):
            super().__init__()
            self.layers = torch.nn.ModuleList(_linear_layers(torch, sizes))

        def forward(self, x):
            for layer in self.layers[:-1]:
                x = torch.relu(layer(x))
            return torch.softmax(self.layers[-1](x), dim=1)

    return Wrong


# --- training_loop -------------------------------------------------------------------------------


def _training_loop_cases(rng: np.random.Generator) -> Iterator[Case]:
    for sizes, epochs, part in (
        ([2], 1, "one batch"),
        ([4], 3, "one batch"),
        ([3, 3, 1], 1, "several batches"),
        ([4, 4, 2], 3, "several batches"),
    ):
        batches = [(rng.normal(size=(n, 3)).round(1), rng.normal(2, 1, size=(n, 2)).round(1)) for n in sizes]
        yield Case(rng.normal(size=(2, 3)).round(1), batches, epochs, part=part)


@exercise(
    lesson="07",
    libraries=_LIBRARIES,
    points=3,
    cases=_training_loop_cases,
    call=drivers.call_training_loop,
    hints=[
        "It is the loop of lesson 05, in PyTorch's words. In each batch: scores, loss, old gradients away, backward, "
        "step.",
        "`optimizer.zero_grad()`, `loss.backward()`, `optimizer.step()`, in this order. `loss.item()` is the loss as "
        "a plain number.",
        "The last batch may be smaller, and its mean counts for fewer examples: add up `loss.item() * len(x)` and "
        "`len(x)`, and "
        "divide at the end of the epoch.",
    ],
)
def training_loop(model, loader, loss_fn, optimizer, epochs):
    """Train a model, and return the mean loss over the examples for each epoch, as a list of floats.

    model: a module; model(x) gives its answers for a batch.
    loader: gives pairs (x, y) of tensors, one for each batch, each time a loop goes through it.
    loss_fn: loss_fn(answers, y) is the mean loss of the batch's examples, a tensor with one number.
    optimizer: has the model's parameters; take one step for each batch.
    epochs: how often to go through the loader.

    A batch counts with the loss that its step starts from: nothing is computed twice.
    """
    losses = []
    for _ in range(epochs):
        total, count = 0.0, 0
        for x, y in loader:
            loss = loss_fn(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        losses.append(total / count)
    return losses


def _train(
    model: Any,
    loader: Any,
    loss_fn: Any,
    optimizer: Any,
    epochs: int,
    *,
    update: Callable[..., Any],
    sums: Callable[..., Any],
) -> list[float]:
    """The loop with another update or another way to add up an epoch's (loss, size) pairs."""
    losses = []
    for _ in range(epochs):
        seen = []
        for x, y in loader:
            loss = loss_fn(model(x), y)
            update(optimizer, loss)
            seen.append((loss.item(), len(x)))
        losses.append(sums(seen))
    return losses


def _right_update(optimizer: Any, loss: Any) -> None:
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


def _mean_over_examples(seen: list[tuple[float, int]]) -> float:
    return sum(loss * n for loss, n in seen) / sum(n for _, n in seen)


@training_loop.mistake("Gradients add up from step to step: call optimizer.zero_grad() before each backward().")
def no_zero_grad(model, loader, loss_fn, optimizer, epochs):
    def update(optimizer, loss):
        loss.backward()
        optimizer.step()

    return _train(model, loader, loss_fn, optimizer, epochs, update=update, sums=_mean_over_examples)


@training_loop.mistake(
    "The weights never change: the gradients are wiped out between backward() and step(). Zero them first."
)
def zero_before_step(model, loader, loss_fn, optimizer, epochs):
    def update(optimizer, loss):
        loss.backward()
        optimizer.zero_grad()
        optimizer.step()

    return _train(model, loader, loss_fn, optimizer, epochs, update=update, sums=_mean_over_examples)


@training_loop.mistake(
    "You step before backward(), so each step uses the gradients of the batch before. Backward comes first."
)
def step_before_backward(model, loader, loss_fn, optimizer, epochs):
    def update(optimizer, loss):
        optimizer.step()
        optimizer.zero_grad()
        loss.backward()

    return _train(model, loader, loss_fn, optimizer, epochs, update=update, sums=_mean_over_examples)


@training_loop.mistake(
    "You average the batches' means as if all batches were of one size. The last one may be smaller: weigh each by "
    "len(x)."
)
def mean_of_means(model, loader, loss_fn, optimizer, epochs):
    def sums(seen):
        return sum(loss for loss, _ in seen) / len(seen)

    return _train(model, loader, loss_fn, optimizer, epochs, update=_right_update, sums=sums)


@training_loop.mistake("You add up the losses of all examples. Divide by their number: the mean is asked for.")
def sum_over_examples(model, loader, loss_fn, optimizer, epochs):
    def sums(seen):
        return sum(loss * n for loss, n in seen)

    return _train(model, loader, loss_fn, optimizer, epochs, update=_right_update, sums=sums)


@training_loop.mistake("You keep the loss of the last batch. The mean over all examples of the epoch is asked for.")
def last_batch(model, loader, loss_fn, optimizer, epochs):
    def sums(seen):
        return seen[-1][0]

    return _train(model, loader, loss_fn, optimizer, epochs, update=_right_update, sums=sums)


@training_loop.mistake("You add up the batches' means. An epoch's loss is a mean over its examples: weigh, and divide.")
def sum_of_means(model, loader, loss_fn, optimizer, epochs):
    def sums(seen):
        return sum(loss for loss, _ in seen)

    return _train(model, loader, loss_fn, optimizer, epochs, update=_right_update, sums=sums)


@training_loop.mistake(
    "You keep a loss for each batch. One number for each epoch is asked for: the mean over its examples."
)
def each_batch(model, loader, loss_fn, optimizer, epochs):
    losses = []

    def update(optimizer, loss):
        losses.append(loss.item())
        _right_update(optimizer, loss)

    _train(model, loader, loss_fn, optimizer, epochs, update=update, sums=_mean_over_examples)
    return losses


@training_loop.mistake(
    "You go through the data once more after each epoch to measure the loss, which costs time. Add up the losses that "
    "you have in hand as the batches come, each from before its step."
)
def measured_afterwards(model, loader, loss_fn, optimizer, epochs):
    def sums(seen):
        return _mean_over_examples([(loss_fn(model(x), y).item(), len(x)) for x, y in loader])

    return _train(model, loader, loss_fn, optimizer, epochs, update=_right_update, sums=sums)


# --- DigitsDataset -------------------------------------------------------------------------------


def _digits_cases(rng: np.random.Generator) -> Iterator[Case]:
    def digits(n: int, side: int, largest: int = 16) -> tuple[np.ndarray, np.ndarray]:
        return rng.integers(0, largest + 1, size=(n, side, side)), rng.integers(0, 10, size=n)

    yield Case(*digits(2, 2, largest=12), "none", part="an example")
    yield Case(*digits(5, 3), "none", part="an example")
    yield Case(*digits(3, 2), "flip", part="transforms")
    yield Case(*digits(4, 8), "invert", part="transforms")


@exercise(
    lesson="07",
    libraries=_LIBRARIES,
    points=2,
    cases=_digits_cases,
    call=drivers.call_digits_dataset,
    needs="torch",
    hints=[
        "Keep images, labels and transform as attributes in __init__. The other two methods are one to four lines "
        "each.",
        "`torch.tensor(self.images[i], dtype=torch.float32)` has shape (H, W). `.unsqueeze(0)` puts the channel's "
        "axis in front; "
        "division by 16 brings it to 0 … 1.",
        "In __getitem__: make the image, `if self.transform: image = self.transform(image)`, and return the pair "
        "`image, int(self.labels[i])`.",
    ],
)
def DigitsDataset(torch: Any) -> type:
    class DigitsDataset(torch.utils.data.Dataset):
        """Handwritten digits, one at a time.

        images: an array of shape (N, H, W), whole numbers from 0 to 16.
        labels: an array of shape (N,), whole numbers.
        transform: a function from an image to an image, or None.

        len(dataset) is N. dataset[i] is a pair: the image, a float32 tensor of shape (1, H, W) with values
        from 0 to 1, after the transform where there is one; and the label, an int.
        """

        def __init__(self, images, labels, transform=None):
            self.images, self.labels, self.transform = images, labels, transform

        def __len__(self):
            return len(self.images)

        def __getitem__(self, i):
            image = torch.tensor(self.images[i], dtype=torch.float32).unsqueeze(0) / 16
            if self.transform is not None:
                image = self.transform(image)
            return image, int(self.labels[i])

    return DigitsDataset


def _digits_with(torch: Any, make_image: Callable[[Any, Any], Any], **methods: Callable[..., Any]) -> type:
    """The dataset with another way to make an image of (array, transform), or with other methods."""

    def __init__(self, images, labels, transform=None):
        self.images, self.labels, self.transform = images, labels, transform

    def __getitem__(self, i):
        return make_image(self.images[i], self.transform), int(self.labels[i])

    own = {"__init__": __init__, "__len__": lambda self: len(self.images), "__getitem__": __getitem__}
    return type("Wrong", (torch.utils.data.Dataset,), {**own, **methods})


def _transformed(image: Any, transform: Any) -> Any:
    return transform(image) if transform else image


@DigitsDataset.mistake("The channel's axis is missing: an image has shape (1, H, W), with `.unsqueeze(0)`.")
def no_channel(torch: Any) -> type:
    return _digits_with(torch, lambda a, t: _transformed(torch.tensor(a, dtype=torch.float32) / 16, t))


@DigitsDataset.mistake("The values are not between 0 and 1: a pixel of these digits goes up to 16, so divide by 16.")
def not_scaled(torch: Any) -> type:
    return _digits_with(torch, lambda a, t: _transformed(torch.tensor(a, dtype=torch.float32).unsqueeze(0), t))


@DigitsDataset.mistake("You divide by 255, as for photographs. A pixel of these digits goes up to 16.")
def scaled_as_bytes(torch: Any) -> type:
    return _digits_with(torch, lambda a, t: _transformed(torch.tensor(a, dtype=torch.float32).unsqueeze(0) / 255, t))


@DigitsDataset.mistake(
    "The image is float64; a layer's weights are float32, and PyTorch does not mix them: dtype=torch.float32."
)
def in_float64(torch: Any) -> type:
    return _digits_with(torch, lambda a, t: _transformed(torch.tensor(a / 16).unsqueeze(0), t))


@DigitsDataset.mistake(
    "The transform is never applied: where there is one, the image goes through it before it is returned."
)
def transform_ignored(torch: Any) -> type:
    return _digits_with(torch, lambda a, t: torch.tensor(a, dtype=torch.float32).unsqueeze(0) / 16)


@DigitsDataset.mistake(
    "You transform the images once, in __init__. A random transform would then give the same picture for ever: apply "
    "it in __getitem__, each time an image is asked for."
)
def transformed_once(torch: Any) -> type:
    def __init__(self, images, labels, transform=None):
        tensors = [torch.tensor(a, dtype=torch.float32).unsqueeze(0) / 16 for a in images]
        self.images, self.labels, self.transform = [_transformed(t, transform) for t in tensors], labels, None

    return _digits_with(torch, _transformed, __init__=__init__)


@DigitsDataset.mistake(
    "You divide by the largest pixel that happens to be there, so a pale image or a small set is brightened. The scale "
    "of these digits goes up to 16."
)
def scaled_by_largest(torch: Any) -> type:
    def __init__(self, images, labels, transform=None):
        self.images, self.labels, self.transform = images / images.max(), labels, transform

    def make_image(a: Any, t: Any) -> Any:
        return _transformed(torch.tensor(a, dtype=torch.float32).unsqueeze(0), t)

    return _digits_with(torch, make_image, __init__=__init__)


@DigitsDataset.mistake("The transform comes before the division by 16. It expects an image with values from 0 to 1.")
def transform_first(torch: Any) -> type:
    return _digits_with(torch, lambda a, t: _transformed(torch.tensor(a, dtype=torch.float32).unsqueeze(0), t) / 16)


@DigitsDataset.mistake("len(dataset) is the number of images. You give the number of pixels in a row.")
def length_of_a_row(torch: Any) -> type:
    def make_image(a: Any, t: Any) -> Any:
        return _transformed(torch.tensor(a, dtype=torch.float32).unsqueeze(0) / 16, t)

    return _digits_with(torch, make_image, __len__=lambda self: self.images.shape[1])


# --- accuracy_by_class ---------------------------------------------------------------------------


def _accuracy_cases(rng: np.random.Generator) -> Iterator[Case]:
    for sizes, classes in (([4], 2), ([5], 3), ([12, 12, 6], 3), ([20, 20, 10], 4)):
        batches = []
        for n in sizes:
            labels = rng.permutation(np.arange(n) % classes)
            scores = rng.normal(size=(n, classes)).round(1)
            scores[np.arange(n), labels] += 0.8  # often right, and not always
            batches.append((scores + rng.uniform(0, 0.01, size=scores.shape).round(4), labels))
        yield Case(batches, classes)


@exercise(
    lesson="07",
    libraries=_LIBRARIES,
    points=2,
    cases=_accuracy_cases,
    call=drivers.call_accuracy,
    needs="torch",
    rtol=1e-4,
    equivalent_mutants=[
        "model(x).argmax(dim=1) -> model(x).argmax(dim=-1)  # a batch of scores has two axes: the last is 1"
    ],
    hints=[
        "Count twice: how many examples of each class there are, and how many of those are right.",
        "First `model.eval()`, and a block `with torch.no_grad():`. In each batch, `right = model(x).argmax(dim=1) == "
        "y`.",
        "`torch.bincount(y, minlength=classes)` counts the examples, `torch.bincount(y[right], minlength=classes)` "
        "the right ones. "
        "Add both up over the batches; divide at the end.",
    ],
)
def accuracy_by_class(torch: Any) -> Callable[..., Any]:
    def accuracy_by_class(model, loader, classes):
        """The share of right answers among the examples of each class, a tensor of shape (classes,).

        model: a module; model(x) gives scores of shape (N, classes). Ask it in evaluation mode.
        loader: gives pairs (x, y) of tensors; y holds the true classes. Each class occurs.
        classes: how many there are.
        """
        right, total = torch.zeros(classes), torch.zeros(classes)
        model.eval()
        with torch.no_grad():
            for x, y in loader:
                hit = model(x).argmax(dim=1) == y
                right += torch.bincount(y[hit], minlength=classes)
                total += torch.bincount(y, minlength=classes)
        return right / total

    return accuracy_by_class


def _answers(torch: Any, model: Any, loader: Any) -> tuple[Any, Any]:
    """The model's answers and the true classes of all examples, in evaluation mode."""
    model.eval()
    pairs = [(model(x).argmax(dim=1), y) for x, y in loader]
    return torch.cat([a for a, _ in pairs]), torch.cat([y for _, y in pairs])


@accuracy_by_class.mistake(
    "The model is still in training mode, where dropout and the like disturb it: model.eval() first."
)
def no_eval(torch: Any) -> Callable[..., Any]:
    def wrong(model, loader, classes):
        pairs = [(model(x).argmax(dim=1), y) for x, y in loader]
        answers, y = torch.cat([a for a, _ in pairs]), torch.cat([y for _, y in pairs])
        return torch.bincount(y[answers == y], minlength=classes) / torch.bincount(y, minlength=classes)

    return wrong


@accuracy_by_class.mistake("These are numbers of right answers. Divide each by the number of examples of its class.")
def counts(torch: Any) -> Callable[..., Any]:
    def wrong(model, loader, classes):
        answers, y = _answers(torch, model, loader)
        return torch.bincount(y[answers == y], minlength=classes).float()

    return wrong


@accuracy_by_class.mistake("You divide by the number of all examples. Each class has its own number of them.")
def shares_of_all(torch: Any) -> Callable[..., Any]:
    def wrong(model, loader, classes):
        answers, y = _answers(torch, model, loader)
        return torch.bincount(y[answers == y], minlength=classes) / len(y)

    return wrong


@accuracy_by_class.mistake(
    "You divide by how often the model *says* a class. Divide by how often the class is true: torch.bincount(y, ...)."
)
def precision(torch: Any) -> Callable[..., Any]:
    def wrong(model, loader, classes):
        answers, y = _answers(torch, model, loader)
        return torch.bincount(y[answers == y], minlength=classes) / torch.bincount(answers, minlength=classes)

    return wrong


@accuracy_by_class.mistake(
    "You average the batches' shares. A class may be more frequent in one batch than in another: add up the counts of "
    "all batches, and divide once, at the end."
)
def mean_of_batches(torch: Any) -> Callable[..., Any]:
    def wrong(model, loader, classes):
        shares = []
        for x, y in loader:
            answers, y = _answers(torch, model, [(x, y)])
            shares.append(torch.bincount(y[answers == y], minlength=classes) / torch.bincount(y, minlength=classes))
        return torch.stack(shares).mean(dim=0)

    return wrong


@accuracy_by_class.mistake("That is one number for all classes together. A share for each class is asked for.")
def overall(torch: Any) -> Callable[..., Any]:
    def wrong(model, loader, classes):
        answers, y = _answers(torch, model, loader)
        return (answers == y).float().mean()

    return wrong


@accuracy_by_class.mistake("You took the class with the lowest score: argmax, not argmin.")
def lowest_score(torch: Any) -> Callable[..., Any]:
    def wrong(model, loader, classes):
        answers, y = _answers(torch, model, [(-x, y) for x, y in loader])
        return torch.bincount(y[answers == y], minlength=classes) / torch.bincount(y, minlength=classes)

    return wrong


# --- freeze_layers -------------------------------------------------------------------------------


def _freeze_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case([2, 3], 0)
    yield Case([2, 3, 4], 1)
    yield Case([2, 3, 4, 3], 2)
    yield Case([int(n) for n in rng.integers(2, 6, size=5)], int(rng.integers(1, 4)))


@exercise(
    lesson="07",
    libraries=_LIBRARIES,
    points=1,
    cases=_freeze_cases,
    call=drivers.call_freeze,
    hints=[
        "Whether a parameter is trained is its own attribute: `parameter.requires_grad`. Layers are made of "
        "parameters.",
        "A Sequential can be cut like a list: `model[:count]` holds the first layers, and `.parameters()` gives "
        "theirs.",
        "`for p in model[:count].parameters(): p.requires_grad = False`; then add up `p.numel()` over those of all "
        "parameters "
        "that still require a gradient.",
    ],
)
def freeze_layers(model, count):
    """Freeze the first `count` layers of a Sequential, and return how many numbers are left to train.

    A frozen parameter asks for no gradient, so that no training changes it. The other layers stay as they are.
    """
    for parameter in model[:count].parameters():
        parameter.requires_grad = False
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def _trainable(model: Any) -> int:
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


@freeze_layers.mistake(
    "Nothing is frozen: `layer.requires_grad = False` gives the layer an attribute that nobody reads. Set it on the "
    "layer's parameters, or call layer.requires_grad_(False)."
)
def on_the_module(model, count):
    for layer in model[:count]:
        layer.requires_grad = False
    return _trainable(model)


@freeze_layers.mistake("You froze the other end: the first layers are to be frozen, and the last ones go on learning.")
def last_layers(model, count):
    for parameter in model[len(model) - count :].parameters():
        parameter.requires_grad = False
    return _trainable(model)


@freeze_layers.mistake(
    "You froze everything from `count` on. The first `count` layers are to be frozen: model[:count]."
)
def the_rest(model, count):
    for parameter in model[count:].parameters():
        parameter.requires_grad = False
    return _trainable(model)


@freeze_layers.mistake(
    "You froze the first `count` parameter tensors. A layer can have two, weight and bias, or none: cut the model, "
    "model[:count], and not the list of its parameters."
)
def tensors_frozen(model, count):
    for parameter in list(model.parameters())[:count]:
        parameter.requires_grad = False
    return _trainable(model)


@freeze_layers.mistake("You count tensors. A weight matrix holds many numbers: add up p.numel().")
def tensors_counted(model, count):
    for parameter in model[:count].parameters():
        parameter.requires_grad = False
    return sum(p.requires_grad for p in model.parameters())


@freeze_layers.mistake("You return how many numbers are frozen. Asked for are those that are left to train.")
def frozen_counted(model, count):
    for parameter in model[:count].parameters():
        parameter.requires_grad = False
    return sum(p.numel() for p in model.parameters() if not p.requires_grad)


@freeze_layers.mistake("A layer too many is frozen: model[:count] holds exactly `count` of them.")
def one_too_many(model, count):
    for parameter in model[: count + 1].parameters():
        parameter.requires_grad = False
    return _trainable(model)
