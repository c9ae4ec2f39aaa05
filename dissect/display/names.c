#include <errno.h>
#include <string.h>

#include "core/suggest.h"
#include "dissect/display/lex.h"
#include "dissect/field_lookup.h"
#include "dissect/field_pair.h"
#include "dissect/frame_fields.h"
#include "dissect/registry.h"

enum { NAME_MAX_BYTES = 96 };

static enum value_type kind_type(const struct field_desc *fd)
{
	switch ((enum field_kind)fd->kind) {
	case FIELD_UINT:
	case FIELD_HEX:
	case FIELD_ENUM:
	case FIELD_PORT:
		return TYPE_UINT;
	case FIELD_FLAG:
		return TYPE_BOOL;
	case FIELD_INT:
		return TYPE_INT;
	case FIELD_TIME:
		return TYPE_DATE;
	case FIELD_MAC:
		return TYPE_MAC;
	case FIELD_IPV4:
		return TYPE_IPV4;
	case FIELD_IPV6:
		return TYPE_IPV6;
	case FIELD_BYTES:
		return TYPE_BYTES;
	case FIELD_TEXT:
		return TYPE_TEXT;
	case FIELD_GROUP:
		return TYPE_NONE;
	}
	return TYPE_NONE;
}

struct adder {
	struct compiler *c;
	struct node *n;
};

static void add_ref(void *arg, const struct field_desc *fd, uint8_t proto, bool described)
{
	const struct adder *a = arg;
	struct field_ref *ref, **tail = &a->n->refs;

	/* Two protocols may give one name to different things: the first says what is compared. */
	if (a->n->refs && kind_type(fd) != a->n->type)
		return;
	ref = arena_alloc(&a->c->f->arena, sizeof(*ref)); /* a failure is seen on the arena */
	if (!ref)
		return;
	while (*tail)
		tail = &(*tail)->next;
	*ref = (struct field_ref){ .desc = fd, .proto = proto, .described = described };
	a->n->kind = NODE_FIELD;
	a->n->type = kind_type(fd);
	proto_add(a->n->protos, proto);
	*tail = ref;
}

static bool resolve_frame(struct node *n, const char *name)
{
	size_t i;

	n->whole_frame = !strcmp(name, "frame");
	n->payload = !strcmp(name, "data");
	if (n->whole_frame || n->payload) {
		n->kind = NODE_PROTO;
		n->type = TYPE_PROTO;
		return true;
	}
	for (i = 0; i < nr_frame_fields; i++)
		if (!strcmp(frame_fields[i].name, name)) {
			n->kind = NODE_FIELD;
			n->frame_field = &frame_fields[i];
			n->type = kind_type(n->frame_field);
			if (n->type == TYPE_DATE && !frame_field_is_date(n->frame_field))
				n->type = TYPE_SPAN;
			return true;
		}
	return false;
}

static bool resolve_proto(struct compiler *c, struct node *n, const char *name)
{
	bool found = false;
	unsigned id;

	for (id = 0; id < PROTO_ID_MAX; id++) {
		const struct dissector *p = c->f->reg->by_id[id];

		if (p && !strcmp(p->name, name)) {
			proto_add(n->protos, id);
			found = true;
		}
	}
	if (found) {
		n->kind = NODE_PROTO;
		n->type = TYPE_PROTO;
	}
	return found;
}

/* "tcp.payload": what a transport carries. */
static bool resolve_payload(struct node *n, const char *name)
{
	const unsigned proto = payload_lookup(name);

	if (proto == PROTO_ID_MAX)
		return false;
	proto_add(n->protos, proto);
	n->kind = NODE_PROTO;
	n->type = TYPE_BYTES;
	n->carried = true;
	return true;
}

/* "ip.host" is string(ip.addr). */
static bool make_text(struct compiler *c, struct node *n)
{
	struct node *field = node_new(c, NODE_FIELD, n->begin, n->end);

	if (!field)
		return false;
	*field = *n;
	field->next = NULL;
	n->kind = NODE_CALL;
	n->type = TYPE_TEXT;
	n->func = FUNC_STRING;
	n->named_call = true;
	n->child = field;
	n->refs = NULL;
	return true;
}

bool names_resolve(struct compiler *c, struct node *n, const char *name)
{
	const struct field_pair *pair = field_pair_find(name);
	struct adder adder = { c, n };

	if (field_lookup(c->f->reg, name, add_ref, &adder))
		return n->refs && (!pair || !pair->text || make_text(c, n));
	return resolve_frame(n, name) || resolve_proto(c, n, name) || resolve_payload(n, name);
}

/* ---- what may have been meant ---- */

struct nearest {
	char word[NAME_MAX_BYTES]; /* in lower case, as names are */
	const char *name;
	size_t distance;
};

static void consider(struct nearest *s, const char *name)
{
	const size_t a = strlen(s->word), b = strlen(name);
	size_t distance;

	/* Most names are ruled out by their length alone. */
	if (MAX_OF(a, b) - MIN_OF(a, b) >= s->distance)
		return;
	distance = edit_distance(s->word, name, s->distance);
	if (distance < s->distance) {
		s->distance = distance;
		s->name = name;
	}
}

static void consider_fields(struct nearest *s, const struct field_desc *fields, size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++)
		consider(s, fields[i].name);
}

int names_refuse(struct compiler *c, const struct node *n)
{
	struct nearest s = { .distance = n->text_len > 5 ? 4 : 3 };
	const char *what = n->text;
	unsigned id;
	size_t i;

	for (i = 0; what && what[i] && i + 1 < sizeof(s.word); i++)
		s.word[i] = what[i] >= 'A' && what[i] <= 'Z' ? (char)(what[i] | 0x20) : what[i];
	if (!what)
		return filter_error_set(c->err, -ENOMEM, n->begin, n->end, "out of memory");
	if (names_capture_hint(c))
		return -EINVAL;
	for (i = 0; i < nr_field_pairs; i++)
		consider(&s, field_pairs[i].name);
	for (id = 0; id < PROTO_ID_MAX; id++) {
		const struct dissector *p = c->f->reg->by_id[id];

		if (p) {
			consider(&s, p->name);
			consider_fields(&s, p->fields, p->nr_fields);
			consider_fields(&s, p->described, p->nr_described);
		}
	}
	consider_fields(&s, frame_fields, nr_frame_fields);
	if (s.name && n->text_len < NAME_MAX_BYTES)
		return filter_error_set(c->err, -EINVAL, n->begin, n->end,
					"'%s' is no field and no protocol; do you mean '%s'?", what,
					s.name);
	return filter_error_set(c->err, -EINVAL, n->begin, n->end,
				"'%.60s' is no field and no protocol; 'ringtap fields' lists them",
				what);
}

/* ---- capture filters typed here ---- */

enum { HINT_WORDS_MAX = 8 };

static const char *transport_of(const struct token *words, size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++)
		if (!strcmp(words[i].text, "tcp") || !strcmp(words[i].text, "udp") ||
		    !strcmp(words[i].text, "sctp"))
			return words[i].text;
	return NULL;
}

static bool has_word(const struct token *words, size_t nr, const char *text)
{
	size_t i;

	for (i = 0; i < nr; i++)
		if (!strcmp(words[i].text, text))
			return true;
	return false;
}

/* words are "dst", "tcp", "port"; value is what follows them. */
static int tell_hint(struct compiler *c, const struct token *words, size_t nr, const char *value)
{
	static const char tail[] = "; as a capture filter leave -Y away";
	const struct token *last = &words[nr - 1];
	const char *proto = transport_of(words, nr);
	const bool src = has_word(words, nr, "src"), dst = has_word(words, nr, "dst");
	const uint32_t begin = words[0].begin, end = last->end;

	if (strlen(value) > NAME_MAX_BYTES)
		return 0;
	if (!strcmp(last->text, "port")) {
		const char *side = src ? "srcport" : dst ? "dstport" : "port";

		if (proto)
			return filter_error_set(c->err, -EINVAL, begin, end,
						"as a display filter: %s.%s == %s%s", proto, side,
						value, tail);
		return filter_error_set(c->err, -EINVAL, begin, end,
					"as a display filter: tcp.%s == %s or udp.%s == %s%s", side,
					value, side, value, tail);
	}
	if (strcmp(last->text, "host") && strcmp(last->text, "net") && strcmp(last->text, "src") &&
	    strcmp(last->text, "dst"))
		return 0;
	return filter_error_set(c->err, -EINVAL, begin, end, "as a display filter: %s.%s == %s%s",
				has_word(words, nr, "ether") ? "eth"
				: strchr(value, ':')         ? "ipv6"
							     : "ip",
				src   ? "src"
				: dst ? "dst"
				      : "addr",
				value, tail);
}

int names_capture_hint(struct compiler *c)
{
	static const char *const known[] = { "port", "host", "net", "src",   "dst", "tcp",
					     "udp",  "sctp", "ip",  "ether", "ip6" };
	struct token words[HINT_WORDS_MAX], t;
	const struct filter_error kept = *c->err;
	struct lexer l = { .c = c };
	bool meant = false;
	size_t nr = 0, i;
	int code = 0;

	for (t = lexer_next(&l); !code && t.kind != TOKEN_END && t.kind != TOKEN_ERROR;
	     t = lexer_next(&l)) {
		bool keyword = false;

		for (i = 0; t.kind == TOKEN_WORD && t.text && i < ARRAY_SIZE(known); i++)
			keyword |= !strcmp(known[i], t.text);
		if (keyword && nr < HINT_WORDS_MAX) {
			words[nr++] = t;
			meant |= strcmp(t.text, "tcp") && strcmp(t.text, "udp") &&
				 strcmp(t.text, "sctp") && strcmp(t.text, "ip");
			continue;
		}
		if (meant && t.kind == TOKEN_WORD && t.text)
			code = tell_hint(c, words, nr, t.text);
		nr = 0;
		meant = false;
	}
	if (!code)
		*c->err = kept;
	return code;
}

/* ---- described fields ---- */

static int count_described(const struct node *n)
{
	const struct field_ref *ref;
	int nr = 0;

	for (; n; n = n->next) {
		for (ref = n->kind == NODE_FIELD ? n->refs : NULL; ref; ref = ref->next)
			nr += ref->described;
		nr += count_described(n->child);
	}
	return nr;
}

/* In order of protocols; the same field is wanted once. */
static void gather(const struct node *n, unsigned proto, struct wanted_field *wanted,
		   uint16_t first, uint16_t *nr)
{
	struct field_ref *ref;
	uint16_t i;

	for (; n; n = n->next) {
		for (ref = n->kind == NODE_FIELD ? n->refs : NULL; ref; ref = ref->next) {
			if (!ref->described || ref->proto != proto)
				continue;
			for (i = first; i < *nr && wanted[i].desc != ref->desc; i++)
				;
			ref->slot = i;
			if (i == *nr)
				wanted[(*nr)++] =
					(struct wanted_field){ ref->desc, (uint8_t)proto };
		}
		gather(n->child, proto, wanted, first, nr);
	}
}

int names_assign_slots(struct compiler *c)
{
	struct display_filter *f = c->f;
	const int nr = count_described(f->root);
	struct wanted_field *wanted;
	unsigned id;

	if (nr > UINT16_MAX)
		return filter_error_set(c->err, -E2BIG, 0, 0, "too many fields");
	wanted = arena_alloc(&f->arena, sizeof(*wanted) * (size_t)(nr + 1));
	if (!wanted)
		return filter_error_set(c->err, -ENOMEM, 0, 0, "out of memory");
	for (id = 0; id < PROTO_ID_MAX; id++) {
		f->first_wanted[id] = f->nr_wanted;
		if (nr)
			gather(f->root, id, wanted, f->nr_wanted, &f->nr_wanted);
	}
	f->first_wanted[PROTO_ID_MAX] = f->nr_wanted;
	f->wanted = wanted;
	return 0;
}
