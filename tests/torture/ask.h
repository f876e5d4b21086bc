/*
 * ask.h: one SCIM request, over HTTP or to a program as plain CGI.
 */
#ifndef TORTURE_ASK_H
#define TORTURE_ASK_H

#include <stdbool.h>
#include <stddef.h>

/* Where requests go: PORT of loopback, or if 0 the programs in BIN. */
struct server {
	int		 port;
	const char	*bin;
	const char	*token;
};

enum { ANSWER_LEN_MAX = 256 * 1024 };

struct answer {
	int	 status;	/* 0: none, or one that was cut off */
	char	 text[ANSWER_LEN_MAX];
	char	*body;		/* in text, NUL-terminated */
};

/*
 * Ask METHOD for PATH, which begins after the base URL, with BODY if it is
 * not NULL.  Takes 15 s at most.
 */
void	ask(const struct server *server, const char *method, const char *path,
	    const char *body, struct answer *answer);

/* The text of the first member NAME in the body, into OUT; false: none. */
bool	answer_text(const struct answer *answer, const char *name, char *out,
	    size_t size);

#endif
