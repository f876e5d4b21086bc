/*
 * meta.c: when a resource was made and changed, which version it is, and
 * where (RFC 7643 section 3.1).
 *
 * The resources of a page have the same meta but for two times, an id and a
 * number: the text of the first serves for all, with places for those.
 */
#include <string.h>

#include "identity/renderer.h"

enum { TIME_LEN = CLOCK_TEXT_SIZE - 1 };

/* LEN bytes that are written over for each resource. */
static size_t
put_place(struct renderer *r, size_t start, size_t len)
{
	size_t place = r->out->len - start;
	char *to = buf_extend(r->out, len);

	if (to != NULL)
		memset(to, ' ', len);
	return place;
}

/* The value of PART; the number of the version comes last, behind it. */
static void
put_part(struct renderer *r, int part, size_t start)
{
	size_t *place = &r->meta.places[part];

	if (part == META_RESOURCE_TYPE) {
		buf_json_string(r->out, r->type->name);
		return;
	}
	buf_putc(r->out, '"');
	if (part == META_VERSION) {
		buf_puts(r->out, "W/\\\"");
		*place = r->out->len - start;
		return;
	}
	if (part == META_LOCATION)
		buf_slice(r->out, render_url(r, r->type));
	*place = put_place(
	    r, start, part == META_LOCATION ? UUID_TEXT_LEN : TIME_LEN);
	buf_putc(r->out, '"');
}

static void
make_form(struct renderer *r, enum want want, const struct attr *attr)
{
	size_t start = r->out->len;

	buf_putc(r->out, '{');
	for (int i = 0; i < META_MAX; i++)
		if (render_wants_sub(r, want, NULL, attr, &attr->sub[i])) {
			render_name(r, attr->sub[i].name);
			put_part(r, i, start);
		}
	r->meta.text = arena_slice(r->a, slice_from(buf_text(r->out), start));
	buf_truncate(r->out, start);
}

/* Most were never modified: the one time is the other. */
static void
fill_time(struct meta_form *m, char *meta, int part, int64_t at_ms)
{
	if (m->places[part] == 0)
		return;
	if (m->time_at != at_ms || m->time[0] == '\0')
		clock_format(at_ms, m->time);
	m->time_at = at_ms;
	memcpy(meta + m->places[part], m->time, TIME_LEN);
}

static void
put_version(struct renderer *r)
{
	if (r->meta.places[META_VERSION] == 0)
		return;
	buf_number(r->out, r->record->version);
	buf_puts(r->out, "\\\"\"");
}

void
render_meta(struct renderer *r, enum want want, const struct attr *attr)
{
	struct meta_form *m = &r->meta;
	char *to;

	if (m->text.len == 0)
		make_form(r, want, attr);
	to = buf_extend(r->out, m->text.len);
	if (to == NULL)
		return;
	memcpy(to, m->text.data, m->text.len);
	fill_time(m, to, META_CREATED, r->record->created_at);
	fill_time(m, to, META_LAST_MODIFIED, r->record->modified_at);
	if (m->places[META_LOCATION] != 0)
		memcpy(
		    to + m->places[META_LOCATION], r->id_text, UUID_TEXT_LEN);
	put_version(r);
	buf_putc(r->out, '}');
}
