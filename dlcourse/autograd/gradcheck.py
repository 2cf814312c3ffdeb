"""Derivatives by finite differences: the judge of every backward function."""

from collections.abc import Callable
from typing import Any

import numpy as np

from dlcourse.autograd.grad_mode import no_grad
from dlcourse.autograd.tensor import Tensor, require


class GradcheckError(RuntimeError):
    """A gradient that differs from finite differences."""


def gradcheck(f: Callable[..., Tensor], inputs: Any, eps: float = 1e-6, atol: float = 1e-5, rtol: float = 1e-3) -> bool:
    """Compare the gradients that ``backward()`` gives with central differences (f(x+ε) − f(x−ε)) / 2ε.

    f's result is reduced to one number by a fixed random weight for each of its entries, so that one
    backward() judges all of them. It is computed in float64, on copies of the inputs.

    Args:
        f: takes the inputs, returns a Tensor of any shape.
        inputs: a Tensor, or a sequence of them; those that require grad are checked.
        eps: ε, the step.
        atol, rtol: allowed is a difference of atol + rtol · |numerical gradient|.

    Returns:
        True.

    Raises:
        GradcheckError: names the first input and entry that differs, and both numbers.
        ValueError: no input requires grad.
    """
    inputs = [inputs] if isinstance(inputs, Tensor) else list(inputs)
    copies = [Tensor(x.data.astype(np.float64), True) if x.requires_grad else x for x in inputs]
    checked = [number for number, x in enumerate(inputs) if x.requires_grad]
    require(checked, "gradcheck() needs at least one input with requires_grad=True.", ValueError)
    y = f(*copies)
    weights = np.random.default_rng(0).uniform(0.5, 1.5, y.shape)
    y.backward(weights)
    for number in checked:
        x = copies[number]
        expected = _central_differences(lambda: float((f(*copies).data * weights).sum()), x.data, eps)
        found = np.zeros(x.shape) if x.grad is None else x.grad.data
        wrong = ~np.isclose(found, expected, rtol, atol)
        if wrong.any():
            place = tuple(np.argwhere(wrong)[0].tolist())
            raise GradcheckError(
                f"input {number}, entry {list(place)}: backward() gives {found[place]:.6g}, finite differences "
                f"give {expected[place]:.6g} ({wrong.sum()} of {wrong.size} entries differ)."
            )
    return True


@no_grad()
def _central_differences(f: Callable[[], float], x: np.ndarray, eps: float) -> np.ndarray:
    """df/dx for each entry of x, which f reads; every entry is moved to both sides, then put back."""
    slopes = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        middle = x[place]
        x[place] = middle + eps
        above = f()
        x[place] = middle - eps
        slopes[place] = (above - f()) / (2 * eps)
        x[place] = middle
    return slopes
