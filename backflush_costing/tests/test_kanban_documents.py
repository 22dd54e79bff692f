from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .supermarket_common import SupermarketCommon


@tagged("post_install", "-at_install")
class TestKanbanDocuments(SupermarketCommon):
    """What people do with the documents of cards, and with cards that wait."""

    def test_requests_for_containers_are_not_merged(self):
        order = self._bought().kanban_ids.purchase_line_ids.order_id
        other = order.copy()
        with self.assertRaisesRegex(UserError, f"{order.name} buys containers"):
            (order | other).action_merge()
        self.assertEqual(order.order_line.mapped("product_qty"), [100, 100])

    def test_orders_for_containers_are_not_merged(self):
        cycle = self._made()
        orders = cycle.kanban_ids.production_ids
        with self.assertRaisesRegex(UserError, "cannot be merged"):
            orders.action_merge()
        self.assertEqual(self._states(cycle), ["in_process", "in_process"])

    def test_a_scan_leaves_what_others_have_picked(self):
        cycle = self._started(content=0)
        first, second = cycle.kanban_ids
        transfer = first.move_ids.picking_id
        second.move_ids.picking_id = transfer
        second.move_ids.picked = True
        self._scan(first)
        self.assertEqual((first.state, second.state), ("full", "in_process"))
        self.assertTrue(second._open_moves().picked)

    def test_a_failed_surplus_card_is_not_ordered_again(self):
        cycle = self._started(content=100)
        card = cycle.kanban_ids.filtered(lambda c: c.state == "in_process")
        card._open_moves()._action_cancel()
        cycle.container_count = 1
        self._as(self.operator, card).action_supply_again()
        self.assertFalse(card.active)
        self.assertFalse(card._open_moves())
        self.assertWithinLimit(cycle)

    def test_a_lost_card_that_waits_is_replaced_by_one_that_waits(self):
        cycle = self._started(container_count=3, content=300, minimum_containers=2)
        first, second, _third = cycle.kanban_ids
        self._scan(first)
        self._as(self.operator, first).action_lost()
        other = cycle.kanban_ids.sorted("id")[-1]
        self.assertEqual(other.state, "wait")
        self._scan(second)
        self.assertEqual((other.state, second.state), ("in_process", "in_process"))

    def test_containers_on_hold_do_not_starve_the_loop(self):
        cycle = self._started(minimum_containers=2)
        first, second = cycle.kanban_ids
        self._as(self.operator, first).action_hold()
        self._scan(second)
        self.assertEqual(second.state, "in_process")

    def test_a_loop_cannot_wait_for_more_containers_than_it_has(self):
        with self.assertRaisesRegex(ValidationError, "more empty containers"):
            self._cycle(minimum_containers=3)

    def test_a_second_start_leaves_the_cards_that_wait(self):
        cycle = self._started(container_count=3, content=300, minimum_containers=2)
        card = cycle.kanban_ids[0]
        self._scan(card)
        # The books have still what was in it.
        self.assertEqual(cycle.quantity_loose, 100)
        self._as(self.supervisor, cycle).action_start()
        self.assertEqual((card.state, card.quantity), ("wait", 0))

    def test_two_loops_of_a_product_share_no_bin(self):
        self._cycle()
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "usage": "internal", "location_id": self.bin.id}
        )
        with self.assertRaisesRegex(ValidationError, "a bin of its own"):
            self._cycle(supply_area_id=shelf.id, bin_id=shelf.id)

    def test_a_loop_that_never_ran_can_be_deleted(self):
        cycle = self._cycle()
        cards = cycle.kanban_ids
        self._as(self.supervisor, cycle).unlink()
        self.assertFalse(cards.exists())
        started = self._started()
        with self.assertRaisesRegex(UserError, "history"):
            self._as(self.supervisor, started).unlink()

    def test_a_scan_reads_nothing_of_what_a_card_has_lived(self):
        card = self._started(container_count=1, content=100).kanban_ids
        self.env.flush_all()
        for _scan in ("ordered", "arrived"):
            self._as(self.operator, self.env["backflush.kanban"]).scan(card.name)
            for name in ("log_ids", "move_ids", "production_ids", "purchase_line_ids"):
                read = card._fields[name]._get_cache(self.env)
                self.assertNotIn(card.id, read, name)

    # -- one document, or several --------------------------------------------------

    def test_a_transfer_takes_more_one_per_card_or_one_per_run(self):
        for documents, transfers in (("open", 1), ("card", 2), ("run", 1)):
            with self.subTest(documents=documents):
                area = self._area(documents, from_stock=True)
                cycle = self._circulating(area, documents=documents)
                moves = cycle.kanban_ids.move_ids
                self.assertEqual(len(moves), 2)
                self.assertEqual(len(moves.picking_id), transfers)

    def test_a_run_brings_a_supply_area_in_one_transfer(self):
        self._put(self.screw, 1000, self.store)
        nail = self._product("Nail", 0.01)
        self._put(nail, 500, self.store)
        cycle = self._cycle(documents="run")
        other = self._cycle(
            documents="run", product_id=nail.id, bin_id=self.other_bin.id
        )
        both = cycle | other
        self._as(self.supervisor, both).action_start()
        transfer = both.kanban_ids.move_ids.picking_id
        self.assertEqual(len(transfer), 1)
        self.assertEqual(transfer.location_dest_id, self.area)
        places = {m.product_id: m.location_dest_id for m in transfer.move_ids}
        self.assertEqual(places, {self.screw: self.bin, nail: self.other_bin})
        for card in both.kanban_ids:
            self._scan(card)
        self.assertEqual(self._states(both), ["full"] * 4)
        self.assertEqual(self._on_hand(nail, self.other_bin), 200)
        self._wait_for_the_run(cycle, other)

    def _wait_for_the_run(self, cycle, other):
        """What is empty is not ordered until the run, and then together."""
        self._scan(cycle.kanban_ids[0])
        self._background()
        self._scan(other.kanban_ids[0])
        waiting = cycle.kanban_ids[0] | other.kanban_ids[0]
        self.assertEqual(waiting.mapped("state"), ["empty", "empty"])
        with self.enter_registry_test_mode():
            self.env.ref("backflush_costing.cron_kanban_run").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(waiting.mapped("state"), ["in_process", "in_process"])
        self.assertEqual(len(waiting._open_moves().picking_id), 1)
        self.assertEqual(len(waiting._open_moves().reference_ids), 1)
        for loop in cycle | other:
            self.assertWithinLimit(loop)

    def test_a_run_waits_for_its_minimum(self):
        cycle = self._started(
            container_count=3, content=300, minimum_containers=2, documents="run"
        )
        first, second, _third = cycle.kanban_ids
        for card, states in ((first, ["wait"]), (second, ["in_process"] * 2)):
            self._scan(card)
            self._as(self.operator, cycle).action_supply_run()
            empty = cycle.kanban_ids.filtered(lambda c: c.state != "full")
            self.assertEqual(empty.mapped("state"), states)

    def test_requests_for_quotation_are_one_per_card_or_one_per_run(self):
        for documents, requests in (("open", 1), ("card", 2), ("run", 1)):
            with self.subTest(documents=documents):
                self.screw.seller_ids.unlink()
                self._vendor_for(self.screw)
                area = self._area(documents, by_purchase=True)
                cycle = self._circulating(area, documents=documents)
                lines = cycle.kanban_ids.purchase_line_ids
                self.assertEqual(len(lines), 2)
                self.assertEqual(len(lines.order_id), requests)
                lines.order_id.button_confirm()
                moves = cycle.kanban_ids.move_ids
                self.assertEqual(moves.backflush_kanban_id, cycle.kanban_ids)

    def test_a_run_makes_an_order_per_card(self):
        cycle = self._made(documents="run")
        orders = cycle.kanban_ids.production_ids
        self.assertEqual(orders.mapped("product_qty"), [5.0, 5.0])
        self._complete(orders[0])
        self.assertEqual(self._states(cycle), ["full", "in_process"])

    # -- on paper ------------------------------------------------------------------

    def _printed(self, records, kind, **vals):
        """What the chosen report says, and its action."""
        wizards = self._as(self.operator, self.env["backflush.label.print"])
        wizard = wizards.with_context(
            active_model=records._name, active_ids=records.ids
        ).create(vals)
        action = wizard.action_print()
        reports = self._as(self.operator, self.env["ir.actions.report"])
        render = getattr(reports, f"_render_qweb_{kind}")
        printed = render(action["report_name"], wizard.ids)[0]
        return printed if isinstance(printed, str) else printed.decode()

    def test_cards_are_printed_in_sheets_and_one_per_page(self):
        self.screw.name = "Screw & Nut <M8>"
        cycle = self._cycle(container_quantity=250.5)
        for layout in ("sheet", "single"):
            for symbology in ("Code128", "QR"):
                with self.subTest(layout=layout, symbology=symbology):
                    html = self._printed(
                        cycle, "html", layout=layout, symbology=symbology
                    )
                    for card in cycle.kanban_ids:
                        self.assertIn(card.name, html)
                    self.assertIn("Screw &amp; Nut &lt;M8&gt;", html)
                    self.assertIn("250.5 Units", html)
                    self.assertEqual(html.count("<img"), 2)
                    pages = html.count("page-break-after")
                    self.assertEqual(pages, 2 if layout == "single" else 0)

    def test_cards_and_bins_are_printed_on_a_label_printer(self):
        self.screw.name = "Screw & Nut ^XZ~M_8"
        cards = self._cycle().kanban_ids
        text = self._printed(cards, "text", printer="zpl")
        self.assertEqual(text.count("^XA"), 2)
        self.assertIn("^FH^FDScrew & Nut _5EXZ_7EM_5F8^FS", text)
        self.assertIn(f"^BY2^BCN,90,Y,N,N^FH^FD{cards[0].name}^FS", text)
        text = self._printed(cards[0], "text", printer="zpl", symbology="QR")
        self.assertIn(f"^BQN,2,6^FH^FDQA,{cards[0].name}^FS", text)
        self.assertEqual(text.count("^XZ"), 1)
        text = self._printed(self.bin, "text", printer="zpl")
        self.assertIn(f"^FD{self.bin.barcode}^FS", text)
        self.assertIn("2 × 100 Units", text)

    def test_bins_are_printed_from_the_loops_that_stand_there(self):
        cycle = self._cycle()
        html = self._printed(cycle, "html", content="bins", symbology="QR")
        self.assertIn(self.bin.barcode, html)
        self.assertIn("2 × 100 Units", html)
        self.bin.barcode = False
        with self.assertRaisesRegex(UserError, "A-01 has no barcode"):
            self._printed(cycle, "html", content="bins")

    def test_the_round_is_printed_the_most_urgent_first(self):
        cycle = self._started(content=100)
        reports = self._as(self.operator, self.env["ir.actions.report"])
        name = "backflush_costing.report_pick_list"
        html = reports._render_qweb_html(name, cycle.kanban_ids.ids)[0].decode()
        coming = cycle.kanban_ids.filtered("quantity_on_the_way")
        self.assertIn(coming.name, html)
        self.assertNotIn((cycle.kanban_ids - coming).name, html)
        self.assertIn(self.store.name, html)
