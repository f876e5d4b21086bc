/*
 * mapping_part.h: a mapping as it is written, for the files that compile it;
 * nobody else includes it.
 */
#ifndef SYNC_MAPPING_PART_H
#define SYNC_MAPPING_PART_H

#include "sync/mapping.h"

struct written {
	struct slice		 target, source, expression, reference;
	struct json_object	*constant, *default_value;
	int			 default_on, flow, nulls, type;
	int64_t			 match;
	struct json_object	*case_exact;
	bool			 multi_valued;
};

struct compiler {
	struct arena			*a;
	const struct mapping_types	*types;
	struct error			*err;
};

/* "WHERE: WHY"; returns -1. */
int	mapping_refuse(const struct compiler *c, const char *where,
	    const char *why);

/* "target" of W: the place of ROW, and how values are compared there. */
int	mapping_target(const struct compiler *c, const struct written *w,
	    struct mapping_row *row);

#endif
