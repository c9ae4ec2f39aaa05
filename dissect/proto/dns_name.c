/* dissect/proto/dns_name.c -- domain names with compression, RFC 1035 §4.1.4. */
#include "dissect/proto/dns_name.h"

#include <string.h>

#include "core/bytes.h"

enum { LABEL_KIND = 0xc0, LABEL_POINTER = 0xc0, POINTER_MASK = 0x3fff };

size_t dns_name_skip(const uint8_t *msg, size_t len, size_t off)
{
	const size_t start = off;

	while (off < len && off - start < DNS_NAME_MAX) {
		const uint8_t n = msg[off];

		if (!n)
			return off + 1 - start;
		if ((n & LABEL_KIND) == LABEL_POINTER) {
			if (len - off < 2 || (load_be16(msg + off) & POINTER_MASK) >= start)
				return 0;
			return off + 2 - start;
		}
		if (n & LABEL_KIND)
			return 0;
		off += n + 1u;
	}
	return 0;
}

/* One label more; false where the whole is longer than a name may be. */
static bool append_label(struct dns_name *name, const uint8_t *label, size_t n)
{
	const size_t dot = name->len ? 1 : 0;

	if (name->len + dot + n > DNS_NAME_MAX - 2)
		return false;
	if (dot)
		name->text[name->len++] = '.';
	memcpy(name->text + name->len, label, n);
	name->len = (uint16_t)(name->len + n);
	name->labels++;
	return true;
}

static void finish(struct dns_name *name)
{
	static const char root[] = "<Root>";

	if (!name->labels) {
		memcpy(name->text, root, sizeof(root));
		name->len = sizeof(root) - 1;
	}
	name->text[name->len] = '\0';
}

bool dns_name_read(const uint8_t *msg, size_t len, size_t off, struct dns_name *ret)
{
	const size_t place = dns_name_skip(msg, len, off);
	unsigned pointers = 0;

	ret->len = 0;
	ret->labels = 0;
	ret->place = (uint16_t)place;
	if (!place)
		return false;
	while (off < len) {
		const uint8_t n = msg[off];

		if (!n) {
			finish(ret);
			return true;
		}
		if ((n & LABEL_KIND) == LABEL_POINTER) {
			if (len - off < 2 || ++pointers > DNS_POINTERS_MAX)
				return false;
			off = load_be16(msg + off) & POINTER_MASK;
			continue;
		}
		if (n & LABEL_KIND || n >= len - off || !append_label(ret, msg + off + 1, n))
			return false;
		off += n + 1u;
	}
	return false;
}
