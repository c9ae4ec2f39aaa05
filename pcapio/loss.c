#include "pcapio/loss.h"

static const struct {
	const char *name, *text;
} losses[LOSS_NR] = {
#define X(id, name, text) [LOSS_##id] = { name, text },
	LOSS_LIST(X)
#undef X
};

const char *loss_name(enum loss_cause cause)
{
	return losses[cause].name;
}

const char *loss_text(enum loss_cause cause)
{
	return losses[cause].text;
}
