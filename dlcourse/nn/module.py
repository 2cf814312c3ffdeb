"""Modules: objects that hold parameters, and other modules, and turn an input into an output."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, ClassVar, Self

import numpy as np

from dlcourse.autograd import Tensor, float32, float64
from dlcourse.autograd.tensor import raw, require


class Parameter(Tensor):
    """A tensor that a module learns: it requires a gradient, and ``parameters()`` finds it."""

    def __init__(self, data: Any, requires_grad: bool = True) -> None:
        super().__init__(data, requires_grad)


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
        return (value for value in vars(self).values() if isinstance(value, Module))

    def _walk(self, prefix: str = "") -> Iterator[tuple[str, Module]]:
        """This module and all inside it, under every path that leads to them; a path ends with a dot."""
        yield prefix, self
        for name, child in self.named_children():
            yield from child._walk(f"{prefix}{name}.")

    def _named_tensors(self) -> Iterator[tuple[str, Tensor]]:
        """Parameters and buffers, here and in the modules inside, under every name that leads to them."""
        for prefix, module in self._walk():
            for name, value in vars(module).items():
                if isinstance(value, Parameter) or name in module._buffer_names:
                    yield prefix + name, value

    def modules(self) -> Iterator[Module]:
        """This module and all inside it, each once."""
        return iter(dict.fromkeys(module for _, module in self._walk()))

    def named_parameters(self) -> Iterator[tuple[str, Parameter]]:
        """All parameters, here and in the modules inside, each once, with dotted names."""
        first: dict[int, tuple[str, Parameter]] = {}
        for name, value in self._named_tensors():
            if isinstance(value, Parameter):
                first.setdefault(id(value), (name, value))
        return iter(first.values())

    def parameters(self) -> Iterator[Parameter]:
        """All parameters, here and in the modules inside, each once."""
        return (parameter for _, parameter in self.named_parameters())

    def add_module(self, name: str, module: Module) -> None:
        """The same as an assignment, for names that Python does not allow as attributes."""
        is_module = isinstance(module, Module)
        require(is_module, f"{type(self).__name__} takes modules, but number {name} is {module!r}.", TypeError)
        setattr(self, name, module)

    def state_dict(self) -> dict[str, Tensor]:
        """Parameters and buffers by dotted name. They share memory with the module: copy what you keep."""
        return {name: tensor.detach() for name, tensor in self._named_tensors()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Copy numbers into parameters and buffers; nothing is changed if anything does not fit.

        Args:
            state: tensors or arrays by dotted name, as ``state_dict()`` gives them.

        Raises:
            RuntimeError: keys are missing or unexpected, or shapes differ; the message names them all.
        """
        own, given = dict(self._named_tensors()), {name: np.asarray(raw(value)) for name, value in state.items()}
        problems = [f"missing {k}" for k in own if k not in given] + [f"unexpected {k}" for k in given if k not in own]
        for k in own:
            if k in given and given[k].shape != own[k].shape:
                problems.append(f"{k} has shape {given[k].shape} in the state, but {own[k].shape} in the module")
        require(not problems, f"can't load this state into {type(self).__name__}: {'; '.join(problems)}")
        for k, tensor in own.items():
            tensor.data[...] = given[k]

    def train(self, mode: bool = True) -> Self:
        """Switch to training: dropout drops, batch norm uses the batch. Returns the module."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Self:
        """Switch to use: no dropout, batch norm uses its running statistics. Returns the module."""
        return self.train(False)

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients (or fill them with zeros)."""
        zero_grad(self.parameters(), set_to_none)

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Freeze all parameters (False), or let them learn again. Returns the module."""
        for parameter in self.parameters():
            parameter.requires_grad_(requires_grad)
        return self

    def to(self, *targets: Any, **named: Any) -> Self:
        """Change the type of the numbers, as ``to(np.float64)``; of devices there is only ``"cpu"``."""
        for _, tensor in self._named_tensors():
            cast = tensor.detach().to(*targets, **named)
            if tensor.dtype.kind == "f" and tensor.dtype != cast.dtype:
                tensor.data, tensor.grad, tensor._grad_buffer = cast.data, None, None
        return self

    def double(self) -> Self:
        """Parameters and buffers as float64. Returns the module."""
        return self.to(float64)

    def float(self) -> Self:
        """Parameters and buffers as float32. Returns the module."""
        return self.to(float32)

    def extra_repr(self) -> str:
        """The settings: those arguments of the constructor that the module keeps by the same names."""
        kept = [(name, vars(self).get(name)) for name in inspect.signature(type(self)).parameters]
        shown = [(name, value is not None if name == "bias" else value) for name, value in kept]
        return ", ".join(f"{name}={value!r}" for name, value in shown if isinstance(value, (int, float, str, tuple)))

    def __repr__(self) -> str:
        start = f"{type(self).__name__}({self.extra_repr()}"
        lines = [f"  ({name}): {child!r}".replace("\n", "\n  ") for name, child in self.named_children()]
        return "\n".join([start, *lines, ")"]) if lines else f"{start})"


class FunctionModule(Module):
    """A function as a module, made by ``class ReLU(FunctionModule, function=relu)``.

    The function's first ``inputs`` arguments are what the module is called with. The others are settings,
    which it keeps and passes on at each call; ``defaults`` are those that differ from the function's own.
    Two are no settings: ``training`` is the module's, and ``relu`` an option of the call. ``inplace`` is
    taken for the sake of PyTorch's scripts; nothing is done in place.
    """

    function: ClassVar[Callable[..., Tensor]]
    _passed: ClassVar[list[str]]
    __signature__: ClassVar[inspect.Signature]

    def __init_subclass__(cls, function: Callable[..., Tensor] | None = None, inputs: int = 1, **defaults: Any) -> None:
        if function is not None:
            cls.function = staticmethod(function)
            passed = [p for p in list(inspect.signature(function).parameters.values())[inputs:] if p.name != "relu"]
            settings = [p.replace(default=defaults.get(p.name, p.default)) for p in passed if p.name != "training"]
            cls._passed, cls.__signature__ = [p.name for p in passed], inspect.Signature(settings)

    def __init__(self, *settings: Any, inplace: bool = False, **named: Any) -> None:
        bound = self.__signature__.bind(*settings, **named)
        bound.apply_defaults()
        vars(self).update(bound.arguments)

    def forward(self, *inputs: Any, **options: Any) -> Tensor:
        """The function of the inputs, with the settings."""
        return type(self).function(*inputs, **{name: getattr(self, name) for name in self._passed}, **options)


def zero_grad(parameters: Iterable[Tensor], set_to_none: bool = True) -> None:
    """Forget gradients, or fill them with zeros."""
    for parameter in parameters:
        if set_to_none:
            parameter.grad = None
        elif parameter.grad is not None:
            parameter.grad.data[...] = 0
