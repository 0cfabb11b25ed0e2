"""The four typed helpers through which every setting is read from `HEADWATER_*`."""

import os
from pathlib import Path


def text(name: str, default: str = "") -> str:
    return os.environ.get(f"HEADWATER_{name}", default).strip()


def flag(name: str, default: bool = False) -> bool:
    value = text(name, "1" if default else "0").lower()
    if value not in {"0", "1", "true", "false", "yes", "no", "on", "off"}:
        raise SystemExit(f"HEADWATER_{name} must be 1 or 0, not {value!r}.")
    return value in {"1", "true", "yes", "on"}


def number(name: str, default: int) -> int:
    value = text(name, str(default))
    try:
        return int(value)
    except ValueError:
        raise SystemExit(f"HEADWATER_{name} must be a whole number, not {value!r}.") from None


def secret(name: str, default: str = "") -> str:
    """A secret stands in the variable itself, or in the file that HEADWATER_..._FILE names."""
    path = text(f"{name}_FILE")
    return Path(path).read_text(encoding="utf-8").strip() if path else text(name, default)
