"""The chaos run ends with audits, and holds their findings against what has to fail."""

import pytest

from emulator.chaos.audit import AuditAnswer, AuditFinding, ask_audit, audit_run

PLACE, WHOLE, DAMAGED = "s3://logs/run/", "s3://logs/run/a.log", "s3://logs/run/damaged/b.log"
CLOSES = AuditAnswer(0, ())
OF_DAMAGED = AuditFinding(DAMAGED, "failed", "DamagedObjectError")


def run(*answers: AuditAnswer, ends: bool = True) -> tuple[list[str], list[tuple[str, ...]]]:
    """Return the problems of a run whose audits answer so, and what they were asked."""
    given, asked = iter((CLOSES, *answers)), list[tuple[str, ...]]()

    def ask(arguments: tuple[str, ...]) -> AuditAnswer:
        asked.append(arguments)
        return next(given)

    return audit_run(ask, lambda: ends, PLACE, {DAMAGED}), asked


def test_what_deployments_left_is_repaired() -> None:
    """What the run's own route hides is replayed first; the second audit leaves out what has to fail."""
    problems, (replay, first, second) = run(
        AuditAnswer(1, (OF_DAMAGED, AuditFinding(WHOLE, "mixed parsers", "1, 2"))), CLOSES
    )
    assert problems == []
    assert replay[0] == "replay"
    assert {"--repair", "--yes", "--deep", PLACE} <= set(first)
    assert "--repair" not in second
    assert second[-3:] == ("--ignore", "run/damaged/b.log", PLACE)


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        (
            AuditAnswer(1, (OF_DAMAGED, AuditFinding(WHOLE, "records missing", "3 of 9"))),
            CLOSES,
            "a.log: records missing",
        ),
        (AuditAnswer(1, (OF_DAMAGED, AuditFinding(WHOLE, "failed", "no"))), CLOSES, "a.log: failed"),
        (CLOSES, CLOSES, "b.log has failed, and it does not say so"),
        (AuditAnswer(0, (OF_DAMAGED,)), CLOSES, "exits with 0 after 1 findings"),
        (AuditAnswer(1, (OF_DAMAGED,)), AuditAnswer(2, (), "error: no table"), "it should close: error: no table"),
    ],
    ids=["lost", "failed by mistake", "blind to a failure", "wrong exit code", "stays open"],
)
def test_what_an_audit_should_not_say_is_a_problem(first: AuditAnswer, second: AuditAnswer, words: str) -> None:
    """It names the object and the fault."""
    (problem,) = run(first, second)[0]
    assert words in problem


def test_a_replay_that_is_refused_is_a_problem() -> None:
    """Its last words say why."""
    answers = iter((AuditAnswer(2, (), "error: no queue"), AuditAnswer(1, (OF_DAMAGED,)), CLOSES))
    assert audit_run(lambda _: next(answers), lambda: True, PLACE, {DAMAGED}) == [
        "replay exits with 2: error: no queue"
    ]


def test_work_that_does_not_end_after_the_repair_is_a_problem() -> None:
    """The second audit is made all the same."""
    problems, asked = run(AuditAnswer(1, (OF_DAMAGED,)), CLOSES, ends=False)
    assert (problems, len(asked)) == (["audit: work is still under way after the repair"], 3)


def test_the_command_is_asked_as_its_users_ask() -> None:
    """An error is told by its exit code and its last line."""
    answer = ask_audit(("audit", "--since", "no time", "--json"), {})
    assert (answer.code, answer.findings) == (2, ())
    assert "--since" in answer.error
