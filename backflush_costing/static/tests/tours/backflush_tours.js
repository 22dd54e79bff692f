import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** What a keyboard scanner types while no field is being edited. */
function scan(code) {
    for (const key of [...code, "Enter"]) {
        const options = { key, bubbles: true, cancelable: true };
        document.body.dispatchEvent(new KeyboardEvent("keydown", options));
    }
}

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
            trigger: ".o_statusbar_buttons button[name=action_retry_on_screen].btn-primary",
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
            trigger: ".modal footer button[name=action_start]:contains(Ask)",
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

/** Profile ask: an operator goes back first, then completes with a shortage. */
tours.add("backflush_ask_about_shortage", {
    steps: () => [
        {
            trigger: ".o_backflush_shortage:contains(asks whether)",
        },
        {
            trigger: "button[name=button_mark_done]:contains(Produce All)",
            run: "click",
        },
        {
            content: "The question lists order, component and what is missing",
            trigger:
                ".modal .o_data_row:contains(Part) td[name=missing_quantity]:contains(2.00)",
        },
        {
            trigger:
                ".modal .o_data_row:contains(Part) td[name=free_quantity]:contains(8.00)",
        },
        {
            trigger: ".modal footer button:contains(Back)",
            run: "click",
        },
        {
            content: "Back at the order, nothing has been changed",
            trigger: "body:not(:has(.modal))",
        },
        {
            trigger: ".o_backflush_shortage:contains(asks whether)",
        },
        {
            trigger: "button[name=button_mark_done]:contains(Produce All)",
            run: "click",
        },
        {
            trigger:
                ".modal footer button[name=action_complete]:contains(Complete and Keep as Error Records)",
            run: "click",
        },
        {
            trigger: ".o_backflush_open_errors:contains(1)",
        },
        {
            trigger: ".o_arrow_button_current:contains(Done)",
        },
    ],
});

/** Profile block: an operator is told what is missing, and the order stays open. */
tours.add("backflush_blocked_by_shortage", {
    steps: () => [
        {
            trigger: ".o_backflush_shortage:contains(cannot be completed)",
        },
        {
            trigger: "button[name=button_mark_done]:contains(Produce All)",
            run: "click",
        },
        {
            trigger: ".modal .modal-body:contains(2.00 Units of Part)",
        },
        {
            trigger: ".modal footer button",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal))",
        },
        {
            trigger: "button[name=button_mark_done]:contains(Produce All)",
        },
    ],
});

/** A supervisor confirms a report beyond the tolerance; the document says so. */
tours.add("backflush_confirm_deviation", {
    steps: () => [
        {
            trigger: "button[name=button_mark_done]:contains(Produce)",
            run: "click",
        },
        {
            content: "Odoo's own question comes first",
            trigger: ".modal footer button[name=action_confirm]:contains(Confirm)",
            run: "click",
        },
        {
            trigger:
                ".modal .o_data_row:contains(Part) td[name=deviation_percent]:contains(-30)",
        },
        {
            trigger: ".modal footer button[name=action_complete]:contains(Confirm)",
            run: "click",
        },
        {
            trigger: "button.oe_stat_button[name=action_open_backflush_confirmations]",
            run: "click",
        },
        {
            trigger:
                ".o_form_view [name=deviation_confirmed_text]:contains(10.00 Units required)",
        },
    ],
});

/** A supervisor names the lot of which an operator had reported none. */
tours.add("backflush_issue_lot", {
    steps: () => [
        {
            trigger:
                ".o_data_row:contains(Lot or serial number required) td[name=product_id]",
            run: "click",
        },
        {
            trigger: ".o_statusbar_buttons button:contains(Issue From)",
            run: "click",
        },
        {
            trigger: ".modal [name=lot_id] input",
            run: "edit BATCH",
        },
        {
            trigger: ".modal .ui-menu-item > a:contains(BATCH-7)",
            run: "click",
        },
        {
            content: "What that lot has free",
            trigger: ".modal [name=free_quantity]:contains(30.00)",
        },
        {
            trigger: ".modal footer button[name=action_start]",
            run: "click",
        },
        {
            trigger: ".o_statusbar_status .o_arrow_button_current:contains(Resolved)",
        },
    ],
});

/** An operator reports scrapped pieces; a component of them is short. */
tours.add("backflush_scrap_pieces", {
    steps: () => [
        {
            trigger: "button[name=action_backflush_scrap_pieces]:contains(Scrap Pieces)",
            run: "click",
        },
        {
            trigger: ".modal div[name=quantity] input",
            run: "edit 2",
        },
        {
            trigger: ".modal div[name=workorder_id] .o_selection_badge:contains(Painting)",
            run: "click",
        },
        {
            content: "What the pieces have consumed is said before",
            trigger: ".modal div[name=consumed_text]:contains(of Tube)",
        },
        {
            trigger:
                ".modal div[name=reason_id] .o_selection_badge:contains(Out of tolerance)",
            run: "click",
        },
        {
            trigger: ".modal footer button[name=action_record]:contains(Scrap)",
            run: "click",
        },
        {
            content: "The question lists the component that is short",
            trigger: ".modal .o_data_row:contains(Paint)",
        },
        {
            trigger: ".modal footer button[name=action_complete]",
            run: "click",
        },
        {
            content: "The order says how many pieces were lost",
            trigger: "body:not(:has(.modal)) .o_backflush_scrapped:contains(2)",
        },
        {
            trigger: "button.oe_stat_button[name=action_open_backflush_confirmations]",
            run: "click",
        },
        {
            content: "The confirmation says how many, and why",
            trigger: ".o_backflush_scrap_report:contains(Out of tolerance)",
        },
    ],
});

/** A cost accountant closes a period and takes the close back. */
tours.add("backflush_period_close", {
    steps: () => [
        {
            trigger: ".o_list_button_add",
            run: "click",
        },
        {
            trigger: ".o_form_button_save:visible",
            run: "click",
        },
        {
            content: "The preview says where the difference goes",
            trigger: ".o_field_widget[name=line_ids] .o_data_row:contains(Cost of goods sold):contains(40.00)",
        },
        {
            trigger: "button[name=action_post]",
            run: "click",
        },
        {
            trigger: ".o_statusbar_status .o_arrow_button_current:contains(Posted)",
        },
        {
            trigger: "button:contains(Reverse…)",
            run: "click",
        },
        {
            trigger: ".modal div[name=reason] input",
            run: "edit The electricity bill came late",
        },
        {
            trigger: ".modal footer button[name=action_apply]",
            run: "click",
        },
        {
            trigger: ".o_statusbar_status .o_arrow_button_current:contains(Reversed)",
        },
    ],
});

/** A water spider scans an empty container, twice by mistake, and a strange card. */
tours.add("backflush_kanban_round", {
    steps: () => [
        {
            trigger: ".o_backflush_scan input",
            run: "edit KB-TOUR",
        },
        {
            trigger: ".o_backflush_scan input",
            run: "press Enter",
        },
        {
            content: "The next container is ordered",
            trigger: ".o_backflush_scan .alert-success:contains(KB-TOUR):contains(Ordered)",
        },
        {
            trigger: ".o_backflush_scan input",
            run: "edit KB-TOUR",
        },
        {
            trigger: ".o_backflush_scan button:contains(OK)",
            run: "click",
        },
        {
            content: "A double scan orders nothing",
            trigger: ".o_backflush_scan .alert-warning:contains(ignored)",
        },
        {
            trigger: ".o_backflush_scan input",
            run: "edit KB-STRANGE",
        },
        {
            trigger: ".o_backflush_scan input",
            run: "press Enter",
        },
        {
            content: "Nobody knows this card",
            trigger: ".o_backflush_scan .alert-danger:contains(no card)",
        },
        {
            content: "The pick list names what is next to fetch",
            trigger: ".o_backflush_fetch:contains(KB-COMING)",
        },
        {
            content: "The container is here: the scanner types anywhere on the screen",
            trigger: ".o_backflush_fetch:contains(KB-TOUR)",
            run: () => scan("KB-COMING"),
        },
        {
            trigger: ".o_backflush_scan .alert-success:contains(KB-COMING):contains(Full)",
        },
    ],
});

/** A scanner works on the cards by state, too. */
tours.add("backflush_kanban_cards", {
    steps: () => [
        {
            trigger: ".o_kanban_group:contains(Full) .o_kanban_record:contains(KB-TOUR)",
            run: () => scan("KB-TOUR"),
        },
        {
            trigger: ".o_notification:contains(KB-TOUR):contains(Ordered)",
        },
        {
            trigger:
                ".o_kanban_group:contains(Ordered) .o_kanban_record:contains(KB-TOUR)",
        },
    ],
});

/** The board on the wall: how full the loop is, and what to fetch next. */
tours.add("backflush_supermarket_board", {
    steps: () => [
        {
            trigger: ".o_backflush_loop:contains(Screw):contains(100 of 200)",
        },
        {
            trigger: ".o_backflush_loop .badge:contains(Full)",
        },
        {
            content: "The order of the other container waits to be fetched",
            trigger: ".o_backflush_fetch:contains(Screw):contains(100)",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_arrow_button_current:contains(Ordered)",
        },
        {
            trigger: ".o_breadcrumb a:contains(Supermarket Board)",
            run: "click",
        },
        {
            content: "A scan on the wall",
            trigger: ".o_backflush_loop:contains(Screw)",
            run: () => scan("KB-COMING"),
        },
        {
            trigger: ".o_notification:contains(KB-COMING):contains(Full)",
        },
        {
            trigger: ".o_backflush_loop:contains(Screw):contains(200 of 200)",
        },
        {
            content: "Nothing but the board",
            trigger: "button[title='Full screen']",
            run: "click",
        },
        {
            trigger: ".o_backflush_wall button[title='Back']",
            run: "click",
        },
        {
            trigger: ".o_backflush_board:not(.o_backflush_wall)",
        },
    ],
});

/** An operator mounts a coil, is told what is missing, starts, reports, empties. */
tours.add("backflush_unit_terminal", {
    steps: () => [
        {
            trigger: ".o_backflush_center:contains(Saw)",
            run: "click",
        },
        {
            content: "Nothing is mounted: the operation does not start",
            trigger: ".o_backflush_job:contains(Cable) .o_backflush_start",
            run: "click",
        },
        {
            trigger: ".o_backflush_said.alert-danger:contains(Wire: no handling unit)",
        },
        {
            content: "An operator is shown no way round",
            trigger: ".o_backflush_said:not(:has(.o_backflush_way))",
        },
        {
            trigger: ".o_backflush_code",
            run: "edit COIL-1",
        },
        {
            trigger: ".o_backflush_mount",
            run: "click",
        },
        {
            trigger: ".o_backflush_unit:contains(COIL-1) .o_backflush_left:contains(10000)",
        },
        {
            trigger: ".o_backflush_start",
            run: "click",
        },
        {
            trigger: ".o_backflush_job .badge:contains(Running)",
        },
        {
            trigger: ".o_backflush_use:enabled",
            run: "click",
        },
        {
            trigger: ".o_backflush_pad [data-key='4']",
            run: "click",
        },
        {
            trigger: ".o_backflush_pad [data-key='0']",
            run: "click",
        },
        {
            trigger: ".o_backflush_report:enabled",
            run: "click",
        },
        {
            trigger: ".o_backflush_left:contains(9960)",
        },
        {
            content: "What was used stands at the job",
            trigger: ".o_backflush_job:contains(40 of 1000)",
        },
        {
            trigger: ".o_backflush_empty:enabled",
            run: "click",
        },
        {
            trigger: "[data-cause='adjusting']",
            run: "click",
        },
        {
            trigger: ".o_backflush_said.alert-success:contains(COIL-1 is empty)",
        },
    ],
});

/** A unit of two products is mounted in a position; who used from it says of what. */
tours.add("backflush_unit_terminal_mixed", {
    steps: () => [
        {
            trigger: ".o_backflush_center:contains(Saw)",
            run: "click",
        },
        {
            trigger: ".o_backflush_code",
            run: "edit MIXED",
        },
        {
            trigger: ".o_backflush_position",
            run: "edit Left",
        },
        {
            trigger: ".o_backflush_mount",
            run: "click",
        },
        {
            trigger: ".o_backflush_unit:contains(MIXED) .badge:contains(Left)",
        },
        {
            trigger: ".o_backflush_unit:contains(MIXED) .o_backflush_left:contains(50)",
        },
        {
            trigger: ".o_backflush_unit:contains(MIXED) .o_backflush_left:contains(7)",
        },
        {
            trigger: ".o_backflush_use:enabled",
            run: "click",
        },
        {
            trigger: ".o_backflush_content:contains(Wire)",
            run: "click",
        },
        {
            trigger: ".o_backflush_pad h3:contains(50)",
        },
        {
            trigger: ".o_backflush_pad [data-key='4']",
            run: "click",
        },
        {
            trigger: ".o_backflush_report:enabled",
            run: "click",
        },
        {
            trigger: ".o_backflush_unit:contains(MIXED) .o_backflush_left:contains(46)",
        },
    ],
});

/** A supervisor is told what is missing, and starts anyway with a reason. */
tours.add("backflush_unit_terminal_anyway", {
    steps: () => [
        {
            trigger: ".o_backflush_center:contains(Saw)",
            run: "click",
        },
        {
            trigger: ".o_backflush_job:contains(Cable) .o_backflush_start",
            run: "click",
        },
        {
            content: "In words, and nothing but words",
            trigger: ".o_backflush_said.alert-danger:contains(Wire: no handling unit)",
        },
        {
            trigger: ".o_backflush_said:not(:contains(active_ids))",
        },
        {
            trigger: ".o_backflush_way:contains(Start Anyway)",
            run: "click",
        },
        {
            trigger: ".modal [name=reason] input",
            run: "edit Coil is on its way",
        },
        {
            trigger: ".modal footer button[name=action_start]",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) .o_backflush_job .badge:contains(Running)",
        },
        {
            trigger: ".o_backflush_terminal:not(:has(.o_backflush_said))",
        },
    ],
});

/** Sixty records are retried at once: the progress, what stays open, and its end. */
tours.add("backflush_retry_many", {
    steps: () => [
        {
            trigger: ".o_list_view thead .o_list_record_selector input",
            run: "click",
        },
        {
            content: "The key that opens the remedies",
            trigger: ".o_control_panel button:contains(Remedy)",
            run: "click",
        },
        {
            trigger: ".modal .o_form_view footer, .modal footer",
        },
        {
            trigger: ".modal footer button[name=action_start]",
            run: "press alt+q",
        },
        {
            content: "All are handled, most are closed",
            trigger: ".o_backflush_progress .progress-bar.bg-success",
            timeout: 60000,
        },
        {
            trigger: ".o_backflush_progress:contains(60 of 60 records handled)",
        },
        {
            trigger: ".o_backflush_progress:contains(55 closed)",
        },
        {
            trigger: ".o_backflush_close",
            run: "click",
        },
        {
            content: "The list behind shows what is left",
            trigger: "body:not(:has(.modal)) .o_list_view .o_data_row:contains(Part)",
        },
    ],
});
