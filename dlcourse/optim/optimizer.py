"""What all optimisers share: groups of parameters with their settings, steps, and their memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from dlcourse.autograd.grad_mode import set_grad_enabled
from dlcourse.autograd.tensor import Tensor
from dlcourse.nn.module import zero_grad
from dlcourse.optim.flat import FlatParameters, Run

Parameters = Iterable[Tensor] | Iterable[dict[str, Any]]


class Optimizer:
    """The base of all optimisers: an optimiser says in ``_update`` what a step does to the numbers.

    The parameters' numbers are moved into one array when the optimiser is made: views that were taken
    from ``p.data`` before do not follow any more, while ``p.data`` itself, tensors and modules do.

    Attributes:
        param_groups: dictionaries of ``params`` and settings (``lr``, ...), which may be changed at any time.

    Args:
        params: tensors, or dictionaries with ``params`` and settings of their own.
        defaults: the settings where a group has none.

    Raises:
        ValueError: no parameters, a parameter in two groups, a negative setting.
        TypeError: something that is not a tensor, or a setting that does not exist.
    """

    def __init__(self, params: Parameters, defaults: dict[str, Any]) -> None:
        if isinstance(params, Tensor):
            raise TypeError("an optimiser takes a list of tensors: write [w] instead of w.")
        self.defaults = defaults
        self.param_groups: list[dict[str, Any]] = []
        self._blocks: list[list[FlatParameters]] = []
        groups = list(params)
        if not groups:
            raise ValueError("the optimiser got an empty list of parameters.")
        for group in groups if isinstance(groups[0], dict) else [{"params": groups}]:
            self.add_param_group(group)  # type: ignore[arg-type]

    def add_param_group(self, group: Mapping[str, Any]) -> None:
        """Take on more parameters: a dictionary with ``params`` and the settings that differ."""
        unknown = group.keys() - self.defaults.keys() - {"params", "initial_lr"}
        if unknown:
            raise TypeError(f"{type(self).__name__} has no setting {', '.join(sorted(unknown))}.")
        given = group["params"]
        tensors = list(dict.fromkeys([given] if isinstance(given, Tensor) else given))
        known = {id(p) for other in self.param_groups for p in other["params"]}
        for p in tensors:
            if not isinstance(p, Tensor):
                raise TypeError(f"an optimiser takes tensors, not {type(p).__name__}.")
            if not p.is_leaf:
                raise ValueError("only leaves can be optimised, this tensor is the result of an operation.")
            if id(p) in known:
                raise ValueError("a parameter is in two groups of the optimiser.")
        new = {**self.defaults, **group, "params": tensors}
        for name in ("lr", "momentum", "weight_decay", "eps"):
            if new.get(name, 0) < 0:
                raise ValueError(f"{name} can't be negative, but is {new[name]}.")
        self.param_groups.append(new)
        types = dict.fromkeys(p.dtype for p in tensors)
        self._blocks.append([FlatParameters([p for p in tensors if p.dtype == t]) for t in types])

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients (or fill them with zeros)."""
        for group in self.param_groups:
            zero_grad(group["params"], set_to_none)

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Change every parameter that has a gradient; ``closure``, if given, computes the loss before."""
        loss = None
        if closure is not None:
            with set_grad_enabled(True):
                loss = closure()
        for group, blocks in zip(self.param_groups, self._blocks, strict=True):
            for block in blocks:
                for run in block.runs():
                    self._update(run, group)
        return loss

    def _update(self, run: Run, group: dict[str, Any]) -> None:
        raise NotImplementedError

    def state_dict(self) -> dict[str, Any]:
        """What is remembered for each parameter (by number), and the groups' settings."""
        state, groups, number = {}, [], 0
        for group, blocks in zip(self.param_groups, self._blocks, strict=True):
            places = {id(p): (b, i) for b in blocks for i, p in enumerate(b.tensors)}
            numbers = []
            for p in group["params"]:
                block, i = places[id(p)]
                if block.steps[i]:
                    kept = {n: s[block.slices[i]].reshape(p.shape).copy() for n, s in block.states.items()}
                    state[number] = {"step": block.steps[i], **kept}
                numbers.append(number)
                number += 1
            groups.append({**group, "params": numbers})
        return {"state": state, "param_groups": groups}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from what ``state_dict()`` of an optimiser with the same parameters gave."""
        groups, state = state_dict["param_groups"], state_dict["state"]
        sizes = [len(group["params"]) for group in self.param_groups]
        given = [len(group["params"]) for group in groups]
        if sizes != given:
            raise ValueError(f"this optimiser has groups of {sizes} parameters, the state has {given}.")
        for group, blocks, source in zip(self.param_groups, self._blocks, groups, strict=True):
            group.update({k: v for k, v in source.items() if k != "params"})
            places = {id(p): (b, i) for b in blocks for i, p in enumerate(b.tensors)}
            for p, number in zip(group["params"], source["params"], strict=True):
                block, i = places[id(p)]
                kept = dict(state.get(number, {"step": 0}))
                block.steps[i] = int(kept.pop("step"))
                for name, values in kept.items():
                    flat = block.states.setdefault(name, np.zeros_like(block.flat))
                    flat[block.slices[i]] = np.asarray(values).ravel()

    def __repr__(self) -> str:
        settings = [", ".join(f"{k}={v}" for k, v in group.items() if k != "params") for group in self.param_groups]
        return f"{type(self).__name__}({'; '.join(settings)})"
