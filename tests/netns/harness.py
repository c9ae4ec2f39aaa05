"""Network namespaces, captures and traffic for the end-to-end tests.

Everything is made for one test and removed with it: namespaces, mounts and files live in a private
mount namespace, so even a killed test leaves nothing behind. Nothing waits for a fixed time where a
condition can be waited for; every wait has an end.
"""
import atexit
import contextlib
import ctypes
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback

WAIT_S = 20
SKIPPED = 77
CLONE_NEWNS, CLONE_NEWNET = 0x20000, 0x40000000
MS_REC, MS_PRIVATE = 0x4000, 0x40000

libc = ctypes.CDLL(None, use_errno=True)


class Skip(Exception):
    """This machine cannot show what the test is about; the text says why."""


def call(*args, **kwargs):
    """Runs a command that must succeed; its output."""
    done = subprocess.run(args, capture_output=True, text=True, timeout=60, check=False, **kwargs)
    if done.returncode:
        raise AssertionError(f"{' '.join(args)}: status {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def wait_for(what, condition, seconds=WAIT_S):
    """Asks until the condition holds; its value. The end of patience is a failure."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s in vain: {what}")
        time.sleep(0.005)


def equal(got, want, what):
    if got != want:
        raise AssertionError(f"{what}: {got!r}, expected {want!r}")


def true(condition, what):
    if not condition:
        raise AssertionError(what)


def die_with_parent():
    libc.prctl(1, signal.SIGKILL, 0, 0, 0)


def unshare(flags):
    if libc.unshare(flags):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def children_of(pid):
    """Processes whose parent is pid, as (pid, name)."""
    found = []
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            with open(f"/proc/{entry}/stat", encoding="ascii", errors="replace") as stat:
                text = stat.read()
        except OSError:
            continue
        name, rest = text[text.index("(") + 1:].rsplit(")", 1)
        if int(rest.split()[1]) == pid:
            found.append((int(entry), name))
    return found


def status_of(pid, task=None):
    """/proc/PID/status as a dictionary."""
    path = f"/proc/{pid}/task/{task}/status" if task else f"/proc/{pid}/status"
    with open(path, encoding="ascii", errors="replace") as status:
        return dict(line.rstrip("\n").split(":\t", 1) for line in status if ":\t" in line)


def alive(pid):
    try:
        return status_of(pid)["State"][0] not in "ZX"
    except OSError:
        return False


class Capture:
    """A running `ringtap capture`, and what it reported."""

    def __init__(self, lab, args, stdout=None, ready=True, wrap=(), json_report=True):
        self.lab = lab
        self.errors = os.path.join(lab.dir, f"stderr-{lab.unique()}")
        command = [*lab.inside(), *wrap, lab.ringtap, "capture", *args]
        if json_report:
            command.append("--json")
        with open(self.errors, "wb") as stderr:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=stdout,
                                            stderr=stderr, cwd=lab.dir,
                                            preexec_fn=die_with_parent)
        self.pid = self.process.pid
        lab.processes.append(self)
        if ready:
            self.wait_ready()

    def text(self):
        with open(self.errors, encoding="utf-8", errors="replace") as stderr:
            return stderr.read()

    def reports(self):
        # A line without its end is still being written.
        return [json.loads(line) for line in self.text().splitlines(keepends=True)
                if line.startswith("{") and line.endswith("}\n")]

    def signal(self, number):
        os.kill(self.pid, number)

    def wait_taken(self, number):
        """Until a signal that was sent has been read by the program."""
        bit = 1 << (number - 1)
        wait_for(f"signal {number} is taken", lambda: not bit & (
            int(status_of(self.pid)["SigPnd"], 16) | int(status_of(self.pid)["ShdPnd"], 16)))

    def wait_ready(self):
        """Signals are taken from the loop that runs when rings and workers have been started."""
        usr1, usr2 = 1 << (signal.SIGUSR1 - 1), 1 << (signal.SIGUSR2 - 1)

        def blocked():
            true(self.process.poll() is None, f"ringtap ended early: {self.text()}")
            # Both are, for a moment, while a thread is being started.
            return int(status_of(self.pid)["SigBlk"], 16) & (usr1 | usr2) == usr1

        wait_for("signals are looked after", blocked)
        self.report()

    def report(self):
        """Asks for a report and returns it."""
        before = len(self.reports())
        self.signal(signal.SIGUSR1)

        def answered():
            true(self.process.poll() is None, f"ringtap ended: {self.text()}")
            return len(self.reports()) > before

        wait_for("a report after SIGUSR1", answered)
        return self.reports()[-1]

    def wait_report(self, what, condition, seconds=WAIT_S):
        def ask():
            report = self.report()
            return report if condition(report) else None
        return wait_for(what, ask, seconds)

    def wait_text(self, text, seconds=WAIT_S):
        wait_for(f"{text!r} on standard error", lambda: text in self.text(), seconds)

    def writer(self):
        """The process id of its writer."""
        # Not a child that is about to become a command of --post.
        found = [pid for pid, name in children_of(self.pid) if name == "ringtap-writer"]
        return found[0] if found else None

    def wait(self, seconds=WAIT_S):
        """Its exit status; the last report is in self.totals."""
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired as late:
            raise AssertionError(f"ringtap does not end within {seconds} s") from late
        reports = self.reports()
        self.totals = reports[-1] if reports else None
        return status

    def stop(self, expect=0, seconds=WAIT_S):
        """SIGINT; the final report."""
        self.signal(signal.SIGINT)
        equal(self.wait(seconds), expect, f"exit status ({self.text().strip()})")
        return self.totals

    def kill(self):
        writer = self.writer() if self.process.poll() is None else None
        for pid in (writer, self.pid if self.process.poll() is None else None):
            if pid:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        self.process.wait()


class Lab:
    """A namespace with the veth pair v0-v1 and a directory for files. v1 may live in another."""

    count = 0

    def __init__(self, programs, peer_apart=False, mtu=None):
        Lab.count += 1
        self.bench = programs.bench
        self.ns = f"rt{os.getpid()}-{Lab.count}"
        self.peer_ns = self.ns + "p" if peer_apart else self.ns
        self.mtu = mtu
        self.processes = []
        self.mounts = []
        self.serial = 0
        self.dir = tempfile.mkdtemp(prefix="ringtap-test-", dir="/var/tmp")
        self.ringtap = os.path.join(self.dir, "ringtap")
        os.chmod(self.dir, 0o755)
        shutil.copy(programs.ringtap, self.ringtap)

    def __enter__(self):
        try:
            for ns in {self.ns, self.peer_ns}:
                call("ip", "netns", "add", ns)
                # Neighbour discovery would be traffic that nobody has counted.
                for which in ("all", "default"):
                    path = f"/proc/sys/net/ipv6/conf/{which}/disable_ipv6"
                    call("ip", "netns", "exec", ns, "sh", "-c",
                         f"test ! -e {path} || echo 1 > {path}")
            self.add_pair("v0", "v1")
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, kind, value, trace):
        for process in self.processes:
            process.kill()
        for where in reversed(self.mounts):
            subprocess.run(["umount", "-l", where], check=False, stderr=subprocess.DEVNULL)
        for ns in {self.ns, self.peer_ns}:
            subprocess.run(["ip", "netns", "del", ns], check=False, stderr=subprocess.DEVNULL)
        shutil.rmtree(self.dir, ignore_errors=True)

    def unique(self):
        self.serial += 1
        return self.serial

    def path(self, name):
        return os.path.join(self.dir, name)

    def inside(self, ns=None):
        return ["ip", "netns", "exec", ns or self.ns]

    def run(self, *args, ns=None):
        return call(*self.inside(ns), *args)

    def ip(self, *args, ns=None):
        return call("ip", "-n", ns or self.ns, *args)

    def add_pair(self, name, peer):
        self.ip("link", "add", name, "type", "veth", "peer", "name", peer)
        if self.peer_ns != self.ns:
            self.ip("link", "set", peer, "netns", self.peer_ns)
        for link, ns in ((name, self.ns), (peer, self.peer_ns)):
            if self.mtu:
                self.ip("link", "set", link, "mtu", str(self.mtu), ns=ns)
            self.ip("link", "set", link, "up", ns=ns)
        with contextlib.suppress(AssertionError, FileNotFoundError):
            self.run("ethtool", "-K", name, "gro", "on") # the generator's packets need it

    @contextlib.contextmanager
    def entered(self, ns=None):
        """This thread is in the namespace: for sockets that are to live there."""
        with open("/proc/thread-self/ns/net", "rb") as home, \
             open(f"/run/netns/{ns or self.ns}", "rb") as there:
            equal(libc.setns(there.fileno(), CLONE_NEWNET), 0, "setns")
            try:
                yield
            finally:
                equal(libc.setns(home.fileno(), CLONE_NEWNET), 0, "setns back")

    def packet_socket(self, interface, ns=None):
        """What is sent here leaves through the interface as it is."""
        with self.entered(ns):
            s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
            s.bind((interface, 0))
        return s

    def process(self, command, **kwargs):
        """A helper process that ends with the test at the latest."""
        helper = Helper(command, self.dir, kwargs)
        self.processes.append(helper)
        return helper

    def capture(self, *args, **kwargs):
        return Capture(self, args, **kwargs)

    def refused(self, *args, wrap=(), seconds=WAIT_S):
        """A capture that must not start: (status, what it said)."""
        c = Capture(self, args, ready=False, wrap=wrap)
        return c.wait(seconds), c.text()

    def generate(self, *args, interface="v0"):
        """Packets that arrive on the interface; how many, exactly."""
        out = self.run(self.bench, "generate", "-i", interface, *args)
        return json.loads(out.splitlines()[-1])["packets"]

    def generator(self, *args, interface="v0"):
        """The same in the background."""
        return Generator(self, interface, args)

    def mount(self, name, *args):
        """Mounts a file system of the test's own."""
        where = self.path(name)
        os.makedirs(where, exist_ok=True)
        call("mount", *args, where)
        self.mounts.append(where)
        return where


class Helper(subprocess.Popen):
    def __init__(self, command, where, kwargs):
        super().__init__(command, cwd=where, preexec_fn=die_with_parent, **kwargs)

    def kill(self):
        super().kill()
        self.wait()


class Generator:
    def __init__(self, lab, interface, args):
        command = [*lab.inside(), lab.bench, "generate", "-i", interface, *args]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        text=True, preexec_fn=die_with_parent)
        lab.processes.append(self)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def offered(self, seconds=60):
        out, err = self.process.communicate(timeout=seconds)
        equal(self.process.returncode, 0, f"the generator's status ({err.strip()})")
        return json.loads(out.splitlines()[-1])["packets"]


class Programs:
    def __init__(self, ringtap, bench):
        self.ringtap, self.bench = ringtap, bench


def prepare():
    """A mount namespace of our own; Skip where that is not allowed."""
    if os.geteuid():
        raise Skip("needs root: it makes network namespaces and packet sockets")
    for tool in ("ip", "mount"):
        if not shutil.which(tool):
            raise Skip(f"the program {tool!r} is not installed")
    try:
        unshare(CLONE_NEWNS)
    except OSError as err:
        raise Skip(f"no mount namespace can be made here: {err.strerror}") from err
    libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None)
    os.makedirs("/run/netns", exist_ok=True)
    call("mount", "-t", "tmpfs", "none", "/run/netns")
    probe = f"rt{os.getpid()}-probe"
    try:
        call("ip", "netns", "add", probe)
        call("ip", "-n", probe, "link", "add", "v0", "type", "veth", "peer", "name", "v1")
    except AssertionError as err:
        raise Skip(f"no namespace with a veth pair can be made here: {err}") from err
    finally:
        subprocess.run(["ip", "netns", "del", probe], check=False, stderr=subprocess.DEVNULL)


def end_tests(number, frame):
    sys.exit(1)


def main(tests):
    """Runs the functions given, or those named after the two programs' paths."""
    signal.signal(signal.SIGTERM, end_tests)
    sys.stdout.reconfigure(line_buffering=True)
    programs = Programs(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]))
    wanted = sys.argv[3:]
    failed = passed = 0
    try:
        prepare()
    except Skip as why:
        print(f"SKIP {os.path.basename(sys.argv[0])}: {why}")
        sys.exit(SKIPPED)
    atexit.register(sys.stdout.flush)
    for test in tests:
        if wanted and test.__name__ not in wanted:
            continue
        start = time.monotonic()
        try:
            test(programs)
            passed += 1
            print(f"ok   {test.__name__} ({time.monotonic() - start:.1f} s)")
        except Skip as why:
            print(f"SKIP {test.__name__}: {why}")
        except Exception: # pylint: disable=broad-except
            failed += 1
            print(f"FAIL {test.__name__} ({time.monotonic() - start:.1f} s)")
            traceback.print_exc(file=sys.stdout)
    sys.exit(1 if failed else 0 if passed else SKIPPED)
