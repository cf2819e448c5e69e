#!/usr/bin/env python3
"""A fake of the clouds' token services: Amazon ECR with STS and the metadata of machines, Google, and OAuth 2.

Standard library only. Every token that it gives out is new ("token-1", "token-2", …) and stands in `tokens`. What it
was asked stands in `requests`. It checks what the real ones check: signatures, grants, proofs.
"""

import base64
import hashlib
import hmac
import http.server
import json
import subprocess
import tempfile
import threading
import time
import urllib.parse

KEY_ID, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"


def unpadded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class TokenService:
    """`life` is how long a token lasts, in seconds; while `broken` is a status, that is the answer to everything."""

    def __init__(self, public_key=None):
        self.life = 3600
        self.broken = None
        self.public_key = public_key
        self.tokens = []
        self.requests = []
        service = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                status, document = service.handle(self.command, self.path, self.headers, body)
                data = document.encode() if isinstance(document, str) else json.dumps(document).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_PUT = answer

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = "127.0.0.1:%d" % self.server.server_port
        self.url = "http://" + self.host
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def new_token(self):
        self.tokens.append("token-%d" % (len(self.tokens) + 1))
        return self.tokens[-1]

    def handle(self, method, path, headers, body):
        form = {name: values[0] for name, values in urllib.parse.parse_qs(body.decode()).items()}
        self.requests.append({"method": method, "path": path, "form": form, "headers": dict(headers.items())})
        if self.broken:
            return self.broken, {"error": "broken"}
        if headers.get("X-Amz-Target"):
            return self.ecr(path, headers, body)
        if form.get("Action") == "AssumeRoleWithWebIdentity":
            return self.web_identity(form)
        if path.startswith("/latest/"):
            return self.machine(method, path, headers)
        if path.startswith("/computeMetadata/"):
            allowed = headers.get("Metadata-Flavor") == "Google"
            return (200, self.access_token()) if allowed else (403, {})
        if path == "/token":
            return self.grant(form)
        return 404, {}

    def access_token(self):
        return {"access_token": self.new_token(), "expires_in": self.life, "token_type": "Bearer"}

    # Amazon ---------------------------------------------------------------------------------------------------------

    def ecr(self, path, headers, body):
        if headers["X-Amz-Target"] != "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken":
            return 400, {}
        if not self.signed(path, headers, body):
            return 403, {"message": "The request signature we calculated does not match."}
        token = base64.b64encode(("AWS:" + self.new_token()).encode()).decode()
        return 200, {"authorizationData": [{"authorizationToken": token, "expiresAt": time.time() + self.life}]}

    @staticmethod
    def signed(path, headers, body):
        """Signature Version 4, as AWS documents it."""
        given = headers["Authorization"].removeprefix("AWS4-HMAC-SHA256 ")
        fields = dict(part.strip().split("=", 1) for part in given.split(","))
        key_id, day, region, name, end = fields["Credential"].split("/")
        names = fields["SignedHeaders"].split(";")
        lines = "".join("%s:%s\n" % (header, headers[header].strip()) for header in names)
        canonical = "\n".join(
            ["POST", path, "", lines, fields["SignedHeaders"], hashlib.sha256(body).hexdigest()]
        )
        scope = "/".join((day, region, name, end))
        text = "\n".join(
            ["AWS4-HMAC-SHA256", headers["X-Amz-Date"], scope, hashlib.sha256(canonical.encode()).hexdigest()]
        )
        key = ("AWS4" + SECRET).encode()
        for part in (day, region, name, end):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        expected = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
        return key_id == KEY_ID and {"host", "x-amz-date"} <= set(names) and expected == fields["Signature"]

    @staticmethod
    def web_identity(form):
        if form.get("WebIdentityToken") != "pod-token" or form.get("RoleArn") != "arn:aws:iam::1:role/pull":
            return 403, {}
        keys = {"AccessKeyId": KEY_ID, "SecretAccessKey": SECRET, "SessionToken": "session"}
        return 200, {"AssumeRoleWithWebIdentityResponse": {"AssumeRoleWithWebIdentityResult": {"Credentials": keys}}}

    @staticmethod
    def machine(method, path, headers):
        if path == "/latest/api/token":
            right = method == "PUT" and headers.get("X-aws-ec2-metadata-token-ttl-seconds")
            return (200, "imds-token") if right else (405, {})
        if headers.get("X-aws-ec2-metadata-token") != "imds-token":
            return 401, {}
        if path == "/latest/meta-data/iam/security-credentials/":
            return 200, "node-role"
        if path == "/latest/meta-data/iam/security-credentials/node-role":
            return 200, {"AccessKeyId": KEY_ID, "SecretAccessKey": SECRET, "Token": "session"}
        return 404, {}

    # OAuth 2 --------------------------------------------------------------------------------------------------------

    def grant(self, form):
        grant = form.get("grant_type", "")
        if grant == "client_credentials":
            kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
            proof = form.get("client_assertion") if form.get("client_assertion_type") == kind else None
        elif grant.endswith(":jwt-bearer"):
            proof = form.get("assertion")
        elif grant.endswith(":token-exchange"):
            proof = form.get("subject_token") if form.get("audience") and form.get("subject_token_type") else None
        else:
            return 400, {"error": "unsupported_grant_type"}
        if proof != "outside-assertion" and not self.proven(proof):
            return 401, {"error": "invalid_client"}
        return 200, self.access_token()

    def proven(self, assertion):
        if not assertion or self.public_key is None or assertion.count(".") != 2:
            return False
        text, _, signature = assertion.rpartition(".")
        header, claims = (json.loads(unpadded(part)) for part in text.split("."))
        if header["alg"] != "RS256" or not claims["iss"] or claims["exp"] < time.time():
            return False
        with tempfile.NamedTemporaryFile() as file:
            file.write(unpadded(signature))
            file.flush()
            command = ["openssl", "dgst", "-sha256", "-verify", self.public_key, "-signature", file.name]
            return subprocess.run(command, input=text.encode(), capture_output=True, check=False).returncode == 0
