/*
 * pool.h: many requests of ours to other servers at once, by libcurl.
 *
 * One thread uses a pool.  Connections stay open between requests.  Nothing
 * is followed, certificates are checked, a URL must be https or lead to this
 * machine (http_url_is_safe).
 */
#ifndef HTTP_POOL_H
#define HTTP_POOL_H

#include "http/exchange.h"

struct http_pool;

/* CA_FILE: authorities (PEM); "": the system's. */
struct http_pool	*http_pool_open(const char *ca_file);

/* Ends what still runs as http_pool_cancel does. */
void	http_pool_close(struct http_pool *pool);

/*
 * Begin E, which is its owner's and stays where it is; in a later turn its
 * done is called once, whatever happens.  done may start others, E too.
 */
void	http_pool_start(struct http_pool *pool, struct http_exchange *e);

/*
 * End E, which runs; its done is not called, its was_sent is set: if that is
 * true the server may do what was asked for all the same.
 */
void	http_pool_cancel(struct http_pool *pool, struct http_exchange *e);

/*
 * Go on with all, and call done of what is done.  When nothing was, wait up
 * to WAIT_MS until something happens, http_pool_wake is called or a signal
 * comes; then the same once more.
 *
 * Returns: how many run.
 */
int	http_pool_turn(struct http_pool *pool, int wait_ms);

/* How many run now. */
int	http_pool_running(const struct http_pool *pool);

/* End the wait of http_pool_turn, or of its next; from any thread. */
void	http_pool_wake(struct http_pool *pool);

#endif
