"""A WebSocket client (RFC 6455) of a few lines, without extensions."""

import base64
import json
import os
import socket
import struct

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10


class Refused(Exception):
    """The answer to a handshake that was not accepted."""

    def __init__(self, status):
        super().__init__(str(status))
        self.status = status


class WebSocket:
    def __init__(self, address, path, headers, timeout=15.0):
        host, port = address.rsplit(":", 1)
        self._socket = socket.create_connection((host, int(port)), timeout)
        self._received = b""
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {path} HTTP/1.1", f"Host: {address}", "Upgrade: websocket", "Connection: Upgrade"]
        lines += [f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self._socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        head = self._until(b"\r\n\r\n")
        status = int(head.split()[1])
        if status != 101:
            self.close()
            raise Refused(status)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    def close(self):
        self._socket.close()

    def send(self, message):
        self._frame(TEXT, json.dumps(message).encode())

    def receive(self, beats=False):
        """The next message that is no heartbeat, or with `beats` any. ConnectionError when the daemon closes."""
        whole = b""
        while True:
            first, second = self._take(2)
            length = second & 0x7F
            if length == 126:
                (length,) = struct.unpack(">H", self._take(2))
            elif length == 127:
                (length,) = struct.unpack(">Q", self._take(8))
            content = self._take(length)
            kind = first & 0x0F
            if kind == PING:
                self._frame(PONG, content)
            elif kind == CLOSE:
                raise ConnectionError(f"closed with {int.from_bytes(content[:2], 'big')}")
            elif kind != PONG:
                whole += content
                if first & 0x80:
                    message = json.loads(whole)
                    if beats or message["type"] != "heartbeat":
                        return message
                    whole = b""

    def _frame(self, kind, content):
        mask = os.urandom(4)
        size = len(content)
        length = bytes([0x80 | size]) if size < 126 else bytes([0x80 | 126]) + struct.pack(">H", size)
        masked = bytes(byte ^ mask[index % 4] for index, byte in enumerate(content))
        self._socket.sendall(bytes([0x80 | kind]) + length + mask + masked)

    def _more(self):
        data = self._socket.recv(65536)
        if not data:
            raise ConnectionError("the connection ended")
        self._received += data

    def _take(self, count):
        while len(self._received) < count:
            self._more()
        taken, self._received = self._received[:count], self._received[count:]
        return taken

    def _until(self, end):
        while end not in self._received:
            self._more()
        taken, _, self._received = self._received.partition(end)
        return taken
