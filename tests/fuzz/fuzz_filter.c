/*
 * Expressions of capture filters: what is accepted compiles into a program that filter_check()
 * takes, runs on any packet, with the same verdict whether optimised or not; what is refused has a
 * reason that lies in the expression.
 *
 * Input: one byte (link type), one byte (FLAG_*), the expression up to a zero byte or the end, the
 * packet.
 *
 * The system's databases are not asked: the linker puts the functions below in their place
 * (meson.build), so that a search neither waits for a name server nor depends on the machine.
 */
#include <assert.h>
#include <netdb.h>
#include <netinet/ether.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/filter/filter.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	HEAD = 2,
	INPUT_MAX = 4096,
	WORDS_MAX = 16 << 10,
	FLAG_SOCKET = 1,
	FLAG_DIRECTION = 2,
	FLAG_EXTENDED = 4 | 64, /* both bits: long programs take their time */
	FLAG_TRANSPARENT = 8 | 128,
	FLAG_NETMASK = 16,
	FLAG_EXPLAIN = 32,
	FLAG_PLAIN = 0x60, /* of the first byte, none of them: compiled and run twice */
};

int __wrap_getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
		       struct addrinfo **ret);
int __wrap_getnetbyname_r(const char *name, struct netent *entry, char *buf, size_t size,
			  struct netent **ret, int *error);
int __wrap_getservbyname_r(const char *name, const char *proto, struct servent *entry, char *buf,
			   size_t size, struct servent **ret);
int __wrap_getprotobyname_r(const char *name, struct protoent *entry, char *buf, size_t size,
			    struct protoent **ret);
struct servent *__wrap_getservent(void);
int __wrap_ether_hostton(const char *name, struct ether_addr *ret);
int __real_getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
		       struct addrinfo **ret);

/* A name that begins with "h6" is fd00::1, one with 'h' 10.0.0.1. */
int __wrap_getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
		       struct addrinfo **ret)
{
	struct addrinfo numeric = *hints;

	numeric.ai_flags |= AI_NUMERICHOST;
	if (*name != 'h')
		return EAI_NONAME;
	return __real_getaddrinfo(name[1] == '6' ? "fd00::1" : "10.0.0.1", NULL, &numeric, ret);
}

int __wrap_getnetbyname_r(const char *name, struct netent *entry, char *buf, size_t size,
			  struct netent **ret, int *error)
{
	*entry = (struct netent){ .n_addrtype = AF_INET, .n_net = (uint32_t)*name << 8 };
	*ret = *name == 'h' ? entry : NULL;
	return 0;
}

int __wrap_getservbyname_r(const char *name, const char *proto, struct servent *entry, char *buf,
			   size_t size, struct servent **ret)
{
	*entry = (struct servent){ .s_port = 0x5000 };
	*ret = *name == 'h' ? entry : NULL;
	return 0;
}

int __wrap_getprotobyname_r(const char *name, struct protoent *entry, char *buf, size_t size,
			    struct protoent **ret)
{
	*entry = (struct protoent){ .p_proto = 6 };
	*ret = *name == 't' ? entry : NULL;
	return 0;
}

struct servent *__wrap_getservent(void)
{
	return NULL;
}

int __wrap_ether_hostton(const char *name, struct ether_addr *ret)
{
	memset(ret, 2, sizeof(*ret));
	return *name == 'h' ? 0 : -1;
}

static const uint16_t linktypes[] = { 1, 0, 108, 101, 228, 229, 9, 113, 276, 105, 127, 192, 253 };
static char words[WORDS_MAX];

static void say_why(const char *expr, const struct filter_error *e)
{
	struct strbuf s = strbuf_over(words, sizeof(words));

	assert(e->text[0]);
	filter_error_render(expr, e, &s);
}

/*
 * An optimiser may leave out a load which would have rejected a packet too short for it. With all
 * returns of 0 made returns of 1, the plain program gives 0 exactly for those.
 */
static void compare(const char *expr, const struct filter_program *best,
		    const struct filter_program *plain, const uint8_t *packet, uint32_t len)
{
	const uint32_t a = filter_run(plain, packet, len + 9, len, NULL);
	const uint32_t b = filter_run(best, packet, len + 9, len, NULL);
	uint32_t i;

	for (i = 0; i < plain->len; i++)
		if (plain->insns[i].code == (BPF_RET | BPF_K) && !plain->insns[i].k)
			plain->insns[i].k = 1;
	if (a == b || !filter_run(plain, packet, len + 9, len, NULL))
		return;
	fprintf(stderr, "'%s': %u optimised, %u not\n", expr, b, a);
	abort();
}

/* @packet may be NULL: compiled only. */
static void run_both(const char *expr, struct filter_options *opt, const uint8_t *packet,
		     uint32_t len)
{
	struct filter_program plain = { 0 }, best = { 0 };
	struct filter_error e = { "" };
	struct errmsg why = { "" };
	const int ret = filter_compile(expr, opt, &best, &e);

	if (ret)
		say_why(expr, &e);
	else
		assert(!filter_check(best.insns, best.len, true, &why));
	opt->unoptimized = true;
	if (!ret && packet && !filter_compile(expr, opt, &plain, &e))
		compare(expr, &best, &plain, packet, len);
	opt->unoptimized = false;
	filter_program_free(&plain);
	filter_program_free(&best);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct filter_options opt = { 0 };
	struct filter_error e = { "" };
	size_t expr_len, packet_len;
	uint8_t *packet;
	char *expr;

	if (size < HEAD || size > INPUT_MAX)
		return 0;
	expr_len = strnlen((const char *)data + HEAD, size - HEAD);
	packet_len = size - HEAD - expr_len;
	expr = strndup((const char *)data + HEAD, expr_len);
	packet = malloc(packet_len ? packet_len : 1);
	if (!expr || !packet)
		goto out;
	memcpy(packet, data + size - packet_len, packet_len);
	opt = (struct filter_options){
		.linktype = linktypes[data[0] % (sizeof(linktypes) / sizeof(linktypes[0]))],
		.target = data[1] & FLAG_SOCKET ? FILTER_SOCKET : FILTER_FILE,
		.has_direction = data[1] & FLAG_DIRECTION,
		.extended = (data[1] & FLAG_EXTENDED) == FLAG_EXTENDED,
		.vlan_transparent = (data[1] & FLAG_TRANSPARENT) == FLAG_TRANSPARENT,
		.netmask = data[1] & FLAG_NETMASK ? 0xffffff00 : FILTER_NETMASK_UNKNOWN,
	};
	run_both(expr, &opt, data[0] & FLAG_PLAIN ? NULL : packet, (uint32_t)packet_len);
	if (data[1] & FLAG_EXPLAIN) {
		struct strbuf s = strbuf_over(words, sizeof(words));

		if (filter_explain(expr, &opt, &s, &e))
			say_why(expr, &e);
		strbuf_reset(&s);
		if (filter_print_explained(expr, &opt, &s, &e))
			say_why(expr, &e);
	}
out:
	free(expr);
	free(packet);
	return 0;
}
