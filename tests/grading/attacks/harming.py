"""Code that does harm to the run: each is the code of one cell."""

_WRONG = "def softmax(scores):\n    return scores\n"

ATTACKS = {
    "endless-output": """
import os
def softmax(scores):
    while True:
        print("x" * 1_000_000)
        os.write(2, b"y" * 100_000)
""",
    "exits-in-a-cell": f"import sys\nsys.exit(0)\n{_WRONG}",
    "exits-in-the-answer": "import sys\ndef softmax(scores):\n    sys.exit(0)\n",
    "exits-hard-in-a-cell": f"import os\nos._exit(0)\n{_WRONG}",
    "exits-hard-in-the-answer": "import os\ndef softmax(scores):\n    os._exit(0)\n",
    "aborts": "import os\ndef softmax(scores):\n    os.abort()\n",
    "crashes-python": "import ctypes\ndef softmax(scores):\n    ctypes.string_at(0)\n",
    "fork-bomb": """
import os
def softmax(scores):
    while True:
        try:
            os.fork()
        except OSError:
            continue
""",
    "fork-bomb-in-a-cell": f"""
import os
while True:
    try:
        os.fork()
    except OSError:
        continue
{_WRONG}""",
    "thread-bomb": """
import threading, time
def softmax(scores):
    while True:
        try:
            threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
        except (RuntimeError, MemoryError):
            continue
""",
    "memory-bomb": """
def softmax(scores):
    hoard = []
    while True:
        hoard.append(bytearray(10_000_000))
""",
    "memory-bomb-in-a-cell": f"hoard = [np.ones(10_000_000) for _ in range(200)]\n{_WRONG}",
    "memory-bomb-in-processes": """
import os, time
def softmax(scores):
    for _ in range(20):
        if os.fork() == 0:
            hoard = np.ones(30_000_000)
            time.sleep(1000)
    time.sleep(1000)
""",
    "files-without-end": """
def softmax(scores):
    number = 0
    while True:
        with open(f"/tmp/{number}", "wb") as file:
            file.write(b"x" * 10_000_000)
        number += 1
""",
    "descriptors-without-end": """
def softmax(scores):
    held = []
    while True:
        held.append(open("/dev/null"))
""",
    "sleeps-forever": "import time\ndef softmax(scores):\n    time.sleep(1e6)\n",
    "swallows-the-alarm": """
def softmax(scores):
    while True:
        try:
            while True:
                pass
        except BaseException:
            continue
""",
    "swallows-the-alarm-in-a-cell": f"""
import signal
signal.signal(signal.SIGALRM, signal.SIG_IGN)
while True:
    pass
{_WRONG}""",
    "stops-its-parent": """
import os, signal
def softmax(scores):
    os.kill(os.getppid(), signal.SIGSTOP)
    return scores
""",
    "kills-all": """
import os, signal
def softmax(scores):
    for pid in (os.getppid(), 1, -1):
        try:
            os.kill(pid, signal.SIGKILL)
        except OSError:
            continue
    return scores
""",
    "outlives-the-run": """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        import ctypes
        ctypes.CDLL(None).prctl(15, b"outlives-the-run")
        for number in range(3, 200):
            try:
                os.close(number)
            except OSError:
                continue
        time.sleep(600)
    os._exit(0)
def softmax(scores):
    return scores
""",
    "loops-in-c": "def softmax(scores):\n    return sum(iter(int, 1))\n",
    "recursion": "def softmax(scores):\n    return softmax(scores)\n",
}
