import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useBus, useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const REMEMBERED = "backflush_unit_terminal";

/** The terminal at a line: mount, start, report, empty; for scanners and gloves. */
export class UnitTerminal extends Component {
    static template = "backflush_costing.UnitTerminal";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = { controlPanel: {} };
        this.keys = ["7", "8", "9", "4", "5", "6", "1", "2", "3", ".", "0", "⌫"];
        this.state = useState({
            centers: [],
            center: null,
            jobId: null,
            unitId: null,
            productId: null,
            mode: null,
            entry: "",
            code: "",
            position: "",
            busy: false,
            said: null,
        });
        useBus(useService("barcode").bus, "barcode_scanned", (event) =>
            this.scan(event.detail.barcode)
        );
        onWillStart(() => this.begin());
    }

    async begin() {
        this.state.centers = await this.orm.call("mrp.workcenter", "get_unit_terminals");
        const known = Number(localStorage.getItem(REMEMBERED));
        if (this.state.centers.some((center) => center.id === known)) {
            await this.choose(known);
        }
    }

    async choose(centerId) {
        localStorage.setItem(REMEMBERED, centerId);
        await this.load(centerId);
    }

    leave() {
        localStorage.removeItem(REMEMBERED);
        this.state.center = null;
        return this.begin();
    }

    async load(centerId = this.state.center.id) {
        const center = await this.orm.call("mrp.workcenter", "get_unit_terminal", [
            [centerId],
        ]);
        this.state.center = center;
        if (!center.jobs.some((job) => job.id === this.state.jobId)) {
            const job = center.jobs.find((one) => one.running) || center.jobs[0];
            this.state.jobId = job ? job.id : null;
        }
    }

    // Not job and unit: names of loops in the template do not shadow a getter.
    get chosenJob() {
        return this.state.center.jobs.find((job) => job.id === this.state.jobId);
    }

    get chosenUnit() {
        return this.state.center.units.find((unit) => unit.id === this.state.unitId);
    }

    get chosenContent() {
        const { contents } = this.chosenUnit;
        return contents.find((one) => one.product_id === this.state.productId);
    }

    /** One thing at a time: a second touch does not report twice. */
    async act(call, success) {
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        try {
            await call();
            this.state.said = { kind: "success", text: success };
            this.close();
        } catch (error) {
            this.state.said = this.refusal(error);
        } finally {
            await this.load();
            this.state.busy = false;
        }
    }

    /** What to say about an error, and the way round it for who may go it. */
    refusal(error) {
        if (error.exceptionName !== "odoo.exceptions.RedirectWarning") {
            return { kind: "danger", text: error.data?.message || error.message };
        }
        const [text, action, label, context] = error.data.arguments;
        return { kind: "danger", text, way: { action, label, context } };
    }

    goRound({ action, context }) {
        return this.action.doAction(action, {
            additionalContext: context,
            onClose: () => {
                this.state.said = null;
                return this.load();
            },
        });
    }

    scan(code = this.state.code) {
        this.state.code = "";
        if (!code.trim() || !this.state.center) {
            return;
        }
        const { center, position } = this.state;
        this.state.position = "";
        return this.act(
            () =>
                this.orm.call("stock.package", "scan_unit", [
                    code,
                    center.id,
                    position.trim() || null,
                ]),
            _t("%s is mounted.", code.trim())
        );
    }

    start(job) {
        this.state.jobId = job.id;
        return this.act(
            () => this.orm.call("mrp.workorder", "button_start", [[job.id]]),
            _t("%s has started.", job.order)
        );
    }

    open(unit, mode) {
        const [first, ...others] = unit.contents;
        const productId = first && !others.length ? first.product_id : null;
        const chosen = { unitId: unit.id, productId, mode };
        Object.assign(this.state, { ...chosen, entry: "", said: null });
    }

    close() {
        const nothing = { unitId: null, productId: null, mode: null };
        Object.assign(this.state, { ...nothing, entry: "" });
    }

    press(key) {
        if (key === "⌫") {
            this.state.entry = this.state.entry.slice(0, -1);
        } else if (key !== "." || !this.state.entry.includes(".")) {
            this.state.entry += key;
        }
    }

    report() {
        const { chosenUnit: unit, chosenContent: content, chosenJob: job } = this;
        const quantity = Number(this.state.entry);
        return this.act(
            () =>
                this.orm.call(
                    "stock.package",
                    "report_consumption",
                    [[unit.id], quantity, content.uom_id, job.order_id],
                    { workorder_id: job.id, product_id: content.product_id }
                ),
            _t("%(quantity)s %(unit)s of %(name)s for %(order)s.", {
                quantity,
                unit: content.unit,
                name: unit.name,
                order: job.order,
            })
        );
    }

    empty(cause) {
        const { chosenUnit: unit, chosenJob: job } = this;
        return this.act(
            () =>
                this.orm.call("stock.package", "report_empty", [[unit.id], cause.code], {
                    workorder_id: job ? job.id : false,
                }),
            _t("%s is empty.", unit.name)
        );
    }

    unmount(unit) {
        return this.act(
            () => this.orm.call("stock.package", "unmount", [[unit.id]]),
            _t("%s is off.", unit.name)
        );
    }

    onKeydown(event) {
        if (event.key === "Enter") {
            event.stopPropagation();
            this.scan();
        }
    }
}

registry.category("actions").add("backflush_unit_terminal", UnitTerminal);
