"""The commands of `jiedai customers`, each with its help and its function."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

CUSTOMERS: tuple[str, Mapping[str, Any]] = (
    "Customers from the CRM.",
    {
        "import": ("Load organisations and contacts from CSV or XLSX.", "customers_import:load"),
        "list": ("Customers, or those that words, a number or an id find.", "customer_list:show_list"),
        "show": ("All that is on file of a customer.", "customer_file:show"),
        "set": ("Change fields of a contact and their organisation.", "customer_file:put"),
        "merge": ("Make one customer of two.", "customer_file:merge"),
        "remove": ("A contact has left the organisation.", "customer_file:remove"),
        "items": (
            "Orders, devices, contracts and products of organisations.",
            {
                "import": ("Load items from CSV or XLSX.", "customer_items:load"),
                "list": ("The items of a contact's organisation.", "customer_items:show"),
                "remove": ("Take one item out.", "customer_items:remove"),
            },
        ),
        "tier": ("Wish for a tier set by hand, or for its end.", "customer_tiers:wish"),
        "proposals": ("Tiers set by hand that wait for a second person.", "customer_tiers:proposals"),
        "approve": ("Agree to a tier that somebody else wishes for.", "customer_tiers:approve"),
        "reject": ("Turn down a tier that somebody wishes for.", "customer_tiers:reject"),
        "team": ("Who serves an organisation, and in which post.", "customer_teams:team"),
        "check": ("Whether somebody serves too many customers, or can't sign in.", "customer_teams:check"),
        "retier": ("Hold every stored tier against the policy; --dry-run says who would move.", "customer_retier:run"),
        "history": ("How an organisation's tier came about.", "customer_tiers:history"),
        "export": ("All that is held of a contact, to a folder or a ZIP archive.", "customer_rights:export"),
        "exports": ("What was handed out of a contact, and when.", "customer_rights:exports"),
        "correct": ("Correct what is on file of a contact, at their request.", "customer_rights:correct"),
        "restrict": (
            "Seal all that is held of a contact until a day; a second person agrees with --approve.",
            "customer_rights:restrict",
        ),
        "restricted": ("What a request keeps under seal, to a file.", "customer_rights:opened"),
        "erase": ("Erase a contact; a second person agrees with --approve.", "customer_rights:erase"),
        "refuse": ("Refuse a request, and what its customer is told.", "customer_rights:refuse"),
        "requests": ("Requests of persons that wait, and by when they are due.", "customer_rights:requests"),
        "consents": ("What a contact agreed to; --give and --withdraw record it.", "customer_consents:run"),
        "link": ("A chat link that opens the page as this contact, once.", "customers:link"),
    },
)
