"""The frames of live_driver and send_driver (driver_frame.h), and what of them arrives."""
import json
import socket
import struct

from harness import equal

ETHERTYPE = 0x88b5
SO_RCVBUFFORCE, SO_TIMESTAMPNS = 33, 35


def frame(number, lengths):
    length = lengths[number % len(lengths)]
    head = bytes([2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2]) + struct.pack(">HQ", ETHERTYPE, number)
    return (head + bytes([number & 0xff]) * length)[:length]


class Receiver:
    """What arrives at v0, with the time of each."""

    def __init__(self, lab, interface="v0"):
        with lab.entered():
            self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
            self.socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 256 << 20)
            self.socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
            self.socket.bind((interface, ETHERTYPE))
        self.socket.setblocking(False)

    def take(self):
        """(ns, bytes) of all until now."""
        got = []
        while True:
            try:
                data, ancillary, _, _ = self.socket.recvmsg(1 << 17, 64)
            except BlockingIOError:
                return got
            sec, nsec = struct.unpack("qq", ancillary[0][2])
            got.append((sec * 10**9 + nsec, data))


def stats(lab, interface):
    return json.loads(lab.ip("-s", "-j", "link", "show", "dev", interface))[0]["stats64"]


def check_frames(got, want, lengths):
    equal(len(got), len(want), "frames that arrived")
    for i, (data, number) in enumerate(zip((g[1] for g in got), want)):
        if data != frame(number, lengths):
            raise AssertionError(f"frame {i}: {data[:40].hex()}..., {len(data)} bytes, "
                                 f"expected number {number}")
