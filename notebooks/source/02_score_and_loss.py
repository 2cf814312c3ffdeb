# ---
# jupyter:
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
#   dlcourse:
#     lesson: "02"
#     title: Score and loss
#     reading_minutes: 85
#     prerequisites: ["00"]
#     data: "digits and iris (built in), toy sets"
#     gpu: false
# ---

# %% [markdown] id="promise"
# A machine that learns needs two things before it can begin: a way to give an answer, and a number that says how wrong the answer was. They are called **score** and **loss**,
# and this lesson is about them. At the end you can build a classifier from multiplications and additions and read its weights as pictures; turn its scores into probabilities that
# don't overflow; choose a loss and say what it will do to your classifier; measure surprise in bits; fit a line without any searching; notice when a model has learnt its examples by heart; and explain
# why learning is impossible in general and works all the same.
#
# (Reading takes about 85 minutes, and the twelve exercises two hours more. After *How wrong?* is a good place for a break.)

# %% [markdown] id="reader-text"
# ## A machine reads a digit
#
# In lesson 00 a program read digits by comparing each picture with 1,347 known ones. Here is another reader. It keeps no pictures. `nn.Linear(64, 10)` multiplies and adds, and that's all it does. `training.fit` turns its knobs. How it does that is the subject of lesson 03; take it as a black box today. (The names inside `train` that you don't know yet get their turn: `CrossEntropyLoss` further down, `Adam` in lesson 03.)

# %% id="reader"
from dlcourse import data, exercises, plots, training, widgets

def train(model, x, y, epochs=100, lr=0.05, loss=None):
    training.fit(model, (np.float32(x), y), loss or nn.CrossEntropyLoss(), optim.Adam(model.parameters(), lr=lr),
                 epochs=epochs, batch_size=32, progress=False)
    return model

def scores_of(model, x):
    return model(dlcourse.tensor(np.float32(x))).detach().numpy()

digits = data.load_digits()
reader = train(nn.Sequential(nn.Linear(64, 10)), digits.x_train, digits.y_train, epochs=30, lr=0.01)

three = digits.x_test[digits.y_test == 3][0]
scores = scores_of(reader, three[None])[0]
fig, (left, right) = plt.subplots(1, 2, figsize=(9.6, 3.4), width_ratios=(1, 2.4))
left.imshow(three.reshape(8, 8), cmap="gray")
left.set(title="what it sees", xticks=[], yticks=[])
plots.plot_bars(range(10), scores.round(1), highlight=3, xlabel="digit", ylabel="score", ax=right);

# %% id="reader-accuracy"
answers = scores_of(reader, digits.x_test).argmax(axis=1)
print(f"{np.mean(answers == digits.y_test):.1%} of {len(answers)} digits that it has never seen are read correctly")
print(sum(p.data.size for p in reader.parameters()), "knobs")

# %% tags=["claim"]
assert 0.94 < np.mean(answers == digits.y_test) < 0.985 and scores.argmax() == 3
assert sum(p.data.size for p in reader.parameters()) == 650

# %% [markdown] id="reader-talk"
# The picture on the left is 64 numbers, one for each pixel: 0 is black, 1 is white. The machine makes ten numbers of them, one for each digit, and the highest one wins. About 97 of 100 digits are read correctly, and it has
# never seen these pictures before.
#
# Nobody programmed what a 3 looks like. There are 650 numbers in the machine, its *weights* and *biases*, and all of them were found by trial and improvement. To improve, one must know what "better" means.
# **Before you read on:** if you could turn these 650 knobs, what would you look at to decide whether a turn was good? The number of digits that are read correctly? Keep your answer. We'll come back to it.

# %% [markdown] id="function-text"
# ## Looking for a function
#
# Reading a digit means: from 64 numbers to one of ten answers. That is a function. So are most tasks that one would like a machine to learn (the examples are from a lecture by Junjie Cao):
#
# | goes in | comes out |
# | --- | --- |
# | the sound of a sentence | the text, *"How are you"* |
# | a photograph | *"cat"* |
# | a position on the Go board | the next move, *"5-5"* |
# | what somebody said, *"Hi"* | what to answer, *"Hello"* |
#
# Nobody can write these functions down. But we have examples: pairs $(x, y)$ of what goes in and what should come out. **Machine learning is looking for a function** that fits the examples and goes on to fit new ones. It takes two steps:
#
# 1. Choose a *family* of functions $f_w$: a formula with knobs $w$ in it.
# 2. Turn the knobs until the function fits: *optimise* $w$.
#
# Let's do both with the smallest family there is, $f_w(x) = w \cdot x$, which has a single knob. The examples are forty noisy points.

# %% id="family"
x, y = (a[:, 0] for a in data.noisy_line(40, seed=dlcourse.seed()))

ax = plots.plot_curves(np.sort(x), {f"w = {w:g}".replace("-", "−"): w * np.sort(x) for w in (-1, 0.5, 2, 3.5)}, "x", "y")
ax.plot(x, y, "o", color="black", alpha=0.6);

# %% [markdown] id="family-talk"
# Four members of the family. You see at once that $w = 2$ is the best of them. A machine doesn't see. It needs a number.
#
# **Before you read on:** invent one. It should be 0 if the function hits all points, and grow as it misses them. What goes wrong if you add up the differences as they are?
#
# They cancel: a prediction that is 1 too high and one that is 1 too low would count as perfect together. So square the differences, and then take the mean:
#
# $$ \text{MSE} = \frac1N \sum_{n=1}^N \big(f_w(x_n) - y_n\big)^2 $$
#
# This is the **mean squared error** (Legendre published it in 1805, Gauss in 1809). A function that says how wrong we are is called a **loss function**; small is good.

# %% exercise="mean_squared_error"

# %% [markdown] id="search-text"
# Now the second step, in the most simple-minded way: try some two hundred values of $w$ and look at the loss of each.

# %% id="search"
knob = np.linspace(-2, 6, 201)
losses = np.array([np.mean((w * x - y) ** 2) for w in knob])
best = knob[losses.argmin()]
ax = plots.plot_curves(knob, {"loss": losses}, "knob w", "mean squared error")
ax.plot(best, losses.min(), "*", color="#D55E00", markersize=16)
print(f"the best of them is w = {best:.2f}, with a loss of {losses.min():.3f}")

# %% tags=["claim"]
assert abs(best - 2) < 0.25 and losses.min() < 0.07

# %% [markdown] id="search-talk"
# The points were made with $w = 2$ and some noise, and the search came close. The loss has turned "which function?" into "where is the lowest point of this curve?". That is the whole plan of machine learning: **score, loss, and then downhill**.
#
# Two hundred trials are nothing. But the reader above has 650 knobs. Two hundred values for each of them, in every combination, are $200^{650}$ trials, a number with almost 1,500 digits. Searching is hopeless; lesson 03 shows the way down. Today we worry about the curve itself: what to put in, and what to measure.

# %% tags=["claim"]
assert 1490 < 650 * np.log10(200) < 1500

# %% [markdown] id="three-ways-text"
# ## Three ways to learn
#
# The examples above came with answers. It isn't always so, and there are three kinds of learning, according to what the teacher says. Each fits into ten lines or little more.
#
# **Supervised:** every example has a label. We take 150 iris flowers of three species (Fisher published them in 1936): length and width of two kinds of leaves, *sepals* and *petals*. From the labelled flowers we learn the typical flower of each species, its mean. A new flower gets the
# species whose mean is nearest.

# %% id="supervised"
iris = data.load_iris()
means = np.stack([iris.x_train[iris.y_train == k].mean(axis=0) for k in range(3)])

def nearest(x, places):
    """For each row of x, the number of the nearest place."""
    return np.linalg.norm(x[:, None] - places, axis=2).argmin(axis=1)

named = nearest(iris.x_test, means)
print(f"{np.mean(named == iris.y_test):.0%} of {len(named)} new flowers get the right name")

# %% tags=["claim"]
assert np.mean(named == iris.y_test) > 0.8

# %% [markdown] id="unsupervised-text"
# **Unsupervised:** no labels, only flowers. Is there a pattern? *K-means* starts with three flowers as the middles of three groups, and then repeats two steps: every flower joins the nearest middle; every middle moves to the mean of its group. (Ten attempts with different first flowers; the tightest groups are kept.)

# %% id="unsupervised"
def k_means(x, k, rng):
    places = rng.permutation(np.unique(x, axis=0))[:k]            # k different flowers to begin with
    for _ in range(20):
        group = nearest(x, places)
        places = np.stack([x[group == j].mean(axis=0) for j in range(k)])
    return np.linalg.norm(x - places[group], axis=1).mean(), group

rng = np.random.default_rng(dlcourse.seed())
_, group = min((k_means(iris.x_train, 3, rng) for _ in range(10)), key=lambda attempt: attempt[0])

fig, (left, right) = plt.subplots(1, 2, figsize=(11, 2.9))
plots.plot_points(iris.x_train[:, 2:], group, ax=left, class_names=["group 0", "group 1", "group 2"])
plots.plot_points(iris.x_train[:, 2:], iris.y_train, ax=right, class_names=iris.class_names)
left.set(title="found without labels", xlabel="petal length, cm", ylabel="petal width, cm")
right.set(title="the botanist's labels", xlabel="petal length, cm", ylabel="");

# %% id="unsupervised-count"
same = sum(np.bincount(iris.y_train[group == j]).max() for j in range(3))
print(f"{same / len(group):.0%} of the flowers lie in the group of their species")

# %% tags=["claim"]
assert 0.8 < same / len(group) < 0.96
setosa = group[iris.y_train == 0]
assert (setosa == setosa[0]).mean() > 0.97

# %% [markdown] id="unsupervised-talk"
# The groups have no names, and their numbers and colours mean nothing. But one of the three groups is the species *setosa*, and the border between the other two lies nearly where the botanist saw it. Nobody mentioned species to the machine.
#
# **Reinforcement:** no examples at all. The learner *acts*, and from time to time gets a reward. A lecture's example was Go, with the reward "win or lose". We take a smaller game, Nim: twelve matches or fewer lie on the table, each player takes one, two or three in turn, and who takes the last one wins. The learner plays
# against itself. It keeps a table of what each move has been worth to the one who made it, plays its best move or, one time in ten, any move, and after the game corrects the table a little.

# %% id="reinforcement"
rng = np.random.default_rng(dlcourse.seed())
worth = np.zeros((13, 4))                                        # worth[matches left, matches to take]
worth[:, 0] = worth[1, 2:] = worth[2, 3] = -9                    # moves against the rules
for _ in range(12_000):
    left_over, moves = rng.integers(1, 13), []
    while left_over > 0:
        take = worth[left_over].argmax() if rng.random() < 0.9 else rng.integers(1, min(left_over, 3) + 1)
        moves.append((left_over, take))
        left_over -= take
    reward = 1                                                   # who moved last has won,
    for move in reversed(moves):
        worth[move] += 0.05 * (reward - worth[move])
        reward = -reward                                         # the one before has lost, and so on

print("matches left:", *(f"{n:>3}" for n in range(1, 13)))
print("take        :", *(f"{worth[n].argmax():>3}" for n in range(1, 13)))
print("win or lose :", *("  +" if worth[n].max() > 0 else "  −" for n in range(1, 13)))

# %% tags=["claim"]
assert all(worth[n].argmax() == n % 4 for n in range(1, 13) if n % 4)
assert all((worth[n].max() > 0) == (n % 4 != 0) for n in range(1, 13))

# %% [markdown] id="reinforcement-talk"
# **Do you see the rule that it has found?** Leave your opponent a multiple of four, and you win. Whoever has to move at 4, 8 or 12 loses against good play, and there the table says −. (Whatever it takes there is as good or bad as anything else.) Nobody told it so; it won and lost twelve thousand games. (A later lesson is about this kind of learning. From here on we have labels.)

# %% [markdown] id="score-text"
# ## The score: multiply and add
#
# How does the reader make ten scores of 64 pixels? Take the iris flowers again, with two measurements, so that we can draw everything. For each species $c$ there is a weight for each measurement, and a bias:
#
# $$ s_c = w_{c1} x_1 + w_{c2} x_2 + b_c $$
#
# Three species, three scores. The highest wins. That is a **linear classifier**.

# %% id="linear-iris" tags=["nbval-ignore-output"]
petals = iris.x_train[:, 2:]
flower_model = train(nn.Sequential(nn.Linear(2, 3)), petals, iris.y_train, epochs=200)
W, b = (p.detach().numpy() for p in flower_model.parameters())

flower = petals[0]
for name, weights, bias in zip(iris.class_names, W, b):
    print(f"{name:>10}: {weights[0]:5.1f} · {flower[0]:.1f}  + {weights[1]:5.1f} · {flower[1]:.1f}  + {bias:5.1f}  =  {weights @ flower + bias:5.1f}")
print("it is a", iris.class_names[iris.y_train[0]])

# %% id="linear-iris-plot"
fig, ax = plt.subplots(figsize=(8, 3.6))
plots.plot_decision_boundary(lambda p: scores_of(flower_model, p), petals, iris.y_train, ax=ax, class_names=iris.class_names)
ax.set(xlabel="petal length, cm", ylabel="petal width, cm");

# %% tags=["claim"]
assert (W @ flower + b).argmax() == iris.y_train[0]
assert training.evaluate(flower_model, petals, iris.y_train).accuracy > 0.92

# %% [markdown] id="linear-iris-talk"
# Each score is a tilted plane over this map; the colour says which of the three planes is on top, and the paler it is, the closer is the runner-up. Where two planes are equally high, they change places, and two planes meet in a **straight line**. So whatever the weights are, a linear classifier cuts the world into pieces with straight
# borders. For these flowers that is fine: a few lie on the wrong side, and no sensible curve would save them.
#
# Write the weights of each class into a row of a matrix $W$, and an example into each row of $X$, and all scores of all examples are one line: $S = X W^\mathsf{T} + b$.

# %% exercise="linear_scores"

# %% [markdown] id="accuracy-text"
# And to say how good the answers are, count them. The share that is right is called **accuracy**.

# %% exercise="accuracy"

# %% [markdown] id="templates-text"
# ### Templates
#
# Now the reader. It has a row of 64 weights for each digit, one weight for each pixel. So a row can be drawn as a picture, 8 × 8: orange where ink counts *for* the digit, purple where ink counts *against* it.

# %% id="templates"
axes = plots.weight_pictures(reader[0].weight, columns=5)
axes[0].figure.set_size_inches(9, 3.6)
for digit, ax in enumerate(axes):
    ax.set_title(digit, fontsize=11);

# %% [markdown] id="templates-question"
# These are ten **templates**. To get a score, lay the picture over the template, multiply pixel by pixel, and add up everything. **Before you read on:** why is the middle of the 0 purple? What is the 0's template most afraid of?
#
# Let's watch our 3 being compared with two templates. On the right is what each pixel contributes to the score.

# %% id="template-product"
W, b = (p.detach().numpy() for p in reader.parameters())
fig, axes = plt.subplots(2, 3, figsize=(6.6, 4.4))
for row, digit in zip(axes, (3, 8)):
    limit = np.abs(W).max()
    row[0].imshow(three.reshape(8, 8), cmap="gray")
    row[1].imshow(W[digit].reshape(8, 8), cmap="PuOr_r", vmin=-limit, vmax=limit)
    row[2].imshow((W[digit] * three).reshape(8, 8), cmap="PuOr_r", vmin=-limit, vmax=limit)
    row[0].set_title("picture")
    row[1].set_title(f"× template {digit}")
    row[2].set_title(f"sum: {W[digit] @ three:.1f}".replace("-", "−"))
for ax in axes.flat:
    ax.axis("off")

# %% tags=["claim"]
assert np.allclose(W @ three + b, scores, atol=1e-4) and W[3] @ three > W[8] @ three + 4
assert W[0].reshape(8, 8)[3:5, 3:5].mean() < -0.3 and three[W[3] > 0].sum() > 2 * three[W[3] < 0].sum()

# %% [markdown] id="templates-talk"
# The 3 puts its ink where its own template is orange, for the most part. Add the bias to the sum, and you have the bar of the first figure. With the template of the 8 it pays where this picture has ink and an 8 rarely has, and where an 8 has ink and this picture has none, it earns nothing. (The purple hole in the template of the 0 is the place where any other digit has ink.)
#
# Lesson 00 had ten templates, too: for each digit the *mean* of all its pictures, and the nearest mean won. That looks like another method. It isn't. Let $\mu_c$ be the mean of class $c$, and $\lVert x \rVert$ the length of $x$, the root of the sum of its squares. Write out the squared distance, $\lVert x - \mu_c \rVert^2 = \lVert x \rVert^2 - 2 \mu_c \cdot x + \lVert \mu_c \rVert^2$: the first part is the same for all classes,
# and what is left of minus the distance, $2 \mu_c \cdot x - \lVert \mu_c \rVert^2$, is a weight for each pixel and a bias.

# %% id="means-are-linear"
digit_means = np.stack([digits.x_train[digits.y_train == d].mean(axis=0) for d in range(10)])
by_distance = nearest(digits.x_test, digit_means)
by_score = (digits.x_test @ (2 * digit_means).T - (digit_means**2).sum(axis=1)).argmax(axis=1)
print("the same answers:", np.array_equal(by_distance, by_score))
print(f"right with means as templates: {np.mean(by_score == digits.y_test):.1%}, with learnt ones: {np.mean(answers == digits.y_test):.1%}")

# %% tags=["claim"]
assert np.array_equal(by_distance, by_score) and 0.85 < np.mean(by_score == digits.y_test) < np.mean(answers == digits.y_test) - 0.04

# %% [markdown] id="means-talk"
# The same family of functions, other knobs. The mean says what a digit *is* like. The learnt template says what makes it *different* from the nine others, and that is what a reader needs.
#
# A linear classifier has *one* template for each class. Two ways to write a 7, with and without a bar, must share it. A little more freedom would be welcome. The rest of this course is about that.

# %% [markdown] id="separable-text"
# ## What a straight line cannot do
#
# Here are two sets of points. **Before you run the cell:** where would you put the straight line?

# %% id="not-separable"
sets = {"circles": data.circles(200, seed=dlcourse.seed()), "XOR": data.xor(200, seed=dlcourse.seed())}
straight = {}
fig, axes = plt.subplots(1, 2, figsize=(10, 4.4))
for (name, (px, py)), ax in zip(sets.items(), axes):
    model = train(nn.Sequential(nn.Linear(2, 2)), px, py)
    straight[name] = training.evaluate(model, px, py).accuracy
    plots.plot_decision_boundary(lambda p: scores_of(model, p), px, py, ax=ax, title=f"{name}: {straight[name]:.0%} right")

# %% tags=["claim"]
assert all(0.3 < share < 0.7 for share in straight.values())
best_line = {}
for name, (px, py) in sets.items():
    across = [px @ (np.cos(turn), np.sin(turn)) for turn in np.linspace(0, np.pi, 181)]
    cuts = [np.mean((side > cut) == py) for side in across for cut in side]
    best_line[name] = max(*cuts, 1 - min(cuts))
assert 0.66 < best_line["circles"] < 0.73 and 0.73 < best_line["XOR"] < 0.77

# %% [markdown] id="not-separable-talk"
# There is no good place. The training settles at about one half, no better than a coin; and among all the lines that one can draw, the best gets some 70 % of the circles right, by leaving a slice of the outer ring on one side, and three quarters of XOR, by cutting off one corner. Points that a straight line can part are called **linearly separable**, and these are not. In the second set, the class says whether the two coordinates have different signs: *exclusive or*, XOR. It sounds like a puzzle, but real questions have that form. (A lecture's example: to recognise a face, look for two eyes XOR sunglasses.)
#
# Must we give up straight lines? Look at a smaller case first: points on a line, with one class in the middle.

# %% id="one-dimension"
line = np.linspace(-1.9, 1.9, 20)
inside = (np.abs(line) < 1).astype(int)
fig, (left, right) = plt.subplots(1, 2, figsize=(10, 3.6))
plots.plot_points(np.column_stack([line, 0 * line]), inside, ax=left, class_names=["outside", "inside"])
left.set(xlabel="$x$", ylabel="", yticks=[], title="one feature: $x$", aspect="auto")
plots.plot_points(np.column_stack([line, line**2]), inside, ax=right, class_names=["outside", "inside"])
right.axhline(1, color="black")
right.set(xlabel="$x$", ylabel="$x^2$", title="two features: $x$ and $x^2$", aspect="auto");

# %% tags=["claim"]
assert ((line**2 < 1) == (inside == 1)).all()

# %% [markdown] id="one-dimension-talk"
# On the left, no single cut parts the classes. On the right, every point has got a second coordinate, its own square. The points are lifted onto a curve, and now a straight line does it. Nothing was measured anew; the square is made of what we had.
#
# That is the **feature-map trick**: before the linear classifier, compute new features from the old ones. The classifier stays linear in its features. In the old coordinates its border may be as crooked as you like. For points of the plane, take all products of two coordinates.

# %% exercise="quadratic_features"

# %% id="feature-map"
course_features = exercises.get("quadratic_features")            # the course's own answer, so that this runs in any case
bent, bent_weights = {}, {}
fig, axes = plt.subplots(1, 2, figsize=(10, 4.4))
for (name, (px, py)), ax in zip(sets.items(), axes):
    model = train(nn.Sequential(nn.Linear(5, 2)), course_features(px), py)
    bent[name] = training.evaluate(model, np.float32(course_features(px)), py).accuracy
    W = model[0].weight.detach().numpy()
    bent_weights[name] = W[1] - W[0]                             # what speaks for class 1 rather than class 0
    plots.plot_decision_boundary(lambda p: scores_of(model, course_features(p)), px, py, ax=ax,
                                 title=f"{name}: {bent[name]:.0%} right")

# %% id="feature-weights" tags=["nbval-ignore-output"]
print("weight of      x1     x2    x1²  x1·x2    x2²")
for name, weights in bent_weights.items():
    print(f"{name:>8}  ", *(f"{w:6.1f}" for w in weights))

# %% tags=["claim"]
assert min(bent.values()) > 0.98
assert np.argsort(np.abs(bent_weights["circles"]))[-2:].sum() == 2 + 4 and np.abs(bent_weights["XOR"]).argmax() == 3

# %% [markdown] id="feature-map-talk"
# Solved, and the weights say how. For the circles, all the weight lies on $x_1^2$ and $x_2^2$, with about the same value: the classifier has found the distance from the middle. For XOR it is $x_1 x_2$, whose sign says whether the coordinates agree. The classifier did not invent these features. It *chose* among those
# that we offered.
#
# How far does this go? For 64 pixels, all products of two are 2,080 features; all products of three, about 46,000. But many methods need the features only inside scalar products $\varphi(x) \cdot \varphi(z)$, where $\varphi(x)$ is the list of all features of $x$, and these can often be had without computing $\varphi$. This is the
# **kernel trick** (Aizerman and colleagues, 1964; famous since Boser, Guyon and Vapnik, 1992). For two points, $(1 + x \cdot z)^2$ is one short scalar product, one addition and one square, and it equals the scalar product of all their quadratic features, suitably scaled and with a constant 1 among them:

# %% id="kernel"
def phi(p):
    return course_features(p) * np.sqrt([2, 2, 1, 2, 1])

p, q = sets["XOR"][0][:1].astype(float), sets["XOR"][0][1:2].astype(float)
print(f"by features: {1 + (phi(p) @ phi(q).T).item():.6f}     by the kernel: {((1 + (p @ q.T).item()) ** 2):.6f}")

# %% tags=["claim"]
assert np.isclose(1 + (phi(p) @ phi(q).T).item(), (1 + (p @ q.T).item()) ** 2)
assert 64 * 65 // 2 == 2080 and 45_000 < 64 * 65 * 66 // 6 < 46_000

# %% [markdown] id="features-text"
# ## Features: made by hand, or learnt
#
# Somebody had to *know* that squares would help. For decades this was the craft of machine learning: experts invented features (for images: edges, corners, histograms of gradients), and learning only chose the weights at the end. How much is a good feature worth? Back to the irises.
#
# A botanist might say: what differs is the *size* of the petal. Size is an area, so let us offer one feature of our own, petal length times petal width, and leave out everything else. The classifier is the nearest mean from above. We give it very few labelled flowers, and average over 200 draws.

# %% id="few-labels"
flowers, species = np.concatenate([iris.x_train, iris.x_test]), np.concatenate([iris.y_train, iris.y_test])

def few_labels(features, k, rng):
    """Accuracy of the nearest mean when k flowers of each species have a label."""
    chosen = np.concatenate([rng.choice(np.flatnonzero(species == c), k, replace=False) for c in range(3)])
    others = np.setdiff1d(np.arange(150), chosen)
    means = np.stack([features[chosen][species[chosen] == c].mean(axis=0) for c in range(3)])
    return np.mean(nearest(features[others], means) == species[others])

offers = {"sepals, raw": flowers[:, :2], "all four, raw": flowers, "petals, raw": flowers[:, 2:],
          "petal area": flowers[:, 2:3] * flowers[:, 3:]}
rng = np.random.default_rng(dlcourse.seed())
found = {name: [np.mean([few_labels(f, k, rng) for _ in range(200)]) for k in (1, 3, 10, 30)] for name, f in offers.items()}
print("labelled flowers of each species:    1     3    10    30")
for name, shares in found.items():
    print(f"{name:>32}:", *(f"{share:5.0%}" for share in shares))

# %% tags=["claim"]
assert all(a > r + 0.02 > s for a, r, s in zip(found["petal area"], found["all four, raw"], found["sepals, raw"]))
assert found["petal area"][0] > found["all four, raw"][1] - 0.01 and found["sepals, raw"][3] < 0.85
assert all(abs(a - p) < 0.02 for a, p in zip(found["petal area"], found["petals, raw"]))

# %% [markdown] id="few-labels-talk"
# One number that was made by hand beats the four raw measurements. With a single labelled flower of each species it is as good as they are with three of each: a good feature replaces data. And a bad choice of features can't be repaired: from the sepals alone, no amount of labels gets far.
#
# But is it the *multiplication* that helps? The third row is the control: the two petal measurements as they are, without the sepals. They do as well as their product. So what the botanist knew was where to look; the area says in one number what the petals say in two. For the circles it was the other way round: there nothing could be left out, and the squares made all the difference.
#
# Could a machine find such a feature itself? Put another layer of knobs in front: `nn.Linear(4, 1)` squeezes the four measurements into *one* number, whichever it likes, and the classifier sees that number alone. Both are trained together, on labels only.

# %% id="learnt-feature"
raw, raw_test = data.standardize(iris.x_train, iris.x_test)
two_steps = train(nn.Sequential(nn.Linear(4, 1), nn.Linear(1, 3)), raw, iris.y_train, epochs=300, lr=0.03)
learnt = scores_of(two_steps[0], raw_test)[:, 0]
area = iris.x_test[:, 2] * iris.x_test[:, 3]

fig, axes = plt.subplots(1, 3, figsize=(11, 2.9), sharey=True)
offers = {"sepal width, cm": iris.x_test[:, 1], "petal area, cm² (by hand)": area, "a number (learnt)": learnt}
for (name, values), ax in zip(offers.items(), axes):
    for k, marker in enumerate("o^s"):
        here = values[iris.y_test == k]
        ax.plot(here, np.full(len(here), k), marker, color=plots.COLOURS[k], alpha=0.6)
    ax.set(xlabel=name, ylim=(-0.6, 2.6))
axes[0].set_yticks(range(3), iris.class_names);

# %% id="learnt-accuracy" tags=["nbval-ignore-output"]
print(f"right on new flowers: {training.evaluate(two_steps, raw_test, iris.y_test).accuracy:.0%}")
print(f"correlation of the learnt number with the logarithm of the area: {abs(np.corrcoef(learnt, np.log(area))[0, 1]):.2f}")

# %% tags=["claim"]
assert training.evaluate(two_steps, raw_test, iris.y_test).accuracy > 0.88
assert abs(np.corrcoef(learnt, np.log(area))[0, 1]) > 0.93

# %% [markdown] id="learnt-talk"
# Each dot is a flower that wasn't used for learning. The sepal width (left), the worst of the four raw measurements, mixes the species. The feature made by hand (middle) parts them. The learnt one (right) parts them as well, and it is nearly the botanist's: it goes hand in hand with the logarithm of the area. (A correlation of 1 would mean that each can be computed from the other by a straight line. Which end is large is chance; a mirrored number serves as well.) Nobody said "petal" or "area".
#
# That is the idea of **deep learning** in its smallest form: the features are learnt together with the classifier, from the same examples. It took all 112 labelled flowers, though, where the botanist's hint got far with three, one of each species. What you know, you need not learn.

# %% tags=["claim"]
assert len(iris.y_train) == 112
one_by_one = [np.mean(nearest(flowers[:, j:j + 1], means[:, j:j + 1]) == species) for j in range(4)]
assert np.argmin(one_by_one) == 1 and one_by_one[1] < 0.65

# %% [markdown] id="zoo-text"
# ## How wrong?
#
# Back to the question of the beginning. Which number should the knobs make small? For two classes there's a neat way to compare the candidates. Let there be one score $s$, positive for the one class ($y = +1$) and negative for the other ($y = -1$). Then the product
#
# $$ m = y \cdot s, $$
#
# the **margin**, is positive where the answer is right, and the larger, the more clearly so. Six losses for two classes, all of them functions of the margin:
#
# | loss | formula | what it wants |
# | --- | --- | --- |
# | zero-one | $1$ if $m \le 0$, else $0$ | be right |
# | squared | $(1 - m)^2$, which is $(s - y)^2$ | hit the label exactly |
# | absolute | $\lvert 1 - m \rvert$, which is $\lvert s - y \rvert$ | hit the label, mind the outliers less |
# | hinge | $\max(0, 1 - m)$ | be right by at least 1 |
# | logistic | $\log_2(1 + e^{-m})$ | be right, the surer the better |
# | cross-entropy | $\ln(1 + e^{-m})$ | the same, in other units |
#
# The zero-one loss is the natural one: its mean is the share of errors. The others look like inventions. Write five of them. (One warning: $e^{1000}$ is too large for a float and becomes `inf`. NumPy has a function that adds two exponentials and takes the logarithm without ever holding the large number: `np.logaddexp(a, b)` is $\ln(e^a + e^b)$. How it does that comes under *Cross-entropy as a loss*.)

# %% exercise="margin_losses"

# %% id="zoo"
m = np.linspace(-3, 3, 601)
zoo = {name.replace("_", "-"): values for name, values in exercises.get("margin_losses")(m).items()}
zoo["cross-entropy"] = np.logaddexp(0, -m)
fig, ax = plt.subplots(figsize=(8, 4.6))
plots.plot_curves(m, zoo, "margin m   (wrong ← 0 → right)", "loss", ax=ax)
ax.set_ylim(0, 6);

# %% tags=["claim"]
at_zero = {name: float(values[300]) for name, values in zoo.items()}
assert all(abs(v - 1) < 1e-9 for name, v in at_zero.items() if name != "cross-entropy")
assert all((zoo[name] >= zoo["zero-one"] - 1e-9).all() for name in ("squared", "absolute", "hinge", "logistic"))
assert not (zoo["cross-entropy"] >= zoo["zero-one"]).all() and np.allclose(zoo["cross-entropy"] / zoo["logistic"], np.log(2))

# %% [markdown] id="zoo-talk"
# All in one picture. Some things to see:
#
# - The **zero-one** loss is a stair. It is flat everywhere but at one place. Turn a knob a little, and (nearly always) no answer changes, so the loss doesn't change: it gives no hint which way to turn. That is why the number of correct answers, which you may have thought of at the beginning, is no good for training.
# - **Squared, absolute, hinge and logistic** never lie below the stair, and all pass through 1 at margin 0. So the mean of each is an upper bound for the share of errors: push it down far enough, and the errors must go, too.
# - **Squared and absolute** go up again on the right (up to margin 1, the absolute loss is hidden below the hinge). They punish an answer for being *too right*.
# - The **hinge** is exactly 0 from margin 1 on: such an example has nothing more to say. The **logistic** loss never quite is.
# - **Logistic** and **cross-entropy** are the same curve, counted in bits and in nats, that is, with $\log_2$ and with $\ln$. Why it has two names will become clear soon.
#
# Does it matter that the square goes up again? Try it. Two clouds, and a line fitted by squared error and by logistic loss. Then fifty more points of class 1 arrive, far out on the *right* side. They are easy.

# %% id="too-right"
clouds, cloud_labels = data.two_clouds(100, seed=dlcourse.seed(), distance=3.0, spread=0.6)
rng = np.random.default_rng(dlcourse.seed())
far = rng.normal([8, 3], 0.5, size=(50, 2)).astype(np.float32)
more, more_labels = np.concatenate([clouds, far]), np.concatenate([cloud_labels, np.ones(50, dtype=int)])

def fit_line(loss, x, labels):
    signs = np.float32(2 * labels - 1)[:, None]
    return train(nn.Sequential(nn.Linear(2, 1)), x, signs, epochs=200, loss=loss)

errors, angles = {}, {}
fig, axes = plt.subplots(2, 2, figsize=(10, 6.6))
for row, (name, loss) in zip(axes, (("squared", nn.MSELoss()), ("logistic", nn.SoftMarginLoss()))):
    for ax, (px, py) in zip(row, ((clouds, cloud_labels), (more, more_labels))):
        model = fit_line(loss, px, py)
        wrong = np.sum((scores_of(model, px)[:, 0] > 0) != py)
        errors[name, len(px)] = wrong
        angles[name, len(px)] = np.degrees(np.arctan2(*model[0].weight.detach().numpy()[0]))
        plots.plot_decision_boundary(lambda p: scores_of(model, p), px, py, ax=ax, title=f"{name}, {len(px)} points: {wrong} wrong")

# %% id="too-right-angles" tags=["nbval-ignore-output"]
turns = {name: abs(angles[name, 150] - angles[name, 100]) for name in ("squared", "logistic")}
print("the fifty points turn the line by", " and by ".join(f"{turn:.0f}° ({name})" for name, turn in turns.items()))

# %% tags=["claim"]
assert errors["squared", 150] >= errors["squared", 100] + 3 and errors["squared", 100] <= 2
assert errors["logistic", 150] <= 2 and errors["logistic", 100] <= 2
assert turns["squared"] > 35 and turns["logistic"] < 0.5 * turns["squared"]

# %% [markdown] id="too-right-talk"
# Under squared error, fifty points that were on the right side anyway have turned the line a long way, and now points are wrong that were right before. A score of 5 for a far point counts as an error of 4, so the line tilts to bring that score down. The logistic line moves much less: for the far points its loss is almost 0. So for *classes* we want a loss
# that goes to zero and doesn't rise again.
#
# ### More than two classes
#
# With ten classes there are ten scores, and the true one has nine rivals. The **multi-class hinge** asks that the true class lead each of them by 1. For an example with the scores $s$ and the true class $y$:
#
# $$ \ell = \sum_{j \ne y} \max(0,\; s_j - s_y + 1) $$
#
# (Weston and Watkins, 1998.) The difference $s_y - s_j$ plays the part of the margin.

# %% exercise="hinge_loss"

# %% [markdown] id="line-text"
# ### Be the optimiser
#
# Two iris species that overlap, and three knobs: the direction of the line, its place, and how *steep* the score climbs from it (the length of the weights). Four losses watch you. Try to bring them down; the lowest values so far are kept.
#
# *To find out by playing:*
#
# 1. Move one knob slowly. Which loss moves with every step, and which one jumps?
# 2. With the line in a good place, turn up the steepness. Which losses want it steep, and which don't? Then move the line to a bad place and compare.
# 3. Is the line with the fewest errors also the line with the smallest logistic loss?
# 4. How low can you bring the logistic loss? (The lowest there is, for these flowers, is 0.11 bits, at a steepness of about 15. You have two minutes.)

# %% id="line-demo" tags=["nbval-ignore-output"]
overlap = iris.y_train > 0
widgets.line_by_hand(iris.x_train[overlap][:, 2:], iris.y_train[overlap] - 1, class_names=iris.class_names[1:],
                     axis_names=("petal length, cm", "petal width, cm"))

# %% tags=["claim"]
line_of = widgets.LineByHand(iris.x_train[overlap][:, 2:], iris.y_train[overlap] - 1)
line_of.turn(angle=58, shift=0, steepness=15)
lowest = line_of.losses["logistic"]
assert 0.110 < lowest < 0.112
for knobs in ({"angle": 54}, {"angle": 62}, {"shift": 0.05}, {"shift": -0.05}, {"steepness": 13}, {"steepness": 17}):
    line_of.turn(**{"angle": 58, "shift": 0, "steepness": 15, **knobs})
    assert line_of.losses["logistic"] > lowest        # the loss is a bowl: what is lowest among its neighbours is lowest

# %% [markdown] id="softmax-text"
# ## From scores to probabilities
#
# The reader gave our 3 these scores. It chose the right one. But how *sure* was it? A score of 7 against 2: is that a lot?

# %% id="softmax-scores" tags=["nbval-ignore-output"]
print(*(f"{score:.1f}" for score in scores))

# %% [markdown] id="softmax-wish"
# Scores can't tell. They have no unit, some are negative, and if you double all of them the same one wins. For an answer that one can bet on we need probabilities: numbers that are positive and sum to 1. And what scores highest should be most probable.
#
# **Before you read on:** do you know a function that makes a positive number of any number, and a larger one of a larger one?
#
# The exponential function does that. What's left is to divide by the sum:
#
# $$ \operatorname{softmax}(s)_i = \frac{e^{s_i}}{\sum_j e^{s_j}} $$

# %% id="softmax-naive"
e = np.exp(scores)
p = e / e.sum()
plots.plot_bars(range(10), (100 * p).round(1), highlight=3, xlabel="digit", ylabel="probability, %")
print(f"smallest {p.min():.0e}, sum {p.sum():.4f}, P(3) = {p[3]:.1%}")

# %% tags=["claim"]
assert (p > 0).all() and abs(p.sum() - 1) < 1e-5 and p.argmax() == scores.argmax() and p[3] > 0.95

# %% [markdown] id="softmax-properties"
# These are the two properties that make it useful: **every number is positive, and all of them together are 1**. The order stays as it was. And now "sure" has a meaning: the reader gives the 3 about 99 %. (Bars that say 0 are rounded. None of them is zero.)
#
# That looks finished. Let's break it. During training, scores can grow:

# %% id="softmax-overflow"
with np.errstate(over="ignore", invalid="ignore"):
    e = np.exp(200 * scores.astype(float))
    print(e / e.sum())

# %% tags=["claim"]
assert np.isinf(e[3]) and np.isinf(e.sum()) and 1300 < 200 * scores[3] < 1700

# %% [markdown] id="softmax-shift"
# `nan`, "not a number": $e^{1400}$ is too large for a float, becomes `inf`, and infinity divided by infinity has no value. One such `nan` spoils every sum that it enters.
#
# The cure is free. Subtract the same number $c$ from all scores: every $e^{s_i}$ is multiplied by $e^{-c}$, above and below the fraction bar, and it cancels. So softmax does not change. Choose for $c$ the largest score. Then the largest exponent is 0, and nothing can overflow.

# %% exercise="softmax"

# %% [markdown] id="temperature-text"
# How sure softmax is depends on the *size* of the scores. Divide all of them by a number $T$ before the softmax, the **temperature**, and the order stays, but the certainty changes. (Language models have such a knob.)
#
# *To find out by playing:* what happens for $T \to 0$, and for $T \to \infty$? At which $T$ does the reader give the 3 half of the probability? Which digit comes second, and does that change with $T$?

# %% id="temperature" tags=["nbval-ignore-output"]
widgets.softmax_temperature(scores, names=range(10), highlight=3)

# %% [markdown] id="bits-text"
# ## Surprise, in bits
#
# Now we have probabilities. What would be a fair loss for them? Think of it as a bet. If the model gave the truth 99 %, it should pay little. If it gave it 1 %, it should pay a lot. How much exactly?
#
# Let me tell you a story first. Every morning a friend meets one animal in the park and lets you guess which, with questions that he answers by yes or no. You know how often they come: a dog on half of the days, a cat on a quarter, a hedgehog and a fox on an eighth each. How many questions do you need?
#
# **Before you read on:** in which order would you ask?

# %% id="animals"
animals = ["dog", "cat", "hedgehog", "fox"]
often = np.array([1 / 2, 1 / 4, 1 / 8, 1 / 8])
print("Is it a dog? If not: a cat? If not: a hedgehog?")
for animal, probability, questions in zip(animals, often, (1, 2, 3, 3)):
    print(f"{animal:>10}: {questions} question{'s' * (questions > 1)},  log2(1 / {probability:g}) = {np.log2(1 / probability):.0f}")

rng = np.random.default_rng(dlcourse.seed())
mornings = rng.choice(4, size=10_000, p=often)
print(f"questions in 10,000 mornings: {np.array([1, 2, 3, 3])[mornings].mean():.2f} on average")

# %% tags=["claim"]
assert np.allclose(np.log2(1 / often), [1, 2, 3, 3]) and abs(np.array([1, 2, 3, 3])[mornings].mean() - 1.75) < 0.04

# %% [markdown] id="entropy-text"
# A good question cuts the probability in half. So an animal with probability $p$ is found after $\log_2 (1/p)$ questions. We call this number its **surprise**, in **bits**: one bit is one yes or no. A certain event has a surprise of 0, and what is half as probable surprises by one bit more.
#
# The average number of questions is the average surprise. It is called **entropy** (Shannon, 1948):
#
# $$ H(p) = \sum_i p_i \log_2 \frac{1}{p_i} $$
#
# Here, $\tfrac12 \cdot 1 + \tfrac14 \cdot 2 + \tfrac18 \cdot 3 + \tfrac18 \cdot 3 = 1.75$ bits, and no way of asking does better. Four animals that are equally likely would need two questions. The more uneven, the less there is to find out.

# %% exercise="entropy_bits"

# %% id="entropy-examples"
course_entropy = exercises.get("entropy_bits")
examples = {"a fair coin": np.full(2, 1 / 2), "a coin, 90 % heads": np.array([0.9, 0.1]), "the animals": often,
            "four alike": np.full(4, 1 / 4), "a die": np.full(6, 1 / 6), "one of ten digits": np.full(10, 1 / 10),
            "the reader about its 3": p.astype(float)}
plots.plot_bars(list(examples), [course_entropy(q) for q in examples.values()], ylabel="entropy, bits");

# %% tags=["claim"]
bits = {name: course_entropy(q) for name, q in examples.items()}
assert bits["the animals"] == 1.75 and bits["four alike"] == 2 and round(bits["one of ten digits"], 2) == 3.32
assert round(bits["a coin, 90 % heads"], 2) == 0.47 and bits["the reader about its 3"] < 0.4

# %% [markdown] id="wrong-belief-text"
# A coin that falls heads nine times in ten holds less than half a bit. To find out one of ten digits takes 3.32 bits, if you know nothing. About our 3, the reader leaves hardly any question open.
#
# ### The price of a wrong belief
#
# Now suppose that you're mistaken. You believe that foxes are the most frequent, then hedgehogs, and that dogs and cats are rare. You ask in that order. What does it cost?

# %% id="wrong-belief"
belief = np.array([1 / 8, 1 / 8, 1 / 4, 1 / 2])                  # dog, cat, hedgehog, fox
asked = np.array([3, 3, 2, 1])                                   # fox first, then hedgehog, then dog
print(f"questions in the same 10,000 mornings: {asked[mornings].mean():.2f} on average")

# %% tags=["claim"]
assert abs(asked[mornings].mean() - 2.625) < 0.04 and np.allclose(asked, np.log2(1 / belief))
assert np.sum(often * np.log2(1 / belief)) == 2.625 and np.sum(often * np.log2(often / belief)) == 0.875

# %% [markdown] id="kl-text"
# More than $2\tfrac12$ instead of $1\tfrac34$. You ask as your belief $q$ tells you, so an animal costs $\log_2(1/q_i)$ questions; but it comes as often as the truth $p$ says. The average has a name, **cross-entropy**, and the part of it that a better belief would have saved is the **Kullback-Leibler divergence**:
#
# $$ \underbrace{\sum_i p_i \log_2 \frac1{q_i}}_{\text{cross-entropy } H(p, q) \;=\; 2.625} \;=\; \underbrace{\sum_i p_i \log_2 \frac1{p_i}}_{\text{entropy } H(p) \;=\; 1.75} \;+\; \underbrace{\sum_i p_i \log_2 \frac{p_i}{q_i}}_{\text{divergence } \mathrm{KL}(p \,\|\, q) \;=\; 0.875} $$
#
# The entropy is what the world costs. The divergence is what your error costs. It's never negative, and 0 only if you are right.

# %% exercise="kl_bits"

# %% id="kl-both-ways"
course_kl = exercises.get("kl_bits")
heads = np.linspace(0.01, 0.99, 99)
truth = np.array([0.7, 0.3])
cost = {"cross-entropy": [np.sum(truth * np.log2(1 / np.array([h, 1 - h]))) for h in heads],
        "divergence": [course_kl(truth, np.array([h, 1 - h])) for h in heads]}
ax = plots.plot_curves(heads, cost, "believed probability of heads", "bits per throw", title="a coin that falls heads in 70 of 100")
ax.axvline(0.7, color="#707070", linestyle=":")
fair = np.full(2, 0.5)
print(f"KL(truth, fair) = {course_kl(truth, fair):.3f} bits, KL(fair, truth) = {course_kl(fair, truth):.3f} bits")

# %% tags=["claim"]
assert heads[np.argmin(cost["cross-entropy"])] == heads[np.argmin(cost["divergence"])] and abs(heads[np.argmin(cost["divergence"])] - 0.7) < 0.006
assert round(course_kl(truth, fair), 3) == 0.119 and round(course_kl(fair, truth), 3) == 0.126
assert np.allclose(np.diff(np.array(cost["cross-entropy"]) - cost["divergence"]), 0)

# %% [markdown] id="kl-talk"
# Both curves are lowest where the belief is the truth, and they differ by a constant, the entropy of the coin. So who makes the cross-entropy small also makes the divergence small. Look at the ends: to believe that something is nearly impossible, and then to see it happen, costs without limit. And mind the order of the two arguments: the divergence isn't a distance,
# $\mathrm{KL}(p \,\|\, q) \ne \mathrm{KL}(q \,\|\, p)$.

# %% [markdown] id="cross-entropy-text"
# ## Cross-entropy as a loss
#
# That is the fair loss we were looking for. For a picture of a 3, the truth $p$ is "100 % three": a one and nine zeros. Its entropy is 0, and of the sum in the cross-entropy only one term is left:
#
# $$ \ell = \log \frac{1}{q_y} = -\log \operatorname{softmax}(s)_y, $$
#
# **the surprise at the truth**. It is 0 for a model that is sure and right. Machine learning mostly uses the natural logarithm and calls the unit *nat*; a bit is $\ln 2 \approx 0.69$ nats.
#
# One last trap. You could compute the softmax and take its logarithm. But if the true class got a probability of $e^{-1000}$, it is rounded to 0, and the logarithm of 0 is $-\infty$. So write the logarithm of the fraction as a difference *first*:
#
# $$ -\log \operatorname{softmax}(s)_y = \log \sum_j e^{s_j} - s_y, \qquad \log \sum_j e^{s_j} = c + \log \sum_j e^{s_j - c} $$
#
# The second formula is called **log-sum-exp**. With $c = \max_j s_j$ it can neither overflow nor take the logarithm of zero. (It is a soft version of the maximum: try it with scores that are far apart.)

# %% id="log-sum-exp"
def log_sum_exp(s):
    return s.max() + np.log(np.exp(s - s.max()).sum())

far_apart = np.array([1000.0, 990.0, -500.0])
with np.errstate(over="ignore", divide="ignore"):
    print("log of the sum, as written:", np.log(np.exp(far_apart).sum()))
print("log-sum-exp:", log_sum_exp(far_apart))
print("loss, if the last one is true:", log_sum_exp(far_apart) - far_apart[2])

# %% tags=["claim"]
assert np.isclose(log_sum_exp(far_apart), 1000, atol=1e-4) and np.isclose(log_sum_exp(far_apart) - far_apart[2], 1500, atol=1e-4)

# %% exercise="cross_entropy"

# %% id="cross-entropy-reader"
course_cross_entropy = exercises.get("cross_entropy")
test_scores = scores_of(reader, digits.x_test).astype(float)
loss = course_cross_entropy(test_scores, digits.y_test)
print(f"the reader's cross-entropy on new digits: {loss:.2f} nats = {loss / np.log(2):.2f} bits")
print(f"somebody who guesses: {np.log(10):.2f} nats = {np.log2(10):.2f} bits")
engine = nn.CrossEntropyLoss()(dlcourse.tensor(test_scores), dlcourse.tensor(digits.y_test)).item()
print("nn.CrossEntropyLoss agrees:", np.isclose(loss, engine))

# %% tags=["claim"]
assert np.isclose(loss, engine) and 0.08 < loss < 0.2

# %% [markdown] id="cross-entropy-talk"
# You can take this literally. A friend has the pictures of 450 digits, but not the labels, and you want to send these. One of ten digits takes 3.32 bits. If your friend has the reader, too, and you agree to use its probabilities, some 0.2 bits each are enough: all that's left to say is where the reader is mistaken, or unsure. To learn is to be surprised less.
#
# And the two names? Take two classes with the scores $s$ and $0$. Softmax gives the first one $\frac{e^s}{e^s + 1} = \frac{1}{1 + e^{-s}}$, the *sigmoid* or *logistic function* $\sigma(s)$, and the surprise at it is $\ln(1 + e^{-s})$. That is the logistic loss. **It is the cross-entropy of two classes.**

# %% id="two-classes"
s = np.linspace(-4, 4, 9)
two_scores = np.column_stack([s, 0 * s])
by_softmax = exercises.get("softmax")(two_scores)[:, 0]
print("softmax of (s, 0):", by_softmax.round(3))
print("sigmoid of s:     ", (1 / (1 + np.exp(-s))).round(3))

# %% tags=["claim"]
assert np.allclose(by_softmax, 1 / (1 + np.exp(-s))) and np.allclose(-np.log(by_softmax), np.logaddexp(0, -s))

# %% [markdown] id="outputs-table"
# ### Which output, which loss?
#
# The last step of a model and the loss belong together. This is the table to come back to. In it, $\hat y$ ("y hat") is the model's output, and the sums run over $n$ examples $i$ and, where there are several, outputs $k$:
#
# | you want to predict | examples $y$ | output layer | loss |
# | --- | --- | --- | --- |
# | one class of $K$ | a class, or one-hot | $K$ scores, softmax | cross-entropy, $-\frac1n \sum_i \ln \hat y^{(i)}_{\text{true}}$ |
# | yes or no, or several that may be true at once | 0 or 1 for each | a sigmoid for each | cross-entropy for each, $-\frac1n \sum_{i,k} \big[ y_k^{(i)} \ln \hat y_k^{(i)} + (1 - y_k^{(i)}) \ln (1 - \hat y_k^{(i)}) \big]$ |
# | a number, or several | numbers | as it is (linear) | mean squared error, $\frac1n \sum_i (y^{(i)} - \hat y^{(i)})^2$ |
# | a number, and the data has gross errors | numbers | as it is (linear) | mean absolute error, $\frac1n \sum_i \lvert y^{(i)} - \hat y^{(i)} \rvert$ |
# | a number between 0 and 1 | numbers | sigmoid | squared error or cross-entropy |
#
# (The lecture that this table grew out of prints the second formula beside softmax. With softmax, the first one is what everybody uses, PyTorch too: the other classes' probabilities are in the sum below the fraction bar already.)

# %% [markdown] id="regression-text"
# ## A loss with a formula
#
# Predicting a number instead of a class is called **regression**. How wide is an iris petal, given its length? The model is a line, $\hat y = w x + b$, the loss is the mean squared error. Here is that loss over all $w$ and $b$:

# %% id="regression-bowl"
length, width = iris.x_train[:, 2].astype(float), iris.x_train[:, 3].astype(float)

def loss_at(w, b):
    return np.mean((w[..., None] * length + b[..., None] - width) ** 2, axis=-1)

w, b = exercises.get("fit_linear_regression")(length[:, None], width)
fig, (left, right) = plt.subplots(1, 2, figsize=(11, 4.2))
plots.plot_surface(loss_at, (-0.3, 1.2), (-2.5, 1.7), [(w[0], b)], ax=left, xlabel="weight w", ylabel="bias b")
fig.axes[2].set(ylabel="", title="MSE")
right.plot(length, width, "o", alpha=0.6)
right.plot([1, 7], [w[0] + b, 7 * w[0] + b], color="#D55E00")
right.vlines(length, width, w[0] * length + b, color="#707070", linewidth=0.8)
right.set(xlabel="petal length, cm", ylabel="petal width, cm", title=f"width ≈ {w[0]:.2f} · length − {-b:.2f}");

# %% tags=["claim"]
assert abs(w[0] - 0.42) < 0.03 and abs(b + 0.37) < 0.08
assert np.mean((w[0] * length + b - width) ** 2) < 0.06

# %% [markdown] id="regression-question"
# A bowl, with a single lowest point (the star). For this model and this loss we needn't search: the place can be computed. **Before you read on:** what do you know about the slopes of a surface at its lowest point?
#
# They are zero, in every direction. Let us treat the bias as a weight of a feature that is always 1. The table of features, with a column of ones, is $A$, all weights together are $v$, and the loss is $\frac1N \lVert A v - y \rVert^2$. How fast does it grow with one weight? A squared error has twice the error as its slope, and the error itself changes by the feature that the weight is multiplied with. So each slope is a mean over the examples, of twice error times feature: in one line, $\frac2N A^\mathsf{T}(A v - y)$. Set them to zero:
#
# $$ A^\mathsf{T} A \, v = A^\mathsf{T} y $$
#
# These are the **normal equations**, as many as there are weights, and linear. One call of `np.linalg.solve` answers them. Read $A^\mathsf{T}(Av - y) = 0$ once more: what is left over, the vector of errors, is at right angles to every feature. No feature could explain any more of it.

# %% exercise="fit_linear_regression"

# %% id="regression-check"
course_fit = exercises.get("fit_linear_regression")
X = iris.x_train[:, :3].astype(float)                            # three features now
w, b = course_fit(X, width)
left_over = X @ w + b - width
print(*(f"{weight:.2f} for {name}" for weight, name in zip(w, iris.feature_names)), f"bias {b:.2f}", sep=",  ")
print("errors times each feature, added up:", np.abs(X.T @ left_over).round(6))
print("errors added up:                    ", abs(left_over.sum()).round(6))
new = iris.x_test.astype(float)
print(f"typical error on new flowers: {np.sqrt(np.mean((new[:, :3] @ w + b - new[:, 3]) ** 2)):.2f} cm")

# %% tags=["claim"]
assert np.abs(X.T @ left_over).max() < 1e-6 and np.sqrt(np.mean((new[:, :3] @ w + b - new[:, 3]) ** 2)) < 0.26

# %% [markdown] id="outlier-text"
# Petal widths known to within 2 millimetres, in closed form. The square has a price, though. Suppose that somebody typed one width without the decimal point. In the simplest regression of all, a single constant for all flowers, the best constant under squared error is the *mean*, and under absolute error it is the *median*:

# %% id="outlier"
typo = width.copy()
typo[0] *= 10
constants = np.linspace(0, 4, 4001)
for name, values in (("as measured", width), ("one typing error", typo)):
    squared = constants[np.argmin([np.mean((values - c) ** 2) for c in constants])]
    absolute = constants[np.argmin([np.mean(np.abs(values - c)) for c in constants])]
    print(f"{name:>17}:  squared error {squared:.2f} (mean {values.mean():.2f}),  absolute {absolute:.2f} (median {np.median(values):.2f})")

# %% tags=["claim"]
for values in (width, typo):
    squared, absolute = (constants[np.argmin([np.mean(np.abs(values - c) ** k) for c in constants])] for k in (2, 1))
    assert abs(squared - values.mean()) < 0.001 and abs(absolute - np.median(values)) < 0.06
assert np.median(typo) == np.median(width) and abs(typo.mean() - width.mean() - 0.2) < 0.03

# %% [markdown] id="outlier-talk"
# One wrong number of 112 pulls the mean up by two millimetres, and leaves the median where it was. Squared error listens most to those who shout loudest. Where the data may hold gross errors, take the absolute error, or a mixture of both such as `nn.HuberLoss`.

# %% [markdown] id="logistic-text"
# ## A network without a hidden layer
#
# And for classes? Take the line and put the sigmoid behind it. That is **logistic regression**:
#
# $$ P(\text{virginica} \mid x) = \sigma(w \cdot x + b), \qquad \text{loss: } -\ln P(\text{truth}) $$
#
# Alas, for this loss there is no formula: the sigmoid stands between the weights and the errors, and the equations for slope zero can't be solved by hand. But the loss is still a bowl with one lowest point, and `train` finds it.

# %% id="logistic" tags=["nbval-ignore-output"]
pair, pair_labels = data.standardize(iris.x_train[overlap][:, 2:])[0], iris.y_train[overlap] - 1
network = nn.Sequential(nn.Linear(2, 1), nn.Sigmoid())
train(network, pair, np.float32(pair_labels)[:, None], epochs=300, loss=nn.BCELoss())

w, b = (p.detach().numpy()[0] for p in network.parameters())
by_hand = 1 / (1 + np.exp(-(pair @ w + b)))
print("the network, five flowers:", scores_of(network, pair[:5])[:, 0].round(3))
print("by hand                  :", by_hand[:5].round(3))

# %% id="logistic-picture"
unsure = np.abs(by_hand - 0.3).argmin()                          # a flower that it isn't sure about
plots.plot_network([2, 1], weights=[w[None]], values=[pair[unsure], by_hand[unsure:unsure + 1]]);

# %% tags=["claim"]
assert np.allclose(scores_of(network, pair)[:, 0], by_hand, atol=1e-5)
assert np.mean((by_hand > 0.5) == pair_labels) > 0.9

# %% [markdown] id="logistic-talk"
# In the drawing, two inputs go straight to one output: weights on the lines, and in the circle a sum, the bias (not drawn) and a sigmoid. It is what lesson 01 and the lessons from 04 on call a *neuron*. **Logistic regression is the neural network with no hidden layer.** With ten outputs and softmax in place of one and the sigmoid it is our reader. (Statisticians have known both for long, since Berkson, 1944, and Cox, 1958; with many classes they say *multinomial*.)
#
# So you know a first neural network, its output and its loss. Lessons 04 and 05 put layers in between.

# %% [markdown] id="overfit-text"
# ## Learnt, or learnt by heart?
#
# A small loss on the examples is easy to get. Too easy. Here are 16 noisy points of a wave. The model is a polynomial, $\hat y = b + w_1 x + w_2 x^2 + \dots$, which is linear regression on the features $x, x^2, x^3, \dots$: nothing new. We choose the highest power, the *degree*.

# %% id="overfit-data"
def sample(n, rng):
    x = rng.uniform(-1, 1, n)
    return x, np.sin(np.pi * x) + rng.normal(0, 0.25, n)

rng = np.random.default_rng(dlcourse.seed())
train_x, train_y = sample(16, rng)
val_x, val_y = sample(60, rng)                                   # put aside
test_x, test_y = sample(1000, rng)                               # put aside, and locked up

def polynomial(degree):
    return np.polynomial.Polynomial.fit(train_x, train_y, degree, domain=(-1, 1))

def mse(f, x, y):
    return np.mean((f(x) - y) ** 2)

# %% id="overfit-three"
grid = np.linspace(-1, 1, 400)
fig, axes = plt.subplots(1, 3, figsize=(12, 3.6), sharey=True)
for degree, ax in zip((1, 4, 12), axes):
    f = polynomial(degree)
    ax.plot(grid, np.sin(np.pi * grid), "--", color="#707070")
    ax.plot(grid, f(grid), color="#D55E00")
    ax.plot(train_x, train_y, "o")
    ax.set(ylim=(-2.2, 2.2), xlabel="$x$", title=f"degree {degree}: loss {mse(f, train_x, train_y):.3f}")
axes[0].set_ylabel("$y$");

# %% tags=["claim"]
training_losses = [mse(polynomial(d), train_x, train_y) for d in (1, 4, 12)]
assert training_losses[0] > 2 * training_losses[1] > 2.5 * training_losses[2]

# %% [markdown] id="overfit-three-talk"
# Dashed is the wave that the points came from. Degree 1 is too stiff for it: it **underfits**. Degree 4 looks right. Degree 12 has by far the smallest loss, and it's nonsense: it bends through every accident of the noise. It **overfits**. It has learnt the points by heart, and knows nothing about the places between them.
#
# **So the loss on the examples can't tell us which model is good. What can?** New examples can. We put some aside from the start. They come in two portions:
#
# - The **training** set is for turning the knobs.
# - The **validation** set is for comparing models: here, for choosing the degree.
# - The **test** set is for the final number. It is opened once. (Why isn't the validation set enough? Because whoever picks the best of many models on it has picked a lucky one, too.)

# %% id="overfit-curve"
degrees = np.arange(0, 13)
train_loss = [mse(polynomial(d), train_x, train_y) for d in degrees]
val_loss = [mse(polynomial(d), val_x, val_y) for d in degrees]
chosen = int(degrees[np.argmin(val_loss)])
ax = plots.plot_curves(degrees, {"training": train_loss, "validation": val_loss}, "degree", "mean squared error", logy=True)
ax.plot(chosen, min(val_loss), "*", color="black", markersize=14)
ax.set_ylim(2e-3, 50)
print(f"chosen by validation: degree {chosen}")
print(f"loss on the test set: {mse(polynomial(chosen), test_x, test_y):.3f}   (degree 12: {mse(polynomial(12), test_x, test_y):.1f})")

# %% tags=["claim"]
final = mse(polynomial(chosen), test_x, test_y)
assert (np.diff(train_loss) < 1e-9).all() and 3 <= chosen <= 8
assert final < 0.6 * mse(polynomial(1), test_x, test_y) and mse(polynomial(12), test_x, test_y) > 2 * final
assert val_loss[12] > 4 * train_loss[12]

# %% [markdown] id="overfit-curve-talk"
# The training loss never rises from left to right: a higher degree can do all that a lower one can. The validation loss falls, too, and then it climbs (mind the logarithmic axis). Left of its lowest point the model underfits, right of it, it overfits. The same picture, with other words below the axis, will come back often. (On new points, no model can get below
# $0.25^2 \approx 0.06$ here, except by luck: that is the variance of the noise.)
#
# ### A leash for the weights
#
# Lowering the degree is a crude cure: it takes away powers that may be needed. Look at what goes wrong instead.

# %% id="large-weights" tags=["nbval-ignore-output"]
for degree in (4, 12):
    weights = polynomial(degree).convert().coef
    print(f"degree {degree:>2}: largest coefficient {np.abs(weights).max():,.1f}")

# %% tags=["claim"]
assert np.abs(polynomial(12).convert().coef).max() > 20 * np.abs(polynomial(4).convert().coef).max()

# %% [markdown] id="ridge-text"
# To run through every point, the curve plays off huge coefficients against each other. So keep the degree and make large weights *expensive*. Add their squares to the loss:
#
# $$ J_{\text{reg}}(w) = \underbrace{\frac1N \sum_n \big(f_w(x_n) - y_n\big)^2}_{\text{fit the examples}} + \underbrace{\lambda \sum_k w_k^2}_{\text{stay small}} $$
#
# This is the **L2 term**; its factor $\lambda$ says how much smallness is worth. Other names: *ridge regression* in statistics, *weight decay* in neural networks (there, every step of the training makes the weights a little smaller). The bias is usually left free. For a linear model there is still a closed form:
# with the means taken out of the features ($C$ is the table of $x$ minus its column means, $\bar x$ and $\bar y$ are the means, and $I$ is the matrix with ones on the diagonal and zeros elsewhere), the slopes vanish where
#
# $$ \big(\tfrac1N C^\mathsf{T} C + \lambda I\big)\, w = \tfrac1N C^\mathsf{T} y, \qquad b = \bar y - \bar x \cdot w. $$

# %% exercise="fit_ridge"

# %% id="ridge"
course_ridge = exercises.get("fit_ridge")

def powers(x, degree=12):
    return x[:, None] ** np.arange(1, degree + 1)

def leashed(strength):
    w, b = course_ridge(powers(train_x), train_y, strength)
    return lambda x: powers(x) @ w + b

strengths = 10.0 ** np.arange(-6, 2)
curves = {name: [mse(leashed(s), *part) for s in strengths]
          for name, part in (("training", (train_x, train_y)), ("validation", (val_x, val_y)))}
best_strength = strengths[np.argmin(curves["validation"])]
fig, (left, right) = plt.subplots(1, 2, figsize=(11, 3.9))
plots.plot_curves(strengths, curves, "strength λ of the L2 term", "mean squared error", logx=True, logy=True, ax=left)
fits = {f"λ = {s:g}": leashed(s)(grid) for s in (1e-6, best_strength, 10)}
plots.plot_curves(grid, fits, "$x$", "$y$", ax=right)
right.plot(train_x, train_y, "o", color="black", alpha=0.6)
right.legend(loc="upper left")
right.set(ylim=(-2.2, 2.2), xticks=(-1, -0.5, 0, 0.5, 1));

# %% id="ridge-result"
print(f"chosen by validation: λ = {best_strength:g}")
print(f"degree 12, test loss: {mse(leashed(best_strength), test_x, test_y):.3f} with the L2 term, {mse(polynomial(12), test_x, test_y):.1f} without")

# %% tags=["claim"]
leashed_loss = mse(leashed(best_strength), test_x, test_y)
assert leashed_loss < 0.5 * mse(polynomial(12), test_x, test_y) and leashed_loss < 0.2
assert (np.diff(curves["training"]) > -1e-9).all() and mse(leashed(10), test_x, test_y) > 2 * leashed_loss

# %% [markdown] id="ridge-talk"
# The same degree 12, and no nonsense. (I have shown you more than one number from the test set here, to compare. Nothing was chosen by them.) Now $\lambda$ decides between over- and underfitting: too small, and the curve chases the points; too large, and it hardly dares to leave the mean. Such a number, which is not learnt from the training set but chosen on the validation set, is called a *hyperparameter*. The degree is one as well.
#
# *To find out by playing* (the slider of λ counts in powers of ten; at its left end there is no penalty):
#
# 1. Degree 15, no penalty. How many points does it take until the curve calms down? More data is the best cure, if you can get it.
# 2. With 200 points, is there any difference between degree 5 and degree 15?
# 3. Go back to 16 points and degree 15, and raise λ. Watch the largest coefficient, and both losses.
# 4. Four points, degree 3: what is the loss on these points? Why?

# %% id="polynomial-demo" tags=["nbval-ignore-output"]
widgets.polynomial_fit()

# %% [markdown] id="lunch-text"
# ## No free lunch
#
# We looked for the best degree, the best $\lambda$. Is there a best *way to learn*, for all problems?
#
# Around 1739 David Hume wrote: "Even after the observation of the frequent or constant conjunction of objects, we have no reason to draw any inference concerning any object beyond those of which we have had experience." It sounds like philosophy. It can be computed.
#
# Take a world so small that we can look at *all* of it: three yes-or-no inputs, so eight different cases, and a yes-or-no answer for each. There are $2^8 = 256$ functions. A learner sees five of the eight cases and must predict the other three. Here are five learners.

# %% id="lunch-learners"
import itertools

cases = np.array(list(itertools.product([-1, 1], repeat=3)))                # 8 inputs
functions = np.array(list(itertools.product([-1, 1], repeat=8)))            # 256 functions: an answer for each input

def linear(x, y, new):
    v = np.linalg.lstsq(np.column_stack([x, np.ones(len(x))]), y, rcond=None)[0]
    return np.where(np.column_stack([new, np.ones(len(new))]) @ v > -1e-9, 1, -1)

def neighbours(x, y, new):
    distance = np.abs(new[:, None] - x).sum(axis=2)
    return np.where((distance == distance.min(axis=1, keepdims=True)) @ y >= 0, 1, -1)

def contrary(x, y, new):
    return -neighbours(x, y, new)

def majority(x, y, new):
    return np.full(len(new), 1 if y.sum() > 0 else -1)

def always_yes(x, y, new):
    return np.ones(len(new), dtype=int)

# %% [markdown] id="lunch-guess"
# `linear` is a linear classifier, fitted with squared error in closed form; `neighbours` asks the most similar cases it has seen; `contrary` says the opposite of that; `majority` gives the more frequent answer; and `always_yes` doesn't even look. All five are tried on all 256 functions, with each choice of the five cases (there are 56), and only the *unseen* cases count.
# **Before you run it:** put the five in the order that you expect.

# %% id="lunch"
def unseen_accuracy(learner):
    """For each function, the share of unseen cases that the learner gets right, averaged over what it has seen."""
    total = np.zeros(len(functions))
    for seen in itertools.combinations(range(8), 5):
        rest = [i for i in range(8) if i not in seen]
        answers = np.array([learner(cases[list(seen)], f[list(seen)], cases[rest]) for f in functions])
        total += np.mean(answers == functions[:, rest], axis=1)
    return total / 56

lunch = {learner.__name__: unseen_accuracy(learner) for learner in (linear, neighbours, contrary, majority, always_yes)}
for name, shares in lunch.items():
    print(f"{name:>10}: {shares.mean():.4%} right, averaged over all 256 functions")

# %% tags=["claim"]
assert all(abs(shares.mean() - 0.5) < 1e-12 for shares in lunch.values()) and len(functions) == 256

# %% [markdown] id="lunch-talk"
# All the same, to the last digit: one half. The clever ones, the lazy one, and the one that says the opposite of what experience suggests. It is easy to see why. Fix what was seen, and what the learner then predicts. Among all functions that agree with what was seen, an unseen case is "yes" for exactly half of them and "no" for the other half. Whatever you predict, you are right in half of the worlds.
#
# This is the **no-free-lunch theorem** (Wolpert, 1996): averaged over *all* problems, no learning method is better than any other. Hume was right.
#
# Class over? No. Look at *where* each learner is good. Of the 256 functions, some are linearly separable. Count them, and average over these alone, and over the others.

# %% id="lunch-separable"
weights = np.array(list(itertools.product(range(-2, 3), repeat=3)))
thresholds = np.arange(-6.5, 7)
tables = np.where((cases @ weights.T)[:, :, None] > thresholds, 1, -1).reshape(8, -1).T     # what linear classifiers can say
separable = np.array([(f == tables).all(axis=1).any() for f in functions])
print(f"{separable.sum()} of 256 are linearly separable")

fig, axes = plt.subplots(1, 3, figsize=(12, 3.2), sharey=True, sharex=True)
kinds = {"all 256": np.full(256, True), f"the {separable.sum()} separable": separable, f"the {(~separable).sum()} others": ~separable}
for (name, kind), ax in zip(kinds.items(), axes):
    plots.plot_bars(list(lunch), [round(100 * s[kind].mean() - 50) for s in lunch.values()], title=name, ax=ax)
    ax.tick_params(axis="x", rotation=30)
    ax.set_ylim(-25, 25)
axes[0].set_ylabel("unseen cases right,\npercentage points above 50 %");

# %% tags=["claim"]
on, off = ({name: s[kind].mean() for name, s in lunch.items()} for kind in (separable, ~separable))
assert separable.sum() == 104 and max(on, key=on.get) == "linear" and round(on["linear"], 2) == 0.66 and off["linear"] < 0.45
assert max(off, key=off.get) == "contrary" and on["contrary"] < 0.4

# %% [markdown] id="lunch-end"
# On the 104 separable functions the linear learner is the best of the five, at 66 %. It pays for that with the 152 others, where it is worse than guessing, and where `contrary` wins. **A learner is good where its assumptions hold.** There is no learning without assumptions; they are the lunch that you have to pay for.
#
# So the question is never "which method is the best?", but "which assumptions fit *my* world?". Ours, luckily, is not a random function. Similar things tend to be alike, causes are few, large things are made of small ones. Each family of models in this course is a bet of that kind, and its family $f_w$ is where the bet is made.

# %% [markdown] id="curse-text"
# ## A very large, very empty space
#
# There is one more reason why assumptions are needed. "Ask the most similar case", said the neighbour. That needs a similar case. How many examples does it take, so that there is one near everywhere? In one dimension, ten points at equal distances leave no gap larger than a tenth. In two dimensions it takes a hundred, in three a thousand. The reader's pictures have 64 dimensions: $10^{64}$. Each further feature
# multiplies the space that we'd have to fill: $d$ yes-or-no features make $2^d$ combinations. Bellman called it the **curse of dimensionality** (1957).
#
# Even the word "near" loses its meaning. Throw 500 random points into a cube, and measure how far they are from one more.

# %% id="distances"
rng = np.random.default_rng(dlcourse.seed())
dimensions = (1, 2, 10, 100, 1000)
fig, axes = plt.subplots(1, 5, figsize=(13, 2.6), sharey=True)
contrast = {}
for d, ax in zip(dimensions, axes):
    distances = np.linalg.norm(rng.random((500, d)) - rng.random(d), axis=1)
    contrast[d] = distances.max() / distances.min()
    ax.hist(distances / distances.mean(), bins=np.linspace(0, 2.5, 51), weights=np.full(500, 1 / 5))
    ax.set(title=f"d = {d}", xlabel="distance / mean")
axes[0].set_ylabel("points, %")
for d in dimensions:
    print(f"d = {d:>4}: the farthest point is {contrast[d]:.{0 if contrast[d] > 10 else 2}f} times as far as the nearest")

# %% tags=["claim"]
assert contrast[1] > 50 > contrast[2] / 2 > 5 > contrast[10] / 2 and contrast[100] < 1.6 and contrast[1000] < 1.2

# %% [markdown] id="distances-talk"
# In one dimension some points are near and some far. In a thousand, the nearest is hardly nearer than the farthest: **distances concentrate**. A distance is a sum over all coordinates, and a sum of many random numbers lies close to its mean. In such a cloud, asking the neighbour is as good as asking anybody.
#
# How large are these spaces? A grey photograph of 256 × 256 pixels with 256 levels (8 bits) is one of $256^{65536}$.

# %% id="how-many"
digits_of_it = int(65536 * np.log10(256)) + 1
print(f"256^65536 has {digits_of_it:,} digits. The number of atoms in the universe has about 80.")

rng = np.random.default_rng(dlcourse.seed())
plt.figure(figsize=(3.4, 3.4))
plt.imshow(rng.integers(0, 256, size=(256, 256)), cmap="gray")
plt.title("one of them, at random")
plt.axis("off");

# %% tags=["claim"]
assert digits_of_it == 157_827

# %% [markdown] id="never-text"
# Draw as many as you like: you will never see a face, a letter or anything else. Can we be sure of "never"? Let us ask with our small pictures, 8 × 8, where the space is tiny by comparison. Five thousand random ones:

# %% id="random-digits"
noise = rng.integers(0, 17, size=(5000, 64)) / 16                 # the same 17 grey levels as the digits
plots.image_grid(np.concatenate([noise[:10], digits.x_test[:10]]), columns=10);

# %% id="nearest-digit"
known = digits.x_train.astype(float)

def to_nearest_digit(pictures):
    squares = (pictures**2).sum(axis=1)[:, None] - 2 * pictures @ known.T + (known**2).sum(axis=1)
    return np.sqrt(np.maximum(squares, 0)).min(axis=1)

shuffled = np.stack([rng.permutation(np.resize(column, 5000)) for column in known.T], axis=1)
gaps = {"real digits, new ones": to_nearest_digit(digits.x_test.astype(float)),
        "each pixel like a digit's": to_nearest_digit(shuffled), "random pictures": to_nearest_digit(noise)}
fig, ax = plt.subplots(figsize=(8, 3.6))
for (name, values), colour, hatch in zip(gaps.items(), plots.COLOURS, ("", "//", "..")):
    ax.hist(values, bins=np.linspace(0, 4.5, 61), density=True, alpha=0.6, color=colour, hatch=hatch, label=name)
ax.set(xlabel="distance to the nearest known digit", ylabel="density")
ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=3, fontsize=10);

# %% tags=["claim"]
real, mixed, random_ones = gaps.values()
assert random_ones.min() > real.max() and (mixed < np.median(real)).mean() < 0.001 and 0.95 < np.median(real) < 1.1

# %% [markdown] id="nearest-digit-talk"
# Not one of five thousand random pictures comes as near to a digit as the strangest real one does. It isn't enough either to draw each pixel from the grey levels that *this pixel* has in real digits (the middle histogram, still far to the right): what makes a digit is how pixels go together.
#
# We can do better than trying. A new digit is typically at a distance of about 1 from a known one. All pictures within distance $r$ of a given one fill a ball, whose volume in $d$ dimensions is $\pi^{d/2} r^d / (d/2)!$; the whole space is a cube of volume 1. So all balls around all 1,347 known digits together fill at most

# %% id="volume"
from math import factorial, pi

typical = np.median(gaps["real digits, new ones"])
share = len(known) * pi**32 * typical**64 / factorial(32)
print(f"{share:.0e} of the space of pictures")

# %% tags=["claim"]
assert 1.5e-16 < share < 2.5e-16 and len(known) == 1347

# %% [markdown] id="never-talk"
# Two parts in $10^{16}$. If you drew a thousand random pictures a second, you would wait for more than a hundred thousand years until one of them came as close to a known digit as an ordinary digit does. And these are 8 × 8 pixels; with every further pixel it gets worse.

# %% tags=["claim"]
assert 1 / share / 1000 / (365 * 24 * 3600) > 100_000

# %% [markdown] id="manifold-text"
# ### Where the pictures live
#
# The bad news is the good news. If real pictures fill almost nothing of the space, we needn't learn what happens in the rest. What does the small part look like? Take the simplest family of pictures that I can think of: a bar that turns. Each picture is a point in a space of 256 dimensions. To see it, we draw its shadow in the plane, from the side where it is widest (*principal components*).

# %% id="manifold"
def bar(angle, side=16):
    """A soft bar through the middle, turned by an angle in degrees, as a row of side² numbers."""
    u, v = np.meshgrid(np.linspace(-1, 1, side), np.linspace(-1, 1, side))
    turn = np.deg2rad(angle)
    across, along = -u * np.sin(turn) + v * np.cos(turn), u * np.cos(turn) + v * np.sin(turn)
    return (np.exp(-((across / 0.25) ** 2)) * np.exp(-((along / 0.8) ** 4))).ravel()

angles = np.arange(0, 180, 3)
bars = np.stack([bar(angle) for angle in angles])
shadow = np.linalg.svd(bars - bars.mean(axis=0))[2][:2]             # the two widest directions
flat = (bars - bars.mean(axis=0)) @ shadow.T
ends = flat[[0, 30]]                                                # the bars at 0° and at 90°

fig, ax = plt.subplots(figsize=(4.8, 4.4))
ax.plot(*np.concatenate([flat, flat[:1]]).T, ".-", label="the bar turns")
ax.plot(*ends.T, "s--", color="#D55E00", label="straight from 0° to 90°")
ax.set(xlabel="first component", ylabel="second component", aspect="equal")
ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1));

# %% id="manifold-pictures"
share = np.linspace(0, 1, 7)[:, None]
along_curve = np.stack([bar(angle) for angle in np.linspace(0, 90, 7)])
straight_line = (1 - share) * bars[0] + share * bars[30]
titles = [f"{angle:.0f}°" for angle in np.linspace(0, 90, 7)] + [f"{s:.0%}" for s in share[:, 0]]
plots.image_grid(np.concatenate([along_curve, straight_line]), titles=titles, columns=7);

# %% id="manifold-distance"
halfway = straight_line[3]
print(f"from the middle of the straight line to the nearest bar: {np.linalg.norm(bars - halfway, axis=1).min():.2f}")
print(f"from a bar to its neighbour, 3° on:                      {np.linalg.norm(bars[1] - bars[0]):.2f}")

# %% tags=["claim"]
assert np.linalg.norm(bars - halfway, axis=1).min() > 5 * np.linalg.norm(bars[1] - bars[0])
assert np.allclose(np.linalg.norm(flat, axis=1), np.linalg.norm(flat, axis=1).mean(), rtol=0.1)

# %% [markdown] id="manifold-talk"
# In 256 dimensions, all these bars lie on *one* closed curve. It has a single dimension, the angle. Walk along the curve (upper pictures), and there is a bar all the way. Take the short cut (lower pictures), and there's a ghost of two bars, which is no bar at all: the straight line leaves the curve at once.
#
# Such a curve, or surface, of few dimensions, bent through a space of many, is called a **manifold**. Real pictures seem to be like that: a face turns, smiles, gets light from the left, and each of these adds *one* direction, not another 65,536. If this is so, the curse counts the dimensions of the manifold, not those of the pixels. To learn what the manifold is like, layer by layer, is one way to say what deep networks do.
#
# One question is left. What does our reader say to a random picture?

# %% id="reader-on-noise"
p_noise = exercises.get("softmax")(scores_of(reader, noise).astype(float))
first = [f"{k}: {share:.0%}" for k, share in zip(p_noise[:10].argmax(axis=1), p_noise[:10].max(axis=1))]
plots.image_grid(noise[:10], titles=first, columns=10)
print(f"on average it is {p_noise.max(axis=1).mean():.0%} sure; in {np.mean(p_noise.max(axis=1) > 0.9):.0%} of the pictures, more than 90 %")

# %% tags=["claim"]
assert 0.7 < p_noise.max(axis=1).mean() < 0.85 and np.mean(p_noise.max(axis=1) > 0.9) > 0.2

# %% [markdown] id="reader-on-noise-talk"
# It is rather sure of itself. Softmax must spread 100 % over ten digits; "none of them" isn't among its answers, and out here, far from all that it has seen, its straight lines run on for ever. A probability is a statement *within the model's assumptions*. Remember it whenever a classifier is certain.

# %% id="progress" tags=["nbval-ignore-output"]
progress()

# %% [markdown] id="recap"
# ## Recap
#
# - Machine learning **looks for a function**: choose a family $f_w$, then optimise $w$. A **loss** turns "good" into a number. Learning is supervised (labels), unsupervised (patterns) or by reinforcement (rewards).
# - A **linear classifier** multiplies and adds: $S = X W^\mathsf{T} + b$. Its borders are straight, and on images its weights are templates. **Features** can bend the borders; they can be made by hand, or learnt.
# - Losses are compared as functions of the **margin**. Zero-one can't be trained. Squared error punishes being too right. Hinge and logistic loss go to zero.
# - **Softmax** makes scores positive with the sum 1; subtract the largest score first. **Cross-entropy** is the surprise at the truth; compute it with **log-sum-exp**. Entropy is what the world costs in bits, the divergence what a wrong belief costs on top.
# - **Linear regression** has a closed form, $A^\mathsf{T} A v = A^\mathsf{T} y$. **Logistic regression** is the neural network with no hidden layer.
# - Turn knobs on the **training** set, choose on the **validation** set, report from the **test** set, once. Too stiff underfits, too free overfits; the **L2 term** is a leash.
# - **No free lunch:** averaged over all functions, every learner scores one half on what it hasn't seen. Learning needs assumptions, and in high dimensions it needs good ones: distances concentrate, a random image is never a digit, and what is real fills next to nothing.
#
# ## Where to read on
#
# - Ian Goodfellow, Yoshua Bengio and Aaron Courville, [Deep Learning](https://www.deeplearningbook.org/), 2016. Chapter 3 tells entropy and divergence, chapter 5 the basics of machine learning.
# - Christopher Olah, [Visual Information Theory](https://colah.github.io/posts/2015-09-Visual-Information/), 2015. Bits, entropy and divergence in drawings.
# - David MacKay, [Information Theory, Inference, and Learning Algorithms](https://www.inference.org.uk/mackay/itila/), 2003. A book that is a pleasure to read, free online.
# - David Wolpert, [The lack of a priori distinctions between learning algorithms](https://doi.org/10.1162/neco.1996.8.7.1341), 1996. No free lunch.
# - Pedro Domingos, [A few useful things to know about machine learning](https://doi.org/10.1145/2347736.2347755), 2012. Overfitting, dimensions, assumptions, features: what nobody writes into textbooks.
# - Kevin Beyer, Jonathan Goldstein, Raghu Ramakrishnan and Uri Shaft, [When is "nearest neighbor" meaningful?](https://doi.org/10.1007/3-540-49257-7_15), 1999. Distances concentrate.
#
# **Next:** [lesson 03, *Stochastic gradient descent*](03_sgd.ipynb). We have a number that says how wrong 650 knobs are. Which way should each of them be turned? You tried it with three, by hand.
