"""Frames through a TX ring, sent by the thread that waits for room, time and link.

They leave through v1; v0 has a packet socket that sees what arrives.
"""
import contextlib
import fcntl
import json
import os
import shutil
import signal
import struct
import subprocess

import harness
from driven import Receiver, check_frames, stats
from harness import Lab, Skip, equal, true, wait_for

DRIVER = os.environ["DRIVER"]
EPERM, EINTR, ENODEV, ENETDOWN, ETIMEDOUT = 1, 4, 19, 100, 110
SECOND = 10**9
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454ca, 1, 0x1000


def drive(lab, *args, interface="v1", wrap=()):
    """A running driver."""
    return lab.process([*lab.inside(), *wrap, DRIVER, *args, interface], text=True,
                       stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def reports(driver, seconds=60):
    """What each sender says; the counts add up in each."""
    out, err = driver.communicate(timeout=seconds)
    found = [json.loads(line) for line in out.splitlines()]
    true(found, f"no report: {err}")
    true(driver.returncode in (0, 2), f"status {driver.returncode}: counts did not add up: {err}")
    for r in found:
        if "committed" in r:
            equal(r["sent"] + r["too_long"] + r["refused"] + r["unsent"], r["committed"],
                  f"what became of the frames: {r}")
    return found


def report(driver, seconds=60):
    found, = reports(driver, seconds)
    return found


def sent(lab, *args, **kwargs):
    """The report of a run in which all went well."""
    r = report(drive(lab, *args, **kwargs))
    equal(r["code"], 0, f"result: {r}")
    return r


def check_sent(r, frames, lengths):
    equal([r["committed"], r["sent"]], [frames, frames], f"committed, sent: {r}")
    equal(r["sent_bytes"], sum(lengths[i % len(lengths)] for i in range(frames)), "bytes sent")


def passed(lab, frames, lengths, *args, interface="v1", arrives="v0"):
    """Same bytes, same order, same count."""
    receiver = Receiver(lab, arrives)
    r = sent(lab, "-n", str(frames), "-l", ",".join(map(str, lengths)), *args,
             interface=interface)
    check_sent(r, frames, lengths)
    check_frames(receiver.take(), range(frames), lengths)
    return r


def arrived(lab):
    return stats(lab, "v0")["rx"]["packets"]


def dropped(lab):
    return stats(lab, "v1")["tx"]["dropped"]


def streamed(programs):
    """Through rings that are filled many times, and through one that is not filled once."""
    for slots in ("0", "1", "100", "65536", "4294967295"):
        with Lab(programs) as lab:
            passed(lab, 3000, [14, 60, 1514, 64, 23, 590, 1000], "-s", slots)


def jumbo(programs):
    """On both sides of what is copied, and of a page."""
    with Lab(programs, mtu=9000) as lab:
        passed(lab, 2000, [9014, 60, 3072, 3073, 4054, 4055, 4096, 8192], "-s", "1")


def loopback(programs):
    """What a receiver has not read yet does not change when its slot is used again."""
    with Lab(programs) as lab:
        lab.ip("link", "set", "lo", "up")
        passed(lab, 600, [65535, 60, 14, 3073], "-s", "1", interface="lo", arrives="lo")
        check_sent(sent(lab, "-n", "600", "-l", "65550,65536", interface="lo"), 600,
                   [65550, 65536])


def absurd_mtu(programs):
    """An MTU that no packet reaches makes no larger slots: memory of the kernel."""
    with Lab(programs) as lab:
        lab.ip("link", "set", "lo", "up", "mtu", "100000")
        receiver = Receiver(lab, "lo")
        r = sent(lab, "-n", "30", "-l", "65550,65551,99000", interface="lo")
        equal([r["sent"], r["too_long"], r["refused"]], [10, 20, 0], "sent, too long, refused")
        equal([len(d) for _, d in receiver.take()], [65550] * 10, "lengths that arrived")


def too_long(programs):
    """The MTU counts, however large the caller would like it."""
    with Lab(programs) as lab:
        receiver = Receiver(lab)
        r = sent(lab, "-n", "90", "-m", "9000", "-l", "60,1515,1514")
        equal([r["sent"], r["too_long"]], [60, 30], "sent, too long")
        check_frames(receiver.take(), [i for i in range(90) if i % 3 != 1], [60, 1515, 1514])
        r = sent(lab, "-n", "90", "-m", "100", "-l", "60,101,100")
        equal([r["sent"], r["too_long"]], [60, 30], "sent, longer than asked for")


def refused(programs):
    """What the kernel refuses is left out, and those behind it move up."""
    lengths = [60, 13, 1514, 0, 13, 4000, 61]
    with Lab(programs, mtu=9000) as lab:
        receiver = Receiver(lab)
        r = sent(lab, "-n", "700", "-s", "64", "-l", ",".join(map(str, lengths)))
        equal([r["sent"], r["refused"]], [400, 300], "sent, refused")
        check_frames(receiver.take(), [i for i in range(700) if lengths[i % 7] > 13], lengths)


def tagged(programs):
    """A VLAN tag more than the MTU, and no second one."""
    with Lab(programs) as lab:
        r = sent(lab, "-n", "90", "-t", "-l", "60,1515,1514")
        equal([r["sent"], r["too_long"]], [60, 30], "sent, too long")
        equal(arrived(lab), 60, "frames that arrived")
    # Of this MTU slots would have no byte to spare but for the second tag.
    with Lab(programs, mtu=1540) as lab:
        r = sent(lab, "-n", "300", "-s", "64", "-t", "-t", "-P", "2", "-l", "1554,60,61")
        equal([r["sent"], r["too_long"]], [200, 100], "sent, too long")
        equal(arrived(lab), 200, "frames that arrived")


def without_header(programs):
    """A tun interface: the MTU is all, and what looks like a tag is an address."""
    with Lab(programs) as lab, lab.entered():
        with open("/dev/net/tun", "r+b", buffering=0) as tun:
            try:
                fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH22x", b"t0", IFF_TUN | IFF_NO_PI))
            except OSError as err:
                raise Skip(f"no tun interface here: {err.strerror}") from err
            lab.ip("link", "set", "t0", "up")
            r = sent(lab, "-n", "40", "-l", "1500,20,1501", interface="t0")
            equal([r["sent"], r["too_long"]], [27, 13], "sent, too long")
            for i in range(40):
                if i % 3 != 2:
                    equal(len(tun.read(2000)), [1500, 20][i % 3], "bytes of a packet")
            r = sent(lab, "-n", "10", "-t", "-l", "1500", interface="t0")
            equal([r["sent"], r["too_long"]], [0, 10], "an address like a tag")


def full_queue(programs):
    """A slow queue is full for seconds: all leave, in order, once. Told to stop, it ends."""
    with Lab(programs) as lab:
        if not shutil.which("tc"):
            raise Skip("no tc here")
        shape = ["tc", "qdisc", "replace", "dev", "v1", "root", "tbf", "burst", "4k", "limit",
                 "20k", "rate"]
        lab.run(*shape, "2mbit")
        r = passed(lab, 600, [1000, 60, 1514], "-q", "-s", "1", "-P", "1")
        true(r["full"] > 0, "the queue was full")
        lab.run(*shape, "8kbit")
        driver = drive(lab, "-q", "-n", "1000", "-l", "1000")
        before = arrived(lab)
        wait_for("a frame", lambda: arrived(lab) > before)
        driver.send_signal(signal.SIGINT)
        r = report(driver, 10)
        equal(r["code"], -EINTR, "result")
        true(r["unsent"] > 0 and r["sent"] < 1000, f"most did not leave: {r}")
        driver = drive(lab, "-q", "-n", "1000", "-l", "1000", "-P", "0.2")
        equal(report(driver, 20)["code"], -ETIMEDOUT, "result when patience ends")


def waits_for_link(programs):
    """Down, or without a carrier: the rest is sent after it, as far apart as it was to be."""
    for link in ("v1", "v0"):
        with Lab(programs) as lab:
            receiver = Receiver(lab)
            driver = drive(lab, "-n", "600", "-d", "1e6", "-P", "30")
            wait_for("frames", lambda lab=lab: arrived(lab) > 100)
            lab.ip("link", "set", link, "down")
            line = driver.stderr.readline()
            true("v1" in line and "waited for" in line, f"said: {line!r}")
            lab.ip("link", "set", link, "up")
            r = report(driver)
            equal(r["code"], 0, f"result: {r}")
            check_sent(r, 600, [64])
            true(r["waits"] >= 1 and r["waited_ns"] > SECOND / 2, f"waits: {r}")
            true(r["late_max"] < r["waited_ns"] / 2, f"none was late by the wait: {r}")
            if link == "v1":
                check_frames(receiver.take(), range(600), [64])


def stays_away(programs):
    """The end of patience is an error that tells what was waited for."""
    with Lab(programs) as lab:
        lab.ip("link", "set", "v0", "down")
        r = report(drive(lab, "-n", "100", "-P", "0.3"))
        equal([r["code"], r["sent"], r["unsent"]], [-ETIMEDOUT, 0, r["committed"]], "no carrier")
        true("v1" in r["error"] and "carrier" in r["error"], r["error"])
        lab.ip("link", "set", "v1", "down")
        r = report(drive(lab, "-n", "100", "-P", "0.3"))
        equal([r["code"], r["sent"], r["unsent"]], [-ENETDOWN, 0, r["committed"]], "down")
        true("v1" in r["error"] and "down" in r["error"], r["error"])
        r = report(drive(lab, "-n", "100", "-P", "0"))
        equal(r["code"], -ENETDOWN, "no patience at all")
        for link in ("v0", "v1"):
            lab.ip("link", "set", link, "up")
        # The other end takes less than this one.
        lab.ip("link", "set", "v0", "mtu", "1000")
        r = report(drive(lab, "-n", "5", "-l", "60,1514", "-P", "0.3"))
        equal([r["code"], r["sent"]], [-ETIMEDOUT, 1], "a smaller MTU there")
        true("MTU" in r["error"], r["error"])


def stuck(programs):
    """What the other end never takes does not hold up the rest, with a carrier and for long."""
    lengths = [60, 1514, 61]
    with Lab(programs) as lab:
        lab.ip("link", "set", "v0", "mtu", "1000")
        receiver = Receiver(lab)
        r = sent(lab, "-n", "60", "-l", ",".join(map(str, lengths)), "-P", "30")
        equal([r["sent"], r["refused"]], [40, 20], "sent, refused")
        true(r["waited_ns"] < 10 * SECOND, f"only the first is tried for a second: {r}")
        check_frames(receiver.take(), [i for i in range(60) if i % 3 != 1], lengths)
        # Without a carrier none is given up, be it longer than that.
        lab.ip("link", "set", "v0", "down")
        driver = drive(lab, "-n", "10", "-P", "30")
        line = driver.stderr.readline()
        true("waited for" in line, f"said: {line!r}")
        # It is tried every 20 ms: for longer than a frame may be stuck.
        before = dropped(lab)
        wait_for("tries", lambda: dropped(lab) > before + 75)
        lab.ip("link", "set", "v0", "up")
        r = report(driver)
        equal([r["code"], r["sent"], r["refused"]], [0, 10, 0], "result, sent, refused")


def gone(programs):
    """Removed, or moved to another namespace."""
    for away in (["link", "del", "v1"], ["link", "set", "v1", "netns", "1"]):
        with Lab(programs) as lab, contextlib.ExitStack() as cleaning:
            driver = drive(lab, "-n", "1e6", "-d", "1e6", "-P", "30")
            wait_for("frames", lambda lab=lab: arrived(lab) > 10)
            if away[1] == "set":
                other = lab.ns + "x"
                harness.call("ip", "netns", "add", other)
                cleaning.callback(harness.call, "ip", "netns", "del", other)
                away = [*away[:-1], other]
            lab.ip(*away)
            r = report(driver, 10)
            equal(r["code"], -ENODEV, f"result: {r}")
            true("v1" in r["error"] and "gone" in r["error"], r["error"])


def renamed(programs):
    """It is still the same interface."""
    with Lab(programs) as lab:
        driver = drive(lab, "-n", "500", "-d", "1e6")
        wait_for("frames", lambda: arrived(lab) > 10)
        lab.ip("link", "set", "v1", "name", "other")
        r = report(driver)
        equal([r["code"], r["sent"]], [0, 500], "result, frames sent")


def due_times(programs):
    """None leaves before its time; a gap of an hour ends when it is told to."""
    with Lab(programs) as lab:
        receiver = Receiver(lab)
        r = sent(lab, "-n", "51", "-d", "2e6")
        equal(r["timed"], 50, "distances that were measured")
        got = receiver.take()
        check_frames(got, range(51), [64])
        true(got[-1][0] - got[0][0] >= 100e6 - 20e6, "50 gaps of 2 ms")
        before = arrived(lab)
        driver = drive(lab, "-n", "3", "-d", "1", "-D", "3.6e12")
        wait_for("the first two", lambda: arrived(lab) == before + 2)
        driver.send_signal(signal.SIGINT)
        r = report(driver, 10)
        equal([r["code"], r["sent"], r["committed"]], [-EINTR, 2, 2], "result, sent, committed")


def eight(programs):
    """Each counts its own."""
    with Lab(programs) as lab:
        receiver = Receiver(lab)
        found = reports(drive(lab, "-j", "8", "-n", "2000", "-l", "60,1514"))
        equal([(r["code"], r["sent"], r["sent_bytes"]) for r in found],
              [(0, 2000, 1000 * (60 + 1514))] * 8, "what each says")
        numbers = [struct.unpack(">Q", d[14:22])[0] for _, d in receiver.take()]
        equal(sorted(numbers), sorted(list(range(2000)) * 8), "what arrived")


def unprivileged(programs):
    with Lab(programs) as lab:
        out, _ = drive(lab, wrap=("setpriv", "--reuid", "65534", "--clear-groups",
                                  "--bounding-set", "-all")).communicate(timeout=20)
        r = json.loads(out, strict=False)
        equal(r["code"], -EPERM, "result")
        true("CAP_NET_RAW" in r["error"], r["error"])


TESTS = [streamed, jumbo, loopback, absurd_mtu, too_long, refused, tagged, without_header,
         full_queue, waits_for_link, stays_away, stuck, gone, renamed, due_times, eight,
         unprivileged]

if __name__ == "__main__":
    harness.main(TESTS)
