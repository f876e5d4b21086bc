/*
 * target_queue.c: requests in a row.
 */
#include <stddef.h>

#include "sync/target_queue.h"

void
target_queue_append(struct target_list *list, struct target_try *try)
{
	try->next = NULL;
	try->prev = list->last;
	if (try->prev != NULL)
		try->prev->next = try;
	else
		list->first = try;
	list->last = try;
	list->n++;
}

void
target_queue_prepend(struct target_list *list, struct target_try *try)
{
	try->prev = NULL;
	try->next = list->first;
	if (try->next != NULL)
		try->next->prev = try;
	else
		list->last = try;
	list->first = try;
	list->n++;
}

void
target_queue_remove(struct target_list *list, struct target_try *try)
{
	if (try->prev != NULL)
		try->prev->next = try->next;
	else
		list->first = try->next;
	if (try->next != NULL)
		try->next->prev = try->prev;
	else
		list->last = try->prev;
	list->n--;
}
