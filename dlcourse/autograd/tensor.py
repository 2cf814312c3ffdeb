"""The array that remembers how it was computed, and ``backward()``, which goes that way back.

This file is the whole engine; ``functions.py`` lists the operations with their derivatives, and hangs
them into ``Tensor`` as methods and operators.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from dlcourse.autograd.grad_mode import mode
from dlcourse.autograd.scalar import topological_order

Backward = Callable[[np.ndarray], tuple[np.ndarray | None, ...]]
_wants_gradient = operator.attrgetter("requires_grad")


class Tensor:
    """A NumPy array, and a node of the computation graph.

    Changing ``data`` in place between an operation and ``backward()`` gives wrong gradients where the
    operation needs the old numbers; unlike PyTorch, the engine does not notice.

    Attributes:
        data: the numbers, an ndarray (0-dimensional for a single number).
        grad: the gradient that ``backward()`` has added up, a Tensor of the same shape; at first None.
        requires_grad: whether gradients are wanted for it.
        parents: the tensors it was computed from; empty for a leaf.
        op: the name of the operation that made it; empty for a leaf.
        label: a name for drawings.
    """

    requires_grad = False
    grad: Tensor | None = None
    parents: tuple[Tensor, ...] = ()
    op = label = ""
    device = "cpu"
    _backward: Backward | None = None
    _retains_grad = False
    _grad_buffer: Tensor | None = None
    __array_priority__ = 1000  # so that `array * tensor` asks the tensor
    __hash__ = object.__hash__  # equality compares numbers, but a set holds tensors by identity

    def __init__(self, data: Any, requires_grad: bool = False) -> None:
        """Wrap an array (without copying), or numbers in lists; floats in lists become float32."""
        self.data = data
        if requires_grad:
            self.requires_grad_()

    def _set_data(self, data: Any) -> None:
        array = data.data if isinstance(data, Tensor) else np.asarray(data)
        if array.dtype.char == "d" and not isinstance(data, (Tensor, np.ndarray, np.generic)):
            array = array.astype(np.float32)
        if array.dtype.kind not in "fiub":
            raise TypeError(f"a tensor holds numbers, not {type(data).__name__} ({array.dtype}).")
        self._data = array

    data = property(operator.attrgetter("_data"), _set_data, doc="The numbers, an ndarray.")
    shape = property(operator.attrgetter("_data.shape"), doc="The length of each dimension.")
    ndim = property(operator.attrgetter("_data.ndim"), doc="The number of dimensions.")
    dtype = property(operator.attrgetter("_data.dtype"), doc="The type of the numbers.")
    is_leaf = property(lambda x: x._backward is None, doc="False for the result of a recorded operation.")

    @staticmethod
    def from_op(data: Any, parents: tuple[Tensor, ...], backward: Backward, op: str) -> Tensor:
        """The result of an operation, joined to the graph if gradients are wanted.

        Args:
            data: the result.
            parents: the tensors it was computed from.
            backward: takes the gradient of the loss with respect to ``data`` and returns one for each
                parent, in that parent's shape (None where the parent does not require one). It must
                not change the array that it is given: others may hold it too.
            op: the operation's name.
        """
        out = Tensor.__new__(Tensor)
        out._data = np.asarray(data)
        if mode.enabled and any(map(_wants_gradient, parents)):
            out.requires_grad = True
            out.parents, out._backward, out.op = parents, backward, op
        return out

    def backward(self, gradient: Any = None, retain_graph: bool = False) -> None:
        """Add the derivative of this tensor to ``grad`` of every leaf that it was computed from.

        Args:
            gradient: the derivative of the final result with respect to this tensor, in its shape;
                1 if left out, which only makes sense for a single number.
            retain_graph: keep the graph, for a second backward() or for drawing. Otherwise each node
                lets go of its parents as soon as it is done, which frees memory on the way.

        Raises:
            RuntimeError: not a single number and no gradient given; nothing requires a gradient;
                the graph was freed by an earlier backward().
        """
        pending = {id(self): self._first_gradient(gradient)}
        # Leaves have nothing to pass on, and are left out.
        order = topological_order(self, lambda node: [p for p in node.parents if p._backward])
        while order:
            node = order.pop()  # every child of this node is done: its gradient is complete
            grad = pending.pop(id(node), None)
            if grad is None:
                continue
            if node._backward is None or node._retains_grad:
                node._accumulate(grad)
            if node._backward is None:
                continue
            for parent, part in zip(node.parents, node._backward(grad), strict=True):
                if part is None or not parent.requires_grad:
                    continue
                if parent._backward is None:
                    parent._accumulate(part)
                else:  # gradients over several paths add up
                    pending[id(parent)] = pending[id(parent)] + part if id(parent) in pending else part
            if not retain_graph:
                node.parents, node._backward = (), _freed

    def _first_gradient(self, gradient: Any) -> np.ndarray:
        require(self.requires_grad, "this tensor does not require grad: no leaf with requires_grad=True, or no_grad().")
        if gradient is None:
            if self.data.size != 1:
                raise RuntimeError(f"backward() needs a single number, not {self.shape}: use .sum(), or gradient=...")
            return np.array(1, self.dtype).reshape(self.shape)
        first = np.asarray(raw(gradient), self.dtype)
        if first.shape != self.shape:
            raise RuntimeError(f"the gradient has shape {first.shape}, the tensor has shape {self.shape}.")
        return first

    # Who owns a gradient. Arrays that travel through backward() may be shared or be views, so a leaf always
    # copies what arrives into an array of its own. An optimiser may choose that array: it sets the leaf's
    # `_grad_buffer` to a tensor whose numbers are a part of one flat buffer for all parameters. The first gradient
    # after `grad = None` is written there, and `grad` is that very tensor. A backward function saves the copy with
    # `part = np.matmul(a, b, out=parent.grad_buffer())`: it writes there, and returns the same array.

    def grad_buffer(self) -> np.ndarray | None:
        """The array that a backward function may fill with this leaf's gradient; None: make your own."""
        return None if self._grad_buffer is None or self.grad is not None else self._grad_buffer._data

    def _accumulate(self, part: np.ndarray) -> None:
        if part.shape != self._data.shape:
            raise RuntimeError(f"a backward function gave shape {part.shape} to a parent of shape {self.shape}.")
        if self.grad is not None:
            self.grad._data += part
            return
        self.grad = Tensor(np.empty(self.shape, self.dtype)) if self._grad_buffer is None else self._grad_buffer
        if part is not self.grad._data:
            np.copyto(self.grad._data, part)

    def retain_grad(self) -> None:
        """Keep ``grad`` on an inner node too, for looking at it after backward()."""
        require(self.requires_grad, "retain_grad() on a tensor that does not require grad.")
        self._retains_grad = True

    def requires_grad_(self, requires_grad: bool = True) -> Tensor:
        """Ask for gradients with respect to this leaf (or stop asking); returns the tensor."""
        may = self.data.dtype.kind == "f" or not requires_grad
        require(may, f"only floating-point tensors can require gradients, this one is {self.dtype}.")
        self.requires_grad = requires_grad
        return self

    def numpy(self) -> np.ndarray:
        """The array itself (shared memory).

        Raises:
            RuntimeError: the tensor requires grad; NumPy would leave the graph unnoticed.
        """
        require(not self.requires_grad, "this tensor requires grad: use tensor.detach().numpy().")
        return self.data

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.array(self.numpy(), dtype=dtype, copy=copy)

    def __array_function__(self, function: Callable, types: Any, args: tuple, kwargs: dict) -> Any:
        """NumPy's functions, such as ``np.sum(x)``, see the array."""
        return function(*raw(args, Tensor.numpy), **{name: raw(value, Tensor.numpy) for name, value in kwargs.items()})

    def item(self) -> Any:
        """The number in a tensor of one element, as a Python number."""
        if self.data.size != 1:
            raise RuntimeError(f"{self.shape} is not a single number: use x[...], .sum(), .any(), .all(), ...")
        return self.data.item()

    def __format__(self, spec: str) -> str:
        return format(self.item() if spec and self.ndim == 0 else str(self), spec)

    def __repr__(self) -> str:
        digits = 0 if self.dtype.kind != "f" or np.array_equal(self.data, np.rint(self.data)) else 4
        text = np.array2string(self.data, separator=", ", precision=digits, floatmode="fixed", prefix="tensor(")
        dtype = "" if self.dtype in (np.float32, np.int64, np.bool_) else f", dtype={self.dtype}"
        grad = f", grad_fn=<{self.op}>" if self.op else ", requires_grad=True" if self.requires_grad else ""
        return f"tensor({text}{dtype}{grad})"

    if TYPE_CHECKING:  # the other files hang in the rest, which type checkers can't see

        def __getattr__(self, name: str) -> Any: ...

        __len__ = __iter__ = __bool__ = __float__ = __int__ = __index__ = __getitem__ = cast(Any, None)
        __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __getitem__
        __matmul__ = __rmatmul__ = __pow__ = __rpow__ = __neg__ = __lt__ = __le__ = __gt__ = __ge__ = __getitem__


def require(holds: Any, message: str, error: type[Exception] = RuntimeError) -> None:
    """Raise an error where something does not hold."""
    if not holds:
        raise error(message)


def raw(value: Any, read: Callable[[Tensor], np.ndarray] = operator.attrgetter("data")) -> Any:
    """The array inside a tensor, or inside each of a list or tuple; anything else as it is."""
    if isinstance(value, Tensor):
        return read(value)
    return type(value)(raw(part, read) for part in value) if isinstance(value, (list, tuple)) else value


def methods(*functions: Callable, **names: Any) -> None:
    """Hang functions into Tensor, as methods by their own names and by those given."""
    for name, function in {**{f.__name__: f for f in functions}, **names}.items():
        setattr(Tensor, name, function)


def method(function: Callable, name: str, doc: str) -> Callable:
    """The function with a name and a docstring, as if ``def`` had given them; it becomes a method too."""
    function.__name__ = function.__qualname__ = name
    function.__doc__ = doc
    methods(function)
    return function


def _freed(grad: np.ndarray) -> tuple:
    raise RuntimeError("backward() a second time: the first freed the graph. Compute again, or use retain_graph=True.")
