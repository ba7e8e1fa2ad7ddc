"""What the benchmarks run on: a simulated account, and nginx with its media."""

import contextlib
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

from figures import measured

ROOT = pathlib.Path(__file__).resolve().parents[2]
WXBACKUP = ROOT / "target/release/wxbackup"
SIMULATOR = ROOT / "target/release/wechat-sim"
PYTHON = ROOT / "target/interop/bin/python"
PAGE = 20
# What the largest shape takes, and as much again for others.
MEMORY_BYTES = 6 * 10**9
KINDS = ("images", "voices", "videos", "news", "drafts", "published")


def work_folder(path):
    """An empty folder there, in which each folder lies somewhere else on the disk.

    For minutes ext4 looks at every file that was removed before it makes one in the
    same place, and who comes next pays: a third and more of what unpacking takes.
    """
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    # Other file systems know no such wish, and a bare machine has no chattr.
    with contextlib.suppress(FileNotFoundError):
        subprocess.run(["chattr", "+T", path], check=False, stderr=subprocess.DEVNULL)
    return path


def folder_at(path):
    """An empty folder there, in a work folder. Its first name decides where it lies on the disk."""
    shutil.rmtree(path, ignore_errors=True)
    made = path.with_name(f"{path.name}-{uuid.uuid4()}")
    made.mkdir()
    return made.rename(path)


def archive_in(folder):
    """The one archive there."""
    archives = list(folder.glob("*.zip"))
    if len(archives) != 1:
        raise SystemExit(f"not one archive: {archives}")
    return archives[0]


class Simulator:
    """`wechat-sim` with an account of a shape, as a context."""

    def __init__(self, *flags, origin=None, list_calls=1_000_000, **counts):
        self.command = [SIMULATOR, "--list-calls", str(list_calls), *flags]
        for kind in KINDS:
            self.command += [f"--{kind}", str(counts.get(kind, 0))]
        self.media_host = None
        if origin:
            self.command += ["--media-origin", origin]
            self.media_host = urllib.parse.urlsplit(origin).netloc

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
        if not said:
            raise SystemExit("the simulated account did not start")
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

    def export(self, folder, *flags, synced=False, **options):
        """The figures of `wxbackup export` into `folder`."""
        command = [WXBACKUP, "export", "--quiet", "--api-base", self.url, "-o", folder, *flags]
        if self.media_host:
            command += ["--asset-host", self.media_host]
        if synced:
            command = ["bash", "-euc", '"$@"; sync -f "$0"', folder, *command]
        return measured(command, env=self.environment, **options)


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
        # Every address ends in its size; it needs no folder for each file.
        rewrite ^(.+)/0$ $1 break;
    }}
}}
"""


class Web:
    """nginx on loopback, as a context; `fill` gives it the media of an account.

    They lie in memory where there is room: what counts is the disk of those who fetch.
    """

    def __init__(self, folder):
        memory = pathlib.Path("/dev/shm")
        has_room = memory.is_dir() and shutil.disk_usage(memory).free > MEMORY_BYTES
        self.kept = tempfile.TemporaryDirectory(prefix="wxbackup-bench-", dir=memory if has_room else folder)
        self.folder = pathlib.Path(self.kept.name)
        # nginx reads as nobody where root starts it.
        self.folder.chmod(0o755)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.origin = f"http://127.0.0.1:{self.port}"
        self.paths = []
        self.without_address = 0

    def __enter__(self):
        (self.folder / "files").mkdir()
        settings = self.folder / "nginx.conf"
        settings.write_text(CONFIGURATION.format(folder=self.folder, port=self.port))
        self.process = subprocess.Popen(["nginx", "-e", self.folder / "error.log", "-c", settings])
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
                return self
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise SystemExit("nginx did not start")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.kept.cleanup()

    def fill(self, simulator, images=0, published=0):
        """Puts here what the lists of pictures and of publications name, each in its full size."""
        found = {}
        for item in simulator.list("material/batchget_material", {"type": "image"}, images):
            if item["url"]:
                found[urllib.parse.urlsplit(item["url"]).path] = None
            else:
                # Nobody but the API gives these.
                self.without_address += 1
        for item in simulator.list("freepublish/batchget", {"no_content": 0}, published):
            text = json.dumps(item, ensure_ascii=False)
            for path in re.findall(re.escape(self.origin) + r"(/mmbiz[^/]*/[^/]+)/", text):
                found[f"{path}/0"] = None
        self.paths = list(found)
        settings = self.folder / "fill.curl"
        with settings.open("w") as out:
            for path in self.paths:
                file = self.file(path)
                # curl's own --create-dirs trips over itself when many run side by side.
                file.parent.mkdir(parents=True, exist_ok=True)
                out.write(f'url = "{simulator.url}{path}"\noutput = "{file}"\n')
        subprocess.run(["curl", "--silent", "--no-progress-meter", "--fail", "--parallel", "--parallel-max", "4",
                        "--config", settings], check=True)
        return self

    def file(self, path):
        """Where a path leads."""
        return self.folder / "files" / path.strip("/").removesuffix("/0")

    def bytes(self):
        """Of all files."""
        return sum(self.file(path).stat().st_size for path in self.paths)

    def to_fetch(self, folder):
        """For curl and aria2c: files that name every address and where it goes."""
        for_curl, for_aria = folder / "list.curl", folder / "list.aria"
        with for_curl.open("w") as curl, for_aria.open("w") as aria:
            for number, path in enumerate(self.paths):
                curl.write(f'url = "{self.origin}{path}"\noutput = "{number}.jpg"\n')
                aria.write(f"{self.origin}{path}\n  out={number}.jpg\n")
        return for_curl, for_aria


def archive_of(folder, *flags, **shape):
    """An archive of an account of a shape, in `folder`."""
    with Simulator(*flags, **shape) as simulator:
        simulator.export(folder_at(folder))
    return archive_in(folder)
