/*
 * environment.c: the shortest honest way into the store's environment.
 */
#include <stddef.h>

#include "base/log.h"
#include "environment.h"

enum { MODE = 0660, CREATES_MAX = 50 };

static int
open_environment(struct environment *e, const char *dir)
{
	u_int32_t flags =
	    DB_INIT_MPOOL | DB_INIT_LOCK | DB_INIT_LOG | DB_INIT_TXN;
	int rc = db_env_create(&e->env, 0);

	if (rc != 0 || (rc = e->env->open(e->env, dir, flags, MODE)) != 0 ||
	    (rc = db_create(&e->resources, e->env, 0)) != 0)
		return rc;
	return e->resources->open(e->resources, NULL, "resources.db", NULL,
	    DB_BTREE, DB_AUTO_COMMIT, MODE);
}

int
environment_join(struct environment *e, const char *dir)
{
	enum gate_entry entry;
	struct error err;
	int rc;

	if (gate_open(dir, db_version(NULL, NULL, NULL), &e->gate, &err) ==
		-1 ||
	    gate_join(e->gate, &entry, &err) == -1) {
		log_error("%s", err.detail);
		return -1;
	}
	if (entry == GATE_DIRTY) {
		log_error("%s wants recovery, which is not for the bench", dir);
		return -1;
	}
	rc = open_environment(e, dir);
	gate_leave_section(e->gate);
	if (rc != 0)
		log_error("%s: %s", dir, db_strerror(rc));
	return rc == 0 ? 0 : -1;
}

static int
try_table(struct environment *e, const char *file, DB **out)
{
	u_int32_t page_len;
	int rc = db_create(out, e->env, 0);

	if (rc == 0 &&
	    (rc = e->resources->get_pagesize(e->resources, &page_len)) == 0 &&
	    (rc = (*out)->set_pagesize(*out, page_len)) == 0 &&
	    (rc = (*out)->set_flags(*out, DB_CHKSUM)) == 0)
		rc = (*out)->open(*out, NULL, file, NULL, DB_BTREE,
		    DB_AUTO_COMMIT | DB_CREATE, MODE);
	return rc;
}

/* Eight workers make it at once: one of them wins, the others try again. */
int
environment_table(struct environment *e, const char *file, DB **out)
{
	int rc = DB_LOCK_DEADLOCK;

	for (int i = 0; i < CREATES_MAX && rc != 0; i++) {
		gate_enter_section(e->gate);
		rc = try_table(e, file, out);
		if (rc != 0)
			(*out)->close(*out, 0);
		gate_leave_section(e->gate);
	}
	if (rc != 0)
		log_error("%s: %s", file, db_strerror(rc));
	return rc == 0 ? 0 : -1;
}

void
environment_leave(struct environment *e)
{
	gate_enter_section(e->gate);
	e->resources->close(e->resources, DB_NOSYNC);
	e->env->close(e->env, 0);
	gate_leave(e->gate);
	gate_close(e->gate);
}
