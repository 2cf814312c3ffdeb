"""A place for code that nobody trusts: no network, no files but its own, and limits on all that it uses.

The sandbox is bubblewrap's: new namespaces, and a file system put together from Python's standard library, the
libraries that answers may use, and :mod:`dlcourse.running`. Nothing else is there: no reference answers, no other
submissions, no home folder. What comes out of it is read by :class:`Channel`, which trusts nothing.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any

import dlcourse.running
from dlcourse.grading import processes, seccomp
from dlcourse.grading.libraries import files_of
from dlcourse.grading.records import Limits
from dlcourse.running import wire

KINDS = ("auto", "bwrap", "none")
_RUNNING = Path(dlcourse.running.__file__).parent
_MiB = 2**20
_TICK = 0.25  # seconds between two looks at what the processes of a sandbox use
_START = 60.0  # seconds that Python and its libraries may take to load
_FIRST_UID = 64_000  # of users that exist nowhere; each sandbox that runs at the same time has its own
_INSTALL = (
    "Grading runs each submission in a sandbox, which needs bubblewrap (Linux): install it with "
    "`apt-get install bubblewrap` (Debian, Ubuntu), `dnf install bubblewrap` (Fedora) or your system's like. On "
    "macOS and Windows, grade in Docker or a Linux machine. `--sandbox none` runs submissions unprotected: they "
    "can then read and change everything that you can."
)


class SandboxMissing(RuntimeError):
    """There is no sandbox here; the message says how to get one."""


class Broken(RuntimeError):
    """The sandbox gave no proper answer and was closed; the message is a sentence for the student.

    Attributes:
        slow: whether it gave none in time.
    """

    def __init__(self, sentence: str, slow: bool = False) -> None:
        super().__init__(sentence)
        self.slow = slow


class Breach(Broken):
    """What came back is nothing that the server sends."""

    def __init__(self, what: str) -> None:
        super().__init__(f"Your code disturbed the grading: {what}.")


def choose(kind: str) -> str:
    """``"bwrap"`` or ``"none"``; ``"auto"`` means bubblewrap, since nobody should be unprotected by accident.

    Raises:
        SandboxMissing: bubblewrap is wanted and does not work here.
    """
    if kind not in KINDS:
        raise ValueError(f"There is no sandbox {kind!r}: choose from {', '.join(KINDS)}.")
    if kind == "none":
        return kind
    if shutil.which("bwrap") is None:
        raise SandboxMissing(_INSTALL)
    problem = _why_bwrap_fails()
    if problem:
        raise SandboxMissing(
            f"bubblewrap is installed but cannot make a sandbox here: {problem}. Where user namespaces are switched "
            "off, `sysctl kernel.unprivileged_userns_clone=1` or (Ubuntu) `sysctl "
            "kernel.apparmor_restrict_unprivileged_userns=0` allows them; inside a container, it needs more rights."
        )
    return "bwrap"


@cache
def _why_bwrap_fails() -> str:
    command = [*_bwrap_options(), "--ro-bind", "/", "/", "--proc", "/proc", "--", *_dropping(_FIRST_UID), "true"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stderr.strip() or f"it ends with status {done.returncode}"


# --- the command ---------------------------------------------------------------------------------


def _bwrap_options() -> list[str]:
    """Namespaces and rights. Root must become another user for good, which takes three capabilities to do."""
    options = ["bwrap", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]
    options += ["--die-with-parent", "--new-session", "--clearenv", "--cap-drop", "ALL"]
    if os.geteuid() == 0:
        for capability in ("CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP"):
            options += ["--cap-add", capability]
        return options
    return [*options, "--unshare-user", "--disable-userns"]


def _dropping(uid: int) -> list[str]:
    """The command that takes root's rights away before anything else runs."""
    if os.geteuid() != 0:
        return []
    user = ["--reuid", str(uid), "--regid", str(uid), "--clear-groups"]
    return [_setpriv(), *user, "--bounding-set=-all", "--inh-caps=-all", "--ambient-caps=-all", "--no-new-privs"]


def _setpriv() -> str:
    found = shutil.which("setpriv")
    if found is None:
        raise SandboxMissing(
            "Grading as root needs the command setpriv (package util-linux), or grade as another user."
        )
    return os.path.realpath(found)


def _shown(path: Path, place: Path | None = None) -> list[str]:
    """Show a file or folder read-only, in folders that everybody may enter."""
    place = place or path
    return [*_folders(place.parent), "--ro-bind", str(path), str(place)]


def _folders(path: Path) -> list[str]:
    """Make a folder and all above it. Those that bubblewrap makes by itself would be closed to other users."""
    options = []
    for folder in [*reversed(path.parents), path]:
        if folder != Path("/"):
            options += ["--perms", "0755", "--dir", str(folder)]
    return options


def _system() -> list[str]:
    """The system's shared libraries, Python, and an empty place where each keeps libraries for Python."""
    options: list[str] = []
    for folder in map(Path, ("/usr/lib", "/usr/lib32", "/usr/lib64", "/lib", "/lib32", "/lib64")):
        if folder.is_symlink():
            options += ["--symlink", os.readlink(folder), str(folder)]
        elif folder.is_dir():
            options += _shown(folder)
    if Path("/etc/ld.so.cache").exists():
        options += _shown(Path("/etc/ld.so.cache"))
    prefix = Path(sys.base_prefix)
    options += _shown(_python()) if prefix == Path("/usr") else _shown(prefix)
    if os.geteuid() == 0:
        options += _shown(Path(_setpriv()))
    for folder in _python_libraries():
        options += ["--perms", "0755", "--tmpfs", str(folder), "--remount-ro", str(folder)]
    return options


def _python() -> Path:
    """The interpreter itself, not the link of a virtual environment."""
    return Path(os.path.realpath(sys.executable))


def _python_libraries() -> list[Path]:
    """Folders that are shown with the system or with Python, and hold libraries which answers may not use."""
    version = f"python{sysconfig.get_python_version()}"
    roots = [Path("/usr/lib"), Path(sys.base_prefix) / "lib"]
    places = [r / name / packages for r in roots for name in (version, "python3") for packages in _PACKAGES]
    return sorted({place.resolve() for place in places if place.is_dir()})


_PACKAGES = ("site-packages", "dist-packages")


def _course(lesson: str, standin: Path, running: Path) -> list[str]:
    """What runs the answers, as the package ``dlcourse.running``; of the drivers, those of one lesson."""
    place = Path("/course/dlcourse")
    options = [*_folders(place), *_shown(standin, place / "__init__.py")]
    for path in sorted(running.iterdir()):
        if path.suffix == ".py" or path.name == "__pycache__":
            options += _shown(path, place / "running" / path.name)
    for name in ("__init__", f"lesson{lesson}"):
        if (running / "drivers" / f"{name}.py").exists():
            options += _shown(running / "drivers" / f"{name}.py", place / "running" / "drivers" / f"{name}.py")
    return options


def _bwrap(lesson: str, libraries: tuple[str, ...], limits: Limits, uid: int, filter_fd: int | None) -> list[str]:
    options = [
        *_bwrap_options(),
        *([] if filter_fd is None else ["--seccomp", str(filter_fd)]),
        *_system(),
        *_course(lesson, _RUNNING / "standin.py", _RUNNING),
    ]
    for path in files_of(libraries):
        options += _shown(path, Path("/course/lib") / path.name)
    options += ["--proc", "/proc", "--dev", "/dev"]
    for folder, size in (("/tmp", limits.file_size), ("/dev/shm", 1)):
        options += ["--perms", "1777", "--size", str(size * _MiB), "--tmpfs", folder]
    options += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/tmp", "--hostname", "sandbox"]
    for name, value in _ENVIRONMENT.items():
        options += ["--setenv", name, value]
    return [*options, "--", *_dropping(uid)]


_ENVIRONMENT = {
    "HOME": "/tmp", "TMPDIR": "/tmp", "LANG": "C.UTF-8", "PATH": "", "MPLBACKEND": "agg", "MPLCONFIGDIR": "/tmp",
    "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "NUMEXPR_NUM_THREADS": "1",
}  # fmt: skip

_PROGRAM = """\
import resource, sys
fd, files, file_size, processes = map(int, sys.argv[1:5])
sys.path[:0] = sys.argv[5:]
for what, most in (("NOFILE", files), ("FSIZE", file_size), ("NPROC", processes), ("CORE", 0)):
    resource.setrlimit(getattr(resource, "RLIMIT_" + what), (most, most))
from dlcourse.running.server import main
main(fd)
"""


@contextlib.contextmanager
def _filter() -> Iterator[int | None]:
    """A descriptor from which bubblewrap reads the filter of system calls; None on a machine that has none."""
    program = seccomp.program()
    if not program:
        yield None
        return
    reading, writing = os.pipe()
    try:
        os.write(writing, program)  # some hundred bytes: a pipe holds more
        os.close(writing)
        yield reading
    finally:
        os.close(reading)


# --- the sandbox ---------------------------------------------------------------------------------


class Sandbox:
    """One server process tree for one submission; a context manager.

    Args:
        lesson: two digits.
        libraries: names of the distributions that answers may use, such as ``("numpy", "matplotlib")``.
        imports: modules to load before the memory limit counts.
        absent: names of modules that can be imported but complain when used.
        limits: what it may use.
        kind: ``"bwrap"``, or ``"none"`` for an ordinary process with limits only.
    """

    def __init__(
        self,
        lesson: str,
        libraries: Sequence[str],
        imports: Sequence[str],
        absent: Sequence[str],
        limits: Limits,
        kind: str = "bwrap",
    ) -> None:
        self.limits = limits
        self._begin = {"do": "begin", "imports": list(imports), "absent": list(absent), "memory": limits.memory}
        self._where = (lesson, tuple(libraries), kind)
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> Sandbox:
        lesson, libraries, kind = self._where
        ours, theirs = socket.socketpair()
        with theirs, _filter() as filter_fd:
            descriptors = [theirs.fileno(), *([] if filter_fd is None else [filter_fd])]
            command, environment = self._command(lesson, libraries, kind, theirs.fileno(), filter_fd)
            self._process = subprocess.Popen(
                command,
                pass_fds=descriptors,
                env=environment,
                cwd=None if kind == "bwrap" else str(self._scratch()),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,  # until the server is ready; then it lets go of it
                start_new_session=True,
            )
        self._channel = Channel(ours, self._process.pid, self.limits)
        try:
            self.ask(self._begin, _START)
        except Broken as error:
            self.close()
            raise SandboxMissing(f"The sandbox did not start: {self._complaint() or error}") from error
        except BaseException:
            self.close()
            raise
        finally:
            assert self._process.stderr is not None
            self._process.stderr.close()
        return self

    def _complaint(self) -> str:
        """What was written to stderr before the server was ready; no student's code has run by then."""
        assert self._process.stderr is not None
        return self._process.stderr.read(10_000).decode(errors="replace").strip()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _command(
        self, lesson: str, libraries: tuple[str, ...], kind: str, fd: int, filter_fd: int | None
    ) -> tuple[list[str], dict[str, str]]:
        limits = self.limits
        numbers = [fd, limits.open_files, limits.file_size * _MiB, processes.limit_for_user(limits.processes)]
        python = [str(_python()), "-I", "-S", "-B", "-c", _PROGRAM, *map(str, numbers)]
        if kind == "bwrap":
            uid = _FIRST_UID + os.getpid() % 1000
            return [*_bwrap(lesson, libraries, limits, uid, filter_fd), *python, "/course", "/course/lib"], {}
        packages = sorted({str(path.parent) for path in files_of(libraries)})
        return [*python, str(self._copy_of_the_course()), *packages], {**_ENVIRONMENT, "HOME": str(self._scratch())}

    def _scratch(self) -> Path:
        self._folder = self._folder or tempfile.TemporaryDirectory(prefix="dlcourse-grading-")
        return Path(self._folder.name)

    def _copy_of_the_course(self) -> Path:
        """Without bubblewrap, the stand-in package lies in a folder of its own."""
        course = self._scratch() / "course"
        shutil.copytree(_RUNNING, course / "dlcourse" / "running")
        shutil.copy(_RUNNING / "standin.py", course / "dlcourse" / "__init__.py")
        return course

    def ask(self, message: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Send a message and give its one reply.

        Raises:
            Broken: no proper reply came in time.
        """
        return next(self.replies(message, seconds))

    def replies(self, message: dict[str, Any], seconds: float) -> Iterator[dict[str, Any]]:
        """Send a message and give its replies for so many seconds in all, as long as they are asked for.

        Raises:
            Broken: one did not come in time, or is no proper message.
        """
        deadline = time.monotonic() + seconds
        self._channel.send(wire.frame(message), deadline)
        while True:
            yield self._channel.receive(deadline)

    def close(self) -> None:
        """End every process of the sandbox."""
        self._process.kill()
        if self._where[2] == "none":  # no namespace that would end with its first process
            for pid in processes.tree(self._process.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        self._process.wait()
        self._channel.close()
        if self._folder is not None:
            self._folder.cleanup()


class Channel:
    """The grader's end of the socket. Whoever writes at the other end is not trusted."""

    def __init__(self, connection: socket.socket, pid: int, limits: Limits) -> None:
        self._connection = connection
        self._pid = pid
        self._limits = limits

    def send(self, data: bytes, deadline: float) -> None:
        """Send bytes; a server that does not read is broken."""
        self._connection.settimeout(max(deadline - time.monotonic(), 0.01))
        try:
            self._connection.sendall(data)
        except OSError as error:
            raise Broken(_NO_ANSWER, slow=isinstance(error, TimeoutError)) from error

    def receive(self, deadline: float) -> dict[str, Any]:
        """The next message.

        Raises:
            Broken: it did not come in time, or is none; or the processes use more than they may.
        """
        try:
            length = wire.length_of(self._exactly(4, deadline), self._limits.reply * _MiB * 2)
            return wire.parse(self._exactly(length, deadline))
        except wire.WireError as error:
            raise Breach(f"what came back was {error}") from error

    def _exactly(self, length: int, deadline: float) -> bytes:
        found = bytearray()
        while len(found) < length:
            found += self._some(length - len(found), deadline)
        return bytes(found)

    def _some(self, most: int, deadline: float) -> bytes:
        while (left := deadline - time.monotonic()) > 0:
            self._connection.settimeout(min(left, _TICK))
            try:
                chunk = self._connection.recv(min(most, _MiB))
            except TimeoutError:
                self._watch()
                continue
            except OSError as error:
                raise Broken(_NO_ANSWER) from error
            if not chunk:
                raise Broken(_NO_ANSWER)
            return chunk
        raise Broken("Your code gave no answer in time, and had to be stopped.", slow=True)

    def _watch(self) -> None:
        """All processes together may use no more than one."""
        number, memory = processes.usage(self._pid)
        if number > self._limits.processes + 8:  # the sandbox's own
            raise Broken(f"Your code started more than {self._limits.processes} processes, and had to be stopped.")
        if memory > (self._limits.memory + _OF_THE_LIBRARIES) * _MiB:
            raise Broken(f"Your code used more than {self._limits.memory} MB of memory, and had to be stopped.")

    def close(self) -> None:
        """Wait until the last process of the sandbox has let go of the socket, then close it."""
        end = time.monotonic() + 5
        self._connection.settimeout(0.5)
        with contextlib.suppress(OSError):
            while time.monotonic() < end and self._connection.recv(_MiB):
                continue
        self._connection.close()


_NO_ANSWER = "Your code ended the process that runs it, so that it gave no answer."
_OF_THE_LIBRARIES = 1024  # MiB that Python and its libraries need themselves, at most
