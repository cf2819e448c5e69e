"""A forward proxy that tells what went through it."""

import contextlib
import http.client
import select
import socket
import socketserver
import threading
import urllib.parse

HOP_BY_HOP = ("connection", "keep-alive", "proxy-connection", "transfer-encoding")


class ForwardProxy:
    """Use as a context manager. `seen` has (method, target) of each request, with CONNECT for what is tunnelled.
    `hosts` says where a "host:port" of a tunnel, or the host of a URL, really is, for names that are somebody else's."""

    def __init__(self, hosts=None):
        self.seen = []
        self.hosts = hosts or {}
        proxy = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                with contextlib.suppress(OSError):
                    proxy.serve(self.rfile, self.connection)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def serve(self, reader, client):
        """One request, or one tunnel, a connection."""
        method, target, _ = reader.readline().decode("ascii").split()
        self.seen.append((method, target))
        headers = http.client.parse_headers(reader)
        if method == "CONNECT":
            host, port = self.hosts.get(target, target).rsplit(":", 1)
            with socket.create_connection((host, int(port)), timeout=10) as upstream:
                client.sendall(b"HTTP/1.1 200 Established\r\n\r\n")
                self._relay(client, upstream)
        else:
            self._forward(method, target, headers, client)

    def _forward(self, method, target, headers, client):
        parts = urllib.parse.urlsplit(target)
        place = self.hosts.get(parts.netloc, parts.netloc)
        with contextlib.closing(http.client.HTTPConnection(place, timeout=10)) as upstream:
            path = urllib.parse.urlunsplit(("", "", parts.path, parts.query, ""))
            kept = {name: value for name, value in headers.items() if name.lower() not in HOP_BY_HOP}
            upstream.request(method, path, headers=kept)
            answer = upstream.getresponse()
            head = [f"HTTP/1.1 {answer.status} {answer.reason}"]
            head += [f"{name}: {value}" for name, value in answer.getheaders() if name.lower() not in HOP_BY_HOP]
            head += ["Connection: close", "", ""]
            client.sendall("\r\n".join(head).encode("latin-1") + answer.read())

    @staticmethod
    def _relay(*ends):
        """Until either side closes."""
        while True:
            for end in select.select(ends, [], [], 30)[0]:
                data = end.recv(65536)
                if not data:
                    return
                ends[1 - ends.index(end)].sendall(data)

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *failure):
        self._server.shutdown()
        self._server.server_close()
