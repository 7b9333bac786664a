"""Compile the hot path with mypyc, from the same files that run as Python.

usage: python deploy/compile.py FOLDER, from the checkout. Where there is no C compiler
the folder stays empty, and what is built from it is pure Python.
"""

import os
import shutil
import sys
import sysconfig
from pathlib import Path

from mypyc.build import mypycify
from setuptools import setup

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from rtserver.process.compiled import MODULES  # noqa: E402  # found by the line before


def missing() -> str:
    """Return what there has to be for compiling, and isn't; nothing if all is."""
    compiler = (os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc").split()
    if not shutil.which(compiler[0]):
        return f"there is no {compiler[0]}"
    if not Path(sysconfig.get_path("include"), "Python.h").exists():
        return "there is no Python.h (Debian: apt-get install python3-dev)"
    return ""


def main(folder: str) -> None:
    if reason := missing():
        print(f"rtserver stays pure Python here, and slower: {reason}")
        return
    paths = [f"{name.replace('.', '/')}.py" for name in MODULES]
    # What follows are the arguments of setuptools, which knows compilers.
    setup(
        name="rtserver-compiled",
        packages=[],
        ext_modules=mypycify(
            paths, group_name="rtserver", debug_level="0", target_dir="build/mypyc"
        ),
        script_args=["--quiet", "build_ext", "--build-lib", folder],
    )


if __name__ == "__main__":
    main(sys.argv[1])
