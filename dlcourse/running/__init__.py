"""Run an answer: what stands beside the student's code, in a notebook as in the sandbox of the grader.

Nothing here knows a right answer, and nothing here decides: what comes out is judged by ``dlcourse.checks``.
The package imports the standard library and NumPy alone, so that it can be taken into a sandbox as it is.
"""
