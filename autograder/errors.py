"""Every error that the autograder raises on purpose.

The tree::

    AutograderError                  anything below; its message says what to do
    ├── CourseError                  the course folder, its configuration or a source is wrong
    ├── CourseInUse                  another grading of the course is under way
    ├── UnreadableSubmission         one submitted file cannot be graded; nobody else is affected
    ├── IsolationUnavailable         this machine lacks a feature that the sandbox needs
    ├── ClusterError                 the machines that are to grade cannot be used together
    ├── StorageError                 a folder is full, read-only or not permitted to be written
    ├── GradebookError               the gradebook is missing, locked, damaged or of another version
    │   └── OtherCells               it holds grades of cells that an assignment no longer has
    ├── GraderFault                  our own processes failed; never the student's zero
    │   └── MachineBusy              other programs kept a student's code from running
    └── WireError                    the other process broke the conversation
        ├── ProtocolError            it sent something that is not allowed
        │   └── TooLarge             what we were about to send ourselves is beyond the limits
        └── PeerGone                 it ended, was killed, or closed the connection
"""

from __future__ import annotations


class AutograderError(Exception):
    """Base of all errors below: show ``str(error)``, not a traceback."""


class CourseError(AutograderError):
    """The course folder, its configuration or a source notebook is wrong."""


class CourseInUse(AutograderError):
    """Another grading of the course is under way."""


class UnreadableSubmission(AutograderError):
    """A submitted file is not a notebook that can be graded."""


class IsolationUnavailable(AutograderError):
    """The machine lacks something that isolating student code needs."""


class ClusterError(AutograderError):
    """The machines that are to grade cannot be reached, or do not fit together."""


class StorageError(AutograderError):
    """Something cannot be written: the disk is full, read-only or not permitted."""


class GradebookError(AutograderError):
    """The gradebook cannot be used."""


class OtherCells(GradebookError):
    """The gradebook holds grades of cells that an assignment no longer has."""


class GraderFault(AutograderError):
    """A fault of the grader itself, which must never cost a student points.

    ``trace`` is the traceback of the process that failed, where that was another one. Python
    shows it with the traceback of this exception.
    """

    def __init__(self, message: str, trace: str = "") -> None:
        super().__init__(message)
        self.trace = trace
        if trace:
            self.add_note(f"In that process:\n{trace}")


class MachineBusy(GraderFault):
    """Other programs kept a student's code from running for longer than the grader waits."""


class WireError(AutograderError):
    """The conversation with another process broke."""


class ProtocolError(WireError):
    """The other process sent something that the protocol does not allow."""


class TooLarge(ProtocolError):
    """Data that was about to be sent is nested too deeply or takes too many bytes."""


class PeerGone(WireError):
    """The other process is not there any more."""
