/*
 * id_list.h: a list of ids that grows.
 */
#ifndef IDENTITY_ID_LIST_H
#define IDENTITY_ID_LIST_H

#include "base/arena.h"
#include "base/uuid.h"

/* All zero at first. */
struct id_list {
	struct uuid	*ids;
	size_t		 n;
	size_t		 size;
};

void	id_list_add(struct id_list *list, struct arena *a,
	    const struct uuid *id);

#endif
