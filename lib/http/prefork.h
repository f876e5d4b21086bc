/*
 * prefork.h: several workers on one listening socket.
 */
#ifndef HTTP_PREFORK_H
#define HTTP_PREFORK_H

/*
 * Make the unix socket on file descriptor 0 private to owner and group
 * (mode 0660), fork WORKERS children and stay in the parent to watch them:
 * one that dies is replaced, one that dies at once is replaced after a
 * pause that grows to 5 s.  SIGTERM or SIGINT to the parent, or the end of
 * the parent's own parent, is passed on as SIGTERM; a child that is still
 * there after 10 s is killed.
 *
 * Returns: in each child, 0.  In the parent it does not return: it exits
 *          when the last child is gone.
 */
int	http_prefork(unsigned workers);

#endif
