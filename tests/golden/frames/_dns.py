"""DNS messages from parts, for those who speak its format."""
from packets import u16, u32


def name(text, end=b"\0"):
    """Labels; end is the root, or a pointer, or nothing."""
    labels = [part.encode("latin-1") for part in text.split(".")] if text else []
    return b"".join(bytes([len(label)]) + label for label in labels) + end


def pointer(offset):
    return u16(0xC000 | offset)


def message(ident, flags, questions=(), answers=(), authority=(), additional=(), counts=None):
    counts = counts or [len(s) for s in (questions, answers, authority, additional)]
    parts = list(questions) + list(answers) + list(authority) + list(additional)
    return u16(ident) + u16(flags) + b"".join(map(u16, counts)) + b"".join(parts)


def question(owner, kind, klass=1):
    return owner + u16(kind) + u16(klass)


def record(owner, kind, data, ttl=3600, klass=1):
    return owner + u16(kind) + u16(klass) + u32(ttl) + u16(len(data)) + data


def opt(options=b"", size=1232, flags=0, rcode=0):
    return b"\0" + u16(41) + u16(size) + bytes([rcode, 0]) + u16(flags) + u16(len(options)) + options
