"""A client of the management API."""

import json
import urllib.parse

PREFIX = "/api/v1"


class Admin:
    """Calls below /api/v1 over a harness Client. `headers` go with each call."""

    def __init__(self, client, headers=None):
        self.client = client
        self.headers = headers or {}

    def call(self, method, path, body=None, headers=None, **query):
        if query:
            path += "?" + urllib.parse.urlencode(query, doseq=True)
        sent = {**self.headers, **(headers or {})}
        data = None
        if body is not None:
            data = json.dumps(body)
            sent.setdefault("Content-Type", "application/json")
        return self.client.request(method, PREFIX + path, data, sent)

    def get(self, path, **query):
        return self.call("GET", path, **query)

    def json(self, path, **query):
        answer = self.get(path, **query)
        assert answer.status == 200, (answer.status, answer.body)
        return answer.json()

    def etag(self):
        return self.get("/config").headers["ETag"]

    def edit(self, method, path, body=None, match=None):
        """A change of the configuration, upon what is there now unless `match` says otherwise."""
        return self.call(method, path, body, {"If-Match": match or self.etag()})

    def rule_ids(self):
        return [rule["id"] for rule in self.json("/sync/rules")["items"]]

    def patch(self, change, match=None):
        return self.edit("PATCH", "/config", change, match)


class Browser(Admin):
    """Logged in by a session: sends its cookie and, with changes, its token."""

    def __init__(self, client, user, password):
        super().__init__(client)
        self.answer = self.call("POST", "/session", {"user": user, "password": password})
        if self.answer.status == 201:
            cookie = self.answer.headers["Set-Cookie"].split(";")[0]
            self.headers = {"Cookie": cookie, "X-CSRF-Token": self.answer.json()["csrfToken"]}


def paths(answer):
    """Where the faults are that a problem names."""
    return [error["path"] for error in answer.json()["errors"]]
