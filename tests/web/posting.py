# SPDX-License-Identifier: Apache-2.0
"""Posting over a raw socket: what is sent is what is written here."""
import socket

DSSE, JSON = "application/vnd.dsse.envelope.v1+json", "application/json"


class Wire:
    """One connection, asked as it is written here."""

    def __init__(self, url):
        self.port = int(url.rsplit(":", 1)[1])
        self.socket, self.rest = None, b""

    def send(self, data):
        if self.socket is None:
            self.socket, self.rest = socket.create_connection(("127.0.0.1", self.port), timeout=60), b""
        self.socket.sendall(data)

    def reply(self):
        """(status, headers, body)"""
        while b"\r\n\r\n" not in self.rest:
            self.more()
        head, _, self.rest = self.rest.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        found = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines)}
        length = int(found.get("content-length", "0"))
        while len(self.rest) < length:
            self.more()
        body, self.rest = self.rest[:length], self.rest[length:]
        if found.get("connection", "").lower() == "close":
            self.close()
        return int(first.split()[1]), found, body

    def more(self):
        data = self.socket.recv(1 << 16)
        if not data:
            raise ConnectionError("the connection ended in the middle of a reply")
        self.rest += data

    def close(self):
        if self.socket:
            self.socket.close()
        self.socket = None

    def post(self, body, media=DSSE, path="/api/acts"):
        kind = f"Content-Type: {media}\r\n" if media else ""
        self.send(f"POST {path} HTTP/1.1\r\nHost: t\r\n{kind}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        return self.reply()

    def get(self, path):
        self.send(f"GET {path} HTTP/1.1\r\nHost: t\r\n\r\n".encode())
        return self.reply()
