"""A small client of RFC 6455 that speaks JSON texts."""

import base64
import json
import os
import socket
import struct


class Refused(Exception):
    def __init__(self, status):
        super().__init__(f"the handshake was answered {status}")
        self.status = status


class Closed(Exception):
    def __init__(self, code):
        super().__init__(f"closed with {code}")
        self.code = code


class WebSocket:
    def __init__(self, address, path="/api/v1/live", timeout=15.0, receive_buffer=None, **fields):
        host, port = address.rsplit(":", 1)
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(timeout)
        self.socket.connect((host, int(port)))
        self.buffer = b""
        head = {
            "Host": address,
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
            "Sec-WebSocket-Version": "13",
            **fields,
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
        self.socket.sendall(f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode())
        while b"\r\n\r\n" not in self.buffer:
            self._receive()
        answer, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        status = int(answer.split(b" ", 2)[1])
        if status != 101:
            raise Refused(status)

    def _receive(self):
        data = self.socket.recv(65536)
        if not data:
            raise Closed(1006)
        self.buffer += data

    def _take(self, count):
        while len(self.buffer) < count:
            self._receive()
        data, self.buffer = self.buffer[:count], self.buffer[count:]
        return data

    def _send(self, opcode, payload):
        length = len(payload)
        size = bytes([0x80 | length]) if length < 126 else bytes([0x80 | 126]) + struct.pack("!H", length)
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
        self.socket.sendall(bytes([0x80 | opcode]) + size + mask + masked)

    def pong(self):
        """A sign of life that was not asked for (RFC 6455, section 5.5.3)."""
        self._send(10, b"")

    def send(self, message):
        self.send_text(json.dumps(message))

    def send_text(self, text):
        self._send(1, text.encode())

    def subscribe(self, *topics):
        for topic in topics:
            self.send({"type": "subscribe", "topic": topic})

    def read(self):
        """The next message but heartbeats; Closed when the server ends it."""
        while True:
            first, length = self._take(2)
            if length == 126:
                length = struct.unpack("!H", self._take(2))[0]
            elif length == 127:
                length = struct.unpack("!Q", self._take(8))[0]
            payload = self._take(length)
            if first & 0x0F == 8:
                raise Closed(struct.unpack("!H", payload[:2])[0])
            if first & 0x0F == 9:
                self._send(10, payload)
            elif first & 0x0F == 1:
                message = json.loads(payload)
                if message["type"] != "heartbeat":
                    return message

    def read_until(self, wanted):
        while True:
            message = self.read()
            if wanted(message):
                return message

    def close(self):
        self.socket.close()
