"""Many numbers to one: sums, means, extremes. ``dim`` may also be written ``axis``, as in NumPy.

Left out, ``dim`` means all dimensions; ``keepdim`` keeps the reduced ones with length 1.
"""

from collections import namedtuple
from collections.abc import Callable
from typing import Any

import numpy as np

from dlcourse.autograd.functions import maximum, minimum, unbroadcast
from dlcourse.autograd.tensor import Tensor, method, methods, require


def _reduction(name: str, reduce: Callable, spread: Any = None) -> Callable[..., Tensor]:
    """A function and method; ``spread(g, x, y)`` gives each number of x its share of y's gradient g."""

    def function(x: Tensor, dim: Any = None, keepdim: bool = False, *, axis: Any = None) -> Tensor:
        require(name != "mean" or x.dtype.kind == "f", "mean() needs floats: call .float() first.")
        axes = _axes(dim, axis)
        y = reduce(x.data, axis=axes, keepdims=True)
        result, parents = y if keepdim else y.squeeze(axes), (x,) if spread else ()
        return Tensor.from_op(result, parents, lambda g: (spread(g.reshape(y.shape), x.data, y),), name)

    return method(function, name, f"{name}(x), over all numbers or along ``dim`` (or ``axis``).")


def _axes(dim: Any, axis: Any) -> Any:
    dim = axis if dim is None else dim
    return tuple(dim) if isinstance(dim, list) else dim


def _among_winners(g: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    winners = x == y
    return g / unbroadcast(winners.astype(g.dtype), y.shape) * winners


sum = _reduction("sum", np.ndarray.sum, lambda g, x, y: np.broadcast_to(g, x.shape))
mean = _reduction("mean", np.ndarray.mean, lambda g, x, y: np.broadcast_to(g * (y.size / (x.size or 1)), x.shape))
amax = _reduction("amax", np.ndarray.max, _among_winners)  # those that tie share the gradient evenly
amin = _reduction("amin", np.ndarray.min, _among_winners)
argmax = _reduction("argmax", np.ndarray.argmax)
argmin = _reduction("argmin", np.ndarray.argmin)
all = _reduction("all", np.ndarray.all)
any = _reduction("any", np.ndarray.any)


def var(x: Tensor, dim: Any = None, keepdim: bool = False, correction: int = 1, unbiased: bool = True) -> Tensor:
    """The variance, Σ(x − m)² / (n − correction) with the mean m of n numbers."""
    centred = x - mean(x, dim, keepdim=True)
    total = sum(centred * centred, dim, keepdim)
    return total / (x.numel() // total.numel() - (correction if unbiased else 0))


def std(x: Tensor, *dims: Any, **options: Any) -> Tensor:
    """The standard deviation, √var, with the same options; where it is 0, so is its gradient."""
    return _root(var(x, *dims, **options))


def norm(x: Tensor, **dims: Any) -> Tensor:
    """The length √Σx², over all numbers or along ``dim``; where it is 0, so is its gradient."""
    return _root(sum(x * x, **dims))


def _root(x: Tensor) -> Tensor:
    y = np.sqrt(x.data)
    return Tensor.from_op(y, (x,), lambda g: (g * 0.5 / np.where(y > 0, y, np.inf),), "sqrt")


# What max(dim) and min(dim) return: the numbers, and their places along the dimension.
Extremes = namedtuple("Extremes", ["values", "indices"])


def _extreme(name: str, of_all: Callable, find: Callable, of_pairs: Callable) -> Callable:
    def function(x: Tensor, dim: Any = None, keepdim: bool = False, *, axis: Any = None) -> Any:
        dim = _axes(dim, axis)
        if isinstance(dim, Tensor):
            return of_pairs(x, dim)
        if dim is None:
            return of_all(x)
        places = find(x.data, axis=dim, keepdims=True)
        grid = [*np.ogrid[tuple(map(slice, places.shape))]]
        grid[dim] = places  # only the numbers at these places get a gradient
        return Extremes(*(y if keepdim else y.squeeze(dim) for y in (x[tuple(grid)], Tensor(places))))

    doc = f"The {name}imum; with ``dim``, a pair (values, indices); with a second tensor, ``{name}imum`` of both."
    return method(function, name, doc)


max = _extreme("max", amax, np.argmax, maximum)
min = _extreme("min", amin, np.argmin, minimum)
methods(var, std, norm)
