/* -W: which finished files go, which stay, and what counts as a file. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/bytes.h"
#include "pcapio/file_finish.h"
#include "pcapio/segment.h"
#include "pcapio/writer_name.h"

enum { KEEP = 5 };

/* A directory for files that come and go, and what a writer of it is told. */
struct place {
	struct segment s;
	struct writer_config c;
	char path[64];
	int fd;
};

static void make_place(struct place *p, uint32_t keep, bool force)
{
	static const uint32_t nr_blocks = 4;
	const struct segment_plan plan = { .nr_rings = 1,
					   .nr_blocks = &nr_blocks,
					   .keep_files = KEEP };
	struct errmsg err = { "" };

	*p = (struct place){ .c = { .name = "x-%S.pcapng", .keep_files = keep, .force = force },
			     .path = "/tmp/test-retention-XXXXXX" };
	cr_assert_eq(segment_create(&plan, &p->s, &err), 0, "%s", err.text);
	cr_assert_not_null(mkdtemp(p->path));
	p->fd = open(p->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cr_assert_geq(p->fd, 0);
}

static bool present(const struct place *p, const char *name)
{
	return faccessat(p->fd, name, F_OK, 0) == 0;
}

static void remove_place(struct place *p)
{
	static const char *const names[] = {
		"x-05.pcapng",       "x-06.pcapng",       "x-07.pcapng", ".x-05.pcapng.part",
		".x-06.pcapng.part", ".x-07.pcapng.part", "moved"
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		unlinkat(p->fd, names[i], 0);
	cr_assert_eq(rmdir(p->path), 0, "nothing else is left");
	close(p->fd);
	segment_close(&p->s);
}

/* A file as the writer has it open, of this second, with so many bytes completed. */
static void open_in(struct place *p, uint32_t slot, uint64_t second, uint64_t committed)
{
	struct segment_file *f = &p->s.header->files[slot];
	char name[SEGMENT_PATH_MAX];
	struct stat st;
	int fd;

	f->id = (struct segment_file_id){ .second = second, .number = 1 };
	writer_name_hidden(&p->c, &f->id, name);
	fd = openat(p->fd, name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
	cr_assert_geq(fd, 0, "%s", name);
	cr_assert_eq(ftruncate(fd, 8192), 0);
	cr_assert_eq(fstat(fd, &st), 0);
	close(fd);
	f->id.inode = st.st_ino;
	f->id.device = st.st_dev;
	f->hidden = true;
	f->serial = counter_get(&p->s.header->writer.opened);
	counter_add(&p->s.header->writer.opened, 1);
	atomic_store(&f->committed, committed);
	atomic_store(&f->state, FILE_SLOT_OPEN);
}

static void finish_in(struct place *p, uint64_t second)
{
	open_in(p, 0, second, 4096);
	file_finish_abandoned(&p->s, &p->c, p->fd);
}

/* A name comes round after a minute: the file that has it by then is not the one to be removed. */
Test(retention, leaves_the_new_file_of_an_old_name)
{
	struct segment_file_id oldest;
	struct place p;

	make_place(&p, 3, false);
	finish_in(&p, 5);
	finish_in(&p, 6);
	cr_assert_eq(renameat(p.fd, "x-05.pcapng", p.fd, "moved"), 0);
	finish_in(&p, 65);
	finish_in(&p, 67); /* the first one's turn */
	cr_assert(present(&p, "x-05.pcapng") && present(&p, "x-06.pcapng"));
	cr_assert(present(&p, "x-07.pcapng") && present(&p, "moved"));
	cr_assert_eq(segment_kept(&p.s, &oldest), 3);
	p.c.keep_files = 1; /* all but the newest: the file that is ours goes in its turn */
	file_retain(&p.s, &p.c, p.fd, 0);
	cr_assert(!present(&p, "x-05.pcapng") && !present(&p, "x-06.pcapng"));
	cr_assert(present(&p, "x-07.pcapng") && present(&p, "moved"));
	remove_place(&p);
}

Test(retention, forgets_what_force_replaces)
{
	struct segment_file_id oldest;
	struct place p;

	make_place(&p, 3, true);
	finish_in(&p, 5);
	finish_in(&p, 6);
	finish_in(&p, 65);
	cr_assert_eq(segment_kept(&p.s, &oldest), 2);
	cr_assert_eq(oldest.second, 6);
	finish_in(&p, 67);
	cr_assert(present(&p, "x-05.pcapng") && present(&p, "x-06.pcapng") &&
		  present(&p, "x-07.pcapng"));
	remove_place(&p);
}

/* Whoever finishes what a dead writer left keeps -W, and what is empty is no file. */
Test(retention, holds_for_abandoned_files)
{
	struct segment_file_id oldest;
	struct place p;

	make_place(&p, 2, false);
	open_in(&p, 2, 5, 4096);
	open_in(&p, 0, 6, 8192);
	file_retain(&p.s, &p.c, p.fd, 1);
	open_in(&p, 3, 7, 0);
	file_finish_abandoned(&p.s, &p.c, p.fd);
	cr_assert(present(&p, "x-05.pcapng") && present(&p, "x-06.pcapng"));
	cr_assert(!present(&p, "x-07.pcapng") && !present(&p, ".x-07.pcapng.part"));
	cr_assert_eq(segment_kept(&p.s, &oldest), 2);
	cr_assert_eq(counter_get(&p.s.header->writer.files), 2);
	cr_assert_eq(counter_get(&p.s.header->writer.opened), 2, "the next one is the third");
	p.c.keep_files = 1;
	file_finish_abandoned(&p.s, &p.c, p.fd);
	cr_assert(!present(&p, "x-05.pcapng") && present(&p, "x-06.pcapng"));
	remove_place(&p);
}
