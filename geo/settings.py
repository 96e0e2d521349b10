"""Settings: `GRIDMAP_*` environment variables or a `.env` file, read once by the command that needs them."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What a site may set; every field is `GRIDMAP_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix="GRIDMAP_", env_file=".env", frozen=True, extra="forbid")

    home: Path = Path(".gridmap")
    """Folder of the embedded cluster, generated files and secrets."""
    database_url: SecretStr | None = None
    """Owner's connection to an external database; without it the embedded cluster is used."""
    app_database_url: SecretStr | None = None
    """The server's own connection (login `gridmap_app`) to the external database."""
    host: str = "127.0.0.1"
    port: int = 8050
    https: bool = False
    """The dashboard is reached over https (a proxy ends TLS): cookies are then Secure and bound to the host."""
    workers: int = Field(default=2, ge=1, le=64)
    demo_password: SecretStr | None = None
    """Password of the demo accounts; made and printed at start where it is not given."""
    match_threshold: float = Field(default=0.98, ge=0.5, le=1.0)
    """Least probability of an address answer given without a person; data/address/thresholds.csv has the precision
    measured at this and other values with its 95 % bounds (shown in data/address/README.md)."""
    metric_epsg: int | None = None
    """The city's one metric CRS; chosen from the areas' extent at the first load where it is not given."""


def unknown_variables(environment: dict[str, str]) -> list[str]:
    """List `GRIDMAP_*` names that no setting reads: pydantic ignores a typo in a real environment variable."""
    known = {f"GRIDMAP_{name}".upper() for name in Settings.model_fields}
    return sorted(name for name in environment if name.upper().startswith("GRIDMAP_") and name.upper() not in known)
