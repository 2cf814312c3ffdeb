"""Both demos in JupyterLab and a real browser: the slider is dragged, the button is pressed."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import nbformat
import pytest
from playwright.sync_api import expect, sync_playwright

CELLS = [
    "from dlcourse import widgets\nwidgets.backprop_stepper()",
    "widgets.playground()",
    """from types import SimpleNamespace
from dlcourse import plots
watch, losses = plots.LiveHistory(), []
for epoch in range(30):
    losses.append(1 / (1 + epoch))
    watch(SimpleNamespace(train_loss=losses))""",
]

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip

RUN_ALL = """async () => {
    const panel = jupyterapp.shell.currentWidget;
    await panel.context.ready;
    await panel.sessionContext.ready;
    await jupyterapp.commands.execute('notebook:run-all-cells');
}"""

OUTPUTS = "() => jupyterapp.shell.currentWidget.content.model.toJSON().cells.map(cell => cell.outputs)"


def browser_path():
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None and not os.environ.get("CI"):
        pytest.skip("no Chromium or Google Chrome on the path: the demos were not tried in a browser")
    assert found, "CI tries the demos in a browser: install the package chromium."
    return found


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The address of a JupyterLab of its own, which serves one notebook, demo.ipynb."""
    home = tmp_path_factory.mktemp("lab")
    folders = {name: home / name for name in ("config", "data", "runtime", "settings", "work")}
    for folder in folders.values():
        folder.mkdir()
    (folders["config"] / "labconfig").mkdir()
    no_news = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
    (folders["config"] / "labconfig" / "page_config.json").write_text(json.dumps(no_news))
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, folders["work"] / "demo.ipynb")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "JUPYTER_CONFIG_DIR": str(folders["config"]),
        "JUPYTER_DATA_DIR": str(folders["data"]),
        "JUPYTER_RUNTIME_DIR": str(folders["runtime"]),
        "JUPYTERLAB_SETTINGS_DIR": str(folders["settings"]),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    }
    command = [
        sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root", "--ip=127.0.0.1",
        f"--port={port}", "--IdentityProvider.token=", f"--ServerApp.root_dir={folders['work']}",
        "--LabApp.expose_app_in_browser=True",
    ]  # fmt: skip
    with open(home / "log", "wb") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        yield wait_for(f"http://127.0.0.1:{port}", server, home / "log")
    finally:
        server.terminate()
        server.wait(timeout=20)


def wait_for(address, server, log):
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{address}/api", timeout=2).close()
        except OSError:
            assert server.poll() is None, log.read_text()
            time.sleep(0.1)
        else:
            return address
    raise AssertionError(log.read_text())


@pytest.fixture(scope="module")
def page(lab):
    """The notebook in the browser, all cells run."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 1500})
        page.set_default_timeout(60_000)
        page.goto(f"{lab}/lab/tree/demo.ipynb")
        page.wait_for_function("() => window.jupyterapp?.shell.currentWidget?.sessionContext?.isReady")
        page.evaluate(RUN_ALL)
        page.get_by_role("button", name="Train").wait_for()
        yield page
        browser.close()


def demo(page, cell):
    """The output of a cell, and the address of the picture in it."""
    output = page.locator(".jp-CodeCell").nth(cell).locator(".jp-OutputArea")
    return output, output.locator("img.widget-image, img.jupyter-widgets").first


def drag(page, output, share):
    """Drag the slider in an output to this share of its length."""
    handle = output.locator(".widget-slider .noUi-handle").first
    track = output.locator(".widget-slider .noUi-base").first.bounding_box()
    grip = handle.bounding_box()
    page.mouse.move(grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2)
    page.mouse.down()
    page.mouse.move(track["x"] + share * track["width"], grip["y"] + grip["height"] / 2, steps=12)
    page.mouse.up()


def test_dragging_the_slider_walks_through_the_graph(page, tmp_path):
    output, picture = demo(page, 0)
    expect(output).to_contain_text("The inputs are given: x = −2")
    first = picture.get_attribute("src")
    drag(page, output, 1.0)
    expect(output).to_contain_text("Done: every number knows its gradient.")
    assert picture.get_attribute("src") != first
    assert picture.evaluate("image => image.naturalWidth") > 400
    output.get_by_role("button", name="back").click()
    expect(output).to_contain_text("q = x + y passes its gradient, times 1, to y")
    page.screenshot(path=tmp_path / "stepper.png")


def test_train_moves_the_boundary(page, tmp_path):
    output, picture = demo(page, 1)
    expect(output).to_contain_text("Network 2 – 4 – 2, 0 epochs")
    first = picture.get_attribute("src")
    output.get_by_role("button", name="Train").click()
    expect(output).to_contain_text("Network 2 – 4 – 2, 50 epochs: 98% of the training points right")
    assert picture.get_attribute("src") != first
    output.get_by_label("data").select_option("xor")
    expect(output).to_contain_text("0 epochs")
    output.get_by_label("x1x2").check()
    expect(output).to_contain_text("Network 3 – 4 – 2")
    hidden = output.get_by_label("hidden layers")
    hidden.fill("many")
    hidden.press("Enter")
    expect(output).to_contain_text("whole numbers from 1 to 64")
    hidden.fill("6, 3")
    hidden.press("Enter")
    expect(output).to_contain_text("Network 3 – 6 – 3 – 2")
    output.get_by_role("button", name="Train").click()
    expect(output).to_contain_text("Network 3 – 6 – 3 – 2, 50 epochs")
    page.screenshot(path=tmp_path / "playground.png")


def test_live_curves_leave_one_picture_and_nothing_else(page):
    page.wait_for_function("() => jupyterapp.shell.currentWidget.sessionContext.session.kernel.status == 'idle'")
    outputs = page.evaluate(OUTPUTS)
    assert [output["output_type"] for output in outputs[2]] == ["display_data"]
    assert set(outputs[2][0]["data"]) == {"image/png", "text/plain"}


def test_the_saved_notebook_keeps_a_picture_of_each_demo(page):
    for outputs in page.evaluate(OUTPUTS)[:2]:
        (output,) = outputs
        assert set(output["data"]) == {"application/vnd.jupyter.widget-view+json", "image/png", "text/plain"}
