"""Each schedule gives PyTorch's learning rates."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcourse import nn, optim

quick = settings(deadline=None, derandomize=True, max_examples=15, database=None)


def both(make, steps: int, lrs=(0.5, 0.1), measures=None, optimiser: str = "SGD", **options) -> None:
    """Rates, momenta and betas over the steps are the same."""
    histories = []
    for m, parameter in ((optim, nn.Parameter), (torch.optim, lambda a: torch.nn.Parameter(torch.tensor(a)))):
        groups = [{"params": [parameter([1.0])], "lr": lr} for lr in lrs]
        optimizer = getattr(m, optimiser)(groups, **options)
        scheduler = make(m.lr_scheduler, optimizer)
        rows = []
        for t in range(steps):
            rows.append([v for g in optimizer.param_groups
                         for v in (g["lr"], g.get("momentum", 0), *g.get("betas", ()))])  # fmt: skip
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # PyTorch wants a step of the optimiser before
                scheduler.step(*(() if measures is None else (measures[t],)))
        histories.append(rows)
    np.testing.assert_allclose(*histories, rtol=1e-9, atol=1e-12)


@quick
@given(step=st.integers(1, 5), gamma=st.floats(0.1, 1))
def test_steps(step, gamma):
    both(lambda s, o: s.StepLR(o, step, gamma), 12)


@quick
@given(t_max=st.integers(2, 12), eta_min=st.sampled_from([0.0, 0.01]))
def test_cosine(t_max, eta_min):
    both(lambda s, o: s.CosineAnnealingLR(o, t_max, eta_min), t_max + 1)


@quick
@given(
    total=st.integers(6, 30),
    pct_start=st.sampled_from([0.2, 0.3, 0.5]),
    cycle=st.booleans(),
    optimiser=st.sampled_from(["SGD", "Adam"]),
)
def test_one_cycle(total, pct_start, cycle, optimiser):
    options = {"momentum": 0.9} if optimiser == "SGD" else {}
    both(
        lambda s, o: s.OneCycleLR(o, 0.5, total_steps=total, pct_start=pct_start, cycle_momentum=cycle),
        total,
        optimiser=optimiser,
        **options,
    )


def test_one_cycle_by_epochs_ends_with_its_last_step():
    optimizer = optim.SGD([nn.Parameter([1.0])], momentum=0.9)
    scheduler = optim.lr_scheduler.OneCycleLR(optimizer, 0.1, epochs=2, steps_per_epoch=3)
    for _ in range(6):
        scheduler.step()
    with pytest.raises(ValueError, match="6 steps"):
        scheduler.step()


def test_one_cycle_refuses_to_cycle_a_momentum_that_is_not_there():
    optimizer = optim.Adagrad([nn.Parameter([1.0])])
    with pytest.raises(ValueError, match="no momentum"):
        optim.lr_scheduler.OneCycleLR(optimizer, 0.1, total_steps=10)


@quick
@given(
    measures=st.lists(st.floats(0.1, 1), min_size=20, max_size=20),
    patience=st.integers(0, 3),
    mode=st.sampled_from(["min", "max"]),
)
def test_plateau(measures, patience, mode):
    both(lambda s, o: s.ReduceLROnPlateau(o, mode, 0.5, patience), 20, measures=measures)
