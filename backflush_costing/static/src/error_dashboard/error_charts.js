import { cookie } from "@web/core/browser/cookie";
import { getColor, getCustomColor } from "@web/core/colors/colors";
import { _t } from "@web/core/l10n/translation";

const scheme = cookie.get("color_scheme");
const GRID = getCustomColor(scheme, "#d8dadd", "#3C3E4B");
const TEXT = getCustomColor(scheme, "#111827", "#E4E4E4");
const IN = getColor(1, scheme, "sm");
const OUT = getColor(2, scheme, "sm");
const GIVEN_UP = getCustomColor(scheme, "#A4A8B6", "#7E8290");
const BACKLOG = getColor(0, scheme, "sm");

function options(extra = {}) {
    const axis = { grid: { color: GRID }, ticks: { color: TEXT } };
    return {
        animation: false,
        maintainAspectRatio: false,
        scales: { x: axis, y: { ...axis, beginAtZero: true } },
        plugins: { legend: { display: false } },
        ...extra,
    };
}

/** Records in and out per day, and what was open at its end. */
export function flowChart(days) {
    const bars = [
        ["made", _t("Made"), IN, "in"],
        ["resolved", _t("Resolved"), OUT, "out"],
        ["written_off", _t("Written off"), GIVEN_UP, "out"],
    ];
    const stacked = { grid: { color: GRID }, ticks: { color: TEXT, precision: 0 } };
    return {
        data: {
            labels: days.map((row) => row.day.slice(5)),
            datasets: [
                {
                    type: "line",
                    label: _t("Open"),
                    data: days.map((row) => row.open),
                    borderColor: BACKLOG,
                    backgroundColor: BACKLOG,
                    pointRadius: 0,
                    borderWidth: 2,
                },
                ...bars.map(([key, label, color, stack]) => ({
                    type: "bar",
                    label,
                    stack,
                    data: days.map((row) => row[key]),
                    backgroundColor: color,
                })),
            ],
        },
        options: options({
            interaction: { mode: "index", intersect: false },
            scales: { x: stacked, y: { ...stacked, stacked: true, beginAtZero: true } },
            plugins: { legend: { position: "bottom", labels: { color: TEXT } } },
        }),
    };
}

/** Amounts, one bar each; `choose(index)` when somebody clicks on one. */
export function barChart(rows, format, { horizontal = false, choose } = {}) {
    return {
        type: "bar",
        data: {
            labels: rows.map((row) => row.label),
            datasets: [
                {
                    data: rows.map((row) => row.amount),
                    backgroundColor: BACKLOG,
                    maxBarThickness: 28,
                },
            ],
        },
        options: options({
            indexAxis: horizontal ? "y" : "x",
            plugins: {
                legend: { display: false },
                tooltip: {
                    callbacks: {
                        label: (item) => format(rows[item.dataIndex]),
                    },
                },
            },
            onClick: (_event, bars) => {
                if (bars.length && choose) {
                    choose(bars[0].index);
                }
            },
        }),
    };
}
