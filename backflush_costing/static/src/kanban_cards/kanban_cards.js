import { useSubEnv } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { KanbanController } from "@web/views/kanban/kanban_controller";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { useCardScanner } from "../kanban_scan/card_scanner";

/** Cards by state: a scanner works on them, too. */
export class KanbanCardsController extends KanbanController {
    setup() {
        super.setup();
        // What is typed into the search bar is no scan.
        const config = { ...this.env.config, disableSearchBarAutofocus: true };
        useSubEnv({ config });
        const notification = useService("notification");
        useCardScanner((card, message, type) => {
            notification.add(`${card}: ${message}`, { type });
            this.model.load();
        });
    }
}

registry.category("views").add("backflush_kanban_cards", {
    ...kanbanView,
    Controller: KanbanCardsController,
});
