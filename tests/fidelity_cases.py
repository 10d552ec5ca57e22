"""Words that extraction likes to change: what a source shows, and what must come out of it.

`^{…}` is raised and `_{…}` lowered in the source, whichever way its format says so. One sentence each;
most of them are doses, measures and results as trials write them.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Run(NamedTuple):
    """Text of one height: "plain", "raised" or "lowered"."""

    height: str
    text: str


class FidelityCase(NamedTuple):
    """`shown` in the notation above, and the `expected` characters."""

    shown: str
    expected: str

    @property
    def runs(self) -> list[Run]:
        """The source text cut where its height changes."""
        heights = {"^": "raised", "_": "lowered"}
        parts = re.split(r"([\^_])\{([^}]*)\}", self.shown)
        found = [Run("plain", parts[0])]
        for mark, inside, after in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
            found += [Run(heights[mark], inside), Run("plain", after)]
        return [run for run in found if run.text]


_MOVED = """
The dose was 1×10^{6} cells/kg.|The dose was 1×10⁶ cells/kg.
The dose was 2×10^{8} cells in all.|The dose was 2×10⁸ cells in all.
Each person received 1 × 10^{6} cells per kilogram.|Each person received 1 × 10⁶ cells per kilogram.
A dose of 5×10^{7} cells was given twice.|A dose of 5×10⁷ cells was given twice.
About 0.5–2×10^{6}/kg were infused.|About 0.5–2×10⁶/kg were infused.
Doses of 10^{5}, 10^{6} and 10^{7} cells were compared.|Doses of 10⁵, 10⁶ and 10⁷ cells were compared.
The titre was 10^{-3} or lower.|The titre was 10⁻³ or lower.
The titre fell below 10^{−4} units.|The titre fell below 10⁻⁴ units.
The risk was 3.2×10^{-5} per year.|The risk was 3.2×10⁻⁵ per year.
P was 4.1 × 10^{−12} for the locus.|P was 4.1 × 10⁻¹² for the locus.
Counts above 10^{10} were diluted.|Counts above 10¹⁰ were diluted.
Counts reached 10^{12} genomes/mL.|Counts reached 10¹² genomes/mL.
Platelets were 150×10^{9}/L at entry.|Platelets were 150×10⁹/L at entry.
White cells were 3.4×10^{9}/L after a week.|White cells were 3.4×10⁹/L after a week.
Red cells were 4.5×10^{12}/L on day 7.|Red cells were 4.5×10¹²/L on day 7.
The body surface was 1.73 m^{2} on average.|The body surface was 1.73 m² on average.
GFR rose to 62 mL/min/1.73 m^{2} in a year.|GFR rose to 62 mL/min/1.73 m² in a year.
Cyclophosphamide was given at 10 mg/kg or 750 mg/m^{2}.|Cyclophosphamide was given at 10 mg/kg or 750 mg/m².
The lesion measured 2 cm^{3} at baseline.|The lesion measured 2 cm³ at baseline.
The lesion measured 12 mm^{3} at six months.|The lesion measured 12 mm³ at six months.
The field was 400 cells/mm^{2} wide.|The field was 400 cells/mm² wide.
BMI was 24.1 kg/m^{2} (SD 3.2).|BMI was 24.1 kg/m² (SD 3.2).
The rate was 0.3 h^{-1} in plasma.|The rate was 0.3 h⁻¹ in plasma.
Clearance was 5 mL min^{−1} kg^{−1}.|Clearance was 5 mL min⁻¹ kg⁻¹.
Flow was 2.4 L·min^{-1}·m^{-2} at rest.|Flow was 2.4 L·min⁻¹·m⁻² at rest.
The slope was −0.4 y^{−1} in both arms.|The slope was −0.4 y⁻¹ in both arms.
R^{2} was 0.81 in the model.|R² was 0.81 in the model.
χ^{2} was 4.6 with one degree of freedom.|χ² was 4.6 with one degree of freedom.
I^{2} was 0% between trials.|I² was 0% between trials.
The isotope was ^{18}F in all scans.|The isotope was ¹⁸F in all scans.
Uptake of ^{99m}Tc was normal.|Uptake of ⁹⁹ᵐTc was normal.
Labelled with ^{111}In and ^{51}Cr.|Labelled with ¹¹¹In and ⁵¹Cr.
Ca^{2+} was measured each day.|Ca²⁺ was measured each day.
Mg^{2+} and K^{+} were in range.|Mg²⁺ and K⁺ were in range.
HCO_{3}^{-} was 24 mmol/L.|HCO₃⁻ was 24 mmol/L.
PO_{4}^{3-} was not measured.|PO₄³⁻ was not measured.
CD4^{+} cells rose by 12%.|CD4⁺ cells rose by 12%.
CD4^{+}CD25^{+}Foxp3^{+} cells were counted.|CD4⁺CD25⁺Foxp3⁺ cells were counted.
CD34^{−} and CD45^{−} cells were used.|CD34⁻ and CD45⁻ cells were used.
Lin^{-}Sca-1^{+} cells were sorted.|Lin⁻Sca-1⁺ cells were sorted.
CO_{2} was held at 5%.|CO₂ was held at 5%.
H_{2}O_{2} was added for 30 minutes.|H₂O₂ was added for 30 minutes.
O_{2} was given at 2 L/min.|O₂ was given at 2 L/min.
SpO_{2} stayed above 94%.|SpO₂ stayed above 94%.
PaO_{2}/FiO_{2} was 210 on day 3.|PaO₂/FiO₂ was 210 on day 3.
FEV_{1} was 58% of predicted.|FEV₁ was 58% of predicted.
FEV_{1}/FVC was below 0.70.|FEV₁/FVC was below 0.70.
IL-1_{β} was lower after treatment.|IL-1ᵦ was lower after treatment.
The IC_{50} was 3.1 nM.|The IC₅₀ was 3.1 nM.
The EC_{90} was 12 µM.|The EC₉₀ was 12 µM.
The LD_{50} was not reached.|The LD₅₀ was not reached.
HbA_{1c} was 6.8% at the end.|HbA₁c was 6.8% at the end.
C_{max} was 14 ng/mL.|Cₘₐₓ was 14 ng/mL.
T_{max} was 2 h and t_{1/2} 9 h.|Tₘₐₓ was 2 h and t₁⁄₂ 9 h.
AUC_{0–24} was 310 ng·h/mL.|AUC₀–₂₄ was 310 ng·h/mL.
Vitamin B_{12} was replaced.|Vitamin B₁₂ was replaced.
Vitamin D_{3} was 20 ng/mL.|Vitamin D₃ was 20 ng/mL.
TGF-β_{1} fell from 9 to 4.|TGF-β₁ fell from 9 to 4.
T_{reg} cells were counted at 1 month.|Tᵣₑg cells were counted at 1 month.
The SLEDAI_{2K} was 9.|The SLEDAI₂K was 9.
Nobody died of the treatment.^{1}|Nobody died of the treatment.¹
Two of them relapsed.^{12,13}|Two of them relapsed.¹²,¹³
Others found the same.^{4–6}|Others found the same.⁴–⁶
Others found it too.^{4-6,9}|Others found it too.⁴-⁶,⁹
The 1^{st} infusion was on day 0.|The 1ˢᵗ infusion was on day 0.
The 2^{nd} and 3^{rd} followed.|The 2ⁿᵈ and 3ʳᵈ followed.
The 16^{th} patient left the study.|The 16ᵗʰ patient left the study.
The p value^{a} was 0.03.|The p valueᵃ was 0.03.
The p value^{*} was 0.04.|The p value* was 0.04.
The death^{†} was not related.|The death† was not related.
The scale was x^{n} in theory.|The scale was xⁿ in theory.
It grew by 2^{n+1} each week.|It grew by 2ⁿ⁺¹ each week.
Ten to the 10^{2.5} was given.|
Each vial held 10^{6,5} cells.|
The rate was 10^{1/2} per day.|The rate was 10¹⁄² per day.
The ratio was 10^{1:2} per day.|
m^{2}|m²
"""
_PLAIN = """
The dose was 1×10⁶ cells/kg.
Platelets were 150×10⁹/L at entry.
The change was 5.2 ± 1.3 points.
The change was 5.2±1.3 points.
The score fell by −3.1 (95% CI −4.9 to −1.3).
The score fell from 12.4 to 3.1 (p<0.001).
The score fell from 12.4 to 3.1 (p < 0.001).
The score fell from 12.4 to 3.1 (P = 0.0007).
The difference was not significant (p>0.05).
The difference was 0.5 (95% CI: 0.12, 0.88; p=.01).
The odds ratio was 1.24 [0.98–1.57].
The hazard ratio was 0.61 (95% CI 0.43–0.87).
It was ≤ 5% in both groups.
It was ≥ 18 years for all.
It was ≥18 and ≤65 years.
Values ≠ 0 were kept.
Roughly ≈ 40% improved.
About ~40% improved.
The mean was ~2.5-fold higher.
It was > 90% and < 95%.
It was 100 µg per day.
It was 100 μg per day.
It was 50 µL in each well.
It was 3 µmol/L on day 2.
The temperature was 37 °C.
The temperature was 37.0°C for 24 h.
A fever of 38.5 °C (101.3 °F) went away.
The angle was 45° at rest.
Creatinine was 88 µmol/l (1.0 mg/dl).
It cost $89.1 million.
It cost €1 200,50 in 2019.
It cost £3,400 a year.
The number was 1,016 people.
The number was 1 016 people.
The number was 1'016 people.
The share was 12.5 %.
The share was 12,5 %.
The share was ½ of the dose.
The share was ¼ of the dose and ¾ later.
The ratio was 1:2.5:10.
It was 3/16 (18.8%).
It was 12/16, then 5/6.
It was 9 of 12 (75 %).
Two of 16 patients relapsed.
No treatment-related deaths occurred.
No deaths, 0/16, were seen.
Zero (0) events were seen.
The range was 3–28 months.
The range was 3-28 months.
The range was 3 – 28 months.
The range was 3—28 months.
The range was 3 to 28 months.
Median follow-up was 8.25 months (range 3–28).
The study ran from 2007–2009.
The visit was on 03/08/2010.
The visit was on 2010-08-03.
The visit was at 08:30 h.
Day −7 to day +28 was observed.
Days −7, −1, 0, +1 and +28 were planned.
The range was −20 °C to +4 °C.
It was kept at −80 °C.
It was kept at -80 °C.
It was 10 mg b.i.d. for 5 days.
It was 0.5 mg/kg/day by mouth.
It was .5 mg a day.
It was 5.0 mg a day.
It was 0.05 mg a day.
It was 0.005 mg a day.
It was 50,000 IU weekly.
It was 2.5 × 10 mL.
It was 2·5 mg/L.
It was 1.5e6 cells.
It was 1.5E+06 cells.
It was 10^6 cells.
It was 10**6 cells.
It was 1x10E6 cells.
Mean (SD) was 4.1 (1.2).
Mean [IQR] was 4.1 [2.2–6.0].
Median {range} was 4 {1–9}.
Age was 29.4 ± 9.6 y (n = 16).
Complement C3 was 0.53 g/L and C4 0.12 g/L.
Anti-dsDNA was 1:640 at entry.
Anti‐dsDNA antibodies fell.
IL-6, IL-10 and TNF-α were measured.
IFN-γ and TGF-β1 were measured.
α-tocopherol and β-blockers were allowed.
Δ was 3.2 and σ 0.4.
λ, μ and π are Greek.
HLA-DRB1*03:01 was found.
HLA-B*27 was found in 3.
It was a 2×2 factorial design.
It was a 3+3 design.
Grade 3/4 events were 2 (1.5%).
Grade ≥3 events were 0.
Grade III–IV events were 1.
WHO class IV-G (A/C) was found.
NCT00698191 is the number.
ISRCTN12345678 is the number.
doi:10.1002/art.27548 names it.
It is at https://doi.org/10.1002/art.27548 today.
Write to trial@example.org or call +1 555 0100.
Call 1-800-555-0199 (ext. 12).
See Fig. 2A and Table 3.
See ref. 12, pp. 34–37.
Vol. 62(8):2467–75 holds it.
Smith et al. (2010) found 5%.
“No deaths” were reported.
‘No deaths’ were reported.
"No deaths" were reported.
It's the patient's choice.
It’s the patient’s choice.
«Pas de décès» was reported.
Sjögren's syndrome was excluded.
Crohn’s and Behçet’s diseases were excluded.
Guillain–Barré syndrome was not seen.
Ménière’s disease was not seen.
Naïve T cells were counted.
The café was in São Paulo.
Ångström and Øresund are names.
Łódź, Kraków and Győr took part.
Straße 12, Zürich, took part.
Ελλάδα and Россия took part.
Wharton’s jelly–derived cells were used.
It was double‐blind and placebo‐controlled.
It was double-blind and placebo-controlled.
It was non‑inferior by 5%.
A 10-mg tablet was taken.
A 10‑mg tablet was taken.
Give 5 mL, not 50 mL.
Give 0.1 mL (1/10).
Keep < 25 °C; do not freeze.
Do not give if K+ > 5.5 mmol/L.
Stop if ALT > 3×ULN.
Stop if QTc ≥ 500 ms.
It rose ↑ 20% and fell ↓ 5%.
It went from A → B.
The mark ✓ means yes, ✗ means no.
Drug® and Drug™ are names.
© 2010 by the society.
§ 12 and ¶ 3 apply.
The sign † means dead, ‡ means lost.
The sign * means p<0.05; ** means p<0.01.
The symbol & stands for and.
5 < 6 & 7 > 3 holds.
Use <mg/day> as the unit.
The tag &amp; is five letters.
The file is C:\\data\\trial_01.csv.
The term is a_b and *c*.
The list [1], [2–4] and [5,6] is cited.
The set {a, b} is used.
It was 50% [of 16].
# is a number sign.
1. is not a list here.
- is not a list here.
+ is not a list here.
> is not a quotation here.
`code` is not code here.
The sum ∑ and root √2 are drawn.
The value ∞ is not reached.
The set A ∩ B is empty (∅).
The share is 5‰ of all.
The prime 5′ to 3′ is a direction.
The 5'-UTR and 3'-UTR are named.
The length was 5″ or 12.7 cm.
The fluid was 0.9% NaCl.
The fluid was 5% dextrose in ½-normal saline.
The pH was 7.40 (7.35–7.45).
The O2 need was 2 L/min.
The 6MWD rose by 38 m.
The mRSS fell by 7.1±2.6 units.
The EDSS was 4.0→3.5.
The UPDRS-III was 31/108.
The VAS was 7.5/10 cm.
The WOMAC was 52.3 ± 11.0 → 31.9 ± 9.8.
The BILAG was A/B in 14/16.
The DAS28-CRP was 5.1.
The DLCO was 61 % pred.
The SLEDAI score was ≥8 (mean 12.2±3.3; range, 8–19).
Proteinuria was 2 505.0 ± 1 323.9 mg/24 h.
Proteinuria was 2505.0±1323.9 mg/24h.
Albumin was 2.83±0.55 g/dL vs 3.47±0.47.
The level was 10 000 copies/mL.
"""


def _cases() -> tuple[FidelityCase, ...]:
    moved = [FidelityCase(*line.split("|")) for line in _MOVED.strip().split("\n")]
    return (*moved, *(FidelityCase(line, line) for line in _PLAIN.strip().split("\n")))


CASES = _cases()
# Those that no characters can show as they stand: the file must be refused.
REFUSED = tuple(case for case in CASES if not case.expected)
RIGHT = tuple(case for case in CASES if case.expected)
