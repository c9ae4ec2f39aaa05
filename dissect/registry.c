#include "dissect/registry.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/proto/all.h"

/* Order does not matter: keys may not collide. */
static const struct dissector *const all_dissectors[] = {
#define PROTO_ENTRY(number, constant, symbol) &symbol##_dissector,
	FOR_EACH_PROTOCOL(PROTO_ENTRY)
#undef PROTO_ENTRY
};

/* The table's slot for a key, or NULL where the space has none such. */
static uint8_t *key_slot(struct registry *reg, struct proto_key key)
{
	switch ((enum key_space)key.space) {
	case KEY_LINKTYPE:
	case KEY_ETHERTYPE:
	case KEY_UDP_PORT:
	case KEY_TCP_PORT:
		break;
	case KEY_IPPROTO:
		if (key.key > UINT8_MAX)
			return NULL;
		break;
	case KEY_NONE:
	case KEY_PROTO:
	case KEY_REJECT:
	case KEY_SPACES:
		return NULL;
	}
	return &reg->owner[key.space][key.key];
}

static const struct field_desc *field_named(const struct field_desc *fields, size_t nr,
					    const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < nr; i++)
		if (!strncmp(fields[i].name, name, len) && fields[i].name[len] == '\0')
			return &fields[i];
	return NULL;
}

/* Every {name} of the template is a field of the table. */
static int check_brief(const struct dissector *p, struct errmsg *err)
{
	const char *open = p->brief, *close;

	while (open && (open = strchr(open, '{'))) {
		close = strchr(++open, '}');
		if (!close || !field_named(p->fields, p->nr_fields, open, (size_t)(close - open)))
			return errmsg_set(err, -EINVAL, "dissector %s: unknown field in '%s'",
					  p->name, p->brief);
	}
	return 0;
}

static int add_guess(struct registry *reg, const struct dissector *p, struct errmsg *err)
{
	const unsigned i = reg->nr_guessers;
	const char *first;

	if (!p->guess)
		return 0;
	if (i == GUESSERS_MAX)
		return errmsg_set(err, -EINVAL, "dissector %s: more than %d guess", p->name,
				  GUESSERS_MAX);
	reg->guessers[reg->nr_guessers++] = p;
	for (first = p->guess_first; *first; first++) {
		if (p->guess_tcp)
			reg->guess_tcp[(uint8_t)*first] |= 1u << i;
		if (p->guess_udp)
			reg->guess_udp[(uint8_t)*first] |= 1u << i;
	}
	return 0;
}

static void make_key(const char *name, struct json_key *ret)
{
	char text[256];
	struct strbuf s = strbuf_over(text, sizeof(text));

	strbuf_puts(&s, ",\"");
	strbuf_puts(&s, name);
	strbuf_puts(&s, "\":");
	if (s.len >= sizeof(ret->text))
		return;
	memcpy(ret->text, text, s.len);
	ret->len = (uint8_t)s.len;
}

static int make_keys(struct registry *reg, const struct dissector *p, struct errmsg *err)
{
	const size_t nr = p->nr_fields + p->nr_described;
	struct json_key *keys;
	size_t i;

	if (!nr)
		return 0;
	keys = aligned_alloc(64, nr * sizeof(*keys));
	if (!keys)
		return errmsg_set(err, -ENOMEM, "no memory for the protocol tables");
	memset(keys, 0, nr * sizeof(*keys));
	for (i = 0; i < nr; i++)
		make_key(i < p->nr_fields ? p->fields[i].name : p->described[i - p->nr_fields].name,
			 &keys[i]);
	reg->json_keys[p->id] = keys;
	return 0;
}

static int registry_add(struct registry *reg, const struct dissector *p, struct errmsg *err)
{
	size_t i;
	int code;

	if (p->id <= PROTO_NONE || p->id >= PROTO_ID_MAX || !p->dissect)
		return errmsg_set(err, -EINVAL, "dissector %s: no id or no function", p->name);
	if (reg->by_id[p->id])
		return errmsg_set(err, -EEXIST, "dissectors %s and %s share the id %u", p->name,
				  reg->by_id[p->id]->name, (unsigned)p->id);
	reg->by_id[p->id] = p;
	reg->dissect[p->id] = p->dissect;
	reg->owner[KEY_PROTO][p->id] = (uint8_t)p->id;
	for (i = 0; i < PROTO_KEYS_MAX && p->keys[i].space != KEY_NONE; i++) {
		uint8_t *slot = key_slot(reg, p->keys[i]);

		if (!slot)
			return errmsg_set(err, -EINVAL, "dissector %s: key %u is out of range",
					  p->name, p->keys[i].key);
		if (*slot != PROTO_NONE)
			return errmsg_set(err, -EEXIST, "dissectors %s and %s share the key %u",
					  p->name, reg->by_id[*slot]->name, p->keys[i].key);
		*slot = (uint8_t)p->id;
	}
	code = add_guess(reg, p, err);
	if (!code)
		code = make_keys(reg, p, err);
	return code ? code : check_brief(p, err);
}

int registry_build(const struct dissector *const *list, size_t nr, struct registry **ret,
		   struct errmsg *err)
{
	struct registry *reg = calloc(1, sizeof(*reg));
	size_t i;
	int code;

	if (!reg)
		return errmsg_set(err, -ENOMEM, "no memory for the protocol tables");
	for (i = 0; i < nr; i++) {
		code = registry_add(reg, list[i], err);
		if (code < 0) {
			registry_free(reg);
			return code;
		}
	}
	*ret = reg;
	return 0;
}

int registry_init(struct registry **ret, struct errmsg *err)
{
	return registry_build(all_dissectors, ARRAY_SIZE(all_dissectors), ret, err);
}

unsigned registry_guess(const struct registry *reg, enum key_space space, const uint8_t *p,
			size_t len)
{
	uint32_t mask = space == KEY_TCP_PORT ? reg->guess_tcp[*p] : reg->guess_udp[*p];

	for (; mask; mask &= mask - 1) {
		const struct dissector *q = reg->guessers[__builtin_ctz(mask)];

		if (q->guess(p, len))
			return q->id;
	}
	return PROTO_NONE;
}

/* "udp.port" and the like: the table that --decode may change. */
static uint8_t *decode_slot(struct registry *reg, const char *name, size_t len, unsigned long key)
{
	static const struct {
		const char *name;
		enum key_space space;
	} tables[] = {
		{ "udp.port", KEY_UDP_PORT },   { "tcp.port", KEY_TCP_PORT },
		{ "ip.proto", KEY_IPPROTO },    { "eth.type", KEY_ETHERTYPE },
		{ "ethertype", KEY_ETHERTYPE }, { "wtap_encap", KEY_LINKTYPE },
	};
	size_t i;

	if (key > UINT16_MAX)
		return NULL;
	for (i = 0; i < ARRAY_SIZE(tables); i++)
		if (!strncmp(tables[i].name, name, len) && !tables[i].name[len])
			return key_slot(
				reg, (struct proto_key){ (uint8_t)tables[i].space, (uint16_t)key });
	return NULL;
}

int registry_decode(struct registry *reg, const char *rule, struct errmsg *err)
{
	const char *equals = strstr(rule, "=="), *comma = strchr(rule, ',');
	const struct dissector *p;
	unsigned long key;
	uint8_t *slot;
	char *end;

	if (!equals || !comma || comma < equals)
		return errmsg_set(err, -EINVAL, "'%s': it looks like udp.port==5000,dns", rule);
	key = strtoul(equals + 2, &end, 0);
	slot = decode_slot(reg, rule, (size_t)(equals - rule), key);
	if (end == equals + 2 || end != comma || !slot)
		return errmsg_set(err, -EINVAL,
				  "'%s': before the comma stands udp.port, tcp.port, ip.proto or "
				  "eth.type, two equal signs and a number",
				  rule);
	p = registry_by_name(reg, comma + 1);
	if (!p && strcmp(comma + 1, "none"))
		return errmsg_set(err, -EINVAL,
				  "'%s': no protocol '%s'; 'ringtap fields' lists them", rule,
				  comma + 1);
	*slot = (uint8_t)(p ? p->id : PROTO_NONE);
	if (slot >= reg->owner[KEY_UDP_PORT] && slot < reg->owner[KEY_TCP_PORT + 1]) {
		const size_t at = (size_t)(slot - reg->owner[0]);

		reg->has_port_rules = true;
		reg->port_rules[at >> 16][(at & 0xffff) / 8] |= (uint8_t)(1 << at % 8);
	}
	return 0;
}

void registry_free(struct registry *reg)
{
	size_t id;

	for (id = 0; reg && id < PROTO_ID_MAX; id++)
		free(reg->json_keys[id]);
	free(reg);
}

const struct dissector *registry_by_name(const struct registry *reg, const char *name)
{
	size_t id;

	for (id = 0; id < PROTO_ID_MAX; id++)
		if (reg->by_id[id] && !strcmp(reg->by_id[id]->name, name))
			return reg->by_id[id];
	return NULL;
}

const struct field_desc *registry_field(const struct registry *reg, const char *name,
					const struct dissector **ret_owner)
{
	const size_t len = strlen(name);
	size_t id;

	for (id = 0; id < PROTO_ID_MAX; id++) {
		const struct dissector *p = reg->by_id[id];
		const struct field_desc *fd;

		if (!p)
			continue;
		fd = field_named(p->fields, p->nr_fields, name, len);
		if (!fd)
			fd = field_named(p->described, p->nr_described, name, len);
		if (fd) {
			if (ret_owner)
				*ret_owner = p;
			return fd;
		}
	}
	return NULL;
}

const char *registry_proto_name(const struct registry *reg, unsigned id)
{
	const struct dissector *p = registry_by_id(reg, id);

	return p ? p->name : "?";
}
