/* SPDX-License-Identifier: Apache-2.0
 *
 * The standard folder (rules/ of the source tree), built into the program: the standard vocabulary that rulebooks
 * include, what introduces its entities, and its words.
 */
#ifndef REGISTER_STD_H
#define REGISTER_STD_H

#include "base/str.h"

struct std_file {
	struct str path; /* in the folder: "std.md", "words/en.json" */
	struct str text;
};

extern const struct std_file std_files[];
extern const size_t std_files_n;

struct str std_text(struct str path); /* {NULL, 0}: no such file */

#endif
