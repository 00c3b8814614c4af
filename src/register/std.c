/* SPDX-License-Identifier: Apache-2.0 */
#include "register/std.h"

struct str std_text(struct str path)
{
	for (size_t i = 0; i < std_files_n; i++)
		if (str_eq(std_files[i].path, path))
			return std_files[i].text;
	return (struct str){NULL, 0};
}
