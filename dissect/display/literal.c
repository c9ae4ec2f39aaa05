#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "core/bytes.h"
#include "dissect/display/node.h"

enum {
	ADDRESSES_MAX = 16, /* of one host name */
	HOST_NAME_LEN = 253,
};

static int refuse(struct compiler *c, const struct node *n, const char *what)
{
	return filter_error_set(c->err, -EINVAL, n->begin, n->end, "'%.60s' is not %s", n->text,
				what);
}

struct value *literal_value(struct compiler *c, struct node *n, enum value_type type)
{
	struct value *v = arena_alloc(&c->f->arena, sizeof(*v));

	if (!v)
		return NULL;
	v->extent = type == TYPE_IPV4 ? 32 : 128;
	n->kind = NODE_CONST;
	n->type = type;
	n->values = v;
	n->nr_values = 1;
	return v;
}

static int no_memory(struct compiler *c, const struct node *n)
{
	return filter_error_set(c->err, -ENOMEM, n->begin, n->end, "out of memory");
}

/* Decimal, 0x, 0b, octal with a zero in front. */
static bool read_number(const char *p, uint64_t *ret)
{
	unsigned base = 10;
	uint64_t v = 0;

	if (p[0] == '0' && (p[1] | 0x20) == 'x')
		base = 16, p += 2;
	else if (p[0] == '0' && (p[1] | 0x20) == 'b')
		base = 2, p += 2;
	else if (p[0] == '0' && p[1])
		base = 8, p++;
	if (!*p)
		return false;
	for (; *p; p++) {
		const char low = (char)(*p | 0x20);
		const unsigned digit = *p >= '0' && *p <= '9'     ? (unsigned)(*p - '0')
				       : low >= 'a' && low <= 'f' ? (unsigned)(low - 'a' + 10)
								  : 16;

		if (digit >= base || __builtin_mul_overflow(v, base, &v) ||
		    __builtin_add_overflow(v, digit, &v))
			return false;
	}
	*ret = v;
	return true;
}

/* The value that has this name among those of the field; exact, else but for upper and lower. */
static bool read_name(const struct node *field, const char *text, uint64_t *ret)
{
	const struct field_ref *ref;
	const struct name_map *map;
	int pass;

	for (pass = 0; pass < 2; pass++)
		for (ref = field->refs; ref; ref = ref->next)
			for (map = ref->desc->names; map && map->name; map++)
				if (pass ? !strcasecmp(map->name, text)
					 : !strcmp(map->name, text)) {
					*ret = map->value;
					return true;
				}
	return false;
}

static bool has_names(const struct node *field)
{
	const struct field_ref *ref;

	for (ref = field->refs; ref; ref = ref->next)
		if (ref->desc->names)
			return true;
	return false;
}

/* The largest number that the field can have: of whole bytes, as its type is. 0: not known. */
static uint64_t field_maximum(const struct node *field)
{
	const struct field_ref *ref;
	unsigned bytes = 0;

	if (field->kind != NODE_FIELD || field->type != TYPE_UINT)
		return 0;
	for (ref = field->refs; ref; ref = ref->next) {
		if (!ref->desc->bits || ref->described || ref->desc->scale)
			return 0;
		bytes = MAX_OF(bytes, (ref->desc->bits + 7u) / 8);
	}
	return bytes && bytes < 8 ? (1ull << (bytes * 8)) - 1 : 0;
}

static bool read_signed(const struct node *n, int64_t *ret)
{
	const bool negative = n->text && n->text[0] == '-';
	uint64_t num;

	if (!n->text || n->literal != LITERAL_WORD || !read_number(n->text + negative, &num) ||
	    num > INT64_MAX)
		return false;
	*ret = negative ? -(int64_t)num : (int64_t)num;
	return true;
}

int literal_fold(struct compiler *c, struct node *n)
{
	int64_t a, b;
	uint64_t num;
	char text[32];
	struct strbuf out = strbuf_over(text, sizeof(text));

	if (!read_signed(n->child, &a) || !read_signed(n->child->next, &b))
		return filter_error_set(c->err, -EINVAL, n->begin, n->end,
					"a calculation needs a field or two numbers");
	if (!calculate_signed(n->arith, a, b, &num))
		return filter_error_set(c->err, -EINVAL, n->begin, n->end,
					"this is no number of 64 bits");
	strbuf_printf(&out, "%lld", (long long)num);
	n->kind = NODE_LITERAL;
	n->literal = LITERAL_WORD;
	n->text = arena_text(&c->f->arena, out.text, out.len);
	n->text_len = out.len;
	n->child = NULL;
	return 0;
}

static int check_number(struct compiler *c, struct node *n, const struct node *other)
{
	const bool negative = n->text[0] == '-';
	const uint64_t max = field_maximum(other);
	enum value_type type = other->type;
	struct value *v;
	uint64_t num;

	if (n->literal == LITERAL_CHAR) {
		num = (uint8_t)n->text[0];
	} else if (n->literal == LITERAL_WORD && read_number(n->text + negative, &num)) {
		if (negative && num > INT64_MAX)
			return refuse(c, n, "a number of 64 bits");
	} else if (other->kind == NODE_FIELD && has_names(other)) {
		if (!read_name(other, n->text, &num))
			return refuse(c, n, "a name among the values of this field, nor a number");
	} else if (n->literal == LITERAL_STRING) {
		return filter_error_set(c->err, -EINVAL, n->begin, n->end,
					"%.60s is %s and cannot be compared with a text",
					other->text ? other->text : "this", type_name(type));
	} else {
		return refuse(c, n, "a number");
	}
	if (max && !negative && num > max)
		return filter_error_set(c->err, -EINVAL, n->begin, n->end, "%.60s is at most %llu",
					other->text, (unsigned long long)max);
	v = literal_value(c, n, negative ? TYPE_INT : type);
	if (!v)
		return no_memory(c, n);
	v->num = negative ? -num : num;
	return 0;
}

static int check_bool(struct compiler *c, struct node *n, const struct node *other)
{
	static const struct {
		const char *name;
		bool value;
	} names[] = { { "true", true }, { "false", false }, { "set", true }, { "not set", false } };
	struct value *v;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (n->literal != LITERAL_CHAR && !strcasecmp(n->text, names[i].name)) {
			v = literal_value(c, n, TYPE_BOOL);
			if (!v)
				return no_memory(c, n);
			v->num = names[i].value;
			return 0;
		}
	if (n->literal == LITERAL_STRING && !(other->kind == NODE_FIELD && has_names(other)))
		return refuse(c, n, "True or False");
	return check_number(c, n, other);
}

/* All addresses of a host, so that a test may match any of them. */
static int resolve_host(struct compiler *c, struct node *n, int family, const char *name,
			uint32_t prefix)
{
	const struct addrinfo hints = { .ai_family = family, .ai_socktype = SOCK_DGRAM };
	struct addrinfo *found, *at;
	struct value *v;
	size_t nr = 0;
	int code;

	code = getaddrinfo(name, NULL, &hints, &found);
	if (code)
		return filter_error_set(c->err, -EINVAL, n->begin, n->end,
					"'%.60s' is neither %s nor the name of a host: %s", name,
					family == AF_INET ? "an IPv4 address" : "an IPv6 address",
					gai_strerror(code));
	v = arena_alloc(&c->f->arena, sizeof(*v) * ADDRESSES_MAX);
	for (at = found; at && v && nr < ADDRESSES_MAX; at = at->ai_next) {
		const uint8_t *bytes =
			family == AF_INET
				? (const uint8_t *)&((struct sockaddr_in *)at->ai_addr)->sin_addr
				: ((struct sockaddr_in6 *)at->ai_addr)->sin6_addr.s6_addr;
		const uint32_t len = family == AF_INET ? 4 : 16;
		char *copy = arena_text(&c->f->arena, (const char *)bytes, len);

		if (at->ai_family != family || !copy)
			continue;
		v[nr++] = (struct value){ .bytes = (const uint8_t *)copy,
					  .len = len,
					  .num = len == 4 ? load_be32(bytes) : 0,
					  .extent = prefix };
	}
	freeaddrinfo(found);
	if (!nr)
		return no_memory(c, n);
	n->kind = NODE_CONST;
	n->type = family == AF_INET ? TYPE_IPV4 : TYPE_IPV6;
	n->values = v;
	n->nr_values = nr;
	return 0;
}

/* "/24" behind an address, up to max. */
static bool read_prefix(const char *slash, uint32_t max, uint32_t *ret)
{
	uint64_t bits;

	*ret = max;
	if (!slash)
		return true;
	if (strlen(slash + 1) > 3 || strspn(slash + 1, "0123456789") != strlen(slash + 1) ||
	    !slash[1])
		return false;
	bits = (uint64_t)strtoul(slash + 1, NULL, 10);
	*ret = (uint32_t)bits;
	return bits <= max;
}

/* The resolver also takes numbers such as 0x7f.1, which are no names. */
static bool may_be_host(const char *text)
{
	struct in_addr unused;
	const char *p;
	bool letter = false;

	for (p = text; *p; p++) {
		letter |= (*p | 0x20) >= 'a' && (*p | 0x20) <= 'z';
		if (*p == ':' || *p == '/' || *p == '_')
			return false;
	}
	return letter && !inet_aton(text, &unused);
}

static int check_address(struct compiler *c, struct node *n, enum value_type type)
{
	const int family = type == TYPE_IPV4 ? AF_INET : AF_INET6;
	const uint32_t len = type == TYPE_IPV4 ? 4 : 16;
	const char *slash = strchr(n->text, '/');
	const size_t addr_len = slash ? (size_t)(slash - n->text) : n->text_len;
	char addr[HOST_NAME_LEN + 1];
	struct value *v;
	uint32_t prefix;
	uint8_t *bytes;

	if (n->literal != LITERAL_WORD)
		return filter_error_set(c->err, -EINVAL, n->begin, n->end,
					"this is compared with %s, which is written without quotes",
					type_name(type));
	bytes = arena_alloc(&c->f->arena, 16);
	if (!bytes)
		return no_memory(c, n);
	if (addr_len >= sizeof(addr))
		return refuse(c, n, type_name(type));
	memcpy(addr, n->text, addr_len);
	addr[addr_len] = '\0';
	if (inet_pton(family, addr, bytes) != 1 && !may_be_host(addr))
		return refuse(c, n, type_name(type));
	if (!read_prefix(slash, len * 8, &prefix))
		return refuse(c, n, "a network: too many bits behind the '/'");
	if (inet_pton(family, addr, bytes) != 1)
		return resolve_host(c, n, family, addr, prefix);
	v = literal_value(c, n, type);
	if (!v)
		return no_memory(c, n);
	v->bytes = bytes;
	v->len = len;
	v->num = len == 4 ? load_be32(bytes) : 0;
	v->extent = prefix;
	return 0;
}

static unsigned hex_digit(char c)
{
	const char low = (char)(c | 0x20);

	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	return low >= 'a' && low <= 'f' ? (unsigned)(low - 'a' + 10) : 16;
}

/* Pairs of digits with ':', '-' or '.' between or nothing; a last digit may stand alone. */
static bool read_bytes(const char *p, uint8_t *out, uint32_t *ret_len)
{
	uint32_t n = 0;
	char separator = 0;

	if (p[0] == '0' && p[1] == 'x') { /* one byte, written as a number */
		if (strlen(p) != 4)
			return false;
		p += 2;
	}
	while (*p) {
		if (hex_digit(*p) > 15)
			return false;
		if (hex_digit(p[1]) > 15) {
			if (p[1] && !strchr(":-.", p[1]))
				return false;
			out[n++] = (uint8_t)hex_digit(*p);
			p++;
		} else {
			out[n++] = (uint8_t)(hex_digit(p[0]) << 4 | hex_digit(p[1]));
			p += 2;
		}
		if (*p && strchr(":-.", *p)) {
			if (separator && *p != separator)
				return false;
			separator = *p++;
			if (!*p)
				return false;
		}
	}
	*ret_len = n;
	return n;
}

static int check_bytes(struct compiler *c, struct node *n, enum value_type type)
{
	uint8_t *bytes = arena_alloc(&c->f->arena, n->text_len + 1);
	uint32_t len = (uint32_t)n->text_len;
	struct value *v;

	if (!bytes)
		return no_memory(c, n);
	if (n->literal == LITERAL_WORD) {
		if (!read_bytes(n->text, bytes, &len))
			return refuse(c, n,
				      type == TYPE_MAC
					      ? "a MAC address such as 00:0c:29:36:e7:51"
					      : "bytes such as 36:e7:51 or a text \"...\"");
	} else if (type == TYPE_MAC) {
		return filter_error_set(c->err, -EINVAL, n->begin, n->end,
					"this is compared with a MAC address, which is written "
					"without quotes");
	} else {
		memcpy(bytes, n->text, n->text_len);
	}
	if (type == TYPE_MAC && len != 6)
		return filter_error_set(c->err, -EINVAL, n->begin, n->end,
					"a MAC address has 6 bytes, this has %u; the first three "
					"are .. [0:3] == 00:0c:29",
					len);
	v = literal_value(c, n, type);
	if (!v)
		return no_memory(c, n);
	v->bytes = bytes;
	v->len = len;
	return 0;
}

static int check_text(struct compiler *c, struct node *n)
{
	struct value *v = literal_value(c, n, TYPE_TEXT);

	if (!v)
		return no_memory(c, n);
	v->bytes = (const uint8_t *)n->text;
	v->len = (uint32_t)n->text_len;
	return 0;
}

static int check_time(struct compiler *c, struct node *n, enum value_type type)
{
	uint64_t num;
	int64_t span;
	struct value *v;

	if (type == TYPE_SPAN) {
		if (n->literal != LITERAL_WORD || !time_parse_span(n->text, &span))
			return refuse(c, n, "a number of seconds");
		num = (uint64_t)span;
	} else if (!time_parse_date(n->text, &num)) {
		return refuse(c, n, "a time such as \"2026-11-21 10:00:00.5\"");
	}
	v = literal_value(c, n, type);
	if (!v)
		return no_memory(c, n);
	v->num = num;
	return 0;
}

int literal_check(struct compiler *c, struct node *n, const struct node *other, bool as_bytes)
{
	if (!n->text)
		return no_memory(c, n);
	switch (other->type) {
	case TYPE_BOOL:
		return check_bool(c, n, other);
	case TYPE_UINT:
	case TYPE_INT:
		return check_number(c, n, other);
	case TYPE_DATE:
	case TYPE_SPAN:
		return check_time(c, n, other->type);
	case TYPE_IPV4:
	case TYPE_IPV6:
		return check_address(c, n, other->type);
	case TYPE_MAC:
		return check_bytes(c, n,
				   as_bytes && n->literal == LITERAL_WORD ? TYPE_BYTES : TYPE_MAC);
	case TYPE_BYTES:
	case TYPE_PROTO:
		return check_bytes(c, n, TYPE_BYTES);
	case TYPE_TEXT:
		return check_text(c, n);
	case TYPE_NONE:
		break;
	}
	return filter_error_set(c->err, -EINVAL, n->begin, n->end,
				"%.60s is a heading: it can be there, and has no value to compare",
				other->text ? other->text : "this");
}
