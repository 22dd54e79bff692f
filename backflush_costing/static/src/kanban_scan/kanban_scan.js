import { Component, useState } from "@odoo/owl";
import { useAutofocus, useBus, useService } from "@web/core/utils/hooks";
import { registry } from "@web/core/registry";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/** The round of the water spider: every scan does with the card what comes next. */
export class KanbanScan extends Component {
    static template = "backflush_costing.KanbanScan";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.display = { controlPanel: {} };
        this.state = useState({ code: "", scans: [] });
        this.number = 0;
        this.last = Promise.resolve();
        useAutofocus({ refName: "code" });
        useBus(useService("barcode").bus, "barcode_scanned", (event) =>
            this.scan(event.detail.barcode)
        );
    }

    /** Scans are answered one after the other; a fast hand loses none. */
    scan(code = this.state.code) {
        this.state.code = "";
        if (code.trim()) {
            this.last = this.last.then(() => this.send(code));
        }
        return this.last;
    }

    async send(code) {
        try {
            const answer = await this.orm.call("backflush.kanban", "scan", [code]);
            this.show(answer.card, answer.message, answer.done ? "success" : "warning");
        } catch (error) {
            this.show(code, error.data?.message || error.message, "danger");
        }
    }

    show(card, message, kind) {
        this.number += 1;
        this.state.scans.unshift({ id: this.number, card, message, kind });
        this.state.scans.splice(12);
    }

    onKeydown(event) {
        if (event.key === "Enter") {
            event.stopPropagation();
            this.scan();
        }
    }
}

registry.category("actions").add("backflush_kanban_scan", KanbanScan);
