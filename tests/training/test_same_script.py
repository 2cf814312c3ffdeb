"""One training script, two imports: PyTorch and the course's engine draw the same loss curve."""

from __future__ import annotations

import numpy as np
import pytest
import torch as pytorch

MLP = """
{imports}

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(20, 32)
        self.rest = nn.Sequential(nn.ReLU(), nn.Linear(32, 16), nn.Tanh(), nn.Linear(16, 4))

    def forward(self, x):
        return self.rest(self.first(x))

model = Net()
"""

CNN = """
{imports}

model = nn.Sequential(
    nn.Conv2d(1, 4, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
    nn.Conv2d(4, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2),
    nn.Flatten(), nn.Linear(32, 4),
)
"""

TRAINING = """
with torch.no_grad():
    for p, start in zip(model.parameters(), weights):
        p.copy_(torch.from_numpy(start))

loss_fn = nn.CrossEntropyLoss()
optimizer = {optimizer}
losses = []
model.train()
for step in range(100):
    batch = torch.from_numpy(x[step % 5]), torch.from_numpy(y[step % 5])
    loss = loss_fn(model(batch[0]), batch[1])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())

model.eval()
with torch.no_grad():
    right = (model(torch.from_numpy(x[0])).argmax(dim=1) == torch.from_numpy(y[0])).float().mean().item()
"""

IMPORTS = {
    "torch": "import torch; from torch import nn, optim",
    "dlcourse": "import dlcourse as torch; from dlcourse import nn, optim",
}
SGD = "optim.SGD(model.parameters(), lr=0.05, momentum=0.9)"
ADAM = "optim.Adam(model.parameters(), lr=0.003)"


def problem(network: str) -> tuple[np.ndarray, np.ndarray]:
    """Five batches of random inputs with labels that can be learnt."""
    rng = np.random.default_rng(3)
    shape = (5, 32, 20) if network is MLP else (5, 32, 1, 12, 12)
    x = rng.normal(size=shape).astype(np.float32)
    y = x.reshape(5, 32, -1)[..., :4].argmax(-1)
    return x, y


def run(network: str, library: str, optimizer: str, weights: list[np.ndarray]) -> dict:
    x, y = problem(network)
    names = {"x": x, "y": y, "weights": weights}
    exec((network + TRAINING).format(imports=IMPORTS[library], optimizer=optimizer), names)
    return names


@pytest.mark.parametrize("optimizer", [SGD, ADAM], ids=["SGD", "Adam"])
@pytest.mark.parametrize("network", [MLP, CNN], ids=["MLP", "CNN"])
def test_the_same_script_gives_the_same_loss_curve(network, optimizer):
    pytorch.manual_seed(0)
    names: dict = {}
    exec(network.format(imports=IMPORTS["torch"]), names)
    weights = [p.detach().numpy().copy() for p in names["model"].parameters()]
    ours, theirs = (run(network, library, optimizer, weights) for library in ("dlcourse", "torch"))
    assert theirs["losses"][-1] < theirs["losses"][0] / 2, "the script learns nothing"
    np.testing.assert_allclose(ours["losses"], theirs["losses"], rtol=0, atol=1e-5)
    assert ours["right"] == theirs["right"]
