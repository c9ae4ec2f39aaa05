"""What is left of root while packets flow, and whose files they are."""
import os
import pwd
import shutil

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


def refused_user(programs):
    """-Z with a user who may not write there."""
    with Lab(programs) as lab:
        status, text = lab.refused("-i", "v0", "-Z", "nobody", "-w", lab.path("a.pcapng"))
        equal(status, 2, "exit status")
        true("nobody" in text and "output directory" in text, f"reason: {text}")


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


TESTS = [dropped_as_root, dropped_to_user, directory_of_somebody, refused_user,
         with_capabilities_only]

if __name__ == "__main__":
    harness.main(TESTS)
