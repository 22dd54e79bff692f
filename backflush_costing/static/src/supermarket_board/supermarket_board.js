import { Component, useExternalListener, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { useBoard } from "../kanban_scan/board_source";
import { useCardScanner } from "../kanban_scan/card_scanner";
import { FetchList, plainQuantity } from "../kanban_scan/fetch_list";

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
    static components = { FetchList, Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.notification = useService("notification");
        this.display = { controlPanel: {} };
        this.state = useState({ wall: false });
        this.board = useBoard();
        this.quantity = plainQuantity;
        useCardScanner((card, message, type) => {
            this.notification.add(`${card}: ${message}`, { type });
            this.board.refresh();
        });
        useExternalListener(document, "fullscreenchange", () => {
            this.state.wall = Boolean(document.fullscreenElement);
        });
    }

    /** Nothing but the board, for the wall; Escape brings the rest back. */
    async fill() {
        this.state.wall = !this.state.wall;
        try {
            await (this.state.wall
                ? document.documentElement.requestFullscreen()
                : document.exitFullscreen());
        } catch {
            // A browser that refuses shows the board in its window.
        }
    }

    open(id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "backflush.kanban",
            res_id: id,
            views: [[false, "form"]],
        });
    }

    color(card) {
        return card.overdue ? "danger" : card.hold ? "dark" : COLORS[card.state];
    }
}

registry.category("actions").add("backflush_supermarket_board", SupermarketBoard);
