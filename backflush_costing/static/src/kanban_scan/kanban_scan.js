import { Component, useState } from "@odoo/owl";
import { useAutofocus } from "@web/core/utils/hooks";
import { registry } from "@web/core/registry";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { useBoard } from "./board_source";
import { useCardScanner } from "./card_scanner";
import { FetchList } from "./fetch_list";

/** The round of the water spider: what to fetch, and a scan for each container. */
export class KanbanScan extends Component {
    static template = "backflush_costing.KanbanScan";
    static components = { FetchList, Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.display = { controlPanel: {} };
        this.state = useState({ code: "", scans: [] });
        this.board = useBoard();
        this.number = 0;
        useAutofocus({ refName: "code" });
        this.send = useCardScanner((...answer) => this.show(...answer));
    }

    scan() {
        const code = this.state.code;
        this.state.code = "";
        return code.trim() ? this.send(code) : undefined;
    }

    show(card, message, kind) {
        this.number += 1;
        this.state.scans.unshift({ id: this.number, card, message, kind });
        this.state.scans.splice(12);
        this.board.refresh();
    }

    onKeydown(event) {
        if (event.key === "Enter") {
            event.stopPropagation();
            this.scan();
        }
    }
}

registry.category("actions").add("backflush_kanban_scan", KanbanScan);
