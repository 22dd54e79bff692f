import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const back = { trigger: ".o_breadcrumb .o_back_button", run: "click" };
const open = (row) => ({
    content: `The record about ${row}`,
    trigger: `.o_list_view .o_data_row:contains(${row}) td[name=cause]`,
    run: "click",
});
const press = (words) => ({
    trigger: `.o_form_view .o_statusbar_buttons button:contains(${words})`,
    run: "click",
});
const isNow = (state) => ({
    trigger: `.o_statusbar_status .o_arrow_button_current:contains(${state})`,
});
const apply = {
    trigger: ".modal footer button[name=action_start]:visible",
    run: "click",
};

/** One morning of the person in charge: four records, four remedies, nothing left. */
tours.add("backflush_accountant_morning", {
    steps: () => [
        {
            content: "What is open, and that it blocks the close",
            trigger: "span[name=open_count]:contains(4)",
        },
        { trigger: "span[name=open_amount]:contains(11.00)" },
        { trigger: "span[name=blocking]:contains(4)" },
        { trigger: ".o_backflush_chart canvas" },
        {
            content: "From the mean age to the backlog by component",
            trigger: ".o_backflush_figure:contains(Mean age)",
            run: "click",
        },
        {
            content: "One line per component and location",
            trigger: ".o_data_row:contains(Part) td[name=record_count]:contains(1)",
            run: "click",
        },
        {
            content: "It opens into its records",
            trigger: ".o_data_row:contains(BFE/) td[name=product_id]:contains(Part)",
        },
        back,
        { trigger: ".o_data_row:contains(Glue) td[name=record_count]" },
        back,
        {
            trigger: ".o_backflush_figure:contains(Block the close)",
            run: "click",
        },
        {
            content: "What can be issued by now is looked for",
            trigger: ".o_list_view .o_data_row:contains(Glue)",
        },
        { trigger: ".o_searchview_dropdown_toggler", run: "click" },
        {
            trigger: ".o_filter_menu .o_menu_item:contains(Can Be Retried Now)",
            run: "click",
        },
        {
            content: "The line was refilled for one of them",
            trigger: ".o_list_view:not(:has(.o_data_row:contains(Glue)))",
        },
        {
            trigger: ".o_list_view thead .o_list_record_selector input",
            run: "click",
        },
        {
            trigger: ".o_control_panel button[name=action_retry_on_screen]",
            run: "click",
        },
        {
            content: "It is issued after all",
            trigger: ".o_list_view:not(:has(.o_data_row:contains(Part)))",
        },
        {
            trigger:
                ".o_searchview_facet:contains(Can Be Retried Now) .o_facet_remove",
            run: "click",
        },
        open("Screw"),
        {
            content: "Nothing is at the line, so nobody is offered to retry first",
            trigger:
                ".o_form_view .o_statusbar_buttons button[name=action_retry_on_screen]:not(.btn-primary)",
        },
        press("Issue From"),
        { trigger: ".modal [name=location_id] input", run: "edit Stock" },
        {
            trigger: ".modal .ui-menu-item > a:contains(Stock)",
            run: "click",
        },
        {
            content: "What lies there",
            trigger: ".modal [name=free_quantity]:contains(10.00)",
        },
        apply,
        isNow("Resolved"),
        back,
        open("No unit of measure conversion"),
        press("Reject"),
        {
            trigger: ".modal [name=reason] input",
            run: "edit It was never made",
        },
        apply,
        isNow("Rejected"),
        back,
        open("Glue"),
        press("Write Off"),
        {
            content: "The effect stands there before it is posted",
            trigger: ".modal td:contains(Material Usage Variance)",
        },
        {
            trigger: ".modal [name=reason] input",
            run: "edit Counted at the end of the shift",
        },
        apply,
        isNow("Written Off"),
        {
            content: "From the first failure to the last remedy",
            trigger:
                ".o_field_widget[name=remedy_ids] .o_data_row:contains(Counted at the end)",
        },
        back,
        {
            content: "Nothing blocks the close any more",
            trigger: ".o_view_nocontent:contains(No error record is waiting here)",
        },
        back,
        { trigger: "span[name=open_count]:contains(0)" },
        {
            content: "What was given up stands apart",
            trigger: "span[name=written_off]:contains(1)",
        },
    ],
});

/** The same person closes the period after it. */
tours.add("backflush_morning_close", {
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
            trigger:
                ".o_form_view:not(:has(.alert-danger:contains(must be resolved))) button[name=action_post]",
            run: "click",
        },
        isNow("Posted"),
    ],
});
