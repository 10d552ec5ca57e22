"""The command that shows which abbreviations the documents explain, and takes a person's decision."""

from __future__ import annotations

from typing import Annotated

import typer

from assistant.cli_quality import AsJson, Content
from assistant.settings import read_settings
from content.alias_review import decided_facts, review_aliases
from content.errors import DocumentNotFound
from content.library import load_library

naming = typer.Typer()
_MOST_NAMED = 3
_BAD_WORDS = "name one document and its short forms, for example: faq aliases --approve trial-lupus SLE"


@naming.command()
def aliases(
    shorts: Annotated[
        list[str] | None, typer.Argument(help='Short forms: SLE, or "SLE=a long form" of your own.')
    ] = None,
    approve: Annotated[str | None, typer.Option(help="Approve them in the document of this id.")] = None,
    reject: Annotated[str | None, typer.Option(help="Reject them in the document of this id.")] = None,
    content: Content = None,
    as_json: AsJson = False,
) -> None:
    """List the abbreviations that documents explain, or decide about some of one document."""
    if bool(shorts) != bool(approve or reject) or (approve and reject):
        raise typer.BadParameter(_BAD_WORDS)
    settings = read_settings(content=content)
    documents = {document.id: document for document in load_library(settings.content).documents}
    if shorts:
        from content.editing import save_facts
        from content.site import own_content

        document = documents.get(approve or reject or "")
        if document is None:
            raise DocumentNotFound(settings.content, approve or reject or "")
        facts = decided_facts(document, shorts if approve else (), shorts if reject else ())
        folder = own_content(settings.content, settings.home)
        saved = save_facts(folder, document.id, facts)
        counts = f"{len(saved.abbreviations)} approved, {len(saved.rejected_abbreviations)} rejected"
        typer.echo(f"{saved.id}: {counts}, saved in {folder}. Then run: faq build")
        return
    for entry in review_aliases(list(documents.values())):
        named = ", ".join(entry.documents[:_MOST_NAMED])
        more = len(entry.documents) - _MOST_NAMED
        where = f"{named} and {more} more" if more > 0 else named
        line = f"{entry.status:<11}  {entry.short}  {entry.long}  ({where})"
        typer.echo(entry.model_dump_json() if as_json else line)
