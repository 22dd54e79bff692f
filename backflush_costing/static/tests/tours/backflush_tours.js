import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** An operator completes an order of which a component is short. */
tours.add("backflush_complete_short_order", {
    steps: () => [
        {
            content: "The order says before its completion what will happen",
            trigger: ".o_backflush_shortage:contains(1 component is short)",
        },
        {
            content: "The missing quantity stands at the component",
            trigger: "td[name=flush_missing_quantity]:contains(2.00)",
        },
        {
            trigger: "button[name=button_mark_done]:contains(Produce All)",
            run: "click",
        },
        {
            content: "After the completion the open error record is announced",
            trigger: ".o_backflush_open_errors:contains(1)",
        },
        {
            trigger: "button.oe_stat_button:contains(Open Errors):contains(1)",
        },
        {
            trigger: "button.oe_stat_button[name=action_open_backflush_confirmations]",
            run: "click",
        },
        {
            content: "The confirmation shows what was issued and what is open",
            trigger: ".o_data_row:contains(Part) td[name=open_quantity]:contains(2.00)",
        },
        {
            trigger: ".o_data_row:contains(Part) td[name=issued_quantity]:contains(8.00)",
        },
    ],
});

/** A supervisor works an error record off after the line was refilled. */
tours.add("backflush_retry_error", {
    steps: () => [
        {
            trigger: ".o_data_row td[name=product_id]:contains(Part)",
            run: "click",
        },
        {
            content: "What can be issued now stands on the record",
            trigger: ".oe_stat_button:contains(Free Now):contains(5.00)",
        },
        {
            trigger: ".o_statusbar_buttons button[name=action_retry].btn-primary",
            run: "click",
        },
        {
            trigger: ".o_statusbar_status .o_arrow_button_current:contains(Resolved)",
        },
    ],
});

/** A cost accountant opens the proof, and the subledger behind a line. */
tours.add("backflush_reconciliation", {
    steps: () => [
        {
            trigger: ".o_backflush_proven:contains(Everything is explained)",
        },
        {
            trigger: ".o_data_row:contains(Suspense) td[name=ledger_balance]:contains(6.00)",
        },
        {
            trigger: ".o_data_row:contains(Suspense) button[name=action_open_items]",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_data_row:contains(Component parked)",
        },
        {
            trigger: ".o_back_button a",
            run: "click",
        },
        {
            trigger: "button[name=action_refresh]",
            run: "click",
        },
        {
            trigger: ".o_backflush_proven:contains(Everything is explained)",
        },
    ],
});

/** A cost accountant asks to write off more than one person may. */
tours.add("backflush_request_write_off", {
    steps: () => [
        {
            trigger: ".o_data_row td[name=product_id]:contains(Part)",
            run: "click",
        },
        {
            trigger: ".o_statusbar_buttons button:contains(Write Off)",
            run: "click",
        },
        {
            content: "The wizard says that a second person has to approve",
            trigger: ".modal .alert-warning:contains(a second cost accountant)",
        },
        {
            content: "The entry is shown before it is posted",
            trigger: ".modal td:contains(Material Usage Variance)",
        },
        {
            trigger: ".modal [data-value=never_recorded]",
            run: "click",
        },
        {
            content: "Another kind, another account",
            trigger: ".modal td:contains(Inventory Difference)",
        },
        {
            trigger: ".modal [name=reason] input",
            run: "edit Counted on the line",
        },
        {
            trigger: ".modal footer button[name=action_apply]:contains(Ask)",
            run: "click",
        },
        {
            trigger: ".alert-warning:contains(waits for approval)",
        },
        {
            content: "Who asked cannot approve",
            trigger:
                ".o_statusbar_buttons:not(:has(button[name=action_approve_write_off]))",
        },
    ],
});

/** Another cost accountant approves. */
tours.add("backflush_approve_write_off", {
    steps: () => [
        {
            trigger: ".o_data_row td[name=product_id]:contains(Part)",
            run: "click",
        },
        {
            trigger: ".alert-warning:contains(Counted on the line)",
        },
        {
            trigger: "button[name=action_approve_write_off]",
            run: "click",
        },
        {
            trigger: ".modal footer .btn-primary",
            run: "click",
        },
        {
            trigger: ".o_form_view [name=quantity_written_off]:contains(2.00)",
        },
    ],
});
