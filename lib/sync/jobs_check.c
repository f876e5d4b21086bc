/*
 * jobs_check.c: can a job be like this?  What it consists of is for job.h to
 * say; here is what concerns a job among others: its name, its secret, where
 * it may send what it has, who may say so.
 */
#include <string.h>

#include "http/client.h"
#include "json/merge.h"
#include "sync/job.h"
#include "sync/jobs_private.h"

static bool
is_name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
	    c == '.' || c == '_';
}

static bool
is_name(struct slice name)
{
	struct uuid id;

	for (size_t i = 0; i < name.len; i++)
		if (!is_name_byte(name.data[i]))
			return false;
	return name.len > 0 && name.len <= JOBS_NAME_MAX &&
	    name.data[0] != '.' && uuid_parse(name, &id) == -1;
}

static struct json_object *
target_of(const struct json_object *definition)
{
	return json_get(definition, "target");
}

static struct slice
target_text(const struct json_object *definition, const char *name)
{
	return json_string(json_get(target_of(definition), name));
}

/* An absent authentication is "bearer". */
static struct slice
authentication(const struct json_object *definition)
{
	struct slice word = target_text(definition, "authentication");

	return word.len > 0 ? word : SLICE("bearer");
}

bool
jobs_needs_secret(const struct json_object *definition)
{
	return !slice_equal(authentication(definition), SLICE("none"));
}

/* "https://host:443" of a URL. */
static struct slice
origin(struct slice url)
{
	const char *at =
	    url.len == 0 ? NULL : memmem(url.data, url.len, "://", 3);
	size_t end;

	if (at == NULL)
		return url;
	end = (size_t)(at - url.data) + 3;
	while (end < url.len && strchr("/?#", url.data[end]) == NULL)
		end++;
	return (struct slice){ url.data, end };
}

static bool
is_same_origin(const struct json_object *old, const struct json_object *new,
    const char *name)
{
	return slice_equal_nocase(
	    origin(target_text(old, name)), origin(target_text(new, name)));
}

bool
jobs_is_other_address(
    const struct json_object *old, const struct json_object *new)
{
	return !slice_equal(authentication(old), authentication(new)) ||
	    !is_same_origin(old, new, "url") ||
	    !is_same_origin(old, new, "tokenUrl");
}

int
jobs_read_secret(const struct json_object *definition, enum jobs_secret *what,
    struct slice *secret, struct error *err)
{
	const struct json_object *target = target_of(definition), *v;

	*secret = SLICE("");
	*what = SECRET_KEPT;
	if (!json_has(target, SLICE("secret")))
		return 0;
	v = json_get(target, "secret");
	*what = SECRET_TAKEN;
	if (json_kind(v) == JSON_NULL)
		return 0;
	*what = SECRET_GIVEN;
	*secret = json_string(v);
	return secret->len > 0
	    ? 0
	    : error_set(err, ERR_INVALID_VALUE,
		  "target.secret must be a text that is not empty, or null");
}

static struct slice
command_of(const struct json_object *definition)
{
	return json_string(json_get(json_get(definition, "alerts"), "command"));
}

int
jobs_check_commands(const struct jobs *j, const struct json_object *old,
    const struct json_object *new, struct error *err)
{
	if (!j->is_remote || command_of(new).len == 0 ||
	    slice_equal(command_of(old), command_of(new)))
		return 0;
	return error_set(err, ERR_FORBIDDEN,
	    "alerts.command runs on this machine: it is set here, by muster "
	    "job edit");
}

static int
check_name(const struct json_object *definition, struct error *err)
{
	if (is_name(json_string(json_get(definition, "name"))))
		return 0;
	return error_set(err, ERR_INVALID_VALUE,
	    "name: a job's name has lower-case letters, digits, '-', '_' and "
	    "'.', at most %d, and is no id",
	    JOBS_NAME_MAX);
}

/* What people's data goes to: "" is none. */
static int
check_url(const char *name, struct slice url, struct error *err)
{
	if (url.len == 0 || http_url_is_safe(url.data))
		return 0;
	return error_set(err, ERR_INVALID_VALUE,
	    "%s: '%.*s' is no https URL; http goes to this machine only", name,
	    SLICE_ARG(url));
}

static int
check_urls(const struct job *job, struct error *err)
{
	if (check_url("target.url", job->target.url, err) == -1 ||
	    check_url("target.tokenUrl", job->target.token_url, err) == -1)
		return -1;
	return check_url("alerts.webhook", job->alerts.webhook, err);
}

/* DEFINITION without its secret, which no version has. */
static struct json_object *
without_secret(struct arena *a, const struct json_object *definition)
{
	struct json_object *v = json_copy(a, definition);

	json_delete(target_of(v), SLICE("secret"));
	return v;
}

int
jobs_check(const struct jobs *j, const struct json_object *definition,
    struct json_object **out, struct error *err)
{
	enum jobs_secret what;
	struct slice secret;
	struct job *job;

	if (json_kind(definition) != JSON_OBJECT)
		return error_set(
		    err, ERR_INVALID_SYNTAX, "a job is a JSON object");
	if (check_name(definition, err) == -1 ||
	    jobs_read_secret(definition, &what, &secret, err) == -1)
		return -1;
	*out = without_secret(j->arena, definition);
	if (json_text(j->arena, *out).len > JOBS_TEXT_MAX)
		return error_set(err, ERR_TOO_LARGE,
		    "a job has at most %d bytes", JOBS_TEXT_MAX);
	if (job_compile(j->arena, *out, j->catalog, j->profile, &job, err) ==
	    -1)
		return -1;
	return check_urls(job, err);
}

static int
no_template(struct arena *a, struct slice name, struct error *err)
{
	struct slice names = SLICE("");

	for (size_t i = 0; job_template_name(i) != NULL; i++)
		names = ARENA_JOIN(a, names, i > 0 ? SLICE(", ") : SLICE(""),
		    slice_of(job_template_name(i)));
	return error_set(err, ERR_INVALID_VALUE,
	    "template: there is no '%.*s', only %.*s", SLICE_ARG(name),
	    SLICE_ARG(names));
}

int
jobs_complete(const struct jobs *j, const struct json_object *definition,
    struct json_object **out, struct error *err)
{
	struct slice name = json_string(json_get(definition, "template"));
	struct json_object *template;

	*out = json_copy(j->arena, definition);
	if (json_kind(definition) != JSON_OBJECT ||
	    json_get(definition, "rules") != NULL)
		return 0;
	if (name.len == 0)
		name = SLICE("scim");
	template = job_template(j->arena, name);
	if (template == NULL)
		return no_template(j->arena, name, err);
	*out = json_merge(j->arena, template, definition);
	return 0;
}
