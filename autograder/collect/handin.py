"""What a download tells of something that was handed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class HandIn:
    """What is known of a file that was handed in, or of a submission; each as far as it is.

    Attributes
    ----------
    platform
        Which one names files like this.
    platform_id
        Its number of the student.
    time
        When it was handed in.
    late
        Whether the platform calls it late; None where its names would not say so.
    changed
        When the file, of a submission the newest notebook, was last changed.
    upload
        The platform's number of the file, which grows with each upload.
    """

    platform: str = ""
    platform_id: str = ""
    time: datetime | None = None
    late: bool | None = None
    changed: datetime | None = None
    upload: str = ""


NOTHING_KNOWN = HandIn()
