"""Programs that larderd works with: docker-registry, nginx, a private containerd, the makers of certificates and
passwords."""

import os
import ssl
import subprocess

from harness.client import Client
from harness.process import Process, accepts, free_port


def run(*command, env=None, check=True, timeout=120):
    """Runs a client to its end; on failure the message has what it said."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, env=env, timeout=timeout)
    if check and done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done


class DockerRegistry:
    """docker-registry as a store, or as a proxy of `proxy_url`; with log-in if there is a file `htpasswd`."""

    def __init__(self, directory, proxy_url=None, htpasswd=None):
        directory.mkdir(parents=True, exist_ok=True)
        self.address = f"127.0.0.1:{free_port()}"
        proxy = f"proxy: {{remoteurl: {proxy_url}}}\n" if proxy_url else ""
        auth = f"auth: {{htpasswd: {{realm: registry, path: {htpasswd}}}}}\n" if htpasswd else ""
        settings = directory / "registry.yml"
        settings.write_text(
            "version: 0.1\n"
            "log: {level: error, accesslog: {disabled: true}}\n"
            f"storage: {{filesystem: {{rootdirectory: {directory}/data}}, delete: {{enabled: true}}}}\n"
            f"http: {{addr: '{self.address}'}}\n" + proxy + auth,
            encoding="utf-8",
        )
        self.process = Process(("docker-registry", "serve", settings), directory / "registry.log")
        port = int(self.address.rsplit(":", 1)[1])
        self.process.wait_for(lambda: accepts(port), "docker-registry listening")

    @property
    def url(self):
        return f"http://{self.address}"

    def client(self):
        return Client(self.address)

    def stop(self):
        self.process.stop()


def start_nginx(directory, port, http_settings, workers=1):
    """nginx with these settings in its http block; it keeps all that it writes in the directory."""
    user = "user root;" if os.getuid() == 0 else ""
    temporary = "".join(
        f"{kind}_temp_path {directory}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    settings = directory / "nginx.conf"
    settings.write_text(
        f"daemon off; {user} worker_processes {workers}; pid {directory}/pid; error_log {directory}/error.log;\n"
        "events { worker_connections 4096; }\n"
        f"http {{ {temporary}\n{http_settings} }}\n",
        encoding="utf-8",
    )
    process = Process(("nginx", "-c", settings, "-e", directory / "error.log"), directory / "nginx.log")
    process.wait_for(lambda: accepts(port), "nginx listening")
    return process


class Http2Front:
    """nginx that offers HTTP/2 over TLS before an upstream, and logs which protocol each request came by."""

    def __init__(self, directory, upstream_url, certificate, key):
        directory.mkdir(parents=True)
        self._log = directory / "access.log"
        port = free_port()
        self.url = f"https://127.0.0.1:{port}"
        self.process = start_nginx(
            directory,
            port,
            "log_format protocol '$request_method $request_uri $server_protocol';\n"
            f"access_log {self._log} protocol;\n"
            f"server {{ listen 127.0.0.1:{port} ssl http2; ssl_certificate {certificate}; ssl_certificate_key {key};\n"
            f"location / {{ proxy_pass {upstream_url}; proxy_http_version 1.1; }} }}",
        )

    def requests(self):
        """[method, path, protocol] of each request that has ended, as far as it was one."""
        entries = [line.split() for line in self._log.read_text(encoding="utf-8").splitlines()]
        return [entry for entry in entries if len(entry) == 3]

    def stop(self):
        self.process.stop()


class Containerd:
    """A containerd of our own: it fetches content, it runs nothing."""

    def __init__(self, directory):
        directory.mkdir(parents=True)
        self._socket = directory / "containerd.sock"
        settings = directory / "config.toml"
        settings.write_text(
            "version = 2\n"
            f'root = "{directory}/root"\nstate = "{directory}/state"\n'
            'disabled_plugins = ["io.containerd.grpc.v1.cri"]\n'
            f'[grpc]\naddress = "{self._socket}"\n[ttrpc]\naddress = "{directory}/ttrpc.sock"\n',
            encoding="utf-8",
        )
        self.process = Process(("containerd", "--config", settings), directory / "containerd.log")
        self.process.wait_for(lambda: "successfully booted" in self.process.output(), "containerd booted", timeout=30)

    def ctr(self, *arguments, check=True):
        return run("ctr", "--address", self._socket, *arguments, check=check)

    def fetch(self, reference, hosts_dir, *options):
        return self.ctr("content", "fetch", *options, "--hosts-dir", hosts_dir, reference)

    def digests(self):
        return set(self.ctr("content", "ls", "-q").stdout.split())

    def stop(self):
        self.process.stop()


def write_hosts(directory, host, mirror_url, server="http://127.0.0.1:1"):
    """A hosts.toml that sends pulls of `host` to the mirror first, then to `server` (by default nowhere)."""
    folder = directory / host
    folder.mkdir(parents=True)
    (folder / "hosts.toml").write_text(
        f'server = "{server}"\n[host."{mirror_url}"]\n  capabilities = ["pull", "resolve"]\n', encoding="utf-8"
    )
    return directory


def write_htpasswd(path, cost=4, **users):
    """A bcrypt htpasswd file, made by Apache's own tool."""
    lines = [
        run("htpasswd", "-nbB", "-C", str(cost), name, password).stdout.strip() for name, password in users.items()
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


class CertificateAuthority:
    """Makes certificates for 127.0.0.1 and for clients."""

    def __init__(self, directory):
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory
        self.certificate = directory / "ca.crt"
        self._key = directory / "ca.key"
        self._serial = 0
        self._openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", "/CN=test authority", "-keyout", self._key, "-out", self.certificate,
        )  # fmt: skip

    def _openssl(self, *arguments):
        run("openssl", *arguments)

    def issue(self, name, common_name):
        """(certificate, key), for servers on 127.0.0.1 and for clients alike."""
        key, request, certificate = (self._directory / f"{name}.{suffix}" for suffix in ("key", "csr", "crt"))
        extensions = self._directory / f"{name}.ext"
        extensions.write_text("subjectAltName=IP:127.0.0.1,DNS:localhost\n", encoding="utf-8")
        self._serial += 1
        self._openssl(
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", f"/CN={common_name}",
            "-keyout", key, "-out", request,
        )  # fmt: skip
        self._openssl(
            "x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self._key, "-set_serial", self._serial,
            "-days", "2", "-extfile", extensions, "-out", certificate,
        )  # fmt: skip
        return certificate, key

    def revoke(self, *certificates):
        """A list of these as revoked, written anew."""
        index = self._directory / "index.txt"
        lines = []
        for certificate in certificates:
            serial = run("openssl", "x509", "-in", certificate, "-noout", "-serial").stdout.strip().split("=")[1]
            lines.append(f"R\t491231000000Z\t240101000000Z\t{serial}\tunknown\t/CN=revoked\n")
        index.write_text("".join(lines), encoding="utf-8")
        settings = self._directory / "ca.cnf"
        settings.write_text(
            f"[ca]\ndefault_ca = own\n[own]\ndatabase = {index}\ndefault_md = sha256\ndefault_crl_days = 1\n",
            encoding="utf-8",
        )
        crl, draft = self._directory / "ca.crl", self._directory / "ca.crl.new"
        self._openssl(
            "ca", "-gencrl", "-config", settings, "-cert", self.certificate, "-keyfile", self._key, "-out", draft
        )
        draft.replace(crl)
        return crl

    def context(self, client=None):
        """What a client needs to trust this authority, with its own (certificate, key) if it has one."""
        context = ssl.create_default_context(cafile=str(self.certificate))
        if client:
            context.load_cert_chain(*map(str, client))
        return context
