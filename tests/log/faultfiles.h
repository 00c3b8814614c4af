/* SPDX-License-Identifier: Apache-2.0
 *
 * The failing disk (faultdisk.h) for the small files that src/log/dir.c writes: the linker puts these functions in the
 * place of the system's (link_args: faultfiles in meson.build), so what is tested is the code as it stands.
 *
 * The model is harder than most file systems: a name and what it stands for are durable apart from each other. What was
 * written is certain after a sync of the file; before that, any beginning of it may be there, or nothing. What a name
 * means is certain after a sync of the directory; before that each of its names may, by itself, mean what it meant or
 * what it means.
 *
 * One directory at a time; names without a slash.
 */
#ifndef TESTS_LOG_FAULTFILES_H
#define TESTS_LOG_FAULTFILES_H

#include <stdint.h>

/* Forgets all, and looks at this directory from now on. After faultdisk_install. */
void faultfiles_watch(const char *dir);

#endif
