import { onWillStart, onWillUnmount, useState } from "@odoo/owl";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";

const REFRESH_SECONDS = 15;

/**
 * The board of one supply area, or of all: it updates itself, and says where the server
 * does not answer. A wall screen outlives the server's restarts.
 */
export function useBoard() {
    const orm = useService("orm");
    const answers = new KeepLast();
    const board = useState({ data: null, area: false, stale: false, refresh, show });

    /** Of several answers under way the one to the last question counts. */
    async function load() {
        const question = orm.silent.call("backflush.control.cycle", "get_board", [
            board.area,
        ]);
        board.data = await answers.add(question);
        board.stale = false;
    }

    async function refresh() {
        try {
            await load();
        } catch {
            board.stale = true;
        }
    }

    function show(area) {
        board.area = area;
        return refresh();
    }

    onWillStart(load);
    const timer = setInterval(refresh, 1000 * REFRESH_SECONDS);
    onWillUnmount(() => clearInterval(timer));
    return board;
}
