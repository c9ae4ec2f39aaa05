#!/usr/bin/env python3
"""Display filters: does ringtap match the frames that tshark -Y matches, and refuse what it refuses?

    display.py DISPLAY_MATCH                 all filters of display.txt; 77 without tshark or captures
    display.py DISPLAY_MATCH --filter GLOB   only these filters; prints every frame that differs
    display.py DISPLAY_MATCH --ask FILTER    one filter that display.txt does not have
    display.py DISPLAY_MATCH --check         a sample once more through tshark -Y itself

RINGTAP_CORPORA names the directory of captures. display.lua has tshark read a capture once for all
filters. The captures are well-formed ones: the language is under test here, and fields.py compares
what is dissected. Differences that are known stand in display.known: filter, capture and its frames
(globs), with " @ " before the capture and " #! " before the reason; "-" is the capture where a filter
is refused by one alone. A known difference that is not seen any more is reported.
"""
import argparse
import concurrent.futures
import fnmatch
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
PACKETS_MAX = 150  # of one capture
MATCHING_MIN = 500  # filters that must match something, so that the test is one
SAMPLE = 23  # --check takes each 23rd filter
CAPTURES = {
    "ppa-chrissanders": [
        "3e80211_wepauth.pcapng", "80211beacon.pcapng", "arp_resolution.pcapng",
        "dhcp6_outlease_acquisition.pcapng", "dhcp_nolease_initialization.pcapng",
        "dns_query_response.pcapng", "dns_recursivequery_server.pcapng",
        "dns_reverse_lookup.pcapng", "http_google.pcapng",
        "http_ip4and6.pcapng", "http_post.pcapng", "icmp_echo.pcapng", "icmp_traceroute.pcapng",
        "icmpv6_neighbor_solicitation.pcapng", "ip_frag_source.pcapng", "ipv6_fragments.pcapng",
        "mail_sender_client_1.pcapng", "passiveosfingerprinting.pcapng", "synscan.pcapng",
        "tcp_handshake.pcapng",  "tcp_refuseconnection.pcapng",
        "tcp_retransmissions.pcapng", "tcp_zerowindowrecovery.pcapng", "udp_dnsrequest.pcapng",
    ],
    "tcpdump-tests/tests": [
        "802.1ad_QinQ.pcap", "802.1w_rapid_STP.pcap", "geneve.pcap", "gso-ipv4-vxlan-ipv6.pcap",
        "gso-ipv6-geneve-ipv4.pcap", "icmpv6-ns-nonce.pcap", "mpls-traceroute.pcap",
        "ppp_ip_udp_dns.pcap", "pppoe.pcap", "vxlan.pcap",
    ],
}
PREFERENCES = ["ip.defragment:FALSE", "ipv6.defragment:FALSE", "tcp.desegment_tcp_streams:FALSE",
               "tcp.analyze_sequence_numbers:FALSE", "tcp.relative_sequence_numbers:FALSE",
               "http.desegment_headers:FALSE", "http.desegment_body:FALSE",
               "http.decompress_body:FALSE", "tls.desegment_ssl_records:FALSE"]


def skip(reason):
    print("SKIP display: " + reason)
    sys.exit(77)


def read_filters():
    """[(text, refused by both)]"""
    with open(os.path.join(HERE, "display.txt"), encoding="utf-8") as file:
        lines = [line.rstrip("\n") for line in file]
    return [(line[3:], True) if line.startswith("!! ") else (line, False)
            for line in lines if line and not line.startswith("#")]


def read_known():
    """[(filter, capture, frame)]: globs."""
    known = []
    with open(os.path.join(HERE, "display.known"), encoding="utf-8") as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                text, place = line.split(" #! ")[0].rsplit(" @ ", 1)
                known.append((text, *place.split()[:2]))
    return known


def run_tshark(path, options):
    words = ["tshark", "-n", "-c", str(PACKETS_MAX), "-r", path] + options
    words += [word for p in PREFERENCES for word in ("-o", p)]
    return subprocess.run(words, capture_output=True, text=True, timeout=120)


def ask_tshark(path, list_path, nr):
    """For each filter the frames that match, or None where it is refused."""
    script = os.path.join(HERE, "display.lua")
    os.environ["RINGTAP_FILTERS"] = list_path
    done = run_tshark(path, ["-q", "-X", "lua_script:" + script])
    lines = done.stdout.split("\n")[:nr + 1]
    if done.returncode or lines[-1] != "all %d" % nr:
        raise RuntimeError("tshark -r %s failed: %s" % (path, done.stderr))
    return [None if line == "error" else {int(n) for n in line.split()} for line in lines[:nr]]


def ask_tshark_alone(path, text):
    done = run_tshark(path, ["-Y", text, "-T", "fields", "-e", "frame.number"])
    return None if done.returncode else {int(line) for line in done.stdout.split()}


def ask_ours(program, path, texts):
    done = subprocess.run([program, path, str(PACKETS_MAX)], input="\n".join(texts) + "\n",
                          capture_output=True, text=True, timeout=120, check=True)
    lines = done.stdout.split("\n")[:len(texts)]
    return [None if line.startswith("error: ") else {int(n) for n in line.split()}
            for line in lines]


def ask_both(program, root, names, texts):
    """{capture: (ours, tshark's)}, each by filter."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file, \
            concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        file.write("".join(text + "\n" for text in texts))
        file.flush()
        jobs = {name: pool.submit(ask_tshark, os.path.join(root, name), file.name, len(texts))
                for name in names}
        ours = {name: ask_ours(program, os.path.join(root, name), texts) for name in names}
        return {name: (ours[name], jobs[name].result()) for name in names}


def differences(name, ours, theirs):
    """[(capture, frame, what differs)]"""
    if (ours is None) != (theirs is None):
        return [("-", 0, "refused by %s alone" % ("ringtap" if ours is None else "tshark"))]
    return [(name, n, "ringtap alone" if n in ours else "tshark alone")
            for n in sorted((ours or set()) ^ (theirs or set()))]


class Report:
    def __init__(self, known):
        self.known, self.met = known, set()
        self.nr_known = self.nr_frames = 0
        self.unknown = []

    def take(self, text, capture, frame, what):
        for i, (f, c, n) in enumerate(self.known):
            if (f == text or fnmatch.fnmatchcase(text, f)) and fnmatch.fnmatchcase(capture, c) and \
                    fnmatch.fnmatchcase(str(frame), n):
                self.met.add(i)
                self.nr_known += 1
                return
        self.unknown.append((text, capture, frame, what))


def compare(report, filters, answers):
    """How many filters match something."""
    nr_matching = 0
    for i, (text, refused) in enumerate(filters):
        seen, matching = set(), False
        for name, (ours, theirs) in answers.items():
            if refused and theirs[i] is not None:
                seen.add(("-", 0, "tshark takes it"))
            if not refused and ours[i] is None and theirs[i] is None:
                seen.add(("-", 0, "both refuse it"))
            matching |= bool(ours[i])
            seen.update(differences(name, ours[i], theirs[i]))
        nr_matching += matching
        for where in sorted(seen):
            report.take(text, *where)
    return nr_matching


def check_alone(root, texts, answers):
    """Does tshark -Y say what display.lua has said?"""
    for i in range(0, len(texts), SAMPLE):
        name = sorted(answers)[i % len(answers)]
        if ask_tshark_alone(os.path.join(root, name), texts[i]) != answers[name][1][i]:
            print("tshark -Y differs from display.lua: %s @ %s" % (texts[i], name))
            return False
    return True


def count_packets(program, root, names):
    return sum(len(ask_ours(program, os.path.join(root, name), ["frame"])[0]) for name in names)


def find_captures():
    root = os.environ.get("RINGTAP_CORPORA")
    if not root or not os.path.isdir(root):
        skip("RINGTAP_CORPORA names no directory of captures")
    if not shutil.which("tshark"):
        skip("tshark is not installed")
    version = subprocess.run(["tshark", "--version"], capture_output=True, text=True).stdout
    if "with Lua" not in version:
        skip("tshark is built without Lua")
    found = [os.path.join(d, name) for d, names in CAPTURES.items() for name in names]
    for name in found:
        if not os.path.isfile(os.path.join(root, name)):
            skip("%s is not among the captures" % name)
    return root, found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--filter", default="*")
    parser.add_argument("--ask")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    root, names = find_captures()
    os.environ["TZ"] = "UTC"
    report = Report([] if options.ask else read_known())
    filters = [f for f in read_filters() if fnmatch.fnmatchcase(f[0], options.filter)]
    if options.ask:
        filters = [(options.ask, False)]
    answers = ask_both(options.program, root, names, [text for text, _ in filters])
    nr_matching = compare(report, filters, answers)
    for entry in report.unknown:
        print("%s @ %s %d: %s" % entry)
    nr_packets = count_packets(options.program, root, names)
    print("%d filters (%d that both refuse, %d that match something) x %d packets of %d captures: "
          "%d known differences, %d unknown" %
          (len(filters), sum(refused for _, refused in filters), nr_matching, nr_packets,
           len(names), report.nr_known, len(report.unknown)))
    good = not report.unknown
    if options.filter == "*" and not options.ask:
        for i, entry in enumerate(report.known):
            if i not in report.met:
                print("known, but not seen any more: %s @ %s %s" % entry)
                good = False
        if nr_matching < MATCHING_MIN:
            print("too few filters match anything")
            good = False
    if options.check and not check_alone(root, [text for text, _ in filters], answers):
        good = False
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
