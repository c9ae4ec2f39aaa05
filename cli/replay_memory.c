#include "cli/replay_memory.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "core/compiler.h"

#define CGROUP_ROOT "/sys/fs/cgroup"

static uint64_t of_the_machine(void)
{
	FILE *f = fopen("/proc/meminfo", "re");
	uint64_t kib = 0;
	char line[128];

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "MemAvailable: %" SCNu64, &kib) == 1)
			break;
	if (f)
		fclose(f);
	return kib ? kib * 1024 : UINT64_MAX;
}

static FILE *open_of_group(const char *group, const char *name)
{
	char path[PATH_MAX + 64];

	snprintf(path, sizeof(path), CGROUP_ROOT "%s/%s", group, name);
	return fopen(path, "re");
}

/* The number in a file of the group; UINT64_MAX: there is none, or it is "max". */
static uint64_t read_number(const char *group, const char *name)
{
	FILE *f = open_of_group(group, name);
	uint64_t v = UINT64_MAX;

	if (!f)
		return v;
	if (fscanf(f, "%" SCNu64, &v) != 1)
		v = UINT64_MAX;
	fclose(f);
	return v;
}

/* Pages of files that nobody has looked at lately, a capture just written for one: they give way.
 */
static uint64_t idle_cache(const char *group)
{
	FILE *f = open_of_group(group, "memory.stat");
	uint64_t bytes = 0;
	char line[128];

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "inactive_file %" SCNu64, &bytes) == 1)
			break;
	if (f)
		fclose(f);
	return bytes;
}

static uint64_t left_in_group(const char *group)
{
	const uint64_t max = read_number(group, "memory.max");
	uint64_t used = read_number(group, "memory.current");

	if (max == UINT64_MAX || used == UINT64_MAX)
		return UINT64_MAX;
	used -= MIN_OF(idle_cache(group), used);
	return max - MIN_OF(used, max);
}

/* "0::/user.slice/a.scope" is ours; each group above it has a limit too. */
static uint64_t of_groups(void)
{
	FILE *f = fopen("/proc/self/cgroup", "re");
	uint64_t left = UINT64_MAX;
	char line[PATH_MAX];
	char *end;

	while (f && fgets(line, sizeof(line), f)) {
		char *group = line + 3;

		if (strncmp(line, "0::/", 4) != 0)
			continue;
		group[strcspn(group, "\n")] = '\0';
		while ((end = strrchr(group, '/'))) {
			left = MIN_OF(left, left_in_group(group));
			*end = '\0';
		}
		left = MIN_OF(left, left_in_group(""));
		break;
	}
	if (f)
		fclose(f);
	return left;
}

uint64_t replay_memory_available(void)
{
	return MIN_OF(of_the_machine(), of_groups());
}
