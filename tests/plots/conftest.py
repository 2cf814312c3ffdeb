from types import SimpleNamespace

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest


@pytest.fixture(autouse=True)
def no_figure_left():
    with plt.rc_context():
        yield
    plt.close("all")


@pytest.fixture
def history():
    """Make a history of n epochs, as fit returns it; single lists may be replaced."""

    def make(n=12, **more):
        e = np.arange(n)
        lists = {
            "train_loss": 2 * np.exp(-e / 4), "val_loss": 2 * np.exp(-e / 4) + 0.1,
            "train_accuracy": 1 - 0.9 * np.exp(-e / 3), "val_accuracy": 0.95 - 0.9 * np.exp(-e / 3),
            "seconds": np.ones(n), "lr": np.full(n, 0.1),
        }  # fmt: skip
        return SimpleNamespace(**{name: list(map(float, values)) for name, values in (lists | more).items()})

    return make
