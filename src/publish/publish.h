/* SPDX-License-Identifier: Apache-2.0
 *
 * The public site as files: every page of today in every language, each page on the days on which what was read for it changes (model_changes_on),
 * data, feeds, the log's tiles and documents, and the configuration of a web server (nginx) that serves them. The pages
 * are those of the server, made by the same functions; what a question asks (a search, any other day, what was known earlier) stays with the server.
 *
 *	DIR/www         what is served; a page is PATH.html, on another day at/DAY/PATH.html; NAME.gz stands beside what it shortens
 *	DIR/nginx.conf  one server {} and the maps it needs, for `include`
 *	DIR/unfinished  there while one is written, and after one that did not end: then the next makes every page
 *	DIR/published   which entry each page names, and what it was made from; disposable
 *
 * What can be published is what can be reached: the front pages are followed along their links. What a page was made from is noted
 * (register/reads.h) and kept (trace.h): until the day changes, or the program, or the system is started anew, only pages are made for which something reads otherwise now.
 *
 * Invariants: a file is whole or not there (files.h); /checkpoint comes last, so that whatever it covers is there
 * before it. A file whose content does not change is not touched. What no page leads to any more is removed; when every page is made, whatever
 * else lies in the folders of www where files are, too.
 */
#ifndef PUBLISH_PUBLISH_H
#define PUBLISH_PUBLISH_H

#include "web/site.h"

struct publish_config {
	const char *dir;     /* made if it is not there */
	const char *server;  /* "https://register.example": who answers what is no file, as readers reach it; NULL: the base of the site */
	const char *upstream; /* "127.0.0.1:8080": nginx passes questions to it; NULL: it answers 404 and names `server` */
	unsigned threads;    /* 0: one for each processor */
	bool all;	     /* every page is made, whatever is known of the last publication: files that were lost or damaged are mended */
};

struct publish_figures {
	size_t made, written, removed; /* addresses rendered; files written (without their .gz), removed */
	size_t files;		       /* there are now */
	uint64_t position;
};

/* ERR_SYSTEM: the directory cannot be written, or a page failed; what was there before is then still served, maybe with some pages newer
 * than /checkpoint. ERR_CONFLICT: somebody else publishes into it. */
int publish(struct register_site *s, const struct publish_config *c, struct publish_figures *ret, struct err *e);

#endif
