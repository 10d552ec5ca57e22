"""Settings: FAQ_ variables, read once, refused by name when they are wrong."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from assistant.errors import BadSettings
from assistant.settings import Settings, read_settings
from content.library import BUILT_IN

# Every variable with a value that is not its default, and what it must become.
VARIABLES: dict[str, tuple[str, object]] = {
    "home": ("/srv/faq", Path("/srv/faq")),
    "content": ("/srv/pages", Path("/srv/pages")),
    "embedder": ("/srv/model", "/srv/model"),
    "wording": ("/srv/wording.toml", Path("/srv/wording.toml")),
    "region": ("UK", "UK"),
    "max_question_chars": ("200", 200),
    "embed_titles": ("false", False),
    "mined_aliases": ("false", False),
    "passages_read": ("7", 7),
    "max_quotes": ("1", 1),
    "joint_risk": ("0.01", 0.01),
    "selective_risk": ("0.04", 0.04),
    "promise": ("both", "both"),
    "risk_confidence": ("0.9", 0.9),
    "reader": ("false", False),
    "index_url": ("postgresql://faq@db/faq", SecretStr("postgresql://faq@db/faq")),
    "workers": ("4", 4),
    "host": ("0.0.0.0", "0.0.0.0"),  # noqa: S104 - an address that is read, not listened on
    "port": ("8080", 8080),
    "questions_per_minute": ("3", 3),
    "public_url": ("https://faq.example", "https://faq.example"),
    "allowed_sites": (
        "https://a.example, http://b.example:8080",
        ("https://a.example", "http://b.example:8080"),
    ),
    "trusted_proxies": ("127.0.0.1 ::1", (ip_address("127.0.0.1"), ip_address("::1"))),
    "staff_port": ("7999", 7999),
    "staff_host": ("0.0.0.0", "0.0.0.0"),  # noqa: S104 - an address that is read, not listened on
    "staff_token": ("sixteen letters!", SecretStr("sixteen letters!")),
    "staff_url": ("https://staff.example", "https://staff.example"),
    "language": ("es", "es"),
    "mcp": ("true", True),
    "keep_questions": ("clusters", "clusters"),
    "keep_days": ("7", 7),
    "cluster_size": ("9", 9),
    "feedback_text": ("true", True),
}
BAD_VALUES = (
    ("FAQ_PORT", "http"),
    ("FAQ_PORT", "0"),
    ("FAQ_PORT", "65536"),
    ("FAQ_PORT", ""),
    ("FAQ_REGION", "us"),
    ("FAQ_MAX_QUOTES", "4"),
    ("FAQ_MAX_QUESTION_CHARS", "19"),
    ("FAQ_JOINT_RISK", "1"),
    ("FAQ_SELECTIVE_RISK", "0"),
    ("FAQ_RISK_CONFIDENCE", "1"),
    ("FAQ_PROMISE", "neither"),
    ("FAQ_QUESTIONS_PER_MINUTE", "0"),
    ("FAQ_ALLOWED_SITES", "clinic.example"),
    ("FAQ_ALLOWED_SITES", "https://clinic.example/page"),
    ("FAQ_ALLOWED_SITES", "https://clinic.example;script-src"),
    ("FAQ_ALLOWED_SITES", "*"),
    ("FAQ_TRUSTED_PROXIES", "nginx"),
    ("FAQ_STAFF_PORT", "0"),
    ("FAQ_STAFF_TOKEN", "fifteen letters"),
    ("FAQ_STAFF_URL", "staff.example"),
    ("FAQ_LANGUAGE", "fr"),
    ("FAQ_MCP", "maybe"),
    ("FAQ_MINED_ALIASES", "some"),
    ("FAQ_KEEP_QUESTIONS", "yes"),
    ("FAQ_KEEP_DAYS", "0"),
    ("FAQ_CLUSTER_SIZE", "2"),
    ("FAQ_FEEDBACK_TEXT", "sometimes"),
)


def test_the_table_above_names_every_setting() -> None:
    assert set(VARIABLES) == set(Settings.model_fields)


@pytest.mark.parametrize("name", VARIABLES)
def test_every_setting_is_an_environment_variable(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text, value = VARIABLES[name]
    before = getattr(read_settings(), name)

    monkeypatch.setenv(f"FAQ_{name.upper()}", text)

    assert before != value
    assert getattr(read_settings(), name) == value


def test_defaults_are_closed_and_local(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FAQ_HOME")
    settings = read_settings()

    assert (settings.host, settings.port, settings.region) == ("127.0.0.1", 7860, "US")
    assert settings.content == BUILT_IN
    assert not settings.home.is_relative_to(BUILT_IN.parent.parent), "state lives outside the source tree"


@pytest.mark.parametrize("name", ["FAQ_PROT", "FAQ_", "FAQ_CALIBRATION_SETTINGS"])
def test_a_misspelt_variable_is_refused_by_name(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "1")

    with pytest.raises(BadSettings, match=f"^{name}: no such setting; known are .*FAQ_PORT") as refused:
        read_settings()

    assert refused.value.exit_code == 78


def test_variables_of_other_programs_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    before = read_settings()
    monkeypatch.setenv("MY_FAQ_PORT", "1")
    monkeypatch.setenv("PORT", "1")

    assert read_settings() == before


@pytest.mark.parametrize(("name", "value"), BAD_VALUES)
def test_a_bad_value_is_refused_by_name(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(BadSettings, match=f"^{name}: "):
        read_settings()


def test_a_bad_given_value_is_refused_by_name_too() -> None:
    with pytest.raises(BadSettings, match=r"^FAQ_PORT: .*65535"):
        read_settings(port=70_000)


def test_an_unknown_given_name_is_refused() -> None:
    with pytest.raises(BadSettings, match=r"^FAQ_PROT: "):
        read_settings(prot=7861)


def test_a_given_value_wins_and_none_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAQ_PORT", "8080")
    monkeypatch.setenv("FAQ_HOST", "::1")

    settings = read_settings(port=9090, host=None)

    assert (settings.port, settings.host) == (9090, "::1")


def test_settings_are_frozen() -> None:
    settings = read_settings()

    with pytest.raises(ValidationError, match="frozen"):
        settings.port = 1  # type: ignore[misc]

    assert settings.port == 7860


def test_each_setting_that_calibration_depends_on_changes_its_name() -> None:
    base = read_settings()
    others = [
        read_settings(embed_titles=False),
        read_settings(mined_aliases=False),
        read_settings(passages_read=base.passages_read + 1),
        read_settings(max_quotes=base.max_quotes - 1),
        read_settings(joint_risk=base.joint_risk / 2),
        read_settings(selective_risk=base.selective_risk / 2),
        read_settings(risk_confidence=0.9),
        read_settings(promise="both"),
    ]

    names = {settings.calibration_settings for settings in (base, *others)}

    assert len(names) == 1 + len(others)
    assert read_settings(port=1, region="UK").calibration_settings == base.calibration_settings


def test_index_and_models_live_under_home() -> None:
    settings = read_settings(home=Path("/srv/faq"))

    assert settings.index_root == Path("/srv/faq/index")
    assert settings.models == Path("/srv/faq/models")
