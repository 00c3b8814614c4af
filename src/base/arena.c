/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct arena_block {
	struct arena_block *next;
	size_t size;
	_Alignas(max_align_t) char data[];
};

enum { FIRST_BLOCK = 4096, LARGEST_STEP = 1 << 20, LARGE = 1 << 20 };

_Noreturn void arena_oom(void)
{
	static const char words[] = "comity: out of memory; what was not confirmed was not written\n";
	(void)fwrite(words, 1, sizeof words - 1, stderr);
	abort();
}

void *zeroed(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size);
	if (!p)
		arena_oom();
	return p;
}

/* A block of its own for what is large: the system has zeroed it, so it need not be touched before it is used. */
static void *large_block(struct arena *a, size_t n)
{
	struct arena_block *b = zeroed(1, sizeof *b + n);
	b->size = n;
	if (a->head) { /* the one in use stays in use */
		b->next = a->head->next;
		a->head->next = b;
	} else {
		a->head = b;
		a->at = a->end = b->data + n;
	}
	a->total += n;
	return b->data;
}

static void new_block(struct arena *a, size_t least)
{
	size_t size = a->head ? a->head->size * 2 : FIRST_BLOCK;
	if (size > LARGEST_STEP)
		size = LARGEST_STEP;
	if (size < least)
		size = least;
	struct arena_block *b = malloc(sizeof *b + size); /* each piece of it is zeroed when it is taken */
	if (!b)
		arena_oom();
	b->next = a->head;
	b->size = size;
	a->head = b;
	a->at = b->data;
	a->end = b->data + size;
	a->total += size;
}

void arena_done(struct arena *a)
{
	for (struct arena_block *b = a->head, *next; b; b = next) {
		next = b->next;
		free(b);
	}
	*a = (struct arena){0};
}

void arena_reset(struct arena *a)
{
	struct arena_block *keep = a->head;
	if (!keep)
		return;
	for (struct arena_block *b = keep->next, *next; b; b = next) {
		next = b->next;
		free(b);
	}
	keep->next = NULL;
	a->total = keep->size;
	a->at = keep->data;
	a->end = keep->data + keep->size;
}

void arena_take(struct arena *a, struct arena *from)
{
	struct arena_block *last = from->head;
	if (!a->head) {
		*a = *from;
	} else if (last) { /* the one in use stays in use */
		while (last->next)
			last = last->next;
		last->next = a->head->next;
		a->head->next = from->head;
		a->total += from->total;
	}
	*from = (struct arena){0};
}

/* Not zeroed: for what is written at once. */
static void *room(struct arena *a, size_t n)
{
	size_t align = _Alignof(max_align_t);
	if (n > SIZE_MAX / 2)
		arena_oom();
	n = (n + align - 1) & ~(align - 1);
	if (n >= LARGE)
		return large_block(a, n); /* zeroed as it is */
	if (n > (size_t)(a->end - a->at))
		new_block(a, n);
	void *p = a->at;
	a->at += n;
	return p;
}

void *arena_alloc(struct arena *a, size_t n)
{
	void *p = room(a, n);
	return n && n < LARGE ? memset(p, 0, n) : p;
}

void *arena_copy(struct arena *a, const void *p, size_t n)
{
	void *q = room(a, n);
	return n ? memcpy(q, p, n) : q;
}

struct str arena_str(struct arena *a, struct str s)
{
	char *p = room(a, s.n + 1);
	if (s.n)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return (struct str){p, s.n};
}

struct str arena_join(struct arena *a, const struct str *parts, size_t n)
{
	size_t len = 0, at = 0;
	for (size_t i = 0; i < n; i++)
		len += parts[i].n;
	char *p = arena_alloc(a, len + 1);
	for (size_t i = 0; i < n; at += parts[i++].n)
		if (parts[i].n)
			memcpy(p + at, parts[i].p, parts[i].n);
	return (struct str){p, len};
}

struct str arena_fmt(struct arena *a, const char *fmt, ...)
{
	va_list ap, again;
	va_start(ap, fmt);
	UNSET char text[512]; /* mostly it is enough, and one pass is */
	va_copy(again, ap);
	int n = vsnprintf(text, sizeof text, fmt, again);
	va_end(again);
	struct str s = {"", 0};
	if (n >= 0) {
		char *p = arena_alloc(a, (size_t)n + 1);
		if ((size_t)n < sizeof text)
			memcpy(p, text, (size_t)n + 1);
		else
			(void)vsnprintf(p, (size_t)n + 1, fmt, ap);
		s = (struct str){p, (size_t)n};
	}
	va_end(ap);
	return s;
}

void *arena_grow(struct arena *a, void *array, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return array;
	size_t more = *cap ? *cap * 2 : 4;
	if (more > SIZE_MAX / 2 / size)
		arena_oom();
	char *p = room(a, more * size);
	if (n)
		memcpy(p, array, n * size);
	if (more * size < LARGE)
		memset(p + n * size, 0, (more - n) * size);
	*cap = more;
	return p;
}
