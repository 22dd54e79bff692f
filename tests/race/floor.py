"""A costed plant in which several people work at the same document.

Two operators, two supervisors and a cost accountant, each a process and a user with no
other rights, and a holder that stands in the middle of a transaction where an
interleaving is forced.
"""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from bootstrap.contract import Facts

from .books import Books
from .crew import Crew
from .people import OK, Press, create_picking
from .place import race_database, race_server, server_without_turn
from .plant import SKIP_WIZARDS, build_plant, create_orders, put_stock
from .rpc import Client
from .scene import HOLD, Holder
from .settings import DELIVERY, Errand, Job, Round, Settings
from .watch import Watch, read_log

SETTINGS = Settings(plants=1, stations=3, shippers=0, suppliers=0, supervisors=0)
PLENTY = 100.0
QUANTITY = 4.0
OPERATORS = ("race-operator-1", "race-operator-2")
SUPERVISORS = ("race-supervisor-1", "race-supervisor-2")
ACCOUNTANT = "race-accountant-1"
GROUPS = {
    **dict.fromkeys(OPERATORS, "group_backflush_operator"),
    **dict.fromkeys(SUPERVISORS, "group_backflush_supervisor"),
    ACCOUNTANT: "group_cost_accountant",
}
MADE = 1
"""Index of a product with one operation: one component is issued when it is started,
the next one when it is finished, the last one when the order is completed."""
AT_START, AT_FINISH, AT_COMPLETION = 1, 2, 0
"""Indices of these components."""


@contextmanager
def open_floor():
    """A plant on a server of its own, for the tests of one module."""
    facts = Facts.from_environ()
    with race_database(facts) as database:
        with race_server(facts, database, SETTINGS) as server:
            floor = Floor(facts, database, server)
            yield floor
            floor.close()


class Floor:
    """The plant, its people, and what they did; the books hold all of it."""

    def __init__(self, facts, database, server):
        address, self.log = server.url, server.log
        client = Client(address, database)
        [company] = client.call("res.company", "search", [], limit=1, order="id")
        self.facts, self.database, self.client = facts, database, client.of(company)
        self.plant = build_plant(self.client, SETTINGS, costed=True)
        for login, group in GROUPS.items():
            self._create_user(login, group)
        self.watch = Watch(database)
        plants = [self.plant] * len(GROUPS)
        self.crew = Crew(address, database, plants, list(GROUPS))
        self.holder = Holder(facts, database)

    def close(self):
        self.crew.close()
        self.holder.kill()
        self.watch.connection.close()

    def _create_user(self, login, group):
        own = [("module", "=", "backflush_costing"), ("name", "=", group)]
        [found] = self.client.call("ir.model.data", "search_read", own, ["res_id"])
        values = {
            "name": login,
            "login": login,
            "password": login,
            "group_ids": [(6, 0, [found["res_id"]])],
            "company_id": self.client.company,
            "company_ids": [(6, 0, [self.client.company])],
        }
        self.client.call("res.users", "create", values)

    # -- documents -------------------------------------------------------------------

    def new_order(self):
        """A confirmed order of four and its operation; everything is in stock."""
        self.stock(PLENTY)
        job = Job(product=MADE, quantity=QUANTITY, by_step=True)
        work = Round(0, (), ((job,),), (), ())
        order = create_orders(self.client, self.plant, work)[0][0].id
        own = [("production_id", "=", order)]
        [operation] = self.client.call("mrp.workorder", "search", own)
        return order, operation

    def stock(self, quantity):
        """So many pieces of each component stand at the line."""
        components = self.plant.components
        put_stock(self.client, self.plant.line, components, [quantity] * 3)

    def count(self, quantity):
        """Somebody counts so many pieces of each component at the line, now."""
        mode = {"inventory_mode": True}
        rows = [
            {
                "product_id": component,
                "location_id": self.plant.line,
                "inventory_quantity": quantity,
            }
            for component in self.plant.components[:3]
        ]
        quants = self.client.call("stock.quant", "create", rows, context=mode)
        self.client.call("stock.quant", "action_apply_inventory", quants, context=mode)
        return True

    def incur(self, amount, day):
        """Conversion is paid for: debit conversion control.

        :return: the account
        """
        own = [("company_id", "=", self.client.company)]
        fields = ["conversion_control_account_id"]
        [policy] = self.client.call(
            "backflush.costing.policy", "search_read", own, fields, limit=1
        )
        account = policy["conversion_control_account_id"][0]
        bank = [("account_type", "=", "asset_current")]
        [paid_from] = self.client.call("account.account", "search", bank, limit=1)
        general = [("type", "=", "general"), ("company_id", "=", self.client.company)]
        [journal] = self.client.call("account.journal", "search", general, limit=1)
        lines = [
            (0, 0, {"account_id": account, "debit": amount}),
            (0, 0, {"account_id": paid_from, "credit": amount}),
        ]
        values = {
            "journal_id": journal,
            "date": str(day),
            "line_ids": lines,
        }
        [entry] = self.client.call("account.move", "create", [values])
        self.client.call("account.move", "action_post", [entry])
        return account

    def balance(self, account):
        """What is posted on an account."""
        posted = [("account_id", "=", account), ("parent_state", "=", "posted")]
        lines = self.client.call(
            "account.move.line", "search_read", posted, ["balance"]
        )
        return round(sum(line["balance"] for line in lines), 2)

    def confirmations(self, order, trigger):
        """What the reports of an order, of one kind, say."""
        domain = [("production_id", "=", order), ("trigger", "=", trigger)]
        fields = ["quantity", "reversed_quantity", "state"]
        return self.client.call(
            "backflush.confirmation", "search_read", domain, fields, order="id"
        )

    def errors(self, order):
        """The error records of an order."""
        domain = [("production_id", "=", order)]
        fields = ["state", "quantity_open"]
        return self.client.call("backflush.error", "search_read", domain, fields)

    def left(self, index):
        """Pieces of a component at the line."""
        domain = [
            ("product_id", "=", self.plant.components[index]),
            ("location_id", "=", self.plant.line),
        ]
        found = self.client.call("stock.quant", "search_read", domain, ["quantity"])
        return sum(quant["quantity"] for quant in found)

    def delivery(self, index, quantity):
        """A delivery of one component from the line, reserved."""
        errand = Errand(DELIVERY, ((index, quantity),))
        picking = create_picking(self.client, self.plant, errand)
        self.client.call("stock.picking", "action_confirm", [picking])
        self.client.call("stock.picking", "action_assign", [picking])
        return picking

    def runs(self, button: Press):
        """How often Odoo ran a button, by its server's log."""
        attempts = read_log(self.log)[1]
        wanted = (f"{button.model}.{button.method}", str(button.document))
        return attempts[wanted]

    def runs_of(self, method):
        """How often Odoo ran a method, on whatever."""
        attempts = read_log(self.log)[1]
        return sum(
            number for (name, _ids), number in attempts.items() if name == method
        )

    # -- buttons ---------------------------------------------------------------------

    def press(self, button: Press, login=OPERATORS[0]):
        """One person alone; it must work."""
        [call] = self._run({login: button})
        assert call["outcome"] == OK, call

    def at_once(self, buttons):
        """Everybody at one moment: ``{login: button}``; the calls as they ended."""
        return self._run(buttons)

    def while_held(self, held: Press, button: Press, login):
        """Somebody has pressed ``held``, and has not committed, when the button is
        pressed; the call as it ended."""
        self._hold(held)
        calls = []
        thread = threading.Thread(
            target=lambda: calls.extend(self._run({login: button}))
        )
        thread.start()
        time.sleep(HOLD)
        assert not calls, "the button did not wait for who was first"
        self.holder.end()
        thread.join(60)
        [call] = calls
        return call

    def _hold(self, held):
        """Press a button and leave its transaction open."""
        self.holder.start()
        args = (held.model, held.method, [held.document], *held.args)
        self.holder.run(*args, **SKIP_WIZARDS)

    @contextmanager
    def without_turn(self):
        """A client of a server on which nobody waits for the turn of costing."""
        with server_without_turn(self.facts, self.database) as server:
            client = Client(server.url, self.database)
            yield client.of(self.client.company)

    def meanwhile(self, held: Press, button: Press, client):
        """A button of that client, pressed while ``held`` is not committed."""
        self._hold(held)
        args = (button.model, button.method, [button.document], *button.args)
        with ThreadPoolExecutor(1) as pool:
            call = pool.submit(client.call, *args)
            time.sleep(HOLD)
            self.holder.end()
            call.result()

    def _run(self, buttons):
        tasks = [[buttons[login]] if login in buttons else [] for login in GROUPS]
        return self.crew.run(tasks)

    # -- facts -----------------------------------------------------------------------

    def assert_proven(self):
        """Nothing was ever negative, every requirement is accounted for, the ledger
        is explained to 0.00, and nobody holds the lock."""
        assert self.watch.committed_negatives()[0] == 0
        assert self.differences() == []
        assert self.watch.advisory_locks() == 0

    def differences(self):
        """What the books cannot explain, one sentence each."""
        return Books(self.database, self.plant, self.client).differences()


def start(operation):
    return Press("mrp.workorder", "button_start", operation)


def finish(operation):
    return Press("mrp.workorder", "button_finish", operation)


def complete(order):
    return Press("mrp.production", "button_mark_done", order)


def take_back(confirmation):
    reason = "Reported by mistake"
    model = "backflush.confirmation"
    return Press(model, "action_reverse", confirmation, (reason, False))


def retry(error):
    return Press("backflush.error", "action_retry", error)
