/*
 * prefork.h: several workers on one listening socket.
 */
#ifndef HTTP_PREFORK_H
#define HTTP_PREFORK_H

/*
 * Listen on the unix socket PATH (mode 0660; what was there is replaced), or
 * where PATH is empty on file descriptor 0 as it was given; fork WORKERS
 * children that accept on it, and stay in the parent to watch them: one that
 * dies is replaced, one that dies at once after a pause that grows to 5 s.
 * SIGTERM or SIGINT to the parent, or the end of the parent's own parent, is
 * passed on as SIGTERM; a child that is still there after 10 s is killed.
 *
 * With a PATH the parent alone holds file descriptor 0: whoever started it
 * can tell by that whether it lives.
 *
 * Returns: in each child, 0, its socket as file descriptor 0.  In the parent
 *          it does not return: it exits when the last child is gone.
 */
int	http_prefork(unsigned workers, const char *path);

#endif
