"""The commands that change what visitors are answered from: build, generations, rollback."""

from __future__ import annotations

import getpass
import json
from typing import Annotated

import typer

from assistant.cli_quality import AsJson, Content
from assistant.errors import CheckFailed
from assistant.settings import Settings, read_settings

publishing = typer.Typer()


@publishing.command()
def build(
    force: Annotated[
        bool, typer.Option("--force", help="Embed everything anew, also content that was revoked.")
    ] = False,
    plan: Annotated[
        bool, typer.Option("--plan", help="Only say what a build does, takes and needs.")
    ] = False,
    ray: Annotated[
        str | None, typer.Option("--ray", help="Address of a Ray cluster that embeds, host:port or auto.")
    ] = None,
    content: Content = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Check the content folder, then answer from it; unchanged content builds nothing."""
    if plan:
        from assistant.build_plan import plan_build, plan_text

        planned = plan_build(read_settings(content=content), force=force)
        typer.echo(planned.model_dump_json() if as_json else plan_text(planned))
        return
    try:
        typer.echo(published(read_settings(content=content), force=force, as_json=as_json, ray=ray))
    except CheckFailed as error:
        for finding in error.errors if as_json else ():
            typer.echo(finding.model_dump_json())
        raise


@publishing.command()
def generations(as_json: AsJson = False) -> None:
    """List the kept generations of the index, newest first: those that can be gone back to."""
    from assistant.publishing import generations as kept

    for one in kept(read_settings()):
        state = "in use" if one.current else "kept"
        if one.revoked or one.damaged:
            state = f"revoked: {one.revoked}" if one.revoked else f"damaged: {one.damaged}"
        line = f"{one.name}  {one.index_id}  {one.built_at}  {one.documents} documents  {state}"
        typer.echo(one.model_dump_json() if as_json else line)


@publishing.command()
def rollback(
    reason: Annotated[str, typer.Option("--reason", help="Why; kept with what is revoked.")],
    to: Annotated[
        str | None, typer.Option("--to", help="Generation; the newest of other content without it.")
    ] = None,
    by: Annotated[str | None, typer.Option("--by", help="Who says so (default: who is logged in).")] = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Revoke the index in use and answer from an older one; a server does so within seconds."""
    from assistant.publishing import roll_back

    manifest = roll_back(read_settings(), to=to, reason=reason, by=by or _user())
    if as_json:
        typer.echo(json.dumps({"generation": manifest.generation, "index_id": manifest.index_id}))
    else:
        typer.echo(f"answering from {manifest.generation} ({manifest.index_id}) again")


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        # A container may run under a number that has no name.
        return "unknown"


def published(
    settings: Settings, *, force: bool = False, as_json: bool = False, serving: bool = False,
    ray: str | None = None,
) -> str:  # fmt: skip
    """Publish, and return what was done as a line to print.

    Of many machines that serve from one store none builds what it holds already.
    """
    from assistant.publishing import publish
    from assistant.shared_index import shared_by_all

    if serving and (store := shared_by_all(settings)):
        return f"answering from {store}; faq build publishes there"
    done = publish(settings, force=force, progress=True, ray=ray)
    manifest = done.manifest
    if as_json:
        facts = {"built": done.built, "index_id": manifest.index_id, "generation": manifest.generation,
                 "embedded": done.embedded, "reused": done.reused, **manifest.counts}  # fmt: skip
        return json.dumps(facts)
    what = "built" if done.built else "unchanged"
    texts = f"{done.embedded} texts embedded, {done.reused} reused"
    return f"{what}: {manifest.index_id} ({manifest.generation}), {texts}"
