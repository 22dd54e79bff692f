import { useBus, useService } from "@web/core/utils/hooks";

/**
 * Scans of cards, by the keyboard scanner on any screen or by `scan`: every one does
 * with the card what comes next. They are answered one after the other; a fast hand
 * loses none.
 *
 * @param {Function} answered is called with the card, the words and the kind of each
 *     answer: success, warning or danger
 */
export function useCardScanner(answered) {
    const orm = useService("orm");
    let last = Promise.resolve();

    async function send(code) {
        try {
            const answer = await orm.call("backflush.kanban", "scan", [code]);
            answered(answer.card, answer.message, answer.done ? "success" : "warning");
        } catch (error) {
            answered(code, error.data?.message || error.message, "danger");
        }
    }

    function scan(code) {
        last = last.then(() => send(code));
        return last;
    }

    useBus(useService("barcode").bus, "barcode_scanned", (event) =>
        scan(event.detail.barcode)
    );
    return scan;
}
