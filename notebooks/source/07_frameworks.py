# ---
# jupyter:
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
#   dlcourse:
#     lesson: "07"
#     title: Frameworks
#     reading_minutes: 60
#     prerequisites: ["05"]
#     data: "digits (built in); MNIST, 12 MB, for one section"
#     gpu: false
# ---

# %% [markdown] id="promise"
# You have built an engine and trained networks on it. The rest of the world uses other engines: larger, faster, with a graphics card under the bonnet, and, as you will see, with the same buttons in the same places.
# At the end of this lesson you can write and train a network in PyTorch on each of its three levels, feed it from files without letting it starve, save it, load it, and teach an old network a new task. You will have seen the same problem in
# NumPy, PyTorch, Keras, TensorFlow and JAX, and you'll know what kind of question decides between them.
#
# (This lesson needs PyTorch. Colab has it; at home, `make lab` has installed it. If it is missing, the next cell says so.)

# %% id="libraries" tags=["nbval-ignore-output"]
from dlcourse import data, frameworks, plots, widgets

torch = frameworks.require("torch", "torchvision", "keras", "tensorboard")
print(f"PyTorch {torch.__version__.partition('+')[0].rpartition('.')[0]} is here.")

# %% [markdown] id="script-text"
# ## One script, two engines
#
# Here is a training in twelve lines. It is kept as a text, because we'll run it twice. It has no import at its top: *which* `torch` it talks to is decided by the line that we put in front of it.

# %% id="script"
SCRIPT = """
model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
model.load_state_dict({name: torch.tensor(value) for name, value in start.items()})
optimizer = optim.SGD(model.parameters(), lr=0.2, momentum=0.9)
loss_fn = nn.CrossEntropyLoss()
losses = []
for k in range(150):
    x, y = torch.tensor(images[k % 10]), torch.tensor(labels[k % 10])
    loss = loss_fn(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
"""
IMPORTS = {"PyTorch": "import torch; from torch import nn, optim",
           "the course's engine": "import dlcourse as torch; from dlcourse import nn, optim"}

# %% id="script-run"
digits = data.load_digits()
rng = np.random.default_rng(dlcourse.seed())
given = {"images": digits.x_train[:1000].reshape(10, 100, 64), "labels": digits.y_train[:1000].reshape(10, 100),
         "start": {"0.weight": rng.normal(0, 0.18, (32, 64)).astype(np.float32), "0.bias": np.zeros(32, np.float32),
                   "2.weight": rng.normal(0, 0.25, (10, 32)).astype(np.float32), "2.bias": np.zeros(10, np.float32)}}
curves = {}
for name, line in IMPORTS.items():
    names = dict(given)
    exec(line + SCRIPT, names)
    curves[name] = np.array(names["losses"])
plots.plot_curves(np.arange(1, 151), curves, "step", "loss", logy=True);

# %% tags=["claim"]
assert np.allclose(*curves.values(), rtol=1e-3, atol=1e-5) and curves["PyTorch"][-1] < 0.2

# %% [markdown] id="script-talk"
# Two curves, one on top of the other. The first line is PyTorch, a library of some millions of lines; the second is the engine of this course, which you can read in an evening. With the same first weights and the same batches, they take the same steps.
#
# That is no accident. The course borrowed PyTorch's names, so that today you'd have little to learn. **Before you read on:** if the numbers are the same, what are the other millions of lines for? Make a list; we'll compare it in the next section.
#
# ## A zoo, and how to choose
#
# Here is once more the figure from lesson 01: fifteen frameworks and their lives.

# %% id="zoo"
table = data.load_table("frameworks")
plots.plot_lifetimes(table["name"], table["first_year"], table["ended"], table["state"] == "developed", until=2025);

# %% tags=["claim"]
lively = set(table["name"][table["state"] == "developed"])
assert lively == {"PyTorch", "TensorFlow", "JAX", "Keras", "PaddlePaddle"}
talk = {"Caffe", "Torch", "Theano", "TensorFlow", "PaddlePaddle", "MXNet", "Chainer", "CNTK", "Deeplearning4j"}
assert talk <= set(table["name"]) and talk & lively == {"TensorFlow", "PaddlePaddle"}
assert len(talk & set(table["name"][table["state"] == "ended"])) == 4

# %% [markdown] id="zoo-talk"
# A talk of 2018 that this course draws on lists Caffe, Torch, Theano, TensorFlow, PaddlePaddle, MXNet, Chainer, CNTK and Deeplearning4j as the frameworks to know. Of these nine, two are still developed: TensorFlow, and PaddlePaddle, which is used above all in China. Four have an end in the figure, and the other three are grey dots: they faded without a date. The blue bars that are not in the talk's list are Keras, PyTorch and JAX, and with TensorFlow they are what this lesson is about.
# What remains of the others is their ideas: Theano's compiled graphs are in TensorFlow and JAX, Chainer's graph that is recorded while you compute is in PyTorch, and Caffe's layers are everywhere.
#
# So what do they have that our engine has not?
#
# - **Devices.** The same code runs on graphics cards and on many machines at once.
# - **Operations.** Some two thousand of them, each with its gradient, each tuned for each device.
# - **Data.** Readers that work beside the training, so that it does not wait.
# - **What others made.** Models with trained weights, and papers whose code you can run.
# - **Compilers**, which fuse many operations into one.
#
# And how to choose? Ask in this order:
#
# | question | if yes |
# | :-- | :-- |
# | Is there code for your problem that works? | take what it is written in |
# | Does your group use one already? | take that: somebody can help you |
# | Do you want to look inside while it runs, change it, try odd things? | PyTorch |
# | Do you want a usual network, soon, in few lines? | Keras, on whichever engine |
# | Do you write new mathematics, with gradients of gradients, on many accelerators? | JAX |
# | Must it run in a phone, a browser, an old production line? | see what that side can read; TensorFlow has most tools there |
#
# A researcher who is quoted in that talk had seen libraries come and go: once you master one, the next costs little. The rest of this lesson shows why. They all do the same three things: they record a graph, they walk it back, they take a step.

# %% [markdown] id="graph-text"
# ## The same graph, by hand and by PyTorch
#
# The smallest example that has everything, from a talk of 2018. Three tensors of 4 × 5 numbers, $t_1$, $t_2$, $t_3$, and
#
# $$ a = t_1 + t_2, \qquad b = a \cdot t_3 \text{ (entry by entry)}, \qquad c = \textstyle\sum b. $$
#
# In NumPy, we write the way there and the way back ourselves:

# %% id="graph-numpy"
t1, t2, t3 = frameworks.graph_inputs()
a = t1 + t2
b = a * t3
c = b.sum()

grad_c = 1.0
grad_b = grad_c * np.ones_like(b)     # a sum passes its gradient to every entry
grad_a, grad_t3 = grad_b * t3, grad_b * a
grad_t1, grad_t2 = grad_a, grad_a     # so does a plus
print(f"c = {c:.6f}")

# %% [markdown] id="graph-torch-text"
# In PyTorch, the first three lines stay, and the way back is one word:

# %% id="graph-torch"
p1, p2, p3 = (torch.tensor(t, requires_grad=True) for t in (t1, t2, t3))
a = p1 + p2
b = a * p3
c = b.sum()
c.backward()
print(f"c = {c.item():.6f}; gradients agree:",
      all(np.allclose(p.grad, g) for p, g in ((p1, grad_t1), (p2, grad_t2), (p3, grad_t3))))

# %% tags=["claim"]
assert abs(c.item() - 8.80812307798) < 1e-9
assert all(np.allclose(p.grad, g) for p, g in ((p1, grad_t1), (p2, grad_t2), (p3, grad_t3)))

# %% [markdown] id="graph-talk"
# Where is the graph? Each result remembers the operation that made it, as your `Value` in lesson 04 remembered its parents. You can walk along:

# %% id="graph-walk"
node = c.grad_fn
while node is not None:
    print(type(node).__name__)
    node = node.next_functions[0][0] if node.next_functions else None

# %% [markdown] id="graph-walk-talk"
# Sum, product, plus, and at the end a leaf that collects the gradient. (The talk wraps its tensors in a `Variable` first. Since version 0.4, of 2018, a tensor does that itself, and the wrapper is gone. `.data` is still to be found in old code; use `.detach()`.)

# %% exercise="torch_gradient"

# %% [markdown] id="static-text"
# ## First draw, then run?
#
# TensorFlow, as it was in 2015, had no such lines. There you first *described* the graph, with placeholders instead of numbers, and then handed the finished graph to a `Session` that ran it. That's called a **static** graph; PyTorch's, which grows while you compute, is a **dynamic** one.
#
# You can build the static kind in a few lines. Here, a symbol computes nothing: it only writes down what should be done.

# %% id="static-class"
nodes = []      # the graph, as a list: (name, operation, names of the inputs)

class Symbol:
    """A node of a graph that is described now and run later."""

    def __init__(self, name):
        self.name = name

    def _then(self, operation, *others):
        new = Symbol(f"node{len(nodes)}")
        nodes.append((new.name, operation, (self.name, *(other.name for other in others))))
        return new

    def __add__(self, other):
        return self._then("add", other)

    def __mul__(self, other):
        return self._then("multiply", other)

    def sum(self):
        return self._then("sum")

# %% id="static-build"
s1, s2, s3 = Symbol("t1"), Symbol("t2"), Symbol("t3")
c = ((s1 + s2) * s3).sum()
for node in nodes:
    print(node)

# %% [markdown] id="static-build-talk"
# No number has been computed: there is none yet. What is missing is the `Session`, and that's your part.

# %% exercise="run_graph"

# %% [markdown] id="static-run-text"
# The course's answer runs our graph, and then runs it again with other numbers. The graph is built once.

# %% id="static-run"
from dlcourse.exercises import get

session_run = get("run_graph")
print(round(session_run(nodes, {"t1": t1, "t2": t2, "t3": t3}, c.name), 6))
print(session_run(nodes, {"t1": np.ones(3), "t2": np.ones(3), "t3": np.ones(3)}, c.name))

# %% tags=["claim"]
assert abs(session_run(nodes, {"t1": t1, "t2": t2, "t3": t3}, c.name) - 8.80812307798) < 1e-9

# %% [markdown] id="static-why"
# Why would one want that? A graph that is known beforehand can be *improved* before it runs (operations fused, memory planned, branches sent to different devices), and it can be stored in a file and run by a program without Python, in a phone. That's much.
#
# And the price? Let's make a mistake on purpose: a tensor of the wrong shape.

# %% id="static-error"
def complaint(run):
    """What a call complains of, and the line of code that it points to."""
    import traceback
    try:
        run()
    except Exception as error:
        frames = [f for f in traceback.extract_tb(error.__traceback__) if f.line and "complaint" not in f.name]
        in_cells = [f for f in frames if "site-packages" not in f.filename]
        print(f"{type(error).__name__}: {str(error).splitlines()[0]}\n   at:  {in_cells[-1].line}")

wrong = np.ones((5, 4))
complaint(lambda: session_run(nodes, {"t1": t1, "t2": wrong, "t3": t3}, c.name))

# %% [markdown] id="static-error-talk"
# It points into the session: *some* node, added *somewhere*, got shapes that don't fit. With three nodes you find it. With three thousand you search for an afternoon. Now the same mistake in PyTorch:

# %% id="dynamic-error"
def network(p1, p2, p3):
    a = p1 + p2
    b = a * p3
    return b.sum()

complaint(lambda: network(p1, torch.tensor(wrong), p3))

# %% [markdown] id="dynamic-error-talk"
# That is the very line. You can put a `print` before it, or a breakpoint, because the line runs when Python comes to it. The same talk quotes that this made finding such bugs *a hundred times* faster; take it as a sigh of relief, not as a measurement.
#
# A dynamic graph also bends with your data: `if` and `for` are Python's own.

# %% id="dynamic-if"
def halve_until_small(t):
    steps = 0
    while t.norm() > 1:         # how often depends on the numbers
        t, steps = t / 2, steps + 1
    return t.sum(), steps

for scale in (1.0, 100.0):
    t = torch.full((4,), scale, requires_grad=True)
    total, steps = halve_until_small(t)
    total.backward()
    print(f"halvings: {steps}, so the gradient is {t.grad[0].item():g}")

# %% tags=["claim"]
assert steps == 8 and t.grad[0] == 2**-8

# %% [markdown] id="tracing-text"
# And what if we want the static graph's advantages? Then a function is *traced*: it is called once with symbols, like ours above, and what happens to them is written down. `torch.fx` does that, and so do `torch.compile`, TensorFlow's `tf.function` and JAX's `jit`. A straight function goes through:

# %% id="tracing"
traced = torch.fx.symbolic_trace(network)
print(traced.code.strip())

# %% [markdown] id="tracing-if-text"
# **Before you run the next cell:** what happens with `while t.norm() > 1`, if `t` is a symbol?

# %% id="tracing-if"
complaint(lambda: torch.fx.symbolic_trace(halve_until_small))

# %% [markdown] id="tracing-if-talk"
# A symbol has no number, so nobody can say whether it's larger than 1. Those who compile have found ways around that (special loops; a graph for each branch; giving the piece back to Python), and the border between the two kinds of graph is blurred today: PyTorch is dynamic and can compile, TensorFlow 2 is dynamic
# by default since 2019. But the question stays the same: *does this line run now, or is it being written down?*
#
# One more help for debugging, for the case that you know from lesson 05: a `nan` shows up in the gradients. Who made it? `detect_anomaly` remembers for each node the line that created it.

# %% id="anomaly"
def suspicious(t):
    shifted = t - t.min()
    root = shifted.sqrt()       # what is the slope of a square root at 0?
    return (root * 0).sum()

import warnings
with warnings.catch_warnings(), torch.autograd.set_detect_anomaly(True):
    warnings.simplefilter("ignore")
    complaint(lambda: suspicious(torch.tensor([4.0, 9.0], requires_grad=True)).backward())

# %% [markdown] id="anomaly-talk"
# The loss is a harmless 0, but the slope of the root at 0 is infinite, and infinity times zero is `nan`. The name at the beginning of the sentence, `SqrtBackward0`, says whose slope it was. (The report that we cut off here shows the line, too.)

# %% [markdown] id="levels-text"
# ## Three levels of one problem
#
# Now a training. The problem is the talk's: 50 examples with 100 inputs and 10 outputs, all drawn at random, and a network with 500 hidden neurons, without biases. There's nothing to be learnt but the examples themselves; it is a problem for looking at code. PyTorch offers three levels to write it.
#
# **Level 1, the tensor:** an array, like NumPy's, that can live on a graphics card. We derive the gradients by hand, as in lesson 04, with $h = x W_1$, $r = \max(h, 0)$, $\hat y = r W_2$ and the loss $\sum (\hat y - y)^2$.

# %% id="level-1"
rate, steps = 1e-6, 500
x, y, start1, start2 = (torch.from_numpy(array) for array in frameworks.training_problem())

def level_1():
    w1, w2, losses = start1.clone(), start2.clone(), []
    for _ in range(steps):
        h = x @ w1
        r = h.clamp(min=0)
        error = r @ w2 - y
        losses.append((error ** 2).sum().item())
        grad_out = 2 * error
        grad_w2 = r.T @ grad_out
        grad_h = (grad_out @ w2.T) * (h > 0)
        grad_w1 = x.T @ grad_h
        w1 -= rate * grad_w1
        w2 -= rate * grad_w2
    return losses

levels = {"1: tensors": level_1()}
print(f"loss: {levels['1: tensors'][0]:.3g} at first, {levels['1: tensors'][-1]:.1g} after {steps} steps")

# %% [markdown] id="level-2-text"
# **Level 2, autograd.** Four lines of derivatives become one call. Two things are new. The gradients must be wiped out after each step, since they add up. And the step itself must not become a part of the graph, hence `no_grad`.

# %% id="level-2"
def level_2():
    w1, w2, losses = start1.clone().requires_grad_(), start2.clone().requires_grad_(), []
    for _ in range(steps):
        loss = (((x @ w1).clamp(min=0) @ w2 - y) ** 2).sum()
        losses.append(loss.item())
        loss.backward()
        with torch.no_grad():
            for w in (w1, w2):
                w -= rate * w.grad
                w.grad = None
    return losses

levels["2: autograd"] = level_2()

# %% [markdown] id="level-3-text"
# **Level 3, `nn` and `optim`.** The layers own their weights, the optimiser owns the step. From here on you know every word. But look out for one: the talk's slide uses `MSELoss()` here, with the *same* learning rate, $10^{-6}$. **What happens?** (Lesson 05 has the answer: what does "mean" mean?)

# %% id="level-3"
def level_3(loss_fn, rate, torch=torch):
    x, y, start1, start2 = (torch.from_numpy(array) for array in frameworks.training_problem())
    model = torch.nn.Sequential(torch.nn.Linear(100, 500, bias=False), torch.nn.ReLU(), torch.nn.Linear(500, 10, bias=False))
    with torch.no_grad():
        model[0].weight.copy_(start1.T)
        model[2].weight.copy_(start2.T)
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    losses = []
    for _ in range(steps):
        loss = loss_fn(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

levels["3: nn and optim"] = level_3(torch.nn.MSELoss(reduction="sum"), rate)
levels["3, our engine"] = level_3(nn.MSELoss(reduction="sum"), rate, torch=dlcourse)
slide = np.array(level_3(torch.nn.MSELoss(), rate)) * y.numel()      # brought to the same scale
plots.plot_curves(np.arange(steps), {**levels, "3, with the mean, same rate": slide}, "step", "sum of squared errors", logy=True);

# %% tags=["claim"]
assert np.allclose(levels["1: tensors"][:100], levels["2: autograd"][:100], rtol=1e-3)
assert np.allclose(levels["1: tensors"][:100], levels["3: nn and optim"][:100], rtol=1e-3)
assert np.allclose(levels["1: tensors"][:100], levels["3, our engine"][:100], rtol=1e-3)
assert levels["1: tensors"][-1] < 1e-3 and slide[-1] > 1e6
assert np.allclose(level_3(torch.nn.MSELoss(), rate * 500)[99] * 500, levels["1: tensors"][99], rtol=1e-2)

# %% [markdown] id="levels-talk"
# Three levels, one curve; the differences are in the last digits. The function has one more argument, `torch`, and you may guess what for: with `torch=dlcourse`, our own engine draws the curve a fourth time.
#
# And the slide's version hardly moves: the mean over 50 × 10 numbers has gradients 500 times as small, so it wants a rate 500 times as large. A real slide, shown to a real audience. Such a thing is hard to see in the code, and easy to see in a curve.
#
# Which level is for whom? The third for nearly everything. The second, when you invent a loss, or a step. The first, to understand, and never to be fast: there, you are the one who makes the mistakes.
#
# ## A network of your own
#
# `Sequential` is enough for a chain. For all else you write a class: a `Module` with its layers as attributes and a method `forward`. What PyTorch does with the attributes is the clever part.

# %% id="module"
class Residual(torch.nn.Module):
    """A layer whose input takes a short cut around it."""

    def __init__(self, width):
        super().__init__()
        self.inner = torch.nn.Linear(width, width)

    def forward(self, x):
        return x + torch.relu(self.inner(x))

torch.manual_seed(dlcourse.seed())
block = torch.nn.Sequential(Residual(4), Residual(4), torch.nn.Linear(4, 2))
for name, parameter in block.named_parameters():
    print(f"{name:15} {tuple(parameter.shape)}")

# %% tags=["claim"]
assert [tuple(p.shape) for p in block.parameters()] == [(4, 4), (4,), (4, 4), (4,), (2, 4), (2,)]

# %% [markdown] id="module-talk"
# The class says nothing about parameters. But a module that is assigned to an attribute of a module is *registered*, all the way down, and so `parameters()` finds everything, the optimiser can train it, and it can be saved under these names. One thing breaks that. Look out for it in the exercise: a plain Python list is not a module, so layers in a list are not found. `torch.nn.Sequential(*layers)` makes a module of a list; so does `torch.nn.ModuleList(layers)`, when you want to call them one by one. And `super().__init__()` comes first, since it makes the register.

# %% exercise="TorchMLP"

# %% [markdown] id="data-text"
# ## Feeding it
#
# So far we cut batches out of an array. In PyTorch, that work is shared between two parts: a **`Dataset`** knows how many examples there are and gives out *one*; a **`DataLoader`** shuffles, collects a batch, and (later) reads ahead. The most direct dataset is made of tensors:

# %% id="tensor-dataset"
from torch.utils.data import DataLoader, TensorDataset

square = data.load_digits(flat=False)
train_set = TensorDataset(torch.from_numpy(square.x_train), torch.from_numpy(square.y_train))
test_set = TensorDataset(torch.from_numpy(square.x_test), torch.from_numpy(square.y_test))
image, label = train_set[0]
print(f"one example: {tuple(image.shape)}, label {label}")
images, labels = next(iter(DataLoader(train_set, batch_size=32, shuffle=True)))
print(f"one batch:   {tuple(images.shape)} and {tuple(labels.shape)}")

# %% [markdown] id="dataset-text"
# When the data are something else than ready tensors, you write the dataset yourself. Two methods, and `__init__`. A *transform*, if there's one, changes each image on its way out: to another size, to other values, or at random, so that the network never sees quite the same image twice.

# %% exercise="DigitsDataset"

# %% [markdown] id="transforms-text"
# `torchvision` brings transforms ready made, and chains them with `Compose`. Here is one image of a nine, six times through the same chain. It enlarges the image, puts a margin around it, turns, shifts and scales it at random, and with `Normalize` takes away 0.5 and divides by 0.5, so that values from 0 to 1 become values from −1 to 1.

# %% id="transforms"
from torchvision import transforms

torch.manual_seed(dlcourse.seed())
shake = transforms.Compose([
    transforms.Resize(24),
    transforms.Pad(4),
    transforms.RandomAffine(degrees=15, translate=(0.1, 0.1), scale=(0.8, 1.1)),
    transforms.Normalize(mean=[0.5], std=[0.5]),
])
nine = torch.from_numpy(square.x_train[np.flatnonzero(square.y_train == 9)[5]])
plots.image_grid([shake(nine).numpy() for _ in range(6)], columns=6);

# %% [markdown] id="transforms-talk"
# Six different images, all nines. You know the idea from the shifted MNIST digits of lesson 05. Some transforms would be wrong here: a horizontal flip is fine for cats and makes nonsense of digits. The test images get only those that are not random.
#
# Pictures mostly come as files. `torchvision.datasets` has readers for dozens of public sets (`datasets.MNIST("folder", download=True)` is all it takes, if you have a network), and one for your own files: `ImageFolder` takes a folder with a subfolder for each class. Let's write some digits as PNG files, in a temporary folder, and read them back.

# %% id="image-folder"
import tempfile
from pathlib import Path
from PIL import Image
from torchvision import datasets

folder = tempfile.TemporaryDirectory()
for k in range(600):
    place = Path(folder.name) / str(square.y_train[k])
    place.mkdir(exist_ok=True)
    Image.fromarray((255 * square.x_train[k, 0]).astype(np.uint8)).resize((64, 64)).save(place / f"{k}.png")

to_tensor = transforms.Compose([transforms.Grayscale(), transforms.Resize(32), transforms.ToTensor()])
files = datasets.ImageFolder(folder.name, transform=to_tensor)
print(f"{len(files)} files, classes {', '.join(files.classes)}; one image is {tuple(files[0][0].shape)}")

# %% tags=["claim"]
assert len(files) == 600 and files.classes == list("0123456789") and files[0][0].shape == (1, 32, 32)

# %% [markdown] id="loop-text"
# ## The loop
#
# PyTorch has no `fit`. You write the loop, and everybody's loop is nearly the same, so write yours once:

# %% exercise="training_loop"

# %% [markdown] id="loop-train-text"
# The course's answer trains a small convolutional network on the digits. `train` and `eval` are the two modes of a module: dropout works in the first only.

# %% id="loop-train" tags=["nbval-ignore-output"]
train = get("training_loop")

def small_cnn(classes):
    nn = torch.nn
    return nn.Sequential(nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
                         nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
                         nn.Linear(128, 64), nn.ReLU(), nn.Dropout(0.2), nn.Linear(64, classes))

torch.manual_seed(dlcourse.seed())
cnn = small_cnn(10)
optimizer = torch.optim.Adam(cnn.parameters(), lr=3e-3)
cnn.train()
losses = train(cnn, DataLoader(train_set, batch_size=32, shuffle=True), torch.nn.CrossEntropyLoss(), optimizer, 12)
plots.plot_curves(np.arange(1, 13), {"training loss": losses}, "epoch", "loss");

# %% [markdown] id="accuracy-text"
# The loss falls fast at first, then slowly, as you know it. But how well does the network read digits that it has not seen? A single accuracy hides much. Which digits are hard? Count per class, on the test set.

# %% exercise="accuracy_by_class"

# %% id="accuracy-plot" tags=["nbval-ignore-output"]
accuracy = get("accuracy_by_class")(cnn, DataLoader(test_set, batch_size=100), 10)
plots.plot_bars(range(10), (100 * accuracy).numpy().round(1), int(accuracy.argmin()), "digit", "read correctly, %");

# %% tags=["claim"]
assert accuracy.mean() > 0.965 and (accuracy > 0.95).sum() > 5
assert np.all(np.abs(np.bincount(square.y_test) - 45) <= 4)
assert losses[1] < 0.75 * losses[0] and losses[-1] < 0.3 * losses[0]

# %% [markdown] id="accuracy-talk"
# Most classes are at 100 % or near it; the hatched bar is the lowest. With some 45 test images for each digit, one error is two per cent, so don't read too much into the order.
#
# ## Keep what you have trained
#
# What's worth keeping is the `state_dict`: a dictionary from the names of the parameters to tensors. The class itself is code, and code belongs in a file with a name. So: save the dictionary; later, build the same model, and fill it.

# %% id="save"
with tempfile.TemporaryDirectory() as place:
    path = Path(place) / "digits.pt"
    torch.save(cnn.state_dict(), path)
    twin = small_cnn(10)
    twin.load_state_dict(torch.load(path, weights_only=True))
    print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB for {sum(p.numel() for p in twin.parameters()):,} numbers")

images = torch.from_numpy(square.x_test)
cnn.eval(), twin.eval()
print("same answers:", torch.equal(cnn(images), twin(images)))

# %% tags=["claim"]
assert torch.equal(cnn(images), twin(images))
assert not torch.equal(small_cnn(10).eval()(images), cnn(images))

# %% [markdown] id="save-talk"
# Two warnings. Without `eval()`, dropout would make the two disagree, and each with itself. And `weights_only=True`, today the default, is there because the older way of saving whole objects is *pickle*: a pickle file from a stranger can run any code it likes on your machine when you load it.
#
# **Devices.** A tensor lives somewhere, and an operation wants all its tensors in the same place. The usual pattern: choose once, move the model once, move each batch.

# %% id="device" tags=["nbval-ignore-output"]
device = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
cnn.to(device)
scores = cnn(images[:5].to(device))
print(f"computed on: {scores.device}; back in NumPy: {scores.detach().cpu().numpy().shape}")
cnn.to("cpu");

# %% [markdown] id="mnist-text"
# ## MNIST, in PyTorch
#
# The network of lesson 05, 784-225-225-10, and the set of 60,000 digits. (If MNIST is not here, this section says so, and you go on with *Why training starves*.)

# %% id="mnist-load" tags=["mnist"]
mnist = data.load_mnist(flat=True, required=False)
if mnist:
    print(mnist)
    mnist_train = TensorDataset(torch.from_numpy(mnist.x_train).to(device), torch.from_numpy(mnist.y_train).to(device))
    mnist_test = TensorDataset(torch.from_numpy(mnist.x_test), torch.from_numpy(mnist.y_test))

# %% id="mnist-train" tags=["mnist"]
if mnist:
    torch.manual_seed(dlcourse.seed())
    mlp = get("TorchMLP")([784, 225, 225, 10]).to(device)
    batches = DataLoader(mnist_train, batch_size=128, shuffle=True)
    mnist_losses = train(mlp, batches, torch.nn.CrossEntropyLoss(), torch.optim.Adam(mlp.parameters(), lr=1e-3), 2)
    mlp.to("cpu")
    shares = get("accuracy_by_class")(mlp, DataLoader(mnist_test, batch_size=1000), 10)
    print("losses:", np.round(mnist_losses, 3), " test accuracy, mean over the classes:", f"{shares.mean():.1%}")

# %% tags=["claim", "mnist"]
if mnist:
    assert shares.mean() > 0.955 and mnist_losses[1] < mnist_losses[0]

# %% [markdown] id="starve-text"
# ## Why training starves
#
# A graphics card multiplies matrices a hundred times faster than a processor's core. But somebody has to bring the data. A talk puts it in one sentence: *if you aren't careful, training can bottleneck on reading data and transferring it to the GPU.* It gives three remedies: read all data into memory; use an SSD instead of a hard disk; and let several
# threads of the processor read ahead. Let's measure them.
#
# Our 600 files lie on a disk that your computer has long copied into its memory. So we make it honest: `SlowDisk` waits three milliseconds before each file. (A hard disk needs up to ten to move its arm; an SSD a tenth of one; a busy file server whatever it likes.)

# %% id="starve-measure" tags=["nbval-ignore-output"]
import time

def seconds_per_epoch(loader, train=True):
    """Of one epoch: all of it, and the part in which the model works."""
    model, loss_fn = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(1024, 10)), torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    begin, working = time.perf_counter(), 0.0
    for x, y in loader:
        ready = time.perf_counter()
        optimizer.zero_grad()
        loss_fn(model(x), y).backward()
        optimizer.step()
        working += time.perf_counter() - ready
    return time.perf_counter() - begin, working

slow = data.SlowDisk(files, 0.003)
seconds, working = seconds_per_epoch(DataLoader(slow, batch_size=50))
print(f"an epoch takes {seconds:.2f} s; the model works {working:.3f} s of them, {working / seconds:.1%}")

# %% tags=["claim"]
assert working < 0.3 * seconds and seconds > 1.2

# %% [markdown] id="starve-talk"
# The model waits nearly all the time. A faster model, or a graphics card for thousands of euros, would change *nothing*. Now the cures. `num_workers` is the loader's number of extra processes; each reads whole batches, beside the training, and two batches ahead.

# %% id="starve-cures" tags=["nbval-ignore-output"]
measured = {"hard disk (3 ms)": seconds}
measured["SSD (0.1 ms)"], _ = seconds_per_epoch(DataLoader(data.SlowDisk(files, 0.0001), batch_size=50))
measured["hard disk,\n2 workers"], _ = seconds_per_epoch(DataLoader(slow, batch_size=50, num_workers=2))
x_all, y_all = next(iter(DataLoader(files, batch_size=len(files))))      # read once, and keep
in_memory = TensorDataset(x_all, y_all)
measured["in memory"], _ = seconds_per_epoch(DataLoader(in_memory, batch_size=50))
plots.plot_bars(list(measured), 1000 * np.array(list(measured.values())).round(4), xlabel="how the images are read", ylabel="an epoch, ms");

# %% tags=["claim"]
assert measured["in memory"] < 0.3 * measured["hard disk (3 ms)"]
assert max(measured["hard disk,\n2 workers"], measured["SSD (0.1 ms)"]) < measured["hard disk (3 ms)"]

# %% [markdown] id="starve-cures-talk"
# Memory wins by far, because the files need not even be decoded again. If your data fit, stop here. Workers are for data that don't. Two of them wait for the disk at the same time, so they are nearly as good as a disk that's twice as fast; but they have to be started, which is why so short an epoch gains less than half. Beyond the point where the model is
# never idle, more of them bring nothing. (For the way to a graphics card, the talk's other half, `DataLoader` has the switch `pin_memory=True`: it puts batches where the card can fetch them itself.)
#
# **Play.** A reader needs 40 ms for a batch, a step takes 15. How many workers until the model never waits, except for the first batch? And if a step takes 60 ms, is one worker better than none? Could one worker ever be *slower* than none? (In the demo, workers start at once. In the measurement above, they did not.)

# %% id="pipeline-demo" tags=["nbval-ignore-output"]
widgets.loading_pipeline()

# %% id="pipeline-figure"
fig, axes = plt.subplots(1, 2, figsize=(11, 3.2), sharex=True)
for ax, workers in zip(axes, (0, 3)):
    schedule = widgets.Pipeline(load=40, step=15, workers=workers).schedule
    plots.plot_pipeline(schedule.readers, schedule.model, ax=ax)
    ax.set_title(f"{workers} workers: the model works {schedule.busy:.0%} of the time")

# %% tags=["claim"]
assert widgets.Pipeline(40, 15, 0).schedule.milliseconds == 12 * 55
assert widgets.Pipeline(40, 15, 3).schedule.milliseconds == 40 + 12 * 15
assert widgets.Pipeline(40, 60, 1).schedule.milliseconds == 40 + 12 * 60
assert widgets.Pipeline(40, 15, 2).schedule.busy < widgets.Pipeline(40, 15, 3).schedule.busy

# %% [markdown] id="pipeline-talk"
# Without workers, the training itself is the only reader, and reading and steps take turns. With three, $40/3 < 15$: a batch is ready whenever the model asks, and only the first one is waited for. The rule of thumb: (time to read a batch) / (time of a step), rounded up, is the number of workers you need. With a step of 60 ms, one worker is enough: it reads the next batch while the model works on this one, and the 40 ms are hidden in the 60.
#
# ## An old network learns something new
#
# The most useful thing about frameworks may be what others have left in them. `torchvision.models` holds a hundred architectures, most of them with weights that were trained on ImageNet. Here is one, without its weights (they'd be a download of 45 MB):

# %% id="resnet"
from torchvision import models

resnet = models.resnet18(weights=None)
print(f"{sum(p.numel() for p in resnet.parameters()):,} parameters; the last layer: {resnet.fc}")
resnet.fc = torch.nn.Linear(512, 2)                # a new task: two classes instead of a thousand
for name, parameter in resnet.named_parameters():
    parameter.requires_grad = name.startswith("fc.")
print(f"to be trained now: {sum(p.numel() for p in resnet.parameters() if p.requires_grad):,}")

# %% tags=["claim"]
assert sum(p.numel() for p in resnet.parameters() if p.requires_grad) == 1026
assert sum(p.numel() for p in models.resnet18(weights=None).parameters()) == 11_689_512

# %% [markdown] id="transfer-text"
# Eleven million numbers stay as they are, and 1,026 are trained. That's **transfer**: the first layers of a network for images learn edges and corners, which serve for any image. Keep them ("freeze"), and give the network a new last layer. It needs few examples.

# %% exercise="freeze_layers"

# %% [markdown] id="transfer-experiment-text"
# Does it help? We can try with what's embedded in the course. A network learns to read all ten digits, with plenty of images. Then comes a new task: *is the number even?* And for that, we have **twenty** labelled images, two of each digit. Three ways:
#
# - *from scratch*: forget the old network;
# - *frozen*: keep its layers, train a new last one;
# - *fine-tuned*: start like that, then let all layers follow with a small rate.

# %% id="transfer-ways"
import copy

freeze = get("freeze_layers")

def fit(model, examples, epochs, rate):
    trained = [p for p in model.parameters() if p.requires_grad]
    loader = DataLoader(TensorDataset(*examples), batch_size=32, shuffle=True)
    train(model.train(), loader, torch.nn.CrossEntropyLoss(), torch.optim.Adam(trained, lr=rate), epochs)
    return model.eval()

def three_ways(old, examples, classes):
    """Networks for a new task, from few examples."""
    networks = {"from scratch": fit(small_cnn(classes), examples, 60, 3e-3)}
    model = copy.deepcopy(old)
    model[-1] = torch.nn.Linear(64, classes)
    freeze(model, len(model) - 1)
    networks["frozen"] = fit(model, examples, 60, 1e-2)
    networks["fine-tuned"] = fit(copy.deepcopy(model).requires_grad_(True), examples, 40, 3e-4)
    return networks

# %% id="transfer-compare" tags=["nbval-ignore-output"]
def compare(old, pool, test, classes, each, draws=4):
    """Per cent of right answers of each way, mean over several draws of the examples."""
    results = {}
    for _ in range(draws):
        few = torch.cat([(pool[2] == digit).nonzero().flatten()[torch.randperm(100)[:each]] for digit in pool[2].unique()])
        for way, model in three_ways(old, (pool[0][few], pool[1][few]), classes).items():
            right = (model(test[0]).argmax(1) == test[1]).float().mean().item()
            results.setdefault(way, []).append(100 * right)
    return {way: round(np.mean(values), 1) for way, values in results.items()}

def task(name, low=0, high=10):
    """Images, new labels and digits of a part of the set, for training and for the test."""
    parts = []
    for x, y in ((square.x_train, square.y_train), (square.x_test, square.y_test)):
        x, y = (torch.from_numpy(array[(low <= y) & (y < high)]) for array in (x, y))
        parts.append((x, y % 2 if name == "even" else y - low, y))
    return parts

torch.manual_seed(dlcourse.seed())
pool, test = task("even")
even = compare(cnn, pool, test, 2, each=2)
plots.plot_bars(list(even), list(even.values()), ylabel="“is it even?” answered correctly, %", title="twenty examples");

# %% tags=["claim"]
assert even["frozen"] > even["from scratch"] + 1 and even["fine-tuned"] > even["from scratch"] + 1

# %% [markdown] id="transfer-talk"
# Twenty examples are enough if somebody else has learnt to see. The network knew nothing of "even", but it could already tell the digits apart, and that is most of the work.
#
# Is old knowledge always good? Here is a network that has only ever seen the digits 0 to 4. It is to read 5 to 9, from four examples of each. **What do you expect?**

# %% id="transfer-poor" tags=["nbval-ignore-output"]
torch.manual_seed(dlcourse.seed())
narrow = fit(small_cnn(5), task("read", 0, 5)[0][:2], 12, 3e-3)
pool, test = task("read", 5, 10)
poor = compare(narrow, pool, test, 5, each=4)
plots.plot_bars(list(poor), list(poor.values()), ylabel="digits 5 to 9 read correctly, %", title="twenty examples");

# %% tags=["claim"]
assert poor["frozen"] < poor["fine-tuned"] < poor["from scratch"]
assert poor["frozen"] < poor["from scratch"] - 3

# %% [markdown] id="transfer-poor-talk"
# The network with no past wins, and frozen is the *worst*. Its last layers had learnt to tell 0 to 4 apart and nothing else; what makes a 7 a 7 was thrown away on the path. Fine-tuning with a small rate mends a part of it, not all. That's the general picture, which Yosinski and colleagues measured on ImageNet in 2014: first layers are general, last layers belong to their task, and what transfers well is what was learnt on a *rich* task. *To find out:* freeze fewer layers here, the convolutions only.

# %% [markdown] id="keras-text"
# ## Keras: the model in six lines
#
# At the other end of the scale stands Keras (François Chollet, 2015): no loop at all. It began as a comfortable surface over Theano and TensorFlow. Since version 3, of 2023, it runs on TensorFlow, JAX *or PyTorch*, and you choose by a setting that must come before the import. Six lines:

# %% id="keras" tags=["nbval-ignore-output"]
import os
os.environ["KERAS_BACKEND"] = "torch"
import keras

keras.utils.set_random_seed(dlcourse.seed())
model = keras.Sequential([keras.Input((64,)),
                          keras.layers.Dense(32, activation="relu"),
                          keras.layers.Dense(10)])
model.compile(keras.optimizers.Adam(3e-3), keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
history = model.fit(digits.x_train, digits.y_train, batch_size=32, epochs=15, validation_split=0.1, verbose=0)
print(f"Keras on {keras.backend.backend()}: {model.evaluate(digits.x_test, digits.y_test, verbose=0)[1]:.0%} right")

# %% tags=["claim"]
assert model.evaluate(digits.x_test, digits.y_test, verbose=0)[1] > 0.93

# %% id="keras-curves" tags=["nbval-ignore-output"]
curves = {"training": history.history["accuracy"], "validation": history.history["val_accuracy"]}
plots.plot_curves(np.arange(1, 16), curves, "epoch", "accuracy");

# %% [markdown] id="keras-talk"
# Layers, a loss and an optimiser, a `fit`: you could explain each word. (`compile` only ties the three together; `validation_split=0.1` holds a tenth of the training images back, and Keras measures on them after each epoch: the dashed curve, which ends a little below the other.) And below it is PyTorch: the layers' weights are torch tensors. Comfort has a price. When something odd happens inside `fit`, you are a guest in somebody else's loop.
#
# One word above is a trap: `from_logits=True` says that the scores are raw. Leave it out, and Keras takes them for probabilities. **Guess:** an error, a warning, or neither?

# %% id="keras-trap" tags=["nbval-ignore-output"]
keras.utils.set_random_seed(dlcourse.seed())
trapped = keras.Sequential([keras.Input((64,)), keras.layers.Dense(32, activation="relu"), keras.layers.Dense(10)])
trapped.compile(keras.optimizers.Adam(3e-3), keras.losses.SparseCategoricalCrossentropy(), metrics=["accuracy"])
trapped.fit(digits.x_train, digits.y_train, batch_size=32, epochs=15, verbose=0)
print(f"without from_logits: {trapped.evaluate(digits.x_test, digits.y_test, verbose=0)[1]:.0%} right")

# %% tags=["claim"]
assert trapped.evaluate(digits.x_test, digits.y_test, verbose=0)[1] < 0.5

# %% [markdown] id="keras-trap-talk"
# Neither. It runs, without a word, and learns next to nothing. PyTorch's `CrossEntropyLoss` always wants raw scores; Keras wants to be told. That's the kind of thing to look up when you change the framework: not how a layer is called, but what a loss expects, and over what it averages.

# %% [markdown] id="tensorboard-text"
# ## TensorBoard: watch it from outside
#
# A training that takes days wants watching. TensorBoard, which came with TensorFlow and works with everything, does that with a simple idea: the training writes *events* to a file, and a web page that knows nothing of the training draws them. So you can look at it from home, and compare it with last week's. Here two trainings write their losses:

# %% id="tensorboard-write"
from torch.utils.tensorboard import SummaryWriter

logs = tempfile.TemporaryDirectory()
for rate in (0.01, 0.3):
    torch.manual_seed(dlcourse.seed())
    model = get("TorchMLP")([64, 32, 10])
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    loader = DataLoader(TensorDataset(torch.from_numpy(digits.x_train), torch.from_numpy(digits.y_train)), batch_size=64, shuffle=True)
    with SummaryWriter(str(Path(logs.name) / f"rate {rate}")) as writer:
        for epoch in range(15):
            [loss] = train(model, loader, torch.nn.CrossEntropyLoss(), optimizer, 1)
            writer.add_scalar("loss", loss, epoch)
            writer.add_histogram("first weights", model.layers[0].weight, epoch)
for path in sorted(Path(logs.name).rglob("events*")):
    print(path.parent.name, "wrote one file of events")

# %% [markdown] id="tensorboard-read-text"
# In a terminal, `tensorboard --logdir FOLDER` would now show both. We stay in the notebook and read the file back ourselves:

# %% id="tensorboard-read"
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

curves = {}
for run in sorted(Path(logs.name).iterdir()):
    events = EventAccumulator(str(run)).Reload()
    curves[run.name] = np.array([event.value for event in events.Scalars("loss")])
plots.plot_curves(np.arange(1, 16), curves, "epoch", "training loss");

# %% tags=["claim"]
assert curves["rate 0.01"][-1] > 0.8 * curves["rate 0.01"][0] and curves["rate 0.3"][-1] < 0.3 * curves["rate 0.3"][0]

# %% [markdown] id="others-text"
# You see at a glance what TensorBoard is for: at the rate 0.01, fifteen epochs have hardly moved the loss, and you'd stop that run on its first day.
#
# ## The same in TensorFlow and JAX
#
# Two more accents of the same language. Both are large, so the course does not ask you to install them. If they are here, the next cells run them, in a process of their own; if not, they show the result that was stored when the course was made. (Colab has both; at home, `make frameworks` installs them in an environment of their own, 2.5 GB.)

# %% id="others-which" tags=["nbval-ignore-output"]
for name in ("tensorflow", "jax"):
    found = frameworks.result(name)
    print(f"{name} {found['version']}: {'runs here' if frameworks.is_live(name) else 'not installed; its stored result is shown'}")

# %% [markdown] id="tensorflow-text"
# **TensorFlow 2.** The graph of $t_1$, $t_2$ and $t_3$ again. You open a *tape*, and what happens while it runs is recorded.

# %% id="tensorflow-graph"
from dlcourse.frameworks import in_jax, in_tensorflow

dlcourse.show_source(in_tensorflow.graph)

# %% [markdown] id="jax-text"
# **JAX** thinks in functions. You write $c$ as a plain function of arrays, and `grad` turns it into the *function* of its slopes. Nothing is recorded in the arrays, nothing is changed in place: no `backward()`, no `.grad`, no `zero_grad`.

# %% id="jax-graph"
dlcourse.show_source(in_jax.graph)

# %% id="others-graph"
for name in ("tensorflow", "jax"):
    found = frameworks.result(name)
    agree = all(np.allclose(mine, theirs, atol=1e-3) for mine, theirs in zip((grad_t1, grad_t2, grad_t3), found["gradients"]))
    print(f"{name:10}  c = {found['value']:.3f}, gradients agree with ours by hand: {agree}")

# %% tags=["claim"]
for name in ("tensorflow", "jax"):
    found = frameworks.result(name)
    assert abs(found["value"] - 8.80812307798) < 1e-3
    assert all(np.allclose(m, t, atol=1e-3) for m, t in zip((grad_t1, grad_t2, grad_t3), found["gradients"]))

# %% [markdown] id="others-train-text"
# Then the training, 50-100-500-10. Look at the line above the step in each: `@tf.function` and `@jax.jit`. They are the tracing that you met above: the step is written down once, compiled, and after that Python's lines are not run any more.

# %% id="others-train"
dlcourse.show_source(in_tensorflow.train, in_jax.train)

# %% id="others-curves"
curves = {"our engine, in NumPy": levels["3, our engine"], "PyTorch": levels["3: nn and optim"]}
curves |= {name: frameworks.result(name)["losses"] for name in ("tensorflow", "jax")}
plots.plot_curves(np.arange(steps), curves, "step", "sum of squared errors", logy=True);

# %% tags=["claim"]
first = np.array(levels["1: tensors"])
for name in ("tensorflow", "jax"):
    assert np.allclose(frameworks.result(name)["losses"][:200], first[:200], rtol=0.02)

# %% [markdown] id="others-curves-talk"
# Four curves, one line. Which engine, which style of graph, which company: gradient descent does not know.
#
# *When* do Python's lines run, in a traced function? Both modules contain a function that counts how often it is really executed. It is called four times: three times with 3 numbers, once with 5. **Guess before you run it.**

# %% id="others-recorded"
dlcourse.show_source(in_jax.times_recorded)
for name in ("tensorflow", "jax"):
    print(f"{name}: called 4 times, Python ran it {frameworks.result(name)['recorded']} times")

# %% tags=["claim"]
assert all(frameworks.result(name)["recorded"] == 2 for name in ("tensorflow", "jax"))

# %% [markdown] id="others-recorded-talk"
# Twice: once for each shape. A `print` in such a function appears twice, too, and that has puzzled many. A static graph is back, by the side door; the question is the one from before: *does this line run now, or is it being written down?*

# %% id="clean-up"
folder.cleanup()
logs.cleanup()

# %% id="progress" tags=["nbval-ignore-output"]
progress()

# %% [markdown] id="recap"
# ## Recap
#
# - All frameworks do three things: **record** a graph, **walk it back**, **take a step**. With the same numbers they draw the same curve, and so does your own engine.
# - A **dynamic** graph runs as you write it and is easy to debug; a **static** one can be compiled and shipped. Today you write the first and *trace* it to get the second. Then Python's lines run once for each shape of the inputs, and not again.
# - PyTorch has three levels: tensors, autograd, `nn` and `optim`. A `Module` finds its parameters because you assign modules to its attributes.
# - A `Dataset` gives one example, a `DataLoader` a batch. If the model waits: data into **memory**, a faster disk, **workers** that read ahead.
# - Save the `state_dict`; call `eval()` before you ask; keep model and data on the same device.
# - **Transfer:** freeze what has been learnt, train a new last layer, then perhaps fine-tune it all with a small rate.
# - Keras writes the loop for you; TensorBoard watches it from outside.
#
# ## Where to read on
#
# - Adam Paszke and colleagues, [PyTorch: an imperative style, high-performance deep learning library](https://arxiv.org/abs/1912.01703), 2019. Why the graph is dynamic, told by those who made it.
# - Martín Abadi and colleagues, [TensorFlow: a system for large-scale machine learning](https://arxiv.org/abs/1605.08695), 2016. The case for the static graph.
# - Roy Frostig, Matthew James Johnson and Chris Leary, [Compiling machine learning programs via high-level tracing](https://mlsys.org/Conferences/2019/doc/2018/146.pdf), 2018. The beginning of JAX.
# - Jason Yosinski, Jeff Clune, Yoshua Bengio and Hod Lipson, [How transferable are features in deep neural networks?](https://arxiv.org/abs/1411.1792), 2014. What to freeze, and what not.
# - The PyTorch team, [Learn the basics](https://docs.pytorch.org/tutorials/beginner/basics/intro.html). The next thing to work through.
#
# **Next:** you have come to the end of the course's core. Take a problem of your own, with data of your own, and a linear classifier as the first thing to beat.
