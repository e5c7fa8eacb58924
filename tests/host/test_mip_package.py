# SPDX-License-Identifier: Apache-2.0
"""package.json, from which `mpremote mip install` takes the application, names every module and nothing else."""

import importlib.util
import json
import os
import subprocess
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer


def test_package_json_is_up_to_date(root):
    spec = importlib.util.spec_from_file_location("mip_package", root / "host_tools/ringwarden_build/mip_package.py")
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    text = (root / "package.json").read_text(encoding="utf-8")
    assert text == maker.content(), "run `python host_tools/ringwarden_build/mip_package.py` after adding a module"


def test_every_file_is_there_once(root):
    urls = json.loads((root / "package.json").read_text(encoding="utf-8"))["urls"]
    assert len({target for target, _ in urls}) == len(urls) > 40
    for target, source in urls:
        assert source == f"firmware/{target}" and (root / source).is_file()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


def test_mip_installs_it(root, micropython, tmp_path):
    """MicroPython's own installer fetches it from a server, as it does on a box."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(root)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        url = f"http://127.0.0.1:{server.server_port}/package.json"
        command = [*micropython, "-m", "mip", "install", "--target", str(tmp_path), url]
        environment = {key: value for key, value in os.environ.items() if key != "MICROPYPATH"}
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert done.returncode == 0, done.stdout + done.stderr
    for target, source in json.loads((root / "package.json").read_text(encoding="utf-8"))["urls"]:
        assert (tmp_path / target).read_bytes() == (root / source).read_bytes(), done.stdout
