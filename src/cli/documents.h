/* SPDX-License-Identifier: Apache-2.0
 *
 * The documents that an act names by their SHA-256, found among files: whatever they are called.
 */
#ifndef CLI_DOCUMENTS_H
#define CLI_DOCUMENTS_H

#include "register/reg.h"

/* Adds to *in those of the files in `path` (a folder, or one file) that the act names. ERR_ABSENT: there is none. */
int documents_find(const char *path, struct act_in *in, struct arena *a, struct err *e);

#endif
