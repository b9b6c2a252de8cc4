"""What is said in an owner's account, and an agent who answers there."""

from __future__ import annotations

from typing import Any

from bot.agents.actions import Claim, Reply, act
from bot.auth import messenger_accounts
from bot.transcript import conversations, message_store
from bot.transcript.conversations import Conversation
from escalation.staff import Staff, add_staff, get_staff
from escalation.tickets import history, ticket_store
from escalation.tickets.lifecycle import Ticket
from tests.bot.telegram.world import World
from tests.fakes.telegram import FakeTelegram, Owner, Person, SentMessage

OWNER_OFF = (
    "这位客户写到账号主人的 Telegram 账号，而机器人已与该账号断开，回复无法送达；"
    "请账号主人重新连接，或改用其他方式联系客户。"
)
NO_RIGHT = (
    "账号主人没有允许机器人代为回复消息，回复无法送达；"
    "请账号主人在 Telegram 的「商务」设置中重新允许，或改用其他方式联系客户。"
)
WINDOW_OVER = (
    "这位客户已有 24 小时没有来信，Telegram 不再允许机器人经账号主人的账号回复；"
    "请账号主人亲自回复，或改用其他方式联系客户。"
)


class Account:
    """An owner's chat with a customer, from our side."""

    def __init__(self, api: FakeTelegram, world: World, owner: Owner, customer: Person) -> None:
        self.api, self.world, self.owner, self.customer = api, world, owner, customer
        self.address = f"{customer.id}@{owner.connection.id}"

    @property
    def talk(self) -> Conversation | None:
        """Its conversation."""
        found: Conversation | None = self.world.read(conversations.find_conversation, "telegram", self.address)
        return found

    @property
    def lines(self) -> list[message_store.Message]:
        """Its transcript."""
        talk = self.talk
        return list(self.world.read(message_store.transcript, talk.id)) if talk is not None else []

    @property
    def ticket(self) -> Ticket:
        """The ticket it is about."""
        talk = self.talk
        assert talk is not None, "nobody has written there"
        found: Ticket = self.world.read(ticket_store.get_ticket, talk.ticket_id)
        return found

    def events(self) -> list[str]:
        """What the ticket's history says."""
        return [row.kind for row in self.world.read(history.history_of, self.ticket.id)]

    async def hears(self, text: str = "", **content: Any) -> int:
        """The customer writes, and the bot has taken it in."""
        number = await self.owner.hears(self.customer, text, **content)
        await self.settled()
        return number

    async def answers(self, text: str = "", **content: Any) -> int:
        """The owner writes, and the bot has taken it in."""
        number = await self.owner.answers(self.customer, text, **content)
        await self.settled()
        return number

    async def settled(self) -> None:
        """The bot has taken in whatever happened."""
        await self.api.until_confirmed(self.api.last_number)

    @property
    def sent(self) -> list[SentMessage]:
        """What the bot said in the owner's name."""
        return [each for each in self.api.sent if each.business == self.owner.connection.id]

    async def told(self, count: int) -> list[SentMessage]:
        """As `sent`, once it is so many."""
        await self.api.until(lambda: len(self.sent) >= count, f"{count} messages in the owner's name")
        return self.sent

    async def quiet(self) -> int:
        """Nothing waits to be sent any more; how much was said until then."""
        await self.world.until_stored(lambda: "pending" not in [state for state, _ in self.world.letters()])
        await self.settled()
        return len(self.sent)

    async def staff(self, login: str = "li", name: str = "李敏", account: int | None = None) -> Staff:
        """A member of staff, perhaps with an account of the messenger."""
        unit, now = self.world.service.database.unit, self.world.now
        number = await unit(add_staff, login, name, "agent", ["*"], "-", now)
        if account is not None:
            await unit(messenger_accounts.link, account, number, now)
        who: Staff | None = self.world.read(get_staff, number)
        assert who is not None
        return who

    async def claimed(self) -> Staff:
        """A member of staff takes the ticket."""
        who = await self.staff()
        await self.does(who, Claim())
        return who

    async def does(self, who: Staff, action: Any) -> None:
        """A member of staff acts on the ticket."""
        service = self.world.service
        await service.database.unit(act, service.rules, who, self.ticket.id, action, self.world.now)

    async def replies(self, who: Staff, text: str, key: str = "r1", **more: Any) -> None:
        """An agent replies to the customer."""
        await self.does(who, Reply(text, key, **more))
