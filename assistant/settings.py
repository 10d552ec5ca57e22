"""Every setting, read once at the edge."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

from platformdirs import user_data_path
from pydantic import BeforeValidator, Field, IPvAnyAddress, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from assistant.errors import BadSettings
from content.library import BUILT_IN
from content.site import site_content
from index.embedder import DEFAULT_NAME

Region = Literal["US", "CA", "UK", "EU", "AU", "other"]
Language = Literal["en", "es"]
_PREFIX = "FAQ_"


def _listed(given: object) -> object:
    """Split a variable at commas and spaces; what is no text is taken as it is."""
    return tuple(given.replace(",", " ").split()) if isinstance(given, str) else given


Origin = Annotated[str, Field(pattern=r"^https?://[A-Za-z0-9.\-\[\]:]+$")]
Origins = Annotated[tuple[Origin, ...], NoDecode, BeforeValidator(_listed)]
Addresses = Annotated[tuple[IPvAnyAddress, ...], NoDecode, BeforeValidator(_listed)]


class Settings(BaseSettings):
    """Frozen settings; each field is the environment variable FAQ_<NAME>."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, frozen=True, extra="forbid")

    home: Path = Field(
        default_factory=lambda: user_data_path("quoted-faq"),
        description="folder of the index and the exported model; outside any source tree",
    )
    content: Path = Field(
        # A home that is no path is refused by its own name.
        default_factory=lambda given: site_content(given["home"]) if "home" in given else BUILT_IN,
        description="folder of the documents; by default `content` in the home, else the built-in ones",
    )
    embedder: str = Field(DEFAULT_NAME, description="a sentence-transformers name or folder")
    wording: Path | None = Field(None, description="TOML file with the site's own wording")
    region: Region = Field("US", description="whose emergency and crisis numbers are shown")
    max_question_chars: Annotated[int, Field(ge=20, le=2000)] = Field(
        500, description="characters; longer questions rarely ask one thing and cost time"
    )
    embed_titles: bool = Field(
        True, description="search passages with title and headings; off for libraries of long full texts"
    )
    mined_aliases: bool = Field(
        True,
        description="search under abbreviations that documents explain and nobody approved yet: they stand "
        "there word for word; false: approved ones alone, where a wrong one would mislead",
    )
    passages_read: Annotated[int, Field(ge=1, le=100)] = Field(
        10, description="passages the reader reads at most; each costs about 12 ms of one core"
    )
    reader: bool = Field(
        True,
        description="build with the model that reads passages; off answers several times as many questions "
        "a second, and fewer of them",
    )
    max_quotes: Annotated[int, Field(ge=1, le=3)] = Field(
        3, description="quotes of one answer; more than three are not read"
    )
    joint_risk: Annotated[float, Field(gt=0, lt=1)] = Field(
        0.02, description="share of all questions that may be answered wrongly, on average"
    )
    selective_risk: Annotated[float, Field(gt=0, lt=1)] = Field(
        0.05, description="share of the answered questions that may be wrong, where enough are labelled"
    )
    promise: Literal["joint", "both"] = Field(
        "joint", description="both: the threshold also keeps the selective risk, and answers less"
    )
    risk_confidence: Annotated[float, Field(ge=0.5, lt=1)] = Field(
        0.95, description="how sure the selective risk is to be kept"
    )
    index_url: SecretStr | None = Field(
        None, description="store that many machines share: postgresql://… or milvus://…; else a folder here"
    )
    host: str = Field("127.0.0.1", description="address the chat listens on; loopback by default")
    port: Annotated[int, Field(ge=1, le=65535)] = Field(7860, description="port of the chat")
    workers: Annotated[int, Field(ge=1, le=64)] = Field(
        1, description="processes that answer, best as many as there are cores; each holds the models"
    )
    questions_per_minute: Annotated[int, Field(ge=1)] = Field(
        30, description="questions of one client address; the machine itself is counted only behind a proxy"
    )
    public_url: Annotated[str, Field(pattern=r"^https?://[^/\s]+/?$")] | None = Field(
        None, description="https address visitors use, without a path, when a proxy stands in front"
    )
    allowed_sites: Origins = Field(
        (), description="origins (https://clinic.example) whose pages may show the chat and call /v1"
    )
    trusted_proxies: Addresses = Field(
        (), description="addresses of proxies whose X-Forwarded-For is believed; nobody's by default"
    )
    staff_port: Annotated[int, Field(ge=1, le=65535)] = Field(
        7861, description="port of the staff's side: its page and the numbers for monitoring"
    )
    staff_host: str = Field(
        "127.0.0.1", description="address the staff's side listens on; another than loopback needs a token"
    )
    staff_token: Annotated[SecretStr, Field(min_length=16)] | None = Field(
        None, description="what staff type to log in, at least 16 characters; without it this machine alone"
    )
    staff_url: Annotated[str, Field(pattern=r"^https?://[^/\s]+/?$")] | None = Field(
        None, description="address staff use, without a path, when a proxy stands in front"
    )
    language: Language = Field("en", description="language of the interface; quotes stay in their own")
    mcp: bool = Field(False, description="offer ask, search and fetch to agents over MCP")
    keep_questions: Literal["no", "clusters"] = Field(
        "no", description="no: counts alone; clusters: redacted questions, shown when enough asked alike"
    )
    keep_days: Annotated[int, Field(ge=1, le=365)] = Field(
        30, description="days that kept words of visitors stay on the disk"
    )
    cluster_size: Annotated[int, Field(ge=3)] = Field(
        5, description="visitors that must have asked alike before a question or a rare word is shown"
    )
    feedback_text: bool = Field(
        False, description="take a few words with feedback; people write health data into such boxes"
    )

    @property
    def calibration_settings(self) -> str:
        """Name the settings a calibration depends on; another name makes `faq build` fit again.

        With the version of the safety rules: a question that they catch now is offered no longer.
        """
        from assistant.triage import safety_version

        titles = ("titles" if self.embed_titles else "bare") + (
            "" if self.mined_aliases else " approved-names"
        )
        searched = f"{titles} read-{self.passages_read} chars-{self.max_question_chars}"
        risks = f"joint-{self.joint_risk} selective-{self.selective_risk}-{self.risk_confidence}"
        return f"{searched} quotes-{self.max_quotes} {risks} {self.promise} rules-{safety_version()}"

    @property
    def index_root(self) -> Path:
        """Folder of the index generations."""
        return self.home / "index"

    @property
    def feedback_file(self) -> Path:
        """The database of what visitors thought of answers."""
        return self.home / "feedback.sqlite"

    @property
    def questions_file(self) -> Path:
        """The database of what was asked: counts, and words only when they are kept."""
        return self.home / "questions.sqlite"

    @property
    def models(self) -> Path:
        """Folder of exported models."""
        return self.home / "models"


def read_settings(**given: object) -> Settings:
    """Read the settings from the environment; `given` values that are not None win.

    Raises BadSettings naming the variable: a misspelt FAQ_ variable is an error, not a default.
    """
    known = {f"{_PREFIX}{name}".upper() for name in Settings.model_fields}
    unknown = sorted(n for n in os.environ if n.startswith(_PREFIX) and n not in known)
    if unknown:
        raise BadSettings(unknown[0], f"no such setting; known are {', '.join(sorted(known))}")
    try:
        return Settings(**{name: v for name, v in given.items() if v is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = f"{_PREFIX}{first['loc'][0]}".upper()
        raise BadSettings(name, first["msg"]) from error
