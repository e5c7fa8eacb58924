# SPDX-License-Identifier: Apache-2.0
"""package.json, from which `mpremote mip install` takes the application, names every module and nothing else."""

import importlib.util
import json


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
