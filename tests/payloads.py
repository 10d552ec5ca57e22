"""A hundred and fifty and more ways to smuggle a script into a page; each would set `window.ran`."""

from __future__ import annotations

from itertools import product

_RUN = "window.ran=1"
_TAGS = "img svg video audio body details iframe input marquee math object style table x".split()
_EVENTS = "onerror onload onfocus onclick ontoggle onmouseover onstart onbegin onanimationstart".split()
_SPECIAL = (
    f"<script>{_RUN}</script>",
    f"<ScRiPt>{_RUN}</sCrIpT>",
    f"<script/src=data:,{_RUN}></script>",
    f"</textarea><script>{_RUN}</script>",
    f"</title><script>{_RUN}</script>",
    f"<<script>{_RUN}//<</script>",
    f"&lt;script&gt;{_RUN}&lt;/script&gt;",
    f"&#60;script&#62;{_RUN}&#60;/script&#62;",
    f"<a href=javascript:{_RUN}>a</a>",
    f"[a](javascript:{_RUN})",
    f'![a](x"onerror="{_RUN})',
    f'<a href="jav&#x09;ascript:{_RUN}">a</a>',
    f'<iframe srcdoc="<script>parent.{_RUN}</script>"></iframe>',
    f"<svg><script>{_RUN}</script></svg>",
    f"<svg><animate onbegin={_RUN} attributeName=x dur=1s>",
    f"<math><mtext><table><mglyph><style><img src onerror={_RUN}>",
    f'"><img src=x onerror={_RUN}>',
    f"'-{_RUN}-'",
    f"`${{{_RUN}}}`",
    f"{{{{constructor.constructor('{_RUN}')()}}}}",
    f"${{{_RUN}}}",
    f'<meta http-equiv=refresh content="0;javascript:{_RUN}">',
    f'<base href="javascript:{_RUN}//">',
    f"<form action=javascript:{_RUN}><button>a</button></form>",
    f"<embed src=javascript:{_RUN}>",
    f"<link rel=stylesheet href=data:text/css,*{{}} onload={_RUN}>",
    f"<input autofocus onfocus={_RUN}>",
    f"<img src=x:x onerror\f={_RUN}>",
    f"<img/src='x'/onerror={_RUN}>",
    f"<img src=x onerror={_RUN}//",
    f"```mermaid\nclick a call {_RUN}\n```",
    f"$$\\href{{javascript:{_RUN}}}{{a}}$$",
    f'<noscript><p title="</noscript><img src onerror={_RUN}>">',
    f"<template><script>{_RUN}</script></template>",
    f'<div style="background:url(javascript:{_RUN})">a</div>',
)
PAYLOADS: tuple[str, ...] = (
    *_SPECIAL,
    *(f"<{tag} src=x {event}={_RUN}>" for tag, event in product(_TAGS, _EVENTS)),
)
_ROOM = 380


def in_chunks() -> list[str]:
    """Return all payloads, as many behind each other as a question has room for."""
    chunks = [""]
    for payload in PAYLOADS:
        if len(chunks[-1]) + len(payload) > _ROOM:
            chunks.append("")
        chunks[-1] = f"{chunks[-1]} {payload}".strip()
    return chunks
