#include "dissect/registry.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/proto/all.h"

/* The one list. Order does not matter: keys may not collide. */
static const struct dissector *const all_dissectors[] = {
	&eth_dissector,          &vlan_dissector,         &llc_dissector,
	&arp_dissector,          &ipv4_dissector,         &ipv6_dissector,
	&ipv6_hopopts_dissector, &ipv6_routing_dissector, &ipv6_fragment_dissector,
	&ipv6_dstopts_dissector, &ah_dissector,           &mip6_dissector,
	&icmp_dissector,         &icmpv6_dissector,       &tcp_dissector,
	&udp_dissector,          &sll_dissector,          &raw_dissector,
	&loopback_dissector,     &netlink_dissector,
};

/* The table's slot for a key, or NULL where the space has none such. */
static uint8_t *key_slot(struct registry *reg, struct proto_key key)
{
	switch ((enum key_space)key.space) {
	case KEY_LINKTYPE:
		return key.key < LINKTYPE_KEYS ? &reg->linktype[key.key] : NULL;
	case KEY_ETHERTYPE:
		return &reg->ethertype[key.key];
	case KEY_IPPROTO:
		return key.key < 256 ? &reg->ipproto[key.key] : NULL;
	case KEY_UDP_PORT:
		return &reg->udp_port[key.key];
	case KEY_TCP_PORT:
		return &reg->tcp_port[key.key];
	case KEY_NONE:
	case KEY_PROTO:
		break;
	}
	return NULL;
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

static int registry_add(struct registry *reg, const struct dissector *p, struct errmsg *err)
{
	size_t i;

	if (p->id <= PROTO_NONE || p->id >= PROTO_ID_MAX || !p->dissect)
		return errmsg_set(err, -EINVAL, "dissector %s: no id or no function", p->name);
	if (reg->by_id[p->id])
		return errmsg_set(err, -EEXIST, "dissectors %s and %s share the id %u", p->name,
				  reg->by_id[p->id]->name, (unsigned)p->id);
	reg->by_id[p->id] = p;
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
	return check_brief(p, err);
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

void registry_free(struct registry *reg)
{
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
