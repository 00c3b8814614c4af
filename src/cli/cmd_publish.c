/* SPDX-License-Identifier: Apache-2.0
 *
 * The command that writes the site as files.
 */
#include "cli/cli.h"
#include "publish/publish.h"

#include <inttypes.h>
#include <string.h>

/* They are written into a configuration, where other characters would mean something. */
static bool is_plain(const char *s)
{
	return *s && s[strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_~:/[]%")] == 0;
}

static bool is_url(const char *s)
{
	struct str url = str_of(s);
	return (str_starts(url, STR("https://")) || str_starts(url, STR("http://"))) && !str_ends(url, STR("/")) && is_plain(s);
}

static int print(const struct call *c, const struct publish_figures *f)
{
	if (given(c, "json"))
		buf_addf(c->out, "{\"position\": %" PRIu64 ", \"files\": %zu, \"made\": %zu, \"written\": %zu, \"removed\": %zu}\n",
			f->position, f->files, f->made, f->written, f->removed);
	else
		buf_addf(c->out, "Published up to entry %" PRIu64 ": %zu files, %zu of them written now, %zu removed.\n", f->position, f->files, f->written,
			f->removed);
	return DONE;
}

int run_publish(const struct call *c)
{
	const char *base = given(c, "base"), *server = given(c, "server");
	struct publish_config config = {.dir = c->word[1], .server = server, .upstream = given(c, "upstream")};
	struct publish_figures figures;
	struct register_site *site;
	struct err e;
	uint64_t threads = 0;
	int status = DONE;
	if (!base || !is_url(base) || (server && !is_url(server)))
		return usage(c, "--base says by which address the site is known, like https://register.example, without a slash at the end");
	if (config.upstream && (!is_plain(config.upstream) || strchr(config.upstream, '/') || !strrchr(config.upstream, ':')))
		return usage(c, "--upstream is a host and a port, like 127.0.0.1:8080");
	if (!number_given(c, "threads", &threads, &status))
		return status;
	if (threads > 64)
		return usage(c, "--threads goes up to 64");
	config.threads = (unsigned)threads;
	config.all = given(c, "all") != NULL;
	if (register_site_open(c->word[0], base, &site, &e) < 0)
		return fail_with(&e);
	int rc = publish(site, &config, &figures, &e);
	register_site_close(site);
	return rc < 0 ? fail_with(&e) : print(c, &figures);
}
