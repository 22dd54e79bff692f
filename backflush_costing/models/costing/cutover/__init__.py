from . import backflush_cutover_line
from . import backflush_cutover_item
from . import backflush_cutover
from . import backflush_cutover_run
from . import backflush_cutover_open_items
from . import backflush_poster_books
from . import backflush_poster_cutover
from . import res_company_locations
