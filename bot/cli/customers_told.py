"""What an import of customers did or would do, in lines for the terminal."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from escalation.customers.patch_tally import Tally

_SEVERAL = {
    "contact": "names",
    "phone": "phones",
    "email": "e-mail addresses",
    "organisation": "organisations",
    "annual_amount": "annual amounts",
    "orders_per_year": "orders per year",
    "influence": "influences",
    "complexity": "complexities",
    "agent": "agents",
    "tier": "tiers",
}
_ONE = {"contact": "name", "email": "e-mail address", "annual_amount": "annual amount", "complexity": "complexity"}
_KEPT_TIER = "a tier set by hand is not ended by a file"
_KEPT = "if that is right, import with --overwrite"
# What a row lacks that is left out, without the names that stand in it.
_LACKS = {
    "of_new_contact": "contact must be given: the customer is new.",
    "of_new_organisation": "annual_amount must be given, such as 6200000: the organisation is new.",
    "of_one_person": "annual_amount must be given, such as 6200000.",
}


def told(tally: Tally, unknown_agents: Collection[str], *, is_trial: bool = False) -> Iterator[str]:
    """Yield one line per kind of thing that happened, or would."""
    done, moved = ("would be saved", "would change") if is_trial else ("saved", "changed")
    yield f"{tally.contacts} contacts {done}, {tally.new} of them new; the tier of {tally.tier_changes} {moved}."
    for word, counts in (("changed", tally.changed), ("cleared", tally.cleared)):
        if counts:
            yield f"{word}: {counted(counts)}."
    yield from _replaced(tally)
    for each in tally.tier_examples:
        yield f"The tier of {each['id']} {'would go' if is_trial else 'went'} from {each['old']} to {each['new']}."
    for each in tally.kept_examples:
        if each["field"] == "expires":
            yield f"No tier is set for {each['id']}'s organisation: its last day, {each['given']}, is past."
            continue
        given = each["given"] or "blank"
        advice = _KEPT_TIER if each["field"] == "tier" else _KEPT
        yield f"{each['field']} of {each['id']}'s organisation stays {each['stays']}; the file says {given}: {advice}."
    for each in tally.collision_examples:
        what = "e-mail address" if each["field"] == "email" else "phone"
        yield f"{each['id']} has the same {what} as {each['other']}: neither can be recognised by it alone."
    for each in tally.refused_examples:
        lacks = _LACKS[each["code"]]
        yield f"Line {each['line']} was left out, for something has changed since it was looked at: {lacks}"
    if tally.waiting:
        yield f"{tally.waiting} tiers wait for a second person, who confirms them in the console."
    if unknown_agents:
        names = ", ".join(f'"{login}"' for login in unknown_agents)
        yield f"Nobody signs in as {names}: until somebody does, whoever is on duty serves those customers."


def _replaced(tally: Tally) -> Iterator[str]:
    """Whose values are others by then, by the ids of the CRM: names are personal data."""
    for each in tally.replaced_examples:
        said = [f"{word} {each[word].replace(' ', ', ')}" for word in ("changed", "cleared") if each[word]]
        yield f"{each['id']}: {'; '.join(said)}."
    if (more := tally.replaced - len(tally.replaced_examples)) > 0:
        yield f"{more} more contacts are changed or cleared."


def counted(counts: Mapping[str, int]) -> str:
    """Return counts in words: "1 agent, 2 phones"."""
    return ", ".join(f"{number} {_named(name, number)}" for name, number in sorted(counts.items()))


def _named(name: str, number: int) -> str:
    return _ONE.get(name, _SEVERAL[name].removesuffix("s")) if number == 1 else _SEVERAL[name]
