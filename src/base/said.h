/* SPDX-License-Identifier: Apache-2.0
 *
 * Text for people in a language that may be another than that of what stands around it: a title that has no translation is shown in
 * the original and says so, never mixed in silently.
 *
 * Invariant: `lang` is empty where the text is in the language that was asked for, and where nobody knows its language.
 */
#ifndef BASE_SAID_H
#define BASE_SAID_H

#include "base/str.h"

struct said {
	struct str text, lang; /* lang: BCP 47 */
};

#endif
