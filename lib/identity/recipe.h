/*
 * recipe.h: how the resources of a type are rendered for one projection: what
 * becomes of each name of the body, worked out when it is first met.
 *
 * Most requests name no attributes: for them a process keeps one recipe for
 * each type.
 */
#ifndef IDENTITY_RECIPE_H
#define IDENTITY_RECIPE_H

#include "json/walk.h"
#include "scim/project.h"
#include "scim/schema.h"

/* What is done with a member of the body. */
enum fate {
	FATE_DROP,
	FATE_COPY,
	FATE_ATTRIBUTE,		/* reduced to what is wanted of it */
	FATE_EXTENSION		/* the container of one */
};

struct step {
	struct slice		 name;
	struct slice		 printed;	/* '"NAME":' */
	enum fate		 fate;
	const struct attr	*attr;
	struct container	*inner;	/* FATE_EXTENSION: of what is in it */
};

/* The body, or the container of an extension, with its steps so far. */
struct container {
	const struct schema	*extension;	/* NULL: the body */
	struct step		*steps;
	size_t			 n;
	size_t			 size;
	size_t			 next;	/* the step that is tried first */
};

struct recipe {
	struct arena			*arena;
	const struct resource_type	*type;
	const struct projection		*projection;
	struct container		 body;
	struct container		*extensions;	/* in the order of TYPE */
	struct step			 odd;	/* a step that is not kept */
};

/* In A, as are the steps that it gets. */
struct recipe	*recipe_new(struct arena *a, const struct resource_type *type,
		    const struct projection *projection);

/*
 * The next member of CONTAINER, which W walks along: the whole MEMBER, its
 * VALUE, and the step for it, good until the next call; NULL at the end.
 */
const struct step	*recipe_next(struct recipe *recipe,
			    struct container *container, struct walk *w,
			    struct slice *member, struct slice *value);

struct recipes;

/* Room for what a process keeps, in A. */
struct recipes	*recipes_new(struct arena *a);

/*
 * The kept recipe for TYPE and PROJECTION; NULL when that is none to be kept,
 * or RECIPES is NULL.
 */
struct recipe	*recipes_find(struct recipes *recipes,
		    const struct resource_type *type,
		    const struct projection *projection);

#endif
