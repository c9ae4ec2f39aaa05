"""Where files go: full disks, taken names, rotation, file systems, refusals at the start."""
import os
import random
import re
import shutil
import signal
import time

import capfile
import harness
from harness import Lab, Skip, call, equal, true, wait_for
from test_counts import check_file, check_readers, check_sums


def full_disk_at(lab, where, form, size=600):
    name, *args = form
    path = os.path.join(where, name)
    c = lab.capture("-i", "v0", "-w", path, "--latency", "20ms", *args)
    g = lab.generator("-n", "300000", "-s", str(size), "-r", "150kpps")
    equal(c.wait(), 3, f"exit status ({c.text()})")
    g.kill()
    true("No space left on device" in c.text(), f"the reason: {c.text()}")
    true(name in c.text(), "the file is named")
    t = c.totals
    equal(t["packets_stored"] + t["packets_dropped"], t["packets_seen"], f"sums: {t}")
    true(t["dropped"]["write_error"] > 0, "the cause")
    f = capfile.File(path)
    equal(len(f.packets), t["packets_stored"], f"{form}: packets in the file")
    true(len(f.packets) > 5000, "something is stored")
    capfile.check_sequences(f.packets, capfile.Frames(size), 10**9)
    check_readers(lab, path, len(f.packets))
    os.unlink(path)


FORMS = (("a.pcapng", "--write", "inplace"), ("a.pcapng", "--write", "packed"), ("a.pcap",),
         ("a.pcapng", "--write", "sorted", "--rings", "2", "--fanout", "lb"))


def full_tmpfs(programs):
    """What was stored stays valid; a clear line; status 3."""
    with Lab(programs) as lab:
        where = lab.mount("small", "-t", "tmpfs", "-o", "size=13m", "none")
        for form in FORMS:
            full_disk_at(lab, where, form)


def full_ext4(programs):
    if not shutil.which("mkfs.ext4"):
        raise Skip("mkfs.ext4 is not installed")
    with Lab(programs) as lab:
        image = lab.path("image")
        with open(image, "wb") as f:
            f.truncate(24 << 20)
        call("mkfs.ext4", "-q", "-O", "^has_journal", image)
        try:
            where = lab.mount("small", "-o", "loop", image)
        except AssertionError as err:
            raise Skip(f"no loop device can be mounted here: {err}") from err
        for form in FORMS:
            full_disk_at(lab, where, form)
        full_disk_at(lab, where, ("a.pcapng", "--write", "inplace", "--no-io-uring"))


def tmpfs(programs):
    with Lab(programs) as lab:
        where = lab.mount("memory", "-t", "tmpfs", "-o", "size=200m", "none")
        for name in ("a.pcapng", "a.pcap"):
            path = os.path.join(where, name)
            c = lab.capture("-i", "v0", "-w", path)
            offered = lab.generate("-n", "10000", "-s", "imix")
            totals = c.stop()
            check_sums(totals, offered)
            check_file(lab, path, "imix", offered, totals)


def name_is_taken(programs):
    """A second capture to the same name is refused, the first is unharmed; --force replaces."""
    with Lab(programs) as lab:
        path = lab.path("a.pcapng")
        c = lab.capture("-i", "v0", "-w", path)
        offered = lab.generate("-n", "2000", "-s", "500")
        status, text = lab.refused("-i", "v0", "-w", path)
        equal(status, 2, "exit status")
        true("exists already" in text and "--force" in text, f"reason and remedy: {text}")
        status, text = lab.refused("-i", "v0", "-w", path, "--force")
        equal(status, 2, "exit status of --force while it is written")
        true("another capture is writing it" in text, f"the reason: {text}")
        offered += lab.generate("-n", "2000", "-s", "500", "-f", "1")
        totals = c.stop()
        check_sums(totals, offered)
        equal(len(capfile.File(path).packets), offered, "packets in the first one's file")
        c = lab.capture("-i", "v0", "-w", path, "--force")
        offered = lab.generate("-n", "100", "-s", "500")
        totals = c.stop()
        check_file(lab, path, 500, offered, totals)


def refused_outputs(programs):
    with Lab(programs) as lab:
        closed = lab.path("closed")
        os.mkdir(closed, 0o555)
        readonly = lab.mount("readonly", "-t", "tmpfs", "-o", "ro", "none")
        for path, words in ((os.path.join(closed, "a.pcapng"), "closed even to its owner"),
                            (os.path.join(readonly, "a.pcapng"), "Read-only file system"),
                            (lab.path("no/such/a.pcapng"), "No such file or directory"),
                            (lab.path("x" * 250), "file name")):
            status, text = lab.refused("-i", "v0", "-w", path)
            equal(status, 2, f"exit status of {path}")
            true(words in text and text.startswith("ringtap: "), f"{words!r} in {text!r}")
        status, text = lab.refused("-i", "v0", "-w", os.path.join(readonly, ""), "-C", "1MB")
        equal(status, 2, "exit status of rotation into a read-only directory")
        true("Read-only file system" in text, text)


def refused_starts(programs):
    """Errors name the thing, the reason and the remedy."""
    with Lab(programs) as lab:
        for args, words in ((("-i", "nosuch0"), ("nosuch0", "no such", "ringtap interfaces")),
                            (("-i", "v0", "-Z", "nosuchuser"), ("-Z nosuchuser", "no such user")),
                            (("-i", "v0", "--cpus", "9999"), ("9999",)),
                            (("-i", "v0", "--netns", "nosuchns"), ("nosuchns", "ip netns list"))):
            status, text = lab.refused(*args, "-w", lab.path("a.pcapng"))
            true(status in (1, 2), f"exit status {status} of {args}")
            for word in words:
                true(word in text, f"{word!r} in {text!r}")
            true(not os.path.exists(lab.path("a.pcapng")), "no file is left")


def not_root(programs):
    """Without the capability: which one, and how to give it."""
    if not shutil.which("setpriv"):
        raise Skip("setpriv is not installed")
    with Lab(programs) as lab:
        wrap = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
        status, text = lab.refused("-i", "v0", "-w", "/var/tmp/ringtap-never.pcapng", wrap=wrap)
        equal(status, 2, "exit status")
        true("CAP_NET_RAW" in text and "setcap" in text, f"capability and remedy: {text}")
        true(not os.path.exists("/var/tmp/ringtap-never.pcapng"), "no file is made")


def closed_stdout(programs):
    """-w - without a standard output: a clear line, and no file gets the packets by mistake."""
    with Lab(programs) as lab:
        for redirection in (">&-", "<&- >&-", "</dev/null >&-", "1</dev/null"):
            status, text = lab.refused("-i", "v0", "-w", "-",
                                       wrap=("sh", "-c", f'exec "$@" {redirection}', "sh"))
            equal(status, 2, f"exit status with {redirection}")
            true("-w -: standard output is closed" in text and "redirect" in text,
                 f"reason and remedy: {text}")
            equal(text.count("\n"), 1, f"lines: {text}")


def ring_too_large(programs):
    """A ring that memory cannot hold becomes a smaller one, and that is said."""
    with Lab(programs) as lab:
        path = lab.path("a.pcapng")
        # Small blocks: their number is what ends it, long before this machine's memory.
        c = lab.capture("-v", "-i", "v0", "-B", "1TiB", "--block-size", "64KiB", "-w", path)
        offered = lab.generate("-n", "1000", "-s", "500")
        totals = c.stop()
        true("memory is short" in c.text() or "instead of 1048576 MiB" in c.text(),
             f"it says so: {c.text()}")
        true(totals["ring_blocks"] * 65536 < 1 << 40, "the ring's size")
        check_sums(totals, offered)
        equal(len(capfile.File(path).packets), offered, "packets")


def rotated(lab, where=None, extension=".pcapng"):
    where = where or lab.dir
    return sorted(os.path.join(where, n) for n in os.listdir(where)
                  if n.endswith(extension) and not n.startswith("."))


def check_rotated(lab, files, offered, totals, size):
    packets = []
    for path in files:
        f = capfile.File(path)
        check_readers(lab, path, len(f.packets))
        packets += f.packets
    packets.sort(key=lambda p: p.ts_ns) # names with a number do not sort by time
    equal(len(packets), totals["packets_stored"], "packets in all files")
    frames = capfile.Frames(size)
    numbers = {frames.sequence(p.data) for p in packets}
    equal(len(numbers), len(packets), "each packet once")
    equal(offered - len(numbers), totals["packets_dropped"], "gaps are drops")
    equal(totals["files"], len(files), "files in the report")


def rotate_by_size(programs):
    """-C: no file grows beyond it; nothing is lost between files."""
    for form in FORMS:
        with Lab(programs) as lab:
            name, *args = form
            c = lab.capture("-i", "v0", "-w", lab.path(name), "-C", "3MB", "--block-size", "256KiB",
                            "--latency", "20ms", *args)
            offered = lab.generate("-n", "20000", "-s", "1000")
            totals = c.stop()
            check_sums(totals, offered)
            files = rotated(lab, extension=os.path.splitext(name)[1])
            true(len(files) >= 6, f"{form}: {len(files)} files")
            for path in files:
                true(os.path.getsize(path) <= 3000000 + 4096,
                     f"{path}: {os.path.getsize(path)} bytes")
            check_rotated(lab, files, offered, totals, 1000)
            equal([n for n in os.listdir(lab.dir) if n.endswith(".part")], [], "hidden files")


def rotate_by_time(programs):
    """-G: files begin at whole periods of the clock and hold what was captured in them."""
    with Lab(programs) as lab:
        directory = lab.path("d")
        os.mkdir(directory)
        c = lab.capture("-i", "v0", "-w", directory + "/", "-G", "1s", "--latency", "10ms",
                        "--block-size", "64KiB")
        g = lab.generator("-t", "3200ms", "-s", "500", "-r", "20kpps")
        offered = g.offered()
        totals = c.stop()
        check_sums(totals, offered)
        files = rotated(lab, directory)
        true(3 <= len(files) <= 5, f"{files}")
        check_rotated(lab, files, offered, totals, 500)
        for path in files:
            packets = capfile.File(path).packets
            stamp = re.search(r"-(\d{8})-(\d{6})", path)
            true(stamp, f"{path}: date and time in the name")
            first = packets[0].ts_ns // 10**9
            begin = time.mktime(time.strptime(stamp.group(1) + stamp.group(2), "%Y%m%d%H%M%S"))
            # A block that comes late goes to the next file: its first packets are older.
            true(first in (begin, begin - 1), f"{path}: its first packet is of {first}")
            # Blocks are not cut: one may reach over the boundary by its own age.
            true(packets[-1].ts_ns < (begin + 1) * 10**9 + 60 * 10**6,
                 f"{path}: reaches {packets[-1].ts_ns / 1e9 - begin - 1:.3f} s too far")


def late_blocks(programs):
    """-G: blocks that come when their interval's file is closed go to the next one's."""
    with Lab(programs) as lab:
        directory = lab.path("d")
        os.mkdir(directory)
        c = lab.capture("-i", "v0", "-w", os.path.join(directory, "a-%H%M%S.pcapng"), "-G", "2s",
                        "--latency", "10ms", "--block-size", "64KiB", "-B", "32MiB")
        g = lab.generator("-t", "6s", "-s", "500", "-r", "5kpps")
        c.wait_report("traffic", lambda r: r["packets_stored"] > 1000)
        wait_for("the end of an interval", lambda: time.time() % 2 > 1.8)
        c.signal(signal.SIGSTOP)
        # The workers stand still with the packets of its last moments in their rings.
        before = len(rotated(lab, directory))
        wait_for("its file is complete", lambda: len(rotated(lab, directory)) > before)
        c.signal(signal.SIGCONT)
        offered = g.offered()
        totals = c.stop()
        check_sums(totals, offered)
        files = rotated(lab, directory)
        equal([f for f in files if not re.search(r"/a-\d{6}\.pcapng$", f)], [],
              "second files of an interval")
        check_rotated(lab, files, offered, totals, 500)


def rotate_and_keep(programs):
    """-W: only the youngest N files stay."""
    with Lab(programs) as lab:
        c = lab.capture("-i", "v0", "-w", lab.path("a.pcapng"), "-C", "1MB", "-W", "3",
                        "--block-size", "64KiB")
        offered = lab.generate("-n", "20000", "-s", "1000")
        totals = c.stop()
        check_sums(totals, offered)
        files = rotated(lab)
        equal(len(files), 3, "files kept")
        true(totals["files"] > 10, "files made")
        frames = capfile.Frames(1000)
        spans = sorted((frames.sequence(packets[0].data), frames.sequence(packets[-1].data))
                       for packets in (capfile.File(path).packets for path in files))
        equal(spans[-1][1], offered - 1, f"the youngest packet is kept: {spans}")
        for before, after in zip(spans, spans[1:]):
            equal(after[0], before[1] + 1, f"the kept files follow each other: {spans}")


def keep_at_the_end(programs):
    """-W also holds for files whose last writes complete when the capture ends."""
    for keep, args in ((1, ()), (2, ()), (1, ("--no-io-uring",)), (2, ("--write", "sorted"))):
        with Lab(programs) as lab:
            c = lab.capture("-i", "v0", "-w", lab.path("a.pcapng"), "-C", "64KiB", "-W", str(keep),
                            "--block-size", "64KiB", "-B", "32MiB", *args)
            writer = c.writer()
            offered = lab.generate("-n", "100", "-s", "1500")
            c.wait_report("the first file", lambda r: r["packets_stored"] > 0)
            os.kill(writer, signal.SIGSTOP)
            offered += lab.generate("-n", "5000", "-s", "1500")
            c.wait_report("all is queued", lambda r, n=offered: r["packets_captured"] == n)
            c.signal(signal.SIGINT)
            c.wait_taken(signal.SIGINT)
            os.kill(writer, signal.SIGCONT)
            equal(c.wait(), 0, f"exit status ({c.text()})")
            check_sums(c.totals, offered)
            true(c.totals["files"] > 50, f"files made ({c.totals['files']})")
            equal(len(rotated(lab)), keep, f"files kept with {args}")


def keep_after_giving_up(programs):
    """-W also holds for the files that the main process finishes."""
    with Lab(programs) as lab:
        c = lab.capture("-i", "v0", "-w", lab.path("a.pcapng"), "-C", "64KiB", "-W", "1",
                        "--block-size", "64KiB", "-B", "32MiB")
        writer = c.writer()
        offered = 0
        for _ in range(2):
            offered += lab.generate("-n", "500", "-s", "1500")
            c.wait_report("stored", lambda r, n=offered: r["packets_stored"] >= n)
        os.kill(writer, signal.SIGSTOP)
        for _ in range(2):
            c.signal(signal.SIGINT)
            c.wait_taken(signal.SIGINT)
        equal(c.wait(), 3, "exit status")
        equal(len(rotated(lab)), 1, "files kept")


def many_small_files(programs):
    """More files at once than may be open: the writer goes on as soon as one is complete."""
    for args in ((), ("--no-io-uring",)):
        with Lab(programs) as lab:
            c = lab.capture("-i", "v0", "-w", lab.path("a.pcapng"), "-C", "64KiB",
                            "--block-size", "64KiB", "-B", "32MiB", *args)
            writer = c.writer()
            os.kill(writer, signal.SIGSTOP)
            offered = lab.generate("-n", "5000", "-s", "1500")
            c.wait_report("all is queued", lambda r, n=offered: r["packets_captured"] == n)
            os.kill(writer, signal.SIGCONT)
            start = time.monotonic()
            c.wait_report("all is stored", lambda r, n=offered: r["packets_stored"] == n, 60)
            took = time.monotonic() - start
            totals = c.stop()
            check_sums(totals, offered)
            # A second for each four of them is what waiting in vain would take.
            true(totals["files"] > 50 and took < totals["files"] / 4 / 2,
                 f"{args}: {totals['files']} files took {took:.1f} s")


def kill_and_replace(c, g):
    """Kills the writer in the middle of the traffic; what the generator offered."""
    writer = wait_for("a writer", c.writer)
    before = c.report()["packets_stored"]
    c.wait_report("traffic", lambda r: r["packets_stored"] > before + 5000)
    time.sleep(random.random() / 20) # anywhere in the life of a file
    os.kill(writer, signal.SIGKILL)
    wait_for("another writer", lambda: c.writer() not in (None, writer))
    return g.offered()


def foreign_files(directory):
    """Files of somebody else whose names ours could have: {name: content}."""
    now = time.time()
    names = ["a.pcapng", "a-20200101-000000.pcapng", ".a-20200101-000000.pcapng.part"]
    for second in range(20):
        stamp = time.strftime("%Y%m%d-%H%M%S", time.localtime(now + second))
        names += [f"a-{stamp}_{number:03}.pcapng" for number in (2, 5, 6, 11)]
    for name in names:
        with open(os.path.join(directory, name), "w", encoding="ascii") as f:
            f.write(name)
    return set(names)


def keep_after_kill(programs):
    """-W and writers that die: the youngest N files stay, and whatever is not ours."""
    with Lab(programs) as lab:
        directory = lab.path("d")
        os.mkdir(directory)
        foreign = foreign_files(directory)
        c = lab.capture("-i", "v0", "-w", os.path.join(directory, "a.pcapng"), "-C", "1MB", "-W",
                        "3", "--block-size", "64KiB", "--latency", "20ms")
        offered = 0
        for _ in range(3):
            offered += kill_and_replace(
                c, lab.generator("-n", "20000", "-s", "1000", "-r", "80kpps"))
        last = lab.generate("-n", "10000", "-s", "1000", "-r", "80kpps")
        totals = c.stop()
        check_sums(totals, offered + last)
        equal(totals["writer_starts"], 4, "writers started")
        ours = [n for n in os.listdir(directory) if n not in foreign]
        equal(len(ours), 3, f"files kept ({sorted(ours)})")
        true(totals["files"] > 50, f"files made ({totals['files']})")
        for name in foreign:
            with open(os.path.join(directory, name), encoding="ascii") as f:
                equal(f.read(), name, "a file of somebody else")
        frames = capfile.Frames(1000)
        numbers = sorted(frames.sequence(p.data) for name in ours
                         for p in capfile.File(os.path.join(directory, name)).packets)
        equal(numbers, list(range(last - len(numbers), last)), "the youngest packets are kept")


def force_after_kill(programs):
    """--force replaces what was there before, not what an earlier writer of ours has written."""
    with Lab(programs) as lab:
        c = lab.capture("-i", "v0", "-w", lab.path("a%%.pcapng"), "-C", "1MB", "--force",
                        "--block-size", "64KiB", "--latency", "20ms")
        g = lab.generator("-n", "30000", "-s", "1000", "-r", "80kpps")
        offered = kill_and_replace(c, g)
        totals = c.stop()
        check_sums(totals, offered)
        check_rotated(lab, rotated(lab), offered, totals, 1000)


def rotate_on_hangup(programs):
    for args in (("-G", "1h"), ("-C", "1GB")):
        with Lab(programs) as lab:
            c = lab.capture("-i", "v0", "-w", lab.path("a.pcapng"), *args, "--latency", "10ms")
            a = lab.generate("-n", "1000", "-s", "500")
            c.wait_report("stored", lambda r, n=a: r["packets_stored"] == n)
            c.signal(signal.SIGHUP)
            wait_for("the first file has its name", lambda: len(rotated(lab)) == 1)
            b = lab.generate("-n", "2000", "-s", "500")
            totals = c.stop()
            check_sums(totals, a + b)
            files = sorted(rotated(lab), key=lambda p: capfile.File(p).packets[0].ts_ns)
            equal([len(capfile.File(p).packets) for p in files], [a, b], "packets per file")


def duration(programs):
    with Lab(programs) as lab:
        start = time.monotonic()
        c = lab.capture("-i", "v0", "-w", lab.path("a.pcapng"), "--duration", "1s")
        offered = lab.generate("-n", "1000", "-s", "500")
        equal(c.wait(), 0, "exit status")
        true(1 <= time.monotonic() - start < 10, "it took a second")
        check_sums(c.totals, offered)


TESTS = [full_tmpfs, full_ext4, tmpfs, name_is_taken, refused_outputs, refused_starts, not_root,
         ring_too_large, rotate_by_size, rotate_by_time, late_blocks, rotate_and_keep,
         keep_at_the_end, keep_after_giving_up, many_small_files, keep_after_kill,
         force_after_kill, rotate_on_hangup, closed_stdout, duration]

if __name__ == "__main__":
    harness.main(TESTS)
