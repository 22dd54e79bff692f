import { Component } from "@odoo/owl";
import { deserializeDateTime, formatDateTime } from "@web/core/l10n/dates";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/core/utils/numbers";

export function plainQuantity(value) {
    return formatFloat(value, { digits: [16, 2], trailingZeros: false });
}

/** What is fetched on the round, the most urgent first. */
export class FetchList extends Component {
    static template = "backflush_costing.FetchList";
    static props = { rows: Array };

    setup() {
        this.action = useService("action");
        this.quantity = plainQuantity;
    }

    open(id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "backflush.kanban",
            res_id: id,
            views: [[false, "form"]],
        });
    }

    /** What a mouse can open, a keyboard can. */
    onKeydown(event, id) {
        if (event.key === "Enter" || event.key === " ") {
            event.preventDefault();
            this.open(id);
        }
    }

    due(row) {
        return row.due ? formatDateTime(deserializeDateTime(row.due)) : "";
    }
}
