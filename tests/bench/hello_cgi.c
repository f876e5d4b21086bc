/*
 * hello_cgi.c: the least that a one-shot CGI can cost which reads from the
 * store: linked as muster is, it joins the environment through the gate,
 * opens one table, gets the record whose id ends PATH_INFO, leaves, and then
 * prints it.  It reads no schema, checks no credential, renders nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "base/log.h"
#include "base/uuid.h"
#include "environment.h"

static const char user_prefix[] = "\0\0\0\1User";

static int
get(struct environment *e, const struct uuid *id, DBT *value)
{
	char key[sizeof(user_prefix) + UUID_LEN];
	DBT k = { .data = key, .size = sizeof(key) };
	int rc;

	memcpy(key, user_prefix, sizeof(user_prefix));
	memcpy(key + sizeof(user_prefix), id->bytes, UUID_LEN);
	gate_enter_section(e->gate);
	value->flags = DB_DBT_MALLOC;
	rc = e->resources->get(e->resources, NULL, &k, value, 0);
	gate_leave_section(e->gate);
	return rc;
}

int
main(void)
{
	const char *path = getenv("PATH_INFO");
	const char *slash = path == NULL ? NULL : strrchr(path, '/');
	struct json_object *linked = json_object_new_object();
	struct environment e;
	struct uuid id;
	DBT value = { .flags = 0 };

	log_open("hello_cgi", LOG_LEVEL_WARNING);
	if (slash == NULL || uuid_parse(slice_of(slash + 1), &id) == -1 ||
	    environment_join(&e, getenv("MUSTER_STORE")) == -1)
		return EXIT_FAILURE;
	if (get(&e, &id, &value) != 0)
		fatal("there is no such record");
	environment_leave(&e);
	printf("Status: 200 OK\r\nContent-Type: application/scim+json\r\n"
	       "Content-Length: %u\r\n\r\n",
	    (unsigned)value.size);
	fwrite(value.data, 1, value.size, stdout);
	free(value.data);
	json_object_put(linked);
	return EXIT_SUCCESS;
}
