"""B1: each row of the relation table with a case that holds and one that just does not."""

import pytest
from hypothesis import given, strategies as st

from services.projector.rules.relation import (
    RULES,
    Harm,
    RelationTerms,
    Said,
    SpeakerTerms,
    Statement,
    relation,
    relation_rule,
)
from tests.projector.rules.cases import Json, relation_terms
from tests.shared import shared_cases, shared_lines

HERE = frozenset({"x:ford", "x:shire", "c:north"})
WAR = RelationTerms("happened", "shelling", two_sided=True, place_within=HERE, about="civilians")
PEACE = RelationTerms("happened", "flood", place_within=HERE)
CURFEW = RelationTerms("measure", "restriction", place_within=HERE)
ARREST = RelationTerms("happened", "arrest", place_within=HERE)
LEAVE = RelationTerms("happened", "evacuation", place_within=HERE, ordered=True)
FLIGHT = RelationTerms("happened", "evacuation", place_within=HERE)
COUP = RelationTerms("happened", "coup", place_within=HERE)


def losses(whose: str, n: int | None) -> RelationTerms:
    harm = Harm(whose, "forces_losses", n)
    return RelationTerms("count", "shelling", two_sided=True, place_within=HERE, about="forces", harms=harm)


def guilt(whose: str, two_sided: bool = False) -> RelationTerms:
    return RelationTerms("cause", "transport_crash", two_sided, HERE, harms=Harm(whose, "guilt"))


MAYOR = SpeakerTerms("government", jurisdiction="x:ford")
STRANGER = SpeakerTerms("government", jurisdiction="x:elsewhere")
MAYOR_AT_WAR = SpeakerTerms("government", side="north", jurisdiction="x:shire")
ARMY = SpeakerTerms("military", side="north")
POLICE = SpeakerTerms("police_rescue", name="police")
PAPER = SpeakerTerms("media")
FERRY_LINE = SpeakerTerms("company", name="ferry-line")
PLAIN = Said()

CASES: list[tuple[str, SpeakerTerms, RelationTerms, Said, str]] = [
    ("an official with jurisdiction orders a curfew", MAYOR, CURFEW, PLAIN, "A"),
    ("one without cannot", STRANGER, CURFEW, PLAIN, "O"),
    ("the acting authority needs no office", SpeakerTerms("armed_group", acting_authority=True), CURFEW, PLAIN, "A"),
    ("the author stays author when unsure", MAYOR, CURFEW, Said(certainty="possible"), "A"),
    ("an unnamed source is no author", SpeakerTerms("unnamed", jurisdiction="x:ford"), CURFEW, PLAIN, "W"),
    ("police of the place arrest", SpeakerTerms("police_rescue", jurisdiction="x:shire"), ARREST, PLAIN, "A"),
    ("police that state no jurisdiction are on duty", POLICE, ARREST, PLAIN, "D"),
    ("an ordered evacuation has an author", MAYOR, LEAVE, PLAIN, "A"),
    ("a flight has none", MAYOR, FLIGHT, PLAIN, "D"),
    ("a channel is weak", SpeakerTerms("social_channel", side="north"), WAR, PLAIN, "W"),
    ("an unnamed witness is weak", SpeakerTerms("witness", named=False), WAR, PLAIN, "W"),
    ("a named one is not", SpeakerTerms("witness"), WAR, PLAIN, "O"),
    ("whoever finds it possible is weak", ARMY, losses("north", 3), Said(certainty="possible"), "W"),
    ("probable is firm", ARMY, losses("north", 3), Said(certainty="probable"), "G"),
    ("own losses", ARMY, losses("north", None), PLAIN, "G"),
    ("no own losses", ARMY, losses("north", 0), PLAIN, "P"),
    ("losses of the enemy", ARMY, losses("south", 3), PLAIN, "P"),
    ("a company admits its fault", FERRY_LINE, guilt("ferry-line"), Said(role="own_accident"), "G"),
    ("a company explains its accident", FERRY_LINE, PEACE, Said(role="own_accident"), "P"),
    ("guilt that is boasted of", ARMY, guilt("north", True), Said(role="claims_responsibility"), "P"),
    ("a side is none where nobody is opposed", ARMY, guilt("north"), PLAIN, "O"),
    ("a monitor without a side", SpeakerTerms("ngo_monitor"), WAR, PLAIN, "N"),
    ("a monitor with one", SpeakerTerms("ngo_monitor", side="south"), WAR, PLAIN, "P"),
    ("a monitor accused", SpeakerTerms("international"), PEACE, Said(role="accused"), "P"),
    ("an expert with a method", SpeakerTerms("expert", method=True), WAR, PLAIN, "N"),
    ("an expert without", SpeakerTerms("expert"), WAR, PLAIN, "O"),
    ("a reporter on the scene", PAPER, WAR, Said(evidence="reporter_on_scene"), "N"),
    ("an outlet that verified it", PAPER, WAR, Said(evidence="video", verified_by_speaker=True), "N"),
    ("an outlet that shows it", PAPER, WAR, Said(evidence="video"), "O"),
    ("police on a flood", POLICE, PEACE, PLAIN, "D"),
    ("police of elsewhere", SpeakerTerms("police_rescue", jurisdiction="x:elsewhere"), PEACE, PLAIN, "O"),
    ("police whose shot is in question", POLICE, PEACE, Said(role="own_conduct"), "P"),
    ("a government during a coup", MAYOR, COUP, PLAIN, "P"),
    ("a court during a coup", SpeakerTerms("judiciary"), COUP, PLAIN, "D"),
    ("soldiers help in a flood", ARMY, PEACE, PLAIN, "O"),
    ("between two sides, own civilians hurt", MAYOR_AT_WAR, WAR, PLAIN, "O"),
    ("the army on the same civilians", ARMY, WAR, PLAIN, "P"),
    ("the mayor on who fired", MAYOR_AT_WAR, RelationTerms("actor", "shelling", True, HERE), PLAIN, "P"),
    ("state media at war", SpeakerTerms("media", side="north"), WAR, PLAIN, "P"),
    ("state media on a flood", SpeakerTerms("media", side="north"), PEACE, PLAIN, "O"),
]


@pytest.mark.parametrize(("why", "speaker", "fact", "words", "letter"), CASES, ids=[case[0] for case in CASES])
def test_own_case(why: str, speaker: SpeakerTerms, fact: RelationTerms, words: Said, letter: str) -> None:
    assert relation(speaker, fact, words) == letter, why


def test_every_row_is_reached_by_an_own_case() -> None:
    reached = {relation_rule(speaker, fact, words).key for _, speaker, fact, words, _ in CASES}

    assert reached == {rule.key for rule in RULES}


@pytest.mark.parametrize("case", shared_cases("cases", "relation.jsonl"))
def test_shared_case(case: Json) -> None:
    assert relation(*relation_terms(case)) == case["expect"]["relation"], case["why"]


@pytest.mark.shared
def test_the_worked_example_states_the_relations_that_the_table_gives() -> None:
    world, *steps = shared_lines("cases", "b4.jsonl")
    for step in steps:
        for entry in step["assertions"]:
            if entry["on"] != "fact" or entry["act"] == "retracts":
                continue
            fact = {k: v for k, v in world["facts"][entry["fact"]].items() if k not in ("value", "realis")}
            words = {"polarity": entry["act"], "certainty": entry.get("certainty", "certain")}
            case = {"speaker": world["speakers"][entry["speaker"]], "fact": fact, "said": words}
            assert relation(*relation_terms(case)) == entry["relation"], (step["step"], entry)


KINDS = ["government", "military", "police_rescue", "health", "judiciary", "armed_group", "international", "expert",
         "ngo_monitor", "company", "witness", "media", "social_channel", "unnamed", "party_or_movement"]  # fmt: skip
SPEAKERS = st.builds(
    SpeakerTerms,
    kind=st.sampled_from(KINDS),
    side=st.sampled_from([None, "north"]),
    named=st.booleans(),
    name=st.sampled_from([None, "police"]),
    jurisdiction=st.sampled_from([None, "x:ford", "x:elsewhere"]),
    acting_authority=st.booleans(),
    method=st.booleans(),
)
FACTS = st.builds(
    RelationTerms,
    aspect=st.sampled_from(["happened", "actor", "cause", "count", "control", "measure"]),
    type=st.sampled_from(["shelling", "arrest", "evacuation", "coup", "flood"]),
    two_sided=st.booleans(),
    place_within=st.just(HERE),
    ordered=st.booleans(),
    about=st.sampled_from([None, "civilians", "services", "forces"]),
    harms=st.none() | st.builds(Harm, st.sampled_from(["north", "police"]), st.sampled_from(["guilt", "ground_lost"])),
)
WORDS = st.builds(
    Said,
    certainty=st.sampled_from(["certain", "probable", "possible", "unknown"]),
    evidence=st.sampled_from(["none", "reporter_on_scene"]),
    role=st.sampled_from([None, "accused", "claims_responsibility"]),
)


@given(SPEAKERS, FACTS, WORDS)
def test_the_table_is_total_and_its_letters_keep_their_promises(
    speaker: SpeakerTerms, fact: RelationTerms, words: Said
) -> None:
    rule = relation_rule(speaker, fact, words)
    statement = Statement(speaker, fact, words)

    holding = [row.holds(statement) for row in RULES]
    assert any(holding)
    assert RULES[holding.index(True)] is rule
    if rule.relation == "D":
        assert not fact.two_sided
    if rule.relation == "N":
        assert statement.side is None
    if rule.relation not in ("A", "W"):
        assert words.certainty in ("certain", "probable")
        assert speaker.kind not in ("unnamed", "social_channel")
