/* SPDX-License-Identifier: Apache-2.0
 *
 * Inside the search: Chinese characters that are written in two ways, in order of `from` (made at build by han_gen.c).
 */
#ifndef REGISTER_HAN_H
#define REGISTER_HAN_H

#include <stddef.h>
#include <stdint.h>

struct han_form {
	uint16_t from, to; /* traditional; what stands for both */
};

extern const struct han_form han_forms[];
extern const size_t han_forms_n;

#endif
