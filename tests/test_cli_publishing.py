"""Building, looking at what is kept, and going back, as a shell sees it."""

from __future__ import annotations

import json

from shell import Shell
from test_checking import ask_in
from test_publish import add_words

from assistant.settings import Settings


def test_going_back_is_one_command_and_can_be_seen(shell: Shell, small_settings: Settings) -> None:
    add_words(small_settings)
    assert shell("build").out.startswith("built: ix-")

    done = shell("rollback", "--reason", "a wrong dose", "--by", "Ada")
    listed = shell("generations").out.splitlines()

    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("answering from g-000001 (ix-")
    assert [line.split()[0] for line in listed] == ["g-000002", "g-000001"]
    assert "revoked: a wrong dose (Ada, " in listed[0]
    assert listed[1].endswith("4 documents  in use")
    assert json.loads(shell("generations", "--json").out.splitlines()[1])["current"] is True


def test_who_goes_back_says_why(shell: Shell, small_settings: Settings) -> None:
    assert shell("rollback").code == 2


def test_there_is_nothing_before_the_first(shell: Shell, small_settings: Settings) -> None:
    done = shell("rollback", "--reason", "a wrong dose")

    assert done.code != 0
    assert "no other whole generation" in done.err
    assert "in use" in shell("generations").out


def test_what_fails_is_listed_for_scripts(shell: Shell, small_settings: Settings) -> None:
    ask_in(small_settings, "therapies/stroke.md", "What does it cost?", "Is there a cure?")

    plain, listed = shell("build"), shell("build", "--json")

    assert (plain.code, plain.out) == (65, "")
    assert plain.err.startswith(
        "faq: not published: therapy-stroke, questions: 'What does it cost?' is refused"
    )
    assert listed.code == 65
    assert [json.loads(line)["field"] for line in listed.out.splitlines()] == ["questions", "questions"]


def test_taken_back_content_is_published_only_by_force(shell: Shell, small_settings: Settings) -> None:
    add_words(small_settings)
    shell("build")
    shell("rollback", "--reason", "a wrong dose", "--by", "Ada")

    refused = shell("build")

    assert refused.code == 65
    assert "revoked by Ada: a wrong dose" in refused.err
    assert shell("build", "--force").code == 0
