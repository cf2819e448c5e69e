"""A relay in front of larderd that plays the live stream itself, with more in it than real traffic here would make.
Everything else is larderd's."""

import base64
import contextlib
import datetime
import hashlib
import json
import select
import socket
import socketserver
import struct
import threading
import time

from harness.websocket import WebSocket

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
BEAT_SECONDS = 2
MIB = 1 << 20
SIZE_OF_TRANSFER = 400 * MIB


def written(seconds):
    at = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Play:
    """What happens: in each step every transfer gets further, `ended` of them end and others begin, and one event and
    some lines of the log come. The clock goes on by a second a step."""

    def __init__(self, address, transfers, ended=0):
        live = WebSocket(address)
        live.subscribe("metrics", "upstreams")
        topics = ("metrics", "upstreams")
        snapshots = {}
        while len(snapshots) < len(topics):
            message = live.read()
            snapshots[message["topic"]] = message["data"]
        live.close()
        self.metrics, self.upstreams = snapshots["metrics"], snapshots["upstreams"]
        self.count, self.ended = transfers, ended
        self.begun = time.time()

    def transfer(self, number, step):
        rate = (1 + number % 7) * MIB + step % 13 * 1000
        return {
            "id": str(number),
            "digest": f"sha256:{hashlib.sha256(str(number).encode()).hexdigest()}",
            "repository": f"team-{number % 40:02}/app-{number:05}",
            "upstream": "docker.io",
            "startedAt": written(self.begun),
            "totalBytes": SIZE_OF_TRANSFER,
            "receivedBytes": (number * MIB + step * rate) % SIZE_OF_TRANSFER,
            "bytesPerSecond": rate,
            "clients": number % 4,
        }

    def snapshot(self, topic, step):
        if topic == "metrics":
            return self.metrics
        if topic == "upstreams":
            return self.upstreams
        first = step * self.ended
        transfers = [self.transfer(number, step) for number in range(first, first + self.count)]
        return {"items": transfers if topic == "transfers" else []}

    def change(self, topic, step):
        at = written(self.begun + step)
        if topic == "metrics":
            values = {one["key"]: (step * 37 + place * 101) % 1000 for place, one in enumerate(self.metrics["series"])}
            return {"at": at, "values": values}
        if topic == "transfers":
            gone = [str(number) for number in range((step - 1) * self.ended, step * self.ended)]
            return self.snapshot(topic, step) | ({"ended": gone} if gone else {})
        if topic == "events":
            event = {"at": at, "kind": "config.changed", "severity": "info", "message": f"Revision {step} is in effect"}
            return {"items": [event]}
        if topic == "logs":
            lines = [f"pull_done repository=team/app-{step} number={number}" for number in range(5)]
            return {"items": [{"at": at, "level": "info", "text": line} for line in lines]}
        return None


class LiveRelay:
    """Use as a context manager; `address` is what a console connects to. Steps come `speed` times as fast as they say."""

    def __init__(self, backend, play, speed=1):
        self.play, self.speed = play, speed
        self._backend = backend
        relay = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                with contextlib.suppress(OSError):
                    relay.serve(self.request)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def serve(self, client):
        head = b""
        while b"\r\n\r\n" not in head:
            data = client.recv(65536)
            if not data:
                return
            head += data
        if head.split(b" ", 2)[1] == b"/api/v1/live":
            return self._speak(client, head)
        host, port = self._backend.rsplit(":", 1)
        with socket.create_connection((host, int(port)), timeout=30) as backend:
            backend.sendall(head)
            others = {client: backend, backend: client}
            while True:
                for ready in select.select(list(others), [], [])[0]:
                    data = ready.recv(1 << 16)
                    if not data:
                        return
                    others[ready].sendall(data)

    def _speak(self, client, head):
        fields = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
        key = next(value for name, value in fields.items() if name.lower() == b"sec-websocket-key")
        accept = base64.b64encode(hashlib.sha1(key + GUID).digest())
        upgrade = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        client.sendall(upgrade + b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n")
        numbers, step, begun, beat, buffer = {}, 0, time.monotonic(), 0.0, b""
        while True:
            due = begun + (step + 1) / self.speed
            if select.select([client], [], [], max(0, due - time.monotonic()))[0]:
                data = client.recv(1 << 16)
                if not data:
                    return
                buffer, requests = taken(buffer + data)
                for request in requests:
                    topic = request.get("topic")
                    if request["type"] == "subscribe":
                        numbers[topic] = 0
                        say(client, "snapshot", topic, 0, self.play.snapshot(topic, step))
                    elif request["type"] == "unsubscribe":
                        numbers.pop(topic, None)
            if time.monotonic() < due:
                continue
            step += 1
            for topic in numbers:
                data = self.play.change(topic, step)
                if data is not None:
                    numbers[topic] += 1
                    say(client, "change", topic, numbers[topic], data)
            if time.monotonic() - beat > BEAT_SECONDS:
                beat = time.monotonic()
                send(client, {"type": "heartbeat", "at": written(time.time()), "everyMs": BEAT_SECONDS * 1000})


def taken(buffer):
    """(what is left, the messages): frames of a client are masked, and its requests are short."""
    requests = []
    while len(buffer) >= 6:
        length, place = buffer[1] & 0x7F, 2
        if length == 126:
            length, place = struct.unpack("!H", buffer[2:4])[0], 4
        if len(buffer) < place + 4 + length:
            break
        mask, payload = buffer[place : place + 4], buffer[place + 4 : place + 4 + length]
        if buffer[0] & 0x0F == 1:
            requests.append(json.loads(bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))))
        buffer = buffer[place + 4 + length :]
    return buffer, requests


def say(client, kind, topic, number, data):
    send(client, {"type": kind, "topic": topic, "seq": number, "data": data})


def send(client, message):
    payload = json.dumps(message).encode()
    length = len(payload)
    if length < 126:
        head = bytes([0x81, length])
    elif length < 1 << 16:
        head = bytes([0x81, 126]) + struct.pack("!H", length)
    else:
        head = bytes([0x81, 127]) + struct.pack("!Q", length)
    client.sendall(head + payload)
