# ---
# jupyter:
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
#   dlcourse:
#     lesson: "06"
#     title: Convolutional networks
#     reading_minutes: 85
#     prerequisites: ["05"]
#     data: "digits and drawn faces (built in); MNIST, 12 MB, for one section"
#     gpu: false
# ---

# %% [markdown] id="promise"
# At the end of this lesson you can slide a filter over an image by hand and say what it answers; build a layer of such filters that learns, forward and backward; count its weights and say how far
# each unit sees; and train networks that read digits, and that tell a smiling face from a serious one where every method of the earlier lessons fails. You'll look into them afterwards: which pixels mattered, what a unit likes best, and how to fool the whole thing.
# In the last section, a convolutional network runs on code that you wrote yourself.
#
# (Reading and running takes about an hour and a half, the eleven exercises about as long again. A good place for a break is before *Backward*.)

# %% [markdown] id="shuffle-text"
# ## Neighbours
#
# Lesson 05 ended with a strange claim: our networks see an image as a list of unrelated numbers, and wouldn't mind if somebody shuffled the pixels of all images in the same way. Let's do it.

# %% id="shuffle"
from dlcourse import data, plots, training, widgets

digits = data.load_digits(flat=False)                      # images (N, 1, 8, 8)
order = np.random.default_rng(dlcourse.seed()).permutation(64)

def shuffled(images):
    """The same new place for each pixel, in all images."""
    return images.reshape(-1, 64)[:, order].reshape(-1, 1, 8, 8)

examples = np.stack([digits.x_train[digits.y_train == k][0] for k in range(10)])
plots.image_grid(np.concatenate([examples, shuffled(examples)]), titles=[*range(10)] * 2, columns=10);

# %% [markdown] id="shuffle-ask"
# Above, the ten digits; below, the same digits with their pixels shuffled. You can't read the lower row. Can the networks? We train two of them on both versions: a *dense* one, as in lesson 05, with a hidden layer of 64
# neurons, and a *convolutional* one. The second is what this lesson is about, so don't worry about its lines yet. Both get only 300 images to learn from, so that
# every bit of knowledge about images counts. All of it runs on our own engine.

# %% id="shuffle-train"
def dense_net():
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))

def conv_net():
    return nn.Sequential(nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.BatchNorm2d(16),
                         nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.BatchNorm2d(32),
                         nn.Flatten(), nn.Dropout(0.5), nn.Linear(32 * 16, 64), nn.ReLU(), nn.Linear(64, 10))

def train(model, x, y, epochs=30, lr=0.05, **more):
    """SGD with momentum and a rate that rises and falls, as for MNIST in lesson 05."""
    optimizer = optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    schedule = optim.lr_scheduler.OneCycleLR(optimizer, max_lr=lr, epochs=epochs, steps_per_epoch=-(-len(x) // 64),
                                             pct_start=0.2, cycle_momentum=False)
    return training.fit(model, (x, y), nn.CrossEntropyLoss(), optimizer, epochs=epochs, batch_size=64,
                        scheduler=schedule, progress=False, **more)

# %% id="shuffle-result"
few, rest = slice(300), slice(300, None)
new_x = np.concatenate([digits.x_train[rest], digits.x_test])
new_y = np.concatenate([digits.y_train[rest], digits.y_test])

def errors_of(make, change):
    """Trained on 300 changed images: how many per cent of 1,497 others are read wrongly; the mean of two runs."""
    models = [make() for _ in range(2)]
    for model in models:
        train(model, change(digits.x_train[few]), digits.y_train[few])
    return 100 - 100 * np.mean([training.evaluate(model, change(new_x), new_y).accuracy for model in models])

errors = [errors_of(make, change) for make in (dense_net, conv_net) for change in (np.asarray, shuffled)]
plots.plot_bars(["dense, as it is", "dense, shuffled", "convolutional, as it is", "convolutional, shuffled"],
                np.round(errors, 1), xlabel="network and images", ylabel="new digits read wrongly, %");

# %% tags=["claim"]
assert abs(errors[0] - errors[1]) < 1.6
assert errors[2] + 0.4 < errors[3] < errors[1] and errors[2] < 0.65 * errors[0]

# %% [markdown] id="shuffle-talk"
# The dense network doesn't care, but for luck: shuffled or not, each of its neurons has a weight for every pixel, and no idea which pixels are neighbours. The convolutional network makes far fewer errors on the real images, and *loses* when they are shuffled. It has been told something about images, so it has something to lose. (Not all of its lead: shuffled, it is still ahead, since it is also the larger network of the two and has two helpers, batch norm and dropout, of which more below.)
#
# What has it been told? Two things, and each is older than neural networks: *look at small patches*, and *look for the same things everywhere*.

# %% [markdown] id="hard-text"
# ## Why seeing is hard
#
# For us, the image is a digit. For the computer, it is this:

# %% id="numbers"
plots.plot_pixels((16 * digits.x_train[2, 0]).round());

# %% [markdown] id="hard-shift"
# An array of numbers. (These are the 17 grey levels, 0 to 16, in which this set was stored.) Nothing in it says "stroke" or "corner". And the numbers change wildly under changes that you would hardly notice. Let's move the digit by one pixel to the right, and measure how far the images are apart: the square root of the summed squared differences.

# %% id="shift-distance"
def moved(images, columns):
    """Images moved to the right; what comes in from the left is black."""
    out = np.zeros_like(images)
    out[..., columns:] = images[..., : images.shape[-1] - columns]
    return out

one = digits.x_test[:1]
distances = np.sqrt(((digits.x_train - one) ** 2).sum(axis=(1, 2, 3)))
others = np.where(digits.y_train == digits.y_test[0], np.inf, distances)
pictures = np.concatenate([one, moved(one, 1), digits.x_train[[others.argmin()]]])
to_itself = np.sqrt(((moved(one, 1) - one) ** 2).sum())
plots.image_grid(pictures, titles=["a digit", f"moved: {to_itself:.1f} away", f"a {digits.y_train[others.argmin()]}: {others.min():.1f} away"]);

# %% id="shift-dense"
shifts, dense = [0, 1, 2], dense_net()
train(dense, digits.x_train, digits.y_train)
dense_shift = [100 * training.evaluate(dense, moved(digits.x_test, s), digits.y_test).accuracy for s in shifts]
print("dense network, digits moved by 0, 1, 2 pixels:", [f"{a:.0f} %" for a in dense_shift])

# %% tags=["claim"]
assert to_itself > others.min()
assert dense_shift[0] > 95 and dense_shift[1] < 66 and dense_shift[2] < 35

# %% [markdown] id="hard-talk"
# One step aside, and the digit is farther away from itself than from a digit of another kind. The dense network, which reads nearly all digits where they stand, fails on more than a third when they move by a single pixel, and on most of them after two. What it learnt about a stroke in column 3, it has to learn again for column 4.
#
# Position is only the first trouble. Light, size, tilt and faces behind glasses come on top of it. What should a program look for, if not for pixels?

# %% [markdown] id="features-text"
# ## Features made by hand
#
# For decades, people answered: for *edges*. An edge is a place where the grey level changes. Take a patch of 3 × 3 pixels, add up its right column, subtract its left one: on even ground you get zero, at an upright edge a large number. That is a sum of products with nine weights, a **filter**. We'll try three of them on a face.
# (The faces of this lesson are drawn by a program: `data.load_faces()`. We'll come back to them.)

# %% id="filters"
faces = data.load_faces(seed=dlcourse.seed())
upright = np.array([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1.0]])
lying = upright.T
corner = np.array([[10, 0, -10], [0, 0, 0], [-10, 0, 10.0]]) / 10

def slide(image, filter):
    """The sum of products under the filter, at each of its places."""
    k = len(filter)
    out = np.empty((image.shape[0] - k + 1, image.shape[1] - k + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = (image[i : i + k, j : j + k] * filter).sum()
    return out

face = faces.x_train[7, 0]
answers = [slide(face, f) for f in (upright, lying, corner)]

# %% id="filters-plot"
fig, axes = plt.subplots(1, 4, figsize=(12, 3.4))
axes[0].imshow(face, cmap="gray")
names = ["a face", "upright edges", "lying edges", "the third filter"]
limit = np.abs(answers[0]).max()
for ax, answer in zip(axes[1:], answers):
    drawn = ax.imshow(answer, cmap="PuOr_r", vmin=-limit, vmax=limit)
for ax, name in zip(axes, names):
    ax.set(title=name, xticks=[], yticks=[])
    ax.spines[:].set_visible(True)
    ax.grid(False)
fig.colorbar(drawn, ax=axes, label="answer of the filter", shrink=0.8);

# %% [markdown] id="filters-talk"
# Orange where the filter answers with a positive number, purple where with a negative one, white where it has nothing to say. The first filter finds the sides of the head: it gets brighter to the right on one side, darker on the other. The second finds what lies flat: brows, mouth, hairline. The third one,
#
# $$ \begin{bmatrix} 10 & 0 & -10 \\ 0 & 0 & 0 \\ -10 & 0 & 10 \end{bmatrix} $$
#
# (here divided by 10), stood on a slide of one of the talks behind this course, without a word. **Before you read on:** what does it say to an upright edge? What to a lying one? To what does it answer at all?
#
# To both it says 0: its columns cancel, and so do its rows. It answers where the upper left and lower right corners of a patch are bright and the other two dark. That happens on slanted lines and at corners. On a face, that is little: the ends of the mouth, the eyes, the slope of the head.

# %% tags=["claim"]
step = np.tile([0.0, 0, 1, 1, 1], (5, 1))
assert not slide(step, corner).any() and not slide(step.T, corner).any()
assert slide(np.eye(5), corner)[1, 1] == 2 and np.abs(answers[2]).mean() < np.abs(answers[0]).mean()

# %% [markdown] id="haar-text"
# ### Rectangles: the faces of 2001
#
# The first face detectors that ran on a camera, by Paul Viola and Michael Jones (2001), used even simpler features: the sum of the pixels in one rectangle minus the sum in the rectangle beside it. (They are called *Haar features*, after the mathematician Alfréd Haar.) The eyes are darker than the cheeks; the nose is brighter than its sides. A sum over a rectangle costs four look-ups, however large it is, in a table of all sums from the corner: the *integral image*.

# %% id="haar"
def integral(images):
    """S[:, i, j] is the sum of all pixels above row i and left of column j."""
    return np.pad(images.cumsum(axis=1).cumsum(axis=2), ((0, 0), (1, 0), (1, 0)))

def box(S, top, left, height, width):
    return S[:, top + height, left + width] - S[:, top, left + width] - S[:, top + height, left] + S[:, top, left]

def two_boxes(S, top, left, height, width):
    """The upper box minus the one below it."""
    return box(S, top, left, height, width) - box(S, top + height, left, height, width)

upright_faces = faces.x_train[:800, 0]
both = np.concatenate([upright_faces, upright_faces[:, ::-1]])           # and upside down
is_upright = np.repeat([1, 0], 800)
S = integral(both.astype(float))

# %% id="haar-search"
rng = np.random.default_rng(dlcourse.seed())
half = np.arange(1600) % 2 == 0                                         # choose on one half, test on the other
found = []
for _ in range(500):
    height, width = rng.integers(2, 9), rng.integers(4, 20)
    top, left = rng.integers(0, 33 - 2 * height), rng.integers(0, 33 - width)
    darker_above = two_boxes(S, top, left, height, width) < 0
    share = (darker_above == is_upright)[half].mean()
    found.append((share, (darker_above == is_upright)[~half].mean(), (top, left, height, width)))
chosen, tested, (top, left, height, width) = max(found)
fig, ax = plt.subplots(figsize=(3.2, 3.4))
ax.imshow(upright_faces.mean(axis=0), cmap="gray")
for k, colour in enumerate(("#D55E00", "#0072B2")):
    ax.add_patch(plt.Rectangle((left - 0.5, top + k * height - 0.5), width, height,
                               fill=False, edgecolor=colour, linewidth=3))
ax.set(title=f"upper box darker: {100 * tested:.0f} % right", xticks=[], yticks=[])
ax.grid(False);

# %% tags=["claim"]
assert 0.62 < tested < 0.97 and np.isclose(box(S, 3, 4, 5, 6)[0], both[0, 3:8, 4:10].sum())
assert abs(np.mean([f[1] for f in found]) - 0.5) < 0.12

# %% [markdown] id="haar-talk"
# The task: is this face upright, or upside down? Behind the boxes, the orange one above the blue one, you see the mean of 800 faces. Of 500 random pairs of boxes, this one was best on half of the faces, and its answer "upright if the upper box is darker" is right on as many of the *other* half as the title says. It has found the eyes, or the hair, and what lies below them.
#
# One such feature is a *weak classifier*: better than a coin, and not good. Viola and Jones picked some thousands of them, each trained to mend what the ones before got wrong (this is called *boosting*), and put them into a **cascade**: the first stage asks two or so questions and throws away most windows of the picture, the next stages ask more, and only what survives
# all of them is called a face. Nearly everything in a photograph is no face, so nearly everything costs almost nothing.
#
# But note who made the features: people did. They chose rectangles, and the program chose among them. The step to today is short: **leave the nine numbers of the filter to gradient descent.**

# %% [markdown] id="hand-text"
# ## A convolution by hand
#
# First, let's be exact about "sliding". Here is an image of 5 × 5 pixels and a filter of 3 × 3 that has become famous in lectures.

# %% id="hand"
image = np.array([[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0.0]])
cross = np.array([[1, 0, 1], [0, 1, 0], [1, 0, 1.0]])
under = [(row, column) for row in range(3) for column in range(3)]
fig, axes = plt.subplots(1, 3, figsize=(9.6, 3.6), width_ratios=(5, 3, 3))
plots.draw_convolution(axes, image, cross, slide(image, cross), under, place=0);

# %% [markdown] id="hand-talk"
# The filter lies on the upper left corner (the framed pixels). Nine products, one sum: five of the filter's numbers are 1, and under four of them the image is 1, so the output's first number is **4**. Then the filter moves one pixel to the right and writes the next number; at the end of the row it goes on one pixel below. **With a pencil:** what are the other eight?

# %% id="hand-all"
print(slide(image, cross).astype(int))

# %% tags=["claim"]
assert slide(image, cross).tolist() == [[4, 3, 4], [2, 4, 3], [2, 3, 4]]

# %% [markdown] id="hand-name"
# Written down, with filter $w$ of side $k$, image $x$ and output $y$:
#
# $$ y_{ij} = \sum_{a=0}^{k-1} \sum_{b=0}^{k-1} w_{ab}\; x_{i+a,\, j+b} $$
#
# It is what the function `slide` above does, line by line. This is called a **convolution**. (Mathematicians call it a *cross-correlation*: in their convolution the filter is turned by 180° first, $x_{i-a,\,j-b}$. For a filter that is learnt it makes no difference, since it would be learnt turned. PyTorch and we leave it as it is.)
#
# Now let it walk. Besides the place there are three more knobs:
#
# - **padding** puts a border of zeros around the image, so that the filter can stand with its middle on the rim;
# - **stride** is how far it moves from one place to the next;
# - **dilation** pulls its pixels apart: with 2, it reads every second one.
#
# *To find out by playing:* which padding makes the output as large as the image? How do you get an output of 2 × 2? Dilation 2 leaves a single place: why? And with padding 2, which other knob makes the output as large as the image again?

# %% id="window-demo" tags=["nbval-ignore-output"]
widgets.sliding_window(image, cross)

# %% [markdown] id="size-text"
# How large is the output? Along a side of $n$ pixels, with padding $p$, the filter has $n + 2p$ pixels to walk on. With dilation $d$ it reaches over $d(k-1) + 1$ of them. What is left is room for steps of $s$ pixels:
#
# $$ \text{places} = \left\lfloor \frac{n + 2p - d(k-1) - 1}{s} \right\rfloor + 1 $$
#
# The brackets mean: rounded down, a step that doesn't fit is not taken. And the $+1$ is the place where it stands before its first step.

# %% exercise="conv_output_size"

# %% [markdown] id="channels-text"
# ## Channels, filters, a layer
#
# Two things are missing for a layer. A colour image has three numbers at each place, red, green and blue: three **channels**. So the filter gets $k \times k$ weights *for each channel*, and adds up over all of them. And one filter finds one thing; a layer has many, each with a bias, and each writes an output channel of its own, a **feature map**.
# The next layer sees these maps as its channels.
#
# $$ y_{fij} = b_f + \sum_{c} \sum_{a,b} w_{fcab}\; x_{c,\, i+a,\, j+b} $$
#
# Here $f$ counts the filters and $c$ the channels. In code, a batch of $N$ images with $C$ channels, $H$ rows and $W$ columns has the shape $(N, C, H, W)$, and $F$ filters have the shape $(F, C, k, k)$, as in PyTorch. Let's ask the engine for a layer and look at the shapes.

# %% id="layer-shapes"
layer = nn.Conv2d(3, 6, kernel_size=5, stride=2, padding=2)
colour = dlcourse.randn(10, 3, 32, 32)
print("in", colour.shape, " weight", layer.weight.shape, " bias", layer.bias.shape, " out", layer(colour).shape)

# %% tags=["claim"]
assert layer(colour).shape == (10, 6, 16, 16) and layer.weight.shape == (6, 3, 5, 5)

# %% [markdown] id="conv-task"
# Look at one place only: $C \cdot k \cdot k$ numbers go in, each is multiplied by a weight, and $F$ numbers come out. That is a *dense layer*, the one that you know, on a small patch. A convolution is one and the same small dense layer, used at every place. So your `conv2d` needs two loops, over rows and columns of the output, and in them a line that you've written before.

# %% exercise="conv2d"

# %% [markdown] id="designer-text"
# Be a filter designer for a few minutes. (The nine sliders are the filter, row by row.)
#
# 1. A single 1 in the middle, all else 0. What comes out? And with the 1 in a corner?
# 2. All nine equal. Why does the picture get blurred?
# 3. 0, −1, 0 / −1, 5, −1 (you'll only get to 2: halve everything) / 0, −1, 0. What happens to the edges?
# 4. Find a filter that answers to slanted strokes in one direction only. Pictures 4 and 7 are a good test.
# 5. Which condition on the nine numbers makes the filter silent on even ground?

# %% id="designer" tags=["nbval-ignore-output"]
widgets.filter_designer(examples)

# %% [markdown] id="sharing-text"
# ## What sharing saves
#
# How many numbers does such a layer have to learn? A filter has $C \cdot k \cdot k$ weights and one bias, wherever it goes.

# %% exercise="count_conv_parameters"

# %% [markdown] id="sharing-compare"
# Now compare. MNIST's images have 28 × 28 pixels. Six filters of 5 × 5 make six maps of 24 × 24 out of one. A dense layer that did the same would connect each of 784 pixels with each of 3,456 outputs:

# %% id="sharing"
conv, dense_layer = nn.Conv2d(1, 6, 5), nn.Linear(28 * 28, 6 * 24 * 24)
count = {name: sum(p.data.size for p in m.parameters()) for name, m in (("convolution", conv), ("dense", dense_layer))}
print(count, f" ratio {count['dense'] / count['convolution']:,.0f}")

# %% tags=["claim"]
assert count == {"convolution": 156, "dense": 2_712_960} and conv(dlcourse.zeros(1, 1, 28, 28)).shape == (1, 6, 24, 24)

# %% [markdown] id="sharing-talk"
# 156 against 2.7 million. A convolution *is* such a dense layer, with two rules laid on it: most weights are zero (an output sees 25 pixels and no others), and the rest are equal in groups (all places share the same 25). So it can do less than the dense layer. But what it can't do is what images hardly need, and each example now teaches all places at once.

# %% [markdown] id="pool-text"
# ## Pooling, and what a shift does
#
# After the filters, most networks make the maps smaller. **Max pooling** divides a map into squares of 2 × 2, side by side, and keeps the largest number of each: "was there an edge somewhere around here?"

# %% id="pool"
table = np.array([[1, 1, 2, 4], [5, 6, 7, 8], [3, 2, 1, 0], [1, 2, 3, 4.0]])
pooled = nn.MaxPool2d(2)(dlcourse.tensor(table[None, None])).numpy()[0, 0]
print(table.astype(int), "\n becomes\n", pooled.astype(int))

# %% tags=["claim"]
assert pooled.tolist() == [[6, 8], [3, 4]]

# %% [markdown] id="pool-task"
# A quarter of the numbers is left, so the next layer has a quarter of the work, and its filters see twice as far. Pooling has nothing to learn.

# %% exercise="max_pool2d"

# %% [markdown] id="equivariance-text"
# There is another reason for pooling, and we can measure it. What happens to a feature map when the *image* moves by one pixel? Take an edge filter and a face with an empty border:

# %% id="equivariance"
framed = np.pad(faces.x_test[:200], ((0, 0), (0, 0), (4, 4), (4, 4)))
edge = nn.Conv2d(1, 1, 3, bias=False)
edge.weight.data[...] = upright
step_1 = np.roll(framed, 1, axis=3)                         # one pixel to the right; the border is empty
map_0, map_1 = (edge(dlcourse.tensor(x)).detach().numpy() for x in (framed, step_1))
print("filter, then move = move, then filter:", np.allclose(np.roll(map_0, 1, axis=3), map_1, atol=1e-5))

# %% tags=["claim"]
assert np.allclose(np.roll(map_0, 1, axis=3), map_1, atol=1e-5)

# %% [markdown] id="equivariance-talk"
# The map moves along, to the last digit. This is called **equivariance**: move the input, and the output moves in the same way. Whatever a filter has learnt in one corner it knows everywhere. For *where* things are, this is what you want.
#
# For *what* they are, you want the opposite: **invariance**, an answer that stays. How much does each stage change when the image moves by one pixel? We measure the change in per cent of what was there: $\lVert a' - a \rVert / \lVert a \rVert$.

# %% id="invariance"
def change(a, b):
    return 100 * np.mean(np.linalg.norm((b - a).reshape(len(a), -1), axis=1) / np.linalg.norm(a.reshape(len(a), -1), axis=1))

def pool(maps, size):
    return nn.functional.max_pool2d(dlcourse.tensor(maps), size).numpy()

strong_0, strong_1 = np.maximum(map_0, 0), np.maximum(map_1, 0)          # the filter with a ReLU behind it
stages = {"filter and ReLU": change(strong_0, strong_1)}
for size in (2, 4, 8):
    stages[f"pooled {size} × {size}"] = change(pool(strong_0, size), pool(strong_1, size))
plots.plot_bars(list(stages), np.round(list(stages.values())), xlabel="stage", ylabel="change when the image moves, %");

# %% tags=["claim"]
values = list(stages.values())
assert all(np.diff(values) < 0) and values[0] > 2 * values[-1]

# %% [markdown] id="invariance-talk"
# The more is pooled, the less remains of the shift. It is not nothing: an edge that steps over the border of a square changes two squares. A network becomes *somewhat* invariant, stage by stage. (Is it enough for the digits that moved? We'll test that below.)
#
# Today, many networks leave pooling out and let a convolution with stride 2 shrink the maps. And nearly all take the plain mean over each map at the very end (*global average pooling*) instead of one large dense layer.

# %% [markdown] id="field-text"
# ### How far a unit sees
#
# Call one number of a feature map a **unit**. With filters of 5 × 5, a unit of the first layer sees 5 × 5 pixels. A unit behind it sees more, since each of its inputs sees 5 × 5 already. The region of the image that can influence a unit is its **receptive field**. Stacking 3 × 3 filters lets it grow by two with each layer; after a pooling of 2, the units are two pixels apart, so every further step counts double.

# %% exercise="receptive_field"

# %% [markdown] id="field-show"
# We can see it, too, with the engine: take the slope of *one* unit with respect to all pixels. Pixels outside its receptive field have slope 0. (Average pooling, the mean of each square, and no ReLU here, so that no pixel is silent by chance.)

# %% id="field"
stack = nn.Sequential(nn.Conv2d(1, 4, 5), nn.AvgPool2d(2), nn.Conv2d(4, 4, 5), nn.AvgPool2d(2))
pixels = dlcourse.rand(1, 1, 32, 32, requires_grad=True)
fig, axes = plt.subplots(1, 4, figsize=(12, 3.2))
sides = []
for depth, ax in enumerate(axes, start=1):
    out = stack[:depth](pixels)
    pixels.grad = None
    out[0, 0, out.shape[2] // 2, out.shape[3] // 2].backward()
    slopes = np.abs(pixels.grad.numpy()[0, 0])
    sides.append(int((slopes.sum(axis=1) > 0).sum()))
    ax.imshow(slopes, cmap="Blues")
    ax.set(title=f"layer {depth}: {sides[-1]} × {sides[-1]} pixels", xticks=[], yticks=[])
    ax.spines[:].set_visible(True)
    ax.grid(False)

# %% tags=["claim"]
assert sides == [5, 6, 14, 16]

# %% [markdown] id="field-talk"
# The picture shows how strongly one unit in the middle of each layer reacts to each pixel: 5, 6, 14, 16 pixels wide. Does your function say the same for `[(5, 1), (2, 2), (5, 1), (2, 2)]`? After four layers, the unit sees a quarter of the image: enough for a mouth. (The darker a pixel, the more it moves the unit. In the first picture these are the 25 weights of a filter, without their signs.)

# %% [markdown] id="back-text"
# ## Backward
#
# The network is to learn its filters, so we need slopes: of the loss with respect to each weight, and, to pass on, each pixel. Nothing new has to be invented. The two rules of lesson 04 do it: *a value that is used at several places collects the slopes of all of them*, and *a maximum sends the slope to the winner*.
#
# We begin with the easy one. The largest of four numbers went through; the others could have been a little larger or smaller, and nothing would have changed.

# %% exercise="max_pool2d_backward"

# %% [markdown] id="conv-back-text"
# Now the convolution. At each place it is a dense layer, so at each place you know the way back (`linear_backward` of lesson 04): the weights' slope is *what came in* times *what came back*, and the input's slope is what came back times the weights. Then:
#
# - the same weights were used at all places: **add up** over the places;
# - the same pixel lay under several windows: **add up**, where they overlap;
# - the bias was added at all places: its slope is the sum of everything that comes back.

# %% exercise="conv2d_backward"

# %% [markdown] id="conv-back-check"
# As always, a hand-made slope is compared before it is trusted. Here with the engine's and with a nudge:

# %% id="conv-back"
from dlcourse import exercises
from dlcourse.nn import functional as F

rng = np.random.default_rng(dlcourse.seed())
x, w, b = rng.normal(size=(2, 3, 6, 6)), rng.normal(size=(4, 3, 3, 3)), rng.normal(size=4)
g = rng.normal(size=(2, 4, 4, 4))                            # the loss is the sum of g times the output
tx, tw, tb = (dlcourse.tensor(v, requires_grad=True) for v in (x, w, b))
(F.conv2d(tx, tw, tb) * dlcourse.tensor(g)).sum().backward()

def loss(weights):
    return (g * F.conv2d(dlcourse.tensor(x), dlcourse.tensor(weights), dlcourse.tensor(b)).numpy()).sum()

nudge = np.zeros_like(w)
nudge[1, 2, 0, 1] = 1e-4
by_hand = exercises.get("conv2d_backward")(g, x, w)
print(f"engine {tw.grad.numpy()[1, 2, 0, 1]:.6f}, by hand {by_hand[1][1, 2, 0, 1]:.6f}, "
      f"nudge {(loss(w + nudge) - loss(w - nudge)) / 2e-4:.6f}")

# %% tags=["claim"]
assert all(np.allclose(t.grad.numpy(), h) for t, h in zip((tx, tw, tb), by_hand))
assert abs((loss(w + nudge) - loss(w - nudge)) / 2e-4 - by_hand[1][1, 2, 0, 1]) < 1e-5

# %% [markdown] id="im2col-text"
# ## Fast: patches as a matrix
#
# A convolution written down as the formula stands, with a loop for each index, is slow: Python takes about a microsecond for a single product. Your `conv2d` is far better, since each turn of its loops is a matrix product for the whole batch. Can *all* places be done in one product, too?
#
# They can. Write every patch into a row of a matrix, place below place, image below image. Then *all* sums of products are one product with the flattened filters. The trick is called **im2col**, image to columns (in MATLAB, where it comes from, the patches were columns).

# %% exercise="im2col"

# %% id="im2col-product"
course_im2col, course_conv2d = exercises.get("im2col"), exercises.get("conv2d")
x, w, b = rng.normal(size=(64, 8, 14, 14)), rng.normal(size=(16, 8, 5, 5)), rng.normal(size=16)
patches = course_im2col(x, 5)
product = patches @ w.reshape(16, -1).T + b                  # all places of all images at once
as_images = product.reshape(64, 10, 10, 16).transpose(0, 3, 1, 2)
print("patches", patches.shape, " the same as the loops:", np.allclose(as_images, course_conv2d(x, w, b)))
print(f"the images hold {x.size:,} numbers, their patches {patches.size:,}")

# %% tags=["claim"]
assert np.allclose(as_images, course_conv2d(x, w, b)) and patches.shape == (6400, 200)
assert patches.size == 12.755102040816327 * x.size

# %% [markdown] id="im2col-price"
# There is a price: nearly every pixel is written down 25 times (at the rim fewer, so here it is 13 times the memory). And these copies have to travel through the computer's memory, which is slower than multiplying.
#
# ### How our engine does it
#
# `nn.Conv2d` copies less. It rests on two observations:
#
# 1. Keep the image with its *rows* outermost in memory. Then the rows that lie under the window at one row of places are neighbours in memory already: three rows for a 3 × 3 filter, one block. Nothing has to be copied for the window's height.
# 2. Only the window's *columns* need copies. So the image is repeated $k$ times instead of $k^2$ times, and the product is done one row of places at a time.
#
# In small, for one image with one channel:

# %% id="engine-small"
def conv_by_rows(image, filter):
    """Repeat the image for the filter's columns only; then each row of the output is one product."""
    k, (height, width) = len(filter), image.shape
    places = width - k + 1
    columns = np.stack([image[:, j : j + places] for j in range(k)], axis=1)     # (rows, k, places)
    out = np.empty((height - k + 1, places))
    for row in range(len(out)):
        block = columns[row : row + k].reshape(k * k, places)                    # a view: nothing is copied
        out[row] = filter.reshape(-1) @ block
    return out

print(conv_by_rows(image, cross).astype(int))

# %% tags=["claim"]
assert np.allclose(conv_by_rows(face, upright), slide(face, upright))
block = np.zeros((5, 3, 3))[1:4]
assert np.shares_memory(block.reshape(9, 3), block)

# %% [markdown] id="engine-talk"
# The same nine numbers as above. `reshape` copies nothing here, because the $k$ rows of `columns` lie one behind the other. The engine does the same for all channels and the whole batch at once: the batch is the last axis, so each "pixel" is a row of $N$ numbers and every copy is a long one. Here are the two functions that prepare the blocks: room for the repeated image, and the copying itself. The blocks of neighbouring rows
# *share* memory: `as_strided` describes them without making them.

# %% id="engine-source"
dlcourse.show_source(nn.convolution._columns, nn.convolution._fill)

# %% [markdown] id="engine-more"
# In `conv2d` (in `dlcourse/nn/convolution.py`, worth an evening), the product is `np.matmul(flat, patches[band])` for some rows at a time, a *band* that fits into the processor's cache; on several cores, each takes a share of the rows. Backward, the weights' slopes are the product of the same blocks with what comes back. For the pixels' slopes, the filters are turned over and each row of the image
# collects from the rows of the output that used it: your `+=`, in a few large products. What does it bring? The clock on four ways, for one and the same layer (the first way is measured on one channel, one filter and one image, and multiplied):

# %% id="speed" tags=["nbval-ignore-output"]
from time import perf_counter

layer = nn.Conv2d(8, 16, 5)
single = dlcourse.tensor(x.astype(np.float32))
ways = {"place by place, your conv2d": lambda: course_conv2d(x, w, b),
        "im2col and one product": lambda: course_im2col(x, 5) @ w.reshape(16, -1).T + b,
        "engine, float32": lambda: layer(single)}

def milliseconds(way, times=5):
    """The shortest of some runs."""
    runs = []
    for _ in range(times):
        start = perf_counter()
        way()
        runs.append(1000 * (perf_counter() - start))
    return min(runs)

one_filter = milliseconds(lambda: slide(x[0, 0], w[0, 0]), 3)            # one image, one channel, one filter
print(f"{'number by number':28s} {one_filter * 64 * 8 * 16:8.1f} ms for 64 images (estimated)")
for name, way in ways.items():
    print(f"{name:28s} {milliseconds(way):8.1f} ms for 64 images")

# %% [markdown] id="speed-talk"
# (Times differ from computer to computer.) The large step is the first one, from single numbers to products for a whole batch. Our im2col gains nothing over your loops here: what the single product saves, the copying costs again. It pays where copying is cheap and starting many small products is not, as on a graphics card. The engine copies less, and computes with 32 instead of 64 bits for each number.

# %% [markdown] id="lenet-text"
# ## A network that reads digits
#
# Put together what we have: convolution, ReLU, pooling; convolution, ReLU, pooling; and at the end one or two dense layers. This is the plan of **LeNet-5** (LeCun, Bottou, Bengio and Haffner, 1998), which read cheques in American banks. The network at the top of this lesson, `conv_net`, is a small relative of it for 8 × 8 pixels. Its *batch norm* layers
# bring each map to mean 0 and spread 1 over the batch, before a learnt scale; that makes training faster and steadier (Ioffe and Szegedy, 2015). Its *dropout* silences half of the dense layer's inputs at random in each step. Now it gets all 1,347 training digits.

# %% id="lenet-result" tags=["nbval-ignore-output"]
cnn = conv_net()
train(cnn, digits.x_train, digits.y_train)
answers = training.predict(cnn, digits.x_test)
missed = np.flatnonzero(answers != digits.y_test)
print(f"{100 * np.mean(answers == digits.y_test):.1f} % of {len(answers)} test digits right, {len(missed)} wrong")
if len(missed):
    plots.image_grid(digits.x_test[missed], titles=[f"{digits.y_test[i]} → {answers[i]}" for i in missed])

# %% tags=["claim"]
assert np.mean(answers == digits.y_test) >= 0.975

# %% [markdown] id="lenet-shift"
# These are its errors. And the digits that moved?

# %% id="lenet-shifted"
cnn_shift = [100 * training.evaluate(cnn, moved(digits.x_test, s), digits.y_test).accuracy for s in shifts]
fig, ax = plt.subplots(figsize=(6.4, 3.6))
plots.plot_curves(shifts, {"dense": dense_shift, "convolutional": cnn_shift}, "moved to the right by, pixels", "right, %", ax=ax)
ax.set_xticks(shifts)
ax.set_ylim(0, 102);

# %% tags=["claim"]
assert cnn_shift[1] > dense_shift[1] + 8 and cnn_shift[2] < 80

# %% [markdown] id="lenet-shift-talk"
# Better than the dense network, and far from invariant. The filters are the same everywhere, but our pooling is small, and the dense layer at the end still has one weight for each place. A convolutional network is a good start for invariance, and no proof of it. (The remedy of lesson 05 works here, too: show it digits that have been moved.)
#
# ### Filters and feature maps
#
# What did gradient descent choose, where people used to draw edges?

# %% id="learnt-filters"
plots.weight_pictures(cnn[0].weight.detach().numpy().reshape(16, 9), columns=8);

# %% id="feature-maps"
maps = cnn[:2](dlcourse.tensor(digits.x_test[3:4])).detach().numpy()[0]
deeper = cnn[:6](dlcourse.tensor(digits.x_test[3:4])).detach().numpy()[0]
print("the digit, and the 16 maps of the first layer; below, 17 of the 32 maps behind the second, pooled to 4 × 4")
first = maps / maps.max()
second = deeper[:17].repeat(2, axis=1).repeat(2, axis=2) / deeper.max()
plots.image_grid(np.concatenate([digits.x_test[3], first, second]), columns=17);

# %% [markdown] id="feature-talk"
# All sixteen filters, 3 × 3 weights each, orange positive and purple negative: edges in several directions, spots, lines, and some that look like nothing in particular. Nobody asked for edges. In the last picture, on the right of the digit, you see what each filter makes of it, after the ReLU: some keep one rim of the strokes, some answer to what lies beside them, and some stay dark. In the second row, after the next layer, the maps are coarse, and you'll find it hard to name
# what they see. (AlexNet's first filters, on photographs, are edges and colour spots as well: this happens again and again.)
#
# ### What does a unit like best?
#
# For deeper units, there is no picture of the weights that helps. Two other ways do. **First:** search the data for the patches at which a unit answers most strongly. **Second:** start from noise and climb, along the slope of the unit's answer *with respect to the pixels*; you did this in lesson 04 (`move_the_data`). We'll do both, on the network that has more to see than digits, the one for faces. So let's train that one first.

# %% [markdown] id="smile-text"
# ## Who smiles?
#
# One of the talks has a notebook "Smile DataSet" in its course: photographs of 32 × 32 pixels, most of them not smiling. We draw our own, so that nobody's face is needed. Place, size, tilt, light, hair, glasses, brows, lips: all vary at random, and mouths may be open or closed, with or without teeth, in both classes. One thing alone makes a smile: the corners of the mouth are higher than its middle. **Try it yourself before you look at the titles:**

# %% id="faces"
print(faces)
plots.image_grid(faces.x_train[:30], titles=[("", "smile")[k] for k in faces.y_train[:30]], columns=10);

# %% [markdown] id="unbalanced-text"
# Three quarters are serious. Now be careful with numbers: a program that says "serious" to everybody, without looking, is right in 75 % of the cases. The plain accuracy praises it. We want a number that doesn't: the share of right answers *in each class*, and then the mean of the two, the **balanced accuracy**. Who always says the same gets 50 %, as a coin does.

# %% exercise="balanced_accuracy"

# %% [markdown] id="smile-train-text"
# Then the race. A linear classifier as in lesson 02, a dense network as in lesson 05, and a small LeNet. Each is trained on 3,000 faces and tested on 2,000 that it has never seen, three times, each time with other faces and other first weights.

# %% id="smile-models"
def linear():
    return nn.Sequential(nn.Flatten(), nn.BatchNorm1d(1024), nn.Linear(1024, 2))

def dense_32():
    return nn.Sequential(nn.Flatten(), nn.BatchNorm1d(1024), nn.Linear(1024, 32), nn.ReLU(), nn.Linear(32, 2))

def lenet():
    return nn.Sequential(nn.Conv2d(1, 8, 5), nn.ReLU(), nn.MaxPool2d(2), nn.BatchNorm2d(8),
                         nn.Conv2d(8, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.BatchNorm2d(16),
                         nn.Flatten(), nn.Linear(400, 32), nn.ReLU(), nn.Linear(32, 2))

def run(make, faces, epochs):
    """A trained network, and its balanced accuracy on the test faces."""
    model = make()
    train(model, faces.x_train, faces.y_train, epochs)
    return model, 100 * exercises.get("balanced_accuracy")(faces.y_test, training.predict(model, faces.x_test))

# %% id="smile-train"
sets = [data.load_faces(seed=10 * dlcourse.seed() + k) for k in range(3)]
scores = {"linear": [run(linear, s, 8)[1] for s in sets], "dense": [run(dense_32, s, 8)[1] for s in sets]}

# %% id="smile-train-cnn"
smile_runs = [run(lenet, s, 6) for s in sets]
scores["convolutional"] = [score for _, score in smile_runs]
sizes = [sum(p.data.size for p in make().parameters()) for make in (linear, dense_32, lenet)]
print("weights and biases:", dict(zip(scores, sizes)))

# %% id="smile-plot" tags=["nbval-ignore-output"]
fig, ax = plt.subplots(figsize=(6.4, 3.8))
for k, (name, values) in enumerate(scores.items()):
    mean, half = np.mean(values), 4.3 * np.std(values, ddof=1) / np.sqrt(3)       # 95 % interval, three runs
    ax.errorbar(k, mean, half, fmt="none", ecolor="#707070", capsize=8)
    ax.plot([k] * 3, values, "o", color="#0072B2")
    print(f"{name:14s} {mean:.1f} % ± {half:.1f}")
ax.axhline(50, color="#D55E00", linestyle="--")
ax.text(2.45, 51.5, "always the same answer", color="#D55E00", ha="right")
ax.set(xticks=range(3), xticklabels=list(scores), xlim=(-0.5, 2.5), ylim=(45, 102), xlabel="network", ylabel="balanced accuracy, %");

# %% tags=["claim"]
assert max(scores["linear"]) < 60 and max(scores["dense"]) < 65 and min(scores["convolutional"]) > 92
assert sizes[2] < sizes[1] / 2

# %% [markdown] id="smile-talk"
# That is the point of this lesson, in one picture. (Dots are the three runs; the bars are 95 % intervals for the mean. With three runs a factor of 4.3 belongs to them, instead of the usual 2.) The linear classifier is hardly better than a coin. The dense network, with more than twice as many weights as the convolutional one, is not really better. The convolutional network sees nearly all smiles.
#
# Why so hard for the others? There is no pixel at which smiling faces are brighter. Lips may be darker than skin or lighter, and the mouth is never at the same place. What counts is a *shape*, wherever it is, and a shape is a relation between neighbours.

# %% id="smile-confusion"
faces, (smile_net, _) = sets[0], smile_runs[0]
answers = training.predict(smile_net, faces.x_test)
table = exercises.get("confusion_matrix")(faces.y_test, answers, 2)
plots.plot_confusion_matrix(table, faces.class_names);

# %% id="smile-errors"
wrong = np.flatnonzero(answers != faces.y_test)[:20]
plots.image_grid(faces.x_test[wrong], titles=[("serious?", "smiling?")[answers[i]] for i in wrong], columns=10);

# %% [markdown] id="smile-errors-talk"
# The table has the truth in its rows. Under it stand some of the errors, with what the network said. Lips nearly as grey as the skin, small mouths, much noise: would you have done better?

# %% [markdown] id="units-text"
# ## What a unit likes
#
# Back to our question. Each of the 16 maps of the second convolution looks for something, in windows of 14 × 14 pixels. (`receptive_field([(5, 1), (2, 2), (5, 1)])` says so.) For four of the units: the six patches, of 2,000 test faces, at which each answers most strongly.

# %% id="best-patches"
maps = smile_net[:6](dlcourse.tensor(faces.x_test)).detach().numpy()       # after the second convolution and its ReLU
busy = np.argsort(maps.max(axis=(0, 2, 3)))[::-1][:4]
tiles = []
for unit in busy:
    strongest = maps[:, unit].max(axis=(1, 2)).argsort()[::-1][:6]
    for i in strongest:
        row, column = np.unravel_index(maps[i, unit].argmax(), maps.shape[2:])
        tiles.append(faces.x_test[i, 0, 2 * row : 2 * row + 14, 2 * column : 2 * column + 14])
titles = [text for unit in busy for text in (f"unit {unit}", *[""] * 5)]
plots.image_grid(np.array(tiles), titles=titles, columns=12);

# %% tags=["claim"]
assert exercises.get("receptive_field")([(5, 1), (2, 2), (5, 1)]) == 14 and maps.shape[1:] == (16, 10, 10)

# %% [markdown] id="best-talk"
# Six tiles for each unit, under its number. Each unit has a theme. Some look for mouths, bent in one direction; others for the rim of a head that runs a certain way, which may tell the network where to expect a mouth, or may be of no use at all. In networks that were trained on a million photographs, units of the fifth layer answer to faces, to text, to flowers, although no such thing was ever a label (Yosinski and colleagues, 2015, have films of it). They *emerge*, since they are useful.
#
# The other way: climb. Start from a grey image with a little noise, and change the pixels so that the network finds it more and more smiling.

# %% id="climb"
def slopes_of_score(images, labels):
    """The slopes of each image's score for its label, with respect to the pixels."""
    pixels = dlcourse.tensor(images, requires_grad=True)
    scores = smile_net(pixels)
    scores[np.arange(len(images)), labels].sum().backward()
    return pixels.grad.numpy()

rng = np.random.default_rng(dlcourse.seed())
dreams, goals = np.repeat(rng.normal(0.5, 0.05, size=(1, 1, 32, 32)), 2, axis=0).astype(np.float32), np.array([0, 1])
for _ in range(60):
    slopes = slopes_of_score(dreams, goals) - slopes_of_score(dreams, 1 - goals)
    slopes = (slopes + np.roll(slopes, 1, 2) + np.roll(slopes, -1, 2) + np.roll(slopes, 1, 3) + np.roll(slopes, -1, 3)) / 5
    dreams = np.clip(dreams + 0.02 * slopes / np.abs(slopes).max(axis=(1, 2, 3), keepdims=True), 0, 1)
dreamt = F.softmax(smile_net(dlcourse.tensor(dreams)), dim=1).detach().numpy()[[0, 1], goals]
plots.image_grid(dreams, titles=[f"{name}, {p:.1%} sure" for name, p in zip(faces.class_names, dreamt)]);

# %% tags=["claim"]
assert dreamt.min() > 0.9

# %% [markdown] id="climb-talk"
# The network is sure about both, and neither is a face. (The slopes were blurred a little at each step, or there would be only speckles.) But look at the bows: in the left picture the ends hang, in the right one they rise. The network was never asked whether there is a face at all; it only learnt what makes the difference. Keep this in mind for the last part of the lesson.

# %% [markdown] id="saliency-text"
# ## Which pixels mattered?
#
# The same slopes answer another question. For a given image, how much would the score change if a pixel changed a little? Pixels with a large slope, of either sign, matter. This is a **saliency map** (Simonyan, Vedaldi and Zisserman, 2013). Write the function; `slopes_of_score` is handed to it.

# %% exercise="saliency"

# %% [markdown] id="occlusion-text"
# The second way is cruder and more honest: cover a part of the image and look at what the network says then (**occlusion**; Zeiler and Fergus, 2013). Here a grey square of 7 × 7 pixels goes over the face, and we note how much the probability of "smiling" drops.

# %% id="occlusion"
def occlusion(image, size=7):
    """The drop of the probability of a smile, with the square's middle on each pixel."""
    covered = np.repeat(image[None], 1024, axis=0)
    for place in range(1024):
        row, column = divmod(place, 32)
        covered[place, 0, max(0, row - size // 2) : row + size // 2 + 1, max(0, column - size // 2) : column + size // 2 + 1] = image.mean()
    smiling = [F.softmax(smile_net(dlcourse.tensor(x)), dim=1).detach().numpy()[:, 1] for x in (image[None], covered)]
    return (smiling[0] - smiling[1]).reshape(32, 32)

happy = np.flatnonzero((faces.y_test == 1) & (answers == 1))[:5]
drops = [occlusion(faces.x_test[i]) for i in happy]
saliencies = exercises.get("saliency")(slopes_of_score, faces.x_test[happy], np.ones(5, dtype=int))

# %% id="occlusion-plot"
fig, axes = plt.subplots(3, 5, figsize=(10, 6.2))
for column, i in enumerate(happy):
    axes[0, column].imshow(faces.x_test[i, 0], cmap="gray")
    axes[1, column].imshow(saliencies[column], cmap="Blues", vmin=0, vmax=1)
    drawn = axes[2, column].imshow(drops[column], cmap="PuOr_r", vmin=-1, vmax=1)
for ax in axes.flat:
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set_visible(True)
    ax.grid(False)
for ax, name in zip(axes[:, 0], ("face", "saliency", "occlusion")):
    ax.set_ylabel(name)
fig.colorbar(drawn, ax=axes[2], label="drop of P(smile)");

# %% tags=["claim"]
below = np.mean([s[14:].sum() / s.sum() for s in saliencies])
assert below > 0.6 and np.median([np.unravel_index(d.argmax(), d.shape)[0] for d in drops]) >= 14

# %% [markdown] id="occlusion-talk"
# Both point to the mouth, in some faces more clearly than in others. It need not have been so: if all smiling faces in our set had worn glasses, the network would have learnt glasses, with the same accuracy, and only such a picture would have told us. Saliency is a slope: it says what a *tiny* change does, and looks ragged. Occlusion says what happens when a whole region is gone, and costs a thousand runs of the network for each picture.

# %% [markdown] id="adversarial-text"
# ## A digit that fools the network
#
# The slope can be used against the network. Take the slope of the *loss* with respect to the pixels, and move every pixel by the same small amount in the direction that makes the loss larger. No pixel changes much, but all of them pull at the same rope: this is the *fast gradient sign method* (Goodfellow, Shlens and Szegedy, 2014).

# %% exercise="adversarial_step"

# %% id="adversarial"
def slopes_of_loss(images, labels):
    pixels = dlcourse.tensor(images, requires_grad=True)
    F.cross_entropy(cnn(pixels), dlcourse.tensor(labels)).backward()
    return pixels.grad.numpy()

def fooled(epsilon):
    return exercises.get("adversarial_step")(digits.x_test, slopes_of_loss(digits.x_test, digits.y_test), epsilon).astype(np.float32)

strengths = [0, 0.05, 0.1, 0.15, 0.2, 0.25]
rng = np.random.default_rng(dlcourse.seed())
attacked = [100 * training.evaluate(cnn, fooled(e), digits.y_test).accuracy for e in strengths]
noisy = [100 * training.evaluate(cnn, np.clip(digits.x_test + e * rng.choice([-1, 1], digits.x_test.shape), 0, 1), digits.y_test).accuracy
         for e in strengths]
plots.plot_curves(strengths, {"random signs": noisy, "signs of the slope": attacked}, "change of each pixel (black 0, white 1)", "right, %");

# %% tags=["claim"]
assert noisy[3] > 90 and attacked[3] < noisy[3] - 25 and attacked[5] < attacked[2] < attacked[0]

# %% id="adversarial-pictures"
turned = fooled(0.15)
now = training.predict(cnn, turned)
shown = np.flatnonzero((training.predict(cnn, digits.x_test) == digits.y_test) & (now != digits.y_test))[:10]
plots.image_grid(np.concatenate([digits.x_test[shown], turned[shown]]), columns=10,
                 titles=[*digits.y_test[shown], *(f"→ {k}" for k in now[shown])]);

# %% [markdown] id="adversarial-talk"
# The same amount of *random* change does little. Chosen well, it ruins the network. Above, ten digits that were read correctly; below, what they are taken for after a change of 0.15 on each pixel. You still read them without effort. On photographs, with their hundred thousand pixels, a change that nobody can see is enough.
#
# This is no fault of convolution. A function that is close to linear in many dimensions can be moved far by many small steps in the right direction. One defence is to train on such images, too. None is perfect.

# %% [markdown] id="mnist-text"
# ## MNIST, to ninety-nine per cent
#
# The dense network of lesson 05 ended at about one error in a hundred. Can a convolutional one be below that, with fewer weights and fewer epochs? (This section needs MNIST, 12 MB. Without it, it says so, and you go on with *One network, many uses*.)

# %% id="mnist-load" tags=["mnist"]
mnist = data.load_mnist(required=False)
if mnist:
    print(mnist)
    train_x, check_x, train_y, check_y = data.train_test_split(mnist.x_train, mnist.y_train, 5000, stratify=True)

# %% id="mnist-network" tags=["mnist"]
def mnist_network():
    return nn.Sequential(nn.Conv2d(1, 8, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.BatchNorm2d(8),
                         nn.Conv2d(8, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.BatchNorm2d(16),
                         nn.Flatten(), nn.Linear(400, 64), nn.ReLU(), nn.Linear(64, 10))

if mnist:
    best, history = mnist_network(), training.History()
    optimizer = optim.SGD(best.parameters(), lr=0.1, momentum=0.9)
    schedule = optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.1, epochs=4, steps_per_epoch=-(-len(train_x) // 128),
                                             pct_start=0.2, cycle_momentum=False)
    print(f"{sum(p.data.size for p in best.parameters()):,} parameters; the dense network of lesson 05 has 229,735")

def one_epoch():
    training.fit(best, (train_x, train_y), nn.CrossEntropyLoss(), optimizer, epochs=1, batch_size=128, scheduler=schedule,
                 augment=lambda x, rng: data.random_shift(x, rng, pixels=1), validation=(check_x, check_y), history=history, progress=False)
    print(f"epoch {len(history)}: loss {history.train_loss[-1]:.3f}, validation error {1 - history.val_accuracy[-1]:.2%}")

# %% tags=["claim", "mnist"]
if mnist:
    assert sum(p.data.size for p in best.parameters()) < 229_735 / 7

# %% [markdown] id="mnist-epochs"
# The recipe is that of lesson 05: momentum, a rate that rises and falls, images shifted by up to a pixel. Only four epochs, one in each cell, so that you can watch. (To begin anew, run the cell above again.)

# %% id="mnist-1" tags=["mnist"]
if mnist:
    one_epoch()

# %% id="mnist-2" tags=["mnist"]
if mnist:
    one_epoch()

# %% id="mnist-3" tags=["mnist"]
if mnist:
    one_epoch()

# %% id="mnist-4" tags=["mnist"]
if mnist:
    one_epoch()

# %% id="mnist-test" tags=["mnist", "nbval-ignore-output"]
if mnist:
    test_answers = training.predict(best, mnist.x_test)
    missed = np.flatnonzero(test_answers != mnist.y_test)
    print(f"{100 - len(missed) / 100:.2f} % of the test images right, after {sum(history.seconds):.0f} seconds of training")
    plots.image_grid(mnist.x_test[missed[:30]], titles=[f"{mnist.y_test[i]} → {test_answers[i]}" for i in missed[:30]], columns=10)

# %% tags=["claim", "mnist"]
if mnist:
    assert len(missed) <= 100

# %% [markdown] id="mnist-talk"
# Above 99 %, with less than a seventh of the weights and a sixth of the epochs. LeNet-5 had 99.05 % in 1998, and 99.2 % with distorted images, after days on a workstation of its time. Some of the errors that are left, you would make, too.

# %% [markdown] id="uses-text"
# ## One network, many uses
#
# **Detection.** Where in a picture are the digits, and which? The simplest way: take the network for one digit and slide it over the picture, as we slid a filter. Your `im2col` cuts out the windows. Six digits on a strip:

# %% id="detection"
rng = np.random.default_rng(dlcourse.seed())
strip, true_places = np.zeros((1, 1, 8, 72), np.float32), [2, 13, 25, 37, 50, 62]
picked = rng.choice(len(digits.x_test), 6, replace=False)
for place, i in zip(true_places, picked):
    strip[0, 0, :, place : place + 8] = digits.x_test[i, 0]
windows = exercises.get("im2col")(strip, 8).reshape(-1, 1, 8, 8).astype(np.float32)
sure = F.softmax(cnn(dlcourse.tensor(windows)), dim=1).detach().numpy()
fig, axes = plt.subplots(2, 1, figsize=(11, 4.2), height_ratios=(1, 2), sharex=True)
axes[0].imshow(strip[0, 0], cmap="gray", aspect="auto")
axes[1].imshow(sure.T, cmap="Blues", aspect="auto", vmin=0, vmax=1)
axes[1].plot(true_places, digits.y_test[picked], "s", color="#D55E00", fillstyle="none", markersize=14)
axes[1].set(xlabel="left column of the window", ylabel="digit", yticks=range(10))
axes[0].set(yticks=[], title="the strip; below, the probability of each digit in each window (the darker, the surer)")
for ax in axes:
    ax.grid(False)

# %% tags=["claim"]
assert np.mean(sure[true_places].argmax(axis=1) == digits.y_test[picked]) >= 5 / 6
between = [p for p in range(65) if min(abs(p - q) for q in true_places) >= 3]
assert sure[between].max(axis=1).mean() > 0.5

# %% [markdown] id="detection-talk"
# The orange squares mark the true digits. There, where a window sits on a digit, the network is right, or nearly always. But between the digits it is often just as sure, of nonsense: it must choose among ten, and "nothing" is not among them. A detector needs that class as well, examples of it, and, for objects of all sizes, windows of all sizes. The R-CNN family (from 2014) and YOLO (2016) do it in one pass: they share the convolutions of all windows, which overlap anyway, and predict a box for each place.
#
# **Segmentation** goes further: a class for *each pixel*. Leave out the dense layers, and a network of convolutions gives a map instead of a word (Long, Shelhamer and Darrell, 2014). The U-Net (2015) joins coarse maps, which know what, with fine ones, which know where.
#
# **Faces.** DeepFace (Facebook, 2014) said whether two photographs show the same person, right in 97.35 % of the pairs of a well-known test; people reach 97.5 %. Systems have left that test behind since, and what may be done with them has become a question of law.
#
# **Colour.** Iizuka, Simo-Serra and Ishikawa (2016) let a network colour black-and-white photographs: grey in, two colour channels out. Training took about three weeks on a graphics card of the time, colouring one picture a second.
#
# **Upscaling.** Make a small image large. The classical way, *bicubic* interpolation, lays smooth curves through the pixels. A network can do better, if it knows what images look like. That is small enough to try: faces of 16 × 16 pixels, back to 32 × 32. The network reads the small image and gives four numbers for each of its pixels: what to add to the bicubic picture in each pixel of a square of 2 × 2 (times 10, so that the numbers are not tiny).

# %% id="upscaling"
from scipy.ndimage import zoom

def small_and_bicubic(images):
    small = images.reshape(-1, 1, 16, 2, 16, 2).mean(axis=(3, 5))
    large = [zoom(image, 2, order=3, mode="nearest", grid_mode=True) for image in small[:, 0]]
    return small, np.clip(large, 0, 1).astype(np.float32)[:, None]

def to_channels(images):
    """The four pixels of each square of 2 × 2 as four channels of a small image."""
    return images.reshape(-1, 16, 2, 16, 2).transpose(0, 2, 4, 1, 3).reshape(-1, 4, 16, 16)

def from_channels(maps):
    return maps.reshape(-1, 2, 2, 16, 16).transpose(0, 3, 1, 4, 2).reshape(-1, 1, 32, 32)

clean, clean_test = (data.make_faces(n, seed=[dlcourse.seed(), n])[0] for n in (2000, 300))
(small, rough), (small_test, rough_test) = small_and_bicubic(clean), small_and_bicubic(clean_test)

# %% id="upscaling-train"
dlcourse.manual_seed(dlcourse.seed())              # so that the numbers below are the same with MNIST and without
upscaler = nn.Sequential(nn.Conv2d(1, 24, 5, padding=2), nn.ReLU(), nn.Conv2d(24, 4, 3, padding=1))
training.fit(upscaler, (small, 10 * to_channels(clean - rough)), nn.MSELoss(), optim.Adam(upscaler.parameters(), lr=5e-3),
             epochs=10, batch_size=32, progress=False)
better = rough_test + from_channels(upscaler(dlcourse.tensor(small_test)).detach().numpy()) / 10
errors = [1000 * np.mean((x - clean_test) ** 2) for x in (rough_test, better)]
print(f"mean squared error, in thousandths: bicubic {errors[0]:.2f}, network {errors[1]:.2f}")

# %% id="upscaling-plot"
blocks = small_test.repeat(2, axis=2).repeat(2, axis=3)
fig, axes = plt.subplots(2, 4, figsize=(9, 5))
for row, i in zip(axes, (0, 4)):
    for ax, picture, name in zip(row, (blocks[i], rough_test[i], better[i], clean_test[i]), ("small", "bicubic", "network", "original")):
        ax.imshow(picture[0], cmap="gray", vmin=0, vmax=1)
        ax.set(title=name, xticks=[], yticks=[])
        ax.grid(False)

# %% tags=["claim"]
assert errors[1] < 0.93 * errors[0]

# %% [markdown] id="upscaling-talk"
# The network learnt what is missing in the bicubic picture: the sharp rims. Its error is smaller. What it can't know, it makes up, and what it makes up looks plausible: not a thing to do with evidence. (The noise in the original, nobody can bring back.)

# %% [markdown] id="family-text"
# ## The family
#
# Since LeNet, the plan has stayed, and everything grew:
#
# | network | year | layers with weights | parameters | operations, for one image | what was new |
# | --- | --- | --- | --- | --- | --- |
# | LeNet-5 | 1998 | 5 | 0.06 million | 0.0008 GFLOP | the plan |
# | AlexNet | 2012 | 8 | 61 million | 1.4 GFLOP | ReLU, dropout, GPUs, a million photographs |
# | VGG-16 | 2014 | 16 | 138 million | 31 GFLOP | 3 × 3 filters only |
# | GoogLeNet | 2014 | 22 | 7 million | 3 GFLOP | filters of several sizes side by side; no large dense layers |
# | ResNet-152 | 2015 | 152 | 60 million | 22.6 GFLOP | shortcuts around layers |
#
# (A GFLOP is a billion operations; a multiplication and an addition count as two here. With such counts one must ask; many papers count them as one, and have half of it. All but LeNet-5 take photographs of 224 × 224 pixels.) Let's check one line, VGG-16, from its list of layers:

# %% id="vgg"
plan = [64, 64, "pool", 128, 128, "pool", 256, 256, 256, "pool", 512, 512, 512, "pool", 512, 512, 512, "pool"]
side, channels, weights, operations = 224, 3, 0, 0
for filters in plan:
    if filters == "pool":
        side //= 2
        continue
    in_layer = exercises.get("count_conv_parameters")(channels, filters, 3)
    weights += in_layer
    operations += 2 * filters * channels * 9 * side**2       # each weight, at each place, a product and a sum
    channels = filters
in_convolutions = weights
for inputs, outputs in ((512 * 7 * 7, 4096), (4096, 4096), (4096, 1000)):
    weights += (inputs + 1) * outputs
    operations += 2 * inputs * outputs
print(f"VGG-16: {weights:,} parameters, {operations / 1e9:.1f} GFLOP; the last map is {side} × {side}")
print(f"of these weights, {1 - in_convolutions / weights:.0%} are in the three dense layers")

# %% tags=["claim"]
assert weights == 138_357_544 and round(operations / 1e9) == 31 and side == 7
lenet5 = [(1, 6, 5, 28), (6, 16, 5, 10)]
dense_part = [(400, 120), (120, 84), (84, 10)]
assert sum(exercises.get("count_conv_parameters")(c, f, k) for c, f, k, _ in lenet5) + sum((m + 1) * n for m, n in dense_part) == 61_706
assert round(2 * (sum(c * f * k * k * s * s for c, f, k, s in lenet5) + sum(m * n for m, n in dense_part)) / 1e9, 4) == 0.0008

# %% [markdown] id="family-talk"
# Nine tenths of the weights sit in the dense layers, nearly all of the work in the convolutions. No wonder that GoogLeNet and ResNet left the large dense layers out.
#
# And why did depth stop at some twenty layers, before ResNet? Deeper networks had *larger training errors*: not overfitting, they could not be trained. He and colleagues let each block compute a *change*, and add it to what came in: $y = x + f(x)$. A block that has nothing to say can leave $f$ near zero, and the slope always finds a straight way back, past all blocks. You have met the sum before, in lesson 04: it hands the slope on to both sides unchanged. Here are thirty dense layers, plain and with such shortcuts, and the slope that arrives at the first one:

# %% id="residual"
def first_slope(shortcut, depth=30, width=32):
    layers = [nn.Linear(width, width) for _ in range(depth)]
    h = dlcourse.randn(64, width)
    for layer in layers:
        h = h + layer(h).relu() * 0.2 if shortcut else layer(h).relu()
    (h * h).mean().backward()
    return float(np.abs(layers[0].weight.grad.numpy()).mean() / np.abs(layers[-1].weight.grad.numpy()).mean())

plain, short = first_slope(False), first_slope(True)
print(f"slope at the first layer / slope at the last: plain {plain:.0e}, with shortcuts {short:.1f}")

# %% tags=["claim"]
assert plain < 1e-3 and 0.03 < short < 30

# %% [markdown] id="family-since"
# Since 2020, *vision transformers* cut an image into patches (an im2col with stride 16!) and relate all patches to each other. On very much data they are as good or better; convolutions are still the thrifty choice where data or power are scarce, and many networks mix both.

# %% [markdown] id="mine-text"
# ## A convolutional network of your own
#
# By now you have written every part of one. `mine` hands out your answer where it passed its check (it is checked again), and the course's otherwise, and says which. The network: eight filters of 3 × 3, ReLU, max pooling, one dense layer. No engine.

# %% id="mine" tags=["nbval-ignore-output"]
from dlcourse import mine

parts = ["conv2d", "conv2d_backward", "max_pool2d", "max_pool2d_backward", "balanced_accuracy",
         "relu_backward", "linear_backward", "softmax_cross_entropy_backward", "train_epoch"]
for part in parts:
    getattr(mine, part)

# %% [markdown] id="own-forward-text"
# 8 × 8 pixels become 8 maps of 6 × 6, pooled to 3 × 3: 72 numbers for the dense layer. The way back takes the same stations in the other order.

# %% id="own-gradient"
def own_forward(parameters, x):
    """Everything that is computed on the way: sums, pooled maps, flat inputs of the dense layer, scores."""
    w, b, W, c = parameters
    z = mine.conv2d(x, w, b)
    pooled = mine.max_pool2d(np.maximum(z, 0), 2)
    flat = pooled.reshape(len(x), -1)
    return z, pooled, flat, flat @ W.T + c

def own_gradient(parameters, x, y):
    """The slopes of the mean cross-entropy, for filters, their biases, dense weights, their biases."""
    w, _, W, _ = parameters
    z, pooled, flat, scores = own_forward(parameters, x)
    d_scores = mine.softmax_cross_entropy_backward(scores, y)
    d_flat, d_W, d_c = mine.linear_backward(d_scores, flat, W)
    d_maps = mine.max_pool2d_backward(d_flat.reshape(pooled.shape), np.maximum(z, 0), 2)
    _, d_w, d_b = mine.conv2d_backward(mine.relu_backward(d_maps, z), x, w)
    return [d_w, d_b, d_W, d_c]

# %% [markdown] id="own-check-text"
# You know the habit. The engine differentiates the same network:

# %% id="own-check"
rng = np.random.default_rng(dlcourse.seed())
parameters = [rng.normal(0, np.sqrt(2 / 9), (8, 1, 3, 3)), np.zeros(8), rng.normal(0, np.sqrt(1 / 72), (10, 72)), np.zeros(10)]
x10, y10 = digits.x_train[:10].astype(float), digits.y_train[:10]
w, b, W, c = (dlcourse.tensor(p, requires_grad=True) for p in parameters)
maps = F.max_pool2d(F.relu(F.conv2d(dlcourse.tensor(x10), w, b)), 2)
F.cross_entropy(F.linear(maps.reshape(10, 72), W, c), dlcourse.tensor(y10)).backward()
for name, tensor, own in zip("wbWc", (w, b, W, c), own_gradient(parameters, x10, y10)):
    print(name, "agrees" if np.allclose(tensor.grad.numpy(), own) else "DIFFERS")

# %% tags=["claim"]
assert all(np.allclose(t.grad.numpy(), g) for t, g in zip((w, b, W, c), own_gradient(parameters, x10, y10)))

# %% [markdown] id="own-training-text"
# Then train. Ten epochs at rate 0.2 and five at 0.04. Two details matter without batch norm and momentum: the mean grey level is subtracted from all images, since numbers that are all positive pull all weights the same way; and the batches have 50 digits, which leaves 47 for the last one. (With batches of 32, only 3 would be left, and a step on 3 digits, as long as all others, throws the network back at the end of every epoch. I lost some time over this.)

# %% id="own-training"
grey = digits.x_train.mean()
images, test_images = digits.x_train.astype(float) - grey, digits.x_test.astype(float) - grey
own_errors = []
for rate in [0.2] * 10 + [0.04] * 5:
    parameters = mine.train_epoch(parameters, own_gradient, images, digits.y_train, rate, 50, rng)
    own_errors.append(100 * np.mean(own_forward(parameters, images)[-1].argmax(axis=1) != digits.y_train))
plots.plot_curves(np.arange(1, 16), {"your network": own_errors}, "epoch", "training digits read wrongly, %");

# %% id="own-test" tags=["nbval-ignore-output"]
own_answers = own_forward(parameters, test_images)[-1].argmax(axis=1)
share = mine.balanced_accuracy(digits.y_test, own_answers)
print(f"{share:.1%} of the test digits are read correctly (mean over the ten classes)")
plots.weight_pictures(parameters[0].reshape(8, 9), columns=8);

# %% tags=["claim"]
assert np.mean(own_answers == digits.y_test) > 0.91 and own_errors[-1] < 7

# %% [markdown] id="own-talk"
# Eight filters that you taught, in plain NumPy: 810 numbers, and they read more than nine in ten digits. (The dense network at the top of the lesson has 4,810.)
#
# *If you want to go on:* a second convolution takes five more lines. Or replace `mine.conv2d` by a product with your `im2col`, and look at the clock.

# %% id="progress" tags=["nbval-ignore-output"]
progress()

# %% [markdown] id="recap"
# ## Recap
#
# - An image is an array of numbers, and a shift of one pixel changes nearly all of them. A **convolution** looks at small patches, with the *same* weights everywhere: it is one small dense layer, used at each place.
# - Size of the output: $\lfloor (n + 2p - d(k-1) - 1)/s \rfloor + 1$. Weights: $F(Ck^2 + 1)$, however large the image is.
# - Move the image, and the maps move along (**equivariance**). **Pooling** forgets small shifts (some **invariance**). Each layer sees farther: the **receptive field**.
# - **Backward**, shared weights add up their slopes over all places, and a maximum sends its slope to the winner. **im2col** turns the loops into one matrix product; our engine repeats the image for the window's columns only.
# - On faces where a shape matters and no single pixel does, a linear classifier is hardly better than a coin; a small CNN sees nearly all smiles. With **unbalanced** classes, look at the share in each class.
# - Filters, best patches, saliency and occlusion show what a network looks at. The slope of the loss with respect to the pixels can fool it.
#
# ## Where to read on
#
# - Yann LeCun, Léon Bottou, Yoshua Bengio and Patrick Haffner, [Gradient-based learning applied to document recognition](https://doi.org/10.1109/5.726791), 1998. LeNet-5, MNIST, and the bank's cheques.
# - Alex Krizhevsky, Ilya Sutskever and Geoffrey Hinton, [ImageNet classification with deep convolutional neural networks](https://papers.nips.cc/paper/4824-imagenet-classification-with-deep-convolutional-neural-networks), 2012.
# - Kaiming He, Xiangyu Zhang, Shaoqing Ren and Jian Sun, [Deep residual learning for image recognition](https://arxiv.org/abs/1512.03385), 2015.
# - Matthew Zeiler and Rob Fergus, [Visualizing and understanding convolutional networks](https://arxiv.org/abs/1311.2901), 2013. Feature maps, best patches, occlusion.
# - Ian Goodfellow, Jonathon Shlens and Christian Szegedy, [Explaining and harnessing adversarial examples](https://arxiv.org/abs/1412.6572), 2014.
# - Paul Viola and Michael Jones, [Robust real-time face detection](https://doi.org/10.1023/B:VISI.0000013087.49260.fb), 2004. Rectangles, boosting, the cascade.
#
# **Next:** lesson 07, *Frameworks*. Our engine took PyTorch's names on purpose. What changes when the import line says `torch`?
