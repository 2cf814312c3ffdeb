"""Modules: objects that hold parameters, and other modules, and turn an input into an output."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from dlcourse.autograd.dtypes import device
from dlcourse.autograd.tensor import Tensor


class Parameter(Tensor):
    """A tensor that a module learns: it requires a gradient, and ``parameters()`` finds it."""

    def __init__(self, data: Any, requires_grad: bool = True) -> None:
        super().__init__(data, requires_grad)

    def __repr__(self) -> str:
        return f"Parameter containing:\n{super().__repr__()}"


class IncompatibleKeys(NamedTuple):
    """What ``load_state_dict`` did not find in the state, and what it had no use for."""

    missing_keys: list[str]
    unexpected_keys: list[str]


class Module:
    """The base of all layers, losses and networks: define ``forward``, and call the object.

    There is no registration. The parameters of a module are those of its attributes that are a
    ``Parameter``; its children are the attributes that are a ``Module``; both in order of assignment.
    """

    training = True
    _buffer_names: tuple[str, ...] = ()

    def forward(self, *inputs: Any, **options: Any) -> Any:
        """What the module computes."""
        raise NotImplementedError(f"{type(self).__name__} needs a method forward(self, x).")

    def __call__(self, *inputs: Any, **options: Any) -> Any:
        """Run ``forward``."""
        return self.forward(*inputs, **options)

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """The modules directly inside this one, with their names."""
        return ((name, value) for name, value in vars(self).items() if isinstance(value, Module))

    def children(self) -> Iterator[Module]:
        """The modules directly inside this one."""
        return (child for _, child in self.named_children())

    def named_modules(self, prefix: str = "") -> Iterator[tuple[str, Module]]:
        """This module and all inside it, each once, with dotted names."""
        seen: set[int] = set()
        for name, module in self._walk(prefix):
            if id(module) not in seen:
                seen.add(id(module))
                yield name, module

    def modules(self) -> Iterator[Module]:
        """This module and all inside it, each once."""
        return (module for _, module in self.named_modules())

    def _walk(self, prefix: str) -> Iterator[tuple[str, Module]]:
        yield prefix, self
        for name, child in self.named_children():
            yield from child._walk(f"{prefix}.{name}" if prefix else name)

    def _named_tensors(self, buffers: bool) -> Iterator[tuple[str, Tensor]]:
        """Parameters, and buffers if asked for, under every name that leads to them."""
        for prefix, module in self._walk(""):
            dot = f"{prefix}." if prefix else ""
            attributes = vars(module).items()
            yield from ((dot + name, value) for name, value in attributes if isinstance(value, Parameter))
            if buffers:
                yield from ((dot + name, getattr(module, name)) for name in module._buffer_names)

    def named_parameters(self) -> Iterator[tuple[str, Parameter]]:
        """All parameters, here and in the modules inside, each once, with dotted names."""
        seen: set[int] = set()
        for name, parameter in self._named_tensors(buffers=False):
            if isinstance(parameter, Parameter) and id(parameter) not in seen:
                seen.add(id(parameter))
                yield name, parameter

    def parameters(self) -> Iterator[Parameter]:
        """All parameters, here and in the modules inside, each once."""
        return (parameter for _, parameter in self.named_parameters())

    def named_buffers(self) -> Iterator[tuple[str, Tensor]]:
        """What is saved with the module but not learnt, with dotted names."""
        return ((n, t) for n, t in self._named_tensors(buffers=True) if not isinstance(t, Parameter))

    def register_buffer(self, name: str, tensor: Tensor) -> None:
        """Keep a tensor that is saved with the module but not learnt, such as a running mean."""
        self._buffer_names = (*self._buffer_names, name)
        setattr(self, name, tensor)

    def register_parameter(self, name: str, parameter: Parameter | None) -> None:
        """The same as an assignment."""
        setattr(self, name, parameter)

    def add_module(self, name: str, module: Module) -> None:
        """The same as an assignment, for names that Python does not allow as attributes."""
        setattr(self, name, module)

    def state_dict(self) -> dict[str, Tensor]:
        """Parameters and buffers by dotted name. They share memory with the module: copy what you keep."""
        return {name: tensor.detach() for name, tensor in self._named_tensors(buffers=True)}

    def load_state_dict(self, state: Mapping[str, Any], strict: bool = True) -> IncompatibleKeys:
        """Copy numbers into parameters and buffers; nothing is changed if anything does not fit.

        Args:
            state: tensors or arrays by dotted name, as ``state_dict()`` gives them.
            strict: whether the names have to be the same on both sides.

        Raises:
            RuntimeError: keys are missing or unexpected, or shapes differ; the message names them all.
        """
        own = dict(self._named_tensors(buffers=True))
        given = {k: np.asarray(v.data if isinstance(v, Tensor) else v) for k, v in state.items()}
        missing = [key for key in own if key not in given]
        unexpected = [key for key in given if key not in own]
        problems = [
            f"{key} has shape {given[key].shape} in the state, but {own[key].shape} in the module"
            for key in own
            if key in given and given[key].shape != own[key].shape
        ]
        if strict and missing:
            problems.append(f"missing keys: {', '.join(missing)}")
        if strict and unexpected:
            problems.append(f"unexpected keys: {', '.join(unexpected)}")
        if problems:
            raise RuntimeError(f"can't load this state into {type(self).__name__}: " + "; ".join(problems))
        for key in own.keys() & given.keys():
            own[key].data[...] = given[key]
        return IncompatibleKeys(missing, unexpected)

    def save(self, path: str | Path) -> None:
        """Write the state to a NumPy file ``.npz`` (the ending is added where it is missing)."""
        np.savez(_npz(path), **{name: tensor.data for name, tensor in self.state_dict().items()})

    def load(self, path: str | Path) -> Module:
        """Read the state from a file that ``save`` wrote; returns the module."""
        with np.load(_npz(path), allow_pickle=False) as file:
            self.load_state_dict(dict(file))
        return self

    def train(self, mode: bool = True) -> Module:
        """Switch to training: dropout drops, batch norm uses the batch. Returns the module."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Module:
        """Switch to use: no dropout, batch norm uses its running statistics. Returns the module."""
        return self.train(False)

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients (or fill them with zeros)."""
        zero_grad(self.parameters(), set_to_none)

    def requires_grad_(self, requires_grad: bool = True) -> Module:
        """Freeze all parameters (False), or let them learn again. Returns the module."""
        for parameter in self.parameters():
            parameter.requires_grad_(requires_grad)
        return self

    def apply(self, function: Callable[[Module], Any]) -> Module:
        """Call ``function`` with each module inside, then with this one. Returns the module."""
        for child in self.children():
            child.apply(function)
        function(self)
        return self

    def to(self, *targets: Any, **_: Any) -> Module:
        """Change the type of the numbers, as ``to(np.float64)``; of devices there is only ``"cpu"``."""
        for target in targets:
            if isinstance(target, str):
                device(target)  # raises where it isn't "cpu"
            else:
                self._cast(np.dtype(target))
        return self

    def double(self) -> Module:
        """Parameters and buffers as float64. Returns the module."""
        return self._cast(np.dtype(np.float64))

    def float(self) -> Module:
        """Parameters and buffers as float32. Returns the module."""
        return self._cast(np.dtype(np.float32))

    def _cast(self, dtype: np.dtype) -> Module:
        for _, tensor in self._named_tensors(buffers=True):
            if tensor.dtype.kind == "f" and tensor.dtype != dtype:
                tensor.data, tensor.grad, tensor._grad_buffer = tensor.data.astype(dtype), None, None
        return self

    def extra_repr(self) -> str:
        """The settings, for ``repr``."""
        return ""

    def __repr__(self) -> str:
        name, settings = type(self).__name__, self.extra_repr()
        lines = [f"  ({key}): " + repr(child).replace("\n", "\n  ") for key, child in self.named_children()]
        if not lines:
            return f"{name}({settings})"
        return "\n".join([f"{name}({settings}", *lines, ")"])


class FunctionModule(Module):
    """A function as a module: the settings that follow its inputs are kept, and passed on at each call.

    ``inplace`` is taken for the sake of PyTorch's scripts; nothing is done in place.
    """

    function: Callable[..., Tensor]
    inputs = 1

    def __init__(self, *settings: Any, inplace: bool = False, **named: Any) -> None:
        bound = inspect.signature(self.function).bind(*(None,) * self.inputs, *settings, **named)
        bound.apply_defaults()
        self.settings = list(bound.arguments)[self.inputs :]
        vars(self).update((name, bound.arguments[name]) for name in self.settings)

    def forward(self, *inputs: Any) -> Tensor:
        """The function of the inputs, with the settings."""
        return type(self).function(*inputs, **{name: getattr(self, name) for name in self.settings})

    def extra_repr(self) -> str:
        """The settings."""
        return ", ".join(f"{name}={getattr(self, name)!r}" for name in self.settings)


def zero_grad(parameters: Iterable[Tensor], set_to_none: bool = True) -> None:
    """Forget gradients, or fill them with zeros."""
    for parameter in parameters:
        if set_to_none:
            parameter.grad = None
        elif parameter.grad is not None:
            parameter.grad.data[...] = 0


def _npz(path: str | Path) -> Path:
    path = Path(path)
    return path if path.suffix == ".npz" else path.with_name(path.name + ".npz")
