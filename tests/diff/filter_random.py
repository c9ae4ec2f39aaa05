#!/usr/bin/env python3
"""Random expressions of the grammar: our programs against libpcap's, packet by packet.

    filter_random.py DRIVER [--count N] [--seed N] [--cuts N] [--packets N] [--stop N]

Each expression is compiled by us, optimised and not, and by libpcap in this process; the programs
run on the captures of RINGTAP_CORPORA of that link type (each packet whole, and cut short) and must
accept the same. So must both of ours. (libpcap's optimiser leaves out loads, which would reject
packets that are too short for them: ours may do what either of its programs does.) An expression
that only one of the two refuses is a difference too. Differences are made smaller before they are
shown; filters.known names those that are wanted. Exit 77 (skipped) without captures or libpcap.
"""
import argparse
import collections
import pathlib
import random
import sys

import filter_oracle as oracle
from filter_oracle import LINK_TYPES, OURS, OURS_PLAIN, REFERENCE, UNOPTIMIZED

KNOWN = pathlib.Path(__file__).parent / "filters.known"
WEIGHTS = {"EN10MB": 34, "RAW": 8, "LINUX_SLL": 6, "LINUX_SLL2": 6, "NULL": 5, "LOOP": 4, "PPP": 6,
           "IEEE802_11": 9, "IEEE802_11_RADIO": 7, "PPI": 5, "IPV4": 4, "IPV6": 4}
RADIO = ("IEEE802_11", "IEEE802_11_RADIO", "PPI")

# What occurs in packets: addresses and ports are collected from them (see Pool).
PORTS = ["http", "domain", "80", "53", "443", "22", "25", "67", "68", "123", "179", "500", "520",
         "546", "1985", "3784", "4500", "4789", "6081", "5060", "0", "65535"]
PROTOS = ["ip", "ip6", "arp", "rarp", "tcp", "udp", "icmp", "icmp6", "sctp", "igmp", "pim", "vrrp",
          "ah", "esp", "igrp", "carp"]
LINK_PROTOS = ["stp", "ipx", "netbeui", "iso", "isis", "clnp", "esis", "atalk", "aarp", "decnet",
               "lat", "sca", "moprc", "mopdl"]
ISIS = ["l1", "l2", "iih", "lsp", "snp", "csnp", "psnp"]
ETHER_PROTOS = ["\\ip", "\\ip6", "\\arp", "\\rarp", "\\stp", "\\ipx", "\\iso", "\\netbeui",
                "\\atalk", "\\aarp", "\\decnet", "\\lat", "\\sca", "\\moprc", "\\mopdl", "0x8100",
                "0x88a8", "0x8847", "0x8863", "0x8864", "0x88cc", "0x9000", "2048", "0x42", "0xaa",
                "0xf0", "0xe0", "0xfe", "1501", "lldp", "loopback"]
IP_PROTOS = ["\\tcp", "\\udp", "\\icmp", "\\igmp", "\\sctp", "\\pim", "\\ah", "\\esp", "\\vrrp", "0",
             "1", "2", "4", "6", "17", "41", "43", "44", "47", "50", "51", "58", "60", "88", "89",
             "103", "112", "132", "255"]
ACCESSORS = ["ip", "ip6", "arp", "rarp", "tcp", "udp", "icmp", "icmp6", "sctp", "igmp", "pim", "vrrp",
             "ether", "link", "igrp", "atalk", "decnet", "lat", "sca", "moprc", "mopdl", "carp"]
NAMED = ["tcp[tcpflags] & {tcp} != 0", "tcp[tcpflags] = {tcp}", "icmp[icmptype] = {icmp}",
         "icmp6[icmp6type] = {icmp6}", "icmp[icmpcode] = 1", "icmp6[icmp6code] != 0"]
NAMES = {"tcp": ["tcp-syn", "tcp-fin", "tcp-rst", "tcp-push", "tcp-ack", "tcp-urg", "tcp-ece",
                 "tcp-cwr", "(tcp-syn|tcp-ack)"],
         "icmp": ["icmp-echo", "icmp-echoreply", "icmp-unreach", "icmp-timxceed", "icmp-redirect"],
         "icmp6": ["icmp6-echo", "icmp6-neighborsolicit", "icmp6-routeradvert", "icmp6-neighboradvert",
                   "icmp6-multicastlistenerreportv2"]}
LLC = ["", " i", " s", " u", " rr", " rnr", " rej", " ui", " ua", " disc", " dm", " sabme", " test",
       " xid", " frmr"]
WLAN_TYPES = ["type mgt", "type ctl", "type data", "type mgt subtype beacon", "subtype probe-req",
              "type data subtype qos-data", "subtype ack", "type ctl subtype rts", "type 0",
              "subtype null", "type mgt subtype 8", "dir nods", "dir tods", "dir fromds",
              "dir dstods", "dir 1", "subtype deauth", "type data subtype 4"]


class Pool:
    """Addresses as they stand in the packets of a link type."""

    def __init__(self, driver, count, rng):
        self.v4, self.v6, self.macs = set(), set(), set()
        for i in range(0, count, max(1, count // 400)):
            data = bytes.fromhex(driver.ask("bytes", i)[1].split(" ")[1] or "")
            self.macs.update(data[at:at + 6] for at in (0, 6, 4, 10) if len(data) >= at + 6)
            for at in (0, 4, 14, 16, 18, 20):
                if len(data) >= at + 20 and data[at] == 0x45:
                    self.v4.update((data[at + 12:at + 16], data[at + 16:at + 20]))
                if len(data) >= at + 40 and data[at] >> 4 == 6 and data[at + 6] in (6, 17, 58, 0):
                    self.v6.update((data[at + 8:at + 24], data[at + 24:at + 40]))
        self.v4 = sorted(self.v4)
        self.v6 = sorted(self.v6)
        self.macs = sorted(self.macs)
        for addresses in (self.v4, self.v6, self.macs):
            rng.shuffle(addresses)


class Maker:
    """Expressions for a link type."""

    def __init__(self, rng, pool):
        self.rng = rng
        self.pool = pool
        self.link = "EN10MB"

    def pick(self, *things):
        return self.rng.choice(things)

    def v4(self):
        return ".".join(map(str, self.rng.choice(self.pool.v4)))

    def v6(self):
        groups = self.rng.choice(self.pool.v6).hex()
        return ":".join(groups[i:i + 4].lstrip("0") or "0" for i in range(0, 32, 4))

    def mac(self):
        return ":".join("%02x" % b for b in self.rng.choice(self.pool.macs))

    def direction(self):
        return self.pick("", "", "", "src ", "dst ", "src or dst ", "src and dst ", "dst or src ")

    def host(self):
        kind = self.rng.random()
        way = self.direction()
        if kind < 0.5:
            return f"{self.pick('', '', 'ip ', 'arp ', 'rarp ')}{way}host {self.v4()}"
        if kind < 0.75:
            return f"{self.pick('', 'ip6 ')}{way}host {self.v6()}"
        if kind < 0.9:
            return f"ether {way}{self.pick('', 'host ')}{self.mac()}"
        return f"host {self.v4()} or {self.v4()} or {self.v4()}"

    def net(self):
        way = self.direction()
        address = self.rng.choice(self.pool.v4)
        kind = self.rng.random()
        if kind < 0.3:
            octets = self.rng.randrange(1, 4)
            return f"{self.pick('', 'ip ')}{way}net " + ".".join(map(str, address[:octets]))
        length = self.rng.randrange(1, 33)
        number = int.from_bytes(address, "big") >> (32 - length) << (32 - length)
        text = ".".join(map(str, number.to_bytes(4, "big")))
        if kind < 0.6:
            return f"{self.pick('', 'ip ', 'arp ')}{way}net {text}/{length}"
        if kind < 0.75:
            mask = (0xffffffff << (32 - length)) & 0xffffffff
            return f"{way}net {text} mask " + ".".join(map(str, mask.to_bytes(4, "big")))
        length = self.pick(8, 16, 32, 48, 60, 64, 65, 96, 127, 128)
        number = int.from_bytes(self.rng.choice(self.pool.v6), "big") >> (128 - length) << \
            (128 - length)
        groups = "%032x" % number
        text = ":".join(groups[i:i + 4] for i in range(0, 32, 4))
        return f"{self.pick('', 'ip6 ')}{way}net {text}/{length}"

    def port(self):
        transport = self.pick("", "", "tcp ", "udp ", "sctp ")
        port = self.rng.choice(PORTS)
        if self.rng.random() < 0.25:
            low, high = sorted((self.rng.randrange(65536), self.rng.randrange(2000)))
            return f"{transport}{self.direction()}portrange {low}-{high}"
        if transport == "sctp ":
            port = "5000" if not port.isdigit() else port
        more = f" or {self.rng.choice(PORTS[2:])}" if self.rng.random() < 0.1 else ""
        return f"{transport}{self.direction()}port {port}{more}"

    def arith(self, depth):
        kind = self.rng.random()
        if depth <= 0 or kind < 0.25:
            return str(self.pick(0, 1, 2, 4, 6, 8, 15, 16, 17, 20, 64, 80, 255, 0x800, 0xffff,
                                 "0xf0", self.rng.randrange(256)))
        if kind < 0.32:
            return self.pick("len", "length")
        if kind < 0.62:
            proto = self.rng.choice(ACCESSORS[:14] if self.rng.random() < 0.9 else ACCESSORS)
            index = self.arith(depth - 2) if self.rng.random() < 0.15 else \
                str(self.rng.randrange(24))
            return f"{proto}[{index}{self.pick('', '', ':1', ':2', ':4')}]"
        if kind < 0.66:
            return "-" + self.arith(depth - 1)
        if kind < 0.8:
            return f"({self.arith(depth - 1)})"
        op = self.pick("+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>", "&", "+")
        right = str(self.rng.randrange(1, 12)) if op in ("<<", ">>", "/", "%") else \
            self.arith(depth - 1)
        return f"{self.arith(depth - 1)} {op} {right}"

    def relation(self):
        if self.rng.random() < 0.25:
            return self.rng.choice(NAMED).format(**{k: self.rng.choice(v)
                                                    for k, v in NAMES.items()})
        accessor = f"{self.rng.choice(ACCESSORS[:14])}[{self.rng.randrange(20)}{self.pick('', ':2')}]"
        left = accessor if self.rng.random() < 0.5 else self.arith(3)
        op = self.pick("=", "==", "!=", ">", "<", ">=", "<=")
        return f"{left} {op} {self.arith(self.pick(0, 0, 2))}"

    def link_level(self):
        kind = self.rng.random()
        if self.link in RADIO and kind < 0.6:
            return self.pick(self.rng.choice(WLAN_TYPES), self.rng.choice(WLAN_TYPES),
                             f"wlan {self.pick('ra', 'ta', 'addr1', 'addr2', 'addr3', 'addr4')} "
                             f"{self.mac()}",
                             f"wlan {self.direction()}host {self.mac()}",
                             f"{self.pick('wlan', 'link')}[{self.rng.randrange(26)}] & 0xf != 0",
                             f"radio[{self.rng.randrange(16)}] = 0")
        if kind < 0.3:
            return f"{self.pick('ether', 'link')} proto {self.rng.choice(ETHER_PROTOS)}"
        if kind < 0.5:
            return self.rng.choice(LINK_PROTOS)
        if kind < 0.6:
            return self.pick("ether broadcast", "ether multicast", "broadcast", "multicast",
                             "ip multicast", "ip6 multicast", "link multicast")
        if kind < 0.72:
            return "llc" + self.rng.choice(LLC)
        if kind < 0.8:
            return self.pick(self.rng.choice(ISIS), f"isis proto {self.rng.randrange(32)}",
                             f"iso proto {self.pick(0x81, 0x82, 0x83, 129)}")
        if kind < 0.85:
            return f"decnet {self.pick('', 'src ', 'dst ')}host {self.pick('1.1', '1.10', '19.4')}"
        if kind < 0.92:
            return f"byte {self.rng.randrange(40)} {self.pick('=', '<', '>', '&', '|')} " \
                   f"{self.rng.randrange(256)}"
        return self.pick("inbound", "outbound", f"ifindex {self.rng.randrange(4)}")

    def shift(self):
        number = self.rng.random() < 0.5
        return self.rng.choice([
            "vlan" + (f" {self.pick(1, 2, 4, 10, 100, 200, 4095)}" if number else ""),
            "vlan" + (f" {self.pick(1, 2, 4, 10, 100, 200, 4095)}" if number else ""),
            "mpls" + (f" {self.pick(0, 3, 16, 29, 100000, 1024)}" if number else ""),
            "pppoed",
            "pppoes" + (f" {self.pick(1, 17, 27, 17000)}" if number else ""),
            "geneve" + (f" {self.pick(0, 10, 11, 255)}" if number else "")])

    def protocol(self):
        kind = self.rng.random()
        if kind < 0.6:
            return self.rng.choice(PROTOS)
        if kind < 0.95:
            return f"{self.pick('', 'ip ', 'ip6 ')}proto {self.rng.choice(IP_PROTOS)}"
        return f"{self.pick('', 'ip ', 'ip6 ')}protochain {self.rng.choice(IP_PROTOS)}"

    def primitive(self):
        return self.rng.choices(
            [self.protocol, self.host, self.net, self.port, self.relation, self.link_level,
             self.shift, lambda: f"{self.pick('less', 'greater')} {self.rng.randrange(20, 1600)}",
             ], [22, 14, 10, 18, 14, 14, 5, 3])[0]()

    def tree(self, depth):
        kind = self.rng.random()
        if depth <= 0 or kind < 0.3:
            return self.primitive()
        if kind < 0.42:
            return ("not", self.tree(depth - 1))
        op = self.pick("and", "or", "and")
        left = self.shift() if self.rng.random() < 0.1 else self.tree(depth - 1)
        return (op, left, self.tree(depth - 1), self.rng.random() < 0.3)


def text_of(node, rng=None):
    """Of a tree: always with parentheses, but for those that a node says it can do without."""
    if isinstance(node, str):
        return node
    if node[0] == "not":
        inner = text_of(node[1])
        return f"not {inner}" if isinstance(node[1], str) and " or " not in inner else \
            f"not ({inner})"
    op, left, right, bare = node
    left, right = text_of(left), text_of(right)
    return f"{left} {op} {right}" if bare else f"({left}) {op} ({right})"


def smaller(node):
    """Trees that are one step smaller."""
    if isinstance(node, str):
        words = node.split(" ")
        if len(words) > 2 and words[0] in ("src", "dst", "ip", "ip6", "tcp", "udp", "link"):
            yield " ".join(words[1:])
        return
    yield from node[1:3] if node[0] != "not" else (node[1],)
    for at in (1, 2):
        if at < len(node) and not isinstance(node[at], bool):
            for less in smaller(node[at]):
                yield node[:at] + (less,) + node[at + 1:]


def mirrored(node):
    """The same with the sides of each "and" and "or" changed over."""
    if isinstance(node, str):
        return node
    if node[0] == "not":
        return (node[0], mirrored(node[1])) + node[2:]
    return (node[0], mirrored(node[2]), mirrored(node[1])) + node[3:]


class Checker:
    def __init__(self, driver, libpcap, cuts):
        self.driver = driver
        self.libpcap = libpcap
        self.cuts = cuts
        self.counts = collections.Counter()

    def check(self, link_type, expression):
        """(kind of the difference or None, words)"""
        number = LINK_TYPES[link_type]
        worked, answer = self.driver.compile(OURS, number, expression)
        code, why = self.libpcap.compile(number, expression)
        if not worked or code is None:
            return self.refused(number, worked, answer, code, why)
        plain, _ = self.libpcap.compile(number, expression, optimize=False)
        for slot, program in ((REFERENCE, code), (UNOPTIMIZED, plain or code)):
            taken, answer = self.driver.code(slot, program)
            if not taken:
                self.counts["libpcap's program is not taken"] += 1
                return None, answer
        worked, answer = self.driver.compile(OURS_PLAIN, number, expression, "u")
        if not worked:
            return "unoptimised", answer
        return self.compare(number)

    def refused(self, number, worked, answer, code, why):
        if not worked and code is None:
            self.counts["refused by both"] += 1
            return None, ""
        # Which expressions accept nothing is found out by optimisers, and they know different things.
        slot, words = (OURS, why) if worked else (REFERENCE, answer)
        if "rejects all packets" in words:
            self.driver.code(OURS_PLAIN, [(6, 0, 0, 0)])
            if not worked and not self.driver.code(REFERENCE, code)[0]:
                self.counts["libpcap's program is not taken"] += 1
                return None, ""
            if self.driver.ask("compare", number, self.cuts, slot, OURS_PLAIN)[0]:
                self.counts["refused by one: rejects all packets, which is right"] += 1
                return None, ""
        return ("only-we-accept", why) if worked else ("only-libpcap-accepts", answer)

    def compare(self, number):
        for kind, slots in (("plain", (OURS_PLAIN, UNOPTIMIZED)),
                            ("verdict", (OURS, UNOPTIMIZED, REFERENCE)),
                            ("optimiser", (OURS, OURS_PLAIN, REFERENCE))):
            worked, answer = self.driver.ask("compare", number, self.cuts, *slots)
            if worked:
                runs, accepted = map(int, answer.split())
                self.counts["runs"] += runs
            else:
                packet, _, rest = answer.partition(" ")
                kind += "-short" if answer.endswith("short") else ""
                return kind, f"packet {packet} (length, ours, other) {rest}; " + \
                    self.driver.ask("bytes", packet)[1][:150]
        self.counts["expressions that accept something" if accepted else
                    "expressions that accept nothing"] += 1
        return None, ""

    def contradicts(self, link_type, tree):
        """Libpcap says something else of the same: its optimised program says what ours says, or
        both its programs do with the sides of "and" and "or" changed over."""
        self.check(link_type, text_of(tree))
        if self.driver.ask("compare", LINK_TYPES[link_type], self.cuts, OURS, REFERENCE)[0]:
            return True
        return not self.check(link_type, text_of(mirrored(tree)))[0]

    def shrink(self, link_type, tree, kind):
        for _ in range(200):
            for less in smaller(tree):
                if self.check(link_type, text_of(less))[0] == kind:
                    tree = less
                    break
            else:
                break
        return tree


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("driver")
    parser.add_argument("--count", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cuts", type=int, default=6)
    parser.add_argument("--packets", type=int, default=500, help="of each link type")
    parser.add_argument("--stop", type=int, default=0, help="after so many differences")
    options = parser.parse_args()
    root, libpcap = oracle.corpora(), oracle.libpcap_or_none()
    if not root or not libpcap:
        print("SKIP filter_random: " + ("libpcap.so.0.8 is not installed" if root else
                                        "RINGTAP_CORPORA names no directory of captures"))
        return 77
    rng = random.Random(options.seed)
    driver = oracle.Driver(options.driver)
    for path in oracle.captures(root):
        driver.ask("load", path)
    count = int(driver.ask("thin", options.packets)[1])
    maker = Maker(rng, Pool(driver, count, rng))
    checker = Checker(driver, libpcap, options.cuts)
    known = [(pattern, why) for about, pattern, why in oracle.known_differences(KNOWN)
             if about == "random"]
    changed_over = [(pattern, why) for about, pattern, why in oracle.known_differences(KNOWN)
                    if about == "contradicts"]
    failed, excused = collections.OrderedDict(), collections.Counter()
    made = 0
    while made < options.count and not (options.stop and len(failed) >= options.stop):
        made += 1
        link_type = rng.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        maker.link = link_type
        tree = maker.tree(rng.choice((0, 1, 1, 2, 2, 3)))
        kind, _ = checker.check(link_type, text_of(tree))
        if not kind:
            continue
        least = checker.shrink(link_type, tree, kind)
        reason = next((why for pattern, why in known
                       if pattern.fullmatch(f"{kind} {link_type} {text_of(least)}")), None)
        if not reason and checker.contradicts(link_type, least):
            reason = next((why for pattern, why in changed_over
                           if pattern.fullmatch(f"{kind} {link_type} {text_of(least)}")), None)
        least = text_of(least)
        if reason:
            excused[reason] += 1
        else:
            failed.setdefault((kind, least), []).append(link_type)
    for (kind, expression), links in sorted(failed.items()):
        print(f"FAIL {kind}: '{expression}' on {links[0]}, {len(links)} times: "
              f"{checker.check(links[0], expression)[1]}")
    for reason, times in excused.most_common():
        print(f"known, {times} times: {reason}")
    for what, times in sorted(checker.counts.items()):
        print(f"{times} {what}")
    print(f"filter_random: seed {options.seed}, {made} expressions on {count} packets against "
          f"{libpcap.version()}: {sum(map(len, failed.values()))} differ")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
