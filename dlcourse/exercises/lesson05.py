"""The exercises of lesson 05, "The multilayer perceptron".

Each exercise stands once: the reference that students see as the solution, the cases it is checked on,
its hints, and the wrong answers that students really write, each with the sentence that helps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from dlcourse.exercises.core import Case, Misshapen, exercise
from dlcourse.running.drivers import lesson05 as drivers


def _random_layers(
    rng: np.random.Generator, sizes: list[int], names: list[str]
) -> list[tuple[np.ndarray, np.ndarray, str]]:
    pairs = zip(sizes[:-1], sizes[1:], names, strict=True)
    return [(rng.normal(size=(n, m)).round(1), rng.normal(size=n).round(1), f) for m, n, f in pairs]


# --- forward -------------------------------------------------------------------------------------


def _forward_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case(_random_layers(rng, [2, 2], ["softsign"]), rng.normal(size=(1, 2)).round(1), part="one layer")
    yield Case(_random_layers(rng, [2, 2], ["softsign"]), rng.normal(size=(3, 2)).round(1), part="one layer")
    names = ["softsign", "softsign", "softsign"]
    yield Case(_random_layers(rng, [2, 2, 2, 2], names), rng.normal(size=(2, 2)).round(1), part="deep")
    names = ["tanh", "tanh", "softsign"]
    yield Case(_random_layers(rng, [3, 3, 3, 3], names), rng.normal(size=(4, 3)).round(1), part="deep")
    names = ["abs", "identity"]
    yield Case(_random_layers(rng, [4, 5, 3], names), rng.normal(size=(6, 4)).round(1), part="deep")


@exercise(
    lesson="05",
    points=2,
    cases=_forward_cases,
    call=drivers.call_forward,
    hints=[
        "What goes into the second layer? Only what the first one gave out. So keep a list, and always "
        "work on its last element.",
        "One layer, one batch: `f(a @ W.T + b)`. The transpose is there because W has a *row* for each "
        "neuron, and x has a row for each example.",
        "`outputs = [x]`, then `for W, b, f in layers:` append the layer's answer to `outputs[-1]`.",
    ],
)
def forward(layers, x):
    """Send a batch through a network and keep what every layer gives out.

    layers: list of triples (W, b, f), first layer first: weights W of shape (neurons, inputs),
            biases b of shape (neurons,), activation function f
    x:      the batch, shape (examples, inputs of the first layer)
    Returns the list [x, output of layer 1, output of layer 2, ...], one element more than there are layers.

    Example: with one layer W = [[1, -2]], b = [1], f = the identity, and x = [[1, -1]],
    forward gives [array([[1, -1]]), array([[4]])].
    """
    outputs = [x]
    for W, b, f in layers:
        outputs.append(f(outputs[-1] @ W.T + b))
    return outputs


@forward.mistake(
    "The matrices are the wrong way round. Row j of W holds the weights *into* neuron j, and a row of x "
    "is one example: for the two to meet along the inputs, W has to be transposed."
)
def without_transpose(layers, x):
    outputs = [x]
    for W, b, f in layers:
        outputs.append(f(outputs[-1] @ W + b))
    return outputs


@forward.mistake(
    "W @ x suits a single example that stands upright. Here x is a batch with an example in each *row*, "
    "so the batch comes first, and W is transposed."
)
def matrix_first(layers, x):
    outputs = [x]
    for W, b, f in layers:
        outputs.append(f(W @ outputs[-1] + b))
    return outputs


@forward.mistake("Nobody added the biases. Without b, every neuron's dividing line is forced through the origin.")
def without_bias(layers, x):
    outputs = [x]
    for W, _, f in layers:
        outputs.append(f(outputs[-1] @ W.T))
    return outputs


@forward.mistake(
    "You returned what the last layer gives. The task asks for all of them, x included: backpropagation "
    "will need every one of these values again."
)
def only_the_last(layers, x):
    for W, b, f in layers:
        x = f(x @ W.T + b)
    return x


@forward.mistake(
    "The outputs of the layers are right, but the list should begin with x itself, as the output of layer 0."
)
def list_without_x(layers, x):
    outputs = []
    for W, b, f in layers:
        x = f(x @ W.T + b)
        outputs.append(x)
    return outputs


@forward.mistake(
    "The activation comes too early: a neuron first sums up its inputs and adds the bias, and f is applied to that sum."
)
def activation_before_sum(layers, x):
    outputs = [x]
    for W, b, f in layers:
        outputs.append(f(outputs[-1]) @ W.T + b)
    return outputs


@forward.mistake(
    "What you kept, and handed on, are the sums z. The layer's answer is f(z): the activation function is missing."
)
def sums_kept(layers, x):
    outputs = [x]
    for W, b, _ in layers:
        outputs.append(outputs[-1] @ W.T + b)
    return outputs


@forward.mistake("The bias came too late. It belongs to the sum, inside f: it moves the neuron's step, not its answer.")
def bias_outside(layers, x):
    outputs = [x]
    for W, b, f in layers:
        outputs.append(f(outputs[-1] @ W.T) + b)
    return outputs


# --- count_parameters ----------------------------------------------------------------------------


def _count_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case([2, 3])
    yield Case([2, 2, 2, 2])
    for depth in (2, 3, 3, 4, 5):
        yield Case([int(n) for n in rng.integers(2, 40, size=depth)])
    yield Case([784, 225, 225, 10])


@exercise(
    lesson="05",
    points=1,
    cases=_count_cases,
    hints=[
        "Take one layer with m inputs and n neurons. How many weights does one of its neurons have? And "
        "how many biases?",
        "A layer from m to n holds n times (m + 1) numbers: a neuron has m weights and one bias.",
        "Walk through neighbouring pairs: `for m, n in zip(sizes[:-1], sizes[1:])`, and add up.",
    ],
)
def count_parameters(sizes):
    """Count the weights and biases of a fully connected network.

    sizes: the number of values in each layer, from the input to the output, such as [2, 3, 1]
    Returns an int.

    Example: [2, 3, 1] has 2 * 3 + 3 parameters in its first layer and 3 * 1 + 1 in its second: 13 in all.
    """
    inputs, neurons = np.array(sizes[:-1]), np.array(sizes[1:])
    return int((neurons * (inputs + 1)).sum())


@count_parameters.mistake(
    "These are the weights alone. Every neuron has a bias too, and a bias is learnt like a weight."
)
def weights_alone(sizes):
    return int(np.dot(sizes[:-1], sizes[1:]))


@count_parameters.mistake(
    "You gave biases to the inputs as well. The input layer computes nothing: it has no neurons and no biases."
)
def biases_for_inputs(sizes):
    return int(np.dot(sizes[:-1], sizes[1:])) + sum(sizes)


@count_parameters.mistake("One bias per layer is not enough: every *neuron* of the layer has a bias of its own.")
def one_bias_a_layer(sizes):
    return int(np.dot(sizes[:-1], sizes[1:])) + len(sizes) - 1


@count_parameters.mistake(
    "The biases are counted on the wrong side. A layer from m to n has n neurons, so n biases, not m."
)
def biases_of_the_layer_before(sizes):
    return int(np.dot(sizes[:-1], sizes[1:])) + sum(sizes[:-1])


# --- collapse ------------------------------------------------------------------------------------


def _collapse_cases(rng: np.random.Generator) -> Iterator[Case]:
    def layers(*sizes: int) -> list[tuple[np.ndarray, np.ndarray]]:
        return [layer[:2] for layer in _random_layers(rng, list(sizes), ["identity"] * (len(sizes) - 1))]

    yield Case(layers(2, 2, 2), part="two layers")
    yield Case(layers(3, 3, 3), part="two layers")
    yield Case(layers(3, 4, 2), part="two layers")
    yield Case(layers(2, 2, 2, 2), part="more layers")
    yield Case(layers(5, 4, 3, 3, 2), part="more layers")


@exercise(
    lesson="05",
    points=2,
    cases=_collapse_cases,
    hints=[
        "Take two layers and write the second around the first: W2 (W1 x + b1) + b2. Multiply out. Which "
        "part stands before x, and what is left over?",
        "Two layers make W = W2 W1 and b = W2 b1 + b2. A third layer does the same to that result.",
        "Start with `W, b = layers[0]`. For each further pair (Wk, bk): the new b is `Wk @ b + bk`, the "
        "new W is `Wk @ W`.",
    ],
)
def collapse(layers):
    """Replace a stack of layers *without* activation functions by a single layer.

    layers: list of pairs (W, b), first layer first; W has shape (neurons, inputs), b has shape (neurons,)
    Returns the pair (W, b) of the one layer that computes the same for every x.

    Example: the layers (W1, b1) = ([[2]], [1]) and (W2, b2) = ([[3]], [5]) compute 3 (2x + 1) + 5,
    so the answer is ([[6]], [8]).
    """
    W, b = layers[0]
    for W_next, b_next in layers[1:]:
        W = W_next @ W
        b = W_next @ b + b_next
    return W, b


@collapse.mistake(
    "The biases were added up as they are. But b1 passes through the second layer like everything else "
    "that the first layer gives out: what does that do to it?"
)
def biases_added_up(layers):
    W, b = layers[0]
    for W_next, b_next in layers[1:]:
        W = W_next @ W
        b = b + b_next
    return W, b


@collapse.mistake(
    "The matrices are multiplied in the wrong order. x meets the first layer first, so the first layer's "
    "matrix has to stand next to x, on the right."
)
def wrong_order(layers):
    W, b = layers[0]
    for W_next, b_next in layers[1:]:
        W = W @ W_next
        b = W_next @ b + b_next
    return W, b


@collapse.mistake(
    "W is right. In b only the last layer's bias is left: what the earlier biases contribute has been lost."
)
def last_bias_only(layers):
    W, b = layers[0]
    for W_next, b_next in layers[1:]:
        W = W_next @ W
        b = b_next
    return W, b * 1.0


@collapse.mistake(
    "The earlier bias meets the next layer's matrix from the wrong side. Like every vector that comes in, "
    "it stands to the right of the matrix."
)
def bias_from_the_left(layers):
    W, b = layers[0]
    for W_next, b_next in layers[1:]:
        W = W_next @ W
        b = b @ W_next + b_next
    return W, b


@collapse.mistake(
    "W is right. In b, you multiplied by the product of all matrices so far. The earlier bias has the "
    "earlier layers behind it already: it passes through the next layer's matrix only."
)
def through_the_product(layers):
    W, b = layers[0]
    for W_next, b_next in layers[1:]:
        W = W_next @ W
        b = W @ b + b_next
    return W, b


# --- activations ---------------------------------------------------------------------------------


def _activation_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case(np.array([-2.0, -0.5, 0.5, 2.0]), part="ordinary numbers")
    yield Case(rng.normal(size=5).round(1) + 0.05, part="ordinary numbers")
    yield Case(rng.normal(size=(3, 4), scale=3), part="ordinary numbers")
    yield Case(np.array([-1000.0, -100.0, 100.0, 1000.0]), part="large numbers")
    yield Case(rng.normal(size=6, scale=500), part="large numbers")


@exercise(
    lesson="05",
    points=3,
    cases=_activation_cases,
    equivalent_mutants=("z >= 0 -> z > 0  # both are 1/2 at 0", "z > 0 -> z >= 0  # both are 0 at 0"),
    hints=[
        "Four of the six are one line of NumPy each. Do these first, run the check, and read what it says "
        "about large numbers.",
        "exp overflows only when its argument is large and *positive*. exp(-|z|) can never overflow. Can "
        "you write the sigmoid with it, once for z >= 0 and once for z < 0?",
        "With t = exp(-|z|): the sigmoid is 1 / (1 + t) where z >= 0 and t / (1 + t) elsewhere. And ln(1 "
        "+ e^z) = max(z, 0) + ln(1 + t).",
    ],
)
def activations(z):
    """Apply six activation functions to an array.

    z: float array of any shape; its numbers may be as large as 1000 or as small as -1000
    Returns a dictionary of six float arrays of z's shape, with the keys
    "identity", "sigmoid", "tanh", "relu", "leaky_relu" (slope 0.01 below zero) and
    "softplus", which is ln(1 + e^z). No inf and no nan, whatever z is.

    Example: activations(np.array([0.0]))["sigmoid"] is array([0.5]).
    """
    t = np.exp(-np.abs(z))  # between 0 and 1: it cannot overflow
    return {
        "identity": z,
        "sigmoid": np.where(z >= 0, 1, t) / (1 + t),
        "tanh": np.tanh(z),
        "relu": np.maximum(z, 0),
        "leaky_relu": np.where(z > 0, z, 0.01 * z),
        "softplus": np.maximum(z, 0) + np.log1p(t),
    }


@activations.mistake(
    "The softplus overflows: e^1000 does not fit into a float, so ln(1 + e^z) becomes inf, where about z "
    "would be right. Rewrite it so that no exponent is ever positive."
)
def overflowing_softplus(z):
    with np.errstate(over="ignore"):
        return {**activations(z), "softplus": np.log(1 + np.exp(z))}


@activations.mistake(
    "The sigmoid turns into nan for large z: e^z / (1 + e^z) is inf / inf there. Rewrite it so that no "
    "exponent is ever positive."
)
def overflowing_sigmoid(z):
    with np.errstate(over="ignore", invalid="ignore"):
        return {**activations(z), "sigmoid": np.exp(z) / (1 + np.exp(z))}


@activations.mistake(
    "Your sigmoid runs downhill: it is the mirror image. Look at the sign in the exponent: a large "
    "positive z should give nearly 1."
)
def mirrored_sigmoid(z):
    return {**activations(z), "sigmoid": activations(-z)["sigmoid"]}


@activations.mistake(
    "The leaky ReLU is flat below zero. The leak is the point of it: there it goes on with slope 0.01, so "
    "that a gradient comes through."
)
def leak_stopped(z):
    return {**activations(z), "leaky_relu": np.maximum(z, 0)}


@activations.mistake(
    "The leaky ReLU multiplies positive numbers by 0.01 too. Only the negative ones leak; positive ones pass unchanged."
)
def leak_everywhere(z):
    return {**activations(z), "leaky_relu": 0.01 * z}


@activations.mistake(
    "Your ReLU is the absolute value: it folds the negative side up. ReLU answers 0 to every negative number."
)
def absolute_relu(z):
    return {**activations(z), "relu": np.abs(z)}


@activations.mistake("The leak is too large: the slope below zero is to be 0.01, here it is 0.1.")
def leak_of_a_tenth(z):
    return {**activations(z), "leaky_relu": np.where(z > 0, z, 0.1 * z)}


@activations.mistake(
    "Your softplus is the centred one, with ln 2 taken away. The plain one is asked for here: at 0 it is ln 2."
)
def centred_softplus(z):
    return {**activations(z), "softplus": activations(z)["softplus"] - np.log(2)}


@activations.mistake(
    "The formula of tanh with e^2z overflows for large z: inf / inf is nan. NumPy has np.tanh, which is safe."
)
def tanh_by_formula(z):
    with np.errstate(over="ignore", invalid="ignore"):
        return {**activations(z), "tanh": (np.exp(2 * z) - 1) / (np.exp(2 * z) + 1)}


# --- activation_derivatives ----------------------------------------------------------------------


def _derivative_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case(np.array([-2.0, -0.5, 0.5, 2.0]), part="ordinary numbers")
    yield Case(rng.normal(size=5).round(1) + 0.05, part="ordinary numbers")
    yield Case(rng.normal(size=(3, 4), scale=2), part="ordinary numbers")
    yield Case(np.array([-1000.0, -100.0, 100.0, 1000.0]), part="large numbers")


@exercise(
    lesson="05",
    points=2,
    cases=_derivative_cases,
    requires=("activations",),
    equivalent_mutants=("z > 0 -> z >= 0  # z is never 0", "z > 0 -> z >= 0 (2)  # z is never 0"),
    hints=[
        "The two rectifiers are made of straight pieces: on each piece the derivative is one number, the slope.",
        "Three of the six can be written with the functions themselves: if s is the sigmoid of z, its "
        "derivative is s (1 - s); if y is tanh(z), its derivative is 1 - y².",
        "Differentiate ln(1 + e^z) with the chain rule and divide numerator and denominator by e^z. You "
        "have met that function already.",
    ],
)
def activation_derivatives(z):
    """The derivatives of the six functions of `activations`, at z.

    z: float array of any shape, without exact zeros
    Returns a dictionary with the same six keys; each value is a float array of z's shape.

    Example: activation_derivatives(np.array([3.0]))["leaky_relu"] is array([1.]).
    """
    f = activations(z)
    return {
        "identity": np.ones_like(z),
        "sigmoid": f["sigmoid"] * (1 - f["sigmoid"]),
        "tanh": 1 - f["tanh"] ** 2,
        "relu": np.where(z > 0, 1.0, 0.0),
        "leaky_relu": np.where(z > 0, 1.0, 0.01),
        "softplus": f["sigmoid"],
    }


@activation_derivatives.mistake(
    "The sigmoid's derivative is s (1 - s) with s the *output* of the sigmoid. You put z itself in there."
)
def input_instead_of_output(z):
    return {**activation_derivatives(z), "sigmoid": z * (1 - z)}


@activation_derivatives.mistake(
    "For tanh, the square is missing: with y = tanh(z) the derivative is 1 - y², which is never negative."
)
def square_forgotten(z):
    return {**activation_derivatives(z), "tanh": 1 - np.tanh(z)}


@activation_derivatives.mistake(
    "Your derivative of the ReLU is the ReLU itself. A derivative is a slope: how much does the output "
    "grow when z grows by a little? On the whole positive side the answer is the same number."
)
def relu_itself(z):
    return {**activation_derivatives(z), "relu": np.maximum(z, 0)}


@activation_derivatives.mistake(
    "The leaky ReLU still has a slope below zero: its leak, 0.01. You let nothing through there."
)
def leak_without_slope(z):
    return {**activation_derivatives(z), "leaky_relu": np.where(z > 0, 1.0, 0.0)}


@activation_derivatives.mistake(
    "The identity has slope 1 everywhere, and the answer should be an array like z: one slope for each number."
)
def identity_as_its_own_derivative(z):
    return {**activation_derivatives(z), "identity": z}


@activation_derivatives.mistake(
    "You gave softplus the derivative of the sigmoid. Softplus itself differentiates to the sigmoid; it "
    "is one step earlier."
)
def one_derivative_too_many(z):
    s = activations(z)["sigmoid"]
    return {**activation_derivatives(z), "softplus": s * (1 - s)}


@activation_derivatives.mistake("For tanh, 1 - y² needs the *output* y = tanh(z). You squared z itself.")
def input_squared(z):
    return {**activation_derivatives(z), "tanh": 1 - z**2}


@activation_derivatives.mistake(
    "The leaky ReLU climbs on both sides, on the left by 0.01 for each step: its slope is positive there, too."
)
def leak_downhill(z):
    return {**activation_derivatives(z), "leaky_relu": np.where(z > 0, 1.0, -0.01)}


# --- bump ----------------------------------------------------------------------------------------


def _bump_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case(np.array([0.0, 0.5, 1.0]), 0.25, 0.75, 2.0, 10.0)
    for _ in range(5):
        left = round(float(rng.uniform(-2, 1)), 1)
        right = left + round(float(rng.uniform(0.5, 2)), 1)
        x = np.linspace(-3, 4, 8).round(2) + 0.03
        yield Case(x, left, right, round(float(rng.uniform(1, 5)), 1), round(float(rng.uniform(2, 8)), 1))


@exercise(
    lesson="05",
    points=2,
    cases=_bump_cases,
    hints=[
        "A bump is a step up at `left`, and the same step taken back at `right`.",
        "tanh(k (x - left)) climbs from -1 to +1, around x = left. The difference of two such steps is 0 "
        "far to the left, 0 far to the right. How high is it in between?",
        "In between it is 1 - (-1) = 2. So scale the difference by half the height.",
    ],
)
def bump(x, left, right, height, steepness):
    """A bump made of two tanh neurons: about `height` between left and right, about 0 elsewhere.

    x:           float array, any shape
    left, right: where the bump begins and ends
    height:      how high it is in the middle (when it is wide and steep enough)
    steepness:   the weight of both neurons: each computes tanh(steepness * (x - its edge))
    Returns a float array of x's shape.

    Example: bump(np.array([0.0, 0.5, 1.0]), 0.25, 0.75, 2.0, 100.0) is about [0, 2, 0].
    """
    up = np.tanh(steepness * (x - left))
    down = np.tanh(steepness * (x - right))
    return height / 2 * (up - down)


@bump.mistake("Your bump is twice as high as asked. tanh climbs from -1 to +1, so a full step is 2 high already.")
def twice_as_high(x, left, right, height, steepness):
    return height * (np.tanh(steepness * (x - left)) - np.tanh(steepness * (x - right)))


@bump.mistake("You added the two steps: that makes a staircase. The second step has to take the first one back.")
def staircase(x, left, right, height, steepness):
    return height / 2 * (np.tanh(steepness * (x - left)) + np.tanh(steepness * (x - right)))


@bump.mistake(
    "Your steps are sigmoids. The task asks for tanh neurons: with the same weight, tanh rises twice as steeply."
)
def sigmoid_steps(x, left, right, height, steepness):
    up = 1 / (1 + np.exp(-steepness * (x - left)))
    down = 1 / (1 + np.exp(-steepness * (x - right)))
    return height * (up - down)


@bump.mistake("Your bump hangs downwards: the step at `right` should be the one that is subtracted.")
def upside_down(x, left, right, height, steepness):
    return height / 2 * (np.tanh(steepness * (x - right)) - np.tanh(steepness * (x - left)))


@bump.mistake(
    "Your steps stand in the wrong places. A neuron computes w x + b; for its step to stand at x = left, "
    "the sum has to be zero there, so the bias is -steepness * left, not -left."
)
def edge_not_scaled(x, left, right, height, steepness):
    return height / 2 * (np.tanh(steepness * x - left) - np.tanh(steepness * x - right))


@bump.mistake("Your bump has vertical walls, like a box. It should be made of two tanh neurons, whose steps are soft.")
def box(x, left, right, height, steepness):
    return np.where((x > left) & (x < right), height, 0.0)


# --- sawtooth ------------------------------------------------------------------------------------


def _sawtooth_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case(np.array([0.0, 0.25, 0.4, 0.6, 1.0]), 1, part="one fold")
    yield Case(rng.uniform(0.05, 0.95, size=6).round(3), 1, part="one fold")
    yield Case(np.array([0.0, 0.1, 0.25, 0.4, 0.6, 1.0]), 2, part="many folds")
    for depth in (2, 3, 5):
        yield Case(rng.uniform(0.05, 0.95, size=8).round(3), depth, part="many folds")


@exercise(
    lesson="05",
    points=2,
    cases=_sawtooth_cases,
    rtol=1e-5,
    hints=[
        "Draw the tent first: slope +2 up to x = 0.5, slope -2 after it. By how much does the slope change at 0.5?",
        "The first ReLU gives the slope 2. The second starts at 0.5 and has to turn +2 into -2: it contributes -4.",
        "One fold is `x = 2 * np.maximum(x, 0) - 4 * np.maximum(x - 0.5, 0)`. The next layer folds what "
        "this one gave out: put it into a loop.",
    ],
)
def sawtooth(x, depth):
    """Fold the interval from 0 to 1 `depth` times, with two ReLU neurons a layer.

    One fold is the tent: it climbs from 0 at x = 0 to 1 at x = 0.5 and falls back to 0 at x = 1.
    Each layer folds what the layer before gave out.

    x:     float array with numbers between 0 and 1
    depth: number of folds, at least 1
    Returns a float array of x's shape.

    Example: sawtooth(np.array([0.0, 0.25, 0.5]), 1) is [0, 0.5, 1], and with depth 2 it is [0, 1, 0].
    """
    for _ in range(depth):
        x = 2 * np.maximum(x, 0) - 4 * np.maximum(x - 0.5, 0)
    return x


@sawtooth.mistake(
    "Your second neuron takes away 2, which only makes the roof flat. To fall as fast as it climbed, the "
    "slope has to go from +2 to -2: by how much does it change?"
)
def flat_roof(x, depth):
    for _ in range(depth):
        x = 2 * np.maximum(x, 0) - 2 * np.maximum(x - 0.5, 0)
    return x


@sawtooth.mistake("You added up `depth` tents. Depth means that each layer folds the *output* of the layer before it.")
def tents_added_up(x, depth):
    return depth * (2 * np.maximum(x, 0) - 4 * np.maximum(x - 0.5, 0))


@sawtooth.mistake("You folded once, whatever the depth. For depth 2 the tent's output goes through the tent again.")
def folded_once(x, depth):
    return 2 * np.maximum(x, 0) - 4 * np.maximum(x - 0.5, 0)


@sawtooth.mistake(
    "Your tent is half as high as it should be: at x = 0.5 it reaches 0.5. It has to reach 1, or the next "
    "fold has nothing to fold."
)
def half_as_high(x, depth):
    for _ in range(depth):
        x = np.maximum(x, 0) - 2 * np.maximum(x - 0.5, 0)
    return x


# --- he_init -------------------------------------------------------------------------------------


def _he_cases(rng: np.random.Generator) -> Iterator[Case]:
    for fan_in, fan_out in ((50, 40), (8, 5), (20, 7), (100, 300)):
        yield Case(fan_in, fan_out, int(rng.integers(1_000_000)))


def _about_the_draw(raw: Any, fan_in: int, fan_out: int, seed: int) -> dict[str, Any]:
    """What is compared of random weights: their shape, spread and mean, and where they come from."""
    drawn = raw["drawn"]
    if not (isinstance(drawn, tuple | list) and len(drawn) == 2):
        raise Misshapen("Two things are expected, the weights and the biases: return W, b")
    W, b = np.asarray(drawn[0], dtype=float), drawn[1]
    return {
        "shape of W": W.shape,
        "the numbers come from rng": raw["state"] != np.random.default_rng(seed).bit_generator.state,
        "standard deviation of W": float(W.std()),
        "mean of W": float(W.mean()),
        "b": b,
    }


@exercise(
    lesson="05",
    points=2,
    cases=_he_cases,
    call=drivers.call_he_init,
    view=_about_the_draw,
    hints=[
        "`rng.normal(size=...)` draws numbers with standard deviation 1. What do you multiply them by, so "
        "that their *variance* becomes 2 / fan_in?",
        "Multiplying by c multiplies the variance by c². So c is a square root.",
        "`rng.normal(size=(fan_out, fan_in)) * np.sqrt(2 / fan_in)`, and `np.zeros(fan_out)` for the biases.",
    ],
)
def he_init(fan_in, fan_out, rng):
    """Draw the first weights of a layer as He and colleagues do (2015).

    fan_in:  number of inputs of the layer
    fan_out: number of its neurons
    rng:     the generator to draw with; call rng.normal once, for all weights
    Returns (W, b): W of shape (fan_out, fan_in), normally distributed with mean 0 and variance 2 / fan_in;
    b of shape (fan_out,), all zeros.

    Example: with fan_in = 50 the weights have a standard deviation of 0.2.
    """
    W = rng.normal(size=(fan_out, fan_in)) * np.sqrt(2 / fan_in)
    return W, np.zeros(fan_out)


@he_init.mistake(
    "You multiplied by 2 / fan_in. That is the variance we want; numbers are scaled by the standard "
    "deviation, its square root."
)
def variance_as_deviation(fan_in, fan_out, rng):
    return rng.normal(size=(fan_out, fan_in)) * 2 / fan_in, np.zeros(fan_out)


@he_init.mistake(
    "The 2 is missing: this is the variance 1 / fan_in, which suits a layer without ReLU. ReLU throws "
    "away half of the signal, and the 2 makes up for it."
)
def without_the_two(fan_in, fan_out, rng):
    return rng.normal(size=(fan_out, fan_in)) * np.sqrt(1 / fan_in), np.zeros(fan_out)


@he_init.mistake(
    "You divided by the number of neurons. A neuron sums over its *inputs*, so it is fan_in that has to "
    "keep the sum in bounds."
)
def fan_out_for_fan_in(fan_in, fan_out, rng):
    return rng.normal(size=(fan_out, fan_in)) * np.sqrt(2 / fan_out), np.zeros(fan_out)


@he_init.mistake(
    "Your weights are spread evenly, between two bounds. That is a good start as well, but this task asks "
    "for a normal distribution."
)
def evenly_spread(fan_in, fan_out, rng):
    bound = np.sqrt(6 / fan_in)
    return rng.uniform(-bound, bound, size=(fan_out, fan_in)), np.zeros(fan_out)


@he_init.mistake("W lies on its side. Our layers keep a row for each neuron, so its shape is (fan_out, fan_in).")
def lying_on_its_side(fan_in, fan_out, rng):
    return rng.normal(size=(fan_in, fan_out)) * np.sqrt(2 / fan_in), np.zeros(fan_out)


@he_init.mistake(
    "The biases are random as well. They start at zero: the random weights already make the neurons different."
)
def random_biases(fan_in, fan_out, rng):
    W = rng.normal(size=(fan_out, fan_in)) * np.sqrt(2 / fan_in)
    return W, rng.normal(size=fan_out) * np.sqrt(2 / fan_in)


# --- train_epoch ---------------------------------------------------------------------------------


def _train_cases(rng: np.random.Generator) -> Iterator[Case]:
    for n, d, batch_size, part in ((4, 2, 2, "whole batches"), (12, 3, 4, "whole batches"), (5, 2, 2, "a rest")):
        yield _train_case(rng, n, d, batch_size, part)
    yield _train_case(rng, 23, 3, 5, "a rest")


def _train_case(rng: np.random.Generator, n: int, d: int, batch_size: int, part: str) -> Case:
    parameters = [rng.normal(size=d).round(1), rng.normal(size=1).round(1)]
    x, y = rng.normal(size=(n, d)).round(1), rng.normal(size=n).round(1)
    return Case(parameters, x, y, 0.1, batch_size, int(rng.integers(1_000_000)), part=part)


@exercise(
    lesson="05",
    points=3,
    cases=_train_cases,
    call=drivers.call_train_epoch,
    hints=[
        "Shuffle *indices*, not the data: `order = rng.permutation(len(x))`. Then x[order[...]] and "
        "y[order[...]] stay together.",
        "`for start in range(0, len(x), batch_size):` takes `order[start : start + batch_size]`. Slicing "
        "past the end is fine in Python: the last batch is then shorter.",
        "In the loop: `gradients = gradient(parameters, x[batch], y[batch])`, and then a new list in "
        "which each p has become `p - lr * g`. The next batch uses the new list.",
    ],
)
def train_epoch(parameters, gradient, x, y, lr, batch_size, rng):
    """One epoch of stochastic gradient descent: every example is used once, in random order.

    parameters: list of arrays
    gradient:   function; gradient(parameters, x_batch, y_batch) gives the slopes of the batch's mean loss:
                a list of arrays, one for each parameter array, in the same order
    x, y:       examples and targets, both with one row for each example
    lr:         the learning rate
    batch_size: examples per step; the last batch may be smaller
    rng:        draw the order with rng.permutation(len(x)), once
    Returns the list of the parameter arrays after the epoch.

    Example: 5 examples with batch_size 2 make three steps, with 2, 2 and 1 examples.
    """
    order = rng.permutation(len(x))
    for start in range(0, len(x), batch_size):
        batch = order[start : start + batch_size]
        gradients = gradient(parameters, x[batch], y[batch])
        parameters = [p - lr * g for p, g in zip(parameters, gradients, strict=True)]
    return parameters


def _epoch(
    parameters: list[np.ndarray], gradient: Callable, x: np.ndarray, y: np.ndarray, lr: float, batches: list[np.ndarray]
) -> list[np.ndarray]:
    for batch in batches:
        gradients = gradient(parameters, x[batch], y[batch])
        parameters = [p - lr * g for p, g in zip(parameters, gradients, strict=True)]
    return parameters


def _split(order: np.ndarray, batch_size: int) -> list[np.ndarray]:
    return [order[start : start + batch_size] for start in range(0, len(order), batch_size)]


@train_epoch.mistake("The steps go uphill. The gradient points to where the loss grows, so we subtract it.")
def uphill(parameters, gradient, x, y, lr, batch_size, rng):
    return _epoch(parameters, gradient, x, y, -lr, _split(rng.permutation(len(x)), batch_size))


@train_epoch.mistake(
    "x and y were shuffled separately, so an example now carries another one's target. Draw one order and "
    "use it for both."
)
def shuffled_apart(parameters, gradient, x, y, lr, batch_size, rng):
    x, y = x[rng.permutation(len(x))], y[rng.permutation(len(y))]
    return _epoch(parameters, gradient, x, y, lr, _split(np.arange(len(x)), batch_size))


@train_epoch.mistake(
    "The examples came in their old order. Draw an order with rng.permutation(len(x)) and take the batches from it."
)
def not_shuffled(parameters, gradient, x, y, lr, batch_size, rng):
    return _epoch(parameters, gradient, x, y, lr, _split(np.arange(len(x)), batch_size))


@train_epoch.mistake(
    "Examples were left out: when the batch size does not divide their number, a shorter batch remains at "
    "the end, and it counts too."
)
def rest_dropped(parameters, gradient, x, y, lr, batch_size, rng):
    batches = _split(rng.permutation(len(x)), batch_size)
    return _epoch(parameters, gradient, x, y, lr, [batch for batch in batches if len(batch) == batch_size])


@train_epoch.mistake(
    "All gradients were taken at the parameters of the start. After each step the parameters have moved, "
    "and the next gradient has to be taken where they are now."
)
def stale_parameters(parameters, gradient, x, y, lr, batch_size, rng):
    moved = parameters
    for batch in _split(rng.permutation(len(x)), batch_size):
        gradients = gradient(parameters, x[batch], y[batch])
        moved = [p - lr * g for p, g in zip(moved, gradients, strict=True)]
    return moved


@train_epoch.mistake(
    "Only one step was taken, on the first batch. An epoch goes on until every example has been used. (Is "
    "the return inside the loop?)"
)
def one_step(parameters, gradient, x, y, lr, batch_size, rng):
    return _epoch(parameters, gradient, x, y, lr, _split(rng.permutation(len(x)), batch_size)[:1])


@train_epoch.mistake(
    "x was put into a new order, and y stayed in the old one, so every example now carries another one's "
    "target. Use the same order for both."
)
def only_x_shuffled(parameters, gradient, x, y, lr, batch_size, rng):
    x = x[rng.permutation(len(x))]
    return _epoch(parameters, gradient, x, y, lr, _split(np.arange(len(x)), batch_size))


@train_epoch.mistake(
    "The parameters came back as they went in. In a loop `for p, g in zip(...)`, the line `p = p - lr * "
    "g` gives the new array to the name p alone; the list still holds the old one."
)
def only_the_name_changed(parameters, gradient, x, y, lr, batch_size, rng):
    rng.permutation(len(x))
    return parameters


@train_epoch.mistake(
    "Your steps are too short. `gradient` gives the slopes of the *mean* loss of the batch already: don't "
    "divide by the batch size again."
)
def divided_again(parameters, gradient, x, y, lr, batch_size, rng):
    for batch in _split(rng.permutation(len(x)), batch_size):
        gradients = gradient(parameters, x[batch], y[batch])
        parameters = [p - lr * g / len(batch) for p, g in zip(parameters, gradients, strict=True)]
    return parameters


# --- predict -------------------------------------------------------------------------------------


def _predict_cases(rng: np.random.Generator) -> Iterator[Case]:
    for n, sizes in ((2, [2, 3]), (4, [2, 3]), (7, [4, 6, 3]), (9, [3, 8, 5]), (12, [5, 10])):
        names = ["abs"] * (len(sizes) - 2) + ["identity"]
        yield Case(_random_layers(rng, sizes, names), rng.normal(size=(n, sizes[0])).round(2))


@exercise(
    lesson="05",
    points=1,
    cases=_predict_cases,
    call=drivers.call_predict,
    requires=("forward",),
    hints=[
        "`forward(layers, x)` gives a list. Which of its elements holds the scores of the classes?",
        "The scores have the shape (examples, classes). You want the *position* of the largest one in each row.",
        "np.argmax has an argument `axis`. Axis 1 runs along the classes.",
    ],
)
def predict(layers, x):
    """Say for each example which class gets the highest score.

    layers: the network, as in `forward`; its last layer has one neuron for each class
    x:      the batch, shape (examples, inputs)
    Returns an int array of shape (examples,) with class numbers, counted from 0.

    Example: scores of [[0.1, 2.0, -1.0], [3.0, 0.0, 1.0]] make array([1, 0]).
    """
    return np.argmax(forward(layers, x)[-1], axis=1)


@predict.mistake(
    "You looked for the largest score down the columns: for each class, which example likes it best. We "
    "want the best class of each example, along the rows."
)
def down_the_columns(layers, x):
    return np.argmax(forward(layers, x)[-1], axis=0)


@predict.mistake("These are the highest scores themselves. We want to know at which class they stand.")
def score_instead_of_class(layers, x):
    return np.max(forward(layers, x)[-1], axis=1)


@predict.mistake(
    "You counted through the whole table of scores and got a single number. One answer for each example "
    "is wanted: tell np.argmax along which axis to look."
)
def one_number_for_all(layers, x):
    return np.argmax(forward(layers, x)[-1])


@predict.mistake("You took the class with the lowest score. A high score means: this one fits.")
def lowest_score(layers, x):
    return np.argmin(forward(layers, x)[-1], axis=1)


@predict.mistake("The classes are counted from 0 here, as the labels of our data are. Yours begin at 1.")
def counted_from_one(layers, x):
    return np.argmax(forward(layers, x)[-1], axis=1) + 1


# --- confusion_matrix ----------------------------------------------------------------------------


def _confusion_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case(np.array([0, 0, 1, 1, 1, 2]), np.array([0, 1, 1, 1, 0, 0]), 3)
    yield Case(np.array([0, 1, 1, 0, 0]), np.array([0, 1, 0, 0, 1]), 4)  # nobody drew a 2 or a 3
    yield Case(np.array([0, 2, 2, 0, 2]), np.array([0, 2, 0, 0, 0]), 3)
    for n, classes in ((12, 3), (30, 4), (60, 5), (200, 10)):
        truth = rng.integers(classes, size=n)
        guess = rng.integers(classes, size=n)
        yield Case(truth, np.where(rng.random(n) < 0.6, truth, guess), classes)


@exercise(
    lesson="05",
    points=2,
    cases=_confusion_cases,
    hints=[
        "Begin with a table of zeros, `np.zeros((classes, classes), dtype=int)`, and walk through the examples.",
        "`for t, p in zip(truth, predicted)`: which one cell of the table gets one more?",
        "Row t, column p. (Without a loop: np.add.at(matrix, (truth, predicted), 1).)",
    ],
)
def confusion_matrix(truth, predicted, classes):
    """Count which class was taken for which.

    truth, predicted: int arrays of the same length, with numbers from 0 to classes - 1
    classes:          the number of classes
    Returns an int array of shape (classes, classes): row i, column j says how many examples of
    class i were predicted to be of class j.

    Example: truth [0, 0, 1] and predicted [0, 1, 1] give [[1, 1], [0, 1]].
    """
    matrix = np.zeros((classes, classes), dtype=int)
    for t, p in zip(truth, predicted, strict=True):
        matrix[t, p] += 1
    return matrix


@confusion_matrix.mistake("Rows and columns are exchanged. The row is the truth, the column what was predicted.")
def exchanged(truth, predicted, classes):
    return confusion_matrix(predicted, truth, classes)


@confusion_matrix.mistake(
    "Your cells never hold more than 1. With `matrix[truth, predicted] += 1` NumPy does the addition once "
    "for each *cell*, however often the pair occurs. A loop counts all of them, and so does np.add.at."
)
def repeats_lost(truth, predicted, classes):
    matrix = np.zeros((classes, classes), dtype=int)
    matrix[truth, predicted] += 1
    return matrix


@confusion_matrix.mistake("These are shares, with rows that add up to one. Here we want the counts, as whole numbers.")
def shares(truth, predicted, classes):
    matrix = confusion_matrix(truth, predicted, classes)
    return matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)


@confusion_matrix.mistake(
    "The diagonal is empty: you counted the errors only. The right answers belong into the table as well."
)
def errors_only(truth, predicted, classes):
    wrong = truth != predicted
    return confusion_matrix(truth[wrong], predicted[wrong], classes)


@confusion_matrix.mistake(
    "The table has the size of the classes that happen to occur. A class that nobody drew keeps its row "
    "and its column: the size is `classes`."
)
def size_from_the_data(truth, predicted, classes):
    return confusion_matrix(truth, predicted, int(max(truth.max(), predicted.max())) + 1)
