#include "cli/probe_skype.h"

#include <errno.h>
#include <string.h>

#include "cli/probe_connection.h"
#include "core/clock.h"

static const uint64_t connect_ns = 5 * NS_PER_SEC, quiet_ns = 200 * NS_PER_MS;

static bool is_text(uint8_t c)
{
	return (c > 0x20 && c < 0x7f) || c == ' ' || (c >= '\t' && c <= '\r');
}

static void take_bytes(void *arg, const uint8_t *data, size_t len)
{
	struct probe_skype_answer *a = arg;
	const uint32_t n = (uint32_t)MIN_OF(len, (size_t)PROBE_SKYPE_KEPT - a->kept);

	memcpy(a->data + a->kept, data, n);
	a->kept += n;
	a->len += len;
	for (uint32_t i = 0; i < n; i++)
		a->binary += !is_text(data[i]);
}

static int ask(struct probe_skype_answer *a, const char *question, const struct probe_target *t,
	       uint64_t wait_ns, struct errmsg *err)
{
	struct probe_connection c;
	int code = probe_connection_open(&c, t, 0, connect_ns, err);
	const uint64_t until = clock_monotonic_ns() + wait_ns;

	if (code == -EINTR || err->text[0])
		return code;
	a->error = -code;
	if (code)
		return 0;
	code = probe_connection_send(&c, (const uint8_t *)question, strlen(question), until,
				     take_bytes, a);
	if (!code)
		code = probe_connection_receive(&c, until, quiet_ns, take_bytes, a);
	probe_connection_close(&c);
	return code == -EINTR ? code : 0;
}

int probe_skype_ask(struct probe_skype *s, const struct probe_target *t, uint64_t wait_ns,
		    struct errmsg *err)
{
	int code = ask(&s->get, "GET / HTTP/1.0\r\n\r\n", t, wait_ns, err);

	if (!code)
		code = ask(&s->noise, "random data\r\n\r\n", t, wait_ns, err);
	s->asked = !code;
	return code;
}

bool probe_skype_is_404(const struct probe_skype_answer *a)
{
	static const char expected[] = "HTTP/1.0 404 Not Found\r\n\r\n";

	return a->len == sizeof(expected) - 1 && !memcmp(a->data, expected, sizeof(expected) - 1);
}

bool probe_skype_is_noise(const struct probe_skype_answer *a)
{
	return a->binary >= PROBE_SKYPE_BINARY;
}
