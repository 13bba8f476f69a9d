"""nbgrader for notebooks in TypeScript: copy this file into the folder of your course.

With it, nbgrader 0.9 opens, releases, autogrades and gives feedback for the assignments of
notegrad-homework. Kernels find the library from every folder once Jupyter finds our kernel: start
nbgrader with JUPYTER_PATH set to the folder share/jupyter of @notegrad/homework.
"""

c = get_config()  # noqa: F821 (nbgrader defines it)

# What stands where a solution was. `homework release` makes stubs that keep their types; nbgrader's
# own release has this one, so a solution that it clears belongs into the body of a function.
c.ClearSolutions.code_stub = {
    'typescript': "// YOUR CODE HERE\nthrow new Error('not implemented');",
    'python': '# YOUR CODE HERE\nraise NotImplementedError()',
}

# For cells with AUTOTEST: how a comment begins, and what a value looks like, by the kernel's name.
c.InstantiateTests.comment_strs = {'tslab': '//', 'python3': '#'}
c.InstantiateTests.sanitizers = {
    'tslab': lambda text: text.strip().strip("'\""),
    'python3': lambda text: text.strip('"\''),
}

# Seconds that a cell may take: networks train in some.
c.Execute.timeout = 600
# A cell that fails costs its own points; this also ends one that never would.
c.Execute.interrupt_on_timeout = True

# Graded cells that a student deleted are put back, so that their points are lost and not left open.
c.OverwriteCells.add_missing_cells = True
