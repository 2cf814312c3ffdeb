"""Modules made of modules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Self

from dlcourse.nn.activations import ReLU
from dlcourse.nn.layers import Conv2d, Linear
from dlcourse.nn.module import Module


class _InOrder(Module):
    """Modules in their order; one that is appended is called by its number."""

    def append(self, module: Module) -> Self:
        """Add a module at the end."""
        self.add_module(str(len(self)), module)
        return self

    def __len__(self) -> int:
        return len(list(self.children()))

    def __iter__(self) -> Iterator[Module]:
        return self.children()


class Sequential(_InOrder):
    """Modules one after another: each one's output is the next one's input."""

    def __init__(self, *modules: Module | Mapping[str, Module]) -> None:
        named = modules[0] if modules and isinstance(modules[0], Mapping) else dict(enumerate(modules))
        for name, module in named.items():
            if not isinstance(module, Module):
                raise TypeError(f"Sequential takes modules, but number {name} is {module!r}.")
            self.add_module(str(name), module)

    def forward(self, x: Any) -> Any:
        """Pass ``x`` through all modules. A linear layer or convolution takes in the ReLU after it."""
        layers = list(self.children())
        done = False
        for layer, following in zip(layers, [*layers[1:], None], strict=True):
            if done:
                done = False
            elif type(layer) in (Linear, Conv2d) and type(following) is ReLU:
                # The ReLU works in place on a result that is still in the cache.
                x, done = layer.forward(x, relu=True), True
            else:
                x = layer(x)
        return x

    def __getitem__(self, index: int | slice) -> Any:
        chosen = list(self.children())[index]
        return Sequential(*chosen) if isinstance(chosen, list) else chosen


class ModuleList(_InOrder):
    """Modules in a list, found by ``parameters()``; the network's ``forward`` says what to do with them."""

    def __init__(self, modules: Iterable[Module] = ()) -> None:
        self.extend(modules)

    def extend(self, modules: Iterable[Module]) -> ModuleList:
        """Add modules at the end."""
        for module in modules:
            self.append(module)
        return self

    def __getitem__(self, index: int | slice) -> Any:
        chosen = list(self.children())[index]
        return ModuleList(chosen) if isinstance(chosen, list) else chosen
