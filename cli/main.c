/* cli/main.c -- the table of verbs. */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/verbs.h"
#include "core/compiler.h"
#include "core/log.h"
#include "core/suggest.h"

static int cmd_help(int argc, char **argv);

static const struct verb {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *summary; /* NULL: not for people */
} verbs[] = {
	{ "capture", cmd_capture, "Capture packets into a file, or print them as they come" },
	{ "read", cmd_read, "Print the packets of capture files, sorted by time" },
	{ "info", cmd_info, "Say what is in capture files: packets, times, interfaces, losses" },
	{ "merge", cmd_merge, "Put capture files together, by time" },
	{ "cut", cmd_cut, "Take parts of capture files, or split them" },
	{ "convert", cmd_convert, "Write a capture file in another format" },
	{ "repair", cmd_repair, "Save what can be read of a damaged capture file" },
	{ "replay", cmd_replay, "Send the packets of capture files again" },
	{ "bridge", cmd_bridge, "Pass packets from one interface to another" },
	{ "generate", cmd_generate, "Make traffic from a short description" },
	{ "probe", cmd_probe, "Send recorded payloads to an address, compare the replies" },
	{ "filter", cmd_filter, "Show, explain and check what a capture filter becomes" },
	{ "fields", cmd_fields, "List the fields of packets: names, types, meanings" },
	{ "interfaces", cmd_interfaces,
	  "List network interfaces and what falsifies a capture there" },
	{ "control", cmd_control, "Give a running capture another filter" },
	{ "status", cmd_status, "Show what running captures do, without disturbing them" },
	{ "help", cmd_help, "Show the manual page of a verb" },
	{ "writer", cmd_writer, NULL },
};

static void print_usage(FILE *out)
{
	fprintf(out, "Usage: ringtap VERB [OPTIONS]\n\nVerbs:\n");
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		if (verbs[i].summary)
			fprintf(out, "  %-12s%s\n", verbs[i].name, verbs[i].summary);
	fprintf(out,
		"\n'ringtap VERB --help' is one screen with an example; 'ringtap help VERB' is the "
		"manual page.\n");
}

static const struct verb *find_verb(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
	return NULL;
}

static int unknown_verb(const char *name)
{
	const char *names[ARRAY_SIZE(verbs)];
	const char *meant;
	size_t nr = 0;

	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		if (verbs[i].summary)
			names[nr++] = verbs[i].name;
	meant = suggest(name, names, nr);
	if (meant)
		log_error("%s: no such verb; did you mean '%s'?", name, meant);
	else
		log_error("%s: no such verb; 'ringtap --help' lists them", name);
	return EXIT_USAGE;
}

/* Asks man(1) in silence, so that its complaint about a missing page is not seen. */
static bool have_man_page(const char *page)
{
	const pid_t pid = fork();
	int status;

	if (pid < 0)
		return false;
	if (pid == 0) {
		const int null = open("/dev/null", O_RDWR);

		if (null >= 0) {
			dup2(null, STDOUT_FILENO);
			dup2(null, STDERR_FILENO);
		}
		execlp("man", "man", "-w", page, (char *)NULL);
		_exit(127);
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return false;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* What has a page and is no verb. */
static int help_filter_language(void)
{
	static const char page[] = "ringtap-pcap-filter";

	if (have_man_page(page))
		execlp("man", "man", page, (char *)NULL);
	log_error("help: the manual page %s(7) is not installed", page);
	return EXIT_NOT_STARTED;
}

static int cmd_help(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : NULL;
	const struct verb *verb = name ? find_verb(name) : NULL;
	char page[64];

	if (name && !strcmp(name, "pcap-filter"))
		return help_filter_language();

	if (name && name[0] == '-')
		name = NULL;
	if (name && !verb)
		return unknown_verb(name);
	if (name && verb->run != cmd_help)
		snprintf(page, sizeof(page), "ringtap-%s", name);
	else
		snprintf(page, sizeof(page), "ringtap");
	if (have_man_page(page))
		execlp("man", "man", page, (char *)NULL);
	if (name && verb->run != cmd_help) {
		char help[] = "--help";

		return verb->run(2, (char *[]){ argv[1], help, NULL });
	}
	print_usage(stdout);
	return EXIT_DONE;
}

/*
 * A standard descriptor that is closed would be the number of the next file that is opened, and
 * what is printed would go there. It gets one that takes nothing and says so.
 */
static void fill_closed_descriptors(void)
{
	int fd;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF &&
		    open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
			_exit(EXIT_NOT_STARTED);
}

/* What was printed has arrived, or the status says that it has not. */
static int all_written(int status)
{
	if ((fflush(stdout) || ferror(stdout)) && status == EXIT_DONE && errno != EPIPE) {
		log_error("standard output: %s", strerror(errno));
		return EXIT_EARLY;
	}
	return status;
}

int main(int argc, char **argv)
{
	const struct verb *verb;

	fill_closed_descriptors();
	if (argc < 2) {
		print_usage(stderr);
		return EXIT_USAGE;
	}
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
		printf("ringtap " RINGTAP_VERSION "\n");
		return EXIT_DONE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
		print_usage(stdout);
		return all_written(EXIT_DONE);
	}
	verb = find_verb(argv[1]);
	return verb ? all_written(verb->run(argc - 1, argv + 1)) : unknown_verb(argv[1]);
}
