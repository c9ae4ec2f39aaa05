/*
 * dissect/render.h -- a dissection as text: one line, one JSON object, a tree, bytes.
 *
 * All of them only append to a strbuf of the caller's. render_line() and render_json() write no
 * newline at the end; render_tree() and render_hex() end every line with one.
 */
#ifndef DISSECT_RENDER_H
#define DISSECT_RENDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/strbuf.h"
#include "dissect/dissect.h"

struct frame_context;
struct highlight;

/* Bytes that hold any line or JSON object; a tree may be cut at any size. */
enum { RENDER_TEXT_MAX = 1 << 16 };

struct render_options {
	bool quiet;           /* -q: no options, no sequence numbers */
	bool link_header;     /* -e */
	bool numeric;         /* -n: no names for ports */
	bool nano;            /* nine digits after the second, where a summary's time is printed */
	bool color;           /* ANSI colours */
	bool interface_shown; /* its name stands in front already: no index in the line */
	bool raw;             /* -vv: bits and bytes behind each value of the tree */
	bool aligned;         /* what is said of a packet starts in one column */
	/* The maker of a network card by its address, or NULL; the pointer itself may be NULL. */
	const char *(*vendor)(const void *context, const uint8_t *mac);
	const void *vendor_context;
};

/* tcpdump's -t family; TIME_NANO may be added to each. */
enum time_format {
	TIME_DEFAULT = 0,     /* 17:03:25.123456, local time */
	TIME_NONE = 1,        /* -t */
	TIME_EPOCH = 2,       /* -tt: seconds since 1970, UTC */
	TIME_DELTA = 3,       /* -ttt: since prev_ns */
	TIME_DATE = 4,        /* -tttt: 2026-11-21 17:03:25.123456, local time */
	TIME_SINCE_FIRST = 5, /* -ttttt: since first_ns */
	TIME_NANO = 8,
};

/* Writes the time and one space; nothing for TIME_NONE. A time that runs backwards has a '-'. */
void render_time(uint64_t ts_ns, enum time_format fmt, uint64_t prev_ns, uint64_t first_ns,
		 struct strbuf *out);

/* "Dec 16, 2006 18:22:47.202144000 UTC", as tshark's columns have times; local time unless utc. */
void render_arrival(uint64_t ns, bool utc, struct strbuf *out);

/* What an operator reads at a glance; the time goes in front of it with render_time(). */
void render_line(const struct registry *reg, const struct dissection *d,
		 const struct render_options *opt, struct strbuf *out);

/*
 * One flat object, Wireshark's field names as keys, typed values. A protocol that occurs again has
 * ctx, which may be NULL, adds the number and the interface's name.
 * "#2" and so on behind its names ("ip.src#2" is a tunnel's inner source); FIELD_LIST is an array.
 */
void render_json(const struct registry *reg, const struct dissection *d,
		 const struct frame_context *ctx, struct strbuf *out);

/* -v: every field with label, name and value, one a line, under its layer. */
void render_tree(const struct registry *reg, const struct dissection *d,
		 const struct render_options *opt, struct strbuf *out);

/* `tshark -T ek`: a line that names the index, and one with the packet; no newline at the end. */
void render_ek(const struct registry *reg, const struct dissection *d,
	       const struct frame_context *ctx, struct strbuf *out);

/* tcpdump's -x and -X; start at dissect_network_offset() for those, at 0 for -xx and -XX. */
void render_hex(const uint8_t *data, size_t len, bool ascii, struct strbuf *out);
/*
 * The same from byte `from` of the frame on; a second line under each that has marked bytes points
 * at them.
 */
void render_hex_marked(const struct dissection *d, uint32_t from, bool ascii,
		       const struct highlight *marks, const struct render_options *opt,
		       struct strbuf *out);
/* tcpdump's -A. */
void render_ascii(const uint8_t *data, size_t len, struct strbuf *out);

/* ---- for the line() of dissectors ---- */

enum paint { PAINT_TAG, PAINT_PROTOCOL, PAINT_WARNING };

/* text, in a colour when opt asks for colours. */
void line_paint(const struct render_options *opt, enum paint paint, const char *text,
		struct strbuf *out);
/* " (Intel Corporate)" when the maker is known. */
void line_vendor(const struct render_options *opt, const uint8_t *mac, struct strbuf *out);
/* ".443", or ".https" unless opt->numeric. */
void line_port(uint16_t port, const struct render_options *opt, struct strbuf *out);
/* "name (number)", or the number in hexadecimal with `digits` digits. */
void line_name_hex(const struct name_map *map, uint32_t value, unsigned digits, struct strbuf *out);
/*
 * "src.port > dst.port" of an IP header at l; the ports come from the transport layer above, over
 * any extension headers.
 */
void line_endpoints(const struct dissection *d, const struct layer *l, const uint8_t *src,
		    const uint8_t *dst, unsigned addr_len, const struct render_options *opt,
		    struct strbuf *out);
/* ", for UDP 10.0.0.1.5353 > 10.0.0.2.53": the IP packet that an ICMP error at l quotes. */
void line_quoted(const struct dissection *d, const struct layer *l,
		 const struct render_options *opt, struct strbuf *out);
/* What no layer has taken: "length 42". */
void line_length(const struct dissection *d, struct strbuf *out);
/* "proto OSPF (89), length 44" when an IP header or its extension is the last layer. */
void line_unknown_ipproto(const struct dissection *d, uint8_t proto, struct strbuf *out);
/* "ethertype LLDP (0x88cc), length 46" */
void line_unknown_ethertype(const struct dissection *d, uint16_t type, struct strbuf *out);

#endif
