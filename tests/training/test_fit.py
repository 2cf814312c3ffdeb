"""The training loop: it learns, repeats, stops, goes on, and says what is wrong."""

from __future__ import annotations

import matplotlib
import numpy as np
import pytest

import dlcourse
from dlcourse import nn, optim, training

matplotlib.use("Agg")


def clouds(n: int = 200, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, n)
    return rng.normal(size=(n, 2)) + 3 * y[:, None], y


def network(seed: int = 0) -> nn.Module:
    dlcourse.manual_seed(seed)
    return nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Dropout(0.1), nn.Linear(8, 2))


def train(model: nn.Module, epochs: int = 3, **options) -> training.History:
    optimizer = options.pop("optimizer", None) or optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    options = {"batch_size": 32, "progress": False, **options}
    return training.fit(
        model, options.pop("data", clouds()), nn.CrossEntropyLoss(), optimizer, epochs=epochs, **options
    )


def test_it_learns_and_writes_everything_down():
    model = network()
    history = train(model, 10, validation=clouds(seed=1))
    assert len(history) == 10
    lists = vars(history)
    assert {name: len(values) for name, values in lists.items()} == dict.fromkeys(lists, 10)
    assert history.train_loss[-1] < history.train_loss[0] / 2
    assert history.val_accuracy[-1] > 0.95
    assert history.lr == [0.1] * 10
    assert not model.training


def test_history_measures_what_evaluate_measures():
    model = network()
    x, y = clouds(seed=1)
    history = train(model, 2, validation=(x, y))
    result = training.evaluate(model, x, y, nn.CrossEntropyLoss(), batch_size=7)
    assert result.loss == pytest.approx(history.val_loss[-1], rel=1e-5)
    assert result.accuracy == history.val_accuracy[-1]
    assert result.accuracy == np.mean(training.predict(model, x, batch_size=9) == y)
    assert training.evaluate(model, x, y).loss is None


def test_the_seed_repeats_order_dropout_and_augmentation():
    def augment(x, rng):
        return x + rng.normal(size=x.shape).astype(x.dtype)

    losses = [train(network(), seed=5, augment=augment).train_loss for _ in range(2)]
    assert losses[0] == losses[1]
    assert train(network(), seed=6, augment=augment).train_loss != losses[0]


def test_training_goes_on_over_several_calls():
    model = network()
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    first = train(model, 2, optimizer=optimizer)
    both = train(model, 3, optimizer=optimizer, history=first)
    assert both is first
    assert len(both) == 5


def test_targets_that_are_numbers_have_no_accuracy():
    x, _ = clouds()
    model = nn.Linear(2, 1)
    history = training.fit(model, (x, x[:, :1]), nn.MSELoss(), optim.SGD(model.parameters(), lr=0.01),
                           epochs=5, progress=False)  # fmt: skip
    assert history.train_accuracy == []
    assert history.train_loss[-1] < history.train_loss[0]
    assert training.evaluate(model, x, x[:, :1]).accuracy is None


def test_a_schedule_is_stepped_by_epoch_or_by_batch():
    for make, expected in [
        (lambda o: optim.lr_scheduler.StepLR(o, 1, 0.5), [0.1, 0.05, 0.025]),
        (lambda o: optim.lr_scheduler.ReduceLROnPlateau(o, "max", patience=0), [0.1, 0.1, 0.01]),
    ]:
        model = network()
        optimizer = optim.SGD(model.parameters(), lr=0.1)
        assert np.allclose(train(model, 3, optimizer=optimizer, scheduler=make(optimizer)).lr, expected)
    model = network()
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    schedule = optim.lr_scheduler.OneCycleLR(optimizer, 0.1, epochs=3, steps_per_epoch=7, cycle_momentum=False)
    history = train(model, 3, optimizer=optimizer, scheduler=schedule)
    assert history.lr[0] > history.lr[1] > history.lr[2]
    assert schedule.last_epoch == 21


def test_early_stopping_restores_the_best_epoch():
    losses = iter([3.0, 1.0, 2.0, 2.0, 0.0])
    model, seen = network(), []

    class Scripted(training.EarlyStopping):
        def should_stop(self, loss, model):
            seen.append(model[0].weight.data.copy())
            return super().should_stop(next(losses), model)

    history = train(model, 10, early_stopping=Scripted(patience=2))
    assert len(history) == 4
    assert np.array_equal(model[0].weight.data, seen[1])
    assert not np.array_equal(model[0].weight.data, seen[3])


def test_early_stopping_counts_only_improvements_beyond_min_delta():
    stopper = training.EarlyStopping(patience=1, min_delta=0.5, restore_best=False)
    model = network()
    assert [stopper.should_stop(v, model) for v in (3.0, 2.0, 1.8)] == [False, False, True]


def test_an_interrupt_keeps_the_history(capsys):
    def interrupt(history):
        if len(history) == 2:
            raise KeyboardInterrupt

    history = train(network(), 10, on_epoch_end=interrupt)
    assert len(history) == 2
    assert "2 whole epochs" in capsys.readouterr().out


def test_the_progress_bar_counts_batches(capsys):
    train(network(), 2, progress=True)
    text = capsys.readouterr().err
    assert "epoch 2/2" in text
    assert "14/14" in text


def test_history_plots_itself():
    from matplotlib import pyplot as plt

    ax = train(network(), 3, validation=clouds(seed=1)).plot()
    assert ax.get_xlabel() == "epoch"
    assert len(ax.get_legend().get_texts()) == 4
    plt.close("all")


def test_evaluation_leaves_each_module_in_its_mode():
    model = network().train()
    model[2].eval()
    training.predict(model, clouds()[0])
    assert model.training
    assert not model[2].training


def test_float64_inputs_are_trained_in_the_type_of_the_parameters():
    model = network()
    train(model, 1)
    assert model[0].weight.dtype == np.float32
    assert model[0].weight.grad.dtype == np.float32


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"data": (np.zeros((3, 2)), np.zeros(4, int))}, ValueError, r"\(3, 2\), the targets \(4,\)"),
        ({"data": (np.zeros((0, 2)), np.zeros(0, int))}, ValueError, "no samples"),
        ({"data": (np.zeros((3, 2)), np.zeros(3))}, TypeError, "whole numbers"),
        ({"data": (np.zeros((3, 2)), np.array([0, 1, 2]))}, IndexError, "from 0 to 1"),
        ({"data": (np.zeros((3, 5)), np.zeros(3, int))}, ValueError, r"\(3, 5\)"),
        ({"batch_size": 0}, ValueError, "batch_size"),
        ({"epochs": -1}, ValueError, "epochs"),
        ({"validation": (np.zeros((3, 2)), np.zeros(2, int))}, ValueError, r"\(2,\)"),
    ],
)
def test_mistakes_are_explained(options, error, words):
    with pytest.raises(error, match=words):
        train(network(), **options)


def test_impatience_is_refused():
    with pytest.raises(ValueError, match="patience"):
        training.EarlyStopping(0)
