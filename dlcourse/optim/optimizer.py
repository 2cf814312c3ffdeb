"""What all optimisers share: groups of parameters with their settings, steps, and their memory."""

from collections.abc import Callable, Mapping
from inspect import Parameter, Signature, signature
from typing import Any

from dlcourse.autograd.tensor import Tensor, require
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
        require(not isinstance(params, Tensor), "an optimiser takes a list of tensors: write [w], not w.", TypeError)
        self.param_groups: list[dict[str, Any]] = []
        self._blocks: list[tuple[dict[str, Any], FlatParameters]] = []  # a group has one for each type of numbers
        groups = list(params)
        require(groups, "the optimiser got an empty list of parameters.", ValueError)
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
            require(isinstance(p, Tensor), f"an optimiser takes tensors, not {type(p).__name__}.", TypeError)
            require(p.is_leaf, "only leaves can be optimised, this tensor is the result of an operation.", ValueError)
            require(id(p) not in known, "a parameter is in two groups of the optimiser.", ValueError)
        unknown = sorted(group.keys() - self.defaults.keys() - {"params"})
        require(not unknown, f"{type(self).__name__} has no setting {', '.join(unknown)}.", TypeError)
        for name in group.keys() & {"lr", "momentum", "weight_decay", "eps"}:
            require(group[name] >= 0, f"{name} can't be negative, but is {group[name]}.", ValueError)
        for beta in group.get("betas", ()):
            require(0 <= beta < 1, f"betas lie between 0 and 1, but are {group['betas']}.", ValueError)
        useless = group.get("nesterov") and not group["momentum"]
        require(not useless, "Nesterov's momentum needs momentum > 0.", ValueError)

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
