"""The sandbox: a process confines itself, for good, before it sees untrusted code.

In the parent that forks candidates or examiners, once::

    python = python_paths(hidden_modules=["course_lib.losses"])
    open_private_view((*python.readable, *python.listable), writable=[slot_folder])
    sandbox = prepare(Confinement(python, writable=(slot_folder,)))

and in each child that it forks::

    sandbox.enter(scratch=slot_folder / "submission-17", keep=[wire])

Linux only, without containers or helpers. There are four layers: an unprivileged user without
capabilities (:mod:`.identity`), file access by :mod:`.landlock`, an allow-list of system calls
(:mod:`.seccomp`), resource :mod:`.limits`. Any layer that does not hold raises
:class:`~autograder.errors.IsolationUnavailable`.
"""
