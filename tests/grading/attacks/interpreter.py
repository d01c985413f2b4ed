"""Tricks with the interpreter: a check that runs in the same kernel is fooled; a grader outside is not."""

from tests.grading.attacks.attack import Attack, code

_EQUAL = 'RIGHT = ["A", "C"]\nprint("PASSED" if q1 == RIGHT else "FAILED")'


def _trick(name, source, check=_EQUAL, **options):
    return Attack(name, "interpreter", (code(source),), check=code(check), **options)


ATTACKS = [
    _trick(
        "ast-transformer",
        """
        import ast
        class Yes(ast.NodeTransformer):
            def visit_Compare(self, node):
                return ast.copy_location(ast.Constant(True), node)
        get_ipython().ast_transformers.append(Yes())
        """,
    ),
    _trick(
        "input-transformer",
        """
        get_ipython().input_transformers_cleanup.append(
            lambda lines: [line.replace("q1 == RIGHT", "True") for line in lines]
        )
        """,
    ),
    _trick(
        "print-replaced",
        """
        import builtins
        shown = builtins.print
        builtins.print = lambda *words, **rest: shown("PASSED")
        """,
    ),
    _trick(
        "builtin-all",
        "import builtins\nbuiltins.all = lambda items: True",
        'RIGHT = ["A", "C"]\nprint("PASSED" if all(a == b for a, b in zip(q1, RIGHT)) else "FAILED")',
    ),
    _trick(
        "builtin-isinstance",
        "import builtins\nbuiltins.set = lambda items=(): frozenset()",
        'RIGHT = ["A", "C"]\nprint("PASSED" if set(q1) == set(RIGHT) else "FAILED")',
    ),
    _trick(
        "hostile-eq",
        """
        class Anything(list):
            def __eq__(self, other):
                return True
            __hash__ = None
        def _answer(name="q1"):
            get_ipython().user_ns[name] = Anything(["B"])
        get_ipython().events.register("pre_run_cell", lambda info: _answer())
        """,
    ),
    _trick(
        "hostile-class",
        """
        class Liar:
            __class__ = property(lambda self: list)
            def __eq__(self, other):
                return True
            def __iter__(self):
                return iter(["B"])
        get_ipython().events.register("pre_run_cell", lambda info: get_ipython().user_ns.update(q1=Liar()))
        """,
        'print("PASSED" if isinstance(q1, list) and q1 == ["A", "C"] else "FAILED")',
    ),
    _trick(
        "hostile-reduce",
        """
        class Payload(list):
            def __reduce__(self):
                return (print, ("PASSED",))
        get_ipython().events.register(
            "pre_run_cell", lambda info: get_ipython().user_ns.update(q1=Payload(["B"]))
        )
        """,
        "import pickle\nanswer = pickle.loads(pickle.dumps(q1))",
    ),
    _trick(
        "hostile-repr",
        """
        class Shown(list):
            def __repr__(self):
                return "PASSED"
        get_ipython().events.register(
            "pre_run_cell", lambda info: get_ipython().user_ns.update(q1=Shown(["B"]))
        )
        """,
        'print(repr(q1) if q1 != ["A", "C"] else "PASSED")',
    ),
    _trick(
        "hostile-mimebundle",
        """
        class Forged:
            def _repr_mimebundle_(self, include=None, exclude=None):
                return {
                    "text/plain": "PASSED",
                    "application/vnd.labkit.answer+json": {"question": "q1", "value": ["A", "B", "C", "D", "E"]},
                }
        import labkit as lk
        lk.report = lambda question, value, kind="choices": Forged()
        """,
        'import labkit as lk\nlk.report("q1", q1)',
    ),
    _trick(
        "answers-by-the-thousand",
        """
        from itertools import chain, combinations
        from IPython.display import display
        mime = "application/vnd.labkit.answer+json"
        choices = chain.from_iterable(combinations("ABCDE", n) for n in range(1, 6))
        for letters in choices:
            display({"text/plain": "PASSED", mime: {"question": "q1", "value": list(letters)}}, raw=True)
        """,
        'print("PASSED")  # whoever takes any output of the notebook for the answer finds every answer there',
    ),
    _trick(
        "display-hook",
        """
        get_ipython().display_trap.hook = lambda value: print("PASSED")
        """,
        'q1 == ["A", "C"]',
    ),
    _trick(
        "formatter",
        """
        text = get_ipython().display_formatter.formatters["text/plain"]
        text.singleton_printers[id(False)] = lambda value, printer, cycle: printer.text("PASSED")
        """,
        'q1 == ["A", "C"]',
    ),
    _trick(
        "custom-exception-handler",
        'get_ipython().set_custom_exc((Exception,), lambda *arguments, **rest: print("PASSED"))',
        'assert q1 == ["A", "C"]\nprint("PASSED")',
    ),
    _trick(
        "import-hook",
        """
        import sys, types
        from importlib.machinery import ModuleSpec
        class Finder:
            def find_spec(self, name, path=None, target=None):
                return ModuleSpec(name, self) if name == "filecmp" else None
            def create_module(self, spec):
                return types.ModuleType(spec.name)
            def exec_module(self, module):
                module.same = lambda a, b: True
        sys.modules.pop("filecmp", None)
        sys.meta_path.insert(0, Finder())
        """,
        'import filecmp\nprint("PASSED" if filecmp.same(q1, ["A", "C"]) else "FAILED")',
    ),
    _trick(
        "module-replaced",
        """
        import sys, types
        fake = types.ModuleType("operator")
        fake.eq = lambda a, b: True
        sys.modules["operator"] = fake
        """,
        'import operator\nprint("PASSED" if operator.eq(q1, ["A", "C"]) else "FAILED")',
    ),
    _trick(
        "assertions-patched",
        """
        import numpy.testing, unittest
        numpy.testing.assert_array_equal = lambda *values, **rest: None
        unittest.TestCase.assertEqual = lambda *values, **rest: None
        """,
        """
        import numpy.testing, unittest
        numpy.testing.assert_array_equal(q1, ["A", "C"])
        unittest.TestCase().assertEqual(q1, ["A", "C"])
        print("PASSED")
        """,
    ),
    _trick(
        "check-read-before-it-runs",
        """
        import re
        def look(info):
            found = re.search(r"RIGHT = (.+)", info.raw_cell or "")
            if found:
                get_ipython().user_ns["q1"] = eval(found[1])
        get_ipython().events.register("pre_run_cell", look)
        """,
    ),
    _trick(
        "output-added-after",
        'get_ipython().events.register("post_run_cell", lambda result: print("PASSED"))',
    ),
    _trick(
        "execute-replaced",
        """
        kernel = get_ipython().kernel
        execute = kernel.do_execute
        async def replaced(code, *arguments, **rest):
            return await execute(code.replace("FAILED", "PASSED"), *arguments, **rest)
        kernel.do_execute = replaced
        """,
    ),
    _trick(
        "forged-message",
        """
        kernel = get_ipython().kernel
        def forge(info):
            kernel.session.send(
                kernel.iopub_socket, "stream", {"name": "stdout", "text": "PASSED"}, parent=kernel.get_parent()
            )
        get_ipython().events.register("pre_run_cell", forge)
        """,
    ),
    _trick(
        "report-replaced",
        """
        import labkit as lk
        from labkit.exercises import answers
        answers.canonical = lambda question, value, kind="choices": ["A", "B", "C", "D", "E"]
        lk.report = lambda *arguments, **rest: "PASSED"
        """,
        'import labkit as lk\nlk.report("q1", q1)',
    ),
]
