"""Every protection of the protocol, as the text that is it, and the tests that miss it.

Source: protocol.md §13, §14. `held_by` says why nothing breaks without it: there are two of it.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final


@dataclass(frozen=True)
class Removal:
    """`old`, which the file holds once, becomes `new`."""

    file: str
    old: str
    new: str


@dataclass(frozen=True)
class Protection:
    """`tests` selects, as pytest's -k does, those that must notice that it is gone."""

    name: str
    removals: tuple[Removal, ...]
    tests: str
    held_by: str = ""

    def without(self, package: Path) -> dict[Path, str]:
        """The sources of `package` that are others without it. Raises LookupError for none."""
        sources: dict[Path, str] = {}
        for removal in self.removals:
            path = package / removal.file
            source = sources.get(path) or path.read_text("utf-8")
            if source.count(removal.old) != 1:
                message = f"{removal.file} holds {removal.old!r} {source.count(removal.old)} times"
                raise LookupError(message)
            sources[path] = source.replace(removal.old, removal.new)
        return sources


_ORDERS: Final = "storage/orders.py"
_ORDER_EVENTS: Final = "storage/order_events.py"
_DEFINITIONS: Final = "storage/definitions.py"
_RECORDS: Final = "storage/records.py"
_COMMITS: Final = "operations/commits.py"
_ROSTERS: Final = "storage/rosters.py"
_RULES: Final = "storage/validation_rules.py"
_ASSIGNMENTS: Final = "storage/assignments.py"
_PRODUCTS: Final = "storage/products.py"
_CAMPAIGNS: Final = "storage/campaigns.py"
_HOLDS: Final = "storage/holds.py"
_STACKS: Final = "storage/promotion_stacks.py"
_USES: Final = "storage/uses.py"
_COUNTS: Final = "storage/counts.py"

_SESSION: Final = """name not in sets)),
        conditions=(_OURS,),"""


def _session(condition: str) -> Removal:
    return Removal(_ORDERS, _SESSION, _SESSION.replace("_OURS", f'"{condition}"'))


def _slot(condition: str) -> Removal:
    free = '"attribute_not_exists(#st) AND attribute_not_exists(#alias)"'
    return Removal(_ORDERS, f"IS_FREE: Final = {free}", f'IS_FREE: Final = "{condition}"')


OWNER: Final = _session("(#owner = :me OR #fence = :f) AND #fence = :f")
FENCE: Final = _session("(#owner = :me OR #fence = :f) AND #owner = :me")
BOTH_FENCES: Final = _session("attribute_exists(pk) OR #owner = :me OR #fence = :f")
EVENT_KEY: Final = Removal(
    _ORDER_EVENTS,
    "return put(key, Guard.EVENT, attributes)",
    "return Action(key, Guard.EVENT, sets=attributes)",
)
ORDER_IN_SLOT: Final = _slot(
    "(attribute_not_exists(#st) OR attribute_exists(#st)) AND attribute_not_exists(#alias)"
)
RECORD_KEY: Final = Removal(
    _RECORDS,
    "return put(keys.record(project, record), Guard.STATE, attributes)",
    "return Action(keys.record(project, record), Guard.STATE, attributes)",
)
ROLLED_BACK: Final = Removal(
    _RECORDS,
    """"by": by,
        },
        conditions=("#st = :succeeded", still),""",
    """"by": by,
        },
        conditions=("attribute_exists(#st) OR #st = :succeeded", still),""",
)
DEFINITION_ABSENT: Final = Removal(
    _DEFINITIONS,
    """"dv": 1, "gen": generation, "by": by},
        conditions=(ABSENT,),""",
    """"dv": 1, "gen": generation, "by": by},""",
)
COUNTER_ABSENT: Final = Removal(
    _DEFINITIONS,
    """"dv": 1, "gen": generation, **_money(gift)},
            conditions=(ABSENT,),""",
    """"dv": 1, "gen": generation, **_money(gift)},""",
)
DEFINITION_VERSION: Final = Removal(
    _DEFINITIONS,
    """        removes=changes.removes,
        **_unchanged(before),""",
    """        removes=changes.removes,
        **_unchanged(before)
        | {"conditions": ("attribute_exists(pk) OR #dv = :dv OR #gen = :gen",)},""",
)
COUNTER_VERSION: Final = Removal(
    _DEFINITIONS,
    'sets={**changes.counters, "dv": version}, **_unchanged(before)',
    """sets={**changes.counters, "dv": version},
            **_unchanged(before)
            | {"conditions": ("attribute_exists(pk) OR #dv = :dv OR #gen = :gen",)}""",
)
RULE_MARK: Final = Removal(
    "operations/validation_rules.py",
    "version=found.version + 1,",
    "version=found.version,",
)
RULE_COUNT: Final = Removal(
    _RULES,
    "#deleted = :yes AND #n = :none",
    "#deleted = :yes AND (attribute_exists(pk) OR #n = :none)",
)
SESSION_SEEN: Final = Removal(
    "storage/validation_sessions.py",
    '("#by = :seen",)',
    '("attribute_exists(pk) OR attribute_not_exists(pk) OR #by = :seen",)',
)
STILL_HELD: Final = Removal(
    _HOLDS,
    'conditions.append(f"#{name} >= :{name}")',
    'conditions.append(f"(attribute_exists(pk) OR #{name} >= :{name})")',
)
CLOSED_ROSTER: Final = Removal(
    _ROSTERS,
    '_OPEN: Final = "attribute_not_exists(#closed)"',
    '_OPEN: Final = "(attribute_not_exists(#closed) OR attribute_exists(#closed))"',
)
BOTOCORE_RETRIES: Final = Removal(
    "storage/client.py",
    'retries={"total_max_attempts": 1}',
    'retries={"total_max_attempts": 4, "mode": "standard"}',
)

_SCRIPTS: Final = "(sessions or leases)"
# Where something else is said to hold, everybody has looked.
_EVERYTHING: Final = "dynoxide and not sixty_four"

PROTECTIONS: Final = (
    Protection(
        "limit condition of a counter",
        (
            Removal(
                _DEFINITIONS,
                'conditions.append("#taken < :limit")',
                'conditions.append("attribute_exists(#taken) OR #taken < :limit")',
            ),
        ),
        "races_on_vouchers and ten_times and dynoxide",
    ),
    Protection(
        "credits condition of a gift card",
        (
            Removal(
                _DEFINITIONS,
                'conditions.append("#avail >= :credits")',
                'conditions.append("attribute_exists(#avail) OR #avail >= :credits")',
            ),
        ),
        "gift_cards and forty and dynoxide",
    ),
    Protection(
        "credits condition of a removal by hand",
        (
            Removal(
                _DEFINITIONS,
                '"#avail >= :removed"',
                '"(attribute_exists(#avail) OR #avail >= :removed)"',
            ),
        ),
        "gift_cards and by_hand and dynoxide",
    ),
    Protection(
        "version condition of a counter",
        (
            Removal(
                _DEFINITIONS,
                'conditions = ["#dv = :dv AND #gen = :gen"]',
                'conditions = ["(attribute_exists(#dv) OR #dv = :dv) AND #gen = :gen"]',
            ),
        ),
        "a_definition_that_has_changed",
    ),
    Protection(
        "life condition of a counter",
        (
            Removal(
                _DEFINITIONS,
                'conditions = ["#dv = :dv AND #gen = :gen"]',
                'conditions = ["#dv = :dv AND (attribute_exists(#gen) OR #gen = :gen)"]',
            ),
        ),
        "a_definition_that_has_changed",
    ),
    Protection(
        "version of the definition, not of the counter",
        (
            Removal(
                _DEFINITIONS,
                "version=life.version,",
                'version=number(counted["dv"]),',
            ),
        ),
        "older_than_its_counter or keeps_both",
    ),
    Protection("owner in the commit", (OWNER,), _SCRIPTS),
    Protection("fence in the commit", (FENCE,), _EVERYTHING, "the event's key"),
    Protection(
        "key of the event",
        (EVENT_KEY,),
        _EVERYTHING,
        "owner and fence, or the slot",
    ),
    Protection("fence in the commit, and key of the event", (FENCE, EVENT_KEY), "late_open"),
    Protection("owner, fence, and key of the event", (BOTH_FENCES, EVENT_KEY), _SCRIPTS),
    Protection("order in the slot", (ORDER_IN_SLOT,), "thirty_two_creations and dynoxide"),
    Protection(
        "order in the slot, and key of the event",
        (ORDER_IN_SLOT, EVENT_KEY),
        "thirty_two_creations and dynoxide",
    ),
    Protection(
        "alias in the slot",
        (
            _slot(
                "attribute_not_exists(#st) AND"
                " (attribute_not_exists(#alias) OR attribute_exists(#alias))"
            ),
        ),
        "while_it_is_created and dynoxide",
    ),
    Protection(
        "alias condition of a claim",
        (
            Removal(
                _ORDERS,
                '            "attribute_not_exists(#alias)",\n',
                '            "attribute_not_exists(#alias) OR attribute_exists(#alias)",\n',
            ),
        ),
        "claim_one_source_id and dynoxide",
    ),
    Protection(
        "order condition of a claim",
        (
            Removal(
                _ORDERS,
                '"attribute_not_exists(#src) OR #src <> :claimed"',
                '"attribute_not_exists(#src) OR #src <> :claimed OR attribute_exists(#src)"',
            ),
        ),
        "while_it_is_created and dynoxide",
    ),
    Protection(
        "alias condition of the order's own slot",
        (
            Removal(
                _ORDERS,
                'Guard.CLAIM, conditions=("attribute_not_exists(#alias)",))',
                "Guard.CLAIM)",
            ),
        ),
        "from_another_one",
    ),
    Protection(
        "removal of a claim that is given up",
        (
            Removal(
                _ORDERS,
                "        yield unclaim(project, before.source_id, after.id)\n",
                "        yield from ()\n",
            ),
        ),
        "given_up",
    ),
    Protection(
        "source_id condition of opening",
        (
            Removal(
                _ORDERS,
                '*(("#src = :src",) if source else ())',
                '*(("attribute_exists(#src) OR #src = :src",) if source else ())',
            ),
        ),
        "was_replaced",
    ),
    Protection(
        "order condition of opening",
        (Removal(_ORDERS, "conditions=(IS_ORDER, f", "conditions=(f"),),
        "nobody_created",
    ),
    Protection(
        "held orders cannot be opened",
        (
            Removal(
                _ORDERS,
                'lapsed = "#lease < :now"',
                'lapsed = "attribute_exists(#lease) OR #lease < :now"',
            ),
        ),
        "busy_for_everybody",
    ),
    Protection(
        "lapsed leases can be taken",
        (
            Removal(
                _ORDERS,
                'lapsed = "#lease < :now"',
                'lapsed = "#lease < :now AND attribute_not_exists(#lease)"',
            ),
        ),
        "killed",
    ),
    Protection(
        'no "or when it is mine" in opening',
        (
            Removal(
                _ORDERS, 'lapsed = "#lease < :now"', 'lapsed = "#lease < :now OR #owner = :s_owner"'
            ),
        ),
        "late_open",
    ),
    Protection(
        "own first attempt to open is known",
        (
            Removal(
                _ORDERS,
                'if stands is None or stands.get("owner") != holder:',
                'if stands is None or "owner" in stands or "st" in stands:',
            ),
        ),
        "patient",
    ),
    Protection(
        "owner and fence in the release",
        (
            Removal(
                _ORDERS,
                """removes=("owner", "lease"),
        conditions=(_OURS,),
        values={"me": holder, "f": opened.fence},
    )
    try:""",
                """removes=("owner", "lease"),
        conditions=(f"attribute_exists(pk) OR ({_OURS})",),
        values={"me": holder, "f": opened.fence},
    )
    try:""",
            ),
        ),
        "another_ones",
    ),
    Protection(
        "release decides an unknown commit",
        (Removal(_COMMITS, "    if opened is None:\n        return None\n", "    return None\n"),),
        "release",
    ),
    Protection(
        "own commit is known by its signature",
        (
            Removal(
                _COMMITS,
                'if by.partition("-")[0] == call.ids.holder:',
                "if by == call.ids.holder:",
            ),
        ),
        "patient or before_the_release",
    ),
    Protection(
        "new token for every plan",
        (
            Removal(
                _COMMITS,
                "    for _ in range(PLANS):\n        number = call.trace.next_plan()\n",
                "    for number in range(PLANS):\n",
            ),
        ),
        "(thirty_two_creations or new_source_id) and dynoxide",
    ),
    Protection(
        "put-if-absent of the idempotency record",
        (
            Removal(
                "storage/idempotency.py",
                'expired = "#exp <= :now"',
                'expired = "#exp <= :now OR attribute_exists(pk)"',
            ),
        ),
        "races_on_keys and dynoxide",
    ),
    Protection("key of a record", (RECORD_KEY,), "recorded_refusal"),
    Protection(
        "one key for success and refusal",
        (
            Removal(
                "storage/keys.py",
                "{'R' if undoes else ''}",
                "{'R' if undoes else 'F' if stored.failure_code else ''}",
            ),
        ),
        "recorded_refusal",
    ),
    Protection(
        "status condition of a rollback",
        (ROLLED_BACK,),
        _EVERYTHING,
        "the key of the rollback's record",
    ),
    Protection(
        "status condition of a rollback, and key of its record",
        (ROLLED_BACK, RECORD_KEY),
        "rolled_back_once and dynoxide",
    ),
    Protection(
        "floor of a counter",
        (
            Removal(
                _DEFINITIONS,
                "#gen = :gen AND #used >= :count AND #taken >= :count",
                "#gen = :gen AND (attribute_exists(pk) OR #used >= :count OR #taken >= :count)",
            ),
        ),
        _EVERYTHING,
        "the one rollback of each record",
    ),
    Protection(
        "life condition of a rollback",
        (
            Removal(
                _DEFINITIONS,
                "#gen = :gen AND #used >= :count AND #taken >= :count",
                "(attribute_exists(pk) OR #gen = :gen) AND #used >= :count AND #taken >= :count",
            ),
        ),
        "later_life",
    ),
    Protection(
        "definition of a voucher is put if absent",
        (DEFINITION_ABSENT,),
        "created_once and dynoxide",
    ),
    Protection(
        "counter of a voucher is put if absent",
        (COUNTER_ABSENT,),
        _EVERYTHING,
        "the definition's",
    ),
    Protection(
        "definition and counter of a voucher are put if absent",
        (DEFINITION_ABSENT, COUNTER_ABSENT),
        "created_once and dynoxide",
    ),
    Protection(
        "version condition of a definition's change",
        (DEFINITION_VERSION,),
        _EVERYTHING,
        "the counter's",
    ),
    Protection(
        "version conditions of definition and counter at a change",
        (DEFINITION_VERSION, COUNTER_VERSION),
        "one_voucher_at_once and dynoxide or keeps_both",
    ),
    Protection(
        "put-if-absent of a customer",
        (
            Removal(
                "storage/customers.py",
                "conditions=(ABSENT,) if before is None",
                "conditions=() if before is None",
            ),
        ),
        "one_customer_at_once and dynoxide",
    ),
    Protection(
        "version condition of a customer",
        (
            Removal(
                "storage/customers.py",
                'else ("#pv = :pv",)',
                'else ("attribute_exists(#pv) OR #pv = :pv",)',
            ),
        ),
        "one_customer_at_once and dynoxide",
    ),
    Protection(
        "version condition of a project's settings",
        (
            Removal(
                "storage/settings.py",
                'conditions=("#sv = :before" if made else ABSENT,)',
                'conditions=("attribute_exists(#sv) OR #sv = :before" if made else ABSENT,)',
            ),
        ),
        "made_at_once_are_all_kept and dynoxide",
    ),
    Protection(
        "nothing is counted outside of the transaction",
        (
            Removal(
                "operations/redemptions.py",
                "plan.add(*uses.counted_up(call.project, redeemed, self._seen))",
                "[*map(call.store.write, uses.counted_up(call.project, redeemed, self._seen))]",
            ),
        ),
        "patient",
    ),
    Protection(
        "limit condition of a session",
        (
            Removal(
                "storage/holds.py",
                'conditions.append("#taken < :limit")',
                'conditions.append("attribute_exists(#taken) OR #taken < :limit")',
            ),
        ),
        "five_sessions_of_forty and dynoxide",
    ),
    Protection(
        "what lapsed is taken off as it was seen",
        (
            Removal(
                "storage/holds.py",
                'same = f"#{name} = :{name}"',
                'same = f"attribute_not_exists(#{name}) OR #{name} = :{name}"',
            ),
        ),
        "taken_off_once and dynoxide",
    ),
    Protection(
        "a session is put if absent",
        (
            Removal(
                "storage/validation_sessions.py",
                "(ABSENT,) if before is None",
                "() if before is None",
            ),
        ),
        "one_key_holds_once and dynoxide",
    ),
    Protection(
        "a session is changed as it was seen",
        (SESSION_SEEN,),
        _EVERYTHING,
        "the condition of what it holds",
    ),
    Protection(
        "version condition of an assignment",
        (
            Removal(
                _ASSIGNMENTS,
                'conditions=("#rv = :rv",),',
                'conditions=("attribute_exists(pk) OR #rv = :rv",),',
            ),
        ),
        "never_copies_a_rule",
    ),
    Protection(
        "a copy is replaced by a newer one only",
        (
            Removal(
                "operations/rule_copies.py",
                "if holder.rule.version >= stored.version:",
                "if holder.rule.version == stored.version:",
            ),
        ),
        "later_one_is_in_every_copy",
    ),
    Protection(
        "a copy is replaced where its assignment still is",
        (
            Removal(
                "operations/rule_copies.py",
                "if holder is None or holder.rule is None or not holder.has_by(assignment):",
                "if holder is None or holder.rule is None:",
            ),
        ),
        "another_rule",
    ),
    Protection(
        "version condition of a rule's change",
        (
            Removal(
                _RULES,
                """"ver": after.edition, "rv": after.version, "by": by},
        conditions=("#ver = :before",),""",
                """"ver": after.edition, "rv": after.version, "by": by},
        conditions=("attribute_exists(pk) OR #ver = :before",),""",
            ),
        ),
        "two_changes_of_one_rule",
    ),
    Protection(
        "a rule's name is put if absent",
        (
            Removal(
                _RULES,
                """sets={"rule": rule.id},
        conditions=(ABSENT,),""",
                """sets={"rule": rule.id},""",
            ),
        ),
        "one_name_is_given",
    ),
    Protection("version of a rule's mark", (RULE_MARK,), "on_its_way_out"),
    Protection("count at a rule's removal", (RULE_COUNT,), "rule_copies", "the mark's version"),
    Protection(
        "a SKU copies a product that stands",
        (
            Removal(
                _PRODUCTS,
                'conditions=("#by = :was",),',
                'conditions=("attribute_exists(pk) OR #by = :was",),',
            ),
        ),
        "one_new_sku_and_one_new_price",
    ),
    Protection(
        "the set of SKUs at a change of their product",
        (
            Removal(
                _PRODUCTS,
                '"#by = :was AND #fam = :fam"',
                '"#by = :was AND (attribute_exists(pk) OR #fam = :fam)"',
            ),
        ),
        "new_skus_and_new_prices or goes_while_skus_come",
    ),
    Protection(
        "a SKU's id is put if absent",
        (
            Removal(
                "storage/skus.py",
                '**held, "by": by}, conditions=(ABSENT,)),',
                '**held, "by": by}),',
            ),
        ),
        "one_sku_of_two_products",
    ),
    Protection("no repetition below ours", (BOTOCORE_RETRIES,), "before_the_release"),
    Protection(
        "version condition of a roster",
        (
            Removal(
                _ROSTERS,
                'unchanged = "#v = :before" if before.version else "attribute_not_exists(#v)"',
                'unchanged = "attribute_not_exists(#v) OR attribute_exists(#v)"'
                ' + (" OR #v = :before" if before.version else "")',
            ),
        ),
        "places_of_their_own and dynoxide",
    ),
    Protection(
        "a stack's tiers are its campaign's",
        (
            Removal(
                _ROSTERS,
                """adds={"st": 1},
        conditions=("attribute_exists(pk)",),""",
                """adds={"st": 1},""",
            ),
        ),
        "never_has_a_tier_that_is_gone",
    ),
    Protection(
        "a tier that a stack has stays",
        (
            Removal(
                _ROSTERS,
                'conditions=("#st = :none",)',
                'conditions=("attribute_exists(pk) OR #st = :none",)',
            ),
        ),
        "just_took",
    ),
    Protection(
        "a change reaches every bucket",
        (
            Removal(
                _DEFINITIONS,
                """    for key in place.counters:
        yield Action(
            key, Guard.STATE""",
                """    for key in place.counters[:0]:
        yield Action(
            key, Guard.STATE""",
            ),
        ),
        "whichever_bucket",
    ),
    Protection(
        "a deleted campaign takes no more vouchers",
        (
            Removal(
                "storage/campaigns.py",
                "#gen = :gen AND attribute_not_exists(#closed)",
                "#gen = :gen AND (attribute_exists(pk) OR attribute_not_exists(#closed))",
            ),
        ),
        "joins_a_campaign and dynoxide",
    ),
    Protection(
        "version condition of an async action",
        (
            Removal(
                "storage/async_actions.py",
                'conditions=("#ver = :ver",),',
                'conditions=("attribute_exists(pk) OR #ver = :ver",),',
            ),
        ),
        "looks_for_codes and dynoxide",
    ),
    Protection(
        "a session that is gone is let go no more, and what it held is no more held",
        (SESSION_SEEN, STILL_HELD),
        "let_go_too and dynoxide",
    ),
    Protection("what is let go is still held", (STILL_HELD,), "one_key_holds_once and dynoxide"),
    Protection(
        "credits condition of a session",
        (
            Removal(
                _HOLDS,
                'conditions.append("#avail >= :credits")',
                'conditions.append("attribute_exists(#avail) OR #avail >= :credits")',
            ),
        ),
        "never_exceed_a_card and dynoxide",
    ),
    Protection(
        "version condition of a session",
        (
            Removal(
                _HOLDS,
                'conditions = ["#dv = :dv AND #gen = :gen"]',
                'conditions = ["(attribute_exists(pk) OR #dv = :dv) AND #gen = :gen"]',
            ),
        ),
        "never_holds_by_a_definition and dynoxide",
    ),
    Protection(
        "floor of a card's refund",
        (
            Removal(
                _DEFINITIONS,
                'conditions.append("#spent >= :credits")',
                'conditions.append("attribute_exists(pk) OR #spent >= :credits")',
            ),
        ),
        "(races_on_gift_cards or races_on_stacks) and dynoxide",
        "the one rollback of each record",
    ),
    Protection(
        "a redemption goes by its campaign",
        (
            Removal(
                _USES,
                "    for campaign, count in _campaigns(use for use, _ in taken):\n",
                "    for campaign, count in [*_campaigns(use for use, _ in taken)][:0]:\n",
            ),
        ),
        "disabled_meanwhile and dynoxide",
    ),
    Protection(
        "a rollback is counted off its campaign",
        (
            Removal(
                _USES,
                "    for campaign, count in _campaigns(use for use, _ in given):\n",
                "    for campaign, count in [*_campaigns(use for use, _ in given)][:0]:\n",
            ),
        ),
        "counts_every_redemption and dynoxide",
    ),
    Protection(
        "a campaign that is deleted takes no voucher",
        (
            Removal(
                _CAMPAIGNS,
                '"#gen = :gen AND attribute_not_exists(#closed)"',
                '"attribute_exists(pk) OR #gen = :gen AND attribute_not_exists(#closed)"',
            ),
        ),
        "no_voucher_joins and dynoxide",
    ),
    Protection(
        "an action goes on from where it stood",
        (
            Removal(
                "storage/async_actions.py",
                'conditions=("#ver = :ver",)',
                'conditions=("attribute_exists(pk) OR #ver = :ver",)',
            ),
        ),
        "looks_for_codes and dynoxide",
    ),
    Protection(
        "a campaign that is deleted takes no tier and no stack",
        (CLOSED_ROSTER,),
        "nothing_joins and dynoxide",
    ),
    Protection(
        "version condition of a stack",
        (
            Removal(
                _STACKS,
                """"ver": before.version + 1, "by": by},
        conditions=("#ver = :before",),""",
                """"ver": before.version + 1, "by": by},
        conditions=("attribute_exists(pk) OR #ver = :before",),""",
            ),
        ),
        "changes_of_a_stack and dynoxide",
    ),
    Protection(
        "version condition of a product",
        (
            Removal(
                _PRODUCTS,
                '"#by = :was AND #fam = :fam"',
                '"(attribute_exists(pk) OR #by = :was) AND #fam = :fam"',
            ),
        ),
        "one_product_at_once and dynoxide",
    ),
    Protection(
        "a project's first settings are put if absent",
        (
            Removal(
                "storage/settings.py",
                'conditions=("#sv = :before" if made else ABSENT,)',
                'conditions=("#sv = :before",) if made else ()',
            ),
        ),
        "(made_at_once_are_all_kept or set_at_once) and dynoxide",
    ),
    Protection(
        "a product is put if absent",
        (
            Removal(
                _PRODUCTS,
                'sets={**sets, "fam": 0}, conditions=(ABSENT,))',
                'sets={**sets, "fam": 0})',
            ),
        ),
        "races_on_products and overrides_at_once and dynoxide",
    ),
    Protection(
        "members of a deleted campaign are counted off in its own life",
        (
            Removal(
                _CAMPAIGNS,
                """adds={"n": -count},
        conditions=("#gen = :gen AND #closed = :closed",),""",
                """adds={"n": -count},
        conditions=("attribute_exists(pk) OR #gen = :gen AND #closed = :closed",),""",
            ),
        ),
        "races_on_campaign and dynoxide",
        "the version of the action",
    ),
    Protection(
        "what a rule counts may grow to its bound only",
        (
            Removal(
                _COUNTS,
                'OR {compared}" if missing_fits else compared',
                'OR attribute_exists(#{name}) OR {compared}"',
            ),
        ),
        "(among_32_orders or among_50_at_once or last_redemption_of_a_limit) and dynoxide",
    ),
    Protection(
        "the purchase history that a rule read",
        (
            Removal(
                "operations/redemptions.py",
                "            yield history.unmoved(project, customer_id, seen)\n",
                "            yield from ()\n",
            ),
        ),
        "fewer_than_three_orders and dynoxide",
    ),
    Protection(
        "the days of the purchase history that a rule read",
        (
            Removal(
                "operations/bindings.py",
                "        *_torn(call, seen, customer_id, items),\n",
                "",
            ),
        ),
        "days_that_were_read_before and dynoxide",
    ),
    Protection(
        "buckets are read after the rule that reads them",
        (
            Removal(
                "operations/snapshots.py",
                "return isinstance(key, Again) or key not in items",
                "return key not in items",
            ),
        ),
        "before_the_rule_was_known and dynoxide",
    ),
    Protection(
        "buckets are not read beside the rule that reads them",
        (
            Removal(
                "operations/snapshots.py",
                "return key, isinstance(key, Again)",
                "return key, False",
            ),
        ),
        "read_with_the_campaign and dynoxide",
    ),
    Protection(
        "a rollback gives back what it saw counted after all",
        (
            Removal(
                _RECORDS,
                """            "by": by,
        },
        conditions=("#st = :succeeded", still),
        values={"succeeded": RecordStatus.SUCCEEDED.value, **seen},""",
                """            "by": by,
        },
        conditions=("#st = :succeeded",),
        values={"succeeded": RecordStatus.SUCCEEDED.value},""",
            ),
        ),
        "races_on_late_limits and gives_back and dynoxide",
    ),
    Protection(
        "what was rolled back is not counted after all",
        (
            Removal(
                _RECORDS,
                """        sets={"plc": marked(first.counted_late, places)},
        conditions=("#st = :succeeded", still),""",
                """        sets={"plc": marked(first.counted_late, places)},
        conditions=("attribute_exists(pk) OR #st = :succeeded", still),""",
            ),
        ),
        "races_on_late_limits and rolled_back_while and dynoxide",
    ),
    Protection(
        "what two jobs count of one call is told of both",
        (
            Removal(
                _RECORDS,
                """        sets={"plc": marked(first.counted_late, places)},
        conditions=("#st = :succeeded", still),
        values={"succeeded": RecordStatus.SUCCEEDED.value, **seen},""",
                """        sets={"plc": marked(first.counted_late, places)},
        conditions=("#st = :succeeded",),
        values={"succeeded": RecordStatus.SUCCEEDED.value},""",
            ),
        ),
        "races_on_late_limits and two_jobs and dynoxide",
    ),
    Protection(
        "a rule without a job comes to what has no redemptions",
        (
            Removal(
                "storage/backlogs.py",
                'conditions=("#used = :unused",)',
                'conditions=("attribute_exists(pk) OR #used = :unused",)',
            ),
        ),
        "races_on_late_limits and assignment_was_on_its_way and dynoxide",
    ),
    Protection(
        "a step from row to row is taken from this row",
        (
            Removal(
                "storage/imports.py",
                '"#run = :me AND #row = :here"',
                '"(#run = :me OR #run <> :me) AND (#row = :here OR #row <> :here)"',
            ),
        ),
        "races_on_imports",
    ),
)
