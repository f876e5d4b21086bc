/*
 * subject.c: a source object, and whether a job is to care for it.
 */
#include <sys/random.h>

#include "base/clock.h"
#include "base/log.h"
#include "identity/groups.h"
#include "json/json.h"
#include "store/assignments.h"
#include "store/resources.h"
#include "sync/subject.h"

/* The type whose resources have members (RFC 7643 section 4.2). */
static const struct slice group_type = { "Group", 5 };

static const char *const verdicts[VERDICT_MAX] = {
	[VERDICT_IN] = "in scope",
	[VERDICT_INACTIVE] = "not active",
	[VERDICT_UNASSIGNED] = "not assigned",
	[VERDICT_FILTERED] = "outside the scoping filters",
	[VERDICT_DELETED] = "deleted",
};

/* One object on its way to a verdict. */
struct look {
	struct kv_txn *txn;
	const struct run *run;
	struct subject *subject;
	const struct membership *groups; /* it is in; direct ones first */
	size_t ngroups;
	struct json_object *roles;
};

const char *
verdict_text(enum verdict verdict)
{
	return verdicts[verdict];
}

static struct json_object *
text(struct arena *a, struct slice s)
{
	return json_new_string(a, s);
}

void
subject_step(const struct run *run, struct subject *s, const char *type,
    const char *status, struct slice description, struct json_object *details)
{
	struct arena *a = run->arena;
	struct json_object *step;

	if (!run->is_traced)
		return;
	if (s->steps == NULL)
		s->steps = json_new_array(a);
	step = json_new_object(a);
	json_set(step, SLICE("type"), text(a, slice_of(type)));
	json_set(step, SLICE("status"), text(a, slice_of(status)));
	json_set(step, SLICE("description"), text(a, description));
	if (details != NULL)
		json_set(step, SLICE("details"), details);
	json_append(s->steps, step);
}

/* What the store has of it; *THERE when it does. */
static int
import(struct look *l, bool *there, struct error *err)
{
	const struct run *run = l->run;
	struct subject *s = l->subject;
	struct record record;
	char id[UUID_TEXT_SIZE];

	*there = false;
	switch (resource_get(
	    l->txn, run->key.tenant, s->type, &s->id, false, &record)) {
	case STORE_OK:
		break;
	case STORE_NOTFOUND:
		return 0;
	default:
		return -1;
	}
	if (json_load(run->arena, record.body, &s->person, err) == -1)
		return -1;
	uuid_format(&s->id, id);
	json_set(s->person, SLICE("id"), text(run->arena, slice_of(id)));
	*there = true;
	return 0;
}

/* Every group that it is in, when anybody asks for them. */
static int
find_groups(struct look *l)
{
	struct caller all = { .tenant = l->run->key.tenant };
	struct groups *groups;

	if (l->groups != NULL)
		return 0;
	groups = groups_new(l->txn, &all,
	    catalog_find_type(l->run->identity->catalog, group_type), false);
	return groups_of(groups, &l->subject->id, &l->groups, &l->ngroups);
}

/* The roles that RESOURCE is assigned in; *N of them, without names too. */
static int
add_roles(struct look *l, const struct uuid *resource, size_t *n)
{
	struct arena *a = l->run->arena;
	struct json_object *role;
	struct kv_range *range;
	struct assignment one;
	enum store_status status;

	*n = 0;
	if (assignments_open(l->txn, l->run->key.tenant, &l->run->key.id,
		resource, NULL, &range) != STORE_OK)
		return -1;
	while ((status = assignments_next(range, &one)) == STORE_OK) {
		++*n;
		if (one.role.len == 0)
			continue;
		role = json_new_object(a);
		json_set(role, SLICE("value"), text(a, one.role));
		json_set(role, SLICE("display"), text(a, one.role));
		json_append(l->roles, role);
	}
	kv_range_close(range);
	return status == STORE_FAIL ? -1 : 0;
}

static void
trace_assignment(struct look *l, const struct group *group)
{
	struct arena *a = l->run->arena;
	char id[UUID_TEXT_SIZE];

	if (!l->run->is_traced)
		return;
	if (group == NULL) {
		subject_step(l->run, l->subject, "scoping", "success",
		    SLICE("assigned itself"), NULL);
		return;
	}
	uuid_format(&group->id, id);
	subject_step(l->run, l->subject, "scoping", "success",
	    slice_of(arena_printf(a, "assigned as a member of group %s", id)),
	    NULL);
}

/*
 * Is it assigned: itself, or a group that it is in (PS-031, PS-032)?  All are
 * looked at, since each may give a role.
 */
static int
is_assigned(struct look *l, bool *is)
{
	const struct job_scope *scope = &l->run->job->scope;
	size_t n;

	if (add_roles(l, &l->subject->id, &n) == -1 || find_groups(l) == -1)
		return -1;
	*is = n > 0;
	if (*is)
		trace_assignment(l, NULL);
	for (size_t i = 0; i < l->ngroups; i++) {
		if (!l->groups[i].is_direct && !scope->nested)
			break;
		if (add_roles(l, &l->groups[i].group->id, &n) == -1)
			return -1;
		if (n > 0)
			trace_assignment(l, l->groups[i].group);
		*is = *is || n > 0;
	}
	return 0;
}

static int
is_member(void *arg, struct slice group, struct error *err)
{
	struct look *l = arg;
	struct uuid id;

	if (uuid_parse(group, &id) == -1)
		return 0;
	if (find_groups(l) == -1)
		return error_set(err, ERR_BUSY, "its groups cannot be read");
	for (size_t i = 0; i < l->ngroups; i++)
		if (uuid_compare(&l->groups[i].group->id, &id) == 0)
			return 1;
	return 0;
}

/* A clause of a scoping filter, with the value that it met. */
static void
saw(void *arg, const struct scope_step *step)
{
	struct look *l = arg;
	struct arena *a = l->run->arena;
	struct json_object *d = json_new_object(a);

	json_set(d, SLICE("filter"), text(a, step->title));
	json_set(d, SLICE("attribute"), text(a, step->attribute));
	json_set(d, SLICE("operator"), text(a, step->op));
	json_set(d, SLICE("wanted"), text(a, step->wanted));
	if (step->value.data != NULL)
		json_set(d, SLICE("value"), text(a, step->value));
	subject_step(l->run, l->subject, "scoping",
	    step->met == 1	 ? "success"
		: step->met == 0 ? "skipped"
				 : "failure",
	    SLICE("clause"), d);
}

static int
lookup(void *arg, struct slice table, struct slice key, struct slice *out,
    struct error *err)
{
	const struct run *run = arg;

	(void)err;
	return job_lookup(run->job, table, key, out);
}

static void
fill_random(void *arg, unsigned char *bytes, size_t len)
{
	(void)arg;
	if (getrandom(bytes, len, 0) != (ssize_t)len)
		fatal("no random bytes");
}

struct expression_world
subject_world(const struct run *run)
{
	union {
		const struct run *from;
		void *to;
	} cast = { .from = run };

	return (struct expression_world){ .now_ms = run->now,
		.lookup = lookup,
		.random = fill_random,
		.arg = cast.to };
}

static int
is_let_in(struct look *l, struct error *err)
{
	struct expression_world world = subject_world(l->run);
	struct scope_world scope = { .expressions = &world,
		.is_member = is_member,
		.saw = l->run->is_traced ? saw : NULL,
		.arg = l };

	return scope_evaluate(l->run->arena, l->subject->rule->filters,
	    l->subject->person, &scope, err);
}

/* What a person has for mappings beside its attributes (job.h). */
static void
complete(struct look *l)
{
	struct arena *a = l->run->arena;
	struct subject *s = l->subject;
	const struct json_object *active = json_get(s->person, "active");
	bool inactive =
	    json_kind(active) == JSON_BOOLEAN && !json_boolean(active);

	if (s->verdict == VERDICT_IN && inactive)
		s->verdict = VERDICT_INACTIVE;
	json_set(s->person, SLICE("isSoftDeleted"),
	    json_new_boolean(a, s->verdict != VERDICT_IN));
	if (json_len(l->roles) > 0)
		json_set(s->person, SLICE("appRoleAssignments"), l->roles);
}

/* Both the assignment and the filters (PS-035). */
static int
judge(struct look *l, struct error *err)
{
	const struct run *run = l->run;
	struct subject *s = l->subject;
	bool assigned = true;
	int rc;

	if (!run->job->scope.all && is_assigned(l, &assigned) == -1)
		return -1;
	if (!assigned) {
		subject_step(run, s, "scoping", "skipped",
		    SLICE("neither it nor a group that it is in is assigned"),
		    NULL);
		s->verdict = VERDICT_UNASSIGNED;
		return 0;
	}
	rc = is_let_in(l, err);
	if (rc == 0)
		s->verdict = VERDICT_FILTERED;
	return rc == -1 ? -1 : 0;
}

/* Of a hundred ids, as many as PERCENT, always the same. */
static bool
is_among(const struct uuid *id, int64_t percent)
{
	unsigned n =
	    (unsigned)id->bytes[UUID_LEN - 2] << 8 | id->bytes[UUID_LEN - 1];

	return n % 100 < (unsigned)percent;
}

/* A part of those in scope goes first (section 8 row 3). */
static int
stage(struct look *l, struct error *err)
{
	const struct job_rollout *r = &l->run->job->rollout;
	int is = 1;

	if (r->group.len > 0)
		is = is_member(l, r->group, err);
	if (is == -1)
		return -1;
	l->subject->is_staged =
	    !is || (r->percent > 0 && !is_among(&l->subject->id, r->percent));
	return 0;
}

int
subject_read(struct kv_txn *txn, const struct run *run, const struct uuid *id,
    struct slice type, struct subject *out, struct error *err)
{
	struct look l = { .txn = txn,
		.run = run,
		.subject = out,
		.roles = json_new_array(run->arena) };
	bool there;

	*out = (struct subject){ .id = *id,
		.type = type,
		.rule = job_rule_of(run->job, type),
		.verdict = VERDICT_IN };
	if (import(&l, &there, err) == -1)
		return -1;
	if (!there) {
		out->verdict = VERDICT_DELETED;
		subject_step(run, out, "import", "skipped",
		    SLICE("it is not in the store"), NULL);
		return 0;
	}
	subject_step(run, out, "import", "success", SLICE("read"),
	    run->is_traced ? json_copy(run->arena, out->person) : NULL);
	if (judge(&l, err) == -1 || stage(&l, err) == -1)
		return -1;
	complete(&l);
	return 0;
}
