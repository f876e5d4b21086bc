/*
 * configured.h: how a program is set, for the audit: settings stand in the
 * configuration of the web server, schemas and profiles in files, and nobody
 * tells when they are changed.
 */
#ifndef SERVE_CONFIGURED_H
#define SERVE_CONFIGURED_H

#include "serve/pipeline.h"

/*
 * The store of SERVER was opened: note the settings that are not the preset
 * ones, and a digest of each file of its catalog, if they are others than when
 * this program was started last.  What cannot be noted is told in the log.
 */
void	configured_note(struct server *server);

#endif
