"""Frames that leave as XDP live frames: what arrives at the peer, and what is said when they can't.

They leave through v1; v0, where GRO is on, has a packet socket that sees what arrives.
"""
import json
import os
import signal
import subprocess
import time

import harness
from driven import Receiver, check_frames, stats
from harness import Lab, Skip, alive, children_of, equal, true, wait_for

DRIVER = os.environ["DRIVER"]
ENODEV, ENETDOWN, EAGAIN = 19, 100, 11


def drive(lab, *args, interface="v1"):
    """A running driver."""
    return lab.process([*lab.inside(), DRIVER, *args, interface], stdout=subprocess.PIPE,
                       text=True)


def report(driver, seconds=60):
    out, _ = driver.communicate(timeout=seconds)
    return json.loads(out)


def report_line(driver):
    """The same of one that goes on."""
    return json.loads(driver.stdout.readline())


def sent(lab, *args, **kwargs):
    """The report of a run in which all went well."""
    r = report(drive(lab, *args, **kwargs))
    if r["code"] == -95:
        raise Skip(r["error"])
    equal(r["code"], 0, f"result: {r}")
    return r


def check_counts(r, frames, lengths):
    equal(r["committed"], frames, "committed")
    equal(r["sent"], frames, "sent")
    equal(r["sent_bytes"], sum(lengths[i % len(lengths)] for i in range(frames)), "bytes sent")
    equal([r["too_long"], r["refused"], r["unsent"]], [0, 0, 0], "failures")


def streamed(programs):
    """Same bytes, same order, same count; through a ring that is filled many times, too."""
    lengths = [14, 60, 1514, 64, 23, 590, 1518, 1000]
    for slots in ("0", "8"):
        with Lab(programs) as lab:
            receiver = Receiver(lab)
            r = sent(lab, "-n", "5000", "-s", slots, "-l", ",".join(map(str, lengths)))
            check_counts(r, 5000, lengths)
            check_frames(receiver.take(), range(5000), lengths)
            equal(stats(lab, "v1")["tx"]["packets"], 5000, "packets of the link")


def rounds(programs):
    """Committed frames go round, and round again with others; in the same process."""
    lengths = [100, 60, 1514, 64, 600, 601, 602]
    with Lab(programs) as lab:
        receiver = Receiver(lab)
        r = sent(lab, "-n", "5", "-t", "2012", "-r", "3", "-l", ",".join(map(str, lengths)))
        want = [base + i % 5 for base in (0, 5, 10) for i in range(2012)]
        equal([r["committed"], r["sent"]], [len(want)] * 2, "frames")
        equal(r["sent_bytes"], sum(lengths[n % 7] for n in want), "bytes")
        check_frames(receiver.take(), want, lengths)


def longest(programs):
    """Frames that nearly fill a page, and one more than the ring has places."""
    with Lab(programs, mtu=2930) as lab:
        receiver = Receiver(lab)
        sent(lab, "-n", "65", "-s", "64", "-l", "2944,60,2943")
        check_frames(receiver.take(), range(65), [2944, 60, 2943])


def packed(programs):
    """Bytes are used again only when their frame has gone, though slots are free. Due times keep
    the ring full."""
    lengths = [2044] * 4 + [100] + [2044] * 4
    with Lab(programs, mtu=2030) as lab:
        receiver = Receiver(lab)
        sent(lab, "-n", "100", "-s", "8", "-p", "-d", "5e6", "-l", ",".join(map(str, lengths)))
        check_frames(receiver.take(), range(100), lengths)


def gaps(programs):
    """Neither before its time; how exactly is a matter of the machine."""
    with Lab(programs) as lab:
        receiver = Receiver(lab)
        sent(lab, "-n", "3", "-t", "51", "-g", "2e6")
        got = receiver.take()
        check_frames(got, [i % 3 for i in range(51)], [64])
        true(got[-1][0] - got[0][0] >= 100e6 - 20e6, "50 gaps of 2 ms")
        r = sent(lab, "-n", "51", "-p", "-d", "2e6", "-s", "16")
        equal([r["timed"], r["early"]], [51, 0], "frames whose time is known, and too early")
        got = receiver.take()
        check_frames(got, range(51), [64])
        true(got[-1][0] - got[0][0] >= 100e6 - 20e6, "50 due times, 2 ms apart")


def too_long(programs):
    """What the link does not take is counted, before the kernel sees it and after."""
    with Lab(programs) as lab:
        receiver = Receiver(lab)
        r = report(drive(lab, "-n", "100", "-m", "2000", "-l", "64,1519,13"))
        equal([r["sent"], r["too_long"], r["refused"]], [34, 33, 33], "sent, too long, refused")
        check_frames(receiver.take(), range(0, 100, 3), [64, 1519, 13])
        # The MTU changes under our eyes.
        driver = drive(lab, "-n", "2", "-t", "1000", "-g", "1e6", "-l", "64,1000")
        wait_for("frames", lambda: stats(lab, "v0")["rx"]["packets"] > 100)
        lab.ip("link", "set", "v1", "mtu", "500")
        r = report(driver)
        got = receiver.take()
        equal([r["code"], r["sent"] + r["too_long"], r["refused"]], [0, 1000, 0], "counts")
        equal([r["sent"], r["sent_bytes"]], [len(got), sum(len(d) for _, d in got)], "arrived")
        true(r["too_long"] > 0, "some were too long")


def down_and_up(programs):
    with Lab(programs) as lab:
        receiver = Receiver(lab)
        driver = drive(lab, "-n", "10", "-t", "2000", "-g", "5e5", "-P", "30")
        wait_for("frames", lambda: stats(lab, "v0")["rx"]["packets"] > 100)
        lab.ip("link", "set", "v1", "down")
        wait_for("the child's end", lambda: not children_of(driver.pid))
        lab.ip("link", "set", "v1", "up")
        r = report(driver)
        got = receiver.take()
        equal([r["code"], r["sent"] + r["refused"]], [0, 2000], "counts")
        equal([r["sent"], r["sent_bytes"]], [len(got), 64 * len(got)], "what arrived")
        true(r["refused"] <= 64, f"few are lost by it: {r['refused']}")


def stays_down(programs):
    with Lab(programs) as lab:
        lab.ip("link", "set", "v1", "down")
        r = report(drive(lab, "-n", "100", "-P", "0.3"))
        equal([r["code"], r["sent"], r["committed"]], [-ENETDOWN, 0, 100], "counts")


def peer_down(programs):
    """No carrier: it is waited for."""
    with Lab(programs) as lab:
        driver = drive(lab, "-n", "10", "-t", "1000", "-g", "1e6", "-P", "30")
        wait_for("frames", lambda: stats(lab, "v0")["rx"]["packets"] > 100)
        lab.ip("link", "set", "v0", "down")
        lab.ip("link", "set", "v0", "up")
        r = report(driver)
        equal([r["code"], r["sent"] + r["refused"]], [0, 1000], "counts")
        equal(r["sent"], stats(lab, "v0")["rx"]["packets"], "what arrived")


def removed(programs):
    """While frames leave, and while none does; it goes at once, though a child holds it."""
    for args in (["-n", "10", "-t", "1e9"], ["-n", "10", "-t", "1e6", "-g", "1e8"]):
        with Lab(programs) as lab:
            driver = drive(lab, *args, "-P", "30")
            wait_for("frames", lambda lab=lab: stats(lab, "v0")["rx"]["packets"] > 3)
            start = time.monotonic()
            lab.ip("link", "del", "v1")
            true(time.monotonic() - start < 5, "the interface is let go")
            r = report(driver)
            equal(r["code"], -ENODEV, "result")
            true(r["sent"] >= 3, f"sent: {r}")
    with Lab(programs) as lab:
        # The parent does not look.
        driver = drive(lab, "-n", "10", "-H", "60")
        wait_for("frames", lambda: stats(lab, "v0")["rx"]["packets"] == 10)
        equal(report_line(driver)["sent"], 10, "frames sent")
        start = time.monotonic()
        lab.ip("link", "del", "v1")
        true(time.monotonic() - start < 5, "the interface is let go")


def peer_without_gro(programs):
    with Lab(programs) as lab:
        lab.run("ethtool", "-K", "v0", "gro", "off")
        r = report(drive(lab))
        equal(r["code"], -95, "result")
        for word in ("v1", "GRO", "ethtool -K"):
            true(word in r["error"], f"{word!r} in {r['error']!r}")
        lab.run("ethtool", "-K", "v0", "gro", "on")
        # Switched off in between: it takes nothing, and few are lost in finding out.
        driver = drive(lab, "-n", "10", "-t", "100000", "-g", "1e5", "-P", "1")
        wait_for("frames", lambda: stats(lab, "v0")["rx"]["packets"] > 100)
        lab.run("ethtool", "-K", "v0", "gro", "off")
        r = report(driver)
        equal(r["code"], -EAGAIN, "result")
        true(0 < r["refused"] <= 64, f"refused: {r}")


def not_able(programs):
    with Lab(programs) as lab:
        r = report(drive(lab, interface="lo"))
        equal(r["code"], -95, "result")
        true("lo:" in r["error"] and "driver" in r["error"], r["error"])
        r = report(drive(lab, "-m", "3500"))
        equal(r["code"], -90, "result")
        true("3500" in r["error"], r["error"])


def unprivileged(programs):
    with Lab(programs) as lab:
        driver = lab.process([*lab.inside(), "setpriv", "--reuid", "65534", "--clear-groups",
                              "--bounding-set", "-all", DRIVER, "v1"],
                             stdout=subprocess.PIPE, text=True)
        r = report(driver)
        equal(r["code"], -1, "result")
        true("CAP_BPF" in r["error"], r["error"])


def two_at_once(programs):
    """Each counts its own frames, on one CPU and on two, and what the driver refuses of them."""
    for cpus in ("0", "0,1"):
        with Lab(programs) as lab:
            lab.add_pair("w0", "w1")
            command = [*lab.inside(), "taskset", "-c", cpus, DRIVER, "-n", "3", "-t", "200000"]
            try:
                drivers = [lab.process([*command, link], stdout=subprocess.PIPE, text=True)
                           for link in ("v1", "v1", "w1")]
            except FileNotFoundError as err:
                raise Skip("no taskset here") from err
            reports = [report(d) for d in drivers]
            for r in reports:
                equal([r["code"], r["sent"] + r["refused"]], [0, 200000], f"counts: {r}")
                equal(r["sent_bytes"], 64 * r["sent"], "bytes")
            for link, of in (("v1", reports[:2]), ("w1", reports[2:])):
                tx, refused = stats(lab, link)["tx"], sum(r["refused"] for r in of)
                equal(tx["packets"], sum(r["sent"] for r in of), f"packets of {link}")
                # veth's own sum may miss some when two CPUs add to it.
                true(tx["dropped"] == refused or tx["dropped"] < refused and len(of) > 1,
                     f"{link} dropped {tx['dropped']}, refused {refused}")


def killed(programs):
    """SIGKILL leaves no child, which survives what is meant for its parent, and holds no pipe."""
    with Lab(programs) as lab:
        driver = drive(lab, "-n", "10", "-t", "1e9")
        wait_for("frames", lambda: stats(lab, "v0")["rx"]["packets"] > 3)
        (child, name), = children_of(driver.pid)
        equal(name, "ringtap-xdp", "its name")
        fds = {os.readlink(f"/proc/{child}/fd/{fd}") for fd in os.listdir(f"/proc/{child}/fd")}
        true(all("bpf" in fd or "socket" in fd for fd in fds) and len(fds) == 2, f"it has {fds}")
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            os.kill(child, number)
        before = stats(lab, "v0")["rx"]["packets"]
        wait_for("more frames", lambda: stats(lab, "v0")["rx"]["packets"] > before + 100000)
        true(alive(child), "the child runs")
        os.kill(driver.pid, signal.SIGKILL)
        driver.communicate(timeout=20)
        wait_for("the child's end", lambda: not alive(child))


def child_killed(programs):
    """Somebody ends the child: another one goes on where it was."""
    with Lab(programs) as lab:
        receiver = Receiver(lab)
        driver = drive(lab, "-n", "10", "-t", "1000", "-g", "1e6")
        wait_for("frames", lambda: stats(lab, "v0")["rx"]["packets"] > 100)
        (child, _), = children_of(driver.pid)
        os.kill(child, signal.SIGKILL)
        r = report(driver)
        equal([r["code"], r["sent"], r["refused"]], [0, 1000, 0], "counts")
        check_frames(receiver.take(), [i % 10 for i in range(1000)], [64])


TESTS = [streamed, rounds, longest, packed, gaps, too_long, down_and_up, stays_down, peer_down,
         removed, peer_without_gro, not_able, unprivileged, two_at_once, killed, child_killed]

if __name__ == "__main__":
    harness.main(TESTS)
