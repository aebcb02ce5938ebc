"""No text, bytes or name of a student's is run at the examiner, whatever a test does with it."""

from __future__ import annotations

import pytest

from tests.autograder.workers.bench import Stage

#: What would make every test pass, if the examiner ran it.
SHELL = "__import__('autograder.examiner.shell').examiner.shell.InstructorShell"
FORGE = f"setattr({SHELL}, 'outcome', lambda self, source: (None, None))"

#: What the student's ``f`` gives, and the test that runs it.
RUN = {
    "eval": (repr(FORGE), "eval(f())"),
    "eval of bytes": (repr(FORGE.encode()), "eval(f())"),
    "exec": (repr(FORGE), "exec(f())"),
    "partial": (repr(FORGE), "import functools\nfunctools.partial(eval, f())()"),
    "map": (repr(FORGE), "list(map(eval, [f()]))"),
    "thread": (
        repr(FORGE),
        ("from concurrent.futures import ThreadPoolExecutor\n"
        "with ThreadPoolExecutor() as pool:\n    pool.submit(eval, f()).result()"),
    ),
    "swallowed": (repr(FORGE), "try:\n    eval(f())\nexcept BaseException:\n    pass"),
    "reversed": (repr(FORGE[::-1]), "eval(f()[::-1])"),
    "lower case": ("'PRINT(1)'", "eval(f().lower())"),
    "dedented": (f"'  ' + {FORGE!r}", "import textwrap\nexec(textwrap.dedent(f()))"),
    "in letters": (f"list({FORGE!r})", "eval(''.join(f()))"),
    "in words": ("['print', '(', '1', ')']", "eval(''.join(f()))"),
    "numbers of letters": (f"list({FORGE!r}.encode())", "eval(bytes(f()))"),
    "a NumPy string": (f"__import__('numpy').array([{FORGE!r}])", "eval(str(f()[0]))"),
    "an array of objects": (
        f"__import__('numpy').array([[{FORGE!r}, 1]], object)",
        "eval(f()[0, 0])",
    ),
    "letters in an array of objects": (
        f"__import__('numpy').array(list({FORGE!r}), object)",
        "eval(f().sum())",
    ),
    "a path": ("__import__('pathlib').Path('print(1)')", "eval(str(f()))"),
    "rot13": (
        f"__import__('codecs').encode({FORGE!r}, 'rot13')",
        "import codecs\neval(codecs.decode(f(), 'rot13'))",
    ),
    "base64": (
        f"__import__('base64').b64encode({FORGE!r}.encode())",
        "import base64\neval(base64.b64decode(f()))",
    ),
    "an f-string": (repr(FORGE), "eval(f'({f()})')"),
    "a template": (
        repr(FORGE),
        "import string\neval(string.Template('($x)').substitute(x=f()))",
    ),
    "appended": ("'3 if print(1) else 3'", "eval('1 + ' + f())"),
    "one name in a call": ("'quit'", "eval(f() + '()')"),
    "a syntax tree": (repr(FORGE), "import ast\neval(compile(ast.parse(f()), 'x', 'exec'))"),
    "a name in a syntax tree": (
        "'quit'",
        ("import ast\ncall = ast.Call(ast.Name(f(), ast.Load()), [], [])\n"
        "eval(compile(ast.fix_missing_locations(ast.Expression(call)), 'x', 'eval'))"),
    ),
    "timeit": (repr(FORGE), "import timeit\ntimeit.timeit(f(), number=1)"),
    "IPython": (repr(FORGE), "get_ipython().ev(f())"),
    "a cell": (repr(FORGE), "get_ipython().run_cell(f())"),
    "a magic": (repr(FORGE), "get_ipython().run_line_magic('time', f())"),
    "fields of a dataclass": (
        f"{{'a=' + {FORGE!r}: int}}",
        "import dataclasses\ndataclasses.dataclass(type('T', (), {'__annotations__': f()}))",
    ),
    "marshal": (
        "__import__('marshal').dumps(compile('1', '', 'eval'))",
        "import marshal\nmarshal.loads(f())",
    ),
    "pickle": (
        r"b'\x80\x04cbuiltins\neval\n\x8c\x011\x85R.'",
        "import pickle\npickle.loads(f())",
    ),
    "Unpickler": (
        r"b'\x80\x04cbuiltins\neval\n\x8c\x011\x85R.'",
        "import io, pickle\npickle.Unpickler(io.BytesIO(f())).load()",
    ),
    "bytecode": ("b'd'", "(lambda: 0).__code__.replace(co_code=f())"),
    "a module": ("'wave'", "import importlib\nimportlib.import_module(f())"),
    "a module by __import__": ("'wave'", "__import__(f())"),
    "an object by its name": ("'wave:open'", "import pkgutil\npkgutil.resolve_name(f())"),
    "an attribute": ("'acos'", "import math\ngetattr(math, f())"),
    "an attribute by map": ("['acos']", "import math\nlist(map(getattr, [math], f()))"),
    "an attribute by operator": (
        "'loader.path'",
        "import operator\noperator.attrgetter('__' + f() if 0 else f())(1)",
    ),
    "a global": ("'wanted'", "wanted = 1\nglobals()[f()]"),
    "another global": ("'wanted'", "wanted = 1\nglobals().get(f())"),
    "a module of sys": ("'os'", "import sys\nsys.modules[f()]"),
    "an attribute that is set": (
        "'__class__'",
        "class T: pass\nclass U: pass\nsetattr(T(), f(), U)",
    ),
    "a format": ("'{0.__class__}'", "f().format(1)"),
    "an item by a format": ("'{0[wanted]}'", "f().format({'wanted': 1})"),
    "a format of a format": ("'{0:{1.__class__}}'", "f().format(1, 2)"),
    "a format as an argument": ("'{0.__class__}'", "str.format(f(), 1)"),
    "format_map": ("'{x.__class__}'", "f().format_map({'x': 1})"),
    "string.Formatter": ("'{0.__class__}'", "import string\nstring.Formatter().format(f(), 1)"),
    "a format for a log": (
        "'{message.__class__}'",
        ("import logging\nrecord = logging.makeLogRecord({'msg': 'x'})\n"
        "logging.Formatter(f(), style='{').format(record)"),
    ),
    "an encoded format": ("b'ezAuX19jbGFzc19ffQ=='", ("import base64\n"
        "base64.b64decode(f()).decode().format(1)")),
}  # fmt: skip


@pytest.mark.parametrize("case", RUN.values(), ids=RUN)
def test_what_came_from_the_student_does_not_run(stage: Stage, case: tuple[str, str]) -> None:
    gives, test = case
    stage.student(f"def f(): return {gives}")
    assert stage.test(test).refused
    # Whatever had run would have made this pass.
    assert stage.test("assert False").error == "AssertionError"


def test_nor_what_crosses_as_something_else_than_a_result(stage: Stage) -> None:
    stage.student(
        f"def f():\n    '''>>> {FORGE}'''\n    print({FORGE!r})\n"
        f"def g(callback): callback({FORGE!r})\n"
        f"def h(): raise ValueError({FORGE!r})\n"
        f"class Thing:\n    def __repr__(self): return {FORGE!r}\n"
        f"data = {{{FORGE!r}: 1}}"
    )
    for test in (
        "eval(f.__doc__[4:])",
        "import doctest\ndoctest.run_docstring_examples(f, {})",
        (
            "import contextlib, io\nwith contextlib.redirect_stdout(io.StringIO()) as out: f()\n"
            "eval(out.getvalue())"
        ),
        "try: h()\nexcept ValueError as error: eval(str(error))",
        "eval(repr(Thing()))",
        "eval(f'{Thing()}')",
        "for key in data: eval(key)",
        "g(eval)",
    ):
        assert stage.test(test).refused, test


def test_what_an_earlier_test_has_kept_is_the_students_still(stage: Stage) -> None:
    stage.student(f"def f(): return {FORGE!r}")
    stage.passes("kept = [f()]")
    assert stage.test("eval(kept[0])").refused


def test_the_wanted_text_is_the_instructors_only_if_the_instructor_runs_it(stage: Stage) -> None:
    stage.student("def f(): return 'g(1)'\ndef g(x): return 2 * x")
    stage.passes("assert f() == 'g(1)' and eval('g(1)') == 2")
    assert stage.test("wanted = 'g(2)'\nassert eval(f() + '') == 2").refused is not None


@pytest.mark.parametrize(
    "test",
    [
        "eval('f(1)')",
        "exec('y = f(1)')\nassert y == 2",
        "for k in range(3):\n    exec(f'y{k} = f({k})')\nassert y2 == 4",
        ("code = '''\n    def g(a):\n        return f(a)\n    '''\n"
        "import textwrap\nexec(textwrap.dedent(code))\nassert g(1) == 2"),
        "import ast\neval(compile(ast.parse('f(1)', mode='eval'), 'x', 'eval'))",
        "import ast\nassert ast.literal_eval(str([f(1)])) == [2]",
        "import json\nassert json.loads(json.dumps([f(1)])) == [2]",
        "import timeit\ntimeit.timeit('f(1)', number=1, globals=globals())",
        "from collections import namedtuple\nassert namedtuple('P', 'x y')(f(1), 0).x == 2",
        ("from typing import NamedTuple\nclass P(NamedTuple):\n    x: int\n    y: 'float' = 1.0\n"
        "assert P(f(1)).x == 2"),
        ("from dataclasses import dataclass\n@dataclass\nclass P:\n    x_1: int\n"
        "    y: float = 1.0\nassert P(f(1)) == P(2)"),
        "import enum\nassert enum.Enum('E', 'A B').A.value < f(1)",
        "from unittest import mock\nassert mock.create_autospec(len, return_value=2)([]) == f(1)",
        "import numpy as np, pickle\nassert pickle.loads(pickle.dumps(np.arange(f(1)))).size == 2",
        ("import io, numpy as np\nfile = io.BytesIO()\nnp.save(file, np.array([None, 1], object))\n"
        "file.seek(0)\nnp.load(file, allow_pickle=True)"),
        "import inspect\ndef g(a):\n    return f(a)\nexec(inspect.getsource(g))\nassert g(1) == 2",
        "assert '{:>3}{}'.format(f(1), 1) == '  21' and '{0.real}'.format(f(1)) == '2'",
        "for k in range(2):\n    assert ('{0[%d]}' % k).format([f(1)] * 2) == '2'",
        "assert getattr(f, '__doc__') == 'Twice n.'",
        "assert [getattr(f, name) for name in dir(f) if name == '__name__'] == ['f']",
        "import scipy.stats\nassert scipy.stats.norm(0, f(1)).std() == 2",
        "%time f(1)",
        "%timeit -n1 -r1 f(1)\nassert f(1) == 2;",
        "%%capture out\nassert f(1) == 2",
        "assert get_ipython().ev('f(1)') == 2",
        "import re\nassert re.match(f.__doc__, 'Twice n.')",
    ],
)  # fmt: skip
def test_what_the_instructor_wrote_runs(stage: Stage, test: str) -> None:
    stage.student("def f(n):\n    'Twice n.'\n    print('n =', n, 'for f(n)')\n    return 2 * n")
    stage.passes("assert f(1) == 2 and f.__doc__ and 'f' == f.__name__")
    report = stage.passes(test)
    assert report.refused == ""


@pytest.mark.parametrize(
    "text", ["2", "[1, -2.5]", "{'a': (None, True)}", "'text'", "dict[str, int] | None", "float"]
)
def test_a_literal_and_a_type_are_data(stage: Stage, text: str) -> None:
    stage.student(f"def f(): return {text!r}")
    assert stage.passes(f"assert eval(f()) == {text}").refused == ""


def test_annotations_that_are_texts_of_types_are_no_code(stage: Stage) -> None:
    stage.student("import typing\ndef f(n: 'list[int]') -> 'float': ...")
    report = stage.test(
        "import typing\nT = type('T', (), {'__annotations__': dict(f.__annotations__)})\n"
        "assert typing.get_type_hints(T) == {'n': list[int], 'return': float}"
    )
    assert (report.error, report.refused) == (None, "")


def test_of_a_flood_of_texts_nothing_is_trusted(stage: Stage) -> None:
    stage.student("def f(): return 3_000_000 * 'x'")
    stage.passes("for k in range(12):\n    assert len(f()) == 3_000_000\nassert eval('1 + 1') == 2")
    assert stage.test("eval('1 + '.replace('1', 'int()') + '1')").refused


@pytest.mark.parametrize(
    "test",
    [
        "open(f())",
        "import numpy as np\ng(np.loadtxt)",
        "g(open)",
        "from pathlib import Path\nPath(f()).read_text()",
        "import os\nos.listdir(os.path.dirname(f()) + '/../' + f().split('/')[-2])",
        "import os\nos.chdir(os.path.dirname(f()))",
        "import os.path\nopen(os.path.dirname(os.__file__) + f()[f().rindex('/'):])",
    ],
)
def test_a_student_chooses_no_file_outside_the_assignments_folder(stage: Stage, test: str) -> None:
    stage.student(
        "import json\nPATH = json.__file__.replace('__init__', 'decoder')\n"
        "def f(): return PATH\n"
        "def g(load): return load(PATH)"
    )
    assert "open a file" in stage.test(f"f()\n{test}").refused


def test_a_file_beside_the_notebook_may_be_named(stage: Stage) -> None:
    stage.student("def f(): return 'no-such-file.csv'")
    report = stage.test("open(f())")
    assert (report.error, report.refused) == ("FileNotFoundError", "")


@pytest.mark.parametrize(
    "made",
    [
        "import pandas as pd\ndef f(): return pd.Timestamp('2024-01-01 06', tz='America/Chicago')",
        "import pandas as pd\ndef f(): return pd.Timestamp(0, tz='America/Denver').to_pydatetime()",
    ],
)
def test_a_time_in_a_time_zone_may_come(stage: Stage, made: str) -> None:
    stage.student(made)
    report = stage.test("assert f().hour in (6, 17) and f().utcoffset().total_seconds() < 0")
    assert (report.error, report.refused) == (None, "")


def test_names_of_modules_that_were_sent_keep_nothing_from_being_imported(stage: Stage) -> None:
    stage.student(
        "import sys\n"
        "def f(): return [*sys.stdlib_module_names, 'numpy', 'scipy', 'scipy.stats']\n"
        "def h():\n    import numpy\n    numpy.linalg.inv([[0.0]])"
    )
    stage.passes("len(f())\ntry:\n    h()\nexcept Exception:\n    pass")
    stage.passes(
        "import math, colorsys, xml.dom.minidom, numpy as np\n"
        "from unittest import mock\nfrom scipy.stats import norm\nimport statistics\n"
        "with mock.patch('builtins.input', return_value=1):\n    pass\n"
        "assert statistics.mean([1, 3]) == 2 and norm.cdf(0) == 0.5"
    )


def test_a_module_that_the_student_names_is_not_imported(stage: Stage) -> None:
    stage.student("def f(): return 'antigravity'")
    assert stage.test("__import__(f())").refused
    assert stage.test("import importlib\nimportlib.import_module(f())").refused
    assert stage.test("import unittest\nunittest.TestLoader().loadTestsFromName(f())").refused
