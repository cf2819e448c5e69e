"""A client that has the kernel drop what it receives (MSG_TRUNC, tcp(7)).

wrk copies each byte in pieces of 8 KB, which takes most of a small machine: what it measures then is itself. Run as a
process of its own: ADDRESS PATH CONNECTIONS SECONDS; prints the bytes it was sent.
"""

import select
import socket
import subprocess
import sys
import time

MOST_AT_ONCE = 8 << 20


def received(address, path, connections, seconds):
    """Bytes of bodies, by such a client on so many keep-alive connections."""
    # In a session of its own, as wrk is.
    command = ["setsid", "--wait", sys.executable, "-m", "bench.discard", address, path, str(connections), str(seconds)]
    return int(subprocess.run(command, check=True, capture_output=True, text=True, timeout=seconds + 60).stdout)


def main(address, path, connections, seconds):
    request = f"GET {path} HTTP/1.1\r\nHost: {address}\r\n\r\n".encode()
    buffer = bytearray(MOST_AT_ONCE)
    left = {}  # of the body, by connection; None before its head
    poll = select.epoll()
    sockets = {}
    host, port = address.rsplit(":", 1)
    for _ in range(connections):
        connection = socket.create_connection((host, int(port)))
        connection.sendall(request)
        sockets[connection.fileno()] = connection
        left[connection] = None
        poll.register(connection, select.EPOLLIN)
    end = time.monotonic() + seconds
    total = 0
    while time.monotonic() < end:
        for number, _ in poll.poll(1):
            connection = sockets[number]
            if left[connection] is None:
                head, _, start = connection.recv(8192).partition(b"\r\n\r\n")
                if not head.startswith(b"HTTP/1.1 200 "):
                    raise ConnectionError(head[:200])
                fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
                got, left[connection] = len(start), int(fields[b"content-length"])
            else:
                got = connection.recv_into(buffer, min(MOST_AT_ONCE, left[connection]), socket.MSG_TRUNC)
                if got == 0:
                    raise ConnectionError("closed within a body")
            total += got
            left[connection] -= got
            if left[connection] == 0:
                connection.sendall(request)
                left[connection] = None
    print(total)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]))
