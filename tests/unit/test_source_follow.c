/* A file that still grows: what is there, what is not yet, and when it has ended. */
#include <criterion/criterion.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pcapio/source.h"

enum { WAIT_MS = 5000 };

struct growing {
	struct source *s;
	char path[64];
	int fd;
};

static void grow_begin(struct growing *g)
{
	struct errmsg err;

	snprintf(g->path, sizeof(g->path), "/tmp/ringtap-test-follow-XXXXXX");
	g->fd = mkstemp(g->path);
	cr_assert_geq(g->fd, 0);
	cr_assert_eq(source_open(g->path, &g->s, &err), 0);
	cr_assert_eq(source_follow(g->s), 0);
	source_never_wait(g->s);
	cr_assert_geq(source_poll_fd(g->s), 0);
}

static void grow_end(struct growing *g)
{
	source_close(g->s);
	close(g->fd);
	unlink(g->path);
}

/* Waits for ticks until there are len bytes or something else than "not yet" is said. */
static int await(struct growing *g, size_t len, const uint8_t **ret, size_t *ret_have)
{
	int code, rounds = WAIT_MS / 100;

	while ((code = source_peek(g->s, len, ret, ret_have)) == -EAGAIN && rounds--) {
		struct pollfd tick = { .fd = source_poll_fd(g->s), .events = POLLIN };

		cr_assert_eq(poll(&tick, 1, WAIT_MS), 1, "no tick");
	}
	return code;
}

Test(source, a_growing_file_is_waited_for)
{
	struct growing g;
	const uint8_t *p;
	size_t have;

	grow_begin(&g);
	cr_expect_eq(source_peek(g.s, 8, &p, &have), -EAGAIN);
	cr_assert_eq(write(g.fd, "12345", 5), 5);
	cr_expect_eq(source_peek(g.s, 8, &p, &have), -EAGAIN);
	cr_assert_eq(write(g.fd, "678", 3), 3);
	cr_assert_eq(await(&g, 8, &p, &have), 0);
	cr_expect_eq(memcmp(p, "12345678", 8), 0);
	source_consume(g.s, 8);
	cr_expect_eq(source_peek(g.s, 1, &p, &have), -EAGAIN);
	grow_end(&g);
}

Test(source, space_allocated_ahead_is_not_content_yet)
{
	struct growing g;
	const uint8_t *p;
	size_t have;

	grow_begin(&g);
	cr_assert_eq(write(g.fd, "abcdefgh", 8), 8);
	cr_assert_eq(ftruncate(g.fd, 4 << 20), 0);
	cr_assert_eq(await(&g, 8, &p, &have), 0);
	source_consume(g.s, 8);
	cr_expect_eq(source_peek(g.s, 1, &p, &have), -EAGAIN, "zeros at the end");
	cr_assert_eq(pwrite(g.fd, "i", 1, 8), 1);
	cr_assert_eq(await(&g, 4, &p, &have), 0);
	cr_expect_eq(memcmp(p, "i\0\0", 4), 0, "a number may end in zeros");
	cr_expect_eq(source_peek(g.s, 5, &p, &have), -EAGAIN);
	cr_assert_eq(pwrite(g.fd, "j", 1, 9), 1);
	cr_assert_eq(pwrite(g.fd, "k", 1, 13), 1);
	cr_assert_eq(await(&g, 6, &p, &have), 0);
	cr_expect_eq(memcmp(p, "ij\0\0\0k", 6), 0, "they were not sure");
	source_consume(g.s, 8);
	cr_expect_eq(source_peek(g.s, 1, &p, &have), -EAGAIN);
	cr_assert_eq(pwrite(g.fd, "l", 1, 16), 1);
	cr_assert_eq(await(&g, 1, &p, &have), 0);
	cr_expect_eq(*p, 'l');
	source_consume(g.s, 1);
	/* Zeros in the middle are content. */
	cr_assert_eq(pwrite(g.fd, "k", 1, (4 << 20) - 1), 1);
	cr_assert_eq(await(&g, 1 << 20, &p, &have), 0);
	cr_expect_eq(p[0], 0);
	grow_end(&g);
}

Test(source, following_ends_with_the_file)
{
	struct growing g;
	const uint8_t *p;
	size_t have;

	grow_begin(&g);
	cr_assert_eq(write(g.fd, "12345678", 8), 8);
	cr_assert_eq(await(&g, 8, &p, &have), 0);
	source_consume(g.s, 8);
	cr_assert_eq(unlink(g.path), 0);
	cr_assert_eq(write(g.fd, "9", 1), 1);
	cr_assert_eq(await(&g, 1, &p, &have), 0);
	cr_expect_eq(have, 1, "what came last still counts");
	source_consume(g.s, 1);
	cr_assert_eq(await(&g, 1, &p, &have), 0);
	cr_expect_eq(have, 0);
	cr_expect_str_eq(source_follow_ended(g.s), "was deleted");
	grow_end(&g);
}

Test(source, a_followed_file_that_is_cut_is_an_error)
{
	struct growing g;
	const uint8_t *p;
	size_t have;

	grow_begin(&g);
	cr_assert_eq(write(g.fd, "12345678", 8), 8);
	cr_assert_eq(await(&g, 8, &p, &have), 0);
	source_consume(g.s, 8);
	cr_assert_eq(ftruncate(g.fd, 3), 0);
	cr_assert_eq(await(&g, 1, &p, &have), -ESTALE);
	cr_expect(strstr(source_failure(g.s), "3 bytes"), "%s", source_failure(g.s));
	grow_end(&g);
}
