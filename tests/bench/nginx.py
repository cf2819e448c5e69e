"""nginx as a server of the same bytes from files, with sendfile and open_file_cache."""

import contextlib
import os

from harness.process import Process, accepts, free_port


class Nginx:
    def __init__(self, directory, files, htpasswd=None, tls=None):
        """`files` by path: {"/v2/…": (media type, bytes)}; `tls` is (certificate, key)."""
        port = free_port()
        self.address = f"127.0.0.1:{port}"
        settings = directory / "nginx.conf"
        settings.write_text(
            f"daemon off; {'user root;' if os.getuid() == 0 else ''} worker_processes auto;\n"
            f"pid {directory}/pid; error_log {directory}/error.log;\n"
            "events { worker_connections 4096; }\n"
            "http {\n"
            f"{temporary_paths(directory)} access_log off; types {{ }}\n"
            "sendfile on; tcp_nopush on; keepalive_requests 100000000;\n"
            "open_file_cache max=1000; open_file_cache_valid 60s;\n"
            f"{password_settings(htpasswd)}{tls_settings(tls)}"
            f"server {{ listen 127.0.0.1:{port} {'ssl' if tls else ''} backlog=1024; root {directory}/root;\n"
            f"{write_files(directory / 'root', files)} }} }}\n",
            encoding="utf-8",
        )
        self.process = Process(("nginx", "-c", settings, "-e", directory / "error.log"), directory / "nginx.log")
        self.process.wait_for(lambda: accepts(port), "nginx listening")

    def stop(self):
        self.process.stop()


def temporary_paths(directory):
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    return "".join(f"{kind}_temp_path {directory}/{kind};" for kind in kinds)


def password_settings(htpasswd):
    return f'auth_basic "bench"; auth_basic_user_file {htpasswd};\n' if htpasswd else ""


def tls_settings(tls):
    if not tls:
        return ""
    certificate, key = tls
    return (
        f"ssl_certificate {certificate}; ssl_certificate_key {key}; ssl_protocols TLSv1.3;\n"
        "ssl_conf_command Options KTLS;\n"
    )


def write_files(root, files):
    """The locations of the files that it writes."""
    locations = []
    for path, (media_type, content) in files.items():
        target = root / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        locations.append(f"location = {path} {{ default_type {media_type}; }}")
    return " ".join(locations)


@contextlib.contextmanager
def running(directory, files, **options):
    server = Nginx(directory, files, **options)
    try:
        yield server
    finally:
        server.stop()
