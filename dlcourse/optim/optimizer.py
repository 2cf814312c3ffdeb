"""What all optimisers share: groups of parameters with their settings, steps, and their memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from inspect import Parameter, Signature, signature
from typing import Any

from dlcourse.autograd.tensor import Tensor
from dlcourse.nn.module import zero_grad
from dlcourse.optim.flat import FlatParameters


class Optimizer:
    """The base of all optimisers: an optimiser says in ``_update`` what a step does to the numbers.

    ``_update(self, piece, lr=0.1, ...)`` names the settings and their defaults; the optimiser is then made with
    ``params`` and these settings. The parameters' numbers are moved into one array: views that were taken
    from ``p.data`` before do not follow any more, while ``p.data`` itself, tensors and modules do.

    Attributes:
        param_groups: dictionaries of ``params`` and settings (``lr``, ...), which may be changed at any time.

    Raises:
        ValueError: no parameters, a parameter in two groups, a setting that makes no sense.
        TypeError: something that is not a tensor, or a setting that does not exist.
    """

    _update: Callable[..., None]
    __signature__: Signature

    def __init_subclass__(cls) -> None:
        _, _, *settings = signature(cls._update).parameters.values()
        cls.__signature__ = Signature([Parameter("params", Parameter.POSITIONAL_OR_KEYWORD), *settings])

    def __init__(self, *args: Any, **settings: Any) -> None:
        given = self.__signature__.bind(*args, **settings)
        given.apply_defaults()
        self.defaults = given.arguments
        params = self.defaults.pop("params")
        if isinstance(params, Tensor):
            raise TypeError("an optimiser takes a list of tensors: write [w] instead of w.")
        self.param_groups: list[dict[str, Any]] = []
        self._blocks: list[tuple[dict[str, Any], FlatParameters]] = []  # a group has one for each type of numbers
        groups = list(params)
        if not groups:
            raise ValueError("the optimiser got an empty list of parameters.")
        for group in groups if isinstance(groups[0], dict) else [{"params": groups}]:
            self.add_param_group(group)

    def add_param_group(self, group: Mapping[str, Any]) -> None:
        """Take on more parameters: a dictionary with ``params`` and the settings that differ."""
        tensors = dict.fromkeys([group["params"]] if isinstance(group["params"], Tensor) else group["params"])
        new = {**self.defaults, **group, "params": list(tensors)}
        self._check(new)
        self.param_groups.append(new)
        for dtype in dict.fromkeys(p.dtype for p in tensors):
            self._blocks.append((new, FlatParameters([p for p in tensors if p.dtype == dtype])))

    def _check(self, group: dict[str, Any]) -> None:
        known = {id(p) for other in self.param_groups for p in other["params"]}
        for p in group["params"]:
            if not isinstance(p, Tensor):
                raise TypeError(f"an optimiser takes tensors, not {type(p).__name__}.")
            if not p.is_leaf:
                raise ValueError("only leaves can be optimised, this tensor is the result of an operation.")
            if id(p) in known:
                raise ValueError("a parameter is in two groups of the optimiser.")
        unknown = group.keys() - self.defaults.keys() - {"params", "initial_lr"}
        if unknown:
            raise TypeError(f"{type(self).__name__} has no setting {', '.join(sorted(unknown))}.")
        for name in group.keys() & {"lr", "momentum", "weight_decay", "eps"}:
            if group[name] < 0:
                raise ValueError(f"{name} can't be negative, but is {group[name]}.")
        if not all(0 <= beta < 1 for beta in group.get("betas", ())):
            raise ValueError(f"betas lie between 0 and 1, but are {group['betas']}.")
        if group.get("nesterov") and not group["momentum"]:
            raise ValueError("Nesterov's momentum needs momentum > 0.")

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients (or fill them with zeros)."""
        for group in self.param_groups:
            zero_grad(group["params"], set_to_none)

    def step(self) -> None:
        """Change every parameter that has a gradient."""
        for group, block in self._blocks:
            settings = {name: group[name] for name in self.defaults}
            for piece in block.pieces():
                self._update(piece, **settings)

    def state_dict(self) -> dict[str, Any]:
        """A copy of what is remembered of the parameters, and of the groups' settings."""
        groups = [{**group, "params": [p.shape for p in group["params"]]} for group in self.param_groups]
        return deepcopy({"state": [block.memory for _, block in self._blocks], "param_groups": groups})

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from what ``state_dict()`` of an optimiser with the same parameters gave."""
        shapes, given = ([g["params"] for g in state["param_groups"]] for state in (self.state_dict(), state_dict))
        if shapes != given:
            raise ValueError(f"this optimiser's groups have parameters of shapes {shapes}, the state has {given}.")
        for group, source in zip(self.param_groups, state_dict["param_groups"], strict=True):
            group.update({**source, "params": group["params"]})
        for (_, block), memory in zip(self._blocks, state_dict["state"], strict=True):
            block.memory = deepcopy(memory)
