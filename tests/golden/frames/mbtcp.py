"""Modbus over TCP."""
from packets import IP_A, IP_B, tcp4, u16, u8


def adu(pdu, trans=7, unit=1, proto=0, length=None):
    length = 1 + len(pdu) if length is None else length
    return u16(trans) + u16(proto) + u16(length) + u8(unit) + pdu


def query(pdu, **k):
    return tcp4(50000, 502, adu(pdu, **k))


def answer(pdu, **k):
    return tcp4(502, 50000, adu(pdu, **k), src=IP_B, dst=IP_A)


FRAMES = [
    ("read_coils", query(b"\1" + u16(19) + u16(37))),
    ("read_coils_answer", answer(b"\1\5\xcd\x6b\xb2\x0e\x1b")),
    ("read_discrete", query(b"\2" + u16(196) + u16(22), trans=8)),
    ("read_holding", query(b"\3" + u16(107) + u16(3), trans=9)),
    ("read_holding_answer", answer(b"\3\6\x02\x2b\0\0\0\x64", trans=9)),
    ("read_input", query(b"\4" + u16(8) + u16(1), trans=10)),
    ("write_coil", query(b"\5" + u16(172) + b"\xff\0", trans=11)),
    ("write_register", query(b"\6" + u16(1) + u16(3), trans=12)),
    ("exception_status", query(b"\7", trans=13)),
    ("exception_status_answer", answer(b"\7\x6d", trans=13)),
    ("diagnostics", query(b"\x08" + u16(0) + b"\xa5\x37", trans=14)),
    ("write_coils", query(b"\x0f" + u16(19) + u16(10) + b"\2\xcd\1", trans=15)),
    ("write_coils_answer", answer(b"\x0f" + u16(19) + u16(10), trans=15)),
    ("write_registers", query(b"\x10" + u16(1) + u16(2) + b"\4\0\x0a\1\2", trans=16)),
    ("write_registers_answer", answer(b"\x10" + u16(1) + u16(2), trans=16)),
    ("mask_write", query(b"\x16" + u16(4) + b"\0\xf2\0\x25", trans=17)),
    ("read_write", query(b"\x17" + u16(3) + u16(6) + u16(14) + u16(3) + b"\6\0\xff\0\xff\0\xff",
                         trans=18)),
    ("device_id", query(b"\x2b\x0e\1\0", trans=19)),
    ("unknown_function", query(b"\x64\1\2\3", trans=20)),
    ("exception", answer(b"\x83\2", trans=9)),
    ("two_messages", tcp4(50000, 502, adu(b"\3" + u16(0) + u16(1)) + adu(b"\3" + u16(5) + u16(1),
                                                                          trans=8))),
    ("need_more", tcp4(502, 50000, adu(b"\3\6\x02\x2b\0\0\0\x64")[:11])),
    ("truncated", 1, query(b"\3" + u16(107) + u16(3))[:62], 66),
    ("lying_count", answer(b"\3\xff\0\1", trans=9)),
    ("not_modbus", tcp4(50000, 502, b"GET / HTTP/1.1\r\n\r\n")),
]
