/* cli/cmd_generate.c -- `ringtap generate`. */
#include <errno.h>

#include "cli/generate_send.h"
#include "cli/generate_text.h"
#include "cli/generate_write.h"
#include "cli/verbs.h"
#include "core/log.h"

int cmd_generate(int argc, char **argv)
{
	struct generate_options o;
	struct craft *craft = NULL;
	int status = generate_options_parse(argc, argv, &o);
	int code;

	if (status >= 0)
		return status;
	if (o.interface && !generate_look_at(&o))
		return EXIT_NOT_STARTED;
	code = generate_compile(&o, &craft);
	if (code)
		return code == -EINVAL ? EXIT_USAGE : EXIT_NOT_STARTED;
	if (o.print)
		status = generate_print(&o, craft);
	if (status <= EXIT_DONE && o.out.path)
		status = generate_write(&o, craft);
	if (status <= EXIT_DONE && o.interface)
		status = generate_send(&o, craft);
	craft_close(craft);
	return status;
}
