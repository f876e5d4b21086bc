/*
 * journal.c: what must be in the store, from what was acknowledged.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "journal.h"

const char *const step_names[STEP_MAX] = { "create", "title", "member",
	"delete" };

static void
take_try(struct user *u, enum step step, const char *value)
{
	u->tried = u->unsure = true;
	if (step == STEP_CREATE) {
		u->maybe_there = u->maybe_gone = u->maybe_stranger = true;
		u->title = u->other_title = strtol(value, NULL, 10);
	} else if (step == STEP_TITLE) {
		u->other_title = strtol(value, NULL, 10);
	} else if (step == STEP_MEMBER) {
		u->maybe_member = u->maybe_stranger = true;
	} else {
		u->maybe_gone = true;
	}
}

static void
take_ack(struct user *u, enum step step, const char *value)
{
	bool is_member = value[0] == '1';

	u->unsure = false;
	if (step == STEP_CREATE) {
		snprintf(u->id, sizeof(u->id), "%s", value);
		u->maybe_gone = false;
	} else if (step == STEP_TITLE) {
		u->title = u->other_title;
	} else if (step == STEP_MEMBER) {
		u->maybe_member = is_member;
		u->maybe_stranger = !is_member;
	} else {
		u->maybe_there = false;
	}
}

/* Nothing was written: as before the try. */
static void
take_no(struct user *u, enum step step, const char *value)
{
	bool was_member = value[0] == '0';

	u->unsure = false;
	if (step == STEP_CREATE) {
		u->maybe_there = false;
	} else if (step == STEP_TITLE) {
		u->other_title = u->title;
	} else if (step == STEP_MEMBER) {
		u->maybe_member = was_member;
		u->maybe_stranger = !was_member;
	} else {
		u->maybe_gone = false;
	}
}

void
journal_take(
    struct user *user, const char *word, enum step step, const char *value)
{
	if (strcmp(word, "try") == 0)
		take_try(user, step, value);
	else if (strcmp(word, "ack") == 0)
		take_ack(user, step, value);
	else
		take_no(user, step, value);
}

static enum step
step_of(const char *name)
{
	int i = 0;

	while (i < STEP_MAX && strcmp(name, step_names[i]) != 0)
		i++;
	return (enum step)i;
}

static int
take_line(
    struct journal *j, const char *line, int64_t since_ns, int64_t until_ns)
{
	char word[8], step[16], value[ID_SIZE];
	unsigned client, user;
	int64_t ns;

	if (sscanf(line, "%" SCNd64 " %7s %u %u %15s %39s", &ns, word, &client,
		&user, step, value) != 6 ||
	    client >= CLIENTS_MAX || user >= USERS_MAX ||
	    step_of(step) == STEP_MAX)
		return -1;
	if (until_ns != 0 &&
	    ns > (strcmp(word, "try") == 0 ? until_ns : since_ns))
		return 0;
	j->acked += strcmp(word, "ack") == 0;
	journal_take(&j->users[client][user], word, step_of(step), value);
	return 0;
}

int
journal_read(
    const char *file, int64_t since_ns, int64_t until_ns, struct journal *out)
{
	FILE *f = fopen(file, "r");
	char line[256];
	int rc = 0;

	out->acked = 0;
	for (int i = 0; i < CLIENTS_MAX; i++)
		out->users[i] = calloc(USERS_MAX, sizeof(struct user));
	if (f == NULL)
		return -1;
	while (rc == 0 && fgets(line, sizeof(line), f) != NULL)
		rc = take_line(out, line, since_ns, until_ns);
	fclose(f);
	return rc;
}

void
journal_free(struct journal *j)
{
	for (int i = 0; i < CLIENTS_MAX; i++)
		free(j->users[i]);
}
