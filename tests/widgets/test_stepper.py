"""The stepper's model, without a screen."""

import numpy as np
import pytest

from dlcourse.autograd import Value
from dlcourse.widgets import BackpropStepper


def shared():
    a = Value(3.0, "a")
    b = a * a
    b.label = "b"
    c = (b + a) * b
    c.label = "c"
    return c, a


def names(stepper, numbers):
    return {stepper.graph.nodes[k].label: value for k, value in numbers.items()}


def test_the_lessons_graph_is_told_step_by_step():
    told = [step.sentence for step in BackpropStepper().steps]
    assert told == [
        "The inputs are given: x = −2, y = 5, z = −4.",
        "Forward: q = x + y = (−2) + 5 = 3.",
        "Forward: f = q × z = 3 × (−4) = −12.",
        "Backward: the gradient of f with respect to itself is 1. From here we go back.",
        "Backward: f = q × z passes its gradient, times the other factor z, to q: 1 × (−4) = −4.",
        "Backward: f = q × z passes its gradient, times the other factor q, to z: 1 × 3 = 3.",
        "Backward: q = x + y passes its gradient, times 1, to x: (−4) × 1 = −4.",
        "Backward: q = x + y passes its gradient, times 1, to y: (−4) × 1 = −4.",
        "Done: every number knows its gradient. Raise x by a little, such as 0.01, and f changes by about "
        "−4 × 0.01 = −0.04.",
    ]


def test_values_become_known_forward_and_gradients_backward():
    stepper = BackpropStepper()
    label = [node.label for node in stepper.graph.nodes]
    known = [{label[k] for k in step.known} for step in stepper.steps]
    assert known[:4] == [set("xyz"), set("xyzq"), set("xyzqf"), set("xyzqf")]
    grads = [names(stepper, step.grads) for step in stepper.steps]
    assert grads[2] == {}
    assert grads[3] == {"f": 1.0}
    assert grads[5] == {"f": 1.0, "q": -4.0, "z": 3.0}
    assert grads[-1] == {"f": 1.0, "q": -4.0, "z": 3.0, "x": -4.0, "y": -4.0}


def random_root(seed):
    rng = np.random.default_rng(seed)
    values = [Value(float(rng.uniform(0.5, 1.5)), name) for name in "abc"]
    for _ in range(8):
        a, b = (values[i] for i in rng.integers(len(values), size=2))
        new = [a + b, a * b, a.tanh(), a - b, a / (b * b + 1), a.tanh().exp().log(), a**2, a.relu()]
        values.append(new[rng.integers(8)])
    return values[-1] * values[-2] + values[0]


@pytest.mark.parametrize("seed", range(8))
def test_the_last_gradients_are_backwards(seed):
    root = random_root(seed)
    stepper = BackpropStepper(root)
    root.backward()
    expected = [node.grad for node in stepper._order]
    assert [stepper.steps[-1].grads[k] for k in range(len(expected))] == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(4))
def test_each_operation_comes_after_what_it_needs(seed):
    stepper = BackpropStepper(random_root(seed))
    edges = stepper.graph.edges
    for before, now in zip(stepper.steps, stepper.steps[1:], strict=False):
        for k in now.known - before.known:
            assert all(a in before.known for a, b in edges if b == k)
        if now.backwards:
            (edge,) = now.lit_edges
            parent, child = edges[edge]
            assert child in before.grads
            # the child's own gradient is complete: it does not change any more
            assert before.grads[child] == stepper.steps[-1].grads[child]
            assert now.lit == (parent,)


def test_gradients_that_meet_are_added():
    root, _ = shared()
    told = [step.sentence for step in BackpropStepper(root).steps]
    assert (
        "Backward: b = a × a passes its gradient, times the slope 3, to a: 21 × 3 = 63. "
        "Gradients that meet are added: 9 + 63 = 72." in told
    )


def test_the_graph_itself_is_left_alone():
    root, a = shared()
    root.backward()
    grads = a.grad, root.grad
    stepper = BackpropStepper(root)
    stepper.go(3)
    stepper.draw().figure
    assert (a.grad, root.grad) == grads
    assert root.parents[0].label == ""


def test_nameless_numbers_get_names_that_are_free():
    stepper = BackpropStepper(Value(2.0, "v1").tanh().exp())
    assert [node.label for node in stepper.graph.nodes] == ["v1", "v2", "v3"]


def test_it_stays_within_its_steps():
    stepper = BackpropStepper()
    assert stepper.go(-3) is stepper.steps[0]
    assert stepper.go(100) is stepper.steps[-1]
    assert stepper.position == len(stepper.steps) - 1
    assert stepper.go(2) is stepper.step


def written(stepper):
    ax = stepper.draw()
    return [t.get_text() for t in ax.texts]


def test_what_is_not_known_yet_is_a_question_mark():
    stepper = BackpropStepper()
    assert written(stepper).count("?") == 2 + 5  # q and f; all gradients
    stepper.go(2)
    assert written(stepper).count("?") == 5
    stepper.go(4)
    assert written(stepper).count("?") == 3
    stepper.go(8)
    assert "?" not in written(stepper)


def test_every_step_is_drawn_at_the_same_places():
    root, _ = shared()
    stepper = BackpropStepper(root)
    places = set()
    for k in range(len(stepper.steps)):
        stepper.go(k)
        places.add(tuple((t.get_position()) for t in stepper.draw().texts))
    assert len(places) == 1


def test_arrays_and_nodes_without_slopes_are_refused():
    from dlcourse import randn

    with pytest.raises(TypeError, match=r"shape \(2, 3\).*draw_graph"):
        BackpropStepper((randn(2, 3, requires_grad=True) * 2).sum())

    root = Value(1.0, "x").tanh()
    root.slopes = ()
    with pytest.raises(TypeError, match="'tanh' has 1 parents and needs as many slopes"):
        BackpropStepper(root)
