/* SPDX-License-Identifier: Apache-2.0 */
#include "web/tr.h"

const struct tongue tongues[] = {
	{"en", "en", "ltr", "English", NULL, 0, NULL},
};
const size_t tongues_n = sizeof tongues / sizeof *tongues;
