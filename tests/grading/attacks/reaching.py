"""Code that reaches for what is outside. What it finds, it tries to have shown in the report."""

_HEAD = """
import glob, os, socket, subprocess
found = []
def look(path):
    try:
        with open(path, "rb") as file:
            found.append(f"FOUND {path} {file.read(2000)!r}")
    except OSError:
        pass
"""
_TELL = """
def softmax(scores):
    raise ValueError(" ".join(found) or "nothing")
"""

# {outside}: a folder with a file that holds a word which is searched for; {port}: where somebody listens here.
ATTACKS = {
    "reads-files-by-name": """
for path in ("{outside}/secret.txt", "{outside}/out/gradebook.sqlite", "{outside}/out/secret-seed",
             "{outside}/submissions/honest/work.ipynb", "/etc/passwd", "/etc/shadow", "/etc/hostname", "{package}"):
    look(path)
""",
    "walks-the-file-system": """
for folder, folders, files in os.walk("/"):
    folders[:] = [name for name in folders if os.path.join(folder, name) not in ("/proc", "/usr", "/sys")]
    for name in files:
        if name.startswith("lesson0") or name.endswith((".ipynb", ".sqlite", ".txt")) or "secret" in name:
            path = os.path.join(folder, name)
            if not any(part in path for part in ("/drivers/", "/course/lib/", "/lib/python")):
                look(path)
                found.append("FOUND " + path)
""",
    "reads-other-processes": """
for pid in os.listdir("/proc"):
    if pid.isdigit():
        for name in ("environ", "cmdline"):
            try:
                text = open(f"/proc/{{pid}}/{{name}}", "rb").read()
            except OSError:
                continue
            if b"CAN" + b"ARY" in text or b"submissions" in text or b"pytest" in text:
                found.append("FOUND " + repr(text[:300]))
""",
    "reads-memory-of-others": """
import ctypes
for pid in (1, os.getppid(), 2):
    try:
        maps = open(f"/proc/{{pid}}/maps").read()
        memory = open(f"/proc/{{pid}}/mem", "rb", 0)
    except OSError:
        continue
    if pid != os.getppid() and ctypes.CDLL(None).ptrace(16, pid, 0, 0) == 0:
        found.append("FOUND by ptrace")
""",
    "writes-outside": """
for path in ("{outside}/written", "/etc/written", "/course/written", "/usr/lib/written", "/written", "/root/written",
             "/course/dlcourse/running/written.py", "/proc/sys/kernel/hostname"):
    try:
        with open(path, "w") as file:
            file.write("x")
        found.append("FOUND writable " + path)
    except OSError:
        pass
""",
    "opens-connections": """
for kind, address in ((socket.SOCK_STREAM, ("127.0.0.1", {port})), (socket.SOCK_DGRAM, ("127.0.0.1", {port}))):
    try:
        with socket.socket(socket.AF_INET, kind) as line:
            line.settimeout(0.5)
            line.connect(address)
            line.send(b"hello")
            if kind == socket.SOCK_STREAM:
                found.append("FOUND a connection")
    except OSError:
        pass
for name in ("\\0dlcourse-canary", "/run/dbus/system_bus_socket", "/var/run/docker.sock"):
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(name)
            found.append("FOUND socket " + name)
    except OSError:
        pass
try:
    socket.getaddrinfo("example.org", 80)
    found.append("FOUND names")
except OSError:
    pass
""",
    "runs-commands": """
for command in (["/bin/sh", "-c", "id"], ["/usr/bin/python3", "-c", "1"], ["/usr/bin/bwrap", "--help"], ["id"]):
    try:
        subprocess.run(command, capture_output=True)
        found.append("FOUND command " + command[0])
    except OSError:
        pass
!touch {outside}/written
%sx touch {outside}/written
""",
    "wants-to-be-root": """
import ctypes
for step in (lambda: os.setuid(0), lambda: os.setgroups([0]), lambda: os.chroot("/tmp"), lambda: os.nice(-5)):
    try:
        step()
        found.append("FOUND a right")
    except OSError:
        pass
libc = ctypes.CDLL(None, use_errno=True)
if libc.mount(b"none", b"/tmp", b"tmpfs", 0, None) == 0:
    found.append("FOUND mount")
if libc.sethostname(b"x", 1) == 0:
    found.append("FOUND hostname")
for flags in (0x10000000, 0x10020000, 0x20000000, 0x40000000):
    if libc.unshare(flags) == 0:
        found.append("FOUND a namespace")
""",
    "fills-memory-with-files": """
size = 0
for folder in ("/dev/shm", "/dev", "/run", "/dev/pts", "/dev/mqueue", "/tmp"):
    try:
        for number in range(30):
            with open(f"{{folder}}/{{number}}", "wb") as file:
                file.write(bytes(10_000_000))
            size += 10
    except OSError:
        pass
if size > 100:
    found.append(f"FOUND {{size}} MB")
""",
    "follows-links": """
for before in ("", "/proc/1/root", "/proc/self/cwd/../.."):
    target = before + "{outside}/secret.txt"
    try:
        os.symlink(target, "/tmp/link")
    except OSError:
        pass
    look("/tmp/link")
    look(target)
""",
    "searches-memory": """
import gc, sys
for thing in gc.get_objects():
    try:
        text = repr(thing)[:5000]
    except BaseException:
        continue
    if "secret-seed" in text and "FOUND" not in text and "reaching" not in text and "path in" not in text:
        found.append("FOUND " + text[:100]) if isinstance(thing, (bytes, str)) else None
for name in sys.modules:
    if name.startswith("dlcourse.") and not name.startswith("dlcourse.running") and name.count(".") == 1:
        if name.split(".")[1] in ("exercises", "checks", "grading"):
            found.append("FOUND " + name)
""",
}


def code(name: str, **facts: object) -> str:
    """The cell of an attack, with the places that it reaches for."""
    return _HEAD + ATTACKS[name].format(**facts) + _TELL
