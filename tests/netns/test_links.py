"""Interfaces that go down, come back, change their name or vanish while packets are captured."""
import capfile
import harness
from harness import Lab, equal, true
from test_counts import check_readers, check_sums


def down_and_up(programs):
    with Lab(programs) as lab:
        path = lab.path("a.pcapng")
        c = lab.capture("-v", "-i", "v0", "-w", path)
        a = lab.generate("-n", "1000", "-s", "200")
        lab.ip("link", "set", "v0", "down")
        c.wait_text("v0: is down")
        lab.ip("link", "set", "v0", "up")
        c.wait_text("v0: is up again")
        b = lab.generate("-n", "2000", "-s", "200")
        totals = c.stop()
        check_sums(totals, a + b)
        f = capfile.File(path)
        capfile.check_sequences(f.packets[:a], capfile.Frames(200), a)
        capfile.check_sequences(f.packets[a:], capfile.Frames(200), b)
        check_readers(lab, path, a + b)


def down_at_start(programs):
    with Lab(programs) as lab:
        lab.ip("link", "set", "v0", "down")
        c = lab.capture("-v", "-i", "v0", "-w", lab.path("a.pcapng"))
        true("v0: is down" in c.text(), f"it says so: {c.text()}")
        lab.ip("link", "set", "v0", "up")
        c.wait_text("up again")
        offered = lab.generate("-n", "1000", "-s", "200")
        check_sums(c.stop(), offered)


def renamed(programs):
    with Lab(programs) as lab:
        path = lab.path("a.pcapng")
        c = lab.capture("-v", "-i", "v0", "-w", path)
        a = lab.generate("-n", "1000", "-s", "200")
        lab.ip("link", "set", "v0", "down")
        lab.ip("link", "set", "v0", "name", "other")
        lab.ip("link", "set", "other", "up")
        c.wait_text("is called other now")
        c.wait_text("other: is up again")
        b = lab.generate("-n", "1000", "-s", "200", interface="other")
        check_sums(c.stop(), a + b)
        equal(len(capfile.File(path).packets), a + b, "packets")


def removed_with_others(programs):
    """One goes, with its ring's packets kept; the other goes on."""
    with Lab(programs) as lab:
        lab.add_pair("w0", "w1")
        path = lab.path("a.pcapng")
        c = lab.capture("-v", "-i", "v0", "-i", "w0", "-w", path)
        a = lab.generate("-n", "3000", "-s", "200")
        lab.ip("link", "del", "v0")
        c.wait_text("v0: the interface is gone")
        b = lab.generate("-n", "2000", "-s", "200", interface="w0")
        totals = c.stop()
        check_sums(totals, a + b)
        f = capfile.File(path)
        count = [sum(f.interfaces[p.interface][2] == n for p in f.packets) for n in ("v0", "w0")]
        equal(count, [a, b], "packets per interface")
        check_readers(lab, path, a + b)


def removed_alone(programs):
    """The last one goes: the capture ends by itself, with everything stored."""
    with Lab(programs) as lab:
        path = lab.path("a.pcapng")
        c = lab.capture("-v", "-i", "v0", "-w", path)
        offered = lab.generate("-n", "3000", "-s", "200")
        lab.ip("link", "del", "v0")
        status = c.wait()
        equal(status, 3, "exit status")
        c.wait_text("v0: the interface is gone; the capture ends")
        check_sums(c.totals, offered)
        check_readers(lab, path, offered)


def any_with_new_links(programs):
    """-i any sees an interface that did not exist at the start, under its name."""
    with Lab(programs) as lab:
        path = lab.path("a.pcapng")
        c = lab.capture("-i", "any", "-w", path)
        lab.add_pair("w0", "w1")
        offered = lab.generate("-n", "500", "-s", "200", interface="w0")
        totals = c.stop()
        true(totals["packets_stored"] >= offered, "packets of the new interface")
        check_readers(lab, path, totals["packets_stored"])


TESTS = [down_and_up, down_at_start, renamed, removed_with_others, removed_alone,
         any_with_new_links]

if __name__ == "__main__":
    harness.main(TESTS)
