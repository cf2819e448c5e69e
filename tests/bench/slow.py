"""Many clients that read slowly, in one process: each takes its rate's worth in regular turns."""

import contextlib
import dataclasses
import socket
import time

TURN_SECONDS = 0.1
PATIENCE_SECONDS = 60  # after the time that the rate asks for
RECEIVE_BUFFER = 256 * 1024  # else the kernel takes most of a blob in on behalf of a slow client
SCRATCH = bytearray(1 << 20)


@dataclasses.dataclass
class Reader:
    connection: socket.socket
    head: bytes = b""
    taken: int = 0  # of the body
    length: int = None

    @property
    def complete(self):
        return self.length is not None and self.taken == self.length

    def take(self, most):
        """Reads what is there, up to `most` bytes. False when the server has closed."""
        while most > 0:
            try:
                if self.length is None:
                    self._take_head()
                    continue
                # The bytes are of no interest: the kernel drops them (tcp(7), MSG_TRUNC).
                count = self.connection.recv_into(SCRATCH, min(most, len(SCRATCH)), socket.MSG_TRUNC)
            except BlockingIOError:
                return True
            if not count:
                return False
            self.taken += count
            most -= count
        return True

    def _take_head(self):
        piece = self.connection.recv(4096)
        if not piece:
            raise ConnectionError("a slow client was closed before its answer")
        self.head += piece
        head, end, body = self.head.partition(b"\r\n\r\n")
        if not end:
            return
        lines = head.decode("latin-1").split("\r\n")
        if lines[0].split(" ")[1] != "200":
            raise ConnectionError(f"a slow client was answered: {lines[0]}")
        fields = dict(line.lower().split(": ", 1) for line in lines[1:] if line)
        self.length, self.taken = int(fields["content-length"]), len(body)


def read_slowly(address, path, clients, bytes_per_second):
    """How many of the clients, which all run at once, got the whole answer."""
    host, port = address.split(":")
    request = f"GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n".encode()
    with contextlib.ExitStack() as stack:
        readers = []
        for _ in range(clients):
            connection = stack.enter_context(socket.socket())
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
            connection.connect((host, int(port)))
            connection.setblocking(False)
            connection.send(request)
            readers.append(Reader(connection))
        return take_turns(readers, bytes_per_second)


def take_turns(readers, bytes_per_second):
    begun = time.monotonic()
    reading = list(readers)
    while reading:
        elapsed = time.monotonic() - begun
        due = int(elapsed * bytes_per_second)
        reading = [reader for reader in reading if reader.take(due - reader.taken) and not reader.complete]
        longest = max((reader.length or 0 for reader in readers), default=0) / bytes_per_second
        if elapsed > longest + PATIENCE_SECONDS:
            break
        time.sleep(max(0, TURN_SECONDS - (time.monotonic() - begun - elapsed)))
    return sum(reader.complete for reader in readers)
