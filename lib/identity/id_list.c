/*
 * id_list.c: a list of ids that grows.
 */
#include "identity/id_list.h"

void
id_list_add(struct id_list *list, struct arena *a, const struct uuid *id)
{
	size_t size = list->size == 0 ? 16 : list->size * 2;

	if (list->n == list->size) {
		list->ids = arena_grow(
		    a, list->ids, list->n * sizeof(*id), size * sizeof(*id));
		list->size = size;
	}
	list->ids[list->n++] = *id;
}
