import { Component, onWillStart, onWillUnmount, useState } from "@odoo/owl";
import { deserializeDateTime, formatDateTime } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useBus, useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/core/utils/numbers";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const REFRESH_SECONDS = 15;
const COLORS = {
    wait: "secondary",
    empty: "warning",
    in_process: "info",
    in_transit: "info",
    full: "success",
    in_use: "success",
    error: "danger",
};

/** The supermarket on the wall: it updates itself, and a scanner works on it. */
export class SupermarketBoard extends Component {
    static template = "backflush_costing.SupermarketBoard";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.display = { controlPanel: {} };
        this.state = useState({ board: null, area: false, stale: false });
        this.answers = new KeepLast();
        this.last = Promise.resolve();
        onWillStart(() => this.load());
        const timer = setInterval(() => this.refresh(), 1000 * REFRESH_SECONDS);
        onWillUnmount(() => clearInterval(timer));
        useBus(useService("barcode").bus, "barcode_scanned", (event) =>
            this.scan(event.detail.barcode)
        );
    }

    /** Of several answers under way the one to the last question counts. */
    async load() {
        const question = this.orm.silent.call("backflush.control.cycle", "get_board", [
            this.state.area,
        ]);
        this.state.board = await this.answers.add(question);
        this.state.stale = false;
    }

    /** A wall screen outlives the server's restarts: it says so and tries again. */
    async refresh() {
        try {
            await this.load();
        } catch {
            this.state.stale = true;
        }
    }

    show(area) {
        this.state.area = area;
        return this.refresh();
    }

    /** Scans are answered one after the other; a fast hand loses none. */
    scan(code) {
        this.last = this.last.then(() => this.send(code));
        return this.last;
    }

    async send(code) {
        try {
            const answer = await this.orm.call("backflush.kanban", "scan", [code]);
            this.notification.add(`${answer.card}: ${answer.message}`, {
                type: answer.done ? "success" : "warning",
            });
        } catch (error) {
            this.notification.add(error.data?.message || error.message, {
                type: "danger",
            });
        }
        // Not awaited: an answer that is overtaken never comes.
        this.refresh();
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

    color(card) {
        return card.overdue ? "danger" : card.hold ? "dark" : COLORS[card.state];
    }

    quantity(value) {
        return formatFloat(value, { digits: [16, 2], trailingZeros: false });
    }

    due(row) {
        return row.due ? formatDateTime(deserializeDateTime(row.due)) : "";
    }
}

registry.category("actions").add("backflush_supermarket_board", SupermarketBoard);
