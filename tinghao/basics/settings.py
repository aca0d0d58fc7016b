"""Reading a settings file: every fault is named with its file, its key and its reason."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

Settings = TypeVar("Settings")


class ConfigError(Exception):
    """The settings can't be used; the text has a line for each fault."""


def read_settings(path: Path | None, make: Callable[[dict[str, Any]], Settings]) -> Settings:
    """What `make` makes of the TOML file's values; without a file, of none."""
    try:
        return make(tomllib.loads(path.read_text("utf-8")) if path else {})
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from error
    except ValidationError as error:
        place = path or "environment"
        faults = [
            (".".join(map(str, each["loc"])), each["msg"]) for each in error.errors(include_input=False)
        ]
        # Not chained: pydantic's own text repeats the value, and the value may be a token.
        raise ConfigError("\n".join(f"{place}: {key or 'file'}: {why}" for key, why in faults)) from None
