"""Processes that die, stall or are told to stop: what was stored stays, what was not is counted."""
import os
import random
import signal
import subprocess
import time

import capfile
import harness
from harness import Lab, alive, equal, true, wait_for
from test_counts import check_readers, check_sums

FORMS = (("a.pcapng", "--write", "inplace"), ("a.pcapng", "--write", "packed"),
         ("a.pcap", "--nano"),
         ("a.pcapng", "--write", "sorted", "--rings", "2", "--fanout", "lb"))


def capture_files(lab, hidden=False):
    return sorted(lab.path(n) for n in os.listdir(lab.dir)
                  if ".pcap" in n and (hidden or not n.startswith(".")))


def check_files(lab, size, offered, totals, what):
    """All files together: every packet stored is there, once, and is what was sent."""
    files = capture_files(lab)
    packets = []
    for path in files:
        f = capfile.File(path)
        check_readers(lab, path, len(f.packets))
        packets += f.packets
    frames = capfile.Frames(size)
    numbers = [frames.sequence(p.data) for p in packets]
    equal(len(set(numbers)), len(numbers), f"{what}: distinct packets")
    equal(len(numbers), totals["packets_stored"], f"{what}: packets in {len(files)} files")
    true(not numbers or max(numbers) < offered, "no packet that was never sent")
    return files


def kill_writer_with(programs, form):
    with Lab(programs) as lab:
        name, *args = form
        c = lab.capture("-i", "v0", "-w", lab.path(name), "--latency", "20ms", *args)
        writer = c.writer()
        g = lab.generator("-n", "200000", "-s", "300", "-r", "200kpps")
        c.wait_report("traffic", lambda r: r["packets_captured"] > 30000)
        time.sleep(random.random() / 20) # anywhere in the life of a block
        os.kill(writer, signal.SIGKILL)
        wait_for("another writer", lambda: c.writer() not in (None, writer))
        offered = g.offered()
        totals = c.stop()
        equal(totals["writer_starts"], 2, "writers started")
        true("killed by signal 9" in c.text(), f"the death is told: {c.text()}")
        check_sums(totals, offered)
        files = check_files(lab, 300, offered, totals, form)
        equal(len(files), 2, "files")
        true(totals["packets_stored"] > offered // 2, "most of it is stored")


def kill_writer_inplace(programs):
    for _ in range(3):
        kill_writer_with(programs, FORMS[0])


def kill_writer_packed(programs):
    for _ in range(2):
        kill_writer_with(programs, FORMS[1])


def kill_writer_pcap(programs):
    for _ in range(3):
        kill_writer_with(programs, FORMS[2])


def kill_writer_sorted(programs):
    for _ in range(3):
        kill_writer_with(programs, FORMS[3])


def kill_main(programs):
    """The writer finishes what is queued, ends the file and itself."""
    for form in FORMS:
        with Lab(programs) as lab:
            name, *args = form
            c = lab.capture("-i", "v0", "-w", lab.path(name), "--latency", "20ms", *args)
            writer = c.writer()
            g = lab.generator("-n", "150000", "-s", "300", "-r", "200kpps")
            captured = c.wait_report("traffic", lambda r: r["packets_captured"] > 30000)
            c.signal(signal.SIGKILL)
            c.process.wait()
            wait_for(f"{form}: the writer ends by itself", lambda w=writer: not alive(w), 10)
            offered = g.offered()
            files = capture_files(lab, hidden=True)
            equal(len(files), 1, "files")
            f = capfile.File(files[0])
            capfile.check_sequences(f.packets, capfile.Frames(300), offered)
            true(len(f.packets) >= captured["packets_stored"], "what was stored is there")
            check_readers(lab, files[0], len(f.packets))


def kill_both(programs):
    """The file opens up to the last whole block; then there is an end or a clear error."""
    for form in FORMS:
        with Lab(programs) as lab:
            name, *args = form
            path = lab.path(name)
            c = lab.capture("-i", "v0", "-w", path, "--latency", "20ms", *args)
            writer = c.writer()
            lab.generator("-n", "150000", "-s", "300", "-r", "200kpps")
            report = c.wait_report("traffic", lambda r: r["packets_stored"] > 20000)
            os.kill(c.pid, signal.SIGSTOP)
            os.kill(writer, signal.SIGKILL)
            os.kill(c.pid, signal.SIGKILL)
            c.process.wait()
            wait_for("both are gone", lambda w=writer: not alive(w))
            status, out, err = capfile.output_of(lab.ringtap, "read", "-n", "-q", path)
            true(out.count(b"\n") >= report["packets_stored"],
                 f"{form}: {out.count(bytes([10]))} packets read, {report['packets_stored']} "
                 f"were stored: {err}")
            true(status == 0 or "offset" in err, f"{form}: status {status}, {err}")


def stalled_writer(programs):
    """A writer that stands still for a while: the queue grows, drops are counted, it recovers."""
    with Lab(programs) as lab:
        path = lab.path("a.pcapng")
        c = lab.capture("-i", "v0", "-w", path, "-B", "8MiB", "--block-size", "1MiB",
                        "--latency", "20ms")
        writer = c.writer()
        before = lab.generate("-n", "2000", "-s", "1500")
        os.kill(writer, signal.SIGSTOP)
        during = lab.generate("-n", "20000", "-s", "1500")
        r = c.wait_report("every block is queued", lambda r: r["queue"] == r["ring_blocks"])
        r = c.wait_report("drops", lambda r: r["dropped"]["ring_full"] > 0)
        stuck = r["packets_stored"]
        time.sleep(1) # the stall itself
        equal(c.report()["packets_stored"], stuck, "stored while the writer stands still")
        os.kill(writer, signal.SIGCONT)
        c.wait_report("the queue drains", lambda r: r["queue"] == 0)
        after = lab.generate("-n", "3000", "-s", "1500", "-r", "50kpps")
        totals = c.stop()
        check_sums(totals, before + during + after)
        equal(totals["writer_starts"], 1, "writers started")
        f = capfile.File(path)
        equal(len(f.packets), totals["packets_stored"], "packets in the file")
        numbers = [capfile.Frames(1500).sequence(p.data) for p in f.packets[-after:]]
        equal(numbers, list(range(after)), "the last packets, after the recovery")
        true(sum(p.dropcount for p in f.packets) == totals["packets_dropped"],
             "epb_dropcount tells where they were lost")
        check_readers(lab, path, len(f.packets))


def stalled_pipe(programs):
    """A FIFO that nobody reads for a while."""
    with Lab(programs) as lab:
        fifo = lab.path("fifo")
        os.mkfifo(fifo)
        with open(lab.path("a.pcapng"), "wb") as out:
            reader = lab.process(["sh", "-c", "exec 3<fifo; read go; exec cat <&3"],
                                 stdin=subprocess.PIPE, stdout=out)
        c = lab.capture("-i", "v0", "-w", fifo, "-B", "4MiB", "--block-size", "256KiB",
                        "--latency", "20ms")
        offered = lab.generate("-n", "10000", "-s", "1500")
        r = c.wait_report("drops", lambda r: r["dropped"]["ring_full"] > 0 and r["queue"])
        reader.stdin.write(b"go\n")
        reader.stdin.close()
        c.wait_report("the queue drains", lambda r: r["queue"] == 0)
        offered += lab.generate("-n", "1000", "-s", "1500", "-r", "20kpps")
        totals = c.stop()
        equal(reader.wait(20), 0, "the reader")
        check_sums(totals, offered)
        f = capfile.File(lab.path("a.pcapng"))
        equal(len(f.packets), totals["packets_stored"], "packets in the stream")
        true(totals["packets_stored"] >= r["packets_stored"] + 1000, "stored after the stall")


def reader_goes_away(programs):
    """A pipe whose reader ends: a clear line, status 3, everything counted."""
    with Lab(programs) as lab:
        head = lab.process(["head", "-c", "100000"], stdin=subprocess.PIPE,
                           stdout=subprocess.DEVNULL)
        c = lab.capture("-i", "v0", "-w", "-", "--latency", "20ms", stdout=head.stdin)
        head.stdin.close()
        g = lab.generator("-n", "100000", "-s", "1500", "-r", "100kpps")
        equal(c.wait(), 3, "exit status")
        g.offered()
        true("reader" in c.text() and "gone" in c.text(), f"a clear line: {c.text()}")
        t = c.totals
        equal(t["packets_stored"] + t["packets_dropped"], t["packets_seen"], "stored + dropped")
        true(t["dropped"]["write_error"] > 0, "the cause")


def interrupt_in_a_burst(programs):
    """SIGINT while packets pour in: everything seen is stored or counted."""
    for form in FORMS:
        with Lab(programs) as lab:
            name, *args = form
            path = lab.path(name)
            c = lab.capture("-i", "v0", "-w", path, "-B", "16MiB", *args)
            g = lab.generator("-t", "800ms", "-s", "300")
            c.wait_report("traffic", lambda r: r["packets_captured"] > 20000)
            totals = c.stop()
            offered = g.offered()
            true(totals["packets_seen"] < offered, "it ended in the middle")
            check_sums(totals, totals["packets_seen"])
            f = capfile.File(path)
            seen = capfile.check_sequences(f.packets, capfile.Frames(300), offered)
            equal(len(seen), totals["packets_stored"], "packets in the file")
            if "sorted" not in form: # several rings are closed one after the other
                equal(max(seen) + 1 - len(seen), totals["packets_dropped"], "gaps are drops")
            check_readers(lab, path, len(seen))


def second_interrupt(programs):
    """A second SIGINT ends at once, even while the output takes nothing."""
    with Lab(programs) as lab:
        c = lab.capture("-i", "v0", "-w", lab.path("a.pcapng"), "-B", "8MiB",
                        "--block-size", "1MiB")
        writer = c.writer()
        os.kill(writer, signal.SIGSTOP)
        lab.generate("-n", "20000", "-s", "1500")
        c.wait_report("a full queue", lambda r: r["queue"] == r["ring_blocks"])
        c.signal(signal.SIGINT)
        c.wait_taken(signal.SIGINT)
        time.sleep(0.3) # long enough for an end that must not come
        true(c.process.poll() is None, "the first one waits for the writer")
        c.signal(signal.SIGINT)
        equal(c.wait(5), 3, "exit status")
        wait_for("the writer is gone too", lambda: not alive(writer))
        t = c.totals
        true(t["packets_seen"] >= t["packets_stored"] + t["packets_dropped"], f"sums: {t}")


def second_interrupt_pipe(programs):
    """The same with a pipe that nobody reads."""
    with Lab(programs) as lab:
        read_end, write_end = os.pipe()
        c = lab.capture("-i", "v0", "-w", "-", "-B", "4MiB", "--block-size", "256KiB",
                        stdout=write_end)
        os.close(write_end)
        lab.generate("-n", "10000", "-s", "1500")
        c.wait_report("a stuck queue", lambda r: r["queue"] > 0)
        c.signal(signal.SIGINT)
        c.wait_taken(signal.SIGINT)
        time.sleep(0.3) # long enough for an end that must not come
        true(c.process.poll() is None, "the first one waits for the reader")
        c.signal(signal.SIGINT)
        equal(c.wait(5), 3, "exit status")
        os.close(read_end)


def give_up(programs):
    """A writer that dies again and again: status 3, every packet still counted."""
    with Lab(programs) as lab:
        c = lab.capture("-i", "v0", "-w", lab.path("a.pcapng"), "--latency", "20ms")
        g = lab.generator("-n", "200000", "-s", "100", "-r", "100kpps")
        last = None
        for _ in range(8):
            writer = wait_for("a writer or the end",
                              lambda l=last: c.process.poll() is not None or
                              (c.writer() if c.writer() != l else None))
            if writer is True:
                break
            os.kill(writer, signal.SIGKILL)
            last = writer
        equal(c.wait(), 3, f"exit status ({c.text()})")
        g.offered()
        true("giving up" in c.text(), f"it says so: {c.text()}")
        t = c.totals
        equal(t["packets_stored"] + t["packets_dropped"], t["packets_seen"], f"sums: {t}")


TESTS = [kill_writer_inplace, kill_writer_packed, kill_writer_pcap, kill_writer_sorted, kill_main,
         kill_both, stalled_writer, stalled_pipe, reader_goes_away, interrupt_in_a_burst,
         second_interrupt, second_interrupt_pipe, give_up]

if __name__ == "__main__":
    harness.main(TESTS)
