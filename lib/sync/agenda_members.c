/*
 * agenda_members.c: what changes of members bring to an agenda.
 */
#include "json/walk.h"
#include "store/members.h"
#include "store/resources.h"
#include "sync/agenda_private.h"
#include "sync/link.h"

/* Is ID, a member, to be looked at when it comes or goes? */
static bool
membership_matters(const struct run *run)
{
	if (!run->job->scope.all || run->job->rollout.group.len > 0)
		return true;
	for (size_t i = 0; i < run->job->nrules; i++)
		if (scope_asks_groups(run->job->rules[i].filters))
			return true;
	return false;
}

/* What ID is, which may be gone. */
static int
rule_of_member(
    struct agenda_draft *d, const struct uuid *id, const struct job_rule **rule)
{
	const struct job *job = d->run->job;
	enum store_status status;
	struct record record;

	*rule = NULL;
	for (size_t i = 0; i < job->nrules && *rule == NULL; i++) {
		status = resource_get(d->txn, d->run->key.tenant,
		    job->rules[i].source_name, id, false, &record);
		if (status == STORE_FAIL)
			return -1;
		if (status == STORE_OK)
			*rule = &job->rules[i];
	}
	return 0;
}

/* All members of GROUP are compared, which is less than so many pairs. */
static void
compare_members(struct agenda_draft *d, const struct uuid *group)
{
	struct due due = { .subject = *group, .kind = DUE_MEMBERS };

	agenda_take_roster(d, &due, SLICE(""));
}

/* What GROUP is in, where members of members are members; else nothing. */
static int
groups_above(struct agenda_draft *d, const struct uuid *group,
    const struct membership **list, size_t *n)
{
	*n = 0;
	if (!d->run->job->scope.flatten)
		return 0;
	if (d->groups == NULL)
		d->groups = groups_new(d->txn, &d->all,
		    catalog_find_type(
			d->run->identity->catalog, SLICE("Group")),
		    false);
	return groups_of(d->groups, group, list, n);
}

/* May MEMBER, which may be gone, have had members of its own? */
static int
is_group(struct agenda_draft *d, const struct uuid *member, bool *is)
{
	struct record record;
	struct slice row;

	switch (resource_get(d->txn, d->run->key.tenant, SLICE("User"), member,
	    false, &record)) {
	case STORE_OK:
		*is = false;
		return 0;
	case STORE_FAIL:
		return -1;
	default:
		break;
	}
	*is = true;
	switch (link_get(d->txn, &d->run->key, member, false, &row)) {
	case STORE_OK:
		*is =
		    !slice_equal(link_type(d->run->arena, row), SLICE("User"));
		return 0;
	case STORE_FAIL:
		return -1;
	default:
		return 0;
	}
}

/*
 * MEMBER came to GROUP, or left.  Where members of members are members, what
 * the group is in changes with it; a group brings or takes all that it has.
 */
static int
take_pair(
    struct agenda_draft *d, const struct uuid *group, const struct uuid *member)
{
	const struct membership *above;
	bool is_whole = false;
	size_t n;

	if (d->run->job->scope.flatten && is_group(d, member, &is_whole) == -1)
		return -1;
	if (groups_above(d, group, &above, &n) == -1)
		return -1;
	if (is_whole)
		compare_members(d, group);
	else
		agenda_add_pair(d->run, d->agenda, group, member);
	for (size_t i = 0; i < n; i++)
		if (is_whole)
			compare_members(d, &above[i].group->id);
		else
			agenda_add_pair(
			    d->run, d->agenda, &above[i].group->id, member);
	return 0;
}

static int
take_member(struct agenda_draft *d, const struct uuid *group, struct slice id)
{
	const struct job_rule *rule;
	struct uuid member;

	if (uuid_parse(walk_string(d->run->arena, id), &member) == -1)
		return 0;
	if (take_pair(d, group, &member) == -1)
		return -1;
	if (!membership_matters(d->run))
		return 0;
	if (rule_of_member(d, &member, &rule) == -1)
		return -1;
	agenda_add_object(d, &member, rule);
	if (rule == NULL || slice_equal(rule->source_name, SLICE("Group")))
		agenda_append(
		    d->run, &d->agenda->spread, &d->agenda->nspread, &member);
	return 0;
}

static int
take_all_members(struct agenda_draft *d, const struct uuid *group)
{
	const struct membership *above;
	size_t n;

	if (groups_above(d, group, &above, &n) == -1)
		return -1;
	compare_members(d, group);
	for (size_t i = 0; i < n; i++)
		compare_members(d, &above[i].group->id);
	agenda_append(d->run, &d->agenda->spread, &d->agenda->nspread, group);
	return 0;
}

/* More have left at once than an agenda has objects. */
static int
take_left(struct agenda_draft *d, struct slice ids)
{
	struct agenda *a = d->agenda;
	size_t max = a->nleft + ids.len / (UUID_TEXT_LEN + 2);
	struct walk w = walk_enter(ids);
	struct agenda_object o;
	struct slice id;

	if (!membership_matters(d->run))
		return 0;
	a->left = arena_grow(
	    d->run->arena, a->left, a->nleft * sizeof(o), max * sizeof(o));
	while (walk_element(&w, &id) && a->nleft < max) {
		if (uuid_parse(walk_string(d->run->arena, id), &o.id) == -1)
			continue;
		if (rule_of_member(d, &o.id, &o.rule) == -1)
			return -1;
		if (o.rule == NULL ||
		    slice_equal(o.rule->source_name, SLICE("Group")))
			agenda_append(d->run, &a->spread, &a->nspread, &o.id);
		if (o.rule != NULL)
			a->left[a->nleft++] = o;
	}
	return 0;
}

int
agenda_take_members(struct agenda_draft *d, const struct uuid *group,
    struct slice change, struct slice name)
{
	struct slice ids, id;
	struct walk w;

	if (!walk_find(change, name, &ids))
		return 0;
	if (ids.len > AGENDA_MEMBERS_MAX * (UUID_TEXT_LEN + 3)) {
		if (take_all_members(d, group) == -1)
			return -1;
		return slice_equal(name, SLICE("membersRemoved"))
		    ? take_left(d, ids)
		    : 0;
	}
	w = walk_enter(ids);
	while (walk_element(&w, &id))
		if (take_member(d, group, id) == -1)
			return -1;
	return 0;
}
