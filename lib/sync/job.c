/*
 * job.c: definitions of jobs, compiled.
 */
#include <stddef.h>

#include "base/nelem.h"
#include "json/json.h"
#include "sync/job_part.h"
#include "sync/property.h"

/* The parts of a definition that are compiled one by one. */
struct written {
	struct job *job;
	struct slice name, template;
	struct json_object *target, *scope, *rules, *deprovision, *guard;
	struct json_object *quarantine, *rollout, *tables, *tests, *alerts;
	int64_t escrow_days;
};

#define AT(member) offsetof(struct written, member)
/* clang-format off */
static const struct property properties[] = {
	{ "name",        PROPERTY_TEXT,   AT(name),        0, 0, NULL },
	{ "template",    PROPERTY_TEXT,   AT(template),    0, 0, NULL },
	{ "target",      PROPERTY_OBJECT, AT(target),      0, 0, NULL },
	{ "scope",       PROPERTY_OBJECT, AT(scope),       0, 0, NULL },
	{ "rules",       PROPERTY_ARRAY,  AT(rules),       0, 0, NULL },
	{ "deprovision", PROPERTY_OBJECT, AT(deprovision), 0, 0, NULL },
	{ "guard",       PROPERTY_OBJECT, AT(guard),       0, 0, NULL },
	{ "quarantine",  PROPERTY_OBJECT, AT(quarantine),  0, 0, NULL },
	{ "rollout",     PROPERTY_OBJECT, AT(rollout),     0, 0, NULL },
	{ "tables",      PROPERTY_OBJECT, AT(tables),      0, 0, NULL },
	{ "tests",       PROPERTY_ARRAY,  AT(tests),       0, 0, NULL },
	{ "alerts",      PROPERTY_OBJECT, AT(alerts),      0, 0, NULL },
	{ "escrowDays",  PROPERTY_NUMBER, AT(escrow_days), 1, 3650, NULL },
};
#undef AT

static const char *const mode_words[] = { "assigned", "all", NULL };
static const char *const deprovision_words[] = { "disable", "delete",
	"disableThenDelete", "nothing", NULL };

#define AT(member) offsetof(struct job_scope, member)
static const struct property scope_properties[] = {
	{ "mode",          PROPERTY_WORD, AT(all),            0, 0, mode_words },
	{ "nested",        PROPERTY_FLAG, AT(nested),         0, 0, NULL },
	{ "flatten",       PROPERTY_FLAG, AT(flatten),        0, 0, NULL },
	{ "disabledUsers", PROPERTY_FLAG, AT(disabled_users), 0, 0, NULL },
};
#undef AT
#define AT(member) offsetof(struct job_events, member)
static const struct property event_properties[] = {
	{ "outOfScope", PROPERTY_WORD,   AT(out_of_scope), 0, 0, deprovision_words },
	{ "disabled",   PROPERTY_WORD,   AT(disabled),     0, 0, deprovision_words },
	{ "deleted",    PROPERTY_WORD,   AT(deleted),      0, 0, deprovision_words },
	{ "graceDays",  PROPERTY_NUMBER, AT(grace_days),   0, 3650, NULL },
};
#undef AT
#define AT(member) offsetof(struct job_guard, member)
static const struct property guard_properties[] = {
	{ "count",       PROPERTY_NUMBER, AT(count),        0, INT32_MAX, NULL },
	{ "percent",     PROPERTY_NUMBER, AT(percent),      0, 100, NULL },
	{ "windowHours", PROPERTY_NUMBER, AT(window_hours), 1, 24 * 366, NULL },
};
#undef AT
#define AT(member) offsetof(struct job_quarantine, member)
static const struct property quarantine_properties[] = {
	{ "failures",    PROPERTY_NUMBER, AT(failures),     1, INT32_MAX, NULL },
	{ "percent",     PROPERTY_NUMBER, AT(percent),      0, 100, NULL },
	{ "failuresMax", PROPERTY_NUMBER, AT(failures_max), 0, INT32_MAX, NULL },
	{ "total",       PROPERTY_NUMBER, AT(total),        0, INT32_MAX, NULL },
};
#undef AT
#define AT(member) offsetof(struct job_rollout, member)
static const struct property rollout_properties[] = {
	{ "objects",          PROPERTY_NUMBER, AT(objects), 0, INT32_MAX, NULL },
	{ "percent",          PROPERTY_NUMBER, AT(percent), 0, 100, NULL },
	{ "group",            PROPERTY_TEXT,   AT(group),   0, 0, NULL },
	{ "stopErrorPercent", PROPERTY_NUMBER, AT(stop_error_percent), 0, 100, NULL },
};
#undef AT
#define AT(member) offsetof(struct job_alerts, member)
static const struct property alert_properties[] = {
	{ "webhook",     PROPERTY_TEXT,   AT(webhook),      0, 0, NULL },
	{ "command",     PROPERTY_TEXT,   AT(command),      0, 0, NULL },
	{ "silentHours", PROPERTY_NUMBER, AT(silent_hours), 0, 24 * 366, NULL },
};
/* clang-format on */
#undef AT

static const struct job defaults = {
	.scope = { .nested = true },
	.deprovision = { .deleted = JOB_DELETE, .grace_days = 30 },
	.guard = { .count = 500, .percent = 10, .window_hours = 24 },
	.quarantine = { .failures = 5000,
	    .percent = 40,
	    .failures_max = 40000,
	    .total = 60000 },
	.rollout = { .group = { "", 0 } },
	.alerts = { .webhook = { "", 0 }, .command = { "", 0 } },
	.escrow_days = 28,
};

/* One of the plain parts; NAME leads its errors. */
static int
read_part(const struct json_object *json, const char *name,
    const struct property *table, size_t n, void *into, struct error *err)
{
	if (property_read(json, table, n, into, err) == -1)
		return error_prefix(err, "%s.", name);
	return 0;
}

static int
read_parts(const struct written *w, struct job *job, struct error *err)
{
	if (read_part(w->scope, "scope", scope_properties,
		NELEM(scope_properties), &job->scope, err) == -1 ||
	    read_part(w->deprovision, "deprovision", event_properties,
		NELEM(event_properties), &job->deprovision, err) == -1 ||
	    read_part(w->guard, "guard", guard_properties,
		NELEM(guard_properties), &job->guard, err) == -1 ||
	    read_part(w->quarantine, "quarantine", quarantine_properties,
		NELEM(quarantine_properties), &job->quarantine, err) == -1 ||
	    read_part(w->rollout, "rollout", rollout_properties,
		NELEM(rollout_properties), &job->rollout, err) == -1)
		return -1;
	if (read_part(w->alerts, "alerts", alert_properties,
		NELEM(alert_properties), &job->alerts, err) == -1)
		return -1;
	return job->alerts.webhook.len == 0
	    ? 0
	    : job_check_url(
		  "alerts.webhook", job->alerts.webhook, "@#\"<>\\", err);
}

/* {"cities": {"OSL": "Oslo"}} */
static int
check_tables(const struct json_object *tables, struct error *err)
{
	if (json_len(tables) > JOB_TABLES_MAX)
		return error_set(err, ERR_INVALID_VALUE,
		    "tables: at most %d expected", JOB_TABLES_MAX);
	for (struct json_member t = json_first(tables); t.entry != NULL;
	     json_next(&t)) {
		if (json_kind(t.value) != JSON_OBJECT)
			return error_set(err, ERR_INVALID_VALUE,
			    "tables.%.*s: an object expected",
			    SLICE_ARG(t.name));
		for (struct json_member m = json_first(t.value);
		     m.entry != NULL; json_next(&m))
			if (json_kind(m.value) != JSON_STRING)
				return error_set(err, ERR_INVALID_VALUE,
				    "tables.%.*s.%.*s: a string expected",
				    SLICE_ARG(t.name), SLICE_ARG(m.name));
	}
	return 0;
}

/* Letters, digits, '-', '_' and '.': a name is a part of URLs and commands. */
static int
check_name(struct slice name, struct error *err)
{
	static const char allowed[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789-_.";
	size_t i = 0;

	while (i < name.len &&
	    memchr(allowed, name.data[i], sizeof(allowed) - 1) != NULL)
		i++;
	if (name.len == 0 || name.len > 64 || i < name.len)
		return error_set(err, ERR_INVALID_VALUE,
		    "name: 1 to 64 letters, digits, '-', '_' and '.' "
		    "expected");
	return 0;
}

int
job_compile(struct arena *a, const struct json_object *json,
    const struct catalog *catalog, const struct profile *profile,
    struct job **out, struct error *err)
{
	struct job *job = arena_alloc(a, sizeof(*job));
	struct written w = { .escrow_days = defaults.escrow_days };
	struct job_names names = { .catalog = catalog, .profile = profile };

	*job = defaults;
	if (json_kind(json) != JSON_OBJECT)
		return error_set(err, ERR_INVALID_VALUE, "a job is an object");
	if (property_read(json, properties, NELEM(properties), &w, err) == -1 ||
	    check_name(w.name, err) == -1 || check_tables(w.tables, err) == -1)
		return -1;
	job->name = w.name;
	job->template = w.template.data == NULL ? SLICE("") : w.template;
	job->tables = w.tables;
	job->escrow_days = w.escrow_days;
	if (job_compile_target(w.target, &job->target, err) == -1 ||
	    read_parts(&w, job, err) == -1 ||
	    job_compile_rules(a, w.rules, &names, job, err) == -1 ||
	    job_run_tests(a, w.tests, job, err) == -1)
		return -1;
	*out = job;
	return 0;
}

const struct job_rule *
job_rule_of(const struct job *job, struct slice type)
{
	for (size_t i = 0; i < job->nrules; i++)
		if (slice_equal(job->rules[i].source_name, type))
			return &job->rules[i];
	return NULL;
}

int
job_lookup(const struct job *job, struct slice table, struct slice key,
    struct slice *out)
{
	for (struct json_member t = json_first(job->tables); t.entry != NULL;
	     json_next(&t))
		for (struct json_member m = json_first(
			 slice_equal(t.name, table) ? t.value : NULL);
		     m.entry != NULL; json_next(&m))
			if (slice_equal(m.name, key)) {
				*out = json_string(m.value);
				return 1;
			}
	return 0;
}
