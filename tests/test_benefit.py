"""Whether a question asks what good something does is told by its words alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.benefit import RULES_FILE, asks_benefit, benefit_rules, turn_asks_benefit
from assistant.conversation import resolve
from assistant.errors import BrokenTable

BENEFIT = """
Does it work?
does stem cell therapy work for lupus
Do stem cells help?
will this help my knee
Is it effective?
how effective is it against COPD
Can it cure lupus?
Is there a cure for COPD?
can copd be cured
Will I get better?
will i feel better after the infusion
Did the patients in the lupus trial improve?
any improvement?
what were the results
lupus trial results
What is the success rate?
success rate knee
how many people got better
How many of the treated people improved?
did it help everybody or only a few of them
was there anyone it didn't work for
Did anybody go into remission?
does it make a difference
Does it do any good?
is it worth it
Is it worth the money?
what are the benefits of IV stem cells
how beneficial are umbilical cord cells
is there any proof that it works
has it been proven to help people
what evidence is there that cells help
Is this a scam or does it really do something?
what can I expect from the treatment?
what are my chances of recovery
Will my mother walk again after her stroke?
will i be able to breathe better
Can the brain recover after a stroke?
can my joints regrow
does it reverse the damage
Could it slow down my COPD?
does the pain go away
will my symptoms disappear
did the disease come back
Did the treatment stop lupus flares?
can it relieve pain
does it ease knee pain
is stem cell therapy good for arthritis
Are stem cells useful for stroke?
I wonder whether it works
Tell me if this helps with lungs.
my sister says it does nothing, true?
I have lupus. Does it work?
does it regenerate cartilage
Can they fix my knee without surgery?
has anyone been healed
Does this treatment really heal joints?
what outcomes did people have
efficacy of MSC transplantation
effectiveness lupus
how well does it work
How good is this for RA?
what share of patients responded
did all of them recover
are people better afterwards
is it just hype
Did kidneys get better?
what good results have you seen
I doubt that it helps
can it treat rheumatoid arthritis
Could stem cells restore my lungs?
did it reduce disease activity
was it successful in people
is my dad going to get well with this
can i come off my steroids, would it get me off my medication
how helpful was it to the 16 patients
What's the cure rate?
DOES IT WORK??
does IT really WORK for people like me
Do cord cells benefit anyone with lupus?
is it any use at my age
doesn't it only work in mice
did the symptoms calm down
have people had relief
¿Funciona?
¿Funciona la terapia con células madre?
¿Sirve para el lupus?
¿Ayuda con la artritis?
¿Me ayudará este tratamiento?
¿Es efectivo?
¿Qué tan eficaz es?
¿Se puede curar el lupus?
¿Cura la EPOC?
¿Voy a mejorar?
¿Mejoraron los pacientes?
¿Cuántos pacientes mejoraron?
¿Cuáles fueron los resultados?
¿Cuál es la tasa de éxito?
¿Tiene beneficios?
¿Alivia el dolor de rodilla?
¿Me voy a sentir mejor?
¿Puede recuperarse el cerebro?
¿Vale la pena?
¿Hay pruebas de que funciona?
¿Es bueno para la rodilla?
¿Quita el dolor?
"""
CONTROLS = """
How does it work?
how do stem cells work in the body
Where is the clinic?
what are your opening hours
Who is Dr. Hansen?
where does the doctor work
when does Dr. Hansen work
does the doctor work on weekends
How many people were in the study?
how many patients took part
How long did the study watch the patients?
Was there a comparison group?
were the patients chosen by chance
Is this a randomized trial?
What does it cost?
how much is one infusion
Do you take insurance?
which insurance benefits apply
is parking free
How do I book an appointment?
can you help me book a visit
please help me find the clinic
who can help me with my bill
how was improvement measured
How did they measure success?
how was the disease measured
What is lupus?
what is an umbilical cord
what does SLE stand for
What kind of cells are used?
where do the cells come from
when was the study published
Who paid for the trial?
who wrote the paper
Did anyone die?
were there any deaths
Is it safe?
what are the side effects
are there risks
Does it hurt?
how is it given
how long does an infusion take
What are stem cells?
what can stem cells become
How many Americans have arthritis?
how many people have COPD
is it approved by the FDA
Which conditions do you treat?
what diseases does the clinic treat
when will I get my test results
where can I see my blood results
What does the clinic say about cord tissue and lupus?
what does the page claim about stroke
according to the website, what is a stem cell
Are you a naturopathic doctor?
since when has he been in practice
what is SLEDAI
what does refractory mean
which antibodies were tested
Did the patients give consent?
what years did the trial run
who could join the lupus trial
was it tested on animals
how old were the patients
how many doses were given
do I have to stay overnight
can I eat before the visit
Do you offer massage?
is there a waiting list
how do I contact you
what is your phone number
can I bring my daughter
what happens during a visit
do you speak Spanish
is it the same as bone marrow
what is mesotherapy
when can I go back to work
how many days off work do I need
what is the name of the doctor
where is Scottsdale
can children take part
how far is it from the airport
do you have a brochure
what does rheumatoid arthritis do to the joints
why did they choose cord cells
is my data saved
number of lupus patients treated
do you treat diabetes
¿Dónde está la clínica?
¿Cuánto cuesta?
¿Quién es el doctor?
¿Cómo funciona?
¿Cuántos pacientes hubo?
¿Es seguro?
¿Me puede ayudar a reservar una cita?
¿Cuándo estarán mis resultados?
¿Qué dice la clínica sobre el lupus?
¿Cuál es el mejor día para ir?
¿Qué es una célula madre?
¿Hubo muertes?
"""


def lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line]


def test_there_are_enough_of_both() -> None:
    assert len(set(lines(BENEFIT))) >= 80
    assert len(set(lines(CONTROLS))) >= 80


@pytest.mark.parametrize("question", lines(BENEFIT))
def test_who_asks_about_benefit_is_understood(question: str) -> None:
    assert asks_benefit(question)


@pytest.mark.parametrize("question", lines(CONTROLS))
def test_who_asks_something_else_is_not_taken_to_ask_about_benefit(question: str) -> None:
    assert not asks_benefit(question)


@settings(deadline=None)
@given(st.sampled_from(lines(BENEFIT)), st.sampled_from(lines(CONTROLS)), st.sampled_from(["? ", ". ", "\n"]))
def test_another_sentence_changes_nothing(benefit: str, other: str, mark: str) -> None:
    assert asks_benefit(f"{other}{mark}{benefit}")
    assert asks_benefit(f"{benefit}{mark}{other}")


@settings(deadline=None)
@given(st.sampled_from(lines(BENEFIT)), st.sampled_from(lines(CONTROLS)))
def test_case_and_marks_change_nothing(benefit: str, other: str) -> None:
    for asked, expected in ((benefit, True), (other, False)):
        assert asks_benefit(asked.upper()) is expected
        assert asks_benefit(re.sub(r"[?!.,]+$", "", asked)) is expected


@settings(deadline=None)
@given(st.text(max_size=400))
def test_whatever_is_typed_is_read(question: str) -> None:
    assert asks_benefit(question) in (True, False)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("and for lupus?", True),
        ("what about COPD?", True),
        ("and how many people took part in that study of theirs?", False),
        ("Where is the clinic?", False),
    ],
)
def test_a_follow_up_that_names_another_topic_asks_it_again(question: str, expected: bool) -> None:
    assert turn_asks_benefit(resolve(question, ["Does it help with a bad knee?"])) is expected
    assert turn_asks_benefit(resolve(question, ["Where is your parking?"])) is False
    assert turn_asks_benefit(resolve(question)) is False


def test_the_file_says_who_reviewed_it_and_why_each_pattern_is_there() -> None:
    rules = benefit_rules()

    assert rules.version
    assert rules.reviewed_by
    assert all(pattern.why for pattern in (*rules.asks, *rules.excused))


BROKEN = {
    'asks = [{why = "x", any = []}]': "asks.0.any",
    'asks = [{why = "x", any = ["("]}]': "missing )",
    'asks = [{why = "x", any = ["{nobody}"]}]': "nobody",
    'asks = [{why = "x", any = ["a"], more = 1}]': "asks.0.more",
    "asks": "cannot be used",
}


@pytest.mark.parametrize(("text", "why"), BROKEN.items())
def test_a_broken_file_is_named(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "benefit.toml"
    path.write_text(f'version = "1"\nreviewed_by = "A"\nreviewed_on = "2026-01-01"\n{text}', "utf-8")

    with pytest.raises(BrokenTable, match=re.escape(why)) as refused:
        asks_benefit("Does it work?", path)
    assert str(path) in str(refused.value)
    with pytest.raises(BrokenTable):
        benefit_rules(path.with_name("none.toml"))
    assert RULES_FILE.exists()
