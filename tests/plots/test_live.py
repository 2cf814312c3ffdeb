"""LiveHistory: in place in a notebook, nothing anywhere else."""

import sys
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pytest

from dlcourse import plots
from dlcourse.plots import live


class Shell:
    """As much of a notebook's shell as LiveHistory touches; it keeps what is displayed."""

    kernel = True

    def __init__(self):
        self.callbacks, self.shown = [], []
        self.events = SimpleNamespace(
            register=lambda name, f: self.callbacks.append(f), unregister=lambda name, f: self.callbacks.remove(f)
        )

    def display(self, image, display_id):
        pictures = [image.data]
        self.shown.append(pictures)
        return SimpleNamespace(update=lambda new: pictures.append(new.data))

    def end_of_cell(self):
        for callback in list(self.callbacks):
            callback(None)


@pytest.fixture
def shell(monkeypatch):
    import IPython.display

    shell = Shell()
    monkeypatch.setattr(live, "notebook", lambda: shell)
    monkeypatch.setattr(IPython.display, "display", shell.display)
    return shell


def test_one_picture_is_updated_and_the_last_one_shows_the_last_epoch(shell, history):
    watch = plots.LiveHistory()
    for n in range(1, 6):
        watch(history(n))
    shell.end_of_cell()
    (pictures,) = shell.shown
    assert pictures[0] == live.history_png(history(1))
    assert pictures[-1] == live.history_png(history(5))
    assert all(picture.startswith(b"\x89PNG") for picture in pictures)


def test_a_second_training_gets_a_picture_of_its_own(shell, history):
    watch = plots.LiveHistory()
    for _ in range(2):
        watch(history(2))
        shell.end_of_cell()
    assert len(shell.shown) == 2
    assert shell.callbacks == []


def test_fast_epochs_are_not_all_drawn(shell, history):
    watch = plots.LiveHistory()
    short = history(3)
    for _ in range(200):
        watch(short)
    assert len(shell.shown[0]) < 50


def test_no_figure_stays_open(shell, history):
    watch = plots.LiveHistory()
    watch(history(2))
    shell.end_of_cell()
    assert plt.get_fignums() == []


def test_it_is_silent_outside_a_notebook(capsys, history):
    assert live.notebook() is None
    plots.LiveHistory()(history(2))
    assert capsys.readouterr() == ("", "")
    assert plt.get_fignums() == []


def test_a_terminals_ipython_is_no_notebook(monkeypatch):
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: SimpleNamespace()))
    assert live.notebook() is None
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: SimpleNamespace(kernel=1)))
    assert live.notebook() is not None


def test_the_curves_are_the_historys(history):
    figure = live.draw_history(history(4))
    loss, accuracy = figure.axes
    assert np.array_equal(loss.lines[0].get_ydata(), history(4).train_loss)
    assert np.array_equal(accuracy.lines[1].get_ydata(), history(4).val_accuracy)
    assert [loss.get_ylabel(), accuracy.get_ylabel()] == ["loss", "accuracy"]


def test_only_what_the_history_has_is_drawn(history):
    figure = live.draw_history(history(4, train_accuracy=[], val_accuracy=[], val_loss=[]))
    (ax,) = figure.axes
    assert [line.get_label() for line in ax.lines] == ["training"]
