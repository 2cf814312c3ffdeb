# ---
# jupyter:
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
#   dlcourse:
#     lesson: "03"
#     title: Stochastic gradient descent
#     reading_minutes: 85
#     prerequisites: ["02"]
#     data: "toy sets and scikit-learn's digits, both offline"
#     gpu: false
# ---

# %% [markdown] id="promise"
# **What you can do at the end.** In lesson 02, a loss said how wrong a model is. Now we make it smaller. You can find the slope of any function by nudging, and say how far to trust it; walk downhill
# with a step size that neither crawls nor explodes; tell a valley from a saddle; fit a line by looking at a few points at a time, and say what that costs; and take the walk apart that nearly
# everybody uses today, Adam, into the four ideas that it is made of. You will have written each of these walks yourself. You need the squared loss of lesson 02, and from school the derivatives of $x^2$ and $\sin x$.
#
# Reading and running takes about 85 minutes. The ten exercises take one to two hours more; a good place for a break is before *The ravine*.

# %% [markdown] id="opening-text"
# ## Two walkers, one valley
#
# Sixty points that lie near the line $y = 2x$. We look for the line $wx + b$ with the smallest mean squared error. Each pair $(w, b)$ is a place on a map, and the loss is its height there. Two walkers start at the same place, $w = 0$
# and $b = 8$. Both take 80 steps. Both see nothing but the slope under their feet. (Run the two cells and look at the picture. By the end of the lesson you'll be able to read every line of them.)

# %% id="opening-data"
from dlcourse import data, plots, widgets
from dlcourse.widgets.race import walk

rng = np.random.default_rng(dlcourse.seed())
x = rng.uniform(2, 6, 60)
y = 2 * x + rng.normal(0, 0.7, 60)

def line_loss(w, b):
    """The mean squared error of the line w x + b; w and b are numbers, or arrays for a whole map."""
    w, b = np.asarray(w)[..., None], np.asarray(b)[..., None]
    return np.mean((w * x + b - y) ** 2, axis=-1)

def slopes(w, b):
    """How fast the loss changes with w, and with b."""
    error = w * x + b - y
    return 2 * np.mean(error * x), 2 * np.mean(error)

plain = walk(lambda p: optim.SGD(p, lr=0.045), slopes, start=(0, 8), steps=80)
clever = walk(lambda p: optim.SGD(p, lr=0.045, momentum=0.9), slopes, start=(0, 8), steps=80)

# %% id="opening-picture"
fig, axes = plt.subplots(1, 2, figsize=(11.5, 4.6))
axes[0].plot(x, y, "o", markersize=4, color="grey")
ends = np.array([0, 6])
for (w, b), name, style in ((plain[0], "start", "k:"), (plain[-1], "plain, step 80", "C1-"), (clever[-1], "clever, step 80", "C2--")):
    axes[0].plot(ends, w * ends + b, style, label=name)
axes[0].set(xlabel="$x$", ylabel="$y$")
axes[0].legend()
plots.plot_surface(line_loss, (-0.6, 3.6), (-6, 10), {"plain": plain, "clever": clever}, ax=axes[1], xlabel="$w$", ylabel="$b$",
                   label="loss");

# %% tags=["claim"]
least = line_loss(*np.polyfit(x, y, 1))
assert line_loss(*plain[-1]) - least > 10 * (line_loss(*clever[-1]) - least)
assert abs(plain[-1][0] - 2) > 0.5 and abs(clever[-1][0] - 2) < 0.4
assert line_loss(0, 8) > line_loss(*plain[-1]) > line_loss(*clever[-1])

# %% [markdown] id="opening-question"
# The darker the map, the lower the loss. A ring marks the start, a star the place after 80 steps. The map has a dark gorge in it, long and narrow. The *plain* walker is in it after a few steps, and then crawls. The *clever* one swings to and fro, and gets to the end.
#
# Three questions come out of this picture, and they make the lesson:
#
# 1. How do you find the slope under your feet? And why not look around instead, without any slopes?
# 2. How large should a step be?
# 3. What does the clever walker do with the same slopes?
#
# There is a fourth one, which the picture hides: each step looked at all sixty points. What if there were sixty million?

# %% [markdown] id="nudge-text"
# ## A slope, found by nudging
#
# We go down to one dimension, and take a function that we can work out by hand:
#
# $$ f(x) = x^2 - 6x + 5 $$
#
# We stand at $x = 15$. How steep is it here? Take a small step $h$ to the right, and divide the rise by the length of the step. This is the **forward difference**.

# %% id="nudge-forward"
def f(x):
    return x**2 - 6 * x + 5

for h in (1, 0.1, 0.01, 0.001):
    print(f"h = {h:<6g} slope {(f(15 + h) - f(15)) / h:.3f}")

# %% tags=["claim"]
for h in (1, 0.1, 0.01, 0.001):
    assert abs((f(15 + h) - f(15)) / h - (24 + h)) < 1e-6

# %% [markdown] id="nudge-talk"
# School says $f'(x) = 2x - 6$, so the slope at 15 is **24**. The forward difference says 24 *and h*. That's no accident. The curve bends upwards, so the rise over a step to the right is a little more than the slope where we stand.
#
# **Before you read on:** how could we get rid of that error, without making $h$ smaller?

# %% [markdown] id="nudge-central-text"
# Step to the left as well. There, the bend makes the slope come out too *small*, by the same amount. So compare the two sides, and the errors cancel. This is the **central difference**:
#
# $$ f'(x) \approx \frac{f(x + h) - f(x - h)}{2h} $$

# %% id="nudge-central"
for h in (1, 0.1, 0.01, 0.001):
    print(f"h = {h:<6g} slope {(f(15 + h) - f(15 - h)) / (2 * h):.3f}")

# %% tags=["claim"]
for h in (1, 0.1, 0.01, 0.001):
    assert abs((f(15 + h) - f(15 - h)) / (2 * h) - 24) < 1e-6

# %% [markdown] id="nudge-exercise-text"
# Even a step of 1 gives the right slope. Write it for any function:

# %% exercise="central_difference"

# %% [markdown] id="error-text"
# ## How wrong is a nudge?
#
# A parabola flatters us: its two errors cancel *exactly*. Let's take a function with more of a bend, $\sin x$ at $x = 1$, where the true slope is $\cos 1$, and measure the error of both differences, for nudges from a tenth down to $10^{-15}$.

# %% id="error-measured"
h = 10.0 ** np.arange(-1, -15.1, -0.25)
forward_error = np.abs((np.sin(1 + h) - np.sin(1)) / h - np.cos(1))
central_error = np.abs((np.sin(1 + h) - np.sin(1 - h)) / (2 * h) - np.cos(1))
plots.plot_curves(h, {"forward": forward_error, "central": central_error}, "nudge $h$", "error of the slope", logx=True, logy=True);

# %% id="error-fitted"
large = h >= 1e-4                                     # the straight part, on the right
for name, error in (("forward", forward_error), ("central", central_error)):
    slope = np.polyfit(np.log10(h[large]), np.log10(error[large]), 1)[0]
    print(f"{name}: error falls like h to the power {slope:.2f}")

# %% tags=["claim"]
fitted = [np.polyfit(np.log10(h[large]), np.log10(e[large]), 1)[0] for e in (forward_error, central_error)]
assert abs(fitted[0] - 1) < 0.02 and abs(fitted[1] - 2) < 0.02
assert 1e-10 < h[forward_error.argmin()] < 1e-6 and 1e-7 < h[central_error.argmin()] < 1e-4
assert forward_error[-1] > 1e-3 and central_error[-1] > 1e-3
assert central_error.min() < forward_error.min()
at_a_tenth, at_a_hundredth = central_error[0], central_error[4]
assert abs(at_a_tenth / at_a_hundredth - 100) < 1 and abs(forward_error[0] / forward_error[4] - 10) < 0.5

# %% [markdown] id="error-talk"
# Read the picture from the right. Both axes are logarithmic, so a straight line is a power of $h$. A nudge ten times as small makes the forward error ten times as small (slope 1), and the central error a *hundred* times as small (slope 2). In short: the errors are $O(h)$ and $O(h^2)$, "of the order of $h$", and of $h^2$.
# Taylor's series says why. It puts the value beside $x$ together from what $f$ does at $x$ itself: its value, its slope $f'$, its bend $f''$, and so on.
#
# $$ f(x \pm h) = f(x) \pm h f'(x) + \tfrac{h^2}{2} f''(x) \pm \tfrac{h^3}{6} f'''(x) + \dots $$
#
# The forward difference keeps an error of $\frac{h}{2} f''$, the bend. In the central one all even terms cancel, and the first one left is $\frac{h^2}{6} f'''$.
#
# Then, on the left, something goes wrong: the smaller the nudge, the *larger* the error. **What happens there?**

# %% id="error-rounding"
print(f"{np.sin(1 + 1e-15):.17f}")
print(f"{np.sin(1):.17f}")
print(f"a float64 holds about 16 digits: its relative step is {np.finfo(float).eps:.1e}")

# %% tags=["claim"]
assert 0 < np.sin(1 + 1e-15) - np.sin(1) < 2e-15

# %% [markdown] id="error-rounding-talk"
# The two values agree in all digits but the last ones, and these last ones are rounded. Subtracting leaves little more than the rounding, some $10^{-16}$, and dividing by $h$ blows it up: $10^{-16} / h$. That is the
# ragged line on the left, the **rounding floor**. So there is a best nudge, where the two errors meet: about $10^{-8}$ forwards, and $10^{-5}$ for the central difference, which is right to ten digits or so there. Keep that number: $h = 10^{-5}$, both sides.
#
# *To find out by changing the cell with the picture:* numbers of the type float32 have 7 digits. Write `h = h.astype(np.float32)` as its second line, and `np.float32(1)` for each 1 inside a sine. Where is the best nudge now? (The engine of this course computes in float32. When we check its slopes, in lesson 04, we switch to float64 for this reason.)

# %% [markdown] id="search-text"
# ## Why not search?
#
# We could do without slopes. Try places, and keep the best. A grid, say: ten values for each parameter. For our line, with two parameters, that makes $10^2$ places. For a network with a thousand parameters it makes $10^{1000}$, and there are only about $10^{80}$ atoms in the universe.
#
# So let's search with more sense. The classic is the **simplex method** of Nelder and Mead (1965). In the plane, it is a triangle that flips downhill: look at its three corners, reflect the worst one through the other two, stretch the step if it went well, shrink the triangle if it did not.
# It never asks for a slope. SciPy has it. We set it on a valley that will stay with us, $x^2 + 5y^2$.

# %% id="search-plane"
from scipy.optimize import minimize

def ravine(x, y):
    return x**2 + 5 * y**2

tried = []

def watched(place):
    tried.append(place)
    return ravine(*place)

found = minimize(watched, [-4, 2], method="Nelder-Mead")
ax = plots.plot_surface(ravine, (-5, 5), (-3, 3), label="height")
ax.plot(*np.array(tried).T, "o-", color="white", markersize=4, linewidth=0.7)
print(f"{len(tried)} places tried; the best one is {np.linalg.norm(found.x):.0e} from the minimum")

# %% tags=["claim"]
assert found.success and np.abs(found.x).max() < 1e-3 and 40 < len(tried) < 100

# %% [markdown] id="search-plane-talk"
# Every dot is a place that was tried. The triangle tumbles down into the middle, and then shrinks around the minimum. Fewer than a hundred trials for four digits, and no derivative: in the plane, that's hard to beat.
#
# Now more dimensions. We take the easiest function there is, a round bowl, $f(x) = x_1^2 + \dots + x_n^2$, and count how many places have to be tried until the height is a thousandth of what it was. We stop at 20,000.

# %% id="search-many"
def trials_needed(n, **options):
    """How many places Nelder-Mead tries in n dimensions; nan if 20,000 are not enough."""
    heights = []

    def bowl(place):
        heights.append(place @ place)
        return heights[-1]

    start = np.random.default_rng(dlcourse.seed()).normal(size=n)
    minimize(bowl, start, method="Nelder-Mead", options={"maxfev": 20_000, "maxiter": 20_000, **options})
    low = np.flatnonzero(np.array(heights) <= heights[0] / 1000)
    return low[0] + 1 if len(low) else np.nan

sizes = np.array([2, 4, 8, 16, 32, 64])
simplex = [trials_needed(n) for n in sizes]
adaptive = [trials_needed(n, adaptive=True) for n in sizes]

# %% [markdown] id="search-rival-text"
# And the rival: walk against the slope, with a step of a tenth of it. On this bowl each step multiplies every coordinate by 0.8, so 16 steps bring the height below a thousandth, whatever $n$ is. To be fair, we pay for the slopes: found by nudging, they cost $2n$ trials for each step.

# %% id="search-count"
steps = int(np.ceil(np.log(1000) / -np.log(0.8**2)))
curves = {"Nelder-Mead": simplex, "Nelder-Mead, adaptive": adaptive, "16 steps downhill": steps * 2 * sizes}
ax = plots.plot_curves(sizes, curves, "dimensions", "places tried", logx=True, logy=True)
ax.set_xticks(sizes, sizes)
ax.minorticks_off();

# %% tags=["claim"]
assert steps == 16 and 0.8 ** (2 * 16) < 1e-3 < 0.8 ** (2 * 15)
assert simplex[0] < steps * 2 * 2
assert not simplex[-1] < 8 * steps * 2 * 64 and not adaptive[-1] < 2 * steps * 2 * 64

# %% [markdown] id="search-talk"
# In two dimensions the triangle wins. Then its curve shoots up, and it breaks off where 20,000 trials are not enough, on the easiest function there is. At 64 dimensions, the slopes get there with 2,048. (SciPy's option `adaptive=True`, made for many dimensions by Gao and Han in 2012, moves the wall, but doesn't take it away.)
#
# Why? Each trial of the simplex replaces one corner out of $n + 1$. One number per trial says nearly nothing about $n$ directions, and after a while all corners lie nearly in one plane, so that whole directions are no longer looked at. A slope in $n$ dimensions, however it was found, says for *every* parameter at once which way is down.
#
# And $2n$ trials is what nudging costs. Lesson 04 gets all $n$ slopes for the price of a few trials. That is why networks with billions of parameters are trained with slopes, and not by search.

# %% [markdown] id="downhill-text"
# ## Downhill
#
# Back to $f(x) = x^2 - 6x + 5$ and $x = 15$. The slope is 24: positive, so it goes up to the right. We want down, so we go to the *left*. How far? Let's take the slope itself for the step.

# %% id="downhill-raw"
def slope(x):
    return 2 * x - 6

place = 15.0
for _ in range(4):
    print(f"at {place:g} the slope is {slope(place):g}, so we go to {place - slope(place):g}")
    place = place - slope(place)

# %% tags=["claim"]
assert slope(15) == 24 and 15 - slope(15) == -9 and -9 - slope(-9) == 15

# %% [markdown] id="downhill-raw-talk"
# From 15 to $-9$, right over the valley (its bottom is at $x = 3$), and up the other side to the same height. There the slope is $-24$, and back we go, for ever.
#
# The slope says which way is down. It doesn't say how far the valley reaches. So we take a small part of it only, the **learning rate** $\eta$ (eta):
#
# $$ x \leftarrow x - \eta \, f'(x) $$

# %% id="downhill-small"
place = 15.0
for step in range(4):
    place = place - 0.01 * slope(place)
    print(f"step {step + 1}: x = {place:.4f}, f(x) = {f(place):.2f}")

# %% tags=["claim"]
assert abs((15 - 0.01 * slope(15)) - 14.76) < 1e-12

# %% [markdown] id="downhill-exercise-text"
# 14.76, and a bit lower each time. This is **gradient descent**, the whole of it: look at the slope, take a step against it, look again. Write it so that it works for a number and, without a change, for an array of numbers.

# %% exercise="gradient_descent"

# %% [markdown] id="rate-text"
# ### Too small, good, too large
#
# The step of 0.01 was safe and slow. Twenty steps each, with three rates (`widgets.Descent` is the walk of the demo below, and does what your function does):

# %% id="rate-picture"
fig, axes = plt.subplots(1, 3, figsize=(12, 3.9), sharey=True)
for rate, ax in zip((0.01, 0.3, 1.02), axes):
    plots.plot_descent(f, widgets.Descent("parabola", lr=rate, steps=20).path, (-13, 19), ax=ax, title=f"rate {rate}")
    ax.label_outer()

# %% tags=["claim"]
ends = [widgets.Descent("parabola", lr=rate, steps=20).path[-1] for rate in (0.01, 0.3, 1.02)]
assert ends[0] > 10 and abs(ends[1] - 3) < 1e-6 and abs(ends[2] - 3) > 12

# %% [markdown] id="rate-talk"
# A rate that's **too small** wastes your time. A **good** one is at the bottom after a handful of steps. One that's **too large** overshoots and climbs the other side, each time higher. For this parabola we can say exactly where the limits are. The bottom is at 3. How far from it are we after a step?
#
# $$ x - \eta(2x - 6) - 3 = (1 - 2\eta)(x - 3) $$
#
# Each step multiplies the distance by $1 - 2\eta$. **Before you run the next cell:** for which rates does the distance shrink? Which rate is the best of all, and what happens between it and the limit?

# %% id="rate-distances"
steps = np.arange(31)
distances = {f"rate {rate}": np.abs(widgets.Descent("parabola", lr=rate, steps=30).path - 3) for rate in (0.1, 0.9, 0.3, 1.0, 1.02)}
plots.plot_curves(steps, distances, "step", "distance from the minimum", logy=True);

# %% tags=["claim"]
for name, distance in distances.items():
    assert np.allclose(distance[1:4] / distance[:3], abs(1 - 2 * float(name.split()[1])))
assert np.allclose(widgets.Descent("parabola", lr=0.5, steps=1).path, [15, 3])
assert np.allclose(distances["rate 0.1"], distances["rate 0.9"])

# %% [markdown] id="rate-distances-talk"
# Straight lines on a logarithmic axis: the distance shrinks by the same factor in each step. It shrinks for every rate between 0 and 1. The raw slope was rate 1, the edge, where it stays the same. The best rate is 0.5, which jumps to the bottom in a single step. Between 0.5 and 1, we land on the
# other side each time, and still get closer: 0.9 is as good as 0.1, so their curves lie on one another.
#
# What decides is how strongly the curve bends. Our parabola has the *curvature* $f'' = 2$. With a curvature $L$, the factor is $1 - \eta L$: **the rate has to stay below $2 / L$, and $1 / L$ is best.** The more it bends, the smaller the steps. Keep this; in the ravine it will explain everything.

# %% [markdown] id="flat-text"
# ## Where the slope is zero
#
# Gradient descent stops where the slope is zero. Is that the bottom? Here are nine walks on a curve with two valleys, $x^4 - 4x^2 + x$. They differ in nothing but their start.

# %% id="flat-two-valleys"
ground = widgets.Descent("two valleys").ground
starts = np.linspace(-2, 2, 9)
ends = [widgets.Descent("two valleys", lr=0.03, steps=100, start=s).path[-1] for s in starts]
line = np.linspace(-2.3, 2.3, 300)
fig, ax = plt.subplots()
ax.plot(line, ground.f(line), color="grey")
for s, end in zip(starts, ends):
    colour = "C0" if end < 0 else "C1"
    ax.plot(s, ground.f(s), "o" if end < 0 else "^", color=colour)
    ax.plot(end, ground.f(end), "*", color=colour, markersize=18)
ax.set(xlabel="$x$", ylabel="$f(x)$", title="same symbol, same end (the stars)");

# %% tags=["claim"]
ends_at = np.array(ends)
assert (ends_at[starts <= 0] < -1.4).all() and (ends_at[starts > 0.2] > 1.3).all()
assert ground.f(ends_at.min()) < -5 < -3 < ground.f(ends_at.max())

# %% [markdown] id="flat-two-valleys-talk"
# The dots end up in the left valley, which is the deepest place, the **global minimum**. The triangles end up in the right one, a **local minimum**: lower than everything around it, and still not the lowest. From the inside, the two look the same. The slope is zero, every small step leads up. **Gradient descent never guarantees the global minimum**: where you start
# decides where you end.
#
# Between the valleys is a **maximum**. The slope is zero there as well, but nobody stays: the least push to one side, and the walk goes down that side. There is one more kind of flat place on a line, a *ledge*. Go and look for all of them.

# %% [markdown] id="descent-play"
# ### Play: one curve, your rate
#
# *To find out by playing:*
#
# 1. The parabola: find the rate that arrives in one step, and the one that jumps to and fro for ever.
# 2. Two valleys, start at 2: which rate carries the walk *over* the hill into the deeper valley? Does it stay there?
# 3. Two valleys, start at 0.1 and at 0.2, rate 0.02. Why do these neighbours part?
# 4. The ledge, start at 2, rate 0.05, 60 steps. The slope is nearly zero and the walk seems to be over. Is it a minimum? What gets you off?

# %% id="descent-demo" tags=["nbval-ignore-output"]
widgets.descent()

# %% [markdown] id="saddle-text"
# ### Two dimensions: the saddle
#
# With two parameters, flat places come in three kinds. The arrows point downhill.

# %% id="saddle-maps"
kinds = {
    "minimum: $x^2 + y^2$": (lambda x, y: x**2 + y**2, lambda x, y: (2 * x, 2 * y)),
    "maximum: $-x^2 - y^2$": (lambda x, y: -(x**2) - y**2, lambda x, y: (-2 * x, -2 * y)),
    "saddle: $x^2 - y^2$": (lambda x, y: x**2 - y**2, lambda x, y: (2 * x, -2 * y)),
}
fig, axes = plt.subplots(1, 3, figsize=(12, 3.9))
for (name, (height, slopes_of)), ax in zip(kinds.items(), axes):
    plots.plot_slopes(height, slopes_of, (-2, 2), (-2, 2), ax=ax, title=name)

# %% [markdown] id="saddle-talk"
# Around a minimum all arrows come in, around a maximum all go out. The **saddle** is both: a valley if you walk along $x$, a hilltop if you walk along $y$. In the middle the slope is zero in every direction.
#
# A walk that comes down along $x$ runs straight into it. Let's do that on the surface $x^2 - y^2 + y^4 / 4$, with a saddle in the middle and a minimum on either side of it, starting a millionth beside the ridge, and watch the height:

# %% id="saddle-walk"
from dlcourse.widgets.race import SURFACES

saddle = SURFACES["saddle"]
way = walk(lambda p: optim.SGD(p, lr=0.05), saddle.gradient, start=(-2.5, 1e-6), steps=250)
on_ridge = walk(lambda p: optim.SGD(p, lr=0.05), saddle.gradient, start=(-2.5, 0), steps=250)
curves = {"a millionth beside the ridge": saddle.height(way), "exactly on the ridge": saddle.height(on_ridge)}
plots.plot_curves(np.arange(251), curves, "step", "height above the minimum");

# %% tags=["claim"]
height = saddle.height(way)
assert np.all(np.abs(height[30:115] - 1) < 0.02) and height[125] < 0.98 and height[-1] < 1e-6
assert abs(saddle.height(on_ridge)[-1] - 1) < 1e-6

# %% [markdown] id="saddle-walk-talk"
# After some thirty steps the curve is flat, and for ninety more nothing seems to happen. It looks finished. Then it falls again: all the while, the distance from the ridge grew by a tenth in every step, from a millionth to something that can be seen. Exactly *on* the ridge, the walk never gets away.
# A training curve that has gone flat may stand at a minimum or at a saddle; the curve alone doesn't tell.
#
# Which is more common? At a flat place, each direction bends up or down. A minimum needs *all* of them to bend up. The bends of a surface fill a symmetric matrix, and its *eigenvalues* are the curvatures along $n$ main directions. Let's roll dice: matrices with random entries, and count.

# %% id="saddle-count"
rng = np.random.default_rng(dlcourse.seed())
minima = {}
for n in range(1, 8):
    A = rng.normal(size=(20_000, n, n))
    bends = np.linalg.eigvalsh(A + A.transpose(0, 2, 1))      # the eigenvalues, lowest first
    minima[n] = np.mean((bends > 0).all(axis=1))
    print(f"{n} dimensions: {minima[n]:.2%} of the flat places are minima")

# %% tags=["claim"]
assert abs(minima[1] - 0.5) < 0.02 and 0.12 < minima[2] < 0.17 and minima[4] < 0.005 and minima[6] < 0.0005
assert all(minima[n] >= minima[n + 1] for n in range(1, 7))

# %% [markdown] id="saddle-count-talk"
# One in two, one in seven, one in forty, and at six dimensions there's hardly one left. A real loss isn't made of dice, so don't take the numbers for those of a network. But the direction is right, and it was measured for networks (Dauphin and colleagues, 2014): **with many parameters, flat places that are high up are saddles, nearly all of them**. The bad local minimum that people were afraid of
# for years is rare. What slows training down are plateaus. And a saddle has a way out, if something pushes you off the ridge. Remember this when the noise comes.

# %% [markdown] id="gradient-text"
# ## The gradient
#
# With several parameters there are several slopes, one for each: move that parameter alone, and hold the others still. These are the *partial derivatives*, $\frac{\partial f}{\partial x}$ and $\frac{\partial f}{\partial y}$. Put into one vector, they are the **gradient** $\nabla f$ (say "nabla f"). For our ravine:
#
# $$ f(x, y) = x^2 + 5y^2 \qquad \nabla f = \begin{pmatrix} 2x \\ 10y \end{pmatrix} $$
#
# It only looks along the axes. What about all the other directions? We stand at $(-4, 2)$ and measure: a tiny step into each of 360 directions, and how much it rises.

# %% id="gradient-directions"
here, tiny = np.array([-4.0, 2.0]), 1e-6
gradient = np.array([2 * here[0], 10 * here[1]])

degrees = np.arange(360)
directions = np.stack([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))])
rise = (ravine(*(here[:, None] + tiny * directions)) - ravine(*here)) / tiny
of_gradient = np.degrees(np.arctan2(gradient[1], gradient[0]))
print(f"steepest: {degrees[rise.argmax()]} degrees, {rise.max():.2f} up for each step of 1")
print(f"gradient: {of_gradient:.1f} degrees, length {np.linalg.norm(gradient):.2f}")
fig, axes = plt.subplots(1, 2, figsize=(11, 4.2))
plots.plot_slopes(ravine, lambda x, y: (2 * x, 10 * y), (-5, 5), (-3, 3), ax=axes[0])
axes[0].plot(*here, "o", color="C1", markersize=10)
plots.plot_curves(degrees, {"rise": rise}, "direction, degrees", "rise for each step of 1", ax=axes[1])
axes[1].axvline(of_gradient, color="C1", linestyle="--");

# %% tags=["claim"]
assert abs(degrees[rise.argmax()] - of_gradient) <= 0.5
assert abs(rise.max() - np.linalg.norm(gradient)) < 1e-2
assert np.allclose(rise, gradient @ directions, atol=1e-3)
assert abs(degrees[np.abs(rise).argmin()] - of_gradient) % 180 - 90 < 1

# %% [markdown] id="gradient-talk"
# On the right is what we measured at the orange dot, and the dashed line is the direction of the gradient. Two slopes along the axes, and they know everything: the gradient *points* to the steepest rise, and its *length* is how steep it is. Straight against it is the steepest way down (the arrows on the left). At a right angle to it the rise is zero: there you walk along a contour line, and so all arrows stand upright on the contours. (In any direction $u$ of length 1, the rise is $\nabla f \cdot u$, which is the cosine curve that you see.)
#
# So gradient descent in $n$ dimensions is the same line of code as before, and that's why your function works for arrays:
#
# $$ w \leftarrow w - \eta \, \nabla f(w) $$
#
# By nudging, the gradient is one central difference for each entry:

# %% exercise="numerical_gradient"

# %% [markdown] id="line-gradient-text"
# For the line, we don't have to nudge. The loss is the mean of $e_i^2$, with the error $e_i = w x_i + b - y_i$ at each point. Raise $w$ by a little: $e_i$ grows $x_i$ times as much, and $e_i^2$ grows $2e_i$ times as much as that. Raise $b$: the same without the $x_i$. So
#
# $$ \frac{\partial}{\partial w} = \frac{2}{n} \sum_i e_i x_i \qquad \frac{\partial}{\partial b} = \frac{2}{n} \sum_i e_i $$

# %% exercise="line_gradient"

# %% [markdown] id="line-gradient-check-text"
# A gradient worked out by hand can be wrong, and a nudge knows. Make it a habit to compare the two, at a place without meaning, before you use the formula:

# %% id="line-gradient-check"
w, b, h = 0.3, -1.2, 1e-5
print("by formula:", np.round(slopes(w, b), 6))
print("by nudging:", np.round([(line_loss(w + h, b) - line_loss(w - h, b)) / (2 * h),
                               (line_loss(w, b + h) - line_loss(w, b - h)) / (2 * h)], 6))

# %% tags=["claim"]
nudged = [(line_loss(w + h, b) - line_loss(w - h, b)) / (2 * h), (line_loss(w, b + h) - line_loss(w, b - h)) / (2 * h)]
assert np.allclose(nudged, slopes(w, b), rtol=1e-6)

# %% [markdown] id="batch-text"
# ## All points, or a few?
#
# Here is the fourth question. A loss over sixty million points has a gradient that is a mean over sixty million points. That's much work for a single step. Do we need all of them?
#
# Think of an opinion poll: a thousand people stand for a nation. So let some points stand for all of them. Here are 200 points near $y = 2x$, and what they say about the gradient at the start, $w = b = 0$.

# %% id="batch-clouds"
# From now on, line_loss and slopes see these points, too.
x, y = (values.ravel().astype(float) for values in data.noisy_line(200, seed=dlcourse.seed()))
error = 0 * x + 0 - y
one_by_one = np.stack([2 * error * x, 2 * error], axis=1)        # a gradient for each point, shape (200, 2)

rng = np.random.default_rng(dlcourse.seed())
in_batches = np.array([one_by_one[rng.integers(200, size=16)].mean(axis=0) for _ in range(200)])
fig, ax = plt.subplots(figsize=(6.4, 4.4))
ax.plot(*one_by_one.T, ".", color="C5", label="one point")
ax.plot(*in_batches.T, "^", color="C1", markersize=4, label="mean of 16 points")
ax.plot(*one_by_one.mean(axis=0), "k*", markersize=16, label="mean of all 200")
ax.set(xlabel="slope for $w$", ylabel="slope for $b$")
ax.legend();

# %% tags=["claim"]
assert np.all(in_batches.std(axis=0) < 0.4 * one_by_one.std(axis=0))
assert one_by_one.mean(axis=0)[0] < -1 and np.all(one_by_one[:, 0] < 0.5)

# %% [markdown] id="batch-clouds-talk"
# Each dot is the gradient that one single point would give. They scatter widely, above all for $b$. The means of 16 points scatter much less, and around the same star: the true gradient. A random batch tells the truth, with noise: it is too much now, too little then, and right on average.
#
# How does the noise depend on the size of the batch? **Guess first:** how many points do you need for half the noise? Then we measure it, with 2,000 random batches of each size.

# %% id="batch-noise"
sizes = 2 ** np.arange(10)
noise = [one_by_one[rng.integers(200, size=(2000, size)), 0].mean(axis=1).std() for size in sizes]
power = np.polyfit(np.log10(sizes), np.log10(noise), 1)[0]
print(f"slope of the line: {power:.2f}")
curves = {"measured": noise, "noise of one point, divided by $\\sqrt{B}$": noise[0] / np.sqrt(sizes)}
plots.plot_curves(sizes, curves, "batch size $B$", "noise of the slope for $w$", logx=True, logy=True);

# %% tags=["claim"]
assert abs(power + 0.5) < 0.02

# %% [markdown] id="batch-noise-talk"
# The slope is $-\frac{1}{2}$: the noise falls with the *root* of the batch size. Half the noise needs four times as many points, a tenth of it a hundred times as many. That's a bad bargain, and it is why small batches pay. Sixteen points give a rough direction; for one a hundred times sharper, you'd pay ten thousand times as much. Better take many rough steps.
#
# The words for it:
#
# - **batch gradient descent** uses all points for each step;
# - **stochastic gradient descent** (SGD), strictly, uses one point for each step ("stochastic": by chance);
# - **mini-batch** SGD uses some, usually 16 to 512. Today everybody calls this SGD, and so do we;
# - an **epoch** is one walk through all the data. With 200 points and batches of 16, an epoch has 13 steps, and the last batch is a small one.
#
# Three epochs of each, with the same rate. Every walker looks at each point three times:

# %% id="batch-walks"
def gradient_at(w, b, x, y):
    error = w * x + b - y
    return np.array([2 * np.mean(error * x), 2 * np.mean(error)])

def walk_on_points(batch_size, epochs, rate=0.1):
    rng = np.random.default_rng(dlcourse.seed())
    path = [np.zeros(2)]
    for _ in range(epochs):
        for batch_x, batch_y in data.batches(x, y, batch_size, rng=rng):
            path.append(path[-1] - rate * gradient_at(*path[-1], batch_x, batch_y))
    return np.array(path)

walks = {"all 200": walk_on_points(200, 3), "16 at a time": walk_on_points(16, 3), "one at a time": walk_on_points(1, 3)}
plots.plot_surface(line_loss, (-0.3, 2.6), (-0.6, 0.6), walks, xlabel="$w$", ylabel="$b$", label="loss")
print({name: f"{len(path) - 1} steps" for name, path in walks.items()})

# %% tags=["claim"]
assert [len(path) - 1 for path in walks.values()] == [3, 39, 600]
assert np.linalg.norm(walks["one at a time"][150:] - np.polyfit(x, y, 1), axis=1).max() < 0.8
least = line_loss(*np.polyfit(x, y, 1))
excess = [line_loss(*path[-1]) - least for path in walks.values()]
assert excess[0] > 0.5 and excess[1] < 0.03 and excess[2] < 0.05

# %% [markdown] id="batch-walks-talk"
# The batch walker took three careful steps and is far from the goal. Sixteen at a time: 39 rough steps, nearly there. One at a time: 600 steps like those of a drunkard, who arrived long ago and now staggers around the minimum. For the same work, noise wins by far at the *beginning*. At the end it is in the way; we'll come to that.
#
# (In practice, batches are also a matter of the machine. NumPy is quicker with one product of 128 rows than with 128 products of one row each, and many times as quick where the matrix is small. Hence 32 to 512 rather than 1.)
#
# Now write it. It is the heart of the lesson, and of nearly all training that you will ever run.

# %% tags=["claim"]
import timeit

def gain(inputs, outputs):
    """How many times as long 128 products of one row take as one product of 128 rows."""
    rng = np.random.default_rng(0)
    rows, matrix = rng.normal(size=(128, inputs)), rng.normal(size=(inputs, outputs))
    ways = (lambda: [rows[k : k + 1] @ matrix for k in range(128)], lambda: rows @ matrix)
    one_each, at_once = (min(timeit.repeat(way, number=3, repeat=7)) for way in ways)
    return one_each / at_once

assert gain(65, 10) > 3

# %% exercise="sgd_linear_regression"

# %% [markdown] id="line-fit-text"
# Does it find the line? On our 200 noisy points, SGD with batches of 16, and beside it the exact solution of lesson 02, in closed form:

# %% id="line-fit"
w, b = walk_on_points(16, epochs=20)[-1]
exact_w, exact_b = np.linalg.lstsq(np.stack([x, np.ones_like(x)], axis=1), y, rcond=None)[0]
print(f"SGD:   w = {w:.3f}, b = {b:.3f}")
print(f"exact: w = {exact_w:.3f}, b = {exact_b:.3f}")
fig, ax = plt.subplots()
ax.plot(x, y, ".", color="grey")
ax.plot([-1, 1], [b - w, b + w], label="SGD, 20 epochs")
ax.plot([-1, 1], [exact_b - exact_w, exact_b + exact_w], "--", label="exact")
ax.set(xlabel="$x$", ylabel="$y$")
ax.legend();

# %% tags=["claim"]
assert abs(w - 2) < 0.1 and abs(w - exact_w) < 0.05 and abs(b - exact_b) < 0.05

# %% [markdown] id="line-fit-talk"
# About 2, as it should be: the points were made with $y = 2x$ and noise, and the noise is why even the exact line isn't exactly that. For a line, the closed form is the better tool. SGD needs nothing but slopes, and so it also works where there is no closed form, which is everywhere else.

# %% [markdown] id="shuffle-text"
# ### Why shuffle?
#
# Your loop drew a new order for each epoch. What if it didn't? Data often lie on the disk in some order. Take scikit-learn's digits and sort them: first all zeros, then all ones, and so on. We train the linear classifier with softmax of lesson 02, one epoch, with batches of 16. Its gradient is short (lesson 04 derives it):
# probabilities minus one-hot targets, times the inputs.

# %% id="shuffle-gradient"
digits = data.load_digits()
ones = np.ones((len(digits.x_train), 1))
pixels, labels = np.hstack([digits.x_train.astype(float), ones]), digits.y_train      # a column of ones for the biases
test_pixels = np.hstack([digits.x_test, np.ones((len(digits.x_test), 1))])

def probabilities(W, x):
    scores = x @ W.T
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)

def softmax_gradient(W, x, y):
    return (probabilities(W, x) - data.one_hot(y, 10)).T @ x / len(y)

def digit_loss(W, x, y):
    return -np.mean(np.log(probabilities(W, x)[np.arange(len(y)), y] + 1e-300))

# %% id="shuffle-run"
def one_epoch(x, y, shuffle):
    W = np.zeros((10, 65))
    for batch_x, batch_y in data.batches(x, y, 16, shuffle=shuffle, rng=np.random.default_rng(dlcourse.seed())):
        W = W - 0.5 * softmax_gradient(W, batch_x, batch_y)
    return (test_pixels @ W.T).argmax(axis=1)

by_class = np.argsort(labels, kind="stable")
answers = {"sorted": one_epoch(pixels[by_class], labels[by_class], shuffle=False), "shuffled": one_epoch(pixels, labels, shuffle=True)}
for name, given in answers.items():
    print(f"{name:9s} {np.mean(given == digits.y_test):.0%} of the test digits right; answers given: {np.unique(given)}")

# %% tags=["claim"]
assert np.mean(answers["sorted"] == digits.y_test) < 0.2 and np.mean(answers["shuffled"] == digits.y_test) > 0.8
W, h = np.random.default_rng(1).normal(size=(10, 65)), 1e-5
nudge = np.zeros((10, 65))
nudge[3, 20] = h
by_nudge = (digit_loss(W + nudge, pixels[:50], labels[:50]) - digit_loss(W - nudge, pixels[:50], labels[:50])) / (2 * h)
assert np.isclose(by_nudge, softmax_gradient(W, pixels[:50], labels[:50])[3, 20], rtol=1e-4, atol=1e-8)
assert 125 <= np.sum(labels == 9) <= 135 and set(labels[by_class][-130:]) == {9}
assert set(np.unique(answers["sorted"])) <= {8, 9} and 9 in answers["sorted"]

# %% [markdown] id="shuffle-talk"
# Sorted, it answers "nine" to everything. The last 130 examples were nines, and each step made nines more likely, until all else was forgotten. A batch stands for the whole only if it is *drawn by chance*; the nines alone are no poll. So: **a new random order in every epoch**. It costs nothing.

# %% [markdown] id="jitter-text"
# ## A rate that sinks
#
# Back to the staggering at the end. Near the minimum the true gradient is close to zero, and what's left of each step is noise, of size $\eta$ times the noise of the gradient. With a constant rate it never stops. We train the line for 40 epochs, with batches of 8, and look at how far the loss is above the best one possible.
#
# From here on, the steps are taken by the package. An **optimiser** of `dlcourse.optim` (they are called as in PyTorch) holds the parameters and changes them by what it finds in their `.grad`; where the slopes come from is none of its business. Lesson 04 fills `.grad` with one word. Here we fill it by hand:

# %% id="jitter-train"
def train_line(rate, make_schedule=None, epochs=40):
    """How far above the least possible loss the line is after each epoch."""
    line = dlcourse.tensor(np.zeros(2), requires_grad=True)       # w and b
    optimizer = optim.SGD([line], lr=rate)
    schedule = make_schedule(optimizer) if make_schedule else None
    rng, excess = np.random.default_rng(dlcourse.seed()), []
    for _ in range(epochs):
        for batch_x, batch_y in data.batches(x, y, 8, rng=rng):
            line.grad = dlcourse.tensor(gradient_at(*line.data, batch_x, batch_y))
            optimizer.step()                                      # line ← line − rate · grad
        if schedule:
            schedule.step()                                       # a new rate for the next epoch
        excess.append(line_loss(*line.data) - line_loss(exact_w, exact_b))
    return np.array(excess)

epochs = np.arange(1, 41)
constant = {"rate 0.3": train_line(0.3), "rate 0.02": train_line(0.02)}
plots.plot_curves(epochs, constant, "epoch", "loss above the least possible", logy=True);

# %% tags=["claim"]
fast, slow = constant["rate 0.3"], constant["rate 0.02"]
assert fast[0] < 0.1 < 0.3 < slow[0] and slow[4] > 3 * fast[4]
assert 7 <= np.argmax(slow < np.median(fast)) + 1 <= 15
assert fast[-10:].mean() > 20 * slow[-10:].mean() and fast[-10:].mean() > 1e-4

# %% [markdown] id="jitter-talk"
# The large rate is nearly there after one epoch, and then jumps about for ever. The small one takes about ten epochs for the same way, but then goes on, and ends far lower. Must we choose?
#
# No: begin large and end small. A plan for the rate is a **schedule**. The engine has PyTorch's; these three are the ones that you'll meet most.

# %% id="schedule-shapes"
from dlcourse.optim.lr_scheduler import CosineAnnealingLR, OneCycleLR, StepLR

def rates_of(make_schedule, epochs=40):
    optimizer = optim.SGD([dlcourse.zeros(1)], lr=0.3, momentum=0.9)      # OneCycleLR moves the momentum, too
    schedule, rates = make_schedule(optimizer), []
    for _ in range(epochs):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return rates

schedules = {
    "StepLR: times 0.1 every 15 epochs": lambda optimizer: StepLR(optimizer, step_size=15, gamma=0.1),
    "CosineAnnealingLR": lambda optimizer: CosineAnnealingLR(optimizer, T_max=40),
    # One more than the epochs, since schedule.step() also comes after the last one.
    "OneCycleLR": lambda optimizer: OneCycleLR(optimizer, max_lr=0.3, total_steps=41, pct_start=0.25),
}
ax = plots.plot_curves(epochs, {name: rates_of(make) for name, make in schedules.items()}, "epoch", "learning rate")
ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0));

# %% tags=["claim"]
shapes = {name: np.array(rates_of(make)) for name, make in schedules.items()}
cosine = 0.15 * (1 + np.cos(np.pi * np.arange(40) / 40))
assert np.allclose(shapes["CosineAnnealingLR"], cosine)
assert np.isclose(shapes["StepLR: times 0.1 every 15 epochs"][[0, 15, 30]], [0.3, 0.03, 0.003]).all()
assert 5 < np.argmax(shapes["OneCycleLR"]) < 12 and shapes["OneCycleLR"][0] < 0.02

# %% [markdown] id="schedule-talk"
# *Steps* are the oldest: stay, then divide by ten. The *cosine* (Loshchilov and Hutter, 2017) glides down. *One cycle* (Smith, 2018) begins small, climbs, and then glides down: the first steps of a network are the wildest, because all weights are still random, so one warms up. Large language models are trained with a warm-up and a long way down, too.
#
# The cosine is easy to write. With $t$ the number of the step, from 0 to $T$:
#
# $$ \eta_t = \eta_{\text{last}} + (\eta_{\text{first}} - \eta_{\text{last}}) \cdot \frac{1 + \cos(\pi t / T)}{2} $$

# %% exercise="cosine_rate"

# %% [markdown] id="schedule-run-text"
# And on the line:

# %% id="schedule-run"
cosine = train_line(0.3, lambda optimizer: CosineAnnealingLR(optimizer, T_max=40))
plots.plot_curves(epochs, {**constant, "cosine from 0.3 to 0": cosine}, "epoch", "loss above the least possible", logy=True);

# %% tags=["claim"]
assert cosine[-1] < constant["rate 0.3"][-10:].mean() / 50 and cosine[4] < constant["rate 0.02"][4] / 5

# %% [markdown] id="schedule-run-talk"
# Fast at first, quiet at the end: the best of both. With the same forty epochs and nothing but a changing number. (In lesson 05, a network that reads handwritten digits is trained with a rate that rises and sinks.)
#
# That's the noise. Time for a break? What comes next is the first picture of the lesson, in which there was no noise at all, and one walker was so much slower than the other.

# %% [markdown] id="walk-source-text"
# ## The ravine
#
# From here on, an optimiser walks on a surface instead of through data. That's what `walk` does; it has drawn paths for us since the first picture, and now you can read it:

# %% id="walk-source"
from dlcourse import show_source

show_source(walk)

# %% [markdown] id="ravine-text"
# Here is gradient descent in our valley, $x^2 + 5y^2$, and in a worse one, $x^2 + 100y^2$. For each the rate is as large as it can be: a little more, and the walk explodes.

# %% id="ravine-plain"
mild, narrow = SURFACES["ravine 1 : 5"], SURFACES["ravine 1 : 100"]
fig, axes = plt.subplots(1, 2, figsize=(11.5, 4.2))
for valley, rate, ax in zip((mild, narrow), (0.19, 0.0099), axes):
    way = walk(lambda p: optim.SGD(p, lr=rate), valley.gradient, valley.start, steps=40)
    plots.plot_surface(valley.f, valley.xlim, valley.ylim, way, ax=ax, label="height")
    ax.set_title(f"1 : {5 if valley is mild else 100}, rate {rate}, 40 steps")

# %% tags=["claim"]
mild_end = walk(lambda p: optim.SGD(p, lr=0.19), mild.gradient, mild.start, 40)[-1]
narrow_end = walk(lambda p: optim.SGD(p, lr=0.0099), narrow.gradient, narrow.start, 40)[-1]
assert np.abs(mild_end).max() < 0.05 and abs(narrow_end[0]) > 1.5 and abs(narrow_end[1]) > 0.5
assert np.abs(walk(lambda p: optim.SGD(p, lr=0.21), mild.gradient, mild.start, 40)[-1]).max() > 10
assert np.abs(walk(lambda p: optim.SGD(p, lr=0.0101), narrow.gradient, narrow.start, 100)[-1]).max() > 10

# %% [markdown] id="ravine-talk"
# The walk zigzags between the walls, and along the floor, where it should go, it hardly moves. You know why: it's the rule of the learning rate, once for each direction. Along $y$ the curvature is 10 in the first valley and 200 in the second, and the rate has to stay below $2 / 200$. Along $x$ the curvature is 2: with that rate, each step covers 2 % of what is left.
#
# **The steepest direction sets the rate; the flattest one has to live with it.** What counts is the ratio of the two curvatures, the **condition number** $\kappa$ (kappa): 5 here, 100 there. And some 250 in the picture at the start of the lesson.
#
# What would you tell the walker? **Think about it before you read on.** The walls send it to the left, to the right, to the left; the floor, always the same way.

# %% [markdown] id="momentum-text"
# ## Momentum
#
# *Remember where you have been going.* Keep a **velocity** $v$: in each step a share $\beta$ of the old velocity stays, and the new gradient is added to it. Then follow the velocity instead of the gradient (Polyak, 1964).
#
# $$ v \leftarrow \beta v + g \qquad w \leftarrow w - \eta v $$
#
# What changes its sign all the time, across the valley, cancels in the sum. What always points the same way, along the floor, adds up: a gradient that stays the same for a long time gives $v = g + \beta g + \beta^2 g + \dots = g / (1 - \beta)$. With $\beta = 0.9$, that's ten times the step.

# %% exercise="momentum_step"

# %% [markdown] id="momentum-run-text"
# The same ravine, 1 : 100, without and with momentum. For plain descent we take the best rate there is for this valley, $2 / (2 + 200)$. On the right, the height, step by step:

# %% id="momentum-run"
ways = {"plain": walk(lambda p: optim.SGD(p, lr=2 / 202), narrow.gradient, narrow.start, 60),
        "momentum 0.9": walk(lambda p: optim.SGD(p, lr=0.003, momentum=0.9), narrow.gradient, narrow.start, 60)}
heights = {name: narrow.height(way) for name, way in ways.items()}
plots.plot_race(narrow.f, narrow.xlim, narrow.ylim, ways, heights, narrow.minima);

# %% tags=["claim"]
assert heights["momentum 0.9"][-1] < heights["plain"][-1] / 50

# %% [markdown] id="momentum-run-talk"
# It is a ball rolling down: it swings between the walls, overshoots the goal, and swings back. And it's far ahead. How much does one gain? Let's measure it on valleys from round to extremely narrow: how many steps until the height is a thousandth? Both get the best settings that theory knows for each valley; for momentum, Polyak gave them:
#
# $$ \eta = \left(\frac{2}{\sqrt{L} + \sqrt{\ell}}\right)^2 \qquad \beta = \left(\frac{\sqrt{\kappa} - 1}{\sqrt{\kappa} + 1}\right)^2 $$
#
# where $L$ and $\ell$ are the largest and the smallest curvature, and $\kappa = L / \ell$.

# %% id="momentum-kappa"
from dlcourse.widgets.race import arrival, quadratic

kappas = np.array([4, 10, 30, 100, 300, 1000])

def steps_needed(kappa, momentum):
    valley, root = quadratic(1, kappa), np.sqrt(kappa)           # the curvatures are 2 and 2 kappa
    rate = 2 / (1 + root) ** 2 if momentum else 2 / (2 + 2 * kappa)
    beta = ((root - 1) / (root + 1)) ** 2 if momentum else 0
    way = walk(lambda p: optim.SGD(p, lr=rate, momentum=beta), valley.gradient, valley.start, 2500)
    return arrival(valley.height(way))

needed = {"plain": [steps_needed(k, False) for k in kappas], "momentum": [steps_needed(k, True) for k in kappas]}
powers = {name: np.polyfit(np.log(kappas[2:]), np.log(counts[2:]), 1)[0] for name, counts in needed.items()}
print({name: f"steps grow like κ to the power {power:.2f}" for name, power in powers.items()})
plots.plot_curves(kappas, needed, "condition number κ", "steps to a thousandth", logx=True, logy=True);

# %% tags=["claim"]
assert 0.8 < powers["plain"] < 1.1 and 0.4 < powers["momentum"] < 0.6
ratios = np.divide(needed["plain"], needed["momentum"])
assert 4 < ratios[3] < 5 and 10 < ratios[5] < 14

# %% [markdown] id="momentum-kappa-talk"
# Plain descent pays for $\kappa$, momentum for little more than $\sqrt{\kappa}$. At 1 : 100 it needs less than a quarter of the steps, at 1 : 1000 less than a tenth. For one more array and one more line of code.
#
# In practice nobody knows $\kappa$, so one takes $\beta = 0.9$ nearly always. That has its price in *easy* valleys: a ball that remembers ten steps takes its time to calm down, and there plain descent is quicker. We'll see it in the race.

# %% [markdown] id="data-text"
# ### The cheapest cure
#
# Before we build better walkers, let's look at where the first ravine came from. The sixty points had $x$ between 2 and 6. Raise $w$, and all predictions go up; to make up for it, $b$ has to come down by four times as much. That's the long, slanted gorge. And now move the origin into the middle of the points, so that $x$ has mean 0 (and divide by its standard deviation):

# %% id="data-standardise"
rng = np.random.default_rng(dlcourse.seed())
far_x = rng.uniform(2, 6, 60)                                   # the points of the first picture
far_y = 2 * far_x + rng.normal(0, 0.7, 60)

def condition(x):
    """The ratio of the curvatures of the line's loss, which are the eigenvalues of its matrix of bends."""
    curvatures = np.linalg.eigvalsh(2 * np.array([[np.mean(x * x), x.mean()], [x.mean(), 1]]))
    return curvatures[1] / curvatures[0]

centred = (far_x - far_x.mean()) / far_x.std()
print(f"condition number: {condition(far_x):.0f} for x as it is, {condition(centred):.2f} standardised")
way = walk(lambda p: optim.SGD(p, lr=0.3), lambda w, b: gradient_at(w, b, centred, far_y), (0, 8), steps=10)
print("plain descent, w and b in steps 0 to 10:\n", way[[0, 1, 2, 3, 5, 10]].round(3))

# %% tags=["claim"]
assert 200 < condition(far_x) < 350 and abs(condition(centred) - 1) < 1e-6
assert np.allclose(way[-1], np.polyfit(centred, far_y, 1), atol=1e-2)

# %% [markdown] id="data-talk"
# From $\kappa \approx 250$ to 1, a round bowl, and plain descent is there in a few steps. (The new $w$ and $b$ are those of the standardised $x$.) **Standardise your inputs**: it's free, and it does more than any optimiser. Inside a deep network, though, the inputs of a layer are the outputs of another one and change as you train. There the ravines come back, and we need walkers that cope with them.

# %% [markdown] id="nesterov-text"
# ## Nesterov: look before you leap
#
# The ball overshoots because it finds out too late that the ground rises again. Nesterov (1983) changed one thing. The velocity will carry us to about $w - \eta \beta v$ anyway. So look at the slope *there*, and not where we stand:
#
# $$ v \leftarrow \beta v + \nabla f(w - \eta \beta v) \qquad w \leftarrow w - \eta v $$

# %% exercise="nesterov_step"

# %% [markdown] id="nesterov-engine-text"
# The engine has it too, `optim.SGD(..., momentum=0.9, nesterov=True)`. But an optimiser cannot ask for the gradient somewhere else, it only finds what is in `.grad`. So PyTorch, and we, keep the place *ahead*, $w - \eta \beta v$, as the parameter; its formula then reads $w \leftarrow w - \eta (g + \beta v)$. Is that the same walk? Don't believe it, check it:

# %% id="nesterov-engine"
rate, beta = 0.003, 0.9
w, v, ahead = np.array(narrow.start), np.zeros(2), []
for _ in range(61):
    ahead.append(w - rate * beta * v)
    v = beta * v + np.array(narrow.gradient(*ahead[-1]))
    w = w - rate * v

engine = walk(lambda p: optim.SGD(p, lr=rate, momentum=beta, nesterov=True), narrow.gradient, narrow.start, 60)
print("the same over 60 steps:", np.allclose(ahead, engine, rtol=1e-9))

# %% tags=["claim"]
assert np.abs(np.array(ahead) - engine).max() < 1e-9

# %% [markdown] id="nesterov-run-text"
# The same walk, to the last digits. And now against plain momentum, with the same rate and the same $\beta$:

# %% id="nesterov-run"
ways = {"momentum": walk(lambda p: optim.SGD(p, lr=0.005, momentum=0.9), narrow.gradient, narrow.start, 60),
        "Nesterov": walk(lambda p: optim.SGD(p, lr=0.005, momentum=0.9, nesterov=True), narrow.gradient, narrow.start, 60)}
heights = {name: narrow.height(way) for name, way in ways.items()}
plots.plot_race(narrow.f, narrow.xlim, narrow.ylim, ways, heights, narrow.minima);

# %% tags=["claim"]
assert heights["Nesterov"][-1] < heights["momentum"][-1] / 3
assert np.abs(ways["Nesterov"][5:20, 1]).max() < 0.5 * np.abs(ways["momentum"][5:20, 1]).max()

# %% [markdown] id="nesterov-run-talk"
# Momentum bounces from wall to wall. Nesterov sees each wall coming, brakes, and is on the floor of the valley within a few steps.

# %% [markdown] id="adagrad-text"
# ## A rate for each parameter
#
# Momentum has one rate for all directions. But the walls are steep and the floor is flat, so why not give each parameter a rate of its own: small where the slopes have been large, large where they have been small? That's **Adagrad** (Duchi, Hazan and Singer, 2011). It adds up the squares of all slopes so far, for each parameter, and divides by the root:
#
# $$ s \leftarrow s + g^2 \qquad w \leftarrow w - \eta \frac{g}{\sqrt{s} + \varepsilon} $$
#
# ($g^2$ is taken entry by entry, and $\varepsilon$, a tiny number, keeps us from dividing by zero.) **Before you run the cell:** what is the very first step, whatever the slopes are?

# %% id="adagrad-run"
for valley in (mild, narrow):
    way = walk(lambda p: optim.Adagrad(p, lr=0.5), valley.gradient, valley.start, 100)
    print("steps 0 to 3:", *way[:4].round(3), "  step 100:", way[-1].round(3))

# %% tags=["claim"]
ways = [walk(lambda p: optim.Adagrad(p, lr=0.5), v.gradient, v.start, 100) for v in (mild, narrow)]
assert np.allclose(ways[0], ways[1], atol=1e-6)
assert np.allclose(ways[0][1], np.add(mild.start, [0.5, -0.5]))

# %% [markdown] id="adagrad-talk"
# The first step is $\eta$ in every coordinate, since $g / \sqrt{g^2} = \pm 1$. And look at the two lines: **the same walk**, in the mild valley and in the narrow one. Multiply all slopes of a parameter by a hundred, and $g / \sqrt{s}$ stays what it was. For Adagrad the ravine isn't there, as long as it runs along an axis.
#
# It has a flaw, and it's in the letter $s$: a sum of squares never shrinks. Let's build a trap: a steep wall (slope $-100$), and behind it, from $x = 0$ on, a long gentle plain (slope $-1$).

# %% id="adagrad-wall"
def wall_and_plain(x, _):
    return (-100.0 if x < 0 else -1.0, 0.0)

places = {}
for name, make in {"Adagrad": lambda p: optim.Adagrad(p, lr=0.1), "RMSprop": lambda p: optim.RMSprop(p, lr=0.1, alpha=0.9)}.items():
    places[name] = walk(make, wall_and_plain, start=(-1, 0), steps=300)[:, 0]
plots.plot_curves(np.arange(301), places, "step", "$x$", title="a wall up to 0, then a plain");

# %% tags=["claim"]
assert places["Adagrad"][-1] < 0.5 and places["RMSprop"][-1] > 15
assert places["Adagrad"][-1] - places["Adagrad"][-2] < 0.1 / 500

# %% [markdown] id="adagrad-wall-talk"
# Adagrad has the wall in its sum for ever, and on the plain its steps are more than five hundred times shorter than its rate. The other curve belongs to a walker that can *forget*.

# %% [markdown] id="rmsprop-text"
# ## RMSprop: forget
#
# Replace the sum by a *running mean*: keep a share $\alpha$ of the old value, and take $1 - \alpha$ of the new one. After some $1 / (1 - \alpha)$ steps, the past is gone.
#
# $$ s \leftarrow \alpha s + (1 - \alpha) g^2 \qquad w \leftarrow w - \eta \frac{g}{\sqrt{s} + \varepsilon} $$
#
# Hinton proposed this in a slide of his online course in 2012, and it was never published. The name says what is done: divide by the *root* of the *mean square*.

# %% exercise="rmsprop_step"

# %% [markdown] id="rmsprop-run-text"
# RMSprop in the narrow valley, with two rates. Watch the end.

# %% id="rmsprop-run"
ways = {f"rate {rate}": walk(lambda p: optim.RMSprop(p, lr=rate, alpha=0.9), narrow.gradient, narrow.start, 100) for rate in (0.05, 0.3)}
heights = {name: narrow.height(way) for name, way in ways.items()}
plots.plot_race(narrow.f, narrow.xlim, narrow.ylim, ways, heights, narrow.minima);

# %% tags=["claim"]
assert heights["rate 0.3"][20] < heights["rate 0.05"][20]
assert heights["rate 0.3"].min() < 1e-6 and heights["rate 0.3"][60:].max() > 1 and heights["rate 0.05"][-1] < 1

# %% [markdown] id="rmsprop-run-talk"
# The ravine is no obstacle. But look at what the larger rate does: it comes very near (the drawing ends at $10^{-12}$), and then leaps out again. On flat ground, $s$ forgets the steep slopes of the past and shrinks, until a tiny slope divided by a tiny root makes a step of full length. RMSprop cannot come to rest while $\eta$ stays the same. What helps, you know already: a schedule.

# %% [markdown] id="adam-text"
# ## Adam: all of it together
#
# Take momentum for the *direction*, a running mean $m$ of the gradients. Take RMSprop for the *scale*, a running mean $v$ of their squares. Divide one by the root of the other. That's nearly **Adam** (Kingma and Ba, 2015):
#
# $$ m \leftarrow \beta_1 m + (1 - \beta_1) g \qquad v \leftarrow \beta_2 v + (1 - \beta_2) g^2 $$
#
# Both begin at 0, with $\beta_1 = 0.9$ and $\beta_2 = 0.999$. Let's follow the first step by hand, for a slope of $g = 8$ and a rate of 0.1:

# %% id="adam-first"
g, rate = 8.0, 0.1
m, v = 0.1 * g, 0.001 * g**2
print(f"m = {m:.3f}, v = {v:.3f}, step = rate · m / √v = {rate * m / np.sqrt(v):.3f}")

# %% tags=["claim"]
assert abs(rate * m / np.sqrt(v) - 0.316) < 5e-4

# %% [markdown] id="adam-correct-text"
# The mean of the gradients should be 8, but $m$ is 0.8: it has just begun to fill. $v$ should be 64 and is 0.064. They lag behind by different factors, and so the step of 0.316 is more than three times the rate. It gets worse before it gets better. The cure is a division: after $t$ steps, the weights in $m$ add up to $1 - \beta_1^t$ instead of 1, so divide by that.
#
# $$ \hat m = \frac{m}{1 - \beta_1^t} \qquad \hat v = \frac{v}{1 - \beta_2^t} \qquad w \leftarrow w - \eta \frac{\hat m}{\sqrt{\hat v} + \varepsilon} $$

# %% id="adam-steps"
t = np.arange(1, 61)
m_share, v_share = 1 - 0.9**t, 1 - 0.999**t                    # how full m and v are for a slope that never changes
curves = {"uncorrected": m_share / np.sqrt(v_share), "corrected": np.ones(60)}
plots.plot_curves(t, curves, "step", "length of the step, in learning rates", title="a slope that never changes");

# %% tags=["claim"]
uncorrected = m_share / np.sqrt(v_share)
assert 6 < uncorrected.max() < 7 and 5 < uncorrected.argmax() < 20
p = walk(lambda p: optim.Adam(p, lr=0.1), lambda x, y: (8.0, 8.0), (0, 0), 60)
assert np.allclose(np.diff(p[:, 0]), -0.1, atol=1e-6)

# %% [markdown] id="adam-exercise-text"
# Without the correction, the first steps would be more than six times too long, at the very moment when we know least. With it, every step is $\eta$ if the slope stays the same, and less if the slopes quarrel: $\hat m$ is small where the signs change, while $\hat v$ is not. So Adam's rate has a meaning that you can use: **about how far a parameter may move in a step**.

# %% exercise="adam_step"

# %% [markdown] id="race-text"
# ## The race
#
# Six walkers, six surfaces. To be fair, each one gets the best of seventeen rates on each surface (momentum with $\beta = 0.9$, RMSprop with $\alpha = 0.9$, Adam as it comes). Two hundred steps. A walker has *arrived* when it stays below a thousandth of its first height.

# %% id="race-table"
races = {surface: widgets.OptimizerRace(surface, steps=200) for surface in SURFACES}
names = races["round bowl"].optimizers
arrived = {surface: {name: race.arrival(name) for name in names} for surface, race in races.items()}
print(f"{'steps to arrive':24s}" + "".join(f"{name:>10s}" for name in names))
for surface, counts in arrived.items():
    print(f"{surface:24s}" + "".join(f"{counts[name] or '–':>10}" for name in names))

# %% tags=["claim"]
sgd = {surface: counts["SGD"] for surface, counts in arrived.items()}
assert sgd["round bowl"] <= 3 and sgd["ravine 1 : 5"] < 20 and sgd["ravine 1 : 100"] > 150 and sgd["banana"] is None
assert all(45 <= arrived[s]["momentum"] <= 70 for s in arrived)
assert arrived["ravine 1 : 100"]["Nesterov"] < 25 and arrived["banana"]["Nesterov"] is None
assert all(arrived[s]["Nesterov"] < arrived[s]["momentum"] for s in arrived if s != "banana")
assert len(widgets.race.RATES) == 17
straight, turned = SURFACES["ravine 1 : 100"], SURFACES["ravine 1 : 100, turned"]
along = np.dot(turned.start, [np.cos(np.radians(30)), np.sin(np.radians(30))])
assert turned.f(*turned.start) > 3 * straight.f(*straight.start) and abs(along) < abs(straight.start[0])
assert arrived["ravine 1 : 100"]["Adagrad"] < 10 < arrived["ravine 1 : 100, turned"]["Adagrad"]
assert all(45 <= arrived[s]["Adam"] <= 70 for s in arrived if s != "banana") and arrived["banana"]["Adam"] > 100
assert arrived["ravine 1 : 5"]["momentum"] > 2 * sgd["ravine 1 : 5"]
assert len({min(counts, key=lambda n: counts[n] or 999) for counts in arrived.values()}) >= 3

# %% [markdown] id="race-talk"
# Read the table by columns.
#
# - **SGD** is hard to beat on easy ground and hopeless on difficult ground: from 2 steps in the bowl to more than 200 in the banana. (It looks quicker in the turned valley than in the straight one because the walk starts higher on the wall there, and has less of the floor before it.)
# - **Momentum** needs about sixty steps *everywhere*. In the bowl that's a waste (a ball that remembers ten steps has to swing out), in the banana it's a rescue. It buys the same speed on any ground. **Nesterov** swings less and is quicker nearly everywhere, though it came too late in the banana.
# - **Adagrad** looks like the winner. But look at *1 : 100, turned*: the same valley, turned by 30 degrees, so that it no longer runs along an axis. One rate per parameter cannot follow a slanted ravine, and four steps become sixteen. Here it also profits from short ways: its sum had no time to grow.
# - **RMSprop** hops around the goal, as long as the rate stays the same.
# - **Adam** has momentum's sixty steps (more in the banana), and like Adagrad it doesn't care which parameter is the steep one.
#
# No walker wins everywhere. Here is one race from above:

# %% id="race-banana"
banana = widgets.OptimizerRace("banana", ["SGD", "momentum", "Adagrad", "Adam"], steps=200)
ground = banana.ground
plots.plot_race(ground.f, ground.xlim, ground.ylim, banana.paths, banana.heights, ground.minima, title="Rosenbrock's banana");

# %% tags=["claim"]
leap = banana.heights["SGD"]
assert banana.paths["Adagrad"][:, 0].max() > ground.xlim[1]
assert leap[100:].max() > 20 * leap[100] and leap[-1] > 0.1
assert banana.heights["Adagrad"][15] < 0.005 and banana.heights["Adagrad"][-1] > 0.8 * banana.heights["Adagrad"][15]

# %% [markdown] id="race-banana-talk"
# Rosenbrock's function (1960) is a test for optimisers, older than most of them: a bent valley, with a floor that falls by next to nothing. Getting *into* the valley takes a few steps, following it to the cross takes hundreds. Adagrad leaps off the map, comes back close to the cross, and then creeps: its sum is full. SGD is thrown out of the valley around step 155, with the rate that suited it best on the whole: the curvature changes along the banana, and the safe rate with it.

# %% [markdown] id="race-play"
# ### Play: your own race
#
# *To find out by playing:*
#
# 1. The ravine 1 : 100, one rate for all (say 0.01). Who explodes, who creeps? Which of them care least about the rate?
# 2. The saddle, started with *y* exactly 0. Does anybody get away? Why not?
# 3. The turned ravine, Adagrad and RMSprop. Drag the start: from where are they quick?
# 4. The banana, best rate for each, 300 steps: start on the floor of the valley, at (0, 0), and then high on its wall. Who notices the difference?

# %% id="race-demo" tags=["nbval-ignore-output"]
widgets.optimizer_race(surface="ravine 1 : 100", optimizers=["SGD", "momentum", "Nesterov", "Adam"], lr=0.0056)

# %% [markdown] id="digits-text"
# ## And on real data?
#
# Surfaces in the plane are toys: no noise, two parameters. Let's race on the digits, with the linear classifier that we shuffled above: 650 parameters, batches of 32, five epochs. And this time we look at all rates, nine for each optimiser, not at the best one alone.

# %% id="digits-train"
from dlcourse.widgets.race import OPTIMIZERS

def train_digits(name, rate, seed, epochs=5):
    """The training loss at the end, and the share of test digits that are read right."""
    W = dlcourse.tensor(np.zeros((10, 65)), requires_grad=True)
    optimizer = OPTIMIZERS[name]([W], rate)
    rng = np.random.default_rng(seed)                              # the order of the examples
    for _ in range(epochs):
        for batch_x, batch_y in data.batches(pixels, labels, 32, rng=rng):
            W.grad = dlcourse.tensor(softmax_gradient(W.data, batch_x, batch_y))
            optimizer.step()
    return digit_loss(W.data, pixels, labels), np.mean((test_pixels @ W.data.T).argmax(axis=1) == digits.y_test)

# %% id="digits-race"
rates = 10.0 ** np.arange(-3, 1.1, 0.5)
losses, accuracies = {}, {}
for name in OPTIMIZERS:
    runs = [train_digits(name, rate, dlcourse.seed()) for rate in rates]
    losses[name], accuracies[name] = map(np.array, zip(*runs))
    k = losses[name].argmin()
    print(f"{name:9s} best rate {rates[k]:<6.2g} training loss {losses[name][k]:.3f}, {accuracies[name][k]:.0%} of the test digits right")
ax = plots.plot_curves(rates, losses, "learning rate", "training loss after 5 epochs", logx=True, logy=True)
for line, marker in zip(ax.lines, "o^sDvP"):
    line.set_marker(marker)
ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5));

# %% tags=["claim"]
least = {name: loss.min() for name, loss in losses.items()}
at_best = [accuracies[name][loss.argmin()] for name, loss in losses.items()]
assert max(least.values()) < 8 * min(least.values()) and all(loss.max() > 8 * loss.min() for loss in losses.values())
assert min(at_best) > 0.88 and max(at_best) - min(at_best) < 0.09
best_rates = {name: rates[loss.argmin()] for name, loss in losses.items()}
assert best_rates["Adam"] < best_rates["SGD"] and best_rates["RMSprop"] < best_rates["SGD"]
rankings = set()
for seed in (11, 12, 13):
    again = {name: train_digits(name, best_rates[name], seed)[0] for name in OPTIMIZERS}
    rankings.add(tuple(sorted(again, key=again.get)))
assert len(rankings) > 1
slow = np.isclose(rates, 10**-1.5)
assert losses["SGD"][slow] > 3 * losses["Adam"][slow]

# %% [markdown] id="digits-talk"
# Each curve has a valley of good rates, and the valleys lie at different places: RMSprop and Adam want smaller rates than SGD, because their rate is the length of a step. Within a curve, the loss changes by a factor of about ten, or far more. Between the bottoms of the curves, it changes by a few times, and on the test digits first and last are a few in a hundred apart.
# Shuffle the examples in another order, and their ranking is another one. So it goes in practice: **a good rate matters more than a good optimiser.** A sensible habit:
#
# - Standardise the inputs.
# - Begin with Adam and a rate of 0.001 (or **AdamW**, Loshchilov and Hutter, 2019, which is Adam with the L2 term of lesson 02 done right, and the usual choice for language models). Our small linear model liked larger rates, but in a network with many layers 0.001 is where most people begin.
# - Try SGD with momentum 0.9 and rates of 0.1, 0.03 and 0.01. For images it is often as good or better.
# - Find the largest rate that doesn't explode, take a third of it, and let it sink towards the end.
#
# Here is Adam in the engine's own code: a few lines and two arrays. (It folds both corrections into the rate, and into $\varepsilon$, to spare work. The numbers are those of your `adam_step`. A `piece` holds parameters, their gradients and their memory. `state(...).update(beta, g, 1 - beta)` renews a running mean, `m.over_root(v, eps)` is $m / (\sqrt{v} + \varepsilon)$, and `descend(rate, direction)` takes the step.)

# %% id="adam-source"
show_source(optim.Adam._update)

# %% id="progress" tags=["nbval-ignore-output"]
progress()

# %% [markdown] id="recap"
# ## Recap
#
# - A **slope** can be found by nudging. The forward difference errs by $O(h)$, the central one by $O(h^2)$, and below a certain $h$ rounding takes over: use $h = 10^{-5}$, both sides, in float64.
# - **Search without slopes** is fine for a handful of parameters. With many, one number per trial is too little.
# - **Gradient descent**: $w \leftarrow w - \eta \nabla f(w)$. The rate has to stay below $2 / L$, with $L$ the largest curvature.
# - It stops where it is flat: at a minimum, perhaps a local one, or for a while at a **saddle**. With many parameters, saddles are the rule.
# - **SGD** takes the gradient of a few points for that of all. The noise falls with $1 / \sqrt{B}$, so many rough steps beat few exact ones. Shuffle in every epoch; let the rate sink at the end (a **schedule**).
# - In a **ravine**, the steepest direction sets the rate, and the flattest one suffers. **Momentum** adds up what stays the same; **Nesterov** looks ahead; **Adagrad** gives each parameter its own rate; **RMSprop** forgets; **Adam** is momentum and RMSprop, corrected for the start.
# - No optimiser wins everywhere. Standardised inputs and a good rate come first.
#
# ## Where to read on
#
# - Léon Bottou, Frank E. Curtis and Jorge Nocedal, [Optimization methods for large-scale machine learning](https://arxiv.org/abs/1606.04838), 2018. Why noise pays, with the proofs.
# - Gabriel Goh, [Why momentum really works](https://distill.pub/2017/momentum/), 2017. The ravine, with drawings that you can move.
# - Yann Dauphin and colleagues, [Identifying and attacking the saddle point problem in high-dimensional non-convex optimization](https://arxiv.org/abs/1406.2572), 2014.
# - Diederik Kingma and Jimmy Ba, [Adam: a method for stochastic optimization](https://arxiv.org/abs/1412.6980), 2015. The paper is short, and you know all its parts.
# - Ilya Loshchilov and Frank Hutter, [SGDR: stochastic gradient descent with warm restarts](https://arxiv.org/abs/1608.03983), 2017. The cosine.
# - Sebastian Ruder, [An overview of gradient descent optimization algorithms](https://arxiv.org/abs/1609.04747), 2016. The whole family on a few pages.
#
# **Next:** lesson 04, [Backpropagation from scratch](04_backprop.ipynb). Our gradients came from a formula worked out by hand, or from two nudges for each parameter. A network's formula is too long for the one, and it has too many parameters for the other. How can one walk back through the computation give all slopes at once?
