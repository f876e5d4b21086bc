/*
 * target_queue.h: requests in a row.
 */
#ifndef SYNC_TARGET_QUEUE_H
#define SYNC_TARGET_QUEUE_H

#include "sync/target_private.h"

/* TRY, which is in no list, becomes the last, or the first. */
void	target_queue_append(struct target_list *list, struct target_try *try);
void	target_queue_prepend(struct target_list *list, struct target_try *try);
void	target_queue_remove(struct target_list *list, struct target_try *try);

#endif
