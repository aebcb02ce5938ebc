"""Makes what students wrote and their code produced fit to be shown: nothing active or endless.

Feedback pages and the notebooks that formgrader renders both show what students wrote and printed,
to readers who may change grades. Text, images and HTML are each checked by a module here, and a
`Room` bounds all of a notebook together, because an output may be as large and as deeply nested as
the student likes.
"""

from autograder.sanitise.formulas import mathml
from autograder.sanitise.html import cleaned, safe_html
from autograder.sanitise.images import safe_data_uri, safe_image, safe_images
from autograder.sanitise.outputs import safe_outputs, text_within
from autograder.sanitise.room import MARKDOWN_COST, Room
from autograder.sanitise.text import (
    PlainFormatter,
    defused,
    plain_text,
    script_runs,
    truncated,
    undeceptive,
)

__all__ = [
    "MARKDOWN_COST",
    "PlainFormatter",
    "Room",
    "cleaned",
    "defused",
    "mathml",
    "plain_text",
    "safe_data_uri",
    "safe_html",
    "safe_image",
    "safe_images",
    "safe_outputs",
    "script_runs",
    "text_within",
    "truncated",
    "undeceptive",
]
