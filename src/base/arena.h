/* SPDX-License-Identifier: Apache-2.0
 *
 * Memory by lifetime: one arena per request, evaluation, rulebook or command, freed as a whole.
 *
 * Invariants: memory is zeroed and aligned for any type; nothing is freed singly. Running out of memory ends the process
 * with a message (`arena_oom`): a register that cannot keep its facts in memory has nothing sensible left to answer.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/str.h"

struct arena_block;

struct arena {
	struct arena_block *head;
	char *at, *end;
	size_t total; /* bytes taken from the system */
};

void arena_done(struct arena *a);  /* frees everything; the arena is empty and usable again */
void arena_reset(struct arena *a); /* forgets everything, keeps one block */
void arena_take(struct arena *a, struct arena *from); /* what `from` holds, in its place: `from` is empty then */
void *arena_alloc(struct arena *a, size_t n);
void *arena_copy(struct arena *a, const void *p, size_t n);
struct str arena_str(struct arena *a, struct str s); /* a copy, NUL-terminated for libc's sake */
struct str arena_join(struct arena *a, const struct str *parts, size_t n); /* one after the other, NUL-terminated */
struct str arena_fmt(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Grows an array of n elements of `size` bytes so that one more fits: returns its (new) place, updates *cap. */
void *arena_grow(struct arena *a, void *array, size_t n, size_t *cap, size_t size);
_Noreturn void arena_oom(void);

/* Zeroed memory outside any arena, for what grows to many megabytes: a page of it costs nothing until it is written. To be freed. */
void *zeroed(size_t n, size_t size);

/* For arrays on hot paths that are filled before they are read: the compiler's zeroing of locals is switched off for them. */
#define UNSET __attribute__((uninitialized))

/* ARENA_JOIN(a, name, STR("."), word): for hot paths, where arena_fmt takes several times as long. */
#define ARENA_JOIN(a, ...) \
	arena_join((a), (const struct str[]){__VA_ARGS__}, sizeof((const struct str[]){__VA_ARGS__}) / sizeof(struct str))
#define arena_new(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define arena_array(a, n, type) ((type *)arena_alloc((a), (n) * sizeof(type)))
/* Appends `item` to vec (a struct with members v, n, cap). */
#define arena_push(a, vec, item) \
	((vec)->v = (vec)->n < (vec)->cap ? (vec)->v : arena_grow((a), (vec)->v, (vec)->n, &(vec)->cap, sizeof *(vec)->v), \
		(vec)->v[(vec)->n++] = (item))

#endif
