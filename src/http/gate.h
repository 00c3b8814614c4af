/* SPDX-License-Identifier: Apache-2.0
 *
 * The connections of a server: takes them in, counts them, and cuts off those that take too long. Knows sockets and clocks, not HTTP.
 *
 * Each connection is in one phase, which may have an end in time. When that passes, the connection is cut: its socket is shut down, and
 * whoever reads from it or writes to it learns so and closes it. Progress does not move the end, so a peer that sends or reads
 * one byte now and then gains nothing by it.
 *
 * Invariants: when there are `most` connections, a newcomer takes the place of the one that has waited longest for its peer to ask for
 * something, else of the one that has been sent to for longest; if all are being answered, it is told so and closed. There are never more
 * than `seats` connections, taken in or about to be closed.
 */
#ifndef HTTP_GATE_H
#define HTTP_GATE_H

#include "base/err.h"

struct sockaddr;
struct gate;
struct seat; /* of one connection */

enum gate_phase {
	GATE_FREE, /* no connection sits there */
	GATE_WAITING, /* for a request, the whole of its head */
	GATE_READING, /* its body */
	GATE_ANSWERING, /* the peer waits for us */
	GATE_SENDING, /* we for the peer */
	GATE_CUT,
};

struct gate_config {
	const char *address; /* numeric */
	uint16_t port;	     /* 0: any free one */
	unsigned most;	     /* connections at once */
	unsigned seats;	     /* a few more: those that were cut are still being closed */
	struct str full;     /* told to whom no place can be made */
	unsigned send_bytes; /* that the system keeps at most of what a peer has not read */
	/* A connection: the taker lets it sit down (gate_sit) once, in any thread. False: it cannot, and has closed fd. */
	bool (*take)(void *ctx, int fd, const struct sockaddr *peer, unsigned peer_n);
	void *ctx;
};

/* Listens; nobody is taken in yet. */
int gate_new(const struct gate_config *c, struct gate **ret, struct err *e);
uint16_t gate_port(const struct gate *g);
int gate_open(struct gate *g, struct err *e); /* begins, in a thread of its own */
void gate_close(struct gate *g); /* takes nobody in any more; ends of phases are still looked after until gate_free; once */
void gate_free(struct gate *g); /* when no seat is taken; NULL is fine */

/* From any thread. A seat for the connection on this socket, in GATE_WAITING; NULL: there is none left. */
struct seat *gate_sit(struct gate *g, int fd, unsigned seconds);
void gate_phase(struct seat *s, enum gate_phase p, unsigned seconds); /* 0: without an end */
void gate_forget(struct seat *s); /* what the peer has not read is thrown away when the socket is closed, instead of being kept for it */
void gate_leave(struct gate *g, struct seat *s); /* before the socket is closed */

#endif
