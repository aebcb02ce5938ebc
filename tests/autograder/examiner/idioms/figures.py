"""Tests of figures."""

from __future__ import annotations

from tests.autograder.examiner.idioms.idiom import IMPORT, Idiom

AT_EXAMINER = [
    Idiom(
        "labels and lines of a figure that a function returns",
        "import matplotlib.pyplot as plt\ndef plot(x):\n    fig, ax = plt.subplots()\n"
        "    ax.plot(x, label='data')\n    ax.set_xlabel('time')\n    return ax",
        "import matplotlib.pyplot as plt\ndef plot(x):\n    fig, ax = plt.subplots()\n"
        "    ax.plot(x)\n    return ax",
        "ax = plot([1, 4, 9])\nassert ax.get_xlabel() == 'time' and len(ax.lines) == 1\n"
        "assert ax.lines[0].get_ydata().tolist() == [1, 4, 9]",
    ),
    Idiom(
        "axes of a figure that a cell draws",
        ("import matplotlib.pyplot as plt\nax = plt.gca()\nax.plot([1, 2])\nax.set_title('T')"),
        ("import matplotlib.pyplot as plt\nax = plt.gca()\nax.plot([1, 2])"),
        "assert ax.get_title() == 'T' and len(ax.get_lines()) == 1",
    ),
    Idiom(
        "texts of a legend",
        (
            "import matplotlib.pyplot as plt\n"
            "fig, ax = plt.subplots()\n"
            "ax.plot([1], label='a')\n"
            "ax.legend()"
        ),
        (
            "import matplotlib.pyplot as plt\n"
            "fig, ax = plt.subplots()\n"
            "ax.plot([1], label='b')\n"
            "ax.legend()"
        ),
        "assert [t.get_text() for t in ax.get_legend().get_texts()] == ['a']",
    ),
    Idiom(
        "colours, limits and scales",
        (
            "import matplotlib.pyplot as plt\n"
            "fig, ax = plt.subplots()\n"
            "ax.plot([1], color='red')\n"
            "ax.set_xlim(0, 5)\n"
            "ax.set_yscale('log')"
        ),
        ("import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.plot([1], color='red')"),
        "assert ax.get_xlim() == (0, 5) and ax.get_yscale() == 'log'\n"
        "assert ax.lines[0].get_color() == 'red'",
    ),
    Idiom(
        "bars",
        ("import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.bar([0, 1], [3, 4])"),
        ("import matplotlib.pyplot as plt\nfig, ax = plt.subplots()"),
        "assert [p.get_height() for p in ax.patches] == [3, 4]",
    ),
    Idiom(
        "points of a scatter plot",
        IMPORT
        + ("import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.scatter([0, 1], [3, 4])"),
        ("import matplotlib.pyplot as plt\nfig, ax = plt.subplots()"),
        IMPORT + "assert np.asarray(ax.collections[0].get_offsets()).tolist() == [[0, 3], [1, 4]]",
    ),
    Idiom(
        "the array of an image",
        IMPORT
        + ("import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.imshow(np.eye(2))"),
        ("import matplotlib.pyplot as plt\nfig, ax = plt.subplots()"),
        "assert len(ax.images) == 1 and ax.images[0].get_array().shape == (2, 2)",
    ),
    Idiom(
        "isinstance of a class of matplotlib's",
        "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()",
        "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax = fig",
        "assert isinstance(ax, plt.Axes) and isinstance(fig, plt.Figure)",
    ),
]

IN_CANDIDATE = [
    Idiom(
        "plt.gca() after a call",
        (
            "import matplotlib.pyplot as plt\n"
            "def plot():\n"
            "    plt.figure(); plt.plot([1,2]); plt.title('T')"
        ),
        ("import matplotlib.pyplot as plt\ndef plot():\n    plt.figure(); plt.plot([1,2])"),
        ("import matplotlib.pyplot as plt\nplot()\nassert plt.gca().get_title() == 'T'"),
    ),
    Idiom(
        "plt.show mocked",
        ("import matplotlib.pyplot as plt\ndef plot():\n    plt.plot([1]); plt.show()"),
        "def plot(): pass",
        (
            "from unittest import mock\n"
            "with mock.patch('matplotlib.pyplot.show') as show:\n"
            "    plot()\n"
            "assert show.called"
        ),
    ),
    Idiom(
        "axes passed in",
        "def draw(ax): ax.plot([1, 2]); ax.set_xlabel('x')",
        "def draw(ax): pass",
        (
            "import matplotlib.pyplot as plt\n"
            "fig, axes = plt.subplots()\n"
            "draw(axes)\n"
            "assert axes.get_xlabel() == 'x'"
        ),
    ),
]
