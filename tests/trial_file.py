"""A made-up trial as PubMed would send it (MEDLINE format); every word of it is ours."""

from __future__ import annotations

from pathlib import Path

CAVEAT = "There was no comparison group, and the study was small."
FINDING = "After one year, 19 of the 24 participants walked farther than before."
SAFETY = "Two participants had a fever for one day."
QUESTION = "How many people with spinal stenosis walked farther after a year?"
TITLE = "Cord tissue cells for lumbar spinal stenosis: a first study in 24 adults."

_RECORD = f"""PMID- 99000001
OWN - NLM
STAT- MEDLINE
DCOM- 20260302
LR  - 20260302
IS  - 0000-0001 (Electronic)
DP  - 2026 Feb 3
TI  - {TITLE}
AB  - We studied cord tissue cells in 24 adults with lumbar spinal stenosis.
      {CAVEAT}
      {FINDING}
      {SAFETY}
FAU - Example, Ada
AU  - Example A
LA  - eng
PT  - Journal Article
PT  - Clinical Trial
DEP - 20260203
JT  - Journal of made-up studies
AID - 10.9999/made-up.2026.1 [doi]
SO  - J Made Up Stud. 2026 Feb 3. doi: 10.9999/made-up.2026.1.
"""


def write_trial(folder: Path, *, finding: str = FINDING) -> Path:
    """Write the file and return it; `finding` is another sentence in a later version of the source."""
    path = folder / "stenosis.nbib"
    path.write_text(_RECORD.replace(FINDING, finding), "utf-8")
    return path
