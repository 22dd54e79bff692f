import { Component, onWillStart, useState } from "@odoo/owl";
import { formatCurrency } from "@web/core/currency";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/core/utils/numbers";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { BackflushChart } from "../chart/chart";
import { barChart, flowChart } from "./error_charts";

const OPEN = [["state", "in", ["open", "in_process"]]];

/** What the person in charge of the error queue looks at first every morning. */
export class ErrorDashboard extends Component {
    static template = "backflush_costing.ErrorDashboard";
    static components = { BackflushChart, Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = { controlPanel: {} };
        this.periods = [7, 30, 90];
        this.state = useState({ figures: null, days: 30 });
        onWillStart(() => this.load());
    }

    async load(days = this.state.days) {
        this.state.days = days;
        const figures = await this.orm.call("backflush.error", "get_dashboard", [], {
            days,
        });
        this.state.figures = { ...figures, charts: this.charts(figures) };
    }

    charts(figures) {
        const word = (row) =>
            row.count === undefined
                ? this.money(row.amount, figures)
                : `${this.money(row.amount, figures)} · ${row.count}`;
        const top = (name) =>
            barChart(figures.top[name], word, {
                horizontal: true,
                choose: (index) =>
                    this.open([[name, "=", figures.top[name][index].value]]),
            });
        return {
            flow: flowChart(figures.flow),
            ageing: barChart(figures.ageing, word),
            top: [
                { title: _t("Causes"), rows: figures.top.cause, config: top("cause") },
                {
                    title: _t("Components"),
                    rows: figures.top.product_id,
                    config: top("product_id"),
                },
                {
                    title: _t("Locations"),
                    rows: figures.top.location_id,
                    config: top("location_id"),
                },
            ],
        };
    }

    money(amount, figures = this.state.figures) {
        return formatCurrency(amount, figures.currency_id);
    }

    number(value, digits = 1) {
        return formatFloat(value, { digits: [16, digits] });
    }

    percent(share) {
        return share === null ? "–" : `${formatFloat(100 * share, { digits: [16, 0] })} %`;
    }

    /** The open records, those of `domain` alone where it is given. */
    open(domain = []) {
        return this.action.doAction("backflush_costing.action_backflush_error", {
            additionalContext: { search_default_filter_open: 0 },
            props: { domain: [...OPEN, ...domain] },
        });
    }

    /** The open records under a filter of the queue. */
    openFilter(name) {
        return this.action.doAction("backflush_costing.action_backflush_error", {
            additionalContext: { [`search_default_${name}`]: 1 },
        });
    }

    openCumulation() {
        return this.action.doAction(
            "backflush_costing.action_backflush_error_cumulation"
        );
    }
}

registry.category("actions").add("backflush_error_dashboard", ErrorDashboard);
