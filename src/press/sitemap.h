/* SPDX-License-Identifier: Apache-2.0
 *
 * Sitemaps (sitemaps.org 0.9) with the languages of each page (xhtml:link, hreflang), and the index over them.
 */
#ifndef PRESS_SITEMAP_H
#define PRESS_SITEMAP_H

#include "base/date.h"
#include "base/err.h"

enum { SITEMAP_URLS_MAX = 50000, SITEMAP_NEWS_MAX = 1000 }; /* of one file: the protocols' own limits */

struct sitemap_language {
	struct str lang, prefix; /* BCP 47; what stands before the path: "https://register.example/en" */
};

struct sitemap_page {
	struct str path; /* "/meetings/CHS-2024", encoded */
	civil changed;	 /* CIVIL_NEVER: not said */
};

/* One entry for each page in each language, each with all its languages and x-default, the first. ERR_LIMIT: too many, or too
 * long for `out`. */
int sitemap_write(const struct sitemap_page *pages, size_t n, const struct sitemap_language *langs, size_t nlangs, struct buf *out, struct err *e);

struct sitemap_version { /* of an article, in a language */
	struct str lang, loc, title, publication; /* BCP 47; the address of the page; the title; by whom */
};

struct sitemap_news {
	const struct sitemap_version *versions;
	size_t nversions;
	civil published; /* at the seat: a day, or a day and a time */
};

/* Articles of the last two days, the newest first (Google's extension for news): each version with all others, as above. offset_minutes: the seat's distance from
 * UTC. ERR_INPUT: none at all, no title, or a language of which no tag of two or three letters can be made; ERR_LIMIT: too many. */
int sitemap_news(const struct sitemap_news *v, size_t n, int offset_minutes, struct buf *out, struct err *e);
int sitemap_index(const struct str *files, size_t n, struct buf *out, struct err *e); /* addresses of sitemaps */

#endif
