"""nginx as a server of the same bytes from files, with sendfile and open_file_cache."""

import contextlib

from harness.peers import start_nginx
from harness.process import free_port


class Nginx:
    def __init__(self, directory, files, htpasswd=None, tls=None):
        """`files` by path: {"/v2/…": (media type, bytes)}; `tls` is (certificate, key)."""
        port = free_port()
        self.address = f"127.0.0.1:{port}"
        self.process = start_nginx(
            directory,
            port,
            "access_log off; types { }\n"
            "sendfile on; tcp_nopush on; keepalive_requests 100000000;\n"
            "open_file_cache max=1000; open_file_cache_valid 60s;\n"
            f"{password_settings(htpasswd)}{tls_settings(tls)}"
            f"server {{ listen 127.0.0.1:{port} {'ssl' if tls else ''} backlog=1024; root {directory}/root;\n"
            f"{write_files(directory / 'root', files)} }}",
            workers="auto",
        )

    def stop(self):
        self.process.stop()


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
