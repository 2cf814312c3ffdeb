"""Answers that forge what goes back to the grader, or send what breaks it: each is the code of one cell."""

_SOCKETS = """
import os, stat, json, time, threading
def channels():
    for name in os.listdir("/proc/self/fd"):
        number = int(name)
        try:
            mode = os.fstat(number).st_mode
        except OSError:
            continue
        if stat.S_ISSOCK(mode) or stat.S_ISFIFO(mode):
            yield number
def send(data):
    for number in channels():
        try:
            os.set_blocking(number, False)
            os.write(number, data)
        except OSError:
            continue
def frame(message):
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    return len(body).to_bytes(4, "big") + body
RIGHT = {"outcome": {"stopped": "", "value": True, "has_value": True, "passed": True, "points": 2,
                     "arguments_after": None, "sentence": "", "error": ""}}
"""
_WRONG = "def softmax(scores):\n    return scores\n"

ATTACKS = {
    "frames-from-the-cell": f"""{_SOCKETS}
send(frame({{"ok": True}}) + frame(RIGHT) * 40 + frame({{"end": "done"}}))
{_WRONG}""",
    "frames-from-the-answer": f"""{_SOCKETS}
def softmax(scores):
    send(frame(RIGHT) * 40 + frame({{"end": "done"}}))
    return scores
""",
    "frames-from-a-thread": f"""{_SOCKETS}
def flood():
    while True:
        send(frame(RIGHT))
threading.Thread(target=flood, daemon=True).start()
{_WRONG}""",
    "frame-of-four-gigabytes": f"{_SOCKETS}\nsend(b'\\xff\\xff\\xff\\xff' + b'[' * 1000)\n{_WRONG}",
    "frame-too-deep": f"""{_SOCKETS}
def softmax(scores):
    deep = b"[" * 100_000 + b"]" * 100_000
    send(frame(b'{{"outcome": {{"stopped": "", "value": ' + deep + b'}}}}'))
    return scores
""",
    "frame-of-noise": f"{_SOCKETS}\nsend(os.urandom(5000))\n{_WRONG}",
    "frame-with-objects": f"""{_SOCKETS}
def softmax(scores):
    RIGHT["outcome"]["value"] = {{"array": ["|O8", [3], "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"]}}
    send(frame(RIGHT) * 20)
    return scores
""",
    "frame-with-a-false-shape": f"""{_SOCKETS}
def softmax(scores):
    RIGHT["outcome"]["value"] = {{"array": ["<f8", [1000000, 1000000], "AAAA"]}}
    send(frame(RIGHT) * 20)
    return scores
""",
    "frame-with-constants": f"""{_SOCKETS}
def softmax(scores):
    send(frame(b'{{"outcome": {{"stopped": "", "value": NaN, "value": Infinity, "arguments_after": -Infinity}}}}'))
    return scores
""",
    "frame-with-a-huge-number": f"{_SOCKETS}\nsend(frame(b'{{\"ok\": ' + b'9' * 1_000_000 + b'}}'))\n{_WRONG}",
    "socket-closed": f"{_SOCKETS}\nfor number in list(channels()):\n    os.close(number)\n{_WRONG}",
    "server-replaced": f"""{_SOCKETS}
if os.fork() == 0:
    while True:
        send(frame({{"ok": True}}) + frame(RIGHT))
        time.sleep(0.01)
{_WRONG}""",
    "wire-patched": """
import dlcourse.running.wire as wire
wire.frame = lambda message: b"\\x00\\x00\\x00\\x02{}"
def softmax(scores):
    return scores
""",
    "child-does-not-end": """
import os, dlcourse.running.server as server
os._exit = lambda status: None
def softmax(scores):
    return scores
""",
    "answer-too-large": "def softmax(scores):\n    return np.zeros(10_000_000)\n",
    "answer-too-deep": """
def softmax(scores):
    deep = []
    for _ in range(100_000):
        deep = [deep]
    return deep
""",
    "answer-holds-itself": "def softmax(scores):\n    loop = []\n    loop.append(loop)\n    return loop\n",
    "answer-with-a-million-keys": "def softmax(scores):\n    return {i: i for i in range(1_000_000)}\n",
    "answer-with-a-huge-int": "def softmax(scores):\n    return 7 ** 5_000_000\n",
    "answer-with-half-characters": "def softmax(scores):\n    return ['\\ud800' * 1000, b'\\xff'.decode('latin-1')]\n",
    "answer-of-objects": "def softmax(scores):\n    return np.array([object(), None, 3], dtype=object)\n",
    "answer-structured": "def softmax(scores):\n    return np.zeros(3, dtype=[('a', 'f8'), ('b', 'O')])\n",
    "error-with-markup": """
def softmax(scores):
    raise ValueError("<script>document.title='owned'</script>\\x1b[2J\\u202e=HYPERLINK(1)" + "A" * 1_000_000)
""",
    "sentence-of-praise": """
import dlcourse.running.server as server
def praise(answers, message):
    for case in message["cases"]:
        yield {"stopped": "error", "sentence": "<b>Full points!</b>" * 1000, "error": "x" * 10_000}
server._outcomes = praise
def softmax(scores):
    return scores
""",
}
