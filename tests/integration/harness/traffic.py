"""Clients that go on until they are told to end, and note what went wrong."""

import http.client
import threading

from harness.client import Client
from harness.images import sha256
from harness.upstream import Expected


class Puller(threading.Thread):
    """Pulls images that nobody has pulled before, one after the other, each request on a connection of its own."""

    def __init__(self, address, prefix):
        super().__init__()
        self._client, self._prefix = Client(address), prefix
        self.images, self.failures = [], []
        self.ended = False

    def run(self):
        while not self.ended:
            name = f"img/2x200k/{self._prefix}-{len(self.images)}"
            self.images.append(name)
            try:
                answers = self._client.pull(name, "v1")
                if [sha256(answer.body) for answer in answers[1:]] != Expected(name).blobs:
                    self.failures.append((name, [answer.status for answer in answers]))
            except (OSError, ValueError, KeyError, http.client.HTTPException) as error:
                self.failures.append((name, repr(error)))
