"""The training loop, and what one does with a network afterwards."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from dlcourse.autograd.grad_mode import no_grad
from dlcourse.autograd.random import generator, manual_seed
from dlcourse.autograd.tensor import Tensor
from dlcourse.nn import Module
from dlcourse.optim import Optimizer
from dlcourse.optim.lr_scheduler import LRScheduler, ReduceLROnPlateau
from dlcourse.training.early_stopping import EarlyStopping
from dlcourse.training.history import History

Loss = Callable[[Any, Any], Tensor]
Augment = Callable[[np.ndarray, np.random.Generator], np.ndarray]


class Evaluation(NamedTuple):
    """How good a network is on some data; None where it was not asked for or has no meaning."""

    loss: float | None
    accuracy: float | None


def fit(
    model: Module,
    train: tuple[np.ndarray, np.ndarray],
    loss_fn: Loss,
    optimizer: Optimizer,
    *,
    epochs: int,
    batch_size: int = 128,
    validation: tuple[np.ndarray, np.ndarray] | None = None,
    scheduler: LRScheduler | None = None,
    early_stopping: EarlyStopping | None = None,
    augment: Augment | None = None,
    on_epoch_end: Callable[[History], Any] | None = None,
    seed: int | None = None,
    progress: bool = True,
    history: History | None = None,
) -> History:
    """Train a network: in each epoch over all data once, in a new order, batch by batch.

    Interrupting it (the stop button, Ctrl-C) ends the training and keeps the history so far.

    Args:
        model: the network; it is in training mode meanwhile, and in evaluation mode afterwards.
        train: inputs (N, ...) and targets (N, ...).
        loss_fn: takes outputs and targets, returns a tensor with one number.
        optimizer: has the network's parameters.
        epochs: how many times to go over the data; fewer if ``early_stopping`` says so.
        batch_size: how many samples make a step.
        validation: inputs and targets to measure on after each epoch.
        scheduler: is stepped after each batch (``OneCycleLR``) or each epoch (all others).
        early_stopping: watches the validation loss, or the training loss if there is no validation.
        augment: takes a batch of inputs and a random generator, returns a changed batch.
        on_epoch_end: is called with the history after each epoch.
        seed: seeds the course's generator first, so that order, augmentation and dropout repeat.
        progress: show a bar.
        history: one to be continued; a new one if left out.

    Returns:
        The history.

    Raises:
        ValueError: no data, or inputs and targets of different lengths.
    """
    x, y = _checked(model, *train)
    if epochs < 0 or batch_size < 1:
        raise ValueError(f"epochs can't be negative and batch_size is at least 1: got {epochs} and {batch_size}.")
    if seed is not None:
        manual_seed(seed)
    if early_stopping:
        early_stopping.reset()
    history = History() if history is None else history
    batch_step = scheduler.step if scheduler is not None and scheduler.every_batch else None
    bar = _Bar(epochs, -(-len(x) // batch_size), progress)
    try:
        for _ in range(epochs):
            start = time.perf_counter()
            batches = _batches(x, y, batch_size, augment)
            loss, accuracy = _epoch(model, batches, loss_fn, optimizer, batch_step, bar)
            measured = {"train_loss": loss, "train_accuracy": accuracy, "lr": optimizer.param_groups[0]["lr"]}
            history.add(**measured, seconds=time.perf_counter() - start)
            if validation is not None:
                result = evaluate(model, *validation, loss_fn)
                history.add(val_loss=result.loss, val_accuracy=result.accuracy)
            watched = (history.val_loss if validation is not None else history.train_loss)[-1]
            _end_of_epoch_step(scheduler, watched)
            bar.epoch_done(history)
            if on_epoch_end is not None:
                on_epoch_end(history)
            if early_stopping and early_stopping.should_stop(watched, model):
                break
    except KeyboardInterrupt:
        print(f"Training was interrupted; the history holds {len(history)} whole epochs.")
    finally:
        bar.close()
        model.eval()
    if early_stopping:
        early_stopping.restore(model)
    return history


def evaluate(
    model: Module, x: np.ndarray, y: np.ndarray, loss_fn: Loss | None = None, batch_size: int = 1000
) -> Evaluation:
    """Mean loss, and share of right answers if ``y`` are labels, with the network in evaluation mode."""
    x, y = _checked(model, x, y)
    loss, right, with_labels = 0.0, 0, True
    with no_grad(), _evaluating(model):
        for i in range(0, len(x), batch_size):
            scores, target = model(Tensor(x[i : i + batch_size])), y[i : i + batch_size]
            if loss_fn is not None:
                loss += loss_fn(scores, Tensor(target)).item() * len(target)
            correct = _correct(scores.data, target)
            with_labels = correct is not None
            right += correct or 0
    n = len(x)
    return Evaluation(None if loss_fn is None else loss / n, right / n if with_labels else None)


def predict(model: Module, x: np.ndarray, batch_size: int = 1000) -> np.ndarray:
    """The class with the largest score for each input, shape (N,), with the network in evaluation mode."""
    x = _inputs(model, x)
    with no_grad(), _evaluating(model):
        parts = [model(Tensor(x[i : i + batch_size])).data.argmax(1) for i in range(0, len(x), batch_size)]
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)


def _epoch(
    model: Module,
    batches: Iterator[tuple[np.ndarray, np.ndarray]],
    loss_fn: Loss,
    optimizer: Optimizer,
    batch_step: Callable[[], Any] | None,
    bar: _Bar,
) -> tuple[float, float | None]:
    """Go over all batches; returns the mean loss, and the accuracy if the targets are labels."""
    model.train()
    total, right, samples, with_labels = 0.0, 0, 0, True
    for x, y in batches:
        scores = model(Tensor(x))
        loss = loss_fn(scores, Tensor(y))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if batch_step is not None:
            batch_step()
        correct = _correct(scores.data, y)
        with_labels = correct is not None
        total, right, samples = total + loss.item() * len(y), right + (correct or 0), samples + len(y)
        bar.batch_done()
    return total / samples, right / samples if with_labels else None


def _batches(
    x: np.ndarray, y: np.ndarray, batch_size: int, augment: Augment | None
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    order = generator().permutation(len(x))
    for i in range(0, len(x), batch_size):
        rows = order[i : i + batch_size]
        batch = x[rows]
        yield (batch if augment is None else augment(batch, generator())), y[rows]


def _end_of_epoch_step(scheduler: LRScheduler | None, loss: float) -> None:
    if isinstance(scheduler, ReduceLROnPlateau):
        scheduler.step(loss)
    elif scheduler is not None and not scheduler.every_batch:
        scheduler.step()


def _correct(scores: np.ndarray, y: np.ndarray) -> int | None:
    """How many rows have their largest score at the label; None if ``y`` are no labels."""
    if scores.ndim != 2 or y.ndim != 1 or y.dtype.kind not in "iu" or scores.shape[1] < 2:
        return None
    return int(np.count_nonzero(scores.argmax(1) == y))


def _inputs(model: Module, x: Any) -> np.ndarray:
    """Inputs as an array; numbers with a point get the type of the parameters (NumPy's float64 is slower)."""
    x = np.asarray(x.data if isinstance(x, Tensor) else x)
    first = next(model.parameters(), None)
    return x.astype(first.dtype, copy=False) if x.dtype.kind == "f" and first is not None else x


def _checked(model: Module, x: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
    x = _inputs(model, x)
    y = np.asarray(y.data if isinstance(y, Tensor) else y)
    y = _inputs(model, y) if y.dtype.kind == "f" else y
    if x.ndim == 0 or y.ndim == 0 or len(x) != len(y):
        raise ValueError(f"each input needs one target, but the inputs have shape {x.shape}, the targets {y.shape}.")
    if len(x) == 0:
        raise ValueError(f"there are no samples: the inputs have shape {x.shape}.")
    return x, y


class _evaluating:
    """The network in evaluation mode for a while, each module back in its own mode afterwards."""

    def __init__(self, model: Module) -> None:
        self.modes = [(module, module.training) for module in model.modules()]
        self.model = model

    def __enter__(self) -> None:
        self.model.eval()

    def __exit__(self, *_: object) -> None:
        for module, mode in self.modes:
            module.training = mode


class _Bar:
    """A progress bar over all batches of all epochs, or nothing."""

    def __init__(self, epochs: int, batches: int, show: bool) -> None:
        self.bar: Any = None
        self.epochs, self.epoch = epochs, 0
        if show:
            from tqdm.auto import tqdm

            self.bar = tqdm(total=epochs * batches, desc=f"epoch 1/{epochs}", unit="batch")

    def batch_done(self) -> None:
        if self.bar is not None:
            self.bar.update()

    def epoch_done(self, history: History) -> None:
        self.epoch += 1
        if self.bar is None:
            return
        lists = {"loss": history.train_loss, "val_loss": history.val_loss, "val_accuracy": history.val_accuracy}
        self.bar.set_description(f"epoch {min(self.epoch + 1, self.epochs)}/{self.epochs}", refresh=False)
        self.bar.set_postfix({name: f"{values[-1]:.4f}" for name, values in lists.items() if values})

    def close(self) -> None:
        if self.bar is not None:
            self.bar.close()
