# ---
# jupyter:
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
#   dlcourse:
#     lesson: "01"
#     title: "History"
#     reading_minutes: 85
#     prerequisites: ["00"]
#     data: "small tables and letters (built in)"
#     gpu: false
# ---

# %% [markdown] id="promise"
# **What you can do at the end.** You can rebuild the machines of this field's history, from the logic gates of 1943 to a memory that repairs damaged letters, and run them. Of each one you can say which
# idea made it work and where it broke, and so why the next one was needed. And you can read an announcement of today with the eyes of somebody who has seen the earlier ones. You need arrays and loops, as in lesson 00, and the
# dot product: `w @ x` multiplies two lists of numbers pair by pair and adds up.
#
# Reading takes about 85 minutes, and the nine exercises an hour or two more. A good place for a break is the first winter.
#
# ## Washington, July 1958
#
# On 7 July 1958 the US Navy invited newspapers to see a machine learn. The machine was a program on an IBM 704, a computer worth two million dollars. It "was fed two cards, one with squares marked on the left side and the
# other with squares on the right side", and it was to answer *Q* for left and *O* for right. Nobody had told it what left is. We rebuild that demonstration, with an eye (a *retina*) of 20 × 20 cells and a new card every time:

# %% id="cards"
from dlcourse import data, exercises, plots, training, widgets

def card(rng):
    """A card of 20 × 20 cells with two marked squares, both on the left (answer Q: 1) or both on the right (O: 0)."""
    cells, left = np.zeros((20, 20)), int(rng.integers(2))
    for _ in range(2):
        row, column = rng.integers(19), rng.integers(9) + (0 if left else 10)
        cells[row:row + 2, column:column + 2] = 1
    return cells, left

rng = np.random.default_rng(dlcourse.seed())
shown = [card(rng) for _ in range(8)]
plots.image_grid(np.array([cells for cells, _ in shown]), titles=["Q" if left else "O" for _, left in shown]);

# %% [markdown] id="demonstration-text"
# Our machine has a number for each cell, its *weight*. In the beginning, these 400 numbers are small and random. It adds up the weights of the marked cells. If the sum is at least 0, it answers Q, else O. And then it is told whether that was right. After a mistake,
# the weights of the marked cells all go up by one, if Q was wanted, or all down by one. That is the whole machine.

# %% id="demonstration"
def demonstration(trials, rng):
    """Show cards, one after the other. The weights at the end, and for each answer whether it was right."""
    weights, right = rng.normal(0, 0.5, size=(20, 20)), []
    for _ in range(trials):
        cells, left = card(rng)
        answer = int((weights * cells).sum() >= 0)
        weights += (left - answer) * cells              # 0 where the answer was right
        right.append(answer == left)
    return weights, right

weights, right = demonstration(100, rng)
plots.plot_running_score(right, window=20);

# %% [markdown] id="demonstration-talk"
# Each tick at the bottom is a mistake. In the beginning the machine guesses; towards the end, ticks are rare. But one run is an anecdote. Is it like this every time? Here are two hundred such machines, each with cards of its own:

# %% id="demonstrations"
runs = np.array([demonstration(100, rng)[1] for _ in range(200)])
plots.plot_curves(np.arange(1, 101), {"200 machines": 100 * runs.mean(axis=0)}, "trial", "right answers, %");

# %% tags=["claim"]
share = runs.mean(axis=0)
assert 0.53 < share[:10].mean() < 0.63 and 0.83 < share[45:55].mean() < 0.90 and 0.90 < share[90:].mean() < 0.96
assert np.mean(right[:20]) < np.mean(right[-20:])

# %% [markdown] id="demonstrations-talk"
# A little over half of the answers are right on the first ten cards, about 86 % around the fiftieth, about 93 % near the hundredth. The newspaper reports: "In the first fifty trials, the machine made no distinction between them. It then started registering a 'Q' for the left squares and 'O' for the right squares." Ours learns from its
# first mistake on. What did it learn? Its weights are the only thing that has changed:

# %% id="retina-weights"
fig, ax = plt.subplots(figsize=(4.8, 3.9))
picture = ax.imshow(weights, cmap="PuOr_r", vmin=-3, vmax=3)
ax.set(xlabel="column of the retina", ylabel="row", xticks=range(0, 20, 5), yticks=range(0, 20, 5))
ax.grid(False)
fig.colorbar(picture, label="weight");

# %% tags=["claim"]
assert weights[:, :10].mean() > 0 > weights[:, 10:].mean()
assert weights[:, :10].max() > 1 and weights[:, 10:].min() < -1

# %% [markdown] id="retina-talk"
# Orange cells speak for Q, purple ones for O. Between the squares that brought a mistake, the random numbers of the beginning are still there. The machine has no idea of *left*. It has 400 numbers, and a rule that corrects them.
#
# **Before you read on:** the newspaper says two cards, always the same two. How many mistakes would our machine make with those, at most? (Follow the weights in your head. The answer stands at the end of this lesson.)
#
# And what did the Navy say that this would lead to? A machine that "will be able to walk, talk, see, write, reproduce itself and be conscious of its existence". We'll come back to that, with what has become of it. To judge it, you should know where the idea
# came from, what it could do, and what it could not.

# %% [markdown] id="metaphors"
# ## What a brain was thought to be
#
# Every age has compared the brain with the finest machine it had.
#
# | when | the machine of the day | the brain, then, is ... |
# | :-- | :-- | :-- |
# | 4th century BC | (the heart thinks) | a cooler for the blood, says Aristotle |
# | 2nd to 17th century | fountains, water-works | a system of pipes: *spirits* flow through the nerves and swell the muscles (Galen; Descartes had seen moving figures driven by water) |
# | 18th century | clock | a clockwork that winds its own springs (La Mettrie, *Man a Machine*, 1747) |
# | 19th century | steam engine, telegraph | pressure that must find a way out; wires that carry messages (Helmholtz, who measured how fast) |
# | early 20th century | telephone exchange | a switchboard that connects callers |
# | since the 1940s | computer | circuits that calculate |
#
# Each picture got something right, and each one was believed too far. The picture in the last line is the one that this course lives from. It's worth remembering that it stands in a row.
#
# ## The cell behind the picture
#
# What is known about the thing itself? Towards 1890, Santiago Ramón y Cajal saw under his microscope that the brain isn't one continuous net. It is made of cells, the *neurons*:

# %% id="neuron"
plots.draw_neuron();

# %% [markdown] id="neuron-talk"
# A neuron receives signals through its **dendrites**, and if enough of them arrive together, it *fires*: it sends a short pulse, always of the same height, down its **axon** to other neurons. Where an axon touches the next cell there is a **synapse**, and synapses differ in strength.
# On the right stands what the mathematics keeps of it: inputs $x_1, x_2, \dots$, *weights* $w_1, w_2, \dots$ for the strengths of the synapses, a sum, and a threshold. Everything else about the cell is left out.
#
# How many are there? The best count for a human brain is 86 billion neurons. For the synapses there are only estimates, between $10^{14}$ and $10^{15}$.

# %% id="brain-numbers"
neurons, synapses = 8.6e10, np.array([1e14, 1e15])
print("synapses per neuron:", *(f"{n:,.0f}" for n in synapses / neurons))
print("terabytes for their strengths, at 4 bytes each:", *(f"{n:,.0f}" for n in 4 * synapses / 1e12))

# %% tags=["claim"]
assert np.allclose(synapses / neurons, [1163, 11628], rtol=1e-3) and np.allclose(4 * synapses / 1e12, [400, 4000])

# %% [markdown] id="plasticity"
# A thousand to ten thousand synapses for each neuron. (The newspaper of 1958 gave the brain ten billion cells; it was counted better since.) And they change: synapses grow, strengthen, weaken and disappear, all life long, by what they are used for. This is called **plasticity**, and it is where
# we look for learning: not in the cells, but in the strengths of their connections.
#
# ## 1943: a neuron is a question of logic
#
# Warren McCulloch was a physician who wanted to know how a brain can have a thought. Walter Pitts was a runaway of twenty who knew logic. Together they left everything out of the neuron but this:
#
# - a unit is either active (1) or silent (0);
# - some inputs *excite* it. It fires if at least as many of them are active as its **threshold** says;
# - other inputs *inhibit* it. A single active one keeps it silent, whatever the others do.

# %% exercise="mcculloch_pitts"

# %% [markdown] id="gates-text"
# What is such a unit good for? Look at its answers for two inputs $a$ and $b$, with different thresholds. (`unit` is the course's own answer to the exercise, so that these cells run in any case.)

# %% id="gates"
unit = exercises.get("mcculloch_pitts")

def fires(excitatory, inhibitory, threshold):
    return unit(np.array(excitatory), np.array(inhibitory), threshold)

print("a b   threshold 1   threshold 2   b inhibits   NOT a")
for a in (0, 1):
    for b in (0, 1):
        answers = fires([a, b], [], 1), fires([a, b], [], 2), fires([a], [b], 1), fires([], [a], 0)
        print(a, b, *(f"{answer:>11}" for answer in answers))

# %% tags=["claim"]
corners = [(a, b) for a in (0, 1) for b in (0, 1)]
assert [fires([a, b], [], 1) for a, b in corners] == [int(a or b) for a, b in corners]
assert [fires([a, b], [], 2) for a, b in corners] == [int(a and b) for a, b in corners]
assert [fires([a], [b], 1) for a, b in corners] == [int(a and not b) for a, b in corners]
assert [fires([], [a], 0) for a, b in corners] == [int(not a) for a, b in corners]

# %% [markdown] id="gates-talk"
# Threshold 1 is OR, threshold 2 is AND. An inhibitory input gives *a but not b*, and alone, with threshold 0, it gives NOT. These are the building blocks of logic, and of every computer. Now three excitatory inputs: move the threshold.
#
# *To find out by playing:* which threshold makes the unit a vote by majority? Which two make it useless, each in its own way?

# %% id="threshold-demo" tags=["nbval-ignore-output"]
import itertools

import ipywidgets

def show_threshold(threshold):
    for inputs in itertools.product((0, 1), repeat=3):
        print(*inputs, " fires" if fires(inputs, [], threshold) else " -")

ipywidgets.interact(show_threshold, threshold=ipywidgets.IntSlider(2, 0, 4));

# %% [markdown] id="networks-text"
# Single gates are one thing. What McCulloch and Pitts were after is *networks*: the output of one unit is the input of the next. Here is a recipe that builds a network for any table of answers. It takes one unit for each line of the table that says 1. That unit recognises its line: the inputs that must be active excite it, the
# ones that must be silent inhibit it. A last unit fires if any of them does.

# %% id="any-table"
def build(table):
    """A network of units for a table {inputs: answer}."""
    def network(inputs):
        recognised = []
        for line, answer in table.items():
            if answer:
                must = [value for value, wanted in zip(inputs, line) if wanted]
                must_not = [value for value, wanted in zip(inputs, line) if not wanted]
                recognised.append(fires(must, must_not, len(must)))
        return fires(recognised, [], 1)
    return network

lines = list(itertools.product((0, 1), repeat=3))
tables = [dict(zip(lines, answers)) for answers in itertools.product((0, 1), repeat=8)]
correct = [all(build(table)(line) == table[line] for line in lines) for table in tables]
print(f"{sum(correct)} of {len(tables)} functions of three inputs: right for every input")

# %% tags=["claim"]
assert len(tables) == 256 and all(correct)

# %% [markdown] id="logic-talk"
# All 256. Whatever can be said in logic can be said by such a network, and with loops it can even remember. In 1943, that was a bold thing to find: *thinking might be something that can be built*.
#
# Did you notice what is missing? Somebody has to choose the wires and thresholds. We read them off a table of answers that we already knew. A network that can be built for every purpose doesn't yet get there by itself. **Who turns the knobs?**
#
# ## 1949: used connections grow stronger
#
# Donald Hebb was a psychologist, and he had an answer without an engineer in it. In *The Organization of Behavior* he proposed: if a cell A again and again takes part in firing a cell B, something grows, so that A fires B more easily. Connections are **strengthened each time they are used**.
#
# As an update rule: let $x_i$ be what input $i$ does and $y_j$ what output $j$ does. The weight between them grows by
#
# $$ \Delta w_{ji} = \eta \, y_j \, x_i , $$
#
# where $\eta$ (*eta*) is the **learning rate**, a small number. If one of the two is silent, the product is 0 and nothing changes.

# %% exercise="hebb_update"

# %% [markdown] id="hebb-text"
# Try it on Pavlov's dog. Its mouth waters (threshold 0.5) when there is food: that weight is 1 from birth. A bell and a light mean nothing to it, their weights are 0. Now, in every second trial the bell rings and food comes. The light goes on and off by chance.

# %% id="dog"
hebb = exercises.get("hebb_update")
rng = np.random.default_rng(dlcourse.seed())
W = np.array([[1.0, 0.0, 0.0]])                       # from food, bell and light
history = []
for trial in range(60):
    meal = trial % 2
    x = np.array([meal, meal, rng.integers(2)])
    waters = (W @ x >= 0.5).astype(float)
    W = hebb(W, x, waters, rate=0.1)
    history.append(W[0])
history = np.array(history)
plots.plot_curves(np.arange(1, 61), dict(zip(("food", "bell", "light"), history.T)), "trial", "weight");

# %% tags=["claim"]
assert history[11, 1] > 0.5 > history[8, 1]           # six meals, four meals
assert history[-1, 2] > 0.5 and (np.diff(history, axis=0) >= 0).all()

# %% [markdown] id="hebb-talk"
# After six meals, the weight of the bell is above 0.5: the bell alone now makes the dog's mouth water. It has *learnt*, with a rule that looks at nothing but two neighbouring cells. That is still believed to be a part of how brains do it.
#
# Look on. The light has nothing to do with food. But it's sometimes on by chance when the mouth waters, and each time its weight grows, until the light alone is enough. And no curve ever goes down. Hebb's rule finds what *occurs together*; it never asks whether an answer was **right**, and what
# has grown by accident stays for ever. What if a teacher said "no" now and then?
#
# ## 1958: learning from mistakes
#
# That is the step that Frank Rosenblatt took. His **perceptron** has adjustable weights $w$ and one further number, the *bias* $b$, which does the work of the threshold:
#
# $$ \text{answer} = \begin{cases} 1 & \text{if } w \cdot x + b \ge 0 \\ 0 & \text{otherwise} \end{cases} \qquad\qquad \begin{aligned} w &\leftarrow w + (\text{target} - \text{answer})\, x \\ b &\leftarrow b + (\text{target} - \text{answer}) \end{aligned} $$
#
# The bracket is 0 if the answer was right, and nothing happens. It is $+1$ if a 1 was missed, and $-1$ after a false 1. So after a mistake, the weights move towards the answer that was wanted. You've seen this rule at work on the cards, where the bias wasn't needed. Write it down:

# %% exercise="perceptron_update"

# %% [markdown] id="perceptron-line-text"
# With two inputs, we can watch it. The points where $w \cdot x + b = 0$ form a straight line, on one side of which the perceptron says 1. Each mistake turns and shifts that line.

# %% id="perceptron-lines"
perceptron = exercises.get("perceptron_update")

def draw_line(ax, w, b, **style):
    """The line w·x + b = 0, across the whole figure."""
    foot, along = -b * w / (w @ w), np.array([-w[1], w[0]]) / np.sqrt(w @ w)
    ax.axline(foot, foot + along, **style)

x, y = data.two_clouds(60, seed=dlcourse.seed(), distance=5)
x += np.array([4, 1])                                        # away from the origin, so that the bias has work
ax = plots.plot_points(x, y, class_names=["target 0", "target 1"])
w, b, mistakes = np.zeros(2), 0.0, 0
for point, target in list(zip(x, y)) * 100:           # up to a hundred passes
    old_b = b
    w, b = perceptron(w, b, point, target)
    if b != old_b and w.any():
        mistakes += 1
        draw_line(ax, w, b, color="0.72", linewidth=1)
draw_line(ax, w, b, color="black", linewidth=3)
ax.set_aspect("equal", adjustable="box")
ax.set(xlim=(x[:, 0].min() - 1, x[:, 0].max() + 1), ylim=(x[:, 1].min() - 1, x[:, 1].max() + 1));

# %% tags=["claim"]
assert (((x @ w + b) >= 0) == (y == 1)).all() and mistakes >= 3

# %% [markdown] id="perceptron-line-talk"
# Grey lines come after the first mistakes, the black one is where it ended: every point is on its side, and so nothing will ever change again. Does it always end? If there *is* a line without mistakes, yes: Rosenblatt stated it, and Novikoff gave the famous short proof in 1962, that the number
# of mistakes is then limited, however long you go on. (The wider the gap between the classes, the fewer.) Keep the *if* in mind.
#
# So training is a loop: show all examples again and again, until a pass goes by without a mistake.

# %% exercise="train_perceptron"

# %% [markdown] id="mark-one"
# The cards of 1958 were shown to a program. Two years later there was a machine: the **Mark I Perceptron**, with 400 photocells in a square of 20 × 20, wired at random to 512 *association units*, and from these to eight response units. The weights were potentiometers, turned by electric motors while it learnt. Only
# the last layer did: the random wiring before it stayed as it was.
#
# ## 1960: by how much were you wrong?
#
# Let the two clouds overlap. No line is without mistakes now. What does the perceptron do? Here is its share of right answers on 5,000 new points, looked at after each of 600 examples:

# %% id="overlap"
def with_ones(points):
    """A constant 1 as a last input, so that the bias is a weight like the others."""
    return np.column_stack([points, np.ones(len(points))])

x, y = data.two_clouds(600, seed=dlcourse.seed(), distance=2)
new_x, new_y = data.two_clouds(5000, seed=dlcourse.seed() + 1000, distance=2)

def score(w):
    return 100 * np.mean((with_ones(new_x) @ w >= 0) == (new_y == 1))

w, scores = np.zeros(3), []
for point, target in zip(with_ones(x), y):
    w, _ = perceptron(w, 0.0, point, target)           # the bias sits in w
    scores.append(score(w))
plots.plot_curves(np.arange(1, 601), {"perceptron": scores}, "examples seen", "right on new points, %");

# %% tags=["claim"]
assert max(scores) > 85 and min(scores[100:]) < 80 and np.std(scores[100:]) > 1

# %% [markdown] id="overlap-talk"
# It never comes to rest. A moment ago nearly everything was right; then comes a point from the wrong side of the border, which no line can please, and the perceptron throws its weights around as if it had known nothing. It can't tell a narrow miss from a blunder: every mistake counts the same, and every right answer counts
# nothing.
#
# Bernard Widrow and his student Marcian ("Ted") Hoff saw what to change. Look at the sum $w \cdot x$ *before* the threshold. With targets of $+1$ and $-1$, the sum should be near the target. How far it's off is the **error**, and now it has a size. Their rule, as one of our talks has it:
#
# > Weight change = (pre-weight line value) × (error / number of inputs)
#
# The *pre-weight line value* is what is on an input's line before it meets its weight: $x_i$. With $n$ inputs, and a rate $\eta$ that was 1 in that sentence:
#
# $$ w_i \leftarrow w_i + \eta \, x_i \, \frac{\text{target} - w \cdot x}{n} $$

# %% exercise="widrow_hoff_update"

# %% [markdown] id="share-text"
# Why divide by the number of inputs? Look what happens to one example, if all its lines carry $+1$ or $-1$ (the constant 1 among them):

# %% id="share"
widrow_hoff = exercises.get("widrow_hoff_update")
rng = np.random.default_rng(dlcourse.seed())
lines, target = rng.choice([-1.0, 1.0], 16), 1.0
w = rng.normal(size=16)
for rate in (0.25, 1.0):
    after = widrow_hoff(w, lines, target, rate)
    print(f"rate {rate:<4}  error before: {target - w @ lines:6.3f}   after: {target - after @ lines:z6.3f}")

# %% tags=["claim"]
assert abs(target - widrow_hoff(w, lines, target) @ lines) < 1e-9
assert np.isclose(target - widrow_hoff(w, lines, target, 0.25) @ lines, 0.75 * (target - w @ lines))

# %% [markdown] id="share-talk"
# With rate 1, the error of this example is gone: each of the $n$ lines has taken over one $n$-th of it. With rate 0.25, a quarter of it is gone. No single weight has to carry the blame; the error is *distributed across the network*. A small rate means: listen to every example a little, and let them find a compromise.
#
# They called their machine **Adaline**, the adaptive linear element. Now the race, on the overlapping clouds: 600 examples, targets $-1$ and $+1$, rate 0.1.

# %% id="adaline-race"
w, adaline_scores = np.zeros(3), []
for point, target in zip(with_ones(x), 2.0 * y - 1):
    w = widrow_hoff(w, point, target, rate=0.1)
    adaline_scores.append(score(w))
race = {"perceptron": scores, "Adaline": adaline_scores}
plots.plot_curves(np.arange(1, 601), race, "examples seen", "right on new points, %")
for name, course in race.items():
    print(f"{name:<10} after the first hundred, on average: {np.mean(course[100:]):.0f} %")

# %% tags=["claim"]
assert np.mean(adaline_scores[100:]) > np.mean(scores[100:]) + 1.5
assert np.std(adaline_scores[100:]) < 0.5 * np.std(scores[100:]) and 87 < np.mean(adaline_scores[100:]) < 91
assert 88 < score(np.array([1.0, 1.0, 0.0])) < 91      # by symmetry, no line is better than x1 + x2 = 0

# %% [markdown] id="adaline-talk"
# Adaline settles, and stays. (The best that any line can do here is 89 %: so much do the clouds overlap.) One idea made the difference: an error with a *size*, measured where things are still smooth. You will meet this rule again in [lesson 03](03_sgd.ipynb). It's gradient descent on the squared error, and all of today's training descends from it.
#
# What it still needs is a line. So does the perceptron. What if there is none?

# %% [markdown] id="sixteen-text"
# ## 1969: sixteen small functions
#
# Two inputs, each 0 or 1, make four possible inputs. A function says 0 or 1 for each of them, so there are $2^4 = 16$ functions in all. That's few enough to try every one. We train a perceptron on each, for up to a hundred passes:

# %% id="sixteen"
train = exercises.get("train_perceptron")
names = ["never", "AND", "1, not 2", "input 1", "2, not 1", "input 2", "XOR", "OR",
         "NOR", "XNOR", "not 2", "1 or not 2", "not 1", "2 or not 1", "NAND", "always"]
corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
tables = np.array(list(itertools.product((0, 1), repeat=4)))
results = [train(corners, table, 100) for table in tables]
learnt = [mistakes[-1] == 0 for _, _, mistakes in results]
plots.plot_boolean_functions(tables, names, [(w, b) if ok else None for (w, b, _), ok in zip(results, learnt)])
print(sum(learnt), "of", len(learnt), "are learnt; not:", *(name for name, ok in zip(names, learnt) if not ok))

# %% tags=["claim"]
assert sum(learnt) == 14 and not learnt[names.index("XOR")] and not learnt[names.index("XNOR")]
assert max(len(mistakes) for (_, _, mistakes), ok in zip(results, learnt) if ok) < 12

# %% [markdown] id="sixteen-talk"
# A filled corner is a 1, and the shaded side is where the perceptron says 1. Fourteen functions are learnt, each within a dozen passes. Two are not: **XOR**, "one of them, but not both", and its opposite. Would a thousand passes help? Look at the weights at the beginning of each pass over XOR:

# %% id="xor-cycle"
w, b, seen = np.zeros(2), 0.0, []
while (*w, b) not in seen:
    seen.append((*w, b))
    for point, target in zip(corners, tables[names.index("XOR")]):
        w, b = perceptron(w, b, point, target)
for k, state in enumerate([*seen, (*w, b)]):
    print(f"before pass {k + 1}: w = ({state[0]:g}, {state[1]:g}), b = {state[2]:g}")

# %% tags=["claim"]
assert (*w, b) in seen and len(seen) < 10

# %% [markdown] id="xor-proof"
# The weights are back at values that they have had before. From here on everything repeats, for ever. And no other rule could do better, because there is nothing to find. **Try to prove it before you read on.**
#
# Suppose there were such weights. XOR asks for
#
# $$ \underbrace{b < 0}_{(0,0) \to 0} \qquad \underbrace{w_2 + b \ge 0}_{(0,1) \to 1} \qquad \underbrace{w_1 + b \ge 0}_{(1,0) \to 1} \qquad \underbrace{w_1 + w_2 + b < 0}_{(1,1) \to 0} $$
#
# Add the two in the middle: $w_1 + w_2 + 2b \ge 0$. Add the two at the ends: $w_1 + w_2 + 2b < 0$. Both can't be true.
#
# In 1969 Marvin Minsky and Seymour Papert published a whole book of such proofs, *Perceptrons*. XOR was the smallest example. Is it only a toy? One of our talks has a human one: a face shows two eyes *or* sunglasses, but not both. And here it is on our cards. Each half of a card may be marked or empty. Can a perceptron learn whether *exactly one* half is marked?

# %% id="half-cards"
def half_card(rng):
    """A card with marks on the left or not, and on the right or not: its 400 cells, and these two facts."""
    cells, facts = np.zeros((20, 20)), rng.integers(2, size=2)
    for half in np.flatnonzero(facts):
        for _ in range(2):
            row, column = rng.integers(19), rng.integers(9) + 10 * half
            cells[row:row + 2, column:column + 2] = 1
    return cells.ravel(), facts

def learn_question(question, trials, rng):
    """Train a perceptron on a question about the facts. Its weights and bias, and which answers were right."""
    w, b, right = np.zeros(400), 0.0, []
    for _ in range(trials):
        cells, facts = half_card(rng)
        target = question(facts)
        right.append((w @ cells + b >= 0) == target)
        w, b = perceptron(w, b, cells, target)
    return w, b, right

# %% id="three-questions"
rng = np.random.default_rng(dlcourse.seed())
questions = {"is the left half marked?": lambda facts: facts[0], "is the right half marked?": lambda facts: facts[1],
             "is exactly one half marked?": lambda facts: facts[0] ^ facts[1]}
units = {question: learn_question(answer, 2000, rng) for question, answer in questions.items()}
for question, (_, _, right) in units.items():
    print(f"{question:<28} right among the last 500 of 2,000 cards: {np.mean(right[-500:]):.0%}")

# %% tags=["claim"]
last = [np.mean(right[-500:]) for _, _, right in units.values()]
assert min(last[:2]) > 0.95 and 0.45 < last[2] < 0.7

# %% [markdown] id="three-questions-talk"
# The first two questions are learnt nearly perfectly. With the third, the perceptron is hardly better than a coin, after 2,000 cards. (Three of the four kinds of cards are the best that a line can get right.) And now look at the three questions side by side. **If you could have the answers to the first two, could you answer the third?**
#
# ### Two layers
#
# You could. So let two units answer two questions, and give *their answers* to a third one. Networks of McCulloch and Pitts did that in 1943. What has to be in such a network for XOR? Choose the numbers yourself:

# %% exercise="xor_network"

# %% [markdown] id="composition-text"
# What has the hidden layer done? It moves the four corners to new places, and there a line is enough:

# %% id="composition"
W1, thresholds, w2, threshold = (np.array(part) for part in exercises.get("xor_network")())
hidden = (corners @ W1.T >= thresholds).astype(float)
fig, axes = plt.subplots(1, 2, figsize=(9.6, 4.4))
for ax, points, title in zip(axes, (corners, hidden), ("the inputs", "what the hidden units make of them")):
    plots.plot_points(points, tables[names.index("XOR")], ax=ax, class_names=["answer 0", "answer 1"])
    ax.set_aspect("equal", adjustable="box")
    ax.set(title=title, xlim=(-0.4, 1.4), ylim=(-0.4, 1.4))
    for dots in ax.collections:
        dots.set_sizes([160])
    ax.legend(loc="upper center")
axes[1].set(xlabel="at least one", ylabel="both")
draw_line(axes[1], w2.astype(float), -threshold, color="black", linewidth=3)

# %% tags=["claim"]
assert ((hidden @ w2 >= threshold) == tables[names.index("XOR")]).all()
assert len(np.unique(hidden, axis=0)) == 3

# %% [markdown] id="composition-talk"
# On the left, no line parts the triangles from the circles. On the right, (0, 1) and (1, 0) have become the same point, and one line does it. That is what a hidden layer is for: **it composes simple functions into one that none of them could be.** Remember this picture; the rest of the course is larger versions of it.
#
# Does it work on the cards? The hidden units are the two perceptrons that we have trained, and the output is our XOR network:

# %% id="card-composition"
(w_left, b_left, _), (w_right, b_right, _) = list(units.values())[:2]
right = []
for _ in range(1000):
    cells, facts = half_card(rng)
    seen_left, seen_right = w_left @ cells + b_left >= 0, w_right @ cells + b_right >= 0
    layer = (W1 @ np.array([seen_left, seen_right]) >= thresholds).astype(float)
    right.append((w2 @ layer >= threshold) == facts[0] ^ facts[1])
print(f"exactly one half marked? Right on {np.mean(right):.0%} of 1,000 new cards")

# %% tags=["claim"]
assert np.mean(right) > 0.92

# %% [markdown] id="winter-one"
# So the cure was known, also to Minsky and Papert. What was not known is how to *train* it. We had told the hidden units which questions to answer. For a face, or a word, nobody knows what the hidden units should say, so there is no target for them, no error, and no rule. Adaline's rule ends at the last layer.
#
# ## The first winter
#
# Their book has been blamed for what came next: interest and money moved to programs that manipulate symbols, and for more than ten years few people worked on networks (Kunihiko Fukushima, Teuvo Kohonen and Stephen Grossberg were among them). It's *claimed*, as the encyclopedia carefully says, that its pessimism was the cause. There were others. Promises like those of 1958 had not been kept,
# computers were slow, and reports to those who paid (Lighthill's, in Britain in 1973) found little to show. People call such a time an **AI winter**.
#
# This is a good place for a break.

# %% [markdown] id="hopfield-text"
# ## 1982: a landscape of memories
#
# The next idea came from physics. John Hopfield looked at networks in which every unit is connected to every other one, *in both directions* and with the same strength: what $i$ says to $j$ counts as much as what $j$ says to $i$. There is no input and no output. There is a **state**, $-1$ or $+1$ for each unit, and you let
# the units influence each other until they have come to rest. Where do they rest? If we are lucky, in a memory.
#
# Five letters of 10 × 10 pixels, so 100 units:

# %% id="letters"
def show(states, titles):
    """Pictures of states, each in a frame; +1 is black."""
    for ax in plots.image_grid(-states, titles=titles):
        ax.spines[:].set(visible=True, color="0.6")

letters = data.load_letters("JTXLF")
show(letters, "JTXLF")

# %% [markdown] id="storing-text"
# To store them, Hopfield took Hebb's rule, in one step: pixels that agree in a pattern get connected positively, pixels that differ negatively.

# %% exercise="hopfield_weights"

# %% [markdown] id="energy-text"
# A connection is *satisfied* if its two units agree ($w_{ij} > 0$) or differ ($w_{ij} < 0$) as it wants. Hopfield's stroke was to add that up over all pairs of units, and to call the result an **energy**, with a minus sign, so that low is good:
#
# $$ E(s) = -\sum_{i < j} w_{ij}\, s_i\, s_j $$

# %% exercise="hopfield_energy"

# %% [markdown] id="recall-text"
# And now let it run. A unit $i$ hears $h_i = \sum_j w_{ij} s_j$ from the others. If that has the other sign than its own state, it flips. What does this do to the energy? Only the pairs with unit $i$ change, and together they contribute $-s_i h_i$. After the flip it's $+s_i h_i$. So the energy
# changes by $2 s_i h_i$, and the unit flips only where that is negative. **Each flip lowers the energy.** There are finitely many states, so it must come to rest.

# %% exercise="hopfield_recall"

# %% [markdown] id="recall-run-text"
# Now the experiment. We damage an X: 25 of its 100 pixels, chosen by chance, are turned over. Then the units take turns.

# %% id="recall-run"
store, energy = exercises.get("hopfield_weights"), exercises.get("hopfield_energy")
W = store(letters)
rng = np.random.default_rng(dlcourse.seed())
state = letters[2] * np.where(rng.permutation(100) < 25, -1, 1)
states = [state.copy()]
for i in list(range(100)) * 5:                        # five rounds
    if state[i] * (W[i] @ state) < 0:
        state[i] = -state[i]
        states.append(state.copy())
moments = np.linspace(0, len(states) - 1, 8).astype(int)
show(np.array(states)[moments], [f"{k} flips" for k in moments])

# %% id="recall-energy"
energies = np.array([energy(W, state) for state in states])
plots.plot_curves(np.arange(len(energies)), {"energy": energies}, "flips", "energy");

# %% tags=["claim"]
assert (np.diff(energies) < 0).all() and (states[-1] == letters[2]).all() and len(states) > 15

# %% [markdown] id="recall-talk"
# The energy only falls, and at the bottom lies the X, complete. Nobody searched through a list of letters. The damaged letter is a ball on a hillside, the memories are the valleys, and the ball rolls down into the valley on whose slope it lies. You address this memory by *what is in it*: give it a part, and it gives you the whole.
#
# Try it: choose a letter, choose the damage, and walk down flip by flip.
#
# *To find out by playing:* how much damage can it repair? What comes out if you turn over 60 pixels, and why is that a memory as well? (What becomes of the energy if all signs of $s$ are exchanged?) Does another throw of the same damage always end in the same place?

# %% id="letter-memory" tags=["nbval-ignore-output"]
widgets.letter_memory("JTXLF")

# %% [markdown] id="capacity-text"
# Where does it break? Keep adding letters. Are the stored ones still at rest, or does the network now "repair" a letter that was perfect?

# %% id="too-many-letters"
recall = exercises.get("hopfield_recall")
for word in ("JTXLF", "JTXLFO", "JTXLFOZ", "JTXLFOZN", "JTXLFOZNH"):
    patterns = data.load_letters(word)
    W = np.rint(100 * store(patterns))          # times the 100 units: whole numbers, so that a sum of 0 is exactly 0
    kept = [letter for letter, pattern in zip(word, patterns) if (recall(W, pattern) == pattern).all()]
    print(f"{len(word)} letters stored: {len(kept)} remembered ({' '.join(kept)})")

# %% tags=["claim"]
assert len(word) == 9 and len(kept) == 5 and "H" not in kept and "N" not in kept
W = store(letters)
assert all((recall(W, pattern) == pattern).all() for pattern in letters)

# %% [markdown] id="capacity-talk"
# Letters resemble each other, and similar memories blend into one. How many can it hold if they don't? We fill a network of 200 units with random patterns, and look what becomes of a pattern with a tenth of its pixels damaged:

# %% id="capacity"
def recalled(units, patterns, rng):
    """How many of a pattern's units are right after the recall, in per cent, on average over four patterns."""
    stored = rng.choice([-1, 1], size=(patterns, units))
    W = store(stored)
    damaged = [pattern * np.where(rng.permutation(units) < units // 10, -1, 1) for pattern in stored[:4]]
    return 100 * np.mean([(recall(W, start) == pattern).mean() for start, pattern in zip(damaged, stored)])

rng = np.random.default_rng(dlcourse.seed())
counts = np.arange(8, 61, 4)
quality = [np.mean([recalled(200, n, rng) for _ in range(3)]) for n in counts]
ax = plots.plot_curves(counts / 200, {"200 units": quality}, "stored patterns per unit", "pixels right after recall, %")
ax.axvline(0.138, color="black", linestyle=":");

# %% tags=["claim"]
quality = np.array(quality)
assert quality[counts / 200 < 0.1].min() > 98 and np.ptp(quality) > 15 and quality[counts / 200 > 0.25].max() < 90

# %% [markdown] id="capacity-end"
# The memory is nearly perfect for a while, and then it breaks down. In our small network it goes gradually. In very large ones it goes all at once, and physicists computed where: at 0.138 patterns per unit, the dotted line. Here was a network with a *theory*, and physicists came in numbers. Interest was back. (In 2024, Hopfield
# received the Nobel Prize in Physics for it, together with Geoffrey Hinton, whose *Boltzmann machine* of 1985 shook the same landscape at random, in order to learn.)
#
# ## 1986: errors for hidden units
#
# The question of 1969 was still open: how do you extend Widrow and Hoff's rule to several layers? In 1986 several groups had the answer at about the same time. The paper that everybody read is by David Rumelhart, Geoffrey Hinton and Ronald Williams. (Paul Werbos had it in his thesis of 1974, and
# hardly anybody noticed; the mathematics behind it is older still.) Replace the hard threshold by a smooth curve. Then a small change of any weight makes a small change of the error, and the chain rule says how large, layer by layer, *backwards*: **back-propagation**. [Lesson 04](04_backprop.ipynb) is
# about nothing else. Here it is, from the course's engine, on the function that brought the first winter. (Don't read the names in this cell yet; lessons 02 to 05 build each of them. The line `backward()` is the one that counts.)

# %% id="xor-learnt"
model = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1))
optimizer, loss_fn = optim.Adam(model.parameters(), lr=0.05), nn.BCEWithLogitsLoss()
inputs, targets = dlcourse.tensor(corners), dlcourse.tensor([[0.0], [1.0], [1.0], [0.0]])
for _ in range(300):
    optimizer.zero_grad()
    loss_fn(model(inputs), targets).backward()
    optimizer.step()
ax = plots.plot_decision_boundary(lambda points: model(dlcourse.tensor(points)), corners, np.array([0, 1, 1, 0]),
                                  class_names=["answer 0", "answer 1"])
ax.legend(loc="upper left", bbox_to_anchor=(1, 1));

# %% tags=["claim"]
answers = (model(inputs).detach().numpy()[:, 0] >= 0).astype(int)
assert answers.tolist() == [0, 1, 1, 0]

# %% [markdown] id="xor-learnt-talk"
# Nobody told the eight hidden units what to look for. They have found questions of their own, from nothing but the errors of the output.
#
# The ten years that followed were rich. Convolutional networks read postcodes (Yann LeCun, 1989) and cheques. Boltzmann machines, later restricted to two layers (*RBMs*: Paul Smolensky's idea of 1986, which Hinton taught to learn fast), and other networks learnt without labels (Yoshua Bengio among many). Recurrent networks read sequences, and in 1997 got a memory that lasts, the LSTM (Sepp Hochreiter and Jürgen
# Schmidhuber). And then?
#
# ## The second winter
#
# Let's go to the early 2000s, with real handwritten digits (8 × 8 pixels, built into scikit-learn). On one side are networks with sigmoid neurons, smooth versions of the threshold, trained by back-propagation: one to five hidden layers. Each of them is trained three times, with a small, a middle and a large learning rate, and its best result counts. On the other side is the **support vector machine**, the new method of those years, straight out of the box:

# %% id="second-winter"
from sklearn.svm import SVC

digits = data.load_digits()

def digit_score(bend, depth, rate, prepare=lambda model: None):
    """The share of test digits, in per cent, that a network with so many hidden layers of 30 reads correctly."""
    layers = [nn.Linear(64, 30), bend()]
    for _ in range(depth - 1):
        layers += [nn.Linear(30, 30), bend()]
    model = nn.Sequential(*layers, nn.Linear(30, 10))
    prepare(model)
    training.fit(model, (digits.x_train, digits.y_train), nn.CrossEntropyLoss(), optim.SGD(model.parameters(), lr=rate),
                 epochs=40, batch_size=32, progress=False)
    return 100 * training.evaluate(model, digits.x_test, digits.y_test).accuracy

svm = 100 * SVC().fit(digits.x_train, digits.y_train).score(digits.x_test, digits.y_test)
rates = (0.1, 0.5, 2.0)
results = {"SVM": svm}
for depth in (1, 3, 5):
    results[str(depth)] = max(digit_score(nn.Sigmoid, depth, rate) for rate in rates)
plots.plot_bars(list(results), list(results.values()), highlight=0,
                xlabel="SVM, or a network by its number of hidden layers", ylabel="right on test digits, %");

# %% tags=["claim"]
assert svm > results["1"] > results["3"] + 1 and results["1"] > 95 and results["3"] > 40 and results["5"] < 15

# %% [markdown] id="second-winter-talk"
# The SVM has one best solution, needs no tuning, comes with a theory, and wins. (It wins although the networks' rates were chosen by the test itself, which flatters them.) The network with one hidden layer is close behind. With three it gets worse, and with five it has learnt *nothing*, at any of the rates: ten per cent is guessing. This is what people then called the failure of back-propagation: what goes back through a sigmoid is multiplied by at most ¼, so that after
# a few layers hardly anything of the error is left (Hochreiter had shown it in his diploma thesis, in 1991). Who would bet on *deep* networks? The second winter lasted from the middle of the 1990s to about 2006.
#
# Then three things came together. In 2006 Hinton, Simon Osindero and Yee-Whye Teh trained a *deep belief net* layer by layer, each layer first learning without labels to describe the one below. **Deep could be done.** Graphics cards, made for games, turned out to be what networks need: in 2009, Rajat Raina and colleagues trained one of
# 100 million parameters in about a day instead of weeks. And what really cures our picture turned out to be small: another curve inside each unit, and first weights drawn with care.

# %% id="after-winter" tags=["nbval-ignore-output"]
def careful(model):
    for layer in model:
        if isinstance(layer, nn.Linear):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")

cured = {}
for bend, tries in ((nn.Sigmoid, rates), (nn.ReLU, rates[:1])):
    name = bend.__name__
    cured[name] = max(digit_score(bend, 5, rate, careful) for rate in tries)
    print(f"five hidden layers, careful first weights, {name:<8} {cured[name]:.0f} % of the test digits right")

# %% tags=["claim"]
assert cured["ReLU"] > 90 and cured["Sigmoid"] < 15

# %% [markdown] id="after-winter-talk"
# The curve is ReLU, $\max(z, 0)$, whose slope doesn't shrink; the sigmoid stays at a guess, careful weights or not, at all three rates. (ReLU got by with the smallest.) [Lesson 05](05_mlp.ipynb) explains both. The function had been around since the sixties. That it helps was seen around 2010.
#
# ## 2012
#
# *ImageNet* is a collection of photographs, and its yearly challenge asked for the right one of 1,000 names. Five guesses were allowed; if the right name wasn't among them, it was an error. In 2012 there were entries from well-known groups, with features made by hand over many years. And there was one network, **AlexNet**, by Alex Krizhevsky, Ilya Sutskever and
# Hinton, trained on two graphics cards:

# %% id="imagenet-2012"
table = data.load_table("ilsvrc_2012")
plots.plot_bars(table["team"], table["top5_error_percent"], highlight=0,
                xlabel="team", ylabel="errors with five guesses, %");

# %% tags=["claim"]
assert table["top5_error_percent"].tolist() == [16, 26, 27, 27, 34] and table["team"][0] == "AlexNet"

# %% [markdown] id="imagenet-2012-talk"
# The next three are within a point of each other, as is usual when everybody polishes the same idea. Before them there is a gap of ten. (The talk from which we have the table leaves out one more team, with 30 %.) Nobody who worked on images could look away from that. This is what the next years brought, until the challenge ended in 2017:

# %% id="imagenet-years"
table = data.load_table("ilsvrc_by_year")
deep = np.flatnonzero(table["kind"] == "deep network")
fig, ax = plt.subplots(figsize=(8.4, 5.6))
plots.plot_bars(table["year"], table["top5_error_percent"], highlight=deep.tolist(), ax=ax,
                xlabel="year (hatched: deep networks)", ylabel="errors of the winner, %")
ax.axhline(5, color="black", linestyle="--")
ax.text(7.4, 5.5, "a trained human, about 5 %", ha="right");

# %% tags=["claim"]
errors = dict(zip(table["year"].tolist(), table["top5_error_percent"]))
assert errors[2011] - errors[2012] > 9 and errors[2014] > 5 > errors[2015]
assert list(deep) == list(range(2, 8))

# %% [markdown] id="imagenet-years-talk"
# From 2012 on, every winner is a deep network, and in 2015 the error falls below that of a person who had trained for this task. (Most of us, untrained, would do much worse: could you tell 120 breeds of dogs apart?) How was it done? Some of it by sheer size. Here are the layers of three winners and their *gflop*, the billions of multiplications and additions for one image:

# %% id="bigger-brains"
print(table.select(np.isfinite(table["gflop"]), ["year", "system", "layers", "gflop"]))

# %% tags=["claim"]
assert (table["layers"][2], table["gflop"][2]) == (8, 1.4) and (table["layers"][5], table["gflop"][5]) == (152, 22.6)

# %% [markdown] id="ingredients-text"
# Eight layers and 1.4 billion operations in 2012; 152 layers and 22.6 billion in 2015.
#
# ## Three ingredients
#
# So what made the difference after fifty years? Three things: **algorithms, data, computation**. You have seen the algorithms grow. Here are the other two. A well-known figure in the textbook of Goodfellow, Bengio and Courville shows twenty systems by year. We have counted their neurons again, from the papers, wherever these say enough. Where they don't, the place is empty.

# %% id="networks-table"
networks = data.load_table("networks")
print(networks.select(slice(None), ["number", "year", "system", "neurons", "connections", "training_examples"]))

# %% id="networks-neurons"
animals = data.load_table("nervous_systems")
plots.plot_by_year(networks["year"], networks["neurons"], "neurons", networks["number"],
                   levels=dict(zip(animals["animal"], animals["neurons"])));

# %% tags=["claim"]
sizes = dict(zip(networks["number"].tolist(), networks["neurons"]))
animal = dict(zip(animals["animal"].tolist(), animals["neurons"]))
assert animal["roundworm"] < sizes[1] and sizes[18] < animal["honeybee"] < sizes[20] < animal["octopus"]
assert animal["human"] / sizes[20] > 10_000
assert np.nanmax(networks["neurons"][networks["year"] < 2012]) < 40 * animal["roundworm"]

# %% [markdown] id="networks-talk"
# Each dot carries its number in the list. For fifty years, networks were about the size of a worm's nervous system, at most forty times as large. Only with graphics cards do they climb, in 2012, to that of a bee. To us it's still a factor of more than 10,000. (If a unit in a network were the same thing as a neuron, that is. It isn't.)
#
# Two more columns: how many connections each neuron has, and how many examples were there to learn from.

# %% id="networks-more"
fig, axes = plt.subplots(2, 1, figsize=(9.4, 8))
per_neuron = networks["connections"] / networks["neurons"]
plots.plot_by_year(networks["year"], per_neuron, "connections per neuron", networks["number"],
                   levels={"human brain": 1e14 / 8.6e10}, ax=axes[0])
plots.plot_by_year(networks["year"], networks["training_examples"], "examples for training", networks["number"],
                   ax=axes[1]);

# %% tags=["claim"]
assert np.nanmax(per_neuron) > 1000 and per_neuron[14] == np.nanmax(per_neuron)
examples = dict(zip(networks["number"].tolist(), networks["training_examples"]))
assert examples[4] == 100 and examples[17] == 10_000_000

# %% [markdown] id="networks-more-talk"
# In connections per neuron, networks have been near a brain for a while (the line is the lower estimate from above). In examples, they went from a hundred facts about two families, in 1986, to ten million pictures. Photographs with labels need people who take and label them: without the web, there would have been no
# ImageNet.
#
# And computation? What did it cost to buy a machine that does $10^9$ operations with fractional numbers in a second, one *GFLOPS*?

# %% id="gflops"
cost = data.load_table("gflops_cost")
slope, start = np.polyfit(cost["year"], np.log10(cost["dollars_2013"]), 1)
ends = np.array([1961, 2017])
plots.plot_by_year(cost["year"], cost["dollars_2013"], "US dollars of 2013 for one GFLOPS",
                   trend=(ends, 10 ** (slope * ends + start)))
print(f"a factor of ten every {-1 / slope:.1f} years")

# %% tags=["claim"]
assert (cost["dollars_2013"][0], cost["dollars_2013"][-1]) == (145.5e9, 0.03)
assert 3.5 < -1 / slope < 5.5

# %% [markdown] id="gflops-talk"
# 145.5 billion dollars in 1961, three cents in 2017. One of our talks reads from it "very roughly an order of magnitude every five years"; the dashed line, which is fitted to the dots, is a little steeper. (No such machine existed in 1961. The number says what 2,400 of the fastest computers would have cost, and it depends on which computer you multiply: another count came out 57 times as high. On this scale even that moves the
# dot by less than two powers of ten.)
#
# Does a brain pay the same price? Engineers have built chips after it, called *neuromorphic*. In 2016, Steve Furber compared four such machines with the original:

# %% id="neuromorphic"
chips = data.load_table("neuromorphic")
print(chips.select(slice(None), ["platform", "technology", "system_neurons", "system_synapses", "system_power_w"]))
order = np.argsort(chips["joules_per_connection"])
fig, ax = plt.subplots(figsize=(7.6, 2.9))
ax.plot(chips["joules_per_connection"][order], chips["platform"][order], "o", markersize=11)
ax.set(xscale="log", xlim=(1e-15, 1e-7), xlabel="energy for one signal across one connection, joules")
ax.margins(y=0.15)
ax.invert_yaxis();

# %% tags=["claim"]
assert chips["platform"][0] == "Human brain" and chips["system_power_w"][0] == 20
ratio = chips["joules_per_connection"][1:] / chips["joules_per_connection"][0]
assert np.allclose(sorted(ratio), [2500, 1e4, 1e4, 1e6])

# %% [markdown] id="neuromorphic-talk"
# A brain runs on 20 watts, like a dim lamp. (Furber takes $10^{11}$ neurons, a round number for our 86 billion.) The machines need from 2,500 to a million times as much energy for a signal. The largest of them, SpiNNaker, had 460 million neurons and drew 50 kilowatts. Whatever our networks have in common with a brain, it's not the bill.
#
# ## Two games
#
# Machines against champions: that is where the public saw it happen. In February 1996 Deep Blue won a game against Garry Kasparov (who won that match, and lost the next one). Twenty years later, in March 2016, AlphaGo beat Lee Sedol at Go, four games to one. Why twenty years? Look at the number of positions that a game can have: up to about $10^{47}$ for chess (an upper estimate; it may be some hundred times fewer), and $10^{170}$ for Go.

# %% id="games"
fillings = 3 ** (19 * 19)                              # each point of a Go board: black, white or empty
legal = 2.08e170                                       # counted by John Tromp in 2016
print(f"ways to fill a Go board: a number of {len(str(fillings))} digits; {legal / fillings:.1%} of them are legal")
atoms, seconds = 10**80, 4 * 10**17                    # in the universe; since its beginning
looked_at = atoms * seconds * 10**9
print(f"one position per atom and nanosecond since the beginning: 10^{len(str(looked_at)) - 1} of 10^170")

# %% tags=["claim"]
assert len(str(fillings)) == 173 and round(100 * legal / fillings, 1) == 1.2
assert len(str(looked_at)) - 1 == 106
states = data.load_table("games")
assert states["log10_states"].tolist() == [47, 170]

# %% [markdown] id="games-talk"
# Nobody can look at all positions of either game. But chess can be played well by looking many moves ahead with rules that people have written: Deep Blue *searched*. For Go, nobody had found such rules. AlphaGo searched too, but where to look, and how good a position is, it had **learnt**, with convolutional networks, from games of people and then from playing against itself.
#
# ## Tools
#
# There is a fourth ingredient. In the 1990s, who wanted to train a network wrote back-propagation by hand. Then came *frameworks*, programs that differentiate for you and run the same code on a graphics card. The talks that this course grew from list fourteen of them, and JAX came a little later. What has become of these?

# %% id="frameworks"
table = data.load_table("frameworks")
plots.plot_lifetimes(table["name"], table["first_year"], table["ended"], table["state"] == "developed", until=2025);

# %% tags=["claim"]
assert len(table) == 15 and (table["state"] == "developed").sum() == 5

# %% [markdown] id="frameworks-talk"
# A grey dot is a beginning; work on it has faded since (about Deeplearning4j we can't tell), but we know no date of an end. Torch, in the language Lua, lives on in PyTorch, Caffe2 was merged into PyTorch, and Theano's ideas are in all of them. Five of the fifteen were certainly being developed in 2025. Don't mourn: one researcher, quoted in a talk of 2019, had watched libraries rise and fall and found that,
# if you have mastered one, the next is not much work. It's one of the reasons why you build your own here. Lesson 07 has the survivors.
#
# ## What has happened since
#
# Our talks are from 2016 to 2019. What they leave out, or could not know, in short:
#
# - **Attention.** In 2017, "Attention Is All You Need" (Ashish Vaswani and colleagues) proposed the *transformer*, a network in which every word of a text looks at every other word. It now carries nearly all work on language.
# - **Language models.** Trained to predict the next word of very much text. GPT-3 had 175 billion parameters in 2020. ChatGPT, in November 2022, made such a model something that anybody could talk to.
# - **AlphaFold.** In 2020, a network by DeepMind predicted the shapes of proteins, a question of fifty years, often as well as experiments measure them.
# - **Prizes.** The Turing Award of 2018 went to Bengio, Hinton and LeCun. In 2024, the Nobel Prize in Physics went to Hopfield and Hinton, and the one in Chemistry to Demis Hassabis and John Jumper for AlphaFold, and to David Baker for designing new proteins by computer.
#
# The talks said of the systems of their day: *not AI yet*. People argue whether today's are. It is a question about a word. What is not in question: they are made of the parts that you have seen in this lesson, in very large numbers.
#
# ## Is it overhyped?
#
# One of our talks asks this, and answers with the newspaper of 1958. Now you can compare. What the Navy and Rosenblatt let the newspaper expect, what the machine did that day, and what has become of it:
#
# | "will be able to ..." | in 1958 | since then |
# | :-- | :-- | :-- |
# | see | told left from right, on cards | names what is in photographs, as a trained person does (2015) |
# | recognise people, and call out their names | no | two photographs, the same person? DeepFace: right in 97.35 % (2014) |
# | translate speech at once into another language | no | done by programs on telephones, with mistakes |
# | talk, write | no | language models (2020s) |
# | walk | no | there are robots that do |
# | reproduce itself | no | no machine builds its like without people |
# | be conscious of its existence | no | nobody has a test for it |
# | be finished in about a year, for $100,000 | no | the Mark I was shown two years later, in 1960 |
#
# The demonstration was real: you have repeated it. The promise was half a century early, where it has come true at all. Was it hype? Both times, in the sixties and in the nineties, it wasn't the *ideas* that were wrong. What had been announced was more than they could do **with the data and the
# computers of their day**, and then belief collapsed below what they could do.
#
# Fear gets announced like hope. In 2014 it was "summoning the demon" (Elon Musk), and in 2016 *Wired* had the headline "Deep learning isn't a dangerous magic genie. It's just math" (the author was Oren Etzioni). You are about to learn the math. Here are four questions for the next announcement that you read:
#
# 1. What was *shown*, and what was only expected?
# 2. On which data, and how different from the data that it learnt from?
# 3. Compared with what? (With guessing? With a simple method? With people?)
# 4. What is the smallest thing that it can't do?
#
# ## The whole story
#
# Click on a year. Grey are the two winters.

# %% id="timeline" tags=["nbval-ignore-output"]
widgets.timeline()

# %% [markdown] id="timeline-talk"
# *To find out by clicking:* how many years lie between an idea and the first result that the public heard of, for back-propagation, for convolution, for attention? And which ideas came *during* a winter?
#
# (And the answer to the question of the beginning: with two fixed cards our machine makes at most two mistakes, one with each card. A mistake moves the weights of that card's marked cells by one, all in the right direction. Their sum moves by the number of these cells, about eight, which is more than the small random
# numbers ever add up to. From then on the card is answered rightly, and the other card lies on other cells. Why the machine of 1958 needed fifty trials, the newspaper doesn't say.)

# %% tags=["claim"]
sides = [left for _, left in shown]
pair = [shown[sides.index(side)] for side in (1, 0)]
for trial in range(100):
    dice = np.random.default_rng(trial)
    machine, wrong = dice.normal(0, 0.5, size=(20, 20)), 0
    for _ in range(30):
        cells, left = pair[dice.integers(2)]
        error = left - int((machine * cells).sum() >= 0)
        machine, wrong = machine + error * cells, wrong + abs(error)
    assert wrong <= 2

# %% id="progress" tags=["nbval-ignore-output"]
progress()

# %% [markdown] id="recap"
# ## Recap
#
# - **1943:** units with a threshold compute everything that logic can say. Somebody has to wire them.
# - **1949:** Hebb: connections grow with use, $\Delta w = \eta\, y\, x$. It finds what occurs together, and never asks what is right.
# - **1958:** the perceptron learns from mistakes. If a line separates the classes, it finds one; if not, it never rests.
# - **1960:** Adaline measures the size of the error before the threshold, and shares it out. This is the ancestor of today's training.
# - **1969:** of the 16 functions of two inputs, a perceptron learns 14. XOR needs a hidden layer, and nobody could train one.
# - **1982:** Hopfield: symmetric connections, an energy that only falls, memories as valleys. About 0.14 patterns per unit, and not more.
# - **1986:** back-propagation gives hidden units their errors. **1990s:** the deeper a network of sigmoids, the worse it trains; SVMs win. **2006 to 2012:** better training, graphics cards and millions of photographs turn it around.
# - The ideas are old. Data and computation made them work. An announcement is worth what was *shown*.
#
# ## Where to read on
#
# - Warren McCulloch and Walter Pitts, [A logical calculus of the ideas immanent in nervous activity](https://doi.org/10.1007/BF02478259), 1943.
# - Frank Rosenblatt, [The perceptron: a probabilistic model for information storage and organization in the brain](https://doi.org/10.1037/h0042519), 1958. What the newspapers had made the headlines of.
# - John Hopfield, [Neural networks and physical systems with emergent collective computational abilities](https://doi.org/10.1073/pnas.79.8.2554), 1982. Five pages, still a pleasure to read.
# - David Rumelhart, Geoffrey Hinton and Ronald Williams, [Learning representations by back-propagating errors](https://doi.org/10.1038/323533a0), 1986.
# - Ian Goodfellow, Yoshua Bengio and Aaron Courville, [Deep Learning](https://www.deeplearningbook.org/), 2016. Its first chapter tells this history, with the figures of the twenty systems.
# - Mikel Olazaran, [A sociological study of the official history of the perceptrons controversy](https://doi.org/10.1177/030631296026003005), 1996. What really happened around 1969.
#
# **Next:** [lesson 02, *Score and loss*](02_score_and_loss.ipynb). Adaline asked how large an error is. That question is the beginning of everything: what does it mean, for a machine, to be wrong?
