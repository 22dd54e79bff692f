import { Component, onMounted, onWillUnmount, useState } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";
import { registry } from "@web/core/registry";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/**
 * Settles many error records, slice by slice: each slice is a call, and so a
 * transaction, of its own. Stopping lets the slice end that is under way; what was
 * done stays done, and going on begins with the first record that was not.
 */
export class RemedyProgress extends Component {
    static template = "backflush_costing.RemedyProgress";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.params = this.props.action.params;
        this.state = useState({
            handled: 0,
            closed: 0,
            total: this.params.total,
            failed: [],
            running: false,
            problem: "",
            queued: 0,
        });
        onMounted(() => this.run());
        onWillUnmount(() => this.stop());
    }

    get percent() {
        const { handled, total } = this.state;
        return total ? Math.floor((100 * handled) / total) : 100;
    }

    get isDone() {
        return this.state.handled >= this.state.total;
    }

    call(method) {
        return this.orm.silent.call(this.params.model, method, [[this.params.id]]);
    }

    async run() {
        Object.assign(this.state, { running: true, problem: "" });
        try {
            while (this.state.running && !this.isDone) {
                this.show(await this.call("apply_slice"));
            }
        } catch (error) {
            this.state.problem = error.data?.message || error.message;
        }
        this.state.running = false;
    }

    show({ handled, closed, total, failed }) {
        Object.assign(this.state, { handled, closed, total });
        this.state.failed.push(...failed);
    }

    stop() {
        this.state.running = false;
    }

    async queueRest() {
        this.state.queued = await this.call("queue_rest");
    }

    close() {
        this.action.doAction({ type: "ir.actions.act_window_close" });
    }
}

registry.category("actions").add("backflush_remedy_progress", RemedyProgress);
