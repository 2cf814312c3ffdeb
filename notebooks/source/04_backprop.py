# ---
# jupyter:
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
#   dlcourse:
#     lesson: "04"
#     title: Backpropagation from scratch
#     reading_minutes: 85
#     prerequisites: ["02", "03"]
#     data: "toy sets and scikit-learn's digits, both offline"
#     gpu: false
# ---

# %% [markdown] id="promise"
# **What you can do at the end.** You can take any computation built from sums, products and a handful of functions, and get the slope of its
# result with respect to *every* number in it, in one walk back. You will have written the engine that does this, found out where it breaks and why,
# checked it, trained a network on a spiral with your own backward functions, and turned the method round: to change a picture until the network sees another
# digit in it. You need the loss from lesson 02 and gradient descent from lesson 03, and school derivatives: those of $x^2$, $e^x$ and $\log x$. Where
# more is needed, it is given.
#
# Reading takes about 85 minutes. The twelve exercises ask for two to three hours more; your right answers are kept, so you can spread them over several sittings.
#
# We begin with three arms of a spiral. A network is to tell them apart.

# %% id="spiral-data"
import time

from dlcourse import data, plots, widgets

points, labels = data.spiral(300, turns=1.0, seed=dlcourse.seed())
plots.plot_points(points, labels);

# %% [markdown] id="three-parts"
# Whatever we train in this course has **three parts**: a *model* with numbers in it that can be changed (its **parameters**), a *loss* that says how wrong the
# model is, as one number, and an *optimiser* that changes the parameters so that the loss falls. Here are the first two.

# %% id="model-and-loss"
model = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 3))
loss_function = nn.CrossEntropyLoss()

parameters = list(model.parameters())
for parameter in parameters:
    parameter.data = parameter.data.astype(np.float64)  # 16 digits, so that tiny changes show
inputs, targets = dlcourse.tensor(points.astype(np.float64)), dlcourse.tensor(labels)

print("parameters:", sum(parameter.data.size for parameter in parameters))
print(f"loss before any training: {loss_function(model(inputs), targets).item():.1f}")  # .item(): as a number

# %% tags=["claim"]
assert sum(parameter.data.size for parameter in parameters) == 1251
assert 1.0 < loss_function(model(inputs), targets).item() < 1.25

# %% [markdown] id="slopes-wanted"
# Between the two coordinates and the three scores stand two **layers** of 32 **units**. Each unit is a weighted sum of what comes in, plus a number of its own, its bias; ReLU then replaces what is negative by 0. Lesson 05 builds such
# networks. Here they are what we differentiate.
#
# The third part, the optimiser of lesson 03, goes downhill. For that it needs to know, for each of the 1,251 parameters: if I raise this one a little,
# does the loss rise or fall, and how fast? In other words, 1,251 **slopes**.
#
# You know one way to find a slope: nudge the parameter up, nudge it down, and look at the loss. It asks for two runs of the network for every
# parameter. Let's do it, and time it.

# %% id="nudge-all" tags=["nbval-ignore-output"]
def loss_now():
    with dlcourse.no_grad():      # only the number, no book-keeping
        return loss_function(model(inputs), targets).item()


def nudged_slope(numbers, i, h=1e-6):
    old = numbers.flat[i]         # the i-th number, whatever the array's shape
    numbers.flat[i] = old + h
    up = loss_now()
    numbers.flat[i] = old - h
    down = loss_now()
    numbers.flat[i] = old
    return (up - down) / (2 * h)


start = time.perf_counter()
nudged = np.array([nudged_slope(p.data, i) for p in parameters for i in range(p.data.size)])
nudging_seconds = time.perf_counter() - start
print(f"{2 * len(nudged)} runs of the network: {nudging_seconds:.1f} seconds")

# %% [markdown] id="backward-teaser"
# Now the other way. One run of the network, then one word:

# %% id="backward-all" tags=["nbval-ignore-output"]
start = time.perf_counter()
loss = loss_function(model(inputs), targets)
loss.backward()
backward_seconds = time.perf_counter() - start

swept = np.concatenate([parameter.grad.data.ravel() for parameter in parameters])
print(f"{len(swept)} slopes: {1000 * backward_seconds:.1f} milliseconds, "
      f"{nudging_seconds / backward_seconds:.0f} times faster")

# %% tags=["claim"]
assert nudging_seconds > 5 * backward_seconds
assert np.abs(nudged - swept).max() < 1e-6

# %% id="backward-scatter"
fig, ax = plt.subplots(figsize=(4.5, 4.5))
ax.plot(nudged, swept, ".", markersize=4)
ax.set(xlabel="slope found by nudging", ylabel="slope from backward()", aspect="equal");

# %% [markdown] id="the-question"
# Each dot is one parameter, and all 1,251 lie on the diagonal: the two ways agree. One of them needed 2,502 runs of the network. The other needed one run forward and one walk
# back, and the bill stays one run and one walk if the network grows to a billion parameters.
#
# **How can one walk back yield all the slopes at once?** That is this lesson. The method is called **backpropagation**, and there is no magic in it. By the end
# you will have written every line of it.

# %% [markdown] id="smallest-graph"
# ## The smallest graph
#
# We shrink the problem until it fits on a napkin: three numbers, one sum, one product.
#
# $$ f = (x + y) \cdot z $$

# %% id="smallest-forward"
x, y, z = 3.0, -1.0, 4.0
q = x + y          # the number in the middle gets a name
f = q * z
print("q =", q, "  f =", f)

# %% [markdown] id="smallest-graph-intro"
# Computing from the inputs to the result is the **forward pass**. We draw it as a **graph**: a box for each number, a circle for each operation, arrows in the direction of
# the computation. (`scalar.Value` is a number that remembers how it was made. You'll write it yourself soon; for now it draws our picture.)

# %% id="smallest-graph-picture"
from dlcourse.autograd import scalar


def small_graph():
    x, y, z = scalar.Value(3.0, "x"), scalar.Value(-1.0, "y"), scalar.Value(4.0, "z")
    q = x + y
    f = q * z
    q.label, f.label = "q", "f"
    return f


plots.draw_graph(small_graph(), show=("data",));

# %% [markdown] id="smallest-nudge"
# Three inputs, three slopes. First by nudging, to know what must come out:

# %% id="smallest-nudged"
h = 0.001
print(f"x: {((x + h + y) * z - f) / h:.2f}")
print(f"y: {((x + y + h) * z - f) / h:.2f}")
print(f"z: {((x + y) * (z + h) - f) / h:.2f}")

# %% [markdown] id="smallest-think"
# If $x$ grows by a little, $f$ grows by 4 times as much.
#
# **Before you read on:** look at the picture. Where does this 4 come from? And the 2 for $z$?

# %% [markdown] id="chain-rule"
# Look at one circle at a time, and forget the rest.
#
# * The product: $f = q \cdot z$. If $q$ grows by one, $f$ grows by $z = 4$. If $z$ grows by one, $f$ grows by $q = 2$.
# * The sum: $q = x + y$. If $x$ grows by one, $q$ grows by 1. The same for $y$.
#
# These are **local slopes**. Each is a school derivative, and to write it down you need to know one operation and the numbers that went into it, nothing else. Now put them together along the path from $x$ to
# $f$: a little more $x$ gives 1 times as much more $q$, and that gives 4 times as much more $f$. In all $1 \cdot 4 = 4$. **Slopes along a path multiply.** This is the
# **chain rule**:
#
# $$ \frac{\partial f}{\partial x} = \frac{\partial f}{\partial q} \cdot \frac{\partial q}{\partial x} $$
#
# Read $\frac{\partial f}{\partial x}$ as "the slope of $f$ when $x$ alone is moved".
#
# Now comes the trick, and it is a trick of book-keeping. We start at the *end*. The slope of $f$ with respect to itself is 1. Then we go back through the graph, and at each number we
# multiply what we have by the local slope:

# %% id="smallest-backward"
df_df = 1.0
df_dq = df_df * z       # through the product: the other factor
df_dz = df_df * q
df_dx = df_dq * 1.0     # through the sum
df_dy = df_dq * 1.0
print("x:", df_dx, "  y:", df_dy, "  z:", df_dz)

# %% tags=["claim"]
assert (df_dx, df_dy, df_dz) == (4.0, 4.0, 2.0)
assert abs(((x + h + y) * z - f) / h - df_dx) < 1e-6 and abs(((x + y) * (z + h) - f) / h - df_dz) < 1e-6

# %% [markdown] id="smallest-backward-why"
# The same three numbers. This is the **backward pass**. Notice that `df_dq` was computed once and used twice, for $x$ and for $y$. Here lies the whole saving: whatever lies between a parameter
# and the loss is shared with thousands of others, and it is worked out once.
#
# In the drawing, each box now holds its value and, in the other colour, its **gradient**: the slope of the final result with respect to this number. Read the gradients from right to left.

# %% id="smallest-backward-picture"
f_node = small_graph()
f_node.backward()
plots.draw_graph(f_node);

# %% [markdown] id="chain-rule-exercise"
# ### Exercise: go back by hand
#
# Your turn, with one more step at the end: $f = (x \cdot y + z)^2$. Name the numbers in the middle, go forward, then go back.
# The cell below it checks your answer on random numbers. If it's wrong, it often knows why. `hint(chain_rule)` gives a first hint,
# and a further one each time you ask.

# %% exercise="chain_rule"

# %% [markdown] id="arrays-by-hand"
# ## The same graph, twenty numbers at a time
#
# Nothing in the argument needs $x$, $y$, $z$ to be single numbers. Let them be arrays of shape (4, 5): twenty small graphs side by side. To come back to one number, which has a slope, we sum up. Here is that graph in NumPy,
# with the random numbers of seed 0. The listing is from a talk by Emilio Sansano, and so is its result, 8.80812307798:

# %% id="arrays-forward"
np.random.seed(0)
t1, t2, t3 = np.random.rand(4, 5), np.random.rand(4, 5), np.random.rand(4, 5)

a = t1 + t2
b = a * t3
c = np.sum(b)
print(f"{c:.11f}")

# %% tags=["claim"]
assert f"{c:.11f}" == "8.80812307798"

# %% [markdown] id="arrays-think"
# **Before you read on:** go back by hand. What is the gradient of $c$ with respect to `b`? (How much does the sum grow if one of its twenty terms grows by a little?) And then
# with respect to `a`, `t3`, `t1`, `t2`?

# %% id="arrays-backward"
grad_c = 1.0
grad_b = grad_c * np.ones((4, 5))   # each term moves the sum by as much as itself
grad_a = grad_b * t3                # product: the other factor
grad_t3 = grad_b * a
grad_t1 = grad_a.copy()             # sum: what arrives, to both
grad_t2 = grad_a.copy()

# %% [markdown] id="arrays-backward-talk"
# Three lines forward, and for each of them its way back. It is the small graph again; the one new operation is `np.sum`, which hands the same number to all twenty terms. Note the shapes:
# **a gradient always has the shape of the thing that it belongs to**, one slope for each number. (The `.copy()` is a precaution: without it,
# three names would stand for one array, and changing one of them in place would change all three.)
#
# Is it right? Nudge one of the sixty numbers, say `t3[2, 3]`:

# %% id="arrays-nudge"
nudge = np.zeros((4, 5))
nudge[2, 3] = 1e-6
c_nudged = np.sum((t1 + t2) * (t3 + nudge))
print(f"nudged:   {(c_nudged - c) / 1e-6:.4f}")
print(f"grad_t3:  {grad_t3[2, 3]:.4f}")

# %% tags=["claim"]
assert abs((c_nudged - c) / 1e-6 - grad_t3[2, 3]) < 1e-4
tensors = [dlcourse.tensor(t, requires_grad=True) for t in (t1, t2, t3)]
((tensors[0] + tensors[1]) * tensors[2]).sum().backward()
for tensor, by_hand in zip(tensors, (grad_t1, grad_t2, grad_t3)):
    assert np.allclose(tensor.grad.data, by_hand)

# %% [markdown] id="splits-joins"
# ## Splits and joins
#
# So far each number was used once. In a network, a hidden unit feeds every unit of the next layer, and a weight is used for every example. What happens on the way back where paths **join** in an operation,
# and where they **split** because a number is used several times?
#
# Joins first. Say that a gradient of 6 arrives at an operation whose inputs are 3 and 2. It is passed on to the two inputs, each time multiplied by the local slope:

# %% id="joins"
arriving, u, v = 6.0, 3.0, 2.0
print("u + v     :", arriving * 1, arriving * 1, "   copies")
print("u * v     :", arriving * v, arriving * u, "  multiplies by the other one")
print("max(u, v) :", arriving * (u > v), arriving * (v > u), "   sends all to the larger one")

# %% [markdown] id="joins-talk"
# **Joins route the gradient.** A sum copies it to all, a product weighs it, a maximum is a switch: the input that lost the comparison had no influence on the result, so it gets nothing. ReLU, $\max(0, x)$, is such a switch, with
# zero as the opponent.
#
# Now a split. Here $x$ is used three times:

# %% id="split-graph"
s = scalar.Value(3.0, "x")
g = s * s + s
g.label = "g"
plots.draw_graph(g, show=("data",));

# %% [markdown] id="split-think"
# Three arrows leave $x$. Each leads to the result on a path of its own. **Before you read on:** what are the slopes along the three paths, and what is the slope of
# $g$ with respect to $x$?
#
# Let's find out by giving the three uses three names, and nudging them one by one:

# %% id="split-nudge"
def g_of(first, second, third):
    return first * second + third


h = 1e-6
for name, moved in {"first": (h, 0, 0), "second": (0, h, 0), "third": (0, 0, h), "all three": (h, h, h)}.items():
    slope = (g_of(*(3.0 + step for step in moved)) - g_of(3.0, 3.0, 3.0)) / h
    print(f"{name:10s} {slope:.3f}")

# %% tags=["claim"]
assert abs((g_of(3 + h, 3 + h, 3 + h) - g_of(3, 3, 3)) / h - 7) < 1e-4

# %% [markdown] id="split-rule"
# 3, 3 and 1, and together 7. When $x$ moves, all its uses move at once, and for a small nudge their effects add up. **Splits add.** So to the chain rule (along a path, multiply) comes a second
# half (over all paths, add):
#
# $$ \frac{\partial f}{\partial x} = \sum_{\text{paths from } x \text{ to } f} \;\; \prod_{\text{steps on the path}} \text{local slope} $$
#
# That is all the mathematics of backpropagation. What remains is to do it without wasting work.

# %% [markdown] id="stepper-intro"
# ### Play: one step at a time
#
# Here is a graph in which two numbers are used twice. Move the slider: first the values become known, from left to right, then the gradients, from right to left. (Boxes that nobody named are called v1, v2, ...) *To find out by playing:*
#
# 1. Which box gets its gradient first, and what is it, always?
# 2. Two arrows leave $p$. Its gradient comes in two contributions: what are they, and what happens before $p$ passes anything on to $x$ and $y$?
# 3. Change the graph: two lines of code make a new one, and the slider walks through it.

# %% id="stepper" tags=["nbval-ignore-output"]
x, y = scalar.Value(2.0, "x"), scalar.Value(3.0, "y")
p = x * y
p.label = "p"
widgets.backprop_stepper((p + x) * p)

# %% tags=["claim"]
x_copy, y_copy = scalar.Value(2.0), scalar.Value(3.0)
p_copy = x_copy * y_copy
((p_copy + x_copy) * p_copy).backward()
assert (p_copy.grad, x_copy.grad, y_copy.grad) == (8.0 + 6.0, 14.0 * 3 + 6, 14.0 * 2)

# %% [markdown] id="bookkeeping"
# ## Let the machine keep the books
#
# We wrote a backward line for each forward line. That is dull work, and dull work is for machines. What does the machine need to know about a number, so that
# it can go back through it? Which numbers it was made from, and the local slope for each of them. So:

# %% id="node"
class Node:
    def __init__(self, data, parents=(), slopes=(), op=""):
        self.data = data          # the number
        self.parents = parents    # the nodes that it was made from
        self.slopes = slopes      # one local slope for each parent
        self.op = op              # for the drawing
        self.grad = 0.0           # to be found

# %% [markdown] id="node-operations"
# And each operation writes these down while it computes. The forward line and its local slopes stand side by side:

# %% id="node-add-mul"
def add(a, b):
    return Node(a.data + b.data, (a, b), (1.0, 1.0), "+")


def mul(a, b):
    return Node(a.data * b.data, (a, b), (b.data, a.data), "*")


x, y, z = Node(3.0), Node(-1.0), Node(4.0)
f = mul(add(x, y), z)
plots.draw_graph(f, show=("data",));

# %% [markdown] id="walk-back"
# Nobody told the machine what the graph looks like. It came into being while Python computed, and it would do so through loops, `if`s and functions too.
#
# Now back. The rule says: multiply along each path, add over all paths. A first attempt does precisely that. It walks along *every* path, carrying the product of the slopes so far,
# and leaves it at each node it passes:

# %% id="walk-back-code"
def walk_back(node, arriving=1.0):
    node.grad += arriving
    for parent, slope in zip(node.parents, node.slopes):
        walk_back(parent, arriving * slope)


walk_back(f)
print("x:", x.grad, "  y:", y.grad, "  z:", z.grad)

s = Node(3.0)
walk_back(add(mul(s, s), s))
print("s * s + s, at s = 3:", s.grad)

# %% tags=["claim"]
assert (x.grad, y.grad, z.grad, s.grad) == (4.0, 4.0, 2.0, 7.0)

# %% [markdown] id="walk-back-breaks"
# Four lines, and it's right, also for splits: 7, as the nudges said. Are we done?
#
# Watch it break. We double a number, again and again: `x = x + x`. Eighteen doublings are eighteen additions. How many nodes does `walk_back` visit on its way?

# %% id="walk-back-count"
def doubled(x, times):
    for _ in range(times):
        x = add(x, x)
    return x


def visits(node):
    return 1 + sum(visits(parent) for parent in node.parents)


for times in (1, 2, 3, 6, 12, 18):
    print(f"{times:2d} additions: {visits(doubled(Node(1.0), times)):7d} visits")

# %% tags=["claim"]
for times in range(13):
    assert visits(doubled(Node(1.0), times)) == 2 ** (times + 1) - 1
assert 7000 < 2**61 / 1e7 / (365 * 24 * 3600) < 8000

# %% [markdown] id="walk-back-why"
# The visits double with each addition, because the *paths* do. For 60 additions, at ten million visits a second, we would wait for more than 7,000 years. And a network is all splits: with three hidden layers of 32 units and three outputs, each weight of the first reaches the loss
# on 32 · 32 · 3 paths, about three thousand, for each example.
#
# **Before you read on:** `walk_back` does the same work again and again. Which work, and what would it have to wait for to do it once?

# %% [markdown] id="order-idea"
# It leaves a node as soon as *one* contribution has arrived, and comes back for the next. If it waited until **all** contributions to a node had arrived, it could add them up and carry the
# sum on, once. Then each node is visited once, and each arrow is walked once.
#
# When have all contributions arrived at a node? When everything that was made from it has been visited. So we want the nodes in an order where **each node comes after its parents**, and we walk through
# this list from its end. Such an order is called a **topological order**. Here is a way to find it: before you write down a node, write down its parents.

# %% id="order-recursive"
def order_of(root):
    order, seen = [], set()

    def place(node):
        if node not in seen:
            seen.add(node)
            for parent in node.parents:
                place(parent)
            order.append(node)

    place(root)
    return order


print("nodes to visit for 18 additions:", len(order_of(doubled(Node(1.0), 18))))
print("nodes to visit for 60 additions:", len(order_of(doubled(Node(1.0), 60))))

# %% tags=["claim"]
assert len(order_of(doubled(Node(1.0), 18))) == 19 and len(order_of(doubled(Node(1.0), 60))) == 61

# %% [markdown] id="order-breaks"
# From half a million visits to 19, and from 7,000 years to 61 visits.
#
# The next break is a quieter one. Add up a list of five thousand numbers, one after the other, and ask for the order:

# %% id="order-deep"
total = Node(0.0)
for _ in range(5000):
    total = add(total, Node(1.0))
try:
    order_of(total)
except RecursionError as error:
    print(type(error).__name__)

# %% [markdown] id="order-deep-why"
# `place` calls itself for the parent, which calls itself for its parent, and so on. Python stops at about a thousand calls inside each other. And 5,000 steps are not far-fetched: a network that reads a text letter by letter has a graph as deep as the text is long.
# Many small engines on the web have this very fault, and run well until the day they meet a loop.
#
# The way out: the computer keeps a list of unfinished calls for you, and that list is short. Keep your own. It can be as long as memory allows. (Python's limit
# can be raised, but that only moves the wall.) On such a list a node comes up twice: once to put its parents on top, once to be written down.
#
# ### Exercise: an order for any depth
#
# Here a graph is given by a function, `parents(node)`, so that your answer works for any kind of node: for the letters in the example, and for your own engine in a moment.

# %% exercise="topological_order"

# %% [markdown] id="second-backward"
# ## A backward pass that visits each node once
#
# With an order in hand, the backward pass is short. (I use the course's `topological_order` here, so that this lesson runs whether your answer is finished or not.)

# %% id="backward-once"
def backward(root):
    root.grad = 1.0
    for node in reversed(scalar.topological_order(root)):
        for parent, slope in zip(node.parents, node.slopes):
            parent.grad += slope * node.grad


x, y, z = Node(3.0), Node(-1.0), Node(4.0)
f = mul(add(x, y), z)
backward(f)
print("x:", x.grad, "  y:", y.grad, "  z:", z.grad)

# %% [markdown] id="second-backward-breaks"
# 4, 4 and 2, as it should be. One more test, and it is the one that many engines fail: do it again.

# %% id="backward-twice"
backward(f)
print("x:", x.grad, "  y:", y.grad, "  z:", z.grad)

# %% tags=["claim"]
assert (x.grad, y.grad, z.grad) == (12.0, 12.0, 4.0)

# %% [markdown] id="second-backward-think"
# We might have expected 4, 4, 2 again. Or 8, 8, 4, if the second pass adds to the first. But 12? No error, no warning, a wrong number.
#
# **Before you read on:** where does the 12 come from? (Follow $q$, the number in the middle.)

# %% [markdown] id="second-backward-why"
# After the first pass, $q$ held a gradient of 4. The second pass *added* 4 to it and passed 8 on to $x$, which held 4 already: 12. Two kinds of numbers have to be told apart:
#
# * **Inner nodes** (those with parents) need their gradient for one pass only. They start each pass at 0.
# * **Leaves** (those without parents: inputs and parameters) are where gradients are collected. Should these start at 0 as well? That would be a fair choice. PyTorch
#   made the other one: leaves *add up* over passes. It's handy when a batch, the examples of one step, is too large for the memory: several passes over small pieces leave the gradient of the whole. The price is that you must remember to
#   clear them before the next step. We follow PyTorch.
#
# So after two passes the right answer is 8, 8, 4: twice the gradient in the leaves, and you asked for it. What forgetting does, we shall see in a minute.
#
# ### Exercise: your own engine
#
# Put it together. A `Value` is our `Node` with operators: `x + y` calls `x.__add__(y)`, and `x * y` calls `x.__mul__(y)`. The check looks at the four methods one after the other, so you can write one, run it, and
# see it pass before you write the next. Mind one difference: the second argument of `Value` is its label, so give the others by name, `parents=...`, `slopes=...`, `op=...`.

# %% exercise="Value"

# %% [markdown] id="course-value"
# The course has such a class too, `scalar.Value`, which has drawn our pictures so far. It goes on in the same way: each operation is its forward line and its slope. Here is $\tanh$, whose slope is $1 - \tanh^2$, and here is the walk back:

# %% id="show-value"
dlcourse.show_source(scalar.Value.tanh, scalar.Value.backward)

# %% [markdown] id="show-value-talk"
# It *adds* 1 to its own gradient where you set it to 1. That is the same, since a result starts from 0; only for a leaf that calls `backward()` itself, its 1 adds up as well.

# %% [markdown] id="forgetting"
# ### What forgetting to clear does
#
# One parameter $w$, the loss $(w - 3)^2$, forty steps of gradient descent at rate 0.1. One run clears the gradient before each pass, the other doesn't.

# %% id="forgetting-run"
def descend(clear, steps=40, rate=0.1):
    w, path = scalar.Value(0.0), []
    for _ in range(steps):
        path.append(w.data)
        if clear:
            w.grad = 0.0
        loss = (w - 3) ** 2
        loss.backward()
        w.data -= rate * w.grad
    return path


plots.plot_curves(np.arange(40), {"cleared": descend(True), "not cleared": descend(False)}, "step", "w");

# %% tags=["claim"]
assert abs(descend(True)[-1] - 3) < 1e-3
assert max(descend(False)) > 5.9 and min(descend(False, steps=400)[-40:]) < 0.5 < 5.5 < max(descend(False, steps=400)[-40:])

# %% [markdown] id="forgetting-talk"
# Cleared, $w$ glides into 3. Not cleared, each step repeats all the steps before it: $w$ shoots past 3, to about 6, comes back, and swings on without end. There is no error message for this. In PyTorch the line that you
# must not forget is `optimizer.zero_grad()`.

# %% [markdown] id="history"
# ### Found more than once
#
# The walk back is older than its fame. Seppo Linnainmaa described it in his master's thesis in Helsinki in 1970, to follow rounding errors through long computations. Paul Werbos proposed it in his thesis of 1974 for fitting models to
# data, and in 1982 for neural networks. In 1986 David Rumelhart, Geoffrey Hinton and Ronald Williams showed what hidden units learn by it, and from then on everybody knew it as *back-propagation*; others had come to it at about the same time.
# Outside neural networks it is called the **reverse mode of automatic differentiation**.

# %% [markdown] id="is-it-right"
# ## Is it right?
#
# A wrong gradient seldom crashes. The loss may even fall, only more slowly, and to a worse place. So the one who writes a backward pass checks it, and the witness is the slow method from the beginning: the nudge. Let's
# question `scalar.Value` about a longer expression.

# %% id="check-expression"
def expression(x, y):
    return (x * y + 3).tanh() * x.exp() + (x / y + 3).relu()


x, y = scalar.Value(0.7), scalar.Value(-0.4)
expression(x, y).backward()

h = 1e-5
def value_at(a, b):
    return expression(scalar.Value(a), scalar.Value(b)).data


print(f"backward:  {x.grad:.6f}  {y.grad:.6f}")
print(f"nudged:    {(value_at(0.7 + h, -0.4) - value_at(0.7 - h, -0.4)) / (2 * h):.6f}  "
      f"{(value_at(0.7, -0.4 + h) - value_at(0.7, -0.4 - h)) / (2 * h):.6f}")

# %% tags=["claim"]
assert abs((value_at(0.7 + h, -0.4) - value_at(0.7 - h, -0.4)) / (2 * h) - x.grad) < 1e-8
assert abs((value_at(0.7, -0.4 + h) - value_at(0.7, -0.4 - h)) / (2 * h) - y.grad) < 1e-8

# %% [markdown] id="check-exercise-intro"
# Six digits agree. (The `+ 3` is there to open the ReLU: a branch that is switched off has slope 0, and would pass with any fault in it.) From lesson 03 you know why we nudge in both directions, and why $h$ is neither large (the curve bends) nor tiny (rounding takes over).
#
# ### Exercise: a tool to keep
#
# Write the check once, for arrays of any shape. The nudge in both directions, $(f(x + h) - f(x - h)) / 2h$, is called a **central difference**. Whenever you invent a layer, this function tells you whether its backward pass is true.

# %% exercise="gradient_check"

# %% [markdown] id="torch-check"
# The second witness is PyTorch. The course's engine for arrays uses PyTorch's names, so the same lines run in both. If you have PyTorch, put `import torch` in the first line of the cell and run it again.
# (The course's tests do that for this graph, and for every operation of the engine.) `requires_grad=True` says: this is a leaf whose slope we want.

# %% id="torch-lines"
import dlcourse as torch

x = torch.tensor([3.0], requires_grad=True)
y = torch.tensor([-1.0], requires_grad=True)
z = torch.tensor([4.0], requires_grad=True)
f = ((x + y) * z).sum()
f.backward()
print(x.grad.item(), y.grad.item(), z.grad.item())

# %% tags=["claim"]
assert (x.grad.item(), y.grad.item(), z.grad.item()) == (4.0, 4.0, 2.0)

# %% [markdown] id="two-clouds"
# ## It learns
#
# An engine that differentiates can train. Two clouds of points; class 0 is to get a score below zero, class 1 above. The network has two inputs, four hidden units with ReLU, and one output, all of it made of single `Value`s.

# %% id="clouds-model"
cloud, side = data.two_clouds(80, seed=dlcourse.seed())
rng = np.random.default_rng(dlcourse.seed())

hidden = [[scalar.Value(w) for w in rng.normal(0, 0.5, 3)] for _ in range(4)]   # two weights and a bias each
output = [scalar.Value(w) for w in rng.normal(0, 0.5, 5)]                      # four weights and a bias
knobs = output + [w for unit in hidden for w in unit]


def score(point):
    total = output[4]
    for weight, (w1, w2, b) in zip(output, hidden):
        total = total + weight * (w1 * float(point[0]) + w2 * float(point[1]) + b).relu()
    return total

# %% [markdown] id="clouds-loss"
# The loss is the mean squared error: the mean of $(\text{score} - \text{goal})^2$, with the goals $-1$ and $+1$. One step of training has four lines, and they are the same four for every network in this course:
# clear, forward, backward, update.

# %% id="clouds-train"
def train_step(rate):
    for knob in knobs:
        knob.grad = 0.0
    loss = sum(((score(p) - (2 * int(c) - 1)) ** 2 for p, c in zip(cloud, side)), scalar.Value(0.0)) * (1 / len(cloud))
    loss.backward()
    for knob in knobs:
        knob.data -= rate * knob.grad
    return loss.data


def scores(points):
    return np.array([score(point).data for point in points])

# %% id="clouds-pictures"
def classes(points):
    return scores(points) > 0


fig, axes = plt.subplots(1, 2, figsize=(9, 4.3))
plots.plot_decision_boundary(classes, cloud, side, ax=axes[0], resolution=60, title="before")
losses = [train_step(rate=0.1) for _ in range(60)]
plots.plot_decision_boundary(classes, cloud, side, ax=axes[1], resolution=60, title="after 60 steps")

accuracy = np.mean(classes(cloud) == side)
print(f"loss: {losses[0]:.2f} at first, {losses[-1]:.2f} at the end; right: {accuracy:.0%}")

# %% tags=["claim"]
assert losses[-1] < 0.35 and losses[-1] < 0.5 * losses[0] and accuracy > 0.93

# %% [markdown] id="clouds-talk"
# The colours show what the network says at each place of the plane. Before training the boundary lies anywhere, perhaps even outside the picture; sixty steps later it runs between the clouds. (Its stairs are the drawing's, which asks on a grid of 60 × 60 places.) Everything that happened in these steps, you have
# written or read: sums, products, ReLU, powers, and the walk back.

# %% [markdown] id="too-slow"
# ## From numbers to arrays
#
# Now back to the network of the beginning, with its 1,251 parameters. How long does our scalar engine take for *one* of the 300 points?

# %% id="scalar-time"
def scalar_layer(values, units):
    return [sum((scalar.Value(w) * v for w, v in zip(rng.normal(size=len(values)), values)), scalar.Value(0.0)).relu()
            for _ in range(units)]


def one_point():
    result = sum(scalar_layer(scalar_layer(scalar_layer([scalar.Value(0.3), scalar.Value(-0.5)], 32), 32), 3))
    result.backward()
    return result


def best_of_five(run):
    times = []
    for _ in range(5):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)

# %% id="scalar-time-run" tags=["nbval-ignore-output"]
seconds = best_of_five(one_point)
array_seconds = best_of_five(lambda: loss_function(model(inputs), targets).backward())
values = len(scalar.topological_order(one_point()))
print(f"one point, scalar engine:   {1000 * seconds:.1f} ms, {values} values")
print(f"300 points, array engine:  {1000 * array_seconds:.1f} ms")
print(f"so for all points, the scalar engine takes about {300 * seconds / array_seconds:.0f} times as long")

# %% tags=["claim"]
assert 3_500 < values < 4_000
assert 300 * seconds > 10 * array_seconds

# %% [markdown] id="arrays-idea"
# Nearly four thousand Python objects for one point. The arithmetic is not what costs; it's the book-keeping. So we keep books for whole **arrays**: one node for "the hidden layer of all 300 points", made by one operation, a matrix product.
#
# What about the local slopes? With numbers, an operation had one slope for each parent. If an array of $n$ numbers is made from an array of $m$ numbers, there are $n \cdot m$ slopes: the table of all of them is called the **Jacobian**.
# For our second hidden layer, 300 × 32 numbers made from 300 × 32 numbers:

# %% id="jacobian-size"
numbers = 300 * 32
print(f"slopes in the table: {numbers * numbers:,}   at 8 bytes: {numbers * numbers * 8 / 1e9:.1f} GB")

# %% tags=["claim"]
assert numbers * numbers == 92_160_000

# %% [markdown] id="vjp"
# Nobody wants that table, and nobody needs it. In the walk back we never look at a slope for its own sake: we only ever multiply what arrives by it. So instead of the slopes, each operation stores **a function that takes the gradient
# of its output and returns the gradient of its input**. For most operations that function is a short line. Here is $\tanh$ as an operation of the course's engine, `dlcourse.autograd`:

# %% id="my-tanh"
def my_tanh(x):
    y = np.tanh(x.data)
    return dlcourse.Tensor.from_op(y, (x,), lambda g: (g * (1 - y * y),), "tanh")


x = dlcourse.tensor(np.linspace(-1, 1, 5), requires_grad=True)
my_tanh(x).sum().backward()
print(x.grad.data.round(3))

# %% tags=["claim"]
assert np.allclose(x.grad.data, 1 - np.tanh(np.linspace(-1, 1, 5)) ** 2)
assert dlcourse.autograd.gradcheck(my_tanh, x)

# %% [markdown] id="vjp-talk"
# The first line is the forward pass. The second says: here is the result `y`, it was made from `x`, and if a gradient `g` arrives, then `g * (1 - y * y)` goes on to `x`. A `Tensor` is to arrays what `Value` is to numbers, and you have taught it a new operation in two lines.
#
# So each operation needs its backward function. Four of them make a network: adding a bias, multiplying by weights, ReLU, and the loss. We take them one by one.
#
# ### Adding a bias: the shape that changed overnight
#
# 200 examples, 3 units. The gradient that arrives has one row for each example. A sum copies what arrives to both inputs, so the bias gets it too, and takes a step:

# %% id="bias-breaks"
bias = np.zeros(3)
arriving = rng.normal(size=(200, 3))

bias = bias - 0.1 * arriving       # a sum copies ...
print("shape of the bias, after one step:", bias.shape)

# %% tags=["claim"]
assert bias.shape == (200, 3)

# %% [markdown] id="bias-why"
# No error, and the three numbers have become six hundred: from now on each example has a bias of its own. The network will do splendidly on these 200 examples, and can't be used for a 201st.
#
# What went wrong? In the forward pass, NumPy **broadcast** the bias: it used the same three numbers for each of the 200 rows. That is a split, with 200 arrows. **Before you read on:** what do splits do?

# %% [markdown] id="unbroadcast-intro"
# They add. The gradient of the bias is the *sum* over the rows, and its shape is (3,) again. This holds wherever broadcasting repeats a number: along new axes in front, and along axes of length 1.
#
# ### Exercise: undo the broadcast

# %% exercise="unbroadcast"

# %% [markdown] id="matmul"
# ### The matrix product: let the shapes tell you
#
# A linear layer with `in` inputs and `out` units computes $Y = X W^\top + b$. As in PyTorch, the weight array $W$ has shape `(out, in)`, a row for each unit. `X` is `(N, in)`, a row for each example, so $Y$ is `(N, out)`.
#
# A gradient $G$ of shape `(N, out)` arrives. We need one for $W$, of shape `(out, in)`. Which product of which arrays has that shape? Let's try all of them:

# %% id="matmul-shapes"
G, X, W = rng.normal(size=(5, 2)), rng.normal(size=(5, 3)), rng.normal(size=(2, 3))
candidates = {"G": G, "G.T": G.T, "X": X, "X.T": X.T, "W": W, "W.T": W.T}


def products_of_shape(shape):
    return [f"{a} @ {b}" for a in candidates for b in candidates
            if candidates[a].shape[1] == candidates[b].shape[0]
            and (candidates[a] @ candidates[b]).shape == shape and "G" in a + b]


print("shape of W:", products_of_shape(W.shape))
print("shape of X:", products_of_shape(X.shape))

# %% tags=["claim"]
assert products_of_shape(W.shape) == ["G.T @ X"] and products_of_shape(X.shape) == ["G @ W"]

# %% [markdown] id="matmul-why"
# One candidate each. That's how one remembers the formulas. But a shape that fits is no proof. Why are they right? With the rule for splits:
#
# * $Y_{nk} = \sum_d X_{nd} W_{kd}$. The weight $W_{kd}$ is used once for each example $n$, with the local slope $X_{nd}$. Add over its uses: $\sum_n G_{nk} X_{nd}$. That is entry $(k, d)$ of $G^\top X$.
# * The input $X_{nd}$ is used once for each unit $k$, with the local slope $W_{kd}$. Add over its uses: $\sum_k G_{nk} W_{kd}$. That is entry $(n, d)$ of $G W$.
#
# So **a layer has two derivatives to deliver**: one with respect to its parameters, for the *update*, and one with respect to its input, for *passing back* to the layer below, whose output it is. The first is used up here; the second is the messenger.
#
# Now you can also settle the bill from the beginning. Forward, a layer costs one matrix product; back, it costs two of the same size. So the walk back costs about as much as two runs forward, however many parameters there are.
#
# ### Exercise: the linear layer

# %% exercise="linear_backward"

# %% [markdown] id="relu-intro"
# ### ReLU: the switch
#
# ReLU has no parameters, so it has one derivative to deliver, for passing back. You have met it among the joins. Entry by entry: where the input was positive, the gradient passes; elsewhere it stops.

# %% id="relu-picture"
z = np.linspace(-2, 2, 401)
plots.plot_activation("ReLU", lambda z: np.maximum(z, 0), lambda z: (z > 0) * 1.0, z);

# %% [markdown] id="relu-picture-talk"
# The slope is 0 on the left, 1 on the right. At 0 itself there is no slope, the curve has a corner, and one agrees on 0. A unit whose input is negative for *every* example gets no gradient, so its weights stay as they are: people call it a dead unit.
#
# ### Exercise: the switch

# %% exercise="relu_backward"

# %% [markdown] id="numbers"
# ## Forward and back, with numbers
#
# Before we let it run, let's follow one example through a whole network, with a pencil. Two inputs, two hidden layers of two units with ReLU, three outputs:

# %% id="numbers-forward"
x, goal = np.array([1.0, -1.0]), np.array([1.0, 0.0, 0.0])
W1, b1 = np.array([[1.0, 0.5], [0.2, -0.3]]), np.array([0.0, 0.0])
W2, b2 = np.array([[0.5, 0.5], [-2.5, -1.6]]), np.array([0.0, 3.0])
W3, b3 = np.array([[0.3, 1.0], [-0.8, -1.0], [1.0, 0.0]]), np.array([0.5, 0.45, 0.1])

h1 = np.maximum(W1 @ x + b1, 0)
h2 = np.maximum(W2 @ h1 + b2, 0)
guess = W3 @ h2 + b3
mse = np.mean((guess - goal) ** 2)
print("h1:", h1, "  h2:", h2, "  guess:", guess, f"  mean squared error: {mse:.2f}")

# %% id="numbers-picture"
fig, ax = plt.subplots(figsize=(9, 4.5))
plots.plot_network([2, 2, 2, 3], weights=[W1, W2, W3], values=[x, h1, h2, guess], ax=ax);

# %% [markdown] id="numbers-think"
# The circles hold the values of the forward pass, darker the further they are from 0 among their column. The lines are the weights: brown and solid where they are positive, violet and dashed where they are negative, thicker where they are larger; a weight of 0 has
# no line. The biases are not drawn: 0 and 0, then 0 and 3, then 0.5, 0.45 and 0.1. The goal was (1, 0, 0), the guess is (1.6, −0.9, 0.6). The first output is 0.6 too high.
#
# Now back. The loss is $\frac{1}{3}\sum_k (\text{guess}_k - \text{goal}_k)^2$, so its slope for output $k$ is $\frac{2}{3}(\text{guess}_k - \text{goal}_k)$. Then layer by layer, always two lines: one product for the weights (the update), one for the values below (passing back).

# %% id="numbers-backward"
grad_guess = 2 / 3 * (guess - goal)
grad_W3 = np.outer(grad_guess, h2)
grad_h2 = W3.T @ grad_guess

grad_z2 = grad_h2 * (h2 > 0)            # through ReLU
grad_W2 = np.outer(grad_z2, h1)
grad_h1 = W2.T @ grad_z2

grad_z1 = grad_h1 * (h1 > 0)
grad_W1 = np.outer(grad_z1, x)
print("slopes of the first column of W1, W2, W3:")
for name, gradient in {"W1": grad_W1, "W2": grad_W2, "W3": grad_W3}.items():
    print(name, gradient[:, 0].round(2))

# %% tags=["claim"]
assert np.allclose(grad_W1[:, 0], [-2.0, -1.1]) and np.allclose(grad_W2[:, 0], [0.5, 0.5])
assert np.allclose(grad_W3[:2, 0], [0.2, -0.3]) and np.allclose(mse, 0.51)
for weight, gradient in ((W1, grad_W1), (W2, grad_W2), (W3, grad_W3)):
    for i in np.ndindex(weight.shape):
        ends = []
        for step in (1e-6, -1e-6):
            moved = weight.copy()
            moved[i] += step
            A1, A2, A3 = (moved if w is weight else w for w in (W1, W2, W3))
            out = A3 @ np.maximum(A2 @ np.maximum(A1 @ x + b1, 0) + b2, 0) + b3
            ends.append(np.mean((out - goal) ** 2))
        assert abs((ends[0] - ends[1]) / 2e-6 - gradient[i]) < 1e-6

# %% [markdown] id="numbers-update"
# Then the optimiser: each parameter takes a step against its slope, new weight = old weight − rate × slope. With a rate of 0.1, the first entries of the three weight arrays go

# %% id="numbers-update-run"
for name, weight, gradient in (("W3", W3, grad_W3), ("W2", W2, grad_W2), ("W1", W1, grad_W1)):
    old, slope = weight[0, 0], gradient[0, 0]
    print(f"{name}: {old:.1f} - 0.1 * {slope:4.1f} = {old - 0.1 * slope:.2f}")

# %% tags=["claim"]
moved = [weight[0, 0] - 0.1 * gradient[0, 0] for weight, gradient in ((W3, grad_W3), (W2, grad_W2), (W1, grad_W1))]
assert np.allclose(moved, [0.28, 0.45, 1.20])

# %% [markdown] id="numbers-update-talk"
# Where the slope was negative, the weight went *up*: 1.0 → 1.20. (These slopes and steps are the ones on a slide of Sansano's talk; the network around them was made up here so that they come out.) Does the step help? One look:

# %% id="numbers-after"
def error_after(rate):
    A1, A2, A3 = W1 - rate * grad_W1, W2 - rate * grad_W2, W3 - rate * grad_W3
    out = A3 @ np.maximum(A2 @ np.maximum(A1 @ x + b1, 0) + b2, 0) + b3
    return np.mean((out - goal) ** 2)


for rate in (0, 0.01, 0.05, 0.1, 0.5):
    print(f"rate {rate:4.2f}: mean squared error {error_after(rate):.2f}")

# %% tags=["claim"]
assert np.allclose([error_after(rate) for rate in (0, 0.01, 0.05, 0.1, 0.5)], [0.51, 0.40, 0.20, 0.25, 0.39], atol=0.006)

# %% [markdown] id="sgd-update-intro"
# The step of 0.1 halves the error. A step of 0.05 would have done better, one of 0.5 worse: the slopes are true where we stand, and the further we go, the less they know. That is lesson 03 again.
#
# ### Exercise: the update

# %% exercise="sgd_update"

# %% [markdown] id="softmax-loss"
# ## Softmax and cross-entropy in one step
#
# The last backward function is the loss. To tell three arms of a spiral apart we use softmax and cross-entropy from lesson 02: scores $s$ become probabilities $p$, and the loss is $-\log p_y$, where $y$ is the true class.
#
# We could go back in two steps: first through the logarithm, whose slope is $-1/p_y$, then through softmax, which has $\partial p_y / \partial s_j = p_y (1 - p_y)$ for $j = y$ and $-p_y\,p_j$ for the others (the quotient rule; do it on paper, or trust the nudges below). On ordinary scores that works:

# %% id="softmax-two-steps"
def two_steps(scores, true):
    p = np.exp(scores - scores.max())
    p = p / p.sum()
    through_the_log = -1 / p[true]
    through_softmax = p[true] * ((np.arange(len(p)) == true) - p)
    return through_the_log * through_softmax


def loss_of(scores, true):
    return -np.log(np.exp(scores[true]) / np.exp(scores).sum())


three_scores, h = np.array([2.0, 1.0, 0.0]), 1e-5
nudged = [(loss_of(three_scores + step, 1) - loss_of(three_scores - step, 1)) / (2 * h) for step in h * np.eye(3)]
print("two steps:", two_steps(three_scores, true=1).round(3))
print("nudged:   ", np.round(nudged, 3))

# %% tags=["claim"]
assert np.allclose(nudged, two_steps(three_scores, true=1), atol=1e-8)

# %% [markdown] id="softmax-breaks"
# Watch it break. Early in training a network may be very sure, and wrong:

# %% id="softmax-nan"
with np.errstate(all="ignore"):
    print(two_steps(np.array([1000.0, 0.0, 0.0]), true=1))

# %% tags=["claim"]
with np.errstate(all="ignore"):
    assert np.isnan(two_steps(np.array([1000.0, 0.0, 0.0]), true=1)).any()

# %% [markdown] id="softmax-why"
# The probability of the true class is $e^{-1000}$, which a float rounds to 0. The first step gives $-1/0$, the second $0$, and infinity times zero is `nan`, "not a number". One such entry, and after the update every parameter is `nan`.
#
# Infinity times zero is a sign that something should have been cancelled *before* the computer got hold of it. Take the two steps on paper:
#
# $$ -\frac{1}{p_y} \cdot p_y\,(1 - p_y) = p_y - 1 \qquad\text{and}\qquad -\frac{1}{p_y} \cdot (-p_y\,p_j) = p_j $$
#
# The troublesome $p_y$ is gone. What remains is short: **probabilities minus truth**. With $t$ the row that has a 1 at the true class and 0 elsewhere,
#
# $$ \frac{\partial \,\text{loss}}{\partial s} = p - t $$

# %% id="softmax-fused"
def one_step(scores, true):
    p = np.exp(scores - scores.max())
    p = p / p.sum()
    return p - (np.arange(len(p)) == true)


print(one_step(np.array([2.0, 1.0, 0.0]), true=1).round(3))
print(one_step(np.array([1000.0, 0.0, 0.0]), true=1))

# %% tags=["claim"]
ordinary = np.array([2.0, 1.0, 0.0])
assert np.allclose(one_step(ordinary, 1), two_steps(ordinary, 1))
assert np.allclose(one_step(np.array([1000.0, 0.0, 0.0]), 1), [1, -1, 0])

# %% id="softmax-bars"
pull = -one_step(np.array([2.0, 1.0, 0.0]), true=1)
plots.plot_bars(["class 0", "class 1 (true)", "class 2"], pull, highlight=1, ylabel="how the score is pulled");

# %% [markdown] id="softmax-bars-talk"
# The bars show minus the gradient, the way the update pulls. The true class is pulled up, the others down, each in proportion to the probability that it wrongly has. The pulls add up to zero. And where the network is
# right and sure, $p$ is close to $t$ and there is hardly any pull: it learns from its mistakes.
#
# For a batch, the loss is the *mean* over the $N$ examples, so each row gets a factor $1/N$.
#
# ### Exercise: the fused loss

# %% exercise="softmax_cross_entropy_backward"

# %% [markdown] id="whole-network"
# ## The spiral, from scratch
#
# You have all the pieces. A network with one hidden layer has four lines forward: linear, ReLU, linear, loss. Backward it has the same four, in reverse, each with its own backward function.
#
# ### Exercise: all gradients of a network
#
# This is the summit of the lesson. Below it, your function trains on the spiral.

# %% exercise="network_gradients"

# %% [markdown] id="train-spiral-intro"
# Now the training loop, in plain NumPy: no engine, no library. `mine.network_gradients` is your function, once it has passed its check; until then it is the course's.

# %% id="train-spiral" tags=["nbval-ignore-output"]
from dlcourse import mine

gradients_of, update = mine.network_gradients, mine.sgd_update


def train_by_hand(steps, rate=1.0, hidden=64):
    rng = np.random.default_rng(dlcourse.seed())
    weights = [rng.normal(size=(hidden, 2)), np.zeros(hidden), rng.normal(size=(3, hidden)) / 8, np.zeros(3)]  # / 8: small scores at first
    snapshots = []
    for step in range(steps + 1):
        if step in (0, 50, steps):
            snapshots.append((step, weights))
        weights = update(weights, gradients_of(points, labels, *weights), rate)
    return snapshots


start = time.perf_counter()
snapshots = train_by_hand(3000)
print(f"3000 steps in {time.perf_counter() - start:.1f} s")

# %% id="spiral-pictures"
def network(x, w1, b1, w2, b2):
    return np.maximum(x @ w1.T + b1, 0) @ w2.T + b2


fig, axes = plt.subplots(1, 3, figsize=(12, 4))
for ax, (step, weights) in zip(axes, snapshots):
    right = np.mean(network(points, *weights).argmax(axis=1) == labels)
    plots.plot_decision_boundary(lambda p, w=weights: network(p, *w).argmax(axis=1), points, labels, ax=ax,
                                 title=f"step {step}: {right:.0%} right")

# %% tags=["claim"]
assert [np.mean(network(points, *w).argmax(axis=1) == labels) for _, w in snapshots][2] > 0.98
assert 0.65 < np.mean(network(points, *snapshots[1][1]).argmax(axis=1) == labels) < 0.9

# %% [markdown] id="spiral-talk"
# Left, the random start: three rays from the middle. After 50 steps the network has found where most of each arm lies. After 3,000 the boundaries wind between the arms, all the way in. Each step was your walk back: four gradients for 300 points, in a fraction of a millisecond.

# %% [markdown] id="read-engine"
# ## How `dlcourse.autograd` does it
#
# In lesson 05 nobody writes `network_gradients` by hand any more. The engine keeps the books, as `Value` did, but for arrays. You have now met every idea in it. First, your linear layer as one of its operations. Forward line, backward function, parents:

# %% id="my-linear"
def my_linear(x, weight, bias):
    y = x.data @ weight.data.T + bias.data

    def backward(g):
        return g @ weight.data, g.T @ x.data, g.sum(axis=0)

    return dlcourse.Tensor.from_op(y, (x, weight, bias), backward, "linear")


three_leaves = [dlcourse.tensor(rng.normal(size=shape), requires_grad=True) for shape in ((5, 3), (2, 3), (2,))]
print("its gradients agree with nudges:", dlcourse.autograd.gradcheck(my_linear, three_leaves))

# %% [markdown] id="wrong-tanh-intro"
# And if the backward function is wrong? Here is a $\tanh$ with a slip in its slope, $1 - y$ in place of $1 - y^2$:

# %% id="wrong-tanh"
def wrong_tanh(x):
    y = np.tanh(x.data)
    return dlcourse.Tensor.from_op(y, (x,), lambda g: (g * (1 - y),), "tanh")


some_numbers = dlcourse.tensor([0.5, -1.0], requires_grad=True)
print("right one:", dlcourse.autograd.gradcheck(my_tanh, some_numbers))
try:
    dlcourse.autograd.gradcheck(wrong_tanh, some_numbers)
except dlcourse.autograd.GradcheckError as error:
    print(error)

# %% [markdown] id="show-operations-intro"
# (The two numbers are not the slopes of $\tanh$ at 0.5 themselves: `gradcheck` gives each output a random weight, so that one walk back questions all of them. What counts is that they should agree.)
#
# `gradcheck` is your exercise from above, under the name that PyTorch gives it. The engine's own operations stand in a table, one line each. A ReLU is `relu = unary("relu", lambda x: np.maximum(x, 0), lambda x, y: x > 0)`: name, forward,
# slope. An operation on two numbers has two slopes, as it had in `Value`. The product is `mul = binary("mul", "*", np.multiply, lambda a, b, y: b, lambda a, b, y: a)`: the slope along each factor is the other one. And the sum is
# `add = binary("add", "+", np.add, 1, 1)`. Here is what `binary` makes of such a line. `pair` makes both operands tensors, `g` is the gradient that arrives, and `method` hangs the function on `Tensor`. The source is read from the package as it is
# installed here:

# %% id="show-operations"
from dlcourse.autograd import functions

dlcourse.show_source(functions.binary)

# %% [markdown] id="show-operations-talk"
# In the middle stands your rule: the gradient that arrives, times the slope, for each operand. (Comparisons such as `a < b` come from `binary` too. They have no slopes, so nothing is recorded.) Since both operands may have been broadcast, what comes
# out is brought back to the operand's shape, by a function that you have written too:

# %% tags=["claim"]
import inspect

for line in (
    'relu = unary("relu", lambda x: np.maximum(x, 0), lambda x, y: x > 0)',
    'mul = binary("mul", "*", np.multiply, lambda a, b, y: b, lambda a, b, y: a)',
    'add = binary("add", "+", np.add, 1, 1)',
):
    assert line in inspect.getsource(functions)
assert dlcourse.autograd.gradcheck(my_linear, three_leaves)

# %% id="show-unbroadcast"
dlcourse.show_source(functions.unbroadcast)

# %% [markdown] id="show-backward-intro"
# And here is the walk back itself. Look for the three things that broke in this lesson:

# %% id="show-backward"
dlcourse.show_source(dlcourse.Tensor.backward)

# %% [markdown] id="show-backward-talk"
# * *Paths, not nodes* (the 7,000 years): `topological_order`, here of the nodes that an operation made, and each is popped once, when its gradient is complete.
# * *Depth*: `topological_order` keeps a list of its own. A hundred thousand operations in a row are no problem.
# * *The second backward*: gradients of inner nodes live in `pending`, which is thrown away at the end; leaves collect theirs in `grad`. And unless you ask it to keep the graph, the engine takes it apart on the way, so that a second walk through the same graph is an error
#   with a sentence, not a wrong number:

# %% id="second-backward-engine"
w = dlcourse.tensor([1.0, 2.0], requires_grad=True)
loss = (w * w).sum()
loss.backward()
try:
    loss.backward()
except RuntimeError as error:
    print(error)

# %% id="deep-engine"
total = w.sum()
for _ in range(100_000):
    total = total + 0.001
total.backward()
print("gradient through 100,000 additions:", w.grad.data)

# %% tags=["claim"]
assert np.allclose(w.grad.data, [3.0, 5.0])

# %% [markdown] id="deep-engine-talk"
# (3 and 5: the leaves added up. The first pass left 2 and 4, the second 1 and 1.)
#
# Does the engine find the same gradients as the functions that you wrote? The same network, the same weights, both ways:

# %% id="engine-agrees"
weights = snapshots[1][1]
tensors = [dlcourse.tensor(weight, requires_grad=True) for weight in weights]
w1, b1, w2, b2 = tensors
hidden_layer = (dlcourse.tensor(points.astype(np.float64)) @ w1.T + b1).relu()
nn.CrossEntropyLoss()(hidden_layer @ w2.T + b2, dlcourse.tensor(labels)).backward()

by_hand = gradients_of(points.astype(np.float64), labels, *weights)
for name, tensor, gradient in zip(("w1", "b1", "w2", "b2"), tensors, by_hand):
    print(name, "agree:", np.allclose(tensor.grad.data, gradient))

# %% tags=["claim"]
assert all(np.allclose(tensor.grad.data, gradient) for tensor, gradient in zip(tensors, by_hand))

# %% [markdown] id="three-parts-again"
# With the engine, training shrinks to the three parts of the beginning, and to the four lines that you know: clear, forward, backward, update. Write `torch` for `dlcourse`, and the function `train` is PyTorch.

# %% id="train-engine"
x_spiral, y_spiral = dlcourse.tensor(points), dlcourse.tensor(labels)


def train(loss_function, steps=400):
    dlcourse.manual_seed(dlcourse.seed())
    model = nn.Sequential(nn.Linear(2, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 3))   # model
    optimizer = optim.SGD(model.parameters(), lr=0.2, momentum=0.9)   # optimiser; lesson 03
    for _ in range(steps):
        optimizer.zero_grad()
        loss = loss_function(model(x_spiral), y_spiral)                                                  # loss
        loss.backward()
        optimizer.step()
    return model


spiral_model = train(nn.CrossEntropyLoss())
print(f"right: {np.mean(spiral_model(x_spiral).data.argmax(axis=1) == labels):.0%}")

# %% tags=["claim"]
assert np.mean(spiral_model(x_spiral).data.argmax(axis=1) == labels) > 0.98

# %% [markdown] id="hinge"
# ## Another loss: the hinge
#
# The three parts can be exchanged one by one. Keep model and optimiser, and take the **hinge loss** of lesson 02: for each wrong class $j$, $\max(0, s_j - s_y + 1)$. It asks that the true class lead every other by at least 1, and once it does, the loss is exactly 0.
#
# **Before you read on:** what is its gradient? You know all its parts: a sum, a ReLU, and a score $s_y$ that is used once for each wrong class.
#
# ### Exercise: backward through the hinge

# %% exercise="hinge_backward"

# %% [markdown] id="hinge-engine"
# In the engine we only write the forward pass. The backward pass writes itself, which is the point of it all:

# %% id="hinge-train"
def hinge(scores, labels):
    rows = np.arange(len(scores))
    true = scores[rows, labels.data].reshape(-1, 1)
    margins = (scores - true + 1).relu()
    return (margins.sum() - len(scores)) / len(scores)      # the true class itself adds 1 in every row


hinge_model = train(hinge, steps=80)
print(f"right: {np.mean(hinge_model(x_spiral).data.argmax(axis=1) == labels):.0%}")

# %% tags=["claim"]
import dlcourse.exercises

reference = dlcourse.exercises.get("hinge_backward").reference
scores_now = dlcourse.tensor(np.random.default_rng(1).normal(size=(6, 3)), requires_grad=True)
classes_now = dlcourse.tensor(np.array([0, 1, 2, 0, 1, 2]))
hinge(scores_now, classes_now).backward()
assert np.allclose(scores_now.grad.data, reference(scores_now.data, classes_now.data))
assert np.mean(hinge_model(x_spiral).data.argmax(axis=1) == labels) > 0.95

# %% [markdown] id="hinge-who"
# Where the two losses differ is *whom they listen to*. We train a second network with cross-entropy for the same eighty steps, and for each point we measure how strongly it pulls at the scores:

# %% id="hinge-pull"
def pull_of(model, loss_function):
    scores = model(x_spiral)
    scores.retain_grad()                      # keep the gradient of this inner node
    loss_function(scores, y_spiral).backward()
    return np.abs(scores.grad.data).sum(axis=1) * len(points)


cross_entropy_model = train(nn.CrossEntropyLoss(), steps=80)
pulls = {"cross-entropy": pull_of(cross_entropy_model, nn.CrossEntropyLoss()), "hinge": pull_of(hinge_model, hinge)}
fig, axes = plt.subplots(1, 2, figsize=(9, 4.3))
for ax, (name, pull) in zip(axes, pulls.items()):
    plots.plot_points(points, labels, ax=ax)
    ax.scatter(*points[pull > 0].T, s=70, facecolors="none", edgecolors="black")
    ax.set_title(f"{name}: {np.sum(pull > 0)} of 300 points pull")

# %% tags=["claim"]
assert np.sum(pulls["cross-entropy"] > 0) == 300
assert 1 <= np.sum(pulls["hinge"] > 0) < 75

# %% [markdown] id="hinge-talk"
# A black ring marks each point whose gradient is not zero. Under cross-entropy every point goes on pulling, if only by a hair, since a probability never quite reaches 1. Under the hinge, the points that lead by 1 have fallen silent: their gradient is exactly zero, and
# the boundary is held by the few that remain. (In a linear classifier these few have a name: support vectors.) What if we go on, to the 400 steps that cross-entropy had above?

# %% id="hinge-on" tags=["nbval-ignore-output"]
still_pulling = np.sum(pull_of(train(hinge), hinge) > 0)
print(f"hinge, after 400 steps: {still_pulling} of 300 points pull")

# %% tags=["claim"]
assert still_pulling <= 5

# %% [markdown] id="hinge-on-talk"
# Hardly a point pulls any more, or none at all. When the last one leads by 1, the loss is exactly 0, and learning has come to an end. Under cross-entropy it never quite does.

# %% [markdown] id="move-data"
# ## Even more fun: move the data
#
# Look once more at the graph. The loss is made from the parameters **and** from the data. The walk back gives the slope of the loss with respect to *every* leaf, so with respect to the data as well. We have thrown that gradient away so far, in the first layer.
#
# What if we keep it? Hold the network still, and go downhill with the *points*. Take ten points of class 0, tell the loss that they are of class 1, and let them walk:

# %% id="move-points"
travellers = points[labels == 0][:10].copy()
wish = dlcourse.tensor(np.ones(10, dtype=np.int64))
paths = [travellers]
for _ in range(60):
    moving = dlcourse.tensor(paths[-1], requires_grad=True)       # the data is the leaf now
    nn.CrossEntropyLoss()(spiral_model(moving), wish).backward()
    step = moving.grad.data / (np.linalg.norm(moving.grad.data, axis=1, keepdims=True) + 1e-12)
    paths.append(paths[-1] - 0.01 * step)                         # a hundredth each, downhill
paths = np.array(paths)
arrived = np.mean(spiral_model(dlcourse.tensor(paths[-1])).data.argmax(axis=1) == 1)
print(f"seen as class 1 at the start: 0%, at the end: {arrived:.0%}")

# %% id="move-points-picture"
ax = plots.plot_decision_boundary(lambda p: spiral_model(dlcourse.tensor(p.astype(np.float32))).data.argmax(axis=1), points, labels)
ax.plot(paths[:, :, 0], paths[:, :, 1], color="black", linewidth=1.5)
ax.plot(*paths[0].T, "o", color="black", markersize=9, markeredgecolor="white", markeredgewidth=1.5);

# %% tags=["claim"]
assert np.mean(spiral_model(dlcourse.tensor(paths[0])).data.argmax(axis=1) == 1) == 0
assert arrived >= 0.8

# %% [markdown] id="move-points-talk"
# Each black line is the way of one point, from the dot with the white rim onwards. All steps have the same length, so a point that has arrived walks to and fro. Nine of the ten cross the boundary into the country of class 1. The tenth, top left, walks to the edge of class 2 and is
# stuck there. The points don't know where that country lies. They follow their slope, and a slope knows nothing of what lies beyond the next hill.
#
# ### Exercise: move the data
#
# Do the same for pictures and a linear classifier, with your own backward functions. The one new thing: a pixel has a range, from 0 (black) to 1 (white), and after each step the picture must be back in it.

# %% exercise="move_the_data"

# %% [markdown] id="digits-model"
# ### A digit that isn't what it seems
#
# Pictures have many more directions to move in than points of the plane. First a network that reads handwritten digits, 8 × 8 pixels, with the same loop as before:

# %% id="digits-train"
digits = data.load_digits()
x_digits, y_digits = dlcourse.tensor(digits.x_train), dlcourse.tensor(digits.y_train)
reader = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
optimizer = optim.SGD(reader.parameters(), lr=0.2, momentum=0.9)
for _ in range(200):
    optimizer.zero_grad()
    nn.CrossEntropyLoss()(reader(x_digits), y_digits).backward()
    optimizer.step()


def probabilities(pictures):
    e = np.exp(reader(dlcourse.tensor(pictures.astype(np.float32))).data)
    return e / e.sum(axis=1, keepdims=True)


print(f"right on pictures it has never seen: {np.mean(probabilities(digits.x_test).argmax(axis=1) == digits.y_test):.0%}")

# %% tags=["claim"]
assert np.mean(probabilities(digits.x_test).argmax(axis=1) == digits.y_test) > 0.95

# %% [markdown] id="fool-intro"
# Take a 3 that it reads well, and go downhill towards "8". The loop is the one of the ten points, with the clipping from your exercise, and it stops as soon as the network is 90 % sure of the 8.

# %% id="fool"
def move(pictures, wish, steps, rate=0.1, stop=1.0):
    wish = dlcourse.tensor(np.full(len(pictures), wish))
    for _ in range(steps):
        moving = dlcourse.tensor(pictures, requires_grad=True)
        nn.CrossEntropyLoss()(reader(moving), wish).backward()
        pictures = np.clip(pictures - rate * moving.grad.data, 0, 1)
        if probabilities(pictures)[0, wish.data[0]] > stop:
            break
    return pictures


threes = digits.x_test[digits.y_test == 3]
three = threes[probabilities(threes)[:, 3] > 0.99][:1]
fooled = move(three, wish=8, steps=500, rate=0.02, stop=0.9)
for name, picture in {"before": three, "after": fooled}.items():
    p = probabilities(picture)[0]
    print(f"{name:7s} read as {p.argmax()}:  P(3) = {p[3]:.2f}, P(8) = {p[8]:.2f}")
print(f"a pixel changed by {np.abs(fooled - three).mean():.2f} on average (black is 0, white is 1)")

# %% tags=["claim"]
assert probabilities(three)[0].argmax() == 3 and probabilities(fooled)[0, 8] > 0.9
assert np.abs(fooled - three).mean() < 0.15
left, right = np.split((fooled - three).reshape(8, 8), 2, axis=1)
assert left.sum() > 0 and left.sum() > 2 * right.sum()

# %% id="fool-picture"
change = fooled - three
plots.image_grid(np.concatenate([three, np.abs(change), fooled]), titles=["read as 3", "what changed", "read as 8"], columns=3);

# %% [markdown] id="fool-talk"
# The picture in the middle shows by how much each pixel changed, up or down. The left half, where a 3 is open and an 8 is closed, and the middle have become brighter; at the upper right some of the stroke has faded. You may still see a smudged 3; the network is more than 90 % sure of an 8. A picture that was moved along the gradient until a network misreads it is called an
# **adversarial example**. Remember that nothing was trained here: the network is as good as before, and reads other pictures as well as ever.
#
# Would any change of this size do? Try a thousand random ones, each as large as ours:

# %% id="fool-random"
rng = np.random.default_rng(dlcourse.seed())
noise = rng.normal(size=(1000, 64))
for _ in range(20):                      # until each is as large as ours *after* the clipping
    moved = np.clip(three + noise, 0, 1) - three
    noise *= np.linalg.norm(change) / np.linalg.norm(moved, axis=1, keepdims=True)
still = np.mean(probabilities(np.clip(three + noise, 0, 1)).argmax(axis=1) == 3)
print(f"read as 3 after a random change of the same size: {still:.0%}")

# %% tags=["claim"]
assert still > 0.9
assert np.allclose(np.linalg.norm(np.clip(three + noise, 0, 1) - three, axis=1), np.linalg.norm(change), rtol=0.01)

# %% [markdown] id="fool-random-talk"
# Random smudges of the same strength hardly ever matter. Of all the directions in which a picture can move, the gradient picks the one where the network is touchiest. With more pixels this gets worse: in a large photograph the change can be too small for the eye (Goodfellow and others, in the list below, explain why).
#
# ### Play: what does the network think an 8 looks like?
#
# Start from plain grey and go downhill towards each of the ten digits:

# %% id="dreams"
grey = np.full((1, 64), 0.5, dtype=np.float32)
dreams = np.concatenate([move(grey, wish=digit, steps=300) for digit in range(10)])
sure = probabilities(dreams)[np.arange(10), np.arange(10)]
plots.image_grid(dreams, titles=[str(digit) for digit in range(10)], columns=5)
print(f"the network is at least {np.floor(100 * sure.min()):.0f}% sure of each")
print(f"and plain grey is read as a {probabilities(grey)[0].argmax()}")

# %% tags=["claim"]
assert sure.min() > 0.95

# %% [markdown] id="dreams-talk"
# Would you have read these as digits? And look at the 7: hardly anything changed. Plain grey was a 7 for this network from the start. The network is almost certain of each. It was never asked what a digit *looks* like, only how to tell ten kinds of digits apart, and nobody ever showed it a picture that is none of them. A high probability is no proof of understanding.
#
# *To find out by playing:* change `grey` to a real picture and see what is left of it. Use a smaller `rate` and fewer `steps`: how little is enough? Can every digit be turned into every other?

# %% [markdown] id="recap"
# ## What you take with you
#
# * A computation is a **graph**. The forward pass fills in the values, the backward pass the gradients: the slope of the one result with respect to every number.
# * **Along a path, local slopes multiply; over paths, they add.** Joins route (a sum copies, a product multiplies by the other, a maximum switches), splits add.
# * Walk back in reverse **topological order**, and each node is visited once: all slopes for about the price of a few forward passes.
# * Three breaks to remember: walking along paths (exponential), recursion (deep graphs), stale gradients (the second pass).
# * For arrays, an operation keeps a function from gradient to gradient in place of a table of slopes. Broadcasting is a split, so its way back is a sum; the matrix product's way back is two matrix products; softmax with cross-entropy gives $p - t$.
# * A layer delivers two derivatives: for the **update** and for **passing back**.
# * Check what you write with **nudges**. And the data is a leaf like any other: you can go downhill on it.

# %% id="progress"
progress()

# %% [markdown] id="references"
# ## To read on
#
# * David Rumelhart, Geoffrey Hinton, Ronald Williams: [Learning representations by back-propagating errors](https://www.nature.com/articles/323533a0), Nature 323, 1986. Four pages; the paper that made the method known.
# * Atılım Güneş Baydin, Barak Pearlmutter, Alexey Radul, Jeffrey Siskind: [Automatic differentiation in machine learning: a survey](https://www.jmlr.org/papers/v18/17-468.html), Journal of Machine Learning Research 18, 2018. The
#   wider picture: forward mode, reverse mode, and what they are not.
# * Michael Nielsen: [Neural networks and deep learning, chapter 2](http://neuralnetworksanddeeplearning.com/chap2.html), 2015. The same algorithm in the notation of vectors, with four equations.
# * Andrej Karpathy: [micrograd](https://github.com/karpathy/micrograd), 2020. A scalar engine in a hundred lines. Find in it two of the three things that broke here.
# * Ian Goodfellow, Jonathon Shlens, Christian Szegedy: [Explaining and harnessing adversarial examples](https://arxiv.org/abs/1412.6572), 2015. Why moving the data works so well.
# * Andreas Griewank, Andrea Walther: [Evaluating derivatives](https://doi.org/10.1137/1.9780898717761), second edition, 2008. The book on the subject, with the proof that a gradient costs a small multiple of the function.
#
# **Next:** [lesson 05, the multilayer perceptron](05_mlp.ipynb). The engine is ready; now we build networks with it, and read sixty thousand handwritten digits.
