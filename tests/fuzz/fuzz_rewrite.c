/*
 * All of dissect/rewrite/: any frame of any link type, with rules that match, converted, tagged,
 * padded, fragmented; and any text as a rule.
 *
 * Input: as of fuzz_dissect, two bytes for the link type, one for how much longer the packet was on
 * the wire (5 bits) and what is done with it (3 bits), the rest is the frame, or the rule's text.
 */
#include <stdlib.h>
#include <string.h>

#include "core/bytes.h"
#include "core/limits.h"
#include "core/linktype.h"
#include "dissect/rewrite/fragment.h"
#include "dissect/rewrite/rewrite.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { HEAD = 3, TEXT = 7, TEXT_MAX = 200, VLAN_WAYS = 4 };

/* Memory that ends where it ends, so that a sanitizer sees the first byte behind it. */
static uint8_t *exact(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);

	if (!copy)
		abort();
	if (size)
		memcpy(copy, data, size);
	return copy;
}

/* Every address, port and MAC address becomes another one. */
static const struct rewrite *rules(unsigned vlan)
{
	static struct rewrite all[VLAN_WAYS];
	struct rewrite *rw = &all[vlan];
	struct errmsg err;
	int bad = 0;

	if (rw->nr_v4)
		return rw;
	bad |= rewrite_add_map(rw, "0.0.0.0/1=192.0.2.0/24", &err);
	bad |= rewrite_add_map(rw, "0.0.0.0/0=10.0.0.0/8", &err);
	bad |= rewrite_add_map(rw, "::/1=2001:db8::/32", &err);
	bad |= rewrite_add_map(rw, "::/0=2001:db8:1:2::/64", &err);
	bad |= rewrite_add_map_port(rw, "0-32767=32768-65535", &err);
	bad |= rewrite_add_map_port(rw, "32768-65535=0-32767", &err);
	bad |= rewrite_add_map_mac(rw, "ff:ff:ff:ff:ff:ff=02:00:00:00:00:01", &err);
	bad |= rewrite_set_src_mac(rw, "02:00:00:00:00:02", &err);
	if (bad)
		abort();
	rw->vlan = (uint8_t)vlan;
	rw->vlan_id = 100;
	return rw;
}

static void fragment(const uint8_t *frame, uint32_t len, uint32_t wire_len, uint16_t linktype,
		     uint32_t mtu, bool ignore_df)
{
	struct rewrite_fragment_config cfg = { .mtu = mtu, .ignore_df = ignore_df };
	struct rewrite_fragment it;
	uint32_t left, n;
	uint8_t *out;

	if (rewrite_fragment_begin(&it, &cfg, frame, len, wire_len, linktype) != REWRITE_OK)
		return;
	out = malloc(it.link_len + it.room);
	if (!out)
		abort();
	for (left = rewrite_fragment_left(&it); left; left--) {
		n = rewrite_fragment_next(&it, out);
		if (!n || n > it.link_len + it.room || n > mtu + 18 ||
		    !rewrite_fits_mtu(out, n, linktype, mtu))
			abort();
	}
	if (rewrite_fragment_next(&it, out))
		abort();
	free(out);
}

static void rewrite_to(uint16_t linktype, const struct frame_view *f, struct rewrite rw)
{
	struct rewrite_link link = { .linktype = linktype, .has_dst_mac = true };
	const uint32_t room = (rw.pad ? f->wire_len : f->cap_len) + REWRITE_GROWTH;
	struct rewritten done;
	enum rewrite_result r;
	uint8_t *out = malloc(room), *again;

	if (!out)
		abort();
	r = rewrite_frame(&rw, &link, f, out, room, &done);
	if (r == REWRITE_NO_ROOM || !rewrite_result_text(r) || !rewrite_result_name(r))
		abort();
	if (r == REWRITE_OK) {
		if (done.len > room || done.len > done.wire_len ||
		    (rw.pad && done.len != done.wire_len))
			abort();
		/* What is computed anew is right afterwards. */
		again = exact(out, done.len);
		rw = (struct rewrite){ .fix_checksums = true };
		rewrite_apply(&rw, again, done.len, done.linktype);
		if (rewrite_apply(&rw, again, done.len, done.linktype))
			abort();
		fragment(again, done.len, done.wire_len, done.linktype, 28 + done.len / 3, true);
		fragment(again, done.len, done.wire_len, done.linktype, done.len / 2, false);
		free(again);
	}
	free(out);
}

/* A rule is taken, or refused with words. */
static void parse(const uint8_t *data, size_t size)
{
	static int (*const parsers[])(struct rewrite *, const char *, struct errmsg *) = {
		rewrite_add_map,     rewrite_add_map_port, rewrite_add_map_mac,
		rewrite_set_src_mac, rewrite_set_vlan,
	};
	static struct rewrite rw;
	char *text = malloc(size + 1);
	struct errmsg err;
	size_t i;

	if (!text)
		abort();
	memcpy(text, data, size);
	text[size] = '\0';
	for (i = 0; i < ARRAY_SIZE(parsers); i++) {
		memset(&rw, 0, sizeof(rw));
		err.text[0] = '\0';
		if (parsers[i](&rw, text, &err) && !err.text[0])
			abort();
	}
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rewrite rw;
	struct frame_view f;
	unsigned way;
	uint8_t *copy;

	if (size < HEAD || size > SNAPLEN_MAX)
		return 0;
	way = data[2] >> 5;
	if (way == TEXT) {
		parse(data + HEAD, MIN_OF(size - HEAD, (size_t)TEXT_MAX));
		return 0;
	}
	copy = exact(data + HEAD, size - HEAD);
	f = (struct frame_view){
		.data = copy,
		.cap_len = (uint32_t)(size - HEAD),
		.wire_len = (uint32_t)(size - HEAD + (data[2] & 31)),
		.linktype = load_be16(data),
	};
	rw = *rules(way % VLAN_WAYS);
	rw.pad = way & 1;
	rw.fix_checksums = way == 4;
	(void)rewrite_checksum_left(copy, f.cap_len, f.linktype);
	rewrite_to(LINKTYPE_ETHERNET, &f, rw);
	rewrite_to(LINKTYPE_RAW, &f, rw);
	rewrite_drop_fcs(&f, 4);
	fragment(copy, f.cap_len, f.wire_len, f.linktype, 64, true);
	rewrite_apply(&rw, copy, f.cap_len, f.linktype);
	free(copy);
	return 0;
}
