#include "cli/generate_route.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

enum { UPPERS_MAX = 4 }; /* one on the other: a VLAN on a bridge on a bond */

/* One of the routes to everywhere leads through it. */
static bool leads_through(const char *name)
{
	FILE *f = fopen("/proc/self/net/route", "re");
	char line[256], device[32];
	unsigned destination, mask;
	bool found = false;

	while (f && !found && fgets(line, sizeof(line), f))
		found = sscanf(line, "%31s %x %*x %*x %*d %*d %*d %x", device, &destination,
			       &mask) == 3 &&
			!destination && !mask && !strcmp(device, name);
	if (f)
		fclose(f);
	f = found ? NULL : fopen("/proc/self/net/ipv6_route", "re");
	while (f && !found && fgets(line, sizeof(line), f))
		found = !strncmp(line, "00000000000000000000000000000000 00 ", 36) &&
			sscanf(line, "%*s %*s %*s %*s %*s %*s %*s %*s %*s %31s", device) == 1 &&
			!strcmp(device, name) && strcmp(device, "lo") != 0;
	if (f)
		fclose(f);
	return found;
}

static bool at_height(const char *name, unsigned height)
{
	char path[64];
	const struct dirent *entry;
	bool found = leads_through(name);
	DIR *dir;

	if (found || height == UPPERS_MAX)
		return found;
	snprintf(path, sizeof(path), "/sys/class/net/%s", name);
	dir = opendir(path);
	while (dir && !found && (entry = readdir(dir)))
		if (!strncmp(entry->d_name, "upper_", 6))
			found = at_height(entry->d_name + 6, height + 1);
	if (dir)
		closedir(dir);
	return found;
}

bool generate_default_route(const char *name)
{
	return at_height(name, 0);
}
