"""Lesson 07: the talk's number comes out, what is stored is what the frameworks give, and PyTorch stays optional."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest
import torch

from dlcourse import data, exercises, frameworks
from dlcourse.frameworks import live
from dlcourse.frameworks.__main__ import main


def reference(name: str):
    return exercises.get(name).reference


# --- the talk's problems -------------------------------------------------------------------------------


def test_the_graph_gives_the_talks_number():
    t1, t2, t3 = frameworks.graph_inputs()
    assert ((t1 + t2) * t3).sum() == pytest.approx(8.80812307798, abs=1e-10)
    nodes = [("a", "add", ("t1", "t2")), ("b", "multiply", ("a", "t3")), ("c", "sum", ("b",))]
    assert reference("run_graph")(nodes, {"t1": t1, "t2": t2, "t3": t3}, "c") == pytest.approx(8.80812307798)


def test_the_training_problem_has_the_talks_sizes_and_is_the_same_every_time():
    arrays = frameworks.training_problem()
    assert [a.shape for a in arrays] == [(50, 100), (50, 10), (100, 500), (500, 10)]
    assert all(a.dtype == np.float32 for a in arrays)
    assert all(map(np.array_equal, arrays, frameworks.training_problem()))


# --- live and stored results -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", live.NAMES)
def test_the_stored_result_is_right(name):
    found = frameworks.stored(name)
    t1, t2, t3 = (torch.tensor(t, requires_grad=True) for t in frameworks.graph_inputs())
    ((t1 + t2) * t3).sum().backward()
    for mine, theirs in zip((t1, t2, t3), found["gradients"], strict=True):
        np.testing.assert_allclose(mine.grad.numpy(), theirs, atol=1e-4)
    assert found["value"] == pytest.approx(8.8081)
    assert found["recorded"] == 2
    np.testing.assert_allclose(found["losses"][:100], losses_in_float64()[:100], rtol=2e-3)


def losses_in_float64() -> list[float]:
    x, y, w1, w2 = (a.astype(float) for a in frameworks.training_problem())
    losses = []
    for _ in range(live.STEPS):
        h = x @ w1
        r = np.maximum(h, 0)
        error = r @ w2 - y
        losses.append(float((error**2).sum()))
        slope1 = x.T @ ((2 * error @ w2.T) * (h > 0))
        w2 = w2 - live.RATE * r.T @ (2 * error)
        w1 = w1 - live.RATE * slope1
    return losses


@pytest.mark.parametrize("name", live.NAMES)
def test_what_runs_live_is_what_is_stored(name):
    if not frameworks.is_live(name):
        pytest.skip(f"{name} is not installed here; the extra `frameworks` brings it")
    found, kept = frameworks.result(name), frameworks.stored(name)
    assert (found["value"], found["recorded"]) == (kept["value"], kept["recorded"])
    np.testing.assert_allclose(found["gradients"], kept["gradients"], atol=2e-4)
    np.testing.assert_allclose(found["losses"][:100], kept["losses"][:100], rtol=2e-3)


def test_a_framework_that_is_not_there_is_taken_from_the_store(monkeypatch):
    monkeypatch.setattr(live, "is_live", lambda name: False)
    assert live.result.__wrapped__("jax") == frameworks.stored("jax")


def test_a_framework_that_fails_says_why(monkeypatch, tmp_path):
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho no such thing >&2\nexit 3\n")
    broken.chmod(0o755)
    monkeypatch.setenv("DLCOURSE_FRAMEWORKS", str(broken))
    with pytest.raises(RuntimeError, match="jax fails here: no such thing"):
        live.result.__wrapped__("jax")


def test_an_unknown_framework_is_named():
    with pytest.raises(ValueError, match="not 'theano'"):
        frameworks.result("theano")


def test_the_command_explains_itself(capsys, monkeypatch):
    assert main([]) == 2
    assert "--store" in capsys.readouterr().err
    monkeypatch.setattr(live, "is_live", lambda name: False)
    assert main(["--store"]) == 1
    assert "dlcourse[frameworks]" in capsys.readouterr().err


def test_the_command_prints_one_json_object(capsys, monkeypatch):
    monkeypatch.setattr(live, "run", lambda name: {"version": name})
    assert main(["jax"]) == 0
    assert json.loads(capsys.readouterr().out) == {"version": "jax"}


# --- PyTorch is optional --------------------------------------------------------------------------------


def test_a_missing_library_is_one_sentence_without_a_traceback():
    with pytest.raises(frameworks.LibraryMissing) as caught:
        frameworks.require("json", "no_such_library", "nor_this_one")
    (line,) = caught.value._render_traceback_()
    assert line == str(caught.value)
    assert "no_such_library and nor_this_one, which are not installed" in line
    assert "dlcourse[torch]" in line


def test_require_gives_the_first_library():
    assert frameworks.require("json", "ast") is json


def test_all_exercises_can_be_listed_without_pytorch():
    program = (
        "import sys; sys.modules['torch'] = None\n"
        "from dlcourse import exercises, check, mine\n"
        "print([ex.name for ex in exercises.all() if ex.lesson == '07'])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "TorchMLP" in done.stdout


def test_a_check_leaves_pytorchs_random_numbers_as_they_were(tmp_path, monkeypatch):
    from dlcourse.checks.judging import evaluate, make_trials

    exercise = exercises.get("TorchMLP")
    torch.manual_seed(3)
    expected = torch.rand(2)
    torch.manual_seed(3)
    assert evaluate(exercise, exercise.reference, make_trials(exercise, 0)).passed
    assert torch.equal(torch.rand(2), expected)


def test_the_stub_of_a_torch_exercise_begins_with_its_import():
    for name in ("TorchMLP", "torch_gradient", "DigitsDataset", "accuracy_by_class"):
        assert exercises.get(name).stub.startswith("import torch\n\n\n")
        assert exercises.get(name).solution_source.startswith("import torch\n\n\n")


# --- the answers, beyond their checks ---------------------------------------------------------------------


def test_the_mlp_is_trained_and_its_classes_are_counted():
    digits = data.load_digits()
    torch.manual_seed(0)
    model = reference("TorchMLP")([64, 32, 10])
    examples = torch.utils.data.TensorDataset(torch.from_numpy(digits.x_train), torch.from_numpy(digits.y_train))
    loader = torch.utils.data.DataLoader(examples, batch_size=32)
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    losses = reference("training_loop")(model, loader, torch.nn.CrossEntropyLoss(), optimizer, 5)
    assert losses == sorted(losses, reverse=True)
    shares = reference("accuracy_by_class")(model, loader, 10)
    answers = model(examples.tensors[0]).argmax(dim=1)
    for k in range(10):
        chosen = examples.tensors[1] == k
        assert shares[k].item() == pytest.approx((answers[chosen] == k).float().mean().item())


def test_frozen_layers_do_not_change_in_a_training():
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.ReLU(), torch.nn.Linear(4, 2))
    first, last = (model[k].weight.detach().clone() for k in (0, 2))
    assert reference("freeze_layers")(model, 2) == 4 * 2 + 2
    loader = [(torch.randn(8, 3), torch.randn(8, 2))]
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    reference("training_loop")(model, loader, torch.nn.MSELoss(), optimizer, 3)
    assert torch.equal(model[0].weight, first)
    assert not torch.equal(model[2].weight, last)


def test_a_slow_disk_waits_and_can_be_sent_to_another_process():
    import pickle
    import time

    slow = pickle.loads(pickle.dumps(data.SlowDisk([10, 20, 30], 0.02)))
    start = time.perf_counter()
    assert (len(slow), slow[1]) == (3, 20)
    assert time.perf_counter() - start >= 0.02
    with pytest.raises(ValueError, match="0 or more"):
        data.SlowDisk([1], -1)


def test_a_transform_that_runs_only_once_does_not_pass():
    from dlcourse.checks.judging import evaluate, make_trials

    exercise = exercises.get("DigitsDataset")

    class Once(reference("DigitsDataset")):
        def __init__(self, images, labels, transform=None):
            super().__init__(images, labels, transform)
            self.examples = [super(Once, self).__getitem__(i) for i in range(len(images))]

        def __getitem__(self, i):
            return self.examples[i]

    assert not evaluate(exercise, Once, make_trials(exercise, 0)).passed
