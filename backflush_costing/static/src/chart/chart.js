import { Component, onWillStart, useEffect, useRef } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";

/**
 * A chart of Chart.js, drawn anew whenever its configuration changes.
 *
 * A screen reader gets `label`; what the chart shows stands beside it in figures.
 */
export class BackflushChart extends Component {
    static template = "backflush_costing.Chart";
    static props = {
        config: Object,
        label: String,
    };

    setup() {
        this.canvas = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            (config) => {
                const chart = new Chart(this.canvas.el, config);
                return () => chart.destroy();
            },
            () => [this.props.config]
        );
    }
}
