"""What the benchmarks run on: a simulated account, nginx with its media, and figures."""

import contextlib
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import time
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
TARGET = ROOT / "target/release"
PAGE = 20
KINDS = ("images", "voices", "videos", "news", "drafts", "published")


def measured(command, **options):
    """Seconds, CPU seconds and peak MiB of a command that must succeed."""
    begun = time.monotonic()
    process = subprocess.Popen(command, **options)
    _, status, usage = os.wait4(process.pid, 0)
    took = time.monotonic() - begun
    if status != 0:
        raise SystemExit(f"{command}: status {status}")
    return took, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def in_turn(contestants, runs, before=lambda name: None):
    """Runs every contestant once, and again, until each has had `runs` turns.

    A contestant is a name and a command, or a name and a function that gives
    the three figures itself. Gives name -> medians of seconds, CPU seconds, peak MiB.
    """
    figures = {name: [] for name, _ in contestants}
    for _ in range(runs):
        for name, command in contestants:
            before(name)
            took = command() if callable(command) else measured(command, stdout=subprocess.DEVNULL)
            figures[name].append(took)
    return {name: [statistics.median(column) for column in zip(*rows)] for name, rows in figures.items()}


def folder_at(path):
    """An empty folder there."""
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    return path


class Simulator:
    """`wechat-sim` with an account of a shape, as a context."""

    def __init__(self, *flags, origin=None, port=None, **counts):
        self.command = [TARGET / "wechat-sim", "--list-calls", "1000000", *flags]
        for kind in KINDS:
            self.command += [f"--{kind}", str(counts.get(kind, 0))]
        if origin:
            self.command += ["--media-origin", origin]
        if port:
            self.command += ["--port", str(port)]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)
        said = {}
        for line in self.process.stdout:
            if line.startswith("A simulated account answers at "):
                self.url = line.split()[-1]
            if line.startswith("export "):
                name, value = line.removeprefix("export ").strip().split("=", 1)
                said[name] = value
            if line.startswith("Ctrl-C"):
                break
        self.environment = {**os.environ, **said}
        self.appid, self.secret = said["WXBACKUP_APPID"], said["WXBACKUP_SECRET"]
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def token(self):
        """An access token."""
        grant = {"grant_type": "client_credential", "appid": self.appid, "secret": self.secret}
        return self.post("stable_token", grant)["access_token"]

    def post(self, path, body):
        """The answer to a call."""
        request = urllib.request.Request(f"{self.url}/cgi-bin/{path}", json.dumps(body).encode())
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def list(self, path, wish, count):
        """All items of a list."""
        token = self.token()
        for offset in range(0, count, PAGE):
            page = self.post(f"{path}?access_token={token}", {**wish, "offset": offset, "count": PAGE})
            yield from page["item"]

    def export(self, folder, *flags, **options):
        """The figures of `wxbackup export` into `folder`."""
        command = [TARGET / "wxbackup", "export", "--quiet", "--api-base", self.url, "-o", folder, *flags]
        return measured(command, env=self.environment, stdout=subprocess.DEVNULL, **options)


CONFIGURATION = """
daemon off;
worker_processes 1;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000;
    default_type image/jpeg;
    types {{ }}
    client_body_temp_path {folder}/t; proxy_temp_path {folder}/t; fastcgi_temp_path {folder}/t;
    uwsgi_temp_path {folder}/t; scgi_temp_path {folder}/t;
    server {{
        listen 127.0.0.1:{port};
        root {folder}/files;
    }}
}}
"""


class Web:
    """nginx on loopback, as a context; `fill` gives it the media of an account."""

    def __init__(self, folder, port=18090):
        self.folder, self.port = folder_at(folder), port
        self.origin = f"http://127.0.0.1:{port}"
        self.host = f"127.0.0.1:{port}"
        self.paths = []
        self.bytes = 0

    def __enter__(self):
        (self.folder / "files").mkdir()
        settings = self.folder / "nginx.conf"
        settings.write_text(CONFIGURATION.format(folder=self.folder, port=self.port))
        self.process = subprocess.Popen(["nginx", "-e", self.folder / "error.log", "-c", settings])
        for _ in range(100):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(self.origin)
            if self.process.poll() is not None:
                raise SystemExit("nginx did not start")
            with contextlib.suppress(urllib.error.HTTPError, urllib.error.URLError):
                urllib.request.urlopen(f"{self.origin}/")
            if (self.folder / "pid").exists():
                break
            time.sleep(0.05)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def fill(self, simulator, addresses):
        """Fetches what `addresses` name from the simulator and puts it here under the same paths."""
        settings = self.folder / "fill.curl"
        with settings.open("w") as out:
            for address in addresses:
                parts = urllib.parse.urlsplit(address)
                file = self.folder / "files" / parts.path.lstrip("/")
                if address in self.paths:
                    continue
                # curl's own --create-dirs trips over itself when many run side by side.
                file.parent.mkdir(parents=True, exist_ok=True)
                query = f"?{parts.query}" if parts.query else ""
                out.write(f'url = "{simulator.url}{parts.path}{query}"\noutput = "{file}"\n')
                self.paths.append(address)
        subprocess.run(["curl", "--silent", "--no-progress-meter", "--fail", "--parallel", "--parallel-max", "4",
                        "--config", settings], check=True)
        self.bytes = sum(file.stat().st_size for file in (self.folder / "files").rglob("*") if file.is_file())

    def to_fetch(self, folder):
        """For curl and aria2c: files that name every address and where it goes."""
        for_curl, for_aria = folder / "list.curl", folder / "list.aria"
        with for_curl.open("w") as curl, for_aria.open("w") as aria:
            for number, address in enumerate(self.paths):
                curl.write(f'url = "{address}"\noutput = "{number}.jpg"\n')
                aria.write(f"{address}\n  out={number}.jpg\n")
        return for_curl, for_aria
