"""What is left of root while packets flow, and whose files they are."""
import os
import pwd
import re
import shutil
import subprocess

import capfile
import harness
from harness import Lab, Skip, equal, status_of, true
from test_counts import check_sums

NOBODY = 65534


def check_dropped(pid, uid=None):
    """No effective capability, no way to new ones, a system call filter: in every thread."""
    for task in os.listdir(f"/proc/{pid}/task"):
        s = status_of(pid, task)
        who = f"{s['Name']} ({pid}/{task})"
        for capability in ("CapEff", "CapPrm", "CapInh", "CapAmb"):
            equal(int(s[capability], 16), 0, f"{who}: {capability}")
        equal(s["NoNewPrivs"], "1", f"{who}: NoNewPrivs")
        equal(s["Seccomp"], "2", f"{who}: Seccomp")
        if uid is not None:
            equal(s["Uid"].split(), [str(uid)] * 4, f"{who}: Uid")


def dropped_as_root(programs):
    with Lab(programs) as lab:
        path = lab.path("a.pcapng")
        c = lab.capture("-i", "v0", "-w", path)
        check_dropped(c.pid, 0)
        check_dropped(c.writer(), 0)
        offered = lab.generate("-n", "1000", "-s", "200")
        check_sums(c.stop(), offered)
        equal(os.stat(path).st_uid, 0, "the file's owner")


def kill_and_go_on(lab, c, offered):
    """The writer is killed; another one takes over and is as powerless. What was offered."""
    c.wait_report("stored", lambda r: r["packets_stored"] == offered)
    writer = c.writer()
    os.kill(writer, 9)
    harness.wait_for("another writer", lambda: c.writer() not in (None, writer))
    c.wait_report("it is there", lambda r: r["writer_starts"] == 2)
    offered += lab.generate("-n", "1000", "-s", "200")
    c.wait_report("it stores", lambda r: r["packets_stored"] == offered)
    check_dropped(c.writer(), NOBODY)
    return offered


def program_of_root_only(programs):
    """-Z nobody, who may neither reach nor execute the program: a killed writer is replaced."""
    with Lab(programs) as lab:
        private = lab.path("private")
        os.mkdir(private, 0o700)
        directory = lab.path("his")
        os.mkdir(directory)
        os.chown(directory, NOBODY, NOBODY)
        for mode in (0o755, 0o700):
            lab.ringtap = os.path.join(private, f"ringtap-{mode:o}")
            shutil.copy(programs.ringtap, lab.ringtap)
            os.chmod(lab.ringtap, mode)
            c = lab.capture("-i", "v0", "-Z", "nobody", "-w",
                            os.path.join(directory, f"{mode:o}.pcapng"), "--latency", "10ms")
            offered = kill_and_go_on(lab, c, lab.generate("-n", "1000", "-s", "200"))
            check_sums(c.stop(), offered)


def program_of_somebody(programs):
    """Root without capabilities may not execute what belongs to another, and is closed to root."""
    with Lab(programs) as lab:
        os.chown(lab.ringtap, NOBODY, NOBODY)
        os.chmod(lab.ringtap, 0o700)
        directory = lab.path("his")
        os.mkdir(directory, 0o700)
        os.chown(directory, NOBODY, NOBODY)
        c = lab.capture("-i", "v0", "-w", os.path.join(directory, "a.pcapng"), "--latency", "10ms")
        offered = kill_and_go_on(lab, c, lab.generate("-n", "1000", "-s", "200"))
        check_sums(c.stop(), offered)


def program_not_executable(programs):
    """Where memory may not be executed either, the start says what is wrong and what helps."""
    if not os.path.exists("/proc/sys/vm/memfd_noexec"):
        raise Skip("this kernel has no vm.memfd_noexec (Linux 6.3)")
    with Lab(programs) as lab:
        os.chmod(lab.ringtap, 0o700)
        directory = lab.path("his")
        os.mkdir(directory)
        os.chown(directory, NOBODY, NOBODY)
        # The setting belongs to a namespace of processes: only ours is changed.
        wrap = ("unshare", "--pid", "--fork", "--mount-proc", "sh", "-c",
                'echo 2 >/proc/sys/vm/memfd_noexec || exit 77; exec "$@"', "sh")
        status, text = lab.refused("-i", "v0", "-Z", "nobody", "-w",
                                   os.path.join(directory, "a.pcapng"), wrap=wrap)
        if status == 77:
            raise Skip("vm.memfd_noexec cannot be set in a namespace here")
        equal(status, 2, f"exit status ({text})")
        true("may not execute this program" in text and "chmod" in text,
             f"reason and remedy: {text}")


def dropped_to_user(programs):
    """-Z nobody: both processes are nobody, the file is his, another writer can be started."""
    try:
        user = pwd.getpwuid(NOBODY)
    except KeyError as err:
        raise Skip("there is no user 65534") from err
    with Lab(programs) as lab:
        directory = lab.path("his")
        os.mkdir(directory)
        os.chown(directory, NOBODY, user.pw_gid)
        path = os.path.join(directory, "a.pcapng")
        c = lab.capture("-i", "v0", "-Z", user.pw_name, "-w", path, "--latency", "10ms")
        check_dropped(c.pid, NOBODY)
        writer = c.writer()
        check_dropped(writer, NOBODY)
        a = lab.generate("-n", "1000", "-s", "200")
        c.wait_report("stored", lambda r: r["packets_stored"] == a)
        os.kill(writer, 9)
        harness.wait_for("another writer", lambda: c.writer() not in (None, writer))
        c.wait_report("it is there", lambda r: r["writer_starts"] == 2)
        b = lab.generate("-n", "1000", "-s", "200")
        totals = c.stop()
        check_sums(totals, a + b)
        files = os.listdir(directory)
        equal({os.stat(os.path.join(directory, n)).st_uid for n in files}, {NOBODY}, "owners")
        equal(sum(len(capfile.File(os.path.join(directory, n)).packets) for n in files), a + b,
              "packets in both files")


def directory_of_somebody(programs):
    """Root writes into a directory that is not root's: the writer becomes its owner."""
    with Lab(programs) as lab:
        directory = lab.path("his")
        os.mkdir(directory, 0o700)
        os.chown(directory, NOBODY, NOBODY)
        path = os.path.join(directory, "a.pcapng")
        c = lab.capture("-i", "v0", "-w", path, "--latency", "10ms")
        check_dropped(c.writer(), NOBODY)
        offered = lab.generate("-n", "1000", "-s", "200")
        c.wait_report("stored", lambda r: r["packets_stored"] == offered)
        # Somebody has to be able to start another one.
        writer = c.writer()
        os.kill(writer, 9)
        harness.wait_for("another writer", lambda: c.writer() not in (None, writer))
        c.wait_report("it is there", lambda r: r["writer_starts"] == 2)
        offered += lab.generate("-n", "1000", "-s", "200")
        check_sums(c.stop(), offered)
        equal(os.stat(path).st_uid, NOBODY, "the file's owner")


def finished_for_somebody(programs):
    """No writer is left: root, who has no capability to open his files, finishes them as he."""
    with Lab(programs) as lab:
        directory = lab.path("his")
        os.mkdir(directory, 0o700)
        os.chown(directory, NOBODY, NOBODY)
        c = lab.capture("-i", "v0", "-w", os.path.join(directory, "a.pcapng"), "-G", "1h",
                        "--latency", "10ms")
        offered = lab.generate("-n", "1000", "-s", "200")
        c.wait_report("stored", lambda r: r["packets_stored"] == offered)
        last = None
        for _ in range(5):
            last = harness.wait_for("a writer",
                                    lambda l=last: c.writer() if c.writer() != l else None)
            os.kill(last, 9)
        equal(c.wait(), 3, f"exit status ({c.text()})")
        true("cannot be finished" not in c.text(), f"every file could be: {c.text()}")
        names = os.listdir(directory)
        equal([n for n in names if n.startswith(".")], [], "hidden files")
        equal(sum(len(capfile.File(os.path.join(directory, n)).packets) for n in names), offered,
              "packets")


def refused_user(programs):
    """-Z with a user who may not write there."""
    with Lab(programs) as lab:
        status, text = lab.refused("-i", "v0", "-Z", "nobody", "-w", lab.path("a.pcapng"))
        equal(status, 2, "exit status")
        true("nobody" in text and "output directory" in text, f"reason: {text}")
        directory = lab.path("his")
        os.mkdir(directory)
        os.chown(directory, NOBODY, NOBODY)
        his = os.path.join(directory, "a.pcapng")
        for args in (("-Z", "nobody", "-w", his, "--summaries", lab.path("a.sum")),
                     ("-w", his, "--summaries", lab.path("a.sum"))):
            status, text = lab.refused("-i", "v0", *args)
            equal(status, 2, "exit status")
            true("directory of --summaries" in text and "-Z" in text,
                 f"reason and remedy: {text}")
            true(not os.path.exists(his), "no file is left")


def with_capabilities_only(programs):
    """Not root, but with the file capabilities that the message recommends."""
    if not shutil.which("setpriv") or not shutil.which("setcap"):
        raise Skip("setpriv or setcap is not installed")
    with Lab(programs) as lab:
        harness.call("setcap", "cap_net_raw,cap_net_admin,cap_ipc_lock=ep", lab.ringtap)
        directory = lab.path("his")
        os.mkdir(directory)
        os.chown(directory, NOBODY, NOBODY)
        path = os.path.join(directory, "a.pcapng")
        c = lab.capture("-i", "v0", "-w", path, ready=False,
                        wrap=("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}",
                              "--clear-groups"))
        c.wait_ready()
        check_dropped(c.pid, NOBODY)
        check_dropped(c.writer(), NOBODY)
        offered = lab.generate("-n", "1000", "-s", "200")
        check_sums(c.stop(), offered)


def status_of_others(programs):
    """Who may not look at a capture is told that there is one."""
    if not shutil.which("setpriv"):
        raise Skip("setpriv is not installed")
    with Lab(programs) as lab:
        c = lab.capture("-i", "v0", "--discard")
        done = subprocess.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
                               lab.ringtap, "status"], capture_output=True, text=True, timeout=20,
                              check=False)
        c.stop()
        # Others may be running on this machine.
        true(re.search(r": (1 capture of another user; root sees it|"
                       r"([2-9]|\d\d+) captures of other users; root sees them)\n", done.stderr),
             f"words: {done.stderr}")


TESTS = [dropped_as_root, dropped_to_user, directory_of_somebody, program_of_root_only,
         program_of_somebody, program_not_executable, finished_for_somebody, refused_user,
         with_capabilities_only, status_of_others]

if __name__ == "__main__":
    harness.main(TESTS)
